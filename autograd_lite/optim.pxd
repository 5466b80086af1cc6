# The C types of optim.py, for the compiled build.
cimport cython

@cython.locals(m=double, x=double)
cdef list _faded(list means, double beta, list xs)
@cython.locals(v=double, x=double)
cdef list _faded_squares(list means, double beta, list xs)
@cython.locals(v=double)
cdef list _scales(list squares, double root, double eps)
@cython.locals(x=double, d=double, scale=double)
cdef list _scaled(list data, double rate, list directions, list scales)

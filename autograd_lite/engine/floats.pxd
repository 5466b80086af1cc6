# The C types of floats.py, for the compiled build.
cimport cython

cpdef double affine(tuple weights, tuple inputs, double bias) except? -1
cpdef double dot(tuple x, tuple y) except? -1
@cython.locals(m=double, x=double)
cpdef list[float] faded(object means, double beta, object xs)
@cython.locals(v=double, x=double)
cpdef list[float] faded_squares(object means, double beta, object xs)
@cython.locals(v=double)
cpdef list[float] scales(object squares, double root, double eps)
@cython.locals(x=double, d=double, scale=double)
cpdef list[float] stepped(object data, double rate, object directions, object scales)

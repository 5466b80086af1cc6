# The C types of floats.py, for the compiled build.
cimport cython

@cython.locals(i=Py_ssize_t)
cpdef double affine(tuple weights, tuple inputs, double bias) except? -1
cpdef double dot(tuple x, tuple y) except? -1
@cython.locals(x=double)
cpdef list[float] squares(list xs)
@cython.locals(x=double)
cpdef list[float] quotients(list xs, double divisor)
@cython.locals(i=Py_ssize_t, x=double, y=double)
cpdef list[float] combined(double a, list xs, double b, list ys)
@cython.locals(i=Py_ssize_t, x=double, d=double, v=double, scale=double)
cpdef list[float] stepped(list xs, double rate, list ds, list vs, double eps)

# The C types of floats.py, for the compiled build.
cimport cython

cpdef double affine(tuple weights, tuple inputs, double bias) except? -1
cpdef double dot(tuple x, tuple y) except? -1
@cython.locals(x=double)
cpdef list[float] squares(object xs)
@cython.locals(x=double)
cpdef list[float] quotients(object xs, double divisor)
@cython.locals(x=double, y=double)
cpdef list[float] combined(double a, object xs, double b, object ys)
@cython.locals(x=double, d=double, v=double, scale=double)
cpdef list[float] stepped(object xs, double rate, object ds, object vs, double eps)

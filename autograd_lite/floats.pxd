# The C types of floats.py, for the compiled build.
cpdef double affine(tuple weights, tuple inputs, double bias) except? -1
cpdef double dot(tuple x, tuple y) except? -1

# The C types of operation.py, for the compiled build.
cdef class Operand:
    cdef public double _data

# The C types of operations.py, for the compiled build.
cdef class Operand:
    pass

# The C types of operation.py, for the compiled build.
cdef class Operand:
    cdef public double _data


cdef class Operation:
    cdef dict __dict__
    cdef public object name, symbol, operands, groups, parameters, arity, defaults, value, derivatives


cdef class Unary(Operation):
    pass


cpdef list all_floats(object operands, object groups)

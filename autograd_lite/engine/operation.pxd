# The C types of operation.py, for the compiled build.
cdef object ABSENT


cdef class Operand:
    cdef public double _data


cdef class Operation:
    cdef dict __dict__
    cdef public object name, symbol, operands, groups, parameters, arity, defaults, value, derivatives, called
    cpdef evaluate(self, object operands)
    cpdef _apply(self, tuple operands, dict named)
    cpdef tuple group(self, object operand)


cdef class Unary(Operation):
    pass


cpdef recorder_among(tuple items)
cpdef list all_floats(object operands, object groups)

# The C types of value.py, for the compiled build.
cimport cython
from autograd_lite.engine.group cimport Group, plain
from autograd_lite.engine.operation cimport Operand

cdef object ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATIVE, AFFINE, STOP_GRADIENT, CUSTOM
cdef Py_ssize_t _now, _last_move, _depth, LONGEST_PIECE, ROOM
cdef list OPEN, _waiting
cdef double NO_GRAD


cdef class Value(Operand):
    cdef public Py_ssize_t _mark
    cdef readonly object _first, _second, _operation
    cdef public double _adjoint, _grad
    cdef public object _label


cpdef Py_ssize_t tick()
cpdef Py_ssize_t last_move()
@cython.locals(node=Value)
cpdef Value new_node(object operation, double data, object first, object second=*)
cdef object _binary(object operation, object x, object y)
cpdef tuple packed(object operation, list kept)
cpdef list unpacked(Value node)

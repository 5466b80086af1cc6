# The C types of value.py, for the compiled build.
cimport cython
from autograd_lite.engine.operation cimport Operand

cdef object ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATIVE, AFFINE, DOT, STOP_GRADIENT, CUSTOM
cdef Py_ssize_t _now, _last_move, _depth, LONGEST_PIECE, ROOM
cdef list OPEN, _waiting
cdef double NO_GRAD


@cython.final
cdef class Group:
    cdef readonly tuple items, nodes
    cdef readonly object bias
    cdef public Py_ssize_t _mark
    cdef Py_ssize_t _read
    cdef tuple _floats

    @cython.locals(node=Value)
    cpdef tuple floats(self)
    cpdef tuple floats_in(self, Py_ssize_t this_pass)


cdef class Value(Operand):
    cdef public Py_ssize_t _mark
    cdef readonly object _first, _second, _operation
    cdef public double _data, _adjoint, _grad
    cdef public object _label


cpdef Py_ssize_t tick()
@cython.locals(node=Value)
cdef Value _node(object operation, double data, object first, object second=*)
@cython.locals(node=Value, group=Group)
cpdef object plain(object x)
cdef object _operand(object x, object operation)
cpdef bint paired(Group xs, Group ys)
@cython.locals(x=Value)
cdef double _products(Group xs, Group ys, double total)
cdef object _binary(object operation, object x, object y)
cpdef list unpacked(Value node)

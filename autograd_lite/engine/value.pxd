# The C types of value.py, for the compiled build.
cimport cython
from autograd_lite.engine.table cimport Operand

cdef object ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATIVE, RELU, SUM, AFFINE, DOT, STOP_GRADIENT, CUSTOM
cdef Py_ssize_t _now, _last_pass, _last_move, _depth, LONGEST_PIECE, ROOM
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


@cython.locals(node=Value)
cdef Value _node(object operation, double data, object first, object second=*)
@cython.locals(node=Value, group=Group)
cdef object _plain(object x)
cdef object _operand(object x, object operation)
cdef bint _paired(Group xs, Group ys)
@cython.locals(x=Value)
cdef double _products(Group xs, Group ys, double total)
cdef object _binary(object operation, object x, object y)
cdef Py_ssize_t _tick()
cdef Py_ssize_t _begin_pass()
@cython.locals(node=Value, opened=Py_ssize_t, mark=Py_ssize_t, moved=Py_ssize_t)
cdef list[Value] _walk(object roots, object stops, Py_ssize_t done)
cdef _check_fresh(Value node)
@cython.locals(node=Value)
cdef _check_all_fresh(list[Value] order)
@cython.locals(node=Value)
cdef _open(Group group, Py_ssize_t done, list[Value] stack)
@cython.locals(node=Value)
cdef _sweep(list[Value] order, object seeds, dict given)
@cython.locals(node=Value)
cdef _commit(list[Value] order)
@cython.locals(node=Value)
cdef dict _all_given(list[Value] order)
@cython.locals(node=Value, adjoint=double)
cdef _propagate(list[Value] order, Py_ssize_t reached, dict given)
cdef _flow_back(Value node, object operation, double adjoint, Py_ssize_t reached)
cdef _spread(Group group, double adjoint, tuple derivatives, Py_ssize_t reached)
@cython.locals(node=Value)
cdef _choose(Group group, double adjoint, object derivatives, Py_ssize_t reached)
@cython.locals(node=Value)
cdef _cross(Group group, double adjoint, Group factors, Py_ssize_t reached)
@cython.locals(node=Value)
cdef _meet(Group group, Py_ssize_t reached)
@cython.locals(node=Value)
cpdef list[float] data_of(object nodes)
@cython.locals(node=Value)
cpdef list[float] grads_of(object nodes)
@cython.locals(node=Value, x=double)
cpdef set_data(object nodes, object data)
@cython.locals(node=Value, grad=double)
cpdef set_grads(object nodes, object grads)

# The C types of shortcuts.py, for the compiled build.
cimport cython
from autograd_lite.engine.group cimport Group, paired, plain
from autograd_lite.engine.value cimport Value

cdef object ADD, SUBTRACT, MULTIPLY, NEGATIVE, RELU, SUM, AFFINE, DOT, CUSTOM


@cython.locals(node=Value, adjoint=double)
cpdef Py_ssize_t cut_short(list[Value] order, Py_ssize_t place, Py_ssize_t reached, dict answers) except -2
@cython.locals(i=Py_ssize_t)
cdef _spread(Group group, double adjoint, tuple derivatives, Py_ssize_t reached)
@cython.locals(node=Value, i=Py_ssize_t)
cdef _cross(Group group, double adjoint, Group factors, Py_ssize_t reached)
@cython.locals(node=Value)
cdef _meet(Group group, Py_ssize_t reached)

@cython.locals(node=Value)
cpdef Py_ssize_t push_short(list[Value] order, Py_ssize_t place, Py_ssize_t reached, dict answers) except -2
cpdef push_along(Value parent, object derivative, Value node, Py_ssize_t reached)
@cython.locals(i=Py_ssize_t)
cdef _gather(Value node, Group group, tuple factors, Py_ssize_t reached)
cdef bint _is_reached(object operand, Py_ssize_t reached)
@cython.locals(i=Py_ssize_t)
cdef _push_answers(Value node, Group group, object derivatives, Py_ssize_t reached)

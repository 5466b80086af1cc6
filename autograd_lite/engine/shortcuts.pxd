# The C types of shortcuts.py, for the compiled build.
cimport cython
from autograd_lite.engine.group cimport Group, paired, plain
from autograd_lite.engine.value cimport Value

cdef object ADD, SUBTRACT, MULTIPLY, NEGATIVE, RELU, SUM, AFFINE, DOT, CUSTOM


cdef _spread(Group group, double adjoint, tuple derivatives, Py_ssize_t reached)
@cython.locals(node=Value)
cdef _cross(Group group, double adjoint, Group factors, Py_ssize_t reached)
@cython.locals(node=Value)
cdef _meet(Group group, Py_ssize_t reached)

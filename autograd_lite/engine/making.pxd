# The C types of making.py, for the compiled build.
cimport cython
from autograd_lite.engine.group cimport Group, paired, plain
from autograd_lite.engine.operation cimport Operation
from autograd_lite.engine.value cimport Value, new_node, packed

cdef object AFFINE, DOT


cdef object _operand(object x, Operation operation)
@cython.locals(x=Value, y=Value, i=Py_ssize_t)
cdef double _products(Group xs, Group ys, double total)

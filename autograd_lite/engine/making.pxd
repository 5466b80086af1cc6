# The C types of making.py, for the compiled build.
from autograd_lite.engine.group cimport Group, paired, plain, products
from autograd_lite.engine.value cimport Value, new_node

cdef object AFFINE, DOT


cdef object _operand(object x, object operation)

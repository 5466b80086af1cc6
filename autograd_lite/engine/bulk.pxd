# The C types of bulk.py, for the compiled build.
cimport cython
from autograd_lite.engine.value cimport Value


@cython.locals(node=Value)
cpdef list[float] data_of(object nodes)
@cython.locals(node=Value)
cpdef list[float] grads_of(object nodes)
@cython.locals(node=Value)
cpdef tuple content_of(object nodes)
@cython.locals(node=Value, x=double)
cpdef set_data(object nodes, object data)
@cython.locals(node=Value, grad=double)
cpdef set_grads(object nodes, object grads)
cpdef bint are_nodes_or_floats(object items)

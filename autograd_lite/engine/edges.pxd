# The C types of edges.py, for the compiled build.
from autograd_lite.engine.group cimport Group, plain
from autograd_lite.engine.value cimport Value, unpacked

cdef object CUSTOM


cpdef list edges(Value node)
cpdef list recorded_edges(Value node)
cdef list _dealt_out(Value node, object derivatives)

# The C types of recorded.py, for the compiled build.
cimport cython
from autograd_lite.engine.edges cimport recorded_edges
from autograd_lite.engine.value cimport Value


cpdef Value variable(object x)
cpdef seal(Value node)
@cython.locals(node=Value)
cpdef seal_all(object nodes)
@cython.locals(i=Py_ssize_t, place=Py_ssize_t)
cdef _spread(Value node, object adjoint, list parents, Py_ssize_t begin, list flows)
cdef _arrive(list flows, Py_ssize_t place, object adjoint, object derivative)
@cython.locals(i=Py_ssize_t)
cpdef total(list terms)
cdef _product(object a, object b)
cdef bint _is_one(object x)

# The C types of forward.py, for the compiled build.
cimport cython
from autograd_lite.engine.edges cimport edges, recorded_edges
from autograd_lite.engine.passes cimport begin_pass
from autograd_lite.engine.recorded cimport total
from autograd_lite.engine.shortcuts cimport push_along, push_short
from autograd_lite.engine.value cimport Value


@cython.locals(node=Value, reached=Py_ssize_t)
cdef list _tangents(list[Value] order, list seeds, list wanted)
@cython.locals(node=Value, place=Py_ssize_t)
cdef _sweep(list[Value] order, Py_ssize_t reached, dict answers)

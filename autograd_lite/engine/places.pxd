# The C types of places.py, for the compiled build.
cimport cython
from autograd_lite.engine.group cimport Group
from autograd_lite.engine.passes cimport begin_pass, is_last
from autograd_lite.engine.value cimport Value

cdef object AFFINE


@cython.locals(node=Value, place=Py_ssize_t)
cdef _write(list[Value] order, Py_ssize_t mark)
@cython.locals(node=Value)
cdef list _read(object nodes, Py_ssize_t mark)
@cython.locals(node=Value, begins=list, parents=list, depends=Py_ssize_t, begin=Py_ssize_t, comes=bint)
cdef tuple _sources(list[Value] order, object starts, Py_ssize_t mark)
@cython.locals(node=Value, comes=bint)
cdef bint _add(object operand, list parents, Py_ssize_t depends)

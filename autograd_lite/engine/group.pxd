# The C types of group.py, for the compiled build.
cimport cython
from autograd_lite.engine.operation cimport Operand


@cython.final
cdef class Group:
    cdef readonly tuple items, nodes
    cdef readonly object bias
    cdef public Py_ssize_t _mark
    cdef Py_ssize_t _read
    cdef tuple _floats

    @cython.locals(node=Operand)
    cpdef tuple floats(self)
    cpdef tuple floats_in(self, Py_ssize_t this_pass)


cpdef object plain(object x)
cpdef bint paired(Group xs, Group ys)

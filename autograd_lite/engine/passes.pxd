# The C types of passes.py, for the compiled build.
cimport cython
from autograd_lite.engine.group cimport Group
from autograd_lite.engine.shortcuts cimport cut_short
from autograd_lite.engine.value cimport Value, last_move, tick

cdef Py_ssize_t _last_pass
cdef object AFFINE, CUSTOM
cdef list OPEN, RECORDERS


cpdef Py_ssize_t begin_pass()
cpdef bint is_last(Py_ssize_t mark)
cpdef refuse_if_not_last(Py_ssize_t mark)
@cython.locals(mark=Py_ssize_t)
cdef list[Value] _ordered(list[Value] roots, list[Value] stops)
@cython.locals(node=Value, opened=Py_ssize_t, mark=Py_ssize_t, moved=Py_ssize_t)
cdef list[Value] _walk(list[Value] stack, list[Value] order, Py_ssize_t done)
@cython.locals(node=Value, size=Py_ssize_t)
cdef _open(Group group, Py_ssize_t done, list[Value] stack)
@cython.locals(node=Value)
cdef _refuse_if_stale(Value node)
@cython.locals(node=Value, moved=Py_ssize_t)
cpdef check_fresh(list[Value] order)
@cython.locals(node=Value, parent=Value, place=Py_ssize_t)
cdef _sweep(list[Value] order, object seeds, dict answers)
@cython.locals(node=Value)
cdef _add_adjoints(Value root, list[Value] order, dict answers)
@cython.locals(node=Value)
cdef _commit(list[Value] order)
@cython.locals(node=Value)
cpdef dict users_answers(list[Value] order)

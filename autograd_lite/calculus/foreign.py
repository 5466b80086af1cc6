"""Kinds of arrays that are not NumPy's ordinary one, and are refused."""

from __future__ import annotations

from collections.abc import Iterable

#: Classes of NumPy's, by name since `numpy.ma` takes long to import, and what is said of them.
_OTHER_KINDS = {
    "MaskedArray": "a masked array m would lose its mask here; write m.filled(0.0) or m.compressed()",
    "matrix": "a matrix m of np.matrix's kind would be taken for an array here; write np.asarray(m)",
}


def refuse_other_kinds(kinds: Iterable[type], where: str) -> None:
    """Refuse NumPy's kinds of array that mean something else by their places or by an operator.

    Raises:
        TypeError: One is a masked array's, or a matrix's.

    >>> refuse_other_kinds([float, list], "grad")
    """
    for kind in kinds:
        for base in kind.__mro__:
            if base.__name__ in _OTHER_KINDS and base.__module__.partition(".")[0] == "numpy":
                raise TypeError(f"{where}: {_OTHER_KINDS[base.__name__]}")

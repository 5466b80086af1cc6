"""Kinds of arrays that are refused, known by their names, so that NumPy need not be there."""

from __future__ import annotations

import subprocess
import sys

import pytest
from extras import numpy as np

from autograd_lite.calculus.foreign import refuse_other_kinds


def test_other_kinds_and_what_is_derived_from_them_are_refused_with_the_remedy() -> None:
    class Mine(np.ma.MaskedArray):  # type: ignore[misc, name-defined]  # NumPy may be absent
        pass

    for kind in (np.ma.MaskedArray, Mine):
        with pytest.raises(TypeError, match=r"^here: a masked array m would lose its mask here; write m\.filled"):
            refuse_other_kinds([float, kind], "here")
    with pytest.raises(TypeError, match=r"^here: a matrix m of np\.matrix's kind .* write np\.asarray\(m\)$"):
        refuse_other_kinds([np.matrix], "here")


def test_others_kinds_of_these_names_pass() -> None:
    refuse_other_kinds([np.ndarray, np.float64, list, type("matrix", (), {}), type("MaskedArray", (list,), {})], "here")


def test_nothing_is_imported_to_ask() -> None:
    code = "import sys; from autograd_lite.calculus.foreign import refuse_other_kinds as ask; ask([list], 'here'); "
    code += "print('numpy' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "False"

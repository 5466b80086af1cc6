"""What the tests of the web site share: its Python is in notebooks/web, and in the browser in an archive."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
sys.path[:0] = [str(NOTEBOOKS), str(NOTEBOOKS / "web")]


@pytest.fixture(autouse=True)
def no_kernel_stays() -> Iterator[None]:
    """A page says that it is a notebook; the tests that come after it are none."""
    before = sys.modules.get("ipykernel")
    yield
    sys.modules.pop("ipykernel", None)
    if before is not None:
        sys.modules["ipykernel"] = before

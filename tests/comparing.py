"""What tests compare numbers by."""

from __future__ import annotations

import math
from typing import Any

import pytest


def same(a: float, b: float) -> bool:
    """Bit for bit, where every nan is the same."""
    return (a != a and b != b) or (a == b and math.copysign(1.0, a) == math.copysign(1.0, b))


def close(x: Any, rel: float = 1e-13) -> Any:
    """Up to a few units in the last place; zeros must be zeros."""
    return pytest.approx(x, rel=rel, abs=1e-300)

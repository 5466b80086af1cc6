"""Primitives, against NumPy, which follows IEEE 754 where Python raises, and against exact fractions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from extras import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation
from autograd_lite.programs.primitives import (
    AND,
    CBRT,
    FREXP_EXPONENT,
    FREXP_FRACTION,
    FSUM,
    LDEXP,
    OR,
    POW,
    PRIMITIVES,
    RAISING,
    REMAINDER,
    Primitive,
)
from autograd_lite.programs.program import COMPARISONS

inf, nan = math.inf, math.nan
SPECIALS = (0.0, -0.0, 1.5, 1.0, -1.0, 2.0, -2.0, 710.0, -750.0, 1e300, -1e300, 5e-324, -5e-324, inf, -inf, nan)
#: What NumPy calls otherwise.
NUMPYS = {"math_cbrt": "cbrt", "pow": "power", "mod": "", "floor_divide": "", "lgamma": "", "remainder": "", "norm": ""}
NUMPYS |= {"fsum": "", "erf": "", "erfc": "", "ldexp": "", "frexp_fraction": "", "frexp_exponent": "", "round_to": ""}
NUMPYS |= {"and": "logical_and", "or": "logical_or"}


def same(a: float, b: float) -> bool:
    """Bit for bit, where every nan is the same."""
    return (a != a and b != b) or (a == b and math.copysign(1.0, a) == math.copysign(1.0, b))


def arguments(primitive: Operation) -> list[tuple[Any, ...]]:
    return list(itertools.product(SPECIALS, repeat=len(primitive.operands)))


@pytest.mark.parametrize("primitive", [p for p in PRIMITIVES if NUMPYS.get(p.name, "-")], ids=lambda p: p.name)
def test_primitives_follow_ieee_754_as_numpy_does(primitive: Operation) -> None:
    numpys: Callable[..., Any] = getattr(np, NUMPYS.get(primitive.name, primitive.name))
    for point in arguments(primitive):
        with np.errstate(all="ignore"):
            want = float(numpys(*point) if primitive is not ops.where else np.where(point[0] != 0, *point[1:]))
        got = PRIMITIVES[primitive](*point)
        # Digits are the C library's own affair.
        assert same(got, want) or (math.isfinite(want) and math.isclose(got, want, rel_tol=1e-14)), point


@pytest.mark.parametrize("primitive", [p for p in PRIMITIVES if not any(p.groups)], ids=lambda p: p.name)
def test_primitives_never_raise_and_are_pythons_functions_where_these_do_not(primitive: Operation) -> None:
    for point in arguments(primitive):
        if primitive in (LDEXP, ops.round_to) and point[1] % 1 != 0:
            continue  # a whole number is asked for
        got = PRIMITIVES[primitive](*point)
        try:
            assert same(got, primitive.value(*point)), point
        except (ValueError, ArithmeticError):
            assert primitive in RAISING or primitive is ops.divide, point
            assert not math.isfinite(got), point


def test_everything_that_raises_is_known_to() -> None:
    """What raises nowhere among many floats is not said to, and the other way round."""
    raising = set()
    for primitive in PRIMITIVES:
        if not any(primitive.groups):
            for point in arguments(primitive):
                try:
                    primitive.value(*point)
                except (ValueError, ArithmeticError):
                    raising.add(primitive)
    assert {p.name for p in raising} == {p.name for p in RAISING if not any(p.groups)}


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32)))
def test_a_sum_that_is_rounded_once_is(xs: list[float]) -> None:
    assert PRIMITIVES[FSUM](tuple(xs)) == float(sum(map(Fraction, xs)))


def test_a_sum_that_is_rounded_once_is_ieee_754s_where_python_has_none() -> None:
    assert PRIMITIVES[FSUM]((1e308, 1e308, 1.0)) == inf
    assert PRIMITIVES[FSUM]((-1e308, -1e308)) == -inf
    assert math.isnan(PRIMITIVES[FSUM]((inf, -inf)))


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-1100, 1100))
def test_a_number_is_its_fraction_times_a_power_of_2(x: float, n: int) -> None:
    fraction, exponent = PRIMITIVES[FREXP_FRACTION](x), PRIMITIVES[FREXP_EXPONENT](x)
    assert x == 0 or 0.5 <= abs(fraction) < 1.0
    assert same(PRIMITIVES[LDEXP](fraction, exponent), x)
    with np.errstate(all="ignore"):
        assert same(PRIMITIVES[LDEXP](x, float(n)), float(np.ldexp(x, n)))


@given(st.floats(-1e9, 1e9), st.floats(0.01, 1e9))
def test_a_remainder_is_of_the_nearest_multiple(x: float, y: float) -> None:
    rest = Fraction(PRIMITIVES[REMAINDER](x, y))
    assert (Fraction(x) - rest) % Fraction(y) == 0
    assert 2 * abs(rest) <= y


def test_poles_are_infinite() -> None:
    assert PRIMITIVES[ops.lgamma](0.0) == PRIMITIVES[ops.lgamma](-3.0) == inf
    assert PRIMITIVES[ops.arctanh](-1.0) == -inf
    assert PRIMITIVES[POW](-0.0, -3.0) == -inf
    assert PRIMITIVES[ops.sinh](-1000.0) == -inf


def test_they_stand_in_no_table_and_nothing_flows_back_through_them() -> None:
    own = [p for p in PRIMITIVES if isinstance(p, Primitive)]
    assert {p.name for p in own} == {p.name for p in (AND, OR, CBRT, POW, REMAINDER, LDEXP, FSUM)} | {
        "frexp_fraction",
        "frexp_exponent",
    }
    assert not {p.name for p in (*own, *COMPARISONS)} & set(TABLE)
    for primitive in own:
        nothing = primitive.derivatives(*[1.0] * len(primitive.operands), 1.0)
        assert nothing == (None,) * len(primitive.operands)

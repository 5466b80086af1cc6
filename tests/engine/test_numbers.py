"""Questions to what users give: every kind of number, every limit at its edge, and the words of a refusal."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from extras import numpy as np

from autograd_lite import Value
from autograd_lite.engine.numbers import check_samples, is_number, is_scalar, items, number, numbers, scalar, whole


@pytest.mark.parametrize("x", [3, 3.0, True, Fraction(3), Decimal(3)])
def test_numbers_of_every_kind_become_floats(x: Any) -> None:
    found = number(x, "here", least=1, most=3)
    assert is_number(x)
    assert (type(found), found) == (float, float(x))


def test_numpys_numbers_are_numbers_and_its_arrays_are_not() -> None:
    for x in (np.float32(3), np.int8(3), np.array(3.0)):
        test_numbers_of_every_kind_become_floats(x)
    for x in (np.array([3.0]), np.complex128(3)):
        test_what_is_no_number_is_refused_by_name(x)


@pytest.mark.parametrize("x", ["3", b"3", 3j, None, [3.0], Value(3.0), float])
def test_what_is_no_number_is_refused_by_name(x: Any) -> None:
    assert not is_number(x)
    message = f"here: needs a real number, got {x!r} of type {type(x).__name__}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        number(x, "here", least=0)


@pytest.mark.parametrize(
    ("limits", "kept", "refused", "words"),
    [
        ({"least": 0}, [0, -0.0, math.inf], [-5e-324, -math.inf], "at least 0"),
        ({"above": 0}, [5e-324, math.inf], [0, -0.0, -1], "above 0"),
        ({"most": 1.5}, [1.5, -math.inf], [1.5000000000000002, math.inf], "at most 1.5"),
        ({"below": 1}, [0.9999999999999999, -math.inf], [1, 1.0, math.inf], "below 1"),
        ({"above": 0, "below": math.inf}, [5e-324, 1.7e308], [0.0, math.inf], "above 0 and finite"),
        ({"least": 2, "most": 1234567}, [2, 1234567], [1, 1234568], "at least 2 and at most 1234567"),
    ],
)
def test_limits_hold_to_the_last_float(limits: Any, kept: Any, refused: Any, words: str) -> None:
    assert [number(x, "here", **limits) for x in kept] == kept
    for x in [*refused, math.nan]:
        with pytest.raises(ValueError, match=f"^here must be {re.escape(words)}, got {re.escape(repr(x))}$"):
            number(x, "here", **limits)


@pytest.mark.parametrize("x", [10**400, -(10**9999), Fraction(10**400, 7)], ids=["400", "9999", "7"])
def test_what_no_float_can_hold_is_refused_by_name(x: Any) -> None:
    for ask in (number, scalar):
        with pytest.raises(OverflowError, match=rf"^here: got a number of type {type(x).__name__} beyond 1\.8e308"):
            ask(x, "here")
    assert number(Fraction(10**400, 10**399), "here") == 10.0


def test_a_scalar_is_a_number_or_what_records() -> None:
    x = Value(2.0)
    assert scalar(x, "here") is x
    assert (scalar(True, "here"), type(scalar(1, "here"))) == (1.0, float)
    assert [is_scalar(y) for y in (x, 1, Fraction(1, 2), "1", [1.0], None, 1j)] == [True] * 3 + [False] * 4


def test_without_limits_nan_is_a_number() -> None:
    assert math.isnan(number(math.nan, "here"))


def test_whole_numbers_are_counted() -> None:
    assert [whole(n, "here") for n in (1, np.int64(7), True)] == [1, 7, 1]
    assert (whole(0, "here", least=0), whole(-5, "here", below=0)) == (0, -5)
    for n, message in [(0, "at least 1, got 0"), (np.int64(-1), "at least 1, got ")]:
        with pytest.raises(ValueError, match=f"^here must be {message}"):
            whole(n, "here")
    with pytest.raises(ValueError, match=r"^here must be at least 0 and below 3, got 3$"):
        whole(3, "here", least=0, below=3)
    for wrong in (1.0, "1", None, Fraction(1)):
        with pytest.raises(TypeError, match=f"^here must be a whole number, got {re.escape(repr(wrong))}$"):
            whole(wrong, "here")


def test_items_are_those_of_any_sequence_but_a_text() -> None:
    assert items((x for x in "ab"), "here") == ("a", "b")
    for wrong in ("ab", b"ab", 3.0, None, Value(1.0)):
        with pytest.raises(TypeError, match=r"^here: needs a sequence of numbers or Values, got "):
            items(wrong, "here")


def test_so_many_numbers_are_named_by_their_places() -> None:
    assert numbers((x for x in (0, Fraction(1, 2))), "here", 2, least=0, below=1) == (0.0, 0.5)
    for wrong, kind, message in [
        ([0.5], ValueError, r"here must be 2 numbers, got \[0\.5\]"),
        ([0.5, 1], ValueError, r"here\[1\] must be at least 0 and below 1, got 1"),
        (["1", 0.5], TypeError, r"here\[0\]: needs a real number, got '1' of type str"),
        (0.5, TypeError, r"here: needs a sequence of numbers or Values, got 0\.5"),
    ]:
        with pytest.raises(kind, match=f"^{message}$"):
            numbers(wrong, "here", 2, least=0, below=1)


def test_samples_have_targets() -> None:
    check_samples(np.zeros((2, 3)), [0, 1], "here")
    for xs, ys in (([], []), ([1.0], []), ([1.0], [1, 2])):
        message = f"here: needs samples, and as many ys as xs, got {len(xs)} xs and {len(ys)} ys"
        with pytest.raises(ValueError, match=f"^{message}$"):
            check_samples(xs, ys, "here")

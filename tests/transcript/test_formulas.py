"""A node's formula and its derivatives' as text: every number put in, computed as far as it goes, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from autograd_lite import Value
from autograd_lite.engine import table as ops
from autograd_lite.transcript import formulas
from autograd_lite.transcript.texts import numeral


def by_label(item: Any) -> str:
    return str(item.label) if isinstance(item, Value) else numeral(item)


def in_numbers(item: Any) -> str:
    return numeral(item.data if isinstance(item, Value) else item)


def labelled(*names: str, at: float = -0.5) -> list[Value]:
    return [Value(at, label=name) for name in names]


@pytest.mark.parametrize(
    ("n", "want", "numbers"),
    [
        (2, "2·x", "2·(-0.5)"),
        (3, "3·x²", "3·(-0.5)²"),
        (4, "4·x**3", "4·(-0.5)**3"),
        (1, "1", "1"),
        (0, "0", "0"),
        (-1, "-x**-2", "-(-0.5)**-2"),
        (-2, "-2·x**-3", "-2·(-0.5)**-3"),
    ],
)
def test_the_derivative_of_a_power_is_written_as_in_a_textbook(n: float, want: str, numbers: str) -> None:
    [x] = labelled("x")
    assert formulas.derivative(x**n, 0, None, by_label) == want
    assert formulas.derivative(x**n, 0, None, in_numbers) == numbers


def test_an_exponent_that_is_a_node_stays_one() -> None:
    x, y = labelled("x", "y", at=2.0)
    assert formulas.derivative(x**y, 0, None, by_label) == "y·x**(y - 1)"
    assert formulas.derivative(x**y, 0, None, in_numbers) == "2·2**(2 - 1)"


@pytest.mark.parametrize(
    ("label", "want"),
    [
        ("w0[0,1]", ("w0[0,1] * y", "y / w0[0,1]**3", "-y / w0[0,1]²")),
        ("v1#2", ("v1#2 * y", "y / v1#2**3", "-y / v1#2²")),
        ("a + b", ("(a + b) * y", "y / (a + b)**3", "-y / (a + b)²")),
        ("-a", ("-a * y", "y / (-a)**3", "-y / (-a)²")),
        ("-a - b", ("(-a - b) * y", "y / (-a - b)**3", "-y / (-a - b)²")),
        ("{0} ** 2 * z", ("({0} ** 2 * z) * y", "y / ({0} ** 2 * z)**3", "-y / ({0} ** 2 * z)²")),
    ],
)
def test_a_label_stays_as_it_is_and_is_one_thing(label: str, want: tuple[str, str, str]) -> None:
    x, y = labelled(label, "y", at=2.0)
    product, ratio = x * y, ops.over_power(y, x, 3.0)
    assert formulas.result(product, by_label) == want[0]
    assert formulas.derivative(ratio, 0, None, by_label) == want[1].replace("y", "1")
    assert formulas.derivative(y / x, 1, None, by_label) == want[2]


def test_groups_are_unfolded_or_listed_and_long_ones_cut() -> None:
    xs, ws = labelled(*[f"x{i}" for i in range(8)]), labelled(*[f"w{i}" for i in range(8)])
    assert formulas.result(ops.mean(xs[:2]), by_label) == "(x0 + x1) / 2"
    assert formulas.result(ops.affine(ws[:2], xs[:2], 1.0), by_label) == "1 + w0 * x0 + w1 * x1"
    assert formulas.result(ops.dot(ws[:1], [-2.0]), by_label) == "w0 * -2"
    assert formulas.result(ops.max(xs[:2]), by_label) == "max([x0, x1])"
    assert formulas.result(ops.sum(xs), by_label) == "sum([x0, x1, x2, x3, …, x7])"
    assert formulas.derivative(ops.mean(xs), 0, 7, by_label) == "1 / 8"
    assert formulas.derivative(ops.norm(xs), 0, 3, in_numbers).startswith("(-0.5) / ")
    assert formulas.derivative(ops.prod(xs), 0, 3, by_label) == "prod(xs[:3] + xs[3 + 1:])"


def test_a_condition_that_is_a_number_is_true_or_false() -> None:
    x, y = labelled("x", "y")
    assert formulas.result(ops.where(1.0, x, y), by_label) == "where(True, x, y)"
    assert formulas.derivative(ops.where(0.0, x, y), 1, None, by_label) == "1 if False else 0"

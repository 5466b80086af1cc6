"""What an operation is: a row of anybody's is called, parsed, drawn and checked, and its messages say what to write."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from checker import (
    check_row,
)
from extras import numpy as np

from autograd_lite import COMPILED, Value, check_operation, draw
from autograd_lite.cli.expression import Expression
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation, Unary


@pytest.fixture
def softsign() -> Iterator[Operation]:
    """A row that is no part of the package, taken back afterwards."""
    yield Unary(
        "softsign",
        "x",
        lambda x: x / (1.0 + abs(x)),
        lambda x, out: (ops.over_power(1.0, 1.0 + ops.abs(x), 2.0),),
        about="A gentle sigmoid.",
        formula=("1 / (1 + abs(x))**2",),
        domain="abs(x) < inf",
        reference="x / (1 + fabs(x))",
        example=("softsign(1.0)", "0.5"),
    )
    del TABLE["softsign"]
    del Value.softsign


def test_a_row_made_anywhere_is_at_once_a_method_parsed_drawn_and_checked(softsign: Operation) -> None:
    x = Value(-3.0, label="x")
    assert x.softsign().data == softsign(-3.0) == -0.75
    assert Value(1.0).softsign().local_derivatives() == (0.25,)
    parsed = Expression("softsign(2*x) + 1")({"x": x})
    assert parsed.data == pytest.approx(1.0 - 6.0 / 7.0)
    picture = draw(parsed).source
    assert "softsign(v1)" in picture
    assert "1 / (1 + abs(v1))² = 1 / (1 + abs(-6))²" in picture
    check_operation(softsign)
    check_row(softsign, 20)


def test_a_row_has_the_signature_of_its_operands() -> None:
    found = {row: str(inspect.signature(row)) for row in (ops.add, ops.floor, ops.leaky_relu, ops.dot)}
    assert [*found.values()] == ["(x, y)", "(x)", "(x, slope=0.01)", "(x, y)"]
    if not COMPILED:  # of a class in C nobody knows it
        assert "signature" in inspect.signature(Operation).parameters  # the class keeps that of its own


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: ops.log(-1.0), ValueError, "log(-1.0): needs x > 0"),
        (lambda: ops.log(Value(0.0, label="p")), ValueError, "log(0.0): needs x > 0 (x is 'p')"),
        (lambda: 1 / Value(0.0), ZeroDivisionError, "1.0 / 0.0: needs y != 0"),
        (lambda: Value(0.0) ** -1, ZeroDivisionError, "0.0**-1: needs x > 0 or x == 0 <= n or x < 0 and n % 1 == 0"),
        (
            lambda: Value(-8.0) ** (1 / 4),
            ValueError,
            "(-8.0)**0.25: needs x > 0 or x == 0 <= n or x < 0 and n % 1 == 0",
        ),
        (lambda: ops.exp(1000), OverflowError, "exp(1000.0): the result is too large for a float"),
        (lambda: ops.sinh(Value(-1000)), OverflowError, "sinh(-1000.0): the result is too large for a float"),
        (lambda: Value(10.0) ** 400, OverflowError, "10.0**400: the result is too large for a float"),
        (lambda: ops.clip(0.0, 2.0, 1.0), ValueError, "clip(0.0, 2.0, 1.0): needs low <= high"),
        (lambda: ops.mean([]), ValueError, "mean([]): needs len(xs) > 0"),
        (lambda: ops.dot([1.0], [Value(1.0), 2.0]), ValueError, "dot([1.0], [1.0, 2.0]): needs len(x) == len(y)"),
        (lambda: ops.affine([], [1.0], 0.0), ValueError, "affine([], [1.0], 0.0): needs len(w) == len(x)"),
        (lambda: ops.max([]), ValueError, "max([]): needs len(xs) > 0"),
        (lambda: ops.take([1.0], Value(0.5)), ValueError, "take([1.0], 0.5): needs index in range(len(xs))"),
        (lambda: ops.take([1.0], -1), ValueError, "take([1.0], -1.0): needs index in range(len(xs))"),
        (lambda: ops.softmax([]), ValueError, "softmax([]): needs len(xs) > 0"),
        (lambda: ops.log_softmax(3.0), TypeError, "log_softmax: needs a sequence of numbers or Values, got 3.0"),
        (lambda: ops.softmax([1.0, "x"]), TypeError, "softmax: needs a real number, got 'x' of type str"),
        (lambda: ops.softmax([Value(1.0), "x"]), TypeError, "softmax: needs a real number, got 'x' of type str"),
        (lambda: ops.lgamma(-2.0), ValueError, "lgamma(-2.0): needs x > 0 or x % 1 != 0"),
        (lambda: ops.digamma(Value(0.0)), ValueError, "digamma(0.0): needs x > 0 or x % 1 != 0"),
        (
            lambda: ops.polygamma(1, -3.0),
            ValueError,
            "polygamma(1, -3.0): needs n in range(171) and (x > 0 or x % 1 != 0)",
        ),
        (
            lambda: ops.polygamma(Value(1.0), 2.0),
            TypeError,
            "polygamma: its parameter must be a plain number, got Value(data=1.0, grad=0.0); give x.data",
        ),
        (
            lambda: ops.exp(np.array([1.0, 2.0])),
            TypeError,
            "exp: needs a real number, got array([1., 2.]) of type ndarray; for an array write np.exp",
        ),
        (
            lambda: ops.arctan2(Value(1.0), np.array([1.0])),
            TypeError,
            "arctan2: needs a real number, got array([1.]) of type ndarray; for an array write np.arctan2",
        ),
        (
            lambda: ops.erf(np.array([1.0])),
            TypeError,
            "erf: needs a real number, got array([1.]) of type ndarray; for each number write [erf(x) for x in xs]",
        ),
        (
            lambda: ops.exp([1.0]),
            TypeError,
            "exp: needs a real number, got [1.0] of type list; for each number write [exp(x) for x in xs]",
        ),
        (
            lambda: ops.polygamma(1, (2.0,)),
            TypeError,
            "polygamma: needs a real number, got (2.0,) of type tuple; "
            "for each number write [polygamma(n, x) for x in xs]",
        ),
    ],
)
def test_messages(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("call", "is_told"),
    [
        (lambda x: ops.where(x < 0, x, ops.sqrt(-x)), True),
        (lambda x: 1.0 + ops.where(x < 0, (x + 1.0) * x, 2.0 * ops.log(-x)), True),
        (lambda x: ops.where(x != 1, 1.0 / (x - 1.0), x), True),
        (lambda x: ops.where(x.data < 0, x.data, ops.sqrt(-x.data)), True),
        (
            lambda x: ops.where(
                x < 0,
                x * x,
                ops.sqrt(-x),
            ),
            True,
        ),
        (lambda x: ops.where(x > 0, x, 1.0) + ops.sqrt(-x), False),
        (lambda x: ops.sqrt(-x), False),
    ],
)
def test_inside_where_the_message_says_that_both_branches_are_computed(
    call: Callable[[Value], Any], is_told: bool
) -> None:
    with pytest.raises((ValueError, ZeroDivisionError), match="needs") as caught:
        call(Value(1.0))
    assert (" (where computes both branches: write a if c else b)" in str(caught.value)) == is_told
    assert "both are computed" in str(ops.where.__doc__).lower()

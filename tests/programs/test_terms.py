"""Terms: their text, their order, and what they are on floats."""

from __future__ import annotations

import math

import pytest

from autograd_lite.engine import table as ops
from autograd_lite.programs.primitives import AND
from autograd_lite.programs.program import LESS
from autograd_lite.programs.terms import MOST_WRITTEN, RESULT, Argument, Choice, Number, Term, evaluate, in_order

X, Y = Argument(0), Argument(1)


def doubled(times: int) -> Term:
    """A number added to itself: so many terms, twice as many words for each more."""
    term = Term(ops.add, (X, X))
    for _ in range(times - 1):
        term = Term(ops.add, (term, term))
    return term


def test_they_are_written_as_rows_write_themselves() -> None:
    assert repr(Term(ops.multiply, (Term(ops.sin, (X,)), -0.0))) == "(sin(x0)) * -0.0"
    assert repr(Term(ops.dot, ((Argument(0, 0), Argument(0, 1)), (2.0, RESULT)))) == "dot([x0[0], x0[1]], [2.0, out])"
    assert repr(Choice(Term(LESS, (X, Y)), None, Choice(X, 1.0, Y))) == "(None if x0 < x1 else (1.0 if x0 else x1))"


def test_a_long_term_is_not_written_out() -> None:
    assert repr(doubled(6)).count("x0") == 2**6 <= MOST_WRITTEN
    assert repr(doubled(7)) == "<add of 7 terms>"


def test_each_stands_once_and_after_its_operands() -> None:
    term = doubled(60)  # of which a walk without memory would never return
    order = in_order(Term(ops.sum, ((term, 1.0, term, X),)))
    assert len(order) == len(set(order)) == 61
    for place, found in enumerate(order):
        assert set(found.terms()) <= set(order[:place])
    assert order[-2] is term
    assert in_order(RESULT) == in_order(1.0) == []


def test_long_chains_need_no_deep_stack() -> None:
    term: Number = X
    for _ in range(20_000):
        term = Term(ops.add, (term, 1.0))
    assert evaluate(term, (0.5,)) == 20_000.5


def test_they_are_numbers() -> None:
    slope = Term(ops.multiply, (Term(ops.cos, (Argument(1, 2),)), RESULT))
    assert evaluate(slope, (7.0, (1.0, 2.0, 3.0)), 5.0) == math.cos(3.0) * 5.0
    assert evaluate(X, (4.0,)) == 4.0
    assert evaluate(2.5, ()) == 2.5
    assert math.isnan(evaluate(RESULT, ()) or 0.0)
    assert evaluate(None, ()) is None


@pytest.mark.parametrize(("x", "y", "want"), [(1.0, 2.0, "both"), (3.0, 2.0, None), (0.0, 2.0, None)])
def test_a_choice_is_for_what_is_not_zero(x: float, y: float, want: str | None) -> None:
    both = Term(AND, (Term(LESS, (X, Y)), X))
    assert evaluate(Choice(both, 9.0, None), (x, y)) == (9.0 if want else None)
    assert evaluate(Choice(X, 9.0, None), (-x,)) == (9.0 if x else None)


def test_the_side_not_taken_is_not_computed() -> None:
    digamma = Term(ops.digamma, (X,))  # no primitive: it raises at 0
    assert evaluate(Choice(X, digamma, 3.0), (0.0,)) == 3.0
    with pytest.raises(ValueError, match="pole"):
        evaluate(digamma, (0.0,))
    assert evaluate(Term(ops.divide, (1.0, X)), (0.0,)) == math.inf  # a primitive is as IEEE 754 has it

"""Functions on two ways of a selection: called once, to the last bit, unless something else needs them."""

from __future__ import annotations

import math

import pytest

from autograd_lite.engine import table as ops
from autograd_lite.programs.exclusive import MOST_TERMS, called_once
from autograd_lite.programs.program import GREATER
from autograd_lite.programs.terms import Argument, Number, Term, evaluate, in_order

X, Y = Argument(0), Argument(1)
IS_POSITIVE = Term(GREATER, (X, 0.0))


def calls(number: Number) -> list[str]:
    return [term.operation.name for term in in_order(number) if term.operation in (ops.exp, ops.log1p, ops.sin)]


def where(yes: Number, no: Number, condition: Number = IS_POSITIVE) -> Term:
    return Term(ops.where, (condition, yes, no))


def exp(x: Number) -> Term:
    return Term(ops.exp, (x,))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (where(exp(Y), exp(X)), ["exp"]),
        (where(Term(ops.log1p, (exp(Y),)), Term(ops.log1p, (exp(X),))), ["exp", "log1p"]),
        (where(exp(Y), where(exp(X), exp(2.0), Term(GREATER, (Y, 1.0)))), ["exp"]),
        (where(exp(Y), Term(ops.sin, (X,))), ["exp", "sin"]),
        (where(Term(ops.add, (exp(X), exp(Y))), exp(3.0)), ["exp", "exp"]),
        (where(exp(exp(X)), exp(Y)), ["exp", "exp"]),
    ],
)
def test_a_function_is_called_once(number: Term, expected: list[str]) -> None:
    [once] = called_once((number,))
    assert calls(once) == expected
    for x in (-2.0, -0.0, 0.0, 0.5, 3.0, math.inf, math.nan):
        for y in (-1.0, 0.0, 2.0, math.nan):
            assert repr(evaluate(once, (x, y))) == repr(evaluate(number, (x, y)))


def test_what_is_needed_elsewhere_stays() -> None:
    shared = exp(Y)
    assert calls(called_once((Term(ops.add, (where(shared, exp(X)), shared)),))[0]) == ["exp", "exp"]
    number, error = called_once((where(shared, exp(X)), shared))
    assert calls(number) == ["exp", "exp"]
    assert error is shared
    assert called_once((2.0, X)) == (2.0, X)


def test_long_recipes_stay() -> None:
    number = where(exp(Y), exp(X))
    for _ in range(MOST_TERMS):
        number = Term(ops.add, (number, X))
    assert called_once((number,)) == (number,)

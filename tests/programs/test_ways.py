"""Ways through functions of symbols: which are gone, what is joined, and what is not guessed."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lite.engine import table as ops
from autograd_lite.programs.terms import Argument, evaluate, in_order
from autograd_lite.programs.ways import FloatWays, Symbol, Unexplorable, Ways

inf, nan = math.inf, math.nan


def explored(function: Any, ways: Ways | None = None) -> str:
    ways = ways or Ways()
    x, y = Symbol(Argument(0), ways), Symbol(Argument(1), ways)
    return repr(ways.explore(lambda: function(x, y), ways.choice)[0])


@pytest.mark.parametrize(
    ("function", "want"),
    [
        (lambda x, y: 1.0 if x > 0 else 2.0 if x > 0 else 3.0, "(1.0 if x0 > 0.0 else 3.0)"),
        (lambda x, y: 1.0 if x > 0 else 2.0 if x > 1 else 3.0, "(1.0 if x0 > 0.0 else 3.0)"),
        (lambda x, y: (2.0 if x > -1 else 3.0) if x >= 0 else 1.0, "(2.0 if x0 >= 0.0 else 1.0)"),
        (lambda x, y: (2.0 if x == x else 3.0) if x <= y else 1.0, "(2.0 if x0 <= x1 else 1.0)"),
        (lambda x, y: (2.0 if y < x else 3.0) if x <= y else 1.0, "(3.0 if x0 <= x1 else 1.0)"),
        (lambda x, y: (2.0 if x < 1 else 3.0) if x == 0 else 1.0, "(2.0 if x0 == 0.0 else 1.0)"),
        (lambda x, y: 1.0 if x > 0 else 2.0 if x <= 0 else 3.0, "(1.0 if x0 > 0.0 else (2.0 if x0 <= 0.0 else 3.0))"),
        (lambda x, y: (2.0 if x != 0 else 3.0) if x else 1.0, "(2.0 if x0 else 1.0)"),
        (lambda x, y: 1.0 if x < nan else 2.0, "(1.0 if x0 < nan else 2.0)"),
    ],
)
def test_what_is_known_is_not_asked(function: Any, want: str) -> None:
    assert explored(function) == want


@given(st.lists(st.tuples(st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), st.sampled_from("xy012")), max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_known_changes_nothing(questions: list[tuple[str, str]]) -> None:
    """Random questions about two numbers, answered by symbols as by floats."""
    code = "(" + ", ".join([f"x {relation} {other}" for relation, other in questions]) + ")"

    def answers(x: Any, y: Any) -> float:
        found = 0.0
        for relation, other in questions:
            found = 2.0 * found + (1.0 if eval(f"x {relation} {other}", {"x": x, "y": y}) else 0.0)
        return found

    ways = Ways()
    tree, _ = ways.explore(lambda: answers(Symbol(Argument(0), ways), Symbol(Argument(1), ways)), ways.choice)
    for x, y in itertools.product((-1.0, -0.0, 0.0, 0.5, 1.0, 2.0, 3.0, inf, -inf, nan), repeat=2):
        assert evaluate(tree, (x, y)) == answers(x, y), code


def test_what_is_explored_apart_does_not_multiply() -> None:
    def many(x: Any, y: Any) -> Any:
        return sum(x.ways.apart(lambda z: z if z > y else y, (x * float(i),)) for i in range(50))

    ways = Ways()
    total, _ = ways.explore(lambda: many(Symbol(Argument(0), ways), Symbol(Argument(1), ways)), ways.joined)
    assert [term.operation for term in in_order(total)].count(ops.where) == 50


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: float(x),
        lambda x, y: int(x),
        lambda x, y: [1.0][x],
        lambda x, y: sum(1.0 for i in range(20) if x > y * float(i)),
        lambda x, y: [1.0] if x > 0 else 1.0,
    ],
)
def test_what_symbols_cannot_follow_is_not_guessed(function: Any) -> None:
    with pytest.raises(Unexplorable):
        explored(function)


def test_a_function_that_calls_itself_for_ever_is_not_followed() -> None:
    ways = FloatWays()

    def endless(x: Any) -> Any:
        return ways.apart(endless, (x + 1.0,))

    with pytest.raises(Unexplorable):
        ways.explore(lambda: endless(Symbol(Argument(0), ways)), ways.joined)


def test_an_error_is_told_with_its_conditions() -> None:
    ways = FloatWays()
    x, y = Symbol(Argument(0), ways), Symbol(Argument(1), ways)

    def inner(y: Any) -> Any:
        if y > 1:
            raise ValueError
        return y

    value, error = ways.explore(lambda: 5.0 if x > 0 else ways.apart(inner, (y,)), ways.joined)
    for point in itertools.product((-1.0, 1.0), (0.0, 2.0)):
        assert (evaluate(error, point) != 0) == (point == (-1.0, 2.0))
    assert evaluate(value, (-1.0, 0.5)) == 0.5
    assert evaluate(value, (1.0, 0.5)) == 5.0


def test_what_changes_no_bit_is_left_out() -> None:
    assert explored(lambda x, y: -0.0 + x) == "x0"
    assert explored(lambda x, y: 0.0 + x) == "0.0 + x0"  # 0.0 where x is -0.0
    assert explored(lambda x, y: y * 1.0) == "x1"


def test_no_more_ways_than_allowed() -> None:
    def bits(count: int) -> Any:
        return lambda x, y: sum([2.0**i if x * (i + 2.0) > y else 0.0 for i in range(count)])

    assert explored(bits(8)).count(" if ") == 2**8 - 1
    with pytest.raises(Unexplorable, match="too many ways"):
        explored(bits(9))

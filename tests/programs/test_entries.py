"""The derivatives that are not zero by structure: the engine's, all of them and no other, in lanes where f repeats."""

from __future__ import annotations

import itertools
import math
from typing import Any

import extras
import pytest
from evaluator import evaluate
from functions import anything, arguments, call_of, flat, functions, made, ordinary, scalar_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd_lite import grad, jacobian, maximum, sin, take, where
from autograd_lite import sum as total
from autograd_lite.engine import table as ops
from autograd_lite.programs import jacobians
from autograd_lite.programs.arguments import closed
from autograd_lite.programs.jacobians import jacobian_program
from autograd_lite.programs.lanes import laned_program
from autograd_lite.programs.program import OTHERWISE, RAISES, SCATTER, Program
from autograd_lite.programs.straight import straight_program

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def needs_numpy() -> None:
    extras.numpy.array  # noqa: B018  (skips where there is none)


def dense(f: Any, args: Any) -> list[list[float]]:
    """The Jacobian of all results by all numbers of the arguments."""
    return jacobian(lambda numbers: flat(f(*closed(list(args), iter(numbers)))))(flat(list(args)))


def check(program: Program, want: list[list[float]], numbers: list[float], rel: float = 1e-9) -> Any:
    """The program of derivatives and its pattern, which hold all that is not zero, once and in order."""
    derived, pattern = jacobian_program(program, 0)
    places = list(zip(pattern.rows.tolist(), pattern.columns.tolist(), strict=True))
    assert places == sorted(set(places))
    found = evaluate(derived, [numbers])
    if found in (OTHERWISE, RAISES):
        return None
    assert len(found) == len(places)
    rest = dict(zip(places, found, strict=True))
    for row, line in enumerate(want):
        for column, x in enumerate(line):
            y = rest.get((row, column), 0.0)
            assert math.isclose(x, y, rel_tol=rel, abs_tol=rel) or repr(x) == repr(y), (row, column, x, y)
    return derived, pattern


@SLOW
@given(functions(slopes=True), arguments(ordinary, 9, 1), st.booleans(), st.booleans())
def test_random_functions_agree_with_the_engine(text: str, args: Any, with_lanes: bool, twice: bool) -> None:
    f = made(text)
    if twice:
        f = grad(scalar_of(f), argnums=0)
    try:
        want = dense(f, args)
    except (ValueError, ArithmeticError, TypeError):
        return
    make = laned_program if with_lanes else straight_program
    check(make(*call_of(f, args)), want, flat(list(args)), 1e-7)


@SLOW
@given(functions(), arguments(anything, 6, 1))
def test_what_is_not_finite_is_the_engines_or_is_not_told(text: str, args: Any) -> None:
    f = made(text)
    try:
        want = dense(f, args)
    except (ValueError, ArithmeticError):
        return
    if all(map(math.isfinite, flat(want))):
        check(laned_program(*call_of(f, args)), want, flat(list(args)), 1e-7)


PICKS: dict[str, Any] = {
    "a chain": lambda x: [b - a * a for a, b in itertools.pairwise(x)],
    "a shared number": lambda x: [a * x[0] for a in x],
    "a shared sum": lambda x: [a * total(x[:3]) for a in x],
    "a sum of all": lambda x: [total([a * b for a, b in itertools.pairwise(x)])],
    "two rows of each": lambda x: [y for a, b in itertools.pairwise(x) for y in (sin(a * b) * a, sin(a * b) + b)],
    "a stencil of a stencil": lambda x: stencil(stencil(x)),
    "an arrow": lambda x: [total(x), *[x[0] * a for a in x[1:]]],
    "picked by a number": lambda x: [take(x, 2.0) * a for a in x],
    "sides": lambda x: [where(a > b, sin(a), maximum(a, b)) for a, b in itertools.pairwise(x)],
    "constants": lambda x: [1.0, *[2.0 * a for a in x], 3.0, x[0] * 0.0],
    "the same again": lambda x: [x[0], x[0], *x, x[1] + x[1]],
    "a recurrence": lambda x: recurrence(x),
    "nothing": lambda x: [ops.sign(a) for a in x],
}


def stencil(x: Any) -> Any:
    return [sin(a + c) * b for a, b, c in zip(x, x[1:], x[2:], strict=False)]


def recurrence(x: Any) -> Any:
    out, s = [], 1.0
    for a in x:
        s = sin(s * a + s)
        out.append(s)
    return out


@pytest.mark.parametrize("size", [5, 12])
@pytest.mark.parametrize("name", PICKS)
def test_patterns_hold_what_depends_and_nothing_else(name: str, size: int) -> None:
    f, numbers = PICKS[name], [0.3 + 0.7 * i * (-1) ** i for i in range(size)]
    want = dense(f, [numbers])
    _, pattern = check(laned_program(*call_of(f, [numbers])), want, numbers)
    places = set(zip(pattern.rows.tolist(), pattern.columns.tolist(), strict=True))
    nonzero = {(i, j) for i, line in enumerate(want) for j, y in enumerate(line) if y}
    others = {"sides": places - nonzero, "constants": {(size + 1, 0), (size + 2, 0)} & places}.get(name, set())
    if name == "picked by a number":
        others = {(i, j) for i in range(size) for j in range(size)}
    assert nonzero <= places <= nonzero | others


@pytest.mark.parametrize("name", ["a chain", "two rows of each", "sides", "constants"])
def test_what_repeats_is_lanes_however_often(name: str) -> None:
    def count(size: int) -> int:
        numbers = [0.3 + 0.7 * i * (-1) ** i for i in range(size)]
        return len(jacobian_program(laned_program(*call_of(PICKS[name], [numbers])), 0)[0])

    assert count(200) == count(40) < 60


def test_rows_of_one_sample_are_apart_and_need_no_gather_of_slopes() -> None:
    numbers = [0.1 * i for i in range(40)]

    def two(x: Any) -> list[Any]:
        products = [a * b for a, b in zip(x[::2], x[1::2], strict=True)]
        return [y for s in products for y in (sin(s), s * s)]

    derived, _ = jacobian_program(laned_program(*call_of(two, [numbers])), 0)
    gathers = [x for x in derived.instructions if x.operation.name == "gather"]
    assert [x.lanes for x in gathers] == [20, 20, 80]  # the two operands, and what brings the results together
    assert SCATTER not in [x.operation for x in derived.instructions]


def spread(x: Any) -> list[Any]:
    shared = [sin(a) for a in x[:5]]
    return [shared[max(0, i - len(x) + 5)] * a for i, a in enumerate(x)]  # nearly all of the first


@pytest.mark.parametrize(("f", "growth"), [(spread, 1.0), (recurrence, 2.2)])
def test_results_of_shared_numbers_stay_together(f: Any, growth: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jacobians, "_size", lambda program: 0)  # never forward

    def count(size: int) -> int:
        numbers = [0.01 * i for i in range(1, size + 1)]
        derived, _ = check(laned_program(*call_of(f, [numbers])), dense(f, [numbers]), numbers)
        return len(derived)

    assert count(80) <= growth * count(40)

"""Derivatives of programs, by every row of the table, against those of the engine and against differences."""

from __future__ import annotations

import random
from typing import Any

import pytest
from checker import points
from evaluator import evaluate
from functions import call_of, close, flat, same, units_of

from autograd_lite import Value, exp, grad, gradients, jvp, log, where
from autograd_lite import sum as total
from autograd_lite.engine.operation import TABLE, Operation
from autograd_lite.programs.lanes import laned_program
from autograd_lite.programs.program import RAISES
from autograd_lite.programs.runnable import gradient_program
from autograd_lite.programs.straight import straight_program

ROWS = [row for row in TABLE.values() if "polygamma" not in row.name]
every_row = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


def applied(row: Operation, given: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    """A function that applies a row to numbers and groups of them, and its arguments, parameters apart."""
    own = len(given) - row.parameters
    return lambda *args: row(*args, *given[own:]), [list(x) if isinstance(x, tuple) else x for x in given[:own]]


def some_points(row: Operation, count: int) -> list[tuple[Any, ...]]:
    return random.Random(row.name).sample(found, min(count, len(found))) if (found := list(points(row, 12))) else []


@every_row
def test_first_derivatives_of_every_row_have_the_bits_of_the_engine(row: Operation) -> None:
    for given in some_points(row, 6):
        f, args = applied(row, given)
        if not flat(args):
            continue
        slope = grad(f, argnums=tuple(range(len(args))))
        try:
            plain = flat(slope(*args))
        except (ValueError, ArithmeticError):
            continue
        found = evaluate(straight_program(*call_of(slope, args)), units_of(args))
        assert found is RAISES or same(found, plain), given


@every_row
def test_gradients_of_programs_are_those_of_the_engine(row: Operation) -> None:
    for given in some_points(row, 4):
        f, args = applied(row, given)
        count = len(flat(args))
        try:
            plain = flat(grad(f, argnums=tuple(range(len(args))))(*args)) if count else []
            program = straight_program(*call_of(f, args))
        except (ValueError, ArithmeticError):
            continue
        found = evaluate(gradient_program(program, 0, [(0, i) for i in range(count)]), units_of(args))
        assert not count or found is RAISES or close(found, plain, 1e-13), given


def test_forward_and_reverse_mode_agree_on_lanes() -> None:
    def f(w: Any, xs: Any) -> Any:
        return total([exp(w * x) * where(x > 0.0, x, w) for x in xs])

    rng = random.Random(0)
    w, xs = 0.3, [rng.gauss(0, 1) for _ in range(9)]
    directions = rng.gauss(0, 1), [rng.gauss(0, 1) for _ in range(9)]

    def by_reverse(w: Any, xs: Any) -> Any:
        by_w, by_xs = grad(f, argnums=(0, 1))(w, xs)
        return by_w * directions[0] + total([a * b for a, b in zip(by_xs, directions[1], strict=True)])

    def by_forward(w: Any, xs: Any) -> Any:
        return jvp(f, (w, xs), directions)[1]

    [one], [other] = [
        evaluate(laned_program(*call_of(g, (w, xs))), units_of((w, xs))) for g in (by_reverse, by_forward)
    ]
    step = 1e-6
    moved = [
        f(w + s * directions[0], [x + s * d for x, d in zip(xs, directions[1], strict=True)]) for s in (step, -step)
    ]
    assert close(one, other, 1e-12)
    assert close(one, (moved[0] - moved[1]) / (2 * step), 1e-6)


def test_what_is_not_taken_does_not_make_nan() -> None:
    def f(x: Any) -> Any:
        return where(x > 0.0, log(where(x > 0.0, x, 1.0)), x * x)

    program = straight_program(*call_of(grad(f), (2.0,)))
    assert evaluate(program, [[2.0]]) == [0.5]
    assert evaluate(program, [[-3.0]]) == [-6.0]


def test_derivatives_by_what_is_not_used_are_zero() -> None:
    x, y = Value(2.0), Value(3.0)
    assert [d.data for d in gradients(x * x, [x, y])] == [4.0, 0.0]
    program = straight_program(*call_of(grad(lambda x, y: x * x, argnums=(0, 1)), (2.0, 3.0)))
    assert evaluate(program, [[2.0, 3.0]]) == [4.0, 0.0]

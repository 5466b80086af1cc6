"""Straight programs against the engine, bit for bit, with a judge of their own in between."""

from __future__ import annotations

import random
from typing import Any

import pytest
from evaluator import evaluate
from functions import anything, arguments, call_of, flat, functions, made, ordinary, same, scalar_of, units_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd_lite import Value, dot, grad, maximum, softmax, sqrt, tanh, value_and_grad, where
from autograd_lite import sum as total
from autograd_lite.engine.table import multiply
from autograd_lite.programs.program import INPUT, OTHERWISE, RAISES
from autograd_lite.programs.straight import straight_program

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(functions(), arguments(anything, 8))
def test_it_gives_the_bits_of_the_engine(text: str, args: Any) -> None:
    f = made(text)
    try:
        plain = flat(f(*args))
    except (ValueError, ArithmeticError):
        return
    found = evaluate(straight_program(*call_of(f, args)), units_of(args))
    assert same(found, plain)


@SLOW
@given(functions(), arguments(ordinary, 8))
def test_gradients_have_the_bits_of_the_engine(text: str, args: Any) -> None:
    f = value_and_grad(scalar_of(made(text)), argnums=(0, 3))
    try:
        plain = flat(f(*args))
    except (ValueError, ArithmeticError):
        return
    found = evaluate(straight_program(*call_of(f, args)), units_of(args))
    assert found is RAISES or same(found, plain)  # a derivative that is not finite may have been masked


@SLOW
@given(functions(), arguments(ordinary, 6), st.data())
def test_at_other_arguments_it_is_right_or_says_that_it_is_not(text: str, args: Any, data: Any) -> None:
    f = made(text)
    others = data.draw(arguments(anything, len(args[0]), len(args[0])))
    try:
        program = straight_program(*call_of(f, args))
        plain = flat(f(*others))
    except (ValueError, ArithmeticError):
        return
    found = evaluate(program, units_of(others))
    assert found in (OTHERWISE, RAISES) or same(found, plain)


def test_equal_nodes_have_an_adjoint_each() -> None:
    def f(x: Any, y: Any) -> Any:
        return (x * y) * 0.1 + (x * y) * 0.7

    at = (0.3, 1.7)
    program = straight_program(*call_of(grad(f), at))
    assert evaluate(program, [list(at)]) == [grad(f)(*at)]
    assert [x.operation for x in program.instructions].count(multiply) < 6


def test_what_is_computed_twice_is_one_instruction() -> None:
    program = straight_program(*call_of(lambda x: (x * x + 1.0) * (x * x + 1.0), (3.0,)))
    assert [x.operation.name for x in program.instructions] == ["input", "multiply", "add", "multiply"]


def test_constants_are_folded_and_dead_code_is_left_out() -> None:
    two = Value(2.0)

    def f(x: Any) -> Any:
        x * 3.0  # nobody wants it
        return x * (two * two + 1.0)

    text = str(straight_program(*call_of(f, (1.0,))))
    assert "5.0" in text
    assert "3.0" not in text


number = st.floats(-3.0, 3.0)


def grouped(x: Any, y: Any) -> Any:
    return dot(softmax([x, y, x * y]), [x, x, y]) + total([x, y, x, y])


@given(x=number, y=number)
def test_curvatures_of_groups_are_the_engines_up_to_the_order_of_sums(x: float, y: float) -> None:
    def curvature(x: Any, y: Any) -> Any:
        return grad(grad(grouped))(x, y)

    [found] = evaluate(straight_program(*call_of(curvature, (1.5, -0.5))), [[x, y]])
    assert found == pytest.approx(curvature(x, y), rel=1e-12, abs=1e-12)


def test_adjoints_start_at_zero() -> None:
    program = straight_program(*call_of(grad(lambda x: x * -0.0), (1.0,)))
    assert repr(evaluate(program, [[1.0]])) == "[0.0]"  # 0.0 + -0.0


def test_inputs_come_in_units() -> None:
    listing, _ = call_of(lambda a, b, c: a - b * c, (1.0, 2.0, 3.0))
    for units, given_ in (([3], [[1.0, 2.0, 3.0]]), ([1, 2], [[1.0], [2.0, 3.0]]), ([0, 3], [[], [1.0, 2.0, 3.0]])):
        program = straight_program(listing, units)
        assert [x.lanes for x in program.inputs] == units
        assert {x.lanes for x in program.instructions if x.operation is not INPUT} == {1}
        assert evaluate(program, given_) == [-5.0]


def test_what_the_side_not_taken_may_spoil_is_marked() -> None:
    program = straight_program(*call_of(grad(lambda x: where(x > 1.0, sqrt(x), x)), (4.0,)))
    assert program.masked
    assert evaluate(program, [[4.0]]) == [0.25]
    assert evaluate(program, [[0.0]]) == RAISES  # 0 · ∞, which the engine leaves out
    assert not straight_program(*call_of(grad(tanh), (4.0,))).masked


def test_truths_do_not_change_the_order_of_sums() -> None:
    """In the engine's graph there are no comparisons, by which a node might be met earlier."""

    def f(xs: Any, q: Any) -> Any:
        s = q * 1.0
        ys = [x - 0.1 * maximum(s * -1.5, 0.25) for x in xs]
        for y in ys:
            s = s + where(y < s * 3.0, 1.5, -0.5)
        return s + total([x * y for x, y in zip(xs, ys, strict=True)]) + maximum(q, 2.0)

    for seed in range(40):
        rng = random.Random(seed)
        args = [rng.gauss(0.0, 2.0) for _ in range(8)], rng.gauss(0.0, 2.0)
        listing, units = call_of(value_and_grad(f, argnums=(0, 1)), args)
        found = evaluate(straight_program(listing, units), units_of(args))
        assert same(found, flat(value_and_grad(f, argnums=(0, 1))(*args)))

"""Programs of one instruction a node, run by an evaluator on plain floats: to the last bit what the engine computes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from evaluator import evaluate
from hypothesis import given
from hypothesis import strategies as st
from listings import listing_of

from autograd_lite import dot, exp, grad, jvp, softmax, sqrt, tanh, where
from autograd_lite import sum as total
from autograd_lite.engine import table as ops
from autograd_lite.programs.program import INPUT, OTHERWISE, RAISES
from autograd_lite.programs.straight import straight_program

number = st.floats(-3.0, 3.0)


def used_often(x: Any, y: Any) -> Any:
    return x * 0.1 + tanh(x) * y - x / 3.0 + x * y + exp(x) * x - y


def twice(x: Any, y: Any) -> Any:
    return tanh(x * y) + tanh(x * y) * x


def grouped(x: Any, y: Any) -> Any:
    return dot(softmax([x, y, x * y]), [x, x, y]) + total([x, y, x, y])


FUNCTIONS = {
    "values": used_often,
    "slopes": lambda x, y: list(grad(used_often, argnums=(0, 1))(x, y)),
    "slopes of equal nodes": lambda x, y: list(grad(twice, argnums=(0, 1))(x, y)),
    "slopes of groups": lambda x, y: list(grad(grouped, argnums=(0, 1))(x, y)),
    "curvatures": lambda x, y: grad(lambda x: grad(used_often)(x, y) * y)(x),
    "tangents": lambda x, y: list(jvp(used_often, (x, y), (y, 2.0))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@given(x=number, y=number)
def test_every_bit_is_the_engines(name: str, x: float, y: float) -> None:
    f = FUNCTIONS[name]
    program = straight_program(listing_of(f, 1.5, -0.5), [2])
    want = f(x, y)
    assert repr(evaluate(program, [[x, y]])) == repr([*map(float, want if isinstance(want, list) else [want])])


@given(x=number, y=number)
def test_curvatures_of_groups_are_the_engines_up_to_the_order_of_sums(x: float, y: float) -> None:
    def curvature(x: Any, y: Any) -> Any:
        return grad(grad(grouped))(x, y)

    [found] = evaluate(straight_program(listing_of(curvature, 1.5, -0.5), [2]), [[x, y]])
    assert found == pytest.approx(curvature(x, y), rel=1e-12, abs=1e-12)


def test_adjoints_start_at_zero() -> None:
    program = straight_program(listing_of(grad(lambda x: x * -0.0), 1.0), [1])
    assert repr(evaluate(program, [[1.0]])) == "[0.0]"  # 0.0 + -0.0


def test_inputs_come_in_units() -> None:
    listing = listing_of(lambda a, b, c: a - b * c, 1.0, 2.0, 3.0)
    for units, given_ in (([3], [[1.0, 2.0, 3.0]]), ([1, 2], [[1.0], [2.0, 3.0]])):
        program = straight_program(listing, units)
        assert [x.lanes for x in program.inputs] == units
        assert {x.lanes for x in program.instructions if x.operation is not INPUT} == {1}
        assert evaluate(program, given_) == [-5.0]


def test_equal_nodes_are_one_in_the_end() -> None:
    program = straight_program(listing_of(twice, 1.0, 2.0), [2])
    assert [x.operation for x in program.instructions].count(ops.tanh) == 1


def test_a_truth_on_numbers_alone_is_no_guard() -> None:
    program = straight_program(listing_of(lambda x: x if x > 0.0 else -x, 2.0), [1])
    assert [guard.outcomes for guard in program.guards] == [(True,)]
    assert evaluate(program, [[3.0]]) == [3.0]
    assert evaluate(program, [[-3.0]]) == OTHERWISE
    assert evaluate(program, [[math.nan]]) == OTHERWISE


def test_what_the_side_not_taken_may_spoil_is_marked() -> None:
    program = straight_program(listing_of(grad(lambda x: where(x > 1.0, sqrt(x), x)), 4.0), [1])
    assert program.masked
    assert evaluate(program, [[4.0]]) == [0.25]
    assert evaluate(program, [[0.0]]) == RAISES  # 0 · ∞, which the engine leaves out
    assert not straight_program(listing_of(grad(tanh), 4.0), [1]).masked

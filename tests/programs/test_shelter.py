"""Shelter: values stay as they are, and no infinity of a side that is not taken reaches a derivative."""

from __future__ import annotations

import math
from typing import Any

import pytest
from evaluator import evaluate
from functions import arguments, call_of, close, functions, made, ordinary, units_of
from hypothesis import given, settings
from hypothesis import strategies as st
from lane_programs import gather, inputs, on_lanes, program, scatter, total

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation
from autograd_lite.programs.building import Builder
from autograd_lite.programs.differentiate import pull_back
from autograd_lite.programs.lanes import laned_program
from autograd_lite.programs.program import GREATER, LESS, Instruction, Program
from autograd_lite.programs.runnable import gradient_program
from autograd_lite.programs.shelter import is_steep, sheltered, smooth_point

#: What an engine sees that differentiates operation by operation: a number of our own derivatives where it has 0 · inf.
SLOPES = [("log", 0.0), ("sqrt", 0.0), ("arccosh", 0.5), ("arcsin", -1.0), ("exp", 1e4)]


def slopes(made: Program) -> Any:
    """The derivatives of the sum of its outputs by all inputs, by products alone: nothing is skipped."""
    build = Builder()
    build.extend(made.instructions)
    seeds = [((x, lane), 1.0) for x in made.outputs for lane in range(x.lanes)]
    found, _ = pull_back(build, build.instructions[:], seeds, [(x, i) for x in made.inputs for i in range(x.lanes)])
    return build.program(made.inputs, [build.gather(found)])


def chosen(row: Operation, x: Instruction, condition: Instruction, other: Any = 0.0) -> Program:
    return program([on_lanes(ops.where, condition, on_lanes(row, x), other)])


@pytest.mark.parametrize(("name", "x"), SLOPES)
def test_nothing_comes_from_the_side_that_is_not_taken(name: str, x: float) -> None:
    (numbers,) = inputs(3)
    condition = on_lanes(LESS, 0.25, on_lanes(ops.multiply, numbers, 0.0))  # nowhere
    made = chosen(TABLE[name], numbers, condition)
    safe = sheltered(made)
    assert [on.operation for on in safe.instructions].count(ops.where) == 2
    assert math.isfinite(sum(evaluate(slopes(safe), [[x, 0.5, 0.6]])))
    bare = evaluate(slopes(made), [[x, 0.5, 0.6]])
    assert isinstance(bare, str) or not math.isfinite(bare[0]), "without shelter there is nothing to be seen here"


def test_what_is_taken_is_computed_where_it_was_asked() -> None:
    (x,) = inputs(5)
    made = sheltered(chosen(ops.log, x, on_lanes(GREATER, x, 1.0), x))
    assert evaluate(made, [[0.5, 1.0, 2.0, 3.0, -1.0]]) == [0.5, 1.0, math.log(2.0), math.log(3.0), -1.0]
    assert evaluate(slopes(made), [[0.5, 1.0, 2.0, 4.0, -1.0]]) == [1.0, 1.0, 0.5, 0.25, 1.0]


def test_what_decides_is_computed_from_what_was_given() -> None:
    (x,) = inputs(4)
    y = on_lanes(ops.sqrt, x)
    made = sheltered(program([on_lanes(ops.where, on_lanes(GREATER, y, 1.0), y, 7.0)]))
    assert evaluate(made, [[0.0, 0.25, 4.0, 9.0]]) == [7.0, 7.0, 2.0, 3.0]
    assert evaluate(slopes(made), [[0.0, 0.25, 4.0, 9.0]]) == [0.0, 0.0, 0.25, 1.0 / 6.0]


def test_a_number_that_decides_is_what_it_was() -> None:
    (x,) = inputs(3)
    y = on_lanes(ops.sqrt, x)
    made = sheltered(program([on_lanes(ops.where, y, on_lanes(ops.log, y), 7.0)]))
    assert evaluate(made, [[0.0, 1.0, 4.0]]) == [7.0, 0.0, math.log(2.0)]
    assert evaluate(slopes(made), [[0.0, 1.0, 4.0]]) == [0.0, 0.5, 0.125]
    same = sheltered(program([on_lanes(ops.where, y, y, 7.0)]))
    assert evaluate(same, [[0.0, 1.0, 4.0]]) == [7.0, 1.0, 2.0]


def test_what_either_of_two_takes_is_computed_for_both() -> None:
    (x,) = inputs(4)
    y = on_lanes(ops.sqrt, x)
    low = on_lanes(ops.where, on_lanes(LESS, x, 0.5), y, 0.0)
    high = on_lanes(ops.where, on_lanes(GREATER, x, 1.0), y, 0.0)
    made = sheltered(program([low, high]))
    assert evaluate(made, [[0.25, 1.0, 4.0, 0.75]]) == [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0]
    assert evaluate(slopes(made), [[0.25, 1.0, 4.0, 0.75]]) == [1.0, 0.0, 0.25, 0.0]


def test_lanes_that_nothing_takes_are_sheltered_wherever_they_move() -> None:
    x, y = inputs(4, 1)
    roots = on_lanes(ops.sqrt, x)
    few = gather([roots], [(0, 3), (0, 1)])
    condition = on_lanes(GREATER, gather([x], [(0, 3), (0, 1)]), 0.0)
    root = on_lanes(ops.sqrt, y)
    moved = scatter(on_lanes(ops.where, condition, few, 0.0), [1, 1], 2)
    made = program([moved, total(on_lanes(ops.where, condition, root, 1.0))])
    safe = sheltered(made)
    assert evaluate(safe, [[0.0, 4.0, 0.0, 0.0], [4.0]]) == evaluate(made, [[0.0, 4.0, 0.0, 0.0], [4.0]])
    assert evaluate(slopes(safe), [[0.0, 4.0, 0.0, 0.0], [4.0]]) == [0.0, 0.25, 0.0, 0.0, 0.25]
    assert evaluate(slopes(safe), [[0.0, 0.0, 0.0, 0.0], [0.0]]) == [0.0, 0.0, 0.0, 0.0, 0.0]


def test_what_is_taken_anyhow_is_not_sheltered() -> None:
    (x,) = inputs(3)
    y = on_lanes(ops.log, x)
    made = program([on_lanes(ops.add, y, on_lanes(ops.where, on_lanes(GREATER, x, 1.0), y, 0.0))])
    assert sheltered(made).instructions == made.instructions
    assert evaluate(slopes(sheltered(made)), [[0.5, 2.0, 4.0]]) == [2.0, 1.0, 0.5]


@pytest.mark.parametrize("row", [ops.floor, ops.stop_gradient, GREATER], ids=lambda row: str(row.name))
def test_where_gradients_end_the_numbers_are_those_given(row: Operation) -> None:
    (x,) = inputs(3)
    y = on_lanes(ops.log, x)
    end = on_lanes(row, y, -1.0) if row is GREATER else on_lanes(row, y)
    side = on_lanes(ops.where, on_lanes(GREATER, x, 1.0), y, 0.0)
    made = program([on_lanes(ops.add, side, on_lanes(ops.multiply, end, x))])
    assert evaluate(sheltered(made), [[0.1, 0.3, 3.0]]) == evaluate(made, [[0.1, 0.3, 3.0]])


@pytest.mark.parametrize(
    ("row", "others"), [("relu", ()), ("maximum", (0.5,)), ("minimum", (-5.0,)), ("clip", (0.5, 1.0))]
)
def test_nothing_flows_to_an_operand_that_is_not_taken(row: str, others: tuple[float, ...]) -> None:
    (x,) = inputs(2)
    root = on_lanes(ops.negative, on_lanes(ops.sqrt, x))
    made = program([on_lanes(TABLE[row], root, *others)])
    safe = sheltered(made)
    assert evaluate(safe, [[0.0, 4.0]]) == evaluate(made, [[0.0, 4.0]])
    assert evaluate(slopes(safe), [[0.0, 4.0]]) == [0.0, 0.0]
    bare = evaluate(slopes(made), [[0.0, 4.0]])
    assert isinstance(bare, str) or not math.isfinite(bare[0]), "without shelter there is nothing to be seen here"


@pytest.mark.parametrize(("row", "shift", "x", "slope"), [(ops.max, 0.125, 0.0625, 2.0), (ops.min, -1.0, 4.0, 0.25)])
def test_of_a_group_the_operand_that_is_taken_alone_is_reached(
    row: Operation, shift: float, x: float, slope: float
) -> None:
    (numbers,) = inputs(2)
    root = on_lanes(ops.sqrt, numbers)
    made = program([on_lanes(row, (root, on_lanes(ops.add, numbers, shift)))])
    assert evaluate(slopes(sheltered(made)), [[0.0, x]]) == [1.0, slope]


def test_a_program_without_steep_sides_stays_as_it_is() -> None:
    (x,) = inputs(3)
    made = chosen(ops.tanh, x, on_lanes(GREATER, on_lanes(ops.log, x), 1.0))
    assert sheltered(made) is made


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if is_steep(row)))
def test_steep_rows_are_smooth_at_their_point(name: str) -> None:
    row = TABLE[name]
    own, point = len(row.operands) - row.parameters, smooth_point(row)
    operands: list[Any] = [(point, point) if is_group else point for is_group in row.groups[:own]]
    operands += [float(row.choices[n][0]) if n in row.choices else 1.0 for n in row.operands[own:]]
    value = row.value(*operands)
    derivatives = row.derivatives(*operands, value)[:own]
    flat = [d for group in derivatives for d in (group if isinstance(group, tuple | list) else (group,))]
    assert all(d is None or math.isfinite(d) for d in [value, *flat])


@settings(max_examples=60, deadline=None)
@given(functions(guards=False), arguments(ordinary, 12), st.booleans())
def test_values_and_derivatives_stay_what_they_are(text: str, args: Any, derived: bool) -> None:
    try:
        listing, units = call_of(made(text), args)
    except (ArithmeticError, ValueError):
        return
    program = laned_program(listing, units)
    if derived and program.outputs and units[0]:
        program = gradient_program(program, 0, [(0, i) for i in range(units[0])])
    expected, found = (evaluate(each, units_of(args)) for each in (program, sheltered(program)))
    if not isinstance(expected, str):
        assert close(expected, found, 1e-15)

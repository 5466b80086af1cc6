"""The making of programs: nothing twice, nothing for nothing, and what raises is kept."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

from evaluator import evaluate
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE
from autograd_lite.programs.building import QUIET, Builder, merged
from autograd_lite.programs.program import GATHER, GREATER, LITERALS, RAISES, Comparison, Guard, Program


def test_what_is_quiet_raises_for_no_floats() -> None:
    rng, edges = random.Random(0), [0.0, -0.0, 1.0, -2.5, 1e308, -1e308, 5e-324, math.inf, -math.inf, math.nan, 710.0]
    for row in QUIET:
        if any(row.groups):
            for _ in range(100):
                size = rng.randint(1, 4)
                groups = [tuple(rng.choice(edges) for _ in range(size)) if g else rng.choice(edges) for g in row.groups]
                row.value(*groups)
        else:
            for given in itertools.product(edges, repeat=len(row.operands)):
                row.value(*given)
    assert {TABLE["divide"], TABLE["log"], TABLE["exp"], TABLE["power"], TABLE["sin"]}.isdisjoint(QUIET)
    assert sum(isinstance(row, Comparison) for row in QUIET) == 6


def test_what_is_there_is_not_made_again() -> None:
    build = Builder()
    x = build.input(0, 3)
    assert build.apply(ops.tanh, (x,)) is build.apply(ops.tanh, (x,))
    assert build.apply(ops.multiply, (x, 0.0)) is not build.apply(ops.multiply, (x, -0.0))
    assert build.apply(ops.multiply, (x, math.nan)) is build.apply(ops.multiply, (x, math.nan))
    assert build.apply(ops.multiply, (1.0, x)) is x
    assert build.apply(ops.multiply, (2.0, 3.0)) == 6.0
    assert build.apply(ops.where, (1.0, x, 2.0)) is x
    assert build.add(LITERALS, (), (0.0,), 1) is not build.add(LITERALS, (), (-0.0,), 1)


def test_scatters_add_what_goes_to_one_lane() -> None:
    build = Builder()
    x = build.input(0, 3)
    several = build.scatter([((x, 0), 1), ((x, 1), 1), ((x, 2), 0)], 3)
    apart = build.scatter([((x, 0), 1), ((x, 2), 0)], 3)
    found = evaluate(build.program([x], [several, apart]), [[1.0, 2.0, 4.0]])
    assert found == [4.0, 3.0, 0.0, 4.0, 1.0, 0.0]
    assert all(instruction.operation is GATHER for instruction in [apart])
    assert build.scatter([], 3) == 0.0


def test_sums_of_what_all_lanes_share() -> None:
    build = Builder()
    x, y = build.input(0, 4), build.input(1, 1)
    outputs = [build.sum_of_lanes(x, 4), build.sum_of_lanes(y, 4), build.sum_of_lanes(2.5, 4)]
    assert evaluate(build.program([x, y], outputs), [[1.0, 2.0, 3.0, 4.0], [7.0]]) == [10.0, 28.0, 10.0]


def test_lanes_side_by_side() -> None:
    build = Builder()
    xs, y = build.input(0, 3), build.input(1, 1)
    assert build.gather([(xs, 0), (xs, 1), (xs, 2)]) is xs
    assert build.gather([(y, 0)]) is y
    assert build.gather([(2.5, 7)]) == 2.5
    some = build.gather([(2.5, 0), (-0.0, 0), (0.0, 0), (2.5, 0)])
    assert (some.operation, str(some.table)) == (LITERALS, "(2.5, -0.0, 0.0, 2.5)")  # one, however many numbers
    assert evaluate(build.program([xs], [build.gather([(2.5, 0)] * 3)]), [[1.0, 2.0, 3.0]]) == [2.5] * 3
    mixed: Any = build.gather([(xs, 2), (y, 0), (-0.0, 0), (xs, 2), (0.0, 0), (y, 9)])
    assert mixed.operation is GATHER
    assert len(mixed.operands[0]) == 4  # each source once
    found = evaluate(build.program([xs, y], [mixed, build.repeated(y, 3)]), [[1.0, 2.0, 3.0], [9.0]])
    assert repr(found) == "[3.0, 9.0, -0.0, 3.0, 0.0, 9.0, 9.0, 9.0, 9.0]"


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=9), st.integers(1, 5))
def test_a_scatter_adds_what_goes_to_each_lane(pairs: list[tuple[int, int]], size: int) -> None:
    numbers = [2.0**i for i in range(5)]
    build = Builder()
    xs = build.input(0, 5)
    total = build.scatter([((xs, lane), target) for lane, target in pairs], 4)
    whole = total if type(total) is not float else build.repeated(total, 4)
    want = [math.fsum([numbers[lane] for lane, target in pairs if target == j]) for j in range(4)]
    assert evaluate(build.program([xs], [whole]), [numbers]) == want
    alike = build.scatter([((3.0, 0), 0)] * size, 1)  # a number is no lane of anything
    assert evaluate(build.program([], [alike]), []) == [3.0 * size]


def test_a_program_has_what_it_needs_and_what_may_raise() -> None:
    build = Builder()
    x = build.input(0, 1)
    build.compute(ops.tanh, (x,))
    build.apply(ops.sqrt, (x,))
    log: Any = build.compute(ops.log, (x,))
    positive = build.add(GREATER, (x, 5.0))
    program = build.program([x], [build.add(ops.add, (x, 1.0))], [Guard(positive, (False,))])
    assert [i.operation for i in program.instructions[1:]] == [ops.log, GREATER, ops.add]
    assert program.raising == (log,)
    assert evaluate(program, [[2.0]]) == [3.0]
    assert evaluate(program, [[-2.0]]) == RAISES


def test_equal_nodes_are_apart_until_the_end() -> None:
    build = Builder(keeps_apart=True)
    x = build.input(0, 1)
    twins: list[Any] = [build.compute(ops.exp, (x,)) for _ in range(2)]
    assert twins[0] is not twins[1]
    program = build.program([x], [build.compute(ops.add, tuple(twins))], [Guard(t, (True,)) for t in twins], twins)
    assert len(program) == 3
    assert (len(program.guards), len(program.masked), len(program.raising)) == (1, 1, 1)
    assert evaluate(program, [[1.0]]) == [math.exp(1.0) + math.exp(1.0)]
    assert len(merged(Program([x], [x, *twins], twins))) == 2

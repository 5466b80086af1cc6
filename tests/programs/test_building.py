"""The making of programs: nothing twice, nothing for nothing, and what raises is kept."""

from __future__ import annotations

import itertools
import math
import random

from evaluator import evaluate

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE
from autograd_lite.programs.building import QUIET, Builder, merged
from autograd_lite.programs.program import GATHER, LITERALS, RAISES, Comparison


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


def test_gathers_of_all_lanes_are_what_they_pick_from() -> None:
    build = Builder()
    x, y = build.input(0, 3), build.input(1, 1)
    assert build.gather([(x, 0), (x, 1), (x, 2)]) is x
    assert build.gather([(y, 0)]) is y
    turned = build.gather([(x, 2), (y, 0), (5.0, 0), (x, 0)])
    assert evaluate(build.program([x, y], [turned]), [[1.0, 2.0, 3.0], [4.0]]) == [3.0, 4.0, 5.0, 1.0]


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


def test_equal_instructions_become_one_in_the_end() -> None:
    build = Builder(keeps_apart=True)
    x = build.input(0, 1)
    a, b = build.compute(ops.tanh, (x,)), build.compute(ops.tanh, (x,))
    assert a is not b
    program = build.program([x], [build.compute(ops.add, (a, b))])
    assert [i.operation for i in program.instructions if i.operation.name != "input"] == [ops.tanh, ops.add]
    assert str(merged(program)) == str(program)


def test_what_may_raise_is_computed_though_nothing_needs_it() -> None:
    build = Builder()
    x = build.input(0, 1)
    build.compute(ops.tanh, (x,))
    build.compute(ops.log, (x,))
    program = build.program([x], [x])
    assert [i.operation for i in program.raising] == [ops.log]
    assert len(program) == 2
    assert evaluate(program, [[2.0]]) == [2.0]
    assert evaluate(program, [[-2.0]]) == RAISES

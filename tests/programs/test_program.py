"""What programs are made of, and how they are written out."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

import pytest

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE
from autograd_lite.programs.program import (
    COMPARISONS,
    GATHER,
    INPUT,
    LITERALS,
    SCATTER,
    SUM_OF_LANES,
    Comparison,
    Guard,
    Instruction,
    Program,
)

PYTHONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
PAIRS = list(zip(COMPARISONS, PYTHONS, strict=True))


@pytest.mark.parametrize(("row", "python"), PAIRS, ids=lambda x: getattr(x, "name", ""))
def test_comparisons_are_pythons_and_pass_nothing_back(row: Comparison, python: Any) -> None:
    for x, y in itertools.product((-1.0, -0.0, 0.0, 2.0, math.inf, -math.inf, math.nan), repeat=2):
        assert repr(row.value(x, y)) == repr(float(python(x, y)))
    assert tuple(row.derivatives(1.0, 2.0, 1.0)) == (None, None)
    assert eval(row.write("1.0", "2.0")) is python(1.0, 2.0)


def test_they_are_no_functions_of_the_table() -> None:
    assert not {*COMPARISONS, INPUT, LITERALS, GATHER, SCATTER, SUM_OF_LANES} & set(TABLE.values())


def test_sources_are_the_instructions_among_the_operands() -> None:
    x, y = Instruction(INPUT, (), 3, 0), Instruction(INPUT, (), 1, 1)
    assert [*Instruction(ops.affine, ((x, 2.0, y), (y, x, 1.0), x), 3).sources()] == [x, y, y, x, x]
    assert [*x.sources()] == []


def test_it_is_written_out_line_by_line() -> None:
    xs = Instruction(INPUT, (), 6, 0)
    weights = Instruction(LITERALS, (), 6, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    products = Instruction(ops.multiply, (xs, weights), 6)
    total = Instruction(SUM_OF_LANES, (products,), 1)
    ends = Instruction(GATHER, ((xs, total),), 2, ((0, 5), (1, 0)))
    back = Instruction(SCATTER, (ends,), 3, (2, 2))
    truth = Instruction(COMPARISONS[0], (total, -0.0), 1)
    order = [xs, weights, products, total, ends, back, truth]
    program = Program([xs], order, [total, back], [Guard(truth, (True,))])
    assert len(program) == 7
    assert [" ".join(line.split()) for line in str(program).split("\n")] == [
        "v0 = input 0 6 lanes",
        "v1 = literals [1.0, 2.0, 3.0, 4.0, …] 6 lanes",
        "v2 = v0 * v1 6 lanes",
        "v3 = sum_of_lanes(v2)",
        "v4 = gather(v0, v3) by [(0, 5), (1, 0)] 2 lanes",
        "v5 = scatter(v4) by [2, 2] 3 lanes",
        "v6 = v3 < -0.0",
        "return v3, v5",
        "if v6 is [True]",
    ]

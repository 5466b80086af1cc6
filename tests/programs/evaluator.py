"""Programs on plain floats, one lane after the other: the judge of what makes and rewrites programs.

An error is a value here: it flows on through what is computed from it, until a selection leaves it out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd_lite.engine import table as ops
from autograd_lite.programs.program import (
    GATHER,
    INPUT,
    LITERALS,
    OTHERWISE,
    RAISES,
    SCATTER,
    SUM_OF_LANES,
    Instruction,
    Program,
)


def evaluate(program: Program, units: Sequence[Sequence[float]]) -> Any:
    """The results for the numbers of each input, or what a backend says in their place."""
    known: dict[Any, list[Any]] = {}
    for instruction in program.instructions:
        known[instruction] = _lanes(instruction, known, units)
        assert len(known[instruction]) == instruction.lanes
    for guard in program.guards:
        truths = known[guard.truth]
        assert len(truths) == len(guard.outcomes)
        if any(type(x) is float and (x != 0.0) != outcome for x, outcome in zip(truths, guard.outcomes, strict=True)):
            return OTHERWISE
    results = [x for output in program.outputs for x in known[output]]
    checked = [x for output in program.masked for x in known[output]]
    own = [x for instruction in program.raising for x in known[instruction]]
    if any(type(x) is not float for x in (*results, *checked, *own)) or not all(map(math.isfinite, checked)):
        return RAISES
    return results


def _lanes(instruction: Instruction, known: dict[Any, list[Any]], units: Sequence[Sequence[float]]) -> list[Any]:
    operation, operands, table = instruction.operation, instruction.operands, instruction.table
    if operation is INPUT:
        return list(units[table])
    if operation is LITERALS:
        return list(table)
    first: Any = operands[0]
    if operation is GATHER:
        return [known[first[source]][lane] for source, lane in table]
    if operation is SUM_OF_LANES:
        return [_applied(ops.sum.value, [tuple(known[first])])]
    if operation is SCATTER:
        sums: list[Any] = [0.0] * instruction.lanes
        for x, target in zip(known[first], table, strict=True):
            sums[target] = _applied(ops.add.value, [sums[target], x])
        return sums
    return [
        _selected(*given) if operation is ops.where else _applied(operation.value, given)
        for given in ([_at(x, lane, known) for x in operands] for lane in range(instruction.lanes))
    ]


def _at(x: Any, lane: int, known: dict[Any, list[Any]]) -> Any:
    """An operand in one lane."""
    if type(x) is tuple:
        return tuple([_at(item, lane, known) for item in x])
    if type(x) is float:
        return x
    return known[x][lane if x.lanes > 1 else 0]


def _selected(condition: Any, yes: Any, no: Any) -> Any:
    return condition if type(condition) is not float else yes if condition else no


def _applied(value: Any, given: list[Any]) -> Any:
    for x in given:
        for item in x if type(x) is tuple else (x,):
            if type(item) is not float:
                return item
    try:
        return float(value(*given))
    except (ValueError, ArithmeticError) as error:
        return error

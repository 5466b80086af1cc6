"""Programs on lanes, written by hand: what makes them, runs them natively, and interprets them on floats."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from typing import Any

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import Operation
from autograd_lite.programs.host import Host
from autograd_lite.programs.native import Native, compile_native
from autograd_lite.programs.program import (
    GATHER,
    INPUT,
    LITERALS,
    SCATTER,
    SUM_OF_LANES,
    Guard,
    Instruction,
    Program,
)

HOSTS = {
    "this": None,
    "8": Host(8, False, True),
    "8 without libmvec": Host(8, False, False),
    "4": Host(4, False, True),
    "4 without libmvec": Host(4, True, False),
    "2": Host(2, False, True),
    "2 without libmvec": Host(2, False, False),
}


POINTS = [0.0, -0.0, 0.5, 1.0, -1.0, 2.0, -2.5, 3.7, 1e-9, -3e-200, 5e-324, 40.0, -710.0, 1e200, -1e300]
POINTS += [math.inf, -math.inf, math.nan, 0.1, 0.9999999, 7.0, -7.25, 170.5]


def inputs(*lanes: int) -> list[Instruction]:
    return [Instruction(INPUT, (), n, place) for place, n in enumerate(lanes)]


def on_lanes(operation: Operation, *operands: Any) -> Instruction:
    items = [x for operand in operands for x in (operand if type(operand) is tuple else (operand,))]
    lanes = {x.lanes for x in items if type(x) is Instruction}
    return Instruction(operation, operands, 0 if 0 in lanes else max(lanes, default=1))


def literals(*numbers: float) -> Instruction:
    return Instruction(LITERALS, (), len(numbers), numbers)


def gather(sources: Sequence[Instruction], table: Sequence[tuple[int, int]]) -> Instruction:
    return Instruction(GATHER, (tuple(sources),), len(table), tuple(table))


def scatter(x: Instruction, table: Sequence[int], lanes: int) -> Instruction:
    return Instruction(SCATTER, (x,), lanes, tuple(table))


def total(x: Instruction) -> Instruction:
    return Instruction(SUM_OF_LANES, (x,), 1)


def program(
    outputs: Sequence[Instruction], guards: Sequence[Guard] = (), masked: Sequence[Instruction] = ()
) -> Program:
    """With all that these need, each after its operands."""
    order: dict[Instruction, None] = {}

    def visit(x: Instruction) -> None:
        if x not in order:
            for source in x.sources():
                visit(source)
            order[x] = None

    for x in [*outputs, *masked, *[guard.truth for guard in guards]]:
        visit(x)
    taken = {int(x.table): x for x in order if x.operation is INPUT}
    made = [taken.get(place) or Instruction(INPUT, (), 1, place) for place in range(max(taken, default=-1) + 1)]
    others = [x for x in made if x not in order]
    return Program(made, [*others, *order], outputs, guards, masked)


class RaisedError(Exception):
    """What Python's floats do where native code sets a flag."""


def interpret(program: Program, arrays: Sequence[Sequence[float]]) -> list[float]:
    """The results, lane by lane on Python's floats."""
    found: dict[Instruction, list[float]] = {}

    def lane(x: Any, i: int) -> Any:
        if type(x) is tuple:
            return tuple([lane(item, i) for item in x])
        return (found[x][i] if x.lanes > 1 else found[x][0]) if type(x) is Instruction else x

    for x in program.instructions:
        operation, table = x.operation, x.table
        if operation is INPUT:
            found[x] = list(arrays[table])
        elif operation is LITERALS:
            found[x] = list(table)
        elif operation is SUM_OF_LANES:
            found[x] = [ops.sum.value(found[next(x.sources())])]
        elif operation is GATHER:
            sources = [*x.sources()]
            found[x] = [found[sources[source]][i] for source, i in table]
        elif operation is SCATTER:
            found[x] = [0.0] * x.lanes
            for i, target in enumerate(table):
                found[x][target] += lane(x.operands[0], i)
        else:
            try:
                found[x] = [operation.value(*[lane(operand, i) for operand in x.operands]) for i in range(x.lanes)]
            except (ValueError, ArithmeticError) as error:
                raise RaisedError from error
    return [number for x in program.outputs for number in found[x]]


def call(native: Native, program: Program, arrays: Sequence[Sequence[float]]) -> tuple[int, list[float]]:
    """Flags and results; memory beyond the lanes is nan, so that what reads it is found out."""
    rooms = [(ctypes.c_double * (len(array) + 8))(*array, *[math.nan] * 8) for array in arrays]
    count = sum(x.lanes for x in program.outputs)
    results = (ctypes.c_double * (count + 8))(*[7.0] * (count + 8))
    flags = native.run([ctypes.addressof(room) for room in rooms], ctypes.addressof(results))
    assert list(results[count:]) == [7.0] * 8
    return flags, list(results[:count])


def ulps(x: float, y: float, unit: float = 0.0) -> float:
    """The distance in units in the last place of y, or of the unit if that is larger."""
    if x == y or (x != x and y != y):
        return 0.0
    return abs(x - y) / math.ulp(max(abs(y), unit)) if math.isfinite(x) and math.isfinite(y) else math.inf


def same(xs: Sequence[float], ys: Sequence[float]) -> bool:
    return [x.hex() for x in xs] == [y.hex() for y in ys]


def check(made: Program, arrays: Sequence[Sequence[float]], host: Host | None = None, bound: float = 1e-13) -> None:
    """Native results are those of Python's floats: exactly, or within a bound relative to the largest."""
    expected = interpret(made, arrays)
    flags, found = call(compile_native(made, exact=True), made, arrays)
    assert flags == 0
    assert same(found, expected)
    flags, found = call(compile_native(made, host=host), made, arrays)
    assert flags == 0
    size = max(map(abs, expected), default=0.0)
    assert all(abs(x - y) <= bound * size for x, y in zip(found, expected, strict=True))


def numbers(n: int, seed: float = 0.7) -> list[float]:
    return [math.sin(seed * (i + 1)) for i in range(n)]

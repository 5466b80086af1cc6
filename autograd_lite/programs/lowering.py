"""Lowering: a program whose rows are made of primitives, each computed once, with what may raise among its masked."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from ..engine import table as ops
from ..engine.operation import Operation
from .program import COMPARISONS, GATHER, INPUT, LITERALS, SCATTER, SUM_OF_LANES, Guard, Instruction, Program

#: Rows whose result is their operand.
ALIASES = {ops.positive, ops.stop_gradient}


def lowered(program: Program, native: frozenset[Operation]) -> Program:
    """The same program from operations that a backend knows; where it may raise, a masked result is not finite.

    Args:
        program: Any.
        native: The operations that the backend knows; rows that are not made of them stay as they are.
    """
    return _Lowering(native).program(program)


class _Lowering:
    def __init__(self, native: frozenset[Operation]) -> None:
        self.native = native
        self.instructions: list[Instruction] = []
        self.made: dict[Instruction, Any] = {}
        self.known: dict[Any, Instruction] = {}
        self.masked: dict[Instruction, None] = {}

    def program(self, program: Program) -> Program:
        for instruction in program.instructions:
            self.made[instruction] = self.lower(instruction)
        made = self.made
        return Program(
            [made[x] for x in program.inputs],
            self.instructions,
            [self.whole(made[x], x.lanes) for x in program.outputs],
            [Guard(self.whole(made[truth], truth.lanes), outcomes) for truth, outcomes in program.guards],
            [*self.masked, *[self.whole(made[x], x.lanes) for x in program.masked]],
        )

    def whole(self, x: Any, lanes: int) -> Instruction:
        """As an instruction of so many lanes."""
        if type(x) is not Instruction:
            return self.add(LITERALS, (), 1 and lanes, (x,) * lanes)
        return x if x.lanes == lanes else self.add(ops.positive, (x,), lanes)

    def add(self, operation: Operation, operands: tuple[Any, ...], lanes: int, table: Any = ()) -> Instruction:
        """An instruction, the one that is there if there is one like it."""
        key = (operation, tuple([_key(x) for x in operands]), lanes, table if operation is INPUT else id(table))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = Instruction(operation, operands, lanes, table)
            self.instructions.append(found)
        return found

    def operand(self, x: Any) -> Any:
        if type(x) is tuple:
            return tuple([self.made[item] if type(item) is Instruction else item for item in x])
        return self.made[x] if type(x) is Instruction else x

    def lower(self, instruction: Instruction) -> Any:
        operation, lanes = instruction.operation, instruction.lanes
        operands = tuple([self.operand(x) for x in instruction.operands])
        if operation in _MOVES:
            return self.move(instruction, operands)
        if operation in ALIASES:
            return operands[0]
        if operation is ops.relu:
            return self.add(ops.where, (self.add(_LESS, (operands[0], 0.0), lanes), 0.0, operands[0]), lanes)
        found = self.add(operation, operands, lanes)
        if operation in RAISING or operation not in self.native:
            self.masked[found] = None
        return found

    def move(self, instruction: Instruction, operands: tuple[Any, ...]) -> Any:
        operation, lanes, table = instruction.operation, instruction.lanes, instruction.table
        if operation is INPUT or operation is LITERALS:
            return table[0] if operation is LITERALS and lanes == 1 else self.add(operation, (), lanes, table)
        if operation is SUM_OF_LANES:
            [x] = operands
            count = next(instruction.sources()).lanes
            return x if count == 1 else self.add(operation, (self.whole(x, count),), 1)
        if operation is SCATTER:
            return self.add(operation, (self.whole(operands[0], len(table)),), lanes, table)
        sources = [x if type(x) is Instruction else self.add(LITERALS, (), 1, (x,)) for x in _opened(operands)]
        if lanes == 1 and sources[table[0][0]].lanes == 1:
            return sources[table[0][0]]
        return self.add(GATHER, tuple(sources), lanes, table)


_MOVES = {INPUT, LITERALS, GATHER, SCATTER, SUM_OF_LANES}
_LESS = COMPARISONS[0]
#: Primitives that raise in Python where IEEE 754 has infinities or nan.
RAISING = {
    *(ops.divide, ops.exp, ops.expm1, ops.exp2, ops.log, ops.log1p, ops.log2, ops.log10, ops.sqrt, ops.sin, ops.cos),
    *(ops.tan, ops.arcsin, ops.arccos, ops.sinh, ops.cosh, ops.arccosh, ops.arctanh),
}


def _opened(operands: Sequence[Any]) -> list[Any]:
    """Operands, groups opened."""
    return [item for x in operands for item in (x if type(x) is tuple else (x,))]


def _key(x: Any) -> Any:
    """What tells operands apart: instructions by identity, floats by their bits."""
    if type(x) is float:
        return struct.pack("d", x)
    return tuple([_key(item) for item in x]) if type(x) is tuple else x

"""Shelter: what stands on a side of `where` that is not taken is computed at numbers where it is smooth, for gradients.

An engine that differentiates operation by operation multiplies the derivative there by 0, and 0 · inf is nan. The same
holds for operands that `maximum`, `clip` and their like do not take. The numbers of a program do not change by this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ..engine import table as ops
from ..engine.operation import Operation
from .building import QUIET, Builder
from .primitives import AND, OR
from .program import (
    EQUAL,
    GATHER,
    GREATER,
    SCATTER,
    SUM_OF_LANES,
    Comparison,
    Guard,
    Instruction,
    Number,
    Program,
    Structure,
)

#: Where gradients flow to lanes of an instruction: everywhere, nowhere (None), or where an instruction is not 0.
Flow: TypeAlias = "Number | None"
_EVERYWHERE = 1.0
#: Through these flows nothing.
_ENDS = {ops.stop_gradient, ops.floor, ops.ceil, ops.trunc, ops.rint, ops.sign}
#: Through these flows something to the operands that they take alone.
_CHOICES = {ops.relu, ops.maximum, ops.minimum, ops.clip, ops.max, ops.min}


def is_steep(row: Operation) -> bool:
    """Whether a row or its derivative may be infinite or nan at a float.

    >>> is_steep(ops.log), is_steep(ops.tanh)
    (True, False)
    """
    return not isinstance(row, Structure) and (row is ops.cbrt or row not in QUIET) and row is not ops.take


def smooth_point(row: Operation) -> float:
    """A number that a steep row may be given in the place of each operand."""
    return 2.0 if row is ops.arccosh else 0.5


def sheltered(program: Program) -> Program:
    """The same program, whose derivatives no infinity or nan of a side that is not taken can reach.

    >>> from .program import INPUT
    >>> x = Instruction(INPUT, (), 1, 0)
    >>> c, y = Instruction(GREATER, (x, 0.0), 1), Instruction(ops.log, (x,), 1)
    >>> z = Instruction(ops.where, (c, y, 0.0), 1)
    >>> print(sheltered(Program([x], [x, c, y, z], [z])))
        v0 = input 0
        v1 = v0 > 0.0
        v2 = where(v1, v0, 0.5)
        v3 = log(v2)
        v4 = where(v1, v3, 0.0)
    return v4
    """
    steep = _on_steep(program.instructions)
    if any(side in steep for x in program.instructions for side in _sides(x)):
        return _Shelter(program, steep).program()
    return program


def _sides(x: Instruction) -> list[Instruction]:
    """The operands of an instruction to which nothing flows where it does not take them."""
    condition = x.operands[:1] if x.operation is ops.where else ()
    return [y for y in x.sources() if y not in condition] if x.operation in {ops.where, *_CHOICES} else []


def _on_steep(instructions: Sequence[Instruction]) -> set[Instruction]:
    """The instructions that are steep, or computed from such."""
    found: set[Instruction] = set()
    for x in instructions:
        if is_steep(x.operation) or not found.isdisjoint(x.sources()):
            found.add(x)
    return found


def _is_end(operation: Operation) -> bool:
    """Whether gradients end at a row: its operands are the numbers that were given."""
    return operation in _ENDS or isinstance(operation, Comparison)


class _Shelter:
    """The flows of a program's gradients, found backwards, and then the program again."""

    def __init__(self, program: Program, steep: set[Instruction]) -> None:
        self.given, self.steep = program, steep
        self.build = Builder()
        self.build.extend(program.instructions)
        self.flows: dict[Instruction, Flow] = dict.fromkeys(program.outputs, _EVERYWHERE)
        for x in reversed(program.instructions):
            flow = self.flows.get(x)
            if flow is not None and not _is_end(x.operation):
                self.flow_back(x, flow)

    def program(self) -> Program:
        safe: dict[Instruction, Number] = {}
        for x in self.given.instructions:
            is_given = self.flows.get(x) is None or x not in self.steep or _is_end(x.operation)
            safe[x] = x if is_given else self.made(x, safe)
        outputs = [safe[x] for x in self.given.outputs]
        guards = [Guard(truth, outcomes) for truth, outcomes in self.given.guards]
        return self.build.program(self.given.inputs, outputs, guards)

    def made(self, x: Instruction, safe: dict[Instruction, Number]) -> Number:
        """An instruction on sheltered operands."""
        flow, own = self.flows[x], len(x.operands) - x.operation.parameters

        def operand(given: Any) -> Any:
            if type(given) is not Instruction:
                return tuple(map(operand, given)) if type(given) is tuple else given
            found = safe[given]
            if x.operation in _CHOICES and given in self.steep:
                unmoved = self.build.apply(ops.stop_gradient, (given,))
                return self.build.apply(ops.where, (self.taken(given, x), found, unmoved))
            if type(flow) is not Instruction or not is_steep(x.operation):
                return found
            return self.build.apply(ops.where, (flow, found, smooth_point(x.operation)))

        operands = [operand(given) if i < own else given for i, given in enumerate(x.operands)]
        if x.operation is ops.where:
            operands[0] = x.operands[0]
        return self.build.add(x.operation, operands, x.table, x.lanes)

    # --- Flows ---

    def flow_back(self, x: Instruction, flow: Number) -> None:
        """Let a gradient that flows to x, or to some lanes of it, flow on to its operands."""
        operation, first = x.operation, x.operands[0] if x.operands else None
        if operation is ops.where:
            condition: Any = first
            for side, is_taken in zip(
                x.operands[1:], (condition, self.build.apply(EQUAL, (condition, 0.0))), strict=True
            ):
                self.add(side, self.both(flow, is_taken), x.lanes)
        elif operation is GATHER:
            sources: Any = first
            for place, source in enumerate(sources):
                if source in self.steep:
                    self.add(source, self.picked(x, place, source.lanes, flow), source.lanes)
        elif operation is SCATTER:
            is_partial = type(flow) is Instruction
            self.add(first, self.build.gather([(flow, i) for i in x.table]) if is_partial else flow, len(x.table))
        elif operation is SUM_OF_LANES:
            self.add(first, flow, 1)
        elif operation in _CHOICES:
            for source in x.sources():
                self.add(source, self.both(flow, self.taken(source, x)), x.lanes)
        else:
            for source in x.sources():
                self.add(source, flow, x.lanes)

    def taken(self, operand: Instruction, x: Instruction) -> Number:
        """Where a row that chooses takes an operand; of 0 `relu` takes nothing."""
        return self.build.apply(*((GREATER, (x, 0.0)) if x.operation is ops.relu else (EQUAL, (operand, x))))

    def picked(self, x: Instruction, place: int, lanes: int, flow: Number) -> Number:
        """Where gradients of a gather flow to lanes of one of its sources."""
        terms = [((flow, i), lane) for i, (source, lane) in enumerate(x.table) if source == place]
        if flow == _EVERYWHERE and len({lane for _, lane in terms}) == lanes:
            return _EVERYWHERE
        return self.build.apply(GREATER, (self.build.scatter(terms, lanes), 0.0))

    def add(self, x: Any, flow: Number, lanes: int) -> None:
        """Let more flow to x, whose lanes are one if it serves so many."""
        if type(x) is not Instruction or x not in self.steep:
            return
        if type(flow) is Instruction and x.lanes == 1 < flow.lanes:
            flow = self.build.apply(GREATER, (self.build.sum_of_lanes(flow, lanes), 0.0))
        known = self.flows.get(x)
        self.flows[x] = flow if known is None else self.either(known, flow)

    def both(self, x: Number, y: Number) -> Number:
        return y if x == _EVERYWHERE else x if y == _EVERYWHERE else self.build.apply(AND, (x, y))

    def either(self, x: Number, y: Number) -> Number:
        return _EVERYWHERE if _EVERYWHERE in (x, y) else self.build.apply(OR, (x, y))

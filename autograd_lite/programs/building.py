"""The making of programs: instructions one after the other, none twice, none that only repeats another."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign
from typing import Any

from ..engine import table as ops
from ..engine.operation import TABLE, Operation
from .program import (
    COMPARISONS,
    GATHER,
    INPUT,
    LITERALS,
    SCATTER,
    SUM_OF_LANES,
    Given,
    Guard,
    Instruction,
    Number,
    Program,
)

#: A lane of an instruction, or of a plain number.
Lane = tuple[Number, int]
#: Rows that raise for no floats at all.
_QUIET = """abs add affine arcsinh arctan arctan2 cbrt ceil copysign dot elu erf erfc floor gaussian gelu hypot
leaky_relu log_sigmoid logaddexp logsumexp max maximum mean min minimum multiply negative norm normal_cdf
normal_density positive prod relu rint sech2 sigmoid sign silu softplus stop_gradient subtract sum tanh trunc where"""
QUIET: frozenset[Operation] = frozenset(COMPARISONS) | {TABLE[name] for name in _QUIET.split()}


class Builder:
    """Instructions, each after its operands. What gives the same bits as something there is not made.

    Args:
        keeps_apart: But for what the function itself computes: where equal nodes have an adjoint each, as in the
            engine, sums have their order. In the end they are one.
    """

    def __init__(self, keeps_apart: bool = False) -> None:
        self._keeps_apart = keeps_apart
        self.instructions: list[Instruction] = []
        self._known: dict[Any, Instruction] = {}
        self.may_raise: list[Instruction] = []

    def extend(self, instructions: Sequence[Instruction]) -> None:
        """Go on after those of another program."""
        for x in instructions:
            self.instructions.append(x)
            self._known[_key_of(x.operation, x.operands, x.table, x.lanes)] = x

    def add(
        self, operation: Operation, operands: Sequence[Given], table: Any = (), lanes: int | None = None
    ) -> Instruction:
        """An instruction, made unless there is one like it; as many lanes as its operands if it is not said."""
        if lanes is None:
            lanes = max([x.lanes for x in _items(operands) if type(x) is Instruction], default=1)
        key = _key_of(operation, operands, table, lanes)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Instruction(operation, tuple(operands), lanes, table)
            self.instructions.append(found)
        return found

    def apply(self, operation: Operation, operands: Sequence[Given]) -> Number:
        """The result of a row, of a plain number if all operands are, and the other factor of a product with 1."""
        if not any(type(x) is Instruction for x in _items(operands)):
            return operation.value(*operands)
        if operation is ops.where and type(operands[0]) is float:
            chosen: Any = operands[1] if operands[0] else operands[2]
            return chosen  # type: ignore[no-any-return]  # no group
        if operation is ops.multiply:
            for x, other in (operands, reversed(operands)):
                if type(x) is float and x == 1.0 and type(other) is Instruction:
                    return other
        return self.add(operation, operands)

    def compute(self, operation: Operation, operands: Sequence[Given]) -> Number:
        """As `apply`, of what the function itself computes: an error in it counts also where nothing needs it."""
        if operation is ops.positive:  # a variable, which is not to be confused with others
            [x] = operands
            operands = [x if type(x) is Instruction else self._number(x)]
        sources = [x for x in _items(operands) if type(x) is Instruction]
        if sources and (self._keeps_apart or operation is ops.positive):
            made = Instruction(operation, tuple(operands), max([x.lanes for x in sources]))
            self.instructions.append(made)
            found: Number = made
        else:
            found = self.apply(operation, operands)
        if operation not in QUIET and type(found) is Instruction:
            self.may_raise.append(found)
        return found

    def input(self, place: int, lanes: int) -> Instruction:
        return self.add(INPUT, (), place, lanes)

    def gather(self, lanes: Sequence[Lane]) -> Number:
        """Lanes of instructions and plain numbers side by side; what they come from where it is all of that."""
        first = lanes[0][0]
        if all(x is first for x, _ in lanes) and type(first) is Instruction:
            if first.lanes == len(lanes) and all(i == lane for i, (_, lane) in enumerate(lanes)):
                return first
        elif len(lanes) == 1:
            return first
        sources: dict[Any, int] = {}
        kept: list[Number] = []
        table = []
        for x, lane in lanes:
            key = _key(x)
            if key not in sources:
                sources[key] = len(kept)
                kept.append(x)
            table.append((sources[key], lane if type(x) is Instruction and x.lanes > 1 else 0))
        if len(kept) > 1 and all(type(x) is float for x in kept):  # of each an instruction would not be linear
            return self.add(LITERALS, (), tuple([x for x, _ in lanes]), len(lanes))
        made: list[Number] = [x if type(x) is Instruction else self._number(x) for x in kept]
        return self.add(GATHER, (tuple(made),), tuple(table), len(lanes))

    def _number(self, x: Any) -> Instruction:
        return self.add(LITERALS, (), (x,), 1)

    def repeated(self, x: Number, lanes: int) -> Instruction:
        """One number in so many lanes."""
        source = x if type(x) is Instruction else self._number(x)
        return self.add(GATHER, ((source,),), ((0, 0),) * lanes, lanes)

    def scatter(self, terms: Sequence[tuple[Lane, int]], lanes: int) -> Number:
        """For each lane the sum of all terms that go there."""
        if not terms:
            return 0.0
        targets = [target for _, target in terms]
        if len(set(targets)) == len(targets):
            of = {target: lane for lane, target in terms}
            return self.gather([of.get(i, (0.0, 0)) for i in range(lanes)])
        x = self.gather([lane for lane, _ in terms])
        if type(x) is not Instruction or x.lanes != len(terms):
            x = self.repeated(x, len(terms))
        return self.add(SCATTER, (x,), tuple(targets), lanes)

    def sum_of_lanes(self, x: Number, lanes: int) -> Number:
        """The sum of all lanes of an operand of so many, in which a number, or one lane, stands for each."""
        if type(x) is Instruction and x.lanes == lanes:
            return self.add(SUM_OF_LANES, (x,), (), 1) if lanes != 1 else x
        return self.apply(ops.multiply, (x, float(lanes)))

    def program(
        self,
        inputs: Sequence[Instruction],
        outputs: Sequence[Number],
        guards: Sequence[Guard] = (),
        masked: Sequence[Number] = (),
    ) -> Program:
        """What outputs and guards need, and what may raise."""
        given = [x if type(x) is Instruction else self._number(x) for x in outputs]
        checked = [x for x in masked if type(x) is Instruction]
        needed = {
            *map(id, given),
            *map(id, self.may_raise),
            *map(id, inputs),
            *map(id, checked),
            *[id(guard.truth) for guard in guards],
        }
        kept = []
        for instruction in reversed(self.instructions):
            if id(instruction) in needed:
                kept.append(instruction)
                needed.update(map(id, instruction.sources()))
        program = Program(inputs, kept[::-1], given, guards, checked, self.may_raise)
        return merged(program) if self._keeps_apart else program


def merged(program: Program) -> Program:
    """The program without instructions that give the bits of an earlier one."""
    known: dict[Any, Instruction] = {}
    now: dict[Any, Instruction] = {}
    for x in program.instructions:
        operands = tuple([_replaced(operand, now) for operand in x.operands])
        same = Instruction(x.operation, operands, x.lanes, x.table)
        now[x] = known.setdefault(_key_of(x.operation, operands, x.table, x.lanes), same)
    return Program(
        [now[x] for x in program.inputs],
        list(known.values()),
        [now[x] for x in program.outputs],
        list(dict.fromkeys([Guard(now[truth], outcomes) for truth, outcomes in program.guards])),
        list(dict.fromkeys([now[x] for x in program.masked])),
        list(dict.fromkeys([now[x] for x in program.raising])),
    )


def _replaced(x: Any, now: dict[Any, Instruction]) -> Any:
    return tuple([_replaced(item, now) for item in x]) if type(x) is tuple else now.get(x, x)


def _items(operands: Sequence[Given]) -> list[Any]:
    return [x for operand in operands for x in (operand if type(operand) is tuple else (operand,))]


def _key_of(operation: Operation, operands: Sequence[Given], table: Any, lanes: int) -> Any:
    same = _key(table) if operation is LITERALS else table
    return operation, tuple([_key(x) for x in operands]), same, lanes


def _key(x: Any) -> Any:
    if type(x) is Instruction:
        return id(x)
    if type(x) is tuple:
        return tuple([_key(item) for item in x])
    return (x, copysign(1.0, x)) if x == x else repr(x)

"""Lowering: a program whose rows are made of primitives, each computed once, with what may raise among its masked."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import Any

from ..engine import table as ops
from ..engine.operation import Operation
from .explore import Lowered, value_recipe
from .primitives import POW, RAISING
from .program import GATHER, INPUT, LITERALS, SCATTER, SUM_OF_LANES, Guard, Instruction, Program
from .terms import Argument, Term, in_order


def lowered(program: Program, has: Callable[[Operation], bool], exact: bool = False) -> Program:
    """The same program from primitives that a backend has; where a row would raise, a masked result is not finite.

    Args:
        program: Any.
        has: Whether the backend has an operation; rows that are not made of such stay as they are.
        exact: Whether small powers are powers, to the last bit, and no products.

    >>> x = Instruction(INPUT, (), 1, 0)
    >>> y = Instruction(ops.relu, (x,), 1)
    >>> print(lowered(Program([x], [x, y], [y]), lambda operation: operation is not ops.relu))
        v0 = input 0
        v1 = v0 < 0.0
        v2 = where(v1, 0.0, v0)
    return v2
    """
    return _Lowering(has, exact).program(program)


class _Lowering:
    def __init__(self, has: Callable[[Operation], bool], exact: bool) -> None:
        self.has, self.exact = has, exact
        self.instructions: list[Instruction] = []
        self.made: dict[Instruction, Any] = {}
        self.known: dict[Any, Instruction] = {}
        self.masked: dict[Instruction, None] = {}
        self.terms: dict[Lowered, list[Term] | None] = {}

    def program(self, program: Program) -> Program:
        for instruction in program.instructions:
            self.made[instruction] = self.lower(instruction)
        return Program(
            [self.made[x] for x in program.inputs],
            self.instructions,
            [self.whole(x) for x in program.outputs],
            [Guard(self.whole(truth), outcomes) for truth, outcomes in program.guards],
            [*self.masked, *map(self.whole, program.masked)],
        )

    def whole(self, x: Any) -> Instruction:
        """What became of an instruction, as one with as many lanes."""
        if type(x) is not Instruction:
            return self.add(LITERALS, (), 1, (x,))
        found, lanes = self.made[x], x.lanes
        if type(found) is not Instruction:
            return self.add(LITERALS, (), lanes, (found,) * lanes)
        return found if found.lanes == lanes else self.add(ops.positive, (found,), lanes)

    def add(self, operation: Operation, operands: tuple[Any, ...], lanes: int, table: Any = ()) -> Instruction:
        """An instruction, unless there is one like it."""
        key = operation, tuple(map(_key, operands)), lanes, table if operation is INPUT else id(table)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = Instruction(operation, operands, lanes, table)
            self.instructions.append(found)
        return found

    def apply(self, operation: Operation, operands: tuple[Any, ...]) -> Instruction:
        """An instruction on as many lanes as its operands have; none if one of them has none."""
        if operation is POW and not self.exact and operands[1] in _PRODUCTS:
            return self.product(operands[0], operands[1])
        lanes = {x.lanes for x in _opened(operands) if type(x) is Instruction}
        return self.add(operation, operands, 0 if 0 in lanes else max(lanes, default=1))

    def product(self, x: Any, n: float) -> Instruction:
        """A small power, in a tenth of the time that the function takes."""
        square = self.apply(ops.multiply, (x, x))
        return square if n == 2 else self.apply(ops.multiply, (square, x if n == 3 else square))

    def quotient(self, x: Any, y: Any, n: float) -> Any:
        """x / yⁿ as n quotients, which lie between x and the last: none overflows or underflows that is not it."""
        for _ in range(int(n)):
            x = self.apply(ops.divide, (x, y))
        return x

    def lower(self, instruction: Instruction) -> Any:
        operation = instruction.operation
        if operation in _MOVES:
            return self.move(instruction)
        operands = tuple(map(self.operand, instruction.operands))
        if operation is ops.positive or operation is ops.stop_gradient:
            return operands[0]
        if operation is ops.over_power and not self.exact:
            return self.quotient(*operands)
        if self.has(operation):
            found = self.apply(operation, operands)
            if operation in RAISING and not (operation is ops.divide and type(operands[1]) is float and operands[1]):
                self.masked[found] = None
            return found
        recipe = value_recipe(operation, tuple(map(_given, operands)))
        terms = recipe and self.terms_of(recipe)
        if recipe is None or terms is None:
            found = self.apply(operation, operands)
            self.masked[found] = None
            return found
        return self.follow(recipe, terms, operands)

    def operand(self, x: Any) -> Any:
        if type(x) is tuple:
            return tuple([self.made[item] if type(item) is Instruction else item for item in x])
        return self.made[x] if type(x) is Instruction else x

    def terms_of(self, recipe: Lowered) -> list[Term] | None:
        """What it is made of; None if the backend does not have all of that."""
        if recipe not in self.terms:
            found = [*dict.fromkeys([*in_order(recipe.value), *in_order(recipe.error or 0.0)])]
            self.terms[recipe] = found if all(self.has(term.operation) for term in found) else None
        return self.terms[recipe]

    def follow(self, recipe: Lowered, terms: Sequence[Term], operands: tuple[Any, ...]) -> Any:
        """The value of a row by its recipe; what it raises becomes masked."""
        made: dict[Term, Instruction] = {}

        def number(leaf: Any) -> Any:
            if type(leaf) is Term:
                return made[leaf]
            if type(leaf) is tuple:
                return tuple(map(number, leaf))
            if type(leaf) is not Argument:
                return leaf
            return operands[leaf.operand] if leaf.item is None else operands[leaf.operand][leaf.item]

        for term in terms:
            made[term] = self.apply(term.operation, tuple(map(number, term.operands)))
        found = number(recipe.value)
        if recipe.raises and type(found) is Instruction:
            self.masked[found] = None
        if recipe.error is not None:
            self.masked[self.apply(ops.where, (number(recipe.error), nan, 0.0))] = None
        return found

    def move(self, instruction: Instruction) -> Any:
        """The same for what moves lanes."""
        operation, lanes, table = instruction.operation, instruction.lanes, instruction.table
        if operation is INPUT:
            return self.add(operation, (), lanes, table)
        if operation is LITERALS:
            return table[0] if lanes == 1 else self.add(operation, (), lanes, table)
        sources = [*_opened(instruction.operands)]
        if operation is SUM_OF_LANES and sources[0].lanes == 1:
            return self.made[sources[0]]
        if operation is GATHER and lanes == 1 and sources[table[0][0]].lanes == 1:
            return self.operand(sources[table[0][0]])
        return self.add(operation, tuple(map(self.whole, sources)), lanes, table)


_PRODUCTS = (2.0, 3.0, 4.0)
_MOVES = {INPUT, LITERALS, GATHER, SCATTER, SUM_OF_LANES}


def _opened(operands: Sequence[Any]) -> Iterator[Any]:
    """Operands, groups opened."""
    for x in operands:
        yield from x if type(x) is tuple else (x,)


def _given(x: Any) -> Any:
    """What is known of an operand."""
    return tuple(map(_given, x)) if type(x) is tuple else None if type(x) is Instruction else x


def _key(x: Any) -> Any:
    """What tells operands apart: instructions by identity, floats by their bits."""
    if type(x) is float:
        return struct.pack("d", x)
    return tuple(map(_key, x)) if type(x) is tuple else x

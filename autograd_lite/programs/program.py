"""A program: straight-line code on numbers and on lanes of numbers, printable, the same for every backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from ..engine.operation import Operation

#: What a backend says in the place of results: a guard came out otherwise than when the program was recorded, or the
#: function may raise, or a derivative was masked by what is not finite.
OTHERWISE: Final = "otherwise"
RAISES: Final = "raises"

#: The result of an instruction, or a plain number.
Number: TypeAlias = "Instruction | float"
#: What an instruction is given: a number, or a group of them.
Given: TypeAlias = "Number | tuple[Number, ...]"


class Structure(Operation):
    """What moves numbers between lanes; it is in no table, since it is no function of numbers."""

    def enlist(self) -> None:
        pass


class Comparison(Structure):
    """Whether one number is less than another, say: 1 if it is, else 0; nothing flows back through it."""


def _none(*given: Any) -> tuple[Any, ...]:
    return (None,) * (len(given) - 1)


def _structure(name: str, signature: str, about: str) -> Structure:
    return Structure(name, signature, lambda *given: 0.0, _none, about=about, example=(name, ""))


def _comparison(name: str, symbol: str, value: Callable[[float, float], bool]) -> Comparison:
    return Comparison(
        name,
        "x y",
        lambda x, y: float(value(x, y)),
        _none,
        about=f"1 where x {symbol} y, else 0.",
        text=f"x {symbol} y",
        symbol=symbol,
        example=(f"{name}(1.0, 2.0)", ""),
    )


INPUT = _structure("input", "", "An argument: a number, or an array of them, each a lane.")
LITERALS = _structure("literals", "", "Numbers that differ from lane to lane: those of its table.")
GATHER = _structure("gather", "*sources", "Lanes picked from others: its table says of which operand, and which lane.")
SCATTER = _structure("scatter", "lanes", "Lane j is the sum, from 0.0, of the lanes whose table says j.")
SUM_OF_LANES = _structure("sum_of_lanes", "lanes", "The sum of all lanes.")

LESS = _comparison("less", "<", lambda x, y: x < y)
LESS_EQUAL = _comparison("less_equal", "<=", lambda x, y: x <= y)
GREATER = _comparison("greater", ">", lambda x, y: x > y)
GREATER_EQUAL = _comparison("greater_equal", ">=", lambda x, y: x >= y)
EQUAL = _comparison("equal", "==", lambda x, y: x == y)
NOT_EQUAL = _comparison("not_equal", "!=", lambda x, y: x != y)
COMPARISONS = (LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL)


class Instruction:
    """One operation on lanes. A number, or a result of one lane, among its operands is the same for all lanes.

    Args:
        operation: A row of the table, a comparison, or one of the structures of this file.
        operands: In the order of the row, parameters among them: instructions, floats, tuples of these for a group.
        lanes: How many numbers it gives; each operand has as many lanes, or one. Structures differ: `SUM_OF_LANES`
            gives one of many, `GATHER` and `SCATTER` any number of any.
        table: Of literals the floats; of a gather for each lane a pair (operand, lane of it); of a scatter for each
            lane of its operand the lane that it is added to; of an input its place among the program's inputs.
    """

    __slots__ = ("lanes", "operands", "operation", "table")

    def __init__(self, operation: Operation, operands: tuple[Given, ...], lanes: int, table: Any = ()) -> None:
        self.operation, self.operands, self.lanes, self.table = operation, operands, lanes, table

    def sources(self) -> Iterator[Instruction]:
        """The instructions among its operands, groups opened, in order and with repetitions."""
        for operand in self.operands:
            for x in operand if type(operand) is tuple else (operand,):
                if type(x) is Instruction:
                    yield x


class Guard(NamedTuple):
    """What a program rests on: that each lane of a truth comes out as it did when the program was recorded."""

    truth: Instruction
    outcomes: tuple[bool, ...]


class Program:
    """Straight-line code.

    Args:
        inputs: The `INPUT` instructions, each an array of as many doubles as it has lanes.
        instructions: All, inputs too, each after all of its operands.
        outputs: Whose lanes, one after the other, are the results.
        guards: What must come out for the results to be those of the function.
        masked: Results that are taken for wrong where they are not finite, since a derivative that was not to be asked
            for may be in them, multiplied by 0.
        raising: What the function itself computes and may raise at: so it counts also where nothing needs it.
    """

    def __init__(
        self,
        inputs: Sequence[Instruction],
        instructions: Sequence[Instruction],
        outputs: Sequence[Instruction],
        guards: Sequence[Guard] = (),
        masked: Sequence[Instruction] = (),
        raising: Sequence[Instruction] = (),
    ) -> None:
        self.inputs, self.instructions = tuple(inputs), tuple(instructions)
        self.outputs, self.guards, self.masked = tuple(outputs), tuple(guards), tuple(masked)
        self.raising = tuple(raising)

    def __len__(self) -> int:
        return len(self.instructions)

    def __str__(self) -> str:
        names = {id(instruction): f"v{i}" for i, instruction in enumerate(self.instructions)}

        def text(x: Any) -> Any:
            if type(x) is tuple:
                return [text(item) for item in x]
            return names[id(x)] if type(x) is Instruction else repr(x)

        lines = []
        for name, instruction in zip(names.values(), self.instructions, strict=True):
            operation = instruction.operation
            if operation is INPUT:
                written = f"input {instruction.table}"
            elif operation is LITERALS:
                written = f"literals {_shortened(instruction.table)}"
            elif type(operation) is Structure:
                operands = ", ".join([names[id(x)] for x in instruction.sources()])
                written = f"{operation.name}({operands})" + (
                    f" by {_shortened(instruction.table)}" if instruction.table else ""
                )
            else:
                written = operation.write(*map(text, instruction.operands))
            lanes = f"{instruction.lanes} lanes" if instruction.lanes != 1 else ""
            lines.append(f"{name:>6} = {written:<50} {lanes}".rstrip())
        lines.append("return " + ", ".join(names[id(x)] for x in self.outputs))
        lines += [f"  if {names[id(guard.truth)]} is {_shortened(guard.outcomes)}" for guard in self.guards]
        return "\n".join(lines)


def _shortened(items: Sequence[Any]) -> str:
    return str(list(items[:4]))[:-1] + (", …]" if len(items) > 4 else "]")

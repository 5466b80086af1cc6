"""The backend that needs nothing: a program as the source of a Python function, which gives the engine's own bits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from ..engine import table as ops
from ..engine.operation import Operation
from .building import QUIET
from .program import (
    GATHER,
    INPUT,
    LITERALS,
    NOT_EQUAL,
    OTHERWISE,
    RAISES,
    Comparison,
    Instruction,
    Program,
    Structure,
)

#: Rows that are written as Python's operators.
_OPERATORS = {
    ops.add: "{} + {}",
    ops.subtract: "{} - {}",
    ops.multiply: "{} * {}",
    ops.negative: "-{}",
    ops.positive: "+{}",
    ops.divide: "{} / {}",
    ops.relu: "(0.0 if {0} < 0 else {0})",
}
#: Nested deeper than this, an expression becomes a variable: Python's parser has an end.
DEEPEST = 40


class PythonFunction:
    """A program that runs as Python.

    Args:
        program: Instructions of one lane each; its inputs may have many.

    Attributes:
        source: What runs.

    >>> from autograd_lite import Value
    >>> from autograd_lite.programs.listing import listed
    >>> from autograd_lite.programs.straight import straight_program
    >>> x = Value(3.0)
    >>> run = PythonFunction(straight_program(listed([x], [x * x + 1.0], []), [1]))
    >>> run([[5.0]])
    [26.0]
    """

    def __init__(self, program: Program) -> None:
        self.source, names = _Writer(program).written()
        exec(compile(self.source, "<program>", "exec"), names)
        self._function: Callable[..., Any] = names["program"]

    def __call__(self, units: Sequence[Any]) -> Any:
        """The results for a list of floats, or an array, in the place of each input; or `OTHERWISE` or `RAISES`."""
        numbers = _floats(units[0]) if len(units) == 1 else chain.from_iterable(map(_floats, units))
        try:
            return self._function(*numbers)
        except (ValueError, ArithmeticError):
            return RAISES


def _floats(unit: Any) -> list[float]:
    if type(unit) is list:
        return unit
    numbers: list[float] = unit.ravel().tolist()
    return numbers if unit.dtype.kind == "f" else [float(x) for x in numbers]


class _Writer:
    """Writes a program; what is used once stands where it is used."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names: dict[str, Any] = {"inf": math.inf, "nan": math.nan, "isfinite": math.isfinite}
        self.names |= {"otherwise": OTHERWISE, "raises": RAISES}
        self.lines: list[str] = []
        self.texts: dict[Instruction, tuple[str, int]] = {}  # an expression and how deep it is
        self.loud: set[Instruction] = set()  # those in whose expressions something may raise
        kept = [*program.outputs, *program.masked, *[guard.truth for guard in program.guards]]
        self.uses = Counter([x for instruction in program.instructions for x in instruction.sources()] + kept * 2)
        self.uses.update([x for x in program.raising if not self.uses[x]] * 2)

    def written(self) -> tuple[str, dict[str, Any]]:
        arguments = []
        for i, unit in enumerate(self.program.inputs):
            arguments += [f"x{i}_{lane}" for lane in range(unit.lanes)] if unit.lanes != 1 else [f"x{i}"]
        outcomes = {guard.truth: guard.outcomes[0] for guard in self.program.guards}
        for i, instruction in enumerate(self.program.instructions):
            if instruction.operation is not INPUT or instruction.lanes == 1:
                self._write(f"v{i}", instruction)
            if instruction in outcomes:  # at once: what follows may raise where it comes out otherwise
                truth = self._truth(instruction)
                self.lines.append(f"if {f'not ({truth})' if outcomes[instruction] else truth}: return otherwise")
        for x in self.program.masked:
            self.lines.append(f"if not isfinite({self.text(x)}): return raises")
        self.lines.append(f"return [{', '.join(map(self.text, self.program.outputs))}]")
        return "\n    ".join([f"def program({', '.join(arguments)}):", *self.lines]) + "\n", self.names

    def _write(self, name: str, instruction: Instruction) -> None:
        text, depth = self._expression(instruction)
        if depth and (instruction.operation not in QUIET or not self.loud.isdisjoint(instruction.sources())):
            self.loud.add(instruction)
        if text.isidentifier() or (self.uses[instruction] == 1 and depth < DEEPEST):
            self.texts[instruction] = text, depth
        else:
            self.lines.append(f"{name} = {text}")
            self.texts[instruction] = name, 0
            self.loud.discard(instruction)

    def text(self, x: Any) -> str:
        if type(x) is tuple:
            return "(" + "".join([self.text(item) + ", " for item in x]) + ")"
        if type(x) is not Instruction:
            return f"({x!r})" if math.copysign(1.0, x) < 0 else repr(x)
        text, depth = self.texts[x]
        return f"({text})" if depth else text

    def _expression(self, instruction: Instruction) -> tuple[str, int]:
        operation = instruction.operation
        if operation is INPUT:
            return f"x{instruction.table}", 0
        if operation is LITERALS:
            return repr(instruction.table[0]), 0
        if operation is GATHER:
            [(source, lane)] = instruction.table
            unit = list(instruction.sources())[source]
            return (f"x{unit.table}_{lane}", 0) if unit.operation is INPUT else self.texts[unit]
        depth = 1 + max([self.texts[x][1] for x in instruction.sources()], default=0)
        if operation is ops.where:
            self._raise_before(instruction)
        texts = [self.text(x) for x in instruction.operands]
        if operation is ops.where:
            return f"{texts[1]} if {self._truth(instruction.operands[0])} else {texts[2]}", depth
        if isinstance(operation, Comparison):
            return f"{texts[0]} {operation.symbol} {texts[1]}", depth
        if operation in _OPERATORS:
            return _OPERATORS[operation].format(*texts), depth
        assert not isinstance(operation, Structure)
        return f"{self._function(operation)}({', '.join(texts)})", depth

    def _raise_before(self, choice: Instruction) -> None:
        """Have what may raise computed whichever side is taken, as the engine does."""
        for x in choice.operands[1:]:
            if type(x) is Instruction and x in self.loud:
                name = f"w{len(self.lines)}"
                self.lines.append(f"{name} = {self.texts[x][0]}")
                self.texts[x] = name, 0
                self.loud.discard(x)

    def _truth(self, x: Any) -> str:
        is_truth = type(x) is Instruction and isinstance(x.operation, Comparison)
        return self.text(x) if is_truth else f"{self.text(x)} {NOT_EQUAL.symbol} 0"

    def _function(self, operation: Operation) -> str:
        self.names[operation.name] = operation.value
        return operation.name

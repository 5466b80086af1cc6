"""The backend that needs nothing: a program as the source of a Python function, which gives the engine's own bits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

from ..engine import table as ops
from ..engine.operation import Operation
from .program import GATHER, INPUT, LITERALS, NOT_EQUAL, Comparison, Guard, Instruction, Program, Structure

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
    >>> run([5.0])
    [26.0]
    """

    def __init__(self, program: Program) -> None:
        self.source, names = _Writer(program).written()
        exec(compile(self.source, "<program>", "exec"), names)
        self._function: Callable[..., Any] = names["program"]

    def __call__(self, numbers: Any) -> list[float] | None:
        """The results for one number after the other; None where a guard, or a derivative, did not come out.

        Raises:
            ValueError, ArithmeticError: As the engine's operations do, in fewer words.
        """
        found: list[float] | None = self._function(*numbers)
        return found


class _Writer:
    """Writes a program; what is used once stands where it is used, so that a side not taken is not computed."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names: dict[str, Any] = {"inf": math.inf, "nan": math.nan, "isfinite": math.isfinite}
        self.lines: list[str] = []
        self.texts: dict[Instruction, tuple[str, int]] = {}  # an expression and how deep it is
        kept = [*program.outputs, *program.masked, *[guard.truth for guard in program.guards]]
        self.uses = Counter([x for instruction in program.instructions for x in instruction.sources()] + kept * 2)

    def written(self) -> tuple[str, dict[str, Any]]:
        arguments = []
        for i, unit in enumerate(self.program.inputs):
            arguments += [f"x{i}_{lane}" for lane in range(unit.lanes)] if unit.lanes > 1 else [f"x{i}"]
        for i, instruction in enumerate(self.program.instructions):
            if instruction.operation is not INPUT or instruction.lanes == 1:
                self._write(f"v{i}", instruction)
        guards: list[Guard] = list(self.program.guards)
        for guard in guards:
            truth = self.text(guard.truth)
            self.lines.append(f"if {'not ' if guard.outcomes[0] else ''}{truth}: return None")
        for x in self.program.masked:
            self.lines.append(f"if not isfinite({self.text(x)}): return None")
        self.lines.append(f"return [{', '.join(map(self.text, self.program.outputs))}]")
        return "\n    ".join([f"def program({', '.join(arguments)}):", *self.lines]) + "\n", self.names

    def _write(self, name: str, instruction: Instruction) -> None:
        text, depth = self._expression(instruction)
        if text.isidentifier() or (self.uses[instruction] == 1 and depth < DEEPEST):
            self.texts[instruction] = text, depth
        else:
            self.lines.append(f"{name} = {text}")
            self.texts[instruction] = name, 0

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
            [sources] = instruction.operands
            [(source, lane)] = instruction.table
            unit = sources[source]  # type: ignore[index]  # a group
            return (f"x{unit.table}_{lane}", 0) if unit.operation is INPUT else self.texts[unit]  # type: ignore[union-attr]
        depth = 1 + max([self.texts[x][1] for x in instruction.sources()], default=0)
        texts = [self.text(x) for x in instruction.operands]
        if operation is ops.where:
            return f"{texts[1]} if {self._truth(instruction.operands[0])} else {texts[2]}", depth
        if isinstance(operation, Comparison):
            return f"{texts[0]} {operation.symbol} {texts[1]}", depth
        if operation in _OPERATORS:
            return _OPERATORS[operation].format(*texts), depth
        assert not isinstance(operation, Structure)
        return f"{self._function(operation)}({', '.join(texts)})", depth

    def _truth(self, x: Any) -> str:
        is_truth = type(x) is Instruction and isinstance(x.operation, Comparison)
        return self.text(x) if is_truth else f"{self.text(x)} {NOT_EQUAL.symbol} 0"

    def _function(self, operation: Operation) -> str:
        self.names[operation.name] = operation.value
        return operation.name

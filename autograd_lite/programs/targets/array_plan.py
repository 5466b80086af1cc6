"""Programs as operations on arrays: what every engine of arrays has in common, and how its table is read.

An instruction of many lanes is an array of one axis, one of a single lane an array of none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any, TypeAlias

from ...engine import table as ops
from ...engine.operation import Operation
from ..lowering import lowered
from ..primitives import AND, OR
from ..program import GATHER, INPUT, LITERALS, NOT_EQUAL, SCATTER, SUM_OF_LANES, Comparison, Instruction, Program
from ..runnable import gradient_program
from ..shelter import sheltered

#: One step of a plan: from all results before it to its own.
Step: TypeAlias = Callable[[list[Any]], Any]
#: A gather that changes its source more often is one look-up of places among all of its sources.
MOST_RUNS = 4
#: Lanes are taken apart all at once where at least one in so many is picked by itself.
FEWEST_PICKED = 4
#: Rows of the tables whose derivatives every engine has as we do; of all others the row says them.
SMOOTH = frozenset(
    {ops.add, ops.subtract, ops.multiply, ops.divide, ops.negative, ops.where, ops.exp, ops.expm1, ops.log, ops.log1p}
    | {ops.sin, ops.cos, ops.sinh, ops.cosh, ops.tanh, ops.arcsinh, ops.arctan, ops.erf, ops.erfc, ops.sqrt}
    | {ops.sum, ops.mean, ops.dot, ops.affine, ops.positive, ops.stop_gradient}
)


class Arrays:
    """An engine of arrays: its functions, and how it moves lanes.

    Attributes:
        name: What users call it.
        functions: What it has for primitives and rows, each on its arrays, lists of them for groups.
    """

    name: str
    functions: Mapping[Operation, Callable[..., Any]]

    def units(self, inputs: Sequence[Any]) -> list[Any]:
        """The inputs of a program as arrays of at most one axis, all of one precision."""
        raise NotImplementedError

    def has(self, operation: Operation) -> bool:
        return operation in self.functions

    def constant(self, x: float, like: Any) -> Any:
        """A number as an operand."""
        raise NotImplementedError

    def literals(self, numbers: Sequence[float], like: Any) -> Any:
        """Numbers as an array of the kind of another one."""
        raise NotImplementedError

    def number(self, truth: Any, like: Any) -> Any:
        """Truths as numbers of the kind of ``like``."""
        raise NotImplementedError

    def joined(self, arrays: Sequence[Any]) -> Any:
        """Arrays of one axis, one after the other."""
        raise NotImplementedError

    def repeated(self, x: Any, lanes: int) -> Any:
        """An array of no axis in so many lanes."""
        raise NotImplementedError

    def picked(self, x: Any, places: Sequence[int]) -> Any:
        """The lanes at some places."""
        raise NotImplementedError

    def strided(self, x: Any, start: int, step: int, count: int) -> Any:
        """So many lanes at equal distances, in their order."""
        return x[start : start + step * count : step]

    def lane(self, x: Any, place: int) -> Any:
        """One lane."""
        return x[place]

    def lanes(self, x: Any, count: int) -> Sequence[Any]:
        """All of its lanes, each by itself."""
        return [self.lane(x, i) for i in range(count)]

    def scattered(self, x: Any, targets: Sequence[int], lanes: int) -> Any:
        """For each lane the sum of those whose target it is."""
        raise NotImplementedError

    def total(self, x: Any) -> Any:
        """The sum of all lanes."""
        return x.sum()

    def differentiable(self, row: Row) -> Callable[..., Any]:
        """A function of a row's operands, whose derivatives are those that the row has."""
        raise NotImplementedError


class Plan:
    """A program as steps, each from the results before it to its own.

    Args:
        program: Any; its guards are not looked at.
        arrays: The engine.
        has_slopes: Whether it will be differentiated.

    Raises:
        TypeError: The engine has no function for a row of it.
    """

    def __init__(self, program: Program, arrays: Arrays, has_slopes: bool = True) -> None:
        self.arrays, self.has_slopes = arrays, has_slopes
        self.rows: list[Row] = []
        self.steps: list[Step] = []
        self._known: dict[Any, Callable[..., Any]] = {}
        self._places: dict[Instruction, int] = {}
        self._opened: dict[Instruction, int] = {}  # where the lanes of an instruction are, each by itself
        self._picks = Counter([next(x.sources()) for x in program.instructions if _is_pick(x)])
        for x in program.instructions:
            step = self._step(x)
            self._places[x] = self._add(step)
        self.outputs = [self._number(x) for x in program.outputs]

    def __call__(self, units: Sequence[Any]) -> list[Any]:
        """The outputs for an array in the place of each input."""
        results: list[Any] = [units[0], units]
        for step in self.steps:
            results.append(step(results))
        return [read(results) for read in self.outputs]

    def _add(self, step: Step) -> int:
        """Take up a step; the place of its result."""
        self.steps.append(step)
        return len(self.steps) + 1

    # --- Steps; results[0] is an array of the kind that all are of, results[1] the inputs ---

    def _step(self, x: Instruction) -> Step:
        arrays, operation, table = self.arrays, x.operation, x.table
        if operation is INPUT:
            return lambda results: results[1][table]
        if operation is LITERALS:
            if x.lanes == 1:
                return lambda results: arrays.constant(table[0], results[0])
            return lambda results: arrays.literals(table, results[0])
        if operation is GATHER:
            return self._gather(x)
        read = self._number(x.operands[0])
        if operation is SUM_OF_LANES:
            [source] = x.sources()
            return read if source.lanes == 1 else lambda results: arrays.total(read(results))
        if operation is SCATTER:
            lanes = x.lanes
            if lanes == 1:
                return lambda results: arrays.lane(arrays.scattered(read(results), table, 1), 0)
            return lambda results: arrays.scattered(read(results), table, lanes)
        return self._row(x)

    def _row(self, x: Instruction) -> Step:
        row, operands = x.operation, [self._operand(x, i) for i in range(len(x.operands))]
        if not self.arrays.has(row) or (self.has_slopes and row not in SMOOTH and not _is_truth(x)):
            return self._own(x)
        function = self.arrays.functions[row]
        return lambda results: function(*[read(results) for read in operands])

    def _own(self, x: Instruction) -> Step:
        """A row whose derivatives are its own, as a function of the instructions among its operands."""
        if not self.has_slopes:
            raise TypeError(f"{self.arrays.name} has nothing for {x.operation.name}")
        key = x.operation, tuple(map(_shape, x.operands))
        if key not in self._known:
            row = Row(x.operation, x.operands, self.arrays)
            self.rows.append(row)
            self._known[key] = self.arrays.differentiable(row)
        function, operands = self._known[key], [self._number(source) for source in x.sources()]
        return lambda results: function(*[read(results) for read in operands])

    def _operand(self, x: Instruction, i: int) -> Step:
        operand = x.operands[i]
        if i >= len(x.operands) - x.operation.parameters:
            return lambda results: operand
        if type(operand) is tuple:
            items = [self._number(item) for item in operand]
            return lambda results: [read(results) for read in items]
        if x.operation in (AND, OR) or (x.operation is ops.where and i == 0):
            return self._truth(operand)
        return self._number(operand)

    def _number(self, x: Any) -> Step:
        arrays = self.arrays
        if type(x) is not Instruction:
            return lambda results: arrays.constant(x, results[0])
        place = self._places[x]
        if _is_truth(x):
            return lambda results: arrays.number(results[place], results[0])
        return lambda results: results[place]

    def _truth(self, x: Any) -> Step:
        if type(x) is Instruction and _is_truth(x):
            place = self._places[x]
            return lambda results: results[place]
        arrays, read, differs = self.arrays, self._number(x), self.arrays.functions[NOT_EQUAL]
        return lambda results: differs(read(results), arrays.constant(0.0, results[0]))

    def _gather(self, x: Instruction) -> Step:
        arrays = self.arrays
        sources = [*x.sources()]
        runs = [(i, [lane for _, lane in run]) for i, run in groupby(x.table, key=lambda pair: pair[0])]
        if len(runs) > MOST_RUNS:
            starts, total = [], 0
            for source in sources:
                starts.append(total)
                total += source.lanes
            everything = self._side_by_side([self._run(source, [*range(source.lanes)]) for source in sources])
            places = [starts[source] + lane for source, lane in x.table]
            if places == [*range(total)]:
                return everything
            return lambda results: arrays.picked(everything(results), places)
        if x.lanes == 1:
            [(i, [lane])] = runs
            return self._lane(sources[i], lane)
        parts = [self._run(sources[i], lanes) for i, lanes in runs]
        return parts[0] if len(parts) == 1 else self._side_by_side(parts)

    def _side_by_side(self, parts: Sequence[Step]) -> Step:
        arrays = self.arrays
        return lambda results: arrays.joined([part(results) for part in parts])

    def _lane(self, source: Instruction, lane: int) -> Step:
        """One lane. Where many are picked, all are taken apart at once, and so put together at once on the way back."""
        arrays, read, count = self.arrays, self._number(source), source.lanes
        if count == 1:
            return read
        if self._picks[source] * FEWEST_PICKED < count:
            return lambda results: arrays.lane(read(results), lane)
        if source not in self._opened:
            self._opened[source] = self._add(lambda results: arrays.lanes(read(results), count))
        place = self._opened[source]
        return lambda results: results[place][lane]

    def _run(self, source: Instruction, lanes: Sequence[int]) -> Step:
        """Lanes of one source: one of them, the same again, at equal distances, or any."""
        arrays, read, count, first = self.arrays, self._number(source), len(lanes), lanes[0]
        if source.lanes == 1:
            return lambda results: arrays.repeated(read(results), count)
        steps = {after - lane for lane, after in pairwise(lanes)} or {1}
        [step] = steps if len(steps) == 1 else [-1]
        if step == 0:
            return lambda results: arrays.repeated(arrays.lane(read(results), first), count)
        if step < 0:
            return lambda results: arrays.picked(read(results), lanes)
        if count == source.lanes:
            return read
        return lambda results: arrays.strided(read(results), first, step, count)


class Row:
    """A row on operands of which some are plain numbers, with its value and its derivatives as plans.

    Args:
        operation: The row.
        operands: What is no instruction among them is fixed.
        arrays: The engine.

    Attributes:
        name: That of the row.
        value: From the numbers to the row's, of primitives that the engine has.

    Raises:
        TypeError: The engine does not have them.
    """

    def __init__(self, operation: Operation, operands: Sequence[Any], arrays: Arrays) -> None:
        self.arrays = arrays
        inputs: list[Instruction] = []

        def opened(x: Any) -> Any:
            if type(x) is tuple:
                return tuple(map(opened, x))
            if type(x) is Instruction:
                inputs.append(Instruction(INPUT, (), 1, len(inputs)))
                return inputs[-1]
            return x

        result = Instruction(operation, tuple(map(opened, operands)), 1)
        self._program = Program(inputs, [*inputs, result], [result])
        self.name, self.count = operation.name, len(inputs)
        try:
            self.value = Plan(lowered(self._program, arrays.has), arrays, has_slopes=False)
        except TypeError:
            raise TypeError(f"{arrays.name} has nothing for {operation.name}") from None
        self._slopes: Plan | None = None

    def slopes(self) -> Plan:
        """From the numbers to the derivatives by each; made when it is asked for, as it has rows of its own."""
        if self._slopes is None:
            slopes = gradient_program(self._program, 0, [(i, 0) for i in range(self.count)])
            self._slopes = Plan(sheltered(slopes), self.arrays)
        return self._slopes


def pieces(unit: Any) -> Sequence[Any]:
    """The numbers of a list, or an array or a number as the only one.

    >>> pieces([1.0, 2.0]), pieces(3.0)
    ([1.0, 2.0], [3.0])
    """
    return unit if isinstance(unit, list) else [unit]


def _is_truth(x: Instruction) -> bool:
    """Whether it gives truths, which engines keep apart from numbers; no derivative flows through it."""
    return isinstance(x.operation, Comparison) or x.operation in (AND, OR)


def _is_pick(x: Instruction) -> bool:
    return x.operation is GATHER and x.lanes == 1


def _shape(x: Any) -> Any:
    """What of an operand a row's plans depend on."""
    if type(x) is tuple:
        return tuple(map(_shape, x))
    return Instruction if type(x) is Instruction else repr(x)

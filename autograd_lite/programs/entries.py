"""Entries: the derivatives of results by inputs that structure does not make zero, each a lane of a program.

Reverse mode, in which each lane of an instruction has an adjoint for every result that follows from it, and for no
other: what repeats stays lanes. C. H. Bischof, P. M. Khademi, A. Bouaricha and A. Carle, "Efficient computation of
gradients and Jacobians by dynamic exploitation of sparsity in automatic differentiation", Optimization Methods and
Software 7 (1996), keep such entries in lists at run time; here their places are known before the program runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..engine import table as ops
from .building import Builder, Lane
from .differentiate import Terms, dependents, edges, grown
from .program import GATHER, LITERALS, SCATTER, SUM_OF_LANES, Instruction, Number, Structure
from .terms import Choice


class Pattern:
    """Where entries are: the result of each, and a lane of an instruction; two arrays of NumPy."""

    __slots__ = ("columns", "rows")

    def __init__(self, rows: Any, columns: Any) -> None:
        self.rows, self.columns = rows, columns

    def __len__(self) -> int:
        return len(self.rows)


#: The factors of each pattern: as many lanes as it has entries, or one number that all of them share.
Factors = dict[Pattern, Number]


class Entries(NamedTuple):
    """Derivatives of results by the lanes of an input, result after result.

    Attributes:
        pattern: Where they are, no place twice.
        numbers: As many lanes as there are entries, or one number for all; None if there is no entry.
        is_masked: Whether decisions may have masked some.
    """

    pattern: Pattern
    numbers: Number | None
    is_masked: bool


def entries(
    build: Builder, order: Sequence[Instruction], outputs: Sequence[Instruction], by: Instruction, most: int
) -> Entries:
    """The derivatives of all results by all lanes of an input, without those that are zero by structure.

    Args:
        build: What takes the new instructions.
        order: Instructions that hold all that lies between, each after its operands.
        outputs: Whose lanes, one after the other, are the results.
        by: The input.
        most: How many entries are worth it, on all edges together.

    Raises:
        TooManyError: There are more.

    >>> from ..engine import table as ops
    >>> build = Builder()
    >>> x = build.input(0, 3)
    >>> found = entries(build, [x, y := build.add(ops.multiply, (x, x))], [y, y], x, 100)
    >>> found.pattern.rows.tolist(), found.pattern.columns.tolist()
    ([0, 1, 2, 3, 4, 5], [0, 1, 2, 0, 1, 2])
    """
    sweep = _Sweep(build, dependents(order, [(by, 0)]), most)
    start = 0
    for x in outputs:
        sweep.start(x, start)
        start += x.lanes
    for x in reversed(order):
        if x is not by:
            sweep.flow_back(x)
    pattern, numbers = sweep.arrived(by)
    return Entries(pattern, numbers, sweep.is_masked)


class TooManyError(Exception):
    """There are more entries on the way than are worth it."""


class _Sweep:
    """The entries on their way back."""

    def __init__(self, build: Builder, depends: set[Any], most: int) -> None:
        import numpy

        self.numpy, self.build, self.depends, self.left = numpy, build, depends, most
        self.is_masked = False
        self._flows: dict[Any, Factors] = {}
        self._patterns: dict[Any, Pattern] = {}
        self._plans: dict[Any, Any] = {}

    def start(self, x: Instruction, row: int) -> None:
        """Let each lane of a result be a result, from a row on."""
        if x in self.depends:
            lanes = self.numpy.arange(x.lanes)
            self._add(x, lanes + row, lanes, 1.0, lanes)

    def flow_back(self, x: Instruction) -> None:
        """Let what has flowed to an instruction flow to its operands."""
        flow = self._flows.pop(x, None)
        if flow is None:
            return
        is_moved = isinstance(x.operation, Structure) or x.operation is ops.positive
        for pattern, factor in (flow if is_moved else self._arranged(x, flow)).items():
            if x.operation is GATHER:
                self._to_sources(x, pattern, factor)
            elif x.operation is SUM_OF_LANES:
                self._to_all_lanes(x, pattern, factor)
            elif x.operation is SCATTER:
                self._to_terms(x, pattern, factor)
            elif x.operation is ops.positive:
                self._grow(next(x.sources()), pattern, 1.0, factor, lambda term: term)
            elif not is_moved:
                self._to_operands(x, pattern, factor)

    def arrived(self, x: Instruction) -> tuple[Pattern, Number | None]:
        """All that has flowed to an input, in order and each place once."""
        flow = self._flows.pop(x, {})
        rows, columns, targets = self._joined(x.lanes, list(flow))
        return Pattern(rows, columns), summed(
            self.build, _lanes_of(flow), targets.tolist(), len(rows)
        ) if flow else None

    # --- To operands ---

    def _to_operands(self, x: Instruction, pattern: Pattern, factor: Number) -> None:
        for operand, tree, terms in edges(self.build, x):
            if tree is None or operand not in self.depends:
                continue
            self.is_masked = self.is_masked or type(tree) is Choice
            there = pattern
            if operand.lanes != x.lanes:
                there = self._pattern(pattern.rows, self.numpy.zeros_like(pattern.columns))
            if self._is_in_step(x, pattern):
                self._grow(operand, there, tree, factor, terms)
            else:
                slope = picked(self.build, grown(self.build, tree, None, 1.0, terms), pattern.columns)
                self._grow(operand, there, slope, factor, lambda term: term)

    def _to_sources(self, x: Instruction, pattern: Pattern, factor: Number) -> None:
        sources, lanes = self.numpy.array(x.table)[pattern.columns].T
        for k, source in enumerate(x.sources()):
            if source in self.depends:
                places = self.numpy.flatnonzero(sources == k)
                self._add(source, pattern.rows[places], lanes[places], factor, places)

    def _to_all_lanes(self, x: Instruction, pattern: Pattern, factor: Number) -> None:
        [source] = x.sources()
        lanes = self.numpy.arange(source.lanes)
        places = self.numpy.arange(len(pattern)).repeat(source.lanes)
        self._add(source, pattern.rows[places], self.numpy.tile(lanes, len(pattern)), factor, places)

    def _to_terms(self, x: Instruction, pattern: Pattern, factor: Number) -> None:
        """To all lanes of the operand of a scatter that are added up in a lane."""
        numpy, targets = self.numpy, self.numpy.array(x.table)
        order = targets.argsort(kind="stable")
        starts = targets[order].searchsorted(numpy.arange(x.lanes + 1))
        counts = numpy.diff(starts)[pattern.columns]
        places = numpy.arange(len(pattern)).repeat(counts)
        nth = numpy.arange(len(places)) - (counts.cumsum() - counts)[places]
        [source] = x.sources()
        lanes = order[starts[pattern.columns[places]] + nth]
        self._add(source, pattern.rows[places], lanes, factor, places)

    def _add(self, x: Instruction, rows: Any, columns: Any, factor: Number, places: Any) -> None:
        """Let entries flow to an instruction, each with the factor at one of these places."""
        if len(rows):
            there = self._pattern(rows, columns)
            self._grow(x, there, 1.0, picked(self.build, factor, places), lambda term: term)

    def _grow(self, x: Instruction, pattern: Pattern, tree: Any, factor: Number, terms: Terms) -> None:
        """Add factors times a derivative to those of a pattern."""
        self.left -= len(pattern)
        if self.left < 0:
            raise TooManyError
        flow = self._flows.setdefault(x, {})
        flow[pattern] = grown(self.build, tree, flow.get(pattern), factor, terms)

    def _pattern(self, rows: Any, columns: Any) -> Pattern:
        """The same object for the same places."""
        return self._patterns.setdefault((rows.tobytes(), columns.tobytes()), Pattern(rows, columns))

    # --- Arrangement ---

    def _is_in_step(self, x: Instruction, pattern: Pattern) -> bool:
        """Whether entry i is of lane i, for all lanes, or there is one lane for all entries."""
        columns = pattern.columns
        return x.lanes == 1 or (len(columns) == x.lanes and bool((columns == self.numpy.arange(x.lanes)).all()))

    def _arranged(self, x: Instruction, flow: Factors) -> Factors:
        """The same entries, no place twice, and in step with the lanes where a few patterns can be."""
        key = (x.lanes, *flow)
        if key not in self._plans:  # which many instructions have in common
            rows, columns, targets = self._joined(x.lanes, list(flow))
            is_apart = len(rows) == len(targets) and (x.lanes > 1 or len(flow) == 1)
            whole = None if is_apart else self._pattern(rows, columns)
            self._plans[key] = whole, targets, [self._split(x.lanes, each) for each in ([whole] if whole else flow)]
        whole, targets, splits = self._plans[key]
        if whole is not None:
            flow = {whole: summed(self.build, _lanes_of(flow), targets.tolist(), len(whole))}
        return {
            part: factor if places is None else picked(self.build, factor, places)
            for factor, split in zip(flow.values(), splits, strict=True)
            for part, places in split
        }

    def _joined(self, lanes: int, patterns: Sequence[Pattern]) -> tuple[Any, Any, Any]:
        """All places in order, rows and columns, and for each entry of the patterns which of them is its."""
        numpy = self.numpy
        codes = [x.rows * lanes + x.columns for x in patterns] or [numpy.zeros(0, int)]
        places, targets = numpy.unique(numpy.concatenate(codes), return_inverse=True)
        return places // lanes, places % lanes, targets

    def _split(self, lanes: int, pattern: Pattern) -> list[tuple[Pattern, Any]]:
        """Patterns in which each lane has one entry, if they are few, and the places of these; else None for all."""
        numpy = self.numpy
        if lanes == 1 or bool((numpy.diff(pattern.columns) > 0).all()):
            return [(pattern, None)]
        order = pattern.columns.argsort(kind="stable")
        columns = pattern.columns[order]
        nth = numpy.arange(len(order)) - columns.searchsorted(columns)
        count = int(nth.max()) + 1
        if count * lanes > 2 * len(order):
            return [(pattern, None)]
        groups = [order[nth == k] for k in range(count)]
        return [(self._pattern(pattern.rows[group], pattern.columns[group]), group) for group in groups]


def _lanes_of(flow: Factors) -> list[Lane]:
    return [(factor, i) for pattern, factor in flow.items() for i in range(len(pattern))]


def summed(build: Builder, lanes: Sequence[Lane], targets: Sequence[int], count: int) -> Number:
    """For each of so many lanes the sum of those that go there; a few gathers take half the time of a scatter."""
    layers: list[dict[int, Lane]] = []
    nth = [0] * count
    for lane, target in zip(lanes, targets, strict=True):
        if nth[target] == len(layers):
            layers.append({})
        layers[nth[target]][target] = lane
        nth[target] += 1
    if len(layers) * count > 3 * len(lanes):
        return build.scatter([*zip(lanes, targets, strict=True)], count)
    first, *others = [build.gather([layer.get(i, (0.0, 0)) for i in range(count)]) for layer in layers]
    for other in others:
        first = build.apply(ops.add, (first, other))
    return first


def picked(build: Builder, x: Number, lanes: Any) -> Number:
    """Some lanes of an instruction, from where it has them where it only picks lanes itself."""
    if type(x) is not Instruction or x.lanes == 1:
        return x
    if x.operation is GATHER:
        sources: Any = x.operands[0]
        return build.gather([(sources[source], lane) for source, lane in map(x.table.__getitem__, lanes.tolist())])
    if x.operation is LITERALS:
        return build.gather([(x.table[i], 0) for i in lanes.tolist()])
    return build.gather([(x, i) for i in lanes.tolist()])

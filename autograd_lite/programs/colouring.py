"""Colouring: columns of a Jacobian that share no row are pushed forward together, and told apart by their rows.

A. R. Curtis, M. J. D. Powell and J. K. Reid, "On the estimation of sparse Jacobian matrices", IMA Journal of Applied
Mathematics 13 (1974). It is a colouring of distance 2 of the graph of rows and columns: T. F. Coleman and J. J. Moré,
"Estimation of sparse Jacobian matrices and graph coloring problems", SIAM Journal on Numerical Analysis 20 (1983);
A. H. Gebremedhin, F. Manne and A. Pothen, "What color is your Jacobian?", SIAM Review 47 (2005).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from .building import Builder, Lane
from .differentiate import edges, push_forward
from .entries import Entries, Pattern
from .program import GATHER, SCATTER, SUM_OF_LANES, Instruction, Number, Structure


def coloured_columns(rows: Sequence[int], columns: Sequence[int]) -> dict[int, int]:
    """A colour for each column, the first that no other column in one of its rows has.

    Args:
        rows: Of each entry.
        columns: The same.

    >>> coloured_columns([0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 2, 3])
    {0: 0, 1: 1, 2: 0, 3: 1}
    """
    of_column: dict[int, list[int]] = defaultdict(list)
    taken: dict[int, set[int]] = defaultdict(set)
    for row, column in zip(rows, columns, strict=True):
        of_column[column].append(row)
    colours: dict[int, int] = {}
    for column in sorted(of_column):
        others = {colour for row in of_column[column] for colour in taken[row]}
        colours[column] = next(colour for colour in range(len(others) + 1) if colour not in others)
        for row in of_column[column]:
            taken[row].add(colours[column])
    return colours


def pushed_entries(
    build: Builder, order: Sequence[Instruction], outputs: Sequence[Instruction], by: Instruction, pattern: Pattern
) -> Entries:
    """The derivatives in a pattern, by as many pushes forward as there are colours.

    Args:
        build: What takes the new instructions.
        order: Instructions that hold all that lies between, each after its operands.
        outputs: Whose lanes, one after the other, are the results.
        by: The input.
        pattern: What holds all that is not zero by structure.
    """
    rows, columns = pattern.rows.tolist(), pattern.columns.tolist()
    colours = coloured_columns(rows, columns)
    results: list[Lane] = [(x, lane) for x in outputs for lane in range(x.lanes)]
    pushed, is_masked = [], False
    for colour in range(max(colours.values(), default=-1) + 1):
        seeds: list[tuple[Lane, Number]] = [((by, column), 1.0) for column, own in colours.items() if own == colour]
        found, may_be_masked = push_forward(build, order, seeds, results)
        pushed.append(found)
        is_masked = is_masked or may_be_masked
    lanes = [pushed[colours[column]][row] for row, column in zip(rows, columns, strict=True)]
    return Entries(pattern, build.gather(lanes) if lanes else None, is_masked)


def dependence(
    build: Builder, order: Sequence[Instruction], outputs: Sequence[Instruction], by: Instruction
) -> Pattern:
    """Which results depend on which lanes of an input, found forward, lane by lane, with a bit for each."""
    import numpy

    known: dict[Any, list[int]] = {by: [1 << lane for lane in range(by.lanes)]}
    for x in order:
        if any(source in known for source in x.sources()) and x not in known:
            known[x] = _bits(build, x, {source: known.get(source, [0] * source.lanes) for source in x.sources()})
    found = [bits for x in outputs for bits in known.get(x, [0] * x.lanes)]
    places = [(row, column) for row, bits in enumerate(found) for column in _ones(bits)]
    rows, columns = numpy.array(places, int).reshape(-1, 2).T
    return Pattern(rows, columns)


def _bits(build: Builder, x: Instruction, of: dict[Instruction, list[int]]) -> list[int]:
    """On what each lane of an instruction depends."""
    found = [0] * x.lanes
    if x.operation is GATHER:
        sources = [of[source] for source in x.sources()]
        return [sources[source][lane] for source, lane in x.table]
    if x.operation is SUM_OF_LANES or x.operation is SCATTER:
        targets = x.table or [0] * len(of[next(x.sources())])
        for target, bits in zip(targets, of[next(x.sources())], strict=True):
            found[target] |= bits
    elif not isinstance(x.operation, Structure):
        for operand, tree, _ in edges(build, x):
            if tree is not None:
                own = of[operand] if operand.lanes == x.lanes else of[operand] * x.lanes
                found = [a | b for a, b in zip(found, own, strict=True)]
    return found


def _ones(bits: int) -> list[int]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found

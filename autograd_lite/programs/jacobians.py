"""Sparse Jacobians as programs: by entries on their way back or by coloured columns, whichever computes less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from .building import Builder
from .colouring import dependence, pushed_entries
from .differentiate import dependents
from .entries import Entries, Pattern, TooManyError, entries
from .program import Program

#: Of so many results a number may have an adjoint each, on an average of all, while they go back.
MOST_ROWS = 1000


def jacobian_program(program: Program, by: int) -> tuple[Program, Pattern]:
    """The program of the derivatives of all results by one of the inputs, without those that are zero by structure.

    Args:
        program: Any.
        by: Which input.

    Returns:
        A program whose results are these derivatives, row by row, and where they are.

    >>> from ..engine import table as ops
    >>> build = Builder()
    >>> x = build.input(0, 3)
    >>> found, pattern = jacobian_program(build.program([x], [build.add(ops.multiply, (x, x))]), 0)
    >>> print(found)
        v0 = input 0                                            3 lanes
        v1 = v0 + v0                                            3 lanes
    return v1
    >>> pattern.rows.tolist(), pattern.columns.tolist()
    ([0, 1, 2], [0, 1, 2])
    """
    x, order, outputs = program.inputs[by], program.instructions, program.outputs
    depends = dependents(order, [(x, 0)])
    active = sum([y.lanes for y in order if y in depends])
    most = active * min(4 * x.lanes, MOST_ROWS)
    try:
        back, pattern = _derived(program, lambda build: entries(build, order, outputs, x, most))
    except TooManyError:
        back, pattern = None, dependence(Builder(), order, outputs, x)
    longest_row = max(Counter(pattern.rows.tolist()).values(), default=0)
    if back is not None and _size(back) <= longest_row * active:  # of which each has a colour of its own
        return back, pattern
    forward, _ = _derived(program, lambda build: pushed_entries(build, order, outputs, x, pattern))
    return (forward if back is None or _size(forward) < _size(back) else back), pattern


def _derived(program: Program, entries_in: Callable[[Builder], Entries]) -> tuple[Program, Pattern]:
    """The program whose results are entries, with what that of the function rests on."""
    build = Builder()
    build.extend(program.instructions)
    build.may_raise += program.raising
    found = entries_in(build)
    outputs = [] if found.numbers is None else [found.numbers]
    masked = outputs if found.is_masked or program.masked else []
    return build.program(program.inputs, outputs, program.guards, [*program.masked, *masked]), found.pattern


def _size(program: Program) -> int:
    """How many numbers it computes."""
    return sum([x.lanes for x in program.instructions])

"""A listing as a program of numbers, one instruction a node, whose sums go in the order of the engine's passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..engine import table as ops
from .building import Builder, Lane
from .differentiate import pull_back, push_forward
from .listing import Listing, Record, Ref
from .program import Comparison, Given, Guard, Instruction, Number, Program


def straight_program(listing: Listing, units: Sequence[int]) -> Program:
    """The program of a listing, to the last bit what the engine computes.

    Args:
        listing: What was recorded.
        units: How many numbers each input has; together they are the inputs of the listing, in order.

    >>> from autograd_lite import Value
    >>> from autograd_lite.programs.listing import listed
    >>> x = Value(3.0)
    >>> print(straight_program(listed([x], [x * x + 1.0], []), [1]))
        v0 = input 0
        v1 = v0 * v0
        v2 = v1 + 1.0
    return v2
    """
    build = Builder(keeps_apart=True)
    inputs = [build.input(place, size) for place, size in enumerate(units)]
    found: dict[Ref, Number] = {**listing.literals}
    places = [(unit, lane) for unit in inputs for lane in range(unit.lanes)]
    found.update(enumerate([build.gather([place]) for place in places]))
    answers: dict[Record, list[Number]] = {}
    inner = {ref for row in listing.rows if type(row) is Record for ref in row.order}
    masked: list[Number] = []

    def operand(x: Any) -> Given:
        return tuple([operand(item) for item in x]) if type(x) is tuple else found[x]  # type: ignore[misc]  # no groups in it

    for ref in range(len(places), len(listing.rows)):
        row, args = listing.rows[ref], listing.args[ref]
        if type(row) is Record:
            if row not in answers:
                answers[row] = _derivatives(build, listing, row, found, masked)
            x = answers[row][args[0]]
            # The engine's adjoints start at 0.0, which turns -0.0 into 0.0, but not where they are recorded themselves.
            found[ref] = x if ref in inner else build.apply(ops.add, (0.0, x))
        elif row is not None:
            found[ref] = build.compute(row, [operand(x) for x in args])
    guards = [Guard(truth, (outcome,)) for ref, outcome in listing.guards if type(truth := found[ref]) is Instruction]
    return build.program(inputs, [found[ref] for ref in listing.outputs], guards, masked)


def _derivatives(
    build: Builder, listing: Listing, record: Record, found: dict[Ref, Number], masked: list[Number]
) -> list[Number]:
    is_first = not any(type(listing.rows[ref]) is Record for ref in record.order)
    nodes = [found[ref] for ref in _in_order(record, listing) if ref in found] if is_first else build.instructions
    order: list[Instruction] = [x for x in dict.fromkeys(nodes) if type(x) is Instruction]
    seeds: list[tuple[Lane, Number]] = [((found[node], 0), found[seed]) for node, seed in record.seeds]
    wanted: list[Lane] = [(found[ref], 0) for ref in record.wanted]
    answers, may_be_masked = (push_forward if record.forward else pull_back)(build, order, seeds, wanted)
    values = [x for x, _ in answers]
    if may_be_masked or masked:  # what masked one derivative is a factor of 0 in the next
        masked += values
    return values


def _in_order(record: Record, listing: Listing) -> Sequence[Ref]:
    """The order of the engine's pass, whose graph has no truths in it: outside of a recording they are no Values."""
    if not any(isinstance(listing.rows[ref], Comparison) for ref in record.order):
        return record.order
    inside = {ref for ref in record.order if not isinstance(listing.rows[ref], Comparison)}
    kin = [row for row in dict.fromkeys(listing.rows) if type(row) is Record and row.order is record.order]
    stack = [node for other in reversed(kin) for node, _ in reversed(other.seeds)]
    opened: set[Ref] = set()
    done: dict[Ref, None] = {}
    while stack:
        ref = stack[-1]
        if ref in opened:
            done[stack.pop()] = None
            continue
        opened.add(ref)
        operands = [x for operand in listing.args[ref] for x in (operand if type(operand) is tuple else (operand,))]
        stack += [x for x in reversed(operands) if x in inside and x not in opened]
    return list(done)

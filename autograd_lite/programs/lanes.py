"""Lanes: a listing as a program in which what repeats is one instruction on many lanes.

Nodes of one *colour* are computed in the same way from inputs and plain numbers, whichever these are; none of them can
depend on another. The search starts where many nodes come together (the terms of a sum, the entries of a result) and
goes down through the operands of all of them in step: an operand that is one node for all is shared, operands of one
colour are lanes again, and what is there already is picked from its lanes. Whatever does not repeat stays a number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Sequence
from itertools import islice
from typing import Any, TypeAlias

from ..engine import table as ops
from .building import Builder, Lane
from .differentiate import dependents, pull_back, push_forward
from .families import families
from .listing import Listing, Record, Ref
from .program import Guard, Instruction, Number, Program

#: Fewer nodes than this are computed one by one.
FEWEST = 4

#: A search, which yields the searches that it waits for: a stack of its own, so that no graph is too deep.
Search: TypeAlias = Generator[Any, Any, Any]


def laned_program(listing: Listing, units: Sequence[int]) -> Program:
    """The program of a listing, with lanes; sums of lanes go in another order than the engine's.

    Args:
        listing: What was recorded.
        units: How many numbers each input has; together they are the inputs of the listing, in order.

    >>> from autograd_lite import Value
    >>> from autograd_lite.programs.listing import listed
    >>> xs = [Value(float(i)) for i in range(100)]
    >>> total = 0.0
    >>> for x in xs:
    ...     total += x * x
    >>> print(laned_program(listed(xs, [total], []), [100]))
        v0 = input 0                                            100 lanes
        v1 = v0 * v0                                            100 lanes
        v2 = sum_of_lanes(v1)
        v3 = 0.0 + v2
    return v3
    """
    return Lanes(listing, units).program()


class Lanes:
    """The search for lanes in a listing."""

    def __init__(self, listing: Listing, units: Sequence[int]) -> None:
        self.listing, self.rows, self.args = listing, listing.rows, listing.args
        self.build = Builder()
        self.inputs = [self.build.input(place, size) for place, size in enumerate(units)]
        places: list[Lane] = [(unit, lane) for unit in self.inputs for lane in range(unit.lanes)]
        self.placed: dict[Ref, Lane] = dict(enumerate(places))
        self.placed.update({ref: (x, 0) for ref, x in listing.literals.items()})
        self.colours, self.uses = coloured(listing)
        self.masked: list[Number] = []
        self.apart: list[list[Ref]] = []  # what came together and is not computed alike, one of each colour
        self.asked: dict[Record, list[tuple[Ref, int]]] = defaultdict(list)
        self.variables: dict[Ref, Record] = {}
        self.families = families(listing)
        self.graphs: dict[Any, Sequence[Instruction]] = {}
        for ref, row in enumerate(self.rows):
            if type(row) is Record:
                if row not in self.asked:
                    self.variables.update(dict.fromkeys(row.wanted if not row.forward else [], row))
                self.asked[row].append((ref, self.args[ref][0]))

    def program(self) -> Program:
        outputs, guards = self.listing.outputs, []
        result = _run(self._lanes(tuple(outputs))) if outputs else None
        by_colour: dict[int, dict[Ref, bool]] = defaultdict(dict)
        for ref, outcome in self.listing.guards:
            by_colour[self.colours[ref]][ref] = outcome
        for group in by_colour.values():
            truth = _run(self._lanes(tuple(group)))
            if type(truth) is Instruction:
                guards.append(Guard(truth, tuple(group.values())[: truth.lanes]))  # of one lane, all are alike
        if (type(result) is Instruction and result.lanes == 1 < len(outputs)) or type(result) is float:
            result = self.build.repeated(result, len(outputs))
        return self.build.program(self.inputs, [] if result is None else [result], guards, self.masked)

    # --- Searches ---

    def _lanes(self, refs: tuple[Ref, ...]) -> Search:
        """One operand for these nodes, lane by lane; a number, or one lane, where all are one node."""
        if not refs:
            return 0.0
        if len(set(refs)) == 1:
            return (yield self._number(refs[0]))
        missing = yield self._missing(refs)
        if len(missing) == len(refs) and len({self.colours[ref] for ref in refs}) == 1:
            return (yield self._block(refs))
        for group in self._by_colour(missing):
            if len(group) >= FEWEST:
                yield self._block(tuple(group))
            else:
                for ref in group:
                    yield self._number(ref)
        return self.build.gather([self.placed[ref] for ref in refs])

    def _by_colour(self, refs: Sequence[Ref]) -> list[list[Ref]]:
        by_colour: dict[int, list[Ref]] = defaultdict(list)
        for ref in refs:
            by_colour[self.colours[ref]].append(ref)
        if len(by_colour) > 1 and len(refs) >= FEWEST:
            self.apart.append([group[0] for group in by_colour.values()])
        return list(by_colour.values())

    def _missing(self, refs: tuple[Ref, ...]) -> Search:
        """Those that have no place yet, once each, when derivatives and what they are taken by have theirs."""
        for ref in refs:
            if ref not in self.placed:
                if type(self.rows[ref]) is Record:
                    yield self._derivatives(self.rows[ref])
                elif ref in self.variables:
                    yield self._variables(self.variables[ref])
        return list(dict.fromkeys([ref for ref in refs if ref not in self.placed]))

    def _block(self, refs: tuple[Ref, ...]) -> Search:
        """An instruction for nodes of one colour that have no place yet."""
        row, rows_args = self.rows[refs[0]], [self.args[ref] for ref in refs]
        operands = []
        for column in zip(*rows_args, strict=True):
            if type(column[0]) is tuple:
                group = []
                for items in zip(*column, strict=True):
                    group.append((yield self._lanes(items)))
                operands.append(tuple(group))
            else:
                operands.append((yield self._lanes(column)))
        if row is ops.positive:
            operands = [self._each(operands[0], len(refs))]
        block = self.build.compute(row, operands)
        is_one = type(block) is not Instruction or block.lanes == 1  # all operands are shared
        self.placed.update({ref: (block, 0 if is_one else i) for i, ref in enumerate(refs)})
        return block

    def _each(self, x: Any, lanes: int) -> Any:
        """So many lanes, be they all the same: of variables, each is one of its own."""
        return x if type(x) is Instruction and x.lanes == lanes else self.build.repeated(x, lanes)

    def _number(self, ref: Ref) -> Search:
        """The instruction of one node."""
        if (yield self._missing((ref,))):
            terms = self._terms(ref)
            found = yield (self._sum(terms) if len(terms) >= FEWEST else self._row(ref))
            self.placed[ref] = (found, 0)
        return self.build.gather([self.placed[ref]])

    def _row(self, ref: Ref) -> Search:
        row = self.rows[ref]
        operands = []
        for operand in self.args[ref]:
            if type(operand) is tuple:
                if len(operand) >= FEWEST:
                    yield self._lanes(operand)
                group = []
                for item in operand:
                    group.append((yield self._number(item)))
                operands.append(tuple(group))
            else:
                operands.append((yield self._number(operand)))
        if row in (ops.sum, ops.mean, ops.dot, ops.affine) and len(operands[0]) >= FEWEST:
            return (yield self._reduction(ref))
        return self.build.compute(row, operands)

    def _reduction(self, ref: Ref) -> Search:
        """A sum, a mean or a sum of products over lanes."""
        row, args = self.rows[ref], self.args[ref]
        count = len(args[0])
        lanes = yield self._lanes(args[0])
        if row in (ops.dot, ops.affine):
            lanes = self.build.apply(ops.multiply, (lanes, (yield self._lanes(args[1]))))
        total = self.build.sum_of_lanes(lanes, count)
        if row is ops.mean:
            return self.build.apply(ops.divide, (total, float(count)))
        return self.build.apply(ops.add, ((yield self._number(args[2])), total)) if row is ops.affine else total

    def _terms(self, ref: Ref) -> list[Ref]:
        """What a chain of additions adds up, in order."""
        terms: list[Ref] = []
        end = ref
        while self.rows[ref] is ops.add and (ref == end or self._only_here(ref)):
            first, second = self.args[ref]
            if self.rows[second] is ops.add and self.rows[first] is not ops.add and self._only_here(second):
                first, second = second, first
            terms.append(second)
            ref = first
        return [ref, *reversed(terms)]

    def _only_here(self, ref: Ref) -> bool:
        return self.uses[ref] == 1 and ref not in self.placed

    def _sum(self, terms: list[Ref]) -> Search:
        parts: list[Number] = []
        for group in self._by_colour(terms):
            if len(group) >= FEWEST:
                parts.append(self.build.sum_of_lanes((yield self._lanes(tuple(group))), len(group)))
            else:
                for ref in group:
                    parts.append((yield self._number(ref)))
        total = parts[0]
        for part in parts[1:]:
            total = self.build.apply(ops.add, (total, part))
        return total

    # --- Derivatives ---

    def _variables(self, record: Record) -> Search:
        """Give those that a family differentiates by their places: of one record side by side, of several in step."""
        family = self.families[record]
        columns = zip(*[other.wanted for other in family], strict=True) if len(family) > 1 else [record.wanted]
        wanted = [dict.fromkeys([ref for ref in column if ref in self.variables]) for column in columns]
        own = [tuple([ref for ref in column if ref not in self.placed]) for column in wanted]
        for column in own:
            for ref in column:
                self.variables.pop(ref, None)
        for column in own:
            yield self._lanes(column)

    def _derivatives(self, record: Record) -> Search:
        """Give the derivatives of a family their places; others of the same graphs follow in step."""
        family = [other for other in self.families[record] if other in self.asked]
        graphs = {id(other.order) for other in family}
        kin = [other for other in self.asked if id(other.order) in graphs]
        ends = [other.wanted if other.forward else [node for node, _ in other.seeds] for other in kin]
        yield self._lanes(tuple([node for nodes in ends for node in nodes]))
        seeds: list[tuple[Lane, Number]] = []
        for node, seed in [pair for other in family for pair in other.seeds]:
            yield self._number(node)
            seeds.append((self.placed[node], (yield self._number(seed))))
        wanted = [self.placed.get(ref, (0.0, 0)) for other in family for ref in other.wanted]
        differentiate = push_forward if record.forward else pull_back
        found, may_be_masked = differentiate(self.build, self._graph(family, wanted), seeds, wanted)
        answers = iter(found)
        for other in family:
            own = list(islice(answers, len(other.wanted)))
            for ref, i in self.asked[other]:
                x, lane = own[i]
                self.placed[ref] = (x, lane if type(x) is Instruction and x.lanes > 1 else 0)
        if may_be_masked or self.masked:  # what masked one derivative is a factor of 0 in the next
            self.masked += list(dict.fromkeys([x for x, _ in found]))

    def _graph(self, family: Sequence[Record], wanted: Sequence[Lane]) -> Sequence[Instruction]:
        """What the sweeps of a family go through; found once, 120 rows of a Jacobian take half the time to make."""
        if family[0].forward:
            return list(self.build.instructions)
        key = tuple([id(other.order) for other in family]), tuple([ref for other in family for ref in other.wanted])
        if key not in self.graphs:
            depends = dependents(self.build.instructions, wanted)
            self.graphs[key] = [x for x in self.build.instructions if x in depends]
        return self.graphs[key]


def _run(search: Search) -> Any:
    """Do a search and those that it waits for."""
    stack, answer = [search], None
    while stack:
        try:
            stack.append(stack[-1].send(answer))
            answer = None
        except StopIteration as end:
            stack.pop()
            answer = end.value
    return answer


def coloured(listing: Listing) -> tuple[list[int], list[int]]:
    """The colour of each node, and how often it is an operand.

    >>> from autograd_lite import Value
    >>> from autograd_lite.programs.listing import listed
    >>> x, y = Value(2.0), Value(3.0)
    >>> coloured(listed([x, y], [x * y, y * 5.0, x + y], []))
    ([0, 0, 1, 0, 1, 2], [2, 3, 0, 1, 0, 0])
    """
    known: dict[Any, int] = {}
    colours: list[int] = []
    uses = [0] * len(listing.rows)
    of_records: dict[int, Any] = {}
    for row, args in zip(listing.rows, listing.args, strict=True):
        if row is None:
            colours.append(0)
            continue
        if type(row) is Record:
            if id(row) not in of_records:
                of_records[id(row)] = (row.forward, *[colours[ref] for pair in row.seeds for ref in pair])
            key: Any = of_records[id(row)]
        elif row.parameters:  # of one block they are the same
            own = len(args) - row.parameters
            key = (row, *[_colour_of(x, colours, uses) for x in args[:own]], *args[own:])
        elif len(args) == 2 and type(args[0]) is int and type(args[1]) is int:
            first, second = args
            uses[first] += 1
            uses[second] += 1
            key = (row, colours[first], colours[second])
        else:
            key = (row, *[_colour_of(x, colours, uses) for x in args])
        colour = known.get(key)
        if colour is None:
            colour = known[key] = len(known) + 1
        colours.append(colour)
    return colours, uses


def _colour_of(x: Any, colours: list[int], uses: list[int]) -> Any:
    if type(x) is tuple:
        return tuple([_colour_of(item, colours, uses) for item in x])
    uses[x] += 1
    return colours[x]

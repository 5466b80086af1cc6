"""Scheduling: what runs in one loop over lanes, in which order, and where in memory is what loops share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from .program import GATHER, INPUT, LITERALS, SCATTER, SUM_OF_LANES, Guard, Instruction, Program

#: A section's place in the order: its level, then scalar code, scatters and loops.
_SCALARS, _SCATTERS, _LOOPS = 0, 1, 2
#: So many values are computed in one section, whose registers are saved on a stack that has an end.
LARGEST_SECTION = 20_000


#: So many instructions take turns in a result without being brought together first.
MOST_TURNS = 64


class Output(NamedTuple):
    """What goes to the outputs.

    Attributes:
        x: The instruction.
        place: Where its first lane goes, or that of the instruction that it takes turns with.
        step: How many take turns.
        turn: Which of them it is.
    """

    x: Instruction
    place: int
    step: int = 1
    turn: int = 0


class Section:
    """Code that runs together: of numbers, or of all lanes of one count, a vector of them at a time.

    Attributes:
        lanes: How many; 1 for scalar code.
        values: What is computed, each after its operands.
        sums: Instructions whose lanes are added up.
        scatter: The one that this section is for, if it is for one.
        outputs: What is computed or read here and goes to the outputs.
        guards: What is checked here.
        masked: What is checked here for being finite.
        accumulators: Where in memory the sums of each lane of a vector are.
    """

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self.values: list[Instruction] = []
        self.sums: list[Instruction] = []
        self.scatter: Instruction | None = None
        self.outputs: list[Output] = []
        self.guards: list[Guard] = []
        self.masked: list[Instruction] = []
        self.accumulators = 0

    def operands(self) -> Iterator[Instruction]:
        """What is read in step, or by all lanes, here or from memory."""
        for value in self.values:
            if value.operation is not GATHER:
                yield from value.sources()
        for x in self.sums:
            yield from x.sources()
        yield from [output.x for output in self.outputs]
        yield from [guard.truth for guard in self.guards]
        yield from self.masked


class Schedule:
    """The sections of a program in their order, and where what they share is in memory.

    Args:
        program: Lowered.
        width: How many lanes are in a vector.

    Attributes:
        sections: In the order in which they run.
        lanes: Over how many lanes the longest loop goes.
        places: Of what is in the memory that sections share the offset, in doubles.
        copied: Inputs and literals that are copied there before all else.
        numbers: The outputs of one lane, each with its place among the outputs.
        home: The section of what is computed.
        uses: How many times each instruction is an operand, or wanted outside.
        size: How many doubles that memory has.
    """

    def __init__(self, program: Program, width: int) -> None:
        self.width = width
        places = accumulate([x.lanes for x in program.outputs], initial=0)
        self.outputs = [part for x, place in zip(program.outputs, places, strict=False) for part in in_turns(x, place)]
        self.guards, self.masked = program.guards, [part.x for x in program.masked for part in in_turns(x, 0)]
        self.places: dict[Instruction, int] = {}
        self.copied: list[Instruction] = []
        self.numbers: list[tuple[Instruction, int]] = []
        self.size = 2 * width  # where flags are collected
        self.home: dict[Instruction, Section] = {}
        self._levels: dict[Instruction, int] = {}
        self._sections: dict[tuple[int, int, int], list[Section]] = {}
        roots = [*[output.x for output in self.outputs], *self.masked, *[guard.truth for guard in program.guards]]
        needed = _needed(program, roots)
        self.uses = Counter([source for x in needed for source in x.sources()])
        self.uses.update(roots)
        self._picks = Counter([source for x in needed if _is_pick(x) for source, _ in [picked(x)]])
        for instruction in program.instructions:
            if instruction in needed:
                self._levels[instruction] = self._assign(instruction)
        self._assign_roots()
        self.sections = [section for key in sorted(self._sections) for section in self._sections[key]]
        self.lanes = max([section.lanes for section in self.sections if not section.scatter], default=1)
        self._place_all(needed)

    # --- Order ---

    def _assign(self, instruction: Instruction) -> int:
        """Put it into its section; the level from which on it can be an operand in step."""
        operation, lanes, levels = instruction.operation, instruction.lanes, self._levels
        if operation is INPUT or operation is LITERALS or lanes == 0:
            return 0
        if operation is SUM_OF_LANES:
            [x] = instruction.sources()
            if x.lanes:
                self._section(levels[x], x.lanes).sums.append(instruction)
            return levels[x] + 1
        if operation is SCATTER:
            level = max(map(self._whole, instruction.sources()))
            section = Section(lanes)
            section.scatter = instruction
            self._sections.setdefault((level, _SCATTERS, 0), []).append(section)
            return level
        if operation is GATHER:
            level = max(map(self._whole, instruction.sources()))
            if self.is_alias(instruction):
                return level
        else:
            level = max([levels[x] + (x.operation is SCATTER and lanes == 1) for x in instruction.sources()], default=0)
        section = self.home[instruction] = self._section(level, lanes)
        section.values.append(instruction)
        return level

    def _whole(self, x: Instruction) -> int:
        """The level from which on all of its lanes can be read."""
        is_there = x.operation in (INPUT, LITERALS) or (x.lanes == 1 and x.operation is not SCATTER)
        return self._levels[x] + (not is_there)

    def is_alias(self, x: Instruction) -> bool:
        """Whether it is one lane of what is in memory, which is read where it is."""
        return _is_pick(x) and not self._is_far(picked(x)[0])

    def _is_far(self, x: Instruction) -> bool:
        """Whether it is an input that is too large to be copied for the few numbers that are picked of it."""
        return x.operation is INPUT and x.lanes > _FEW * self._picks[x]

    def _section(self, level: int, lanes: int) -> Section:
        key = level, _SCALARS if lanes == 1 else _LOOPS, lanes
        sections = self._sections.setdefault(key, [])
        if not sections or len(sections[-1].values) >= LARGEST_SECTION:
            sections.append(Section(lanes))
        return sections[-1]

    def _assign_roots(self) -> None:
        for output in self.outputs:
            if output.x.lanes == 1:
                self.numbers.append((output.x, output.place))
            elif output.x.lanes:
                self._root(output.x).outputs.append(output)
        for guard in self.guards:
            if guard.truth.lanes:
                self._root(guard.truth).guards.append(guard)
        for x in dict.fromkeys(self.masked):
            if x.lanes:
                self._root(x).masked.append(x)

    def _root(self, x: Instruction) -> Section:
        return self.home.get(x) or self._section(self._levels[x] + (x.operation is SCATTER and x.lanes == 1), x.lanes)

    # --- Memory ---

    def _place_all(self, needed: dict[Instruction, None]) -> None:
        """Give a place to all that is read elsewhere than where it is computed."""
        read = [x for x, _ in self.numbers] + [
            source for x in needed if x.operation is GATHER for source in x.sources()
        ]
        order = {x: i for i, x in enumerate(dict.fromkeys(read))}  # so that they are copied, or read, all together
        for section in self.sections:
            section.sums.sort(key=lambda x: order.get(x, len(order)))
        sums = {x: section for section in self.sections for x in section.sums}
        for x, _ in self.numbers:
            if x not in self.places and x in sums:
                self._place_sums(sums[x])
            self._place(x)
        for section in self.sections:
            if section.sums and section.sums[0] not in self.places:
                self._place_sums(section)
            if section.scatter:
                self._place(section.scatter)
                self._place_far([*section.scatter.sources()])
            for x in section.operands():
                if self.home.get(x) is not section and not (x.lanes > 1 and x.operation in (INPUT, LITERALS)):
                    self._place(x)
        for x in needed:
            if x.operation is GATHER and x in self.home:
                self._place_far([*x.sources()])
        self.copied = [x for x in self.places if x.operation is INPUT or x.operation is LITERALS]

    def _place_sums(self, section: Section) -> None:
        section.accumulators = self._reserve(2 * self.width * len(section.sums))
        start = self._reserve(len(section.sums))
        self.places.update({x: start + i for i, x in enumerate(section.sums)})

    def _place_far(self, sources: list[Instruction]) -> None:
        """What is read lane by lane: an input or literals where they are if they are alone, else side by side."""
        if len(sources) > 1 or sources[0].operation not in (INPUT, LITERALS):
            for x in sources:
                self._place(x)

    def _place(self, x: Instruction) -> None:
        if x in self.places:
            return
        if self.is_alias(x):
            source, lane = picked(x)
            self._place(source)
            self.places[x] = self.places[source] + lane
        else:
            self.places[x] = self._reserve(x.lanes)

    def _reserve(self, count: int) -> int:
        """Room for so many doubles, and if they are lanes for whole vectors."""
        start, width = self.size, self.width
        if count > 1:
            start = -(-start // width) * width
            count = -(-count // width) * width
        self.size = start + count
        return start


def _needed(program: Program, roots: list[Instruction]) -> dict[Instruction, None]:
    """What is to be computed for these."""
    needed = dict.fromkeys(roots)
    for instruction in reversed(program.instructions):
        if instruction in needed:
            needed.update(dict.fromkeys(instruction.sources()))
    return needed


def in_turns(x: Instruction, place: int) -> list[Output]:
    """A result that goes to a place, or what takes turns in it, as in (a₀, b₀, a₁, b₁, …), and needs no gather.

    >>> a, b = (Instruction(INPUT, (), 2, place) for place in range(2))
    >>> turns = Instruction(GATHER, ((a, b),), 4, ((1, 0), (0, 0), (1, 1), (0, 1)))
    >>> [(output.x is a, output.place, output.step, output.turn) for output in in_turns(turns, 10)]
    [(False, 10, 2, 0), (True, 10, 2, 1)]
    """
    if x.operation is GATHER and len(sources := [*x.sources()]) in range(2, MOST_TURNS + 1):
        lanes, order = x.lanes // len(sources), [source for source, _ in x.table[: len(sources)]]
        are_even = lanes > 1 and all(source.lanes == lanes for source in sources)
        if are_even and x.table == tuple([(source, lane) for lane in range(lanes) for source in order]):
            return [Output(sources[source], place, len(sources), turn) for turn, source in enumerate(order)]
    return [Output(x, place)]


#: So many times the numbers that are picked of it an input may have, and be copied for them.
_FEW = 64


def _is_pick(x: Instruction) -> bool:
    return x.operation is GATHER and x.lanes == 1


def picked(x: Instruction) -> tuple[Instruction, int]:
    """What a gather of one lane reads, and which lane of it."""
    [(source, lane)] = x.table
    return [*x.sources()][source], lane

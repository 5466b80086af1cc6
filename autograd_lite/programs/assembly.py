"""Assembly: a scheduled program as functions of LLVM."""

from __future__ import annotations

from collections.abc import Sequence

from . import memory
from .bodies import PARAMETERS, Body, Stream, base_of
from .module import Module, function
from .program import INPUT, LITERALS
from .schedule import Schedule, Section
from .vectors import Vectors


def assembled(schedule: Schedule, module: Module) -> str:
    """The text of a module, whose functions are `run`, which calls all others, `start`, `finish` and the sections.

    Args:
        schedule: What to write.
        module: What it is written into.
    """
    names = [f"section{k}" for k in range(len(schedule.sections))]
    for name, section in zip(names, schedule.sections, strict=True):
        if section.scatter:
            _scatter(module, schedule, section, name)
        elif section.lanes == 1:
            module.define(name, lambda: Body(module, schedule, section, 1).scalars(name))  # noqa: B023  (called at once)
        else:
            _Loop(module, schedule, section, name).define()
    _start(module, schedule)
    _finish(module, schedule)
    lines = ["call void @start(ptr %inputs, ptr %scratch)"]
    for name, section in zip(names, schedule.sections, strict=True):
        last = "%lanes" if section.lanes == schedule.lanes and not section.scatter else section.lanes
        lines.append(f"call void @{name}(ptr %inputs, ptr %outputs, ptr %scratch, i64 0, i64 {last})")
    lines += ["%flags = call i64 @finish(ptr %outputs, ptr %scratch)", "ret i64 %flags"]
    module.define("run", lambda: function("run", "ptr %inputs, ptr %outputs, ptr %scratch, i64 %lanes", lines, "i64"))
    return module.text()


class _Loop:
    """Writes what runs the body of a section over a range of its lanes.

    Those that do not fill a vector come last, in vectors of their own that are filled up with the last lane.
    """

    def __init__(self, module: Module, schedule: Schedule, section: Section, name: str) -> None:
        self.module, self.schedule, self.section, self.name = module, schedule, section, name
        self.width = module.host.width
        self.rest = section.lanes % self.width
        self.full = section.lanes - self.rest
        self.write = Vectors(module, 1)
        self.streams: list[Stream] = []

    def define(self) -> None:
        body = Body(self.module, self.schedule, self.section, self.width)
        self.module.define(f"{self.name}.body", lambda: body.loop(f"{self.name}.body"))
        self.streams = [*body.streams]
        self.module.define(self.name, lambda: function(self.name, PARAMETERS, self.lines()))

    def lines(self) -> list[str]:
        write, section, lanes = self.write, self.section, self.section.lanes
        count = len(section.sums)
        sums = write.at("%scratch", section.accumulators)
        others = write.at(sums, count * self.width)
        streams = [self.found(stream) for stream in self.streams]
        table = self.table(streams)
        if count:
            begins = write.line("icmp eq i64 %first, 0")
            write.lines += [f"br i1 {begins}, label %begin, label %main", "begin:"]
            write.lines.append(f"call void {memory.fill(self.module)}(ptr {sums}, i64 {2 * count * self.width})")
            write.lines += ["br label %main", "main:"]
        if self.full:
            is_less = write.line(f"icmp slt i64 %last, {self.full}")
            last = write.line(f"select i1 {is_less}, i64 %last, i64 {self.full}")
            self.call(table, sums, "%first", last)
        ends = write.line(f"icmp eq i64 %last, {lanes}")
        write.lines += [f"br i1 {ends}, label %end, label %done", "end:"]
        if self.rest:
            self.run_rest(streams, others)
        if count:
            results = write.at("%scratch", self.schedule.places[section.sums[0]])
            write.lines.append(
                f"call void {memory.reduce(self.module)}"
                f"(ptr {sums}, ptr {others}, ptr {results}, i64 {self.rest}, i64 {count})"
            )
        return [*write.lines, "br label %done", "done:", "ret void"]

    def found(self, stream: Stream) -> str:
        """Where a stream begins."""
        base = stream.base
        if stream.place is not None:
            base = self.write.line(f"load ptr, ptr {self.write.at(base, stream.place, 'ptr')}")
        return self.write.at(base, stream.offset)

    def table(self, pointers: Sequence[str]) -> str:
        write = self.write
        table = write.line(f"alloca [{len(pointers)} x ptr]")
        for s, pointer in enumerate(pointers):
            write.lines.append(f"store ptr {pointer}, ptr {write.at(table, s, 'ptr')}")
        return table

    def call(self, table: str, sums: str, first: str | int, last: str | int) -> None:
        operands = f"ptr %inputs, ptr {table}, ptr %scratch, ptr {sums}, i64 {first}, i64 {last}"
        self.write.lines.append(f"call void @{self.name}.body({operands})")

    def run_rest(self, streams: Sequence[str], sums: str) -> None:
        write, full, rest = self.write, self.full, self.rest
        steps = [stream.step for stream in self.streams]
        starts = [write.at(stream, full * step) for stream, step in zip(streams, steps, strict=True)]
        rooms = [write.line(f"alloca [{self.width * step} x double]") for step in steps]
        for start, room, stream in zip(starts, rooms, self.streams, strict=True):
            if not stream.is_output:
                write.lines.append(
                    f"call void {memory.pad(self.module)}(ptr {start}, ptr {room}, i64 {rest}, i64 {self.width})"
                )
            elif stream.step > 1:  # other loops may have written what takes turns with this
                count = rest * stream.step
                write.lines.append(f"call void {memory.copy(self.module)}(ptr {start}, ptr {room}, i64 {count})")
        places = [write.at(room, -full * step) for room, step in zip(rooms, steps, strict=True)]
        self.call(self.table(places), sums, full, self.section.lanes)
        for start, room, stream in zip(starts, rooms, self.streams, strict=True):
            if stream.is_output:
                count = rest * stream.step
                write.lines.append(f"call void {memory.copy(self.module)}(ptr {room}, ptr {start}, i64 {count})")


def _scatter(module: Module, schedule: Schedule, section: Section, name: str) -> None:
    """Zeros, to which the lanes of the operand are added one after the other."""
    x, write = section.scatter, Vectors(module, 1)
    assert x is not None
    [source] = x.sources()
    target = write.at("%scratch", schedule.places[x])
    write.lines.append(f"call void {memory.clear(module)}(ptr {target}, i64 {x.lanes})")
    if source.lanes:
        base, table = base_of(source, schedule, write), module.table("q", x.table)
        add_to = memory.add_to(module)
        write.lines.append(f"call void {add_to}(ptr {base}, ptr {target}, ptr {table}, i64 {source.lanes})")
    module.define(name, lambda: function(name, PARAMETERS, [*write.lines, "ret void"]))


def _start(module: Module, schedule: Schedule) -> None:
    """Clears the flags, and copies what is read from memory that sections share."""
    write = Vectors(module, 1)
    write.lines.append(f"call void {memory.clear(module)}(ptr %scratch, i64 {2 * module.host.width})")
    numbers = [x for x in schedule.copied if x.operation is INPUT and x.lanes == 1]
    for start, place, count in _runs(sorted([(int(x.table), schedule.places[x]) for x in numbers])):
        source, target = write.at("%inputs", start, "ptr"), write.at("%scratch", place)
        write.lines.append(f"call void {memory.take(module)}(ptr {source}, ptr {target}, i64 {count})")
    for x in schedule.copied:
        if x.lanes > 1 or x.operation is LITERALS:
            source, target = base_of(x, schedule, write, is_copied=False), write.at("%scratch", schedule.places[x])
            write.lines.append(f"call void {memory.copy(module)}(ptr {source}, ptr {target}, i64 {x.lanes})")
    module.define("start", lambda: function("start", "ptr %inputs, ptr %scratch", [*write.lines, "ret void"]))


def _finish(module: Module, schedule: Schedule) -> None:
    """Copies the results that are numbers, and reads the flags."""
    write = Vectors(module, 1)
    for start, place, count in _runs([(place, schedule.places[x]) for x, place in schedule.numbers]):
        source, target = write.at("%scratch", place), write.at("%outputs", start)
        write.lines.append(f"call void {memory.copy(module)}(ptr {source}, ptr {target}, i64 {count})")
    flag = memory.flag(module)
    errors = write.line(f"call i64 {flag}(ptr %scratch)")
    guards = write.line(f"call i64 {flag}(ptr {write.at('%scratch', module.host.width)})")
    flags = write.line(f"or i64 {errors}, {write.line(f'shl i64 {guards}, 1')}")
    lines = [*write.lines, f"ret i64 {flags}"]
    module.define("finish", lambda: function("finish", "ptr %outputs, ptr %scratch", lines, "i64"))


def _runs(pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Pairs that follow each other in both numbers, as their first pair and how many they are."""
    found: list[tuple[int, int, int]] = []
    for a, b in pairs:
        if found and (a, b) == (found[-1][0] + found[-1][2], found[-1][1] + found[-1][2]):
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((a, b, 1))
    return found

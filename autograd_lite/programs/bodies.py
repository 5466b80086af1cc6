"""Code generation for what is computed in a section, on one vector of lanes after the other."""

from __future__ import annotations

from collections import defaultdict
from math import nan
from typing import Any, NamedTuple

from ..engine import table as ops
from ..engine.operation import Operation
from .module import Module, function, vector
from .program import GATHER, INPUT, LITERALS, Comparison, Guard, Instruction
from .schedule import Output, Schedule, Section, picked
from .vectors import TRUTHS, Vectors

#: So many lines are in a basic block.
LONGEST_BLOCK = 3000
#: What functions are given that run a section, or a part of its lanes.
PARAMETERS = "ptr %inputs, ptr %outputs, ptr %scratch, i64 %first, i64 %last"


class Stream(NamedTuple):
    """Doubles that are read or written in step with the lanes: so many after a pointer, or one in a table of them.

    Of what several take turns in there are ``step`` for each lane.
    """

    base: str
    place: int | None
    offset: int
    is_output: bool = False
    step: int = 1


class Body:
    """Writes what is computed in one section for one vector of lanes."""

    def __init__(self, module: Module, schedule: Schedule, section: Section, width: int) -> None:
        self.module, self.schedule, self.section = module, schedule, section
        self.write = Vectors(module, width)
        self.numbers: dict[Any, str] = {}
        self.truths: dict[Any, str] = {}
        self.streams: dict[Stream, str] = {}
        self.arguments = 0  # of the largest callback
        self.block, self.begin = "loop", 0
        self.sums: dict[Instruction, list[int]] = defaultdict(list)
        for k, x in enumerate(section.sums):
            self.sums[next(x.sources())].append(k)
        self.outputs: dict[Instruction, list[Output]] = defaultdict(list)
        for output in section.outputs:
            self.outputs[output.x].append(output)
        self.guards: dict[Instruction, list[Guard]] = defaultdict(list)
        for guard in section.guards:
            self.guards[guard.truth].append(guard)
        self.masked = set(section.masked)

    # --- Functions ---

    def scalars(self, name: str) -> str:
        self.section_code()
        return function(name, PARAMETERS, [*self.buffers(), *self.write.lines, "ret void"])

    def loop(self, name: str) -> str:
        self.section_code()
        pointers = []
        for k, stream in enumerate(self.streams.values()):
            pointers += [f"%slot{k} = getelementptr ptr, ptr %streams, i64 {k}", f"{stream} = load ptr, ptr %slot{k}"]
        lines = [
            *pointers,
            *self.buffers(),
            "%any = icmp slt i64 %first, %last",
            "br i1 %any, label %loop, label %done",
            "loop:",
            f"%i = phi i64 [ %first, %entry ], [ %next, %{self.block} ]",
            *self.write.lines,
            f"%next = add i64 %i, {self.write.width}",
            "%more = icmp slt i64 %next, %last",
            "br i1 %more, label %loop, label %done",
            "done:",
            "ret void",
        ]
        parameters = "ptr %inputs, ptr %streams, ptr %scratch, ptr %sums, i64 %first, i64 %last"
        return function(name, parameters, lines)

    def buffers(self) -> list[str]:
        if not self.arguments:
            return []
        return [f"%given = alloca [{self.arguments} x {self.write.type}]", f"%found = alloca {self.write.type}"]

    def section_code(self) -> None:
        write, section = self.write, self.section
        flags = [0] * bool(self.masked) + [1] * bool(self.guards)
        pointers = {flag: write.at("%scratch", flag * self.module.host.width) for flag in flags}
        self.flags = {flag: write.read(pointer) for flag, pointer in pointers.items()}
        computed = set(section.values)
        for x in {**self.sums, **self.outputs, **self.guards, **dict.fromkeys(section.masked)}:
            if x not in computed:
                self.finish(x)
        for x in section.values:
            if not self.is_fused(x):
                self.compute(x)
                if x in self.schedule.places:
                    write.write(self.number(x), self.in_memory(x))
            self.finish(x)
            self.cut()
        for flag, pointer in pointers.items():
            write.write(self.flags[flag], pointer)

    def cut(self) -> None:
        """Begin another basic block after so many lines: LLVM takes more than linear time for one."""
        if len(self.write.lines) > self.begin + LONGEST_BLOCK:
            self.begin = len(self.write.lines)
            self.block = f"block{self.begin}"
            self.write.lines += [f"br label %{self.block}", f"{self.block}:"]

    def finish(self, x: Instruction) -> None:
        """All that happens to a value besides being an operand."""
        write = self.write
        for k in self.sums.get(x, ()):
            self.accumulate(x, k)
        for output in self.outputs.get(x, ()):
            stream = self.stream(Stream("%outputs", None, output.place, True, output.step))
            if output.step == 1:
                write.write(self.number(x), write.at(stream, "%i"))
            else:
                self.scatter(self.number(x), write.at(stream, write.once(f"mul i64 %i, {output.step}")), output)
        for guard in self.guards.get(x, ()):
            self.check(guard)
        if x in self.masked:
            self.flags[0] = write.multiply_add(self.number(x), write.constant(0.0), self.flags[0])

    # --- Operands ---

    def number(self, x: Any) -> str:
        """An operand as numbers."""
        if type(x) is not Instruction:
            return self.write.constant(x)
        found = self.numbers.get(x)
        if found is None:
            if x.lanes == 1 < self.write.width:  # not kept: it is read faster than it would be stored and read
                return self.write.broadcast(self.in_memory(x))
            if x in self.truths:
                found = self.write.select(self.truths[x], self.write.constant(1.0), self.write.constant(0.0))
            else:
                found = self.write.read(self.address(x))
            self.numbers[x] = found
        return found

    def truth(self, x: Any) -> str:
        """An operand as truths."""
        if type(x) is not Instruction:
            return self.write.true_or_false(x != 0)
        if x not in self.truths:
            self.truths[x] = self.write.compare("une", self.number(x), self.write.constant(0.0))
        return self.truths[x]

    def address(self, x: Instruction) -> str:
        """Where the present lanes of what is computed elsewhere are."""
        if x.lanes > 1 and x.operation is INPUT:
            return self.write.at(self.stream(Stream("%inputs", x.table, 0)), "%i")
        if x.lanes > 1 and x.operation is LITERALS:  # filled up, and so no stream
            return self.write.at(self.module.table("d", x.table), "%i")
        return self.in_memory(x)

    def in_memory(self, x: Instruction) -> str:
        pointer = self.write.at("%scratch", self.schedule.places[x])
        return pointer if x.lanes == 1 else self.write.at(pointer, "%i")

    def stream(self, stream: Stream) -> str:
        return self.streams.setdefault(stream, f"%stream{len(self.streams)}")

    # --- Operations ---

    def compute(self, x: Instruction) -> None:
        operation = x.operation
        if operation in TRUTHS:
            operand = self.number if isinstance(operation, Comparison) else self.truth
            self.truths[x] = self.write.compute(operation, [*map(operand, x.operands)])
        elif operation is GATHER:
            self.numbers[x] = self.gather(x)
        elif operation is ops.positive:
            self.numbers[x] = self.number(x.operands[0])
        elif operation is ops.where:
            condition, yes, no = x.operands
            self.numbers[x] = self.write.select(self.truth(condition), self.number(yes), self.number(no))
        elif self.write.has(operation):
            operands = [[*map(self.number, item)] if type(item) is tuple else self.number(item) for item in x.operands]
            self.numbers[x] = self.write.compute(operation, operands)
        else:
            self.numbers[x] = self.call_back(operation, x.operands)

    def call_back(self, operation: Operation, operands: tuple[Any, ...]) -> str:
        write = self.write
        sizes = tuple([len(item) if type(item) is tuple else -1 for item in operands])
        items = [item for operand in operands for item in (operand if type(operand) is tuple else (operand,))]
        self.arguments = max(self.arguments, len(items), 1)
        for k, item in enumerate(items):
            write.write(self.number(item), write.at("%given", k, write.type))
        address = self.module.callback(operation, sizes, write.width)
        write.lines.append(f"call void {address}(ptr %given, ptr %found)")
        return write.read("%found")

    def check(self, guard: Guard) -> None:
        write = self.write
        truth = self.truth(guard.truth)
        if len(set(guard.outcomes)) == 1:
            expected = write.true_or_false(guard.outcomes[0])
        else:
            expected = write.read(write.at(self.module.table("d", guard.outcomes), "%i"))
            expected = write.compare("une", expected, write.constant(0.0))
        wrong = write.line(f"xor {write.truth} {truth}, {expected}")
        amount = write.select(wrong, write.constant(nan), write.constant(0.0))
        self.flags[1] = write.line(f"fadd {write.type} {self.flags[1]}, {amount}")

    # --- Sums ---

    def is_fused(self, x: Instruction) -> bool:
        """Whether it is a product that is only added up over the lanes."""
        is_alone = x.operation is ops.multiply and self.schedule.uses[x] == 1 and len(self.sums.get(x, ())) == 1
        return is_alone and self.write.width > 1

    def accumulate(self, x: Instruction, k: int) -> None:
        write = self.write
        pointer = write.at("%sums", k * write.width)
        total = write.read(pointer)
        if self.is_fused(x):
            first, second = map(self.number, x.operands)
            total = write.multiply_add(first, second, total)
        else:
            total = write.line(f"fadd {write.type} {total}, {self.number(x)}")
        write.write(total, pointer)

    # --- Lanes of others ---

    def scatter(self, number: str, start: str, output: Output) -> None:
        """Write lanes between which there are those of others."""
        write, width = self.write, self.write.width
        if width == 1:
            write.write(number, write.at(start, output.turn))
            return
        places = ", ".join([f"i64 {output.turn + k * output.step}" for k in range(width)])
        pointers = write.line(f"getelementptr double, ptr {start}, {write.whole} <{places}>")
        name, kind = f"llvm.masked.scatter.{write.suffix}.v{width}p0", vector("ptr", width)
        scatter = self.module.declare(name, "void", [write.type, kind, "i32", write.truth])
        mask = f"{write.truth} {write.true_or_false(True)}"
        write.lines.append(f"call void {scatter}({write.type} {number}, {kind} {pointers}, i32 8, {mask})")

    def gather(self, x: Instruction) -> str:
        sources, write = [*x.sources()], self.write
        if x.lanes == 1:
            source, lane = picked(x)
            return write.read(write.at(base_of(source, self.schedule, write), lane))
        if len(sources) > 1:
            places = [self.schedule.places[source] for source in sources]
            base, offsets = Stream("%scratch", None, 0), [places[source] + lane for source, lane in x.table]
        else:
            base, offsets = self.whole(sources[0]), [lane for _, lane in x.table]
        if all(offset == offsets[0] + i for i, offset in enumerate(offsets)):
            stream = base._replace(offset=base.offset + offsets[0])
            return write.read(write.at(self.stream(stream), "%i"))
        return self.gather_at("%scratch" if len(sources) > 1 else base_of(sources[0], self.schedule, write), offsets)

    def whole(self, x: Instruction) -> Stream:
        """All lanes of an instruction, to be read in step from some lane on."""
        if x in self.schedule.places:
            return Stream("%scratch", None, self.schedule.places[x])
        return (
            Stream("%inputs", x.table, 0) if x.operation is INPUT else Stream(self.module.table("d", x.table), None, 0)
        )

    def gather_at(self, base: str, offsets: list[int]) -> str:
        write = self.write
        pointer = write.at(self.module.table("q", offsets), "%i", "i64")
        index = write.line(f"load {write.whole}, ptr {pointer}, align 8")
        if write.width == 1:
            return write.read(write.at(base, index))
        pointers = vector("ptr", write.width)
        items = write.line(f"getelementptr double, ptr {base}, {write.whole} {index}")
        name = f"llvm.masked.gather.{write.suffix}.v{write.width}p0"
        gather = self.module.declare(name, write.type, [pointers, "i32", write.truth, write.type])
        mask = f"{write.truth} {write.true_or_false(True)}"
        return write.line(f"call {write.type} {gather}({pointers} {items}, i32 8, {mask}, {write.type} poison)")


def base_of(x: Instruction, schedule: Schedule, write: Vectors, is_copied: bool = True) -> str:
    """Where all lanes of an instruction are; of what is copied also where it is copied from."""
    if is_copied and x in schedule.places:
        return write.at("%scratch", schedule.places[x])
    if x.operation is LITERALS:
        return write.module.table("d", x.table)
    return write.line(f"load ptr, ptr {write.at('%inputs', x.table, 'ptr')}")

"""Code generation: a scheduled program as LLVM's assembly, and the tables and functions of Python that it refers to."""

from __future__ import annotations

import ctypes
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from math import nan
from typing import Any, NamedTuple

from ..engine import table as ops
from ..engine.operation import Operation
from . import memory
from .host import Host
from .program import GATHER, INPUT, LITERALS, Comparison, Guard, Instruction
from .schedule import Schedule, Section, picked
from .vectors import TRUTHS, Vectors, function, vector

#: So many lines are in a basic block.
LONGEST_BLOCK = 3000

#: A function of Python that native code calls, with addresses of operands and of results, a vector of each.
Callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


class Assembly:
    """The text of a module, function by function.

    Args:
        host: What to write for.

    Attributes:
        tables: Numbers that the code refers to by their addresses.
        callbacks: Functions of Python that it refers to, by row and by how many numbers are in each operand.
        failures: Exceptions that such functions raised, other than those of mathematics.
    """

    schedule: Schedule

    def __init__(self, host: Host) -> None:
        self.host = host
        self.tables: dict[Any, Any] = {}
        self.callbacks: dict[Any, Any] = {}
        self.failures: list[BaseException] = []
        self.functions: dict[str, str] = {}

    def text(self, schedule: Schedule) -> str:
        """The whole module, whose functions are run, start, finish and one for each section."""
        self.schedule, program = schedule, schedule.program
        roots = [*program.outputs, *program.masked, *[guard.truth for guard in program.guards]]
        self.uses = Counter([x for instruction in program.instructions for x in instruction.sources()] + roots)
        for k, section in enumerate(self.schedule.sections):
            if section.scatter:
                self.functions[f"section{k}"] = _scatter(self, f"section{k}", section)
            elif section.lanes == 1:
                self.functions[f"section{k}"] = _Body(self, section, 1).scalars(f"section{k}")
            else:
                body = _Body(self, section, self.host.width)
                self.functions[f"body{k}"] = body.loop(f"body{k}")
                self.functions[f"section{k}"] = _loop(self, k, section, [*body.streams])
        _frame(self)
        return "\n".join(self.functions.values())

    def define(self, name: str, text: Callable[[], str]) -> str:
        """The name of a function, which is written if it is not there."""
        if name not in self.functions:
            self.functions[name] = text()
        return f"@{name}"

    def declare(self, name: str, result: str, operands: Iterable[str]) -> str:
        return self.define(name, lambda: f"declare {result} @{name}({', '.join(operands)})")

    def table(self, kind: str, numbers: Iterable[Any]) -> str:
        """The address of a table of doubles ("d") or whole numbers ("q"), filled up to vectors with its last."""
        found = array(kind, numbers)
        found.extend(found[-1:] * (-len(found) % self.host.width))
        kept = self.tables.setdefault((kind, found.tobytes()), found)
        return f"inttoptr (i64 {kept.buffer_info()[0]} to ptr)"

    def callback(self, row: Operation, sizes: tuple[int, ...], width: int) -> str:
        """The address of a function that calls a row for each lane of a vector."""
        key = (row, sizes, width)
        if key not in self.callbacks:
            self.callbacks[key] = Callback(_calling(row.value, sizes, width, self.failures))
        return f"inttoptr (i64 {ctypes.cast(self.callbacks[key], ctypes.c_void_p).value} to ptr)"


def _calling(
    value: Callable[..., float], sizes: tuple[int, ...], width: int, failures: list[BaseException]
) -> Callable[[int, int], None]:
    """What calls a function for each lane; a size of -1 is that of an operand that is no group."""
    given = ctypes.c_double * (width * sum(map(abs, sizes)))
    found = ctypes.c_double * width

    def call(operands: int, results: int) -> None:
        numbers, answers = given.from_address(operands), found.from_address(results)
        for lane in range(width):
            rest = iter(numbers[lane::width])
            try:
                answers[lane] = value(
                    *[next(rest) if size < 0 else tuple([next(rest) for _ in range(size)]) for size in sizes]
                )
            except (ValueError, ArithmeticError):
                answers[lane] = nan
            except BaseException as failure:  # a callback has nobody to raise it to
                failures.append(failure)
                answers[lane] = nan

    return call


class _Body:
    """Writes what is computed in one section for one vector of lanes."""

    def __init__(self, code: Assembly, section: Section, width: int) -> None:
        self.code, self.section = code, section
        self.schedule = code.schedule
        self.write = Vectors(code, width)
        self.numbers: dict[Any, str] = {}
        self.truths: dict[Any, str] = {}
        self.streams: dict[Stream, str] = {}
        self.arguments = 0  # of the largest callback
        self.block, self.begin = "loop", 0
        self.sums: dict[Instruction, list[int]] = defaultdict(list)
        for k, x in enumerate(section.sums):
            self.sums[next(x.sources())].append(k)
        self.outputs: dict[Instruction, list[int]] = defaultdict(list)
        for x, place in section.outputs:
            self.outputs[x].append(place)
        self.guards: dict[Instruction, list[Guard]] = defaultdict(list)
        for guard in section.guards:
            self.guards[guard.truth].append(guard)
        self.masked = set(section.masked)

    # --- Functions ---

    def scalars(self, name: str) -> str:
        self.section_code()
        return function(name, _SECTION, [*self.buffers(), *self.write.lines, "ret void"])

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
        pointers = {flag: write.at("%scratch", flag * self.code.host.width) for flag in flags}
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
        for place in self.outputs.get(x, ()):
            pointer = write.at(self.stream(Stream("%outputs", None, place, True)), "%i")
            write.write(self.number(x), pointer)
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
        if x.lanes > 1 and x.operation is LITERALS:
            return self.write.at(self.code.table("d", x.table), "%i")
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
        address = self.code.callback(operation, sizes, write.width)
        write.lines.append(f"call void {address}(ptr %given, ptr %found)")
        return write.read("%found")

    def check(self, guard: Guard) -> None:
        write = self.write
        truth = self.truth(guard.truth)
        if len(set(guard.outcomes)) == 1:
            expected = write.true_or_false(guard.outcomes[0])
        else:
            expected = write.read(write.at(self.code.table("d", guard.outcomes), "%i"))
            expected = write.compare("une", expected, write.constant(0.0))
        wrong = write.line(f"xor {write.truth} {truth}, {expected}")
        amount = write.select(wrong, write.constant(nan), write.constant(0.0))
        self.flags[1] = write.line(f"fadd {write.type} {self.flags[1]}, {amount}")

    # --- Sums ---

    def is_fused(self, x: Instruction) -> bool:
        """Whether it is a product that is only added up over the lanes."""
        is_alone = x.operation is ops.multiply and self.code.uses[x] == 1 and len(self.sums.get(x, ())) == 1
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

    def gather(self, x: Instruction) -> str:
        sources, write = [*x.sources()], self.write
        if x.lanes == 1:
            source, lane = picked(x)
            return write.read(write.at(self.base(source), lane))
        if len(sources) > 1:
            places = [self.schedule.places[source] for source in sources]
            return self.gather_at("%scratch", [places[source] + lane for source, lane in x.table])
        lanes = [lane for _, lane in x.table]
        [source] = sources
        if any(lane != lanes[0] + i for i, lane in enumerate(lanes)):
            return self.gather_at(self.base(source), lanes)
        if source.operation is INPUT:
            stream = Stream("%inputs", source.table, lanes[0])
        else:
            start = self.schedule.places.get(source)
            base = self.code.table("d", source.table) if start is None else "%scratch"
            stream = Stream(base, None, (start or 0) + lanes[0])
        return write.read(write.at(self.stream(stream), "%i"))

    def gather_at(self, base: str, offsets: list[int]) -> str:
        write = self.write
        pointer = write.at(self.code.table("q", offsets), "%i", "i64")
        index = write.line(f"load {write.whole}, ptr {pointer}, align 8")
        if write.width == 1:
            return write.read(write.at(base, index))
        pointers = vector("ptr", write.width)
        items = write.line(f"getelementptr double, ptr {base}, {write.whole} {index}")
        name = f"llvm.masked.gather.{write.suffix}.v{write.width}p0"
        gather = self.code.declare(name, write.type, [pointers, "i32", write.truth, write.type])
        mask = f"{write.truth} {write.true_or_false(True)}"
        return write.line(f"call {write.type} {gather}({pointers} {items}, i32 8, {mask}, {write.type} poison)")

    def base(self, x: Instruction) -> str:
        """Where all lanes of an instruction are."""
        place = self.schedule.places.get(x)
        if place is not None:
            return self.write.at("%scratch", place)
        if x.operation is LITERALS:
            return self.code.table("d", x.table)
        return self.write.line(f"load ptr, ptr {self.write.at('%inputs', x.table, 'ptr')}")


class Stream(NamedTuple):
    """Doubles that are read or written in step with the lanes: so many after a pointer, or one in a table of them."""

    base: str
    place: int | None
    offset: int
    is_output: bool = False


# --- Sections ---


_SECTION = "ptr %inputs, ptr %outputs, ptr %scratch, i64 %first, i64 %last"


def _loop(code: Assembly, k: int, section: Section, streams: list[Stream]) -> str:
    """What runs a body over a range of lanes; at the last come those that do not fill a vector."""
    width, lanes = code.host.width, section.lanes
    rest = lanes % width
    full, count = lanes - rest, len(section.sums)
    lines = []
    for table in ("streams", "tails"):
        lines.append(f"%{table} = alloca [{len(streams)} x ptr]")
    for s, stream in enumerate(streams):
        lines += _stream(s, stream)
    lines.append(f"%sums = getelementptr double, ptr %scratch, i64 {section.accumulators}")
    lines.append(f"%others = getelementptr double, ptr %sums, i64 {count * width}")
    if count:
        lines += [
            "%begins = icmp eq i64 %first, 0",
            "br i1 %begins, label %begin, label %main",
            "begin:",
            f"call void {memory.fill(code)}(ptr %sums, i64 {2 * count * width})",
            "br label %main",
            "main:",
        ]
    body = f"call void @body{k}(ptr %inputs, ptr %{{}}, ptr %scratch, ptr %{{}}, i64 {{}}, i64 {{}})"
    if full:
        lines.append(f"%is.short = icmp slt i64 %last, {full}")
        lines.append(f"%end = select i1 %is.short, i64 %last, i64 {full}")
        lines.append(body.format("streams", "sums", "%first", "%end"))
    lines += [
        f"%ends = icmp eq i64 %last, {lanes}",
        "br i1 %ends, label %finish, label %done",
        "finish:",
    ]
    if rest:
        for s, stream in enumerate(streams):
            lines += [
                f"%rest{s} = getelementptr double, ptr %stream{s}, i64 {full}",
                f"%room{s} = alloca [{width} x double]",
                f"%tail{s} = getelementptr double, ptr %room{s}, i64 {-full}",
                f"%place{s} = getelementptr ptr, ptr %tails, i64 {s}",
                f"store ptr %tail{s}, ptr %place{s}",
            ]
            if not stream.is_output:
                lines.append(f"call void {memory.pad(code)}(ptr %rest{s}, ptr %room{s}, i64 {rest}, i64 {width})")
        lines.append(body.format("tails", "others", full, lanes))
        for s, stream in enumerate(streams):
            if stream.is_output:
                lines.append(f"call void {memory.copy(code)}(ptr %room{s}, ptr %rest{s}, i64 {rest})")
    if count:
        place = code.schedule.places[section.sums[0]]
        lines.append(f"%results = getelementptr double, ptr %scratch, i64 {place}")
        lines.append(f"call void {memory.reduce(code)}(ptr %sums, ptr %others, ptr %results, i64 {rest}, i64 {count})")
    return function(f"section{k}", _SECTION, [*lines, "br label %done", "done:", "ret void"])


def _stream(s: int, stream: Stream) -> list[str]:
    """The lines that find a stream and enter it into the table."""
    lines, base = [], stream.base
    if stream.place is not None:
        lines += [f"%slot{s} = getelementptr ptr, ptr {base}, i64 {stream.place}", f"%base{s} = load ptr, ptr %slot{s}"]
        base = f"%base{s}"
    lines.append(f"%stream{s} = getelementptr double, ptr {base}, i64 {stream.offset}")
    lines.append(f"%entry{s} = getelementptr ptr, ptr %streams, i64 {s}")
    lines.append(f"store ptr %stream{s}, ptr %entry{s}")
    return lines


def _scatter(code: Assembly, name: str, section: Section) -> str:
    """Zeros, to which the lanes of the operand are added one after the other."""
    x = section.scatter
    assert x is not None
    [source] = x.sources()
    places, count = code.schedule.places, source.lanes
    lines = []
    if source in places:
        lines.append(f"%source = getelementptr double, ptr %scratch, i64 {places[source]}")
        base = "%source"
    elif source.operation is LITERALS:
        base = code.table("d", source.table)
    else:
        lines += [f"%slot = getelementptr ptr, ptr %inputs, i64 {source.table}", "%source = load ptr, ptr %slot"]
        base = "%source"
    lines += [
        f"%target = getelementptr double, ptr %scratch, i64 {places[x]}",
        f"call void {memory.clear(code)}(ptr %target, i64 {x.lanes})",
    ]
    if count:
        lines.append(
            f"call void {memory.add_to(code)}(ptr {base}, ptr %target, ptr {code.table('q', x.table)}, i64 {count})"
        )
    return function(name, _SECTION, [*lines, "ret void"])


def _frame(code: Assembly) -> None:
    """What comes before and after the sections, and all in a row."""
    schedule, width = code.schedule, code.host.width
    lines = [f"call void {memory.clear(code)}(ptr %scratch, i64 {2 * width})"]
    inputs = sorted([x for x in schedule.copied if x.operation is INPUT], key=lambda x: int(x.table))
    taken = [(int(x.table), schedule.places[x]) for x in inputs if x.lanes == 1]
    for n, (start, place, count) in enumerate(_runs(taken)):
        lines.append(f"%t{n} = getelementptr ptr, ptr %inputs, i64 {start}")
        lines.append(f"%u{n} = getelementptr double, ptr %scratch, i64 {place}")
        lines.append(f"call void {memory.take(code)}(ptr %t{n}, ptr %u{n}, i64 {count})")
    for n, x in enumerate([x for x in schedule.copied if x.lanes > 1 or x.operation is LITERALS]):
        base = f"%b{n}"
        if x.operation is INPUT:
            lines.append(f"%s{n} = getelementptr ptr, ptr %inputs, i64 {x.table}")
            lines.append(f"%b{n} = load ptr, ptr %s{n}")
        else:
            base = code.table("d", x.table)
        lines.append(f"%c{n} = getelementptr double, ptr %scratch, i64 {schedule.places[x]}")
        lines.append(f"call void {memory.copy(code)}(ptr {base}, ptr %c{n}, i64 {x.lanes})")
    code.functions["start"] = function("start", "ptr %inputs, ptr %scratch", [*lines, "ret void"])
    lines = []
    results = [(place, schedule.places[x]) for x, place in schedule.numbers]
    for n, (start, place, count) in enumerate(_runs(results)):
        lines.append(f"%t{n} = getelementptr double, ptr %scratch, i64 {place}")
        lines.append(f"%u{n} = getelementptr double, ptr %outputs, i64 {start}")
        lines.append(f"call void {memory.copy(code)}(ptr %t{n}, ptr %u{n}, i64 {count})")
    lines += [
        f"%errors = call i64 {memory.flag(code)}(ptr %scratch)",
        f"%others = getelementptr double, ptr %scratch, i64 {width}",
        f"%guards = call i64 {memory.flag(code)}(ptr %others)",
        "%second = shl i64 %guards, 1",
        "%flags = or i64 %errors, %second",
        "ret i64 %flags",
    ]
    code.functions["finish"] = function("finish", "ptr %outputs, ptr %scratch", lines, "i64")
    lines = ["call void @start(ptr %inputs, ptr %scratch)"]
    for k, section in enumerate(schedule.sections):
        last = "%lanes" if section.lanes == schedule.lanes and not section.scatter else section.lanes
        lines.append(f"call void @section{k}(ptr %inputs, ptr %outputs, ptr %scratch, i64 0, i64 {last})")
    lines += ["%flags = call i64 @finish(ptr %outputs, ptr %scratch)", "ret i64 %flags"]
    code.functions["run"] = function("run", "ptr %inputs, ptr %outputs, ptr %scratch, i64 %lanes", lines, "i64")


def _runs(pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Pairs that follow each other in both numbers, as their first pair and how many they are."""
    found: list[tuple[int, int, int]] = []
    for a, b in pairs:
        if found and (a, b) == (found[-1][0] + found[-1][2], found[-1][1] + found[-1][2]):
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((a, b, 1))
    return found

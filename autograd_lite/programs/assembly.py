"""Code generation: a scheduled program as LLVM's assembly, and the tables and functions of Python that it refers to."""

from __future__ import annotations

import ctypes
import struct
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from math import nan
from typing import Any

from ..engine import table as ops
from ..engine.operation import Operation
from .host import C_NAMES, Host, address_of
from .program import (
    COMPARISONS,
    EQUAL,
    GATHER,
    GREATER,
    GREATER_EQUAL,
    INPUT,
    LESS,
    LESS_EQUAL,
    LITERALS,
    NOT_EQUAL,
    Guard,
    Instruction,
)
from .schedule import Schedule, Section, picked

_OPERATORS = {ops.add: "fadd", ops.subtract: "fsub", ops.multiply: "fmul", ops.divide: "fdiv"}
_CONDITIONS = {
    LESS: "olt",
    LESS_EQUAL: "ole",
    GREATER: "ogt",
    GREATER_EQUAL: "oge",
    EQUAL: "oeq",
    NOT_EQUAL: "une",
}
_INTRINSICS = {
    ops.abs: "fabs",
    ops.sqrt: "sqrt",
    ops.copysign: "copysign",
    ops.floor: "floor",
    ops.ceil: "ceil",
    ops.trunc: "trunc",
    ops.rint: "rint",
}
#: What there is code for.
NATIVE = frozenset([*_OPERATORS, *_CONDITIONS, *_INTRINSICS, *C_NAMES, ops.negative, ops.positive, ops.where])

#: A function of Python that native code calls, with addresses of operands and of results, a vector of each.
Callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


class Assembly:
    """The text of a module, function by function.

    Args:
        schedule: What to write.
        host: What for.

    Attributes:
        tables: Numbers that the code refers to by their addresses.
        callbacks: Functions of Python that it refers to, by row and by how many numbers are in each operand.
        failures: Exceptions that such functions raised, other than those of mathematics.
    """

    def __init__(self, schedule: Schedule, host: Host) -> None:
        self.schedule, self.host = schedule, host
        self.tables: dict[Any, Any] = {}
        self.callbacks: dict[Any, Any] = {}
        self.failures: list[BaseException] = []
        self.functions: dict[str, str] = {}
        program = schedule.program
        roots = [*program.outputs, *program.masked, *[guard.truth for guard in program.guards]]
        self.uses = Counter([x for instruction in program.instructions for x in instruction.sources()] + roots)

    def text(self) -> str:
        """The whole module, whose functions are run, start, finish and one for each section."""
        for k, section in enumerate(self.schedule.sections):
            if section.scatter:
                self.functions[f"section{k}"] = _scatter(self, f"section{k}", section)
            elif section.lanes == 1:
                self.functions[f"section{k}"] = _Body(self, section, 1).scalars(f"section{k}")
            else:
                body = _Body(self, section, self.host.width)
                self.functions[f"body{k}"] = body.loop(f"body{k}")
                self.functions[f"section{k}"] = _loop(self, k, section, body.streams)
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


# --- Text ---


def bits(x: float) -> str:
    """A double as assembly has it, to the last bit."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', x))[0]:016X}"


def vector(kind: str, width: int) -> str:
    """The type of a vector, or of its only lane."""
    return kind if width == 1 else f"<{width} x {kind}>"


class _Body:
    """Writes what is computed in one section for one vector of lanes."""

    def __init__(self, code: Assembly, section: Section, width: int) -> None:
        self.code, self.section, self.width = code, section, width
        self.schedule = code.schedule
        self.type, self.truth_type = vector("double", width), vector("i1", width)
        self.suffix = "f64" if width == 1 else f"v{width}f64"
        self.lines: list[str] = []
        self.count = 0
        self.numbers: dict[Any, str] = {}
        self.truths: dict[Any, str] = {}
        self.streams: list[tuple[str, int]] = []
        self.arguments = 0  # of the largest callback
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
        self.write()
        return _function(
            name,
            "ptr %inputs, ptr %outputs, ptr %scratch, i64 %first, i64 %last",
            [*self.buffers(), *self.lines, "ret void"],
        )

    def loop(self, name: str) -> str:
        self.write()
        pointers = []
        for k in range(len(self.streams)):
            pointers += [f"%slot{k} = getelementptr ptr, ptr %streams, i64 {k}", f"%stream{k} = load ptr, ptr %slot{k}"]
        lines = [
            *pointers,
            *self.buffers(),
            "%any = icmp slt i64 %first, %last",
            "br i1 %any, label %loop, label %done",
            "loop:",
            "%i = phi i64 [ %first, %entry ], [ %next, %loop ]",
            *self.lines,
            f"%next = add i64 %i, {self.width}",
            "%more = icmp slt i64 %next, %last",
            "br i1 %more, label %loop, label %done",
            "done:",
            "ret void",
        ]
        parameters = "ptr %inputs, ptr %streams, ptr %scratch, ptr %sums, i64 %first, i64 %last"
        return _function(name, parameters, lines)

    def buffers(self) -> list[str]:
        if not self.arguments:
            return []
        return [f"%given = alloca [{self.arguments} x {self.type}]", f"%found = alloca {self.type}"]

    def write(self) -> None:
        flags = [0] * bool(self.masked) + [1] * bool(self.guards)
        collected = {flag: self.at("%scratch", flag * self.code.host.width) for flag in flags}
        self.flags = {flag: self.read(pointer) for flag, pointer in collected.items()}
        computed = set(self.section.values)
        for x in {**self.sums, **self.outputs, **self.guards, **dict.fromkeys(self.masked)}:
            if x not in computed:
                self.finish(x)
        for x in self.section.values:
            if not self.is_fused(x):
                self.compute(x)
            self.finish(x)
        for flag, pointer in collected.items():
            self.store(self.flags[flag], pointer)

    def finish(self, x: Instruction) -> None:
        """All that happens to a value besides being an operand."""
        place = self.schedule.places.get(x)
        if place is not None and x in self.schedule.home and not self.schedule.is_alias(x):
            self.store(self.number(x), self.in_memory(x, place))
        for k in self.sums.get(x, ()):
            self.accumulate(x, k)
        for output in self.outputs.get(x, ()):
            pointer = self.line(f"getelementptr double, ptr {self.stream('%outputs', output, True)}, i64 %i")
            self.store(self.number(x), pointer)
        for guard in self.guards.get(x, ()):
            self.check(guard)
        if x in self.masked:
            self.flags[0] = self.multiply_add(self.number(x), self.constant(0.0), self.flags[0])

    # --- Lines ---

    def line(self, text: str) -> str:
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"{name} = {text}")
        return name

    def constant(self, x: float) -> str:
        return bits(x) if self.width == 1 else f"splat (double {bits(x)})"

    def at(self, base: str, offset: int) -> str:
        return self.line(f"getelementptr double, ptr {base}, i64 {offset}") if offset else base

    def read(self, pointer: str) -> str:
        return self.line(f"load {self.type}, ptr {pointer}, align 8")

    def store(self, name: str, pointer: str) -> None:
        self.lines.append(f"store {self.type} {name}, ptr {pointer}, align 8")

    def in_memory(self, x: Instruction, place: int) -> str:
        pointer = self.at("%scratch", place)
        return pointer if x.lanes == 1 else self.line(f"getelementptr double, ptr {pointer}, i64 %i")

    def stream(self, base: str, offset: int, is_output: bool = False) -> str:
        """What is read or written in step, from some place on; its last lanes are kept apart."""
        key = (base, offset, is_output)
        if key not in self.streams:
            self.streams.append(key)
        return f"%stream{self.streams.index(key)}"

    def number(self, x: Any) -> str:
        """An operand as a vector of numbers."""
        if type(x) is not Instruction:
            return self.constant(x)
        found = self.numbers.get(x)
        if found is None:
            if x in self.truths:
                one, zero = self.constant(1.0), self.constant(0.0)
                found = self.line(
                    f"select {self.truth_type} {self.truths[x]}, {self.type} {one}, {self.type} {zero}"
                )
            elif x.lanes == 1 and self.width > 1:
                return self.broadcast(x)
            else:
                found = self.read(self.address(x))
            self.numbers[x] = found
        return found

    def truth(self, x: Any) -> str:
        """An operand as a vector of truths."""
        if type(x) is not Instruction:
            return self.truth_constant(x != 0)
        found = self.truths.get(x)
        if found is None:
            found = self.truths[x] = self.line(f"fcmp une {self.type} {self.number(x)}, {self.constant(0.0)}")
        return found

    def truth_constant(self, x: bool) -> str:
        text = "true" if x else "false"
        return text if self.width == 1 else f"splat (i1 {text})"

    def broadcast(self, x: Instruction) -> str:
        pointer = self.at("%scratch", self.schedule.places[x])
        number = self.line(f"load double, ptr {pointer}, align 8")
        return self.splat(number)

    def splat(self, number: str) -> str:
        first = self.line(f"insertelement {self.type} poison, double {number}, i64 0")
        zeros = f"<{self.width} x i32> zeroinitializer"
        return self.line(f"shufflevector {self.type} {first}, {self.type} poison, {zeros}")

    def address(self, x: Instruction) -> str:
        """Where the present lanes of what is computed elsewhere are."""
        place = self.schedule.places.get(x)
        if x.operation is INPUT and x.lanes > 1:
            return self.line(f"getelementptr double, ptr {self.stream(f'input {x.table}', 0)}, i64 %i")
        if x.operation is LITERALS and x.lanes > 1:
            return self.line(f"getelementptr double, ptr {self.code.table('d', x.table)}, i64 %i")
        assert place is not None
        return self.in_memory(x, place)

    # --- Operations ---

    def compute(self, x: Instruction) -> None:
        operation = x.operation
        if operation in _CONDITIONS:
            first, second = map(self.number, x.operands)
            self.truths[x] = self.line(f"fcmp {_CONDITIONS[operation]} {self.type} {first}, {second}")
        else:
            self.numbers[x] = self.result(operation, x)

    def result(self, operation: Operation, x: Instruction) -> str:
        if operation is GATHER:
            return self.gather(x)
        if operation is ops.where:
            condition = self.truth(x.operands[0])
            yes, no = map(self.number, x.operands[1:])
            return self.line(f"select {self.truth_type} {condition}, {self.type} {yes}, {self.type} {no}")
        if operation not in NATIVE:
            return self.call_back(operation, x)
        operands = [self.number(item) for item in x.operands]
        if operation in _OPERATORS:
            return self.line(f"{_OPERATORS[operation]} {self.type} {', '.join(operands)}")
        if operation is ops.positive:
            return operands[0]
        if operation is ops.negative:
            return self.line(f"fneg {self.type} {operands[0]}")
        if operation in _INTRINSICS:
            return self.intrinsic(_INTRINSICS[operation], operands)
        return self.call(operation, operands) or self.call_back(operation, x)

    def intrinsic(self, name: str, operands: list[str]) -> str:
        function = self.code.declare(f"llvm.{name}.{self.suffix}", self.type, [self.type] * len(operands))
        return self.apply(function, operands)

    def apply(self, function: str, operands: list[str]) -> str:
        return self.line(f"call {self.type} {function}({', '.join([f'{self.type} {x}' for x in operands])})")

    def call(self, operation: Operation, operands: list[str]) -> str:
        """A function of the C library, on vectors if there is one; empty if there is none at all."""
        name, types = C_NAMES[operation], [self.type] * len(operands)
        symbol = self.code.host.vector_function(name, len(operands)) if self.width > 1 else ""
        if symbol:
            return self.apply(self.code.declare(symbol, self.type, types), operands)
        if not address_of(name):
            return ""
        self.code.declare(name, "double", ["double"] * len(operands))
        if self.width == 1:
            return self.apply(f"@{name}", operands)
        arity, width = len(operands), self.width
        return self.apply(self.code.define(f"{name}.lanes", lambda: _lane_by_lane(name, arity, width)), operands)

    def call_back(self, operation: Operation, x: Instruction) -> str:
        sizes = tuple([len(item) if type(item) is tuple else -1 for item in x.operands])
        items = [item for operand in x.operands for item in (operand if type(operand) is tuple else (operand,))]
        self.arguments = max(self.arguments, len(items), 1)
        for k, item in enumerate(items):
            self.store(self.number(item), self.line(f"getelementptr {self.type}, ptr %given, i64 {k}"))
        self.lines.append(f"call void {self.code.callback(operation, sizes, self.width)}(ptr %given, ptr %found)")
        return self.read("%found")

    def multiply_add(self, x: str, y: str, z: str) -> str:
        """x · y + z, rounded once where the machine can."""
        if self.code.host.has_fma:
            return self.intrinsic("fma", [x, y, z])
        product = self.line(f"fmul {self.type} {x}, {y}")
        return self.line(f"fadd {self.type} {product}, {z}")

    def check(self, guard: Guard) -> None:
        truth = self.truth(guard.truth)
        if len(set(guard.outcomes)) == 1:
            wrong = self.line(f"xor {self.truth_type} {truth}, {self.truth_constant(guard.outcomes[0])}")
        else:
            pointer = self.line(f"getelementptr double, ptr {self.code.table('d', guard.outcomes)}, i64 %i")
            expected = self.line(f"fcmp une {self.type} {self.read(pointer)}, {self.constant(0.0)}")
            wrong = self.line(f"xor {self.truth_type} {truth}, {expected}")
        amount = self.line(
            f"select {self.truth_type} {wrong}, {self.type} {self.constant(nan)}, {self.type} {self.constant(0.0)}"
        )
        self.flags[1] = self.line(f"fadd {self.type} {self.flags[1]}, {amount}")

    # --- Sums ---

    def is_fused(self, x: Instruction) -> bool:
        """Whether it is a product that is only added up over the lanes."""
        is_alone = x.operation is ops.multiply and self.code.uses[x] == 1 and len(self.sums.get(x, ())) == 1
        return is_alone and self.width > 1

    def accumulate(self, x: Instruction, k: int) -> None:
        pointer = self.at("%sums", k * self.width)
        total = self.read(pointer)
        if self.is_fused(x):
            first, second = map(self.number, x.operands)
            total = self.multiply_add(first, second, total)
        else:
            total = self.line(f"fadd {self.type} {total}, {self.number(x)}")
        self.store(total, pointer)

    # --- Lanes of others ---

    def gather(self, x: Instruction) -> str:
        sources = [*x.sources()]
        if x.lanes == 1:
            source, lane = picked(x)
            return self.read(self.at(self.base(source), lane))
        if len(sources) > 1:
            places = [self.schedule.places[source] for source in sources]
            return self.gather_at("%scratch", [places[source] + lane for source, lane in x.table])
        lanes = [lane for _, lane in x.table]
        [source] = sources
        if all(lane == lanes[0] + i for i, lane in enumerate(lanes)):
            base = f"input {source.table}" if source.operation is INPUT else self.base(source)
            return self.read(self.line(f"getelementptr double, ptr {self.stream(base, lanes[0])}, i64 %i"))
        return self.gather_at(self.base(source), lanes)

    def gather_at(self, base: str, offsets: list[int]) -> str:
        pointer = self.line(f"getelementptr i64, ptr {self.code.table('q', offsets)}, i64 %i")
        whole = vector("i64", self.width)
        index = self.line(f"load {whole}, ptr {pointer}, align 8")
        if self.width == 1:
            return self.read(self.line(f"getelementptr double, ptr {base}, i64 {index}"))
        pointers = vector("ptr", self.width)
        items = self.line(f"getelementptr double, ptr {base}, {whole} {index}")
        function = self.code.declare(
            f"llvm.masked.gather.{self.suffix}.v{self.width}p0",
            self.type,
            [pointers, "i32", self.truth_type, self.type],
        )
        mask = f"{self.truth_type} {self.truth_constant(True)}"
        return self.line(f"call {self.type} {function}({pointers} {items}, i32 8, {mask}, {self.type} poison)")

    def base(self, x: Instruction) -> str:
        """Where all lanes of an instruction are."""
        place = self.schedule.places.get(x)
        if place is not None:
            return self.at("%scratch", place)
        if x.operation is LITERALS:
            return self.code.table("d", x.table)
        return self.line(f"load ptr, ptr {self.line(f'getelementptr ptr, ptr %inputs, i64 {x.table}')}")


def _function(name: str, parameters: str, lines: list[str], result: str = "void") -> str:
    return f"define {result} @{name}({parameters}) {{\nentry:\n" + "\n".join(lines) + "\n}\n"


def _lane_by_lane(name: str, arity: int, width: int) -> str:
    """A function on vectors that calls one of the C library for each lane."""
    kind = vector("double", width)
    lines, found = [], "poison"
    for lane in range(width):
        lines += [f"%x{k}.{lane} = extractelement {kind} %x{k}, i64 {lane}" for k in range(arity)]
        lines.append(f"%y{lane} = call double @{name}({', '.join([f'double %x{k}.{lane}' for k in range(arity)])})")
        lines.append(f"%z{lane} = insertelement {kind} {found}, double %y{lane}, i64 {lane}")
        found = f"%z{lane}"
    parameters = ", ".join([f"{kind} %x{k}" for k in range(arity)])
    return _function(f"{name}.lanes", parameters, [*lines, f"ret {kind} {found}"], kind)


# --- Sections ---


_SECTION = "ptr %inputs, ptr %outputs, ptr %scratch, i64 %first, i64 %last"


def _loop(code: Assembly, k: int, section: Section, streams: list[Any]) -> str:
    """What runs a body over a range of lanes; at the last come those that do not fill a vector."""
    width, lanes = code.host.width, section.lanes
    rest = lanes % width
    full, count = lanes - rest, len(section.sums)
    lines = []
    for table in ("streams", "tails"):
        lines.append(f"%{table} = alloca [{len(streams)} x ptr]")
    for s, (base, offset, _) in enumerate(streams):
        lines += _stream(s, base, offset)
    lines.append(f"%sums = getelementptr double, ptr %scratch, i64 {section.accumulators}")
    lines.append(f"%others = getelementptr double, ptr %sums, i64 {count * width}")
    if count:
        lines += [
            "%begins = icmp eq i64 %first, 0",
            "br i1 %begins, label %begin, label %main",
            "begin:",
            f"call void {_fill(code)}(ptr %sums, i64 {2 * count * width})",
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
        for s, (_, _, is_output) in enumerate(streams):
            lines += [
                f"%rest{s} = getelementptr double, ptr %stream{s}, i64 {full}",
                f"%room{s} = alloca [{width} x double]",
                f"%tail{s} = getelementptr double, ptr %room{s}, i64 {-full}",
                f"%place{s} = getelementptr ptr, ptr %tails, i64 {s}",
                f"store ptr %tail{s}, ptr %place{s}",
            ]
            if not is_output:
                lines.append(f"call void {_pad(code)}(ptr %rest{s}, ptr %room{s}, i64 {rest})")
        lines.append(body.format("tails", "others", full, lanes))
        for s, (_, _, is_output) in enumerate(streams):
            if is_output:
                lines.append(f"call void {_copy(code)}(ptr %room{s}, ptr %rest{s}, i64 {rest})")
    if count:
        place = code.schedule.places[section.sums[0]]
        lines.append(f"%results = getelementptr double, ptr %scratch, i64 {place}")
        lines.append(
            f"call void {_reduce(code)}(ptr %sums, ptr %others, ptr %results, i64 {count}, i64 {rest})"
        )
    return _function(f"section{k}", _SECTION, [*lines, "br label %done", "done:", "ret void"])


def _stream(s: int, base: str, offset: int) -> list[str]:
    """The lines that find a stream and enter it into the table."""
    lines = []
    if base.startswith("input "):
        lines += [f"%slot{s} = getelementptr ptr, ptr %inputs, i64 {base[6:]}", f"%base{s} = load ptr, ptr %slot{s}"]
        base = f"%base{s}"
    lines.append(f"%stream{s} = getelementptr double, ptr {base}, i64 {offset}")
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
        f"call void {_clear(code)}(ptr %target, i64 {x.lanes})",
    ]
    if count:
        lines.append(f"call void {_add_to(code)}(ptr {base}, ptr %target, ptr {code.table('q', x.table)}, i64 {count})")
    return _function(name, _SECTION, [*lines, "ret void"])


def _frame(code: Assembly) -> None:
    """What comes before and after the sections, and all in a row."""
    schedule, width = code.schedule, code.host.width
    lines = [f"call void {_clear(code)}(ptr %scratch, i64 {2 * width})"]
    inputs = sorted([x for x in schedule.copied if x.operation is INPUT], key=lambda x: int(x.table))
    taken = [(int(x.table), schedule.places[x]) for x in inputs if x.lanes == 1]
    for n, (start, place, count) in enumerate(_runs(taken)):
        lines.append(f"%t{n} = getelementptr ptr, ptr %inputs, i64 {start}")
        lines.append(f"%u{n} = getelementptr double, ptr %scratch, i64 {place}")
        lines.append(f"call void {_take(code)}(ptr %t{n}, ptr %u{n}, i64 {count})")
    for n, x in enumerate([x for x in schedule.copied if x.lanes > 1 or x.operation is LITERALS]):
        base = f"%b{n}"
        if x.operation is INPUT:
            lines.append(f"%s{n} = getelementptr ptr, ptr %inputs, i64 {x.table}")
            lines.append(f"%b{n} = load ptr, ptr %s{n}")
        else:
            base = code.table("d", x.table)
        lines.append(f"%c{n} = getelementptr double, ptr %scratch, i64 {schedule.places[x]}")
        lines.append(f"call void {_copy(code)}(ptr {base}, ptr %c{n}, i64 {x.lanes})")
    code.functions["start"] = _function("start", "ptr %inputs, ptr %scratch", [*lines, "ret void"])
    lines = []
    results = [(place, schedule.places[x]) for x, place in schedule.numbers]
    for n, (start, place, count) in enumerate(_runs(results)):
        lines.append(f"%t{n} = getelementptr double, ptr %scratch, i64 {place}")
        lines.append(f"%u{n} = getelementptr double, ptr %outputs, i64 {start}")
        lines.append(f"call void {_copy(code)}(ptr %t{n}, ptr %u{n}, i64 {count})")
    lines += [
        f"%errors = call i64 {_flag(code)}(ptr %scratch)",
        f"%others = getelementptr double, ptr %scratch, i64 {width}",
        f"%guards = call i64 {_flag(code)}(ptr %others)",
        "%second = shl i64 %guards, 1",
        "%flags = or i64 %errors, %second",
        "ret i64 %flags",
    ]
    code.functions["finish"] = _function("finish", "ptr %outputs, ptr %scratch", lines, "i64")
    lines = ["call void @start(ptr %inputs, ptr %scratch)"]
    for k, section in enumerate(schedule.sections):
        lines.append(
            f"call void @section{k}(ptr %inputs, ptr %outputs, ptr %scratch, i64 0, i64 {section.lanes})"
        )
    lines += ["%flags = call i64 @finish(ptr %outputs, ptr %scratch)", "ret i64 %flags"]
    code.functions["run"] = _function("run", "ptr %inputs, ptr %outputs, ptr %scratch", lines, "i64")


def _runs(pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Pairs that follow each other in both numbers, as their first pair and how many they are."""
    found: list[tuple[int, int, int]] = []
    for a, b in pairs:
        if found and (a, b) == (found[-1][0] + found[-1][2], found[-1][1] + found[-1][2]):
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((a, b, 1))
    return found


# --- Helpers, written once ---


def _each(name: str, parameters: str, lines: str, step: int = 1) -> str:
    """A function that goes through %count numbers, with %i."""
    return f"""define void @{name}({parameters}, i64 %count) {{
entry:
  %any = icmp sgt i64 %count, 0
  br i1 %any, label %loop, label %done
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
{lines}
  %next = add i64 %i, {step}
  %more = icmp slt i64 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret void
}}
"""


def _fill(code: Assembly) -> str:
    """Fills whole vectors with -0.0, to which any number may be added and stays the same."""
    width = code.host.width
    kind = vector("double", width)
    zero = bits(-0.0) if width == 1 else f"splat (double {bits(-0.0)})"
    lines = f"""  %p = getelementptr double, ptr %to, i64 %i
  store {kind} {zero}, ptr %p, align 8"""
    return code.define("fill", lambda: _each("fill", "ptr %to", lines, width))


def _clear(code: Assembly) -> str:
    lines = """  %p = getelementptr double, ptr %to, i64 %i
  store double 0.0, ptr %p"""
    return code.define("clear", lambda: _each("clear", "ptr %to", lines))


def _copy(code: Assembly) -> str:
    code.declare("llvm.memcpy.p0.p0.i64", "void", ["ptr", "ptr", "i64", "i1"])
    return code.define(
        "copy",
        lambda: _function(
            "copy",
            "ptr %from, ptr %to, i64 %count",
            [
                "%bytes = shl i64 %count, 3",
                "call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %bytes, i1 false)",
                "ret void",
            ],
        ),
    )


def _take(code: Assembly) -> str:
    """Copies numbers of which a table has the addresses."""
    lines = """  %p = getelementptr ptr, ptr %from, i64 %i
  %q = load ptr, ptr %p
  %x = load double, ptr %q
  %r = getelementptr double, ptr %to, i64 %i
  store double %x, ptr %r"""
    return code.define("take", lambda: _each("take", "ptr %from, ptr %to", lines))


def _pad(code: Assembly) -> str:
    """Copies numbers, and the last of them on and on until a vector is full."""
    width = code.host.width
    text = f"""define void @pad(ptr %from, ptr %to, i64 %count) {{
entry:
  %end = sub i64 %count, 1
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %within = icmp slt i64 %i, %end
  %lane = select i1 %within, i64 %i, i64 %end
  %p = getelementptr double, ptr %from, i64 %lane
  %x = load double, ptr %p
  %q = getelementptr double, ptr %to, i64 %i
  store double %x, ptr %q
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, {width}
  br i1 %more, label %loop, label %done
done:
  ret void
}}
"""
    return code.define("pad", lambda: text)


def _add_to(code: Assembly) -> str:
    """Adds each number to that of the target whose place a table has."""
    lines = """  %p = getelementptr double, ptr %from, i64 %i
  %x = load double, ptr %p
  %q = getelementptr i64, ptr %table, i64 %i
  %j = load i64, ptr %q
  %r = getelementptr double, ptr %to, i64 %j
  %y = load double, ptr %r
  %z = fadd double %y, %x
  store double %z, ptr %r"""
    return code.define("add.to", lambda: _each("add.to", "ptr %from, ptr %to, ptr %table", lines))


def _reduce(code: Assembly) -> str:
    """Adds up the lanes of each vector, and of its other one as many lanes as are left over."""
    width = code.host.width
    parameters = "ptr %sums, ptr %others, ptr %results, i64 %count, i64 %rest"
    kind = vector("double", width)
    if width == 1:
        total = "  %s = load double, ptr %p"
    else:
        lanes = ", ".join([f"i64 {k}" for k in range(width)])
        code.declare(f"llvm.vector.reduce.fadd.v{width}f64", "double", ["double", kind])
        total = f"""  %a = load {kind}, ptr %p, align 8
  %q = getelementptr {kind}, ptr %others, i64 %i
  %b = load {kind}, ptr %q, align 8
  %r0 = insertelement <{width} x i64> poison, i64 %rest, i64 0
  %r1 = shufflevector <{width} x i64> %r0, <{width} x i64> poison, <{width} x i32> zeroinitializer
  %is = icmp slt <{width} x i64> <{lanes}>, %r1
  %c = select <{width} x i1> %is, {kind} %b, {kind} splat (double {bits(-0.0)})
  %d = fadd {kind} %a, %c
  %s = call reassoc double @llvm.vector.reduce.fadd.v{width}f64(double {bits(-0.0)}, {kind} %d)"""
    text = f"""define void @reduce({parameters}) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %p = getelementptr {kind}, ptr %sums, i64 %i
{total}
  %t = getelementptr double, ptr %results, i64 %i
  store double %s, ptr %t
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret void
}}
"""
    return code.define("reduce", lambda: text)


def _flag(code: Assembly) -> str:
    """1 if a lane of a vector is nan, else 0."""
    width = code.host.width
    kind = vector("double", width)
    lines = [f"%x = load {kind}, ptr %from, align 8", f"%is = fcmp uno {kind} %x, %x"]
    if width == 1:
        lines.append("%flag = zext i1 %is to i64")
    else:
        function = code.declare(f"llvm.vector.reduce.or.v{width}i1", "i1", [vector("i1", width)])
        lines.append(f"%any = call i1 {function}({vector('i1', width)} %is)")
        lines.append("%flag = zext i1 %any to i64")
    return code.define("flag", lambda: _function("flag", "ptr %from", [*lines, "ret i64 %flag"], "i64"))

"""Small loops over memory that native programs share, each written once where it is called."""

from __future__ import annotations

from .module import Module, bits, function, vector


def _each(name: str, parameters: str, lines: list[str], step: int = 1) -> str:
    """A function that goes through %count numbers, with %i."""
    return function(
        name,
        f"{parameters}, i64 %count",
        [
            "%any = icmp sgt i64 %count, 0",
            "br i1 %any, label %loop, label %done",
            "loop:",
            "%i = phi i64 [ 0, %entry ], [ %next, %loop ]",
            *lines,
            f"%next = add i64 %i, {step}",
            "%more = icmp slt i64 %next, %count",
            "br i1 %more, label %loop, label %done",
            "done:",
            "ret void",
        ],
    )


def fill(module: Module) -> str:
    """(to, count): -0.0 into whole vectors, since with any number added it is that number."""
    width = module.host.width
    zero = bits(-0.0) if width == 1 else f"splat (double {bits(-0.0)})"
    lines = ["%p = getelementptr double, ptr %to, i64 %i", f"store {vector('double', width)} {zero}, ptr %p, align 8"]
    return module.define("fill", lambda: _each("fill", "ptr %to", lines, width))


def clear(module: Module) -> str:
    """(to, count): 0.0 everywhere."""
    lines = ["%p = getelementptr double, ptr %to, i64 %i", "store double 0.0, ptr %p"]
    return module.define("clear", lambda: _each("clear", "ptr %to", lines))


def copy(module: Module) -> str:
    """(from, to, count): doubles as they are."""
    copied = module.declare("llvm.memcpy.p0.p0.i64", "void", ["ptr", "ptr", "i64", "i1"])
    lines = ["%bytes = shl i64 %count, 3", f"call void {copied}(ptr %to, ptr %from, i64 %bytes, i1 false)", "ret void"]
    return module.define("copy", lambda: function("copy", "ptr %from, ptr %to, i64 %count", lines))


def take(module: Module) -> str:
    """(from, to, count): the doubles whose addresses are in a table."""
    lines = [
        "%p = getelementptr ptr, ptr %from, i64 %i",
        "%q = load ptr, ptr %p",
        "%x = load double, ptr %q",
        "%r = getelementptr double, ptr %to, i64 %i",
        "store double %x, ptr %r",
    ]
    return module.define("take", lambda: _each("take", "ptr %from, ptr %to", lines))


def pad(module: Module) -> str:
    """(from, to, rest, width): so many doubles, and the last of them on and on until a vector is full."""
    lines = [
        "%within = icmp slt i64 %i, %rest",
        "%end = sub i64 %rest, 1",
        "%lane = select i1 %within, i64 %i, i64 %end",
        "%p = getelementptr double, ptr %from, i64 %lane",
        "%x = load double, ptr %p",
        "%q = getelementptr double, ptr %to, i64 %i",
        "store double %x, ptr %q",
    ]
    return module.define("pad", lambda: _each("pad", "ptr %from, ptr %to, i64 %rest", lines))


def add_to(module: Module) -> str:
    """(from, to, table, count): each double is added to the one whose place is in the table."""
    lines = [
        "%p = getelementptr double, ptr %from, i64 %i",
        "%x = load double, ptr %p",
        "%q = getelementptr i64, ptr %table, i64 %i",
        "%j = load i64, ptr %q",
        "%r = getelementptr double, ptr %to, i64 %j",
        "%y = load double, ptr %r",
        "%z = fadd double %y, %x",
        "store double %z, ptr %r",
    ]
    return module.define("add_to", lambda: _each("add_to", "ptr %from, ptr %to, ptr %table", lines))


def reduce(module: Module) -> str:
    """(sums, others, results, rest, count): the lanes of each vector, and so many of its other one, added up."""
    width = module.host.width
    kind, wholes = vector("double", width), vector("i64", width)
    lines = [f"%p = getelementptr {kind}, ptr %sums, i64 %i", f"%a = load {kind}, ptr %p, align 8"]
    total = "%a"
    if width > 1:
        name = f"llvm.vector.reduce.fadd.v{width}f64"
        reduced = module.declare(name, "double", ["double", kind])
        zero, total = bits(-0.0), "%s"
        lines += [
            f"%q = getelementptr {kind}, ptr %others, i64 %i",
            f"%b = load {kind}, ptr %q, align 8",
            f"%first = insertelement {wholes} poison, i64 %rest, i64 0",
            f"%rests = shufflevector {wholes} %first, {wholes} poison, {vector('i32', width)} zeroinitializer",
            f"%is = icmp slt {wholes} <{', '.join([f'i64 {k}' for k in range(width)])}>, %rests",
            f"%c = select {vector('i1', width)} %is, {kind} %b, {kind} splat (double {zero})",
            f"%d = fadd {kind} %a, %c",
            f"%s = call reassoc double {reduced}(double {zero}, {kind} %d)",
        ]
    lines += ["%t = getelementptr double, ptr %results, i64 %i", f"store double {total}, ptr %t"]
    parameters = "ptr %sums, ptr %others, ptr %results, i64 %rest"
    return module.define("reduce", lambda: _each("reduce", parameters, lines))


def flag(module: Module) -> str:
    """(from): 1 if a lane of a vector is nan, else 0."""
    width = module.host.width
    kind, truths = vector("double", width), vector("i1", width)
    lines = [f"%x = load {kind}, ptr %from, align 8", f"%is = fcmp uno {kind} %x, %x"]
    any_lane = "%is"
    if width > 1:
        reduced = module.declare(f"llvm.vector.reduce.or.v{width}i1", "i1", [truths])
        lines.append(f"%any = call i1 {reduced}({truths} %is)")
        any_lane = "%any"
    lines += [f"%flag = zext i1 {any_lane} to i64", "ret i64 %flag"]
    return module.define("flag", lambda: function("flag", "ptr %from", lines, "i64"))

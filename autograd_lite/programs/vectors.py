"""Primitives as LLVM's assembly, on a vector of lanes at a time, or on one number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial, inf, nan
from typing import Any

from ..engine import table as ops
from ..engine.operation import Operation
from .host import address_of
from .module import Module, bits, function, vector
from .primitives import AND, CBRT, FREXP_EXPONENT, FREXP_FRACTION, FSUM, LDEXP, OR, POW, REMAINDER
from .program import EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NOT_EQUAL

#: Functions of the C library, by their names there.
C_NAMES: dict[Operation, str] = {
    **{row: row.name for row in (ops.exp, ops.expm1, ops.exp2, ops.log, ops.log1p, ops.log2, ops.log10)},
    **{row: row.name for row in (ops.sin, ops.cos, ops.tan, ops.sinh, ops.cosh, ops.tanh, ops.erf, ops.erfc)},
    **{row: row.name.replace("arc", "a") for row in (ops.arcsin, ops.arccos, ops.arctan, ops.arctan2)},
    **{row: row.name.replace("arc", "a") for row in (ops.arcsinh, ops.arccosh, ops.arctanh)},
    **{ops.hypot: "hypot", ops.lgamma: "lgamma", CBRT: "cbrt", POW: "pow", REMAINDER: "remainder"},  # noqa: PIE800  (apart: named otherwise)
}
_OPERATORS = {ops.add: "fadd", ops.subtract: "fsub", ops.multiply: "fmul", ops.divide: "fdiv", ops.negative: "fneg"}
_INTRINSICS = {
    **{row: row.name for row in (ops.sqrt, ops.copysign, ops.floor, ops.ceil, ops.trunc, ops.rint)},
    ops.abs: "fabs",
}
_CONDITIONS = {LESS: "olt", LESS_EQUAL: "ole", GREATER: "ogt", GREATER_EQUAL: "oge", EQUAL: "oeq", NOT_EQUAL: "une"}
_CONNECTIVES = {AND: "and", OR: "or"}
#: What gives truths, not numbers.
TRUTHS = frozenset([*_CONDITIONS, *_CONNECTIVES])

_EXPONENT, _HALF = 2047 << 52, 1022 << 52
_TWO_52 = 2.0**52
_SMALLEST_NORMAL = 2.0**-1022
#: ln 2, and in two parts of which the first times a whole number below 2¹⁹ is exact.
_LN_2 = 0.6931471805599453
_LN_2_HIGH, _LN_2_LOW = 0.6931471803691238, 1.9082149292705877e-10


class Vectors:
    """Lines of assembly on vectors.

    Args:
        module: Where functions are declared.
        width: How many lanes are in a vector; 1 for numbers.
    """

    def __init__(self, module: Module, width: int) -> None:
        self.module, self.width = module, width
        self.type, self.truth, self.whole = vector("double", width), vector("i1", width), vector("i64", width)
        self.suffix = "f64" if width == 1 else f"v{width}f64"
        self.lines: list[str] = []
        self._known: dict[str, str] = {}

    # --- Lines ---

    def line(self, text: str) -> str:
        """A line that gives something, and the name of that."""
        name = f"%v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def once(self, text: str) -> str:
        """The same, for what may have been written before."""
        if text not in self._known:
            self._known[text] = self.line(text)
        return self._known[text]

    def _splat(self, kind: str, number: str) -> str:
        return number if self.width == 1 else f"splat ({kind} {number})"

    def constant(self, x: float) -> str:
        return self._splat("double", bits(x))

    def true_or_false(self, x: bool) -> str:
        return self._splat("i1", "true" if x else "false")

    def integer(self, n: int) -> str:
        return self._splat("i64", str(n))

    def read(self, pointer: str) -> str:
        return self.line(f"load {self.type}, ptr {pointer}, align 8")

    def write(self, x: str, pointer: str) -> None:
        self.lines.append(f"store {self.type} {x}, ptr {pointer}, align 8")

    def at(self, base: str, offset: int | str, kind: str = "double") -> str:
        return base if offset == 0 else self.line(f"getelementptr {kind}, ptr {base}, i64 {offset}")

    def broadcast(self, pointer: str) -> str:
        """A vector of one number in memory."""
        first = self.line(f"load <1 x double>, ptr {pointer}, align 8")
        return self.line(
            f"shufflevector <1 x double> {first}, <1 x double> poison, {vector('i32', self.width)} zeroinitializer"
        )

    # --- Primitives ---

    def has(self, operation: Operation) -> bool:
        """Whether there is code for a primitive here."""
        if operation in _ROUNDED and self.module.host.is_exact:
            return False
        return operation in _WRITTEN or (operation in C_NAMES and bool(address_of(C_NAMES[operation])))

    def compute(self, operation: Operation, operands: Sequence[Any]) -> str:
        """The result of a primitive on names of numbers, where truths are wanted of truths, lists for groups."""
        if operation in _OPERATORS:
            return self.line(f"{_OPERATORS[operation]} {self.type} {', '.join(operands)}")
        if operation in _CONDITIONS:
            return self.compare(_CONDITIONS[operation], *operands)
        if operation in _CONNECTIVES:
            return self.once(f"{_CONNECTIVES[operation]} {self.truth} {', '.join(operands)}")
        if operation in _INTRINSICS:
            return self.intrinsic(_INTRINSICS[operation], *operands)
        if operation is POW and operands[1] == self.constant(2.0) and not self.module.host.is_exact:
            return self._operator("fmul", operands[0], operands[0])  # six times as fast
        if self._has_better(operation):
            return _OURS[operation](self, *operands)
        if operation in C_NAMES:
            return self._apply(self._function(C_NAMES[operation], len(operands)), operands)
        return _SPECIAL[operation](self, *operands)

    def _has_better(self, operation: Operation) -> bool:
        """Whether there is something faster here than the function of the C library."""
        host = self.module.host
        if operation not in _OURS or host.is_exact or not host.has_fma:
            return False
        return operation is ops.tanh or not host.vector_function(C_NAMES[operation], 1)

    def compare(self, condition: str, x: str, y: str) -> str:
        return self.once(f"fcmp {condition} {self.type} {x}, {y}")

    def select(self, condition: str, yes: str, no: str) -> str:
        return self.line(f"select {self.truth} {condition}, {self.type} {yes}, {self.type} {no}")

    def intrinsic(self, name: str, *operands: str) -> str:
        return self._apply(
            self.module.declare(f"llvm.{name}.{self.suffix}", self.type, [self.type] * len(operands)), operands
        )

    def multiply_add(self, x: str, y: str, z: str) -> str:
        """x · y + z, rounded once where the machine can."""
        if self.module.host.has_fma:
            return self.intrinsic("fma", x, y, z)
        return self._operator("fadd", self._operator("fmul", x, y), z)

    def _apply(self, name: str, operands: Sequence[str]) -> str:
        return self.line(f"call {self.type} {name}({', '.join([f'{self.type} {x}' for x in operands])})")

    def _operator(self, name: str, x: str, y: str) -> str:
        return self.once(f"{name} {self.type} {x}, {y}")

    def _integers(self, name: str, x: str, n: int) -> str:
        return self.once(f"{name} {self.whole} {x}, {self.integer(n)}")

    def _as_whole(self, x: str) -> str:
        return self.once(f"bitcast {self.type} {x} to {self.whole}")

    def _as_number(self, x: str) -> str:
        return self.once(f"bitcast {self.whole} {x} to {self.type}")

    def _function(self, name: str, arity: int) -> str:
        """A function of the C library, on vectors if there is one, else lane by lane."""
        module, types = self.module, [self.type] * arity
        symbol = module.host.vector_function(name, arity) if self.width == module.host.width > 1 else ""
        if symbol:
            return module.declare(symbol, self.type, types)
        found = module.declare(name, "double", ["double"] * arity)
        if self.width == 1:
            return found
        return module.define(f"{name}.lanes", lambda: _lane_by_lane(name, arity, self.width))

    # --- What takes more than an instruction ---

    def where(self, condition: str, yes: str, no: str) -> str:
        return self.select(condition, yes, no)

    def _parts(self, x: str) -> tuple[str, str, str]:
        """The bits of x without its exponent, made normal; the exponent's bits; whether x is finite and not 0."""
        size = self.intrinsic("fabs", x)
        tiny = self.compare("olt", size, self.constant(_SMALLEST_NORMAL))
        normal = self._as_whole(self.select(tiny, self._operator("fmul", x, self.constant(2.0**54)), x))
        shifted = self._integers("and", self._integers("lshr", normal, 52), 2047)
        bias = self.select(tiny, self.constant(_TWO_52 + 1076.0), self.constant(_TWO_52 + 1022.0))
        exponent = self._operator("fsub", self._as_number(self._integers("or", shifted, 1075 << 52)), bias)
        above = self.compare("ogt", size, self.constant(0.0))
        usual = self.once(f"and {self.truth} {above}, {self.compare('olt', size, self.constant(inf))}")
        return normal, exponent, usual

    def fraction(self, x: str) -> str:
        normal, _, usual = self._parts(x)
        found = self._as_number(self._integers("or", self._integers("and", normal, ~_EXPONENT), _HALF))
        return self.select(usual, found, x)

    def exponent(self, x: str) -> str:
        _, exponent, usual = self._parts(x)
        return self.select(usual, exponent, self.constant(0.0))

    def scaled(self, x: str, n: str) -> str:
        """x · 2ⁿ, rounded once; n in three parts of which each is the exponent of a double."""
        for _ in range(2):
            low = self.compare("olt", n, self.constant(-1022.0))
            part = self.select(low, self.constant(-969.0), self._limited(n, "ogt", 1023.0))
            x = self._operator("fmul", x, self._power_of_2(part))
            n = self._operator("fsub", n, part)
        last = self._limited(self._limited(n, "ogt", 1023.0), "olt", -1022.0)
        return self._operator("fmul", x, self._power_of_2(last))

    def _limited(self, x: str, condition: str, limit: float) -> str:
        return self.select(self.compare(condition, x, self.constant(limit)), self.constant(limit), x)

    def _power_of_2(self, n: str) -> str:
        """2ⁿ for a whole n from -1022 to 1023, whose last bits are those of n + 1023 + 2⁵²."""
        whole = self._as_whole(self._operator("fadd", n, self.constant(_TWO_52 + 1023.0)))
        return self._as_number(self._integers("shl", whole, 52))

    def exp(self, x: str) -> str:
        """2ᵏ(1 + (eʳ - 1)), with 2ᵏ in two factors, as it may be no double, for where there is no libmvec."""
        k, rest = self._exponential(self._limited(self._limited(x, "olt", -746.0), "ogt", 710.0))
        half = self.intrinsic("rint", self._operator("fmul", k, self.constant(0.5)))
        found = self._operator("fadd", rest, self.constant(1.0))
        for part in (half, self._operator("fsub", k, half)):
            found = self._operator("fmul", found, self._power_of_2(part))
        return found

    def tanh(self, x: str) -> str:
        """tanh |x| = -t / (t + 2) for t = exp(-2|x|) - 1 = 2ᵏ(eʳ - 1) + (2ᵏ - 1), in half the time of glibc's."""
        size = self.intrinsic("fabs", x)
        k, rest = self._exponential(self._limited(self._operator("fmul", size, self.constant(-2.0)), "olt", -80.0))
        power = self._power_of_2(k)
        t = self.multiply_add(power, rest, self._operator("fsub", power, self.constant(1.0)))
        found = self._operator("fdiv", t, self._operator("fadd", t, self.constant(2.0)))
        return self.intrinsic("copysign", found, x)

    def _exponential(self, x: str) -> tuple[str, str]:
        """k and eʳ - 1 for x = k ln 2 + r, whose series is exact to the last bit after 13 terms, as |r| <= ln(2)/2.

        See W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980.
        """
        k = self.intrinsic("rint", self._operator("fmul", x, self.constant(1.0 / _LN_2)))
        r = self.multiply_add(k, self.constant(-_LN_2_LOW), self.multiply_add(k, self.constant(-_LN_2_HIGH), x))
        series = self.constant(1.0 / factorial(13))
        for n in range(12, 1, -1):
            series = self.multiply_add(series, r, self.constant(1.0 / factorial(n)))
        return k, self.multiply_add(self._operator("fmul", r, r), series, r)

    def precise_sum(self, xs: Sequence[str]) -> str:
        """The sum, with the rounding errors of its parts added up apart (D. E. Knuth's exact addition)."""
        total, rest = self.constant(0.0), self.constant(0.0)
        for x in xs:
            added = self._operator("fadd", total, x)
            part = self._operator("fsub", added, total)
            lost = self._operator("fsub", total, self._operator("fsub", added, part))
            more = self._operator("fsub", x, part)
            rest = self._operator("fadd", rest, self._operator("fadd", lost, more))
            total = added
        return self.select(self.compare("ord", rest, rest), self._operator("fadd", total, rest), total)

    def norm(self, xs: Sequence[str]) -> str:
        """√Σx², all over a power of 2 at least as large as the largest, so that no square overflows."""
        if not xs:
            return self.constant(0.0)
        size = largest = self.intrinsic("fabs", xs[0])
        infinite = self.compare("oeq", size, self.constant(inf))
        for x in xs[1:]:
            size = self.intrinsic("fabs", x)
            larger = self.compare("ogt", size, largest)
            largest = self.select(larger, size, largest)
            infinite = self.once(f"or {self.truth} {infinite}, {self.compare('oeq', size, self.constant(inf))}")
        e = self.exponent(largest)
        shares = [self.scaled(x, self.line(f"fneg {self.type} {e}")) for x in xs]
        squares = [part for share in shares for part in self._square(share)]
        found = self.scaled(self.intrinsic("sqrt", self.precise_sum(squares)), e)
        return self.select(infinite, self.constant(inf), found)

    def _square(self, x: str) -> list[str]:
        """x² and, where the machine can tell, its rounding error."""
        square = self._operator("fmul", x, x)
        if not self.module.host.has_fma:
            return [square]
        return [square, self.intrinsic("fma", x, x, self.line(f"fneg {self.type} {square}"))]

    def _division(self, x: str, y: str) -> tuple[str, str, str, str]:
        """The remainder of the division with the sign of x, whether it is 0, is to be moved by y, and if so is."""
        rest = self.once(f"frem {self.type} {x}, {y}")
        zero = self.constant(0.0)
        exact = self.compare("oeq", rest, zero)
        signs = [self.compare("olt", name, zero) for name in (y, rest)]
        differs = self.once(f"xor {self.truth} {signs[0]}, {signs[1]}")
        return rest, exact, differs, self._operator("fadd", rest, y)

    def modulo(self, x: str, y: str) -> str:
        """What CPython's x % y does."""
        rest, exact, differs, moved = self._division(x, y)
        nothing = self.intrinsic("copysign", self.constant(0.0), y)
        found = self.select(exact, nothing, self.select(differs, moved, rest))
        return self._unless_zero(y, found)

    def floor_divide(self, x: str, y: str) -> str:
        """What CPython's x // y does."""
        rest, exact, differs, _ = self._division(x, y)
        quotient = self._operator("fdiv", self._operator("fsub", x, rest), y)
        lower = self._operator("fsub", quotient, self.constant(1.0))
        quotient = self.select(exact, quotient, self.select(differs, lower, quotient))
        floor = self.intrinsic("floor", quotient)
        is_above = self.compare("ogt", self._operator("fsub", quotient, floor), self.constant(0.5))
        floor = self.select(is_above, self._operator("fadd", floor, self.constant(1.0)), floor)
        nothing = self.intrinsic("copysign", self.constant(0.0), self._operator("fdiv", x, y))
        found = self.select(self.compare("oeq", quotient, self.constant(0.0)), nothing, floor)
        return self._unless_zero(y, found)

    def _unless_zero(self, y: str, found: str) -> str:
        return self.select(self.compare("oeq", y, self.constant(0.0)), self.constant(nan), found)


_SPECIAL: dict[Operation, Callable[..., str]] = {
    ops.where: Vectors.where,
    FREXP_FRACTION: Vectors.fraction,
    FREXP_EXPONENT: Vectors.exponent,
    LDEXP: Vectors.scaled,
    FSUM: Vectors.precise_sum,
    ops.norm: Vectors.norm,
    ops.mod: Vectors.modulo,
    ops.floor_divide: Vectors.floor_divide,
}
#: Functions that are written here, where a product and a sum can be rounded once.
_OURS: dict[Operation, Callable[..., str]] = {ops.exp: Vectors.exp, ops.tanh: Vectors.tanh}
_WRITTEN = frozenset([*_OPERATORS, *_INTRINSICS, *TRUTHS, *_SPECIAL])
#: What is rounded otherwise than in Python.
_ROUNDED = frozenset([FSUM, ops.norm, ops.hypot, ops.lgamma])


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
    return function(f"{name}.lanes", parameters, [*lines, f"ret {kind} {found}"], kind)

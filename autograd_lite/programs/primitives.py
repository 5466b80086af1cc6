"""Primitives: what a backend has instructions or library functions for; they follow IEEE 754 and never raise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..engine import floats
from ..engine import table as ops
from ..engine.floats import inf, nan
from ..engine.operation import Operation
from .program import COMPARISONS


class Primitive(Operation):
    """A function of numbers that rows are made of and that is no row itself; nobody differentiates it."""

    def enlist(self) -> None:
        pass


def _primitive(name: str, signature: str, value: Callable[..., float], about: str, text: str = "") -> Primitive:
    nothing = (None,) * len(signature.split())
    return Primitive(name, signature, value, lambda *given: nothing, about=about, text=text, example=(name, ""))


def _fraction(x: float) -> float:
    return math.frexp(x)[0]


def _exponent(x: float) -> float:
    return float(math.frexp(x)[1])


CBRT = _primitive("math_cbrt", "x", math.cbrt, "The cube root as the C library has it, which is not to the last digit.")
POW = _primitive("pow", "x y", floats.ieee_power, "x to the power of y, infinite or nan where Python raises.")
FREXP_FRACTION = _primitive("frexp_fraction", "x", _fraction, "x over a power of 2, from ½ to 1 in size.")
FREXP_EXPONENT = _primitive("frexp_exponent", "x", _exponent, "The exponent of this power; 0 for 0, inf and nan.")
LDEXP = _primitive("ldexp", "x n", lambda x, n: math.ldexp(x, int(n)), "x · 2ⁿ for a whole n.")
FSUM = _primitive("fsum", "*xs", math.fsum, "The sum of any number of numbers, rounded once.")
REMAINDER = _primitive(
    "remainder", "x y", math.remainder, "x - n·y for the whole n nearest to x / y, the even one on a tie."
)
AND = _primitive("and", "x y", lambda x, y: float(x != 0 and y != 0), "1 where neither number is 0, else 0.", "x and y")
OR = _primitive(
    "or", "x y", lambda x, y: float(x != 0 or y != 0), "1 where one number or both are not 0, else 0.", "x or y"
)

#: Where functions have poles, and which infinity they come to there, from the left of a domain.
_POLES: dict[tuple[Operation, float], float] = {
    (ops.log, 0.0): -inf,
    (ops.log2, 0.0): -inf,
    (ops.log10, 0.0): -inf,
    (ops.log1p, -1.0): -inf,
    (ops.arctanh, 1.0): inf,
    (ops.arctanh, -1.0): -inf,
}
#: What raises in Python where IEEE 754 has an infinity or nan: outside a domain, at a pole, at an overflow.
RAISING: frozenset[Operation] = frozenset(
    {ops.divide, ops.mod, ops.floor_divide, ops.round_to, ops.exp, ops.expm1, ops.exp2, ops.log, ops.log1p, ops.log2}
    | {ops.log10, ops.sqrt, ops.sin, ops.cos, ops.tan, ops.arcsin, ops.arccos, ops.sinh, ops.cosh, ops.arccosh}
    | {ops.arctanh, ops.lgamma, LDEXP, FSUM, REMAINDER}
)
_NEVER_RAISING = {ops.add, ops.subtract, ops.multiply, ops.negative, ops.abs, ops.copysign, ops.where, ops.floor}
_NEVER_RAISING |= {ops.ceil, ops.trunc, ops.rint, ops.hypot, ops.norm, ops.arctan, ops.arctan2, ops.tanh, ops.arcsinh}
_NEVER_RAISING |= {ops.erf, ops.erfc, CBRT, POW, FREXP_FRACTION, FREXP_EXPONENT, AND, OR, *COMPARISONS}


def _quiet(operation: Operation) -> Callable[..., float]:
    """Its value, with infinities and nan where Python raises."""

    def value(*operands: Any) -> float:
        try:
            return operation.value(*operands)
        except OverflowError:
            return _beyond(operation, operands[0])
        except (ValueError, ZeroDivisionError):
            return inf if operation is ops.lgamma else _POLES.get((operation, operands[0]), nan)

    return value


def _beyond(operation: Operation, x: Any) -> float:
    """The result of an overflow."""
    if operation is FSUM:
        return floats.sum(x)
    return math.copysign(inf, x) if operation in {ops.sinh, LDEXP, ops.round_to} else inf


#: Every primitive, rows and comparisons among them, with its value by the rules of IEEE 754, on floats.
PRIMITIVES: dict[Operation, Callable[..., float]] = {
    **{operation: operation.value for operation in _NEVER_RAISING},
    **{operation: _quiet(operation) for operation in RAISING},
    ops.divide: floats.ieee_divide,
}

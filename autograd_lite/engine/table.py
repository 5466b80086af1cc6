"""The table: every operation, one row each, from which functions, methods, parser, pictures and tests are made.

A row says all there is to say about one operation: how its value is computed from floats, what its
local derivatives are, how it is written, where it is defined, and what proves it. Derivatives are
written with operators and with other rows, so the same line serves floats and recorded graphs.
A derivative that is zero by structure is ``None``: nothing flows back through it.
"""
# Derivatives name rows that stand further down, whose types mypy has not seen yet.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import floats
from .floats import LN2, LOG2E, LOG10E, SQRT_2PI, SQRT_INV_SQRT_2PI, TWO_OVER_SQRT_PI, Floats, inf, nan
from .operation import FUNCTIONS, Bounds, Kink, Operation, Unary, recorder_among


def _extremum(x: Any, y: Any, first: bool) -> tuple[Any, Any]:
    """Derivatives of the choice of one of two operands: half and half on a tie, nan for nan."""
    if x != x or y != y:
        return nan, nan
    if x == y:
        return 0.5, 0.5
    return (1.0, None) if first else (None, 1.0)


def _clip(x: Any, low: Any, high: Any, out: Any) -> tuple[Any, Any, Any]:
    if x != x or low != low or high != high:
        return nan, nan, nan
    if low == high:
        return None, 0.5, 0.5
    if low <= x <= high:
        return 1.0, None, None
    return (None, 1.0, None) if x < low else (None, None, 1.0)


def _step(x: Any, left: Any, right: Any) -> Any:
    """``left`` where x <= 0, ``right`` where x > 0, nan at nan."""
    return right if x > 0 else (left if x <= 0 else nan)


def _fixed_power(x: Any, n: float, out: Any) -> tuple[Any, None]:
    if n == 0:
        return None, None
    return (1.0 if n == 1 else 2.0 * x if n == 2 else power_slope(x, n, 1.0, 0.0)), None


def _lifted(factor: Any, out: Any, half: Callable[[], Any]) -> Any:
    """factor · out, by way of half² = out where out underflows and has lost its digits."""
    if not out < 1e-307:
        return factor * out
    root = half()
    return factor * root * root if root != 0 else 0.0


def _root_of_density(x: Any) -> Any:
    return SQRT_INV_SQRT_2PI * gaussian(0.5 * x)


def _gaussian_slope(x: Any, out: Any) -> Any:
    return _lifted(-2.0 * x, out, lambda: SQRT_2PI * normal_density(x))


def _density_slope(x: Any, out: Any) -> Any:
    return _lifted(-x, out, lambda: _root_of_density(x))


def _gelu_slope(x: Any) -> Any:
    if not -40.0 < x < 40.0:
        return _step(x, 0.0, 1.0)
    return normal_cdf(x) + _lifted(x, normal_density(x), lambda: _root_of_density(x))


def _silu_slope(x: Any, out: Any) -> Any:
    if -700.0 < x < 700.0:
        return sigmoid(x) + out * sigmoid(-x)
    if not -800.0 < x < 800.0:
        return _step(x, 0.0, 1.0)
    half = exp(-0.5 * abs(x))  # its square has lost its digits
    return sigmoid(x) + x * half * half


def _elu_slope(x: Any, alpha: Any) -> Any:
    return _lifted(alpha, exp(x), lambda: exp(0.5 * x))


def _unit(xs: Sequence[Any], index: float, out: Any) -> tuple[Any, None]:
    """(1 - u²) / r and -u·v / r for the entries u, v of the direction; nan at the origin, which has none."""
    r, i = norm(xs), int(index)
    if r == inf:
        return (0.0,) * len(xs), None
    units = _entries(unit, floats.units, xs)
    entries = [(x, out if j == i else u) for j, (x, u) in enumerate(zip(xs, units, strict=True))]
    others = [_apart(_product_over_norm, entry, entry, r) for j, entry in enumerate(entries) if j != i]
    own = sum(others) if others else over_power(0.0, r, 1.0)
    return tuple(
        [own if j == i else -_apart(_product_over_norm, entries[i], entry, r) for j, entry in enumerate(entries)]
    ), None


def _product_over_norm(first: tuple[Any, Any], second: tuple[Any, Any], r: Any) -> Any:
    """u·v / r for two entries x of a vector, each with its u = x / r, without over- or underflow; nan for r = 0."""
    product = first[1] * second[1]
    if abs(product) > 1e-290:
        return over_power(product, r, 1.0)
    (x, _), (_, v) = (first, second) if abs(first[1]) <= abs(second[1]) else (second, first)
    return v * over_power(x, r, 2.0)


def _wave(x: Any, y: Any, slopes: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any, None]:
    """The derivatives of `cos_over` and `sin_over`; nan at the origin, where their 0 is agreed on."""
    undefined = nan * x * y  # so that its own derivatives are undefined too
    return (undefined, undefined, None) if x == y == 0 else (*slopes(), None)


def _shared(xs: Sequence[Any], out: Any) -> tuple[Any, ...]:
    """The derivatives of the choice of one of many operands: equal shares on a tie, nan for nan."""
    if out != out:
        return (nan,) * len(xs)
    chosen = [x == out for x in xs]
    share = 1.0 / _chain(chosen)
    return _where_chosen(chosen, share)


def _where_chosen(chosen: list[Any], derivative: Any) -> tuple[Any, ...]:
    """The derivative where a truth holds, else None."""
    return tuple([derivative if x is True else None if x is False else _apart(_if, x, derivative) for x in chosen])


def _if(truth: Any, derivative: Any) -> Any:
    return derivative if truth else None


def _apart(function: Callable[..., Any], *operands: Any) -> Any:
    """What a function gives, apart from its caller for whoever explores all ways: else those of many calls multiply."""
    recorder = recorder_among(operands)
    return function(*operands) if recorder is None else recorder.apart(function, operands)


def _others(xs: Sequence[Any]) -> tuple[Any, ...]:
    """For each entry the product of all the others, without a division."""
    before: list[Any] = [1.0]
    after: list[Any] = [1.0]
    for i in range(len(xs) - 1):
        before.append(before[-1] * xs[i])
        after.append(xs[-1 - i] * after[-1])
    return tuple([b * a for b, a in zip(before, reversed(after), strict=True)])


def _softmax(xs: Sequence[Any], index: float, out: Any) -> tuple[Any, None]:
    rest, i = softmax_rest(xs, index), int(index)
    return tuple([out * (rest if j == i else -share) for j, share in enumerate(softmax(xs))]), None


def _softmax_rest(xs: Sequence[Any], index: float, out: Any) -> tuple[Any, None]:
    shares, i = softmax(xs), int(index)
    return tuple([shares[i] * (-out if j == i else share) for j, share in enumerate(shares)]), None


def _log_softmax(xs: Sequence[Any], index: float, out: Any) -> tuple[Any, None]:
    rest, i = softmax_rest(xs, index), int(index)
    return tuple([rest if j == i else -share for j, share in enumerate(softmax(xs))]), None


def _chain(xs: Sequence[Any]) -> Any:
    """x₀ + x₁ + … from binary additions."""
    total = xs[0] if xs else 0.0
    for x in xs[1:]:
        total = total + x
    return total


# fmt: off

# --- Arithmetic ---

add = Operation(
    "add", "x y", lambda x, y: x + y, lambda x, y, out: (1.0, 1.0),
    about="The sum of two numbers.", formula=("1", "1"), text="x + y", symbol="+",
    reference="x + y", example=("add(1.0, 2.0)", "3.0"))

subtract = Operation(
    "subtract", "x y", lambda x, y: x - y, lambda x, y, out: (1.0, -1.0),
    about="The difference of two numbers.", formula=("1", "-1"), text="x - y", symbol="-",
    reference="x - y", example=("subtract(1.0, 3.0)", "-2.0"))

multiply = Operation(
    "multiply", "x y", lambda x, y: x * y, lambda x, y, out: (y, x),
    about="The product of two numbers.", formula=("y", "x"), text="x * y", symbol="*",
    reference="x * y", example=("multiply(2.0, 3.0)", "6.0"))

divide = Operation(
    "divide", "x y", lambda x, y: x / y, lambda x, y, out: (1.0 / y, -over_power(x, y, 2.0)),
    about="The quotient of two numbers.", formula=("1 / y", "-x / y**2"), domain="y != 0", text="x / y", symbol="/",
    reference="x / y", example=("divide(1.0, 2.0)", "0.5"))

mod = Operation(
    "mod", "x y", lambda x, y: x % y, lambda x, y, out: (1.0, -(x // y)),
    about="The remainder with the sign of y, as Python has it.", formula=("1", "-(x // y)"), domain="y != 0",
    text="x % y", symbol="%",
    reference="x - y * floor(x / y)", example=("mod(-1.0, 3.0)", "2.0"))

floor_divide = Operation(
    "floor_divide", "x y", lambda x, y: x // y, lambda x, y, out: (None, None),
    about="The quotient rounded down; constant between its jumps.", formula=("0", "0"), domain="y != 0", text="x // y",
    symbol="//",
    reference="floor(x / y)", kinks=[Kink("True", "0, 0")], structural="x y",
    example=("floor_divide(7.0, 2.0)", "3.0"))

negative = Unary(
    "negative", "x", lambda x: -x, lambda x, out: (-1.0,),
    about="The number with its sign changed.", formula=("-1",), text="-x", symbol="neg",
    reference="-x", example=("negative(2.0)", "-2.0"))

positive = Unary(
    "positive", "x", lambda x: x, lambda x, out: (1.0,),
    about="The number itself, as a node of its own.", formula=("1",), text="+x", symbol="pos",
    reference="x", example=("positive(2.0)", "2.0"))

power = Operation(
    "power", "x y", floats.power, lambda x, y, out: (power_slope(x, y, 1.0, 0.0), power_slope(x, y, 0.0, 1.0)),
    about="x to the power of y, where both may be nodes.", formula=("y * x**(y - 1)", "x**y * log(x)"),
    domain="x > 0 or x == 0 <= y or x < 0 and y % 1 == 0", text="x**y", symbol="**",
    reference="x ** y", terms=3 * ("power_size(by, x, y)",), exponent="y", example=("power(2.0, 3.0)", "8.0"))

fixed_power = Operation(
    "fixed_power", "x | n", floats.power, _fixed_power,
    about="x to the power of a constant; its derivative exists at 0 wherever calculus has one.",
    formula=("n * x**(n - 1)",), domain="x > 0 or x == 0 <= n or x < 0 and n % 1 == 0", text="x**n", symbol="**",
    reference="x ** n", exponent="n", example=("fixed_power(3.0, 2.0)", "9.0"))

fixed_base = Operation(
    "fixed_base", "x | base", lambda x, base: floats.power(base, x),
    lambda x, base, out: (power_slope(base, x, 0.0, 1.0), None),
    about="A constant to the power of x.", formula=("out * log(base)",),
    domain="base > 0 or base == 0 <= x or base < 0 and x % 1 == 0", text="base**x", symbol="**",
    reference="base ** x", exponent="x", example=("fixed_base(3.0, 2.0)", "8.0"))

ieee_power = Operation(
    "ieee_power", "x y", floats.ieee_power, power.derivatives,
    about="x to the power of y by the rules of C: infinite where `power` raises, nan where it would be complex.",
    formula=("y * x**(y - 1)", "x**y * log(x)"),
    reference="x ** y", terms=3 * ("power_size(by, x, y)",), exponent="y", example=("ieee_power(0.0, -0.5)", "inf"))

power_slope = Operation(
    "power_slope", "x y | by_x by_y", floats.power_slope,
    lambda x, y, by_x, by_y, out: (
        power_slope(x, y, by_x + 1.0, by_y), power_slope(x, y, by_x, by_y + 1.0), None, None),
    about="A derivative of x**y of any order, with its digits, taken so many times by x and by y.",
    formula=("power_slope(x, y, by_x + 1, by_y)", "power_slope(x, y, by_x, by_y + 1)"),
    reference="x ** (y - by_x) * fsum(binomial(by_y, m) * stirling1(by_x, i) * ff(i, m)"
              " * y ** (i - m) * (log(x) ** (by_y - m) if m < by_y else 1)"
              " for m in range(int(by_y) + 1) for i in range(m, int(by_x) + 1))",
    terms=3 * ("power_size(by, x, y, by_x, by_y)",), exponent="y", choices={"by_x": (1, 0, 2), "by_y": (0, 1)},
    example=("power_slope(3.0, 2.0, 1, 0)", "6.0"))

over_power = Operation(
    "over_power", "x y | n", floats.over_power,
    lambda x, y, n, out: (over_power(1.0, y, n), -n * over_power(x, y, n + 1.0), None),
    about="x / yⁿ for a whole n, with its digits where yⁿ overflows or underflows; infinite at y = 0.",
    formula=("1 / y**n", "-n * x / y**(n + 1)"),
    reference="x / y ** n", choices={"n": (1, 2, 3)}, example=("over_power(1.0, 2.0, 2.0)", "0.25"))

# --- Signs, steps and choices ---

abs = Unary(
    "abs", "x", math.fabs, lambda x, out: (sign(x),),
    about="The absolute value; its derivative at 0 is 0.", formula=("sign(x)",),
    reference="fabs(x)", kinks=[Kink("x == 0", "0")], example=("abs(-2.0)", "2.0"))

sign = Unary(
    "sign", "x", floats.sign, lambda x, out: (None,),
    about="-1, 0 or 1; its derivative is 0 everywhere.", formula=("0",),
    reference="sign(x)", kinks=[Kink("True", "0")], structural="x", example=("sign(-2.0)", "-1.0"))

copysign = Operation(
    "copysign", "x y", math.copysign, lambda x, y, out: (sign(x) * copysign(1.0, y), None),
    about="The size of x with the sign of y.", formula=("sign(x) * copysign(1, y)", "0"),
    reference="fabs(x) * sign(y)", kinks=[Kink("x == 0", "0, 0")], structural="y",
    example=("copysign(2.0, -0.0)", "-2.0"))

floor = Unary(
    "floor", "x", floats.floor, lambda x, out: (None,),
    about="The largest integer not above x; infinities and nan stay as they are.", formula=("0",),
    reference="floor(x)", kinks=[Kink("True", "0")], structural="x", example=("floor(-1.5)", "-2.0"))

ceil = Unary(
    "ceil", "x", floats.ceil, lambda x, out: (None,),
    about="The smallest integer not below x; infinities and nan stay as they are.", formula=("0",),
    reference="ceil(x)", kinks=[Kink("True", "0")], structural="x", example=("ceil(1.5)", "2.0"))

trunc = Unary(
    "trunc", "x", floats.trunc, lambda x, out: (None,),
    about="The integer next to x towards 0.", formula=("0",),
    reference="sign(x) * floor(fabs(x))", kinks=[Kink("True", "0")], structural="x", example=("trunc(-1.5)", "-1.0"))

rint = Unary(
    "rint", "x", floats.rint, lambda x, out: (None,),
    about="The integer nearest to x, the even one on a tie.", formula=("0",), symbol="round",
    reference="nint(x)", kinks=[Kink("True", "0")], structural="x", example=("rint(2.5)", "2.0"))

round_to = Operation(
    "round_to", "x | digits", lambda x, digits: round(x, int(digits)), lambda x, digits, out: (None, None),
    about="x rounded to a number of decimal digits.", formula=("0",), text="round(x, digits)", symbol="round",
    reference="nint(x * mpf(10) ** int(digits)) / mpf(10) ** int(digits)", kinks=[Kink("True", "0")], structural="x",
    example=("round_to(1.26, 1.0)", "1.3"))

maximum = Operation(
    "maximum", "x y", lambda x, y: x if x >= y or x != x else y, lambda x, y, out: _extremum(x, y, x > y),
    about="The larger of two numbers; on a tie each has derivative ½ (so maximum(x, 0), relu and clip differ at 0).",
    formula=("1 if x > y else 0.5 if x == y else 0", "1 if y > x else 0.5 if x == y else 0"),
    reference="x if x >= y else y", kinks=[Kink("x == y", "0.5, 0.5")], structural="x y",
    example=("maximum(1.0, 2.0)", "2.0"))

minimum = Operation(
    "minimum", "x y", lambda x, y: x if x <= y or x != x else y, lambda x, y, out: _extremum(x, y, x < y),
    about="The smaller of two numbers; on a tie each has derivative ½.",
    formula=("1 if x < y else 0.5 if x == y else 0", "1 if y < x else 0.5 if x == y else 0"),
    reference="x if x <= y else y", kinks=[Kink("x == y", "0.5, 0.5")], structural="x y",
    example=("minimum(1.0, 2.0)", "1.0"))

where = Operation(
    "where", "condition x y", lambda condition, x, y: x if condition else y,
    lambda condition, x, y, out: (None, 1.0, None) if condition else (None, None, 1.0),
    about="x where the condition is true, else y; nothing flows back to the other. Both are computed before one is "
          "taken, as in NumPy: where the other has no value, as sqrt(x) left of 0, write `x if condition else y`.",
    formula=("0", "1 if condition else 0", "0 if condition else 1"),
    reference="x if condition else y", kinks=[Kink("condition == 0", "0, 0, 1")], structural="condition x y",
    example=("where(2 > 1, 5.0, 7.0)", "5.0"))

clip = Operation(
    "clip", "x low high", floats.clip, _clip,
    about="x kept between two limits; at a limit its derivative is 1 (so maximum(x, 0), relu and clip differ at 0), "
          "0 where the limits coincide.",
    formula=("1 if low <= x <= high and low < high else 0",
             "0.5 if low == high else 1 if x < low else 0",
             "0.5 if low == high else 1 if x > high else 0"),
    domain="low <= high",
    reference="low if x < low else high if x > high else x",
    kinks=[Kink("low == high", "0, 0.5, 0.5"), Kink("x in (low, high)", "1, 0, 0")], structural="x low high",
    example=("clip(5.0, 0.0, 1.0)", "1.0"))

huber = Operation(
    "huber", "x | delta", floats.huber, lambda x, delta, out: (clip(x, -delta, delta), None),
    about="½x² up to a distance delta from 0, then straight on: delta·(|x| - ½delta) (P. J. Huber, 1964).",
    formula=("clip(x, -delta, delta)",), domain="delta > 0",
    reference="x ** 2 / 2 if fabs(x) <= delta else delta * (fabs(x) - mpf(delta) / 2)",
    example=("huber(-3.0, 1.0)", "2.5"))

stop_gradient = Unary(
    "stop_gradient", "x", lambda x: x, lambda x, out: (None,),
    about="The number itself, taken as a constant: nothing flows back through it.", formula=("0",),
    reference="x", kinks=[Kink("True", "0")], structural="x", example=("stop_gradient(2.0)", "2.0"))

# --- Exponentials, logarithms, roots ---

exp = Unary(
    "exp", "x", math.exp, lambda x, out: (out,),
    about="The exponential function.", formula=("out",),
    reference="exp(x)", example=("exp(0.0)", "1.0"))

expm1 = Unary(
    "expm1", "x", math.expm1, lambda x, out: (exp(x),),
    about="exp(x) - 1, with its digits near 0.", formula=("exp(x)",),
    reference="expm1(x)", example=("expm1(0.0)", "0.0"))

exp2 = Unary(
    "exp2", "x", math.exp2, lambda x, out: (out * LN2,),
    about="2 to the power of x.", formula=("out * log(2)",),
    reference="mpf(2) ** x", example=("exp2(3.0)", "8.0"))

log = Unary(
    "log", "x", math.log, lambda x, out: (1.0 / x,),
    about="The natural logarithm.", formula=("1 / x",), domain="x > 0",
    reference="log(x)", example=("log(1.0)", "0.0"))

log1p = Unary(
    "log1p", "x", math.log1p, lambda x, out: (1.0 / (1.0 + x),),
    about="log(1 + x), with its digits near 0.", formula=("1 / (1 + x)",), domain="x > -1",
    reference="log1p(x)", example=("log1p(0.0)", "0.0"))

log2 = Unary(
    "log2", "x", math.log2, lambda x, out: (LOG2E / x,),
    about="The logarithm to base 2.", formula=("1 / (x * log(2))",), domain="x > 0",
    reference="log(x) / log(2)", example=("log2(8.0)", "3.0"))

log10 = Unary(
    "log10", "x", math.log10, lambda x, out: (LOG10E / x,),
    about="The logarithm to base 10.", formula=("1 / (x * log(10))",), domain="x > 0",
    reference="log(x) / log(10)", example=("log10(100.0)", "2.0"))

sqrt = Unary(
    "sqrt", "x", math.sqrt, lambda x, out: (0.5 / out if x > 0 else 0.5 * ieee_power(x, -0.5),),
    about="The square root; its derivative at 0 is infinite.", formula=("1 / (2 * out)",), domain="x >= 0",
    reference="sqrt(x)", example=("sqrt(9.0)", "3.0"))

cbrt = Unary(
    "cbrt", "x", floats.cbrt, lambda x, out: (ieee_power(out, -2.0) / 3.0,),
    about="The cube root; its derivative at 0 is infinite.", formula=("1 / (3 * out**2)",),
    reference="sign(x) * cbrt(fabs(x))", example=("cbrt(0.0)", "0.0"))

hypot = Operation(
    "hypot", "x y", math.hypot, lambda x, y, out: tuple(_entries(unit, floats.units, (x, y))),
    about="The length of the vector (x, y); its derivative at (0, 0) is 0, its second one there nan.",
    formula=("x / out", "y / out"),
    reference="hypot(x, y)", kinks=[Kink("x == y == 0", "0, 0", "nan")], example=("hypot(3.0, 4.0)", "5.0"))

norm = Operation(
    "norm", "*xs", lambda xs: math.hypot(*xs),
    lambda xs, out: (tuple(_entries(unit, floats.units, xs)),),
    about="The Euclidean length √Σxᵢ² of a vector, without overflow; its derivative at the origin is 0, its second "
          "one there nan.",
    formula=("xs[i] / out",),
    reference="sqrt(fsum(x ** 2 for x in xs))", kinks=[Kink("not any(xs)", "[0] * len(xs)", "nan")],
    example=("norm([2.0, 3.0, 6.0])", "7.0"))

unit = Operation(
    "unit", "*xs | index", floats.unit, _unit,
    about="One entry of a vector over its length, the derivative of `norm` and `hypot`; 0 at the origin, where its "
          "own derivative is nan.",
    formula=("((i == index) - out * xs[i] / norm(xs)) / norm(xs)",), domain="len(xs) > 0 and index in range(len(xs))",
    reference="xs[int(index)] / sqrt(fsum(x ** 2 for x in xs))", terms=3 * ("unit_size(by, xs, index)",),
    kinks=[Kink("not any(xs)", "[nan] * len(xs)", "nan")],
    bounds=Bounds(why="the second, hypot's third, not within 1e-150 of the origin or 1e-290 of an axis: it underflows"),
    example=("unit([3.0, 4.0], 0)", "0.6"))

# --- Trigonometry ---

sin = Unary(
    "sin", "x", math.sin, lambda x, out: (cos(x),),
    about="The sine of an angle in radians.", formula=("cos(x)",), domain="abs(x) < inf",
    reference="sin(x)", example=("sin(0.0)", "0.0"))

cos = Unary(
    "cos", "x", math.cos, lambda x, out: (-sin(x),),
    about="The cosine of an angle in radians.", formula=("-sin(x)",), domain="abs(x) < inf",
    reference="cos(x)", example=("cos(0.0)", "1.0"))

tan = Unary(
    "tan", "x", math.tan, lambda x, out: (1.0 + out * out,),
    about="The tangent of an angle in radians.", formula=("1 + out**2",), domain="abs(x) < inf",
    reference="tan(x)", example=("tan(0.0)", "0.0"))

sinc = Unary(
    "sinc", "x", floats.sinc, lambda x, out: (sinc_slope(x, 1.0),),
    about="sin(πx) / (πx), as NumPy has it, and 1 at 0; with its digits near 0, in every derivative too.",
    formula=("(cos(pi * x) - out) / x",),
    reference="sinpi(x) / (pi * x) if x else mpf(1)", terms=("0", "sinc_size(by, x)", "sinc_size(by, x)"),
    bounds=Bounds(why="the second not beyond 2**60, where all floats are whole and differences do not see it"),
    example=("sinc(0.5)", "0.6366197723675814"))

sinc_slope = Operation(
    "sinc_slope", "x | n", floats.sinc_slope, lambda x, n, out: (sinc_slope(x, n + 1.0), None),
    about="The derivative of sinc of any order n up to 170, with its digits near 0.",
    formula=("sinc_slope(x, n + 1)",), domain="n in range(171)",
    reference="fsum(binomial(n, k) * pi ** (k - 1) * sinpi(x + k / mpf(2)) * (-1) ** (n - k) * factorial(n - k)"
              " / x ** (n - k + 1) for k in range(int(n) + 1)) if fabs(x) >= 0.5"
              " else (-1) ** ((int(n) + 1) // 2) * pi ** n"
              " * (hyp1f2((n + 1) / 2, 0.5, (n + 3) / 2, -(pi * x) ** 2 / 4) / (n + 1) if n % 2 == 0"
              " else pi * x * hyp1f2(n / 2 + 1, 1.5, n / 2 + 2, -(pi * x) ** 2 / 4) / (n + 2))",
    terms=3 * ("sinc_size(by, x, n)",), choices={"n": (1, 2, 3, 0)}, bounds=Bounds(why="as sinc"),
    example=("sinc_slope(1.0, 1)", "-1.0"))

arcsin = Unary(
    "arcsin", "x", math.asin, lambda x, out: (circle_power(x, -0.5),),
    about="The angle in [-π/2, π/2] whose sine is x.", formula=("1 / sqrt(1 - x**2)",), domain="-1 <= x <= 1",
    reference="asin(x)", example=("arcsin(0.0)", "0.0"))

arccos = Unary(
    "arccos", "x", math.acos, lambda x, out: (-circle_power(x, -0.5),),
    about="The angle in [0, π] whose cosine is x.", formula=("-1 / sqrt(1 - x**2)",), domain="-1 <= x <= 1",
    reference="acos(x)", example=("arccos(1.0)", "0.0"))

circle_power = Operation(
    "circle_power", "x | n", floats.circle_power,
    lambda x, n, out: (-2.0 * n * x * circle_power(x, n - 1.0) if n != 0 else None, None),
    about="(1 - x²)ⁿ, with its digits near 1; infinite there if n is negative.",
    formula=("-2 * n * x * circle_power(x, n - 1)",), domain="-1 <= x <= 1",
    reference="(1 - x ** 2) ** n", choices={"n": (-0.5, -1, -1.5, -2, 0, 0.5, 1)},
    example=("circle_power(0.6, 0.5)", "0.8"))

arctan = Unary(
    "arctan", "x", math.atan, lambda x, out: (1.0 / (1.0 + x * x) if -1e9 < x < 1e9 else 1.0 / x / x,),
    about="The angle in (-π/2, π/2) whose tangent is x.", formula=("1 / (1 + x**2)",),
    reference="atan(x)", example=("arctan(0.0)", "0.0"))

arctan2 = Operation(
    "arctan2", "y x", math.atan2, lambda y, x, out: (cos_over(x, y, 1.0), -sin_over(x, y, 1.0)),
    about="The angle of the point (x, y); its derivative at (0, 0) is 0, its second one there nan.",
    formula=("x / (x**2 + y**2)", "-y / (x**2 + y**2)"),
    reference="atan2(y, x)", terms=("0", "0", "hypot(x, y) ** -2"), kinks=[Kink("x == y == 0", "0, 0", "nan")],
    example=("arctan2(0.0, 1.0)", "0.0"))

cos_over = Operation(
    "cos_over", "x y | n", lambda x, y, n: floats.wave(x, y, n)[0],
    lambda x, y, n, out: _wave(x, y, lambda: (-n * cos_over(x, y, n + 1.0), -n * sin_over(x, y, n + 1.0))),
    about="cos(nθ) / rⁿ for the point (x, y) at the angle θ, in the distance r; 0 at (0, 0), its derivatives nan.",
    formula=("-n * cos_over(x, y, n + 1)", "-n * sin_over(x, y, n + 1)"),
    reference="re(mpc(x, y) ** -int(n))",
    terms=("hypot(x, y) ** -n", "n * hypot(x, y) ** -(n + 1)", "n * (n + 1) * hypot(x, y) ** -(n + 2)"),
    kinks=[Kink("x == y == 0", "nan, nan", "nan")], choices={"n": (1, 2)}, example=("cos_over(2.0, 0.0, 1.0)", "0.5"))

sin_over = Operation(
    "sin_over", "x y | n", lambda x, y, n: floats.wave(x, y, n)[1],
    lambda x, y, n, out: _wave(x, y, lambda: (-n * sin_over(x, y, n + 1.0), n * cos_over(x, y, n + 1.0))),
    about="sin(nθ) / rⁿ for the point (x, y) at the angle θ, in the distance r; 0 at (0, 0), its derivatives nan.",
    formula=("-n * sin_over(x, y, n + 1)", "n * cos_over(x, y, n + 1)"),
    reference="-im(mpc(x, y) ** -int(n))",
    terms=("hypot(x, y) ** -n", "n * hypot(x, y) ** -(n + 1)", "n * (n + 1) * hypot(x, y) ** -(n + 2)"),
    kinks=[Kink("x == y == 0", "nan, nan", "nan")], choices={"n": (1, 2)}, example=("sin_over(0.0, 2.0, 1.0)", "0.5"))

sinh = Unary(
    "sinh", "x", math.sinh, lambda x, out: (cosh(x),),
    about="The hyperbolic sine.", formula=("cosh(x)",),
    reference="sinh(x)", example=("sinh(0.0)", "0.0"))

cosh = Unary(
    "cosh", "x", math.cosh, lambda x, out: (sinh(x),),
    about="The hyperbolic cosine.", formula=("sinh(x)",),
    reference="cosh(x)", example=("cosh(0.0)", "1.0"))

tanh = Unary(
    "tanh", "x", math.tanh, lambda x, out: (sech2(x),),
    about="The hyperbolic tangent.", formula=("1 - out**2",),
    reference="tanh(x)", example=("tanh(0.0)", "0.0"))

sech2 = Unary(
    "sech2", "x", floats.sech2, lambda x, out: (-2.0 * out * tanh(x),),
    about="1 / cosh(x)², the derivative of tanh with its digits in the tails.", formula=("-2 * out * tanh(x)",),
    symbol="sech²",
    reference="sech(x) ** 2", terms=("0", "0", "4 * sech(x) ** 2 * tanh(x) ** 2 + 2 * sech(x) ** 4"),
    example=("sech2(0.0)", "1.0"))

arcsinh = Unary(
    "arcsinh", "x", math.asinh, lambda x, out: (1.0 / hypot(1.0, x),),
    about="The number whose hyperbolic sine is x.", formula=("1 / sqrt(1 + x**2)",),
    reference="asinh(x)", example=("arcsinh(0.0)", "0.0"))

arccosh = Unary(
    "arccosh", "x", math.acosh, lambda x, out: (ieee_power(x - 1.0, -0.5) * ieee_power(x + 1.0, -0.5),),
    about="The number above 0 whose hyperbolic cosine is x.", formula=("1 / sqrt(x**2 - 1)",), domain="x >= 1",
    reference="acosh(x)", example=("arccosh(1.0)", "0.0"))

arctanh = Unary(
    "arctanh", "x", math.atanh, lambda x, out: (circle_power(x, -1.0),),
    about="The number whose hyperbolic tangent is x.", formula=("1 / (1 - x**2)",), domain="-1 < x < 1",
    reference="atanh(x)", example=("arctanh(0.0)", "0.0"))

# --- Normal distribution ---

gaussian = Unary(
    "gaussian", "x", floats.gaussian, lambda x, out: (_gaussian_slope(x, out),),
    about="exp(-x²).", formula=("-2 * x * out",),
    reference="exp(-x ** 2)", terms=("0", "0", "max(2, 4 * mpf(x) ** 2) * exp(-(mpf(x) ** 2))"),
    bounds=Bounds(first=8.0, why="below 1e-305, where the row itself has underflowed and is replaced by two roots"),
    example=("gaussian(0.0)", "1.0"))

erf = Unary(
    "erf", "x", math.erf, lambda x, out: (TWO_OVER_SQRT_PI * gaussian(x),),
    about="The error function.", formula=("2 / sqrt(pi) * exp(-x**2)",),
    reference="erf(x)", example=("erf(0.0)", "0.0"))

erfc = Unary(
    "erfc", "x", math.erfc, lambda x, out: (-TWO_OVER_SQRT_PI * gaussian(x),),
    about="1 - erf(x), with its digits in the right tail.", formula=("-2 / sqrt(pi) * exp(-x**2)",),
    reference="erfc(x)", example=("erfc(0.0)", "1.0"))

normal_density = Unary(
    "normal_density", "x", floats.normal_density, lambda x, out: (_density_slope(x, out),),
    about="The density of the standard normal distribution.", formula=("-x * out",), symbol="φ",
    reference="npdf(x)", terms=("0", "0", "max(1, mpf(x) ** 2) * npdf(x)"),
    bounds=Bounds(first=6.0, why="below 1e-305, where the row itself has underflowed and is replaced by two roots"),
    example=("normal_density(0.0)", "0.3989422804014327"))

normal_cdf = Unary(
    "normal_cdf", "x", floats.normal_cdf, lambda x, out: (normal_density(x),),
    about="The standard normal distribution: the probability of a number below x.", formula=("normal_density(x)",),
    symbol="Φ",
    reference="ncdf(x)", example=("normal_cdf(0.0)", "0.5"))

# --- The gamma function ---

lgamma = Unary(
    "lgamma", "x", math.lgamma, lambda x, out: (digamma(x),),
    about="The logarithm of the absolute value of the gamma function, as `math.lgamma` has it.",
    formula=("digamma(x)",), domain="x > 0 or x % 1 != 0",
    reference="log_abs_gamma(x)", terms=("1", "polygamma_size(by, x, -1)", "polygamma_size(by, x, -1)"),
    bounds=Bounds(value=8.0, why="as `math.lgamma`; where it is below 1, as near its zeros 1 and 2, in units of 1"),
    example=("lgamma(3.0)", "0.693147180559945"))

digamma = Unary(
    "digamma", "x", floats.digamma, lambda x, out: (digamma_slope(x, 1.0),),
    about="The derivative of lgamma, ψ = Γ′ / Γ.", formula=("polygamma(1, x)",), domain="x > 0 or x % 1 != 0",
    symbol="ψ",
    reference="digamma(x)", terms=3 * ("polygamma_size(by, x)",),
    bounds=Bounds(why="left of 0, as around its zeros there, in units of the term of the nearest pole"),
    example=("digamma(1.0)", "-0.5772156649015329"))

digamma_slope = Operation(
    "digamma_slope", "x | n", floats.polygamma, lambda x, n, out: (digamma_slope(x, n + 1.0), None),
    about="The n-th derivative of digamma, which `polygamma` calls with n first.", formula=("polygamma(n + 1, x)",),
    domain="n in range(171) and (x > 0 or x % 1 != 0)", text="polygamma(n, x)", symbol="polygamma",
    reference="psi(int(n), x)", terms=3 * ("polygamma_size(by, x, n)",), choices={"n": (1, 2, 3, 0)},
    bounds=Bounds(why="left of 0, as around its zeros there, in units of the term of the nearest pole"),
    example=("digamma_slope(1.0, 1)", "1.6449340668482264"))

polygamma_rise = Operation(
    "polygamma_rise", "x d | n", floats.polygamma_rise,
    lambda x, d, n, out: (polygamma_rise(x, d, n + 1.0), digamma_slope(x + d, n + 1.0), None),
    about="By how much the n-th derivative of digamma rises from x to x + d, with its digits where it is little.",
    formula=("polygamma(n + 1, x + d) - polygamma(n + 1, x)", "polygamma(n + 1, x + d)"),
    domain="n in range(171) and x > 0 and d >= 0",
    reference="psi(int(n), x + d) - psi(int(n), x)", choices={"n": (0, 1, 2)},
    bounds=Bounds(first=8.0, why="x + d is rounded; held against mpmath where the exponents of x and d, to base 2, are "
                                 "at most 80 together"),
    example=("polygamma_rise(1.0, 1.0, 0)", "1.0"))

betaln = Operation(
    "betaln", "x y", floats.betaln, lambda x, y, out: (-polygamma_rise(x, y, 0.0), -polygamma_rise(y, x, 0.0)),
    about="The logarithm of the beta function, lgamma(x) + lgamma(y) - lgamma(x + y), with its digits where these are "
          "large.",
    formula=("digamma(x) - digamma(x + y)", "digamma(y) - digamma(x + y)"), domain="x > 0 and y > 0",
    reference="log_abs_gamma(x) + log_abs_gamma(y) - log_abs_gamma(mpf(x) + y)", terms=("betaln_size(x, y)",),
    bounds=Bounds(value=8.0, why="as polygamma_rise; if a number is below 10 with lgamma's error, in units of 1 or of "
                                 "its larger terms"),
    example=("betaln(2.0, 3.0)", "-2.4849066497880004"))

# --- Activations ---

sigmoid = Unary(
    "sigmoid", "x", floats.sigmoid, lambda x, out: (0.25 * sech2(0.5 * x),),
    about="The logistic function 1 / (1 + exp(-x)).", formula=("out * (1 - out)",), symbol="σ",
    reference="1 / (1 + exp(-x))", example=("sigmoid(0.0)", "0.5"))

log_sigmoid = Unary(
    "log_sigmoid", "x", lambda x: -floats.softplus(-x), lambda x, out: (sigmoid(-x),),
    about="log(sigmoid(x)), with its digits in the tails.", formula=("1 - sigmoid(x)",),
    reference="-log1p(exp(-x))", example=("log_sigmoid(inf)", "-0.0"))

softplus = Unary(
    "softplus", "x", floats.softplus, lambda x, out: (sigmoid(x),),
    about="log(1 + exp(x)), a smooth relu.", formula=("sigmoid(x)",),
    reference="log1p(exp(x))", example=("softplus(-inf)", "0.0"))

relu = Unary(
    "relu", "x", lambda x: 0.0 if x < 0 else x, lambda x, out: (_step(x, None, 1.0),),
    about="x where it is positive, else 0; its derivative at 0 is 0 (so maximum(x, 0), relu and clip differ at 0).",
    formula=("1 if x > 0 else 0",), symbol="ReLU",
    reference="x if x > 0 else mpf(0)", kinks=[Kink("x == 0", "0")], structural="x", example=("relu(-2.0)", "0.0"))

leaky_relu = Operation(
    "leaky_relu", "x slope=0.01", lambda x, slope: x if x > 0 else slope * x,
    lambda x, slope, out: (_step(x, slope, 1.0), _step(x, x, None)),
    about="x where it is positive, else slope·x, also for the derivative at 0.",
    formula=("1 if x > 0 else slope", "0 if x > 0 else x"),
    reference="x if x > 0 else slope * x", kinks=[Kink("x == 0", "slope, 0", "side")],
    example=("leaky_relu(-2.0, 0.5)", "-1.0"))

elu = Operation(
    "elu", "x alpha=1.0", lambda x, alpha: x if x > 0 else alpha * math.expm1(x),
    lambda x, alpha, out: (_elu_slope(x, alpha) if x <= 0 else _step(x, None, 1.0),
                           expm1(x) if x <= 0 else _step(x, None, None)),
    about="x where it is positive, else alpha·(exp(x) - 1), also for the derivative at 0.",
    formula=("1 if x > 0 else alpha * exp(x)", "0 if x > 0 else expm1(x)"),
    reference="x if x > 0 else alpha * expm1(x)", kinks=[Kink("x == 0", "alpha, 0", "side")],
    example=("elu(-inf)", "-1.0"))

gelu = Unary(
    "gelu", "x", floats.gelu, lambda x, out: (_gelu_slope(x),),
    about="x·Φ(x) with the normal distribution Φ (Hendrycks and Gimpel, 2016).",
    formula=("normal_cdf(x) + x * normal_density(x)",),
    reference="x * ncdf(x)", terms=("0", "fabs(x * npdf(x))", "max(2, mpf(x) ** 2) * npdf(x)"),
    example=("gelu(0.0)", "0.0"))

silu = Unary(
    "silu", "x", floats.silu, lambda x, out: (_silu_slope(x, out),),
    about="x·sigmoid(x), also known as swish.", formula=("sigmoid(x) * (1 + x * sigmoid(-x))",),
    reference="x / (1 + exp(-x))",
    terms=("0", "fabs(x) * sech(mpf(x) / 2) ** 2 / 4", "max(2, fabs(x)) * sech(mpf(x) / 2) ** 2 / 4"),
    example=("silu(0.0)", "0.0"))

# --- Many operands ---

sum = Operation(
    "sum", "*xs", floats.sum, lambda xs, out: ((1.0,) * len(xs),),
    about="The sum of any number of numbers, added from the left.", formula=("1",), symbol="Σ", unfold=_chain,
    reference="fsum(xs)", terms=("fsum(xs, absolute=True)",), example=("sum([1.0, 2.0, 3.0])", "6.0"))

prod = Operation(
    "prod", "*xs", floats.prod, lambda xs, out: (_others(xs),),
    about="The product of any number of numbers, multiplied from the left.", formula=("prod(xs[:i] + xs[i + 1:])",),
    symbol="Π",
    reference="fprod(xs)", example=("prod([2.0, 3.0])", "6.0"))

mean = Operation(
    "mean", "*xs", floats.mean, lambda xs, out: ((1.0 / len(xs),) * len(xs),),
    about="The arithmetic mean of one or more numbers.", formula=("1 / len(xs)",), domain="len(xs) > 0",
    unfold=lambda xs: _chain(xs) / float(len(xs)),
    reference="fsum(xs) / len(xs)", terms=("fsum(xs, absolute=True) / len(xs)",), example=("mean([1.0, 2.0])", "1.5"))

dot = Operation(
    "dot", "*x *y", floats.dot, lambda x, y, out: (y, x),
    about="The sum of the products of the numbers of two equally long sequences.", formula=("y[i]", "x[i]"),
    domain="len(x) == len(y)", unfold=lambda x, y: _chain([a * b for a, b in zip(x, y, strict=True)]),
    reference="fdot(x, y)", terms=("fsum([mpf(a) * b for a, b in zip(x, y)], absolute=True)",),
    example=("dot([1.0, 2.0], [3.0, 4.0])", "11.0"))

affine = Operation(
    "affine", "*w *x b", floats.affine, lambda w, x, b, out: (x, w, 1.0),
    about="b + w₀x₀ + w₁x₁ + …, added in that order: what a neuron computes before its activation.",
    formula=("x[i]", "w[i]", "1"), domain="len(w) == len(x)", symbol="Σwx + b",
    unfold=lambda w, x, b: _chain([b, *[a * c for a, c in zip(w, x, strict=True)]]),
    reference="b + fdot(w, x)", terms=("fabs(b) + fsum([mpf(a) * c for a, c in zip(w, x)], absolute=True)",),
    example=("affine([2.0], [3.0], 1.0)", "7.0"))

max = Operation(
    "max", "*xs", lambda xs: floats.largest(xs, "max")[1], lambda xs, out: (_shared(xs, out),),
    about="The largest of one or more numbers; on a tie each of the k largest has derivative 1 / k.",
    formula=("1 / xs.count(out) if xs[i] == out else 0",), domain="len(xs) > 0",
    reference="max(xs)", kinks=[Kink("xs.count(max(xs)) > 1", "[(x == max(xs)) / xs.count(max(xs)) for x in xs]")],
    structural="xs", example=("max([1.0, 3.0, 2.0])", "3.0"))

min = Operation(
    "min", "*xs", lambda xs: -floats.largest([-x for x in xs], "min")[1], lambda xs, out: (_shared(xs, out),),
    about="The smallest of one or more numbers; on a tie each of the k smallest has derivative 1 / k.",
    formula=("1 / xs.count(out) if xs[i] == out else 0",), domain="len(xs) > 0",
    reference="min(xs)", kinks=[Kink("xs.count(min(xs)) > 1", "[(x == min(xs)) / xs.count(min(xs)) for x in xs]")],
    structural="xs", example=("min([1.0, 3.0, 2.0])", "1.0"))

take = Operation(
    "take", "*xs index", floats.item,
    lambda xs, index, out: (_where_chosen([i == index for i in range(len(xs))], 1.0), None),
    about="The entry of a sequence that a whole number from 0 on picks: xs[index], where the index may be a Value.",
    formula=("i == index", "0"), domain="index in range(len(xs))",
    reference="xs[int(index)]", kinks=[Kink("True", "[i == index for i in range(len(xs))], 0")], structural="xs index",
    example=("take([5.0, 7.0], 1)", "7.0"))

logaddexp = Operation(
    "logaddexp", "x y", floats.logaddexp, lambda x, y, out: tuple(softmax((x, y))),
    about="log(exp(x) + exp(y)), without overflow.", formula=("sigmoid(x - y)", "sigmoid(y - x)"),
    reference="max(x, y) + log1p(exp(-fabs(x - y)))", terms=("max(fabs(x), fabs(y))",),
    example=("logaddexp(0.0, -inf)", "0.0"))

logsumexp = Operation(
    "logsumexp", "*xs", floats.logsumexp, lambda xs, out: (tuple(softmax(xs)),),
    about="log Σ exp(xᵢ), without overflow.", formula=("softmax(xs)[i]",), domain="len(xs) > 0",
    reference="max(xs) + log1p(fsum(exp(x - max(xs)) for x in sorted(xs)[:-1]))", terms=("max(map(fabs, xs))",),
    example=("logsumexp([0.0])", "0.0"))

softmax_entry = Operation(
    "softmax_entry", "*xs | index", floats.softmax_entry, _softmax,
    about="One entry of `softmax`.", formula=("out * ((i == index) - softmax(xs)[i])",),
    domain="len(xs) > 0 and index in range(len(xs))", text="softmax(xs)[index]", symbol="softmax",
    reference="exp(xs[int(index)] - max(xs)) / fsum(exp(x - max(xs)) for x in xs)",
    terms=3 * ("share_size(by, xs, index)",), example=("softmax_entry([0.0, 0.0], 1)", "0.5"))

softmax_rest = Operation(
    "softmax_rest", "*xs | index", floats.softmax_rest, _softmax_rest,
    about="1 - one entry of `softmax`, with its digits.", formula=("(1 - out) * (softmax(xs)[i] - (i == index))",),
    domain="len(xs) > 0 and index in range(len(xs))",
    reference="fsum(exp(x - max(xs)) for i, x in enumerate(xs) if i != index) / fsum(exp(x - max(xs)) for x in xs)",
    terms=3 * ("share_size(by, xs, index)",),
    bounds=Bounds(first=6.0, why="a product of two entries, each of which is rounded twice"),
    example=("softmax_rest([0.0, 0.0], 1)", "0.5"))

log_softmax_entry = Operation(
    "log_softmax_entry", "*xs | index", floats.log_softmax_entry, _log_softmax,
    about="One entry of `log_softmax`.", formula=("(i == index) - softmax(xs)[i]",),
    domain="len(xs) > 0 and index in range(len(xs))", text="log_softmax(xs)[index]", symbol="log_softmax",
    reference="xs[int(index)] - max(xs) - log1p(fsum(exp(x - max(xs)) for x in sorted(xs)[:-1]))",
    example=("log_softmax_entry([0.0], 0)", "-0.0"))

# fmt: on


def softmax(xs: Iterable[Any]) -> list[Any]:
    """exp(xᵢ) / Σ exp(xⱼ) for every i: positive numbers that sum to 1, without overflow.

    Args:
        xs: One or more numbers or Values.

    Returns:
        As many floats, or as many Values if there is one among ``xs``.

    Raises:
        ValueError: There are no numbers.

    >>> softmax([0.0, 0.0])
    [0.5, 0.5]
    """
    return _entries(softmax_entry, floats.softmax, xs)


def log_softmax(xs: Iterable[Any]) -> list[Any]:
    """xᵢ - log Σ exp(xⱼ) for every i: the logarithms of `softmax`, with their digits.

    Args:
        xs: One or more numbers or Values.

    Returns:
        As many floats, or as many Values if there is one among ``xs``.

    Raises:
        ValueError: There are no numbers.

    >>> log_softmax([0.0])
    [-0.0]
    """
    return _entries(log_softmax_entry, floats.log_softmax, xs)


def polygamma(n: Any, x: Any) -> Any:
    """The n-th derivative of digamma at x: digamma itself for n = 0, trigamma for n = 1.

    Args:
        n: The order, a whole number from 0 to 170.
        x: A number or a Value.

    Returns:
        A float, or a Value if ``x`` is one.

    Raises:
        ValueError: n is no such number, or x is 0 or a negative whole number, where there is a pole.

    >>> polygamma(1, 1.0)
    1.6449340668482264
    """
    return digamma_slope(x, n)


def _entries(row: Operation, values: Callable[[Floats], list[float]], xs: Iterable[Any]) -> list[Any]:
    group = row.group(xs)
    if not group:
        raise ValueError(f"{row.called}([]): needs len(xs) > 0")
    recorder = recorder_among(group)
    return values(row.floats(group)) if recorder is None else recorder.record_entries(row, group, values)


FUNCTIONS.update({"softmax": softmax, "log_softmax": log_softmax, "polygamma": polygamma})
#: All functions are public, and so they are what an asterisk brings.
__all__ = sorted(FUNCTIONS)

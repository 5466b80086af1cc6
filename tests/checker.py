"""Holds a row of the table against mpmath: its value and its derivatives, over its domain and at its edges.

The reference is the row's own text, evaluated in mpmath; derivatives are differences of the reference
over steps so short, at a precision so high, that neither shows in a float. First derivatives are the
row's own; second ones are the engine's, which differentiates the rows that a row's derivatives use.

`python tests/checker.py 1000` prints how far each row is off at the worst of 1000 points, and at its edges.
"""

from __future__ import annotations

import builtins
import functools
import itertools
import math
import random
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from mpmath import mp

from autograd_lite.engine.operation import TABLE
from autograd_lite.engine.recorded import gradients
from autograd_lite.engine.value import Value

inf, nan = math.inf, math.nan
LARGEST, SMALLEST = 1.7976931348623157e308, 5e-324
Point = tuple[Any, ...]
#: Where a number stands: its operand and its place in a group, which is -1 outside groups.
Place = tuple[int, int]
#: What a derivative may be: one number, or at a kink anything between the two one-sided ones.
Interval = tuple[Any, Any]

STEP = 100  # steps of 2**-100 of the operand
MOST = 6  # so many derivatives are compared at one point, where there are more
UNSEEN = 1140  # 2**-1140 is lost under the smallest float
#: Rows that multiply in an order that is promised, and so over- and underflow on the way as floats do.
MODERATE = {"prod", "power_slope"}
#: Rows of two numbers for which mpmath takes too long, or fails, at their ends and where their sizes are far apart.
SLOW = {"polygamma_rise", "betaln"}
#: Where second derivatives are not compared: 1 / r² has no float, or the ratio that they are made of underflows; or
#: a wave is at its zero so far out that its differences are those of the next order.
BEYOND: dict[str, Callable[..., bool]] = {
    "unit": lambda xs, index: math.hypot(*xs) < 1e-150 or 0 < min(map(abs, xs)) < 1e-290,
    "sinc": lambda x: abs(x) > 2.0**60,
    "sinc_slope": lambda x, n: abs(x) > 2.0**60,
}
#: Rows of which floats make nan at some infinities: 0 · inf, inf - inf, inf % 1.
INDEFINITE = {"add", "subtract", "multiply", "divide", "over_power", "mod", "floor_divide", "leaky_relu", "elu"}
INDEFINITE |= {"sum", "mean", "prod", "dot", "affine"}
#: Rows that see the sign of a zero, as mpmath does not.
SIGNED_ZERO = {"copysign", "arctan2"}


def decided(row: Any, point: Point) -> tuple[list[Any], str] | None:
    """What a row's kinks say at a point: its derivatives, and what its second ones are; None elsewhere."""
    for kink in row.kinks:
        if compiled(kink.where, row.operands)(*point):
            slopes = compiled(f"({kink.slopes})", row.operands)(*point)
            opened = slopes if isinstance(slopes, tuple) else (slopes,)
            return flat([tuple(d) if isinstance(d, list) else d for d in opened]), kink.second
    return None


# --- The largest terms of sums that may cancel, as rows name them ---


def power_size(by: Sequence[Place], x: float, y: float, times_x: float = 0.0, times_y: float = 0.0) -> Any:
    """The sum of the absolute terms of a derivative of x**y, or of one of its derivatives."""
    by_x, by_y = int(times_x) + by.count((0, -1)), int(times_y) + by.count((1, -1))
    series = [mp.mpf(1)] + [mp.mpf(0)] * by_y
    for i in range(by_x):
        series = [term * abs(y - i) + (series[m - 1] if m else 0) for m, term in enumerate(series)]
    log = abs(mp.log(abs(x)))
    return abs(mp.mpf(x)) ** (mp.mpf(y) - by_x) * sum(
        term * math.perm(by_y, m) * log ** (by_y - m) for m, term in enumerate(series)
    )


def share_size(by: Sequence[Place], xs: Sequence[float], index: float) -> Any:
    """The largest term of a second derivative of an entry of softmax."""
    shares = [mp.exp(mp.mpf(x) - max(xs)) for x in xs]
    own = shares[int(index)] / mp.fsum(shares)
    factors = [1 - own if j == index else shares[j] / mp.fsum(shares) for _, j in by]
    return own * max(factors) if len(by) == 2 else 0


def unit_size(by: Sequence[Place], xs: Sequence[float], index: float) -> Any:
    """The largest term of a second derivative of one entry of xs over their length."""
    if len(by) < 2:
        return 0
    r, i = mp.sqrt(mp.fsum([mp.mpf(x) ** 2 for x in xs])), int(index)
    (_, j), (_, k) = by
    u = [abs(mp.mpf(x)) / r for x in xs]
    if i == j == k:
        return 0
    terms = [2 * u[i] * u[j] * u[k], *[u[p] for p, q, o in ((k, i, j), (j, i, k), (i, j, k)) if q == o]]
    return max(terms) / r**2


def sinc_size(by: Sequence[Place], x: float, n: float = 0.0) -> Any:
    """The largest term of a derivative of sinc of an order: of its power series near 0, else of its closed form."""
    order, z, waves = int(n) + len(by), mp.pi * x, [abs(mp.sinpi(x)), abs(mp.cospi(x))]
    if abs(x) < 0.3 + 0.1 * order:
        series = [abs(z) ** j / ((order + j + 1) * mp.factorial(j)) for j in range(order % 2, 20, 2)]
        return mp.pi**order * max(series)
    parts = [mp.factorial(order) / mp.factorial(k) * mp.pi ** (k - 1) * waves[k % 2] for k in range(order + 1)]
    return max([part / abs(mp.mpf(x)) ** (order - k + 1) for k, part in enumerate(parts)])


def polygamma_size(by: Sequence[Place], x: float, n: float = 0.0) -> Any:
    """The largest term of a derivative of digamma left of 0: that of the nearest pole."""
    order = int(n) + len(by)
    return mp.factorial(order) / abs(mp.mpf(x) - round(x)) ** (order + 1) if x < 0 else 0


def betaln_size(x: float, y: float) -> Any:
    """The largest of what betaln is made of; if both numbers are large nothing cancels."""
    least = min(x, y)
    return max(1, abs(mp.loggamma(least)), least * mp.log(x + y)) if least < 10 else 0


# --- Points ---


def bits(rng: random.Random) -> float:
    """Any finite float, each bit pattern alike."""
    while True:
        x = struct.unpack("<d", rng.randbytes(8))[0]
        if math.isfinite(x):
            return float(x)


#: Where rows have kinks, poles, zeros, the ends of their domains and of their ranges.
LANDMARKS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, math.pi / 2, math.pi, 26.6, 37.5, 38.6, 354.9, 709.78, 710.47, 744.4, 745.1)
ENDS = (0.0, -0.0, inf, -inf, SMALLEST, -SMALLEST, LARGEST, -LARGEST, 1.0, -1.0, 0.5, -2.0)


def number(rng: random.Random) -> float:
    """A float from one of several laws, so that each part of a domain is met."""
    law = rng.randrange(10)
    if law < 3:
        return bits(rng)
    if law < 5:
        return rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(-4.0, 4.0)
    if law < 8:
        return rng.uniform(-1.0, 1.0) * (6.0, 40.0, 760.0)[law - 5]
    if law < 9:
        return float(rng.randint(-9, 9))
    near = rng.choice(LANDMARKS) * rng.choice((-1.0, 1.0))
    return math.nextafter(near, rng.choice((-inf, inf, near)))


def operand(row: Any, name: str, is_group: bool, length: int, rng: random.Random) -> Any:
    if name == row.exponent:
        return rng.choice((-1.0, 1.0)) * rng.choice(
            (rng.randrange(10), rng.uniform(0.0, 4.0), 10 ** rng.uniform(-320, 4))
        )
    if name == "index":
        return float(rng.randrange(length))
    if name in row.choices:
        return float(rng.choice(row.choices[name]))
    if name == "digits":
        return float(rng.randint(-3, 6))
    if name == "condition":
        return rng.choice((0.0, 1.0, -0.0, number(rng)))
    if is_group:
        return tuple([number(rng) for _ in range(length)])
    return number(rng)


def related(row: Any, point: list[Any], rng: random.Random) -> None:
    """Sometimes make two operands equal, or next to it, or the one a multiple of the other."""
    plain = [i for i, x in enumerate(point[: len(point) - row.parameters]) if not isinstance(x, tuple)]
    if len(plain) < 2 or rng.random() > 0.15:
        return
    source, target = rng.sample(plain, 2)
    factor = rng.choice((1.0, 1.0, -1.0, 3.0))
    point[target] = math.nextafter(point[source] * factor, rng.choice((-inf, inf, point[source] * factor)))


def in_domain(row: Any, point: Sequence[Any]) -> bool:
    return not row.domain or bool(compiled(row.domain, row.operands)(*point))


def drawn(row: Any, count: int, seed: int) -> Iterator[Point]:
    """Points in the domain, the same in each run."""
    rng = random.Random(f"{row.name} {seed}")
    found = 0
    while found < count:
        length = rng.randint(1, 4)
        point = [operand(row, n, g, length, rng) for n, g in zip(row.operands, row.groups, strict=True)]
        related(row, point, rng)
        if all(math.isfinite(x) for x in flat(point)) and in_domain(row, point) and not wild(row, point):
            found += 1
            yield tuple(point)


def wild(row: Any, point: Sequence[Any]) -> bool:
    """Whether the numbers are too large or small for the row to go through without over- and underflow."""
    sizes = [abs(math.frexp(x)[1]) if math.isfinite(x) else 2000 for x in flat(point)]
    if row.name in SLOW:
        return sum(sizes) > 80 or not all(flat(point)[: len(point) - row.parameters])
    return row.name in MODERATE and sum(sizes) > (1000 if any(row.groups) else 60)


def edges(row: Any) -> list[Point]:
    """Ends of the number line, kinks and poles, each with each, or as many of the combinations as there is time for."""
    choices: list[Sequence[Any]] = []
    for name, is_group in zip(row.operands, row.groups, strict=True):
        if name == row.exponent:
            choices.append((0.0, -0.0, 1.0, -1.0, 2.0, 3.0, -2.0, 0.5, -0.5, 1.5, 1.0 / 3.0))
        elif name == "index":
            choices.append((0.0, 1.0))
        elif name in row.choices:
            choices.append([float(x) for x in row.choices[name][:2]])
        elif name == "digits":
            choices.append((0.0, 2.0))
        elif is_group:
            choices.append([(a, b) for a, b in itertools.product((0.0, -0.0, inf, -inf, 1.0, -2.0), repeat=2)])
        elif len(row.operands) > 2:
            choices.append((0.0, -0.0, inf, -inf, 1.0, SMALLEST))
        else:
            choices.append(ENDS)
    combinations = list(itertools.product(*choices))
    random.Random(row.name).shuffle(combinations)
    inside = (point for point in combinations if in_domain(row, point) and not wild(row, point))
    return list(itertools.islice(inside, 80 if len(flat(combinations[0])) < 3 else 30))


def flat(point: Sequence[Any]) -> list[Any]:
    """The numbers of a point, groups opened."""
    return [x for operand in point for x in (operand if isinstance(operand, tuple) else (operand,))]


# --- What is expected, from mpmath ---


def in_steps(f: Callable[..., Any]) -> Callable[..., Any]:
    """The same at one of a few precisions, for each of which mpmath computes its constants but once."""

    def at_least(*arguments: Any) -> Any:
        with mp.workprec(min(bits for bits in (640, 1536, 2688, 4096, 8192, 1 << 17) if bits >= mp.prec)):
            return f(*arguments)

    return at_least


@in_steps
def log_abs_gamma(x: Any) -> Any:
    """log |Γ(x)|, which mpmath has right of 0."""
    x = mp.mpf(x)
    if x < 0:
        return mp.log(mp.pi / abs(mp.sinpi(x))) - log_abs_gamma(1 - x)
    return mp.loggamma(x) if x > 3 else mp.loggamma(x + 1024) - mp.log(mp.rf(x, 1024))  # near 1 and 2 it takes long


@in_steps
def psi(n: int, x: Any) -> Any:
    """Digamma or a derivative; left of 0 by reflection, where mpmath takes long."""
    x = mp.mpf(x)
    if x > 0 or x % 1 == 0:
        return mp.psi(n, x)
    powers = {1: mp.pi}  # of π·cot(πx), by their exponents
    for _ in range(n):
        slope: dict[int, Any] = {}
        for k, factor in powers.items():
            for exponent_ in (k - 1, k + 1) if k else ():
                slope[exponent_] = slope.get(exponent_, 0) - mp.pi * k * factor
        powers = slope
    cot = mp.cospi(x) / mp.sinpi(x)
    return (-1) ** n * mp.psi(n, 1 - x) - mp.fsum([factor * cot**k for k, factor in powers.items()])


NAMESPACE = {name: getattr(mp, name) for name in dir(mp) if not name.startswith("_")}
#: Where these are 0 or 1 beyond all digits, mpmath takes long or fails.
for _name in ("erf", "erfc", "npdf", "ncdf"):
    NAMESPACE[_name] = functools.partial(lambda f, x: f(max(-300, min(300, x))), NAMESPACE[_name])
for _name in ("exp", "expm1"):
    NAMESPACE[_name] = functools.partial(lambda f, x: f(max(-30_000.5, x)), NAMESPACE[_name])
NAMESPACE |= {name: functools.cache(NAMESPACE[name]) for name in ("binomial", "ff", "stirling1")}  # of integers: exact
NAMESPACE |= {"inf": mp.inf, "log_abs_gamma": log_abs_gamma, "psi": psi, "digamma": functools.partial(psi, 0)}
SIZES = (power_size, share_size, unit_size, sinc_size, polygamma_size, betaln_size)
NAMESPACE |= {"__builtins__": builtins, **{size.__name__: size for size in SIZES}}


@functools.cache
def compiled(text: str, operands: tuple[str, ...]) -> Any:
    """A text of a row as a function of its operands."""
    return eval(f"lambda {', '.join(operands)}: {text}", NAMESPACE)


def reference(row: Any, point: Sequence[Any]) -> Any:
    """The value in mpmath; None where there is none."""
    try:
        if row.domain and not compiled(row.domain, row.operands)(*point):
            return None
        result = compiled(row.reference, row.operands)(*point)
    except (ZeroDivisionError, ValueError):
        return None
    return mp.mpf(result) if not isinstance(result, mp.mpc) and mp.isfinite(result) else None


def exponent(x: Any) -> int:
    """The e of m · 2**e with 0.5 <= m < 1; 0 for 0."""
    if not isinstance(x, mp.mpf):
        return math.frexp(x)[1]
    _, _, e, length = x._mpf_
    return int(e + length)


def moved(point: Sequence[Any], place: Place, x: Any) -> list[Any]:
    """The point with another number at one place."""
    copy: list[Any] = list(point)
    i, j = place
    copy[i] = x if j < 0 else (*copy[i][:j], x, *copy[i][j + 1 :])
    return copy


def shifted(point: Sequence[Any], place: Place, h: Any) -> Sequence[Any]:
    """The point with the number at one place moved by h."""
    i, j = place
    return moved(point, place, (point[i] if j < 0 else point[i][j]) + h) if h else point


def secants(f: Callable[[Any], Any], x: Any, step: int, precision: int) -> tuple[Any, Any, bool]:
    """Slopes over 2**step below and above x, None where f is not defined, and whether they have digits."""
    with mp.workprec(precision):
        h = mp.ldexp(1, step)
        here, below, above = f(x), f(x - h), f(x + h)
        if here is None:
            return None, None, False
        down = None if below is None else (here - below) / h
        up = None if above is None else (above - here) / h
        noise = exponent(here) + 80 - precision - step
        sharp = noise < -UNSEEN or all(d is not None and exponent(d) > noise and d != 0 for d in (down, up))
        return down, up, sharp


def agree(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= max(mp.ldexp(max(abs(a), abs(b)), -60), mp.ldexp(1, -UNSEEN)))


def limit(near: Any, nearer: Any) -> Any:
    """Where two numbers on the way to a limit lead: the same again, beyond all bounds, or to 0."""
    if near is None or nearer is None:
        return None
    if abs(near - nearer) <= mp.ldexp(abs(nearer), -30):
        return nearer
    if max(abs(near), abs(nearer)) < mp.ldexp(1, -UNSEEN):
        return mp.mpf(0)
    return mp.sign(nearer) * mp.inf if abs(nearer) > abs(near) else mp.mpf(0)


def slope(f: Callable[[Any], Any], x: Any, spread: int, jumps: bool) -> Interval | None:
    """The derivative of f at x; at a kink the interval between the one-sided ones; None where there is none.

    ``spread`` says how many powers of two lie between the operands: within 2**-2·spread of x nothing
    happens. ``jumps`` says that f is a sawtooth, to which longer steps are blind.
    """
    if x != 0:
        own = abs(exponent(x))
        for step, precision in (
            (-STEP - own, 400 + 2 * own),
            (-STEP - own, 1500 + 2 * own + spread),
            (-STEP - 1200 - 2 * spread, 3700 + 4 * spread),
        )[2 * jumps :]:
            down, up, sharp = secants(f, x, step, precision)
            if down is None or up is None:
                break
            if sharp and agree(down, up):
                with mp.workprec(200):
                    return (down + up) / 2, (down + up) / 2
        else:
            return min(down, up), max(down, up)
    sides = [secants(f, x, -far * (80 + 2 * spread), 1600 + 8 * spread) for far in (1, 2)]
    down, up = (limit(near, nearer) for near, nearer in zip(sides[0][:2], sides[1][:2], strict=True))
    found = [d for d in (down, up) if d is not None]
    return (min(found), max(found)) if found else None


def approach(x: float, far: int, zero: int) -> Any:
    """A float in mpmath, with 2**far for infinity and, if so asked, 2**zero for 0."""
    if math.isfinite(x):
        return mp.mpf(x) if x != 0 or not zero else mp.ldexp(math.copysign(1.0, x), zero)
    return mp.ldexp(math.copysign(1.0, x), far)


def crossed(f: Callable[[Any, Any], Any], h: Any, k: Any, precision: int) -> tuple[Any, bool]:
    """The second difference f(h, k) - f(h, 0) - f(0, k) + f(0, 0) over h·k, None where f is not defined,
    and whether it has digits."""
    with mp.workprec(precision):
        corners = [f(h, k), f(h, 0), f(0, k), f(0, 0)]
        if None in corners:
            return None, True
        result = (corners[0] - corners[1] - corners[2] + corners[3]) / (h * k)
        noise = max(map(exponent, corners)) + 80 - precision - exponent(h) - exponent(k)
        return result, noise < -UNSEEN or (result != 0 and exponent(result) > noise)


def curvature(
    f: Callable[[Any, Any], Any], steps: tuple[int, int], precisions: Sequence[int], far: int, is_limit: bool
) -> Interval | None:
    """The second derivative where f moves by two steps of powers of two; as `slope` at a kink and where there is none.

    ``is_limit`` says that an operand is 0, where a power may look smooth and be a limit.
    """

    def ends(nearer: int, precision: int) -> list[tuple[Any, bool]]:
        return [crossed(f, *[mp.ldexp(sign, step - nearer) for step in steps], precision) for sign in (-1, 1)]

    for precision in () if is_limit else precisions:
        (down, down_sharp), (up, up_sharp) = ends(0, precision)
        if down is None or up is None:
            break
        if down_sharp and up_sharp and abs(down - up) <= mp.ldexp(max(abs(down), abs(up)), -30):
            with mp.workprec(200):
                return (down + up) / 2, (down + up) / 2
    found = []
    for (near, _), (nearer, _) in zip(ends(0, precisions[-1]), ends(far, precisions[-1] + 2 * far), strict=True):
        if near is not None and nearer is not None:
            if nearer != 0 and exponent(nearer) - exponent(near) > 2 * far - 2:
                return None  # f jumps
            found.append(limit(near, nearer))
    return (min(found), max(found)) if found else None


class Expected(NamedTuple):
    value: Any
    slopes: dict[Any, Interval | None]


def places(row: Any, point: Point) -> list[Place]:
    """Where a derivative stands: operand and number in its group, which is -1 outside groups."""
    found = []
    for i, x in enumerate(point[: len(point) - row.parameters]):
        found += [(i, j) for j in range(len(x))] if isinstance(x, tuple) else [(i, -1)]
    return found


def strides(row: Any, exact: Point, spread: int) -> dict[Place, int]:
    """For each place how far to move for a second derivative, as a power of two."""
    if "floor" in row.reference:
        return dict.fromkeys(places(row, exact), -STEP - 1200 - 2 * spread)
    least = min([exponent(x) for x in flat(exact) if x != 0], default=0)
    found = {}
    for i, j in places(row, exact):
        x = exact[i] if j < 0 else exact[i][j]
        found[i, j] = -STEP + min(0, exponent(x) if x != 0 else least)
    return found


def curvatures(row: Any, exact: Point, spread: int, pairs: Iterable[tuple[Place, Place]]) -> dict[Any, Interval | None]:
    """The second derivatives for pairs of places."""
    found: dict[Any, Interval | None] = {}
    step = strides(row, exact, spread)
    if not step:
        return found
    least = min(step.values())
    most = max([exponent(x) for x in flat(exact)])
    known: dict[Any, Any] = {}  # many pairs meet in the same corners

    def corner(a: Place, h: Any, b: Place, k: Any) -> Any:
        moves = {place: move for place, move in ((a, h + k if a == b else h), (b, h + k if a == b else k)) if move}
        key = (mp.prec, *sorted(moves.items()))
        if key not in known:
            known[key] = reference(row, functools.reduce(lambda at, move: shifted(at, *move), moves.items(), exact))
        return known[key]

    for a, b in pairs:
        f = functools.partial(lambda a, b, h, k: corner(a, h, b, k), a, b)
        is_zero = any((exact[i] if j < 0 else exact[i][j]) == 0 for i, j in (a, b))
        digits = 2 * UNSEEN + 200 + spread - 2 * least
        levels = (320 + max(0, most - least), digits)
        found[a, b] = curvature(f, (step[a], step[b]), levels, 100 + spread, is_zero)
    return found


def at(row: Any, point: Point, order: int, far: Sequence[int], zero: int = 0) -> Expected:
    """Value and derivatives of an order at a point, its infinities replaced by powers of two, one each."""
    powers = itertools.cycle(far)
    if row.name in SIGNED_ZERO and any(flat(point)):
        zero = zero or -5000
    exact = [
        tuple([approach(y, next(powers), zero) for y in x]) if isinstance(x, tuple) else approach(x, next(powers), zero)
        for x in point
    ]
    spread = sum(sorted([abs(exponent(x)) for x in flat(exact)])[-2:])
    with mp.workprec(300 + (2 * spread if len(flat(point)) > 1 else 0)):
        value = reference(row, exact)
    slopes: dict[Place, Interval | None] = {}
    nowhere = value is None or (exponent(value) > UNSEEN and all(math.isfinite(x) for x in flat(point)))
    vanishes = value is not None and exponent(value) < -20_000 and len(places(row, point)) == 1
    at_hand = random.Random(repr(point)).sample(places(row, point), min(len(places(row, point)), MOST // 2))
    if order == 2:
        pairs = list(itertools.combinations_with_replacement(places(row, point), 2))
        pairs = random.Random(repr(point)).sample(pairs, min(len(pairs), MOST))
        if nowhere or vanishes:
            return Expected(value, dict.fromkeys(pairs, None if nowhere else (mp.mpf(0), mp.mpf(0))))
        return Expected(value, curvatures(row, tuple(exact), spread, pairs))
    for i, j in at_hand:
        x = exact[i] if j < 0 else exact[i][j]
        f = functools.partial(lambda place, t: reference(row, moved(exact, place, t)), (i, j))
        slopes[i, j] = (
            None if nowhere else (mp.mpf(0), mp.mpf(0)) if vanishes else slope(f, x, spread, "floor" in row.reference)
        )
    return Expected(value, slopes)


#: Ways to infinity, for each operand in turn, and to 0; a limit is one that is the same by all ways.
WAYS = (((1.0,), 0), ((1.0, 1.6), -0.5), ((1.6, 1.0), -1.3), ((1.0, 9.0), -10.0), ((9.0, 1.0), -10.0))


@functools.cache
def _expected(name: str, point: Point, order: int, signs: tuple[float, ...]) -> Expected:
    row = TABLE[name]
    infinities = [x for x in flat(point) if math.isinf(x)]
    if not infinities:
        return at(row, point, order, (0,))
    results = []
    extreme = any(0 < abs(x) < inf and abs(exponent(x)) > 40 for x in flat(point))
    unit = 1100 if extreme else 80
    for far, zero in WAYS if len(infinities) > 1 or 0.0 in flat(point) else WAYS[:1]:
        near, nearer = (at(row, point, order, [int(k * unit * f) for f in far], int(k * unit * zero)) for k in (1, 2))
        slopes: dict[Any, Interval | None] = {}
        for place, first in near.slopes.items():
            second = nearer.slopes[place]
            ends = first and second and (limit(first[0], second[0]), limit(first[1], second[1]))
            slopes[place] = ends or None
        results.append(Expected(limit(near.value, nearer.value), slopes))
    same = results[0]
    value = same.value if all(r.value == same.value for r in results) else None
    return Expected(value, {p: s if all(r.slopes[p] == s for r in results) else None for p, s in same.slopes.items()})


def expected(row: Any, point: Point, order: int) -> Expected:
    """What mpmath and the decisions say; kept, because mutants of a row are held against it many times."""
    kink = decided(row, point)
    if kink is not None and order == 2 and kink[1] != "side":
        pairs = itertools.combinations_with_replacement(places(row, point), 2)
        return Expected(None, dict.fromkeys(pairs, (mp.mpf(kink[1]), mp.mpf(kink[1]))))
    found = _expected(row.name, point, order, tuple([math.copysign(1.0, x) for x in flat(point)]))
    if kink is None or order == 2:
        return found
    value = None if row.name == "arctan2" else found.value  # its value at (0, 0) is the sign of two zeros
    slopes = dict(zip(places(row, point), kink[0], strict=True))
    return Expected(value, {place: (mp.mpf(d), mp.mpf(d)) for place, d in slopes.items()})


# --- Comparison ---


TOP = mp.ldexp(1, 1024)  # what is above it is infinite for a float


def excess(got: float, low: Any, high: Any, size: Any) -> float:
    """How many units in the last place of ``size`` a float lies outside an interval."""
    if math.isnan(got) or mp.isnan(low):
        return 0.0 if math.isnan(got) and mp.isnan(low) else inf
    with mp.workprec(200):
        below, above = (
            end if exponent(end) <= 1024 and mp.isfinite(end) else mp.sign(end) * TOP for end in (low, high)
        )
        x = mp.mpf(got) if math.isfinite(got) else math.copysign(1.0, got) * TOP
        largest = max(exponent(below) if below else -1074, exponent(above) if above else -1074)
        if size:
            largest = max(largest, exponent(size))
        distance = below - x if x < below else x - above if x > above else mp.mpf(0)
        return float(mp.ldexp(distance, -max(largest - 53, -1074)))


def parts(row: Any, point: Point, derivatives: Any) -> dict[Place, Any]:
    """The derivatives by their places; their number is made sure of."""
    assert isinstance(derivatives, tuple), f"{row.name}{point}: the derivatives are no tuple, {derivatives!r}"
    assert len(derivatives) == len(row.operands), f"{row.name}{point}: {derivatives!r} is not one for each operand"
    found = {}
    for i, (x, d) in enumerate(zip(point, derivatives, strict=True)):
        if i >= len(point) - row.parameters:
            assert d is None, f"{row.name}{point}: a parameter has no derivative, got {d!r}"
        elif isinstance(x, tuple):
            assert d is None or len(d) == len(x), f"{row.name}{point}: {d!r} is not one for each of the group"
            found.update({(i, j): None if d is None else d[j] for j in range(len(x))})
        else:
            found[i, -1] = d
    return found


class Miss(NamedTuple):
    """How far a row was off at a point: in its value, or in the derivative for one operand."""

    ulps: float
    bound: float
    what: str
    point: Point
    got: Any
    want: Interval

    def __str__(self) -> str:
        want = " to ".join(dict.fromkeys(mp.nstr(end, 20) for end in self.want))
        return f"{self.what} at {self.point}: got {self.got!r}, want {want}: {self.ulps:.3g} ulp, allowed {self.bound}"


def largest_term(row: Any, point: Point, by: Sequence[Place]) -> Any:
    """Of a value or derivative that is a sum; 0 where it counts for nothing."""
    if len(by) >= len(row.terms) or not all(map(math.isfinite, flat(point))):
        return 0
    with mp.workprec(200):
        try:
            size = compiled(row.terms[len(by)], ("by", *row.operands))(by, *point)
        except (ZeroDivisionError, ValueError):
            return 0
        return 0 if isinstance(size, mp.mpc) or not mp.isfinite(size) else abs(mp.mpf(size))


def misses(row: Any, point: Point) -> Iterator[Miss]:
    """The value and every derivative at a point, each with its distance from what is expected."""
    want = expected(row, point, 1)
    size = largest_term(row, point, ())
    try:
        value = row.value(*point)
    except OverflowError:
        value = math.copysign(inf, want.value or 1.0)
        assert want.value is not None, f"{row.name}{point}: overflows without a reason"
        yield miss(row, "value", row.bounds.value, point, value, (want.value, want.value), size)
        return
    except (ValueError, ZeroDivisionError) as error:
        raise AssertionError(f"{row.name}{point}: has no value, though it is in the domain: {error!r}") from error
    assert type(value) is float, f"{row.name}{point}: {value!r} is no float"
    if size > LARGEST or (math.isnan(value) and row.name in INDEFINITE and any(map(math.isinf, flat(point)))):
        return
    if want.value is not None:
        yield miss(row, "value", row.bounds.value, point, value, (want.value, want.value), size)
    if math.isinf(value) and all(map(math.isfinite, flat(point))):
        return
    try:
        derivatives = parts(row, point, row.derivatives(*point, value))
    except (ValueError, ArithmeticError) as error:
        raise AssertionError(f"{row.name}{point}: has a value, but its derivative raises {error!r}") from error
    for place, slopes in want.slopes.items():
        d = derivatives[place]
        if d == 0 and row.operands[place[0]] in row.structural:
            raise AssertionError(f"{row.name}{point}: nothing flows to operand {place[0]}, yet it says {d!r}, not None")
        if slopes is not None:
            what = f"∂/∂{row.operands[place[0]]}" + (f"[{place[1]}]" if place[1] >= 0 else "")
            size = largest_term(row, point, [place])
            yield miss(row, what, row.bounds.first, point, 0.0 if d is None else d, slopes, size)


def second_derivatives(row: Any, point: Point) -> dict[Any, float] | None:
    """What the engine answers for each pair of places, both ways round; None where there is no finite value."""
    variables: list[Any] = [tuple(map(Value, x)) if isinstance(x, tuple) else Value(x) for x in point]
    leaves = [variables[i] if j < 0 else variables[i][j] for i, j in places(row, point)]
    try:
        node = row(*variables[: len(point) - row.parameters], *point[len(point) - row.parameters :])
    except OverflowError:
        return None
    if math.isinf(node.data) and all(map(math.isfinite, flat(point))):
        return None
    try:
        rows = [gradients(slope, leaves) for slope in gradients(node, leaves)]
    except (ValueError, ArithmeticError) as error:
        raise AssertionError(f"{row.name}{point}: has a value, but its second derivative raises {error!r}") from error
    pairs = itertools.product(places(row, point), repeat=2)
    return dict(zip(pairs, [d.data for found in rows for d in found], strict=True))


def is_smooth(row: Any, point: Point, interval: Interval, pair: Sequence[Place]) -> bool:
    """Whether the first derivatives have each a single limit; asked only where the second looks as if not."""
    if interval[0] == interval[1] and abs(interval[0]) < TOP:
        return True
    slopes = expected(row, point, 1).slopes
    # Of many, not all are at hand; where one is missing there, nothing is known and nothing compared.
    return all((ends := slopes.get(place)) is not None and ends[0] == ends[1] for place in pair)


def second_misses(row: Any, point: Point) -> Iterator[Miss]:
    """Every second derivative at a point, with its distance from what is expected."""
    got = second_derivatives(row, point)
    want = expected(row, point, 2).slopes if got and not BEYOND.get(row.name, lambda *_: False)(*point) else {}
    for (a, b), interval in want.items():
        is_decided = any(kink.second == "side" for kink in row.kinks) or (
            interval is not None and mp.isnan(interval[0])
        )
        if interval is None or not (is_decided or is_smooth(row, point, interval, (a, b))):
            continue
        what = f"∂²/∂{row.operands[a[0]]}∂{row.operands[b[0]]}" + (f"[{a[1]}, {b[1]}]" if max(a[1], b[1]) >= 0 else "")
        size = largest_term(row, point, [a, b])
        for pair in {(a, b), (b, a)}:
            assert got is not None
            if math.isnan(got[pair]) and row.name in INDEFINITE and any(map(math.isinf, flat(point))):
                continue
            yield miss(row, what, row.bounds.second, point, got[pair], interval, size)


def miss(row: Any, what: str, bound: float, point: Point, got: Any, want: Interval, size: Any) -> Miss:
    return Miss(excess(got, *want, size), bound, f"{row.name} {what}", point, got, want)


#: What finds the misses of a row at a point.
Find = Callable[[Any, Point], Iterator[Miss]]


def points(row: Any, count: int, seed: int = 0) -> Iterator[Point]:
    """The edges of a row's domain, then points inside it."""
    yield from edges(row)
    yield from drawn(row, count, seed)


def check_row(row: Any, count: int, find: Find = misses, seed: int = 0) -> list[Miss]:
    """Hold a row against mpmath in value and first derivatives, or by `second_misses` in the second ones.

    Returns:
        The worst miss of its value, or of each derivative.

    Raises:
        AssertionError: A miss is larger than its bound; it names the row, the point and both numbers.
    """
    worst: dict[str, Miss] = {}
    for point in points(row, count, seed):
        for found in find(row, point):
            assert found.ulps <= found.bound, str(found)
            what = found.what.partition("[")[0]
            if what not in worst or found.ulps > worst[what].ulps:
                worst[what] = found
    return list(worst.values())


# --- In words ---

HEAD = "| row | value | first | second | why |\n|---|---|---|---|---|"


def seen(count: int) -> Iterator[str]:
    """For each row the worst that is seen in value, first and second derivatives, and what is allowed."""
    yield HEAD
    for row in TABLE.values():
        first, second = check_row(row, count), check_row(row, max(1, count // 10), second_misses)
        kinds = [first[:1], first[1:], second]
        ulps = [
            f"{max([m.ulps for m in kind], default=0.0):.2f} of {b:g}"
            for kind, b in zip(kinds, row.bounds, strict=False)
        ]
        yield f"| `{row.name}` | {' | '.join(ulps)} | {row.bounds.why} |"


if __name__ == "__main__":
    for _line in seen(int(sys.argv[1]) if len(sys.argv) > 1 else 100):
        print(_line, flush=True)

"""Derivatives held against differences: of a function, and of a row of the table."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ..engine import table as ops
from ..engine.custom import CUSTOM
from ..engine.numbers import number
from ..engine.operation import FUNCTIONS, Operation
from ..engine.passes import topological_order
from ..engine.value import Value
from .functional import grad, jacobian
from .trees import paths, replaced, scalars

__all__ = ["check_grads", "check_operation", "numerical_derivative", "numerical_grad"]

#: How far derivatives and differences may be apart, relative to the larger, where the differences are exact.
TOLERANCE = 1e-6
#: The first step, relative to the size of x; it is shrunk until the differences settle or drown in rounding.
FIRST_STEP, LAST_STEP = 0.3, 1e-9
SHRINK, SHRINKINGS = math.sqrt(1.0 / 3.0), 10  # irrational: a staircase does not look alike from two steps
EPSILON = math.ulp(1.0)
#: Two steps over which the slopes on either side of a point are compared, relative to the size of x.
FAR, NEAR = 1e-4, 1e-6
#: How many numbers are also moved one by one.
ONE_BY_ONE = 20


def numerical_derivative(f: Callable[[float], Any], x: float, h: float | None = None) -> float:
    """The derivative of a function of one number by a central difference, (f(x + h) - f(x - h)) / 2h.

    Args:
        f: A function of one float that returns one number.
        x: The point.
        h: The step; by default ∛ε · max(1, |x|), which balances the error of the formula, that grows as h²,
            with the rounding of f, that grows as ε/h (ε = 2⁻⁵²).

    Raises:
        TypeError: x or f's result is no number.
        ValueError: h is not above 0, or lost beside x.

    >>> numerical_derivative(lambda x: x**2, 3.0, h=0.5)
    6.0
    """
    x = number(x, "numerical_derivative")
    step = math.cbrt(EPSILON) * max(1.0, abs(x)) if h is None else number(h, "numerical_derivative: h")
    if not step > 0 or x + step == x - step:
        raise ValueError(f"numerical_derivative: h must be above 0 and not lost beside x = {x!r}, got {h!r}")
    above, below = x + step, x - step
    return (_float(f(above)) - _float(f(below))) / (above - below)


def numerical_grad(f: Callable[[Any], Any], x: Any, h: float | None = None) -> Any:
    """The gradient of a function by central differences, two calls for each number of its argument.

    Args:
        f: A function of one argument that returns one number.
        x: Its argument: a number or a structure of numbers, as for `grad`.
        h: The step; by default chosen for each number by its size, as `numerical_derivative` does.

    Returns:
        Floats, in the structure of x.

    Raises:
        TypeError: There is no number in x, or f's result is none.
        ValueError: h is not above 0, or lost beside a number of x.

    >>> numerical_grad(lambda x: x[0] ** 2 + x[0] * x[1], [3.0, 4.0], h=0.5)
    [10.0, 3.0]
    """
    point = scalars(x, "numerical_grad")

    def along(j: int) -> Callable[[float], Any]:
        return lambda t: f(replaced(x, [*point[:j], t, *point[j + 1 :]]))

    return replaced(x, [numerical_derivative(along(j), point[j], h) for j in range(len(point))])


def _float(x: Any) -> float:
    """What a function returned, without its memory."""
    values = [y.data if type(y) is Value else y for y in scalars(x, "differences")]
    if len(values) != 1:
        raise TypeError(f"differences: the function must return one number, got {x!r}")
    return float(values[0])


class Estimate(NamedTuple):
    """A derivative by differences, and how far it may be off."""

    slope: float
    error: float
    size: float  # what counts as large: the function over the size of its argument

    @property
    def score(self) -> float:
        """The error beside what counts as large; the smaller the better."""
        large = abs(self.slope) + self.size
        return self.error / large if large > 0 else 0.0 if large == 0 else math.inf


def estimate(f: Callable[[float], float], x: float = 0.0, scale: float = 1.0) -> Estimate:
    """The derivative by central differences, extrapolated to a step of 0 (C. J. F. Ridders, 1982).

    Several first steps are tried, since a function may be steep, or end close by.

    >>> round(estimate(math.exp).slope, 12)
    1.0
    """
    best = Estimate(math.nan, math.inf, 0.0)
    first = FIRST_STEP
    while first > LAST_STEP or (first > 1e-300 and not math.isfinite(best.slope)):
        for found in _extrapolated(f, x, first * scale, scale):
            if found.score < best.score:
                best = found
        if best.error <= 1e-3 * TOLERANCE * abs(best.slope):
            break
        first *= 1e-2
    return best


def _extrapolated(f: Callable[[float], float], x: float, h: float, scale: float) -> Iterator[Estimate]:
    """Central differences with shrinking steps, and the polynomials through them at a step of 0."""
    row: list[float] = []
    for _ in range(SHRINKINGS):
        h *= SHRINK
        try:
            above, below = f(x + h), f(x - h)
            row, before = [(above - below) / ((x + h) - (x - h))], row
        except (ValueError, ArithmeticError):  # the function ends here, or the step is lost
            row = []
            continue
        size = max(abs(above), abs(below))
        for power, older in enumerate(before, 1):
            row.append(row[-1] + (row[-1] - older) / (SHRINK ** (-2 * power) - 1.0))
        for slope, left, above_left in zip(row[1:], row, before, strict=False):
            error = max(abs(slope - left), abs(slope - above_left), 4.0 * EPSILON * size / h)
            yield Estimate(slope, error, size / scale)


class _Curve(NamedTuple):
    """A function of one number, at a point."""

    f: Callable[[float], float]
    x: float = 0.0
    scale: float = 1.0

    def sides(self, h: float) -> tuple[float, float]:
        """The slopes over a step below the point and a step above it; nan where there is no value."""
        f, x = self.f, self.x
        slopes = []
        for left, right in ((x - h, x), (x, x + h)):
            try:
                slopes.append((f(right) - f(left)) / (right - left))
            except (ValueError, ArithmeticError):
                slopes.append(math.nan)
        return slopes[0], slopes[1]

    def nature(self, rule: float, of: str = "") -> str:
        """What keeps differences from showing a derivative that may be right; empty if nothing does."""
        far, near = (self.sides(h * self.scale) for h in (FAR, NEAR))
        if not all(map(math.isfinite, near)):
            return f"an end{of}"
        noise = 1e3 * EPSILON * abs(self.f(self.x)) / (NEAR * self.scale)
        slack = 1e-3 * max(map(abs, near))
        growths = [abs(b) / abs(a) if a else math.inf for a, b in zip(far, near, strict=True) if abs(b) > noise]
        if max(growths, default=0.0) > 0.5 * FAR / NEAR:
            return f"a jump{of}"
        if max(growths, default=0.0) > 3.0:
            return f"one{of} with infinite slope"
        gap, before = (abs(above - below) for below, above in (near, far))
        if gap > max(noise + slack, 0.5 * before) and not (rule < min(near) - slack or rule > max(near) + slack):
            return f"a kink{of} with slope {near[0]:.6g} from below and {near[1]:.6g} from above"
        return ""


class _Entry(NamedTuple):
    """One derivative, by the rules and by differences."""

    name: str
    rule: float
    found: Estimate
    curve: _Curve

    @property
    def settles(self) -> bool:
        """Whether the differences say anything."""
        slope, error, size = self.found
        return math.isfinite(slope) and error <= 1e-3 * max(abs(slope), size)

    @property
    def off(self) -> float:
        """How many times further apart they are than they may be; above 1 is wrong."""
        rule, (slope, error, _) = self.rule, self.found
        if not (self.settles and math.isfinite(rule)):
            return math.inf
        allowed = TOLERANCE * max(abs(rule), abs(slope)) + 10.0 * error
        return abs(rule - slope) / allowed if allowed > 0 else 0.0

    def __str__(self) -> str:
        doubt = "" if self.settles else ", which do not settle"
        return f"{self.name} is {self.rule!r} by the rules, {self.found.slope!r} by differences{doubt}"


def check_grads(f: Callable[..., Any], args: Sequence[Any], order: int = 2, seed: int = 0) -> None:
    """Hold the derivatives of a function against differences in random directions; silent when all is right.

    Each order's differences are those of the order below, so a wrong rule is found at the first order where it
    shows. Up to 20 numbers are also moved one by one, so that none hides behind larger ones. At a kink, a jump, an end
    or where the slope is infinite the two may disagree though all rules are right: the message then asks for that.

    Args:
        f: A function of structures of numbers, whose result is one too, as for `jacobian`.
        args: The tuple of its arguments: the point.
        order: Up to which derivative, 1 or above.
        seed: Of the random directions.

    Raises:
        AssertionError: They disagree; it shows the worst entry, both numbers, the point, and the operation whose
            rule is at fault, if one is.
        TypeError: ``args`` is no tuple, or there is no number in it or in the result.
        ValueError: ``order`` is below 1.

    >>> check_grads(lambda x, y: ops.tanh(x * y), (1.0, 2.0), order=2)
    """
    if not isinstance(args, tuple | list):
        raise TypeError(f"check_grads: args must be a tuple with one entry for each argument, got {args!r}; write (x,)")
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"check_grads: order must be a whole number from 1 on, got {order!r}")
    rng = random.Random(seed)
    inputs = tuple(args)
    point = [x.data if type(x) is Value else x for x in scalars(inputs, "check_grads")]
    names = _names(f, inputs)
    labels: list[Label] = [(f"f{path}", ()) for path in paths(f(*replaced(inputs, map(Value, point))))]

    level = _flattened(f, inputs)

    for k in range(1, order + 1):
        weights = [rng.choice((-1.0, 1.0)) * rng.uniform(0.5, 1.5) for _ in level([*map(Value, point)])]
        sizes = [max(abs(x), 1e-3) for x in point]
        directions = [[rng.choice((-1.0, 1.0)) * rng.uniform(0.5, 1.5) * size for size in sizes]]
        if 1 < len(point) <= ONE_BY_ONE:
            directions += [[size * (i == j) for j, size in enumerate(sizes)] for i in range(len(point))]
        if any(_along(level, weights, point, direction).off > 1.0 for direction in directions):
            raise AssertionError(f"check_grads: {_complaint(level, point, labels, names)}; at {_shown(names, point)}")
        if k < order:
            labels = [(output, (*by, name)) for output, by in labels for name in names]
            level = _derivatives_of(level)


#: An output, and by which inputs it has been differentiated.
Label = tuple[str, tuple[str, ...]]
Level = Callable[[Sequence[Any]], list[Any]]


def _flattened(f: Callable[..., Any], inputs: tuple[Any, ...]) -> Level:
    """A function of the numbers of some arguments that returns the numbers of the result."""
    return lambda xs: scalars(f(*replaced(inputs, xs)), "check_grads")


def _derivatives_of(level: Level) -> Level:
    """All derivatives of all outputs of a function."""
    return lambda xs: scalars(jacobian(level)(list(xs)))


def _names(f: Callable[..., Any], args: Sequence[Any]) -> list[str]:
    """What the function calls each number of its arguments."""
    code = getattr(f, "__code__", None)
    known = code.co_varnames[: code.co_argcount] if code else ()
    heads = [known[i] if i < len(known) else f"args[{i}]" for i in range(len(args))]
    return [head + path for head, arg in zip(heads, args, strict=True) for path in paths(arg)]


def _written(label: Label, name: str) -> str:
    output, by = label
    power = "".join(["⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(len(by) + 1)]) if by else ""
    return f"∂{power}{output}/" + "".join([f"∂{x}" for x in (*by, name)])


def _shown(names: Sequence[str], point: Sequence[float]) -> str:
    shown = [f"{name} = {x!r}" for name, x in zip(names[:8], point, strict=False)]
    return ", ".join(shown + ["…"] * (len(names) > 8))


def _along(level: Level, weights: Sequence[float], point: Sequence[float], direction: Sequence[float]) -> _Entry:
    """The derivative of Σ weight · output in a direction."""

    def combined(xs: Sequence[Any]) -> Any:
        return ops.dot(weights, level(xs))

    def moved(t: float) -> float:
        return _float(combined([Value(x + t * d) for x, d in zip(point, direction, strict=True)]))

    slopes = _floats(grad(combined)(list(point)))
    slope = math.fsum([s * d for s, d in zip(slopes, direction, strict=True)])
    return _Entry("", slope, estimate(moved), _Curve(moved))


def _complaint(level: Level, point: Sequence[float], labels: Sequence[Label], names: Sequence[str]) -> str:
    """The worst entry, and whose rule is at fault."""
    crude = []
    for j, x in enumerate(point):
        h = math.cbrt(EPSILON) * max(abs(x), 1e-3)
        try:
            above, below = (_floats(level([*map(Value, [*point[:j], x + t, *point[j + 1 :]])])) for t in (h, -h))
            crude.append([(a - b) / (2.0 * h) for a, b in zip(above, below, strict=True)])
        except (ValueError, ArithmeticError):  # the function ends here
            crude.append([math.nan] * len(labels))
    rules = [_floats(row) for row in jacobian(level)(list(point))]
    places = [(i, j) for i in range(len(labels)) for j in range(len(point))]
    places.sort(key=lambda place: -_distance(rules[place[0]][place[1]], crude[place[1]][place[0]]))
    entries = []
    for i, j in places[:3]:
        weights, direction = [0.0] * len(labels), [0.0] * len(point)
        weights[i], direction[j] = 1.0, 1.0
        entry = _along(level, weights, point, direction)
        curve = entry.curve._replace(scale=max(abs(point[j]), 1e-3))
        entries.append(entry._replace(name=_written(labels[i], names[j]), curve=curve))
    worst = max(entries, key=lambda entry: entry.off)
    return f"{worst}; {_blame(level, point, worst)}"


def _distance(a: float, b: float) -> float:
    distance = abs(a - b)
    return math.inf if distance != distance else distance


def _blame(level: Level, point: Sequence[float], worst: _Entry) -> str:
    """Which operation on the way has a derivative that is not its slope, or what else may be the matter."""
    outputs = [y for y in level([*map(Value, point)]) if type(y) is Value]
    graph = topological_order(*outputs)
    natures = []
    for node in graph:
        row = node.operation
        if row is not None and row is not CUSTOM:
            operands = [tuple(_floats(x)) if isinstance(x, tuple) else _floats([x])[0] for x in node.operands]
            for entry in _entries(row, operands):
                if entry.off > 1.0:
                    nature = entry.curve.nature(entry.rule, f" of {row.asked(operands)}")
                    natures += [nature] if nature else []
                    if entry.settles and not nature:
                        return f"the rule of {row.name} disagrees: {entry}"
    if natures:
        return f"is the point {natures[0]}? Differences need both sides of a point to be alike: check beside it"
    own = [node for node in graph if node.operation is CUSTOM]
    rest = (
        f"look at your own operations, such as {own[0]!r}" if own else "does f change something or stop the gradient?"
    )
    nature = worst.curve.nature(worst.rule)
    return f"the rules of the table on the way agree; {f'is the point {nature}? If not, ' if nature else ''}{rest}"


def _entries(row: Operation, operands: Sequence[Any]) -> Iterator[_Entry]:
    """Each derivative of a row at a point, parameters left out."""
    out = row.evaluate(operands)
    derivatives = row.derivatives(*operands, out)
    if not isinstance(derivatives, tuple) or len(derivatives) != len(operands):
        raise AssertionError(f"{row.name}: needs a tuple with one derivative for each operand, got {derivatives!r}")
    for i, x in enumerate(operands[: len(operands) - row.parameters]):
        if row.operands[i] == "index":
            continue  # beside a whole number there is nothing to take a difference with
        by = derivatives[i]
        for j, number_ in enumerate(x if isinstance(x, tuple) else (x,)):

            def moved(t: float, i: int = i, j: int = j, x: Any = x) -> float:
                item = (*x[:j], t, *x[j + 1 :]) if isinstance(x, tuple) else t
                return float(row.value(*operands[:i], item, *operands[i + 1 :]))

            d = by[j] if isinstance(x, tuple) and by is not None else by
            name = f"∂/∂{row.operands[i]}" + (f"[{j}]" if isinstance(x, tuple) else "")
            scale = max(abs(number_), 1e-3)
            curve = _Curve(moved, number_, scale)
            yield _Entry(f"{name} of {row.asked(operands)}", 0.0 if d is None else d, estimate(*curve), curve)


def _floats(xs: Sequence[Any]) -> list[float]:
    return [x.data if type(x) is Value else float(x) for x in xs]


# --- A row of the table ---

#: Names of operands that want a whole number that is not negative.
WHOLE = ("index", "n", "digits", "by_x", "by_y")
#: Names of operands that only say which of the others is taken.
CHOOSERS = ("condition", "index")


def check_operation(row: Operation, order: int = 2, count: int = 20, seed: int = 0) -> None:
    """Hold a row of the table against itself: its derivatives against differences, and against their formulas.

    The points are moderate numbers in its domain. The tests of this project hold the rows of the table also
    against mpmath, over all floats.

    Args:
        row: The operation.
        order: Up to which derivative, 1 or above.
        count: At how many points.
        seed: Of the points.

    Raises:
        AssertionError: Something disagrees; it shows what, both numbers and the point.
        ValueError: No point was found at which it has a value.

    >>> check_operation(ops.tanh)
    """
    if not isinstance(row, Operation):
        raise TypeError(f"check_operation: needs a row of the table, got {row!r}")
    if len(row.formula) not in (0, len(row.operands) - row.parameters):
        raise AssertionError(f"{row.name}: needs one formula for each operand, or none, got {list(row.formula)}")
    for point in _points(row, count, seed):
        for entry in _entries(row, point):
            if entry.off > 1.0:
                raise AssertionError(f"{row.name}: {entry}")
        for place in range(len(row.formula)):
            _check_formula(row, place, point)
        named = {name: list(x) if isinstance(x, tuple) else x for name, x in zip(row.operands, point, strict=True)}
        fixed = (*CHOOSERS, *row.operands[len(point) - row.parameters :])
        rest = {name: named.pop(name) for name in fixed if name in named}
        try:
            check_grads(lambda xs, rest=rest: row(**xs, **rest), (named,), order)
        except AssertionError as error:
            raise AssertionError(f"{row.name}: {error}") from None


def _points(row: Operation, count: int, seed: int) -> Iterator[list[Any]]:
    """Moderate numbers for which the operation has a value."""
    rng = random.Random(f"{row.name} {seed}")
    found = 0
    for _ in range(1000 * count):
        length = rng.randint(1, 4)
        point: list[Any] = []
        for name, is_group in zip(row.operands, row.groups, strict=True):
            if name in WHOLE:
                point.append(float(rng.randrange(length)))
            elif is_group:
                point.append(tuple([rng.uniform(-3.0, 3.0) for _ in range(length)]))
            else:
                point.append(0.0 if name == "condition" and rng.random() < 0.5 else rng.uniform(-3.0, 3.0))
        try:
            if math.isnan(row.value(*point)):
                continue
        except (ValueError, ArithmeticError):
            continue
        yield point
        found += 1
        if found == count:
            return
    raise ValueError(f"{row.name}: has a value at {found} of {1000 * count} points, {count} are needed")


def _check_formula(row: Operation, place: int, point: Sequence[Any]) -> None:
    """Hold the formula that a learner sees against the derivative; both lose digits where they must."""
    value = row.value(*point)
    right = row.derivatives(*point, value)[place]
    if isinstance(right, float) and math.isnan(right):
        return
    for i, want in enumerate(right if row.groups[place] else [right]):
        names = {**_FORMULA, **dict(zip(row.operands, point, strict=True)), "out": value, "i": i}
        got, want = float(eval(row.formula[place], names)), want or 0.0
        if not math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-12):
            raise AssertionError(
                f"{row.asked(point)}: its formula {row.formula[place]} gives {got!r}, the rule {want!r}"
            )


_FORMULA: dict[str, Any] = {**FUNCTIONS, "pi": math.pi, "inf": math.inf, "nan": math.nan}
_FORMULA |= {"round": round, "len": len}

"""Every row of the table tests itself; what is decided about kinks and special values is held as decided."""

from __future__ import annotations

import builtins
import functools
import itertools
import math
import operator
import random
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from checker import (
    ENDS,
    check_row,
    decided,
    drawn,
    edges,
    flat,
    in_domain,
    places,
    points,
    reference,
    second_derivatives,
    second_misses,
    shifted,
)
from comparing import same
from extras import numpy as np
from mpmath import mp

from autograd_lite import Value
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import EXACT, FUNCTIONS, TABLE, Operation
from autograd_lite.engine.recorded import gradients

inf, nan = math.inf, math.nan
ROWS = list(TABLE.values())
#: Points a row in the ordinary run, besides those at its edges. References of groups and of Γ take longest.
COUNT = {row.name: 40 if any(row.groups) or "gamma" in row.reference else 100 for row in ROWS}

every_row = pytest.mark.parametrize("row", ROWS, ids=list(TABLE))


def moderate(row: Operation, count: int) -> Iterator[tuple[Any, ...]]:
    """Points where nothing over- or underflows."""
    rng = random.Random(row.name)
    found = 0
    while found < count:
        length = rng.randint(1, 4)
        point: list[Any] = []
        for name, is_group in zip(row.operands, row.groups, strict=True):
            if name in ("by_x", "by_y"):
                point.append(float(rng.randrange(3)))
            elif name in ("index", "n", "digits"):
                point.append(float(rng.randrange(length)))
            elif name == "condition":
                point.append(float(rng.randrange(2)))
            elif is_group:
                point.append(tuple([rng.uniform(-3.0, 3.0) for _ in range(length)]))
            else:
                point.append(rng.uniform(-3.0, 3.0))
        if in_domain(row, point):
            found += 1
            yield tuple(point)


def on_values(row: Operation, point: tuple[Any, ...]) -> list[Any]:
    """The point with Values in place of its numbers, except for parameters."""
    made = [tuple([Value(y) for y in x]) if isinstance(x, tuple) else Value(x) for x in point]
    return [*made[: len(made) - row.parameters], *point[len(point) - row.parameters :]]


def numbers(derivatives: Any) -> list[float | None]:
    """Derivatives of floats or of Values, as floats, groups opened."""
    opened = flat([tuple(d) if isinstance(d, (tuple, list)) else d for d in derivatives])
    return [d.data if isinstance(d, Value) else d for d in opened]


# --- Values and derivatives ---


@every_row
def test_row_holds_against_mpmath(row: Operation, request: pytest.FixtureRequest) -> None:
    compared = {miss.what for miss in check_row(row, request.config.getoption("points") or COUNT[row.name])}
    assert len(compared) == 1 + len(row.operands) - row.parameters, "a value or a derivative was never compared"


@every_row
def test_second_derivatives_hold_against_mpmath(row: Operation, request: pytest.FixtureRequest) -> None:
    count = request.config.getoption("points") // 10 or COUNT[row.name] // 10
    compared = {miss.what for miss in check_row(row, count, second_misses)}
    inputs = len(row.operands) - row.parameters
    assert len(compared) == inputs * (inputs + 1) // 2, "a second derivative was never compared"


def test_a_row_that_is_less_exact_than_the_others_says_why() -> None:
    for row in ROWS:
        assert all(bound >= usual for bound, usual in zip(row.bounds[:3], EXACT[:3], strict=True))
        assert (row.bounds == EXACT) == (not row.bounds.why), row.name


@every_row
def test_derivatives_on_values_are_those_on_floats(row: Operation) -> None:
    for point in points(row, 40):
        try:
            value = row.value(*point)
        except OverflowError:
            continue
        got = numbers(row.derivatives(*on_values(row, point), Value(value)))
        want = numbers(row.derivatives(*point, value))
        for a, b in zip(got, want, strict=True):
            assert a is b is None or (a is not None and b is not None and same(a, b)), (row.name, point, got, want)


@every_row
def test_a_pass_through_one_node_gives_the_derivatives_of_its_row(row: Operation) -> None:
    for point in points(row, 10):
        try:
            value = row.value(*point)
        except OverflowError:
            continue
        variables = on_values(row, point)
        node = row(*variables)
        assert same(node.data, value)
        node.backward()
        got = [x.grad for x in flat(variables) if isinstance(x, Value)]
        want = [d or 0.0 for d in numbers(row.derivatives(*point, value)[: len(point) - row.parameters])]
        assert all(a == b or a != a != b != b for a, b in zip(got, want, strict=True)), point


@every_row
def test_nan_raises_nothing(row: Operation) -> None:
    for point in itertools.islice(points(row, 10), 40):
        for i, x in enumerate(point[: len(point) - row.parameters]):
            if x != () and row.operands[i] != "index":
                operands = (*point[:i], (nan, *x[1:]) if isinstance(x, tuple) else nan, *point[i + 1 :])
                row.derivatives(*operands, row.value(*operands))


@pytest.mark.parametrize("row", [row for row in ROWS if len(row.operands) == 1], ids=lambda row: row.name)
def test_nan_goes_through(row: Operation) -> None:
    operand = (nan, 1.0) if row.groups[0] else nan
    value = row.value(operand)
    assert math.isnan(value)
    if not nothing_flows(row, row.operands[0]) and row not in (ops.negative, ops.positive, ops.sum, ops.mean):
        assert any(d is not None and math.isnan(d) for d in numbers(row.derivatives(operand, value)))


def mutant(row: Operation, **changes: Any) -> Any:
    """A row with something changed, good enough for the checker."""
    return SimpleNamespace(**{name: getattr(row, name) for name in dir(row) if name[0] != "_"} | changes)


def changed(derivatives: Callable[..., Any], place: int, change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Local derivatives with a change in one of them, in each number if it is a group's."""

    def wrong(*arguments: Any) -> tuple[Any, ...]:
        right = list(derivatives(*arguments))
        d = right[place]
        right[place] = tuple([change(item) for item in d]) if isinstance(d, (tuple, list)) else change(d)
        return tuple(right)

    return wrong


def swapped(function: Callable[..., Any], i: int, j: int) -> Callable[..., Any]:
    """Local derivatives with two of them exchanged."""

    def wrong(*arguments: Any) -> tuple[Any, ...]:
        right = list(function(*arguments))
        right[i], right[j] = right[j], right[i]
        return tuple(right)

    return wrong


def rotated(derivatives: Callable[..., Any], place: int) -> Callable[..., Any]:
    """Local derivatives with those of one group passed on to the next of the group."""

    def wrong(*arguments: Any) -> tuple[Any, ...]:
        right = list(derivatives(*arguments))
        right[place] = (*right[place][1:], right[place][0])
        return tuple(right)

    return wrong


CHANGES: dict[str, Callable[[Any], Any]] = {
    "wrong sign": lambda d: None if d is None else -d,
    "factor 1.001": lambda d: None if d is None else 1.001 * d,
    "dropped": lambda d: None,
    "zero": lambda d: 0.0,
    "something flows": lambda d: 1.0 if d is None else d,
}


def mutants(row: Operation) -> Iterator[tuple[str, Any]]:
    """Every change of a row in every argument, with a name that tells it."""
    inputs = range(len(row.operands) - row.parameters)
    for i in inputs:
        for name, change in CHANGES.items():
            yield f"∂/∂{row.operands[i]}: {name}", mutant(row, derivatives=changed(row.derivatives, i, change))
        if row.groups[i]:
            yield f"∂/∂{row.operands[i]}: rotated", mutant(row, derivatives=rotated(row.derivatives, i))
    for i, j in itertools.combinations(inputs, 2):
        if row.groups[i] == row.groups[j]:
            pair = f"{row.operands[i]} and {row.operands[j]}"
            yield f"derivatives of {pair} swapped", mutant(row, derivatives=swapped(row.derivatives, i, j))

            def exchanged(*point: Any, i: int = i, j: int = j) -> float:
                operands = list(point)
                operands[i], operands[j] = operands[j], operands[i]
                return row.value(*operands)

            yield f"{pair} swapped", mutant(row, value=exchanged)
    yield "value: wrong sign", mutant(row, value=lambda *point: -row.value(*point))
    yield "value: factor 1.001", mutant(row, value=lambda *point: 1.001 * row.value(*point))


def nothing_flows(row: Operation, operand: str) -> bool:
    """Whether there is never a derivative to change, but for letting something flow."""
    return dict(zip(row.operands, row.formula, strict=False)).get(operand) == "0"


#: These derivatives are sometimes numbers for all operands, so the change that only replaces None changes nothing.
CONSTANT = {("circle_power", "x"), ("leaky_relu", "slope"), ("elu", "alpha"), ("fixed_power", "x")}
COMMUTATIVE = {"add", "multiply", "maximum", "minimum", "hypot", "logaddexp", "dot", "affine", "betaln"}
ALL_ALIKE = {"add", "sum", "mean"}


def is_no_change(row: Operation, name: str) -> bool:
    """Whether a mutant is the same function, and why."""
    what, _, change = name.partition(": ")
    operand = what.removeprefix("∂/∂")
    if change in ("wrong sign", "factor 1.001", "dropped") and nothing_flows(row, operand):
        return True  # there is nothing to change
    if change == "something flows" and operand not in row.structural and (row.name, operand) not in CONSTANT:
        return True  # something always flows
    if change == "rotated":
        return row.name in ALL_ALIKE  # each of the group has the same derivative
    if name.startswith("derivatives of"):
        return row.name in ALL_ALIKE or row is ops.floor_divide  # both are 1, or both nothing
    return name.endswith("swapped") and row.name in COMMUTATIVE


@every_row
def test_every_change_of_a_row_is_caught(row: Operation) -> None:
    for name, wrong in mutants(row):
        try:
            check_row(wrong, COUNT[row.name])
        except AssertionError:
            assert not is_no_change(row, name), f"{row.name}, {name}: is a change after all"
        else:
            assert is_no_change(row, name), f"{row.name}, {name}: is not caught"


#: Rows whose second derivatives are all 0, whatever is done to the first ones.
STRAIGHT = {
    "add",
    "subtract",
    "mod",
    "floor_divide",
    "negative",
    "positive",
    "abs",
    "sign",
    "copysign",
    "floor",
    "ceil",
}
STRAIGHT |= {"max", "min", "take"}
STRAIGHT |= {"trunc", "rint", "round_to", "maximum", "minimum", "where", "clip", "stop_gradient", "relu", "sum", "mean"}


#: Their derivatives use their own results, or themselves, so that a sign that is wrong twice is right.
TWICE = {"exp", "exp2", "tan", "cbrt", "sinc_slope", "digamma_slope"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.name not in STRAIGHT], ids=lambda row: row.name)
def test_a_wrong_second_derivative_is_caught(row: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    right = row.derivatives
    for i in range(len(row.operands) - row.parameters):
        for change in ("wrong sign", "factor 1.001", "dropped"):
            flat_or_even = (row.name, row.operands[i]) == ("affine", "b") or (
                change == "wrong sign" and row.name in TWICE
            )
            if not flat_or_even:
                monkeypatch.setattr(row, "derivatives", changed(right, i, CHANGES[change]))
                with pytest.raises(AssertionError):
                    check_row(row, COUNT[row.name] // 10, second_misses)


@pytest.mark.parametrize(
    ("row", "helper"),
    [
        (ops.tanh, ops.sech2),
        (ops.arctan, ops.divide),
        (ops.arctan2, ops.sin_over),
        (ops.arcsin, ops.circle_power),
        (ops.hypot, ops.unit),
        (ops.norm, ops.unit),
        (ops.lgamma, ops.digamma),
        (ops.digamma, ops.digamma_slope),
        (ops.betaln, ops.polygamma_rise),
        (ops.sinc, ops.sinc_slope),
        (ops.power, ops.power_slope),
        (ops.erf, ops.gaussian),
        (ops.gelu, ops.normal_density),
        (ops.sigmoid, ops.sech2),
        (ops.logsumexp, ops.softmax_entry),
        (ops.log_softmax_entry, ops.softmax_rest),
    ],
    ids=lambda row: row.name,
)
def test_a_wrong_derivative_of_a_row_is_caught_in_those_that_use_it(
    row: Operation, helper: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper, "derivatives", changed(helper.derivatives, 0, CHANGES["wrong sign"]))
    check_row(row, 10)
    with pytest.raises(AssertionError):
        check_row(row, 10, second_misses)


# --- What a row says about itself ---


@every_row
def test_what_a_row_says_about_itself_is_about_its_operands(row: Operation) -> None:
    inputs = row.operands[: len(row.operands) - row.parameters]
    assert set(row.structural) <= set(inputs)
    assert set(row.choices) <= set(row.operands) - set(inputs)
    assert row.exponent in (*row.operands, "")
    assert len(row.terms) <= 3
    assert all(kink.second in ("0", "nan", "side") for kink in row.kinks)


@pytest.mark.parametrize("row", [row for row in ROWS if row.kinks], ids=lambda row: row.name)
def test_what_is_decided_about_a_kink_is_met(row: Operation) -> None:
    assert any(decided(row, point) for point in edges(row)), "no kink is among the edges of the row"
    wrong = [kink._replace(slopes=re.sub(r"[^,]+", "0.75", kink.slopes, count=1)) for kink in row.kinks]
    if not any(row.groups):
        with pytest.raises(AssertionError):
            check_row(mutant(row, kinks=wrong), 1)


# --- Derivatives of derivatives ---


def derivatives_of(row: Operation, point: tuple[Any, ...], order: int) -> dict[tuple[Any, ...], float]:
    """Every derivative of an order, by the places by which it is taken, in every succession of them."""
    variables = on_values(row, point)
    leaves = [variables[i] if j < 0 else variables[i][j] for i, j in places(row, point)]
    found: dict[tuple[Any, ...], Value] = {(): row(*variables)}
    for _ in range(order):
        found = {
            (*taken, place): slope
            for taken, node in found.items()
            for place, slope in zip(places(row, point), gradients(node, leaves), strict=True)
        }
    return {taken: node.data for taken, node in found.items()}


def by_mpmath(row: Operation, point: tuple[Any, ...], taken: tuple[Any, ...]) -> Any:
    """A derivative of the reference, from differences at 50 digits."""
    counts = [(place, taken.count(place)) for place in dict.fromkeys(taken)]
    exact = tuple([tuple(map(mp.mpf, x)) if isinstance(x, tuple) else mp.mpf(x) for x in point])

    def moved(*steps: Any) -> Any:
        there: Any = exact
        for (place, _), step in zip(counts, steps, strict=True):
            there = shifted(there, place, step)
        return reference(row, there)

    with mp.workdps(50):
        return mp.diff(moved, (0,) * len(counts), tuple([count for _, count in counts]))


@every_row
def test_third_derivatives_hold_against_mpmath(row: Operation) -> None:
    for point in moderate(row, 3):
        if row.name in ("ieee_power", "power_slope"):
            point = (abs(point[0]), *point[1:])  # else it is complex
        if row is ops.where:
            point = (1.0, *point[1:])  # 0 is where it jumps
        if row is ops.take:
            continue  # between whole numbers it has no value
        got = derivatives_of(row, point, 3)
        want = {taken: by_mpmath(row, point, taken) for taken in {tuple(sorted(taken)) for taken in got}}
        size = max([float(abs(d)) for d in want.values()], default=0.0)
        for taken, d in got.items():
            assert abs(d - want[tuple(sorted(taken))]) <= 1e-9 * size + 1e-25, (row.name, point, taken)


@every_row
def test_the_order_in_which_derivatives_are_taken_does_not_matter(row: Operation) -> None:
    for point in moderate(row, 20):
        found = derivatives_of(row, point, 2)
        for (a, b), d in found.items():
            assert same(d, found[b, a]) or math.isclose(d, found[b, a], rel_tol=1e-13), (row.name, point, a, b)


@every_row
def test_a_second_derivative_at_nan_raises_nothing(row: Operation) -> None:
    for point in itertools.islice(points(row, 5), 20):
        for i, x in enumerate(point[: len(point) - row.parameters]):
            if x != () and row.operands[i] != "index":
                operands = (*point[:i], (nan, *x[1:]) if isinstance(x, tuple) else nan, *point[i + 1 :])
                second_derivatives(row, operands)


# --- The formula that a learner sees ---

NAMES: dict[str, Any] = {**FUNCTIONS, "pi": math.pi}
NAMES |= {"inf": inf, "nan": nan, "round": builtins.round, "len": len}


def check_formula(row: Operation, place: int, formula: str) -> None:
    """Hold the formula of one derivative against the derivative; both lose digits where they must."""
    for point in moderate(row, 40):
        value = row.value(*point)
        right = row.derivatives(*point, value)[place]
        if isinstance(right, float) and math.isnan(right):
            continue
        items = right if row.groups[place] else [right]
        for i, want in enumerate(items):
            names = {**NAMES, **dict(zip(row.operands, point, strict=True)), "out": value, "i": i}
            got = eval(formula, names)
            assert got == pytest.approx(want or 0.0, rel=1e-9, abs=1e-12), f"{row.name}{point}: {formula}"


@every_row
def test_formula_is_the_derivative(row: Operation) -> None:
    assert len(row.formula) == len(row.operands) - row.parameters
    for place, formula in enumerate(row.formula):
        check_formula(row, place, formula)


@every_row
def test_a_wrong_formula_is_caught(row: Operation) -> None:
    for place, formula in enumerate(row.formula):
        for wrong in (f"-({formula})", f"1.001 * ({formula})", f"({formula}) + 0.001"):
            if formula != "0" or "+" in wrong:
                with pytest.raises(AssertionError):
                    check_formula(row, place, wrong)


# --- Unfolded ---

unfolding = pytest.mark.parametrize("row", [row for row in ROWS if row.unfold], ids=lambda row: row.name)


def groups_of_zeros(row: Operation) -> Iterator[tuple[Any, ...]]:
    """Where the sign of a zero tells with what a sum was begun."""
    for length in range(1, 4):
        for zeros in itertools.product((0.0, -0.0), repeat=length):
            ones = (1.0,) * length
            yield {"dot": (zeros, ones), "affine": (zeros, ones, -0.0)}.get(row.name, (zeros,))


@unfolding
def test_unfolded_it_gives_the_same_number(row: Operation) -> None:
    for point in itertools.chain(drawn(row, 100, seed=2), groups_of_zeros(row), points(row, 0)):
        assert row.unfold is not None
        assert same(row.unfold(*point), row.value(*point)), point


@unfolding
def test_unfolded_it_gives_the_same_gradients(row: Operation) -> None:
    for point in moderate(row, 20):
        folded, unfolded = on_values(row, point), on_values(row, point)
        row(*folded).backward()
        assert row.unfold is not None
        row.unfold(*unfolded).backward()
        want = [x.grad for x in flat(unfolded)]
        assert [x.grad for x in flat(folded)] == pytest.approx(want, rel=1e-15, abs=0.0)


def test_of_nothing() -> None:
    assert ops.sum([]) == ops.dot([], []) == ops.sum.unfold(()) == 0.0  # type: ignore[misc]  # it has one
    assert ops.affine([], [], 3.0) == 3.0
    assert ops.prod([]) == 1.0
    for row in (ops.mean, ops.logsumexp, ops.softmax, ops.log_softmax):
        with pytest.raises(ValueError, match=r"needs len\(xs\) > 0"):
            row([])


# --- As text ---


@every_row
def test_example_gives_what_it_says(row: Operation) -> None:
    call, result = row.example
    assert call.startswith(f"{row.name}(")
    assert repr(eval(call, {**NAMES, row.name: row})) == result
    assert f">>> {call}\n{result}" in str(row.__doc__)


@pytest.mark.parametrize("row", [ops.relu, ops.maximum, ops.clip], ids=lambda row: row.name)
def test_it_is_said_that_three_ways_to_cut_differ_at_0(row: Operation) -> None:
    assert "maximum(x, 0), relu and clip differ at 0" in str(row.__doc__)


# --- Outside the domain ---

POWERS = {"power", "fixed_power", "fixed_base"}


def outside(row: Operation) -> Iterator[tuple[Any, ...]]:
    """Points where the row has no value. Powers of infinite numbers all have one."""
    rng = random.Random(row.name)
    ends = [x for x in ENDS if math.isfinite(x) or row.name not in POWERS]
    for _ in range(300):
        point = [
            () if is_group and "len" in row.domain else rng.choice([*ends, rng.uniform(-9.0, 9.0)])
            for is_group in row.groups
        ]
        if not in_domain(row, point):
            yield tuple(point)


bounded = pytest.mark.parametrize("row", [row for row in ROWS if row.domain], ids=lambda row: row.name)


@bounded
def test_outside_its_domain_a_row_says_where_it_is_defined(row: Operation) -> None:
    if any(row.groups):
        return
    found = list(outside(row))
    assert found
    for point in found:
        first = len(point) - row.parameters
        asked = row.write(*map(repr, point[:first]), *[repr(x).removesuffix(".0") for x in point[first:]])
        for operands, end in ((list(point), ""), (on_values(row, point), f" ({row.operands[0]} is 'k')")):
            if end:
                operands[0].label = "k"
            with pytest.raises((ValueError, ZeroDivisionError)) as caught:
                row(*operands)
            assert str(caught.value) == f"{asked}: needs {row.domain}{end}"


#: What Python itself raises.
PYTHONS: dict[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in ("log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan")},
    **{f"arc{name[1:]}": getattr(math, name) for name in ("asin", "acos", "acosh", "atanh")},
    "divide": operator.truediv,
    "mod": operator.mod,
    "floor_divide": operator.floordiv,
}


@bounded
def test_outside_its_domain_a_row_raises_what_python_raises(row: Operation) -> None:
    python = PYTHONS.get(row.name)
    for point in outside(row) if python else ():
        with pytest.raises((ValueError, ArithmeticError)) as theirs:
            python(*point)  # type: ignore[misc]  # it is not None here
        with pytest.raises(theirs.type):
            row(*point)


# --- SciPy's ---


@pytest.mark.parametrize(
    ("name", "ours", "shift"),
    [
        ("gammaln", ops.lgamma, 0.0),
        ("gammaln", ops.lgamma, -500.0),
        ("digamma", ops.digamma, 0.0),
        ("digamma", ops.digamma, -500.0),
        *[("polygamma", functools.partial(ops.polygamma, n), 0.0) for n in range(1, 6)],
        ("betaln", ops.betaln, 0.0),
    ],
)
def test_the_gamma_function_and_its_kin_are_scipys(name: str, ours: Callable[..., float], shift: float) -> None:
    special = pytest.importorskip("scipy.special")
    theirs = functools.partial(getattr(special, name), *getattr(ours, "args", ()))
    rng = random.Random(name)
    for _ in range(200):
        point = [10.0 ** rng.uniform(-3.0, 3.0) + shift for _ in range(2 if name == "betaln" else 1)]
        want = float(theirs(*point))
        assert ours(*point) == pytest.approx(want, rel=1e-11, abs=1e-11), point


# --- What is decided about the hard cases ---


def gradient(row: Any, *point: float) -> tuple[float, ...]:
    """The gradient of one row by a backward pass."""
    variables = [Value(x) for x in point]
    row(*variables).backward()
    return tuple([x.grad for x in variables])


@pytest.mark.parametrize(
    ("row", "point", "want"),
    [
        (ops.relu, (0.0,), (0.0,)),
        (ops.relu, (-0.0,), (0.0,)),
        (ops.abs, (0.0,), (0.0,)),
        (ops.abs, (-0.0,), (0.0,)),
        *[(row, (x,), (0.0,)) for row in (ops.sign, ops.floor, ops.ceil) for x in (-1.0, 0.0, 2.5)],
        (ops.maximum, (2.0, 2.0), (0.5, 0.5)),
        (ops.maximum, (-0.0, 0.0), (0.5, 0.5)),
        (ops.minimum, (2.0, 2.0), (0.5, 0.5)),
        (ops.maximum, (1.0, 2.0), (0.0, 1.0)),
        (ops.minimum, (1.0, 2.0), (1.0, 0.0)),
        (ops.clip, (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)),
        (ops.clip, (1.0, 0.0, 1.0), (1.0, 0.0, 0.0)),
        (ops.clip, (-1.0, 0.0, 1.0), (0.0, 1.0, 0.0)),
        (ops.clip, (2.0, 0.0, 1.0), (0.0, 0.0, 1.0)),
        (ops.clip, (1.0, 1.0, 1.0), (0.0, 0.5, 0.5)),
        (ops.clip, (3.0, 1.0, 1.0), (0.0, 0.5, 0.5)),
        (ops.hypot, (0.0, 0.0), (0.0, 0.0)),
        (ops.arctan2, (0.0, 0.0), (0.0, 0.0)),
        (ops.arctan2, (-0.0, 0.0), (0.0, 0.0)),
        (lambda *xs: ops.norm(xs), (0.0, 0.0, -0.0), (0.0, 0.0, 0.0)),
        (lambda *xs: ops.max(xs), (2.0, 1.0, 2.0), (0.5, 0.0, 0.5)),
        (lambda *xs: ops.max(xs), (0.0, -0.0, -1.0, 0.0), (1 / 3, 1 / 3, 0.0, 1 / 3)),
        (lambda *xs: ops.min(xs), (-inf, -inf, 1.0), (0.5, 0.5, 0.0)),
        (lambda *xs: ops.take(xs[:3], xs[3]), (5.0, 7.0, 9.0, 1.0), (0.0, 1.0, 0.0, 0.0)),
        (ops.leaky_relu, (0.0, 0.25), (0.25, 0.0)),
        (ops.elu, (0.0, 2.0), (2.0, 0.0)),
    ],
)
def test_kinks(row: Any, point: tuple[float, ...], want: tuple[float, ...]) -> None:
    assert gradient(row, *point) == want


def test_three_ways_to_cut_at_0_differ() -> None:
    assert gradient(ops.relu, 0.0) == (0.0,)
    assert gradient(lambda x: ops.maximum(x, 0.0), 0.0) == (0.5,)
    assert gradient(lambda x: ops.clip(x, 0.0, inf), 0.0) == (1.0,)


def test_limits_may_be_values_but_not_the_wrong_way_round() -> None:
    low, high = Value(1.0), Value(2.0)
    ops.clip(5.0, low, high).backward()
    assert (low.grad, high.grad) == (0.0, 1.0)
    with pytest.raises(ValueError, match="needs low <= high"):
        ops.clip(Value(0.0), high, low)


@pytest.mark.parametrize("row", [ops.maximum, ops.minimum])
def test_nan_goes_through_a_choice(row: Operation) -> None:
    for point in ((nan, 1.0), (1.0, nan), (nan, nan)):
        assert math.isnan(row(*point))
        assert all(math.isnan(d) for d in gradient(row, *point))


@pytest.mark.parametrize("row", [ops.max, ops.min])
def test_nan_goes_through_a_choice_of_many(row: Operation) -> None:
    for point in itertools.permutations((nan, 1.0, -inf)):
        assert math.isnan(row(point))
        assert all(math.isnan(d) for d in gradient(lambda *xs: row(xs), *point))


@pytest.mark.parametrize("row", [ops.relu, ops.sign, ops.floor, ops.ceil, ops.abs])
def test_nan_goes_through_a_step(row: Operation) -> None:
    assert math.isnan(row(nan))
    assert math.isnan(ops.clip(nan, 0.0, 1.0))
    assert math.isnan(ops.clip(0.5, nan, 1.0))
    assert math.isnan(ops.clip(0.5, 0.0, nan))
    assert math.isnan(gradient(ops.relu, nan)[0])


NUMPYS = ["floor", "ceil", "trunc", "rint", "sign", "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt"]
NUMPYS += ["cbrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh"]
NUMPYS += ["arctanh", "add", "subtract", "multiply", "divide", "hypot", "arctan2", "copysign", "maximum", "minimum"]
NUMPYS += ["logaddexp", "power", "negative", "abs", "mod", "floor_divide"]


@pytest.mark.parametrize("name", NUMPYS)
def test_special_values_are_numpys(name: str) -> None:
    """0, -0, inf and nan, alone and in pairs; where Python raises, NumPy may answer."""
    row = TABLE[name]
    specials = (0.0, -0.0, inf, -inf, nan) if len(row.operands) == 1 else (0.0, -0.0, inf, -inf, nan, 1.0, -1.0)
    compared = 0
    for point in itertools.product(specials, repeat=len(row.operands)):
        try:
            got = row(*point)
        except (ValueError, ZeroDivisionError):
            continue
        with np.errstate(all="ignore"):
            want = float(getattr(np, name)(*point))
        if name in ("maximum", "minimum") and point[0] == point[1]:
            want = point[0]  # of two zeros either will do
        assert same(got, want), (point, got, want)
        compared += 1
    assert compared > 0


@pytest.mark.parametrize(
    "row", [ops.erf, ops.gelu, ops.silu, ops.relu, ops.elu, ops.leaky_relu, ops.stop_gradient], ids=lambda row: row.name
)
def test_minus_zero_keeps_its_sign(row: Operation) -> None:
    assert same(row(-0.0), -0.0)
    assert same(row(Value(-0.0)).data, -0.0)


@pytest.mark.parametrize(
    "choose",
    [
        lambda x, steep: ops.where(x > 0, x, steep),
        lambda x, steep: ops.where(x < 0, steep, x),
        lambda x, steep: ops.maximum(x, steep),
        lambda x, steep: ops.minimum(-x, steep),
        lambda x, steep: ops.max([x, steep]),
        lambda x, steep: ops.min([-x, steep, 1.0]),
        lambda x, steep: ops.take([steep, x], 1),
        lambda x, steep: ops.take([steep, x, x], Value(2.0)),
        lambda x, steep: x + ops.relu(steep - 1.0),
        lambda x, steep: x * ops.clip(steep, 1.0, 2.0),
        lambda x, steep: x + ops.clip(steep, -2.0, -1.0),
        lambda x, steep: x + ops.floor(steep) + ops.sign(steep) + ops.stop_gradient(steep),
    ],
)
def test_nothing_flows_to_the_side_not_taken(choose: Callable[[Any, Any], Any]) -> None:
    x, z = Value(2.0), Value(0.0)
    choose(x, ops.sqrt(z)).backward()  # the square root is infinitely steep at 0
    assert z.grad == 0.0
    assert abs(x.grad) == 1.0


@pytest.mark.parametrize(
    ("n", "slope"), [(2, 0.0), (0, 0.0), (1, 1.0), (0.5, inf), (3, 0.0), (1.5, 0.0), (1 / 3, inf), (2.0, 0.0)]
)
def test_powers_at_0(n: float, slope: float) -> None:
    assert gradient(lambda x: x**n, 0.0) == (slope,)
    assert gradient(lambda x: x**n, -0.0) == (slope,)


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize(
    ("n", "want"),
    [
        (0, (1.0, 0.0, 0.0, 0.0, 0.0)),
        (1, (0.0, 1.0, 0.0, 0.0, 0.0)),
        (2, (0.0, 0.0, 2.0, 0.0, 0.0)),
        (3, (0.0, 0.0, 0.0, 6.0, 0.0)),
        (5, (0.0, 0.0, 0.0, 0.0, 0.0, 120.0, 0.0)),
        (0.5, (0.0, inf, -inf, inf)),
        (1.5, (0.0, 0.0, inf, -inf)),
        (2.5, (0.0, 0.0, 0.0, inf)),
    ],
)
def test_powers_have_derivatives_of_every_order_at_0(n: float, want: tuple[float, ...], zero: float) -> None:
    for exponent in (n, float(n)):
        x = Value(zero)
        node = x**exponent
        for d in want:
            assert node.data == d
            [node] = gradients(node, [x])


@pytest.mark.parametrize(
    ("choose", "at"),
    [
        (ops.relu, 0.0),
        (ops.relu, 2.0),
        (ops.abs, 0.0),
        (lambda x: ops.maximum(x, 0.0), 0.0),
        (lambda x: ops.minimum(x, x), 1.0),
        (lambda x: ops.clip(x, 0.0, 1.0), 1.0),
        (lambda x: ops.where(True, x, ops.sqrt(x)), 0.0),
        (lambda x: ops.leaky_relu(x, 0.25), 0.0),
    ],
)
def test_what_is_straight_on_each_side_has_no_second_derivative(choose: Callable[[Any], Any], at: float) -> None:
    x = Value(at)
    [slope] = gradients(choose(x), [x])
    assert gradients(slope, [x])[0].data == 0.0


@pytest.mark.parametrize(
    "tip",
    [
        ops.hypot,
        lambda x, y: ops.norm([x, y]),
        lambda x, y: ops.norm([x, y, 0.0]),
        lambda x, y: ops.norm([x * 2.0]) + ops.norm([y]),
        ops.arctan2,
        lambda x, y: ops.exp(-(ops.hypot(x, y) ** 2)),
    ],
)
def test_where_the_first_derivative_is_agreed_on_and_grows_without_bounds_around_there_is_no_second(tip: Any) -> None:
    x, y = Value(0.0), Value(0.0)
    slopes = gradients(tip(x, y), [x, y])
    assert [d.data for d in slopes] == [0.0, 0.0]
    for slope, by in ((slopes[0], x), (slopes[1], y)):
        [curvature] = gradients(slope, [by])
        assert math.isnan(curvature.data)
        assert math.isnan(gradients(curvature, [by])[0].data)


@pytest.mark.parametrize(
    ("row", "x", "want"),
    [
        (lambda x: ops.elu(x, 2.0), 0.0, (2.0, 2.0)),
        (lambda x: ops.leaky_relu(x, 0.5), 0.0, (0.5, 0.0)),
        (lambda x: ops.huber(x, 1.0), 1.0, (1.0, 1.0)),
        (lambda x: ops.huber(x, 1.0), -1.0, (-1.0, 1.0)),
    ],
)
def test_a_slope_that_is_that_of_one_side_bends_as_that_side_does(
    row: Any, x: float, want: tuple[float, float]
) -> None:
    variable = Value(x)
    [slope] = gradients(row(variable), [variable])
    assert (slope.data, gradients(slope, [variable])[0].data) == want


def test_a_power_of_a_negative_number() -> None:
    assert gradient(operator.pow, -2.0, 3.0)[0] == 12.0
    assert math.isnan(gradient(operator.pow, -2.0, 3.0)[1])
    assert gradient(lambda x: x**3, -2.0) == (12.0,)
    assert gradient(lambda x: x**-1, -2.0) == (-0.25,)
    with pytest.raises(ValueError, match="needs x > 0 or"):
        Value(-2.0) ** 0.5
    with pytest.raises(ValueError, match="needs x > 0 or"):
        Value(-2.0) ** Value(0.5)


@pytest.mark.parametrize(
    ("row", "point", "want"),
    [
        (ops.sqrt, (0.0,), (inf,)),
        (ops.cbrt, (0.0,), (inf,)),
        (ops.arcsin, (1.0,), (inf,)),
        (ops.arccos, (-1.0,), (-inf,)),
        (ops.arccosh, (1.0,), (inf,)),
        (ops.sqrt, (inf,), (0.0,)),
        (ops.tanh, (-inf,), (0.0,)),
        (ops.softplus, (inf,), (1.0,)),
        (ops.gelu, (-inf,), (0.0,)),
        (ops.silu, (inf,), (1.0,)),
        (ops.power, (0.0, 0.5), (inf, 0.0)),
        (ops.hypot, (inf, 1.0), (1.0, 0.0)),
        (ops.arctan2, (1.0, inf), (0.0, 0.0)),
        (ops.divide, (1.0, inf), (0.0, 0.0)),
        (ops.logaddexp, (inf, 0.0), (1.0, 0.0)),
        (ops.betaln, (inf, 2.0), (0.0, -inf)),
        (ops.betaln, (2.0**-1000, 2.0), (-(2.0**1000), -(2.0**-1000) * ops.polygamma(1, 2.0))),
        (ops.betaln, (2.0**1000, 2.0**-1000), (0.0, -(2.0**1000))),
        (lambda x, d: ops.polygamma_rise(x, d, 1.0), (0.5, inf), (-ops.polygamma(2, 0.5), 0.0)),
        (lambda x, d: ops.polygamma_rise(x, d, 1.0), (0.5, 0.0), (0.0, ops.polygamma(2, 0.5))),
        (ops.lgamma, (inf,), (inf,)),
        (ops.digamma, (inf,), (0.0,)),
        (ops.sinc, (inf,), (0.0,)),
        (lambda x, y: ops.norm([x, y]), (inf, 1.0), (1.0, 0.0)),
    ],
)
def test_where_the_value_exists_the_derivative_is_the_limit(
    row: Any, point: tuple[float, ...], want: tuple[float, ...]
) -> None:
    assert gradient(row, *point) == want


def test_nothing_may_flow_to_a_whole_group() -> None:
    row = Operation("how_many", "*xs", lambda xs: float(len(xs)), lambda xs, out: (None,),
                    about="How many there are.", example=("how_many([1.0])", "1.0"))  # fmt: skip
    try:
        xs = [Value(1.0), Value(2.0)]
        count = row(xs)
        count.backward()
        assert (count.data, count.local_derivatives(), xs[0].grad) == (2.0, (0.0, 0.0), 0.0)
    finally:
        del TABLE["how_many"]

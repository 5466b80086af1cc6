"""Native code against Python's floats: every structure, row and width, and counts of lanes from 0 on."""

from __future__ import annotations

import ctypes
import math
import random
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lane_programs import (
    HOSTS,
    POINTS,
    call,
    check,
    gather,
    inputs,
    interpret,
    literals,
    numbers,
    on_lanes,
    program,
    same,
    scatter,
    total,
    ulps,
)

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation
from autograd_lite.programs import native as native_module
from autograd_lite.programs.host import Host
from autograd_lite.programs.native import FLAG_ERROR, FLAG_GUARD, compile_native
from autograd_lite.programs.program import COMPARISONS, Guard, Instruction, Program

pytestmark = pytest.mark.usefixtures("llvm")


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("n", [*range(20), 40])
def test_sums_and_functions_of_any_number_of_lanes(host: Host | None, n: int) -> None:
    x, w = inputs(n, 1)
    y = on_lanes(ops.tanh, on_lanes(ops.multiply, x, w))
    loss = on_lanes(ops.add, total(on_lanes(ops.multiply, y, y)), 1.0)
    back = on_lanes(ops.multiply, loss, y)
    check(program([loss, y, back, total(back), x, w]), [numbers(n), [2.0]], host)


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("n", [*range(1, 20), 40])
def test_lanes_move(host: Host | None, n: int) -> None:
    x, y = inputs(n, 2 * n)
    square = on_lanes(ops.multiply, x, x)
    shifted = gather([square], [(0, max(i - 1, 0)) for i in range(n)])
    window = gather([y], [(0, i + n // 2) for i in range(n)])
    strided = gather([y], [(0, 2 * i) for i in range(n)])
    backwards = gather([x], [(0, n - 1 - i) for i in range(n)])
    mixed = gather([square, y, literals(5.0, 6.0)], [(i % 3, (i * i) % (1 if n == 1 else 2)) for i in range(n)])
    outputs = [on_lanes(ops.add, a, b) for a, b in [(shifted, window), (strided, backwards), (mixed, x)]]
    added = scatter(outputs[0], [(3 * i) % (n + 1) for i in range(n)], n + 1)
    placed = scatter(x, [i + 2 for i in range(n)], n + 3)
    one = gather([added], [(0, n)])
    few = gather([y], [(0, 0)])
    product = on_lanes(ops.multiply, one, on_lanes(ops.add, few, total(placed)))
    check(program([*outputs, added, placed, one, product, gather([x], [(0, 0)])]), [numbers(n), numbers(2 * n)], host)


def test_what_is_scattered_into_one_lane_is_a_number() -> None:
    (x,) = inputs(11)
    one = scatter(x, [0] * 11, 1)
    twice = on_lanes(ops.multiply, one, 2.0)
    check(program([one, twice, on_lanes(ops.multiply, x, twice)], masked=[one]), [numbers(11)])


def test_equal_lanes_are_equal_also_where_vectors_end() -> None:
    (x,) = inputs(21)
    made = program([on_lanes(ops.tanh, x)])
    _, found = call(compile_native(made), made, [[0.3] * 21])
    assert len(set(found)) == 1


class Unlisted(Operation):
    """A row that is in no table, of one operand, which native code can only call."""

    def __init__(self, value: Callable[[float], float]) -> None:
        super().__init__("unlisted", "x", value, lambda x, out: (None,), about="", example=("unlisted(1.0)", ""))

    def enlist(self) -> None:
        pass


def test_interrupts_reach_the_caller() -> None:
    def interrupted(x: float) -> float:
        raise KeyboardInterrupt

    made = program([on_lanes(Unlisted(interrupted), *inputs(3))])
    native = compile_native(made)
    with pytest.raises(KeyboardInterrupt):
        call(native, made, [[1.0, 2.0, 3.0]])


def test_threads_do_not_meet_in_memory() -> None:
    both = threading.Barrier(2, timeout=60)

    def waiting(x: float) -> float:
        both.wait()
        return x

    x, w = inputs(9, 1)
    y = on_lanes(ops.multiply, x, w)  # stays in memory until both threads have come to the second loop
    made = program([on_lanes(ops.add, y, on_lanes(Unlisted(waiting), total(y)))])
    native = compile_native(made)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(3):
            found = [*pool.map(lambda k: call(native, made, [[1.0] * 9, [k]]), [1.0, 2.0])]
            assert found == [(0, [10.0] * 9), (0, [20.0] * 9)]


def test_long_runs_go_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = inputs(1003, 1)
    y = on_lanes(ops.add, on_lanes(ops.multiply, x, w), 1.0)
    made = program([total(y), on_lanes(ops.multiply, y, total(y)), scatter(y, [i % 7 for i in range(1003)], 7)])
    at_once = call(compile_native(made), made, [numbers(1003), [3.0]])
    monkeypatch.setattr(native_module, "_BLOCK", 500)
    assert call(compile_native(made), made, [numbers(1003), [3.0]]) == at_once


def test_a_caller_may_keep_its_table_of_addresses() -> None:
    x, w = inputs(3, 1)
    native = compile_native(program([on_lanes(ops.multiply, x, w)]))
    data, results = (ctypes.c_double * 4)(1.0, 2.0, 3.0, 5.0), (ctypes.c_double * 3)()
    table = (ctypes.c_void_p * 2)(ctypes.addressof(data), ctypes.addressof(data) + 24)
    assert native.run(table, ctypes.addressof(results)) == 0
    assert [*results] == [5.0, 10.0, 15.0]


def test_native_code_is_freed_with_its_object() -> None:
    native = compile_native(program([on_lanes(ops.lgamma, *inputs(3))]), exact=True)
    gone = weakref.ref(native._engine)
    del native
    assert gone() is None


# --- Random programs, of whole numbers, whose sums are exact in every order ---

WHOLE = [ops.add, ops.subtract, ops.maximum, ops.minimum, *COMPARISONS]


@st.composite
def random_programs(draw: st.DrawFn) -> tuple[Program, list[list[float]]]:
    n, m = draw(st.integers(0, 20)), draw(st.integers(1, 9))
    few = st.integers(-3, 3).map(float)
    made = inputs(n, m, 1)
    if m > 1:
        made.append(literals(*draw(st.lists(few, min_size=m, max_size=m))))
    arrays = [draw(st.lists(few, min_size=x.lanes, max_size=x.lanes)) for x in made[:3]]

    def some(*lanes: int) -> Instruction:
        return draw(st.sampled_from([x for x in made if x.lanes in lanes]))

    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["row", "product", "where", "affine", "sum", "gather", "scatter"]))
        count = draw(st.sampled_from([n, m, 1]))
        if kind == "row":
            made.append(on_lanes(draw(st.sampled_from(WHOLE)), some(count, 1), some(count, 1)))
        elif kind == "product":
            made.append(on_lanes(ops.mod, on_lanes(ops.multiply, some(count, 1), some(count, 1)), 101.0))
        elif kind == "where":
            made.append(on_lanes(ops.where, some(count, 1), some(count, 1), draw(few)))
        elif kind == "affine":
            items = tuple([some(count, 1) for _ in range(4)])
            made.append(on_lanes(ops.affine, items[:2], items[1:3], items[3]))
        elif kind == "sum":
            made.append(total(some(count)))
        else:
            x, y = some(n, m, 1), some(n, m, 1)
            lanes = [(0, i) for i in range(x.lanes)] + [(1, i) for i in range(y.lanes)]
            if kind == "scatter":
                places = st.lists(st.integers(0, m - 1), min_size=x.lanes, max_size=x.lanes)
                made.append(scatter(x, draw(places), m))
            elif lanes:
                made.append(gather([x, y], draw(st.lists(st.sampled_from(lanes), min_size=m, max_size=m))))
    outputs = draw(st.lists(st.sampled_from(made), min_size=1, max_size=4))
    guards = [Guard(x, tuple(draw(st.booleans()) for _ in range(x.lanes))) for x in outputs[:1]]
    return program(outputs + made[:3], guards, outputs[1:]), arrays


@settings(max_examples=60, deadline=None)
@given(random_programs())
def test_random_programs(made_and_arrays: tuple[Program, list[list[float]]]) -> None:
    made, arrays = made_and_arrays
    expected = interpret(made, arrays)
    (guard,) = made.guards
    truths = interpret(program([guard.truth]), arrays)
    flags = FLAG_GUARD * (tuple(truth != 0 for truth in truths) != guard.outcomes)
    for native in [compile_native(made, exact=True), *[compile_native(made, host=host) for host in HOSTS.values()]]:
        found = call(native, made, arrays)
        assert (found[0], [x.hex() for x in found[1]]) == (flags, [x.hex() for x in expected])


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("n", [4, 1000, 10_007])
def test_sums_of_lanes_are_as_good_as_their_terms(host: Host | None, n: int) -> None:
    rng = random.Random(n)
    xs, ys = ([rng.gauss(0.0, 1.0) * 10.0 ** rng.randint(-8, 8) for _ in range(n)] for _ in range(2))
    x, y = inputs(n, n)
    made = program([total(x), total(on_lanes(ops.multiply, x, y))])
    _, found = call(compile_native(made, host=host), made, [xs, ys])
    for number, terms in zip(found, (xs, [a * b for a, b in zip(xs, ys, strict=True)]), strict=True):
        assert abs(number - math.fsum(terms)) <= 1e-13 * math.fsum(map(abs, terms))


# --- Every row ---

#: Parameters that are whole numbers, or positive; by the name of the row.
CHOICES = {"round_to": (2.0, -1.0), "huber": (0.7, 2.0), "elu": (1.0,), "fixed_power": (2.0, -1.0, 0.5, 3.0, 0.0)}
CHOICES |= {"fixed_base": (2.0, 0.5)}
#: Where Python has its own function, with errors in units of 1 where the result is less.
IN_UNITS_OF_1 = {"lgamma"}
#: Where terms that are good to 4 units in the last place cancel.
CANCELLING = {"power_slope", "sinc_slope"}


def applications(row: Operation) -> list[tuple[Any, ...]]:
    """Operands of a row: numbers of inputs for symbols, tuples of them for groups, parameters as floats."""
    last = len(row.operands) - row.parameters
    found: list[tuple[Any, ...]] = [()]
    for place, (name, is_group) in enumerate(zip(row.operands, row.groups, strict=True)):
        if place >= last:
            numbers = (0.0, 1.0, 2.0) if name == "index" else row.choices.get(name) or CHOICES.get(row.name, (1.0, 2.0))
            found = [(*operands, float(number)) for operands in found for number in numbers]
        else:
            found = [(*operands, (0, 1, 2) if is_group else place) for operands in found]
    return found


def at_points(row: Operation, operands: tuple[Any, ...], points: Sequence[float]) -> list[tuple[Any, ...]]:
    """A row's operands at some points: each number of an input is another walk through them."""

    def number(x: Any, i: int) -> Any:
        if type(x) is tuple:
            return tuple([number(item, i) for item in x])
        return points[(i * (2 * x + 1) + 5 * x) % len(points)] if type(x) is int else x

    return [tuple([number(x, i) for x in operands]) for i in range(len(points))]


def outcome(row: Operation, operands: tuple[Any, ...]) -> float | None:
    try:
        return row.value(*operands)
    except (ValueError, ArithmeticError):
        return None


ROWS = [row for row in TABLE.values() if row.name in vars(ops)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("exact", [True, False], ids=["exact", "fast"])
def test_every_row(row: Operation, exact: bool) -> None:
    for operands in applications(row):
        cases = at_points(row, operands, POINTS)
        expected = [outcome(row, case) for case in cases]
        units = inputs(*[len(cases)] * 3)

        def given(x: Any, units: list[Instruction] = units) -> Any:
            if type(x) is tuple:
                return tuple(map(given, x))
            return units[x] if type(x) is int else x

        made = program([Instruction(row, tuple(map(given, operands)), len(cases)), *units])
        native = compile_native(made, exact=exact)
        points = [[_flat(case, operands).get(k, 0.0) for case in cases] for k in range(3)]
        flags, found = call(native, made, points)
        assert flags == 0 or None in expected or not all(map(math.isfinite, expected))
        for i, (x, y) in enumerate(zip(found, expected, strict=False)):
            alone, _ = call(native, made, [[point[i]] * len(cases) for point in points])
            if y is None:
                assert alone == FLAG_ERROR, f"{cases[i]} raises"
            else:
                assert alone == 0 or not math.isfinite(y), f"{cases[i]} does not raise"
                bound = 0 if exact else 16 if row.name in CANCELLING else 4
                unit = float(row.name in IN_UNITS_OF_1)
                assert same([x], [y]) or 0 < ulps(x, y, unit) <= bound, f"{cases[i]}: {x} {y}"


def _flat(case: tuple[Any, ...], operands: tuple[Any, ...]) -> dict[int, float]:
    found: dict[int, float] = {}
    for x, k in zip(case, operands, strict=True):
        for item, place in zip(x, k, strict=True) if type(k) is tuple else [(x, k)]:
            if type(place) is int:
                found[place] = item
    return found

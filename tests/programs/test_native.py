"""Native code against Python's floats: every structure, row and width, counts of lanes from 0 on, flags and guards."""

from __future__ import annotations

import ctypes
import math
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import extras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation
from autograd_lite.programs import bodies as bodies_module
from autograd_lite.programs import native as native_module
from autograd_lite.programs import schedule as schedule_module
from autograd_lite.programs.host import Host
from autograd_lite.programs.native import FLAG_ERROR, FLAG_GUARD, Native, compile_native
from autograd_lite.programs.primitives import FREXP_EXPONENT, FREXP_FRACTION, LDEXP, PRIMITIVES
from autograd_lite.programs.program import (
    COMPARISONS,
    GATHER,
    GREATER,
    INPUT,
    LESS,
    LITERALS,
    SCATTER,
    SUM_OF_LANES,
    Comparison,
    Guard,
    Instruction,
    Program,
)

HOSTS = {
    "this": None,
    "8": Host(8, False, True),
    "8 without libmvec": Host(8, False, False),
    "4": Host(4, False, True),
    "2": Host(2, False, True),
    "2 without libmvec": Host(2, False, False),
}


@pytest.fixture(autouse=True)
def _llvm() -> None:
    extras.llvmlite.parse_assembly  # noqa: B018  (skips where it is not installed)


def inputs(*lanes: int) -> list[Instruction]:
    return [Instruction(INPUT, (), n, place) for place, n in enumerate(lanes)]


def on_lanes(operation: Operation, *operands: Any) -> Instruction:
    items = [x for operand in operands for x in (operand if type(operand) is tuple else (operand,))]
    lanes = {x.lanes for x in items if type(x) is Instruction}
    return Instruction(operation, operands, 0 if 0 in lanes else max(lanes, default=1))


def literals(*numbers: float) -> Instruction:
    return Instruction(LITERALS, (), len(numbers), numbers)


def gather(sources: Sequence[Instruction], table: Sequence[tuple[int, int]]) -> Instruction:
    return Instruction(GATHER, (tuple(sources),), len(table), tuple(table))


def scatter(x: Instruction, table: Sequence[int], lanes: int) -> Instruction:
    return Instruction(SCATTER, (x,), lanes, tuple(table))


def total(x: Instruction) -> Instruction:
    return Instruction(SUM_OF_LANES, (x,), 1)


def program(
    outputs: Sequence[Instruction], guards: Sequence[Guard] = (), masked: Sequence[Instruction] = ()
) -> Program:
    """With all that these need, each after its operands."""
    order: dict[Instruction, None] = {}

    def visit(x: Instruction) -> None:
        if x not in order:
            for source in x.sources():
                visit(source)
            order[x] = None

    for x in [*outputs, *masked, *[guard.truth for guard in guards]]:
        visit(x)
    taken = {int(x.table): x for x in order if x.operation is INPUT}
    made = [taken.get(place) or Instruction(INPUT, (), 1, place) for place in range(max(taken, default=-1) + 1)]
    others = [x for x in made if x not in order]
    return Program(made, [*others, *order], outputs, guards, masked)


class RaisedError(Exception):
    """What Python's floats do where native code sets a flag."""


def interpret(program: Program, arrays: Sequence[Sequence[float]]) -> list[float]:
    """The results, lane by lane on Python's floats."""
    found: dict[Instruction, list[float]] = {}

    def lane(x: Any, i: int) -> Any:
        if type(x) is tuple:
            return tuple([lane(item, i) for item in x])
        return (found[x][i] if x.lanes > 1 else found[x][0]) if type(x) is Instruction else x

    for x in program.instructions:
        operation, table = x.operation, x.table
        if operation is INPUT:
            found[x] = list(arrays[table])
        elif operation is LITERALS:
            found[x] = list(table)
        elif operation is SUM_OF_LANES:
            found[x] = [ops.sum.value(found[next(x.sources())])]
        elif operation is GATHER:
            sources = [*x.sources()]
            found[x] = [found[sources[source]][i] for source, i in table]
        elif operation is SCATTER:
            found[x] = [0.0] * x.lanes
            for i, target in enumerate(table):
                found[x][target] += lane(x.operands[0], i)
        else:
            try:
                found[x] = [operation.value(*[lane(operand, i) for operand in x.operands]) for i in range(x.lanes)]
            except (ValueError, ArithmeticError) as error:
                raise RaisedError from error
    return [number for x in program.outputs for number in found[x]]


def call(native: Native, program: Program, arrays: Sequence[Sequence[float]]) -> tuple[int, list[float]]:
    """Flags and results; memory beyond the lanes is nan, so that what reads it is found out."""
    rooms = [(ctypes.c_double * (len(array) + 8))(*array, *[math.nan] * 8) for array in arrays]
    count = sum(x.lanes for x in program.outputs)
    results = (ctypes.c_double * (count + 8))(*[7.0] * (count + 8))
    flags = native.run([ctypes.addressof(room) for room in rooms], ctypes.addressof(results))
    assert list(results[count:]) == [7.0] * 8
    return flags, list(results[:count])


def ulps(x: float, y: float, unit: float = 0.0) -> float:
    """The distance in units in the last place of y, or of the unit if that is larger."""
    if x == y or (x != x and y != y):
        return 0.0
    return abs(x - y) / math.ulp(max(abs(y), unit)) if math.isfinite(x) and math.isfinite(y) else math.inf


def same(xs: Sequence[float], ys: Sequence[float]) -> bool:
    return [x.hex() for x in xs] == [y.hex() for y in ys]


def check(made: Program, arrays: Sequence[Sequence[float]], host: Host | None = None, bound: float = 1e-13) -> None:
    """Native results are those of Python's floats: exactly, or within a bound relative to the largest."""
    expected = interpret(made, arrays)
    flags, found = call(compile_native(made, exact=True), made, arrays)
    assert flags == 0
    assert same(found, expected)
    flags, found = call(compile_native(made, host=host), made, arrays)
    assert flags == 0
    size = max(map(abs, expected), default=0.0)
    assert all(abs(x - y) <= bound * size for x, y in zip(found, expected, strict=True))


def numbers(n: int, seed: float = 0.7) -> list[float]:
    return [math.sin(seed * (i + 1)) for i in range(n)]


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


def test_one_number_for_all_lanes() -> None:
    x, w = inputs(11, 1)
    same_everywhere = Instruction(ops.multiply, (w, 3.0), 11)
    alike = Instruction(ops.positive, (w,), 11)
    outputs = [same_everywhere, alike, total(same_everywhere), scatter(same_everywhere, [i % 3 for i in range(11)], 3)]
    outputs += [gather([alike, x], [(i % 2, i) for i in range(11)]), on_lanes(ops.add, same_everywhere, x)]
    guard = Guard(Instruction(GREATER, (w, 0.0), 11), (True,) * 11)
    check(program(outputs, [guard], [alike]), [numbers(11), [2.0]])


def test_what_is_scattered_into_one_lane_is_a_number() -> None:
    (x,) = inputs(11)
    one = scatter(x, [0] * 11, 1)
    twice = on_lanes(ops.multiply, one, 2.0)
    check(program([one, twice, on_lanes(ops.multiply, x, twice)], masked=[one]), [numbers(11)])


def test_a_gather_of_what_follows_the_lanes_does_not_read_beyond() -> None:
    x, y = inputs(11, 16)
    window = gather([y], [(0, i + 5) for i in range(11)])
    guard = Guard(on_lanes(GREATER, window, -2.0), (True,) * 11)
    made = program([on_lanes(ops.sqrt, on_lanes(ops.add, window, 2.0)), x], [guard])
    flags, _ = call(compile_native(made), made, [numbers(11), numbers(16)])
    assert flags == 0  # beyond there are nans


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("n", [1, 5, 8, 21])
def test_guards(host: Host | None, n: int) -> None:
    (x,) = inputs(n)
    data = numbers(n)
    outcomes = tuple(number > 0 for number in data)
    for wanted, expected in [(outcomes, 0), ((not outcomes[0], *outcomes[1:]), FLAG_GUARD)]:
        made = program([x], [Guard(on_lanes(GREATER, x, 0.0), wanted)])
        assert call(compile_native(made, host=host), made, [data])[0] == expected
    made = program([], [Guard(on_lanes(LESS, x, 2.0), (True,) * n), Guard(x, (True,) * n)])
    native = compile_native(made, host=host)
    assert call(native, made, [data])[0] == 0
    for i in range(n):
        for wrong in (2.0, math.nan, 0.0):
            assert call(native, made, [[*data[:i], wrong, *data[i + 1 :]]])[0] == FLAG_GUARD
    assert call(native, made, [data])[0] == 0


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("n", [1, 5, 8, 21])
def test_flags(host: Host | None, n: int) -> None:
    (x,) = inputs(n)
    # 1 / (1 + exp(-x)) hides that exp overflows; clip raises at finite numbers; 0 · inf is no error unless masked
    hidden = on_lanes(ops.divide, 1.0, on_lanes(ops.add, 1.0, on_lanes(ops.exp, on_lanes(ops.negative, x))))
    clipped = on_lanes(ops.clip, 0.0, x, 1.0)
    product = on_lanes(ops.multiply, x, 0.0)
    for made, wrong in [
        (program([hidden]), -1000.0),
        (program([clipped]), 2.0),
        (program([product], masked=[product]), math.inf),
        (program([on_lanes(ops.where, on_lanes(GREATER, x, 0.0), on_lanes(ops.sqrt, x), 0.0)]), -1.0),
    ]:
        native = compile_native(made, host=host)
        for i in range(n):
            data = [0.5] * n
            assert call(native, made, [data])[0] == 0
            data[i] = wrong
            assert call(native, made, [data])[0] == FLAG_ERROR
    made = program([product])
    assert call(compile_native(made, host=host), made, [[math.inf] * n])[0] == 0


def test_equal_lanes_are_equal_also_where_vectors_end() -> None:
    (x,) = inputs(21)
    made = program([on_lanes(ops.tanh, x)])
    _, found = call(compile_native(made), made, [[0.3] * 21])
    assert len(set(found)) == 1


def test_a_value_is_computed_once() -> None:
    x, y = inputs(9, 9)
    entries = [on_lanes(ops.softmax_entry, (x, y, 0.5), float(i)) for i in range(3)]
    alone, together = compile_native(program(entries[:1])), compile_native(program(entries))
    assert together.instructions < 1.2 * alone.instructions


def test_one_loop_for_what_needs_no_other_lanes() -> None:
    x, w = inputs(9, 1)
    y = on_lanes(ops.multiply, x, w)
    assert compile_native(program([y, total(y)])).loops == 1
    assert compile_native(program([on_lanes(ops.multiply, y, total(y))])).loops == 2


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


def test_large_sections_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = inputs(21, 1)
    values = [x, on_lanes(ops.multiply, x, w)]
    scalars = [w]
    for i in range(40):
        values.append(on_lanes(ops.add, values[-1 - i % 2], values[i // 2]))
        scalars.append(on_lanes(ops.subtract, scalars[-1], scalars[i // 3]))
    made = program([total(values[-1]), total(values[20]), values[30], on_lanes(ops.add, scalars[-1], scalars[9])])
    at_once = call(compile_native(made), made, [numbers(21), [3.0]])
    monkeypatch.setattr(schedule_module, "LARGEST_SECTION", 7)
    cut = compile_native(made)
    assert cut.loops > 3
    assert call(cut, made, [numbers(21), [3.0]]) == at_once
    monkeypatch.setattr(bodies_module, "LONGEST_BLOCK", 5)
    assert call(compile_native(made), made, [numbers(21), [3.0]]) == at_once


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


def test_without_llvmlite_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    with pytest.raises(ImportError, match=r'pip install "autograd_lite\[native\]"'):
        compile_native(program(inputs(1)))


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


# --- Every row ---

POINTS = [0.0, -0.0, 0.5, 1.0, -1.0, 2.0, -2.5, 3.7, 1e-9, -3e-200, 5e-324, 40.0, -710.0, 1e200, -1e300]
POINTS += [math.inf, -math.inf, math.nan, 0.1, 0.9999999, 7.0, -7.25, 170.5]
#: Parameters that are whole numbers, or positive; by the name of the row.
CHOICES = {"round_to": (2.0, -1.0), "huber": (0.7, 2.0), "elu": (1.0,), "fixed_power": (2.0, -1.0, 0.5, 3.0, 0.0)}
CHOICES |= {"fixed_base": (2.0, 0.5)}
#: Where Python has its own function, with errors in units of 1 where the result is less.
IN_UNITS_OF_1 = {"lgamma"}


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
                bound, unit = 0 if exact else 16, float(row.name in IN_UNITS_OF_1)
                assert same([x], [y]) or 0 < ulps(x, y, unit) <= bound, f"{cases[i]}: {x} {y}"


def _flat(case: tuple[Any, ...], operands: tuple[Any, ...]) -> dict[int, float]:
    found: dict[int, float] = {}
    for x, k in zip(case, operands, strict=True):
        for item, place in zip(x, k, strict=True) if type(k) is tuple else [(x, k)]:
            if type(place) is int:
                found[place] = item
    return found


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_parts_of_doubles(host: Host | None) -> None:
    """Powers of 2 are taken out and put back in, also where the result has fewer digits, which are rounded once."""
    sizes = [(1.0 + 2.0**-k + 2.0**-52) * 2.0**e for k in range(1, 52, 5) for e in range(-40, 41, 8)]
    data = [*POINTS, *sizes, *[-x for x in sizes], *[x * 2.0**-1030 for x in sizes], *[x * 2.0**960 for x in sizes]]
    x, n = inputs(len(data), 1)
    fraction, exponent = on_lanes(FREXP_FRACTION, x), on_lanes(FREXP_EXPONENT, x)
    made = program([fraction, exponent, on_lanes(LDEXP, x, n)])
    native = compile_native(made, host=host)
    for shift in [*range(-1100, -940, 7), -2098, -1, 0, 60, 1023, 1024, 2000]:
        _, found = call(native, made, [data, [float(shift)]])
        expected = [PRIMITIVES[FREXP_FRACTION](x) for x in data] + [PRIMITIVES[FREXP_EXPONENT](x) for x in data]
        assert same(found, expected + [PRIMITIVES[LDEXP](x, shift) for x in data])


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda row: row.name)
def test_comparisons(comparison: Comparison) -> None:
    x, y = inputs(len(POINTS) ** 2, len(POINTS) ** 2)
    truth = on_lanes(comparison, x, y)
    made = program([truth, on_lanes(ops.where, truth, x, 3.0), on_lanes(ops.where, x, 1.0, 2.0)])
    arrays = [[a for a in POINTS for _ in POINTS], [b for _ in POINTS for b in POINTS]]
    for host in HOSTS.values():
        flags, found = call(compile_native(made, host=host), made, arrays)
        assert flags == 0
        assert same(found, interpret(made, arrays))

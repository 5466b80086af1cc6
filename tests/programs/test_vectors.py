"""Primitives on vectors: bits of doubles, comparisons, CPython's division, exact sums, and lines written once."""

from __future__ import annotations

import math
import random
import sys

import mpmath
import pytest
from lane_programs import HOSTS, POINTS, call, inputs, interpret, on_lanes, program, same

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import Operation
from autograd_lite.programs.host import EXACT_HOST, Host
from autograd_lite.programs.module import Module
from autograd_lite.programs.native import compile_native
from autograd_lite.programs.primitives import FREXP_EXPONENT, FREXP_FRACTION, FSUM, LDEXP, PRIMITIVES
from autograd_lite.programs.program import COMPARISONS, Comparison
from autograd_lite.programs.vectors import Vectors

pytestmark = pytest.mark.usefixtures("llvm")


def test_what_has_been_written_is_not_written_again() -> None:
    write = Vectors(Module(Host(4, False, False)), 4)
    assert write.compare("olt", "%x", "%y") == write.compare("olt", "%x", "%y")
    assert write.lines == ["%v0 = fcmp olt <4 x double> %x, %y"]
    assert write.compare("olt", "%y", "%x") == "%v1"


def test_a_product_and_a_sum_are_fused_where_the_machine_can() -> None:
    texts = {}
    for has_fma in (True, False):
        write = Vectors(Module(Host(2, has_fma, False)), 2)
        write.multiply_add("%x", "%y", "%z")
        texts[has_fma] = "\n".join(write.lines)
    assert "@llvm.fma.v2f64" in texts[True]
    assert "fmul" not in texts[True]
    assert "fma" not in texts[False]


def test_what_is_rounded_otherwise_than_in_python_is_not_for_exact_code() -> None:
    for operation in (FSUM, ops.norm, ops.hypot, ops.lgamma):
        assert not Vectors(Module(EXACT_HOST), 1).has(operation)
    assert Vectors(Module(EXACT_HOST), 1).has(ops.sqrt)
    assert Vectors(Module(Host(4, False, False)), 4).has(FSUM)


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_division_is_that_of_python(host: Host | None) -> None:
    pairs = [(x, y) for x in (7.0, -7.0, 0.3, -0.0, 6.0) for y in (2.0, -2.0, 0.1, -0.1, math.inf, -math.inf, 3.0)]
    x, y = inputs(len(pairs), len(pairs))
    made = program([on_lanes(ops.mod, x, y), on_lanes(ops.floor_divide, x, y)])
    _, found = call(compile_native(made, host=host), made, [[*column] for column in zip(*pairs, strict=True)])
    assert same(found, [a % b for a, b in pairs] + [a // b for a, b in pairs])


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_sums_and_norms_lose_nothing_to_large_and_small_parts(host: Host | None) -> None:
    x, y, z = inputs(5, 5, 5)
    made = program([on_lanes(FSUM, (x, y, z)), on_lanes(ops.norm, (x, y))])
    arrays = [[1e16, 3e200, 3e-200, 5.0, 0.0], [1.0, 4e200, 4e-200, 12.0, 0.0], [-1e16, -3e200, -3e-200, 0.5, 0.0]]
    _, found = call(compile_native(made, host=host), made, arrays)
    assert found[:5] == [1.0, 4e200, 4e-200, 17.5, 0.0]
    assert found[5:] == pytest.approx([1e16, 5e200, 5e-200, 13.0, 0.0], rel=4e-16)


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


@pytest.mark.parametrize("row", [ops.exp, ops.tanh], ids=lambda row: row.name)
def test_functions_of_our_own_are_good_to_three_units_in_the_last_place(row: Operation) -> None:
    rng = random.Random(1)
    data = [*POINTS, *[rng.uniform(-746.0, 710.0) for _ in range(2000)], *[rng.uniform(-3.0, 3.0) for _ in range(2000)]]
    data += [sign * 2.0**-k for k in range(0, 1074, 7) for sign in (1.0, -1.0)]
    data += [-708.4, -745.13, -745.2, 709.78, 709.79, 1e308, -1e308]
    (x,) = inputs(len(data))
    made = program([on_lanes(row, x)])
    native = compile_native(made, host=HOSTS["4 without libmvec"])
    assert f"@{row.name}" not in native.llvm_ir
    _, found = call(native, made, [data])
    with mpmath.workprec(120):
        for number, y in zip(data, found, strict=True):
            exact = getattr(mpmath, row.name)(mpmath.mpf(number))
            nearest = math.inf if exact > sys.float_info.max else float(exact)
            assert same([y], [nearest]) or abs(mpmath.mpf(y) - exact) <= 3 * math.ulp(nearest), (number, y)


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

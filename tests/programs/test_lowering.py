"""Rows as primitives: what is computed once, what is masked since it may raise, small powers as products."""

from __future__ import annotations

import math

import pytest
from lane_programs import POINTS, inputs, on_lanes, program

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import Operation
from autograd_lite.programs.lowering import lowered
from autograd_lite.programs.native import compile_native
from autograd_lite.programs.primitives import LDEXP, POW, PRIMITIVES
from autograd_lite.programs.program import INPUT


def has(operation: Operation) -> bool:
    return operation in PRIMITIVES


def has_nothing(operation: Operation) -> bool:
    return False


@pytest.mark.parametrize(("n", "products"), [(2.0, 1), (3.0, 2), (4.0, 2)])
def test_small_powers_are_products_unless_they_must_be_exact(n: float, products: int) -> None:
    made = program([on_lanes(ops.fixed_power, *inputs(1), n)])
    fast = [x.operation for x in lowered(made, has).instructions]
    assert fast.count(ops.multiply) == products
    assert POW not in fast
    exact = [x.operation for x in lowered(made, has, exact=True).instructions]
    assert POW in exact
    assert ops.multiply not in exact


@pytest.mark.parametrize("n", [1.0, 2.0, 3.0])
def test_a_number_over_a_power_is_a_quotient_of_quotients_unless_it_must_be_exact(n: float) -> None:
    x, y = inputs(1, 1)
    made = program([on_lanes(ops.over_power, x, y, n), on_lanes(ops.divide, x, y)])
    fast = [x.operation for x in lowered(made, has).instructions]
    assert fast == [INPUT, INPUT, *[ops.divide] * int(n)]  # the first is there anyway
    assert LDEXP in [x.operation for x in lowered(made, has, exact=True).instructions]
    function = PRIMITIVES[ops.divide]
    for a in POINTS:
        for b in POINTS:
            found, want = a, ops.over_power.value(a, b, n)
            for _ in range(int(n)):
                found = function(found, b)
            assert found == pytest.approx(want, rel=1e-15, abs=1e-323, nan_ok=True)
            assert math.copysign(1.0, found) == math.copysign(1.0, want) or want != want


def test_what_may_raise_is_masked() -> None:
    (x,) = inputs(3)
    for row, operands, is_masked in [
        (ops.log, (x,), True),
        (ops.tanh, (x,), False),
        (ops.divide, (1.0, x), True),
        (ops.divide, (x, 2.0), False),
        (ops.divide, (x, 0.0), True),
    ]:
        made = lowered(program([on_lanes(row, *operands)]), has)
        assert (made.outputs[0] in made.masked) == is_masked, row.name


def test_rows_that_a_backend_does_not_have_stay_as_they_are_and_may_raise() -> None:
    made = lowered(program([on_lanes(ops.softplus, *inputs(3))]), has_nothing)
    assert [x.operation for x in made.instructions] == [INPUT, ops.softplus]
    assert list(made.masked) == list(made.outputs)


def test_operands_are_alike_to_the_last_bit() -> None:
    (x,) = inputs(3)
    sums = [on_lanes(ops.add, x, y) for y in (0.0, -0.0, 0.0)]  # -0.0 + 0.0 is 0.0, and -0.0 + -0.0 is -0.0
    made = lowered(program(sums), has)
    assert len(made) == 3
    assert made.outputs[0] is made.outputs[2] is not made.outputs[1]


@pytest.mark.usefixtures("llvm")
def test_a_value_is_computed_once() -> None:
    x, y = inputs(9, 9)
    entries = [on_lanes(ops.softmax_entry, (x, y, 0.5), float(i)) for i in range(3)]
    alone, together = compile_native(program(entries[:1])), compile_native(program(entries))
    assert together.instructions < 1.2 * alone.instructions

"""Code of a section: operands from memory, guards and flags on every lane, fused sums, and basic blocks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest
from lane_programs import HOSTS, call, check, gather, inputs, interpret, numbers, on_lanes, program, scatter, total

from autograd_lite.engine import table as ops
from autograd_lite.programs import bodies as bodies_module
from autograd_lite.programs.bodies import Body
from autograd_lite.programs.host import Host
from autograd_lite.programs.module import Module
from autograd_lite.programs.native import FLAG_ERROR, FLAG_GUARD, compile_native
from autograd_lite.programs.program import GREATER, LESS, Guard, Instruction, Program
from autograd_lite.programs.schedule import Schedule

pytestmark = pytest.mark.usefixtures("llvm")


def loop_of(program: Program, has_fma: bool = False) -> str:
    """The text of a program's only loop, on vectors of 4."""
    schedule = Schedule(program, 4)
    [section] = [section for section in schedule.sections if section.lanes > 1]
    return Body(Module(Host(4, has_fma, False)), schedule, section, 4).loop("loop_of")


def test_a_product_that_is_only_added_up_is_fused_with_its_sum() -> None:
    x, y = inputs(8, 8)
    product = on_lanes(ops.multiply, x, y)
    alone, shared = program([total(product)]), program([total(product), product])
    assert "@llvm.fma." in loop_of(alone, has_fma=True)
    assert "fmul" not in loop_of(alone, has_fma=True)
    assert "@llvm.fma." not in loop_of(shared, has_fma=True)  # what is added up is what is given back
    assert len(re.findall("fmul", loop_of(shared, has_fma=True))) == 1


@pytest.mark.parametrize(
    ("lane", "is_in_step"), [(lambda i: i + 3, True), (lambda i: 7 - i, False), (lambda i: 2 * i, False)]
)
def test_lanes_in_a_row_are_loaded_at_once(lane: Callable[[int], int], is_in_step: bool) -> None:
    (x,) = inputs(16)
    text = loop_of(program([on_lanes(ops.negative, gather([x], [(0, lane(i)) for i in range(8)]))]))
    assert ("masked.gather" not in text) == is_in_step


def test_long_code_is_cut_into_basic_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    (x,) = inputs(8)
    y = x
    for _ in range(20):
        y = on_lanes(ops.sqrt, y)
    made = program([y])

    def roots_in_blocks() -> list[int]:
        return [block.count("@llvm.sqrt.") for block in re.split(r"^\w+:$", loop_of(made), flags=re.MULTILINE)]

    assert max(roots_in_blocks()) == 20
    monkeypatch.setattr(bodies_module, "LONGEST_BLOCK", 5)
    assert sum(roots_in_blocks()) == 20
    assert max(roots_in_blocks()) <= 6
    check(made, [[2.0**k for k in range(8)]])


@pytest.mark.parametrize("lanes", [2, 8, 11])
@pytest.mark.parametrize("step", [2, 3, 24])
@pytest.mark.parametrize("host", HOSTS)
def test_what_takes_turns_in_a_result_is_written_at_once(host: str, step: int, lanes: int) -> None:
    xs = inputs(*[lanes] * step)
    some = [on_lanes(ops.multiply, x, float(k)) for k, x in enumerate(xs)]
    turns = gather(some, [(step - 1 - k, i) for i in range(lanes) for k in range(step)])
    made = program([xs[0], turns, on_lanes(ops.negative, some[1]), turns])
    native = compile_native(made, host=HOSTS[host])
    assert native.loops == 1
    arrays = [[x + k for x in numbers(lanes)] for k in range(step)]
    assert call(native, made, arrays) == (0, interpret(made, arrays))


@pytest.mark.parametrize("lanes", range(2, 12))
@pytest.mark.parametrize("host", HOSTS)
def test_what_takes_turns_in_a_result_may_be_computed_one_after_the_other(host: str, lanes: int) -> None:
    [x] = inputs(lanes)
    a, b = on_lanes(ops.negative, x), Instruction(ops.multiply, (x, total(x)), lanes)
    made = program([gather([a, b], [(k, i) for i in range(lanes) for k in range(2)])])
    native, whole = compile_native(made, host=HOSTS[host]), [float(i) for i in range(lanes)]  # sums of which are exact
    assert native.loops == 2
    assert call(native, made, [whole]) == (0, interpret(made, [whole]))


def test_one_number_for_all_lanes() -> None:
    x, w = inputs(11, 1)
    same_everywhere = Instruction(ops.multiply, (w, 3.0), 11)
    alike = Instruction(ops.positive, (w,), 11)
    outputs = [same_everywhere, alike, total(same_everywhere), scatter(same_everywhere, [i % 3 for i in range(11)], 3)]
    outputs += [gather([alike, x], [(i % 2, i) for i in range(11)]), on_lanes(ops.add, same_everywhere, x)]
    guard = Guard(Instruction(GREATER, (w, 0.0), 11), (True,) * 11)
    check(program(outputs, [guard], [alike]), [numbers(11), [2.0]])


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

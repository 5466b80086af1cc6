"""Loops over memory, called alone: what they write, where they end, and what they leave as it is."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from autograd_lite.programs import memory, native
from autograd_lite.programs.host import Host
from autograd_lite.programs.module import Module

pytestmark = pytest.mark.usefixtures("llvm")
WIDTHS = [1, 2, 4, 8]


def doubles(numbers: Sequence[float]) -> Any:
    return (ctypes.c_double * len(numbers))(*numbers)


def wholes(numbers: Sequence[int]) -> Any:
    return (ctypes.c_int64 * len(numbers))(*numbers)


def run(loop: Callable[[Module], str], width: int, *operands: Any) -> int:
    """Compile one loop, and call it with addresses and whole numbers."""
    module = Module(Host(width, False, False))
    name = loop(module).removeprefix("@")
    engine = native._compiled(module.text())
    kinds = [ctypes.c_int64 if isinstance(x, int) else ctypes.c_void_p for x in operands]
    function = ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(engine.get_function_address(name))
    found: int = function(*[x if isinstance(x, int) else ctypes.addressof(x) for x in operands])
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_sums_begin_with_what_changes_no_number(width: int) -> None:
    room = doubles([7.0] * 17)
    run(memory.fill, width, room, 16)
    assert [math.copysign(1.0, x) for x in room[:16]] == [-1.0] * 16
    assert [*room] == [0.0] * 16 + [7.0]
    run(memory.clear, width, room, 3)
    assert [math.copysign(1.0, x) for x in room[:4]] == [1.0, 1.0, 1.0, -1.0]


def test_numbers_are_copied_padded_and_taken() -> None:
    given = doubles([1.0, 2.0, 3.0])
    room = doubles([7.0] * 5)
    run(memory.copy, 4, given, room, 2)
    assert [*room] == [1.0, 2.0, 7.0, 7.0, 7.0]
    run(memory.pad, 4, given, room, 3, 4)
    assert [*room] == [1.0, 2.0, 3.0, 3.0, 7.0]
    addresses = (ctypes.c_void_p * 2)(ctypes.addressof(given) + 16, ctypes.addressof(given))
    run(memory.take, 4, addresses, room, 2)
    assert [*room] == [3.0, 1.0, 3.0, 3.0, 7.0]


def test_what_goes_to_one_place_is_added_up_there() -> None:
    room = doubles([10.0, 20.0, 30.0])
    run(memory.add_to, 4, doubles([1.0, 2.0, 3.0, 4.0]), room, wholes([2, 0, 2, 2]), 4)
    assert [*room] == [12.0, 20.0, 38.0]


@pytest.mark.parametrize("width", WIDTHS[1:])
def test_lanes_beyond_the_last_are_not_added_up(width: int) -> None:
    sums, others, found = doubles([1.0] * 2 * width), doubles([100.0] * 2 * width), doubles([7.0] * 3)
    for rest in range(width):
        for k in range(2):
            others[k * width : (k + 1) * width] = [100.0 + k] * rest + [math.nan] * (width - rest)
        run(memory.reduce, width, sums, others, found, rest, 2)
        assert [*found] == [width + 100.0 * rest, width + 101.0 * rest, 7.0]


@pytest.mark.parametrize("width", WIDTHS)
def test_one_nan_is_a_flag(width: int) -> None:
    assert run(memory.flag, width, doubles([0.0, math.inf, -math.inf, 1.0] * 2)) == 0
    for lane in range(width):
        assert run(memory.flag, width, doubles([math.nan if i == lane else 0.0 for i in range(8)])) == 1


@pytest.mark.parametrize("loop", [memory.fill, memory.clear], ids=lambda loop: loop.__name__)
def test_nothing_is_written_for_no_numbers(loop: Callable[[Module], str]) -> None:
    room = doubles([7.0] * 8)
    run(loop, 4, room, 0)
    assert [*room] == [7.0] * 8

"""Texts of doubles, tables in memory, and Python's functions called by address, which never raise to the caller."""

from __future__ import annotations

import ctypes
import math
import re
from typing import Any

import pytest

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import Operation
from autograd_lite.programs.host import Host
from autograd_lite.programs.module import Callback, Module, bits, function


def address(text: str) -> int:
    found = re.fullmatch(r"inttoptr \(i64 (\d+) to ptr\)", text)
    assert found
    return int(found[1])


def call(module: Module, row: Operation, sizes: tuple[int, ...], lanes: list[list[float]]) -> list[float]:
    """Call a row by its address with a vector for each number that it is given."""
    width = len(lanes[0])
    given = (ctypes.c_double * (width * len(lanes)))(*[x for lane in lanes for x in lane])
    found = (ctypes.c_double * width)()
    Callback(address(module.callback(row, sizes, width)))(ctypes.addressof(given), ctypes.addressof(found))
    return list(found)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (-0.0, "8000000000000000"),
        (5e-324, "0000000000000001"),
        (math.inf, "7FF0000000000000"),
        (-2.0, "C000000000000000"),
        (0.1, "3FB999999999999A"),
    ],
)
def test_doubles_are_written_to_the_last_bit(x: float, expected: str) -> None:
    assert bits(x) == f"0x{expected}"


def test_tables_fill_whole_vectors_with_their_last_number_and_are_kept_once() -> None:
    module = Module(Host(4, False, False))
    first = module.table("d", [1.0, 2.0, 3.0, 4.0, 5.0])
    assert list((ctypes.c_double * 8).from_address(address(first))) == [1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 5.0, 5.0]
    assert module.table("d", (1.0, 2.0, 3.0, 4.0, 5.0)) == first
    assert module.table("d", [0.0]) != module.table("d", [-0.0])
    assert list((ctypes.c_int64 * 4).from_address(address(module.table("q", [6, 0])))) == [6, 0, 0, 0]


def test_a_function_is_written_once() -> None:
    module = Module(Host(4, False, False))
    assert module.declare("sin", "double", ["double"]) == module.declare("sin", "double", ["double"]) == "@sin"
    assert module.define("f", lambda: function("f", "", ["ret void"])) == "@f"
    assert module.define("f", lambda: pytest.fail("it is there")) == "@f"
    assert module.text().count("@sin") == module.text().count("@f") == 1


def test_callbacks_take_a_vector_of_each_operand_and_groups_as_tuples() -> None:
    module = Module(Host(2, False, False))
    assert call(module, ops.subtract, (-1, -1), [[5.0, 7.0], [1.0, 10.0]]) == [4.0, -3.0]
    assert call(module, ops.norm, (2,), [[3.0, 5.0], [4.0, 12.0]]) == [5.0, 13.0]


def test_errors_of_mathematics_are_nan_in_their_lane_and_others_are_kept() -> None:
    module = Module(Host(2, False, False))
    found = call(module, ops.log, (-1,), [[-1.0, 1.0]])
    assert math.isnan(found[0])
    assert found[1] == 0.0
    assert module.failures == []

    class Unlisted(Operation):
        def enlist(self) -> None:
            pass

    def interrupted(x: float) -> Any:
        raise KeyboardInterrupt

    row = Unlisted("unlisted", "x", interrupted, lambda x, out: (None,), about="", example=("unlisted(1.0)", ""))
    assert math.isnan(call(module, row, (-1,), [[1.0]])[0])
    assert [type(failure) for failure in module.failures] == [KeyboardInterrupt]

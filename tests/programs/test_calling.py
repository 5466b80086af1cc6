"""Native code called with lists and arrays, against an evaluator on plain floats."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import extras
import pytest
from evaluator import evaluate
from extras import numpy as np

from autograd_lite.engine import table as ops
from autograd_lite.programs import calling
from autograd_lite.programs.building import Builder
from autograd_lite.programs.calling import NativeFunction
from autograd_lite.programs.program import GREATER, OTHERWISE, RAISES, Guard, Program


@pytest.fixture(autouse=True)
def _llvm() -> None:
    extras.llvmlite.parse_assembly  # noqa: B018  (skips where it is not installed)


@pytest.fixture(params=["copied", "at their place"])
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the numbers of a call lie."""
    if request.param != "copied":
        monkeypatch.setattr(calling, "SMALL", 0)
    return str(request.param)


def affine(lanes: int) -> Program:
    """xs * w + xs, and its sum."""
    build = Builder()
    xs, w = build.input(0, lanes), build.input(1, 1)
    ys = build.add(ops.add, (build.add(ops.multiply, (xs, w)), xs))
    return build.program([xs, w], [ys, build.sum_of_lanes(ys, lanes)])


@pytest.mark.parametrize("lanes", [1, 6, 17])
def test_lists_and_arrays_of_any_kind_are_the_same_numbers(lanes: int, road: str) -> None:
    program = affine(lanes)
    function = NativeFunction(program, True)
    numbers = [float(i) for i in range(lanes)]
    want = evaluate(program, [numbers, [0.5]])
    spread = np.repeat(np.arange(float(lanes)), 2)[::2]
    for xs in (np.array(numbers), np.arange(lanes), np.array(numbers, np.float32), spread, np.array([numbers]).T):
        assert function([xs, np.array(0.5)]).tolist() == want
    assert road != "copied" or function([numbers, [0.5]]).tolist() == want


@pytest.mark.usefixtures("road")
def test_each_call_has_results_of_its_own() -> None:
    function = NativeFunction(affine(3), True)
    xs, w = np.ones(3), np.array([2.0])
    first = function([xs, w])
    xs[:] = 0.0
    second = function([xs, w])
    assert first.tolist() == [3.0, 3.0, 3.0, 9.0]
    assert second.tolist() == [0.0] * 4
    assert xs.tolist() == [0.0] * 3


@pytest.mark.usefixtures("road")
def test_what_is_said_in_the_place_of_results() -> None:
    build = Builder()
    x = build.input(0, 1)
    log = build.compute(ops.log, (x,))
    guard = Guard(build.add(GREATER, (x, 2.0)), (True,))
    function = NativeFunction(build.program([x], [log], [guard]), True)
    for number, want in ((3.0, [math.log(3.0)]), (1.0, OTHERWISE), (-1.0, OTHERWISE)):
        found: Any = function([np.array([number])])
        assert (found if type(found) is str else found.tolist()) == want
    unguarded = NativeFunction(build.program([x], [log]), True)
    assert unguarded([np.array([-1.0])]) == RAISES


def test_a_call_that_fails_spoils_no_other() -> None:
    function = NativeFunction(affine(3), True)
    with pytest.raises(ValueError, match="shorter"):
        function([np.ones(3)])
    assert function([np.ones(3), np.array([1.0])]).tolist() == [2.0, 2.0, 2.0, 6.0]


@pytest.mark.usefixtures("road")
def test_threads_have_rooms_of_their_own() -> None:
    function = NativeFunction(affine(50), True)

    def called(i: int) -> bool:
        found = function([np.full(50, float(i)), np.array([1.0])])
        return bool((found[:50] == 2.0 * i).all() and found[50] == 100.0 * i)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(called, range(200)))

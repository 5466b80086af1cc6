"""Programs that run on addresses: what goes in and out of them, what they say of it, and what has none."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any

import extras
import pytest

from autograd_lite import Value, gradients, log, tanh
from autograd_lite.programs import resident as resident_module
from autograd_lite.programs.native import FLAG_ERROR
from autograd_lite.programs.recording import UnrecordableError
from autograd_lite.programs.resident import Resident
from autograd_lite.programs.runnable import TooLargeError

extras.llvmlite.initialize_native_target  # noqa: B018  (skips where there is none)


def run(resident: Resident, inputs: list[list[float]], outputs: int) -> tuple[int, list[float]]:
    arrays = [(ctypes.c_double * len(numbers))(*numbers) for numbers in inputs]
    results = (ctypes.c_double * outputs)()
    return resident.native.run([ctypes.addressof(x) for x in arrays], ctypes.addressof(results)), list(results)


def test_it_reads_leaves_others_and_lists_in_this_order() -> None:
    x, y, scale = Value(2.0), Value(-1.0), Value(10.0)

    def f(first: list[Any], second: list[Any]) -> list[Any]:
        return [x * first[0] + scale * second[1], y - first[1]]

    found = Resident(f, [x, y], [[1.0, 1.0], [1.0, 1.0]])
    assert found.others == [scale]
    assert found.others[0] is scale
    assert run(found, [[2.0, 3.0], [5.0], [7.0, 11.0], [13.0, 17.0]], 2) == (0, [2 * 7.0 + 5 * 17.0, 3.0 - 11.0])


def test_it_differentiates_by_the_leaves_that_it_reads() -> None:
    w = [Value(0.1 * i) for i in range(5)]
    found = Resident(
        lambda xs: list(gradients(sum(tanh(a * b) for a, b in zip(w, xs, strict=True)), w)), w, [[1.0] * 5]
    )
    weights, xs = [0.3, -0.2, 0.5, 0.0, 1.0], [1.0, 2.0, -1.0, 3.0, 0.5]
    flags, slopes = run(found, [weights, xs], 5)
    assert flags == 0
    assert slopes == pytest.approx([x / math.cosh(a * x) ** 2 for a, x in zip(weights, xs, strict=True)], rel=1e-12)


def test_lists_that_are_empty_are_no_inputs() -> None:
    x = Value(2.0)
    assert run(Resident(lambda none, ys: [x * ys[0]], [x], [[], [3.0]]), [[2.0], [5.0]], 1) == (0, [10.0])


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_results_that_are_not_finite_are_told(bad: float) -> None:
    found = Resident(lambda ys: [log(y) for y in ys], [], [[1.0, 2.0]])
    assert run(found, [[1.0, 2.0]], 2) == (0, pytest.approx([0.0, math.log(2.0)], rel=1e-14))
    assert run(found, [[1.0, bad]], 2)[0] == FLAG_ERROR


class Counter:
    """A function that does not compute the same twice."""

    def __init__(self) -> None:
        self.calls = 0.0

    def __call__(self, xs: list[Any]) -> list[Any]:
        self.calls += 1.0
        return [self.calls * xs[0]]


class Keeper:
    def __init__(self) -> None:
        self.kept: list[Any] = []

    def __call__(self, xs: list[Any]) -> list[Any]:
        self.kept.append(xs[0])
        return [2.0 * xs[0]]


OUTSIDE = Value(2.0) * 3.0


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (Counter(), "do not compute the same"),
        (Keeper(), "is kept somewhere"),
        (lambda xs: [xs[0] if xs[0] > 0 else -xs[0]], "takes a branch on its numbers; write where"),
        (lambda xs: [xs[0] if gradients(xs[0] * xs[0], xs)[0] > 0 else -xs[0]], "takes a branch on its numbers"),
        (lambda xs: [OUTSIDE * xs[0]], "reads a Value that was computed outside"),
        (lambda xs: [xs[0].data * xs[0]], "data is read"),
    ],
)
def test_what_no_program_can_do_is_told(f: Callable[..., Any], reason: str) -> None:
    with pytest.raises(UnrecordableError, match=reason):
        Resident(f, [], [[1.0]])


def test_what_is_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resident_module, "MOST", 1)
    with pytest.raises(TooLargeError, match="instructions without repetition"):
        Resident(lambda xs: [tanh(xs[0])], [], [[1.0]])

"""Programs that run: which backend is chosen, what is to be seen, and derivatives by closed forms."""

from __future__ import annotations

import math
import random
from typing import Any

import extras
import pytest
from evaluator import evaluate
from functions import call_of, close
from listings import listing_of

from autograd_lite import exp, grad, log, sin, tanh
from autograd_lite import sum as total
from autograd_lite.programs import runnable
from autograd_lite.programs.lanes import laned_program
from autograd_lite.programs.program import GATHER, INPUT, OTHERWISE, RAISES
from autograd_lite.programs.runnable import FEW, MOST_IN_PYTHON, Runnable, TooLargeError, gradient_program, has_native
from autograd_lite.programs.straight import straight_program


def long_sum(*xs: Any) -> Any:
    return total([tanh(x) for x in xs])


NUMBERS = [0.1 * i for i in range(FEW)]
SLOPES = [1.0 - math.tanh(x) ** 2 for x in NUMBERS]


@pytest.fixture(params=["python", "llvm"])
def backend(request: pytest.FixtureRequest) -> str:
    if request.param == "llvm":
        extras.llvmlite.parse_assembly  # noqa: B018  (skips where it is not installed)
    return str(request.param)


def run(program: Runnable, numbers: list[float]) -> list[float]:
    return list(program.run([numbers]))


def test_the_backend_is_the_faster_one(monkeypatch: pytest.MonkeyPatch) -> None:
    extras.llvmlite.parse_assembly  # noqa: B018  (skips where it is not installed)
    short, long = listing_of(lambda x: x * 2.0, 1.0), listing_of(long_sum, *NUMBERS)
    assert Runnable(short, [1], None, False).backend == "python"
    assert Runnable(long, [FEW], None, False).backend == "llvm"
    assert Runnable(long, [FEW], None, True).backend == "python"
    monkeypatch.setattr(runnable, "MOST_IN_PYTHON", 1)
    assert Runnable(short, [1], None, False).backend == "llvm"
    monkeypatch.setattr(runnable, "has_native", lambda: False)
    monkeypatch.setattr(runnable, "MOST_IN_PYTHON", 1000)
    assert Runnable(long, [FEW], None, False).backend == "python"


def test_native_needs_both_of_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in ("numpy", "llvmlite"):
        monkeypatch.setattr(runnable, "find_spec", lambda name, missing=missing: None if name == missing else name)
        assert not has_native()
    monkeypatch.setattr(runnable, "find_spec", lambda name: name)
    assert has_native()


def test_what_is_too_large_says_how_large(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runnable, "MOST_IN_PYTHON", 2)
    monkeypatch.setattr(runnable, "MOST", 2)
    with pytest.raises(TooLargeError, match=f"has 3 instructions.*more than the 2 that the {backend} backend takes"):
        Runnable(listing_of(lambda x: exp(x) * 2.0, 1.0), [1], backend, False)


def test_it_runs_and_is_to_be_seen(backend: str) -> None:
    found = Runnable(listing_of(long_sum, *NUMBERS), [FEW], backend, False)
    assert run(found, NUMBERS) == pytest.approx([math.fsum(map(math.tanh, NUMBERS))], rel=1e-14)
    assert str(found).count("tanh(") == (FEW if backend == "python" else 1)
    assert sum(found.lanes.values()) == len(found.instructions) == len(found.program)
    seen, unseen = ("python_source", "llvm_ir") if backend == "python" else ("llvm_ir", "python_source")
    assert ("def " if backend == "python" else "define ") in getattr(found, seen)
    with pytest.raises(AttributeError, match=f'{unseen}: .*backend="'):
        getattr(found, unseen)


def test_gradients_are_made_once_and_have_gradients(backend: str) -> None:
    found = Runnable(listing_of(lambda x, y: [x * y, sin(x) * exp(y)], 1.0, 2.0), [2], backend, False)
    places = [(0, 0), (0, 1)]
    slopes = found.gradient(1, places)
    assert found.gradient(1, places) is slopes
    x, y = 0.5, -0.25
    assert run(slopes, [x, y]) == pytest.approx([math.cos(x) * math.exp(y), math.sin(x) * math.exp(y)], rel=1e-14)
    curvatures = slopes.gradient(0, places)
    assert run(curvatures, [x, y]) == pytest.approx([-math.sin(x) * math.exp(y), math.cos(x) * math.exp(y)], rel=1e-14)
    assert run(found.gradient(0, places), [x, y]) == [y, x]


def test_what_may_raise_is_said(backend: str) -> None:
    found = Runnable(listing_of(lambda x: log(x), 1.0), [1], backend, False)
    assert found.run([[-1.0]]) == RAISES


def test_gradient_programs_stay_straight_or_on_lanes() -> None:
    listing = listing_of(long_sum, *NUMBERS)
    places = [(0, lane) for lane in reversed(range(FEW))]
    straight = gradient_program(straight_program(listing, [FEW]), 0, places)
    laned = gradient_program(laned_program(listing, [FEW]), 0, places)
    assert {x.lanes for x in straight.instructions if x.operation is not INPUT} == {1}
    assert GATHER in {x.operation for x in laned.instructions if x.lanes == FEW}
    for program in (straight, laned):
        assert evaluate(program, [NUMBERS]) == pytest.approx(SLOPES[::-1], rel=1e-13)
        assert program.guards == ()


def loss(w: Any, xs: Any) -> Any:
    return total([tanh(w * x) / x for x in xs]) if w > 0.0 else w


@pytest.mark.parametrize("backend", ["python", "llvm"])
@pytest.mark.parametrize("exact", [False, True])
def test_it_runs_and_says_when_it_cannot(backend: str, exact: bool) -> None:
    if backend == "llvm":
        extras.llvmlite.initialize_native_target  # noqa: B018
    xs = [random.Random(0).gauss(0, 1) for _ in range(30)]
    listing, units = call_of(loss, (0.5, xs))
    found = Runnable(listing, units, backend, exact)
    assert found.backend == backend
    assert close(list(found.run([[0.7, *xs]])), [loss(0.7, xs)], 1e-13)
    assert found.run([[-0.7, *xs]]) == OTHERWISE
    assert found.run([[0.7, *xs[:-1], 0.0]]) == RAISES
    slope = found.gradient(0, [(0, lane) for lane in range(31)])
    by_w, by_xs = grad(loss, argnums=(0, 1))(0.7, xs)
    assert close(list(slope.run([[0.7, *xs]])), [by_w, *by_xs], 1e-12)
    assert found.gradient(0, [(0, lane) for lane in range(31)]) is slope
    assert close(evaluate(found.program, [[0.7, *xs]]), [loss(0.7, xs)], 1e-13)


def test_the_backend_is_what_is_best() -> None:
    small, large = call_of(lambda x: x * x, (2.0,)), call_of(loss, (0.5, [0.1] * FEW))
    assert Runnable(*small, None, False).backend == "python"
    assert Runnable(*large, None, False).backend == ("llvm" if has_native() else "python")


def test_too_large_is_said() -> None:
    def f(x: Any) -> Any:
        for _ in range(MOST_IN_PYTHON // 2 + 1):
            x = x * 0.5 + 1.0
        return x

    with pytest.raises(TooLargeError, match="instructions without repetition, more than the"):
        Runnable(*call_of(f, (1.0,)), "python", False)

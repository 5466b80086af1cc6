"""Programs with the backend that runs them, and their gradients."""

from __future__ import annotations

import math
import random
from typing import Any

import extras
import pytest
from evaluator import evaluate
from functions import call_of, close

from autograd_lite import exp, grad, tanh
from autograd_lite import sum as total
from autograd_lite.programs import runnable
from autograd_lite.programs.lanes import laned_program
from autograd_lite.programs.program import GATHER, INPUT, OTHERWISE, RAISES
from autograd_lite.programs.runnable import FEW, Runnable, TooLargeError, gradient_program, has_native
from autograd_lite.programs.straight import straight_program


def loss(w: Any, xs: Any) -> Any:
    return total([tanh(w * x) / x for x in xs]) if w > 0.0 else w


@pytest.mark.parametrize("backend", ["python", "llvm"])
@pytest.mark.parametrize("exact", [False, True])
def test_it_runs_and_says_when_it_cannot(backend: str, exact: bool) -> None:
    if backend == "llvm":
        extras.llvmlite.initialize_native_target  # noqa: B018  (skips where it is not installed)
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


NUMBERS = [0.1 * i for i in range(FEW)]
SLOPES = [1.0 - math.tanh(x) ** 2 for x in NUMBERS]


def long_sum(*xs: Any) -> Any:
    return total([tanh(x) for x in xs])


@pytest.fixture(params=["python", "llvm"])
def backend(request: pytest.FixtureRequest) -> str:
    if request.param == "llvm":
        extras.llvmlite.parse_assembly  # noqa: B018  (skips where it is not installed)
    return str(request.param)


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
        Runnable(*call_of(lambda x: exp(x) * 2.0, (1.0,)), backend, False)


def test_it_runs_and_is_to_be_seen(backend: str) -> None:
    found = Runnable(*call_of(long_sum, NUMBERS), backend, False)
    assert list(found.run([NUMBERS])) == pytest.approx([math.fsum(map(math.tanh, NUMBERS))], rel=1e-14)
    assert str(found).count("tanh(") == (FEW if backend == "python" else 1)
    assert sum(found.lanes.values()) == len(found.instructions) == len(found.program)
    seen, unseen = ("python_source", "llvm_ir") if backend == "python" else ("llvm_ir", "python_source")
    assert ("def " if backend == "python" else "define ") in getattr(found, seen)
    with pytest.raises(AttributeError, match=f'{unseen}: .*backend="'):
        getattr(found, unseen)


def test_gradient_programs_stay_straight_or_on_lanes() -> None:
    listing = call_of(long_sum, NUMBERS)
    places = [(0, lane) for lane in reversed(range(FEW))]
    straight = gradient_program(straight_program(*listing), 0, places)
    laned = gradient_program(laned_program(*listing), 0, places)
    assert {x.lanes for x in straight.instructions if x.operation is not INPUT} == {1}
    assert GATHER in {x.operation for x in laned.instructions if x.lanes == FEW}
    for program in (straight, laned):
        assert evaluate(program, [NUMBERS]) == pytest.approx(SLOPES[::-1], rel=1e-13)
        assert program.guards == ()

"""Programs with the backend that runs them, and their gradients."""

from __future__ import annotations

import random
from typing import Any

import extras
import pytest
from evaluator import evaluate
from functions import close, listing_of

from autograd_lite import grad, tanh
from autograd_lite import sum as total
from autograd_lite.programs.program import OTHERWISE, RAISES
from autograd_lite.programs.runnable import FEW, MOST_IN_PYTHON, Runnable, TooLargeError, has_native


def loss(w: Any, xs: Any) -> Any:
    return total([tanh(w * x) / x for x in xs]) if w > 0.0 else w


@pytest.mark.parametrize("backend", ["python", "llvm"])
@pytest.mark.parametrize("exact", [False, True])
def test_it_runs_and_says_when_it_cannot(backend: str, exact: bool) -> None:
    if backend == "llvm":
        extras.llvmlite.initialize_native_target  # noqa: B018
    xs = [random.Random(0).gauss(0, 1) for _ in range(30)]
    listing, units = listing_of(loss, (0.5, xs))
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
    small, large = listing_of(lambda x: x * x, (2.0,)), listing_of(loss, (0.5, [0.1] * FEW))
    assert Runnable(*small, None, False).backend == "python"
    assert Runnable(*large, None, False).backend == ("llvm" if has_native() else "python")


def test_too_large_is_said() -> None:
    def f(x: Any) -> Any:
        for _ in range(MOST_IN_PYTHON // 2 + 1):
            x = x * 0.5 + 1.0
        return x

    with pytest.raises(TooLargeError, match="instructions without repetition, more than the"):
        Runnable(*listing_of(f, (1.0,)), "python", False)

"""A program called as the function is: its memory, and that of its arguments, are nobody else's."""

from __future__ import annotations

from extras import numpy as np

from autograd_lite import Value, jit
from autograd_lite import sum as total


def test_results_lie_in_fresh_memory(backend: str) -> None:
    fast = jit(lambda a: a * 2.0, backend=backend)
    a = np.arange(10.0)
    first = fast(a)
    second = fast(a + 1.0)
    assert np.array_equal(first, np.arange(10.0) * 2.0)
    assert not np.shares_memory(first, second)
    first[:] = 0.0
    assert np.array_equal(fast(a), np.arange(10.0) * 2.0)
    same_one = jit(lambda a: a, backend=backend)
    assert not np.shares_memory(same_one(a), a) or same_one(a) is not a
    items = jit(lambda xs: [x * 1.0 for x in xs], backend=backend)
    kept = items([1.0, 2.0])
    items([5.0, 6.0])
    assert kept == [1.0, 2.0]


def test_arguments_may_change_after_the_call(backend: str) -> None:
    w, a, xs = Value(2.0), np.arange(5.0), [1.0, 2.0]
    fast = jit(lambda w, a, xs: w * w * total(list(a)) + w * xs[1], backend=backend)
    for _ in range(2):
        a[:], xs[1] = [0.0, 1.0, 2.0, 3.0, 4.0], 2.0
        w.grad = 0.0
        y = fast(w, a, xs)
        a[:], xs[1] = -7.0, 50.0
        y.backward()
        assert (y.data, w.grad) == (44.0, 42.0)

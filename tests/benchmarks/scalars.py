"""The engines of scalars that serve several works: each gives the class of its nodes, imported in its own process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from harness import Gradients, Step

#: From a number to a leaf.
Leaf = Callable[[float], Any]
Make = Callable[[], tuple[Step, Gradients]]


def ours() -> Leaf:
    from autograd_lite import Value

    return Value


def minimal() -> Leaf:
    from minimal import Value

    return Value


def micrograd() -> Leaf:
    from micrograd.engine import Value

    return Value


def torch() -> Leaf:
    import torch

    return lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True)


def on(engine: Callable[[], Leaf], function: Callable[..., Any], start: Sequence[float]) -> Make:
    """Value and gradient of a function of a few numbers, on new leaves each time."""

    def make() -> tuple[Step, Gradients]:
        leaf = engine()
        last: list[Any] = []

        def step() -> float:
            last[:] = map(leaf, start)
            out = function(*last)
            out.backward()
            return float(out.data)

        return step, lambda: [x.grad for x in last]

    return make


def on_floats(function: Callable[..., float], start: Sequence[float]) -> Make:
    """The value alone."""
    return lambda: (lambda: function(*start), list)


def on_hips(function: Callable[..., Any], start: Sequence[float]) -> Make:
    """Value and gradient by HIPS autograd."""

    def make() -> tuple[Step, Gradients]:
        from autograd import value_and_grad

        differentiated = value_and_grad(function, tuple(range(len(start))))
        last: list[float] = []

        def step() -> float:
            out, last[:] = differentiated(*start)
            return float(out)

        return step, lambda: last

    return make

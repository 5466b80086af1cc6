"""A planet's orbit, 10,000 steps of the leapfrog: where it ends, differentiated by where and how it began."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work

STEPS, DT = 10_000, 0.001
START = (1.0, 0.0, 0.1, 1.1)


def orbit(x: Any, y: Any, u: Any, v: Any) -> Any:
    """Kick half, drift, kick half."""
    for _ in range(STEPS):
        pull = (x * x + y * y) ** -1.5 * (-DT / 2)
        u, v = u + x * pull, v + y * pull
        x, y = x + u * DT, y + v * DT
        pull = (x * x + y * y) ** -1.5 * (-DT / 2)
        u, v = u + x * pull, v + y * pull
    return x + 2.0 * y


def floats() -> tuple[Step, Gradients]:
    return lambda: orbit(*START), list


def nodes(value: Callable[[float], Any]) -> tuple[Step, Gradients]:
    last = []

    def step() -> float:
        last[:] = map(value, START)
        out = orbit(*last)
        out.backward()
        return float(out.data)

    return step, lambda: [x.grad for x in last]


def ours() -> tuple[Step, Gradients]:
    from autograd_lite import Value

    return nodes(Value)


def minimal() -> tuple[Step, Gradients]:
    from minimal import Value

    return nodes(Value)


def torch() -> tuple[Step, Gradients]:
    import torch

    return nodes(lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True))


def hips() -> tuple[Step, Gradients]:
    from autograd import value_and_grad

    function = value_and_grad(orbit, (0, 1, 2, 3))
    last: list[float] = []

    def step() -> float:
        out, last[:] = function(*START)
        return float(out)

    return step, lambda: last


WORK = Work(
    "the end of an orbit of 10,000 leapfrog steps and its gradient, 220,000 operations; plain floats compute the orbit "
    "alone.",
    {
        "floats": Engine(floats, repeat=3),
        "ours": Engine(ours, ours=True),
        "minimal": Engine(minimal),
        "HIPS autograd": Engine(hips, "autograd"),
        "PyTorch, scalar tensors": Engine(torch, "torch"),
    },
    ("floats", "ours"),
    tolerance=1e-8,  # rounding grows along the orbit
    share=3,
    note="micrograd recurses, so the orbit is too deep for it.",
)

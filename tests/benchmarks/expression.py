"""The expression of micrograd's README: a tiny graph, so what a single operation costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work


def expression(a: Any, b: Any, relu: Callable[[Any], Any]) -> Any:
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def floats() -> tuple[Step, Gradients]:
    return lambda: expression(-4.0, 2.0, lambda x: x if x > 0 else 0.0), list


def nodes(value: Callable[[float], Any]) -> tuple[Step, Gradients]:
    last = []

    def step() -> float:
        a, b = value(-4.0), value(2.0)
        g = expression(a, b, lambda x: x.relu())
        g.backward()
        last[:] = a, b
        return float(g.data)

    return step, lambda: [x.grad for x in last]


def ours() -> tuple[Step, Gradients]:
    from autograd_lite import Value

    return nodes(Value)


def minimal() -> tuple[Step, Gradients]:
    from minimal import Value

    return nodes(Value)


def micrograd() -> tuple[Step, Gradients]:
    from micrograd.engine import Value

    return nodes(Value)


def torch() -> tuple[Step, Gradients]:
    import torch

    return nodes(lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True))


def hips() -> tuple[Step, Gradients]:
    import autograd.numpy as np
    from autograd import value_and_grad

    function = value_and_grad(lambda a, b: expression(a, b, lambda x: np.maximum(x, 0.0)), (0, 1))
    last: list[float] = []

    def step() -> float:
        out, last[:] = function(-4.0, 2.0)
        return float(out)

    return step, lambda: last


WORK = Work(
    "value and gradient of the expression in micrograd's README, 25 operations; plain floats compute the value alone.",
    {
        "floats": Engine(floats, repeat=2000),
        "ours": Engine(ours, ours=True, repeat=500),
        "minimal": Engine(minimal, repeat=500),
        "micrograd": Engine(micrograd, "micrograd", repeat=500),
        "HIPS autograd": Engine(hips, "autograd", repeat=100),
        "PyTorch, scalar tensors": Engine(torch, "torch", repeat=100),
    },
    ("floats", "ours"),
)

"""The expression of micrograd's README: a tiny graph, so what a single operation costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import Engine, Work
from scalars import micrograd, minimal, on, on_floats, on_hips, ours, torch

START = (-4.0, 2.0)


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


def of_nodes(a: Any, b: Any) -> Any:
    return expression(a, b, lambda x: x.relu())


def of_floats(a: float, b: float) -> float:
    return float(expression(a, b, lambda x: x if x > 0 else 0.0))


def of_arrays(a: Any, b: Any) -> Any:
    import autograd.numpy as np

    return expression(a, b, lambda x: np.maximum(x, 0.0))


WORK = Work(
    "value and gradient of the expression in micrograd's README, 25 operations; plain floats compute the value alone.",
    {
        "floats": Engine(on_floats(of_floats, START), repeat=2000),
        "ours": Engine(on(ours, of_nodes, START), ours=True, repeat=500),
        "minimal": Engine(on(minimal, of_nodes, START), repeat=500),
        "micrograd": Engine(on(micrograd, of_nodes, START), "micrograd", repeat=500),
        "HIPS autograd": Engine(on_hips(of_arrays, START), "autograd", repeat=100),
        "PyTorch, scalar tensors": Engine(on(torch, of_nodes, START), "torch", repeat=100),
    },
    ("floats", "ours"),
)

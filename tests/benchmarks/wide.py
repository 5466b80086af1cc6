"""The sum of the squares of 1,000,000 leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from harness import Engine, Gradients, Step, Work

NUMBERS = [(i % 1000) / 1000 for i in range(1_000_000)]
SHOWN = 1000  # gradients that are compared


def floats() -> tuple[Step, Gradients]:
    return lambda: sum(x * x for x in NUMBERS), list


def nodes(value: Callable[[float], Any], add: Callable[[Iterable[Any]], Any]) -> tuple[Step, Gradients]:
    leaves = [value(x) for x in NUMBERS]

    def step() -> float:
        for x in leaves:
            x.grad = 0.0
        out = add(x * x for x in leaves)
        out.backward()
        return float(out.data)

    return step, lambda: [x.grad for x in leaves[:SHOWN]]


def ours() -> tuple[Step, Gradients]:
    import autograd_lite

    return nodes(autograd_lite.Value, autograd_lite.sum)


def ours_by_hand() -> tuple[Step, Gradients]:
    from autograd_lite import Value

    return nodes(Value, sum)


def minimal() -> tuple[Step, Gradients]:
    from minimal import Value

    return nodes(Value, sum)


def torch() -> tuple[Step, Gradients]:
    import torch

    leaves = torch.tensor(NUMBERS, dtype=torch.float64, requires_grad=True)

    def step() -> float:
        leaves.grad = None
        out = (leaves * leaves).sum()
        out.backward()
        return out.item()

    return step, lambda: leaves.grad[:SHOWN].tolist()


def hips() -> tuple[Step, Gradients]:
    import autograd.numpy as np
    from autograd import value_and_grad

    function, start, last = value_and_grad(lambda x: np.sum(x * x)), np.array(NUMBERS), []

    def step() -> float:
        out, gradient = function(start)
        last[:] = [gradient]
        return float(out)

    return step, lambda: last[0][:SHOWN].tolist()


WORK = Work(
    "the sum of the squares of 1,000,000 leaves and its gradient; plain floats compute the sum alone.",
    {
        "floats": Engine(floats),
        "ours, sum of autograd_lite": Engine(ours, ours=True),
        "ours, sum of Python": Engine(ours_by_hand, ours=True),
        "minimal, sum of Python": Engine(minimal),
        "HIPS autograd, one array": Engine(hips, "autograd"),
        "PyTorch, one tensor": Engine(torch, "torch"),
    },
    ("floats", "ours, sum of autograd_lite"),
    share=3,
    note="The last two rows compute with one whole array. micrograd recurses, so a sum is too deep for it.",
)

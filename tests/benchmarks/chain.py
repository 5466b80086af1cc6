"""A chain of 1,000,000 nodes, each on the one before: forward, backward, and freed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work

LINKS = 500_000  # of two operations each
START = (1.0, 0.99999, 0.00001)


def chain(x: Any, a: Any, b: Any) -> Any:
    for _ in range(LINKS):
        x = x * a + b
    return x


def floats() -> tuple[Step, Gradients]:
    return lambda: chain(*START), list


def nodes(value: Callable[[float], Any]) -> tuple[Step, Gradients]:
    last = []

    def step() -> float:
        last[:] = map(value, START)
        out = chain(*last)
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


WORK = Work(
    "1,000,000 operations in a chain (x = x * a + b, 500,000 times), forward, backward and freed; plain floats only "
    "forward.",
    {
        "floats": Engine(floats),
        "ours": Engine(ours, ours=True),
        "minimal": Engine(minimal),
        "PyTorch, scalar tensors": Engine(torch, "torch"),
    },
    ("floats", "ours"),
    share=3,
    note="micrograd recurses, so the chain is too deep for it. HIPS autograd takes long and is compared in orbit only.",
)

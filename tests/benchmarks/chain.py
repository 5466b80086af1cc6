"""A chain of 1,000,000 nodes, each on the one before: forward, backward, and freed."""

from __future__ import annotations

from typing import Any

from harness import Engine, Work
from scalars import minimal, on, on_floats, ours, torch

LINKS = 500_000  # of two operations each
START = (1.0, 0.99999, 0.00001)


def chain(x: Any, a: Any, b: Any) -> Any:
    for _ in range(LINKS):
        x = x * a + b
    return x


WORK = Work(
    "1,000,000 operations in a chain (x = x * a + b, 500,000 times), forward, backward and freed; plain floats only "
    "forward.",
    {
        "floats": Engine(on_floats(chain, START)),
        "ours": Engine(on(ours, chain, START), ours=True),
        "minimal": Engine(on(minimal, chain, START)),
        "PyTorch, scalar tensors": Engine(on(torch, chain, START), "torch"),
    },
    ("floats", "ours"),
    share=3,
    note="micrograd recurses, so the chain is too deep for it. HIPS autograd takes long and is compared in orbit only.",
)

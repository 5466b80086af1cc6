"""A planet's orbit, 10,000 steps of the leapfrog: where it ends, differentiated by where and how it began."""

from __future__ import annotations

from typing import Any

from harness import Engine, Work
from scalars import minimal, on, on_floats, on_hips, ours, torch

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


WORK = Work(
    "the end of an orbit of 10,000 leapfrog steps and its gradient, 220,000 operations; plain floats compute the orbit "
    "alone.",
    {
        "floats": Engine(on_floats(orbit, START), repeat=3),
        "ours": Engine(on(ours, orbit, START), ours=True),
        "minimal": Engine(on(minimal, orbit, START)),
        "HIPS autograd": Engine(on_hips(orbit, START), "autograd"),
        "PyTorch, scalar tensors": Engine(on(torch, orbit, START), "torch"),
    },
    ("floats", "ours"),
    tolerance=1e-8,  # rounding grows along the orbit
    share=3,
    note="micrograd recurses, so the orbit is too deep for it.",
)

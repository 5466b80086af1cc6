"""The program as Python source, which needs nothing installed: two moons of 10 samples by loops."""

from __future__ import annotations

from harness import Engine, Work
from jit_two_moons import loss
from loops import Loops
from two_moons import points, starts

LOOPS = Loops(loss, starts(), tuple(part[:10] for part in points()))
WORK = Work(
    "loss and gradient of the two moons' network on 10 points, by the engine and as a program in Python.",
    {
        "eager": Engine(LOOPS.eager, ours=True),
        "jit, Python": Engine(LOOPS.jitted(backend="python"), "numpy", repeat=5),
    },
    ("eager",),
    compiles=True,
)

"""Rosenbrock's function of 1,000 numbers as a program, as an optimiser calls it: NumPy arrays in and out."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from harness import Engine, Gradients, Step, Work
from loops import Loops, jax_in_doubles, torch_recorded

NUMBERS = 1000


def starts(count: int = NUMBERS) -> list[float]:
    return [math.sin(i) for i in range(count)]


def rosenbrock(functions: Any, x: Any) -> Any:
    return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x))


def of_arrays(x: Any) -> Any:
    return (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum()


def jax_arrays() -> tuple[Step, Gradients]:
    import numpy

    jax = jax_in_doubles()
    fast, start, last = jax.jit(jax.value_and_grad(of_arrays)), numpy.array(starts()), numpy.zeros(0)

    def step() -> float:
        nonlocal last
        out, gradient = fast(start)
        last = numpy.asarray(gradient)
        return float(out)

    return step, lambda: last


WORK = Work(
    "Rosenbrock's function of 1,000 numbers and its gradient, a NumPy array in and one out.",
    {
        **Loops(rosenbrock, starts()).engines(),
        "JAX, arrays": Engine(jax_arrays, "jax", repeat=100),
        "PyTorch, arrays": Engine(lambda: torch_recorded(of_arrays, starts(), []), "torch", repeat=50),
    },
    ("jit",),
    compiles=True,
)

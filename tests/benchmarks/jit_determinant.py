"""A determinant of 7 rows by minors as a program: recursion without anything shared, 8,660 products."""

from __future__ import annotations

import random
from typing import Any

from harness import Engine, Gradients, Step, Work
from loops import Loops, jax_compiled, torch_recorded

ROWS = 7


def starts(rows: int = ROWS) -> list[float]:
    rng = random.Random(7)
    return [rng.uniform(-1, 1) for _ in range(rows * rows)]


def minors(rows: list[list[Any]]) -> Any:
    if len(rows) == 1:
        return rows[0][0]
    first, *below = rows
    total = 0.0
    for j, x in enumerate(first):
        term = x * minors([[*row[:j], *row[j + 1 :]] for row in below])
        total = total - term if j % 2 else total + term
    return total


def determinant(functions: Any, parameters: Any) -> Any:
    size = round(len(parameters) ** 0.5)
    return minors([list(parameters[i * size : (i + 1) * size]) for i in range(size)])


def of_arrays(library: Any) -> Any:
    """The minors of one size at once, for JAX and PyTorch."""

    def whole(matrices: Any) -> Any:
        size = matrices.shape[-1]
        if size == 1:
            return matrices[..., 0, 0]
        kept = [[i for i in range(size) if i != j] for j in range(size)]
        below = library.stack([matrices[..., 1:, columns] for columns in kept], -3)
        signs = library.asarray([1.0 - 2.0 * (j % 2) for j in range(size)], dtype=library.float64)
        return (signs * matrices[..., 0, :] * whole(below)).sum(-1)

    return lambda parameters: whole(parameters.reshape(ROWS, ROWS))


def jax_arrays() -> tuple[Step, Gradients]:
    import jax.numpy

    def indexed(parameters: Any) -> Any:
        return of_arrays(jax.numpy)(parameters)

    return jax_compiled(indexed, [starts()])


def torch_arrays() -> tuple[Step, Gradients]:
    import torch

    return torch_recorded(of_arrays(torch), starts(), [])


WORK = Work(
    "a determinant of 7 × 7 by minors and its gradient, some 26,000 operations, of a NumPy array.",
    {
        **Loops(determinant, starts()).engines(),
        "JAX, arrays": Engine(jax_arrays, "jax", repeat=20),
        "PyTorch, arrays": Engine(torch_arrays, "torch", repeat=3),
    },
    ("jit",),
    compiles=True,
)

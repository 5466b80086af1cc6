"""The log-likelihood of a Gaussian mixture as a program: 25 normal distributions in 10 dimensions, 1,000 points."""

from __future__ import annotations

import random
from typing import Any

from harness import Engine, Gradients, Step, Work
from loops import Loops, jax_compiled, torch_recorded

DIMENSIONS, PARTS, POINTS = 10, 25, 1000
BELOW = [(i, j) for i in range(DIMENSIONS) for j in range(i)]
#: Of each part its weight, its middle, the logarithms of the diagonal of its root of the precision, and what is below.
SIZE = 1 + 2 * DIMENSIONS + len(BELOW)


def starts(parts: int = PARTS) -> list[float]:
    rng = random.Random(7)
    return [rng.gauss(0, 0.5) for _ in range(parts * SIZE)]


def points(count: int = POINTS) -> list[list[float]]:
    rng = random.Random(8)
    return [[rng.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in range(count)]


def likelihood(functions: Any, parameters: Any, xs: Any) -> Any:
    parts = [parameters[i : i + SIZE] for i in range(0, len(parameters), SIZE)]
    weight = functions.logsumexp([part[0] for part in parts])
    logarithms = [sum(part[1 + DIMENSIONS : 1 + 2 * DIMENSIONS]) for part in parts]
    scales = [[functions.exp(q) for q in part[1 + DIMENSIONS : 1 + 2 * DIMENSIONS]] for part in parts]
    total = 0.0
    for x in xs:
        terms = []
        for part, logarithm, scale in zip(parts, logarithms, scales, strict=True):
            away = [x[i] - part[1 + i] for i in range(DIMENSIONS)]
            below = iter(part[1 + 2 * DIMENSIONS :])
            square = 0.0
            for i in range(DIMENSIONS):
                row = scale[i] * away[i]
                for j in range(i):
                    row = row + next(below) * away[j]
                square = square + row * row
            terms.append(part[0] + logarithm - 0.5 * square)
        total = total + functions.logsumexp(terms)
    return total - len(xs) * weight


def of_arrays(library: Any, logsumexp: Any) -> Any:
    """The same of whole arrays, for JAX and PyTorch."""

    def whole(parameters: Any, xs: Any, lower: Any) -> Any:
        parts = parameters.reshape(-1, SIZE)
        q = parts[:, 1 + DIMENSIONS : 1 + 2 * DIMENSIONS]
        root = library.einsum("kb,bij->kij", parts[:, 1 + 2 * DIMENSIONS :], lower)
        away = xs[:, None, :] - parts[None, :, 1 : 1 + DIMENSIONS]
        scaled = library.exp(q) * away + library.einsum("kij,nkj->nki", root, away)
        terms = parts[:, 0] + q.sum(-1) - 0.5 * (scaled * scaled).sum(-1)
        return logsumexp(terms, 1).sum() - len(xs) * logsumexp(parts[:, 0], 0)

    return whole


def places() -> list[list[list[float]]]:
    """For each entry below the diagonal the matrix that has 1 there."""
    return [[[float((i, j) == at) for j in range(DIMENSIONS)] for i in range(DIMENSIONS)] for at in BELOW]


def jax_arrays() -> tuple[Step, Gradients]:
    from jax import numpy as jnp
    from jax.scipy.special import logsumexp

    return jax_compiled(of_arrays(jnp, logsumexp), [starts(), points(), places()])


def torch_arrays() -> tuple[Step, Gradients]:
    import torch

    return torch_recorded(of_arrays(torch, torch.logsumexp), starts(), [points(), places()])


LOOPS = Loops(likelihood, starts(), (points(),)).engines(peers=1)
WORK = Work(
    "the log-likelihood of a Gaussian mixture and its gradient, 25 parts with full covariances in 10 dimensions on "
    "1,000 points, 1,650 parameters, of NumPy arrays.",
    {
        **{name: engine for name, engine in LOOPS.items() if name != "ddx-ad"},
        "JAX, arrays": Engine(jax_arrays, "jax"),
        "PyTorch, arrays": Engine(torch_arrays, "torch"),
    },
    ("jit",),
    compiles=True,
    share=3,
    note="ddx-ad compiles every operation of every point by itself, and is left out: there are three million.",
)

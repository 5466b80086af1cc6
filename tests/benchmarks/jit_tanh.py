"""A network of tanh as a program: mean squared error of MLP(2, [16, 16, 1]) on the two moons."""

from __future__ import annotations

from typing import Any

from arrays import network_loss
from harness import Engine, Gradients, Step, Work
from loops import Loops, jax_compiled, torch_recorded
from two_moons import layers, points, starts


def loss(functions: Any, parameters: Any, xs: Any, ys: Any) -> Any:
    *hidden, [(last, offset)] = layers(parameters)
    errors = []
    for x, y in zip(xs, ys, strict=True):
        for layer in hidden:
            x = [functions.tanh(sum(w * v for w, v in zip(ws, x, strict=True)) + b) for ws, b in layer]
        errors.append((sum(w * v for w, v in zip(last, x, strict=True)) + offset - y) ** 2)
    return sum(errors) * (1 / len(errors))


def jax_arrays() -> tuple[Step, Gradients]:
    from jax.numpy import tanh

    return jax_compiled(network_loss(tanh, lambda scores, ys: (scores - ys) ** 2, 0.0), [starts(), *points()])


def torch_arrays() -> tuple[Step, Gradients]:
    from torch import tanh

    return torch_recorded(network_loss(tanh, lambda scores, ys: (scores - ys) ** 2, 0.0), starts(), points())


WORK = Work(
    "loss and gradient of a tanh network, MLP(2, [16, 16, 1]) on 100 points, mean squared error, of NumPy arrays.",
    {
        **Loops(loss, starts(), points()).engines(),
        "JAX, arrays": Engine(jax_arrays, "jax", repeat=100),
        "PyTorch, arrays": Engine(torch_arrays, "torch", repeat=50),
    },
    ("jit",),
    compiles=True,
)

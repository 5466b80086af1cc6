"""The recurrent net as a program: 16 units over 50 steps, each of which needs the one before."""

from __future__ import annotations

from typing import Any

from harness import Engine, Gradients, Step, Work
from loops import Loops, jax_compiled
from recurrent import HIDDEN, SERIES, by_hand, starts, torch_tensors


def loss(functions: Any, parameters: Any, series: Any) -> Any:
    return by_hand(parameters, functions.tanh, series)


def jax_arrays() -> tuple[Step, Gradients]:
    """The steps by `scan`, the loop that JAX has for it."""
    from jax import lax
    from jax import numpy as jnp

    def of_arrays(parameters: Any, series: Any) -> Any:
        units, last = parameters[: HIDDEN * (HIDDEN + 2)].reshape(HIDDEN, HIDDEN + 2), parameters[-HIDDEN - 1 :]

        def step(h: Any, now: Any) -> tuple[Any, Any]:
            h = jnp.tanh(units[:, 0] * now + units[:, 1:-1] @ h + units[:, -1])
            return h, h

        _, hidden = lax.scan(step, jnp.zeros(HIDDEN), series[:-1])
        return jnp.mean((hidden @ last[:-1] + last[-1] - series[1:]) ** 2)

    return jax_compiled(of_arrays, [starts(), SERIES])


WORK = Work(
    "loss and gradient of a recurrent net of 16 units over 50 steps, of NumPy arrays of parameters and series.",
    {
        **Loops(loss, starts(), (SERIES,)).engines(),
        "JAX, arrays": Engine(jax_arrays, "jax", repeat=50),
        "PyTorch, arrays": Engine(torch_tensors, "torch", repeat=3),
    },
    ("jit",),
    compiles=True,
)

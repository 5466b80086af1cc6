"""What a call costs: a tiny function of two floats, and its gradient, as a program."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work
from loops import jax_in_doubles

START = (2.0, 3.0)


def tiny(functions: Any, x: Any, y: Any) -> Any:
    return x * y + functions.sin(x)


def slopes(function: Callable[..., Any]) -> tuple[Step, Gradients]:
    """Of a function that gives value and gradient."""
    last: list[Any] = []

    def step() -> float:
        out, last[:] = function(*START)
        return float(out)

    return step, lambda: last


def values(function: Callable[..., Any]) -> tuple[Step, Gradients]:
    return lambda: float(function(*START)), list


def floats() -> tuple[Step, Gradients]:
    return values(lambda x, y: tiny(math, x, y))


def ours() -> Callable[..., Any]:
    import autograd_lite

    return lambda x, y: tiny(autograd_lite, x, y)


def eager() -> tuple[Step, Gradients]:
    from autograd_lite import value_and_grad

    return slopes(value_and_grad(ours(), (0, 1)))


def jitted() -> tuple[Step, Gradients]:
    from autograd_lite import jit, value_and_grad

    return slopes(jit(value_and_grad(ours(), (0, 1))))


def jitted_value() -> tuple[Step, Gradients]:
    from autograd_lite import jit

    return values(jit(ours()))


def jax_scalars() -> tuple[Step, Gradients]:
    jax = jax_in_doubles()
    return slopes(jax.jit(jax.value_and_grad(lambda x, y: tiny(jax.numpy, x, y), (0, 1))))


def jax_value() -> tuple[Step, Gradients]:
    jax = jax_in_doubles()
    return values(jax.jit(lambda x, y: tiny(jax.numpy, x, y)))


WORK = Work(
    "a call of x * y + sin(x), of two Python floats, with its gradient or alone.",
    {
        "floats": Engine(floats, repeat=5000),
        "eager": Engine(eager, ours=True, repeat=200),
        "jit": Engine(jitted, repeat=1000),
        "jit, value alone": Engine(jitted_value, repeat=1000),
        "JAX": Engine(jax_scalars, "jax", repeat=200),
        "JAX, value alone": Engine(jax_value, "jax", repeat=200),
    },
    ("jit",),
    compiles=True,
)

"""Rosenbrock's Hessian times a vector as a program: one direction, NumPy arrays in and out, no Hessian formed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work
from jit_rosenbrock import NUMBERS, of_arrays, rosenbrock, starts
from loops import in_memory, jax_in_doubles, lazily


def direction(count: int = NUMBERS) -> list[float]:
    return [math.cos(i) for i in range(count)]


def products(function: Callable[[Any, Any], Any]) -> tuple[Step, Gradients]:
    """A function of two NumPy arrays that gives a third; its first number stands for all in the first place."""
    import numpy

    start, along = numpy.array(starts()), numpy.array(direction())
    last: list[Any] = []

    def step() -> float:
        last[:] = [numpy.asarray(function(start, along))]
        return float(last[0][0])

    return step, lambda: last[0]


def ours(x: Any, v: Any) -> Any:
    from autograd_lite import hvp

    return hvp(lambda x: rosenbrock(None, x), (x,), (v,))


def jitted() -> tuple[Step, Gradients]:
    from autograd_lite import jit

    return products(jit(ours))


def jax_arrays() -> tuple[Step, Gradients]:
    jax = jax_in_doubles()
    return products(jax.jit(lambda x, v: jax.jvp(jax.grad(of_arrays), (x,), (v,))[1]))


def torch_arrays() -> tuple[Step, Gradients]:
    import torch

    def product(x: Any, v: Any) -> Any:
        x, v = torch.from_numpy(x).requires_grad_(), torch.from_numpy(v)
        [gradient] = torch.autograd.grad(of_arrays(x), x, create_graph=True)
        return torch.autograd.grad(gradient @ v, x)[0]

    return products(product)


def casadi_graph() -> tuple[Step, Gradients]:
    import casadi
    import numpy

    def build() -> Any:
        x, v = casadi.SX.sym("x", NUMBERS), casadi.SX.sym("v", NUMBERS)
        product = casadi.jtimes(casadi.gradient(rosenbrock(None, x.elements()), x), x, v)
        return in_memory(casadi.Function("f", [x, v], [casadi.densify(product)]), numpy.zeros(NUMBERS))

    return products(lazily(build))


def ddx_graph() -> tuple[Step, Gradients]:
    import ddx

    def build() -> Any:
        model = ddx.equation(lambda: rosenbrock(None, [ddx.var(f"x{i}") for i in range(NUMBERS)]))
        model.compile()
        return lambda x, v: model.hvp(v, x)[2]

    return products(lazily(build))


WORK = Work(
    "the Hessian of Rosenbrock's function of 1,000 numbers times a vector, two NumPy arrays in and one out.",
    {
        "eager": Engine(lambda: products(ours), ours=True),
        "jit": Engine(jitted, "llvmlite", repeat=100),
        "CasADi": Engine(casadi_graph, "casadi", repeat=20),
        "ddx-ad": Engine(ddx_graph, "ddx", repeat=20),
        "JAX, arrays": Engine(jax_arrays, "jax", repeat=100),
        "PyTorch, arrays": Engine(torch_arrays, "torch", repeat=20),
    },
    ("jit",),
    compiles=True,
)

"""Prices and Greeks of a million options as a program: one option is written down, `vmap` makes it all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from harness import Engine, Gradients, Step, Work
from loops import casadi_functions, ddx_functions, in_memory, jax_in_doubles, lazily

OPTIONS = 1_000_000


def market(count: int = OPTIONS) -> Any:
    """Of each option the price of the stock, the strike, years, the rate of interest, and the volatility."""
    import numpy

    return numpy.random.default_rng(7).uniform(
        [[80], [80], [0.2], [0.0], [0.1]], [[120], [120], [2], [0.1], [0.5]], (5, count)
    )


def price(functions: Any, stock: Any, strike: Any, years: Any, rate: Any, volatility: Any) -> Any:
    """A call option by Black and Scholes."""
    spread = volatility * functions.sqrt(years)
    upper = (functions.log(stock / strike) + (rate + 0.5 * volatility * volatility) * years) / spread

    def normal(x: Any) -> Any:
        return 0.5 + 0.5 * functions.erf(x * math.sqrt(0.5))

    return stock * normal(upper) - strike * functions.exp(-rate * years) * normal(upper - spread)


def greeks(function: Callable[..., Any]) -> tuple[Step, Gradients]:
    """A function of five arrays that gives prices and slopes by each of the five; every 10,000th is compared."""
    import numpy

    columns = [numpy.ascontiguousarray(column) for column in market()]
    last: list[Any] = []

    def step() -> float:
        prices, last[:] = function(*columns)
        return float(prices[-1])

    return step, lambda: [x for column in last for x in numpy.asarray(column)[:: OPTIONS // 100]]


def jitted() -> tuple[Step, Gradients]:
    import autograd_lite
    from autograd_lite import jit, value_and_grad, vmap

    def one(*option: Any) -> Any:
        return price(autograd_lite, *option)

    return greeks(jit(vmap(value_and_grad(one, argnums=(0, 1, 2, 3, 4)))))


def jitted_value() -> tuple[Step, Gradients]:
    import autograd_lite
    from autograd_lite import jit, vmap

    fast = jit(vmap(lambda *option: price(autograd_lite, *option)))
    return greeks(lambda *columns: (fast(*columns), ()))[0], list


def jax_mapped() -> tuple[Step, Gradients]:
    import numpy

    jax = jax_in_doubles()

    def one(*option: Any) -> Any:
        return price(functions, *option)

    functions = SimpleNamespace(sqrt=jax.numpy.sqrt, log=jax.numpy.log, exp=jax.numpy.exp, erf=jax.scipy.special.erf)
    fast = jax.jit(jax.vmap(jax.value_and_grad(one, argnums=(0, 1, 2, 3, 4))))

    def function(*columns: Any) -> tuple[Any, Sequence[Any]]:
        prices, slopes = fast(*columns)
        return numpy.asarray(prices), [numpy.asarray(slope) for slope in slopes]

    return greeks(function)


def torch_arrays() -> tuple[Step, Gradients]:
    import torch

    def function(*columns: Any) -> tuple[Any, Sequence[Any]]:
        leaves = [torch.from_numpy(column).requires_grad_() for column in columns]
        prices = price(torch, *leaves)
        return prices.detach(), torch.autograd.grad(prices.sum(), leaves)

    return greeks(function)


def casadi_mapped() -> tuple[Step, Gradients]:
    import casadi
    import numpy

    def build() -> Any:
        option = casadi.SX.sym("option", 5)
        out = price(casadi_functions(), *option.elements())
        one = casadi.Function("one", [option], [casadi.vertcat(out, casadi.gradient(out, option))])
        mapped, given = in_memory(one.map(OPTIONS), numpy.zeros((OPTIONS, 6))), numpy.ascontiguousarray(market().T)

        def function(*_: Any) -> tuple[Any, Any]:
            found = mapped(given)
            return found[:, 0], found[:, 1:].T

        return function

    return greeks(lazily(build))


def ddx_batch() -> tuple[Step, Gradients]:
    import ddx

    model = ddx.equation(
        lambda: price(ddx_functions(), *map(ddx.var, ("stock", "strike", "years", "rate", "volatility")))
    )
    call: list[Any] = []

    def function(*_: Any) -> tuple[Any, Any]:
        if not call:
            call.append(model.compile(points=OPTIONS).buffer(market()))
        call[0]()
        return call[0].value, call[0].jacobian

    return greeks(function)


WORK = Work(
    "prices of 1,000,000 options by Black and Scholes, and their slopes by all five arguments, of five NumPy arrays; "
    "ours and JAX's of one option that is mapped.",
    {
        "jit": Engine(jitted, "llvmlite"),
        "jit, value alone": Engine(jitted_value, "llvmlite"),
        "CasADi": Engine(casadi_mapped, "casadi"),
        "ddx-ad": Engine(ddx_batch, "ddx"),
        "JAX": Engine(jax_mapped, "jax"),
        "PyTorch, arrays": Engine(torch_arrays, "torch"),
    },
    ("jit",),
    compiles=True,
)

"""The engines that take plain scalar loops: each runs the same function, of parameters and data, in its own numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from harness import Engine, Gradients, Step

Make = Callable[[], tuple[Step, Gradients]]
#: Has the functions that loops call: ``exp``, ``log``, ``tanh``, ``relu`` and their kind, for one kind of numbers.
Functions = Any


@dataclass(frozen=True)
class Loops:
    """A function of ``functions``, a list of parameters, and data, to be differentiated by the parameters.

    Data are numbers, or lists of data.
    """

    function: Callable[..., Any]
    parameters: Sequence[float]
    data: tuple[Any, ...] = ()

    def eager(self) -> tuple[Step, Gradients]:
        """Ours, node by node."""
        import autograd_lite
        from autograd_lite import Value

        parameters = [Value(x) for x in self.parameters]

        def step() -> float:
            for p in parameters:
                p.grad = 0.0
            out = self.function(autograd_lite, parameters, *self.data)
            out.backward()
            return float(out.data)

        return step, lambda: [p.grad for p in parameters]

    def jitted(self, **options: Any) -> Make:
        """Ours as a program, of NumPy arrays."""

        def make() -> tuple[Step, Gradients]:
            from autograd_lite import jit, value_and_grad

            fast, arrays = jit(value_and_grad(self._ours()), **options), self._arrays()
            last: list[Any] = []

            def step() -> float:
                last[:] = fast(*arrays)
                return float(last[0])

            return step, lambda: last[1].tolist()

        return make

    def jitted_value(self) -> tuple[Step, Gradients]:
        """The value alone."""
        from autograd_lite import jit

        fast, arrays = jit(self._ours()), self._arrays()
        return lambda: float(fast(*arrays)), list

    def casadi(self) -> tuple[Step, Gradients]:
        """A graph that a virtual machine runs, on memory that is there."""
        import casadi
        import numpy

        arrays = self._arrays()
        value, gradient = numpy.zeros(1), numpy.zeros(len(self.parameters))

        @cache
        def built() -> Callable[..., Any]:
            symbols = [casadi.SX.sym("x", array.size) for array in arrays]
            given = [nested(iter(x.elements()), like) for x, like in self._with(symbols)]
            out = self.function(casadi_functions(), *given)
            results = [out, casadi.densify(casadi.gradient(out, symbols[0]))]
            return in_memory(casadi.Function("f", symbols, results), value, gradient)

        def step() -> float:
            built()(*arrays)
            return float(value[0])

        return step, lambda: gradient

    def ddx(self) -> tuple[Step, Gradients]:
        """A graph that LLVM compiles, unrolled, on memory that is there."""
        import ddx
        import numpy

        point = numpy.concatenate([array.reshape(-1) for array in self._arrays()])

        @cache
        def call() -> Any:
            def model() -> Any:
                symbols = iter([ddx.var(f"x{i}") for i in range(len(self.parameters))])
                constants = iter([ddx.param(f"c{i}") for i in range(len(point) - len(self.parameters))])
                given = [nested(symbols, self.parameters), *[nested(constants, like) for like in self.data]]
                return self.function(ddx_functions(), *given)

            return ddx.equation(model).compile().buffer(point, want=ddx.Want.JACOBIAN)

        def step() -> float:
            call()()
            return float(call().value)

        return step, lambda: call().jacobian.ravel()

    def engines(self, eager: int = 1, jitted: int = 100, peers: int = 20) -> dict[str, Engine]:
        """All of them; how many steps each takes at a turn."""
        return {
            "eager": Engine(self.eager, ours=True, repeat=eager),
            "jit": Engine(self.jitted(), "llvmlite", ours=True, repeat=jitted),
            "jit, value alone": Engine(self.jitted_value, "llvmlite", repeat=jitted),
            "CasADi": Engine(self.casadi, "casadi", repeat=peers),
            "ddx-ad": Engine(self.ddx, "ddx", repeat=peers),
        }

    def _ours(self) -> Callable[..., Any]:
        import autograd_lite

        return lambda parameters, *data: self.function(autograd_lite, parameters, *data)

    def _arrays(self) -> list[Any]:
        import numpy

        return [numpy.array(x, float) for x in (self.parameters, *self.data)]

    def _with(self, symbols: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        return zip(symbols, (self.parameters, *self.data), strict=True)


def lazily(build: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    """A function that is built at its first call, as programs are."""
    built = cache(build)
    return lambda *arguments: built()(*arguments)


def in_memory(function: Any, *results: Any) -> Callable[..., Any]:
    """A function of CasADi that reads NumPy arrays where they are, and writes its results into some, the first of
    which it returns."""
    buffer, call = function.buffer()
    for i, array in enumerate(results):
        buffer.set_res(i, memoryview(array.reshape(-1)))

    def computed(*arrays: Any) -> Any:
        for i, array in enumerate(arrays):
            buffer.set_arg(i, memoryview(array.reshape(-1)))
        call()
        return results[0]

    return computed


def nested(items: Iterator[Any], like: Any) -> Any:
    """The items in the structure of lists that numbers have."""
    return [nested(items, part) for part in like] if isinstance(like, Sequence) else next(items)


def casadi_functions() -> Functions:
    import casadi

    def logsumexp(xs: Sequence[Any]) -> Any:
        return casadi.logsumexp(casadi.vertcat(*xs))

    return SimpleNamespace(
        exp=casadi.exp,
        log=casadi.log,
        sin=casadi.sin,
        sqrt=casadi.sqrt,
        tanh=casadi.tanh,
        erf=casadi.erf,
        relu=lambda x: casadi.fmax(x, 0.0),
        logsumexp=logsumexp,
    )


def ddx_functions() -> Functions:
    import ddx

    return SimpleNamespace(
        exp=ddx.exp,
        log=ddx.log,
        sin=ddx.sin,
        sqrt=ddx.sqrt,
        tanh=ddx.tanh,
        erf=ddx.erf,
        relu=lambda x: ddx.select(x > 0.0, x, 0.0),
    )


def jax_in_doubles() -> Any:
    """JAX in double precision, which computes in the thread that calls."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    return jax


def jax_compiled(function: Callable[..., Any], arguments: Sequence[Any]) -> tuple[Step, Gradients]:
    """Value and gradient by its first argument of a function of arrays, by JAX."""
    jax = jax_in_doubles()
    fast = jax.jit(jax.value_and_grad(function))
    given = [jax.numpy.asarray(x, float) for x in arguments]
    last: list[Any] = []

    def step() -> float:
        last[:] = jax.block_until_ready(fast(*given))
        return float(last[0])

    return step, lambda: last[1].tolist()


def torch_recorded(function: Callable[..., Any], parameters: Any, data: Sequence[Any]) -> tuple[Step, Gradients]:
    """Value and gradient of a function of tensors, by PyTorch."""
    import torch

    leaf = torch.tensor(parameters, dtype=torch.float64, requires_grad=True)
    given = [torch.tensor(x, dtype=torch.float64) for x in data]

    def step() -> float:
        leaf.grad = None
        out = function(leaf, *given)
        out.backward()
        return out.item()

    return step, lambda: leaf.grad.flatten().tolist()

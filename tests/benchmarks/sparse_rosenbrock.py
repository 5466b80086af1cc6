"""The sparse Hessian of Rosenbrock's function of 1,000 numbers, a NumPy array in and the numbers of a csr array out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work
from jit_rosenbrock import NUMBERS, rosenbrock, starts
from loops import in_memory, lazily


def numbers(function: Callable[[Any], Any], count: int = NUMBERS) -> tuple[Step, Gradients]:
    """A function of a NumPy array that gives the numbers of a Hessian, row by row; all are compared."""
    import numpy

    start, last = numpy.array(starts(count)), [numpy.zeros(1)]

    def step() -> float:
        last[:] = [function(start)]
        return float(last[0][0])

    return step, lambda: last[0]


def jitted(count: int = NUMBERS) -> tuple[Step, Gradients]:
    from autograd_lite import sparse_hessian

    hessian = sparse_hessian(lambda x: rosenbrock(None, x))
    return numbers(lambda x: hessian(x).data, count)


def casadi_graph() -> tuple[Step, Gradients]:
    import casadi
    import numpy

    def build() -> Any:
        x = casadi.SX.sym("x", NUMBERS)
        hessian, _ = casadi.hessian(rosenbrock(None, x.elements()), x)
        return in_memory(casadi.Function("f", [x], [hessian]), numpy.zeros(hessian.nnz()))

    return numbers(lazily(build))


WORK = Work(
    "the sparse Hessian of Rosenbrock's function of 1,000 numbers, 2,998 of them, of a NumPy array; ours as a new csr "
    "array.",
    {
        "sparse_hessian": Engine(jitted, "llvmlite", repeat=100),
        "CasADi": Engine(casadi_graph, "casadi", repeat=20),
    },
    ("sparse_hessian", "CasADi"),
    compiles=True,
    note="CasADi writes its numbers into the same memory each time.",
)

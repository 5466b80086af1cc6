"""`scipy.optimize.least_squares` on a chain of 10,000 springs, each mass tied to its place, from a disturbed start."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from harness import Engine, Gradients, Step, Work
from loops import lazily

SPRINGS = 10_000


def forces(x: Any) -> list[Any]:
    """On each mass, of its two springs and its tie."""
    lengths = [b - a for a, b in pairwise([0.0, *x, len(x) + 1.0])]
    pulls = [1.1 * (u - 0.8) + 0.3 * (u - 0.8) ** 3 for u in lengths]
    return [b - a - 0.2 * (u - i - 1.0) for i, (u, (a, b)) in enumerate(zip(x, pairwise(pulls), strict=True))]


def of_arrays(x: Any) -> Any:
    import numpy

    u = numpy.diff(numpy.concatenate([[0.0], x, [len(x) + 1.0]])) - 0.8
    return numpy.diff(1.1 * u + 0.3 * u**3) - 0.2 * (x - numpy.arange(1.0, len(x) + 1.0))


def fitted(jacobian: Callable[[], Any], **options: Any) -> tuple[Step, Gradients]:
    """The whole search; the sum of squares where it ends, and some places."""
    import numpy
    from scipy.optimize import least_squares

    start = numpy.arange(1.0, SPRINGS + 1) + 0.3 * numpy.sin(numpy.arange(SPRINGS))
    jac, last = jacobian(), [start]

    def step() -> float:
        found = least_squares(of_arrays, start, jac=jac, gtol=1e-10, **options)
        last[:] = [found.x]
        return float(found.cost)

    return step, lambda: last[0][:: max(1, SPRINGS // 100)]


def ours() -> Any:
    from autograd_lite import sparse_jacobian

    return sparse_jacobian(forces)


def differences() -> tuple[Step, Gradients]:
    """SciPy's own differences, which are told the pattern and take three columns at once."""
    import numpy
    from scipy.sparse import diags_array

    pattern = diags_array([numpy.ones(SPRINGS - 1), numpy.ones(SPRINGS), numpy.ones(SPRINGS - 1)], offsets=(-1, 0, 1))
    return fitted(lambda: "2-point", jac_sparsity=pattern)


def casadi_graph() -> Any:
    import casadi
    from scipy.sparse import csc_array

    def build() -> Any:
        x = casadi.SX.sym("x", SPRINGS)
        jacobian = casadi.jacobian(casadi.vertcat(*forces(x.elements())), x)
        function, (columns, rows) = casadi.Function("f", [x], [jacobian]), jacobian.sparsity().get_ccs()
        return lambda given: csc_array((function(given).nonzeros(), rows, columns), shape=(SPRINGS, SPRINGS)).tocsr()

    return lazily(build)


WORK = Work(
    "the rest of a chain of 10,000 springs by SciPy's least_squares, the whole search.",
    {
        "sparse_jacobian": Engine(lambda: fitted(ours), "llvmlite"),
        "CasADi's Jacobian": Engine(lambda: fitted(casadi_graph), "casadi"),
        "SciPy's differences": Engine(differences, "scipy"),
    },
    ("sparse_jacobian",),
    tolerance=1e-6,
    compiles=True,
)

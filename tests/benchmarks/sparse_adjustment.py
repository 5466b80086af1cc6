"""`scipy.optimize.least_squares` on the bundle adjustment of sparse_bundle, five steps from a disturbed start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work
from sparse_bundle import CAMERAS, OBSERVATIONS, places, seen, starts


def loop(functions: Any, x: Any, where: Any) -> list[Any]:
    """All residuals, with what was seen as an array."""
    out = []
    for camera, point, u, v in zip(*map(list, places()), where[:OBSERVATIONS], where[OBSERVATIONS:], strict=True):
        start = 9 * CAMERAS + 3 * point
        a, b = seen(functions, x[9 * camera : 9 * camera + 9], x[start : start + 3])
        out += [a - u, b - v]
    return out


def of_arrays(x: Any, where: Any) -> Any:
    """The same by NumPy."""
    import numpy

    cameras, points = places()
    all_cameras, all_points = x[: 9 * CAMERAS].reshape(-1, 9), x[9 * CAMERAS :].reshape(-1, 3)
    a, b = seen(numpy, all_cameras[cameras].T, all_points[points].T)
    return numpy.stack([a - where[:OBSERVATIONS], b - where[OBSERVATIONS:]], axis=1).ravel()


def fitted(jacobian: Callable[[], Any], **options: Any) -> tuple[Step, Gradients]:
    """Five steps; the sum of squares where they end."""
    import numpy
    from scipy.optimize import least_squares

    truth = numpy.array(starts())
    start = truth * (1.0 + 1e-3 * numpy.random.default_rng(0).standard_normal(len(truth)))
    where = of_arrays(truth, numpy.zeros(2 * OBSERVATIONS)).reshape(-1, 2).T.ravel()
    jac = jacobian()

    def step() -> float:
        found = least_squares(of_arrays, start, jac=jac, args=(where,), x_scale="jac", max_nfev=5, **options)
        return float(found.cost)

    return step, list


def ours() -> Any:
    import autograd_lite
    from autograd_lite import sparse_jacobian

    return sparse_jacobian(lambda x, where: loop(autograd_lite, x, where))


def differences() -> tuple[Step, Gradients]:
    """SciPy's own differences, which are told the pattern, as its cookbook has it."""
    import numpy
    from scipy.sparse import lil_array

    cameras, points = places()
    pattern = lil_array((2 * OBSERVATIONS, len(starts())), dtype=int)
    for k in range(2):
        rows = 2 * numpy.arange(OBSERVATIONS) + k
        for i in range(9):
            pattern[rows, 9 * cameras + i] = 1
        for i in range(3):
            pattern[rows, 9 * CAMERAS + 3 * points + i] = 1
    return fitted(lambda: "2-point", jac_sparsity=pattern)


WORK = Work(
    "five steps of SciPy's least_squares on the bundle adjustment of sparse_bundle, with residuals by NumPy.",
    {
        "sparse_jacobian": Engine(lambda: fitted(ours), "llvmlite"),
        "SciPy's differences": Engine(differences, "scipy"),
    },
    ("sparse_jacobian",),
    tolerance=1e-2,
    share=3,
    compiles=True,
)

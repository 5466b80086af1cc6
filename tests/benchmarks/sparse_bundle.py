"""The Jacobian of a bundle adjustment: 30,000 observations, written as a plain loop, each of a camera and a point.

Cameras have 9 numbers: a rotation about an axis, a shift, a focal length and two of the radial distortion, as in
S. Agarwal, N. Snavely, S. M. Seitz and R. Szeliski, "Bundle adjustment in the large", ECCV 2010.
"""

from __future__ import annotations

import ctypes
import random
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from harness import COMPILER, FOLDER, Engine, Gradients, Step, Work
from loops import in_memory, lazily

CAMERAS, POINTS, OBSERVATIONS = 50, 3000, 30_000


def starts() -> list[float]:
    """The numbers of all cameras, then those of all points."""
    rng = random.Random(7)
    found = []
    for _ in range(CAMERAS):
        found += [rng.uniform(-0.5, 0.5) for _ in range(3)] + [rng.uniform(-1, 1), rng.uniform(-1, 1)]
        found += [rng.uniform(-6, -4), rng.uniform(495, 505), rng.uniform(-0.1, 0.1), rng.uniform(-0.1, 0.1)]
    return found + [rng.uniform(-1, 1) for _ in range(3 * POINTS)]


@cache
def observations() -> list[tuple[int, int, float, float]]:
    """Of each its camera, its point, and where it was seen."""
    rng = random.Random(8)
    return [
        (rng.randrange(CAMERAS), rng.randrange(POINTS), rng.uniform(-50, 50), rng.uniform(-50, 50))
        for _ in range(OBSERVATIONS)
    ]


def seen(functions: Any, camera: Any, point: Any) -> tuple[Any, Any]:
    """Where a camera sees a point."""
    rx, ry, rz, tx, ty, tz, focal, k1, k2 = camera
    x, y, z = point
    theta = functions.sqrt(rx * rx + ry * ry + rz * rz)
    cosine, sine = functions.cos(theta), functions.sin(theta)
    wx, wy, wz = rx / theta, ry / theta, rz / theta
    share = (wx * x + wy * y + wz * z) * (1.0 - cosine)
    px = x * cosine + (wy * z - wz * y) * sine + wx * share + tx
    py = y * cosine + (wz * x - wx * z) * sine + wy * share + ty
    pz = z * cosine + (wx * y - wy * x) * sine + wz * share + tz
    a, b = -px / pz, -py / pz
    square = a * a + b * b
    size = focal * (1.0 + square * (k1 + k2 * square))
    return size * a, size * b


def residuals(functions: Any, x: Any) -> list[Any]:
    """The whole function, as one writes it."""
    out = []
    for camera, point, u, v in observations():
        start = 9 * CAMERAS + 3 * point
        a, b = seen(functions, x[9 * camera : 9 * camera + 9], x[start : start + 3])
        out += [a - u, b - v]
    return out


def numbers(function: Callable[[Any], Any]) -> tuple[Step, Gradients]:
    """A function of a NumPy array that gives the numbers of a csr array; some of them are compared."""
    import numpy

    start, last = numpy.array(starts()), [numpy.zeros(1)]

    def step() -> float:
        last[:] = [function(start)]
        return float(last[0][-1])

    return step, lambda: last[0][:: max(1, OBSERVATIONS // 100) + 1]


def jitted() -> tuple[Step, Gradients]:
    import autograd_lite
    from autograd_lite import sparse_jacobian

    jacobian = sparse_jacobian(lambda x: residuals(autograd_lite, x))
    return numbers(lambda x: jacobian(x).data)


@cache
def places() -> tuple[Any, Any]:
    """Cameras and points of the observations."""
    import numpy

    return tuple([numpy.array(column) for column in list(zip(*observations(), strict=True))[:2]])


def plain_c(as_array: bool = False) -> tuple[Step, Gradients]:
    """C, into the same memory each time, or into that of a new csr array."""
    import numpy
    from scipy.sparse import csr_array

    place = Path(tempfile.mkdtemp())
    source = FOLDER / "sparse_bundle.c"
    command = [COMPILER, "-O3", "-march=native", "-shared", "-fPIC", "-o", place / "bundle.so", source, "-lm"]
    subprocess.run(command, check=True)
    function, kept = ctypes.CDLL(str(place / "bundle.so")).bundle, numpy.empty(24 * OBSERVATIONS)
    cameras, points = (column.astype(numpy.int64) for column in places())
    own = [9 * cameras[:, None] + numpy.arange(9), 9 * CAMERAS + 3 * points[:, None] + numpy.arange(3)]
    columns = numpy.repeat(numpy.hstack(own), 2, axis=0).ravel().astype(numpy.int32)
    rows = 12 * numpy.arange(2 * OBSERVATIONS + 1, dtype=numpy.int32)

    def jacobian(x: Any) -> Any:
        found = numpy.empty(24 * OBSERVATIONS) if as_array else kept
        starts, of, at, out = (ctypes.c_void_p(array.ctypes.data) for array in (x, cameras, points, found))
        function(starts, of, at, ctypes.c_long(OBSERVATIONS), ctypes.c_long(CAMERAS), out)
        return csr_array((found, columns.copy(), rows.copy()), (len(rows) - 1, len(x))).data if as_array else found

    return numbers(jacobian)


def casadi_mapped() -> tuple[Step, Gradients]:
    """One observation as a graph, mapped over all, with its columns picked by NumPy."""
    import casadi
    import numpy

    def build() -> Any:
        x = casadi.SX.sym("x", 12)
        out = casadi.vertcat(*seen(casadi, x.elements()[:9], x.elements()[9:]))
        one = casadi.Function("one", [x], [casadi.jacobian(out, x).T])
        mapped, (cameras, points) = in_memory(one.map(OBSERVATIONS), numpy.zeros(24 * OBSERVATIONS)), places()

        def jacobian(x: Any) -> Any:
            end = 9 * CAMERAS
            return mapped(numpy.hstack([x[:end].reshape(-1, 9)[cameras], x[end:].reshape(-1, 3)[points]]))

        return jacobian

    return numbers(lazily(build))


WORK = Work(
    "the Jacobian of a bundle adjustment of 50 cameras, 3,000 points and 30,000 observations, 60,000 × 9,450 with "
    "720,000 numbers, of a NumPy array; ours of a plain loop, as a new csr array.",
    {
        "sparse_jacobian": Engine(jitted, "llvmlite", repeat=5),
        "C": Engine(plain_c, COMPILER, repeat=5),
        "C, as a new csr array": Engine(lambda: plain_c(as_array=True), COMPILER, repeat=5),
        "CasADi": Engine(casadi_mapped, "casadi"),
    },
    ("sparse_jacobian", "C"),
    compiles=True,
    note="C alone and CasADi write their numbers into the same memory each time.",
)

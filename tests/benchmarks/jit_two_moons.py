"""The two moons as a program: the loops over samples and weights as they stand, and what is written elsewhere."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from arrays import network_loss
from harness import COMPILER, FOLDER, Engine, Gradients, Step, Work
from loops import Loops, jax_compiled, torch_recorded
from two_moons import ALPHA, by_hand, loss_of, points, relu, starts


def loss(functions: Any, parameters: Any, xs: Any, ys: Any) -> Any:
    return by_hand(parameters, functions.relu, xs, ys)


def modules() -> tuple[Step, Gradients]:
    """A network of modules whose loss is jitted, of NumPy arrays; its parameters are read at each call."""
    import numpy

    from autograd_lite import jit, nn

    model = nn.MLP(2, [16, 16, 1])
    for p, x in zip(model.parameters(), starts(), strict=True):
        p.data = x
    fast = jit(lambda xs, ys: loss_of(model, model.parameters(), relu, xs, ys))
    xs, ys = (numpy.array(part, float) for part in points())

    def step() -> float:
        model.zero_grad()
        out = fast(xs, ys)
        out.backward()
        return float(out.data)

    return step, lambda: [p.grad for p in model.parameters()]


def jax_arrays() -> tuple[Step, Gradients]:
    from jax import numpy as jnp
    from jax.nn import relu

    return jax_compiled(network_loss(relu, lambda scores, ys: jnp.maximum(1 - ys * scores, 0.0)), [starts(), *points()])


def torch_arrays() -> tuple[Step, Gradients]:
    import torch

    function = network_loss(torch.relu, lambda scores, ys: torch.relu(1 - ys * scores))
    return torch_recorded(function, starts(), points())


def plain_c() -> tuple[Step, Gradients]:
    """C, sample by sample, compiled for this processor."""
    place = Path(tempfile.mkdtemp())
    command = [COMPILER, "-O3", "-march=native", "-shared", "-fPIC", "-o", place / "moons.so", FOLDER / "two_moons.c"]
    subprocess.run(command, check=True)
    function = ctypes.CDLL(str(place / "moons.so")).two_moons
    function.restype = ctypes.c_double
    xs, ys = points()
    start, flat, labels = starts(), [x for point in xs for x in point], [float(y) for y in ys]
    given = [(ctypes.c_double * len(part))(*part) for part in (start, flat, labels)]
    gradient = (ctypes.c_double * len(start))()
    arguments = (*given, ctypes.c_long(len(ys)), ctypes.c_double(ALPHA), gradient)
    return lambda: function(*arguments), lambda: gradient


LOOPS = Loops(loss, starts(), points())
WORK = Work(
    "loss and gradient of the two moons' MLP(2, [16, 16, 1]) on 100 points, of NumPy arrays of parameters and points.",
    {
        **LOOPS.engines(),
        "jit, nn.MLP": Engine(modules, "llvmlite", repeat=20),
        "C": Engine(plain_c, COMPILER, repeat=500),
        "JAX, arrays": Engine(jax_arrays, "jax", repeat=100),
        "PyTorch, arrays": Engine(torch_arrays, "torch", repeat=50),
    },
    ("jit",),
    compiles=True,
    note="The loops are those of two_moons. Whole arrays and C are other programs for the same numbers.",
)

"""The Jacobian of a step of 20 bodies that attract each other as a program: 120 numbers by 120."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work
from loops import in_memory, jax_in_doubles, lazily

BODIES, DT = 20, 0.01


def starts(bodies: int = BODIES) -> list[float]:
    """Places, then velocities, three numbers each."""
    rng = random.Random(7)
    return [rng.gauss(0, 1) for _ in range(6 * bodies)]


def moved(state: Any) -> list[Any]:
    """A kick by the pull of all others, then a drift."""
    middle = len(state) // 2
    places = [state[i : i + 3] for i in range(0, middle, 3)]
    velocities = [list(state[i : i + 3]) for i in range(middle, 2 * middle, 3)]
    for i, (x, y, z) in enumerate(places):
        for j in range(i):
            u, v, w = places[j]
            a, b, c = u - x, v - y, w - z
            pull = DT * (a * a + b * b + c * c + 0.01) ** -1.5
            for k, d in enumerate((a, b, c)):
                velocities[i][k] = velocities[i][k] + pull * d
                velocities[j][k] = velocities[j][k] - pull * d
    flat = [x for velocity in velocities for x in velocity]
    return [x + DT * u for x, u in zip(state[:middle], flat, strict=True)] + flat


def of_arrays(library: Any) -> Callable[[Any], Any]:
    def whole(state: Any) -> Any:
        places, velocities = state.reshape(2, BODIES, 3)
        away = places[None] - places[:, None]
        pulls = DT * ((away * away).sum(-1) + 0.01) ** -1.5
        velocities = velocities + (pulls[:, :, None] * away).sum(1)
        return library.concatenate([(places + DT * velocities).reshape(-1), velocities.reshape(-1)])

    return whole


def jacobians(function: Callable[[Any], Any]) -> tuple[Step, Gradients]:
    """A function of a NumPy array that gives its Jacobian; its first number stands for all in the first place."""
    import numpy

    start, last = numpy.array(starts()), []

    def step() -> float:
        last[:] = [numpy.asarray(function(start))]
        return float(last[0].flat[0])

    return step, lambda: last[0].ravel().tolist()


def eager() -> tuple[Step, Gradients]:
    from autograd_lite import jacobian

    return jacobians(jacobian(moved))


def jitted() -> tuple[Step, Gradients]:
    from autograd_lite import jacobian, jit

    return jacobians(jit(jacobian(moved)))


def jax_arrays() -> tuple[Step, Gradients]:
    jax = jax_in_doubles()
    return jacobians(jax.jit(jax.jacobian(of_arrays(jax.numpy))))


def torch_arrays() -> tuple[Step, Gradients]:
    import torch

    compute = torch.func.jacrev(of_arrays(torch))
    return jacobians(lambda state: compute(torch.from_numpy(state)))


def casadi_graph() -> tuple[Step, Gradients]:
    import casadi
    import numpy

    def build() -> Any:
        state = casadi.SX.sym("state", 6 * BODIES)
        matrix = casadi.densify(casadi.jacobian(casadi.vertcat(*moved(state.elements())), state))
        return in_memory(casadi.Function("f", [state], [matrix.T]), numpy.zeros((6 * BODIES, 6 * BODIES)))

    return jacobians(lazily(build))


def ddx_graph() -> tuple[Step, Gradients]:
    import ddx

    def build() -> Any:
        model = ddx.equation(lambda: tuple(moved([ddx.var(f"x{i}") for i in range(6 * BODIES)])))
        model.compile()
        return lambda state: model.jacobian(state)[1]

    return jacobians(lazily(build))


WORK = Work(
    "the Jacobian of one step of 20 bodies, 120 by 120 numbers, of a NumPy array.",
    {
        "eager": Engine(eager, ours=True),
        "jit": Engine(jitted, "llvmlite", repeat=20),
        "CasADi": Engine(casadi_graph, "casadi", repeat=10),
        "ddx-ad": Engine(ddx_graph, "ddx", repeat=10),
        "JAX, arrays": Engine(jax_arrays, "jax", repeat=10),
        "PyTorch, arrays": Engine(torch_arrays, "torch"),
    },
    ("jit",),
    compiles=True,
)

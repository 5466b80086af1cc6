"""Losses written as scalar loops, as users hand them on, with the numbers that they are tried at."""

from __future__ import annotations

import math
import random
from typing import Any

from autograd_lite import gelu, relu, softplus, tanh


def loss(w: Any, points: Any, targets: Any) -> Any:
    """The mean squared error of a neuron with a second weight."""
    total = 0.0
    for (x, y), target in zip(points, targets, strict=True):
        total += (w[0] * tanh(w[1] * x + w[2] * y) - target) ** 2
    return total / len(targets)


def samples(count: int, seed: int = 0) -> tuple[list[list[float]], list[float]]:
    draw = random.Random(seed)
    points = [[draw.gauss(0.0, 1.0), draw.gauss(0.0, 1.0)] for _ in range(count)]
    return points, [0.5 * math.tanh(2.0 * x - y) for x, y in points]


def mixed(p: Any, xs: Any) -> Any:
    """Rows of which none has its derivatives from the engine, parameters in a dict, several results."""
    total = p["b"]
    for x in xs:
        h = p["w"][0] * x + p["w"][1]
        total = total + relu(h) * gelu(h) - softplus(h) ** 2
    return total


MIXED = {"b": 0.2, "w": [0.7, -0.4]}
XS = [0.3, -1.1, 2.2, 0.05, -0.6]

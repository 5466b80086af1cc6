"""The network of the two moons on whole arrays: the program that one writes for JAX and PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from two_moons import ALPHA, SIZES


def network_loss(
    activation: Callable[[Any], Any], loss: Callable[[Any, Any], Any], alpha: float = ALPHA
) -> Callable[..., Any]:
    """The loss of all points at once, of the parameters in the order of micrograd, and of points and labels."""

    def of_arrays(parameters: Any, xs: Any, ys: Any) -> Any:
        h, start = xs, 0
        for n, m in pairwise(SIZES):
            layer = parameters[start : start + m * (n + 1)].reshape(m, n + 1)
            h, start = h @ layer[:, :-1].T + layer[:, -1], start + m * (n + 1)
            h = activation(h) if m > 1 else h
        return loss(h[:, 0], ys).mean() + alpha * (parameters * parameters).sum()

    return of_arrays

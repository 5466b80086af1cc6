"""Models that several of the tests here train."""

from __future__ import annotations

import random
from typing import Any

from autograd_lite import Value, nn, optim


def small_model(seed: int = 0) -> nn.MLP:
    return nn.MLP(2, [3, 1], rng=random.Random(seed))


def sgd(model: nn.Module, lr: float = 0.05) -> optim.SGD:
    return optim.SGD(model.parameters(), lr=lr)


class Line(nn.Module):
    """y = ax + c"""

    def __init__(self) -> None:
        self.a, self.c = Value(0.0), Value(0.0)

    def parameters(self) -> list[Value]:
        return [self.a, self.c]

    def __call__(self, x: Any) -> Any:
        return self.a * x + self.c

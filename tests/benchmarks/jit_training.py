"""Training the two moons by `nn.fit`, natively, eagerly, and by PyTorch's own loop: an epoch, when all is warm."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work
from two_moons import SIZES, layers, points, starts

RATE = 0.001


class Training:
    """A training, epoch by epoch.

    Args:
        epochs: Gives the loss of one epoch after the other, as many as are asked for.
    """

    def __init__(self, epochs: Callable[[int], list[tuple[float, float]]]) -> None:
        self.epochs = epochs

    def made(self, count: int) -> Callable[[], tuple[Step, Gradients]]:
        """What measures so many epochs, but the first."""

        def step() -> dict[str, float]:
            ends = [end for end, _ in self.epochs(count + 1)]
            return {"time": (ends[-1] - ends[0]) / count}

        return lambda: (step, list)


def moons() -> Any:
    """A model with its data and its loss."""
    from autograd_lite import nn

    model = nn.MLP(2, SIZES[1:])
    for p, x in zip(model.parameters(), starts(), strict=True):
        p.data = x
    return model, *points(), "hinge"


def fitted(make: Callable[[], Any], jit: bool, **settings: Any) -> Training:
    """By `nn.fit`; a schedule looks at the clock, for which nothing has to leave its place."""

    def epochs(count: int) -> list[tuple[float, float]]:
        from autograd_lite import nn, optim

        class Clock(optim.Schedule):
            def rate(self, t: int) -> float:
                ends.append(time.perf_counter())
                return self.base_lr

        ends: list[float] = []
        model, xs, ys, loss = make()
        optimizer = optim.Adam(model.parameters(), lr=RATE)
        given = {"loss": loss, "optimizer": optimizer, "schedule": Clock(optimizer), **settings}
        history = nn.fit(model, xs, ys, epochs=count, jit=jit, progress=False, **given)
        return list(zip(ends, history.losses, strict=True))

    return Training(epochs)


def in_torch(make: Callable[[], Any], size: int = 0) -> Training:
    """By the loop that PyTorch's tutorials write; in batches, if a size is given, as they come."""

    def epochs(count: int) -> list[tuple[float, float]]:
        import torch

        model, xs, ys, loss = make()
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
        batches = [(xs, ys)] if not size else list(zip(xs.split(size), ys.split(size), strict=True))

        def epoch() -> float:
            total = 0.0
            for x, y in batches:
                optimizer.zero_grad()
                out = loss(model(x), y)
                out.backward()
                optimizer.step()
                total += out.item() * len(x)
            return total / len(xs)

        losses = [(epoch(), time.perf_counter()) for _ in range(count)]
        return [(end, mean) for mean, end in losses]

    return Training(epochs)


def torch_network(parts: list[list[tuple[list[float], float]]], activation: Callable[[], Any]) -> Any:
    """Linear layers with these weights and biases, in doubles."""
    import torch

    modules: list[Any] = []
    for layer in parts:
        linear = torch.nn.Linear(len(layer[0][0]), len(layer)).double()
        with torch.no_grad():
            linear.weight.copy_(torch.tensor([weights for weights, _ in layer], dtype=torch.float64))
            linear.bias.copy_(torch.tensor([bias for _, bias in layer], dtype=torch.float64))
        modules += [linear, activation()]
    return torch.nn.Sequential(*modules[:-1])


def torch_moons() -> Any:
    import torch

    xs, ys = (torch.tensor(part, dtype=torch.float64) for part in points())
    model = torch_network(layers(starts()), torch.nn.ReLU)
    return model, xs, ys, lambda scores, labels: torch.relu(1 - labels * scores[:, 0]).mean()


WORK = Work(
    "an epoch of MLP(2, [16, 16, 1]) on the two moons' 100 points by Adam, hinge loss, all in one batch or in ten.",
    {
        "fit, eager": Engine(fitted(moons, False).made(3), ours=True),
        "fit": Engine(fitted(moons, True).made(2000), "llvmlite"),
        "fit, batches": Engine(fitted(moons, True, batch_size=10).made(500), "llvmlite"),
        "PyTorch": Engine(in_torch(torch_moons).made(100), "torch"),
        "PyTorch, batches": Engine(in_torch(torch_moons, 10).made(20), "torch"),
    },
    ("PyTorch", "PyTorch, batches"),
    note="PyTorch's batches come as they are, those of `fit` in a new order in each epoch.",
)

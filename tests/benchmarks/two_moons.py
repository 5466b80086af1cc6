"""One loss and its gradient, MLP(2, [16, 16, 1]) on 100 points of the two moons: hinge loss and L2 penalty."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from harness import Engine, Gradients, Step, Work

SIZES = [2, 16, 16, 1]
ALPHA = 1e-4


def points() -> tuple[list[list[float]], list[int]]:
    """Two half circles that interlock, and the label of each point: -1 or 1."""
    rng = random.Random(7)
    xs, ys = [], []
    for i in range(100):
        angle, y = math.pi * rng.random(), 1 if i % 2 else -1
        x = [1 - math.cos(angle), 0.5 - math.sin(angle)] if y > 0 else [math.cos(angle), math.sin(angle)]
        xs.append([v + rng.gauss(0, 0.1) for v in x])
        ys.append(y)
    return xs, ys


def starts() -> list[float]:
    """The parameters, in the order of micrograd: of each neuron its weights, then its bias."""
    rng = random.Random(7)
    return [rng.uniform(-1, 1) for n, m in itertools.pairwise(SIZES) for _ in range(m * (n + 1))]


def layers(parameters: Sequence[Any]) -> list[list[tuple[list[Any], Any]]]:
    """Of each neuron weights and bias."""
    rest = iter(parameters)
    return [[([next(rest) for _ in range(n)], next(rest)) for _ in range(m)] for n, m in itertools.pairwise(SIZES)]


def floats() -> tuple[Step, Gradients]:
    """The loss alone, as one writes it for floats when it is to be fast."""
    xs, ys = points()
    network = layers(starts())

    def score(x: list[float]) -> float:
        for i, layer in enumerate(network):
            out = []
            for weights, bias in layer:
                total = bias
                for w, v in zip(weights, x, strict=True):
                    total += w * v
                out.append(total if total > 0 or i == 2 else 0.0)
            x = out
        return x[0]

    def step() -> float:
        total = 0.0
        for x, y in zip(xs, ys, strict=True):
            margin = 1 + -y * score(x)
            total += margin if margin > 0 else 0.0
        penalty = 0.0
        for layer in network:
            for weights, bias in layer:
                for w in weights:
                    penalty += w * w
                penalty += bias * bias
        return total / len(xs) + ALPHA * penalty

    return step, list


def loss_of(
    score: Callable[[Any], Any], parameters: Sequence[Any], relu: Callable[[Any], Any], xs: Any, ys: Any
) -> Any:
    """The loss as micrograd's demonstration writes it."""
    losses = [relu(1 + -y * score(x)) for x, y in zip(xs, ys, strict=True)]
    return sum(losses) * (1 / len(losses)) + ALPHA * sum(p * p for p in parameters)


def by_hand(parameters: Sequence[Any], relu: Callable[[Any], Any], xs: Any, ys: Any) -> Any:
    """The loss with every neuron written out as a sum of products."""
    network = layers(parameters)

    def score(x: Any) -> Any:
        for layer in network[:-1]:
            x = [relu(sum(w * v for w, v in zip(weights, x, strict=True)) + bias) for weights, bias in layer]
        [(weights, bias)] = network[-1]
        return sum(w * v for w, v in zip(weights, x, strict=True)) + bias

    return loss_of(score, parameters, relu, xs, ys)


def relu(x: Any) -> Any:
    return x.relu()


def nodes(parameters: list[Any], loss: Callable[[], Any]) -> tuple[Step, Gradients]:
    """A step of an engine of micrograd's kind."""

    def step() -> float:
        for p in parameters:
            p.grad = 0.0
        out = loss()
        out.backward()
        return out.data

    return step, lambda: [p.grad for p in parameters]


def network_of(mlp: Callable[..., Any]) -> tuple[Step, Gradients]:
    model = mlp(2, SIZES[1:])
    parameters = list(model.parameters())
    for p, x in zip(parameters, starts(), strict=True):
        p.data = x
    return nodes(parameters, lambda: loss_of(model, parameters, relu, *points()))


def ours() -> tuple[Step, Gradients]:
    from autograd_lite import nn

    return network_of(nn.MLP)


def ours_by_hand() -> tuple[Step, Gradients]:
    from autograd_lite import Value

    parameters = [Value(x) for x in starts()]
    return nodes(parameters, lambda: by_hand(parameters, relu, *points()))


def minimal() -> tuple[Step, Gradients]:
    from minimal import Value

    parameters = [Value(x) for x in starts()]
    return nodes(parameters, lambda: by_hand(parameters, relu, *points()))


def micrograd() -> tuple[Step, Gradients]:
    from micrograd.nn import MLP

    return network_of(MLP)


def tensors_of(parameters: list[Any], loss: Callable[[], Any], flat: Gradients) -> tuple[Step, Gradients]:
    """A step of PyTorch."""

    def step() -> float:
        for p in parameters:
            p.grad = None
        out = loss()
        out.backward()
        return out.item()

    return step, flat


def torch_scalars() -> tuple[Step, Gradients]:
    import torch

    parameters = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in starts()]
    return tensors_of(
        parameters, lambda: by_hand(parameters, torch.relu, *points()), lambda: [p.grad for p in parameters]
    )


def torch_tensors() -> tuple[Step, Gradients]:
    import torch

    xs, ys = (torch.tensor(part, dtype=torch.float64) for part in points())
    start = [torch.tensor([[*ws, b] for ws, b in layer], dtype=torch.float64) for layer in layers(starts())]
    weights = [layer[:, :-1].clone().requires_grad_() for layer in start]
    biases = [layer[:, -1].clone().requires_grad_() for layer in start]

    def loss() -> Any:
        h = xs
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            h = torch.relu(torch.nn.functional.linear(h, w, b))
        scores = torch.nn.functional.linear(h, weights[-1], biases[-1])[:, 0]
        penalty = sum((p * p).sum() for p in (*weights, *biases))
        return torch.relu(1 - ys * scores).mean() + ALPHA * penalty

    def flat() -> list[float]:
        pairs = zip(weights, biases, strict=True)
        return torch.cat([torch.column_stack((w.grad, b.grad)).flatten() for w, b in pairs]).tolist()

    return tensors_of([*weights, *biases], loss, flat)


def hips_arrays() -> tuple[Step, Gradients]:
    import autograd.numpy as np
    from autograd import value_and_grad

    xs, ys = map(np.array, points())
    start = [np.array([[*ws, b] for ws, b in layer]) for layer in layers(starts())]
    split = [(layer[:, :-1].T, layer[:, -1]) for layer in start]

    def loss(parameters: Any) -> Any:
        h, penalty = xs, 0.0
        for i, (w, b) in enumerate(parameters):
            h = np.dot(h, w) + b
            h = h if i == 2 else np.maximum(h, 0.0)
            penalty = penalty + np.sum(w * w) + np.sum(b * b)
        return np.mean(np.maximum(1 - ys * h[:, 0], 0.0)) + ALPHA * penalty

    function, last = value_and_grad(loss), []

    def step() -> float:
        out, last[:] = function(split)
        return float(out)

    return step, lambda: np.concatenate([np.column_stack((w.T, b)).ravel() for w, b in last]).tolist()


WORK = Work(
    "loss and gradient of MLP(2, [16, 16, 1]) on 100 points, hinge loss and L2 penalty, some 66,000 binary operations; "
    "plain floats compute the loss alone.",
    {
        "floats": Engine(floats, repeat=10),
        "ours, nn.MLP": Engine(ours, ours=True),
        "ours, by hand": Engine(ours_by_hand, ours=True),
        "minimal, by hand": Engine(minimal),
        "micrograd": Engine(micrograd, "micrograd"),
        "PyTorch, scalar tensors": Engine(torch_scalars, "torch"),
        "HIPS autograd, arrays": Engine(hips_arrays, "autograd", repeat=5),
        "PyTorch, tensors": Engine(torch_tensors, "torch", repeat=20),
    },
    ("floats", "ours, nn.MLP"),
    note="The last two rows compute with whole arrays: another program for the same numbers.",
)

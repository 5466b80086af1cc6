"""A recurrent net over 50 steps: 16 hidden units see a sine and foretell its next value; mean squared error."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from harness import Engine, Gradients, Step, Work

HIDDEN, STEPS = 16, 50
SERIES = [math.sin(0.3 * i) for i in range(STEPS + 1)]
Rows = list[tuple[list[Any], Any]]


def starts() -> list[float]:
    """The parameters: of each hidden unit weights, first of the input, and a bias; at last those of the output."""
    rng = random.Random(7)
    return [rng.uniform(-0.25, 0.25) for _ in range(HIDDEN * (HIDDEN + 2) + HIDDEN + 1)]


def rows(parameters: Sequence[Any]) -> Rows:
    """Of each unit weights and bias; the output is the last."""
    rest = iter(parameters)
    return [([next(rest) for _ in range(n)], next(rest)) for n in [HIDDEN + 1] * HIDDEN + [HIDDEN]]


def mean_square(
    hidden: Callable[[list[Any]], list[Any]], output: Callable[[list[Any]], Any], series: Sequence[Any] = SERIES
) -> Any:
    h: list[Any] = [0.0] * HIDDEN
    errors = []
    for now, after in itertools.pairwise(series):
        h = hidden([now, *h])
        errors.append((output(h) - after) ** 2)
    return sum(errors) * (1 / STEPS)


def by_hand(parameters: Sequence[Any], tanh: Callable[[Any], Any], series: Sequence[Any] = SERIES) -> Any:
    *units, last = rows(parameters)

    def linear(weights: list[Any], x: list[Any], bias: Any) -> Any:
        return sum(w * v for w, v in zip(weights, x, strict=True)) + bias

    def hidden(x: list[Any]) -> list[Any]:
        return [tanh(linear(weights, x, bias)) for weights, bias in units]

    return mean_square(hidden, lambda h: linear(last[0], h, last[1]), series)


def floats() -> tuple[Step, Gradients]:
    parameters = starts()
    return lambda: by_hand(parameters, math.tanh), list


def nodes(parameters: list[Any], loss: Callable[[], Any]) -> tuple[Step, Gradients]:
    """A step of ours, of minimal, and of PyTorch."""

    def step() -> float:
        for p in parameters:
            p.grad = None if hasattr(p, "grad_fn") else 0.0
        out = loss()
        out.backward()
        return float(out.data)

    return step, lambda: [p.grad for p in parameters]


def written_out(value: Callable[[float], Any]) -> tuple[Step, Gradients]:
    parameters = [value(x) for x in starts()]
    return nodes(parameters, lambda: by_hand(parameters, lambda x: x.tanh()))


def ours_by_hand() -> tuple[Step, Gradients]:
    from autograd_lite import Value

    return written_out(Value)


def ours() -> tuple[Step, Gradients]:
    from autograd_lite import nn

    layer, neuron = nn.Layer(HIDDEN + 1, HIDDEN, activation="tanh"), nn.Neuron(HIDDEN, nonlin=False)
    parameters = layer.parameters() + neuron.parameters()
    for p, x in zip(parameters, starts(), strict=True):
        p.data = x
    return nodes(parameters, lambda: mean_square(layer, neuron))


def minimal() -> tuple[Step, Gradients]:
    from minimal import Value

    return written_out(Value)


def torch_scalars() -> tuple[Step, Gradients]:
    import torch

    return written_out(lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True))


def torch_tensors() -> tuple[Step, Gradients]:
    import torch

    *units, last = rows(starts())
    tensors = [[w for w, _ in units], [b for _, b in units], last[0], last[1]]
    parameters = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in tensors]
    series = torch.tensor(SERIES, dtype=torch.float64)

    def loss() -> Any:
        weights, biases, w, b = parameters
        h, hidden = torch.zeros(HIDDEN, dtype=torch.float64), []
        for i in range(STEPS):
            h = torch.tanh(weights @ torch.cat((series[i : i + 1], h)) + biases)
            hidden.append(h)
        return torch.mean((torch.stack(hidden) @ w + b - series[1:]) ** 2)

    def flat() -> list[float]:
        weights, biases, w, b = (p.grad for p in parameters)
        return [*torch.column_stack((weights, biases)).flatten().tolist(), *w.tolist(), b.item()]

    return nodes(parameters, loss)[0], flat


def hips_arrays() -> tuple[Step, Gradients]:
    import autograd.numpy as np
    from autograd import value_and_grad

    *units, last = rows(starts())
    start = [np.array([w for w, _ in units]), np.array([b for _, b in units]), np.array(last[0]), last[1]]

    def loss(parameters: Any) -> Any:
        weights, biases, w, b = parameters
        h, total = np.zeros(HIDDEN), 0.0
        for i in range(STEPS):
            h = np.tanh(np.dot(weights, np.concatenate((SERIES[i : i + 1], h))) + biases)
            total = total + (np.dot(w, h) + b - SERIES[i + 1]) ** 2
        return total / STEPS

    function, last_gradient = value_and_grad(loss), []

    def step() -> float:
        out, last_gradient[:] = function(start)
        return float(out)

    def flat() -> list[float]:
        weights, biases, w, b = last_gradient
        return [*np.column_stack((weights, biases)).ravel().tolist(), *w.tolist(), float(b)]

    return step, flat


WORK = Work(
    "loss and gradient of a recurrent net of 16 units over 50 steps; plain floats compute the loss alone.",
    {
        "floats": Engine(floats, repeat=3),
        "ours, nn.Layer": Engine(ours, ours=True),
        "ours, by hand": Engine(ours_by_hand, ours=True),
        "minimal, by hand": Engine(minimal),
        "PyTorch, scalar tensors": Engine(torch_scalars, "torch"),
        "HIPS autograd, arrays": Engine(hips_arrays, "autograd"),
        "PyTorch, tensors": Engine(torch_tensors, "torch", repeat=3),
    },
    ("floats", "ours, nn.Layer"),
    note="The last two rows compute with whole arrays: another program for the same numbers. micrograd has no tanh.",
)

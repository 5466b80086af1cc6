"""Graphs that several of the tests here step through."""

from __future__ import annotations

import random

from autograd_lite import Value, losses, nn, tanh


def neuron() -> Value:
    x, w, b = Value(2.0, label="x"), Value(-0.5, label="w"), Value(1.8813735870195432, label="b")
    s = w * x + b
    y = tanh(s)
    s.label, y.label = "s", "y"
    return y


def diamond() -> Value:
    a = Value(2.0, label="a")
    b = a + a
    c = b * b
    b.label, c.label = "b", "c"
    return c


def network(inputs: int = 2, *, hidden: int = 4) -> Value:
    model = nn.MLP(inputs, [hidden, hidden, 1], activation="tanh", rng=random.Random(0))
    loss = losses.mse([model([0.5, -1.0, 1.0, 2.0][:inputs])], [1.0])
    loss.label = "loss"
    return loss

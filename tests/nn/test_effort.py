"""What is counted of a training, and which trainings are long enough for a program."""

from __future__ import annotations

import random

import pytest

from autograd_lite import Value, data, losses, nn
from autograd_lite.nn import effort
from autograd_lite.nn.effort import NODE, pays, size_of


def test_the_size_of_a_graph_is_that_of_its_nodes_and_operands() -> None:
    model = nn.MLP(2, [3, 2], activation="tanh")
    neurons, operands = 3 + 2, 3 * (2 + 1) + 2 * (2 * 3 + 1)  # weights and bias, and of the second layer inputs
    assert size_of(model([1.0, 2.0])) == (neurons + 3) * NODE + operands + 3
    assert size_of(Value(1.0)) == size_of(1.0) == size_of([]) == 0


def size_of_one(model: nn.MLP, x: list[float], y: int) -> int:
    return size_of(losses.cross_entropy(model(x), y))


def test_long_trainings_pay_and_short_ones_do_not() -> None:
    xs, ys = data.xor()
    exclusive_or = size_of_one(nn.MLP(2, [4, 2]), xs[0], ys[0])
    xs, ys = data.moons(100, rng=random.Random(1))
    moons = size_of_one(nn.MLP(2, [16, 16, 2]), xs[0], ys[0])
    assert not pays(exclusive_or, 4, 4, 300)
    assert pays(exclusive_or, 4, 4, 300_000)
    assert pays(moons, 100, 100, 300)
    assert not pays(moons, 100, 100, 3)
    assert not pays(moons, 100, 100, 0)


def test_a_last_batch_that_is_shorter_needs_a_program_too() -> None:
    epochs = next(epochs for epochs in range(10_000) if pays(1000, 100, 50, epochs))
    assert not pays(1000, 100, 30, epochs)
    assert pays(1000, 100, 30, 2 * epochs + 1)


def test_compiled_the_engine_is_faster_and_programs_pay_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort, "COMPILED", False)
    first = next(epochs for epochs in range(10_000) if pays(1000, 100, 100, epochs))
    monkeypatch.setattr(effort, "COMPILED", True)
    assert not pays(1000, 100, 100, 2 * first)

"""Programs written for micrograd, with only the import changed: its sanity checks and its demonstration."""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from typing import Any

import pytest
from extras import numpy as np

from autograd_lite import nn
from autograd_lite.engine import Value
from autograd_lite.nn import MLP, Layer, Module, Neuron

# --- Its sanity checks ---


def sanity_check(x: Any) -> Any:
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    return h + q + q * x


def more_ops(a: Any, b: Any) -> Any:
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def test_sanity_check() -> None:
    x = Value(-4.0)
    y = sanity_check(x)
    y.backward()
    # z = 3x + 2 = -10, q = zx, h = z², y = h + q + qx; y' = 6z + (3x + z)(1 + x) + q
    assert y.data == 100 + 40 + 40 * -4
    assert x.grad == -60 + -22 * -3 + 40 == 46


def test_more_ops() -> None:
    a, b = Value(-4.0), Value(2.0)
    g = more_ops(a, b)
    g.backward()
    # c = 3a + 4b + 3, d = 12(ab + b³) + b - a, e = c - d = -7, g = e²/2 + 10/e²
    slope = -7 + 20 / 343
    assert g.data == pytest.approx(49 / 2 + 10 / 49, rel=1e-15)
    assert a.grad == pytest.approx(slope * (3 - 23), rel=1e-14)
    assert b.grad == pytest.approx(slope * (4 - 97), rel=1e-14)
    assert [f"{n:.4f}" for n in (g.data, a.grad, b.grad)] == ["24.7041", "138.8338", "645.5773"]  # as it prints them


@pytest.mark.peers
def test_the_sanity_checks_are_pytorchs() -> None:
    import torch

    for f, point in ((sanity_check, (-4.0,)), (more_ops, (-4.0, 2.0))):
        ours = [Value(x) for x in point]
        theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
        out, expected = f(*ours), f(*theirs)
        out.backward()
        expected.backward()
        assert out.data == pytest.approx(expected.item(), rel=1e-12)
        assert [x.grad for x in ours] == pytest.approx([x.grad.item() for x in theirs], rel=1e-12)


# --- Its names ---


def test_what_its_programs_read_is_there() -> None:
    a, b = Value(2), Value(-3.0)
    c = a * b
    assert (c._prev, c._op) == ({a, b}, "*")
    assert (a._prev, a._op) == (set(), "")
    assert (type(a.data), a.grad) == (float, 0.0)
    assert repr(c) == "Value(data=-6.0, grad=0.0)"
    neuron = Neuron(2, nonlin=False)
    assert len(neuron.w) == 2
    assert all(isinstance(p, Value) for p in [*neuron.w, neuron.b])
    assert [p is q for p, q in zip(neuron.parameters(), [*neuron.w, neuron.b], strict=True)] == [True] * 3
    layer, model = Layer(2, 3, nonlin=True), MLP(2, [16, 16, 1])
    assert [len(layer.neurons), len(model.layers), len(model.parameters())] == [3, 3, 337]
    assert all(isinstance(module, Module) for module in (neuron, layer, model))
    model([1.0, -2.0]).backward()
    model.zero_grad()
    assert all(p.grad == 0 for p in model.parameters())


def test_it_prints_the_same() -> None:
    assert repr(Neuron(2)) == str(Neuron(2)) == "ReLUNeuron(2)"
    assert repr(Neuron(16, nonlin=False)) == "LinearNeuron(16)"
    assert repr(Layer(2, 2)) == "Layer of [ReLUNeuron(2), ReLUNeuron(2)]"
    assert repr(MLP(2, [2, 1])) == ("MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]")


# --- Its demonstration ---


def demonstration(engine: Any, network: Any) -> Iterator[tuple[float, float]]:
    """Loss and accuracy of each of the 100 steps, as its notebook computes them."""
    make_moons = pytest.importorskip("sklearn.datasets").make_moons

    Value = engine  # noqa: N806  (the notebook's name)
    np.random.seed(1337)
    random.seed(1337)
    X, y = make_moons(n_samples=100, noise=0.1)  # noqa: N806  (the notebook's name)
    y = y * 2 - 1
    model = network(2, [16, 16, 1])

    def loss(batch_size: Any = None) -> Any:
        if batch_size is None:
            Xb, yb = X, y  # noqa: N806  (the notebook's name)
        else:
            ri = np.random.permutation(X.shape[0])[:batch_size]
            Xb, yb = X[ri], y[ri]  # noqa: N806  (the notebook's name)
        inputs = [list(map(Value, xrow)) for xrow in Xb]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(yb, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        alpha = 1e-4
        reg_loss = alpha * sum((p * p for p in model.parameters()))  # noqa: UP034  (as in the notebook)
        total_loss = data_loss + reg_loss
        accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(yb, scores, strict=True)]
        return total_loss, sum(accuracy) / len(accuracy)

    for k in range(100):
        total_loss, acc = loss()
        model.zero_grad()
        total_loss.backward()
        learning_rate = 1.0 - 0.9 * k / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        yield total_loss.data, acc


def test_the_demonstration_has_the_published_losses() -> None:
    steps = list(demonstration(Value, nn.MLP))
    published = {
        0: (0.8958441028683222, 0.50),
        1: (1.7235905336972022, 0.81),
        2: (0.7429006313851131, 0.77),
        99: (0.010978370135492717, 1.00),
    }
    for k, (loss, accuracy) in published.items():
        assert steps[k] == (pytest.approx(loss, rel=1e-9), accuracy)


@pytest.mark.peers
def test_the_demonstration_is_micrograds_step_by_step() -> None:
    import micrograd.engine
    import micrograd.nn

    ours, theirs = list(demonstration(Value, nn.MLP)), []
    gc.disable()  # micrograd's nodes are in cycles: collecting them once a step is much faster
    try:
        for step in demonstration(micrograd.engine.Value, micrograd.nn.MLP):
            theirs.append(step)
            gc.collect()
    finally:
        gc.enable()
    assert len(ours) == len(theirs) == 100
    assert [loss for loss, _ in ours] == pytest.approx([loss for loss, _ in theirs], rel=1e-9)
    assert [accuracy for _, accuracy in ours] == [accuracy for _, accuracy in theirs]

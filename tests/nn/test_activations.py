"""Activations: each the function of the textbook, by its name or as a function, and refused if it is neither."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from comparing import close

from autograd_lite import nn
from autograd_lite.engine import table as ops
from autograd_lite.engine.value import Value


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def normal_cdf(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def bell(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


#: Every activation and its derivative as a textbook has them.
TEXTBOOK: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "sigmoid": (logistic, lambda z: logistic(z) * (1 - logistic(z))),
    "arctan": (math.atan, lambda z: 1 / (1 + z * z)),
    "leaky_relu": (lambda z: z if z > 0 else 0.01 * z, lambda z: 1.0 if z > 0 else 0.01),
    "elu": (lambda z: z if z > 0 else math.exp(z) - 1, lambda z: 1.0 if z > 0 else math.exp(z)),
    "gelu": (lambda z: z * normal_cdf(z), lambda z: normal_cdf(z) + z * bell(z)),
    "silu": (lambda z: z * logistic(z), lambda z: logistic(z) * (1 + z * (1 - logistic(z)))),
    "softplus": (lambda z: math.log(1 + math.exp(z)), logistic),
    "linear": (lambda z: z, lambda z: 1.0),
}


@pytest.mark.parametrize("name", TEXTBOOK)
@pytest.mark.parametrize("bias", [-3.0, 0.25])
def test_a_neuron_is_its_formula(name: str, bias: float) -> None:
    f, slope = TEXTBOOK[name]
    neuron = nn.Neuron(2, activation=name)
    neuron.w, neuron.b = [0.5, -0.75], bias
    inputs = [Value(2.0), Value(1.0)]
    z = 0.5 * 2.0 - 0.75 * 1.0 + bias
    out = neuron(inputs)
    out.backward()
    assert out.data == close(f(z))
    assert [w.grad for w in neuron.w] == [close(slope(z) * 2.0), close(slope(z) * 1.0)]
    assert neuron.b.grad == close(slope(z))
    assert [x.grad for x in inputs] == [close(slope(z) * 0.5), close(slope(z) * -0.75)]


def test_every_activation_has_a_textbook_formula_here() -> None:
    assert set(TEXTBOOK) == set(nn.ACTIVATIONS)


@pytest.mark.parametrize("name", [name for name in TEXTBOOK if name != "linear"])
def test_an_activation_may_be_the_function(name: str) -> None:
    row = getattr(ops, name)
    for function in (row, lambda x: row(x)):
        neuron = nn.Neuron(1, activation=function)
        neuron.w, neuron.b = [0.5], -0.1
        named = nn.Neuron(1, activation=name)
        named.w, named.b = [0.5], -0.1
        assert neuron([3.0]).data == named([3.0]).data
    assert repr(nn.Neuron(1, activation=row)) == repr(nn.Neuron(1, activation=name))


def test_an_activation_of_ones_own() -> None:
    def cube(x: Value) -> Value:
        return x**3

    model = nn.MLP(1, [2, 1], activation=cube)
    model.load_state_dict(dict.fromkeys(model.state_dict(), 1.0))
    out = model([1.0])
    out.backward()
    assert out.data == 17.0  # 1 + (1 + 1)³ + (1 + 1)³
    assert model.layers[0].neurons[0].b.grad == 12.0  # 3 (1 + 1)²
    assert repr(model) == "MLP of [Layer of [cubeNeuron(1), cubeNeuron(1)], Layer of [LinearNeuron(2)]]"


def test_an_activation_may_be_exchanged() -> None:
    neuron, other = nn.Neuron(1, activation="relu"), nn.Neuron(1, activation="tanh")
    other.w = neuron.w
    neuron.activation = "tanh"
    assert neuron([0.5]).data == other([0.5]).data
    assert repr(neuron) == "TanhNeuron(1)"
    with pytest.raises(ValueError, match="got 'than'"):
        neuron.activation = "than"
    assert neuron.activation == "tanh"


def test_an_activation_must_be_known_and_return_a_value() -> None:
    with pytest.raises(ValueError, match=r"relu, tanh, .*, linear, got 'rleu'"):
        nn.MLP(2, [3, 1], activation="rleu")
    with pytest.raises(ValueError, match="got 'sgmoid'"):
        nn.MLP(2, [3, 1], output_activation="sgmoid")
    with pytest.raises(ValueError, match="got None"):
        nn.MLP(2, [3, 1], output_activation=None)
    with pytest.raises(ValueError, match="nonlin=False has no activation, got activation='tanh'"):
        nn.Neuron(2, nonlin=False, activation="tanh")
    neuron = nn.Neuron(1, activation=lambda x: float(x.data > 0))
    with pytest.raises(TypeError, match="must return a Value, got"):
        neuron([1.0])


@pytest.mark.peers
@pytest.mark.parametrize("name", TEXTBOOK)
def test_networks_are_pytorchs(name: str) -> None:
    import torch

    functions: dict[str, Any] = {
        **{n: getattr(torch.nn.functional, n) for n in ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus")},
        **{n: getattr(torch, n) for n in ("tanh", "sigmoid", "arctan")},
        "linear": lambda x: x,
    }
    model = nn.MLP(3, [4, 2], activation=name, rng=random.Random(2))
    x = [0.3, -1.2, 0.7]
    out = model(x)
    (out[0] * out[1]).backward()
    h = torch.tensor(x, dtype=torch.float64)
    pairs = []
    for i, layer in enumerate(model.layers):
        w = torch.tensor([[v.data for v in n.w] for n in layer.neurons], dtype=torch.float64, requires_grad=True)
        b = torch.tensor([n.b.data for n in layer.neurons], dtype=torch.float64, requires_grad=True)
        h = w @ h + b
        h = functions[name](h) if i == 0 else h
        pairs.append((layer, w, b))
    assert [v.data for v in out] == pytest.approx(h.tolist(), rel=1e-12)
    (h[0] * h[1]).backward()
    for layer, w, b in pairs:
        assert [[v.grad for v in n.w] for n in layer.neurons] == [
            pytest.approx(row, rel=1e-11) for row in w.grad.tolist()
        ]
        assert [n.b.grad for n in layer.neurons] == pytest.approx(b.grad.tolist(), rel=1e-11)

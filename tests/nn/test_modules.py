"""Neurons, layers, networks, their files, and training."""

from __future__ import annotations

import copy
import io
import json
import math
import os
import pickle
import random
import stat
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from extras import numpy as np
from interrupts import Interrupt

from autograd_lite import draw, explain, losses, nn, optim, steps
from autograd_lite.engine import table as ops
from autograd_lite.engine.passes import topological_order
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


def small_model(seed: int = 0) -> nn.MLP:
    return nn.MLP(2, [3, 1], rng=random.Random(seed))


def close(x: float) -> Any:
    return pytest.approx(x, rel=1e-13)


# --- Neurons ---


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


def test_the_weighted_sum_is_added_in_order_and_is_one_node() -> None:
    neuron = nn.Neuron(3, nonlin=False)
    neuron.w, neuron.b = [0.1, 0.2, 0.3], 0.7
    x = [1e16, 3.0, -1e16]
    out = neuron(x)
    assert out.data == ((0.7 + 0.1 * x[0]) + 0.2 * x[1]) + 0.3 * x[2]
    assert out.operands == (neuron.w, tuple(x), neuron.b)
    assert len(topological_order(out)) == 5


def test_a_network_records_two_nodes_a_neuron_and_one_group_a_layer() -> None:
    model = nn.MLP(2, [16, 16, 1])
    nodes = topological_order(model([0.5, -0.5]))
    assert len(nodes) == 337 + 33 + 32
    assert len({id(node._second) for node in nodes if node.operation is ops.affine}) == 3


def test_gradients_of_a_network_are_differences_of_its_values() -> None:
    model = nn.MLP(2, [3, 2], activation="tanh", output_activation="sigmoid", rng=random.Random(4))
    x = [Value(0.3), Value(-0.8)]

    def loss() -> Any:
        a, b = model(x)
        return a * a + 3.0 * b

    loss().backward()
    for p in [*model.parameters(), *x]:
        data, h = p.data, 1e-6
        p.data = data + h
        above = loss().data
        p.data = data - h
        below = loss().data
        p.data = data
        assert p.grad == pytest.approx((above - below) / (2 * h), rel=1e-7, abs=1e-9)


# --- Inputs ---


def test_inputs_are_numbers_of_every_kind() -> None:
    model = small_model()
    expected = model([0.5, 2.0]).data
    for x in (
        (0.5, 2),
        np.array([0.5, 2.0]),
        np.array([0.5, 2.0], dtype=np.float32),
        [Fraction(1, 2), Decimal(2)],
        [Value(0.5), Value(2.0)],
        np.array([Value(0.5), Value(2.0)]),
        (v for v in (0.5, 2.0)),
        [Value(0.5), 2.0],
    ):
        assert model(x).data == expected
    neuron = nn.Neuron(2, nonlin=False)
    assert [type(x) for x in neuron(np.array([0.5, 2.0])).inputs] == [Value, Value, float, float, Value]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nn.Neuron(2), "Neuron 2 -> 1 relu"),
        (lambda: nn.Layer(2, 3, activation="tanh"), "Layer 2 -> 3 tanh"),
        (small_model, "MLP 2 -> 3 relu -> 1 linear"),
    ],
)
def test_inputs_of_a_wrong_size_are_refused(make: Any, text: str) -> None:
    module = make()
    for x in ([], [1.0], [1.0, 2.0, 3.0], [Value(1.0)] * 3, np.zeros(5)):
        with pytest.raises(ValueError, match=f"^{text}: needs 2 inputs, got {len(x)}$"):
            module(x)
    for no_row in (1.0, Value(1.0), None, "12"):
        with pytest.raises(TypeError, match=f"^{text}: needs a sequence of 2 numbers or Values, got "):
            module(no_row)
    for no_numbers in (["a", "b"], [None, 1.0], [[1.0], 2.0], (x for x in [[1.0], [2.0]])):
        with pytest.raises(TypeError, match="an input: needs a real number"):
            module(no_numbers)


@pytest.mark.parametrize("make", [lambda: nn.Neuron(2), lambda: nn.Layer(2, 3, activation="tanh"), small_model])
def test_many_rows_at_once_are_refused_with_the_remedy(make: Any) -> None:
    module = make()
    many = [[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], ((1, 2),) * 3, np.zeros((3, 2)), [np.zeros(2)] * 3]
    for rows in (*many, np.array([[Value(1.0), 2.0]] * 3)):
        with pytest.raises(
            TypeError, match=r"2 -> .*: needs one row of 2 numbers or Values, got 3 rows; write \[model"
        ):
            module(rows)
    with pytest.raises(TypeError, match="needs a sequence of 2 numbers or Values, got array"):
        module(np.array(1.0))


@pytest.mark.parametrize("make", [lambda: nn.Neuron(2), lambda: nn.Layer(2, 3), small_model])
def test_inputs_without_an_order_are_refused(make: Any) -> None:
    for x in ({1.0, 2.0}, frozenset([1.0, 2.0]), {0: 1.0, 1: 2.0}):
        with pytest.raises(TypeError, match="needs a sequence of 2 numbers, got "):
            make()(x)


def test_an_activation_in_the_place_of_nonlin_is_refused() -> None:
    for make in (lambda: nn.Neuron(2, "tanh"), lambda: nn.Layer(2, 3, ops.tanh), lambda: nn.Layer(2, 3, 4)):
        with pytest.raises(
            TypeError, match=r"nonlin must be True or False, got .*; an activation is given as activation="
        ):
            make()
    neuron = nn.Neuron(2)
    with pytest.raises(TypeError, match="nonlin must be True or False, got 'tanh'"):
        neuron.nonlin = "tanh"
    assert nn.Neuron(2, 0).activation == "linear"  # type: ignore[arg-type]  # 0 for False


def test_sizes_that_make_no_network_are_refused() -> None:
    for make in (
        lambda: nn.Neuron(0),
        lambda: nn.Layer(2, 0),
        lambda: nn.Layer(-1, 2),
        lambda: nn.MLP(2, [3, 0]),
        lambda: nn.MLP(0, [3]),
    ):
        with pytest.raises(ValueError, match=r"(nin|nout) must be at least 1, got (0|-1)"):
            make()
    for nouts in ([], 3):
        with pytest.raises(ValueError, match="nouts must be a list"):
            nn.MLP(2, nouts)
    for make, name in [
        (lambda: nn.Neuron(2.5), "nin must be a whole number, got 2.5"),
        (lambda: nn.Layer(2, "3"), "nout must be a whole number, got '3'"),
        (lambda: nn.MLP(2, [3, None]), "nout must be a whole number, got None"),
        (lambda: nn.MLP(2, "31"), "nout must be a whole number, got '3'"),
    ]:
        with pytest.raises(TypeError, match=f"^{name}$"):
            make()


def test_one_output_is_the_value_itself_many_are_a_list() -> None:
    assert type(nn.Layer(2, 1)([1.0, 2.0])) is Value
    assert type(small_model()([1.0, 2.0])) is Value
    assert [type(out) for out in nn.Layer(2, 2)([1.0, 2.0])] == [Value, Value]
    assert type(nn.MLP(2, [1, 1, 2, 1])([1.0, 2.0])) is Value


# --- Starting weights ---


def test_without_a_generator_weights_come_from_the_random_module_in_micrograds_order() -> None:
    random.seed(1337)
    model = nn.MLP(2, [3, 1])
    random.seed(1337)
    for layer, (nin, nout) in zip(model.layers, [(2, 3), (3, 1)], strict=True):
        assert len(layer.neurons) == nout
        for neuron in layer.neurons:
            assert [w.data for w in neuron.w] == [random.uniform(-1, 1) for _ in range(nin)]
            assert neuron.b.data == 0.0


def test_a_generator_is_used_instead() -> None:
    state = random.getstate()
    assert small_model(7).state_dict() == small_model(7).state_dict() != small_model(8).state_dict()
    assert random.getstate() == state
    random.seed(7)
    assert small_model(7).state_dict() == nn.MLP(2, [3, 1]).state_dict()
    with pytest.raises(TypeError, match=r"rng must be a random\.Random"):
        nn.MLP(2, [3, 1], rng=7)


@pytest.mark.parametrize(
    ("init", "limit"), [("uniform", 1.0), ("xavier", math.sqrt(6 / 60)), ("he", math.sqrt(6 / 40))]
)
def test_starting_weights_fill_their_interval(init: str, limit: float) -> None:
    layer = nn.Layer(40, 20, init=init, rng=random.Random(1))
    weights = [w.data for neuron in layer.neurons for w in neuron.w]
    assert 0.99 * limit < max(map(abs, weights)) <= limit
    variance = sum(w * w for w in weights) / len(weights)
    assert variance == pytest.approx(limit**2 / 3, rel=0.1)  # that of a uniform distribution
    assert {neuron.b.data for neuron in layer.neurons} == {0.0}


def test_an_unknown_start_is_refused() -> None:
    with pytest.raises(ValueError, match="uniform, xavier, he, got 'normal'"):
        nn.MLP(2, [1], init="normal")


# --- Parameters and their names ---


def test_names_follow_layer_output_and_input() -> None:
    model = small_model()
    names = [name for name, _ in model.named_parameters()]
    assert names[:9] == ["w0[0,0]", "w0[0,1]", "b0[0]", "w0[1,0]", "w0[1,1]", "b0[1]", "w0[2,0]", "w0[2,1]", "b0[2]"]
    assert names[9:] == ["w1[0,0]", "w1[0,1]", "w1[0,2]", "b1[0]"]
    assert [p.label for p in model.parameters()] == names
    parameters = dict(model.named_parameters())
    assert parameters["w0[2,1]"] is model.layers[0].neurons[2].w[1]
    assert parameters["b1[0]"] is model.layers[1].neurons[0].b
    assert all(p is q for p, (_, q) in zip(model.parameters(), model.named_parameters(), strict=True))


def test_a_lone_layer_or_neuron_is_number_0() -> None:
    assert [name for name, _ in nn.Layer(1, 2).named_parameters()] == ["w0[0,0]", "b0[0]", "w0[1,0]", "b0[1]"]
    assert [p.label for p in nn.Neuron(2).parameters()] == ["w0[0,0]", "w0[0,1]", "b0[0]"]


def test_assigned_weights_are_used_trained_and_named() -> None:
    model = small_model()
    neuron = model.layers[0].neurons[1]
    neuron.w = [2.0, Value(3.0, label="mine")]
    neuron.b = Value(1.0)
    out = neuron([1.0, 1.0])
    out.backward()
    assert out.data == 6.0
    assert [p.grad for p in neuron.parameters()] == [1.0, 1.0, 1.0]
    assert [p.label for p in neuron.parameters()] == ["w0[1,0]", "mine", "b0[1]"]
    assert all(p is q for p, q in zip(model.parameters()[3:6], neuron.parameters(), strict=True))
    neuron.w[0].data = 5.0
    assert neuron([1.0, 1.0]).data == 9.0
    with pytest.raises(ValueError, match="needs 2 weights, got 3"):
        neuron.w = [1.0, 2.0, 3.0]
    with pytest.raises(TypeError):
        neuron.w[0] = Value(1.0)  # a change that the sum would not see


def test_weights_may_be_shared_and_computed() -> None:
    a, b = nn.Neuron(1, nonlin=False), nn.Neuron(1, nonlin=False)
    w = Value(2.0)
    a.w = b.w = [w]
    (a([3.0]) + b([4.0])).backward()
    assert w.grad == 7.0
    root = Value(3.0)
    a.w = [root * root]
    a([1.0]).backward()
    assert root.grad == 6.0


def test_a_typo_is_refused() -> None:
    model = small_model()
    with pytest.raises(AttributeError):
        model.parameters()[0].gard = 1.0


def test_zero_grad_sets_all_gradients_to_0() -> None:
    model = small_model()
    model([1.0, 2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0.0] * 13


# --- Modules of one's own ---


class Line(nn.Module):
    """y = ax + c"""

    def __init__(self) -> None:
        self.a, self.c = Value(0.0), Value(0.0)

    def parameters(self) -> list[Value]:
        return [self.a, self.c]

    def __call__(self, x: Any) -> Any:
        return self.a * x + self.c


def test_a_module_of_ones_own_trains_and_is_saved(tmp_path: Path) -> None:
    line, xs = Line(), [-1.0, 0.0, 1.0, 2.0]
    nn.fit(line, xs, [3.0 * x - 2.0 for x in xs], loss="mse", optimizer=optim.SGD(line.parameters(), 0.2), epochs=200)
    assert line.state_dict() == {"p0": close(3.0), "p1": close(-2.0)}
    assert repr(line) == "Line with 2 parameters"
    line.save(tmp_path / "line.json")
    other = Line()
    other.load(tmp_path / "line.json")
    assert other.state_dict() == line.state_dict()


def test_an_unfinished_module_says_what_is_missing() -> None:
    module = nn.Module()
    assert module.parameters() == []
    with pytest.raises(NotImplementedError, match="define __call__"):
        module([1.0])


class Squared(nn.Neuron):
    """The square of what a neuron gives."""

    def __call__(self, x: Any) -> Any:
        return super().__call__(x) ** 2


class Written(nn.Neuron):
    """A neuron as micrograd writes it, with its own start."""

    def __init__(self, weights: list[float], bias: float) -> None:
        self.w = [Value(w) for w in weights]
        self.b = Value(bias)
        self.nonlin = False

    def __call__(self, x: Any) -> Any:
        act = sum((w * v for w, v in zip(self.w, x, strict=True)), self.b)
        return act.relu() if self.nonlin else act

    def parameters(self) -> list[Value]:
        return self.w + [self.b]  # noqa: RUF005  (micrograd's)


class Sloped(nn.Neuron):
    """A leaky relu whose slope is learnt."""

    def __init__(self, nin: int) -> None:
        super().__init__(nin, nonlin=False)
        self.slope = Value(0.25)

    def __call__(self, x: Any) -> Any:
        z = super().__call__(x)
        return ops.where(z > 0, z, z * self.slope)

    def parameters(self) -> list[Value]:
        return [*super().parameters(), self.slope]


class Doubled(nn.Layer):
    """Twice what a layer gives."""

    def __call__(self, x: Any) -> Any:
        out = super().__call__(x)
        return [2.0 * y for y in out] if isinstance(out, list) else 2.0 * out


class Scale(nn.Module):
    """All inputs times one number."""

    def __init__(self, factor: float) -> None:
        self.factor = Value(factor, label="factor")

    def parameters(self) -> list[Value]:
        return [self.factor]

    def __call__(self, x: Any) -> Any:
        return [self.factor * v for v in x]


def own_network() -> nn.MLP:
    """One part of each kind; z and a of its first layer by hand below."""
    model = nn.MLP(2, [4, 2, 2, 1])
    squared, sloped = Squared(2), Sloped(2)
    squared.w, squared.b = [0.5, -0.25], 0.125
    sloped.w, sloped.b = [-1.0, 0.0], 0.0
    first = nn.Layer(2, 1)
    first.neurons = [squared, Written([1.0, 2.0], 0.5), sloped, lambda x: x[0] * x[1]]
    second, last = Doubled(4, 2), nn.Layer(2, 1, nonlin=False)
    for neuron, weights in zip(second.neurons, ([16.0, 1.0, 8.0, 2.0], [0.0, 0.0, 4.0, 0.0]), strict=True):
        neuron.w = weights
    last.neurons[0].w, last.neurons[0].b = [1.0, 5.0], 0.25
    model.layers = [first, second, Scale(3.0), last]
    return model


def test_a_layer_calls_its_neurons_and_a_network_its_layers() -> None:
    layer = nn.Layer(2, 2)
    layer.neurons[0] = squared = Squared(2)
    squared.w, squared.b = [0.5, -0.25], 0.125
    assert squared([0.5, 1.0]).data == 0.015625  # (0.125 + 0.25 - 0.25)²
    assert layer([0.5, 1.0])[0].data == 0.015625
    model = nn.MLP(2, [1])
    model.layers[0] = doubled = Doubled(2, 1, nonlin=False)
    [neuron] = doubled.neurons
    neuron.w, neuron.b = [0.5, 0.25], 0.03125
    assert doubled([1.0, 2.0]).data == 2.0625  # 2 (0.03125 + 0.5 + 0.5)
    assert model([1.0, 2.0]).data == 2.0625


def test_parts_of_ones_own_are_obeyed_wherever_they_stand() -> None:
    model = own_network()
    out = model([0.5, 1.0])
    # First 0.015625, 3.0, 0.25 · -0.5 = -0.125 and 0.5; then 2 relu(0.25 + 3 - 1 + 1) = 6.5 and 2 relu(-0.5) = 0.
    assert out.data == 0.25 + 3.0 * 6.5
    out.backward()
    gradient = {name: p.grad for name, p in model.named_parameters()}
    assert gradient["layers[2].p0"] == 6.5
    assert gradient["w0[0,0]"] == 3.0 * 2.0 * 16.0 * (2.0 * 0.125 * 0.5)
    assert gradient["w0[1,1]"] == 3.0 * 2.0 * 1.0 * 1.0
    assert gradient["layers[0].neurons[2].p3"] == 3.0 * 2.0 * 8.0 * -0.5
    assert gradient["w1[1,0]"] == 0.0


def test_parts_of_ones_own_have_names_and_are_told_apart(tmp_path: Path) -> None:
    model = own_network()
    names = [name for name, _ in model.named_parameters()]
    assert names[:10] == [
        *("w0[0,0]", "w0[0,1]", "b0[0]", "w0[1,0]", "w0[1,1]", "b0[1]", "w0[2,0]", "w0[2,1]", "b0[2]"),
        "layers[0].neurons[2].p3",
    ]
    assert names[10:] == [
        *("w1[0,0]", "w1[0,1]", "w1[0,2]", "w1[0,3]", "b1[0]", "w1[1,0]", "w1[1,1]", "w1[1,2]", "w1[1,3]", "b1[1]"),
        *("layers[2].p0", "w3[0,0]", "w3[0,1]", "b3[0]"),
    ]
    assert [p.label for p in model.parameters()] == [name if "[2].p0" not in name else "factor" for name in names]
    assert all(p is q for p, (_, q) in zip(model.parameters(), model.named_parameters(), strict=True))
    model.save(tmp_path / "own.json")
    architecture = json.loads((tmp_path / "own.json").read_text(encoding="utf-8"))["architecture"]
    assert architecture == (
        "MLP 2 -> 4 Squared relu, Written linear, Sloped linear, <lambda> -> Doubled 2 relu "
        "-> (Scale with 1 parameters) -> 1 linear"
    )
    other = own_network()
    for p in other.parameters():
        p.data = 0.0
    other.load(tmp_path / "own.json")
    assert other([0.5, 1.0]).data == model([0.5, 1.0]).data
    assert repr(model.layers[1]) == "Doubled of [ReLUNeuron(4), ReLUNeuron(4)]"
    assert repr(model.layers[0].neurons[0]) == "ReLUSquared(2)"
    plain = nn.MLP(2, [1])
    plain.layers[0] = Doubled(2, 1, nonlin=False)
    plain.save(tmp_path / "doubled.json")
    with pytest.raises(ValueError, match="holds MLP 2 -> Doubled 1 linear, which cannot be loaded into MLP 2 -> 1 lin"):
        nn.MLP(2, [1]).load(tmp_path / "doubled.json")


def test_parts_of_ones_own_are_trained_and_copied() -> None:
    model = own_network()
    before = model.state_dict()
    history = nn.fit(model, [[0.5, 1.0], [1.0, 0.5]], [1.0, 2.0], loss="mse", optimizer=sgd(model, 1e-5), epochs=3)
    assert history.losses[2] < history.losses[0]
    moved = {name for name, x in model.state_dict().items() if x != before[name]}
    assert {"w0[0,0]", "w0[1,0]", "layers[0].neurons[2].p3", "layers[2].p0"} <= moved
    part = nn.Layer(2, 2)
    part.neurons = [Squared(2), Written([1.0, 2.0], 0.5)]
    for twin in (copy.deepcopy(part), pickle.loads(pickle.dumps(part))):
        assert [y.data for y in twin([0.5, 1.0])] == [y.data for y in part([0.5, 1.0])]


def test_parts_of_ones_own_are_seen() -> None:
    model = own_network()
    out = model([0.5, 1.0])
    out.backward()
    text = str(draw(out))
    assert "w0[1,1]" in text
    assert "#" not in text  # no name twice: each neuron is called by its place
    assert "factor" in str(steps(out))
    assert "16" in str(explain(out, wrt=model.layers[0].neurons[0].w[0]))
    with pytest.raises(TypeError, match=r"layer 0 of this network holds <lambda>, which is no .*draw\(model\(x\)\)"):
        draw(model)
    model.layers[0].neurons[3] = nn.Neuron(2)
    with pytest.raises(
        TypeError, match=r"layer 2 of this network holds \(Scale with 1 parameters\), which is no neuron"
    ):
        draw(model)
    assert "4 × Squared relu|Written linear|Sloped linear|relu" in str(draw(model.layers[0]))


def test_parts_that_do_not_fit_say_so() -> None:
    layer = nn.Layer(2, 2)
    layer.neurons[1] = nn.Neuron(3)
    with pytest.raises(ValueError, match=r"^Neuron 3 -> 1 relu: needs 3 inputs, got 2$"):
        layer([1.0, 2.0])
    model = nn.MLP(2, [3, 1])
    model.layers[0] = nn.Layer(2, 2)
    with pytest.raises(ValueError, match=r"^Layer 3 -> 1 linear: needs 3 inputs, got 2$"):
        model([1.0, 2.0])
    model.layers[0] = lambda x: None
    with pytest.raises(TypeError, match=r"^Layer 3 -> 1 linear: needs a sequence of 3 numbers or Values, got None$"):
        model([1.0, 2.0])


def test_a_first_layer_may_take_anything() -> None:
    model = nn.MLP(2, [3, 1])
    model.layers[0] = lambda letter: [float(letter == "a"), Value(2.0), 1]
    last = model.layers[1].neurons[0]
    last.w, last.b = [1.0, 10.0, 100.0], 0.0
    assert model("a").data == 121.0
    assert repr(model).startswith("MLP of [<function")
    assert model._architecture() == "MLP ? -> <lambda> -> 1 linear"


def test_micrograds_habits_with_neurons() -> None:
    neuron = nn.Neuron(2)
    listed = neuron.w + [neuron.b]  # noqa: RUF005  (micrograd's)
    assert type(listed) is list
    assert all(p is q for p, q in zip(listed, neuron.parameters(), strict=True))
    assert type([neuron.b] + neuron.w) is list  # noqa: RUF005  (the sum is tested)
    neuron.w, neuron.b = [1.0, 1.0], -3.0
    assert neuron([1.0, 1.0]).data == 0.0
    neuron.nonlin = False
    assert (neuron([1.0, 1.0]).data, neuron.activation, repr(neuron)) == (-1.0, "linear", "LinearNeuron(2)")
    neuron.nonlin = True
    assert (neuron([1.0, 1.0]).data, neuron.activation) == (0.0, "relu")
    neuron.activation = "tanh"
    neuron.nonlin = True
    assert neuron.activation == "tanh"
    with pytest.raises(TypeError, match=r"exchanged all at once: .* moved by neuron\.w\[1\]\.data = "):
        neuron.w[1] = Value(1.0)  # type: ignore[index]  # the mistake under test
    with pytest.raises(TypeError, match=r"^Neuron 2 -> 1 tanh: w must be a list of weights, got 3\.0$"):
        neuron.w = 3.0


def test_a_neuron_may_start_on_its_own() -> None:
    neuron = Written([1.0, -2.0], 0.5)
    assert neuron([2.0, 0.5]).data == nn.Neuron.__call__(neuron, [2.0, 0.5]).data == 1.5
    assert [p.data for p in neuron.parameters()] == [1.0, -2.0, 0.5]

    class Before(nn.Neuron):
        def __init__(self) -> None:
            self.w, self.b = [7.0, 7.0, 7.0], 7.0
            super().__init__(2)

    assert len(Before().w) == 2

    class Unborn(nn.Neuron):
        def __init__(self) -> None: ...

    layer = nn.Layer(2, 1)
    layer.neurons = [Unborn()]
    for module in (Unborn(), layer):
        with pytest.raises(
            ValueError, match=r"^Unborn has no weights; its __init__ must call super\(\).__init__\(nin\), or"
        ):
            module([1.0, 2.0])

    class Bell(nn.Neuron):
        """No weights of the usual kind."""

        def __init__(self, centre: list[float]) -> None:
            self.centre = [Value(c) for c in centre]

        def __call__(self, x: Any) -> Any:
            return ops.exp(-sum((v - c) ** 2 for v, c in zip(x, self.centre, strict=True)))

        def parameters(self) -> list[Value]:
            return self.centre

    layer.neurons = [Bell([1.0, 2.0]), nn.Neuron(2)]
    assert layer([1.0, 2.0])[0].data == 1.0
    assert [name for name, _ in layer.named_parameters()][:3] == ["neurons[0].p0", "neurons[0].p1", "w0[1,0]"]
    assert repr(layer) == "Layer of [ReLUBell(?), ReLUNeuron(2)]"


def tied() -> nn.MLP:
    """Two neurons with the same weights, and a last one whose bias is one of them."""
    model = nn.MLP(2, [2, 1], rng=random.Random(5))
    a, b = model.layers[0].neurons
    b.w = a.w
    model.layers[1].neurons[0].b = a.w[1]
    return model


def test_tied_weights_are_there_once_and_trained_once(tmp_path: Path) -> None:
    model = tied()
    names = ["w0[0,0]", "w0[0,1]", "b0[0]", "b0[1]", "w1[0,0]", "w1[0,1]"]
    assert [name for name, _ in model.named_parameters()] == list(model.state_dict()) == names
    assert len(model.parameters()) == len({id(p) for p in model.parameters()}) == 6
    shared, h = model.layers[0].neurons[0].w[1], 1e-6
    model.zero_grad()
    model([0.5, -0.25]).backward()
    found, before = shared.grad, shared.data
    data = []
    for x in (before + h, before - h):
        shared.data = x
        data.append(model([0.5, -0.25]).data)
    shared.data = before
    assert found == pytest.approx((data[0] - data[1]) / (2 * h), rel=1e-6)
    optim.SGD(model.parameters(), lr=0.5).step()
    assert shared.data == before - 0.5 * found
    with pytest.raises(ValueError, match="is there twice"):
        optim.SGD([shared, shared], lr=0.5)
    model.save(tmp_path / "tied.json")
    other = tied()
    for p in other.parameters():
        p.data = 9.0
    other.load(tmp_path / "tied.json")
    assert other.state_dict() == model.state_dict()
    assert other([0.5, -0.25]).data == model([0.5, -0.25]).data
    with pytest.raises(ValueError, match=r"missing: w0\[1,0\], w0\[1,1\], b1\[0\]"):
        nn.MLP(2, [2, 1]).load(tmp_path / "tied.json")
    neuron = nn.Neuron(2)
    neuron.w = [shared, shared]
    assert len(neuron.parameters()) == 2


# --- State ---


def test_a_state_is_loaded_whole() -> None:
    model, other = small_model(1), small_model(2)
    model.load_state_dict(other.state_dict())
    assert model.state_dict() == other.state_dict()
    assert model([0.3, 0.4]).data == other([0.3, 0.4]).data


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    model = small_model()
    before = model.state_dict()
    good = dict.fromkeys(before, 1.0)
    bad: list[tuple[Any, type[Exception], str]] = [
        ({k: v for k, v in good.items() if k != "b1[0]"}, ValueError, r"has 13 parameters, got 12 \(missing: b1\[0\];"),
        ({**good, "w9[0,0]": 1.0}, ValueError, r"has 13 parameters, got 14 \(missing: none; unknown: w9\[0,0\]\)"),
        ({}, ValueError, r"got 0 \(missing: w0\[0,0\], w0\[0,1\], b0\[0\], …;"),
        ({**good, "b1[0]": "2"}, TypeError, r"b1\[0\]: needs a real number"),
        ({**good, "b1[0]": None}, TypeError, r"b1\[0\]: needs a real number"),
        ({**good, "b1[0]": [1.0, 2.0]}, TypeError, r"b1\[0\]: needs a real number"),
        (
            [1.0, 2.0],
            TypeError,
            r"load_state_dict: needs names and numbers, as state_dict\(\) gives them, got \[1.0, 2.0\]",
        ),
        ({**good, 7: 1.0}, ValueError, r"\(missing: none; unknown: 7\)"),
        (nn.MLP(2, [4, 1]).state_dict(), ValueError, "MLP 2 -> 3 relu -> 1 linear has 13 parameters, got 17"),
    ]
    for state, error, message in bad:
        with pytest.raises(error, match=message):
            model.load_state_dict(state)
        assert model.state_dict() == before


# --- Files ---

ODD = [math.pi, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 0.1, 1 / 3, 2.0, 1e22, -7.0, 0.0]


def test_a_file_gives_back_every_bit(tmp_path: Path) -> None:
    model, other = small_model(1), small_model(2)
    model.load_state_dict(dict(zip(model.state_dict(), ODD, strict=True)))
    model.save(tmp_path / "model.json")
    other.load(str(tmp_path / "model.json"))
    assert list(map(repr, other.state_dict().values())) == list(map(repr, ODD))


def test_a_file_is_readable_json_that_says_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model = nn.MLP(2, [3, 1], activation="tanh")
    model.save(path)
    text = path.read_text(encoding="utf-8")
    saved = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert saved["architecture"] == "MLP 2 -> 3 tanh -> 1 linear"
    assert saved["parameters"] == model.state_dict()
    assert len(text.splitlines()) > 13


def test_a_model_of_another_architecture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    nn.MLP(2, [3, 1]).save(path)
    for other, text in [
        (nn.MLP(2, [4, 1]), "MLP 2 -> 4 relu -> 1 linear"),
        (nn.MLP(2, [3, 1], activation="tanh"), "MLP 2 -> 3 tanh -> 1 linear"),
        (nn.Layer(2, 3), "Layer 2 -> 3 relu"),
    ]:
        before = other.state_dict()
        with pytest.raises(ValueError, match=f"holds MLP 2 -> 3 relu -> 1 linear, .* into {text}$"):
            other.load(path)
        assert other.state_dict() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "\x00\xff",
        lambda text: "[]",
        lambda text: "3",
        lambda text: "null",
        lambda text: '{"weights": [1, 2]}',
        lambda text: "[" * 100_000,
        lambda text: text.replace("version 1", "version 9"),
        lambda text: text.replace('"parameters": {', '"parameters": [{').replace("\n }\n}", "\n }]\n}"),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": "zero"'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": null'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": true'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": [0.0]'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": 1' + "0" * 400),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[1]": 0.0'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": 1.0, "b1[0]": 0.0'),
        lambda text: text.replace('"format":', '"format": "another", "format":'),
    ],
)
def test_a_broken_or_foreign_file_changes_nothing(tmp_path: Path, change: Any) -> None:
    path, model = tmp_path / "model.json", small_model()
    model.save(path)
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="latin-1" if "\xff" in change(text) else "utf-8")
    other = small_model(2)
    before = other.state_dict()
    with pytest.raises(ValueError, match=r"is no model saved by autograd_lite|has 13 parameters, got 13"):
        other.load(path)
    assert other.state_dict() == before


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        small_model().load(tmp_path / "model.json")
    with pytest.raises(FileNotFoundError):
        small_model().save(tmp_path / "no folder" / "model.json")


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_save_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, moment: str
) -> None:
    path, model = tmp_path / "model.json", small_model(1)
    model.save(path)
    old = path.read_bytes()

    def fail(*args: Any) -> None:
        raise error

    monkeypatch.setattr(nn.files.os if moment == "fsync" else nn.files.Path, moment, fail)
    with pytest.raises(type(error)):
        small_model(2).save(path)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]
    monkeypatch.undo()
    small_model(2).save(path)
    assert path.read_bytes() != old


def test_two_parameters_of_one_name_are_refused_by_name(tmp_path: Path) -> None:
    path, model = tmp_path / "model.json", small_model()
    model.save(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"b1[0]": 0.0', '"b1[0]": 0.0, "b1[0]": 0.0'), encoding="utf-8")
    with pytest.raises(ValueError, match=r"\(ValueError: 'b1\[0\]' is there twice\)"):
        model.load(path)


def link(path: Path, target: Path) -> None:
    try:
        path.symlink_to(target)
    except OSError as error:  # Windows asks for a privilege
        pytest.skip(f"no symbolic links here: {error}")


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_a_link_to_the_new_file(tmp_path: Path, is_there: bool) -> None:
    (tmp_path / "models").mkdir()
    target = tmp_path / "models" / "model.json"
    if is_there:
        small_model(1).save(target)
    link(tmp_path / "first", Path("models") / "model.json")
    link(tmp_path / "second", tmp_path / "first")
    small_model(2).save(tmp_path / "second")
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()
    assert [p.name for p in target.parent.iterdir()] == ["model.json"]
    model = small_model(3)
    model.load(target)
    assert model.state_dict() == small_model(2).state_dict()


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    link(tmp_path / "a", tmp_path / "b")
    link(tmp_path / "b", tmp_path / "a")
    with pytest.raises(OSError, match=r"[ab]"):
        small_model().save(tmp_path / "a")
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_symlink()) == ["a", "b"]


def test_what_may_not_be_written_is_left(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    small_model(1).save(path)
    old = path.read_bytes()
    with pytest.raises(OSError, match=r"director|denied"):
        small_model(2).save(tmp_path)
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        pytest.skip("the superuser may write everything")
    with pytest.raises(PermissionError):
        small_model(2).save(path)
    path.chmod(0o644)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "model.json"
    small_model(1).save(path)
    path.chmod(mode)
    small_model(2).save(path)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    other = small_model(3)
    other.load(path)
    assert other.state_dict() == small_model(2).state_dict()


# --- Copies ---


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("activation", ["relu", "elu", "tanh", ops.silu])
def test_a_copy_of_a_model_is_equal_and_apart(copied: Any, activation: Any) -> None:
    model = nn.MLP(2, [3, 1], activation=activation, rng=random.Random(1))
    model([1.0, 2.0]).backward()  # leaves marks of a pass on the groups
    twin = copied(model)
    assert twin.state_dict() == model.state_dict()
    assert repr(twin) == repr(model)
    assert [p.label for p in twin.parameters()] == [p.label for p in model.parameters()]
    for m in (model, twin):
        m.zero_grad()
        m([0.5, -0.5]).backward()
    assert [p.grad for p in twin.parameters()] == [p.grad for p in model.parameters()]
    twin.parameters()[0].data += 1.0
    assert twin.state_dict() != model.state_dict()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_of_a_model_with_a_function_of_numpys_is_equal_and_apart(copied: Any) -> None:
    test_a_copy_of_a_model_is_equal_and_apart(copied, np.tanh)


def test_a_copied_neuron_bears_no_marks_of_passes() -> None:
    neuron = nn.Neuron(2, nonlin=False)
    neuron([1.0, 2.0]).backward()
    twin = pickle.loads(pickle.dumps(neuron))
    assert neuron._weights._mark > 0
    assert twin._weights._mark == 0  # a mark of another process could hide its weights from a pass


# --- Training ---

POINTS, TARGETS = [[0.0, 1.0], [1.0, -1.0], [2.0, 0.5], [-1.0, 1.0], [0.5, 0.5]], [1.0, -1.0, 0.5, 2.0, 0.0]


def sgd(model: nn.Module, lr: float = 0.05) -> optim.SGD:
    return optim.SGD(model.parameters(), lr=lr)


def fit(model: nn.Module, **settings: Any) -> nn.History:
    defaults: dict[str, Any] = {"loss": "mse", "optimizer": sgd(model), "epochs": 3}
    return nn.fit(model, POINTS, TARGETS, **{**defaults, **settings})


def test_fit_is_the_loop_written_out() -> None:
    model, other = small_model(), small_model()
    history = fit(model, epochs=5)
    expected = []
    for _ in range(5):
        loss = losses.mse([other(x) for x in POINTS], TARGETS)
        expected.append(loss.data)
        other.zero_grad()
        loss.backward()
        for p in other.parameters():
            p.data -= 0.05 * p.grad
    assert history.losses == expected
    assert model.state_dict() == other.state_dict()
    assert (len(history), history.interrupted) == (5, False)
    assert repr(history) == f"History of 5 epochs: loss {expected[0]:.6g} to {expected[-1]:.6g}"


@pytest.mark.parametrize("size", [1, 2, 4, 5, 100])
def test_each_epoch_sees_every_sample_once_in_batches(size: int) -> None:
    batches: list[list[float]] = []

    def loss(predictions: Any, targets: Any) -> Any:
        batches.append(targets)
        return losses.mse(predictions, targets)

    fit(small_model(), loss=loss, epochs=3, batch_size=size, rng=random.Random(1))
    sizes = [len(batch) for batch in batches[1:]]  # the first one tries the loss out
    assert sizes == ([size] * (5 // size) + ([5 % size] if 5 % size else [])) * 3
    per_epoch = len(sizes) // 3
    epochs = [[y for batch in batches[1 + per_epoch * e :][:per_epoch] for y in batch] for e in range(3)]
    assert all(sorted(epoch) == sorted(TARGETS) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 1


def test_the_loss_of_an_epoch_is_the_mean_over_its_samples() -> None:
    model = small_model()
    history = fit(model, optimizer=sgd(model, lr=0.0), epochs=2, batch_size=2)
    expected = losses.mse([model(x).data for x in POINTS], TARGETS)
    assert history.losses == [close(expected)] * 2


def test_the_order_comes_from_the_generator() -> None:
    def course(rng: random.Random | None) -> list[float]:
        return fit(small_model(), batch_size=1, rng=rng, epochs=2).losses

    assert course(random.Random(3)) == course(random.Random(3)) != course(random.Random(4))
    random.seed(3)
    assert course(None) == course(random.Random(3))


def test_no_epochs_train_nothing() -> None:
    model = small_model()
    before = model.state_dict()
    history = fit(model, epochs=0)
    assert history.losses == []
    assert repr(history) == "History of 0 epochs"
    assert model.state_dict() == before


def test_data_may_be_arrays() -> None:
    model, other = small_model(), small_model()
    a = nn.fit(model, np.array(POINTS), np.array(TARGETS), loss="mse", optimizer=sgd(model), epochs=2, batch_size=None)
    assert a.losses == fit(other, epochs=2).losses


def test_many_classes_and_many_outputs() -> None:
    model = nn.MLP(2, [3], rng=random.Random(1))
    history = nn.fit(
        model, POINTS, [0, 1, 2, 0, 1], loss="cross_entropy", optimizer=optim.Adam(model.parameters(), 0.1), epochs=40
    )
    assert history.losses[-1] < 0.5 * history.losses[0]
    model = nn.MLP(2, [2], rng=random.Random(1))
    targets = [[x + y, x - y] for x, y in POINTS]
    nn.fit(model, POINTS, targets, loss=losses.mse, optimizer=sgd(model, 0.5), epochs=300)
    assert list(model.state_dict().values()) == pytest.approx([1, 1, 0, 1, -1, 0], abs=1e-6)


# --- Schedules and clipping ---


def test_a_schedule_steps_after_every_epoch() -> None:
    model, other = small_model(), small_model()
    optimizer = sgd(model)
    history = fit(model, optimizer=optimizer, schedule=optim.StepLR(optimizer, step_size=2, gamma=0.5), epochs=5)
    expected = []
    for lr in (0.05, 0.05, 0.025, 0.025, 0.0125):
        expected += fit(other, optimizer=sgd(other, lr), epochs=1).losses
    assert history.losses == expected
    assert model.state_dict() == other.state_dict()
    assert optimizer.lr == 0.0125


def test_a_schedule_steps_once_however_many_batches_there_are() -> None:
    model = small_model()
    optimizer = sgd(model)
    schedule = optim.CosineAnnealingLR(optimizer, T_max=4)
    fit(model, optimizer=optimizer, schedule=schedule, epochs=3, batch_size=1)
    assert (schedule.time, optimizer.lr) == (3, schedule.rate(3))
    fit(model, optimizer=optimizer, schedule=schedule, epochs=1)
    assert (schedule.time, optimizer.lr) == (4, 0.0)


def test_gradients_are_clipped_before_each_update() -> None:
    model, other = small_model(), small_model()
    fit(model, clip=0.5, epochs=4)
    norms = []
    optimizer = sgd(other)
    for _ in range(4):
        optimizer.zero_grad()
        losses.mse([other(x) for x in POINTS], TARGETS).backward()
        norms.append(math.hypot(*[p.grad for p in other.parameters()]))
        shorter = min(1.0, 0.5 / (norms[-1] + 1e-6))
        for p in other.parameters():
            p.data -= 0.05 * (shorter * p.grad)
    assert max(norms) > 0.5
    assert model.state_dict() == pytest.approx(other.state_dict(), rel=1e-12)


def test_a_wide_clip_clips_nothing() -> None:
    model, other = small_model(), small_model()
    assert fit(model, clip=math.inf, epochs=3).losses == fit(other, epochs=3).losses
    assert model.state_dict() == other.state_dict()


def test_clipping_tames_a_step_that_would_explode() -> None:
    with pytest.raises(nn.DivergenceError):
        fit(model := small_model(), optimizer=sgd(model, lr=1e3), epochs=100)
    model = small_model()
    assert len(fit(model, optimizer=sgd(model, lr=1e3), clip=1e-4, epochs=100)) == 100


def test_a_gradient_without_a_length_stops_training() -> None:
    line = Line()
    with pytest.raises(nn.DivergenceError, match="the norm of the gradients is nan or infinite; the model has"):
        nn.fit(
            line,
            [1e308],
            [1.0],
            loss=lambda predictions, targets: sum(1e10 * p for p in predictions),
            optimizer=optim.SGD(line.parameters(), lr=0.1),
            clip=1.0,
            epochs=1,
        )
    assert line.state_dict() == {"p0": 0.0, "p1": 0.0}


def test_schedules_and_clips_that_cannot_be_are_refused_before_anything_moves() -> None:
    model = small_model()
    wrong: list[tuple[dict[str, Any], Any, str]] = [
        ({"schedule": optim.StepLR(sgd(model), 10)}, ValueError, "schedule belongs to another optimizer"),
        ({"schedule": optim.StepLR}, TypeError, r"schedule must be one such as optim\.StepLR\(.*\), got <class"),
        ({"schedule": 0.1}, TypeError, r"schedule must be one such as .*, got 0\.1"),
        ({"clip": "1"}, TypeError, "clip: needs a real number, got '1'"),
        *[({"clip": bad}, ValueError, f"clip must be at least 0, got {bad!r}") for bad in (-1, math.nan)],
    ]
    for settings, error, message in wrong:
        with pytest.raises(error, match=f"^fit: {message}"):
            fit(model, **settings)
    assert model.state_dict() == small_model().state_dict()


# --- What training refuses ---


def test_what_makes_no_training_is_refused_before_anything_moves() -> None:
    model = small_model()
    before = model.state_dict()
    settings: dict[str, Any] = {"loss": "mse", "optimizer": sgd(model), "epochs": 1}
    wrong: list[tuple[Any, Any, dict[str, Any], str]] = [
        ([], [], {}, "got 0 xs and 0 ys"),
        (POINTS, TARGETS[:-1], {}, "got 5 xs and 4 ys"),
        (POINTS, TARGETS, {"batch_size": 0}, "batch_size must be at least 1, got 0"),
        (POINTS, TARGETS, {"epochs": -1}, "epochs must be at least 0, got -1"),
        (POINTS, TARGETS, {"loss": "msee"}, "mse, mae, huber, .*, got 'msee'"),
        (POINTS, TARGETS, {"optimizer": sgd(small_model())}, "moves none of the model's parameters"),
        # Labels and sizes in the last sample, with batches before it.
        (POINTS, [1, 1, 1, 1, 0], {"loss": "hinge", "batch_size": 1}, "must be -1 or 1, got 0"),
        ([*POINTS[:-1], [1.0]], TARGETS, {"batch_size": 1}, "needs 2 inputs, got 1"),
        (POINTS, [[y] for y in TARGETS], {}, "one shape"),
        (POINTS, [0, 1, 0, 0, 0], {"loss": "cross_entropy"}, "needs one output for each class"),
    ]
    for xs, ys, change, message in wrong:
        with pytest.raises(ValueError, match=message):
            nn.fit(model, xs, ys, **{**settings, **change})
        assert model.state_dict() == before
    with pytest.raises(TypeError, match=r"loss must return a Value, got 1\.0"):
        fit(model, loss=lambda predictions, targets: 1.0)
    with pytest.raises(TypeError, match=r"rng must be a random\.Random"):
        fit(model, rng=3)


def test_settings_of_a_wrong_kind_are_refused_by_name() -> None:
    model = small_model()
    for settings, message in [
        ({"loss": 3}, "fit: loss must be a function or one of mse, .*, got 3"),
        ({"loss": None}, "fit: loss must be a function or one of mse, .*, got None"),
        ({"loss": ["mse"]}, r"fit: loss must be a function or one of mse, .*, got \['mse'\]"),
        ({"optimizer": "adam"}, r"fit: optimizer must be one such as optim\.Adam\(.*\), got 'adam'"),
        ({"optimizer": optim.Adam}, "fit: optimizer must be one such as .*, got <class .*Adam'>"),
        ({"epochs": "3"}, "fit: epochs must be a whole number, got '3'"),
        ({"epochs": 2.5}, r"fit: epochs must be a whole number, got 2\.5"),
        ({"batch_size": 2.0}, r"fit: batch_size must be a whole number, got 2\.0"),
    ]:
        with pytest.raises(TypeError, match=f"^{message}$"):
            fit(model, **settings)
    assert model.state_dict() == small_model().state_dict()
    for no_model in (lambda x: x[0], None):
        with pytest.raises(TypeError, match=r"^fit: model must be one such as nn.MLP, which is called and has param"):
            nn.fit(no_model, [[1.0, 2.0]], [1.0], loss="mse", optimizer=sgd(model), epochs=1)  # type: ignore[arg-type]  # the mistake


def test_a_loss_that_explodes_stops_training_at_the_last_finite_parameters() -> None:
    model = small_model()
    seen: list[tuple[float, dict[str, float]]] = []

    def loss(predictions: Any, targets: Any) -> Any:
        out = sum((p - t) * (p - t) for p, t in zip(predictions, targets, strict=True))
        seen.append((out.data, model.state_dict()))
        return out

    with pytest.raises(nn.DivergenceError, match="smaller learning rate") as caught:
        fit(model, loss=loss, optimizer=sgd(model, lr=1e3), epochs=1000)
    finite = [state for data, state in seen if math.isfinite(data)]
    assert model.state_dict() == finite[-1]
    assert all(map(math.isfinite, model.state_dict().values()))
    assert 1 <= len(caught.value.history) < 1000
    assert (
        caught.value.history.losses
        == [data for data, _ in seen[1:] if math.isfinite(data)][: len(caught.value.history)]
    )


def test_a_loss_that_cannot_be_computed_stops_training() -> None:
    model = small_model()
    with pytest.raises(nn.DivergenceError, match=r"cannot be computed: .* too large for a float"):
        fit(model, optimizer=sgd(model, lr=1e3), epochs=1000)  # the square of mse overflows
    assert all(map(math.isfinite, model.state_dict().values()))
    assert math.isfinite(losses.mse([model(x) for x in POINTS], TARGETS).data)


def test_a_step_to_infinity_is_taken_back() -> None:
    line = Line()
    with pytest.raises(nn.DivergenceError, match="a parameter became nan or infinite"):
        nn.fit(line, [1e200], [1.0], loss="mae", optimizer=optim.SGD(line.parameters(), lr=1e200), epochs=1)
    assert line.state_dict() == {"p0": 0.0, "p1": 0.0}


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_data_that_are_not_finite_stop_training_before_it_begins(bad: float) -> None:
    model = small_model()
    before = model.state_dict()
    with pytest.raises(nn.DivergenceError, match=f"the loss is {bad}.*look for nan, inf"):
        nn.fit(model, POINTS, [bad, *TARGETS[1:]], loss="mae", optimizer=sgd(model), epochs=3)
    assert model.state_dict() == before


# --- Interrupted ---


def states_of(epochs: int, size: int) -> list[dict[str, float]]:
    """The model after each update."""
    model, states = small_model(), [small_model().state_dict()]
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.5)
    step = optimizer.step

    def recorded() -> None:
        step()
        states.append(model.state_dict())

    optimizer.step = recorded
    fit(model, optimizer=optimizer, epochs=epochs, batch_size=size, rng=random.Random(1))
    return states


def test_ctrl_c_anywhere_leaves_a_whole_state_and_a_history() -> None:
    whole = states_of(2, 3)
    assert len(whole) == 5
    reached: set[int] = set()
    for line in range(500, 20_000, 97):
        model = small_model()
        optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.5)
        with Interrupt(line):
            history = fit(model, optimizer=optimizer, epochs=2, batch_size=3, rng=random.Random(1))
        assert model.state_dict() in whole
        updates = whole.index(model.state_dict())
        reached.add(updates)
        assert len(history) in (updates // 2, max(0, updates - 1) // 2)  # two updates an epoch
        if not history.interrupted:
            break
        assert "interrupted" in repr(history)
        fit(model, optimizer=optimizer, epochs=1)  # and training can go on
    assert not history.interrupted
    assert reached == {0, 1, 2, 3, 4}


def test_the_history_of_an_interrupted_training_has_its_whole_epochs() -> None:
    model, expected = small_model(), fit(other := small_model(), epochs=3).losses
    calls = 0

    def loss(predictions: Any, targets: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return losses.mse(predictions, targets)

    history = fit(model, loss=loss, epochs=100)
    assert history.losses == expected
    assert history.interrupted
    assert model.state_dict() == other.state_dict()


# --- Progress ---


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """In place of stderr; no fixture, as pytest sets its own stderr after fixtures are made."""
    out = Terminal()
    monkeypatch.setattr(sys, "stderr", out)
    return out


def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tqdm")
    out = terminal(monkeypatch)
    fit(small_model(), epochs=30)
    assert "30/30" in out.getvalue()
    assert "loss" in out.getvalue()


def test_a_terminal_without_tqdm_shows_about_ten_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    out = terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    fit(small_model(), epochs=25)
    lines = out.getvalue().splitlines()
    assert 10 <= len(lines) <= 13
    assert lines[0].startswith("epoch 2 of 25: loss ")
    assert lines[-1].startswith("epoch 25 of 25: loss ")


def test_a_notebook_shows_plain_lines(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    out = terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    fit(small_model(), epochs=3)
    assert out.getvalue() == ""
    assert [line[:13] for line in capsys.readouterr().out.splitlines()] == [f"epoch {i} of 3:" for i in (1, 2, 3)]


def test_elsewhere_nothing_is_shown(monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    out = terminal(monkeypatch)
    fit(small_model(), epochs=3, progress=False)
    assert out.getvalue() == ""
    for stderr in (io.StringIO(), None):
        monkeypatch.setattr(sys, "stderr", stderr)
        fit(small_model(), epochs=3)
        assert stderr is None or stderr.getvalue() == ""
    assert capfd.readouterr() == ("", "")


# --- PyTorch ---


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

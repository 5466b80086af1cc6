"""Neurons, layers and networks: what they compute, how they start, and what their parameters are called."""

from __future__ import annotations

import copy
import json
import math
import pickle
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from extras import numpy as np
from models import sgd, small_model

from autograd_lite import draw, explain, nn, optim, steps
from autograd_lite.engine import table as ops
from autograd_lite.engine.passes import topological_order
from autograd_lite.engine.value import Value

# --- Neurons ---


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


# --- Modules of one's own ---


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

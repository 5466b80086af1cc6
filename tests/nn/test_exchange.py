"""Networks to and from PyTorch: equal numbers in both directions, and what has no counterpart is refused."""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest

from autograd_lite import nn
from autograd_lite.nn.exchange import MODULES

SHARED = sorted(nn.ACTIVATIONS.keys() - {"arctan"})
X = [0.3, -1.2, 0.7]


def network(activation: Any, seed: int = 2) -> nn.MLP:
    """A network whose biases are no zeros."""
    draw = random.Random(seed)
    model = nn.MLP(3, [4, 2], activation=activation, output_activation="tanh", rng=draw)
    for p in model.parameters():
        p.data = draw.uniform(-2.0, 2.0)
    return model


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for function in (nn.to_torch, nn.from_torch):
        with pytest.raises(ImportError, match=rf"^{function.__name__}: PyTorch is not installed: pip install torch$"):
            function(network("relu"))


@pytest.mark.peers
def test_every_activation_has_a_module_or_is_refused() -> None:
    assert {*SHARED} == set(MODULES)
    with pytest.raises(ValueError, match="layer 0 has the activation arctan, for which PyTorch has no module; "):
        nn.to_torch(network("arctan"))

    def tanh(x: Any) -> Any:
        return x * x

    with pytest.raises(ValueError, match="layer 0 has the activation tanh, for which"):
        nn.to_torch(network(tanh))


@pytest.mark.peers
@pytest.mark.parametrize("activation", SHARED)
def test_outputs_and_gradients_are_equal_in_both_directions(activation: str) -> None:
    import torch

    model = network(activation)
    theirs = nn.to_torch(model)
    back = nn.from_torch(theirs)
    assert repr(back) == repr(model)
    assert back.state_dict() == model.state_dict()
    for x in (X, [30.0, -30.0, 25.0]):
        out = model(x)
        assert theirs(torch.tensor(x, dtype=torch.float64)).tolist() == pytest.approx(
            [y.data for y in out], rel=1e-12, abs=1e-12
        )
    model.zero_grad()
    y, z = model(X)
    (y * z).backward()
    theirs(torch.tensor(X, dtype=torch.float64)).prod().backward()
    for layer, linear in zip(model.layers, theirs[::2] if activation != "linear" else theirs[:2], strict=True):
        assert linear.weight.grad.tolist() == [
            pytest.approx([w.grad for w in neuron.w], rel=1e-12, abs=1e-12) for neuron in layer.neurons
        ]
        assert linear.bias.grad.tolist() == pytest.approx([n.b.grad for n in layer.neurons], rel=1e-12, abs=1e-12)


@pytest.mark.peers
def test_networks_of_pytorchs_own_come_over() -> None:
    import torch

    torch.manual_seed(0)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.Softplus(), torch.nn.Identity(), torch.nn.Linear(4, 4), torch.nn.Linear(4, 2)
    ).double()
    with pytest.raises(ValueError, match=r"module 2, Identity\(\), has no place in an MLP"):
        nn.from_torch(theirs)
    del theirs[2]
    ours = nn.from_torch(theirs)
    assert [layer.neurons[0].activation for layer in ours.layers] == ["softplus", "linear", "linear"]
    out = theirs(torch.tensor(X, dtype=torch.float64)).tolist()
    assert [y.data for y in ours(X)] == pytest.approx(out, rel=1e-12)
    assert [p.label for p in ours.layers[1].parameters()][:2] == ["w1[0,0]", "w1[0,1]"]
    state = random.getstate()
    nn.from_torch(theirs)
    assert random.getstate() == state


@pytest.mark.peers
def test_layers_and_neurons_are_networks_of_one_layer() -> None:
    import torch

    x = torch.tensor(X, dtype=torch.float64)
    layer = nn.Layer(3, 2, activation="elu", rng=random.Random(1))
    neuron = nn.Neuron(3, activation="silu", rng=random.Random(1))
    assert nn.to_torch(layer)(x).tolist() == pytest.approx([y.data for y in layer(X)], rel=1e-12)
    assert nn.to_torch(neuron)(x).tolist() == pytest.approx([neuron(X).data], rel=1e-12)


@pytest.mark.peers
def test_what_has_no_counterpart_is_refused_in_a_sentence() -> None:
    import torch

    mixed = network("relu")
    mixed.layers[1].neurons[0].activation = "linear"
    with pytest.raises(ValueError, match="layer 1 has neurons with linear and tanh; give it one activation"):
        nn.to_torch(mixed)
    own = network("relu")
    own.layers[0] = nn.Layer(3, 4)
    own.layers[0].neurons[2] = abs
    with pytest.raises(TypeError, match="needs an MLP, a Layer or a Neuron made of neurons alone, got <built-in"):
        nn.to_torch(own)

    class Doubled(torch.nn.Linear):
        def forward(self, x: Any) -> Any:
            return 2.0 * super().forward(x)

    class Twice(torch.nn.Sequential):
        def forward(self, x: Any) -> Any:
            return 2.0 * super().forward(x)

    class Tanh(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return x

    linear = torch.nn.Linear(2, 1)
    for theirs, complaint in [
        (torch.nn.Sequential(torch.nn.Linear(2, 1, bias=False)), r"module 0, Linear\(.*\), has no place in an MLP"),
        (torch.nn.Sequential(linear, torch.nn.Dropout()), r"module 1, Dropout\(.*\), has no place"),
        (torch.nn.Sequential(torch.nn.Tanh(), linear), r"module 0, Tanh\(\), has no place"),
        (torch.nn.Sequential(linear, torch.nn.LeakyReLU(0.2)), "module 1, LeakyReLU.negative_slope=0.2., has no place"),
        (torch.nn.Sequential(linear, torch.nn.GELU("tanh")), "module 1, GELU.approximate='tanh'., has no place"),
        (torch.nn.Sequential(linear, torch.nn.Softplus(threshold=1.0)), r"module 1, Softplus\(.*\), has no place"),
        (torch.nn.Sequential(Doubled(2, 1)), r"module 0, Doubled\(.*\), has no place"),
        (torch.nn.Sequential(linear, Tanh()), r"module 1, Tanh\(\), has no place"),
        (torch.nn.Sequential(), "the torch.nn.Sequential holds no Linear"),
    ]:
        with pytest.raises(ValueError, match=f"^from_torch: {complaint}"):
            nn.from_torch(theirs)
    for other, name in ((linear, "Linear"), (Twice(linear), "Twice")):
        with pytest.raises(TypeError, match=rf"needs a torch\.nn\.Sequential that computes as one, got {name}"):
            nn.from_torch(other)


@pytest.mark.peers
def test_weights_that_come_of_others_come_over() -> None:
    import torch

    normed = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(3, 1)).double()
    assert nn.from_torch(torch.nn.Sequential(normed))(X).data == pytest.approx(
        normed(torch.tensor(X, dtype=torch.float64)).item(), rel=1e-12
    )

"""Networks to and from PyTorch: the same weights, neurons and activations as modules of its own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .activations import activation_name
from .modules import MLP, Layer, Neuron

#: The modules of PyTorch that compute our activations, and what they must be made with to do so. Above a threshold
#: PyTorch's softplus is x itself, at 40 to the last digit; at 20, which it has unless told otherwise, to nine of them.
MODULES: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("ReLU", {}),
    "tanh": ("Tanh", {}),
    "sigmoid": ("Sigmoid", {}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.01}),
    "elu": ("ELU", {"alpha": 1.0}),
    "gelu": ("GELU", {"approximate": "none"}),
    "silu": ("SiLU", {}),
    "softplus": ("Softplus", {"beta": 1.0, "threshold": 40.0}),
    "linear": ("Identity", {}),
}


def to_torch(model: MLP | Layer | Neuron) -> Any:
    """The same network as a `torch.nn.Sequential`, in double precision: ``.float()`` of it makes it single.

    Args:
        model: A network, a layer or a neuron whose activations PyTorch has as modules: all that have names but
            ``arctan``.

    Returns:
        A `torch.nn.Sequential` of `torch.nn.Linear` and of modules for the activations. Its parameters are copies.

    Raises:
        ImportError: PyTorch is not installed.
        TypeError: The model is something else, or holds something else than layers of neurons.
        ValueError: PyTorch has no module for an activation, or the neurons of a layer differ.

    >>> from autograd_lite import nn
    >>> nn.to_torch(nn.MLP(2, [3, 1], activation="tanh"))  # doctest: +SKIP
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): Tanh()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )
    """
    torch = _torch("to_torch")
    parts: list[Any] = []
    for place, neurons in enumerate(_layers(model)):
        weights = torch.tensor([[w.data for w in neuron.w] for neuron in neurons], dtype=torch.float64)
        linear = torch.nn.Linear(weights.shape[1], weights.shape[0], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(weights)
            linear.bias.copy_(torch.tensor([neuron.b.data for neuron in neurons], dtype=torch.float64))
        name = _activation(neurons, place)
        kind, options = MODULES[name]
        parts += [linear] if name == "linear" else [linear, getattr(torch.nn, kind)(**options)]
    return torch.nn.Sequential(*parts)


def from_torch(model: Any) -> MLP:
    """The same network as an `MLP`.

    Args:
        model: A `torch.nn.Sequential` of `torch.nn.Linear`, each followed by at most one module for an activation.

    Returns:
        A network, whose parameters are copies.

    Raises:
        ImportError: PyTorch is not installed.
        TypeError: The model is no `torch.nn.Sequential`.
        ValueError: It holds another module, an activation with other settings than ours, or a layer without a bias.

    >>> import torch  # doctest: +SKIP
    >>> nn.from_torch(torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Tanh()))  # doctest: +SKIP
    MLP of [Layer of [TanhNeuron(2)]]
    """
    torch = _torch("from_torch")
    if not _computes_as(model, torch.nn.Sequential):
        raise TypeError(f"from_torch: needs a torch.nn.Sequential that computes as one, got {model!r:.80}")
    linears: list[Any] = []
    names: list[str] = []
    for place, part in enumerate(model):
        if _computes_as(part, torch.nn.Linear) and part.bias is not None:
            linears.append(part)
            names.append("")
        elif names and not names[-1] and (name := _name(part)):
            names[-1] = name
        else:
            raise ValueError(
                f"from_torch: module {place}, {part!r}, has no place in an MLP, which is made of Linear with a bias, "
                f"each followed by at most one of {', '.join([kind for kind, _ in MODULES.values()])}"
            )
    if not linears:
        raise ValueError("from_torch: the torch.nn.Sequential holds no Linear")
    found = MLP(linears[0].in_features, [part.out_features for part in linears], rng=random.Random(0))
    for layer, linear, name in zip(found.layers, linears, names, strict=True):
        for neuron, weights, bias in zip(layer.neurons, linear.weight.tolist(), linear.bias.tolist(), strict=True):
            neuron.w, neuron.b, neuron.activation = weights, bias, name or "linear"
    return found


def _torch(who: str) -> Any:
    try:
        import torch
    except ImportError:
        raise ImportError(f"{who}: PyTorch is not installed: pip install torch") from None
    return torch


def _layers(model: Any) -> list[Sequence[Neuron]]:
    """The neurons of each layer."""
    layers: list[Any] = model.layers if type(model) is MLP else [model]
    found: list[Sequence[Any]] = [layer.neurons if type(layer) is Layer else [layer] for layer in layers]
    for neuron in [neuron for neurons in found for neuron in neurons]:
        if type(neuron) is not Neuron:
            raise TypeError(f"to_torch: needs an MLP, a Layer or a Neuron made of neurons alone, got {neuron!r:.80}")
    return found


def _activation(neurons: Sequence[Neuron], place: int) -> str:
    names = sorted({activation_name(neuron.activation) for neuron in neurons})
    if len(names) > 1:
        raise ValueError(f"to_torch: layer {place} has neurons with {' and '.join(names)}; give it one activation")
    [name] = names
    if name not in MODULES or not all(isinstance(neuron.activation, str) for neuron in neurons):
        raise ValueError(
            f"to_torch: layer {place} has the activation {name}, for which PyTorch has no module; "
            "autograd_lite.to_torch(f, *example) hands on any function that computes it"
        )
    return name


def _computes_as(part: Any, kind: Any) -> bool:
    """Whether it is a module of a kind, and computes as all of it do, also with weights that come of others."""
    return isinstance(part, kind) and type(part).forward is kind.forward


def _name(part: Any) -> str:
    """The name of the activation that a module of PyTorch computes, if there is one."""
    import torch

    for name, (kind, options) in MODULES.items():
        same = {key: x for key, x in options.items() if key != "threshold"}
        if _computes_as(part, getattr(torch.nn, kind)) and all(getattr(part, key) == x for key, x in same.items()):
            return name if getattr(part, "threshold", 20.0) >= 20.0 else ""
    return ""

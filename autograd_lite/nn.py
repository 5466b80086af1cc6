"""Neurons, layers and networks composed from scalars."""

from __future__ import annotations

import json
import math
import os
import random
import secrets
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from . import data, optim
from . import operations as ops
from .operations import Operation, Unary, number, whole
from .training import DivergenceError as DivergenceError
from .training import History as History
from .training import fit as fit
from .value import Group, Value, affine, set_grads

#: The activations that have names: the row of each, none for the identity, and what micrograd calls such a neuron.
ACTIVATIONS: dict[str, tuple[Operation | None, str]] = {
    "relu": (ops.relu, "ReLU"),
    "tanh": (ops.tanh, "Tanh"),
    "sigmoid": (ops.sigmoid, "Sigmoid"),
    "arctan": (ops.arctan, "Arctan"),
    "leaky_relu": (ops.leaky_relu, "LeakyReLU"),
    "elu": (ops.elu, "ELU"),
    "gelu": (ops.gelu, "GELU"),
    "silu": (ops.silu, "SiLU"),
    "softplus": (ops.softplus, "Softplus"),
    "linear": (None, "Linear"),
}

#: Starting weights are uniform between -limit and limit; the limit of a layer with nin inputs and nout outputs:
#: "uniform" is micrograd's; "xavier" is the normalised initialisation of X. Glorot and Y. Bengio (2010), equation 16;
#: "he" has the variance 2 / nin of K. He et al. (2015), equation 10. Biases start at 0.
INITS: dict[str, Callable[[int, int], float]] = {
    "uniform": lambda nin, nout: 1.0,
    "xavier": lambda nin, nout: math.sqrt(6.0 / (nin + nout)),
    "he": lambda nin, nout: math.sqrt(6.0 / nin),
}

Activation = str | Callable[[Value], Value]
FORMAT = "autograd_lite model, version 1"


class Module:
    """Something with parameters. One of your own defines ``parameters()`` and ``__call__``."""

    def __call__(self, x: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes; define __call__(self, x)")

    def parameters(self) -> list[Value]:
        """The leaves that training moves."""
        return []

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their names: p0, p1, … unless a subclass knows better."""
        return [(f"p{i}", p) for i, p in enumerate(self.parameters())]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, before the next backward pass."""
        parameters = self.parameters()
        set_grads(parameters, [0.0] * len(parameters))

    def state_dict(self) -> dict[str, float]:
        """The data of every parameter under its name.

        >>> model = MLP(1, [1])
        >>> model.load_state_dict({"w0[0,0]": 2.0, "b0[0]": 0.5})
        >>> model.state_dict()
        {'w0[0,0]': 2.0, 'b0[0]': 0.5}
        """
        return {name: p.data for name, p in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter to the number under its name. All or nothing.

        Raises:
            ValueError: A name is missing, or names no parameter.
            TypeError: There is something else than a number.
        """
        named = self.named_parameters()
        names = [name for name, _ in named]
        missing = [name for name in names if name not in state]
        unknown = [name for name in state if name not in set(names)]
        if missing or unknown:
            raise ValueError(
                f"{self._architecture()} has {len(names)} parameters, got {len(state)} "
                f"(missing: {_some(missing)}; unknown: {_some(unknown)})"
            )
        numbers = [number(state[name], name) for name in names]
        optim.assign([p for _, p in named], numbers)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write architecture and parameters into a file of readable JSON, which `load` reads to the last digit.

        A file that is there is replaced in one move once the new one is whole, or is left as it was; it keeps its
        permissions, and a link to it stays a link.

        Args:
            path: The file; its folder exists.

        Raises:
            OSError: The file cannot be written.
        """
        parameters = {name: x if math.isfinite(x) else repr(x) for name, x in self.state_dict().items()}
        saved = {"format": FORMAT, "architecture": self._architecture(), "parameters": parameters}
        _replace(Path(path), json.dumps(saved, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    def load(self, path: str | os.PathLike[str]) -> None:
        """Set every parameter to what `save` has written. All or nothing.

        Args:
            path: A file written by `save`, of a model of the same architecture.

        Raises:
            OSError: The file cannot be read.
            ValueError: It was not written by `save`, or holds a model of another architecture.
        """
        architecture, state = _read(Path(path))
        if architecture != self._architecture():
            raise ValueError(f"{path} holds {architecture}, which cannot be loaded into {self._architecture()}")
        self.load_state_dict(state)

    def _architecture(self) -> str:
        """What must agree for parameters to be exchanged, in words."""
        return f"{type(self).__name__} with {len(self.parameters())} parameters"

    def __repr__(self) -> str:
        return self._architecture()

    def _label(self) -> None:
        """Let pictures and messages call the parameters by their names."""
        for name, p in self.named_parameters():
            p.label = name


class Neuron(Module):
    """f(b + w₀x₀ + w₁x₁ + …) with an activation f; the weighted sum is one node.

    Args:
        nin: How many inputs.
        nonlin: False for a neuron without activation, as in micrograd; the same as ``activation="linear"``.
        activation: A name of `ACTIVATIONS` or a function of a Value; relu if None.
        init: How the weights start, a name of `INITS`.
        rng: A `random.Random`; the `random` module's global state if None.
        nout: How many neurons its layer has, which ``init="xavier"`` asks.

    Raises:
        ValueError: ``nin`` is below 1, or a name is unknown.

    >>> neuron = Neuron(2, activation="tanh")
    >>> neuron.w, neuron.b = [1.0, -1.0], 0.5
    >>> neuron([0.5, 1.0]).data
    0.0
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Activation | None = None,
        init: str = "uniform",
        rng: random.Random | None = None,
        nout: int = 1,
    ) -> None:
        if activation is None or not nonlin:
            if activation not in (None, "linear"):
                raise ValueError(f"Neuron: nonlin=False has no activation, got activation={activation!r}")
            activation = "relu" if nonlin else "linear"
        if init not in INITS:
            raise ValueError(f"init must be one of {', '.join(INITS)}, got {init!r}")
        source, limit = data.generator(rng), INITS[init](whole(nin, "nin"), nout)
        self.activation = activation
        self._weights = Group([Value(source.uniform(-limit, limit)) for _ in range(nin)], bias=Value(0.0))
        self._label()

    @property
    def w(self) -> tuple[Value, ...]:
        """Its weights. New ones, as many, may be assigned; an optimiser made before goes on with the old ones."""
        return self._weights.nodes

    @w.setter
    def w(self, weights: Iterable[Any]) -> None:
        new = [_parameter(w) for w in weights]
        if len(new) != len(self.w):
            raise ValueError(f"{self._architecture()} needs {len(self.w)} weights, got {len(new)}")
        for w, old in zip(new, self.w, strict=True):
            w.label = w.label or old.label
        self._weights = Group(new, bias=self.b)

    @property
    def b(self) -> Value:
        """Its bias; a new one may be assigned."""
        bias: Value = self._weights.bias
        return bias

    @b.setter
    def b(self, bias: Any) -> None:
        new = _parameter(bias)
        new.label = new.label or self.b.label
        self._weights = Group(self.w, bias=new)

    @property
    def activation(self) -> Activation:
        """The name of its activation, or the function; a new one may be assigned."""
        return self._activation

    @activation.setter
    def activation(self, activation: Activation) -> None:
        self._activation = _named(activation)
        self._activate = _function(self._activation)

    @property
    def nonlin(self) -> bool:
        """Whether it has an activation."""
        return self._activate is not None

    def __call__(self, x: Iterable[Any]) -> Value:
        return self._output(_inputs(x, self, len(self.w)))

    def _output(self, inputs: Group) -> Value:
        out = affine(self._weights, inputs)
        return out if self._activate is None else self._activate(out)

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their names in layer 0 as neuron 0: w0[0,0], w0[0,1], …, b0[0]."""
        return _names(self, 0, 0)

    def _architecture(self) -> str:
        return f"Neuron {len(self.w)} -> 1 {activation_name(self.activation)}"

    def __repr__(self) -> str:
        name = activation_name(self.activation)
        return f"{ACTIVATIONS[name][1] if name in ACTIVATIONS else name}Neuron({len(self.w)})"

    def __getstate__(self) -> dict[str, Any]:
        # Groups bear marks of passes, and the functions of the table have no address: both are made anew.
        kept = {name: x for name, x in vars(self).items() if name not in ("_weights", "_activate")}
        return {**kept, "w": self.w, "b": self.b}

    def __setstate__(self, state: dict[str, Any]) -> None:
        weights, bias = state.pop("w"), state.pop("b")
        vars(self).update(state)
        self._weights, self._activate = Group(weights, bias=bias), _function(self.activation)


class Layer(Module):
    """Neurons that see the same inputs.

    Args:
        nin: How many inputs.
        nout: How many neurons, each with one output.
        nonlin: False for neurons without activation, as in micrograd.
        activation: A name of `ACTIVATIONS` or a function of a Value; relu if None.
        init: How the weights start, a name of `INITS`.
        rng: A `random.Random`; the `random` module's global state if None.

    Called with a sequence of ``nin`` numbers or Values it returns a list of ``nout`` Values, or, as in
    micrograd, the Value itself if there is only one.

    Raises:
        ValueError: ``nin`` or ``nout`` is below 1, or a name is unknown.

    >>> Layer(2, 3)
    Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)]
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        nonlin: bool = True,
        *,
        activation: Activation | None = None,
        init: str = "uniform",
        rng: random.Random | None = None,
    ) -> None:
        self.neurons = [
            Neuron(nin, nonlin, activation=activation, init=init, rng=rng, nout=nout)
            for _ in range(whole(nout, "nout"))
        ]
        self._label()

    def __call__(self, x: Iterable[Any]) -> Any:
        outputs = self._outputs(_inputs(x, self, len(self.neurons[0].w)))
        return outputs[0] if len(outputs) == 1 else outputs

    def _outputs(self, inputs: Group) -> list[Value]:
        return [neuron._output(inputs) for neuron in self.neurons]

    def parameters(self) -> list[Value]:
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their names in layer 0: w0[m,n] from input n to output m, and b0[m]."""
        return [pair for m, neuron in enumerate(self.neurons) for pair in _names(neuron, 0, m)]

    def _architecture(self) -> str:
        return f"Layer {len(self.neurons[0].w)} -> {self._width()}"

    def _width(self) -> str:
        names = [activation_name(neuron.activation) for neuron in self.neurons]
        return f"{len(names)} {names[0] if len(set(names)) == 1 else ', '.join(names)}"

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """A multilayer perceptron: layers of neurons, each seeing all outputs of the one before.

    Args:
        nin: How many inputs.
        nouts: How many neurons each layer has, the last being the outputs.
        activation: For all layers but the last: a name of `ACTIVATIONS` or a function of a Value.
        output_activation: The same for the last layer.
        init: How the weights start, a name of `INITS`.
        rng: A `random.Random`; the `random` module's global state if None, in micrograd's order.

    Called with a sequence of ``nin`` numbers or Values it returns a list of Values, or, as in micrograd,
    the Value itself if there is only one output.

    Raises:
        ValueError: A size is below 1, there is no layer, or a name is unknown.

    >>> model = MLP(2, [3, 1], rng=random.Random(1337))
    >>> model
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(3)]]
    >>> [p.label for p in model.layers[1].parameters()]
    ['w1[0,0]', 'w1[0,1]', 'w1[0,2]', 'b1[0]']
    >>> type(model([0.5, -0.5])).__name__
    'Value'
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: Activation = "relu",
        output_activation: Activation = "linear",
        init: str = "uniform",
        rng: random.Random | None = None,
    ) -> None:
        if not isinstance(nouts, Iterable) or not (sizes := [nin, *nouts])[1:]:
            raise ValueError(f"MLP: nouts must be a list with the size of each layer, got {nouts!r}")
        activations = [_named(activation)] * (len(sizes) - 2) + [_named(output_activation)]
        self.layers = [
            Layer(n, m, activation=f, init=init, rng=rng)
            for (n, m), f in zip(pairwise(sizes), activations, strict=True)
        ]
        self._label()

    def __call__(self, x: Iterable[Any]) -> Any:
        inputs = _inputs(x, self, len(self.layers[0].neurons[0].w))
        outputs: list[Value] = []
        for layer in self.layers:
            outputs = layer._outputs(inputs)
            inputs = Group(outputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their names: w0[m,n] leads in layer 0 from input n to output m, b0[m] is its bias."""
        places = [(L, m, neuron) for L, layer in enumerate(self.layers) for m, neuron in enumerate(layer.neurons)]
        return [pair for L, m, neuron in places for pair in _names(neuron, L, m)]

    def _architecture(self) -> str:
        return " -> ".join([f"MLP {len(self.layers[0].neurons[0].w)}", *[layer._width() for layer in self.layers]])

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


# --- What neurons are made of ---


def _names(neuron: Neuron, layer: int, m: int) -> list[tuple[str, Value]]:
    return [*[(f"w{layer}[{m},{n}]", w) for n, w in enumerate(neuron.w)], (f"b{layer}[{m}]", neuron.b)]


def _parameter(x: Any) -> Value:
    return x if type(x) is Value else Value(x)


def _inputs(x: Any, module: Module, nin: int) -> Group:
    """What a module is called with as one group, made sure of."""
    if isinstance(x, str) or not isinstance(x, Iterable):
        raise TypeError(f"{module._architecture()}: needs a sequence of {nin} numbers or Values, got {x!r}")
    items = [item if type(item) is Value else number(item, "an input") for item in x]
    if len(items) != nin:
        raise ValueError(f"{module._architecture()}: needs {nin} inputs, got {len(items)}")
    return Group(items)


def _named(activation: Activation) -> Activation:
    """The name of an activation that has one, else the function itself."""
    for name, (row, _) in ACTIVATIONS.items():
        if activation == name or (row is not None and activation is row):
            return name
    if not callable(activation):
        raise ValueError(
            f"activation must be a function of a Value or one of {', '.join(ACTIVATIONS)}, got {activation!r}"
        )
    return activation


def activation_name(activation: Activation) -> str:
    """What an activation is called.

    >>> activation_name("relu")
    'relu'
    """
    if isinstance(activation, str):
        return activation
    return str(getattr(activation, "name", getattr(activation, "__name__", type(activation).__name__)))


def _function(activation: Activation) -> Callable[[Value], Value] | None:
    """What computes an activation; None for the identity."""
    if not isinstance(activation, str):
        return lambda x: _value_from(activation, x)
    row = ACTIVATIONS[activation][0]
    if row is None:
        return None
    if isinstance(row, Unary):
        return lambda x: x.record_unary(row)
    defaults = tuple(row.defaults.values())
    return lambda x: x.record(row, (x, *defaults))


def _value_from(activation: Callable[[Value], Value], x: Value) -> Value:
    out = activation(x)
    if type(out) is not Value:
        raise TypeError(f"activation {activation_name(activation)}: must return a Value, got {out!r}")
    return out


# --- Files ---


def _some(names: Sequence[str]) -> str:
    return ", ".join([*names[:3], *(["…"] if len(names) > 3 else [])]) or "none"


def _replace(path: Path, text: str) -> None:
    """Write a file beside ``path``, then put it in its place, with the permissions of the old one."""
    path = Path(os.path.realpath(path))  # a link stays a link, to the new file
    try:
        with path.open("r+b") as old:  # what may not be written is refused here, in the system's words
            mode = stat.S_IMODE(os.fstat(old.fileno()).st_mode)
    except FileNotFoundError:
        mode = None
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding="utf-8", newline="\n") as file:
            if mode is not None:
                beside.chmod(mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _read(path: Path) -> tuple[str, dict[str, float]]:
    """Architecture and parameters from a file that `Module.save` has written."""
    try:
        saved = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_object)
        if saved["format"] != FORMAT or not isinstance(saved["architecture"], str):
            raise ValueError(f"its format is {saved['format']!r}")
        return saved["architecture"], {name: _float(x) for name, x in saved["parameters"].items()}
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} is no model saved by autograd_lite ({type(error).__name__}: {error})") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the file; of two entries with one name it would be anyone's guess which is meant."""
    found: dict[str, Any] = {}
    for name, x in pairs:
        if name in found:
            raise ValueError(f"{name!r} is there twice")
        found[name] = x
    return found


def _float(x: Any) -> float:
    """A number of the file; what JSON has no number for is there as a text."""
    if type(x) not in (int, float) and x not in ("nan", "inf", "-inf"):
        raise ValueError(f"{x!r} is no number")
    return float(x)

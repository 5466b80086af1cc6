"""Neurons, layers and networks composed from scalars."""

from __future__ import annotations

import json
import math
import os
import random
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from .. import data, optim
from ..engine import table as ops
from ..engine.bulk import set_grads
from ..engine.numbers import number, whole
from ..engine.operation import Operation, Unary
from ..engine.value import Group, Value, affine
from .training import DivergenceError as DivergenceError
from .training import History as History
from .training import fit as fit

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

#: How the names that modules give to parameters begin.
NAME = re.compile(r"([wb]\d+|neurons|layers)\[")

#: What numbers come from in no order, or names without their numbers.
UNORDERED = (set, frozenset, dict)

Activation = str | Callable[[Value], Value]
FORMAT = "autograd_lite model, version 1"


class Weights(tuple[Value, ...]):
    """A neuron's weights. Added to a list they are a list, as in micrograd.

    >>> weights = Neuron(2).w
    >>> len(weights + [Value(0.0)])
    3
    >>> weights[0] = Value(1.0)
    Traceback (most recent call last):
    ...
    TypeError: weights are exchanged all at once: neuron.w = [...]; one of them is moved by neuron.w[0].data = ...
    """

    def __add__(self, other: Any) -> Any:
        return [*self, *other] if isinstance(other, list) else super().__add__(other)

    def __radd__(self, other: list[Any]) -> list[Any]:
        return [*other, *self]

    def __setitem__(self, place: Any, weight: Any) -> None:  # the sum would not see it
        raise TypeError(
            f"weights are exchanged all at once: neuron.w = [...]; one of them is moved by neuron.w[{place}].data = ..."
        )


class Module:
    """Something with parameters. One of your own defines ``parameters()`` and ``__call__``.

    It may stand among the ``neurons`` of a `Layer` or the ``layers`` of an `MLP`, as may any function: it is called
    with a sequence of numbers and Values, or, as the first of the layers, with what the network is called with.
    """

    def __call__(self, x: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes; define __call__(self, x)")

    def parameters(self) -> list[Value]:
        """The leaves that training moves."""
        return []

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their names: p0, p1, … where a subclass knows no better."""
        known = {id(p): name for name, p in reversed(self._names())}  # of a shared one, the first
        return [(known.get(id(p), f"p{i}"), p) for i, p in enumerate(self.parameters())]

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
        if not isinstance(state, Mapping):
            raise TypeError(f"load_state_dict: needs names and numbers, as state_dict() gives them, got {state!r:.80}")
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

    def _names(self) -> list[tuple[str, Value]]:
        """Names for parameters, as far as they are known."""
        return []

    def _nin(self) -> int | None:
        """How many inputs it is called with; None if it does not say."""
        return None

    def _architecture(self) -> str:
        """What must agree for parameters to be exchanged, in words."""
        return f"{type(self).__name__} with {len(self.parameters())} parameters"

    def _kind(self) -> str:
        """The same in the words of the module that holds it."""
        return f"({self._architecture()})"

    def __repr__(self) -> str:
        return self._architecture()

    def _label(self) -> None:
        """Let pictures and messages call the parameters by their names, unless they were given others."""
        for name, p in self._names():
            if not p.label or NAME.match(p.label):
                p.label = name

    def __setattr__(self, name: str, x: Any) -> None:
        super().__setattr__(name, x)
        if name in ("neurons", "layers"):
            self._label()


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
        TypeError: ``nin`` is no whole number, or ``nonlin`` neither True nor False.

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
        if not _flag(nonlin) or activation is None:
            if activation not in (None, "linear"):
                raise ValueError(f"Neuron: nonlin=False has no activation, got activation={activation!r}")
            activation = "relu" if nonlin else "linear"
        if init not in INITS:
            raise ValueError(f"init must be one of {', '.join(INITS)}, got {init!r}")
        source, limit = data.generator(rng), INITS[init](whole(nin, "nin"), nout)
        self.activation = activation
        self._weights = Group([Value(source.uniform(-limit, limit)) for _ in range(nin)], bias=Value(0.0))
        self._label()

    def __new__(cls, *_: Any, **__: Any) -> Self:
        neuron = super().__new__(cls)  # for an __init__ of one's own, which sets w and b
        neuron.activation = "relu"
        neuron._weights = Group((), bias=Value(0.0))
        return neuron

    @property
    def w(self) -> Weights:
        """Its weights. New ones, as many, may be assigned; an optimiser made before goes on with the old ones."""
        return Weights(self._weights.nodes)

    @w.setter
    def w(self, weights: Iterable[Any]) -> None:
        if not isinstance(weights, Iterable):
            raise TypeError(f"{self._architecture()}: w must be a list of weights, got {weights!r}")
        new = [_parameter(w) for w in weights]
        if self.w and len(new) != len(self.w):
            raise ValueError(f"{self._architecture()} needs {len(self.w)} weights, got {len(new)}")
        for w, old in zip(new, self.w or new, strict=True):
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
        """Whether it has an activation; False takes it away, True gives relu to a neuron that has none."""
        return self._activate is not None

    @nonlin.setter
    def nonlin(self, nonlin: bool) -> None:
        if _flag(nonlin) != self.nonlin:
            self.activation = "relu" if nonlin else "linear"

    def __call__(self, x: Iterable[Any]) -> Value:
        if type(x) is not Group:
            x = _inputs(x, self, self._nin())
        try:
            out = affine(self._weights, x)
        except ValueError:
            if self.w:
                raise _wrong_size(x, self) from None
            remedy = "its __init__ must call super().__init__(nin), or set self.w and self.b"
            raise ValueError(f"{type(self).__name__} has no weights; {remedy}") from None
        activate = self._activate
        if type(activate) is Unary:
            return out.record_unary(activate)  # which is what calling it does, sooner
        return out if activate is None else activate(out)

    def parameters(self) -> list[Value]:
        """Its weights and its bias, one that is there twice once."""
        return _once([*self.w, self.b])

    def _names(self) -> list[tuple[str, Value]]:
        """In layer 0 as neuron 0: w0[0,0], w0[0,1], …, b0[0]."""
        return [*[(f"w0[0,{n}]", w) for n, w in enumerate(self.w)], ("b0[0]", self.b)]

    def _nin(self) -> int | None:
        return len(self._weights.items) or None

    def _architecture(self) -> str:
        return f"{type(self).__name__} {_shown(self._nin())} -> 1 {activation_name(self.activation)}"

    def _kind(self) -> str:
        return _derived(self, Neuron) + activation_name(self.activation)

    def __repr__(self) -> str:
        name = activation_name(self.activation)
        return f"{ACTIVATIONS[name][1] if name in ACTIVATIONS else name}{type(self).__name__}({_shown(self._nin())})"

    def __getstate__(self) -> dict[str, Any]:
        # Groups bear marks of passes, and the functions of the table have no address: both are made anew.
        kept = {name: x for name, x in vars(self).items() if name not in ("_weights", "_activate")}
        return {**kept, "w": tuple(self.w), "b": self.b}

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

    Called with a sequence of ``nin`` numbers or Values it returns a list of what each of its ``neurons`` makes of
    them, or, as in micrograd, the Value itself if there is only one.

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

    def __call__(self, x: Iterable[Any]) -> Any:
        inputs = x if type(x) is Group else _inputs(x, self, self._nin())
        outputs = [neuron.__call__(inputs) for neuron in self.neurons]  # which is faster than neuron(inputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        """The parameters of its neurons, each once."""
        return _once([p for neuron in self.neurons for p in _parameters(neuron)])

    def _names(self) -> list[tuple[str, Value]]:
        """In layer 0: w0[m,n] from input n to output m, and b0[m]; neurons[m].name of what is no neuron."""
        return _placed(self.neurons, Neuron, r"([wb]0\[)0\b", "neurons")

    def _nin(self) -> int | None:
        first = self.neurons[0]
        return first._nin() if isinstance(first, Module) else None

    def _architecture(self) -> str:
        return f"{type(self).__name__} {_shown(self._nin())} -> {self._width()}"

    def _kind(self) -> str:
        return _derived(self, Layer) + self._width()

    def _width(self) -> str:
        kinds = [kind(neuron) for neuron in self.neurons]
        return f"{len(kinds)} {kinds[0] if len(set(kinds)) == 1 else ', '.join(kinds)}"

    def __repr__(self) -> str:
        return f"{type(self).__name__} of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """A multilayer perceptron: layers of neurons, each seeing all outputs of the one before.

    Args:
        nin: How many inputs.
        nouts: How many neurons each layer has, the last being the outputs.
        activation: For all layers but the last: a name of `ACTIVATIONS` or a function of a Value.
        output_activation: The same for the last layer.
        init: How the weights start, a name of `INITS`.
        rng: A `random.Random`; the `random` module's global state if None, in micrograd's order.

    Called with a sequence of ``nin`` numbers or Values it returns what the last of its ``layers`` does: a list of
    Values, or, as in micrograd, the Value itself if there is only one output.

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

    def __call__(self, x: Iterable[Any]) -> Any:
        *hidden, last = self.layers
        nin = self._nin()
        if nin is not None and type(x) is not Group:
            x = _inputs(x, self, nin)
        for layer in hidden:
            out = layer(x)
            x = [out] if type(out) is Value else out
        return last(x)

    def parameters(self) -> list[Value]:
        """The parameters of its layers, each once."""
        return _once([p for layer in self.layers for p in _parameters(layer)])

    def _names(self) -> list[tuple[str, Value]]:
        """w0[m,n] leads in layer 0 from input n to output m, b0[m] is its bias; layers[1].name of what is no layer."""
        return _placed(self.layers, Layer, r"([wb])0(?=\[)", "layers")

    def _nin(self) -> int | None:
        first = self.layers[0]
        return first._nin() if isinstance(first, Module) else None

    def _architecture(self) -> str:
        kinds = [kind(layer) for layer in self.layers]
        return " -> ".join([f"{type(self).__name__} {_shown(self._nin())}", *kinds])

    def __repr__(self) -> str:
        return f"{type(self).__name__} of [{', '.join(map(repr, self.layers))}]"


# --- What modules hold ---


def _parameters(part: Any) -> list[Value]:
    """The parameters of what a module holds; a function has none."""
    return list(part.parameters()) if hasattr(part, "parameters") else []


def _named_parameters(part: Any) -> list[tuple[str, Value]]:
    if isinstance(part, Module):
        return part.named_parameters()
    return [(f"p{i}", p) for i, p in enumerate(_parameters(part))]


def _once(parameters: Iterable[Value]) -> list[Value]:
    """Each parameter where it comes first."""
    return list({id(p): p for p in parameters}.values())


def _placed(parts: Sequence[Any], own: type[Module], number_: str, held: str) -> list[tuple[str, Value]]:
    """The names of all parameters of what a module holds: numbered, if it is of our own kind, else behind its place."""
    found = []
    for i, part in enumerate(parts):
        for name, p in _named_parameters(part):
            known, count = re.subn(f"^{number_}", rf"\g<1>{i}", name) if isinstance(part, own) else (name, 0)
            found.append((known if count else f"{held}[{i}].{name}", p))
    return found


def kind(part: Any) -> str:
    """What a module calls a part that it holds: a neuron by its activation, others by their class or name.

    >>> kind(Neuron(2)), kind(abs)
    ('relu', 'abs')
    """
    return part._kind() if isinstance(part, Module) else activation_name(part)


def _derived(module: Module, base: type[Module]) -> str:
    """The name of a class of one's own, before what it is called otherwise."""
    return "" if type(module) is base else f"{type(module).__name__} "


def _shown(nin: int | None) -> str:
    return "?" if nin is None else str(nin)


# --- What neurons are made of ---


def _flag(nonlin: Any) -> bool:
    if nonlin not in (True, False):
        raise TypeError(f"nonlin must be True or False, got {nonlin!r}; an activation is given as activation=...")
    return bool(nonlin)


def _parameter(x: Any) -> Value:
    return x if type(x) is Value else Value(x)


def _inputs(x: Any, module: Module, nin: int | None) -> Group:
    """What a module is called with as one group, made sure of."""
    if type(x) is not list and isinstance(x, UNORDERED):
        raise TypeError(f"{module._architecture()}: needs a sequence of {_shown(module._nin())} numbers, got {x!r:.80}")
    try:
        inputs = Group(x, "an input")
    except TypeError as error:
        raise _no_inputs(x, module) or error from None
    if nin is not None and len(inputs.items) != nin:
        raise _wrong_size(inputs, module)
    return inputs


def _no_inputs(x: Any, module: Module) -> TypeError | None:
    """What to say of something else than numbers, if there is more to say than which of them is none."""
    numbers = f"{_shown(module._nin())} numbers or Values"
    try:
        rows = None if isinstance(x, str) else [isinstance(item, Iterable) and not isinstance(item, str) for item in x]
    except TypeError:  # also of an array with no dimension, which says that it can be gone through
        rows = None
    if rows is None:
        return TypeError(f"{module._architecture()}: needs a sequence of {numbers}, got {x!r}")
    if not rows or not all(rows):
        return None
    return TypeError(
        f"{module._architecture()}: needs one row of {numbers}, got {len(rows)} rows; write [model(x) for x in xs]"
    )


def _wrong_size(inputs: Group, module: Module) -> ValueError:
    return ValueError(f"{module._architecture()}: needs {_shown(module._nin())} inputs, got {len(inputs.items)}")


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
    if row is None or type(row) is Unary:
        return row
    defaults = tuple(row.defaults.values())
    return lambda x: x.record(row, (x, *defaults))


def _value_from(activation: Callable[[Value], Value], x: Value) -> Value:
    out = activation(x)
    if type(out) is not Value:
        raise TypeError(f"activation {activation_name(activation)}: must return a Value, got {out!r}")
    return out


# --- Files ---


def _some(names: Sequence[str]) -> str:
    return ", ".join([*map(str, names[:3]), *(["…"] if len(names) > 3 else [])]) or "none"


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

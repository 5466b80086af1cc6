"""Neurons, layers and networks composed from scalars."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

from .. import data
from ..engine.group import Group
from ..engine.making import affine
from ..engine.numbers import whole
from ..engine.operation import Unary
from ..engine.value import Value
from .activations import ACTIVATIONS, Activation, activation_name, function_of, named
from .base import Module as Module

#: Starting weights are uniform between -limit and limit; the limit of a layer with nin inputs and nout outputs:
#: "uniform" is micrograd's; "xavier" is the normalised initialisation of X. Glorot and Y. Bengio (2010), equation 16;
#: "he" has the variance 2 / nin of K. He et al. (2015), equation 10. Biases start at 0.
INITS: dict[str, Callable[[int, int], float]] = {
    "uniform": lambda nin, nout: 1.0,
    "xavier": lambda nin, nout: math.sqrt(6.0 / (nin + nout)),
    "he": lambda nin, nout: math.sqrt(6.0 / nin),
}

#: What numbers come from in no order, or names without their numbers.
UNORDERED = (set, frozenset, dict)


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
        self._activation = named(activation)
        self._activate = function_of(self._activation)

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
        self._weights, self._activate = Group(weights, bias=bias), function_of(self.activation)


class Composed(Module):
    """A module of parts: modules, whose parameters are its own, or functions."""

    #: Of which class most of its parts are, what stands in their names for the place of each, and how parts are called.
    _own: tuple[type[Module], str, str]

    @property
    def _parts(self) -> Sequence[Any]:
        parts: Sequence[Any] = getattr(self, self._own[2])
        return parts

    def parameters(self) -> list[Value]:
        """The parameters of its parts, each once."""
        return _once([p for part in self._parts for p in _parameters(part)])

    def _names(self) -> list[tuple[str, Value]]:
        """Those of its parts: numbered, if one is of the usual kind, else behind its place, as in neurons[1].p0."""
        usual, place, held = self._own
        found = []
        for i, part in enumerate(self._parts):
            for name, p in _named_parameters(part):
                known, count = re.subn(f"^{place}", rf"\g<1>{i}", name) if isinstance(part, usual) else (name, 0)
                found.append((known if count else f"{held}[{i}].{name}", p))
        return found

    def _nin(self) -> int | None:
        first = self._parts[0]
        return first._nin() if isinstance(first, Module) else None

    def __repr__(self) -> str:
        return f"{type(self).__name__} of [{', '.join(map(repr, self._parts))}]"


class Layer(Composed):
    """Neurons that see the same inputs.

    Args:
        nin: How many inputs.
        nout: How many neurons, each with one output.
        nonlin, activation, init, rng: As those of a `Neuron`.

    Called with a sequence of ``nin`` numbers or Values it returns a list of what each of its ``neurons`` makes of
    them, or, as in micrograd, the Value itself if there is only one.

    Raises:
        ValueError: ``nin`` or ``nout`` is below 1, or a name is unknown.

    >>> Layer(2, 3)
    Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)]
    """

    _own = (Neuron, r"([wb]0\[)0\b", "neurons")  # w0[m,n] leads from input n to neuron m, whose bias is b0[m]

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

    def _architecture(self) -> str:
        return f"{type(self).__name__} {_shown(self._nin())} -> {self._width()}"

    def _kind(self) -> str:
        return _derived(self, Layer) + self._width()

    def _width(self) -> str:
        kinds = [kind(neuron) for neuron in self.neurons]
        return f"{len(kinds)} {kinds[0] if len(set(kinds)) == 1 else ', '.join(kinds)}"


class MLP(Composed):
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

    _own = (Layer, r"([wb])0(?=\[)", "layers")  # w1[m,n] and b1[m] are those of layer 1

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
        activations = [named(activation)] * (len(sizes) - 2) + [named(output_activation)]
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

    def _architecture(self) -> str:
        kinds = [kind(layer) for layer in self.layers]
        return " -> ".join([f"{type(self).__name__} {_shown(self._nin())}", *kinds])


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

"""Activations: the list of those with names, each a row of the table, or any function of a Value."""

from __future__ import annotations

from collections.abc import Callable

from ..engine import table as ops
from ..engine.operation import Operation, Unary
from ..engine.value import Value

Activation = str | Callable[[Value], Value]

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


def named(activation: Activation) -> Activation:
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


def function_of(activation: Activation) -> Callable[[Value], Value] | None:
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

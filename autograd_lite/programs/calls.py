"""One call of a jitted function: its arguments, opened, and put together again with other numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ..calculus.trees import is_array
from ..engine.value import Value
from .arguments import closed, opened, told_apart


class Static(NamedTuple):
    """An argument that is taken by its value or identity."""

    value: Any

    def key(self) -> Any:
        try:
            hash(self.value)
        except TypeError:
            return type(self.value), id(self.value)
        return told_apart(self.value)


class Call(NamedTuple):
    """The arguments of one call.

    Attributes:
        args: As they were given, static ones as `Static`.
        named: The same by name.
        key: Their structure.
        leaves: Their floats, Values and arrays of numbers, in order.
        kept: Objects that count by their identity.
    """

    args: Sequence[Any]
    named: dict[str, Any]
    key: tuple[Any, ...]
    leaves: list[Any]
    kept: list[Any]

    def closed(self, numbers: Iterator[Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments, with other numbers in the place of the leaves."""
        return [_put(x, numbers) for x in self.args], {name: _put(x, numbers) for name, x in self.named.items()}

    def passed_to(self, f: Callable[..., Any]) -> Any:
        """What a function gives for the arguments as they were given."""
        return f(*map(_plain, self.args), **{name: _plain(x) for name, x in self.named.items()})

    def numbers(self) -> list[list[float]]:
        """The data of each leaf."""
        return [numbers_of(leaf) for leaf in self.leaves]


def opened_call(args: Sequence[Any], named: dict[str, Any], frozen: tuple[Any, ...]) -> Call:
    """Arguments, opened.

    Args:
        args: In order.
        named: By name.
        frozen: What the function reads besides them, which belongs to the key.

    >>> call = opened_call((1.0, Static("a")), {}, ())
    >>> call.leaves, call.closed(iter([5.0]))
    ([1.0], ([5.0, 'a'], {}))
    """
    leaves: list[Any] = []
    kept: list[Any] = []
    key = [opened(x, leaves, kept) for x in args if type(x) is not Static]
    key += [(name, opened(x, leaves, kept)) for name, x in named.items() if type(x) is not Static]
    for x in (*args, *named.values()):
        if type(x) is Static:
            kept.append(x.value)
            key.append(x.key())
    return Call(args, named, (*key, frozen), leaves, kept)


def numbers_of(leaf: Any) -> list[float]:
    """The data of a float, a Value or an array.

    >>> numbers_of(Value(2.0))
    [2.0]
    """
    if is_array(leaf):
        return [float(x) for x in leaf.ravel().tolist()]
    return [leaf._data if type(leaf) is Value else leaf]


def _put(x: Any, numbers: Iterator[Any]) -> Any:
    return x.value if type(x) is Static else closed(x, numbers)


def _plain(x: Any) -> Any:
    return x.value if type(x) is Static else x

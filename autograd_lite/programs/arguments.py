"""What a jitted function is called with: the numbers that are inputs of its program, and what is structure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..calculus.trees import is_array, is_structure, map_units, parts, rebuilt, shaped
from ..engine.numbers import is_number
from ..engine.value import Value

#: What counts by its value.
_CONSTANTS = (int, bool, str, type(None), bytes, complex)


def opened(x: Any, leaves: list[Any], kept: list[Any]) -> Any:
    """The structure of an argument, as a key; its floats, Values and arrays of numbers are put to the leaves.

    Args:
        x: The argument.
        leaves: Where inputs go, in order.
        kept: Where other objects go, which are structure by identity.

    >>> leaves = []
    >>> opened([1.0, (2.0, 3)], leaves, []), leaves
    ((<class 'list'>, <class 'float'>, (<class 'tuple'>, <class 'float'>, (<class 'int'>, 3))), [1.0, 2.0])
    """
    kind = type(x)
    if kind is float or kind is Value:
        leaves.append(x)
        return kind
    if kind is list or kind is tuple:
        if set(map(type, x)) == {float}:
            leaves.extend(x)
            return kind, len(x)
        return (kind, *[opened(part, leaves, kept) for part in x])
    if kind in _CONSTANTS:
        return kind, x
    if is_array(x) and x.dtype.kind in "fiu":
        leaves.append(x)
        return kind, x.shape
    if is_array(x) and x.dtype == object:
        return (kind, x.shape, *[opened(item, leaves, kept) for item in x.ravel().tolist()])
    if is_number(x):
        if getattr(getattr(x, "dtype", None), "kind", "") == "f":
            leaves.append(float(x))
            return float
        return kind, x
    if is_structure(x):
        return (kind, tuple(x) if isinstance(x, dict) else (), *[opened(part, leaves, kept) for part in parts(x)])
    kept.append(x)
    return kind, id(x), parameters_of(x)


def parameters_of(x: Any) -> tuple[int, ...]:
    """The parameters of a module, by identity, which a program reads; nothing of other objects."""
    parameters = getattr(x, "parameters", None)
    if not callable(parameters) or isinstance(x, type):
        return ()
    try:
        return tuple(map(id, parameters()))
    except TypeError:  # a method of the same name that wants something
        return ()


def closed(tree: Any, numbers: Iterator[Any]) -> Any:
    """An argument with other numbers in the place of those that `opened` found.

    >>> closed([1.0, (2.0, 3)], iter([10.0, 20.0]))
    [10.0, (20.0, 3)]
    """

    def put(unit: Any) -> Any:
        if type(unit) is float or type(unit) is Value:
            return next(numbers)
        if is_array(unit):
            if unit.dtype.kind in "fiu":
                return shaped([next(numbers) for _ in range(unit.size)], unit.shape)
            if unit.dtype == object:
                return shaped([closed(item, numbers) for item in unit.ravel().tolist()], unit.shape)
            return unit
        return next(numbers) if getattr(getattr(unit, "dtype", None), "kind", "") == "f" else unit

    return map_units(put, tree, strict=False)


def holes(result: Any, outputs: list[Any]) -> Callable[[Any], Any]:
    """What rebuilds a result from other numbers in the place of its Values, which are put to the outputs.

    >>> outputs = []
    >>> rebuild = holes((Value(1.0), "text"), outputs)
    >>> rebuild([5.0])
    (5.0, 'text')
    """

    def dig(unit: Any) -> Any:
        if type(unit) is Value:
            outputs.append(unit)
            return _Hole(len(outputs) - 1, None)
        if is_array(unit) and unit.dtype == object:
            items = unit.ravel().tolist()
            outputs.extend(items)
            return _Hole(len(outputs) - len(items), unit.shape)
        return unit

    skeleton = map_units(dig, result, strict=False)
    if type(skeleton) is _Hole:
        return skeleton.fill
    return lambda numbers: _filled(skeleton, numbers)


class _Hole:
    """Where numbers go in a result."""

    __slots__ = ("place", "shape")

    def __init__(self, place: int, shape: tuple[int, ...] | None) -> None:
        self.place, self.shape = place, shape

    def fill(self, numbers: Any) -> Any:
        if self.shape is None:
            return numbers[self.place]
        size = 1
        for n in self.shape:
            size *= n
        return shaped(list(numbers[self.place : self.place + size]), self.shape)


def _filled(skeleton: Any, numbers: Any) -> Any:
    if type(skeleton) is _Hole:
        return skeleton.fill(numbers)
    if is_structure(skeleton):
        return rebuilt(skeleton, lambda part: _filled(part, numbers))
    return skeleton

"""What a jitted function is called with: the numbers that are inputs of its program, and what is structure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from ..calculus.trees import is_array, is_structure, map_units, parts, rebuilt, shaped
from ..engine.numbers import is_number
from ..engine.value import Value
from .program import Comparison

#: A result from the numbers in it, a list or an array.
Rebuild: TypeAlias = Callable[[Any], Any]
#: What counts by its value.
_CONSTANTS = (int, bool, str, type(None), bytes, complex)
#: Kinds of arrays that do, too: of truths, texts, times and complex numbers; somebody may change them between calls.
_PLAIN_DATA = "bSUMmc"


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
        kinds = set(map(type, x))
        if kinds == {float}:
            leaves.extend(x)
            return kind, len(x)
        if kinds == {int}:
            return kind, int, tuple(x)
        return (kind, *[opened(part, leaves, kept) for part in x])
    if kind in _CONSTANTS:
        return kind, x
    if is_array(x) and x.dtype.kind in "fiu":
        leaves.append(x)
        return kind, x.shape
    if is_array(x) and x.dtype == object:
        return (kind, x.shape, *[opened(item, leaves, kept) for item in x.ravel().tolist()])
    if is_array(x) and x.dtype.kind in _PLAIN_DATA:
        return kind, x.dtype.str, x.shape, x.tobytes()
    if is_number(x):
        if getattr(getattr(x, "dtype", None), "kind", "") == "f":
            leaves.append(float(x))
            return float
        return kind, x
    if is_structure(x):
        return (
            kind,
            _keys(x) if isinstance(x, dict) else (),
            *[opened(part, leaves, kept) for part in parts(x)],
        )
    kept.append(x)
    return kind, id(x), parameters_of(x)


def told_apart(x: Any) -> Any:
    """A key for what can be hashed, by which 1, 1.0 and True differ, and 0.0 from -0.0, also inside of it.

    >>> told_apart((1,)) == told_apart((1.0,)), told_apart((1, "a")) == told_apart((1, "a"))
    (False, True)
    """
    kind = type(x)
    if isinstance(x, tuple | frozenset):
        return kind, (tuple if isinstance(x, tuple) else frozenset)(map(told_apart, x))
    return kind, repr(x) if kind is float or kind is complex else x


def _keys(x: dict[Any, Any]) -> Any:
    """Of a dictionary; texts, which nearly all are, tell themselves apart."""
    return tuple(x) if set(map(type, x)) == {str} else told_apart(tuple(x))


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


def holes(result: Any, outputs: list[Any]) -> Rebuild:
    """What rebuilds a result from other numbers in the place of its Values, which are put to the outputs.

    >>> outputs = []
    >>> rebuild = holes((Value(1.0), "text"), outputs)
    >>> rebuild([5.0])
    (5.0, 'text')
    """
    if type(result) is Value:
        outputs.append(result)
        return (_truth_at if _is_truth(result) else _number_at)(len(outputs) - 1)
    if is_array(result) and result.dtype == object:
        start = len(outputs)
        outputs += result.ravel().tolist()
        are_truths = result.size > 0 and all(map(_is_truth, outputs[start:]))
        return _array_at(start, len(outputs), result.shape, are_truths)
    if not is_structure(result):
        return lambda numbers: result
    if type(result) is list and result and set(map(type, result)) == {Value} and not any(map(_is_truth, result)):
        start = len(outputs)
        outputs += result
        return _list_at(start, len(outputs))
    fill = [holes(part, outputs) for part in parts(result)]
    if type(result) is tuple:
        return lambda numbers: tuple([put(numbers) for put in fill])
    if type(result) is list:
        return lambda numbers: [put(numbers) for put in fill]
    skeleton = rebuilt(result, lambda part: None)  # which keeps no number of this call alive

    def rebuild(numbers: Any) -> Any:
        rest = iter(fill)
        return rebuilt(skeleton, lambda part: next(rest)(numbers))

    return rebuild


def _number_at(place: int) -> Rebuild:
    def number(numbers: Any) -> Any:
        x = numbers[place]
        return x if type(x) is float or type(x) is Value else float(x)

    return number


def _truth_at(place: int) -> Rebuild:
    return lambda numbers: bool(numbers[place])


def _is_truth(x: Any) -> bool:
    """Whether it is what a comparison gave, which outside of a recording is True or False."""
    return type(x) is Value and isinstance(x.operation, Comparison)


def _list_at(start: int, end: int) -> Rebuild:
    def some(numbers: Any) -> Any:
        found = numbers[start:end]
        return found.tolist() if is_array(found) else found

    return some


def _array_at(start: int, end: int, shape: tuple[int, ...], are_truths: bool) -> Rebuild:
    def some(numbers: Any) -> Any:
        found = numbers[start:end]
        if are_truths:
            return shaped([float(x != 0.0) for x in found], shape) != 0.0
        return found.copy().reshape(shape) if is_array(found) else shaped(found, shape)

    return some

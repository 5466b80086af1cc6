"""Structures of numbers: lists, tuples, dicts, dataclasses and NumPy arrays, nested in any way.

A *unit* is what stands at the end of a branch: one number, one Value, or one array. Texts, None, True
and False are carried along and never differentiated.
"""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ..engine.bulk import are_nodes_or_floats
from ..engine.numbers import is_scalar, scalar
from ..engine.value import Value
from .foreign import refuse_other_kinds

__all__ = ["array", "ravel"]

#: The shape of a unit; None for what is no array.
Shape = tuple[int, ...] | None


def is_array(x: Any) -> bool:
    """Whether it is a NumPy array; NumPy is not imported to find out.

    >>> is_array([1.0])
    False
    """
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.ndarray)


def map_units(
    function: Callable[[Any], Any],
    tree: Any,
    where: str = "",
    *,
    strict: bool = True,
    rows: Callable[[Any], Any] | None = None,
) -> Any:
    """The same structure with ``function`` applied to every unit.

    Args:
        function: Called with each unit, in order.
        tree: The structure.
        where: Who asks, for the message.
        strict: Refuse what is no structure of numbers; else leave it as it is.
        rows: What gives the same for a whole list or tuple of floats and Values: a tenth of the time for many.

    Raises:
        TypeError: Something in it is neither a number nor a structure of numbers.

    >>> map_units(lambda x: x + 1, {"a": [1, 2], "b": (3.0, None)})
    {'a': [2, 3], 'b': (4.0, None)}
    """
    if type(tree) is float or type(tree) is Value:  # nearly always
        return function(tree)
    if rows is not None and (type(tree) is list or type(tree) is tuple) and are_nodes_or_floats(tree):
        return rows(tree)
    if is_static(tree):
        return tree
    if is_unit(tree):
        return function(tree)
    if strict and not is_structure(tree):
        raise TypeError(
            f"{where}: needs numbers, Values, or lists, tuples, dicts, dataclasses and NumPy arrays of them, "
            f"got {tree!r} of type {type(tree).__name__}"
        )
    return rebuilt(tree, lambda part: map_units(function, part, where, strict=strict, rows=rows))


def is_static(x: Any) -> bool:
    """Whether it is only carried along.

    >>> is_static("text"), is_static(1.0)
    (True, False)
    """
    return x is None or isinstance(x, bool | str)


def is_unit(x: Any) -> bool:
    """Whether it is a number, a Value or an array.

    >>> is_unit(1.0), is_unit([1.0])
    (True, False)
    """
    return is_scalar(x) or is_array(x)


def is_structure(x: Any) -> bool:
    """Whether it is made of parts: a list, tuple, dict or dataclass.

    >>> is_structure([1.0]), is_structure(1.0)
    (True, False)
    """
    return isinstance(x, list | tuple | dict) or hasattr(type(x), "__dataclass_fields__")


def rebuilt(x: Any, function: Callable[[Any], Any]) -> Any:
    """A structure of the same kind with ``function`` applied to each part; anything else as it is.

    >>> rebuilt((1, [2]), repr)
    ('1', '[2]')
    """
    if isinstance(x, tuple):
        parts = [function(part) for part in x]
        return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    if isinstance(x, list):
        return [function(part) for part in x]
    if not is_structure(x):
        return x
    if isinstance(x, dict):
        twin = copy.copy(x)
        for key, part in x.items():
            twin[key] = function(part)
    else:
        twin = object.__new__(type(x))  # fields alone: what was computed from them before must not come along
        for name in _field_names(x):
            object.__setattr__(twin, name, function(getattr(x, name)))
    return twin


def _field_names(x: Any) -> list[str]:
    import dataclasses

    return [field.name for field in dataclasses.fields(x)]


def parts(x: Any) -> list[Any]:
    """The parts of a structure, in order.

    >>> parts({"a": 1.0, "b": [2.0]})
    [1.0, [2.0]]
    """
    found: list[Any] = []
    rebuilt(x, found.append)
    return found


def units(tree: Any, where: str = "") -> list[Any]:
    """The units of a structure, in order.

    >>> units({"a": [1.0, 2.0], "b": 3.0})
    [1.0, 2.0, 3.0]
    """
    found: list[Any] = []
    map_units(found.append, tree, where)
    return found


def shape(unit: Any) -> Shape:
    """The shape of an array; None for a number or a Value.

    >>> shape(2.0) is None
    True
    """
    return tuple(unit.shape) if is_array(unit) else None


def scalars(tree: Any, where: str = "") -> list[Any]:
    """Every number and Value of a structure, arrays opened; numbers as floats.

    >>> scalars((1, [2.0]))
    [1.0, 2.0]
    """
    found: list[Any] = []

    def add(unit: Any) -> None:
        if is_array(unit):
            refuse_other_kinds([type(unit)], where)
            found.extend([x if type(x) is float else scalar(x, where) for x in unit.ravel().tolist()])
        else:
            found.append(unit if type(unit) is float else scalar(unit, where))

    map_units(add, tree, where, rows=found.extend)
    return found


def kept(tree: Any, where: str) -> Any:
    """The same structure once more, which nobody else can change.

    >>> numbers = [1.0, 2.0]
    >>> kept(numbers, "here") == numbers, kept(numbers, "here") is numbers
    (True, False)
    """
    return map_units(lambda unit: unit, tree, where, rows=lambda row: row[:])


def paths(tree: Any) -> list[str]:
    """How each number of a structure is reached, in the order of `scalars`.

    >>> paths({"a": [1.0, 2.0], "b": 3.0})
    ["['a'][0]", "['a'][1]", "['b']"]
    """
    if is_array(tree):
        import numpy

        return [str(list(place)) if place else "" for place in numpy.ndindex(tree.shape)]
    if not is_structure(tree):
        return [""] if scalars(tree) else []
    if isinstance(tree, dict):
        steps = [f"[{key!r}]" for key in tree]
    elif isinstance(tree, list | tuple):
        steps = [f"[{i}]" for i in range(len(tree))]
    else:
        steps = [f".{name}" for name in _field_names(tree)]
    return [step + path for step, part in zip(steps, parts(tree), strict=True) for path in paths(part)]


def replaced(tree: Any, numbers: Iterable[Any]) -> Any:
    """The same structure with other numbers, in the order of `scalars`.

    >>> replaced({"a": [1.0, 2.0], "b": 3.0}, [4.0, 5.0, 6.0])
    {'a': [4.0, 5.0], 'b': 6.0}
    """
    rest = iter(numbers)
    return map_units(lambda unit: joined(rest, shape(unit)), tree, rows=lambda row: type(row)(islice(rest, len(row))))


def joined(numbers: Iterator[Any], shape: Shape) -> Any:
    """The next of some numbers as a unit of a shape.

    >>> joined(iter([1.0, 2.0]), None)
    1.0
    """
    if shape is None:
        return next(numbers)
    return shaped(list(islice(numbers, math.prod(shape))), shape)


def shaped(numbers: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """A NumPy array of floats; where there are Values, an `Array`, on which NumPy's functions work.

    >>> shaped([1.0, 2.0], (2,))
    array([1., 2.])
    """
    if set(map(type, numbers)) <= {float}:
        import numpy

        return numpy.array(numbers, float).reshape(shape)
    from .arrays import filled

    return filled(numbers, shape)


def array(numbers: Any) -> Any:
    """A NumPy array of Values and numbers in any mixture, on which NumPy's functions work: `np.tanh(array([x, 3.0]))`.

    `np.array([x, 3.0])` makes an array of NumPy's own kind, whose functions fail at the number, which "has no callable
    tanh method". The arrays that `grad` and its kin give to a function, and what NumPy makes of them, need no `array`.

    Args:
        numbers: Lists or tuples of numbers and Values, nested like a matrix, or an array of them.

    Returns:
        An array, of floats where there is no Value.

    Raises:
        ImportError: NumPy is not installed.
        TypeError: Something in it is no number, or it is a masked array.
        ValueError: The rows differ in length.

    >>> import numpy as np
    >>> x = Value(0.5)
    >>> y = np.sum(np.log(array([x, 3.0])))
    >>> y.backward()
    >>> x.grad
    2.0
    """
    try:
        import numpy
    except ImportError:
        raise ImportError("array: makes NumPy's arrays, and NumPy is not installed: pip install numpy") from None
    if not isinstance(numbers, numpy.matrix):  # which is opened like any other
        refuse_other_kinds([type(numbers)], "array")
    found = numpy.array(numbers, dtype=object)
    if any(is_structure(x) for x in found.ravel().tolist()):
        raise ValueError(f"array: the rows must be equally long, got {numbers!r}")
    return shaped(scalars(found, "array"), found.shape)


def ravel(tree: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The numbers of a structure side by side, and the way back: what optimisers of vectors need for a dict.

    Args:
        tree: Numbers, Values, lists, tuples, dicts, dataclasses and NumPy arrays, nested in any way.

    Returns:
        ``(flat, unravel)``. ``flat`` is a list, or an array where the structure has arrays in it. ``unravel`` makes
        a structure like ``tree`` from as many other numbers; it raises ValueError if there are more or fewer.

    Raises:
        TypeError: Something in it is neither a number nor a structure of numbers.

    >>> flat, unravel = ravel({"a": [1.0, 2.0], "b": 3.0})
    >>> flat, unravel([10.0, 20.0, 30.0])
    ([1.0, 2.0, 3.0], {'a': [10.0, 20.0], 'b': 30.0})
    """
    pattern = kept(tree, "ravel")  # of its own: the user may change the other
    flat = scalars(pattern, "ravel")

    def unravel(numbers: Any) -> Any:
        given = scalars(numbers, "unravel")
        if len(given) != len(flat):
            raise ValueError(f"unravel: needs {len(flat)} numbers for {pattern!r}, got {len(given)}")
        return replaced(pattern, given)

    return (shaped(flat, (len(flat),)) if any(map(is_array, units(tree))) else flat), unravel


def parts_like(x: Any, pattern: Any) -> list[Any]:
    """The parts of a structure in the order of another one like it.

    Raises:
        ValueError: It is not like it.

    >>> parts_like({"a": 1.0, "b": 2.0}, {"b": 0.0, "a": 0.0})
    [2.0, 1.0]
    """
    if isinstance(x, dict) and isinstance(pattern, dict) and x.keys() == pattern.keys():
        return [x[key] for key in pattern]
    found = parts(x)
    if type(x) is not type(pattern) or isinstance(x, dict) or len(found) != len(parts(pattern)):
        raise ValueError(f"{x!r} has not the structure of {pattern!r}")
    return found


def scalars_like(x: Any, pattern: Any, where: str = "") -> list[Any]:
    """The numbers of a structure in the order of another one that it must be like.

    Raises:
        ValueError: It is not like it.

    >>> scalars_like({"a": 1, "b": [2]}, {"b": [0.0], "a": 0.0})
    [2.0, 1.0]
    """
    if is_static(pattern) and is_static(x):
        return []
    if is_unit(pattern) and is_unit(x) and shape(x) == shape(pattern):
        return scalars(x, where)
    if not is_structure(pattern):
        raise ValueError(f"{x!r} has not the structure of {pattern!r}")
    if type(x) is type(pattern) is list and len(x) == len(pattern) and are_nodes_or_floats(x + pattern):
        return x[:]
    pairs = zip(parts_like(x, pattern), parts(pattern), strict=True)
    return [number_ for part, like in pairs for number_ in scalars_like(part, like, where)]

"""What `vmap` is given and gives, number by number: columns of the samples' numbers, and room for their results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..calculus.mapping import sample
from ..calculus.trees import is_array, is_structure, map_units, parts, rebuilt, shaped, units
from ..engine.numbers import is_number
from ..engine.value import Value
from .arguments import opened


class IrregularError(Exception):
    """Numbers that do not lie side by side."""


class Samples:
    """The arguments of a call, number by number.

    Args:
        args: Those that `vmap` maps over, or shares.
        named: Others, shared by all samples.
        in_axes: As those of `vmap`.

    Attributes:
        columns: For each number of a sample those of all samples, NumPy arrays.
        shared: The numbers that all samples share.
        count: How many samples there are.
        arrays: Whether results are put together in arrays, not in lists.
        key: The structure of a sample and of what is shared.
        kept: Objects that count by their identity.

    Raises:
        IrregularError: There are Values in them, or samples that differ in structure, or they are none for `vmap`.
    """

    def __init__(self, args: Sequence[Any], named: dict[str, Any], in_axes: Any) -> None:
        import numpy

        self.args, self.named = args, named
        self.axes = list(in_axes) if isinstance(in_axes, tuple | list) else [in_axes] * len(args)
        if len(self.axes) != len(args) or not all(axis is None or type(axis) is int for axis in self.axes):
            raise IrregularError
        self.columns: list[Any] = []
        self.kept: list[Any] = []
        self.arrays = False
        self.is_shared: list[bool] = []  # for each number of a sample's arguments
        key: list[Any] = [tuple(named)]
        numbers: list[Any] = [[]]
        for x, axis in [*zip(args, self.axes, strict=True), *[(x, None) for x in named.values()]]:
            leaves: list[Any] = []
            before = len(self.columns)
            key.append(opened(x if axis is None else self._columns(x, axis), leaves, self.kept))
            found = _numbers(leaves)
            if axis is None:
                numbers.append(found)
            elif found and len(found) != len(self.columns) - before:
                raise IrregularError
            self.is_shared += [axis is None] * len(found)
        counts = {len(column) for column in self.columns}
        if len(counts) != 1:
            raise IrregularError
        [self.count] = counts
        self.shared = numpy.concatenate(numbers).astype(float)
        self.key = (*key, self.arrays)

    def at(self, i: int) -> list[Any]:
        """The arguments of one sample."""
        pairs = zip(self.args, self.axes, strict=True)
        return [x if axis is None else sample(x, axis, i) for x, axis in pairs]

    def recordable(self, i: int) -> list[Any]:
        """The same with floats for the whole numbers of arrays, which are inputs of a program, too."""
        pairs = zip(self.args, self.axes, strict=True)
        return [x if axis is None else sample(map_units(_floats, x, strict=False), axis, i) for x, axis in pairs]

    def _columns(self, x: Any, axis: int) -> Any:
        """Add the numbers of all samples; the first sample."""
        if is_array(x):
            return self._array_columns(x, axis)
        if isinstance(x, list) and axis == 0:
            self._add_rows(x)
            return x[0] if x else None
        if not is_structure(x) or axis < 0:
            raise IrregularError
        return rebuilt(x, lambda part: self._columns(part, axis - isinstance(x, list)))

    def _array_columns(self, x: Any, axis: int) -> Any:
        import numpy

        if x.dtype.kind not in "fiu" or not -x.ndim <= axis < x.ndim:
            raise IrregularError
        self.arrays = True
        rows = numpy.moveaxis(x, axis, 0) if axis else x
        if not len(rows):
            return self._add_rows([])
        if rows.ndim == 1:
            self.columns.append(rows)
            return float(rows[0])
        self.columns += list(rows.reshape(len(rows), -1).T)
        return _floats(rows[0])

    def _add_rows(self, rows: list[Any]) -> None:
        import numpy

        if set(map(type, rows)) <= {float}:
            self.columns.append(numpy.array(rows, float))
            return
        keys, numbers, kept = set(), [], list[Any]()
        for row in rows:
            leaves: list[Any] = []
            keys.add(opened(row, leaves, kept))
            if kept or len(keys) > 1:
                raise IrregularError
            numbers.append(_numbers(leaves))
        self.arrays = self.arrays or any(map(is_array, units(rows[0])))
        self.columns += list(numpy.array(numbers, float).T)


def _numbers(leaves: list[Any]) -> list[Any]:
    found: list[Any] = []
    for leaf in leaves:
        if type(leaf) is Value:
            raise IrregularError
        found += leaf.ravel().tolist() if is_array(leaf) else [leaf]
    return found


def _floats(x: Any) -> Any:
    return x.astype(float) if is_array(x) and x.dtype.kind in "fiu" else x


class Form:
    """What results are like that differ in their numbers only.

    Args:
        result: One of them.
        arrays: Whether they are put together in arrays, not in lists.

    Attributes:
        numbers: The numbers in it, in order.
        pattern: The same for results of one form.

    Raises:
        IrregularError: It holds more than numbers that can be put side by side.
    """

    def __init__(self, result: Any, arrays: bool) -> None:
        self._result, self._arrays = result, arrays
        self.numbers: list[Any] = []
        self.pattern = self._pattern(result)

    def _is_array(self, x: Any) -> bool:
        return is_array(x) or (self._arrays and isinstance(x, list))

    def _pattern(self, x: Any) -> Any:
        if type(x) is Value or type(x) is float or (self._arrays and is_number(x)):
            self.numbers.append(x if type(x) is Value else float(x))
            return float
        if self._is_array(x):
            shape, items = _items(x)
            self.numbers += items
            return shape
        if not is_structure(x) or isinstance(x, list):
            raise IrregularError
        return (type(x), tuple(x) if isinstance(x, dict) else (), *map(self._pattern, parts(x)))

    def room(self, count: int) -> tuple[Callable[[], Any], list[Any]]:
        """For each number an array for those of so many samples, and what puts these together once they are filled."""
        import numpy

        views: list[Any] = []

        def place(x: Any) -> Any:
            if self._is_array(x):
                shape, items = _items(x)
                found = numpy.empty((count, len(items)))
                views.extend(found.T)
                return _Column(found.reshape(count, *shape), False)
            if is_structure(x):
                return rebuilt(x, place)
            views.append(numpy.empty(count))
            return _Column(views[-1], not self._arrays)

        tree = place(self._result)
        return lambda: _finished(tree), views

    def rebuild(self, numbers: Sequence[float]) -> Any:
        """A result of this form with other numbers."""
        rest = iter(numbers)

        def fill(x: Any) -> Any:
            if self._is_array(x):
                shape, items = _items(x)
                return shaped([next(rest) for _ in items], shape)
            return rebuilt(x, fill) if is_structure(x) else next(rest)

        return fill(self._result)


class _Column(NamedTuple):
    """The numbers of all samples at one place of their results."""

    numbers: Any
    is_list: bool


def _finished(x: Any) -> Any:
    if type(x) is _Column:
        return x.numbers.tolist() if x.is_list else x.numbers
    return rebuilt(x, _finished)


def _items(x: Any) -> tuple[tuple[int, ...], list[Any]]:
    """The shape and the numbers of an array, or of lists that become one."""
    import numpy

    found = x if is_array(x) else numpy.array(x, dtype=object)
    items = found.ravel().tolist()
    if not all(type(item) is Value or is_number(item) for item in items):
        raise IrregularError
    return found.shape, [item if type(item) is Value else float(item) for item in items]

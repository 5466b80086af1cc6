"""`vmap`: a function of one sample becomes one of many; named and shaped as in JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from .trees import is_array, is_structure, parts, parts_like, rebuilt, scalars, shaped, units

__all__ = ["vmap"]


def vmap(f: Callable[..., Any], in_axes: Any = 0) -> Callable[..., Any]:
    """The function of many samples that applies f to each of them.

    A list holds samples, or, nested, has several axes, as an array has; tuples, dicts and dataclasses are
    structures whose parts are mapped over together.

    Args:
        f: A function of one sample.
        in_axes: Along which axis the samples lie, None for an argument that all share; one for all
            arguments, or a tuple with one for each.

    Returns:
        A function of as many arguments. Its answers are put together along a new first axis: an array where
        arrays went in or came out, else a list; for tuples, dicts and dataclasses in each of their parts.

    Raises:
        TypeError: When called: there is nothing to map over, or an argument has no such axis.
        ValueError: When called: there are more samples in one argument than in another.

    >>> vmap(lambda x, w: w * x, in_axes=(0, None))([1.0, 2.0, 3.0], 10.0)
    [10.0, 20.0, 30.0]
    """

    on_lanes = f.vmapped(in_axes) if hasattr(f, "vmapped") else None  # jitted

    def mapped(*args: Any, **named: Any) -> Any:
        if on_lanes is not None and (found := on_lanes(args, named)) is not NotImplemented:
            return found
        axes = list(in_axes) if isinstance(in_axes, tuple | list) else [in_axes] * len(args)
        if not all(axis is None or type(axis) is int for axis in axes):
            raise TypeError(f"vmap: in_axes must be whole numbers or None, got {in_axes!r}")
        if len(axes) != len(args):
            raise ValueError(f"vmap: in_axes={in_axes!r} is for {len(axes)} arguments, got {len(args)}")
        pairs = [(arg, axis) for arg, axis in zip(args, axes, strict=True) if axis is not None]
        sizes = {size for arg, axis in pairs for size in _sizes(arg, axis)}
        if not sizes:
            raise TypeError(f"vmap: in_axes={in_axes!r} leaves nothing to map over")
        if len(sizes) > 1:
            raise ValueError(f"vmap: every argument must hold as many samples, got {sorted(sizes)}")
        results = [
            f(*[arg if axis is None else sample(arg, axis, i) for arg, axis in zip(args, axes, strict=True)], **named)
            for i in range(*sizes)
        ]
        return stacked(results, arrays=any(is_array(unit) for arg, _ in pairs for unit in units(arg, "vmap")))

    vars(mapped).update(of=f, in_axes=in_axes)
    return mapped


def of_vmap(f: Any) -> tuple[Callable[..., Any], Any] | None:
    """What a function was made from by `vmap`, and ``in_axes``; None if it was not.

    >>> of_vmap(vmap(abs)), of_vmap(abs)
    ((<built-in function abs>, 0), None)
    """
    is_ours = getattr(f, "__code__", None) is _MAPPED  # functools.wraps copies attributes
    return (f.of, f.in_axes) if is_ours else None


def _sizes(x: Any, axis: int) -> list[int]:
    """How many samples lie along an axis, in each part of a structure."""
    if is_array(x) and -x.ndim <= axis < x.ndim:
        return [x.shape[axis]]
    if isinstance(x, list) and axis == 0:
        return [len(x)]
    if not is_structure(x) or axis < 0:
        raise TypeError(f"vmap: there is no axis {axis} in {x!r}; to share it between all samples give in_axes=None")
    return [size for part in parts(x) for size in _sizes(part, axis - isinstance(x, list))]


def sample(x: Any, axis: int, i: int) -> Any:
    """The i-th sample.

    >>> sample([[1.0, 2.0], [3.0, 4.0]], 1, 0)
    [1.0, 3.0]
    """
    if is_array(x):
        return x.take(i, axis)
    if isinstance(x, list) and axis == 0:
        return x[i]
    return rebuilt(x, lambda part: sample(part, axis - isinstance(x, list), i))


def stacked(results: list[Any], arrays: bool) -> Any:
    """Results put together along a new first axis, in arrays or in lists.

    >>> stacked([(1.0, 2.0), (3.0, 4.0)], arrays=False)
    ([1.0, 3.0], [2.0, 4.0])
    """
    first = results[0] if results else None
    if is_structure(first) and not isinstance(first, list):
        try:
            rows = [parts_like(result, first) for result in results]
        except ValueError:
            raise ValueError(f"vmap: f returns structures that differ, {results!r}") from None
        columns = iter([stacked(list(column), arrays) for column in zip(*rows, strict=True)])
        return rebuilt(first, lambda _: next(columns))
    if arrays or is_array(first):
        import numpy

        joined = numpy.array(results, dtype=object)
        return shaped(scalars(joined, "vmap"), joined.shape)
    return results


_MAPPED: Final = vmap(abs).__code__

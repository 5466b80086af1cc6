"""What objects hold besides the data of their Values: to see whether somebody has changed it, and to draw nothing."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import FunctionType, MethodType
from typing import Any

from ..engine.group import Group
from ..engine.operation import Operation
from ..engine.value import Value
from .frozen import Frozen

_CONSTANTS = (int, float, bool, str, bytes, complex, type(None))
_FUNCTIONS = (FunctionType, MethodType)
_ATOM, _ARRAY = "atom", "array"


class Observed:
    """Objects, what they hold, and what the functions among it read.

    Args:
        objects: Gives them, as they are now.

    Numbers and texts count by their value; lists, dicts, objects and arrays by what is in them; Values and functions by
    their identity.

    >>> class Scale:
    ...     def __init__(self):
    ...         self.factor = 2.0
    >>> scale = Scale()
    >>> observed = Observed(lambda: [scale])
    >>> observed.has_changed()
    False
    >>> scale.factor = 3.0
    >>> observed.has_changed()
    True
    """

    def __init__(self, objects: Callable[[], list[Any]]) -> None:
        self._objects = objects
        calls = [x if isinstance(x, _FUNCTIONS) else vars(type(x)).get("__call__") for x in self._contents()]
        self._calls = list({id(x): x for x in calls if isinstance(x, _FUNCTIONS)}.values())
        self._frozen = [Frozen(x) for x in self._calls]
        self._before = self._now()

    def has_changed(self) -> bool:
        """Whether something is not as it was when this was asked last, or first."""
        before, self._before = self._before, self._now()
        return len(before) != len(self._before) or not all(map(_is_same, before, self._before))

    @contextmanager
    def without_draws(self) -> Iterator[None]:
        """After it generators of random numbers go on as if nobody had drawn from them."""
        states = [(x, x.getstate()) for x in self._generators()]
        bits = sys.modules["numpy"].random.mtrand._rand._bit_generator if "numpy" in sys.modules else None
        state = bits and bits.state
        try:
            yield
        finally:
            for x, kept in states:
                x.setstate(kept)
            if bits:
                bits.state = state

    def _generators(self) -> list[random.Random]:
        read = [x for frozen in self._frozen for x in frozen.generators]
        return [x for x in [random._inst, *self._contents(), *read] if isinstance(x, random.Random)]

    def _now(self) -> list[Any]:
        held = [give() for frozen in self._frozen for give in frozen.holders]
        return [*self._contents(held), *[hash(frozen.now()) for frozen in self._frozen]]

    def _contents(self, more: Sequence[Any] = ()) -> list[Any]:
        found: list[Any] = []
        _collect([*self._objects(), *more], found, set())
        return found


def _collect(parts: Iterable[Any], found: list[Any], seen: set[int]) -> None:
    """Put to the found what objects hold, in order."""
    for x in parts:
        kind = _kind(x.__class__)
        if kind is _ATOM or id(x) in seen:
            found.append(x)
            continue
        seen.add(id(x))
        if kind is random.Random:
            found += [x, hash(x.getstate())]
        elif kind is MethodType:
            _collect([x.__self__, x.__func__], found, seen)
        elif kind is dict:
            found += x
            _collect(x.values(), found, seen)
        elif kind is list:
            found.append(len(x))
            _collect(x, found, seen)
        elif kind is object:
            found.append(x)
            _collect(getattr(x, "__dict__", {}).values(), found, seen)
        else:
            found += [str(x.shape), x.tobytes()]


@cache
def _kind(cls: type) -> Any:
    """As what objects of a class are looked into."""
    if issubclass(cls, (*_CONSTANTS, Value, Group, Operation, FunctionType, type)):
        return _ATOM
    kinds: list[Any] = [random.Random, MethodType, dict]
    known = [kind for kind in kinds if issubclass(cls, kind)]
    if known:
        return known[0]
    if issubclass(cls, list | tuple | set | frozenset):
        return list
    return _ARRAY if hasattr(cls, "__array_interface__") else object


def _is_same(x: Any, y: Any) -> bool:
    return x is y or (type(x) is type(y) and isinstance(x, _CONSTANTS) and x == y)

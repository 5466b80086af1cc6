"""What objects hold besides the data of their Values: to see whether somebody has changed it, and to draw nothing."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, MethodType
from typing import Any

from ..calculus.trees import is_array
from ..engine.operation import Operation
from ..engine.value import Value
from .frozen import Frozen

_CONSTANTS = (int, float, bool, str, bytes, complex, type(None))
_FUNCTIONS = (FunctionType, MethodType)
_ATOMS = (Value, Operation, FunctionType, type)
_CONTAINERS = (list, tuple, set, frozenset, dict, MethodType)
_PLAIN = {*_CONSTANTS, Value}


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
        return [*self._contents(), *[hash(frozen.now()) for frozen in self._frozen]]

    def _contents(self) -> list[Any]:
        found: list[Any] = []
        _collect_all(self._objects(), found, set())
        return found


def _collect(x: Any, found: list[Any], seen: set[int]) -> None:
    """Put to the found what an object holds, in order."""
    if isinstance(x, (*_CONSTANTS, *_ATOMS)) or id(x) in seen:
        found.append(x)
        return
    seen.add(id(x))
    found.append(type(x) if isinstance(x, _CONTAINERS) else x)
    if isinstance(x, dict):
        _collect_all(x, found, seen)
        _collect_all(x.values(), found, seen)
    elif isinstance(x, MethodType):
        _collect_all([x.__self__, x.__func__], found, seen)
    elif isinstance(x, _CONTAINERS):
        _collect_all(x, found, seen)
    elif isinstance(x, random.Random):
        found.append(hash(x.getstate()))
    elif is_array(x):
        found += [str(x.shape), x.tobytes()]
    else:
        _collect(getattr(x, "__dict__", None), found, seen)


def _collect_all(parts: Any, found: list[Any], seen: set[int]) -> None:
    found.append(len(parts))
    if set(map(type, parts)) <= _PLAIN:
        found += parts
        return
    for part in parts:
        _collect(part, found, seen)


def _is_same(x: Any, y: Any) -> bool:
    return x is y or (type(x) is type(y) and isinstance(x, _CONSTANTS) and x == y)

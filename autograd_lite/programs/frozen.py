"""What a function reads besides its arguments: numbers that a program takes for constants, so that a change is seen."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from numbers import Number
from types import CellType, CodeType, FunctionType, MethodType, SimpleNamespace
from typing import Any

from ..calculus.trees import is_array
from ..engine.value import Value
from .arguments import parameters_of

#: How many functions deep it is looked.
DEEPEST = 5
_WATCHED = (int, float, bool, str, bytes, type(None))


class Frozen:
    """Numbers, texts and tuples of them among a function's free variables and globals, and the parameters of modules.

    Functions of the user's that it calls by these names are looked through, too.

    Attributes:
        iterators: The names of those among what it reads.
        generators: Those of random numbers.
        holders: What gives, as they are at present, the lists, dicts, arrays, and objects and classes of the user's
            among what it reads: programs take what is in them for constants, too, and it is not in `now`.

    >>> Frozen(lambda x: x * x).now()
    ()
    """

    def __init__(self, function: Any) -> None:
        self.cells: list[CellType] = []
        self.names: list[tuple[dict[str, Any], str]] = []
        self.owners: list[Any] = []
        self.iterators: list[str] = []
        self.generators: list[random.Random] = []
        self.holders: list[Callable[[], Any]] = []
        self._seen: set[int] = set()
        if parameters_of(function):
            self.owners.append(function)
        self._look(function, 0)

    def now(self) -> tuple[Any, ...]:
        """What they are at present."""
        if not (self.cells or self.names or self.owners):
            return ()
        return (
            *map(_watched, self.owners),
            *[_watched(_content(cell)) for cell in self.cells],
            *[_watched(names.get(name)) for names, name in self.names],
        )

    def _look(self, function: Any, depth: int) -> None:
        if isinstance(function, MethodType):
            self._meet("self", function.__self__, DEEPEST, lambda owner=function.__self__: self.owners.append(owner))  # type: ignore[misc]  # bound
            function = function.__func__
        function = getattr(function, "__wrapped__", function)
        if not isinstance(function, FunctionType) or id(function) in self._seen or depth > DEEPEST:
            return
        self._seen.add(id(function))
        is_ours = (function.__module__ or "").startswith("autograd_lite.")
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            try:
                content = cell.cell_contents
            except ValueError:  # not yet filled
                continue
            if is_ours:
                self._look(content, depth + 1)
            else:
                self._meet(name, content, depth, lambda cell=cell: self.cells.append(cell))  # type: ignore[misc]  # bound
                if _holds(content, function):
                    self.holders.append(lambda cell=cell: _held(_content(cell)))  # type: ignore[misc]  # bound
        names = function.__globals__
        for name in () if is_ours else sorted(set(_names(function.__code__))):
            if name in names:
                self._meet(name, names[name], depth, lambda name=name: self.names.append((names, name)))  # type: ignore[misc]  # bound
                if _holds(names[name], function):
                    self.holders.append(lambda name=name: _held(names.get(name)))  # type: ignore[misc]  # bound

    def _meet(self, name: str, content: Any, depth: int, watch: Callable[[], None]) -> None:
        if _watched(content) is not None or content is None:
            watch()
        elif hasattr(type(content), "__next__"):
            self.iterators.append(name)
        elif isinstance(content, random.Random):
            self.generators.append(content)
        else:
            self._look(content, depth + 1)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _watched(x: Any) -> Any:
    """What is compared of it; None where nothing is."""
    kind = type(x)
    if kind in _WATCHED:
        return kind, repr(x) if kind is float and not x else x  # zeros differ in their sign
    if kind is tuple:
        parts = tuple([_watched(part) for part in x])
        return None if None in parts else parts
    if kind is Value:
        return kind, id(x)  # its number is read at each call, but the name may come to stand for another
    if isinstance(x, Number):
        return kind, repr(x)  # NumPy's, a Fraction, a Decimal
    return parameters_of(x) or None


def _holds(x: Any, function: FunctionType) -> bool:
    """Whether it is a list, a dict, an array or such, or an object or a class from where a function is from."""
    own = _package(x if isinstance(x, type) else type(x))
    is_the_users = own == _package(function) and own not in ("", "builtins")
    return is_the_users or isinstance(x, list | dict | set | tuple | SimpleNamespace) or is_array(x)


def _package(x: Any) -> str:
    return str(x.__module__ or "").partition(".")[0]  # what was made by exec has none


def _held(x: Any) -> Any:
    return dict(vars(x)) if isinstance(x, type) else x


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # deleted since
        return None

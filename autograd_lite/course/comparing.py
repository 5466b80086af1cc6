"""Answers side by side: what they are, which numbers they hold, and where the first departs from the right one."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..calculus.trees import is_structure, parts
from ..engine.group import plain
from ..engine.numbers import is_number
from ..engine.value import Value
from ..transcript.texts import plural, short

LONGEST = 100  # of what is shown of an answer


def kind(answer: Any) -> str:
    """What something is, in the words of the course.

    >>> kind([1.0, 2.0]), kind([[1, 2, 3], [4, 5, 6]]), kind("a"), kind(max)
    ('a list of 2 numbers', '2 rows of 3 numbers', "the text 'a'", 'a function')
    """
    if answer is None:
        return "None"
    if isinstance(answer, str):
        return f"the text {answer!r:.40}"
    if isinstance(answer, set | frozenset):
        return "a set, which keeps no order"
    if is_sequence(answer):
        inner = items(answer)
        kinds = {kind(item) for item in inner}
        if len(kinds) == 1 and is_sequence(inner[0]):
            return f"{plural(len(inner), 'row')} of {kinds.pop().removeprefix('a list of ')}"
        return f"a list of {plural(len(inner), _item(inner))}"
    if is_scalar(answer):
        return "a number"
    if inspect.isroutine(answer):
        return "a function"
    return "a class" if isinstance(answer, type) else f"an object of {type(answer).__name__}"


def _item(inner: list[Any]) -> str:
    """What the parts of a list are called."""
    if all(isinstance(x, str) for x in inner):
        return "text" if inner else "number"
    return "number" if all(map(is_scalar, inner)) else "part"


def is_scalar(x: Any) -> bool:
    """Whether it is a number, a Value or a bool."""
    return isinstance(x, Value | bool) or is_number(x)


def is_sequence(x: Any) -> bool:
    """Whether it has parts: a list, a tuple, a dict, an array."""
    return not isinstance(x, str) and not is_scalar(x) and (is_structure(x) or hasattr(x, "tolist"))


def items(x: Any) -> list[Any]:
    """Its parts, in order."""
    return list(x.tolist()) if hasattr(x, "tolist") else list(parts(x))


def flat(answer: Any) -> list[Any]:
    """The numbers of an answer, its texts, and what is neither."""
    if isinstance(answer, str):
        return [answer.strip().casefold()]
    if is_sequence(answer):
        return [item for part in items(answer) for item in flat(part)]
    if isinstance(answer, bool):
        return [float(answer)]
    return [plain(answer) if isinstance(answer, Value) else float(answer) if is_scalar(answer) else answer]


def holds_values(answer: Any) -> bool:
    """Whether there is a Value in an answer."""
    return isinstance(answer, Value) or (is_sequence(answer) and any(map(holds_values, items(answer))))


def alike(given: list[Any], wanted: list[Any], tolerance: float) -> bool:
    """Whether two answers hold the same numbers and texts."""
    return len(given) == len(wanted) and all(same(x, y, tolerance) for x, y in zip(given, wanted, strict=True))


def same(x: Any, y: Any, tolerance: float) -> bool:
    """Whether two of them are the same."""
    if not (isinstance(x, float) and isinstance(y, float)):
        return type(x) is type(y) and bool(x == y)
    return x == y or (x != x and y != y) or math.isclose(x, y, rel_tol=tolerance, abs_tol=tolerance)


# --- Where they differ ---


class Difference(NamedTuple):
    """Where an answer departs from the right one: the names of the parts that lead there, what is, what should be."""

    path: str
    got: Any
    want: Any


def shapes_differ(given: Any, right: Any, path: str = "", names: tuple[str, ...] = ()) -> Difference | None:
    """The first part that is a list and should be a number, the other way round, or a list of another length."""
    if not is_sequence(right) and not is_sequence(given):
        return None
    if not (is_sequence(right) and is_sequence(given)) or len(items(given)) != len(items(right)):
        return Difference(path, given, right)
    pairs = list(zip(items(given), items(right), strict=True))
    if len(pairs) > 1 and all(is_sequence(x) != is_sequence(y) for x, y in pairs):
        return Difference(path, given, right)
    found = [shapes_differ(x, y, _place(path, k, right, names)) for k, (x, y) in enumerate(pairs)]
    return next(filter(None, found), None)


def differences(
    given: Any, right: Any, tolerance: float, path: str = "", names: tuple[str, ...] = ()
) -> Iterator[Difference]:
    """All numbers and texts that differ, of answers that are alike in shape."""
    if is_sequence(right):
        for k, (x, y) in enumerate(zip(items(given), items(right), strict=True)):
            yield from differences(x, y, tolerance, _place(path, k, right, names))
    elif not alike(flat(given), flat(right), tolerance):
        yield Difference(path, given, right)


def _place(path: str, k: int, whole: Any, names: tuple[str, ...]) -> str:
    """What the k-th part of something is called."""
    if isinstance(whole, dict):
        name = str(list(whole)[k])
    elif k < len(names):
        name = names[k]
    else:
        inner = items(whole)
        name = f"row {k + 1}" if is_sequence(inner[k]) else f"number {k + 1} of {len(inner)}"
    return f"{path}{': ' if isinstance(whole, dict) else ', '}{name}" if path else name


def shown(x: Any, beside: Any = None) -> str:
    """An answer as messages show it, with as many digits as part it from another.

    >>> shown([1 / 3, 2.0]), shown(8.0000001, beside=8.0)
    ('[0.3333, 2]', '8.0000001')
    """
    if is_sequence(x):
        text = f"[{', '.join(map(shown, items(x)))}]"
        return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    if isinstance(x, str) or not is_scalar(x):
        return f"{x!r:.80}"
    number = float(plain(x))
    other = float(plain(beside)) if is_scalar(beside) else number
    return f"{number:.12g}" if number != other and short(number) == short(other) else short(number)

"""Questions to what somebody gives: whether it is a number, of which kind, within which limits.

Each hands back what it asked about, as the program wants it, or raises with the name that the asker has for it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sized
from math import inf
from typing import Any, TypeVar

Real = TypeVar("Real", bound=float)

#: What limits ask, in the words of the message.
LIMITS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "least": ("at least", operator.ge),
    "above": ("above", operator.gt),
    "most": ("at most", operator.le),
    "below": ("below", operator.lt),
}


def is_number(x: Any) -> bool:
    """Whether ``x`` is a real number of any kind: Python's, NumPy's, a Fraction, a Decimal.

    >>> is_number(3), is_number("3"), is_number(1j)
    (True, False, False)
    """
    kind = type(x)
    if kind is float or kind is int:
        return True
    # An array has a shape, a text would be parsed, a complex number cut, and what records would lose its memory.
    if isinstance(x, (str, bytes, bytearray, complex)) or getattr(x, "shape", ()) != () or hasattr(kind, "record"):
        return False
    return hasattr(kind, "__float__") and getattr(getattr(x, "dtype", None), "kind", "f") in "fiub"


def number(x: Any, where: str, **limits: float) -> float:
    """``x``, which a message calls ``where``, as a float within limits of `LIMITS`: no nan is, and below inf is finite.

    >>> number(3, "here")
    3.0
    >>> number(1, "here", least=0.0, below=1.0)
    Traceback (most recent call last):
    ...
    ValueError: here must be at least 0 and below 1, got 1
    """
    if type(x) is not float:
        if not is_number(x):
            raise TypeError(f"{where}: needs a real number, got {x!r} of type {type(x).__name__}")
        return _within(as_float(x, where), x, where, limits)
    return _within(x, x, where, limits) if limits else x


def as_float(x: Any, where: str) -> float:
    """A number of any kind as a float.

    >>> as_float(10**400, "here")
    Traceback (most recent call last):
    ...
    OverflowError: here: got a number of type int beyond 1.8e308, where floats end; scale it down first
    """
    try:
        return float(x)
    except OverflowError:
        kind = type(x).__name__  # the number itself may have more digits than Python writes
        raise OverflowError(
            f"{where}: got a number of type {kind} beyond 1.8e308, where floats end; scale it down first"
        ) from None


def is_scalar(x: Any) -> bool:
    """Whether it is a number of any kind, or what records, as a Value does.

    >>> is_scalar(1), is_scalar([1])
    (True, False)
    """
    return hasattr(type(x), "record") or is_number(x)


def scalar(x: Any, where: str) -> Any:
    """A number as a float, a Value as it is.

    >>> scalar(1, "here")
    1.0
    """
    return x if hasattr(type(x), "record") else number(x, where)


def whole(n: Any, where: str, **limits: int) -> int:
    """The same for an int; with no limits it must be 1 or above.

    >>> whole(3, "epochs")
    3
    """
    try:
        count = int(n.__index__())
    except (AttributeError, TypeError):
        raise TypeError(f"{where} must be a whole number, got {n!r}") from None
    return _within(count, n, where, limits or {"least": 1})


def _within(found: Real, given: Any, where: str, limits: dict[str, Any]) -> Real:
    if not all(LIMITS[name][1](found, limit) for name, limit in limits.items()):
        words = [f"{LIMITS[name][0]} {limit:.15g}" if limit != inf else "finite" for name, limit in limits.items()]
        raise ValueError(f"{where} must be {' and '.join(words)}, got {given!r}")
    return found


def items(xs: Any, where: str) -> tuple[Any, ...]:
    """The items of a sequence that is no text, not yet asked about themselves.

    >>> items(range(2), "here")
    (0, 1)
    """
    if isinstance(xs, (str, bytes)) or not isinstance(xs, Iterable):
        raise TypeError(f"{where}: needs a sequence of numbers or Values, got {xs!r}")
    return tuple(xs)


def numbers(xs: Any, where: str, count: int, **limits: float) -> tuple[float, ...]:
    """As many floats, each within the limits.

    >>> numbers([1, 2], "here", 2, least=0)
    (1.0, 2.0)
    """
    found = items(xs, where)
    if len(found) != count:
        raise ValueError(f"{where} must be {count} numbers, got {xs!r}")
    return tuple([number(x, f"{where}[{i}]", **limits) for i, x in enumerate(found)])


def check_samples(xs: Sized, ys: Sized, where: str) -> None:
    """Raise unless there are samples, each with its target.

    >>> check_samples([1.0, 2.0], [0], "here")
    Traceback (most recent call last):
    ...
    ValueError: here: needs samples, and as many ys as xs, got 2 xs and 1 ys
    """
    if len(xs) == 0 or len(xs) != len(ys):
        raise ValueError(f"{where}: needs samples, and as many ys as xs, got {len(xs)} xs and {len(ys)} ys")

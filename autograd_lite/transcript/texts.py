"""How numbers and names are written for people, and numbers for JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


def numeral(x: float) -> str:
    """A number in full, without the .0 of a whole one.

    >>> numeral(2.0), numeral(0.1), numeral(-0.0)
    ('2', '0.1', '-0')
    """
    return repr(float(x)).removesuffix(".0")


def short(x: float) -> str:
    """A number with four significant digits, or all of them if it is a whole number below a million.

    >>> [short(x) for x in (0.70710678, -0.5, 1234567.0, 31415.9, 1e-7, 150.0)]
    ['0.7071', '-0.5', '1.235e6', '31416', '1e-7', '150']
    """
    if 9999.5 <= abs(x) < 1e6 or (abs(x) < 1e6 and x == math.floor(x)):
        return f"{x:.0f}"
    mantissa, e, exponent = f"{x:.4g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def interval(xs: list[float]) -> str:
    """From the smallest to the largest of some numbers.

    >>> interval([2.0, 0.5])
    '0.5 … 2'
    """
    finite = [x for x in xs if x == x]
    if not finite:
        return "nan"
    low, high = short(min(finite)), short(max(finite))
    return (low if low == high else f"{low} … {high}") + ("" if len(finite) == len(xs) else ", nan")


def clean(text: str) -> str:
    """One line without characters that cannot be shown; what cannot stands as a space.

    >>> clean("a\\nb")
    'a b'
    """
    kept = [c if c.isprintable() or c == "\u200d" else " " for c in text]
    return " ".join("".join(kept).split())


def abbreviated(text: str, length: int) -> str:
    """
    >>> abbreviated("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def plural(count: int, noun: str) -> str:
    """
    >>> plural(1, "node"), plural(1200, "node")
    ('1 node', '1,200 nodes')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(words: Sequence[str], most: int = 4) -> str:
    """Some words as one reads them out.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b", "c", "d", "e", "f"])
    ('a', 'a, b and c', 'a, b, c and 3 more')
    """
    shown = list(words) if len(words) <= most else [*words[: most - 1], f"{len(words) - most + 1:,} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def in_json(data: Any) -> Any:
    """The same with texts for the floats that JSON has no words for; ``float`` reads them back.

    >>> in_json({"d": float("nan"), "e": 1.0})
    {'d': 'NaN', 'e': 1.0}
    """
    if isinstance(data, dict):
        return {key: in_json(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [in_json(item) for item in data]
    if isinstance(data, float) and not math.isfinite(data):
        return "NaN" if data != data else "Infinity" if data > 0 else "-Infinity"
    return data

"""Formulas of one node as text, with names or numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..engine.operation import Operation, listed
from ..engine.value import Value
from ..engine.written import form

LONGEST_GROUP = 6
#: The name of an operand that only says which of the others is taken.
CONDITION = "condition"

Namer = Callable[[Any], str]


class Term(str):
    """A text that operators put together, so that an n-ary row can be unfolded as text."""

    __slots__ = ()

    def __add__(self, other: Any) -> Term:
        return Term(f"({self} + {other})")

    def __mul__(self, other: Any) -> Term:
        return Term(f"({self} * {other})")

    def __truediv__(self, other: Any) -> Term:
        return Term(f"({self} / {other})")


def result(node: Value, write: Namer) -> str:
    """How a node was computed: ``write`` gives the text of a Value or a plain number.

    >>> x = Value(2.0)
    >>> result(x * -3.0, lambda item: "x" if item is x else f"{item:g}")
    'x * -3'
    """
    row = node.operation
    if row is None:
        return write(node)
    text, longest = row.text, max([len(x) for x in node.operands if isinstance(x, tuple)], default=0)
    if row.unfold and 0 < longest <= LONGEST_GROUP:
        names = zip(row.operands, node.operands, strict=True)
        text = row.unfold(
            *[[Term(f"{n}[{i}]") for i in range(len(x))] if isinstance(x, tuple) else Term(n) for n, x in names]
        )
    return form(text).filled(_writer(node, row, None, write))


def derivative(node: Value, operand: int, index: int | None, write: Namer) -> str:
    """The formula of ∂node/∂operand; empty if its row has none.

    Args:
        node: Whose derivative it is.
        operand: By which operand of the row.
        index: By which item, if that operand is a group.
        write: Gives the text of a Value or a plain number.

    >>> x = Value(2.0)
    >>> derivative((-x) / x, 0, None, lambda item: "x" if item is x else "y")
    '1 / x'
    """
    row = node.operation
    if row is None or operand >= len(row.formula):
        return ""
    first = len(row.operands) - row.parameters
    known = dict(zip(row.operands[first:], node.operands[first:], strict=True))
    return form(row.formula[operand], True, **known).filled(_writer(node, row, index, write))


def _writer(node: Value, row: Operation, index: int | None, write: Namer) -> Callable[[Any], str]:
    """What to put in where a row's texts name its operands, its result, or the index of an item."""
    operands: dict[str, Any] = {**dict(zip(row.operands, node.operands, strict=True)), "out": node}

    def put_in(name: Any) -> str:
        if type(name) is float:
            return write(name)
        if name in operands:
            item = operands[name]
            if isinstance(item, tuple):
                return listed(_shown(item, write))
            return str(bool(item)) if name == CONDITION and type(item) is not Value else write(item)
        group, _, place = name.partition("[")
        if place:
            return write(operands[group][index if place == "i]" else int(place[:-1])])
        if name.startswith("len("):
            return str(len(operands[name[4:-1]]))
        return str(index) if name == "i" else name  # of a function, or pi

    return put_in


def _shown(group: Sequence[Any], write: Namer) -> list[str]:
    """The items of a group as texts, a long one cut short."""
    if len(group) <= LONGEST_GROUP:
        return [write(item) for item in group]
    return [*[write(item) for item in group[: LONGEST_GROUP - 2]], "…", write(group[-1])]

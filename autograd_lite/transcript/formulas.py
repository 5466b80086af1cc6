"""Formulas of one node as text, with names or numbers put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from ..engine import table as ops
from ..engine.operation import ATOM, SIGN, SUM, Operation
from ..engine.value import Value
from .texts import numeral

LONGEST_GROUP = 6

Namer = Callable[[Any], str]


class Term:
    """A text that operators put together, so that an n-ary row can be unfolded as text."""

    def __init__(self, text: str, binding: int) -> None:
        self.text, self.binding = text, binding

    def _with(self, row: Operation, other: Any) -> Term:
        right = other if isinstance(other, Term) else term(numeral(other))
        return Term(*row.write_bound((self.text, self.binding), (right.text, right.binding)))

    def __add__(self, other: Any) -> Term:
        return self._with(ops.add, other)

    def __mul__(self, other: Any) -> Term:
        return self._with(ops.multiply, other)

    def __truediv__(self, other: Any) -> Term:
        return self._with(ops.divide, other)


def term(text: str) -> Term:
    """A name or a number; a label that looks like a formula of its own binds like one."""
    if text.startswith("-"):
        return Term(text, SIGN)
    return Term(text, ATOM if re.fullmatch(r"[\w.,#\[\]]+(e-\d+)?|·", text) else SUM)


def result(node: Value, write: Namer) -> str:
    """How a node was computed: ``write`` gives the text of a Value or a plain number.

    >>> x = Value(2.0)
    >>> result(x * -3.0, lambda item: "x" if item is x else numeral(item))
    'x * -3'
    """
    row, operands = node.operation, node.operands
    if row is None:
        return write(node)
    terms = [
        [term(write(x)) for x in x_] if isinstance(x_, tuple) else term(_word(row, i, x_, write))
        for i, x_ in enumerate(operands)
    ]
    longest = max([len(group) for group in terms if isinstance(group, list)], default=0)
    if row.unfold and 0 < longest <= LONGEST_GROUP:
        return str(row.unfold(*terms).text)
    return row.write(*[_pairs(x) for x in terms])


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
    formula = row.formula[operand]
    if index is not None:
        formula = re.sub(r"\bi\b", str(index), formula)
    operands: dict[str, Any] = dict(zip(row.operands, node.operands, strict=True))

    def put_in(match: re.Match[str]) -> str:
        count, name, place = match.groups()
        item = operands.get(name or count, node)
        alone = match[0] == formula
        if not isinstance(item, tuple):
            text = _word(row, row.operands.index(name), item, write) if name in operands else write(item)
            return text if alone else _atom(text)
        if count:
            return str(len(item))
        if match.end() < len(formula) and formula[match.end()] == ")":
            return f"[{', '.join(_shown(item, write))}]"
        if place != f"[{index}]" or index is None:
            return name + (place or "")
        return write(item[index]) if alone else _atom(write(item[index]))

    return re.sub(r"len\(\{(\w+)\}\)|\{(\w+)\}(\[\d+\])?", put_in, formula)


def is_condition(row: Operation, operand: int) -> bool:
    """Whether an operand only says which of the others is taken."""
    return row is ops.where and operand == 0


def _word(row: Operation, operand: int, item: Any, write: Namer) -> str:
    return str(bool(item)) if is_condition(row, operand) and type(item) is not Value else write(item)


def _atom(text: str) -> str:
    return text if term(text).binding == ATOM else f"({text})"


def _shown(group: Sequence[Any], write: Namer) -> list[str]:
    """The items of a group as texts, a long one cut short."""
    if len(group) <= LONGEST_GROUP:
        return [write(item) for item in group]
    return [*[write(item) for item in group[: LONGEST_GROUP - 2]], "…", write(group[-1])]


def _pairs(operand: Term | Sequence[Term]) -> Any:
    """An operand as `Operation.write` takes it, a long group cut short."""
    if isinstance(operand, Term):
        return operand.text, operand.binding
    shown = [(t.text, t.binding) for t in operand[:LONGEST_GROUP]]
    return shown if len(operand) <= LONGEST_GROUP else [*shown[:-2], "…", (operand[-1].text, operand[-1].binding)]

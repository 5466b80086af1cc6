"""What the nodes of a graph are called, and which neuron each belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .. import nn
from ..calculus.trees import is_array
from ..engine import table as ops
from ..engine.value import Value
from .formulas import CONDITION
from .texts import clean

PARAMETER = re.compile(r"[wb](\d+)\[(\d+)(?:,\d+)?\]")
ACTIVATIONS = {row for row, _ in nn.ACTIVATIONS.values() if row is not None}


class Input(NamedTuple):
    """One use of a Value or a number by a node: which operand of the row, and which item of which group."""

    item: Any
    operand: int
    place: int | None
    group: tuple[Any, ...] | None


class Part(NamedTuple):
    """A neuron, numbered as its parameters' labels say; ``copy`` tells two networks in one graph apart."""

    copy: int
    layer: int
    neuron: int


def inputs(node: Value) -> Iterator[Input]:
    """All uses that make up a node; the operation's parameters and a condition that is a plain number left out."""
    row = node.operation
    if row is None:
        return
    for operand, item in enumerate(node.operands[: len(row.operands) - row.parameters]):
        if isinstance(item, tuple):
            for index, x in enumerate(item):
                yield Input(x, operand, index, item)
        elif type(item) is Value or row.operands[operand] != CONDITION:
            yield Input(item, operand, None, None)


def neurons(order: list[Value]) -> dict[int, Part]:
    """The neuron that a node belongs to, under the node's id: a weighted sum, its parameters, its activation."""
    sums = [node for node in order if node.operation is ops.affine]
    parts: dict[int, Part] = {}
    copies: dict[tuple[int, int], int] = {}
    for node in sums:
        weights, _, bias = node.operands
        parameters = [p for p in (*weights, bias) if type(p) is Value and p.operation is None]
        match = next(filter(None, [PARAMETER.fullmatch(p.label) for p in parameters]), None)
        if match is None:
            continue
        known = next(filter(None, [parts.get(id(p)) for p in parameters]), None)
        if known is None:
            place = int(match[1]), int(match[2])
            known = Part(copies.get(place, 0), *place)
            copies[place] = known.copy + 1
        for member in (*parameters, node):
            parts.setdefault(id(member), known)
    # The loss of a linear output may be its softplus: only what another weighted sum takes is surely a neuron's.
    taken = {id(x) for node in sums for x in node.operands[1]}
    for node in order if parts else ():
        if node.operation in ACTIVATIONS and (node.operation is not ops.softplus or id(node) in taken):
            source = node.operands[0]
            if type(source) is Value and source.operation is ops.affine and id(source) in parts:
                parts[id(node)] = parts[id(source)]
    return parts


def names_of(order: list[Value], parts: dict[int, Part], given: Mapping[str, Any] | None = None) -> dict[int, str]:
    """A name for each node under its id; no two alike.

    The name under which it is given, else its label, else z0[m] or a0[m] in a neuron, else v1, v2, …

    Args:
        order: The nodes in topological order.
        parts: As `neurons` finds them.
        given: Names and the Values, or structures of them, that they stand for, such as ``locals()``.
    """
    labels = {id(node): clean(node.label) for node in order if node.label}
    names: dict[int, str] = {}
    counts: dict[str, int] = {}
    present = {id(node) for node in order} if given else set()
    for name, value in () if given is None else named(given):
        if id(value) in present and id(value) not in names:
            names[id(value)] = _unique(name, counts)
    taken = {*labels.values(), *names.values()}
    unnamed = 0
    for node in order:
        if id(node) in names:
            continue
        name, part = labels.get(id(node), ""), parts.get(id(node))
        if not name and part is not None and node.operation is not None:
            name = f"{'a' if node.operation in ACTIVATIONS else 'z'}{part.layer}[{part.neuron}]"
        if name:
            names[id(node)] = _unique(name, counts)
            continue
        unnamed += 1
        while f"v{unnamed}" in taken:
            unnamed += 1
        names[id(node)] = f"v{unnamed}"
    return names


def named(given: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """Names and Values: of Values first, then of what is in lists, tuples, dicts and NumPy arrays, level by level.

    Names that start with an underscore and whatever is no Value are passed over.

    Raises:
        TypeError: There is no dictionary.

    >>> w = [Value(1.0), Value(2.0)]
    >>> [(name, value.data) for name, value in named({"w": w, "x": Value(3.0), "n": 2, "_": w[0]})]
    [('x', 3.0), ('w[0]', 1.0), ('w[1]', 2.0)]
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"labels must be a dictionary of names and Values, such as locals(), got {given!r:.80}")
    return _named(given)


def _named(given: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    level = [(clean(str(name)), thing) for name, thing in given.items() if not str(name).startswith("_")]
    opened: dict[int, Any] = {}
    while level:
        yield from [(name, thing) for name, thing in level if type(thing) is Value]
        groups = [(name, thing) for name, thing in level if _is_group(thing)]
        level = []
        for name, group in groups:
            if id(group) in opened:
                continue
            opened[id(group)] = group  # kept, so that its id stays its own
            items = group.items() if isinstance(group, dict) else enumerate(group)
            level += [(f"{name}[{clean(repr(k))}]", x) for k, x in items if type(x) is Value or _is_group(x)]


def _is_group(thing: Any) -> bool:
    return isinstance(thing, list | tuple | dict) or (is_array(thing) and thing.dtype == object and thing.ndim > 0)


def _unique(name: str, given: dict[str, int]) -> str:
    """The name, or, if it was given before, name#2, name#3, …"""
    count = given.get(name, 0) + 1
    while count > 1 and f"{name}#{count}" in given:
        count += 1
    given[name] = count
    unique = name if count == 1 else f"{name}#{count}"
    given.setdefault(unique, 1)
    return unique

"""What the nodes of a graph are called in its pictures."""

from __future__ import annotations

from .. import operations as ops
from ..value import Value
from .folding import Part
from .scene import clean


def names_of(order: list[Value], parts: dict[int, Part]) -> dict[int, str]:
    """A name for each node under its id: its label, z0[m] and a0[m] in neurons, else v1, v2, …; no two alike."""
    labels = {id(node): clean(node.label) for node in order if node.label}
    taken = set(labels.values())
    names: dict[int, str] = {}
    given: dict[str, int] = {}
    unnamed = 0
    for node in order:
        name, part = labels.get(id(node), ""), parts.get(id(node))
        if not name and part is not None and node.operation is not None:
            name = f"{'z' if node.operation is ops.affine else 'a'}{part.layer}[{part.neuron}]"
        if name:
            names[id(node)] = _unique(name, given)
            continue
        unnamed += 1
        while f"v{unnamed}" in taken:
            unnamed += 1
        names[id(node)] = f"v{unnamed}"
    return names


def _unique(name: str, given: dict[str, int]) -> str:
    """The name, or, if it was given before, name#2, name#3, …"""
    count = given.get(name, 0) + 1
    while count > 1 and f"{name}#{count}" in given:
        count += 1
    given[name] = count
    unique = name if count == 1 else f"{name}#{count}"
    given.setdefault(unique, 1)
    return unique

"""Which boxes a graph is drawn as: each node by itself, or neurons, layers and alike nodes as one box."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from ..engine.value import Value
from ..transcript.names import Input, Part, inputs

Reader = Callable[[Value], Iterable[Input]]

NODES, NEURONS, LAYERS, ALIKE = range(4)

#: How many boxes and edges a picture may have; the same if asked not to fold; and where folding does not help.
LIMITS, LIMITS_UNFOLDED, LIMITS_CUT = (150, 600), (500, 1500), (40, 600)
MOST_COMPARED = 100_000  # nodes; in a larger graph nobody looks for nodes that are alike


@dataclass(frozen=True, slots=True)
class Folding:
    """What is drawn as one box.

    Attributes:
        level: How far it is folded.
        place: The key of the box of a node, under the node's id; a node that is not in it has a box of its own.
        shown: The keys of all boxes that are drawn.
        complete: Whether that is all of them.
    """

    level: int
    place: dict[int, Hashable]
    shown: frozenset[Hashable]
    complete: bool

    def key(self, node: Value) -> Hashable:
        return self.place.get(id(node), id(node))

    def source(self, node: Value, use: Input) -> Hashable:
        """The key of the box that one of a node's inputs comes from."""
        if type(use.item) is Value:
            return self.key(use.item)
        if self.level == NODES:
            return (id(node), use.operand) if use.group is None else (id(use.group), use.place)
        if use.group is None:
            return self.place.get(id(node), (id(node), use.operand))
        return ("numbers", self.key(node) if self.level == ALIKE else id(use.group))


def fold(
    order: list[Value],
    roots: Sequence[Value],
    parts: dict[int, Part],
    wanted: bool | str | None,
    read: Reader = inputs,
) -> Folding:
    """The least folding that makes a picture of readable size; if none does, what is nearest to the results.

    Args:
        order: The nodes in topological order.
        roots: The results.
        parts: As `neurons` finds them.
        wanted: False for no folding, ``"layers"`` for layers at least, ``"neurons"`` or True for neurons.
        read: Gives the uses that are drawn of the inputs of a node.
    """
    most = ALIKE if len(order) <= MOST_COMPARED else LAYERS
    least = LAYERS if wanted == "layers" else NEURONS if wanted else NODES
    levels = [NODES] if wanted is False else range(least, most + 1)
    for level in levels:
        place = _places(order, parts, level)
        folding = _reach(roots, level, place, LIMITS_UNFOLDED if wanted is False else LIMITS, read)
        if folding.complete or wanted is False:
            return folding
    return _reach(roots, most, place, LIMITS_CUT, read)


def _places(order: list[Value], parts: dict[int, Part], level: int) -> dict[int, Hashable]:
    if level == NODES:
        return {}
    if level == NEURONS:
        return dict(parts)
    layers: dict[int, Hashable] = {i: ("layer", *part[:2]) for i, part in parts.items()}
    return layers if level == LAYERS else _alike(order, layers)


def _alike(order: list[Value], layers: dict[int, Hashable]) -> dict[int, Hashable]:
    """Nodes outside the layers share a box if they do the same with the same boxes."""
    reader: dict[int, Hashable] = {}
    for node in order:
        for parent in node.parents:
            if parent.operation is None:
                reader.setdefault(id(parent), layers.get(id(node), node.operation))
    boxes: dict[Hashable, Hashable] = {}
    place: dict[int, Hashable] = {}
    for node in order:
        key = layers.get(id(node))
        if key is None:
            parents = tuple(dict.fromkeys([place[id(parent)] for parent in node.parents]))
            stem = re.sub(r"\d+", "", node.label) if node.label else ""
            row = node.operation
            parameters = node.operands[len(row.operands) - row.parameters :] if row and row.parameters else ()
            alike = row, parameters, stem, parents, reader.get(id(node))
            key = boxes.setdefault(alike, ("alike", len(boxes)))
        place[id(node)] = key
    return place


def _reach(
    roots: Sequence[Value], level: int, place: dict[int, Hashable], limits: tuple[int, int], read: Reader
) -> Folding:
    """The boxes that are found going back from the results, the nearest first, until there are too many."""
    most_boxes, most_edges = limits
    everything = Folding(level, place, frozenset(), True)
    shown = {everything.key(root) for root in roots}
    edges: set[tuple[Hashable, Hashable]] = set()
    seen = {id(root) for root in roots}
    queue = deque(roots)
    complete = True
    while queue and complete:
        node = queue.popleft()
        head = everything.key(node)
        for use in read(node):
            tail = everything.source(node, use)
            if (len(shown) == most_boxes and tail not in shown) or len(edges) == most_edges:
                complete = False
                break
            shown.add(tail)
            if tail != head:
                edges.add((tail, head))
            if type(use.item) is Value and id(use.item) not in seen:
                seen.add(id(use.item))
                queue.append(use.item)
    return Folding(level, place, frozenset(shown), complete)

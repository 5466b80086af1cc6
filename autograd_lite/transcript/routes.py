"""All paths from one node down to another: counted, and the heaviest of them found, without going along each.

What arrives at a node in a backward pass is a sum over all paths to it. Here the sum is kept in bundles: one
for the paths that weigh the same. Only the heaviest bundles are followed on; the others become a single one.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..engine.edges import present_edges
from ..engine.passes import adjoints, topological_order
from ..engine.places import located
from ..engine.value import Value

MOST = 10  # paths that are told apart
SAME = 1e-9  # difference of two weights that is due to rounding
NOTHING, EVERYTHING, UNKNOWN = -math.inf, math.inf, math.nan  # weights: of 0; of inf and nan; of what is too light


class Edge(NamedTuple):
    """From a node to the parent that is its input number ``use``.

    Attributes:
        derivative: ∂node/∂parent; None if it is zero by structure, and then nothing flows.
    """

    node: Value
    use: int
    parent: Value
    derivative: float | None


class Links:
    """The edges of the paths that are followed, each with the number of the edge before it on its path, or -1.

    Numbers in arrays are no objects: a path of a million edges leaves the garbage collector nothing to look through.
    """

    def __init__(self) -> None:
        self.nodes: list[Value] = []
        self.uses, self.before = array("q"), array("q")
        self.derivatives = array("d")

    def add(self, edge: Edge, before: int) -> int:
        """The number of a new one."""
        self.nodes.append(edge.node)
        self.uses.append(edge.use)
        self.derivatives.append(math.nan if edge.derivative is None else edge.derivative)
        self.before.append(before)
        return len(self.nodes) - 1

    def path(self, last: int) -> list[int]:
        """The numbers of all edges up to this one, in order."""
        found = []
        while last >= 0:
            found.append(last)
            last = self.before[last]
        return found[::-1]


class Bundle(NamedTuple):
    """Paths from the root to one node that weigh the same.

    Attributes:
        weight: log2 of the absolute value of their product, which can neither overflow nor underflow.
        negative: Whether their products are below 0.
        paths: How many they are.
        total: The sum of their products.
        last: The number of the last edge of one of them; -1 for the root, and for those too light to be told apart.
    """

    weight: float
    negative: bool
    paths: int
    total: float
    last: int


@dataclass(frozen=True, slots=True)
class Path:
    """A path from a root down to a node.

    Attributes:
        nodes: From the root to the node, both among them.
        uses: For each edge, which of the upper node's parents the lower one is.
        derivatives: For each edge, the local derivative.
        weight: log2 of the absolute value of the product.
        count: How many paths it stands for: itself, and those that have the same product.
        total: The sum of their products.
    """

    nodes: tuple[Value, ...]
    uses: tuple[int, ...]
    derivatives: tuple[float, ...]
    weight: float
    count: int
    total: float

    @property
    def product(self) -> float:
        """Of the local derivatives, from the root on."""
        return math.prod(self.derivatives, start=1.0)


@dataclass(frozen=True, slots=True)
class Routes:
    """How a root depends on a node.

    Attributes:
        order: The topological order of the root's graph.
        gradient: ∂root/∂node, as one backward pass gives it.
        count: Of all paths along which something flows.
        paths: Each of them, if they are at most `MOST`; else the heaviest, one for all that have the same product.
        others: How many paths these do not stand for.
        remainder: The sum of the others' products.
        cut: How many more paths there are, along which nothing flows.
        closed: The nodes at which it stops.
    """

    order: list[Value]
    gradient: float
    count: int
    paths: tuple[Path, ...]
    others: int
    remainder: float
    cut: int
    closed: tuple[Value, ...]


def routes(root: Value, x: Value) -> Routes:
    """All paths from ``root`` down to ``x``, at the present data; no ``grad`` is read or changed.

    >>> x = Value(3.0)
    >>> found = routes(x * x * x, x)
    >>> found.count, [path.product for path in found.paths], found.gradient
    (3, [9.0, 9.0, 9.0], 27.0)
    """
    order = topological_order(root)
    waiting = {id(root): [Bundle(0.0, False, 1, 1.0, -1)]}
    links = Links()
    closed: dict[int, Value] = {}
    for node, edges in _descent(order, x):
        bundles = _heaviest(waiting.pop(id(node)))
        for edge in edges:
            if edge.derivative is None:
                closed[id(node)] = node
            else:
                waiting.setdefault(id(edge.parent), []).extend(_handed_down(bundles, edge, edge.derivative, links))
    arrived = waiting.get(id(x), [])
    count = sum([bundle.paths for bundle in arrived])
    ranked = sorted(arrived, key=_lightness) if count <= MOST else _merged(arrived)
    shown = [bundle for bundle in ranked[:MOST] if bundle.weight == bundle.weight]
    others = ranked[len(shown) :]
    [gradient] = adjoints(order, [(root, 1.0)], [x]) if count else [0.0]
    return Routes(
        order,
        gradient,
        count,
        tuple([_path(bundle, x, links) for bundle in shown]),
        sum([bundle.paths for bundle in others]),
        _added([bundle.total for bundle in others]),
        _ways(order, x) - count if closed else 0,
        tuple(closed.values()),
    )


def edges_between(order: list[Value], x: Value) -> set[tuple[int, int]]:
    """The edges on all paths from the last node down to ``x`` along which something flows: a node's id, which parent.

    >>> x = Value(3.0)
    >>> y = x * 2.0 + Value(1.0)
    >>> len(edges_between(topological_order(y), x))
    2
    """
    arriving: dict[int, list[Edge]] = {}
    for _, edges in _descent(order, x):
        for edge in edges:
            if edge.derivative is not None:
                arriving.setdefault(id(edge.parent), []).append(edge)
    found: set[tuple[int, int]] = set()
    stack = [x]
    while stack:
        for edge in arriving.pop(id(stack.pop()), ()):
            found.add((id(edge.node), edge.use))
            stack.append(edge.node)
    return found


def _towards(order: list[Value], x: Value) -> set[int]:
    """The nodes, by their id, that were computed from ``x``, and itself."""
    _, _, begins, _ = located(order, [x], [])
    return {id(node) for node, begin in zip(order, begins, strict=True) if begin >= 0}


def _descent(order: list[Value], x: Value) -> Iterator[tuple[Value, list[Edge]]]:
    """The nodes that something flows back to, as the pass meets them, with their edges that lead towards ``x``."""
    towards = _towards(order, x)
    reached = {id(order[-1])} & towards
    for node in reversed(order):
        if node is x:
            return
        if id(node) in reached:
            pairs = enumerate(present_edges(node))
            edges = [Edge(node, use, parent, d) for use, (parent, d) in pairs if id(parent) in towards]
            reached.update([id(edge.parent) for edge in edges if edge.derivative is not None])
            yield node, edges


def _ways(order: list[Value], x: Value) -> int:
    """The number of all paths from the last node down to ``x``, whether anything flows along them or not."""
    towards = _towards(order, x)
    ways = {id(order[-1]): 1}
    for node in reversed(order):
        if node is x:
            break
        count = ways.pop(id(node), 0)
        for parent in node.parents if count else ():
            if id(parent) in towards:
                ways[id(parent)] = ways.get(id(parent), 0) + count
    return ways.get(id(x), 0)


def _handed_down(bundles: list[Bundle], edge: Edge, d: float, links: Links) -> list[Bundle]:
    """What reaches the parent along one edge."""
    handed = []
    for weight, negative, paths, total, last in bundles:
        heft = _times(weight, d)
        below = math.isfinite(heft) and negative != (d < 0)
        link = -1 if heft != heft else links.add(edge, last)
        handed.append(Bundle(heft, below, paths, total * d, link))
    return handed


def _times(weight: float, d: float) -> float:
    """The weight of a product; what is 0 stays so, what is not finite too, what is unknown until then."""
    if not math.isfinite(d):
        return EVERYTHING
    if d == 0:
        return EVERYTHING if weight == EVERYTHING else NOTHING
    return weight + math.log2(abs(d))


def _lightness(bundle: Bundle) -> tuple[bool, float]:
    return bundle.weight != bundle.weight, -bundle.weight


def _heaviest(bundles: list[Bundle]) -> list[Bundle]:
    """The same in few bundles, if they are many."""
    kept = 2 * MOST  # one above and one below 0 may weigh the same: none of the first MOST weights loses a path
    if len(bundles) <= kept:
        return bundles
    merged = _merged(bundles)
    light = merged[kept:]
    if not light:
        return merged
    total = _added([bundle.total for bundle in light])
    return [*merged[:kept], Bundle(UNKNOWN, False, sum([bundle.paths for bundle in light]), total, -1)]


def _merged(bundles: list[Bundle]) -> list[Bundle]:
    """Heaviest first; those that weigh the same, on the same side of 0, as one."""
    merged: list[Bundle] = []
    places: dict[bool, int] = {}
    for bundle in sorted(bundles, key=_lightness):
        place = places.get(bundle.negative)
        if place is not None and _same(merged[place].weight, bundle.weight):
            first = merged[place]
            merged[place] = first._replace(paths=first.paths + bundle.paths, total=first.total + bundle.total)
        else:
            places[bundle.negative] = len(merged)
            merged.append(bundle)
    return merged


def _same(heavier: float, lighter: float) -> bool:
    return lighter >= heavier - SAME or (heavier != heavier and lighter != lighter)


def _added(xs: Iterable[float]) -> float:
    """A sum from left to right, as the pass adds; the built-in one differs between versions of Python."""
    total = 0.0
    for x in xs:
        total += x
    return total


def _path(bundle: Bundle, x: Value, links: Links) -> Path:
    edges = links.path(bundle.last)
    return Path(
        (*[links.nodes[edge] for edge in edges], x),
        tuple([links.uses[edge] for edge in edges]),
        tuple([links.derivatives[edge] for edge in edges]),
        bundle.weight,
        bundle.paths,
        bundle.total,
    )

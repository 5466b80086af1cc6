"""Where boxes, numbers and edges stand: a layered drawing in the manner of K. Sugiyama, S. Tagawa and M. Toda (1981).

Each box is given a layer, and each edge a point in every layer that it passes; the layers are sorted so that few edges
cross; then all that stands in a layer moves to the middle of its neighbours. Lengths are in points: ``along`` runs
with the edges, ``across`` from one side of the picture to the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import accumulate, pairwise
from math import copysign, inf

SWEEPS = 24  # of sorting, of moving, and of pulling edges tight: more change nothing that is seen
EXCHANGES = 8  # how often a layer is gone through for neighbours that had better change places
STRAIGHT = 8.0  # how much more the inner parts of a long edge want to be straight than its ends
OUTSIDE = 0.1  # how much less what is outside of a frame pulls at what is in it, which would stretch the frame
MARGIN = 1.5  # around the points and the numbers of edges
THICKNESS = 6.0  # of a point of an edge
PORTS, CORNER = 9.0, 7.0  # between edges at the same side of a box, and the ends of a side, where there are none
TILT = 3.0  # how far an edge leaves its own thickness while it passes half a layer
RUN = 16.0  # how far an edge may rise or fall beside its own box
STEEPEST = 1.0  # the slope of an edge at its box
SLANT, FARTHEST = 0.4, 150.0  # how far layers move apart for what an edge rises or falls between them, and at most

Point = tuple[float, float]
Stroke = list[Point]
Knot = tuple[float, float, float]  # a point and a slope


@dataclass(slots=True)
class Enclosure:
    """A frame: the boxes directly in it, the frame around it, and the room that it keeps.

    Attributes:
        boxes: Their numbers.
        parent: The number of the frame around it, which comes before it; -1 if there is none.
        pads: The room before and after its boxes along the edges, then before and after them across.
        least: The size that it has at least, along and across.
    """

    boxes: tuple[int, ...]
    parent: int
    pads: tuple[float, float, float, float]
    least: Point = (0.0, 0.0)


@dataclass(slots=True)
class Sketch:
    """What is to be laid out.

    Attributes:
        boxes: The size of each box, along and across.
        edges: The numbers of the boxes from and to which each edge goes.
        labels: The size of the number on each edge, None where there is none.
        order: Pairs of boxes of which the first stands before the second, though no edge says so.
        frames: The frames.
        between: The least space between two layers, and between two boxes of one.
    """

    boxes: list[Point]
    edges: list[tuple[int, int]]
    labels: list[Point | None]
    order: list[tuple[int, int]] = field(default_factory=list)
    frames: list[Enclosure] = field(default_factory=list)
    between: Point = (32.0, 13.0)


@dataclass(slots=True)
class Layout:
    """Where everything is.

    Attributes:
        boxes: The middle of each box.
        labels: The middle of the number on each edge.
        edges: The strokes of each edge, from box to box, with the number between two strokes. A stroke is a start
            and three more points for every cubic Bézier curve.
        frames: Two opposite corners of each frame.
    """

    boxes: list[Point]
    labels: list[Point | None]
    edges: list[list[Stroke]]
    frames: list[tuple[Point, Point]]


def layered(sketch: Sketch) -> Layout:
    """Lays out a sketch: boxes and numbers do not overlap, and a frame holds its own boxes only.

    >>> layered(Sketch([(40.0, 20.0), (40.0, 20.0)], [(0, 1)], [None])).boxes
    [(20.0, 10.0), (92.0, 10.0)]
    """
    drawing = _Drawing(sketch)
    drawing.sort()
    drawing.move()
    return drawing.layout()


# --- Layers ---


def _acyclic(count: int, edges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The edges, turned round where they close a cycle."""
    heads: list[list[int]] = [[] for _ in range(count)]
    for tail, head in edges:
        heads[tail].append(head)
    left: dict[int, int] = {}  # when a box was left for good
    entered: set[int] = set()
    for start in range(count):
        stack = [(start, iter(heads[start]))] if start not in entered else []
        entered.add(start)
        while stack:
            box, following = stack[-1]
            for head in following:
                if head not in entered:
                    entered.add(head)
                    stack.append((head, iter(heads[head])))
                    break
            else:
                left[box] = len(left)
                stack.pop()
    return [(tail, head) if left[head] < left[tail] else (head, tail) for tail, head in edges]


def _ranks(count: int, edges: list[tuple[int, int]], order: list[tuple[int, int]]) -> list[int]:
    """The layer of each box: after all that goes into it, and where its edges are short."""
    before: list[set[int]] = [set() for _ in range(count)]
    after: list[set[int]] = [set() for _ in range(count)]
    for tail, head in (*edges, *order):
        before[head].add(tail)
        after[tail].add(head)
    pull = [0] * count
    for tail, head in edges:
        pull[tail] += 1
        pull[head] -= 1
    sequence = list(TopologicalSorter({i: sorted(before[i]) for i in range(count)}).static_order())
    ranks = [0] * count
    for i in reversed(sequence):  # as late as may be: what is computed for one step of a loop stands there
        ranks[i] = min([ranks[j] - 1 for j in after[i]], default=0)
    for _ in range(SWEEPS):
        old = list(ranks)
        for i in reversed(sequence):
            if pull[i] > 0:
                ranks[i] = min([ranks[j] for j in after[i]]) - 1
        for i in sequence:
            if pull[i] < 0:
                ranks[i] = max([ranks[j] for j in before[i]]) + 1
        if ranks == old:
            break
    return [rank - min(ranks) for rank in ranks]


def layers_passed(count: int, edges: list[tuple[int, int]]) -> int:
    """How many layers all edges between so many boxes pass, together.

    >>> layers_passed(3, [(0, 1), (1, 2), (0, 2)])
    4
    """
    edges = _acyclic(count, edges)
    ranks = _ranks(count, edges, [])
    return sum([ranks[head] - ranks[tail] for tail, head in edges])


@dataclass(slots=True)
class _Item:
    """What stands in a layer: a box, a point or the number of an edge, or a place kept for a frame.

    Attributes:
        frames: Those around it, from the outermost on.
        before: Its neighbours in the layer before, and how hard each pulls.
        after: The same in the layer after it.
    """

    layer: int
    along: float
    across: float
    margin: float
    frames: tuple[int, ...] = ()
    before: list[tuple[int, float]] = field(default_factory=list)
    after: list[tuple[int, float]] = field(default_factory=list)


class _Drawing:
    """The layers of one picture while they are sorted and moved."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        count, labels = len(sketch.boxes), sketch.labels
        turned = _acyclic(count, [*sketch.edges, *sketch.order])
        self.edges = turned[: len(labels)]
        ranks = _ranks(count, self.edges, turned[len(labels) :])
        # The numbers on edges have layers of their own, each before that of the boxes to which the edges go.
        numbered = {ranks[head] for (_, head), label in zip(self.edges, labels, strict=True) if label}
        layers = list(accumulate([1 + (rank in numbered) for rank in range(max(ranks, default=-1) + 1)]))
        self.items = [
            _Item(layers[rank] - 1, along, across, sketch.between[1] / 2)
            for rank, (along, across) in zip(ranks, sketch.boxes, strict=True)
        ]
        self.layers: list[list[int]] = [[] for _ in range(layers[-1] if layers else 0)]
        self.paths = self._enclose()
        self.spans = [self._span(frame) for frame in range(len(sketch.frames))]
        self.routes = [self._route(*edge, label) for edge, label in zip(self.edges, labels, strict=True)]
        self._fill_frames()
        self.across = [0.0] * len(self.items)
        self.borders: list[Point] = []
        self.columns: list[Point] = []

    def _enclose(self) -> list[tuple[int, ...]]:
        """Tells each box its frames; returns each frame with those around it, from the outermost on."""
        paths: list[tuple[int, ...]] = []
        for i, frame in enumerate(self.sketch.frames):
            paths.append((*(paths[frame.parent] if frame.parent >= 0 else ()), i))
            for box in frame.boxes:
                self.items[box].frames = paths[i]
        return paths

    def _span(self, frame: int) -> range:
        """The layers that a frame passes."""
        held = [item.layer for item in self.items if frame in item.frames]
        return range(min(held), max(held) + 1)

    def _route(self, tail: int, head: int, label: Point | None) -> list[int]:
        """Gives an edge a point in each layer that it passes, the last of which may be its number."""
        first, last = self.items[tail], self.items[head]
        route = [tail]
        for layer in range(first.layer + 1, last.layer):
            ways = [tuple([f for f in end.frames if layer in self.spans[f]]) for end in (last, first)]
            size = label if label and layer == last.layer - 1 else (0.0, THICKNESS)
            route.append(self._add(_Item(layer, *size, MARGIN, max(ways, key=len))))
        route.append(head)
        for a, b in pairwise(route):
            pull = 1.0 if a == tail or b == head else STRAIGHT
            self.items[a].after.append((b, pull * self._strength(a, b)))
            self.items[b].before.append((a, pull * self._strength(b, a)))
        return route

    def _strength(self, i: int, j: int) -> float:
        """How much of its pull an item lets another have: little if that one is outside of its frame."""
        frames = self.items[i].frames
        return 1.0 if self.items[j].frames[: len(frames)] == frames else OUTSIDE

    def _fill_frames(self) -> None:
        """Keeps a place for a frame in each layer that it passes, so that nothing else passes there."""
        held = {(item.layer, frame) for item in self.items for frame in item.frames}
        for frame, path in reversed(list(enumerate(self.paths))):
            for layer in self.spans[frame]:
                if (layer, frame) not in held:
                    self._add(_Item(layer, 0.0, 0.0, MARGIN, path))
                    held |= {(layer, outer) for outer in path}

    def _add(self, item: _Item) -> int:
        self.items.append(item)
        return len(self.items) - 1

    # --- Sorting ---

    def sort(self) -> None:
        """Sorts the layers so that few edges cross."""
        self._begin()
        best, fewest, idle = [list(layer) for layer in self.layers], self._crossings(), 0
        for sweep in range(SWEEPS):
            if not fewest or idle == 6:
                break
            self._sweep(forward=sweep % 2 == 0)
            self._exchange()
            crossings = self._crossings()
            idle += 1
            if crossings < fewest:
                best, fewest, idle = [list(layer) for layer in self.layers], crossings, 0
        self.layers = best
        for layer in self.layers:
            self._stack(layer)

    def _begin(self) -> None:
        """As found going back from the ends, the first input on top: a tree has no crossings then."""
        seen: set[int] = set()
        ends = [i for i, item in enumerate(self.items) if not item.after]
        stack = [*reversed(range(len(self.items))), *reversed(ends)]
        while stack:
            i = stack.pop()
            if i not in seen:
                seen.add(i)
                self.layers[self.items[i].layer].append(i)
                stack += [j for j, _ in reversed(self.items[i].before)]
        for layer in self.layers:
            self._stack(layer)
        middles = self._middles()
        for layer in self.layers:
            self._arrange(layer, {}, middles)

    def _sweep(self, forward: bool) -> None:
        """Sorts layer after layer by the middles of the neighbours in the layer just sorted."""
        middles = self._middles()
        for layer in self.layers if forward else reversed(self.layers):
            wanted = {}
            for i in layer:
                neighbours = self.items[i].before if forward else self.items[i].after
                if neighbours:
                    wanted[i] = sum([self.across[j] for j, _ in neighbours]) / len(neighbours)
            self._arrange(layer, wanted, middles)

    def _arrange(self, layer: list[int], wanted: dict[int, float], middles: list[float]) -> None:
        """Sorts a layer by the places wanted; a frame is one thing, and its place is the same in all layers."""
        keys = {
            i: [*[(middles[f], ~f) for f in self.items[i].frames], (wanted.get(i, self.across[i]), i)] for i in layer
        }
        layer.sort(key=keys.__getitem__)
        self._stack(layer)

    def _stack(self, layer: list[int]) -> None:
        """Puts the items of a layer side by side around 0."""
        sizes = [self.items[i].across + 2 * self.items[i].margin for i in layer]
        for i, size, end in zip(layer, sizes, accumulate(sizes), strict=True):
            self.across[i] = end - size / 2 - sum(sizes) / 2

    def _middles(self) -> list[float]:
        """The middle of each frame, from what it holds."""
        held: list[list[float]] = [[] for _ in self.spans]
        for item, x in zip(self.items, self.across, strict=True):
            for frame in item.frames:
                held[frame].append(x)
        return [sum(xs) / len(xs) for xs in held]

    def _exchange(self) -> None:
        """Lets neighbours in a layer change places where that takes crossings away."""
        place = self._places()
        for layer in self.layers:
            before = {i: sorted([place[j] for j, _ in self.items[i].before]) for i in layer}
            after = {i: sorted([place[j] for j, _ in self.items[i].after]) for i in layer}
            for _ in range(EXCHANGES):
                changed = False
                for k in range(len(layer) - 1):
                    a, b = layer[k : k + 2]
                    gain = _crossed(before[a], before[b]) - _crossed(before[b], before[a])
                    gain += _crossed(after[a], after[b]) - _crossed(after[b], after[a])
                    if gain > 0 and self.items[a].frames == self.items[b].frames:
                        layer[k : k + 2] = [b, a]
                        changed = True
                if not changed:
                    break
            place.update({i: k for k, i in enumerate(layer)})
            self._stack(layer)

    def _crossings(self) -> int:
        place = self._places()
        crossings = 0
        for layer in self.layers:
            ends: list[int] = []
            for _, end in sorted([(place[j], place[i]) for i in layer for j, _ in self.items[i].before]):
                crossings += len(ends) - bisect_right(ends, end)
                insort(ends, end)
        return crossings

    def _places(self) -> dict[int, int]:
        return {i: k for layer in self.layers for k, i in enumerate(layer)}

    # --- Moving ---

    def move(self) -> None:
        """Moves what stands in each layer to the middle of its neighbours, as far as those beside it let it."""
        gaps = [self._gaps(layer) for layer in self.layers]
        columns = [(layer, self._offsets(found, layer)) for layer, found in zip(self.layers, gaps, strict=True)]
        sizes = [
            (self._border(i, last=False)[0], self._border(i, last=True)[0], frame.least[1])
            for i, frame in enumerate(self.sketch.frames)
        ]
        apart = _Apart(len(self.items) + 2 * len(self.spans), [*sizes, *[gap for found in gaps for gap in found]])
        for sweep in range(SWEEPS):
            for layer, offsets in columns if sweep % 2 == 0 else reversed(columns):
                self._settle(layer, offsets)
            places = apart.put([*self.across, *self._tight()])
            self.across, borders = places[: len(self.items)], places[len(self.items) :]
            self.borders = list(zip(borders[::2], borders[1::2], strict=True))

    def _gaps(self, layer: list[int]) -> list[tuple[int, int, float]]:
        """Neighbours in a layer, the borders of frames among them, and how far apart they must be."""
        rooms: list[tuple[int, float, float]] = []
        path: tuple[int, ...] = ()
        for i in [*layer, None]:
            frames = () if i is None else self.items[i].frames
            common = len([a for a, b in zip(path, frames, strict=False) if a == b])
            rooms += [self._border(frame, last=True) for frame in reversed(path[common:])]
            rooms += [self._border(frame, last=False) for frame in frames[common:]]
            path = frames
            if i is not None:
                room = self.items[i].across / 2 + self.items[i].margin
                rooms.append((i, room, room))
        return [(a, b, after + before) for (a, _, after), (b, before, _) in pairwise(rooms)]

    def _border(self, frame: int, last: bool) -> tuple[int, float, float]:
        """A border of a frame as one more item, with its room before and after."""
        outside, inside = self.sketch.between[1] / 2, self.sketch.frames[frame].pads[2 + last]
        return len(self.items) + 2 * frame + last, *((inside, outside) if last else (outside, inside))

    def _offsets(self, gaps: list[tuple[int, int, float]], layer: list[int]) -> list[float]:
        """Where the items of a layer are if they stand as close together as may be."""
        at = dict(zip([b for _, b, _ in gaps], accumulate([gap for _, _, gap in gaps]), strict=True))
        return [at.get(i, 0.0) for i in layer]

    def _settle(self, layer: list[int], offsets: list[float]) -> None:
        """Moves the items of a layer as near to where they are pulled, by least squares, as their distances allow."""
        wanted = []
        for i, offset in zip(layer, offsets, strict=True):
            pulls = [*self.items[i].before, *self.items[i].after]
            weight = sum([pull for _, pull in pulls])
            x = sum([pull * self.across[j] for j, pull in pulls]) / weight if pulls else self.across[i]
            wanted.append((x - offset, weight or 1.0))
        for i, offset, x in zip(layer, offsets, _rising(wanted), strict=True):
            self.across[i] = x + offset

    def _tight(self) -> list[float]:
        """The borders of the frames, as close to what they hold as may be."""
        edge = self.sketch.between[1] / 2
        low, high = [inf] * len(self.spans), [-inf] * len(self.spans)
        for item, x in zip(self.items, self.across, strict=True):
            if item.frames:
                room, inner = item.across / 2 + item.margin, item.frames[-1]
                low[inner], high[inner] = min(low[inner], x - room), max(high[inner], x + room)
        for i, frame in reversed(list(enumerate(self.sketch.frames))):
            low[i], high[i] = low[i] - frame.pads[2], high[i] + frame.pads[3]
            if (outer := frame.parent) >= 0:
                low[outer], high[outer] = min(low[outer], low[i] - edge), max(high[outer], high[i] + edge)
        return [x for pair in zip(low, high, strict=True) for x in pair]

    # --- What comes out ---

    def layout(self) -> Layout:
        """Where everything is, from (0, 0) on."""
        lows = [x - item.across / 2 for x, item in zip(self.across, self.items, strict=True)]
        top = min([*lows, *[low for low, _ in self.borders]], default=0.0)
        self.across = [x - top for x in self.across]
        self.borders = [(low - top, high - top) for low, high in self.borders]
        self.columns, frames = self._columns()
        self.windows = self._windows()
        all_ports = self._ports()
        for route, ports in zip(self.routes, all_ports, strict=True):
            self._pull(route, ports)
        places = [(self._place(item), x) for item, x in zip(self.items, self.across, strict=True)]
        edges = []
        for k, ports in enumerate(all_ports):
            strokes = self._strokes(self.routes[k], ports, self.sketch.labels[k])
            as_given = self.edges[k] == self.sketch.edges[k]
            edges.append(strokes if as_given else [stroke[::-1] for stroke in reversed(strokes)])
        labels = zip(self.routes, self.sketch.labels, strict=True)
        borders = zip(frames, self.borders, strict=True)
        return Layout(
            places[: len(self.sketch.boxes)],
            [places[route[-2]] if label else None for route, label in labels],
            edges,
            [((a, low), (b, high)) for (a, b), (low, high) in borders],
        )

    def _columns(self) -> tuple[list[Point], list[Point]]:
        """Where each layer, and each frame, begins and ends along the edges."""
        frames, spans = self.sketch.frames, self.spans
        before, after = [frame.pads[0] for frame in frames], [frame.pads[1] for frame in frames]
        for i, frame in reversed(list(enumerate(frames))):
            if (outer := frame.parent) >= 0 and spans[i].start == spans[outer].start:
                before[outer] = max(before[outer], frames[outer].pads[0] + before[i])
            if outer >= 0 and spans[i].stop == spans[outer].stop:
                after[outer] = max(after[outer], frames[outer].pads[1] + after[i])
        gaps = self._between()
        for layer, gap in enumerate(gaps):
            beginning = [room for room, span in zip(before, spans, strict=True) if span.start == layer]
            ending = [room for room, span in zip(after, spans, strict=True) if span.stop == layer]
            gaps[layer] = gap + max(beginning, default=0.0) + max(ending, default=0.0)
        lengths = [max([self.items[i].along for i in layer]) for layer in self.layers]
        for i, span in reversed(list(enumerate(spans))):
            held = sum(lengths[span.start : span.stop]) + sum(gaps[span.start + 1 : span.stop])
            lengths[span.start] += max(0.0, frames[i].least[0] - held - before[i] - after[i])
        ends = accumulate([gap + length for gap, length in zip(gaps, lengths, strict=True)])
        columns = [(end - length, end) for end, length in zip(ends, lengths, strict=True)]
        rooms = zip(spans, before, after, strict=True)
        return columns, [(columns[span.start][0] - a, columns[span.stop - 1][1] + b) for span, a, b in rooms]

    def _between(self) -> list[float]:
        """How far each layer is from the one before it: the farther, the more an edge there rises or falls."""
        least = self.sketch.between[0]
        with_boxes = {item.layer for item in self.items[: len(self.sketch.boxes)]}
        gaps = []
        for number, layer in enumerate(self.layers):
            rises = [abs(self.across[i] - self.across[j]) for i in layer for j, _ in self.items[i].before]
            close = least if {number - 1, number} <= with_boxes else least / 2
            gaps.append(max(close, min(SLANT * max(rises, default=0.0), FARTHEST)) if number else 0.0)
        return gaps

    def _ports(self) -> list[Point]:
        """Where, across, each edge leaves its first box and reaches its second: side by side, in their order."""
        ports = [[0.0, 0.0] for _ in self.routes]
        sides: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for k, route in enumerate(self.routes):
            sides.setdefault((route[0], 0), []).append((self.across[route[1]], k))
            sides.setdefault((route[-1], 1), []).append((self.across[route[-2]], k))
        for (box, side), found in sides.items():
            room = max(0.0, self.items[box].across - 2 * CORNER)
            step = min(PORTS, room / max(1, len(found) - 1))
            for place, (_, k) in enumerate(sorted(found)):
                ports[k][side] = self.across[box] + step * (place - (len(found) - 1) / 2)
        return [(first, last) for first, last in ports]

    def _windows(self) -> dict[int, Point]:
        """Between which places the points and numbers of edges may move without meeting anything."""
        places = [*self.across, *[border for borders in self.borders for border in borders]]
        windows = dict.fromkeys(range(len(self.sketch.boxes), len(self.items)), (-inf, inf))
        for layer in self.layers:
            for a, b, gap in self._gaps(layer):
                # Two edges share the space between them.
                shares = 1 + (a in windows and b in windows)
                slack = (places[b] - places[a] - gap) / shares
                if a in windows:
                    windows[a] = windows[a][0], places[a] + slack
                if b in windows:
                    windows[b] = places[b] - slack, windows[b][1]
        return windows

    def _pull(self, route: list[int], ports: Point) -> None:
        """Pulls an edge tight as far as there is space."""
        (start, begin), (stop, end) = self._ends(route)
        middles = [self._middle(self.items[i].layer) for i in route[1:-1]]
        us = [begin if begin - start > RUN else start, *middles, stop if end - stop > RUN else end]
        vs = [ports[0], *[self.across[i] for i in route[1:-1]], ports[1]]
        for sweep in range(SWEEPS):
            for k in range(1, len(route) - 1) if sweep % 2 == 0 else range(len(route) - 2, 0, -1):
                low, high = self.windows[route[k]]
                straight = vs[k - 1] + (vs[k + 1] - vs[k - 1]) * (us[k] - us[k - 1]) / (us[k + 1] - us[k - 1])
                vs[k] = max(low, min(high, straight))
        for i, v in zip(route[1:-1], vs[1:-1], strict=True):
            self.across[i] = v

    def _strokes(self, route: list[int], ports: Point, label: Point | None) -> list[Stroke]:
        """An edge as smooth curves, which between two layers stay between the places that they join."""
        (start, begin), (stop, end) = self._ends(route)
        # Beside a box much shorter than its layer an edge stays level, so that it meets none of the boxes beside it.
        level_first, level_last = begin - start > RUN, end - stop > RUN
        first_knots = [(start, ports[0], 0.0), *([(begin, ports[0], 0.0)] if level_first else [])]
        last_knots = [*([(stop, ports[1], 0.0)] if level_last else []), (end, ports[1], 0.0)]
        inner = [(self._middle(self.items[i].layer), self.across[i]) for i in route[1:-1]]
        path = [first_knots[-1][:2], *inner, last_knots[0][:2]]
        parts = [first_knots]
        for k, i in enumerate(route[1:-1], start=1):
            (u, v), (low, high) = path[k], self.windows[i]
            half = (self.columns[self.items[i].layer][1] - self.columns[self.items[i].layer][0]) / 2
            slope = _gentler(_slope(path[k - 1], path[k]), _slope(path[k], path[k + 1]))
            slope = _gentler(slope, copysign((min(v - low, high - v) + TILT) / half, slope)) if half else slope
            passing, cuts = [
                [(u + x, v + slope * x, slope) for x in (-reach, reach)] for reach in (half, self.items[i].along / 2)
            ]
            if label and i == route[-2]:
                parts[0] += [passing[0], cuts[0]]
                parts.append([cuts[1], passing[1]])
            else:
                parts[-1] += passing
        parts[-1] += last_knots
        if not level_first:
            parts[0][0] = _leaning(parts[0][0], parts[0][1])
        if not level_last:
            parts[-1][-1] = _leaning(parts[-1][-1], parts[-1][-2])
        return [_curve(part) for part in parts]

    def _ends(self, route: list[int]) -> tuple[Point, Point]:
        """Where an edge leaves its first box, and the layer of it; where it reaches the layer of its second, and it."""
        first, last = self.items[route[0]], self.items[route[-1]]
        begin, stop = self.columns[first.layer][1], self.columns[last.layer][0]
        return (self._place(first) + first.along / 2, begin), (stop, self._place(last) - last.along / 2)

    def _place(self, item: _Item) -> float:
        """The middle along: what nothing goes into stands at the end of its layer, near to what it goes into."""
        start, end = self.columns[item.layer]
        return (start + end) / 2 if item.before else end - item.along / 2

    def _middle(self, layer: int) -> float:
        return sum(self.columns[layer]) / 2


def _slope(a: Point, b: Point) -> float:
    return (b[1] - a[1]) / (b[0] - a[0])


def _gentler(a: float, b: float) -> float:
    """The slope nearer to 0, and 0 where one rises and the other falls; so a curve does not overshoot."""
    return min(a, b, key=abs) if a * b > 0 else 0.0


def _leaning(end: Knot, neighbour: Knot) -> Knot:
    """The end of an edge, turned towards its neighbour."""
    slope = _slope(end[:2], neighbour[:2])
    return *end[:2], max(-STEEPEST, min(STEEPEST, slope))


def _curve(knots: list[Knot]) -> Stroke:
    """A cubic curve through points with given slopes."""
    stroke = [knots[0][:2]]
    for (u, v, slope), (x, y, end_slope) in pairwise(knots):
        third = (x - u) / 3
        if third:
            stroke += [(u + third, v + slope * third), (x - third, y - end_slope * third), (x, y)]
    return stroke


# --- Numbers in order ---


def _crossed(a: list[int], b: list[int]) -> int:
    """How many edges to places in ``a`` cross those to places in ``b``, if theirs come from the left."""
    return sum([bisect_left(b, x) for x in a])


def _rising(wanted: list[tuple[float, float]]) -> list[float]:
    """The rising numbers that are nearest to those wanted, by weighted least squares: adjacent violators are pooled.

    >>> _rising([(0.0, 1.0), (4.0, 1.0), (1.0, 2.0), (5.0, 1.0)])
    [0.0, 2.0, 2.0, 5.0]
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in wanted:
        count = 1
        while pools and pools[-1][0] > value:
            other, other_weight, other_count = pools.pop()
            value = (value * weight + other * other_weight) / (weight + other_weight)
            weight, count = weight + other_weight, count + other_count
        pools.append((value, weight, count))
    return [value for value, _, count in pools for _ in range(count)]


class _Apart:
    """Distances that must be kept, each as two places and how far the second is behind the first.

    >>> _Apart(2, [(0, 1, 10.0)]).put([3.0, 3.0])
    [-2.0, 8.0]
    """

    def __init__(self, count: int, gaps: Sequence[tuple[int, int, float]]) -> None:
        before: dict[int, list[int]] = {i: [] for i in range(count)}
        for a, b, _ in gaps:
            before[b].append(a)
        place = {i: k for k, i in enumerate(TopologicalSorter(before).static_order())}
        self.gaps = sorted(gaps, key=lambda gap: (place[gap[1]], place[gap[0]]))
        self.backwards = sorted(gaps, key=lambda gap: (place[gap[0]], place[gap[1]]), reverse=True)

    def put(self, places: list[float]) -> list[float]:
        """Halfway between all pushed one way and all pushed the other, where all distances are kept, too."""
        low, high = list(places), list(places)
        for a, b, gap in self.gaps:
            high[b] = max(high[b], high[a] + gap)
        for a, b, gap in self.backwards:
            low[a] = min(low[a], low[b] - gap)
        return [(x + y) / 2 for x, y in zip(low, high, strict=True)]

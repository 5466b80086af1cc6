"""A graph whose numbers change is laid out once: while a slider moves its boxes stay where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from autograd_lite.show.picture import Picture
from autograd_lite.show.scene import Scene, prefix

ROOM, ROOM_ON_EDGE = "-0.0000", "0.0000"  # for a number, as most are written
NUMBER = re.compile(r"(?<!\S)-?(?:[\d.]+(?:e-?\d+)?|inf|nan)$")
GAP = "\0"  # which is in no XML
SVG = "http://www.w3.org/2000/svg"
SHAPES = {f"{{{SVG}}}{name}" for name in ("rect", "polygon", "path", "ellipse")}


def roomy(line: str, room: str = ROOM) -> str:
    """A line with room for another number at its end.

    >>> roomy("∂y/∂x = 2"), roomy("v1 = w * x"), roomy("-1.25e-17")
    ('∂y/∂x = -0.0000', 'v1 = w * x', '-1.25e-17')
    """
    return NUMBER.sub(lambda number: max(number[0], room, key=len), line)


class Redrawing:
    """The last picture, to be written anew.

    >>> from autograd_lite import Value
    >>> from autograd_lite.show.graph import graph_scene
    >>> redrawing = Redrawing()
    >>> [redrawing.svg(graph_scene(Value(x))).count(">0.5<") for x in (0.25, 0.5)]
    [0, 1]
    """

    def __init__(self) -> None:
        self._drawn: Scene | None = None
        self._pieces: list[str] = []  # of the SVG: what stays, and between that the numbers of gaps
        self._gaps: list[tuple[str, int]] = []  # the part that each is in, and which of its texts

    def svg(self, scene: Scene) -> str:
        """A scene as an SVG; what only says other numbers than the last keeps its places."""
        if self._drawn is None or not _is_like(scene, self._drawn):
            self._draw(_roomy(scene))
        elif not _fits(scene, self._drawn):
            self._draw(_roomy(scene, self._drawn))
        given = {(name, k): text for name, *texts in _parts(scene) for k, text in enumerate(texts)}
        pieces = self._pieces[:]
        pieces[1::2] = [escape(given[self._gaps[int(gap)]]) for gap in pieces[1::2]]
        return "".join(pieces)

    def _draw(self, scene: Scene) -> None:
        """Draw a scene once, with gaps for what changes: 12 rounds of r * x * (1 - x) take 0.7 of the time."""
        self._drawn, self._gaps = scene, []
        ElementTree.register_namespace("", SVG)
        root = ElementTree.fromstring(Picture(scene).svg())
        start = prefix(scene)
        groups = {element.get("id", "").removeprefix(start): element for element in root.iter(f"{{{SVG}}}g")}
        for group in groups.values():
            for title in group.findall(f"{{{SVG}}}title"):  # which would tell old numbers
                group.remove(title)
        for name, fill, *lines in _parts(scene):
            elements = [*groups[name].iter()] if name in groups else []
            shape = next((element for element in elements if element.tag in SHAPES), None)
            if fill and shape is not None:
                shape.set("fill", self._gap(name, 0))
            texts = [element for element in elements if element.tag == f"{{{SVG}}}text"]
            for k, (element, _) in enumerate(zip(texts, lines, strict=False), start=1):
                element.text = self._gap(name, k)
        self._pieces = ElementTree.tostring(root, encoding="unicode").split(GAP)

    def _gap(self, name: str, k: int) -> str:
        """A new gap, for a text of a part."""
        self._gaps.append((name, k))
        return f"{GAP}{len(self._gaps) - 1}{GAP}"


def _parts(scene: Scene) -> Iterator[tuple[str, ...]]:
    """Boxes and edges: the name of each, its colour, of an edge none, and its lines."""
    for box in scene.boxes:
        yield box.name, scene.theme.painted(box.style).get("fillcolor", "none"), *box.lines
    for k, edge in enumerate(scene.edges):
        yield f"e{k}", "", *([edge.label] if edge.label else [])


def _roomy(scene: Scene, drawn: Scene | None = None) -> Scene:
    """A scene with room in every line for another number, and for those that the last one had room for."""
    last = drawn or scene
    boxes = [
        replace(box, lines=tuple([max(roomy(a), b, key=len) for a, b in zip(box.lines, old.lines, strict=True)]))
        for box, old in zip(scene.boxes, last.boxes, strict=True)
    ]
    edges = [
        replace(edge, label=max(roomy(edge.label, ROOM_ON_EDGE), old.label, key=len))
        for edge, old in zip(scene.edges, last.edges, strict=True)
    ]
    return replace(scene, boxes=tuple(boxes), edges=tuple(edges))


def _lines(scene: Scene, drawn: Scene) -> Iterator[tuple[str, str]]:
    """The lines of two scenes of one shape, side by side."""
    for (_, _, *now), (_, _, *room) in zip(_parts(scene), _parts(drawn), strict=True):
        yield from zip(now, room, strict=True)


def _is_like(scene: Scene, drawn: Scene) -> bool:
    """Whether a scene has the shape and the words of a drawn one."""

    def shape(one: Scene) -> tuple[Any, ...]:
        boxes = [(box.name, len(box.lines), {**box.style, "fillcolor": ""}) for box in one.boxes]
        edges = [(edge.tail, edge.head, bool(edge.label), edge.style) for edge in one.edges]
        return boxes, edges, one.theme, one.caption

    same = shape(scene) == shape(drawn)
    return same and all(NUMBER.sub("", now) == NUMBER.sub("", room) for now, room in _lines(scene, drawn))


def _fits(scene: Scene, drawn: Scene) -> bool:
    """Whether every line has the room that it needs."""
    return all(len(now) <= len(room) for now, room in _lines(scene, drawn))

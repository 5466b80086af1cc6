"""From a scene to SVG, drawn here with the standard library alone: for where nothing turns DOT text into a picture."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import hypot

from .dot_text import EDGE, FRAME, FRAME_FILLS, GRAPH, NODE
from .layout import Enclosure, Layout, Point, Sketch, Stroke, layered
from .scene import Box, Edge, Frame, Scene, prefix

INCH = 72.0  # points
LINE = 1.12  # from line to line, in sizes of the font
BASELINE = 0.36  # below the middle of a line
PAD = 10.8  # around the picture
SPARE = 0.5  # of the margin beside a text, which is mostly narrower than it is taken to be
DEPTH = 4.0  # of the sides of a box3d
STRAND = 8.0  # of each colour in turn
ROUND, ARC = 8.0, 0.5523  # radius of a rounded corner, and how far towards the corner an arc is bent
ARROW = (10.0, 3.2)  # length, and half its width, where arrowsize is 1

#: Widths of letters in hundredths of the font's size, in the widest of the fonts that may serve (DejaVu Sans).
WIDTHS = {
    30: "'IJijl",
    35: " ,./:;\\|",
    42: "()-[]ftr!",
    55: '"*_`?csz',
    66: "FLkvxy$0123456789EPSTYabdeghnopqu{}",
    76: "ABCKRVXZNU",
    86: "&DGHOQ#+<=>^w~",
    100: "M%@Wm",
}
WIDTH_OF = {letter: width / 100 for width, letters in WIDTHS.items() for letter in letters}


def source(scene: Scene) -> str:
    """The picture of a scene as an ``<svg>`` element.

    Ids, classes and the order of the lines of text are those of the SVG that Graphviz writes.
    """
    return _Page(scene).text()


def text_width(text: str, size: float) -> float:
    """How wide a text is at most; wide characters and emoji count as such, combining ones not at all.

    >>> text_width("il", 10.0) < text_width("MW", 10.0) < text_width("数学", 10.0) < text_width("😀😀", 10.0)
    True
    """
    return size * sum([_letter_width(c) for c in text])


def _letter_width(c: str) -> float:
    if c in WIDTH_OF:
        return WIDTH_OF[c]
    category = unicodedata.category(c)
    if category in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(c) in "WF":
        return 1.35 if category == "So" else 1.05
    return 1.1


class _Page:
    """Writes one picture. Places are in points, to the right and down."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.prefix = scene, prefix(scene)
        self.painted = scene.theme.painted
        self.style = self.painted({**GRAPH, **scene.style})
        direction = self.style.get("rankdir", "LR")
        self.sideways, self.back = direction in ("LR", "RL"), direction in ("RL", "BT")
        self.frames = _flat(scene.frames)
        self.sizes = {box.name: _box_size(box) for box in scene.boxes}
        place = self._given if self.style.get("layout") == "neato" else self._layered
        self.layout = place()

    # --- Places ---

    def _turned(self, point: Point) -> Point:
        """From along and across to right and down, or back."""
        return point if self.sideways else (point[1], point[0])

    def _layered(self) -> Layout:
        scene, number = self.scene, {box.name: i for i, box in enumerate(self.scene.boxes)}
        sketch = Sketch(
            boxes=[self._turned(self.sizes[box.name]) for box in scene.boxes],
            edges=[(number[edge.tail], number[edge.head]) for edge in scene.edges],
            labels=[self._turned(_label_size(edge)) if edge.label else None for edge in scene.edges],
            order=[(number[a], number[b]) for a, b in scene.order],
            frames=[self._enclosure(framed.frame, framed.parent, number) for framed in self.frames],
            between=(INCH * float(self.style.get("ranksep", "0.5")), INCH * float(self.style.get("nodesep", "0.25"))),
        )
        found = layered(sketch)
        return Layout(
            [self._at(point) for point in found.boxes],
            [self._at(point) if point else None for point in found.labels],
            [[[self._at(point) for point in stroke] for stroke in strokes] for strokes in found.edges],
            [_corners(self._at(a), self._at(b)) for a, b in found.frames],
        )

    def _at(self, place: Point) -> Point:
        """A place along and across as one to the right and down."""
        along, across = place
        return self._turned((-along if self.back else along, across))

    def _enclosure(self, frame: Frame, parent: int, number: dict[str, int]) -> Enclosure:
        margin, size = float(FRAME["margin"]), float(FRAME["fontsize"])
        beside = margin - INCH * float(self.style.get("nodesep", "0.25")) / 2
        title = (text_width(frame.title, size) + 2 * margin, LINE * size)
        above, below = margin + title[1], margin
        if self.sideways:
            pads = (margin, margin, beside + title[1], beside)
        else:
            pads = (below, above, beside, beside) if self.back else (above, below, beside, beside)
        return Enclosure(tuple([number[name] for name in frame.boxes]), parent, pads, self._turned((title[0], 0.0)))

    def _given(self) -> Layout:
        """Boxes at their own places, and straight lines."""
        places = {}
        for box in self.scene.boxes:
            x, y = box.style["pos"].removesuffix("!").split(",")
            places[box.name] = (float(x), -float(y))
        ends = [(edge.tail, edge.head) for edge in self.scene.edges]
        lines = [self._line(places[a], self.sizes[a], places[b], self.sizes[b]) for a, b in ends]
        labels = [((line[0][0] + line[-1][0]) / 2, (line[0][1] + line[-1][1]) / 2) for line in lines]
        return Layout([*places.values()], [*labels], [[line] for line in lines], [])

    def _line(self, a: Point, size: Point, b: Point, other: Point) -> Stroke:
        """A straight line between two ellipses, from border to border."""
        dx, dy = b[0] - a[0], b[1] - a[1]
        start, end = [1 / max(1e-9, hypot(dx / (w / 2), dy / (h / 2))) for w, h in (size, other)]
        shares = [start + (1 - end - start) * k / 3 for k in range(4)]
        return [(a[0] + dx * share, a[1] + dy * share) for share in shares]

    # --- Text ---

    def text(self) -> str:
        scene = self.scene
        frames = [self._frame(*framed) for framed in zip(self.frames, self.layout.frames, strict=True)]
        edges = [
            self._edge(f"e{k}", edge, strokes, label)
            for k, (edge, strokes, label) in enumerate(
                zip(scene.edges, self.layout.edges, self.layout.labels, strict=True)
            )
        ]
        boxes = [self._box(box, place) for box, place in zip(scene.boxes, self.layout.boxes, strict=True)]
        left, top, right, bottom = self._extent()
        size = float(self.style["fontsize"])
        caption = [
            _text(line, (left, bottom + LINE * size * (k + 1)), size, self.style["fontcolor"], "start")
            for k, line in enumerate(scene.caption)
        ]
        right = max([right, *[left + text_width(line, size) for line in scene.caption]])
        bottom += LINE * size * (len(caption) + 0.5) if caption else 0.0
        left, top, right, bottom = left - PAD, top - PAD, right + PAD, bottom + PAD
        width, height = math.ceil(right - left), math.ceil(bottom - top)  # whole, so that frames are alike
        right, bottom = left + width, top + height
        ground = _polygon([(left, top), (left, bottom), (right, bottom), (right, top)], self.style["bgcolor"], "none")
        return "\n".join(
            [
                f'<svg width="{width:.0f}pt" height="{height:.0f}pt" xmlns="http://www.w3.org/2000/svg" '
                f'viewBox="{_points([(left, top), (width, height)])}">',
                f'<g id="{self.prefix}graph" class="graph" font-family="{escape(self.style["fontname"])}">',
                f"<title>{_clean(scene.title)}</title>",
                ground,
                *frames,
                *edges,
                *boxes,
                *caption,
                "</g>",
                "</svg>\n",
            ]
        )

    def _extent(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that is drawn."""
        points = [corner for corners in self.layout.frames for corner in corners]
        points += [point for strokes in self.layout.edges for stroke in strokes for point in stroke]
        sized = [(place, self.sizes[box.name]) for box, place in zip(self.scene.boxes, self.layout.boxes, strict=True)]
        labels = zip(self.scene.edges, self.layout.labels, strict=True)
        sized += [(place, _label_size(edge)) for edge, place in labels if edge.label and place]
        for (x, y), (width, height) in sized:
            points += [(x - width / 2, y - height / 2), (x + width / 2, y + height / 2)]
        xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
        return min(xs), min(ys), max(xs), max(ys)

    def _group(self, name: str, kind: str, tooltip: str, parts: Iterable[str]) -> str:
        title = [f"<title>{_clean(tooltip)}</title>"] if tooltip else []
        return "\n".join([f'<g id="{self.prefix}{name}" class="{kind}">', *title, *parts, "</g>"])

    def _frame(self, framed: _Framed, corners: tuple[Point, Point]) -> str:
        title = framed.frame.title
        style = self.painted({**self.style, **FRAME, "fillcolor": FRAME_FILLS[framed.parent >= 0]})
        (left, top), (right, bottom) = corners
        size, margin = float(style["fontsize"]), float(style["margin"])
        forward = self.style.get("rankdir", "LR") == "LR"  # edges come in from the left, so the title is on the right
        x, anchor = (right - margin, "end") if forward else (left + margin, "start")
        parts = [
            _outline(((left + right) / 2, (top + bottom) / 2), (right - left, bottom - top), style),
            _text(title, (x, top + 4 + LINE * size / 2), size, style["fontcolor"], anchor),
        ]
        return self._group(framed.name, "cluster", title, parts)

    def _box(self, box: Box, place: Point) -> str:
        style = self.painted({**NODE, **box.style})
        size = float(style["fontsize"])
        x, y = (place[0] - _depth(style) / 2, place[1] + _depth(style) / 2)
        middle = (len(box.lines) - 1) / 2
        lines = [
            _text(line, (x, y + LINE * size * (k - middle)), size, style["fontcolor"])
            for k, line in enumerate(box.lines)
        ]
        return self._group(box.name, "node", box.tooltip, [_outline(place, self.sizes[box.name], style), *lines])

    def _edge(self, name: str, edge: Edge, strokes: list[Stroke], place: Point | None) -> str:
        style = self.painted({**EDGE, **edge.style})
        parts = []
        if style.get("arrowhead") != "none":
            strokes, tip = _pointed(strokes, float(style["arrowsize"]))
            colour = style["color"].partition(":")[0]
            parts.append(_polygon(tip, colour, colour))
        path = "".join([f"M{_points(stroke[:1])}C{_points(stroke[1:])}" for stroke in strokes])
        parts[:0] = [f'<path fill="none" {pen} d="{path}"/>' for pen in _strands(style)]
        if edge.label and place:
            parts.append(_text(edge.label, place, float(style["fontsize"]), style["fontcolor"]))
        return self._group(name, "edge", edge.tooltip, parts)


# --- Sizes ---


def _box_size(box: Box) -> Point:
    style = {**NODE, **box.style}
    least = float(style.get("width", "0.75")) * INCH, float(style.get("height", "0.5")) * INCH
    if style.get("fixedsize") == "true":
        return least if "height" in style else (least[0], least[0])
    beside, _, above = style["margin"].partition(",")
    size = float(style["fontsize"])
    width = max([text_width(line, size) for line in box.lines], default=0.0) + 2 * INCH * SPARE * float(beside)
    height = LINE * size * len(box.lines) + 2 * INCH * float(above or beside)
    return max(least[0], width) + _depth(style), max(least[1], height) + _depth(style)


def _depth(style: dict[str, str]) -> float:
    return DEPTH if style.get("shape") == "box3d" else 0.0


def _label_size(edge: Edge) -> Point:
    size = float({**EDGE, **edge.style}["fontsize"])
    return text_width(edge.label, size) + 0.6 * size, LINE * size


@dataclass(frozen=True, slots=True)
class _Framed:
    """A frame with the name that it has in ids, and the number of the frame around it or -1."""

    frame: Frame
    name: str
    parent: int


def _flat(frames: tuple[Frame, ...]) -> list[_Framed]:
    """The frames, each before those in it."""
    found: list[_Framed] = []
    for i, outer in enumerate(frames):
        found.append(_Framed(outer, f"f{i}", -1))
        place = len(found) - 1
        found += [_Framed(inner, f"f{i}-{j}", place) for j, inner in enumerate(outer.inner)]
    return found


# --- Marks ---


def _corners(a: Point, b: Point) -> tuple[Point, Point]:
    """Left above and right below."""
    return (min(a[0], b[0]), min(a[1], b[1])), (max(a[0], b[0]), max(a[1], b[1]))


def _outline(place: Point, size: Point, style: dict[str, str]) -> str:
    """The outline of a box, frame or circle, filled as its style says."""
    (x, y), (w, h), kinds = place, size, style.get("style", "").split(",")
    fill = style.get("fillcolor", "white") if "filled" in kinds else "none"
    left, top, right, bottom = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    corners = [(left, bottom), (left, top), (right, top), (right, bottom)]
    shape = style.get("shape", "box")
    if shape == "plaintext":
        return "" if fill == "none" else _polygon(corners, fill, "none")
    pen = _pen(style)
    if shape in ("circle", "ellipse"):
        return f'<ellipse fill="{fill}" {pen} cx="{_n(x)}" cy="{_n(y)}" rx="{_n(w / 2)}" ry="{_n(h / 2)}"/>'
    if "rounded" in kinds:
        r = min(ROUND, w / 2, h / 2)
        turns = [
            ((right - r, top), (right, top), (right, top + r)),
            ((right, bottom - r), (right, bottom), (right - r, bottom)),
        ]
        turns += [
            ((left + r, bottom), (left, bottom), (left, bottom - r)),
            ((left, top + r), (left, top), (left + r, top)),
        ]
        arcs = [f"L{_points([a])}C{_points([_between(a, c), _between(b, c), b])}" for a, c, b in turns]
        path = f"M{_points(turns[-1][-1:])}{''.join(arcs)}Z"
        return f'<path fill="{fill}" {pen} d="{path}"/>'
    d = _depth(style)
    front = [(left, bottom), (left, top + d), (right - d, top + d), (right - d, bottom)]
    marks = [f'<polygon fill="{fill}" {pen} points="{_points(front)}"/>']
    if d:
        behind = [(left, top + d), (left + d, top), (right, top), (right, bottom - d), (right - d, bottom)]
        marks.insert(0, f'<polygon fill="{fill}" {pen} points="{_points(behind)}"/>')
        marks.append(f'<path fill="none" {pen} d="M{_points([(right - d, top + d)])}L{_points([(right, top)])}"/>')
    return "\n".join(marks)


def _between(end: Point, corner: Point) -> Point:
    """Where a curve around a corner is bent so that it is as good as an arc."""
    return end[0] + ARC * (corner[0] - end[0]), end[1] + ARC * (corner[1] - end[1])


def _pointed(strokes: list[Stroke], scale: float) -> tuple[list[Stroke], list[Point]]:
    """The strokes of an edge up to its arrow, and the corners of the arrow."""
    *start, a, b, tip = strokes[-1]
    back = next(point for point in (b, a, start[-1]) if point != tip)
    dx, dy = tip[0] - back[0], tip[1] - back[1]
    length, half = [scale * x / hypot(dx, dy) for x in ARROW]
    # What is drawn ends where the arrow begins, and is drawn back gently.
    shifts = [(-dx * length * share, -dy * length * share) for share in (1 / 3, 2 / 3, 1)]
    drawn = [(x + u, y + v) for (x, y), (u, v) in zip((a, b, tip), shifts, strict=True)]
    x, y = drawn[-1]
    arrow = [(x - dy * half, y + dx * half), tip, (x + dy * half, y - dx * half)]
    return [*strokes[:-1], [*start, *drawn]], arrow


def _pen(style: dict[str, str]) -> str:
    width, kinds = style.get("penwidth", "1"), style.get("style", "").split(",")
    thick = "" if width == "1" else f' stroke-width="{width}"'
    return f'stroke="{style["color"]}"{thick}' + (' stroke-dasharray="5,2"' if "dashed" in kinds else "")


def _strands(style: dict[str, str]) -> list[str]:
    """The pens of an edge; those of several colours, which a colon parts, take turns along it."""
    colours = style["color"].split(":")
    pens = [_pen({**style, "color": colour}) for colour in colours]
    turn = f'stroke-dasharray="{STRAND:g},{STRAND * (len(colours) - 1):g}"'
    return (
        pens if len(pens) == 1 else [f'{pen} {turn} stroke-dashoffset="{-STRAND * k:g}"' for k, pen in enumerate(pens)]
    )


def _polygon(corners: Sequence[Point], fill: str, stroke: str) -> str:
    return f'<polygon fill="{fill}" stroke="{stroke}" points="{_points(corners)}"/>'


def _text(text: str, place: Point, size: float, colour: str, anchor: str = "middle") -> str:
    x, y = _n(place[0]), _n(place[1] + BASELINE * size)
    return f'<text text-anchor="{anchor}" x="{x}" y="{y}" font-size="{size:g}" fill="{colour}">{_clean(text)}</text>'


def _points(points: Sequence[Point]) -> str:
    return " ".join([f"{_n(x)},{_n(y)}" for x, y in points])


def _n(x: float) -> str:
    """A length as short as can be.

    >>> _n(1.0), _n(-0.001), _n(2.346)
    ('1', '0', '2.35')
    """
    return f"{round(x, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _clean(text: str) -> str:
    """A text as it stands in XML, which knows no control characters."""
    return escape(re.sub(r"[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text))

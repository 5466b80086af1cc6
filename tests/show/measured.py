"""The SVG of a scene, read again and measured."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from autograd_lite.show import svg_text
from autograd_lite.show.scene import Scene, prefix
from autograd_lite.show.svg_text import text_width

SVG = "{http://www.w3.org/2000/svg}"


NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


Point = tuple[float, float]


Area = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass
class Drawn:
    """The places on a picture, by the names in its scene."""

    page: Area
    boxes: dict[str, Area] = field(default_factory=dict)
    frames: dict[str, Area] = field(default_factory=dict)
    titles: dict[str, Area] = field(default_factory=dict)
    lines: dict[str, list[Area]] = field(default_factory=dict)
    labels: dict[str, Area] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    texts: list[Area] = field(default_factory=list)


def numbers(text: str) -> list[float]:
    return [float(x) for x in NUMBER.findall(text)]


def points(text: str) -> list[Point]:
    found = numbers(text)
    return list(zip(found[::2], found[1::2], strict=True))


def around(corners: list[Point]) -> Area:
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def text_area(text: ET.Element) -> Area:
    """Where a text is at most, by the widths that the drawing takes, its letters as high as most are."""
    size, x, y = (float(text.get(name, "")) for name in ("font-size", "x", "y"))
    width = text_width(text.text or "", size)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "middle")]
    return left, y - 0.8 * size, left + width, y + 0.2 * size


def outline(group: ET.Element) -> Area:
    corners: list[Point] = []
    for shape in group.iter():
        if shape.tag == f"{SVG}polygon":
            corners += points(shape.get("points", ""))
        elif shape.tag == f"{SVG}ellipse":
            x, y, a, b = (float(shape.get(name, "")) for name in ("cx", "cy", "rx", "ry"))
            corners += [(x - a, y - b), (x + a, y + b)]
        elif shape.tag == f"{SVG}path":
            path = re.sub(r"A\S+ \S+ 0 0 1 ", " ", shape.get("d", ""))
            corners += points(path)
    for text in group.iter(f"{SVG}text") if not corners else ():
        left, top, right, bottom = text_area(text)
        corners += [(left, top), (right, bottom)]
    return around(corners)


def middle(area: Area) -> Point:
    return (area[0] + area[2]) / 2, (area[1] + area[3]) / 2


def sampled(path: str) -> list[list[Point]]:
    """Points along the strokes of a path of cubic curves."""
    strokes = []
    for stroke in path.split("M")[1:]:
        found = points(stroke)
        curve = [found[0]]
        for k in range(1, len(found), 3):
            a, (b, c, d) = found[k - 1], found[k : k + 3]
            for step in range(1, 21):
                t = step / 20
                weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                curve.append(
                    (
                        sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                        sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
                    )
                )
        strokes.append(curve)
    return strokes


def read(scene: Scene) -> Drawn:
    root = ET.fromstring(svg_text.source(scene))
    left, top, width, height = numbers(root.get("viewBox", ""))
    drawn = Drawn((left, top, left + width, top + height))
    drawn.texts = [text_area(text) for text in root.iter(f"{SVG}text")]
    for group in root.iter(f"{SVG}g"):
        name = group.get("id", "").removeprefix(prefix(scene))
        texts = [text_area(text) for text in group.findall(f"{SVG}text")]
        if group.get("class") == "node":
            drawn.boxes[name], drawn.lines[name] = outline(group), texts
        elif group.get("class") == "cluster":
            drawn.frames[name], drawn.titles[name] = outline(group), texts[0]
        elif group.get("class") == "edge":
            path = group.find(f"{SVG}path")
            assert path is not None
            line = [point for stroke in sampled(path.get("d", "")) for point in stroke]
            tips = [points(arrow.get("points", ""))[1] for arrow in group.iter(f"{SVG}polygon")]
            drawn.edges[name] = [*line, *tips]
            drawn.labels.update(zip([name], texts, strict=False))
    return drawn

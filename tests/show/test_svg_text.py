"""A scene as SVG: its colours, its edges, and the width of its texts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from measured import middle, numbers, read

from autograd_lite import draw as picture_of
from autograd_lite import nn
from autograd_lite.show import svg_text
from autograd_lite.show.scene import Box, Edge, Scene
from autograd_lite.show.svg_text import text_width


def test_a_network_is_drawn_where_its_circles_were_put_and_its_lines_end_at_them() -> None:
    scene = picture_of(nn.MLP(3, [4, 2]))._scene
    drawn = read(scene)
    places = {name: middle(area) for name, area in drawn.boxes.items()}
    for box in scene.boxes:
        if box.style["shape"] != "circle":
            continue
        x, y = numbers(box.style["pos"])
        assert abs(places[box.name][0] - x) < 0.01
        assert abs(places[box.name][1] + y) < 0.01
    for k, edge in enumerate(scene.edges):
        for (x, y), (u, v) in (
            (drawn.edges[f"e{k}"][0], places[edge.tail]),
            (drawn.edges[f"e{k}"][-1], places[edge.head]),
        ):
            assert abs(((x - u) ** 2 + (y - v) ** 2) ** 0.5 - 0.46 * 72 / 2) < 0.02


def test_the_ground_and_the_colours_are_those_of_the_scene() -> None:
    boxes = (
        Box(
            "n0", ("x",), "", {"shape": "box", "style": "filled,dashed", "fillcolor": "#123456", "fontcolor": "#abcdef"}
        ),
    )
    svg = svg_text.source(
        Scene("t", "", boxes, (), caption=("below",), style={"bgcolor": "#1e1e1e", "fontcolor": "#eeeeee"})
    )
    assert 'fill="#1e1e1e"' in svg
    assert 'fill="#123456"' in svg
    assert "stroke-dasharray" in svg
    assert re.search('fill="#abcdef">x<', svg)
    assert re.search('fill="#eeeeee">below<', svg)


def test_texts_are_no_wider_than_they_are_taken_to_be() -> None:
    """Held against the widest font that may serve, which matplotlib carries."""
    fonts = pytest.importorskip("matplotlib.ft2font")
    manager = pytest.importorskip("matplotlib.font_manager")
    font = fonts.FT2Font(manager.findfont("DejaVu Sans"))
    font.set_size(100, 72)
    for letter in [*map(chr, range(32, 127)), *"∂×·…Σ²∇−→⋮αβγπθλ±≥½éЖ"]:
        width = font.load_char(ord(letter)).linearHoriAdvance / 65536
        assert text_width(letter, 100) >= width - 0.1, letter


def test_an_edge_of_several_colours_shows_each() -> None:
    boxes = (Box("n0", ("a",), ""), Box("n1", ("b",), ""))
    edge = Edge("n0", "n1", style={"color": "#0072b2:#e69f00"})
    root = ET.fromstring(svg_text.source(Scene("t", "t", boxes, (edge,))))
    drawn = [path.get("stroke") for path in root.iter("{http://www.w3.org/2000/svg}path")]
    assert drawn == ["#0072b2", "#e69f00"]

"""Themes and directions, which every picture obeys."""

from __future__ import annotations

import math
import random
import re
from typing import Any

import pytest
from drawn import Parsed, chain, neuron, trained
from extras import pygraphviz

from autograd_lite import Value, draw, nn
from autograd_lite.show.scene import BLUE, LIGHT, ORANGE, THEMES

inf, nan = math.inf, math.nan


@pytest.mark.parametrize(("direction", "along"), [("LR", (1, 0)), ("RL", (-1, 0)), ("TB", (0, -1)), ("BT", (0, 1))])
def test_the_result_stands_where_the_direction_says(direction: str, along: tuple[int, int]) -> None:
    def ahead(graph: pygraphviz.AGraph, first: str, last: str) -> None:
        (x0, y0), (x1, y1) = (map(float, graph.get_node(n).attr["pos"].rstrip("!").split(",")) for n in (first, last))
        assert (x1 - x0) * along[0] + (y1 - y0) * along[1] > 50

    graph = pygraphviz.AGraph(string=draw(neuron()[3], direction=direction).source)
    graph.layout("dot")
    ahead(graph, "n0", "n5")
    model = nn.MLP(2, [1], rng=random.Random(0))
    network = pygraphviz.AGraph(string=draw(model, direction=direction, inputs=["left", "right"]).source)
    ahead(network, "c0_1", "c1_0")
    edges = [edge for edge in network.edges() if edge.attr["tailport"]]
    assert {edge.attr["tailport"] for edge in edges} == {{"LR": "e", "RL": "w", "TB": "s", "BT": "n"}[direction]}
    folded = Parsed(draw(trained([4, 8, 8, 3]), direction=direction))
    ports = {(edge.attr["tailport"], edge.attr["headport"]) for edge in folded.edges if edge.attr["tailport"]}
    assert ports == {{"LR": ("e", "w"), "RL": ("w", "e"), "TB": ("s", "n"), "BT": ("n", "s")}[direction]}


def contrast(one: str, other: str) -> float:
    """As WCAG 2 has it: between 1 and 21."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def pictures(theme: str) -> list[Any]:
    """One of each kind, with numbers of each sign, some of them not finite."""
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(inf, label="c")
    bad = a * b + 0.0 * c
    bad.backward()
    loss, large = trained([2, 3, 1], activation="tanh"), trained([4, 8, 8, 3])
    model = nn.MLP(20, [2, 1], rng=random.Random(0))
    return [
        draw(bad, theme=theme),
        *[draw(loss, theme=theme, fold=fold) for fold in (None, "neurons", "layers")],
        draw(loss, theme=theme, unfold=True),
        draw(large, theme=theme),
        draw(chain(1000), theme=theme),
        draw(model, theme=theme, outputs=["p"]),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_can_be_read_in_every_theme(theme: str) -> None:
    for picture in pictures(theme):
        graph = pygraphviz.AGraph(string=picture.source)
        paper = graph.graph_attr["bgcolor"]
        for thing in [
            *graph.nodes(),
            *graph.edges(),
            *graph.subgraphs(),
            *[inner for outer in graph.subgraphs() for inner in outer.subgraphs()],
        ]:
            attributes = thing.graph_attr if isinstance(thing, pygraphviz.AGraph) else thing.attr
            ink = attributes["fontcolor"] or graph.node_attr["fontcolor"]
            filled = "filled" in (attributes["style"] or "")
            ground = attributes["fillcolor"] if filled else paper
            assert contrast(ink, ground) >= 4.5, (thing, ink, ground)
        assert contrast(graph.graph_attr["fontcolor"], paper) >= 4.5
        assert contrast(graph.edge_attr["fontcolor"], paper) >= 4.5
        assert (contrast(paper, "#000000") < 2) == (theme == "dark")


def test_all_colours_are_those_of_the_theme() -> None:
    both = [set(re.findall(r"#[0-9a-f]{6}", "".join([p.source for p in pictures(theme)]))) for theme in THEMES]
    assert both[0] & both[1] <= {"#cc79a7"} | {LIGHT.tint(BLUE, 1.0), LIGHT.tint(ORANGE, 1.0)}
    for theme in THEMES:
        for picture in pictures(theme):
            assert not re.findall(r"color=\"?[a-z]", picture.source)

"""A scene as DOT text, the same in every process, whatever its labels."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

from drawn import Parsed, trained
from extras import pygraphviz
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograd_lite import Value, draw
from autograd_lite.engine import table as ops
from autograd_lite.show.dot_text import source
from autograd_lite.show.scene import Box, Scene
from autograd_lite.transcript.texts import clean


def test_the_same_graph_gives_the_same_text_in_every_process() -> None:
    program = (
        "from autograd_lite import nn, losses, draw; import random; m = nn.MLP(2, [9, 9, 2], rng=random.Random(3))\n"
        "L = losses.cross_entropy(m([1.0, 2.0]), 1); L.backward(); print(draw(L).source, draw(m).source,\n"
        " draw(L, unfold=True, labels={'m': m.parameters()}, theme='dark', direction='TB').source)"
    )
    texts = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        texts.add(done.stdout)
    assert len(texts) == 1


def test_ids_are_unique_within_a_picture_and_over_pictures() -> None:
    loss = trained([1, 2, 1])
    first, second = (re.findall(r'\bid="([^"]*)"', draw(root).source) for root in (loss, loss.parents[0]))
    assert len(set(first)) == len(first)
    assert len(set(second)) == len(second)
    assert not set(first) & set(second)
    parsed = Parsed(draw(loss))
    drawn = len(parsed.graph.nodes()) + len(parsed.edges) + len(parsed.frames()) + 1
    assert len(first) == drawn


def test_the_text_shows_values_as_they_are_when_drawn() -> None:
    x = Value(1.0, label="x")
    picture = draw(x)
    x.data = 2.0
    assert "x\\n1" in picture.source
    assert str(picture).startswith("x | 1")


NASTY = [
    '"',
    "\\",
    "\\n",
    "a\\",
    "<b>x</b>",
    "<>",
    "&amp;",
    "&#65;",
    "{a|b}",
    "\n",
    "}",
    "//",
    "\\N",
    "\ud800",
    "\x00",
    "]]>",
]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(NASTY)
@example([*NASTY[::-1], "👩‍🚀", "\u202eabc", "a -> b", "%s {0}", "∂", "x" * 200])
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=8))
def test_any_label_is_drawn_as_it_is(labels: list[str]) -> None:
    leaves = [Value(1.0, label=label) for label in labels]
    root = ops.sum(leaves)
    root.label = labels[0]
    picture = draw(root)
    svg = picture.svg()
    written = ["".join(text.itertext()) for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    for label in labels:
        name = clean(label)
        if name and "  " not in name:
            shown = name if len(name) <= 20 else name[:19] + "…"
            assert any(text.strip().startswith(shown) for text in written), (shown, written)
    assert len(Parsed(picture).graph.nodes()) == len(labels) + 1
    str(picture)


def test_a_text_in_angle_brackets_is_no_markup() -> None:
    text = source(Scene("<i>", "", (Box("n0", ("<b>x</b>",), "<u>"),), ()))
    graph = pygraphviz.AGraph(string=text)
    node = graph.get_node("n0")
    assert node.attr["label"] == "&lt;b>x&lt;/b>"
    assert node.attr["tooltip"] == "&lt;u>"


def test_a_long_label_is_abbreviated() -> None:
    assert Parsed(draw(Value(1.0, label="x" * 1000))).lines("x" * 19 + "…")[1] == "1"
    assert len(draw(Value(1.0, label="x" * 100_000)).source) < 3000

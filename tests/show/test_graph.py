"""Pictures of computations and networks: what is drawn, what it says, and what is left out."""

from __future__ import annotations

import math
import os
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from extras import numpy as np
from extras import pygraphviz
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograd_lite import Value, draw, gradients, losses, nn, sin
from autograd_lite.engine import floats
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation
from autograd_lite.engine.passes import topological_order
from autograd_lite.show import render
from autograd_lite.show.dot_text import source
from autograd_lite.show.graph import Options, graph_scene
from autograd_lite.show.scene import BLUE, LIGHT, ORANGE, THEMES, Box, Scene
from autograd_lite.transcript import formulas
from autograd_lite.transcript.texts import clean, numeral, short
from autograd_lite.transcript.unfolding import unfolded

inf, nan = math.inf, math.nan


class Parsed:
    """The DOT text of a picture as Graphviz itself reads it."""

    def __init__(self, picture: Any) -> None:
        self.graph = pygraphviz.AGraph(string=picture.source)
        self.boxes = {box.attr["label"].split("\\n")[0]: box for box in self.graph.nodes()}
        self.edges = [edge for edge in self.graph.edges() if edge.attr["style"] != "invis"]

    def lines(self, head: str) -> list[str]:
        return str(self.boxes[head].attr["label"]).split("\\n")

    def labels(self, tail: str, head: str) -> list[str]:
        pair = self.boxes[tail], self.boxes[head]
        return [edge.attr["label"].strip() for edge in self.edges if tuple(edge) == pair]

    def fill(self, head: str) -> tuple[int, int, int]:
        colour = self.boxes[head].attr["fillcolor"]
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

    def frames(self) -> dict[str, set[str]]:
        """The first lines of the boxes in each frame, under the frame's title and that of the frame around it."""
        heads = {box: box.attr["label"].split("\\n")[0] for box in self.graph.nodes()}
        found = {}
        for outer in self.graph.subgraphs():
            title = outer.graph_attr["label"]
            found[title] = {heads[box] for box in outer.nodes()}
            for inner in outer.subgraphs():
                found[f"{title}, {inner.graph_attr['label']}"] = {heads[box] for box in inner.nodes()}
        return found


def neuron() -> tuple[Value, Value, Value, Value]:
    """tanh(w·x + b) where tanh is √½, so that its local derivative is ½."""
    x, w, b = Value(2.0, label="x"), Value(-0.5, label="w"), Value(1.0 + math.atanh(math.sqrt(0.5)), label="b")
    y = ops.tanh(w * x + b)
    y.label = "y"
    return x, w, b, y


def chain(length: int) -> Value:
    y = Value(0.0, label="x")
    for _ in range(length):
        y = y + 1.0
    return y


def trained(sizes: list[int], batch: int = 1, **options: Any) -> Value:
    rng = random.Random(1)
    model = nn.MLP(sizes[0], sizes[1:], rng=rng, **options)
    outputs = [model([rng.uniform(-1, 1) for _ in range(sizes[0])]) for _ in range(batch)]
    loss = losses.mse(outputs, [[0.5] * sizes[-1] if sizes[-1] > 1 else 0.5] * batch)
    loss.label = "L"
    loss.backward()
    return loss


# --- Boxes and edges ---


def test_every_box_has_a_head_and_a_value_and_no_gradient_before_backward() -> None:
    picture = Parsed(draw(neuron()[3]))
    assert picture.lines("y = tanh(v2)") == ["y = tanh(v2)", "0.7071"]
    assert picture.lines("v2 = v1 + b") == ["v2 = v1 + b", "0.8814"]
    assert picture.lines("v1 = w * x") == ["v1 = w * x", "-1"]
    assert picture.lines("w") == ["w", "-0.5"]
    assert "gradient" not in picture.graph.graph_attr["label"]


def test_gradients_appear_with_backward() -> None:
    y = neuron()[3]
    y.backward()
    picture = Parsed(draw(y))
    assert picture.lines("y = tanh(v2)")[2] == "∂y/∂y = 1"
    assert picture.lines("v1 = w * x")[2] == "∂y/∂v1 = 0.5"
    assert picture.lines("w")[2] == "∂y/∂w = 1"
    assert picture.lines("x")[2] == "∂y/∂x = -0.25"
    assert picture.lines("b")[2] == "∂y/∂b = 0.5"


def test_every_edge_bears_the_local_derivative() -> None:
    picture = Parsed(draw(neuron()[3]))
    assert picture.labels("w", "v1 = w * x") == ["2"]
    assert picture.labels("x", "v1 = w * x") == ["-0.5"]
    assert picture.labels("v1 = w * x", "v2 = v1 + b") == ["1"]
    assert picture.labels("v2 = v1 + b", "y = tanh(v2)") == ["0.5"]
    assert len(picture.edges) == 5


def test_a_square_has_two_edges() -> None:
    x = Value(3.0, label="x")
    assert Parsed(draw(x * x)).labels("x", "v1 = x * x") == ["3", "3"]


def test_many_edges_between_the_same_boxes_are_one() -> None:
    x = Value(3.0, label="x")
    picture = Parsed(draw(ops.sum([x] * 1000)))
    assert [edge.attr["tooltip"] for edge in picture.edges] == ["1,000 edges"]


def test_leaves_have_a_thick_border() -> None:
    picture = Parsed(draw(neuron()[3]))
    thick = {head for head, box in picture.boxes.items() if float(box.attr["penwidth"] or 1) > 2}
    assert thick == {"x", "w", "b"}


def test_fill_tells_sign_and_strength_of_the_gradient() -> None:
    a, b, c, zero = (Value(1.0, label=name) for name in ("a", "b", "c", "zero"))
    y = 4.0 * a + 0.25 * b - 4.0 * c + 0.0 * zero
    y.backward()
    picture = Parsed(draw(y))
    red, green, blue = picture.fill("a")
    assert blue > green > red
    red, green, blue = picture.fill("c")
    assert red > green > blue
    assert picture.fill("zero") == (255, 255, 255)
    assert sum(picture.fill("a")) < sum(picture.fill("b")) < 3 * 255
    # Black text must be read on the strongest fills: relative luminance as WCAG 2 has it.
    for head in ("a", "c"):
        channels = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in picture.fill(head))
        ]
        luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
        assert (luminance + 0.05) / 0.05 > 7


def test_plain_numbers_are_small_and_have_no_derivative() -> None:
    x = Value(3.0, label="x")
    picture = Parsed(draw(2.5 * x))
    assert picture.boxes["2.5"].attr["shape"] == "plaintext"
    assert picture.labels("2.5", "v1 = 2.5 * x") == [""]
    assert picture.labels("x", "v1 = 2.5 * x") == ["2.5"]


def test_a_parameter_of_an_operation_is_part_of_its_head() -> None:
    x = Value(3.0, label="x")
    assert set(Parsed(draw(x**2)).boxes) == {"x", "v1 = x**2"}
    assert "v1 = softmax([…])[1]" in Parsed(draw(ops.softmax([x, 1.0])[1])).boxes


def test_an_n_ary_node_is_one_box() -> None:
    w, x, b = Value(2.0, label="w"), Value(5.0, label="x"), Value(1.0, label="b")
    picture = Parsed(draw(ops.affine([w], [x], b)))
    assert set(picture.boxes) == {"w", "x", "b", "v1 = Σwx + b"}
    assert picture.labels("w", "v1 = Σwx + b") == ["5"]
    assert picture.labels("x", "v1 = Σwx + b") == ["2"]
    assert picture.labels("b", "v1 = Σwx + b") == ["1"]


def test_a_long_formula_gives_way_to_the_symbol() -> None:
    x = Value(3.0, label="a rather long label")
    assert "v1 = *" in Parsed(draw(x * x)).boxes
    assert "v1 = ·**2" not in Parsed(draw(x**2)).boxes  # this one still fits
    assert "v1 = arctan2" in Parsed(draw(ops.arctan2(x, x))).boxes


def test_numbers_that_are_not_finite_are_shown_and_framed() -> None:
    x = Value(nan, label="x")
    y = Value(inf, label="y")
    z = x * y
    z.backward()
    picture = Parsed(draw(z))
    assert picture.lines("x")[1:] == ["nan", "∂v1/∂x = inf"]
    assert picture.lines("y")[1:] == ["inf", "∂v1/∂y = nan"]
    assert picture.labels("x", "v1 = x * y") == ["inf"]
    assert {picture.boxes[head].attr["color"] for head in picture.boxes} == {"#cc79a7"}


def test_a_function_for_derivatives_that_fails_does_not_spoil_the_picture() -> None:
    x = Value(2.0, label="x")
    y = Value(4.0, (x,), lambda x, out: 1 / 0, label="y")
    picture = Parsed(draw(y))
    assert picture.labels("x", "y = custom") == ["?"]


# --- Names ---


def test_unnamed_nodes_are_numbered_in_topological_order_and_names_are_unique() -> None:
    x, taken, again = Value(1.0, label="x"), Value(2.0, label="v1"), Value(3.0, label="x")
    y = (x + taken) * again
    picture = Parsed(draw(y))
    assert set(picture.boxes) == {"x", "v1", "x#2", "v2 = x + v1", "v3 = v2 * x#2"}


def test_names_that_look_like_numbered_ones_stay_unique() -> None:
    nodes = [Value(float(i), label=label) for i, label in enumerate(["x", "x#2", "x", "x#2", "x"])]
    heads = list(Parsed(draw(ops.sum(nodes))).boxes)
    assert len(set(heads)) == 6


def test_nodes_of_neurons_are_named_after_them() -> None:
    heads = set(Parsed(draw(trained([1, 2, 1], activation="tanh"))).boxes)
    assert {"z0[0] = Σwx + b", "a0[1] = tanh(z0[1])", "z1[0] = Σwx + b"} <= heads


# --- Gradients that are not of this root ---


def test_a_gradient_of_other_passes_is_not_called_a_derivative_of_the_root() -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    (5.0 * x).backward()
    picture = Parsed(draw(y))
    assert picture.lines("x")[2] == "grad = 11"
    assert picture.lines("v1 = x * x")[2] == "∂v1/∂v1 = 1"
    z = x * x
    z.backward()
    x.grad = 6.0
    assert Parsed(draw(z)).lines("x")[2] == "∂v1/∂x = 6"
    z.backward()
    assert Parsed(draw(z)).lines("x")[2] == "grad = 12"
    assert Parsed(draw(z)).lines("v1 = x * x")[2] == "grad = 2"


def test_a_gradient_of_a_part_of_the_graph_is_not_called_a_derivative_of_the_root() -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    picture = Parsed(draw(y * 2.0))
    assert picture.lines("x")[2] == "grad = 6"
    assert picture.lines("v2 = v1 * 2") == ["v2 = v1 * 2", "18"]


# --- Frames ---


def test_frames_stand_around_neurons_and_layers() -> None:
    frames = Parsed(draw(trained([1, 2, 1], activation="tanh"))).frames()
    assert set(frames) == {"layer 0", "layer 0, neuron 0", "layer 0, neuron 1", "layer 1", "layer 1, neuron 0"}
    assert frames["layer 0, neuron 1"] == {"w0[1,0]", "b0[1]", "z0[1] = Σwx + b", "a0[1] = tanh(z0[1])"}
    assert frames["layer 1, neuron 0"] == {"w1[0,0]", "w1[0,1]", "b1[0]", "z1[0] = Σwx + b"}
    assert frames["layer 0"] == frames["layer 0, neuron 0"] | frames["layer 0, neuron 1"]


def test_two_networks_in_one_graph_are_told_apart() -> None:
    rng = random.Random(0)
    first, second = nn.Neuron(1, rng=rng), nn.Neuron(1, rng=rng)
    frames = Parsed(draw(second([first([1.0])]))).frames()
    assert set(frames) == {
        "layer 0",
        "layer 0, neuron 0",
        "layer 0 of network 2",
        "layer 0 of network 2, neuron 0",
    }
    assert all(len(boxes) == 4 for boxes in frames.values())


def test_the_softplus_of_a_loss_is_not_taken_for_an_activation() -> None:
    model = nn.MLP(1, [1], rng=random.Random(0))
    loss = losses.binary_cross_entropy_with_logits([model([1.0])], [0])
    frames = Parsed(draw(loss)).frames()
    assert frames["layer 0, neuron 0"] == {"w0[0,0]", "b0[0]", "z0[0] = Σwx + b"}
    hidden = nn.MLP(1, [1, 1], activation="softplus", rng=random.Random(0))
    assert "a0[0] = softplus(z0[0])" in Parsed(draw(hidden([1.0]))).frames()["layer 0, neuron 0"]


def test_hand_made_graphs_have_no_frames() -> None:
    assert Parsed(draw(neuron()[3])).frames() == {}


def test_inputs_that_neurons_share_are_drawn_once() -> None:
    model = nn.Layer(2, 3, rng=random.Random(0))
    picture = draw(ops.sum(model([0.25, 0.75])))
    assert picture.source.count("label=0.25") == 1
    parsed = Parsed(picture)
    assert [edge.attr["tooltip"] for edge in parsed.edges].count("the number 0.25") == 3


# --- Folding ---


def test_up_to_150_boxes_nothing_is_folded() -> None:
    x = Value(1.0, label="x")
    terms = [ops.exp(x) for _ in range(148)]
    assert len(Parsed(draw(ops.sum(terms))).graph.nodes()) == 150
    folded = Parsed(draw(ops.sum([*terms, ops.exp(x)])))
    assert folded.lines("149 × exp") == ["149 × exp", "2.718"]
    assert len(folded.graph.nodes()) == 3
    assert "151 nodes folded into 3 boxes" in folded.graph.graph_attr["label"]
    assert len(Parsed(draw(ops.sum([*terms, ops.exp(x)]), fold=False)).graph.nodes()) == 151


def test_neurons_fold_first() -> None:
    picture = Parsed(draw(trained([4, 8, 8, 3], activation="tanh")))
    assert {f"neuron {m}: tanh(Σwx + b)" for m in range(8)} <= set(picture.boxes)
    assert "neuron 2: Σwx + b" in picture.boxes
    assert set(picture.frames()) == {"layer 0", "layer 1", "layer 2"}
    colours = {edge.attr["color"] for edge in picture.edges}
    assert len(colours) > 20  # so many edges bear colours in place of numbers
    labelled = {edge[1].attr["label"].split(" =")[0] for edge in picture.edges if edge.attr["label"]}
    assert not [head for head in labelled if head.startswith("neuron")]
    assert "L" in labelled
    assert len(draw(trained([4, 8, 8, 3])).source) < 50_000


def test_a_folded_neuron_shows_its_output() -> None:
    loss = trained([1, 2, 1], activation="tanh")
    picture = Parsed(draw(loss, fold=True))
    output = next(node for node in topological_order(loss) if node.operation is ops.tanh)
    lines = picture.lines("neuron 0: tanh(Σwx + b)")
    assert lines[1:] == [f"a0[0] = {short(output.data)}", f"∂L/∂a0[0] = {short(output.grad)}"]


def test_layers_fold_where_neurons_are_too_many() -> None:
    picture = Parsed(draw(trained([2, 16, 16, 1], batch=100)))
    assert picture.lines("layer 0")[1:4] == ["16 × ReLU(Σwx + b)", "48 parameters", "used 100 times"]
    assert picture.lines("layer 1")[1:4] == ["16 × ReLU(Σwx + b)", "272 parameters", "used 100 times"]
    assert picture.lines("layer 2")[1:4] == ["Σwx + b", "17 parameters", "used 100 times"]
    assert picture.lines("layer 0")[4].startswith("∂L/∂parameters: ")
    assert {"200 numbers", "100 × -", "100 × ·**2", "L = mean"} <= set(picture.boxes)


def test_alike_leaves_fold_with_their_range() -> None:
    leaves = [Value(float(i), label=f"x{i}") for i in range(200)]
    picture = Parsed(draw(ops.sum(leaves)))
    assert picture.lines("200 Values") == ["200 Values", "0 … 199"]


def test_what_cannot_be_folded_is_cut_and_says_so() -> None:
    picture = Parsed(draw(chain(100_000)))
    said = re.search(r"the (\d+) of 100,001 nodes nearest to v100000", picture.graph.graph_attr["label"])
    assert said is not None
    rest = f"{100_001 - int(said[1]):,} nodes"
    assert picture.lines(rest) == [rest, "not drawn"]
    assert len(picture.graph.nodes()) == 41
    assert len([head for head in picture.boxes if head.startswith("v")]) == int(said[1])
    assert "v100000 = v99999 + 1" in picture.boxes


def test_not_to_fold_has_its_limit_too() -> None:
    picture = Parsed(draw(chain(10_000), fold=False))
    assert len(picture.graph.nodes()) == 501
    assert "of 10,001 nodes nearest to" in picture.graph.graph_attr["label"]


def test_a_weighted_sum_of_very_many_inputs_is_drawn() -> None:
    picture = Parsed(draw(nn.Neuron(10_000, rng=random.Random(0))([0.5] * 10_000)))
    assert len(picture.graph.nodes()) <= 150


def test_a_layer_that_is_fed_its_own_output_is_drawn_folded_and_not() -> None:
    layer = nn.Layer(2, 2, rng=random.Random(0))
    out = ops.sum(layer(layer([1.0, 2.0])))
    for fold in (None, True, False):
        picture = Parsed(draw(out, fold=fold))
        # What lays layers out side by side would contradict the edges here.
        assert len(picture.edges) == len(picture.graph.edges()) > 0


# --- Text in tooltips ---


def test_tooltips_put_names_and_numbers_into_the_formula() -> None:
    y = neuron()[3]
    y.backward()
    picture = Parsed(draw(y))
    n = y.parents[0].data
    about = picture.boxes["y = tanh(v2)"].attr["tooltip"]
    assert about.split("\n") == [f"y = tanh(v2) = tanh({n!r}) = {y.data!r}", "∂y/∂y = 1"]
    edge = next(edge for edge in picture.edges if edge[1] == picture.boxes["y = tanh(v2)"])
    assert edge.attr["tooltip"] == f"∂y/∂v2 = 1 - y² = 1 - {y.data!r}² = {y.local_derivatives()[0]!r}"
    assert edge.attr["labeltooltip"] == edge.attr["tooltip"]


def test_the_tooltip_of_a_weighted_sum_is_unfolded() -> None:
    w, x, b = [Value(2.0, label="w")], [Value(-5.0, label="x")], Value(1.0, label="b")
    picture = Parsed(draw(ops.affine(w, x, b)))
    assert picture.boxes["v1 = Σwx + b"].attr["tooltip"] == "v1 = b + w * x = 1 + 2 * -5 = -9"


def operands_for(row: Operation) -> list[Any]:
    """Operands inside the domain, negative where that is possible."""
    special: dict[str, list[Any]] = {
        "arccosh": [1.5],
        "log1p": [-0.25],
        "clip": [-0.75, -1.5, 2.0],
        "where": [1.0, -2.0, 3.0],
    }
    special |= {"take": [[-0.5, 0.75, 0.25], 1.0]}
    if row.name in special:
        return special[row.name]
    chosen: list[Any] = []
    for i, is_group in enumerate(row.groups):
        parameter = i >= len(row.groups) - row.parameters
        chosen.append([-0.5, 0.75, 0.25] if is_group else 2.0 if parameter else -0.5 if i == 0 else 1.5)
    if row.parameters and row.groups[0]:
        chosen[-1] = 1.0
    try:
        defined = not math.isnan(row(*chosen))
    except ValueError:
        defined = False
    return chosen if defined else [0.5, *chosen[1:]]


def evaluated(text: str) -> float:
    """A formula of a tooltip as a number."""
    names = {name: row.evaluate for name, row in TABLE.items()}
    namespace: dict[str, Any] = {name: (lambda *xs, f=f: f(xs)) for name, f in names.items()}
    namespace |= {"softmax": floats.softmax, "log_softmax": floats.log_softmax, "pi": math.pi, "len": len, "nan": nan}
    namespace |= {"polygamma": lambda n, x: ops.digamma_slope.evaluate((x, n))}
    namespace |= {"xs": [-0.5, 0.75, 0.25], "x": [-0.5, 0.75, 0.25], "y": [-0.5, 0.75, 0.25], "round": round}
    python = text.replace("·", "*").replace("²", "**2")
    python = re.sub(r"\)\[(\d+)\]", r")[\1]", python)
    return float(eval(python, {"__builtins__": {}}, namespace))


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_formulas_with_numbers_put_in_give_the_number(row: Operation) -> None:
    operands = [[Value(x) for x in x_] if isinstance(x_, list) else x_ for x_ in operands_for(row)]
    first = len(operands) - row.parameters
    node = row(*[Value(x) if i < first and not isinstance(x, list) else x for i, x in enumerate(operands)])

    def number(item: Any) -> str:
        return numeral(item.data if isinstance(item, Value) else item)

    if row.name == "round_to":
        assert formulas.result(node, number) == f"round({number(node.parents[0])}, 2)"
    else:
        assert evaluated(formulas.result(node, number)) == pytest.approx(node.data, rel=1e-14)
    assert Parsed(draw(node)).boxes
    if not node.parents:  # stop_gradient has none
        return
    position = 0
    for i, operand in enumerate(node.operands[:first]):
        for place in range(len(operand)) if isinstance(operand, tuple) else [None]:
            text = formulas.derivative(node, i, place, number)
            assert evaluated(text) == pytest.approx(node.local_derivatives()[position], rel=1e-12), text
            position += 1


# --- DOT text ---


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


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-0.5, "-0.5"),
        (1 / 3, "0.3333"),
        (12345.678, "12346"),
        (999999.0, "999999"),
        (1e6, "1e6"),
        (1234567.0, "1.235e6"),
        (9999.9, "10000"),
        (1e-5, "1e-5"),
        (-1.23456e-10, "-1.235e-10"),
        (1.7976931348623157e308, "1.798e308"),
        (5e-324, "4.941e-324"),
        (inf, "inf"),
        (-inf, "-inf"),
        (nan, "nan"),
    ],
)
def test_numbers_have_four_digits(number: float, text: str) -> None:
    assert short(number) == text


# --- The text tree and the description ---


def test_the_text_tree_shows_a_shared_node_once() -> None:
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b * b
    c.label = "c"
    c.backward()
    assert str(draw(c)).splitlines() == [
        "c = b * b | 36 | ∂c/∂c = 1",
        "├─ ×6 b = a + a | 6 | ∂c/∂b = 12",
        "│  ├─ ×1 a | 3 | ∂c/∂a = 24",
        "│  └─ ×1 a, as above",
        "└─ ×6 b, as above",
        "(number on an edge: local derivative)",
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: draw(chain(100_000)),
        lambda: draw(chain(400), fold=False),
        lambda: draw(trained([4, 8, 8, 3])),
        lambda: draw(trained([4, 8, 8, 3]), fold=False),
        lambda: draw(nn.MLP(784, [32, 10], rng=random.Random(0))),
    ],
)
def test_the_text_is_of_bounded_length(make: Callable[[], Any]) -> None:
    text = str(make())
    assert len(text.splitlines()) < 210
    assert len(text) < 30_000


def test_the_text_says_what_it_leaves_out() -> None:
    assert re.search(r"… \d+ boxes not written", str(draw(chain(400), fold=False)))


def test_alt_text_says_what_is_seen() -> None:
    y = neuron()[3]
    y.backward()
    assert draw(y).alt == (
        "Computation graph of y = tanh(v2): 6 nodes, value 0.7071; ∂y/∂w = 1; ∂y/∂x = -0.25; ∂y/∂b = 0.5."
    )


# --- Networks ---


def network(model: nn.Module) -> pygraphviz.AGraph:
    return network_of(draw(model))


def network_of(picture: Any) -> pygraphviz.AGraph:
    return pygraphviz.AGraph(string=picture.source)


def test_a_network_is_drawn_as_circles_and_weights() -> None:
    model = nn.MLP(2, [3, 1], activation="tanh", rng=random.Random(0))
    model.load_state_dict(dict.fromkeys(model.state_dict(), 0.5) | {"w0[2,1]": -1.0, "w0[1,1]": 0.0, "b0[1]": -2.0})
    graph = network(model)
    circles = [node for node in graph.nodes() if node.attr["shape"] == "circle"]
    assert [node.attr["label"] for node in circles] == ["x0", "x1", "0", "1", "2", "y0"]
    headings = [node.attr["label"] for node in graph.nodes() if node.attr["shape"] == "plaintext"]
    assert headings == ["2 inputs", "layer 0\\n3 × tanh", "layer 1\\n1 × linear"]
    assert len(graph.edges()) == 2 * 3 + 3 * 1
    widths = {edge.attr["tooltip"]: float(edge.attr["penwidth"]) for edge in graph.edges()}
    colours = {edge.attr["tooltip"]: edge.attr["color"] for edge in graph.edges()}
    assert widths["w0[2,1] = -1"] > widths["w0[0,0] = 0.5"] > widths["w0[1,1] = 0"]
    assert colours["w0[2,1] = -1"] == "#e69f00"
    assert int(colours["w0[0,0] = 0.5"][5:], 16) > int(colours["w0[0,0] = 0.5"][1:3], 16)
    assert "b0[1] = -2" in graph.get_node("c1_1").attr["tooltip"]
    assert graph.get_edge("c0_1", "c1_2").attr["tooltip"] == "w0[2,1] = -1"


def test_circles_of_a_column_stand_in_order() -> None:
    graph = network(nn.MLP(3, [2], rng=random.Random(0)))
    places = [graph.get_node(f"c0_{i}").attr["pos"].rstrip("!").split(",") for i in range(3)]
    heights = [float(y) for _, y in places]
    assert len({x for x, _ in places}) == 1
    assert heights == sorted(heights, reverse=True)


def test_large_layers_are_abbreviated() -> None:
    graph = network(nn.MLP(784, [16, 10], rng=random.Random(0)))
    assert graph.get_node("c0_gap").attr["label"] == "⋮\\n784 inputs"
    assert graph.get_node("c0_gap").attr["tooltip"] == "5 to 778 are not drawn"
    assert len(graph.nodes()) == 11 + 16 + 10 + 3
    assert not graph.has_node("c1_gap")


@pytest.mark.parametrize("model", [nn.Neuron(2, rng=random.Random(0)), nn.Layer(2, 1, rng=random.Random(0))])
def test_a_neuron_or_a_layer_is_drawn_too(model: nn.Module) -> None:
    assert len(network(model).edges()) == 2


def test_the_text_of_a_network_is_a_summary() -> None:
    model = nn.MLP(2, [1], rng=random.Random(0))
    model.load_state_dict({"w0[0,0]": -1.0, "w0[0,1]": 2.0, "b0[0]": 0.5})
    assert str(draw(model)).splitlines() == [
        "Network of 2 inputs, layer 0: 1 × linear; 3 parameters.",
        "layer 0: 1 × linear | weights -1 … 2 | biases 0.5",
    ]


def test_weights_that_are_not_finite_are_drawn() -> None:
    model = nn.MLP(2, [1], rng=random.Random(0))
    model.load_state_dict({"w0[0,0]": nan, "w0[0,1]": inf, "b0[0]": -inf})
    graph = network(model)
    assert {edge.attr["color"] for edge in graph.edges()} == {"#cc79a7"}


def test_layers_that_do_not_fit_are_refused() -> None:
    model = nn.MLP(2, [3, 1], rng=random.Random(0))
    model.layers[1] = nn.Layer(4, 1, rng=random.Random(0))
    with pytest.raises(ValueError, match="layer 1 is given 3 inputs, but one of its neurons has 4"):
        draw(model)


# --- Options ---


def frozen(root: Value) -> list[Any]:
    return [(id(n), n.data, n.grad, n.has_grad, n.label, n.operation) for n in topological_order(root)]


ALL_OPTIONS: list[dict[str, Any]] = [
    {"fold": True},
    {"fold": False},
    {"fold": "neurons"},
    {"fold": "layers"},
    {"unfold": True},
    {"hide_constants": True},
    {"unfold": True, "hide_constants": True},
    {"labels": {"y": Value(1.0)}},
    {"direction": "TB"},
    {"theme": "dark"},
    {"format": "png"},
]


@pytest.mark.parametrize("options", ALL_OPTIONS, ids=str)
def test_no_option_changes_the_graph(options: dict[str, Any]) -> None:
    loss = trained([2, 3, 1], batch=2, activation="tanh")
    before = frozen(loss)
    assert draw(loss, **options).source == draw(loss, **options).source
    assert frozen(loss) == before


@pytest.mark.parametrize("options", ALL_OPTIONS, ids=str)
@pytest.mark.parametrize("sizes", [[2, 3, 1], [6, 12, 12, 2]])
def test_boxes_and_edges_stand_for_the_nodes_and_uses_of_the_graph_drawn(
    options: dict[str, Any], sizes: list[int]
) -> None:
    loss = trained(sizes, activation="tanh")
    options = {name: given for name, given in options.items() if name != "format"}
    scene = graph_scene(loss, options=Options(**options))
    order = topological_order(unfolded(loss).root if options.get("unfold") else loss)
    inside = {box.name: set(box.nodes) for box in scene.boxes}
    shown = [place for places in inside.values() for place in places]
    assert len(shown) == len(set(shown))
    if len(order) <= 150 or options.get("fold"):
        assert set(shown) == set(range(len(order)))
    places = {id(node): i for i, node in enumerate(order)}
    used = [(edge, *use) for edge in scene.edges for use in edge.uses]
    for edge, place, parent in used:
        assert place in inside[edge.head]
        tail = places[id(order[place].parents[parent])]
        assert tail in inside[edge.tail] or not inside[edge.tail]  # the box of all that is not drawn
    drawn = [use[1:] for use in used]
    assert len(drawn) == len(set(drawn))
    between = [
        (i, k)
        for i in shown
        for k, x in enumerate(order[i].parents)
        if not any({i, places[id(x)]} <= together for together in inside.values())
    ]
    assert sorted(drawn) == sorted(between)


@pytest.mark.parametrize(
    ("option", "given", "message"),
    [
        ("fold", "nodes", "fold must be None, True, False, 'neurons' or 'layers', got 'nodes'"),
        ("fold", 1, "fold must be None, True, False, 'neurons' or 'layers', got 1"),
        ("unfold", "yes", "unfold must be True or False, got 'yes'"),
        ("hide_constants", None, "hide_constants must be True or False, got None"),
        ("direction", "left", "direction must be 'LR', 'TB', 'RL' or 'BT', got 'left'"),
        ("theme", "Dark", "theme must be 'light' or 'dark', got 'Dark'"),
        ("format", "jpg", "format must be 'svg' or 'png', got 'jpg'"),
    ],
)
def test_an_unknown_option_is_refused_with_those_that_there_are(option: str, given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^draw: {re.escape(message)}$"):
        draw(Value(1.0), **{option: given})


@pytest.mark.parametrize(("option", "given"), [("direction", "left"), ("theme", "Dark"), ("format", "jpg")])
def test_an_unknown_option_is_refused_for_a_network_too(option: str, given: Any) -> None:
    with pytest.raises(ValueError, match=f"draw: {option} must be "):
        draw(nn.MLP(1, [1]), **{option: given})


def test_to_fold_and_to_unfold_is_refused() -> None:
    with pytest.raises(ValueError, match="unfold=True shows every product and sum, so fold must be None or False"):
        draw(Value(1.0), unfold=True, fold="layers")


def test_options_for_another_thing_are_refused() -> None:
    for option in ({"fold": True}, {"unfold": True}, {"hide_constants": True}, {"labels": {}}):
        with pytest.raises(
            ValueError, match=rf"draw: {next(iter(option))}= is for the picture of the graph of a Value"
        ):
            draw(nn.MLP(1, [1]), **option)
    for names in ({"inputs": ["a"]}, {"outputs": ["b"]}):
        with pytest.raises(ValueError, match=rf"draw: {next(iter(names))}= is for the picture of a network"):
            draw(Value(1.0), **names)


# --- labels= ---


def test_names_come_from_locals() -> None:
    def compute() -> tuple[Value, dict[str, Any]]:
        a, b = Value(2.0), Value(3.0)
        w = [Value(4.0), Value(5.0)]
        p = {"k": Value(6.0), 7: (Value(7.0),)}
        _hidden = a * b
        out = _hidden + w[1] * p["k"] + p[7][0]
        count, text = 3, "text"
        return out, {**locals(), "count": count, "text": text}

    root, names = compute()
    heads = set(Parsed(draw(root, labels=names)).boxes)
    assert {"a", "b", "w[1]", "p['k']", "p[7][0]"} <= heads
    assert "v1 = a * b" in heads
    assert any(head.startswith("out = ") for head in heads)
    assert not [node for node in topological_order(root) if node.label]


def test_a_given_name_wins_over_a_label_and_the_first_of_two_names() -> None:
    x, other = Value(2.0, label="old"), Value(3.0, label="x")
    heads = set(Parsed(draw(other * x, labels={"x": x, "again": x})).boxes)
    assert heads == {"x", "x#2", "v1 = x#2 * x"}
    assert (x.label, other.label) == ("old", "x")


def test_a_value_of_its_own_name_wins_over_its_place_in_a_list() -> None:
    x = Value(2.0)
    assert "x" in Parsed(draw(ops.exp(x), labels={"Out": {3: x}, "x": x})).boxes


def test_names_of_values_that_are_not_drawn_take_no_name_away() -> None:
    x = Value(2.0, label="x")
    heads = set(Parsed(draw(ops.exp(x), labels={"x": Value(1.0), "v1": Value(1.0)})).boxes)
    assert heads == {"x", "v1 = exp(x)"}


def test_a_given_name_that_looks_like_a_numbered_one_stays_unique() -> None:
    x = Value(2.0)
    assert set(Parsed(draw(ops.exp(ops.sin(x)), labels={"v1": x})).boxes) == {"v1", "v2 = sin(v1)", "v3 = exp(v2)"}


def test_a_list_that_contains_itself_gives_names_too() -> None:
    x = Value(2.0)
    loop: list[Any] = [x]
    loop.append(loop)
    assert "loop[0]" in Parsed(draw(ops.exp(x), labels={"loop": loop})).boxes


def test_values_in_arrays_have_names() -> None:
    numpy = pytest.importorskip("numpy")
    w = numpy.array([[Value(2.0), Value(3.0)]])
    assert "w[0][1]" in Parsed(draw(ops.exp(w[0, 1]), labels={"w": w, "n": numpy.ones(3)})).boxes


def test_given_names_hold_in_unfolded_graphs() -> None:
    a, b = Value(2.0), Value(3.0)
    total = ops.sum([a, b, a])
    root = ops.exp(total)
    assert set(Parsed(draw(root, unfold=True, labels={"a": a, "total": total, "root": root})).boxes) == {
        "a",
        "v1",
        "v2 = a + v1",
        "total = v2 + a",
        "root = exp(total)",
    }


def test_labels_must_be_a_dictionary() -> None:
    with pytest.raises(TypeError, match=r"labels must be a dictionary of names and Values, such as locals\(\)"):
        draw(Value(1.0), labels=["x"])  # type: ignore[arg-type]  # the mistake under test


# --- unfold= ---


def test_a_neuron_unfolds_into_products_and_sums() -> None:
    neuron = nn.Layer(2, 1, activation="tanh", rng=random.Random(0)).neurons[0]
    x0, x1 = Value(0.5, label="x0"), Value(-2.0, label="x1")
    y = neuron([x0, x1])
    y.backward()
    picture = Parsed(draw(y, unfold=True))
    names = [p.label for p in neuron.parameters()]
    assert "v1 = " + f"{names[0]} * x0" in picture.boxes
    w0, w1, b = (p.data for p in neuron.parameters())
    slope = 1.0 - y.data**2
    for head, data in {
        f"v1 = {names[0]} * x0": w0 * 0.5,
        f"v2 = {names[2]} + v1": b + w0 * 0.5,
        f"v3 = {names[1]} * x1": w1 * -2.0,
        "z0[0] = v2 + v3": b + w0 * 0.5 + w1 * -2.0,
    }.items():
        name = head.split(" ")[0]
        assert picture.lines(head)[1:] == [short(data), f"∂a0[0]/∂{name} = {short(slope)}"]
    assert picture.labels(names[0], f"v1 = {names[0]} * x0") == ["0.5"]
    assert picture.labels("x1", f"v3 = {names[1]} * x1") == [short(w1)]
    assert picture.labels("v2 = " + f"{names[2]} + v1", "z0[0] = v2 + v3") == ["1"]
    frame = picture.frames()["layer 0, neuron 0"]
    assert frame == set(picture.boxes) - {"x0", "x1"}


def test_unfolded_graphs_are_not_folded() -> None:
    loss = trained([4, 8, 8, 3], activation="tanh")
    picture = Parsed(draw(loss, unfold=True))
    assert len(picture.graph.nodes()) > 300
    assert not any(head.startswith("neuron") or "Σ" in head for head in picture.boxes)


def test_numbers_of_an_unfolded_neuron_stand_in_its_frame() -> None:
    frames = Parsed(draw(trained([1, 1]), unfold=True)).frames()
    assert len(frames["layer 0, neuron 0"]) == 5  # weight, input, product, bias, sum


# --- fold= ---


def test_neurons_and_layers_fold_on_request() -> None:
    loss = trained([2, 3, 1], activation="tanh")
    for fold in (True, "neurons"):
        assert "neuron 2: tanh(Σwx + b)" in Parsed(draw(loss, fold=fold)).boxes
    layers = Parsed(draw(loss, fold="layers"))
    assert layers.lines("layer 0")[1:3] == ["3 × tanh(Σwx + b)", "9 parameters"]
    assert "layer 1" in layers.boxes
    assert not any(head.startswith("neuron") for head in layers.boxes)


def test_nodes_with_other_parameters_are_not_alike() -> None:
    x = Value(1.5, label="x")
    powers = [x ** (2.0 + k % 2) for k in range(200)]
    heads = set(Parsed(draw(ops.sum(powers))).boxes)
    assert {"100 × ·**2", "100 × ·**3"} <= heads


# --- hide_constants= ---


def test_plain_numbers_are_left_to_the_texts() -> None:
    x = Value(3.0, label="x")
    picture = Parsed(draw(x * 2.0 - 1.0, hide_constants=True))
    assert set(picture.boxes) == {"x", "v1 = x * 2", "v2 = v1 - 1"}
    assert len(picture.edges) == 2


def test_a_text_that_is_too_long_still_shows_its_hidden_number() -> None:
    x = Value(3.0, label="a rather long label")
    head = "v1 = · * -12345"
    assert head in Parsed(draw(x * -12345.0, hide_constants=True)).boxes
    assert "v1 = *" in Parsed(draw(x * -12345.0)).boxes
    assert "v1 = *" in Parsed(draw(x * x, hide_constants=True)).boxes


@pytest.mark.parametrize("fold", [None, "neurons", "layers"])
def test_plain_numbers_are_hidden_at_every_folding(fold: Any) -> None:
    loss = trained([2, 3, 1])
    shown, hidden = (Parsed(draw(loss, fold=fold, hide_constants=hide)) for hide in (False, True))
    assert [box for box in shown.boxes.values() if box.attr["shape"] == "plaintext"]
    assert not [box for box in hidden.boxes.values() if box.attr["shape"] == "plaintext"]
    assert len(hidden.boxes) < len(shown.boxes)


# --- direction= and theme= ---


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


# --- format= ---


def test_notebooks_get_the_format_asked_for() -> None:
    pytest.importorskip("pygraphviz")
    y = neuron()[3]

    def shown(picture: Any) -> set[str]:
        bundle = picture._repr_mimebundle_()
        return set(bundle[0] if isinstance(bundle, tuple) else bundle)

    assert shown(draw(y)) == {"text/plain", "image/svg+xml", "image/png"}
    assert shown(draw(y, format="png")) == {"text/plain", "image/png"}


def test_where_no_png_can_be_made_an_svg_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: str, form: str) -> bytes:
        if form == "png":
            raise render.RenderError("no PNG here")
        return b"<svg/>"

    monkeypatch.setattr(render, "rendered", fail)
    assert set(draw(Value(1.0), format="png")._repr_mimebundle_()) == {"text/plain", "image/svg+xml"}


# --- Derivatives as graphs, and conditions ---


def test_the_graph_of_a_derivative_shares_nodes_and_names_with_that_of_the_function() -> None:
    x, _, _, y = neuron()
    s = y.parents[0]
    s.label = "s"
    [g] = gradients(y, [x])
    g.label = "∂y/∂x"
    picture = Parsed(draw(g))
    assert set(picture.boxes) == {"x", "w", "b", "v1 = w * x", "s = v1 + b", "v2 = sech2(s)", "∂y/∂x = v2 * w"}
    assert picture.lines("∂y/∂x = v2 * w")[1] == "-0.25"
    [slope] = picture.labels("w", "∂y/∂x = v2 * w")
    assert slope == "0.5"
    g.backward()  # the derivative of the derivative is in this picture
    assert Parsed(draw(g)).lines("b")[2] == "∂∂y/∂x/∂b = " + short(-2 * y.data * 0.5 * -0.5)


def test_third_derivatives_are_drawn() -> None:
    x = Value(2.0, label="x")
    third = x**4
    for _ in range(3):
        [third] = gradients(third, [x])
    assert third.data == 48.0
    for options in ALL_OPTIONS:
        if "format" not in options:
            assert "48" in [line for box in graph_scene(third, options=Options(**options)).boxes for line in box.lines]


def test_a_condition_is_a_word_in_the_text() -> None:
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    picture = Parsed(draw(ops.where(x < y, x, y)))
    assert set(picture.boxes) == {"x", "y", "v1 = where(True, x, y)"}
    assert picture.labels("x", "v1 = where(True, x, y)") == ["1"]
    assert picture.boxes["v1 = where(True, x, y)"].attr["tooltip"] == "v1 = where(True, x, y) = where(True, 2, 3) = 2"
    edge = picture.edges[-1]
    assert edge.attr["tooltip"] == "∂v1/∂y = 0 if True else 1 = 0"
    assert set(Parsed(draw(ops.where(x, x, y))).boxes) == {"x", "y", "v1 = where(x, x, y)"}
    x.label = "a rather long label"
    assert "v1 = where(False, ·, ·)" in Parsed(draw(ops.where(x > y, x, y))).boxes
    choices = [ops.where(k % 2, x, y) for k in range(200)]
    assert "200 × where" in Parsed(draw(ops.sum(choices))).boxes  # true or false, so it says neither


# --- Names of networks ---


def test_inputs_and_outputs_of_a_network_have_names() -> None:
    model = nn.MLP(2, [3, 2], rng=random.Random(0))
    graph = network_of(draw(model, inputs=["length", "width\n<cm>"], outputs=["a", "b" * 200]))
    labels = [graph.get_node(f"c{column}_{i}").attr["label"] for column in (0, 2) for i in range(2)]
    assert labels == ["length", "width &lt;cm>", "a", "b" * 23 + "…"]
    assert graph.get_node("c1_0").attr["shape"] == "circle"
    assert [draw(model).source.count(f'"{name}"') for name in ("x0", "y1")] == [0, 0]


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_nothing_in_the_picture_of_a_network_overlaps(direction: str) -> None:
    model = nn.MLP(4, [20, 3], rng=random.Random(0))
    names = {"inputs": ["sepal length (cm)"] * 4, "outputs": ["m" * 24, "virginica", "i"]}
    graph = network_of(draw(model, direction=direction, **names))
    graph.layout("neato", args="-n1")
    areas = []
    for node in graph.nodes():
        x, y = map(float, node.attr["pos"].rstrip("!").split(","))
        width, height = (72 * float(node.attr[side]) / 2 for side in ("width", "height"))
        areas.append((node, x - width, x + width, y - height, y + height))
    for i, (one, left, right, low, high) in enumerate(areas):
        for other, left_2, right_2, low_2, high_2 in areas[:i]:
            apart = left >= right_2 or left_2 >= right or low >= high_2 or low_2 >= high
            assert apart, (one.attr["label"], other.attr["label"])


def test_long_names_leave_as_much_room_for_the_lines() -> None:
    model = nn.MLP(1, [1], rng=random.Random(0))
    for names in ({}, {"inputs": ["a name of some length"], "outputs": ["another"]}):
        graph = network_of(draw(model, **names))
        ends = [graph.get_node(name) for name in ("c0_0", "c1_0")]
        sides = [72 * float(node.attr["width"]) / 2 for node in ends]
        left, right = (float(node.attr["pos"].split(",")[0]) for node in ends)
        assert right - left - sum(sides) == pytest.approx(117, abs=1)


@pytest.mark.parametrize(("direction", "place"), [("LR", "t"), ("RL", "t"), ("TB", "b"), ("BT", "b")])
def test_titles_of_frames_stand_where_no_edge_comes_in(direction: str, place: str) -> None:
    graph = Parsed(draw(trained([1, 2, 1]), direction=direction)).graph
    assert {frame.graph_attr["labelloc"] for frame in graph.subgraphs()} == {place}


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        ({"inputs": ["a"]}, ValueError, "the network has 2 inputs, but inputs has 1 name"),
        ({"outputs": ["a", "b"]}, ValueError, "the network has 1 output, but outputs has 2 names"),
        ({"inputs": "ab"}, TypeError, "inputs must be a list of names, got 'ab'"),
        ({"outputs": [1]}, TypeError, r"outputs must be a list of names, got \[1\]"),
    ],
)
def test_wrong_names_are_refused(names: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        draw(nn.MLP(2, [1]), **names)


# --- Large graphs: counted, not timed ---


def different(length: int) -> Value:
    """A graph of many operations in no order that folds."""
    rng = random.Random(0)
    rows = [ops.sin, ops.cos, ops.tanh, ops.sigmoid, ops.exp, ops.relu, ops.arctan, ops.gelu]
    pool = [Value(i / 20, label=f"x{i}") for i in range(20)]
    while len(pool) < length:
        x, y = rng.choice(pool[-50:]), rng.choice(pool[-50:])
        pool.append(rng.choice(rows)(x * 0.5 - y))
    return ops.sum(pool[-50:])


@pytest.mark.parametrize("make", [lambda: chain(10_000), lambda: different(4000)], ids=["chain", "different"])
def test_ten_thousand_nodes_become_a_picture_that_can_be_seen(make: Callable[[], Value]) -> None:
    root = make()
    assert len(topological_order(root)) > 9000
    for options, most in [
        ({}, 150),
        ({"fold": "layers"}, 150),
        ({"unfold": True}, 501),
        ({"hide_constants": True}, 150),
    ]:
        boxes = graph_scene(root, options=Options(**options)).boxes
        assert 30 < len({box.nodes or box.name for box in boxes if box.lines != ("…",)}) <= most


# --- Loops ---


def loop(steps: int) -> Value:
    """Each step reads w, and what the step before gave."""
    w = Value(0.5, label="w")
    h = Value(1.0, label="h0")
    for k in range(1, steps + 1):
        h = sin(w * h)
        h.label = f"h{k}"
    return h


def test_what_is_read_far_off_is_named_there_once_more() -> None:
    scene = graph_scene(loop(20))
    w, *again = [box for box in scene.boxes if box.lines[0].startswith("w")]
    assert len(again) == 14
    assert {(box.lines, box.nodes, box.shows, box.style["shape"]) for box in again} == {
        (("w = 0.5",), w.nodes, None, "plaintext")
    }
    readers = [edge for edge in scene.edges if edge.tail in {box.name for box in (w, *again)}]
    assert len(readers) == len({edge.uses for edge in readers}) == 20  # each use has its edge, and its derivative
    assert all(edge.label for edge in readers)
    assert "a name without a box: the same Value once more" in scene.caption


def test_what_is_read_near_by_has_its_edges() -> None:
    scene = graph_scene(loop(6))
    assert len([box for box in scene.boxes if box.lines[0].startswith("w")]) == 1
    assert len(scene.caption) == 1


def test_what_is_not_drawn_is_at_the_end_of_no_long_edges() -> None:
    scene = graph_scene(different(4000), options=Options(unfold=True))
    [rest] = [box for box in scene.boxes if "not drawn" in box.lines]
    dots = {box.name for box in scene.boxes if box.lines == ("…",)}
    near, far = [len([edge for edge in scene.edges if edge.tail in names]) for names in ({rest.name}, dots)]
    assert near > 0 < far
    assert not render.takes_long(scene)


# --- Several results ---


def two() -> tuple[Value, Value]:
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    first = x * w
    second = first + x
    first.label, second.label = "first", "second"
    return first, second


def test_several_results_are_one_picture() -> None:
    first, second = two()
    assert str(draw([first, second])).splitlines()[:5] == [
        "first = x * w | 6",
        "├─ ×3 x | 2",
        "└─ ×2 w | 3",
        "second = first + x | 8",
        "├─ ×1 first, as above",
    ]
    assert draw((first, second)).alt.startswith("Computation graph of first = x * w = 6 and second = first + x = 8: 4")
    for results in ({"a": first, "b": [second]}, [second, first, second], np.array([first, second])):
        parsed = Parsed(draw(results))
        assert {*parsed.boxes} == {"x", "w", "first = x * w", "second = first + x"}
        assert len(parsed.edges) == 4


def test_results_that_share_nothing_stand_side_by_side() -> None:
    parsed = Parsed(draw([Value(1.0, label="x") * 2.0, Value(3.0, label="y")], hide_constants=True))
    assert {*parsed.boxes} == {"x", "v1 = x * 2", "y"}


@pytest.mark.parametrize("which", [0, 1])
def test_gradients_are_those_of_the_result_that_was_gone_back_from(which: int) -> None:
    both = two()
    both[which].backward()
    said = draw(both).alt
    assert f"∂{both[which].label}/∂x" in said
    assert f"∂{both[1 - which].label}/∂x" not in said


def test_gradients_of_two_passes_are_no_derivative_of_one_result() -> None:
    both = two()
    for y in both:
        y.backward()
    assert "/∂x" not in draw(both).alt


@pytest.mark.parametrize("options", [{}, {"unfold": True}, {"fold": "neurons"}, {"fold": "layers"}])
def test_several_outputs_of_a_network(options: dict[str, Any]) -> None:
    model = nn.MLP(2, [3, 2], activation="tanh")
    outputs = model([1.0, 2.0])
    scene = draw(outputs, **options)._scene
    shown = {place for box in scene.boxes for place in box.nodes}
    assert shown == set(range(len(shown)))
    assert 1 <= len(scene.roots) <= 2
    assert draw(outputs, **options).svg()


def test_no_results_are_refused() -> None:
    with pytest.raises(ValueError, match=r"draw: needs a Value at least, got \[\]"):
        draw([])
    with pytest.raises(TypeError, match="networks are drawn one by one"):
        draw([nn.MLP(1, [1])])


# --- What cannot be drawn ---


@pytest.mark.parametrize("thing", [1.0, "x", None, [Value(1.0), 1.0], nn.Module()])
def test_other_things_are_refused(thing: Any) -> None:
    with pytest.raises(TypeError, match=f"needs a Value, .*or a Neuron, Layer or MLP, got {type(thing).__name__}"):
        draw(thing)


def test_graphviz_is_only_imported_when_something_is_drawn() -> None:
    program = "import sys, autograd_lite; assert not {'graphviz', 'matplotlib', 'numpy'} & set(sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


def test_boxes_and_edges_say_which_nodes_and_uses_they_stand_for() -> None:
    x = Value(3.0)
    y = x * x + 2.0
    scene = graph_scene(y)
    assert [box.nodes for box in scene.boxes] == [(0,), (1,), (), (2,)]
    assert [edge.uses for edge in scene.edges] == [((1, 0),), ((1, 1),), ((2, 0),), ()]


@pytest.mark.parametrize("strange", [math.nan, math.inf])
def test_a_strange_gradient_from_elsewhere_is_not_said_to_be_that_of_the_root(strange: float) -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    y.backward()
    assert "∂y/∂x = 6" in str(draw(y))
    x.grad = strange
    assert f"grad = {strange}" in str(draw(y))
    assert "∂y/∂x" not in str(draw(y))


def test_a_leaf_that_moved_is_marked_and_the_rest_shown_as_stored() -> None:
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    y = ops.sum([x * w, x])
    assert draw(y, unfold=True).source != draw(y).source
    x.data = 5.0
    assert draw(y, unfold=True).source == draw(y).source  # sums of new numbers beside old results would be false
    for options in ({}, {"unfold": True}, {"fold": False}):
        for _ in range(2):
            source = draw(y, **options).source
            assert "x\\n5\\nmoved" in source
            assert "dashed" in source
            assert "w\\n3\\nmoved" not in source
            assert "stale: computed before x moved, so no gradients can follow" in source
            assert "\\n8" in source  # 2 · 3 + 2, as it was computed
    assert "moved" not in draw(ops.sum([x * w, x])).source

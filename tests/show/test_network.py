"""Pictures of networks: circles in columns, weights as lines, names of inputs and outputs."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from drawn import Parsed, network, network_of, trained

from autograd_lite import draw, nn

inf, nan = math.inf, math.nan


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


@pytest.mark.parametrize(("direction", "place"), [("LR", "tr"), ("RL", "tl"), ("TB", "br"), ("BT", "br")])
def test_titles_of_frames_stand_where_no_edge_comes_in(direction: str, place: str) -> None:
    graph = Parsed(draw(trained([1, 2, 1]), direction=direction)).graph
    assert {frame.graph_attr["labelloc"] + frame.graph_attr["labeljust"] for frame in graph.subgraphs()} == {place}


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

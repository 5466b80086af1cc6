"""Pictures of computations and networks: what is drawn, what it says, and what is left out."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from drawn import ALL_OPTIONS, Parsed, chain, loop, neuron, trained

from autograd_lite import Value, draw, gradients, losses, nn
from autograd_lite.engine import floats
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation
from autograd_lite.engine.passes import topological_order
from autograd_lite.show import render
from autograd_lite.show.graph import Options, graph_scene
from autograd_lite.transcript import formulas
from autograd_lite.transcript.texts import numeral, short

inf, nan = math.inf, math.nan


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


# --- What cannot be drawn ---


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

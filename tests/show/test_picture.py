"""`draw`: what it takes, its options, how pictures are shown, and what it refuses."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from drawn import ALL_OPTIONS, Parsed, neuron, trained
from extras import numpy as np

from autograd_lite import Value, draw, nn
from autograd_lite.engine import table as ops
from autograd_lite.engine.passes import topological_order
from autograd_lite.show import render
from autograd_lite.show.graph import Options, graph_scene
from autograd_lite.transcript.unfolding import unfolded


def frozen(root: Value) -> list[Any]:
    return [(id(n), n.data, n.grad, n.has_grad, n.label, n.operation) for n in topological_order(root)]


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

"""The layered drawing, measured in the SVG that comes out: nothing overlaps, and everything is where it belongs."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import Area, Drawn, Point, read

from autograd_lite import Value, nn, tanh
from autograd_lite import draw as picture_of
from autograd_lite.show import svg_text
from autograd_lite.show.layout import Sketch, layered
from autograd_lite.show.scene import Box, Edge, Frame, Scene

# --- What holds of every picture ---


def apart(a: Area, b: Area, slack: float = 0.02) -> bool:
    return a[2] <= b[0] + slack or b[2] <= a[0] + slack or a[3] <= b[1] + slack or b[3] <= a[1] + slack


def inside(a: Area, b: Area, slack: float = 0.02) -> bool:
    """Whether a is in b."""
    return a[0] >= b[0] - slack and a[1] >= b[1] - slack and a[2] <= b[2] + slack and a[3] <= b[3] + slack


def at_border(point: Point, box: Box, area: Area) -> bool:
    """Whether a point is at the border of a box, or near to one that is text alone and has no border."""
    slack = 5.0 if box.style.get("shape") == "plaintext" else 0.02
    x, y = point
    distances = [abs(x - area[0]), abs(x - area[2]), abs(y - area[1]), abs(y - area[3])]
    return inside((x, y, x, y), area, slack) and min(distances) <= slack


def check(scene: Scene) -> Drawn:
    """Everything that must hold where boxes are laid out in layers."""
    drawn = read(scene)
    assert set(drawn.boxes) == {box.name for box in scene.boxes}
    assert set(drawn.edges) == {f"e{k}" for k in range(len(scene.edges))}
    assert set(drawn.labels) == {f"e{k}" for k, edge in enumerate(scene.edges) if edge.label}
    for (a, first), (b, second) in combinations(drawn.boxes.items(), 2):
        assert apart(first, second), f"{a} and {b} overlap"
    for (a, first), (b, second) in combinations(drawn.labels.items(), 2):
        assert apart(first, second), f"the numbers of {a} and {b} overlap"
    for a, label in drawn.labels.items():
        for b, box in drawn.boxes.items():
            assert apart(label, box), f"the number of {a} overlaps {b}"
    for area in (*drawn.boxes.values(), *drawn.frames.values(), *drawn.texts):
        assert inside(area, drawn.page)
    for name, lines in drawn.lines.items():
        for line in lines:
            assert inside(line, drawn.boxes[name]), f"a text does not fit into {name}"
    check_edges(scene, drawn)
    check_frames(scene, drawn)
    return drawn


def check_edges(scene: Scene, drawn: Drawn) -> None:
    boxes = {box.name: box for box in scene.boxes}
    for k, edge in enumerate(scene.edges):
        line = drawn.edges[f"e{k}"]
        assert at_border(line[0], boxes[edge.tail], drawn.boxes[edge.tail]), f"e{k} does not start at {edge.tail}"
        assert at_border(line[-1], boxes[edge.head], drawn.boxes[edge.head]), f"e{k} does not end at {edge.head}"
        for x, y in line:
            point = (x, y, x, y)
            assert inside(point, drawn.page)
            for name, box in drawn.boxes.items():
                # Within the box: a point at its border is apart from it.
                assert apart(point, box, 0.1), f"e{k} runs through {name}"
            for other, label in drawn.labels.items():
                assert apart(point, label, 0.1), f"e{k} runs through the number of {other}"


def check_frames(scene: Scene, drawn: Drawn) -> None:
    held: dict[str, set[str]] = {}
    within: list[tuple[str, str]] = []
    for i, frame in enumerate(scene.frames):
        held[f"f{i}"] = {*frame.boxes, *[name for inner in frame.inner for name in inner.boxes]}
        for j, inner in enumerate(frame.inner):
            held[f"f{i}-{j}"] = {*inner.boxes}
            within.append((f"f{i}-{j}", f"f{i}"))
    assert set(held) == set(drawn.frames)
    for frame, names in held.items():
        for name, box in drawn.boxes.items():
            if name in names:
                assert inside(box, drawn.frames[frame]), f"{name} is not in its frame {frame}"
                assert apart(box, drawn.titles[frame]), f"{name} hides the title of {frame}"
            else:
                assert apart(box, drawn.frames[frame]), f"{name} is in a frame that is not its own, {frame}"
        assert inside(drawn.titles[frame], drawn.frames[frame])
    for a, b in combinations(held, 2):
        if (b, a) in within or (a, b) in within:
            assert inside(drawn.frames[max(a, b, key=len)], drawn.frames[min(a, b, key=len)])
        else:
            assert apart(drawn.frames[a], drawn.frames[b]), f"{a} and {b} overlap"


# --- Random graphs ---


@st.composite
def scenes(draw: st.DrawFn, cyclic: bool = False, framed: bool = False) -> Scene:
    count = draw(st.integers(1, 14))
    names = [f"n{i}" for i in range(count)]
    texts = st.text("aWi 0∂数😀-", min_size=1, max_size=12)
    style = st.sampled_from([{}, {"shape": "box3d"}, {"shape": "box", "style": "filled,rounded", "fillcolor": "white"}])
    boxes = [
        Box(name, tuple(draw(st.lists(texts, min_size=1, max_size=3))), name, {"shape": "box", **draw(style)})
        for name in names
    ]
    ends = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(ends, ends).filter(lambda pair: pair[0] != pair[1]), max_size=2 * count))
    labels = st.sampled_from(["", "1", "-0.7071", "1.235e-12"])
    edges = [
        Edge(names[a], names[b], label=draw(labels)) for a, b in (pair if cyclic else sorted(pair) for pair in pairs)
    ]
    frames: list[Frame] = []
    if framed:
        free = draw(st.permutations(names))
        while free and len(frames) < 3:
            taken, inner = draw(st.integers(1, 4)), draw(st.integers(0, 3))
            own, parts = free[:taken], [free[taken : taken + inner], free[taken + inner : taken + 2 * inner]]
            free = free[taken + 2 * inner :]
            title = draw(st.sampled_from(["layer 0", "a frame with a title that is longer than what it holds"]))
            frames.append(Frame(title, tuple(own), tuple([Frame("neuron", tuple(part)) for part in parts if part])))
    rankdir = draw(st.sampled_from(["LR", "TB"]))
    caption = tuple(draw(st.lists(texts, max_size=2)))
    return Scene(
        "random", "", tuple(boxes), tuple(edges), frames=tuple(frames), caption=caption, style={"rankdir": rankdir}
    )


@settings(max_examples=60, deadline=None)
@given(scenes())
def test_nothing_overlaps_and_what_is_computed_comes_later(scene: Scene) -> None:
    drawn = check(scene)
    side = 0 if scene.style["rankdir"] == "LR" else 1
    for edge in scene.edges:
        assert drawn.boxes[edge.tail][side + 2] < drawn.boxes[edge.head][side]


@settings(max_examples=40, deadline=None)
@given(scenes(cyclic=True))
def test_a_cycle_is_drawn_like_any_other_graph(scene: Scene) -> None:
    check(scene)


@settings(max_examples=60, deadline=None)
@given(scenes(framed=True))
def test_frames_hold_their_own_boxes_and_no_other(scene: Scene) -> None:
    check(scene)


@settings(max_examples=10, deadline=None)
@given(scenes(framed=True))
def test_the_same_scene_gives_the_same_text(scene: Scene) -> None:
    assert svg_text.source(scene) == svg_text.source(scene)


# --- Graphs of which one knows how they should look ---


def test_a_chain_is_straight_and_its_parts_are_in_order() -> None:
    count = 300
    layout = layered(Sketch([(50.0, 30.0)] * count, [(i, i + 1) for i in range(count - 1)], [(9.0, 9.0)] * (count - 1)))
    assert {y for _, y in layout.boxes} == {15.0}
    assert [x for x, _ in layout.boxes] == sorted(x for x, _ in layout.boxes)


def test_what_two_boxes_go_into_stands_between_them_and_two_edges_are_two() -> None:
    size, label = (50.0, 30.0), (9.0, 9.0)
    layout = layered(Sketch([size] * 3, [(0, 2), (1, 2)], [label] * 2))
    (_, first), (_, second), (_, last) = layout.boxes
    assert abs((first + second) / 2 - last) < 1e-6
    twice = layered(Sketch([size] * 2, [(0, 1), (0, 1)], [label] * 2))
    (_, above), (_, below) = [place for place in twice.labels if place]
    assert below - above >= 9.0


def test_a_tree_has_no_crossings() -> None:
    """Each box goes into that of half its number; at the same place along, edges keep their order."""
    count = 31
    edges = [(i, (i - 1) // 2) for i in range(1, count)]
    layout = layered(Sketch([(50.0, 30.0)] * count, edges, [None] * len(edges)))
    for (a, b), (c, d) in combinations(edges, 2):
        if b != d and layout.boxes[a][0] == layout.boxes[c][0]:
            tails, heads = layout.boxes[a][1] - layout.boxes[c][1], layout.boxes[b][1] - layout.boxes[d][1]
            assert tails * heads > 0


def test_crossings_that_can_be_avoided_are_avoided() -> None:
    """Two rows given in opposite orders."""
    count = 8
    edges = [(i, 2 * count - 1 - i) for i in range(count)]
    ends = [(2 * count - 1 - i, 2 * count) for i in range(count)]
    layout = layered(Sketch([(50.0, 30.0)] * (2 * count + 1), edges + ends, [None] * (2 * count)))
    for tail, head in edges:
        assert abs(layout.boxes[tail][1] - layout.boxes[head][1]) < 1e-6


def test_loss_of_a_network_unfolded_with_its_frames() -> None:
    loss = (nn.MLP(2, [3, 1], activation="tanh")([1.0, 2.0]) - 1.0) ** 2
    loss.backward()
    for fold in (False, True):
        check(picture_of(loss, fold=fold)._scene)


def test_a_graph_of_hundreds_of_boxes() -> None:
    nodes = [Value(float(i), label=f"x{i}") for i in range(1, 9)]
    for i in range(200):
        nodes.append(tanh(nodes[i]) if i % 3 else nodes[i] * nodes[-1])
    total = nodes[-1]
    for node in nodes[-8:-1]:
        total = total + node
    drawn = read(picture_of(total, fold=False)._scene)
    assert len(drawn.boxes) > 100
    assert all(apart(a, b) for a, b in combinations(drawn.boxes.values(), 2))


@pytest.mark.parametrize("width", ["1.18", "4"])
def test_edges_of_narrow_boxes_miss_the_wide_ones_beside_them(width: str) -> None:
    names = [f"n{i}" for i in range(11)]
    middle_ones = names[1:-1]
    wide = {"shape": "box", "width": width}
    boxes = [Box(name, ("x",), "", wide if i % 2 else {"shape": "box"}) for i, name in enumerate(names)]
    edges = [*[Edge(names[0], name) for name in middle_ones], *[Edge(name, names[-1]) for name in middle_ones]]
    check(Scene("beside", "", tuple(boxes), tuple(edges), style={"rankdir": "LR"}))


def test_an_edge_within_a_frame_stays_in_it() -> None:
    boxes = tuple([Box(f"n{i}", ("x",), "", {"shape": "box"}) for i in range(5)])
    pairs = [(0, 1), (1, 2), (2, 3), (0, 3), (0, 2), (4, 3)]
    edges = tuple([Edge(f"n{a}", f"n{b}", label="1") for a, b in pairs])
    frames = (Frame("frame", ("n0", "n1", "n2", "n3")),)
    drawn = check(Scene("framed", "", boxes, edges, frames=frames, style={"rankdir": "LR"}))
    for k in range(5):
        assert all(inside((x, y, x, y), drawn.frames["f0"]) for x, y in drawn.edges[f"e{k}"])

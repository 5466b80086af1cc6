"""`explain`: all paths between two nodes, held against an enumeration that knows nothing of the engine."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import autograd_lite.show.render as render
import autograd_lite.transcript.routes as room
from autograd_lite import Value, draw, explain, losses, nn, relu, tanh, where
from autograd_lite.engine.edges import present_edges
from autograd_lite.transcript.routes import MOST

# A graph as plain data: for each node its edges, each the place of a parent before it and the derivative. Node 0 is
# the leaf that all is differentiated by.
Edges = list[list[tuple[int, float | None]]]


def gradient(y: Value, x: Value) -> float:
    """As a real pass gives it."""
    x.grad = 0.0
    y.backward()
    return x.grad


# --- Large graphs ---


def test_a_diamond_of_200_layers_is_explained_layer_by_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Value] = []

    def counted(node: Value) -> list[tuple[Value, Any]]:
        asked.append(node)
        return present_edges(node)

    monkeypatch.setattr(room, "present_edges", counted)
    x = y = Value(1.0, label="x")
    for _ in range(200):
        y = y + y
    found = explain(y, wrt=x)
    assert len(asked) == 200
    assert found.count == 2**200
    [path] = found.paths
    assert (path.count, path.product, path.total, found.gradient) == (2**200, 1.0, 2.0**200, 2.0**200)
    assert f"{2**200:,} paths from v200 down to x\n" in str(found)
    assert "× about 1.607e60 such paths = 1.607e60\n" in str(found)


# --- What is said ---


def small() -> tuple[Value, Value]:
    w, x, b = Value(3.0, label="w"), Value(2.0, label="x"), Value(1.0, label="b")
    y = (w * x + b) * w  # ∂/∂w = 2·w·x + b = 13
    y.label = "y"
    return y, w


def test_the_text() -> None:
    y, w = small()
    assert str(explain(y, wrt=w)).splitlines() == [
        "∂y/∂w: 2 paths from y down to w",
        "",
        "path 1: y → w",
        "  y = v2 * w   ∂y/∂w   = v2 = 7",
        "                    product = 7",
        "path 2: y → v2 → v1 → w",
        "  y = v2 * w   ∂y/∂v2  = w  = 3",
        "  v2 = v1 + b  ∂v2/∂v1      = 1",
        "  v1 = w * x   ∂v1/∂w  = x  = 2",
        "                    product = 6",
        "",
        "∂y/∂w = 7 + 6 = 13",
    ]
    assert repr(explain(y, wrt=w)) == str(explain(y, wrt=w))


def test_no_gradient_is_needed_and_none_is_changed() -> None:
    y, w = small()
    text = str(explain(y, wrt=w))
    assert not y.has_grad
    assert not w.has_grad
    w.grad = 5.0
    assert str(explain(y, wrt=w)) == text
    assert (w.grad, y.grad) == (5.0, 0.0)


def test_a_stale_graph_is_refused() -> None:
    y, w = small()
    w.data = 10.0
    for _ in range(2):
        with pytest.raises(RuntimeError, match="stale graph"):
            explain(y, wrt=w)
        draw(y)


def test_by_itself_by_an_inner_node_and_by_a_stranger() -> None:
    y, w = small()
    itself = explain(y, wrt=y)
    assert (itself.count, itself.gradient, itself.paths[0].product) == (1, 1.0, 1.0)
    assert "path 1: y itself\n  product = 1\n" in str(itself)
    assert explain(y, wrt=y.parents[0]).gradient == 3.0
    stranger = explain(y, wrt=Value(3.0, label="q"))
    assert (stranger.count, stranger.gradient, stranger.paths) == (0, 0.0, ())
    assert str(stranger) == "∂y/∂q = 0: y was not computed from q\n"
    assert str(explain(w, wrt=y)) == "∂w/∂y = 0: w was not computed from y\n"
    assert "was not computed from wrt" in str(explain(y, wrt=Value(3.0)))


def test_equal_data_are_not_the_same_node() -> None:
    a, b = Value(3.0, label="a"), Value(3.0, label="b")
    assert explain(a * 2.0, wrt=b).count == 0


def test_where_nothing_flows_is_said() -> None:
    w = Value(-0.5, label="w")
    off = relu(w) * 2.0
    off.label = "off"
    assert str(explain(off, wrt=w)).splitlines() == [
        "∂off/∂w = 0: nothing flows along any path from off down to w",
        "",
        "not among them: 1 path along which nothing flows, cut at v1 = relu(w)",
    ]
    y = off + w + where(0.0, w, 1.0)
    found = explain(y, wrt=w)
    assert (found.count, found.gradient) == (1, 1.0)
    assert "not among them: 2 paths along which nothing flows, cut at v3 = where(False, w, 1), v1 = relu(w)" in str(
        found
    )


def test_a_zero_that_is_computed_lets_nan_through_and_a_closed_way_does_not() -> None:
    x = Value(0.0, label="x")
    y = x**0.5 * 0.0 + x
    assert str(explain(y, wrt=x)).endswith("= nan + 1 = nan")
    z = where(0.0, x**0.5, x)
    assert explain(z, wrt=x).gradient == 1.0


def test_a_layer_of_many_paths_is_told_in_short() -> None:
    model = nn.MLP(2, [8, 8, 1], activation="tanh", rng=random.Random(3))
    xs = [Value(1.0, label="p"), Value(-0.5, label="q")]
    loss = losses.mse([model(xs)], [0.5])
    found = explain(loss, wrt=xs[0])
    assert found.count == 64
    assert len(found.paths) == MOST
    text = str(found)
    assert text.count("product = ") < MOST < len(text.splitlines()) < 100
    assert "the other 54 paths add up to " in text
    assert max(map(len, text.splitlines())) < 160
    assert found.gradient == gradient(loss, xs[0])


@pytest.mark.parametrize(
    ("y", "wrt", "message"),
    [
        (3.0, Value(1.0), "explain: y must be a Value, got float: 3.0"),
        (Value(1.0), "w", "explain: wrt must be a Value, got str: 'w'"),
        (Value(1.0), [Value(1.0)], r"explain: wrt must be a Value, got list: \[Value\(data=1.0, grad=0.0\)\]"),
    ],
)
def test_what_is_no_value_is_refused(y: Any, wrt: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        explain(y, wrt)


# --- The page and the picture ---


class Page(HTMLParser):
    """The cells, pictures and tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.texts += [data.strip()] if data.strip() else []


def test_the_page_says_what_the_text_says(tmp_path: Path) -> None:
    y, w = small()
    found = explain(y, wrt=w)
    file = found.save(tmp_path / "deep" / "paths.html")
    page = Page(file.read_text(encoding="utf-8"))
    assert "script" not in page.tags
    assert page.texts[0] == "∂y/∂w: 2 paths from y down to w"  # the title of the window
    rows = ["y = v2 * w", "∂y/∂v2", "= w", "= 3", "v2 = v1 + b", "∂v2/∂v1", "= 1", "v1 = w * x", "∂v1/∂w", "= x", "= 2"]
    assert page.texts[-14:] == ["② path 2: y → v2 → v1 → w", *rows, "product", "= 6", "∂y/∂w = 7 + 6 = 13"][-14:]
    [image] = page.images
    assert image["alt"] == "∂y/∂w: 2 paths from y down to w. ∂y/∂w = 7 + 6 = 13."
    picture = unquote((image["src"] or "").removeprefix("data:image/svg+xml;charset=utf-8,"))
    assert ET.fromstring(picture).tag.endswith("svg")
    assert all(text in picture for text in ("7 ①", "3 ②", "① 7", "② 3 · 1 · 2 = 6"))


def test_a_page_without_a_renderer_has_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "RENDERERS", ())
    y, w = small()
    page = Page(explain(y, wrt=w)._repr_html_())
    assert page.images == []
    assert any("no renderer" in text for text in page.texts)
    assert page.texts[-1] == "∂y/∂w = 7 + 6 = 13"


HOSTILE = ["<script>alert(1)</script>", "a & b", 'say "x"', "new\nline", "🦆", "x" * 200, "\\N", "]]>", "<!--"]


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels(label: str, tmp_path: Path) -> None:
    x = Value(2.0, label=label)
    y = x * x
    found = explain(y, wrt=x)
    assert str(found).count("\n") == 9
    page = Page(found._repr_html_())
    assert "script" not in page.tags
    shown = " ".join(label.split())
    shown = shown if len(shown) <= 20 else shown[:19] + "…"
    assert f"① path 1: v1 → {shown}" in page.texts
    svg = found.picture.render(tmp_path / "x.svg").read_text(encoding="utf-8")
    ET.fromstring(svg)
    assert found.picture.source == explain(y, wrt=x).picture.source  # deterministic


def edges_of(source: str) -> dict[tuple[str, str], list[str]]:
    """What is written on each edge of a DOT text, and its colour."""
    found: dict[tuple[str, str], list[str]] = {}
    for tail, head, rest in re.findall(r"^\t(\w+) -> (\w+) \[(.*)\]$", source, re.MULTILINE):
        label = re.search(r'\blabel=" ?([^"]*?) ?"', rest)
        colour = re.search(r'\bcolor="([^"]*)"', rest)
        found.setdefault((tail, head), []).append(f"{label[1] if label else ''} {colour[1] if colour else ''}")
    return found


def test_the_picture_tells_the_paths_apart() -> None:
    y, w = small()
    # n0 = w, n1 = x, n2 = w * x, n3 = b, n4 = v2, n5 = y
    blue, orange, pale = "#0072b2", "#e69f00", "#b0b0b0"
    assert edges_of(explain(y, wrt=w).picture.source) == {
        ("n0", "n2"): [f"2 ② {orange}"],
        ("n1", "n2"): [f"3 {pale}"],
        ("n2", "n4"): [f"1 ② {orange}"],
        ("n3", "n4"): [f"1 {pale}"],
        ("n4", "n5"): [f"3 ② {orange}"],
        ("n0", "n5"): [f"7 ① {blue}"],
    }


def test_an_edge_along_which_nothing_flows_is_grey() -> None:
    x = Value(-1.0, label="x")
    assert edges_of(explain(relu(x) + x, wrt=x).picture.source) == {
        ("n0", "n1"): ["0 #b0b0b0"],
        ("n1", "n2"): ["1 #b0b0b0"],
        ("n0", "n2"): ["1 ① #0072b2"],
    }


def test_an_edge_of_two_paths_has_both_colours_and_of_many_none() -> None:
    x = Value(1.0, label="x")
    y = -(x * x)
    assert edges_of(explain(y, wrt=x).picture.source) == {
        ("n0", "n1"): ["1 ① #0072b2", "1 ② #e69f00"],
        ("n1", "n2"): ["-1 ①② #0072b2:#e69f00"],
    }
    y = -(x * x * x * x)
    assert edges_of(explain(y, wrt=x).picture.source)["n3", "n4"] == ["-1 ①②③④ #111111"]


def test_a_large_picture_leaves_out_what_is_on_no_path() -> None:
    model = nn.MLP(2, [4, 4, 1], activation="tanh", rng=random.Random(3))
    loss = losses.mse([model([1.0, -0.5])], [0.5])
    w = model.parameters()[0]
    source = explain(loss, wrt=w).picture.source
    assert "what is on no path is left out" in source
    assert source.count('label="w0[') + source.count('label="w1[') + source.count('label="b') == 1
    assert (
        len(edges_of(source)) == 1 + 1 + 4 + 4 + 4 + 3
    )  # w, the activation, to and through and from layer 1, the loss
    assert "#b0b0b0" not in "".join([text for texts in edges_of(source).values() for text in texts])


def test_a_loop_of_which_the_end_is_drawn_shows_its_paths() -> None:
    w = Value(0.5, label="w")
    h = Value(1.0, label="h")
    for k in range(200):
        h = tanh(w * h + k * 0.01)
    scene = explain(h, wrt=w).picture._scene
    names = {box.name for box in scene.boxes}
    assert any("not drawn" in box.lines for box in scene.boxes)
    assert all({edge.tail, edge.head} <= names for edge in scene.edges)
    assert explain(h, wrt=w)._repr_html_()


def test_a_folded_picture_shows_the_paths_too() -> None:
    model = nn.MLP(2, [16, 16, 1], activation="tanh", rng=random.Random(3))
    x = Value(1.0, label="x")
    found = explain(losses.mse([model([x, -0.5])], [0.5]), wrt=x)
    source = found.picture.source
    assert found.count == 256
    assert "neuron 15" in source
    assert "#0072b2" in source


@pytest.mark.parametrize(
    ("ending", "magic"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("dot", b"digraph"), ("txt", "∂y/∂w: 2".encode())]
)
def test_files(ending: str, magic: bytes, tmp_path: Path) -> None:
    if ending == "png":
        pytest.importorskip("pygraphviz")
    y, w = small()
    assert explain(y, wrt=w).save(tmp_path / f"x.{ending}").read_bytes().startswith(magic)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    y, w = small()
    with pytest.raises(ValueError, match=r"x\.jpg: the name of an explanation must end in one of \.html \.svg"):
        explain(y, wrt=w).save(tmp_path / "x.jpg")
    assert list(tmp_path.iterdir()) == []


def test_a_function_of_the_users_that_fails_is_heard() -> None:
    def fails(*_: float) -> tuple[float]:
        raise RuntimeError("mine")

    x = Value(1.0)
    with pytest.raises(RuntimeError, match="mine"):
        explain(Value(1.0, (x,), fails) + x, wrt=x)


def test_names_may_be_given_for_the_occasion() -> None:
    w, x = Value(-0.5), Value(2.0)
    y = w * x
    found = explain(y, wrt=w, labels=locals())
    assert str(found).splitlines()[0] == "∂y/∂w: 1 path from y down to w"
    assert "y = w * x" in found.picture.source

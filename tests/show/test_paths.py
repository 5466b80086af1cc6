"""`explain`: all paths between two nodes, held against an enumeration that knows nothing of the engine."""

from __future__ import annotations

import math
import random
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import test_graphs
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from test_graphs import LIBRARY, programs

import autograd_lite.show.render as render
import autograd_lite.transcript.routes as room
from autograd_lite import Value, draw, explain, losses, nn, relu, tanh, where
from autograd_lite.engine.edges import flows
from autograd_lite.transcript.routes import MOST, routes

# A graph as plain data: for each node its edges, each the place of a parent before it and the derivative. Node 0 is
# the leaf that all is differentiated by.
Edges = list[list[tuple[int, float | None]]]


def built(graph: Edges) -> list[Value]:
    """The graph as Values with these local derivatives, whatever their data."""
    nodes: list[Value] = []
    for i, edges in enumerate(graph):
        derivatives = tuple([d for _, d in edges])
        parents = [nodes[parent] for parent, _ in edges]
        nodes.append(Value(0.0, parents, lambda *_, given=derivatives: given, label=f"n{i}") if edges else Value(0.0))
    return nodes


def walks(graph: Edges, node: int, target: int = 0) -> Iterator[list[tuple[int, int]]]:
    """Every path, one by one, as (node, which of its edges), along which something may flow or not."""
    if node == target:
        yield []
        return
    for use, (parent, _) in enumerate(graph[node]):
        for rest in walks(graph, parent, target):
            yield [(node, use), *rest]


def along(graph: Edges, walk: list[tuple[int, int]]) -> list[float | None]:
    return [graph[node][use][1] for node, use in walk]


def exact(factors: list[Any]) -> Fraction:
    return math.prod(map(Fraction, factors), start=Fraction(1))


DERIVATIVES = st.sampled_from([1.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, -0.25, 0.0, 5.0, 15.0])


@st.composite
def graphs(draw: st.DrawFn, derivatives: st.SearchStrategy[Any], most: int = 9) -> Edges:
    """Edges mostly from the nodes just before, so that there are many paths."""
    graph: Edges = [[]]
    for i in range(1, draw(st.integers(1, most)) + 1):
        parents = st.integers(max(0, i - 3), i - 1)
        graph.append(draw(st.lists(st.tuples(parents, derivatives), min_size=1, max_size=3)))
    return graph


def gradient(y: Value, x: Value) -> float:
    """As a real pass gives it."""
    x.grad = 0.0
    y.backward()
    return x.grad


# --- The paths ---


@given(graphs(DERIVATIVES | st.none(), most=7))
@settings(deadline=None)
def test_each_path_is_found_once(graph: Edges) -> None:
    nodes = built(graph)
    all_walks = list(walks(graph, len(graph) - 1))
    flowing = [walk for walk in all_walks if None not in along(graph, walk)]
    found = routes(nodes[-1], nodes[0])
    assert found.count == len(flowing)
    assert found.cut == len(all_walks) - len(flowing)
    assert found.gradient == gradient(nodes[-1], nodes[0]) == sum([exact(along(graph, walk)) for walk in flowing])
    if len(flowing) > MOST:
        return
    places = {id(node): i for i, node in enumerate(nodes)}
    told = []
    for path in found.paths:
        assert path.nodes[0] is nodes[-1]
        assert path.nodes[-1] is nodes[0]
        assert path.count == 1
        steps = [places[id(node)] for node in path.nodes[:-1]]
        told.append(list(zip(steps, path.uses, strict=True)))
        assert list(path.derivatives) == along(graph, told[-1])
        assert path.product == path.total == exact(along(graph, told[-1]))
    assert sorted(told) == sorted(flowing)
    sizes = [abs(path.product) for path in found.paths]
    assert sizes == sorted(sizes, reverse=True)
    assert (found.others, found.remainder) == (0, 0.0)


@pytest.mark.parametrize("most", [1, 2, MOST])
@given(graphs(DERIVATIVES, most=8))
@example([[], [(0, 1.0)], [(0, 1.0)], [(1, 1.0), (1, -1.0), (2, -1.0)]])  # a bundle above and one below 0, as heavy
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_heaviest_are_those_of_an_enumeration(most: int, graph: Edges) -> None:
    nodes = built(graph)
    products = Counter([exact(along(graph, walk)) for walk in walks(graph, len(graph) - 1)])
    assume(products.total() > most)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "MOST", most)
        found = routes(nodes[-1], nodes[0])
    assert found.count == products.total()
    told = [(Fraction(path.product), path.count) for path in found.paths]
    assert len(told) == len(set(told)) == min(most, len(products))
    assert all(products[product] == count for product, count in told)  # ties, exactly counted
    assert [abs(p) for p, _ in told] == sorted(map(abs, products), reverse=True)[: len(told)]
    assert all(path.total == path.product * path.count for path in found.paths)
    others = {p: n for p, n in products.items() if p not in dict(told)}
    assert found.others == sum(others.values())
    assert found.remainder == sum([p * n for p, n in others.items()])
    assert sum([path.total for path in found.paths]) + found.remainder == found.gradient


@given(graphs(st.sampled_from([1.0, -2.0, 0.5, 0.0, math.inf, -math.inf, math.nan]), most=8))
@settings(deadline=None)
def test_what_is_not_finite_comes_first_and_is_counted(graph: Edges) -> None:
    nodes = built(graph)
    factors = [along(graph, walk) for walk in walks(graph, len(graph) - 1)]
    # Fractions too, which isfinite takes though its types do not say so.
    wild = sum([not all(map(math.isfinite, path)) for path in factors])  # type: ignore[arg-type]  # as said above
    zero = sum([0.0 in path and all(map(math.isfinite, path)) for path in factors])  # type: ignore[arg-type]  # so too
    found = routes(nodes[-1], nodes[0])
    assert found.count == len(factors)
    assert sum([path.count for path in found.paths if path.weight == math.inf]) == wild
    if wild:
        assert not math.isfinite(found.paths[0].product)
    if not found.others:
        assert sum([path.count for path in found.paths if path.weight == -math.inf]) == zero
    assert sum([path.count for path in found.paths]) + found.others == len(factors)
    assert repr(found.gradient) == repr(gradient(nodes[-1], nodes[0]))


@pytest.mark.parametrize("name", sorted(LIBRARY))
@given(st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_sum_over_paths_is_the_gradient(name: str, data: st.DataObject) -> None:
    try:
        y, leaves = test_graphs.gradient(data.draw(programs(name)))
    except (ValueError, ArithmeticError):
        assume(False)
    assume(isinstance(y, Value))
    for x in leaves:
        found = routes(y, x)
        terms = [path.total for path in found.paths] + [found.remainder]
        assert repr(found.gradient) == repr(x.grad)  # nan, too: 0 · inf
        if math.isfinite(x.grad):
            assert math.fsum(terms) == pytest.approx(x.grad, abs=1e-12 * math.fsum(map(abs, terms)), rel=1e-12)


def test_a_factor_too_large_for_a_float_does_not_mislead() -> None:
    """The order is that of the products themselves, the products are those of floats, the sum is that of a pass."""
    powers = [(-200, -200, 300), (-90, 0, 0), (-320, 0, 0), (200, 200, -300), (90, 0, 0)]
    graph: Edges = [[]]
    for chain in powers:
        for k, power in enumerate(chain):
            graph.append([(len(graph) - 1 if k else 0, 10.0**power)])
    graph.append([(3 * i + 3, 1.0) for i in range(len(powers))])
    nodes = built(graph)
    found = explain(nodes[-1], wrt=nodes[0])
    ranked = sorted(powers, key=sum, reverse=True)
    assert [path.product for path in found.paths] == [math.prod([10.0**p for p in reversed(c)]) for c in ranked]
    assert [round(path.weight * math.log10(2)) for path in found.paths] == [sum(chain) for chain in ranked]
    assert found.gradient == gradient(nodes[-1], nodes[0])
    tiny = built([[], [(0, -1e-200)], [(1, 1e-200)]])
    assert "product = -1e-400" in str(explain(tiny[-1], wrt=tiny[0]))
    assert str(explain(tiny[-1], wrt=tiny[0])).endswith("∂n2/∂v1 = 0")


def test_a_pass_adds_before_it_multiplies() -> None:
    """A sum of 0 stays 0, where each path for itself overflows: the text says which is which."""
    nodes = built([[], [(0, 1e10)], [(1, 1e308), (1, -1e308)]])
    assert gradient(nodes[-1], nodes[0]) == 0.0
    text = str(explain(nodes[-1], wrt=nodes[0]))
    assert "product = 1e318\n" in text
    said = "∂n2/∂v1 = 0 in one pass, which adds before it multiplies; path by path inf - inf = nan"
    assert text.splitlines()[-1] == said
    nodes = built([[], [(0, 1.7)], [(1, 1.1e308), (1, -1e308)]])
    assert str(explain(nodes[-1], wrt=nodes[0])).splitlines()[-1].endswith("path by path inf - 1.7e308 = inf")
    nodes = built([[], [(0, 1e10), (0, 1.0)], [(1, 1e308)]])
    assert str(explain(nodes[-1], wrt=nodes[0])).splitlines()[-1] == "∂n2/∂v1 = inf + 1e308 = inf"


# --- Large graphs ---


def test_a_diamond_of_200_layers_is_explained_layer_by_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Value] = []

    def counted(node: Value) -> list[float | None]:
        asked.append(node)
        return flows(node)

    monkeypatch.setattr(room, "flows", counted)
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


def test_products_of_two_kinds_are_counted_as_the_binomial_theorem_says() -> None:
    """(3 + 1/3)**60: the k-th heaviest bundle has (60 over k) paths, in whatever order the factors come."""
    x = y = Value(1.0, label="x")
    for _ in range(60):
        y = y * 3.0 + y * (1.0 / 3.0)
    found = explain(y, wrt=x)
    assert [path.count for path in found.paths] == [math.comb(60, k) for k in range(MOST)]
    assert [path.product for path in found.paths] == pytest.approx([3.0 ** (60 - 2 * k) for k in range(MOST)])
    assert found.count == 2**60
    rest = sum([math.comb(60, k) * 3.0 ** (60 - 2 * k) for k in range(MOST, 61)])
    assert routes(y, x).remainder == pytest.approx(rest)
    assert f"the other about {2**60 / 1e18:.3f}e18 paths add up to" in str(found)


def test_a_product_that_no_float_can_hold_and_its_sum() -> None:
    x = y = Value(1.0, label="x")
    for _ in range(2000):
        y = y * 0.5 + y * 0.5
    text = str(explain(y, wrt=x))
    assert "product = 8.71e-603\n" in text  # 2**-2000
    assert "× about 1.148e602 such paths = 1\n" in text
    assert "about 1.148e602 paths from" in text  # too many digits for a line, and for int() to write


def test_a_graph_of_10000_nodes() -> None:
    rng = random.Random(0)
    nodes = [Value(rng.uniform(-1, 1), label="x")]
    while len(nodes) < 10_000:
        a, b = rng.choices(nodes[-20:], k=2)
        nodes.append(a * rng.uniform(-1, 1) + b if rng.random() < 0.5 else tanh(a) - b)
    found = explain(nodes[-1], wrt=nodes[0])
    assert found.count > 10**100
    assert found.gradient == pytest.approx(gradient(nodes[-1], nodes[0]), rel=1e-12)
    assert len(found.paths) == MOST


def test_a_chain_of_a_million() -> None:
    x = y = Value(0.5, label="x")
    for _ in range(1_000_000):
        y = -y
    found = explain(y, wrt=x)
    assert (found.count, found.gradient, len(found.paths[0].nodes)) == (1, 1.0, 1_000_001)
    text = str(found)
    assert "  … 999,988 more\n" in text
    assert len(text) < 2000


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

"""All paths between two nodes, held against an enumeration that knows nothing of the engine."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
import test_graphs
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from test_graphs import LIBRARY, programs

import autograd_lite.transcript.routes as room
from autograd_lite import Value, explain, tanh
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

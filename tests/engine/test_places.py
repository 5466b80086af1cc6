"""Places in an order: what passes that run users' functions keep apart from the nodes, held against the graph."""

from __future__ import annotations

import random

import pytest

from autograd_lite.engine import table as ops
from autograd_lite.engine.passes import begin_pass, topological_order
from autograd_lite.engine.places import located
from autograd_lite.engine.value import COMPILED, Value


def tangled(seed: int) -> tuple[list[Value], Value]:
    """Leaves, and a random graph of all kinds of operands: alone, in groups, with a bias, by functions of one's own."""
    rng = random.Random(seed)
    leaves = [Value(rng.uniform(0.5, 1.0)) for _ in range(4)]
    nodes = list(leaves)
    for _ in range(15):
        x, y = rng.choices(nodes, k=2)
        made = [
            lambda x, y: x * y,
            lambda x, y: 2.0 - x,
            lambda x, y: ops.tanh(y),
            lambda x, y: ops.clip(x, -1e9, y * y),
            lambda x, y: ops.affine([x, 2.0], [3.0, y], x),
            lambda x, y: ops.sum([x, y, 1.0, x]),
            lambda x, y: Value(1.0, (x, y), (2.0, 3.0)),
        ]
        nodes.append(rng.choice(made)(x, y))
    return leaves, ops.sum(nodes)


@pytest.mark.parametrize("seed", range(20))
def test_places_are_those_of_the_parents_that_come_from_a_start(seed: int) -> None:
    leaves, root = tangled(seed)
    order = topological_order(root)
    place = {id(node): i for i, node in enumerate(order)}
    stranger = Value(1.0)
    starts, ends, begins, parents = located(order, [*leaves[:2], stranger], [root, stranger, leaves[3]])
    assert starts == [place[id(leaves[0])], place[id(leaves[1])], -1]
    assert ends == [place[id(root)], -1, place[id(leaves[3])]]
    found = {id(leaves[0]), id(leaves[1])}
    for node, begin in zip(order, begins, strict=True):
        if any(id(parent) in found for parent in node.parents):
            found.add(id(node))
        expected = [place[id(parent)] if id(parent) in found else -1 for parent in node.parents]
        assert begin < 0 if id(node) not in found else parents[begin : begin + len(expected)] == expected


@pytest.mark.skipif(COMPILED, reason="compiled, the steps of a pass are called directly")
def test_a_pass_in_between_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(2.0)
    order = topological_order(x * x)
    is_last = located.__globals__["is_last"]
    asked: list[bool] = []

    def disturbed(mark: int) -> bool:
        if not asked:
            begin_pass()
            for node in order:
                node._adjoint = 7.0
        asked.append(is_last(mark))
        return asked[-1]

    monkeypatch.setitem(located.__globals__, "is_last", disturbed)
    assert located(order, [x], []) == ([0], [], [0, 0], [0, 0])
    assert asked == [False, True]

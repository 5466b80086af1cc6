"""Forward mode: tangents, held against the backward passes through the same graphs."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from comparing import close

from autograd_lite import AnomalyError, detect_anomaly
from autograd_lite.engine import table as ops
from autograd_lite.engine.forward import push_forward
from autograd_lite.engine.passes import adjoints, topological_order
from autograd_lite.engine.recorded import gradients
from autograd_lite.engine.value import Value


def tangled(seed: int) -> tuple[list[Value], list[Value]]:
    """Leaves, and some results of a random graph of smooth operations."""
    rng = random.Random(seed)
    leaves = [Value(rng.uniform(-1.0, 1.0)) for _ in range(3)]
    nodes = list(leaves)
    for _ in range(12):
        x, y = rng.choices(nodes, k=2)
        nodes.append(rng.choice([x * y, x - y, ops.tanh(x) + 0.5, ops.dot([x, y, 2.0], [y, x, x]), -x]))
    return leaves, nodes[-3:]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("recorded", [False, True])
def test_forward_and_backward_agree_through_an_inner_product(seed: int, recorded: bool) -> None:
    leaves, results = tangled(seed)
    order = topological_order(*results, stops=leaves)
    rng = random.Random(seed)
    v, u = ([rng.uniform(-1.0, 1.0) for _ in range(3)] for _ in range(2))
    pushed = push_forward(order, list(zip(leaves, v, strict=True)), results, recorded)
    pulled = adjoints(order, list(zip(results, u, strict=True)), leaves)
    floats = [d.data if type(d) is Value else d for d in pushed]
    assert math.fsum(a * b for a, b in zip(u, floats, strict=True)) == pytest.approx(
        math.fsum(a * b for a, b in zip(pulled, v, strict=True)), rel=1e-12, abs=1e-12
    )


@pytest.mark.parametrize("seed", range(30))
def test_recorded_tangents_are_to_the_last_bit_those_on_floats(seed: int) -> None:
    leaves, results = tangled(seed)
    order = topological_order(*results, stops=leaves)
    seeds = [(leaves[0], 0.3), (leaves[2], -0.7)]
    on_floats = push_forward(order, seeds, results, recorded=False)
    recorded = push_forward(order, seeds, results, recorded=True)
    assert [d.data if type(d) is Value else d for d in recorded] == on_floats


def test_a_node_on_the_way_that_has_a_tangent_keeps_it() -> None:
    x = Value(3.0)
    y = x * x
    z = y * x
    for recorded in (False, True):
        [d] = push_forward(topological_order(z), [(y, 1.0), (x, 10.0)], [z], recorded)
        assert (d.data if type(d) is Value else d) == 3.0 + 9.0 * 10.0


def test_functions_of_users_are_asked_and_fail_only_where_something_flows() -> None:
    def fail(*given: Any) -> Any:
        raise KeyError("not to be asked")

    x, other = Value(2.0), Value(5.0)
    y = Value(math.log(2.0), (x,), lambda x, out: (1 / x,)) + Value(1.0, (other,), fail)
    order = topological_order(y)
    assert push_forward(order, [(x, 1.0)], [y], recorded=False) == [0.5]
    with pytest.raises(KeyError, match="not to be asked"):
        push_forward(order, [(other, 1.0)], [y], recorded=False)


def test_recorded_tangents_are_differentiated_again() -> None:
    x = Value(2.0)
    y = ops.exp(x * x)
    [slope] = push_forward(topological_order(y), [(x, 1.0)], [y], recorded=True)
    assert slope.data == close(4.0 * math.exp(4.0))
    assert gradients(slope, [x])[0].data == close((2.0 + 16.0) * math.exp(4.0))


def test_nothing_reaches_what_was_computed_from_elsewhere_or_flows_where_it_is_cut() -> None:
    x, other = Value(0.0), Value(3.0)
    order = topological_order(x * other, ops.relu(ops.sqrt(x) - 1.0), other)
    wanted = [other, ops.floor(x)]
    assert push_forward(order, [(x, 1.0)], wanted, recorded=False) == [0.0, 0.0]
    cut = ops.where(False, ops.sqrt(x), x)  # whose other side is infinitely steep
    assert push_forward(topological_order(cut), [(x, 1.0)], [cut], recorded=False) == [1.0]


@pytest.mark.parametrize("recorded", [False, True])
def test_stale_graphs_and_what_is_not_finite_are_refused(recorded: bool) -> None:
    x = Value(0.0)
    y: Any = ops.sqrt(x)
    with detect_anomaly(), pytest.raises(AnomalyError, match=r"sqrt.* is inf|ieee_power\(0.0, -0.5\) is inf"):
        push_forward(topological_order(y), [(x, 1.0)], [y], recorded)
    order = topological_order(y)
    x.data = 1.0
    with pytest.raises(RuntimeError, match="stale graph"):
        push_forward(order, [(x, 1.0)], [y], recorded)

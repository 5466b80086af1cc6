"""Sums of many terms unfolded: the same numbers, in products and sums of two."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lite import Value, detect_anomaly, losses, nn, no_grad
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE
from autograd_lite.engine.passes import topological_order
from autograd_lite.transcript.reached import reached_by_root
from autograd_lite.transcript.unfolding import unfolded

numbers = st.floats(-10, 10)


def leaves(*data: float) -> list[Value]:
    return [Value(x) for x in data]


def loss() -> Value:
    model = nn.MLP(2, [3, 1], activation="tanh", rng=random.Random(1))
    return losses.mse([model([0.5, -2.0]), model([1.0, 3.0])], [1.0, -1.0])


ROWS: dict[str, Any] = {
    "sum": lambda xs, ys, b: (ops.sum(xs), sum(xs[1:], start=xs[0])),
    "mean": lambda xs, ys, b: (ops.mean(xs), sum(xs[1:], start=xs[0]) / len(xs)),
    "dot": lambda xs, ys, b: (ops.dot(xs, ys), xs[0] * ys[0] + xs[1] * ys[1] + xs[2] * ys[2]),
    "affine": lambda xs, ys, b: (ops.affine(xs, ys, b), b + xs[0] * ys[0] + xs[1] * ys[1] + xs[2] * ys[2]),
}


def test_every_row_that_unfolds_is_tested() -> None:
    assert set(ROWS) == {row.name for row in TABLE.values() if row.unfold}


@pytest.mark.parametrize("name", ROWS)
@settings(max_examples=30, deadline=None)
@given(data=st.lists(numbers, min_size=7, max_size=7))
def test_the_steps_have_the_numbers_of_what_is_written_out_by_hand(name: str, data: list[float]) -> None:
    xs, ys, b = leaves(*data[:3]), leaves(*data[3:6]), Value(data[6])
    node, by_hand = ROWS[name](xs, ys, b)
    (node * 3.0).backward()
    steps = topological_order(unfolded(node).root)
    (by_hand * 3.0).backward()
    expected = topological_order(by_hand)
    assert [step.op for step in steps] == [step.op for step in expected]
    assert [step.data for step in steps] == [step.data for step in expected]
    computed = [step for step in steps if step.operation is not None]
    assert [step.grad for step in computed] == [step.grad for step in expected if step.operation is not None]
    assert all(step.has_grad for step in computed)


def test_the_whole_graph_obeys_the_chain_rule() -> None:
    root = loss()
    root.backward()
    new = unfolded(root)
    order = topological_order(new.root)
    assert not [node for node in order if node.operation is not None and node.operation.unfold]
    assert reached_by_root(order, order[-1]) == {id(node) for node in order}
    assert new.root.data == root.data
    assert {id(node) for node in order if node.operation is None} <= {id(node) for node in topological_order(root)}


def test_nothing_in_the_old_graph_changes() -> None:
    root = loss()
    root.backward()
    order = topological_order(root)

    def seen() -> list[Any]:
        return [(id(node), node.data, node.grad, node.has_grad, node.label, node.operands) for node in order]

    before = seen()
    unfolded(root)
    assert [node[:5] for node in seen()] == [node[:5] for node in before]
    assert all(
        now is then
        for a, b in zip(seen(), before, strict=True)
        for now, then in zip(a[5], b[5], strict=False)
        if type(now) is Value
    )


def test_before_backward_no_step_has_a_gradient() -> None:
    assert not any(node.has_grad for node in topological_order(unfolded(loss()).root))


def test_a_twin_keeps_label_data_and_gradient_and_knows_whom_it_stands_for() -> None:
    x, y = leaves(2.0, 3.0)
    total = ops.sum([x, y, x])
    total.label = "total"
    root = total * total
    root.backward()
    root.backward()
    x.data = 70.0  # moved: the picture shows what the nodes hold
    new = unfolded(root)
    twin = new.twins[id(total)]
    assert (twin.label, twin.data, twin.grad, twin.op) == ("total", 7.0, 28.0, "+")
    assert new.root.parents == (twin, twin)
    assert new.origins[id(twin)] is total
    [step] = [
        node for node in topological_order(new.root) if id(node) in new.origins and node.op == "+" and node is not twin
    ]
    assert new.origins[id(step)] is total
    assert id(x) not in new.twins


def test_what_needs_no_unfolding_is_shared() -> None:
    x = Value(2.0)
    y = ops.exp(x)
    assert unfolded(y).root is y
    [only] = leaves(1.0)
    one = ops.sum([only])
    assert unfolded(one).root is one


def test_an_operation_of_the_users_own_above_a_sum_keeps_its_derivatives() -> None:
    x, y = leaves(2.0, 3.0)
    own = Value(25.0, (ops.sum([x, y]),), lambda s, out: (2.0 * s,))
    assert unfolded(own).root.local_derivatives() == (10.0,)


def test_no_mode_disturbs_it() -> None:
    x = Value(math.inf)
    root = ops.dot([x, x], [Value(0.0), Value(1.0)])
    root.backward()
    for mode in (no_grad, detect_anomaly):
        with mode():
            assert [node.op for node in topological_order(unfolded(root).root)].count("*") == 2

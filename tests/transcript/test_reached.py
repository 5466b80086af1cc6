"""Which gradients of a graph are those of its root."""

from __future__ import annotations

import math
import random

import pytest

from autograd_lite import Value, nn
from autograd_lite.engine import table as ops
from autograd_lite.engine.passes import topological_order
from autograd_lite.transcript.reached import local_derivatives, reached_by_root


def reached(root: Value) -> set[float]:
    """The data of the nodes reached, which are all different here."""
    order = topological_order(root)
    found = reached_by_root(order, root)
    return {node.data for node in order if id(node) in found}


def graph() -> tuple[Value, Value, Value]:
    x, y = Value(2.0), Value(5.0)
    return x, y, x * y + x  # 2, 5, 10, 12


def test_after_its_own_pass_all_are_reached_and_before_none() -> None:
    _, _, z = graph()
    assert reached(z) == set()
    z.backward()
    assert reached(z) == {2.0, 5.0, 10.0, 12.0}
    loss = nn.MLP(3, [4, 1], activation="tanh", rng=random.Random(0))([1.0, 2.0, 3.0])
    loss.backward()
    order = topological_order(loss)
    assert reached_by_root(order, loss) == {id(node) for node in order}


def test_a_second_pass_is_the_roots_no_more() -> None:
    _, _, z = graph()
    z.backward()
    z.backward()
    assert reached(z) == set()


def test_what_another_pass_has_added_to_is_not_the_roots_and_neither_is_what_is_below() -> None:
    x, _, z = graph()
    z.backward()
    x.grad += 1.0
    assert reached(z) == {5.0, 10.0, 12.0}
    x, y, z = graph()
    z.backward()
    z.parents[0].grad, x.grad, y.grad = 3.0, 16.0, 6.0  # which agree among themselves
    assert reached(z) == {12.0}


def test_rounding_is_forgiven_and_what_is_not_finite_is_not_judged() -> None:
    x, _, z = graph()
    z.backward()
    x.grad *= 1.0 + 1e-12
    assert 2.0 in reached(z)
    x.grad *= 1.0 + 1e-6
    assert 2.0 not in reached(z)
    root = ops.sqrt(x := Value(0.0))
    root.backward()
    assert x.grad == math.inf
    assert reached(root + 0.0) == set()


def test_a_users_function_that_fails_hides_its_derivatives_and_no_other_error_is_hidden() -> None:
    x = Value(2.0)

    def fails(x: float, out: float) -> tuple[float]:
        raise RuntimeError("not now")

    assert local_derivatives(Value(1.0, (x,), fails)) is None
    assert local_derivatives(x * 3.0) == (3.0,)
    y = ops.log(x)
    x.data = -1.0
    with pytest.raises(ValueError, match=r"^log\(-1\.0\)"):
        local_derivatives(y)

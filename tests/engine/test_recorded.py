"""The backward pass, recorded: its answers are Values, differentiated as often as one likes, and do not grow."""

from __future__ import annotations

import math

import pytest
from comparing import close

from autograd_lite import (
    Value,
    gradients,
)
from autograd_lite.engine import table as ops
from autograd_lite.engine.passes import topological_order


def test_gradients_are_those_of_a_backward_pass_and_touch_no_grad() -> None:
    x, y = Value(0.3), Value(-1.2)
    z = ops.tanh(x * y) * ops.exp(x) + ops.sqrt(y * y) / x
    found = gradients(z, [x, y])
    assert (x.grad, y.grad, x.has_grad) == (0.0, 0.0, False)
    z.backward()
    assert [d.data for d in found] == [x.grad, y.grad]


def test_gradients_by_nodes_on_the_way_and_by_strangers() -> None:
    x, stranger = Value(2.0), Value(1.0)
    y = x * x
    z = y * y * x
    assert [d.data for d in gradients(z, [y, x, z, stranger, x])] == [16.0, 80.0, 1.0, 0.0, 80.0]


def test_gradients_refuse_what_is_no_value() -> None:
    x = Value(1.0)
    for y, xs in ((x, x), (x, [1.0]), (2.0, [x])):
        with pytest.raises(TypeError, match="gradients: needs a Value and a list of Values"):
            gradients(y, xs)  # type: ignore[arg-type]  # the mistake under test


def test_derivatives_of_any_order() -> None:
    x = Value(0.7)
    y = ops.sin(2.0 * x)
    for k, want in enumerate([2 * math.cos(1.4), -4 * math.sin(1.4), -8 * math.cos(1.4), 16 * math.sin(1.4)]):
        [y] = gradients(y, [x])
        assert y.data == close(want, 1e-14), k


def test_a_recorded_pass_through_a_million_nodes() -> None:
    x = Value(0.5)
    y = x
    for _ in range(1_000_000 // 2):
        y = -ops.sin(y) if y.data > 0 else y * 1.5
    [d] = gradients(y, [x])
    y.backward()
    assert d.data == x.grad


def test_a_product_with_one_makes_no_node() -> None:
    x, y = Value(2.0), Value(3.0)
    assert gradients(x * y, [x])[0] is y
    assert gradients((x + 1.0) * y, [x])[0] is y
    assert gradients(+(x * y), [y])[0] is x
    [d] = gradients(x * y + x, [x])  # y + 1
    assert len(topological_order(d)) == 2

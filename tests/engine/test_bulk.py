"""Data and gradients of many nodes at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograd_lite.engine.bulk import data_of, grads_of, set_data, set_grads
from autograd_lite.engine.value import Value


def test_a_node_made_while_leaves_move_is_stale() -> None:
    a, b = Value(1.0), Value(2.0)
    made: list[Value] = []

    def data() -> Iterator[float]:
        yield 5.0
        made.append(a * b)  # as another thread may, of which a has moved, and b not yet
        yield 6.0

    set_data([a, b], data())  # type: ignore[arg-type]  # any iterable will do
    with pytest.raises(RuntimeError, match="stale graph"):
        made[0].backward()
    (a * b).backward()
    assert (a.grad, b.grad) == (6.0, 5.0)


def test_many_nodes_are_read_and_set_as_one_by_one() -> None:
    x, y = Value(2.0), Value(5.0)
    z = x * y
    set_grads([x, y], [3.0, -0.0])
    assert grads_of([x, y, z]) == [x.grad, y.grad, z.grad] == [3.0, 0.0, 0.0]
    assert (y.has_grad, z.has_grad) == (True, False)
    set_data([x, z], [7.0, 8.0])
    assert data_of([x, y, z]) == [7.0, 5.0, 8.0]
    assert (z.op, z.parents) == ("", ())


def test_as_many_numbers_are_needed_as_nodes() -> None:
    x, y = Value(2.0), Value(5.0)
    for change in (set_data, set_grads):
        with pytest.raises(ValueError, match="shorter"):
            change([x, y], [1.0])

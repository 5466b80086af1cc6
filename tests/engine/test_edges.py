"""Edges: which derivative belongs to which parent, on floats and recorded."""

from __future__ import annotations

import pytest
from comparing import close

from autograd_lite.engine import table as ops
from autograd_lite.engine.edges import edges, present_edges, recorded_edges
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine
from autograd_lite.engine.value import Value


def built() -> tuple[Value, Value, dict[str, tuple[Value, list[tuple[Value, float | None]]]]]:
    """Two leaves, and nodes of every shape with their edges by hand."""
    x, y = Value(2.0), Value(5.0)
    return (
        x,
        y,
        {
            "leaf": (x, []),
            "unary": (ops.exp(x), [(x, ops.exp(2.0))]),
            "binary": (x * y, [(x, 5.0), (y, 2.0)]),
            "twice": (x * x, [(x, 2.0), (x, 2.0)]),
            "a number first": (7.0 - x, [(x, -1.0)]),
            "a parameter": (x**3, [(x, 12.0)]),
            "nothing flows": (ops.where(True, x, y), [(x, 1.0), (y, None)]),
            "three": (ops.clip(x, 1.0, y), [(x, 1.0), (y, None)]),
            "a group": (ops.mean([x, 1.0, y, x]), [(x, 0.25), (y, 0.25), (x, 0.25)]),
            "two groups": (ops.dot([x, 3.0], [4.0, y]), [(x, 4.0), (y, 3.0)]),
            "a bias": (affine(Group([x, y], bias=x), Group([y, 7.0])), [(x, 5.0), (y, 7.0), (y, 2.0), (x, 1.0)]),
            "an entry": (ops.take([x, y], 1.0), [(x, None), (y, 1.0)]),
            "numbers given": (Value(1.0, (x, y), (3.0, 4.0)), [(x, 3.0), (y, 4.0)]),
            "a function given": (Value(8.0, (x,), lambda x, out: (out + x,)), [(x, 10.0)]),
        },
    )


@pytest.mark.parametrize("shape", list(built()[2]))
def test_each_parent_has_its_derivative(shape: str) -> None:
    node, want = built()[2][shape]
    assert [id(parent) for parent, _ in want] == [id(parent) for parent in node.parents]
    for found in (edges(node), recorded_edges(node)):
        assert [id(parent) for parent, _ in found] == [id(parent) for parent, _ in want]
        got = [d.data if type(d) is Value else d for _, d in found]
        assert [d is None for d in got] == [d is None for _, d in want]
        assert [d for d in got if d is not None] == close([d for _, d in want if d is not None])
    assert [d for _, d in present_edges(node)] == [d for _, d in edges(node)]
    assert node.local_derivatives() == tuple([d or 0.0 for _, d in edges(node)])


def test_local_derivatives_are_those_of_the_present_data() -> None:
    x = Value(1.0)
    y = ops.exp(x)
    x.data = 2.0
    assert y.data == ops.exp(1.0)
    assert y.local_derivatives() == (ops.exp(2.0),)
    assert edges(y)[0][1] == ops.exp(1.0)  # of the pass, which such a graph never comes to


def test_recorded_derivatives_can_be_differentiated() -> None:
    x, y = Value(2.0), Value(5.0)
    [(_, by_x), (_, by_y)] = recorded_edges(x * y)
    assert by_x is y
    assert by_y is x
    [(_, slope)] = recorded_edges(ops.exp(x))
    assert slope.local_derivatives() == close([ops.exp(2.0)])

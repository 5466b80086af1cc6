"""How a row and its operands become a node."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite import no_grad
from autograd_lite.engine import table as ops
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine, twin
from autograd_lite.engine.value import Value


@given(
    st.lists(st.tuples(st.floats(-50.0, 50.0), st.floats(-50.0, 50.0)), min_size=1, max_size=6), st.floats(-9.0, 9.0)
)
def test_values_that_are_computed_without_the_row_are_those_of_the_row(pairs: list[Any], bias: float) -> None:
    xs, ys = zip(*pairs, strict=True)
    nodes, others = [Value(x) for x in xs], [Value(y) for y in ys]
    wholes = [
        (range(len(xs)), ops.softmax, ops.softmax_entry),
        (range(len(xs)), ops.log_softmax, ops.log_softmax_entry),
    ]
    for indices, function, row in wholes:
        assert [node.data for node in function(nodes)] == [row.value(xs, i) for i in indices]
    assert ops.dot(nodes, others).data == ops.dot.value(xs, ys)
    assert affine(Group(nodes, bias=Value(bias)), Group(others)).data == ops.affine.value(xs, ys, bias)
    x, y = nodes[0], others[0]
    for node, row in ((x + y, ops.add), (x - y, ops.subtract), (x * y, ops.multiply)):
        assert node.data == row.value(xs[0], ys[0])


def test_what_records_is_refused_outside_its_domain_with_its_labels() -> None:
    x, y = Value(1.0, label="x"), Value(-1.0, label="y")
    with pytest.raises(ValueError, match=r"^dot\(\[1\.0\], \[1\.0, 2\.0\]\): needs len\(x\) == len\(y\)$"):
        ops.dot([x], [x, 2.0])
    with pytest.raises(ValueError, match=r"needs low <= high \(x is 'x', low is 'x', high is 'y'\)$"):
        ops.clip(x, x, y)


def test_entries_of_one_group_share_it() -> None:
    x, y = Value(1.0), Value(2.0)
    first, second = ops.softmax([x, y])
    assert first._first is second._first
    assert [node.operands for node in (first, second)] == [((x, y), 0.0), ((x, y), 1.0)]
    assert first.data + second.data == pytest.approx(1.0)


def test_a_twin_has_other_parents_and_the_rest_of_its_model() -> None:
    x, y, b = Value(2.0), Value(3.0), Value(1.0)
    model = affine(Group([x, 4.0], bias=b), Group([x, 5.0]))
    node = Value(7.0, label="n")
    node.grad = 0.5
    with no_grad():  # which it does not ask
        copy = twin(node, model, {id(x): y, id(b): x})
    assert (copy.data, copy.grad, copy.label, copy.operation) == (7.0, 0.5, "n", ops.affine)
    assert list(map(id, copy.parents)) == [id(y), id(y), id(x)]
    assert copy.inputs == (3.0, 4.0, 3.0, 5.0, 2.0)
    assert list(map(id, model.parents)) == [id(x), id(x), id(b)]

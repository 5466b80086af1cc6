"""How a row and its operands become a node."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite import draw, no_grad
from autograd_lite.engine import table as ops
from autograd_lite.engine.forward import push_forward
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine, twin
from autograd_lite.engine.operation import TABLE, Operation
from autograd_lite.engine.passes import topological_order
from autograd_lite.engine.recorded import gradients
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


#: Rows of somebody's own, of every shape that has more than two operands, and the same written with rows of the table.
SHAPES: dict[str, tuple[str, Any, Any, Any]] = {
    "a group and two": (
        "*cs x shift",
        lambda cs, x, shift: cs[0] + cs[1] * (x - shift),
        lambda cs, x, shift, out: ((1.0, x - shift), cs[1], -cs[1]),
        lambda cs, x, shift: cs[0] + cs[1] * (x - shift),
    ),
    "between two": (
        "x *ys z",
        lambda x, ys, z: x * ys[0] * ys[1] / z,
        lambda x, ys, z, out: (ys[0] * ys[1] / z, (x * ys[1] / z, x * ys[0] / z), -out / z),
        lambda x, ys, z: x * ys[0] * ys[1] / z,
    ),
    "three groups": (
        "*xs *ys *zs",
        lambda xs, ys, zs: sum([x * y * z for x, y, z in zip(xs, ys, zs, strict=True)]),
        lambda xs, ys, zs, out: (
            tuple([y * z for y, z in zip(ys, zs, strict=True)]),
            tuple([x * z for x, z in zip(xs, zs, strict=True)]),
            tuple([x * y for x, y in zip(xs, ys, strict=True)]),
        ),
        lambda xs, ys, zs: ops.sum([x * y * z for x, y, z in zip(xs, ys, zs, strict=True)]),
    ),
    "a parameter": (
        "*xs y | n",
        lambda xs, y, n: (xs[0] + xs[1] * y) * n,
        lambda xs, y, n, out: ((n, y * n), xs[1] * n, None),
        lambda xs, y, n: (xs[0] + xs[1] * y) * n,
    ),
    "nothing flows to one": (
        "*xs y z",
        lambda xs, y, z: xs[0] * y,
        lambda xs, y, z, out: ((y, None), xs[0], None),
        lambda xs, y, z: xs[0] * y,
    ),
}


@pytest.fixture(params=SHAPES)
def shape(request: pytest.FixtureRequest) -> Iterator[tuple[Operation, Any]]:
    """A row that is taken back afterwards, and what it should be equal to."""
    signature, value, derivatives, by_hand = SHAPES[request.param]
    yield Operation("mine", signature, value, derivatives, about="Mine.", example=("mine()", "")), by_hand
    del TABLE["mine"]


def test_a_row_with_groups_and_more_operands_than_two_is_a_node_like_any_other(shape: tuple[Operation, Any]) -> None:
    row, by_hand = shape
    for mixed in (False, True):

        def both(f: Any, mixed: bool = mixed) -> tuple[Value, list[Value], list[Any]]:
            rng = random.Random(1)
            leaves: list[Value] = []
            operands: list[Any] = []
            for is_group, name in zip(row.groups, row.operands, strict=True):
                items: list[Any] = [Value(rng.uniform(0.5, 2.0)) for _ in range(2 if is_group else 1)]
                if mixed:
                    items[-1] = items[-1].data
                leaves += [x for x in items if type(x) is Value and name != "n"]
                operands.append(3.0 if name == "n" else items if is_group else items[0])
            return f(*operands), leaves, operands

        node, leaves, operands = both(row)
        other, others, _ = both(by_hand)
        assert node.data == pytest.approx(other.data, rel=1e-15)
        assert node.operands == tuple([tuple(x) if isinstance(x, list) else x for x in operands])
        assert list(map(id, node.parents)) == list(map(id, leaves))
        assert row.arity == -1
        (node * node).backward()
        (other * other).backward()
        assert [x.grad for x in leaves] == pytest.approx([x.grad for x in others], rel=1e-14)
        slopes = [gradients(ops.sum(gradients(y * y, xs)), xs) for y, xs in ((node, leaves), (other, others))]
        assert [d.data for d in slopes[0]] == pytest.approx([d.data for d in slopes[1]], rel=1e-13)
        tangents = [(x, 1.0 + i) for i, x in enumerate(leaves)]
        [pushed] = push_forward(topological_order(node), tangents, [node], recorded=False)
        derivatives = gradients(other, others)
        assert pushed == pytest.approx(sum([d.data * v for d, (_, v) in zip(derivatives, tangents, strict=True)]))
        copy = twin(node, node, {id(leaves[0]): others[0]})
        assert list(map(id, copy.parents)) == [id(others[0]), *map(id, leaves[1:])]
        assert "mine(" in draw(node).source
        leaves[0].data = 1.0
        with pytest.raises(RuntimeError, match="stale graph"):
            node.backward()

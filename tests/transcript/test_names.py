"""What nodes are called, and which neuron each belongs to."""

from __future__ import annotations

import random
from typing import Any

import pytest
from extras import numpy as np

from autograd_lite import Value, nn
from autograd_lite.engine import table as ops
from autograd_lite.engine.passes import topological_order
from autograd_lite.transcript.names import Part, inputs, named, names_of, neurons


def names(root: Value, **given: Any) -> list[str]:
    order = topological_order(root)
    found = names_of(order, neurons(order), given)
    return [found[id(node)] for node in order]


def test_a_name_is_the_one_given_else_the_label_else_a_number() -> None:
    x, y = Value(2.0, label="x"), Value(3.0)
    z = x * y + 1.0
    assert names(z) == ["x", "v1", "v2", "v3"]
    assert names(z, x=y, total=z) == ["x#2", "x", "v1", "total"]
    assert names(x * Value(1.0, label="x") * Value(1.0, label="v1")) == ["x", "x#2", "v2", "v1", "v3"]
    assert names(Value(1.0, label="a\nb") * 2.0) == ["a b", "v1"]


def test_no_two_names_are_alike() -> None:
    rng = random.Random(0)
    labels = ["x", "x#2", "v1", "v1#2", "", "x#3", " "]
    for _ in range(200):
        leaves = [Value(1.0, label=rng.choice(labels)) for _ in range(8)]
        found = names(ops.sum(leaves), **{rng.choice(["x", "v1"]): rng.choice(leaves)})
        assert len(set(found)) == len(found) == 9


def test_names_are_those_of_values_and_then_of_what_holds_them() -> None:
    x, y = Value(1.0), Value(2.0)
    inside: list[Any] = [x, y]
    inside.append(inside)
    found = list(named({"w": inside, "x": x, "_": y, "d": {"a": y, 3: [x]}, "n": 7, "a": np.array([[x, 1.0]])}))
    assert [name for name, _ in found] == ["x", "w[0]", "w[1]", "d['a']", "d[3][0]", "a[0][0]"]
    with pytest.raises(TypeError, match=r"^labels must be a dictionary of names and Values, .*, got \[1\]$"):
        named([1])  # type: ignore[arg-type]  # the mistake under test


def test_each_use_is_told_with_its_operand_and_its_place_in_a_group() -> None:
    x, y = Value(2.0), Value(3.0)
    assert [use[:3] for use in inputs(x * y)] == [(x, 0, None), (y, 1, None)]
    assert [use[:3] for use in inputs(ops.affine([x, 4.0], [y, 5.0], 1.0))] == [
        (x, 0, 0), (4.0, 0, 1), (y, 1, 0), (5.0, 1, 1), (1.0, 2, None)
    ]  # fmt: skip
    assert [use[:3] for use in inputs(x**2)] == [(x, 0, None)]  # a parameter is part of the operation
    assert [use[:3] for use in inputs(ops.where(True, x, y))] == [(x, 1, None), (y, 2, None)]
    assert list(inputs(x)) == []


def test_a_neuron_is_its_sum_its_parameters_and_its_activation() -> None:
    model = nn.MLP(2, [2, 1], activation="tanh", rng=random.Random(1))
    y = ops.softplus(model([1.0, Value(2.0)]))  # of a loss, not of the last neuron
    order = topological_order(y)
    parts = neurons(order)
    for i, layer in enumerate(model.layers):
        for j, neuron in enumerate(layer.neurons):
            assert {parts[id(p)] for p in neuron.parameters()} == {Part(0, i, j)}
    assert sorted(part for node in order if (part := parts.get(id(node))) and node.op) == [
        (0, 0, 0), (0, 0, 0), (0, 0, 1), (0, 0, 1), (0, 1, 0)
    ]  # fmt: skip
    assert id(y) not in parts
    twice = topological_order(y, ops.exp(nn.Neuron(2)([1.0, 2.0])))
    assert {part.copy for part in neurons(twice).values()} == {0, 1}

"""What arguments are taken apart into and put together from, against walks that are written here."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from extras import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite import Value, nn
from autograd_lite.programs.arguments import closed, holes, opened, parameters_of
from autograd_lite.programs.recording import recorded


class Pair(NamedTuple):
    first: Any
    second: Any


@dataclass
class Model:
    weights: Any
    name: str


leaves = st.floats(-9.0, 9.0) | st.integers(-3, 3) | st.booleans() | st.none() | st.sampled_from(["", "relu"])
trees = st.recursive(
    leaves,
    lambda part: (
        st.lists(part, max_size=3)
        | st.lists(part, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from("abc"), part, max_size=3)
        | st.builds(Pair, part, part)
        | st.builds(Model, part, st.just("net"))
    ),
    max_leaves=8,
)


def floats_of(tree: Any, make: Any) -> Any:
    """The tree with something else in the place of each float."""
    if type(tree) is float:
        return make(tree)
    if isinstance(tree, Pair):
        return Pair(*[floats_of(x, make) for x in tree])
    if isinstance(tree, Model):
        return Model(floats_of(tree.weights, make), tree.name)
    if isinstance(tree, dict):
        return {key: floats_of(x, make) for key, x in tree.items()}
    return type(tree)([floats_of(x, make) for x in tree]) if isinstance(tree, list | tuple) else tree


def key_of(x: Any) -> Any:
    return opened(x, [], [])


@given(trees)
def test_floats_come_out_and_others_go_in(tree: Any) -> None:
    met: list[float] = []
    moved = floats_of(tree, lambda x: (met.append(x), x + 100.0)[1])
    found: list[Any] = []
    key = opened(tree, found, [])
    assert found == met
    assert closed(tree, iter([x + 100.0 for x in found])) == moved
    assert key == key_of(moved)
    hash(key)


@given(trees)
def test_results_have_other_numbers_in_their_holes(tree: Any) -> None:
    outputs: list[Any] = []
    rebuild = holes(floats_of(tree, Value), outputs)
    numbers = [x.data for x in outputs]
    met: list[float] = []
    assert rebuild([x * 2.0 for x in numbers]) == floats_of(tree, lambda x: (met.append(x), x * 2.0)[1])
    assert numbers == met


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1),
        (1, True),
        (2, 3),
        ("a", "b"),
        ([1.0], (1.0,)),
        ([1.0], [1.0, 2.0]),
        ([1, 2], [1, 3]),
        ([[1.0], 2.0], [1.0, [2.0]]),
        ({"a": 1.0}, {"b": 1.0}),
        (Pair(1.0, 2.0), (1.0, 2.0)),
        (1.0, Value(1.0)),
        (None, []),
    ],
)
def test_structure_is_told_apart(one: Any, other: Any) -> None:
    assert key_of(one) != key_of(other)


def test_other_objects_count_by_identity_and_modules_by_their_parameters() -> None:
    net, kept = nn.Layer(2, 1), list[Any]()
    key = opened([net, len], [], kept)
    assert kept == [net, len]
    assert key == key_of([net, len]) != key_of([nn.Layer(2, 1), len])
    assert parameters_of(net) == tuple(map(id, net.parameters()))
    assert parameters_of(nn.Layer) == parameters_of(len) == ()


def test_arrays_are_inputs_by_shape_and_objects_in_them_one_by_one() -> None:
    grid = np.arange(6.0).reshape(2, 3)
    found: list[Any] = []
    assert opened([grid, np.float32(0.5)], found, []) == key_of([grid + 1.0, np.float32(2.0)])
    assert found[0] is grid
    assert found[1:] == [0.5]
    assert key_of(grid) != key_of(grid.T)
    objects = np.array([Value(1.0), "x"], dtype=object)
    assert closed(objects, iter([5.0])).tolist() == [5.0, "x"]


def test_a_result_shares_no_memory_with_the_numbers() -> None:
    values = [Value(float(i)) for i in range(4)]
    outputs: list[Any] = []
    rebuild = holes((np.array(values, dtype=object).reshape(2, 2), values[:2], values[3]), outputs)
    numbers = np.arange(7.0)
    square, pair, last = rebuild(numbers)
    numbers[:] = -1.0
    assert square.tolist() == [[0.0, 1.0], [2.0, 3.0]]
    assert pair == [4.0, 5.0]
    assert [*map(type, (*pair, last))] == [float] * 3


constants = st.integers() | st.booleans() | st.none() | st.text(max_size=3)
trees = st.recursive(
    st.floats(allow_nan=False) | constants,
    lambda part: (
        st.lists(part, max_size=4) | st.tuples(part, part) | st.dictionaries(st.text(max_size=2), part, max_size=3)
    ),
)


def key(x: Any) -> Any:
    return opened(x, [], [])


@given(trees)
def test_closed_with_the_same_numbers_it_is_the_same(tree: Any) -> None:
    leaves: list[Any] = []
    opened(tree, leaves, [])
    found = closed(tree, iter(leaves))
    assert repr(found) == repr(tree)
    assert all(type(x) is float for x in leaves)


@given(trees)
def test_holes_are_filled_as_they_were_dug(tree: Any) -> None:
    leaves: list[Any] = []
    opened(tree, leaves, [])
    outputs: list[Any] = []
    rebuild = holes(closed(tree, iter(map(Value, leaves))), outputs)
    assert [x.data for x in outputs] == leaves
    assert repr(rebuild(leaves)) == repr(tree)


def test_keys_are_those_of_structure() -> None:
    alike = [([1.0, 2.0], [3.0, 4.0]), ({"a": 1.0}, {"a": 2.0}), ((1.0, 2), (5.0, 2)), ([], [])]
    assert all(key(a) == key(b) for a, b in alike)
    apart = [
        [1.0],
        [1.0, 2.0],
        (1.0,),
        [1],
        [True],
        [1.0, 2],
        {"a": 1.0},
        {"b": 1.0},
        [[1.0]],
        [None],
        ["a"],
        [Value(1.0)],
        [0],
    ]
    assert len({key(x) for x in apart}) == len(apart)
    assert key({"a": 1.0, "b": 2.0}) != key({"b": 2.0, "a": 1.0})  # their numbers come in another order
    assert key(OrderedDict(a=1.0)) != key({"a": 1.0})


def test_arrays_are_leaves_and_their_shapes_structure() -> None:
    leaves: list[Any] = []
    a = np.arange(6.0).reshape(2, 3)
    assert opened(a, leaves, []) == key(a + 1.0) != key(a.T)
    assert leaves[0] is a
    assert opened(np.array([1.0, Value(2.0)], dtype=object), leaves, []) is not None
    assert len(leaves) == 3


def test_other_objects_count_by_identity_and_are_kept() -> None:
    one, other, kept = object(), object(), []
    assert opened(one, [], kept) == opened(one, [], kept) != opened(other, [], kept)
    assert kept == [one, one, other]


def test_truths_come_out_as_true_and_false() -> None:
    result, _ = recorded(lambda x: (x > 1.0, [x, x < 1.0]), [Value(2.0)], {})
    outputs: list[Any] = []
    assert holes(result, outputs)([0.0, 5.0, 1.0]) == (False, [5.0, True])


def test_dictionaries_keep_their_kind() -> None:
    outputs: list[Any] = []
    found = holes(defaultdict(list, a=Value(1.0)), outputs)([3.0])
    assert (type(found), found["a"], found["new"]) == (defaultdict, 3.0, [])


class Pair(NamedTuple):
    first: Any
    second: Any


@dataclass
class Model:
    weights: Any
    name: str


def test_modules_count_by_their_parameters() -> None:
    net, kept = nn.Layer(2, 1), list[Any]()
    found = opened([net, len], [], kept)
    assert kept == [net, len]
    assert found == key([net, len]) != key([nn.Layer(2, 1), len])
    assert parameters_of(net) == tuple(map(id, net.parameters()))
    assert parameters_of(nn.Layer) == parameters_of(len) == ()


def test_a_model_whose_parameters_are_others_has_another_key() -> None:
    class Scale:
        factor = Value(2.0)

        def parameters(self) -> list[Value]:
            return [self.factor]

    model = Scale()
    before = key(model)
    model.factor.data = 3.0  # which is read at each call
    assert key(model) == before
    model.factor = Value(3.0)
    assert key(model) != before


def test_a_result_shares_no_memory_with_the_numbers() -> None:
    values = [Value(float(i)) for i in range(4)]
    outputs: list[Any] = []
    rebuild = holes((np.array(values, dtype=object).reshape(2, 2), values[:2], values[3]), outputs)
    numbers = np.arange(7.0)
    square, pair, last = rebuild(numbers)
    numbers[:] = -1.0
    assert square.tolist() == [[0.0, 1.0], [2.0, 3.0]]
    assert pair == [4.0, 5.0]
    assert [*map(type, (*pair, last))] == [float] * 3

"""Arguments opened and closed, results with holes."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from extras import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite import Value, nn
from autograd_lite.programs.arguments import closed, holes, opened, parameters_of
from autograd_lite.programs.recording import recorded

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


def test_arrays_of_truths_count_by_their_values() -> None:
    mask = np.array([True, False])
    before = key(mask)
    assert before == key(mask.copy()) != key(np.array([b"\1", b"\0"]))
    mask[1] = True
    assert key(mask) != before


def test_equal_keys_of_other_kinds_are_others() -> None:
    assert len({key({1: 2.0}), key({1.0: 2.0}), key({True: 2.0}), key({(1,): 2.0}), key({(1.0,): 2.0})}) == 5


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

"""Groups: what belongs together, is shared, and is read once."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import pytest

from autograd_lite.engine.group import Group, paired, plain
from autograd_lite.engine.making import affine
from autograd_lite.engine.value import Value


def test_a_copied_group_has_been_in_no_pass() -> None:
    group = Group([Value(2.0), 1.0], bias=0.0)
    affine(group, Group([3.0, 1.0])).backward()
    for twin in (copy.deepcopy(group), pickle.loads(pickle.dumps(group))):
        assert (twin._mark, twin.items[0].data, twin.items[1]) == (0, 2.0, 1.0)
        affine(twin, Group([3.0, 1.0])).backward()
        assert twin.nodes[0].grad == 3.0 + 3.0


def test_items_are_values_and_floats_and_nodes_the_values_among_them() -> None:
    x, y = Value(2.0), Value(5.0)
    mixed = Group([x, 1, Fraction(1, 4), y])
    assert mixed.items == (x, 1.0, 0.25, y)
    assert [type(item) for item in mixed] == [Value, float, float, Value]
    assert [node is z for node, z in zip(mixed.nodes, (x, y), strict=True)] == [True, True]
    assert (len(mixed), mixed[1], mixed.bias) == (4, 1.0, None)
    assert Group(iter([x, y])).nodes == (x, y)
    with pytest.raises(TypeError, match=r"^softmax: needs a real number, got 'x' of type str$"):
        Group([x, "x"], "softmax")


def test_floats_are_those_of_now_and_in_a_pass_those_of_its_beginning() -> None:
    x = Value(2.0)
    for group, rest in ((Group([x, x]), (2.0,)), (Group([x, 7.0]), (7.0,))):
        x.data = 2.0
        assert group.floats() == group.floats_in(1) == plain(group) == (2.0, *rest)
        x.data = 3.0
        assert group.floats()[0] == 3.0
        assert group.floats_in(1) == (2.0, *rest)
        assert group.floats_in(2)[0] == 3.0
    assert Group([1.0, 2.0]).floats() == (1.0, 2.0)


def test_pairs_are_of_nodes_alone_and_as_many() -> None:
    x = Value(2.0)
    assert paired(Group([x, x]), Group([x, x]))
    assert not paired(Group([x, x]), Group([x]))
    assert not paired(Group([x, 1.0]), Group([x, x]))
    assert not paired(Group([x, x]), Group([x, 1.0]))

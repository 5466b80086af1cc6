"""Structures of numbers, taken apart and put together again."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field
from typing import Any

import pytest
from extras import numpy as np
from extras import optimize

from autograd_lite import Value, grad, ravel, value_and_grad
from autograd_lite.calculus import trees

Pair = namedtuple("Pair", ["left", "right"])  # what users have


@dataclass(frozen=True)
class Frozen:
    x: float
    name: str = "point"
    derived: list[float] = field(init=False, default_factory=lambda: [7.0])


TREES: list[Any] = [
    1.0,
    [1.0, [2.0, ()], {}],
    (1.0, (2.0,)),
    Pair(1.0, [2.0]),
    {"b": 1.0, "a": {"c": 2.0}},
    OrderedDict(b=1.0, a=2.0),
    Frozen(1.0),
    [None, "text", True, 1.0],
]


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_a_structure_is_put_together_as_it_was(tree: Any) -> None:
    numbers = trees.scalars(tree)
    twin = trees.replaced(tree, numbers)
    assert twin == tree
    assert type(twin) is type(tree)
    assert trees.replaced(tree, [x + 1 for x in numbers]) != tree or not numbers
    assert len(trees.paths(tree)) == len(numbers)
    assert trees.scalars_like(twin, tree) == numbers


def test_every_number_has_a_path() -> None:
    tree = {"a": [1.0, (2.0, None)], "b": Frozen(3.0), "c": np.zeros((1, 2)), "d": np.array(5.0)}
    want = ["['a'][0]", "['a'][1][0]", "['b'].x", "['b'].derived[0]", "['c'][0, 0]", "['c'][0, 1]", "['d']"]
    assert trees.paths(tree) == want
    assert trees.paths(1.0) == [""]


def test_the_kind_of_a_dict_is_kept_and_the_original_untouched() -> None:
    tree = defaultdict(list, {"a": [1.0]})
    twin = trees.replaced(tree, [2.0])
    assert type(twin) is defaultdict
    assert (tree["a"], twin["a"], twin["new"]) == ([1.0], [2.0], [])


def test_arrays_are_of_floats_or_of_objects() -> None:
    array = np.array([[1, 2]], dtype=np.int8)
    assert trees.replaced(array, [0.5, 1.5]).dtype == np.float64
    assert trees.replaced(array, [Value(0.5), 1.5]).dtype == object
    assert trees.scalars(array) == [1.0, 2.0]
    assert all(type(x) is float for x in trees.scalars([array, np.float32(2.0), 3]))


@pytest.mark.parametrize("odd", [{1.0}, range(3), 1j, b"text", object(), float, Frozen, iter([1.0])], ids=repr)
def test_what_is_no_structure_of_numbers_is_refused_with_its_type(odd: Any) -> None:
    with pytest.raises(TypeError, match=f"here: needs numbers, Values, or lists.* of type {type(odd).__name__}"):
        trees.scalars([1.0, odd], "here")
    assert trees.map_units(lambda x: x, [1.0, odd], strict=False) == [1.0, odd]


def test_two_structures_are_alike_if_their_shapes_are() -> None:
    pattern = [1.0, {"a": np.zeros(3), "b": None}]
    assert trees.scalars_like([Value(2.0), {"b": "text", "a": np.ones(3)}], pattern) == [Value(2.0), 1.0, 1.0, 1.0]
    for other in (
        [1.0, {"a": np.zeros(4), "b": None}],
        [1.0, {"a": np.zeros(3), "c": None}],
        [1.0, {"a": [0.0, 0.0, 0.0], "b": None}],
        (1.0, {"a": np.zeros(3), "b": None}),
        [1.0, {"a": np.zeros(3), "b": 1.0}],
        [(), {"a": np.zeros(3), "b": None}],
        [1.0, 2.0],
        1.0,
    ):
        with pytest.raises(ValueError, match="has not the structure of"):
            trees.scalars_like(other, pattern)


def test_structures_that_compare_in_their_own_way_are_compared_by_their_parts() -> None:
    @dataclass(eq=False)
    class Point:
        x: float

    assert trees.scalars_like(Point(2.0), Point(1.0)) == [2.0]
    counter = Counter(a=1, b=2)
    assert trees.replaced(counter, [3.0, 4.0]) == {"a": 3.0, "b": 4.0}


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_numbers_are_laid_side_by_side_and_put_back(tree: Any) -> None:
    flat, unravel = ravel(tree)
    assert flat == trees.scalars(tree)
    assert unravel(flat) == tree
    assert type(unravel(flat)) is type(tree)
    assert unravel(np.array(flat)) == tree
    assert trees.scalars(unravel([Value(x) for x in flat])) == flat


def test_arrays_are_laid_into_an_array() -> None:
    tree = {"a": np.array([[1.0, 2.0]]), "b": (3.0, "text")}
    flat, unravel = ravel(tree)
    assert (type(flat), flat.tolist()) == (np.ndarray, [1.0, 2.0, 3.0])
    tree["a"] = tree["b"] = None  # what comes back is as it was
    back = unravel(10.0 * flat)
    assert (back["a"].tolist(), back["b"]) == ([[10.0, 20.0]], (30.0, "text"))
    assert ravel(np.array([Value(1.0), 2.0]))[0].dtype == object


def test_an_optimiser_of_vectors_finds_the_parts_of_a_dict() -> None:
    def loss(p: Any) -> Any:
        return (p["slope"] - 3.0) ** 2 + sum((x - t) ** 2 for x, t in zip(p["rest"], [1.0, -2.0], strict=True))

    flat, unravel = ravel({"slope": 0.0, "rest": [0.0, 0.0]})
    found = optimize.minimize(value_and_grad(lambda z: loss(unravel(z))), flat, jac=True)
    best = unravel(found.x)
    assert (best["slope"], best["rest"]) == (pytest.approx(3.0), pytest.approx([1.0, -2.0]))
    assert grad(lambda z: loss(unravel(z)))(flat) == [-6.0, -2.0, 4.0]


def test_too_many_or_too_few_numbers_are_not_put_back() -> None:
    for wrong in ([1.0], [1.0, 2.0, 3.0], np.ones(3)):
        with pytest.raises(ValueError, match=r"unravel: needs 2 numbers for \{'a': \[1.0, 2.0\]\}, got [13]"):
            ravel({"a": [1.0, 2.0]})[1](wrong)
    with pytest.raises(TypeError, match="ravel: needs numbers"):
        ravel([{1.0}])

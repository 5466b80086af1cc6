"""Arguments of many samples as columns, and results put together from them, against what Python's lists say."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from extras import numpy as np

from autograd_lite import Value
from autograd_lite.programs.samples import Form, IrregularError, Samples


class Pair(NamedTuple):
    first: Any
    second: Any


@pytest.fixture(autouse=True)
def _numpy() -> None:
    np.array  # noqa: B018  (skips where it is not installed)


def columns(*args: Any, axes: Any = 0, **named: Any) -> list[list[float]]:
    return [column.tolist() for column in Samples(args, named, axes).columns]


def test_numbers_of_all_samples_lie_side_by_side() -> None:
    assert columns([1.0, 2.0, 3.0]) == [[1.0, 2.0, 3.0]]
    assert columns([(1.0, [2.0]), (3.0, [4.0])]) == [[1.0, 3.0], [2.0, 4.0]]
    assert columns([{"a": 1.0, "b": 2.0}, {"a": 3.0, "b": 4.0}]) == [[1.0, 3.0], [2.0, 4.0]]
    assert columns(Pair([1.0, 2.0], [3.0, 4.0])) == [[1.0, 2.0], [3.0, 4.0]]
    assert columns([np.array([1.0, 2.0]), np.array([3.0, 4.0])]) == [[1.0, 3.0], [2.0, 4.0]]


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_arrays_are_cut_along_any_axis(axis: int) -> None:
    whole = np.arange(24.0).reshape(2, 3, 4)
    found = Samples([whole], {}, axis)
    assert found.count == whole.shape[axis]
    for i in range(found.count):
        want = whole.take(i, axis)
        assert [column[i] for column in found.columns] == want.ravel().tolist()
        assert (found.at(i)[0] == want).all()
    assert found.arrays


def test_lists_are_cut_along_an_inner_axis() -> None:
    assert columns([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], axes=1) == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    assert Samples([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], {}, 1).at(2) == [[3.0, 6.0]]


def test_what_is_shared_stands_apart() -> None:
    found = Samples([[1.0, 2.0], (5.0, "text")], {"rate": 0.5}, (0, None))
    assert [column.tolist() for column in found.columns] == [[1.0, 2.0]]
    assert found.shared.tolist() == [5.0, 0.5]
    assert found.is_shared == [False, True, True]
    assert found.at(1) == [2.0, (5.0, "text")]


def test_the_key_is_that_of_a_sample() -> None:
    def key(*args: Any, **named: Any) -> Any:
        return Samples(args, named, 0).key

    assert key([1.0, 2.0]) == key([3.0]) != key([(1.0,)])
    assert key([(1.0, 2)]) != key([(1.0, 3)])
    assert key(np.ones(3)) != key([1.0] * 3)  # whose results are lists
    assert key([1.0], a=2.0) == key([1.0], a=3.0) != key([1.0], b=2.0)


def test_whole_numbers_of_arrays_are_recorded_as_floats() -> None:
    found = Samples([np.array([[1, 2], [3, 4]])], {}, 0)
    assert found.at(1)[0].dtype.kind == "i"
    assert found.recordable(1)[0].dtype.kind == "f"
    assert found.recordable(1)[0].tolist() == [3.0, 4.0]


@pytest.mark.parametrize(
    ("args", "axes"),
    [
        (([1.0, (2.0,)],), 0),
        (([1.0, 2.0], [1.0]), 0),
        (([1.0, Value(2.0)],), 0),
        (([(1.0, 2), (1.0, 3)],), 0),
        (([object(), object()],), 0),
        ((1.0,), 0),
        (([1.0],), None),
        (([1.0],), (0, 0)),
        (([1.0],), "x"),
    ],
)
def test_what_does_not_lie_side_by_side(args: Any, axes: Any) -> None:
    with pytest.raises(IrregularError):
        Samples(args, {}, axes)


@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_is_not_there(axis: int) -> None:
    with pytest.raises(IrregularError):
        Samples([np.ones((2, 2))], {}, axis)


def test_results_of_one_form_differ_in_numbers_only() -> None:
    def form(result: Any, arrays: bool = False) -> Form:
        return Form(result, arrays)

    one = form({"a": Value(1.0), "b": (2.0, np.array([3.0, 4.0]))})
    assert [one.numbers[0].data, *one.numbers[1:]] == [1.0, 2.0, 3.0, 4.0]
    assert one.pattern == form({"a": 9.0, "b": (9.0, np.array([9.0, 9.0]))}).pattern
    assert one.pattern != form({"a": 9.0, "c": (9.0, np.array([9.0, 9.0]))}).pattern
    assert one.pattern != form({"a": 9.0, "b": (9.0, np.array([9.0]))}).pattern
    again = one.rebuild([5.0, 6.0, 7.0, 8.0])
    assert (again["a"], again["b"][0], again["b"][1].tolist()) == (5.0, 6.0, [7.0, 8.0])
    for unfit in ([1.0], "text", None, (1.0, "text")):
        with pytest.raises(IrregularError):
            form(unfit)
    assert form([1.0, 2], arrays=True).numbers == [1.0, 2.0]


@pytest.mark.parametrize("arrays", [False, True])
def test_room_is_filled_number_by_number(arrays: bool) -> None:
    finish, views = Form((1.0, np.array([[1.0], [2.0]])), arrays).room(3)
    for i, view in enumerate(views):
        view[:] = [10.0 * i, 10.0 * i + 1.0, 10.0 * i + 2.0]
    alone, grids = finish()
    assert list(alone) == [0.0, 1.0, 2.0]
    assert type(alone) is (np.ndarray if arrays else list)
    assert grids.tolist() == [[[10.0], [20.0]], [[11.0], [21.0]], [[12.0], [22.0]]]

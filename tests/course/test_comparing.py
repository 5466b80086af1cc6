"""Answers side by side: what they are, which numbers they hold, and where they part."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from autograd_lite import Value
from autograd_lite.course.comparing import LONGEST, Difference, alike, differences, flat, kind, shapes_differ, shown


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "None"),
        (True, "a number"),
        (Value(1.0), "a number"),
        (np.float32(1.0), "a number"),
        ([], "a list of 0 numbers"),
        ([1.0], "a list of 1 number"),
        ({"w": 1.0, "b": 2.0}, "a list of 2 numbers"),
        (np.zeros((2, 3)), "2 rows of 3 numbers"),
        ([[1.0], [2.0, 3.0]], "a list of 2 parts"),
        ([1.0, "a"], "a list of 2 parts"),
        (len, "a function"),
        (int, "a class"),
        (object(), "an object of object"),
    ],
)
def test_what_an_answer_is(answer: Any, said: str) -> None:
    assert kind(answer) == said


def test_an_answer_is_flat_in_the_order_of_its_parts() -> None:
    assert flat({"w": [Value(1.0), 2], "b": (True, " Both ")}) == [1.0, 2.0, 1.0, "both"]
    assert flat(np.array([[1, 2], [3, 4]])) == [1.0, 2.0, 3.0, 4.0]
    assert flat([None, ...]) == [None, ...]


@pytest.mark.parametrize(
    ("given", "wanted", "are"),
    [
        ([1.0], [1.0 + 9e-7], True),
        ([1.0], [1.0 + 2e-6], False),
        ([1e6], [1e6 + 0.9], True),
        ([0.0], [9e-7], True),
        ([math.nan], [math.nan], True),
        ([math.nan], [1.0], False),
        ([math.inf], [math.inf], True),
        ([math.inf], [-math.inf], False),
        ([1.0], [1.0, 1.0], False),
        (["both"], [1.0], False),
        ([None], [...], False),
    ],
)
def test_numbers_are_alike_within_the_tolerance(given: list[Any], wanted: list[Any], are: bool) -> None:
    assert alike(given, wanted, 1e-6) is are
    assert alike(wanted, given, 1e-6) is are


@pytest.mark.parametrize(
    ("given", "right", "found"),
    [
        (1.0, 2.0, None),
        ([1.0, [2.0]], [3.0, (4.0,)], None),
        ([1.0], 1.0, Difference("", [1.0], 1.0)),
        ([1.0], [1.0, 2.0], Difference("", [1.0], [1.0, 2.0])),
        ([[1.0, 2.0], [3.0]], [[1.0, 2.0], [3.0, 4.0]], Difference("row 2", [3.0], [3.0, 4.0])),
        ([1.0, [2.0]], [1.0, 2.0], Difference("number 2 of 2", [2.0], 2.0)),
        ([[1.0], [2.0]], [1.0, 2.0], Difference("", [[1.0], [2.0]], [1.0, 2.0])),
    ],
)
def test_the_first_part_of_another_shape_is_found(given: Any, right: Any, found: Difference | None) -> None:
    assert shapes_differ(given, right) == found


def test_each_number_that_differs_is_found_by_its_name() -> None:
    given, right = [[1.0, 2.0], [3.0, 0.0]], [[0.0, 2.0], [3.0, 4.0]]
    assert list(differences(given, right, 1e-6)) == [
        Difference("row 1, number 1 of 2", 1.0, 0.0),
        Difference("row 2, number 2 of 2", 0.0, 4.0),
    ]
    assert [d.path for d in differences([1.0, 2.0], [0.0, 0.0], 1e-6, names=("the slope", "the height"))] == [
        "the slope",
        "the height",
    ]
    assert [d.path for d in differences({"w": 1.0, "b": 2.0}, {"w": 1.0, "b": 3.0}, 1e-6)] == ["b"]


def test_a_number_is_shown_with_the_digits_that_part_it_from_another() -> None:
    assert shown(Value(1 / 3)) == "0.3333"
    assert shown(1 / 3, beside=0.33333) == "0.333333333333"
    assert shown(1 / 3, beside=1 / 3) == "0.3333"
    assert shown(1 / 3, beside=Value(0.33333)) == "0.333333333333"
    assert shown(Value(1 / 3), beside=Value(0.33333)) == "0.333333333333"


def test_what_is_shown_of_a_long_answer_ends() -> None:
    assert shown([0.0] * 1000) == f"{('[' + '0, ' * LONGEST)[:LONGEST]} …"

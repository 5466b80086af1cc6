"""What is said of an answer: right, rounded, not done yet, or what is wrong with it and in which call."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest

from autograd_lite import Value
from autograd_lite.course import RIGHT, UNDONE, At, Exercise, Verdict, exercises, judge
from autograd_lite.course.judging import has_dots

SLOPE = Exercise("9.9", lambda x: 2 * x, ((lambda x: x * x, "that is the value."),), At(1.0, 3.0))


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict"),
    [
        (Exercise("1", 6.0), 6, RIGHT),
        (Exercise("1", 6.0), Value(6.0), RIGHT),
        (Exercise("1", 6.0), 6.0 + 1e-9, RIGHT),
        (Exercise("1", 6.0), np.float32(6.0), RIGHT),
        (Exercise("1", 6.0), math.nan, Verdict("wrong", "not yet: nan is not it. The hint may help.")),
        (Exercise("1", 0.0), 1e-3, Verdict("wrong", "not yet: 0.001 is not it. The hint may help.")),
        (Exercise("1", [1.0, [2.0]]), (1, [Value(2.0)]), RIGHT),
        (Exercise("1", [1.0, 2.0]), np.array([1, 2]), RIGHT),
        (Exercise("1", [1.0, 2.0]), [1.0, ...], UNDONE),
        (Exercise("1", "Both"), " both", RIGHT),
        (Exercise("1", True), True, RIGHT),
        (SLOPE, lambda x: x + x, RIGHT),
        (SLOPE, lambda x: 2 if x == 1 else 0, Verdict("wrong", "not yet: your function(3.0) gives 0, it should be 6.")),
    ],
)
def test_what_is_said(exercise: Exercise, answer: Any, verdict: Verdict) -> None:
    assert judge(exercise, answer) == verdict


def exercise(name: str) -> Exercise:
    return exercises(name.partition(".")[0])[name]


@pytest.mark.parametrize(
    ("name", "answer", "digits"),
    [("2.5", 9.5e-7, "9.536743164e-07"), ("5.1", [1.46, -0.78], "1.464, -0.784"), ("7.5", 116, "115.7407523")],
)
def test_a_right_number_may_be_rounded_as_the_lesson_prints_it(name: str, answer: Any, digits: str) -> None:
    assert judge(exercise(name), answer) == Verdict(
        "right", f"right, as it is rounded; with more digits it is {digits}."
    )


@pytest.mark.parametrize(("name", "answer"), [("2.5", 9.6e-7), ("1.4", 13), ("1.4", 13.46), ("5.1", [1.5, -0.78])])
def test_a_number_that_is_rounded_too_far_or_wrongly_is_not_right(name: str, answer: Any) -> None:
    assert judge(exercise(name), answer).kind == "wrong"


def test_a_function_that_changes_its_arguments_does_not_change_the_question() -> None:
    exercise = Exercise("1", lambda xs: [x + 1 for x in xs], (), At([1.0, 2.0]))

    def clear(xs: list[float]) -> list[float]:
        xs.clear()
        return xs

    said = "clear([1.0, 2.0]) gives a list of 0 numbers, it should be a list of 2 numbers."
    assert judge(exercise, clear) == Verdict("wrong", said)
    assert judge(exercise, lambda xs: [2.0, 3.0]) == RIGHT


def test_what_an_answer_prints_is_still_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(x: float) -> float:
        print("x is", x)
        return 2 * x

    assert judge(SLOPE, loud) == RIGHT
    assert capsys.readouterr().out == "x is 1.0\nx is 3.0\n"


def test_what_a_learner_interrupts_stops() -> None:
    def endless(x: float) -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(SLOPE, endless)


def test_a_known_mistake_is_told_before_what_all_numbers_betray() -> None:
    turned = Exercise("1", 6.0, ((-6.0, "that is the way down."),))
    assert judge(turned, -6.0).message == "that is the way down."
    assert judge(Exercise("1", 6.0), -6.0).message.endswith("The size is right, the sign is not.")


@pytest.mark.parametrize(
    ("answer", "pattern"),
    [
        (lambda x: -2 * x, "The size is right, the sign is not."),
        (lambda x: 4 * x, "It is twice too much."),
        (lambda x: x, "It is half of it."),
        (lambda x: 8 - 2 * x, "The numbers are right, their order is not."),
        (lambda x: 5.0, "It gives the same for every call, though the arguments differ."),
        (lambda x: ((x + 1e-4) ** 2 - x**2) / 1e-4, "is a slope nudged that should be exact"),
    ],
)
def test_a_pattern_is_told_that_all_calls_share(answer: Any, pattern: str) -> None:
    said = judge(SLOPE, answer).message
    assert said.startswith("not yet: your function(1.0) gives")
    assert pattern in said


@pytest.mark.parametrize("answer", [7.0, 12.0, 3.0, "7"])
def test_of_one_number_the_message_does_not_give_away_the_answer(answer: Any) -> None:
    said = judge(Exercise("1", 6.0), answer).message
    assert not any(given in said for given in ("6", "twice", "half"))


@pytest.mark.parametrize(
    ("wanted", "answer", "said"),
    [
        (6.0, abs, "the question asks for a number, this is a function: call it."),
        (abs, 6.0, "the question asks for a function, this is a number: give its name alone, without brackets."),
        (Value, 6.0, "the question asks for the class itself, this is a number."),
        (6.0, [6.0], "the question asks for a number, this is a list of 1 number: the numbers are right, "),
        (6.0, None, "this is None"),
    ],
)
def test_another_kind_of_thing_is_told_as_such(wanted: Any, answer: Any, said: str) -> None:
    assert judge(Exercise("1", wanted), answer).message.startswith(said)


def test_a_call_that_raises_is_told_with_its_line() -> None:
    def broken(x: float) -> float:
        return 2 * x * (x - 3.0) / (x - 3.0)

    said = judge(SLOPE, broken).message
    assert said.startswith(
        "broken(3.0) stops at your line `return 2 * x * (x - 3.0) / (x - 3.0)` with ZeroDivisionError"
    )


def test_a_function_of_other_arguments_is_told_so_before_a_call() -> None:
    def of_two(x: float, y: float) -> float:
        raise AssertionError("called")

    assert judge(SLOPE, of_two).message == "it is called as of_two(1.0): missing a required argument: 'y'."
    assert judge(SLOPE, functools.partial(lambda y, x: y * x, 2)) == RIGHT


def test_a_function_that_prints_in_the_place_of_return_is_told_so() -> None:
    def loud(x: float) -> None:
        print(2 * x)

    assert "write return in the place of print" in judge(SLOPE, loud).message


def test_dots_in_brackets_are_not_taken_for_what_is_to_be_filled_in() -> None:
    def ready(x: Any) -> Any:
        return x[..., 0]

    def stub(x: Any) -> Any:
        y = ...
        return x[..., 0] + y

    class Half:
        def full(self) -> int:
            return 1

        def empty(self) -> Any:
            return ...

    assert [has_dots(one) for one in (ready, stub, Half, functools.partial(stub, 1), abs)] == [
        False,
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("wrong", [lambda x: Value(2.001) * x, lambda x: Value(x) * 3.0])
def test_a_wrong_answer_that_is_a_value_is_judged_by_its_number(wrong: Any) -> None:
    said = judge(SLOPE, wrong).message
    assert said == judge(SLOPE, lambda x: wrong(x).data).message
    assert said.startswith("not yet: your function(1.0) gives")

"""The checkers of the course: the right answer passes, and each listed mistake is told by its own message."""

from __future__ import annotations

import importlib
import math
import pkgutil
from typing import Any

import numpy as np
import pytest

from autograd_lite import Value, course
from autograd_lite.course import RIGHT, UNDONE, At, Exercise, Formula, Verdict, check, exercises, judge

LESSONS = [str(int(name[-2:])) for _, name, _ in pkgutil.iter_modules(course.__path__) if name.startswith("lesson_")]
EXERCISES = {name: row for lesson in LESSONS for name, row in exercises(lesson).items()}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_right_answer_is_right(exercise: Exercise) -> None:
    assert judge(exercise, exercise.right) == RIGHT


@pytest.mark.parametrize(
    ("exercise", "place"),
    [pytest.param(e, i, id=f"{e.name}-{i}") for e in EXERCISES.values() for i in range(len(e.wrong))],
)
def test_each_mistake_is_told_by_its_own_message(exercise: Exercise, place: int) -> None:
    answer, message = exercise.wrong[place]
    assert judge(exercise, answer) == Verdict("wrong", message)
    assert [text for _, text in exercise.wrong].count(message) == 1
    assert message.endswith(".")


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_an_exercise_knows_mistakes_and_what_is_not_done(exercise: Exercise) -> None:
    assert len(exercise.wrong) >= 2
    assert judge(exercise, ...) == UNDONE
    if callable(exercise.right) and not isinstance(exercise.right, type):
        assert judge(exercise, lambda *args: ...) == UNDONE
        assert judge(exercise, lambda *args: 2.0 * ...) == UNDONE  # a stub that is filled in halfway


@pytest.mark.parametrize("lesson", LESSONS)
def test_exercises_are_numbered_within_their_lesson(lesson: str) -> None:
    rows = importlib.import_module(f"autograd_lite.course.lesson_{int(lesson):02}").EXERCISES
    assert [row.name for row in rows] == [f"{lesson}.{i + 1}" for i in range(len(rows))]


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    check("0.1", 6)
    check("0.1", 3)
    check("0.1", ...)
    assert [line[0] for line in capsys.readouterr().out.splitlines()] == ["✓", "✗", "○"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("0.99", r"the exercises of this lesson are 0\.1, 0\.2.*, got '0\.99'"),
        ("0", "got '0'"),
        ("99.1", "there are exercises for the lessons 0, 1, .*, got '99'"),
        ("x.1", "got 'x'"),
        ("", "got ''"),
    ],
)
def test_an_unknown_exercise_is_refused(name: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        check(name, 1)


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


@pytest.mark.parametrize(
    ("name", "answer", "digits"),
    [("2.5", 9.5e-7, "9.536743164e-07"), ("5.1", [1.46, -0.78], "1.464, -0.784"), ("7.5", 116, "115.7407523")],
)
def test_a_right_number_may_be_rounded_as_the_lesson_prints_it(name: str, answer: Any, digits: str) -> None:
    assert judge(EXERCISES[name], answer) == Verdict(
        "right", f"right, as it is rounded; with more digits it is {digits}."
    )


@pytest.mark.parametrize(("name", "answer"), [("2.5", 9.6e-7), ("1.4", 13), ("1.4", 13.46), ("5.1", [1.5, -0.78])])
def test_a_number_that_is_rounded_too_far_or_wrongly_is_not_right(name: str, answer: Any) -> None:
    assert judge(EXERCISES[name], answer).kind == "wrong"


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


@pytest.mark.parametrize("text", ["x**3", "exp(x) / x", "1 / x"])
def test_a_formula_is_what_it_says(text: str) -> None:
    assert Formula(text)(2.0) == {"x**3": 8.0, "exp(x) / x": math.exp(2.0) / 2.0, "1 / x": 0.5}[text]
    assert str(Formula(text)) == f"f(x) = {text}"

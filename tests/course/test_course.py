"""The checkers of the course: the right answer passes, and each listed mistake is told by its own message."""

from __future__ import annotations

import importlib
import math
import pkgutil
from typing import Any

import pytest

from autograd_lite import Value, course
from autograd_lite.course import RIGHT, UNDONE, At, Exercise, check, exercises, judge

LESSONS = [str(int(name[-2:])) for _, name, _ in pkgutil.iter_modules(course.__path__)]
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
    assert judge(exercise, answer) == message
    assert [text for _, text in exercise.wrong].count(message) == 1
    assert message not in (RIGHT, UNDONE)
    assert message.endswith(".")


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_an_exercise_knows_mistakes_and_what_is_not_done(exercise: Exercise) -> None:
    assert len(exercise.wrong) >= 2
    assert judge(exercise, ...) == UNDONE
    assert judge(exercise, None) == UNDONE
    if callable(exercise.right) and not isinstance(exercise.right, type):
        assert judge(exercise, lambda *args: ...) == UNDONE
        assert judge(exercise, lambda *args: None) == UNDONE
        assert judge(exercise, lambda *args: 2.0 * ...) == UNDONE  # a stub that is filled in halfway


SLOPE = Exercise("9.9", lambda x: 2 * x, ((lambda x: x * x, "that is the value."),), At(1.0, 3.0))


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict"),
    [
        (Exercise("1", 6.0), 6, RIGHT),
        (Exercise("1", 6.0), Value(6.0), RIGHT),
        (Exercise("1", 6.0), 6.0 + 1e-9, RIGHT),
        (Exercise("1", 6.0), 6.1, "not yet: 6.1 is not it. The hint may help."),
        (Exercise("1", 6.0), math.nan, "not yet: nan is not it. The hint may help."),
        (Exercise("1", 0.0), 1e-3, "not yet: 0.001 is not it. The hint may help."),
        (Exercise("1", [1.0, [2.0]]), (1, Value(2.0)), RIGHT),
        (Exercise("1", [1.0, 2.0]), [1.0, 3.0], "not yet: number 2 of 2, 3, is not it. The hint may help."),
        (Exercise("1", [1.0, 2.0]), 1.0, "not yet: 2 numbers are asked for, there are 1."),
        (Exercise("1", [1.0, 2.0]), [1.0, ...], UNDONE),
        (Exercise("1", "Both"), " both", RIGHT),
        (Exercise("1", "both"), "one", "not yet: one is not it. The hint may help."),
        (Exercise("1", "both"), 1.0, "not yet: 1 is not it. The hint may help."),
        (Exercise("1", True), True, RIGHT),
        (SLOPE, lambda x: x + x, RIGHT),
        (SLOPE, lambda x: x**2, "that is the value."),
        (SLOPE, lambda x: 2 if x == 1 else 0, "not yet: at (3.0) it gives 0. The hint may help."),
        (SLOPE, lambda x: [][0], "it stops with IndexError: list index out of range"),
        (
            Exercise("1", lambda f, x: 3.0, (), At((abs, 2.0))),
            lambda f, x: f(x),
            "not yet: at (f, 2.0) it gives 2. The hint may help.",
        ),
        (SLOPE, 6.0, "it stops with TypeError: 'float' object is not callable"),
        (Exercise("1", 6.0), object(), None),
    ],
)
def test_what_is_said(exercise: Exercise, answer: Any, verdict: str | None) -> None:
    said = judge(exercise, answer)
    assert said.startswith("it stops with TypeError") if verdict is None else said == verdict


def test_a_function_that_changes_its_arguments_does_not_change_the_question() -> None:
    exercise = Exercise("1", lambda xs: [x + 1 for x in xs], (), At([1.0, 2.0]))

    def clear(xs: list[float]) -> list[float]:
        xs.clear()
        return xs

    assert judge(exercise, clear) == "not yet: 2 numbers are asked for, there are 0."
    assert judge(exercise, lambda xs: [2.0, 3.0]) == RIGHT


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


@pytest.mark.parametrize("lesson", LESSONS)
def test_exercises_are_numbered_within_their_lesson(lesson: str) -> None:
    rows = importlib.import_module(f"autograd_lite.course.lesson_{int(lesson):02}").EXERCISES
    assert [row.name for row in rows] == [f"{lesson}.{i + 1}" for i in range(len(rows))]

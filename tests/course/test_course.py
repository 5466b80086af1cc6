"""The checkers of the course: the right answer passes, and each listed mistake is told by its own message."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from autograd_lite import course
from autograd_lite.course import RIGHT, UNDONE, Exercise, Verdict, check, exercises, judge

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

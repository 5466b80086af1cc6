"""The checkers of the course: every exercise knows its answer, and the mistakes that are often made.

One exercise, one row, in the file of its lesson.
"""

from __future__ import annotations

import copy
import importlib
import math
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..calculus.trees import is_structure, parts, scalars
from ..engine.group import plain
from ..transcript.texts import short

RIGHT = "right."
UNDONE = "not done yet. Put your answer in place of the dots and run the cell again."
MARKS = {RIGHT: "✓", UNDONE: "○"}


def itself(answer: Any) -> Any:
    """How an answer is read that is a number, a text, or a structure of them."""
    return answer


class At:
    """How an answer is read that is a function: by what it returns at some points.

    Args:
        points: A tuple is a list of arguments; anything else is the one argument.

    >>> At(1.0, (2.0,))(lambda x: 10 * x)
    [10.0, 20.0]
    """

    def __init__(self, *points: Any) -> None:
        self.points = [point if isinstance(point, tuple) else (point,) for point in points]

    def __call__(self, function: Any) -> list[Any]:
        # Copies: a function that changes its arguments must not change the question.
        return [function(*copy.deepcopy(point)) for point in self.points]


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise of the course.

    Attributes:
        name: The number of its lesson, a dot, its own number.
        right: The right answer.
        wrong: Answers that mistakes lead to, each with what is said to who gives it.
        read: What makes numbers or texts of an answer, by which it is compared.
        tolerance: How far numbers may be apart, relative to the right one, or absolutely below 1.
    """

    name: str
    right: Any
    wrong: tuple[tuple[Any, str], ...] = ()
    read: Callable[[Any], Any] = itself
    tolerance: float = 1e-6


def exercises(lesson: str) -> dict[str, Exercise]:
    """The exercises of a lesson, by name.

    Args:
        lesson: Its number.

    Raises:
        ValueError: There is no such lesson, or it has no exercises.

    >>> list(exercises("1"))[0]
    '1.1'
    """
    modules = {int(name[-2:]): name for _, name, _ in pkgutil.iter_modules(__path__) if name.startswith("lesson_")}
    if not lesson.isdecimal() or int(lesson) not in modules:
        raise ValueError(f"course: there are exercises for the lessons {', '.join(map(str, modules))}, got {lesson!r}")
    rows = importlib.import_module(f"{__name__}.{modules[int(lesson)]}").EXERCISES
    return {row.name: row for row in rows}


def check(name: str, answer: Any) -> None:
    """Say whether an answer is right, and if it is not, which mistake it looks like.

    Args:
        name: Of the exercise: the number of its lesson, a dot, its own number.
        answer: What the exercise asks for: a number, a list of numbers, a text, a function, a Value.

    Raises:
        ValueError: There is no such exercise.

    >>> check("1.1", 8.0)
    ✓ Exercise 1.1: right.
    >>> check("1.1", ...)
    ○ Exercise 1.1: not done yet. Put your answer in place of the dots and run the cell again.
    """
    known = exercises(name.partition(".")[0])
    if name not in known:
        raise ValueError(f"check: the exercises of this lesson are {', '.join(known)}, got {name!r}")
    verdict = judge(known[name], answer)
    print(f"{MARKS.get(verdict, '✗')} Exercise {name}: {verdict}")


def judge(exercise: Exercise, answer: Any) -> str:
    """What is to be said of an answer: `RIGHT`, `UNDONE`, or what is wrong with it.

    >>> judge(Exercise("1", 6.0, ((9.0, "that is the value."),)), 9.0)
    'that is the value.'
    """
    try:
        given = _flat(exercise.read(answer)) if answer is not ... and answer is not None else [...]
    except Exception as error:  # whatever a learner's code may raise is told, not thrown
        undone = "ellipsis" in str(error) or "NoneType" in str(error)
        return UNDONE if undone else f"it stops with {type(error).__name__}: {error}"
    if ... in given or None in given:
        return UNDONE
    right = _flat(exercise.read(exercise.right))
    if _alike(given, right, exercise.tolerance):
        return RIGHT
    for mistake, message in exercise.wrong:
        if _alike(given, _flat(exercise.read(mistake)), exercise.tolerance):
            return message
    if len(given) != len(right):
        return f"not yet: {len(right)} numbers are asked for, there are {len(given)}."
    return f"not yet: {_first_difference(exercise, given, right)}. The hint may help."


def _flat(answer: Any) -> list[Any]:
    """The numbers and texts of an answer, and what stands where one is missing."""
    if answer is ... or answer is None:
        return [answer]
    if isinstance(answer, str):
        return [answer.strip().casefold()]
    if is_structure(answer):
        return [item for part in parts(answer) for item in _flat(part)]
    if isinstance(answer, bool):
        return [float(answer)]
    return [plain(x) for x in scalars(answer, "check")]


def _alike(given: list[Any], wanted: list[Any], tolerance: float) -> bool:
    return len(given) == len(wanted) and all(_same(x, y, tolerance) for x, y in zip(given, wanted, strict=True))


def _same(x: Any, y: Any, tolerance: float) -> bool:
    if isinstance(x, str) or isinstance(y, str):
        return bool(x == y)
    return x == y or (x != x and y != y) or math.isclose(x, y, rel_tol=tolerance, abs_tol=tolerance)


def _first_difference(exercise: Exercise, given: list[Any], right: list[Any]) -> str:
    place = next(i for i, pair in enumerate(zip(given, right, strict=True)) if not _same(*pair, exercise.tolerance))
    got = given[place] if isinstance(given[place], str) else short(given[place])
    if isinstance(exercise.read, At) and len(exercise.read.points) == len(given):
        point = ", ".join(["f" if callable(x) else str(x) for x in exercise.read.points[place]])
        return f"at ({point}) it gives {got}"
    return f"{got} is not it" if len(given) == 1 else f"number {place + 1} of {len(given)}, {got}, is not it"

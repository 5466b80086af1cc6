"""The checkers of the course: every exercise knows its answer, and the mistakes that are often made.

One exercise, one row, in the file of its lesson.
"""

from __future__ import annotations

import importlib
from typing import Any

from .exercise import EXACT as EXACT
from .exercise import At as At
from .exercise import Exercise as Exercise
from .exercise import Formula as Formula
from .exercise import in_any_order as in_any_order
from .judging import RIGHT as RIGHT
from .judging import UNDONE as UNDONE
from .judging import Verdict as Verdict
from .judging import fits as fits
from .judging import judge as judge

#: How the files of the lessons are called, each begun by its number.
LESSONS = (
    "00_start_here",
    "01_derivatives",
    "02_chain_rule",
    "03_gradients",
    "04_jacobians_and_hessians",
    "05_gradient_descent",
    "06_neurons_layers_networks",
    "07_backpropagation",
    "08_a_network_that_learns",
    "09_build_your_own",
    "10_beyond",
)
MARKS = {"right": "✓", "wrong": "✗", "undone": "○"}


def exercises(lesson: str) -> dict[str, Exercise]:
    """The exercises of a lesson, by name.

    Args:
        lesson: Its number.

    Raises:
        ValueError: There is no such lesson, or it has no exercises.

    >>> list(exercises("1"))[0]
    '1.1'
    """
    if not lesson.isdecimal() or int(lesson) >= len(LESSONS):
        known = ", ".join(map(str, range(len(LESSONS))))
        raise ValueError(f"course: there are exercises for the lessons {known}, got {lesson!r}")
    rows = importlib.import_module(f"{__name__}.lesson_{int(lesson):02}").EXERCISES
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
    print(f"{MARKS[verdict.kind]} Exercise {name}: {verdict.message}")

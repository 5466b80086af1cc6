"""What an exercise is: its right answer, the mistakes that are often made, and how an answer is read."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine import table
from ..engine.group import plain
from ..engine.value import Value

#: The tolerance where a slope is asked for that is not to be nudged: no nudge comes so near.
EXACT = 1e-12


def itself(answer: Any) -> Any:
    """How an answer is read that is a number, a text, or a structure of them."""
    return answer


def in_any_order(answer: Any) -> Any:
    """How an answer is read that is a list whose order is free.

    >>> in_any_order([3, 2.0])
    [2.0, 3]
    """
    try:
        return sorted(answer, key=lambda x: float(plain(x) if isinstance(x, Value) else x))
    except (TypeError, ValueError):  # no list, or no numbers: the judge says so
        return answer


class Formula:
    """A function that is given to an answer, and which messages show.

    >>> f = Formula("x**2 + 2*x")
    >>> f(3.0), str(f)
    (15.0, 'f(x) = x**2 + 2*x')
    """

    def __init__(self, text: str, arguments: str = "x") -> None:
        self.text, self.arguments = text, arguments
        self._function = eval(f"lambda {arguments}: {text}", dict(vars(table)))

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __str__(self) -> str:
        return f"f({self.arguments}) = {self.text}"


class CallError(Exception):
    """A learner's function raises in a call; its cause is what it raises.

    Attributes:
        place: Which call it is; the first is 0.
    """

    def __init__(self, call: str, place: int) -> None:
        super().__init__(call)
        self.place = place


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
        found = []
        for place, point in enumerate(self.points):
            try:
                found.append(function(*self.given(point)))
            except Exception as error:  # whatever a learner's code may raise is told, not thrown
                raise CallError(self.call(function, place), place) from error
        return found

    def first(self, count: int) -> At:
        """The same, at the first points only.

        >>> At(1.0, 2.0, 3.0).first(2).points
        [(1.0,), (2.0,)]
        """
        fewer = copy.copy(self)
        fewer.points = self.points[:count]
        return fewer

    def given(self, point: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments of a call: copies, since a function that changes them must not change the question."""
        return copy.deepcopy(point)

    def call(self, function: Any, place: int) -> str:
        """A call as it is written.

        >>> At((Formula("x**2"), 3.0)).call(lambda f, x: f(x), 0)
        'your function(f, 3.0) with f(x) = x**2'
        """
        point = self.points[place]
        formulas = [f" with {x}" for x in point if isinstance(x, Formula)]
        return f"{named(function)}({', '.join(map(_written, point))}){''.join(formulas)}"


def named(function: Any) -> str:
    """What a function is called in messages."""
    function = function.func if isinstance(function, functools.partial) else function
    name = getattr(function, "__name__", "<lambda>")
    return "your function" if name == "<lambda>" else name


def _written(argument: Any) -> str:
    if isinstance(argument, Formula):
        return "f"
    return str(getattr(argument, "__name__", argument)).strip("_")


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise of the course.

    Attributes:
        name: The number of its lesson, a dot, its own number.
        right: The right answer.
        wrong: Answers that mistakes lead to, each with what is said to who gives it.
        read: What makes numbers or texts of an answer, by which it is compared.
        tolerance: How far numbers may be apart, relative to the right one, or absolutely below 1.
        parts: What the numbers of an answer are called, or those that a function returns.
        floats: Whether an answer has to be made of floats, and Values are not taken for them.
    """

    name: str
    right: Any
    wrong: tuple[tuple[Any, str], ...] = ()
    read: Callable[[Any], Any] = itself
    tolerance: float = 1e-6
    parts: tuple[str, ...] = ()
    floats: bool = False

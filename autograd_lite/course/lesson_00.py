"""Start here: the exercises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..calculus.functional import grad
from ..engine.value import Value
from . import EXACT, At, Exercise, Formula, in_any_order


def _slope(f: Callable[[Any], Any], x: float, read: Callable[[Value, Value], float]) -> float:
    leaf = Value(x)
    y = f(leaf)
    y.backward()
    return read(leaf, y)


EXERCISES = [
    Exercise(
        "0.1",
        6.0,
        (
            (7.0, "a is used twice, but it is one number: one box with two edges that leave it. Draw it and count."),
            (3.0, "those are only half of them: every operation has a box of its own, and so has every leaf."),
            (5.0, "the product at the end has a box too, and so have all three leaves."),
        ),
    ),
    Exercise(
        "0.2",
        lambda a, b: (a + b) * b,
        (
            (lambda a, b: a + b * b, "Python multiplies before it adds. In the picture the sum comes first: brackets."),
            (lambda a, b: (a + b) * a, "the edge that skips the sum starts at b, not at a."),
            (lambda a, b: a + b, "that is only the first box; one more operation follows it."),
            (lambda a, b: (a + b) + b, "the symbol in the last box is *, not +."),
            (lambda a, b: a * b + b, "the other way round: the sum is the first box, the product the last."),
            (lambda a, b: b * b, "a goes into the sum as well."),
        ),
        At((2.0, 3.0), (-1.0, 0.5), (4.0, -2.0)),
    ),
    Exercise(
        "0.3",
        grad(lambda x: x * x + 2 * x)(3.0) * 0.01,
        (
            (8.0, "that is the gradient: the change for each unit of x. The step is only 0.01 of a unit."),
            (15.0801, "that is where y truly lands; the question asks how far the gradient says that it moves."),
            (15.08, "that is where y lands; the question asks how far it moves."),
            (0.0801, "that is the true change. The gradient's prediction is a little simpler: gradient times step."),
            (-0.08, "x grows and the gradient is above 0, so y grows too: mind the sign."),
        ),
        tolerance=1e-9,
    ),
    Exercise(
        "0.4",
        lambda f, x: _slope(f, x, lambda leaf, y: leaf.grad),
        (
            (
                lambda f, x: _slope(f, x, lambda leaf, y: y.data),
                "that is the value, f(x) or y.data; after backward() the slope is in x.grad.",
            ),
            (
                lambda f, x: _slope(f, x, lambda leaf, y: y.grad),
                "that is 1, which is ∂y/∂y: go backward from the result y, and return x.grad.",
            ),
            (
                lambda f, x: 0.0,
                "the gradient is still 0: call backward(), with its brackets, on the result, and read it after.",
            ),
            (lambda f, x: _slope(f, x, lambda leaf, y: leaf.data), "you return x.data, the number that was given."),
        ),
        At((Formula("x*x + 2*x"), 3.0), (Formula("1 / x"), 2.0), (Formula("x**3"), -1.0)),
        tolerance=EXACT,
    ),
    Exercise(
        "0.5",
        [3.0, 3.0, 2.0],
        (
            ([6.0, 2.0], "x · x uses x twice, and each use brings a contribution of its own: there are three."),
            ([8.0], "that is the sum of the contributions; the question asks for them one by one."),
            ([3.0, 2.0], "one is missing: two edges lead from x to x · x."),
            ([3.0, 3.0, 2.0, 8.0], "the contributions alone, please: 8 is their sum."),
        ),
        in_any_order,
    ),
]

"""Gradients: the exercises."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..calculus.functional import directional_derivative, grad
from ..engine.table import dot
from . import EXACT, At, Exercise, Formula

Function = Callable[..., Any]

MIXED, BOWL = Formula("x**2 + 3*x*y + y**2", "x, y"), Formula("x**2 + 4*y**2", "x, y")


def _gradient(f: Function, point: Sequence[float]) -> list[float]:
    return list(grad(lambda p: f(*p))(list(point)))


def _moved(f: Function, x: float, y: float, step: float, *, unit: bool = True) -> list[float]:
    """The point reached from (x, y) by a step along the gradient, which may be made one unit long before."""
    slopes = _gradient(f, [x, y])
    length = math.hypot(*slopes) if unit else 1.0
    return [x + step * slopes[0] / length, y + step * slopes[1] / length]


def _slope_towards(direction: Sequence[float]) -> dict[str, Any]:
    """How steep the bowl is at (1, 1) in a direction; all that are level read alike."""
    h, k = direction
    across, up = _gradient(BOWL, [1.0, 1.0])
    rise, length = across * h + up * k, math.hypot(h, k)
    return {"the slope in this direction": rise / length if length else "none"}


EXERCISES = [
    Exercise(
        "3.1",
        _gradient(lambda x, y: x**2 * y + 3 * y, [2.0, 5.0]),
        (
            ([7.0, 20.0], "both are right, but the order is not: first the one for x."),
            ([4.0, 7.0], "for ∂f/∂x the y is held still, but it remains as a factor."),
            ([20.0, 4.0], "for ∂f/∂y one term is missing: 3y moves with y, too."),
            ([20.0, 3.0], "for ∂f/∂y one term is missing: x² is held still there, but it is a factor of y."),
            ([23.0, 7.0], "for ∂f/∂x the term 3y is a constant; its derivative is 0."),
            ([10.0, 7.0], "for ∂f/∂x the 2 is missing: x² has the derivative 2x."),
            ([27.0], "keep them apart: a gradient has one number for each variable, not their sum."),
            ([35.0], "that is the value of f; the question asks for its two slopes."),
        ),
        parts=("∂f/∂x", "∂f/∂y"),
    ),
    Exercise(
        "3.2",
        _gradient,
        (
            (
                lambda f, point: [len(point) * slope for slope in _gradient(f, point)],
                "each number is the right one times the number of leaves: backward() adds, so call it once.",
            ),
            (
                lambda f, point: [sum(_gradient(f, point))] * len(point),
                "all numbers are alike: each number of the point needs a leaf of its own.",
            ),
            (
                lambda f, point: [(k + 1) * slope for k, slope in enumerate(_gradient(f, point))],
                "backward() is called once for each leaf, and adds each time: one call fills all of them in.",
            ),
            (lambda f, point: _gradient(f, point)[::-1], "the order is turned round."),
            (lambda f, point: list(point), "those are the numbers of the leaves; their slopes are in .grad."),
            (lambda f, point: [0.0] * len(point), "all slopes are 0, as they are before backward() is called."),
            (lambda f, point: [f(*point)], "that is the value of f."),
        ),
        At(
            (Formula("x**2 + 4*x*y", "x, y"), [1.0, 3.0]),
            (Formula("x*y + exp(z)*x", "x, y, z"), [2.0, -1.0, 0.5]),
        ),
        tolerance=EXACT,
    ),
    Exercise(
        "3.3",
        dot(_gradient(BOWL, [1.0, 1.0]), [-0.01, 0.02]),
        (
            (0.18, "the first step is to the left: its part counts below 0."),
            (-0.04, "each step belongs to its own slope: the first to ∂f/∂x, the second to ∂f/∂y."),
            (5.14, "that is the new height; the question asks for the change."),
            (
                BOWL(0.99, 1.02) - BOWL(1.0, 1.0),
                "that is the true change; the question asks what the gradient predicts.",
            ),
            (0.16, "that is the part of y alone; x moves, too."),
            (0.1, "each knob has its own slope; add the products, not the steps."),
        ),
        tolerance=1e-8,
    ),
    Exercise(
        "3.4",
        directional_derivative(lambda p: MIXED(*p), [2.0, 1.0], [3.0, 4.0]),
        (
            (53.0, "(3, 4) is not one unit long: divide by its length."),
            (53 / 7, "the length of (3, 4) is not 3 + 4; use Pythagoras."),
            (53 / 25, "divide by the length, not by its square."),
            (10.4, "the two partial derivatives are swapped."),
            (math.sqrt(113), "that is the steepest slope, the length of the gradient; another direction is asked for."),
            (7.0, "that is the slope at (1, 1), or ∂f/∂x alone; take ∇f at (2, 1), and both of its numbers."),
        ),
    ),
    Exercise(
        "3.5",
        [8.0, -2.0],
        (
            ([2.0, 8.0], "that is the steepest way up."),
            ([-2.0, -8.0], "that is the steepest way down."),
            ([8.0, 2.0], "swapping alone is not enough: f rises there, since both parts are above 0."),
            ([2.0, -8.0], "turning a sign round alone is not enough: the 8 still meets the 8."),
            ([-1.0, -1.0], "that is the way to the lowest point, and f falls along it."),
            ([0.0, 0.0], "that leads nowhere: the two numbers must not both be 0."),
        ),
        _slope_towards,
    ),
    Exercise(
        "3.6",
        lambda f, x, y, length: _moved(f, x, y, -length),
        (
            (lambda f, x, y, length: _moved(f, x, y, length), "that way f rises: go against the gradient."),
            (
                lambda f, x, y, length: _moved(f, x, y, -length, unit=False),
                "the step is not `length` units long: divide the gradient by its own length first.",
            ),
            (
                lambda f, x, y, length: _moved(f, x, y, -length / math.hypot(*_gradient(f, [x, y]))),
                "it is divided by the length of the gradient twice; once is enough.",
            ),
            (
                lambda f, x, y, length: [b - a for a, b in zip((x, y), _moved(f, x, y, -length), strict=True)],
                "that is the step; the question asks for the point where it leads.",
            ),
            (
                lambda f, x, y, length: _moved(
                    f, x, y, -length * math.hypot(*_gradient(f, [x, y])) / math.fsum(_gradient(f, [x, y]))
                ),
                "the length of the gradient is not the sum of its two numbers: use hypot.",
            ),
            (
                lambda f, x, y, length: _moved(f, x, y, -1.0),
                "the direction is right, but the step is 1 unit long, whatever `length` is.",
            ),
        ),
        At((BOWL, 1.0, 1.0, 0.1), (MIXED, 2.0, -1.0, 0.5)),
        parts=("x", "y"),
    ),
]

"""Gradient descent: the exercises."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..calculus.functional import grad
from . import At, Exercise, Formula

Landscape = Callable[[Any, Any], Any]
Point = tuple[float, float]

LANDSCAPE = Formula("(x - 3)**2 + 2*(y + 1)**2", "x, y")
TILTED = Formula("x**2 + x*y + 2*y**2 + y", "x, y")  # here it matters that both numbers move at once


def _descend(f: Landscape, start: Point, rate: float, count: int) -> list[Point]:
    path = [start]
    for _ in range(count):
        x, y = path[-1]
        along_x, along_y = grad(f, argnums=(0, 1))(x, y)
        path.append((x - rate * along_x, y - rate * along_y))
    return path


def _one_after_the_other(f: Landscape, start: Point, rate: float, count: int) -> list[Point]:
    path = [start]
    for _ in range(count):
        x, y = path[-1]
        x -= rate * grad(f, argnums=0)(x, y)
        path.append((x, y - rate * grad(f, argnums=1)(x, y)))
    return path


def _with_one_slope(f: Landscape, start: Point, rate: float, count: int) -> list[Point]:
    along_x, along_y = grad(f, argnums=(0, 1))(*start)
    return [(start[0] - k * rate * along_x, start[1] - k * rate * along_y) for k in range(count + 1)]


def _momentum_step(x: float, b: float, slope: float, rate: float, mu: float) -> Point:
    new = mu * b + slope
    return x - rate * new, new


_SECOND = (1.08, -0.64)

EXERCISES = [
    Exercise(
        "5.1",
        _descend(LANDSCAPE, _SECOND, 0.1, 1)[1],
        (
            (_descend(LANDSCAPE, _SECOND, -0.1, 1)[1], "that is uphill: the gradient is subtracted."),
            (_descend(LANDSCAPE, _SECOND, 1.0, 1)[1], "that is the whole gradient; the rate is 0.1."),
            (
                grad(LANDSCAPE, argnums=(0, 1))(*_SECOND),
                "that is the gradient itself. The question asks where the step leads.",
            ),
            ([0.1 * 3.84, -0.1 * 1.44], "that is the step alone; add it to where you stand."),
            ([1.08 + 0.1 * 6, -0.64 - 0.1 * 4], "that is the gradient of the start; take it anew at each point."),
            (
                [_descend(LANDSCAPE, _SECOND, 0.1, 1)[1][0], _descend(LANDSCAPE, _SECOND, -0.1, 1)[1][1]],
                "x is right. The slope along y is above 0, so y has to shrink.",
            ),
        ),
        parts=("x", "y"),
    ),
    Exercise(
        "5.2",
        _descend,
        (
            (
                lambda f, start, rate, count: _descend(f, start, -rate, count),
                "this climbs: the gradient is subtracted.",
            ),
            (
                _one_after_the_other,
                "y's slope was asked for after x had moved. Ask for both slopes first, then move both numbers.",
            ),
            (
                lambda f, start, rate, count: _descend(f, start, rate, 1),
                "only one step is taken: return stands inside of the loop. Move it left, under the word for.",
            ),
            (
                lambda f, start, rate, count: [_descend(f, start, rate, count)[-1]] * (count + 1),
                "all points are the last one: the path holds one list many times. Append a new pair in each round.",
            ),
            (_with_one_slope, "all steps use the slope of the start; ask again at every point."),
            (
                lambda f, start, rate, count: _descend(f, start, 1.0, count),
                "the rate is missing: multiply the slopes by it.",
            ),
            (lambda f, start, rate, count: _descend(f, start, rate, count)[1:], "the start belongs to the list, too."),
            (
                lambda f, start, rate, count: _descend(f, start, rate, count)[:-1],
                "one step is missing: so many steps make one point more than steps.",
            ),
            (
                lambda f, start, rate, count: [start, *_descend(f, start, rate, count)[:-1]],
                "the start is there twice, and the last point is missing: move first, then append.",
            ),
            (
                lambda f, start, rate, count: _descend(f, start, rate, count)[-1],
                "that is the last point alone; the whole way is asked for.",
            ),
        ),
        At((LANDSCAPE, (0.0, 0.0), 0.1, 2), (TILTED, (1.0, -2.0), 0.2, 3)),
    ),
    Exercise(
        "5.3",
        min(n for n in range(100) if 0.64**n < 0.001),
        (
            (
                max(n for n in range(100) if 0.64**n >= 0.001),
                "nearly: at that step it is still a little above a thousandth.",
            ),
            (
                math.log(0.001) / math.log(0.64),
                "there the curve crosses a thousandth. Steps are whole; take the first one after that.",
            ),
            (
                min(n for n in range(100) if 0.8**n < 0.001),
                "that is when the distance is below a thousandth. The loss is its square, and falls faster.",
            ),
            (
                min(n for n in range(100) if 10.25 * 0.64**n < 0.001),
                "that is when the loss itself is below 0.001. The question asks for a thousandth of what it was.",
            ),
        ),
    ),
    Exercise(
        "5.4",
        lambda c: (1 / c, 2 / c),
        (
            (lambda c: (2 / c, 1 / c), "these are the right rates in the wrong order."),
            (lambda c: (0.5, 1.0), "that is right for the bowl alone; for another curvature the rates differ."),
            (lambda c: (c / 4, c / 2), "it agrees for the bowl; but more curvature asks for a smaller rate."),
            (lambda c: (c, 2 * c), "upside down: more curvature asks for a smaller rate."),
            (lambda c: (1 / c, 1 / c), "the first is right; the second is where the factor 1 - c·η is -1."),
            (lambda c: (1 / c, -1 / c), "the first is right; 1 - c·η = -1 means c·η = 2."),
            (lambda c: (1 / (2 * c), 1 / c), "half of it: the factor is 1 - c·η, where the bowl's c is the 2."),
        ),
        At(2.0, 10.0, 0.5),
        parts=("the first rate", "the second rate"),
    ),
    Exercise(
        "5.5",
        _momentum_step,
        (
            (
                lambda x, b, slope, rate, mu: (x - rate * b, mu * b + slope),
                "x was moved with the old b; take the new one.",
            ),
            (
                lambda x, b, slope, rate, mu: (x - rate * slope, mu * b + slope),
                "x was moved by the slope alone, so the memory has no effect. Move it by the new b.",
            ),
            (
                lambda x, b, slope, rate, mu: (
                    x - rate * (mu * b + (1 - mu) * slope),
                    mu * b + (1 - mu) * slope,
                ),
                "this averages, with 1 - μ times the slope. Here the whole slope is added.",
            ),
            (
                lambda x, b, slope, rate, mu: (x - rate * (b + mu * slope), b + mu * slope),
                "μ belongs to the old b, which fades; the new slope counts in full.",
            ),
            (
                lambda x, b, slope, rate, mu: (x + mu * b - rate * slope, mu * b - rate * slope),
                "this is the other common form, b = μ·b - η·slope, with the rate inside of the memory. Here "
                "b = μ·b + slope, and x moves by -η·b.",
            ),
            (
                lambda x, b, slope, rate, mu: (x - mu * b - rate * slope, mu * b + rate * slope),
                "the rate is inside of the memory. Here b = μ·b + slope, and the rate comes in when x moves.",
            ),
            (
                lambda x, b, slope, rate, mu: (x - rate * (b + slope), b + slope),
                "nothing is forgotten: μ is missing.",
            ),
            (
                lambda x, b, slope, rate, mu: (x + rate * (mu * b + slope), mu * b + slope),
                "that is uphill: the step is subtracted.",
            ),
            (
                lambda x, b, slope, rate, mu: (x - rate * (mu * b + slope), b),
                "x is right; return the new b, not the old one.",
            ),
            (
                lambda x, b, slope, rate, mu: (x - rate * (mu * b - slope), mu * b - slope),
                "the slope is added to the memory; what is subtracted is the step.",
            ),
            (
                lambda x, b, slope, rate, mu: (x - (mu * b + slope), mu * b + slope),
                "the rate is missing: multiply the new b by it, where x moves.",
            ),
            (
                lambda x, b, slope, rate, mu: (-rate * (mu * b + slope), mu * b + slope),
                "that is the step of x; add it to where x stands.",
            ),
            (
                lambda x, b, slope, rate, mu: (mu * b + slope, x - rate * (mu * b + slope)),
                "both are right, but x comes first.",
            ),
        ),
        At((1.0, 0.0, 2.0, 0.1, 0.9), (0.8, 2.0, 1.6, 0.1, 0.9), (-3.0, 0.5, -4.0, 0.2, 0.3)),
        parts=("x", "b"),
    ),
]

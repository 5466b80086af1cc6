"""Derivatives: the exercises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..calculus.functional import grad
from . import EXACT, At, Exercise, Formula

Function = Callable[[Any], Any]

FUNCTIONS = (Formula("x**3"), 2.0, 0.1), (Formula("exp(x)"), 0.0, 0.01), (Formula("1 / x"), -0.5, 0.05)


def _forward(f: Function, x: float, h: float) -> float:
    return float(f(x + h) - f(x)) / h


def _central(f: Function, x: float, h: float) -> float:
    return float(f(x + h) - f(x - h)) / (2 * h)


def _second_order(f: Function, a: float, h: float, factor: float = 0.5, power: int = 2) -> float:
    return float(f(a) + grad(f)(a) * h + factor * grad(grad(f))(a) * h**power)


def _cubic(x: Any) -> Any:
    return x**3 + 2 * x


EXERCISES = [
    Exercise(
        "1.1",
        grad(lambda x: x**2)(4.0),
        (
            (16.0, "that is the value x². The question asks for the slope."),
            (4.0, "nearly: look again at what (x + h)² has in its middle, x·h twice."),
            (2.0, "that is the slope of the slope. The slope itself is different at every x."),
            (-8.0, "to the right of 0 the curve climbs: the slope is above 0."),
        ),
    ),
    Exercise(
        "1.2",
        _forward,
        (
            (lambda f, x, h: f(x + h) - f(x), "that is the rise alone; divide it by the run, h."),
            (lambda f, x, h: (f(x) - f(x + h)) / h, "the sign is turned round: where you end minus where you start."),
            (lambda f, x, h: f(x + h) - f(x) / h, "brackets: the whole rise is divided by h, not only f(x)."),
            (lambda f, x, h: (f(h) - f(x)) / h, "you look at f(h): the nudged point is x + h."),
            (lambda f, x, h: (f(x) - f(x - h)) / h, "this nudges to the left; nudge to the right, to x + h."),
            (
                lambda f, x, h: (f(x) + h - f(x)) / h,
                "f(x) + h is not f(x + h): it is x that is nudged, in the brackets.",
            ),
            (lambda f, x, h: (f(x + h) - f(x)) * h, "the rise is divided by the run h, not multiplied by it."),
            (lambda f, x, h: ((x + h) ** 2 - x**2) / h, "that is right for x² alone: use the f that is given."),
            (lambda f, x, h: grad(f)(x), "that is the exact slope; here it is to be measured, with the nudge h."),
        ),
        At(*FUNCTIONS),
    ),
    Exercise(
        "1.3",
        _central,
        (
            (lambda f, x, h: (f(x + h) - f(x - h)) / h, "twice too much: from x - h to x + h the run is 2h."),
            (_forward, "this is still the one-sided slope; go a step to each side."),
            (lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h), "the sign is turned round: right end minus left end."),
            (lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h, "brackets: divide by the product, / (2 * h)."),
            (lambda f, x, h: (f(x + h) - f(x - h)) / 2, "the run is 2h, not 2."),
            (lambda f, x, h: f(x + h) - f(x - h) / (2 * h), "brackets: the whole rise is divided, not only f(x - h)."),
            (
                lambda f, x, h: _central(f, x, h / 2),
                "that is right with half the nudge; go a whole h to each side, and divide by 2h.",
            ),
            (lambda f, x, h: grad(f)(x), "that is the exact slope; here it is to be measured, with the nudge h."),
        ),
        At(*FUNCTIONS),
    ),
    Exercise(
        "1.4",
        _cubic(2.0) + grad(_cubic)(2.0) * 0.1,
        (
            (_cubic(2.1), "that is the true p(2.1). The tangent's prediction is a little lower."),
            (1.4, "that is the change; add it to where you start, p(2)."),
            (26.0, "you moved by a whole unit; the step from 2 to 2.1 is 0.1."),
            (12.1, "you added the step itself; first multiply it by the slope."),
            (10.6, "2.1 lies to the right and the slope is above 0: the change is added, not taken away."),
        ),
    ),
    Exercise(
        "1.5",
        _second_order,
        (
            (
                lambda f, a, h: _second_order(f, a, h, factor=0.0),
                "that is the tangent; the term with the second derivative is missing.",
            ),
            (lambda f, a, h: _second_order(f, a, h, factor=1.0), "the last term lacks its ½."),
            (lambda f, a, h: f(a + h), "that is the truth; the question asks for the prediction, with f called at a."),
            (
                lambda f, a, h: _second_order(f, a, h) - f(a),
                "that is the change; it begins at the old value, f(a).",
            ),
            (
                lambda f, a, h: f(a) + grad(f)(a) * h + (grad(grad(f))(a) * h) ** 2 / 2,
                "brackets: h is squared, the second derivative is not.",
            ),
            (lambda f, a, h: _second_order(f, a, h, power=1), "in the last term h is squared."),
            (
                lambda f, a, h: f(a) + grad(f)(a) * h + 0.5 * grad(f)(a) ** 2 * h**2,
                "the last term has the second derivative in it, grad(grad(f)), not the square of the first.",
            ),
        ),
        At((Formula("x**3 + 2*x"), 2.0, 0.1), (Formula("x**4"), -1.0, 0.2), (Formula("1 / x"), 0.5, -0.1)),
    ),
    Exercise(
        "1.6",
        grad(lambda x: 3 * x**4 - 5 * x**2 + 1 / x + 2),
        (
            (lambda x: 12 * x**3 - 10 * x - 1 / x**2 + 2, "a constant does not change: the 2 at the end goes away."),
            (lambda x: 12 * x**3 - 10 * x + 1 / x**2, "the sign of the last term: 1/x falls as x grows."),
            (lambda x: 12 * x**3 - 10 * x, "the term 1/x has a derivative too."),
            (lambda x: 12 * x**3 - 10 * x + 1, "1/x is not x: by the rule of the reciprocal its derivative is -1/x²."),
            (lambda x: 4 * x**3 - 2 * x - 1 / x**2, "constant factors stay: 3 times 4x³, and 5 times 2x."),
            (lambda x: 12 * x**4 - 10 * x**2 - 1 / x, "the exponents go down by one: xⁿ becomes n·xⁿ⁻¹."),
            (lambda x: 3 * x**4 - 5 * x**2 + 1 / x + 2, "that is q itself; the question asks for its derivative."),
        ),
        At(1.5, 0.5, -2.0),
        tolerance=EXACT,
    ),
]

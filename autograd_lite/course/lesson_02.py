"""The chain rule: the exercises."""

from __future__ import annotations

from typing import Any

from ..calculus.functional import grad
from ..engine.table import exp, sigmoid, tanh
from . import EXACT, At, Exercise, in_any_order


def _bell(x: Any) -> Any:
    return exp(-(x**2) / 2)


def _loss(w1: Any, w2: Any, x: float, target: float) -> Any:
    return (w2 * sigmoid(w1 * x) - target) ** 2


def _gradients(
    x: float,
    w1: float,
    w2: float,
    target: float,
    *,
    outer: float = 2.0,
    bend: bool = True,
    through: bool = True,
    inner: bool = True,
    at_value: bool = False,
) -> list[float]:
    """The gradients of both weights, with links of the chain left out."""
    a1 = sigmoid(w1 * x)
    back = outer * (w2 * a1 - target)
    s = sigmoid(a1) if at_value else a1
    return [back * (w2 if through else 1.0) * (s * (1 - s) if bend else 1.0) * (x if inner else 1.0), back * a1]


EXERCISES = [
    Exercise(
        "2.1",
        grad(lambda x: (5 * x - 1) ** 2)(1.0),
        (
            (8.0, "that is the outer link alone, 2g. Multiply it by the inner one."),
            (5.0, "that is the inner link alone. Multiply it by the outer one, 2g."),
            (10.0, "the outer derivative is 2g, and g is 5x - 1, not x."),
            (20.0, "the inner link is right; but the derivative of g² is 2g, not g."),
            (13.0, "along a chain the rates are multiplied, not added."),
            (16.0, "that is the value of y; the question asks for its slope."),
        ),
    ),
    Exercise(
        "2.2",
        grad(_bell),
        (
            (_bell, "the exponential's own derivative is right, but its inside moves too: multiply by the inner link."),
            (lambda x: -2 * x * _bell(x), "the ½ is forgotten: the inside is -x²/2, and its derivative is -x."),
            (lambda x: -x, "that is the inner link alone; the outer one, the exponential, is missing."),
            (lambda x: x * _bell(x), "the sign: the inside is -x²/2, and falls as x grows."),
            (
                lambda x: exp(-x),
                "the outer derivative is taken at the inside -x²/2, not at the derivative of the inside.",
            ),
            (lambda x: -x * exp(x**2 / 2), "inside of exp the minus is lost: the same -x²/2 stands there as before."),
            (lambda x: _bell(x) - x, "the two links are multiplied, not added."),
            (lambda x: -x * exp(-x), "the outer derivative is taken at the inside -x²/2, not at -x."),
            (lambda x: -x * exp(-(x**2)), "inside of exp the ½ is lost: the same -x²/2 stands there as before."),
            (lambda x: -(x**2) / 2 * _bell(x), "the inside itself was multiplied with; take its derivative."),
        ),
        At(1.0, 0.5, -2.0),
        tolerance=EXACT,
    ),
    Exercise(
        "2.3",
        [2.0, 6.0],
        (
            ([8.0], "that is the sum of the two; the question asks for the paths one by one."),
            ([2.0, 2.0], "those are the links at x. Along each path multiply on, up to y."),
            ([3.0, 1.0], "those are the links next to y. Along each path multiply on, down to x."),
            ([2.0, 6.0, 8.0], "8 is the sum of the two; the question asks for the paths alone."),
            ([2.0, 3.0], "the path through 2x + 1 is right; on the one through x² a link is missing."),
            ([3.0, 5.0], "links are multiplied along a path; adding is for the paths, at the end."),
        ),
        in_any_order,
    ),
    Exercise(
        "2.4",
        lambda x, w1, w2, target: grad(_loss, argnums=(0, 1))(w1, w2, x, target),
        (
            (
                lambda x, w1, w2, target: _gradients(x, w1, w2, target, bend=False),
                "on the way to w₁ the link through the sigmoid is missing, grad(sigmoid)(w1 * x).",
            ),
            (
                lambda x, w1, w2, target: _gradients(x, w1, w2, target, through=False),
                "on the way to w₁ the link from z₂ to a₁ is missing: it is w₂.",
            ),
            (
                lambda x, w1, w2, target: _gradients(x, w1, w2, target, inner=False),
                "on the way to w₁ the last link is missing, from z₁ to w₁: it is x.",
            ),
            (
                lambda x, w1, w2, target: _gradients(x, w1, w2, target, at_value=True),
                "the slope of the sigmoid is taken where its input is: at z₁ = w₁ · x, not at its value a₁.",
            ),
            (
                lambda x, w1, w2, target: _gradients(x, w1, w2, target, outer=1.0),
                "the derivative of the square has a 2 in it.",
            ),
            (
                lambda x, w1, w2, target: _gradients(x, w1, w2, target, outer=-2.0),
                "the signs are turned round: the error is z₂ minus the target.",
            ),
            (
                lambda x, w1, w2, target: _gradients(x, w1, w2, target)[::-1],
                "both are right, but the order is not: first w₁, then w₂.",
            ),
        ),
        At((2.0, 0.5, 0.8, 1.0), (-1.0, 0.3, -0.7, 0.5), (0.5, -1.2, 2.0, -1.0)),
        parts=("∂L/∂w₁", "∂L/∂w₂"),
    ),
    Exercise(
        "2.5",
        grad(sigmoid)(0.0) ** 10,
        (
            (0.25, "that is one sigmoid; ten of them stand in a row."),
            (2.5, "along a chain the links are multiplied, not added."),
            (0.025, "a tenth is not the tenth power: multiply ten quarters."),
            (0.5**10, "½ is the value of σ at 0; its slope there is smaller."),
        ),
        tolerance=1e-10,
    ),
    Exercise(
        "2.6",
        lambda s: s * (1 - s),
        (
            (lambda s: s * 1 - s, "brackets: what is left to 1 is one factor, s * (1 - s)."),
            (lambda s: 1 / s - 1, "that is the link of e⁻ˣ, without its sign; the one of 1/g is another factor, s²."),
            (lambda s: 1 - s, "half of it: one factor is missing."),
            (lambda s: s, "that is the value itself; multiply it by what is left to 1."),
            (lambda s: -s * (1 - s), "the sign: two links are below 0, that of 1/g and that of e⁻ˣ."),
            (lambda s: s**2, "that is the link of 1/g, without its sign; e⁻ˣ is another factor, and it is 1/s - 1."),
            (lambda s: sigmoid(s) * (1 - sigmoid(s)), "s is already σ(x): no need to put it through σ again."),
            (lambda s: 1 - s**2, "that is the slope of tanh from its value; σ has another one."),
        ),
        At(0.5, 0.1, 0.9, 0.73),
    ),
    Exercise(
        "2.7",
        lambda t: 1 - t**2,
        (
            (lambda t: t * (1 - t), "that is the slope of σ from its value; put s = (1 + t)/2 into 4·s·(1 - s)."),
            (lambda t: (1 - t**2) / 4, "that is σ'(2x) alone; two factors of 2 come with it."),
            (lambda t: (1 - t**2) / 2, "one factor of 2 is missing: there is one outside σ, and one inside."),
            (lambda t: 4 * t * (1 - t), "t is not s: σ(2x) is (1 + t)/2."),
            (lambda t: 1 - t, "nearly: multiply (1 - t) by (1 + t)."),
            (lambda t: 1 - tanh(t) ** 2, "t is already tanh(x): no need to put it through tanh again."),
            (
                lambda t: 4 * sigmoid(t) * (1 - sigmoid(t)),
                "σ is taken at 2x, which is not here; put s = (1 + t)/2 in its place.",
            ),
            (lambda t: 1 + t**2, "the sign: tanh is less steep the farther it is from 0."),
        ),
        At(0.0, 0.5, -0.8, 0.95),
    ),
]

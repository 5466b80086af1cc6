"""Beyond: the exercises."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..calculus.functional import grad
from ..engine import table as ops
from . import At, Exercise, Formula

Function = Callable[..., Any]


def _nth(f: Function, n: int) -> Function:
    for _ in range(n):
        f = grad(f)
    return f


def _orders(nth: Callable[[Function, int], Function]) -> Any:
    """A function of functions is read by some derivatives of some functions at a point."""
    found = {}
    for text, n in (("sin(x)", 0), ("sin(x)", 1), ("sin(x)", 3), ("x**5", 2), ("x**5", 5)):
        derivative = nth(Formula(text), n)
        found[f"at 1.3 the derivative of order {n} of {text}"] = derivative(1.3) if callable(derivative) else derivative
    return found


def _energy(points: Sequence[float]) -> float:
    """Of masses on springs, which have both coordinates in it."""
    xs, ys = points[0::2], points[1::2]
    return math.fsum([(x - left) ** 2 for x, left in zip(xs, [0.0, *xs[:-1]], strict=True)] + [2 * y for y in ys])


def _in_wind(energy: Function, points: Sequence[float], wind: float) -> float:
    return float(energy(points)) - wind * math.fsum(points[0::2])


def _price(s: Any, v: Any) -> Any:
    """A call (Black and Scholes, 1973) with a strike of 100 in a year, without interest."""
    d = ops.log(s / 100.0) / v + v / 2.0
    return s * ops.normal_cdf(d) - 100.0 * ops.normal_cdf(d - v)


def _greeks(price: Function, s: float, v: float) -> list[float]:
    return [grad(price)(s, v), grad(grad(price))(s, v), grad(price, argnums=1)(s, v)]


def _surprise(logits: Sequence[float], right: int) -> float:
    return float(ops.logsumexp(logits)) - logits[right]


def _pick(probabilities: Sequence[float], u: float) -> int:
    for i, p in enumerate(probabilities):
        u -= p
        if u < 0:
            return i
    return len(probabilities) - 1


def _step(f: Function, params: Sequence[float], rate: float) -> list[float]:
    return [p - rate * g for p, g in zip(params, grad(f)(params), strict=True)]


def _pure(step: Callable[..., Any]) -> Any:
    """A step is read by where it leads, and by where it leaves the numbers that it was given."""
    found: dict[str, Any] = {}
    for text, start, rate in (
        ("p[0]**2 * p[1] + 3*p[1]**2", (1.0, -2.0), 0.1),
        ("p[0]*p[1] + 2*p[2]**2", (0.5, 3.0, -1.0), 0.25),
        ("p[0]**4", (1.5,), 0.02),
    ):
        params = list(start)
        moved = step(Formula(text, "p"), params, rate)
        if moved is None or moved is ...:
            return moved
        where = f"for f(p) = {text} at {params} with the rate {rate}"
        found |= {f"the new list {where}": moved, f"the list that was given, {where},": params}
    return found


def _one_by_one(f: Function, params: Sequence[float], rate: float) -> list[float]:
    moved = list(params)
    for i in range(len(moved)):
        moved[i] -= rate * grad(f)(moved)[i]
    return moved


def _in_place(f: Function, params: list[float], rate: float) -> list[float]:
    params[:] = _step(f, params, rate)
    return params


EXERCISES = [
    Exercise(
        "10.1",
        _nth,
        (
            (lambda f, n: grad(f), "that is always the first derivative: apply grad n times, each to the last result."),
            (
                lambda f, n: lambda x: grad(f)(x) ** n,
                "that is a power of the first derivative. The second is the derivative of the first.",
            ),
            (lambda f, n: _nth(f, n + 1), "once too often: with n = 0 it is f itself."),
            (
                lambda f, n: grad(f) if n else f,
                "that is the first derivative for every n above 0: put the result of grad in the place of f.",
            ),
            (lambda f, n: _nth(f, max(n - 1, 0)), "once too seldom: with n = 1 it is the first derivative."),
            (lambda f, n: f, "that is still f: keep the result of grad, f = grad(f)."),
        ),
        _orders,
    ),
    Exercise(
        "10.2",
        _in_wind,
        (
            (
                lambda energy, points, wind: _in_wind(energy, points, -wind),
                "the sign: a mass that moves with the wind loses energy, like a weight that falls.",
            ),
            (
                lambda energy, points, wind: energy(points) - wind * math.fsum(points[1::2]),
                "those are the heights y; the wind blows along x.",
            ),
            (
                lambda energy, points, wind: -wind * math.fsum(points[0::2]),
                "that is the wind alone: it comes on top of the energy of the chain.",
            ),
            (
                lambda energy, points, wind: energy(points) - wind * points[0],
                "the wind blows at every mass, not only at the first.",
            ),
            (
                lambda energy, points, wind: energy(points) - wind * math.fsum(points),
                "the heights y are added in; the wind blows along x, so take every second number.",
            ),
            (
                lambda energy, points, wind: energy(points) - wind * math.fsum(points[0:2]),
                "points[0:2] are the first two numbers, x and y of one mass; every second one is points[0::2].",
            ),
            (
                lambda energy, points, wind: energy(points) - wind * len(points[0::2]),
                "that is the number of masses; what counts is how far each of them has moved, its x.",
            ),
            (
                lambda energy, points, wind: energy(points) - wind * math.fsum(map(abs, points[0::2])),
                "a mass that moves to the left, against the wind, gains energy: keep the signs.",
            ),
            (
                lambda energy, points, wind: energy(points) - 2 * wind * math.fsum(points[0::2]) / len(points),
                "that is the mean distance; the wind blows at every mass, so take the sum.",
            ),
            (
                lambda energy, points, wind: energy(points) - wind,
                "how far a mass has moved matters: force times distance.",
            ),
        ),
        At(
            (_energy, [0.3, -0.2, 0.7, -0.5], 2.0),
            (_energy, [-0.4, 0.1, 0.25, -1.0], 0.5),
            (_energy, [0.5, -0.1, -0.2, -0.3, 0.8, -0.6], 1.5),
            (_energy, [0.4, -0.3], 3.0),
        ),
    ),
    Exercise(
        "10.3",
        _greeks,
        (
            (
                lambda price, s, v: [*_greeks(price, s, v)[:2], grad(grad(price), argnums=1)(s, v)],
                "vega is a *first* derivative, of the price, with argnums=1.",
            ),
            (
                lambda price, s, v: [grad(price)(s, v), grad(price)(s, v) ** 2, grad(price, argnums=1)(s, v)],
                "gamma is the derivative of delta, not its square.",
            ),
            (
                lambda price, s, v: [_greeks(price, s, v)[i] for i in (2, 1, 0)],
                "delta and vega are swapped: s is argument 0, v is argument 1.",
            ),
            (
                lambda price, s, v: [grad(price)(s, v)] * 2 + [grad(price, argnums=1)(s, v)],
                "gamma is the same as delta: one grad more.",
            ),
            (
                lambda price, s, v: [price(s, v), *_greeks(price, s, v)[:2]],
                "the list begins with the price itself; delta is its first derivative.",
            ),
        ),
        At((_price, 100.0, 0.2), (_price, 120.0, 0.35)),
        parts=("delta", "gamma", "vega"),
    ),
    Exercise(
        "10.4",
        _surprise,
        (
            (
                lambda logits, right: math.exp(-_surprise(logits, right)),
                "that is the probability; the loss is minus its logarithm.",
            ),
            (
                lambda logits, right: -math.exp(-_surprise(logits, right)),
                "that is minus the probability; the loss is minus its logarithm.",
            ),
            (lambda logits, right: -_surprise(logits, right), "the sign: a loss is above 0, so minus the logarithm."),
            (
                lambda logits, right: -logits[right],
                "that is minus the score. It becomes the logarithm of a probability by softmax.",
            ),
            (
                lambda logits, right: _surprise(logits, right) / math.log(10),
                "that is the logarithm to base 10; take the natural one, log.",
            ),
            (
                lambda logits, right: math.fsum([_surprise(logits, i) for i in range(len(logits))]),
                "only the letter that came counts, not all of them.",
            ),
        ),
        At(([0.0, 0.0, 0.0], 1), ([2.0, -1.0, 0.5], 0), ([2.0, -1.0, 0.5], 1)),
    ),
    Exercise(
        "10.5",
        _pick,
        (
            (
                lambda probabilities, u: max(range(len(probabilities)), key=lambda i: probabilities[i]),
                "that is always the likeliest letter; then every name is the same. Let u decide.",
            ),
            (
                lambda probabilities, u: min(_pick(probabilities, u) + 1, len(probabilities) - 1),
                "one too far: a u below the first probability picks letter 0.",
            ),
            (
                lambda probabilities, u: _pick(probabilities, u) + 1,
                "one too many: the first piece is number 0.",
            ),
            (
                lambda probabilities, u: probabilities[_pick(probabilities, u)],
                "that is the length of the piece; the question asks for its number, counted from 0.",
            ),
            (
                lambda probabilities, u: next((i for i, p in enumerate(probabilities) if u < p), None),
                "some u find no piece, compared with each length alone: take the lengths off u as you go along.",
            ),
            (
                lambda probabilities, u: next(
                    (i for i in range(len(probabilities)) if u > math.fsum(probabilities[: i + 1])), None
                ),
                "the comparison is turned round: u lies in the first piece whose right end is above u.",
            ),
            (
                lambda probabilities, u: len(probabilities) - 1 - _pick(probabilities[::-1], u),
                "the pieces are gone through from the last one; letter 0 has the first piece, at 0.",
            ),
            (
                lambda probabilities, u: _pick(sorted(probabilities, reverse=True), u),
                "the pieces must not be sorted: letter i has the piece number i.",
            ),
            (
                lambda probabilities, u: min(range(len(probabilities)), key=lambda i: abs(probabilities[i] - u)),
                "that is the piece whose length is nearest to u; the question is where u lies.",
            ),
            (
                lambda probabilities, u: int(u * len(probabilities)),
                "that way all letters are equally likely; but their pieces of the line differ in length.",
            ),
            (
                lambda probabilities, u: next((i for i, p in enumerate(probabilities) if u < p), 0),
                "u is compared with each probability alone: add them up, or take them off u, as you go along.",
            ),
        ),
        At(*[([0.3, 0.1, 0.4, 0.2], u) for u in (0.05, 0.32, 0.45, 0.75, 0.85, 0.99)]),
    ),
    Exercise(
        "10.6",
        _step,
        (
            (_in_place, "the list that was given has changed: return a new one and leave the old one as it is."),
            (lambda f, params, rate: _step(f, params, -rate), "that goes uphill: against the gradient."),
            (
                lambda f, params, rate: [p - q for p, q in zip(_step(f, params, rate), params, strict=True)],
                "that is the step alone: it starts at the parameters, so add them.",
            ),
            (
                lambda f, params, rate: [p - q for p, q in zip(params, _step(f, params, rate), strict=True)],
                "that is the rate times the gradient; the step takes it off the parameters.",
            ),
            (
                lambda f, params, rate: _step(f, params, 0.1),
                "the rate is always 0.1: use the one that is given.",
            ),
            (_one_by_one, "each slope is taken after the numbers before it have moved: ask for the gradient once."),
            (lambda f, params, rate: grad(f)(params), "that is the gradient; the step begins at the parameters."),
            (lambda f, params, rate: _step(f, params, 1.0), "the rate is missing."),
        ),
        _pure,
        floats=True,
    ),
]

"""Backpropagation: the exercises."""

from __future__ import annotations

from typing import Any

from ..engine.table import dot, sigmoid
from ..engine.value import Value
from ..losses import mse
from . import At, Exercise


def _cost_gradient(predictions: list[float], targets: list[float]) -> list[float]:
    leaves = [Value(p) for p in predictions]
    mse(leaves, targets).backward()
    return [leaf.grad for leaf in leaves]


def _skip(w: Any, x: Any, dy: Any) -> tuple[Any, float, Any]:
    """The gradients by the weights, the one bias and the inputs, of a loss with the slopes dy."""
    weights, bias = [[Value(number) for number in row] for row in w], Value(0.0)
    inputs = [Value(number) for number in x]
    outputs = [inputs[m] + dot(row, inputs) + bias for m, row in enumerate(weights)]
    dot(list(dy), outputs).backward()
    return [[leaf.grad for leaf in row] for row in weights], bias.grad, [leaf.grad for leaf in inputs]


def _transposed(rows: Any) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _table(rows: Any, columns: Any) -> list[list[float]]:
    return [[row * column for column in columns] for row in rows]


def _times(w: Any, v: Any) -> list[float]:
    return [float(sum(x * y for x, y in zip(row, v, strict=True))) for row in w]


def _added(u: Any, v: Any) -> list[float]:
    return [float(x + y) for x, y in zip(u, v, strict=True)]


class _Arrays(At):
    """A function is read with lists made into arrays of NumPy, which it is written for."""

    def given(self, point: tuple[Any, ...]) -> tuple[Any, ...]:
        import numpy as np

        return tuple([np.array(argument) for argument in point])


LAYERS = (
    ([[0.5, -1.0], [2.0, 0.25]], [3.0, -0.5], [0.7, -1.3]),
    ([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0], [-2.0, 1.5, 0.25]], [0.5, -1.0, 2.0], [0.1, 0.4, -0.3]),
)
OUTPUTS = ([0.2, 0.5, 0.9], [1.5, -2.0, 0.3]), ([0.7, 0.1], [-1.0, 4.0])

EXERCISES = [
    Exercise(
        "7.1",
        ["y", "q", "p", "x"],
        (
            (["y", "p", "q", "x"], "p would hand on what it has before q has brought the rest."),
            (["x", "p", "q", "y"], "that is the way forward; the way back begins at the result."),
            (["q", "y", "p", "x"], "q has received nothing yet: only the result knows its gradient at the start."),
            (["y", "q", "p", "p", "x"], "a box that is visited twice hands on the same gradient twice."),
            (["y", "q", "p"], "x is missing; it hands nothing on, but it is a box of the graph."),
        ),
    ),
    Exercise(
        "7.2",
        _cost_gradient,
        (
            (
                lambda p, t: [2 * (a - b) for a, b in zip(p, t, strict=True)],
                "the 1/n is missing: the loss is a mean.",
            ),
            (
                lambda p, t: [a - b for a, b in zip(p, t, strict=True)],
                "this divides by 2, not by the number of predictions: the 2 of the square stays, and 1/n comes to it.",
            ),
            (
                lambda p, t: [2 / len(t) * a - b for a, b in zip(p, t, strict=True)],
                "brackets: the whole difference is multiplied, 2 / n * (p - t).",
            ),
            (
                lambda p, t: [2 / 3 * (a - b) for a, b in zip(p, t, strict=True)],
                "that is right for three predictions; divide by how many there are, len(…).",
            ),
            (
                lambda p, t: [(a - b) / len(t) for a, b in zip(p, t, strict=True)],
                "the 2 is missing that the square brings down.",
            ),
            (
                lambda p, t: [2 / len(t) * (b - a) for a, b in zip(p, t, strict=True)],
                "the sign is turned round: prediction minus target.",
            ),
            (
                lambda p, t: [(a - b) ** 2 / len(t) for a, b in zip(p, t, strict=True)],
                "these are the terms of the loss itself; the question asks for their derivatives.",
            ),
            (
                lambda p, t: [2 / len(t) * (a - b) ** 2 for a, b in zip(p, t, strict=True)],
                "the square is gone when it is differentiated: u² has the slope 2u, without a square.",
            ),
            (
                lambda p, t: mse(p, t),
                "that is the loss itself; the question asks for a derivative for each prediction.",
            ),
            (
                lambda p, t: sum(2 / len(t) * (a - b) for a, b in zip(p, t, strict=True)),
                "the terms are not added: every prediction has a gradient of its own, so return a list.",
            ),
        ),
        At(([1.0, 2.0, 4.0], [0.0, 2.0, 1.0]), ([0.5, -3.0], [1.0, 1.0])),
    ),
    Exercise(
        "7.3",
        _skip,
        (
            (
                lambda w, x, dy: (_table(dy, x), sum(dy), _times(_transposed(w), dy)),
                "dX is not complete: each input also goes straight to the output of its own place, with slope 1.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), dy, _added(dy, _times(_transposed(w), dy))),
                "db is one number: the bias occurs in every output, so the contributions of all are added.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), dy, _times(_transposed(w), dy)),
                "those are the formulas of the table. Here the bias occurs in every output, and each input once more.",
            ),
            (
                lambda w, x, dy: (_table(x, dy), sum(dy), _added(dy, _times(_transposed(w), dy))),
                "dW is transposed: its rows belong to the neurons, so dY comes first.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), sum(dy), _added(dy, _times(w, dy))),
                "dX is wrong: backward the weights are used the other way round, from neuron to input.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), sum(dy), _added([1.0] * len(x), _times(_transposed(w), dy))),
                "dX is wrong: the 1 of the straight way is only a slope, still to be multiplied by what comes back.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), sum(dy), _added(x, _times(_transposed(w), dy))),
                "dX is wrong: along the straight way comes dY, not X.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), sum(dy), dy),
                "dX is not complete: that is the straight way alone; the inputs go through the weights, too.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), float(len(x)), _added(dy, _times(_transposed(w), dy))),
                "db is wrong: every slope of 1 is still to be multiplied by what comes back, its own entry of dY.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), sum(dy) / len(dy), _added(dy, _times(_transposed(w), dy))),
                "db is a mean; contributions are added.",
            ),
            (
                lambda w, x, dy: (_table(dy, x), _added(dy, _times(_transposed(w), dy)), sum(dy)),
                "db and dX are swapped: the order is dW, db, dX.",
            ),
        ),
        _Arrays(*LAYERS),
        parts=("dW", "db", "dX"),
    ),
    Exercise(
        "7.4",
        lambda y, dy: [d * a * (1 - a) for a, d in zip(y, dy, strict=True)],
        (
            (lambda y, dy: dy * sigmoid(y), "no σ is needed: Y is what has come out of it."),
            (lambda y, dy: dy * (1 - y**2), "that is the slope of tanh from its value; σ has another one."),
            (lambda y, dy: dy + y * (1 - y), "the slope is multiplied by what comes back, not added to it."),
            (lambda y, dy: dy * y * (1 + y), "the sign: what is left to 1 is 1 - Y."),
            (lambda y, dy: dy * y * (1 - dy), "what is left to 1 is 1 - Y, not 1 - dY."),
            (
                lambda y, dy: dy * y - y**2,
                "multiply the bracket out by all that stands before it, or write dY * Y * (1 - Y).",
            ),
            (lambda y, dy: dy - y**2, "brackets, and a factor: it is dY * Y * (1 - Y)."),
            (lambda y, dy: y * (1 - y), "that is the slope alone; multiply it by what comes back, dY."),
            (
                lambda y, dy: [d * sigmoid(float(a)) * (1 - sigmoid(float(a))) for a, d in zip(y, dy, strict=True)],
                "Y has been through σ already; do not put it through once more.",
            ),
            (lambda y, dy: dy * y * 1 - y, "brackets: 1 - Y is one factor, so write dY * Y * (1 - Y)."),
            (lambda y, dy: dy * y, "half of the slope is missing: the factor that is left to 1."),
            (lambda y, dy: dy * (1 - y), "half of the slope is missing: the factor Y."),
            (lambda y, dy: dy @ (y * (1 - y)), "that adds the products up; here they stay apart, so use *, not @."),
        ),
        _Arrays(*OUTPUTS),
    ),
    Exercise(
        "7.5",
        (10_000_000 + 1) / (24 * 60 * 60),
        (
            (10_000_001.0, "those are seconds; a day has 86,400 of them."),
            (10_000_001 / 3600, "those are hours."),
            (10_000_001 / 60, "those are minutes."),
            (2 * 10_000_000 / 86_400, "one nudge a weight is enough; the pass to compare with is shared by all."),
            (1 / 86_400, "that is a single pass; nudging needs one for each weight."),
        ),
        tolerance=1e-3,
    ),
    Exercise(
        "7.6",
        1 / (sigmoid(0.0) * (1 - sigmoid(0.0))),
        (
            (0.25, "that is the slope itself; w has to make up for it."),
            (1.0, "with this weight only a quarter of the gradient is left at each link."),
            (-4.0, "the size would stay, but the sign would change at each link."),
            (2.0, "half of the gradient would still be lost at each link."),
            (0.0, "the gradient would be gone at the first link."),
        ),
    ),
]

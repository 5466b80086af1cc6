"""A network that learns: the exercises."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..engine.table import softmax
from ..losses import cross_entropy, mse
from ..nn.modules import MLP
from . import At, Exercise

XS, YS = [[0.0, 1.0], [1.0, -1.0], [2.0, 0.5]], [1.0, 0.0, 2.0]

Epoch = Callable[[MLP, list[list[float]], list[float], float], float]


def _trained(train_once: Epoch) -> dict[str, Any]:
    """The losses of three epochs, and the parameters after them."""
    model = MLP(2, [1])
    model.load_state_dict({"w0[0,0]": 0.5, "w0[0,1]": -0.25, "b0[0]": 0.125})
    losses = {f"the loss of epoch {k}": train_once(model, XS, YS, 0.1) for k in range(3)}
    return losses | {f"{p.label} after three epochs": p.data for p in model.parameters()}


def _epoch(*, forget: bool = True, sign: float = -1.0, too_late: bool = False, after: bool = False) -> Epoch:
    """One epoch of gradient descent, or one with a slip."""

    def train_once(model: MLP, xs: list[list[float]], ys: list[float], lr: float) -> float:
        loss = mse([model(x) for x in xs], ys)
        if forget:
            model.zero_grad()
        loss.backward()
        if too_late:
            model.zero_grad()
        for p in model.parameters():
            p.data += sign * lr * p.grad
        return float(mse([model(x) for x in xs], ys).data if after else loss.data)

    return train_once


def _largest(row: list[float]) -> int:
    return row.index(max(row))


def _right(rows: list[list[float]], species: list[int], answer: Callable[[list[float]], int] = _largest) -> int:
    return sum(answer(row) == y for row, y in zip(rows, species, strict=True))


EXERCISES = [
    Exercise(
        "8.1",
        mse([0.5] * 4, [0, 1, 1, 0]),
        (
            (0.5, "that is how far off each answer is; the error is squared."),
            (1.0, "that is the sum of the four squares; the question asks for their mean."),
            (0.0, "right on average is not right: the squares do not cancel."),
            (0.125, "a factor ½ too many: the loss here is the plain mean of the squares."),
        ),
    ),
    Exercise(
        "8.2",
        _epoch(),
        (
            (_epoch(forget=False), "from the second epoch on those of earlier ones are still in .grad: set it to 0."),
            (_epoch(sign=1.0), "this climbs: the step goes against the gradient."),
            (
                _epoch(too_late=True),
                "no parameter of the model that was handed in has moved: the step is missing, is another model's, "
                "makes new Values where p.data is to change, or the gradients were set to 0 after backward().",
            ),
            (_epoch(after=True), "the steps are right; return the loss as it was before the step."),
        ),
        _trained,
        floats=True,
    ),
    Exercise(
        "8.3",
        1,
        (
            (4, "what should make them different? They start equal and get equal gradients."),
            (2, "the two inputs do not part them either: every hidden neuron sees both."),
            (0, "there are four of them; count how many can be told apart."),
        ),
    ),
    Exercise(
        "8.4",
        lambda learnt, others: others.index(min(others)),
        (
            (
                lambda learnt, others: learnt.index(min(learnt)),
                "that is where it knew best by heart; look at the points that it does not learn from.",
            ),
            (lambda learnt, others: min(others), "that is the loss there; the question asks for the epoch."),
            (
                lambda learnt, others: min(learnt),
                "that is a loss, and of the wrong curve; the question asks for an epoch.",
            ),
            (
                lambda learnt, others: learnt[others.index(min(others))],
                "that is the other curve's loss there; the question asks for the epoch, a place in the list.",
            ),
            (lambda learnt, others: learnt.index(min(others)), "index() looks in the wrong list: ask `others` itself."),
            (
                lambda learnt, others: others.index(min(learnt)),
                "the smallest number of `learnt` is looked for in `others`.",
            ),
            (
                lambda learnt, others: min(range(len(others)), key=lambda k: learnt[k] + others[k]),
                "both curves are added up; but only the points that it does not learn from say what it is worth.",
            ),
            (
                lambda learnt, others: min(range(len(others)), key=lambda k: abs(learnt[k] - others[k])),
                "that is where the curves are closest; look for the smallest number of `others`.",
            ),
            (
                lambda learnt, others: next(k for k in range(len(others)) if others[k + 1] > others[k]),
                "that is where it rises for the first time; later it may fall lower still.",
            ),
            (
                lambda learnt, others: others.index(min(others)) - 1,
                "one too few: epochs are counted from 0, as places in a list.",
            ),
            (lambda learnt, others: len(others), "that is how many epochs there are; the question asks for the best."),
            (lambda learnt, others: len(others) - 1, "that is the last epoch, however good."),
            (lambda learnt, others: others.index(max(others)), "that is the worst epoch."),
            (
                lambda learnt, others: others.index(min(others)) + 1,
                "one too many: epochs are counted from 0, as places in a list.",
            ),
        ),
        At(
            ([0.95, 0.7, 0.5, 0.4, 0.3, 0.1, 0.2], [0.9, 0.75, 0.8, 0.55, 0.6, 0.65, 0.85]),
            ([3.0, 2.0, 1.5, 0.75, 1.0], [2.5, 2.25, 3.5, 4.0, 5.0]),
        ),
    ),
    Exercise(
        "8.5",
        cross_entropy([0.0, 0.0, 0.0], 0),
        (
            (1 / 3, "that is the probability of the right class; the loss is -ln of it."),
            (math.log(1 / 3), "mind the sign: a loss is not below 0."),
            (math.log(2), "that is for two classes; here are three."),
            (-math.log10(1 / 3), "that is the logarithm to base 10; math.log is the natural one."),
            (3 * math.log(3), "it counts once for each flower: only the probability of its right class."),
        ),
    ),
    Exercise(
        "8.6",
        lambda rows, species: _right(rows, species) / len(rows),
        (
            (
                lambda rows, species: sum(map(float.__eq__, map(max, rows), map(float, species))) / len(rows),
                "the largest logit itself is compared with the class; what counts is its place, row.index(max(row)).",
            ),
            (
                lambda rows, species: [_largest(row) for row in rows],
                "those are the answers; the question asks which fraction of them is right.",
            ),
            (
                lambda rows, species: [_largest(row) == y for row, y in zip(rows, species, strict=True)],
                "that says of each whether it is right; count those that are, and divide.",
            ),
            (
                lambda rows, species: _right(rows, species) / 3,
                "divide by the number of flowers, not by that of the classes.",
            ),
            (
                lambda rows, species: _right(rows, species, lambda row: _largest(row) + 1) / len(rows),
                "classes are counted from 0, as the places in a row.",
            ),
            (
                lambda rows, species: (
                    sum([float(softmax(row)[y]) for row, y in zip(rows, species, strict=True)]) / len(rows)
                ),
                "that is the mean probability of the right class; count how often it is the most probable one.",
            ),
            (
                lambda rows, species: sum([row[y] > 0 for row, y in zip(rows, species, strict=True)]) / len(rows),
                "that asks whether the logit of the right class is above 0; what matters is whether it is the largest.",
            ),
            (
                lambda rows, species: sum(map(_largest, rows)) / len(rows),
                "the classes are added up; count the answers that are equal to the species.",
            ),
            (_right, "that is how many are right; divide by how many there are."),
            (lambda rows, species: 1 - _right(rows, species) / len(rows), "that is the fraction of wrong answers."),
            (
                lambda rows, species: _right(rows, species, lambda row: row.index(min(row))) / len(rows),
                "you take the smallest logit; the answer is the class of the largest.",
            ),
            (
                lambda rows, species: sum(max(row) > 0 for row in rows) / len(rows),
                "that asks whether some logit is above 0; what matters is which one is the largest.",
            ),
        ),
        At(
            (
                [[0.1, 2.0, -1.0], [3.0, 1.0, 0.0], [-3.0, -2.0, -1.0], [2.0, 1.0, 0.0], [1.0, 2.0, 0.0]],
                [1, 0, 2, 2, 0],
            ),
            ([[1.0, 2.0, 3.0], [2.0, 0.0, -1.0], [-1.0, 5.0, 0.0], [0.3, 0.1, 0.2]], [0, 2, 1, 2]),
        ),
    ),
]

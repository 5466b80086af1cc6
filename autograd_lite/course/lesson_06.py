"""Neurons, layers, networks: the exercises."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from .. import nn
from ..engine.table import relu
from . import At, Exercise

Numbers = Sequence[float]


def _weighted_sum(w: Numbers, x: Numbers, b: float) -> float:
    return sum([weight * number for weight, number in zip(w, x, strict=True)], b)


def _layer(rows: Sequence[Numbers], xs: Numbers, biases: Numbers) -> list[float]:
    return [_weighted_sum(row, xs, bias) for row, bias in zip(rows, biases, strict=True)]


def _corners(v: Any) -> dict[str, Any]:
    """What the network says at the four corners with these output weights."""
    v0, v1 = v
    corners = {f"with these weights the output at ({x0}, {x1})": float(x0 + x1) for x0 in (0, 1) for x1 in (0, 1)}
    return {name: v0 * relu(total) + v1 * relu(total - 1.0) for name, total in corners.items()}


_SQUARE = [[1.0, 2.0], [-3.0, 0.5]]

EXERCISES = [
    Exercise(
        "6.1",
        _weighted_sum,
        (
            (lambda w, x, b: _weighted_sum(w, x, 0.0), "the bias is missing."),
            (lambda w, x, b: _weighted_sum(w, x, b * len(w)), "the bias is added once, not once for each input."),
            (lambda w, x, b: sum(w) * sum(x) + b, "each weight meets its own input only, not the sum of all."),
            (lambda w, x, b: w[-1] * x[-1] + b, "only the last product is left; keep adding to what is there."),
            (lambda w, x, b: _weighted_sum(w, x, -b), "the bias is added, not taken away."),
            (lambda w, x, b: b * _weighted_sum(w, x, 0.0), "the bias is added, not multiplied."),
            (
                lambda w, x, b: [p * q for p, q in zip(w, x, strict=True)],
                "those are the single products; add them up, and the bias.",
            ),
            (
                lambda w, x, b: relu(_weighted_sum(w, x, b)),
                "that has been through an activation; the question asks for z, before it.",
            ),
        ),
        At(([2.0, -1.0], [1.0, 3.0], 0.5), ([1.0, 2.0, 4.0], [0.5, -1.0, 0.25], -2.0), ([3.0, 1.0], [2.0, 2.0], 1.5)),
    ),
    Exercise(
        "6.2",
        "w1[0,2]",
        (
            ("w1[2,0]", "the other way round: the output stands first."),
            ("w2[0,2]", "layers are counted from 0, so the second one is not layer 2."),
            ("w2[2,0]", "two things: layers are counted from 0, and the output stands first."),
            ("w0[0,2]", "that is in the first layer."),
            ("w0[2,0]", "two things: that is in the first layer, and the output stands first."),
            ("b1[0]", "that is a bias; it comes from no input."),
        ),
        lambda name: name.replace(" ", "") if isinstance(name, str) else name,
    ),
    Exercise(
        "6.3",
        _layer,
        (
            (
                lambda w, x, b: _layer(list(zip(*w, strict=True)), x, b),
                "you went down the columns of W; output m has row m.",
            ),
            (lambda w, x, b: _layer(w, x, [0.0] * len(b)), "the biases are missing."),
            (
                lambda w, x, b: _layer(w, x, [b[0]] * len(b)),
                "every neuron has its own bias; you gave all of them the first.",
            ),
            (
                lambda w, x, b: _layer(w, x, [len(x) * bias for bias in b]),
                "the bias is added once for each neuron, not once for each input.",
            ),
            (
                lambda w, x, b: [p * q for row in w for p, q in zip(row, x, strict=True)],
                "these are the single products; add up those of a row, and its bias.",
            ),
            (lambda w, x, b: list(map(relu, _layer(w, x, b))), "a ReLU comes out: this layer is without activation."),
            (lambda w, x, b: _layer(w, x, [-bias for bias in b]), "the biases are added, not taken away."),
            (lambda w, x, b: _layer(w, x, b)[-1], "that is the last output alone: collect all of them in a list."),
            (lambda w, x, b: sum(_layer(w, x, b)), "that is the sum of all outputs; one for each row is asked for."),
        ),
        At(
            (_SQUARE, [3.0, -1.0], [0.5, -2.0]),
            (_SQUARE, [0.0, 2.0], [1.0, 4.0]),
            ([[1.0, 0.0, -1.0], [0.5, 2.0, 1.0]], [1.0, 2.0, 3.0], [0.5, -1.0]),
            ([[2.0], [-1.0], [0.5]], [4.0], [1.0, 2.0, -3.0]),
        ),
    ),
    Exercise(
        "6.4",
        lambda sizes: len(nn.MLP(sizes[0], sizes[1:]).parameters()),
        (
            (lambda sizes: sum([n * m for n, m in pairwise(sizes)]), "those are the weights; the biases are missing."),
            (
                lambda sizes: sum([n * m + n for n, m in pairwise(sizes)]),
                "a bias belongs to a neuron, not to an input.",
            ),
            (lambda sizes: sum([n * m + 1 for n, m in pairwise(sizes)]), "each neuron has a bias, not each layer."),
            (
                lambda sizes: [n * m + m for n, m in pairwise(sizes)][-1],
                "those are the parameters of the last layer alone: keep adding to what is there.",
            ),
            (lambda sizes: sum(sizes), "that counts inputs and neurons, not their weights and biases."),
            (lambda sizes: sum(sizes[1:]), "those are the biases; the weights are missing."),
            (
                lambda sizes: sum([n * m for n, m in pairwise(sizes)]) + sum(sizes),
                "inputs have no bias; only neurons have.",
            ),
        ),
        At(([2, 3, 1],), ([3, 2],), ([4, 8, 8, 3],)),
    ),
    Exercise(
        "6.5",
        lambda w0, b0, w1, b1: (w1 * w0, w1 * b0 + b1),
        (
            (lambda w0, b0, w1, b1: (w1 * w0, b0 + b1), "the first bias goes through the second neuron, too."),
            (lambda w0, b0, w1, b1: (w1 * w0, w0 * b1 + b0), "that is the other order: here neuron 0 comes first."),
            (lambda w0, b0, w1, b1: (w1 + w0, w1 * b0 + b1), "weights one behind the other are multiplied, not added."),
            (lambda w0, b0, w1, b1: (w1 + w0, b0 + b1), "adding both is what two neurons side by side would do."),
            (lambda w0, b0, w1, b1: (w1 * w0, b0 * b1), "multiply the bracket out: what stands alone is a sum."),
            (lambda w0, b0, w1, b1: (w1 * w0, w1 * (b0 + b1)), "w1 meets b0 alone; b1 is added after it."),
            (lambda w0, b0, w1, b1: (w1 * w0, w1 * b0), "the second bias is missing."),
            (lambda w0, b0, w1, b1: (w1 * b0 + b1, w1 * w0), "both are right, but the weight comes first."),
        ),
        At((2.0, 3.0, 5.0, 7.0), (-1.0, 0.5, 4.0, -2.0)),
        parts=("the weight", "the bias"),
    ),
    Exercise(
        "6.6",
        [1.0, -2.0],
        (
            ([1.0, -1.0], 'at (1, 1) it still says 1: that is the ordinary "or".'),
            ([1.0, 2.0], "at (1, 1) it says 4: the second neuron has to take something back."),
            ([1.0, 0.0], "that counts the ones: at (1, 1) it says 2."),
            ([-1.0, 2.0], "the signs are turned round: at (0, 1) it says -1."),
            ([-2.0, 1.0], "these are in the wrong order: v0 belongs to relu(x₀ + x₁)."),
            ([0.0, 1.0], 'that is "and": it says 1 only where both inputs are 1.'),
        ),
        _corners,
    ),
]

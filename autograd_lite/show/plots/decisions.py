"""What a model decides in a plane through its inputs: the places, the scores, and which class they mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ... import nn
from ...engine.numbers import check_samples
from .canvas import COLOURS, Interval, margins, plain


def check(rows: Sequence[Sequence[float]], ys: Sequence[Any], features: tuple[int, int] | None, where: str) -> None:
    """Make sure that there are samples, all of a length, with these two features if there are to be two.

    Raises:
        ValueError: They have not.
    """
    check_samples(rows, ys, where)
    widths = sorted({len(row) for row in rows})
    if len(widths) > 1:
        raise ValueError(f"{where}: samples must be equally long, got lengths {widths}")
    if features is None:
        return
    if len(features) != 2 or features[0] == features[1] or not all(0 <= f < widths[0] for f in features):
        raise ValueError(f"{where}: features must be two different numbers below {widths[0]}, got {features}")


def input_names(count: int, given: Sequence[str], where: str) -> list[str]:
    """The names given, or x0, x1, …

    Raises:
        ValueError: Names are given, and they are not as many as the inputs.
    """
    if given and len(given) != count:
        raise ValueError(f"{where}: needs {count} feature_names, one for each input, got {len(given)}")
    return list(given) or [f"x{k}" for k in range(count)]


def around(xs: Sequence[float], name: str, where: str) -> Interval:
    """An interval with room at both sides.

    Raises:
        ValueError: There is no finite number.
    """
    if not any(map(math.isfinite, xs)):
        raise ValueError(f"{where}: the input {name} has no finite number among the samples")
    return margins(xs, 0.12)


def plane(
    rows: Sequence[Sequence[float]], features: tuple[int, int], across: Iterable[float], up: Iterable[float]
) -> list[list[float]]:
    """A grid of inputs over two features, row by row, the others at the means of the samples.

    >>> plane([[0.0, 0.0, 1.0], [0.0, 0.0, 2.0]], (0, 1), [3.0, 4.0], [5.0])
    [[3.0, 5.0, 1.5], [4.0, 5.0, 1.5]]
    """
    i, j = features
    means = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)]
    columns = list(across)
    return [
        [float(x) if f == i else float(y) if f == j else mean for f, mean in enumerate(means)]
        for y in up
        for x in columns
    ]


def held(inputs: Sequence[str], features: tuple[int, int]) -> str:
    """That there are more inputs than two; units are left out.

    >>> held(["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"], (2, 3))
    'sepal length and sepal width at their means'
    """
    names = [name.partition(" (")[0] for k, name in enumerate(inputs) if k not in features]
    if len(names) > 3:
        return f"the other {len(names)} inputs at their means"
    return f"{' and '.join(names)} at {'its mean' if len(names) == 1 else 'their means'}"


def scores(out: Any, where: str) -> list[float]:
    """The outputs of a model, one or many, as numbers."""
    many = isinstance(out, Sequence) or bool(getattr(out, "shape", ()))
    return [plain(score, f"{where}: the model's output") for score in (out if many else [out])]


def threshold(model: Any, samples: Iterable[Sequence[float]], ys: Iterable[Any], where: str) -> float:
    """What a single output must exceed to mean the second class."""
    if _ends_in_sigmoid(model):
        return 0.5
    labels = [plain(y, f"{where}: a label") for y in ys]
    if -1.0 in labels:
        return 0.0
    found = [scores(model(list(x)), where)[0] for x in samples]
    if all(abs(score - label) < 0.5 for score, label in zip(found, labels, strict=True)):
        return 0.5  # also where a logit's 0 would tell as many right: the outputs are the labels, nearly
    return max((0.0, 0.5), key=lambda limit: _right(found, labels, limit))


def _right(scores: Sequence[float], labels: Sequence[float], limit: float) -> int:
    """How many samples a threshold tells right."""
    return [(score > limit) == (label > 0) for score, label in zip(scores, labels, strict=True)].count(True)


def _ends_in_sigmoid(model: Any) -> bool:
    if isinstance(model, nn.MLP):
        model = model.layers[-1]
    if isinstance(model, nn.Layer):
        model = model.neurons[-1]
    return isinstance(model, nn.Neuron) and model.activation == "sigmoid"


def labels(ys: Sequence[Any], outputs: int, names: Sequence[str], where: str) -> list[float]:
    """The labels that a model with so many outputs can mean, after a look at those it is given.

    Raises:
        ValueError: A label is another, there are more classes than colours, or not as many names as classes.
    """
    given = {plain(y, f"{where}: a label") for y in ys}
    one = [-1.0, 1.0] if -1.0 in given else [0.0, 1.0]
    meant = one if outputs == 1 else [float(k) for k in range(outputs)]
    unknown = sorted(given.difference(meant))
    if unknown:
        listed = ", ".join([f"{label:g}" for label in meant])
        raise ValueError(f"{where}: the model's outputs can mean the labels {listed}; got {unknown[0]:g}")
    if len(meant) > len(COLOURS):
        raise ValueError(f"{where}: can show {len(COLOURS)} classes, the model has {len(meant)}")
    if names and len(names) != len(meant):
        raise ValueError(f"{where}: needs {len(meant)} names, one for each class, got {len(names)}")
    return meant

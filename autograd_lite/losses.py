"""Losses: how far predictions are from what they should be, as one number; means over the batch, as in PyTorch.

Predictions and targets are sequences of one length, nested alike if there are many outputs; a single number
each (for `cross_entropy` one row of logits) is a batch of one sample. Predictions may be `Value`s or plain
numbers; plain numbers throughout give a float.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from .engine import table as ops
from .engine.floats import same_length
from .engine.modes import recorder
from .engine.numbers import is_scalar, items, number, scalar
from .engine.value import Value


def mse(predictions: Any, targets: Any) -> Any:
    """The mean squared error (1/n) Σ (ŷᵢ - yᵢ)².

    Args:
        predictions: ŷ, a sequence of numbers or Values, nested for many outputs, or a single one.
        targets: y, of the same shape.

    Raises:
        ValueError: The shapes differ, or are empty.

    >>> mse([1.0, 2.0], [0.0, 4.0])
    2.5
    """
    return _mean("mse", predictions, targets, lambda p, t: (p - t) ** 2)


def mae(predictions: Any, targets: Any) -> Any:
    """The mean absolute error (1/n) Σ |ŷᵢ - yᵢ|, in PyTorch ``L1Loss``. Args and Raises are those of `mse`.

    >>> mae([1.0, 2.0], [0.0, 4.0])
    1.5
    """
    return _mean("mae", predictions, targets, lambda p, t: abs(p - t))


def huber(predictions: Any, targets: Any, delta: float = 1.0) -> Any:
    """The mean of ½eᵢ² where the error eᵢ = ŷᵢ - yᵢ is at most δ in size, else of δ(|eᵢ| - ½δ).

    Near the target as half of `mse`, far from it as δ times `mae`, so that one outlier pulls with δ at most
    (P. J. Huber, 1964); as PyTorch's ``HuberLoss``.

    Args:
        predictions: ŷ, a sequence of numbers or Values, nested for many outputs, or a single one.
        targets: y, of the same shape.
        delta: δ, above 0.

    Raises:
        ValueError: The shapes differ or are empty, or ``delta`` is not above 0.

    >>> huber([0.5, 3.0], [0.0, 0.0]), huber(3.0, 0.0, delta=2.0)
    (1.3125, 4.0)
    """
    width = number(delta, "huber: delta", above=0.0)
    return _mean("huber", predictions, targets, lambda p, t: ops.huber(p - t, width))


def hinge(scores: Any, labels: Any) -> Any:
    """The mean of max(0, 1 - yᵢsᵢ): 0 once every score is on its label's side by 1 or more.

    As scikit-learn's ``hinge_loss`` and micrograd's demonstration; its derivative at a margin of exactly 1 is 0.

    Args:
        scores: s, a sequence of numbers or Values, or a single one.
        labels: y, of the same shape, each -1 or 1.

    Raises:
        ValueError: The shapes differ or are empty, or a label is neither -1 nor 1.

    >>> hinge([0.5, 3.0], [1, 1]), hinge(0.5, -1)
    (0.25, 1.5)
    """

    def term(score: Any, label: Any) -> Any:
        if is_traced(label):
            return ops.relu(1.0 - label * score)
        y = number(label, "hinge: label")
        if y not in (-1.0, 1.0):
            raise ValueError(f"hinge: a label must be -1 or 1, got {label!r}; labels 0 and 1 become 2 * y - 1")
        return ops.relu(1.0 - score if y > 0 else 1.0 + score)

    return _mean("hinge", scores, labels, term)


def binary_cross_entropy_with_logits(logits: Any, labels: Any) -> Any:
    """The mean of -y log σ(z) - (1 - y) log(1 - σ(z)), from logits z, so without overflow or lost digits.

    As PyTorch's ``BCEWithLogitsLoss``; computed as y softplus(-z) + (1 - y) softplus(z), a sum of two positive terms.

    Args:
        logits: z, scores before the sigmoid: a sequence of numbers or Values, or a single one.
        labels: y, of the same shape: 0, 1, or a probability between.

    Raises:
        ValueError: The shapes differ or are empty, or a label is not from 0 to 1.

    >>> binary_cross_entropy_with_logits([0.0, 1000.0], [1, 1]) == math.log(2.0) / 2
    True
    """

    def term(logit: Any, label: Any) -> Any:
        if is_traced(label):
            return label * ops.softplus(-logit) + (1.0 - label) * ops.softplus(logit)
        y = number(label, "binary_cross_entropy_with_logits: label")
        if not 0.0 <= y <= 1.0:
            raise ValueError(
                f"binary_cross_entropy_with_logits: a label must be from 0 to 1, got {label!r}; "
                "labels -1 and 1 become (y + 1) / 2"
            )
        if y in (0.0, 1.0):
            return ops.softplus(-logit if y else logit)
        return y * ops.softplus(-logit) + (1.0 - y) * ops.softplus(logit)

    return _mean("binary_cross_entropy_with_logits", logits, labels, term)


def cross_entropy(logits: Any, targets: Any) -> Any:
    """The mean of -log softmax(z)[c], or of -Σ pⱼ log softmax(z)[j], from logits z, so without overflow.

    As PyTorch's ``CrossEntropyLoss``.

    Args:
        logits: One row of numbers or Values for each sample, one for each class; or a single row.
        targets: For each sample the index c of its class, a number or a Value, or its probabilities p, one for
            each class. With a single row of logits, its class or its probabilities.

    Raises:
        ValueError: The lengths differ or are empty, a class is not one of 0, 1, … (as many as logits), or
            probabilities are negative or do not sum to 1 (within 1e-6).

    >>> cross_entropy([[0.0, 0.0], [1000.0, -1000.0]], [1, 0]) == math.log(2.0) / 2
    True
    >>> cross_entropy([0.0, 0.0], [0.5, 0.5]) == math.log(2.0)
    True
    """
    rows = items(logits, "cross_entropy: logits")
    if rows and is_scalar(rows[0]):
        return _cross_entropy(rows, targets)
    classes = items(targets, "cross_entropy: targets")
    same_length("cross_entropy", logits=rows, targets=classes)
    if not rows:
        raise ValueError("cross_entropy of no predictions has no value")
    pairs = zip(rows, classes, strict=True)
    return ops.mean([_cross_entropy(items(row, "cross_entropy: logits"), target) for row, target in pairs])


LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    loss.__name__: loss for loss in (mse, mae, huber, hinge, binary_cross_entropy_with_logits, cross_entropy)
}


def named(loss: Any, where: str) -> Callable[[Any, Any], Any]:
    """The function itself, or that of `LOSSES` which has the name.

    Raises:
        ValueError: There is no such name.
        TypeError: It is neither a function nor a name.

    >>> named("mse", "here") is mse
    True
    """
    function = LOSSES.get(loss) if isinstance(loss, str) else loss
    if not callable(function):
        kind = ValueError if isinstance(loss, str) else TypeError
        raise kind(f"{where}: loss must be a function or one of {', '.join(LOSSES)}, got {loss!r}")
    return function


def _cross_entropy(logits: tuple[Any, ...], target: Any) -> Any:
    """The cross entropy of one sample."""
    if not logits:
        raise ValueError("cross_entropy: a row of logits is empty")
    if is_scalar(target):
        index = _class_index(target, len(logits))
        return (
            -ops.take(ops.log_softmax(logits), index) if type(index) is Value else -ops.log_softmax_entry(logits, index)
        )
    given = items(target, "cross_entropy: probabilities")
    same_length("cross_entropy", logits=logits, probabilities=given)
    if any(map(is_traced, given)):
        return -ops.dot(given, ops.log_softmax(logits))
    shares = [number(p, "cross_entropy: probability") for p in given]
    if not all(p >= 0.0 for p in shares) or not abs(math.fsum(shares) - 1.0) <= 1e-6:
        raise ValueError(
            f"cross_entropy: probabilities must not be negative and must sum to 1, got {shares}; "
            "a batch needs one row of logits for each target"
        )
    certain = [(p, ops.log_softmax_entry(logits, c)) for c, p in enumerate(shares) if p]
    return -ops.dot([p for p, _ in certain], [log for _, log in certain])


def _class_index(target: Any, classes: int) -> Any:
    """A class as a float, or as the Value that it is."""
    index = scalar(target, "cross_entropy: class")
    if not is_traced(index) and index not in range(classes):
        raise ValueError(f"cross_entropy: a class must be an integer from 0 to {classes - 1}, got {target!r}")
    return index


def is_traced(x: Any) -> bool:
    """Whether it is a number of a program, of which it is not known what it will be: so it is not checked.

    >>> is_traced(Value(1.0))
    False
    """
    return type(x) is Value and recorder() is not None


def _mean(name: str, predictions: Any, targets: Any, term: Callable[[Any, Any], Any]) -> Any:
    """The mean of the terms of a batch; the term itself for a single prediction."""
    terms = [term(p, t) for p, t in _pairs(name, predictions, targets)]
    if is_scalar(predictions):
        return terms[0]
    if not terms:
        raise ValueError(f"{name} of no predictions has no value")
    return ops.mean(terms)


def _pairs(name: str, predictions: Any, targets: Any) -> Iterator[tuple[Any, Any]]:
    """Each prediction beside its target, from two structures of one shape."""
    ps = None if is_scalar(predictions) else items(predictions, f"{name}: predictions")
    ts = None if is_scalar(targets) else items(targets, f"{name}: targets")
    if ps is None and ts is None:
        yield scalar(predictions, name), scalar(targets, name)
    elif ps is None or ts is None:
        raise ValueError(
            f"{name}: predictions and targets must have one shape, got {predictions!r} beside {targets!r}; "
            "with one output a target is a number, not a list of one"
        )
    else:
        same_length(name, predictions=ps, targets=ts)
        for p, t in zip(ps, ts, strict=True):
            yield from _pairs(name, p, t)

"""Which gradients of a graph are those of its root: what has been reached; and its local derivatives."""

from __future__ import annotations

import math
from collections.abc import Sequence

from . import operations as ops
from .value import Value

MOST_CHECKED = 100_000  # nodes, whose gradients are followed from the root


def reached_by_root(order: list[Value]) -> set[int]:
    """The ids of the nodes whose `grad` is ∂root/∂node: it follows from the root's 1 by the chain rule.

    Others hold the gradients of other passes, of another root, or of data that has moved since.
    """
    root = order[-1]
    if not root.has_grad or root.grad != 1.0 or len(order) > MOST_CHECKED:
        return set()
    sums = {id(node): 0.0 for node in order}
    sizes = {id(node): 0.0 for node in order}
    sums[id(root)] = sizes[id(root)] = 1.0
    for node in reversed(order):
        derivatives = local_derivatives(node)
        for parent, d in zip(node.parents, derivatives or (), strict=derivatives is not None):
            sums[id(parent)] += node.grad * d
            sizes[id(parent)] += abs(node.grad * d)
    return {id(node) for node in order if node.has_grad and _agree(node.grad, sums[id(node)], sizes[id(node)])}


def _agree(grad: float, total: float, size: float) -> bool:
    return not math.isfinite(total) or abs(grad - total) <= 1e-9 * size


def local_derivatives(node: Value) -> Sequence[float] | None:
    """None where they are given by a function of the user's that fails: a picture is shown all the same."""
    try:
        return node.local_derivatives()
    except Exception:
        if node.operation is not ops.custom:
            raise
        return None

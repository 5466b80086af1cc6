"""Which gradients of a graph are those of its root: what has been reached; and its local derivatives."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..engine.custom import CUSTOM
from ..engine.value import Value

MOST_CHECKED = 100_000  # nodes, whose gradients are followed from the root


def reached_by_root(order: list[Value], root: Value) -> set[int]:
    """The ids of the nodes whose `grad` is ∂root/∂node: it follows from the root's 1 by the chain rule.

    Others hold the gradients of other passes, of another root, or of data that has moved since.
    """
    if not root.has_grad or root.grad != 1.0 or len(order) > MOST_CHECKED:
        return set()
    sums = {id(node): 0.0 for node in order}
    sizes = {id(node): 0.0 for node in order}
    sums[id(root)] = sizes[id(root)] = 1.0
    found, doubtful = set(), set()  # and what is doubtful hands its doubts down
    for node in reversed(order):
        if node.has_grad and id(node) not in doubtful and _agree(node.grad, sums[id(node)], sizes[id(node)]):
            found.add(id(node))
        derivatives = local_derivatives(node)
        for parent, d in zip(node.parents, derivatives or (), strict=derivatives is not None):
            handed = node.grad * d
            sums[id(parent)] += handed
            sizes[id(parent)] += abs(handed)
            if handed and id(node) not in found:
                doubtful.add(id(parent))
    return found


def _agree(grad: float, total: float, size: float) -> bool:
    return not math.isfinite(total) or abs(grad - total) <= 1e-9 * size


def local_derivatives(node: Value) -> Sequence[float] | None:
    """None where they are given by a function of the user's that fails: a picture is shown all the same."""
    try:
        return node.local_derivatives()
    except Exception:
        if node.operation is not CUSTOM:
            raise
        return None

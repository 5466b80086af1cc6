"""On the watch: the first value or derivative that is nan or infinite, with the line that made it."""

from __future__ import annotations

from math import isfinite
from typing import Any

from .edges import edges
from .kinds import Mark
from .modes import AnomalyError
from .value import Value, check_value, made_in, plain, written


def check_values(order: list[Value]) -> None:
    """Raise for the first node whose value is not finite."""
    for node in order:
        if node._operation is not None:
            check_value(node)


def inspect(order: list[Value], reached: Mark) -> None:
    """After a pass: raise for the first value, then for the first derivative, that is not finite."""
    check_values(order)
    for node in reversed(order):
        if node._operation is not None and node._mark == reached:
            for parent, derivative in edges(node):
                if derivative is not None:
                    check_flow(node, [(parent, derivative)], parent._adjoint)


def check_flow(node: Value, terms: list[tuple[Any, Any]], total: Any) -> None:
    """Raise if a derivative that was used at a node, or what flowed through it, is not finite."""
    for source, derivative in terms:
        if not isfinite(plain(derivative)):
            raise AnomalyError(f"{written(node)}: the derivative by {source!r} is {derivative!r}; {made_in(node)}")
    if not isfinite(plain(total)):
        raise AnomalyError(f"{written(node)}: the gradient that flows through it is {total!r}; {made_in(node)}")

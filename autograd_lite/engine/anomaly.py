"""On the watch: the first value or derivative that is nan or infinite, with the line that made it."""

from __future__ import annotations

from math import isfinite
from typing import Any

from .aliases import Answers, Mark
from .custom import CUSTOM
from .edges import edges
from .group import plain
from .modes import WATCHERS, AnomalyError, sites
from .value import Value, unpacked


def made_in(node: Value) -> str:
    """The line that made it, as far as it is known."""
    return f"made in {(sites() or {}).get(id(node), 'a line before detect_anomaly began')}"


def check_value(node: Value) -> None:
    """Raise if it is not finite."""
    if not isfinite(node._data):
        raise AnomalyError(f"{written(node)} is {node._data!r}; {made_in(node)}")


def written(node: Value) -> str:
    """A node's operation at the present data of its operands."""
    operation = node._operation
    assert operation is not None
    given = [plain(x) for x in unpacked(node)]
    return operation.asked(given[:1] if operation is CUSTOM else given)


def check_values(order: list[Value]) -> None:
    """Raise for the first node whose value is not finite."""
    for node in order:
        if node._operation is not None:
            check_value(node)


def inspect(order: list[Value], reached: Mark, answers: Answers) -> None:
    """After a pass: raise for the first value, then for the first derivative, that is not finite."""
    check_values(order)
    for node in reversed(order):
        if node._operation is not None and node._mark == reached:
            own = node._operation is CUSTOM  # whose function has answered, and is not to be asked again
            for parent, derivative in zip(node._first.nodes, answers[id(node)], strict=True) if own else edges(node):
                if derivative is not None:
                    check_flow(node, [(parent, derivative)], parent._adjoint)


def check_flow(node: Value, terms: list[tuple[Any, Any]], total: Any) -> None:
    """Raise if a derivative that was used at a node, or what flowed through it, is not finite."""
    for source, derivative in terms:
        if not isfinite(plain(derivative)):
            raise AnomalyError(f"{written(node)}: the derivative by {source!r} is {derivative!r}; {made_in(node)}")
    if not isfinite(plain(total)):
        raise AnomalyError(f"{written(node)}: the gradient that flows through it is {total!r}; {made_in(node)}")


WATCHERS.append(check_value)

"""Edges of a graph: each parent of a node with the derivative that belongs to it, on floats or recorded.

Here a row's derivatives, one for each operand, are dealt out to the nodes among the operands; `shortcuts` does so once
more for the commonest rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .custom import CUSTOM, answered
from .group import Group, plain
from .value import Value, unpacked

#: A parent, and the derivative by it; None where that is zero by structure, so that nothing flows.
Edge = tuple[Value, Any]


def edges(node: Value) -> list[Edge]:
    """Each parent, in order and with repetitions, with ∂node/∂parent as a float.

    >>> x, y = Value(2.0), Value(5.0)
    >>> [(parent is x, derivative) for parent, derivative in edges(x * y)]
    [(True, 5.0), (False, 2.0)]
    """
    return _dealt_out(node, _derivatives(node, node._data))


def recorded_edges(node: Value) -> list[Edge]:
    """The same, with derivatives that remember how they were computed, so that they can be differentiated again.

    >>> x, y = Value(2.0), Value(5.0)
    >>> recorded_edges(x * y)[0][1] is y
    True
    """
    operation = node._operation
    if operation is None:
        return []
    if operation.arity == 2:  # most nodes
        return _dealt_out(node, operation.derivatives(node._first, node._second, node))
    if operation.arity == 1:
        return _dealt_out(node, operation.derivatives(node._first, node))
    given = [x.items if type(x) is Group else x for x in unpacked(node)]
    return _dealt_out(node, (answered(node, given[0]),) if operation is CUSTOM else operation.derivatives(*given, node))


def present_edges(node: Value) -> list[Edge]:
    """As `edges`, at the present data of the parents, which may have moved since.

    >>> x = Value(2.0)
    >>> y = x / 4.0
    >>> x.data = 0.0
    >>> [derivative for _, derivative in present_edges(y)]
    [0.25]
    """
    operation = node._operation
    now = node._data
    if operation is not None and operation is not CUSTOM:
        now = operation.evaluate([plain(x) for x in unpacked(node)])
    return _dealt_out(node, _derivatives(node, now))


def local_derivatives(self: Value) -> tuple[float, ...]:
    """∂self/∂parent for each parent, at the present data.

    >>> x, y = Value(2.0), Value(5.0)
    >>> (x * y).local_derivatives()
    (5.0, 2.0)
    """
    return tuple([0.0 if d is None else d for _, d in present_edges(self)])


def _derivatives(node: Value, out: float) -> Sequence[Any]:
    """What its row says at floats: one derivative an operand, a sequence for a group."""
    operation = node._operation
    if operation is None:
        return ()
    given: list[Any] = [plain(x) for x in unpacked(node)]
    return (answered(node, given[0]),) if operation is CUSTOM else operation.derivatives(*given, out)


def _dealt_out(node: Value, derivatives: Sequence[Any]) -> list[Edge]:
    found: list[Edge] = []
    operation = node._operation
    if operation is not None and 0 < operation.arity < 3:  # most nodes
        if type(node._first) is Value:
            found.append((node._first, derivatives[0]))
        if type(node._second) is Value:
            found.append((node._second, derivatives[1]))
        return found
    for operand, derivative in zip(unpacked(node), derivatives, strict=True):
        if type(operand) is Value:
            found.append((operand, derivative))
        elif type(operand) is Group:
            each = [None] * len(operand.items) if derivative is None else derivative
            found.extend([(x, d) for x, d in zip(operand.items, each, strict=True) if type(x) is Value])
    return found


Value.local_derivatives = local_derivatives  # type: ignore[method-assign, assignment]  # given from outside

"""Many nodes at once: what optimisers read and set, and what functions of lists of numbers ask and make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .modes import RECORDERS, refuse_to_record
from .value import Value, begin_move, tick


def data_of(nodes: Sequence[Value]) -> list[float]:
    """The data of each.

    >>> data_of([Value(2.0), Value(3.0)])
    [2.0, 3.0]
    """
    if RECORDERS:
        refuse_to_record("data is read", "use the Values themselves")
    return [node._data for node in nodes]


def grads_of(nodes: Sequence[Value]) -> list[float]:
    """The gradient of each.

    >>> grads_of([Value(2.0)])
    [0.0]
    """
    return [node._grad + 0.0 for node in nodes]


def content_of(nodes: Sequence[Value]) -> tuple[list[Any], list[Any], list[Any]]:
    """What made each: its operation, and its operands as `packed` has laid them on it.

    >>> x = Value(2.0)
    >>> rows, firsts, seconds = content_of([x * 3.0])
    >>> rows[0].name, firsts[0] is x, seconds
    ('multiply', True, [3.0])
    """
    return (
        [node._operation for node in nodes],
        [node._first for node in nodes],
        [node._second for node in nodes],
    )


def set_data(nodes: Sequence[Value], data: Sequence[float]) -> None:
    """Move each to its new data: a leaf whose number follows from nothing, and nodes made before from no leaf there.

    >>> x = Value(2.0)
    >>> set_data([x], [3.0])
    >>> x.data
    3.0
    """
    if RECORDERS:
        refuse_to_record("data is assigned", "let the optimiser step outside of the function")
    stamp: Any = begin_move()  # one object for all
    for node, x in zip(nodes, data, strict=True):
        node._operation = node._second = None
        node._first = stamp
        node._data = x
    tick()


def set_grads(nodes: Sequence[Value], grads: Sequence[float]) -> None:
    """Give each its new gradient.

    >>> x = Value(2.0)
    >>> set_grads([x], [3.0])
    >>> x.grad
    3.0
    """
    if RECORDERS:
        refuse_to_record("grad is assigned", "do so outside of the function")
    for node, grad in zip(nodes, grads, strict=True):
        node._grad = grad + 0.0


def are_nodes_or_floats(items: Sequence[Any]) -> bool:
    """Whether there is nothing else among them, be it another kind of number.

    >>> are_nodes_or_floats([1.0, Value(2.0)]), are_nodes_or_floats([1.0, 2])
    (True, False)
    """
    for x in items:  # noqa: SIM110  (compiled, a generator takes longer)
        if type(x) is not float and type(x) is not Value:
            return False
    return True

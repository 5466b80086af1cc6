"""Where nodes stand in an order, for passes that keep what they find in lists of their own.

While a pass makes nodes, or calls functions of users, others may begin, which would overwrite what it has left on the
nodes. So places are written on the nodes only while they are read off again, all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from . import table as ops
from .aliases import Mark, Pair, Places
from .group import Group
from .passes import begin_pass, is_last, lock
from .value import Value

AFFINE: Final = ops.affine


def located(order: list[Value], starts: Sequence[Value], ends: Sequence[Value]) -> tuple[list[int], ...]:
    """The places of some nodes in an order, and which nodes were computed from the first of them.

    Args:
        order: A topological order.
        starts: Any nodes.
        ends: Others that are looked for.

    Returns:
        The place of each start and of each end, -1 of one that is not there. Then for each node of the order where
        its parents begin in the list that comes last, -1 if neither it is a start nor any parent was computed from
        one. This last list holds the places of parents, as `edges` has them, -1 for those that come from no start. It
        is one for all nodes, since a list for each would keep the garbage collector busy.

    >>> x, y = Value(2.0), Value(5.0)
    >>> z = x * y
    >>> located([y, x, z], [x], [z])
    ([1], [2], [-1, 0, 0], [1, -1])
    """
    while True:
        with lock:
            mark = begin_pass()
            _write(order, mark)
            places = _read(starts, mark), _read(ends, mark)
            begins, parents = _sources(order, starts, mark)
            if is_last(mark):
                return *places, begins, parents


def _write(order: list[Value], mark: Mark) -> None:
    """Put its place into the slot that another pass has for an adjoint."""
    for place, node in enumerate(order):
        node._mark = mark
        node._adjoint = place


def _read(nodes: Sequence[Value], mark: Mark) -> list[int]:
    return [int(node._adjoint) if node._mark == mark else -1 for node in nodes]


def _sources(order: list[Value], starts: Sequence[Value], mark: Mark) -> Pair:
    """Which node was computed from which, with another mark on those that come from a start."""
    depends = mark + 1
    for node in starts:
        if node._mark == mark:
            node._mark = depends
    begins: Places = []
    parents: Places = []
    for node in order:
        begin, comes = len(parents), node._mark == depends
        if node._operation is not None:
            comes = _add(node._first, parents, depends) or comes
            comes = _add(node._second, parents, depends) or comes
            if node._operation is AFFINE:
                comes = _add(node._first.bias, parents, depends) or comes
        if comes:
            node._mark = depends
            begins.append(begin)
        else:
            begins.append(-1)
            del parents[begin:]
    return begins, parents


def _add(operand: Any, parents: Places, depends: Mark) -> bool:
    """Add the places of the nodes of an operand; whether one of them comes from a start."""
    comes = False
    if type(operand) is Value:
        node: Value = operand
        comes = node._mark == depends
        parents.append(int(node._adjoint) if comes else -1)
    elif type(operand) is Group:
        for node in operand.nodes:
            if node._mark == depends:
                comes = True
                parents.append(int(node._adjoint))
            else:
                parents.append(-1)
    return comes

"""`backward`: the topological order, and the pass that applies the chain rule from its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import Final

from . import table as ops
from .aliases import Answers, Mark
from .anomaly import inspect
from .custom import ANY, CUSTOM, answered
from .edges import edges
from .group import Group, plain
from .modes import OPEN, RECORDERS, refuse_to_record, sites
from .shortcuts import cut_short
from .value import Value, last_move, tick

AFFINE: Final = ops.affine

# Marks and adjoints lie on the nodes, which threads may share: one pass at a time. Each pass has marks of its
# own, so whatever an interrupted one has left behind means nothing to the next.
lock = RLock()
_last_pass = 0


def begin_pass() -> Mark:
    """Two marks of its own for a pass that holds the lock: this one and the one above it."""
    global _last_pass
    _last_pass = tick()
    return _last_pass


def is_last(mark: Mark) -> bool:
    """Whether no signal handler or finaliser has begun another pass meanwhile."""
    return _last_pass == mark


def refuse_if_not_last(mark: Mark) -> None:
    """Refuse the answer of a pass that another one has come between."""
    if not is_last(mark):
        raise RuntimeError("a backward pass was started inside another one, by a signal handler or a finaliser")


# --- The order ---


def topological_order(*roots: Value, stops: Sequence[Value] = ()) -> list[Value]:
    """Every node that ``roots`` were computed from, each after all of its parents.

    Without recursion, so that no graph is too deep. The order depends on the graph alone.

    Args:
        roots: Where the graph ends; of a single root, it comes last.
        stops: Nodes to take for leaves; they come first.

    Raises:
        RuntimeError: A leaf was given new data after a node was computed from it.

    >>> x = Value(2.0)
    >>> [node.data for node in topological_order(x * x + 1.0)]
    [2.0, 4.0, 5.0]
    """
    with lock:
        return _ordered(list(roots), list(stops))


def _ordered(roots: list[Value], stops: list[Value]) -> list[Value]:
    """The same for a pass that holds the lock; once more if another one has come between."""
    while True:
        mark = begin_pass()
        order = _walk(roots[::-1], stops[:], mark)
        if is_last(mark):
            return order


def _walk(stack: list[Value], order: list[Value], done: Mark) -> list[Value]:
    """Depth first, with a stack of its own, on which an opened node waits until its parents are done."""
    opened, moved = done + 1, last_move()
    for node in order:
        if node._mark <= moved:
            _refuse_if_stale(node)
        node._mark = done
    while stack:
        node = stack[-1]
        mark = node._mark
        if mark >= done:
            stack.pop()
            if mark == opened:
                node._mark = done
                order.append(node)
            continue
        if mark <= moved and node._operation is not None:
            _refuse_if_stale(node)  # before it is marked: what is refused stays to be refused
        node._mark = opened
        first, second = node._first, node._second
        if type(second) is Value:
            parent: Value = second
            if parent._mark != done:
                stack.append(parent)
        elif type(second) is Group:
            if node._operation is AFFINE and type(first.bias) is Value:
                stack.append(first.bias)
            _open(second, done, stack)
        if type(first) is Value:
            parent = first
            if parent._mark != done:
                stack.append(parent)
        elif type(first) is Group:
            _open(first, done, stack)
    return order


def _open(group: Group, done: Mark, stack: list[Value]) -> None:
    """Have the nodes of a group visited; a group whose nodes are all done is not looked through again."""
    if group._mark != done:
        size = len(stack)
        for node in reversed(group.nodes):
            if node._mark != done:
                stack.append(node)
        if len(stack) == size:
            group._mark = done


def stored_order(root: Value) -> tuple[list[Value], list[Value]]:
    """The same order also of a stale graph, and the leaves that have moved since; it leaves no marks.

    >>> x = Value(2.0)
    >>> y = x * x
    >>> x.data = 3.0
    >>> order, moved = stored_order(y)
    >>> [node.data for node in order], moved == [x]
    ([3.0, 4.0], True)
    """
    order: dict[int, Value] = {}
    moved: dict[int, Value] = {}
    opened: set[int] = set()
    stack = [root]
    while stack:
        node = stack[-1]
        if id(node) in opened:
            order.setdefault(id(node), stack.pop())
            continue
        opened.add(id(node))
        moved.update({id(leaf): leaf for leaf in _moved_leaves(node)})
        stack += [parent for parent in reversed(node.parents) if id(parent) not in opened]
    return list(order.values()), list(moved.values())


def _moved_leaves(node: Value) -> list[Value]:
    """The parents that were given new data after the node was computed from them."""
    leaves = [parent for parent in node.parents if parent._operation is None and parent._first is not None]
    return [leaf for leaf in leaves if leaf._first >= node._mark]


def _refuse_if_stale(node: Value) -> None:
    for leaf in _moved_leaves(node):
        assert node._operation is not None
        raise RuntimeError(
            f"stale graph: {leaf!r} was given new data after {node._operation.name} had made {node._data!r} "
            "of the old; compute the result anew, then differentiate it or step through it"
        )


def check_fresh(order: list[Value]) -> None:
    """Refuse a stale graph, of which a leaf has moved since something was computed from it."""
    moved = last_move()
    for node in order:
        if node._mark <= moved and node._operation is not None:
            _refuse_if_stale(node)


# --- The pass ---


def backward(self: Value) -> None:
    """Add ∂self/∂node to the `grad` of every node that self was computed from, and of self.

    All or nothing: interrupted, it leaves every ``grad`` as it was.

    Raises:
        RuntimeError: A leaf was given new data after a node was computed from it.

    >>> a = Value(2.0)
    >>> b = a + a
    >>> (b * b).backward()
    >>> a.grad
    16.0
    """
    if RECORDERS:
        refuse_to_record("backward is called", "write grad(f) or value_and_grad(f) inside, or call backward outside")
    if not ANY:  # under one lock, not two: a graph of one operation takes 0.85 of the time
        with lock:
            _add_adjoints(self, _ordered([self], []), {})
        return
    order = topological_order(self)
    answers = users_answers(order)
    check_fresh(order)  # a user's function may have moved a leaf
    with lock:
        _add_adjoints(self, order, answers)


def _add_adjoints(root: Value, order: list[Value], answers: Answers) -> None:
    _sweep(order, [(root, 1.0)], answers)
    for node in order:
        node._adjoint += node._grad
    try:
        _commit(order)
    except BaseException:  # an interrupt: finish what was begun, so that it is all or nothing
        _commit(order)
        raise


def adjoints(order: list[Value], seeds: Iterable[tuple[Value, float]], wanted: Iterable[Value]) -> list[float]:
    """The derivative of Σ seed · root by each of the wanted nodes, on floats; no ``grad`` changes.

    Args:
        order: A topological order that holds roots and wanted nodes.
        seeds: The roots, each with its factor.
        wanted: Nodes.

    >>> x, y = Value(2.0), Value(5.0)
    >>> z = x * y
    >>> adjoints(topological_order(z), [(z, 10.0)], [x, y])
    [50.0, 20.0]
    """
    answers = users_answers(order)
    check_fresh(order)  # after the users' functions, which may have moved a leaf
    with lock:
        _sweep(order, seeds, answers)
        return [node._adjoint for node in wanted]


def _sweep(order: list[Value], seeds: Iterable[tuple[Value, float]], answers: Answers) -> None:
    """The chain rule: the adjoint of a parent grows by the node's adjoint times the derivative between them."""
    reached = begin_pass()
    for node in order:
        node._adjoint = 0.0
    for node, seed in seeds:
        node._adjoint += seed
        node._mark = reached
    place = len(order)  # `cut_short` takes all rows but those with three operands or more and the rarer ones on groups
    while (place := cut_short(order, place, reached, answers)) >= 0:
        node = order[place]
        for parent, derivative in edges(node):
            if derivative is not None:
                parent._adjoint += node._adjoint * derivative
                parent._mark = reached
    if OPEN and sites() is not None:
        inspect(order, reached, answers)
    refuse_if_not_last(reached)


def users_answers(order: list[Value]) -> Answers:
    """The users' functions run here, outside the pass: they may run passes of their own."""
    if not ANY:
        return {}
    return {id(node): _answer(node) for node in order if node._operation is CUSTOM}


def _answer(node: Value) -> object:
    """What the user's function answers; its exception is raised only if something flows back to the node."""
    try:
        return answered(node, plain(node._first))
    except Exception as error:
        return error


def _commit(order: list[Value]) -> None:
    for node in order:
        node._grad = node._adjoint


Value.backward = backward  # type: ignore[method-assign, assignment]  # given from outside

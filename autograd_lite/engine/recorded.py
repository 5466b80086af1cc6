"""`gradients`, a pass of its own: derivatives that are Values themselves and can be differentiated again.

Nested differentiation, as in d/dx [x · d/dy (x·y)], is right because every function that differentiates makes nodes
of its own to differentiate by, one for each number it was given: `variable(x)` is a new node that was computed from x
and from nothing else. So the inner derivative, by y's node, takes x for a constant, yet what it answers was computed
from x's node, and the outer function finds it there. A leaf is what somebody may still differentiate by: once a
function has its answer it seals the nodes that it has made from plain numbers, and they count as constants from then
on. So an answer that rests on no leaf of the caller's is a float.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import table as ops
from .aliases import Place, Places, Result, Terms
from .anomaly import check_values
from .edges import recorded_edges
from .modes import recorder, sites
from .passes import check_fresh, topological_order
from .places import located
from .value import Value

#: Lists of factors, two for each product to be summed, since a tuple for each would keep the collector busy; None where
#: nothing arrives.
Flows = list[Any]


def variable(x: Any) -> Value:
    """A node of its own for a number or a Value, so that derivatives by it are not confused with others by x.

    >>> x = Value(3.0)
    >>> variable(x).parents == (x,), variable(3.0).parents
    (True, ())
    """
    if type(x) is not Value:
        return Value(x)
    node = x.record_unary(ops.positive)
    node._label = x.label
    return node


def seal(node: Value) -> None:
    """Turn a variable that was made from a number into a constant: nobody differentiates by it any more.

    >>> x = variable(3.0)
    >>> seal(x)
    >>> x.op, x.inputs
    ('pos', (3.0,))
    """
    if node._operation is None and node._first is None:  # else the function has moved it, and its result is stale
        node._operation, node._first = ops.positive, node._data


def variables(xs: Iterable[Any]) -> list[Value]:
    """A `variable` for each."""
    return [variable(x) for x in xs]


def seal_all(nodes: Iterable[Value]) -> None:
    """`seal` each."""
    for node in nodes:
        seal(node)


def constant(x: float) -> Value:
    """A Value of no consequence: nobody will differentiate by it, so it is no leaf.

    >>> constant(3.0).inputs
    (3.0,)
    """
    node = Value(x)
    seal(node)
    return node


def gradients(root: Result, xs: Iterable[Value]) -> list[Value]:
    """∂root/∂x for each x, as Values that can be differentiated again; no ``grad`` changes.

    Args:
        root: What is differentiated.
        xs: Leaves or nodes on the way; 0 for one that ``root`` was not computed from.

    Raises:
        TypeError: One of them is no Value, or a derivative of a user's operation cannot be differentiated again.

    >>> x = Value(2.0)
    >>> [slope] = gradients(x**3, [x])
    >>> [curvature] = gradients(slope, [x])
    >>> slope.data, curvature.data
    (12.0, 12.0)
    """
    wanted: list[Any] = [None] if isinstance(xs, Value) else list(xs)
    if not all(type(node) is Value for node in (root, *wanted)):
        raise TypeError(f"gradients: needs a Value and a list of Values, got {root!r} and {xs!r}")
    found = pull_back(topological_order(root), [(root, 1.0)], wanted)
    return [d if type(d) is Value else Value(d) for d in found]


def pull_back(order: list[Value], seeds: Iterable[tuple[Value, Any]], wanted: Iterable[Value]) -> list[Any]:
    """As `adjoints`, recorded: Values that remember how they were computed, floats where there is nothing to it.

    >>> x, y = Value(2.0), Value(5.0)
    >>> z = x * y
    >>> pull_back(topological_order(z), [(z, 1.0)], [x])[0] is y
    True
    """
    check_fresh(order)
    if sites() is not None:
        check_values(order)
    wanted, seeds = list(wanted), list(seeds)
    records = recorder()
    if records is not None:
        return records.pulled(order, seeds, wanted)
    starts, ends, begins, parents = located(order, wanted, [root for root, _ in seeds])
    flows: Flows = [None] * len(order)  # of a node what arrives, as products, and once it is met their sum
    for end, (_, seed) in zip(ends, seeds, strict=True):
        if end >= 0:
            _arrive(flows, end, seed, 1.0)
    for place in range(len(order) - 1, -1, -1):
        arrived, begin = flows[place], begins[place]
        if arrived is not None and begin >= 0:
            flows[place] = adjoint = total(arrived)
            _spread(order[place], adjoint, parents, begin, flows)
    answers = [None if start < 0 else flows[start] for start in starts]
    return [0.0 if answer is None else answer for answer in answers]


def _spread(node: Value, adjoint: Any, parents: Places, begin: Place, flows: Flows) -> None:
    """Let an adjoint flow back to the parents that it is wanted from, whose places begin there."""
    for i, (_, derivative) in enumerate(recorded_edges(node)):
        place: Any = parents[begin + i]
        if place >= 0 and derivative is not None:
            _arrive(flows, place, adjoint, derivative)


def _arrive(flows: Flows, place: Place, adjoint: Any, derivative: Any) -> None:
    arrived = flows[place]
    if arrived is None:
        flows[place] = [adjoint, derivative]
    else:
        arrived.append(adjoint)
        arrived.append(derivative)


def total(terms: Terms) -> Any:
    """Σ a·b of a, b, a, b, … as one node; a product with 1 makes none."""
    if len(terms) == 2:
        return _product(terms[0], terms[1])
    for i in range(0, len(terms), 2):
        if not (_is_one(terms[i]) or _is_one(terms[i + 1])):
            return ops.dot(terms[::2], terms[1::2])
    return ops.sum([_product(terms[i], terms[i + 1]) for i in range(0, len(terms), 2)])


def _product(a: Any, b: Any) -> Any:
    return b if _is_one(a) else a if _is_one(b) else a * b


def _is_one(x: Any) -> bool:
    return type(x) is float and x == 1.0

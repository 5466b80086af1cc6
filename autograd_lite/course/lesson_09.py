"""Build your own: the exercises, which examine an engine that a reader writes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from typing import Any

from ..engine.value import Value
from . import Exercise

# --- What is examined ---


class Node:
    """A node to try an order and a backward pass on; it knows whether its gradient was ever set."""

    births = count()

    def __init__(self, parents: Iterable[Node] = (), local_derivatives: Iterable[float] = ()) -> None:
        self.parents, self.local_derivatives = tuple(parents), tuple(local_derivatives)
        self.born, self.data = next(self.births), 1.0
        self._grad, self.touched = 0.0, False

    @property
    def grad(self) -> float:
        """Its gradient."""
        return self._grad

    @grad.setter
    def grad(self, grad: float) -> None:
        self._grad, self.touched = grad, True


def _graph() -> list[Node]:
    """Two diamonds in a row, an edge that skips the first, and a child of its root that is no part of it."""
    a = Node()
    b = Node((a, a), (2.0, 5.0))
    c = Node((b, a), (3.0, -1.0))
    d = Node((b, c), (0.5, 4.0))
    root = Node((a, d), (-3.0, 7.0))
    Node((root, a), (1.0, 1.0))
    return [a, b, c, d, root]


def _chain(length: int) -> Node:
    node = Node()
    for _ in range(length):
        node = Node((node,), (1.0,))
    return node


def _remembers(engine: Any) -> dict[str, Any]:
    """What a sum and a product know of themselves."""
    x, y = engine(3.0), engine(-4.0)
    return {name: _memory(node) for name, node in (("x + y", x + y), ("x * y", x * y), ("x * x", x * x))}


def _memory(node: Any) -> Any:
    if node is None or node is ...:
        return node
    if isinstance(node, float):
        return "a float"
    return {
        "its data": node.data,
        "what it has as parents": [parent.data for parent in node.parents],
        "what it has as local derivatives": list(_local_derivatives(node)),
    }


def _local_derivatives(node: Any) -> Any:
    """They are a tuple in a reader's engine, and a method in ours."""
    found = node.local_derivatives
    return found() if callable(found) else found


def _slope(y: Any, x: Any) -> float:
    """∂y/∂x, path by path: the graphs that are asked for are small."""
    pairs = zip(y.parents, _local_derivatives(y), strict=True)
    return 1.0 if y is x else float(sum([d * _slope(parent, x) for parent, d in pairs]))


def _results(functions: dict[str, Callable[..., Any]], points: Iterable[Any]) -> Callable[[Any], dict[str, Any]]:
    """How an engine is read by the values and the slopes of functions of one or two Values."""
    points = list(points)

    def read(engine: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, f in functions.items():
            for point in points:
                numbers = dict(zip("xy", point[: f.__code__.co_argcount], strict=False))
                leaves = [engine(x) for x in numbers.values()]
                y = f(*leaves)
                where = f"{name} with {', '.join([f'{x} = {number:g}' for x, number in numbers.items()])}"
                found[where] = y
                if y is not None and y is not ...:
                    slopes = {f"∂/∂{x}": _slope(y, leaf) for x, leaf in zip(numbers, leaves, strict=True)}
                    found[where] = {"the value": y.data, **slopes}
        return found

    return read


def _order(in_order: Callable[[Any], Any]) -> Any:
    """What is to be said of the order of two graphs: all of it follows from what an order is, not from one of many."""
    nodes = _graph()
    listed = in_order(nodes[-1])
    if listed is None or listed is ...:
        return listed
    found = list(listed)
    place = {id(node): i for i, node in enumerate(found)}
    late = sum(place.get(id(parent), -1) >= place[id(node)] for node in found for parent in node.parents)
    try:
        deep = len(list(in_order(_chain(5000))))
    except RecursionError:
        deep = -1
    return {
        "the number of nodes that are missing": len({id(node) for node in nodes} - set(place)),
        "the number of different nodes": len(place),
        "the length of the list": len(found),
        "the number of parents that come after a child": late,
        "the length of the list for a chain of 5,000 sums": deep,
    }


def _passes(backward: Callable[[Any], Any], root: Any, nodes: Iterable[Any]) -> dict[str, Any]:
    """The gradients after one pass and, if they are right, what a second pass makes of them."""
    nodes = list(nodes)
    backward(root)
    once = [node.grad for node in nodes]
    if not all(math.isclose(node.grad, _slope(root, node), rel_tol=1e-9) for node in nodes):
        return {"the gradients after one pass": once, "a second pass": "wrong"}
    backward(root)
    ratios = {round(node.grad / grad, 6) for node, grad in zip(nodes, once, strict=True)}
    second = {(2.0,): "added", (1.0,): "replaced"}.get(tuple(ratios), "mixed")
    return {"the gradients after one pass": once, "a second pass": second}


def _gradients(backward: Callable[[Any], Any]) -> Any:
    nodes = _graph()
    found = _passes(backward, nodes[-1], nodes)
    return found if any(node.touched for node in nodes) else "untouched"


def _trained(train: Callable[..., Any]) -> Any:
    """The losses of four epochs on a bowl, and where they lead."""
    u, v = Value(0.0), Value(1.0)
    try:
        losses = train(lambda: (u - 3) ** 2 + 2 * (v + 1) ** 2, [u, v], 0.1, 4)
    except RuntimeError:  # a stale graph: the loss of old parameters went backward again
        return [-1.0]
    if losses is None or losses is ...:
        return losses
    return {"the list of losses of four epochs": losses, "the parameters after them": [u.data, v.data]}


def _examined(engine: Any) -> dict[str, Any]:
    """Values and gradients of some formulas, one pass and two, and the gradient through a deep chain."""
    found: dict[str, Any] = {}
    formulas: dict[str, Callable[[Any, Any], Any]] = {
        "x * y + y / x - 2 / y": lambda x, y: x * y + y / x - 2 / y,
        "(1 - x) ** 3 * (x + y + x).sigmoid()": lambda x, y: (1 - x) ** 3 * (x + y + x).sigmoid(),
        "((x * x).exp() - y) * (2 * x) / (y + 3)": lambda x, y: ((x * x).exp() - y) * (2 * x) / (y + 3),
    }
    for name, formula in formulas.items():
        x, y = engine(0.7), engine(-1.3)
        result = formula(x, y)
        passes = _passes(lambda root: root.backward(), result, [x, y])
        found[f"{name} with x = 0.7, y = -1.3"] = {"the value": result.data, **passes}
    x = engine(0.5)
    total = x
    for _ in range(3000):
        total = total + x
    try:
        total.backward()
    except RecursionError:
        x.grad = -1.0
    return {**found, "the gradient through a chain of 3,000 sums": x.grad}


# --- An engine as a reader writes it, for mistakes to be planted in ---


class Engine:
    """The solution of the lesson. A mistake is a subclass that does one thing differently."""

    def __init__(self, data: Any, parents: tuple[Any, ...] = (), local_derivatives: tuple[float, ...] = ()) -> None:
        self.data, self.grad = float(data), 0.0
        self.parents, self.local_derivatives = parents, local_derivatives
        self.born = next(Node.births)

    def _of(self, x: Any) -> Any:
        return x if isinstance(x, Engine) else type(self)(x)

    def __add__(self, other: Any) -> Any:
        other = self._of(other)
        return type(self)(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Any) -> Any:
        other = self._of(other)
        return type(self)(self.data * other.data, (self, other), (other.data, self.data))

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __neg__(self) -> Any:
        return self * -1

    def __sub__(self, other: Any) -> Any:
        return self + -self._of(other)

    def __rsub__(self, other: Any) -> Any:
        return self._of(other) - self

    def __pow__(self, n: float) -> Any:
        return type(self)(self.data**n, (self,), (n * self.data ** (n - 1),))

    def __truediv__(self, other: Any) -> Any:
        return self * self._of(other) ** -1

    def __rtruediv__(self, other: Any) -> Any:
        return self._of(other) / self

    def exp(self) -> Any:
        """Its exponential."""
        y = math.exp(self.data)
        return type(self)(y, (self,), (y,))

    def sigmoid(self) -> Any:
        """Its sigmoid."""
        s = _sigmoid(self.data)
        return type(self)(s, (self,), (s * (1 - s),))

    def backward(self) -> None:
        """The gradients of all that it was computed from."""
        backward(self)


def _with(**methods: Callable[..., Any]) -> type[Engine]:
    """An engine with a mistake in it."""
    return type("Mistaken", (Engine,), methods)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def in_order(root: Any) -> list[Any]:
    """A node and all that it was computed from, the oldest first."""
    found, waiting = {root}, [root]
    while waiting:
        new = set(waiting.pop().parents) - found
        found |= new
        waiting += new
    return sorted(found, key=lambda node: node.born)


def _depth_first(root: Any, first: bool = False) -> list[Any]:
    """Recursively: parents first, or, by mistake, last."""
    order: list[Any] = []

    def visit(node: Any) -> None:
        if node not in order:
            order.append(node)
            for parent in node.parents:
                visit(parent)
            if not first:
                order.remove(node)
                order.append(node)

    visit(root)
    return order


def _every_path(root: Any) -> list[Any]:
    """By mistake as often as there are paths."""
    order, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting += node.parents if len(order) < 5100 else ()
    return sorted(order, key=lambda node: node.born)


def _parents_only(root: Any) -> list[Any]:
    return [node for node in in_order(root) if node is not root]


def _newest_first(root: Any) -> list[Any]:
    return in_order(root)[::-1]


def backward(
    root: Any,
    seed: float = 1.0,
    order: Callable[[Any], list[Any]] = _newest_first,
    gather: Callable[[float, float, float], float] = lambda old, adjoint, d: old + adjoint * d,
) -> None:
    """Add ∂root/∂node to the gradient of every node; the other arguments are there for mistakes."""
    arriving = dict.fromkeys(order(root), 0.0)
    arriving[root] = seed
    for node in order(root):
        node.grad += arriving[node]
        for parent, d in zip(node.parents, node.local_derivatives, strict=True):
            arriving[parent] = gather(arriving[parent], arriving[node], d)


def _overwriting(root: Any) -> None:
    """By mistake the last contribution only."""
    backward(root, gather=lambda old, adjoint, d: adjoint * d)


def _unchained(root: Any) -> None:
    """By mistake the local derivatives alone."""
    backward(root, gather=lambda old, adjoint, d: old + d)


def _in_grad(root: Any, order: Callable[[Any], list[Any]] = _newest_first) -> None:
    """By mistake collected in .grad, where the last pass has left its own."""
    root.grad = 1.0
    for node in order(root):
        for parent, d in zip(node.parents, node.local_derivatives, strict=True):
            parent.grad += node.grad * d


def _to_parents_only(root: Any) -> None:
    """By mistake from the leaves to the result."""
    _in_grad(root, order=in_order)


def _forgetful(root: Any) -> None:
    """By mistake what earlier passes left is lost."""
    for node in in_order(root):
        node.grad = 0.0
    backward(root)


def _deep(root: Any) -> None:
    backward(root, order=lambda root: _depth_first(root)[::-1])


def _train(
    loss_of: Callable[[], Any],
    parameters: list[Any],
    rate: float,
    epochs: int,
    sign: float = -1.0,
    clears: bool = True,
    late: bool = False,
    once: bool = False,
) -> list[float]:
    loss, losses = loss_of(), []
    for _ in range(epochs):
        loss = loss if once else loss_of()
        for p in parameters if clears and not late else ():
            p.grad = 0.0
        loss.backward()
        for p in parameters if late else ():
            p.grad = 0.0
        for p in parameters:
            p.data = p.data + sign * rate * p.grad
        losses.append(loss.data)
    return losses


POINTS = (2.0, 3.0), (-0.5, 4.0), (1.5, -2.0)

EXERCISES = [
    Exercise(
        "9.1",
        Value,
        (
            (
                _with(__mul__=lambda x, y: type(x)(x.data * y.data, (x, y), (x.data, y.data))),
                "the local derivatives of the product are swapped: hold one factor still, move the other, and see how "
                "fast the product goes.",
            ),
            (
                _with(__mul__=lambda x, y: type(x)(x.data * y.data, (x, y), (1.0, 1.0))),
                "1 and 1 are the local derivatives of a sum; those of a product depend on its factors.",
            ),
            (
                _with(__add__=lambda x, y: type(x)(x.data + y.data, (x, y), (y.data, x.data))),
                "the local derivatives of the sum are not its operands: it moves exactly as far as either of them.",
            ),
            (
                _with(
                    __add__=lambda x, y: type(x)(x.data + y.data),
                    __mul__=lambda x, y: type(x)(x.data * y.data),
                ),
                "the numbers are right, but the results remember nothing: hand over parents and local derivatives.",
            ),
            (
                _with(__add__=lambda x, y: x.data + y.data, __mul__=lambda x, y: x.data * y.data),
                "plain floats come out, which remember nothing: return Value(…).",
            ),
        ),
        _remembers,
    ),
    Exercise(
        "9.2",
        Value,
        (
            (
                _with(__rsub__=lambda x, y: x - y),
                "1 - x comes out as x - 1: in __rsub__ the Value stands on the right.",
            ),
            (
                _with(__rtruediv__=lambda x, y: x / y),
                "1 / x comes out as x / 1: in __rtruediv__ the Value stands on the right.",
            ),
            (
                _with(__pow__=lambda x, n: type(x)(x.data**n, (x,), (x.data ** (n - 1),))),
                "the local derivative of x ** n lacks the factor n.",
            ),
            (
                _with(__pow__=lambda x, n: type(x)(x.data**n, (x,), (n * x.data**n,))),
                "in the local derivative of x ** n the exponent goes down by one.",
            ),
            (
                _with(__pow__=lambda x, n: type(x)(x.data**n, (x,), (n * x.data,))),
                "n · x is the slope of x ** n for n = 2 alone; for other exponents x keeps a power.",
            ),
            (
                _with(__sub__=lambda x, y: type(x)(x.data - x._of(y).data, (x, x._of(y)), (1.0, 1.0))),
                "in x - y the result falls when y grows: the second local derivative has the wrong sign.",
            ),
        ),
        _results(
            {
                "x - y": lambda x, y: x - y,
                "x - 2": lambda x: x - 2,
                "1 - x": lambda x: 1 - x,
                "x ** 3": lambda x: x**3,
                "x ** 2": lambda x: x**2,
                "x / y": lambda x, y: x / y,
                "6 / x": lambda x: 6 / x,
                "x / 4": lambda x: x / 4,
            },
            POINTS,
        ),
    ),
    Exercise(
        "9.3",
        Value,
        (
            (
                _with(sigmoid=lambda x: type(x)(_sigmoid(x.data), (x,), (x.data * (1 - x.data),))),
                "the local derivative of the sigmoid is s · (1 - s) with the result s, not with the input.",
            ),
            (
                _with(sigmoid=lambda x: type(x)(_sigmoid(x.data), (x,), (1 - _sigmoid(x.data),))),
                "the local derivative of the sigmoid has two factors, s and 1 - s; one is missing.",
            ),
            (
                _with(exp=lambda x: type(x)(math.exp(x.data), (x,), (x.data,))),
                "the local derivative of exp is not its input. Lesson 1 has the rule in its table.",
            ),
            (
                _with(exp=lambda x: type(x)(math.exp(x.data), (x,), (x.data * math.exp(x.data - 1),))),
                "n · xⁿ⁻¹ is the rule for a power; in exp it is the exponent that moves.",
            ),
            (
                _with(
                    exp=lambda x: type(x)(math.exp(x.data)),
                    sigmoid=lambda x: type(x)(_sigmoid(x.data)),
                ),
                "the numbers are right, but they forgot where they came from: hand over (self,) and the derivative.",
            ),
            (
                _with(sigmoid=lambda x: type(x)(_sigmoid(-x.data), (x,), (-_sigmoid(-x.data) * _sigmoid(x.data),))),
                "this sigmoid falls: the exponent is -x.",
            ),
        ),
        _results({"x.exp()": lambda x: x.exp(), "x.sigmoid()": lambda x: x.sigmoid()}, POINTS),
    ),
    Exercise(
        "9.4",
        in_order,
        (
            (_newest_first, "every node is there, but turned round: parents come first, the result last."),
            (
                lambda root: _depth_first(root, first=True),
                "a node comes before its own parents: add it when they are all in the list.",
            ),
            (_every_path, "some nodes are listed more than once: each is wanted once, however many paths lead to it."),
            (_parents_only, "the result itself is missing: it is the last of the list."),
            (
                lambda root: sorted({*root.parents, root}, key=lambda node: node.born),
                "only the result and its parents are there: their parents belong to it too, back to the leaves.",
            ),
            (
                _depth_first,
                "right for small graphs, but a chain of 5,000 nodes is too deep for a function that calls itself: "
                "keep a list of the nodes that wait.",
            ),
        ),
        _order,
    ),
    Exercise(
        "9.5",
        backward,
        (
            (lambda root: None, "no gradient has changed: what arrives at a node is added to its .grad."),
            (_overwriting, "contributions are overwritten where they must be added: += instead of =."),
            (lambda root: backward(root, seed=0.0), "all gradients are 0: at the result 1 arrives, ∂y/∂y."),
            (
                lambda root: backward(root, order=in_order),
                "the order is wrong: go from the result to the leaves, so reversed.",
            ),
            (
                _to_parents_only,
                "nothing gets further than the parents of the result: visit all nodes, the result first: reversed.",
            ),
            (
                _unchained,
                "the local derivatives are there, the chain rule is not: multiply by what has arrived at the node.",
            ),
            (
                _in_grad,
                "right the first time, wrong when called again: what the last pass left in .grad is passed on once "
                "more. Collect in a dictionary of its own.",
            ),
            (_forgetful, "right the first time, but the second pass must add to .grad, not replace it."),
        ),
        _gradients,
    ),
    Exercise(
        "9.6",
        _train,
        (
            (
                partial(_train, clears=False),
                "each pass adds to the gradients of the one before: set them to 0 in every epoch.",
            ),
            (partial(_train, sign=1.0), "the loss climbs: move against the gradient."),
            (
                partial(_train, late=True),
                "nothing moves: p = p - … makes a new Value and leaves p.data, or the gradients are set to 0 after "
                "backward() has computed them.",
            ),
            (
                lambda loss_of, parameters, rate, epochs: _train(loss_of, parameters, rate, epochs)[-1],
                "that is the last loss alone: append each of them to a list, and return the list.",
            ),
            (
                partial(_train, once=True),
                "a loss of old parameters goes backward again: compute it anew in each epoch, and call backward() "
                "once, before they move.",
            ),
            (
                lambda loss_of, parameters, rate, epochs: _train(loss_of, parameters, 1.0, epochs),
                "the step does not depend on the rate: multiply the gradient by it.",
            ),
        ),
        _trained,
        floats=True,
    ),
    Exercise(
        "9.7",
        Value,
        (
            (_with(backward=_overwriting), "contributions that meet are not added up: look at exercise 9.5 again."),
            (_with(backward=_in_grad), "a second backward() passes the first one's gradients on: see exercise 9.5."),
            (_with(backward=_forgetful), "a second backward() replaces the gradients, it must add to them."),
            (_with(backward=_deep), "a chain of 3,000 sums is too deep for it: see exercise 9.4."),
        ),
        _examined,
    ),
]

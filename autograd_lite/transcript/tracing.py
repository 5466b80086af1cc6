"""The forward and the backward pass as a list of steps: plain data, which every view of them reads.

for node in topological_order:                      node = operation(inputs)              Forward
gradient of the root = 1                                                                  Start
for node in reversed(topological_order):
    for parent, derivative in node:                 product = gradient · derivative       Chain
                                                    gradient of parent += product         Accumulate
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from ..engine.edges import present_edges
from ..engine.group import plain
from ..engine.passes import topological_order
from ..engine.value import Value
from . import formulas
from .names import inputs, names_of, neurons
from .texts import abbreviated, in_json, short

__all__ = ["trace"]

LONGEST_NAME = 20  # in a formula


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the graph.

    Attributes:
        place: Where it stands in the topological order, from 0 on.
        name: Its label, or the name it is given; no two nodes share one.
        operation: The symbol of its operation; empty for a leaf.
        inputs: What it was computed from, as texts: names of nodes, and numbers.
        parents: Those of the inputs that are nodes, by their places; with repetitions.
        value: Its data.
    """

    place: int
    name: str
    operation: str
    inputs: tuple[str, ...]
    parents: tuple[int, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Forward:
    """A node gets its value: ``formula`` = ``numbers`` = ``value``."""

    node: Node
    formula: str
    numbers: str
    value: float


@dataclass(frozen=True, slots=True)
class Start:
    """The backward pass begins: ∂root/∂root is 1."""

    node: Node
    gradient: float


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain rule along one edge.

    Attributes:
        node: Whose gradient flows back.
        parent: To which node.
        use: Which of the node's parents that is, from 0 on.
        incoming: ∂root/∂node, complete by now.
        formula: ∂node/∂parent as its row writes it; empty if it has none.
        numbers: The same with the numbers put in.
        derivative: ∂node/∂parent; None if it is zero by structure, and then nothing flows.
        product: ``incoming`` times ``derivative``.
    """

    node: Node
    parent: Node
    use: int
    incoming: float
    formula: str
    numbers: str
    derivative: float | None
    product: float | None


@dataclass(frozen=True, slots=True)
class Accumulate:
    """A gradient grows: ``old`` + ``contribution`` = ``new``."""

    node: Node
    old: float
    contribution: float
    new: float


Step: TypeAlias = Forward | Start | Chain | Accumulate


@dataclass(frozen=True, slots=True)
class Trace:
    """One forward and one backward pass.

    Attributes:
        nodes: In topological order; the last is the root.
        forward: One step for each node that was computed.
        backward: The steps of the pass back from the root.
    """

    nodes: tuple[Node, ...]
    forward: tuple[Forward, ...]
    backward: tuple[Start | Chain | Accumulate, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Forward, then backward."""
        return self.forward + self.backward

    @property
    def gradients(self) -> tuple[float, ...]:
        """∂root/∂node for each node: what one `backward()` adds to its ``grad``."""
        found = [0.0] * len(self.nodes)
        for step in self.backward:
            if isinstance(step, Start):
                found[step.node.place] = step.gradient
            elif isinstance(step, Accumulate):
                found[step.node.place] = step.new
        return tuple(found)

    def to_json(self) -> str:
        """Nodes and steps; a step names its nodes by their places, nan and infinities are texts.

        >>> print(trace(Value(2.0, label="x")).to_json().partition("}], ")[2])
        "steps": [{"event": "start", "node": 0, "gradient": 1.0}]}
        """
        nodes = [_plain(node) for node in self.nodes]
        steps = [{"event": type(step).__name__.lower(), **_plain(step)} for step in self.steps]
        return json.dumps(in_json({"nodes": nodes, "steps": steps}), ensure_ascii=False, allow_nan=False)


def trace(y: Value, *, labels: Mapping[str, Any] | None = None) -> Trace:
    """Record how ``y`` was computed, and how its gradient flows back.

    No ``grad`` is read or changed: what is recorded is one pass from ``y`` alone, at the present data.

    Args:
        y: A Value.
        labels: Names for this record, as `draw` takes them, such as ``locals()``.

    Raises:
        TypeError: ``y`` is something else, or the labels are no dictionary.

    >>> w, x = Value(-0.5, label="w"), Value(2.0, label="x")
    >>> for step in trace(w * x).backward[1:3]:
    ...     print(step)
    Chain(node=..., use=0, incoming=1.0, formula='x', numbers='2', derivative=2.0, product=2.0)
    Accumulate(node=..., old=0.0, contribution=2.0, new=2.0)
    """
    if not isinstance(y, Value):
        raise TypeError(f"trace: needs a Value, got {type(y).__name__}: {y!r:.80}")
    order = topological_order(y)
    recorder = _Recorder(order, labels)
    forward = [recorder.forward(node) for node in order if node.operation is not None]
    return Trace(tuple(recorder.nodes.values()), tuple(forward), tuple(recorder.backward()))


class _Recorder:
    """Writes the steps of one graph."""

    def __init__(self, order: list[Value], labels: Mapping[str, Any] | None) -> None:
        self.order = order
        self.names = names_of(order, neurons(order), labels)
        places = {id(node): place for place, node in enumerate(order)}
        self.nodes = {
            id(node): Node(
                places[id(node)],
                self.names[id(node)],
                node.op,
                tuple([self.names[id(x)] if type(x) is Value else short(x) for x in node.inputs]),
                tuple([places[id(parent)] for parent in node.parents]),
                node.data,
            )
            for node in order
        }

    def forward(self, node: Value) -> Forward:
        formula, numbers = [formulas.result(node, write) for write in (self._name, _number)]
        return Forward(self.nodes[id(node)], formula, numbers, node.data)

    def backward(self) -> Iterator[Start | Chain | Accumulate]:
        """The pass of `value.backward`, told step by step."""
        root = self.order[-1]
        gradients = {id(root): 1.0}
        yield Start(self.nodes[id(root)], 1.0)
        for node in reversed(self.order):
            if id(node) not in gradients:  # nothing has flowed back to it
                continue
            for chain in self._chains(node, gradients[id(node)]):
                yield chain
                if chain.product is not None:
                    parent = id(self.order[chain.parent.place])
                    old = gradients.get(parent, 0.0)
                    gradients[parent] = old + chain.product
                    yield Accumulate(chain.parent, old, chain.product, gradients[parent])

    def _chains(self, node: Value, incoming: float) -> Iterator[Chain]:
        uses = [use for use in inputs(node) if type(use.item) is Value]
        for k, (use, (_, derivative)) in enumerate(zip(uses, present_edges(node), strict=True)):
            formula, numbers = [
                formulas.derivative(node, use.operand, use.place, write) for write in (self._name, _number)
            ]
            product = None if derivative is None else incoming * derivative
            here, parent = self.nodes[id(node)], self.nodes[id(use.item)]
            yield Chain(here, parent, k, incoming, formula, numbers, derivative, product)

    def _name(self, item: Any) -> str:
        return abbreviated(self.names[id(item)], LONGEST_NAME) if type(item) is Value else short(item)


def _number(item: Any) -> str:
    return short(plain(item))


def _plain(record: Node | Step) -> dict[str, Any]:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {key: value.place if isinstance(value, Node) else value for key, value in values.items()}

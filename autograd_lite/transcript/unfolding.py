"""The same graph with its sums of many terms unfolded into products and sums of two."""

from __future__ import annotations

from contextvars import Context
from dataclasses import dataclass

from ..engine.making import twin
from ..engine.passes import stored_order, topological_order
from ..engine.value import Value


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A graph of its own; what needs no unfolding it shares with the old one.

    Attributes:
        root: Its root.
        twins: What stands for a node of the old graph, under that one's id, where it is another node.
        origins: The node of the old graph that a new one stands for, or is a step of, under the new one's id.
    """

    root: Value
    twins: dict[int, Value]
    origins: dict[int, Value]


def unfolded(root: Value) -> Unfolded:
    """The graph of ``root`` with every row that can be unfolded unfolded, data, gradients and labels kept.

    The steps in between are computed by the engine, and so are their gradients: that of the node which they make up
    flows back through them. Nothing in the old graph changes.

    >>> from autograd_lite import affine
    >>> w, x, b = Value(2.0), Value(5.0), Value(1.0)
    >>> [(node.op, node.data) for node in topological_order(unfolded(affine([w], [x], b)).root)]
    [('', 1.0), ('', 2.0), ('', 5.0), ('*', 10.0), ('+', 11.0)]
    """
    twins: dict[int, Value] = {}
    origins: dict[int, Value] = {}
    for node in stored_order(root)[0]:
        # In a context of its own no mode keeps from recording, or raises at a nan.
        stand_ins, steps = Context().run(_steps, node)
        new = {id(parent): twins[id(parent)] for parent in node.parents if id(parent) in twins}
        if not steps and not new:
            continue
        new |= {id(stand_in): twins.get(id(parent), parent) for stand_in, parent in stand_ins}
        for step in steps[:-1]:
            new[id(step)] = twin(step, step, new)
            origins[id(new[id(step)])] = node
        twins[id(node)] = twin(node, steps[-1] if steps else node, new)
        origins[id(twins[id(node)])] = node
    return Unfolded(twins.get(id(root), root), twins, origins)


def _steps(node: Value) -> tuple[list[tuple[Value, Value]], list[Value]]:
    """Stand-ins for the parents of a node, with these, and what is computed from them step by step; or nothing."""
    row, parents = node.operation, {id(parent): parent for parent in node.parents}
    if row is None or row.unfold is None:
        return [], []
    stand_ins = {i: parent.detach() for i, parent in parents.items()}
    groups = [x if isinstance(x, tuple) else (x,) for x in node.operands]
    filled = [tuple([stand_ins.get(id(item), item) for item in group]) for group in groups]
    out = row.unfold(*[items if many else items[0] for items, many in zip(filled, row.groups, strict=True)])
    steps = [step for step in topological_order(out) if step.operation is not None]
    if steps and node.has_grad:
        (out * node.grad).backward()
    return [(stand_in, parents[i]) for i, stand_in in stand_ins.items()], steps

"""Forward mode: tangents, pushed through a graph in its order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .anomaly import check_flow, check_values
from .edges import edges, recorded_edges
from .modes import recorder, sites
from .passes import check_fresh
from .recorded import total
from .value import Value


def push_forward(
    order: list[Value], seeds: Iterable[tuple[Value, Any]], wanted: Iterable[Value], recorded: bool
) -> list[Any]:
    """The derivative of each wanted node in the direction that gives each seeded node its seed.

    >>> x, y = Value(2.0), Value(5.0)
    >>> z = x * y
    >>> from autograd_lite.engine.passes import topological_order
    >>> push_forward(topological_order(z), [(x, 1.0), (y, 10.0)], [z], recorded=False)
    [25.0]
    """
    check_fresh(order)
    records = recorder() if recorded else None
    if records is not None:
        return records.pushed(order, list(seeds), list(wanted))
    watched = sites() is not None
    if watched:
        check_values(order)
    edges_of = recorded_edges if recorded else edges
    tangent_of = {id(node): seed for node, seed in seeds}
    for node in order:
        if id(node) in tangent_of or not any(id(parent) in tangent_of for parent in node.parents):
            continue
        terms = [(tangent_of[id(x)], d) for x, d in edges_of(node) if d is not None and id(x) in tangent_of]
        if terms:
            tangent_of[id(node)] = total(terms)
            if watched:
                check_flow(node, terms, tangent_of[id(node)])
    return [tangent_of.get(id(node), 0.0) for node in wanted]

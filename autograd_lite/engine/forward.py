"""Forward mode: tangents, pushed through a graph in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .aliases import Answers, Mark
from .anomaly import check_flow, check_values
from .edges import edges, recorded_edges
from .modes import recorder, sites
from .passes import begin_pass, check_fresh, lock, refuse_if_not_last, users_answers
from .places import located
from .recorded import total
from .shortcuts import push_along, push_short
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
    seeds, wanted = list(seeds), list(wanted)
    if not recorded and sites() is None:
        return _tangents(order, seeds, wanted)
    check_fresh(order)
    records = recorder() if recorded else None
    if records is not None:
        return records.pushed(order, seeds, wanted)
    return _term_by_term(order, seeds, wanted, recorded)


def _tangents(order: list[Value], seeds: Sequence[tuple[Value, float]], wanted: Sequence[Value]) -> list[float]:
    """On floats, with tangents and marks on the nodes, as in the pass back."""
    answers = users_answers(order)
    check_fresh(order)  # after the users' functions, which may have moved a leaf
    with lock:
        reached = begin_pass()
        for node, seed in seeds:
            node._adjoint = seed
            node._mark = reached
        _sweep(order, reached, answers)
        refuse_if_not_last(reached)
        return [node._adjoint if node._mark == reached else 0.0 for node in wanted]


def _sweep(order: list[Value], reached: Mark, answers: Answers) -> None:
    place = 0
    while (place := push_short(order, place, reached, answers)) < len(order):
        node = order[place]
        for parent, derivative in edges(node):
            push_along(parent, derivative, node, reached)
        place += 1


def _term_by_term(
    order: list[Value], seeds: Sequence[tuple[Value, Any]], wanted: Sequence[Value], recorded: bool
) -> list[Any]:
    """Each tangent as one sum of products, which is recorded, or looked at as `detect_anomaly` asks."""
    watched = sites() is not None
    if watched:
        check_values(order)
    edges_of = recorded_edges if recorded else edges
    starts, ends, begins, parents = located(order, [node for node, _ in seeds], wanted)
    tangents: list[Any] = [None] * len(order)
    for start, (_, seed) in zip(starts, seeds, strict=True):
        if start >= 0:
            tangents[start] = seed
    for place, node in enumerate(order):
        if begins[place] < 0 or tangents[place] is not None:
            continue
        terms: list[Any] = []
        for i, (_, derivative) in enumerate(edges_of(node), begins[place]):
            parent = parents[i]
            if parent >= 0 and tangents[parent] is not None and derivative is not None:
                terms += (tangents[parent], derivative)
        if terms:
            tangents[place] = total(terms)
            if watched:
                check_flow(node, list(zip(terms[::2], terms[1::2], strict=True)), tangents[place])
    return [0.0 if end < 0 or tangents[end] is None else tangents[end] for end in ends]

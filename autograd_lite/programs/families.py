"""Families: derivatives asked for apart, as in `[grad(f)(x) for x in xs]`, which one sweep gives together.

A sweep adds up what flows back from all of its seeds. Records are a family if nothing flows from the seeds of one to
the variables of another: then each variable gets just what its own record would have given it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from .listing import Listing, Record


def families(listing: Listing) -> dict[Record, list[Record]]:
    """For each record of derivatives those that can be taken together with it, and itself, in order.

    >>> from autograd_lite import Value, grad
    >>> from autograd_lite.programs.listing import listed
    >>> from autograd_lite.programs.recording import recorded
    >>> xs = [Value(float(i)) for i in range(3)]
    >>> slopes, trace = recorded(lambda xs: [grad(lambda x: x * x)(x) for x in xs], (xs,), {})
    >>> [len(family) for family in families(listed(xs, slopes, trace.guards)).values()]
    [3, 3, 3]
    """
    records = [*dict.fromkeys([row for row in listing.rows if type(row) is Record])]
    found = {record: [record] for record in records}
    if len({id(record.order) for record in records}) > 1:
        for group in _alike(records, listing):
            family = _independent(group, listing)
            found.update(dict.fromkeys(family, family))
    return found


def _alike(records: Sequence[Record], listing: Listing) -> Iterator[list[Record]]:
    """Records of graphs of their own, whose variables wait for no variable of another's."""
    levels = _levels(records, listing)
    groups: dict[Any, list[Record]] = defaultdict(list)
    of_graph: Counter[int] = Counter()
    for record in records:
        waits = {levels[ref] for ref in record.wanted if ref not in listing.literals}
        if not record.forward and len(waits) == 1:
            groups[len(record.wanted), of_graph[id(record.order)], waits.pop()].append(record)
        of_graph[id(record.order)] += 1
    return iter(groups.values())


def _independent(group: Sequence[Record], listing: Listing) -> list[Record]:
    """Those in whose graphs there are neither variables nor derivatives of the others."""
    owner = {ref: record for record in group for ref in record.wanted if ref not in listing.literals}
    members = set(group)
    return [
        record
        for record in group
        if all(owner.get(ref, record) is record and listing.rows[ref] not in members for ref in record.order)
    ]


def _levels(records: Sequence[Record], listing: Listing) -> list[int]:
    """How many variables and derivatives each node waits for, one after the other."""
    variables = {ref for record in records for ref in record.wanted if ref not in listing.literals}
    levels: list[int] = []

    def highest(x: Any) -> int:
        return max(map(highest, x), default=0) if type(x) is tuple else levels[x]

    for ref, (row, args) in enumerate(zip(listing.rows, listing.args, strict=True)):
        if type(row) is Record:
            levels.append(1 + highest(tuple(row.seeds)))
        else:
            levels.append((ref in variables) + highest(args))
    return levels

"""Why something runs in lanes, or does not, in sentences that name the lines of the user's file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..engine.value import Value
from .lanes import Lanes
from .listing import Listing, Ref, listed
from .program import GATHER, INPUT, Program
from .recording import Trace


def explained(inputs: Sequence[Value], outputs: Sequence[Any], trace: Trace) -> str:
    """The sentences for a recorded call whose lines are known."""
    listing = listed(inputs, outputs, trace.guards)
    search = Lanes(listing, [len(inputs)] if inputs else [])
    lines = {ref: trace.lines[key] for key, ref in listing.refs().items() if key in trace.lines}
    sentences = [counted(search.program())]
    for ref in dict.fromkeys([ref for ref, _ in listing.guards]):
        sentences.append(
            f"A branch asks how {_told(listing, ref, lines)} comes out, and each way has a program of its own; write "
            "where(condition, x, y) to have both in one."
        )
    for kinds in search.apart:
        computed = [ref for ref in kinds if listing.rows[ref] is not None]
        if len(computed) > 1:
            sentences.append(_difference(listing, search.colours, lines, *computed[:2]))
    return "\n".join(dict.fromkeys(sentences))


def counted(program: Program) -> str:
    """How many operations of a program are on lanes, in a sentence."""
    counts = Counter([x.lanes for x in program.instructions if x.operation not in (INPUT, GATHER)])
    wide = [f"{count} on {lanes} lanes" for lanes, count in sorted(counts.items(), reverse=True) if lanes > 1]
    return f"{sum(counts.values())} operations, {', '.join(wide) if wide else 'none of them in lanes'}."


def _difference(listing: Listing, colours: Sequence[int], lines: dict[Ref, str], first: Ref, second: Ref) -> str:
    """Where two nodes that came together are first computed otherwise, from their ends on."""
    while listing.rows[first] is not None and listing.rows[first] is listing.rows[second]:
        pairs = zip(_operands(listing, first), _operands(listing, second), strict=False)
        apart = next(((x, y) for x, y in pairs if colours[x] != colours[y]), None)
        if apart is None:
            break
        first, second = apart
    return (
        f"What is added up or returned together is not computed alike: {_told(listing, first, lines)} in one, "
        f"{_told(listing, second, lines)} in another; each kind has lanes of its own, and fewer than four have none."
    )


def _operands(listing: Listing, ref: Ref) -> list[Ref]:
    return [x for operand in listing.args[ref] for x in (operand if type(operand) is tuple else (operand,))]


def _told(listing: Listing, ref: Ref, lines: dict[Ref, str]) -> str:
    row = listing.rows[ref]
    if row is None:
        return repr(listing.literals[ref]) if ref in listing.literals else "an input"
    return (
        f"{getattr(row, 'name', 'a derivative')} in {lines[ref]}"
        if ref in lines
        else getattr(row, "name", "a derivative")
    )

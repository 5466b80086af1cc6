"""Recordings of one call, two of which must agree: then what they compute depends on the arguments alone."""

from __future__ import annotations

import gc
import sys
from array import array
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..calculus.trees import is_array
from ..engine.bulk import content_of, data_of
from ..engine.value import Value
from .arguments import holes
from .calls import Call
from .listing import nodes_of
from .recording import Derivatives, Trace, UnrecordableError, recorded


class Recording(NamedTuple):
    """One recorded call.

    Attributes:
        inputs: The nodes that stood for its numbers.
        outputs: What its result holds.
        rebuild: Makes a result of other numbers.
        trace: What it asked besides.
        call: Its arguments.
        result: What it returned.
    """

    inputs: list[Value]
    outputs: list[Any]
    rebuild: Callable[[Any], Any]
    trace: Trace
    call: Call
    result: Any

    def order(self) -> list[Value]:
        return nodes_of(self.inputs, self.outputs, self.trace.guards)


def record(f: Callable[..., Any], call: Call, with_lines: bool = False, with_numbers: bool = True) -> Recording:
    """Record a call.

    Args:
        f: The function.
        call: Its arguments.
        with_lines: Whether to note which lines make nodes.
        with_numbers: Whether derivatives are computed, as a branch may want them to be.

    Raises:
        UnrecordableError: No program can do what it does.
        NumbersNeededError: It asks for what was not computed.

    >>> from autograd_lite.programs.calls import opened_call
    >>> record(lambda x: x * x, opened_call((3.0,), {}, ())).outputs[0].data
    9.0
    """
    inputs = [Value(x) for leaf in call.numbers() for x in leaf]
    args, named = call.closed(iter(inputs))
    before = _identities([*args, *named.values()])
    result, trace = recorded(f, args, named, with_lines, with_numbers)
    if _identities([*args, *named.values()]) != before:
        raise UnrecordableError("it changes one of its arguments")
    outputs: list[Any] = []
    rebuild = holes(result, outputs)
    return Recording(inputs, outputs, rebuild, trace, call, result)


@contextmanager
def collector_paused() -> Generator[None, None, None]:
    """Within it nobody looks for cycles among nodes that are all alive, which takes a fifth of a first call."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compared(
    first: Recording, second: Recording, record_lines: Callable[[], Recording]
) -> tuple[list[Value], list[Value]]:
    """The Values from outside that two recordings of one call use, and what the second computes as the first does.

    Args:
        first: A recording.
        second: Another of the same call.
        record_lines: Records it once more, with lines.

    Raises:
        UnrecordableError: They differ; says in which line.
    """
    order, again = first.order(), second.order()
    shared = set(map(id, order)).intersection(map(id, again))
    inner = [node for node in again if id(node) not in shared] if shared else again
    place = _first_difference([node for node in order if id(node) not in shared] if shared else order, inner)
    if place is not None:
        raise UnrecordableError(_told_difference(record_lines(), shared, place))
    if not shared:
        return [], again
    captured = [node for node in again if id(node) in shared]
    used = {id(parent) for node in inner for parent in node.parents} | set(map(id, second.outputs))
    return [node for node in captured if id(node) in used], inner


def _told_difference(third: Recording, shared: set[int], place: int) -> str:
    inner = [node for node in third.order() if id(node) not in shared]
    line = third.trace.lines.get(id(inner[place]), "") if place < len(inner) else ""
    return (
        f"two calls with the same arguments do not compute the same{f', in {line}' if line else ''}; draw random "
        "numbers, read clocks and count outside of it, and give it what comes of that as an argument"
    )


def _first_difference(first: list[Value], second: list[Value]) -> int | None:
    """Where two recordings of one call differ first; None where they do not."""
    (kinds, *one), (others, *other) = _content(first), _content(second)
    if kinds == others and _bits(*one) == _bits(*other):
        return None
    columns = zip(kinds, others, zip(*one, strict=True), zip(*other, strict=True), strict=False)
    for place, (kind, known, xs, ys) in enumerate(columns):
        if kind is not known or any(type(x) is float and x != y and x == x for x, y in zip(xs, ys, strict=True)):
            return place
    return None if len(first) == len(second) else min(len(first), len(second))


def _content(nodes: list[Value]) -> tuple[list[Any], list[float], list[Any], list[Any]]:
    """What made them, two rows of derivatives being the same kind; their numbers, and what they are made of."""
    rows, firsts, seconds = content_of(nodes)
    return [Derivatives if type(row) is Derivatives else row for row in rows], data_of(nodes), firsts, seconds


def _bits(data: list[float], *operands: list[Any]) -> list[bytes]:
    """Numbers, and those among operands, by their bits, as nan is no number's equal."""
    plain = [[x for x in some if type(x) is float] for some in operands]
    return [array("d", numbers).tobytes() for numbers in (data, *plain)]


def is_kept(nodes: list[Value]) -> bool:
    """Whether anybody else holds one of them."""
    alone = [Value(0.0)]
    [usual] = map(sys.getrefcount, alone)
    return any(count > usual for count in map(sys.getrefcount, nodes))


def _identities(tree: Any) -> list[Any]:
    """The numbers of a structure by identity, to see whether a function has changed it."""
    found: list[Any] = []
    _collect(tree, found)
    return found


def _collect(x: Any, found: list[Any]) -> None:
    if type(x) in (list, tuple):
        found.append(len(x))
        for part in x:
            _collect(part, found)
    elif isinstance(x, dict):
        found.append(tuple(x))
        for part in x.values():
            _collect(part, found)
    elif is_array(x) and x.dtype == object:
        found += map(id, x.ravel().tolist())
    else:
        found.append(id(x))

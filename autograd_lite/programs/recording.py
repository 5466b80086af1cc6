"""One call of a function, recorded for a program: its graph, what it asked of its numbers, what it differentiated."""

from __future__ import annotations

import operator
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from math import nan
from typing import Any, NoReturn

from ..engine.forward import push_forward
from ..engine.group import Group, plain
from ..engine.modes import PACKAGE, Recorder, lines, recorded_by, recording, sites, users_line
from ..engine.passes import adjoints, topological_order
from ..engine.value import Value, new_node
from .program import COMPARISONS, Comparison, Structure

_COMPARISONS = dict(
    zip((operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne), COMPARISONS, strict=True)
)


class UnrecordableError(BaseException):
    """What a function does that no program can do; no `except Exception` of the function stops it."""


class NumbersNeededError(UnrecordableError):
    """A function asks for the number of a derivative, which was left out."""


class Derivatives(Structure):
    """The row of derivatives that a recorded function asked for; they are computed on the program, not on the graph.

    Attributes:
        order: The nodes that were differentiated, in topological order.
        seeds: Nodes, each with its seed.
        wanted: The nodes by which, or for forward mode those of which, derivatives are wanted.
        forward: Which mode.
    """

    def __init__(
        self, order: Sequence[Value], seeds: Sequence[tuple[Value, Any]], wanted: Sequence[Value], forward: bool
    ) -> None:
        super().__init__("derivatives", "*given | index", _no_value, _no_flow, about="", example=("", ""))
        self.order, self.seeds, self.wanted, self.forward = order, seeds, wanted, forward

    def is_of_derivatives(self) -> bool:
        """Whether there are derivatives between what is differentiated and what by."""
        reached = {id(node) for node in ([node for node, _ in self.seeds] if self.forward else self.wanted)}
        for node in self.order:
            if not reached.isdisjoint(map(id, node.parents)) and id(node) not in reached:
                if type(node.operation) is Derivatives:
                    return True
                reached.add(id(node))
        return False


def _no_value(*given: Any) -> Any:
    raise TypeError("derivatives are computed by the program that asks for them")


def _no_flow(*given_and_result: Any) -> tuple[None, None]:
    """What lies before the variables of a record is none of its business."""
    return None, None


class Trace(Recorder):
    """What a function does with its numbers besides arithmetic.

    Args:
        with_numbers: Whether derivatives are computed, for which a program has no use, but a branch may have.

    Attributes:
        guards: The truths that it asked, in order, and how they came out.
        records: The derivatives that it asked for.
        raised_in: The line of the first operation that raised.
        lines: The lines that made its nodes, by their id, if that was asked for.
    """

    lines: dict[int, str]

    def __init__(self, with_numbers: bool = True) -> None:
        self.guards: list[tuple[Value, bool]] = []
        self.records: list[Derivatives] = []
        self.with_numbers = with_numbers
        self.raised_in = ""
        self.is_unknown = False  # whether the data of some derivatives was left out, as those of derivatives always are

    def compared(self, compare: Callable[[Any, Any], Any], x: Any, y: Any, outcome: bool) -> Value:
        return new_node(_COMPARISONS[compare], float(outcome), x, y if type(y) is Value else float(y))

    def is_truth(self, x: Value) -> bool:
        return isinstance(x.operation, Comparison)

    def asked(self, x: Value, outcome: bool) -> bool:
        if self.is_unknown:
            if not self.with_numbers:
                raise NumbersNeededError
            self.refuse("a branch is taken after a second derivative was computed", "write where")
        self.guards.append((x, outcome))
        return outcome

    def pulled(self, order: list[Value], seeds: list[tuple[Value, Any]], wanted: list[Value]) -> list[Any]:
        return self._derivatives(Derivatives(order, seeds, wanted, False), _adjoints)

    def pushed(self, order: list[Value], seeds: list[tuple[Value, Any]], wanted: list[Value]) -> list[Any]:
        return self._derivatives(Derivatives(order, seeds, wanted, True), _tangents)

    def _derivatives(self, record: Derivatives, compute: Callable[..., list[float]]) -> list[Any]:
        if not self.with_numbers or (self.records and record.is_of_derivatives()):
            self.is_unknown = True
        if self.is_unknown:
            data = [nan] * len(record.wanted)
        else:
            with recorded_by(None):
                data = compute(record.order, [(node, plain(seed)) for node, seed in record.seeds], record.wanted)
        self.records.append(record)
        given = [x for pair in record.seeds for x in pair if type(x) is Value]
        group = Group([*given, *record.wanted])
        return [new_node(record, d, group, float(i)) for i, d in enumerate(data)]

    def raised(self) -> None:
        self.raised_in = self.raised_in or users_line()

    def refuse(self, what: str, remedy: str = "") -> NoReturn:
        line = users_line()
        raise UnrecordableError(f"{what} in {line}" + (f"; {remedy}" if remedy else ""))


def _adjoints(order: list[Value], seeds: list[tuple[Value, float]], wanted: list[Value]) -> list[float]:
    whole = topological_order(*[node for node, _ in seeds], *wanted)  # also what the wanted ones were computed from
    return adjoints(whole, seeds, wanted)


def _tangents(order: list[Value], seeds: Iterable[tuple[Value, float]], wanted: Iterable[Value]) -> list[Any]:
    return push_forward(order, seeds, wanted, recorded=False)


def recorded(
    f: Callable[..., Any],
    args: Sequence[Any],
    named: dict[str, Any],
    with_lines: bool = False,
    with_numbers: bool = True,
) -> tuple[Any, Trace]:
    """Call a function and record what it does, and on request the lines that make its nodes.

    Args:
        f: Any function.
        args: What it is called with.
        named: The same by name.
        with_lines: Whether to note the lines.
        with_numbers: Whether derivatives are computed; else they are nan.

    Raises:
        UnrecordableError: It does what no program can do.
        NumbersNeededError: It asks what came of a derivative, or nan makes it raise.

    >>> x = Value(3.0)
    >>> y, trace = recorded(lambda x: x * x if x > 0 else x, (x,), {})
    >>> y.data, [outcome for truth, outcome in trace.guards]
    (9.0, [True])
    """
    trace = Trace(with_numbers)
    with recording(), lines() if with_lines else nullcontext(), recorded_by(trace):
        try:
            result = f(*args, **named)
        except Exception:
            if trace.is_unknown and not with_numbers:
                raise NumbersNeededError from None
            raise
        if trace.raised_in:
            raise UnrecordableError(
                f"it goes on after an operation has raised in {trace.raised_in}; write an if before it"
            )
        trace.lines = sites() or {}
    return result, trace


def say(what: str) -> None:
    """Warn of what a program cannot do, where the user's code has called."""
    frame, depth = sys._getframe(), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(what, RuntimeWarning, stacklevel=depth)

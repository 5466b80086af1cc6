"""Programs whose numbers stay in memory from one run to the next, as those of a training do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..engine.value import Value
from .calls import opened_call
from .lanes import laned_program
from .listing import listed
from .native import Native, compile_native
from .program import Program
from .recording import NumbersNeededError, UnrecordableError
from .recordings import Recording, collector_paused, compared, is_kept, record
from .runnable import MOST, TooLargeError

#: A function of lists of Values that gives a list of them.
Numbers = Callable[..., list[Any]]


class Resident:
    """A function of lists of numbers, and of Values that it reads, as native code on addresses.

    A run of it says that it may have raised also where a result is not finite.

    Args:
        f: Given lists of Values, it gives a list of Values.
        read: Leaves that f reads, and may differentiate by; they are the first input.
        given: What f is called with when it is recorded, which happens twice; each list is an input, if it is not
            empty.

    Attributes:
        others: The Values that it reads besides; they are the second input, if there are any.
        native: What runs.

    Raises:
        UnrecordableError: It does what no program can do, or takes a branch.
        TooLargeError: It is too large.

    >>> x = Value(2.0)
    >>> found = Resident(lambda ys: [x * y for y in ys], [x], [[3.0, 4.0]])
    >>> found.others, found.native.instructions > 0
    ([], True)
    """

    def __init__(self, f: Numbers, read: Sequence[Value], given: Sequence[list[float]]) -> None:
        with collector_paused():
            first, second = _recorded(f, given), _recorded(f, given)
            captured, inner = compared(first, second, lambda: record(f, second.call, with_lines=True))
            if second.trace.guards:
                raise UnrecordableError("it takes a branch on its numbers; write where")
            if any(x.operation is not None for x in captured):
                raise UnrecordableError("it reads a Value that was computed outside")
            known = set(map(id, read))
            self.others = [x for x in captured if id(x) not in known]
            inputs = [*read, *self.others, *second.inputs]
            units = [len(x) for x in (read, self.others, *given) if x]
            program = laned_program(listed(inputs, second.outputs, (), inner), units)
            kept = first.inputs
            del first, inner
        if is_kept(kept):
            raise UnrecordableError("a number of one call is kept somewhere when the call is over")
        if len(program) > MOST:
            raise TooLargeError(f"its program has {len(program)} instructions without repetition")
        masked = [*program.masked, *program.outputs]
        self.native: Native = compile_native(Program(program.inputs, program.instructions, program.outputs, (), masked))


def _recorded(f: Numbers, given: Sequence[list[float]]) -> Recording:
    call = opened_call(given, {}, ())
    try:
        return record(f, call, with_numbers=False)
    except NumbersNeededError:  # which says why there is none: it takes a branch, or raises
        return record(f, call)

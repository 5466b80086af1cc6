"""A recording that has become a program, with what is needed to call it as the function is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..calculus.trees import is_array
from ..engine.bulk import data_of
from ..engine.modes import is_recording
from ..engine.value import Value
from .calls import Call
from .listing import listed
from .program import OTHERWISE, RAISES
from .recordings import Recording
from .runnable import Runnable
from .slopes import Slopes


class Way(NamedTuple):
    """One program of a function.

    Attributes:
        runnable: The program.
        captured: The Values that it reads besides the arguments.
        rebuild: Makes the function's result of the program's.
        outcomes: How the comparisons came out that it was recorded with.
        of_values: The results that follow from Values of the user's.
    """

    runnable: Runnable
    captured: list[Value]
    rebuild: Callable[[Any], Any]
    outcomes: tuple[bool, ...]
    of_values: tuple[int, ...]

    def run(self, f: Callable[..., Any], call: Call) -> Any:
        """The result of a program, or what `Runnable.run` says in its place."""
        scalars, units = [], []
        for leaf in call.leaves:
            if is_array(leaf):
                units.append(leaf)
            else:
                scalars.append(leaf)
        values = [x for x in scalars if type(x) is Value]
        if values:
            scalars = [x.data if type(x) is Value else x for x in scalars]
        if scalars:
            units.insert(0, scalars)
        if self.captured:
            units.append(data_of(self.captured))
        found = self.runnable.run(units)
        if found is OTHERWISE or found is RAISES:
            return found
        if self.of_values:
            return self.rebuild(self._remembering(f, call, units, found))
        return self.rebuild(found)

    def _remembering(self, f: Callable[..., Any], call: Call, units: list[Any], found: Any) -> list[Any]:
        """Results as Values, which know what they follow from."""
        results: list[Any] = list(found)
        if not is_recording():
            for i in self.of_values:
                results[i] = Value(float(results[i]))
            return results
        places: list[tuple[int, int]] = []
        parents: list[Value] = []
        scalars = [x for x in call.leaves if not is_array(x)]
        for lane, x in enumerate(scalars):
            if type(x) is Value:
                places.append((0, lane))
                parents.append(x)
        places += [(len(units) - 1, lane) for lane in range(len(self.captured))]
        parents += self.captured
        units = [unit.copy() if is_array(unit) else unit for unit in units]
        for i in self.of_values:
            slopes = Slopes(f, self.runnable, (i,), places, units, call, self.captured)
            results[i] = Value(float(results[i]), tuple(parents), slopes)
        return results


def way_of(found: Recording, captured: list[Value], inner: list[Value], backend: str | None, exact: bool) -> Way:
    """The program of a recording.

    Args:
        found: What was recorded.
        captured: The Values that it uses besides its inputs.
        inner: What it computes, in order.
        backend: As for `Runnable`.
        exact: The same.

    Raises:
        TooLargeError: No backend takes it.
        ImportError: ``backend`` is not installed.
    """
    scalars, arrays = units_of(found)
    numbers = [leaf for leaf in found.call.leaves if not is_array(leaf)]
    values = {id(node) for node, x in zip(scalars, numbers, strict=True) if type(x) is Value} | set(map(id, captured))
    units = [scalars] * bool(scalars) + arrays + [captured] * bool(captured)
    inputs = [x for unit in units for x in unit]
    listing = listed(inputs, found.outputs, found.trace.guards, inner)
    runnable = Runnable(listing, [*map(len, units)], backend, exact)
    of_values = _following(listing.rows, listing.args, inputs, values, listing.outputs)
    outcomes = tuple([outcome for _, outcome in found.trace.guards])
    return Way(runnable, captured, found.rebuild, outcomes, of_values)


def units_of(found: Recording) -> tuple[list[Value], list[list[Value]]]:
    """The inputs of a recording: those that stood for floats and Values, and those of each array."""
    scalars: list[Value] = []
    arrays: list[list[Value]] = []
    nodes = iter(found.inputs)
    for leaf in found.call.leaves:
        if is_array(leaf):
            arrays.append([next(nodes) for _ in range(leaf.size)])
        else:
            scalars.append(next(nodes))
    return scalars, arrays


def _following(
    rows: list[Any], args: list[tuple[Any, ...]], inputs: list[Value], values: set[int], outputs: list[int]
) -> tuple[int, ...]:
    """Which of the outputs follow from Values of the user's."""
    if not values:
        return ()
    follows = [id(x) in values for x in inputs]
    for row, given in zip(rows[len(inputs) :], args[len(inputs) :], strict=True):
        if hasattr(row, "order"):
            follows.append(
                any(follows[ref] for ref in row.order if ref < len(follows))
                or any(follows[node] for node, _ in row.seeds)
            )
        else:
            follows.append(any(any(follows[x] for x in (ref if type(ref) is tuple else (ref,))) for ref in given))
    return tuple([i for i, ref in enumerate(outputs) if follows[ref]])

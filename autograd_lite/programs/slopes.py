"""Results of programs as Values, which know their derivatives by the Values that they follow from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..engine.modes import recording
from ..engine.passes import adjoints, topological_order
from ..engine.recorded import constant, pull_back, variable
from ..engine.value import Value
from .arguments import holes
from .calls import Call, numbers_of
from .program import OTHERWISE, RAISES
from .runnable import Runnable


class Slopes:
    """The local derivatives of a result by the Values that it follows from.

    Args:
        f: The function, which is called where its program has no finite answer.
        runnable: Its program.
        path: Of which result: one of the function, or of its derivative by one of the Values, and so on.
        places: For each Value the unit and the lane that it is in.
        units: What the program was run with.
        call: The arguments.
        captured: The Values that are none of these.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        runnable: Runnable,
        path: tuple[int, ...],
        places: list[tuple[int, int]],
        units: list[Any],
        call: Call,
        captured: list[Value],
    ) -> None:
        self.f, self.runnable, self.path = f, runnable, path
        self.places, self.units, self.call, self.captured = places, units, call, captured

    def __call__(self, *parents_and_result: Any) -> tuple[Any, ...]:
        parents = parents_and_result[:-1]
        gradient = self.runnable.gradient(self.path[-1], self.places)
        units = [list(unit) if type(unit) is list else unit for unit in self.units]
        for (unit, lane), x in zip(self.places, parents, strict=True):
            units[unit][lane] = x._data if type(x) is Value else x
        found = gradient.run(units)
        if found is OTHERWISE or found is RAISES:
            return self._eagerly(parents)
        if type(parents[0]) is not Value:
            return tuple(map(float, found))
        return tuple(
            [
                Value(
                    float(slope),
                    parents,
                    Slopes(self.f, gradient, (*self.path, i), self.places, units, self.call, self.captured),
                )
                for i, slope in enumerate(found)
            ]
        )

    def _eagerly(self, parents: Sequence[Any]) -> tuple[Any, ...]:
        """The same from the function as it is, where the program has no finite answer."""
        rest = iter(parents)
        inputs, wanted = [], []
        for leaf in self.call.leaves:
            if type(leaf) is Value:
                x = next(rest)
                wanted.append(variable(x))
                inputs.append(wanted[-1])
            else:
                inputs += map(constant, numbers_of(leaf))
        wanted += rest if type(parents[0]) is Value else self.captured
        args, named = self.call.closed(iter(inputs))
        outputs: list[Any] = []
        with recording():
            holes(self.f(*args, **named), outputs)
            y = outputs[self.path[0]]
            for i in self.path[1:]:
                y = pull_back(topological_order(y, *wanted), [(y, 1.0)], wanted)[i] if type(y) is Value else 0.0
            if type(y) is not Value:
                return (0.0,) * len(parents)
            order = topological_order(y, *wanted)
        if type(parents[0]) is Value:
            return tuple(pull_back(order, [(y, 1.0)], wanted))
        return tuple(adjoints(order, [(y, 1.0)], wanted))

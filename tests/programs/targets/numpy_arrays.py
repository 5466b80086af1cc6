"""An engine of arrays that differentiates nothing: NumPy, with our own functions on each number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import extras

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import Operation
from autograd_lite.programs.primitives import AND, OR, PRIMITIVES
from autograd_lite.programs.program import Comparison
from autograd_lite.programs.targets.array_plan import Arrays, Row

np = extras.numpy


class NumPy(Arrays):
    """Arrays of doubles and of truths."""

    name = "NumPy"

    def __init__(self, without: Sequence[Operation] = ()) -> None:
        self.functions = {row: _on_lanes(row, value) for row, value in PRIMITIVES.items() if row not in without}
        self.moves: list[str] = []  # how lanes were moved

    def constant(self, x: float, like: Any) -> Any:
        return np.float64(x)

    def literals(self, numbers: Sequence[float], like: Any) -> Any:
        return np.array(numbers)

    def number(self, truth: Any, like: Any) -> Any:
        return np.asarray(truth, float)

    def joined(self, arrays: Sequence[Any]) -> Any:
        self.moves.append("joined")
        return np.concatenate([np.atleast_1d(x) for x in arrays])

    def repeated(self, x: Any, lanes: int) -> Any:
        self.moves.append("repeated")
        assert np.shape(x) == ()
        return np.broadcast_to(x, (lanes,))

    def picked(self, x: Any, places: Sequence[int]) -> Any:
        self.moves.append("picked")
        return x[np.array(places, int)]

    def strided(self, x: Any, start: int, step: int, count: int) -> Any:
        self.moves.append("strided")
        return super().strided(x, start, step, count)

    def lane(self, x: Any, place: int) -> Any:
        self.moves.append("lane")
        assert np.ndim(x) == 1
        return super().lane(x, place)

    def lanes(self, x: Any, count: int) -> Sequence[Any]:
        self.moves.append("lanes")
        assert np.shape(x) == (count,)
        return list(x)

    def scattered(self, x: Any, targets: Sequence[int], lanes: int) -> Any:
        found = np.zeros(lanes)
        np.add.at(found, np.array(targets, int), x)
        return found

    def differentiable(self, row: Row) -> Callable[..., Any]:
        return lambda *operands: row.value(operands)[0]


def _where(condition: Any, yes: Any, no: Any) -> Any:
    assert np.asarray(condition).dtype == bool
    return np.where(condition, yes, no)


def _on_lanes(row: Operation, value: Callable[..., Any]) -> Callable[..., Any]:
    if any(row.groups):
        return lambda xs: np.vectorize(lambda *items: value(items), otypes=[float])(*xs)
    if row is ops.where:
        return _where
    kind = bool if isinstance(row, Comparison) or row in (AND, OR) else float
    return np.vectorize(lambda *xs: value(*map(float, xs)), otypes=[kind])

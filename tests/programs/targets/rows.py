"""Every row of the table as a function of points, on which engines are compared."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from functions import flat

from autograd_lite import grad
from autograd_lite import sum as total
from autograd_lite.engine.operation import TABLE, Operation

#: How many points are lanes, and how many numbers a group has.
POINTS, ITEMS = 5, 3
#: Where points are drawn from; outside of a domain they are drawn again.
RANGES = [(-2.5, 2.5), (0.05, 0.95), (1.1, 3.0)]


class Case(NamedTuple):
    """A row with its parameters, on points: rows of a matrix with a column for each number."""

    row: Operation
    parameters: tuple[float, ...]

    def __str__(self) -> str:
        return " ".join([self.row.name, *map(str, self.parameters)])

    def __call__(self, points: Any) -> list[Any]:
        return [self.row(*self.operands(point), *self.parameters) for point in points]

    def operands(self, numbers: Any) -> list[Any]:
        rest = iter(numbers)
        return [[next(rest) for _ in range(ITEMS)] if is_group else next(rest) for is_group in self._groups()]

    def _groups(self) -> Sequence[bool]:
        return self.row.groups[: len(self.row.operands) - self.row.parameters]

    def points(self, seed: int) -> list[list[float]]:
        """Points at which the row is defined, others for another seed."""
        draw, found = random.Random(f"{self} {seed}"), list[list[float]]()
        while len(found) < POINTS:
            low, high = draw.choice(RANGES)
            point = [draw.uniform(low, high) for group in self._groups() for _ in range(ITEMS if group else 1)]
            if self.row.name == "take":
                point[-1] = float(draw.randrange(ITEMS))
            if self._is_defined(point):
                found.append(point)
        return found

    def _is_defined(self, point: Sequence[float]) -> bool:
        try:
            return math.isfinite(self.row(*self.operands(point), *self.parameters))
        except (ValueError, ArithmeticError):
            return False

    def gradient(self, points: list[list[float]]) -> list[list[float]]:
        """The derivatives of the sum over all points, by our own engine."""
        return grad(lambda numbers: total(self(numbers)))(points)


def _cases() -> Iterator[Case]:
    for row in TABLE.values():
        names = row.operands[len(row.operands) - row.parameters :]
        choices = [[float(x) for x in row.choices.get(name, (2.0, 1.0))][:2] for name in names]
        yield from itertools.starmap(lambda *parameters: Case(row, parameters), itertools.product(*choices))  # noqa: B023  (called at once)


CASES: list[Case] = [*_cases()]


def close(x: Any, y: Any) -> bool:
    """Whether numbers of two structures agree to 1e-12, relatively where they are large."""
    pairs = list(zip(flat(x), flat(y), strict=True))
    return bool(pairs) and all(math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12) for a, b in pairs)

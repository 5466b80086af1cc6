"""Implicit derivatives: the solution of equations, differentiated by the equations and not through what solves them.

Where F(z, a) = 0 holds, so does dz/da = -(∂F/∂z)⁻¹ ∂F/∂a, the implicit function theorem. So a solution that was found
by any means, on floats, has derivatives of every order: its first ones are computed where it lies, and recorded they
are a function of a and of the solution itself, which is differentiated in the same way.

The volatility that the price of an option implies, and how fast it changes with the price, which is 1/vega:

>>> from scipy.optimize import brentq
>>> from autograd_lite import erfc, exp, grad, log, sqrt
>>> def call_price(volatility, spot, strike=100.0, rate=0.02, years=1.0):
...     spread = volatility * sqrt(years)
...     d = (log(spot / strike) + rate * years) / spread + spread / 2
...     return spot * erfc(-d / sqrt(2.0)) / 2 - strike * exp(-rate * years) * erfc((spread - d) / sqrt(2.0)) / 2
>>> def mispricing(volatility, price, spot):
...     return call_price(volatility, spot) - price
>>> implied = implicit(lambda price, spot: brentq(mispricing, 0.01, 3.0, (price, spot)), mispricing)
>>> slope, vega = grad(implied)(9.5, 100.0), grad(call_price)(implied(9.5, 100.0), 100.0)
>>> round(slope, 4), round(slope * vega, 9)
(0.0256, 1.0)

A boundary value problem: a chain hangs between two hooks, u″ = c · √(1 + u′²) with u = 0 at 0 and 1, here by
differences on a grid. Its sag is (1 - cosh(c/2)) / c, and how fast that changes with c:

>>> from scipy.optimize import fsolve
>>> def imbalance(u, c, h=0.05):
...     u = [0.0, *u, 0.0]
...     bends = [(u[i - 1] - 2 * u[i] + u[i + 1]) / h**2 for i in range(1, len(u) - 1)]
...     return [bend - c * sqrt(1 + ((u[i + 2] - u[i]) / (2 * h)) ** 2) for i, bend in enumerate(bends)]
>>> chain = implicit(lambda c: fsolve(imbalance, [0.0] * 19, (c,)), imbalance)
>>> round(grad(lambda c: chain(c)[9])(1.0), 3)
-0.133

The steady state of a reaction, A + B ⇌ C in a closed vessel, and how it changes with the reaction's strength. C changes
no more; that no A and no B is lost are the other two equations, as the balances of A and B say nothing new:

>>> def balances(state, strength):
...     a, b, c = state
...     return [strength * a * b - c, a + c - 1.0, b + c - 2.0]
>>> steady = implicit(lambda strength: fsolve(balances, [0.5, 0.5, 0.5], (strength,)), balances)
>>> round(grad(lambda strength: steady(strength)[2])(2.0), 6)
0.087219

The optimum of a regularised fit, where the gradient of the loss vanishes, by its hyperparameter, the weight of the
penalty: the best one for a point that the fit has not seen.

>>> from scipy.optimize import minimize_scalar
>>> def loss(w, penalty):
...     return (exp(0.5 * w) - 2.0) ** 2 + (exp(w) - 3.5) ** 2 + penalty * w**2
>>> fit = implicit(lambda penalty: minimize_scalar(loss, args=(penalty,), tol=1e-12).x, grad(loss))
>>> best = brentq(grad(lambda penalty: (exp(1.5 * fit(penalty)) - 5.5) ** 2), 0.0, 3.0)
>>> round(exp(1.5 * fit(best)), 6)
5.5
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isfinite, ulp
from typing import Any

from ..engine import table as ops
from ..engine.group import plain
from ..engine.modes import is_recording, refuse_to_record
from ..engine.numbers import number, scalar
from ..engine.value import Value
from .runs import Run, call
from .trees import is_array, map_units, paths, replaced, scalars, shaped

__all__ = ["implicit"]

EPSILON = ulp(1.0)


def implicit(
    solve: Callable[..., Any], residual: Callable[..., Any], *, rtol: float = 1e-6, atol: float = 1e-9
) -> Callable[..., Any]:
    """The function that ``solve`` computes, with derivatives by the equations that its result solves.

    ``solve`` may do what it likes: it is called with floats, and nothing goes through it. Derivatives come from the
    residual F by the implicit function theorem, dz/da = -(∂F/∂z)⁻¹ ∂F/∂a, in both modes and to every order. What they
    go by must be among the arguments.

    z is returned as it was found. At each call the Jacobian ∂F/∂z is computed, and with it how far a step of Newton's
    method would go from there: where it is more than ``rtol`` · |z| + ``atol`` in some number of z, ``solve`` has not
    converged. So it does not matter in which units residuals are; unknowns as small as ``atol`` need a smaller one.

    Args:
        solve: ``solve(*args)`` returns z: a number or a structure of numbers, as for `grad`.
        residual: ``residual(z, *args)`` returns what vanishes, as many numbers as z has; it is called with Values.
        rtol: How far z may be from the solution, relative to each number in it.
        atol: How far besides, for numbers that are or should be 0.

    Returns:
        A function of the same arguments, numbers and structures of numbers in any mixture with other objects. It
        returns z: floats, and Values where there is a Value among the arguments.

    Raises:
        TypeError: ``solve`` or ``residual`` is no function; when called: ``solve`` returns Values or no number.
        ValueError: When called: a number of z, or of F there, is nan or infinite; there is not one residual for each
            number of z; ∂F/∂z is singular, so that the residuals do not determine z; the residual uses a Value that is
            not among the arguments.
        RuntimeError: When called: ``solve`` has not converged.

    >>> from autograd_lite import grad, sin
    >>> def kepler(anomaly, mean_anomaly, eccentricity):
    ...     return anomaly - eccentricity * sin(anomaly) - mean_anomaly
    >>> def fixed_point(m, e):
    ...     anomaly = m
    ...     for _ in range(100):
    ...         anomaly = m + e * sin(anomaly)
    ...     return anomaly
    >>> orbit = implicit(fixed_point, kepler)
    >>> round(orbit(1.0, 0.3), 6), round(grad(orbit)(1.0, 0.3), 6), round(grad(grad(orbit))(1.0, 0.3), 6)
    (1.288091, 1.091329, -0.374453)
    """
    for name, f in (("solve", solve), ("residual", residual)):
        if not callable(f):
            raise TypeError(f"implicit: {name} must be a function, got {f!r}")
    limits = number(rtol, "implicit: rtol", least=0.0), number(atol, "implicit: atol", least=0.0)

    def solved(*args: Any) -> Any:
        refuse_to_record("implicit has equations solved", "jit the residual that it is given, and the rest apart")
        parents = _values(args)
        given = [plain(x) for x in parents]
        equations = _Equations(residual, args, solve(*_filled(args, iter(given))))
        step, slopes = equations.linearised(equations.numbers, given)
        equations.refuse_far(step, *limits)
        numbers = _Solution(equations, slopes).nodes(parents) if parents else equations.numbers
        return replaced(equations.z, numbers)

    return solved


class _Equations:
    """Residuals as a function of one list: the numbers of z, then what z is differentiated by.

    Args:
        residual: The user's function.
        args: What it is called with besides z.
        z: What the user's solver has found.
    """

    def __init__(self, residual: Callable[..., Any], args: tuple[Any, ...], z: Any) -> None:
        self.residual, self.args, self.z = residual, args, z
        self.numbers = scalars(z, "implicit: solve")
        if not self.numbers:
            raise TypeError(f"implicit: solve must return a number or a structure of numbers, got {z!r}")
        for place, x in enumerate(self.numbers):
            if type(x) is Value:
                raise TypeError(f"implicit: solve is given floats and must return floats, got {x!r}; return its data")
            if not isfinite(x):
                raise ValueError(f"implicit: solve has found no solution, but {self.name(place)}")

    def name(self, place: int) -> str:
        """A number of z, for messages."""
        return f"z{paths(self.z)[place]} = {self.numbers[place]!r}"

    def residuals(self, numbers: Sequence[Any]) -> list[Any]:
        count = len(self.numbers)
        z, args = replaced(self.z, numbers[:count]), _filled(self.args, iter(numbers[count:]))
        found = scalars(self.residual(z, *args), "implicit: the residual")
        if len(found) != count:
            raise ValueError(f"implicit: needs one residual for each number of z, got {len(found)} for {count}")
        return found

    def linearised(self, unknowns: Sequence[Any], parents: Sequence[Any]) -> tuple[list[Any], list[list[Any]]]:
        """Newton's step from z, and the derivatives of each number of z by all parents; recorded if these are Values.

        Both come of one system of linear equations, J · [step, slopes] = -[F, ∂F/∂a].
        """
        run = call("implicit", self.residuals, ([*unknowns, *parents],), 0)
        self._refuse_strangers(run)
        count = len(unknowns)
        system = [[*row[:count], plain(y), *row[count:]] for y, row in zip(run.outputs, run.rows(), strict=True)]
        for place, row in enumerate(system):
            known = [plain(x) for x in row[: count + 1]]
            if not all(map(isfinite, known)):
                raise ValueError(
                    f"implicit: residual {place} must be finite and smooth at {self.name(0)}{', …' * (count > 1)}, "
                    f"got {known[-1]} with the derivatives {known[:-1]}"
                )
        step, *slopes = [[-x for x in column] for column in _eliminated(system, self.name)]
        return step, [list(row) for row in zip(*slopes, strict=True)]

    def _refuse_strangers(self, run: Run) -> None:
        """Derivatives by what is not among the arguments would be lost."""
        for x in run.order[len(run.variables) :]:
            if x.operation is None:
                raise ValueError(
                    f"implicit: the residual uses {x!r}, which is none of its arguments; make it one, "
                    "of solve too, or write a float if it is a constant"
                )

    def refuse_far(self, step: list[float], rtol: float, atol: float) -> None:
        """Refuse a z from which Newton's step is long."""
        for place, (change, x) in enumerate(zip(step, self.numbers, strict=True)):
            if not abs(change) <= rtol * abs(x) + atol:
                raise RuntimeError(
                    f"implicit: solve has not converged: Newton's step from {self.name(place)} is {change:.3g}, longer "
                    f"than rtol · |z| + atol with rtol={rtol:g} and atol={atol:g}; solve more exactly, or allow more"
                )


class _Solution:
    """What the nodes of one solution share.

    Args:
        equations: What it solves.
        slopes: For each number its derivatives by all parents.
    """

    def __init__(self, equations: _Equations, slopes: list[list[float]]) -> None:
        self.equations, self.slopes = equations, slopes
        self._recorded: tuple[Sequence[Value], list[list[Any]]] = ((), [])

    def nodes(self, parents: Sequence[Value]) -> list[Value]:
        """The numbers of z as Values."""
        return [Value(x, parents, _Slopes(self, i)) for i, x in enumerate(self.equations.numbers)]

    def recorded(self, parents: Sequence[Value]) -> list[list[Any]]:
        """The slopes as functions of the parents and of z, once for all numbers of z.

        This z has nodes of its own, which keep their derivatives themselves: nothing here leads back to itself.
        """
        known, slopes = self._recorded
        if len(known) != len(parents) or any(x is not y for x, y in zip(known, parents, strict=True)):
            again = _Solution(self.equations, self.slopes).nodes(parents)
            _, slopes = self.equations.linearised(again, parents)
            self._recorded = parents, slopes
        return slopes


class _Slopes:
    """The local derivatives of one number of a solution."""

    def __init__(self, solution: _Solution, place: int) -> None:
        self.solution, self.place = solution, place

    def __call__(self, *parents_and_result: Any) -> list[Any]:
        parents = parents_and_result[:-1]
        if type(parents[0]) is Value and is_recording():
            return self.solution.recorded(parents)[self.place]
        return self.solution.slopes[self.place]


def _eliminated(system: list[list[Any]], name: Callable[[int], str]) -> list[list[Any]]:
    """The columns X of A X = B from the rows of [A B], of floats or Values, by elimination in the order of Crout.

    Each entry is one `dot`. Pivots are compared by their share of their row, so units of residuals count for nothing,
    and one is 0 beside its column where no more than rounding is left of it.
    """
    count = len(system)
    rows = [row[:] for row in system]
    sizes = [max([abs(plain(x)) for x in row[:count]]) or 1.0 for row in rows]
    solutions = []
    for j in range(len(rows[0])):
        largest = max([abs(plain(row[j])) / size for row, size in zip(rows, sizes, strict=True)])
        column: list[Any] = []
        for i, row in enumerate(rows):
            before = min(i, j)
            if before:
                row[j] = row[j] - ops.dot(row[:before], column[:before])
            column.append(row[j])
        if j >= count:
            solutions.append(_substituted(rows, column))
            continue
        shares = [abs(plain(row[j])) / size for row, size in zip(rows[j:], sizes[j:], strict=True)]
        pivot = j + max(range(count - j), key=shares.__getitem__)
        if shares[pivot - j] <= count * EPSILON * largest:
            raise ValueError(
                f"implicit: the residuals do not determine {name(j)}, as their Jacobian by z is singular there; "
                "put a condition that is missing in the place of a residual that follows from the others"
            )
        rows[j], rows[pivot] = rows[pivot], rows[j]
        sizes[j], sizes[pivot] = sizes[pivot], sizes[j]
        for row in rows[j + 1 :]:
            row[j] = row[j] / rows[j][j]
    return solutions


def _substituted(rows: list[list[Any]], column: list[Any]) -> list[Any]:
    """x of U x = column, from the last number of x back; U is what stands on and above the diagonal."""
    count = len(rows)
    found: list[Any] = []
    for i in reversed(range(count)):
        known = column[i] - ops.dot(rows[i][i + 1 : count], found) if found else column[i]
        found.insert(0, known / rows[i][i])
    return found


def _values(args: tuple[Any, ...]) -> list[Value]:
    """The Values in a structure, in order."""
    found: list[Value] = []

    def take(unit: Any) -> None:
        items = unit.ravel().tolist() if is_array(unit) else [unit]
        found.extend([x for x in items if type(x) is Value])

    map_units(take, args, strict=False)
    return found


def _filled(args: tuple[Any, ...], numbers: Iterator[Any]) -> tuple[Any, ...]:
    """A structure with other numbers in the place of its Values."""

    def put(unit: Any) -> Any:
        if is_array(unit) and unit.dtype == object:
            items = [next(numbers) if type(x) is Value else scalar(x, "implicit") for x in unit.ravel().tolist()]
            return shaped(items, unit.shape)
        return next(numbers) if type(unit) is Value else unit

    filled: tuple[Any, ...] = map_units(put, args, strict=False)
    return filled

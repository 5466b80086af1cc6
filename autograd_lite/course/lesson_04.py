"""Jacobians and Hessians: the exercises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from ..calculus.functional import grad, hessian, jacobian
from ..engine.table import dot
from . import EXACT, At, Exercise, Formula

Function = Callable[..., Any]
Matrix = list[list[Any]]


def _jacobian(f: Function, point: Sequence[float]) -> Matrix:
    found: Matrix = jacobian(f)(list(point))
    return found


def _transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def _summed(u: Sequence[Any], v: Sequence[Any]) -> list[Any]:
    return [p + q for p, q in zip(u, v, strict=True)]


def _times(matrix: Matrix, vector: Sequence[float]) -> list[Any]:
    return [dot(row, vector) for row in matrix]


def _product(a: Matrix, b: Matrix) -> Matrix:
    return [_times(_transposed(b), row) for row in a]


def _to_zero(f: Function, x: float, *, sign: float = -1.0) -> Any:
    """Where the tangent at x crosses 0."""
    return x + sign * f(x) / grad(f)(x)


A, B = [[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [5.0, 1.0]]

EXERCISES = [
    Exercise(
        "4.1",
        _jacobian(lambda p: [p[0] * p[1], p[0] + p[1] ** 2, 3 * p[0]], [2.0, 5.0]),
        (
            ([[5.0, 1.0, 3.0], [2.0, 10.0, 0.0]], "rows and columns are swapped: each row belongs to a result."),
            ([[2.0, 5.0], [1.0, 10.0], [3.0, 0.0]], "in the first row: x · y moves with x as fast as y says."),
            ([[5.0, 2.0], [1.0, 5.0], [3.0, 0.0]], "in the second row: the derivative of y² has a 2 in it."),
            ([[5.0, 2.0], [1.0, 10.0], [3.0]], "the third row needs a number for y, too, although it does not move."),
            ([[5.0, 2.0], [1.0, 10.0], [3.0, 3.0]], "in the third row: 3x does not move with y."),
            ([10.0, 27.0, 6.0], "those are the values of f; the question asks for their slopes."),
            ([7.0, 11.0, 3.0], "the numbers of a row are kept apart, not added."),
        ),
    ),
    Exercise(
        "4.2",
        _jacobian,
        (
            (
                lambda f, point: list(accumulate(_jacobian(f, point), _summed)),
                "each row has the rows before it added in: set the gradients to 0 between two backward passes.",
            ),
            (
                lambda f, point: _transposed(_jacobian(f, point)),
                "rows and columns are swapped: each row belongs to a result.",
            ),
            (
                lambda f, point: list(accumulate(_jacobian(f, point), _summed))[-1],
                "that is the sum of all rows; each result needs a row of its own.",
            ),
            (
                lambda f, point: [list(accumulate(_jacobian(f, point), _summed))[-1]] * len(f(point)),
                "all rows are the sum of all: copy the gradients before the next result goes backward.",
            ),
            (
                lambda f, point: [[0.0] * len(point)] * len(f(point)),
                "all slopes are 0: note them after backward(), and before they are set to 0 for the next result.",
            ),
            (
                lambda f, point: [list(point)] * len(f(point)),
                "those are the numbers of the leaves; their slopes are in .grad.",
            ),
            (lambda f, point: _jacobian(f, point)[0], "that is the first row alone."),
            (lambda f, point: f(point), "those are the values of f; the question asks for their slopes."),
        ),
        At(
            (Formula("[p[0]**2 + p[1], 2*p[0] + 3*p[1]]", "p"), [1.0, 2.0]),
            (Formula("[p[0]*p[1], p[1]*p[2]**2]", "p"), [2.0, 3.0, 4.0]),
        ),
        tolerance=EXACT,
    ),
    Exercise(
        "4.3",
        lambda f, a, h: _summed(f(a), _times(_jacobian(f, a), h)),
        (
            (
                lambda f, a, h: _times(_jacobian(f, a), h),
                "that is the change; the question asks for the new values, so add the old ones.",
            ),
            (
                lambda f, a, h: f(_summed(a, h)),
                "that is the truth; the question asks what the linear map predicts, with f called at a alone.",
            ),
            (
                lambda f, a, h: _summed(f(a), _times(_transposed(_jacobian(f, a)), h)),
                "the columns of J were multiplied with the step; take its rows.",
            ),
            (
                lambda f, a, h: _summed(f(a), _times(_jacobian(f, h), h)),
                "the Jacobian was taken at the step h; take it at a.",
            ),
            (
                lambda f, a, h: _summed(f(a), _times(_jacobian(f, a), [-x for x in h])),
                "the change is added to the old values, not taken away.",
            ),
            (
                lambda f, a, h: _summed(a, _times(_jacobian(f, a), h)),
                "the change was added to the point; add it to the values there, f(a).",
            ),
            (
                lambda f, a, h: _summed(f(a), _times(_jacobian(f, _summed(a, h)), h)),
                "the Jacobian was taken where the step ends; take it at a.",
            ),
        ),
        At(
            (Formula("[p[0]**2 + p[1], p[0]*p[1]**2]", "p"), [1.0, 2.0], [0.1, -0.2]),
            (Formula("[p[0]*cos(p[1]), p[0]*sin(p[1])]", "p"), [2.0, 0.5], [0.3, 0.2]),
        ),
    ),
    Exercise(
        "4.4",
        _product(A, B),
        (
            (_product(B, A), "that is B · A; the order counts."),
            ([[0.0, 2.0], [15.0, 4.0]], "the entries were multiplied place by place; take a row and a column."),
            (_product(A, _transposed(B)), "rows were multiplied with rows: take the columns of B."),
            (_product(_transposed(A), B), "columns were multiplied with columns: take the rows of A."),
            (_transposed(_product(A, B)), "rows and columns of the result are swapped."),
        ),
    ),
    Exercise(
        "4.5",
        hessian(lambda p: p[0] ** 2 * p[1] + p[1] ** 3)([3.0, 2.0]),
        (
            ([[4.0, 0.0], [0.0, 12.0]], "the mixed entries are not 0: ∂f/∂x = 2xy moves with y, too."),
            ([12.0, 21.0], "that is the gradient; the question asks how it changes."),
            ([4.0, 12.0], "a row for each slope and a column for each variable make four numbers."),
            ([[4.0, 6.0], [0.0, 12.0]], "a Hessian is symmetric: ∂f/∂y = x² + 3y² moves with x, too."),
            ([[4.0, 0.0], [6.0, 12.0]], "a Hessian is symmetric: in 2xy the y moves, too."),
            ([[6.0, 4.0], [12.0, 6.0]], "in each row the derivative with respect to x comes first."),
            ([[4.0, 6.0], [6.0, 6.0]], "the last entry: 3y² has the derivative 6y, taken at y = 2."),
        ),
    ),
    Exercise(
        "4.6",
        _to_zero,
        (
            (
                lambda f, x: x - grad(f)(x) / grad(grad(f))(x),
                "that step leads to where the slope is 0; the question asks where f itself is 0.",
            ),
            (lambda f, x: _to_zero(f, x, sign=1.0), "the sign of the step is turned round."),
            (lambda f, x: _to_zero(f, x) - x, "that is the step; the question asks where it leads."),
            (lambda f, x: x - grad(f)(x) / f(x), "value and slope are swapped in the quotient."),
            (lambda f, x: x - f(x) * grad(f)(x), "divide by the slope, do not multiply by it."),
            (lambda f, x: x - f(x), "the slope is missing: the steeper the curve, the shorter the step to 0."),
            (lambda f, x: x - grad(f)(x), "that goes down the slope; the question asks where the tangent crosses 0."),
            (lambda f, x: f(x) / grad(f)(x), "that is the step, with its sign turned round; it begins at x."),
        ),
        At((Formula("x**2 - 2"), 1.5), (Formula("exp(x) - 3"), 2.0), (Formula("x**3 + x"), -1.0)),
    ),
]

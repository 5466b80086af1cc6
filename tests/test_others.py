"""Use by others: scipy's optimisers, NumPy's arrays, fractions and decimals, copies, processes, threads and tasks."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import functools
import itertools
import math
import multiprocessing
import operator
import pickle
import random
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize

from autograd_lite import (
    AnomalyError,
    Value,
    detect_anomaly,
    directional_derivative,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    linearize,
    losses,
    maximum,
    nn,
    no_grad,
    numerical_grad,
    optim,
    taylor,
    value_and_grad,
    vjp,
    vmap,
)
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine
from autograd_lite.engine.modes import OPEN

# --- Functions that optimisers are tried on, written as for floats, and their derivatives by hand ---


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def plain_rosenbrock(x: Any) -> Any:
    return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in itertools.pairwise(x))


def beale(x: Any) -> Any:
    powers = np.array([1, 2, 3])
    return np.sum((np.array([1.5, 2.25, 2.625]) - x[0] + x[0] * x[1] ** powers) ** 2)


def himmelblau(p: Any) -> Any:
    x, y = p
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def booth(x: Any) -> Any:
    return np.sum((np.array([[1.0, 2.0], [2.0, 1.0]]) @ x - [7.0, 5.0]) ** 2)


def goldstein_price(p: Any) -> Any:
    x, y = p
    left = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    right = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return left * right


def beale_by_hand(x: Fraction, y: Fraction) -> Any:
    """Σ tₖ² with tₖ = cₖ - x + xyᵏ."""
    g, h = [Fraction(0)] * 2, [Fraction(0)] * 3
    for k, c in ((1, Fraction(3, 2)), (2, Fraction(9, 4)), (3, Fraction(21, 8))):
        t, dx, dy = c - x + x * y**k, y**k - 1, k * x * y ** (k - 1)
        dxy, dyy = k * y ** (k - 1), k * (k - 1) * x * y ** max(k - 2, 0)
        g = [g[0] + 2 * t * dx, g[1] + 2 * t * dy]
        h = [h[0] + 2 * dx * dx, h[1] + 2 * (dx * dy + t * dxy), h[2] + 2 * (dy * dy + t * dyy)]
    return g, [[h[0], h[1]], [h[1], h[2]]]


def himmelblau_by_hand(x: Fraction, y: Fraction) -> Any:
    a, b = x * x + y - 11, x + y * y - 7
    mixed = 4 * (x + y)
    return [4 * x * a + 2 * b, 2 * a + 4 * y * b], [[12 * x * x + 4 * y - 42, mixed], [mixed, 4 * x + 12 * y * y - 26]]


def booth_by_hand(x: Fraction, y: Fraction) -> Any:
    return [10 * x + 8 * y - 34, 8 * x + 10 * y - 38], [[10, 8], [8, 10]]


def goldstein_price_by_hand(x: Fraction, y: Fraction) -> Any:
    """A(u)·B(v), as its left factor depends on u = x + y alone and its right one on v = 2x - 3y."""
    u, v = x + y, 2 * x - 3 * y
    q = 19 - 14 * u + 3 * u * u
    a, b = 1 + (u + 1) ** 2 * q, 30 + 18 * v**2 - 16 * v**3 + 3 * v**4
    da, db = 2 * (u + 1) * q + (u + 1) ** 2 * (6 * u - 14), 36 * v - 48 * v**2 + 12 * v**3
    dda, ddb = 2 * q + 4 * (u + 1) * (6 * u - 14) + 6 * (u + 1) ** 2, 36 - 96 * v + 36 * v**2
    mixed = dda * b - da * db - 6 * a * ddb
    return [da * b + 2 * a * db, da * b - 3 * a * db], [
        [dda * b + 4 * da * db + 4 * a * ddb, mixed],
        [mixed, dda * b - 6 * da * db + 9 * a * ddb],
    ]


#: Function, derivatives, starting points each with the minimum it leads to, and the value there.
PLANE: list[Any] = [
    (beale, beale_by_hand, {(1.0, 1.0): (3.0, 0.5), (2.0, 0.0): (3.0, 0.5)}, 0.0),
    (
        himmelblau,
        himmelblau_by_hand,
        {
            (2.5, 2.5): (3.0, 2.0),
            (-2.0, 3.0): (-2.805118086952745, 3.131312518250573),
            (-4.0, -3.0): (-3.779310253377747, -3.283185991286170),
            (4.0, -2.0): (3.584428340330492, -1.848126526964404),
        },
        0.0,
    ),
    (booth, booth_by_hand, {(0.0, 0.0): (1.0, 3.0), (-5.0, 5.0): (1.0, 3.0)}, 0.0),
    (goldstein_price, goldstein_price_by_hand, {(-0.2, -0.8): (0.0, -1.0)}, 3.0),
]
POINTS = np.random.default_rng(1).uniform(-3.0, 3.0, (100, 2))


def exact(x: float) -> Any:
    return pytest.approx(x, rel=1e-12, abs=0.0)


@pytest.mark.parametrize(("f", "by_hand"), [row[:2] for row in PLANE])
def test_gradient_and_hessian_are_the_exact_ones(f: Any, by_hand: Any) -> None:
    for x in POINTS:
        gradient, second = by_hand(*map(Fraction, x.tolist()))  # rational arithmetic: all of the difference is ours
        assert grad(f)(x).tolist() == [exact(float(g)) for g in gradient]
        assert hessian(f)(x).tolist() == [[exact(float(h)) for h in row] for row in second]
        assert hvp(f, (x,), (np.array([1.0, 0.0]),)).tolist() == [exact(float(row[0])) for row in second]


@pytest.mark.parametrize("f", [rosenbrock, plain_rosenbrock])
@pytest.mark.parametrize("n", [2, 3, 7])
def test_rosenbrocks_gradient_and_hessian_are_scipys(f: Any, n: int) -> None:
    for x in np.random.default_rng(n).uniform(-2.0, 2.0, (25, n)):
        value, gradient = value_and_grad(f)(x)
        assert value == exact(optimize.rosen(x))
        np.testing.assert_allclose(gradient, optimize.rosen_der(x), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(hessian(f)(x), optimize.rosen_hess(x), rtol=1e-12)
        v = np.cos(np.arange(n))
        np.testing.assert_allclose(hvp(f, (x,), (v,)), optimize.rosen_hess_prod(x, v), rtol=1e-12, atol=1e-12)


# --- scipy ---


def floats(x: Any, shape: tuple[int, ...]) -> Any:
    """An answer, made sure that it is an array of floats and of nothing else."""
    assert type(x) is np.ndarray
    assert (x.dtype, x.shape) == (np.dtype(float), shape)
    return x


def for_scipy(f: Any, *args: Any) -> dict[str, dict[str, Any]]:
    """What scipy is given for each method."""

    def both(x: Any) -> Any:
        value, gradient = value_and_grad(f)(x, *args)
        assert type(value) is float
        return value, floats(gradient, x.shape)

    def second(x: Any) -> Any:
        return floats(hessian(f)(x, *args), x.shape * 2)

    def product(x: Any, v: Any) -> Any:
        return floats(hvp(lambda y: f(y, *args), (x,), (v,)), x.shape)

    first = {"fun": both, "jac": True}
    return {
        "BFGS": {**first, "method": "BFGS"},
        "L-BFGS-B": {**first, "method": "L-BFGS-B"},
        "Newton-CG, hess": {**first, "method": "Newton-CG", "hess": second},
        "Newton-CG, hessp": {**first, "method": "Newton-CG", "hessp": product},
        "trust-exact": {**first, "method": "trust-exact", "hess": second},
    }


METHODS = list(for_scipy(None))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("f", "ways", "lowest"), [(f, ways, lowest) for f, _, ways, lowest in PLANE])
def test_scipy_finds_the_minimum(method: str, f: Any, ways: Any, lowest: float) -> None:
    for start, minimum in ways.items():
        found = optimize.minimize(x0=start, tol=1e-8, **for_scipy(f)[method])
        assert found.success
        assert found.x == pytest.approx(minimum, abs=1e-5)
        assert found.fun == pytest.approx(lowest, abs=1e-9)
        assert found.jac == pytest.approx([0.0, 0.0], abs=1e-3)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("f", [rosenbrock, plain_rosenbrock])
@pytest.mark.parametrize("n", [2, 5, 8])
def test_scipy_walks_through_rosenbrocks_valley(method: str, f: Any, n: int) -> None:
    start = np.array([1.3, 0.7, 0.8, 1.9, 1.2, 0.9, 1.1, 0.6])[:n]
    found = optimize.minimize(x0=start, tol=1e-8, **for_scipy(f)[method])
    assert found.success
    assert found.x == pytest.approx(np.ones(n), abs=1e-4)


def test_scipy_hands_on_its_further_arguments() -> None:
    def shifted(x: Any, centre: Any, scale: float) -> Any:
        return scale * np.sum((np.exp(x) - centre) ** 2)

    centre = np.array([1.0, 2.0, 3.0])
    for settings in ({"fun": value_and_grad(shifted), "jac": True}, {"fun": shifted, "jac": grad(shifted)}):
        found = optimize.minimize(x0=np.zeros(3), args=(centre, 2.0), method="BFGS", **settings)
        assert found.x == pytest.approx(np.log(centre), abs=1e-6)


def test_scipy_minimises_under_a_constraint() -> None:
    circle = {"type": "eq", "fun": lambda p: p @ p - 2.0, "jac": grad(lambda p: p @ p - 2.0)}
    found = optimize.minimize(value_and_grad(np.sum), [-2.0, -0.5], jac=True, method="SLSQP", constraints=[circle])
    assert found.x == pytest.approx([-1.0, -1.0], abs=1e-6)


TIMES = np.linspace(0.0, 4.0, 9)
TRUTH = np.array([2.0, 1.25, 0.5])


def decay(p: Any, times: Any, measured: Any) -> Any:
    return p[0] * np.exp(-p[1] * times) + p[2] - measured


def plain_decay(p: Any, times: Any, measured: Any) -> Any:
    a, rate, rest = p
    return [a * exp(-rate * t) + rest - y for t, y in zip(times, measured, strict=True)]


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
@pytest.mark.parametrize("f", [decay, plain_decay])
def test_least_squares_finds_the_parameters_of_a_decay(method: str, f: Any) -> None:
    def rows(p: Any, times: Any, measured: Any) -> Any:
        found = jacobian(f)(p, times, measured)
        if f is decay:
            return floats(found, (9, 3))
        assert [floats(row, (3,)) is row for row in found] == [True] * 9
        return found

    measured = decay(TRUTH, TIMES, 0.0)
    found = optimize.least_squares(f, [1.0, 1.0, 0.0], jac=rows, method=method, args=(TIMES, measured))
    assert found.success
    assert found.x == pytest.approx(TRUTH, rel=1e-7)
    e = np.exp(-found.x[1] * TIMES)
    np.testing.assert_allclose(found.jac, np.stack([e, -found.x[0] * TIMES * e, 1.0 + 0.0 * e], axis=1), atol=1e-12)


def cubes(x: Any) -> Any:
    return np.array([x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1.0, 0.5 * (x[1] - x[0]) ** 3 + x[1]])


def plain_cubes(p: Any) -> Any:
    x, y = p
    return [x + 0.5 * (x - y) ** 3 - 1.0, 0.5 * (y - x) ** 3 + y]


@pytest.mark.parametrize("method", ["hybr", "lm"])
@pytest.mark.parametrize("f", [cubes, plain_cubes])
def test_root_solves_two_equations(method: str, f: Any) -> None:
    found = optimize.root(f, [0.0, 0.0], jac=jacobian(f), method=method, tol=1e-12)
    assert found.success
    x, y = found.x
    assert (x + y, 0.5 * (x - y) ** 3) == (pytest.approx(1.0, rel=1e-12), pytest.approx(y, rel=1e-10))


def test_roots_of_one_number_are_found_with_first_and_second_derivatives() -> None:
    def f(x: Any) -> Any:
        return np.cos(x) - x

    fixed_point = exact(0.7390851332151607)
    assert optimize.newton(f, 0.5, fprime=grad(f), tol=1e-14) == fixed_point
    assert optimize.newton(f, 0.5, fprime=grad(f), fprime2=grad(grad(f)), tol=1e-14) == fixed_point
    assert optimize.root_scalar(value_and_grad(f), x0=0.5, fprime=True, method="newton").root == fixed_point


def test_curves_are_fitted() -> None:
    def rows(t: Any, *p: float) -> Any:
        return floats(jacobian(lambda q: decay(q, t, 0.0))(np.array(p)), (len(t), len(p)))

    found, covariance = optimize.curve_fit(
        lambda t, *p: decay(p, t, 0.0), TIMES, decay(TRUTH, TIMES, 0.0), [1.0, 1.0, 0.0], jac=rows
    )
    assert found == pytest.approx(TRUTH, rel=1e-7)
    assert np.abs(covariance).max() < 1e-14


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA"])
def test_stiff_equations_are_solved_with_the_jacobian_by_one_argument(method: str) -> None:
    def van_der_pol(t: float, y: Any) -> Any:
        return [y[1], 50.0 * (1.0 - y[0] ** 2) * y[1] - y[0]]

    def by_hand(t: float, y: Any) -> Any:
        return [[0.0, 1.0], [-100.0 * y[0] * y[1] - 1.0, 50.0 * (1.0 - y[0] ** 2)]]

    def by_argument(t: float, y: Any) -> Any:  # the LSODA of older scipys counts the arguments of what it is given
        return jacobian(van_der_pol, argnums=1)(t, y)

    ours, theirs = (
        integrate.solve_ivp(van_der_pol, (0.0, 60.0), [2.0, 0.0], method=method, jac=jac)
        for jac in (by_argument, by_hand)
    )
    assert ours.success
    np.testing.assert_allclose(ours.y, theirs.y, rtol=1e-6, atol=1e-8)


# --- NumPy ---

A = np.array([0.3, 1.2, -0.7, 2.4])
W = np.array([[1.0, 2.0, 3.0, 4.0], [0.5, -1.0, 2.0, 0.25]])

#: NumPy's functions of each entry, and their derivatives.
ENTRYWISE: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "exp": (np.exp, np.exp),
    "expm1": (np.expm1, np.exp),
    "exp2": (np.exp2, lambda a: math.log(2.0) * np.exp2(a)),
    "log": (lambda a: np.log(a + 1.0), lambda a: 1.0 / (a + 1.0)),
    "log1p": (np.log1p, lambda a: 1.0 / (1.0 + a)),
    "log2": (lambda a: np.log2(a + 1.0), lambda a: 1.0 / (a + 1.0) / math.log(2.0)),
    "log10": (lambda a: np.log10(a + 1.0), lambda a: 1.0 / (a + 1.0) / math.log(10.0)),
    "sqrt": (lambda a: np.sqrt(a + 1.0), lambda a: 0.5 / np.sqrt(a + 1.0)),
    "cbrt": (lambda a: np.cbrt(a + 1.0), lambda a: np.cbrt(a + 1.0) / (a + 1.0) / 3.0),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda a: -np.sin(a)),
    "tan": (np.tan, lambda a: 1.0 + np.tan(a) ** 2),
    "arcsin": (lambda a: np.arcsin(a / 3.0), lambda a: 1.0 / np.sqrt(9.0 - a * a)),
    "arccos": (lambda a: np.arccos(a / 3.0), lambda a: -1.0 / np.sqrt(9.0 - a * a)),
    "arctan": (np.arctan, lambda a: 1.0 / (1.0 + a * a)),
    "sinh": (np.sinh, np.cosh),
    "cosh": (np.cosh, np.sinh),
    "tanh": (np.tanh, lambda a: 1.0 - np.tanh(a) ** 2),
    "arcsinh": (np.arcsinh, lambda a: 1.0 / np.sqrt(1.0 + a * a)),
    "arccosh": (lambda a: np.arccosh(a + 2.0), lambda a: 1.0 / np.sqrt((a + 2.0) ** 2 - 1.0)),
    "arctanh": (lambda a: np.arctanh(a / 3.0), lambda a: 3.0 / (9.0 - a * a)),
    "arctan2": (lambda a: np.arctan2(a, 2.0), lambda a: 2.0 / (4.0 + a * a)),
    "hypot": (lambda a: np.hypot(a, 2.0), lambda a: a / np.hypot(a, 2.0)),
    "abs": (np.abs, np.sign),
    "sign": (lambda a: np.sign(a) * a, np.sign),
    "floor": (lambda a: np.floor(a) * a, np.floor),
    "ceil": (lambda a: np.ceil(a) * a, np.ceil),
    "trunc": (lambda a: np.trunc(a) * a, np.trunc),
    "rint": (lambda a: np.rint(a) * a, np.rint),
    "round": (lambda a: np.round(a) * a, np.round),
    "round to a digit": (lambda a: np.round(a / 7.0, 1) * a, lambda a: np.round(a / 7.0, 1)),
    "square": (np.square, lambda a: 2.0 * a),
    "power": (lambda a: np.power(a, 3), lambda a: 3.0 * a * a),
    "reciprocal": (np.reciprocal, lambda a: -1.0 / a**2),
    "negative": (np.negative, lambda a: -1.0 + 0.0 * a),
    "maximum": (lambda a: np.maximum(a, 0.5), lambda a: 1.0 * (a > 0.5)),
    "minimum": (lambda a: np.minimum(0.5, a), lambda a: 1.0 * (a < 0.5)),
    "fmax": (lambda a: np.fmax(a, 0.5), lambda a: 1.0 * (a > 0.5)),
    "clip": (lambda a: np.clip(a, -0.5, 1.0), lambda a: 1.0 * (abs(a - 0.25) < 0.75)),
    "method clip": (lambda a: a.clip(-0.5, 1.0), lambda a: 1.0 * (abs(a - 0.25) < 0.75)),
    "where": (lambda a: np.where(a > 0, a * a, -a), lambda a: np.where(a > 0, 2.0 * a, -1.0)),
    "where of a number": (lambda a: np.where(a > 0, a, 1.0), lambda a: 1.0 * (a > 0)),
    "mod": (lambda a: np.mod(a, 0.5), lambda a: 1.0 + 0.0 * a),
    "floor_divide": (lambda a: np.floor_divide(a, 0.5) * a, lambda a: np.floor_divide(a, 0.5)),
    "select": (lambda a: np.select([a > 0], [a * a], -a), lambda a: np.where(a > 0, 2.0 * a, -1.0)),
    "vectorize": (np.vectorize(lambda x: x * x, otypes=[object]), lambda a: 2.0 * a),
}

#: Numbers made from all entries.
REDUCTIONS: dict[str, Callable[[Any], Any]] = {
    "method sum": lambda a: a.sum(),
    "sum": lambda a: np.sum(a * a),
    "sum along an axis": lambda a: (a.reshape(2, 2).sum(axis=0) ** 2)[1],
    "method mean": lambda a: a.mean() ** 2,
    "mean along an axis": lambda a: a.reshape(2, 2).mean(axis=1, keepdims=True)[1, 0] ** 2,
    "average": lambda a: np.average(a * a, weights=[1.0, 2.0, 3.0, 4.0]),
    "method std": lambda a: a.std(),
    "std of a sample": lambda a: np.std(a, ddof=1),
    "method var": lambda a: a.var(),
    "prod": lambda a: a.prod(),
    "max": lambda a: a.max() ** 2,
    "min": lambda a: np.min(a) ** 2,
    "argmax": lambda a: a[a.argmax()] ** 2,
    "median": lambda a: np.median(a) ** 2,
    "ptp": lambda a: np.ptp(a) ** 2,
    "norm": lambda a: np.linalg.norm(a),
    "norm of a matrix": lambda a: np.linalg.norm(a.reshape(2, 2)),
    "norm along an axis": lambda a: np.linalg.norm(a.reshape(2, 2), axis=0)[1],
    "sum of sizes": lambda a: np.linalg.norm(a, 1),
    "largest size": lambda a: np.linalg.norm(a, np.inf),
    "matrix @ vector": lambda a: ((W @ a) ** 2).sum(),
    "vector @ matrix": lambda a: ((a @ W.T) ** 2).sum(),
    "vector @ vector": lambda a: a @ a,
    "matrix @ matrix": lambda a: (a.reshape(2, 2) @ a.reshape(2, 2))[0, 1],
    "dot": lambda a: np.dot(W, a)[0] * np.dot(a, a),
    "inner, outer": lambda a: np.inner(a, W[0]) * np.outer(a, a)[0, 3],
    "einsum": lambda a: np.einsum("ij,j,i->", W, a, a[:2]),
    "tensordot": lambda a: np.tensordot(W, a, 1)[1] ** 2,
    "trace": lambda a: np.trace(a.reshape(2, 2)) ** 2,
    "matrix_power": lambda a: np.linalg.matrix_power(a.reshape(2, 2), 3)[0, 1],
    "kron, cross": lambda a: np.kron(a[:2], a[2:])[1] * np.cross(a[:3], [1.0, 2.0, 3.0])[0],
    "cumsum, diff": lambda a: (np.cumsum(a) ** 2).sum() + (np.diff(a) ** 2).sum(),
    "sort": lambda a: np.sort(a) @ [1.0, 2.0, 3.0, 4.0],
    "convolve": lambda a: (np.convolve(a, [1.0, 2.0]) ** 2).sum(),
    "polyval": lambda a: np.polyval(a, 2.0) ** 2,
    "trapezoid by hand": lambda a: ((a[1:] + a[:-1]) / 2.0 * np.array([0.1, 0.2, 0.3])).sum() ** 2,
    "stack, concatenate": lambda a: (np.stack([a, a * a]) @ np.concatenate([a[:2], np.ones(2)])).sum(),
    "roll, flip, transpose": lambda a: (np.roll(a, 1) * a[::-1] + (a.reshape(2, 2).T @ W[:, :2]).ravel()).sum() ** 2,
}


def values(x: Any) -> Any:
    """An array of Values."""
    found = np.empty(np.shape(x), dtype=object)
    found.ravel()[:] = [Value(item) for item in np.ravel(x).tolist()]
    return found


def data(a: Any) -> Any:
    """The numbers of what must be a Value or an array with Values, and of objects."""
    entries = list(np.ravel(np.asarray(a, dtype=object)))
    assert Value in {type(entry) for entry in entries} <= {Value, float}
    return np.array([entry.data if type(entry) is Value else entry for entry in entries]).reshape(np.shape(a))


@pytest.mark.parametrize("name", ENTRYWISE)
def test_numpys_functions_of_each_entry(name: str) -> None:
    f, derivative = ENTRYWISE[name]
    np.testing.assert_allclose(data(f(values(A))), f(A).astype(float), rtol=1e-15)
    np.testing.assert_allclose(grad(lambda a: f(a).sum())(A), derivative(A), rtol=1e-13)
    np.testing.assert_allclose(jacobian(f)(A), np.diag(derivative(A)), rtol=1e-13)
    square = A.reshape(2, 2)
    np.testing.assert_allclose(grad(lambda a: f(a).sum())(square), derivative(square), rtol=1e-13)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_numpys_reductions(name: str) -> None:
    f = REDUCTIONS[name]
    value, gradient = value_and_grad(f)(A)
    assert value == pytest.approx(float(f(A)), rel=1e-14)
    np.testing.assert_allclose(gradient, numerical_grad(f, A), rtol=1e-7, atol=1e-9)
    assert np.any(gradient)


def test_norm_and_standard_deviation_have_their_textbook_gradients() -> None:
    np.testing.assert_allclose(grad(np.linalg.norm)(A), A / np.linalg.norm(A), rtol=1e-15)
    np.testing.assert_allclose(grad(np.std)(A), (A - A.mean()) / (4.0 * A.std()), rtol=1e-14)
    np.testing.assert_allclose(grad(lambda a: (W @ a).sum())(A), W.sum(axis=0), rtol=1e-15)
    np.testing.assert_allclose(jacobian(lambda a: W @ a)(A), W, rtol=0.0)
    np.testing.assert_allclose(hessian(lambda a: a @ W.T @ W @ a)(A), 2.0 * W.T @ W, rtol=1e-14)


OPERATORS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.mod,
    operator.floordiv,
    operator.pow,
]


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize(
    "other",
    [
        np.array([[1.5], [2.5]]),
        np.array([1.5, 0.75]),
        np.array([1, 3]),
        np.array([[1.5, 2.0], [0.25, 3.0]], dtype=np.float32),
        np.array(1.5),
        np.float64(1.5),
        np.float32(1.5),
        np.int64(3),
        [1.5, 2.0],
    ],
)
def test_arrays_broadcast_on_both_sides_of_operators(op: Any, other: Any) -> None:
    a = np.array([[0.31, 1.23], [0.74, 2.41]])
    for f in (lambda x: op(x, other), lambda x: op(other, x)):
        np.testing.assert_allclose(data(f(values(a))), f(a), rtol=1e-15)
        np.testing.assert_allclose(
            grad(lambda x, f=f: (f(x) * W[:, :2]).sum())(a),
            numerical_grad(lambda x, f=f: (f(x) * W[:, :2]).sum(), a),
            rtol=1e-7,
            atol=1e-9,
        )


@pytest.mark.parametrize("op", [*OPERATORS, divmod])
@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16, np.longdouble, np.int64, np.int8, np.uint8])
def test_numpys_scalars_stand_on_either_side_of_a_value(op: Any, kind: Any) -> None:
    pairs: list[Any] = [(Value(2.5), kind(3)), (kind(3), Value(2.5))]
    if op is divmod and np.lib.NumpyVersion(np.__version__) < "2.2.0":
        pairs.pop()  # these scalars do not ask the other operand for its divmod
    for x, y in pairs:
        found = op(x, y)
        expected = op(x if type(x) is Value else float(x), y if type(y) is Value else float(y))
        plain = op(*[v.data if type(v) is Value else float(v) for v in (x, y)])
        for one, other, number in zip(*[v if op is divmod else (v,) for v in (found, expected, plain)], strict=True):
            assert type(one) is Value
            assert (one.data, type(one.data)) == (number, float)
            assert one.local_derivatives() == other.local_derivatives()


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge])
def test_arrays_are_compared_as_arrays_of_floats(compare: Any) -> None:
    for other in (0.3, np.float64(1.2), np.array([0.3, 1.0, -0.7, 3.0])):
        for found, expected in [
            (compare(values(A), other), compare(A, other)),
            (compare(other, values(A)), compare(other, A)),
        ]:
            assert found.dtype == bool
            assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("f", [np.exp, np.sqrt, np.abs, np.floor, np.square, lambda x: np.round(x, 1), np.sum])
def test_numpys_functions_of_a_single_value(f: Any) -> None:
    x = Value(0.53)
    y = f(x)
    assert type(y) is Value
    assert (y * x).data == pytest.approx(float(f(0.53)) * 0.53, rel=1e-15)
    assert grad(lambda v: f(v) * v)(0.53) == pytest.approx(numerical_grad(lambda v: f(v) * v, 0.53), rel=1e-8)


def test_an_array_without_a_shape_is_a_number() -> None:
    def f(x: Any) -> Any:
        return np.where(x[0] > 0.0, x @ x, 3.0 * x[0] ** 2 + x[1] ** 2)

    assert grad(f)(np.array([2.0, 1.0])).tolist() == [4.0, 2.0]
    assert grad(f)(np.array([-2.0, 1.0])).tolist() == [-12.0, 2.0]
    assert optimize.minimize(value_and_grad(f), [3.0, 1.0], jac=True).x == pytest.approx([0.0, 0.0], abs=1e-5)


@pytest.mark.parametrize("dtype", [int, np.int8, np.float32, object])
def test_arrays_of_any_kind_of_number_are_arguments(dtype: Any) -> None:
    gradient = grad(lambda a: (a * a).sum())(np.array([[1, 2], [3, 4]], dtype=dtype))
    assert floats(gradient, (2, 2)).tolist() == [[2.0, 4.0], [6.0, 8.0]]


def test_an_array_of_values_is_indexed_and_assigned_to() -> None:
    def f(a: Any) -> Any:
        b = a.copy()
        b[1:3] = b[1:3] * 2.0
        b[a < 0.0] = 7.0
        b += 1.0
        b *= np.array([1.0, 2.0, 3.0, 4.0])
        return (b[[0, 1, 2, 3, 3]] ** 2).sum()

    np.testing.assert_allclose(grad(f)(A), [2.0 * 1.3, 2.0 * 2.0 * 4.0 * 3.4, 0.0, 2.0 * 2.0 * 16.0 * 3.4], rtol=1e-14)
    np.testing.assert_allclose(grad(f)(A), numerical_grad(f, A), rtol=1e-7)


def test_an_array_of_floats_takes_no_values() -> None:
    a, x = np.zeros(2), Value(1.0)
    for cut in (lambda: a.__setitem__(0, x), lambda: np.array([x], dtype=float), lambda: values(A).astype(float)):
        with pytest.raises(TypeError, match="would forget the graph of"):
            cut()
    with pytest.raises(TypeError):
        a += values(A[:2])
    assert a.tolist() == [0.0, 0.0]


SQUARE = W[:, :2]


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.linalg.solve(a, [1.0, 2.0])[0],
        lambda a: np.linalg.inv(a)[0, 0],
        np.linalg.det,
        lambda a: np.linalg.slogdet(a)[1],
        lambda a: np.linalg.pinv(a)[0, 0],
        lambda a: np.linalg.lstsq(a, [1.0, 2.0], rcond=None)[0][0],
        lambda a: np.linalg.svd(a)[1][0],
        lambda a: np.linalg.qr(a)[1][0, 0],
        lambda a: np.linalg.eigvalsh(a @ a.T)[0],
        lambda a: np.linalg.cholesky(a @ a.T)[0, 0],
        lambda a: np.linalg.norm(a, 2),
        lambda a: np.fft.fft(a)[0, 0].real,
        lambda a: np.interp(a, [0.0, 1.0], [0.0, 1.0])[0, 0],
        lambda a: np.fmod(a, 0.5)[0, 0],
        lambda a: np.nextafter(a, 1.0)[0, 0],
        lambda a: np.cov(a)[0, 0],
        lambda a: np.gradient(a)[0][0, 0],
        lambda a: np.bincount([0, 1], weights=a[0])[0],
    ],
)
def test_what_numpy_has_for_floats_only_is_refused(f: Any) -> None:
    assert np.isfinite(f(SQUARE))
    with pytest.raises(TypeError, match=r"^np\.[\w.]+: NumPy has it for arrays of floats only, not for Values"):
        grad(f)(SQUARE)


def test_numpy_asks_the_first_of_two_operands() -> None:
    assert grad(lambda a: np.hypot(a, 4.0).sum())(np.array([3.0])).tolist() == [exact(0.6)]
    assert grad(lambda a: np.hypot(4.0 + 0.0 * a, a).sum())(np.array([3.0])).tolist() == [exact(0.6)]
    for function in (np.hypot, np.arctan2):
        with pytest.raises(AttributeError, match="'float' object has no attribute"):
            function(4.0, values(A))


# --- Fractions and decimals ---

EXACT = [Fraction(3, 2), Decimal("1.5")]


@pytest.mark.parametrize("number", [*EXACT, Fraction(-1, 3), Decimal("0.1")])
@pytest.mark.parametrize("op", [*OPERATORS, divmod])
def test_fractions_and_decimals_stand_on_either_side_of_a_value(number: Any, op: Any) -> None:
    x = Value(2.0)
    sides = [(x, number, 2.0, float(number)), (number, x, float(number), 2.0)]
    for a, b, plain_a, plain_b in sides:
        parts = [r if op is divmod else (r,) for r in (op(a, b), op(plain_a, plain_b))]
        for found, expected in zip(*parts, strict=True):
            assert (found.data, type(found.data)) == (expected, float)
    if op is not divmod and number > 0:
        for f in (lambda v: op(v, number), lambda v: op(number, v)):
            expected = numerical_grad(lambda v, f=f: f(Value(v)).data, 2.25)
            assert grad(f)(2.25) == pytest.approx(expected, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge])
def test_fractions_and_decimals_are_compared_as_with_floats(compare: Any) -> None:
    for data, number in [(1.5, Fraction(3, 2)), (0.1, Fraction(1, 10)), (0.1, Decimal("0.1")), (0.5, Decimal("0.6"))]:
        assert compare(Value(data), number) is compare(data, number)
        assert compare(number, Value(data)) is compare(number, data)


@dataclasses.dataclass
class Line:
    slope: Any
    rest: Any


@pytest.mark.parametrize("x", EXACT)
def test_fractions_and_decimals_are_arguments_and_data(x: Any) -> None:
    v = Value(x)
    v.grad = x
    assert (v.data, v.grad) == (1.5, 1.5)
    v.data = x / 2
    assert (v.data, type(v.data)) == (0.75, float)
    assert grad(lambda y: y**3 + x * y)(x) == 8.25
    assert value_and_grad(lambda p: p["a"] * p["b"][0] * x + p["b"][1][1])({"a": x, "b": [x, (0, x)]}) == (
        4.875,
        {"a": 2.25, "b": [2.25, (0.0, 1.0)]},
    )
    assert grad(lambda line: line.slope * x + line.rest)(Line(x, x)) == Line(1.5, 1.0)
    assert jacobian(lambda y: [y[0] * x, x, y[1]])([x, x]) == [[1.5, 0.0], [0.0, 0.0], [0.0, 1.0]]
    assert hessian(lambda y: y[0] ** 2 * y[1])([x, x]) == [[3.0, 3.0], [3.0, 0.0]]
    assert jvp(lambda y: y * y, (x,), (x,)) == (2.25, 4.5)
    assert vjp(lambda y: y * y, x)[1](x) == (4.5,)
    assert hvp(lambda y: y[0] ** 3 * y[1], ([x, x],), ([x, 0],)) == [20.25, 10.125]
    assert linearize(lambda y: y * y, x)[1](x) == 4.5
    assert directional_derivative(lambda y: y[0] * y[1], [x, x], [x, x]) == pytest.approx(1.5 * math.sqrt(2.0))
    assert taylor(lambda y: y**3, x, 3) == [3.375, 6.75, 4.5, 1.0]
    assert vmap(grad(lambda y: y * y))([x, x]) == [3.0, 3.0]
    assert grad(lambda a: (a * a).sum())(np.array([x, x * 2])).tolist() == [3.0, 6.0]
    assert (exp(x), type(exp(x))) == (math.exp(1.5), float)
    assert maximum(Value(1.0), x).data == 1.5
    assert losses.mse([Value(1.0)], [x]).data == 0.25


# --- Copies and files ---

COPIES = [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]


def trained(model: Any, optimizer: Any) -> list[float]:
    """The parameters after two more steps."""
    xs, ys = [[0.5, -1.0], [1.5, 0.25]], [1.0, -1.0]
    nn.fit(model, xs, ys, loss="mse", optimizer=optimizer, epochs=2)
    return [p.data for p in model.parameters()]


@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize(
    "make", [lambda: nn.MLP(2, [3, 1], activation="tanh"), lambda: nn.Layer(2, 1, False), lambda: nn.Neuron(2, False)]
)
@pytest.mark.parametrize(
    "optimiser", [functools.partial(optim.SGD, lr=0.1, momentum=0.9), functools.partial(optim.Adam, lr=0.1)]
)
def test_model_and_optimiser_copied_together_stay_together(copied: Any, make: Any, optimiser: Any) -> None:
    model = make()
    optimizer = optimiser(model.parameters())
    trained(model, optimizer)  # so that the optimiser has something to remember
    twin, twin_optimizer = copied((model, optimizer))
    assert all(p is q for p, q in zip(twin.parameters(), twin_optimizer.parameters, strict=True))
    assert not {id(p) for p in twin.parameters()} & {id(p) for p in model.parameters()}
    before = model.state_dict()
    after = trained(twin, twin_optimizer)
    assert model.state_dict() == before
    assert list(before.values()) != after
    assert trained(model, optimizer) == after


@pytest.mark.parametrize("copied", [copy.copy, *COPIES])
def test_a_leaf_is_copied_whole(copied: Any) -> None:
    leaf = Value(0.1, label="w")
    (leaf * leaf).backward()
    twin = copied(leaf)
    assert twin is not leaf
    assert (twin.data, twin.grad, twin.label, twin.has_grad, twin.parents) == (0.1, 0.2, "w", True, ())
    fresh = copied(Value(math.nan))
    assert math.isnan(fresh.data)
    assert not fresh.has_grad


@pytest.mark.parametrize("copied", COPIES)
def test_leaves_that_were_one_stay_one(copied: Any) -> None:
    w = Value(2.0)
    group = Group([w, 3.0], bias=0.0)
    twin, (again,) = copied((group, [w]))
    assert twin.items[0] is again is twin.nodes[0]
    assert twin.items[1] == 3.0
    affine(twin, Group([5.0, 7.0])).backward()
    assert (again.grad, w.grad) == (5.0, 0.0)


@pytest.mark.parametrize("copied", [copy.copy, *COPIES])
def test_a_node_with_parents_is_not_copied(copied: Any) -> None:
    y = Value(1.0) * 2.0
    with pytest.raises(TypeError, match=r"computed from other Values and cannot be copied .*; copy x\.detach\(\)"):
        copied(y)
    assert copied(y.detach()).data == 2.0
    with no_grad():
        assert copied(y * 3.0).data == 6.0


@pytest.mark.parametrize("copied", COPIES)
def test_a_structure_with_a_node_is_not_copied(copied: Any) -> None:
    for structure in ([Value(1.0) * 2.0], Group([Value(1.0) * 2.0]), np.array([Value(1.0) * 2.0])):
        with pytest.raises(TypeError, match="cannot be copied"):
            copied(structure)


def test_errors_travel_between_processes() -> None:
    error = nn.DivergenceError("the loss is nan")
    error.history = nn.History([1.0, 2.0])
    twin = pickle.loads(pickle.dumps(error))
    assert (str(twin), twin.history) == ("the loss is nan", nn.History([1.0, 2.0]))
    assert str(pickle.loads(pickle.dumps(AnomalyError("nan")))) == "nan"


# --- Processes ---

XS = [[0.1 * i, 1.0 - 0.2 * i] for i in range(8)]
YS = [(-1.0) ** i for i in range(8)]


def sample_gradient(model: nn.MLP, sample: tuple[list[float], float]) -> list[float]:
    x, y = sample
    model.zero_grad()
    losses.mse([model(x)], [y]).backward()
    return [p.grad for p in model.parameters()]


def trained_elsewhere(pair: tuple[nn.MLP, optim.Adam]) -> tuple[list[float], tuple[nn.MLP, optim.Adam]]:
    return trained(*pair), pair


def curvature(x: list[float]) -> list[list[float]]:
    return hessian(plain_rosenbrock)(x)


def node_with_parents(x: float) -> Value:
    return Value(x) * 2.0


def logarithm(x: float) -> float:
    return Value(x, label="price").log().data


@pytest.fixture(scope="module")
def pool() -> Iterator[Any]:
    """Two processes that start from nothing, as on Windows and macOS."""
    with multiprocessing.get_context("spawn").Pool(2) as workers:
        yield workers
        workers.close()
        workers.join()


def test_gradients_of_samples_are_computed_in_other_processes(pool: Any) -> None:
    model = nn.MLP(2, [4, 1], activation="tanh", rng=random.Random(1))
    sample_gradient(model, (XS[0], YS[0]))  # leaves gradients, and marks of a pass, on what is sent
    samples = list(zip(XS, YS, strict=True))
    found = pool.map(functools.partial(sample_gradient, model), samples, chunksize=1)
    assert found == [sample_gradient(model, sample) for sample in samples]
    assert {type(x) for row in found for x in row} == {float}
    model.zero_grad()
    losses.mse([model(x) for x in XS], YS).backward()
    means = [math.fsum(column) / len(samples) for column in zip(*found, strict=True)]
    assert means == pytest.approx([p.grad for p in model.parameters()], rel=1e-12)


def test_a_model_trains_elsewhere_and_comes_back(pool: Any) -> None:
    model = nn.MLP(2, [3, 1], activation="silu", rng=random.Random(2))
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    trained(model, optimizer)
    there, (back, back_optimizer) = pool.apply(trained_elsewhere, ((model, optimizer),))
    assert trained(model, optimizer) == there == [p.data for p in back.parameters()]
    assert trained(back, back_optimizer) == trained(model, optimizer)


def test_points_are_mapped_over_processes(pool: Any) -> None:
    points = [list(map(float, x)) for x in POINTS[:6]]
    assert pool.map(curvature, points) == [curvature(x) for x in points]


def test_what_goes_wrong_elsewhere_is_said_here(pool: Any) -> None:
    with pytest.raises(multiprocessing.pool.MaybeEncodingError, match=r"copy x\.detach\(\)"):
        pool.apply(node_with_parents, (1.0,))
    with pytest.raises(ValueError, match=r"log\(-1\.0\).*price"):
        pool.apply(logarithm, (-1.0,))
    assert pool.apply(logarithm, (1.0,)) == 0.0


# --- Threads and tasks ---


def product(x: float) -> tuple[Any, ...]:
    """What a product remembers here and now."""
    return (Value(x) * 2.0).parents


def overflow() -> str:
    """What becomes of a number too large, here and now."""
    try:
        return repr((Value(1e200) * 1e200).data)
    except AnomalyError:
        return "refused"


#: A mode, what shows it, what is seen within it and outside.
MODES = [
    pytest.param(no_grad, lambda: len(product(1.0)), 0, 1, id="no_grad"),
    pytest.param(detect_anomaly, overflow, "refused", "inf", id="detect_anomaly"),
]


@pytest.mark.parametrize(("mode", "look", "within", "outside"), MODES)
def test_a_mode_belongs_to_its_thread(mode: Any, look: Any, within: Any, outside: Any) -> None:
    here, there, errors = threading.Barrier(2, timeout=30), [], []

    def run() -> None:
        try:
            here.wait()  # the mode is open over there
            there.append(look())
            with mode():
                there.append(look())
                here.wait()
                here.wait()  # and closed again over there
                there.append(look())
            there.append(look())
        except BaseException as error:
            errors.append(error)
            here.abort()

    thread = threading.Thread(target=run)
    thread.start()  # before the mode is entered: what a thread inherits depends on Python's version
    try:
        with mode():
            here.wait()
            here.wait()
            assert look() == within
        assert look() == outside  # while it is open in the other one
        here.wait()
    finally:
        thread.join(30)
    assert not errors
    assert there == [outside, within, within, outside]
    assert OPEN == []


@pytest.mark.parametrize(("mode", "look", "within", "outside"), MODES)
def test_a_mode_belongs_to_its_task(mode: Any, look: Any, within: Any, outside: Any) -> None:
    async def with_mode(i: int) -> list[Any]:
        seen = []
        with mode():
            for _ in range(i % 3 + 1):
                await asyncio.sleep(0)
                seen.append(look())
        await asyncio.sleep(0)
        return [*seen, look()]

    async def without() -> list[Any]:
        seen = []
        for _ in range(4):
            await asyncio.sleep(0)
            seen.append(look())
        return seen

    async def main() -> list[Any]:
        return await asyncio.gather(*[with_mode(i // 2) if i % 2 else without() for i in range(12)])

    found = asyncio.run(main())
    for i, seen in enumerate(found):
        assert seen == ([within] * (i // 2 % 3 + 1) + [outside] if i % 2 else [outside] * 4)
    assert OPEN == []


def test_a_task_and_its_threads_inherit_the_mode_they_are_started_in() -> None:
    async def main() -> list[int]:
        with no_grad():
            inner = await asyncio.gather(*[asyncio.to_thread(product, 1.0) for _ in range(3)])
        return [len(parents) for parents in (*inner, await asyncio.to_thread(product, 1.0))]

    assert asyncio.run(main()) == [0, 0, 0, 1]


def test_a_task_that_is_cancelled_closes_its_mode() -> None:
    async def main() -> int:
        async def forever() -> None:
            with no_grad(), detect_anomaly():
                await asyncio.sleep(3600)

        task = asyncio.ensure_future(forever())
        await asyncio.sleep(0)
        opened = len(OPEN)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return opened

    assert asyncio.run(main()) == 2
    assert OPEN == []


def test_gradients_are_computed_in_a_task_without_recording() -> None:
    async def slope(x: float) -> float:
        with no_grad():
            await asyncio.sleep(0)
            return grad(lambda v: v**3)(x)

    async def main() -> list[float]:
        return await asyncio.gather(*[slope(float(x)) for x in range(5)])

    assert asyncio.run(main()) == [0.0, 3.0, 12.0, 27.0, 48.0]

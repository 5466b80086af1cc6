"""Implicit derivatives, held against closed forms, mpmath, differences, and derivatives through the solver itself."""

from __future__ import annotations

import gc
import math
import random
import weakref
from collections.abc import Callable
from typing import Any

import extras
import mpmath
import pytest
from comparing import close
from extras import numpy as np

from autograd_lite import (
    Value,
    check_grads,
    detect_anomaly,
    erfc,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    implicit,
    jacfwd,
    jacobian,
    jacrev,
    jit,
    jvp,
    linearize,
    log,
    no_grad,
    numerical_derivative,
    sin,
    sqrt,
    tanh,
    taylor,
    vjp,
    vmap,
)
from autograd_lite.calculus.solves import _eliminated


def square(z: Any, a: Any) -> Any:
    return z * z - a


root = implicit(math.sqrt, square)


def newton(residual: Callable[..., Any], start: list[float]) -> Callable[..., list[float]]:
    """A solver on floats: Newton's method, with NumPy for the linear systems."""

    def solve(*args: Any) -> list[float]:
        z = start
        for _ in range(20):
            step = np.linalg.solve(jacobian(residual)(z, *args), residual(z, *args)).tolist()
            z = [x - d for x, d in zip(z, step, strict=True)]
            if max(map(abs, step)) < 1e-9:  # the next one would be its square
                break
        return z

    return solve


# --- One unknown ---


def test_every_order_of_a_root_is_its_closed_form() -> None:
    a = 2.0
    found = taylor(root, a, 8)
    binomial, expected = 1.0, []
    for k in range(9):  # √(a + h) = √a Σ (½ over k) (h/a)ᵏ
        expected.append(math.sqrt(a) * binomial / a**k)
        binomial *= (0.5 - k) / (k + 1)
    assert found == close(expected, rel=1e-12)


def test_all_modes_agree() -> None:
    slope, curvature = 0.5 / math.sqrt(2.0), -0.25 / math.sqrt(8.0)
    assert root(2.0) == math.sqrt(2.0)
    assert type(root(2.0)) is float
    assert root(Value(2.0)).data == math.sqrt(2.0)
    for first in (grad(root), jacfwd(root), jacrev(root), lambda a: jvp(root, (a,), (1.0,))[1]):
        assert first(2.0) == close(slope)
        for mode in (grad, jacfwd, jacrev):
            assert mode(first)(2.0) == close(curvature)
    assert vjp(root, 2.0)[1](3.0) == (close(3.0 * slope),)
    assert linearize(root, 2.0)[1](3.0) == close(3.0 * slope)
    assert hessian(root)(2.0) == close(curvature)
    assert hvp(root, (2.0,), (3.0,)) == close(3.0 * curvature)
    assert vmap(grad(grad(root)))([2.0, 8.0]) == [close(curvature), close(curvature / 8.0)]
    a = Value(2.0)
    z = root(a)
    z.backward()
    assert (z.parents, a.grad) == ((a,), close(slope))
    [first_derivative] = gradients(z, [a])
    [second] = gradients(first_derivative, [a])
    assert (first_derivative.data, second.data) == (close(slope), close(curvature))


def kepler(anomaly: Any, mean_anomaly: Any, eccentricity: Any) -> Any:
    return anomaly - eccentricity * sin(anomaly) - mean_anomaly


def solved_kepler(mean_anomaly: float, eccentricity: float) -> float:
    brentq = extras.optimize.brentq

    return float(brentq(kepler, -10.0, 10.0, (mean_anomaly, eccentricity), xtol=1e-15, rtol=1e-15))


orbit = implicit(solved_kepler, kepler)


@pytest.mark.parametrize("e", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("m", [0.0, 0.4, 3.0])
def test_kepler_has_the_derivatives_of_mpmath(m: float, e: float) -> None:
    def exact(m: Any, e: Any) -> Any:
        return mpmath.findroot(lambda x: x - e * mpmath.sin(x) - m, solved_kepler(float(m), float(e)))

    with mpmath.workdps(60):
        for orders in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3)):
            f: Callable[..., Any] = orbit
            for place, order in enumerate(orders):
                for _ in range(order):
                    f = grad(f, place)
            expected = float(mpmath.diff(exact, (m, e), orders))
            assert f(m, e) == pytest.approx(expected, rel=1e-9, abs=1e-9), orders


def test_solutions_within_solutions() -> None:
    twice = implicit(lambda a: a**0.25, lambda z, a: z * z - root(a))  # a residual with a solution in it
    outer = implicit(math.sqrt, lambda z, a: root(z**4) - a)
    for f in (twice, lambda a: root(root(a)), lambda a: root(twice(a) ** 2)):
        assert taylor(f, 2.0, 3) == close(taylor(lambda a: a**0.25, 2.0, 3), rel=1e-12)
    assert taylor(outer, 2.0, 3) == close(taylor(sqrt, 2.0, 3), rel=1e-12)


def test_inner_and_outer_derivatives_are_told_apart() -> None:
    inner = grad(lambda b: root(b * 3.0) * b)  # 3/2 √(3b)
    assert grad(lambda a: a * inner(a))(2.0) == close(2.25 * math.sqrt(6.0))  # of 3/2 √3 a^(3/2)
    assert grad(lambda a: grad(lambda b: root(a * b))(a))(2.0) == close(0.0)  # of √(a/b)/2 at b = a


# --- Many unknowns ---


def coupled(z: Any, a: Any) -> Any:
    x, y = z["x"], z["y"]
    return [x * exp(y) - a["p"][0], y + tanh(x) * a["p"][1] - a["q"]]


def solve_coupled(a: Any) -> Any:
    p, q, r = a["p"][0], a["p"][1], a["q"]
    flat = newton(lambda z, p, q, r: coupled({"x": z[0], "y": z[1]}, {"p": (p, q), "q": r}), [1.0, 0.0])(p, q, r)
    return {"x": flat[0], "y": flat[1], "name": "found"}


def test_structures_of_unknowns_and_arguments() -> None:
    f = implicit(solve_coupled, coupled)
    a = {"p": (1.5, 0.5), "q": 0.7}
    found = f(a)
    assert [found["x"] * math.exp(found["y"]), found["name"]] == [close(1.5), "found"]
    check_grads(lambda a: [f(a)["x"], f(a)["y"]], (a,), order=2)
    twins = jacobian(f)(a)
    assert twins["x"]["q"] == pytest.approx(numerical_derivative(lambda q: f({**a, "q": q})["x"], 0.7), rel=1e-8)
    assert jacfwd(f)(a)["x"]["p"] == close(jacrev(f)(a)["x"]["p"])


def polynomial(z: list[Any], a: list[Any]) -> list[Any]:
    """A system with a Jacobian that needs pivots: its diagonal is 0 at first."""
    return [z[1] ** 2 * a[0] + z[2] - 3.0, z[0] * a[1] + z[2] * 2.0 - 4.0, z[0] + z[1] * z[0] * a[2] - 2.0]


def test_third_derivatives_of_a_system_are_those_through_its_solver() -> None:
    """Newton's method on Values, without any theorem: each step doubles the orders that are right."""
    a = [1.1, 0.9, 1.05]

    def through(t: Any) -> Any:
        given, z = [a[0] + t, a[1] - 2.0 * t, a[2] + t * t], start
        for _ in range(3):
            rows = jacobian(polynomial)(z, given)
            [step] = _eliminated([[*row, y] for row, y in zip(rows, polynomial(z, given), strict=True)], str)
            z = [x - d for x, d in zip(z, step, strict=True)]
        return z

    f = implicit(newton(polynomial, [1.0, 1.0, 1.0]), polynomial)
    start = f(a)
    for place in range(3):
        found = taylor(lambda t, i=place: f([a[0] + t, a[1] - 2.0 * t, a[2] + t * t])[i], 0.0, 4)
        assert found == close(taylor(lambda t, i=place: through(t)[i], 0.0, 4), rel=1e-9)


def test_all_numbers_of_a_solution_share_a_record_of_each_order() -> None:
    calls = []

    def residual(z: list[Any], a: list[Any]) -> list[Any]:
        calls.append(z)
        return polynomial(z, a)

    f = implicit(newton(polynomial, [1.0, 1.0, 1.0]), residual)
    hessian(lambda a: sum(x * x for x in f(a)))([1.1, 0.9, 1.05])
    assert len(calls) == 2


def test_arrays_go_in_and_come_out() -> None:
    matrix, right = np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([4.0, 3.0])
    seen = []

    def solve(a: Any, b: Any, count: int) -> Any:
        seen.append((a.dtype.kind, b.dtype.kind, type(count)))
        return np.linalg.solve(a, b)

    f = implicit(solve, lambda z, a, b, count: a @ z - b * len(range(count)))
    assert np.array_equal(f(matrix, right, 1), [1.5, 1.0])
    by_a, by_b = jacobian(lambda a, b: f(a, b, 1), (0, 1))(matrix, right)
    inverse = np.linalg.inv(matrix)
    assert np.allclose(by_b, inverse, rtol=1e-14)
    assert np.allclose(by_a, -np.einsum("ij,k->ijk", inverse, np.array([1.5, 1.0])), rtol=1e-14)  # -A⁻¹ E z
    assert set(seen) == {("f", "f", int)}
    check_grads(lambda a: f(a, right, 1), (matrix,), order=2)


def test_what_is_among_the_arguments_besides_numbers_is_handed_on() -> None:
    f = implicit(lambda g, a, words: math.sqrt(g(a)), lambda z, g, a, words: z * z - g(a) if words["is"] else None)
    assert grad(lambda a: f(lambda x: 2.0 * x, a, {"is": True, "text": None}))(2.0) == close(0.5)


# --- The linear systems ---


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_elimination_solves_as_numpy_does_whatever_the_units(n: int) -> None:
    rng = random.Random(n)
    a = [[rng.gauss(0.0, 1.0) for _ in range(n)] for _ in range(n)]
    b = [[rng.gauss(0.0, 1.0) for _ in range(3)] for _ in range(n)]
    units = [10.0 ** rng.randint(-90, 90) for _ in range(n)]
    system = [[x * unit for x in (*left, *right)] for left, right, unit in zip(a, b, units, strict=True)]
    found = _eliminated(system, str)
    assert np.allclose(np.array(found).T, np.linalg.solve(a, b), rtol=1e-9, atol=1e-12)
    values = _eliminated([[*map(Value, row[:n]), *row[n:]] for row in system], str)
    assert [[x.data for x in column] for column in values] == found


def test_elimination_takes_no_unit_for_singular() -> None:
    a = [[1e150, 2e-50, 0.0], [3.0, 4e-200, 1e8], [1e-100, 1e-300, 1e-90]]
    want = [1.0, 1e200, -2.0]
    b = [math.fsum(x * y for x, y in zip(row, want, strict=True)) for row in a]
    [found] = _eliminated([[*row, y] for row, y in zip(a, b, strict=True)], str)
    assert found == close(want, rel=1e-9)


# --- What engineers solve ---


def test_implied_volatility() -> None:
    brentq = extras.optimize.brentq

    def call_price(volatility: Any, spot: Any, years: Any) -> Any:
        spread = volatility * sqrt(years)
        d = (log(spot / 100.0) + 0.02 * years) / spread + spread / 2
        late = exp(-0.02 * years) * 100.0
        return (spot * erfc(-d / sqrt(2.0)) - late * erfc((spread - d) / sqrt(2.0))) / 2

    def mispricing(volatility: Any, price: Any, spot: Any, years: Any) -> Any:
        return call_price(volatility, spot, years) - price

    implied = implicit(lambda *quote: brentq(mispricing, 1e-3, 5.0, quote, xtol=1e-14), mispricing)
    for volatility, spot, years in ((0.25, 100.0, 1.0), (0.35, 120.0, 0.5), (0.15, 90.0, 2.0)):
        price = call_price(volatility, spot, years)
        assert implied(price, spot, years) == pytest.approx(volatility, rel=1e-10)
        spread = volatility * math.sqrt(years)
        d = (math.log(spot / 100.0) + 0.02 * years) / spread + spread / 2
        density = math.exp(-d * d / 2) / math.sqrt(2 * math.pi)
        vega, delta = spot * density * math.sqrt(years), math.erfc(-d / math.sqrt(2)) / 2
        volga = vega * d * (d - spread) / volatility
        by_price, by_spot, _ = grad(implied, (0, 1, 2))(price, spot, years)
        assert (by_price, by_spot) == (close(1 / vega, rel=1e-8), close(-delta / vega, rel=1e-8))
        assert grad(grad(implied))(price, spot, years) == close(-volga / vega**3, rel=1e-7)


def test_a_boundary_value_problem() -> None:
    """u″ = c √(1 + u′²), u(0) = u(1) = 0 is a chain, (cosh(c(x - ½)) - cosh(c/2)) / c; differences are off by h²."""

    def imbalance(inner: list[Any], c: Any) -> list[Any]:
        h, u = 1 / (len(inner) + 1), [0.0, *inner, 0.0]
        bends = [(u[i - 1] - 2 * u[i] + u[i + 1]) / h**2 for i in range(1, len(u) - 1)]
        return [bend - c * sqrt(1 + ((u[i + 2] - u[i]) / (2 * h)) ** 2) for i, bend in enumerate(bends)]

    errors = []
    for count in (9, 19):
        chain = implicit(newton(imbalance, [0.0] * count), imbalance)
        sag = taylor(lambda c, f=chain, n=count: f(c)[n // 2], 1.0, 2)
        with mpmath.workdps(30):
            exact = [float(t) for t in mpmath.taylor(lambda c: (1 - mpmath.cosh(c / 2)) / c, 1, 2)]
        errors.append([abs(a - b) for a, b in zip(sag, exact, strict=True)])
    for coarse, fine in zip(*errors, strict=True):
        assert 3.5 < coarse / fine < 4.5  # half the step, a quarter of the error
        assert fine < 1e-3


def test_the_steady_state_of_a_reaction() -> None:
    def balances(state: list[Any], strength: Any) -> list[Any]:
        a, b, c = state
        return [strength * a * b - c, a + c - 1.0, b + c - 2.0]

    steady = implicit(newton(balances, [0.5, 1.5, 0.5]), balances)
    with mpmath.workdps(40):  # of k(1 - c)(2 - c) = c the smaller root
        exact = mpmath.taylor(lambda k: (3 * k + 1 - mpmath.sqrt((3 * k + 1) ** 2 - 8 * k * k)) / (2 * k), 2, 4)
    found = taylor(lambda k: steady(k)[2], 2.0, 4)
    assert found == close([float(t) for t in exact], rel=1e-10)


def test_the_optimum_of_a_regularised_fit_by_its_hyperparameter() -> None:
    """Ridge regression, where w = (XᵀX + λ)⁻¹ Xᵀy and dw/dλ = -(XᵀX + λ)⁻¹ w are known."""
    rng = random.Random(1)
    xs = [[rng.gauss(0.0, 1.0) for _ in range(3)] for _ in range(20)]
    ys = [x[0] - 2.0 * x[1] + rng.gauss(0.0, 0.5) for x in xs]

    def loss(w: list[Any], penalty: Any) -> Any:
        errors = [sum(a * b for a, b in zip(w, x, strict=True)) - y for x, y in zip(xs, ys, strict=True)]
        return sum(e * e for e in errors) / 2 + penalty * sum(a * a for a in w) / 2

    gradient = grad(loss)
    fit = implicit(newton(gradient, [0.0] * 3), gradient)
    x, penalty = np.array(xs), 3.0
    inverse = np.linalg.inv(x.T @ x + penalty * np.eye(3))
    w = inverse @ x.T @ np.array(ys)
    found = [taylor(lambda t, i=i: fit(t)[i], penalty, 2) for i in range(3)]
    assert np.allclose(found, np.array([w, -inverse @ w, inverse @ inverse @ w]).T, rtol=1e-9)


# --- Within programs and modes ---


def test_jit_runs_it_as_it_is_and_says_so() -> None:
    for f, x, expected in ((grad(root), 2.0, 0.5 / math.sqrt(2.0)), (vmap(grad(root)), [2.0], [0.5 / math.sqrt(2.0)])):
        jitted = jit(f)
        with pytest.warns(RuntimeWarning, match="runs as it is: implicit has equations solved in .*; jit the residual"):
            assert jitted(x) == expected
        assert jitted(x) == expected
        assert (jitted.ways, jitted.fallbacks) == (0, 2)
    assert jitted([8.0]) == [close(0.5 / math.sqrt(8.0))]  # nothing of the first call is kept


def test_a_jitted_residual_has_the_same_derivatives() -> None:
    residual = jit(square)
    f = implicit(math.sqrt, residual)
    assert taylor(f, 2.0, 4) == close(taylor(root, 2.0, 4))
    assert residual.ways > 0
    system = implicit(newton(polynomial, [1.0, 1.0, 1.0]), jit(polynomial))
    plainly = implicit(newton(polynomial, [1.0, 1.0, 1.0]), polynomial)
    a = [1.1, 0.9, 1.05]
    assert np.allclose(
        [hessian(lambda a, i=i: system(a)[i])(a) for i in range(3)],
        [hessian(lambda a, i=i: plainly(a)[i])(a) for i in range(3)],
        rtol=1e-10,
    )


def test_modes() -> None:
    with no_grad():
        assert root(Value(2.0)).parents == ()
        assert grad(grad(root))(2.0) == grad(grad(root))(2.0)
    assert no_grad(grad(root))(2.0) == close(0.5 / math.sqrt(2.0))
    a = Value(2.0)
    z = root(a)
    with no_grad():
        assert gradients(z, [a])[0].parents == ()
    [slope] = gradients(z, [a])  # of which nothing is lost for having been asked for in there
    assert gradients(slope, [a])[0].data == close(-0.25 / math.sqrt(8.0))
    with detect_anomaly():
        assert grad(grad(root))(2.0) == close(-0.25 / math.sqrt(8.0))


def test_nothing_is_kept_once_nobody_needs_it() -> None:
    class Mark:
        pass

    f = implicit(lambda a, mark: [math.sqrt(a), a], lambda z, a, mark: [z[0] ** 2 - a, z[1] - a])
    mark = Mark()
    alive = weakref.ref(mark)
    gc.collect()
    gc.disable()
    try:
        a = Value(2.0)
        z = f(a, mark)
        [slope] = gradients(z[0] * z[1], [a])
        [curvature] = gradients(slope, [a])
        assert curvature.data == close(0.75 * math.sqrt(2.0) / 2.0)  # of a^(3/2)
        del mark, z, slope, curvature
        assert alive() is None
    finally:
        gc.enable()


# --- What is refused ---


@pytest.mark.parametrize(
    ("solve", "residual", "kind", "message"),
    [
        (lambda a: [1.0, a], lambda z, a: [z[0] - 1.0], ValueError, "one residual for each number of z, got 1 for 2"),
        (lambda a: a, lambda z, a: [z - a, z], ValueError, "one residual for each number of z, got 2 for 1"),
        (lambda a: Value(a), lambda z, a: z - a, TypeError, r"given floats and must return floats, got Value\(data=2"),
        (lambda a: None, lambda z, a: z - a, TypeError, "must return a number or a structure of numbers, got None"),
        (lambda a: 1j, lambda z, a: z - a, TypeError, "implicit: solve: needs numbers"),
        (lambda a: math.nan, lambda z, a: z - a, ValueError, "solve has found no solution, but z = nan"),
        (lambda a: {"x": [a, -math.inf]}, lambda z, a: z["x"], ValueError, r"no solution, but z\['x'\]\[1\] = -inf"),
        (
            lambda a: a,
            lambda z, a: (z - a) * math.nan,
            ValueError,
            r"residual 0 must be finite and smooth at z = 2.0, ",
        ),
        (
            lambda a: 0.0,
            lambda z, a: sqrt(z) * 1.0,
            ValueError,
            r"smooth at z = 0.0, got 0.0 with the derivatives \[inf",
        ),
        (
            lambda a: a + 0.1,
            lambda z, a: z - a,
            RuntimeError,
            "has not converged: Newton's step from z = 2.1 is -0.1, ",
        ),
        (lambda a: [a, a], lambda z, a: [z[0] - a, z[1] - 2 * a], RuntimeError, r"step from z\[1\] = 2.0 is 2, longer"),
        (lambda a: 0.0, lambda z, a: z * z, ValueError, "do not determine z = 0.0, as their Jacobian by z is singular"),
        (lambda a: 1.0, lambda z, a: a - 2.0, ValueError, "do not determine z = 1.0"),
        (lambda a: [a, 0.0], lambda z, a: [z[0] + z[1] - a] * 2, ValueError, r"do not determine z\[1\] = 0.0"),
        (
            lambda a: [a, 0.3],  # singular up to rounding
            lambda z, a: [0.1 * z[0] + 0.7 * z[1] * 0.1 - 0.1 * a - 0.021, 0.3 * z[0] + 0.21 * z[1] - 0.3 * a - 0.063],
            ValueError,
            r"do not determine z\[1\] = 0.3",
        ),
        (lambda a: a, lambda z, a: "no number", ValueError, "got 0 for 1"),
    ],
)
def test_what_cannot_be_differentiated_is_refused(
    solve: Callable[..., Any], residual: Callable[..., Any], kind: type[Exception], message: str
) -> None:
    f = implicit(solve, residual)
    with pytest.raises(kind, match=message):
        f(2.0)
    with pytest.raises(kind, match=message):
        grad(lambda a: jacobian(f)(a))(2.0)


def test_how_near_is_near() -> None:
    """A step of Newton's method is compared with rtol · |z| + atol, whatever the units of the residual."""
    for unit in (1e-200, 1.0, 1e200):
        for off, converged in ((0.9e-6, True), (1.2e-6, False)):
            f = implicit(lambda a, off=off: a * (1.0 + off), lambda z, a, unit=unit: (z - a) * unit)
            if converged:
                assert grad(f)(1e6) == close(1.0)
            else:
                with pytest.raises(RuntimeError, match="not converged"):
                    f(1e6)
    rough = lambda a: a + 1e-3  # noqa: E731  (told apart by its tolerance alone)
    assert implicit(rough, lambda z, a: z - a, rtol=1e-2)(1.0) == 1.001
    assert implicit(rough, lambda z, a: z - a, rtol=0.0, atol=1e-2)(0.0) == 0.001
    assert implicit(lambda a: 1e-10, lambda z, a: z - a)(0.0) == 1e-10
    with pytest.raises(RuntimeError, match="rtol=0 and atol=0"):
        implicit(lambda a: 1e-300, lambda z, a: z - a, rtol=0, atol=0)(0.0)


def test_values_from_elsewhere_are_refused() -> None:
    a = Value(2.0, label="a")
    f = implicit(lambda b: math.sqrt(b + 2.0), lambda z, b: z * z - a - b)
    with pytest.raises(
        ValueError, match=r"the residual uses Value\(data=2.0, .* label='a'\), which is none of its argu"
    ):
        f(1.0)
    with pytest.raises(ValueError, match="none of its arguments"):
        grad(lambda c: implicit(lambda b: 2.0, lambda z, b: z * z - c * b)(1.0))(4.0)
    assert implicit(lambda b: 2.0, lambda z, b: z * z - a.data - b)(2.0) == 2.0


def test_arguments_of_implicit_itself() -> None:
    with pytest.raises(TypeError, match=r"implicit: solve must be a function, got 3.0"):
        implicit(3.0, square)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(TypeError, match=r"implicit: residual must be a function, got None"):
        implicit(math.sqrt, None)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(ValueError, match="implicit: rtol must be at least 0, got -1"):
        implicit(math.sqrt, square, rtol=-1)
    with pytest.raises(ValueError, match="implicit: atol must be at least 0, got nan"):
        implicit(math.sqrt, square, atol=math.nan)


def test_what_the_solver_raises_comes_through() -> None:
    with pytest.raises(ValueError, match=r"math domain error|expected a nonnegative input"):
        root(-1.0)

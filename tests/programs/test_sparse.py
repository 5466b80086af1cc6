"""Sparse Jacobians and Hessians: the dense ones of the engine, with every way of being called, and what is refused."""

from __future__ import annotations

import itertools
import math
import re
import sys
from types import SimpleNamespace
from typing import Any

import extras
import pytest
from functions import made, scalar_of, statements
from hypothesis import HealthCheck, given, settings

from autograd_lite import (
    Value,
    exp,
    grad,
    hessian,
    jacobian,
    jit,
    log,
    sin,
    sparse_hessian,
    sparse_jacobian,
    sqrt,
    vmap,
    where,
)
from autograd_lite.programs import runnable as runnable_module
from autograd_lite.programs import sparse as sparse_module

np, optimize = extras.numpy, extras.optimize

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def needs_scipy() -> None:
    extras.optimize.root  # noqa: B018  (skips where there is none)


@pytest.fixture
def needs_llvm() -> None:
    extras.llvmlite.initialize_native_target  # noqa: B018  (skips where there is none)


@pytest.fixture(params=["native", "as it is"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways: programs, and the engine's own passes."""
    if request.param == "native":
        extras.llvmlite.initialize_native_target  # noqa: B018  (skips where there is none)
    else:
        monkeypatch.setattr(sparse_module, "has_native", lambda: False)
    return str(request.param)


def rosenbrock(x: Any) -> Any:
    return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in itertools.pairwise(x))


def springs(x: Any) -> Any:
    """The forces along a chain between two walls."""
    lengths = [b - a for a, b in itertools.pairwise([0.0, *x, len(x) + 1.0])]
    forces = [1.1 * (u - 0.8) + 0.3 * (u - 0.8) ** 3 for u in lengths]
    return [b - a for a, b in itertools.pairwise(forces)]


FUNCTIONS: dict[str, Any] = {
    "springs": springs,
    "an arrow": lambda x: [x[0] * x[1], *[x[0] * sin(a) for a in x]],
    "constants": lambda x: [1.0, x[0] * 2.0, 3.0],
    "constants alone": lambda x: [1.0, 2.0],
    "no result": lambda x: [],
    "dense": lambda x: [exp(sum(x) * a) for a in x],
    "a mapped one": lambda x: vmap(lambda a: a * x[0])(list(x)),
    "a jitted one": jit(lambda x: [a * a for a in x]),
    "a tuple": lambda x: (x[0], x[1] * x[0]),
    "one number": lambda x: [x[0]],
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", [list, tuple, lambda x: np.array(x), lambda x: np.array(x, np.float32)])
def test_jacobians_are_the_dense_ones(way: str, name: str, kind: Any) -> None:
    f, x = FUNCTIONS[name], kind([0.5, -1.25, 2.0, 0.75])
    found = sparse_jacobian(f)
    answers = [found(x), found(x)]
    for y in answers:
        assert (type(y).__name__, y.dtype, y.shape) == ("csr_array", float, (len(f(x)), 4))
        assert y.has_canonical_format
        want = jacobian(f)(list(map(float, x))) if f(x) else []
        np.testing.assert_allclose(y.toarray(), np.reshape(want, (-1, 4)), rtol=1e-14, atol=1e-15)
    assert (found.ways, found.fallbacks) == ((1, 0) if way == "native" else (0, 0))
    y = answers[1].copy()
    answers[0].data[:] = 7.0
    answers[0].indices[:] = 0  # an array of its own
    answers[0].indptr[:] = 0
    np.testing.assert_array_equal(found(x).toarray(), y.toarray())


def test_hessians_are_the_dense_ones(way: str) -> None:
    def well(x: Any, depth: float) -> Any:
        return depth * rosenbrock(x) + log(x[0] * x[0] + 1.0) * sin(x[-1])

    x = np.sin(np.arange(40.0))
    found = sparse_hessian(well)
    assert found(x, 2.0).nnz == 40 + 2 * 39 + 2  # a diagonal, its neighbours, two corners
    for depth in (2.0, 0.5):
        want = hessian(lambda x: well(x, depth))(x)  # noqa: B023  (called at once)
        np.testing.assert_allclose(found(list(x), depth).toarray(), want, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(found(x, depth=depth).toarray(), want, rtol=1e-12, atol=1e-12)
    linear = sparse_hessian(lambda x: 2.0 * x[0] + 1.0)([1.0, 2.0])
    assert (linear.nnz, linear.shape) == (0, (2, 2))
    assert sparse_hessian(lambda x: 3.0)([1.0, 2.0]).nnz == 0


@SLOW
@given(statements(True, True, True))
def test_random_functions(needs_llvm: None, lines: list[str]) -> None:
    text = "\n".join(["def f(xs, ys, p, q):", "    n, s, out = len(xs), q * 1.0, []", *["    " + x for x in lines]])
    f = made(text + "\n    return s, out, xs")
    rest = [0.5, 1.5, 2.5, -0.5, 1.0], (1.25, 0.75), 0.8
    x = [1.0, -0.25, 0.5, 2.25, 1.5]
    try:
        want = hessian(lambda x: scalar_of(f)(x, *rest))(x)
    except (ValueError, ArithmeticError, TypeError):
        return
    found = sparse_hessian(lambda x: scalar_of(f)(x, *rest))(x)
    np.testing.assert_allclose(found.toarray(), want, rtol=1e-8, atol=1e-8)


def test_derivatives_agree_with_differences_of_the_function(way: str) -> None:
    x, h = np.linspace(0.7, 4.2, 12), 1e-6
    columns = [(np.array(springs(x + h * e)) - np.array(springs(x - h * e))) / (2.0 * h) for e in np.eye(12)]
    np.testing.assert_allclose(sparse_jacobian(springs)(x).toarray(), np.transpose(columns), rtol=1e-7, atol=1e-7)


@pytest.mark.usefixtures("needs_llvm")
def test_another_way_has_another_program() -> None:
    def steps(x: Any) -> list[Any]:
        return [a * b if a > 0.0 else a for a, b in itertools.pairwise(x)]

    found = sparse_jacobian(steps)
    ups, downs = np.array([1.0, 2.0, 3.0]), np.array([1.0, -2.0, 3.0])
    for x, ways, fallbacks in [(ups, 1, 0), (downs, 1, 1), (downs, 2, 2), (downs, 2, 2), (ups, 2, 2)]:
        np.testing.assert_array_equal(found(x).toarray(), jacobian(steps)(x.tolist()))
        assert (found.ways, found.fallbacks) in [(ways, fallbacks), (2, 1)]
    assert [found(x).nnz for x in (ups, downs)] == [4, 3]


def test_what_raises_raises_as_the_function_does(way: str) -> None:
    found = sparse_jacobian(lambda x: [log(a) * a for a in x])
    assert found([1.0, 2.0]).toarray().tolist() == [[1.0, 0.0], [0.0, 1.0 + math.log(2.0)]]
    with pytest.raises(ValueError, match=r"log\(-1.0\): needs x > 0"):
        found([1.0, -1.0])
    root = sparse_jacobian(lambda x: [sqrt(a) for a in x])
    assert root([4.0, 1.0]).data.tolist() == [0.25, 0.5]
    assert root([0.0, 1.0]).data.tolist() == [math.inf, 0.5]


def test_what_is_not_taken_gives_nothing_be_it_infinite(way: str) -> None:
    found = sparse_jacobian(lambda x: [where(a > 0.0, sqrt(a), 2.0 * a) for a in x])
    assert found([4.0, 1.0]).toarray().tolist() == [[0.25, 0.0], [0.0, 0.5]]
    assert found([4.0, 0.0]).toarray().tolist() == [[0.25, 0.0], [0.0, 2.0]]


def test_a_function_that_no_program_serves_runs_as_it_is(needs_llvm: None) -> None:
    calls: list[int] = []
    found = sparse_jacobian(lambda x: [x[0] * float(len(calls)), x[calls.append(1) or 1]])
    with pytest.warns(RuntimeWarning, match=r"^sparse_jacobian: .* runs as it is: two calls with the same arguments"):
        assert found([1.0, 2.0]).shape == (2, 2)
    assert found([1.0, 2.0]).toarray()[1].tolist() == [0.0, 1.0]


@pytest.mark.usefixtures("needs_llvm")
def test_what_is_too_large_runs_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runnable_module, "MOST", 20)
    x = [0.5 * i for i in range(1, 9)]
    with pytest.warns(
        RuntimeWarning, match=r"^sparse_jacobian: springs runs as it is: its program has \d+ instructions"
    ):
        found = sparse_jacobian(springs)(x)
    np.testing.assert_allclose(found.toarray(), jacobian(springs)(x), rtol=1e-14)


@pytest.mark.usefixtures("way")
def test_what_is_refused() -> None:
    jac, hes = sparse_jacobian(lambda x: x), sparse_hessian(lambda x: x[0])
    for given_, said in [
        ((2.0,), "sparse_jacobian: needs a list or an array of numbers to differentiate by, got 2.0"),
        (([],), "sparse_jacobian: there is no number to differentiate by in []"),
        (([[1.0]],), "sparse_jacobian: item 0: needs a real number, got [1.0] of type list"),
        ((["a"],), "sparse_jacobian: item 0: needs a real number, got 'a' of type str"),
        (({"a": 1.0},), "sparse_jacobian: needs a list or an array of numbers to differentiate by, got {'a': 1.0}"),
        ((np.eye(2),), "sparse_jacobian: needs a list or an array of numbers to differentiate by, got array("),
        ((np.array(["a"]),), "sparse_jacobian: needs a list or an array of numbers to differentiate by, got array("),
        ((), "sparse_jacobian: needs the numbers to differentiate by as its first argument, got none"),
        (([Value(1.0)],), "sparse_jacobian: gives floats, which would not remember Value(data=1.0"),
    ]:
        with pytest.raises(TypeError, match="^" + re.escape(said)):
            jac(*given_)
    for result, said in [
        (3.0, "the function must return a list or an array of numbers, got 3.0; write [y]"),
        ([[1.0]], "the function must return a list or an array of numbers, got one that holds [1.0]"),
        ({"a": 1.0}, "the function must return a list or an array of numbers, got {'a': 1.0}"),
        (None, "the function must return a list or an array of numbers, got None"),
        ("ab", "the function must return a list or an array of numbers, got 'ab'"),
    ]:
        with pytest.raises(TypeError, match="^" + re.escape("sparse_jacobian: " + said)):
            sparse_jacobian(lambda x: result)([1.0])  # noqa: B023  (called at once)
    with pytest.raises(TypeError, match=r"^sparse_hessian: the function must return one number, got \["):
        sparse_hessian(lambda x: [x[0]])([1.0])
    with pytest.raises(TypeError, match=r"^sparse_hessian: needs a list or an array of numbers"):
        hes(1.0)
    for maker, name in [(sparse_jacobian, "sparse_jacobian"), (sparse_hessian, "sparse_hessian")]:
        with pytest.raises(TypeError, match=f"^{name}: needs a function, got 3"):
            maker(3)


@pytest.mark.usefixtures("way")
def test_values_that_would_be_forgotten_are_refused() -> None:
    w = Value(2.0)
    for call in (
        lambda: sparse_jacobian(lambda x: [w * x[0]])([1.0]),
        lambda: sparse_jacobian(lambda x, v: [v * x[0]])([1.0], w),
        lambda: grad(lambda v: sparse_jacobian(lambda x: [v * x[0]])([1.0]).data[0])(2.0),
        lambda: sparse_hessian(lambda x: w * x[0] * x[1])([1.0, 2.0]),
    ):
        with pytest.raises(TypeError, match="gives floats, which would not remember Value"):
            call()


def test_whole_numbers_are_differentiated_by_and_others_are_structure(way: str) -> None:
    found = sparse_jacobian(lambda x, n, w: [x[0] ** n * w[0], x[1] * w[1]])
    for x in ([3, 2], np.array([3, 2])):
        assert found(x, 2, np.array([1.0, 5.0])).toarray().tolist() == [[6.0, 0.0], [0.0, 5.0]]
    assert found([3, 2], 3, w=[2.0, 5.0]).toarray().tolist() == [[54.0, 0.0], [0.0, 5.0]]


def test_without_scipy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(ImportError, match=r'^sparse_jacobian: .* pip install "autograd_lite\[sparse\]"$'):
        sparse_jacobian(lambda x: x)([1.0])


# --- With SciPy ---


def test_a_chain_of_springs_comes_to_rest(way: str) -> None:
    count = 200 if way == "native" else 30
    start = np.arange(1.0, count + 1) + 0.3 * np.sin(np.arange(count))
    exactly: Any = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-13, "tr_options": {"maxiter": 20 * count}}
    found = optimize.least_squares(lambda x: np.array(springs(x)), start, jac=sparse_jacobian(springs), **exactly)
    assert np.abs(springs(start)).max() > 0.1
    assert np.abs(springs(found.x)).max() < 1e-12


def test_a_bundle_is_adjusted(way: str) -> None:
    camera_count, point_count = 3, 12

    def residuals(x: Any, observed: Any) -> list[Any]:
        out = []
        for i, (u, v) in enumerate(observed):
            c, p = 9 * (i % camera_count), 9 * camera_count + 3 * (i // camera_count)
            rx, ry, rz, tx, ty, tz, focal, k1, k2 = x[c : c + 9]
            a, b, d = x[p : p + 3]
            a, b, d = a - rz * b + ry * d + tx, b + rz * a - rx * d + ty, d - ry * a + rx * b + tz  # a small rotation
            a, b = -a / d, -b / d
            square = a * a + b * b
            size = focal * (1.0 + square * (k1 + k2 * square))
            out += [size * a - u, size * b - v]
        return out

    rng = np.random.default_rng(0)
    cameras = [[0.02 * i, 0.01, -0.02, 0.3 * i, 0.1, -6.0 - i, 1.0, 0.05, 0.01] for i in range(camera_count)]
    truth = np.concatenate([np.ravel(cameras), rng.uniform(-1.0, 1.0, 3 * point_count)])
    observed = -np.array(residuals(truth, np.zeros((camera_count * point_count, 2)))).reshape(-1, 2) * -1.0
    found = sparse_jacobian(residuals)
    start = truth + 1e-3 * rng.standard_normal(len(truth))
    jac = found(start, observed)
    assert jac.nnz == 2 * 12 * camera_count * point_count
    want = jacobian(residuals)(start, observed)
    np.testing.assert_allclose(jac.toarray(), want, rtol=1e-11, atol=1e-12)
    done = optimize.least_squares(residuals, start, jac=found, args=(observed,), x_scale="jac", max_nfev=60)
    assert done.cost < 1e-12 < 1e-6 < 0.5 * np.square(residuals(start, observed)).sum()


# --- With CasADi ---


@pytest.mark.peers
@pytest.mark.parametrize("name", ["springs", "an arrow", "dense", "one number"])
def test_patterns_and_numbers_are_casadis(name: str) -> None:
    casadi = pytest.importorskip("casadi", reason="patterns are compared with CasADi's, which is not installed")
    texts = {
        "springs": springs,
        "an arrow": lambda x: [x[0] * x[1], *[x[0] * m.sin(a) for a in x]],
        "dense": lambda x: [m.exp(sum(x) * a) for a in x],
        "one number": lambda x: [x[0]],
    }
    numbers, f = [0.5, -1.25, 2.0, 0.75], texts[name]
    m: Any = casadi
    symbol = casadi.SX.sym("x", 4)
    y = casadi.vertcat(*f(symbol.elements()))
    total = casadi.sum1(y * y)
    want = [casadi.jacobian(y, symbol), casadi.hessian(total, symbol)[0]]
    want = [casadi.Function("f", [symbol], [each])(numbers).sparse() for each in want]
    m = SimpleNamespace(sin=sin, exp=exp)
    found = [sparse_jacobian(f)(numbers), sparse_hessian(lambda x: sum(a * a for a in f(x)))(numbers)]
    for ours, theirs in zip(found, want, strict=True):
        np.testing.assert_allclose(ours.toarray(), theirs.toarray(), rtol=1e-12)
        assert ours.nnz == theirs.nnz


@pytest.mark.parametrize("make", [sparse_jacobian, sparse_hessian])
@pytest.mark.parametrize("as_given", [list, extras.numpy.array])
def test_jit_of_one_is_told_that_it_is_a_program_itself(make: Any, as_given: Any) -> None:
    pytest.importorskip("scipy")

    def f(u: Any) -> Any:
        return [u[0] ** 2, u[0] * u[1]] if make is sparse_jacobian else u[0] ** 2 * u[1]

    given = as_given([1.0, 2.0])
    told = rf"^jit: \S*f runs as it is: {make.__name__} makes an array of plain numbers in .*; call it outside of jit"
    with pytest.warns(RuntimeWarning, match=told):
        found = jit(make(f))(given)
    assert found.toarray().tolist() == make(f)(given).toarray().tolist()

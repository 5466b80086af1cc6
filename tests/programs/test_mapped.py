"""`vmap` under `jit`: against `vmap` alone, against closed forms, for every count of samples, way and structure."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import interrupts
import pytest
from extras import llvmlite
from extras import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd_lite as al
from autograd_lite import Value, exp, grad, hessian, jit, log, sqrt, value_and_grad, vmap, where
from autograd_lite.calculus.trees import is_structure, parts
from autograd_lite.programs import side_by_side
from autograd_lite.programs.native import Native
from autograd_lite.programs.side_by_side import BLOCK

BACKENDS = ["python", "llvm"]


@pytest.fixture(params=BACKENDS, autouse=True)
def backend(request: pytest.FixtureRequest) -> str:
    np.float64  # noqa: B018  (skips where there is no NumPy)
    if request.param == "llvm":
        llvmlite.parse_assembly  # noqa: B018  (skips where it is not installed)
    name: str = request.param
    return name


@dataclass
class Pair:
    a: Any
    b: Any


def assert_same(found: Any, expected: Any, exact: bool = False) -> None:
    """Of the same structure and kinds, and nearly the same numbers."""
    assert type(found) is type(expected)
    if isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        assert_same(found.ravel().tolist(), expected.ravel().tolist(), exact)
    elif is_structure(expected):
        assert not isinstance(expected, dict) or list(found) == list(expected)
        for one, other in zip(parts(found), parts(expected), strict=True):
            assert_same(one, other, exact)
    elif type(expected) is float and not exact:
        assert found == pytest.approx(expected, rel=1e-13, abs=1e-300, nan_ok=True)
    else:
        assert repr(found) == repr(expected)


def assert_agrees(f: Callable[..., Any], *args: Any, backend: str, **named: Any) -> Any:
    """A jitted `vmap` against `vmap`, twice, without calling f as it is; the jitted function."""
    fast = jit(f, backend=backend)
    expected = f(*args, **named)
    for _ in range(2):
        assert_same(fast(*args, **named), expected, exact=backend == "python")
    assert fast.ways == 1
    assert fast.fallbacks == 0
    assert fast.backend == backend
    return fast


def raised(f: Callable[..., Any], *args: Any) -> tuple[type[Exception], str]:
    try:
        found = f(*args)
    except Exception as error:
        return type(error), str(error)
    raise AssertionError(f"nothing is raised, and there is {found!r}")


# --- Samples ---


@pytest.mark.parametrize("count", [*range(41), BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
def test_every_count_of_samples(count: int, backend: str) -> None:
    xs = [0.3 + 0.01 * i for i in range(count)]
    fast = jit(vmap(lambda x, c: c * x * x + 1.0, in_axes=(0, None)), backend=backend)
    expected = [2.0 * x * x + 1.0 for x in xs]
    assert fast(xs, 2.0) == pytest.approx(expected, rel=1e-15)
    found = fast(np.array(xs), 2.0)
    assert found.shape == (count,)
    assert found.tolist() == pytest.approx(expected, rel=1e-15)


def test_one_program_for_all_counts(backend: str) -> None:
    fast = jit(vmap(lambda x: x * x), backend=backend)
    for count in (1, 7, 300, 5000):
        fast([1.5] * count)
    assert fast.ways == 1
    assert fast.fallbacks == 0


def test_equal_samples_have_equal_results(backend: str) -> None:
    found = jit(vmap(lambda x: al.tanh(al.sin(x)) ** 3), backend=backend)(np.full(BLOCK + 13, 0.7))
    assert len(set(found.tolist())) == 1


MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def square(x: Any) -> Any:
    return x * x


STRUCTURES: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "numbers in a list": (vmap(square), ([1.0, 2.0, -3.0],)),
    "lists": (vmap(lambda row: row[0] * row[1] - row[2]), (MATRIX,)),
    "lists along their second axis": (vmap(lambda column: column[0] / column[1], in_axes=1), (MATRIX,)),
    "tuples": (vmap(lambda pair: pair[0] * pair[1]), ([(1.0, 2.0), (3.0, 4.0)],)),
    "a tuple of lists": (vmap(lambda pair: pair[0] * pair[1]), (([1.0, 2.0], [3.0, 4.0]),)),
    "a dict of lists": (vmap(lambda d: d["a"] / d["b"]["c"]), ({"a": [1.0, 2.0], "b": {"c": [3.0, 4.0]}},)),
    "a dataclass": (vmap(lambda pair: Pair(pair.b, pair.a * 2.0)), (Pair([1.0, 2.0], [3.0, 4.0]),)),
    "texts carried along": (
        vmap(lambda d: d["x"] * (2.0 if d["kind"] == "a" else 3.0)),
        ([{"x": 1.5, "kind": "a"}] * 3,),
    ),
    "a tuple of results": (vmap(lambda x: (x, {"twice": 2.0 * x})), ([1.0, 2.0],)),
    "lists of results": (vmap(lambda x: [x, [2.0 * x, 1.0]]), ([1.0, 2.0],)),
    "tuples in lists of results": (vmap(lambda x: [x, (x, 3)]), ([1.0, 2.0],)),
    "what follows from nothing": (vmap(lambda x: (x, 1.0)), ([1.0, 2.0],)),
    "a constant, whole and not": (vmap(lambda x: [1, 2.5, x]), ([1.0, 2.0],)),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_structures(name: str, backend: str) -> None:
    f, args = STRUCTURES[name]
    assert_agrees(f, *args, backend=backend)


def test_arrays(backend: str) -> None:
    a = np.arange(1.0, 25.0).reshape(2, 3, 4)
    for axis in (0, 1, 2, -1, -2):
        assert_agrees(vmap(lambda x: x[0, 1] * x[1, 0] / 7.0, in_axes=axis), a, backend=backend)
        assert_agrees(vmap(lambda x: x * 2.0, in_axes=axis), a, backend=backend)
    assert_agrees(vmap(lambda x: [x[0], [x[1], x[2]][0]], in_axes=1), a[0, :3], backend=backend)
    assert_agrees(vmap(lambda x, w: al.dot(x, w), in_axes=(0, None)), a[0], a[0, 0], backend=backend)
    assert_agrees(vmap(lambda x, w: x * w[1, 2], in_axes=(0, None)), a[0, 0], a[0], backend=backend)
    assert_agrees(vmap(lambda x, w: x - w), a[0, 0], [1.0, 2.0, 3.0, 4.0], backend=backend)
    assert_agrees(vmap(lambda x: x["a"] + x["b"][0]), {"a": a[0, :, 0], "b": a[0]}, backend=backend)
    assert_agrees(vmap(lambda x: (x, x * x, 1)), a[0, 0], backend=backend)
    assert_agrees(vmap(lambda x: x[0] + 1.5), [np.array([1.0, 2.0]), np.array([3.0, 4.0])], backend=backend)


def test_arrays_whose_numbers_do_not_lie_side_by_side(backend: str) -> None:
    a = np.arange(3.0 * BLOCK + 9).reshape(-1, 3)
    for x in (a[:, 1], a[::-1, 0], np.asfortranarray(a)[:, 2], a[:, 0].astype(int), a[:, 1].astype(np.float32)):
        fast = jit(vmap(lambda x: x * 0.5 + 1.0), backend=backend)
        assert np.array_equal(fast(x), np.asarray(x, float) * 0.5 + 1.0)
        assert fast.ways == 1
        assert fast.fallbacks == 0


def test_samples_that_are_not_alike(backend: str) -> None:
    samples = [(2.0, 1), (3.0, 2), (4.0, 1)]
    assert jit(vmap(lambda pair: pair[0] * pair[1]), backend=backend)(samples) == [2.0, 6.0, 4.0]
    assert jit(vmap(al.sum), backend=backend)([[1.0, 2.0], [3.0], [4.0, 5.0, 6.0]]) == [3.0, 3.0, 15.0]
    assert jit(vmap(lambda x: x[0]), backend=backend)([[1.0], (2.0,)]) == [1.0, 2.0]


def test_what_is_named_is_shared(backend: str) -> None:
    f = vmap(lambda x, scale=1.0, power=2: scale * x**power)
    assert_agrees(f, [1.0, 2.0], scale=3.0, power=3, backend=backend)
    fast = jit(f, backend=backend)
    assert [fast([1.0, 2.0]), fast([1.0, 2.0], scale=3.0), fast([1.0, 2.0], power=1)] == [[1, 4], [3, 12], [1, 2]]
    assert fast.ways == 3


def test_wrong_arguments_are_refused_as_by_vmap(backend: str) -> None:
    one, both = vmap(lambda x, y: x + y, in_axes=(0, None)), vmap(lambda x, y: x + y)
    for f, args in [(one, ([1.0], 2.0, 3.0)), (one, (1.0, 2.0)), (both, ([1.0], [2.0, 3.0])), (both, ([1.0], 2.0))]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert raised(jit(f, backend=backend), *args) == raised(f, *args)


# --- Derivatives ---


def normal(x: Any) -> Any:
    return 0.5 * (1.0 + al.erf(x / math.sqrt(2.0)))


def black_scholes(spot: Any, strike: Any, time: Any, rate: Any, volatility: Any) -> Any:
    d1 = (log(spot / strike) + (rate + volatility * volatility / 2.0) * time) / (volatility * sqrt(time))
    d2 = d1 - volatility * sqrt(time)
    return spot * normal(d1) - strike * exp(-rate * time) * normal(d2)


def greeks(spot: float, strike: float, time: float, rate: float, volatility: float) -> list[float]:
    """The price and its derivatives, as textbooks have them."""
    root = math.sqrt(time)
    d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * time) / (volatility * root)
    d2 = d1 - volatility * root
    above, below = (0.5 * math.erfc(-d / math.sqrt(2)) for d in (d1, d2))
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    present = strike * math.exp(-rate * time)
    return [
        spot * above - present * below,
        above,
        -present / strike * below,
        spot * density * volatility / (2 * root) + rate * present * below,
        time * present * below,
        spot * density * root,
    ]


def test_prices_and_greeks_of_many_options(backend: str) -> None:
    random = Random(7)
    ranges = [(50.0, 150.0), (50.0, 150.0), (0.1, 2.0), (0.0, 0.1), (0.1, 0.6)]
    options = [[random.uniform(*limits) for limits in ranges] for _ in range(1001)]
    columns = [np.array(column) for column in zip(*options, strict=True)]
    fast = jit(vmap(value_and_grad(black_scholes, argnums=range(5))), backend=backend)
    price, gradient = fast(*columns)
    found = np.stack([price, *gradient], 1)
    assert np.allclose(found, [greeks(*option) for option in options], rtol=1e-10, atol=1e-11)
    assert fast.ways == 1
    assert fast.fallbacks == 0


def test_gradients_and_hessians_of_each_sample(backend: str) -> None:
    xs = np.linspace(0.5, 2.0, 19)
    assert np.allclose(jit(vmap(grad(lambda x: x**3 + log(x))), backend=backend)(xs), 3 * xs**2 + 1 / xs, rtol=1e-13)
    assert np.allclose(jit(vmap(grad(grad(al.sin))), backend=backend)(xs), -np.sin(xs), rtol=1e-13)
    shared = jit(vmap(grad(lambda w, x: al.dot(w, w) * x), in_axes=(None, 0)), backend=backend)
    assert np.allclose(shared(np.array([1.0, 2.0]), xs), np.outer(2 * xs, [1.0, 2.0]), rtol=1e-13)
    points = np.stack([xs, xs + 1.0], 1)
    found = jit(vmap(hessian(lambda p: p[0] ** 2 * p[1])), backend=backend)(points)
    x, y = points.T
    assert np.allclose(found, np.array([[2 * y, 2 * x], [2 * x, 0 * x]]).transpose(2, 0, 1), rtol=1e-13)


def test_the_side_not_taken_of_a_derivative(backend: str) -> None:
    xs = [-2.0, 0.0, 3.0]
    fast = jit(vmap(grad(lambda x: al.relu(x) * x + abs(x))), backend=backend)
    assert fast(xs) == [-1.0, 0.0, 7.0]
    assert fast.fallbacks == 0


# --- Ways ---


def crossing(x: Any) -> Any:
    """Which takes its branch by its argument, and by what came of it."""
    if x < 0:
        return log(-x)
    while x > 10.0:
        x = sqrt(x)
    return 1.0 / x


def test_samples_are_split_by_their_ways(backend: str) -> None:
    random = Random(3)
    xs = np.array([random.choice([-1.0, 1.0]) * 10.0 ** random.uniform(-3, 7) for _ in range(2 * BLOCK + 100)])
    expected = np.array([crossing(x) for x in xs.tolist()])
    fast = jit(vmap(crossing), backend=backend)
    for _ in range(2):
        assert np.allclose(fast(xs), expected, rtol=1e-14)
        assert fast.fallbacks == 0
    assert fast.ways == 5  # below 0, and from no root to three
    assert np.allclose(fast(xs[::-1]), expected[::-1], rtol=1e-14)
    assert fast.ways == 5
    slopes = jit(vmap(grad(crossing)), backend=backend)(xs)
    small = (xs > 0) & (xs <= 10)
    assert np.allclose(slopes[xs < 0], 1 / xs[xs < 0])
    assert np.allclose(slopes[small], -1 / xs[small] ** 2)


def test_ways_that_differ_in_what_they_return(backend: str) -> None:
    fast = jit(vmap(lambda x: [x, 1] if x > 0 else (2.0 if x < -1.0 else [x, x])), backend=backend)
    assert_same(fast([1.5, -0.5, -2.0, 2.5]), [[1.5, 1], [-0.5, -0.5], 2.0, [2.5, 1]])
    steps = jit(vmap(lambda x: x if x > 0 else 0.0), backend=backend)
    assert_same(steps(np.array([1.5, -0.5])), np.array([1.5, 0.0]))
    assert steps.ways == 2


def test_no_more_ways_than_allowed(backend: str) -> None:
    def stairs(x: Any) -> Any:
        n = 0
        while x > 1.0:
            x, n = x / 2.0, n + 1
        return x * n

    xs = [1.5 * 2.0**n for n in range(6)]
    fast = jit(vmap(stairs), max_ways=3, backend=backend)
    with pytest.warns(RuntimeWarning, match="stairs runs as it is on some samples: it has 3 ways"):
        found = fast(xs)
    assert found == [0.75 * (n + 1) for n in range(6)]
    assert fast(xs) == found
    assert (fast.ways, fast.fallbacks) == (3, 2)


def test_a_branch_on_what_is_shared(backend: str) -> None:
    fast = jit(vmap(lambda x, c: x * c if c > 0 else x - c, in_axes=(0, None)), backend=backend)
    assert (fast([1.0, 2.0], 3.0), fast([1.0, 2.0], -3.0)) == ([3.0, 6.0], [4.0, 5.0])
    assert (fast.ways, fast.fallbacks) == (2, 0)


@cache
def halves(backend: str) -> Any:
    f = vmap(lambda x, c: (x * x if x > c else c - x, where(x == x, x, -1.0)), in_axes=(0, None))
    return jit(f, backend=backend)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(xs=st.lists(st.floats(), min_size=1, max_size=40), cut=st.floats(-2.0, 2.0))
def test_any_floats_on_any_way(xs: list[float], cut: float, backend: str) -> None:
    expected = [x * x if x > cut else cut - x for x in xs], [x if x == x else -1.0 for x in xs]
    assert_same(halves(backend)(xs, cut), expected, exact=True)


# --- Errors ---


@pytest.mark.parametrize(
    ("f", "xs"),
    [
        (lambda x: 1.0 / (1.0 + exp(-x)), [0.0, -1000.0, 1.0]),
        (lambda x: 1.0 / (1.0 / x), [1.0, 2.0, 0.0]),
        (lambda x: where(x > 0, log(x), 0.0), [1.0, -1.0]),
        (lambda x: log(x) if x < 0 else sqrt(x), [1.0, 2.0, -1.0, -2.0]),
        (lambda x: al.clip(x, 2.0, x - 1.0), [5.0, 1.0]),
        (lambda x: [1.0, 2.0][5] * x, [1.0, 2.0]),
        (grad(lambda x: log(x) + x), [1.0, -1.0]),
    ],
)
def test_the_exception_of_the_first_sample_that_raises(f: Any, xs: list[float], backend: str) -> None:
    fast = jit(vmap(f), backend=backend)
    many = [xs[0]] * BLOCK + xs + [xs[0]] * 10
    for samples in (xs, many, many):
        assert raised(fast, samples) == raised(vmap(f), samples)


def test_what_another_way_would_raise_is_not_raised(backend: str) -> None:
    fast = jit(vmap(lambda x: log(x) if x > 0 else x), backend=backend)
    xs = np.linspace(1.0, -1.0, 2 * BLOCK + 3)
    found = fast(xs)
    assert np.allclose(found[xs > 0], np.log(xs[xs > 0]))
    assert np.array_equal(found[xs <= 0], xs[xs <= 0])
    assert fast.fallbacks == 0


def test_what_lies_behind_an_array_is_not_read(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = jit(vmap(lambda x: 1.0 / x), backend=backend)
    runs = []
    monkeypatch.setattr(Native, "run", lambda *args, run=Native.run: runs.append(args) or run(*args))
    assert fast(np.array([1.0, 2.0, 4.0, *[0.0] * 13])[:3]).tolist() == [1.0, 0.5, 0.25]
    assert len(runs) == (backend == "llvm")  # and not once more to find what raised


def test_infinite_and_undefined_numbers_are_results_too(backend: str) -> None:
    xs = [1.0, math.inf, -math.inf, math.nan, -0.0, 5e-324] * 3
    for f in (lambda x: x * 2.0, lambda x: al.exp(x), lambda x: al.maximum(x, 0.0), lambda x: abs(x) + 1.0):
        assert_same(jit(vmap(f), backend=backend)(xs), vmap(f)(xs))
    found = jit(vmap(lambda x: -x), backend=backend)([0.0, -0.0])
    assert repr(found) == "[-0.0, 0.0]"


def test_an_exception_is_no_program(backend: str) -> None:
    fast = jit(vmap(lambda x: log(x) if x < 5.0 else x), backend=backend)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"log\(-1.0\)"):
            fast([-1.0, 1.0])
    assert fast([1.0, 6.0]) == [0.0, 6.0]


# --- Values, and functions in functions ---


def test_values_go_the_general_road(backend: str) -> None:
    w = Value(2.0)
    fast = jit(vmap(lambda x: w * x * x), backend=backend)
    total = al.sum(fast([1.0, 3.0]))
    total.backward()
    assert (total.data, w.grad) == (20.0, 10.0)
    w.data = 3.0
    assert al.sum(fast([1.0, 3.0])).data == 30.0
    x = Value(3.0)
    y = jit(vmap(lambda x, c: c * x, in_axes=(None, 0)), backend=backend)(x, [1.0, 4.0])
    assert grad(lambda x: al.sum(jit(vmap(lambda c: c * x * x), backend=backend)([1.0, 4.0])))(3.0) == 30.0
    assert [z.data for z in y] == [3.0, 12.0]


def test_a_way_that_reads_values_runs_as_it_is(backend: str) -> None:
    w = Value(2.0)
    fast = jit(vmap(lambda x: x if x > 0 else w * x), backend=backend)
    with pytest.warns(RuntimeWarning, match="on some samples: it reads Values besides its arguments"):
        first, second, third = fast([3.0, -3.0, 4.0])
    second.backward()
    assert (first, second.data, third, w.grad) == (3.0, -6.0, 4.0, -3.0)


def test_in_and_around_other_functions(backend: str) -> None:
    xs = np.array([1.0, 2.0, 3.0])
    f = jit(lambda x: x**3 if x > 1.5 else -x, backend=backend)
    assert np.allclose(vmap(f)(xs), [-1.0, 8.0, 27.0])
    assert f.ways == 0  # those of the samples are others
    assert np.allclose(jit(vmap(f), backend=backend)(xs), [-1.0, 8.0, 27.0])
    assert np.allclose(vmap(jit(grad(lambda x: x**3), backend=backend))(xs), 3 * xs**2)
    assert np.allclose(grad(lambda x: al.sum(jit(vmap(al.sin), backend=backend)(x).tolist()))(xs), np.cos(xs))
    assert np.allclose(jit(lambda x: vmap(al.sin)(x) * 2.0, backend=backend)(xs), 2 * np.sin(xs))
    nested = jit(vmap(vmap(lambda x, y: x * y, in_axes=(None, 0)), in_axes=(0, None)), backend=backend)
    assert np.allclose(nested(xs, xs), np.outer(xs, xs))
    assert nested.fallbacks == 0


def test_jitted_methods_are_mapped(backend: str) -> None:
    class Scale:
        factor = 2.0

        @jit(backend=backend)
        def times(self, x: Any) -> Any:
            return self.factor * x

    assert vmap(Scale().times)([1.0, 2.0]) == [2.0, 4.0]


def test_what_only_looks_like_vmap(backend: str) -> None:
    from functools import wraps

    mapped = vmap(square)

    @wraps(mapped)
    def total(xs: Any) -> Any:
        return al.sum(mapped(xs))

    assert jit(total, backend=backend)([1.0, 2.0]) == 5.0


# --- Programs ---


rate = 2.0


def test_what_is_frozen_is_seen_to_change(backend: str) -> None:
    global rate
    fast = jit(vmap(lambda x: rate * x), backend=backend)
    rate = 2.0
    assert fast([1.0, 2.0]) == [2.0, 4.0]
    rate = 3.0
    assert fast([1.0, 2.0]) == [3.0, 6.0]


def test_what_cannot_be_recorded_runs_as_it_is(backend: str) -> None:
    random = Random(1)
    fast = jit(vmap(lambda x: x * random.random()), backend=backend)
    with pytest.warns(RuntimeWarning, match="do not compute the same"):
        first = fast([1.0, 1.0])
    assert fast([1.0, 1.0]) != first


def test_the_program_is_that_of_one_sample_on_lanes(backend: str) -> None:
    fast = jit(vmap(lambda x, w: x * w + 1.0 if x > 0 else x, in_axes=(0, None)), backend=backend)
    program = fast.program(np.ones(50), 3.0)
    assert program.lanes == {50: 4, 1: 1}
    assert "is [True, True, True, True, …]" in str(program)
    assert fast.explain_lanes(np.ones(50), 3.0) == "3 operations, 3 on 50 lanes."
    assert ("def program" in program.python_source) if backend == "python" else ("define" in program.llvm_ir)


def test_exact_results_have_the_bits_of_the_engine(backend: str) -> None:
    random = Random(11)
    xs = [random.uniform(-3.0, 3.0) for _ in range(500)]
    f = vmap(value_and_grad(lambda x: al.tanh(x) * exp(-x * x) + al.sin(3.0 * x) / 7.0))
    fast = jit(f, exact=True, backend=backend)
    assert_same(fast(xs), f(xs), exact=True)
    assert fast.fallbacks == 0


# --- Memory, threads, interrupts ---


def test_results_are_in_fresh_memory(backend: str) -> None:
    fast = jit(vmap(lambda x: (x, x * 2.0)), backend=backend)
    xs = np.arange(100.0)
    first = fast(xs)
    xs[:] = -1.0
    fast(xs)
    assert np.array_equal(first[0], np.arange(100.0))
    assert np.array_equal(first[1], 2 * np.arange(100.0))
    first[0][:] = 5.0
    assert np.array_equal(first[1], 2 * np.arange(100.0))
    assert np.array_equal(xs, np.full(100, -1.0))


def test_threads_run_one_function(backend: str) -> None:
    fast = jit(vmap(crossing), backend=backend)
    wrong = []

    def work(seed: int) -> None:
        random = Random(seed)
        for _ in range(10):
            xs = np.array([random.uniform(-50.0, 50.0) for _ in range(300)])
            if not np.allclose(fast(xs), [crossing(x) for x in xs.tolist()]):
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_long_call_is_interrupted_between_blocks(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "BLOCK", 64)
    fast = jit(vmap(crossing), backend=backend)
    xs = np.linspace(-30.0, 30.0, 1000)
    expected = fast(xs)
    for line in range(1, 2000, 97):
        with interrupts.Interrupt(line):
            fast(xs)
        assert np.array_equal(fast(xs), expected)

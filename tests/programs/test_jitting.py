"""`jit` against the engine: random functions, derivatives in any order, Values, what is frozen, what is refused."""

from __future__ import annotations

import copy
import dataclasses
import functools
import gc
import math
import os
import pickle
import random
import subprocess
import sys
import threading
import tracemalloc
import warnings
from builtins import sum as builtins_sum
from typing import Any, NamedTuple

import extras
import pytest
from extras import numpy as np
from functions import anything, arguments, close, flat, functions, made, ordinary, same, scalar_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from autograd_lite import (
    AnomalyError,
    Value,
    data,
    detect_anomaly,
    directional_derivative,
    exp,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jit,
    jvp,
    log,
    losses,
    nn,
    no_grad,
    optim,
    sqrt,
    stop_gradient,
    tanh,
    value_and_grad,
    vjp,
    vmap,
    where,
)
from autograd_lite import sum as total
from autograd_lite.programs.runnable import MOST_IN_PYTHON


def outcome(f: Any, *args: Any) -> Any:
    """What a call gives, or how it ends."""
    try:
        return f(*args)
    except (ValueError, ArithmeticError, TypeError) as error:
        return [type(error).__name__, str(error)]


# --- Random functions ---


SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate]
)


def check(f: Any, numbers: Any, data: Any, agree: Any, most: int = 12, **options: Any) -> Any:
    """Calls with several arguments of one structure agree with those of the function itself."""
    fast = jit(f, **options)
    args = data.draw(arguments(numbers, most))
    count = len(args[0])
    for _ in range(3):
        plain = outcome(f, *args)
        for _ in range(2):
            found = outcome(fast, *args)
            assert agree(plain, found), (args, plain, found)
        args = data.draw(arguments(numbers, least=count, most=count))
    return fast


@SLOW
@given(functions(), st.data())
def test_random_functions_have_the_bits_of_the_engine_in_python(text: str, data: Any) -> None:
    check(made(text), anything, data, same, backend="python")


@SLOW
@given(functions(), st.data())
def test_random_gradients_have_the_bits_of_the_engine_in_python(text: str, data: Any) -> None:
    f = value_and_grad(scalar_of(made(text)), argnums=(0, 3))
    check(f, anything, data, same, backend="python")


@settings(SLOW, max_examples=10)
@given(functions(), st.data())
def test_random_gradients_have_the_bits_of_the_engine_in_exact_native_code(text: str, data: Any) -> None:
    extras.llvmlite.initialize_native_target  # noqa: B018  (skips where it is not installed)
    f = value_and_grad(scalar_of(made(text)), argnums=(0, 3))
    check(f, anything, data, same, most=8, backend="llvm", exact=True)


@SLOW
@given(functions(), st.data())
def test_random_gradients_are_close_to_the_engines_in_native_code(text: str, data: Any) -> None:
    extras.llvmlite.initialize_native_target  # noqa: B018  (skips where it is not installed)
    f = value_and_grad(scalar_of(made(text)), argnums=(0, 3))
    check(f, ordinary, data, close, backend="llvm")


@settings(SLOW, max_examples=15)
@given(functions(), st.data())
def test_random_hessians_agree_with_the_engine(text: str, data: Any) -> None:
    f = hessian(scalar_of(made(text)), argnums=(0, 3))
    check(f, ordinary, data, close, most=4, backend="python")


@SLOW
@given(functions(slopes=True), st.data())
def test_random_slopes_have_the_bits_of_the_engine_in_python(text: str, data: Any) -> None:
    check(made(text), anything, data, same, backend="python")


@SLOW
@given(functions(guards=False, raising=False, slopes=True), st.data())
def test_random_slopes_are_close_to_the_engines_in_native_code(text: str, data: Any) -> None:
    extras.llvmlite.initialize_native_target  # noqa: B018  (skips where it is not installed)
    check(made(text), ordinary, data, close, backend="llvm")
    check(value_and_grad(scalar_of(made(text)), argnums=(0, 3)), ordinary, data, close, most=6, backend="llvm")


@settings(SLOW, max_examples=15)
@given(functions(guards=False, raising=False), st.data())
def test_functions_without_guards_fall_back_only_where_numbers_overflow(text: str, data: Any) -> None:
    for options in ({"backend": "python"}, {"exact": True}):
        overflows = 0

        def agree(plain: Any, found: Any) -> bool:
            nonlocal overflows
            overflows += not all(map(math.isfinite, flat(plain)))
            return same(plain, found)

        fast = check(value_and_grad(scalar_of(made(text)), argnums=(0, 3)), ordinary, data, agree, **options)
        assert fast.ways == 1
        assert fast.fallbacks <= overflows


@pytest.mark.parametrize("count", range(41))
def test_every_count_of_lanes(count: int, backend: str) -> None:
    rng = random.Random(count)

    def f(w: Any, xs: Any) -> Any:
        n, s = len(xs), 0.0
        for i in range(n):
            s = s + tanh(w * xs[i] + xs[(i + 1) % n]) * xs[-1 - i] + xs[i // 3] * xs[i]
        return s + w, [w * x + xs[0] for x in xs], xs[::2], [w] * n

    fast, slow = (
        jit(value_and_grad(scalar_of(f), argnums=(0, 1)), backend=backend),
        value_and_grad(scalar_of(f), (0, 1)),
    )
    value, plain = jit(f, backend=backend), f
    for _ in range(2):
        w, xs = rng.gauss(0, 1), [rng.gauss(0, 1) for _ in range(count)]
        agree = same if backend == "python" else close
        assert agree(slow(w, xs), fast(w, xs)) if count else close(slow(w, xs)[0], fast(w, xs)[0])
        assert agree(plain(w, xs), value(w, xs))
    assert fast.fallbacks == value.fallbacks == 0


def test_equal_samples_give_equal_results(backend: str) -> None:
    fast = jit(lambda xs: [tanh(x) * exp(x) for x in xs], backend=backend)
    for count in range(1, 20):
        assert len(set(fast([0.3711] * count))) == 1


# --- Functions of functions ---


def smooth(p: Any) -> Any:
    s = 0.0
    for i in range(len(p) - 1):
        s = s + 100.0 * (p[i + 1] - p[i] * p[i]) ** 2 + (1.0 - p[i]) ** 2
    return s + tanh(p[0] * p[-1])


POINT = [0.3, -1.2, 0.7, 2.0, -0.4, 1.1]

COMPOSED: dict[str, Any] = {
    "jit(f)": lambda j: j(smooth)(POINT),
    "jit(grad)": lambda j: j(grad(smooth))(POINT),
    "grad(jit)": lambda j: grad(j(smooth))(POINT),
    "jit(value_and_grad)": lambda j: j(value_and_grad(smooth))(POINT),
    "value_and_grad(jit)": lambda j: value_and_grad(j(smooth))(POINT),
    "jit(hessian)": lambda j: j(hessian(smooth))(POINT),
    "hessian(jit)": lambda j: hessian(j(smooth))(POINT),
    "jit(grad(jit))": lambda j: j(grad(j(smooth)))(POINT),
    "grad(jit(grad))": lambda j: grad(lambda p: total(j(grad(smooth))(p)))(POINT),
    "jit(jacobian)": lambda j: j(jacobian(lambda p: [p[0] * p[1], tanh(p[2]), p[3] / p[4], p[0] * p[2]]))(POINT),
    "jit(jacfwd)": lambda j: j(jacfwd(lambda p: [p[0] * p[1], tanh(p[2]), p[3] / p[4], p[0] * p[2]]))(POINT),
    "jacobian(jit)": lambda j: jacobian(j(lambda p: [p[0] * p[1], tanh(p[2]), p[3] / p[4], p[0] * p[2]]))(POINT),
    "jit(jvp)": lambda j: j(lambda p, v: jvp(smooth, (p,), (v,)))(POINT, POINT[::-1]),
    "jvp(jit)": lambda j: jvp(j(smooth), (POINT,), (POINT[::-1],)),
    "jit(vjp)": lambda j: j(lambda p, c: vjp(lambda p: [x * p[0] for x in p], p)[1](c))(POINT, POINT[::-1]),
    "jit(hvp)": lambda j: j(lambda p, v: hvp(smooth, (p,), (v,)))(POINT, POINT[::-1]),
    "jit(directional)": lambda j: j(lambda p, v: directional_derivative(smooth, p, v))(POINT, POINT[::-1]),
    "jit in jit": lambda j: j(lambda p: j(smooth)(p) * j(smooth)(p[::-1]))(POINT),
    "jit(vmap)": lambda j: j(vmap(lambda x: tanh(x) * x))(POINT),
    "vmap(jit)": lambda j: vmap(j(lambda x: tanh(x) * x))(POINT),
    "jit(vmap(grad))": lambda j: j(vmap(grad(lambda x: tanh(x) * x)))(POINT),
    "jit(grad(vmap))": lambda j: j(grad(lambda p: total(vmap(lambda x: tanh(x) * x)(p))))(POINT),
    "grad inside": lambda j: j(lambda x: x * grad(lambda y: x * y * y)(x))(3.0),
    "third derivative": lambda j: j(grad(grad(grad(lambda x: tanh(x) * x**3))))(0.7),
    "stopped": lambda j: j(grad(lambda x: x * stop_gradient(x * x)))(3.0),
}


@pytest.mark.parametrize("name", COMPOSED)
def test_it_composes_and_agrees_with_the_engine(name: str, backend: str) -> None:
    made_ones = []

    def fast(f: Any) -> Any:
        made_ones.append(jit(f, backend=backend))
        return made_ones[-1]

    plain, found = COMPOSED[name](lambda f: f), COMPOSED[name](fast)
    assert close(plain, found, 1e-12)
    assert [type(x) for x in flat(plain)] == [type(x) for x in flat(found)]
    assert all(j.fallbacks == 0 for j in made_ones)


def test_nested_differentiation_is_not_confused(backend: str) -> None:
    f = jit(grad(lambda x: x * grad(lambda y: x * y)(2.0)), backend=backend)
    assert f(3.0) == 6.0
    f = jit(lambda x: grad(lambda y: y * grad(lambda z: y * y * z)(x))(x), backend=backend)
    assert f(3.0) == 27.0
    each = jit(lambda w, xs: [grad(lambda v, x: v * v * x * w)(w, x) for x in xs], backend=backend)
    assert each(3.0, [1.0, 2.0, 3.0, 4.0, 5.0]) == [18.0, 36.0, 54.0, 72.0, 90.0]
    alike = jit(lambda x: grad(lambda p: p[0] * p[0] * p[1] * p[2] * p[3] * p[4])([x] * 5), backend=backend)
    assert alike(2.0) == [64.0, 32.0, 32.0, 32.0, 32.0]
    fixed = jit(lambda x: grad(lambda p: p[0] * p[0] * p[1] * p[2] * p[3] * x)([2.0] * 4), backend=backend)
    assert fixed(2.0) == [64.0, 32.0, 32.0, 32.0]
    crossed = jit(lambda w, xs: jvp(lambda v: [v * x * w for x in xs], (w,), (1.0,)), backend=backend)
    assert crossed(3.0, [1.0, 2.0, 3.0, 4.0]) == ([9.0, 18.0, 27.0, 36.0], [3.0, 6.0, 9.0, 12.0])


def test_vmap_of_guards_agrees(backend: str) -> None:
    f = jit(vmap(lambda x: x * x if x > 0 else -x), backend=backend)
    for xs in ([1.0, 2.0, -3.0], [1.0, -2.0, 3.0], [1.0, -2.0, 4.0]):
        assert f(xs) == [x * x if x > 0 else -x for x in xs]


# --- Arguments and results ---


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass
class Line:
    a: Any
    b: list[Any]
    name: str = "line"


STRUCTURES: list[Any] = [
    [1.0, 2.0],
    (1.0, [2.0, (3.0,)]),
    {"b": 1.0, "a": [2.0, 3.0]},
    Point(1.0, 2.0),
    Line(1.0, [2.0, 3.0]),
    [],
    [[1.0, 2.0], [3.0, 4.0]],
    {"w": [], "x": {"y": 1.0}},
    [1, 2.0, True, None, "text"],
]


def doubled(tree: Any) -> Any:
    """The same structure with its floats and Values doubled."""
    if isinstance(tree, float | Value):
        return tree * 2.0
    if isinstance(tree, Point):
        return Point(*map(doubled, tree))
    if isinstance(tree, list | tuple):
        return type(tree)(map(doubled, tree))
    if isinstance(tree, dict):
        return {key: doubled(x) for key, x in tree.items()}
    if isinstance(tree, Line):
        return Line(doubled(tree.a), doubled(tree.b), tree.name)
    return tree


@pytest.mark.parametrize("tree", STRUCTURES, ids=repr)
def test_structures_come_back_as_they_are(tree: Any, backend: str) -> None:
    fast = jit(doubled, backend=backend)
    for _ in range(3):
        found = fast(tree)
        assert found == doubled(tree)
        assert type(found) is type(tree)
        if isinstance(tree, dict):
            assert list(found) == list(tree)
    assert fast.fallbacks == 0


def test_structure_counts_by_value_and_data_does_not() -> None:
    fast = jit(lambda x, n: x * n)
    assert [fast(2.0, n) for n in (2, 3, 2)] == [4.0, 6.0, 4.0]
    assert fast.ways == 2
    assert [fast(x, 2) for x in (1.0, 5.0)] == [2.0, 10.0]
    assert fast.ways == 2
    assert fast(2.0, True) == 2.0
    assert fast.ways == 3


def test_the_order_of_a_dict_does_not_matter_for_what_is_looked_up() -> None:
    fast = jit(lambda d: d["a"] - d["b"])
    assert fast({"a": 3.0, "b": 1.0}) == fast({"b": 1.0, "a": 3.0}) == 2.0


@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "uint8", "float16"])
def test_arrays_of_numbers_are_inputs(kind: str, backend: str) -> None:
    fast = jit(lambda a: (a * 2.0).sum() + a[0, 1] * 3.0, backend=backend)
    for start in (1, 5):
        a = np.arange(start, start + 6).reshape(2, 3).astype(kind)
        assert fast(a) == float((a.astype(float) * 2.0).sum() + a[0, 1] * 3.0)
    assert (fast.ways, fast.fallbacks) == (1, 0)


def test_arrays_that_are_views_or_empty_or_transposed(backend: str) -> None:
    fast = jit(lambda a: a * 2.0, backend=backend)
    base = np.arange(24.0).reshape(4, 6)
    for a in (base[::2, ::3], base.T, base[:0], np.asfortranarray(base), np.array(3.0), base[::-1]):
        found = fast(a)
        assert np.array_equal(found, a * 2.0)
        assert np.shape(found) == a.shape


def test_object_arrays_are_structures_of_what_they_hold() -> None:
    a, b = Value(2.0), Value(3.0)
    fast = jit(lambda xs: (xs * xs).sum())
    y = fast(np.array([a, b, 1.0], dtype=object))
    y.backward()
    assert (y.data, a.grad, b.grad) == (14.0, 4.0, 6.0)


def test_numpy_scalars_are_numbers() -> None:
    fast = jit(lambda x: x * x)
    assert [fast(np.float64(x)) for x in (2.0, 3.0)] == [4.0, 9.0]
    assert fast(np.int64(4)) == 16
    assert fast(np.float32(0.5)) == 0.25


def test_odd_arguments_are_carried_along() -> None:
    class Thing:
        factor = 3.0

    thing, others = Thing(), (2 + 3j, b"bytes", {1, 2}, range(3), slice(1), Ellipsis, len, int)
    for other in (thing, *others):
        fast = jit(lambda x, other: (x * 2.0, other))
        assert fast(1.0, other)[1] is other
        assert fast(2.0, other) == (4.0, other)


def test_whole_numbers_too_large_for_a_float_do_not_matter() -> None:
    assert jit(lambda x, n: x if n > 10**400 else -x)(1.0, 10**401) == 1.0


def test_the_result_may_be_an_argument_a_constant_or_nothing(backend: str) -> None:
    fast = jit(lambda x, y: (x, 1.0, None, "text", [y, y], 7, True), backend=backend)
    for x in (1.0, 2.0):
        found = fast(x, 3.0)
        assert found == (x, 1.0, None, "text", [3.0, 3.0], 7, True)
        assert list(map(type, flat(found))) == [float, float, type(None), str, float, float, int, bool]
    assert jit(lambda: 2.0, backend=backend)() == 2.0
    assert jit(lambda x: None, backend=backend)(1.0) is None


# --- How it is called ---


def test_keywords_and_defaults_are_arguments() -> None:
    def f(x: Any, y: Any = 2.0, *more: Any, scale: Any = 1.0, **others: Any) -> Any:
        return x * y * scale + total([*more, *others.values()])

    fast = jit(f)
    for args, named in (
        ((1.0,), {}),
        ((1.0, 3.0), {}),
        ((1.0,), {"y": 3.0}),
        ((), {"y": 3.0, "x": 4.0}),
        ((1.0, 2.0, 3.0, 4.0), {"scale": 5.0}),
        ((1.0,), {"z": 3.0, "scale": 0.5}),
    ):
        for _ in range(2):
            assert fast(*args, **named) == f(*args, **named)
    for args, named in (((), {}), ((1.0,), {"x": 2.0})):
        with pytest.raises(TypeError) as plain:
            f(*args, **named)
        with pytest.raises(TypeError) as found:
            fast(*args, **named)
        assert "x" in str(plain.value)
        assert "x" in str(found.value)


def test_methods_of_instances_classes_and_none() -> None:
    class Model:
        def __init__(self, w: float) -> None:
            self.w = Value(w)

        def parameters(self) -> list[Value]:
            return [self.w]

        @jit
        def loss(self, x: Any, power: int = 2) -> Any:
            return (self.w * x) ** power

        @staticmethod
        @jit
        def twice(x: Any) -> Any:
            return x * 2.0

        @classmethod
        @jit
        def named(cls, x: Any) -> Any:
            return x * len(cls.__name__)

    one, other = Model(2.0), Model(3.0)
    assert [one.loss(1.0).data, other.loss(1.0).data, one.loss(2.0).data, one.loss(2.0, power=3).data] == [4, 9, 16, 64]
    assert Model.loss(one, 1.0).data == 4.0
    assert (Model.twice(2.0), Model.named(2.0), one.named(2.0)) == (4.0, 10.0, 10.0)
    y = one.loss(3.0)
    y.backward()
    assert one.w.grad == 36.0
    assert jit(one.loss)(3.0).data == 36.0


def test_what_is_compared_is_true_or_false(backend: str) -> None:
    fast = jit(lambda x, y: (x > y, [x == y, x], {"less": x < y}), backend=backend)
    for x, y in ((1.0, 2.0), (2.0, 1.0), (3.0, 3.0)):
        assert repr(fast(x, y)) == repr((x > y, [x == y, x], {"less": x < y}))
    counted = jit(lambda xs: (builtins_sum(x > 0.0 for x in xs), [x > 0.0 for x in xs].count(True)), backend=backend)
    for xs in ([1.0, -2.0, 3.0], [1.0, 2.0, 3.0], [1.0, -2.0, 3.0]):
        positive = len([x for x in xs if x > 0.0])
        assert counted(xs) == (positive, positive)
    over = jit(lambda a: a > 1.0, backend=backend)
    assert over(np.array([0.5, 2.0])).dtype == bool


def test_it_looks_like_the_function() -> None:
    def f(x: Any) -> Any:
        """About f."""
        return x

    fast = jit(f)
    assert (fast.__name__, fast.__doc__, fast.__wrapped__) == ("f", "About f.", f)


def test_what_it_refuses() -> None:
    with pytest.raises(TypeError, match="jit: needs a function, got 3"):
        jit(3)
    with pytest.raises(ValueError, match='backend must be "python" or "llvm"'):
        jit(lambda x: x, backend="jax")
    with pytest.raises(ValueError, match=r"^jit: max_ways must be at least 1, got 0$"):
        jit(lambda x: x, max_ways=0)


# --- Training ---


@pytest.mark.parametrize("make", [optim.SGD, optim.Adam], ids=["SGD", "Adam"])
def test_training_gives_the_losses_of_the_engine(make: Any, backend: str) -> None:
    def train(wrap: Any) -> list[float]:
        rng = random.Random(3)
        model = nn.MLP(2, [4, 1], rng=rng)
        points = [([rng.gauss(0, 1), rng.gauss(0, 1)], rng.choice([-1.0, 1.0])) for _ in range(12)]
        loss = wrap(lambda xs, ys: total([(model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True)]) / len(xs))
        optimiser = make(model.parameters(), lr=0.05)
        found = []
        for _ in range(12):
            optimiser.zero_grad()
            y = loss(*map(list, zip(*points, strict=True)))
            y.backward()
            optimiser.step()
            found.append(y.data)
        return found

    assert train(lambda f: jit(f, backend=backend)) == pytest.approx(train(lambda f: f), rel=1e-9)


def test_xor_is_learnt_as_by_the_engine(backend: str) -> None:
    data = [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)]

    def train(wrap: Any) -> list[float]:
        model = nn.MLP(2, [4, 1], rng=random.Random(1))
        step = wrap(lambda: losses.mse([model(x) for x, _ in data], [y for _, y in data]))
        optimiser = optim.Adam(model.parameters(), lr=0.05)
        found = []
        for _ in range(60):
            optimiser.zero_grad()
            loss = step()
            loss.backward()
            optimiser.step()
            found.append(loss.data)
        return found

    found, plain = train(lambda f: jit(f, backend=backend)), train(lambda f: f)
    assert found == pytest.approx(plain, rel=1e-9)


def micrograds_loss(model: Any, xs: Any, ys: Any) -> Any:
    """The maximum margin and the penalty of micrograd's demo, as it is written there."""
    scores = [model(x) for x in xs]
    terms = [(1.0 - y * score).relu() for y, score in zip(ys, scores, strict=True)]
    return builtins_sum(terms) * (1.0 / len(terms)) + 1e-4 * builtins_sum([p * p for p in model.parameters()])


TASKS: dict[str, Any] = {
    "iris": (data.iris, [4, 1, 5, 3], losses.cross_entropy),
    "micrograd's demo": (lambda: data.moons(60, rng=random.Random(0)), [2, 1, 8, 1], None),
}


@pytest.mark.parametrize("name", TASKS)
def test_what_is_learnt_is_learnt_as_by_the_engine(name: str, backend: str) -> None:
    load, (inputs, step, hidden, outputs), criterion = TASKS[name]
    xs, ys = (rows[::step][:40] for rows in load())
    labels = [2.0 * y - 1.0 for y in ys] if criterion is None else ys

    def train(wrap: Any) -> list[float]:
        model = nn.MLP(inputs, [hidden, outputs], rng=random.Random(2))
        loss = wrap(
            (lambda: micrograds_loss(model, xs, labels))
            if criterion is None
            else (lambda: criterion([model(x) for x in xs], labels))
        )
        optimiser = optim.SGD(model.parameters(), lr=0.1)
        found = []
        for _ in range(8):
            optimiser.zero_grad()
            y = loss()
            y.backward()
            optimiser.step()
            found.append(y.data)
        return found

    assert train(lambda f: jit(f, backend=backend)) == pytest.approx(train(lambda f: f), rel=1e-9)


# --- Guards ---


def newton(a: Any) -> Any:
    """The square root, with as many steps as it needs."""
    x, steps = a, 0
    while True:
        following = 0.5 * (x + a / x)
        steps += 1
        if abs(following - x) <= 1e-15 * x or steps >= 60:
            return following, steps
        x = following


def test_newton_stops_where_the_data_say_so(backend: str) -> None:
    rng = random.Random(0)
    fast = jit(newton, backend=backend, max_ways=40)
    for _ in range(200):
        a = math.exp(rng.uniform(-8, 8))
        assert fast(a) == newton(a)
    assert fast.ways > 3


def test_two_hundred_iterations_with_a_stop(backend: str) -> None:
    def f(a: Any) -> Any:
        x = 1.0
        for i in range(200):
            x = x - 0.05 * (x * x - a)
            if abs(x * x - a) < 1e-13:
                return x, i
        return x, 200

    fast, slow = jit(value_and_grad(f, has_aux=True), backend=backend), value_and_grad(f, has_aux=True)
    for a in (1.0, 2.0, 2.0, 2.0000001, 3.0, 3.0):
        assert close(fast(a), slow(a))


BRANCHES: dict[str, Any] = {
    "if": lambda x, y: x * 2.0 if x > y else y * 3.0,
    "and": lambda x, y: (x and y) * 2.0,
    "or": lambda x, y: (x or y) * 2.0,
    "not": lambda x, y: x * 2.0 if not x > y else y,
    "chain": lambda x, y: x * 3.0 if 0.0 < x <= y else y,
    "min": lambda x, y: min(x, y, 0.5) * x,
    "max": lambda x, y: max([x, y, 0.5]) * x,
    "sorted": lambda x, y: sorted([x, y, 0.5, -0.5])[1] * 2.0,
    "any": lambda x, y: x * 2.0 if any([x > 1.0, y > 1.0]) else y * 3.0,
    "all": lambda x, y: x * 2.0 if all([x > -1.0, y > -1.0]) else y * 3.0,
    "equal": lambda x, y: x * 2.0 if x == y else y * 3.0,
    "in": lambda x, y: x * 2.0 if x in [y, 1.0, 0.0] else y * 3.0,
    "where": lambda x, y: where(x > y, x * 2.0, y * 3.0),
    "where of a product": lambda x, y: where(x * y, x * 2.0, y * 3.0),
    "nested where": lambda x, y: where(x > y, where(y < 0.0, x, y * y), where(x == y, 7.0, x * x)),
    "a truth as a number": lambda x, y: (x > y) * x + y,
    "index": lambda x, y: [x, y][x > y] * 2.0,
    "index of a list": lambda x, y: [x, y].index(max(x, y)) + x,
    "bool": lambda x, y: x * 2.0 if bool(x) else y,
    "abs": lambda x, y: abs(x) + abs(y),
    "loop": lambda x, y: halved(x) + y,
}


def halved(x: Any) -> Any:
    for _ in range(8):
        if x > 0.25:
            x = x * 0.5
    return x


@pytest.mark.parametrize("name", BRANCHES)
def test_branches_are_right_not_frozen(name: str, backend: str) -> None:
    f = BRANCHES[name]
    points = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, math.nan, math.inf, -math.inf, 5e-324]
    pairs = [(x, y) for x in points for y in points]
    agree = same if backend == "python" else close  # which does not tell -0.0 from 0.0
    random.Random(name).shuffle(pairs)
    fast, slope = jit(f, backend=backend, max_ways=200), jit(grad(f, argnums=(0, 1)), backend=backend, max_ways=200)
    for x, y in pairs:
        assert agree(fast(x, y), f(x, y)), (x, y)
        assert agree(outcome(slope, x, y), outcome(grad(f, argnums=(0, 1)), x, y)), (x, y)


def test_a_way_has_its_program_when_it_is_met_again() -> None:
    fast = jit(lambda x: x * 2.0 if x > 0.0 else x * 3.0, backend="python")
    assert (fast(1.0), fast.ways, fast.fallbacks) == (2.0, 1, 0)
    assert (fast(-1.0), fast.ways, fast.fallbacks) == (-3.0, 1, 1)
    assert (fast(-1.0), fast.fallbacks) == (-3.0, 2)
    assert (fast.ways, fast(-2.0), fast(2.0), fast(-2.0), fast.fallbacks) == (2, -6.0, 4.0, -6.0, 2)


def test_more_ways_than_allowed_run_as_they_are_and_it_is_said_once() -> None:
    fast = jit(lambda x: x * float(round_down(x)), max_ways=3)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for i in range(40):
            x = (i % 10) + 0.5
            assert fast(x) == x * float(int(x))
    assert [str(w.message) for w in said if "max_ways" in str(w.message)] != []
    assert len(said) == 1
    assert fast.ways == 3


def round_down(x: Any) -> int:
    n = 0
    while x >= n + 1:
        n += 1
    return n


def test_selections_need_no_second_program(backend: str) -> None:
    fast = jit(value_and_grad(lambda x: where(x > 0.0, x * x, -x)), backend=backend)
    assert [fast(x) for x in (1.0, -2.0, 3.0)] == [(1.0, 2.0), (2.0, -1.0), (9.0, 6.0)]
    assert (fast.ways, fast.fallbacks) == (1, 0)


# --- Errors ---

RAISING: dict[str, tuple[Any, float, float]] = {
    "overflow behind a finite result": (lambda x: 1.0 / (1.0 + exp(-x)), 1.0, -1000.0),
    "division behind a finite result": (lambda x: 1.0 / (1.0 / x), 1.0, 0.0),
    "the side of where that is not taken": (lambda x: where(x > 0.0, log(x), 0.0), 1.0, -1.0),
    "log": (lambda x: log(x) * 2.0, 1.0, 0.0),
    "sqrt": (lambda x: sqrt(x - 2.0), 3.0, 1.0),
    "power of zero": (lambda x: x**-2, 1.0, 0.0),
    "in a loop": (lambda x: total([log(x + i) for i in range(10)]), 1.0, -4.0),
    "in a lane that is not the first": (lambda x: total([sqrt(x - 0.1 * i) for i in range(9)]), 1.0, 0.75),
}


@pytest.mark.parametrize("name", RAISING)
@pytest.mark.parametrize("wrap", [lambda f: f, grad, value_and_grad, hessian], ids=["f", "grad", "both", "hessian"])
def test_errors_are_those_of_the_engine(name: str, wrap: Any, backend: str) -> None:
    f, good, bad = RAISING[name]
    fast = jit(wrap(f), backend=backend)
    for _ in range(2):
        assert close(fast(good), wrap(f)(good))
        with pytest.raises((ValueError, ArithmeticError)) as plain:
            wrap(f)(bad)
        with pytest.raises(type(plain.value)) as found:
            fast(bad)
        assert str(found.value) == str(plain.value)
    assert fast.ways == 1


def test_an_error_at_the_first_call_is_not_remembered(backend: str) -> None:
    fast = jit(lambda x: log(x), backend=backend)
    with pytest.raises(ValueError, match=r"log\(-1.0\): needs x > 0"):
        fast(-1.0)
    assert fast(1.0) == fast(1.0) == 0.0
    assert fast.ways == 1


def test_an_exception_on_one_way_is_never_cached(backend: str) -> None:
    calls = []

    def f(x: Any) -> Any:
        if x < 0.0:
            calls.append(None)
            raise LookupError("not there")
        return x * 2.0

    fast = jit(f, backend=backend)
    assert fast(1.0) == 2.0
    for _ in range(4):
        count = len(calls)
        with pytest.raises(LookupError, match="not there"):
            fast(-1.0)
        assert len(calls) > count
    assert (fast(3.0), fast.ways) == (6.0, 1)


def test_an_exception_that_the_function_catches() -> None:
    def f(x: Any) -> Any:
        try:
            return log(x)
        except ValueError:
            return x * 0.0 - 1.0

    fast = jit(f)
    assert [fast(x) for x in (1.0, -1.0, 1.0, -2.0)] == [0.0, -1.0, 0.0, -1.0]


def test_an_interrupt_goes_through_and_leaves_nothing_behind() -> None:
    stop = [True]

    def f(x: Any) -> Any:
        if stop[0]:
            raise KeyboardInterrupt
        return x * 2.0

    fast = jit(f)
    with pytest.raises(KeyboardInterrupt):
        fast(1.0)
    stop[0] = False
    assert fast(1.0) == 2.0
    assert (Value(1.0) > 0.5) is True  # nothing is recorded any more


# --- What is frozen, and what cannot be recorded ---

SETTING = 2.0


def test_numbers_read_from_elsewhere_are_seen_to_change(monkeypatch: pytest.MonkeyPatch) -> None:
    factor, pair, word = 3.0, (1.0, 2), "a"

    def f(x: Any) -> Any:
        return x * factor * SETTING * pair[1] + len(word)

    fast = jit(f)
    assert fast(1.0) == 13.0
    factor = 4.0
    assert fast(1.0) == 17.0
    pair = (1.0, 3)
    assert fast(1.0) == 25.0
    word = "abc"
    assert fast(1.0) == 27.0
    monkeypatch.setitem(globals(), "SETTING", 1.0)
    assert fast(1.0) == 15.0
    assert fast.fallbacks == 0


def test_modes_have_programs_of_their_own() -> None:
    w = Value(2.0)
    fast = jit(lambda x: w * x)
    assert fast(3.0).parents != ()
    with no_grad():
        y = fast(3.0)
        assert (y.data, y.parents) == (6.0, ())
    y = fast(3.0)
    y.backward()
    assert w.grad == 3.0
    risky = jit(lambda x: w * x * 1e200)
    with detect_anomaly(), pytest.raises(AnomalyError):
        risky(1e200)
    assert risky(1e200).data == math.inf
    with detect_anomaly(), pytest.raises(AnomalyError):
        risky(1e200)


def test_off_it_runs_everything_as_it_is() -> None:
    code = (
        "from autograd_lite import jit, grad\n"
        "calls = []\n"
        "f = jit(lambda x: (calls.append(None), x * x)[1])\n"
        "print(f(3.0), f(3.0), grad(f)(3.0), f.ways, len(calls))"
    )
    environment = {**os.environ, "AUTOGRAD_LITE_JIT": "0"}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert found.stdout.split() == ["9.0", "9.0", "6.0", "0", "3"]


# --- Size, memory, threads ---


def chain(x: Any, n: int) -> Any:
    for _ in range(n):
        x = x * 0.999 + 0.001
    return x


def test_a_chain_is_never_too_deep(backend: str) -> None:
    f = value_and_grad(lambda x: chain(x, 4000))
    fast = jit(f, backend=backend)
    assert close(fast(0.5), f(0.5), 1e-12)
    assert fast.fallbacks == 0


def test_what_is_too_large_runs_as_it_is() -> None:
    count = MOST_IN_PYTHON // 2 + 1
    fast = jit(lambda x: chain(x, count), backend="python")
    with pytest.warns(RuntimeWarning, match="instructions without repetition"):
        assert fast(0.5) == chain(0.5, count)
    assert fast.ways == 0


def test_calls_leak_nothing() -> None:
    w = Value(2.0)
    plain, remembering = jit(lambda x, y: x * y + 1.0), jit(lambda x: w * x)
    for _ in range(50):
        plain(1.0, 2.0)
        remembering(2.0).backward()
    gc.collect()
    gc.disable()
    try:
        tracemalloc.start()
        used = []
        for _ in range(3):  # the first time Python fills stocks of its own
            for _ in range(7_000):
                plain(1.0, 2.0)
            for _ in range(3_000):
                remembering(2.0).backward()
            used.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
        gc.enable()
    assert used[2] - used[1] < 5_000


def test_programs_are_freed_with_their_function(backend: str) -> None:
    def live() -> int:
        gc.collect()
        return sum(type(x).__name__ in ("Instruction", "Program", "Jitted", "Native") for x in gc.get_objects())

    def use() -> None:
        f = jit(value_and_grad(lambda xs: total([x * x for x in xs])), backend=backend)
        f([1.0, 2.0, 3.0])

    use()
    before = live()
    for _ in range(5):
        use()
    assert live() == before


def test_threads_share_a_function(backend: str) -> None:
    f = value_and_grad(lambda xs: total([tanh(x) * x if x > 0.0 else x for x in xs]))
    fast, wrong = jit(f, backend=backend), []

    def work(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(60):
            xs = [rng.choice([-1.0, 1.0]) * rng.random() for _ in range(3)]
            if not close(f(xs), fast(xs)):
                wrong.append(xs)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert fast.ways <= 8


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_derivatives_of_any_order_leave_out_the_side_not_taken(backend: str, order: int) -> None:
    def f(x: Any) -> Any:
        return where(x > 1.0, x**1.5, x**3 + 2.0 * x)  # the second derivative of the one is infinite at 0

    def derivative(g: Any) -> Any:
        for _ in range(order):
            g = grad(g)
        return g

    at_zero = {1: 2.0, 2: 0.0, 3: 6.0, 4: 0.0}[order]
    inside, outside = jit(derivative(f), backend=backend), derivative(jit(f, backend=backend))
    for g in (inside, outside):
        assert g(0.5) == pytest.approx({1: 2.75, 2: 3.0, 3: 6.0, 4: 0.0}[order], rel=1e-12)
        assert g(0.0) == at_zero
    many = jit(lambda xs: [derivative(f)(x) for x in xs], backend=backend)
    assert many([0.5] * 6) == pytest.approx([inside(0.5)] * 6, rel=1e-12)
    assert many([0.0] * 6) == [at_zero] * 6


def test_an_error_of_a_backend_is_no_error_of_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*given: Any, **named: Any) -> Any:
        raise ImportError("llvmlite is not installed")

    monkeypatch.setattr("autograd_lite.programs.runnable.PythonFunction", missing)
    fast = jit(lambda x: x * x, backend="python")
    with pytest.raises(ImportError, match=r"^llvmlite is not installed$"):
        fast(2.0)
    assert (fast.ways, fast.fallbacks) == (0, 0)


@jit
def with_a_name(x: Any) -> Any:
    return x * x


def test_it_is_copied_and_pickled_as_functions_are() -> None:
    held = copy.deepcopy({"f": with_a_name, "xs": [2.0]})
    assert held["f"] is copy.copy(with_a_name) is pickle.loads(pickle.dumps(with_a_name)) is with_a_name
    assert copy.deepcopy(jit(functools.partial(pow, 2.0)))(3.0) == 8.0
    with pytest.raises((pickle.PicklingError, AttributeError), match="<lambda>"):
        pickle.dumps(jit(lambda x: x))

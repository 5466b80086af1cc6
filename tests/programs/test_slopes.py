"""Results that follow from Values: parents, derivatives of any order, and staleness, as in any graph."""

from __future__ import annotations

import math
import random

import pytest

from autograd_lite import Value, grad, jit, nn, tanh


def test_values_as_arguments_are_parents_of_the_result(backend: str) -> None:
    x, y = Value(2.0), Value(5.0)
    fast = jit(lambda x, y, c: x * y + tanh(x) * c, backend=backend)
    for _ in range(2):
        z = fast(x, y, 3.0)
        assert type(z) is Value
        assert {id(parent) for parent in z.parents} == {id(x), id(y)}
        x.grad = y.grad = 0.0
        (z * 2.0).backward()
        slope = 5.0 + 3.0 / math.cosh(2.0) ** 2
        assert [x.grad, y.grad] == pytest.approx([2.0 * slope, 4.0], rel=1e-13)
        z.backward()
        assert [x.grad, y.grad] == pytest.approx([3.0 * slope, 6.0], rel=1e-13)
    assert fast.fallbacks == 0


def test_one_value_given_twice_and_nested(backend: str) -> None:
    x = Value(3.0)
    fast = jit(lambda p: p["a"] * p["b"][0] * p["b"][1], backend=backend)
    y = fast({"a": x, "b": [x, 2.0]})
    y.backward()
    assert (y.data, x.grad) == (18.0, 12.0)


def test_captured_values_are_read_at_each_call(backend: str) -> None:
    w = Value(2.0)
    fast = jit(lambda x: w * w * x, backend=backend)
    assert fast(3.0).data == 12.0
    w.data = 5.0
    y = fast(3.0)
    y.backward()
    assert (y.data, w.grad, fast.ways, fast.fallbacks) == (75.0, 30.0, 1, 0)


def test_higher_derivatives_by_values(backend: str) -> None:
    w = Value(0.5)
    fast = jit(lambda x: tanh(w * x), backend=backend)
    found = grad(grad(lambda v: fast(v)))(w)
    plain = grad(grad(lambda v: tanh(w * v)))(w)
    assert found.data == pytest.approx(plain.data, rel=1e-12)
    assert grad(grad(grad(fast)))(0.3).data == pytest.approx(
        grad(grad(grad(lambda x: tanh(w * x))))(0.3).data, rel=1e-12
    )


def test_a_result_is_stale_after_a_parameter_has_moved(backend: str) -> None:
    model = nn.MLP(2, [3, 1], rng=random.Random(0))
    fast = jit(lambda xs: model(xs), backend=backend)
    fast([1.0, 2.0])
    y = fast([1.0, 2.0])
    model.parameters()[0].data += 1.0
    with pytest.raises(RuntimeError) as stale:
        y.backward()
    z = model([1.0, 2.0])
    model.parameters()[0].data += 1.0
    with pytest.raises(RuntimeError) as plain:
        z.backward()
    assert str(stale.value).split(";")[-1] == str(plain.value).split(";")[-1]

"""Arrays in which Values and numbers mix: NumPy's functions of them, held against differences and closed forms."""

from __future__ import annotations

import copy
import gc
import inspect
import math
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as al
from autograd_lite import Value, grad, hessian, jacobian, numerical_grad, value_and_grad
from autograd_lite.calculus import arrays
from autograd_lite.calculus.arrays import Array
from autograd_lite.engine.passes import topological_order

A = np.array([0.3, 1.2, -0.7, 2.4])
W = np.array([[1.0, 2.0, 3.0, 4.0], [0.5, -1.0, 2.0, 0.25]])
W4 = np.array([1.0, 2.0, 3.0, 5.0])


def mixed(a: Any) -> Any:
    """Values and a number: the negative entry has become one."""
    return np.where(a > 0, a, 1.5)


def square(a: Any) -> Any:
    return mixed(a).reshape(2, 2)


def changed(a: Any, change: Callable[[Any], Any]) -> Any:
    """A copy to which something was done in place."""
    b = a.copy()
    change(b)
    return b


#: What NumPy makes of arrays, each made so that numbers come in; exp is then taken of every entry.
MADE: dict[str, Callable[[Any], Any]] = {
    "where": mixed,
    "maximum": lambda a: np.maximum(a, 0.1),
    "minimum": lambda a: np.minimum(a, [0.1, 0.2, 0.3, 0.4]),
    "fmax": lambda a: np.fmax(a, 0.1),
    "clip": lambda a: np.clip(a, 0.1, 2.0),
    "clip from below": lambda a: np.clip(a, 0.1, None),
    "clip from above": lambda a: a.clip(max=1.0),
    "concatenate": lambda a: np.concatenate([a, np.ones(2)]),
    "stack": lambda a: np.stack([a, W4 / 5.0]),
    "vstack, hstack": lambda a: np.vstack([a, np.hstack([a[:2], [1.0, 2.0]])]),
    "column_stack": lambda a: np.column_stack([a, W4 / 5.0]),
    "block": lambda a: np.block([[a.reshape(2, 2), np.eye(2)], [np.zeros((2, 2)), a.reshape(2, 2)]]),
    "r_": lambda a: np.r_[a, 1.0],
    "c_": lambda a: np.c_[a, W4],
    "append": lambda a: np.append(a, 1.0),
    "insert, delete": lambda a: np.insert(np.delete(a, 2), 1, 0.5),
    "pad": lambda a: np.pad(a, 1, constant_values=0.5),
    "pad with the edge": lambda a: np.pad(a, 2, mode="edge"),
    "pad with the mean": lambda a: np.pad(a, 2, mode="mean"),
    "pad with the maximum": lambda a: np.pad(a, 2, mode="maximum"),
    "pad with a reflection": lambda a: np.pad(a, 2, mode="reflect"),
    "diag": lambda a: np.diag(a),
    "diagonal": lambda a: np.diag(square(a)),
    "tril": lambda a: np.tril(a.reshape(2, 2)),
    "ones_like": lambda a: np.ones_like(a) * a + np.ones_like(a),
    "zeros_like": lambda a: changed(np.zeros_like(a), lambda b: b.__setitem__(slice(1, 3), a[1:3])),
    "full_like": lambda a: np.full_like(a, 0.5) + a,
    "outer": lambda a: np.outer(a, W4 / 5.0),
    "multiply.outer": lambda a: np.multiply.outer(mixed(a), a),
    "kron": lambda a: np.kron(square(a), np.eye(2)),
    "repeat, tile": lambda a: np.tile(np.repeat(mixed(a), 2), 2),
    "roll, flip, rot90": lambda a: np.rot90(np.flip(np.roll(square(a), 1))),
    "take, compress": lambda a: np.take(np.compress([True, False, True, True], mixed(a)), [0, 0, 2]),
    "choose": lambda a: np.choose([0, 1, 0, 1], [mixed(a), W4 / 5.0]),
    "select": lambda a: np.select([a > 1, a > 0], [a, a * 2.0], 0.5),
    "split": lambda a: np.split(mixed(a), 2)[1],
    "meshgrid": lambda a: np.meshgrid(mixed(a), W4)[0],
    "broadcast_to": lambda a: np.broadcast_to(mixed(a), (2, 4)),
    "expand_dims, squeeze": lambda a: np.squeeze(np.expand_dims(mixed(a), 0)),
    "moveaxis, swapaxes": lambda a: np.swapaxes(np.moveaxis(square(a), 0, 1), 0, 1).T,
    "unique": lambda a: np.unique(mixed(a)),
    "copy": lambda a: np.copy(mixed(a)),
    "putmask": lambda a: changed(a, lambda b: np.putmask(b, b > 1, 0.5)),
    "place": lambda a: changed(a, lambda b: np.place(b, b > 1, [0.5])),
    "fill_diagonal": lambda a: changed(a.reshape(2, 2), lambda b: np.fill_diagonal(b, 0.5)),
    "add.at": lambda a: changed(np.zeros_like(a), lambda b: np.add.at(b, [0, 0, 1], a[:3])),
    "in place": lambda a: changed(mixed(a), lambda b: b.__iadd__(a).__imul__(0.5)),
    "out": lambda a: np.multiply(a, 0.5, out=np.zeros_like(a)),
    "out, where": lambda a: np.sin(a, where=a > 0, out=np.zeros_like(a)),
    "astype": lambda a: mixed(a).astype(a.dtype),
    "nan_to_num": lambda a: np.nan_to_num(mixed(a)),
    "diff": lambda a: np.diff(mixed(a), 2, prepend=0.0),
    "cumsum": lambda a: np.cumsum(mixed(a)),
    "cumprod": lambda a: mixed(a).cumprod(),
    "maximum.accumulate": lambda a: np.maximum.accumulate(mixed(a)),
    "add.reduceat": lambda a: np.add.reduceat(mixed(a), [0, 2]),
    "convolve, correlate": lambda a: np.convolve(np.correlate(mixed(a), [1.0, 0.5]), [1.0, 0.2]),
    "vander": lambda a: np.vander(mixed(a), 3),
    "sort": lambda a: np.sort(mixed(a)) * W4 / 5.0,
    "sort along an axis": lambda a: np.sort(square(a), axis=0) * W[:, :2],
    "partition": lambda a: np.partition(mixed(a), 3)[3],
    "argsort": lambda a: a[np.argsort(mixed(a))] * W4 / 5.0,
}

# fmt: off
#: Functions of each entry, to which numbers come too; those of two come with a number on either side.
ONE = [
    np.exp, np.expm1, np.exp2, np.log, np.log1p, np.log2, np.log10, np.sqrt, np.cbrt, np.sin, np.cos, np.tan,
    np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.absolute, np.fabs, np.square, np.reciprocal, np.negative,
    np.positive, np.conjugate, np.deg2rad, np.radians, np.rad2deg, np.degrees, np.sinc, np.real,
]
TWO = [
    np.hypot, np.arctan2, np.logaddexp, np.remainder, np.power, np.float_power, np.divide, np.subtract, np.maximum,
    np.minimum, np.fmin, np.fmax,
]
STEPS = [np.sign, np.floor, np.ceil, np.trunc, np.rint, np.round]
# fmt: on


def with_one(f: Any, scale: float = 1.0) -> Callable[[Any], Any]:
    return lambda a: f(a * scale)


ENTRYWISE: dict[str, Callable[[Any], Any]] = {
    **{f.__name__: f for f in ONE},
    **{f"{f.__name__} of a third": with_one(f, 1 / 3) for f in (np.arcsin, np.arccos, np.arctanh)},
    **{f"{f.__name__} of four times": with_one(f, 4.0) for f in (np.arccosh,)},
    **{f"{f.__name__} and a number": lambda a, f=f: f(a, [[1.7]]) for f in [*TWO, np.copysign]},
    **{f"number and {f.__name__}": lambda a, f=f: f(1.7, a) for f in TWO},
    **{f"{f.__name__} times": lambda a, f=f: f(a) * a for f in STEPS},
    "round to a digit": lambda a: np.round(a / 7.0, 1) * a,
    "round to tens": lambda a: np.round(a * 70.0, -1) * a,
    "divmod": lambda a: np.divmod(a, 0.7)[1] + divmod(a, 0.7)[0] * a,
    "power of both": lambda a: np.power(a, a),
}

#: Numbers from many entries.
REDUCED: dict[str, Callable[[Any], Any]] = {
    "sum": lambda a: np.sum(np.exp(mixed(a))),
    "sum of some": lambda a: np.sum(a * a, where=np.array([True, False, True, True])),
    "sum and more": lambda a: np.sum(mixed(a), initial=3.0) ** 2,
    "sum along axes": lambda a: (np.sum(square(a)[np.newaxis], axis=(0, -1), keepdims=True) ** 2).ravel()[1],
    "nansum": lambda a: np.nansum(mixed(a) * a),
    "prod": lambda a: np.prod(mixed(a)),
    "prod along an axis": lambda a: np.prod(square(a), axis=0)[1],
    "mean": lambda a: np.exp(np.mean(mixed(a))),
    "nanmean": lambda a: np.nanmean(mixed(a) * a),
    "average": lambda a: np.average(mixed(a), weights=W4),
    "average by weights": lambda a: np.average(W4, weights=mixed(a)),
    "var": lambda a: np.var(mixed(a)),
    "var along an axis": lambda a: (np.var(square(a), axis=1, keepdims=True) * square(a))[0, 1],
    "std": lambda a: np.std(mixed(a)),
    "std of a sample": lambda a: mixed(a).std(ddof=1),
    "std of some": lambda a: np.std(a, where=[True, True, False, True]),
    "nanstd": lambda a: np.nanstd(mixed(a) * a),
    "max": lambda a: np.exp(np.max(mixed(a))),
    "max of some": lambda a: np.max(a * a, initial=0.0, where=a < 2),
    "amin along an axis": lambda a: np.amin(square(a), axis=0) @ [1.0, 2.0],
    "nanmax": lambda a: np.nanmax(mixed(a) * a),
    "ptp": lambda a: np.ptp(mixed(a)) ** 2,
    "median": lambda a: np.exp(np.median(mixed(a))),
    "percentile": lambda a: np.percentile(mixed(a) * a, 30.0),
    "quantile": lambda a: np.quantile(a, [0.1, 0.7]) @ [1.0, 2.0],
    "logaddexp.reduce": lambda a: np.logaddexp.reduce(mixed(a)),
    "hypot.reduce": lambda a: np.hypot.reduce(mixed(a)),
    "norm": lambda a: np.exp(np.linalg.norm(mixed(a))),
    "norm of a matrix": lambda a: np.linalg.norm(square(a), "fro"),
    "norms along an axis": lambda a: (np.linalg.norm(square(a), axis=1, keepdims=True) * square(a))[1, 0],
    "norm 2 along an axis": lambda a: np.linalg.norm(square(a), 2, axis=0)[0],
    "norm 1": lambda a: np.linalg.norm(mixed(a), 1),
    "norm -1": lambda a: np.linalg.norm(mixed(a), -1),
    "norm f of a matrix": lambda a: np.linalg.norm(square(a), "f"),
    "norm 3": lambda a: np.linalg.norm(mixed(a), 3),
    "norm inf": lambda a: np.linalg.norm(mixed(a), np.inf),
    "matrix @ vector": lambda a: np.exp(W @ mixed(a)).sum(),
    "vector @ matrix": lambda a: np.exp(mixed(a) @ W.T).sum(),
    "vector @ vector": lambda a: np.exp(mixed(a) @ a),
    "matrix @ matrix": lambda a: (square(a) @ square(a.copy()))[0, 1],
    "stacks of matrices": lambda a: (np.stack([square(a), np.eye(2)]) @ square(a))[:, 1, 0].sum(),
    "dot": lambda a: np.dot([1.0, 2.0, 3.0, 4.0], mixed(a)) * mixed(a).dot(a),
    "dot of three axes": lambda a: np.dot(square(a)[np.newaxis], square(a))[0, 1, 0],
    "inner, vdot": lambda a: np.inner(mixed(a), W)[1] * np.vdot(a, W4),
    "einsum": lambda a: np.einsum("ij,j,i->", W, mixed(a), a[:2]),
    "einsum of a trace": lambda a: np.einsum("ii->", square(a)) ** 2,
    "tensordot": lambda a: np.tensordot(W, mixed(a), 1)[1] ** 2,
    "trace": lambda a: np.trace(square(a)) ** 2,
    "matrix_power": lambda a: np.linalg.matrix_power(square(a), 3)[0, 1],
    "multi_dot": lambda a: np.linalg.multi_dot([W, mixed(a)[:, np.newaxis], W4[np.newaxis, :2]])[1, 1],
    "cross": lambda a: np.cross(mixed(a)[np.newaxis, :3], [1.0, 0.0, 2.0])[0, 1] ** 2,
    "polyval": lambda a: np.polyval(mixed(a), 0.2) ** 2,
    "argmax": lambda a: a[np.argmax(mixed(a))] ** 2,
    "apply_along_axis": lambda a: np.apply_along_axis(lambda row: row * row.sum(), 0, square(a))[1, 1],
    "piecewise": lambda a: np.piecewise(a, [a < 0, a >= 0], [lambda x: -x, lambda x: x * x]).sum(),
}


def check(f: Callable[[Any], Any], a: Any = A) -> None:
    """Value and gradient, held against floats."""
    value, gradient = value_and_grad(f)(a)
    assert value == pytest.approx(float(f(a)), rel=1e-13)
    assert (type(gradient), gradient.dtype) == (np.ndarray, float)
    np.testing.assert_allclose(gradient, numerical_grad(f, a), rtol=1e-6, atol=1e-8)
    assert np.any(gradient)


@pytest.mark.parametrize("name", MADE)
def test_functions_work_on_what_numpy_makes_of_an_array(name: str) -> None:
    check(lambda a: np.sum(np.exp(MADE[name](a))))
    seen = []
    grad(lambda a: seen.append(np.sqrt(abs(MADE[name](a)))) or np.sum(a))(A)
    assert type(seen[0]) in (Array, Value)


@pytest.mark.parametrize("name", ENTRYWISE)
def test_numpys_functions_of_each_entry(name: str) -> None:
    f = ENTRYWISE[name]
    check(lambda a: np.sum(f(mixed(a)) * W4))
    check(lambda a: np.sum(f(square(a)) * W[:, :2]))


@pytest.mark.parametrize("name", REDUCED)
def test_numpys_reductions(name: str) -> None:
    check(REDUCED[name])


def test_the_logarithm_of_a_choice() -> None:
    f = grad(lambda v: np.sum(np.log(np.where(v > 0, v, 1.0))))
    assert f(np.array([0.5, 2.0])).tolist() == [2.0, 0.5]
    assert f(np.array([-0.5, 2.0])).tolist() == [0.0, 0.5]


def test_a_second_derivative_through_a_mixture() -> None:
    found = hessian(lambda v: np.sum(np.log(np.where(v > 1, v, 1.0))) * np.prod(np.maximum(v, 1.0)))(
        np.array([2.0, 0.5])
    )
    assert found == pytest.approx(np.array([[1 / 2, 0.0], [0.0, 0.0]]))  # (x·log x)'' = 1/x


# --- Where a function has a kink ---


@pytest.mark.parametrize(
    "f", [np.max, np.amax, lambda v: v.max(), np.maximum.reduce, lambda v: np.max(v[None], axis=1)[0]]
)
def test_the_largest_share_the_derivative(f: Any) -> None:
    assert grad(f)(np.array([2.0, 1.0, 2.0])).tolist() == [0.5, 0.0, 0.5]
    assert grad(f)(np.array([3.0, 3.0, 3.0])).tolist() == pytest.approx([1 / 3] * 3)
    assert grad(f)(np.array([2.0, 1.0, 3.0])).tolist() == [0.0, 0.0, 1.0]
    assert grad(lambda v: -f(-v))(np.array([2.0, 1.0, 1.0])).tolist() == [0.0, 0.5, 0.5]
    assert grad(lambda v: f(np.concatenate([v, [2.0]])))(np.array([2.0, 1.0])).tolist() == [0.5, 0.0]
    assert math.isnan(value_and_grad(f)(np.array([1.0, np.nan, 2.0]))[0])


@pytest.mark.parametrize("f", [np.min, np.amin, lambda v: v.min(), np.minimum.reduce])
def test_the_smallest_share_the_derivative(f: Any) -> None:
    assert grad(f)(np.array([1.0, 2.0, 1.0])).tolist() == [0.5, 0.0, 0.5]
    assert math.isnan(value_and_grad(f)(np.array([1.0, np.nan, 2.0]))[0])


def test_one_of_two_is_chosen_as_the_rows_do() -> None:
    for f, row in ((np.maximum, al.maximum), (np.minimum, al.minimum)):
        for x, y in ((1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (0.0, -0.0), (math.inf, math.inf)):
            assert grad(lambda v, f=f: f(v[:1], v[1:])[0])(np.array([x, y])).tolist() == [*grad(row, (0, 1))(x, y)]
        assert np.isnan(grad(lambda v, f=f: f(v, 1.0).sum())(np.array([np.nan]))).all()
    limits = np.array([0.0, 0.5, 1.0, -1.0, 2.0])
    assert grad(lambda v: np.clip(v, 0.0, 1.0).sum())(limits).tolist() == [1.0, 1.0, 1.0, 0.0, 0.0]
    assert grad(lambda v: v.clip(None, 1.0).sum())(limits).tolist() == [1.0, 1.0, 1.0, 1.0, 0.0]
    with pytest.raises(ValueError, match=r"clip.*needs low <= high"):
        grad(lambda v: np.clip(v, 1.0, 0.0).sum())(limits)


def test_norm_and_deviation_at_zero_have_gradient_zero() -> None:
    for point in (np.zeros(3), np.zeros((2, 2))):
        assert not np.any(grad(np.linalg.norm)(point))
    for equal in (np.zeros(2), np.full(3, 0.1), np.full((2, 3), -7.3)):
        assert not np.any(grad(np.std)(equal))
        assert not np.any(grad(lambda v: v.std(ddof=1))(equal))
        assert not np.any(grad(np.var)(equal))
    rows = grad(lambda v: np.linalg.norm(v, axis=1).sum())(np.array([[0.0, 0.0], [3.0, 4.0]]))
    assert rows == pytest.approx(np.array([[0.0, 0.0], [0.6, 0.8]]), rel=1e-15, abs=0.0)


@pytest.mark.parametrize(("count", "ddof"), [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1)])
def test_the_curvature_of_a_variance_where_all_numbers_are_equal(count: int, ddof: int) -> None:
    want = 2.0 * (np.eye(count) - 1.0 / count) / (count - ddof)
    for equal in (1.0, 0.1, -7.3):
        found = hessian(lambda v: np.var(v, ddof=ddof))(np.full(count, equal))
        np.testing.assert_allclose(found, want, rtol=1e-15, atol=1e-16)
        rows = hessian(lambda v: np.var(v, axis=1, ddof=ddof).sum())(np.full((1, count), equal))
        np.testing.assert_allclose(rows.reshape(count, count), want, rtol=1e-15, atol=1e-16)
    if count > 1:
        assert np.isnan(hessian(lambda v: np.std(v, ddof=ddof))(np.ones(count))).all()


def test_a_variance_needs_numbers_enough() -> None:
    for f in (np.var, np.std):
        with pytest.raises(ValueError, match="ddof=1 needs more than 1 numbers, got 1"):
            grad(lambda v, f=f: f(v, ddof=1))(np.array([1.0]))


def test_a_nan_has_no_median() -> None:
    with pytest.raises(ValueError, match="there is a nan among the numbers"):
        grad(np.median)(np.array([1.0, np.nan, 2.0]))
    found = value_and_grad(lambda v: np.sort(v)[1])(np.array([3.0, np.nan, 2.0]))
    assert (found[0], found[1].tolist()) == (3.0, [1.0, 0.0, 0.0])


def test_sinc_of_an_array_has_its_derivatives_at_zero_too() -> None:
    second = -math.pi * math.pi / 3.0
    for shape in ((2,), (2, 1)):
        zero = np.zeros(shape)
        assert grad(lambda v: np.sum(np.sinc(v)))(zero).tolist() == zero.tolist()
        found = hessian(lambda v: np.sum(np.sinc(v)))(zero).reshape(2, 2)
        np.testing.assert_allclose(found, second * np.eye(2), rtol=1e-14)
    assert np.sinc(al.array([Value(1e-9), 0.0, 1.0])).tolist()[1:] == [1.0, 0.0]
    assert type(np.sinc(al.array(Value(0.5)))) is Value


def test_numbers_take_the_place_of_nan_and_infinities() -> None:
    point = np.array([1.0, np.nan, np.inf, -np.inf, -2.0])
    for settings in ({}, {"nan": 7.0}, {"nan": point[::-1], "posinf": 3.0, "neginf": -4.0}, {"copy": False}):
        found = []
        gradient = grad(lambda v, s=settings, found=found: found.append(np.nan_to_num(v, **s)) or found[0][0] ** 2)
        assert gradient(point).tolist() == [2.0, 0.0, 0.0, 0.0, 0.0]
        assert arrays.data(found[0]).tolist() == np.nan_to_num(point.copy(), **settings).tolist()
    assert grad(lambda v: np.nan_to_num(v).sum())(np.array([1.0, np.nan])).tolist() == [1.0, 0.0]
    v = al.array([Value(math.nan), 2.0])
    np.nan_to_num(v)
    assert np.isnan(v).tolist() == [True, False]
    np.nan_to_num(v, copy=False)
    assert v.tolist() == [0.0, 2.0]
    assert np.nan_to_num(al.array(Value(math.nan))) == 0.0


def test_the_largest_in_absolute_value_share_the_derivative_of_a_norm() -> None:
    for f in (lambda v: np.linalg.norm(v, np.inf), lambda v: np.linalg.norm(v[None], np.inf, axis=1)[0]):
        assert grad(f)(np.array([1.0, -2.0, 2.0])).tolist() == [0.0, -0.5, 0.5]
    assert grad(lambda v: np.linalg.norm(v, -np.inf))(np.array([1.0, -1.0, 2.0])).tolist() == [0.5, -0.5, 0.0]
    rows = grad(lambda v: np.linalg.norm(v, np.inf, axis=0, keepdims=True).sum())(np.array([[1.0, 3.0], [1.0, -4.0]]))
    assert rows.tolist() == [[0.5, 0.0], [0.5, -1.0]]
    ties = np.array([[1.0, -2.0], [2.0, 1.0]])  # all sums are 3
    for order in (1, -1, np.inf, -np.inf):
        assert grad(lambda v, order=order: np.linalg.norm(v, order))(ties).tolist() == [[0.5, -0.5], [0.5, 0.5]]


@pytest.mark.parametrize("order", [1, -1, np.inf, -np.inf])
@pytest.mark.parametrize("axes", [(0, 1), (2, 0), (-1, -2)])
@pytest.mark.parametrize("keepdims", [True, False])
def test_norms_of_matrices_that_are_sums(order: float, axes: tuple[int, int], keepdims: bool) -> None:
    point = np.sin(np.arange(1.0, 13.0) ** 2).reshape(2, 3, 2)
    found = []
    grad(lambda v: found.append(np.linalg.norm(v, order, axes, keepdims)) or v[0, 0, 0])(point)
    np.testing.assert_allclose(arrays.data(found[0]), np.linalg.norm(point, order, axes, keepdims), rtol=1e-15)
    check(lambda v: np.sum(np.linalg.norm(v, order, axes, keepdims) ** 2), point)


@pytest.mark.parametrize("order", ["bad", "fro", "nuc"])
def test_an_order_that_no_vectors_norm_has_is_refused_by_numpy(order: str) -> None:
    with pytest.raises(ValueError, match=f"^Invalid norm order '{order}' for vectors$"):
        grad(lambda v: np.linalg.norm(v, order))(A)


@pytest.mark.skipif("correction" not in inspect.signature(np.var).parameters, reason="a setting of NumPy 2's")
def test_correction_is_another_name_for_ddof() -> None:
    for f in (np.var, np.std):
        check(lambda v, f=f: f(v, correction=1))
        check(lambda v, f=f: f(square(v), axis=0, correction=1)[1])
        check(lambda v, f=f: f(v, ddof=0, correction=1.5))
        with pytest.raises(ValueError, match=rf"^np\.{f.__name__}: correction is another name for ddof; give one"):
            grad(lambda v, f=f: f(v, ddof=1, correction=1))(A)


# --- Questions ---


@pytest.mark.parametrize(
    "ask",
    [
        np.isnan,
        np.isinf,
        np.isfinite,
        np.signbit,
        np.isposinf,
        lambda v: v > 1.0,
        lambda v: np.less_equal(1.0, v),
        lambda v: v == [0.3, 1.0, -0.7, 2.4],
        lambda v: v != v[::-1],
        lambda v: np.logical_and(v, v > 0),
        np.any,
        np.all,
        lambda v: v.any(axis=0),
        np.argmax,
        lambda v: v.argmin(),
        np.argsort,
        np.nonzero,
        np.flatnonzero,
        np.count_nonzero,
        np.argwhere,
        lambda v: np.searchsorted([-1.0, 0.0, 1.0], v),
        lambda v: np.digitize(v, [-1.0, 0.0, 1.0]),
        lambda v: np.isclose(v, 1.0),
        lambda v: np.allclose(v, v[::-1], equal_nan=True),
        lambda v: np.array_equal(v, v),
        lambda v: np.isin(v, [0.3, 7.0]),
        lambda v: v.astype(bool),
        lambda v: v.shape,
    ],
)
@np.errstate(invalid="ignore")  # some builds of NumPy warn where they compare nan
def test_questions_are_answered_as_for_floats(ask: Any) -> None:
    for a in (A, np.array([1.0, np.nan, -np.inf, 0.0])):
        answers = []
        grad(lambda v, answers=answers: answers.append(ask(v)) or v[0])(a)
        want = ask(a)
        np.testing.assert_array_equal(answers[0], want)
        assert type(answers[0]) is type(want)
        assert getattr(answers[0], "dtype", None) == getattr(want, "dtype", None)


# --- Arrays that users build ---


def test_an_array_of_values_and_numbers() -> None:
    x, y = Value(0.5), Value(2.0)
    for numbers in ([x, 3.0], (x, 3), np.array([x, 3.0]), al.array([x, 3.0])):
        a = al.array(numbers)
        assert (type(a), a.shape, a.dtype) == (Array, (2,), object)
        assert isinstance(a, np.ndarray)
        assert a[0] is x
        assert type(a[1]) is float
        assert np.tanh(a)[1] == math.tanh(3.0)
    np.tanh(al.array([x, 3.0])).sum().backward()
    assert x.grad == pytest.approx(1.0 - math.tanh(0.5) ** 2, rel=1e-15)
    matrix = al.array([[x, 1.0], [2.0, y]])
    product = (matrix @ matrix)[0, 0]  # x² + 2
    assert (product.data, grad(lambda x: (al.array([[x, 1.0], [2.0, 5.0]]) @ al.array([x, 2.0]))[0])(0.5)) == (
        2.25,
        1.0,
    )
    assert al.array([1, 2]).dtype == float
    assert al.array(x).shape == ()
    for f in (
        np.sin,
        np.sqrt,
        lambda a: np.maximum(a, 0.0),
        lambda a: np.minimum(a, 0.5),
        lambda a: np.clip(a, 0.5, 1.0),
    ):
        assert type(f(al.array(x))) is Value
        assert f(al.array(x)).data == f(0.5)


@pytest.mark.parametrize(
    ("numbers", "kind", "message"),
    [
        ([[1.0], [1.0, 2.0]], ValueError, r"array: the rows must be equally long, got \[\[1.0\], \[1.0, 2.0\]\]"),
        (["a", 1.0], TypeError, "array: needs a real number, got 'a'"),
        ([1j], TypeError, "array: needs a real number, got 1j"),
        ([1.0, None], TypeError, "array: needs a real number, got None"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(numbers: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        al.array(numbers)


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("np.multiply", lambda v, m: v * m),
        ("np.add", lambda v, m: v + m),
        ("np.multiply", np.multiply),
        ("np.matmul", lambda v, m: m.T @ v),
        ("np.add", lambda v, m: np.add(v, m, where=True)),
        ("np.where", lambda v, m: np.where(v > 0, v, m)),
        ("np.dot", np.dot),
        ("grad", lambda v, m: grad(np.sum)(m)),
        ("hessian", lambda v, m: hessian(lambda tree: np.sum(tree["m"]))({"m": m})),
    ],
)
def test_masked_arrays_and_matrices_are_refused(name: str, use: Any) -> None:
    v = al.array([Value(1.0), 2.0])
    with pytest.raises(TypeError, match=rf"^{name}: a masked array m would lose its mask here; write m\.filled"):
        use(v, np.ma.array([3.0, 4.0], mask=[False, True]))
    with pytest.raises(TypeError, match=rf"^{name}: a matrix m of np\.matrix's kind .* write np\.asarray\(m\)$"):
        use(v, np.eye(2).view(np.matrix))


def test_a_masked_array_makes_no_array_of_values() -> None:
    with pytest.raises(TypeError, match=r"^array: a masked array m would lose its mask"):
        al.array(np.ma.array([3.0, 4.0], mask=[False, True]))
    assert al.array(np.array([[1.0, 2.0]]).view(np.matrix)).tolist() == [[1.0, 2.0]]


def test_without_numpy_an_array_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(ImportError, match=r"array: .* NumPy is not installed: pip install numpy"):
        al.array([1.0])


def test_an_array_is_printed_copied_and_pickled_as_numpys() -> None:
    a = al.array([Value(0.5), 3.0])
    assert repr(a) == "Array([Value(data=0.5, grad=0.0), 3.0], dtype=object)"
    assert str(a) == "[Value(data=0.5, grad=0.0) 3.0]"
    for twin in (pickle.loads(pickle.dumps(a)), copy.deepcopy(a), copy.copy(a), a.copy()):
        assert type(twin) is Array
        assert [float(x) if type(x) is float else x.data for x in twin] == [0.5, 3.0]
    assert copy.copy(a)[0] is a[0]
    assert copy.deepcopy(a)[0] is not a[0]


def test_what_holds_no_value_is_numpys_own_again() -> None:
    a = al.array([Value(0.5), 3.0])
    assert (
        type(a > 1.0) is type(np.isnan(a)) is type(a.astype(bool)) is type(np.zeros_like(a, dtype=float)) is np.ndarray
    )
    assert type(np.argsort(a)) is np.ndarray
    assert [type(part) for part in np.divmod(a, 2.0)] == [Array, Array]
    b = a
    b += 1.0
    assert b is a


def test_an_array_of_floats_takes_no_values() -> None:
    a, v = np.zeros(2), al.array([Value(0.5), 3.0])
    for write in (lambda: np.add(a, v, out=a), lambda: a.__iadd__(v), lambda: np.sum(v[None], axis=0, out=a)):
        with pytest.raises(
            TypeError, match=r"np.add: an array of float64 holds no Values; make it by np.zeros_like\(v\)"
        ):
            write()
    with pytest.raises(TypeError, match="would forget the graph of"):
        v.astype(float)
    assert a.tolist() == [0.0, 0.0]


def test_a_power_of_numbers_stays_real() -> None:
    v = al.array([Value(4.0), -4.0])
    assert (v**2)[1] == 16.0
    for f in (lambda: v**0.5, lambda: np.power(v, 0.5), lambda: np.float_power(v, 0.5)):
        with pytest.raises(ValueError, match=r"needs x > 0"):
            f()


def test_scipys_functions_that_are_rows_work_on_arrays() -> None:
    from scipy import special

    for f in (special.erf, special.erfc, special.expit, special.log_expit, special.ndtr):
        check(lambda a, f=f: np.sum(f(mixed(a)) * a))
    for f in (special.gammaln, special.psi, special.digamma):
        check(lambda a, f=f: np.sum(f(mixed(a)) * a))
    check(lambda a: np.sum(special.betaln(mixed(a), W4) * special.betaln(0.7, mixed(a))))
    assert grad(lambda a: np.sum(special.gammaln(a)))(W4) == pytest.approx(special.psi(W4), rel=1e-14)
    for f, name in ((lambda a: special.huber(1.0, a), "huber"), (special.gamma, "gamma")):
        with pytest.raises(TypeError, match=f"^{name}: it is for arrays of floats only, not for Values; write"):
            grad(lambda a, f=f: np.sum(f(a)))(A)


def test_a_mistake_in_a_function_that_numpy_calls_is_told_as_it_is() -> None:
    def mistaken(row: Any) -> Any:
        raise TypeError("the user's own")

    with pytest.raises(TypeError, match=r"^the user's own$"):
        grad(lambda a: np.apply_along_axis(mistaken, 0, a).sum())(A)


# --- How large it becomes ---


def test_sums_and_products_of_arrays_are_one_node_each() -> None:
    v = al.array([Value(float(i)) for i in range(1, 51)])
    w = np.ones((3, 50))
    for f, nodes in ((np.sum, 1), (np.mean, 1), (np.prod, 1), (np.max, 0), (lambda v: v @ v, 1), (np.linalg.norm, 1)):
        assert len(topological_order(f(v))) <= 50 + nodes
    assert len(topological_order(*(w @ v))) == 50 + 3
    assert len(topological_order(*[x for x in np.maximum(v, 7.5) if type(x) is Value])) == 43


def test_vectorized_functions_are_not_kept() -> None:
    class Square:
        def __call__(self, x: Any) -> Any:
            return x * x

    square = Square()
    gone = weakref.ref(square)
    assert jacobian(np.vectorize(square, otypes=[object]))(A).tolist() == np.diag(2 * A).tolist()
    square = None  # type: ignore[assignment]  # the last name
    gc.collect()
    assert gone() is None


def test_numpy_is_imported_when_an_array_is_made_only() -> None:
    code = """
import sys
from autograd_lite import *
flat, unravel = ravel({"a": [1.0, 2.0]})
print(grad(lambda p: matmul([p["a"]], [[3.0], [4.0]])[0][0])(unravel(flat)), "numpy" in sys.modules)
print(array([1.0]), "numpy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["{'a': [3.0, 4.0]} False", "[1.] True"]

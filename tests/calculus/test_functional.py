"""Functions of functions: what they return, nested in any way, held against closed forms and against each other."""

from __future__ import annotations

import functools
import math
import pickle
import random
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from comparing import close
from extras import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lite import (
    Value,
    directional_derivative,
    grad,
    gradients,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    losses,
    nn,
    no_grad,
    taylor,
    value_and_grad,
    value_and_jacobian,
    vjp,
    vmap,
)
from autograd_lite.calculus.trees import scalars
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE
from autograd_lite.engine.passes import topological_order

# --- Gradients as Values ---


# --- grad ---


@dataclass(frozen=True)
class Weights:
    slope: float
    offset: Any
    name: str = "line"
    parts: list[float] = field(default_factory=list)


Pair = namedtuple("Pair", ["left", "right"])  # what users have


@pytest.mark.parametrize(
    ("argument", "gradient"),
    [
        (3.0, 6.0),
        (3, 6.0),
        (Fraction(3), 6.0),
        (Decimal(3), 6.0),
        ([3.0, 4], [6.0, 8.0]),
        ((3.0, (4.0,)), (6.0, (8.0,))),
        (Pair(3.0, [4.0]), Pair(6.0, [8.0])),
        ({"a": 3.0, "b": {"c": [4.0]}}, {"a": 6.0, "b": {"c": [8.0]}}),
        (OrderedDict(b=3.0, a=4.0), OrderedDict(b=6.0, a=8.0)),
        (Weights(3.0, (4.0, None), parts=[5.0]), Weights(6.0, (8.0, None), parts=[10.0])),
        ([3.0, "text", True, None], [6.0, "text", True, None]),
    ],
)
def test_the_gradient_has_the_structure_of_the_argument(argument: Any, gradient: Any) -> None:
    found = grad(lambda x: ops.sum([part * part for part in scalars(x)]))(argument)
    assert found == gradient
    assert type(found) is type(gradient)
    assert all(type(x) is float for x in scalars(found))


def test_the_gradient_by_a_number_of_numpys_is_a_float() -> None:
    for number in (np.float64(3.0), np.float32(3.0)):
        test_the_gradient_has_the_structure_of_the_argument(number, 6.0)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1, 1, 2), (0, 2, 1)])
def test_arrays_come_back_where_arrays_went_in(shape: tuple[int, ...]) -> None:
    a = np.arange(1.0, 1.0 + math.prod(shape)).reshape(shape)
    for argument, read in ((a, lambda x: x), ({"a": a, "b": 1.0}, lambda x: x["a"])):
        if math.prod(shape) == 0 and argument is a:
            with pytest.raises(TypeError, match="there is no number"):
                grad(lambda x: np.sum(x * x))(a)
            continue
        found = read(grad(lambda x: np.sum(read(x) * read(x)))(argument))  # noqa: B023  (called at once)
        assert type(found) is np.ndarray
        assert (found.dtype, found.shape) == (np.float64, shape)
        assert np.array_equal(found, 2 * a)


def test_values_give_values_that_can_be_differentiated_again() -> None:
    x = Value(3.0)
    d = grad(lambda x: x**3)(x)
    assert type(d) is Value
    d.backward()
    assert (d.data, x.grad) == (27.0, 18.0)
    mixed = grad(lambda p: p[0] * p[1])([x, 2.0])
    assert [type(part) for part in mixed] == [Value, Value]
    array = grad(lambda a: a[0] * a[1])(np.array([x, 2.0], dtype=object))
    assert array.dtype == object


def test_a_function_that_uses_values_of_yours_gives_values() -> None:
    w = Value(2.0)
    d = grad(lambda x: w * x * x)(3.0)
    d.backward()
    assert (d.data, w.grad) == (12.0, 6.0)
    with no_grad():
        assert grad(lambda x: w * x * x)(3.0) == 12.0
        assert type(grad(lambda x: w * x * x)(3.0)) is float
        assert type(grad(lambda x: x * x)(w)) is Value
        assert grad(lambda x: x * x)(w).parents == ()


def test_argnums_choose_arguments() -> None:
    def f(x: Any, y: Any, z: Any = 1.0) -> Any:
        return x * y**2 * z

    assert grad(f)(2.0, 3.0) == 9.0
    assert grad(f, 1)(2.0, 3.0) == 12.0
    assert grad(f, argnums=-1)(2.0, 3.0) == 12.0
    assert grad(f, argnums=(1, 0))(2.0, 3.0) == (12.0, 9.0)
    assert grad(f, argnums=[0])(2.0, 3.0) == (9.0,)
    assert grad(f)(2.0, 3.0, z=10.0) == 90.0
    assert value_and_grad(f, argnums=(0, 1))(2.0, 3.0) == (18.0, (9.0, 12.0))
    assert jacobian(f, (0, 1))(2.0, 3.0) == (9.0, 12.0)
    assert hessian(f, (0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))
    for argnums in (2, -3, (0, 2), "x", 0.5):
        with pytest.raises(ValueError, match=r"grad: argnums=.*, but the function was given 2 arguments"):
            grad(f, argnums)(2.0, 3.0)  # type: ignore[arg-type]  # the mistake under test


def test_aux_is_handed_on() -> None:
    def f(x: Any) -> Any:
        return x**2, {"twice": 2 * x, "text": "a", "object": ops, "array": np.array([x, 1.0], dtype=object)}

    d, aux = grad(f, has_aux=True)(3.0)
    assert (d, aux["twice"], type(aux["twice"]), aux["object"]) == (6.0, 6.0, float, ops)
    assert aux["array"].tolist() == [3.0, 1.0]
    assert value_and_grad(f, has_aux=True)(3.0)[0][0] == 9.0
    assert jacobian(f, has_aux=True)(3.0)[0] == 6.0
    assert hessian(f, has_aux=True)(3.0)[0] == 2.0
    assert hessian(f, has_aux=True)(3.0)[1]["twice"] == 6.0
    assert jvp(f, (3.0,), (1.0,), has_aux=True)[2]["twice"] == 6.0
    assert vjp(f, 3.0, has_aux=True)[2]["twice"] == 6.0
    with pytest.raises(TypeError, match="with has_aux the function must return a pair, got Value"):
        grad(lambda x: x, has_aux=True)(3.0)


def test_a_result_that_does_not_depend_on_the_argument_has_derivative_0() -> None:
    assert grad(lambda x: 5.0)(3.0) == 0.0
    assert grad(lambda x: ops.floor(x))(3.5) == 0.0
    assert jacobian(lambda x: [x[0], 1.0])([3.0, 4.0]) == [[1.0, 0.0], [0.0, 0.0]]
    assert hessian(lambda x: 2 * x[0] + x[1])([3.0, 4.0]) == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: grad(lambda x: [x])(1.0), TypeError, r"grad: the function must return one number, got \[Value"),
        (lambda: grad(lambda x: None)(1.0), TypeError, "grad: the function returned no number, but None"),
        (lambda: grad(lambda x: "text")(1.0), TypeError, "grad: the function returned no number, but 'text'"),
        (lambda: grad(lambda x: x)("text"), TypeError, "there is no number to differentiate with respect to in 'text'"),
        (lambda: grad(lambda x: x)([]), TypeError, r"there is no number to differentiate with respect to in \[\]"),
        (
            lambda: grad(lambda x: x)({1.0}),
            TypeError,
            r"grad: needs numbers, Values, or lists.*got \{1.0\} of type set",
        ),
        (lambda: grad(lambda x: x)(1j), TypeError, "grad: needs numbers.*got 1j of type complex"),
        (lambda: grad(lambda x: x)(np.array([1j])), TypeError, "grad: needs a real number, got 1j"),
        (lambda: grad(lambda x: x)(), ValueError, "the function was given 0 arguments"),
        (lambda: jacobian(lambda x: {1})(1.0), TypeError, r"jacobian: needs numbers.*got \{1\} of type set"),
        (lambda: grad(lambda x, y: x, (0, -2))(1.0, 2.0), ValueError, r"argnums=\(0, -2\) names an argument twice"),
        (lambda: hvp(lambda x: x, 1.0, 1.0), TypeError, "hvp: primals must be a tuple.*got 1.0; write"),
        (
            lambda: hvp(lambda x: x[0] * x[1], [1.0, 2.0], [1.0, 0.0]),
            TypeError,
            r"hvp: the function does not take 2 arguments, and primals=\[1.0, 2.0\] .* for one argument x write \(x,\)",
        ),
        (
            lambda: jvp(lambda x, y: x, ([1.0, 2.0],), ([1.0, 0.0],)),
            TypeError,
            "jvp: the function does not take 1 arguments",
        ),
        (lambda: hvp(lambda x: x**2, (1.0,), ([1.0],)), ValueError, "^hvp: the tangents must have the structure of"),
        (lambda: hvp(lambda x: [x], (1.0,), (1.0,)), TypeError, "^hvp: the function must return one number"),
        (lambda: hvp(lambda x: x, ("a",), (1.0,)), TypeError, "^hvp: there is no number to differentiate"),
        (lambda: hessian(lambda x: [x])(1.0), TypeError, "^hessian: the function must return one number"),
        (lambda: hessian(lambda x: x)("a"), TypeError, "^hessian: there is no number to differentiate"),
        (lambda: hessian(lambda x: x, 1)(1.0), ValueError, "^hessian: argnums=1"),
        (lambda: value_and_grad(lambda x: [x])(1.0), TypeError, "^value_and_grad: the function must return one"),
        (lambda: directional_derivative(lambda x: None, 1.0, 1.0), TypeError, "^directional_derivative: the function"),
        (lambda: jacfwd(lambda x: {1})(1.0), TypeError, r"^jacfwd: needs numbers.*got \{1\} of type set"),
        (lambda: jacrev(lambda x: {1})(1.0), TypeError, r"^jacrev: needs numbers.*got \{1\} of type set"),
        (lambda: value_and_jacobian(lambda x: None)(1.0), TypeError, "^value_and_jacobian: the function returned no"),
        (lambda: jvp(lambda x: x, (3.0,), ((),)), ValueError, "jvp: the tangents must have the structure of"),
        (lambda: vmap(lambda x: x, in_axes=0.0)([1.0]), TypeError, "in_axes must be whole numbers or None, got 0.0"),
        (lambda: jvp(lambda x: x, 1.0, 1.0), TypeError, "jvp: primals must be a tuple.*got 1.0; write"),
        (lambda: jvp(lambda x: x, (1.0,), (1.0, 2.0)), ValueError, "jvp: the tangents must have the structure of"),
        (
            lambda: jvp(lambda x: x[0], ([1.0],), ((1.0,),)),
            ValueError,
            r"structure of \(\[1.0\],\), got \(\(1.0",
        ),
        (
            lambda: vjp(lambda x: [x, x], 1.0)[1](1.0),
            ValueError,
            r"the cotangent must have the structure of \[1.0",
        ),
        (lambda: linearize(lambda x: x, 1.0)[1](), ValueError, "linearize: the tangents must have the structure"),
        (lambda: directional_derivative(sum, [1.0, 2.0], [0.0, 0.0]), ValueError, "the direction must have a length"),
        (lambda: directional_derivative(sum, [1.0, 2.0], [1.0]), ValueError, "the direction must have the structure"),
        (lambda: taylor(lambda x: x, 1.0, -1), ValueError, "taylor: the order must be at least 0, got -1"),
        (lambda: taylor(lambda x: x, 1.0, 1.5), TypeError, "taylor: the order must be a whole number, got 1.5"),
        (lambda: taylor(lambda x: [x, x], 1.0, 1), TypeError, "taylor: needs a function of one number"),
        (lambda: grad(3), TypeError, "^grad: needs a function, got 3; gradients"),
        (lambda: hessian(Value(2.0)), TypeError, r"^hessian: needs a function, got Value\(data=2.0"),
        (lambda: vmap(lambda x: x)(1.0), TypeError, "vmap: there is no axis 0 in 1.0; .* give in_axes=None"),
        (lambda: vmap(lambda x: x, in_axes=2)([[1.0]]), TypeError, "vmap: there is no axis"),
        (lambda: vmap(lambda x: x, in_axes=(0, 0))([1.0]), ValueError, "in_axes=.* is for 2 arguments, got 1"),
        (lambda: vmap(lambda x: x, in_axes=None)([1.0]), TypeError, "leaves nothing to map over"),
        (lambda: vmap(lambda x, y: x)([1.0], [1.0, 2.0]), ValueError, r"must hold as many samples, got \[1, 2\]"),
    ],
)
def test_messages(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


# --- Nested ---


def test_the_outer_variable_in_the_inner_function_is_not_confused() -> None:
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6.0
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(3.0) == 1.0
    assert grad(lambda x: grad(lambda y: x * x * y)(5.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda x: x * x)(x) * x)(3.0) == 12.0
    x = Value(3.0)
    (x * grad(lambda y: x * y)(x)).backward()
    assert x.grad == 6.0


def test_three_levels_with_all_variables_inside() -> None:
    # d/dx [x · d/dy (y · d/dz (x·y·z³))] = d/dx [x · d/dy (3x·y²·z²)] = 12x·y·z², at x = 2, y = x, z = y·5
    def innermost(x: Any, y: Any) -> Any:
        return grad(lambda z: x * y * z**3)(y * 5.0)  # 3xy·25y² = 75xy³

    def inner(x: Any) -> Any:
        return grad(lambda y: y * innermost(x, y))(x)  # d/dy 75xy⁴ = 300xy³, at y = x: 300x⁴

    assert grad(lambda x: x * inner(x))(2.0) == close(1500 * 2.0**4)
    assert grad(grad(grad(lambda x: ops.exp(2 * x))))(0.3) == close(8 * math.exp(0.6), 1e-14)


def test_a_gradient_step_by_its_learning_rate() -> None:
    def loss(w: Any) -> Any:
        return (w - 3.0) ** 4

    def after_one_step(rate: Any) -> Any:
        w = 1.0
        return loss(w - rate * grad(loss)(w))

    w, g = 1.0, 4 * (-2.0) ** 3
    assert grad(after_one_step)(0.01) == close(-g * 4 * (w - 0.01 * g - 3) ** 3)


def test_the_gradient_of_a_fixed_point_found_by_newton() -> None:
    """x(a) solves x = cos(a·x); dx/da = -x·sin(ax) / (1 + a·sin(ax)) by the implicit function theorem."""

    def solve(a: Any) -> Any:
        def residual(x: Any) -> Any:
            return x - ops.cos(a * x)

        x = 0.5
        for _ in range(8):
            x = x - residual(x) / grad(residual)(x)
        return x

    a = 1.3
    x, slope = value_and_grad(solve)(a)
    assert x == close(math.cos(a * x), 1e-15)
    assert slope == close(-x * math.sin(a * x) / (1 + a * math.sin(a * x)), 1e-12)


def test_a_penalty_on_the_gradient_trains_parameters() -> None:
    model = nn.MLP(1, [3, 1], activation="tanh", rng=random.Random(1))
    (grad(lambda x: model([x]))(0.3) ** 2).backward()
    found = [p.grad for p in model.parameters()]
    for p, d in zip(model.parameters(), found, strict=True):
        h, kept = 1e-5, p.data
        sides = []
        for p.data in (kept + h, kept - h):
            x = Value(0.3)
            model([x]).backward()
            sides.append(x.grad**2)
        p.data = kept
        assert d == pytest.approx((sides[0] - sides[1]) / (2 * h), rel=1e-6, abs=1e-9)


def test_a_hessian_of_a_jacobian_entry() -> None:
    f = hessian(lambda v: jacobian(lambda u: [u[0] ** 3 * u[1], u[1]])(v)[0][0])  # of 3x²y
    assert f([2.0, 5.0]) == [[30.0, 12.0], [12.0, 0.0]]


def test_a_derivative_depends_on_the_direction_too() -> None:
    def square(x: Any) -> Any:
        return x**2

    y, pull = vjp(square, 3.0)
    _, change = linearize(square, 3.0)
    assert grad(lambda c: jvp(square, (3.0,), (c,))[1])(1.0) == 6.0
    assert grad(lambda c: hvp(lambda x: x**3, (3.0,), (c,)))(1.0) == 18.0
    assert grad(lambda c: pull(c)[0])(1.0) == 6.0
    assert grad(change)(1.0) == 6.0
    assert y == 9.0
    pull_cube = vjp(lambda x: x**3, 2.0)[1]
    assert vjp(lambda c: pull_cube(c)[0], 0.0)[1](1.0) == (12.0,)
    by_direction = grad(lambda c: directional_derivative(lambda x: x[0] ** 2 * x[1], [3.0, 1.0], [c, 1.0]))(1.0)
    assert by_direction == close((6.0 - 9.0) / 2**1.5)
    with no_grad():
        assert pull(Value(2.0))[0].data == 12.0
        assert type(change(2.0)) is float


def test_numbers_are_paired_by_the_keys_of_a_dict() -> None:
    def f(p: Any) -> Any:
        return p["a"] ** 2 * p["b"]

    point = {"a": 3.0, "b": 2.0}
    assert jvp(f, (point,), ({"b": 10.0, "a": 20.0},)) == (18.0, 330.0)
    assert hvp(f, (point,), ({"b": 0.0, "a": 1.0},)) == {"a": 4.0, "b": 6.0}
    assert directional_derivative(f, point, {"b": 0.0, "a": 1.0}) == 12.0
    assert vjp(lambda x: {"a": x, "b": 10 * x}, 1.0)[1]({"b": 1.0, "a": 0.0}) == (10.0,)
    assert vmap(lambda x: {"a": x, "b": -x} if x > 1 else {"b": -x, "a": x})([1.0, 2.0]) == {
        "a": [1.0, 2.0],
        "b": [-1.0, -2.0],
    }
    with pytest.raises(ValueError, match="vmap: f returns structures that differ"):
        vmap(lambda x: {"a": x} if x > 1 else {"b": -x})([1.0, 2.0])


def test_what_a_dataclass_has_computed_does_not_come_along() -> None:
    @dataclass
    class Vector:
        x: float
        y: float

        @functools.cached_property
        def square(self) -> Any:
            return self.x**2 + self.y**2

    v = Vector(3.0, 4.0)
    assert v.square == 25.0
    assert grad(lambda v: v.square)(v) == Vector(6.0, 8.0)


def test_directions_of_any_size_have_a_length() -> None:
    for size in (5e-324, 1e-200, 3e-162, 1e200, 1e308):
        found = directional_derivative(lambda x: x[0] + x[1], [1.0, 1.0], [size, size])
        assert found == close(math.sqrt(2))
    for bad in (math.inf, math.nan):
        with pytest.raises(ValueError, match="the direction must have a length"):
            directional_derivative(lambda x: x[0], [1.0], [bad])


def test_taylor_differentiates_no_further_than_asked() -> None:
    assert taylor(lambda x: Value(x.data**2, (x,), (2 * x.data,)), 3.0, 1) == [9.0, 6.0]
    assert taylor(lambda x: Value(1.0, (x,), lambda x, out: (1 / 0,)), 3.0, 0) == [1.0]


# --- Jacobians and Hessians ---


def test_jacobians_have_the_shape_that_jax_gives_them() -> None:
    a = np.array([1.0, 2.0, 3.0])
    assert jacobian(lambda x: x**2)(a).tolist() == np.diag(2 * a).tolist()
    assert jacobian(lambda x: np.outer(x, x))(a).shape == (3, 3, 3)
    assert jacobian(lambda x: np.sum(x))(a).tolist() == [1.0, 1.0, 1.0]
    assert jacobian(lambda s: s * a)(2.0).tolist() == a.tolist()
    assert jacobian(lambda s: {"y": [s, s * s]})(3.0) == {"y": [1.0, 6.0]}
    found = jacobian(lambda x: {"p": x["a"] * x["b"], "q": x["a"][0]})({"a": a, "b": 2.0})
    assert found["p"]["a"].tolist() == np.diag([2.0] * 3).tolist()
    assert found["p"]["b"].tolist() == a.tolist()
    assert found["q"]["a"].tolist() == [1.0, 0.0, 0.0]
    assert found["q"]["b"] == 0.0
    assert hessian(lambda x: np.sum(x**3))(a).tolist() == np.diag(6 * a).tolist()
    assert hessian(lambda m: np.sum(m * m * m))(np.ones((2, 2))).shape == (2, 2, 2, 2)
    nested = hessian(lambda x: x["a"] ** 2 * x["b"])({"a": 3.0, "b": 5.0})
    assert nested == {"a": {"a": 10.0, "b": 6.0}, "b": {"a": 6.0, "b": 0.0}}


@pytest.mark.parametrize("jac", [jacfwd, jacrev, lambda *args, **named: lambda *xs: both(*args, **named)(*xs)])
def test_the_jacobian_by_either_mode(jac: Any) -> None:
    def polar(p: Any, k: Any = 1.0) -> Any:
        return {"x": k * p["r"] * ops.cos(p["a"]), "y": [k * p["r"] * ops.sin(p["a"]), 7.0]}

    r, a = 2.0, 0.7
    found = jac(polar)({"r": r, "a": a})
    assert found["x"] == {"r": close(math.cos(a)), "a": close(-r * math.sin(a))}
    assert found["y"] == [{"r": close(math.sin(a)), "a": close(r * math.cos(a))}, {"r": 0.0, "a": 0.0}]
    assert jac(polar, argnums=1)({"r": r, "a": a}, 3.0)["x"] == close(r * math.cos(a))
    assert jac(lambda x: (x**2, "aux"), has_aux=True)(3.0) == (6.0, "aux")
    v = np.array([1.0, 2.0, 3.0])
    assert jac(lambda x: np.outer(x, x))(v).tolist() == jacobian(lambda x: np.outer(x, x))(v).tolist()
    assert jac(lambda x: x**2)(v).tolist() == np.diag(2 * v).tolist()
    second = jac(jac(lambda x: [x[0] ** 3 * x[1], x[1]]))([2.0, 5.0])  # of 3x²y and x³
    assert second == [[[60.0, 12.0], [12.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]
    [slope] = jac(lambda x: [x * x])(Value(3.0))
    assert (slope.data, type(slope)) == (6.0, Value)
    infinite = jac(lambda v: [ops.sqrt(v[0]) + v[1], v[0] * v[1]])([0.0, 3.0])
    assert infinite == [[math.inf, 1.0], [3.0, 0.0]]  # no 0 · inf


def both(f: Any, *args: Any, **named: Any) -> Callable[..., Any]:
    """The Jacobian of `value_and_jacobian`, the value made sure of."""

    def jacobian_alone(*xs: Any) -> Any:
        value, found = value_and_jacobian(f, *args, **named)(*xs)
        plain = f(*xs)
        if named.get("has_aux"):
            assert value == plain
            return found, value[1]
        assert np.array_equal(np.array(scalars(value)), np.array(scalars(plain)))
        return found

    return jacobian_alone


def test_an_infinite_derivative_of_one_output_stays_in_its_row() -> None:
    def f(v: Any) -> list[Any]:
        return [ops.sqrt(v[0]), v[0] * v[1]]

    assert jacobian(f)([0.0, 3.0]) == [[math.inf, 0.0], [3.0, 0.0]]
    found = jacobian(f)([Value(0.0), Value(3.0)])
    assert [[d.data for d in row] for row in found] == [[math.inf, 0.0], [3.0, 0.0]]


def test_hvp_of_several_arguments() -> None:
    found = hvp(lambda x, y: x**2 * y, (3.0, 5.0), (1.0, 10.0))
    assert found == (10.0 * 1 + 6.0 * 10, 6.0 * 1)


def test_directional_derivatives_do_not_depend_on_the_length_of_the_direction() -> None:
    def f(v: Any) -> Any:
        return [v[0] ** 2 + v[1], v[0] * v[1]]

    want = [(2 * 3 * 2 + 1 * -3) / math.sqrt(13), (5 * 2 + 3 * -3) / math.sqrt(13)]
    for scale in (1.0, 7.0, 1e-9):
        assert directional_derivative(f, [3.0, 5.0], [2 * scale, -3 * scale]) == close(want)


def test_taylor_coefficients() -> None:
    assert taylor(lambda x: ops.exp(x), 0.0, 5) == close([1 / math.factorial(k) for k in range(6)])
    assert taylor(lambda x: 1 / (1 - x), 0.0, 6) == close([1.0] * 7)
    assert taylor(lambda x: ops.log1p(x), 0.0, 4) == close([0.0, 1.0, -1 / 2, 1 / 3, -1 / 4])
    assert taylor(lambda x: x * x, 3.0, 4) == [9.0, 6.0, 1.0, 0.0, 0.0]
    assert taylor(lambda x: 7.0, 3.0, 2) == [7.0, 0.0, 0.0]
    assert grad(lambda x: taylor(lambda y: y**3, x, 2)[2])(2.0) == 3.0  # of 3x
    with no_grad():
        assert taylor(lambda x: x**3, 2.0, 3) == [8.0, 12.0, 6.0, 1.0]


# --- Properties ---

SMOOTH: list[Callable[[Any], Any]] = [
    lambda v: v[0] * v[1] + ops.sin(v[2]),
    lambda v: ops.tanh(v[0] - 2 * v[1]) * v[2],
    lambda v: ops.exp(-0.5 * v[0] * v[0]) + v[1] ** 3,
    lambda v: ops.logsumexp(v),
    lambda v: ops.sigmoid(v[0] + v[1]) * ops.arctan(v[2]),
    lambda v: ops.hypot(v[0], 1.0 + v[1] * v[1]) / (2.0 + ops.cos(v[2])),
    lambda v: ops.softplus(v[0] * v[1] * v[2]),
    lambda v: ops.gelu(v[0]) + ops.silu(v[1]) * v[2],
    lambda v: ops.dot(v, [v[1], v[2], v[0]]),
    lambda v: ops.log_softmax(v)[1] * v[0],
]
scalar = st.sampled_from(SMOOTH)
number = st.floats(-2.0, 2.0).map(lambda x: round(x, 6))
vector = st.lists(number, min_size=3, max_size=3)
three = st.lists(scalar, min_size=3, max_size=3)
near = {"rel": 1e-10, "abs": 1e-10}
seeded = settings(max_examples=60, deadline=None)


@seeded
@given(scalar, scalar, number, number, vector)
def test_the_gradient_is_linear(f: Any, g: Any, a: float, b: float, x: list[float]) -> None:
    whole = grad(lambda v: a * f(v) + b * g(v))(x)
    assert whole == pytest.approx(list(a * np.array(grad(f)(x)) + b * np.array(grad(g)(x))), **near)


@seeded
@given(scalar, scalar, vector)
def test_the_product_rule(f: Any, g: Any, x: list[float]) -> None:
    (fx, df), (gx, dg) = value_and_grad(f)(x), value_and_grad(g)(x)
    want = np.array(df) * gx + np.array(dg) * fx
    assert grad(lambda v: f(v) * g(v))(x) == pytest.approx(list(want), **near)


@seeded
@given(three, three, vector)
def test_the_chain_rule_of_jacobians(fs: Any, gs: Any, x: list[float]) -> None:
    def f(v: Any) -> Any:
        return [h(v) for h in fs]

    def g(v: Any) -> Any:
        return [h(v) for h in gs]

    y = [float(h) for h in f(x)]
    want = np.array(jacobian(g)(y)) @ np.array(jacobian(f)(x))
    assert np.array(jacobian(lambda v: g(f(v)))(x)) == pytest.approx(want, **near)


@seeded
@given(three, vector, vector, vector)
def test_jvp_and_vjp_agree_through_an_inner_product(fs: Any, x: Any, v: Any, u: Any) -> None:
    def f(w: Any) -> Any:
        return [h(w) for h in fs]

    _, forward = jvp(f, (x,), (v,))
    _, pull = vjp(f, x)
    matrix = np.array(jacobian(f)(x))
    assert forward == pytest.approx(list(matrix @ np.array(v)), **near)
    assert np.dot(u, forward) == pytest.approx(np.dot(pull(u)[0], v), **near)
    assert linearize(f, x)[1](v) == forward


@seeded
@given(scalar, vector, vector)
def test_hvp_is_hessian_times_vector_and_the_hessian_symmetric(f: Any, x: Any, v: Any) -> None:
    matrix = np.array(hessian(f)(x))
    assert hvp(f, (x,), (v,)) == pytest.approx(list(matrix @ np.array(v)), **near)
    assert matrix == pytest.approx(matrix.T, rel=1e-13, abs=1e-13 * np.abs(matrix).max())


@pytest.mark.parametrize("f", SMOOTH)
def test_floats_give_floats_at_every_order(f: Any) -> None:
    def padded(v: Any) -> Any:  # with numbers that do not matter
        return f(v[:3]) + v[3]

    x = [0.0, 0.5, 0.0, 1.0]
    found = [grad(padded)(x), hessian(padded)(x), hvp(padded, (x,), (x,)), jacobian(hessian(padded))(x)]
    assert all(type(d) is float for d in np.ravel(np.array(found[0] + found[2], dtype=object)))
    for answer in (found[1], found[3]):
        assert all(type(d) is float for d in np.ravel(np.array(answer, dtype=object)))


def test_constant_derivatives_of_values_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(grad(lambda x: 3 * x)(Value(2.0)))).data == 3.0


@seeded
@given(scalar, vector)
def test_derivatives_of_values_are_those_of_floats(f: Any, x: list[float]) -> None:
    values = [Value(a) for a in x]
    assert [d.data for d in grad(f)(values)] == grad(f)(x)
    assert [[d.data for d in row] for row in hessian(f)(values)] == hessian(f)(x)
    assert jvp(f, (values,), ([1.0, 2.0, 3.0],))[1].data == pytest.approx(jvp(f, (x,), ([1.0, 2.0, 3.0],))[1], **near)


# --- How large it becomes ---


def rosenbrock(v: Any) -> Any:
    return ops.sum([100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(v)])


def beale(v: Any) -> Any:
    x, y = v[:2]
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def goldstein_price(v: Any) -> Any:
    x, y = v[:2]
    return (1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)) * (
        30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    )


def network(v: Any) -> Any:
    model = nn.MLP(3, [8, 8, 3], activation="tanh", rng=random.Random(0))
    return losses.cross_entropy(model(list(v)), 1)


def repeated(operation: Any) -> Callable[[Any], Any]:
    def f(v: Any) -> Any:
        x = v[0]
        for _ in range(20):
            x = operation(x, v[1]) if len(operation.operands) - operation.parameters == 2 else operation(x)
        return x

    f.__name__ = operation.name
    return f


#: These leave their domain, or the floats, when repeated.
ESCAPING = {"betaln"}
ESCAPING |= {"log", "log2", "log10", "exp", "exp2", "expm1", "sinh", "cosh", "arcsin", "arccos", "arccosh", "arctanh"}
CHAINS = [
    repeated(row)
    for row in TABLE.values()
    if not any(row.groups) and not row.parameters and len(row.operands) < 3 and row.name not in ESCAPING
]


@pytest.mark.parametrize("f", [rosenbrock, beale, goldstein_price, network, *SMOOTH, *CHAINS], ids=lambda f: f.__name__)
def test_a_recorded_gradient_has_at_most_six_times_the_nodes_of_its_function(f: Any) -> None:
    xs = [Value(0.6), Value(1.2), Value(0.7)]
    y = f(xs)
    function = {id(node) for node in topological_order(y)}
    gradient = {id(node) for node in topological_order(*gradients(y, xs))}
    assert len(gradient - function) <= 6 * len(function)

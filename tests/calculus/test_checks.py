"""Derivatives held against differences: what is wrong is found and named, what is merely steep is not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from extras import numpy as np

from autograd_lite import Value, check_grads, check_operation, numerical_derivative, numerical_grad
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation, Unary

SOFTMAX: Any = ops.softmax  # a function of the table's room, but no row

# --- Differences ---


@pytest.mark.parametrize("x", [3.0, -3.0, 1e-8, 0.0, 1e8, -2.5e100])
def test_the_step_fits_the_size_of_x(x: float) -> None:
    assert numerical_derivative(lambda t: t * t, x) == pytest.approx(2 * x, rel=1e-9, abs=1e-9)
    assert numerical_derivative(lambda t: ops.sin(t / max(1.0, abs(x))), x) * max(1.0, abs(x)) == pytest.approx(
        math.cos(x / max(1.0, abs(x))), rel=1e-8
    )


def test_the_step_can_be_given() -> None:
    assert numerical_derivative(lambda x: x**2, 3.0, h=1e-5) == pytest.approx(6.0, rel=1e-9)
    assert numerical_derivative(lambda x: x**3, 1.0, h=0.5) == 3.25  # 3 + h²
    assert numerical_derivative(lambda x: Value(x) ** 2, 3.0, h=0.5) == 6.0
    for h in (0.0, -1.0, 1e-30, math.nan):
        with pytest.raises(ValueError, match="h must be above 0 and not lost beside"):
            numerical_derivative(lambda x: x, 3.0, h=h)


def test_a_numerical_gradient_has_the_structure_of_the_argument() -> None:
    found = numerical_grad(lambda p: p["a"][0] ** 2 * p["b"], {"a": [3.0], "b": 5.0}, h=0.5)
    assert found == {"a": [30.0], "b": 9.0}
    array = numerical_grad(lambda a: (a * a).sum(), np.array([[1.0, 2.0]]), h=0.5)
    assert array.tolist() == [[2.0, 4.0]]
    with pytest.raises(TypeError, match="the function must return one number, got"):
        numerical_grad(lambda x: [x, x], 1.0)
    with pytest.raises(TypeError, match="numerical_derivative: needs a real number, got Value"):
        numerical_derivative(lambda x: x, Value(1.0))  # type: ignore[arg-type]  # the mistake under test


# --- What is right passes ---


@dataclass
class Point:
    x: float
    y: Any


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (lambda x: x**2, (3.0,)),
        (lambda x, y: ops.tanh(x * y) / y, (1.0, 2.0)),
        (lambda v: [v[0] * v[1], ops.exp(v[0])], ([1.0, 2.0],)),
        (lambda p: {"a": p.x * p.y[0]}, (Point(1.0, [2.0]),)),
        (lambda x: 3.0, (2.0,)),
        (lambda x: ops.floor(x) * x, (2.5,)),
        (lambda x: x**5, (0.0,)),
        (lambda x: ops.relu(x) * ops.abs(x), (1e-3,)),
        # merely steep
        (lambda x: ops.exp(50.0 * x), (1.0,)),
        (lambda x: ops.tan(x), (1.57,)),
        (lambda x: ops.sqrt(x), (1e-9,)),
        (lambda x: 1.0 / x, (1e-7,)),
        (lambda x: ops.log(x), (1e-100,)),
        (lambda x: ops.tanh(1e4 * x), (1e-5,)),
        (lambda x: ops.sin(1e3 * x), (0.7,)),
        (lambda x: x**-3, (1e-5,)),
        (lambda x: 1e12 + x * x, (3.0,)),
        (lambda x: 1e-12 * ops.sin(x), (3.0,)),
        (lambda x: ops.arcsin(x), (0.999999,)),
    ],
)
def test_right_derivatives_pass_also_where_the_function_is_steep(f: Callable[..., Any], args: Any) -> None:
    check_grads(f, args, order=2)
    check_grads(f, args, order=1, seed=1)


def test_right_derivatives_by_arrays_pass() -> None:
    check_grads(lambda a: a * a.sum(), (np.array([1.0, -2.0]),), order=2)


def test_three_orders_pass() -> None:
    check_grads(lambda x, y: ops.sin(x * y) * ops.exp(y), (0.3, 0.7), order=3)


# --- What is wrong fails ---


def custom(value: Callable[..., float], derivatives: Callable[..., Any]) -> Callable[..., Value]:
    """An operation on the spot."""
    return lambda *xs: Value(value(*[x.data for x in xs]), xs, derivatives)


def product(x: float, y: float) -> float:
    return x * y**2


@pytest.mark.parametrize(
    ("wrong", "entry"),
    [
        (lambda x, y, out: (y, 2 * x * y), "∂f/∂x is 3.0 by the rules, 9.0"),  # a power forgotten
        (lambda x, y, out: (y**2, x * y), "∂f/∂y is 6.0 by the rules, 12.0"),  # a factor
        (lambda x, y, out: (-(y**2), 2 * x * y), "∂f/∂x is -9.0 by the rules, 9.0"),  # a sign
        (lambda x, y, out: (2 * x * y, y**2), "by the rules"),  # swapped
        (lambda x, y, out: (None, 2 * x * y), "∂f/∂x is 0.0 by the rules, 9.0"),  # dropped
        (lambda x, y, out: (1.0001 * y**2, 2 * x * y), "∂f/∂x is 9.0009 by the rules, 9.0"),
    ],
)
def test_a_wrong_first_derivative_fails(wrong: Any, entry: str) -> None:
    with pytest.raises(AssertionError, match="look at your own operations, such as Value") as caught:
        check_grads(lambda x, y: custom(product, wrong)(x, y), (2.0, 3.0), order=1)
    assert entry in re.sub(r"\d\.9{8,}\d*|\d\d\.9{8,}\d*", lambda x: str(float(round(float(x[0])))), str(caught.value))
    assert str(caught.value).endswith("at x = 2.0, y = 3.0")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, out: (
            Value(math.cos(x.data), (x,), lambda x, out: (ops.sin(x),)) if type(x) is Value else math.cos(x),
        ),
        lambda x, out: (math.cos(x.data) if type(x) is Value else math.cos(x),),  # forgets its graph
        lambda x, out: (ops.stop_gradient(ops.cos(x)),),
    ],
)
def test_a_wrong_second_derivative_fails(wrong: Any) -> None:
    f = custom(math.sin, wrong)
    check_grads(f, (0.7,), order=1)
    with pytest.raises(AssertionError, match=r"∂²f/∂args\[0\]∂args\[0\] is .* by the rules, -0.64421"):
        check_grads(f, (0.7,), order=2)


def test_a_small_entry_does_not_hide_behind_a_large_one() -> None:
    wrong = custom(math.sin, lambda x, out: (2.0 * ops.cos(x),))
    with pytest.raises(AssertionError, match=r"∂f/∂p\[1\] is 2.0 by the rules"):
        check_grads(lambda p: p[0] + wrong(p[1]), ([1e6, 0.0],), order=1)
    cube = custom(lambda x: x**3, lambda x, out: (4.5 * x * x,))
    with pytest.raises(AssertionError, match=r"∂f/∂x is 4\.5"):
        check_grads(lambda x, y: cube(x) * 1e-9 + y, (1.0, 1.0), order=1)


def test_a_dropped_term_fails() -> None:
    def f(x: Any, y: Any) -> Any:
        return ops.stop_gradient(x * y) + x

    with pytest.raises(AssertionError, match=r"∂f/∂y is 0.0 by the rules.*stop_gradient\(6.0\) is 0.0 by the rules"):
        check_grads(f, (2.0, 3.0), order=1)
    state = iter(range(1000))
    with pytest.raises(
        AssertionError, match=r"the rules of the table on the way agree; .*does f change something or stop"
    ):
        check_grads(lambda x: x * next(state), (2.0,), order=1)


@pytest.mark.parametrize(
    ("row", "wrong", "order", "blame"),
    [
        (ops.tanh, lambda x, out: (-ops.sech2(x),), 1, "the rule of tanh disagrees: ∂/∂x of tanh(1.5) is -0.18"),
        (ops.sech2, lambda x, out: (2.0 * out * ops.tanh(x),), 2, "the rule of sech2 disagrees: ∂/∂x of sech2(1.5)"),
        (ops.multiply, lambda x, y, out: (y, y), 1, "the rule of multiply disagrees: ∂/∂y of"),
        (ops.divide, lambda x, y, out: (1.0 / y, x / y**2), 1, "the rule of divide disagrees: ∂/∂y of"),
    ],
)
def test_the_operation_at_fault_is_named(
    monkeypatch: pytest.MonkeyPatch, row: Operation, wrong: Any, order: int, blame: str
) -> None:
    def f(x: Any, y: Any) -> Any:
        return ops.tanh(x) * ops.exp(y) / ops.dot([x, y], [y, x + 1.0])

    check_grads(f, (1.5, 0.5), order=2)
    monkeypatch.setattr(row, "derivatives", wrong)
    # The common rows stand written out in the pass, and with them its first derivatives are right.
    if row is not ops.multiply:
        check_grads(f, (1.5, 0.5), order=order - 1) if order > 1 else None
        with pytest.raises(AssertionError, match=re.escape(blame)):
            check_grads(f, (1.5, 0.5), order=order)


def own_relu(x: Any) -> Value:
    return Value(max(x.data, 0.0), (x,), lambda x, out: (1.0 if x > 0 else 0.0,))


@pytest.mark.parametrize(
    ("f", "point", "order", "question"),
    [
        (ops.relu, 0.0, 1, r"a kink of relu\(0\.0\) with slope 0 from below and 1 from above\?"),
        (lambda x: ops.relu(2.0 * x - 2.0) + x, 1.0, 1, r"a kink of relu\(0\.0\) with slope 0 from below and 1 from"),
        (
            lambda x: ops.clip(x, -1.0, 1.0),
            -1.0,
            1,
            r"a kink of clip\(-1\.0, -1\.0, 1\.0\) with slope 0 from below and 1",
        ),
        (
            lambda x: ops.clip(x, -1.0, 1.0),
            1.0,
            1,
            r"a kink of clip\(1\.0, -1\.0, 1\.0\) with slope 1 from below and 0",
        ),
        (ops.leaky_relu, 0.0, 1, r"a kink of leaky_relu\(0\.0, 0\.01\) with slope 0\.01 from below and 1 from above\?"),
        (lambda x: ops.elu(x, 2.0), 0.0, 1, r"a kink of elu\(0\.0, 2\.0\) with slope 2 from below and 1 from above\?"),
        (ops.elu, 0.0, 2, r"a kink with slope 1 from below and 0 from above\?"),
        (ops.abs, 0.0, 2, r"a jump of sign\(0\.0\)\?"),
        (lambda x: ops.maximum(x, 1.0), 1.0, 2, r"a jump\?"),
        (lambda x: ops.minimum(x, x * x), 1.0, 2, r"a jump\?"),
        (lambda x: x if x > 0 else -x, 0.0, 1, r"a kink with slope -1 from below and 1 from above\?"),
        (lambda x: ops.where(x > 0, x, 3.0 * x), 0.0, 1, r"a kink with slope 3 from below and 1 from above\?"),
        (own_relu, 0.0, 1, r"a kink with slope 0 from below and 1 from above\? If not, look at your own"),
        (ops.floor, 2.0, 1, r"a jump of floor\(2\.0\)\?"),
        (ops.sign, 0.0, 1, r"a jump of sign\(0\.0\)\?"),
        (lambda x: x % 1.0, 2.0, 1, r"a jump of 2\.0 % 1\.0\?"),
        (ops.sqrt, 0.0, 1, r"an end of sqrt\(0\.0\)\?"),
        (ops.arcsin, 1.0, 1, r"an end of arcsin\(1\.0\)\?"),
        (lambda x: x**1.5, 0.0, 1, r"an end of 0\.0\*\*1\.5\?"),
        (ops.cbrt, 0.0, 1, r"one of cbrt\(0\.0\) with infinite slope\?"),
    ],
)
def test_a_point_where_differences_say_nothing_is_asked_for_not_the_rule(
    f: Any, point: float, order: int, question: str
) -> None:
    with pytest.raises(AssertionError, match=f"by the rules.*is the point {question}") as caught:
        check_grads(lambda x: f(x), (point,), order=order)
    assert "disagrees" not in str(caught.value)
    check_grads(lambda x: f(x), (point - 0.1 if point > 0 else point + 0.1,), order=1)


def test_what_is_merely_curved_is_no_kink() -> None:
    square = custom(lambda x: x * x, lambda x, out: (2.0 * x + 1e-10,))
    with pytest.raises(AssertionError, match="look at your own operations") as caught:
        check_grads(square, (0.0,), order=1)
    assert "is the point" not in str(caught.value)


def test_a_wrong_rule_is_named_also_at_a_kink(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(ops.clip, "derivatives", lambda x, low, high, out: (7.0, None, None))
        with pytest.raises(AssertionError, match=r"the rule of clip disagrees: .* is 7\.0 by the rules, 0\.49"):
            check_grads(lambda x: ops.clip(x, -1.0, 1.0), (1.0,), order=1)
    monkeypatch.setattr(ops.tanh, "derivatives", lambda x, out: (2.0 * ops.sech2(x),))
    with pytest.raises(AssertionError, match=r"the rule of tanh disagrees"):
        check_grads(lambda x, y: ops.clip(x, -1.0, 1.0) + ops.tanh(y), (1.0, 0.5), order=1)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: check_grads(lambda x: x, 1.0), TypeError, r"args must be a tuple.*got 1.0; write \(x,\)"),
        (
            lambda: check_grads(lambda x: x, (1.0,), order=0),
            ValueError,
            "order must be a whole number from 1 on, got 0",
        ),
        (lambda: check_operation(SOFTMAX), TypeError, "check_operation: needs a row of the table, got <"),
        (lambda: check_grads(lambda x: None, (1.0,)), TypeError, "returned no number"),
        (lambda: check_grads(lambda x: x, ("a",)), TypeError, "no number"),
    ],
)
def test_messages(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


# --- Rows ---


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_every_row_agrees_with_itself(row: Operation) -> None:
    if row is ops.stop_gradient:  # which is there to disagree
        with pytest.raises(AssertionError, match=r"∂/∂x of stop_gradient\(.*\) is 0.0 by the rules, (1|0.9999)"):
            check_operation(row)
    else:
        check_operation(row, count=4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"derivatives": lambda x, out: (-1.0 / (1.0 + x * x),)}, r"swirl: ∂/∂x of swirl\("),
        (
            {"derivatives": lambda x, out: (1.0 / (1.0 + x * x), 1.0)},
            "needs a tuple with one derivative for each operand",
        ),
        ({"derivatives": lambda x, out: 1.0}, "needs a tuple with one derivative for each operand, got 1.0"),
        ({"formula": ("1 / (1 + x)",)}, r"its formula 1 / \(1 \+ x\) gives"),
        ({"formula": ("1", "2")}, "swirl: needs one formula for each operand"),
        (
            {"derivatives": lambda x, out: (1.0 / (1.0 + ops.stop_gradient(x) * x),)},
            "swirl: check_grads: ∂²f/.*the rule of stop_gradient disagrees",
        ),
    ],
)
def test_a_wrong_row_fails(changes: dict[str, Any], message: str) -> None:
    right: dict[str, Any] = {
        "value": math.atan,
        "derivatives": lambda x, out: (1.0 / (1.0 + x * x),),
        "formula": ("1 / (1 + x**2)",),
    }

    def swirl(**fields: Any) -> Unary:
        return Unary("swirl", "x", **fields, about="An angle.", reference="atan(x)", example=("swirl(0.0)", "0.0"))

    try:
        check_operation(swirl(**right))
        with pytest.raises(AssertionError, match=message):
            check_operation(swirl(**{**right, **changes}))
        with pytest.raises(ValueError, match="has a value at 0 of"):
            check_operation(swirl(**{**right, "value": lambda x: math.log(-1.0)}), count=1)
    finally:
        del TABLE["swirl"]

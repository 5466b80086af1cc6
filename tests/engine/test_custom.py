"""Operations given on the spot: what the constructor takes for one, refuses, and asks when."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest
from comparing import close

from autograd_lite.engine import table as ops
from autograd_lite.engine.recorded import gradients
from autograd_lite.engine.value import Value


def test_an_operation_given_by_numbers() -> None:
    c = Value(5.0)
    y = Value(math.log(5.0), (c,), (1 / 5.0,), label="log c")
    (y * 3.0).backward()
    assert c.grad == pytest.approx(0.6)
    assert y.local_derivatives() == (0.2,)
    assert y.op == "custom"


def test_an_operation_given_by_a_function() -> None:
    a, b = Value(2.0), Value(3.0)
    y = Value(8.0, (a, b), lambda a, b, out: (b * a ** (b - 1), out * math.log(a)))
    y.backward()
    assert (a.grad, b.grad) == (12.0, 8.0 * math.log(2.0))
    assert y.inputs == (a, b)


def test_an_own_operation_may_pass_nothing() -> None:
    x = Value(0.0)
    y = Value(1.0, (ops.sqrt(x),), lambda root, out: (None,))
    y.backward()
    assert x.grad == 0.0


@pytest.mark.parametrize(
    ("parents", "derivatives", "error", "message"),
    [
        ((Value(1.0),), "tanh", TypeError, "got the text 'tanh'; write label="),
        ((Value(1.0),), (), ValueError, "got 0 for 1 parents"),
        ((Value(1.0),), (1.0, 2.0), ValueError, "got 2 for 1 parents"),
        ((), (1.0,), ValueError, "got 1 for 0 parents"),
        ((1.0,), (1.0,), TypeError, "every parent must be a Value, got 1.0"),
        (Value(1.0), (1.0,), TypeError, r"write \(x,\) for one"),
        ((Value(1.0),), ("x",), TypeError, "local_derivatives: needs a real number, got 'x'"),
    ],
)
def test_a_wrong_operation_is_refused(parents: Any, derivatives: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Value(1.0, parents, derivatives)


def test_a_function_that_returns_too_few_is_refused() -> None:
    x = Value(1.0)
    with pytest.raises(ValueError, match=r"needs a tuple with one number for each of its 2 parents, got \(1\.0,\)"):
        Value(1.0, (x, x), lambda a, b, out: (1.0,)).backward()
    assert x.grad == 0.0


def test_an_own_operation_on_the_side_not_taken_cannot_fail_the_pass() -> None:
    x = Value(2.0)
    other = Value(8.0, (x,), lambda data, out: (1 / 0,))
    ops.where(1 < 2, x, other).backward()
    assert x.grad == 1.0
    with pytest.raises(ZeroDivisionError):
        other.backward()


def test_a_users_derivative_may_run_a_pass_of_its_own() -> None:
    x = Value(3.0)

    def derivative(data: float, out: float) -> tuple[float]:
        (x * x * x).backward()  # shares x with the graph whose pass asks
        inner = Value(data)
        (inner * inner).backward()
        return (inner.grad,)

    y = Value(9.0, (x,), derivative) * 2.0
    y.backward()
    assert x.grad == 27.0 + 12.0


def test_numbers_given_as_local_derivatives_serve_once_and_functions_for_ever() -> None:
    x = Value(5.0)
    once = Value(math.log(5.0), (x,), (0.2,))
    [d] = gradients(once * once, [x])
    assert d.data == close(2 * math.log(5.0) / 5)
    for second in (lambda: gradients(d, [x]), d.backward):
        with pytest.raises(TypeError, match="serve the first derivative only; for the second give a function"):
            second()
    assert x.grad == 0.0
    ever = Value(math.log(5.0), (x,), lambda x, out: (1 / x,))
    [d] = gradients(ever, [x])
    [dd] = gradients(d, [x])
    [ddd] = gradients(dd, [x])
    assert [d.data, dd.data, ddd.data] == close([0.2, -1 / 25, 2 / 125])


def test_without_parents_it_is_a_leaf() -> None:
    for x in (Value(2.0, []), Value(2.0, (), ()), Value(2.0, parents=[], local_derivatives=lambda out: ())):
        assert (x.op, x.operation, x.parents, x.local_derivatives()) == ("", None, (), ())
        (x * x).backward()
        assert x.grad == 4.0
        x.data = 3.0
    assert pickle.loads(pickle.dumps(Value(2.0, []))).data == 2.0

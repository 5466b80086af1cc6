"""On the watch: the first value or derivative that is not finite is named, with the line that made it."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from autograd_lite import (
    AnomalyError,
    Value,
    detect_anomaly,
    gradients,
    hvp,
    jvp,
    linearize,
    nn,
)
from autograd_lite.engine import modes
from autograd_lite.engine import table as ops
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Value(1e200) * 1e200, r"1e\+200 \* 1e\+200 is inf; made in .*test_anomaly.py, line \d+: \(lambda"),
        (lambda: Value(math.inf) - math.inf, "inf - inf is nan; made in"),
        (lambda: ops.sum([Value(1e308), 1e308]), r"sum\(\[1e\+308, 1e\+308\]\) is inf; made in"),
        (lambda: affine(Group([Value(1e200)], bias=Value(0.0)), Group([1e200])), r"affine\(\[1e\+200\].* is inf"),
        (lambda: Value(math.nan, (Value(1.0),), (2.0,)), r"custom\(\[1.0\]\) is nan; made in"),
    ],
)
def test_the_first_value_that_is_not_finite_raises(make: Callable[[], Value], message: str) -> None:
    assert not math.isfinite(make().data)
    with detect_anomaly(), pytest.raises(AnomalyError, match=message):
        make()
    assert modes.OPEN == []


def test_the_line_is_that_of_the_user_also_deep_inside_a_network() -> None:
    model = nn.MLP(1, [2, 1])
    for p in model.parameters():
        p.data = 1e200
    with detect_anomaly(), pytest.raises(AnomalyError) as caught:
        model([1e200])  # here
    assert str(caught.value).endswith("model([1e200])  # here")
    assert "test_anomaly.py" in str(caught.value)


def test_the_first_derivative_that_is_not_finite_raises_and_leaves_no_grad() -> None:
    x = Value(0.0, label="x")
    with detect_anomaly():
        y = ops.sqrt(x)  # steep
        z = y * 2.0
        with pytest.raises(AnomalyError, match=r"sqrt\(0.0\): the derivative by .*'x'\) is inf.*\(x\)  # steep"):
            z.backward()
        with pytest.raises(AnomalyError):
            gradients(z, [x])
        assert (x.grad, x.has_grad) == (0.0, False)
        ops.where(x > 0, y, x).backward()  # nothing flows to the steep side
    assert x.grad == 1.0
    z.backward()
    assert x.grad == math.inf


def test_forward_derivatives_and_later_pulls_are_watched_too() -> None:
    with detect_anomaly():
        for call in (
            lambda: jvp(ops.sqrt, (0.0,), (1.0,)),
            lambda: jvp(lambda x: x**0.5 * 0.0, (0.0,), (1.0,)),
            lambda: hvp(lambda x: x**1.5, (0.0,), (1.0,)),
            lambda: linearize(ops.sqrt, 0.0)[1](1.0),
        ):
            with pytest.raises(AnomalyError, match="is inf; made in"):
                call()


def test_a_gradient_that_overflows_on_the_way_raises() -> None:
    x = Value(1e-200)
    with detect_anomaly():
        y = (x * 1e200) * 1e200
        with pytest.raises(AnomalyError, match=r"1e-200 \* 1e\+200: the gradient that flows through it is inf"):
            y.backward()


def test_nodes_made_before_are_watched_too_but_not_where_they_were_made() -> None:
    y = ops.exp(Value(1.0)) * math.inf
    with detect_anomaly(), pytest.raises(AnomalyError, match="is inf; made in a line before detect_anomaly began"):
        y.backward()


def test_healthy_training_goes_on_under_the_watch() -> None:
    model = nn.MLP(2, [3, 1])
    x = [Value(0.5), Value(-1.0)]
    with detect_anomaly():
        (model(x) ** 2).backward()
        watched = [p.grad for p in model.parameters()]
    model.zero_grad()
    (model(x) ** 2).backward()
    assert [p.grad for p in model.parameters()] == watched


def test_the_users_own_derivative_is_asked_once_also_under_the_watch() -> None:
    w, asked = Value(2.0), []

    def slope(x: float, out: float) -> tuple[float]:
        asked.append(x)
        (w * w).backward()  # a pass of its own, over a node that the outer one meets, too
        return (1.0,)

    with detect_anomaly():
        (Value(7.0, (w,), slope) * 1.0).backward()
    assert asked == [2.0]
    assert w.grad == 4.0 + 1.0

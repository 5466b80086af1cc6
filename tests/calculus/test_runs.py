"""A recorded call: how often what runs, whose its variables are, and of what kind the answers."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from comparing import close
from extras import numpy as np

from autograd_lite import (
    Value,
    directional_derivative,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    no_grad,
    taylor,
    value_and_grad,
    value_and_jacobian,
    vjp,
)
from autograd_lite.calculus import runs
from autograd_lite.calculus.trees import scalars
from autograd_lite.engine import table as ops


def test_without_a_memory_nothing_flows_beyond_the_arguments() -> None:
    w = Value(2.0)
    x = w * w
    with no_grad():
        assert grad(lambda v: v * v)(x).data == 8.0
        assert hessian(lambda v: v**3)(x).data == 24.0
        _, pull = vjp(lambda v: v * v, x)
        w.data = 3.0
        assert grad(lambda v: v * v)(x).data == 8.0
    assert pull(1.0)[0].data == 8.0
    with pytest.raises(RuntimeError, match="stale graph"):
        x.backward()
    assert w.grad == 0.0


def test_a_variable_that_the_function_moved_leaves_its_results_stale() -> None:
    kept: list[Any] = []

    def f(v: Any) -> Any:
        kept.append(v * 3.0)
        v.data = 7.0
        return v * v

    assert value_and_grad(f)(2.0) == (49.0, 14.0)
    with pytest.raises(RuntimeError, match="stale graph"):
        kept[0].backward()


def test_what_was_linearised_before_a_value_moved_is_refused() -> None:
    w = Value(2.0, label="w")
    _, pull = vjp(lambda x: (w * x) ** 2, 3.0)
    _, change = linearize(lambda x: (w * x) ** 2, 3.0)
    slope = grad(lambda x: w * x * x)(3.0)
    w.data = 5.0
    for _ in range(2):
        for later in (pull, change):
            with pytest.raises(RuntimeError, match=r"stale graph: Value\(data=5.0, grad=0.0, label='w'\)"):
                later(1.0)
        with pytest.raises(RuntimeError, match="stale graph"):
            slope.backward()


W = Value(2.0)  # a user's own, beside the arguments


@pytest.mark.parametrize(
    "answer",
    [
        lambda: grad(lambda p: W * p[0])([3.0, 1.0]),
        lambda: grad(lambda p: np.sum(W * p[:1]))(np.array([3.0, 1.0])),
        lambda: value_and_grad(lambda x: W + 1.0)(1.0),
        lambda: jacobian(lambda p: [W * p[0], 1.0, p[1]])([3.0, 1.0]),
        lambda: jacfwd(lambda p: [W * p[0], 1.0, p[1]])([3.0, 1.0]),
        lambda: jacobian(lambda p: W * p + np.ones(2))(np.array([3.0, 1.0])),
        lambda: value_and_jacobian(lambda p: [W * p[0], 1.0])([3.0, 1.0]),
        lambda: hessian(lambda p: W * p[0] ** 2 + p[1])([3.0, 1.0]),
        lambda: jvp(lambda p: [W * p[0], 1.0], ([3.0, 1.0],), ([1.0, 0.0],)),
        lambda: jvp(lambda p: [p[0], 1.0], ([3.0, 1.0],), ([W, 0.0],))[1],
        lambda: vjp(lambda p: [W * p[0], 1.0], [3.0, 1.0])[1]([1.0, 0.0]),
        lambda: vjp(lambda p: [p[0], 1.0], [3.0, 1.0])[1]([W, 0.0]),
        lambda: hvp(lambda p: W * p[0] ** 2 + p[1], ([3.0, 1.0],), ([1.0, 0.0],)),
        lambda: linearize(lambda p: [W * p[0], 1.0], [3.0, 1.0])[1]([1.0, 0.0]),
        lambda: directional_derivative(lambda p: [W * p[0], p[1], 1.0], [3.0, 1.0], [1.0, 0.0]),
        lambda: taylor(lambda x: W * x + 1.0, 3.0, 3),
        lambda: grad(lambda p: p[0] * p[1])([W, 1.0]),
    ],
)
def test_an_answer_is_of_values_or_of_floats(answer: Callable[[], Any]) -> None:
    assert {type(x) for x in scalars(answer())} == {Value}
    with no_grad():
        assert len({type(x) for x in scalars(answer())}) == 1


def test_arguments_that_change_meanwhile_change_no_answer() -> None:
    given = {"a": 1.0, "b": 2.0}
    _, pull = vjp(lambda x: x["a"] * x["b"] ** 3, given)
    given["a"] = given.pop("a")
    given["c"] = 5.0
    assert pull(1.0) == ({"a": 8.0, "b": 12.0},)
    outer = {"a": 1.0, "b": 2.0}

    def reorders(x: Any) -> Any:
        outer["a"] = outer.pop("a")
        return x["a"] * 3

    assert grad(reorders)(outer) == {"a": 3.0, "b": 0.0}


def test_a_failed_call_leaves_its_variables_to_nobody() -> None:
    kept = []

    def fails(x: Any) -> Any:
        kept.append(x * 2.0)
        raise KeyError

    with pytest.raises(KeyError):
        grad(fails)(3.0)
    assert grad(lambda x: x * kept[0])(1.0) == 6.0
    assert type(grad(lambda x: x * kept[0])(1.0)) is float


def test_nothing_is_left_without_the_collector() -> None:
    def f(v: Any) -> Any:
        return ops.sum([x * x for x in v["a"]])

    argument = {"a": [1.0] * 50}
    for call in (grad(f), hessian(f), lambda x: vjp(f, x)[1](1.0), lambda x: jvp(f, (x,), (x,))):
        call(argument)
        gc.collect()
        gc.disable()
        others = {id(x) for x in gc.get_objects() if type(x) is Value}
        try:
            call(argument)
            assert not [x for x in gc.get_objects() if type(x) is Value and x.op == "*" and id(x) not in others]
        finally:
            gc.enable()


def test_forward_mode_takes_a_pass_for_each_number_of_the_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    f = Calls(lambda x: [x[0] * x[1], ops.sin(x[0]), x[1] ** 2])
    back, forward = Calls(runs.adjoints), Calls(runs.push_forward)
    monkeypatch.setattr(runs, "adjoints", back)
    monkeypatch.setattr(runs, "push_forward", forward)
    jacfwd(f)([1.0, 2.0])
    assert (f.count, back.count, forward.count) == (1, 0, 2)
    jacrev(f)([1.0, 2.0])
    assert (f.count, back.count, forward.count) == (2, 3, 2)


class Calls:
    """A function that counts how often it is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.count = function, 0

    def __call__(self, *args: Any, **named: Any) -> Any:
        self.count += 1
        return self.function(*args, **named)


def test_a_jacobian_records_once_and_takes_the_mode_of_fewer_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    f = Calls(lambda x: [x[0] * x[1], ops.sin(x[0]), x[1] ** 2])
    back, forward, orders = Calls(runs.adjoints), Calls(runs.push_forward), Calls(runs.topological_order)
    monkeypatch.setattr(runs, "adjoints", back)
    monkeypatch.setattr(runs, "push_forward", forward)
    monkeypatch.setattr(runs, "topological_order", orders)
    jacobian(f)([1.0, 2.0])
    assert (f.count, back.count, forward.count, orders.count) == (1, 0, 2, 1)
    jacobian(f)([1.0, 2.0, 3.0])
    assert (f.count, back.count, forward.count, orders.count) == (2, 3, 2, 2)


def test_an_output_that_depends_on_nothing_costs_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Value(5.0)
    back = Calls(runs.adjoints)
    monkeypatch.setattr(runs, "adjoints", back)
    with no_grad():
        found = jacrev(lambda x: [other * other, x[1], 7.0, x[0] * x[1]])([2.0, 3.0])
    assert found == [[0.0, 0.0], [0.0, 1.0], [0.0, 0.0], [3.0, 2.0]]
    assert back.count == 2


@pytest.mark.parametrize("mode", [jacrev, jacfwd])
def test_blocks_of_arrays_are_those_of_lists(mode: Any) -> None:

    def f(x: Any, y: Any) -> Any:
        return [x[0][0] * y, x[1][2] + x[0][1] * y, x[1][1] ** 2, 1.0]

    x, y = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], 7.0
    lists = mode(f, argnums=(0, 1))(x, y)
    arrays = mode(lambda x, y: np.array(f(x, y)), argnums=(0, 1))(np.array(x), y)
    assert arrays[0].shape == (4, 2, 3)
    assert arrays[0].tolist() == [row[0] for row in lists]
    assert arrays[1].tolist() == [row[1] for row in lists]


def test_hvp_takes_one_pass_back_and_one_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    f = Calls(lambda x: ops.sum([ops.sin(a) * b for a, b in pairwise(x)]))
    back, forward = Calls(runs.pull_back), Calls(runs.push_forward)
    monkeypatch.setattr(runs, "pull_back", back)
    monkeypatch.setattr(runs, "push_forward", forward)
    point = [0.1 * i for i in range(20)]
    found = hvp(f, (point,), (point,))
    assert (f.count, back.count, forward.count) == (1, 1, 1)
    assert found == close(list(np.array(hessian(f)(point)) @ np.array(point)), 1e-12)


def test_linearize_calls_the_function_once() -> None:
    f = Calls(lambda x, y: {"p": x * y[0], "s": ops.sin(x)})
    value, change = linearize(f, 2.0, [5.0])
    assert value == {"p": 10.0, "s": math.sin(2.0)}
    assert change(1.0, [0.0]) == {"p": 5.0, "s": math.cos(2.0)}
    assert change(0.0, [1.0]) == {"p": 2.0, "s": 0.0}
    assert f.count == 1

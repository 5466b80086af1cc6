"""What a function is seen to do besides arithmetic while it is recorded."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from autograd_lite import Value, detect_anomaly, exp, grad, jvp, no_grad, value_and_grad, where
from autograd_lite.engine.modes import is_recording, recorder
from autograd_lite.programs.program import GREATER, LESS, Comparison
from autograd_lite.programs.recording import UnrecordableError, recorded


def outcomes(f: Any, *numbers: float) -> list[bool]:
    return [outcome for _, outcome in recorded(f, [Value(x) for x in numbers], {})[1].guards]


def test_guards_are_what_python_asks() -> None:
    assert outcomes(lambda x, y: 1.0 if x > y else 2.0, 1.0, 2.0) == [False]
    assert outcomes(lambda x, y: min(x, y), 1.0, 2.0) == [False]
    assert outcomes(lambda x, y: sorted([x, y, 1.5]), 1.0, 2.0) != []
    assert outcomes(lambda x, y: x and y, 1.0, 0.0) == [True]
    assert outcomes(lambda x, y: not x > y, 1.0, 2.0) == [False]
    assert outcomes(lambda x, y: 0.0 < x < y, 1.0, 2.0) == [True]
    assert outcomes(lambda x, y: [x, y][x > y], 1.0, 2.0) == [False]


def test_selections_are_no_guards() -> None:
    assert outcomes(lambda x, y: where(x > y, x, y), 1.0, 2.0) == []
    assert outcomes(lambda x, y: abs(x) + y, 1.0, 2.0) == []


def test_comparisons_are_nodes_which_are_never_negated() -> None:
    seen = []
    recorded(lambda x: seen.extend([x > 1.0, x <= 1.0, x == 1.0, x < 1.0, x != x]), [Value(float("nan"))], {})
    assert [x.data for x in seen] == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert all(isinstance(x.operation, Comparison) for x in seen)


def test_derivatives_are_asked_for_not_computed() -> None:
    _, trace = recorded(grad(lambda x: x * x * x), [Value(2.0)], {})
    assert len(trace.records) == 1


@pytest.mark.parametrize(
    ("f", "word"),
    [
        (lambda x: x.data, "data is read"),
        (lambda x: x.grad, "grad is read"),
        (lambda x: (x * x).backward(), "backward is called"),
        (lambda x: float(x), "float"),
        (lambda x: int(x), "int"),
        (lambda x: str(x), "written out"),
        (lambda x: f"{x:.2f}", "written out"),
        (lambda x: setattr(x, "data", 3.0), "data is assigned"),
        (lambda x: setattr(x, "grad", 3.0), "grad is assigned"),
        (lambda x: no_grad()(lambda: x * x)(), "no_grad is entered"),
    ],
)
def test_what_is_refused_names_its_line_and_the_remedy(f: Any, word: str) -> None:
    with pytest.raises(UnrecordableError) as refused:
        recorded(f, [Value(2.0)], {})
    assert word in str(refused.value)
    assert __file__ in str(refused.value)
    assert not isinstance(refused.value, Exception)  # so the function cannot stop it


def test_afterwards_nobody_records() -> None:
    for f in (lambda x: x, lambda x: x.data, lambda x: 1 / 0):
        with contextlib.suppress(UnrecordableError, ZeroDivisionError):
            recorded(f, [Value(2.0)], {})
        assert recorder() is None
    assert (Value(2.0) > 1.0) is True
    with no_grad():
        recorded(lambda x: x * x, [Value(2.0)], {})
        assert not is_recording()
    with detect_anomaly():
        assert recorded(lambda x: x * x, [Value(2.0)], {})[0].data == 4.0


def cube(x: Any) -> Any:
    return x * x * x


def test_truths_are_noted_in_order_with_their_outcome() -> None:
    def f(x: Any, y: Any) -> Any:
        if x > y and not x < 1.0 and x:
            return x
        return y

    x, y = Value(3.0), Value(2.0)
    result, trace = recorded(f, (x, y), {})
    assert result is x
    assert [outcome for _, outcome in trace.guards] == [True, False, True]
    (first, _), (second, _), (third, _) = trace.guards
    assert (first.operation, first.parents) == (GREATER, (x, y))
    assert (second.operation, second.data) == (LESS, 0.0)
    assert third is x


def test_derivatives_are_nodes_with_their_numbers() -> None:
    x = Value(2.0)
    (y, slope), trace = recorded(value_and_grad(cube), (x,), {})
    assert (y.data, slope.data) == (8.0, 12.0)
    [record] = trace.records
    assert slope.operation is record
    assert not record.forward
    (_, tangent), trace = recorded(lambda x: jvp(cube, (x,), (2.0,)), (x,), {})
    assert tangent.data == 24.0
    assert trace.records[0].forward


def test_a_branch_on_a_slope_is_known_and_one_on_a_curvature_is_not() -> None:
    def on(derivative: Any) -> Any:
        return lambda x: x if derivative(x) > 0.0 else -x

    _, trace = recorded(on(grad(cube)), (Value(2.0),), {})
    assert [outcome for _, outcome in trace.guards] == [True]
    with pytest.raises(UnrecordableError, match=r"branch is taken after a second derivative.*; write where"):
        recorded(on(grad(grad(cube))), (Value(2.0),), {})


def test_lines_are_kept_on_request() -> None:
    x = Value(1.0)
    y, trace = recorded(lambda x: exp(x), (x,), {}, with_lines=True)
    assert "exp(x)" in trace.lines[id(y)]
    assert __file__ in trace.lines[id(y)]


def test_derivatives_at_derivatives_have_numbers() -> None:
    def descend(x: Any) -> Any:
        for _ in range(3):
            x = x - 0.1 * grad(cube)(x)
        return x

    x = 0.5
    for _ in range(3):
        x -= 0.1 * 3.0 * x * x
    result, trace = recorded(descend, [Value(0.5)], {})
    assert result.data == pytest.approx(x, rel=1e-15)
    assert len(trace.records) == 3


def test_derivatives_beside_the_way_are_no_hindrance() -> None:
    def f(x: Any) -> Any:
        slope = grad(cube)(x)
        other = grad(lambda t: t * slope + t * t)(x)  # slope + 2x
        return other if other > 1.0 else x

    for start in (2.0, -0.1):
        result, trace = recorded(f, [Value(start)], {})
        assert result.data == pytest.approx(f(start))
        assert [outcome for _, outcome in trace.guards] == [start > 1.0]

"""Programs as Python: the bits of a judge that goes one lane after the other."""

from __future__ import annotations

from typing import Any

from evaluator import evaluate
from functions import anything, arguments, call_of, functions, made, same, scalar_of, units_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd_lite import log, value_and_grad, where
from autograd_lite.programs.program import OTHERWISE, RAISES
from autograd_lite.programs.python_source import PythonFunction
from autograd_lite.programs.straight import straight_program


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(functions(), st.data(), st.booleans())
def test_it_runs_as_the_judge_says(text: str, data: Any, with_gradient: bool) -> None:
    f = made(text)
    if with_gradient:
        f = value_and_grad(scalar_of(f), argnums=(0, 3))
    args = data.draw(arguments(anything, 6))
    try:
        program = straight_program(*call_of(f, args))
    except (ValueError, ArithmeticError):
        return
    run = PythonFunction(program)
    for _ in range(3):
        units = units_of(args)
        found, judged = run(units), evaluate(program, units)
        assert found == judged or found is RAISES or same(found, judged)  # it may raise before a guard is asked
        args = data.draw(arguments(anything, len(args[0]), len(args[0])))


def test_guards_are_asked_before_what_they_protect() -> None:
    run = PythonFunction(straight_program(*call_of(lambda x: log(x) if x > 0.0 else x, (2.0,))))
    assert run([[1.0]]) == [0.0]
    assert run([[-1.0]]) == OTHERWISE


def test_both_sides_of_a_selection_are_computed() -> None:
    run = PythonFunction(straight_program(*call_of(lambda x: where(x > 0.0, log(x), 0.0), (2.0,))))
    assert run([[1.0]]) == [0.0]
    assert run([[-1.0]]) == RAISES


def test_deep_expressions_are_cut() -> None:
    def f(x: Any) -> Any:
        for _ in range(3000):
            x = 1.0 - x * 0.5
        return x

    run = PythonFunction(straight_program(*call_of(f, (0.3,))))
    assert run([[0.7]]) == [f(0.7)]


def test_no_input() -> None:
    assert PythonFunction(straight_program(*call_of(lambda: 2.0, ())))([[]]) == [2.0]

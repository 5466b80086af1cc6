"""How an answer is read: at which points a function is called, how a call is written, and in which order a list is."""

from __future__ import annotations

import functools
import math
from typing import Any

import pytest

from autograd_lite import Value
from autograd_lite.course import At, Formula, in_any_order
from autograd_lite.course.exercise import CallError, named


@pytest.mark.parametrize("text", ["x**3", "exp(x) / x", "1 / x"])
def test_a_formula_is_what_it_says(text: str) -> None:
    assert Formula(text)(2.0) == {"x**3": 8.0, "exp(x) / x": math.exp(2.0) / 2.0, "1 / x": 0.5}[text]
    assert str(Formula(text)) == f"f(x) = {text}"


def test_a_formula_of_several_arguments_is_a_function_of_values_too() -> None:
    f = Formula("tanh(x) * y", "x, y")
    x = Value(0.5)
    f(x, 3.0).backward()
    assert str(f) == "f(x, y) = tanh(x) * y"
    assert x.grad == pytest.approx(3.0 / math.cosh(0.5) ** 2, rel=1e-15)


@pytest.mark.parametrize("answer", [3.0, None, ["a", "b"], [1.0, None]])
def test_what_has_no_order_is_left_to_the_judge(answer: Any) -> None:
    assert in_any_order(answer) is answer


def test_numbers_in_any_order_are_sorted_by_size_values_among_them() -> None:
    small, large = 1, 10.0
    assert in_any_order((large, small, -2.5)) == [-2.5, small, large]


def test_a_tuple_is_several_arguments_and_a_list_is_one() -> None:
    assert At((2.0, 3.0))(lambda x, y: x * y) == [6.0]
    assert At([2.0, 3.0])(lambda xs: sum(xs)) == [5.0]


def test_an_error_names_the_call_and_keeps_its_cause() -> None:
    def root(x: float) -> float:
        return math.sqrt(x)

    with pytest.raises(CallError, match=r"^root\(-1\.0\)$") as raised:
        At(4.0, -1.0)(root)
    assert isinstance(raised.value.__cause__, ValueError)


def test_a_call_is_written_with_the_names_of_functions() -> None:
    assert At((math.tanh, 1.0)).call(lambda f, x: f(x), 0) == "your function(tanh, 1.0)"
    assert At(1.0, 2.0).call(abs, 1) == "abs(2.0)"


def test_a_partial_function_bears_the_name_of_the_whole_one() -> None:
    assert named(functools.partial(math.pow, 2.0)) == "pow"
    assert named(lambda x: x) == named(functools.partial(lambda x: x)) == "your function"

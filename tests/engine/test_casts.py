"""What is said where a Value would become a plain number."""

from __future__ import annotations

import math
import operator
import random
import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from extras import numpy

from autograd_lite import Value, grad

x = Value(2.0, label="x")
ALONE = "give it x.data for the number alone"
ARRAY = r"np\.zeros\(n, dtype=object\), np\.zeros_like\(v\) of an array v of Values, or autograd_lite\.array"


def assigned() -> None:
    numpy.zeros(2)[0] = x


@pytest.mark.parametrize(
    ("cut", "who", "remedy"),
    [
        (lambda: float(x), "float", r"write x\.data for the number"),
        (lambda: complex(x), "complex", ALONE),
        (lambda: math.exp(x), "math.exp", rf"write autograd_lite\.exp, or {ALONE}"),
        (lambda: 1.0 + math.atan2(3.0 * x, -x), "math.atan2", rf"write autograd_lite\.arctan2, or {ALONE}"),
        (lambda: math.fsum([1.0, x]), "math.fsum", rf"write autograd_lite\.sum, or {ALONE}"),
        (lambda: math.hypot(x, 1.0), "math.hypot", r"write autograd_lite\.hypot"),
        (lambda: math.isfinite(x), "math.isfinite", ALONE),
        (lambda: list(map(math.exp, [x])), "a float", r"x\.data.*autograd_lite\.exp\(x\) where math\.exp\(x\) stands"),
        (lambda: "%.4f" % x, "%", r"f\"\{x:\.4f\}\""),  # noqa: UP031  (what is tested)
        (lambda: random.choices([1, 2], weights=[x, 1.0]), "random.choices", ALONE),
        (lambda: statistics.fmean([x]), "statistics.fmean", ALONE),
        (lambda: numpy.array([x], dtype=float), "numpy.array", ARRAY),
        (assigned, "an array of floats", ARRAY),
    ],
)  # fmt: skip
def test_who_wanted_a_float_is_named_with_what_to_write(cut: Callable[[], Any], who: str, remedy: str) -> None:
    with pytest.raises(TypeError, match=remedy) as refused:
        cut()
    assert str(refused.value).startswith(f"{who} would forget the graph of Value(data=")


def test_an_int_is_refused() -> None:
    with pytest.raises(TypeError, match=r"an int would forget the graph of Value\(.*; write int\(x\.data\)"):
        int(x)


@pytest.mark.parametrize(
    ("count", "who"),
    [
        (lambda: range(x), "range"),
        (lambda: [1, 2, 3][x], "an index"),
        (lambda: [0] * x, "an index"),
        (lambda: math.factorial(x), "math.factorial"),
        (lambda: operator.index(x), "operator.index"),
    ],
)
def test_who_wanted_a_whole_number_is_named(count: Callable[[], Any], who: str) -> None:
    with pytest.raises(TypeError, match=r"whole ones too: pass it beside them \(argnums=, functools\.partial\)") as no:
        count()
    assert str(no.value).startswith(f"{who} needs a whole number, and Value(data=2.0")


def test_what_the_message_says_of_whole_numbers_works() -> None:
    def objective(n: int, w: float) -> Any:
        return sum([w**i for i in range(n)])

    with pytest.raises(TypeError, match="range needs a whole number"):
        grad(objective)(3, 2.0)
    assert grad(objective, argnums=1)(3, 2.0) == grad(partial(objective, 3))(2.0) == 5.0


def test_without_a_source_the_message_is_general() -> None:
    with pytest.raises(TypeError, match=r"a float would forget the graph of .*; write x\.data for the number, or"):
        exec("math.exp(x)", {"math": math, "x": x})

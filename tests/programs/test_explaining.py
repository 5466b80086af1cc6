"""The sentences on lanes, with the counts and the lines that they must name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from autograd_lite import Value, exp, jit, relu, sin, tanh
from autograd_lite import sum as total
from autograd_lite.engine import table as ops
from autograd_lite.engine.modes import PACKAGE
from autograd_lite.programs.building import Builder
from autograd_lite.programs.explaining import counted, explained
from autograd_lite.programs.recording import recorded


def sentences(f: Any, count: int) -> list[str]:
    xs = [Value(i + 1.0) for i in range(count)]
    result, trace = recorded(f, (xs,), {}, with_lines=True)
    return explained(xs, result if isinstance(result, list) else [result], trace).split("\n")


def line_of(f: Callable[..., Any], text: str) -> str:
    """Where a text stands in the source of a function."""
    lines, start = inspect.getsourcelines(f)
    [place] = [i for i, line in enumerate(lines) if text in line]
    return f"{__file__}, line {start + place}: "


def alike(xs: Any) -> Any:
    return total([tanh(x) * x for x in xs])


def unlike(xs: Any) -> Any:
    ys = []
    for i, x in enumerate(xs):
        inner = x
        if i % 2:
            inner = sin(x)
        if i % 2 == 0:
            inner = exp(x)
        ys.append(tanh(inner))
    return total(ys)


def branching(xs: Any) -> Any:
    y = total(xs)
    if y > 1.0:
        return y * 2.0
    return y


@pytest.mark.parametrize("count", [4, 25])
def test_what_is_alike_is_counted_once(count: int) -> None:
    assert sentences(alike, count) == [f"3 operations, 2 on {count} lanes."]


def test_fewer_than_four_have_no_lanes() -> None:
    found = sentences(alike, 3)
    assert "none of them in lanes" in found[0]


def test_the_first_lines_that_differ_are_named() -> None:
    counts, why = sentences(unlike, 8)
    assert counts == "5 operations, 4 on 4 lanes."  # sin, exp, and the tanh of each
    for name, text in (("sin", "inner = sin(x)"), ("exp", "inner = exp(x)")):
        assert f"{name} in {line_of(unlike, text)}" in why
    assert "not computed alike" in why


def test_a_branch_is_named_with_its_remedy() -> None:
    _, why = sentences(branching, 5)
    assert f"greater in {line_of(branching, 'y > 1.0')}" in why
    assert "where(condition, x, y)" in why


def test_one_reason_is_given_once() -> None:
    assert len(sentences(lambda xs: total([relu(x) if xs[0] > 0.5 else x for x in xs]), 6)) == 2


def test_arguments_and_lanes_that_are_moved_are_no_operations() -> None:
    build = Builder()
    xs = build.input(0, 6)
    some = build.gather([(xs, 0), (xs, 3), (xs, 1), (xs, 5)])
    twice: Any = build.add(ops.multiply, (some, 2.0))
    one: Any = build.add(ops.exp, (build.sum_of_lanes(twice, 4),))
    wide = build.add(ops.exp, (xs,))
    assert counted(build.program([xs], [one, wide])) == "4 operations, 1 on 6 lanes, 1 on 4 lanes."
    assert counted(build.program([xs], [xs])) == "0 operations, none of them in lanes."


def test_jit_says_the_same() -> None:
    assert jit(unlike).explain_lanes([1.0] * 8).split("\n") == sentences(unlike, 8)


def test_the_line_that_asks_is_no_part_of_the_program() -> None:
    names: dict[str, Any] = {"sin": sin, "exp": exp, "total": total}
    text = "def f(xs): return total([sin(x) if i % 2 else exp(x) for i, x in enumerate(xs)])"
    exec(compile(text, PACKAGE + "made_inside.py", "exec"), names)  # as what `grad` makes is: in no line of the user's
    told = jit(names["f"]).explain_lanes([1.0] * 8)
    assert "exp in one, sin in another" in told
    assert "line" not in told

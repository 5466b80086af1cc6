"""Arguments of a call: opened, put together with other numbers, and static ones."""

from __future__ import annotations

from typing import Any

import pytest

from autograd_lite import Value, jit
from autograd_lite.programs.calls import Static, numbers_of, opened_call


def test_other_numbers_take_the_place_of_the_arguments_own() -> None:
    x = Value(2.0)
    call = opened_call(([1.0, (x, 3)], Static([5.0])), {"rate": 4.0}, ("frozen",))
    assert call.leaves == [1.0, x, 4.0]
    assert call.numbers() == [[1.0], [2.0], [4.0]]
    assert call.closed(iter("abc")) == ([["a", ("b", 3)], [5.0]], {"rate": "c"})
    assert call.passed_to(lambda *args, **named: (args, named)) == (([1.0, (x, 3)], [5.0]), {"rate": 4.0})
    assert call.key[-1] == ("frozen",)
    assert numbers_of(7.0) == [7.0]


def test_structure_tells_calls_apart_and_numbers_do_not() -> None:
    def key(*args: Any, **named: Any) -> Any:
        return opened_call(args, named, ()).key

    assert key(1.0, [2.0]) == key(3.0, [4.0])
    different = [key(1.0), key(1), key(2), key([1.0]), key((1.0,)), key(x=1.0), key(Static([1]))]
    assert len(set(different)) == len(different)


def test_static_arguments_count_by_value() -> None:
    @jit(static_argnames=("rate", "table"))
    def f(x: Any, rate: Any, table: Any = ()) -> Any:
        return x * rate if rate > 0.5 else x + len(table)

    assert [f(2.0, 0.75), f(2.0, rate=0.25), f(2.0, 0.25, table=[1, 2]), f(3.0, 0.75)] == [1.5, 2.0, 4.0, 2.25]
    assert jit(lambda x, n: x * n, static_argnames="n")(2.0, n=3.0) == 6.0


def test_equal_static_arguments_of_other_kinds_are_others() -> None:
    @jit(static_argnames="n")
    def f(x: Any, n: Any) -> Any:
        return x * ([int, float, bool].index(type(n[0])) + 1.0)

    assert [f(2.0, n=(kind(1),)) for kind in (int, float, bool)] == [2.0, 4.0, 6.0]
    kinds = [key_of_static(x) for x in (0, False, 0.0, -0.0, 0j, (0,), (0.0,), (-0.0,), frozenset((0,)), "0")]
    assert len(set(kinds)) == len(kinds)
    assert key_of_static((1, ("a", 2.0))) == key_of_static((1, ("a", 2.0)))


def key_of_static(x: Any) -> Any:
    return opened_call((Static(x),), {}, ()).key


def test_a_static_argument_that_the_function_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="jit: static_argnames names 'm', but the arguments are x, n"):
        jit(lambda x, n: x * n, static_argnames=("n", "m"))
    assert jit(lambda x, **named: x * named["n"], static_argnames="n")(2.0, n=3) == 6.0

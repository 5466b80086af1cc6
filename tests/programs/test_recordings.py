"""What no two recordings agree on, what a program cannot do, and what is said of both."""

from __future__ import annotations

import gc
import math
import random
import time
import warnings
from collections import deque
from typing import Any

import pytest

from autograd_lite import Value, grad, jit
from autograd_lite import sum as total


class Cell:
    """What is read from and written to, as no program can see."""

    def __init__(self) -> None:
        self.count, self.kept = 0, []

    def next(self) -> int:
        self.count += 1
        return self.count


COUNTER = Cell()


def keep(x: Any, cell: Cell) -> Any:
    cell.kept.append(x)
    return x * 2.0


def moved(x: Any) -> Any:
    x.data = 3.0
    return x * 2.0


def slope_inside(x: Any) -> Any:
    y = x * x
    y.backward()
    return y


UNRECORDABLE: dict[str, tuple[Any, str]] = {
    "random numbers": (lambda x: x * random.random(), "random"),
    "a clock": (lambda x: x * time.perf_counter(), "clocks"),
    "a counter": (lambda x: x * COUNTER.next(), "count"),
    "a number that is kept": (lambda x: keep(x, COUNTER), "kept"),
    "data": (lambda x: x * (x * 2.0).data if isinstance(x, Value) else x, "data is read"),
    "grad": (lambda x: x * (x.grad if isinstance(x, Value) else 0.0), "grad is read"),
    "backward": (lambda x: slope_inside(x) if isinstance(x, Value) else x * x, "backward is called"),
    "assigned data": (lambda x: moved(x) if isinstance(x, Value) else x, "data is assigned"),
    "float": (lambda x: x * float(x), "float"),
    "int": (lambda x: x * int(x), "int"),
    "a format": (lambda x: x * len(f"{x:.3f}"), "written out"),
    "a text": (lambda x: x * len(str(x)), "written out"),
    "math": (lambda x: x * math.exp(x), "exp"),
    "print": (lambda x: print(x) or x, "written out"),
}


@pytest.mark.parametrize("name", UNRECORDABLE)
def test_what_cannot_be_recorded_runs_as_it_is_and_is_said_once(name: str) -> None:
    f, word = UNRECORDABLE[name]
    fast = jit(f)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(3):
            fast(2.0)
    assert len(said) == 1, [str(w.message) for w in said]
    text = str(said[0].message)
    assert text.startswith("jit: ")
    assert word in text
    assert __file__ in text or name in ("a number that is kept",), text
    assert (fast.fallbacks, fast.ways) == (3, 0)
    with pytest.raises(TypeError, match="has no program"):
        fast.program(2.0)
    assert said[0].filename == __file__


def generated(x: Any) -> Any:
    yield x * 2.0


@pytest.mark.parametrize(
    "f",
    [
        generated,
        lambda x: (y * 2.0 for y in [x]),
        lambda x: {x * 2.0},
        lambda x: {"a": x * 2.0}.values(),
        lambda x: [x, deque([x * 2.0])][1],
        lambda x: deque([x * 2.0]) if x > 1.0 else [x * 2.0],
    ],
)
def test_a_number_in_a_result_that_is_not_opened_is_none_of_the_first_call(f: Any) -> None:
    fast = jit(f)
    with pytest.warns(RuntimeWarning, match="no list, tuple, dict, dataclass or array"):
        found = [list(fast(x)) for x in (1.0, 2.0, 3.0, 4.0)]
    assert found == [[2.0], [4.0], [6.0], [8.0]]
    assert {type(x) for [x] in found} == {float}


def test_what_goes_on_after_an_operation_has_raised_there_has_no_program_from_there() -> None:
    def inverse(x: Any) -> Any:
        try:
            return 1.0 / x
        except ZeroDivisionError:
            return 7.0

    fast = jit(inverse)
    assert [fast(2.0), fast(0.0), fast(4.0)] == [0.5, 7.0, 0.25]
    fast = jit(inverse)
    with pytest.warns(RuntimeWarning, match="goes on after an operation has raised in .*; write an if before it"):
        assert fast(0.0) == 7.0
    assert [fast(2.0), fast(0.0), fast(4.0)] == [0.5, 7.0, 0.25]
    jit(lambda x: 1.0 / x).program(2.0)


def test_random_numbers_are_seen_where_they_make_no_difference_yet() -> None:
    fast = jit(lambda x: x * random.random())
    with pytest.warns(RuntimeWarning, match="do not compute the same"):
        assert fast(0.0) == 0.0
    assert (fast.fallbacks, fast.ways) == (1, 0)


def test_an_assignment_into_an_argument_is_done_and_said() -> None:
    def f(xs: Any) -> Any:
        xs[0] = xs[0] * 2.0
        return xs[0] + xs[1]

    fast, xs = jit(f), [1.0, 2.0]
    with pytest.warns(RuntimeWarning, match="changes one of its arguments"):
        assert fast(xs) == 4.0
    assert xs == [2.0, 2.0]
    assert (fast(xs), xs) == (6.0, [4.0, 2.0])


def test_an_iterator_is_not_consumed_by_recording() -> None:
    rows = iter([1.0, 2.0, 3.0])
    fast = jit(lambda x: x * next(rows))
    with pytest.warns(RuntimeWarning, match="iterator"):
        assert fast(1.0) == 1.0
    assert fast(1.0) == 2.0
    given = jit(lambda x, rows: x * total(list(rows)))
    with pytest.warns(RuntimeWarning, match="iterator"):
        assert given(2.0, (float(i) for i in range(4))) == 12.0


def test_a_long_list_of_whole_numbers_is_worth_a_word() -> None:
    fast = jit(lambda x, items: x * len(items))
    with pytest.warns(RuntimeWarning, match=r"numpy\.array.*take"):
        assert fast(1.0, list(range(2000))) == 2000.0
    assert fast(1.0, list(range(3000))) == 3000.0  # and no second one, which would be an error here


def test_the_functions_own_effects_are_at_most_three(capsys: pytest.CaptureFixture[str]) -> None:
    fast = jit(lambda x: (print("called"), x * 2.0)[1])
    for _ in range(5):
        assert fast(1.0) == 2.0
    assert 1 <= capsys.readouterr().out.count("called") <= 3


def test_the_collector_is_as_it_was_after_a_first_call() -> None:
    seen = []
    fast = jit(lambda x: (seen.append(gc.isenabled()), x * 2.0)[1])
    assert fast(1.0) == 2.0
    assert (seen, gc.isenabled()) == ([False, False], True)
    with pytest.raises(ZeroDivisionError):
        jit(lambda x: 1.0 / (x - x))(1.0)
    assert gc.isenabled()
    gc.disable()
    try:
        jit(lambda x: x * 3.0)(1.0)
        assert not gc.isenabled()
    finally:
        gc.enable()


def slope_of_cube(x: Any) -> Any:
    return grad(lambda t: t * t * t)(x)


ASKED: dict[str, Any] = {
    "a branch": lambda x: 2.0 * x if slope_of_cube(x) > 1.0 else x,
    "a sort": lambda x: sorted([slope_of_cube(x), x, 2.0])[0] * x,
}


@pytest.mark.parametrize("name", ASKED)
def test_derivatives_are_computed_while_recording_if_a_branch_asks_for_them(name: str) -> None:
    f = ASKED[name]
    fast = jit(f)
    for x in (0.1, 2.0, 0.1, -3.0, 2.0, 0.3):
        assert fast(x) == f(x)
    assert fast.ways >= 2


def test_an_exception_that_a_number_left_out_has_made_is_none() -> None:
    calls = []

    def f(x: Any) -> Any:
        slope = slope_of_cube(x)
        calls.append(None)
        if len(calls) == 1:
            raise ValueError("as a row does that nan is given to")
        return slope + x

    assert jit(f)(2.0) == 14.0
    assert len(calls) == 3  # once without numbers, twice with them; then the program runs

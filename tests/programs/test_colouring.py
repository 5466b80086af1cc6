"""Colours of columns: none meets its own in a row, few are needed, and what they push forward is the engine's."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import extras
import pytest
from functions import arguments, call_of, flat, functions, made, ordinary
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_entries import PICKS, check, dense

from autograd_lite.programs import jacobians
from autograd_lite.programs.building import Builder
from autograd_lite.programs.colouring import coloured_columns, dependence
from autograd_lite.programs.entries import TooManyError
from autograd_lite.programs.jacobians import jacobian_program
from autograd_lite.programs.lanes import laned_program

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def needs_numpy() -> None:
    extras.numpy.array  # noqa: B018  (skips where there is none)


@pytest.fixture
def forward_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: Any) -> Any:
        raise TooManyError

    monkeypatch.setattr(jacobians, "entries", none)


@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8))))
def test_no_two_columns_of_a_row_have_one_colour(places: set[tuple[int, int]]) -> None:
    rows, columns = [row for row, _ in places], [column for _, column in places]
    colours = coloured_columns(rows, columns)
    assert set(colours) == set(columns)
    for (row, column), (other_row, other) in combinations(places, 2):
        assert row != other_row or colours[column] != colours[other]
    longest, highest = (max(map(x.count, x), default=0) for x in (rows, columns))
    assert max(colours.values(), default=-1) <= highest * max(0, longest - 1)  # so many others may be in its rows


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_bands_need_as_many_colours_as_they_are_wide(width: int) -> None:
    places = [(row, column) for row in range(40) for column in range(row, min(row + width, 40))]
    colours = coloured_columns(*zip(*places, strict=True))
    assert [colours[column] for column in range(40)] == [column % width for column in range(40)]


@SLOW
@given(functions(slopes=True), arguments(ordinary, 8, 1))
@pytest.mark.usefixtures("forward_only")
def test_random_functions_agree_with_the_engine(text: str, args: Any) -> None:
    f = made(text)
    try:
        want = dense(f, args)
    except (ValueError, ArithmeticError, TypeError):
        return
    check(laned_program(*call_of(f, args)), want, flat(list(args)), 1e-7)


@pytest.mark.parametrize("name", PICKS)
def test_dependence_is_what_the_entries_that_go_back_have(name: str) -> None:
    program = laned_program(*call_of(PICKS[name], [[0.3 * i for i in range(1, 9)]]))
    _, pattern = jacobian_program(program, 0)
    found = dependence(Builder(), program.instructions, program.outputs, program.inputs[0])
    assert (found.rows.tolist(), found.columns.tolist()) == (pattern.rows.tolist(), pattern.columns.tolist())


@pytest.mark.usefixtures("forward_only")
@pytest.mark.parametrize("name", PICKS)
def test_what_is_pushed_forward_is_the_engines(name: str) -> None:
    f, numbers = PICKS[name], [0.3 + 0.7 * i * (-1) ** i for i in range(9)]
    check(laned_program(*call_of(f, [numbers])), dense(f, [numbers]), numbers)


def test_columns_that_share_no_row_are_pushed_together(forward_only: None) -> None:
    def count(size: int) -> int:
        derived, _ = jacobian_program(laned_program(*call_of(PICKS["a chain"], [[0.1 * i for i in range(size)]])), 0)
        return len(derived)

    assert count(200) == count(40) < 40  # two colours, however long the chain

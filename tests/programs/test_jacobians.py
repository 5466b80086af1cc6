"""Sparse Jacobians as programs, by the way that computes less: guards, errors, several inputs, and nothing at all."""

from __future__ import annotations

import math
from typing import Any

import extras
import pytest
from evaluator import evaluate
from functions import call_of
from test_entries import check, dense

from autograd_lite.engine import table as ops
from autograd_lite.programs import jacobians
from autograd_lite.programs.building import Builder
from autograd_lite.programs.jacobians import jacobian_program
from autograd_lite.programs.lanes import laned_program
from autograd_lite.programs.program import OTHERWISE, RAISES


@pytest.fixture(params=["back", "forward"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways, whichever computes less."""
    extras.numpy.array  # noqa: B018  (skips where there is none)
    if request.param == "forward":
        monkeypatch.setattr(jacobians, "MOST_ROWS", -1)
    else:
        monkeypatch.setattr(jacobians, "_size", lambda program: 0)
    return str(request.param)


def test_guards_and_what_may_raise_go_along() -> None:
    numbers = [2.0, 3.0, 4.0, 5.0]
    program = laned_program(*call_of(lambda x: [ops.log(a) * a if a > 1.0 else a for a in x], [numbers]))
    derived, _ = jacobian_program(program, 0)
    assert evaluate(derived, [numbers]) == pytest.approx([math.log(a) + 1.0 for a in numbers], rel=1e-15)
    assert evaluate(derived, [[2.0, 0.5, 4.0, 5.0]]) is OTHERWISE
    loud, _ = jacobian_program(laned_program(*call_of(lambda x: [ops.log(a) + 0.0 for a in x], [numbers])), 0)
    assert evaluate(loud, [[2.0, 3.0, -4.0, 5.0]]) is RAISES


def test_an_infinity_on_the_side_that_is_not_taken_is_no_nan() -> None:
    numbers = [2.0, 3.0, 4.0, 5.0]
    program = laned_program(*call_of(lambda x: [ops.where(a > 0.0, ops.sqrt(a), 2.0 * a) for a in x], [numbers]))
    derived, _ = jacobian_program(program, 0)
    assert evaluate(derived, [numbers]) == pytest.approx([0.5 / math.sqrt(a) for a in numbers], rel=1e-15)
    found = evaluate(derived, [[4.0, 0.0, 4.0, 4.0]])
    assert found is RAISES or found == [0.25, 2.0, 0.25, 0.25]


def test_no_result_and_no_entry() -> None:
    build = Builder()
    x = build.input(0, 3)
    for outputs in ([], [2.5], [build.add(ops.sign, (x,))]):
        derived, pattern = jacobian_program(build.program([x], outputs), 0)
        assert (derived.outputs, len(pattern)) == ((), 0)


def test_a_part_of_the_entries_are_those_by_one_of_the_inputs() -> None:
    build = Builder()
    x, y = build.input(0, 3), build.input(1, 1)
    derived, pattern = jacobian_program(build.program([x, y], [build.add(ops.multiply, (x, y))]), 1)
    assert (pattern.rows.tolist(), pattern.columns.tolist()) == ([0, 1, 2], [0, 0, 0])
    assert evaluate(derived, [[2.0, 3.0, 4.0], [5.0]]) == [2.0, 3.0, 4.0]


def decay(parameters: Any, steps: int) -> list[Any]:
    """Many results of few numbers, each from the last."""
    rate, start = parameters
    out = [start]
    for _ in range(steps):
        out.append(out[-1] - 0.1 * rate * out[-1] * out[-1])
    return out


@pytest.mark.parametrize("steps", [2, 8, 12, 60])
def test_it_is_the_way_that_computes_less(steps: int, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = laned_program(*call_of(lambda x: decay(x, steps), [[0.5, 1.0]]))
    forced = jacobian_program(program, 0)[0]
    monkeypatch.undo()
    chosen, _ = check(program, dense(lambda x: decay(x, steps), [[0.5, 1.0]]), [0.5, 1.0])
    assert sum(x.lanes for x in chosen.instructions) <= sum(x.lanes for x in forced.instructions)
    if steps == 60 and way == "forward":
        assert str(chosen) == str(forced)

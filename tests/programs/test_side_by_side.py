"""The program of one sample for many: every sample by itself on plain floats is the judge."""

from __future__ import annotations

import math
from typing import Any

import extras
import pytest
from evaluator import evaluate
from extras import numpy as np
from functions import call_of

from autograd_lite import exp, log, where
from autograd_lite.programs import side_by_side
from autograd_lite.programs.program import GREATER, OTHERWISE, RAISES, Program
from autograd_lite.programs.side_by_side import (
    DONE,
    MAY_RAISE,
    NativeLanes,
    PythonLanes,
    Task,
    judging,
    lifted,
    picking,
)
from autograd_lite.programs.straight import straight_program

#: Samples of one block.
SMALL = 16


def one_sample(x: Any, y: Any, w: Any) -> list[Any]:
    return [log(x) * w if y > x else y, where(x > 2.0, x, exp(y)), w]


LISTING, _ = call_of(one_sample, (1.0, 2.0, 3.0))
ONE = straight_program(LISTING, [1, 1, 1])


@pytest.fixture(params=["python", "llvm"])
def lanes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    np.array  # noqa: B018  (skips where it is not installed)
    if request.param == "python":
        return PythonLanes(straight_program(LISTING, [3]))
    extras.llvmlite.parse_assembly  # noqa: B018  (skips where it is not installed)
    monkeypatch.setattr(side_by_side, "BLOCK", SMALL)
    return NativeLanes(ONE, 2, False)


def task(count: int) -> Task:
    """Samples some of which go another way, and some of which raise."""
    xs = np.array([(i % 7) - 1.5 for i in range(count)])
    ys = np.array([(i % 5) + 0.25 for i in range(count)])
    return Task([xs, ys], np.array([3.0]), [np.full(count, -9.0) for _ in range(3)], np.full(count, -1))


def expected(found: Task, i: int) -> Any:
    return evaluate(ONE, [[float(found.columns[0][i])], [float(found.columns[1][i])], [3.0]])


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 50])
def test_every_sample_is_as_by_itself(lanes: Any, count: int) -> None:
    made = task(count)
    lanes.run(made, range(count))
    for i in range(count):
        want = expected(made, i)
        assert made.state[i] == {RAISES: MAY_RAISE, OTHERWISE: side_by_side.OTHERWISE}.get(str(want), DONE), i
        if made.state[i] == DONE:
            assert [view[i] for view in made.views] == pytest.approx(want, rel=1e-14)


@pytest.mark.parametrize("pick", ["some", "a range"])
def test_only_what_is_asked_for_is_touched(lanes: Any, pick: str) -> None:
    made = task(60)
    chosen = np.arange(1, 60, 3) if pick == "some" else range(5, 38)
    lanes.run(made, chosen)
    others = [i for i in range(60) if i not in set(map(int, chosen))]
    assert (made.state[others] == -1).all()
    assert all((view[others] == -9.0).all() for view in made.views)
    for i in map(int, chosen):
        want = expected(made, i)
        assert (made.state[i] == DONE) == (type(want) is list)
        assert made.state[i] != DONE or [view[i] for view in made.views] == pytest.approx(want, rel=1e-14)


def test_numbers_beyond_the_last_sample_do_not_matter(lanes: Any) -> None:
    """Neither those that lie behind a column nor those of an earlier block, at all of which log raises."""
    whole = np.full(SMALL, -1.0)
    bad = Task([whole, np.ones(SMALL)], np.ones(1), [np.zeros(SMALL) for _ in range(3)], np.zeros(SMALL))
    whole[:3] = 2.0
    good = Task([whole[:3], np.full(3, 5.0)], np.ones(1), [np.zeros(3) for _ in range(3)], np.zeros(3))
    for chosen in (range(3), np.arange(3)):
        lanes.run(bad, np.arange(3, SMALL))
        assert set(bad.state[3:].tolist()) == {MAY_RAISE}
        lanes.run(good, chosen)
        assert good.state.tolist() == [DONE] * 3


def test_columns_of_any_kind_are_read(lanes: Any) -> None:
    spread = np.repeat(np.arange(1.0, 41.0), 2)[::2]
    made = Task([spread, np.arange(2, 42)], np.array([2.0]), [np.zeros(40) for _ in range(3)], np.zeros(40, int))
    lanes.run(made, range(40))
    assert made.views[0].tolist() == pytest.approx([math.log(i) * 2.0 for i in range(1, 41)], rel=1e-14)


def test_what_is_shared_stays_one_number() -> None:
    many = lifted(ONE, 2, 5)
    assert [x.lanes for x in many.inputs] == [5, 5, 1]
    assert [x.lanes for x in many.outputs] == [5, 5, 1]
    xs, ys = [1.0, 2.0, 3.0, 4.0, 5.0], [6.0] * 5
    rows = [evaluate(ONE, [[x], [y], [2.0]]) for x, y in zip(xs, ys, strict=True)]
    assert evaluate(many, [xs, ys, [2.0]]) == [*[row[0] for row in rows], *[row[1] for row in rows], 2.0]
    assert [guard.outcomes for guard in many.guards] == [(True,) * 5]


def test_guards_become_one_result() -> None:
    def ordered(x: Any, y: Any) -> Any:
        return x if x < y and not x > 5.0 else y

    judged = judging(lifted(straight_program(call_of(ordered, (1.0, 2.0))[0], [1, 1]), 2, 4))
    assert judged.guards == ()
    assert evaluate(judged, [[1.0, 3.0, 6.0, math.nan], [2.0, 2.0, 7.0, 0.0]])[4:] == [1.0, 0.0, 0.0, 0.0]
    free = judging(Program(ONE.inputs, ONE.instructions, ONE.outputs))
    assert evaluate(free, [[1.0], [2.0], [3.0]])[3:] == [1.0]
    assert GREATER in {x.operation for x in judged.instructions}


def test_picking() -> None:
    assert [*range(9)][picking(range(2, 5))] == [2, 3, 4]
    assert (np.arange(9)[picking(np.array([7, 2]))] == [7, 2]).all()

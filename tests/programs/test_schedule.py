"""Which section computes what, in which order, and memory whose parts do not meet."""

from __future__ import annotations

import math

import pytest
from lane_programs import call, gather, inputs, literals, numbers, on_lanes, program, scatter, total

from autograd_lite.engine import table as ops
from autograd_lite.programs import bodies as bodies_module
from autograd_lite.programs import schedule as schedule_module
from autograd_lite.programs.native import compile_native
from autograd_lite.programs.program import GATHER, INPUT, LITERALS, Instruction, Program
from autograd_lite.programs.schedule import Schedule, picked


def moving() -> Program:
    """Sums, gathers and scatters that need one another."""
    x, y, w = inputs(11, 5, 1)
    square = on_lanes(ops.multiply, x, w)
    backwards = gather([square, y], [(i % 2, i // 3) for i in range(11)])
    placed = scatter(on_lanes(ops.add, backwards, total(square)), [i % 5 for i in range(11)], 5)
    one = gather([placed], [(0, 4)])
    return program([on_lanes(ops.multiply, placed, one), on_lanes(ops.add, literals(*numbers(5)), y), total(placed)])


def test_a_section_waits_for_all_lanes_of_a_sum() -> None:
    x, w = inputs(9, 1)
    y = on_lanes(ops.multiply, x, w)
    whole = total(y)
    last = on_lanes(ops.multiply, y, whole)
    first, second = Schedule(program([last]), 4).sections
    assert (first.values, first.sums, second.values) == ([y], [whole], [last])


def test_each_value_comes_after_its_operands() -> None:
    made = moving()
    done: set[Instruction] = {x for x in made.instructions if x.operation in (INPUT, LITERALS)}
    for section in Schedule(made, 4).sections:
        for x in [*section.values, *section.sums, *filter(None, [section.scatter])]:
            # One lane of what is there is read where it is.
            sources = [y if y.operation is not GATHER or y.lanes > 1 else picked(y)[0] for y in x.sources()]
            assert done.issuperset(sources)
            done.add(x)


@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_places_in_memory_do_not_meet(width: int) -> None:
    schedule = Schedule(moving(), width)
    own = [x for x in schedule.places if not schedule.is_alias(x)]
    rooms = {x: 1 if x.lanes == 1 else width * math.ceil(x.lanes / width) for x in own}  # lanes in whole vectors
    taken = {x: range(schedule.places[x], schedule.places[x] + rooms[x]) for x in own}
    sums = [section for section in schedule.sections if section.sums]
    parts = [range(s.accumulators, s.accumulators + 2 * width * len(s.sums)) for s in sums] + [range(2 * width)]
    used = [place for part in [*taken.values(), *parts] for place in part]
    assert len(used) == len(set(used))
    assert max(used) < schedule.size
    assert all(place.start % width == 0 for x, place in taken.items() if x.lanes > 1)


def test_what_nothing_needs_is_in_no_section() -> None:
    (x,) = inputs(9)
    wanted, idle = on_lanes(ops.sin, x), on_lanes(ops.cos, x)
    schedule = Schedule(Program([x], [x, idle, wanted], [wanted]), 4)
    assert [section.values for section in schedule.sections] == [[wanted]]
    assert idle not in schedule.home


@pytest.mark.parametrize(("lanes", "is_copied"), [(9, True), (10_000, False)])
def test_an_input_is_copied_for_one_of_its_numbers_only_if_it_is_small(lanes: int, is_copied: bool) -> None:
    (x,) = inputs(lanes)
    made = program([on_lanes(ops.sin, gather([x], [(0, 7)]))])
    assert (x in Schedule(made, 4).copied) == is_copied


def test_what_takes_turns_in_a_result_is_not_brought_together_first() -> None:
    x, y = inputs(9, 9)
    a, b = on_lanes(ops.sin, x), on_lanes(ops.cos, y)
    turns = gather([a, b], [(k, i) for i in range(9) for k in (1, 0)])
    schedule = Schedule(program([y, turns], masked=[turns]), 4)
    assert schedule.outputs == [(y, 0, 1, 0), (b, 9, 2, 0), (a, 9, 2, 1)]
    assert [(section.values, section.masked) for section in schedule.sections] == [([a, b], [b, a])]
    for table in (
        [(k, i) for k in range(2) for i in range(9)],  # one after the other
        [(k, i) for i in range(9) for k in ((0, 1) if i else (1, 0))],
        [(k, 8 - i) for i in range(9) for k in range(2)],
        [(k, i) for i in range(8) for k in range(2)],  # not all of them
        [(k, min(i, 7)) for i in range(9) for k in range(2)],
    ):
        other = gather([a, b], table)
        assert Schedule(program([other]), 4).outputs == [(other, 0, 1, 0)]


@pytest.mark.usefixtures("llvm")
def test_one_loop_for_what_needs_no_other_lanes() -> None:
    x, w = inputs(9, 1)
    y = on_lanes(ops.multiply, x, w)
    assert compile_native(program([y, total(y)])).loops == 1
    assert compile_native(program([on_lanes(ops.multiply, y, total(y))])).loops == 2


@pytest.mark.usefixtures("llvm")
def test_large_sections_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = inputs(21, 1)
    values = [x, on_lanes(ops.multiply, x, w)]
    scalars = [w]
    for i in range(40):
        values.append(on_lanes(ops.add, values[-1 - i % 2], values[i // 2]))
        scalars.append(on_lanes(ops.subtract, scalars[-1], scalars[i // 3]))
    made = program([total(values[-1]), total(values[20]), values[30], on_lanes(ops.add, scalars[-1], scalars[9])])
    at_once = call(compile_native(made), made, [numbers(21), [3.0]])
    monkeypatch.setattr(schedule_module, "LARGEST_SECTION", 7)
    cut = compile_native(made)
    assert cut.loops > 3
    assert call(cut, made, [numbers(21), [3.0]]) == at_once
    monkeypatch.setattr(bodies_module, "LONGEST_BLOCK", 5)
    assert call(compile_native(made), made, [numbers(21), [3.0]]) == at_once

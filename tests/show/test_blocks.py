"""The picture of a program."""

from __future__ import annotations

import pytest

from autograd_lite import draw, jit, tanh, value_and_grad
from autograd_lite.engine import table as ops
from autograd_lite.programs.program import INPUT, SUM_OF_LANES, Instruction, Program
from autograd_lite.show.blocks import program_scene


def squares(lanes: int) -> Program:
    x = Instruction(INPUT, (), lanes, 0)
    square = Instruction(ops.multiply, (x, x), lanes)
    total = Instruction(SUM_OF_LANES, (square,), 1)
    return Program([x], [x, square, total], [total])


def test_each_instruction_is_a_box_with_its_operation_and_its_lanes() -> None:
    scene = program_scene(squares(4))
    assert [box.lines for box in scene.boxes] == [("input", "4 lanes"), ("*", "4 lanes"), ("sum_of_lanes",)]
    assert [(edge.tail, edge.head) for edge in scene.edges] == [("b0", "b1"), ("b1", "b2")]
    assert "3 instructions" in scene.alt


def test_many_instructions_that_compute_the_same_are_one_box() -> None:
    x = Instruction(INPUT, (), 1, 0)
    both = [Instruction(row, (x,), 1) for row in (ops.exp, ops.sin) for _ in range(100)]
    boxes = program_scene(Program([x], [x, *both], both)).boxes
    assert [box.lines for box in boxes] == [("input",), ("exp ×100",), ("sin ×100",)]


def test_a_program_too_long_for_a_picture_says_so() -> None:
    x = Instruction(INPUT, (), 1, 0)
    chain = [x]
    for _ in range(600):
        chain.append(Instruction(ops.sin, (chain[-1],), 1))
    with pytest.raises(ValueError, match=r"^draw: a program of 601 instructions is no picture; print it$"):
        program_scene(Program([x], chain, chain[-1:]))


def test_draw_takes_the_program_of_a_jitted_function() -> None:
    fast = jit(value_and_grad(lambda w, xs: sum([tanh(w * x) for x in xs])), backend="python")
    program = fast.program(0.5, [1.0, 2.0])
    assert "tanh" in str(draw(program))
    with pytest.raises(ValueError, match="unfold= is for the picture of the graph of a Value"):
        draw(program, unfold=True)

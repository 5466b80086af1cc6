"""The functions of a module's text: one that calls all others, and what parses."""

from __future__ import annotations

import re

import extras
import pytest

from autograd_lite.engine import table as ops
from autograd_lite.programs.assembly import assembled
from autograd_lite.programs.host import Host
from autograd_lite.programs.module import Module
from autograd_lite.programs.program import INPUT, SCATTER, SUM_OF_LANES, Instruction, Program
from autograd_lite.programs.schedule import Schedule


def text_of(program: Program, width: int = 4) -> str:
    return assembled(Schedule(program, width), Module(Host(width, False, False)))


def sum_of_squares(lanes: int) -> Program:
    x = Instruction(INPUT, (), lanes, 0)
    square = Instruction(ops.multiply, (x, x), lanes)
    total = Instruction(SUM_OF_LANES, (square,), 1)
    return Program([x], [x, square, total], [total])


@pytest.mark.parametrize("lanes", [2, 3, 4, 9])
def test_a_module_defines_its_functions_once_and_llvm_parses_it(lanes: int) -> None:
    text = text_of(sum_of_squares(lanes))
    names = re.findall(r"^define \w+ @(\w+)\(", text, re.MULTILINE)
    assert len(names) == len(set(names))
    assert {"run", "start", "finish"} <= set(names)
    extras.llvmlite.parse_assembly(text).verify()


def test_lanes_are_gone_through_by_vectors_of_the_host() -> None:
    assert "<4 x double>" in text_of(sum_of_squares(100), 4)
    assert "<8 x double>" in text_of(sum_of_squares(100), 8)
    assert "<8 x double>" not in text_of(sum_of_squares(100), 4)


def test_a_scatter_has_a_section_of_its_own() -> None:
    x = Instruction(INPUT, (), 4, 0)
    scattered = Instruction(SCATTER, (x,), 2, (0, 1, 0, 1))
    text = text_of(Program([x], [x, scattered], [scattered]))
    assert re.search(r"^define void @section0\(", text, re.MULTILINE)
    extras.llvmlite.parse_assembly(text).verify()

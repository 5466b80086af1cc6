"""The program of one sample, run for many: natively on lanes, a block of samples at a time, or one by one in Python."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from ..engine import table as ops
from .building import Builder
from .program import GATHER, INPUT, LITERALS, RAISES, Given, Guard, Instruction, Number, Program
from .python_source import PythonFunction

#: So many samples run in one native call: what they need stays in the cache, and Ctrl-C is answered after it.
BLOCK = 4096

#: How a sample went: its result is there, a guard came out otherwise, or it may raise.
DONE, OTHERWISE, MAY_RAISE = 0, 1, 2


class Task(NamedTuple):
    """What is to be computed.

    Attributes:
        columns: For each number of a sample those of all samples, NumPy arrays.
        shared: The numbers that all samples share, an array.
        views: For each result an array for those of all samples.
        state: How each sample went.
    """

    columns: Sequence[Any]
    shared: Any
    views: Sequence[Any]
    state: Any


def lifted(one: Program, samples: int, lanes: int) -> Program:
    """The program of many samples.

    Args:
        one: That of one.
        samples: How many of its inputs, the first ones, are numbers of a sample; all samples share the others.
        lanes: How many samples.

    >>> from autograd_lite import Value
    >>> from autograd_lite.programs.listing import listed
    >>> from autograd_lite.programs.straight import straight_program
    >>> x, w = Value(3.0), Value(2.0)
    >>> print(lifted(straight_program(listed([x, w], [x * w], []), [1, 1]), 1, 100))
        v0 = input 0                                            100 lanes
        v1 = input 1
        v2 = v0 * v1                                            100 lanes
    return v2
    """
    many: dict[Any, Instruction] = {}

    def operand(x: Given) -> Any:
        return tuple([operand(item) for item in x]) if type(x) is tuple else many.get(x, x)

    for x in one.instructions:
        operands = tuple([operand(item) for item in x.operands])
        if x.operation is INPUT:
            count = lanes if x.table < samples else x.lanes
        elif x.operation is GATHER or x.operation is LITERALS:
            count = 1
        else:
            count = max([source.lanes for source in Instruction(x.operation, operands, 1).sources()], default=1)
        many[x] = Instruction(x.operation, operands, count, x.table)
    inputs, outputs, masked, raising = [
        [many[x] for x in given] for given in (one.inputs, one.outputs, one.masked, one.raising)
    ]
    guards = [Guard(many[truth], outcomes * many[truth].lanes) for truth, outcomes in one.guards]
    return Program(inputs, list(many.values()), outputs, guards, masked, raising)


def judging(program: Program) -> Program:
    """A program of lanes with one more result in the place of guards: 1 where they come out as recorded, else 0."""
    build = Builder()
    build.extend(program.instructions)
    build.may_raise += program.raising
    agreed: Number = 1.0
    for truth, outcomes in program.guards:
        agreed = build.apply(ops.where, (truth, agreed, 0.0) if outcomes[0] else (truth, 0.0, agreed))
    last = agreed if type(agreed) is Instruction else build.add(LITERALS, (), (agreed,), 1)
    outputs = [*program.outputs, last]
    return Program(program.inputs, build.instructions, outputs, (), program.masked, program.raising)


def picking(lanes: Any) -> Any:
    """What picks samples, a range or an array of their numbers, out of an array."""
    return slice(lanes.start, lanes.stop) if type(lanes) is range else lanes


class PythonLanes:
    """A program of one sample that runs as Python, for one sample after the other.

    Args:
        one: The program.
    """

    def __init__(self, one: Program) -> None:
        self.one = one
        self.function = PythonFunction(one)

    def run(self, task: Task, lanes: Any) -> None:
        """Compute the results of some samples, given by a range or an array of their numbers."""
        where, shared = picking(lanes), task.shared.tolist()
        rows = zip(*[column[where].astype(float).tolist() for column in task.columns], strict=True)
        for lane, row in zip(lanes, rows, strict=True):
            found = self.function([[*row, *shared]])
            if type(found) is str:
                task.state[lane] = MAY_RAISE if found is RAISES else OTHERWISE
                continue
            task.state[lane] = DONE
            for view, x in zip(task.views, found, strict=True):
                view[lane] = x


class NativeLanes:
    """A program of one sample that runs as machine code, on lanes.

    Args:
        one: The program.
        samples: How many of its inputs are numbers of a sample.
        exact: Whether results must be those of Python to the last bit.
    """

    def __init__(self, one: Program, samples: int, exact: bool) -> None:
        from .native import compile_native

        self.one = one
        self._program = judging(lifted(one, samples, BLOCK))
        self.native = compile_native(self._program, exact=exact)
        self._samples = samples
        self._free: list[_Room] = []

    def run(self, task: Task, lanes: Any) -> None:
        """Compute the results of some samples, given by a range or an array of their numbers."""
        room = self._free.pop() if self._free else _Room(self._program, self._samples)
        try:
            blocks = _Blocks(self.native, room, task)
            for start in range(0, len(lanes), BLOCK):
                blocks.run(lanes[start : start + BLOCK])
        finally:
            self._free.append(room)


class _Room:
    """Where the numbers of one block go in and out."""

    def __init__(self, program: Program, samples: int) -> None:
        import numpy

        self.columns = [numpy.empty(BLOCK) for _ in range(samples)]
        self.starts = [column.ctypes.data for column in self.columns]
        self.addresses = (ctypes.c_void_p * len(program.inputs))()
        numbers = numpy.empty(sum([x.lanes for x in program.outputs]))
        self.result = numbers.ctypes.data
        ends = [*accumulate([x.lanes for x in program.outputs], initial=0)]
        self.results = [numbers[start:end] for start, end in pairwise(ends)]


class _Blocks:
    """One task, block by block."""

    def __init__(self, native: Any, room: _Room, task: Task) -> None:
        self._native, self._room, self._task = native, room, task
        if len(room.addresses) > len(task.columns):
            room.addresses[len(task.columns)] = task.shared.ctypes.data
        self._columns = [
            (x, x.ctypes.data if x.dtype == float and x.flags.carray else 0, row, start)
            for x, row, start in zip(task.columns, room.columns, room.starts, strict=True)
        ]

    def run(self, lanes: Any) -> None:
        """Put the results of a block of samples, a range or an array of their numbers, where they belong."""
        import numpy

        flags = self._flags(lanes)
        where, count, state = picking(lanes), len(lanes), self._task.state
        *results, agreed = [numbers[:count] for numbers in self._room.results]
        for view, numbers in zip(self._task.views, results, strict=True):
            view[where] = numbers
        state[where] = numpy.where(agreed, DONE, OTHERWISE)
        if flags:
            self._search(numpy.arange(len(state))[where][state[where] == DONE])

    def _flags(self, lanes: Any) -> int:
        """Run the program for so many samples as a block takes, and no more."""
        count, room = len(lanes), self._room
        whole = -(-count // self._native.width) * self._native.width
        is_there = type(lanes) is range and lanes.start + whole <= len(self._task.state)
        for i, (column, address, row, start) in enumerate(self._columns):
            if address and is_there:
                room.addresses[i] = address + 8 * lanes.start
            else:
                row[:count] = column[picking(lanes)]
                row[count:whole] = row[count - 1]
                room.addresses[i] = start
        flags: int = self._native.run(room.addresses, room.result, whole)
        return flags

    def _search(self, lanes: Any) -> None:
        """Halve a block until those are found that set a flag."""
        if not len(lanes) or not self._flags(lanes):
            return
        if len(lanes) == 1:
            self._task.state[lanes] = MAY_RAISE
            return
        self._search(lanes[: len(lanes) // 2])
        self._search(lanes[len(lanes) // 2 :])

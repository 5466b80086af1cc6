"""The backend that runs a program as machine code, on vectors of lanes, by way of LLVM."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from .assembly import assembled
from .host import EXACT_HOST, Host, binding, this_host
from .lowering import lowered
from .module import Module
from .program import Program
from .schedule import Schedule
from .vectors import Vectors

_POINTER = ctypes.c_void_p
_Run = ctypes.CFUNCTYPE(ctypes.c_int64, _POINTER, _POINTER, _POINTER, ctypes.c_int64)
_Start = ctypes.CFUNCTYPE(None, _POINTER, _POINTER)
_Section = ctypes.CFUNCTYPE(None, _POINTER, _POINTER, _POINTER, ctypes.c_int64, ctypes.c_int64)
_Finish = ctypes.CFUNCTYPE(ctypes.c_int64, _POINTER, _POINTER)

#: So many results of operations are computed before Python is asked whether somebody wants to interrupt.
_BLOCK = 10_000_000

#: What a run reports: an operation may have raised, or what is masked is not finite; a guard came out otherwise.
FLAG_ERROR, FLAG_GUARD = 1, 2


class Native:
    """A program as machine code; `compile_native` makes it.

    Attributes:
        llvm_ir: The assembly that it was made from.
        instructions: How many operations there are after lowering.
        loops: How many loops over lanes.
        width: How many lanes are in a vector.
    """

    def __init__(self, program: Program, host: Host) -> None:
        module = Module(host)
        primitive = lowered(program, Vectors(module, host.width).has, host.is_exact)
        schedule = Schedule(primitive, host.width)
        self.llvm_ir = assembled(schedule, module)
        self.instructions = len(primitive)
        self.loops = sum(section.lanes > 1 for section in schedule.sections)
        self.width = host.width
        self._size, self._lanes = schedule.size, schedule.lanes
        self._kept = module.tables, module.callbacks
        self._failures = module.failures
        self._engine = _compiled(self.llvm_ir)
        self._run: Callable[[Any, int, int, int], int] = _Run(self._engine.get_function_address("run"))
        if sum(section.lanes * len(section.values) for section in schedule.sections) > _BLOCK:
            self._run = _in_blocks(self._engine, schedule)
        self._addresses = ctypes.c_void_p * len(program.inputs)
        self._free: list[Any] = []

    def run(self, inputs: Sequence[int] | ctypes.Array[ctypes.c_void_p], outputs: int, lanes: int = 0) -> int:
        """Compute the results.

        Args:
            inputs: For each input the address of its doubles; a caller may keep an array of ctypes for them.
            outputs: The address where there is room for all results.
            lanes: Go through so many lanes of the longest loop and no more, which fill whole vectors; 0 for all.

        Returns:
            `FLAG_ERROR` and `FLAG_GUARD`, or 0: if it is not 0 the results are not to be used.
        """
        try:
            scratch = self._free.pop()
        except IndexError:
            scratch = _Scratch(self._size)
        try:
            table = inputs if isinstance(inputs, ctypes.Array) else self._addresses(*inputs)
            flags: int = self._run(table, outputs, scratch.address, lanes or self._lanes)
        finally:
            self._free.append(scratch)
        if self._failures:
            raise self._failures.pop()
        return flags


def compile_native(program: Program, *, exact: bool = False, host: Host | None = None) -> Native:
    """Compile a program for this machine.

    Args:
        program: Any.
        exact: Whether results must be those of Python to the last bit.
        host: What to compile for, instead of this machine.

    Returns:
        What runs it.

    Raises:
        ImportError: llvmlite is not installed.

    >>> from ..engine.table import exp
    >>> from .program import INPUT, Instruction
    >>> x = Instruction(INPUT, (), 2, 0)
    >>> y = Instruction(exp, (x,), 2)
    >>> native = compile_native(Program([x], [x, y], [y]))
    >>> numbers, results = (ctypes.c_double * 2)(0.0, float('-inf')), (ctypes.c_double * 2)()
    >>> native.run([ctypes.addressof(numbers)], ctypes.addressof(results)), list(results)
    (0, [1.0, 0.0])
    """
    return Native(program, EXACT_HOST if exact else host or this_host())


def _in_blocks(engine: Any, schedule: Schedule) -> Callable[[Any, int, int, int], int]:
    """What runs a program section by section, and sections in blocks of lanes, between which Python handles signals."""
    start, finish = _Start(engine.get_function_address("start")), _Finish(engine.get_function_address("finish"))
    steps = []
    for k, section in enumerate(schedule.sections):
        function = _Section(engine.get_function_address(f"section{k}"))
        block = _BLOCK // max(1, len(section.values)) // schedule.width * schedule.width
        block = section.lanes if section.scatter else max(block, schedule.width)
        is_longest = section.lanes == schedule.lanes and not section.scatter
        steps += [(function, at, min(at + block, section.lanes), is_longest) for at in range(0, section.lanes, block)]

    def run(inputs: Any, outputs: int, scratch: int, lanes: int) -> int:
        start(inputs, scratch)
        for function, first, last, is_longest in steps:
            end = min(last, lanes) if is_longest else last
            if first < end:
                function(inputs, outputs, scratch, first, end)
        flags: int = finish(outputs, scratch)
        return flags

    return run


class _Scratch:
    """Memory of one call at a time, zero at first, that begins where a line of the cache does."""

    def __init__(self, size: int) -> None:
        self._memory = (ctypes.c_char * (8 * size + 63))()
        self.address = -(-ctypes.addressof(self._memory) // 64) * 64


def _compiled(text: str) -> Any:
    llvm = binding()
    module = llvm.parse_assembly(text)
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=0, jit=True)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine

"""The backend that runs a program as machine code, on vectors of lanes, by way of LLVM."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from .assembly import Assembly
from .host import EXACT_HOST, Host, binding, this_host
from .lowering import lowered
from .program import Program
from .schedule import Schedule
from .vectors import Vectors

_Run = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)

#: What a run reports: an operation may have raised, or what is masked is not finite; a guard came out otherwise.
FLAG_ERROR, FLAG_GUARD = 1, 2


class Native:
    """A program as machine code; `compile_native` makes it.

    Attributes:
        llvm_ir: The assembly that it was made from.
        instructions: How many operations there are after lowering.
        loops: How many loops over lanes.
    """

    def __init__(self, program: Program, host: Host) -> None:
        code = Assembly(host)
        primitive = lowered(program, Vectors(code, host.width).has)
        schedule = Schedule(primitive, host.width)
        self.llvm_ir = code.text(schedule)
        self.instructions = len(primitive)
        self.loops = sum(section.lanes > 1 for section in schedule.sections)
        self._size = schedule.size
        self._kept = code.tables, code.callbacks
        self._failures = code.failures
        self._engine = _compiled(self.llvm_ir)
        self._run = _Run(self._engine.get_function_address("run"))
        self._addresses = ctypes.c_void_p * len(program.inputs)
        self._free: list[Any] = []

    def run(self, inputs: Sequence[int] | ctypes.Array[ctypes.c_void_p], outputs: int) -> int:
        """Compute the results.

        Args:
            inputs: For each input the address of its doubles; a caller may keep an array of ctypes for them.
            outputs: The address where there is room for all results.

        Returns:
            `FLAG_ERROR` and `FLAG_GUARD`, or 0: if it is not 0 the results are not to be used.
        """
        try:
            scratch = self._free.pop()
        except IndexError:
            scratch = _Scratch(self._size)
        try:
            table = inputs if isinstance(inputs, ctypes.Array) else self._addresses(*inputs)
            flags: int = self._run(table, outputs, scratch.address)
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

    Raises:
        ImportError: llvmlite is not installed.
    """
    return Native(program, EXACT_HOST if exact else host or this_host())


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

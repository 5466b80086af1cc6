"""Programs that run: the choice of a backend, the arrays that go in and out, and derivatives of a program's results."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from .building import Builder, Lane
from .differentiate import pull_back
from .lanes import laned_program
from .listing import Listing
from .program import INPUT, Instruction, Program
from .python_source import PythonFunction
from .straight import straight_program

#: A program of more instructions runs as no Python function: it would take long to compile.
MOST_IN_PYTHON = 25_000
#: A program of fewer nodes runs as Python in any case: a native call takes as long as these.
FEW = 40
#: A program of more instructions is not compiled at all.
MOST = 1_000_000


class TooLargeError(Exception):
    """A program is larger than any backend takes."""


def has_native() -> bool:
    """Whether what the native backend needs is installed."""
    return find_spec("llvmlite") is not None and find_spec("numpy") is not None


class Shown:
    """What is to be seen of a program.

    Args:
        program: Any.
        run: What runs it, or a form of it: a `PythonFunction`, or what has native code in it.
    """

    def __init__(self, program: Program, run: Any) -> None:
        self.program, self._run = program, run

    def __str__(self) -> str:
        return str(self.program)

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """The instructions of the program."""
        return self.program.instructions

    @property
    def lanes(self) -> dict[int, int]:
        """How many instructions there are of so many lanes."""
        return dict(Counter([x.lanes for x in self.program.instructions]))

    @property
    def python_source(self) -> str:
        """What runs, for the Python backend.

        Raises:
            AttributeError: It runs natively.
        """
        if not isinstance(self._run, PythonFunction):
            raise AttributeError('python_source: this program runs natively; write jit(f, backend="python") for it')
        return self._run.source

    @property
    def llvm_ir(self) -> str:
        """What was compiled, for the native backend.

        Raises:
            AttributeError: It runs as Python.
        """
        if isinstance(self._run, PythonFunction):
            raise AttributeError('llvm_ir: this program runs as Python; write jit(f, backend="llvm") for it')
        found: str = self._run.native.llvm_ir
        return found


class Runnable(Shown):
    """A program with the backend that runs it.

    Args:
        listing: What was recorded.
        units: How many numbers each input has.
        backend: ``"python"``, ``"llvm"``, or None for what is best.
        exact: Whether every bit must be the engine's.

    Raises:
        TooLargeError: No backend takes it.
        ImportError: ``backend`` is not installed.
    """

    def __init__(self, listing: Listing, units: Sequence[int], backend: str | None, exact: bool) -> None:
        start = time.perf_counter()
        self.backend = backend or ("llvm" if has_native() and not exact and len(listing.rows) > FEW else "python")
        if self.backend == "python":
            self.program = straight_program(listing, units)
            if len(self.program) > MOST_IN_PYTHON and not backend and not exact and has_native():
                self.backend = "llvm"
        if self.backend == "llvm":
            self.program = (straight_program if exact else laned_program)(listing, units)
        self._compile(exact)
        self.compile_time = time.perf_counter() - start

    @classmethod
    def of(cls, program: Program, backend: str, exact: bool) -> Runnable:
        """What runs a program that is there already."""
        start = time.perf_counter()
        found = object.__new__(cls)
        found.backend, found.program = backend, program
        found._compile(exact)
        found.compile_time = time.perf_counter() - start
        return found

    def _compile(self, exact: bool) -> None:
        self._exact = exact
        self._gradients: dict[int, Runnable] = {}
        most = MOST_IN_PYTHON if self.backend == "python" else MOST
        if len(self.program) > most:
            raise TooLargeError(
                f"its program has {len(self.program)} instructions without repetition, more than the {most} that the "
                f"{self.backend} backend takes"
            )
        if self.backend == "python":
            self._run = PythonFunction(self.program)
        else:
            from .calling import NativeFunction

            self._run = NativeFunction(self.program, self._exact)

    def run(self, units: Sequence[Any]) -> Any:
        """The results, for a list of floats or an array in the place of each input; or `OTHERWISE` or `RAISES`."""
        return self._run(units)

    def gradient(self, output: int, inputs: Sequence[tuple[int, int]]) -> Runnable:
        """The derivatives of one of its results by inputs, each a unit and a lane of it."""
        if output not in self._gradients:
            program = gradient_program(self.program, output, inputs)
            self._gradients[output] = Runnable.of(program, self.backend, self._exact)
        return self._gradients[output]


def gradient_program(program: Program, output: int, inputs: Sequence[tuple[int, int]]) -> Program:
    """The program of the derivatives of one result by inputs, at inputs for which the guards are known to hold."""
    build = Builder()
    build.extend(program.instructions)
    places = [(x, lane) for x in program.outputs for lane in range(x.lanes)]
    wanted: list[Lane] = [(program.inputs[unit], lane) for unit, lane in inputs]
    is_straight = all(x.lanes == 1 or x.operation is INPUT for x in program.instructions)
    if is_straight:  # and stays so: by the numbers that are picked from the inputs
        wanted = [(build.gather([place]), 0) for place in wanted]
    found, is_masked = pull_back(build, build.instructions[:], [(places[output], 1.0)], wanted)
    outputs = [build.gather([place]) for place in found] if is_straight else [build.gather(found)]
    return build.program(program.inputs, outputs, (), outputs if is_masked or program.masked else [])

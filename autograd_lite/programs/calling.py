"""Native code, called with lists of floats and NumPy arrays."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from .native import FLAG_GUARD, compile_native
from .program import OTHERWISE, RAISES, Program


class NativeFunction:
    """A program that runs as machine code.

    Args:
        program: Any.
        exact: Whether results must be those of Python to the last bit.
    """

    def __init__(self, program: Program, exact: bool) -> None:
        import numpy

        self.native = compile_native(program, exact=exact)
        self._count = sum([x.lanes for x in program.outputs])
        self._numpy = numpy

    def __call__(self, units: Sequence[Any]) -> Any:
        """The results for a list of floats, or an array, in the place of each input; or `OTHERWISE` or `RAISES`."""
        numpy = self._numpy
        kept: list[Any] = [array("d", x) if type(x) is list else numpy.ascontiguousarray(x, float) for x in units]
        addresses = [x.buffer_info()[0] if type(x) is array else x.__array_interface__["data"][0] for x in kept]
        found = numpy.empty(self._count)
        flags = self.native.run(addresses, found.__array_interface__["data"][0])
        if flags:
            return OTHERWISE if flags & FLAG_GUARD else RAISES
        return found

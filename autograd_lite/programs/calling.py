"""Native code, called with lists of floats and NumPy arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from .native import FLAG_GUARD, compile_native
from .program import OTHERWISE, RAISES, Program

#: Fewer numbers than this are copied to a place whose address is known.
SMALL = 20_000


class NativeFunction:
    """A program that runs as machine code.

    Args:
        program: Any.
        exact: Whether results must be those of Python to the last bit.
    """

    def __init__(self, program: Program, exact: bool) -> None:
        import numpy

        self.native = compile_native(program, exact=exact)
        self._sizes = [x.lanes for x in program.inputs]
        self._count = sum([x.lanes for x in program.outputs])
        self._small = sum(self._sizes) + self._count < SMALL
        self._free: list[_Room] = []
        self._numpy = numpy

    def __call__(self, units: Sequence[Any]) -> Any:
        """The results for a list of floats, or an array, in the place of each input; or `OTHERWISE` or `RAISES`.

        They are an array of their own at each call.
        """
        if not self._small:
            return self._at_their_place(units)
        room = self._free.pop() if self._free else _Room(self._sizes, self._count)
        try:
            for place, x in zip(room.places, units, strict=True):
                place[:] = x if type(x) is list else x.reshape(-1)
            flags = self.native.run(room.addresses, room.result)
            return self._said(flags) if flags else room.results.copy()
        finally:
            self._free.append(room)

    def _at_their_place(self, units: Sequence[Any]) -> Any:
        """The same without copies of arrays."""
        kept = [self._numpy.ascontiguousarray(x, float) for x in units]
        found = self._numpy.empty(self._count)
        flags = self.native.run([x.ctypes.data for x in kept], found.ctypes.data)
        return self._said(flags) if flags else found

    def _said(self, flags: int) -> str:
        return OTHERWISE if flags & FLAG_GUARD else RAISES


class _Room:
    """Where numbers go in and out, of one call at a time: an array's address takes as long to ask as it is copied."""

    def __init__(self, sizes: Sequence[int], count: int) -> None:
        import numpy

        self.places = [numpy.empty(size) for size in sizes]
        self.results = numpy.empty(count)
        self.addresses = (ctypes.c_void_p * len(sizes))(*[place.ctypes.data for place in self.places])
        self.result = self.results.ctypes.data

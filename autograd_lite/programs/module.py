"""A module of LLVM's assembly: its functions, and the tables and functions of Python that they refer to."""

from __future__ import annotations

import ctypes
import struct
from array import array
from collections.abc import Callable, Iterable
from math import nan
from typing import Any

from ..engine.operation import Operation
from .host import Host

#: A function of Python that native code calls, with addresses of operands and of results, a vector of each.
Callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


class Module:
    """Functions of assembly, and the tables and functions of Python that they refer to.

    Args:
        host: What they are for.

    Attributes:
        tables: Numbers that the code refers to by their addresses.
        callbacks: Functions of Python that it refers to, by row and by how many numbers are in each operand.
        failures: Exceptions that such functions raised, other than those of mathematics.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.tables: dict[Any, Any] = {}
        self.callbacks: dict[Any, Any] = {}
        self.failures: list[BaseException] = []
        self.functions: dict[str, str] = {}

    def text(self) -> str:
        return "\n".join(self.functions.values())

    def define(self, name: str, text: Callable[[], str]) -> str:
        """The name of a function, which is written if it is not there."""
        if name not in self.functions:
            self.functions[name] = text()
        return f"@{name}"

    def declare(self, name: str, result: str, operands: Iterable[str]) -> str:
        return self.define(name, lambda: f"declare {result} @{name}({', '.join(operands)})")

    def table(self, kind: str, numbers: Iterable[Any]) -> str:
        """The address of a table of doubles ("d") or whole numbers ("q"), filled up to vectors with its last."""
        found = array(kind, numbers)
        found.extend(found[-1:] * (-len(found) % self.host.width))
        kept = self.tables.setdefault((kind, found.tobytes()), found)
        return f"inttoptr (i64 {kept.buffer_info()[0]} to ptr)"

    def callback(self, row: Operation, sizes: tuple[int, ...], width: int) -> str:
        """The address of a function that calls a row for each lane of a vector."""
        key = (row, sizes, width)
        if key not in self.callbacks:
            self.callbacks[key] = Callback(_calling(row.value, sizes, width, self.failures))
        return f"inttoptr (i64 {ctypes.cast(self.callbacks[key], ctypes.c_void_p).value} to ptr)"


def _calling(
    value: Callable[..., float], sizes: tuple[int, ...], width: int, failures: list[BaseException]
) -> Callable[[int, int], None]:
    """What calls a function for each lane; a size of -1 is that of an operand that is no group."""
    given = ctypes.c_double * (width * sum(map(abs, sizes)))
    found = ctypes.c_double * width

    def call(operands: int, results: int) -> None:
        numbers, answers = given.from_address(operands), found.from_address(results)
        for lane in range(width):
            rest = iter(numbers[lane::width])
            try:
                answers[lane] = value(
                    *[next(rest) if size < 0 else tuple([next(rest) for _ in range(size)]) for size in sizes]
                )
            except (ValueError, ArithmeticError):
                answers[lane] = nan
            except BaseException as failure:  # a callback has nobody to raise it to
                failures.append(failure)
                answers[lane] = nan

    return call


def bits(x: float) -> str:
    """A double as assembly has it, to the last bit.

    >>> bits(1.0)
    '0x3FF0000000000000'
    """
    return f"0x{struct.unpack('<Q', struct.pack('<d', x))[0]:016X}"


def vector(kind: str, width: int) -> str:
    """The type of a vector, or of its only lane.

    >>> vector("double", 4), vector("double", 1)
    ('<4 x double>', 'double')
    """
    return kind if width == 1 else f"<{width} x {kind}>"


def function(name: str, parameters: str, lines: Iterable[str], result: str = "void") -> str:
    """The text of a function.

    >>> print(function("f", "", ["ret void"]))
    define void @f() {
    entry:
    ret void
    }
    <BLANKLINE>
    """
    return f"define {result} @{name}({parameters}) {{\nentry:\n" + "\n".join(lines) + "\n}\n"

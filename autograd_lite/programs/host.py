"""What the machine offers to native code: the width of its vectors, and functions of mathematics."""

from __future__ import annotations

import platform
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple


class Host(NamedTuple):
    """What native code is made for.

    Attributes:
        width: How many doubles are in a vector; 1 for code that goes lane by lane.
        has_fma: Whether there is a fused multiplication and addition.
        has_vector_functions: Whether functions on vectors are to be taken from glibc's libmvec where it has them.
        is_exact: Whether results must be those of Python to the last bit.
    """

    width: int
    has_fma: bool
    has_vector_functions: bool
    is_exact: bool = False

    def vector_function(self, name: str, arity: int) -> str:
        """The symbol of a function of the C library on vectors; empty where there is none."""
        letter, needed = _LETTERS.get((platform.machine().lower(), self.width), ("", ""))
        if not (self.has_vector_functions and letter and (not needed or features().get(needed))):
            return ""
        symbol = f"_ZGV{letter}N{self.width}{'v' * arity}_{name}"
        return symbol if address_of(symbol) else ""


#: For code whose results are those of Python to the last bit: sums go from lane to lane.
EXACT_HOST = Host(1, False, False, True)


#: What the names of vector functions say of the instructions in them, and what not every such machine has of these.
_LETTERS = {
    ("x86_64", 8): ("e", "avx512f"),
    ("x86_64", 4): ("d", "avx2"),
    ("x86_64", 2): ("b", ""),
    ("aarch64", 2): ("n", ""),
}


def binding() -> Any:
    """llvmlite's interface to LLVM, ready for use.

    Raises:
        ImportError: llvmlite is not installed.
    """
    try:
        import llvmlite.binding as llvm
    except ImportError:
        raise ImportError('native code needs llvmlite: pip install "autograd_lite[native]"') from None
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


@cache
def address_of(symbol: str) -> int:
    """Where a function of the C library, or of libmvec, is; 0 if there is none of that name."""
    llvm = binding()
    _load_vector_library()
    return llvm.address_of_symbol(symbol) or 0


@cache
def _load_vector_library() -> None:
    with suppress(RuntimeError):  # not glibc, or an old one: functions are called lane by lane
        binding().load_library_permanently("libmvec.so.1")


@cache
def features() -> dict[str, bool]:
    """What the processor can do, by LLVM's names."""
    return dict(binding().get_host_cpu_features())


@cache
def this_host() -> Host:
    """The machine that this runs on."""
    width = 8 if features().get("avx512f") else 4 if features().get("avx2") else 2
    is_arm = platform.machine().lower() in ("aarch64", "arm64")
    return Host(width, features().get("fma", is_arm), True)

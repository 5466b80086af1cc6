"""What a machine offers: names of vector functions by its ABI, addresses in the C library, and a clear remedy."""

from __future__ import annotations

import ctypes
import platform
import sys

import pytest
from lane_programs import inputs, program

from autograd_lite.programs import host as host_module
from autograd_lite.programs.host import EXACT_HOST, Host, address_of, this_host
from autograd_lite.programs.native import compile_native


@pytest.mark.parametrize(
    ("machine", "width", "name", "arity", "symbol"),
    [
        ("x86_64", 2, "exp", 1, "_ZGVbN2v_exp"),
        ("x86_64", 4, "pow", 2, "_ZGVdN4vv_pow"),
        ("x86_64", 8, "sin", 1, "_ZGVeN8v_sin"),
        ("aarch64", 2, "log", 1, "_ZGVnN2v_log"),
        ("aarch64", 4, "log", 1, ""),
        ("riscv64", 2, "log", 1, ""),
    ],
)
def test_vector_functions_have_the_names_of_the_vector_abi(
    monkeypatch: pytest.MonkeyPatch, machine: str, width: int, name: str, arity: int, symbol: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(host_module, "address_of", lambda name: 1)
    monkeypatch.setattr(host_module, "features", lambda: {"avx2": True, "avx512f": True})
    assert Host(width, False, True).vector_function(name, arity) == symbol
    assert Host(width, False, False).vector_function(name, arity) == ""
    monkeypatch.setattr(host_module, "address_of", lambda name: 0)  # a library without it
    assert Host(width, False, True).vector_function(name, arity) == ""


def test_a_vector_function_is_not_called_on_a_processor_without_its_instructions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(host_module, "address_of", lambda name: 1)
    monkeypatch.setattr(host_module, "features", lambda: {"avx2": True, "avx512f": False})
    symbols = [Host(width, False, True).vector_function("exp", 1) for width in (2, 4, 8)]
    assert symbols == ["_ZGVbN2v_exp", "_ZGVdN4v_exp", ""]


def test_exact_code_goes_lane_by_lane_and_rounds_as_python_does() -> None:
    assert EXACT_HOST.is_exact
    assert EXACT_HOST.width == 1
    assert not EXACT_HOST.has_fma
    assert not EXACT_HOST.has_vector_functions


@pytest.mark.usefixtures("llvm")
def test_an_address_is_that_of_the_function() -> None:
    hypot = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_double)(address_of("hypot"))
    assert hypot(3.0, 4.0) == 5.0
    assert address_of("no_such_function") == 0


@pytest.mark.usefixtures("llvm")
def test_this_machine_has_vectors_of_a_power_of_2() -> None:
    assert this_host().width in (2, 4, 8)
    assert not this_host().is_exact


def test_without_llvmlite_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    with pytest.raises(ImportError, match=r'pip install "autograd_lite\[native\]"'):
        compile_native(program(inputs(1)))

"""Packages that are not everywhere: a test that touches one which is missing is skipped, and says so."""

from __future__ import annotations

import importlib
from typing import Any, NoReturn

import pytest


class Missing:
    """Stands for a package that cannot be imported."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, attribute: str) -> NoReturn:
        if attribute.startswith("__"):  # asked for by Python and pytest themselves
            raise AttributeError(attribute)
        pytest.skip(f"{self.name} is not installed")


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return Missing(name)


numpy = _imported("numpy")
llvmlite = _imported("llvmlite.binding")
pygraphviz = _imported("pygraphviz")
optimize = _imported("scipy.optimize")

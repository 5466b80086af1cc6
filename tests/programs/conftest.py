"""The backends that programs are tested on."""

from __future__ import annotations

import extras
import pytest


@pytest.fixture(params=["python", "llvm"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name == "llvm":
        extras.llvmlite.initialize_native_target  # noqa: B018  (skips where there is none)
    return name

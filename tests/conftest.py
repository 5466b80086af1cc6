"""Options and settings that all tests share."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", type=int, default=1, help="how many times over the chains of a million are built")

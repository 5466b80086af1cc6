"""Options and settings that all tests share."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", type=int, default=1, help="how many times over the chains of a million are built")
    parser.addoption("--points", type=int, default=0, help="points a row against mpmath; 0 for a quick choice")

"""A command line where something is missing."""

from __future__ import annotations

import pytest

import autograd_lite.show.render as render
from autograd_lite.cli import demo


@pytest.fixture
def no_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "RENDERERS", (render.Layered(),))


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration that draws nothing, for tests of something else."""
    monkeypatch.setattr(demo, "_write_all", lambda *_: True)

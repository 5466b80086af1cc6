"""Axes to draw on, and a watch over matplotlib, which every plot must leave as it was."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

mpl.use("Agg")


@pytest.fixture
def ax() -> Axes:
    return Figure().subplots()


@pytest.fixture(autouse=True)
def _pyplot_is_left_alone(request: pytest.FixtureRequest) -> Iterator[None]:
    from matplotlib import pyplot

    settings = dict(mpl.rcParams)
    yield
    if "opens_figure" not in request.fixturenames:
        assert pyplot.get_fignums() == []
    pyplot.close("all")
    assert dict(mpl.rcParams) == settings


@pytest.fixture
def opens_figure() -> None:
    """The test makes a figure of pyplot's."""

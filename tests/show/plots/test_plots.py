"""Plots: what is drawn is what the numbers say, on the Axes given, with nothing else touched."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from plotted import XS, bowl

from autograd_lite import nn, plots, sin

EVERY: dict[str, Callable[[Any], Any]] = {
    "activations": lambda ax: plots.activations("relu", ax=ax),
    "contours": lambda ax: plots.contours(bowl, (0, 0), ax),
    "decision_boundary": lambda ax: plots.decision_boundary(lambda x: x[0], XS, [0, 1, 1, 1], ax),
    "derivatives": lambda ax: plots.derivatives(sin, ax=ax),
    "descent": lambda ax: plots.descent(bowl, (0, 0), ax=ax),
    "descent_losses": lambda ax: plots.descent_losses(bowl, (0, 0), ax=ax),
    "difference_error": lambda ax: plots.difference_error(sin, 1.0, ax),
    "histograms": lambda ax: plots.histograms(nn.MLP(1, [1]), [[1.0]], [1.0], ax, loss="mse"),
    "level_sets": lambda ax: plots.level_sets(bowl, (0, 0), ax),
    "loss_curve": lambda ax: plots.loss_curve([1.0, 0.5], ax, label="a"),
    "surface": lambda ax: plots.surface(bowl, ax=ax),
    "tangent": lambda ax: plots.tangent(sin, 1.0, ax=ax),
    "taylor": lambda ax: plots.taylor(sin, 1.0, ax=ax),
}


def test_every_plot_is_among_them() -> None:
    assert sorted([*EVERY, "slider"]) == plots.__all__ == sorted(plots.__all__)  # which makes several of them


def axes_for(name: str) -> Any:
    if name == "histograms":
        return Figure().subplots(1, 2)
    return Figure().subplots(subplot_kw={"projection": "3d"} if name == "surface" else {})


@pytest.mark.parametrize("name", EVERY)
def test_every_plot_draws_on_what_it_is_given(name: str) -> None:
    given = axes_for(name)
    assert EVERY[name](given) is given
    for ax in np.ravel(given):
        assert ax.get_xlabel()
        texts = [t for t in ax.findobj(mpl.text.Text) if t.get_text() and t.get_visible()]
        assert min(t.get_fontsize() for t in texts) >= 8
    np.ravel(given)[0].figure.canvas.draw()


@pytest.mark.usefixtures("opens_figure")
@pytest.mark.parametrize("name", EVERY)
def test_every_plot_makes_a_figure_without(name: str) -> None:
    from matplotlib import pyplot

    made = EVERY[name](None)
    assert [np.ravel(made)[0].figure] == [pyplot.figure(n) for n in pyplot.get_fignums()]
    pyplot.gcf().canvas.draw()


@pytest.mark.parametrize("name", EVERY)
def test_without_matplotlib_every_plot_says_the_remedy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [module for module in sys.modules if module.split(".")[0] == "matplotlib"] + ["matplotlib.pyplot"]:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=r"plots need matplotlib.*not installed: pip install") as found:
        EVERY[name](None)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize("name", ["contours", "decision_boundary", "descent", "histograms", "level_sets", "surface"])
def test_without_numpy_plots_of_grids_say_the_remedy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = axes_for(name)
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(ImportError, match=r"plots need numpy, which is not installed: pip install"):
        EVERY[name](given)

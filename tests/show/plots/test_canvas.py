"""What all plots share: axes with numbers enough, and functions that are functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.axes import Axes

from autograd_lite import Value, plots


@pytest.mark.parametrize(
    ("course", "ticks"),
    [
        ([0.52, 0.48], ["0.48", "0.485", "0.49", "0.495", "0.5", "0.505", "0.51", "0.515", "0.52"]),
        ([2.0, 0.1], ["0.1", "0.2", "0.5", "1", "2"]),
        ([1.0, 1e-4], ["0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1"]),
    ],
)
def test_a_logarithmic_axis_has_enough_numbers(course: list[float], ticks: list[str], ax: Axes) -> None:
    plots.loss_curve(course, ax)
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    shown = [t for t, y in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True) if low <= y <= high]
    assert [t.get_text() for t in shown] == ticks
    assert not any(t.get_text() for t in ax.get_yticklabels(minor=True))  # else numbers run into each other


def test_an_axis_is_logarithmic_only_if_all_its_curves_can_be(ax: Axes) -> None:
    plots.loss_curve([1.0, 0.5], ax)
    assert ax.get_yscale() == "log"
    plots.loss_curve([1.0, 0.0], ax)
    assert ax.get_yscale() == "linear"


@pytest.mark.parametrize("what", [None, "x**2", 3.0, Value(1.0)])
@pytest.mark.parametrize(
    ("plot", "rest"),
    [
        (plots.tangent, [1.0]),
        (plots.derivatives, []),
        (plots.taylor, [1.0]),
        (plots.difference_error, [1.0]),
        (plots.surface, []),
        (plots.contours, []),
        (plots.level_sets, [[1.0, 2.0]]),
        (plots.descent, [[1.0, 2.0]]),
        (plots.descent_losses, [[1.0, 2.0]]),
    ],
)
def test_what_is_no_function_is_refused(plot: Callable[..., Any], rest: list[Any], what: Any) -> None:
    with pytest.raises(TypeError, match=rf"^{plot.__name__}(: f)?: needs a function, got {re.escape(repr(what))}$"):
        plot(what, *rest)

"""Functions that several plots show, and what was drawn, read again from its Axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

XS = [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [2.0, 2.0]]


def lines(ax: Axes) -> list[Any]:
    """The points of every boundary that is drawn."""
    sets = [c for c in ax.collections if c.get_label().startswith("_") and not c.get_facecolor().size]
    return [path.vertices for contours in sets for path in contours.get_paths() if len(path.vertices)]


def colour_at(ax: Axes, x: float, y: float) -> str | None:
    """The colour of the region around a point."""
    for region in ax.collections:
        filled = region.get_facecolor().size and region.get_alpha() is not None
        if filled and any(path.contains_point((x, y)) for path in region.get_paths()):
            return to_hex(region.get_facecolor()[0])
    return None


BLUE, ORANGE, GREEN = "#0072b2", "#e69f00", "#009e73"


def curve(ax: Axes, label: str) -> np.ndarray:
    """The points of the line that has a label."""
    [line] = [line for line in ax.lines if line.get_label() == label]
    return np.asarray(line.get_xydata())


def legend(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def bowl(w1: Any, w2: Any) -> Any:
    return (w1 - 1) ** 2 + (w2 + 0.5) ** 2

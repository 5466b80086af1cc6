"""Plots of functions of two numbers: the surface, its level sets and gradients, and paths down into its valleys."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from ...calculus.functional import value_and_grad
from ...engine.numbers import number, whole
from ...transcript.texts import short
from .canvas import (
    COLOURS,
    DARK,
    STEPS,
    TEXT,
    Interval,
    arguments,
    axes,
    between,
    heights,
    imported,
    label_axes,
    legend,
    line_style,
    margins,
    marked,
    several,
    slopes,
    spread,
)
from .learning import loss_curve

Function = Callable[[Any, Any], Any]
Point = tuple[float, float]
Limits = tuple[Interval, Interval]

ARROW = 0.22  # the longest arrow's share of the picture
RED = COLOURS[5]


def surface(f: Function, at: Any = (), ax: Any = None, *, limits: Limits | None = None) -> Any:
    """A function of two numbers as a surface over the plane.

    Args:
        f: A function of two numbers, such as a loss of two weights.
        at: A point, a pair of numbers, or several, to mark on the surface.
        ax: The matplotlib Axes to draw on, made with ``projection="3d"``; a new figure if None.
        limits: Of the plane, ((left, right), (bottom, top)); if None, around the points, or from -3 to 3.

    Returns:
        The Axes. Where f has no finite value there is a hole.

    Raises:
        ValueError: The Axes are flat, f has no finite value within the limits or at the points, or limits are no
            intervals.
        ImportError: matplotlib or numpy is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = surface(lambda x, y: x**2 + y**2, ax=Figure().add_subplot(projection="3d"))
    >>> ax.get_zlabel()
    'f(x, y)'
    """
    points = _points(at, "surface")
    tops = heights(f, points, "surface") if points else []
    grid = _Grid(f, limits or _around(points), "surface")
    ax = axes(ax, subplot_kw={"projection": "3d"})
    if not hasattr(ax, "plot_surface"):
        raise ValueError('surface: needs Axes made with projection="3d"')
    ax.computed_zorder = False  # else the surface would hide the points
    ax.plot_surface(*grid.mesh(), cmap="cividis", rcount=30, ccount=30, edgecolor=DARK, linewidth=0.3, zorder=1)
    if points:
        ax.scatter(*zip(*points, strict=True), tops, color=RED, edgecolors="black", s=45, depthshade=False, zorder=3)
    ax.set(xlabel=grid.names[0], ylabel=grid.names[1], zlabel=f"f({', '.join(grid.names)})")
    return ax


def contours(f: Function, at: Any = (), ax: Any = None, *, limits: Limits | None = None) -> Any:
    """Contour lines of a function of two numbers, with its negative gradient at points: the steepest way down.

    Args:
        f: A function of two numbers, such as a loss of two weights.
        at: A point, a pair of numbers, or several, with an arrow each.
        ax: The matplotlib Axes to draw on; a new figure if None.
        limits: Of the plot, ((left, right), (bottom, top)); if None, around the points, or from -3 to 3.

    Returns:
        The Axes. All arrows are drawn on one scale, which the legend says.

    Raises:
        ValueError: f has no finite value within the limits, or no finite gradient at a point, or limits are no
            intervals.
        ImportError: matplotlib or numpy is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = contours(lambda x, y: x**2 + y**2, [(1.0, 1.0)], Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['-∇f × 0.2']
    """
    points = _points(at, "contours")
    arrows = [_gradient(f, point, "contours", -1.0) for point in points]
    grid = _Grid(f, limits or _around(points), "contours")
    ax = axes(ax)
    grid.draw(ax)
    if points:
        _arrows(ax, grid, points, arrows, "-∇f")
    return ax


def level_sets(f: Function, at: Any, ax: Any = None, *, limits: Limits | None = None) -> Any:
    """The level sets through points, with the gradient there: orthogonal to them, the steepest way up.

    Args:
        f: A function of two numbers.
        at: A point, a pair of numbers, or several.
        ax: The matplotlib Axes to draw on; a new figure if None.
        limits: Of the plot, ((left, right), (bottom, top)); if None, around the points.

    Returns:
        The Axes. All arrows are drawn on one scale, which the legend says.

    Raises:
        ValueError: There is no point, f has no finite value or gradient at one, or limits are no intervals.
        ImportError: matplotlib or numpy is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = level_sets(lambda x, y: x**2 + 4 * y**2, [(1.0, 1.0)], Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['f = 5', '∇f × 0.1']
    """
    points = _points(at, "level_sets")
    if not points:
        raise ValueError("level_sets: needs one point at least")
    arrows = [_gradient(f, point, "level_sets") for point in points]
    levels = heights(f, points, "level_sets")
    grid = _Grid(f, limits or _around(points), "level_sets")
    ax = axes(ax)
    grid.draw(ax, levels)
    _arrows(ax, grid, points, arrows, "∇f")
    return ax


def descent(
    f: Function,
    start: Sequence[float],
    learning_rates: Any = 0.1,
    steps: int = 30,
    ax: Any = None,
    *,
    limits: Limits | None = None,
) -> Any:
    """Paths of gradient descent on the contour lines of a function of two numbers.

    Args:
        f: A function of two numbers, such as a loss of two weights.
        start: Where all paths begin.
        learning_rates: η, a number above 0, or several, with a path each.
        steps: How many, each from θ to θ - η∇f(θ).
        ax: The matplotlib Axes to draw on; a new figure if None.
        limits: Of the plot, ((left, right), (bottom, top)); if None, around the paths that do not diverge.

    Returns:
        The Axes. What lies outside of the limits is cut, and the legend says at which step a path leaves.

    Raises:
        ValueError: f has no finite gradient at the start, a learning rate is not above 0, there is no step, or
            limits are no intervals.
        ImportError: matplotlib or numpy is not installed.

    >>> from matplotlib.figure import Figure
    >>> f = lambda x, y: (x - 3) ** 2 + 2 * (y + 1) ** 2
    >>> ax = descent(f, (0.0, 0.0), 0.1, 2, Figure().subplots())
    >>> ax.lines[0].get_xydata().round(12).tolist()
    [[0.0, 0.0], [0.6, -0.4], [1.08, -0.64]]
    """
    paths = _paths(f, start, learning_rates, steps, "descent")
    grid = _Grid(f, limits or _holding(paths), "descent")
    ours, ax = ax is None, axes(ax)
    grid.draw(ax)
    for k, path in enumerate(paths):  # the first on top, the others wider, so that none is hidden
        style = {**marked(k), "linewidth": 1.5 + 0.8 * k, "markersize": 5.0 + 1.5 * k, "zorder": 3.0 - 0.01 * k}
        xs, ys = zip(*path.points, strict=True)
        ax.plot(xs, ys, label=path.label(grid.limits), markevery=_apart(path.points, grid.limits), **style)
    ax.plot(*paths[0].points[0], "*", color="white", markeredgecolor="black", markersize=14, label="start", zorder=4)
    legend(ax, below=ours)
    return ax


def descent_losses(
    f: Function, start: Sequence[float], learning_rates: Any = 0.1, steps: int = 30, ax: Any = None
) -> Any:
    """The function's value along paths of gradient descent, step by step.

    Args:
        f: A function of two numbers, such as a loss of two weights.
        start: Where all paths begin.
        learning_rates: η, a number above 0, or several, with a curve each.
        steps: How many, each from θ to θ - η∇f(θ).
        ax: The matplotlib Axes to draw on; a new figure if None.

    Returns:
        The Axes; the value has a logarithmic axis unless it falls below 0. What rises far above the start is cut.

    Raises:
        ValueError: f has no finite gradient at the start, a learning rate is not above 0, or there is no step.
        ImportError: matplotlib or numpy is not installed.

    >>> from matplotlib.figure import Figure
    >>> f = lambda x, y: (x - 3) ** 2 + 2 * (y + 1) ** 2
    >>> ax = descent_losses(f, (0.0, 0.0), 0.1, 2, Figure().subplots())
    >>> ax.lines[0].get_ydata().round(12).tolist()
    [11.0, 6.48, 3.9456]
    """
    paths = _paths(f, start, learning_rates, steps, "descent_losses")
    log = min([z for path in paths for z in path.values]) >= 0 < paths[0].values[0]
    ax = axes(ax)
    for path in paths:
        loss_curve(path.values, ax, label=path.label(), log=log)
    label_axes(ax, "step", f"f({', '.join(arguments(f, 'x', 'y'))})")
    if any(path.diverges for path in paths):
        first = paths[0].values[0]
        ax.set_ylim(top=10.0 * first if log else first + max(abs(first), 1.0))
    return ax


class _Path(NamedTuple):
    """One descent: where it was before the first step and after each, and what f was there."""

    rate: float
    points: list[Point]
    values: list[float]
    steps: int

    @property
    def diverges(self) -> bool:
        """Whether it ends higher than it began, by more than rounding."""
        return self.values[-1] > self.values[0] + 1e-9 * abs(self.values[0])

    def label(self, limits: Limits | None = None) -> str:
        """The learning rate, and what became of the path."""
        news = ["diverges"] if self.diverges else []
        if limits is not None:
            gone = [k for k, point in enumerate(self.points) if not _within(point, limits)]
            news += [f"leaves at step {gone[0]}"] if gone else []
        if len(self.points) <= self.steps:
            news += [f"no finite gradient after step {len(self.points) - 1}"] if not self.diverges else []
        return f"η = {short(self.rate)}" + (f": {', '.join(news)}" if news else "")


def _paths(f: Function, start: Any, rates: Any, steps: int, where: str) -> list[_Path]:
    count = whole(steps, f"{where}: steps")
    etas = [number(r, f"{where}: a learning rate", above=0.0) for r in several(rates, f"{where}: learning_rates")]
    point = several(start, f"{where}: start")
    if len(point) != 2:
        raise ValueError(f"{where}: start must be two numbers, got {start!r}")
    _gradient(f, (point[0], point[1]), where)
    return [_descended(f, (point[0], point[1]), eta, count) for eta in etas]


def _descended(f: Function, point: Point, rate: float, steps: int) -> _Path:
    path = _Path(rate, [], [], steps)
    both = value_and_grad(f, argnums=(0, 1))
    for _ in range(steps + 1):
        try:
            z, slope = both(*point)
        except (ValueError, ArithmeticError):  # f ends here
            break
        if not all(map(math.isfinite, (*point, z, *slope))):
            break
        path.points.append(point)
        path.values.append(z)
        point = point[0] - rate * slope[0], point[1] - rate * slope[1]
    return path


def _holding(paths: list[_Path]) -> Limits:
    """Limits around the paths that stay, or, if none does, around the first step of each."""
    settled = [point for path in paths if not path.diverges for point in path.points]
    return _around(settled or [point for path in paths for point in path.points[:2]], 0.15, 0.3)


# --- The plane ---


class _Grid:
    """A function on a grid, and how it is drawn as a map."""

    def __init__(self, f: Function, limits: Limits, where: str) -> None:
        np = imported("numpy")
        self.limits = across, up = between(*limits[0], where), between(*limits[1], where)
        self.xs, self.ys = spread(*across, STEPS), spread(*up, STEPS)
        zs = heights(f, [(x, y) for y in self.ys for x in self.xs], where)
        self.zs = np.ma.masked_invalid(np.reshape(zs, (len(self.ys), len(self.xs))))
        self.names = arguments(f, "x", "y")

    def mesh(self) -> Any:
        """As `plot_surface` wants it."""
        np = imported("numpy")
        return *np.meshgrid(self.xs, self.ys), self.zs.filled(math.nan)

    def draw(self, ax: Any, through: Sequence[float] = ()) -> None:
        """Contour lines with their values; those of the levels in ``through`` stand out."""
        levels = self._levels()
        if levels:
            ax.contourf(self.xs, self.ys, self.zs, levels=levels, cmap="cividis", alpha=0.2, extend="both")
            lines = ax.contour(self.xs, self.ys, self.zs, levels=levels, colors="#777777", linewidths=0.8)
            if not through:
                ax.clabel(lines, fmt=short, fontsize=TEXT, colors=DARK)
        for k, level in enumerate(sorted(set(through))):
            style = line_style(k)
            if self.zs.min() < level < self.zs.max():  # matplotlib warns where there is no line to draw
                kinds = {"colors": style["color"], "linestyles": [style["linestyle"]], "linewidths": 2.4}
                ax.contour(self.xs, self.ys, self.zs, levels=[level], **kinds)
            ax.plot([], [], label=f"f = {short(level)}", **style)  # for the legend
        ax.set(xlim=self.limits[0], ylim=self.limits[1], xlabel=self.names[0], ylabel=self.names[1])
        width, height = (high - low for low, high in self.limits)
        if 0.25 <= width / height <= 4.0:  # where right angles can be seen as such
            ax.set_aspect("equal")

    def _levels(self) -> list[float]:
        """About ten round heights; where most of the plane lies low, more of them below."""
        np = imported("numpy")
        low, high = float(self.zs.min()), float(self.zs.max())
        if not low < high:
            return []
        found = imported("matplotlib.ticker").MaxNLocator(10).tick_values(low, high)
        if float(np.ma.median(self.zs)) - low < 0.1 * (high - low):
            shares = np.quantile(self.zs.compressed(), [k / 10 for k in range(1, 10)])
            found = [float(f"{z:.2g}") for z in shares]
        levels = sorted({float(z) for z in found if low < z < high})
        return levels if len(levels) > 1 else []  # as many as matplotlib asks for to fill between


def _points(at: Any, where: str) -> list[Point]:
    """One pair of finite numbers, or several, as a list."""
    rows = list(at)
    if rows and not isinstance(rows[0], Iterable):
        rows = [rows]
    points = [several(row, f"{where}: a point") for row in rows]
    for point in points:
        if len(point) != 2:
            raise ValueError(f"{where}: a point must be two numbers, got {point}")
    return [(x, y) for x, y in points]


def _around(points: Sequence[Point], share: float = 0.5, least: float = 0.5) -> Limits:
    """Limits with room for what surrounds the points, more than a strip in either direction."""
    if not points:
        return (-3.0, 3.0), (-3.0, 3.0)
    xs, ys = zip(*points, strict=True)
    span = max(max(xs) - min(xs), max(ys) - min(ys))
    room = least * span or 2.0
    return margins(xs, share, room), margins(ys, share, room)


def _within(point: Point, limits: Limits) -> bool:
    return all(low <= x <= high for x, (low, high) in zip(point, limits, strict=True))


def _apart(points: Sequence[Point], limits: Limits) -> list[int]:
    """Which points to mark, so that marks do not run into a blot."""
    least = 0.015 * math.dist(*zip(*limits, strict=True))
    kept = [0]
    for k, point in enumerate(points):
        if math.dist(point, points[kept[-1]]) >= least:
            kept.append(k)
    return kept


def _gradient(f: Function, point: Point, where: str, sign: float = 1.0) -> Point:
    """The gradient, up or down."""
    x, y = slopes(f, point, where)
    if math.isinf(math.hypot(x, y)):
        raise ValueError(f"{where}: the gradient at {point} has no finite length: {(x, y)}")
    return sign * x, sign * y


def _arrows(ax: Any, grid: _Grid, points: list[Point], arrows: list[Point], name: str) -> None:
    """An arrow at each point, all on one scale, so that the longest has its share of the picture."""
    room = ARROW * min(high - low for low, high in grid.limits)
    longest = max(math.hypot(*arrow) for arrow in arrows)
    scale = _round(room / longest) if longest > 1e-290 else 1.0
    us, vs = zip(*arrows, strict=True)
    xs, ys = zip(*points, strict=True)
    label = name if scale == 1.0 else f"{name} × {short(scale)}"
    drawn = {"angles": "xy", "scale_units": "xy", "scale": 1.0 / scale, "color": RED, "width": 0.008}
    ax.quiver(xs, ys, us, vs, label=label, edgecolor="black", linewidth=0.5, zorder=3, **drawn)
    ax.scatter(xs, ys, color="black", s=22, zorder=4)
    legend(ax)


def _round(x: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above a number.

    >>> _round(0.3), _round(7.0)
    (0.2, 5.0)
    """
    power = math.floor(math.log10(x))
    return max(float(f"{digit}e{power}") for digit in (1, 2, 5) if float(f"{digit}e{power}") <= x)

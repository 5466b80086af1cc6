"""What all plots share: Axes, lines told apart without colour, numbers on a grid, ticks."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...calculus.functional import grad
from ...engine.modes import no_grad
from ...engine.numbers import is_number, number
from ...engine.value import Value
from ...transcript.texts import short
from ..dot_text import INSTALL

# Colours of M. Okabe and K. Ito (2008), told apart by colour-blind eyes, and markers for those who see none.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
# Of lines: without the yellow, which is lost on white. Seven colours and six dashes make 42 kinds.
INKS = (*COLOURS[:6], "#000000")
DASHES = ("-", "--", "-.", ":", (0, (6, 1.5, 1, 1.5, 1, 1.5)), (0, (10, 3)))
DARK = "#333333"
TEXT = 9  # points; the size of legends and notes
STEPS = 60  # of a grid, each way
POINTS = 400  # of a curve, less one; even, so that the middle of an interval is among them

Interval = tuple[float, float]


# --- Axes ---


def imported(name: str) -> Any:
    """A module that is not part of the standard library."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise ImportError(f"plots need {name}, which is not installed: {INSTALL}") from None


def axes(ax: Any, size: Interval = (6.0, 4.2), **settings: Any) -> Any:
    """The Axes given, or those of a new figure, which notebooks show by themselves."""
    if ax is not None:
        return ax
    figure = imported("matplotlib.pyplot").figure(figsize=size, layout="constrained")
    return figure.subplots(**settings)


def panels(ax: Any, count: int, where: str) -> list[Any]:
    """So many Axes out of an array or a sequence of them."""
    found = list(getattr(ax, "flat", ax))
    if len(found) < count:
        raise ValueError(f"{where}: needs {count} Axes, got {len(found)}")
    return found[:count]


def line_style(k: int) -> dict[str, Any]:
    """How the k-th line looks: a colour, and dashes for those who see none.

    >>> line_style(1)
    {'color': '#E69F00', 'linestyle': '--', 'linewidth': 1.8}
    """
    return {"color": INKS[k % len(INKS)], "linestyle": DASHES[k % len(DASHES)], "linewidth": 1.8}


def marked(k: int) -> dict[str, Any]:
    """The k-th line's style with markers that differ, too."""
    return {**line_style(k), "marker": MARKERS[k % len(MARKERS)], "markersize": 6, "markeredgecolor": "black"}


def label_axes(ax: Any, x: str, y: str) -> None:
    """Label the axes, with a faint grid behind."""
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.grid(visible=True, alpha=0.3)


def legend(ax: Any, below: bool = False) -> None:
    """What the lines mean: where it hides least of them, or below all, for which the figure must be laid out by us."""
    style = {"fontsize": TEXT, "framealpha": 0.9, "handlelength": 3.0}
    if below:
        ax.figure.legend(loc="outside lower center", ncols=2, **style)
    else:
        ax.legend(loc="best", **style)


def frame(ax: Any, lo: float, hi: float, ys: Iterable[float]) -> None:
    """Limits from the numbers that matter, which later lines do not move; what goes beyond is cut."""
    ax.set_xlim(lo, hi)
    ax.set_ylim(*margins(ys, 0.08))


def log_ticks(axis: Any, shown: Sequence[float], most: int = 10) -> None:
    """As many numbers on a logarithmic axis as it takes to read it, whether it spans a tenth of a decade or twenty."""
    ticker = imported("matplotlib.ticker")
    decades = math.log10(max(shown)) - math.log10(min(shown)) if shown else 0.0
    axis.set_minor_formatter(ticker.NullFormatter())
    if 2 * decades > most:
        axis.set_major_locator(ticker.LogLocator(numticks=most))
        axis.set_major_formatter(ticker.LogFormatterSciNotation())
        return
    axis.set_major_formatter(ticker.FuncFormatter(lambda x, _: short(x)))
    if decades < 0.8:
        axis.set_major_locator(ticker.MaxNLocator(most - 1, steps=[1, 2, 2.5, 5, 10]))
        axis.set_minor_locator(ticker.NullLocator())
    else:
        axis.set_major_locator(ticker.LogLocator(subs=(1.0, 2.0, 5.0) if 3 * decades <= most else (1.0, 3.0)))


def described(figure: Any) -> str:
    """What a figure shows, for who does not see it: its titles, what its axes and lines are called.

    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> _ = ax.set(xlabel="x", ylabel="f(x)"), ax.plot([1, 2], label="slope 6"), ax.legend()
    >>> described(ax.figure)
    'A plot of f(x) over x, with slope 6.'
    """
    titles = [figure.get_suptitle(), *map(_described, figure.axes)]
    return " ".join(dict.fromkeys([f"{title.rstrip('.')}." for title in titles if title])) or "A plot."


def _described(ax: Any) -> str:
    """One panel in words; nothing where it says nothing of itself, such as the scale of colours."""
    boxes = [box for box in (ax.get_legend(), *ax.figure.legends) if box is not None]
    lines = [text.get_text() for box in boxes for text in box.get_texts()] + [text.get_text() for text in ax.texts]
    names = " over ".join([name for name in (ax.get_ylabel(), ax.get_xlabel()) if name])
    said = f"A plot of {names}" if names else "A plot" if lines or ax.get_title() else ""
    return said + (f", {ax.get_title()}" if ax.get_title() else "") + (f", with {', '.join(lines)}" if lines else "")


# --- Numbers ---


def plain(x: Any, where: str) -> float:
    """A number without its memory."""
    return x.data if isinstance(x, Value) else number(x, where)


def several(x: Any, where: str) -> list[float]:
    """One finite number, or a sequence of them, as a list that is not empty."""
    single = isinstance(x, Value) or is_number(x) or not isinstance(x, Iterable)
    numbers = [plain(item, where) for item in ([x] if single else x)]
    if not numbers or not all(map(math.isfinite, numbers)):
        raise ValueError(f"{where}: needs one finite number at least, and no other, got {x!r}")
    return numbers


def between(lo: Any, hi: Any, where: str) -> Interval:
    """An interval, made sure of."""
    low, high = plain(lo, where), plain(hi, where)
    if not -math.inf < low < high < math.inf:
        raise ValueError(f"{where}: lo must be below hi, and both finite, got lo = {low!r}, hi = {high!r}")
    return low, high


def margins(xs: Iterable[float], share: float, least: float = 0.0) -> Interval:
    """From the smallest to the largest of some numbers, with room at both sides.

    >>> margins([0.0, math.nan, 10.0], 0.1)
    (-1.0, 11.0)
    """
    finite = [x for x in xs if math.isfinite(x)]
    low, high = min(finite), max(finite)
    room = max(share * (high - low), least) or 1.0
    return low - room, high + room


def spread(lo: float, hi: float, count: int = POINTS) -> list[float]:
    """Equally spaced numbers from lo to hi.

    >>> spread(0.0, 1.0, 4)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    return [lo + (hi - lo) * (k / count) for k in range(count)] + [hi]


def needs_function(f: Any, where: str) -> None:
    """
    Raises:
        TypeError: It is none.
    """
    if not callable(f):
        raise TypeError(f"{where}: needs a function, got {f!r:.80}")


def heights(f: Callable[..., Any], points: Iterable[Any], where: str) -> list[float]:
    """The function at each point, a number or a tuple of them; nan, a gap in the picture, where it is not finite.

    Raises:
        TypeError: It is no function.
        ValueError: It is finite nowhere.

    >>> heights(math.log, [0.0, 1.0], "here")
    [nan, 0.0]
    """
    needs_function(f, where)
    arguments = [point if isinstance(point, tuple) else (point,) for point in points]
    found, reason = [], ""
    with no_grad():
        for point in arguments:
            y = math.nan
            try:
                result = f(*point)  # a root of a negative float is complex
                y = math.nan if isinstance(result, complex) else plain(result, f"{where}: the function's result")
            except (ValueError, ArithmeticError) as error:
                reason = f": {error}"
            found.append(y if math.isfinite(y) else math.nan)
    if all(map(math.isnan, found)):
        first, last = _shown(arguments[0]), _shown(arguments[-1])
        raise ValueError(f"{where}: has no finite value {'at' if first == last else f'from {first} to'} {last}{reason}")
    return found


def slopes(f: Callable[..., Any], point: tuple[float, ...], where: str) -> tuple[float, ...]:
    """The function's gradient at a point.

    Raises:
        ValueError: The function ends before the point, or has no derivative there.

    >>> slopes(lambda x, y: x * y, (2.0, 5.0), "here")
    (5.0, 2.0)
    """
    needs_function(f, where)
    try:
        found = grad(f, argnums=range(len(point)))(*point)
    except (ValueError, ArithmeticError) as error:
        raise ValueError(f"{where}: there is no gradient at {_shown(point)}: {error}") from None
    if any(map(math.isnan, found)):
        raise ValueError(f"{where}: the gradient at {_shown(point)} is nan")
    return tuple(found)


def _shown(point: tuple[float, ...]) -> str:
    return short(point[0]) if len(point) == 1 else f"({', '.join(map(short, point))})"


def arguments(f: Callable[..., Any], *usual: str) -> tuple[str, ...]:
    """What a function calls its arguments, for the axes.

    >>> arguments(lambda w, b: w + b, "x", "y"), arguments(math.sin, "x")
    (('w', 'b'), ('x',))
    """
    code = getattr(f, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code else ()
    return names if len(names) == len(usual) else usual

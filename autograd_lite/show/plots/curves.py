"""Plots of functions of one number: tangents, derivatives, activations, Taylor polynomials, differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from ... import nn
from ...calculus import functional
from ...calculus.functional import grad
from ...engine.numbers import whole
from ...transcript.texts import short
from .canvas import (
    INKS,
    MARKERS,
    TEXT,
    Interval,
    arguments,
    axes,
    between,
    frame,
    heights,
    label_axes,
    legend,
    line_style,
    log_ticks,
    marked,
    needs_function,
    panels,
    plain,
    several,
    slopes,
    spread,
)

Function = Callable[[Any], Any]


def tangent(f: Function, at: Any, lo: float | None = None, hi: float | None = None, ax: Any = None) -> Any:
    """A function with its tangent at a point, or at several: the straight line whose slope is the derivative.

    Args:
        f: A function of one number.
        at: The point, or a sequence of them.
        lo: Where the picture begins; if None, 2 below the points.
        hi: Where it ends; if None, 2 above them.
        ax: The matplotlib Axes to draw on; a new figure if None.

    Returns:
        The Axes. The legend says the slope at each point. Where f has no finite value there is a gap.

    Raises:
        ValueError: There is no derivative at a point, or the point lies outside of the picture.
        ImportError: matplotlib is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = tangent(lambda x: x**2, 3.0, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['f(x)', 'slope 6 at (3, 9)']
    """
    points = several(at, "tangent: at")
    lo, hi = _around(points, lo, hi, "tangent")
    touched = [(x, *heights(f, [(x,)], "tangent"), *slopes(f, (x,), "tangent")) for x in points]
    ax = _drawn(f, lo, hi, ax, "tangent")
    for x, y, slope in touched:
        if math.isinf(slope):
            line = [(x, ax.get_ylim()[0]), (x, y), (x, ax.get_ylim()[1])]
        else:
            line = [(lo, y + slope * (lo - x)), (x, y), (hi, y + slope * (hi - x))]
        label = f"slope {short(slope)} at ({short(x)}, {short(y)})"
        style = {**marked(len(ax.lines)), "linestyle": "--", "linewidth": 1.2}  # seen also where it lies on a line
        ax.plot(*zip(*line, strict=True), label=label, **style, markevery=[1])
    legend(ax)
    return ax


def derivatives(f: Function, lo: float = -5.0, hi: float = 5.0, ax: Any = None) -> Any:
    """A function with its derivative and its second derivative, grad(f) and grad(grad(f)).

    Args:
        f: A function of one number.
        lo: Where the picture begins.
        hi: Where it ends.
        ax: The matplotlib Axes to draw on; a new figure if None.

    Returns:
        The Axes. Where a function has no finite value there is a gap.

    Raises:
        ValueError: ``lo`` is not below ``hi``, or there is no finite value between them.
        ImportError: matplotlib is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = derivatives(lambda x: x**3, -1.0, 1.0, Figure().subplots())
    >>> [float(line.get_ydata()[-1]) for line in ax.lines]
    [1.0, 3.0, 6.0]
    """
    lo, hi = between(lo, hi, "derivatives")
    [x], xs, curves = arguments(f, "x"), spread(lo, hi), []
    for name in ("f", "f′", "f″"):
        curves.append((f"{name}({x})", heights(f, xs, f"derivatives: {name}")))
        f = grad(f)
    ax = axes(ax)
    for name, ys in curves:
        ax.plot(xs, ys, label=name, **line_style(len(ax.lines)))
    ax.set_xlim(lo, hi)
    label_axes(ax, x, "")
    legend(ax)
    return ax


def activations(
    which: str | Function | Iterable[str | Function] = tuple(nn.ACTIVATIONS),
    lo: float = -5.0,
    hi: float = 5.0,
    ax: Any = None,
) -> Any:
    """Activations with their derivatives: where the derivative is near 0, the gradient vanishes.

    Args:
        which: A name of `nn.ACTIVATIONS` or a function of one number, or several of them; all that have names if
            nothing is said.
        lo: Where the picture begins.
        hi: Where it ends.
        ax: One matplotlib Axes for all, or an array with one for each; a new figure if None.

    Returns:
        The Axes; for several activations an array with one for each, unless one Axes was given for all.

    Raises:
        ValueError: A name is unknown, there is none, ``lo`` is not below ``hi``, or there are too few Axes.
        ImportError: matplotlib is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = activations("sigmoid", ax=Figure().subplots())
    >>> float(max(ax.lines[1].get_ydata()))
    0.25
    """
    chosen = [which] if isinstance(which, str) or callable(which) else list(which)
    if not chosen:
        raise ValueError(f"activations: name one at least of {', '.join(nn.ACTIVATIONS)}")
    lo, hi = between(lo, hi, "activations")
    xs, curves = spread(lo, hi), []
    for name, f in map(_activation, chosen):
        ys, ds = [heights(g, xs, f"activations: {name}") for g in (f, grad(f))]
        curves.append((name, ys, ds))
    ax = _small_axes(len(curves)) if ax is None else ax
    panelled = not hasattr(ax, "plot")
    together = len(curves) > 1 and not panelled
    places = panels(ax, len(curves), "activations") if panelled else [ax] * len(curves)
    for k, (place, (name, ys, ds)) in enumerate(zip(places, curves, strict=True)):
        styles = [line_style(0), line_style(1)]
        if panelled:
            place.set_title(name, fontsize=TEXT)
        elif together:
            marks = {"marker": MARKERS[k % len(MARKERS)], "markevery": (10 * k % 50, 50)}
            styles = [{**style, "color": INKS[k % len(INKS)], **marks} for style in styles]
        place.plot(xs, ys, label="f(x)" if panelled else name, **styles[0])
        place.plot(xs, ds, label="f′(x)" if panelled else f"{name}′", **styles[1])
        place.set_xlim(lo, hi)
        label_axes(place, "x", "")
        if k == 0 or together:
            legend(place)
    return ax


def taylor(
    f: Function,
    at: float,
    orders: int | Iterable[int] = (1, 2, 3),
    lo: float | None = None,
    hi: float | None = None,
    ax: Any = None,
) -> Any:
    """A function with its Taylor polynomials at a point.

    Args:
        f: A function of one number.
        at: The point.
        orders: The degree of each polynomial, 0 or above; one, or several.
        lo: Where the picture begins; if None, 2 below the point.
        hi: Where it ends; if None, 2 above it.
        ax: The matplotlib Axes to draw on; a new figure if None.

    Returns:
        The Axes. The vertical axis is that of f: polynomials that leave it are cut.

    Raises:
        ValueError: There is no order, or a negative one, f has no such polynomial at the point, or the point lies
            outside of the picture.
        TypeError: An order is no whole number.
        ImportError: matplotlib is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = taylor(lambda x: x**3 + 2 * x, 2.0, 2, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['f(x)', 'order 2 at 2']
    """
    needs_function(f, "taylor")
    a = plain(at, "taylor: at")
    lo, hi = _around([a], lo, hi, "taylor")
    degrees = [whole(n, "taylor: an order", least=0) for n in (orders if isinstance(orders, Iterable) else [orders])]
    if not degrees:
        raise ValueError("taylor: needs one order at least")
    try:
        coefficients = functional.taylor(f, a, max(degrees))
    except (ValueError, ArithmeticError) as error:
        raise ValueError(f"taylor: there is no polynomial at {short(a)}: {error}") from None
    if not all(map(math.isfinite, coefficients)):
        raise ValueError(f"taylor: there is no polynomial at {short(a)}: its coefficients are {coefficients}")
    ax = _drawn(f, lo, hi, ax, "taylor")
    xs = spread(lo, hi)
    for n in degrees:
        ys = [_polynomial(coefficients[: n + 1], x - a) for x in xs]
        ax.plot(xs, ys, label=f"order {n} at {short(a)}", **line_style(len(ax.lines)))
    ax.plot([a], [coefficients[0]], marker="o", color="black", zorder=3)
    legend(ax)
    return ax


def difference_error(f: Function, x: float, ax: Any = None) -> Any:
    """How far finite differences are from the exact derivative, for each size of their step, on logarithmic axes.

    A long step sees the curve bend, a short one drowns in the rounding of f: the best lies between.

    Args:
        f: A function of one number.
        x: The point.
        ax: The matplotlib Axes to draw on; a new figure if None.

    Returns:
        The Axes. Where a difference is exact, or f has no value, there is a gap.

    Raises:
        ValueError: f has no finite derivative at the point, or the differences are exact for all steps.
        ImportError: matplotlib is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = difference_error(lambda x: x**2, 3.0, Figure().subplots())
    >>> ax.get_xscale(), ax.get_yscale()
    ('log', 'log')
    """
    a = plain(x, "difference_error: x")
    [exact] = slopes(f, (a,), "difference_error")
    if math.isinf(exact):
        raise ValueError(f"difference_error: the derivative at {short(a)} is {exact}")

    def value(at: float) -> float:
        return plain(f(at), "difference_error: the function's result")

    differences: dict[str, Function] = {
        "forward: (f(x + h) - f(x)) / h": lambda h: (value(a + h) - value(a)) / h,
        "central: (f(x + h) - f(x - h)) / 2h": lambda h: (value(a + h) - value(a - h)) / (2.0 * h),
    }
    steps = [10.0 ** (k / 8) for k in range(-16 * 8, 1)]
    curves = []
    for name, difference in differences.items():
        errors = heights(lambda h, difference=difference: abs(difference(h) - exact), steps, "difference_error")
        curves.append((name, [error or math.nan for error in errors]))  # a logarithmic axis has no 0
    seen = [error for _, errors in curves for error in errors if error == error]
    if not seen:
        raise ValueError(f"difference_error: at {short(a)} the differences are exact for every step: there is no error")
    ax = axes(ax)
    for name, errors in curves:
        style = marked(len(ax.lines) // 2)
        ax.plot(steps, errors, label=name, **{**style, "marker": ""})
        least, h = min([(error, h) for error, h in zip(errors, steps, strict=True) if error == error], default=(1, 1))
        ax.plot([h], [least], label=f"least: {least:.1e} at h = {h:.1e}", **{**style, "linestyle": "none"})
    ax.set(xscale="log", yscale="log")
    log_ticks(ax.xaxis, steps)
    log_ticks(ax.yaxis, seen)
    label_axes(ax, "step h", f"|difference - f′({short(a)})|")
    legend(ax)
    return ax


def _around(points: list[float], lo: float | None, hi: float | None, where: str) -> Interval:
    """An interval that holds the points."""
    low, high = between(min(points) - 2.0 if lo is None else lo, max(points) + 2.0 if hi is None else hi, where)
    outside = [x for x in points if not low <= x <= high]
    if outside:
        raise ValueError(f"{where}: the point {short(outside[0])} is not between {short(low)} and {short(high)}")
    return low, high


def _drawn(f: Function, lo: float, hi: float, ax: Any, where: str) -> Any:
    """Axes with a function, whose limits are those of the function."""
    [x], xs = arguments(f, "x"), spread(lo, hi)
    ys = heights(f, xs, where)
    ax = axes(ax)
    ax.plot(xs, ys, label=f"f({x})", **line_style(len(ax.lines)))
    frame(ax, lo, hi, ys)
    label_axes(ax, x, f"f({x})")
    return ax


def _activation(activation: str | Function) -> tuple[str, Function]:
    """What an activation is called, and the function of a number that it is."""
    if not isinstance(activation, str):
        return nn.activation_name(activation), activation
    if activation not in nn.ACTIVATIONS:
        raise ValueError(f"activations: must be functions or among {', '.join(nn.ACTIVATIONS)}, got {activation!r}")
    return activation, nn.ACTIVATIONS[activation][0] or (lambda x: x)


def _small_axes(count: int) -> Any:
    """Axes for several small pictures, at most four in a row; one Axes for one."""
    if count == 1:
        return axes(None)
    columns = min(count, 4)
    rows = -(-count // columns)
    found = axes(None, (max(6.0, 2.4 * columns), max(3.0, 2.2 * rows)), nrows=rows, ncols=columns).ravel()
    for unused in found[count:]:
        unused.remove()
    return found[:count]


def _polynomial(coefficients: list[float], h: float) -> float:
    """By the scheme of W. G. Horner.

    >>> _polynomial([1.0, 2.0, 3.0], 10.0)
    321.0
    """
    y = 0.0
    for c in reversed(coefficients):
        y = y * h + c
    return y

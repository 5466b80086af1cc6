"""Functions of one number, their tangents, derivatives and polynomials."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from plotted import curve, legend

from autograd_lite import Value, exp, log, nn, plots, sin, sqrt


def test_a_tangent_touches_with_the_slope_of_the_function(ax: Axes) -> None:
    assert plots.tangent(lambda x: x**2, 3.0, ax=ax) is ax
    f, line = curve(ax, "f(x)"), curve(ax, "slope 6 at (3, 9)")
    assert f[:, 1] == pytest.approx(f[:, 0] ** 2)
    assert (f[0, 0], f[-1, 0]) == (1.0, 5.0) == ax.get_xlim()
    assert line.tolist() == [[1.0, -3.0], [3.0, 9.0], [5.0, 21.0]]
    assert ax.get_ylim()[1] < 30  # of the function
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "f(x)")


def test_several_tangents_and_the_names_of_arguments(ax: Axes) -> None:
    plots.tangent(lambda w: 2.0 * w, [0, 1.5], -1, 2, ax)
    assert legend(ax) == ["f(w)", "slope 2 at (0, 0)", "slope 2 at (1.5, 3)"]
    assert ax.get_xlabel() == "w"
    assert ax.get_xlim() == (-1.0, 2.0)
    assert len({line.get_marker() for line in ax.lines}) == 3


def test_a_steep_tangent_does_not_move_the_limits(ax: Axes) -> None:
    plots.tangent(lambda x: (50.0 * x).tanh() if isinstance(x, Value) else math.tanh(50.0 * x), 0.0, ax=ax)
    assert max(map(abs, ax.get_ylim())) < 1.5


def test_a_vertical_tangent(ax: Axes) -> None:
    plots.tangent(sqrt, 0.0, ax=ax)
    line = curve(ax, "slope inf at (0, 0)")
    assert set(line[:, 0]) == {0.0}
    assert np.isnan(curve(ax, "f(x)")[:200, 1]).all()  # a gap left of 0
    assert np.isfinite(curve(ax, "f(x)")[200:, 1]).all()


def test_a_function_with_its_derivatives(ax: Axes) -> None:
    assert plots.derivatives(lambda x: x**3 + 2 * x, -2, 2, ax) is ax
    assert legend(ax) == ["f(x)", "f′(x)", "f″(x)"]
    x = curve(ax, "f(x)")[:, 0]
    assert len(x) > 200
    assert (x[0], x[-1]) == (-2.0, 2.0)
    for name, expected in (("f(x)", x**3 + 2 * x), ("f′(x)", 3 * x**2 + 2), ("f″(x)", 6 * x)):
        assert curve(ax, name)[:, 1] == pytest.approx(expected, abs=1e-12)
    assert len({line.get_linestyle() for line in ax.lines}) == 3


@pytest.mark.parametrize("f", [log, lambda x: x**0.5, lambda x: 1 / 0.0 if x < 0 else log(x)])
def test_outside_of_its_domain_a_function_has_a_gap(f: Callable[[Any], Any], ax: Axes) -> None:
    plots.derivatives(f, -1, 1, ax)
    for line in ax.lines:
        gap = np.isnan(line.get_ydata())
        assert gap[:200].all()
        assert not gap[201:].any()
    ax.figure.canvas.draw()


def test_what_is_infinite_is_a_gap(ax: Axes) -> None:
    plots.tangent(lambda x: math.inf if type(x) is float and x < 0 else x, 1.0, -1.0, 3.0, ax)
    y = curve(ax, "f(x)")[:, 1]
    assert np.isnan(y[:100]).all()
    assert y[100:] == pytest.approx(curve(ax, "f(x)")[100:, 0])


def test_pictures_of_a_loss_are_computed_without_graphs(ax: Axes) -> None:
    weight, made = Value(2.0), []

    def loss(x: Any, y: Any) -> Any:
        made.append(weight * x + y)
        return made[-1]

    plots.contours(loss, ax=ax)
    assert len(made) > 1000
    assert not any(node.parents for node in made)


def test_an_activation_with_its_derivative(ax: Axes) -> None:
    assert plots.activations("sigmoid", ax=ax) is ax
    x, y = curve(ax, "sigmoid").T
    assert (x[0], x[-1]) == (-5.0, 5.0)
    assert y == pytest.approx(1 / (1 + np.exp(-x)))
    slopes = curve(ax, "sigmoid′")[:, 1]
    assert slopes == pytest.approx(y * (1 - y))
    assert slopes.max() == 0.25


@pytest.mark.usefixtures("opens_figure")
def test_all_activations_have_axes_of_their_own() -> None:
    panels = plots.activations()
    assert [panel.get_title() for panel in panels] == list(nn.ACTIVATIONS)
    by_name = {panel.get_title(): [line.get_ydata() for line in panel.lines] for panel in panels}
    x = panels[0].lines[0].get_xdata()
    known = {
        "relu": (np.maximum(x, 0), 1.0 * (x > 0)),
        "tanh": (np.tanh(x), 1 - np.tanh(x) ** 2),
        "arctan": (np.arctan(x), 1 / (1 + x**2)),
        "leaky_relu": (np.where(x > 0, x, 0.01 * x), np.where(x > 0, 1, 0.01)),
        "elu": (np.where(x > 0, x, np.expm1(x)), np.where(x > 0, 1, np.exp(x))),
        "softplus": (np.log1p(np.exp(x)), 1 / (1 + np.exp(-x))),
        "linear": (x, np.ones_like(x)),
    }
    for name, (value, slope) in known.items():
        assert by_name[name][0] == pytest.approx(value), name
        apart = x != 0  # at kinks the convention decides
        assert by_name[name][1][apart] == pytest.approx(slope[apart]), name
    assert panels[0].figure.axes == list(panels)


def test_activations_share_axes_or_are_given_one_each(ax: Axes) -> None:
    assert plots.activations(["relu", "tanh"], ax=ax) is ax
    assert legend(ax) == ["relu", "relu′", "tanh", "tanh′"]
    assert len({(line.get_marker(), line.get_linestyle()) for line in ax.lines}) == 4
    grid = Figure().subplots(2, 2)
    assert plots.activations(["relu", exp, "linear"], -1, 1, grid) is grid
    assert [panel.get_title() for panel in grid.flat] == ["relu", "exp", "linear", ""]
    with pytest.raises(ValueError, match="needs 5 Axes, got 4"):
        plots.activations(["relu"] * 5, ax=grid)


def test_taylor_polynomials(ax: Axes) -> None:
    assert plots.taylor(lambda x: x**3 + 2 * x, 2.0, (0, 1, 2, 3), ax=ax) is ax
    h = curve(ax, "f(x)")[:, 0] - 2.0
    expected = [12 + 0 * h, 12 + 14 * h, 12 + 14 * h + 6 * h**2, 12 + 14 * h + 6 * h**2 + h**3]
    for n, ys in enumerate(expected):
        assert curve(ax, f"order {n} at 2")[:, 1] == pytest.approx(ys)
    assert ax.get_xlim() == (0.0, 4.0)


def test_a_taylor_polynomial_that_leaves_is_cut(ax: Axes) -> None:
    plots.taylor(sin, 0.0, 9, -8, 8, ax)
    x, y = curve(ax, "order 9 at 0").T
    assert y == pytest.approx(x - x**3 / 6 + x**5 / 120 - x**7 / 5040 + x**9 / 362880)
    assert max(map(abs, ax.get_ylim())) < 1.5


def test_the_error_of_differences_falls_and_rises_again(ax: Axes) -> None:
    assert plots.difference_error(exp, 0.0, ax) is ax
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    h, forward = curve(ax, "forward: (f(x + h) - f(x)) / h").T
    central = curve(ax, "central: (f(x + h) - f(x - h)) / 2h")[:, 1]
    assert (h[0], h[-1]) == (1e-16, 1.0)
    smooth = (h > 1e-3) & (h < 0.1)
    # The remainders of Taylor: ½h f″ and ⅙h² f‴.
    assert forward[smooth] == pytest.approx(h[smooth] / 2, rel=0.05)
    assert central[smooth] == pytest.approx(h[smooth] ** 2 / 6, rel=0.01)
    assert np.nanmax(forward[h < 1e-14]) > 1e-3
    least = [line.get_xydata()[0] for line in ax.lines if line.get_label().startswith("least")]
    assert least[0].tolist() == [h[np.nanargmin(forward)], np.nanmin(forward)]
    assert least[1].tolist() == [h[np.nanargmin(central)], np.nanmin(central)]
    assert 1e-9 < least[0][0] < 1e-7 < least[1][0] < 1e-4


def test_the_error_of_differences_at_the_end_of_a_domain(ax: Axes) -> None:
    plots.difference_error(log, 1e-3, ax)
    h, forward = curve(ax, "forward: (f(x + h) - f(x)) / h").T
    central = curve(ax, "central: (f(x + h) - f(x - h)) / 2h")[:, 1]
    assert np.isnan(central[h >= 1e-3]).all()
    assert np.isfinite(forward[h > 1e-8]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: plots.tangent(log, -1.0, ax=ax), r"no finite value at -1: .*needs x > 0"),
        (lambda ax: plots.tangent(sqrt, [], ax=ax), r"tangent: at: needs one finite number"),
        (lambda ax: plots.tangent(sqrt, math.nan, ax=ax), "tangent: at: needs one finite number"),
        (lambda ax: plots.tangent(exp, 5.0, 0.0, 1.0, ax), "the point 5 is not between 0 and 1"),
        (lambda ax: plots.tangent(exp, 0.0, 2.0, 1.0, ax), "lo must be below hi.*lo = 2.0, hi = 1.0"),
        (lambda ax: plots.derivatives(exp, 1.0, 1.0, ax), "derivatives: lo must be below hi"),
        (lambda ax: plots.derivatives(exp, 0.0, math.inf, ax), "both finite"),
        (lambda ax: plots.derivatives(log, -3.0, -1.0, ax), r"derivatives: f: has no finite value from -3 to -1: log"),
        (lambda ax: plots.derivatives(lambda x: x * math.nan, -3.0, -1.0, ax), "no finite value from -3 to -1$"),
        (lambda ax: plots.activations("swish", ax=ax), "among relu, tanh.*got 'swish'"),
        (lambda ax: plots.activations([], ax=ax), "name one at least of relu"),
        (lambda ax: plots.taylor(exp, 0.0, [], ax=ax), "needs one order at least"),
        (lambda ax: plots.taylor(exp, 0.0, [1, -1], ax=ax), "an order must be at least 0, got -1"),
        (lambda ax: plots.taylor(log, -1.0, ax=ax), "no polynomial at -1: .*needs x > 0"),
        (lambda ax: plots.taylor(sqrt, 0.0, ax=ax), "no polynomial at 0: its coefficients are"),
        (lambda ax: plots.difference_error(lambda x: 3.0, 1.0, ax), "at 1 the differences are exact for every step"),
        (lambda ax: plots.difference_error(sqrt, 0.0, ax), "the derivative at 0 is inf"),
        (lambda ax: plots.difference_error(log, -1.0, ax), "no gradient at -1: .*needs x > 0"),
    ],
)
def test_bad_input_of_curves_is_one_sentence(call: Callable[[Axes], Any], message: str, ax: Axes) -> None:
    with pytest.raises(ValueError, match=message) as found:
        call(ax)
    assert "\n" not in str(found.value)
    assert not ax.lines


def test_what_is_no_number_is_refused(ax: Axes) -> None:
    with pytest.raises(TypeError, match="tangent: at: needs a real number, got 'x'"):
        plots.tangent(exp, "x", ax=ax)
    with pytest.raises(TypeError, match="tangent: at: needs a real number, got None"):
        plots.tangent(exp, None, ax=ax)
    with pytest.raises(TypeError, match=r"derivatives: f: the function's result: needs a real number, got \["):
        plots.derivatives(lambda x: [x], ax=ax)
    with pytest.raises(TypeError, match=r"an order must be a whole number, got 1\.5"):
        plots.taylor(exp, 0.0, 1.5, ax=ax)

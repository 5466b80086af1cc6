"""Plots: what is drawn is what the numbers say, on the Axes given, with nothing else touched."""

from __future__ import annotations

import math
import random
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from autograd_lite import Value, data, exp, log, losses, nn, plots, sin, sqrt
from autograd_lite.show.plots.learning import _flow

mpl.use("Agg")

XS = [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [2.0, 2.0]]


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


# --- Loss ---


def test_the_loss_is_drawn_against_the_epoch(ax: Axes) -> None:
    assert plots.loss_curve([4.0, 2.0, 1.0], ax) is ax
    (line,) = ax.lines
    assert list(line.get_xdata()) == [0, 1, 2]
    assert list(line.get_ydata()) == [4.0, 2.0, 1.0]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epoch", "loss", "log")
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    ("losses", "log", "scale"),
    [
        ([1.0, 0.5], None, "log"),
        ([1.0, 0.0], None, "linear"),
        ([1.0, -1.0], None, "linear"),
        ([float("nan"), 1.0, float("inf")], None, "log"),
        ([float("nan")], None, "linear"),
        ([1.0, 0.5], False, "linear"),
        ([1.0, 0.0], True, "log"),
    ],
)
def test_the_axis_is_logarithmic_where_that_is_possible(
    losses: list[float], log: bool | None, scale: str, ax: Axes
) -> None:
    plots.loss_curve(losses, ax, log=log)
    assert ax.get_yscale() == scale
    ax.figure.canvas.draw()


def test_curves_share_axes_in_colours_of_their_own(ax: Axes) -> None:
    plots.loss_curve([1.0, 0.1], ax, label="η = 0.1")
    plots.loss_curve(nn.History([1.0, 0.2]), ax, label="η = 0.01")
    plots.loss_curve([Value(1.0)], ax)
    assert len({line.get_color() for line in ax.lines}) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["η = 0.1", "η = 0.01"]


def test_a_single_loss_is_seen(ax: Axes) -> None:
    plots.loss_curve([1.0], ax)
    assert ax.lines[0].get_marker() == "o"


@pytest.mark.usefixtures("opens_figure")
def test_without_axes_a_new_figure_is_made() -> None:
    from matplotlib import pyplot

    first, second = plots.loss_curve([1.0]), plots.loss_curve([1.0])
    assert first is not second
    assert len(pyplot.get_fignums()) == 2


def test_no_losses_are_refused(ax: Axes) -> None:
    with pytest.raises(ValueError, match="there are no losses"):
        plots.loss_curve(nn.History(), ax)
    with pytest.raises(TypeError, match="needs a real number, got 'x'"):
        plots.loss_curve(["x"], ax)


# --- Decision boundary ---


def test_the_boundary_is_where_the_score_changes_its_sign(ax: Axes) -> None:
    assert plots.decision_boundary(lambda x: x[0] + 2.0 * x[1] - 1.5, XS, [0, 1, 1, 1], ax) is ax
    assert lines(ax)
    for points in lines(ax):
        assert points[:, 0] + 2.0 * points[:, 1] == pytest.approx(np.full(len(points), 1.5), abs=1e-12)
    assert colour_at(ax, 0.1, 0.1) == BLUE
    assert colour_at(ax, 1.5, 1.5) == ORANGE


@pytest.mark.parametrize(
    ("model", "threshold", "at"),
    [
        (nn.MLP(2, [1], output_activation="sigmoid"), None, 0.5),
        (nn.Layer(2, 1, activation="sigmoid"), None, 0.5),
        (nn.Neuron(2, activation="sigmoid"), 0.25, 0.25),
        (nn.MLP(2, [1], output_activation="tanh"), 0.0, 0.0),
        (nn.Neuron(2, activation="linear"), 0.75, 0.75),
    ],
)
def test_the_threshold(model: nn.Module, threshold: float | None, at: float, ax: Axes) -> None:
    for p, x in zip(model.parameters(), (1.0, -0.5, 0.25), strict=True):
        p.data = x
    plots.decision_boundary(model, XS, [0, 1, 1, 1], ax, threshold=threshold)
    outputs = [model(point).data for points in lines(ax) for point in points.tolist()]
    assert outputs
    assert outputs == pytest.approx([at] * len(outputs), abs=1e-3)


def test_of_many_outputs_the_largest_decides(ax: Axes) -> None:
    plots.decision_boundary(
        lambda x: [0.0, x[0] - 1.0, x[1] - 1.0], XS, [0, 1, 2, 0], ax, names=("a", "b", "c"), limits=((0, 3), (0, 3))
    )
    assert colour_at(ax, 0.5, 0.5) == BLUE
    assert colour_at(ax, 2.5, 1.5) == ORANGE
    assert colour_at(ax, 1.5, 2.5) == GREEN
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c"]
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 3), (0, 3))


def test_each_class_has_its_samples_in_a_colour_and_a_marker_of_its_own(ax: Axes) -> None:
    plots.decision_boundary(lambda x: [x[0], x[1], 0.5], XS, [0, 1, 2, 0], ax)
    scatters = [c for c in ax.collections if not c.get_label().startswith("_")]
    assert [c.get_offsets().tolist() for c in scatters] == [[XS[0], XS[3]], [XS[1]], [XS[2]]]
    assert [to_hex(c.get_facecolor()[0]) for c in scatters] == [BLUE, ORANGE, GREEN]
    assert len({len(c.get_paths()[0].vertices) for c in scatters}) == 3


def test_other_inputs_are_held_at_their_means(ax: Axes) -> None:
    seen: list[list[float]] = []

    def model(x: list[float]) -> float:
        seen.append(x)
        return x[3] - 1.0

    samples = [[1.0, 10.0, 5.0, 0.0], [2.0, 30.0, 7.0, 2.0]]
    plots.decision_boundary(model, samples, [-1, 1], ax, features=(3, 1))
    assert {(x[0], x[2]) for x in seen} == {(1.5, 6.0)}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x3", "x1")
    for points in lines(ax):
        assert points[:, 0] == pytest.approx(np.ones(len(points)))


def test_samples_are_transformed_before_the_model_sees_them(ax: Axes) -> None:
    samples = [[0.0, 0.0], [4.0, 20.0]]
    # Standardised by mean (2, 10) and deviation (2, 10), the boundary u + v = 0 is x / 2 + y / 10 = 2.
    plots.decision_boundary(
        lambda x: x[0] + x[1], samples, [0, 1], ax, transform=lambda rows: data.standardize(rows, like=samples)
    )
    assert lines(ax)
    for points in lines(ax):
        assert points[:, 0] / 2 + points[:, 1] / 10 == pytest.approx(np.full(len(points), 2.0))


@pytest.mark.parametrize(("score", "colour"), [(-1.0, BLUE), (0.0, BLUE), (1.0, ORANGE), (float("nan"), None)])
def test_a_model_that_always_says_the_same(score: float, colour: str | None, ax: Axes) -> None:
    plots.decision_boundary(lambda x: score, XS, [0, 1, 1, 1], ax)
    assert not lines(ax)
    assert colour_at(ax, 0.5, 0.5) == colour


def test_scores_may_be_infinite_or_nan_somewhere(ax: Axes) -> None:
    plots.decision_boundary(
        lambda x: float("nan") if x[0] > 1.5 else float("inf") if x[1] > 1.0 else -float("inf"), XS, [0, 1, 1, 1], ax
    )
    assert colour_at(ax, 0.5, 0.5) == BLUE
    assert colour_at(ax, 0.5, 1.5) == ORANGE
    assert colour_at(ax, 2.0, 1.5) is None


def test_samples_that_do_not_differ_are_shown(ax: Axes) -> None:
    plots.decision_boundary(lambda x: x[0] - 1.0, [[1.0, 1.0], [1.0, 1.0]], [0, 1], ax)
    assert ax.get_xlim() == (0.0, 2.0)


def test_a_trained_network_is_shown_with_its_values_and_numpy_samples(ax: Axes) -> None:
    model = nn.MLP(2, [4, 2], rng=random.Random(0))
    plots.decision_boundary(model, np.array(XS), np.array([0, 1, 1, 0]), ax)
    ax.figure.canvas.draw()


@pytest.mark.usefixtures("opens_figure")
def test_without_axes_a_boundary_makes_a_new_figure_too() -> None:
    assert plots.decision_boundary(lambda x: x[0], XS, [0, 1, 1, 1]).figure is not None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ys": [0, 1]}, "as many ys as xs, got 4 xs and 2 ys"),
        ({"xs": [], "ys": []}, "needs samples"),
        ({"xs": [[1.0, 2.0], [1.0]], "ys": [0, 1]}, r"equally long, got lengths \[1, 2\]"),
        ({"ys": [0, 1, 2, 1]}, "can mean the labels 0, 1; got 2"),
        ({"ys": [-1, 1, 0, 1]}, "can mean the labels -1, 1; got 0"),
        ({"features": (0, 2)}, r"two different numbers below 2, got \(0, 2\)"),
        ({"features": (1, 1)}, "two different numbers below 2"),
        ({"names": ["a"]}, "needs 2 names, one for each class, got 1"),
        ({"xs": [[float("nan"), 1.0]] * 4}, "no finite number"),
        ({"model": lambda x: [0.0] * 9}, "can show 8 classes, the model has 9"),
        ({"model": lambda x: [0.0, x[0]], "ys": [0, 1, 2, 1]}, "can mean the labels 0, 1; got 2"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], message: str, ax: Axes) -> None:
    arguments: dict[str, Any] = {"model": lambda x: x[0], "xs": XS, "ys": [0, 1, 1, 1], "ax": ax} | change
    with pytest.raises(ValueError, match=message):
        plots.decision_boundary(**arguments)
    assert not ax.collections


@pytest.mark.parametrize(
    ("low", "high", "border"), [(0.1, 0.9, 0.5), (-1e-9, 1.0, 0.5), (-4.0, 4.0, 0.0), (-0.2, 0.4, 0.0)]
)
def test_for_labels_0_and_1_the_threshold_is_the_one_that_tells_them_apart(
    low: float, high: float, border: float, ax: Axes
) -> None:
    def model(x: list[float]) -> float:
        return low + (high - low) * x[0]

    plots.decision_boundary(model, [[0.0, 0.0], [1.0, 1.0]], [0, 1], ax)
    drawn = [model(point) for points in lines(ax) for point in points.tolist()]
    assert drawn == pytest.approx([border] * len(drawn), abs=1e-3)


def test_the_title_says_what_the_other_inputs_are_held_at(ax: Axes) -> None:
    wide = [[*row, 1.0, 2.0] for row in XS]
    plots.decision_boundary(lambda x: x[0], XS, [0, 1, 0, 1], ax)
    assert ax.get_title() == ""
    plots.decision_boundary(lambda x: x[0], wide, [0, 1, 0, 1], ax, features=(2, 0))
    assert ax.get_title() == "regions with x1 and x3 at their means"
    names = ("a (cm)", "b (cm)", "c (cm)", "d (cm)")
    plots.decision_boundary(lambda x: x[0], wide, [0, 1, 0, 1], ax, features=(2, 0), feature_names=names)
    assert ax.get_title() == "regions with b and d at their means"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("c (cm)", "a (cm)")
    plots.decision_boundary(lambda x: x[0], [row[:3] for row in wide], [0, 1, 0, 1], ax)
    assert ax.get_title() == "regions with x2 at its mean"
    plots.decision_boundary(lambda x: x[0], [[*row, *row] for row in wide], [0, 1, 0, 1], ax)
    assert ax.get_title() == "regions with the other 6 inputs at their means"


# --- Functions of one number ---


def curve(ax: Axes, label: str) -> np.ndarray:
    """The points of the line that has a label."""
    [line] = [line for line in ax.lines if line.get_label() == label]
    return np.asarray(line.get_xydata())


def legend(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


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


# --- Functions of two numbers ---


def bowl(w1: Any, w2: Any) -> Any:
    return (w1 - 1) ** 2 + (w2 + 0.5) ** 2


def arrows(ax: Axes) -> tuple[Any, list[list[float]], list[list[float]]]:
    """The quiver, where its arrows begin, and what they are."""
    from matplotlib.quiver import Quiver

    [quiver] = [c for c in ax.collections if isinstance(c, Quiver)]
    return quiver, quiver.XY.tolist(), np.column_stack([quiver.U, quiver.V]).tolist()


def test_negative_gradients_on_contours(ax: Axes) -> None:
    points = [(-1, 1), (0, 0), (2, -1), (3, 1)]
    assert plots.contours(bowl, points, ax) is ax
    quiver, starts, vectors = arrows(ax)
    assert starts == [[-1, 1], [0, 0], [2, -1], [3, 1]]
    assert vectors == [[4, -3], [2, -1], [-2, 1], [-4, -3]]  # -2(w₁ - 1), -2(w₂ + ½)
    assert quiver.scale == 5.0  # drawn at a fifth of their length: the longest is 1 of a picture of 6
    assert (quiver.angles, quiver.scale_units) == ("xy", "xy")
    assert legend(ax) == ["-∇f × 0.2"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_aspect()) == ("w1", "w2", 1.0)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-3.0, 5.0), (-3.0, 3.0))


def test_contour_lines_are_where_the_function_has_their_values(ax: Axes) -> None:
    plots.contours(bowl, ax=ax)
    [drawn] = [c for c in ax.collections if not c.filled]
    assert len(drawn.levels) >= 5
    for level, path in zip(drawn.levels, drawn.get_paths(), strict=True):
        x, y = path.vertices.T
        assert bowl(x, y) == pytest.approx(np.full(len(x), level), abs=0.02)
    assert ax.get_xlim() == (-3.0, 3.0)
    assert ax.get_legend() is None


def test_the_gradient_is_orthogonal_to_the_level_set_through_its_point(ax: Axes) -> None:
    assert plots.level_sets(lambda x, y: x**2 + 4 * y**2, [(1.0, 1.0), (2.0, 0.0)], ax) is ax
    _, starts, vectors = arrows(ax)
    assert starts == [[1.0, 1.0], [2.0, 0.0]]
    assert vectors == [[2.0, 8.0], [4.0, 0.0]]
    assert legend(ax) == ["f = 4", "f = 5", "∇f × 0.05"]
    assert ax.get_aspect() == 1.0
    through = [c for c in ax.collections if len(getattr(c, "levels", ())) == 1]
    assert [c.levels.tolist() for c in through] == [[4.0], [5.0]]
    ellipse = np.unique(through[1].get_paths()[0].vertices, axis=0)
    assert ellipse[:, 0] ** 2 + 4 * ellipse[:, 1] ** 2 == pytest.approx(np.full(len(ellipse), 5.0), abs=0.01)
    near = ellipse[np.argsort(np.hypot(*(ellipse - (1.0, 1.0)).T))[:2]]
    assert (near[1] - near[0]) @ (2.0, 8.0) / np.hypot(*(near[1] - near[0])) / math.sqrt(68) == pytest.approx(
        0, abs=0.02
    )


def test_a_single_point_needs_no_list(ax: Axes) -> None:
    plots.level_sets(lambda x, y: x**2 + 3 * x * y + y**2, (1.0, 1.0), ax)
    assert arrows(ax)[1:] == ([[1.0, 1.0]], [[5.0, 5.0]])
    assert ax.get_xlim() == (-1.0, 3.0)


def test_a_surface_has_the_heights_of_the_function() -> None:
    ax = Figure().add_subplot(projection="3d")
    with mock.patch.object(ax, "plot_surface", wraps=ax.plot_surface) as plot_surface:
        assert plots.surface(bowl, [(0, 0), (2, -1)], ax, limits=((-2, 4), (-3, 2))) is ax
    _, points = ax.collections
    x, y, z = (np.asarray(c) for c in points._offsets3d)
    assert (x.tolist(), y.tolist(), z.tolist()) == ([0, 2], [0, -1], [1.25, 1.25])
    x, y, z = map(np.asarray, plot_surface.call_args.args)
    assert z == pytest.approx(bowl(x, y))
    assert (x.min(), x.max(), y.min(), y.max()) == (-2.0, 4.0, -3.0, 2.0)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_zlabel()) == ("w1", "w2", "f(w1, w2)")


def test_a_surface_has_a_hole_where_the_function_ends() -> None:
    ax = plots.surface(lambda x, y: log(x) + y, ax=Figure().add_subplot(projection="3d"), limits=((-1, 1), (0, 1)))
    ax.figure.canvas.draw()
    flat = Figure().subplots()
    plots.contours(lambda x, y: log(x) + y, ax=flat, limits=((-1, 1), (0, 1)))
    [drawn] = [c for c in flat.collections if not c.filled]
    assert min(path.vertices[:, 0].min() for path in drawn.get_paths() if len(path.vertices)) > 0


def test_a_flat_function_has_no_contours(ax: Axes) -> None:
    plots.contours(lambda x, y: 3.0, [(0, 0)], ax)
    assert [c for c in ax.collections if hasattr(c, "levels")] == []
    assert arrows(ax)[2] == [[0.0, 0.0]]
    plots.contours(lambda x, y: 1e-310 * x, [(0, 0)], Figure().subplots())
    ax.figure.canvas.draw()


def test_the_path_of_the_worked_example(ax: Axes) -> None:
    assert plots.descent(bowl, (-1.5, 1.5), 0.1, 30, ax) is ax
    path = curve(ax, "η = 0.1")
    k = np.arange(31)  # w - w* shrinks by 1 - 2η = 0.8 in each step
    assert path[:, 0] == pytest.approx(1 - 2.5 * 0.8**k)
    assert path[:, 1] == pytest.approx(-0.5 + 2.0 * 0.8**k)
    assert path[30] == pytest.approx([0.99690515, -0.49752412], abs=1e-8)
    assert curve(ax, "start").tolist() == [[-1.5, 1.5]]


def test_paths_say_what_becomes_of_them(ax: Axes) -> None:
    plots.descent(bowl, (-1.5, 1.5), [0.1, 0.5, 0.9, 1.0, 1.1], 30, ax)
    assert legend(ax) == ["η = 0.1", "η = 0.5", "η = 0.9", "η = 1", "η = 1.1: diverges, leaves at step 3", "start"]
    assert curve(ax, "η = 0.5")[1:].tolist() == [[1.0, -0.5]] * 30  # there in one step
    diverging = curve(ax, "η = 1.1: diverges, leaves at step 3")
    assert diverging[:, 0] == pytest.approx(1 - 2.5 * (-1.2) ** np.arange(31))
    left, right = ax.get_xlim()
    assert [left <= x <= right for x in diverging[:5, 0]] == [True, True, True, False, False]
    assert right < 10  # the limits are those of the paths that stay
    assert len({line.get_marker() for line in ax.lines}) == 6


def test_paths_may_overflow_or_end(ax: Axes) -> None:
    plots.descent(bowl, (-1.5, 1.5), 1e20, 30, ax)
    assert legend(ax)[0].startswith("η = 1e20: diverges, leaves at step 2")
    ax.figure.canvas.draw()
    other = Figure().subplots()
    plots.descent(lambda x, y: log(x) + y**2, (1.0, 0.0), 0.75, 5, other)  # 1, 0.25, then -2.75
    assert legend(other) == ["η = 0.75: no finite gradient after step 1", "start"]
    assert curve(other, legend(other)[0]).tolist() == [[1.0, 0.0], [0.25, 0.0]]


@pytest.mark.usefixtures("opens_figure")
def test_in_a_figure_of_its_own_the_legend_hides_no_path() -> None:
    ax = plots.descent(bowl, (-1.5, 1.5), [0.1, 0.5, 0.9, 1.0, 1.1])
    ax.figure.canvas.draw()
    [below] = ax.figure.legends
    assert len(below.get_texts()) == 6
    assert below.get_window_extent().y1 <= ax.get_tightbbox().y0
    assert below.get_window_extent().y0 >= 0


def test_limits_that_are_given_are_kept(ax: Axes) -> None:
    plots.descent(bowl, (-1.5, 1.5), 0.1, 3, ax, limits=((-1, 1), (-1, 2)))
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 1), (-1, 2))
    assert legend(ax)[0] == "η = 0.1: leaves at step 0"


def test_the_losses_of_descents(ax: Axes) -> None:
    assert plots.descent_losses(bowl, (-1.5, 1.5), [0.1, 0.5, 1.1], 30, ax) is ax
    assert curve(ax, "η = 0.1")[:, 1] == pytest.approx(10.25 * 0.64 ** np.arange(31))
    assert curve(ax, "η = 0.1")[30, 1] == pytest.approx(1.5708e-5, rel=1e-4)
    assert curve(ax, "η = 0.5")[:, 1].tolist() == [10.25] + [0.0] * 30
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("step", "f(w1, w2)", "log")
    assert legend(ax)[2] == "η = 1.1: diverges"
    assert ax.get_ylim()[1] == pytest.approx(102.5)
    other = plots.descent_losses(lambda x, y: x * x - y * y, (1.0, 1.0), 0.1, 5, Figure().subplots())
    assert other.get_yscale() == "linear"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: plots.contours(bowl, [(1, 2, 3)], ax), r"a point must be two numbers, got \[1.0, 2.0, 3.0\]"),
        (lambda ax: plots.contours(bowl, [(1, math.inf)], ax), "contours: a point: needs one finite number"),
        (lambda ax: plots.contours(bowl, ax=ax, limits=((1, 0), (0, 1))), "lo must be below hi"),
        (
            lambda ax: plots.contours(lambda x, y: log(x - 9), ax=ax),
            r"no finite value from \(-3, -3\) to \(3, 3\): log",
        ),
        (lambda ax: plots.contours(lambda x, y: log(x), (-1, 0), ax), r"no gradient at \(-1, 0\): .*needs x > 0"),
        (
            lambda ax: plots.contours(lambda x, y: sqrt(x), (0, 0), ax),
            r"the gradient at .* has no finite length: \(inf, 0\.0\)",
        ),
        (lambda ax: plots.level_sets(bowl, [], ax), "needs one point at least"),
        (lambda ax: plots.surface(bowl, ax=ax), 'needs Axes made with projection="3d"'),
        (lambda ax: plots.descent(bowl, (0, 0), 0.0, ax=ax), "a learning rate must be above 0, got 0.0"),
        (lambda ax: plots.descent(bowl, (0, 0), [], ax=ax), "learning_rates: needs one finite number"),
        (lambda ax: plots.descent(bowl, (0, 0), 0.1, 0, ax), "steps must be at least 1, got 0"),
        (lambda ax: plots.descent(bowl, (0, 0, 0), 0.1, ax=ax), "start must be two numbers"),
        (lambda ax: plots.descent(lambda x, y: log(x), (-1, 0), ax=ax), r"no gradient at \(-1, 0\)"),
        (lambda ax: plots.descent_losses(bowl, (0, 0), -1, ax=ax), "descent_losses: a learning rate must be above 0"),
    ],
)
def test_bad_input_of_planes_is_one_sentence(call: Callable[[Axes], Any], message: str, ax: Axes) -> None:
    with pytest.raises(ValueError, match=message) as found:
        call(ax)
    assert "\n" not in str(found.value)
    assert not ax.lines
    assert not ax.collections


# --- What flows through layers ---


def test_histograms_hold_every_activation_and_gradient() -> None:
    model = nn.MLP(1, [2, 1], activation="sigmoid", rng=random.Random(0))
    model.load_state_dict(
        {"w0[0,0]": 1.0, "b0[0]": 0.0, "w0[1,0]": -1.0, "b0[1]": 0.0, "w1[0,0]": 0.5, "w1[0,1]": 0.25, "b1[0]": 0.0}
    )
    for p in model.parameters():
        p.grad = 7.0
    pair = Figure().subplots(1, 2)
    assert plots.histograms(model, [[0.0], [2.0]], [1.0, 1.0], pair, loss="mse") is pair
    assert {p.grad for p in model.parameters()} == {7.0}
    s = 1 / (1 + math.exp(-2.0))
    outputs = [0.375, 0.5 * s + 0.25 * (1 - s)]
    errors = [y - 1.0 for y in outputs]  # ∂L/∂a of the output, 2(ŷ - y) / n
    expected = [
        ([0.5, 0.5, s, 1 - s], [0.5 * e for e in errors] + [0.25 * e for e in errors]),
        (outputs, errors),
    ]
    for panel, which in zip(pair, (0, 1), strict=True):
        for k, (patch, values) in enumerate(zip(panel.patches, [row[which] for row in expected], strict=True)):
            heights, edges, baseline = patch.get_data()
            counts = np.histogram(np.abs(values), edges)[0]
            assert counts.sum() == len(values)
            assert heights - k == pytest.approx(0.85 * counts / counts.max())
            assert baseline == k
    assert pair[1].get_xscale() == "log"
    assert [t.get_text() for t in pair[0].get_yticklabels()] == ["0: sigmoid", "1: linear"]
    assert [t.get_text() for t in pair[1].get_yticklabels()] == ["0.21", "0.58"]  # the medians


def test_histograms_call_a_network_as_it_is_called_elsewhere() -> None:
    class Doubled(nn.MLP):
        def __call__(self, x: Any) -> Any:
            return 2.0 * super().__call__(x)

    model = Doubled(1, [1, 1], activation="linear")
    model.load_state_dict({"w0[0,0]": 2.0, "b0[0]": 0.5, "w1[0,0]": 1.0, "b1[0]": 0.0})
    model.layers.insert(1, lambda x: [3.0 * x[0]])
    activations, gradients = _flow(model, [[1.0]], [14.0], "mse")
    assert activations == [[2.5], [7.5], [7.5]]
    assert gradients == [[12.0], [4.0], [4.0]]  # (2 a - 14)² by a at 7.5, and three times that before
    pair = plots.histograms(model, [[1.0]], [14.0], Figure().subplots(1, 2), loss="mse")
    assert [label.get_text() for label in pair[0].get_yticklabels()] == ["0: linear", "1: <lambda>", "2: linear"]
    assert [p.label for p in model.layers[2].parameters()] == ["w1[0,0]", "b1[0]"]


def test_histograms_show_that_gradients_vanish_and_die() -> None:
    deep = nn.MLP(2, [8] * 6 + [1], activation="sigmoid", init="xavier", rng=random.Random(0))
    points, labels = data.moons(20, rng=random.Random(0))
    pair = plots.histograms(deep, points, labels, Figure().subplots(1, 2), loss="binary_cross_entropy_with_logits")
    medians = [float(t.get_text()) for t in pair[1].get_yticklabels()]
    assert medians == sorted(medians)
    assert medians[0] < 1e-3 * medians[-1]
    dead = nn.MLP(1, [1, 1], activation="relu")
    dead.load_state_dict({"w0[0,0]": 1.0, "b0[0]": -9.0, "w1[0,0]": 0.0, "b1[0]": 0.0})
    pair = plots.histograms(dead, [[1.0], [2.0]], [1.0, 1.0], Figure().subplots(1, 2), loss=losses.mse)
    assert [t.get_text() for t in pair[1].get_yticklabels()] == ["-\n100% are 0", "1"]
    pair[0].figure.canvas.draw()


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"model": nn.Layer(1, 1)}, TypeError, "needs an nn.MLP, got Layer"),
        ({"xs": [], "ys": []}, ValueError, "needs samples"),
        ({"ys": [1.0]}, ValueError, "got 2 xs and 1 ys"),
        ({"loss": "mes"}, ValueError, "histograms: loss must be a function or one of mse"),
        ({"loss": lambda p, y: 1.0}, TypeError, "the loss must return a Value, got 1.0"),
        ({"ax": [1]}, ValueError, "needs 2 Axes, got 1"),
        ({"xs": [[1.0, 2.0]] * 2}, ValueError, "needs 1 inputs, got 2"),
    ],
)
def test_bad_input_of_histograms_is_refused(change: dict[str, Any], kind: type[Exception], message: str) -> None:
    good = {"model": nn.MLP(1, [1]), "xs": [[1.0], [2.0]], "ys": [1.0, 2.0], "loss": "mse"}
    with pytest.raises(kind, match=message):
        plots.histograms(**{**good, "ax": Figure().subplots(1, 2), **change})


# --- All of them ---

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

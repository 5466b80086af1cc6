"""Plots: what is drawn is what the numbers say, on the Axes given, with nothing else touched."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from autograd_lite import Value, data, nn, plots

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
        ({"ys": [0, 1]}, "as many ys as xs, got 4 xs, 2 ys"),
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


@pytest.mark.parametrize("missing", ["matplotlib", "numpy"])
def test_what_is_missing_is_named_with_the_remedy(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (missing, "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=f"plots need {missing}.*not installed: pip install"):
        plots.decision_boundary(lambda x: x[0], XS, [0, 1, 1, 1])
    with pytest.raises(ImportError, match=r"plots need matplotlib.*not installed: pip install"):
        plots.loss_curve([1.0])


@pytest.mark.parametrize(("low", "high", "border"), [(0.1, 0.9, 0.5), (-4.0, 4.0, 0.0), (-0.2, 0.4, 0.0)])
def test_for_labels_0_and_1_the_threshold_is_the_one_that_tells_them_apart(
    low: float, high: float, border: float, ax: Axes
) -> None:
    def model(x: list[float]) -> float:
        return low + (high - low) * x[0]

    plots.decision_boundary(model, [[0.0, 0.0], [1.0, 1.0]], [0, 1], ax)
    drawn = [model(point) for points in lines(ax) for point in points.tolist()]
    assert drawn == pytest.approx([border] * len(drawn), abs=1e-3)

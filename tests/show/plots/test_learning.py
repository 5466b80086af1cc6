"""Losses, boundaries, and what flows through layers."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from plotted import BLUE, GREEN, ORANGE, XS, colour_at, lines

from autograd_lite import Value, data, losses, nn, plots
from autograd_lite.show.plots.learning import _flow


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


def test_the_boundary_is_where_the_score_changes_its_sign(ax: Axes) -> None:
    assert plots.decision_boundary(lambda x: x[0] + 2.0 * x[1] - 1.5, XS, [0, 1, 1, 1], ax) is ax
    assert lines(ax)
    for points in lines(ax):
        assert points[:, 0] + 2.0 * points[:, 1] == pytest.approx(np.full(len(points), 1.5), abs=1e-12)
    assert colour_at(ax, 0.1, 0.1) == BLUE
    assert colour_at(ax, 1.5, 1.5) == ORANGE


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

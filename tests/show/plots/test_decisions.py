"""What a model decides where: thresholds, regions, largest scores."""

from __future__ import annotations

import pytest
from matplotlib.axes import Axes
from plotted import BLUE, GREEN, ORANGE, XS, colour_at, lines

from autograd_lite import nn, plots


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

"""Plots of a training: the loss, what a model decides where, and what flows through its layers."""

from __future__ import annotations

import copy
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ... import losses, nn
from ...engine.modes import recording
from ...engine.numbers import check_samples
from ...engine.passes import adjoints, topological_order
from ...engine.value import Value
from ...transcript.texts import short
from . import decisions
from .canvas import (
    COLOURS,
    DARK,
    MARKERS,
    STEPS,
    TEXT,
    axes,
    imported,
    label_axes,
    legend,
    line_style,
    log_ticks,
    marked,
    panels,
    plain,
)

BINS = 40  # of a histogram


def loss_curve(history: nn.History | Iterable[Any], ax: Any = None, *, label: str = "", log: bool | None = None) -> Any:
    """The loss against the epoch.

    Args:
        history: What `nn.fit` returned, or the losses themselves, numbers or Values, the first at epoch 0.
        ax: The matplotlib Axes to draw on; a new figure if None. Several curves may share one.
        label: A name for the curve, shown in a legend.
        log: Whether the loss has a logarithmic axis; if None, where all finite losses, of
            all curves, are above 0.

    Returns:
        The Axes.

    Raises:
        ValueError: There are no losses.
        ImportError: matplotlib is not installed.

    >>> from matplotlib.figure import Figure
    >>> loss_curve([1.0, 0.1, 0.01], Figure().subplots()).get_yscale()
    'log'
    """
    ys = [plain(x, "loss_curve") for x in (history.losses if isinstance(history, nn.History) else history)]
    if not ys:
        raise ValueError("loss_curve: there are no losses; train for one epoch at least")
    ax = axes(ax)
    k, every = len(ax.lines), max(1, len(ys) // 8)
    style = {**marked(k), "markevery": (k * every // 3 % every, every)} if label or len(ys) == 1 else line_style(k)
    ax.plot(range(len(ys)), ys, label=label or None, **style)
    label_axes(ax, "epoch", "loss")
    ax.xaxis.get_major_locator().set_params(integer=True)
    shown = [float(y) for line in ax.lines for y in line.get_ydata() if math.isfinite(y)]
    if min(shown, default=0.0) > 0 if log is None else log:
        ax.set_yscale("log")
        log_ticks(ax.yaxis, [y for y in shown if y > 0])
    elif ax.get_yscale() == "log":  # of an earlier curve
        ax.set_yscale("linear")
    if label:
        legend(ax)
    return ax


def decision_boundary(
    model: Callable[[list[float]], Any],
    xs: Sequence[Sequence[float]],
    ys: Sequence[Any],
    ax: Any = None,
    *,
    features: tuple[int, int] = (0, 1),
    transform: Callable[[list[list[float]]], Iterable[Sequence[float]]] | None = None,
    threshold: float | None = None,
    names: Sequence[str] = (),
    feature_names: Sequence[str] = (),
    limits: tuple[tuple[float, float], tuple[float, float]] | None = None,
) -> Any:
    """The samples over two of their inputs, and behind them the class that the model gives to each place.

    A model with one output decides between two classes, the larger label above the threshold; one with many
    gives the class of its largest output. Where an output is nan, nothing is coloured.

    Args:
        model: Called with a list of numbers it returns a number or Value, or a sequence of them.
        xs: The samples, in the units that the axes shall have.
        ys: Their labels: 0 and 1, or -1 and 1, for one output; 0, 1, 2, … for many.
        ax: The matplotlib Axes to draw on; a new figure if None.
        features: Which two inputs are the axes. Others are held at the mean of ``xs``, as the title says.
        transform: What is done to samples before they are given to the model:
            ``lambda rows: data.standardize(rows, like=xs)``.
        threshold: Of a single output; if None, ½ for a model that ends in a sigmoid, else 0 for labels -1 and 1,
            and for labels 0 and 1 either 0 (a logit) or ½ (a label), whichever tells more of the samples right.
        names: Of the classes, for the legend, in the order of the labels.
        feature_names: Of the inputs, for the axes and the title; x0, x1, … if there are none.
        limits: Of the plot, ((left, right), (bottom, top)); if None, around the samples.

    Returns:
        The Axes.

    Raises:
        ValueError: Sizes differ, a label is nothing that the model can mean, or there is no such input.
        ImportError: matplotlib or numpy is not installed.

    >>> from matplotlib.figure import Figure
    >>> ax = decision_boundary(lambda x: x[0] + x[1] - 1.0, [[0, 0], [1, 1]], [0, 1], Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['0', '1']
    """
    where = "decision_boundary"
    rows = [[plain(x, where) for x in row] for row in xs]
    decisions.check(rows, ys, features, where)
    inputs = decisions.input_names(len(rows[0]), feature_names, where)
    imported("matplotlib")
    np = imported("numpy")
    i, j = features
    across, up = limits or tuple([decisions.around([row[f] for row in rows], inputs[f], where) for f in (i, j)])
    grid_x, grid_y = np.linspace(*across, STEPS), np.linspace(*up, STEPS)
    grid = decisions.plane(rows, features, grid_x, grid_y)
    scores = [decisions.scores(model(list(x)), where) for x in (transform(grid) if transform else grid)]
    labels = decisions.labels(ys, len(scores[0]), names, where)
    if len(scores[0]) == 1:
        samples = transform(rows) if transform else rows
        limit = decisions.threshold(model, samples, ys, where) if threshold is None else threshold
        scores = [[limit, score] for (score,) in scores]
    ax = axes(ax)
    _regions(ax, grid_x, grid_y, np.reshape(scores, (STEPS, STEPS, len(labels))))
    for k, label in enumerate(labels):
        members = [row for row, y in zip(rows, ys, strict=True) if plain(y, where) == label]
        ax.scatter(
            [row[i] for row in members],
            [row[j] for row in members],
            color=COLOURS[k],
            marker=MARKERS[k],
            edgecolors="black",
            linewidths=0.7,
            s=36,
            label=names[k] if names else f"{label:g}",
            zorder=3,
        )
    ax.set(xlim=across, ylim=up, xlabel=inputs[i], ylabel=inputs[j])
    if len(inputs) > 2:
        ax.set_title(f"regions with {decisions.held(inputs, features)}", fontsize=TEXT)
    legend(ax)
    return ax


def histograms(
    model: nn.MLP,
    xs: Iterable[Any],
    ys: Iterable[Any],
    ax: Any = None,
    *,
    loss: str | Callable[[Any, Any], Any],
) -> Any:
    """What flows through the layers of a network: its activations forward, the gradients by them backward.

    Each layer has a row, with the outputs a of its neurons for all samples on the left, and on the right how large
    ∂L/∂a is, on a logarithmic axis: where gradients vanish, the rows of the first layers lie far to the left. Nothing
    of the model changes, its gradients included.

    Args:
        model: The network.
        xs: The inputs, one entry for each sample.
        ys: The targets, as many, as ``loss`` wants them.
        ax: Two matplotlib Axes to draw on; a new figure if None.
        loss: A function of predictions and targets, or the name of one of `losses`.

    Returns:
        An array of the two Axes, or what was given. Beside the rows stand the medians of what is not 0, and the share
        of gradients that are 0, which a logarithmic axis cannot show.

    Raises:
        ValueError: There are no samples, sizes or labels are wrong, or there are fewer than two Axes.
        TypeError: The model is no `nn.MLP`.
        ImportError: matplotlib or numpy is not installed.

    >>> from matplotlib.figure import Figure
    >>> pair = histograms(nn.MLP(1, [3, 1]), [[0.5], [2.0]], [0.0, 1.0], Figure().subplots(1, 2), loss="mse")
    >>> [label.get_text() for label in pair[0].get_yticklabels()]
    ['0: relu', '1: linear']
    """
    activations, gradients = _flow(model, list(xs), list(ys), loss)
    if ax is None:
        ax = axes(None, (6.0, 1.6 + 0.55 * len(activations)), ncols=2)
    left, right = panels(ax, 2, "histograms")
    sizes = [[abs(g) for g in row if g] for row in gradients]
    _ridges(left, activations)
    _ridges(right, sizes, log=True)
    names = [nn.kind(layer.neurons[0] if isinstance(layer, nn.Layer) else layer) for layer in model.layers]
    left.set_yticks(range(len(names)), [f"{k}: {name}" for k, name in enumerate(names)])
    notes = []
    for kept, row in zip(sizes, gradients, strict=True):
        zeros = 1.0 - len(kept) / len(row) if row else 0.0
        notes.append(short(float(f"{statistics.median(kept):.2g}")) if kept else "-")
        notes[-1] += f"\n{zeros:.0%} are 0" if zeros else ""
    right.yaxis.tick_right()
    right.set_yticks(range(len(names)), notes, fontsize=TEXT)
    left.set(xlabel="activations a", ylabel="layer")
    right.set(xlabel="|∂L/∂a|")
    right.set_title("median", loc="right", fontsize=TEXT)
    return ax


def _flow(model: nn.MLP, xs: list[Any], ys: list[Any], loss: Any) -> tuple[list[list[float]], list[list[float]]]:
    """The outputs of each layer for all samples, and the derivatives of the loss by them."""
    if not isinstance(model, nn.MLP):
        raise TypeError(f"histograms: needs an nn.MLP, got {model!r}")
    check_samples(xs, ys, "histograms")
    nodes: list[list[Value]] = [[] for _ in model.layers]
    watched = copy.copy(model)  # called as it is, with layers that keep what they give
    vars(watched)["layers"] = [_keeping(layer, outputs) for layer, outputs in zip(model.layers, nodes, strict=True)]
    with recording():
        predictions = [watched(x) for x in xs]
        total = losses.named(loss, "histograms")(predictions, ys)
        if type(total) is not Value:
            raise TypeError(f"histograms: the loss must return a Value, got {total!r}")
        wanted = [node for outputs in nodes for node in outputs]
        found = iter(adjoints(topological_order(total), [(total, 1.0)], wanted))
    return [[node.data for node in outputs] for outputs in nodes], [[next(found) for _ in row] for row in nodes]


def _keeping(layer: Callable[[Any], Any], outputs: list[Value]) -> Callable[[Any], Any]:
    """A layer that puts the Values it gives into a list too."""

    def call(x: Any) -> Any:
        found = layer(x)
        outputs.extend([y for y in (found if isinstance(found, list | tuple) else [found]) if type(y) is Value])
        return found

    return call


def _ridges(ax: Any, rows: list[list[float]], log: bool = False) -> None:
    """One histogram above the other, all over the same bins, each as high as its row."""
    np = imported("numpy")
    finite = [[x for x in row if math.isfinite(x)] for row in rows]
    together = [x for row in finite for x in row]
    edges = np.histogram_bin_edges(np.log10(together) if log else together, BINS)
    if log and together:
        edges = 10.0**edges
        edges[0], edges[-1] = min(edges[0], *together), max(edges[-1], *together)  # they may be off by a rounding
    for k, row in enumerate(finite):
        counts, _ = np.histogram(row, edges)
        ax.stairs(k + 0.85 * counts / max(counts.max(), 1), edges, baseline=k, fill=True, color=COLOURS[0], alpha=0.6)
        ax.axhline(k, color=DARK, linewidth=0.8)
    if log:
        ax.set_xscale("log")
        log_ticks(ax.xaxis, together, most=4)
    ax.set_ylim(-0.15, len(rows))
    ax.grid(visible=True, axis="x", alpha=0.3)


def _regions(ax: Any, xs: Any, ys: Any, scores: Any) -> None:
    """Each class's colour where its score is the largest, the first one's on a tie, with a line around."""
    np = imported("numpy")
    scores = np.clip(scores, -1e300, 1e300)
    best = scores.argmax(axis=2)
    for k in range(scores.shape[2]):
        lead = scores[:, :, k] - np.delete(scores, k, axis=2).max(axis=2)
        lead = np.ma.masked_invalid(np.where(best == k, np.maximum(lead, 1e-300), lead))
        if lead.max() > 0:
            ax.contourf(xs, ys, lead, levels=[0.0, lead.max() * 2.0], colors=COLOURS[k], alpha=0.28)
            if lead.min() < 0:  # some versions of matplotlib warn where there is no line to draw
                ax.contour(xs, ys, lead, levels=[0.0], colors=DARK, linewidths=1.2)

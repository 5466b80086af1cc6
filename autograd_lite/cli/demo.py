"""The demonstration: a network learns real data, and pictures show what it has learnt."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import data, losses, nn, optim, show
from ..show.dot_text import INSTALL

FOLDER = "autograd_lite_demo"


@dataclass(frozen=True)
class Task:
    """A data set, and how it is learnt well within seconds.

    Attributes:
        load: The samples and their classes.
        things: What the samples are.
        features: What is measured.
        classes: What they belong to.
        plane: The two features that the decision boundary is drawn over.
        hidden: Size of the one hidden layer.
        epochs: How often each sample is seen.
        lr: Learning rate of Adam.
        held_out: Whether a third is kept for the test, or there is too little to share.
    """

    load: Callable[[random.Random], tuple[data.Rows, data.Labels]]
    things: str = "points"
    features: tuple[str, ...] = ("x", "y")
    classes: tuple[str, ...] = ("0", "1")
    plane: tuple[int, int] = (0, 1)
    hidden: int = 8
    epochs: int = 100
    lr: float = 0.1
    held_out: bool = True


TASKS = {
    "iris": Task(
        lambda rng: data.iris(),
        things="flowers",
        features=tuple(f"{feature} (cm)" for feature in data.IRIS_FEATURES),
        classes=data.IRIS_CLASSES,
        plane=(2, 3),
        epochs=60,
        lr=0.05,
    ),
    "moons": Task(lambda rng: data.moons(150, rng=rng), classes=("upper", "lower")),
    "circles": Task(lambda rng: data.circles(150, rng=rng), classes=("outer", "inner")),
    "xor": Task(lambda rng: data.xor(), hidden=4, held_out=False),
}


def run(name: str, *, seed: int = 0, epochs: int | None = None, folder: str | Path = FOLDER) -> int:
    """Train on one of `TASKS`, say how well it went, and write pictures and the model into a folder.

    Args:
        name: Of the task.
        seed: Of all that is random: the points, the split, the starting weights.
        epochs: How often each sample is seen; the task's own number if None.
        folder: Made if need be; files of the same names are replaced.

    Returns:
        0 if all is done, 1 if a file could not be written, 130 if the training was interrupted.

    Raises:
        OSError: The folder cannot be made or written into.
        ModuleNotFoundError: The data are not there.
    """
    task, rng, out = TASKS[name], random.Random(seed), Path(folder)
    xs, ys = task.load(rng)
    (train_xs, train_ys), (test_xs, test_ys) = _split(task, xs, ys, rng)
    _make(out)
    model = nn.MLP(len(task.features), [task.hidden, len(task.classes)], activation="tanh", init="xavier", rng=rng)
    shares = f"{len(train_xs)} to learn from, {len(test_xs)} held out" if task.held_out else "all to learn from"
    print(f"{name}: {len(xs)} {task.things}, {shares}; {len(model.parameters())} parameters, seed {seed}", flush=True)
    history = nn.fit(
        model,
        train_xs,
        train_ys,
        loss="cross_entropy",
        optimizer=optim.Adam(model.parameters(), lr=task.lr),
        epochs=task.epochs if epochs is None else epochs,
    )
    print(_course(history))
    _report(task, confusion(model, test_xs, test_ys, len(task.classes)))
    complete = _write_all(out, _files(task, model, history, (xs, ys), (test_xs[0], test_ys[0])))
    return 130 if history.interrupted else 0 if complete else 1


def confusion(model: Callable[[Any], Any], xs: Sequence[Any], ys: Sequence[int], classes: int) -> list[list[int]]:
    """How many samples of each class (row) were taken for each class (column).

    >>> from autograd_lite import Value
    >>> confusion(lambda x: [Value(x), Value(-x)], [1.0, -1.0, 2.0], [0, 1, 1], 2)
    [[1, 0], [1, 1]]
    """
    table = [[0] * classes for _ in range(classes)]
    for x, y in zip(xs, ys, strict=True):
        scores = [score.data for score in model(x)]
        table[y][scores.index(max(scores))] += 1
    return table


def _split(task: Task, xs: data.Rows, ys: data.Labels, rng: random.Random) -> Any:
    """What is learnt from and what is held out; the same where there is too little to share."""
    return data.split(xs, ys, rng=rng) if task.held_out else ((xs, ys), (xs, ys))


def _course(history: nn.History) -> str:
    start = "interrupted after" if history.interrupted else "trained for"
    end = f", loss {history.losses[0]:.4g} -> {history.losses[-1]:.4g}" if history.losses else ""
    return f"{start} {len(history)} epoch{'' if len(history) == 1 else 's'}{end}"


def _report(task: Task, table: list[list[int]]) -> None:
    """Print the accuracy and the confusion table."""
    total, right = sum(map(sum, table)), sum([row[k] for k, row in enumerate(table)])
    tested = f"{total} held-out {task.things}" if task.held_out else f"same {total} {task.things}"
    print(f"accuracy on the {tested}: {right / total:.1%} ({right} right)\n")
    corner, width = "is \\ taken for", max(map(len, task.classes))
    for name, cells in [(corner, task.classes), *zip(task.classes, table, strict=True)]:
        print(f"  {name:<{max(width, len(corner))}}", *[f"{cell!s:>{width}}" for cell in cells], sep="  ")
    print()


# --- What is written ---

Writer = Callable[[Path], object]


def _make(folder: Path) -> None:
    """A folder that can be written into, or an OSError before any work is done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = "it is a file" if folder.is_file() else error.strerror
        raise OSError(f"cannot write into the folder {folder}: {reason}") from None


def _files(
    task: Task, model: nn.MLP, history: nn.History, samples: tuple[Any, Any], one: tuple[Any, int]
) -> list[tuple[str, str, Writer]]:
    """Name, content and writer of each file."""

    def loss_graph(path: Path) -> None:
        model.zero_grad()
        loss = losses.cross_entropy(model(one[0]), one[1])
        loss.label = "loss"
        loss.backward()
        show.draw(loss, fold=True).save(path)

    def network(path: Path) -> None:
        show.draw(model, inputs=task.features, outputs=task.classes).save(path)

    def loss_curve(path: Path) -> None:
        _plot(path, lambda ax: show.plots.loss_curve(history, ax))

    def decision_boundary(path: Path) -> None:
        def plot(ax: Any) -> None:
            show.plots.decision_boundary(
                model, *samples, ax, features=task.plane, names=task.classes, feature_names=task.features
            )

        _plot(path, plot)

    i, j = task.plane
    thing, sizes = task.things.removesuffix("s"), f"{len(task.features)}, {[task.hidden, len(task.classes)]}"
    return [
        ("model.json", f"the trained network: model = nn.MLP({sizes}, activation='tanh'); model.load(...)", model.save),
        ("decision_boundary.png", f"what it decides over {task.features[i]} and {task.features[j]}", decision_boundary),
        ("loss_curve.png", "the loss, epoch by epoch", loss_curve),
        ("network.svg", "the network: neurons, and weights as lines", network),
        ("loss_graph.svg", f"the computation of one {thing}'s loss, neuron by neuron, with gradients", loss_graph),
    ]


def _plot(path: Path, plot: Callable[[Any], Any]) -> None:
    """A plot as a file, without pyplot, which would look for a screen."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ImportError(f"plots need matplotlib ({error}): {INSTALL}") from None
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    plot(figure.subplots())
    figure.savefig(path, dpi=150)


def _write_all(folder: Path, files: list[tuple[str, str, Writer]]) -> bool:
    """Write what can be written; say what is there, what is not and why."""
    width = max(len(name) for name, _, _ in files)
    written: list[tuple[str, str]] = []
    failed: dict[str, list[str]] = {}
    for name, content, write in files:
        try:
            write(folder / name)
            written.append((name, content))
        except (ImportError, OSError, ValueError, show.RenderError) as error:
            failed.setdefault(str(error).removeprefix(f"{folder / name}: "), []).append(name)
    if written:
        print(f"written into {folder}:", *[f"  {name:<{width}}  {content}" for name, content in written], sep="\n")
    pictures = [name for name, _ in written if not name.endswith(".json")]
    if pictures:
        print(f"open {folder / pictures[0]}")
    print(end="", flush=True)  # before what goes to stderr
    for reason, names in failed.items():
        print(f"not written: {', '.join(names)}: {reason}", file=sys.stderr)
    return not failed

"""`watch`, which trains a model and films it: what it decides, its loss, one sample's graph, at every key frame."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .. import losses, nn, optim
from ..engine import table as ops
from ..engine.modes import no_grad, recording
from ..engine.numbers import whole
from ..engine.passes import adjoints, topological_order
from ..engine.value import Value
from ..nn.training import DivergenceError
from ..transcript.texts import numeral, plural, short
from . import charts, dot_text, page, render
from .files import saved
from .graph import Options, graph_scene
from .picture import Picture
from .plots import decisions
from .plots.canvas import COLOURS, MARKERS, margins, plain
from .scene import Box, Edge, Scene, prefix

MOST_FRAMES = 60
MOST_POINTS = 2000  # in the plane
CURVE = 201  # places of the curve of a model with one input
ENDINGS = (".html", ".txt")
CLEAR_LEAD = {0.5: 0.25}  # of a probability; 1 of a score
HEAD = ("epoch", "loss", "right", "")
SVG = {"fillcolor": "fill", "color": "stroke", "penwidth": "stroke-width"}  # the names of DOT's attributes there


def watch(
    model: Any,
    xs: Iterable[Any],
    ys: Iterable[Any],
    *,
    loss: str | Callable[[Any, Any], Any],
    optimizer: Any,
    epochs: int,
    callback: Callable[[int, float], object] | None = None,
    sample: int = 0,
    graph: str = "loss",
    features: tuple[int, int] = (0, 1),
    names: Sequence[str] = (),
    feature_names: Sequence[str] = (),
    fold: bool | str | None = True,
    **settings: Any,
) -> Film:
    """Train a model by `nn.fit`, and film it.

    The film shows up to 60 moments, the first epochs closest together: what the model decides over two of its inputs,
    or its curve over the only one; the loss; and the graph of one sample with values and gradients. The training is
    that of `nn.fit`, bit for bit. A training that diverges or is interrupted gives a film that ends there, and the
    model is left as `fit` leaves it.

    Args:
        model: As `nn.fit` takes it.
        xs: The samples, each a sequence of numbers.
        ys: Their labels or, for a model with one output, any numbers: then the plane shows the output itself. A model
            with one input must have one output.
        loss: As `nn.fit` takes it; so are ``optimizer``, ``epochs`` and ``callback``.
        sample: Whose graph is shown.
        graph: What is at the graph's root: the sample's ``"loss"``, or the model's ``"output"`` for it, of several
            outputs that of its class.
        features: Which two inputs span the plane, if there are several; others are held at their means.
        names: Of the classes, in the order of the labels.
        feature_names: Of the inputs; x0, x1, … if there are none.
        fold: As `draw` takes it; a neuron is one box unless something else is said.
        settings: Others that `nn.fit` takes: ``batch_size``, ``rng``, ``progress``, ``jit``.

    Returns:
        `Film`.

    Raises:
        ValueError: As `nn.fit` raises it; also if there is no such sample or feature, or labels and outputs do not fit.
        TypeError: As `nn.fit` raises it.

    >>> import random
    >>> from autograd_lite import data, optim
    >>> rng = random.Random(0)
    >>> model = nn.MLP(2, [4, 1], activation="tanh", rng=rng)
    >>> film = watch(
    ...     model, *data.xor(), loss="binary_cross_entropy_with_logits",
    ...     optimizer=optim.Adam(model.parameters(), lr=0.1), epochs=100,
    ... )
    >>> len(film.history), len(film.frames), film.frames[-1].epoch
    (100, 60, 100)
    >>> film.save("xor.html")  # doctest: +SKIP
    """
    inputs, targets = list(xs), list(ys)
    view = View(
        model, inputs, targets, losses.named(loss, "watch"), sample, graph, features, names, feature_names, fold
    )
    camera = _Camera(list(optimizer.parameters) if hasattr(optimizer, "parameters") else [], epochs)

    def each(epoch: int, mean: float) -> None:
        camera.take(epoch)
        if callback is not None:
            callback(epoch, mean)

    note = ""
    try:
        history = nn.fit(
            model, inputs, targets, loss=loss, optimizer=optimizer, epochs=epochs, callback=each, **settings
        )
    except DivergenceError as error:
        history, note = error.history, f"diverged: {error}"
    if history.interrupted:
        note = "interrupted: the model has the parameters of its last whole update"
    shots = camera.shots(len(history), note)
    return view.film(shots, history, camera.parameters, batches=settings.get("batch_size") is not None)


def key_frames(epochs: int) -> list[int]:
    """The epochs after which a film shows the model: all, or 60 of them, the first ones close together.

    >>> key_frames(3), key_frames(1000)[:4], key_frames(1000)[-2:]
    ([0, 1, 2, 3], [0, 1, 2, 3], [966, 1000])
    """
    last = MOST_FRAMES - 1
    if epochs <= last:
        return list(range(epochs + 1))
    return [max(k, round(epochs * (k / last) ** 2)) for k in range(MOST_FRAMES)]


@dataclass(frozen=True, slots=True)
class Shot:
    """The parameters at one moment.

    Attributes:
        epoch: How many epochs are complete.
        parameters: What they are.
        note: What is to be said of it.
    """

    epoch: int
    parameters: list[float]
    note: str = ""


class _Camera:
    """Keeps the parameters of key frames, and of the latest epoch, which may become the last."""

    def __init__(self, parameters: Sequence[Value], epochs: int) -> None:
        self.parameters, self.epochs = parameters, epochs
        self.kept = [Shot(0, self._now())]
        self.latest = self.kept[0]

    def _now(self) -> list[float]:
        return [p.data for p in self.parameters]

    @cached_property
    def planned(self) -> set[int]:
        return set(key_frames(whole(self.epochs, "watch: epochs", least=0)))

    def take(self, epoch: int) -> None:
        self.latest = Shot(epoch, self._now())
        if epoch in self.planned:
            self.kept.append(self.latest)

    def shots(self, epochs: int, note: str) -> list[Shot]:
        """All that were kept, and how the model was left, if that is something else."""
        shots = self.kept if self.kept[-1] is self.latest else [*self.kept, self.latest]
        now = Shot(epochs, self._now(), note)
        if _same(now.parameters, shots[-1].parameters):
            return [*shots[:-1], replace(shots[-1], note=note)]
        return [*shots, now]


def _same(xs: Sequence[float], ys: Sequence[float]) -> bool:
    return [x.hex() for x in xs] == [y.hex() for y in ys]


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment of a training.

    Attributes:
        epoch: How many epochs are complete.
        loss: Of all samples, by the parameters of this moment; nan if it cannot be computed.
        right: How many samples are told right; None where outputs are no classes.
        note: What is to be said of it.
    """

    epoch: int
    loss: float
    right: int | None
    note: str = ""


# --- What is looked at ---


class View:
    """What a film looks at, made sure of before the training begins."""

    def __init__(
        self,
        model: Any,
        xs: list[Any],
        ys: list[Any],
        loss: Callable[[Any, Any], Any],
        sample: int,
        graph: str,
        features: tuple[int, int],
        names: Sequence[str],
        feature_names: Sequence[str],
        fold: bool | str | None,
    ) -> None:
        where = "watch"
        self.model, self.xs, self.ys, self.loss, self.graph = model, xs, ys, loss, graph
        self.options = Options(fold=fold)
        self.rows = [[plain(x, where) for x in _row(row)] for row in xs]
        self.is_curve = {len(row) for row in self.rows} == {1} and features == (0, 1)
        decisions.check(self.rows, ys, None if self.is_curve else features, where)
        self.features = features
        self.inputs = decisions.input_names(len(self.rows[0]), feature_names, where)
        self.sample = whole(sample, "watch: sample", least=0, below=len(xs))
        if graph not in ("loss", "output"):
            raise ValueError(f'watch: graph must be "loss" or "output", got {graph!r}')
        outputs = len(self._scores(self.rows[0]))
        self.targets = [plain(y, "watch: a label") for y in ys]
        measured = outputs == 1 and not (set(self.targets) <= {0.0, 1.0} or set(self.targets) <= {-1.0, 1.0})
        if self.is_curve and outputs > 1:
            raise ValueError(f"watch: a model with one input must have one output, whose curve is shown, got {outputs}")
        self.labels = [] if measured else decisions.labels(ys, outputs, names, where)
        self.names = list(names) or [f"{label:g}" for label in self.labels]
        self.range = margins([y for y in self.targets if math.isfinite(y)] or [0.0], 0.2 if self.is_curve else 0.0)
        if self.is_curve:
            across = decisions.around([x for (x,) in self.rows], self.inputs[0], where)
            self.limits = (across, self.range)
            self.places = [[x] for x in charts.grid(*across, CURVE)]
            return
        i, j = features
        self.limits = (
            decisions.around([row[i] for row in self.rows], self.inputs[i], where),
            decisions.around([row[j] for row in self.rows], self.inputs[j], where),
        )
        self.places = decisions.plane(self.rows, features, charts.grid(*self.limits[0]), charts.grid(*self.limits[1]))

    def _scores(self, row: Sequence[float]) -> list[float]:
        with no_grad():
            return decisions.scores(self.model(list(row)), "watch")

    def film(self, shots: list[Shot], history: nn.History, parameters: Sequence[Value], batches: bool) -> Film:
        """Compute all that is to be seen; the model is then as it was."""
        left = [p.data for p in parameters]
        frames, fields, scenes = [], [], []
        try:
            limit = self.limit()
            for shot in shots:
                optim.assign(parameters, shot.parameters)
                frames.append(Frame(shot.epoch, self.mean_loss(), self.right(limit), shot.note))
                fields.append(self.field(limit))
                scenes.append(self.scene())
        finally:
            optim.assign(parameters, left)
        return Film(history, frames, _Sight(self, fields, scenes, batches))

    def limit(self) -> float:
        """What a single output must exceed to mean the second class, in all frames.

        That is 0 of a logit, and the middle of the labels where the loss is how far the output is from them.
        """
        if len(self.labels) != 2 or self.loss in (losses.binary_cross_entropy_with_logits, losses.hinge):
            return 0.0
        if self.loss in (losses.mse, losses.mae, losses.huber):
            return sum(self.labels) / 2
        return decisions.threshold(self.model, self.rows, self.ys, "watch")

    def mean_loss(self) -> float:
        try:
            with no_grad():
                return plain(self.loss([self.model(x) for x in self.xs], self.ys), "watch: the loss")
        except (ValueError, ArithmeticError):
            return math.nan

    def _decided(self, row: Sequence[float], limit: float) -> list[float]:
        """A score for each class, or the output itself; nan where it cannot be computed."""
        try:
            scores = self._scores(row)
        except (ValueError, ArithmeticError):
            return [math.nan] * max(1, len(self.labels))
        return [limit, scores[0]] if self.labels and len(scores) == 1 else scores

    def right(self, limit: float) -> int | None:
        if not self.labels:
            return None
        found = [self._decided(row, limit) for row in self.rows]
        told = [
            math.nan if any(map(math.isnan, scores)) else self.labels[scores.index(max(scores))] for scores in found
        ]
        return [a == b for a, b in zip(told, self.targets, strict=True)].count(True)

    def field(self, limit: float) -> charts.Field:
        found = [self._decided(row, limit) for row in self.places]
        if self.is_curve:
            return charts.fitted([scores[-1] for scores in found], *self.range)
        if not self.labels:
            return charts.heat([score for (score,) in found], *self.range)
        return charts.regions(found, CLEAR_LEAD.get(limit, 1.0))

    def scene(self) -> Scene | None:
        """The graph of the sample; None where it cannot be computed."""
        try:
            with recording():
                root = self._root()
                order = topological_order(root)
                return graph_scene(root, options=self.options, gradients=adjoints(order, [(root, 1.0)], order))
        except (ValueError, ArithmeticError):
            return None

    def _root(self) -> Value:
        prediction = self.model(self.xs[self.sample])
        if self.graph == "loss":
            root: Value = self.loss([prediction], [self.ys[self.sample]])
            if root.operation is ops.mean and len(root.parents) == 1:  # the mean of one number says nothing
                root = root.parents[0]
        else:
            target = self.targets[self.sample]
            root = prediction if isinstance(prediction, Value) else prediction[int(target) if self.labels else 0]
        if not root.label:
            root.label = self.graph
        return root

    # --- In words, and as points ---

    @property
    def title(self) -> str:
        what = "loss" if self.graph == "loss" else "output"
        row = ", ".join(
            [f"{n} = {short(x)}" for n, x in list(zip(self.inputs, self.rows[self.sample], strict=True))[:4]]
        )
        more = ", …" if len(self.inputs) > 4 else ""
        return f"How the {what} of sample {self.sample} is computed ({row}{more}; target {self._target()})"

    def _target(self) -> str:
        y = self.targets[self.sample]
        return self.names[self.labels.index(y)] if self.labels else short(y)

    @property
    def held(self) -> str:
        if len(self.inputs) <= 2:
            return ""
        return f"A plane through {len(self.inputs)} inputs: {decisions.held(self.inputs, self.features)}."

    @property
    def axes(self) -> tuple[str, str]:
        if self.is_curve:
            return self.inputs[0], "target and output"
        i, j = self.features
        return self.inputs[i], self.inputs[j]

    @property
    def thinned(self) -> list[int]:
        every = -(-len(self.rows) // MOST_POINTS)
        return [k for k in range(len(self.rows)) if k % every == 0]

    def at(self, k: int) -> tuple[float, float]:
        if self.is_curve:
            return self.rows[k][0], self.targets[k]
        i, j = self.features
        return self.rows[k][i], self.rows[k][j]

    def points(self) -> list[charts.Points]:
        if self.is_curve and not self.labels:
            return [charts.Points("samples", COLOURS[0], MARKERS[0], [(*self.at(k), COLOURS[0]) for k in self.thinned])]
        if not self.labels:
            low, high = self.range
            shares = [min(max((y - low) / (high - low), 0.0), 1.0) if math.isfinite(y) else 0.5 for y in self.targets]
            samples = [(*self.at(k), charts.warmth(shares[k])) for k in self.thinned]
            ends = [
                charts.Points(f"target {short(y)}", charts.warmth(s), "o", []) for y, s in ((low, 0.0), (high, 1.0))
            ]
            return [*ends, charts.Points("", "", "o", samples)]
        groups = []
        for k, (label, name) in enumerate(zip(self.labels, self.names, strict=True)):
            samples = [(*self.at(s), COLOURS[k]) for s in self.thinned if self.targets[s] == label]
            groups.append(charts.Points(name, COLOURS[k], MARKERS[k], samples))
        return groups


def _row(x: Any) -> Iterable[Any]:
    if isinstance(x, Value) or not isinstance(x, Iterable):
        raise ValueError(f"watch: every sample must be a sequence of numbers, such as [0.5], got {x!r:.80}")
    return x


# --- The graph: one picture, and what changes in it ---


@dataclass(frozen=True, slots=True)
class _Moving:
    """One picture for all frames whose graph has the same shape, and what changes from one to the next.

    Attributes:
        picture: An ``<svg>`` as it is in the last of these frames; a text where no renderer serves.
        frames: The numbers of the frames.
        parts: The id of a box or an edge, its texts that change, (which, what all begin with, the rest of each),
            and its styles that change, (attribute, values).
        alt: What it shows.
    """

    picture: str
    frames: list[int]
    parts: list[tuple[str, list[Any], list[Any]]]
    alt: str

    @property
    def is_drawn(self) -> bool:
        return self.picture.startswith("<svg")


def _moving(scenes: Sequence[tuple[int, Scene]]) -> _Moving:
    """What is the same in all scenes is drawn once, with room for the longest texts."""
    shown = [scene for _, scene in scenes]
    last = shown[-1]
    boxes = [[scene.boxes[k] for scene in shown] for k in range(len(last.boxes))]
    edges = [[scene.edges[k] for scene in shown] for k in range(len(last.edges))]
    texts = {column[-1].name: [box.lines for box in column] for column in boxes}
    texts |= {f"e{k}": [(edge.label,) for edge in column] for k, column in enumerate(edges)}
    styles = [_styles(column, dot_text.NODE, last) for column in boxes]
    styles += [_styles(column, dot_text.EDGE, last) for column in edges]
    parts = [
        (name, _texts(lines), changing)
        for (name, lines), changing in zip(texts.items(), styles, strict=True)
        if changing or len(set(lines)) > 1
    ]
    roomy = replace(
        last,
        boxes=tuple([replace(box, lines=_longest(texts[box.name])) for box in last.boxes]),
        edges=tuple([replace(edge, label=_longest(texts[f"e{k}"])[0]) for k, edge in enumerate(last.edges)]),
    )
    start = prefix(roomy)
    try:
        picture = page.lean(_at_last(Picture(roomy).svg(), start, parts), start)
    except (render.RenderError, ImportError):
        picture = str(Picture(last))
    return _Moving(picture, [k for k, _ in scenes], parts, last.alt)


def _styles(column: Sequence[Box] | Sequence[Edge], usual: dict[str, str], scene: Scene) -> list[Any]:
    """The styles of a box or an edge that change from frame to frame."""
    painted = [scene.theme.painted({**usual, **part.style}) for part in column]
    found = [[attribute, [style.get(key, "1") for style in painted]] for key, attribute in SVG.items()]
    return [[attribute, values] for attribute, values in found if len(set(values)) > 1]


def _texts(lines: Sequence[tuple[str, ...]]) -> list[Any]:
    """The lines of a box or an edge that change."""
    return [_column(k, column) for k, column in enumerate(zip(*lines, strict=True)) if len(set(column)) > 1]


def _column(k: int, texts: Sequence[str]) -> list[Any]:
    """One line of a box in all frames: which, what all begin with, the rest of each."""
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    begin = "".join([letters[0] for letters in same])
    return [k, begin, [text[len(begin) :] for text in texts]]


def _longest(texts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple([max(column, key=len) for column in zip(*texts, strict=True)])


def _at_last(svg: str, start: str, parts: Sequence[tuple[str, list[Any], list[Any]]]) -> str:
    """The picture with the texts of the last frame in the place of the longest ones."""
    root = ElementTree.fromstring(svg)
    groups = {element.get("id"): element for element in root.iter() if element.get("id")}
    for name, texts, _ in parts:
        lines = [element for element in groups[start + name].iter() if element.tag.endswith("}text")]
        for k, begin, rest in texts:
            lines[k].text = begin + rest[-1]
    return ElementTree.tostring(root, encoding="unicode")


def _shape(scene: Scene) -> tuple[Any, ...]:
    boxes = [(box.name, len(box.lines), box.style.get("shape")) for box in scene.boxes]
    return tuple(boxes), tuple([(edge.tail, edge.head, bool(edge.label)) for edge in scene.edges])


# --- The film ---


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is seen in each frame."""

    view: View
    fields: list[charts.Field]
    scenes: list[Scene | None]
    batches: bool

    def graphs(self) -> list[_Moving]:
        """The graph in as many pictures as it has shapes; the last frame's is the last."""
        groups: dict[Any, list[tuple[int, Scene]]] = {}
        for k, scene in enumerate(self.scenes):
            if scene is not None:
                groups.setdefault(_shape(scene), []).append((k, scene))
        return sorted([_moving(group) for group in groups.values()], key=lambda moving: moving.frames[-1])


class Film:
    """A training, moment by moment: a page with a time slider.

    Attributes:
        history: What `nn.fit` returned; of a training that diverged, the epochs before.
        frames: The moments.
    """

    def __init__(self, history: nn.History, frames: list[Frame], sight: _Sight) -> None:
        self.history, self.frames, self._sight = history, frames, sight

    def __str__(self) -> str:
        """A short table: about ten of the moments."""
        every = max(1, -(-len(self.frames) // 10))
        last = len(self.frames) - 1
        rows = [row for k, row in enumerate(self._rows()) if (last - k) % every == 0 or k == 0]
        widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
        lines = [[cell.rjust(width) for cell, width in zip(row, widths, strict=True)] for row in (HEAD, *rows)]
        return "\n".join(
            ["  ".join([*line[:3], row[3]]).rstrip() for line, row in zip(lines, (HEAD, *rows), strict=True)]
        )

    __repr__ = __str__

    def _rows(self) -> list[tuple[str, str, str, str]]:
        return [(f"{f.epoch:,}", short(f.loss), self._told(f), f.note) for f in self.frames]

    def _told(self, frame: Frame) -> str:
        return "" if frame.right is None else f"{frame.right} of {len(self._sight.view.rows)}"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the film into a file; missing folders are made.

        Args:
            path: Its ending says what is written: .html, a page that needs no network; .txt, the table.

        Returns:
            The path.

        Raises:
            ValueError: The ending is another.
            OSError: The file cannot be written.
        """
        return saved(path, "a film", ENDINGS, self._as)

    render = save

    def _as(self, ending: str) -> bytes:
        text = page.document("A training, step by step", self.html()) if ending == ".html" else f"{self}\n"
        return text.encode()

    def html(self) -> str:
        """One element for a page: pictures of the end and a table, and the film that takes their place."""
        return self._html

    @cached_property
    def _html(self) -> str:
        graphs = self._sight.graphs()
        return page.fragment(
            "\n".join([self._plane, self._curve_image, self._graph(graphs), self._table()]),
            script=f"{page.asset('controls.js')}\n{page.asset('film.js')}",
            style=f"{page.asset('player.css')}\n{page.asset('film.css')}",
            data=self._data(graphs),
        )

    @property
    def _plane(self) -> str:
        view, sight = self._sight.view, self._sight
        what = "What the model decides" if view.labels and not view.is_curve else "What the model says"
        over = view.inputs[0] if view.is_curve else " and ".join(view.axes)
        alt = f"{what} over {over}, and the {plural(len(view.rows), 'sample')}. {view.held}"
        points, at = view.points(), view.at(view.sample)
        return page.image(charts.plane(sight.fields[-1], view.limits, points, at, view.axes, alt), alt.strip())

    @cached_property
    def _curve(self) -> charts.Curve:
        dots = [(float(f.epoch), f.loss) for f in self.frames]
        half = 0.5 if self._sight.batches else 0.0
        line = [(k + half, loss) for k, loss in enumerate(self.history.losses)]
        if not half and not self.frames[-1].note:
            line.append(dots[-1])
        return charts.curve(line, dots, len(dots) - 1, "loss", self._said_of_curve)

    @property
    def _said_of_curve(self) -> str:
        first, last = self.frames[0], self.frames[-1]
        return f"The loss from {short(first.loss)} to {short(last.loss)} over {plural(last.epoch, 'epoch')}."

    @property
    def _curve_image(self) -> str:
        return page.image(self._curve.svg, self._said_of_curve)

    def _graph(self, graphs: Sequence[_Moving]) -> str:
        title = f"<p>{escape(self._sight.view.title)}</p>\n"
        if not graphs:
            return title
        moving = graphs[-1]
        still = page.image(moving.picture, moving.alt) if moving.is_drawn else f"<pre>{escape(moving.picture)}</pre>"
        return title + still

    def _table(self) -> str:
        head = "".join([f"<th scope=col>{word}" for word in HEAD])
        rows = "\n".join(["<tr>" + "".join([f"<td>{escape(cell)}" for cell in row]) for row in self._rows()])
        title = f"All frames: {plural(len(self.frames), 'moment')} of {plural(len(self.history), 'epoch')}"
        return (
            f"<details><summary>{title}</summary>\n{page.TABLE}\n<thead><tr>{head}\n<tbody>\n{rows}\n</table></details>"
        )

    def _data(self, graphs: Sequence[_Moving]) -> dict[str, Any]:
        view, sight = self._sight.view, self._sight
        return {
            "title": view.title,
            "notes": [view.held, self._said_of_line],
            "frames": [
                {
                    "epoch": frame.epoch,
                    "loss": short(frame.loss),
                    "exact": numeral(frame.loss),
                    "right": self._told(frame),
                    "note": frame.note,
                    "field": field.png,
                    "border": field.border,
                    "at": place,
                }
                for frame, field, place in zip(self.frames, sight.fields, self._curve.places, strict=True)
            ],
            "graphs": [
                {
                    "svg": moving.picture if moving is not graphs[-1] and moving.is_drawn else "",
                    "frames": moving.frames,
                    "parts": moving.parts,
                }
                for moving in graphs
            ],
        }

    @property
    def _said_of_line(self) -> str:
        if not self._sight.batches:
            return ""
        return "Line: mean over the batches of each epoch. Dots: all samples, by the weights of that moment."

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What Jupyter shows."""
        return {"text/html": self.html(), "text/plain": str(self)}

"""A small network that learns points of a plane, some epochs at a time, and what is to be seen of it in between."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from autograd_lite import data, draw, losses, nn, optim
from autograd_lite.nn.training import DivergenceError
from autograd_lite.show import charts
from autograd_lite.show.film import View
from autograd_lite.show.picture import Picture
from autograd_lite.show.plots import decisions
from autograd_lite.transcript.texts import plural, short

from .complaints import ComplaintError

LOSS = "binary_cross_entropy_with_logits"
OPTIMISERS = {"Adam": optim.Adam, "SGD": optim.SGD, "RMSprop": optim.RMSprop, "AdamW": optim.AdamW}
ACTIVATIONS = ("tanh", "relu", "sigmoid", "gelu", "linear")
SETS = ("moons", "circles", "spirals", "xor", "yours")
YOURS = ([[-0.5, -0.5], [0.5, 0.5]], [0, 1])  # a beginning, with a point of each kind
ROOM = ((-1.5, 1.5), (-1.5, 1.5))
MOST_LAYERS, MOST_NEURONS, MOST_POINTS, MOST_EPOCHS = 4, 16, 400, 20_000
PARTS = ("plane", "curve", "network", "graph")


@dataclass(frozen=True)
class Settings:
    """What a training starts from: the same settings give the same numbers, everywhere.

    Attributes:
        data: One of `SETS`.
        points: How many of them.
        noise: Standard deviation around their curves.
        layers: Numbers of hidden neurons.
        activation: Of the hidden neurons.
        optimizer: One of `OPTIMISERS`.
        rate: Its learning rate.
        seed: Of all that is random.
        sample: The point whose loss is drawn as a graph.
        added: Points that the reader has added, each with its label.
    """

    data: str = "moons"
    points: int = 100
    noise: float = 0.1
    layers: tuple[int, ...] = (8, 8)
    activation: str = "tanh"
    optimizer: str = "Adam"
    rate: float = 0.03
    seed: int = 1
    sample: int = 0
    added: tuple[tuple[float, float, int], ...] = ()

    def __post_init__(self) -> None:
        for name, known in (("data", SETS), ("activation", ACTIVATIONS), ("optimizer", tuple(OPTIMISERS))):
            if getattr(self, name) not in known:
                raise ComplaintError(f"{name}: there are {', '.join(known)}, got {getattr(self, name)!r:.40}")
        if len(self.layers) > MOST_LAYERS or not all(1 <= n <= MOST_NEURONS for n in self.layers):
            raise ComplaintError(
                f"layers: at most {MOST_LAYERS}, each of 1 to {MOST_NEURONS} neurons, got {self.layers}"
            )
        if not 2 <= self.points <= MOST_POINTS:
            raise ComplaintError(f"points: from 2 to {MOST_POINTS}, got {self.points}")


def settings(given: Mapping[str, Any]) -> Settings:
    """Settings as a page sends them; others than there are are left out.

    >>> settings({"layers": [4], "rate": 1}).layers
    (4,)
    """
    usual = Settings()
    found: dict[str, Any] = {}
    for name in [field.name for field in fields(Settings) if field.name in given]:
        value, kind = given[name], type(getattr(usual, name))
        try:
            found[name] = kind(value)
            if isinstance(value, float) and found[name] != value:
                raise ComplaintError(f"{name}: must be a whole number, got {value!r:.40}")
        except (TypeError, ValueError, OverflowError):
            raise ComplaintError(f"{name}: must be a {kind.__name__}, got {value!r:.40}") from None
    layers = found.get("layers", usual.layers)
    try:
        found["layers"] = tuple([int(n) for n in layers])
        if found["layers"] != tuple([float(n) for n in layers]):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        said = ", ".join(map(str, layers))
        raise ComplaintError(f"layers: must be whole numbers such as 8, 8, got {said!r:.40}") from None
    try:
        found["added"] = tuple([(float(x), float(y), int(label)) for x, y, label in found.get("added", ())])
    except (TypeError, ValueError):
        raise ComplaintError(f"added: each point must be x, y and a label, got {given['added']!r:.40}") from None
    return Settings(**found)


class Training:
    """A model, its points, and the losses so far.

    >>> training = Training(Settings(data="xor", layers=(3,)))
    >>> training.go(5)["epoch"]
    5
    """

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        rng = random.Random(chosen.seed)
        try:
            self.xs, self.ys = _points(chosen, rng)
            limits = ROOM if chosen.data == "yours" else None
            base = list(self.xs)
            self.xs = [*self.xs, *[[x, y] for x, y, _ in chosen.added]]
            self.ys = [*self.ys, *[label for *_, label in chosen.added]]
            hidden = [*chosen.layers, 1]
            self.model = nn.MLP(2, hidden, activation=chosen.activation, rng=rng)
            self.optimizer = OPTIMISERS[chosen.optimizer](self.model.parameters(), lr=chosen.rate)
            self.view = View(
                self.model,
                self.xs,
                self.ys,
                losses.named(LOSS, "watch"),
                min(chosen.sample, len(self.xs) - 1),
                "loss",
                (0, 1),
                ("blue", "orange"),
                ("x", "y"),
                True,
            )
        except (ValueError, TypeError) as error:
            raise ComplaintError(str(error)) from None
        # A point that is added moves nothing.
        self.view.limits = limits or (
            decisions.around([x for x, _ in base], "x", "watch"),
            decisions.around([y for _, y in base], "y", "watch"),
        )
        across, up = self.view.limits
        self.view.places = decisions.plane(self.view.rows, (0, 1), charts.grid(*across), charts.grid(*up))
        self.losses: list[float] = []
        self.note = ""

    def go(self, epochs: int = 0, seconds: float = 0.0, see: Collection[str] = (), theme: str = "light") -> Any:
        """Train, by `nn.fit`, for some epochs or until the time is over; then say what is to be seen.

        Args:
            epochs: How many; if 0 as many as ``seconds`` allow.
            seconds: About how long.
            see: Which of `PARTS`.
            theme: Of the pictures that have one.
        """
        end = time.perf_counter() + seconds
        left = epochs or (MOST_EPOCHS if seconds else 0)
        size = epochs or 1
        while left and not self.note and len(self.losses) < MOST_EPOCHS:
            start = time.perf_counter()
            self._fit(min(size, left))
            left -= min(size, left)
            now = time.perf_counter()
            if not epochs:
                if now >= end:
                    break
                size = max(1, int((end - now) / ((now - start) / size)))
        return self.figures(see, theme)

    def _fit(self, epochs: int) -> None:
        try:
            history = nn.fit(
                self.model, self.xs, self.ys, loss=LOSS, optimizer=self.optimizer, epochs=epochs, progress=False
            )
        except DivergenceError as error:
            history, self.note = error.history, f"diverged: {error}"
        self.losses += history.losses

    def figures(self, see: Collection[str], theme: str) -> dict[str, Any]:
        """The numbers of this moment, and the pictures that are asked for."""
        limit, loss = self.view.limit(), self.view.mean_loss()
        pictures = {
            "plane": lambda: self._plane(limit),
            "curve": lambda: self._curve(loss),
            "network": lambda: draw(self.model, inputs=["x", "y"], outputs=["score"], theme=theme).svg(),
            "graph": self._graph,
        }
        return {
            "epoch": len(self.losses),
            "loss": loss,
            "right": self.view.right(limit),
            "points": len(self.xs),
            "note": self.note or ("" if len(self.losses) < MOST_EPOCHS else "That is as long as a training goes here."),
            "title": self.view.title,
            "limits": self.view.limits,
            "parameters": len(self.model.parameters()),
            **{part: pictures[part]() for part in PARTS if part in see},
        }

    def _plane(self, limit: float) -> str:
        view = self.view
        alt = f"What the network decides over x and y, and {plural(len(self.xs), 'point')}."
        return charts.plane(view.field(limit), view.limits, view.points(), view.at(view.sample), view.axes, alt)

    def _curve(self, loss: float) -> str:
        now = (float(len(self.losses)), loss)
        line = [(float(k), loss) for k, loss in enumerate(self.losses)] + [now]
        return charts.curve(line, [now], 0, "loss", f"The loss from {short(line[0][1])} to {short(now[1])}.").svg

    def _graph(self) -> str:
        scene = self.view.scene()
        return "" if scene is None else Picture(scene).svg()

    def nearest(self, x: float, y: float) -> int:
        """Which point is nearest to a place."""
        return min(range(len(self.xs)), key=lambda k: math.dist(self.xs[k], (x, y)))

    def python(self) -> str:
        """A program for the library that trains the same, number for number."""
        s = self.settings
        made = {
            "moons": f"data.moons({s.points}, noise={s.noise}, rng=rng)",
            "circles": f"data.circles({s.points}, noise={s.noise}, rng=rng)",
            "spirals": f"data.spirals({s.points}, noise={s.noise}, rng=rng)",
            "xor": "data.xor()",
            "yours": repr(YOURS),
        }[s.data]
        added = [
            f"xs += {[[x, y] for x, y, _ in s.added]}",
            f"ys += {[label for *_, label in s.added]}",
        ]
        return "\n".join(
            [
                "import random",
                "",
                "from autograd_lite import data, nn, optim, watch",
                "",
                f"rng = random.Random({s.seed})",
                f"xs, ys = {made}",
                *(added if s.added else []),
                f"model = nn.MLP(2, {[*s.layers, 1]}, activation={s.activation!r}, rng=rng)",
                f"optimizer = optim.{s.optimizer}(model.parameters(), lr={s.rate})",
                f'film = watch(model, xs, ys, loss="{LOSS}", optimizer=optimizer, epochs={len(self.losses) or 200})',
                "print(film)",
                'film.save("film.html")',
                "",
            ]
        )


def _points(chosen: Settings, rng: random.Random) -> tuple[list[list[float]], list[int]]:
    if chosen.data == "yours":
        return YOURS
    if chosen.data == "xor":
        return data.xor()
    return getattr(data, chosen.data)(chosen.points, noise=chosen.noise, rng=rng)  # type: ignore[no-any-return]  # found by its name

"""From a neuron, layer or MLP to a scene: circles filled by their bias, weights as lines of their colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from .. import nn
from ..engine.value import Value
from ..transcript.texts import abbreviated, clean, interval, numeral, plural, short
from .scene import DIRECTIONS, THEMES, Box, Edge, Scene, Theme, largest, one_of

MOST_SHOWN, SHOWN_EACH_SIDE = 16, 5  # neurons of a layer: all of them, or the first and the last few
DIAMETER, ROW, ABOVE, BESIDE = 33, 44, 34, 64  # points: of a circle, from one to the next, to headings above or beside
LETTER, WIDE_LETTER, LONGEST_NAME = 6, 11, 24  # points that a letter of a name takes, and how many letters

CIRCLE = {"shape": "circle", "style": "filled", "width": "0.46", "fixedsize": "true", "fontsize": "10", "color": "ink"}
NAMED = {
    "shape": "box",
    "style": "filled,rounded",
    "height": "0.46",
    "fontsize": "11",
    "margin": "0.1,0",
    "color": "ink",
}
HEADING = {"shape": "plaintext", "fontsize": "12", "margin": "0"}
GAP = {
    "shape": "plaintext",
    "style": "filled",
    "fillcolor": "paper",
    "fontsize": "11",
    "fontcolor": "quiet",
    "margin": "0.02",
}
CANVAS = {"layout": "neato", "inputscale": "72", "splines": "line", "outputorder": "edgesfirst"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of circles: the inputs, or the neurons of layer ``number``."""

    number: int
    heading: tuple[str, ...]
    noun: str
    count: int
    neurons: tuple[nn.Neuron, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Of its circles, or of the boxes that names stand in, in points."""
        lengths = [sum([WIDE_LETTER if _is_wide(c) else LETTER for c in name]) for name in self.names]
        return max([DIAMETER, *[length + 20 for length in lengths]])

    @property
    def left_out(self) -> range:
        if self.count <= MOST_SHOWN:
            return range(0)
        return range(SHOWN_EACH_SIDE, self.count - SHOWN_EACH_SIDE)

    @property
    def shown(self) -> list[int]:
        """The numbers of the circles, from top to bottom."""
        return [i for i in range(self.count) if i not in self.left_out]

    @property
    def rows(self) -> list[int | None]:
        """The numbers of the circles with None where some are left out."""
        if not self.left_out:
            return list(range(self.count))
        return [*self.shown[:SHOWN_EACH_SIDE], None, *self.shown[SHOWN_EACH_SIDE:]]


def network_scene(
    module: nn.Module,
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    direction: str = "LR",
    theme: str = "light",
) -> Scene:
    """A neuron, layer or MLP as a scene; the arguments are those of `draw`.

    Raises:
        TypeError: It is another module, or names are no texts.
        ValueError: A layer has not as many inputs as the layer before has neurons, or there are too few names or too
            many, or an option is none of those that there are.
    """
    one_of("direction", direction, DIRECTIONS)
    one_of("theme", theme, THEMES)
    colours = THEMES[theme]
    layers = _layers(module)
    columns = _columns(layers)
    columns[0] = replace(columns[0], names=_names("inputs", inputs, columns[0].count))
    columns[-1] = replace(columns[-1], names=_names("outputs", outputs, columns[-1].count))
    weights = [w.data for layer in layers for neuron in layer for w in neuron.w]
    biases = [neuron.b.data for layer in layers for neuron in layer]
    height = max([len(column.rows) for column in columns])
    top, top_bias = largest(weights), largest(biases)
    canvas = _Canvas(columns, direction)
    boxes = [box for column in columns for box in _circles(column, canvas, top_bias, colours)]
    stroke = partial(colours.stroke, largest=top, widest=max(1.5, min(4.0, 6.0 - 0.35 * height)))
    edges = [edge for before, column in pairwise(columns) for edge in _lines(before, column, stroke, direction)]
    first, *rest = [": ".join(column.heading) for column in columns]
    alt = f"Network of {first}, {', '.join(rest)}; {plural(len(weights) + len(biases), 'parameter')}."
    return Scene(
        title=type(module).__name__,
        alt=alt,
        boxes=tuple(boxes),
        edges=tuple(edges),
        caption=(f"line: weight, blue above 0, orange below, the widest ±{short(top)}", "fill: bias"),
        style=CANVAS,
        theme=colours,
        text="\n".join([alt, *[_summary(column) for column in columns[1:]]]),
    )


def _layers(module: nn.Module) -> list[tuple[nn.Neuron, ...]]:
    if isinstance(module, nn.MLP):
        layers = [tuple(layer.neurons if isinstance(layer, nn.Layer) else [layer]) for layer in module.layers]
    elif isinstance(module, nn.Layer):
        layers = [tuple(module.neurons)]
    elif isinstance(module, nn.Neuron):
        layers = [(module,)]
    else:
        raise TypeError(f"draw: needs a Value, or a Neuron, Layer or MLP, got {type(module).__name__}: {module!r:.80}")
    for i, layer in enumerate(layers):
        if unknown := [part for part in layer if not isinstance(part, nn.Neuron)]:
            raise TypeError(
                f"draw: layer {i} of this network holds {nn.kind(unknown[0])}, which is no neuron; "
                "draw(model(x)) draws what it computes"
            )
        nin = len(layers[i - 1]) if i else len(layer[0].w)
        for neuron in layer:
            if len(neuron.w) != nin:
                raise ValueError(f"draw: layer {i} is given {nin} inputs, but one of its neurons has {len(neuron.w)}")
    return layers


def _columns(layers: list[tuple[nn.Neuron, ...]]) -> list[Column]:
    inputs = len(layers[0][0].w)
    columns = [Column(-1, (plural(inputs, "input"),), "inputs", inputs)]
    for i, layer in enumerate(layers):
        heading = f"layer {i}", f"{len(layer)} × {'|'.join(dict.fromkeys(map(_activation, layer)))}"
        columns.append(Column(i, heading, "neurons" if i < len(layers) - 1 else "outputs", len(layer), layer))
    return columns


def _activation(neuron: nn.Neuron) -> str:
    return nn.kind(neuron)


def _names(what: str, names: Sequence[str] | None, count: int) -> tuple[str, ...]:
    if names is None:
        return ()
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"draw: {what} must be a list of names, got {names!r:.80}")
    if len(names) != count:
        raise ValueError(
            f"draw: the network has {plural(count, what[:-1])}, but {what} has {plural(len(names), 'name')}"
        )
    return tuple([abbreviated(clean(name), LONGEST_NAME) for name in names])


def _is_wide(letter: str) -> bool:
    return letter in "mwMW@" or unicodedata.east_asian_width(letter) in "WF"


class _Canvas:
    """Where things stand: ``along`` runs from the inputs to the outputs."""

    def __init__(self, columns: list[Column], direction: str) -> None:
        self.direction, self.sideways = direction, direction in ("LR", "RL")
        rows = max([len(column.rows) for column in columns])
        self.distance = max(150, min(320, 22 * rows)) if self.sideways else max(110, min(240, 16 * rows))
        self.edge = max([self._reach(column) for column in columns])

    def _pitch(self, column: Column) -> int:
        return ROW if self.sideways else max(ROW, column.width + 11)

    def _reach(self, column: Column) -> float:
        """How far a column goes to either side of the middle."""
        return (self._pitch(column) * (len(column.rows) - 1) + (DIAMETER if self.sideways else column.width)) / 2

    def heading(self, column: Column) -> dict[str, str]:
        return self._place(column, -self.edge - (ABOVE if self.sideways else BESIDE))

    def row(self, column: Column, row: int) -> dict[str, str]:
        return self._place(column, self._pitch(column) * (row - (len(column.rows) - 1) / 2))

    def _place(self, column: Column, across: float) -> dict[str, str]:
        """Boxes with names grow away from the lines."""
        grown = (column.width - DIAMETER) / 2 if self.sideways else 0.0
        along = (column.number + 1) * self.distance + (grown if column.neurons else -grown)
        if self.direction in ("RL", "TB"):
            along = -along
        x, y = (along, -across) if self.sideways else (across, along)
        return {"pos": f"{x:g},{y:g}!"}


def _circles(column: Column, canvas: _Canvas, largest_bias: float, theme: Theme) -> list[Box]:
    """The heading and the circles of a column."""
    style = {**HEADING, **canvas.heading(column)}
    boxes = [Box(f"h{column.number + 1}", column.heading, ": ".join(column.heading), style)]
    for row, i in enumerate(column.rows):
        place = canvas.row(column, row)
        if i is None:
            tooltip = f"{column.left_out.start} to {column.left_out.stop - 1} are not drawn"
            count = (f"{column.count} {column.noun}",) if canvas.sideways else (str(column.count), column.noun)
            dots = "⋮" if canvas.sideways else "⋯"
            boxes.append(Box(_name(column, "gap"), (dots, *count), tooltip, {**GAP, **place}))
            continue
        neuron = column.neurons[i] if column.neurons else None
        fill = theme.shade(neuron.b.data, largest_bias) if neuron else "paper"
        shape = {**NAMED, "width": f"{column.width / 72:.3g}"} if column.names else CIRCLE
        style = {**shape, "fillcolor": fill, **place}
        boxes.append(Box(_name(column, i), (_text(column, i),), _about(column, i), style))
    return [replace(box, style=theme.painted(box.style)) for box in boxes]


def _text(column: Column, i: int) -> str:
    """What is written in a circle or in the box in its place."""
    if column.names:
        return column.names[i]
    return f"x{i}" if not column.neurons else f"y{i}" if column.noun == "outputs" else str(i)


def _name(column: Column, i: int | str) -> str:
    return f"c{column.number + 1}_{i}"


def _about(column: Column, i: int) -> str:
    if not column.neurons:
        return f"input {i}"
    neuron, layer = column.neurons[i], column.number
    return "\n".join(
        [
            f"neuron {i} of layer {layer}: {_activation(neuron)}(Σwx + b)",
            f"weights: {interval([w.data for w in neuron.w])}",
            _parameter(f"b{layer}[{i}]", neuron.b),
        ]
    )


def _parameter(name: str, p: Value) -> str:
    gradient = f", grad = {numeral(p.grad)}" if p.has_grad else ""
    return f"{name} = {numeral(p.data)}{gradient}"


def _lines(before: Column, column: Column, stroke: Callable[[float], dict[str, str]], direction: str) -> list[Edge]:
    """The weights between two columns, the largest on top."""
    tail, head = DIRECTIONS[direction]
    # A line goes from the middle of a circle, but from the side of a box, whose name it would cross.
    ports = {**({"tailport": tail} if before.names else {}), **({"headport": head} if column.names else {})}
    edges = []
    drawn = [(m, n, column.neurons[m].w[n]) for m in column.shown for n in before.shown]
    for m, n, w in sorted(drawn, key=lambda line: largest([line[2].data])):
        style = {**stroke(w.data), **ports, "arrowhead": "none"}
        tooltip = _parameter(f"w{column.number}[{m},{n}]", w)
        edges.append(Edge(_name(before, n), _name(column, m), tooltip=tooltip, style=style))
    return edges


def _summary(column: Column) -> str:
    weights = interval([w.data for neuron in column.neurons for w in neuron.w])
    biases = interval([neuron.b.data for neuron in column.neurons])
    return f"{': '.join(column.heading)} | weights {weights} | biases {biases}"

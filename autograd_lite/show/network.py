"""From a neuron, layer or MLP to a scene: neurons as circles, weights as lines of their width and colour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from .. import nn
from ..texts import interval, numeral, plural, short
from ..value import Value
from .scene import THEMES, Box, Edge, Scene, Theme, largest, one_of

MOST_SHOWN, SHOWN_EACH_SIDE = 16, 5  # neurons of a layer: all of them, or the first and the last few
ROW, ABOVE = 44, 50  # points from circle to circle, and to the headings

CIRCLE = {"shape": "circle", "style": "filled", "width": "0.46", "fixedsize": "true", "fontsize": "10", "color": "ink"}
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


def network_scene(module: nn.Module, theme: str = "light") -> Scene:
    """A neuron, layer or MLP as a scene.

    Raises:
        TypeError: It is another module.
        ValueError: A layer has not as many inputs as the layer before has neurons.
    """
    one_of("theme", theme, THEMES)
    colours = THEMES[theme]
    layers = _layers(module)
    columns = _columns(layers)
    weights = [w.data for layer in layers for neuron in layer for w in neuron.w]
    biases = [neuron.b.data for layer in layers for neuron in layer]
    height = max([len(column.rows) for column in columns])
    top, top_bias = largest(weights), largest(biases)
    widest = max(1.5, min(4.0, 6.0 - 0.35 * height))
    boxes = [box for column in columns for box in _circles(column, height, top_bias, colours)]
    edges = [edge for before, column in pairwise(columns) for edge in _lines(before, column, top, widest, colours)]
    inputs, *rest = [": ".join(column.heading) for column in columns]
    alt = f"Network of {inputs}, {', '.join(rest)}; {plural(len(weights) + len(biases), 'parameter')}."
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
        layers = [tuple(layer.neurons) for layer in module.layers]
    elif isinstance(module, nn.Layer):
        layers = [tuple(module.neurons)]
    elif isinstance(module, nn.Neuron):
        layers = [(module,)]
    else:
        raise TypeError(f"draw: needs a Value, or a Neuron, Layer or MLP, got {type(module).__name__}: {module!r:.80}")
    for i, layer in enumerate(layers):
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
    return nn.activation_name(neuron.activation)


def _circles(column: Column, height: int, largest_bias: float, theme: Theme) -> list[Box]:
    """The heading and the circles of a column, in the middle of a height given in rows."""
    left = (column.number + 1) * max(150, min(320, 22 * height))
    top = -(height - len(column.rows)) * ROW / 2
    place = {"pos": f"{left},{ABOVE}!"}
    boxes = [Box(f"h{column.number + 1}", column.heading, ": ".join(column.heading), {**HEADING, **place})]
    for row, i in enumerate(column.rows):
        place = {"pos": f"{left},{top - row * ROW:g}!"}
        if i is None:
            tooltip = f"{column.left_out.start} to {column.left_out.stop - 1} are not drawn"
            boxes.append(Box(_name(column, "gap"), ("⋮", f"{column.count} {column.noun}"), tooltip, {**GAP, **place}))
        elif not column.neurons:
            boxes.append(Box(_name(column, i), (f"x{i}",), f"input {i}", {**CIRCLE, "fillcolor": "paper", **place}))
        else:
            neuron = column.neurons[i]
            text = f"y{i}" if column.noun == "outputs" else str(i)
            fill = {"fillcolor": theme.shade(neuron.b.data, largest_bias)}
            boxes.append(Box(_name(column, i), (text,), _about(neuron, column.number, i), {**CIRCLE, **fill, **place}))
    return [replace(box, style=theme.painted(box.style)) for box in boxes]


def _name(column: Column, i: int | str) -> str:
    return f"c{column.number + 1}_{i}"


def _about(neuron: nn.Neuron, layer: int, i: int) -> str:
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


def _lines(before: Column, column: Column, largest_weight: float, widest: float, theme: Theme) -> list[Edge]:
    """The weights between two columns, the largest on top."""
    edges = []
    drawn = [(m, n, column.neurons[m].w[n]) for m in column.shown for n in before.shown]
    for m, n, w in sorted(drawn, key=lambda line: largest([line[2].data])):
        style = {**theme.stroke(w.data, largest_weight, widest), "arrowhead": "none"}
        tooltip = _parameter(f"w{column.number}[{m},{n}]", w)
        edges.append(Edge(_name(before, n), _name(column, m), tooltip=tooltip, style=style))
    return edges


def _summary(column: Column) -> str:
    weights = interval([w.data for neuron in column.neurons for w in neuron.w])
    biases = interval([neuron.b.data for neuron in column.neurons])
    return f"{': '.join(column.heading)} | weights {weights} | biases {biases}"

"""Graphs that several of the tests here draw, and pictures read again by Graphviz."""

from __future__ import annotations

import math
import random
from typing import Any

from extras import pygraphviz

from autograd_lite import Value, draw, losses, nn, sin
from autograd_lite.engine import table as ops


class Parsed:
    """The DOT text of a picture as Graphviz itself reads it."""

    def __init__(self, picture: Any) -> None:
        self.graph = pygraphviz.AGraph(string=picture.source)
        self.boxes = {box.attr["label"].split("\\n")[0]: box for box in self.graph.nodes()}
        self.edges = [edge for edge in self.graph.edges() if edge.attr["style"] != "invis"]

    def lines(self, head: str) -> list[str]:
        return str(self.boxes[head].attr["label"]).split("\\n")

    def labels(self, tail: str, head: str) -> list[str]:
        pair = self.boxes[tail], self.boxes[head]
        return [edge.attr["label"].strip() for edge in self.edges if tuple(edge) == pair]

    def fill(self, head: str) -> tuple[int, int, int]:
        colour = self.boxes[head].attr["fillcolor"]
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

    def frames(self) -> dict[str, set[str]]:
        """The first lines of the boxes in each frame, under the frame's title and that of the frame around it."""
        heads = {box: box.attr["label"].split("\\n")[0] for box in self.graph.nodes()}
        found = {}
        for outer in self.graph.subgraphs():
            title = outer.graph_attr["label"]
            found[title] = {heads[box] for box in outer.nodes()}
            for inner in outer.subgraphs():
                found[f"{title}, {inner.graph_attr['label']}"] = {heads[box] for box in inner.nodes()}
        return found


def neuron() -> tuple[Value, Value, Value, Value]:
    """tanh(w·x + b) where tanh is √½, so that its local derivative is ½."""
    x, w, b = Value(2.0, label="x"), Value(-0.5, label="w"), Value(1.0 + math.atanh(math.sqrt(0.5)), label="b")
    y = ops.tanh(w * x + b)
    y.label = "y"
    return x, w, b, y


def chain(length: int) -> Value:
    y = Value(0.0, label="x")
    for _ in range(length):
        y = y + 1.0
    return y


def trained(sizes: list[int], batch: int = 1, **options: Any) -> Value:
    rng = random.Random(1)
    model = nn.MLP(sizes[0], sizes[1:], rng=rng, **options)
    outputs = [model([rng.uniform(-1, 1) for _ in range(sizes[0])]) for _ in range(batch)]
    loss = losses.mse(outputs, [[0.5] * sizes[-1] if sizes[-1] > 1 else 0.5] * batch)
    loss.label = "L"
    loss.backward()
    return loss


def network(model: nn.Module) -> pygraphviz.AGraph:
    return network_of(draw(model))


def network_of(picture: Any) -> pygraphviz.AGraph:
    return pygraphviz.AGraph(string=picture.source)


def loop(steps: int) -> Value:
    """Each step reads w, and what the step before gave."""
    w = Value(0.5, label="w")
    h = Value(1.0, label="h0")
    for k in range(1, steps + 1):
        h = sin(w * h)
        h.label = f"h{k}"
    return h


ALL_OPTIONS: list[dict[str, Any]] = [
    {"fold": True},
    {"fold": False},
    {"fold": "neurons"},
    {"fold": "layers"},
    {"unfold": True},
    {"hide_constants": True},
    {"unfold": True, "hide_constants": True},
    {"labels": {"y": Value(1.0)}},
    {"direction": "TB"},
    {"theme": "dark"},
    {"format": "png"},
]

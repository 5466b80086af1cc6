"""What is on a picture, as plain data: boxes, edges, frames; and the colours of numbers."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

# Blue, orange and purple of M. Okabe and K. Ito (2008), told apart by colour-blind eyes.
BLUE, ORANGE, PURPLE = (0, 114, 178), (230, 159, 0), (204, 121, 167)
WHITE = (255, 255, 255)
INK, GREY, PALE = "#111111", "#666666", "#b0b0b0"


@dataclass(frozen=True, slots=True)
class Box:
    """One thing on a picture.

    Attributes:
        name: Its name in the DOT text.
        lines: What is written in it.
        tooltip: What is said when the mouse is over it.
        style: DOT attributes.
        call: What it is called when a text meets it again; written out again if empty.
        nodes: The nodes in it, by their places in the topological order.
    """

    name: str
    lines: tuple[str, ...]
    tooltip: str
    style: dict[str, str] = field(default_factory=dict)
    call: str = ""
    nodes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from the box ``tail`` to the box ``head``.

    Attributes:
        factor: The number on it in a text.
        label: What is written on it in a picture.
        uses: What it stands for: the place of a node in the topological order, and which of its parents.
    """

    tail: str
    head: str
    factor: str = ""
    label: str = ""
    tooltip: str = ""
    style: dict[str, str] = field(default_factory=dict)
    uses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame with a title around boxes and smaller frames."""

    title: str
    boxes: tuple[str, ...]
    inner: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is on a picture.

    Attributes:
        title: What it is a picture of.
        alt: What it shows, for those who cannot see it.
        boxes: In topological order.
        edges: In the order of their heads.
        root: The name of the box from which the text tree starts.
        order: Pairs of boxes of which the first is to the left of the second, though no edge says so.
        caption: Lines below it.
        style: DOT attributes of the whole.
        text: How it is written where there is no picture; drawn as a tree if empty.
    """

    title: str
    alt: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    root: str = ""
    order: tuple[tuple[str, str], ...] = ()
    frames: tuple[Frame, ...] = ()
    caption: tuple[str, ...] = ()
    style: dict[str, str] = field(default_factory=dict)
    text: str = ""


def prefix(scene: Scene) -> str:
    """How every id on the picture of a scene starts: a digest of it, so that two pictures on one page do not meet."""
    return f"g{hashlib.sha256(repr(scene).encode()).hexdigest()[:10]}-"


def tint(colour: tuple[int, int, int], strength: float) -> str:
    """A colour between white (strength 0) and itself (1).

    >>> tint(BLUE, 0.0), tint(BLUE, 1.0)
    ('#ffffff', '#0072b2')
    """
    return "#" + "".join([f"{round(w + (c - w) * strength):02x}" for w, c in zip(WHITE, colour, strict=True)])


def shade(x: float, largest: float) -> str:
    """A fill that black text is read on: blue for x > 0, orange for x < 0, stronger the nearer to ``largest``.

    >>> shade(0.0, 1.0), shade(1.0, 1.0) == tint(BLUE, 0.6)
    ('#ffffff', True)
    """
    if x != x:
        return tint(PURPLE, 0.6)
    if x == 0:
        return tint(BLUE, 0.0)
    strength = 1.0 if math.isinf(x) or not largest > 0 else min(1.0, math.sqrt(abs(x) / largest))
    return tint(BLUE if x > 0 else ORANGE, 0.1 + 0.5 * strength)


def stroke(x: float, largest: float, widest: float) -> dict[str, str]:
    """The colour and width of a line that stands for a number."""
    if not math.isfinite(x):
        return {"color": tint(PURPLE, 1.0), "penwidth": f"{widest:g}"}
    share = abs(x) / largest if largest else 0.0
    colour = tint(BLUE if x > 0 else ORANGE, 0.35 + 0.65 * share) if x else PALE
    return {"color": colour, "penwidth": f"{0.4 + (widest - 0.4) * share:.3g}"}


def largest(xs: Iterable[float]) -> float:
    """The largest finite absolute value, 0 if there is none."""
    return max([abs(x) for x in xs if math.isfinite(x)], default=0.0)

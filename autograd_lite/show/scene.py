"""What is on a picture, as plain data: boxes, edges, frames; and the colours of numbers."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

Colour = tuple[int, int, int]
# Blue, orange and purple of M. Okabe and K. Ito (2008), told apart by colour-blind eyes.
BLUE, ORANGE, PURPLE = (0, 114, 178), (230, 159, 0), (204, 121, 167)


@dataclass(frozen=True, slots=True)
class Theme:
    """All colours of a picture. Styles name them by the names of the fields.

    Attributes:
        paper: The background.
        ink: What is written in boxes, and the border of leaves.
        line: Borders and edges.
        quiet: What is written beside: on edges and frames, below the picture.
        faint: What need not be seen at once: frames, weights of 0.
        shadow: The inside of a frame.
        strongest: The share of blue or orange in the fill of the largest gradient; text is read on it.
    """

    paper: str
    ink: str
    line: str
    quiet: str
    faint: str
    shadow: str
    strongest: float

    def painted(self, style: dict[str, str]) -> dict[str, str]:
        """DOT attributes with colours in place of their names.

        >>> LIGHT.painted({"color": "paper", "shape": "box"})
        {'color': '#ffffff', 'shape': 'box'}
        """
        return {
            key: getattr(self, value) if key.endswith("color") and value in self.__slots__ else value
            for key, value in style.items()
        }

    def tint(self, colour: Colour, strength: float) -> str:
        """A colour between the paper (strength 0) and itself (1).

        >>> LIGHT.tint(BLUE, 0.0), LIGHT.tint(BLUE, 1.0)
        ('#ffffff', '#0072b2')
        """
        paper = bytes.fromhex(self.paper[1:])
        return "#" + "".join([f"{round(p + (c - p) * strength):02x}" for p, c in zip(paper, colour, strict=True)])

    def shade(self, x: float, largest: float) -> str:
        """A fill that text is read on: blue for x > 0, orange for x < 0, stronger the nearer to ``largest``.

        >>> LIGHT.shade(0.0, 1.0), LIGHT.shade(1.0, 1.0) == LIGHT.tint(BLUE, 0.6)
        ('#ffffff', True)
        """
        if x != x:
            return self.tint(PURPLE, self.strongest)
        if x == 0:
            return self.paper
        share = 1.0 if math.isinf(x) or not largest > 0 else min(1.0, math.sqrt(abs(x) / largest))
        return self.tint(BLUE if x > 0 else ORANGE, 0.1 + (self.strongest - 0.1) * share)

    def stroke(self, x: float, largest: float, widest: float) -> dict[str, str]:
        """The colour and width of a line that stands for a number."""
        if not math.isfinite(x):
            return {"color": self.tint(PURPLE, 1.0), "penwidth": f"{widest:g}"}
        share = abs(x) / largest if largest else 0.0
        colour = self.tint(BLUE if x > 0 else ORANGE, 0.35 + 0.65 * share) if x else self.faint
        return {"color": colour, "penwidth": f"{0.4 + (widest - 0.4) * share:.3g}"}


LIGHT = Theme("#ffffff", "#111111", "#555555", "#555555", "#b0b0b0", "#f4f4f4", 0.6)
DARK = Theme("#1b1e24", "#f2f2f2", "#a8adb5", "#b8bdc5", "#666c76", "#252931", 0.55)
#: Where the root is, and the sides of a box where edges begin and end.
DIRECTIONS = {"LR": ("e", "w"), "TB": ("s", "n"), "RL": ("w", "e"), "BT": ("n", "s")}
THEMES = {"light": LIGHT, "dark": DARK}


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
        shows: The node whose value and gradient its last two lines say, if they say them.
    """

    name: str
    lines: tuple[str, ...]
    tooltip: str
    style: dict[str, str] = field(default_factory=dict)
    call: str = ""
    nodes: tuple[int, ...] = ()
    shows: int | None = None


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
        roots: The names of the boxes from which the text tree starts.
        order: Pairs of boxes of which the first is to the left of the second, though no edge says so.
        caption: Lines below it.
        style: DOT attributes of the whole.
        text: How it is written where there is no picture; drawn as a tree if empty.
        theme: Its colours.
    """

    title: str
    alt: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    roots: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    frames: tuple[Frame, ...] = ()
    caption: tuple[str, ...] = ()
    style: dict[str, str] = field(default_factory=dict)
    text: str = ""
    theme: Theme = LIGHT


def prefix(scene: Scene) -> str:
    """How every id on the picture of a scene starts: a digest of it, so that two pictures on one page do not meet."""
    return f"g{hashlib.sha256(repr(scene).encode()).hexdigest()[:10]}-"


def one_of(name: str, given: object, possible: Iterable[object], asked: str = "draw") -> None:
    """
    Raises:
        ValueError: What was given for an option of `draw`, or of what is asked, is none of those that are possible.

    >>> one_of("theme", "pink", ["light", "dark"])
    Traceback (most recent call last):
    ...
    ValueError: draw: theme must be 'light' or 'dark', got 'pink'
    """
    known = list(possible)
    if not any(type(given) is type(option) and given == option for option in known):
        *others, last = map(repr, known)
        raise ValueError(f"{asked}: {name} must be {', '.join(others)} or {last}, got {given!r:.80}")


def largest(xs: Iterable[float]) -> float:
    """The largest finite absolute value, 0 if there is none."""
    return max([abs(x) for x in xs if math.isfinite(x)], default=0.0)

"""`explain`: every path from a result down to one of its nodes, as a text, a page and a picture."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from html import escape
from pathlib import Path as File
from typing import Any, NamedTuple, TypeVar

from ..engine.value import Value
from ..transcript import formulas
from ..transcript.names import inputs, names_of, neurons
from ..transcript.routes import MOST, Path, edges_between, routes
from ..transcript.texts import abbreviated, clean, numeral, plural, short
from . import page
from .files import saved
from .graph import Options, graph_scene
from .picture import ENDINGS, Picture
from .render import RenderError
from .scene import BLUE, LIGHT, ORANGE, PURPLE, Box, Edge, Frame, Scene

LONGEST_NAME, LONGEST_TEXT = 20, 40
MOST_STEPS = 12  # of a path
MOST_LINES = 60  # of tables in a text
MOST_CUTS = 3  # that are named
MOST_NODES, MOST_ON_PATHS, MOST_BOXES = 500, 60, 30  # of a graph that is not folded, and of one that is drawn whole
MOST_STRANDS = 3  # of different colours, side by side as one edge
MOST_DIGITS, FEW_DIGITS = 100, 15  # of the number of all paths, and of others

# More colours of M. Okabe and K. Ito (2008), so that six paths are told apart.
GREEN, SKY, VERMILION = (0, 158, 115), (86, 180, 233), (213, 94, 0)
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)
MARKS = "①②③④⑤⑥"
ROUNDING = 1e-9  # of a sum, relative to what is added
CELL = "padding:1px 12px 1px 8px;text-align:left;vertical-align:top"

T = TypeVar("T")


def explain(y: Value, wrt: Value, *, labels: Mapping[str, Any] | None = None) -> Explanation:
    """How ``y`` depends on ``wrt``: every path between them, the local derivatives along it, their product; the sum.

    The sum over all paths is the gradient: the chain rule in full. Paths too many to be told one by one are counted
    all the same, and the heaviest are shown. No ``grad`` is read or changed.

    Args:
        y: The result.
        wrt: What it is differentiated by: a leaf, or a node on the way.
        labels: Names for this occasion, as `draw` takes them, such as ``locals()``.

    Returns:
        An `Explanation`: shown by Jupyter, printed as a text, saved as a page or a picture.

    Raises:
        TypeError: One of them is no Value, or the labels are no dictionary.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.label = "y"
    >>> print(explain(y, wrt=x))
    ∂y/∂x: 2 paths from y down to x
    <BLANKLINE>
    path 1: y → x
      y = x * x  ∂y/∂x = x = 3
                   product = 3
    path 2: y → x
      y = x * x  ∂y/∂x = x = 3
                   product = 3
    <BLANKLINE>
    ∂y/∂x = 3 + 3 = 6
    """
    for name, node in (("y", y), ("wrt", wrt)):
        if not isinstance(node, Value):
            raise TypeError(f"explain: {name} must be a Value, got {type(node).__name__}: {node!r:.80}")
    return Explanation(y, wrt, labels)


class Row(NamedTuple):
    """A line of the table of a path; a result has no derivative, and its name stands in the place of the formula."""

    node: str
    derivative: str
    formula: str
    number: str


class Explanation:
    """Why a derivative is what it is: the paths that it is the sum of.

    >>> x = y = Value(1.0)
    >>> for _ in range(200):
    ...     y = y + y
    >>> explain(y, wrt=x).count == 2**200
    True
    """

    def __init__(self, y: Value, x: Value, labels: Mapping[str, Any] | None = None) -> None:
        self._root, self._x, self._routes = y, x, routes(y, x)
        self._options = Options(labels=labels)

    @property
    def gradient(self) -> float:
        """∂y/∂x as one backward pass gives it: the sum over all paths."""
        return self._routes.gradient

    @property
    def count(self) -> int:
        """How many paths there are along which something flows."""
        return self._routes.count

    @property
    def paths(self) -> tuple[Path, ...]:
        """Each of them if they are few; else the heaviest, one for all that have the same product."""
        return self._routes.paths

    @cached_property
    def picture(self) -> Picture:
        """The graph with the paths in it, the heaviest each in a colour of its own; `print` shows the text."""
        paint = _Paint(self._routes.order, self._x, self.paths[: len(MARKS)])
        scene, legend = paint.scene(
            graph_scene(self._root, options=replace(self._options, fold=False if paint.is_small else None))
        )
        lines = [f"{mark} {_factors(path)}" for mark, path in zip(MARKS, self.paths, strict=False)]
        return Picture(
            replace(
                scene,
                title=self._title,
                alt=f"{self._title}. {self._sum}.",
                caption=(*lines, *self._notes, self._sum, f"number on an edge: local derivative; {legend}"),
                text=str(self),
            )
        )

    def save(self, path: str | os.PathLike[str]) -> File:
        """Write it into a file; missing folders are made.

        Args:
            path: Its ending says what is written: .html for a page that needs nothing else, .txt for the text that
                `print` shows; .svg, .png, .pdf, .dot or .gv for the picture.

        Returns:
            The path.

        Raises:
            ValueError: The ending is another.
            RenderError: No renderer could make such a file; says what to install.
            OSError: The file cannot be written.
        """
        return saved(path, "an explanation", (".html", *ENDINGS), self._as)

    render = save

    def _as(self, ending: str) -> bytes:
        if ending == ".html":
            return f"{page.document(self._title, self._repr_html_())}\n".encode()
        return self.picture.as_file(ending)

    # --- What is said ---

    @cached_property
    def _title(self) -> str:
        """What is explained, in a line."""
        found, y, x = self._routes, self._name(self._root), self._name(self._x)
        if not found.count:
            cut = f"nothing flows along any path from {y} down to {x}"
            return f"{self._derivative} = 0: {cut if found.cut else f'{y} was not computed from {x}'}"
        heaviest = ", the heaviest first" if found.count > MOST and len(found.paths) > 1 else ""
        return f"{self._derivative}: {_paths(found.count, MOST_DIGITS)} from {y} down to {x}{heaviest}"

    def _name(self, item: Any) -> str:
        """What a node is called; or a number."""
        return abbreviated(self._names[id(item)], LONGEST_NAME) if isinstance(item, Value) else short(item)

    @cached_property
    def _names(self) -> dict[int, str]:
        order = self._routes.order
        return {id(self._x): clean(self._x.label) or "wrt", **names_of(order, neurons(order), self._options.labels)}

    @cached_property
    def _derivative(self) -> str:
        return f"∂{self._name(self._root)}/∂{self._name(self._x)}"

    def _heading(self, number: int, path: Path) -> str:
        ends = _shortened(path.nodes, MOST_STEPS)
        names = ["…" if node is None else self._name(node) for node in ends]
        return f"path {number}: {' → '.join(names)}{' itself' if len(names) == 1 else ''}"

    def _rows(self, path: Path) -> Iterator[Row]:
        count = len(path.uses)
        for k in _shortened(range(count), MOST_STEPS):
            if k is None:
                yield Row(f"… {count - MOST_STEPS:,} more", "", "", "")
                continue
            node, parent, use, d = path.nodes[k], path.nodes[k + 1], path.uses[k], path.derivatives[k]
            yield Row(
                self._defined(node), f"∂{self._name(node)}/∂{self._name(parent)}", self._formula(node, use, d), short(d)
            )
        yield Row("", "", "product", _product(path))
        if path.count > 1:
            yield Row("", "", f"× {_paths(path.count, FEW_DIGITS, 'such path')}", short(path.total))

    def _defined(self, node: Value) -> str:
        return abbreviated(f"{self._name(node)} = {formulas.result(node, self._name)}", LONGEST_TEXT)

    def _formula(self, node: Value, use: int, d: float) -> str:
        """The formula of a local derivative; empty where it says no more than the number."""
        place = [item for item in inputs(node) if isinstance(item.item, Value)][use]
        text = formulas.derivative(node, place.operand, place.place, self._name)
        return "" if text in (numeral(d), short(d)) else abbreviated(text, LONGEST_TEXT)

    @cached_property
    def _notes(self) -> list[str]:
        found, notes = self._routes, []
        if found.cut:
            at = ", ".join([self._defined(node) for node in found.closed[:MOST_CUTS]])
            more = ", …" if len(found.closed) > MOST_CUTS else ""
            notes.append(
                f"not among them: {_paths(found.cut, FEW_DIGITS)} along which nothing flows, cut at {at}{more}"
            )
        if found.others:
            notes.append(f"the other {_paths(found.others, FEW_DIGITS)} add up to {short(found.remainder)}")
        return notes

    @cached_property
    def _sum(self) -> str:
        """The products of the paths, added up."""
        found = self._routes
        terms = [path.total + 0.0 for path in found.paths] + [found.remainder] * (found.others > 0)
        if len(terms) < 2:
            return f"{self._derivative} = {short(found.gradient)}"
        added = f"{' + '.join(map(short, terms))}".replace("+ -", "- ")
        if _agree(sum(terms), found.gradient, sum(map(abs, terms))):
            return f"{self._derivative} = {added} = {short(found.gradient)}"
        one_pass = f"{self._derivative} = {short(found.gradient)} in one pass, which adds before it multiplies"
        return f"{one_pass}; path by path {added} = {short(sum(terms))}"

    @cached_property
    def _blocks(self) -> list[tuple[str, list[Row]]]:
        return [(self._heading(i, path), list(self._rows(path))) for i, path in enumerate(self.paths, 1)]

    def __str__(self) -> str:
        steps = [row for _, rows in self._blocks for row in rows if row.derivative]
        widths = [max([len(row[i]) for row in steps], default=0) for i in range(3)]
        lines = [self._title, ""]
        for path, (heading, rows) in zip(self.paths, self._blocks, strict=True):
            table = [_line(row, *widths) for row in rows]
            brief = len(lines) + len(table) > MOST_LINES
            lines += [heading, *[f"  {line}" for line in ([_factors(path)] if brief else table)]]
        return "\n".join([*lines, *([""] if self._blocks else []), *self._notes, *([self._sum] if self.count else [])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """What Jupyter shows; it needs no script."""
        parts = [f"<p><b>{escape(self._title)}</b></p>"]
        try:
            parts.append(_scrolled(self.picture.svg(), self.picture.alt))
        except (RenderError, ImportError) as error:
            parts.append(f"<p>({escape(str(error))})</p>")
        if self._blocks:
            marks = [(f"{mark} ", LIGHT.tint(colour, 1.0)) for mark, colour in zip(MARKS, COLOURS, strict=False)]
            marks += [("", LIGHT.faint)] * len(self._blocks)
            bodies = [_body(*block, *mark) for block, mark in zip(self._blocks, marks, strict=False)]
            parts.append('<div style="overflow-x:auto"><table style="border-collapse:collapse;font-size:14px">')
            parts += [*bodies, "</table></div>"]
        parts += [f"<p>{escape(note)}</p>" for note in self._notes]
        parts += [f"<p><b>{escape(self._sum)}</b></p>"] if self.count else []
        return "\n".join([f'<div style="{page.PAPER}">', *parts, "</div>"])


class _Paint:
    """Gives each of a few paths a colour and a mark in a picture, and takes the colour from what is on no path."""

    def __init__(self, order: list[Value], x: Value, paths: Sequence[Path]) -> None:
        places = {id(node): place for place, node in enumerate(order)}
        self.uses = {(places[node], use) for node, use in edges_between(order, x)}
        last = len(order) - 1
        self.nodes = {place for place, _ in self.uses} | {last, places.get(id(x), last)}
        self.is_small = len(order) <= MOST_NODES and len(self.nodes) <= MOST_ON_PATHS
        self.uses_of = [set(zip([places[id(node)] for node in p.nodes], p.uses, strict=False)) for p in paths]

    def scene(self, scene: Scene) -> tuple[Scene, str]:
        """The scene in colours, and what it does with what is on no path: left out of a large one."""
        large = len(scene.boxes) > MOST_BOXES and bool(self.uses)
        scene = self._on_paths(scene) if large else scene
        boxes, edges = [self._box(box) for box in scene.boxes], [self._edge(edge) for edge in scene.edges]
        if large:  # those in colour last, so that they lie above the others
            edges.sort(key=lambda edge: edge.style["penwidth"] == "2.5")
        legend = "what is on no path is left out" if large else "grey: on no path"
        return replace(scene, boxes=tuple(boxes), edges=tuple(edges)), legend

    def _on_paths(self, scene: Scene) -> Scene:
        edges = [edge for edge in scene.edges if self.uses.intersection(edge.uses)]
        ends = {name for edge in edges for name in (edge.tail, edge.head)}  # also what is not drawn, but on a path
        boxes = [box for box in scene.boxes if self.nodes.intersection(box.nodes) or box.name in ends]
        names = {box.name for box in boxes}
        return replace(
            scene,
            boxes=tuple(boxes),
            edges=tuple(edges),
            order=tuple([pair for pair in scene.order if names.issuperset(pair)]),
            frames=_with(names, scene.frames),
        )

    def _box(self, box: Box) -> Box:
        off = {} if self.nodes.intersection(box.nodes) else {"color": LIGHT.faint, "fontcolor": LIGHT.quiet}
        return replace(box, style={**box.style, "fillcolor": "white", **off})

    def _edge(self, edge: Edge) -> Edge:
        if not self.uses.intersection(edge.uses):
            return replace(
                edge, style={**edge.style, "color": LIGHT.faint, "fontcolor": LIGHT.quiet, "penwidth": "0.8"}
            )
        on = [k for k, uses in enumerate(self.uses_of) if uses.intersection(edge.uses)]
        crowded = edge.factor and not edge.label  # then there is no room for a mark either
        marks = "" if crowded else "".join([MARKS[k] for k in on])
        colours = [LIGHT.tint(COLOURS[k], 1.0) for k in on] if 1 <= len(on) <= MOST_STRANDS else [LIGHT.ink]
        width = "2.5" if on else "0.3" if crowded else "1"
        style = {**edge.style, "color": ":".join(colours), "fontcolor": LIGHT.ink, "penwidth": width}
        return replace(edge, label=f"{edge.label} {marks}".strip(), style=style)


def _with(names: set[str], frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The frames around these boxes, and no others."""
    kept = [
        replace(frame, boxes=tuple([name for name in frame.boxes if name in names]), inner=_with(names, frame.inner))
        for frame in frames
    ]
    return tuple([frame for frame in kept if frame.boxes or frame.inner])


def _scrolled(svg: str, alt: str) -> str:
    """The picture, which is shrunk only as long as it can be read."""
    [width] = re.findall(r'width="(\d+)pt"', svg[:1000]) or ["0"]
    inner = f'<div style="min-width:{width}px">{page.image(svg, alt)}</div>'
    return f'<div style="overflow-x:auto">{inner}</div>'


def _body(heading: str, rows: list[Row], mark: str, colour: str) -> str:
    """A path as a part of a table."""
    head = f'<tr><th colspan="4" scope="rowgroup" style="{CELL};padding-top:10px">{mark}{escape(heading)}</th></tr>'
    lines = "\n".join([_html_row(row) for row in rows])
    return f'<tbody style="border-left:6px solid {colour}">\n{head}\n{lines}\n</tbody>'


def _html_row(row: Row) -> str:
    formula = f"= {row.formula}" if row.derivative and row.formula else row.formula
    number = f"= {row.number}" if row.number else ""
    first = f'<td style="{CELL};min-width:8em">{escape(row.node)}</td>'  # on a narrow page it breaks, the others do not
    others = [
        f'<td style="{CELL};white-space:nowrap">{escape(text)}</td>' for text in (row.derivative, formula, number)
    ]
    return f"<tr>{first}{''.join(others)}</tr>"


def _line(row: Row, first: int, second: int, third: int) -> str:
    """A row in columns of these widths."""
    wide = third + 3 if third else 0
    if row.derivative:
        formula = f"{f' = {row.formula}' if row.formula else '':<{wide}}"
        return f"{row.node:<{first}}  {row.derivative:<{second}}{formula} = {row.number}"
    return f"{row.formula:>{first + 2 + second + wide}} = {row.number}" if row.number else row.node


def _shortened(items: Sequence[T], most: int) -> list[T | None]:
    """The first and the last of many, and None in the place of those between."""
    half = most // 2
    return list(items) if len(items) <= most else [*items[:half], None, *items[-half:]]


def _factors(path: Path) -> str:
    """
    >>> _factors(Path((), (), (3.0, -2.0), 0.0, 1, 0.0))
    '3 · (-2) = -6'
    """
    texts = [
        "…" if d is None else f"({short(d)})" if d < 0 else short(d) for d in _shortened(path.derivatives, MOST_STEPS)
    ]
    such = f" (one of {_paths(path.count, FEW_DIGITS)})" if path.count > 1 else ""
    product = _product(path)
    return (product if len(texts) < 2 else f"{' · '.join(texts)} = {product}") + such


def _product(path: Path) -> str:
    """The product of a path, also where a float is too small or too large for it."""
    product = path.product
    if not math.isfinite(path.weight) or (product != 0 and math.isfinite(product)):
        return short(product + 0.0)
    sign = "-" if sum([d < 0 for d in path.derivatives]) % 2 else ""
    return f"{sign}{_scientific(path.weight * math.log10(2.0))}"


def _scientific(exponent: float) -> str:
    """
    >>> _scientific(-602.06)
    '8.71e-603'
    """
    whole = math.floor(exponent)
    mantissa = f"{10.0 ** (exponent - whole):.4g}"
    return f"1e{whole + 1}" if mantissa == "10" else f"{mantissa}e{whole}"


def _paths(count: int, digits: int, noun: str = "path") -> str:
    """
    >>> _paths(1, 15), _paths(1234, 15), _paths(2**200, 15)
    ('1 path', '1,234 paths', 'about 1.607e60 paths')
    """
    exponent = math.log10(count)
    return plural(count, noun) if exponent < digits else f"about {_scientific(exponent)} {noun}s"


def _agree(total: float, gradient: float, size: float) -> bool:
    if not math.isfinite(total - gradient):
        return total == gradient or (total != total and gradient != gradient)
    return abs(total - gradient) <= ROUNDING * size

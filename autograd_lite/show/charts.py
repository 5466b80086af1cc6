"""The charts of a film, as SVG: a plane with what a model decides there, and a curve with a marker."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from ..transcript.texts import abbreviated, short
from . import page
from .dot_text import FONT
from .plots.canvas import COLOURS, MARKERS, Interval
from .scene import BLUE, LIGHT, ORANGE

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, ROW = 440.0, 400.0, 58.0, 428.0, 352.0, 20.0
SIDE = 32  # of the grid of places
LEVELS = 12  # of a colour, from pale to strong
MOST_VERTICES = 600  # of a curve
LONGEST_NAME = 18
INK, QUIET, LINE = "#1b1d21", "#5b6068", "#d8dbe0"
MODEL, LINE_MARK, FAR_OFF = "#D55E00", "-", 1e5  # the curve of a model; outside of its chart it is not seen
TRANSPARENT = 255  # its place in a palette

# What stands at a point, drawn from its middle, under the names that matplotlib gives them.
SHAPES = dict(
    zip(
        MARKERS,
        (
            "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
            "m-4-4h8v8h-8z",
            "m0-5.4l5 9h-10z",
            "m0-5.4l5.4 5.4l-5.4 5.4l-5.4-5.4z",
            "m0 5.4l5-9h-10z",
            "m-1.7-5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z",
            "m-5-2.6l2.4-2.4l2.6 2.6l2.6-2.6l2.4 2.4l-2.6 2.6l2.6 2.6l-2.4 2.4l-2.6-2.6l-2.6 2.6l-2.4-2.4l2.6-2.6z",
            "m0-6l1.5 4h4.2l-3.3 2.7l1.2 4.1l-3.6-2.4l-3.6 2.4l1.2-4.1l-3.3-2.7h4.2z",
        ),
        strict=True,
    )
)


# --- Axes ---


@dataclass(frozen=True, slots=True)
class Axis:
    """From numbers to places on a chart: ``low`` stands at ``start``, ``high`` at ``end``."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def place(self, x: float) -> float:
        """
        >>> Axis(1.0, 100.0, 0.0, 200.0, log=True).place(10.0)
        100.0
        """
        low, high, x = [math.log10(v) for v in (self.low, self.high, x)] if self.log else (self.low, self.high, x)
        return self.start + (x - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """A few round numbers.

        >>> Axis(0.0, 10.0, 0.0, 1.0).ticks(), Axis(0.01, 2.0, 0.0, 1.0, log=True).ticks()
        ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], [0.01, 0.1, 1.0])
        """
        if not self.log:
            rough = (self.high - self.low) / 6
            unit = 10.0 ** math.floor(math.log10(rough))
            step = next(unit * f for f in (1.0, 2.0, 5.0, 10.0) if unit * f >= rough * 0.999)
            first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
            return [k * step for k in range(first, last + 1)]
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        between = (1.0, 2.0, 5.0) if last - first < 2 else (1.0,)
        every = max(1, (last - first + 6) // 7)
        found = [f * 10.0**k for k in range(first - 1, last + 1, every) for f in between]
        return [x for x in found if self.low * 0.999 <= x <= self.high * 1.001]


def _frame(x: Axis, y: Axis, names: tuple[str, str], alt: str, inside: str, above: str = "") -> str:
    """A chart: axes with ticks and names around what is drawn inside."""
    top = y.end
    marks = [
        f"<path d='M{at:.1f} {BOTTOM}v5' stroke='{QUIET}'/><text x='{at:.1f}' y='{BOTTOM + 19}'>{short(t)}</text>"
        for t in x.ticks()
        for at in [x.place(t)]
    ] + [
        f"<path d='M{LEFT} {at:.1f}h-5' stroke='{QUIET}'/>"
        f"<text x='{LEFT - 9}' y='{at + 4:.1f}' text-anchor='end'>{short(t)}</text>"
        for t in y.ticks()
        for at in [y.place(t)]
    ]
    across, up = [escape(abbreviated(name, 40)) for name in names]
    middle = (top + BOTTOM) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" '
        f'height="{HEIGHT:g}" role="img" aria-label="{escape(alt)}" font-family="{FONT}" font-size="13" '
        f'text-anchor="middle" fill="{INK}">'
        f"{inside}<rect x='{LEFT}' y='{top}' width='{RIGHT - LEFT}' height='{BOTTOM - top}' fill='none' "
        f"stroke='{QUIET}'/>{''.join(marks)}"
        f"<text x='{(LEFT + RIGHT) / 2}' y='{HEIGHT - 10}' font-size='14'>{across}</text>"
        f"<text transform='translate(14 {middle}) rotate(-90)' font-size='14'>{up}</text>{above}</svg>"
    )


# --- The plane ---


@dataclass(frozen=True, slots=True)
class Field:
    """What a model says at each place: of a plane the colours as a PNG, and the borders as a path; or a curve."""

    png: str
    border: str


def grid(low: float, high: float, count: int = SIDE) -> list[float]:
    """The places along one side."""
    return [low + (high - low) * k / (count - 1) for k in range(count)]


def regions(scores: Sequence[Sequence[float]], unit: float) -> Field:
    """The class of the largest score at each place, the stronger the farther it is ahead.

    Args:
        scores: Of each place, row by row from below, one for each class.
        unit: A lead that is a clear one.
    """
    found = [[min(max(s, -1e300), 1e300) for s in row] for row in scores]
    best = [TRANSPARENT if any(map(math.isnan, row)) else row.index(max(row)) for row in found]
    cells = []
    for k, row in zip(best, found, strict=True):
        if k == TRANSPARENT:
            cells.append(k)
            continue
        lead = row[k] - max([s for j, s in enumerate(row) if j != k])
        cells.append(k * LEVELS + min(LEVELS - 1, int(LEVELS * (1.0 - math.exp(-lead / unit)))))
    palette = [
        _mixed(COLOURS[k], 0.1 + 0.4 * level / (LEVELS - 1)) for k in range(len(found[0])) for level in range(LEVELS)
    ]
    return Field(_png(cells, palette), _borders(found, best))


def heat(values: Sequence[float], low: float, high: float) -> Field:
    """The numbers themselves, as `warmth` colours them."""
    count = 2 * LEVELS + 1
    palette = [warmth(level / (count - 1)) for level in range(count)]
    cells = [
        TRANSPARENT if math.isnan(v) else round((count - 1) * min(max((v - low) / (high - low), 0.0), 1.0))
        for v in values
    ]
    return Field(_png(cells, palette), "")


def fitted(values: Sequence[float], low: float, high: float) -> Field:
    """The curve of a model over one input, at the places of `grid`; broken where it is not finite."""
    side = SIDE - 1
    points = [
        (5 + 10 * side * k / (len(values) - 1), 5 + 10 * side * (high - v) / (high - low)) if math.isfinite(v) else None
        for k, v in enumerate(values)
    ]
    return Field("", _path([p and (p[0], min(max(p[1], -FAR_OFF), FAR_OFF)) for p in points]))


def warmth(share: float) -> str:
    """Orange at 0, white in the middle, blue at 1: as everywhere, blue is more.

    >>> warmth(0.5)
    '#ffffff'
    """
    return LIGHT.tint(BLUE if share > 0.5 else ORANGE, 0.75 * abs(2.0 * share - 1.0))


def _mixed(colour: str, strength: float) -> str:
    red, green, blue = bytes.fromhex(colour[1:])
    return LIGHT.tint((red, green, blue), strength)


def _png(cells: Sequence[int], palette: Sequence[str]) -> str:
    """A picture of one pixel for each place, as the text of a URL."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colours = [bytes.fromhex(colour[1:]) for colour in palette] + [b"\xff" * 3]
    clear = len(palette)
    rows = [bytes([min(c, clear) for c in cells[k : k + SIDE]]) for k in range(0, len(cells), SIDE)]
    data = b"".join([b"\0" + row for row in reversed(rows)])
    parts = [
        chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 3, 0, 0, 0)),
        chunk(b"PLTE", b"".join(colours)),
        chunk(b"tRNS", b"\xff" * clear + b"\0"),
        chunk(b"IDAT", zlib.compress(data, 9)),
        chunk(b"IEND", b""),
    ]
    return page.address(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def _borders(scores: Sequence[Sequence[float]], best: Sequence[int]) -> str:
    """Where one class becomes another, by linear interpolation between places; in tenths of a pixel of the PNG."""
    path = []
    for row in range(SIDE - 1):
        for column in range(SIDE - 1):
            at = row * SIDE + column
            corners = (at, at + 1, at + 1 + SIDE, at + SIDE)
            classes = {best[c] for c in corners}
            if len(classes) == 1 or TRANSPARENT in classes:
                continue
            around = zip(corners, (*corners[1:], corners[0]), strict=True)
            ends = [_crossing(scores, best, p, q) for p, q in around if best[p] != best[q]]
            if len(ends) > 2:  # three or four regions meet in the middle
                middle = sum([x for x, _ in ends]) / len(ends), sum([y for _, y in ends]) / len(ends)
                path += [(end, middle) for end in ends]
            else:
                path.append((ends[0], ends[1]))
    return "".join([f"M{a[0]:.0f} {a[1]:.0f}L{b[0]:.0f} {b[1]:.0f}" for a, b in path])


def _crossing(scores: Sequence[Sequence[float]], best: Sequence[int], p: int, q: int) -> tuple[float, float]:
    """Where between two places their best classes are equally good."""
    a, b = best[p], best[q]
    ahead, behind = scores[p][a] - scores[p][b], scores[q][b] - scores[q][a]
    share = ahead / (ahead + behind) if ahead + behind else 0.5
    (x, y), (to_x, to_y) = [(c % SIDE, SIDE - 1 - c // SIDE) for c in (p, q)]
    return 10 * (x + 0.5 + share * (to_x - x)), 10 * (y + 0.5 + share * (to_y - y))


@dataclass(frozen=True, slots=True)
class Points:
    """Samples of one kind.

    Attributes:
        name: What the legend calls them; they are not in it if empty.
        colour: In the legend.
        marker: A key of `SHAPES`.
        samples: The two places of each, and its colour.
    """

    name: str
    colour: str
    marker: str
    samples: Sequence[tuple[float, float, str]]


def plane(
    field: Field,
    limits: tuple[Interval, Interval],
    groups: Sequence[Points],
    chosen: tuple[float, float],
    names: tuple[str, str],
    alt: str,
) -> str:
    """The plane with the samples on it; the field has the ids ``field`` and ``border``, to be changed.

    Where a curve is fitted, the plane is that of the curve, and has no colours.
    """
    model = [] if field.png else [("the model", LINE_MARK, MODEL)]
    kinds = [(g.name, g.marker, g.colour) for g in groups if g.name]
    legend, rows = _legend([*model, *kinds, ("the sample below", "", "")])
    top = 8.0 + ROW * rows
    x, y = Axis(*limits[0], LEFT, RIGHT), Axis(*limits[1], BOTTOM, top)
    n = SIDE - 1
    colours = (
        f"<image id='field' width='{SIDE}' height='{SIDE}' preserveAspectRatio='none' href='{field.png}'/>"
        if field.png
        else ""
    )
    ink, width = (INK, 1.8) if field.png else (MODEL, 3)
    inner = (
        f"<svg x='{LEFT}' y='{top}' width='{RIGHT - LEFT}' height='{BOTTOM - top}' viewBox='.5 .5 {n} {n}' "
        f"preserveAspectRatio='none'>{colours}<path id='border' d='{field.border}' transform='scale(.1)' fill='none' "
        f"stroke='{ink}' stroke-width='{width}' stroke-linecap='round' stroke-linejoin='round' "
        "vector-effect='non-scaling-stroke'/></svg>"
    )
    marks = "".join([_marks(group, x, y) for group in groups])
    at = f"cx='{x.place(chosen[0]):.1f}' cy='{y.place(chosen[1]):.1f}' r='9' fill='none'"
    ring = f"<circle {at} stroke='#fff' stroke-width='5'/><circle {at} stroke='{INK}' stroke-width='2.5'/>"
    return _frame(x, y, names, alt, inner + marks + ring, legend)


def _marks(group: Points, x: Axis, y: Axis) -> str:
    shape = SHAPES[group.marker]
    paths: dict[str, list[str]] = {}
    for a, b, colour in group.samples:
        if math.isfinite(a) and math.isfinite(b):
            paths.setdefault(colour, []).append(f"M{x.place(a):.1f} {y.place(b):.1f}{shape}")
    return "".join([f"<path d='{''.join(d)}' fill='{c}' stroke='{INK}' stroke-width='.8'/>" for c, d in paths.items()])


def _legend(entries: Sequence[tuple[str, str, str]]) -> tuple[str, int]:
    """What the marks mean, in as many rows as it takes; a ring for what has no marker."""
    parts, at, row = [], LEFT, 1
    for name, marker, colour in entries:
        text = abbreviated(name, LONGEST_NAME)
        wide = 30.0 + 7.4 * len(text)
        if at + wide > WIDTH and at > LEFT:
            at, row = LEFT, row + 1
        y = ROW * row - 6
        if marker == LINE_MARK:
            parts.append(f"<path d='M{at} {y}h16' stroke='{colour}' stroke-width='3'/>")
        elif marker:
            parts.append(f"<path d='M{at + 8} {y}{SHAPES[marker]}' fill='{colour}' stroke='{INK}' stroke-width='.8'/>")
        else:
            parts.append(f"<circle cx='{at + 8}' cy='{y}' r='6.5' fill='none' stroke='{INK}' stroke-width='2.5'/>")
        parts.append(f"<text x='{at + 20}' y='{y + 4.5}' text-anchor='start'>{escape(text)}</text>")
        at += wide
    return "".join(parts), row


# --- The curve ---


@dataclass(frozen=True, slots=True)
class Curve:
    """The losses of a training, and where each frame stands."""

    svg: str
    places: list[tuple[float, float] | None]


def curve(
    line: Sequence[tuple[float, float]], dots: Sequence[tuple[float, float]], now: int, name: str, alt: str
) -> Curve:
    """A line over epochs, a dot for each frame, and the group ``marker`` at one of them, to be moved.

    Losses have a logarithmic axis where all are above 0 and the largest is ten times the smallest. What is not finite
    has no place.
    """
    finite = [y for _, y in (*line, *dots) if math.isfinite(y)] or [1.0]
    low, high = max(min(finite), -1e300), min(max(finite), 1e300)
    log = low > 0 and high / 10 > low
    room = (high / low) ** 0.05 if log else (0.06 * (high - low) or 0.5 * abs(high) or 1.0)
    span = (low / room, high * room) if log else (0.0 if 0 <= low <= room else low - room, high + room)
    x = Axis(0.0, max([1.0, *[e for e, _ in (*line, *dots)]]), LEFT, RIGHT)
    y = Axis(*span, BOTTOM, 8.0 + ROW, log)
    place = _placer(x, y)
    places = [place(point) for point in dots]
    grid = "".join([f"<path d='M{LEFT} {y.place(t):.1f}H{RIGHT}' stroke='{LINE}'/>" for t in y.ticks()])
    path = _path(map(place, _thinned(line)))
    spots = "".join([f"M{p[0]:.1f} {p[1]:.1f}m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0" for p in places if p])
    at = places[now]
    marker = (
        f"<g id='marker' transform='translate({at[0]:.1f} 0)'>" if at else "<g id='marker' visibility='hidden'>"
    ) + (
        f"<path d='M0 {y.end}V{BOTTOM}' stroke='{INK}' stroke-dasharray='3 3'/>"
        f"<circle cy='{at[1] if at else y.end:.1f}' r='6.5' fill='#fff' stroke='{INK}' stroke-width='3'/></g>"
    )
    inside = (
        f"{grid}<path d='{path}' fill='none' stroke='{COLOURS[0]}' stroke-width='2' stroke-linejoin='round'/>"
        f"<path d='{spots}' fill='{COLOURS[0]}'/>{marker}"
    )
    return Curve(_frame(x, y, ("epoch", name), alt, inside), places)


def _placer(x: Axis, y: Axis) -> Callable[[tuple[float, float]], tuple[float, float] | None]:
    def place(point: tuple[float, float]) -> tuple[float, float] | None:
        if not math.isfinite(point[1]):
            return None
        return x.place(point[0]), y.place(min(max(point[1], y.low), y.high))

    return place


def _path(points: Iterable[tuple[float, float] | None]) -> str:
    """A line through the points, broken where there is none."""
    path, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        path.append(f"{pen}{point[0]:.1f} {point[1]:.1f}")
        pen = "L"
    return "".join(path)


def _thinned(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line of readable size: of each stretch the lowest and the highest point, so that every peak is seen."""
    if len(line) <= MOST_VERTICES:
        return list(line)
    size = -(-2 * len(line) // MOST_VERTICES)
    kept = []
    for start in range(0, len(line), size):
        stretch = line[start : start + size]
        ends = {min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])}
        kept += sorted(ends)
    return kept

"""`slider`, and the `Slider` it returns: a picture for each value, made beforehand, and a range to choose by."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ...engine.numbers import is_number
from ...transcript.texts import plural, short
from .. import page
from ..files import saved
from ..picture import Picture
from .canvas import described, imported, needs_function

MOST_PICTURES = 200
DPI, SHADES = 96, 64  # of a picture by matplotlib: sharp enough, and small enough for a page of many


def slider(make: Callable[[Any], Any], values: Iterable[Any], name: str) -> Slider:
    """A picture that answers at once: one is made for each value, and a slider shows them, without a running kernel.

    Args:
        make: Draws the picture for a value, and returns it: matplotlib Axes (as all plots here do), a Figure, or what
            `draw` returns. Let the limits of the axes be the same for all values: then only what matters moves.
        values: Numbers or texts, in the order of the slider; the first is shown first.
        name: What they are values of, such as ``"learning rate"``.

    Returns:
        `Slider`, which Jupyter shows; ``.save("slider.html")`` writes it as a page. Where no script runs, the
        pictures of the first, the middle and the last value remain.

    Raises:
        TypeError: ``make`` is no function, or returns something that is no picture.
        ValueError: There is no value, or there are more than 200.
        ImportError: matplotlib is not installed.

    >>> from matplotlib.figure import Figure
    >>> from autograd_lite import plots
    >>> slider(lambda x: plots.tangent(lambda x: x**2, x, -2, 2, ax=Figure().subplots()), [-1.0, 0.0, 1.0], "x")
    slider: x = -1, 0, 1 (3 pictures)
    """
    needs_function(make, "slider")
    chosen = list(values)
    if not 0 < len(chosen) <= MOST_PICTURES:
        raise ValueError(
            f"slider: needs from 1 to {MOST_PICTURES} values, a picture is made for each, got {len(chosen)}"
        )
    return Slider(name, [_shot(make, value, f"{name} = {_text(value)}") for value in chosen])


def _text(value: Any) -> str:
    return short(value) if is_number(value) else str(value)


@dataclass(frozen=True, slots=True)
class Shot:
    """The picture for one value.

    Attributes:
        title: The name and the value.
        picture: An ``<svg>``, or the bytes of a PNG.
        alt: What it shows.
    """

    title: str
    picture: str | bytes
    alt: str


def _shot(make: Callable[[Any], Any], value: Any, title: str) -> Shot:
    try:
        made = make(value)
    except Exception as error:
        error.add_note(f"slider: this was raised by make for {title}")
        raise
    if isinstance(made, Picture):
        return Shot(title, page.lean(made.svg(), ""), made.alt)
    first = getattr(made, "flat", [made])[0]
    figure = getattr(first, "figure", None)
    if not hasattr(figure, "savefig"):
        raise TypeError(
            f"slider: make must return the Axes or the picture that it draws, got {made!r:.80} for {title}: "
            "end it with return"
        )
    return Shot(title, _png(figure), described(figure))


def _png(figure: Any) -> bytes:
    """The picture of a figure, which is then closed, else a notebook would show it as well."""
    image, buffer, packed = imported("PIL.Image"), io.BytesIO(), io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, facecolor="white")
    image.open(buffer).convert("RGB").quantize(SHADES).save(packed, "png", optimize=True)
    imported("matplotlib.pyplot").close(figure)
    return packed.getvalue()


class Slider:
    """Pictures for values of one number, and a slider that chooses among them.

    Attributes:
        name: What the values are values of.
        shots: The pictures, in the order of the values.
    """

    def __init__(self, name: str, shots: list[Shot]) -> None:
        self.name, self.shots = name, shots

    def __str__(self) -> str:
        texts = [shot.title.removeprefix(f"{self.name} = ") for shot in self.shots]
        shown = texts if len(texts) <= 6 else [*texts[:3], "…", texts[-1]]
        return f"slider: {self.name} = {', '.join(shown)} ({plural(len(texts), 'picture')})"

    __repr__ = __str__

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a page that needs no network; missing folders are made.

        Args:
            path: It must end in .html.

        Returns:
            The path.

        Raises:
            ValueError: The ending is another.
            OSError: The file cannot be written.
        """
        return saved(path, "a slider", (".html",), lambda _: page.document(self.name, self.html()).encode())

    @property
    def _kept(self) -> list[int]:
        """Which pictures stand where no script runs, and on paper."""
        last = len(self.shots) - 1
        return sorted({0, last // 2, last})

    def html(self) -> str:
        """One element for a page: three of the pictures, and the slider that takes their place."""
        still = "\n".join([self._figure(self.shots[k]) for k in self._kept])
        frames = [
            {"title": shot.title, "alt": shot.alt, "src": "" if k in self._kept else page.address(shot.picture)}
            for k, shot in enumerate(self.shots)
        ]
        return page.fragment(
            still,
            script=f"{page.asset('controls.js')}\n{page.asset('slider.js')}",
            style=page.asset("slider.css"),
            data={"name": self.name, "frames": frames},
        )

    def _figure(self, shot: Shot) -> str:
        source = escape(page.address(shot.picture), quote=False)
        image = f'<img src="{source}" alt="{escape(shot.title)}: {escape(shot.alt)}" style="max-width:100%">'
        return f'<figure style="margin:0 0 8px"><figcaption>{escape(shot.title)}</figcaption>{image}</figure>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What Jupyter shows."""
        return {"text/html": self.html(), "text/plain": str(self)}

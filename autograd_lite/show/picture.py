"""`draw`, and the `Picture` it returns: shown by Jupyter, printed as text, written into a file."""

from __future__ import annotations

import html
import os
import struct
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import nn
from ..value import Value
from . import dot_text, render
from .graph import graph_scene
from .network import network_scene
from .scene import Scene
from .tree import tree

RENDERED = ("svg", "png", "pdf")
ENDINGS = (".svg", ".png", ".pdf", ".dot", ".gv", ".txt")


def draw(what: Value | nn.Module, *, fold: bool | None = None) -> Picture:
    """The picture of a computation, or of a neural network.

    A `Value` is drawn with all that it was computed from, left to right: each node with its value and, after
    ``backward()``, its gradient; the local derivative on every edge; leaves with a thick border. Gradients above
    0 are blue, below 0 orange. A neuron, layer or MLP is drawn as circles, with each weight as a line.

    Args:
        what: A Value, or a Neuron, Layer or MLP.
        fold: Whether a neuron, a layer, or nodes that do the same share one box; if None, where there would be
            more than some 150 boxes; if False, never, up to 500 boxes.

    Returns:
        A `Picture`.

    Raises:
        TypeError: ``what`` is something else.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.label = "y"
    >>> print(draw(y))
    y = x * x | 9
    ├─ ×3 x | 3
    └─ ×3 x, as above
    (number on an edge: local derivative)
    """
    if isinstance(what, Value):
        return Picture(graph_scene(what, fold))
    if isinstance(what, nn.Module):
        return Picture(network_scene(what))
    raise TypeError(f"draw: needs a Value, or a Neuron, Layer or MLP, got {type(what).__name__}: {what!r:.80}")


class Picture:
    """A picture that always appears: in Jupyter, in print, or as a file.

    >>> picture = draw(Value(2.0, label="x"))
    >>> print(picture)
    x | 2
    (number on an edge: local derivative)
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @cached_property
    def source(self) -> str:
        """The DOT text; the same graph gives the same text."""
        return dot_text.source(self._scene)

    @property
    def alt(self) -> str:
        """What the picture shows, in words."""
        return self._scene.alt

    def svg(self) -> str:
        """An ``<svg>`` element to be put into a page.

        Raises:
            RenderError: No renderer could make one.
        """
        return self._svg

    def render(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture into a file; missing folders are made.

        Args:
            path: Its ending says what is written: .svg, .png or .pdf; .dot or .gv for the DOT text; .txt for
                the text that `print` shows.

        Returns:
            The path.

        Raises:
            ValueError: The ending is another.
            RenderError: No renderer could make such a file; says what to install.
            OSError: The file cannot be written.
        """
        file = Path(path)
        ending = file.suffix.lower()
        if ending not in ENDINGS:
            raise ValueError(f"{file}: the name of a picture must end in one of {' '.join(ENDINGS)}")
        try:
            data = self._as(ending)
        except render.RenderError as error:
            raise render.RenderError(f"{file}: {error}") from None
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def _as(self, ending: str) -> bytes:
        if ending == ".txt":
            return f"{self}\n".encode()
        if ending in (".dot", ".gv"):
            return self.source.encode()
        return self.svg().encode() if ending == ".svg" else self._rendered(ending[1:])

    def _rendered(self, form: str) -> bytes:
        return render.rendered(self._scene, form)

    @cached_property
    def _svg(self) -> str:
        text = self._rendered("svg").decode()
        return text[text.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{html.escape(self.alt)}"', 1)

    @cached_property
    def _png(self) -> bytes:
        return self._rendered("png")

    def __str__(self) -> str:
        return tree(self._scene)

    __repr__ = __str__

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any] | tuple[dict[str, Any], dict[str, Any]]:
        """What Jupyter shows: an SVG, a PNG beside it for notebooks that are not trusted, a text in any case.

        Returns:
            A dictionary; with a PNG a pair of one and of what is to be known about the PNG.
        """
        bundle: dict[str, Any] = {"text/plain": str(self)}
        try:
            bundle["image/svg+xml"] = self.svg()
        except render.RenderError as error:
            return {"text/plain": f"{self}\n({error})"}
        try:
            bundle["image/png"] = self._png
        except render.RenderError:
            return bundle
        width, height = struct.unpack(">II", self._png[16:24])
        return bundle, {"image/png": {"width": width // 2, "height": height // 2, "alt": self.alt}}

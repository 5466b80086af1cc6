"""`draw`, and the `Picture` it returns: shown by Jupyter, printed as text, written into a file."""

from __future__ import annotations

import html
import os
import struct
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import nn
from ..calculus.trees import is_array, is_structure, scalars
from ..engine.value import Value
from . import dot_text, render
from .files import saved
from .graph import Options, graph_scene
from .network import network_scene
from .scene import Scene, one_of
from .tree import tree

FORMATS = ("svg", "png")  # that notebooks show
ENDINGS = (".svg", ".png", ".pdf", ".dot", ".gv", ".txt")


def draw(
    what: Any,
    *,
    fold: bool | str | None = None,
    unfold: bool = False,
    hide_constants: bool = False,
    labels: Mapping[str, Any] | None = None,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    direction: str = "LR",
    theme: str = "light",
    format: str = "svg",  # noqa: A002  (what everybody calls it)
) -> Picture:
    """The picture of a computation, or of a neural network.

    A `Value` is drawn with all that it was computed from: each node with its value and, after ``backward()``, its
    gradient; the local derivative on every edge; leaves with a thick border. Gradients above 0 are blue, below 0
    orange. So is the derivative that `gradients` gives, with what it was computed from. A neuron, layer or MLP is
    drawn as circles, with each weight as a line. A picture shows things as they are, and changes nothing.

    Args:
        what: A Value; several of them, in a list, tuple, dict or array, in one picture; or a Neuron, Layer or MLP.
        fold: Of a Value: whether boxes hold more than one node. ``"neurons"`` or True folds each neuron into one box,
            ``"layers"`` each layer; where there would still be more than some 150 boxes, more is folded, down to
            nodes that do the same. None folds only where there would be more than that; False never, up to 500 boxes.
        unfold: Of a Value: whether sums of many terms, such as a neuron's, are drawn as products and sums of two.
        hide_constants: Of a Value: whether plain numbers are left to the texts of the boxes, ``x * 2``.
        labels: Of a Value: names for this picture, such as ``locals()``: of Values, and of lists, tuples and dicts of
            Values, which are called ``w[0]`` and ``p['a']``. They win over labels; those that start with an
            underscore do not count.
        inputs: Of a network: names of its inputs.
        outputs: Of a network: names of its outputs.
        direction: Where the result is: ``"LR"`` to the right, ``"TB"`` at the bottom, ``"RL"``, ``"BT"``.
        theme: ``"light"`` or ``"dark"``.
        format: What notebooks show: ``"svg"``, or ``"png"`` for those that show no SVG.

    Returns:
        A `Picture`.

    Raises:
        TypeError: ``what`` is something else, or names are no names.
        ValueError: An option is none of those that there are, or is meant for something else.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> print(draw(y, labels={"y": y}))
    y = x * x | 9
    ├─ ×3 x | 3
    └─ ×3 x, as above
    (number on an edge: local derivative)
    """
    one_of("format", format, FORMATS)
    of_values: dict[str, Any] = {"fold": fold, "unfold": unfold, "hide_constants": hide_constants, "labels": labels}
    of_networks = {"inputs": inputs, "outputs": outputs}
    if isinstance(what, nn.Module):
        _refuse(of_values, "the graph of a Value")
        return Picture(network_scene(what, **of_networks, direction=direction, theme=theme), format)
    results = _results(what)
    _refuse(of_networks, "a network")
    return Picture(graph_scene(*results, options=Options(**of_values, direction=direction, theme=theme)), format)


def _results(what: Any) -> list[Value]:
    """The Values that are to be drawn, each once."""
    if isinstance(what, list | tuple) and any(isinstance(item, nn.Module) for item in what):
        raise TypeError(f"draw: networks are drawn one by one, got {what!r:.80}")
    found = scalars(what, "draw") if is_structure(what) or is_array(what) else [what]
    for item in found:
        if not isinstance(item, Value):
            inside = "" if item is what else f", in it {type(item).__name__}: {item!r:.80}"
            raise TypeError(
                "draw: needs a Value, several of them, or a Neuron, Layer or MLP, "
                f"got {type(what).__name__}: {what!r:.80}{inside}"
            )
    if not found:
        raise ValueError(f"draw: needs a Value at least, got {what!r:.80}")
    return list({id(item): item for item in found}.values())


def _refuse(options: Mapping[str, Any], thing: str) -> None:
    for name, given in options.items():
        if given is not None and given is not False:
            raise ValueError(f"draw: {name}= is for the picture of {thing}, and this is none; leave it out")


class Picture:
    """A picture that always appears: in Jupyter, in print, or as a file.

    >>> picture = draw(Value(2.0, label="x"))
    >>> print(picture)
    x | 2
    (number on an edge: local derivative)
    """

    def __init__(self, scene: Scene, shown_as: str = "svg") -> None:
        self._scene, self._shown_as = scene, shown_as

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

    def png(self) -> bytes:
        """A PNG, at twice the resolution of a screen.

        Raises:
            RenderError: No renderer could make one.
        """
        return self._png

    def save(self, path: str | os.PathLike[str]) -> Path:
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
        return saved(path, "a picture", ENDINGS, self.as_file)

    render = save  # the word of the package graphviz

    def as_file(self, ending: str) -> bytes:
        """What `save` writes into a file of this ending."""
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
        about = f'role="img" aria-label="{html.escape(self.alt)}" style="max-width:100%;height:auto"'
        return text[text.index("<svg") :].replace("<svg", f"<svg {about}", 1)

    @cached_property
    def _png(self) -> bytes:
        return self._rendered("png")

    def _quick_png(self) -> bytes:
        if render.takes_long(self._scene):
            raise render.RenderError("a PNG of so many long edges takes long")
        return self._png

    def __str__(self) -> str:
        return tree(self._scene)

    __repr__ = __str__

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any] | tuple[dict[str, Any], dict[str, Any]]:
        """What Jupyter shows: an SVG, a PNG beside it for notebooks that are not trusted, a text in any case.

        Nobody waits for a PNG that takes long: then there is none.

        Returns:
            A dictionary; with a PNG a pair of one and of what is to be known about the PNG.
        """
        bundle: dict[str, Any] = {"text/plain": str(self)}
        about: dict[str, Any] = {}
        failures = []
        try:
            bundle["image/png"] = self._quick_png()
            width, height = struct.unpack(">II", self._png[16:24])
            about["image/png"] = {"width": width // 2, "height": height // 2, "alt": self.alt}
        except (render.RenderError, ImportError) as error:
            failures.append(error)
        if self._shown_as == "svg" or failures:
            try:
                bundle["image/svg+xml"] = self.svg()
            except (render.RenderError, ImportError) as error:
                failures.append(error)
        if len(bundle) == 1:
            bundle["text/plain"] += f"\n({failures[-1]})"
        return (bundle, about) if about else bundle

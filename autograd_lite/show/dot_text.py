"""From a scene to DOT text; the only file that knows how Graphviz wants things written."""

from __future__ import annotations

from typing import Any

from .scene import Box, Edge, Frame, Scene, prefix

INSTALL = 'pip install "autograd_lite[all]"'

FONT = "Helvetica,Arial,DejaVu Sans,sans-serif"
GRAPH = {
    "bgcolor": "paper",
    "fontcolor": "quiet",
    "fontname": FONT,
    "fontsize": "10",
    "labeljust": "l",
    "labelloc": "b",
    "pad": "0.15",
}
NODE = {"fontcolor": "ink", "fontname": FONT, "fontsize": "12", "margin": "0.2,0.08", "color": "line"}
EDGE = {"arrowsize": "0.7", "color": "line", "fontcolor": "quiet", "fontname": FONT, "fontsize": "10"}
FRAME = {"color": "faint", "fontsize": "11", "labelloc": "t", "margin": "10", "style": "rounded,filled"}
FRAME_FILLS = ("shadow", "paper")

#: Where the title of a frame stands: where no edges come in, and few go out; Graphviz turns "b" round with them.
TITLE_ASIDE = {
    "LR": {"labeljust": "r"},
    "RL": {"labeljust": "l"},
    "TB": {"labelloc": "b", "labeljust": "r"},
    "BT": {"labelloc": "b", "labeljust": "r"},
}


def source(scene: Scene) -> str:
    """The DOT text of a scene: the same scene gives the same text.

    The id of a box is `prefix` and its name, that of the k-th edge `prefix` and ``ek``.

    Raises:
        ImportError: The package ``graphviz`` is not installed.
    """
    graph, start, painted = _digraph(scene.title, prefix(scene)), prefix(scene), scene.theme.painted
    graph.attr("graph", **painted({**GRAPH, **scene.style}))
    graph.attr("node", **painted(NODE))
    graph.attr("edge", **painted(EDGE))
    if scene.caption:
        graph.attr("graph", label=_lines(scene.caption, r"\l"))
    boxes = {box.name: box for box in scene.boxes}
    framed: set[str] = set()
    frame_style = {**FRAME, **TITLE_ASIDE[scene.style.get("rankdir", "LR")]}
    for i, frame in enumerate(scene.frames):
        with _framed(graph, f"{start}f{i}", frame, painted({**frame_style, "fillcolor": FRAME_FILLS[0]})) as outer:
            for j, part in enumerate(frame.inner):
                inner_style = painted({**frame_style, "fillcolor": FRAME_FILLS[1]})
                with _framed(outer, f"{start}f{i}-{j}", part, inner_style) as inner:
                    framed.update(_boxes(inner, start, part, boxes))
            framed.update(_boxes(outer, start, frame, boxes))
    for box in scene.boxes:
        if box.name not in framed:
            _box(graph, start, box)
    for k, edge in enumerate(scene.edges):
        _edge(graph, f"{start}e{k}", edge)
    for left, right in scene.order:
        graph.edge(left, right, style="invis")
    return str(graph.source)


def escaped(text: str) -> str:
    """A text that means itself in a label: neither markup, nor an entity, nor an escape.

    >>> print(escaped("a & b"), escaped("<c>"))
    a &amp; b &lt;c>
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\\", "\\\\")


def _tip(text: str) -> str:
    """A text that means itself in a tooltip, where Graphviz reads escapes twice."""
    return escaped(text).replace("\\", "\\\\")


def _digraph(title: str, prefix: str) -> Any:
    try:
        import graphviz
    except ModuleNotFoundError:
        raise ImportError(f"DOT text is written by the package graphviz, which is not installed: {INSTALL}") from None
    return graphviz.Digraph(name=graphviz.nohtml(escaped(title)), graph_attr={"id": prefix + "graph"})


def _framed(graph: Any, name: str, frame: Frame, style: dict[str, str]) -> Any:
    label = escaped(frame.title)
    return graph.subgraph(
        name=f"cluster_{name}", graph_attr={**style, "id": name, "label": label, "tooltip": _tip(frame.title)}
    )


def _boxes(graph: Any, prefix: str, frame: Frame, boxes: dict[str, Box]) -> tuple[str, ...]:
    for name in frame.boxes:
        _box(graph, prefix, boxes[name])
    return frame.boxes


def _box(graph: Any, prefix: str, box: Box) -> None:
    graph.node(box.name, label=_lines(box.lines, r"\n"), id=prefix + box.name, tooltip=_tip(box.tooltip), **box.style)


def _edge(graph: Any, name: str, edge: Edge) -> None:
    tooltip = _tip(edge.tooltip)
    # Spaces keep the number away from the line.
    label = f" {escaped(edge.label)} " if edge.label else ""
    graph.edge(edge.tail, edge.head, label=label, id=name, tooltip=tooltip, labeltooltip=tooltip, **edge.style)


def _lines(lines: tuple[str, ...], end: str) -> str:
    if end == r"\n":
        return end.join([escaped(line) for line in lines])
    return "".join([escaped(line) + end for line in lines])

"""The graph as it is at every step of a pass, and an animation of these pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ..transcript.texts import short
from ..transcript.tracing import Accumulate, Chain, Forward, Start, Step, Trace
from . import dot_text, render
from .picture import Picture
from .scene import Box, Edge, Scene, Theme, largest, prefix
from .words import LINES, Said

LIT = "#009e73"  # the bluish green of M. Okabe and K. Ito (2008)
BLANK = "\u00a0"
MILLISECONDS, AT_THE_END = 1500, 4000
WIDEST = 1400  # pixels


def scenes(trace: Trace, scene: Scene) -> Iterator[Scene]:
    """One scene for each step, all of one size: what is not known yet is blank, what is at work is lit.

    Args:
        trace: The steps.
        scene: The graph with all values and gradients.
    """
    sizes = _sizes(scene)
    known = {node.place for node in trace.nodes if not node.operation}
    gradients: dict[int, float] = {}
    passed: set[tuple[int, int]] = set()
    top = largest([trace.gradients[box.shows] for box in scene.boxes if box.shows is not None])
    for step in trace.steps:
        if isinstance(step, Forward):
            known.add(step.node.place)
        elif isinstance(step, Start):
            gradients[step.node.place] = step.gradient
        elif isinstance(step, Accumulate):
            gradients[step.node.place] = step.new
        else:
            passed.add((step.node.place, step.use))
        boxes, edges = _lit(step)
        yield replace(
            scene,
            boxes=tuple(
                [_box(box, known, gradients, top, boxes, sizes.get(box.name, {}), scene.theme) for box in scene.boxes]
            ),
            edges=tuple([_edge(edge, passed, edges) for edge in scene.edges]),
            caption=(),
        )


def _lit(step: Step) -> tuple[set[int], set[tuple[int, int]]]:
    """The nodes and the uses that a step is about."""
    if isinstance(step, Chain):
        return {step.node.place, step.parent.place}, {(step.node.place, step.use)}
    if isinstance(step, Forward):
        return {step.node.place}, {(step.node.place, use) for use in range(len(step.node.parents))}
    return {step.node.place}, set()


def _box(
    box: Box,
    known: set[int],
    gradients: dict[int, float],
    top: float,
    lit: set[int],
    size: dict[str, str],
    theme: Theme,
) -> Box:
    style = {**box.style, **size}
    lines = box.lines
    if box.shows is not None:
        gradient = gradients.get(box.shows)
        before = lines[-1].rpartition("= ")[0]
        value = lines[-2] if box.shows in known else BLANK
        lines = (*lines[:-2], value, BLANK if gradient is None else f"{before}= {short(gradient)}")
        style["fillcolor"] = theme.shade(gradient or 0.0, top)
    if lit & set(box.nodes):
        style |= {"color": LIT, "penwidth": "4"}
    return replace(box, lines=lines, style=style)


def _edge(edge: Edge, passed: set[tuple[int, int]], lit: set[tuple[int, int]]) -> Edge:
    style = dict(edge.style)
    if edge.uses and not passed & set(edge.uses):
        style["fontcolor"] = "transparent"  # so that all pictures are of one size
    if lit & set(edge.uses):
        style |= {"color": LIT, "penwidth": "3"}
    return replace(edge, style=style)


def _sizes(scene: Scene) -> dict[str, dict[str, str]]:
    """Width and height, in inches, of the boxes with all that will be in them; nothing where no renderer serves."""
    try:
        svg = ElementTree.fromstring(Picture(scene).svg())
    except (render.RenderError, ImportError):
        return {}
    beginning, sizes = prefix(scene), {}
    for element in svg.iter():
        name = element.get("id", "").removeprefix(beginning)
        outline = next((e.get("points") or e.get("d") for e in element.iter() if e.get("points") or e.get("d")), None)
        if outline is not None and name in {box.name for box in scene.boxes}:
            numbers = [float(x) for x in re.findall(r"-?[\d.]+", outline)]
            width, height = [(max(xs) - min(xs)) / 72 for xs in (numbers[::2], numbers[1::2])]
            sizes[name] = {"width": f"{width:.3f}", "height": f"{height:.3f}"}
    return sizes


def animation(pictures: Sequence[Picture], said: Sequence[Said]) -> bytes:
    """A GIF of the pictures, each with its step in words below it.

    Raises:
        ImportError: Pillow is not installed.
        RenderError: No renderer could make PNGs.
    """
    image, draw, fonts = _pillow()
    with ThreadPoolExecutor() as pool:  # each picture is made by a process of its own
        graphs = [
            image.open(io.BytesIO(png)).convert("RGB") for png in pool.map(lambda picture: picture.png(), pictures)
        ]
    widest = max([graph.width for graph in graphs])
    scale = min(0.75, WIDEST / widest)
    graphs = [graph.resize((round(graph.width * scale), round(graph.height * scale))) for graph in graphs]
    large, small = [fonts(size) for size in (26, 22)]
    texts = [[(one.title, large), *[(line, small) for line in _lines(one)]] for one in said]
    width = max([graph.width for graph in graphs] + [round(f.getlength(t)) + 40 for text in texts for t, f in text])
    height = max([graph.height for graph in graphs])
    below = 34 * max(map(len, texts)) + 30
    canvases = []
    for graph, text in zip(graphs, texts, strict=True):
        canvas = image.new("RGB", (width, height + below), "white")
        canvas.paste(graph, ((width - graph.width) // 2, (height - graph.height) // 2))
        for k, (line, font) in enumerate(text):
            draw(canvas).text((20, height + 10 + 34 * k), line, fill="#1b1d21", font=font)
        canvases.append(canvas.quantize(128, dither=image.Dither.NONE))
    durations = [MILLISECONDS] * (len(canvases) - 1) + [AT_THE_END]
    file = io.BytesIO()
    canvases[0].save(file, "GIF", save_all=True, append_images=canvases[1:], duration=durations, loop=0, disposal=1)
    return file.getvalue()


def _lines(said: Said) -> list[str]:
    last = said.lines[-1] if said.result is None else f"{said.lines[-1]} = {short(said.result)}"
    lines = zip(LINES[said.kind], (*said.lines[:-1], last), strict=True)
    return [f"{what}:  {line}" for what, line in lines]


def _pillow() -> tuple[Any, Any, Any]:
    """The module, what draws, and what gives a font of a size."""
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ModuleNotFoundError:
        raise ImportError(
            f"an animation is made by Pillow, which comes with matplotlib and is not installed: {dot_text.INSTALL}"
        ) from None
    fonts = render.fonts_of_matplotlib()
    file = None if fonts is None else Path(fonts, "DejaVuSans.ttf")
    if file is None:
        return Image, ImageDraw.Draw, lambda size: ImageFont.load_default(size)
    return Image, ImageDraw.Draw, lambda size: ImageFont.truetype(str(file), size)

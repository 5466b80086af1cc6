"""`steps`, and the `Steps` it returns: backpropagation one step at a time, as a table, a page, or an animation."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import astuple, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ..calculus.trees import is_array, is_structure
from ..engine.passes import topological_order
from ..engine.value import Value
from ..transcript.texts import short
from ..transcript.tracing import Accumulate, Chain, Start, Step, Trace, trace
from . import frames, page, render
from .files import saved
from .graph import FOLDS, Options, graph_scene
from .picture import Picture
from .scene import Scene, largest, one_of, prefix
from .words import AGAIN, LINES, SUM_OF, TITLES, Said, Words, name

ENDINGS = (".html", ".gif", ".txt", ".json")
MOST_STEPS, MOST_FRAMES = 20_000, 500  # of one pass forward and back; of those that a picture is made for each
MOST_OPEN = 20  # boxes of a network; one of more opens with a box for each neuron, so that it fits
HEAD = ("step", "node", "rule", "numbers", "result")


def steps(
    y: Value, *, quiz: bool = False, fold: bool | str | None = None, labels: Mapping[str, Any] | None = None
) -> Steps:
    """Step through the computation of ``y``, forward and then backward.

    In a notebook the player is shown; ``print`` gives a table. No ``grad`` is read or changed: what is shown is one
    pass from ``y`` alone, whether ``backward()`` has been called or not.

    Args:
        y: A Value.
        quiz: Whether the player asks on the way back: for each local derivative, then for the product, then for the
            sum. Its table and what stands where no script runs are then without the answers.
        fold: As `draw` takes it; if None, a network of more than 20 boxes opens with one for each neuron.
        labels: Names for this occasion, as `draw` takes them, such as ``locals()``.

    Returns:
        `Steps`.

    Raises:
        TypeError: ``y`` is something else, or the labels are no dictionary.
        ValueError: There are more than 20,000 steps, or an option is none of those that there are.

    >>> w, x = Value(-0.5), Value(2.0)
    >>> y = w * x
    >>> print(steps(y, labels={"w": w, "x": x, "y": y}))
    step  node   rule                         numbers         result
       1  y      y = w * x                    y = -0.5 * 2        -1
       2  y      ∂y/∂y                                             1
       3  y → w  ∂y/∂w = x = 2                1 · 2                2
       4  w      w.grad = old + contribution  w.grad = 0 + 2       2
       5  y → x  ∂y/∂x = w = -0.5             1 · (-0.5)        -0.5
       6  x      x.grad = old + contribution  x.grad = 0 + (-0.5)  -0.5
    """
    if not isinstance(y, Value):
        raise TypeError(f"steps: needs a Value, got {type(y).__name__}: {y!r:.80}{_of_several(y)}")
    one_of("quiz", quiz, (True, False), "steps")
    one_of("fold", fold, FOLDS, "steps")
    if (count := _most_steps(y)) > MOST_STEPS:
        raise ValueError(
            f"steps: the graph of {y!r:.80} has up to {count:,} steps, and at most {MOST_STEPS:,} can be gone through: "
            "draw(y) folds a large graph, trace(y) records it"
        )
    found = trace(y, labels=labels)
    scene = graph_scene(y, options=Options(fold=fold, labels=labels), gradients=found.gradients)
    if fold is None and len(scene.boxes) > MOST_OPEN:
        folded = graph_scene(y, options=Options(fold="neurons", labels=labels), gradients=found.gradients)
        scene = min(folded, scene, key=lambda one: len(one.boxes))
    return Steps(found, scene, quiz)


def _of_several(y: Any) -> str:
    return "; a pass starts at one: take one of them, or their sum" if is_structure(y) or is_array(y) else ""


def _most_steps(y: Value) -> int:
    """How many steps there are if something flows along every edge; nothing is recorded yet.

    >>> x = Value(3.0)
    >>> _most_steps(x * x)
    6
    """
    return 1 + sum([(node.operation is not None) + 2 * len(node.parents) for node in topological_order(y)])


class Steps:
    """A pass forward and a pass back, step by step.

    Attributes:
        trace: The steps as plain data.
    """

    def __init__(self, trace: Trace, scene: Scene, quiz: bool = False) -> None:
        self.trace, self._scene, self._quiz = trace, scene, quiz

    @cached_property
    def _words(self) -> Words:
        return Words(self.trace)

    @cached_property
    def _said(self) -> list[Said]:
        return [self._words.say(step) for step in self.trace.steps]

    def __str__(self) -> str:
        rows = [HEAD, *self._shown_rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join([_aligned(row, widths) for row in rows])

    __repr__ = __str__

    def _rows(self) -> list[tuple[str, ...]]:
        return [(str(k), s.at, s.rule, s.numbers, _result(s)) for k, s in enumerate(self._said, 1)]

    def _shown_rows(self) -> list[tuple[str, ...]]:
        """The rows as they are printed: in a quiz a sheet to be filled in."""
        turn = len(self.trace.forward)
        if not self._quiz:
            return self._rows()
        return [
            row if k < turn else (row[0], row[1], row[2].partition(" = ")[0], "", "?")
            for k, row in enumerate(self._rows())
        ]

    def frames(self) -> list[Picture]:
        """The graph at every step: what is known by then, with what is at work lit.

        Raises:
            ValueError: There are more than 500 steps.
        """
        if len(self.trace.steps) > MOST_FRAMES:
            raise ValueError(
                f"steps: a picture of each of {len(self.trace.steps):,} steps is too much, at most {MOST_FRAMES} are "
                'made: save("steps.html") writes them all as one page'
            )
        return [Picture(scene) for scene in frames.scenes(self.trace, self._scene)]

    def _hidden_rows(self) -> list[list[str]]:
        """What is not on that sheet: the rest of each rule and of its numbers, and the result."""
        rows = self._rows()[len(self.trace.forward) :]
        return [
            [part for part in (rule.partition(" = ")[2], numbers.rpartition(" = ")[2], result) if part != SUM_OF]
            for *_, rule, numbers, result in rows
        ]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the steps into a file; missing folders are made.

        Args:
            path: Its ending says what is written: .html, a page with the player that needs no network; .gif, an
                animation; .txt, the table; .json, the record.

        Returns:
            The path.

        Raises:
            ValueError: The ending is another, or there are too many steps for an animation.
            ImportError: What makes an animation is not installed.
            RenderError: No renderer could make the pictures of an animation.
            OSError: The file cannot be written.
        """
        return saved(path, "a file of steps", ENDINGS, self._as)

    render = save

    def _as(self, ending: str) -> bytes:
        if ending == ".gif":
            return frames.animation(self.frames(), self._said)
        if ending == ".html":
            return page.document(f"Backpropagation of {self._words.root}, step by step", self.html()).encode()
        return f"{self if ending == '.txt' else self.trace.to_json()}\n".encode()

    # --- As a page ---

    def html(self) -> str:
        """One element for a page: the picture and the table, and the player that takes their place."""
        return page.fragment(
            f"{self._picture}\n{self._table()}",
            script=f"{page.asset('controls.js')}\n{page.asset('player.js')}",
            style=page.asset("player.css"),
            data=self._data(),
        )

    @property
    def _picture(self) -> str:
        """The graph as it is shown where no script runs; as a text where no renderer serves."""
        if self._svg:
            return page.image(self._svg, self._still.alt)
        return "" if self._quiz else f"<pre>{escape(str(Picture(self._scene)))}</pre>"

    @property
    def _svg(self) -> str:
        return self._drawing[0]

    @property
    def _still(self) -> Scene:
        return self._unpainted if self._quiz else self._scene

    @cached_property
    def _drawing(self) -> tuple[str, list[tuple[str, str]]]:
        """The graph with all values and gradients, in few bytes; empty where no renderer serves.

        In a quiz it is without what is asked for: these texts stand apart, with the names of their boxes and edges.
        """
        scene = self._still
        try:
            root = ElementTree.fromstring(Picture(scene).svg())
        except (render.RenderError, ImportError):
            return "", []
        start, hidden = prefix(scene), []
        asked = [f"e{k}" for k in range(len(scene.edges))]
        asked += [box.name for box in scene.boxes if box.shows is not None]
        for group in root.iter() if self._quiz else ():
            name = group.get("id", "").removeprefix(start)
            texts = [element for element in group.iter() if element.tag.endswith("}text")]
            if name in asked and texts:
                hidden.append((name, texts[-1].text or ""))
                texts[-1].text = frames.BLANK
        return page.lean(ElementTree.tostring(root, encoding="unicode"), start), hidden

    @cached_property
    def _unpainted(self) -> Scene:
        """The graph without the colours of its gradients, and without words of them."""
        boxes = [replace(box, style={**box.style, "fillcolor": self._fill(0.0)}) for box in self._scene.boxes]
        return replace(self._scene, boxes=tuple(boxes), alt=self._scene.alt.partition("; ∂")[0].rstrip(".") + ".")

    def _table(self) -> str:
        head = "".join([f"<th scope=col>{word}" for word in HEAD])
        rows = "\n".join(["<tr>" + "".join([f"<td>{escape(cell)}" for cell in row]) for row in self._shown_rows()])
        forward, backward = len(self.trace.forward), len(self.trace.backward)
        title = f"All steps: {forward:,} forward, {backward:,} backward" + (", to be filled in" if self._quiz else "")
        return (
            f"<details><summary>{title}</summary>\n{page.TABLE}\n<thead><tr>{head}\n<tbody>\n{rows}\n</table></details>"
        )

    def _data(self) -> dict[str, Any]:
        """What the script reads besides picture and table; what many steps share is sent once."""
        scene, nodes = self._scene, self.trace.nodes
        again = {box.name for box in scene.boxes if box.nodes and box.style.get("shape") == "plaintext"}
        texts = [said.note for said in self._said]
        asked: dict[str, Any] = {}
        if self._quiz:
            questions = [question for step in self.trace.steps for question in self._words.questions(step)]
            texts += [reason for question in questions for _, reason in question.mistakes]
            asked = {
                "hints": AGAIN,
                "sum": SUM_OF,
                "hidden": self._drawing[1],
                "rows": self._hidden_rows(),
            }
        shared = {text: k for k, text in enumerate(dict.fromkeys(texts))}
        return {
            **asked,
            "root": name(nodes[-1]),
            "quiz": self._quiz,
            "folded": any(len(box.nodes) > 1 for box in scene.boxes),
            "turn": len(self.trace.forward),
            "texts": list(shared),
            "titles": TITLES,
            "lines": LINES,
            "nodes": [[name(node), short(node.value), node.value, not node.operation] for node in nodes],
            "boxes": [[box.name, box.nodes, -1 if box.shows is None else box.shows] for box in scene.boxes],
            "edges": [edge.uses for edge in scene.edges],
            "again": {k: edge.tail for k, edge in enumerate(scene.edges) if edge.tail in again},
            "steps": [self._step(step, said, shared) for step, said in zip(self.trace.steps, self._said, strict=True)],
        }

    def _step(self, step: Step, said: Said, shared: dict[str, int]) -> dict[str, Any]:
        known: dict[str, Any] = {"kind": said.kind, "node": step.node.place}
        if said.note:
            known["note"] = shared[said.note]
        if isinstance(step, Chain):
            known |= {"parent": step.parent.place, "use": step.use}
        if said.result is not None:
            known["exact"] = said.result
        if isinstance(step, Start | Accumulate):
            known["fill"] = self._fill(said.result)
        if self._quiz and (questions := self._words.questions(step)):
            known["questions"] = [
                [what, _brief(right), [[_brief(wrong), shared[reason]] for wrong, reason in mistakes]]
                for what, right, mistakes in map(astuple, questions)
            ]
        return known

    @cached_property
    def _largest(self) -> float:
        gradients = self.trace.gradients
        return largest([gradients[box.shows] for box in self._scene.boxes if box.shows is not None])

    def _fill(self, gradient: float | None) -> str:
        return self._scene.theme.shade(gradient or 0.0, self._largest)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What Jupyter shows."""
        return {"text/html": self.html(), "text/plain": str(self)}


def _brief(x: float) -> float:
    """A number with as many digits as an answer is held against."""
    rounded = float(f"{x:.4g}")
    return int(rounded) if rounded.is_integer() else rounded


def _aligned(row: Iterable[str], widths: list[int]) -> str:
    """A line of the table: numbers to the right, words to the left."""
    k, at, rule, numbers, result = row
    wide = widths
    return f"{k:>{wide[0]}}  {at:<{wide[1]}}  {rule:<{wide[2]}}  {numbers:<{wide[3]}}  {result:>{wide[4]}}"


def _result(said: Said) -> str:
    return "–" if said.result is None else short(said.result)

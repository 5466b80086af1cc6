"""A scene as an indented text: each box with what flows into it below, for where there is no picture."""

from __future__ import annotations

from ..transcript.texts import plural
from .scene import Edge, Scene

MOST_LINES, DEEPEST = 200, 30


def tree(scene: Scene) -> str:
    """The text of a scene, at most some 200 lines; a box that is met again is only called by its name."""
    if scene.text:
        return scene.text
    boxes = {box.name: box for box in scene.boxes}
    incoming: dict[str, list[Edge]] = {box.name: [] for box in scene.boxes}
    for edge in scene.edges:
        incoming[edge.head].append(edge)
    lines: list[str] = []
    written: set[str] = set()
    stack = [(root, "", "", "") for root in reversed(scene.roots)]
    while stack and len(lines) < MOST_LINES:
        name, factor, before, below = stack.pop()
        box = boxes[name]
        times = f"×{factor} " if factor else ""
        if name in written and box.call:
            lines.append(f"{before}{times}{box.call}, as above")
            continue
        written.add(name)
        lines.append(before + times + " | ".join(box.lines))
        edges = incoming[name]
        if edges and len(below) >= 3 * DEEPEST:
            lines.append(f"{below}└─ …")
            continue
        for i, edge in enumerate(reversed(edges)):
            last = i == 0
            stack.append(
                (edge.tail, edge.factor, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "))
            )
    missing = len(boxes) - len(written)
    if missing:
        lines.append(f"… {plural(missing, 'box').replace('boxs', 'boxes')} not written")
    # What a caption says of fills is said of pictures.
    return "\n".join([*lines, *[f"({line.partition('; fill:')[0]})" for line in scene.caption]])

"""The picture of a program: a box an instruction, with its operation and its lanes."""

from __future__ import annotations

from collections.abc import Sequence

from ..programs.program import INPUT, LITERALS, Instruction, Program
from ..transcript.texts import plural
from .graph import FOLDED, LEAF, RESULT
from .scene import DIRECTIONS, THEMES, Box, Edge, Scene, one_of

#: Of more instructions, those that compute the same from the same are one box.
MOST = 100
#: More boxes than this are no picture.
MOST_BOXES = 500


def program_scene(program: Program, *, direction: str = "LR", theme: str = "light") -> Scene:
    """The scene of a program.

    Raises:
        ValueError: It has too many instructions to be drawn, or an option is none of those that there are.

    >>> from autograd_lite.engine.table import exp
    >>> x = Instruction(INPUT, (), 4, 0)
    >>> y = Instruction(exp, (x,), 4)
    >>> [box.lines for box in program_scene(Program([x], [x, y], [y])).boxes]
    [('input', '4 lanes'), ('exp', '4 lanes')]
    """
    one_of("direction", direction, DIRECTIONS)
    one_of("theme", theme, THEMES)
    kinds = _kinds(program.instructions) if len(program) > MOST else {x: i for i, x in enumerate(program.instructions)}
    members: dict[int, list[Instruction]] = {}
    for x, kind in kinds.items():
        members.setdefault(kind, []).append(x)
    if len(members) > MOST_BOXES:
        raise ValueError(f"draw: a program of {len(program)} instructions is no picture; print it")
    results = {kinds[x] for x in program.outputs}
    boxes = tuple([_box(kind, group, kind in results) for kind, group in members.items()])
    pairs = {(kinds[source], kinds[x]): None for x in program.instructions for source in x.sources()}
    edges = tuple([Edge(f"b{tail}", f"b{head}") for tail, head in pairs])
    alt = f"A program of {plural(len(program), 'instruction')}, from its inputs to its results."
    return Scene(
        f"program of {plural(len(program), 'instruction')}",
        alt,
        boxes,
        edges,
        tuple([f"b{kind}" for kind in dict.fromkeys([kinds[x] for x in program.outputs])]),
        style={"rankdir": direction},
        theme=THEMES[theme],
    )


def _box(kind: int, group: Sequence[Instruction], is_result: bool) -> Box:
    first = group[0]
    name = first.operation.symbol if first.operation is not INPUT else "input"
    lines = [f"{name} ×{len(group)}" if len(group) > 1 else name]
    if first.lanes > 1:
        lines.append(f"{first.lanes} lanes")
    style = FOLDED if len(group) > 1 else LEAF if first.operation in (INPUT, LITERALS) else RESULT
    thick = {"penwidth": "2.5"} if is_result else {}
    tooltip = f"{first.operation!r} on {plural(first.lanes, 'lane')}"
    return Box(f"b{kind}", tuple(lines), tooltip, {**style, **thick, "fillcolor": "paper"})


def _kinds(instructions: Sequence[Instruction]) -> dict[Instruction, int]:
    """A number for each instruction, the same for those that do the same with operands of the same numbers."""
    known: dict[object, int] = {}
    found: dict[Instruction, int] = {}
    for x in instructions:
        key = (x.operation, x.lanes, tuple([found[source] for source in x.sources()]))
        found[x] = known.setdefault(key, len(known))
    return found

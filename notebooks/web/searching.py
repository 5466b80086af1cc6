"""The index of the search: sections of the lessons and names of the reference, as one JSON file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import nbformat

from .reference import Room

LONGEST = 1500  # characters of a section


def of_lesson(notebook: nbformat.NotebookNode, address: str) -> Iterator[dict[str, Any]]:
    """A record for each section of a lesson: its heading, where it is, and its words."""
    title = heading = ""
    words: list[str] = []
    where = address
    for cell in notebook.cells:
        found = re.search(r"^#{1,3} (.+)$", cell.source, re.M) if cell.cell_type == "markdown" else None
        if found:
            if words:
                yield {"title": heading, "in": title, "to": where, "text": " ".join(words)[:LONGEST]}
            heading, words = found[1], []
            title = title or heading
            where = f"{address}#{'-'.join(heading.split())}"
        words += plain(cell.source).split()
    yield {"title": heading, "in": title, "to": where, "text": " ".join(words)[:LONGEST]}


def of_reference(rooms: Iterable[Room]) -> Iterator[dict[str, Any]]:
    """A record for each name."""
    for room in rooms:
        for entry in room.entries:
            for name, found in ((entry.name, entry), *[(f"{entry.name}.{m.name}", m) for m in entry.members]):
                text = plain(unescape(re.sub(r"<[^>]+>", " ", found.html)))[:LONGEST]
                yield {"title": name, "in": room.title, "to": f"reference/{room.key}.html#{name}", "text": text}


def plain(text: str) -> str:
    r"""A text without its marks.

    >>> plain("## A *word* and [a link](there.html)")
    'A word and a link'
    """
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\$\$?([^$]+)\$\$?", lambda found: _typed(found[1]), text)
    text = re.sub(r"</?(?:details|summary|b)>|^#+ |[*`]|```\w*", "", text, flags=re.M)
    return " ".join(text.split())


def _typed(formula: str) -> str:
    r"""A formula as one would type it, roughly.

    >>> _typed(r"\frac{\partial y}{\partial x} = 2 \cdot x")
    '∂y/∂x = 2 · x'
    """
    formula = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", formula)
    formula = re.sub(r"\\partial\s*", "∂", formula).replace(r"\cdot", "·")
    return re.sub(r"\\(?:[,;!\\]|begin|end|[a-z]?text|math\w+)|[{}]|\\", "", formula)

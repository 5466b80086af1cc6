"""The index of the search: sections of the lessons and names of the reference, as one JSON file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import nbformat

from .reference import Room

LONGEST = 1500  # characters of a section
CODE = re.compile(r"```\w*\n(.*?)```|`([^`]+)`", re.S)
INLINE = re.compile(r"</?(?:span|code|a|em|strong)\b[^>]*>")


def of_lesson(notebook: nbformat.NotebookNode, address: str) -> Iterator[dict[str, Any]]:
    """A record for each section of a lesson: its heading, where it is, and its words."""
    title = heading = ""
    words: list[str] = []
    where = address
    for cell in notebook.cells:
        text = cell.source
        if cell.cell_type == "markdown":
            if found := re.search(r"^#{1,3} (.+)$", text, re.M):
                if words:
                    yield _record(heading, title, where, words)
                heading, words = found[1], []
                title = title or heading
                where = f"{address}#{'-'.join(heading.split())}"
                text = text.replace(found[0], "", 1)  # a title stands above its words already
            text = plain(re.sub(r"^---$.*", "", text, flags=re.M | re.S))  # below it are the links to other lessons
        words += text.split()
    yield _record(heading, title, where, words)


def _record(heading: str, title: str, where: str, words: list[str]) -> dict[str, Any]:
    return {"title": plain(heading), "in": plain(title), "to": where, "text": " ".join(words)[:LONGEST]}


def of_reference(rooms: Iterable[Room]) -> Iterator[dict[str, Any]]:
    """A record for each name, and how it is called in programs."""
    for room in rooms:
        prefix = f"{room.module}." if room.module else ""
        for entry in room.entries:
            for name, found in ((entry.name, entry), *[(f"{entry.name}.{m.name}", m) for m in entry.members]):
                to = f"reference/{room.key}.html#{name}"
                yield {"title": name, "called": prefix + name, "in": room.title, "to": to, "text": _said(found.html)}


def _said(html: str) -> str:
    """The words of a page.

    >>> _said("<p>Its <code>x</code><b>**</b></p><p>2 &lt; 3</p>")
    'Its x ** 2 < 3'
    """
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", INLINE.sub("", html))).split())[:LONGEST]


def plain(text: str) -> str:
    r"""A text without its marks; code keeps what it is written with.

    >>> plain("## A *word*, **two** and [`a * link`](there.html) to `x**2 * y**2`")
    'A word, two and a * link to x**2 * y**2'
    """
    codes = [found[1] or found[2] for found in CODE.finditer(text)]
    text = CODE.sub("\0", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\$\$?([^$]+)\$\$?", lambda found: _typed(found[1]), text)
    text = re.sub(r"</?(?:details|summary|b)>|^#+ |<!--.*?-->", "", text, flags=re.M)
    text = re.sub(r"(\*+)(?=\S)(.+?)(?<=\S)\1", r"\2", text, flags=re.S)
    return " ".join(re.sub("\0", lambda _: codes.pop(0), text).split())


def _typed(formula: str) -> str:
    r"""A formula as one would type it, roughly.

    >>> _typed(r"\frac{\partial y}{\partial x} = 2 \cdot x")
    '∂y/∂x = 2 · x'
    """
    formula = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", formula)
    formula = re.sub(r"\\partial\s*", "∂", formula).replace(r"\cdot", "·")
    return re.sub(r"\\(?:[,;!\\]|begin|end|[a-z]?text|math\w+)|[{}]|\\", "", formula)

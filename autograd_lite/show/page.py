"""Pages that move: what stands still where no script runs, and a script that takes its place, all in one piece."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections import Counter
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from ..transcript.texts import in_json

#: Nothing may be loaded: the page is whole, or the browser says so.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

GEOMETRY = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "rx", "ry", "r", "font-size"}

# A page that is dark, or a notebook with a style of its own, reaches none of it.
PAPER = "background:#fff;color:#111;color-scheme:light;font-family:system-ui,sans-serif;padding:8px"

# Also where styles are stripped, and on paper.
TABLE = '<table rules="rows" cellpadding="4" style="border-collapse:collapse;font-size:13px;text-align:left">'

# The script may run before or after its element is shown, and twice if there are two: so it looks for what has not
# been started, and what it builds stands in a shadow tree, where no id and no style meets another.
START = """(() => {
"use strict";
%(script)s
for (const host of document.querySelectorAll('[data-autograd-lite="%(mark)s"]')) {
  if (host.shadowRoot) continue;
  const style = document.createElement("style");
  style.textContent = %(style)s;
  const parts = start(JSON.parse(host.querySelector('script[type="application/json"]').textContent), host);
  const paper = document.createElement("slot"); // what stands still is what is printed
  for (const folded of host.querySelectorAll("details")) folded.open = true;
  host.attachShadow({ mode: "open" }).append(style, parts, paper);
  if ("alone" in document.body.dataset) parts.focus({ preventScroll: true });
}
})();"""


def fragment(still: str, *, script: str, style: str, data: Any) -> str:
    """One element for a page or a notebook; several may stand in one page.

    Args:
        still: HTML that is shown where no script runs.
        script: JavaScript that defines ``start(data, host)``: it returns the node that takes the place of ``still``.
            ``host`` is the element that holds ``still``.
        style: CSS for that node, and for nothing else in the page.
        data: What the script is given: numbers, texts, lists, dictionaries.

    >>> fragment("<p>2</p>", script="function start(data, host) { … }", style="", data=[1.0]).count("<script")
    2
    """
    mark = hashlib.sha256((script + style).encode()).hexdigest()[:10]
    code = START % {"script": script, "style": embedded(style), "mark": mark}
    return (
        f'<div data-autograd-lite="{mark}" data-lm-suppress-shortcuts="true" style="{PAPER}">\n{still}\n'
        f'<script type="application/json">{embedded(data)}</script>\n<script>{code}</script>\n</div>'
    )


def document(title: str, *fragments: str) -> str:
    """A whole page that needs nothing else; what is alone in it listens to the keys at once.

    >>> document("steps & more", "<p>2</p>").splitlines()[-1]
    '</html>'
    """
    alone = " data-alone" if len(fragments) == 1 else ""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(title)}</title>",
            f'<body{alone} style="background:#fff;margin:0 auto;max-width:1200px">',
            *fragments,
            "</body>",
            "</html>",
        ]
    )


def image(svg: str, alt: str) -> str:
    """A picture that is shown everywhere: notebooks that are not trusted keep an ``<img>`` and its data.

    >>> image("<svg/>", "nothing").partition(" alt")[0]
    '<img src="data:image/svg+xml;charset=utf-8,%3Csvg/%3E"'
    """
    return f'<img src="{escape(address(svg), quote=False)}" alt="{escape(alt)}" style="max-width:100%;background:#fff">'


def address(picture: str | bytes) -> str:
    """A picture as the address of an image: an SVG, which stays a text, or a PNG.

    >>> address("<svg/>"), address(b"png")
    ('data:image/svg+xml;charset=utf-8,%3Csvg/%3E', 'data:image/png;base64,cG5n')
    """
    if isinstance(picture, bytes):
        return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    data = re.sub(r'[%#"<>\s]', lambda match: quote(match[0]), picture).replace("%20", " ")
    return f"data:image/svg+xml;charset=utf-8,{data}"


def lean(svg: str, prefix: str) -> str:
    """The same picture in fewer bytes, for an image or a shadow tree, where nothing else has its ids.

    Args:
        svg: An ``<svg>`` element.
        prefix: How its ids begin; they are left without.

    >>> lean('<svg xmlns="http://www.w3.org/2000/svg"><g id="x-a"><text font-size="9">b</text></g></svg>', "x-")
    "<svg font-size='9' xmlns='http://www.w3.org/2000/svg'><g id='a'><text>b</text></g></svg>"
    """
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {
            key: _brief(key, value) for key, value in element.attrib.items() if key != "class" and key[0] != "{"
        }
        if "id" in element.attrib:
            element.set("id", element.attrib["id"].removeprefix(prefix))
        if element.tag not in ("text", "tspan", "style"):
            element.text = None
        element.tail = None
        element[:] = [inner for child in element for inner in _unwrapped(child)]
    texts = list(root.iter("text"))
    for key in ("fill", "font-family", "font-size", "text-anchor"):
        given = Counter([text.get(key) for text in texts])
        most = max(given, key=lambda value: given[value], default=None)
        if most is not None and None not in given:
            root.set(key, most)
            for text in texts:
                if text.get(key) == most:
                    del text.attrib[key]
    root.set("xmlns", "http://www.w3.org/2000/svg")
    written = str(ElementTree.tostring(root, encoding="unicode"))
    return re.sub("<[^>]*>", lambda tag: tag[0].replace("'", "&#39;").replace('"', "'").replace(" />", "/>"), written)


def _unwrapped(element: ElementTree.Element) -> list[ElementTree.Element]:
    """What is left of an element: nothing of a title, the children of a link and of the group around it."""
    tag = element.tag.rpartition("}")[2]
    if tag == "title":
        return []
    if tag == "a" or (tag == "g" and element.get("id", "").startswith("a_")):
        return [inner for child in element for inner in _unwrapped(child)]
    return [element]


def _brief(attribute: str, value: str) -> str:
    """The value of an attribute in fewer bytes."""
    if attribute == "d":
        return _steps(value)
    if attribute == "points":
        corners = _rounded(value).split()
        return " ".join(corners[:-1] if corners[0] == corners[-1] else corners)  # a polygon closes itself
    return _rounded(value) if attribute in GEOMETRY else _three(value)


def _rounded(numbers: str) -> str:
    """Coordinates to a tenth of a point, which nobody sees."""
    return re.sub(r"\d+\.\d+", lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), numbers)


def _steps(path: str) -> str:
    """A path with each point as a step from the one before, which is shorter; rounding does not add up.

    >>> _steps("M100.04,-20C101,-20 102.5,-20 103,-19.5 104,-18.5 105,-17.5 106,-16.5L103,0Z")
    'M100-20c1 0 2.5 0 3 .5l3 3l-3 16.5z'
    """
    written, pen = [], (0, 0)  # in tenths of a point
    for command, text in re.findall(r"([A-Z])([^A-Z]*)", path):
        numbers = [round(10 * float(number)) for number in re.findall(r"-?[\d.]+", text)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "Z":
            written.append("z")
        for k in range(0, len(points), 3 if command == "C" else 1):
            start = (0, 0) if command == "M" else pen
            steps = [
                (x - start[0], y - start[1]) for x, y in (points[k : k + 3] if command == "C" else points[k : k + 1])
            ]
            pen = points[k + len(steps) - 1]
            kind, steps = ("l", steps[-1:]) if _is_straight(steps) else (command.lower(), steps)
            written.append(("M" if command == "M" else kind) + _joined([n for step in steps for n in step]))
    return "".join(written)


def _is_straight(steps: list[tuple[int, int]]) -> bool:
    """Whether points that bend a curve lie on the line to its end, nearly."""
    x, y = steps[-1]
    return all(abs(a * y - b * x) < math.hypot(x, y) for a, b in steps[:-1])


def _joined(tenths: list[int]) -> str:
    """Numbers side by side; a sign parts two of them as well as a space does.

    >>> _joined([12, -5, 30])
    '1.2-.5 3'
    """
    return re.sub(r"\b0(?=\.)", "", " ".join([f"{number / 10:g}" for number in tenths])).replace(" -", "-")


def _three(colour: str) -> str:
    """A colour of six digits as one of three, if it is one."""
    return re.sub(r"^#(.)\1(.)\2(.)\3$", r"#\1\2\3", colour)


def embedded(data: Any) -> str:
    """JSON that may stand inside a ``<script>``; nan and infinities as texts, which JavaScript's Number reads.

    >>> print(embedded(["</script>", float("inf")]))
    ["\\u003c/script>","Infinity"]
    """
    return json.dumps(in_json(data), ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", r"\u003c")


def asset(name: str) -> str:
    """The text of a file that lies beside this one, such as ``player.js``, without comments and indentation."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join([line for line in lines if line and not line.startswith(("//", "/*"))])

"""Pages that move: what stands still where no script runs, and a script that takes its place, all in one piece."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from importlib.resources import files
from typing import Any

from ..texts import in_json

#: Nothing may be loaded: the page is whole, or the browser says so.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

# A page that is dark, or a notebook with a style of its own, reaches none of it.
PAPER = "background:#fff;color:#111;color-scheme:light;font-family:system-ui,sans-serif;padding:8px"

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
  host.attachShadow({ mode: "open" }).append(style, parts);
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
    """A whole page that needs nothing else.

    >>> document("steps & more", "<p>2</p>").splitlines()[-1]
    '</html>'
    """
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(title)}</title>",
            '<body style="background:#fff;margin:0 auto;max-width:1200px">',
            *fragments,
            "</body>",
            "</html>",
        ]
    )


def image(svg: str, alt: str) -> str:
    """A picture that is shown everywhere: notebooks that are not trusted keep an ``<img>`` and its data."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}" style="max-width:100%;background:#fff">'


def embedded(data: Any) -> str:
    """JSON that may stand inside a ``<script>``; nan and infinities as texts, which JavaScript's Number reads.

    >>> print(embedded(["</script>", float("inf")]))
    ["\\u003c/script>","Infinity"]
    """
    return json.dumps(in_json(data), ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", r"\u003c")


def asset(name: str) -> str:
    """The text of a file that lies beside this one, such as ``player.js``."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")

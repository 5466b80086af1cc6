"""What all pages of the site have in common: head, navigation, and which scripts may run."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.S)


@dataclass(frozen=True)
class Site:
    """What pages know of the site they are in.

    Attributes:
        pyodide: Where Pyodide is: a path from the site's root, or an address.
        files: The way to what Python in the browser imports.
        image: The way to an image of Python's memory; empty if there is none.
        scripts: Digests of the scripts that the library's own outputs bring: player, film, slider.
        has_lab: Whether the lessons are there as live notebooks.
    """

    pyodide: str
    files: str
    image: str
    scripts: tuple[str, ...]
    has_lab: bool

    @property
    def python(self) -> str:
        """What an ``<html>`` says of the Python that its page may start."""
        return f'data-pyodide="{self.pyodide}" data-library="{self.files}" data-image="{self.image}"'

    @property
    def origin(self) -> str:
        """Of Pyodide, where it is not this site."""
        parts = urlsplit(self.pyodide)
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme else ""


def digest(script: str) -> str:
    """How a policy names a script.

    >>> digest("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def scripts_in(html: str) -> list[str]:
    """The digests of the scripts that stand in a page, each once."""
    return list(dict.fromkeys([digest(found[1]) for found in SCRIPT.finditer(html)]))


def policy(site: Site, html: str) -> str:
    """What a page may do: run the site's scripts and those that stand in it now, and ask nobody else for anything."""
    scripts = " ".join(dict.fromkeys([*site.scripts, *scripts_in(html)]))
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'wasm-unsafe-eval' {site.origin} {scripts}".rstrip(),
            "worker-src 'self' blob:",
            f"connect-src 'self' {site.origin}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["no_marks"] = lambda text: text.replace("`", "")
    return environment


def rendered(template: str, site: Site, root: str = "", **values: Any) -> str:
    """A page from its template.

    Args:
        template: A file in ``pages/``.
        site: The site.
        root: The way from the page to the root of the site.
        values: What else the template asks for.
    """
    html = _templates().get_template(template).render(site=site, root=root, **values)
    return with_policy(html, site)


def with_policy(html: str, site: Site) -> str:
    """A page whose policy stands before all that it is about."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(site, html))}">'
    return re.sub(r'<meta charset="utf-8"\s*/?>', lambda first: first[0] + meta, html, count=1)

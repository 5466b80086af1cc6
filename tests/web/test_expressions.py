"""Figures of expressions and functions: against formulas by hand, and what is said of what has none."""

from __future__ import annotations

import builtins
import gc
import math
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playground import expressions
from playground.complaints import ComplaintError
from playground.expressions import picture


def test_a_neuron_has_the_values_of_its_formula() -> None:
    w, x, b = -0.5, 2.0, 1.8813735870195432
    found = picture("tanh(w*x + b)", {"w": w, "x": x, "b": b})
    y = math.tanh(w * x + b)
    slope = 1 - y * y
    assert found["result"] == y
    assert [name for name, _, _ in found["inputs"]] == ["w", "x", "b"]
    assert [value for _, value, _ in found["inputs"]] == [w, x, b]
    assert [gradient for *_, gradient in found["inputs"]] == pytest.approx([slope * x, slope * w, slope], rel=1e-14)
    assert "v1 = w * x" in found["svg"]
    assert "∂y/∂w" in found["text"]


def test_the_last_function_of_a_program_is_taken_with_its_defaults() -> None:
    text = "def g(x):\n    return 5 * x\n\ndef f(x, k=3):\n    print('here')\n    return g(x) * k\n"
    found = picture(text, {"x": 2.0})
    assert found["inputs"] == [["x", 2.0, 15.0], ["k", 3.0, 10.0]]
    assert found["printed"] == "here\n"
    assert picture(text, {"x": 2.0, "k": -1.0})["result"] == -10.0
    assert picture(text, {"x": 2.0, "k": -1.0}, is_new=True)["result"] == 30.0


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("tanh(x", "column 5, '(x': '(' was never closed", 1),
        ("log(x)", "column 1, 'log(x)': log(-1.0): needs x > 0 (x is 'x')", 1),
        ("__import__('os')", "column 1, \"__import__('os')\": '__import__' is no operation", 1),
        ("def f(x):\n    y = 2 * x\n    return log(x - y * 0)", "log(-1.0): needs x > 0", 3),
        ("def f(x):\n    return z", "NameError: name 'z' is not defined", 2),
        ("def f(x):\n    return [x]", "f: must return one Value, got list: [Value(data=-1.0", 0),
        ("def f(x):\n  return (", "'(' was never closed", 2),
        ("a = 3", "there is no function; write def f(x, y): and what it returns", 0),
        ("y = x*2", "write x*2 without y =: what comes out has a name by itself", 1),
        (
            "import math\ndef f(x): return math.sin(x)",
            "math.sin would forget the graph of Value(data=-1.0, grad=0.0",
            2,
        ),
        (
            "def f(x):\n    return math.sin(x)",
            "NameError: name 'math' is not defined; sin(x), exp(x) and the like are there without it",
            2,
        ),
        ("def f(*xs): return 1", "f: each input has a name of its own; * and ** are not read", 0),
    ],
)
def test_what_cannot_be_computed_is_said_beside_its_line(text: str, message: str, line: int) -> None:
    with pytest.raises(ComplaintError) as caught:
        picture(text, {"x": -1.0})
    assert str(caught.value).startswith(message)
    assert caught.value.line == line


def test_a_long_chain_is_freed_without_a_recursion(monkeypatch: pytest.MonkeyPatch) -> None:
    def watched(*args: Any) -> Any:
        found = inner(*args)
        *_, held = args
        assert len(held) > 6000
        assert gc.get_referrers(held[-1]) == [held]  # the list is freed from its end, the result first
        return found

    inner = expressions._picture
    monkeypatch.setattr(expressions, "_picture", watched)
    found = picture("def f(x):\n    y = 0\n    for i in range(3000):\n        y = y + x * i\n    return y", {})
    assert found["result"] == sum(range(3000))


def test_what_is_too_long_to_be_read_in_a_browser_is_said_before() -> None:
    assert picture("+".join(["x"] * 1500), {})["result"] == 1500
    with pytest.raises(ComplaintError, match="the expression has 3,999 characters, and this page reads up to 3,000"):
        picture("+".join(["x"] * 2000), {})


def test_a_program_from_a_link_waits_for_its_reader() -> None:
    ran: list[int] = []
    text = "import builtins\nbuiltins.ran.append(1)\ndef f(x): return x"
    builtins.ran = ran  # type: ignore[attr-defined]  # what hostile text would call
    try:
        with pytest.raises(ComplaintError, match="brings a Python program") as caught:
            picture(text, {}, may_run=False)
        assert caught.value.waits
        assert ran == []
        assert picture(text, {})["result"] == 1.0
        assert ran == [1]
    finally:
        del builtins.ran  # type: ignore[attr-defined]  # as above
    assert picture("x * 3", {}, may_run=False)["result"] == 3.0


def test_a_hostile_label_stays_a_text() -> None:
    evil = "<script>alert(1)</script>\" onload='alert(2)'"
    text = f"def f(x):\n    y = x * 2\n    y.label = {evil!r}\n    return y"
    for view in ("graph", "paths"):
        root = ElementTree.fromstring(picture(text, {}, view=view)["svg"])
        assert {element.tag.rpartition("}")[2] for element in root.iter()}.isdisjoint({"script", "foreignObject"})
        assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
        assert any("<script>" in (element.text or "") for element in root.iter())


def test_views() -> None:
    assert "data-autograd-lite" in picture("x*x", {"x": 3.0}, view="steps")["html"]
    found = picture("x*x + y", {"x": 3.0}, view="paths", wrt="x")
    assert found["wrt"] == "x"
    assert "∂y/∂x = 3 + 3 = 6" in found["text"].replace("∂result", "∂y")
    assert picture("x*x", {}, view="paths", wrt="gone")["wrt"] == "x"
    with pytest.raises(ComplaintError, match="there is no input"):
        picture("2 * 3", {}, view="paths")
    light, dark = [picture("x*x", {}, theme=theme)["svg"] for theme in ("light", "dark")]
    assert light != dark


@pytest.mark.parametrize("text", ["tanh(w*x + b)", "def f(w, x=3.0):\n    return w ** 2 * x"])
def test_the_program_computes_what_was_seen(text: str, tmp_path: Path) -> None:
    found = picture(text, {"w": 0.7})
    (tmp_path / "seen.py").write_text(found["python"], encoding="utf-8")
    done = subprocess.run([sys.executable, "seen.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"data={found['result']!r}" in done.stdout
    for name, _, gradient in found["inputs"]:
        assert f"derivative by {name}: {gradient!r}" in done.stdout
    assert (tmp_path / "graph.svg").exists()
    assert (tmp_path / "steps.html").exists()

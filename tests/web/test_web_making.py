"""How the site is made: what is missing is said in a sentence, and no page lets a foreign script run."""

from __future__ import annotations

import base64
import doctest
import hashlib
import json
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import autograd_lite

pytest.importorskip("nbconvert", reason='the site is made with it: pip install ".[site]"')
pytest.importorskip("pdoc", reason='the reference is made with it: pip install ".[site]"')

import nbformat
from playground.expressions import read
from web import front, making, python_files, reference, searching, shell

SITE = shell.Site("pyodide/", "library", "", ("'sha256-of-a-player'",), True)


def test_doctests() -> None:
    assert sum([doctest.testmod(module).failed for module in (front, searching, shell)]) == 0


def test_without_npm_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert making.make(tmp_path / "site") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"site: npm, which fetches {python_files.PYODIDE}, is not on the PATH; it comes with Node.js, "
        "or --pyodide names a folder that has its files\n"
    )


def test_pyodide_is_held_against_its_digests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(
        python_files.MissingError, match=r"pyodide\.mjs is missing; --pyodide needs the files of pyodide@"
    ):
        python_files.put_pyodide(tmp_path / "here", tmp_path / "there")
    (tmp_path / "there" / "pyodide.mjs").write_bytes(b"export {}")
    with pytest.raises(python_files.MissingError, match=r"pyodide\.mjs is not the file of pyodide@.*: its SHA-256 is"):
        python_files.put_pyodide(tmp_path / "here", tmp_path / "there")
    monkeypatch.setattr(python_files, "PYODIDE_FILES", {"pyodide.mjs": hashlib.sha256(b"export {}").hexdigest()})
    python_files.put_pyodide(tmp_path / "here", tmp_path / "there")
    assert (tmp_path / "here" / "pyodide.mjs").read_bytes() == b"export {}"


def test_what_is_no_site_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    assert making.make(tmp_path) == 1
    assert "has files that are not a site's; name an empty folder" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_policy_names_the_scripts_that_stand_in_a_page_and_no_others() -> None:
    html = '<html><head><meta charset="utf-8"></head><script>one()</script><script src="two.js"></script></html>'
    found = shell.policy(SITE, html)
    (scripts,) = [part for part in found.split("; ") if part.startswith("script-src")]
    digest = "'sha256-" + python_digest("one()") + "'"
    assert scripts.split() == ["script-src", "'self'", "'wasm-unsafe-eval'", "'sha256-of-a-player'", digest]
    assert found.startswith("default-src 'none'; ")
    assert shell.with_policy(html, SITE).index("Content-Security-Policy") < html.index("</head>") + 1000
    elsewhere = shell.policy(shell.Site("https://example.org/p/", "library", "", (), True), "")
    assert "connect-src 'self' https://example.org;" in elsewhere
    assert "https://example.org/p" not in elsewhere


def python_digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_browser_gets_the_library_and_the_same_each_time(tmp_path: Path) -> None:
    wheel = python_files.put_wheel(tmp_path)
    first = python_files.put_library(tmp_path / "a.json", wheel)
    assert first == python_files.put_library(tmp_path / "b.json", wheel)
    parts = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert {"autograd_lite/engine/value.py", "autograd_lite/show/player.js", "graphviz/__init__.py"} <= {*parts}
    assert {"playground/answering.py", "playground/cells.py"} <= {*parts}
    assert parts["autograd_lite/__init__.py"] == Path(autograd_lite.__file__).read_text(encoding="utf-8")


def test_without_an_image_python_starts_slowly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "library.json").write_text("{}")
    if shutil.which("node"):
        assert not python_files.put_image(tmp_path / "image.bin", tmp_path, tmp_path / "library.json")
        assert capsys.readouterr().err.startswith("site: Python will start slowly: ")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert not python_files.put_image(tmp_path / "image.bin", tmp_path, tmp_path / "library.json")
    assert not (tmp_path / "image.bin").exists()


def test_every_operation_of_the_table_can_be_read() -> None:
    rows = front.operations()
    assert len(rows) > 60
    for row in rows:
        assert read(row["write"]), row
        assert row["about"], row


def test_the_reference_has_every_public_name_with_its_text() -> None:
    rooms = reference.rooms()
    names = {entry.name: entry for room in rooms for entry in room.entries}
    modules = {"course", "data", "losses", "nn", "optim", "plots", "COMPILED"}
    assert {*autograd_lite.__all__} - {*names} - modules - reference.HELPERS == set()
    assert [entry.name for entry in names.values() if not entry.about] == []
    assert ">>> " in _text(names["grad"].html)
    found = [names[name].signature for name in ("tanh", "add", "leaky_relu", "dot", "affine")]
    assert found == ["(x)", "(x, y)", "(x, slope=0.01)", "([x], [y])", "([w], [x], b)"]
    assert "backward" in [member.name for member in names["Value"].members]
    assert "step" in [member.name for member in names["Adam"].members]
    records = {record["title"]: record for record in searching.of_reference(rooms)}
    assert {"Value.backward", "fit", "tangent"} <= {*records}
    assert records["fit"]["called"] == "nn.fit"
    assert "out * (1 - out)" in records["sigmoid"]["text"]


def test_the_search_has_the_words_of_a_lesson_and_none_of_its_marks() -> None:
    texts = ["# Squares\n\nA *square* is `x**2`.", "```python\na * b\n```\n\n---\n\nNext: [cubes](cubes.ipynb)"]
    cells = [*map(nbformat.v4.new_markdown_cell, texts), nbformat.v4.new_code_cell("# change me\ny = x**2 * 3")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert list(searching.of_lesson(notebook, "a.html")) == [
        {
            "title": "Squares",
            "in": "Squares",
            "to": "a.html#Squares",
            "text": "A square is x**2. a * b # change me y = x**2 * 3",
        }
    ]


def _text(html: str) -> Any:
    return unescape(html).replace('<span class="gp">', "").replace("</span>", "")

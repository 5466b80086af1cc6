"""Cells of lessons, run as the pages run them: they show what the notebooks show, and say what they lack."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from playground import cells
from playground.cells import Cells, shown

from autograd_lite.programs import runnable

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
LESSONS = sorted([*NOTEBOOKS.glob("[0-9]*.ipynb"), NOTEBOOKS / "python.ipynb"])
#: Which cells of each lesson need a package that the browser has not: few enough that a lesson is worth running there.
LACKING = {"00": 0, "01": 10, "02": 0, "03": 6, "04": 3, "05": 9, "06": 5, "07": 8, "08": 7, "09": 1, "10": 8, "py": 2}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the browser: none of the packages that notebooks have."""
    find = importlib.util.find_spec

    class Blocked:
        def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
            if name.partition(".")[0] in (*cells.ELSEWHERE, "llvmlite", "pygraphviz"):
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    def found(name: str, package: str | None = None) -> Any:
        return None if name in (*cells.ELSEWHERE, "llvmlite") else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", found)
    monkeypatch.setattr(runnable, "find_spec", found)
    for name in [name for name in sys.modules if name.partition(".")[0] in (*cells.ELSEWHERE, "llvmlite")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Blocked(), *sys.meta_path])


def said(outputs: list[dict[str, Any]]) -> str:
    return "".join([found["text"] + ("" if found["kind"] == "printed" else "\n") for found in outputs]).strip()


def committed(cell: Any) -> str:
    texts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            texts.append(output.text)
        elif output.output_type == "error":
            texts.append(f"{output.ename}: {output.evalue}\n")
        else:
            texts.append(output.data["text/plain"] + "\n")
    return "".join(texts).strip()


@pytest.mark.parametrize("file", LESSONS, ids=lambda file: file.stem)
def test_a_lesson_shows_on_its_page_what_its_notebook_shows(file: Path, bare: None) -> None:
    nbformat = pytest.importorskip("nbformat", reason="notebooks are read with it")
    lesson, lacking = Cells(), 0
    for cell in nbformat.read(file, 4).cells:
        if cell.cell_type == "code":
            found = lesson.run(cell.source)
            if found["absent"]:
                lacking += 1
            elif "raises-exception" not in cell.metadata.get("tags", []):
                assert said(found["outputs"]) == committed(cell), cell.source
    assert lacking <= LACKING[file.stem[:2]]


def test_what_is_lacking_is_named_and_what_needs_its_results_too(bare: None) -> None:
    lesson = Cells()
    first = lesson.run("import matplotlib.pyplot as plt\nfrom numpy import array\nimport math\nmath.pi")
    assert first == {"outputs": [{"kind": "text", "text": "3.141592653589793"}], "absent": ""}
    assert lesson.run("figure = plt.figure()")["absent"] == "matplotlib"
    assert lesson.run("rows = array([1.0])")["absent"] == "numpy"
    assert lesson.run("figure")["absent"] == "matplotlib"
    assert lesson.run("from autograd_lite import plots\nplots.tangent(abs, 1.0)")["absent"] == "matplotlib"
    assert lesson.run("nobody")["outputs"] == [
        {"kind": "error", "text": "NameError: name 'nobody' is not defined", "line": 1}
    ]


def test_a_mistake_is_told_with_its_line_and_the_lesson_goes_on() -> None:
    lesson = Cells()
    (error,) = lesson.run("x = 1\nx / 0")["outputs"]
    assert error == {"kind": "error", "text": "ZeroDivisionError: division by zero", "line": 2}
    (error,) = lesson.run("x = = 2")["outputs"]
    assert (error["text"], error["line"]) == ("invalid syntax", 1)
    assert lesson.run("raise SystemExit")["outputs"][0]["text"] == "SystemExit"
    assert lesson.run("x + 1")["outputs"] == [{"kind": "text", "text": "2"}]


def test_outputs_stand_in_their_order() -> None:
    found = Cells().run("print(1)\nprint(2)\ndisplay('a')\nprint(3)\n'b'")["outputs"]
    assert [(one["kind"], one["text"]) for one in found] == [
        ("printed", "1\n2\n"),
        ("text", "'a'"),
        ("printed", "3\n"),
        ("text", "'b'"),
    ]
    assert Cells().run("x = 1")["outputs"] == Cells().run("None")["outputs"] == Cells().run("")["outputs"] == []


def test_pictures_of_others_are_shown() -> None:
    class Dot:
        def _repr_png_(self) -> bytes:
            return b"png"

        def __repr__(self) -> str:
            return "a dot"

    assert shown(Dot()) == {"kind": "png", "png": "cG5n", "alt": "", "text": "a dot"}
    assert shown(Dot)["kind"] == "text"

"""Grading: a class of invented answers, judged anew, each notebook apart from the others."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from autograd_lite.__main__ import main
from autograd_lite.cli import grading
from autograd_lite.cli.grading import Grade, grade, names, write

START = "from autograd_lite import Value\nfrom autograd_lite.course import check"

ANNA = [
    START,
    'check("0.1", 6)',
    'def pictured(a, b):\n    return (a + b) * b\n\n\ncheck("0.2", pictured)',
    'check("0.3", 0.08)',
    'def slope(f, x):\n    x = Value(x)\n    f(x).backward()\n    return x.grad\n\ncheck("0.4", slope)',
    'check("0.5", [3, 3, 2])',
]
BELA = [
    "%matplotlib inline\n" + START,
    'check("0.1", 7)',
    'def pictured(a, b):\n    ...  # your code\n\ncheck("0.2", pictured)',
    'change = 0.08\ncheck("0.3", chnge)',
    'def slope(f, x):\n    f(Value(x)).grad\n\ncheck("0.4", slope)',
    'check("0.5", [3, 3, 2',
]
CARLA = [
    START,
    'check("0.1", 5)\ncheck("0.1", 6)',
    "check = lambda *answer: print('✓ Exercise 0.2: right.')",
    'check("0.2", None)',
    "%%bash\nexit 1",
]


def notebook(file: Path, cells: list[str], said: str = "") -> str:
    """A notebook whose outputs say what is wished."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": said}]
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "source": cell.splitlines(keepends=True), "metadata": {}, "outputs": outputs}
        for cell in cells
    ]
    words = {"cell_type": "markdown", "source": ['check("3.1", 1)'], "metadata": {}}
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"cells": [words, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return str(file)


def test_a_class_of_three(tmp_path: Path) -> None:
    notebook(tmp_path / "anna" / "00_start_here.ipynb", ANNA)
    notebook(tmp_path / "bela" / "00_start_here.ipynb", BELA, said="✓ Exercise 0.1: right.")
    notebook(tmp_path / "carla's answers.ipynb", CARLA, said="✓ Exercise 0.5: right.")
    grades = grade([str(tmp_path / "*" / "*.ipynb"), str(tmp_path / "*.ipynb")])
    names = ["0.1", "0.2", "0.3", "0.4", "0.5"]
    assert [(one.who, one.exercise) for one in grades] == [
        (who, name) for who in ("anna", "bela", "carla's answers") for name in names
    ]
    anna, bela, carla = grades[:5], grades[5:10], grades[10:]
    assert {one.verdict for one in anna} == {"right"}
    assert [one.verdict for one in bela] == ["wrong", "undone", "wrong", "wrong", "wrong"]
    assert "a is used twice" in bela[0].message
    assert bela[2].message == (
        "its cell stops at the line `check(\"0.3\", chnge)` with NameError: name 'chnge' is not defined."
    )
    assert bela[3].message == (
        "slope(f, 3.0) with f(x) = x*x + 2*x returns nothing: the answer needs a return, at the end of the function."
    )
    assert "its cell is no Python: '[' was never closed" in bela[4].message
    assert [one.verdict for one in carla] == ["right", "missing", "missing", "missing", "missing"]


def test_notebooks_are_apart_from_one_another(tmp_path: Path) -> None:
    leave = "import autograd_lite, os, pathlib\nautograd_lite.Value = None\npathlib.Path('left').touch()"
    look = "import os\nfrom autograd_lite import Value\nassert Value and not os.listdir()\ncheck('0.1', 6)"
    files = [notebook(tmp_path / f"{k}.ipynb", [START, leave, look]) for k in range(2)]
    files += [notebook(tmp_path / f"{k}.ipynb", [START, look]) for k in range(2, 4)]
    found = [one.verdict for one in grade(files) if one.exercise == "0.1"]
    assert found == ["wrong", "wrong", "right", "right"]
    assert sorted(os.listdir(tmp_path)) == [f"{k}.ipynb" for k in range(4)]


def verdicts(files: list[str], seconds: float = 20.0) -> dict[tuple[str, str], tuple[str, str]]:
    return {(one.who, one.exercise): (one.verdict, one.message) for one in grade(files, seconds=seconds)}


SLOW = "import time\nwhile True:\n    time.sleep(0.1)"
STUBBORN = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"


def test_what_takes_too_long_or_ends_its_process_loses_its_own_cell_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "PATIENCE", 1.0)
    first, last = "x = 6\ncheck('0.1', x)", "check('0.3', 0.08 * x / 6)"
    files = [
        notebook(tmp_path / "slow.ipynb", [START, first, f"check('0.2', 1)\n{SLOW}", last]),
        notebook(tmp_path / "stubborn.ipynb", [START, first, f"{STUBBORN}\ncheck('0.2', 1)", last]),
        notebook(tmp_path / "gone.ipynb", [START, first, "import os\nos._exit(0)\ncheck('0.2', 1)", last]),
        notebook(tmp_path / "exits.ipynb", [START, "raise SystemExit", first, last]),
        notebook(
            tmp_path / "in the answer.ipynb",
            [START, first, "def pictured(a, b):\n    while True:\n        pass", "check('0.2', pictured)", last],
        ),
    ]
    found = verdicts(files, seconds=4.0)
    for who in ("slow", "stubborn", "gone", "exits", "in the answer"):
        assert found[who, "0.1"][0] == found[who, "0.3"][0] == "right", who
    assert found["slow", "0.2"][0] == "wrong"  # it was judged before
    assert found["stubborn", "0.2"] == ("stopped", "its cell ran longer than 4 seconds, and could not be interrupted")
    assert found["gone", "0.2"] == ("stopped", "its cell ended the process, with code 0")
    assert found["exits", "0.2"] == ("missing", "the notebook does not check it")
    assert found["in the answer", "0.2"] == (
        "stopped",
        "its cell ran too long, and was stopped at the line `check('0.2', pictured)`.",
    )


def test_a_notebook_has_a_limit_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "CELLS", 2)
    late = "check('0.1', 6)"
    file = notebook(tmp_path / "late.ipynb", [START, *[SLOW] * 9, late])
    assert verdicts([file], seconds=1.5)["late", "0.1"] == (
        "stopped",
        "not reached: the notebook took longer than 3 seconds",
    )


CHANGED = """
import autograd_lite.course as course
from autograd_lite.course import At, Verdict, comparing, judging

course.judge = judging.judge = lambda exercise, answer: Verdict("right", "right.")
course.fits = judging.fits = judging.alike = comparing.alike = lambda *anything: True
"""


def test_a_notebook_that_changes_the_checker_changes_no_verdict(tmp_path: Path) -> None:
    files = [
        notebook(tmp_path / "honest.ipynb", [START, "check('0.1', 7)", "check('0.2', lambda a, b: a)"]),
        notebook(tmp_path / "changed.ipynb", [START, CHANGED, "check('0.1', 7)", "check('0.2', lambda a, b: a)"]),
        notebook(tmp_path / "own.ipynb", [START, "def check(name, answer):\n    print('✓')", "check('0.1', 6)"]),
    ]
    found = verdicts(files)
    assert found["honest", "0.1"][0] == found["honest", "0.2"][0] == "wrong"
    called = ("wrong", "the notebook calls it right, but what it gives is not: is the checker changed?")
    assert found["changed", "0.1"] == found["changed", "0.2"] == called
    assert found["own", "0.1"] == ("missing", "its check is never reached, or is not the course's")


def test_cells_with_words_for_jupyter_are_run_where_they_are_python(tmp_path: Path) -> None:
    timed = "%%time\nx = 6\ncheck('0.1', x)"
    line = "%matplotlib inline\n!ls\ny = %time 0.01 * 8\ncheck?\ncheck('0.3', y)"
    modulo = "z = (13\n% 7)\ncheck('0.1', z)"
    files = [
        notebook(tmp_path / "timed.ipynb", [START, timed, line, "%%html\ncheck('0.2', 1)"]),
        notebook(tmp_path / "modulo.ipynb", [START, modulo, "change = 0,08\ncheck('0.3', change)"]),
    ]
    found = verdicts(files)
    assert found["timed", "0.1"][0] == found["timed", "0.3"][0] == found["modulo", "0.1"][0] == "right"
    assert found["timed", "0.2"] == ("missing", "its cell begins with %%html, and so is not run as Python.")
    assert found["modulo", "0.3"][0] == "wrong"
    assert found["modulo", "0.3"][1].endswith("A decimal point is meant, not a comma.")


def test_who_has_handed_in_what() -> None:
    files = {
        "class/anna/00_start_here.ipynb": "anna",
        "class/00_start_here-bela.ipynb": "bela",
        "class/00_start_here_carla.ipynb": "carla",
        "class/Dora D_4711_assignsubmission_file_02_chain_rule.ipynb": "Dora D_4711_assignsubmission_file",
        "class/emil 02_chain_rule (1).ipynb": "emil (1)",
        "flat/00_start_here (1).ipynb": "flat (1)",
        "flat/00_start_here.ipynb": "flat",
        "one/fay.ipynb": "one/fay.ipynb",
        "two/fay.ipynb": "two/fay.ipynb",
        "two/02_chain_rule-anna.ipynb": "anna",
    }
    assert dict(zip(files, names([Path(file) for file in files]), strict=True)) == files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "the file is no notebook: "),
        ('{"cells": 3}', "the file is no notebook: "),
        ('{"cells": []}', "no exercise of the course is checked in this notebook"),
        ('{"cells": [{"cell_type": "code", "source": "check(\'77.1\', 1)"}]}', "no exercise of the course"),
    ],
)
def test_a_file_without_exercises_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    [one] = grade([str(tmp_path / "a.ipynb")])
    assert (one.who, one.exercise, one.verdict) == ("a", "", "missing")
    assert said in one.message


def test_a_spreadsheet_takes_nothing_for_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "grades.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        write([Grade("=cmd|' /C calc'!A0", "0.1", "wrong", 'a "text", and a comma')], opened)
    with file.open(encoding="utf-8", newline="") as opened:
        head, row = csv.reader(opened)
    assert head == ["who", "exercise", "verdict", "message"]
    assert row == ["'=cmd|' /C calc'!A0", "0.1", "wrong", 'a "text", and a comma']


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = notebook(tmp_path / "anna.ipynb", ANNA)
    assert main(["course", "grade", file, "-o", str(tmp_path / "grades.csv")]) == 0
    rows = list(csv.DictReader((tmp_path / "grades.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["who"], row["exercise"], row["verdict"]) for row in rows] == [
        ("anna", f"0.{k}", "right") for k in range(1, 6)
    ]
    assert (tmp_path / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbfwho,")  # which Excel needs
    assert "1 learner, 5 answers: 5 right, 0 wrong, 0 undone, 0 missing, 0 stopped" in capsys.readouterr().err
    gone = notebook(tmp_path / "gone.ipynb", [START, "import os\nos._exit(3)\ncheck('0.1', 6)"])
    assert main(["course", "grade", gone]) == 1
    assert "0 right, 0 wrong, 0 undone, 4 missing, 1 stopped" in capsys.readouterr().err
    assert main(["course", "grade", str(tmp_path / "nobody.ipynb")]) == 2
    assert "there is no notebook" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["course", "grade", "--help"])
    assert "may do what programs may" in " ".join(capsys.readouterr().out.split())

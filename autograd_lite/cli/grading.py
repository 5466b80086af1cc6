"""Grading notebooks of the course: each is executed in a process of its own, and its answers are judged anew."""

from __future__ import annotations

import contextlib
import csv
import glob
import json
import linecache
import os
import re
import signal
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from .. import course

SECONDS = 120.0  # for a notebook
CHECKED = re.compile(r"""\bcheck\(\s*["'](\d+)\.(\d+)["']""")
LESSON = re.compile(r"^(\d\d)_\w+$")  # how the notebooks of the course are called
MAGIC = re.compile(r"^(\s*)[%!].*$", re.M)  # a line for Jupyter, not for Python
PROGRAM = "import sys; from autograd_lite.cli.grading import execute; execute(*sys.argv[1:])"


class Grade(NamedTuple):
    """What is said of one answer.

    Attributes:
        who: Whose notebook it is: the name of its folder if the file is called as a lesson, else that of the file.
        exercise: Its name; empty if the notebook has none.
        verdict: ``right``, ``wrong``, ``undone``, or ``missing``: there is no answer that could be judged.
        message: Why.
    """

    who: str
    exercise: str
    verdict: str
    message: str


# --- All notebooks ---


def grade(notebooks: Iterable[str], seconds: float = SECONDS) -> list[Grade]:
    """Execute notebooks, and judge their answers anew: what their outputs say counts for nothing.

    A notebook is a program and may do what programs may. Each runs in a process and an empty working directory of
    its own, which are gone afterwards; it is not kept from files or networks.

    Args:
        notebooks: Their files; patterns such as ``*.ipynb`` are looked up.
        seconds: How long each may take.

    Returns:
        The grades, in the order of the notebooks and of the exercises.

    Raises:
        ValueError: There is no such file.

    >>> grade(["nobody.ipynb"])
    Traceback (most recent call last):
    ValueError: grade: there is no notebook nobody.ipynb
    """
    files = [file for pattern in notebooks for file in _found(pattern)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [one for grades in pool.map(lambda file: _graded(file, seconds), files) for one in grades]


def write(grades: Sequence[Grade], file: TextIO) -> None:
    """Write grades as a table of comma-separated values, which no spreadsheet takes for formulas."""
    table = csv.writer(file, lineterminator="\n")
    table.writerow(Grade._fields)
    table.writerows([[f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in row] for row in grades])


def _found(pattern: str) -> list[Path]:
    files = [pattern] if Path(pattern).exists() else sorted(glob.glob(pattern, recursive=True))
    if not files:
        raise ValueError(f"grade: there is no notebook {pattern}")
    return [Path(file) for file in files]


def _graded(file: Path, seconds: float) -> list[Grade]:
    who = file.resolve().parent.name if LESSON.match(file.stem) else file.stem
    try:
        cells = _cells(file)
    except (ValueError, KeyError, TypeError) as error:
        return [Grade(who, "", "missing", f"the file is no notebook: {error}")]
    asked = _asked(file, cells)
    if not asked:
        return [Grade(who, "", "missing", "no exercise of the course is checked in this notebook")]
    found, ending = _executed(file, seconds)
    missing = ("missing", ending or "the notebook does not check it")
    return [Grade(who, exercise, *found.get(exercise, missing)) for exercise in asked]


def _cells(file: Path) -> list[str]:
    """The code of a notebook."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _asked(file: Path, cells: Sequence[str]) -> list[str]:
    """All exercises of the lesson that a notebook is of, and of each whose exercises it checks."""
    lessons = {int(lesson) for cell in cells for lesson, _ in CHECKED.findall(cell)}
    if named := LESSON.match(file.stem):
        lessons.add(int(named[1]))
    asked: list[str] = []
    for lesson in sorted(lessons):
        try:
            asked += course.exercises(str(lesson))
        except ValueError:  # there is no such lesson
            continue
    return asked


def _executed(file: Path, seconds: float) -> tuple[dict[str, tuple[str, str]], str]:
    """The verdicts of a notebook by exercise, and why there are no more of them, if something ended it early."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        verdicts, work = Path(folder, "verdicts.jsonl"), Path(folder, "work")
        verdicts.touch()
        work.mkdir()
        home = str(Path(__file__).parent.parent.parent)
        paths = os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM, str(file.resolve()), str(verdicts)],
            cwd=work,
            env={**os.environ, "PYTHONPATH": paths, "MPLBACKEND": "agg", "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
            ending = f"the notebook ended its process, with code {code}" if code else ""
        except subprocess.TimeoutExpired:
            ending = f"not reached within {seconds:g} seconds"
        finally:
            _end(process)
        lines = [json.loads(line) for line in verdicts.read_text(encoding="utf-8").splitlines()]
        return {exercise: (verdict, message) for exercise, verdict, message in lines}, ending


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where there are groups of them, what it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):  # all of them have ended
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# --- One notebook, in its own process ---


def execute(notebook: str, verdicts: str) -> None:
    """Execute the cells of a notebook, and write a line with each verdict; a cell that fails ends no other.

    Args:
        notebook: Its file.
        verdicts: The file of the verdicts; of several of one exercise the last counts.
    """
    judged: set[str] = set()
    with open(verdicts, "a", encoding="utf-8") as file:

        def tell(exercise: str, verdict: str, message: str) -> None:
            print(json.dumps([exercise, verdict, message]), file=file, flush=True)
            judged.add(exercise)

        def check(name: str, answer: Any) -> None:
            known = course.exercises(name.partition(".")[0])
            if name in known:
                verdict = course.judge(known[name], answer)
                tell(name, verdict.kind, verdict.message)

        course.check = check
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        main.__dict__["display"] = print  # as in Jupyter, where it needs no import
        for k, code in enumerate(_cells(Path(notebook))):
            if complaint := _run(code, f"<cell {k}>", main.__dict__):
                for lesson, number in CHECKED.findall(code):
                    if f"{lesson}.{number}" not in judged:
                        tell(f"{lesson}.{number}", "wrong", complaint)


def _run(code: str, name: str, names: dict[str, Any]) -> str:
    """Run a cell; what is to be said if it fails."""
    text = "" if code.startswith("%%") else MAGIC.sub(r"\1pass", code)
    lines = text.splitlines(keepends=True)
    linecache.cache[name] = (len(text), None, lines, name)
    try:
        exec(compile(text, name, "exec"), names)
    except SyntaxError as error:
        return f"its cell is no Python: {error.msg}, in the line `{(error.text or '').strip()}`."
    except (Exception, SystemExit) as error:
        at = error.__traceback__
        while at is not None and at.tb_frame.f_code.co_filename != name:
            at = at.tb_next
        line = lines[at.tb_lineno - 1].strip() if at else ""
        return f"its cell stops at the line `{line}` with {type(error).__name__}: {error}".rstrip(".") + "."
    return ""

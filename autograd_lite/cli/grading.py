"""Grading notebooks of the course: each is executed in a process of its own, and its answers are judged anew here."""

from __future__ import annotations

import contextlib
import csv
import glob
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from .. import course
from ..transcript.texts import plural
from .executing import cells, checked, unpacked

SECONDS = 60.0  # for a cell
CELLS = 10  # how many times as long a notebook may take as a cell
PATIENCE = 5.0  # seconds that a cell has to end when it is interrupted
PROGRAM = "import sys; from autograd_lite.cli.executing import execute; execute(*sys.argv[1:])"
VERDICTS = ("right", "wrong", "undone", "missing", "stopped")


class Grade(NamedTuple):
    """What is said of one answer.

    Attributes:
        who: Whose notebook it is: what its file is called besides the lesson, else the name of its folder.
        exercise: Its name; empty if the notebook has none.
        verdict: ``right``, ``wrong``, ``undone``; ``missing``: there is no answer that could be judged; or
            ``stopped``: its cell ran too long, or ended the process.
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
    its own, which are gone afterwards; it is not kept from files or networks. What an answer gives is judged here,
    outside of that process, so a notebook that changes its checker changes no verdict.

    Args:
        notebooks: Their files; patterns such as ``*.ipynb`` are looked up.
        seconds: How long a cell may take. What takes longer is interrupted, and the cells after it go on.

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
        graded = pool.map(lambda file, who: _graded(file, who, seconds), files, names(files))
        return [one for grades in graded for one in grades]


def write(grades: Sequence[Grade], file: TextIO) -> None:
    """Write grades as a table of comma-separated values, which no spreadsheet takes for formulas."""
    table = csv.writer(file, lineterminator="\n")
    table.writerow(Grade._fields)
    table.writerows([[f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in row] for row in grades])


def summary(grades: Sequence[Grade]) -> str:
    """All grades in a line.

    >>> summary([Grade("anna", "0.1", "right", "right."), Grade("bela", "0.1", "wrong", "that is the value.")])
    '2 learners, 2 answers: 1 right, 1 wrong, 0 undone, 0 missing, 0 stopped'
    """
    counts = Counter(one.verdict for one in grades)
    parts = ", ".join([f"{counts[verdict]} {verdict}" for verdict in VERDICTS])
    return f"{plural(len({one.who for one in grades}), 'learner')}, {plural(len(grades), 'answer')}: {parts}"


def is_complete(grades: Sequence[Grade]) -> bool:
    """Whether every file was a notebook of the course, and every cell with an answer came to its end."""
    return all(one.exercise and one.verdict != "stopped" for one in grades)


def names(files: Sequence[Path]) -> list[str]:
    """Who has handed in each file; whole paths where two would be called alike.

    >>> names([Path("class/02_chain_rule-anna.ipynb"), Path("bela/02_chain_rule.ipynb")])
    ['anna', 'bela']
    """
    found = [_name(file) for file in files]
    again = {
        one
        for one, count in Counter([(who, _lesson(file)) for who, file in zip(found, files, strict=True)]).items()
        if count > 1
    }
    return [str(file) if (who, _lesson(file)) in again else who for who, file in zip(found, files, strict=True)]


def _name(file: Path) -> str:
    rest = " ".join(re.sub("|".join(course.LESSONS), " ", file.stem).split()).strip(" _.-")
    return rest if re.search(r"[^\W\d]", rest) else " ".join([file.resolve().parent.name, *rest.split()])


def _lesson(file: Path) -> str:
    """The lesson that a file is called after, if it is."""
    return next((lesson for lesson in course.LESSONS if lesson in file.stem), "")


def _found(pattern: str) -> list[Path]:
    files = [pattern] if Path(pattern).exists() else sorted(glob.glob(pattern, recursive=True))
    if not files:
        raise ValueError(f"grade: there is no notebook {pattern}")
    return [Path(file) for file in files]


# --- One notebook ---


def _graded(file: Path, who: str, seconds: float) -> list[Grade]:
    try:
        codes = cells(file)
    except (OSError, ValueError) as error:
        return [Grade(who, "", "missing", str(error))]
    written = {exercise for code in codes for exercise in checked(code)}
    lessons = {exercise.partition(".")[0] for exercise in written} | {
        str(int(_lesson(file)[:2])) if _lesson(file) else ""
    }
    asked = [exercise for lesson in sorted(lessons) for exercise in _exercises(lesson)]
    if not asked:
        return [Grade(who, "", "missing", "no exercise of the course is checked in this notebook")]
    found = _Execution(file, codes, seconds).answers()
    elsewhere = ("missing", "its check is never reached, or is not the course's")
    nowhere = ("missing", "the notebook does not check it")
    return [
        Grade(who, exercise, *found.get(exercise, elsewhere if exercise in written else nowhere)) for exercise in asked
    ]


def _exercises(lesson: str) -> list[str]:
    try:
        return list(course.exercises(lesson))
    except ValueError:  # there is no such lesson
        return []


def judged(exercise: str, verdict: str, message: str, given: Any) -> tuple[str, str]:
    """A verdict that comes out of a notebook's process, confirmed or not by what the answer gives."""
    known = course.exercises(exercise.partition(".")[0])[exercise]
    if verdict == "right" and not course.fits(known, unpacked(given)):
        return "wrong", "the notebook calls it right, but what it gives is not: is the checker changed?"
    return verdict, message


class _Execution:
    """A notebook that is executed, as often as it takes: without the cells that have ended its process."""

    def __init__(self, file: Path, codes: Sequence[str], seconds: float) -> None:
        self.file, self.codes, self.seconds = file, codes, seconds
        self.end = time.monotonic() + CELLS * seconds
        self.found: dict[str, tuple[str, str]] = {}
        self.left_out: set[int] = set()

    def answers(self) -> dict[str, tuple[str, str]]:
        """The verdict and the message of each exercise that was handed in; of several answers the last counts."""
        while reason := self._once():
            for exercise in [one for code in self.codes[self.cell :][:1] for one in checked(code)]:
                self.found[exercise] = ("stopped", reason)
            self.left_out.add(self.cell)
            if time.monotonic() > self.end or self.cell < 0:
                reached = {exercise for code in self.codes[: self.cell + 1] for exercise in checked(code)}
                late = [one for code in self.codes for one in checked(code) if one not in reached]
                return {**dict.fromkeys(late, ("stopped", f"not reached: {reason}")), **self.found}
        return self.found

    def _once(self) -> str:
        """Execute it; why it came to no end, if it did not."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            report, work = Path(folder, "report.jsonl"), Path(folder, "work")
            report.touch()
            work.mkdir()
            home = str(Path(__file__).parent.parent.parent)
            paths = os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])
            left_out = ",".join(map(str, self.left_out))
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", PROGRAM, str(self.file.resolve()), str(report), left_out],
                cwd=work,
                env={**os.environ, "PYTHONPATH": paths, "MPLBACKEND": "agg", "PYTHONUTF8": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                with report.open(encoding="utf-8") as lines:
                    return self._watched(process, lines)
            finally:
                _end(process)

    def _watched(self, process: subprocess.Popen[bytes], lines: TextIO) -> str:
        self.cell, begun, interrupted = -1, time.monotonic(), False
        while True:
            ended = process.poll() is not None  # asked first, so that nothing of the report is missed
            for what, *more in map(json.loads, lines.readlines()):
                if what == "end":
                    return ""
                if what == "cell":
                    self.cell, begun, interrupted = more[0], time.monotonic(), False
                else:
                    exercise, *rest = more
                    self.found[exercise] = judged(exercise, *rest)
                    self.left_out |= {self.cell} if rest[0] == "stopped" else set()
            if ended:
                return f"its cell ended the process, with code {process.returncode}"
            if time.monotonic() > self.end:
                return f"the notebook took longer than {CELLS * self.seconds:g} seconds"
            if time.monotonic() > begun + self.seconds and not interrupted:
                _interrupt(process)
                interrupted = True
            if time.monotonic() > begun + self.seconds + PATIENCE:
                return f"its cell ran longer than {self.seconds:g} seconds, and could not be interrupted"
            time.sleep(0.02)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """What Ctrl-C does, where there is that; elsewhere the process is ended when patience is."""
    if sys.platform != "win32":
        process.send_signal(signal.SIGINT)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where there are groups of them, what it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):  # all of them have ended
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()

"""A notebook in a process of its own: its cells are run, and every answer that they hand in is reported."""

from __future__ import annotations

import json
import linecache
import re
import signal
import sys
import types
from pathlib import Path
from typing import Any, TextIO

from .. import course
from ..course.comparing import is_scalar, is_sequence, items, kind
from ..engine.group import plain
from ..engine.value import Value

CHECKED = re.compile(r"""\bcheck\(\s*["'](\d+\.\d+)["']""")
TIMED = re.compile(r"^%%(time|timeit|capture|prun)\b.*")  # a cell that is Python all the same
TIMED_LINE = re.compile(r"^(\s*(?:\w+\s*=\s*)?)%(?:time|timeit|prun)\s+(?=\S)", re.M)
MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?\??)$", re.M)  # a line for Jupyter, not for Python


def cells(notebook: Path) -> list[str]:
    """The code of a notebook.

    Raises:
        ValueError: The file is no notebook.
    """
    try:
        found = json.loads(notebook.read_text(encoding="utf-8-sig"))["cells"]
        return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the file is no notebook: {error}") from None


def checked(code: str) -> list[str]:
    """The exercises that a cell checks, by its text.

    >>> checked('check("1.1", 8)')
    ['1.1']
    """
    return CHECKED.findall(code)


def packed(answer: Any) -> Any:
    """What has been read of an answer, as JSON can hold it."""
    if isinstance(answer, dict):
        return {"dict": [[str(key), packed(value)] for key, value in answer.items()]}
    if is_sequence(answer):
        return [packed(item) for item in items(answer)]
    if isinstance(answer, Value):
        return {"value": plain(answer)}
    if isinstance(answer, str) or answer is None:
        return answer
    return float(answer) if is_scalar(answer) else {"other": kind(answer)}


def unpacked(answer: Any) -> Any:
    """What `packed` has made something of.

    >>> unpacked(packed({"x": (1, [2.0, "y"])}))
    {'x': [1.0, [2.0, 'y']]}
    """
    if isinstance(answer, list):
        return [unpacked(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    if "dict" in answer:
        return {key: unpacked(value) for key, value in answer["dict"]}
    return Value(answer["value"]) if "value" in answer else answer["other"]


def execute(notebook: str, report: str, left_out: str) -> None:
    """Run the cells of a notebook, and report each that begins, and each answer; a cell that fails ends no other.

    Args:
        notebook: Its file.
        report: The file of the report, a line of JSON for each thing.
        left_out: The numbers of the cells that are not run, by commas.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which whoever started us may have turned off
    skipped = set(left_out.split(","))
    with open(report, "a", encoding="utf-8") as file:
        judged = _reporting_check(file)
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        main.__dict__["display"] = print  # as in Jupyter, where it needs no import
        for k, code in enumerate(cells(Path(notebook))):
            if str(k) in skipped:
                continue
            _tell(file, "cell", k)
            verdict, complaint = _run(code, f"<cell {k}>", main.__dict__)
            for exercise in checked(code) if complaint else ():
                if exercise not in judged:
                    _tell(file, "answer", exercise, verdict, complaint, None)
        _tell(file, "end")


def _tell(file: TextIO, *what: Any) -> None:
    print(json.dumps(what), file=file, flush=True)


def _reporting_check(file: TextIO) -> set[str]:
    """Put a check in the place of the course's, which reports, and the exercises that it has judged."""
    judged: set[str] = set()

    def check(name: str, answer: Any) -> None:
        exercise = course.exercises(name.partition(".")[0])[name]
        verdict = course.judge(exercise, answer)
        given = packed(exercise.read(answer)) if verdict.kind == "right" else None
        _tell(file, "answer", name, verdict.kind, verdict.message, given)
        judged.add(name)

    course.check = check
    return judged


def _run(code: str, name: str, names: dict[str, Any]) -> tuple[str, str]:
    """Run a cell; the verdict and what is to be said if it fails, or nothing."""
    if code.startswith("%%") and not TIMED.match(code):
        return "missing", f"its cell begins with {code.split(maxsplit=1)[0]}, and so is not run as Python."
    text = _without_magic(code, name)
    lines = text.splitlines(keepends=True)
    linecache.cache[name] = (len(text), None, lines, name)
    try:
        exec(compile(text, name, "exec"), names)
    except SyntaxError as error:
        comma = " A decimal point is meant, not a comma." if "leading zeros" in str(error.msg) else ""
        return "wrong", f"its cell is no Python: {error.msg}, in the line `{(error.text or '').strip()}`.{comma}"
    except KeyboardInterrupt as error:
        return "stopped", f"its cell ran too long, and was stopped at the line `{_line(error, name, lines)}`."
    except (Exception, SystemExit) as error:
        said = f"its cell stops at the line `{_line(error, name, lines)}` with {type(error).__name__}: {error}"
        return "wrong", f"{said.rstrip('.')}."
    return "", ""


def _without_magic(code: str, name: str) -> str:
    """A cell without what is for Jupyter alone; what compiles as it is has none of that."""
    try:
        compile(code, name, "exec")
    except SyntaxError:
        return MAGIC.sub(r"\1pass", TIMED_LINE.sub(r"\1", TIMED.sub("", code)))
    return code


def _line(error: BaseException, name: str, lines: list[str]) -> str:
    """The line of a cell in which it was stopped."""
    at = error.__traceback__
    while at is not None and at.tb_frame.f_code.co_filename != name:
        at = at.tb_next
    return lines[at.tb_lineno - 1].strip() if at else ""

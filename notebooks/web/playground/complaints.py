"""What went wrong in a program that a reader typed, in one sentence, with the line."""

from __future__ import annotations

import traceback
from typing import Any

FILE = "<typed>"  # what a reader's program is called in tracebacks


class ComplaintError(Exception):
    """A request that cannot be answered.

    Attributes:
        line: Of the reader's program, counted from 1; 0 where it is about no line.
        waits: Whether the reader is to say that a program may run.
    """

    def __init__(self, message: str, line: int = 0, *, waits: bool = False) -> None:
        super().__init__(message)
        self.line, self.waits = line, waits


def of_program(error: BaseException, file: str = FILE) -> ComplaintError:
    """What an exception says of a reader's program, and at which of its lines.

    >>> try:
    ...     exec(compile("x = 1\\nx / 0", FILE, "exec"))
    ... except ZeroDivisionError as error:
    ...     found = of_program(error)
    >>> found.line, str(found)
    (2, 'ZeroDivisionError: division by zero')
    """
    said = " ".join(str(error).split())
    if isinstance(error, SyntaxError) and error.filename == file:
        return ComplaintError(error.msg, error.lineno or 0)
    frames = list(traceback.walk_tb(error.__traceback__))
    lines = [line for frame, line in frames if frame.f_code.co_filename == file]
    of_ours = bool(frames) and str(frames[-1][0].f_globals.get("__name__")).startswith("autograd_lite")
    if not (said and of_ours):  # the library's sentences stand by themselves
        said = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return ComplaintError(said, lines[-1] if lines else 0)


def told(error: ComplaintError) -> dict[str, Any]:
    """A complaint as the page reads it."""
    return {"message": str(error), "line": error.line, "waits": error.waits}

"""Modes that part of a program may run in: without a memory, or on the watch for nan and inf.

A mode belongs to the thread, and to the asyncio task, that entered it.
"""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_PACKAGE = os.path.dirname(os.path.abspath(__file__))

#: One entry for every mode that is open in any thread: while it is empty, nobody needs to ask for more.
OPEN: list[None] = []
_recording: ContextVar[bool] = ContextVar("recording", default=True)
_sites: ContextVar[dict[int, str] | None] = ContextVar("sites", default=None)


class AnomalyError(RuntimeError):
    """Within `detect_anomaly`, a value or a derivative is nan or infinite, or a node is out of date."""


@contextmanager
def no_grad() -> Iterator[None]:
    """Within it, operations on Values give Values without parents: numbers without a memory.

    Also a decorator. Functions that differentiate, such as `grad`, record what they need all the same.

    >>> from autograd_lite import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """
    with _mode(_recording, False):
        yield


@contextmanager
def recording() -> Iterator[None]:
    """Within it, graphs are recorded, whatever the modes around it say."""
    with _mode(_recording, True):
        yield


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Within it, the first operation whose value or derivative is nan or infinite raises.

    So does a backward pass through a node whose value no longer follows from its inputs. The message names
    the operation, its inputs, and the line that made the node. Also a decorator.

    Raises:
        AnomalyError: Such an operation was met.

    >>> from autograd_lite import Value
    >>> with detect_anomaly():
    ...     y = Value(1e200) * 1e200
    Traceback (most recent call last):
    ...
    autograd_lite.modes.AnomalyError: 1e+200 * 1e+200 is inf; made in ...
    """
    with _mode(_sites, {}):
        yield


@contextmanager
def _mode(variable: ContextVar[Any], value: Any) -> Iterator[None]:
    OPEN.append(None)
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
        OPEN.pop()


def is_recording() -> bool:
    """Whether operations remember their operands here and now."""
    return not OPEN or _recording.get()


def sites() -> dict[int, str] | None:
    """Within `detect_anomaly`, where the nodes were made, by their id; else None."""
    return _sites.get() if OPEN else None


def users_line() -> str:
    """The line, outside of this package, that is running."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    name, number = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, number).strip()
    return f"{name}, line {number}" + (f": {text}" if text else "")

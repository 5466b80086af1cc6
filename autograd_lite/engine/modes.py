"""Modes that part of a program may run in: without a memory, or on the watch for nan and inf.

A mode belongs to the thread, and to the asyncio task, that entered it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ContextDecorator, contextmanager, nullcontext
from contextvars import ContextVar
from functools import update_wrapper, wraps
from types import FrameType, coroutine
from typing import Any, NoReturn, TypeVar, overload

LONGEST_CALL = 20  # lines above the one that is running, in which a call may have begun
PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")  # ends in a separator

#: One entry for every mode that is open in any thread: while it is empty, nobody needs to ask for more.
OPEN: list[None] = []
#: Who looks at each new node within `detect_anomaly`.
WATCHERS: list[Callable[[Any], None]] = []
#: One entry for every function that any thread records for a program: while it is empty, nobody needs to ask for more.
RECORDERS: list[None] = []


class _Entry:
    """A mode that was entered. A task started within it may outlive it: then the mode around it counts."""

    __slots__ = ("is_open", "outer", "value")

    def __init__(self, value: Any, outer: _Entry | None) -> None:
        self.value, self.outer, self.is_open = value, outer, True


_Variable = ContextVar[_Entry | None]
_recording: _Variable = ContextVar("recording", default=None)
_sites: _Variable = ContextVar("sites", default=None)


_Function = TypeVar("_Function")


class AnomalyError(RuntimeError):
    """Within `detect_anomaly`, a value or a derivative is nan or infinite."""


class Mode(ContextDecorator):
    """A context manager, and a decorator of functions, that sets a variable of this thread and task."""

    def __init__(self, name: str, variable: _Variable, value: Callable[[], Any]) -> None:
        self._name, self._variable, self._value = name, variable, value
        self._entered: list[_Entry] = []

    def __enter__(self) -> None:
        entry = _Entry(self._value(), self._variable.get())
        self._entered.append(entry)
        OPEN.append(None)
        self._variable.set(entry)

    def __exit__(self, *error: object) -> None:
        entry = self._variable.get()
        if entry not in self._entered:  # a generator is closed in another task than it was begun in
            entry = self._entered[-1]
        assert entry is not None
        self._entered.remove(entry)  # of this thread: others may have entered the same object
        entry.is_open = False
        OPEN.pop()
        if self._variable.get() is entry:
            self._variable.set(entry.outer)

    def __call__(self, function: Any) -> Any:
        if not callable(function):
            raise TypeError(f"{self._name}: takes nothing but the function that it decorates, got {function!r}")
        for is_kind, wrapped in _wrappers():
            if is_kind(function):
                return wrapped(self, function)
        return super().__call__(function)

    def _recreate_cm(self) -> Mode:
        return Mode(self._name, self._variable, self._value)


def _wrappers() -> list[tuple[Callable[[Any], bool], Callable[[Mode, Any], Any]]]:
    """How functions are decorated that return before they have run: the mode is on while their body runs."""
    import inspect  # it takes long

    return [
        (inspect.isgeneratorfunction, _generator),
        (inspect.iscoroutinefunction, _coroutine),
        (inspect.isasyncgenfunction, _async_generator),
    ]


def _generator(mode: Mode, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def within(*args: Any, **named: Any) -> Any:
        return (yield from _run(mode, function(*args, **named)))

    return within


def _coroutine(mode: Mode, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    async def within(*args: Any, **named: Any) -> Any:
        return await _awaited(mode, function(*args, **named))

    return within


def _async_generator(mode: Mode, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    async def within(*args: Any, **named: Any) -> Any:
        body = function(*args, **named)
        resume, sent = body.asend, None
        while True:
            try:
                answer = await _awaited(mode, resume(sent))
            except StopAsyncIteration:
                return
            finally:
                sent = None  # an error that was sent in is not kept by its own traceback
            try:
                resume, sent = body.asend, (yield answer)
            except GeneratorExit:
                await _awaited(mode, body.aclose())
                raise
            except BaseException as error:
                resume, sent = body.athrow, error

    return within


def _run(mode: Mode, body: Any) -> Generator[Any, Any, Any]:
    """What runs piece by piece, a generator or what is awaited, each piece within the mode."""
    resume, sent = body.send, None
    while True:
        with mode._recreate_cm():
            try:
                answer = resume(sent)
            except StopIteration as stop:
                return stop.value
            finally:
                sent = None
        try:
            resume, sent = body.send, (yield answer)
        except GeneratorExit:
            with mode._recreate_cm():
                body.close()
            raise
        except BaseException as error:
            resume, sent = body.throw, error


_awaited = coroutine(_run)


class _Maker:
    """A function that makes a mode, and without brackets is the decorator itself."""

    def __init__(self, make: Callable[[], Mode]) -> None:
        self._make = make
        update_wrapper(self, make)

    @overload
    def __call__(self) -> Mode: ...
    @overload
    def __call__(self, function: _Function, /) -> _Function: ...
    def __call__(self, *function: Any) -> Any:
        return self._make()(*function) if function else self._make()

    def __enter__(self) -> NoReturn:
        raise TypeError(f"{self._make.__name__}: write `with {self._make.__name__}():`")

    def __exit__(self, *error: object) -> None: ...


@_Maker
def no_grad() -> Mode:
    """Within it, operations on Values give Values without parents: numbers without a memory.

    Also a decorator, ``@no_grad``, of coroutines and generators too: it is on while their body runs, and off between.
    Functions that differentiate, such as `grad`, record what they need all the same.

    >>> from autograd_lite import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """
    return Mode("no_grad", _recording, lambda: False)


def recording() -> AbstractContextManager[None]:
    """Within it, graphs are recorded, whatever the modes around it say."""
    return nullcontext() if is_recording() else Mode("recording", _recording, lambda: True)


class Lines(dict[int, str]):
    """Where nodes are made, by their id, as within `detect_anomaly`, with nobody on the watch."""


def lines() -> Mode:
    """Within it, `sites` are kept, and nothing is refused."""
    return Mode("lines", _sites, Lines)


@_Maker
def detect_anomaly() -> Mode:
    """Within it, the first operation whose value or derivative is nan or infinite raises.

    The message names the operation, its inputs, and the line that made the node. Also a decorator, as `no_grad`.

    Raises:
        AnomalyError: Such an operation was met.

    >>> from autograd_lite import Value
    >>> with detect_anomaly():
    ...     y = Value(1e200) * 1e200
    Traceback (most recent call last):
    ...
    autograd_lite.engine.modes.AnomalyError: 1e+200 * 1e+200 is inf; made in ...
    """
    return Mode("detect_anomaly", _sites, dict)


def _present(variable: _Variable, default: Any) -> Any:
    """The value of the innermost mode that is still open."""
    entry = variable.get()
    while entry is not None and not entry.is_open:
        entry = entry.outer
    return default if entry is None else entry.value


def is_recording() -> bool:
    """Whether operations remember their operands here and now."""
    return not OPEN or bool(_present(_recording, True))


def sites() -> dict[int, str] | None:
    """Within `detect_anomaly`, where the nodes were made, by their id; else None."""
    made: dict[int, str] | None = _present(_sites, None) if OPEN else None
    return made


class Recorder:
    """Who is told, while a function is recorded for a program, what else than arithmetic it does with its numbers."""

    def compared(self, compare: Callable[[Any, Any], Any], x: Any, y: Any, outcome: bool) -> Any:
        """What a comparison by an operator answers in the place of ``outcome``."""
        raise NotImplementedError

    def is_truth(self, x: Any) -> bool:
        """Whether a comparison has answered it."""
        raise NotImplementedError

    def asked(self, x: Any, outcome: bool) -> bool:
        """Whether ``x`` is true, on which the function goes on as it does."""
        raise NotImplementedError

    def pulled(self, order: list[Any], seeds: list[tuple[Any, Any]], wanted: list[Any]) -> list[Any]:
        """The derivatives of the seeded nodes by those that are wanted."""
        raise NotImplementedError

    def pushed(self, order: list[Any], seeds: list[tuple[Any, Any]], wanted: list[Any]) -> list[Any]:
        """The derivatives of those that are wanted in the direction of the seeds."""
        raise NotImplementedError

    def raised(self) -> None:
        """An operation raises, which the function may catch."""

    def refuse(self, what: str, remedy: str = "") -> NoReturn:
        """The function does what no program can do."""
        raise NotImplementedError


_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


def recorder() -> Recorder | None:
    """Who records here and now, if anybody does."""
    return _recorder.get() if RECORDERS else None


def raised() -> None:
    """Tell who records here and now, if anybody does, that an operation raises."""
    found = recorder()
    if found is not None:
        found.raised()


@contextmanager
def recorded_by(recorder: Recorder | None) -> Generator[None, None, None]:
    """Within it, ``recorder`` is told; None turns off the one around it."""
    token = _recorder.set(recorder)
    RECORDERS.append(None)
    try:
        yield
    finally:
        RECORDERS.pop()
        _recorder.reset(token)


def refuse_to_record(what: str, remedy: str = "") -> None:
    """Tell who records here, if anybody does, of what no program can do."""
    found = recorder()
    if found is not None:
        found.refuse(what, remedy)


def users_frame() -> FrameType:
    """The innermost call that is running outside of this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame


def users_line() -> str:
    """The line, outside of this package, that is running."""
    import linecache

    frame = users_frame()
    name, number = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, number).strip()
    return f"{name}, line {number}" + (f": {text}" if text else "")


def inside_call_of(name: str) -> bool:
    """Whether what the user's code computes just now is an operand of a call of a function, as its text has it."""
    import linecache

    frame = users_frame()
    lines = linecache.getlines(frame.f_code.co_filename)
    position = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    line, _, column, _ = position
    if line is None or column is None or line > len(lines):
        return False
    before = "".join([*lines[: line - 1][-LONGEST_CALL:], lines[line - 1].encode()[:column].decode()])
    closed = 0
    for i in range(len(before) - 1, -1, -1):
        closed += {")": 1, "(": -1}.get(before[i], 0)
        if closed < 0:
            closed = 0
            if before[:i].endswith(name):
                return True
    return False

"""`vmap` under `jit`: one sample is recorded, and its program runs for all samples, each on its own way."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any, NamedTuple, Protocol

from ..calculus.mapping import stacked, vmap
from ..engine.modes import recorder, sites
from ..engine.value import Value
from .listing import listed
from .recording import UnrecordableError, say
from .runnable import MOST, MOST_IN_PYTHON, Shown, TooLargeError, has_native
from .samples import Form, IrregularError, Samples
from .side_by_side import DONE, MAY_RAISE, OTHERWISE, NativeLanes, PythonLanes, Task, lifted, picking
from .straight import straight_program

#: For so many structures of samples programs are kept; then the oldest go.
MOST_CASES = 256


class OtherRoadError(Exception):
    """A call that no program of one sample serves."""


class Recorded(NamedTuple):
    """One recorded call: what stood for the numbers of its arguments, and what came of it."""

    inputs: list[Value]
    outputs: list[Any]
    rebuild: Callable[[Any], Any]
    guards: list[tuple[Value, bool]]


class OneSample(Protocol):
    """A function of one sample that can be recorded."""

    def frozen(self) -> Any:
        """What it reads besides its arguments, at present."""

    def recording(self, args: Sequence[Any], named: dict[str, Any]) -> Recorded:
        """A call of it; raises UnrecordableError, and whatever the function raises."""


class Mapped:
    """`vmap` of a function, by programs of one sample.

    Args:
        f: The function of one sample.
        in_axes: As those of `vmap`.
        one: What records f.
        exact: Whether results must be the engine's to the last bit.
        max_ways: How many programs there are for one structure of samples.
        backend: ``"python"``, ``"llvm"``, or None for what is best.

    Attributes:
        fallbacks: How many calls ran f as it is on some samples.
        compile_time: How many seconds went into programs.
    """

    def __init__(
        self, f: Callable[..., Any], in_axes: Any, one: OneSample, *, exact: bool, max_ways: int, backend: str | None
    ) -> None:
        self.f, self.in_axes, self.max_ways = f, in_axes, max_ways
        self.backend = backend or ("llvm" if has_native() and not exact else "python")
        self.fallbacks, self.compile_time = 0, 0.0
        self.lock = RLock()
        self._one, self._exact = one, exact
        self._cases: dict[Any, _Case] = {}

    @property
    def ways(self) -> int:
        """How many programs there are."""
        return sum([len(case.ways) for case in self._cases.values()])

    def __call__(self, args: Sequence[Any], named: dict[str, Any]) -> Any:
        """The results for all samples, put together as `vmap` does; NotImplemented if no program of one gives them."""
        if recorder() is not None or sites() is not None:
            return NotImplemented
        try:
            return self._call(args, named).answer()
        except OtherRoadError:
            return NotImplemented

    def program(self, args: Sequence[Any], named: dict[str, Any]) -> Shown | None:
        """The program of a call, for all of its samples; None if there is none of one."""
        try:
            call = self._call(args, named)
            way = call.case.ways[0] if call.case.ways else call.new_way(0) if call.samples.count else None
        except OtherRoadError:
            return None
        if way is None:
            return None
        run = way.lanes.function if isinstance(way.lanes, PythonLanes) else way.lanes
        return Shown(lifted(way.lanes.one, len(call.samples.columns), call.samples.count), run)

    def _call(self, args: Sequence[Any], named: dict[str, Any]) -> _Call:
        try:
            samples = Samples(args, named, self.in_axes)
        except IrregularError:
            raise OtherRoadError from None
        key = (samples.key, self._one.frozen())
        with self.lock:
            if len(self._cases) >= MOST_CASES and key not in self._cases:
                del self._cases[next(iter(self._cases))]
            case = self._cases.setdefault(key, _Case(samples.kept))
        if case.is_refused:
            raise OtherRoadError
        return _Call(self, case, samples)

    def compiled(self, samples: Samples, i: int) -> _Way:
        """The way that a sample takes.

        Raises:
            UnrecordableError: No program can do what f does.
            TooLargeError: The program is too large.
        """
        found = self._one.recording(samples.recordable(i), samples.named)
        start = time.perf_counter()
        result = found.rebuild(found.outputs)
        form: Form | _Rows
        try:
            form = Form(result, samples.arrays)
        except IrregularError:
            form = _Rows(found)
        pairs = list(zip(found.inputs, samples.is_shared, strict=True))
        own, shared = [[x for x, is_shared in pairs if is_shared is side] for side in (False, True)]
        listing = listed([*own, *shared], form.numbers, found.guards)
        program = straight_program(listing, [1] * len(own) + [len(shared)] * bool(shared))
        is_native = self.backend == "llvm"
        if len(program) > (MOST if is_native else MOST_IN_PYTHON):
            raise TooLargeError(f"the program of one sample has {len(program)} instructions")
        lanes = NativeLanes(program, len(own), self._exact) if is_native else PythonLanes(program)
        self.compile_time += time.perf_counter() - start
        return _Way(lanes, form, tuple([outcome for _, outcome in found.guards]))


class _Rows:
    """Results of one way that cannot be put side by side, but one by one."""

    pattern = None

    def __init__(self, found: Recorded) -> None:
        self.numbers, self.rebuild = found.outputs, found.rebuild

    def room(self, count: int) -> tuple[None, list[Any]]:
        import numpy

        return None, [numpy.empty(count) for _ in self.numbers]


class _Way:
    """One program of a function of a sample."""

    def __init__(self, lanes: NativeLanes | PythonLanes, form: Form | _Rows, outcomes: tuple[bool, ...]) -> None:
        self.lanes, self.form, self.outcomes = lanes, form, outcomes
        self.taken = 0  # by so many samples of the latest call


class _Case:
    """The programs for one structure of samples."""

    def __init__(self, kept: list[Any]) -> None:
        self.kept = kept
        self.ways: list[_Way] = []
        self.is_refused = self.is_complete = False


class _Room(NamedTuple):
    """Where results of one form are."""

    form: Form | _Rows
    finish: Callable[[], Any] | None
    views: list[Any]


class _Call:
    """One call: its samples run by one program, those that go another way by the next, what is left as f does."""

    def __init__(self, mapped: Mapped, case: _Case, samples: Samples) -> None:
        self.mapped, self.case, self.samples = mapped, case, samples

    def answer(self) -> Any:
        import numpy

        samples = self.samples
        if not samples.count:
            return vmap(self.mapped.f, self.mapped.in_axes)(*samples.args, **samples.named)
        self.state = numpy.full(samples.count, OTHERWISE, numpy.int8)
        self.room_of = numpy.zeros(samples.count, int)
        self.rooms: dict[Any, _Room] = {}
        known = iter(self.case.ways[:])
        pending: Any = range(samples.count)
        while len(pending):
            first, way = int(pending[0]), next(known, None)
            is_new = way is None
            way = way or self.new_way(first)
            if way is None:
                break
            self._run(way, pending)
            if is_new and self.state[first] == OTHERWISE:  # near a tie: recorded, it came out otherwise
                self.state[first] = MAY_RAISE
            way.taken = len(pending)
            pending = numpy.flatnonzero(self.state == OTHERWISE)
            way.taken -= len(pending)
        self.case.ways.sort(key=lambda way: -way.taken)
        return self._together(self._eagerly(numpy.flatnonzero(self.state != DONE).tolist()))

    def new_way(self, i: int) -> _Way | None:
        """The way of a sample; None if there is to be none.

        Raises:
            OtherRoadError: No program serves the function.
        """
        mapped, case = self.mapped, self.case
        with mapped.lock:
            if case.is_complete:
                return None
            if len(case.ways) >= mapped.max_ways:
                self._complete(f"it has {mapped.max_ways} ways, as many as max_ways allows; write where")
                return None
            try:
                way = mapped.compiled(self.samples, i)
            except (UnrecordableError, TooLargeError) as error:
                if case.ways:
                    self._complete(str(error))
                    return None
                case.is_refused = True
                raise OtherRoadError from None
            except Exception:  # as f itself will, for this sample
                return None
            if way.outcomes not in [other.outcomes for other in case.ways]:
                case.ways = [*case.ways, way]
            return way

    def _complete(self, reason: str) -> None:
        self.case.is_complete = True
        name = getattr(self.mapped.f, "__qualname__", repr(self.mapped.f)).removeprefix("<locals>.")
        say(f"jit: {name} runs as it is on some samples: {reason}")

    def _run(self, way: _Way, pending: Any) -> None:
        form, samples = way.form, self.samples
        key = form.pattern or id(form)
        if key not in self.rooms:
            self.rooms[key] = _Room(form, *form.room(samples.count))
        self.room_of[picking(pending)] = list(self.rooms).index(key)
        way.lanes.run(Task(samples.columns, samples.shared, self.rooms[key].views, self.state), pending)

    def _eagerly(self, lanes: list[int]) -> dict[int, Any]:
        """The results of f itself for some samples; the first one that raises does so."""
        self.mapped.fallbacks += bool(lanes)
        return {i: self.mapped.f(*self.samples.at(i), **self.samples.named) for i in lanes}

    def _together(self, others: dict[int, Any]) -> Any:
        """All results along a first axis."""
        if len(self.rooms) == 1:
            [(form, finish, views)] = self.rooms.values()
            if finish is not None and self._put(others, form.pattern, views):
                return finish()
        return stacked(self._rows(others), self.samples.arrays)

    def _put(self, others: dict[int, Any], pattern: Any, views: list[Any]) -> bool:
        """Put results of f itself to those of programs; whether they are alike."""
        for i, result in others.items():
            try:
                form = Form(result, self.samples.arrays)
            except IrregularError:
                return False
            if form.pattern != pattern or Value in map(type, form.numbers):
                return False
            for view, x in zip(views, form.numbers, strict=True):
                view[i] = x
        return True

    def _rows(self, others: dict[int, Any]) -> list[Any]:
        import numpy

        rows: list[Any] = [None] * self.samples.count
        for k, (form, _, views) in enumerate(self.rooms.values()):
            lanes = numpy.flatnonzero((self.room_of == k) & (self.state == DONE)).tolist()
            numbers = zip(*[view[lanes].tolist() for view in views], strict=True) if views else [()] * len(lanes)
            for i, row in zip(lanes, numbers, strict=True):
                rows[i] = form.rebuild(list(row))
        for i, result in others.items():
            rows[i] = result
        return rows

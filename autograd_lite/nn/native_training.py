"""Training as native code: one program of a batch's loss, gradient and update, whose numbers stay in memory."""

from __future__ import annotations

import copy
import ctypes
import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from .. import optim
from ..calculus.trees import is_array, kept, replaced, scalars, units
from ..engine import table as ops
from ..engine.bulk import data_of, set_data, set_grads
from ..engine.modes import is_recording, recorder, sites
from ..engine.recorded import gradients
from ..engine.value import Value
from ..programs.arguments import opened
from ..programs.jitting import VARIABLE
from ..programs.observed import Observed
from ..programs.recording import UnrecordableError
from ..programs.resident import Resident
from ..programs.runnable import TooLargeError, has_native

#: The loss of a batch of inputs and targets.
Loss = Callable[[list[Any], list[Any]], Any]

#: So often programs are made anew when something else than numbers has changed; then training goes on without them.
MOST_CHANGES = 3


class NotNativeError(Exception):
    """Why a training has no program."""


def is_installed() -> bool:
    """Whether what programs need is there."""
    return has_native()


def is_off() -> bool:
    """Whether no training is native here and now, whatever is installed."""
    return os.environ.get(VARIABLE) == "0" or recorder() is not None or sites() is not None or not is_recording()


class NativeTraining:
    """The numbers of a training in memory, and the programs that move them on.

    Three buffers take turns, so that there is a whole state at any moment, and the one before. Each has a loss, the
    parameters after its update, what the optimiser remembers, and the gradients that it has followed.

    Args:
        loss: The loss of a batch of inputs and targets.
        watched: What it reads besides numbers, such as the model.
        optimizer: Whose parameters are moved.
        clip: The norm that their gradients are shortened to, if any.
        inputs: All inputs.
        targets: All targets.
        size: How many samples are in a batch.

    Attributes:
        sound: The parameters before the last update that `store` has brought; who has read it sets it to None.

    Raises:
        NotNativeError: There can be no program; says why.
    """

    def __init__(
        self,
        loss: Loss,
        watched: Sequence[Any],
        optimizer: Any,
        clip: float | None,
        inputs: list[Any],
        targets: list[Any],
        size: int,
    ) -> None:
        if not isinstance(optimizer, optim.Optimizer) or not _only_updates(optimizer):
            raise NotNativeError("its optimizer steps in a way of its own; define update() in its place")
        self.loss, self.optimizer, self.clip = loss, optimizer, clip
        self.inputs, self.targets = inputs, targets
        self.sound: list[float] | None = None
        self._watched = [*watched, type(optimizer).update]
        self._changes = 0
        self._programs: dict[int, _Program] = {}
        self._now: int | None = None  # the buffer that is ahead of the Values, if one is
        self._taken = 0  # how many steps since they were the same
        self._read_data()
        self._read_settings()
        self._make_room()
        self._observed = Observed(lambda: [*self._watched, *self._fixed()])
        self._program(min(size, len(inputs)))

    # --- Steps ---

    def begin(self, order: Sequence[int] | None) -> None:
        """Begin an epoch in which samples come in this order, or as they are given."""
        if self._now is None:
            self._look_for_changes()
        self._shuffled = self._rows if order is None else self._rows[order]
        self._settings[:] = self._set()

    def step(self, start: int, count: int) -> float | None:
        """Learn from so many samples of the epoch; their loss before, or None if that is to be done eagerly."""
        try:
            program = self._program(count)
        except NotNativeError:
            self._give_up()
            program = None
        if program is None:
            self.store()
            return None
        if self._now is None:
            self._load()
        now = self._now
        if now is None:
            return None
        after = (now + 1) % len(self._buffers)
        loss = program.run(now, self._shuffled[start:], self._addresses[after])
        if loss is None:
            self.store()
            return None
        self._now = after
        self._taken += 1
        return loss

    def store(self) -> None:
        """Bring all numbers to the Values and the optimiser. All or nothing."""
        if self._now is None:
            return
        if not self._taken:
            self._now = None
            return
        numbers = self._buffers[self._now].tolist()
        state = replaced(self._state, numbers[self._remembered])
        before = self._buffers[self._now - 1][self._moved].tolist()

        def act() -> None:
            self.optimizer.state = state
            set_data(self.parameters, numbers[self._moved])
            set_grads(self.parameters, numbers[self._slopes])
            self.sound, self._now = before, None

        optim.finish(act)

    def _load(self) -> None:
        """Take all numbers from the Values and the optimiser, unless that remembers more or less than it did."""
        state = scalars(self.optimizer.state)
        if len(state) != self._count:
            self._give_up()
            return
        self._buffers[0][self._moved] = data_of(self.parameters)
        self._buffers[0][self._remembered] = state
        for program in self._programs.values():
            program.others[:] = data_of(program.resident.others)
        self._taken = 0
        self._now = 0

    # --- What changes between epochs ---

    def _look_for_changes(self) -> None:
        if self._observed.has_changed():
            self._start_again()
        if self._seen != self._pairs():
            blank = repr(self._blank)
            try:
                self._read_data()
            except NotNativeError:
                self._give_up()
            if repr(self._blank) != blank:
                self._start_again()

    def _give_up(self) -> None:
        """Train eagerly from here on."""
        self._changes = MOST_CHANGES + 1
        self._programs.clear()

    def _start_again(self) -> None:
        self._programs.clear()
        self._read_settings()
        self._make_room()
        self._observed.has_changed()  # the settings that count have: from here on it is asked whether others do
        self._changes += 1

    # --- Numbers ---

    def _pairs(self) -> list[list[Any]]:
        return [[x, y] for x, y in zip(self.inputs, self.targets, strict=True)]

    _rows: Any

    def _read_data(self) -> None:
        """Put all samples into an array, one a row."""
        import numpy

        pairs = self._pairs()
        try:
            rows = [scalars(pair, "fit") for pair in pairs]
        except TypeError as error:
            raise NotNativeError(f"its data are not numbers alone: {error}") from None
        blank = [replaced(pair, [0.0] * len(row)) for pair, row in zip(pairs, rows, strict=True)]
        if len({repr(opened(pair, [], [])) for pair in blank}) > 1:
            raise NotNativeError("its samples differ in their shape")
        if any(type(x) is not float for row in rows for x in row):
            raise NotNativeError("there are Values in its data")
        self._seen = None if any(map(is_array, units(pairs))) else kept(pairs, "fit")
        self._blank = blank[0]
        self._rows = self._shuffled = numpy.array(rows)

    def _read_settings(self) -> None:
        """Find the numbers among the optimiser's settings."""
        import numpy

        self._names = [name for name, x in vars(self.optimizer).items() if name == "_lr" or _is_setting(x)]
        self._settings = numpy.array(self._set())

    def _make_room(self) -> None:
        """Take the parameters and what the optimiser remembers as they are now, and have buffers for as many."""
        import numpy

        self.parameters, self._state = self.optimizer.parameters, self.optimizer.state
        self._count, size = len(scalars(self._state)), len(self.parameters)
        self._moved, self._remembered = slice(1, 1 + size), slice(1 + size, 1 + size + self._count)
        self._slopes = slice(1 + size + self._count, None)
        self._buffers = [numpy.zeros(1 + 2 * size + self._count) for _ in range(3)]
        self._addresses = [buffer.ctypes.data for buffer in self._buffers]

    def _fixed(self) -> list[Any]:
        """The other settings, and which are numbers."""
        own = vars(self.optimizer)
        are_numbers = [name == "_lr" or _is_setting(x) for name, x in own.items()]
        return [are_numbers, *[x for name, x in own.items() if name not in ("state", *self._names)]]

    def _set(self) -> list[float]:
        """The numbers among the optimiser's settings."""
        return scalars([vars(self.optimizer)[name] for name in self._names])

    # --- Programs ---

    def _program(self, count: int) -> _Program | None:
        """The program of a batch of so many samples; None if there have been too many."""
        if count not in self._programs and self._changes <= MOST_CHANGES:
            self.store()
            self._programs[count] = self._made(count)
            self._check(count)
        return self._programs.get(count)

    def _check(self, count: int) -> None:
        """A program has the numbers of the data as Values: its loss must be the same as of what they are."""
        self._load()
        program, self._now = self._programs.get(count), None
        found = program.run(0, self._rows, self._addresses[1]) if program is not None else None
        if found is None:
            return
        try:
            expected = self.loss(self.inputs[:count], self.targets[:count]).data
        except Exception as error:
            raise NotNativeError(f"without it, the loss raises {type(error).__name__}: {error}") from error
        if not math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12):
            raise NotNativeError(f"its loss is {found!r}, as there the data are Values, and {expected!r} without it")

    def _made(self, count: int) -> _Program:
        given = [scalars(self.optimizer.state), self._rows[:count].ravel().tolist(), self._set()]
        try:
            with self._observed.without_draws():
                resident = Resident(self._update, self.parameters, given)
        except (UnrecordableError, TooLargeError) as error:
            raise NotNativeError(str(error)) from None
        except NotNativeError:
            raise
        except Exception as error:
            raise NotNativeError(f"recorded, it raised {type(error).__name__}: {error}") from error
        if self._observed.has_changed():
            raise NotNativeError("it changes what it reads while it computes")
        return _Program(resident, self._addresses, self._moved, self._remembered, self._settings)

    def _update(self, state: list[Any], batch: list[Any], settings: list[Any]) -> list[Any]:
        """The loss of a batch, the parameters after, what the optimiser remembers, and the gradients."""
        width = self._rows.shape[1]
        samples = [replaced(self._blank, batch[at : at + width]) for at in range(0, len(batch), width)]
        loss = self.loss([x for x, _ in samples], [y for _, y in samples])
        slopes: list[Any] = gradients(loss, self.parameters)
        if self.clip is not None and self.clip < math.inf:
            slopes = optim.shortened(slopes, ops.sqrt(ops.dot(slopes, slopes)), self.clip)
        optimizer = copy.copy(self.optimizer)
        own = vars(self.optimizer)
        vars(optimizer).update(zip(self._names, replaced([own[name] for name in self._names], settings), strict=True))
        after, moved = optimizer.update(list(self.parameters), slopes, replaced(self._state, state))
        if repr(replaced(after, [0.0] * len(state))) != repr(replaced(self._state, [0.0] * len(state))):
            raise NotNativeError("what its optimizer remembers changes its shape")
        found = [loss, *moved, *scalars(after), *slopes]
        if {*map(type, found)} != {Value}:
            raise NotNativeError("its optimizer's update() gives plain numbers, which do not follow from the gradients")
        return found


class _Program:
    """A program, and where its inputs are for each of the buffers.

    Attributes:
        others: The data of Values that are read and not moved.
    """

    def __init__(self, resident: Resident, buffers: Sequence[int], moved: slice, remembered: slice, settings: Any):
        import numpy

        self.resident = resident
        self.others = numpy.array(data_of(resident.others))
        shared = [self.others.ctypes.data] if resident.others else []
        has_state = remembered.stop > remembered.start
        self._place = 1 + len(shared) + has_state  # of the samples, among the inputs
        self._tables = []  # for each buffer the addresses of all inputs
        for buffer in buffers:
            state = [buffer + 8 * remembered.start] if has_state else []
            addresses = [buffer + 8 * moved.start, *shared, *state, 0, settings.ctypes.data]
            self._tables.append((ctypes.c_void_p * len(addresses))(*addresses))

    def run(self, now: int, samples: Any, after: int) -> float | None:
        """Go on from a buffer, with some samples, to an address; the loss, or None if it is to be done eagerly."""
        table = self._tables[now]
        table[self._place] = samples.ctypes.data
        flags = self.resident.native.run(table, after)
        return None if flags else ctypes.c_double.from_address(after).value


def _only_updates(optimizer: optim.Optimizer) -> bool:
    """Whether its step is its update, and nothing besides."""
    names = ("step", "zero_grad", "take")
    is_own = any(
        name in vars(optimizer) or getattr(type(optimizer), name) is not getattr(optim.Optimizer, name)
        for name in names
    )
    return not is_own and type(optimizer).update is not optim.Optimizer.update


def _is_setting(x: Any) -> bool:
    """Whether it is a number, or some, of an update; 0 says that something is not done, and is none."""
    return (type(x) is float and x != 0.0) or (type(x) is tuple and set(map(type, x)) == {float})

"""Training as native code against training without: the same numbers, whatever happens on the way."""

from __future__ import annotations

import io
import math
import random
import sys
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from extras import numpy as np
from interrupts import Interrupt
from models import Line, small_model

from autograd_lite import Value, detect_anomaly, losses, nn, no_grad, optim, relu, tanh, watch, where
from autograd_lite.cli.demo import TASKS, _split
from autograd_lite.nn import effort
from autograd_lite.nn import native_training as native

pytest.importorskip("llvmlite", reason="trainings are machine code by it, and it is not installed")

POINTS = [[0.0, 1.0], [1.0, -1.0], [2.0, 0.5], [-1.0, 1.0], [0.5, 0.5]]
NUMBERS = [1.0, -1.0, 0.5, 2.0, 0.0]

OPTIMIZERS: dict[str, Callable[[list[Value]], optim.Optimizer]] = {
    "SGD": lambda p: optim.SGD(p, lr=0.05),
    "momentum": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "Nesterov": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.02, weight_decay=0.01),
    "Adam": lambda p: optim.Adam(p, lr=0.05),
    "Adam, decayed": lambda p: optim.Adam(p, lr=0.05, weight_decay=0.1, eps=1e-3),
    "AdamW": lambda p: optim.AdamW(p, lr=0.05, weight_decay=0.1),
}
#: For each loss how many outputs a model needs, and targets.
LOSSES: dict[str, tuple[int, Any]] = {
    "mse": (1, NUMBERS),
    "mae": (1, NUMBERS),
    "huber": (2, [[y, 3.0 * y] for y in NUMBERS]),
    "hinge": (1, [1, -1, 1, 1, -1]),
    "binary_cross_entropy_with_logits": (1, [0, 1, 0.25, 1, 0]),
    "cross_entropy": (3, [0, 2, 1, 1, 0]),
}


@pytest.fixture
def no_eager_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within it an eager step fails."""

    def step(self: Any) -> None:
        raise AssertionError("an eager step")

    monkeypatch.setattr(optim.Optimizer, "step", step)


class Course:
    """A training, and all numbers that it leaves."""

    def __init__(
        self,
        jit: bool | str,
        model: Any = None,
        *,
        make: Callable[[list[Value]], optim.Optimizer] = OPTIMIZERS["Adam"],
        schedule: Callable[[optim.Optimizer], Any] = lambda optimizer: None,
        callback: Callable[[Course, int], None] | None = None,
        xs: Any = POINTS,
        ys: Any = NUMBERS,
        **settings: Any,
    ) -> None:
        self.model = small_model() if model is None else model
        self.optimizer = make(self.model.parameters())
        self.settings = {"loss": "mse", "epochs": 12, "rng": random.Random(5), "jit": jit, **settings}
        if callback is not None:
            self.settings["callback"] = lambda epoch, loss: callback(self, epoch)
        self.data = xs, ys
        self.schedule = schedule(self.optimizer)
        self.history = self.go_on()

    def go_on(self, **settings: Any) -> nn.History:
        given = {"schedule": self.schedule, "optimizer": self.optimizer, **self.settings, **settings}
        return nn.fit(self.model, *self.data, **given)

    def numbers(self) -> list[float]:
        parameters = self.model.parameters()
        return [
            *self.history.losses,
            *[p.data for p in parameters],
            *[p.grad for p in self.optimizer.parameters],
            *flat(self.optimizer.state),
            self.optimizer.lr,
        ]


def flat(state: Any) -> list[float]:
    return [state] if isinstance(state, float) else list(chain.from_iterable(map(flat, state or [])))


def agree(first: Course, second: Course) -> None:
    assert first.numbers() == pytest.approx(second.numbers(), rel=1e-9, abs=1e-12)


def both(model: Callable[[], Any] = small_model, **settings: Any) -> Course:
    """Train eagerly and natively, hold both equal, and give the native one."""
    eager = Course(False, model(), **settings)
    with pytest.MonkeyPatch.context() as patch:
        no_eager_step.__wrapped__(patch)  # type: ignore[attr-defined]  # what the fixture does
        found = Course(True, model(), **settings)
    agree(found, eager)
    return found


# --- The same numbers ---


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("clip", [None, 0.3, math.inf])
def test_every_optimiser_moves_as_it_does_eagerly(name: str, clip: float | None) -> None:
    both(make=OPTIMIZERS[name], clip=clip, batch_size=2)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("size", [None, 1, 3, 5, 100])
def test_every_loss_and_every_batch_gives_the_same(name: str, size: int | None) -> None:
    outputs, targets = LOSSES[name]
    both(lambda: nn.MLP(2, [4, outputs], rng=random.Random(3)), loss=name, ys=targets, batch_size=size)


def test_probabilities_may_be_targets() -> None:
    shares = [[0.25, 0.75], [1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.125, 0.875]]
    both(lambda: nn.MLP(2, [2], rng=random.Random(3)), loss="cross_entropy", ys=shares, batch_size=2)


@pytest.mark.parametrize("name", ["iris", "moons"])
def test_the_demonstrations_learn_the_same(name: str) -> None:
    task, rng = TASKS[name], random.Random(0)
    (xs, ys), _ = _split(task, *task.load(rng), rng)
    sizes = len(task.features), [task.hidden, len(task.classes)]
    both(
        lambda: nn.MLP(*sizes, activation="tanh", init="xavier", rng=random.Random(1)),
        make=lambda p: optim.Adam(p, lr=task.lr),
        loss="cross_entropy",
        xs=xs,
        ys=ys,
        epochs=task.epochs,
    )


def test_data_may_be_arrays_or_numbers() -> None:
    both(xs=np.array(POINTS), ys=np.array(NUMBERS), batch_size=2)
    both(Line, xs=[0, 1, 2, 3], ys=[1, 3, 5, 7], batch_size=3)


def test_a_loss_of_ones_own_may_read_the_parameters_and_others() -> None:
    scale = Value(0.5)

    def setting() -> dict[str, Any]:
        model = small_model()

        def loss(predictions: Any, targets: Any) -> Any:
            return losses.mse(predictions, targets) + 0.01 * sum(p * p for p in model.parameters()) * scale

        return {"model": lambda: model, "loss": loss}

    eager, found = (Course(jit, (one := setting())["model"](), loss=one["loss"]) for jit in (False, True))
    agree(found, eager)


@pytest.mark.parametrize("make", [optim.RMSprop, optim.Adam])
def test_a_parameter_without_gradient_stays_where_there_is_no_eps(make: Any) -> None:
    found = both(make=lambda p: make(p, lr=0.05, eps=0.0), xs=[[x, 0.0] for x, _ in POINTS])
    before, after = (model.state_dict() for model in (small_model(), found.model))
    assert [after[f"w0[{i},1]"] == before[f"w0[{i},1]"] for i in range(3)] == [True] * 3
    assert after["b1[0]"] != before["b1[0]"]


def test_parameters_that_are_held_fast_stay() -> None:
    found = both(make=lambda p: optim.Adam(p[:4], lr=0.05))
    before, after = small_model().state_dict(), found.model.state_dict()
    assert [before[name] == after[name] for name in before] == [False] * 4 + [True] * (len(before) - 4)


@pytest.mark.parametrize(
    "schedule",
    [
        lambda optimizer: optim.StepLR(optimizer, 3, gamma=0.5),
        lambda optimizer: optim.CosineAnnealingLR(optimizer, T_max=6),  # down to 0 and up again
    ],
)
def test_schedules_step_between_epochs(schedule: Any) -> None:
    both(schedule=schedule, batch_size=2)


def test_a_schedule_of_ones_own_sees_the_parameters() -> None:
    class Watching:
        def __init__(self, optimizer: optim.Optimizer) -> None:
            self.optimizer = optimizer

        def step(self) -> None:
            self.optimizer.lr = 0.01 * (1.0 + abs(self.optimizer.parameters[0].data))

    both(schedule=Watching)


class Slower(optim.Schedule):
    """The farther the first parameter is, the slower; and the decay begins late."""

    def rate(self, t: int) -> float:
        self.optimizer.weight_decay = 0.1 * (t > 4)
        return self.base_lr / (1.0 + abs(self.optimizer.parameters[0].data))


class Shrinking(optim.StepLR):
    """Moves the parameters itself."""

    def step(self) -> None:
        super().step()
        optim.assign(self.optimizer.parameters, [0.9 * p.data for p in self.optimizer.parameters])


@pytest.mark.parametrize("schedule", [Slower, lambda optimizer: Shrinking(optimizer, 3)])
def test_a_schedule_made_from_ours_sees_and_changes_what_it_likes(schedule: Any) -> None:
    both(schedule=schedule)


# --- Callbacks ---


def halve_the_rate(course: Course, epoch: int) -> None:
    course.optimizer.lr *= 0.5


def move_a_parameter(course: Course, epoch: int) -> None:
    if epoch % 3 == 0:
        course.model.parameters()[0].data = 0.25 * epoch


def set_the_decay(course: Course, epoch: int) -> None:
    course.optimizer.weight_decay = 0.01 * (epoch > 5)


def exchange_the_activation(course: Course, epoch: int) -> None:
    if epoch == 4:
        for neuron in course.model.layers[0].neurons:
            neuron.activation = "tanh"


def forget(course: Course, epoch: int) -> None:
    if epoch == 5:
        course.optimizer.state = OPTIMIZERS["Adam"](course.model.parameters()).state


def hold_some_fast(course: Course, epoch: int) -> None:
    if epoch == 4:
        optimizer: Any = course.optimizer
        optimizer.parameters = optimizer.parameters[3:]
        optimizer.state = optimizer.state[0], optimizer.state[1][3:], optimizer.state[2][3:]


def turn_round(course: Course, epoch: int) -> None:
    if epoch == 4:
        course.optimizer.parameters = course.optimizer.parameters[::-1]


CALLBACKS = [
    halve_the_rate, move_a_parameter, set_the_decay, exchange_the_activation, forget, hold_some_fast, turn_round,
]  # fmt: skip


@pytest.mark.parametrize("callback", CALLBACKS)
@pytest.mark.parametrize("size", [None, 2])
def test_what_a_callback_changes_counts(callback: Any, size: int | None) -> None:
    both(callback=callback, batch_size=size)


@pytest.mark.parametrize("as_arrays", [False, True])
def test_data_that_a_callback_changes_count(as_arrays: bool) -> None:
    def shift(course: Course, epoch: int) -> None:
        course.data[0][1][0] += 0.25

    courses = []
    for jit in (False, True):
        xs = np.array(POINTS) if as_arrays else [x[:] for x in POINTS]
        courses.append(Course(jit, callback=shift, xs=xs))
    agree(*courses)


def test_other_values_that_a_callback_moves_count() -> None:
    courses = []
    for jit in (False, True):
        scale = Value(1.0)

        def loss(predictions: Any, targets: Any, scale: Value = scale) -> Any:
            return scale * losses.mse(predictions, targets)

        def move(course: Course, epoch: int, scale: Value = scale) -> None:
            scale.data = 1.0 + 0.5 * epoch
            course.model.parameters()[-1].data = 0.125 * epoch  # held fast by the optimiser

        courses.append(Course(jit, make=lambda p: optim.SGD(p[:-1], lr=0.02), loss=loss, callback=move))
    agree(*courses)


RATE = 1.0


def scaled_loss(predictions: Any, targets: Any) -> Any:
    return RATE * losses.mse(predictions, targets)


def test_a_global_that_a_callback_changes_counts() -> None:
    def change(course: Course, epoch: int) -> None:
        globals()["RATE"] = 2.0 if 4 <= epoch < 12 else 1.0

    both(callback=change, loss=scaled_loss)


def test_what_a_loss_reads_in_a_dict_counts() -> None:
    penalty = {"weight": 0.0}

    def loss(predictions: Any, targets: Any) -> Any:
        return losses.mse(predictions, targets) + penalty["weight"] * predictions[0] ** 2

    def change(course: Course, epoch: int) -> None:
        penalty["weight"] = 0.1 * (4 <= epoch < 12)

    both(callback=change, loss=loss)


def test_what_changes_always_is_done_eagerly() -> None:
    def change(course: Course, epoch: int) -> None:
        globals()["RATE"] = 1.0 + epoch if epoch < 12 else 1.0

    agree(*[Course(jit, callback=change, loss=scaled_loss) for jit in (False, True)])


def test_a_callback_sees_all_numbers_of_its_epoch() -> None:
    seen: dict[bool, list[Any]] = {}
    for jit in (False, True):
        rows = seen.setdefault(jit, [])
        Course(jit, callback=lambda course, epoch, rows=rows: rows.append(list(course.model.state_dict().values())))
    assert len(seen[True]) == 12
    assert list(chain(*seen[True])) == pytest.approx(list(chain(*seen[False])), rel=1e-9)


def test_training_resumes_either_way() -> None:
    courses = [Course(first, batch_size=2) for first in (False, True, False, True)]
    for course, second in zip(courses, (False, False, True, True), strict=True):
        course.history = course.go_on(jit=second)
    for course in courses[1:]:
        agree(course, courses[0])


def test_a_training_is_filmed_the_same() -> None:
    films = []
    for jit in (False, True):
        model = nn.MLP(2, [3, 1], rng=random.Random(1))
        optimizer = optim.Adam(model.parameters(), lr=0.1)
        films.append(watch(model, POINTS, NUMBERS, loss="mse", optimizer=optimizer, epochs=20, jit=jit))
    eager, found = ([frame.loss for frame in film.frames] for film in films)
    assert found == pytest.approx(eager, rel=1e-9)


# --- Interrupted, diverged ---


def states_of(make: Callable[[Any], optim.Optimizer]) -> list[list[float]]:
    """All numbers after each update of two epochs in batches of 3, trained eagerly."""
    model = small_model()
    optimizer = make(model.parameters())
    states = [numbers_of(model, optimizer)]
    step = optimizer.step

    def recorded() -> None:
        step()
        states.append(numbers_of(model, optimizer))

    optimizer.step = recorded  # type: ignore[method-assign]  # to look on
    settings: dict[str, Any] = {"loss": "mse", "optimizer": optimizer, "epochs": 2, "batch_size": 3}
    nn.fit(model, POINTS, NUMBERS, rng=random.Random(5), **settings)
    return states


def is_close(x: float, y: float) -> bool:
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-12)


def numbers_of(model: nn.Module, optimizer: optim.Optimizer) -> list[float]:
    return [*model.state_dict().values(), *flat(optimizer.state)]


def test_ctrl_c_anywhere_leaves_a_whole_state_and_a_history(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[int, Any] = {}
    resident = native.Resident

    def once(f: Any, read: Any, given: Any) -> Any:
        """Programs are made but once: this is not what is interrupted."""
        count = len(given[1])
        if count not in made:
            made[count] = resident(f, read, given)
        return made[count]

    monkeypatch.setattr(native, "Resident", once)
    make = OPTIMIZERS["Adam"]
    whole = states_of(make)
    assert len(whole) == 5
    reached: set[int] = set()
    came, line, updates = True, 0, 0
    Course(True, batch_size=3, epochs=1)
    while came:
        line += 13 if updates else 61
        model = small_model()
        optimizer = make(model.parameters())
        settings: dict[str, Any] = {"loss": "mse", "optimizer": optimizer, "epochs": 2, "batch_size": 3, "jit": True}
        history = nn.History(interrupted=True)
        with Interrupt(line) as interrupt:
            history = nn.fit(
                model, POINTS, NUMBERS, rng=random.Random(5), callback=lambda epoch, loss: None, **settings
            )
        came = interrupt.came
        found = numbers_of(model, optimizer)
        [updates] = [i for i, state in enumerate(whole) if all(map(is_close, found, state))]
        reached.add(updates)
        assert history.interrupted == came
        assert not history.losses or len(history) in (updates // 2, max(0, updates - 1) // 2)  # two updates an epoch
    assert reached == {0, 1, 2, 3, 4}


def steps_to_the_end(jit: bool | str, **settings: Any) -> tuple[Course, str]:
    course = object.__new__(Course)
    with pytest.raises(nn.DivergenceError) as caught:
        course.__init__(jit, **settings)  # type: ignore[misc]  # to have it when it has failed
    course.history = caught.value.history
    return course, str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"make": lambda p: optim.SGD(p, lr=1e3)},  # the loss cannot be computed
        {"make": lambda p: optim.SGD(p, lr=1e3), "loss": lambda ps, ts: sum((p - t) * (p - t) for p, t in zip(ps, ts))},  # noqa: B905  (they are as long)
        {"make": lambda p: optim.SGD(p, lr=1e3), "batch_size": 2, "callback": lambda course, epoch: None},
        {"make": lambda p: optim.SGD(p, lr=1e200), "loss": "mae"},
    ],
)
def test_it_diverges_with_the_same_words_at_the_same_parameters(settings: Any) -> None:
    settings = {"epochs": 1000, "model": None, **settings}
    (eager, told), (found, said) = (steps_to_the_end(jit, **settings) for jit in (False, True))
    assert said == told
    assert found.numbers() == pytest.approx(eager.numbers(), rel=1e-6)


def test_one_step_beyond_a_program_is_done_eagerly() -> None:
    """The norm of the gradients is finite, and its square is not."""
    model = Line
    settings: dict[str, Any] = {
        "loss": lambda ps, ts: sum(1e200 * p for p in ps),
        "xs": [1.0],
        "ys": [0.0],
        "clip": 1.0,
    }
    eager, found = (Course(jit, model(), make=OPTIMIZERS["SGD"], **settings) for jit in (False, True))
    agree(found, eager)


def test_after_steps_beyond_a_program_it_returns_to_its_last_finite_loss() -> None:
    """One step by the program, two with a gradient whose square is infinite, and no loss where they lead."""
    settings: dict[str, Any] = {
        "xs": [1.0],
        "ys": [0.0],
        "loss": lambda ps, ts: where(ps[0] > -0.5, ps[0], where(ps[0] > -2.5, 1e170 * ps[0], math.nan)),
        "callback": lambda course, epoch: None,
        "clip": 1.0,
        "make": lambda p: optim.SGD(p[1:], lr=1.0),
    }
    (eager, told), (found, said) = (steps_to_the_end(jit, model=Line(), **settings) for jit in (False, True))
    assert said == told
    assert found.numbers() == pytest.approx(eager.numbers(), rel=1e-9)
    assert len(found.history) == 3


# --- When there is a program, and when not ---


class Dropout(nn.Module):
    """A line whose input is left out now and then."""

    def __init__(self) -> None:
        self.line = Line()
        self.rng = random.Random(1)

    def parameters(self) -> list[Value]:
        return self.line.parameters()

    def __call__(self, x: Any) -> Any:
        return self.line(x) * float(self.rng.random() < 0.5) + float(random.random() < 0.5)


class Branching(Line):
    def __call__(self, x: Any) -> Any:
        out = super().__call__(x)
        return out if out > 0.5 else tanh(out)


class Counting(Line):
    """Its output changes with how often it was called."""

    calls = 0

    def __call__(self, x: Any) -> Any:
        self.calls += 1
        return super().__call__(x) * (1.0 if self.calls < 60 else 2.0)


class Own(optim.SGD):
    def step(self) -> None:
        super().step()


class Sign(optim.Optimizer):
    """An optimiser that defines its update alone."""

    def update(self, x: list[Any], g: list[Any], state: Any) -> tuple[Any, list[Any]]:
        return state, [a - self.lr * relu(b) for a, b in zip(x, g, strict=True)]


class Constant(optim.SGD):
    """An optimiser that moves a parameter to a plain number."""

    def update(self, x: list[Any], g: list[Any], state: Any) -> tuple[Any, list[Any]]:
        state, moved = super().update(x, g, state)
        return state, [0.5, *moved[1:]]


REFUSED: dict[str, dict[str, Any]] = {
    "do not compute the same": {"model": Dropout},
    "takes a branch on its numbers": {"model": Branching},
    "changes what it reads": {"model": Counting},
    "gives plain numbers": {"make": lambda p: Constant(p, lr=0.05)},
    "steps in a way of its own": {"make": lambda p: Own(p, lr=0.05)},
    "samples differ in their shape": {
        "loss": lambda ps, ts: losses.mse(ps, [0.0] * 5),
        "ys": [[1.0], 1.0, 1.0, 1.0, 1.0],
    },
    "there are Values in its data": {"ys": [Value(1.0)] * 5},
    "there the data are Values": {
        "loss": lambda ps, ts: losses.mse(ps, [2.0 if isinstance(t, int) else 0.0 for t in ts])
    },
    "recorded, it raised": {"loss": lambda ps, ts: losses.mse(ps, [[0.0, 1.0][int(t)] for t in ts])},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_has_no_program_is_told_or_done_eagerly(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: dict[str, Any] = {
        "xs": [0.0, 1.0, 2.0, -1.0, 0.5],
        "ys": [0, 1, 0, 1, 1],
        "model": Line,
        **REFUSED[reason],
    }
    make = settings.pop("model")
    with pytest.raises(TypeError, match=f"^fit: jit=True, but there can be no program: .*{reason}"):
        Course(True, make(), **settings)
    monkeypatch.setattr(effort, "pays", lambda *counts: True)
    random.seed(1)
    expected = Course(False, make(), **settings)
    random.seed(1)
    found = Course("auto", make(), **settings)
    if make is not Counting:  # which the recordings have called
        assert found.numbers() == expected.numbers()


def test_an_optimiser_of_ones_own_may_have_a_program() -> None:
    found = both(make=lambda p: Sign(p, lr=0.05))
    assert found.optimizer.state is None


def test_long_trainings_have_a_program_and_short_ones_none(no_eager_step: None) -> None:
    with pytest.raises(AssertionError, match="an eager step"):
        Course("auto", epochs=300)
    Course("auto", epochs=100_000, callback=stop_at_3)


def stop_at_3(course: Course, epoch: int) -> None:
    if epoch == 3:
        raise KeyboardInterrupt


@pytest.mark.parametrize("jit", ["auto", True])
def test_the_variable_turns_it_off(jit: Any, monkeypatch: pytest.MonkeyPatch, no_eager_step: None) -> None:
    monkeypatch.setenv("AUTOGRAD_LITE_JIT", "0")
    with pytest.raises(AssertionError, match="an eager step"):
        Course(jit, epochs=100_000)


def test_without_a_memory_there_is_nothing_to_learn_from(no_eager_step: None) -> None:
    with no_grad(), pytest.raises(AssertionError, match="an eager step"):
        Course(True)


def test_the_progress_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", out := Terminal())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    course = Course(True, epochs=20)
    lines = out.getvalue().splitlines()
    assert lines[-1] == f"epoch 20 of 20: loss {course.history.losses[-1]:.4g}"
    assert len(lines) == 10


def test_with_anomalies_looked_for_each_node_is_made(no_eager_step: None) -> None:
    with detect_anomaly(), pytest.raises(AssertionError, match="an eager step"):
        Course(True)


def test_without_the_packages_it_is_said_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "is_installed", lambda: False)
    with pytest.raises(
        ImportError, match=r'^fit: jit=True needs NumPy and llvmlite: pip install "autograd_lite\[native\]"$'
    ):
        Course(True)
    monkeypatch.setattr(effort, "pays", lambda *counts: True)
    assert Course("auto", epochs=3).numbers() == Course(False, epochs=3).numbers()


def test_other_words_are_refused() -> None:
    for wrong in ("yes", None, 2):
        with pytest.raises(ValueError, match=f'^fit: jit must be True, False or "auto", got {wrong!r}$'):
            Course(wrong)  # type: ignore[arg-type]  # the mistake

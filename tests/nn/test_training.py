"""Training: the loop that `fit` is, what it refuses, where it stops, and what an interrupt leaves."""

from __future__ import annotations

import io
import math
import random
import sys
from types import ModuleType
from typing import Any

import pytest
from comparing import close
from extras import numpy as np
from interrupts import Interrupt
from models import Line, sgd, small_model

from autograd_lite import losses, nn, optim

POINTS, TARGETS = [[0.0, 1.0], [1.0, -1.0], [2.0, 0.5], [-1.0, 1.0], [0.5, 0.5]], [1.0, -1.0, 0.5, 2.0, 0.0]


def fit(model: nn.Module, **settings: Any) -> nn.History:
    defaults: dict[str, Any] = {"loss": "mse", "optimizer": sgd(model), "epochs": 3}
    return nn.fit(model, POINTS, TARGETS, **{**defaults, **settings})


def test_fit_is_the_loop_written_out() -> None:
    model, other = small_model(), small_model()
    history = fit(model, epochs=5)
    expected = []
    for _ in range(5):
        loss = losses.mse([other(x) for x in POINTS], TARGETS)
        expected.append(loss.data)
        other.zero_grad()
        loss.backward()
        for p in other.parameters():
            p.data -= 0.05 * p.grad
    assert history.losses == expected
    assert model.state_dict() == other.state_dict()
    assert (len(history), history.interrupted) == (5, False)
    assert repr(history) == f"History of 5 epochs: loss {expected[0]:.6g} to {expected[-1]:.6g}"


@pytest.mark.parametrize("size", [1, 2, 4, 5, 100])
def test_each_epoch_sees_every_sample_once_in_batches(size: int) -> None:
    batches: list[list[float]] = []

    def loss(predictions: Any, targets: Any) -> Any:
        batches.append(targets)
        return losses.mse(predictions, targets)

    fit(small_model(), loss=loss, epochs=3, batch_size=size, rng=random.Random(1))
    sizes = [len(batch) for batch in batches[1:]]  # the first one tries the loss out
    assert sizes == ([size] * (5 // size) + ([5 % size] if 5 % size else [])) * 3
    per_epoch = len(sizes) // 3
    epochs = [[y for batch in batches[1 + per_epoch * e :][:per_epoch] for y in batch] for e in range(3)]
    assert all(sorted(epoch) == sorted(TARGETS) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 1


def test_the_loss_of_an_epoch_is_the_mean_over_its_samples() -> None:
    model = small_model()
    history = fit(model, optimizer=sgd(model, lr=0.0), epochs=2, batch_size=2)
    expected = losses.mse([model(x).data for x in POINTS], TARGETS)
    assert history.losses == [close(expected)] * 2


def test_the_order_comes_from_the_generator() -> None:
    def course(rng: random.Random | None) -> list[float]:
        return fit(small_model(), batch_size=1, rng=rng, epochs=2).losses

    assert course(random.Random(3)) == course(random.Random(3)) != course(random.Random(4))
    random.seed(3)
    assert course(None) == course(random.Random(3))


def test_no_epochs_train_nothing() -> None:
    model = small_model()
    before = model.state_dict()
    history = fit(model, epochs=0)
    assert history.losses == []
    assert repr(history) == "History of 0 epochs"
    assert model.state_dict() == before


def test_data_may_be_arrays() -> None:
    model, other = small_model(), small_model()
    a = nn.fit(model, np.array(POINTS), np.array(TARGETS), loss="mse", optimizer=sgd(model), epochs=2, batch_size=None)
    assert a.losses == fit(other, epochs=2).losses


def test_many_classes_and_many_outputs() -> None:
    model = nn.MLP(2, [3], rng=random.Random(1))
    history = nn.fit(
        model, POINTS, [0, 1, 2, 0, 1], loss="cross_entropy", optimizer=optim.Adam(model.parameters(), 0.1), epochs=40
    )
    assert history.losses[-1] < 0.5 * history.losses[0]
    model = nn.MLP(2, [2], rng=random.Random(1))
    targets = [[x + y, x - y] for x, y in POINTS]
    nn.fit(model, POINTS, targets, loss=losses.mse, optimizer=sgd(model, 0.5), epochs=300)
    assert list(model.state_dict().values()) == pytest.approx([1, 1, 0, 1, -1, 0], abs=1e-6)


# --- Schedules and clipping ---


def test_a_schedule_steps_after_every_epoch() -> None:
    model, other = small_model(), small_model()
    optimizer = sgd(model)
    history = fit(model, optimizer=optimizer, schedule=optim.StepLR(optimizer, step_size=2, gamma=0.5), epochs=5)
    expected = []
    for lr in (0.05, 0.05, 0.025, 0.025, 0.0125):
        expected += fit(other, optimizer=sgd(other, lr), epochs=1).losses
    assert history.losses == expected
    assert model.state_dict() == other.state_dict()
    assert optimizer.lr == 0.0125


def test_a_schedule_steps_once_however_many_batches_there_are() -> None:
    model = small_model()
    optimizer = sgd(model)
    schedule = optim.CosineAnnealingLR(optimizer, T_max=4)
    fit(model, optimizer=optimizer, schedule=schedule, epochs=3, batch_size=1)
    assert (schedule.time, optimizer.lr) == (3, schedule.rate(3))
    fit(model, optimizer=optimizer, schedule=schedule, epochs=1)
    assert (schedule.time, optimizer.lr) == (4, 0.0)


def test_gradients_are_clipped_before_each_update() -> None:
    model, other = small_model(), small_model()
    fit(model, clip=0.5, epochs=4)
    norms = []
    optimizer = sgd(other)
    for _ in range(4):
        optimizer.zero_grad()
        losses.mse([other(x) for x in POINTS], TARGETS).backward()
        norms.append(math.hypot(*[p.grad for p in other.parameters()]))
        shorter = min(1.0, 0.5 / (norms[-1] + 1e-6))
        for p in other.parameters():
            p.data -= 0.05 * (shorter * p.grad)
    assert max(norms) > 0.5
    assert model.state_dict() == pytest.approx(other.state_dict(), rel=1e-12)


def test_a_wide_clip_clips_nothing() -> None:
    model, other = small_model(), small_model()
    assert fit(model, clip=math.inf, epochs=3).losses == fit(other, epochs=3).losses
    assert model.state_dict() == other.state_dict()


def test_clipping_tames_a_step_that_would_explode() -> None:
    with pytest.raises(nn.DivergenceError):
        fit(model := small_model(), optimizer=sgd(model, lr=1e3), epochs=100)
    model = small_model()
    assert len(fit(model, optimizer=sgd(model, lr=1e3), clip=1e-4, epochs=100)) == 100


def test_a_gradient_without_a_length_stops_training() -> None:
    line = Line()
    with pytest.raises(nn.DivergenceError, match="the norm of the gradients is nan or infinite; the model has"):
        nn.fit(
            line,
            [1e308],
            [1.0],
            loss=lambda predictions, targets: sum(1e10 * p for p in predictions),
            optimizer=optim.SGD(line.parameters(), lr=0.1),
            clip=1.0,
            epochs=1,
        )
    assert line.state_dict() == {"p0": 0.0, "p1": 0.0}


def test_schedules_and_clips_that_cannot_be_are_refused_before_anything_moves() -> None:
    model = small_model()
    wrong: list[tuple[dict[str, Any], Any, str]] = [
        ({"schedule": optim.StepLR(sgd(model), 10)}, ValueError, "schedule belongs to another optimizer"),
        ({"schedule": optim.StepLR}, TypeError, r"schedule must be one such as optim\.StepLR\(.*\), got <class"),
        ({"schedule": 0.1}, TypeError, r"schedule must be one such as .*, got 0\.1"),
        ({"clip": "1"}, TypeError, "clip: needs a real number, got '1'"),
        *[({"clip": bad}, ValueError, f"clip must be at least 0, got {bad!r}") for bad in (-1, math.nan)],
    ]
    for settings, error, message in wrong:
        with pytest.raises(error, match=f"^fit: {message}"):
            fit(model, **settings)
    assert model.state_dict() == small_model().state_dict()


# --- What training refuses ---


def test_what_makes_no_training_is_refused_before_anything_moves() -> None:
    model = small_model()
    before = model.state_dict()
    settings: dict[str, Any] = {"loss": "mse", "optimizer": sgd(model), "epochs": 1}
    wrong: list[tuple[Any, Any, dict[str, Any], str]] = [
        ([], [], {}, "got 0 xs and 0 ys"),
        (POINTS, TARGETS[:-1], {}, "got 5 xs and 4 ys"),
        (POINTS, TARGETS, {"batch_size": 0}, "batch_size must be at least 1, got 0"),
        (POINTS, TARGETS, {"epochs": -1}, "epochs must be at least 0, got -1"),
        (POINTS, TARGETS, {"loss": "msee"}, "mse, mae, huber, .*, got 'msee'"),
        (POINTS, TARGETS, {"optimizer": sgd(small_model())}, "moves none of the model's parameters"),
        # Labels and sizes in the last sample, with batches before it.
        (POINTS, [1, 1, 1, 1, 0], {"loss": "hinge", "batch_size": 1}, "must be -1 or 1, got 0"),
        ([*POINTS[:-1], [1.0]], TARGETS, {"batch_size": 1}, "needs 2 inputs, got 1"),
        (POINTS, [[y] for y in TARGETS], {}, "one shape"),
        (POINTS, [0, 1, 0, 0, 0], {"loss": "cross_entropy"}, "needs one output for each class"),
    ]
    for xs, ys, change, message in wrong:
        with pytest.raises(ValueError, match=message):
            nn.fit(model, xs, ys, **{**settings, **change})
        assert model.state_dict() == before
    with pytest.raises(TypeError, match=r"loss must return a Value, got 1\.0"):
        fit(model, loss=lambda predictions, targets: 1.0)
    with pytest.raises(TypeError, match=r"rng must be a random\.Random"):
        fit(model, rng=3)


def test_settings_of_a_wrong_kind_are_refused_by_name() -> None:
    model = small_model()
    for settings, message in [
        ({"loss": 3}, "fit: loss must be a function or one of mse, .*, got 3"),
        ({"loss": None}, "fit: loss must be a function or one of mse, .*, got None"),
        ({"loss": ["mse"]}, r"fit: loss must be a function or one of mse, .*, got \['mse'\]"),
        ({"optimizer": "adam"}, r"fit: optimizer must be one such as optim\.Adam\(.*\), got 'adam'"),
        ({"optimizer": optim.Adam}, "fit: optimizer must be one such as .*, got <class .*Adam'>"),
        ({"epochs": "3"}, "fit: epochs must be a whole number, got '3'"),
        ({"epochs": 2.5}, r"fit: epochs must be a whole number, got 2\.5"),
        ({"batch_size": 2.0}, r"fit: batch_size must be a whole number, got 2\.0"),
    ]:
        with pytest.raises(TypeError, match=f"^{message}$"):
            fit(model, **settings)
    assert model.state_dict() == small_model().state_dict()
    for no_model in (lambda x: x[0], None):
        with pytest.raises(TypeError, match=r"^fit: model must be one such as nn.MLP, which is called and has param"):
            nn.fit(no_model, [[1.0, 2.0]], [1.0], loss="mse", optimizer=sgd(model), epochs=1)  # type: ignore[arg-type]  # the mistake


def test_a_loss_that_explodes_stops_training_at_the_last_finite_parameters() -> None:
    model = small_model()
    seen: list[tuple[float, dict[str, float]]] = []

    def loss(predictions: Any, targets: Any) -> Any:
        out = sum((p - t) * (p - t) for p, t in zip(predictions, targets, strict=True))
        seen.append((out.data, model.state_dict()))
        return out

    with pytest.raises(nn.DivergenceError, match="smaller learning rate") as caught:
        fit(model, loss=loss, optimizer=sgd(model, lr=1e3), epochs=1000)
    finite = [state for data, state in seen if math.isfinite(data)]
    assert model.state_dict() == finite[-1]
    assert all(map(math.isfinite, model.state_dict().values()))
    assert 1 <= len(caught.value.history) < 1000
    assert (
        caught.value.history.losses
        == [data for data, _ in seen[1:] if math.isfinite(data)][: len(caught.value.history)]
    )


def test_a_loss_that_cannot_be_computed_stops_training() -> None:
    model = small_model()
    with pytest.raises(nn.DivergenceError, match=r"cannot be computed: .* too large for a float"):
        fit(model, optimizer=sgd(model, lr=1e3), epochs=1000)  # the square of mse overflows
    assert all(map(math.isfinite, model.state_dict().values()))
    assert math.isfinite(losses.mse([model(x) for x in POINTS], TARGETS).data)


def test_a_step_to_infinity_is_taken_back() -> None:
    line = Line()
    with pytest.raises(nn.DivergenceError, match="a parameter became nan or infinite"):
        nn.fit(line, [1e200], [1.0], loss="mae", optimizer=optim.SGD(line.parameters(), lr=1e200), epochs=1)
    assert line.state_dict() == {"p0": 0.0, "p1": 0.0}


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_data_that_are_not_finite_stop_training_before_it_begins(bad: float) -> None:
    model = small_model()
    before = model.state_dict()
    with pytest.raises(nn.DivergenceError, match=f"the loss is {bad}.*look for nan, inf"):
        nn.fit(model, POINTS, [bad, *TARGETS[1:]], loss="mae", optimizer=sgd(model), epochs=3)
    assert model.state_dict() == before


# --- Interrupted ---


def states_of(epochs: int, size: int) -> list[dict[str, float]]:
    """The model after each update."""
    model, states = small_model(), [small_model().state_dict()]
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.5)
    step = optimizer.step

    def recorded() -> None:
        step()
        states.append(model.state_dict())

    optimizer.step = recorded
    fit(model, optimizer=optimizer, epochs=epochs, batch_size=size, rng=random.Random(1))
    return states


def test_ctrl_c_anywhere_leaves_a_whole_state_and_a_history() -> None:
    whole = states_of(2, 3)
    assert len(whole) == 5
    reached: set[int] = set()
    for line in range(500, 20_000, 97):
        model = small_model()
        optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.5)
        with Interrupt(line):
            history = fit(model, optimizer=optimizer, epochs=2, batch_size=3, rng=random.Random(1))
        assert model.state_dict() in whole
        updates = whole.index(model.state_dict())
        reached.add(updates)
        assert len(history) in (updates // 2, max(0, updates - 1) // 2)  # two updates an epoch
        if not history.interrupted:
            break
        assert "interrupted" in repr(history)
        fit(model, optimizer=optimizer, epochs=1)  # and training can go on
    assert not history.interrupted
    assert reached == {0, 1, 2, 3, 4}


def test_the_history_of_an_interrupted_training_has_its_whole_epochs() -> None:
    model, expected = small_model(), fit(other := small_model(), epochs=3).losses
    calls = 0

    def loss(predictions: Any, targets: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return losses.mse(predictions, targets)

    history = fit(model, loss=loss, epochs=100)
    assert history.losses == expected
    assert history.interrupted
    assert model.state_dict() == other.state_dict()


# --- Progress ---


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """In place of stderr; no fixture, as pytest sets its own stderr after fixtures are made."""
    out = Terminal()
    monkeypatch.setattr(sys, "stderr", out)
    return out


def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tqdm")
    out = terminal(monkeypatch)
    fit(small_model(), epochs=30)
    assert "30/30" in out.getvalue()
    assert "loss" in out.getvalue()


def test_a_terminal_without_tqdm_shows_about_ten_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    out = terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    fit(small_model(), epochs=25)
    lines = out.getvalue().splitlines()
    assert 10 <= len(lines) <= 13
    assert lines[0].startswith("epoch 2 of 25: loss ")
    assert lines[-1].startswith("epoch 25 of 25: loss ")


def test_a_notebook_shows_plain_lines(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    out = terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    fit(small_model(), epochs=3)
    assert out.getvalue() == ""
    assert [line[:13] for line in capsys.readouterr().out.splitlines()] == [f"epoch {i} of 3:" for i in (1, 2, 3)]


def test_elsewhere_nothing_is_shown(monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    out = terminal(monkeypatch)
    fit(small_model(), epochs=3, progress=False)
    assert out.getvalue() == ""
    for stderr in (io.StringIO(), None):
        monkeypatch.setattr(sys, "stderr", stderr)
        fit(small_model(), epochs=3)
        assert stderr is None or stderr.getvalue() == ""
    assert capfd.readouterr() == ("", "")

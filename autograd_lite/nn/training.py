"""`fit`, which trains a model, and what it tells while it does."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .. import data, losses, optim
from ..engine.bulk import data_of
from ..engine.numbers import check_samples, number, whole
from ..engine.value import Value
from . import effort

if TYPE_CHECKING:
    from .native_training import NativeTraining


@dataclass
class History:
    """What `fit` has seen.

    Attributes:
        losses: For each complete epoch the mean loss over its samples, each taken just before its batch's update.
        interrupted: Whether Ctrl-C ended the training early.
    """

    losses: list[float] = field(default_factory=list)
    interrupted: bool = False

    def __len__(self) -> int:
        return len(self.losses)

    def __repr__(self) -> str:
        course = f": loss {self.losses[0]:.6g} to {self.losses[-1]:.6g}" if self.losses else ""
        return f"History of {len(self)} epochs{course}{', interrupted' if self.interrupted else ''}"


class DivergenceError(ArithmeticError):
    """The loss or a parameter is no longer finite; ``history`` has the epochs before."""

    history: History


class Model(Protocol):
    """What `fit` asks of a model."""

    def __call__(self, x: Any) -> Any: ...
    def parameters(self) -> Sequence[Value]: ...


class Optimizer(Protocol):
    """What `fit` asks of an optimiser."""

    @property
    def parameters(self) -> Sequence[Value]: ...
    def zero_grad(self) -> None: ...
    def step(self) -> None: ...


class Schedule(Protocol):
    """What `fit` asks of a learning-rate schedule."""

    @property
    def optimizer(self) -> Optimizer: ...
    def step(self) -> None: ...


def fit(
    model: Model,
    xs: Iterable[Any],
    ys: Iterable[Any],
    *,
    loss: str | Callable[[Any, Any], Any],
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    schedule: Schedule | None = None,
    clip: float | None = None,
    rng: random.Random | None = None,
    progress: bool = True,
    callback: Callable[[int, float], object] | None = None,
    jit: bool | str = "auto",
) -> History:
    """Train a model: for every batch predict, take the loss, go backward, step.

    Before anything moves, the loss of all samples is taken once, so that every size and label is checked.
    Ctrl-C ends the training: the model has the parameters of its last whole update, and the history says so.

    With ``pip install "autograd_lite[native]"`` a training that is long enough runs as machine code: loss, gradient and
    update of a batch are recorded once as a program, whose numbers stay in memory. What the optimiser moves and what it
    remembers, and in ``grad`` what it followed last, clipped, are in their places whenever ``callback`` is called and
    when `fit` returns or raises; they differ from those of eager training in the last digits. Model and loss must only
    compute: what a callback changes in them, in what they read by name or in the data counts, not what it changes in
    modules or in a model's class. They are not called for every batch, and are given numbers of the data as Values; a
    loss that is another by that, as one that asks ``isinstance(y, int)``, has no program.

    Args:
        model: Called with one entry of ``xs`` it returns a prediction.
        xs: The inputs, one entry for each sample.
        ys: The targets, as many, as ``loss`` wants them.
        loss: A function of a batch's predictions and targets, or the name of one of `losses`.
        optimizer: Moves the model's parameters.
        epochs: How often every sample is seen, 0 or more.
        batch_size: After how many samples the parameters are updated, the order being random in each epoch;
            if None after all of them, in the order given.
        schedule: Steps once after every epoch, such as ``optim.StepLR(optimizer, step_size=10)``.
        clip: The norm to which the gradients of all parameters together are shortened before each update, by
            `optim.clip_grad_norm`.
        rng: A `random.Random` for the order; the `random` module's global state if None.
        progress: Whether to show the loss while training, on a terminal or in a notebook; nowhere else.
        callback: Called after each complete epoch with its number, counted from 1, and its loss.
        jit: False for no machine code, True to raise where there can be none, such as a model that draws random numbers
            or takes a branch on them; "auto" then trains without, and also where it would not pay. With
            ``AUTOGRAD_LITE_JIT=0`` there is none.

    Returns:
        The losses, epoch by epoch.

    Raises:
        ValueError: There are no samples, a number or a length is wrong, a target is nothing that the loss can
            mean, or the optimiser moves none of the model's parameters.
        TypeError: A setting is of the wrong kind, or ``jit=True`` and there can be no program.
        ImportError: ``jit=True`` and what it needs is not installed.
        DivergenceError: The loss or a parameter became nan or infinite; the model has the parameters of its last
            finite loss.

    >>> from autograd_lite import nn
    >>> model = nn.MLP(1, [1])
    >>> model.load_state_dict({"w0[0,0]": 0.0, "b0[0]": 0.0})
    >>> fit(model, [[1.0]], [2.0], loss="mse", optimizer=optim.SGD(model.parameters(), lr=0.25), epochs=2)
    History of 2 epochs: loss 4 to 0
    """
    inputs, targets = list(xs), list(ys)
    check_samples(inputs, targets, "fit")
    whole(epochs, "fit: epochs", least=0)
    size = len(inputs) if batch_size is None else whole(batch_size, "fit: batch_size")
    training = _Training(model, loss, optimizer, schedule, clip, inputs, targets)
    if callback is not None and not callable(callback):
        raise TypeError(f"fit: callback must be a function of an epoch and its loss, got {callback!r}")
    if jit not in (True, False, "auto"):
        raise ValueError(f'fit: jit must be True, False or "auto", got {jit!r}')
    source = data.generator(rng)
    history = History()
    try:
        training.try_out()
        training.choose(jit, size, epochs)
        with _progress(epochs, progress) as tell:
            for epoch in range(1, epochs + 1):
                order = list(range(len(inputs)))
                if batch_size is not None:
                    source.shuffle(order)
                training.begin(None if batch_size is None else order)
                total = 0.0
                for start in range(0, len(order), size):
                    batch = order[start : start + size]
                    total += training.update(start, batch) * len(batch)
                history.losses.append(total / len(order))
                training.follow(schedule)
                tell(epoch, history.losses[-1])
                if callback is not None:
                    training.store()
                    callback(epoch, history.losses[-1])
        training.store()
    except KeyboardInterrupt:
        history.interrupted = True
    except DivergenceError as error:
        error.history = history
        error.add_note(f"after {len(history)} complete epochs")
        raise
    finally:
        training.store()
    return history


class _Training:
    """One run of `fit`: its parts, and the parameters to return to."""

    def __init__(
        self,
        model: Model,
        loss: Any,
        optimizer: Optimizer,
        schedule: Schedule | None,
        clip: float | None,
        inputs: list[Any],
        targets: list[Any],
    ) -> None:
        self.loss = losses.named(loss, "fit")
        if not _has(optimizer, "parameters", "zero_grad", "step"):
            raise TypeError(f"fit: optimizer must be one such as optim.Adam(model.parameters()), got {optimizer!r}")
        if not (callable(model) and _has(model, "parameters")):
            raise TypeError(
                f"fit: model must be one such as nn.MLP, which is called and has parameters(), got {model!r}"
            )
        if not {id(p) for p in model.parameters()} & {id(p) for p in optimizer.parameters}:
            raise ValueError("fit: the optimizer moves none of the model's parameters; give it model.parameters()")
        if schedule is not None and not _has(schedule, "optimizer", "step"):
            raise TypeError(f"fit: schedule must be one such as optim.StepLR(optimizer, 10), got {schedule!r}")
        if schedule is not None and schedule.optimizer is not optimizer:
            raise ValueError("fit: schedule belongs to another optimizer; make it from the one that is given to fit")
        self.model, self.optimizer = model, optimizer
        self.inputs, self.targets = inputs, targets
        self.clip = None if clip is None else number(clip, "fit: clip", least=0.0)
        self.sound = data_of(optimizer.parameters)
        self.native: NativeTraining | None = None
        self.size = 0  # of the graph of one sample

    def try_out(self) -> None:
        """Take the loss of all samples, without their graphs; see how large that of one is."""

        def predict(x: Any) -> Any:
            prediction = self.model(x)
            self.size = self.size or effort.size_of(prediction)
            return _detached(prediction)

        loss = self._loss(predict, self.inputs, self.targets)
        self.size += effort.size_of(loss) // len(self.inputs)

    def choose(self, jit: bool | str, size: int, epochs: int) -> None:
        """Train natively from here on, if that is asked for and can be."""
        if not jit:
            return
        if jit == "auto" and not effort.pays(self.size, len(self.inputs), size, epochs):
            return
        from . import native_training as native

        if native.is_off() or (jit == "auto" and not native.is_installed()):
            return
        if not native.is_installed():
            raise ImportError('fit: jit=True needs NumPy and llvmlite: pip install "autograd_lite[native]"')
        try:
            self.native = native.NativeTraining(
                lambda xs, ys: self._value([self.model(x) for x in xs], ys),
                [self.model, self.loss],
                self.optimizer,
                self.clip,
                self.inputs,
                self.targets,
                size,
            )
        except native.NotNativeError as error:
            if jit is True:
                raise TypeError(f"fit: jit=True, but there can be no program: {error}") from error

    def begin(self, order: list[int] | None) -> None:
        """Begin an epoch in which samples come in this order, or as they are given."""
        if self.native is not None:
            self.native.begin(order)

    def update(self, start: int, batch: Sequence[int]) -> float:
        """Learn from one batch, which starts at this place of the epoch; returns its loss before."""
        if self.native is not None:
            mean = self.native.step(start, len(batch))
            if mean is not None:
                return mean
            self.sound, self.native.sound = self.native.sound or self.sound, None
        out = self._loss(self.model, [self.inputs[i] for i in batch], [self.targets[i] for i in batch])
        self.sound = data_of(self.optimizer.parameters)
        self.optimizer.zero_grad()
        out.backward()
        self._clip()
        self.optimizer.step()
        if not all(map(math.isfinite, data_of(self.optimizer.parameters))):
            raise self._diverged("a parameter became nan or infinite")
        return out.data

    def follow(self, schedule: Schedule | None) -> None:
        """Let the schedule step; one that is none of `optim` may look at the parameters, and change other settings."""
        if schedule is not None:
            if type(schedule) not in (optim.StepLR, optim.CosineAnnealingLR):
                self.store()
            schedule.step()

    def store(self) -> None:
        """Have all numbers in the parameters and the optimiser."""
        if self.native is not None:
            self.native.store()

    def _clip(self) -> None:
        if self.clip is not None:
            try:
                optim.clip_grad_norm(self.optimizer.parameters, self.clip)
            except ArithmeticError as error:
                raise self._diverged("the norm of the gradients is nan or infinite") from error

    def _loss(self, predict: Callable[[Any], Any], xs: list[Any], ys: list[Any]) -> Value:
        try:
            out = self._value([predict(x) for x in xs], ys)
        except ArithmeticError as error:
            raise self._diverged(f"the loss cannot be computed: {error}") from error
        if not math.isfinite(out.data):
            raise self._diverged(f"the loss is {out.data}")
        return out

    def _value(self, predictions: list[Any], ys: list[Any]) -> Value:
        if self.loss is losses.cross_entropy and type(predictions[0]) is Value:
            raise ValueError(
                "cross_entropy needs one output for each class, and this model has one output; "
                "for two classes use binary_cross_entropy_with_logits"
            )
        out = self.loss(predictions, ys)
        if type(out) is not Value:
            raise TypeError(f"loss must return a Value, got {out!r}")
        return out

    def _diverged(self, reason: str) -> DivergenceError:
        optim.assign(self.optimizer.parameters, self.sound)
        return DivergenceError(
            f"{reason}; the model has the parameters of its last finite loss. "
            "Try a smaller learning rate, and look for nan, inf and very large numbers in the data"
        )


def _has(x: Any, *names: str) -> bool:
    return all(hasattr(x, name) for name in names)


def _detached(prediction: Any) -> Any:
    if type(prediction) is Value:
        return prediction.detach()
    return [_detached(p) for p in prediction] if isinstance(prediction, list | tuple) else prediction


@contextmanager
def _progress(epochs: int, wanted: bool) -> Iterator[Callable[[int, float], None]]:
    """What is told the loss of each epoch: a bar, lines, or nobody."""
    notebook = "ipykernel" in sys.modules
    if not wanted or not (notebook or (sys.stderr is not None and sys.stderr.isatty())):
        yield lambda epoch, loss: None
        return
    tqdm = None if notebook else _tqdm()
    if tqdm is None:
        yield _lines(epochs, notebook)
        return
    with tqdm(total=epochs, unit="epoch") as bar:

        def tell(epoch: int, loss: float) -> None:
            bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
            bar.update()

        yield tell


def _tqdm() -> Any:
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        return None
    return tqdm


def _lines(epochs: int, notebook: bool) -> Callable[[int, float], None]:
    """About ten lines in all."""
    every = max(1, epochs // 10)

    def tell(epoch: int, loss: float) -> None:
        if epoch % every == 0 or epoch == epochs:
            print(f"epoch {epoch} of {epochs}: loss {loss:.4g}", file=sys.stdout if notebook else sys.stderr)

    return tell

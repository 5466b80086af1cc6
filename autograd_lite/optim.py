"""Optimisers: how parameters follow their gradients downhill."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .operations import number
from .value import Value


class Optimizer:
    """What all optimisers have in common. One of your own defines ``step()``, and may use `assign`.

    Args:
        parameters: The leaves to move, such as ``model.parameters()``; any iterable.
        lr: The learning rate η, 0 or above.
        weight_decay: λ; adds λ·parameter to each gradient, the gradient of ½λ‖parameters‖².

    Raises:
        TypeError: ``parameters`` is no iterable of Values, or a setting is no number.
        ValueError: There are none, one is there twice or was computed from others, or a number is out of its range.
    """

    _state: Any

    def __init__(self, parameters: Iterable[Value], lr: float, weight_decay: float = 0.0) -> None:
        self.parameters = _checked(parameters, type(self).__name__)
        self.lr = lr
        self.weight_decay = _number(weight_decay, "weight_decay")

    @property
    def lr(self) -> float:
        """The learning rate; may be assigned between steps."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = _number(lr, "lr")

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, before the next backward pass."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def step(self) -> None:
        """Move every parameter once. All or nothing: interrupted, none has moved or all have."""
        state, moved = self._next()

        def take() -> None:
            self._state = state
            _assign(self.parameters, moved)

        _finish(take)

    def _next(self) -> tuple[Any, list[float]]:
        """What the optimiser remembers after the next step, and where that takes the parameters."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it steps; define step()")

    def _gradients(self) -> list[float]:
        if not self.weight_decay:
            return [p.grad for p in self.parameters]
        return [p.grad + self.weight_decay * p.data for p in self.parameters]


class SGD(Optimizer):
    """Gradient descent, with momentum if asked, as PyTorch's ``torch.optim.SGD`` defines it.

    g = ∂L/∂θ + λθ;  b = μb + g (b = g in the first step);  θ = θ - ηb.

    Args:
        parameters: The leaves to move, such as ``model.parameters()``.
        lr: The learning rate η.
        momentum: μ, 0 or above.
        weight_decay: λ, 0 or above.

    Raises:
        TypeError: ``parameters`` is no iterable of Values, or a setting is no number.
        ValueError: There are none, one is there twice or was computed from others, or a number is out of its range.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> SGD([w], lr=0.25).step()
    >>> w.data
    1.5
    """

    def __init__(
        self, parameters: Iterable[Value], lr: float, momentum: float = 0.0, weight_decay: float = 0.0
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.momentum = _number(momentum, "momentum")
        self._state: list[float] | None = None

    def _next(self) -> tuple[list[float], list[float]]:
        velocity = self._gradients()
        if self._state is not None and self.momentum:
            velocity = [self.momentum * b + g for b, g in zip(self._state, velocity, strict=True)]
        return velocity, [p.data - self.lr * b for p, b in zip(self.parameters, velocity, strict=True)]


class Adam(Optimizer):
    """Adaptive moments (D. P. Kingma and J. Ba, 2015, algorithm 1), as PyTorch's ``torch.optim.Adam`` defines it.

    g = ∂L/∂θ + λθ;  m = β₁m + (1 - β₁)g;  v = β₂v + (1 - β₂)g²;
    θ = θ - η m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ) in step t.

    Args:
        parameters: The leaves to move, such as ``model.parameters()``.
        lr: The learning rate η.
        betas: β₁ and β₂, at least 0 and below 1.
        eps: ε, 0 or above; with 0 a parameter stays where its v̂ is 0.
        weight_decay: λ, 0 or above.

    Raises:
        TypeError: ``parameters`` is no iterable of Values, or a setting is no number.
        ValueError: There are none, one is there twice or was computed from others, or a number is out of its range.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> Adam([w], lr=0.5, eps=0.0).step()  # the first step is η, whatever the size of the gradient
    >>> w.data
    2.5
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        first, second = _pair(betas, "betas")
        self.betas = _number(first, "betas[0]", below=1.0), _number(second, "betas[1]", below=1.0)
        self.eps = _number(eps, "eps")
        zeros = [0.0] * len(self.parameters)
        self._state: tuple[int, list[float], list[float]] = (0, zeros, zeros)

    def _next(self) -> tuple[tuple[int, list[float], list[float]], list[float]]:
        t, means, squares = self._state
        (beta1, beta2), gradients = self.betas, self._gradients()
        t += 1
        means = [beta1 * m + (1.0 - beta1) * g for m, g in zip(means, gradients, strict=True)]
        squares = [beta2 * v + (1.0 - beta2) * g * g for v, g in zip(squares, gradients, strict=True)]
        rate, root = self.lr / (1.0 - beta1**t), math.sqrt(1.0 - beta2**t)
        scales = [math.sqrt(v) / root + self.eps for v in squares]
        # With ε = 0 a second moment that is, or rounds to, 0 gives no scale to step by: the parameter stays.
        moved = [
            p.data - rate * m / scale if m and scale else p.data
            for p, m, scale in zip(self.parameters, means, scales, strict=True)
        ]
        return (t, means, squares), moved


def assign(parameters: Sequence[Value], data: Sequence[float]) -> None:
    """Give every parameter its new data. All or nothing: interrupted, it finishes before it raises.

    >>> w = Value(1.0)
    >>> assign([w], [2.0])
    >>> w.data
    2.0
    """
    _finish(lambda: _assign(parameters, data))


def _finish(action: Callable[[], None]) -> None:
    """Do it, to the end: after an interrupt once more, before the interrupt goes on."""
    try:
        action()
    except BaseException:
        action()
        raise


def _assign(parameters: Sequence[Value], data: Sequence[float]) -> None:
    for parameter, x in zip(parameters, data, strict=True):
        parameter.data = x


def _checked(parameters: Any, name: str) -> list[Value]:
    """The parameters as a list, made sure that each can be moved, once."""
    if not isinstance(parameters, Iterable):
        raise TypeError(f"{name}: needs parameters, such as model.parameters(), got {parameters!r}")
    kept = list(parameters)
    if not kept:
        raise ValueError(f"{name}: needs at least one parameter, got none")
    seen: set[int] = set()
    for i, parameter in enumerate(kept):
        if not isinstance(parameter, Value):
            raise TypeError(f"{name}: every parameter must be a Value, got {parameter!r} as number {i}")
        if parameter.operation is not None:
            raise ValueError(f"{name}: parameter number {i}, {parameter!r}, was computed from others; give its leaves")
        if id(parameter) in seen:
            raise ValueError(f"{name}: parameter number {i}, {parameter!r}, is there twice; give each once")
        seen.add(id(parameter))
    return kept


def _number(x: Any, name: str, below: float = math.inf) -> float:
    """A number of 0 or above."""
    if not 0.0 <= number(x, name) < below:
        limit = "finite" if below == math.inf else f"below {below:g}"
        raise ValueError(f"{name} must be 0 or above and {limit}, got {x!r}")
    return float(x)


def _pair(x: Any, name: str) -> tuple[Any, Any]:
    """Two of something."""
    if not isinstance(x, Iterable):
        raise TypeError(f"{name} must be two numbers, got {x!r}")
    items = tuple(x)
    if len(items) != 2:
        raise ValueError(f"{name} must be two numbers, got {x!r}")
    return items[0], items[1]

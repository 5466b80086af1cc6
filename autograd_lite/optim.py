"""Optimisers: how parameters follow their gradients downhill, how far at a time, and how their lr changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .engine import floats
from .engine import table as ops
from .engine.bulk import data_of, grads_of, set_data, set_grads
from .engine.numbers import number, numbers, whole
from .engine.value import Value


class Optimizer:
    """What all optimisers have in common. One of your own defines `update`, or ``step()``, which may use `assign`.

    Args:
        parameters: The leaves to move, such as ``model.parameters()``; any iterable.
        lr: The learning rate η, 0 or above.
        weight_decay: λ; adds λ·parameter to each gradient, the gradient of ½λ‖parameters‖².

    Raises:
        TypeError: ``parameters`` is no iterable of Values, or a setting is no number.
        ValueError: There are none, one is there twice or was computed from others, or a number is out of its range.
    """

    #: What it remembers from step to step: floats, lists and tuples of them.
    state: Any = None

    def __init__(self, parameters: Iterable[Value], lr: float, weight_decay: float = 0.0) -> None:
        self.parameters = _checked(parameters, type(self).__name__)
        self.lr = lr
        self.weight_decay = number(weight_decay, "weight_decay", least=0.0, below=math.inf)

    @property
    def lr(self) -> float:
        """The learning rate; may be assigned between steps."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = number(lr, "lr", least=0.0, below=math.inf)

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, before the next backward pass."""
        set_grads(self.parameters, [0.0] * len(self.parameters))

    def step(self) -> None:
        """Move every parameter once. All or nothing: interrupted, none has moved or all have."""
        self.take(*self.update(data_of(self.parameters), grads_of(self.parameters), self.state))

    def update(self, x: list[Any], g: list[Any], state: Any) -> tuple[Any, list[Any]]:
        """What it remembers after a step, and where that takes the parameters. It only computes, so programs can, too.

        Args:
            x: The parameters, floats; in a program all numbers here are Values, settings above 0 and ``self.lr`` too.
            g: Their gradients.
            state: What it remembers of the steps before.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how it steps; define step()")

    def take(self, state: Any, moved: Sequence[float]) -> None:
        """Remember this, and move the parameters there. All or nothing, as `step`."""

        def act() -> None:
            self.state = state
            set_data(self.parameters, moved)

        finish(act)

    def _decayed(self, x: list[Any], g: list[Any]) -> list[Any]:
        decays = type(self.weight_decay) is not float or self.weight_decay  # in a program 0.0 alone is a float
        return combined(1.0, g, self.weight_decay, x) if decays else g


class SGD(Optimizer):
    """Gradient descent, with momentum if asked, as PyTorch's ``torch.optim.SGD`` defines it.

    g = ∂L/∂θ + λθ;  b = μb + g (b = g in the first step);  θ = θ - ηb, or with Nesterov's momentum θ - η(g + μb).

    Nesterov's takes the gradient where momentum alone would lead (I. Sutskever et al., 2013); θ is that place.

    Args:
        parameters, lr, weight_decay: θ, η and λ, as those of an `Optimizer`.
        momentum: μ, 0 or above.
        nesterov: Whether the momentum is Nesterov's; it then must be above 0.

    Raises as `Optimizer` does.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> SGD([w], lr=0.25).step()
    >>> w.data
    1.5
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.momentum = number(momentum, "momentum", least=0.0, below=math.inf)
        self.nesterov = bool(nesterov)
        if self.nesterov and not self.momentum:
            raise ValueError(f"SGD: nesterov=True needs a momentum above 0, such as 0.9, got {momentum!r}")
        self.state: list[float] = [0.0] * len(self.parameters)

    def update(self, x: list[Any], g: list[Any], state: list[Any]) -> tuple[list[Any], list[Any]]:
        """b and θ."""
        g = self._decayed(x, g)
        b = combined(self.momentum, state, 1.0, g)
        ahead = combined(1.0, g, self.momentum, b) if self.nesterov else b
        return b, combined(1.0, x, -self.lr, ahead)


class RMSprop(Optimizer):
    """Gradients over the root of their mean square (T. Tieleman and G. Hinton, 2012), as ``torch.optim.RMSprop``.

    g = ∂L/∂θ + λθ;  v = αv + (1 - α)g²;  θ = θ - ηg / (√v + ε).

    Args:
        parameters, lr, weight_decay: θ, η and λ, as those of an `Optimizer`.
        alpha: α, at least 0 and below 1.
        eps: ε, 0 or above; with 0 a parameter stays where its v is 0.

    Raises as `Optimizer` does.

    >>> w = Value(3.0)
    >>> (w * w).backward()
    >>> RMSprop([w], lr=0.5, alpha=0.75, eps=0.0).step()  # the first step is η / √(1 - α)
    >>> w.data
    2.0
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.alpha = number(alpha, "alpha", least=0.0, below=1.0)
        self.eps = number(eps, "eps", least=0.0, below=math.inf)
        self.state: list[float] = [0.0] * len(self.parameters)

    def update(self, x: list[Any], g: list[Any], state: list[Any]) -> tuple[list[Any], list[Any]]:
        """v and θ."""
        g = self._decayed(x, g)
        v = combined(self.alpha, state, 1.0 - self.alpha, squares(g))
        return v, stepped(x, self.lr, g, v, self.eps)


class Adam(Optimizer):
    """Adaptive moments (D. P. Kingma and J. Ba, 2015, algorithm 1), as PyTorch's ``torch.optim.Adam`` defines it.

    g = ∂L/∂θ + λθ;  m = β₁m + (1 - β₁)g;  v = β₂v + (1 - β₂)g²;
    θ = θ - η m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ) in step t.

    Args:
        parameters, lr, weight_decay: θ, η and λ, as those of an `Optimizer`.
        betas: β₁ and β₂, at least 0 and below 1.
        eps: ε, 0 or above; with 0 a parameter stays where its v̂ is 0.

    Raises as `Optimizer` does.

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
        self.betas = numbers(betas, "betas", 2, least=0.0, below=1.0)
        self.eps = number(eps, "eps", least=0.0, below=math.inf)
        zeros = [0.0] * len(self.parameters)
        self.state: tuple[float, list[float], list[float]] = (0.0, zeros, zeros)

    def update(self, x: list[Any], g: list[Any], state: tuple[Any, list[Any], list[Any]]) -> tuple[Any, list[Any]]:
        """t, m and v; and θ."""
        (t, m, v), (beta1, beta2) = state, self.betas
        g = self._decayed(x, g)
        t = t + 1.0
        m = combined(beta1, m, 1.0 - beta1, g)
        v = combined(beta2, v, 1.0 - beta2, squares(g))
        m_hat = quotients(m, 1.0 - beta1**t)
        v_hat = quotients(v, 1.0 - beta2**t)
        return (t, m, v), stepped(x, self.lr, m_hat, v_hat, self.eps)


class AdamW(Adam):
    """Adam with decoupled weight decay (I. Loshchilov and F. Hutter, 2019), as PyTorch's ``torch.optim.AdamW``.

    θ = θ - ηλθ, and from there a step of `Adam`, whose moments know nothing of λ: every weight decays alike,
    however large its gradients are.

    Args and Raises are those of `Adam`; with ``eps=0`` a parameter only decays where its v̂ is 0.

    >>> w = Value(4.0)
    >>> (w * w).backward()
    >>> AdamW([w], lr=0.5, eps=0.0, weight_decay=0.25).step()  # decays to 3.5, steps to 3
    >>> w.data
    3.0
    """

    def __init__(  # the signature of Adam, but for the decay that PyTorch begins with
        self,
        parameters: Iterable[Value],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, lr, betas, eps, weight_decay)

    def _decayed(self, x: list[Any], g: list[Any]) -> list[Any]:
        return g

    def update(self, x: list[Any], g: list[Any], state: tuple[Any, list[Any], list[Any]]) -> tuple[Any, list[Any]]:
        """t, m and v; and θ."""
        state, moved = super().update(x, g, state)
        return state, combined(1.0, moved, -self.lr * self.weight_decay, x)


class Schedule:
    """A learning rate that changes with time, epoch by epoch in `nn.fit`. One of your own defines ``rate(t)``.

    Args:
        optimizer: Whose ``lr`` is set; what it is now is η₀, ``base_lr``.

    Raises:
        TypeError: ``optimizer`` is none.

    >>> class Inverse(Schedule):
    ...     def rate(self, t):
    ...         return self.base_lr / (1 + t)
    >>> optimizer = SGD([Value(1.0)], lr=0.5)
    >>> schedule = Inverse(optimizer)
    >>> schedule.step()
    >>> optimizer.lr, [schedule.rate(t) for t in range(3)]
    (0.25, [0.5, 0.25, 0.16666666666666666])
    """

    def __init__(self, optimizer: Optimizer) -> None:
        name = type(self).__name__
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{name}: needs an optimizer, such as optim.SGD(model.parameters(), lr), got {optimizer!r}")
        self.optimizer = optimizer
        self.base_lr = optimizer.lr
        self.time = 0

    def step(self) -> None:
        """Count one on, and set the learning rate. All or nothing, as a step of an optimiser."""
        time = self.time + 1
        lr = self.rate(time)

        def take() -> None:
            self.optimizer.lr = lr  # first, as it may be refused
            self.time = time

        finish(take)

    def rate(self, t: int) -> float:
        """The learning rate after ``t`` steps."""
        raise NotImplementedError(f"{type(self).__name__} does not say what the learning rate is; define rate(t)")


class StepLR(Schedule):
    """The learning rate times γ after every so many steps: η₀ γ^⌊t/s⌋, as ``torch.optim.lr_scheduler.StepLR``.

    Args:
        optimizer: Whose ``lr`` is set; what it is now is η₀.
        step_size: s, a whole number, 1 or more.
        gamma: γ, 0 or above.

    Raises TypeError where something is of another kind, ValueError where a number is out of its range.

    >>> schedule = StepLR(SGD([Value(1.0)], lr=8.0), step_size=2, gamma=0.5)
    >>> [schedule.rate(t) for t in range(6)]
    [8.0, 8.0, 4.0, 4.0, 2.0, 2.0]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer)
        self.step_size = whole(step_size, "step_size")
        self.gamma = number(gamma, "gamma", least=0.0, below=math.inf)

    def rate(self, t: int) -> float:
        """The learning rate after ``t`` steps."""
        return self.base_lr * floats.ieee_power(self.gamma, float(t // self.step_size))


class CosineAnnealingLR(Schedule):
    """Down from η₀ along half a cosine: η_min + ½(η₀ - η_min)(1 + cos(πt/T)) (I. Loshchilov and F. Hutter, 2017).

    As ``torch.optim.lr_scheduler.CosineAnnealingLR``; as there, it goes up again after T steps.

    Args:
        optimizer: Whose ``lr`` is set; what it is now is η₀.
        T_max: T, the steps down to the least rate, a whole number, 1 or more: the epochs of the training.
        eta_min: η_min, 0 or above.

    Raises as `StepLR` does.

    >>> schedule = CosineAnnealingLR(SGD([Value(1.0)], lr=0.5), T_max=4)
    >>> [round(schedule.rate(t), 3) for t in range(6)]
    [0.5, 0.427, 0.25, 0.073, 0.0, 0.073]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:  # noqa: N803  (PyTorch's)
        super().__init__(optimizer)
        self.T_max = whole(T_max, "T_max")
        self.eta_min = number(eta_min, "eta_min", least=0.0, below=math.inf)

    def rate(self, t: int) -> float:
        """The learning rate after ``t`` steps."""
        share = 0.5 * (1.0 + math.cos(math.pi * (t % (2 * self.T_max)) / self.T_max))
        return self.eta_min + (self.base_lr - self.eta_min) * share


def clip_grad_norm(parameters: Iterable[Value], max_norm: float) -> float:
    """Shorten the gradient if it is longer than ``max_norm``, all its parts by one factor (R. Pascanu et al., 2013).

    As PyTorch's ``clip_grad_norm_``: ‖g‖ = √Σgᵢ², and every gᵢ is multiplied with
    min(1, max_norm / (‖g‖ + 10⁻⁶)). Call it between ``backward()`` and ``step()``. All or nothing.

    Args:
        parameters: Whose gradients these are, such as ``model.parameters()``.
        max_norm: 0 or above; ``math.inf`` only measures.

    Returns:
        ‖g‖ as it was before.

    Raises:
        TypeError: ``parameters`` is no iterable of Values, or ``max_norm`` no number.
        ValueError: There are none, one is there twice or was computed from others, or ``max_norm`` is out of range.
        ArithmeticError: ‖g‖ is nan or infinite: no factor makes it shorter.

    >>> x, y = Value(3.0), Value(4.0)
    >>> (x * y).backward()
    >>> clip_grad_norm([x, y], max_norm=1.0)
    5.0
    >>> round(x.grad, 5), round(y.grad, 5)
    (0.8, 0.6)
    """
    kept = _checked(parameters, "clip_grad_norm")
    limit = number(max_norm, "max_norm", least=0.0)
    gradients = grads_of(kept)
    norm = math.hypot(*gradients)
    if not math.isfinite(norm):
        raise ArithmeticError(f"clip_grad_norm: the norm of the gradients is {norm}; look for nan and inf in the data")
    clipped = shortened(gradients, norm, limit)
    finish(lambda: set_grads(kept, clipped))
    return norm


def shortened(gradients: Sequence[Any], norm: Any, limit: float) -> list[Any]:
    """Gradients of this norm, floats or Values, as `clip_grad_norm` leaves them.

    >>> shortened([3.0, 4.0], 5.0, 10.0)
    [3.0, 4.0]
    """
    factor = ops.minimum(limit / (norm + 1e-6), 1.0)
    return [factor * g for g in gradients]


def assign(parameters: Sequence[Value], data: Sequence[float]) -> None:
    """Give every parameter its new data. All or nothing: interrupted, it finishes before it raises.

    Raises:
        TypeError: There is something else than a number.

    >>> w = Value(1.0)
    >>> assign([w], [2.0])
    >>> w.data
    2.0
    """
    floats = [number(x, "assign") for x in data]
    finish(lambda: set_data(parameters, floats))


def finish(action: Callable[[], None]) -> None:
    """Do it, to the end: after an interrupt once more, before the interrupt goes on."""
    try:
        action()
    except BaseException:
        action()
        raise


# --- What updates are made of: lists of floats, by the engine's loops, or of Values ---


def combined(a: Any, xs: list[Any], b: Any, ys: list[Any]) -> list[Any]:
    """ax + by of each pair.

    >>> combined(0.75, [4.0], 0.25, [8.0])
    [5.0]
    """
    if type(xs[0]) is float:
        return floats.combined(a, xs, b, ys)
    return [a * x + b * y for x, y in zip(xs, ys, strict=True)]


def squares(xs: list[Any]) -> list[Any]:
    """x² of each.

    >>> squares([3.0])
    [9.0]
    """
    return floats.squares(xs) if type(xs[0]) is float else [x * x for x in xs]


def quotients(xs: list[Any], divisor: Any) -> list[Any]:
    """Each over one number.

    >>> quotients([3.0], 2.0)
    [1.5]
    """
    return floats.quotients(xs, divisor) if type(xs[0]) is float else [x / divisor for x in xs]


def stepped(xs: list[Any], rate: Any, ds: list[Any], vs: list[Any], eps: Any) -> list[Any]:
    """x - ηd / (√v + ε) of each; where √v + ε is 0 the number stays.

    >>> stepped([3.0, 3.0], 0.5, [8.0, 8.0], [9.0, 0.0], 1.0)
    [2.0, -1.0]
    >>> [x.data for x in stepped([Value(3.0)], 0.5, [8.0], [Value(0.0)], 0.0)]
    [3.0]
    """
    if type(xs[0]) is float:
        return floats.stepped(xs, rate, ds, vs, eps)
    moved = []
    for x, d, v in zip(xs, ds, vs, strict=True):
        scale = ops.sqrt(v) + eps
        moves = scale != 0.0
        moved.append(x - ops.where(moves, rate * d, 0.0) / ops.where(moves, scale, 1.0))
    return moved


# --- Shared ---


def _checked(parameters: Any, name: str) -> list[Value]:
    """The parameters as a list, made sure that each can be moved, once."""
    if not isinstance(parameters, Iterable):
        raise TypeError(f"{name}: needs parameters, such as model.parameters(), got {parameters!r}")
    kept = list(parameters)
    if not kept:
        raise ValueError(
            f"{name}: needs at least one parameter, got none; a module of your own lists its in parameters()"
        )
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

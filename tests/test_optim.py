"""Optimisers, against closed forms of their sequences, and against PyTorch."""

from __future__ import annotations

import copy
import math
import pickle
import random
import re
from typing import Any

import pytest
from interrupts import Interrupt

from autograd_lite import nn, optim
from autograd_lite.value import Value


def close(x: float) -> Any:
    return pytest.approx(x, rel=1e-13)


def follow(optimizer: Any, gradients: list[float]) -> list[float]:
    """The path of the only parameter that gets these gradients."""
    (parameter,), path = optimizer.parameters, []
    for gradient in gradients:
        parameter.grad = gradient
        optimizer.step()
        path.append(parameter.data)
    return path


# --- What they do ---


def test_gradient_descent_on_a_parabola_shrinks_by_one_factor() -> None:
    x = Value(2.0)
    optimizer = optim.SGD([x], lr=0.1)
    for _ in range(10):
        optimizer.zero_grad()
        (0.5 * x**2).backward()
        optimizer.step()
    assert x.data == close(2.0 * 0.9**10)


def test_without_zero_grad_gradients_add_up() -> None:
    x = Value(2.0)
    optimizer = optim.SGD([x], lr=1.0)
    (3.0 * x).backward()
    (3.0 * x).backward()
    optimizer.step()
    assert x.data == -4.0
    optimizer.zero_grad()
    assert x.grad == 0.0


@pytest.mark.parametrize("mu", [0.5, 0.9, 1.0])
def test_momentum_is_the_sum_of_faded_gradients(mu: float) -> None:
    gradients = [1.0, -2.0, 0.5, 3.0]
    path = follow(optim.SGD([Value(0.0)], lr=0.1, momentum=mu), gradients)
    velocity = [sum(mu ** (t - i) * gradients[i] for i in range(t + 1)) for t in range(4)]
    assert path == [close(-0.1 * math.fsum(velocity[: t + 1])) for t in range(4)]


def test_weight_decay_alone_is_exponential() -> None:
    assert follow(optim.SGD([Value(5.0)], lr=0.1, weight_decay=0.5), [0.0] * 4)[-1] == close(5.0 * 0.95**4)


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.8), (0.0, 0.0)])
def test_adam_is_the_ratio_of_two_weighted_means(betas: tuple[float, float]) -> None:
    gradients, (b1, b2), x = [1.0, -2.0, 0.5, 3.0], betas, 7.0
    path = follow(optim.Adam([Value(7.0)], lr=0.1, betas=betas, eps=0.01), gradients)
    for t in range(1, 5):
        weights1, weights2 = [b1 ** (t - i) for i in range(1, t + 1)], [b2 ** (t - i) for i in range(1, t + 1)]
        mean = sum(w * g for w, g in zip(weights1, gradients, strict=False)) / sum(weights1)
        square = sum(w * g * g for w, g in zip(weights2, gradients, strict=False)) / sum(weights2)
        x -= 0.1 * mean / (math.sqrt(square) + 0.01)
        assert path[t - 1] == close(x)


def test_adams_steps_are_the_learning_rate_under_a_constant_gradient() -> None:
    for gradient in (1e-3, 1.0, -1e6):
        path = follow(optim.Adam([Value(0.0)], lr=0.5, eps=0.0), [gradient] * 3)
        assert path == [close(-math.copysign(0.5 * t, gradient)) for t in (1, 2, 3)]


def test_adam_leaves_what_has_no_gradient() -> None:
    assert follow(optim.Adam([Value(3.0)], lr=0.5, eps=0.0), [0.0, 0.0]) == [3.0, 3.0]


@pytest.mark.parametrize(
    ("betas", "gradients", "expected"),
    [
        ((0.9, 0.999), [1e-170, 1e-200], [3.0, 3.0]),  # squares that round to 0
        ((0.9, 0.0), [1.0, 0.0, 2.0], [close(2.5), close(2.5), close(2.5 - 0.5 * 0.281 / 0.271 / 2)]),  # one of 0
    ],
)
def test_without_eps_adam_stays_where_the_second_moment_vanishes(betas: Any, gradients: Any, expected: Any) -> None:
    assert follow(optim.Adam([Value(3.0)], lr=0.5, betas=betas, eps=0.0), gradients) == expected


def test_adams_weight_decay_is_part_of_the_gradient() -> None:
    decayed = optim.Adam([Value(4.0)], lr=0.5, weight_decay=0.25)
    plain = optim.Adam([Value(4.0)], lr=0.5)
    assert follow(decayed, [1.0]) == follow(plain, [2.0])


def test_the_learning_rate_may_change() -> None:
    optimizer = optim.SGD([Value(0.0)], lr=1.0)
    follow(optimizer, [1.0])
    optimizer.lr = 0.5
    assert follow(optimizer, [1.0]) == [-1.5]
    with pytest.raises(ValueError, match="lr must be 0 or above and finite, got -1"):
        optimizer.lr = -1.0
    assert optimizer.lr == 0.5


def test_parameters_may_come_from_a_generator() -> None:
    model = nn.MLP(2, [2, 1])
    optimizer = optim.SGD((p for p in model.parameters()), lr=0.1)
    assert [p is q for p, q in zip(optimizer.parameters, model.parameters(), strict=True)] == [True] * 9


# --- What is refused ---


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_parameters_must_be_leaves_each_once(kind: Any) -> None:
    x = Value(1.0)
    with pytest.raises(ValueError, match="at least one parameter, got none"):
        kind([], lr=0.1)
    with pytest.raises(ValueError, match=r"number 1, .* is there twice"):
        kind([x, x], lr=0.1)
    with pytest.raises(ValueError, match=r"number 1, .* was computed from others"):
        kind([x, x + 1.0], lr=0.1)
    with pytest.raises(TypeError, match=r"must be a Value, got 2.0 as number 1"):
        kind([x, 2.0], lr=0.1)
    with pytest.raises(TypeError, match="must be a Value"):
        kind(nn.MLP(1, [1]).named_parameters(), lr=0.1)
    for no_list in (x, nn.MLP(1, [1]), None):
        with pytest.raises(TypeError, match=r"such as model.parameters\(\)"):
            kind(no_list, lr=0.1)
    kind([Value(1.0), Value(1.0)], lr=0.1)  # equal, and not the same


@pytest.mark.parametrize("bad", [-1e-9, math.nan, math.inf])
def test_numbers_out_of_range_are_refused(bad: float) -> None:
    x = Value(1.0)
    for make, name in [
        (lambda: optim.SGD([x], lr=bad), "lr"),
        (lambda: optim.SGD([x], lr=0.1, momentum=bad), "momentum"),
        (lambda: optim.SGD([x], lr=0.1, weight_decay=bad), "weight_decay"),
        (lambda: optim.Adam([x], lr=bad), "lr"),
        (lambda: optim.Adam([x], betas=(bad, 0.9)), r"betas\[0\]"),
        (lambda: optim.Adam([x], betas=(0.9, bad)), r"betas\[1\]"),
        (lambda: optim.Adam([x], eps=bad), "eps"),
        (lambda: optim.Adam([x], weight_decay=bad), "weight_decay"),
    ]:
        with pytest.raises(ValueError, match=f"{name} must be 0 or above and .*, got {bad!r}"):
            make()
    with pytest.raises(ValueError, match=r"betas\[1\] must be 0 or above and below 1, got 1.0"):
        optim.Adam([x], betas=(0.9, 1.0))


@pytest.mark.parametrize("bad", ["1", None, [0.1], 1j, Value(0.1)])
def test_settings_that_are_no_numbers_are_refused_by_name(bad: Any) -> None:
    x = Value(1.0)
    for make, name in [
        (lambda: optim.SGD([x], lr=bad), "lr"),
        (lambda: optim.SGD([x], lr=0.1, momentum=bad), "momentum"),
        (lambda: optim.SGD([x], lr=0.1, weight_decay=bad), "weight_decay"),
        (lambda: optim.Adam([x], betas=(bad, 0.9)), "betas[0]"),
        (lambda: optim.Adam([x], betas=(0.9, bad)), "betas[1]"),
        (lambda: optim.Adam([x], eps=bad), "eps"),
    ]:
        with pytest.raises(TypeError, match=re.escape(f"{name}: needs a real number, got {bad!r} of type")):
            make()
    optimizer = optim.SGD([x], lr=0.1)
    with pytest.raises(TypeError, match="lr: needs a real number"):
        optimizer.lr = bad
    assert optimizer.lr == 0.1


def test_betas_are_two_numbers() -> None:
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"^betas must be two numbers, got 0\.9$"):
        optim.Adam([x], betas=0.9)
    for wrong in ((0.9,), (0.9, 0.99, 0.999)):
        with pytest.raises(ValueError, match=f"^betas must be two numbers, got {re.escape(repr(wrong))}$"):
            optim.Adam([x], betas=wrong)
    assert optim.Adam([x], betas=[0.5, 0.25]).betas == (0.5, 0.25)


def test_an_optimiser_without_a_step_says_so() -> None:
    with pytest.raises(NotImplementedError, match="define step"):
        optim.Optimizer([Value(1.0)], lr=0.1).step()


# --- All or nothing ---


@pytest.mark.parametrize("make", [lambda ps: optim.SGD(ps, 0.1, momentum=0.9), lambda ps: optim.Adam(ps, 0.1)])
def test_an_interrupted_step_moves_all_or_nothing(make: Any) -> None:
    def fresh() -> Any:
        optimizer = make([Value(1.0), Value(2.0), Value(3.0)])
        for p in optimizer.parameters:
            p.grad = p.data
        optimizer.step()
        return optimizer

    def state(optimizer: Any) -> Any:
        return [p.data for p in optimizer.parameters], optimizer._state

    def after_one() -> Any:
        optimizer = fresh()
        optimizer.step()
        return state(optimizer)

    outcomes, line = {"before": state(fresh()), "after": after_one()}, 0
    seen: set[str] = set()
    came = True
    while came:
        line += 1
        optimizer = fresh()
        with Interrupt(line) as interrupt:
            optimizer.step()
        came = interrupt.came
        seen |= {name for name, outcome in outcomes.items() if outcome == state(optimizer)} or {f"broken at {line}"}
    assert line > 10
    assert seen == {"before", "after"}


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_a_step_that_fails_moves_nothing(kind: Any) -> None:
    x, y = Value(1.0), Value(2.0)
    x.grad = y.grad = 1.0
    optimizer = kind([x, y], lr=0.1)
    optimizer.parameters[1] = None
    with pytest.raises(AttributeError):
        optimizer.step()
    assert (x.data, y.data) == (1.0, 2.0)


# --- Copies ---


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("make", [lambda p: optim.SGD([p], 0.1, momentum=0.9), lambda p: optim.Adam([p], 0.1)])
def test_a_copy_goes_on_as_the_original_does(make: Any, copied: Any) -> None:
    optimizer = make(Value(1.0))
    follow(optimizer, [1.0, 2.0])
    twin = copied(optimizer)
    assert twin.parameters[0] is not optimizer.parameters[0]
    assert follow(twin, [0.5, 0.25]) == follow(optimizer, [0.5, 0.25])


def test_model_and_optimiser_stay_together_in_a_copy() -> None:
    model = nn.MLP(1, [1])
    model, optimizer = pickle.loads(pickle.dumps((model, optim.Adam(model.parameters(), lr=0.5))))
    before = model.state_dict()
    nn.fit(model, [[1.0]], [5.0], loss="mse", optimizer=optimizer, epochs=1)
    assert all(abs(x - before[name]) > 0.4 for name, x in model.state_dict().items())


# --- PyTorch ---


@pytest.mark.peers
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("SGD", {"lr": 0.05}),
        ("SGD", {"lr": 0.05, "momentum": 0.9}),
        ("SGD", {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1}),
        ("Adam", {"lr": 0.05}),
        ("Adam", {"lr": 0.05, "betas": (0.7, 0.9), "eps": 1e-3}),
        ("Adam", {"weight_decay": 0.1}),
    ],
)
def test_fifty_steps_are_pytorchs(name: str, settings: Any) -> None:
    import torch

    rng = random.Random(1)
    start = [rng.uniform(-1, 1) for _ in range(4)]
    ours, theirs = [Value(x) for x in start], torch.tensor(start, dtype=torch.float64, requires_grad=True)
    mine, other = getattr(optim, name)(ours, **settings), getattr(torch.optim, name)([theirs], **settings)
    for _ in range(50):
        mine.zero_grad()
        other.zero_grad()
        a, b, c, d = ours
        ((a * b - c) ** 2 + (d - 1.0) ** 4 + (a + c * d).exp()).backward()
        e, f, g, h = theirs
        ((e * f - g) ** 2 + (h - 1.0) ** 4 + (e + g * h).exp()).backward()
        mine.step()
        other.step()
        assert [p.data for p in ours] == pytest.approx(theirs.tolist(), rel=1e-11)

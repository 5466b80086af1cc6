"""Optimisers, against closed forms of their sequences, and against PyTorch."""

from __future__ import annotations

import copy
import math
import pickle
import random
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from interrupts import Interrupt

from autograd_lite import nn, optim
from autograd_lite.engine.value import Value

KINDS = [optim.SGD, optim.RMSprop, optim.Adam, optim.AdamW]
#: One of each that remembers something.
MAKERS = [
    lambda ps: optim.SGD(ps, 0.1, momentum=0.9),
    lambda ps: optim.SGD(ps, 0.1, momentum=0.9, nesterov=True),
    lambda ps: optim.RMSprop(ps, 0.1),
    lambda ps: optim.Adam(ps, 0.1),
    lambda ps: optim.AdamW(ps, 0.1),
]


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


@pytest.mark.parametrize("mu", [0.5, 0.9, 1.0])
def test_nesterovs_momentum_takes_the_gradient_ahead(mu: float) -> None:
    """Its own two lines (Y. Nesterov, 1983): v = μv - ηf'(θ + μv), θ = θ + v; ours is at θ + μv."""
    theta, v = 2.0, 0.0
    x = Value(2.0)
    optimizer = optim.SGD([x], lr=0.1, momentum=mu, nesterov=True)
    for _ in range(20):
        v = mu * v - 0.1 * 3.0 * (theta + mu * v - 1.0)
        theta += v
        optimizer.zero_grad()
        (1.5 * (x - 1.0) ** 2).backward()
        optimizer.step()
        assert x.data == pytest.approx(theta + mu * v, rel=1e-12)


def test_nesterov_without_momentum_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^SGD: nesterov=True needs a momentum above 0, such as 0\.9, got 0\.0$"):
        optim.SGD([Value(1.0)], lr=0.1, nesterov=True)
    assert follow(optim.SGD([Value(0.0)], lr=1.0, momentum=0.5, nesterov=True), [1.0, 1.0]) == [-1.5, -3.25]


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.99])
def test_rmsprop_divides_by_the_root_of_a_faded_mean_square(alpha: float) -> None:
    gradients, x = [1.0, -2.0, 0.5, 3.0], 7.0
    path = follow(optim.RMSprop([Value(7.0)], lr=0.1, alpha=alpha, eps=0.01), gradients)
    for t in range(4):
        square = (1.0 - alpha) * sum(alpha ** (t - i) * gradients[i] ** 2 for i in range(t + 1))
        x -= 0.1 * gradients[t] / (math.sqrt(square) + 0.01)
        assert path[t] == close(x)


def test_rmsprops_steps_do_not_depend_on_the_scale_of_the_loss() -> None:
    small, large = (
        follow(optim.RMSprop([Value(1.0)], lr=0.1, eps=0.0), [k * g for g in (1.0, -2.0, 0.5)]) for k in (1e-6, 1e6)
    )
    assert small == [close(x) for x in large]


def test_without_eps_rmsprop_stays_where_the_mean_square_vanishes() -> None:
    assert follow(optim.RMSprop([Value(3.0)], lr=0.5, eps=0.0), [0.0, 1e-200]) == [3.0, 3.0]


def test_adamws_weights_decay_alike_whatever_their_gradients() -> None:
    assert follow(optim.AdamW([Value(5.0)], lr=0.1, weight_decay=0.5), [0.0] * 4)[-1] == close(5.0 * 0.95**4)
    gradients = [1.0, -2.0, 0.5, 3.0]
    plain = [7.0, *follow(optim.Adam([Value(7.0)], lr=0.1), gradients)]
    path = follow(optim.AdamW([Value(7.0)], lr=0.1, weight_decay=0.25), gradients)
    x = 7.0
    for before, after, ours in zip(plain, plain[1:], path, strict=False):
        x = (1.0 - 0.1 * 0.25) * x + (after - before)  # Adam's steps do not depend on where they are taken
        assert ours == pytest.approx(x, rel=1e-12)
    assert follow(optim.AdamW([Value(7.0)], lr=0.1, weight_decay=0.0), gradients) == plain[1:]
    assert optim.AdamW([Value(1.0)]).weight_decay == 0.01  # PyTorch's


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
    assert follow(optim.Adam([Value(3.0)], lr=1e308), [0.0]) == [3.0]  # though the rate of the first step overflows


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
    with pytest.raises(ValueError, match="lr must be at least 0 and finite, got -1"):
        optimizer.lr = -1.0
    assert optimizer.lr == 0.5


def test_parameters_may_come_from_a_generator() -> None:
    model = nn.MLP(2, [2, 1])
    optimizer = optim.SGD((p for p in model.parameters()), lr=0.1)
    assert [p is q for p, q in zip(optimizer.parameters, model.parameters(), strict=True)] == [True] * 9


# --- Learning rates that change ---


def rates(schedule: Any, steps: int) -> list[float]:
    """The learning rates that the optimiser has, from the first."""
    found = [schedule.optimizer.lr]
    for _ in range(steps):
        schedule.step()
        found.append(schedule.optimizer.lr)
    return found


def some_optimizer(lr: float = 0.5) -> optim.SGD:
    return optim.SGD([Value(1.0)], lr=lr)


def test_steps_multiply_the_learning_rate() -> None:
    assert rates(optim.StepLR(some_optimizer(), step_size=3, gamma=0.5), 7) == [0.5] * 3 + [0.25] * 3 + [0.125] * 2
    assert rates(optim.StepLR(some_optimizer(), step_size=1), 2) == [0.5, close(0.05), close(0.005)]
    assert rates(optim.StepLR(some_optimizer(), step_size=2, gamma=0.0), 3) == [0.5, 0.5, 0.0, 0.0]
    assert rates(optim.StepLR(some_optimizer(), step_size=1, gamma=2.0), 2) == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("least", [0.0, 0.1, 0.75])
def test_the_cosine_goes_down_and_up(least: float) -> None:
    found = rates(optim.CosineAnnealingLR(some_optimizer(), T_max=6, eta_min=least), 18)
    angles = (1.0, math.sqrt(0.75), 0.5, 0.0, -0.5, -math.sqrt(0.75), -1.0)  # the cosines of 0°, 30°, …, 180°
    down = [close(least + (0.5 - least) * (1.0 + c) / 2.0) for c in angles[:6]]
    assert found[:6] == down
    assert found[6] == least  # to the last bit
    assert found[7:12] == down[:0:-1]
    assert found[12:] == found[:7]  # so again for ever


def test_a_schedule_tells_its_rates_without_a_step() -> None:
    for schedule in (optim.StepLR(some_optimizer(), 2), optim.CosineAnnealingLR(some_optimizer(), 5, 0.25)):
        told = [schedule.rate(t) for t in range(12)]
        assert schedule.optimizer.lr == 0.5
        assert rates(schedule, 11) == told


def test_schedules_that_cannot_be_are_refused() -> None:
    optimizer = some_optimizer()
    kinds = ((optim.StepLR, "step_size"), (optim.CosineAnnealingLR, "T_max"))
    for kind, name in kinds:
        for few in (0, -3):
            with pytest.raises(ValueError, match=f"^{name} must be at least 1, got {few}$"):
                kind(optimizer, few)
        for bad in (2.0, "3", None, math.nan):
            with pytest.raises(TypeError, match=f"^{name} must be a whole number, got {bad!r}$"):
                kind(optimizer, bad)
        for bad in (optimizer.parameters, 0.1, optim.SGD, None):
            with pytest.raises(TypeError, match=rf"^{kind.__name__}: needs an optimizer, such as optim\.SGD\("):
                kind(bad, 3)
    with pytest.raises(NotImplementedError, match=r"^Schedule does not say .* define rate\(t\)"):
        optim.Schedule(optimizer).step()


def test_a_rate_that_cannot_be_changes_nothing() -> None:
    schedule = optim.StepLR(some_optimizer(1.0), step_size=1, gamma=1e200)
    assert rates(schedule, 1) == [1.0, 1e200]
    for _ in range(2):
        with pytest.raises(ValueError, match="lr must be at least 0 and finite, got inf"):
            schedule.step()
        assert (schedule.time, schedule.optimizer.lr) == (1, 1e200)


def test_an_interrupted_schedule_steps_all_or_nothing() -> None:
    seen, line, came = set(), 0, True
    while came:
        line += 1
        schedule = optim.StepLR(some_optimizer(), step_size=1, gamma=0.5)
        with Interrupt(line) as interrupt:
            schedule.step()
        came = interrupt.came
        seen.add((schedule.time, schedule.optimizer.lr))
    assert line > 5
    assert seen == {(0, 0.5), (1, 0.25)}


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_optimiser_and_schedule_stay_together_in_a_copy(copied: Any) -> None:
    schedule = optim.StepLR(some_optimizer(), step_size=2)
    schedule.step()
    twin = copied(schedule)
    twin.step()
    assert (twin.optimizer.lr, schedule.optimizer.lr) == (close(0.05), 0.5)


# --- Gradients that are too long ---


def with_gradients(*gradients: float) -> list[Value]:
    leaves = [Value(1.0) for _ in gradients]
    for leaf, gradient in zip(leaves, gradients, strict=True):
        leaf.grad = gradient
    return leaves


@pytest.mark.parametrize("longest", [0.0, 1e-3, 1, Fraction(1, 2), Decimal("0.5"), 12.9])
def test_a_long_gradient_is_shortened_in_its_direction(longest: float) -> None:
    leaves = with_gradients(3.0, -4.0, 12.0)
    assert optim.clip_grad_norm((p for p in leaves), longest) == 13.0
    assert [p.grad for p in leaves] == [close(float(longest) / (13.0 + 1e-6) * g) for g in (3.0, -4.0, 12.0)]
    assert [p.data for p in leaves] == [1.0] * 3


@pytest.mark.parametrize("longest", [13.000001, 14, 1e300, math.inf])
def test_a_short_gradient_is_left_as_it_is(longest: float) -> None:
    leaves = with_gradients(3.0, -4.0, 12.0)
    assert optim.clip_grad_norm(leaves, longest) == 13.0
    assert [p.grad for p in leaves] == [3.0, -4.0, 12.0]
    assert optim.clip_grad_norm(with_gradients(0.0, 0.0), longest) == 0.0


def test_the_norm_neither_over_nor_underflows() -> None:
    leaves = with_gradients(3e200, 4e200)
    assert optim.clip_grad_norm(leaves, 1.0) == close(5e200)
    assert [p.grad for p in leaves] == [close(0.6), close(0.8)]
    assert optim.clip_grad_norm(with_gradients(3e-200, 4e-200), 1.0) == close(5e-200)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_gradient_without_a_length_is_refused(bad: float) -> None:
    leaves = with_gradients(1.0, bad)
    with pytest.raises(ArithmeticError, match=f"norm of the gradients is {abs(bad)}; look for"):
        optim.clip_grad_norm(leaves, 0.5)
    assert leaves[0].grad == 1.0


def test_what_cannot_be_clipped_is_refused() -> None:
    x = Value(1.0)
    for bad in (-1.0, math.nan, -math.inf):
        with pytest.raises(ValueError, match=f"^max_norm must be at least 0, got {bad!r}$"):
            optim.clip_grad_norm([x], bad)
    for parameters, error, message in [
        ([], ValueError, "clip_grad_norm: needs at least one parameter"),
        ([x, x], ValueError, "clip_grad_norm: parameter number 1, .* is there twice"),
        ([x * 2.0], ValueError, "was computed from others"),
        ([1.0], TypeError, "clip_grad_norm: every parameter must be a Value"),
        (x, TypeError, r"clip_grad_norm: needs parameters, such as model\.parameters\(\)"),
    ]:
        with pytest.raises(error, match=message):
            optim.clip_grad_norm(parameters, 1.0)


def test_an_interrupted_clipping_shortens_all_or_nothing() -> None:
    seen, line, came = set(), 0, True
    while came:
        line += 1
        leaves = with_gradients(3.0, 4.0, 12.0)
        with Interrupt(line) as interrupt:
            optim.clip_grad_norm(leaves, 6.5)
        came = interrupt.came
        seen.add(tuple(round(p.grad, 5) for p in leaves))
    assert line > 10
    assert seen == {(3.0, 4.0, 12.0), (1.5, 2.0, 6.0)}


# --- What is refused ---


@pytest.mark.parametrize("kind", KINDS)
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
        (lambda: optim.RMSprop([x], lr=bad), "lr"),
        (lambda: optim.RMSprop([x], alpha=bad), "alpha"),
        (lambda: optim.RMSprop([x], eps=bad), "eps"),
        (lambda: optim.RMSprop([x], weight_decay=bad), "weight_decay"),
        (lambda: optim.AdamW([x], lr=bad), "lr"),
        (lambda: optim.AdamW([x], weight_decay=bad), "weight_decay"),
        (lambda: optim.StepLR(optim.SGD([x], lr=0.1), 1, gamma=bad), "gamma"),
        (lambda: optim.CosineAnnealingLR(optim.SGD([x], lr=0.1), 1, eta_min=bad), "eta_min"),
        (lambda: optim.Adam([x], lr=bad), "lr"),
        (lambda: optim.Adam([x], betas=(bad, 0.9)), r"betas\[0\]"),
        (lambda: optim.Adam([x], betas=(0.9, bad)), r"betas\[1\]"),
        (lambda: optim.Adam([x], eps=bad), "eps"),
        (lambda: optim.Adam([x], weight_decay=bad), "weight_decay"),
    ]:
        with pytest.raises(ValueError, match=f"{name} must be at least 0 and .*, got {bad!r}"):
            make()
    with pytest.raises(ValueError, match=r"betas\[1\] must be at least 0 and below 1, got 1.0"):
        optim.Adam([x], betas=(0.9, 1.0))
    with pytest.raises(ValueError, match=r"alpha must be at least 0 and below 1, got 1.0"):
        optim.RMSprop([x], alpha=1.0)


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
        (lambda: optim.RMSprop([x], alpha=bad), "alpha"),
        (lambda: optim.AdamW([x], weight_decay=bad), "weight_decay"),
        (lambda: optim.StepLR(optim.SGD([x], lr=0.1), 1, gamma=bad), "gamma"),
        (lambda: optim.CosineAnnealingLR(optim.SGD([x], lr=0.1), 1, eta_min=bad), "eta_min"),
        (lambda: optim.clip_grad_norm([x], bad), "max_norm"),
    ]:
        with pytest.raises(TypeError, match=re.escape(f"{name}: needs a real number, got {bad!r} of type")):
            make()
    optimizer = optim.SGD([x], lr=0.1)
    with pytest.raises(TypeError, match="lr: needs a real number"):
        optimizer.lr = bad
    assert optimizer.lr == 0.1


def test_betas_are_two_numbers() -> None:
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"^betas: needs a sequence of numbers or Values, got 0\.9$"):
        optim.Adam([x], betas=0.9)
    for wrong in ((0.9,), (0.9, 0.99, 0.999)):
        with pytest.raises(ValueError, match=f"^betas must be 2 numbers, got {re.escape(repr(wrong))}$"):
            optim.Adam([x], betas=wrong)
    assert optim.Adam([x], betas=[0.5, 0.25]).betas == (0.5, 0.25)


def test_an_optimiser_without_a_step_says_so() -> None:
    with pytest.raises(NotImplementedError, match="define step"):
        optim.Optimizer([Value(1.0)], lr=0.1).step()


# --- All or nothing ---


@pytest.mark.parametrize("make", MAKERS)
def test_an_interrupted_step_moves_all_or_nothing(make: Any) -> None:
    def fresh() -> Any:
        optimizer = make([Value(1.0), Value(2.0), Value(3.0)])
        for p in optimizer.parameters:
            p.grad = p.data
        optimizer.step()
        return optimizer

    def state(optimizer: Any) -> Any:
        return [p.data for p in optimizer.parameters], optimizer.state

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


@pytest.mark.parametrize("kind", KINDS)
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
@pytest.mark.parametrize("make", MAKERS)
def test_a_copy_goes_on_as_the_original_does(make: Any, copied: Any) -> None:
    optimizer = make([Value(1.0)])
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
        ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
        ("SGD", {"lr": 0.05, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}),
        ("RMSprop", {}),
        ("RMSprop", {"lr": 0.05, "alpha": 0.7, "eps": 1e-3}),
        ("RMSprop", {"weight_decay": 0.1}),
        ("AdamW", {}),
        ("AdamW", {"lr": 0.05, "betas": (0.7, 0.9), "eps": 1e-3, "weight_decay": 0.3}),
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
        assert [p.data for p in ours] == pytest.approx(theirs.tolist(), rel=1e-12)


@pytest.mark.peers
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("StepLR", {"step_size": 7}),
        ("StepLR", {"step_size": 1, "gamma": 0.9}),
        ("CosineAnnealingLR", {"T_max": 50}),
        ("CosineAnnealingLR", {"T_max": 12, "eta_min": 0.01}),
    ],
)
def test_schedules_and_clipping_are_pytorchs(name: str, settings: Any) -> None:
    import torch

    start = [2.0, -2.0]
    ours, theirs = [Value(x) for x in start], torch.tensor(start, dtype=torch.float64, requires_grad=True)
    mine, other = optim.SGD(ours, lr=0.3, momentum=0.5), torch.optim.SGD([theirs], lr=0.3, momentum=0.5)
    schedule, their_schedule = (
        getattr(optim, name)(mine, **settings),
        getattr(torch.optim.lr_scheduler, name)(other, **settings),
    )
    clipped = 0
    for _ in range(50):
        mine.zero_grad()
        other.zero_grad()
        a, b = ours
        ((a * b - 1.0) ** 2 + (b - 1.0) ** 4).backward()
        c, d = theirs
        ((c * d - 1.0) ** 2 + (d - 1.0) ** 4).backward()
        norm = optim.clip_grad_norm(ours, 0.75)
        clipped += norm > 0.75
        assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_([theirs], 0.75).item(), rel=1e-12, abs=1e-12)
        assert [p.grad for p in ours] == pytest.approx(theirs.grad.tolist(), rel=1e-12, abs=1e-12)
        for x in (mine, other, schedule, their_schedule):
            x.step()
        assert [p.data for p in ours] == pytest.approx(theirs.tolist(), rel=1e-12)
        assert mine.lr == pytest.approx(their_schedule.get_last_lr()[0], rel=1e-12, abs=1e-13)
    assert 3 <= clipped < 50

"""Losses, against their formulas, against mpmath far from 0, and against PyTorch."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from extras import numpy as np
from mpmath import mp

from autograd_lite import jit, losses, value_and_grad
from autograd_lite.engine.passes import topological_order
from autograd_lite.engine.value import Value

BCE = losses.binary_cross_entropy_with_logits
EXTREME = (-1000.0, -745.0, -40.0, -1.0, -1e-9, 0.0, 0.3, 20.0, 40.0, 745.0, 1000.0)


def close(x: float) -> Any:
    return pytest.approx(x, rel=1e-14, abs=0.0)


def gradient(loss: Callable[..., Any], predictions: list[float], targets: Any) -> list[float]:
    leaves = [Value(p) for p in predictions]
    loss(leaves, targets).backward()
    return [leaf.grad for leaf in leaves]


def test_a_class_may_be_a_value_to_which_nothing_flows_back() -> None:
    rows = [[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]]
    found = []
    for first, second in ((2, 0), (Value(2), Value(0.0))):
        logits = [[Value(z) for z in row] for row in rows]
        loss = losses.cross_entropy(logits, [first, second])
        loss.backward()
        found.append((loss.data, [[z.grad for z in row] for row in logits]))
    assert found[1][0] == found[0][0]
    for got, want in zip(found[1][1], found[0][1], strict=True):
        assert got == pytest.approx(want, rel=1e-15)
    label = Value(1.0)
    losses.cross_entropy([Value(1.0), 2.0], label).backward()
    assert label.grad == 0.0
    with pytest.raises(ValueError, match=r"a class must be an integer from 0 to 1, got Value\(data=2.0"):
        losses.cross_entropy([1.0, 2.0], Value(2.0))


@pytest.mark.parametrize(
    ("loss", "predictions", "targets", "expected", "slopes"),
    [
        (losses.mse, [1.0, -2.0, 0.5], [0.0, 1.0, 0.5], 10 / 3, [2 / 3, -2.0, 0.0]),
        (losses.mae, [1.0, -2.0, 0.5], [0.0, 1.0, 0.5], 4 / 3, [1 / 3, -1 / 3, 0.0]),
        (losses.huber, [1.5, -2.0, 0.5, 3.0], [1.0, 1.0, 1.5, 3.0], 3.125 / 4, [0.125, -0.25, -0.25, 0.0]),
        (losses.hinge, [0.5, -0.5, 3.0, 1.0], [1, 1, 1, 1], 0.5, [-0.25, -0.25, 0.0, 0.0]),
        (losses.hinge, [0.5, -0.5, -3.0, -1.0], [-1, -1, -1, -1], 0.5, [0.25, 0.25, 0.0, 0.0]),
        (BCE, [0.0, math.log(3.0)], [1, 0], math.log(8.0) / 2, [-0.25, 0.375]),
        (BCE, [math.log(3.0), 0.0], [0.25, 0.5], (0.25 * math.log(4 / 3) + 0.75 * math.log(4) + math.log(2)) / 2, None),
    ],
)
def test_values_and_gradients_are_those_of_the_formula(
    loss: Any, predictions: list[float], targets: Any, expected: float, slopes: list[float] | None
) -> None:
    plain = loss(predictions, targets)
    assert type(plain) is float
    assert plain == close(expected)
    assert loss([Value(p) for p in predictions], targets).data == plain
    if slopes is not None:
        assert gradient(loss, predictions, targets) == pytest.approx(slopes, rel=1e-14)


def test_cross_entropy_is_minus_the_log_of_the_share() -> None:
    rows = [[math.log(1.0), math.log(2.0), math.log(5.0)], [0.0, 0.0, math.log(2.0)]]
    assert losses.cross_entropy(rows, [1, 2]) == close((math.log(4.0) + math.log(2.0)) / 2)
    assert losses.cross_entropy(rows[0], 2) == close(math.log(8 / 5))
    shares = [0.5, 0.25, 0.25]
    expected = 0.5 * math.log(8) + 0.25 * math.log(4) + 0.25 * math.log(8 / 5)
    assert losses.cross_entropy(rows[0], shares) == close(expected)
    assert losses.cross_entropy([rows[0], rows[0]], [shares, 1]) == close((expected + math.log(4)) / 2)
    # ∂/∂z of one sample is softmax(z) - p.
    assert gradient(losses.cross_entropy, rows[0], shares) == pytest.approx([1 / 8 - 0.5, 0.0, 5 / 8 - 0.25], abs=1e-15)
    assert gradient(losses.cross_entropy, rows[0], 2) == pytest.approx([1 / 8, 2 / 8, -3 / 8], rel=1e-14)


@pytest.mark.parametrize("z", EXTREME)
@pytest.mark.parametrize("y", [0, 1, 0.25])
def test_binary_cross_entropy_keeps_its_digits_everywhere(z: float, y: float) -> None:
    with mp.workdps(1000):
        share = 1 / (1 + mp.exp(-mp.mpf(z)))
        expected = float(-y * mp.log(share) - (1 - y) * mp.log(1 - share))
        slope = float(share - y)
    tiny = 1e-307  # below it floats have fewer digits
    assert losses.binary_cross_entropy_with_logits(z, y) == pytest.approx(expected, rel=1e-14, abs=tiny)
    leaf = Value(z)
    BCE(leaf, y).backward()
    # Between 0 and 1 the two terms of the slope have opposite signs.
    assert leaf.grad == pytest.approx(slope, rel=1e-14, abs=tiny if y in (0, 1) else 1e-15)


@pytest.mark.parametrize("z", EXTREME)
@pytest.mark.parametrize("target", [0, 1, [0.25, 0.75], [0.0, 1.0]])
def test_cross_entropy_keeps_its_digits_everywhere(z: float, target: Any) -> None:
    shares = target if isinstance(target, list) else [1 - target, target]
    with mp.workdps(1000):
        logs = [-mp.log(1 + mp.exp(-mp.mpf(z))), -mp.log(1 + mp.exp(mp.mpf(z)))]
        expected = float(-mp.fsum([p * log for p, log in zip(shares, logs, strict=True)]))
        slope = float(mp.exp(logs[0]) - shares[0])
    assert losses.cross_entropy([z, 0.0], target) == pytest.approx(expected, rel=1e-14, abs=1e-307)
    tolerance = 1e-307 if 1.0 in shares else 1e-15
    assert gradient(losses.cross_entropy, [z, 0.0], target)[0] == pytest.approx(slope, rel=1e-14, abs=tolerance)


@pytest.mark.parametrize("e", [*EXTREME, -1e-170, 1e160, 1e300, 0.25, -0.25, math.nextafter(0.25, 1.0), 1e-320])
@pytest.mark.parametrize("delta", [1e-3, 0.25, 1.0, 40.0, 1e10])
def test_huber_is_a_parabola_with_straight_tails(e: float, delta: float) -> None:
    with mp.workdps(1000):
        size, edge = abs(mp.mpf(e)), mp.mpf(delta)
        expected = float(size**2 / 2 if size <= edge else edge * size - edge**2 / 2)
        slope = float(min(size, edge) * mp.sign(e))
    assert losses.huber(e, 0.0, delta) == close(expected)
    leaf, target = Value(e), Value(0.0)
    losses.huber(leaf, target, delta=delta).backward()
    assert (leaf.grad, target.grad) == (slope, -slope)


def test_huber_is_half_of_mse_for_a_wide_delta_and_mae_for_a_narrow_one() -> None:
    predictions, targets = [1.0, -2.0, 0.5], [0.0, 1.0, 0.25]
    assert losses.huber(predictions, targets, delta=math.inf) == close(losses.mse(predictions, targets) / 2)
    narrow = 1e-9
    assert losses.huber(predictions, targets, narrow) / narrow == pytest.approx(losses.mae(predictions, targets))


@pytest.mark.parametrize("bad", [0, 0.0, -1.0, math.nan, -math.inf])
def test_huber_needs_a_parabola(bad: float) -> None:
    with pytest.raises(ValueError, match=f"^huber: delta must be above 0, got {bad!r}$"):
        losses.huber([1.0], [1.0], delta=bad)
    for wrong in ("1", None, Value(1.0)):
        with pytest.raises(TypeError, match=r"^huber: delta: needs a real number, got "):
            losses.huber([1.0], [1.0], delta=wrong)


def test_certainty_costs_nothing() -> None:
    assert str(losses.cross_entropy([1000.0, -1000.0], 0)) == "0.0"
    assert losses.cross_entropy([math.inf, 0.0], 0) != losses.cross_entropy([0.0, 0.0], 0)
    assert losses.cross_entropy([0.0, -math.inf], [1.0, 0.0]) == 0.0  # not 0 times infinity
    assert BCE([1000.0, -1000.0], [1, 0]) == 0.0
    assert BCE([math.inf, -math.inf], [1, 0]) == 0.0
    assert [BCE(z, 0.5) for z in (math.inf, -math.inf)] == [math.inf, math.inf]


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "expected"),
    [
        (losses.mse, 3.0, 1, 4.0),
        (losses.mae, 3.0, 5, 2.0),
        (losses.huber, 3.0, 5, 1.5),
        (losses.hinge, 0.25, 1, 0.75),
        (BCE, 0.0, 1, math.log(2.0)),
        (losses.cross_entropy, [0.0, 0.0], 1, math.log(2.0)),
    ],
)
def test_one_sample_is_a_batch_of_one(loss: Any, prediction: Any, target: Any, expected: float) -> None:
    assert loss(prediction, target) == loss([prediction], [target]) == close(expected)
    if not isinstance(prediction, list):
        assert loss(Value(prediction), target).data == close(expected)


def test_many_outputs_are_averaged_over_all_numbers() -> None:
    assert losses.mse([[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]) == 7.5
    assert losses.mae([[Value(1.0), 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]).data == 2.5
    assert losses.huber([[Value(1.0), 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]).data == (0.5 + 1.5 + 2.5 + 3.5) / 4


def test_numbers_of_every_kind_are_taken() -> None:
    assert losses.mse(np.array([1.0, 3.0]), np.array([1, 1])) == 2.0
    assert losses.hinge([Value(0.5)], np.array([-1])).data == 1.5
    assert losses.cross_entropy(np.zeros((2, 4)), np.array([3, 0])) == close(math.log(4.0))
    assert type(losses.mse(np.array([1.0, 3.0]), [1, 1])) is float
    assert losses.mse((p for p in [1.0, 3.0]), (t for t in [1.0, 1.0])) == 2.0


def test_targets_may_be_values_where_they_are_measured() -> None:
    p, t = Value(3.0), Value(1.0)
    losses.mse([p], [t]).backward()
    assert (p.grad, t.grad) == (4.0, -4.0)
    with pytest.raises(TypeError, match="hinge: label: needs a real number"):
        losses.hinge([p], [t])


@pytest.mark.parametrize("loss", [losses.hinge, losses.mse, losses.huber])
def test_few_nodes_are_recorded(loss: Any) -> None:
    leaves = [Value(0.1 * i) for i in range(50)]
    assert len(topological_order(loss(leaves, [1.0, -1.0] * 25))) == 50 + 2 * 50 + 1


# --- What is refused ---

WRONG: list[tuple[Any, Any, Any, str]] = [
    (losses.mse, [1.0, 2.0, 3.0], [1.0, 2.0], "mse: needs as many predictions as targets, got 3 predictions and 2"),
    (losses.mae, [1.0], [1.0, 2.0], "mae: needs as many predictions as targets, got 1 predictions and 2 targets"),
    (losses.huber, [1.0], [1.0, 2.0], "huber: needs as many predictions as targets, got 1 predictions and 2 targets"),
    (losses.huber, [1.0], [[1.0]], "huber: predictions and targets must have one shape"),
    (losses.huber, [], [], "huber of no predictions"),
    (losses.hinge, [1.0], [1, 1], "got 1 predictions and 2 targets"),
    (BCE, [1.0, 0.0], [1], "got 2 predictions and 1 targets"),
    (losses.mse, [[1.0, 2.0]], [[1.0]], "got 2 predictions and 1 targets"),
    (losses.mse, [1.0], [[1.0]], "one shape"),
    (losses.mse, [1.0], 1.0, "one shape"),
    (losses.mse, [], [], "mse of no predictions"),
    (losses.hinge, [], [], "hinge of no predictions"),
    (losses.cross_entropy, [], [], "cross_entropy of no predictions"),
    (losses.cross_entropy, [[]], [0], "row of logits is empty"),
    (losses.hinge, [1.0], [0], "must be -1 or 1, got 0"),
    (losses.hinge, [1.0], [2], "must be -1 or 1, got 2"),
    (losses.hinge, [1.0], [math.nan], "must be -1 or 1, got nan"),
    (BCE, [1.0], [-1], "from 0 to 1, got -1"),
    (BCE, [1.0], [1.5], "from 0 to 1, got 1.5"),
    (BCE, [1.0], [math.nan], "from 0 to 1, got nan"),
    (losses.cross_entropy, [[0.0, 0.0]], [2], "an integer from 0 to 1, got 2"),
    (losses.cross_entropy, [[0.0, 0.0]], [-1], "an integer from 0 to 1, got -1"),
    (losses.cross_entropy, [[0.0, 0.0]], [0.5], "an integer from 0 to 1, got 0.5"),
    (losses.cross_entropy, [[0.0, 0.0]], [math.nan], "an integer from 0 to 1, got nan"),
    (losses.cross_entropy, [[0.0, 0.0]], [0, 1], "got 1 logits and 2 targets"),
    (losses.cross_entropy, [[0.0, 0.0]], [[1.0]], "got 2 logits and 1 probabilities"),
    (losses.cross_entropy, [0.0, 0.0], [0.5, 0.4], "must sum to 1"),
    (losses.cross_entropy, [0.0, 0.0], [1.5, -0.5], "must not be negative"),
    (losses.cross_entropy, [0.0, 0.0], [math.nan, 1.0], "must not be negative"),
    (losses.cross_entropy, [0.0, 0.0, 0.0], [0, 1, 1], "one row of logits for each target"),
]


@pytest.mark.parametrize(("loss", "predictions", "targets", "message"), WRONG)
def test_what_a_loss_cannot_mean_is_refused(loss: Any, predictions: Any, targets: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        loss(predictions, targets)


@pytest.mark.parametrize("loss", losses.LOSSES.values())
def test_what_is_no_number_is_refused(loss: Any) -> None:
    for predictions, targets in ((["a"], [1]), ([None], [1]), ("1", "1"), (None, [1])):
        with pytest.raises(TypeError, match=loss.__name__):
            loss(predictions, targets)


# --- PyTorch ---


@pytest.mark.peers
@pytest.mark.parametrize("seed", range(5))
def test_losses_and_gradients_are_pytorchs(seed: int) -> None:
    import torch
    from torch.nn import functional as F  # noqa: N812  (its customary name)

    rng = random.Random(seed)
    n, classes = rng.randint(1, 6), rng.randint(2, 5)
    scores = [rng.uniform(-5, 5) for _ in range(n)]
    rows = [[rng.uniform(-5, 5) for _ in range(classes)] for _ in range(n)]
    measured, labels = [rng.uniform(-2, 2) for _ in range(n)], [rng.choice((0.0, 1.0, rng.random())) for _ in range(n)]
    members = [rng.randrange(classes) for _ in range(n)]
    weights = [[rng.random() for _ in range(classes)] for _ in range(n)]
    shares = [[w / math.fsum(row) for w in row] for row in weights]
    cases: list[tuple[Any, Any, Any, Any]] = [
        (losses.mse, F.mse_loss, scores, measured),
        (losses.mae, F.l1_loss, scores, measured),
        (losses.mse, F.mse_loss, rows, weights),
        (losses.huber, F.huber_loss, scores, measured),
        (partial(losses.huber, delta=0.3), partial(F.huber_loss, delta=0.3), rows, weights),
        (partial(losses.huber, delta=2.5), partial(F.huber_loss, delta=2.5), rows, weights),
        (BCE, F.binary_cross_entropy_with_logits, scores, labels),
        (losses.cross_entropy, F.cross_entropy, rows, members),
        (losses.cross_entropy, F.cross_entropy, rows, shares),
        (losses.cross_entropy, F.cross_entropy, rows[0], members[0]),
        (losses.cross_entropy, F.cross_entropy, rows[0], shares[0]),
    ]
    for ours, theirs, predictions, targets in cases:
        tensor = torch.tensor(predictions, dtype=torch.float64, requires_grad=True)
        target = torch.tensor(targets)
        expected = theirs(tensor, target if target.dtype == torch.int64 else torch.tensor(targets, dtype=torch.float64))
        expected.backward()
        nested = isinstance(predictions[0], list)
        leaves: Any = [[Value(p) for p in row] for row in predictions] if nested else [Value(p) for p in predictions]
        loss = ours(leaves, targets)
        loss.backward()
        grads = [[v.grad for v in row] for row in leaves] if nested else [v.grad for v in leaves]
        assert loss.data == pytest.approx(expected.item(), rel=1e-12)
        assert np.array(grads) == pytest.approx(tensor.grad.numpy(), rel=1e-12, abs=1e-16)


# --- In programs ---


@pytest.mark.parametrize(
    ("loss", "predictions", "targets"),
    [
        (losses.hinge, [0.5, -2.0, 3.0], [[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]]),
        (BCE, [0.5, -2.0, 30.0], [[1.0, 0.0, 0.25], [0.0, 0.0, 1.0]]),
        (losses.cross_entropy, [[0.5, -2.0, 3.0], [1.0, 0.0, -1.0]], [[0.0, 2.0], [2.0, 1.0]]),
        (losses.cross_entropy, [[0.5, -2.0], [1.0, 0.0]], [[[0.25, 0.75], [1.0, 0.0]], [[0.5, 0.5], [0.0, 1.0]]]),
    ],
)
def test_one_program_serves_all_targets(loss: Any, predictions: Any, targets: Any) -> None:
    fast = jit(value_and_grad(loss), backend="python")
    for some in targets:
        (value, slopes), (expected, others) = fast(predictions, some), value_and_grad(loss)(predictions, some)
        assert value == close(expected)
        assert np.ravel(slopes).tolist() == pytest.approx(np.ravel(others).tolist(), rel=1e-12, abs=1e-15)
    assert (fast.ways, fast.fallbacks) == (1, 0)


def test_a_program_refuses_a_class_that_is_none() -> None:
    fast = jit(losses.cross_entropy, backend="python")
    assert fast([0.0, 0.0], 1.0) == close(math.log(2.0))
    with pytest.raises(ValueError, match="a class must be an integer from 0 to 1"):
        fast([0.0, 0.0], 2.0)

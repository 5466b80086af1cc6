"""Data sets, against scikit-learn's and published means, and what prepares them."""

from __future__ import annotations

import math
import random
import statistics
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from extras import numpy as np
from mpmath import mp

from autograd_lite import data

#: The first numbers of random.Random(1).random(), which Python's documentation promises to keep.
PROMISED = [0.13436424411240122, 0.8474337369372327, 0.763774618976614, 0.2550690257394217]

MAKERS = [data.moons, data.circles, data.spirals, data.blobs]


def test_xor_is_one_where_the_inputs_differ() -> None:
    xs, ys = data.xor()
    assert {tuple(x): y for x, y in zip(xs, ys, strict=True)} == {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0}
    assert {type(v) for row in xs for v in row} == {float}
    assert {type(y) for y in ys} == {int}


@pytest.mark.parametrize("n", [2, 3, 4, 9, 100])
def test_moons_and_circles_without_noise_are_scikit_learns(n: int) -> None:
    sklearn = pytest.importorskip("sklearn.datasets")
    for ours, theirs in [
        (data.moons(n, noise=0.0), sklearn.make_moons(n, shuffle=False)),
        (data.circles(n, noise=0.0), sklearn.make_circles(n, shuffle=False, factor=0.5)),
        (data.circles(n, noise=0.0, factor=0.0), sklearn.make_circles(n, shuffle=False, factor=0.0)),
    ]:
        assert np.array(ours[0]) == pytest.approx(theirs[0], abs=1e-12)
        assert ours[1] == theirs[1].tolist()


@pytest.mark.parametrize(("n", "classes", "turns"), [(2, 2, 1.0), (97, 2, 3.0), (100, 3, 0.25), (11, 4, 1.5)])
def test_spirals_without_noise_are_archimedes(n: int, classes: int, turns: float) -> None:
    xs, ys = data.spirals(n, classes=classes, turns=turns, noise=0.0)
    assert len(xs) == n
    assert ys == sorted(ys)
    for k in range(classes):
        arm = [complex(*x) for x, y in zip(xs, ys, strict=True) if y == k]
        for i, z in enumerate(arm, 1):  # r in equal steps to 1, and the angle in proportion to it
            r = i / len(arm)
            assert z == pytest.approx(r * np.exp(2j * np.pi * turns * r) * np.exp(2j * np.pi * k / classes), abs=1e-12)


def test_blobs_without_noise_are_their_centres() -> None:
    xs, ys = data.blobs(7, centers=4, noise=0.0)
    assert xs == [[1, 0], [0, 1], [0, 1], [-1, 0], [-1, 0], [0, -1], [0, -1]]
    assert ys == [0, 1, 1, 2, 2, 3, 3]
    middles = np.array([[1.0, 2.0, 3.0], [-4.0, 5.5, 0.0]])
    for centers in (middles, middles.tolist(), (tuple(row) for row in middles)):
        assert data.blobs(2, centers=centers, noise=0.0) == (middles.tolist(), [0, 1])
    corners = [complex(*x) for x in data.blobs(3, noise=0.0)[0]]
    assert [z**3 for z in corners] == pytest.approx([1.0] * 3, abs=1e-11)
    assert len(set(corners)) == 3


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_points_are_shared_out_evenly(classes: int) -> None:
    for n in range(classes, 30):
        for _, ys in (data.spirals(n, classes=classes), data.blobs(n, centers=classes)):
            sizes = [ys.count(k) for k in range(classes)]
            assert sum(sizes) == len(ys) == n
            assert 1 <= min(sizes) <= max(sizes) <= min(sizes) + 1


def test_noise_is_normal_and_the_same_everywhere() -> None:
    def normal(u: float, v: float) -> Any:
        return mp.sqrt(-2 * mp.log(1 - mp.mpf(u))) * mp.cos(2 * mp.pi * mp.mpf(v))

    a, b, c, d = PROMISED
    (first, _), _ = data.moons(2, noise=0.1, rng=random.Random(1))
    assert first == [round(float(1 + normal(a, b) / 10), 12), round(float(normal(c, d) / 10), 12)]


@pytest.mark.parametrize("make", MAKERS)
def test_noise_has_the_size_asked_for(make: Any) -> None:
    clean, _ = make(2000, noise=0.0)
    noisy, _ = make(2000, noise=0.3, rng=random.Random(5))
    errors = [a - b for p, q in zip(noisy, clean, strict=True) for a, b in zip(p, q, strict=True)]
    assert abs(statistics.fmean(errors)) < 4 * 0.3 / math.sqrt(4000)
    assert statistics.pstdev(errors) == pytest.approx(0.3, rel=4 / math.sqrt(8000))
    assert sum(abs(e) < 0.3 for e in errors) / 4000 == pytest.approx(0.6827, abs=0.03)  # one standard deviation


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_generator_gives_the_same_points(make: Any) -> None:
    assert make(10, rng=random.Random(3)) == make(10, rng=random.Random(3))
    assert make(10, rng=random.Random(3)) != make(10, rng=random.Random(4))
    random.seed(3)
    assert make(10) == make(10, rng=random.Random(3))


def test_what_cannot_be_made_is_refused() -> None:
    for make in MAKERS:
        with pytest.raises(ValueError, match=r"n must be at least [23], got 1$"):
            make(1)
        for noise in (-0.1, math.nan, math.inf):
            with pytest.raises(ValueError, match=f"noise .* got {noise!r}"):
                make(10, noise=noise)
        with pytest.raises(TypeError, match=r"rng must be a random.Random, .* got 1337"):
            make(10, rng=1337)
    for settings, message in [
        ({"n": "9"}, "n must be a whole number, got '9'"),
        ({"n": 9.0}, r"n must be a whole number, got 9\.0"),
        ({"noise": "1"}, "noise: needs a real number, got '1'"),
        ({"factor": None}, "factor: needs a real number, got None"),
    ]:
        with pytest.raises(TypeError, match=f"^circles: {message}"):
            data.circles(**settings)
    with pytest.raises(TypeError, match=r"^split: test: needs a real number, got '1'"):
        data.split([1, 2], [1, 2], test="1")
    with pytest.raises(ValueError, match=r"factor .* got 1\.0"):
        data.circles(10, factor=1.0)


def test_spirals_and_blobs_that_cannot_be_are_refused() -> None:
    wrong: list[tuple[Any, dict[str, Any], Any, str]] = [
        (data.spirals, {"classes": 1}, ValueError, "spirals: classes must be at least 2, got 1"),
        (data.spirals, {"classes": 2.0}, TypeError, r"spirals: classes must be a whole number, got 2\.0"),
        (data.spirals, {"n": 4, "classes": 5}, ValueError, "spirals: n must be at least 5, got 4"),
        (data.spirals, {"turns": "1"}, TypeError, "spirals: turns: needs a real number, got '1'"),
        *[
            (data.spirals, {"turns": bad}, ValueError, f"spirals: turns must be above 0 and finite, got {bad!r}")
            for bad in (0, -1.0, math.nan, math.inf)
        ],
        (data.blobs, {"centers": 1}, ValueError, "blobs: centers must be at least 2, got 1"),
        (data.blobs, {"centers": 3.0}, TypeError, r"blobs: centers must be a whole number, got 3\.0"),
        (data.blobs, {"n": 2}, ValueError, "blobs: n must be at least 3, got 2"),
        (data.blobs, {"n": 1, "centers": [[0.0], [1.0]]}, ValueError, "blobs: n must be at least 2, got 1"),
        *[
            (data.blobs, {"centers": bad}, TypeError, "blobs: centers must be how many clouds, or a list of points")
            for bad in (None, "ab", [0.0, 1.0], [["0", "1"], ["2", "3"]])
        ],
        *[
            (data.blobs, {"centers": bad}, ValueError, "blobs: centers must be at least 2 points of one dimension")
            for bad in ([], [[0.0]], [[0.0], [1.0, 2.0]], [[], []], [[0.0], [math.nan]], [[0.0], [math.inf]])
        ],
    ]
    for make, settings, error, message in wrong:
        with pytest.raises(error, match=f"^{message}"):
            make(**settings)


def test_settings_may_be_numbers_of_any_kind() -> None:
    for make in MAKERS:
        assert make(9, noise=Fraction(1, 4), rng=random.Random(1)) == make(9, noise=0.25, rng=random.Random(1))
        assert make(9, noise=Decimal("0.25"), rng=random.Random(1)) == make(9, noise=0.25, rng=random.Random(1))
    assert data.spirals(9, turns=Decimal("1.5"), noise=0) == data.spirals(9, turns=1.5, noise=0.0)
    assert data.blobs(2, centers=[[Decimal(1)], [2]], noise=0) == ([[1.0], [2.0]], [0, 1])


def test_iris_is_fishers() -> None:
    pytest.importorskip("sklearn")
    xs, ys = data.iris()
    assert [ys.count(species) for species in range(3)] == [50, 50, 50]
    assert (len(data.IRIS_FEATURES), len(data.IRIS_CLASSES)) == (4, 3)
    # R. A. Fisher (1936), table 2: the means of each species.
    means = {0: [5.006, 3.428, 1.462, 0.246], 1: [5.936, 2.770, 4.260, 1.326], 2: [6.588, 2.974, 5.552, 2.026]}
    for species, expected in means.items():
        rows = [x for x, y in zip(xs, ys, strict=True) if y == species]
        assert [round(statistics.fmean(column), 3) for column in zip(*rows, strict=True)] == expected
    assert {type(v) for row in xs for v in row} == {float}
    assert {type(y) for y in ys} == {int}


def test_iris_without_scikit_learn_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ModuleNotFoundError, match=r'data\.iris needs scikit-learn.*pip install "autograd_lite\[all\]"'):
        data.iris()


# --- Splitting ---


@pytest.mark.parametrize("seed", range(5))
def test_a_third_of_each_class_is_held_out(seed: int) -> None:
    xs, ys = list(range(150)), [0] * 50 + [1] * 50 + [2] * 50
    (train_xs, train_ys), (test_xs, test_ys) = data.split(xs, ys, rng=random.Random(seed))
    assert len(test_xs) == len(test_ys) == 50
    assert all(16 <= test_ys.count(species) <= 17 for species in range(3))
    assert sorted(train_xs + test_xs) == xs
    assert train_ys == [ys[x] for x in train_xs]
    assert test_ys == [ys[x] for x in test_xs]
    assert train_ys != sorted(train_ys)


def test_a_split_is_random_and_repeatable() -> None:
    def parts(seed: int) -> Any:
        return data.split(range(30), [0, 1] * 15, rng=random.Random(seed))

    assert parts(1) == parts(1)
    assert parts(1) != parts(2)
    held_out = [set(parts(seed)[1][0]) for seed in range(200)]
    assert all(30 < sum(i in chosen for chosen in held_out) < 110 for i in range(30))  # 67 on average


def test_measured_targets_are_held_out_over_their_whole_range() -> None:
    ys = [i * 0.1 for i in range(30)]
    _, (_, held_out) = data.split(range(30), ys, test=0.2, rng=random.Random(1))
    assert [int(y / 0.5) for y in sorted(held_out)] == [0, 1, 2, 3, 4, 5]


def test_shuffling_is_fair() -> None:
    rng, counts = random.Random(7), dict.fromkeys(range(24), 0)
    for _ in range(2400):
        counts[_rank(data._shuffled(4, rng))] += 1
    # χ² with 23 degrees of freedom lies under 49.7 with probability 0.999.
    assert sum((n - 100) ** 2 / 100 for n in counts.values()) < 49.7


def _rank(order: list[int]) -> int:
    """The place of a permutation of 4 among all 24."""
    smaller = [sum(b < a for b in order[i + 1 :]) for i, a in enumerate(order)]
    return smaller[0] * 6 + smaller[1] * 2 + smaller[2]


def test_splits_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="got 3 xs and 2 ys"):
        data.split([1, 2, 3], [1, 2])
    for test in (0.0, 1.0, -0.5, 2.0, 0.01, math.nan):
        with pytest.raises(ValueError, match=f"test={test!r} of 3 samples"):
            data.split([1, 2, 3], [1, 2, 3], test=test)
    with pytest.raises(ValueError, match="of 0 samples"):
        data.split([], [])


# --- Standardising ---


def test_standardising_is_numpys_mean_and_deviation() -> None:
    pytest.importorskip("sklearn")
    xs, _ = data.iris()
    a = np.array(xs)
    assert np.array(data.standardize(xs)) == pytest.approx((a - a.mean(axis=0)) / a.std(axis=0), rel=1e-12, abs=1e-12)
    some = np.array(data.standardize(xs[:5], like=xs))
    assert some == pytest.approx(((a - a.mean(axis=0)) / a.std(axis=0))[:5], rel=1e-12, abs=1e-12)


def test_rows_of_other_lengths_are_refused() -> None:
    for xs, like in (([[1.0], [1.0, 2.0]], None), ([[1.0]], [[1.0, 2.0]]), ([], None), ([[1.0]], [])):
        with pytest.raises(ValueError, match="rows of one length"):
            data.standardize(xs, like=like)

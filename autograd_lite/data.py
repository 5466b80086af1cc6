"""Small data sets to learn from, and what prepares them for a network.

``rng`` is a `random.Random`, or None for the `random` module's global state; the same one gives the same points on
every platform and version of Python.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar, cast

from .engine.floats import same_length
from .engine.numbers import is_number, number, whole

Rows: TypeAlias = list[list[float]]
Labels: TypeAlias = list[int]
Label = TypeVar("Label")

#: The columns of `iris`, in centimetres, and its classes 0, 1, 2.
IRIS_FEATURES = ("sepal length", "sepal width", "petal length", "petal width")
IRIS_CLASSES = ("setosa", "versicolor", "virginica")

#: Coordinates are rounded to so many digits: the sine of one platform may differ from another's in the last bit.
DIGITS = 12


def generator(rng: random.Random | None) -> random.Random:
    """``rng`` itself, or the `random` module with its global state if it is None.

    Raises:
        TypeError: It is neither.

    >>> generator(None) is random
    True
    """
    if rng is None:
        return cast(random.Random, random)
    if not isinstance(rng, random.Random):
        raise TypeError(f"rng must be a random.Random, such as random.Random(1337), got {rng!r}")
    return rng


def xor() -> tuple[Rows, Labels]:
    """The four points of exclusive or, which no single line can separate.

    Returns:
        The points (0, 0), (0, 1), (1, 0), (1, 1), and 1 where exactly one of the two is 1, else 0.

    >>> xor()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    return [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]


def moons(n: int = 100, *, noise: float = 0.1, rng: random.Random | None = None) -> tuple[Rows, Labels]:
    """Two interleaving half circles of radius 1, as scikit-learn's ``make_moons``.

    The upper one (label 0) is (cos t, sin t), the lower one (label 1) is (1 - cos t, ½ - sin t), with t from 0
    to π in equal steps.

    Args:
        n: How many points, at least 2; the lower moon has one more if it is odd.
        noise: Standard deviation of the normal noise added to both coordinates.
        rng: A `random.Random`; the `random` module's global state if None.

    Returns:
        ``n`` points [x, y], the upper moon first, and their labels 0 and 1.

    Raises:
        ValueError: ``n`` is below 2, or ``noise`` negative or not finite.

    >>> moons(4, noise=0.0)
    ([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [2.0, 0.5]], [0, 0, 1, 1])
    """
    first, second = _shares("moons", n)
    upper = [(math.cos(t), math.sin(t)) for t in _steps(first, math.pi, first - 1)]
    lower = [(1.0 - math.cos(t), 0.5 - math.sin(t)) for t in _steps(second, math.pi, second - 1)]
    return _scatter("moons", [upper, lower], noise, rng)


def circles(
    n: int = 100, *, noise: float = 0.1, factor: float = 0.5, rng: random.Random | None = None
) -> tuple[Rows, Labels]:
    """A circle of radius 1 (label 0) around a smaller one (label 1), as scikit-learn's ``make_circles``.

    Args:
        n: How many points, at least 2; the inner circle has one more if it is odd.
        noise, rng: As those of `moons`.
        factor: Radius of the inner circle, from 0 up to, not including, 1.

    Returns:
        ``n`` points [x, y], the outer circle first, and their labels 0 and 1.

    Raises:
        ValueError: ``n`` is below 2, ``noise`` negative or not finite, or ``factor`` outside [0, 1).

    >>> circles(4, noise=0.0)
    ([[1.0, 0.0], [-1.0, 0.0], [0.5, 0.0], [-0.5, 0.0]], [0, 0, 1, 1])
    """
    first, second = _shares("circles", n)
    r = number(factor, "circles: factor", least=0.0, below=1.0)
    outer = [(math.cos(t), math.sin(t)) for t in _steps(first, 2.0 * math.pi, first)]
    inner = [(r * math.cos(t), r * math.sin(t)) for t in _steps(second, 2.0 * math.pi, second)]
    return _scatter("circles", [outer, inner], noise, rng)


def spirals(
    n: int = 100, *, classes: int = 2, turns: float = 1.0, noise: float = 0.05, rng: random.Random | None = None
) -> tuple[Rows, Labels]:
    """Spirals wound around one another, one for each class (K. J. Lang and M. J. Witbrock, 1988, for two).

    The k-th of c is r (cos t, sin t) with t = 2π (turns·r + k / c), r going up to 1 in equal steps from one step
    above 0.

    Args:
        n: How many points, at least one for each class; the last spirals have one more if it cannot be shared out.
        classes: How many spirals, at least 2.
        turns: How often each goes around, above 0.
        noise, rng: As those of `moons`.

    Returns:
        ``n`` points [x, y], spiral by spiral from within, and their labels 0, 1, ….

    Raises:
        ValueError: There are too few points or classes, or a number is out of its range.

    >>> spirals(4, noise=0.0)
    ([[-0.5, 0.0], [1.0, 0.0], [0.5, 0.0], [-1.0, 0.0]], [0, 0, 1, 1])
    """
    shares = _shares("spirals", n, whole(classes, "spirals: classes", least=2))
    rounds = number(turns, "spirals: turns", above=0.0, below=math.inf)

    def point(r: float, start: float) -> tuple[float, float]:
        t = 2.0 * math.pi * (rounds * r + start)
        return r * math.cos(t), r * math.sin(t)

    arms = [[point((i + 1) / m, k / classes) for i in range(m)] for k, m in enumerate(shares)]
    return _scatter("spirals", arms, noise, rng)


def blobs(
    n: int = 100,
    *,
    centers: int | Sequence[Sequence[float]] = 3,
    noise: float = 0.3,
    rng: random.Random | None = None,
) -> tuple[Rows, Labels]:
    """Round clouds of points, one for each class, normally distributed about its centre, as ``make_blobs``.

    Args:
        n: How many points, at least one for each class; the last clouds have one more if it cannot be shared out.
        centers: How many clouds, at least 2, evenly around the circle of radius 1 from (1, 0) on; or their
            centres, of any dimension.
        noise: Standard deviation of the points from their centre, in every coordinate.
        rng: As that of `moons`.

    Returns:
        ``n`` points, cloud by cloud, and their labels 0, 1, ….

    Raises:
        ValueError: There are too few points or centres, or centres of several dimensions, or a number is not finite.

    >>> blobs(4, centers=2, noise=0.0)
    ([[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [-1.0, 0.0]], [0, 0, 1, 1])
    >>> blobs(2, centers=[[0.0], [5.0]], noise=0.0)
    ([[0.0], [5.0]], [0, 1])
    """
    middles = _centers(centers)
    clouds = [[middle] * m for middle, m in zip(middles, _shares("blobs", n, len(middles)), strict=True)]
    return _scatter("blobs", clouds, noise, rng)


def iris() -> tuple[Rows, Labels]:
    """Fisher's measurements of 150 iris flowers of three species (R. A. Fisher, 1936), from scikit-learn.

    Returns:
        One row [sepal length, sepal width, petal length, petal width] in centimetres for each flower
        (`IRIS_FEATURES`), and its species 0, 1 or 2 (`IRIS_CLASSES`), 50 of each, in this order.

    Raises:
        ModuleNotFoundError: scikit-learn, which has the numbers, is not installed.

    >>> xs, ys = iris()
    >>> len(xs), [ys.count(species) for species in range(3)]
    (150, [50, 50, 50])
    """
    try:
        from sklearn.datasets import load_iris
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f'data.iris needs scikit-learn, which has the measurements ({error}): pip install "autograd_lite[all]"'
        ) from None
    rows, species = load_iris(return_X_y=True)
    return rows.tolist(), species.tolist()


def split(
    xs: Sequence[Any], ys: Sequence[Label], *, test: float = 1 / 3, rng: random.Random | None = None
) -> tuple[tuple[list[Any], list[Label]], tuple[list[Any], list[Label]]]:
    """A part to learn from, and a part held out for a test, in random order.

    Stratified: shuffled, then sorted by ``ys``, every part of the order gives its share to the test,
    so each class (or range of a measured target) is held out in proportion.

    Args:
        xs: What the network is given, one entry for each sample.
        ys: The targets, as many; they can be put in order.
        test: The share that is held out, between 0 and 1.
        rng: A `random.Random`; the `random` module's global state if None.

    Returns:
        ``(train_xs, train_ys), (test_xs, test_ys)``.

    Raises:
        ValueError: The lengths differ, or one of the parts would be empty.

    >>> train, (test_xs, test_ys) = split(range(6), [0, 0, 0, 1, 1, 1])
    >>> sorted(test_ys), sorted(train[1])
    ([0, 1], [0, 0, 1, 1])
    """
    n = len(xs)
    same_length("split", xs=xs, ys=ys)
    held_out = round(n * test) if 0.0 < number(test, "split: test") < 1.0 else 0
    if not 0 < held_out < n:
        raise ValueError(f"split: test={test!r} of {n} samples leaves one of the two parts empty")
    order = _shuffled(n, generator(rng))
    by_target = sorted(order, key=lambda i: cast(Any, ys[i]))
    chosen = {i for place, i in enumerate(by_target) if place * held_out % n < held_out}
    train, tested = [i for i in order if i not in chosen], [i for i in order if i in chosen]
    return ([xs[i] for i in train], [ys[i] for i in train]), ([xs[i] for i in tested], [ys[i] for i in tested])


def standardize(xs: Sequence[Sequence[float]], like: Sequence[Sequence[float]] | None = None) -> Rows:
    """Each column minus its mean, divided by its standard deviation: (x - μ) / σ.

    Args:
        xs: Rows of numbers, all of one length.
        like: The rows whose means and (population) standard deviations are used: those of the
            training data, for data to test with; ``xs`` itself if None.

    Returns:
        New rows. A column that is constant in ``like`` is only shifted.

    Raises:
        ValueError: There are no rows, or their lengths differ.

    >>> standardize([[1.0, 5.0], [3.0, 5.0]])
    [[-1.0, 0.0], [1.0, 0.0]]
    >>> standardize([[5.0]], like=[[1.0], [3.0]])
    [[3.0]]
    """
    model = xs if like is None else like
    sizes = {len(row) for row in [*model, *xs]}
    if len(model) == 0 or len(sizes) > 1:
        raise ValueError(f"standardize: needs rows of one length, got {len(model)} rows of lengths {sorted(sizes)}")
    moments = [_moments([float(x) for x in column]) for column in zip(*model, strict=True)]
    return [[(float(x) - mean) / deviation for x, (mean, deviation) in zip(row, moments, strict=True)] for row in xs]


def _moments(column: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation, 1 in place of a deviation of 0."""
    mean = math.fsum(column) / len(column)
    return mean, math.sqrt(math.fsum([(x - mean) ** 2 for x in column]) / len(column)) or 1.0


def _shares(name: str, n: int, classes: int = 2) -> list[int]:
    """How many of ``n`` points each class has: as many as the others, or the last ones 1 more."""
    whole(n, f"{name}: n", least=classes)
    return [n * (k + 1) // classes - n * k // classes for k in range(classes)]


def _centers(centers: Any) -> list[tuple[float, ...]]:
    """Where the clouds are, if so many can be told apart."""
    if is_number(centers):
        count = whole(centers, "blobs: centers", least=2)
        return [(math.cos(t), math.sin(t)) for t in _steps(count, 2.0 * math.pi, count)]
    try:
        middles = [tuple([number(c, "a coordinate") for c in point]) for point in centers]
    except TypeError:
        raise TypeError(f"blobs: centers must be how many clouds, or a list of points, got {centers!r}") from None
    sizes = {len(middle) for middle in middles}
    if len(middles) < 2 or len(sizes) > 1 or 0 in sizes or not all(math.isfinite(c) for m in middles for c in m):
        raise ValueError(f"blobs: centers must be at least 2 points of one dimension, all finite, got {centers!r}")
    return middles


def _steps(count: int, end: float, parts: int) -> list[float]:
    """``count`` numbers from 0, each 1 / ``parts`` of ``end`` above the one before."""
    return [end * i / max(parts, 1) for i in range(count)]


def _scatter(
    name: str, classes: Sequence[Sequence[tuple[float, ...]]], noise: float, rng: random.Random | None
) -> tuple[Rows, Labels]:
    """The points of all classes as rows with noise, and their labels."""
    deviation = number(noise, f"{name}: noise", least=0.0, below=math.inf)
    source = generator(rng)
    labelled = [(point, label) for label, points in enumerate(classes) for point in points]
    rows = [[round(c + deviation * _normal(source), DIGITS) + 0.0 for c in point] for point, _ in labelled]
    return rows, [label for _, label in labelled]


def _normal(rng: random.Random) -> float:
    """A standard normal number (Box and Muller, 1958), from `random()`, which no version of Python may change."""
    radius = math.sqrt(-2.0 * math.log(1.0 - rng.random()))
    return radius * math.cos(2.0 * math.pi * rng.random())


def _shuffled(n: int, rng: random.Random) -> list[int]:
    """0 to n - 1 in random order (Fisher and Yates), from `random()` alone, as `_normal`."""
    order = list(range(n))
    for i in reversed(range(1, n)):
        j = int(rng.random() * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order

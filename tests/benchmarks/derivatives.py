"""Every other derivative against the plain backward pass, and short forms against long ones, as ratios in one process.

Each pair does its two works in turns, and the least time of the one is divided by the least of the other.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from harness import Engine, Gradients, Step, Work

LINKS = 2000  # of two operations each
START = (1.0, 0.999, 0.001)
NUMBERS = [i / 1000 for i in range(10_000)]
#: How many turns each of a pair has, and in how many seconds, unless these are used up by three.
TURNS, BUDGET = 15, 2.0
#: A turn lasts so long, in seconds, that the clock's own steps do not count.
TURN = 0.002


class Pair(NamedTuple):
    """Two works that belong together: what the first costs is told in terms of the second."""

    what: str
    work: Callable[[], Any]
    base: Callable[[], Any]


def chain(x: Any, a: Any, b: Any) -> Any:
    for _ in range(LINKS):
        x = x * a + b
    return x


def rosenbrock(x: Sequence[Any]) -> Any:
    return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in itertools.pairwise(x))


def k_means(centers: Sequence[Any]) -> Any:
    """The squared distance of every point to the nearest of the centres, which are pairs side by side."""
    places = list(zip(centers[::2], centers[1::2], strict=True))
    return sum(min((x - a) ** 2 + (y - b) ** 2 for a, b in places) for x, y in points())


def points() -> list[tuple[float, float]]:
    rng = random.Random(7)
    return [(rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)) for _ in range(200)]


def ratio(pair: Pair) -> float:
    """Least time over least time, of works that take turns."""
    least = []
    for work in (pair.work, pair.base):
        work()
        start = time.perf_counter()
        work()
        least.append(time.perf_counter() - start)
    counts = [max(1, round(TURN / seconds)) for seconds in least]
    for _ in range(max(3, min(TURNS, round(BUDGET / max(TURN, sum(least)))))):
        for i, work in enumerate((pair.work, pair.base)):
            start = time.perf_counter()
            for _ in range(counts[i]):
                work()
            least[i] = min(least[i], (time.perf_counter() - start) / counts[i])
    return least[0] / least[1]


def passes() -> Iterator[Pair]:
    """Forward mode and recorded passes, on a chain of products and sums."""
    from autograd_lite import Value, grad, gradients, linearize, vjp

    _, push = linearize(chain, *START)
    _, pull = vjp(chain, *START)
    yield Pair("a tangent pushed ÷ an adjoint pulled", lambda: push(1.0, 0.0, 0.0), lambda: pull(1.0))

    def chained(differentiate: Callable[[Any, list[Any]], Any]) -> Any:
        leaves = [Value(x) for x in START]
        return differentiate(chain(*leaves), leaves)

    yield Pair(
        "a chain and its gradients, recorded ÷ on floats",
        lambda: chained(gradients),
        lambda: chained(lambda y, _: y.backward()),
    )
    slope = grad(chain)
    yield Pair("vjp of grad, pulled ÷ grad", lambda: vjp(slope, *START)[1](1.0), lambda: slope(*START))


def products() -> Iterator[Pair]:
    """Hessian times vector."""
    from autograd_lite import grad, hvp, linearize, vjp

    rng = random.Random(7)
    for name, f, n in (
        ("k-means", k_means, 20),
        ("chain", lambda x: chain(*x), 3),
        ("Rosenbrock", rosenbrock, 100),
    ):
        x = [rng.uniform(0.5, 1.0) for _ in range(n)]
        v = [rng.gauss(0.0, 1.0) for _ in range(n)]
        slope = grad(f)
        yield Pair(
            f"hvp ÷ vjp of grad, {name}",
            lambda f=f, x=x, v=v: hvp(f, (x,), (v,)),
            lambda g=slope, x=x, v=v: vjp(g, x)[1](v),
        )
        _, change = linearize(slope, x)
        yield Pair(
            f"a second product ÷ the first, {name}",
            lambda change=change, v=v: change(v),
            lambda g=slope, x=x, v=v: linearize(g, x)[1](v),
        )


def structures() -> Iterator[Pair]:
    """What it costs that arguments are lists."""
    from autograd_lite import Value, grad

    first = grad(lambda x: x[0])
    yield Pair(
        "grad of x[0] of 10,000 floats ÷ their Values", lambda: first(NUMBERS), lambda: [Value(v) for v in NUMBERS]
    )
    product, pair = grad(lambda x: x[0] * x[1]), [2.0, 3.0]

    def by_hand() -> list[float]:
        x, y = [Value(v) for v in pair]
        (x * y).backward()
        return [x.grad, y.grad]

    yield Pair("grad of a product of two in a list ÷ by hand", lambda: product(pair), by_hand)


def short_forms() -> Iterator[Pair]:
    """Four products summed, and one function of one float."""
    from autograd_lite import Value, dot, exp

    xs, ys = [0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]

    def written_out(xs: Any, ys: Any) -> Any:
        return xs[0] * ys[0] + xs[1] * ys[1] + xs[2] * ys[2] + xs[3] * ys[3]

    yield Pair("dot of four floats ÷ written out", lambda: dot(xs, ys), lambda: written_out(xs, ys))
    vs, ws = [Value(x) for x in xs], [Value(y) for y in ys]
    yield Pair(
        "dot of four Values, forward and backward ÷ written out",
        lambda: dot(vs, ws).backward(),
        lambda: written_out(vs, ws).backward(),
    )
    of_a_float, of_math, one = exp, math.exp, 1.0
    yield Pair(
        "exp(1.0) ÷ math.exp(1.0)", lambda: [of_a_float(one) for _ in NUMBERS], lambda: [of_math(one) for _ in NUMBERS]
    )


def training() -> Iterator[Pair]:
    """Sixty epochs on the irises, against the losses and backward passes that they consist of."""
    from autograd_lite import data, losses, nn, optim

    xs, ys = data.iris()
    xs, epochs, size = data.standardize(xs), 60, 16

    def model() -> Any:
        return nn.MLP(4, [8, 3], activation="tanh", rng=random.Random(7))

    def fitted() -> None:
        net = model()
        optimizer = optim.Adam(net.parameters(), lr=0.01)
        rng = random.Random(7)
        nn.fit(net, xs, ys, loss="cross_entropy", optimizer=optimizer, epochs=epochs, batch_size=size, rng=rng)

    def its_passes() -> None:
        net = model()
        for _ in range(epochs):
            for start in range(0, len(xs), size):
                batch = slice(start, start + size)
                losses.cross_entropy([net(x) for x in xs[batch]], ys[batch]).backward()

    yield Pair("nn.fit of iris ÷ its passes", fitted, its_passes)


PAIRS = (passes, products, structures, short_forms, training)


def ours() -> tuple[Step, Gradients]:
    def step() -> dict[str, float]:
        return {pair.what: ratio(pair) for pairs in PAIRS for pair in pairs()}

    return step, list


WORK = Work(
    "what derivatives cost against the passes on floats, and short forms against long ones: ratios of least times of "
    "works that take turns in one process. The chain has 4,000 operations.",
    {"ours": Engine(ours, ours=True)},
    ("ours",),
    share=3,
)

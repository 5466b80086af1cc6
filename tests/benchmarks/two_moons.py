"""One loss and its gradient, MLP(2, [16, 16, 1]) on 100 points of the two moons: a ratio to plain floats.

    python tests/benchmarks/two_moons.py [--rounds 15]

Each engine runs in a process of its own, with the garbage collector as Python starts it. They take turns,
one step each; medians are compared. The losses are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise

Step = Callable[[], float]
SIZES = [2, 16, 16, 1]
ALPHA = 1e-4


def points() -> tuple[list[list[float]], list[int]]:
    from autograd_lite import data

    xs, ys = data.moons(100, noise=0.1, rng=random.Random(7))
    return xs, [2 * y - 1 for y in ys]


def layers() -> list[list[tuple[list[float], float]]]:
    """Weights and bias of every neuron, drawn as `nn.MLP` draws them."""
    rng = random.Random(7)
    return [[([rng.uniform(-1, 1) for _ in range(n)], 0.0) for _ in range(m)] for n, m in pairwise(SIZES)]


def floats() -> Step:
    """The loss alone, written for plain floats."""
    xs, ys = points()
    network = layers()

    def score(x: list[float]) -> float:
        for i, layer in enumerate(network):
            out = []
            for weights, bias in layer:
                total = bias
                for w, v in zip(weights, x, strict=True):
                    total += w * v
                out.append(total if total > 0 or i == 2 else 0.0)
            x = out
        return x[0]

    def step() -> float:
        total = 0.0
        for x, y in zip(xs, ys, strict=True):
            margin = 1 + -y * score(x)
            total += margin if margin > 0 else 0.0
        penalty = 0.0
        for layer in network:
            for weights, bias in layer:
                for w in weights:
                    penalty += w * w
                penalty += bias * bias
        return total * (1 / len(xs)) + ALPHA * penalty

    return step


def step_of(model: Callable, parameters: list, values: Callable) -> Step:
    """The demo of micrograd: hinge loss and L2 penalty, written as its users write them."""
    xs, ys = points()

    def step() -> float:
        scores = [model([values(v) for v in x]) for x in xs]
        losses = [(1 + -y * score).relu() for y, score in zip(ys, scores, strict=True)]
        loss = sum(losses) * (1 / len(losses)) + ALPHA * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        return loss.data

    return step


def ours() -> Step:
    from autograd_lite import Value, nn

    model = nn.MLP(2, SIZES[1:], rng=random.Random(7))
    return step_of(model, list(model.parameters()), Value)


def micrograd() -> Step:
    from micrograd.engine import Value
    from micrograd.nn import MLP

    random.seed(7)
    model = MLP(2, SIZES[1:])
    return step_of(model, model.parameters(), Value)


ENGINES = {"floats": floats, "ours": ours, "micrograd": micrograd}


def serve(engine: str) -> None:
    """In a process of its own: for each line of input one step; answer with its loss and its time."""
    step = ENGINES[engine]()
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = step()
        print(repr(loss), time.perf_counter() - start, flush=True)


def ask(process: subprocess.Popen[str]) -> tuple[float, float]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("step\n")
    process.stdin.flush()
    loss, seconds = process.stdout.readline().split()
    return float(loss), float(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--engine", choices=list(ENGINES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.engine:
        return serve(arguments.engine)
    engines = [name for name in ENGINES if name != "micrograd" or find_spec("micrograd")]
    command = [sys.executable, __file__, "--engine"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = {name: subprocess.Popen([*command, name], **pipes) for name in engines}
    losses = {name: ask(process)[0] for name, process in processes.items()}
    assert max(losses.values()) - min(losses.values()) < 1e-12, losses
    times: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(arguments.rounds):
        for name, process in processes.items():
            times[name].append(ask(process)[1])
    for process in processes.values():
        process.communicate()
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {arguments.rounds} rounds, loss {losses['ours']!r}"
    )
    floor = statistics.median(times["floats"])
    for name in engines:
        middle = statistics.median(times[name])
        print(
            f"{name:>10} {1000 * middle:9.2f} ms {middle / floor:8.1f} times the loss on floats, "
            f"{1000 * min(times[name]):.2f} to {1000 * max(times[name]):.2f} ms"
        )
    return None


if __name__ == "__main__":
    main()

"""How long an import takes: a process with it, less a process without."""

from __future__ import annotations

import statistics
import subprocess
import time

from harness import PYTHON, Engine, Gradients, Step, Work

PAIRS = 3  # at each turn


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([*PYTHON, "-c", code], check=True)
    return time.perf_counter() - start


def importing(module: str) -> Engine:
    def make() -> tuple[Step, Gradients]:
        def step() -> dict[str, float]:
            return {"time": statistics.median(seconds(f"import {module}") - seconds("pass") for _ in range(PAIRS))}

        return step, list

    name = module.partition(".")[0]
    return Engine(make, "" if name == "autograd_lite" else name, ours=name == "autograd_lite")


WORK = Work(
    "the time of a process that imports the package, less that of `python -c pass`.",
    {
        "ours": importing("autograd_lite"),
        "micrograd": importing("micrograd.engine"),
        "NumPy": importing("numpy"),
        "HIPS autograd": importing("autograd"),
        "PyTorch": importing("torch"),
    },
    ("ours",),
)

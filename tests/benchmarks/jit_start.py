"""From the start of a process to the first gradient of the two moons: imports, recording, compilation, a call."""

from __future__ import annotations

import json
import subprocess
import sys

from harness import FOLDER, Engine, Gradients, Step, Work
from jit_two_moons import WORK as TWO_MOONS
from loops import Make


def process(engine: str) -> Make:
    """A process that serves one turn of an engine of the other work."""

    def make() -> tuple[Step, Gradients]:
        last: list[float] = []

        def step() -> float:
            command = [sys.executable, str(FOLDER), "--serve", "jit_two_moons", engine]
            done = subprocess.run(command, input="\n", stdout=subprocess.PIPE, text=True, check=True)
            out, *last[:] = json.loads(done.stdout)[1]
            return float(out)

        return step, lambda: last

    return make


NAMES = {name: engine for name, engine in TWO_MOONS.engines.items() if "alone" not in name}
WORK = Work(
    "a process from its start to the first loss and gradient of the two moons' network, imports included.",
    {name: Engine(process(name), engine.peer, engine.ours) for name, engine in NAMES.items()},
    ("jit",),
)

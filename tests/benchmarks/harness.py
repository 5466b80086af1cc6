"""What all works share: engines served in processes of their own, asked in turn, held equal, counted, tabulated."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PEERS = {
    "micrograd": "micrograd",
    "autograd": "HIPS autograd",
    "numpy": "NumPy",
    "torch": "PyTorch",
    "jax": "JAX",
    "casadi": "CasADi",
    "ddx": "ddx-ad",
    "llvmlite": "llvmlite",
    "scipy": "SciPy",
}
#: A peer that is no package: what compiles C.
COMPILER = "cc"
THREADS = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS")} | {
    "NPROC": "1",  # JAX makes so many threads, whatever may divide a product of matrices among them
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}
COMPILED = ", compiled"
#: Without the present folder on the path, which may hold another copy of the package than the one asked for.
PYTHON = [sys.executable, "-P"]

#: Does the work once and answers its result, or what it has measured itself under names with units.
Step = Callable[[], float | dict[str, float]]
#: Reads the gradients that the last step has left, after the clock has stopped.
Gradients = Callable[[], Sequence[float]]
Samples = dict[str, dict[str, list[float]]]


@dataclass(frozen=True)
class Engine:
    """One way to do the work: ``make`` imports what it needs, sets up, and answers step and gradients."""

    make: Callable[[], tuple[Step, Gradients]]
    peer: str = ""  # the package that it needs, or COMPILER; empty for ours and for plain Python
    ours: bool = False  # runs compiled too, when there is a compiled copy
    repeat: int = 1  # steps at each turn, for steps too short to be timed alone


@dataclass(frozen=True)
class Work:
    """What is computed, by which engines, and the engines that the others are divided by."""

    about: str
    engines: dict[str, Engine]
    against: tuple[str, ...]
    tolerance: float = 1e-9
    checked: int = 1  # turns to warm up, each held equal
    share: int = 1  # of the rounds, for work that takes long: one in so many
    note: str = ""
    compiles: bool = False  # where engines do, the first call is told apart


# --- In the process of an engine ---


def serve(engine: Engine) -> None:
    """For each line of input one turn, the first of one step; answer with what was measured, result and gradients."""
    step, gradients = engine.make()
    repeat = 1
    for _ in sys.stdin:
        start = time.perf_counter()
        for _ in range(repeat):
            answer = step()
        seconds = (time.perf_counter() - start) / repeat
        repeat = engine.repeat
        if isinstance(answer, dict):
            print(json.dumps([answer, []]), flush=True)
        else:
            print(json.dumps([{"time": seconds}, [float(answer), *map(float, gradients())]]), flush=True)


# --- In the process that asks ---


class Served:
    """An engine in a process of its own."""

    def __init__(self, work: str, engine: str, compiled: str) -> None:
        command = [sys.executable, str(FOLDER), "--serve", work, engine]
        self.name = f"{work}: {engine}{COMPILED if compiled else ''}"
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(compiled)
        )

    def ask(self) -> tuple[dict[str, float], list[float]]:
        """One turn."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} ended with code {self.process.wait()}; what it said is above")
        measured, results = json.loads(answer)
        return measured, results

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


def environment(compiled: str) -> dict[str, str]:
    """One thread for each engine, bytecode kept as always, and a compiled copy that is to run first on the path."""
    path = [compiled, os.environ.get("PYTHONPATH", "")]
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **THREADS, "PYTHONPATH": os.pathsep.join(filter(None, path))}


def run(name: str, work: Work, rounds: int, compiled: str) -> dict[str, Any]:
    """All about one work, ready for JSON: samples, medians, quartiles, ratios."""
    rounds = -(-rounds // work.share)
    missing = sorted({e.peer for e in work.engines.values() if not is_there(e.peer)})
    present = {key: engine for key, engine in work.engines.items() if engine.peer not in missing}
    served: dict[str, Served] = {}
    try:
        for key, engine in present.items():
            served[key] = Served(name, key, "")
            if engine.ours and compiled:
                served[key + COMPILED] = Served(name, key, compiled)
        first = warm_up(served, work)
        samples = measure(served, rounds)
    finally:
        for process in served.values():
            process.close()
    bases = [base for key in work.against for base in (key, key + COMPILED) if base in samples]
    rows = {engine: summary(engine, samples, bases) for engine in samples}
    for engine, seconds in first.items():
        rows[engine]["time"]["first"] = seconds
    return {"about": work.about, "note": work.note, "rounds": rounds, "left out": missing, "engines": rows}


def is_there(peer: str) -> bool:
    """Whether what an engine needs is installed."""
    return shutil.which(COMPILER) is not None if peer == COMPILER else not peer or find_spec(peer) is not None


def warm_up(served: dict[str, Served], work: Work) -> dict[str, float]:
    """Turns whose results must be equal; how long the first call took, where it is told apart."""
    answers = [{name: process.ask() for name, process in served.items()} for _ in range(work.checked)]
    for answer in answers:
        hold_equal({name: results for name, (_, results) in answer.items()}, work.tolerance)
    return {name: measured["time"] for name, (measured, _) in answers[0].items()} if work.compiles else {}


def measure(served: dict[str, Served], rounds: int) -> Samples:
    """The rounds: each engine one turn in each."""
    samples: Samples = {name: {} for name in served}
    for _ in range(rounds):
        for name, process in served.items():
            for what, amount in process.ask()[0].items():
                samples[name].setdefault(what, []).append(amount)
    return samples


def hold_equal(results: dict[str, list[float]], tolerance: float) -> None:
    """The result and every gradient must be the same; an engine without gradients answers the result alone."""
    reference = max(results, key=lambda name: len(results[name]))
    expected = results[reference]
    for name, found in results.items():
        if len(found) not in (min(1, len(expected)), len(expected)):
            raise SystemExit(f"{name} answers {len(found)} numbers, {reference} {len(expected)}")
        for i, (x, y) in enumerate(zip(found, expected, strict=False)):
            if not abs(x - y) <= tolerance * max(1.0, abs(y)):
                what = f"gradient {i - 1}" if i else "the result"
                raise SystemExit(f"{name} and {reference} do not agree: {what} is {x!r} and {y!r}")


# --- Statistics ---


def summary(engine: str, samples: Samples, bases: Iterable[str]) -> dict[str, Any]:
    """Of each thing measured the median and the quartiles, and those of its ratio to the bases, round by round."""
    return {
        what: {
            **spread(numbers),
            "against": {
                base: spread([x / y for x, y in zip(numbers, samples[base][what], strict=True)]) for base in bases
            },
            "samples": numbers,
        }
        for what, numbers in samples[engine].items()
    }


def spread(numbers: list[float]) -> dict[str, Any]:
    low, _, high = statistics.quantiles(numbers, n=4, method="inclusive") if len(numbers) > 1 else numbers * 3
    return {"median": statistics.median(numbers), "quartiles": [low, high]}


# --- What is printed ---


def header(compiled: str) -> str:
    """Versions, processor, threads: what the numbers depend on."""
    ours = package("")
    if compiled:
        beside = package(compiled)
        if "compiled" not in beside:
            raise SystemExit(f"{compiled} has no compiled copy of the package; RESULTS.md says how to make one")
        ours += f" and, beside it, {beside}"
    versions = [f"{PEERS[peer]} {version(peer)}" for peer in PEERS if find_spec(peer)]
    return (
        f"{ours}; {platform.python_implementation()} {platform.python_version()} on {platform.system()} "
        f"{platform.machine()}, {processor()}, {os.cpu_count()} processors, one thread for each engine; "
        f"{', '.join(versions) or 'no peers installed'}."
    )


def version(peer: str) -> str:
    return metadata.version(metadata.packages_distributions()[peer][0])


def package(compiled: str) -> str:
    """Which copy of the package runs, asked of a process as the engines are."""
    code = "import autograd_lite as a; print(a.__version__, 'compiled' if a.COMPILED else 'readable')"
    done = subprocess.run([*PYTHON, "-c", code], env=environment(compiled), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"autograd_lite cannot be imported:\n{done.stderr}")
    return f"autograd_lite {done.stdout.strip()}"


def processor() -> str:
    """Its name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "processor unknown"


def table(name: str, found: dict[str, Any]) -> str:
    """One work as a table in Markdown."""
    engines: dict[str, Any] = found["engines"]
    measured = {what: None for row in engines.values() for what in row}
    bases = list(next(iter(next(iter(engines.values())).values()))["against"])
    compiles = any("first" in one for row in engines.values() for one in row.values())
    titles = ["engine", *["measured"] * (len(measured) > 1), *["first call"] * compiles, "median", "quartiles"]
    lines = [[*titles, *(f"÷ {b}" for b in bases)]]
    for what in measured:
        for engine, row in engines.items():
            one = row[what]
            ratios = [ratio(one["against"][base]) for base in bases]
            label = [engine, *[what] * (len(measured) > 1), *([number(one["first"], what)] if compiles else [])]
            lines.append([*label, number(one["median"], what), interval(one["quartiles"], what), *ratios])
    absent = ", ".join(PEERS.get(peer, "a C compiler") for peer in found["left out"])
    notes = [found["note"], absent and f"Left out, since not installed: {absent}."]
    title = f"**{name}**: {found['about']} Rounds: {found['rounds']}."
    return "\n\n".join(filter(None, [title, aligned(lines), *notes]))


def aligned(lines: list[list[str]]) -> str:
    """Cells to a table of Markdown that is legible as text too; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    words = 2 if "measured" in lines[0] else 1
    rule = ["-" * w if i < words else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    rows = [
        [cell.ljust(w) if i < words else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))]
        for line in lines
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]])


def ratio(one: dict[str, Any]) -> str:
    low, high = one["quartiles"]
    return f"{digits(one['median'])} ({digits(low)} to {digits(high)})"


def interval(pair: list[float], what: str) -> str:
    return " to ".join(number(x, what) for x in pair)


def number(x: float, what: str) -> str:
    """With its unit if it is a time; what else is measured has its unit in its name."""
    if what != "time":
        return digits(x)
    for scale, unit in ((1.0, "s"), (1e3, "ms")):
        if x * scale >= 1.0:
            return f"{digits(x * scale)} {unit}"
    return f"{digits(x * 1e6)} µs"


def digits(x: float) -> str:
    """Three digits that count, and never fewer than the integer has."""
    return f"{x:.0f}" if abs(x) >= 99.95 else f"{x:#.3g}"

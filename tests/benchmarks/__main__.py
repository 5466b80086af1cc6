"""Ours against its peers on the same work, as ratios.

    python tests/benchmarks [--rounds 9] [--only two_moons] [--compiled FOLDER] [--json FILE] [--readme]

Each engine runs in a process of its own, with the garbage collector as Python starts it. Results and gradients
are held equal before anything is timed; then the engines take turns. Medians and quartiles over the rounds are
printed, and the ratios are of times of the same round. ``--readme`` puts them into RESULTS.md beside this file, and
the rows that matter most into the README.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path

import harness
from results import PROGRAMS, WORKS, updated


def main() -> None:
    arguments = parsed()
    if arguments.serve:
        work, engine = arguments.serve
        return harness.serve(import_module(work).WORK.engines[engine])
    if arguments.readme:
        updated("", {})  # without a place for the tables the hour would be lost
    header = harness.header(arguments.compiled)
    print(header, flush=True)
    found, tables = {}, {}
    for name in arguments.only or [*WORKS, *PROGRAMS]:
        found[name] = harness.run(name, import_module(name).WORK, arguments.rounds, arguments.compiled)
        tables[name] = harness.table(name, found[name])
        print(f"\n{tables[name]}", flush=True)
    if arguments.json:
        text = json.dumps({"header": header, "works": found}, indent=1, ensure_ascii=False)
        arguments.json.write_text(text + "\n", encoding="utf-8")
    if arguments.readme:
        for file, text in updated(header, tables).items():
            file.write_text(text, encoding="utf-8")
    return None


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python tests/benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9, help="turns of each engine (9)")
    parser.add_argument("--only", action="append", choices=[*WORKS, *PROGRAMS], metavar="WORK", help="one of them")
    parser.add_argument("--compiled", default="", metavar="FOLDER", help="a compiled copy, to run beside")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all samples too")
    parser.add_argument("--readme", action="store_true", help="put the tables into RESULTS.md and README.md")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be 1 or above")
    if arguments.compiled:
        arguments.compiled = str(Path(arguments.compiled).resolve())
    return arguments


if __name__ == "__main__":
    main()

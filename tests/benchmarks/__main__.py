"""Ours against its peers on the same work, as ratios.

    python tests/benchmarks [--rounds 9] [--only two_moons] [--compiled FOLDER] [--json FILE] [--readme]

Each engine runs in a process of its own, with the garbage collector as Python starts it. Results and gradients
are held equal before anything is timed; then the engines take turns. Medians and quartiles over the rounds are
printed, and the ratios are of times of the same round.
"""

from __future__ import annotations

import argparse
import json
import re
from importlib import import_module
from pathlib import Path

import harness

WORKS = ["two_moons", "expression", "transformer", "recurrent", "chain", "wide", "orbit", "memory", "imports"]
README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"


def main() -> None:
    arguments = parsed()
    if arguments.serve:
        work, engine = arguments.serve
        return harness.serve(import_module(work).WORK.engines[engine])
    if arguments.readme:
        kept = written(README.read_text(encoding="utf-8"))  # without a place for the tables the hour would be lost
    header = harness.header(arguments.compiled)
    print(header, flush=True)
    found, tables = {}, {}
    for name in arguments.only or WORKS:
        found[name] = harness.run(name, import_module(name).WORK, arguments.rounds, arguments.compiled)
        tables[name] = harness.table(name, found[name])
        print(f"\n{tables[name]}", flush=True)
    if arguments.json:
        text = json.dumps({"header": header, "works": found}, indent=1, ensure_ascii=False)
        arguments.json.write_text(text + "\n", encoding="utf-8")
    if arguments.readme:
        before, after = cut(README.read_text(encoding="utf-8"))
        tables = kept | tables
        text = "\n\n".join([header, *[tables[name] for name in WORKS if name in tables]])
        README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    return None


def cut(text: str) -> tuple[str, str]:
    """What stands before and after the tables."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{README.name} has no place for the tables: {BEGIN} and, below it, {END}")
    return before, after


def written(text: str) -> dict[str, str]:
    """The tables that are there, which stay if their work is not run."""
    before, after = cut(text)
    blocks = re.split(r"^(?=\*\*\w+\*\*: )", text[len(before) : len(text) - len(after)], flags=re.MULTILINE)
    return {block[2 : block.index("**:")]: block.removesuffix(END).strip() for block in blocks[1:]}


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python tests/benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9, help="turns of each engine (9)")
    parser.add_argument("--only", action="append", choices=WORKS, metavar="WORK", help=f"of {', '.join(WORKS)}")
    parser.add_argument("--compiled", default="", metavar="FOLDER", help="a compiled copy, to run beside")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all samples too")
    parser.add_argument("--readme", action="store_true", help=f"put the tables into {README.name}")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be 1 or above")
    if arguments.compiled:
        arguments.compiled = str(Path(arguments.compiled).resolve())
    return arguments


if __name__ == "__main__":
    main()

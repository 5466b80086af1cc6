"""Where the results stand: every table in RESULTS.md, and the rows that matter most, read off these, in the README."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from harness import COMPILED, aligned

RESULTS = Path(__file__).parent / "RESULTS.md"
README = Path(__file__).parents[2] / "README.md"
WORKS = [
    *("two_moons", "expression", "transformer", "recurrent", "chain", "wide", "orbit", "derivatives", "memory"),
    "imports",
]
#: Of functions that are recorded and run as programs.
PROGRAMS = [
    *("jit_two_moons", "jit_tanh", "jit_recurrent", "jit_mixture", "jit_determinant", "jit_bodies", "jit_rosenbrock"),
    *("jit_curvature", "jit_options", "jit_tiny", "jit_python", "jit_training", "jit_iris", "jit_start"),
    *("sparse_bundle", "sparse_rosenbrock", "sparse_springs", "sparse_adjustment"),
]
#: Between which marks of which file the tables stand.
TABLES, SPEED = "benchmarks", "speed"


class Row(NamedTuple):
    """A row of the README's table: a work, what is measured of it if that is not one thing, and engines of the work."""

    about: str
    work: str
    ours: str
    floats: str = ""
    minimal: str = ""
    micrograd: str = ""
    torch: str = ""
    measured: str = ""


HEAD = ["", "autograd_lite", "compiled", "plain floats", "minimal", "micrograd", "PyTorch"]
ROWS = [
    Row(
        "two moons, in scalar loops",
        "two_moons",
        "ours, by hand",
        "floats",
        "minimal, by hand",
        "micrograd",
        "PyTorch, scalar tensors",
    ),
    Row("with `nn.MLP`; PyTorch in whole tensors", "two_moons", "ours, nn.MLP", "floats", torch="PyTorch, tensors"),
    Row("a chain of 1,000,000 operations", "chain", "ours", "floats", "minimal", torch="PyTorch, scalar tensors"),
    Row("a step of a small transformer", "transformer", "ours, by hand", minimal="minimal, by hand"),
    Row(
        "bytes a node",
        "memory",
        "ours",
        minimal="minimal",
        micrograd="micrograd",
        measured="bytes a node after backward",
    ),
    Row("import", "imports", "ours", micrograd="micrograd", torch="PyTorch"),
]


def cut(text: str, mark: str) -> tuple[str, str, str]:
    """What stands before, between and after the two comments of a mark."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, found, rest = text.partition(begin)
    between, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"there is no place for the tables: {begin} and, below it, {end}")
    return before + begin, between, end + after


def put(text: str, mark: str, content: str) -> str:
    """The text with other content between the two comments of a mark."""
    before, _, after = cut(text, mark)
    return f"{before}\n\n{content}\n\n{after}"


def read(text: str) -> tuple[str, dict[str, str]]:
    """The line about versions and processor, and the tables of RESULTS.md by their works."""
    header, *tables = re.split(r"^(?=\*\*\w+\*\*: )", cut(text, TABLES)[1], flags=re.MULTILINE)
    return header.strip(), {table[2 : table.index("**:")]: table.strip() for table in tables}


def rows(table: str) -> list[dict[str, str]]:
    """The rows of a table in Markdown, each as its cells by their columns."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("|")]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[2:]]


def speed(tables: dict[str, str]) -> str:
    """The README's table: medians of the rows that matter most, a dash where an engine has not taken part."""
    lines = [HEAD]
    for row in ROWS:
        found = {
            line["engine"]: line["median"]
            for line in rows(tables.get(row.work, ""))
            if line.get("measured", "") == row.measured
        }
        engines = [row.ours, row.ours + COMPILED, row.floats, row.minimal, row.micrograd, row.torch]
        lines.append([row.about, *[found.get(engine, "–") for engine in engines]])
    return aligned(lines)


def updated(header: str, tables: dict[str, str]) -> dict[Path, str]:
    """Both files with new tables in them; tables of works that have not run stay as they are."""
    page = RESULTS.read_text(encoding="utf-8")
    tables = read(page)[1] | tables
    text = "\n\n".join([header, *[tables[name] for name in [*WORKS, *PROGRAMS] if name in tables]])
    return {
        RESULTS: put(page, TABLES, text),
        README: put(README.read_text(encoding="utf-8"), SPEED, speed(tables)),
    }

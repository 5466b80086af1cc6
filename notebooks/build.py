"""Make the notebooks of the course: from each lesson in `source/` one with exercises and one with their solutions.

    python notebooks/build.py              make all of them
    python notebooks/build.py 03 07        make these
    python notebooks/build.py --check      only say which would come out differently

How a lesson is written is said in README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

HERE = Path(__file__).parent
SOURCES = sorted((HERE / "source").glob("*.py"))
VERSIONS = ("exercises", "solved")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
INSTALL = (
    '*The cells need autograd_lite, which `pip install ".[all]"` installs from a checkout, '
    'and `pip install "FILE.whl[all]"` from a wheel.*'
)
#: Pictures that are small, and the same wherever they are drawn by the same matplotlib.
PICTURES = '--InlineBackend.print_figure_kwargs={"dpi": 80, "bbox_inches": "tight", "metadata": {"Software": None}}'
NOISE = re.compile(r"0x[0-9a-f]{6,}|(?<![\w./])/(?:home|tmp|root|Users|usr|var|opt)/|[A-Z]:\\+Users")
EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=%]+")
TIMEOUT = 120  # seconds a cell


# --- From a source to the cells of a version ---


def target(source: Path, version: str, folder: Path = HERE) -> Path:
    """Where a version of a lesson is written."""
    return (folder if version == "exercises" else folder / "solved") / f"{source.stem}.ipynb"


def lesson(source: Path, version: str) -> nbformat.NotebookNode:
    """A version of a lesson, not yet executed."""
    cells = list(_cells(source, version))
    seen: dict[str, int] = {}
    for cell in cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    return new_notebook(cells=cells, metadata=METADATA)


def read(source: Path) -> list[nbformat.NotebookNode]:
    """The cells of a source, with their tags."""
    cells: list[nbformat.NotebookNode] = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent").cells
    for cell in cells:
        cell.tags = cell.metadata.get("tags", [])
        cell.source = cell.source.replace("\n\n\n", "\n\n")  # a cell is short: one empty line is enough
    return cells


def _cells(source: Path, version: str) -> Iterator[nbformat.NotebookNode]:
    solved = version == "solved"
    folded: list[str] = []  # texts that are folded away together, the first of them the summary
    cells = [cell for cell in read(source) if not (solved and "hint" in cell.tags)]
    for place, cell in enumerate(cells):
        is_text = cell.cell_type == "markdown"
        summary = next((tag.capitalize() for tag in ("hint", "reveal", "solution") if tag in cell.tags), "")
        folds = summary and (not solved or (summary == "Reveal" and is_text))
        if folded and not (folds and summary == folded[0]):
            yield new_markdown_cell(details(*folded))
            folded = []
        if folds:
            folded = [*(folded or [summary]), cell.source if is_text else _fenced(cell.source)]
        elif is_text:
            yield new_markdown_cell(cell.source)
        elif "exercise" in cell.tags:
            yield new_code_cell(solution(cell.source) if solved else stub(cell.source))
            folded = [] if solved else ["Solution", _fenced(_without_checks(solution(cell.source)))]
        else:
            kept = [tag for tag in cell.tags if tag == "raises-exception" or tag.startswith("row:")]
            yield new_code_cell(cell.source, metadata={"tags": kept} if kept else {})
        if place == 0:
            yield new_markdown_cell(f"{_companion(source, version)}\n\n{INSTALL}")
    if folded:
        yield new_markdown_cell(details(*folded))
    yield new_markdown_cell(_neighbours(source))


def _fenced(code: str) -> str:
    return f"```python\n{code}\n```"


def details(summary: str, *texts: str) -> str:
    """Texts that are folded away until their summary is clicked."""
    text = "\n\n".join(texts)
    return f"<details>\n<summary><b>{summary}</b></summary>\n\n{text}\n\n</details>"


def solution(code: str) -> str:
    """The code of an exercise, its marks taken out.

    >>> solution("x = 3  # solution")
    'x = 3'
    """
    lines = [line for line in code.split("\n") if line.strip() not in ("# solution:", "# end")]
    return "\n".join([re.sub(r"  # solution$", "", line) for line in lines])


def stub(code: str) -> str:
    """The code of an exercise with dots in place of what is to be found.

    >>> stub("x = 3  # solution")
    'x = ...'
    """
    code = re.sub(r"^( *)# solution:\n.*?^ *# end$", r"\1...  # your code", code, flags=re.M | re.S)
    return re.sub(r"^( *(?:return|[^=\n]*[^=\n<>!]=(?!=))) .*  # solution$", r"\1 ...", code, flags=re.M)


def _without_checks(code: str) -> str:
    return "\n".join([line for line in code.split("\n") if not line.startswith("check(")]).strip()


def _companion(source: Path, version: str) -> str:
    if version == "solved":
        return f"*Here every exercise is solved. To try them yourself, open [the lesson](../{source.stem}.ipynb).*"
    return (
        "*Run the cells from top to bottom. Where you see dots, `...`, it is your turn; hints and solutions are folded "
        f"away below. [The same lesson with every exercise solved](solved/{source.stem}.ipynb).*"
    )


def _neighbours(source: Path) -> str:
    place = SOURCES.index(source)
    links = [
        f"{word}: [{opening(SOURCES[i])['title']}]({SOURCES[i].stem}.ipynb)"
        for word, i in (("Before", place - 1), ("Next", place + 1))
        if 0 <= i < len(SOURCES)
    ]
    return "---\n\n" + " · ".join(links)


# --- The table of contents ---


def opening(source: Path) -> dict[str, str]:
    """What a lesson says of itself in its first cell: its title, question, time and what comes before it.

    Raises:
        ValueError: It does not say one of them.
    """
    text = read(source)[0].source
    patterns = {
        "title": r"\A# (\d+\. .+)$",
        "question": r"^\*\*The question\.\*\* (.+?)(?:\n\n|\Z)",
        "afterwards": r"^\*\*Afterwards you can\*\*\n\n((?:- .+\n?(?:  .+\n?)*)+)",
        "time": r"^\*\*Time\.\*\* (\d+ minutes)\.",
        "before": r"\*\*Before this\.\*\* (.+?)\.(?:\n|\Z)",
    }
    found = {
        name: re.search(pattern, text, re.M | re.S if name == "question" else re.M)
        for name, pattern in patterns.items()
    }
    missing = [name for name, match in found.items() if match is None]
    if missing:
        raise ValueError(f"{source.name}: its first cell does not say its {missing[0]}, as {patterns[missing[0]]}")
    return {name: " ".join(match[1].split()) for name, match in found.items() if match}


def contents() -> str:
    """README.md with the table of the lessons as they are."""
    rows = ["| lesson | the question | time | before this | solved |", "|---|---|---|---|---|"]
    for source in SOURCES:
        says = opening(source)
        name = f"{source.stem}.ipynb"
        rows.append(
            f"| [{says['title']}]({name}) | {says['question']} | {says['time']} | {says['before']} "
            f"| [solved](solved/{name}) |"
        )
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    return re.sub(
        r"(<!-- lessons -->\n).*?(<!-- end -->)", lambda m: m[1] + "\n".join([*rows, m[2]]), readme, flags=re.S
    )


# --- Execution, and what is kept of it ---


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with its outputs, from a clean kernel in an empty folder, noise taken out.

    Raises:
        CellExecutionError: A cell failed that is not meant to.
        ValueError: An output is different each time, such as an address in memory.
    """
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=TIMEOUT,
            record_timing=False,
            extra_arguments=[PICTURES, "--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        client.execute(env={**os.environ, "IPYTHONDIR": folder, "PYTHONHASHSEED": "0"})
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = cleaned(cell)
    nbformat.validate(notebook)
    return notebook


def cleaned(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The outputs of a cell as they are kept.

    Raises:
        ValueError: There is noise in one.
    """
    outputs: list[nbformat.NotebookNode] = []
    for output in cell.outputs:
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]  # without the lines and paths of the machine
        if output.output_type == "stream" and outputs and outputs[-1].get("name") == output.name:
            outputs[-1].text += output.text  # how a text is cut into pieces is chance
        else:
            outputs.append(output)
    for output in outputs:
        said = EMBEDDED.sub("", "\n".join(texts(output)))
        found = "a warning" if output.get("name") == "stderr" else NOISE.search(said)
        if found:
            raise ValueError(f"the output of this cell has {found!r} in it:\n{cell.source}\n\n{said[:2000]}")
    return outputs


def texts(output: nbformat.NotebookNode) -> list[str]:
    """The parts of an output that are text, a player's page and an SVG among them."""
    if output.output_type == "stream":
        return [output.text]
    if output.output_type == "error":
        return list(output.traceback)
    return [text for kind, text in output.data.items() if kind != "image/png"]


def written(notebook: nbformat.NotebookNode) -> bytes:
    """What the file of a notebook holds."""
    return (nbformat.writes(notebook, indent=1).rstrip("\n") + "\n").encode()


def _built(job: tuple[Path, str]) -> bytes | Exception:
    try:
        return written(executed(lesson(*job)))
    except Exception as error:  # one lesson that fails does not keep the others from being made
        return error


def _complaint(error: Exception) -> str:
    """What failed and where, without the frames of the machine."""
    if not isinstance(error, CellExecutionError):
        return f"{type(error).__name__}: {error}"
    code = str(error).split("------------------")[1].strip()
    where = re.search(r"line (\d+)", re.sub(r"\x1b\[[\d;]*m", "", error.traceback))
    return f"line {where[1] if where else '?'} of a cell raises {error.ename}: {error.evalue}\n\n{code}\n"


def main(arguments: list[str] | None = None) -> int:
    """Make the notebooks, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", help="how the names of their sources start")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")
    parser.add_argument("--into", type=Path, default=HERE, help="the folder to write into")
    chosen = parser.parse_args(arguments)
    sources = [s for s in SOURCES if not chosen.lessons or s.name.startswith(tuple(chosen.lessons))]
    jobs = [(source, version) for source in sources for version in VERSIONS]
    files = [chosen.into / "README.md", *[target(*job, chosen.into) for job in jobs]]
    changed, failed = 0, 0
    with ThreadPoolExecutor(2) as pool:
        for file, data in zip(files, chain([contents().encode()], pool.map(_built, jobs)), strict=True):
            if isinstance(data, Exception):
                failed += 1
                print(f"{file.relative_to(chosen.into)}: {_complaint(data)}", file=sys.stderr)
            elif not file.exists() or file.read_bytes() != data:
                changed += 1
                verdict = "differs" if chosen.check else "written"
                print(f"{file.relative_to(chosen.into)}: {verdict}, {len(data) // 1000} kB")
                if not chosen.check:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(data)
    return int(failed > 0 or (chosen.check and changed > 0))


if __name__ == "__main__":
    sys.exit(main())

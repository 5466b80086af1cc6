"""Make the notebooks of the course: from each lesson in `source/` one with exercises and one with their solutions.

A page, such as the glossary, has no exercises and becomes one notebook.

    python notebooks/build.py              make all of them
    python notebooks/build.py 03 07        make these
    python notebooks/build.py --check      only say which would come out differently
    python notebooks/build.py --for-class FOLDER     make those of a class, without solutions
    python notebooks/build.py --site FOLDER          make a web site of them, with a playground and the reference

How a lesson is written is said in README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

HERE = Path(__file__).parent
SOURCES = sorted((HERE / "source").glob("[0-9]*.py"))
PAGES = [HERE / "source" / f"{name}.py" for name in ("python", "engineers", "glossary", "history")]
VERSIONS = ("exercises", "solved")
JOBS = [(source, version) for source in SOURCES for version in VERSIONS] + [(page, "exercises") for page in PAGES]
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
INSTALL = (
    '*The cells need autograd_lite, which `pip install ".[all]"` installs from a checkout, '
    'and `pip install "FILE.whl[all]"` from a wheel.*'
)
#: What is folded away until it is clicked, in JupyterLab and VS Code.
FOLDED = {"source_hidden": True, "outputs_hidden": True}
#: Ends an item of a list that gives an answer away; a class gets the list without the item.
ANSWER = " <!-- answer -->"
FIRST_LINE = "# the answer, computed"  # which JupyterLab shows of a folded cell
#: Pictures that are small, and the same wherever they are drawn by the same matplotlib.
PICTURES = '--InlineBackend.print_figure_kwargs={"dpi": 80, "bbox_inches": "tight", "metadata": {"Software": None}}'
#: Pictures by matplotlib say what they show, for who does not see them.
DESCRIBED = """
from IPython.core import pylabtools
from autograd_lite.show.plots.canvas import described
def described_figure(figure, *arguments, plain=pylabtools.print_figure, described=described, **options):
    return plain(figure, *arguments, **options), {"alt": described(figure)}
pylabtools.print_figure = described_figure
del pylabtools, described, described_figure
"""
NOISE = re.compile(r"0x[0-9a-f]{6,}|(?<![\w./])/(?:home|tmp|root|Users|usr|var|opt)/|[A-Z]:\\+Users")
EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=%]+")
#: What a learner who is new to all of it needs: words of text and code to a minute, minutes for what is to be done.
WORDS_A_MINUTE = 100
MINUTES = {"**Predict.**": 2, "### Exercise": 5, "steps(": 3, "# change me": 3}
TIMEOUT = 120  # seconds a cell


# --- From a source to the cells of a version ---


def target(source: Path, version: str, folder: Path = HERE) -> Path:
    """Where a version of a lesson is written."""
    return (folder / "solved" if version == "solved" else folder) / f"{source.stem}.ipynb"


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
    for place, cell in enumerate(read(source)):
        kind = next((tag for tag in ("hint", "reveal", "solution") if tag in cell.tags), "")
        if kind == "hint" and solved:
            continue
        if version == "class" and {"solution", "answer"} & set(cell.tags):
            if cell.cell_type == "code" and "test" not in cell.tags:  # a test may need its names
                yield new_code_cell(cell.source, metadata={"tags": ["test"]})
            continue
        if "test" in cell.tags:
            if solved or kind != "solution":
                yield new_code_cell(_in_a_function(cell.source), metadata={"tags": ["test"]})
            continue
        is_text = cell.cell_type == "markdown"
        if is_text:
            cell.source = _with_answers(cell.source, version)
        folds = is_text and kind and not (solved and kind == "solution")
        if folded and not (folds and kind.capitalize() == folded[0]):
            yield new_markdown_cell(details(*folded))
            folded = []
        if folds:
            folded = [*(folded or [kind.capitalize()]), _linked(cell.source, version)]
        elif is_text:
            yield new_markdown_cell(_linked(cell.source, version))
        elif "exercise" in cell.tags:
            yield new_code_cell(solution(cell.source) if solved else stub(cell.source))
            folded = ["Solution", _fenced(_without_checks(solution(cell.source)))] if version == "exercises" else []
        else:
            kept = [tag for tag in cell.tags if tag in ("raises-exception", kind) or tag.startswith("row:")]
            metadata = {"tags": kept} if kept else {}
            if kind:
                yield new_code_cell(f"{FIRST_LINE}\n{cell.source}", metadata={**metadata, "jupyter": FOLDED})
            else:
                yield new_code_cell(cell.source, metadata=metadata)
        if place == 0 and source in SOURCES:
            yield new_markdown_cell(f"{_companion(source, version)}\n\n{INSTALL}")
    if folded:
        yield new_markdown_cell(details(*folded))
    yield new_markdown_cell(_linked(_neighbours(source), version))


def _in_a_function(code: str) -> str:
    """A test as it is executed: it leaves no name behind that a learner would not have."""
    return f"def _test():\n{textwrap.indent(code, '    ')}\n\n\n_test()"


def _with_answers(text: str, version: str) -> str:
    """A text with the items that give answers away, or for a class without them.

    >>> _with_answers("- one\\n- two <!-- answer -->\\n- three", "class")
    '- one\\n- three'
    """
    if version == "class":
        text = re.sub(rf"^- (?:[^\n]|\n  )*?{ANSWER}\n?", "", text, flags=re.M)
    return text.replace(ANSWER, "")


def _linked(text: str, version: str) -> str:
    """A text whose links to pages, of which there is one version only, lead there."""
    names = "|".join(page.stem for page in PAGES)
    return re.sub(rf"\]\(({names})\.ipynb", r"](../\1.ipynb", text) if version == "solved" else text


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
    turn = "*Run the cells from top to bottom. Where you see dots, `...`, it is your turn;"
    if version == "class":
        return f"{turn} hints are folded away below.*"
    solved = f"[The same lesson with every exercise solved](solved/{source.stem}.ipynb)"
    return f"{turn} hints and solutions are folded away below. {solved}.*"


def _neighbours(source: Path) -> str:
    order = [PAGES[0], *SOURCES, *PAGES[1:]]
    place = order.index(source)
    links = [
        f"{word}: [{title(order[i])}]({order[i].stem}.ipynb)"
        for word, i in (("Before", place - 1), ("Next", place + 1))
        if 0 <= i < len(order)
    ]
    return "---\n\n" + " · ".join(links)


# --- The table of contents ---


def title(source: Path) -> str:
    """The heading of a lesson or a page."""
    return read(source)[0].source.split("\n")[0].removeprefix("# ")


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
        "time": r"^\*\*Time\.\*\* About (\d+ minutes(?:; you may skip it)?)\.",
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


def minutes(source: Path) -> int:
    """How long a lesson takes, as an estimate: reading, predicting, solving, playing and changing."""
    return round(sum(sections(source).values()))


def sections(source: Path) -> dict[str, float]:
    """The minutes of each part of a lesson, by its heading; the first part is what stands before the first of them."""
    parts: dict[str, list[nbformat.NotebookNode]] = {"Opening": []}
    for cell in read(source):
        if heading := re.search(r"^## (.+)$", cell.source, re.M) if cell.cell_type == "markdown" else None:
            parts[heading[1]] = []
        parts[list(parts)[-1]].append(cell)
    return {name: _minutes(cells) for name, cells in parts.items()}


def _minutes(cells: list[nbformat.NotebookNode]) -> float:
    words = sum(len(cell.source.split()) for cell in cells if "test" not in cell.tags)
    found = re.findall(
        r"\*\*Predict\.\*\*|^### Exercise|\bsteps\(|# change me", "\n".join([c.source for c in cells]), re.M
    )
    return words / WORDS_A_MINUTE + sum(MINUTES[what] for what in found)


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


@cache
def _settings() -> tempfile.TemporaryDirectory[str]:
    """Matplotlib's folder: with the machine's own, its settings and its list of fonts would change pictures."""
    folder = tempfile.TemporaryDirectory()
    environment = {**os.environ, "MPLCONFIGDIR": folder.name}
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=environment, check=True)  # lists fonts
    return folder


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
            extra_arguments=[PICTURES, f"--IPKernelApp.exec_lines={[DESCRIBED]!r}", "--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        own = {"IPYTHONDIR": folder, "MPLCONFIGDIR": _settings().name, "PYTHONHASHSEED": "0"}
        client.execute(env={**os.environ, **own})
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.cells = [cell for cell in notebook.cells if "test" not in cell.metadata.get("tags", [])]
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    for number, cell in enumerate([cell for cell in notebook.cells if cell.cell_type == "code"], 1):
        cell.execution_count = number
        cell.outputs = cleaned(cell)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
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
    parser.add_argument("--for-class", type=Path, metavar="FOLDER", help="write the lessons without solutions there")
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="write the web site there")
    parser.add_argument("--pyodide", metavar="FOLDER|URL", help="where the site's Python is, if not fetched from npm")
    chosen = parser.parse_args(arguments)
    if chosen.site:
        from web.making import make

        return make(chosen.site, chosen.pyodide)
    jobs = [job for job in JOBS if not chosen.lessons or job[0].name.startswith(tuple(chosen.lessons))]
    if chosen.for_class:
        jobs = [(source, "class") for source, version in jobs if version == "exercises"]
        chosen.into = chosen.for_class
    readme = [] if chosen.for_class else [contents().encode()]
    files = [*[chosen.into / "README.md" for _ in readme], *[target(*job, chosen.into) for job in jobs]]
    changed, failed = 0, 0
    with ThreadPoolExecutor(2) as pool:
        for file, data in zip(files, chain(readme, pool.map(_built, jobs)), strict=True):
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

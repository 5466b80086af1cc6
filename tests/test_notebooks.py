"""The course: every notebook runs, is what its source says, and computes every row of the worked examples."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import nbformat
import pytest

from autograd_lite import course
from autograd_lite.cli import grading
from autograd_lite.course import exercises

mpl.use("Agg")

HERE = Path(__file__).parent.parent / "notebooks"
_spec = importlib.util.spec_from_file_location("notebooks_build", HERE / "build.py")
assert _spec is not None
assert _spec.loader is not None
build = importlib.util.module_from_spec(_spec)
sys.modules["notebooks_build"] = build
_spec.loader.exec_module(build)

Runs = Callable[[str, str], Any]
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?", re.I)
PICTURE = "picture"
FORMULA = re.compile(r"\$\$[^$]+\$\$|\$[^$\n]+\$")
#: What is mathematics in a text, and so belongs into a formula or into code.
LETTERS = re.compile(r"[αημθσπΣ∂∇∑√∞≈≤≥≠⊙∘ᵀ½¼⅓²³ⁿˣ⁰¹⁴-⁹⁻₀-₉ₐ-ₜᵢⱼ]|\\[a-z]+")


class Row(NamedTuple):
    """A row of the worked examples: its lesson, and the numbers that the cell which bears its tag must show.

    A number that ends in … is rounded; `PICTURE` asks for a picture.
    """

    lesson: str
    shows: str


ROWS = {
    # A. Derivatives of one variable
    "A1": Row("01", "6"),
    "A2": Row("01", "9.06 9.0601 0.0001"),
    "A3": Row("01", "12 14 12.14 12.140601 0.000601"),
    "A4": Row("01", "12.1406 0.000001"),
    "A5": Row("02", "8 64 16 3 48"),
    "A6": Row("01", PICTURE),
    "A7": Row("01", f"0.25 {PICTURE}"),
    "A8": Row("01", PICTURE),
    "A9": Row("01", ""),
    # B. Gradients
    "B1": Row("03", "2 8 8.246211…"),
    "B2": Row("03", "0.06 0.0602"),
    "B3": Row("03", "5 7.0710678…"),
    "B4": Row("03", "9 6 8.485281…"),
    "B5": Row("03", PICTURE),
    "B6": Row("03", PICTURE),
    # C. Jacobians and higher derivatives
    "C1": Row("04", "2 1 3 -7"),
    "C2": Row("04", "22 17 0 -2 32 48"),
    "C3": Row("04", "3.04 3.0401 8.08"),
    "C4": Row("04", "2 8 5 -1 0"),
    # D. Gradient descent; D5 is the corrected story of the learning rates: 0.01, 0.1, 0.5, between ½ and 1, 1, above 1
    "D1": Row("05", "-6 4 0.6 -0.4 11 6.48 1.08 -0.64 3.9456"),
    "D2": Row("05", "-1 1.1 0.1808 0.15536 0.99690515… -0.49752412… 1.5708e-5…"),
    "D3": Row("05", PICTURE),
    "D4": Row("05", PICTURE),
    "D5": Row("05", PICTURE),
    # E. Neurons, layers, the forward pass: Y = WX + B from scalars; activation layers; the collapse; the cost;
    # and two corrections, ∂C/∂ŷ = (2/n)(ŷ - y) and B := B - η ∂C/∂B
    "E1": Row("06", ""),
    "E2": Row("06", ""),
    "E3": Row("06", ""),
    "E4": Row("06", ""),
    "E5": Row("07", "0.6666666667… 0 2"),
    "E6": Row("07", "0.592902… 0.489715…"),
    # F. Backpropagation
    "F1": Row(
        "02", "1 0.7310585786300049 0.5848468629040039 0.17235212724064694 -0.6070025246383729 -0.2611969948022712"
    ),
    "F2": Row("07", "1.4 -0.7 0.35 -2.6 -0.65 -1.6 -1.025 2.05"),
    "F3": Row("07", "0.164503… -0.255596… 0.020999… 0.56 -0.65 0.04"),
    "F4": Row("07", "39"),
    "F5": Row("07", "1250 2438 4711 3049938"),
    "F6": Row("07", "4 0 8"),
    # G. A network that learns: the curve, the predictions, the plots, the moons, the iris
    "G1": Row(
        "08",
        "0.2556753002334093 0.2531241612054685 0.20331348878688343 0.005209564355944156 0.0017426084221499889 "
        "0.001004813612379014 0.0006966775054893259",
    ),
    "G2": Row("08", "0.0298… 0.9748… 0.9747… 0.0250…"),
    "G3": Row("08", PICTURE),
    "G4": Row("08", PICTURE),
    "G5": Row("08", PICTURE),
}

#: Lessons of which a trial has shown that they take longer than an estimate by words and exercises says.
TOOK_LONGER = ("04", "07", "08", "09", "10")
LESSONS = {source.stem: source for source in build.SOURCES}
SOURCES = {source.stem: source for source, _ in build.JOBS}
JOBS = [(source.stem, version) for source, version in build.JOBS]
WRITTEN = {name: row for name, row in ROWS.items() if any(stem.startswith(row.lesson) for stem in LESSONS)}
each_version = pytest.mark.parametrize(("stem", "version"), JOBS, ids=[f"{s}-{v}" for s, v in JOBS])
each_lesson = pytest.mark.parametrize("stem", LESSONS)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Every notebook as it comes out of a clean kernel; made in a process of its own, two at a time."""
    folder = tmp_path_factory.mktemp("notebooks")
    done = python(str(HERE / "build.py"), "--into", str(folder))

    def run(stem: str, version: str) -> Any:
        file = build.target(SOURCES[stem], version, folder)
        if not file.exists():
            pytest.fail(f"{stem}, {version}, does not run:\n{done.stderr[-5000:]}")
        return nbformat.read(file, 4)

    return run


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", cwd=HERE)


def committed(stem: str, version: str) -> Any:
    return nbformat.read(build.target(SOURCES[stem], version), 4)


def said(cell: Any) -> str:
    """What a cell printed and showed, as text."""
    parts = []
    for output in cell.get("outputs", []):
        parts.append(output.data.get("text/plain", "") if "data" in output else "\n".join(build.texts(output)))
    return "\n".join(parts)


def has_picture(cell: Any) -> bool:
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


# --- They run, and the files are what comes out ---


@each_version
def test_it_runs_and_its_file_is_up_to_date(stem: str, version: str, runs: Runs) -> None:
    made, file = runs(stem, version), committed(stem, version)
    remedy = f"python notebooks/build.py {stem[:2]}"
    assert [(c.cell_type, c.id, c.source, c.metadata) for c in made.cells] == [
        (c.cell_type, c.id, c.source, c.metadata) for c in file.cells
    ], f"the file is older than its source: {remedy}"
    for new, old in zip(made.cells, file.cells, strict=True):
        assert_alike(said(new), said(old), f"{remedy}\n{new.source}")
        assert [sorted(o.get("data", {})) for o in new.get("outputs", [])] == [
            sorted(o.get("data", {})) for o in old.get("outputs", [])
        ]


def assert_alike(new: str, old: str, remedy: str) -> None:
    """Equal texts, but that the last digits of numbers differ between machines."""
    assert NUMBER.sub("0", new).split() == NUMBER.sub("0", old).split(), remedy
    numbers = [[float(x) for x in NUMBER.findall(text)] for text in (new, old)]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-6, abs=1e-8, nan_ok=True), remedy


@each_version
def test_its_file_is_small_and_free_of_noise(stem: str, version: str) -> None:
    data = build.target(SOURCES[stem], version).read_bytes()
    assert len(data) < 1_500_000
    assert data == build.written(nbformat.reads(data.decode(), 4))
    notebook = committed(stem, version)
    assert notebook.metadata == build.METADATA
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"tags", "jupyter"}
    assert "widget" not in json.dumps([list(o.get("data", {})) for cell in code for o in cell.outputs])


def test_every_file_has_a_source_and_the_table_of_contents_is_theirs() -> None:
    files = {file for folder in (HERE, HERE / "solved") for file in folder.glob("*.ipynb")}
    assert {source for source, _ in build.JOBS} == set((HERE / "source").glob("*.py"))
    assert files == {build.target(*job) for job in build.JOBS}
    assert build.contents() == (HERE / "README.md").read_text(encoding="utf-8"), "python notebooks/build.py"
    assert all(f"[solved](solved/{stem}.ipynb)" in build.contents() for stem in LESSONS)
    assert [build.opening(s)["title"].split(".")[0] for s in build.SOURCES] == [str(int(stem[:2])) for stem in LESSONS]


@pytest.mark.peers
def test_the_page_on_many_machines_prints_what_it_says(tmp_path: Path) -> None:
    page = (HERE / "many_machines.md").read_text(encoding="utf-8")
    _, program, _, printed, _ = page.split("```")
    program, printed = program.removeprefix("python\n"), printed.removeprefix("\n")
    [variable] = re.findall(r"`(XLA_FLAGS=\S+) python many_machines.py`", page)
    assert len([line for line in program.splitlines() if line.strip()]) <= 20
    (tmp_path / "many_machines.py").write_text(program, encoding="utf-8")
    environment = {**os.environ, **dict([variable.split("=", 1)])}
    command = [sys.executable, "many_machines.py"]
    assert subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout == printed


# --- What a lesson must have ---


@each_lesson
def test_it_teaches_by_exercises_predictions_pictures_and_a_player(stem: str) -> None:
    cells = build.read(LESSONS[stem])
    tags = [tag for cell in cells for tag in cell.tags]
    known = {"exercise", "hint", "solution", "answer", "reveal", "test", "raises-exception"}
    assert {tag for tag in tags if not tag.startswith("row:")} <= known
    assert tags.count("exercise") >= 4
    assert tags.count("reveal") >= 2
    assert any(re.search(r"\bsteps\(", cell.source) for cell in cells if cell.cell_type == "code")
    assert any("# change me" in cell.source for cell in cells if cell.cell_type == "code")
    before = [cell.tags for cell in cells]
    for place, cell in enumerate(cells):
        if "exercise" in cell.tags:
            assert "hint" in before[place - 1], cell.source
        if "reveal" in cell.tags and cell.cell_type == "markdown":
            assert "**Predict.**" in cells[place - 1].source, cell.source


@each_lesson
def test_its_time_is_what_it_takes(stem: str) -> None:
    said, estimate = int(build.opening(LESSONS[stem])["time"].split()[0]), build.minutes(LESSONS[stem])
    assert estimate - 5 <= said <= (1.4 * estimate if stem[:2] in TOOK_LONGER else estimate + 5)


@each_version
def test_it_teaches_and_does_not_test(stem: str, version: str) -> None:
    for cell in committed(stem, version).cells:
        if cell.cell_type == "code":
            assert not re.search(r"^ *assert |\.label = ", cell.source, re.M), cell.source


@each_version
def test_what_is_folded_runs_and_shows_what_it_says(stem: str, version: str) -> None:
    for cell in committed(stem, version).cells:
        if set(cell.metadata.get("tags", [])) & {"reveal", "solution"}:
            assert cell.metadata.jupyter == build.FOLDED
            assert cell.outputs, cell.source


@each_lesson
def test_its_exercises_are_those_of_its_checkers(stem: str) -> None:
    cells = build.read(LESSONS[stem])
    checked = [
        name for c in cells if "exercise" in c.tags for name in re.findall(r'^check\("([\d.]+)"', c.source, re.M)
    ]
    named = [name for c in cells for name in re.findall(r"^### Exercise ([\d.]+)", c.source, re.M)]
    assert checked == named == list(exercises(str(int(stem[:2]))))
    assert len(checked) == sum("exercise" in cell.tags for cell in cells)


@each_lesson
def test_solutions_pass_and_stubs_are_not_done_yet(stem: str, runs: Runs) -> None:
    for version, mark in (("solved", "✓"), ("exercises", "○")):
        cells = runs(stem, version).cells
        verdicts = [line for cell in cells for line in said(cell).splitlines() if re.match(r". Exercise \d", line)]
        assert [line[0] for line in verdicts] == [mark] * sum("exercise" in c.tags for c in build.read(LESSONS[stem]))
        assert any(has_picture(cell) for cell in cells)


@each_version
def test_its_text_needs_no_network(stem: str, version: str) -> None:
    for cell in committed(stem, version).cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"!\[|<img", cell.source), f"pictures are drawn by cells:\n{cell.source}"
            assert not re.search(r"^[^-+*#|\s].*\n[-+*] ", cell.source, re.M), f"a list, or a formula?\n{cell.source}"
            assert cell.source.count("<details>") == cell.source.count("</details>")
            for link in re.findall(r"\]\(([^)#]+)\)", cell.source):
                folder = build.target(SOURCES[stem], version).parent
                assert link.startswith("https://") or (folder / link).exists(), link


@each_version
def test_its_mathematics_is_typeset(stem: str, version: str) -> None:
    for cell in committed(stem, version).cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", cell.source, flags=re.S)
            for formula in FORMULA.findall(text):
                assert formula.isascii(), f"a formula is LaTeX: {formula}"
                assert formula.count("{") == formula.count("}"), formula
                assert not re.search(r"^\$ | \$$|[|<*]", formula), f"Markdown would take it for its own: {formula}"
            left = FORMULA.sub("", text)
            assert "$" not in left, f"a $ without its end:\n{cell.source}"
            assert not LETTERS.search(left), f"{LETTERS.search(left)} stands outside of a formula:\n{cell.source}"


@each_version
def test_it_says_how_to_install_and_installs_nothing(stem: str, version: str) -> None:
    cells = committed(stem, version).cells
    assert stem not in LESSONS or 'pip install ".[all]"' in cells[1].source
    assert not [cell.source for cell in cells if cell.cell_type == "code" and re.search(r"\bpip\b", cell.source)]


# --- Every row is computed ---


def test_the_course_is_complete() -> None:
    assert tuple(LESSONS) == course.LESSONS
    assert WRITTEN == ROWS


def test_every_row_is_tagged_once_and_in_its_lesson() -> None:
    tagged = [
        (tag.removeprefix("row:"), stem[:2])
        for stem, source in LESSONS.items()
        for cell in build.read(source)
        for tag in cell.tags
        if tag.startswith("row:")
    ]
    assert sorted(tagged) == sorted((name, row.lesson) for name, row in WRITTEN.items())


@pytest.mark.parametrize("version", build.VERSIONS)
@pytest.mark.parametrize("name", WRITTEN)
def test_a_row_is_computed_and_shown(name: str, version: str, runs: Runs) -> None:
    row = ROWS[name]
    stem = next(stem for stem in LESSONS if stem.startswith(row.lesson))
    cells = runs(stem, version).cells
    cell = next(cell for cell in cells if f"row:{name}" in cell.metadata.get("tags", []))
    shown = [float(x) for x in NUMBER.findall(said(cell))]
    typed = typed_in(cell.source)
    assert "assert" in held_by(name, stem), "nothing is asserted"
    for text in row.shows.split():
        if text == PICTURE:
            assert has_picture(cell), f"row {name}: no picture"
            continue
        assert any(is_shown(text, x) for x in shown), f"row {name}: {text} is not shown, but {shown}"
        value = float(text.rstrip("…"))
        if value != int(value) or abs(value) > 20:  # small whole numbers may well be given
            assert not any(is_shown(text, x) for x in typed), f"row {name}: {text} is typed in"


def held_by(name: str, stem: str) -> str:
    """The code of the test that follows a row, if one does."""
    cells = build.read(LESSONS[stem])
    place = next(i for i, cell in enumerate(cells) if f"row:{name}" in cell.tags)
    return cells[place + 1].source if cells[place + 1].tags == ["test"] else ""


def is_shown(text: str, x: float) -> bool:
    """Whether a number is the one of a text, up to rounding."""
    value = float(text.rstrip("…"))
    if not text.endswith("…"):
        return x == pytest.approx(value, rel=1e-9, abs=1e-11)
    digits, _, exponent = text.rstrip("…").partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
    return abs(x - value) <= unit


def typed_in(code: str) -> list[float]:
    """The numbers that stand in a code."""
    found: list[float] = []
    stack: list[ast.AST] = [ast.parse(code)]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool | None.__class__):
            found += [float(x) for x in NUMBER.findall(str(node.value))]
        stack += ast.iter_child_nodes(node)
    return found


def test_what_is_typed_in_is_seen() -> None:
    assert sorted(typed_in('print(f"it is 2.5 and {x + 3}")')) == [2.5, 3.0]
    assert is_shown("8.246211…", 8.246211251235321)
    assert not is_shown("9.06", 9.0601)
    assert is_shown("1.5708e-5…", 1.57082e-05)
    assert not is_shown("1.5708e-5…", 1.5711e-05)


# --- The builder ---


def test_what_becomes_of_each_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = {
        "[markdown]": "# text",
        '[markdown] tags=["reveal"]': "# told",
        'tags=["reveal"]': "print(2)",
        '[markdown] tags=["hint"]': "# helps",
        'tags=["exercise"]': "x = 3  # solution\ncheck(x)",
        'tags=["test", "solution"]': "assert x == 3",
        '[markdown] tags=["solution"]': "# because",
        'tags=["solution"]': "proof()",
        'tags=["row:A1", "x"]': "row()",
        'tags=["test"]': "assert row",
    }
    source = tmp_path / "00_x.py"
    source.write_text("\n".join([f"# %% {c}\n{t}\n" for c, t in cells.items()]), encoding="utf-8")
    monkeypatch.setattr(build, "SOURCES", [source])
    made = {version: build.lesson(source, version).cells for version in build.VERSIONS}
    told, fence = build.details("Reveal", "told"), "```"
    late, early = build._in_a_function("assert row"), build._in_a_function("assert x == 3")
    assert [cell.source for cell in made["exercises"]][2:-1] == [
        told,
        f"{build.FIRST_LINE}\nprint(2)",
        build.details("Hint", "helps"),
        "x = ...\ncheck(x)",
        build.details("Solution", f"{fence}python\nx = 3\n{fence}", "because"),
        *(f"{build.FIRST_LINE}\nproof()", "row()", late),
    ]
    assert [cell.source for cell in made["solved"]][2:-1] == [
        *(told, f"{build.FIRST_LINE}\nprint(2)", "x = 3\ncheck(x)", early, "because"),
        *(f"{build.FIRST_LINE}\nproof()", "row()", late),
    ]
    assert made["solved"][3].metadata == {"tags": ["reveal"], "jupyter": build.FOLDED}
    assert made["solved"][-3].metadata == {"tags": ["row:A1"]}
    assert made["solved"][-2].metadata == {"tags": ["test"]}
    assert len({cell.id for cell in made["solved"]}) == len(made["solved"])


def test_a_test_is_executed_not_kept_and_leaves_no_name() -> None:
    program = """import build
test = lambda code: build.new_code_cell(build._in_a_function(code), metadata={"tags": ["test"]})
cells = [test("y = 2"), build.new_code_cell("'y' in globals()")]
kept = build.executed(build.new_notebook(cells=cells)).cells
print(len(kept), kept[0].execution_count, kept[0].outputs[0].execution_count, kept[0].outputs[0].data["text/plain"])
build.executed(build.new_notebook(cells=[test("assert 2 == 3")]))"""
    done = python("-c", program)
    assert done.stdout == "1 1 1 False\n"
    assert done.returncode == 1
    assert "AssertionError" in done.stderr


def test_links_to_pages_lead_there_from_both_folders() -> None:
    text = "[a](glossary.ipynb) [b](00_start_here.ipynb)"
    assert build._linked(text, "exercises") == text
    assert build._linked(text, "solved") == "[a](../glossary.ipynb) [b](00_start_here.ipynb)"


def test_stubs_and_solutions() -> None:
    code = "x = 2 * 3  # solution\ndef f(x):\n    # solution:\n    y = x\n    return y\n    # end\ncheck('1', x)"
    assert build.stub(code) == "x = ...\ndef f(x):\n    ...  # your code\ncheck('1', x)"
    assert build.solution(code) == "x = 2 * 3\ndef f(x):\n    y = x\n    return y\ncheck('1', x)"
    assert build.stub("return a == b  # solution") == "return ..."
    assert build.stub("w.grad = f(x, h=1)  # solution") == "w.grad = ..."
    assert build.stub("x += 3  # solution") == "x += ..."


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("stdout", "saved /tmp/x/page.html", "'/tmp/'"),
        ("stdout", "C:\\\\Users", "C:"),
        ("stdout", "<object object at 0x7f3625c31bc0>", "'0x7f3625c31bc0'"),
        ("stderr", "DeprecationWarning", "a warning"),
        ("stdout", "src='data:image/svg+xml;base64,abc/tmp/0x1234567' and 3/home/4", ""),
    ],
)
def test_noise_is_refused(name: str, text: str, complaint: str) -> None:
    cell = build.new_code_cell("x", outputs=[nbformat.v4.new_output("stream", name=name, text=text)])
    if complaint:
        with pytest.raises(ValueError, match=complaint):
            build.cleaned(cell)
    else:
        assert build.cleaned(cell) == cell.outputs


def test_outputs_are_kept_without_chance_and_without_places() -> None:
    pieces = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("a", "b")]
    failure = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=["File /tmp/x.py", "no"])
    kept = build.cleaned(build.new_code_cell("x", outputs=[*pieces, failure]))
    assert [build.texts(output) for output in kept] == [["ab"], ["ValueError: no"]]


def test_a_complaint_says_which_line_of_which_cell() -> None:
    line = "-" * 18
    traceback = f"{line}\nx = 1\nf(x)\n{line}\n\n\x1b[36mCell\x1b[39m In[3], line \x1b[32m2\x1b[39m"
    error = build.CellExecutionError(traceback, "ValueError", "no")
    assert build._complaint(error) == "line 2 of a cell raises ValueError: no\n\nx = 1\nf(x)\n"


def test_a_failing_cell_fails_unless_it_is_meant_to() -> None:
    program = """import build
cells = [build.new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}), build.new_code_cell("[][1]")]
build.executed(build.new_notebook(cells=cells))"""
    done = python("-c", program)
    assert done.returncode == 1
    assert "IndexError" in done.stderr
    assert "division" not in done.stderr


def test_settings_of_the_machine_change_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "matplotlibrc").write_text("figure.facecolor: red")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    cell = "import matplotlib\nmatplotlib.rcParams['figure.facecolor']"
    program = f"import build\nprint(build.executed(build.new_notebook(cells=[build.new_code_cell({cell!r})])).cells[0])"
    assert "white" in python("-c", program).stdout


# --- Who does not see a picture, and who teaches ---


@each_version
def test_every_picture_says_what_it_shows(stem: str, version: str) -> None:
    for cell in committed(stem, version).cells:
        for output in cell.get("outputs", []):
            if {"image/png", "image/svg+xml"} & set(output.get("data", {})):
                said = output.metadata.get("image/png", {}).get("alt", "")
                assert len(said) > len("A plot."), f"a picture without a text of what it shows:\n{cell.source}"
            for image in re.findall(r"<img[^>]*>", output.get("data", {}).get("text/html", "").partition("<script")[0]):
                assert re.search(r' alt="[^"]{8,}"', image), cell.source
        for text in re.findall(r"!\[([^]]*)\]\(", cell.source if cell.cell_type == "markdown" else ""):
            assert text


#: What the answers of exercises look like where texts and pictures write them, without spaces.
GIVEN_AWAY = {
    "01_derivatives": [r"12x\^?[³3]-10x", r"σ\(1-σ\)", r"\by\*?·?\(1-y\)"],
    "02_chain_rule": [
        r"\(1-(σ|s|a1|a_1|\\sigma|y|a1\.data)\)",
        r"1-(\\tanh|tanh|t)\(?t?\)?(\^2|²|\*\*2)",
        r"-x(·|\\cdot|\*)?e\^\{-x",
    ],
    "05_gradient_descent": [r"\\frac1c", r"1/c\b", r"at2itswings"],
    "06_neurons_layers_networks": [r"v=\[1(\.0)?,-2(\.0)?\]", r"count\+=m\*n\+m"],
    "08_a_network_that_learns": [r"others\.index\(min\(others\)\)"],
    "10_beyond": [r"-log_softmax\(logits\)\[right\]"],
}


def squeezed(text: str) -> str:
    return re.sub(r"\s|\\,", "", text)


def shown_to_a_class(stem: str) -> str:
    """All that the version of a class says, but the code of its exercises: texts, code and outputs."""
    outputs = {cell.source: cell.get("outputs", []) for cell in committed(stem, "exercises").cells}
    stubs = [build.stub(cell.source) for cell in build.read(SOURCES[stem]) if "exercise" in cell.tags]
    said = []
    for cell in build.lesson(SOURCES[stem], "class").cells:
        if "test" not in cell.metadata.get("tags", []) and cell.source not in stubs:
            said.append(cell.source)
            said += [text for output in outputs.get(cell.source, []) for text in build.texts(output)]
    return squeezed("\n".join(said))


@each_lesson
def test_no_answer_is_left_in_what_a_class_gets(stem: str) -> None:
    shown = shown_to_a_class(stem)
    assert "<!--answer" not in shown
    for cell in build.read(SOURCES[stem]):
        if {"solution", "answer"} & set(cell.tags) and "test" not in cell.tags:
            assert squeezed(cell.source) not in shown, cell.source
        if "exercise" not in cell.tags:
            continue
        [name] = re.findall(r'check\("([\d.]+)"', cell.source)
        answers = re.findall(r"(?:= |return )(.+)  # solution$", cell.source, re.M)
        block = re.search(r"# solution:\n(.*?) *# end", cell.source, re.S)
        answers += [block[1]] if block else []
        for answer in map(squeezed, answers):
            if len(answer) > 5:
                assert answer not in shown, f"{name}: {answer}"
    for pattern in GIVEN_AWAY.get(stem, []):
        assert not re.search(pattern, shown), re.findall(f".{{60}}{pattern}.{{20}}", shown)[:3]


def test_what_gives_answers_away_is_seen() -> None:
    shown = squeezed("".join([cell.source for cell in build.lesson(SOURCES["02_chain_rule"], "exercises").cells]))
    for pattern in GIVEN_AWAY["02_chain_rule"][:2]:
        assert re.search(pattern, shown)
    text = "- one\n- two\n  lines <!-- answer -->\n- three"
    assert build._with_answers(text, "class") == "- one\n- three"
    assert build._with_answers(text, "solved") == "- one\n- two\n  lines\n- three"


@pytest.fixture(scope="module")
def of_a_class(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Lesson 2 as it is made for a class."""
    folder = tmp_path_factory.mktemp("class")
    done = python(str(HERE / "build.py"), "02", "--for-class", str(folder))
    assert done.returncode == 0, done.stderr
    assert [file.name for file in folder.iterdir()] == ["02_chain_rule.ipynb"]
    return folder / "02_chain_rule.ipynb"


def test_a_class_gets_hints_but_no_solutions(of_a_class: Path) -> None:
    notebook, ours = nbformat.read(of_a_class, 4), committed("02_chain_rule", "exercises")
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "<b>Solution" not in text
    assert "solved" not in text
    assert text.count("<b>Hint") == "\n".join(cell.source for cell in ours.cells).count("<b>Hint") > 3
    for cell in build.read(SOURCES["02_chain_rule"]):
        if "exercise" in cell.tags:
            assert build.stub(cell.source) in text
            assert build.solution(cell.source) not in text
        if "solution" in cell.tags:
            assert cell.source not in text


def test_what_a_class_gets_is_graded_as_not_done(of_a_class: Path) -> None:
    found = grading.grade([str(of_a_class)])
    assert [one.exercise for one in found] == list(exercises("2"))
    assert {one.verdict for one in found} == {"undone"}


@pytest.mark.parametrize("stem", ["00_start_here", "02_chain_rule"])
def test_what_is_solved_is_graded_as_right(stem: str) -> None:
    found = grading.grade([str(build.target(SOURCES[stem], "solved"))])
    assert {one.verdict for one in found} == {"right"}


@each_lesson
def test_the_teacher_has_a_page_of_it(stem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = build.opening(SOURCES[stem])
    text = (HERE / "teacher" / f"{stem[:2]}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {says['title']}\n")
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings == ["Aims", "Time", "What goes wrong", "Questions to ask", "Pictures for slides"]
    assert len(text.split()) < 700  # a page
    rows = re.findall(r"^\| (.+) \| (\d+) \| (\d+|–) \|$", text, re.M)
    *parts, (together, all_of_it, short_of_it) = [(name, int(m), int(n.replace("–", "0"))) for name, m, n in rows]
    assert together == "together"
    assert [re.sub(r" \(may be skipped\)", "", name) for name in build.sections(SOURCES[stem])] == [p[0] for p in parts]
    assert all_of_it == sum(p[1] for p in parts) == int(says["time"].split()[0])
    assert short_of_it == sum(p[2] for p in parts) == 45
    assert all(p[2] <= p[1] for p in parts)
    lesson = str(int(stem[:2]))
    named = set(re.findall(rf"^- ({lesson}\.\d+): ", text, re.M))
    assert named == set(exercises(lesson))
    [code] = re.findall(r"```python\n(.*?)```", text, re.S)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert {file.name for file in tmp_path.iterdir()} == set(re.findall(r"[\w]+\.(?:svg|png|html)\b", code))


# --- The pages beside the lessons ---

#: What is set in bold for its weight, and no term.
EMPHASIS = {
    *(
        "vanishes",
        "entries",
        "each once",
        "parents before children",
        "one row for each neuron",
        "days",
        "surprised",
        "born",
    ),
    *("a line", "a small one", "a large one", "self stands on the right", "place in a plane"),
    *("up, the steepest way", "down, the steepest way"),
}


def bold(source: Path) -> list[str]:
    """What the texts of a source set in bold."""
    texts = [re.sub(r"`[^`]*`", "", cell.source) for cell in build.read(source) if cell.cell_type == "markdown"]
    return [" ".join(term.split()) for text in texts for term in re.findall(r"\*\*([^*]+?)\*\*", text)]


@each_lesson
def test_terms_that_are_set_in_bold_are_in_the_glossary(stem: str) -> None:
    rows = build.read(HERE / "source" / "glossary.py")[0].source
    words = " ".join(re.findall(r"^\| (.+?) \|", rows, re.M)).casefold()
    terms = [term for term in bold(SOURCES[stem]) if term[0].islower() and not term.endswith(".")]
    terms = [term for term in terms if len(term.split()) < 6 and term not in EMPHASIS]
    assert [term for term in terms if term.casefold().rstrip("s") not in words] == []


def test_the_glossary_is_in_order_and_has_no_word_twice() -> None:
    rows = build.read(HERE / "source" / "glossary.py")[0].source.partition("## How symbols")[0]
    words = [row.strip().casefold() for row in re.findall(r"^\| (.+?) \|.*\|$", rows, re.M)[1:]]
    assert words == sorted(set(words))
    known = "scalar seed elu median noise argnums"
    assert [word for word in [*known.split(), "standard deviation"] if word not in words] == []


def python_of(source: Path) -> set[str]:
    """What a source uses of the language: kinds of syntax, built-in names, methods of lists, texts and the like."""
    code = "\n".join([c.source for c in build.read(source) if c.cell_type == "code" and "test" not in c.tags])
    used: set[str] = set()
    tree = list(ast.walk(ast.parse(code)))
    modules = {alias.asname or alias.name for node in tree if isinstance(node, ast.ImportFrom) for alias in node.names}
    for node in tree:
        used.add(type(node).__name__)
        if isinstance(node, ast.Name) and hasattr(builtins, node.id):
            used.add(node.id)
        of_module = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
        if isinstance(node, ast.Attribute) and not of_module:
            used |= {f".{node.attr}"} if any(hasattr(kind, node.attr) for kind in (list, dict, set, str)) else set()
        if isinstance(node, ast.arguments) and node.defaults:
            used.add("a default")
    return used


@each_lesson
def test_the_page_on_python_has_what_lessons_use(stem: str) -> None:
    assert python_of(SOURCES[stem]) - python_of(HERE / "source" / "python.py") == set()

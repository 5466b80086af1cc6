"""The command line: what it writes, what it says, its exit codes, and what it does when things are missing."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from commands import INSTALL, ROOT, process, refused, without

from autograd_lite.__main__ import main
from autograd_lite.cli import demo
from autograd_lite.engine.operation import TABLE

# --- demo ---


def test_ctrl_c_anywhere_else_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run", interrupted)
    assert main(["demo"]) == 130
    assert capsys.readouterr() == ("", "autograd-lite: interrupted\n")


# --- draw ---


def test_draw_prints_value_derivatives_and_the_graph(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "tanh(w*x + b)", "x=2", "w=-0.5", "b=1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    head, table, picture = out.split("\n\n")
    assert head == "tanh(w*x + b) = 0.0"
    assert table.splitlines() == [  # tanh'(0) = 1
        "name  value  derivative",
        "x       2.0        -0.5",
        "w      -0.5         2.0",
        "b       1.0         1.0",
    ]
    assert "tanh(" in picture
    assert "w * x" in picture


def test_draw_without_names_or_with_only_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "2 + 3"]) == 0
    assert capsys.readouterr().out.startswith("2 + 3 = 5.0\n\n")
    assert main(["draw", "x", "x=nan"]) == 0
    assert "x = nan\n\nname  value  derivative\nx       nan         1.0\n" in capsys.readouterr().out


def test_pi_and_e_are_known_and_a_name_of_ones_own_wins(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "sin(pi*x)", "x=0.5"]) == 0
    assert capsys.readouterr().out.startswith("sin(pi*x) = 1.0\n")
    assert main(["explain", "e*pi", "e=2", "pi=3", "--wrt", "e"]) == 0
    assert capsys.readouterr().out.startswith("e*pi = 6.0\n")
    assert main(["draw", "ln(x)", "x=0.5"]) == 2
    assert "'ln' is no operation; write log(x)" in capsys.readouterr().err


def test_a_side_not_taken_has_derivative_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "where(x > 0, y, log(z))", "x=1", "y=5", "z=1"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.split("\n\n")[1].splitlines()]
    assert rows[1:] == [["x", "1.0", "0.0"], ["y", "5.0", "1.0"], ["z", "1.0", "0.0"]]


@pytest.mark.parametrize(
    ("ending", "magic"),
    [("svg", b"<svg"), ("png", b"\x89PNG\r\n\x1a\n"), ("pdf", b"%PDF"), ("dot", b"digraph"), ("txt", b"")],
)
def test_draw_writes_by_the_ending(
    ending: str, magic: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"neuron.{ending}"
    assert main(["draw", "tanh(w*x + b)", "x=2", "w=-0.5", "b=1", "-o", str(file)]) == 0
    assert capsys.readouterr().out == f"tanh(w*x + b) = 0.0\nopen {file}\n"
    assert magic in file.read_bytes()[:200]
    if ending == "dot":
        text = file.read_text(encoding="utf-8")
        assert "∂" in text  # gradients are there: the pass has been run
        assert all(f'label="{name}' in text or f"label={name}" in text for name in "xwb")


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "OUT", "w*x", "w=2", "x=3"],
        ["w*x", "-o", "OUT", "w=2", "x=3"],
        ["w*x", "w=2", "-o", "OUT", "x=3"],
        ["w*x", "w=2", "x=3", "--output=OUT"],
        ["-o", "OUT", "--", "w*x", "w=2", "x=3"],
        ["-w*-x", "w=2", "x=3", "-o", "OUT"],
        ["-1*w*-x", "w=2", "x=3", "-o", "OUT"],
        ["--w*x", "w=2", "x=3", "-o", "OUT"],
        ["-o", "OUT", "--w*x", "w=2", "x=3"],
        ["--output=OUT", "---w*-x", "x=3", "w=2"],
        ["-o*-h", "o=2", "h=3", "-o", "OUT"],
        ["--output*h", "output=2", "h=3", "-o", "OUT"],
    ],
)
def test_draw_takes_its_words_in_any_order(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "graph.txt")
    assert main(["draw", *[word.replace("OUT", file) for word in words]]) == 0
    assert "= 6.0\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["tanh(w*x + b)", "x=2"], "no value for w, b in 'tanh(w*x + b)'; it needs w, x, b"),
        (["x", "x=1", "y=2"], "y given but not in 'x'; it needs x"),
        (["x", "x=abc"], "'x=abc': 'abc' is no number"),
        (["x", "x="], "'x=': '' is no number"),
        (["x", "=2"], "'=2' is no value for a name; write one such as x=2"),
        (["x", "2"], "'2' is no value for a name; write one such as x=2"),
        (["x", "x.y=2"], "'x.y=2' is no value for a name"),
        (["x", "x=1", "x=2"], "x is given twice"),
        (["sum", "sum=2"], "'sum': is an operation; write sum(...), or choose another name"),
        (["log(x)", "x=-1"], "column 1, 'log(x)': log(-1.0): needs x > 0 (x is 'x')"),
        (["__import__('os').system('true')"], "column 1, "),
        ([""], "the expression is empty"),
        (["x", "x=1", "-o", "graph.jpg"], "graph.jpg: the name of a picture must end in one of .svg .png"),
        (["x", "x=1", "-o", "graph"], "must end in one of"),
        ([], "the following arguments are required: expression"),
        (["x", "x=1", "--bogus"], "unrecognized arguments: --bogus"),
        (["--bogus", "x", "x=1"], "unrecognized arguments: --bogus"),
        (["--bogus", "x=1"], "no value for bogus in '--bogus'"),
        (["x", "-o"], "argument -o/--output: expected one argument"),
        (["(" * 100_000 + "x" + ")" * 100_000, "x=1"], "has 200001 characters; at most 5000 are read"),
    ],
)
def test_draw_refuses_in_one_line(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in refused(capsys, "draw", *words)


def test_a_picture_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.svg").mkdir()
    for path in (tmp_path / "file" / "graph.txt", tmp_path / "folder.svg"):
        assert main(["draw", "x", "x=1", "-o", str(path)]) == 2
        err = capsys.readouterr().err
        assert err.startswith(f"autograd-lite: {tmp_path}")
        assert err.count("\n") == 1


@pytest.mark.usefixtures("no_graphviz")
def test_draw_without_graphviz(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "x", "x=1", "-o", str(tmp_path / "graph.svg")]) == 0
    assert main(["draw", "x", "x=1", "-o", str(tmp_path / "graph.png")]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert INSTALL in err
    assert main(["draw", "x", "x=1"]) == 0
    assert main(["draw", "x", "x=1", "-o", str(tmp_path / "graph.txt")]) == 0


# --- steps ---


def test_steps_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["steps", "tanh(w*x + b)", "x=2", "w=-0.5", "b=1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("tanh(w*x + b) = 0.0\n\nstep  node")
    assert re.search(r"y → v2 +∂y/∂v2 = 1 - y² = 1 - 0² = 1 +1 · 1 +1$", out, re.MULTILINE)
    assert re.search(r"w\.grad = 0 \+ 2 +2$", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("ending", "magic"), [("html", b"<!doctype html>"), ("gif", b"GIF8"), ("json", b"{"), ("txt", b"step")]
)
def test_steps_writes_by_the_ending(
    ending: str, magic: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"page.{ending}"
    quiz = ["--quiz"] if ending == "html" else []
    assert main(["steps", "--w*x", "w=2", "-o", str(file), "x=3", *quiz]) == 0
    assert capsys.readouterr().out == f"--w*x = 6.0\nopen {file}\n"
    assert file.read_bytes().startswith(magic)
    if ending == "html":
        assert '"quiz":true' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["w*x", "w=1"], "no value for x in 'w*x'"),
        (["w", "w=1", "-o", "x.svg"], "x.svg: the name of a file of steps must end in one of .html .gif"),
        (["w", "w=1", "--quiz"], "--quiz: only a page asks; write one such as -o quiz.html"),
        (["w", "w=1", "--quiz", "-o", "x.gif"], "--quiz: only a page asks"),
        (["w", "w=1", "--wrt", "w"], "unrecognized arguments: --wrt w"),
    ],
)
def test_steps_refuses_in_one_line(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in refused(capsys, "steps", *words)


# --- explain ---


def test_explain_prints_the_paths(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "(w*x + b)*w", "x=2", "w=3", "b=1", "--wrt", "w"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("(w*x + b)*w = 21.0\n\n∂y/∂w: 2 paths from y down to w\n")
    assert out.endswith("\n∂y/∂w = 7 + 6 = 13\n")


@pytest.mark.parametrize("ending", ["html", "svg", "png", "dot", "txt"])
def test_explain_writes_by_the_ending(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / f"paths.{ending}"
    assert main(["explain", "-w*-x", "--wrt=w", "w=2", "-o", str(file), "x=3"]) == 0
    assert capsys.readouterr().out == f"-w*-x = 6.0\nopen {file}\n"
    assert file.stat().st_size > 100


def test_explain_keeps_the_names_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "y*y", "y=2", "--wrt", "y"]) == 0
    assert capsys.readouterr().out.endswith("∂v1/∂y = 2 + 2 = 4\n")
    assert main(["explain", "w", "w=2", "--wrt", "w"]) == 0
    assert capsys.readouterr().out.endswith("∂w/∂w = 1\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["w*x", "w=1", "x=2", "--wrt", "q"], "--wrt q: not a name in 'w*x'; its names: w, x"),
        (["1 + 2", "--wrt", "x"], "--wrt x: not a name in '1 + 2'; its names: none"),
        (["w*x", "w=1", "x=2"], "the following arguments are required: --wrt"),
        (["w*x", "w=1", "--wrt", "w"], "no value for x in 'w*x'"),
        (["w", "w=1", "--wrt", "w", "-o", "x.jpg"], "x.jpg: the name of an explanation must end in one of .html .svg"),
    ],
)
def test_explain_refuses_in_one_line(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in refused(capsys, "explain", *words)


# --- operations ---


def test_operations_lists_every_row_with_its_domain_its_bounds_and_its_derivatives(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["operations"]) == 0
    table, reasons = capsys.readouterr().out.split("\n\n")
    head, *lines = table.splitlines()
    assert head.split() == ["name", "written", "defined", "off", "at", "most", "derivatives"]
    assert [line.split()[0] for line in lines] == list(TABLE)
    shown = {line.split()[0]: " ".join(line.split()) for line in lines}
    assert shown["arctan2"] == "arctan2 arctan2(y, x) everywhere 4 4 16 x / (x² + y²), -y / (x² + y²)"
    assert shown["log"] == "log log(x) x > 0 4 4 16 1 / x"
    assert shown["mean"] == "mean mean([*xs]) len(xs) > 0 4 4 16 1 / len(xs)"
    assert shown["gaussian"] == "gaussian gaussian(x) everywhere 4 8 16 -2·x·out"
    head, *lines = reasons.splitlines()
    assert head.split() == ["less", "exact", "why"]
    assert dict(line.split(maxsplit=1) for line in lines) == {
        row.name: row.bounds.why for row in TABLE.values() if row.bounds.why
    }


def test_operations_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["operations", "--markdown"]) == 0
    table, reasons = capsys.readouterr().out.split("\n\n")
    head, rule, *lines = table.splitlines()
    assert (head, rule) == (
        "| name | written | defined | off at most | derivatives |",
        "| --- | --- | --- | --- | --- |",
    )
    assert "| `log` | `log(x)` | `x > 0` | 4 4 16 | `1 / x` |" in lines
    assert len(lines) == len(TABLE)
    assert {line.count("|") for line in lines} == {6}
    assert reasons.splitlines()[:2] == ["| less exact | why |", "| --- | --- |"]
    assert f"| `unit` | {TABLE['unit'].bounds.why} |" in reasons.splitlines()


# --- doctor ---


def test_doctor_where_all_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert f"Python {sys.version.split()[0]}" in out
    assert all(
        f"\n  {name} " in out for name in ("graphviz", "numpy", "matplotlib", "scikit-learn", "pygraphviz", "tqdm")
    )
    assert re.search(r"^  (the program dot|pygraphviz) works", out, re.MULTILINE)
    assert "not installed" not in out.partition("renderers")[0].partition("\n")[2]
    assert out.endswith("all is there\n")


def test_doctor_names_what_is_missing_and_the_one_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "matplotlib", "tqdm")
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^  matplotlib +not installed +plots$", out, re.MULTILINE)
    assert out.endswith(f"pictures can be rendered; {INSTALL} brings matplotlib, tqdm\n")


@pytest.mark.usefixtures("no_graphviz")
def test_doctor_without_graphviz_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert out.endswith(f"\npictures cannot be rendered as PNG or PDF; {INSTALL} brings what can\n")


def test_doctor_without_the_package_graphviz_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "graphviz")
    assert main(["doctor"]) == 1
    assert INSTALL in capsys.readouterr().out


# --- words ---


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            [],
            "the following arguments are required: demo | draw | steps | explain | operations | doctor | course "
            "(see autograd-lite --help)",
        ),
        (["train"], "invalid choice: 'train'"),
        (["demo", "--data", "mnist"], "invalid choice: 'mnist'"),
        (["demo", "--epochs", "0"], "must be a whole number from 1 on, got '0'"),
        (["demo", "--epochs", "-3"], "argument --epochs"),
        (["demo", "--epochs", "many"], "must be a whole number from 1 on, got 'many'"),
        (["demo", "--seed", "x"], "argument --seed: invalid int value: 'x'"),
        (["demo", "more"], "unrecognized arguments: more"),
        (["doctor", "--all"], "unrecognized arguments: --all"),
    ],
)
def test_words_that_are_not_understood(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in refused(capsys, *words)


@pytest.mark.parametrize(
    "words",
    [[], ["demo"], ["draw"], ["steps"], ["explain"], ["operations"], ["doctor"], ["course"], ["course", "grade"]],
)
def test_help_has_examples_and_exit_codes(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([*words, "--help"])
    assert stop.value.code == 0
    out = capsys.readouterr().out
    assert "examples:\n  autograd-lite " in out
    assert re.search(r"exit codes:\n  0 .*\n  1 .*\n  2 .*\n  130 ", out)


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("draw", {"neuron.svg", "graph.png"}),
        ("steps", {"steps.html", "quiz.html"}),
        ("explain", {"paths.html", "paths.png"}),
    ],
)
def test_each_example_in_the_help_works(
    command: str, files: set[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    examples = re.findall(rf"^  autograd-lite ({command} .*)$", capsys.readouterr().out, re.MULTILINE)
    assert len(examples) == 3
    monkeypatch.chdir(tmp_path)
    for example in examples:
        assert main(shlex.split(example)) == 0
    assert {path.name for path in tmp_path.iterdir()} == files


# --- as a process ---


def test_as_a_real_process() -> None:
    run = process("draw", "tanh(w*x + b)", "x=2", "w=-0.5", "b=1", PYTHONIOENCODING="utf-8")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("tanh(w*x + b) = 0.0\n")
    run = process("--version")
    assert run.returncode == 0
    assert run.stdout.startswith("autograd_lite ")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_terminal_that_cannot_show_a_character_shows_another(encoding: str) -> None:
    run = process("draw", "σ * 2", "σ=1", PYTHONIOENCODING=encoding)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("? * 2 = 2.0\n")
    run = process("draw", "σ.x", "σ=1", PYTHONIOENCODING=encoding)
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1


def test_a_broken_pipe_is_quiet() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONUNBUFFERED", None)  # what is still in the buffer at the end is the hard case
    command = [sys.executable, "-m", "autograd_lite", "draw", "x", "x=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()  # before anything is written
        assert run.stderr.read() == b""
        assert run.wait(60) == 1

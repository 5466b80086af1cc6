"""The demonstration: the pictures and the model that it writes, whatever is missing or comes between."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import INSTALL, ROOT, refused, without

from autograd_lite import Value, data, nn, optim
from autograd_lite.__main__ import main
from autograd_lite.cli import demo

PICTURES = {
    "decision_boundary.png": b"\x89PNG\r\n\x1a\n",
    "loss_curve.png": b"\x89PNG\r\n\x1a\n",
    "network.svg": b"<svg",
    "loss_graph.svg": b"<svg",
}


PLOTS, GRAPHS = ("decision_boundary.png", "loss_curve.png"), ("network.svg", "loss_graph.svg")


def check_folder(folder: Path, names: set[str]) -> None:
    assert {path.name for path in folder.iterdir()} == names
    for name in names - {"model.json"}:
        assert (folder / name).read_bytes().startswith(PICTURES[name])
        assert (folder / name).stat().st_size > 1000


@pytest.mark.parametrize(("name", "epochs"), [("moons", "2"), ("iris", "1")])
def test_demo_writes_pictures_and_the_model(
    name: str, epochs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / name
    assert main(["demo", "--data", name, "--epochs", epochs, "--out", str(out)]) == 0
    said, err = capsys.readouterr()
    assert err == ""
    check_folder(out, {*PICTURES, "model.json"})
    for file in (*PICTURES, "model.json"):
        assert f"\n  {file} " in said
    assert f"\nopen {out / 'decision_boundary.png'}\n" in said
    assert f"trained for {epochs} epoch" in said
    assert re.search(r"^accuracy on the .*: \d+\.\d% \(\d+ right\)$", said, re.MULTILINE)
    assert all(f"\n  {species} " in said for species in demo.TASKS[name].classes)


def test_the_saved_model_is_loaded_as_the_demo_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--data", "xor", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "model = nn.MLP(2, [4, 2], activation='tanh'); model.load(" in said
    assert "accuracy on the same 4 points: 100.0% (4 right)" in said
    model = nn.MLP(2, [4, 2], activation="tanh")
    model.load(tmp_path / "model.json")
    scores = [model(x) for x in data.xor()[0]]
    assert [int(one > zero) for zero, one in scores] == data.xor()[1]


def test_the_loss_graph_has_the_gradients_of_one_sample_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--data", "xor", "--epochs", "2", "--out", str(tmp_path)]) == 0
    text = (tmp_path / "loss_graph.svg").read_text(encoding="utf-8")
    # The sample is (0, 0), which every weight of layer 0 is multiplied with.
    assert "∂loss/∂w0[0,0] = 0;" in text
    assert "∂loss/∂w0[0,1] = 0;" in text
    assert re.search(r"∂loss/∂b0\[0\] = -?0?\.\d+;", text)


@pytest.mark.usefixtures("no_pictures")
def test_the_same_seed_gives_the_same_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for seed in ("1", "1", "2"):
        assert main(["demo", "--data", "moons", "--epochs", "2", "--seed", seed, "--out", str(tmp_path)]) == 0
        told.append(capsys.readouterr().out.replace(f"seed {seed}", ""))
    assert told[0] == told[1] != told[2]


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize("name", ["iris", "moons", "circles"])
def test_a_third_is_held_out(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--data", name, "--epochs", "1", "--out", str(tmp_path)]) == 0
    assert "100 to learn from, 50 held out" in capsys.readouterr().out


@pytest.mark.usefixtures("no_pictures")
def test_iris_is_learnt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accuracies = []
    for seed in ("0", "1", "2"):
        assert main(["demo", "--seed", seed, "--out", str(tmp_path)]) == 0
        found = re.search(r"accuracy on the 50 held-out flowers: ([\d.]+)%", capsys.readouterr().out)
        assert found
        accuracies.append(float(found[1]))
    assert min(accuracies) >= 88.0
    assert sum(accuracies) / len(accuracies) >= 95.0


def test_the_confusion_table_has_a_row_for_what_a_sample_is() -> None:
    scores = {0.0: [2.0, 1.0, 0.0], 1.0: [0.0, 2.0, 1.0], 2.0: [0.0, 1.0, 2.0]}

    def model(x: float) -> list[Value]:
        return [Value(score) for score in scores[x]]

    xs, ys = [0.0, 1.0, 2.0, 2.0, 2.0], [0, 1, 2, 2, 0]
    assert demo.confusion(model, xs, ys, 3) == [[1, 0, 1], [0, 1, 0], [0, 0, 2]]


def test_files_of_the_same_names_are_replaced_and_others_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*PICTURES, "model.json", "mine.txt"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    assert main(["demo", "--data", "xor", "--epochs", "1", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "old"
    (tmp_path / "mine.txt").unlink()
    check_folder(tmp_path, {*PICTURES, "model.json"})
    assert json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["architecture"].startswith("MLP 2")


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    assert f"cannot write into the folder {file}: it is a file" in refused(capsys, "demo", "--out", str(file))
    assert "cannot write into the folder" in refused(capsys, "demo", "--out", str(file / "below"))
    assert file.read_text(encoding="utf-8") == "mine"

    def forbidden(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(demo.tempfile, "TemporaryFile", forbidden)
    said = refused(capsys, "demo", "--out", str(tmp_path / "new"))
    assert said == f"autograd-lite: cannot write into the folder {tmp_path / 'new'}: Permission denied\n"


def test_one_file_that_cannot_be_written_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "network.svg").mkdir()
    assert main(["demo", "--data", "xor", "--epochs", "1", "--out", str(tmp_path)]) == 1
    said, err = capsys.readouterr()
    assert re.fullmatch(r"not written: network\.svg: [^\n]+\n", err)
    assert "network.svg" not in said
    (tmp_path / "network.svg").rmdir()
    check_folder(tmp_path, {*PICTURES, "model.json"} - {"network.svg"})


def test_ctrl_c_leaves_the_pictures_of_the_model_so_far(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    step, steps = optim.Adam.step, []

    def interrupted(self: optim.Adam) -> None:
        steps.append(1)
        if len(steps) == 3:
            raise KeyboardInterrupt
        step(self)

    monkeypatch.setattr(optim.Adam, "step", interrupted)
    assert main(["demo", "--data", "xor", "--out", str(tmp_path)]) == 130
    said, err = capsys.readouterr()
    assert "interrupted after 2 epochs, loss" in said
    assert err == ""
    check_folder(tmp_path, {*PICTURES, "model.json"})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_a_real_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "autograd_lite", "demo", "--data", "moons", "--epochs", "1000000"]
    run = subprocess.Popen(
        [*command, "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        # A background job of a shell would ignore the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with run:
        assert run.stdout is not None
        first = run.stdout.readline()
        time.sleep(2.0)  # until it trains
        run.send_signal(signal.SIGINT)
        said, err = run.communicate(timeout=60)
    assert first.startswith("moons: 150 points")
    assert run.returncode == 130
    assert "interrupted after" in said
    assert "Traceback" not in err
    assert (tmp_path / "model.json").exists()
    assert (tmp_path / "decision_boundary.png").exists()


def test_without_scikit_learn_iris_says_the_command_and_the_way_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "sklearn")
    assert main(["demo", "--out", str(tmp_path / "new")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.count(INSTALL) == 1
    assert "scikit-learn" in err
    assert err.endswith("--data moons needs nothing\n")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("package", ["matplotlib", "numpy"])
def test_without_matplotlib_or_numpy_all_but_the_plots_is_written(
    package: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, package)
    assert main(["demo", "--data", "xor", "--epochs", "2", "--out", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    missing = {path for path in PLOTS if path in err}
    assert "decision_boundary.png" in missing
    assert package in err
    assert INSTALL in err
    assert all(line.startswith("not written: ") for line in err.splitlines())
    check_folder(tmp_path, {*PICTURES, "model.json"} - missing)
    assert not any(f"  {name} " in out for name in missing)


@pytest.mark.usefixtures("no_graphviz")
def test_without_graphviz_all_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--data", "xor", "--epochs", "2", "--out", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert not err
    assert "open " in out
    check_folder(tmp_path, {*PLOTS, *GRAPHS, "model.json"})


@pytest.mark.usefixtures("no_graphviz")
def test_with_nothing_at_all_it_still_learns_and_saves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "numpy", "matplotlib", "sklearn", "tqdm", "pygraphviz", "graphviz")
    assert main(["demo", "--data", "xor", "--out", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert "100.0% (4 right)" in out
    assert len(err.splitlines()) == 1
    check_folder(tmp_path, {*GRAPHS, "model.json"})

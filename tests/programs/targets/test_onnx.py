"""Out to ONNX: what ONNX Runtime computes from the file, the names in it, and what is said where it cannot be."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import extras
import pytest
from functions import close
from losses_of_loops import loss, samples

from autograd_lite import Value, exp, log, sqrt, tanh, to_onnx, value_and_grad, where
from autograd_lite import array as value_array

np = extras.numpy


def session(path: Path) -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r"^to_onnx: onnx is not installed: pip install onnx$"):
        to_onnx(loss, tmp_path / "loss.onnx", [1.0])


@pytest.mark.peers
def test_a_loss_and_its_gradient_are_computed_from_a_file(tmp_path: Path) -> None:
    def both(w: Any, points: Any, targets: Any) -> Any:
        return value_and_grad(loss)(w, points, targets)

    points, targets = samples(50)
    to_onnx(both, tmp_path / "loss.onnx", [1.0, 1.0, 1.0], *map(np.array, samples(50, 1)))
    w = [0.3, 1.2, -0.7]
    given = {"w": np.array(w), "points": np.array(points), "targets": np.array(targets)}
    run = session(tmp_path / "loss.onnx")
    assert [x.name for x in run.get_outputs()] == ["output[0]", "output[1]"]
    assert close(run.run(None, given), value_and_grad(loss)(w, points, targets), 1e-12)


@pytest.mark.peers
def test_inputs_and_outputs_are_called_as_in_python(tmp_path: Path) -> None:
    def f(p: Any, rows: Any, n: int, box: Any) -> Any:
        y = tanh(p["a"] * rows[0][1])
        return {"y": y, "more": [y * n, p["b"][0]], "is": y > 0, "all": box * y, "pair": (y, [y, y]), "one": 1.5}

    box = value_array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    to_onnx(f, tmp_path / "f.onnx", {"a": 1.0, "b": [2.0]}, [[1.0, 2.0], [3.0, 4.0]], 3, box)
    run = session(tmp_path / "f.onnx")
    boxes = ["box[0]", "box[1]"]
    assert [x.name for x in run.get_inputs()] == ["p['a']", "p['b']", "rows[0]", "rows[1]", *boxes]
    assert [(x.name, x.shape) for x in run.get_outputs()] == [
        ("output['y']", []),
        ("output['more']", [2]),
        ("output['is']", []),
        ("output['all']", [2, 2]),
        ("output['pair'][0]", []),
        ("output['pair'][1]", [2]),
        ("output['one']", []),
    ]
    rows, p = [[0.5, -0.25], [1.0, 1.0]], {"a": 0.7, "b": [5.0]}
    given = {"p['a']": 0.7, "p['b']": [5.0], "rows[0]": rows[0], "rows[1]": rows[1], "box[0]": [1.0, 0.5]}
    found = run.run(None, {name: np.array(x) for name, x in {**given, "box[1]": [0.0, 2.0]}.items()})
    expected = f(p, rows, 3, np.array([[1.0, 0.5], [0.0, 2.0]]))
    assert close(found, [*list(expected.values())[:4], expected["pair"][0], expected["pair"][1], 1.5], 1e-12)
    assert found[2].dtype == bool


@pytest.mark.peers
def test_truths_beside_numbers_are_outputs_of_their_own(tmp_path: Path) -> None:
    to_onnx(
        lambda x: {"both": [x > 1.0, 2.0 * x], "truths": [x > 1.0, x > 5.0], "one": [x > 5.0]}, tmp_path / "f.onnx", 1.5
    )
    run = session(tmp_path / "f.onnx")
    names = [x.name for x in run.get_outputs()]
    assert names == ["output['both'][0]", "output['both'][1]", "output['truths']", "output['one']"]
    found = run.run(None, {"x": np.array(3.0)})
    assert [x.tolist() for x in found] == [True, 6.0, [True, False], [False]]


@pytest.mark.peers
@pytest.mark.parametrize("result", [None, "text", []])
def test_a_file_without_an_output_is_refused(result: Any, tmp_path: Path) -> None:
    def nothing(x: Any) -> Any:
        return result

    with pytest.raises(TypeError, match=r"^to_onnx: .*nothing returns no number, and a file must have an output$"):
        to_onnx(nothing, tmp_path / "f.onnx", 1.0)
    assert not (tmp_path / "f.onnx").exists()


@pytest.mark.peers
def test_comparisons_choose_and_lanes_move(tmp_path: Path) -> None:
    def f(xs: Any, y: float) -> Any:
        shifted = [where(b > a, log(b * b + y), exp(a)) for a, b in pairwise(xs)]
        return [sum(shifted[::2]), *[xs[i * i % len(xs)] * y for i in range(len(xs))], sqrt(y)]

    def slopes(xs: Any, y: float) -> Any:
        return value_and_grad(lambda xs: sum(f(xs, y)))(xs)

    xs = [0.3, -0.8, 1.5, 0.2, 0.9, -0.1, 0.4]
    for g in (f, slopes):
        to_onnx(g, tmp_path / "f.onnx", [0.1 * i for i in range(7)], 2.0)
        found = session(tmp_path / "f.onnx").run(None, {"xs": np.array(xs), "y": np.array(1.5)})
        assert close(found if g is slopes else found[0], g(xs, 1.5), 1e-12)


#: Functions that ONNX Runtime does not have in double precision, or has, and numbers where they are difficult.
MADE = [
    "expm1",
    "log1p",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "arctanh",
    "exp2",
    "log2",
    "log10",
    "trunc",
    "rint",
    "cbrt",
]
EDGES = [-np.inf, -800.0, -2.0, -1e-9, -0.0, 0.0, 1e-300, 1e-9, 0.5, 800.0, np.inf, np.nan]


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", MADE)
def test_functions_that_are_made_of_others_hold_at_the_edges(name: str, tmp_path: Path) -> None:
    import autograd_lite

    row = getattr(autograd_lite, name)
    to_onnx(lambda xs: [row(x) for x in xs], tmp_path / "row.onnx", [0.5] * len(EDGES))
    [found] = session(tmp_path / "row.onnx").run(None, {"xs": np.array(EDGES)})
    np.testing.assert_allclose(found, getattr(np, name)(np.array(EDGES)), rtol=1e-13, atol=0)

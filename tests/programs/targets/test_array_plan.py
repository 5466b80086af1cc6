"""Programs on arrays, with NumPy as the engine; and every row of the table through JAX, PyTorch and ONNX Runtime."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import extras
import pytest
from evaluator import evaluate
from functions import arguments, call_of, close, functions, made, ordinary, units_of
from hypothesis import HealthCheck, given, settings
from lane_programs import gather, inputs, literals, numbers, on_lanes, program, scatter, total
from numpy_arrays import NumPy
from rows import CASES, Case
from rows import close as agree

import autograd_lite
from autograd_lite import nn, to_jax, to_onnx, to_torch
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE
from autograd_lite.programs.lanes import laned_program
from autograd_lite.programs.primitives import FREXP_EXPONENT
from autograd_lite.programs.program import LESS, Program
from autograd_lite.programs.targets.array_plan import Plan

np = extras.numpy


def run(plan: Plan, units: Any) -> list[float]:
    arrays = [np.array(unit) if len(unit) != 1 else np.float64(unit[0]) for unit in units]
    return [float(x) for output in plan(arrays) for x in np.ravel(output)]


def check(made: Program, units: Any) -> list[str]:
    """What moves lanes of a program, which gives what it should."""
    engine = NumPy()
    assert close(run(Plan(made, engine), units), evaluate(made, units), 1e-12)
    return engine.moves


@pytest.mark.parametrize(
    ("lanes", "moves"),
    [
        ([0, 1, 2, 3, 4, 5, 6], []),
        ([2, 3, 4], ["strided"]),
        ([1, 3, 5], ["strided"]),
        ([2], ["lane"]),
        ([3, 3, 3], ["lane", "repeated"]),
        ([6, 5, 4], ["picked"]),
        ([0, 1, 5], ["picked"]),
    ],
)
def test_lanes_of_one_source_move_at_once(lanes: list[int], moves: list[str]) -> None:
    (x,) = inputs(7)
    assert check(program([gather([x], [(0, lane) for lane in lanes])]), [numbers(7)]) == moves


def test_lanes_of_several_sources_are_side_by_side() -> None:
    x, y, z = inputs(4, 4, 1)
    few = gather([x, y, z], [(0, 1), (0, 2), (1, 0), (2, 0), (2, 0)])
    assert check(program([few]), [numbers(4), numbers(4), [2.0]]) == ["strided", "strided", "repeated", "joined"]
    many = gather([x, y], [(i % 2, i // 2) for i in range(8)])
    assert check(program([many]), [numbers(4), numbers(4)]) == ["joined", "picked"]


def test_many_single_lanes_are_taken_apart_at_once() -> None:
    x, y = inputs(8, 8)
    one = gather([y], [(0, 5)])
    several = [gather([x], [(0, lane)]) for lane in (7, 2, 0)]
    made = program([on_lanes(ops.multiply, a, one) for a in several])
    assert check(made, [numbers(8), numbers(8)]) == ["lanes", "lane"]


def test_sums_scatters_literals_and_truths() -> None:
    x, w = inputs(6, 1)
    truth = on_lanes(LESS, x, w)
    chosen = on_lanes(ops.where, truth, literals(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), on_lanes(ops.multiply, x, w))
    counted = on_lanes(ops.add, truth, 0.5)
    by_number = on_lanes(ops.where, on_lanes(ops.floor, x), 1.0, literals(7.0))
    outputs = [chosen, total(chosen), scatter(x, [0, 2, 0, 1, 2, 0], 3), scatter(x, [0] * 6, 1), counted, by_number]
    check(program([*outputs, truth, total(w)]), [[0.5, -1.0, 2.0, 3.0, -0.25, 0.0], [1.5]])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(functions(guards=False), arguments(ordinary, 14))
def test_random_functions_are_computed_as_on_floats(text: str, args: Any) -> None:
    try:
        made_program = laned_program(*call_of(made(text), args))
    except (ValueError, ArithmeticError):
        return
    expected = evaluate(made_program, units_of(args))
    if not isinstance(expected, str) and units_of(args)[0]:
        assert close(run(Plan(made_program, NumPy()), units_of(args)), expected, 1e-9)


def test_what_an_engine_has_not_is_named_by_its_row() -> None:
    (x,) = inputs(3)
    made = program([on_lanes(ops.cbrt, x)])
    check(made, [[1.0, 8.0, -27.0]])
    with pytest.raises(TypeError, match="NumPy has nothing for cbrt"):
        Plan(made, NumPy(without=[FREXP_EXPONENT]))


def test_rows_are_planned_once_for_equal_operands() -> None:
    x, y = inputs(3, 3)
    outputs = [on_lanes(ops.gelu, x), on_lanes(ops.gelu, y), on_lanes(ops.leaky_relu, x, 0.5)]
    plan = Plan(program([*outputs, on_lanes(ops.leaky_relu, y, 0.25)]), NumPy())
    assert [row.name for row in plan.rows] == ["gelu", "leaky_relu", "leaky_relu"]


# --- Every row of the table ---

#: What the engines cannot take, and are asked for in vain: rows that are made of something which they do not have.
REFUSED = {
    "jax": {"round_to"},
    "torch": {"round_to"},
    "onnx": {"round_to", "arcsin", "arccos", "arctan", "arctan2", "erf", "erfc", "normal_cdf", "gelu", "lgamma"}
    | {"digamma", "digamma_slope", "polygamma_rise", "betaln"},
}


def through_jax(case: Case, example: Any, points: Any, folder: Path) -> tuple[Any, Any]:
    import jax

    with jax.enable_x64(True):
        f = to_jax(case, np.array(example))
        slopes = jax.jit(jax.grad(lambda x: sum(f(x))))(np.array(points))
        return jax.jit(f)(np.array(points)), slopes


def through_torch(case: Case, example: Any, points: Any, folder: Path) -> tuple[Any, Any]:
    import torch

    x = torch.tensor(points, dtype=torch.float64)
    f = to_torch(case, np.array(example))
    return f(x), torch.func.grad(lambda x: sum(f(x)))(x)


def through_onnx(case: Case, example: Any, points: Any, folder: Path) -> tuple[Any, None]:
    import onnxruntime

    to_onnx(case, folder / "row.onnx", np.array(example))
    session = onnxruntime.InferenceSession(folder / "row.onnx", providers=["CPUExecutionProvider"])
    return session.run(None, {"points": np.array(points)})[0], None


ENGINES = {"jax": through_jax, "torch": through_torch, "onnx": through_onnx}


@pytest.mark.peers
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_row_goes_out(engine: str, case: Case, tmp_path: Path) -> None:
    example, points = case.points(1), case.points(2)
    if case.row.name in REFUSED[engine]:
        with pytest.raises(TypeError, match=f"^to_{engine}: .* has nothing for {case.row.name}, which .* computes$"):
            ENGINES[engine](case, example, points, tmp_path)
        return
    value, slopes = ENGINES[engine](case, example, points, tmp_path)
    assert agree(value, case(points))
    assert slopes is None or agree(slopes, case.gradient(points))


@pytest.mark.peers
@pytest.mark.parametrize("function", [to_jax, to_torch, to_onnx, nn.to_torch, nn.from_torch])
def test_the_examples_of_docstrings_hold(function: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = function.__doc__.replace("  # doctest: +SKIP", "")
    example = doctest.DocTestParser().get_doctest(text, {function.__name__: function, "nn": nn}, "docs", None, 0)
    flags = doctest.NORMALIZE_WHITESPACE
    assert doctest.DocTestRunner(optionflags=flags).run(example) == doctest.TestResults(0, len(example.examples))


def test_what_is_refused_is_said_where_it_is_looked_up() -> None:
    public = {name for names in REFUSED.values() for name in names if not name.startswith(("polygamma_", "digamma_"))}
    assert public | {"digamma_slope", "polygamma_rise"} <= set(TABLE)
    for engine, names in REFUSED.items():
        told = getattr(autograd_lite, f"to_{engine}").__doc__
        assert [name for name in sorted(names & public) if f"``{name}``" not in told] == []

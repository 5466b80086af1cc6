"""The benchmarks: engines are held equal before they are timed, and what they say is written where it is read."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "benchmarks"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports a file of the benchmarks, which stand in a folder of their own."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(FOLDER) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_results_are_as_they_would_be_written(load: Any) -> None:
    results = load("results")
    header, tables = results.read(results.RESULTS.read_text(encoding="utf-8"))
    assert "readable" in header
    assert list(tables) == results.WORKS
    for file, text in results.updated(header, {}).items():
        assert file.read_text(encoding="utf-8") == text, f"{file.name}: python tests/benchmarks --readme"


def test_a_work_that_has_run_replaces_its_table_alone(load: Any) -> None:
    results = load("results")
    _, before = results.read(results.RESULTS.read_text(encoding="utf-8"))
    changed = before["chain"].replace(results.rows(before["chain"])[1]["median"], "7.00 s")
    page, readme = results.updated("Another machine.", {"chain": changed}).values()
    assert results.read(page) == ("Another machine.", {**before, "chain": changed})
    assert list(results.read(page)[1]) == results.WORKS
    assert re.search(r"\| a chain of 1,000,000 operations +\| +7\.00 s \|", readme)


def test_tables_are_of_the_works_as_they_are(load: Any) -> None:
    results, harness = load("results"), load("harness")
    for name, table in results.read(results.RESULTS.read_text(encoding="utf-8"))[1].items():
        work = load(name).WORK
        title, cells, *notes = table.split("\n\n")
        assert re.fullmatch(rf"\*\*{name}\*\*: {re.escape(work.about)} Rounds: \d+\.", title)
        lines = results.rows(table)
        assert cells == harness.aligned([list(lines[0]), *[list(line.values()) for line in lines]])
        engines = [key.removesuffix(harness.COMPILED) for key in (line["engine"] for line in lines)]
        assert list(dict.fromkeys(engines)) == list(work.engines)
        assert notes == [work.note] * bool(work.note)


def test_the_rows_that_matter_are_read_off_the_tables(load: Any) -> None:
    results = load("results")
    assert len(results.ROWS) == 6
    for row in results.ROWS:
        engines = load(row.work).WORK.engines
        assert {row.ours, row.floats, row.minimal, row.micrograd, row.torch} - {""} <= set(engines), row.about
        assert engines[row.ours].ours
    cells = "| ours | a | 2.00 s | - |\n| ours | b | 3.00 s | - |\n| ours, compiled | b | 4.00 s | - |"
    table = f"**memory**: what. Rounds: 1.\n\n| engine | measured | median | quartiles |\n|-|-|-|-|\n{cells}\n\nA note."
    assert [line["median"] for line in results.rows(table)] == ["2.00 s", "3.00 s", "4.00 s"]
    results.ROWS[:] = [results.Row("seconds", "memory", "ours", micrograd="micrograd", measured="b")]
    [line] = results.rows(results.speed({"memory": table}))
    assert list(line.values()) == ["seconds", "3.00 s", "4.00 s", "–", "–", "–", "–"]


def test_a_page_without_a_place_for_the_tables_is_refused(load: Any) -> None:
    results = load("results")
    assert results.put("a\n<!-- x -->\nold\n<!-- /x -->\nb", "x", "new") == "a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb"
    for text in ("", "<!-- x -->", "<!-- /x --> <!-- x -->"):
        with pytest.raises(SystemExit, match="no place for the tables: <!-- x -->"):
            results.put(text, "x", "new")


def test_engines_take_turns_and_give_a_table(load: Any) -> None:
    harness, work = load("harness"), load("expression").WORK
    ours = {name: replace(engine, repeat=1) for name, engine in work.engines.items() if not engine.peer}
    found = harness.run("expression", replace(work, engines=ours), 2, "")
    lines = load("results").rows(harness.table("expression", found))
    assert [line["engine"] for line in lines] == ["floats", "ours", "minimal"]
    assert {len(row["time"]["samples"]) for row in found["engines"].values()} == {2}
    assert lines[1]["÷ ours"] == "1.00 (1.00 to 1.00)"


def test_engines_that_do_not_agree_are_not_compared(load: Any) -> None:
    harness = load("harness")
    harness.hold_equal({"floats": [1.0], "ours": [1.0, 2.0], "peer": [1.0, 2.0 + 1e-12]}, 1e-9)
    with pytest.raises(SystemExit, match=r"peer and ours do not agree: gradient 0 is 2.1 and 2.0"):
        harness.hold_equal({"ours": [1.0, 2.0], "peer": [1.0, 2.1]}, 1e-9)
    with pytest.raises(SystemExit, match="ours answers 2 numbers, peer 3"):
        harness.hold_equal({"ours": [1.0, 2.0], "peer": [1.0, 2.0, 3.0]}, 1e-9)


def in_loops(load: Any, work: str) -> Any:
    """The function of a work of programs at a size that takes no time."""
    loops, moons, recurrent, mixture = (load(name) for name in ("loops", "two_moons", "recurrent", "jit_mixture"))
    minors, rosenbrock = load("jit_determinant"), load("jit_rosenbrock")
    some = tuple(part[:6] for part in moons.points())
    return {
        "jit_two_moons": lambda: loops.Loops(load("jit_two_moons").loss, moons.starts(), some),
        "jit_tanh": lambda: loops.Loops(load("jit_tanh").loss, moons.starts(), some),
        "jit_recurrent": lambda: loops.Loops(load("jit_recurrent").loss, recurrent.starts(), (recurrent.SERIES[:7],)),
        "jit_mixture": lambda: loops.Loops(mixture.likelihood, mixture.starts(3), (mixture.points(6),)),
        "jit_determinant": lambda: loops.Loops(minors.determinant, minors.starts(4)),
        "jit_rosenbrock": lambda: loops.Loops(rosenbrock.rosenbrock, rosenbrock.starts(30)),
    }[work]()


LOOPS = ["jit_two_moons", "jit_tanh", "jit_recurrent", "jit_mixture", "jit_determinant", "jit_rosenbrock"]


def answer(make: Any) -> list[float]:
    step, gradients = make()
    return [step(), *map(float, gradients())]


@pytest.mark.parametrize("work", LOOPS)
def test_programs_and_the_engine_give_the_same(load: Any, work: str) -> None:
    loops = in_loops(load, work)
    found = {backend: answer(loops.jitted(backend=backend)) for backend in ("python", "llvm")}
    found["value alone"] = answer(loops.jitted_value)
    load("harness").hold_equal(found | {"eager": answer(loops.eager)}, 1e-12)


def test_whole_arrays_hold_what_loops_do(load: Any) -> None:
    numpy, special = pytest.importorskip("numpy"), pytest.importorskip("scipy.special")
    arrays = load("arrays").network_loss
    hinge = arrays(lambda h: numpy.maximum(h, 0.0), lambda scores, ys: numpy.maximum(1 - ys * scores, 0.0))
    square = arrays(numpy.tanh, lambda scores, ys: (scores - ys) ** 2, 0.0)
    minors, mixture = load("jit_determinant"), load("jit_mixture")
    for work, function, more in [
        ("jit_two_moons", hinge, []),
        ("jit_tanh", square, []),
        ("jit_mixture", mixture.of_arrays(numpy, special.logsumexp), [mixture.places()]),
        ("jit_rosenbrock", load("jit_rosenbrock").of_arrays, []),
    ]:
        loops = in_loops(load, work)
        given = [numpy.array(x, float) for x in (loops.parameters, *loops.data, *more)]
        assert function(*given) == pytest.approx(answer(loops.eager)[0], rel=1e-12), work
    start = numpy.array(minors.starts())
    assert minors.of_arrays(numpy)(start) == pytest.approx(numpy.linalg.det(start.reshape(7, 7)), rel=1e-10)
    assert minors.determinant(None, start) == pytest.approx(numpy.linalg.det(start.reshape(7, 7)), rel=1e-10)
    bodies = load("jit_bodies")
    state = numpy.array(bodies.starts())
    assert bodies.of_arrays(numpy)(state) == pytest.approx(numpy.array(bodies.moved(state)), rel=1e-10)


def test_curvature_and_bodies_are_what_the_engine_gives(load: Any) -> None:
    numpy = pytest.importorskip("numpy")
    from autograd_lite import jacobian, jit

    curvature, bodies = load("jit_curvature"), load("jit_bodies")
    x, v = numpy.array(load("jit_rosenbrock").starts(12)), numpy.array(curvature.direction(12))
    state = numpy.array(bodies.starts(3))
    for backend in ("python", "llvm"):
        found = jit(curvature.ours, backend=backend)(x, v)
        assert found == pytest.approx(curvature.ours(x, v), rel=1e-11, abs=1e-11), backend
        found = numpy.array(jit(jacobian(bodies.moved), backend=backend)(state))
        assert found == pytest.approx(numpy.array(jacobian(bodies.moved)(state)), rel=1e-11, abs=1e-11), backend


def test_derivatives_and_short_forms_are_those_that_they_are_compared_with(
    load: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = load("derivatives")
    monkeypatch.setattr(work, "LINKS", 5)
    _, of_two = work.structures()
    of_floats = [pair for pair in work.short_forms() if "Values" not in pair.what]
    for pair in [*work.products(), of_two, *of_floats]:
        expected = pair.base()[0] if pair.what.startswith("hvp") else pair.base()  # a pull gives a tuple
        assert pair.work() == pytest.approx(expected, rel=1e-9, abs=1e-9), pair.what
    assert work.ratio(next(iter(work.passes()))) > 0.0


def test_options_are_worth_what_they_were_in_the_textbook(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    numpy = pytest.importorskip("numpy")
    import autograd_lite

    options = load("jit_options")
    assert options.price(autograd_lite, 42.0, 40.0, 0.5, 0.1, 0.2) == pytest.approx(4.76, abs=5e-3)  # Hull
    monkeypatch.setattr(options, "OPTIONS", 100)
    columns = options.market(100)
    monkeypatch.setattr(options, "market", lambda: columns)
    last, *slopes = answer(options.jitted)
    assert last == pytest.approx(options.price(autograd_lite, *columns[:, -1]), rel=1e-12)
    for place, slope in enumerate(numpy.array(slopes).reshape(5, 100)):
        one = autograd_lite.grad(lambda *option: options.price(autograd_lite, *option), place)
        assert slope[7] == pytest.approx(one(*map(float, columns[:, 7])), rel=1e-10)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_c_gives_what_loops_do(load: Any) -> None:
    work = load("jit_two_moons")
    load("harness").hold_equal({"C": answer(work.plain_c), "eager": answer(work.LOOPS.eager)}, 1e-12)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_c_adjusts_the_bundle_that_loops_do(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy", reason="sparse arrays are SciPy's, which is not installed")
    bundle = load("sparse_bundle")
    monkeypatch.setattr(bundle, "OBSERVATIONS", 20)
    found = {"C": answer(bundle.plain_c), "array": answer(lambda: bundle.plain_c(as_array=True))}
    load("harness").hold_equal(found | {"ours": answer(bundle.jitted)}, 1e-11)
    assert len(found["C"]) > 100


def test_sparse_works_are_what_they_say(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy", reason="sparse arrays are SciPy's, which is not installed")
    import numpy

    import autograd_lite

    springs, bundle, adjustment = load("sparse_springs"), load("sparse_bundle"), load("sparse_adjustment")
    monkeypatch.setattr(springs, "SPRINGS", 30)
    for module in (bundle, adjustment):
        monkeypatch.setattr(module, "OBSERVATIONS", 40)
    x, where = numpy.array(bundle.starts()), numpy.linspace(-50.0, 50.0, 80)
    assert adjustment.of_arrays(x, where) == pytest.approx(adjustment.loop(autograd_lite, x, where), rel=1e-11)
    masses = numpy.arange(30) + 0.5 * numpy.cos(numpy.arange(30))
    assert springs.of_arrays(masses) == pytest.approx(springs.forces(masses), rel=1e-11)
    load("harness").hold_equal(
        {"ours": answer(lambda: springs.fitted(springs.ours)), "differences": answer(springs.differences)}, 1e-6
    )
    hessian = autograd_lite.hessian(lambda x: load("jit_rosenbrock").rosenbrock(None, x))(
        load("jit_rosenbrock").starts(9)
    )
    found = [h for h in answer(lambda: load("sparse_rosenbrock").jitted(9))[1:] if h]  # one is 0 at the start
    assert found == pytest.approx([h for row in hessian for h in row if h], rel=1e-12)


def test_modules_and_tiny_functions_give_the_same(load: Any) -> None:
    work, tiny = load("jit_two_moons"), load("jit_tiny")
    load("harness").hold_equal({"nn": answer(work.modules), "eager": answer(work.LOOPS.eager)}, 1e-12)
    engines = {name: answer(tiny.WORK.engines[name].make) for name in ("floats", "eager", "jit", "jit, value alone")}
    load("harness").hold_equal(engines, 0.0)


@pytest.mark.parametrize("work", ["jit_training", "jit_iris"])
def test_trainings_learn_the_same(load: Any, work: str) -> None:
    training, make = load("jit_training"), getattr(load(work), {"jit_training": "moons", "jit_iris": "iris"}[work])
    courses = {f"jit={jit}": [mean for _, mean in training.fitted(make, jit).epochs(5)] for jit in (False, True)}
    load("harness").hold_equal(courses, 1e-12)


@pytest.mark.peers
@pytest.mark.parametrize("work", ["jit_training", "jit_iris"])
def test_pytorch_learns_the_same(load: Any, work: str) -> None:
    training, loaded, name = load("jit_training"), load(work), {"jit_training": "moons", "jit_iris": "iris"}[work]
    ours, others = training.fitted(getattr(loaded, name), False), training.in_torch(getattr(loaded, f"torch_{name}"))
    courses = {key: [mean for _, mean in one.epochs(5)] for key, one in {"ours": ours, "PyTorch": others}.items()}
    load("harness").hold_equal(courses, 1e-9)


def test_the_first_call_is_told_apart_where_engines_compile(load: Any) -> None:
    harness, work = load("harness"), load("expression").WORK
    found = harness.run("expression", replace(work, engines={"ours": work.engines["ours"]}, compiles=True), 1, "")
    [line] = load("results").rows(harness.table("expression", found))
    assert list(line)[:4] == ["engine", "first call", "median", "quartiles"]
    assert found["engines"]["ours"]["time"]["first"] > 0.0

"""The benchmarks: engines are held equal before they are timed, and what they say is written where it is read."""

from __future__ import annotations

import importlib
import re
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

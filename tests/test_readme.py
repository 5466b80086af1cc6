"""Everything that the README shows is run, and what it says of the table and of the results is what they say."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_lite
from autograd_lite import Value, draw, tanh
from autograd_lite.engine import operation

ROOT = Path(__file__).parent.parent
PACKAGE = Path(autograd_lite.__file__).parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ["README.md", "tests/benchmarks/RESULTS.md", "notebooks/README.md", "notebooks/many_machines.md"]


def block(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```sh\n(.*?)\n```", README, re.S)
    assert found, mark
    return found[1]


def test_the_examples_give_what_they_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(operation.TABLE, "softsign", operation.TABLE["exp"])  # so that it is taken out again
    failures, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert failures == 0
    assert tried == README.count("\n>>> ") > 30


def test_the_way_of_a_value_through_the_house_is_as_it_is_told() -> None:
    failures, tried = doctest.testmod(autograd_lite)
    assert failures == 0
    assert tried > 10


@pytest.mark.parametrize("command", block("commands").splitlines())
def test_the_commands_work(command: str, tmp_path: Path) -> None:
    words = shlex.split(command)
    assert words[0] == ".venv/bin/python"
    done = subprocess.run([sys.executable, *words[1:]], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    if "-o" in words:
        assert (tmp_path / words[words.index("-o") + 1]).stat().st_size > 0


def test_there_are_exactly_two_commands_for_a_fresh_machine() -> None:
    for mark in ("demo", "test"):
        assert len(block(mark).splitlines()) == 1
    assert block("demo").endswith("-m autograd_lite demo")
    assert block("test").endswith("-m pytest")


def test_the_picture_is_what_is_drawn_today() -> None:
    x, w, b = Value(2.0, label="x"), Value(-0.5, label="w"), Value(1.8813735870195432, label="b")
    y = tanh(w * x + b)
    y.label = "y"
    y.backward()

    def texts(svg: str) -> list[str]:
        return re.findall(r"<text[^>]*>([^<]*)<", svg)

    drawn = (ROOT / "notebooks" / "pictures" / "neuron.svg").read_text(encoding="utf-8")
    assert sorted(texts(drawn)) == sorted(texts(draw(y).svg()))


def test_the_bounds_are_those_of_the_table() -> None:
    wider = [row for row in operation.TABLE.values() if row.bounds != operation.EXACT]
    assert f"within {operation.EXACT.value:g} units in the last place of mpmath" in README
    assert f"within {operation.EXACT.second:g} in its second ones" in README
    assert operation.EXACT.value == operation.EXACT.first
    assert f" {len(wider)} of the {len(operation.TABLE)} rows " in README


def test_the_operations_that_are_named_are_there() -> None:
    named = re.findall(r"`(\w+)`", README.partition("<!-- some operations -->\n")[2].partition("\n")[0])
    assert len(named) > 20
    assert set(named) <= set(operation.FUNCTIONS)


def test_what_helps_is_there_and_says_something() -> None:
    named = re.findall(r'`help\("([\w.]+)"\)`', README)
    assert len(named) == 3
    for name in named:
        assert len((importlib.import_module(name).__doc__ or "").splitlines()) > 20


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', text)
    assert len(links) > 1
    for link in filter(None, (a or b for a, b in links)):
        path, _, heading = link.partition("#")
        if not path.startswith("https:"):
            # The package may be installed elsewhere, and nothing of it be here.
            root = PACKAGE.parent if path.startswith(f"{PACKAGE.name}/") else (ROOT / page).parent
            target = root / path if path else ROOT / page
            assert target.exists(), link
            titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.M) if heading else []
            assert not heading or heading in [title.lower().replace(" ", "-") for title in titles], link


def test_every_room_is_named() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    named = set(re.findall(r"`(\w+)`", README[README.index("| folder |") :]))
    assert rooms - {"__init__", "__pycache__"} <= named


def test_it_is_a_page_that_is_read_to_the_end() -> None:
    assert len(README.splitlines()) < 250

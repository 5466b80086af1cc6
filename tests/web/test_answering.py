"""Questions and answers, as texts."""

from __future__ import annotations

import doctest
import importlib
import json
from typing import Any

import pytest
from playground.answering import Answers


def asked(answers: Answers, **question: Any) -> Any:
    return json.loads(answers(json.dumps(question)), parse_constant=lambda text: 1 / 0)


@pytest.mark.parametrize("name", ["answering", "cells", "complaints", "expressions", "redrawing", "training"])
def test_doctests(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"playground.{name}")).failed == 0


def test_a_complaint_is_an_answer() -> None:
    found = asked(Answers(), do="picture", text="log(0)", values={})
    assert found["complaint"]["message"].startswith("column 1, 'log(0)': log(0.0): needs x > 0")
    assert asked(Answers(), do="go", epochs=1)["complaint"]["message"] == "no training has been started"


def test_infinities_are_words() -> None:
    found = asked(Answers(), do="picture", text="sqrt(x)", values={"x": 0})
    assert found["inputs"] == [["x", 0.0, "Infinity"]]


def test_a_training_goes_on_from_question_to_question() -> None:
    answers = Answers()
    asked(answers, do="start", given={"data": "xor"}, see=[], theme="light")
    assert asked(answers, do="go", epochs=2, theme="light")["epoch"] == 2
    assert asked(answers, do="go", epochs=3, theme="light")["epoch"] == 5
    assert "epochs=5" in asked(answers, do="python")
    assert asked(answers, do="nearest", x=0.9, y=0.1, theme="light")["sample"] == 2


def test_cells_are_forgotten() -> None:
    answers = Answers()
    asked(answers, do="cell", source="x = 7")
    assert asked(answers, do="cell", source="x")["outputs"][0]["text"] == "7"
    assert asked(answers, do="forget") is None
    assert asked(answers, do="cell", source="x")["outputs"][0]["kind"] == "error"

"""A notebook in a process of its own: what of it is code, and how answers travel."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd_lite import Value
from autograd_lite.cli.executing import cells, packed, unpacked
from autograd_lite.course import exercises, fits

EXERCISES = {name: row for lesson in range(11) for name, row in exercises(str(lesson)).items()}


def sent(answer: Any) -> Any:
    """An answer as it arrives at the other end."""
    return unpacked(json.loads(json.dumps(packed(answer))))


@pytest.mark.parametrize("name", EXERCISES)
def test_a_right_answer_arrives_as_one_and_mistakes_do_not(name: str) -> None:
    exercise = EXERCISES[name]
    assert fits(exercise, sent(exercise.read(exercise.right)))
    assert not fits(exercise, sent(None))
    for mistake, _ in exercise.wrong:
        try:
            given = exercise.read(mistake)
        except Exception:  # a mistake that stops gives nothing
            continue
        assert not fits(exercise, sent(given))


def test_answers_travel_as_numbers_texts_and_structures() -> None:
    assert sent((1, [True, "x"], {"y": np.array([2.0, 3.0])})) == [1.0, [1.0, "x"], {"y": [2.0, 3.0]}]
    assert math.isnan(sent(math.nan))
    assert sent([math.inf, None]) == [math.inf, None]
    assert (type(sent(Value(2.0))), sent(Value(2.0)).data) == (Value, 2.0)
    assert sent(max) == "a function"


def test_the_code_of_a_notebook(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    told = {"cell_type": "markdown", "source": "words"}
    file.write_text(json.dumps({"cells": [told, {"cell_type": "code", "source": ["x = 1\n", "x"]}]}), "utf-8-sig")
    assert cells(file) == ["x = 1\nx"]
    file.write_text("[]", "utf-8")
    with pytest.raises(ValueError, match="the file is no notebook"):
        cells(file)

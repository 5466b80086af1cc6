"""Modules of one's own: their parameters have names, are trained, zeroed, loaded whole and copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from comparing import close
from models import Line, small_model

from autograd_lite import nn, optim


def test_zero_grad_sets_all_gradients_to_0() -> None:
    model = small_model()
    model([1.0, 2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0.0] * 13


def test_a_module_of_ones_own_trains_and_is_saved(tmp_path: Path) -> None:
    line, xs = Line(), [-1.0, 0.0, 1.0, 2.0]
    nn.fit(line, xs, [3.0 * x - 2.0 for x in xs], loss="mse", optimizer=optim.SGD(line.parameters(), 0.2), epochs=200)
    assert line.state_dict() == {"p0": close(3.0), "p1": close(-2.0)}
    assert repr(line) == "Line with 2 parameters"
    line.save(tmp_path / "line.json")
    other = Line()
    other.load(tmp_path / "line.json")
    assert other.state_dict() == line.state_dict()


def test_an_unfinished_module_says_what_is_missing() -> None:
    module = nn.Module()
    assert module.parameters() == []
    with pytest.raises(NotImplementedError, match="define __call__"):
        module([1.0])


def test_a_state_is_loaded_whole() -> None:
    model, other = small_model(1), small_model(2)
    model.load_state_dict(other.state_dict())
    assert model.state_dict() == other.state_dict()
    assert model([0.3, 0.4]).data == other([0.3, 0.4]).data


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    model = small_model()
    before = model.state_dict()
    good = dict.fromkeys(before, 1.0)
    bad: list[tuple[Any, type[Exception], str]] = [
        ({k: v for k, v in good.items() if k != "b1[0]"}, ValueError, r"has 13 parameters, got 12 \(missing: b1\[0\];"),
        ({**good, "w9[0,0]": 1.0}, ValueError, r"has 13 parameters, got 14 \(missing: none; unknown: w9\[0,0\]\)"),
        ({}, ValueError, r"got 0 \(missing: w0\[0,0\], w0\[0,1\], b0\[0\], …;"),
        ({**good, "b1[0]": "2"}, TypeError, r"b1\[0\]: needs a real number"),
        ({**good, "b1[0]": None}, TypeError, r"b1\[0\]: needs a real number"),
        ({**good, "b1[0]": [1.0, 2.0]}, TypeError, r"b1\[0\]: needs a real number"),
        (
            [1.0, 2.0],
            TypeError,
            r"load_state_dict: needs names and numbers, as state_dict\(\) gives them, got \[1.0, 2.0\]",
        ),
        ({**good, 7: 1.0}, ValueError, r"\(missing: none; unknown: 7\)"),
        (nn.MLP(2, [4, 1]).state_dict(), ValueError, "MLP 2 -> 3 relu -> 1 linear has 13 parameters, got 17"),
    ]
    for state, error, message in bad:
        with pytest.raises(error, match=message):
            model.load_state_dict(state)
        assert model.state_dict() == before

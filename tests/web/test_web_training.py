"""The playground's network: its numbers are those of `nn.fit`, in one go or in pieces, and those of its program."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playground.complaints import ComplaintError
from playground.training import PARTS, SETS, Settings, Training, settings

from autograd_lite import data, nn, optim

SMALL = {"layers": [3], "points": 12}


def fitted(epochs: int) -> list[float]:
    """What the library itself gives for the usual settings."""
    rng = random.Random(1)
    xs, ys = data.moons(100, noise=0.1, rng=rng)
    model = nn.MLP(2, [8, 8, 1], activation="tanh", rng=rng)
    adam = optim.Adam(model.parameters(), lr=0.03)
    return nn.fit(model, xs, ys, loss="binary_cross_entropy_with_logits", optimizer=adam, epochs=epochs).losses


def test_losses_are_those_of_fit_bit_for_bit() -> None:
    whole, pieces = Training(Settings()), Training(Settings())
    whole.go(6)
    for epochs in (1, 2, 3):
        pieces.go(epochs, see=["plane"])
    assert whole.losses == pieces.losses == fitted(6)


def test_it_trains_as_long_as_it_is_given() -> None:
    training = Training(settings(SMALL))
    assert training.go(seconds=0.05)["epoch"] >= 1
    assert training.go()["epoch"] == len(training.losses)


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_shown_and_learnt(name: str) -> None:
    training = Training(settings({**SMALL, "data": name, "added": [[0.1, 0.2, 1]]}))
    first = training.figures(PARTS, "dark")
    assert [first[part].startswith("<svg") for part in PARTS] == [True] * 4
    assert first["points"] == {"xor": 5, "yours": 3}.get(name, 13)
    training.go(200)
    assert training.go()["loss"] < first["loss"]


def test_an_added_point_moves_no_other_and_no_limit() -> None:
    plain, more = Training(settings(SMALL)), Training(settings({**SMALL, "added": [[0.5, 0.25, 0]]}))
    assert more.xs[:-1] == plain.xs
    assert more.xs[-1] == [0.5, 0.25]
    assert more.ys == [*plain.ys, 0]
    assert more.view.limits == plain.view.limits
    assert more.nearest(0.5, 0.26) == len(plain.xs)


def test_what_is_chosen_is_held_against_what_there_is() -> None:
    for given, message in [
        ({"data": "stars"}, "data: there are moons, circles, spirals, xor, yours, got 'stars'"),
        ({"layers": [99]}, "layers: at most 4, each of 1 to 16 neurons, got (99,)"),
        ({"points": 1}, "points: from 2 to 400, got 1"),
        ({"rate": "fast"}, "rate: must be a float, got 'fast'"),
        ({"seed": 1.5}, "seed: must be a whole number, got 1.5"),
        ({"points": 20.5}, "points: must be a whole number, got 20.5"),
        ({"layers": ["abc"]}, "layers: must be whole numbers such as 8, 8, got 'abc'"),
        ({"layers": [8, 2.5]}, "layers: must be whole numbers such as 8, 8, got '8, 2.5'"),
        ({"added": [[1, 2]]}, "added: each point must be x, y and a label, got [[1, 2]]"),
    ]:
        with pytest.raises(ComplaintError) as caught:
            settings(given)
        assert str(caught.value) == message
    with pytest.raises(ComplaintError, match="lr"):
        Training(settings({"rate": -1}))


def test_a_training_that_diverges_says_so_and_stops() -> None:
    training = Training(settings({**SMALL, "optimizer": "SGD", "rate": 1e308, "activation": "linear"}))
    found = training.go(50)
    assert found["note"].startswith("diverged: ")
    assert math.isfinite(found["loss"])
    assert training.go(50)["epoch"] == found["epoch"] < 50


@pytest.mark.parametrize("given", [SMALL, {"data": "yours", "layers": [], "added": [[0.5, -0.5, 1]]}])
def test_the_program_trains_the_same(given: dict[str, Any], tmp_path: Path) -> None:
    training = Training(settings(given))
    training.go(7)
    text = training.python() + "print([loss.hex() for loss in film.history.losses])\n"
    (tmp_path / "training.py").write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, "training.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str([loss.hex() for loss in training.losses])
    assert (tmp_path / "film.html").exists()

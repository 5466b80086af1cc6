"""Files: the ending says in which form what is shown is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograd_lite import Value, draw
from autograd_lite.show import Explanation, Film, Picture, Steps


def picture() -> Picture:
    x = Value(2.0, label="x")
    y = x * x
    y.backward()
    return draw(y)


@pytest.mark.parametrize(("name", "begins"), [("x.svg", b"<svg"), ("x.PNG", b"\x89PNG"), ("x.pdf", b"%PDF")])
def test_the_ending_chooses_the_format_and_folders_are_made(name: str, begins: bytes, tmp_path: Path) -> None:
    file = picture().save(str(tmp_path / "a" / "b" / name))
    assert file == tmp_path / "a" / "b" / name
    assert file.read_bytes().startswith(begins)


@pytest.mark.parametrize("name", ["x.jpg", "x", "svg", "x.svg.txt.bak"])
def test_other_endings_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must end in one of \.svg \.png \.pdf \.dot \.gv \.txt") as caught:
        picture().save(tmp_path / name)
    assert name in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", [Picture, Steps, Explanation, Film])
def test_all_that_is_shown_is_saved_by_one_word_and_rendered_by_the_other(kind: Any) -> None:
    assert kind.render is kind.save

"""Pictures of every step, which know what is known by then."""

from __future__ import annotations

import io
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from played import diamond

from autograd_lite import steps
from autograd_lite.show import frames


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_frames_know_what_is_known_by_then() -> None:
    pictures = steps(diamond()).frames()
    assert len(pictures) == 11
    shown = [[text for text in texts(picture.svg()) if "∂" in text] for picture in pictures]
    assert [len(one) for one in shown] == [0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3]
    assert "∂c/∂b = 4" in shown[4]
    assert "∂c/∂b = 8" in shown[6]
    assert "∂c/∂a = 16" in shown[-1]
    sizes = {re.search(r'viewBox="[^"]*"', picture.svg())[0] for picture in pictures}  # type: ignore[index]  # each has one
    assert len(sizes) == 1
    assert all(picture.svg().count(frames.LIT) >= 1 for picture in pictures)


def test_an_animation(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    file = steps(diamond()).save(tmp_path / "diamond.gif")
    with image.open(io.BytesIO(file.read_bytes())) as found:
        assert (found.format, found.n_frames) == ("GIF", 11)
        assert found.info["loop"] == 0
        assert 200 < found.width <= 1500


def test_an_animation_without_pillow_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"made by Pillow.*pip install"):
        steps(diamond()).save(tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []

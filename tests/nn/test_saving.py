"""Files of models: readable JSON, written whole or not at all, and read to the last digit."""

from __future__ import annotations

import json
import math
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from models import small_model

from autograd_lite import nn

ODD = [math.pi, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 0.1, 1 / 3, 2.0, 1e22, -7.0, 0.0]


def test_a_file_gives_back_every_bit(tmp_path: Path) -> None:
    model, other = small_model(1), small_model(2)
    model.load_state_dict(dict(zip(model.state_dict(), ODD, strict=True)))
    model.save(tmp_path / "model.json")
    other.load(str(tmp_path / "model.json"))
    assert list(map(repr, other.state_dict().values())) == list(map(repr, ODD))


def test_a_file_is_readable_json_that_says_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model = nn.MLP(2, [3, 1], activation="tanh")
    model.save(path)
    text = path.read_text(encoding="utf-8")
    saved = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert saved["architecture"] == "MLP 2 -> 3 tanh -> 1 linear"
    assert saved["parameters"] == model.state_dict()
    assert len(text.splitlines()) > 13


def test_a_model_of_another_architecture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    nn.MLP(2, [3, 1]).save(path)
    for other, text in [
        (nn.MLP(2, [4, 1]), "MLP 2 -> 4 relu -> 1 linear"),
        (nn.MLP(2, [3, 1], activation="tanh"), "MLP 2 -> 3 tanh -> 1 linear"),
        (nn.Layer(2, 3), "Layer 2 -> 3 relu"),
    ]:
        before = other.state_dict()
        with pytest.raises(ValueError, match=f"holds MLP 2 -> 3 relu -> 1 linear, .* into {text}$"):
            other.load(path)
        assert other.state_dict() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "\x00\xff",
        lambda text: "[]",
        lambda text: "3",
        lambda text: "null",
        lambda text: '{"weights": [1, 2]}',
        lambda text: "[" * 100_000,
        lambda text: text.replace("version 1", "version 9"),
        lambda text: text.replace('"parameters": {', '"parameters": [{').replace("\n }\n}", "\n }]\n}"),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": "zero"'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": null'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": true'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": [0.0]'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": 1' + "0" * 400),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[1]": 0.0'),
        lambda text: text.replace('"b1[0]": 0.0', '"b1[0]": 1.0, "b1[0]": 0.0'),
        lambda text: text.replace('"format":', '"format": "another", "format":'),
    ],
)
def test_a_broken_or_foreign_file_changes_nothing(tmp_path: Path, change: Any) -> None:
    path, model = tmp_path / "model.json", small_model()
    model.save(path)
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="latin-1" if "\xff" in change(text) else "utf-8")
    other = small_model(2)
    before = other.state_dict()
    with pytest.raises(ValueError, match=r"is no model saved by autograd_lite|has 13 parameters, got 13"):
        other.load(path)
    assert other.state_dict() == before


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        small_model().load(tmp_path / "model.json")
    with pytest.raises(FileNotFoundError):
        small_model().save(tmp_path / "no folder" / "model.json")


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_save_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, moment: str
) -> None:
    path, model = tmp_path / "model.json", small_model(1)
    model.save(path)
    old = path.read_bytes()

    def fail(*args: Any) -> None:
        raise error

    monkeypatch.setattr(nn.saving.os if moment == "fsync" else nn.saving.Path, moment, fail)
    with pytest.raises(type(error)):
        small_model(2).save(path)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]
    monkeypatch.undo()
    small_model(2).save(path)
    assert path.read_bytes() != old


def test_two_parameters_of_one_name_are_refused_by_name(tmp_path: Path) -> None:
    path, model = tmp_path / "model.json", small_model()
    model.save(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"b1[0]": 0.0', '"b1[0]": 0.0, "b1[0]": 0.0'), encoding="utf-8")
    with pytest.raises(ValueError, match=r"\(ValueError: 'b1\[0\]' is there twice\)"):
        model.load(path)


def link(path: Path, target: Path) -> None:
    try:
        path.symlink_to(target)
    except OSError as error:  # Windows asks for a privilege
        pytest.skip(f"no symbolic links here: {error}")


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_a_link_to_the_new_file(tmp_path: Path, is_there: bool) -> None:
    (tmp_path / "models").mkdir()
    target = tmp_path / "models" / "model.json"
    if is_there:
        small_model(1).save(target)
    link(tmp_path / "first", Path("models") / "model.json")
    link(tmp_path / "second", tmp_path / "first")
    small_model(2).save(tmp_path / "second")
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()
    assert [p.name for p in target.parent.iterdir()] == ["model.json"]
    model = small_model(3)
    model.load(target)
    assert model.state_dict() == small_model(2).state_dict()


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    link(tmp_path / "a", tmp_path / "b")
    link(tmp_path / "b", tmp_path / "a")
    with pytest.raises(OSError, match=r"[ab]"):
        small_model().save(tmp_path / "a")
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_symlink()) == ["a", "b"]


def test_what_may_not_be_written_is_left(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    small_model(1).save(path)
    old = path.read_bytes()
    with pytest.raises(OSError, match=r"director|denied"):
        small_model(2).save(tmp_path)
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        pytest.skip("the superuser may write everything")
    with pytest.raises(PermissionError):
        small_model(2).save(path)
    path.chmod(0o644)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "model.json"
    small_model(1).save(path)
    path.chmod(mode)
    small_model(2).save(path)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    other = small_model(3)
    other.load(path)
    assert other.state_dict() == small_model(2).state_dict()

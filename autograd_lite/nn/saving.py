"""Files of models: readable JSON, written whole or not at all, and read to the last digit."""

from __future__ import annotations

import json
import math
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = "autograd_lite model, version 1"


def write(path: str | os.PathLike[str], architecture: str, state: Mapping[str, float]) -> None:
    """Write architecture and parameters into a file, as `Module.save` says."""
    parameters = {name: x if math.isfinite(x) else repr(x) for name, x in state.items()}
    saved = {"format": FORMAT, "architecture": architecture, "parameters": parameters}
    _replace(Path(path), json.dumps(saved, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _replace(path: Path, text: str) -> None:
    """Write a file beside ``path``, then put it in its place, with the permissions of the old one."""
    path = Path(os.path.realpath(path))  # a link stays a link, to the new file
    try:
        with path.open("r+b") as old:  # what may not be written is refused here, in the system's words
            mode = stat.S_IMODE(os.fstat(old.fileno()).st_mode)
    except FileNotFoundError:
        mode = None
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding="utf-8", newline="\n") as file:
            if mode is not None:
                beside.chmod(mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read(path: str | os.PathLike[str]) -> tuple[str, dict[str, float]]:
    """Architecture and parameters from a file that `write` has made, or ValueError."""
    try:
        saved = json.loads(Path(path).read_text(encoding="utf-8"), object_pairs_hook=_object)
        if saved["format"] != FORMAT or not isinstance(saved["architecture"], str):
            raise ValueError(f"its format is {saved['format']!r}")
        return saved["architecture"], {name: _float(x) for name, x in saved["parameters"].items()}
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} is no model saved by autograd_lite ({type(error).__name__}: {error})") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the file; of two entries with one name it would be anyone's guess which is meant."""
    found: dict[str, Any] = {}
    for name, x in pairs:
        if name in found:
            raise ValueError(f"{name!r} is there twice")
        found[name] = x
    return found


def _float(x: Any) -> float:
    """A number of the file; what JSON has no number for is there as a text."""
    if type(x) not in (int, float) and x not in ("nan", "inf", "-inf"):
        raise ValueError(f"{x!r} is no number")
    return float(x)

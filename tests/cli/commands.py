"""Commands as they are called, refused, and run where packages are missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograd_lite.__main__ import main

ROOT = Path(__file__).parents[2]


INSTALL = 'pip install "autograd_lite[all]"'


def without(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """Let the import of packages fail, as if they were not installed."""
    loaded = [name for name in sys.modules if name.partition(".")[0] in packages]
    for name in {*packages, *loaded}:
        monkeypatch.setitem(sys.modules, name, None)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line with which a request is refused."""
    try:
        code: object = main(words)
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert re.fullmatch(r"autograd-lite[^\n]{10,400}\n", err), err
    return err


def process(*words: str, **options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options}
    command = [sys.executable, "-m", "autograd_lite", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, errors="replace")

"""Which build of the engine runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import autograd_lite
from autograd_lite.engine import builds

PACKAGE = Path(autograd_lite.__file__).parent
SHOW = (
    "from autograd_lite import COMPILED, tanh; from autograd_lite.engine import value; "
    "print(COMPILED, value.__file__, tanh(value.Value(0.0)).data)"
)


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    rest = {name: text for name, text in os.environ.items() if name not in (builds.VARIABLE, "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=folder, env={**rest, **environment}, capture_output=True, text=True
    )


def test_the_readable_files_run_when_they_are_asked_for(tmp_path: Path) -> None:
    copy = tmp_path / "autograd_lite"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd"))
    for name in builds.ENGINE.split():  # a package is found before a file of its name, as a compiled module is
        (copy / "engine" / name).mkdir()
        (copy / "engine" / name / "__init__.py").write_text(
            "raise ImportError('not the readable file')\n", encoding="utf-8"
        )
    assert "not the readable file" in run(tmp_path).stderr
    done = run(tmp_path, **{builds.VARIABLE: "1"})
    assert done.stdout.split() == ["False", str(copy / "engine" / "value.py"), "0.0"], done.stderr

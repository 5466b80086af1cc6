"""The lessons as live notebooks: JupyterLite, whose kernel takes its packages from Pyodide's own address."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent.parent


def is_installed() -> bool:
    """Whether JupyterLite can be built here."""
    return all(map(importlib.util.find_spec, ("jupyterlite_core", "jupyterlite_pyodide_kernel")))


def put_lab(folder: Path, wheel: Path) -> None:
    """Build JupyterLite with the lessons and the library's wheel in it."""
    with tempfile.TemporaryDirectory() as scratch:
        contents = Path(scratch, "contents")
        contents.mkdir()
        for file in [*HERE.glob("*.ipynb"), *HERE.glob("solved/*.ipynb")]:
            target = contents / file.relative_to(HERE)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, target)
        command = [
            sys.executable, "-m", "jupyterlite_core.app", "build", "--lite-dir", scratch, "--contents", str(contents),
            "--output-dir", str(folder.resolve()), "--piplite-wheels", str(wheel.resolve()), "--no-sourcemaps",
        ]  # fmt: skip
        subprocess.run(command, cwd=scratch, check=True, capture_output=True)

"""What the browser runs: Pyodide, the library with what the pages ask of it, and an image of both, started."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import files
from pathlib import Path

from pages import fetched

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PYODIDE = "pyodide@314.0.7"
#: Its files, each with its SHA-256.
PYODIDE_FILES = {
    "pyodide.mjs": "6f1d60f7bf529beb300f0f47983c921d3982363640ba20af0e38efdddbc66109",
    "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
    "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    "python_stdlib.zip": "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
    "pyodide-lock.json": "5dc2fc119108bc148c7457dc86e7675b5c87e1cafd420b9c34c1eaef7b36c010",
}


class MissingError(Exception):
    """Something that a site needs is not there; the message is one sentence that says what to do."""


def put_pyodide(folder: Path, source: Path | None) -> None:
    """Copy Pyodide from a folder, or from npm, and make sure that it is what it should be.

    Raises:
        MissingError: There is no npm, or a file is missing or another one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if source is not None:
        _copied(source, folder)
        return
    try:
        with fetched(PYODIDE) as package:
            _copied(package, folder)
    except FileNotFoundError:
        raise MissingError(
            f"site: npm, which fetches {PYODIDE}, is not on the PATH; it comes with Node.js, "
            "or --pyodide names a folder that has its files"
        ) from None
    except subprocess.CalledProcessError:
        raise MissingError(
            f"site: npm could not fetch {PYODIDE}; try again with a network, or --pyodide names a folder with its files"
        ) from None


def _copied(source: Path, folder: Path) -> None:
    for name, digest in PYODIDE_FILES.items():
        if not (source / name).is_file():
            raise MissingError(f"site: {source / name} is missing; --pyodide needs the files of {PYODIDE}")
        found = hashlib.sha256((source / name).read_bytes()).hexdigest()
        if found != digest:
            raise MissingError(
                f"site: {source / name} is not the file of {PYODIDE}: its SHA-256 is {found}, not {digest}"
            )
        shutil.copyfile(source / name, folder / name)


def put_wheel(folder: Path) -> Path:
    """The wheel of the library, of the files as they are; no compiler is needed, and no network."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HATCH_BUILD_")}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.resolve())]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
    return next(folder.glob("autograd_lite-*.whl"))


def put_library(file: Path, wheel: Path) -> str:
    """What Python in the browser imports: the wheel's files, graphviz, and the `playground` beside this file.

    Returns:
        A digest, which changes with all that Python in the browser runs.
    """
    with zipfile.ZipFile(wheel) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    for path in files("graphviz") or ():
        if path.suffix == ".py":
            parts[path.as_posix()] = path.read_text(encoding="utf-8")
    for own in (HERE / "playground").glob("*.py"):
        parts[f"playground/{own.name}"] = own.read_text(encoding="utf-8")
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    file.write_text(text, encoding="utf-8")
    return hashlib.sha256((PYODIDE + text).encode()).hexdigest()[:16]


def put_image(image: Path, pyodide: Path, library: Path) -> bool:
    """An image of the memory that Python has after its start, by Node.js, and tried there.

    Returns:
        Whether it could be made; pages start Python without one, too, only later.
    """
    node = shutil.which("node")
    if node is None:
        return False
    made = [node, str(HERE / "image.mjs"), str(pyodide.resolve()), str(library.resolve()), str(image.resolve())]
    done = subprocess.run(made, capture_output=True, text=True)
    if done.returncode:
        print(f"site: Python will start slowly: {done.stderr.strip()[-300:]}", file=sys.stderr)
    return done.returncode == 0

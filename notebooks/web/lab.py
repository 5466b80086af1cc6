"""The lessons as live notebooks: JupyterLite, on the site's own Pyodide, with the wheels that its kernel needs.

Those wheels come from PyPI, in the versions of Pyodide's lock. What is compiled, such as NumPy and matplotlib, a
reader's browser takes from Pyodide's own address as soon as a cell imports it: only that needs a network.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .python_files import PYODIDE, MissingError

HERE = Path(__file__).parent.parent
EXTENSION = "@jupyterlite/pyodide-kernel-extension"
PACKAGES_OF_PYODIDE = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE.rpartition('@')[2]}/full/"
NEEDED = ("micropip", "ipython", "jedi")  # by the kernel, from the lock
BESIDES = ("comm==0.2.3",)  # by the kernel, and not in the lock
GRAPHVIZ = f"graphviz=={version('graphviz')}"  # by the library


def is_installed() -> bool:
    """Whether JupyterLite can be built here."""
    return all(map(importlib.util.find_spec, ("jupyterlite_core", "jupyterlite_pyodide_kernel")))


def put_lab(folder: Path, wheel: Path, pyodide: Path | None) -> None:
    """Build JupyterLite with the lessons and the library's wheel in it.

    Args:
        folder: Where to.
        wheel: The library's.
        pyodide: The folder of the site's Pyodide; None if it is at another address, and all packages with it.

    Raises:
        MissingError: A wheel could not be fetched.
    """
    with tempfile.TemporaryDirectory() as scratch:
        contents = Path(scratch, "contents")
        contents.mkdir()
        for file in [*HERE.glob("*.ipynb"), *HERE.glob("solved/*.ipynb")]:
            target = contents / file.relative_to(HERE)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, target)
        lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8")) if pyodide else {}
        besides = [wheel]  # found by the kernel when it is asked to install them
        of_lock = [wheel]  # found by a cell that imports them
        if pyodide is not None:
            besides += _fetched([*BESIDES, GRAPHVIZ], Path(scratch, "besides"))
            of_lock += _fetched([*_pinned(lock), GRAPHVIZ], Path(scratch, "wheels"))
            settings = {
                "pyodideUrl": "./../pyodide/pyodide.mjs",
                "loadPyodideOptions": {"lockFileURL": "./wheels/pyodide-lock.json"},
            }
            Path(scratch, "jupyter-lite.json").write_text(_configured(settings), encoding="utf-8")
        # Of what is installed here beside JupyterLite nothing gets into the site.
        extension = Path(sys.prefix, "share", "jupyter", "labextensions", EXTENSION)
        chosen = {"ignore_sys_prefix": True, "federated_extensions": [str(extension)]}
        Path(scratch, "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": chosen}), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "jupyterlite_core.app",
            "build",
            "--lite-dir",
            scratch,
            "--contents",
            str(contents),
            "--output-dir",
            str(folder.resolve()),
            "--apps",
            "lab",
            "--no-sourcemaps",
            "--no-unused-shared-packages",
            *[word for one in besides for word in ("--piplite-wheels", str(one.resolve()))],
        ]
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True)
        if done.returncode:
            raise MissingError(f"site: JupyterLite could not be built: {(done.stderr or done.stdout).strip()[-500:]}")
        if pyodide is not None:
            _put_lock(folder / "wheels", lock, of_lock)


def _configured(settings: dict[str, Any]) -> str:
    """JupyterLite's configuration: where its kernel finds Pyodide."""
    plugin = {f"{EXTENSION}:kernel": settings}
    return json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": {"litePluginSettings": plugin}})


def _pinned(lock: dict[str, Any]) -> list[str]:
    """What the kernel needs of a lock, with all that this needs in turn."""
    packages = {_plain(name): package for name, package in lock["packages"].items()}
    found: dict[str, str] = {}
    waiting = list(NEEDED)
    while waiting:
        name = _plain(waiting.pop())
        if name not in found:
            found[name] = packages[name]["version"]
            waiting += packages[name]["depends"]
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _plain(name: str) -> str:
    """A package's name as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _fetched(requirements: list[str], folder: Path) -> list[Path]:
    """Wheels from PyPI."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--python-version", "3.14", "--dest", str(folder), *requirements]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise MissingError(
            "site: pip could not fetch the wheels of the live notebooks; try again with a network "
            f"({done.stderr.strip().splitlines()[-1][:200]})"
        )
    return sorted(folder.glob("*.whl"))


def _put_lock(folder: Path, lock: dict[str, Any], wheels: list[Path]) -> None:
    """The wheels, and a lock that finds them beside itself and all else at Pyodide's own address."""
    folder.mkdir()
    ours: dict[str, Any] = {"version": "0", "install_dir": "site", "package_type": "package", "unvendored_tests": False}
    for name, depends in (("graphviz", []), ("autograd-lite", ["graphviz"])):
        lock["packages"][name] = {**ours, "name": name, "imports": [name.replace("-", "_")], "depends": depends}
    own = {_plain(wheel.name.partition("-")[0]): wheel for wheel in wheels}
    for name, package in lock["packages"].items():
        wheel = own.get(_plain(name))
        if wheel is None:
            package["file_name"] = PACKAGES_OF_PYODIDE + package["file_name"]
        else:
            shutil.copyfile(wheel, folder / wheel.name)
            package |= {"file_name": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")

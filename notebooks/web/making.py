"""The whole site, into a folder."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from . import front, lab, lessons, reference, searching
from .python_files import MissingError, put_image, put_library, put_pyodide, put_wheel
from .shell import Site, rendered, scripts_in

HERE = Path(__file__).parent
HOST = """This folder is a web site. Any host serves it as it is:
1. Put everything that is in it, .nojekyll too, at any place of a host that serves files: all paths are relative.
2. On GitHub: push it as the branch gh-pages, and choose that branch in Settings, Pages.
3. Files that end in .mjs must be served as text/javascript, .wasm as application/wasm; most hosts do so by themselves.
4. It needs https, or the address localhost: python -m http.server -d FOLDER shows it on this machine.
"""


def make(folder: Path, pyodide: str | None = None) -> int:
    """Write the site into a folder, which is emptied first if it is one that this has made.

    Args:
        folder: Where to.
        pyodide: A folder with the files of Pyodide, or an address from which the reader's browser takes them; if None
            they come from npm.
    """
    try:
        _make(folder, pyodide)
    except MissingError as error:
        print(error, file=sys.stderr)
        return 1
    size = sum([file.stat().st_size for file in folder.rglob("*") if file.is_file()])
    print(f"{folder / 'index.html'}: the site, {size / 1e6:.0f} MB; python -m http.server -d {folder} serves it")
    return 0


def _make(folder: Path, pyodide: str | None) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / ".nojekyll").exists():
            raise MissingError(f"site: {folder} has files that are not a site's; name an empty folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".nojekyll").touch()
    (folder / "HOSTING.txt").write_text(HOST, encoding="utf-8")
    there = pyodide is not None and "://" in pyodide
    if not there:
        put_pyodide(folder / "pyodide", Path(pyodide) if pyodide else None)
    python = folder / "python"
    python.mkdir()
    wheel = put_wheel(python)
    version = put_library(python / "library.json", wheel)
    has_image = not there and put_image(python / "image.bin", folder / "pyodide", python / "library.json")
    shutil.copytree(HERE / "static", folder / "static")
    where = f"{(pyodide or '').rstrip('/')}/" if there else "pyodide/"
    moving = [script for html in front.moving() for script in scripts_in(html)]
    image = f"python/image.bin?{version}" if has_image else ""
    site = Site(where, f"python/library.json?{version}", image, tuple(dict.fromkeys(moving)), lab.is_installed())

    def write(name: str, template: str, **values: object) -> None:
        root = "../" * name.count("/")
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(rendered(template, site, root, **values), encoding="utf-8")

    write("index.html", "front.html.j2", player=front.player(), film=front.film(), wheel=f"python/{wheel.name}")
    write("playground.html", "playground.html.j2", operations=front.operations())
    write("search.html", "search.html.j2")
    rooms = reference.rooms()
    write("reference/index.html", "reference_index.html.j2", rooms=rooms)
    for room in rooms:
        write(f"reference/{room.key}.html", "reference_room.html.j2", room=room)
    found = lessons.put_lessons(folder, site)
    records = [record for notebook, address in found for record in searching.of_lesson(notebook, address)]
    records += searching.of_reference(rooms)
    (folder / "search.json").write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    if site.has_lab:
        lab.put_lab(folder / "lab", wheel, None if there else folder / "pyodide")

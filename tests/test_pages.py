"""The pages that are made of the notebooks: without a network, with mathematics set, and nothing cut."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent.parent / "notebooks"
NAMES = ["index", *sorted(str(f.relative_to(HERE).with_suffix("")) for f in HERE.glob("**/*.ipynb"))]
#: What is wider than the page and not in a box that scrolls; a formula's own text for readers of screens is not seen.
WIDE = """width => [...document.querySelectorAll("main *")].filter(e =>
  e.getBoundingClientRect().right > width + 1
  && !e.closest(".jp-OutputArea-output, .jp-InputArea-editor, .katex-display, .katex-mathml, table, pre, svg")
).map(e => e.outerHTML.slice(0, 80))"""
LEFT = """() => [...document.querySelectorAll(".jp-MarkdownOutput")].map(e => {
  const copy = e.cloneNode(true);
  copy.querySelectorAll(".katex, pre, code").forEach(x => x.remove());
  return copy.textContent;
}).filter(text => text.includes("$"))"""


@pytest.fixture(scope="module")
def folder(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of all notebooks."""
    if importlib.util.find_spec("nbconvert") is None or shutil.which("npm") is None:
        pytest.skip('pages were not made: they need npm and pip install ".[browser]"')
    spec = importlib.util.spec_from_file_location("notebooks_pages", HERE / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    pages = importlib.util.module_from_spec(spec)
    sys.modules["notebooks_pages"] = pages
    spec.loader.exec_module(pages)
    made = tmp_path_factory.mktemp("pages")
    assert pages.main([str(made)]) == 0
    return made


@pytest.mark.parametrize("name", NAMES)
def test_mathematics_is_set_without_a_network_and_nothing_is_cut(
    name: str, folder: Path, visit: Callable[..., Any]
) -> None:
    page = visit(folder / f"{name}.html", viewport={"width": 1280, "height": 900})
    assert page.locator(".katex-error").count() == 0
    assert page.evaluate(LEFT) == []
    assert page.locator(".katex").count() >= (100 if name.endswith("01_derivatives") else 1)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(WIDE, width) == []


def test_a_matrix_is_a_matrix_in_the_fonts_that_lie_beside_the_page(folder: Path, visit: Callable[..., Any]) -> None:
    page = visit(folder / "04_jacobians_and_hessians.html")
    columns = page.locator(".katex-display").nth(1).locator(".col-align-c")
    assert columns.count() == 2
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px KaTeX_Main'))")
    bottoms = "all => all.filter(e => !e.querySelector('.mord')).map(e => e.getBoundingClientRect().bottom)"
    for column in columns.all():
        places = column.locator(".mord").evaluate_all(bottoms)
        assert max(places) - min(places) > 15, "the second row stands below the first"


def test_folded_cells_open_and_links_stay_in_the_folder(folder: Path, visit: Callable[..., Any]) -> None:
    page = visit(folder / "00_start_here.html")
    folded = page.locator("details.folded").first
    assert not folded.locator("pre").first.is_visible()
    folded.locator("summary").click()
    assert folded.locator("pre").first.is_visible()
    for file in folder.glob("**/*.html"):
        for link in re.findall(r'href="((?!\w+:|#)[^"#]+)', file.read_text(encoding="utf-8")):
            assert (file.parent / link).exists(), (file.name, link)

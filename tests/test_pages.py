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


#: How far the colours of what is read are from what is behind them, at the least: 0 is alike, 3 · 255 black on white.
CONTRAST = """() => {
  const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.5) return colour;
    }
    return [255, 255, 255];
  };
  const read = [...document.querySelectorAll("main p, main li, main h2, main td, main pre, main summary b")];
  return Math.min(...read.filter(e => e.offsetParent && e.textContent.trim()).map(e => {
    const [ink, paper] = [rgb(getComputedStyle(e).color), behind(e)];
    return [0, 1, 2].reduce((sum, k) => sum + Math.abs(ink[k] - paper[k]), 0);
  }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["02_chain_rule", "08_a_network_that_learns", "glossary"])
def test_all_can_be_read_in_light_and_dark(name: str, scheme: str, folder: Path, visit: Callable[..., Any]) -> None:
    page = visit(folder / f"{name}.html", color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 17, 17)"}[scheme]
    assert page.evaluate(CONTRAST) > 200


def test_printed_code_is_wrapped_and_no_cell_is_kept_from_the_end_of_a_page(
    folder: Path, visit: Callable[..., Any]
) -> None:
    page = visit(folder / "05_gradient_descent.html", viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    wide = "all => all.filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1).length"
    assert page.locator(".jp-InputArea-editor, .jp-InputArea-editor pre").evaluate_all(wide) == 0
    assert page.locator(".jp-CodeCell").first.evaluate("e => getComputedStyle(e).breakInside") == "auto"


def test_on_paper_code_that_is_unfolded_is_not_parted_from_its_word(folder: Path, visit: Callable[..., Any]) -> None:
    page = visit(folder / "02_chain_rule.html")
    page.emulate_media(media="print")
    assert page.locator("summary").evaluate_all("all => all.every(e => getComputedStyle(e).breakAfter == 'avoid')")


@pytest.mark.parametrize("name", ["solved/03_gradients", "02_chain_rule"])
def test_on_a_phone_graphs_keep_their_size_and_scroll_in_their_own_box(
    name: str, folder: Path, visit: Callable[..., Any]
) -> None:
    page = visit(folder / f"{name}.html", viewport={"width": 390, "height": 900})
    shrunk = "all => all.filter(e => e.offsetParent && e.clientWidth < e.naturalWidth - 1).length"
    assert page.locator(".jp-RenderedSVG img").evaluate_all(shrunk) == 0
    moved = """all => all.filter(e => e.scrollWidth > e.clientWidth + 1)
        .map(e => {e.scrollLeft = 1; return e.scrollLeft})"""
    scrolled = page.locator(".jp-RenderedSVG").evaluate_all(moved)
    assert set(scrolled) == {1}, "each of them is moved"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


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

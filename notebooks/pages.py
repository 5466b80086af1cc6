"""Make web pages of the notebooks, which need no network: mathematics is set by KaTeX, which lies beside them.

    python notebooks/pages.py FOLDER

Needs nbconvert, `pip install ".[browser]"`, and once npm, which fetches KaTeX.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from jinja2 import DictLoader
from nbconvert import HTMLExporter

HERE = Path(__file__).parent
KATEX = "katex@0.16.47"
TEMPLATE = """{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}
<link rel="stylesheet" href="{{ resources.root }}katex/katex.min.css">
<script defer src="{{ resources.root }}katex/katex.min.js"></script>
<script defer src="{{ resources.root }}katex/auto-render.min.js"></script>
<script>
document.addEventListener("DOMContentLoaded", () => {
  const delimiters = [{left: "$$", right: "$$", display: true}, {left: "$", right: "$", display: false}];
  for (const text of document.querySelectorAll(".jp-MarkdownOutput")) renderMathInElement(text, {delimiters});
});
</script>
<style>
main {max-width: 1000px; margin: 0 auto;}
.jp-InputPrompt, .jp-OutputPrompt {display: none;}
.jp-OutputArea-output, .jp-InputArea-editor, .katex-display {overflow-x: auto; overflow-y: hidden;}
.jp-RenderedHTMLCommon table {display: block; overflow-x: auto;}
.jp-RenderedHTMLCommon td, .jp-RenderedHTMLCommon th {text-align: left;}
.jp-RenderedHTMLCommon summary, .folded > summary {cursor: pointer;}
.folded > summary {margin: 4px 10px; font-family: var(--jp-content-font-family);}
.jp-RenderedSVG img, .jp-RenderedImage img {max-width: 100%; height: auto;}
.jp-Notebook .jp-OutputArea-output pre {word-break: normal; overflow-wrap: anywhere;}
@media print {
  main {max-width: none;}
  .jp-OutputArea-output, .jp-InputArea-editor, .katex-display, .jp-RenderedHTMLCommon table {overflow: visible;}
  .jp-Notebook pre {white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere;}
  .jp-Cell {break-inside: auto;}
  .jp-InputArea, img, figure, tr {break-inside: avoid;}
  h1, h2, h3, summary, .jp-InputArea {break-after: avoid;}
}
@media (max-width: 600px) {.jp-Notebook, .jp-Cell {padding-left: 2px; padding-right: 2px;}}
@media screen and (max-width: 600px) {
  .jp-Notebook .jp-OutputArea .jp-OutputArea-child .jp-RenderedSVG {
    display: block; box-sizing: border-box; width: 100%;
  }
  .jp-RenderedSVG img {max-width: none;}
}
@media screen and (prefers-color-scheme: dark) {
{{ resources.dark }}
:root {color-scheme: dark;}
.jp-RenderedSVG img, .jp-RenderedImage img {background: #fff;}
.jp-OutputArea-output.jp-RenderedHTMLCommon:not(.jp-MarkdownOutput) {
  --jp-layout-color0: #fff; --jp-content-font-color0: #111; --jp-content-font-color1: #111; --jp-ui-font-color1: #111;
  --jp-rendermime-table-row-background: #f5f5f5; --jp-rendermime-table-row-hover-background: #e8f1fb;
  --jp-border-color1: #ccc;
}
}
</style>
{%- endblock -%}
{%- block data_svg -%}
<div class="jp-RenderedSVG jp-OutputArea-output {{ extra_class }}">
<img alt="{{ output | get_metadata('alt', 'image/png') | escape_html }}"
src="data:image/svg+xml;base64,{{ output.data['image/svg+xml'] | text_base64 | escape_html }}">
</div>
{%- endblock -%}
{%- block data_png -%}
<div class="jp-RenderedImage jp-OutputArea-output {{ extra_class }}">
<img alt="{{ output | get_metadata('alt', 'image/png') | escape_html }}"
src="data:image/png;base64,{{ output.data['image/png'] | escape_html }}">
</div>
{%- endblock -%}
{%- block codecell -%}
{%- if cell.metadata.get("jupyter", {}).get("source_hidden") -%}
<details class="folded"><summary><b>Computed</b></summary>{{ super() }}</details>
{%- else -%}
{{ super() }}
{%- endif -%}
{%- endblock -%}
"""


def page(notebook: nbformat.NotebookNode, name: str, root: str = "") -> str:
    """A notebook as a page.

    Args:
        notebook: With its outputs.
        name: What the page is called.
        root: The way from the page to the folder in which `katex` is.
    """
    exporter = HTMLExporter(extra_loaders=[DictLoader({"page.html.j2": TEMPLATE})], template_file="page.html.j2")
    files = [Path(folder, "static", "theme-dark.css") for folder in exporter.template_paths]
    dark = next(file for file in files if file.exists()).read_text(encoding="utf-8")
    resources = {"root": root, "dark": dark, "metadata": {"name": name}}
    html, _ = exporter.from_notebook_node(notebook, resources=resources)
    return re.sub(r'href="((?!\w+:)[^"]*)\.ipynb', r'href="\1.html', html)


@contextmanager
def fetched(package: str) -> Iterator[Path]:
    """The folder of a package from npm, for as long as it is needed.

    Raises:
        FileNotFoundError: There is no npm.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError(f"pages: npm, which fetches {package}, is not on the PATH; it comes with Node.js")
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([npm, "install", "--silent", "--no-save", "--prefix", scratch, package], check=True)
        yield Path(scratch, "node_modules", package.partition("@")[0])


def fetch_katex(folder: Path) -> None:
    """Put KaTeX into a folder.

    Raises:
        FileNotFoundError: There is no npm.
    """
    with fetched(KATEX) as package:
        made = package / "dist"
        (folder / "fonts").mkdir(parents=True, exist_ok=True)
        for file in (made / "katex.min.css", made / "katex.min.js", made / "contrib" / "auto-render.min.js"):
            shutil.copy(file, folder)
        for font in (made / "fonts").glob("*.woff2"):
            shutil.copy(font, folder / "fonts")


def main(arguments: list[str] | None = None) -> int:
    """Make the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where they are written")
    folder = parser.parse_args(arguments).folder
    if not (folder / "katex" / "katex.min.js").exists():
        fetch_katex(folder / "katex")
    contents = (HERE / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    index = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(contents)])
    (folder / "index.html").write_text(page(index, "The course"), encoding="utf-8")
    for file in sorted([*HERE.glob("*.ipynb"), *HERE.glob("solved/*.ipynb")]):
        notebook = nbformat.read(file, 4)
        target = folder / file.relative_to(HERE).with_suffix(".html")
        target.parent.mkdir(exist_ok=True)
        name = notebook.cells[0].source.split("\n")[0].removeprefix("# ")
        target.write_text(page(notebook, name, "../" if file.parent != HERE else ""), encoding="utf-8")
    print(f"{folder / 'index.html'}: the table of contents, and a page of every notebook beside it")
    return 0


if __name__ == "__main__":
    sys.exit(main())

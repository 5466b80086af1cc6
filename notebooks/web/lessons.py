"""The course as pages of the site: cells that run where they stand, notebooks to take along."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pages

from .shell import Site, rendered, with_policy

HERE = Path(__file__).parent.parent
TEXTS = ("many_machines",)  # pages without cells, which are no notebooks
STYLE = re.compile(r"<style.*?>(.*?)</style>", re.S)


def put_lessons(folder: Path, site: Site) -> list[tuple[nbformat.NotebookNode, str]]:
    """Write the pages and the notebooks of the course.

    Returns:
        The lessons, each with the way to its page.
    """
    course = folder / "course"
    course.mkdir(parents=True, exist_ok=True)
    pages.fetch_katex(course / "katex")
    contents, *sections = (HERE / "README.md").read_text(encoding="utf-8").split("\n## ")
    further = next(section for section in sections if section.startswith("From here on"))
    texts = {"index": f"{contents}\n## {further}"}
    texts |= {name: (HERE / f"{name}.md").read_text(encoding="utf-8") for name in TEXTS}
    files = sorted([*HERE.glob("*.ipynb"), *HERE.glob("solved/*.ipynb")])
    notebooks = [(_of_text(text), Path(f"{name}.ipynb")) for name, text in texts.items()]
    notebooks += [(nbformat.read(file, 4), file.relative_to(HERE)) for file in files]
    found = []
    for notebook, name in notebooks:
        target = course / name.with_suffix(".html")
        target.parent.mkdir(exist_ok=True)
        title = notebook.cells[0].source.split("\n")[0].removeprefix("# ")
        target.write_text(_page(notebook, title, name, course, site), encoding="utf-8")
        if name.stem == "index":
            continue
        if name.stem not in TEXTS:
            shutil.copyfile(HERE / name, course / name)
        if name.parent == Path():
            found.append((notebook, f"course/{name.with_suffix('.html')}"))
    return found


def _of_text(text: str) -> nbformat.NotebookNode:
    """A page of text alone, whose links lead to pages of the site."""
    text = re.sub(r"\]\((\w+)\.md\)", lambda found: f"]({found[1].replace('README', 'index')}.html)", text)
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])


def _page(notebook: nbformat.NotebookNode, title: str, name: Path, course: Path, site: Site) -> str:
    up = "../" * len(name.parent.parts)
    root = f"{up}../"
    html = pages.page(notebook, title, up)
    style = "\n".join(STYLE.findall(html.partition("</head>")[0]))
    (course / "notebook.css").write_text(style, encoding="utf-8")  # the same of every page
    head, end, body = html.partition("</head>")
    head = STYLE.sub("", head).replace("<html ", f"<html {site.python} ")
    head = re.sub(r"<title>(.*?)</title>", r"<title>\1 – autograd_lite</title>", head, flags=re.S)
    links = rendered("lesson_head.html.j2", site, root, up=up)
    tools = rendered(
        "lesson_tools.html.j2",
        site,
        root,
        up=up,
        notebook="" if name.stem in ("index", *TEXTS) else name.name,
        stem=name.stem,
        is_solved=up != "",
        has_solved=(HERE / "solved" / name.name).exists(),
        has_code=any(cell.cell_type == "code" for cell in notebook.cells),
    )
    header = rendered("header.html.j2", site, root)
    footer = rendered("footer.html.j2", site, root)
    body = re.sub(r"<body[^>]*>", lambda found: found[0] + header, body, count=1)
    kind = ' class="contents"' if name.stem == "index" else ""
    body = body.replace("<main>", f'<main id="content"{kind}>{tools}', 1).replace("</main>", f"</main>{footer}", 1)
    return with_policy(head + links + end + body, site)

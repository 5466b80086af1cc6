"""The site in a real browser, which reaches this machine and nothing else."""

from __future__ import annotations

import functools
import gzip
import importlib.util
import json
import math
import random
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest

from autograd_lite import Value, data, exp, nn, optim, tanh

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = ROOT / "notebooks"
NEEDED = ("hatchling", "jupyterlite_core", "jupyterlite_pyodide_kernel", "jupytext", "nbclient", "nbconvert", "pdoc")
AXE = "axe-core@4.14.1"
PATIENT = 45_000  # milliseconds, on a machine that does much else
LINK = re.compile(r'(?:href|src)="([^"]+)"')
#: What is wider than the page and in no box that scrolls.
WIDE = """width => [...document.querySelectorAll("body *")].filter(e =>
  e.getBoundingClientRect().right > width + 1
  && !e.closest(".jp-OutputArea-output, .jp-InputArea-editor, .katex-display, .katex-mathml, table, pre, svg, .skip,"
  + ".picture, .scroll, textarea, .unseen")
).map(e => e.outerHTML.slice(0, 80))"""


class Handler(SimpleHTTPRequestHandler):
    """Serves files, and keeps quiet."""

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def folder(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, made by its command."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing or shutil.which("npm") is None:
        pytest.skip(f'the site was not made: it needs {", ".join(missing) or "npm"}; pip install ".[site,browser]"')
    made = tmp_path_factory.mktemp("web") / "site"
    command = [sys.executable, str(NOTEBOOKS / "build.py"), "--site", str(made)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def reader(browser: Any) -> Iterator[Any]:
    """One reader's browser, which remembers how Python started."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENT)
    yield context
    context.close()


@pytest.fixture
def see(reader: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a page of the site; in the end no script may have complained, and nobody else been asked for anything."""
    complaints: list[str] = []
    pages: list[Any] = []

    def see(way: str, **media: Any) -> Any:
        page = reader.new_page()
        pages.append(page)
        page.emulate_media(**media)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}") or dialog.dismiss())
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("request", lambda asked: complaints.append(asked.url) if _is_elsewhere(asked.url, address) else None)
        page.goto(address + way)
        return page

    yield see
    for page in pages:
        page.close()
    assert complaints == []


def _is_elsewhere(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))


def playground(see: Callable[..., Any], **words: Any) -> Any:
    return see(f"playground.html#{urlencode(words)}")


def shown(page: Any) -> dict[str, float]:
    """The result and the gradients as the page has them, with all digits."""
    rows = page.locator(".input")
    found = {
        rows.nth(k).locator(".name").inner_text(): float(rows.nth(k).locator(".gradient").get_attribute("title"))
        for k in range(rows.count())
    }
    return {"": float(page.locator("#result").get_attribute("title")), **found}


def settled(page: Any, text: str) -> None:
    """Waits until the result begins so."""
    page.locator("#result", has_text=text).wait_for()


# --- All pages ---


def own_pages(folder: Path) -> list[Path]:
    return sorted([file for file in folder.rglob("*.html") if "lab" not in file.relative_to(folder).parts[:1]])


def test_every_link_leads_to_something(folder: Path) -> None:
    ids: dict[Path, set[str]] = {}
    for file in own_pages(folder):
        html = file.read_text(encoding="utf-8")
        text = re.sub(r"<script.*?</script>", "", html, flags=re.S)
        for link in map(unescape, LINK.findall(text)):
            way, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", link):
                assert not re.search(rf'src="{re.escape(link)}', text) or link.startswith("data:"), link
                continue
            assert not link.startswith("/"), f"{file}: {link} is not relative"
            target = (file.parent / unquote(way.partition("?")[0])).resolve() if way else file
            assert target.exists(), f"{file}: {link}"
            if anchor and target.suffix == ".html" and "=" not in anchor:
                if target not in ids:
                    ids[target] = set(re.findall(r'\bid="([^"]+)"', target.read_text(encoding="utf-8")))
                assert unquote(anchor) in set(map(unescape, ids[target])), f"{file}: {link}"
    for record in json.loads((folder / "search.json").read_text(encoding="utf-8")):
        assert (folder / record["to"].partition("#")[0]).exists(), record


def test_every_page_opens_without_a_complaint_and_fits(folder: Path, address: str, see: Callable[..., Any]) -> None:
    page = see("index.html")
    for file in own_pages(folder):
        way = file.relative_to(folder).as_posix()
        page.goto(address + way)
        page.locator("main h1, main h2").first.wait_for()
        assert page.locator(".katex-error").count() == 0
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (way, width)
            assert page.evaluate(WIDE, width) == [], (way, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader_of_screens_finds_no_serious_fault(scheme: str, see: Callable[..., Any]) -> None:
    import pages

    with pages.fetched(AXE) as package:
        axe = (package / "axe.min.js").read_text(encoding="utf-8")
    ways = ["index.html", "course/00_start_here.html", "reference/derivatives.html", "search.html?q=chain"]
    ways += ["playground.html", f"playground.html#{urlencode({'tab': 'network', 'points': 20, 'layers': 3})}"]
    for way in ways if scheme == "light" else [ways[1], ways[-1]]:
        page = see(way, color_scheme=scheme)
        if "playground" in way:
            page.locator("#picture img, #sample img").first.wait_for()
        page.evaluate(axe)
        rules = "{}" if scheme == "light" else "{runOnly: ['color-contrast']}"  # the one thing that colours change
        found = page.evaluate(f"axe.run(document, {rules})")["violations"]
        serious = [
            (fault["id"], fault["nodes"][0]["html"][:200], fault["nodes"][0]["failureSummary"])
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
        assert serious == [], way
        page.close()


def test_the_front_page_steps_and_films(see: Callable[..., Any]) -> None:
    page = see("index.html")
    page.get_by_role("button", name="Next →").first.click()
    assert "step 1 of 14" in page.locator(".counter").first.inner_text()
    film = page.get_by_role("slider", name="moment of the training")
    film.focus()
    film.press("End")
    assert page.locator("output.epoch").inner_text().startswith("120")


def test_words_are_found(see: Callable[..., Any]) -> None:
    page = see("index.html")
    page.get_by_label("Search the site").fill("chain rule")
    page.get_by_label("Search the site").press("Enter")
    page.get_by_role("link", name="2. The chain rule", exact=True).click()
    assert page.url.endswith("course/02_chain_rule.html#2.-The-chain-rule")
    page = see(f"search.html?q={quote('<img src=x onerror=alert(1)>')}")
    assert page.locator("#count").inner_text() == "0 found"
    page.locator("#asked").fill("value_and_grad")
    assert page.locator("#found a").first.inner_text() == "value_and_grad"
    page.locator("#asked").fill("nn.fit")
    assert str(page.locator("#found a").first.get_attribute("href")).endswith("reference/networks.html#fit")
    page.locator("#asked").fill("many machines")
    assert str(page.locator("#found a").first.get_attribute("href")).endswith(
        "course/many_machines.html#When-one-machine-is-not-enough"
    )
    page.locator("#asked").fill("x**2")
    first = page.locator("#found p").first.inner_text()
    assert "x**2" in first
    assert re.search(r"^… \S.*\S …$", first)


def test_the_page_on_many_machines_is_reached_from_the_front_and_from_the_course(see: Callable[..., Any]) -> None:
    page = see("index.html")
    page.get_by_role("link", name="when one machine is not enough").click()
    page.get_by_role("link", name="The course", exact=True).click()
    page.get_by_role("link", name="When one machine is not enough").click()
    page.locator("h1", has_text="When one machine is not enough").wait_for()
    assert page.get_by_text("Download the notebook").count() == 0


# --- The playground: an expression ---


def test_figures_are_those_of_the_library(see: Callable[..., Any]) -> None:
    w, x, b = Value(-0.5), Value(2.0), Value(1.8813735870195432)
    y = tanh(w * x + b)
    y.backward()
    page = see("playground.html")
    page.locator("#picture img").wait_for()
    assert page.get_by_role("spinbutton", name="b", exact=True).get_attribute("title") == "1.8813735870195432"
    assert page.get_by_role("button", name="Fit", exact=True).is_hidden()
    assert shown(page) == pytest.approx({"": y.data, "w": w.grad, "x": x.grad, "b": b.grad}, rel=1e-14)
    assert "∂y/∂w = 1" in page.locator("#picture img").get_attribute("src").replace("%20", " ").replace(
        "%E2%88%82", "∂"
    ).replace("%2F", "/").replace("%3D", "=")

    page.get_by_role("spinbutton", name="x", exact=True).first.fill("-3.25")
    x = Value(-3.25)
    y = tanh(w * x + b)
    y.backward()
    settled(page, f"y = {float(f'{y.data:.5g}')}")
    assert shown(page)["x"] == pytest.approx(x.grad, rel=1e-13)


@pytest.mark.parametrize("body", [b"no image", gzip.compress(b"of another Pyodide" * 9)])
def test_a_browser_that_cannot_take_the_image_up_starts_python(body: bytes, see: Callable[..., Any]) -> None:
    page = see("index.html")
    page.route("**/image.bin?*", lambda route: route.fulfill(body=body))
    with page.expect_request("**/image.bin?*"):
        page.goto(page.url.replace("index", "playground"))
    settled(page, "y = ")
    assert page.locator("#state").inner_text() == ""


def test_a_site_without_an_image_starts_python(see: Callable[..., Any]) -> None:
    def without(route: Any) -> None:
        text, count = re.subn('data-image="[^"]+"', 'data-image=""', route.fetch().text())
        assert count == 1
        route.fulfill(body=text, content_type="text/html")

    page = see("index.html")
    page.route("**/playground.html", without)
    page.goto(page.url.replace("index", "playground"))
    settled(page, "y = ")
    assert page.locator("#state").inner_text() == ""


def test_a_function_of_a_reader_is_differentiated(see: Callable[..., Any]) -> None:
    page = see("playground.html")
    page.locator("#picture img").wait_for()
    page.locator("#text").fill(
        "def f(x=0.5, n=2):\n    for _ in range(int(n.data)):\n        x = exp(x) * x\n    return x"
    )
    x = Value(0.5)
    first = exp(x) * x
    y = exp(first) * first
    y.backward()
    settled(page, f"y = {float(f'{y.data:.5g}')}")
    assert shown(page) == pytest.approx({"": y.data, "x": x.grad, "n": 0.0}, rel=1e-14)


def test_mistakes_stand_beside_their_line(see: Callable[..., Any]) -> None:
    page = see("playground.html")
    page.locator("#picture img").wait_for()
    page.locator("#text").fill("log(x - 5)")
    page.get_by_text("column 1, 'log(x - 5)': log(-3.0): needs x > 0").wait_for()
    page.locator("#text").fill("def f(x):\n    y = x * 2\n    return lob(y)")
    page.get_by_text("Line 3: NameError: name 'lob' is not defined").wait_for()
    assert page.locator("#gutter .wrong").inner_text() == "3"
    old = ["#picture", "#result", "#inputs .gradient >> nth=0"]
    assert [page.locator(part).evaluate("e => Boolean(e.closest('.old'))") for part in old] == [True] * 3
    assert page.locator("#result").evaluate("e => getComputedStyle(e).opacity") == "0.45"
    page.locator("#text").fill("x * 3")
    settled(page, "y = 6")
    assert page.locator(".old").count() == 0


def test_every_example_and_every_operation_can_be_taken(see: Callable[..., Any]) -> None:
    page = see("playground.html")
    page.locator("#picture img").wait_for()
    for label in page.locator("#example option").all_inner_texts()[1:]:
        page.locator("#result").evaluate("e => e.replaceChildren()")
        page.locator("#example").select_option(label=label)
        settled(page, "=")
        assert page.locator("#complaint").inner_text() == ""
    page.get_by_text("Operations to pick from").click()
    page.locator("#pick").fill("hyperbolic tangent")
    page.locator("#text").fill("")
    page.get_by_role("button", name="tanh(x)", exact=True).click()
    settled(page, "y = ")
    assert page.locator("#text").input_value() == "tanh(x)"
    page.get_by_role("button", name="tanh(x)", exact=True).click()
    assert page.locator("#text").input_value() == "tanh(x) + tanh(x)"
    page.locator("#text").evaluate("e => e.setSelectionRange(5, 6)")
    page.get_by_role("button", name="tanh(x)", exact=True).click()
    assert page.locator("#text").input_value() == "tanh(tanh(x)) + tanh(x)"
    page.locator("#text").evaluate("e => e.setSelectionRange(0, 0)")
    page.get_by_role("button", name="tanh(x)", exact=True).click()
    assert page.locator("#text").input_value() == "tanh(x) + tanh(tanh(x)) + tanh(x)"
    settled(page, "y = ")


def test_a_wide_picture_says_that_it_goes_on_and_fits_if_one_wants(see: Callable[..., Any]) -> None:
    page = playground(see, text="tanh(tanh(tanh(tanh(tanh(tanh(w*x + b))))))")
    image = page.locator("#picture img")
    page.get_by_text("The picture goes on to the right").wait_for()
    box = page.locator("#picture").bounding_box()["width"]
    page.get_by_role("button", name="Full size").click()
    assert image.bounding_box()["width"] > 1.2 * box
    page.get_by_role("button", name="Fit", exact=True).click()
    assert image.bounding_box()["width"] < box
    assert not page.get_by_text("The picture goes on to the right").is_visible()
    page.locator("#text").fill("2 * x")
    settled(page, "y = 2")
    page.get_by_role("button", name="Fit", exact=True).click()
    page.get_by_role("button", name="Fit", exact=True).wait_for(state="hidden")


def test_paths_and_steps(see: Callable[..., Any]) -> None:
    page = playground(see, text="x*x + 2*x", **{"in.x": 3})
    page.locator("#picture img").wait_for()
    page.get_by_role("button", name="Explain the gradient of x").click()
    page.get_by_text("The same in words").click()
    page.locator("#words", has_text="3 paths from y down to x").wait_for()
    page.get_by_text("Steps", exact=True).click()
    page.get_by_role("button", name="Next →").click()
    assert "step 1 of" in page.locator(".counter").inner_text()


def test_the_keyboard_is_enough(see: Callable[..., Any]) -> None:
    page = see("playground.html")
    page.locator("#picture img").wait_for()

    def focused() -> str:
        return str(page.evaluate("document.activeElement.id || document.activeElement.ariaLabel"))

    def on_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if focused() == name:
                return
        raise AssertionError(f"no Tab leads to {name}")

    on_to("text")
    page.keyboard.press("Control+A")
    page.keyboard.type("a*a")
    settled(page, "y = 1")
    on_to("a, slider")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settled(page, "y = 1.44")  # from 1 by two hundredths of the way from -5 to 5
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if focused() == "tab-expression":
            break
    page.keyboard.press("ArrowRight")
    assert focused() == "tab-network"
    page.locator("#plane > svg").wait_for()
    on_to("once")
    page.keyboard.press("Enter")
    page.locator("#moment dd").first.get_by_text("1", exact=True).wait_for()


def test_an_answer_takes_nothing_back_that_was_given_meanwhile(see: Callable[..., Any]) -> None:
    page = playground(see, text="a*a", **{"in.a": 1})
    settled(page, "y = 1")
    # The second key is pressed when the question of the first has gone and before its answer has come.
    page.get_by_role("slider", name="a, slider").evaluate(
        """async slider => {
          const right = () => new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true });
          slider.dispatchEvent(right());
          await new Promise(gone => setTimeout(gone, 0));
          slider.dispatchEvent(right());
        }"""
    )
    settled(page, "y = 1.44")
    assert float(page.get_by_role("slider", name="a, slider").input_value()) == pytest.approx(1.2)
    # A question of the slider's is under way, and another example is chosen.
    page.evaluate(
        """() => {
          document.querySelector("#inputs input").dispatchEvent(new Event("input"));
          const example = document.getElementById("example");
          example.value = "2";
          example.dispatchEvent(new Event("change"));
        }"""
    )
    settled(page, "y = 0.01")
    assert page.locator("#text").input_value() == "(w*x + b - t)**2"


def test_a_reload_and_a_link_show_the_same(see: Callable[..., Any]) -> None:
    page = see("playground.html")
    page.locator("#picture img").wait_for()
    page.locator("#text").fill("p * q + p")
    settled(page, "y = 2")
    page.get_by_role("spinbutton", name="p", exact=True).fill("0.75")
    page.get_by_role("spinbutton", name="q", exact=True).fill("-4")
    page.get_by_text("Explain", exact=True).first.click()
    page.locator("#wrt").wait_for()
    page.locator("#wrt").select_option("q")
    settled(page, "y = −2.25")
    before = shown(page)
    page.reload()
    settled(page, "y = −2.25")
    page.locator("#wrt").wait_for()
    assert shown(page) == before == {"": -2.25, "p": -3.0, "q": 0.75}
    assert page.locator("#wrt").input_value() == "q"
    other = see(page.url.partition("/")[2].partition("/")[2].partition("/")[2])
    settled(other, "y = −2.25")
    assert shown(other) == before


def test_a_program_that_a_link_brings_waits(see: Callable[..., Any]) -> None:
    page = playground(see, text="def f(x):\n    return 4 * x", **{"in.x": 2})
    page.get_by_text("This link brings a Python program").wait_for()
    assert page.locator("#result").inner_text() == ""
    page.get_by_role("button", name="Run this program").click()
    settled(page, "y = 8")
    page.reload()  # of what the reader has run
    settled(page, "y = 8")


def test_the_program_of_what_is_seen_is_taken_along(see: Callable[..., Any], tmp_path: Path) -> None:
    page = playground(see, text="sin(x) * 3", **{"in.x": 0.25})
    settled(page, "y = ")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download as Python").click()
    waiting.value.save_as(tmp_path / "playground.py")
    done = subprocess.run([sys.executable, "playground.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"derivative by x: {3 * math.cos(0.25)!r}" in done.stdout


# --- What is hostile ---

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def test_what_is_hostile_stays_a_text(see: Callable[..., Any]) -> None:
    page = playground(see, text=EVIL, **{"in.x": 1, f"in.{EVIL}": 2})
    page.locator("#complaint", has_text="'<img src=x").wait_for()
    page.locator("#text").fill(f"def f(x):\n    y = x * 2\n    y.label = {EVIL!r}\n    print({EVIL!r})\n    return y")
    settled(page, EVIL)
    assert page.locator("#printed").inner_text().strip() == EVIL
    for view in ("Steps", "Graph"):
        page.get_by_text(view, exact=True).click()
        page.locator("#picture .fragment, #picture img").first.wait_for()
    page.get_by_role("button", name="Explain the gradient of x").click()
    page.get_by_text("The same in words").click()
    page.locator("#words", has_text="<img src=x").wait_for()
    assert page.locator("main img[src=x], main script:not([type])").count() == 0


def test_nothing_leaves_the_page(see: Callable[..., Any], reader: Any, address: str) -> None:
    asked: list[str] = []

    class Listener(Handler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    elsewhere = f"http://127.0.0.1:{listener.server_port}/secret"
    page = reader.new_page()  # whose console says what was refused
    page.goto(f"{address}playground.html")
    page.locator("#picture img").wait_for()
    program = f"""
import js
def f(x):
    js.fetch({elsewhere!r})
    request = js.XMLHttpRequest.new()
    request.open("GET", {elsewhere!r}, False)
    try:
        request.send()
    except Exception:
        print("refused")
    return x * 7
"""
    page.locator("#text").fill(program)
    settled(page, "y = 14")
    assert page.locator("#printed").inner_text().strip() == "refused"
    page.evaluate(f"fetch({elsewhere!r}).catch(() => 0)")
    page.wait_for_timeout(300)
    page.close()
    listener.shutdown()
    listener.server_close()
    assert asked == []


def test_a_loop_for_ever_is_stopped(see: Callable[..., Any]) -> None:
    page = see("playground.html")
    page.locator("#picture img").wait_for()
    page.locator("#text").fill("def f(x):\n    while True:\n        pass")
    page.get_by_text("stopped after 10 seconds: does it loop for ever?").wait_for()
    page.locator("#text").fill("def f(x):\n    while x > 0:\n        x = x * 1\n    return x")
    page.get_by_role("button", name="Stop").wait_for()
    assert page.locator("#complaint").inner_text() == ""
    assert page.locator("#result").evaluate("e => getComputedStyle(e).opacity") == "0.45"
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("stopped", exact=True).wait_for()
    page.locator("#text").fill("x * 21")
    settled(page, "y = 42")


def test_a_long_chain_is_drawn_and_what_is_too_long_does_not_end_the_page(see: Callable[..., Any]) -> None:
    page = see("playground.html")
    page.locator("#picture img").wait_for()
    page.locator("#text").fill("def f(x):\n    y = 0\n    for i in range(5000): y = y + x*0.5\n    return y")
    settled(page, "y = 5000")
    page.locator("#text").fill("+".join(["x"] * 1499))
    settled(page, "y = 2998")
    page.locator("#text").fill("x / 2")
    settled(page, "y = 1")


def test_python_starts_anew_where_its_stack_was_too_small(see: Callable[..., Any], reader: Any, address: str) -> None:
    page = reader.new_page()  # whose console says what Pyodide says
    page.goto(f"{address}playground.html")
    page.locator("#picture img").wait_for()
    page.locator("#text").fill("def f(x):\n    y = x\n    for i in range(20000): y = y + x\n    y = 0\n    return x")
    page.get_by_text("Python in a browser has no room for a chain of so many operations; make it shorter").wait_for()
    page.locator("#text").fill("x * 21")
    settled(page, "y = 42")
    page.close()


# --- The playground: a network ---


def moment(page: Any) -> dict[str, str]:
    rows = page.locator("#moment div")
    return dict(zip(rows.locator("dt").all_inner_texts(), rows.locator("dd").all_inner_texts(), strict=True))


def test_a_training_is_that_of_the_library(see: Callable[..., Any]) -> None:
    rng = random.Random(4)
    xs, ys = data.circles(30, noise=0.05, rng=rng)
    model = nn.MLP(2, [4, 1], activation="tanh", rng=rng)
    adam = optim.Adam(model.parameters(), lr=0.05)
    loss = "binary_cross_entropy_with_logits"
    nn.fit(model, xs, ys, loss=loss, optimizer=adam, epochs=25)
    final = nn.fit(model, xs, ys, loss=loss, optimizer=adam, epochs=1).losses[0]
    page = playground(
        see, tab="network", data="circles", points=30, noise=0.05, layers="4", seed=4, rate=0.05, epochs=25
    )
    page.locator("#moment dd").first.get_by_text("25", exact=True).wait_for()
    assert float(moment(page)["loss"]) == pytest.approx(final, rel=1e-4)
    page.locator("#net img").wait_for()
    page.locator("#sample img").wait_for()


def test_a_network_learns_while_one_looks(see: Callable[..., Any]) -> None:
    page = playground(see, tab="network", data="xor", layers="4")
    page.locator("#plane > svg").wait_for()
    page.get_by_role("button", name="One step").click()
    page.locator("#moment dd").first.get_by_text("1", exact=True).wait_for()
    page.get_by_role("button", name="▶ Start").click()
    page.locator("#moment", has_text="4 of 4").wait_for()
    page.get_by_role("button", name="❚❚ Pause").click()
    page.get_by_role("button", name="▶ Start").wait_for()
    page.get_by_role("button", name="Start again").click()
    page.locator("#moment dd").first.get_by_text("0", exact=True).wait_for()
    page.get_by_text("The training starts again; it was at epoch ").wait_for()
    page.get_by_role("button", name="One step").click()
    page.locator("#moment dd").first.get_by_text("1", exact=True).wait_for()
    assert page.locator("#network-note").inner_text() == ""
    page.get_by_label("Seed").fill("1.5")
    page.get_by_label("Seed").press("Enter")
    page.get_by_text("seed: must be a whole number, got 1.5").wait_for()


def test_points_are_added_by_a_click_and_by_numbers(see: Callable[..., Any]) -> None:
    page = playground(see, tab="network", data="yours", layers="3")
    page.locator("#plane svg svg").wait_for()
    page.locator("#plane svg svg").click(position={"x": 100, "y": 100})
    page.locator("#moment", has_text="of 3").wait_for()
    page.get_by_label("adds an orange point").check()
    page.locator("#add").get_by_label("x").fill("1.25")
    page.locator("#add").get_by_label("y").fill("-1")
    page.get_by_role("button", name="Add or choose").click()
    page.locator("#moment", has_text="of 4").wait_for()
    page.reload()
    page.locator("#moment", has_text="of 4").wait_for()
    page.get_by_label("chooses the nearest").check()
    page.locator("#add").get_by_label("x").fill("0.4")
    page.get_by_role("button", name="Add or choose").click()
    page.locator("#sample-title", has_text="x = 0.5, y = 0.5; target orange").wait_for()
    page.get_by_role("button", name="Remove those added").click()
    page.locator("#moment", has_text="of 2").wait_for()


def test_what_cannot_be_trained_is_said(see: Callable[..., Any]) -> None:
    page = playground(see, tab="network", layers="40")
    page.get_by_text("layers: at most 4, each of 1 to 16 neurons, got (40,)").wait_for()
    page.get_by_label("Hidden layers").fill("2")
    page.get_by_label("Hidden layers").press("Enter")
    page.locator("#plane > svg").wait_for()
    assert page.locator("#network-complaint").inner_text() == ""


# --- Lessons ---


def committed(cell: Any) -> str:
    texts = [
        output.text if output.output_type == "stream" else output.data["text/plain"] + "\n" for output in cell.outputs
    ]
    return "".join(texts).strip()


def test_the_first_lesson_runs_whole_on_its_page(see: Callable[..., Any]) -> None:
    import nbformat

    cells = [c for c in nbformat.read(NOTEBOOKS / "00_start_here.ipynb", 4).cells if c.cell_type == "code"]
    page = see("course/00_start_here.html")
    page.get_by_role("button", name="Run all cells").click()
    page.get_by_text(f"{len(cells)} cells have run.").wait_for()
    found = page.locator(".jp-CodeCell > .live")
    assert found.count() == len(cells)
    for k, cell in enumerate(cells):
        place = found.nth(k)
        assert place.locator(".complaint").count() == 0
        if place.locator(".picture img").count() or place.locator(".fragment").count():
            continue
        assert place.text_content().split() == committed(cell).split(), cell.source
    pictures = page.locator(".live .picture img")
    assert pictures.count() >= 4
    assert pictures.evaluate_all("all => all.every(e => e.complete && e.naturalWidth > 100)")
    page.locator(".live .fragment").get_by_role("button", name="Next →").click()


def test_an_answer_is_checked_where_it_is_written(see: Callable[..., Any]) -> None:
    page = see("course/00_start_here.html")
    cell = page.locator(".jp-CodeCell", has_text='check("0.1", boxes)').first
    cell.get_by_role("button", name="Edit").click()
    cell.locator("textarea").fill('boxes = 6\ncheck("0.1", boxes)')
    cell.locator("textarea").press("Shift+Enter")
    cell.get_by_text("✓ Exercise 0.1: right.").wait_for()
    cell.locator("textarea").fill("boxes = 6\n1 / 0")
    cell.get_by_role("button", name="Run").click()
    cell.get_by_text("Line 2: ZeroDivisionError: division by zero").wait_for()
    cell.locator("textarea").fill("display_html = '<b>x</b>'\ndisplay_html + '<script>alert(1)</script>'")
    cell.get_by_role("button", name="Run").click()
    cell.locator(".live", has_text="<script>alert(1)</script>").wait_for()


def test_what_needs_other_packages_keeps_its_picture(see: Callable[..., Any]) -> None:
    page = see("course/01_derivatives.html")
    cell = page.locator(".jp-CodeCell", has=page.locator(".jp-RenderedImage, .jp-RenderedSVG")).filter(
        has_text="plots.tangent"
    )
    cell = cell.first
    cell.get_by_role("button", name="Run").click()
    cell.get_by_text("This cell needs matplotlib, which this page has not").wait_for()
    assert cell.locator(".jp-Cell-outputWrapper img").first.is_visible()


def test_cells_that_could_not_run_are_not_counted_among_those_that_did(see: Callable[..., Any]) -> None:
    page = see("course/engineers.html")
    page.get_by_role("button", name="Run all cells").click()
    said = page.locator("#lesson-state")
    said.get_by_text("which this page has not").wait_for()
    ran, lacking = map(int, re.findall(r"(\d+) (?:cells? ha|could)", said.inner_text()))
    notes = page.locator(".cell-tools .note", has_text="which this page has not")
    assert (lacking, ran + lacking) == (notes.count(), page.locator(".jp-CodeCell").count())
    assert "numpy" in said.inner_text()


def test_changes_outlive_a_reload_and_are_taken_along(see: Callable[..., Any], tmp_path: Path) -> None:
    page = see("course/python.html")
    take_back = page.get_by_role("button", name="Take all changes back")
    assert not take_back.is_visible()
    cell = page.locator(".jp-CodeCell").nth(1)
    cell.get_by_role("button", name="Edit").click()
    cell.locator("textarea").fill("print('mine: <b>&')")
    page.reload()
    assert cell.locator("textarea").input_value() == "print('mine: <b>&')"
    assert page.locator("textarea").count() == 1
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the notebook").click()
    assert waiting.value.suggested_filename == "python.ipynb"
    waiting.value.save_as(tmp_path / "python.ipynb")
    code = [c for c in json.loads((tmp_path / "python.ipynb").read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
    assert (code[1]["source"], code[1]["outputs"]) == ("print('mine: <b>&')", [])
    take_back.click()
    page.reload()
    assert page.locator("textarea").count() == 0


def test_code_is_as_large_in_a_solution_as_in_a_cell(see: Callable[..., Any]) -> None:
    page = see("course/01_derivatives.html")
    sizes = "all => [...new Set(all.map(e => getComputedStyle(e).fontSize))]"
    assert page.locator("details .jp-MarkdownOutput pre, .jp-MarkdownOutput details pre").count() > 0
    assert page.locator(".highlight pre").evaluate_all(sizes) == ["14px"]


def test_pictures_have_the_dark_of_their_page(see: Callable[..., Any]) -> None:
    page = see("course/01_derivatives.html", color_scheme="dark")
    modes = "all => [...new Set(all.map(e => getComputedStyle(e).mixBlendMode))]"
    assert page.locator(".jp-RenderedImage img").evaluate_all(modes) == ["lighten"]


def test_on_a_phone_the_course_has_no_column_beyond_the_edge(see: Callable[..., Any]) -> None:
    page = see("course/index.html")
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.locator("table").first.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    assert page.get_by_role("link", name="solved").first.is_visible()


def test_a_lesson_opens_as_a_live_notebook_and_runs_without_a_network(reader: Any, address: str) -> None:
    page = reader.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}course/00_start_here.html")
    page.get_by_role("link", name="Open as a live notebook").click()
    code = page.locator(".jp-Notebook .jp-CodeCell .cm-content").first
    code.wait_for()
    code.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("from autograd_lite import Value; print('this is', Value(3.0) * 2)")
    page.keyboard.press("Shift+Enter")
    page.get_by_text("this is Value(data=6.0").first.wait_for(timeout=2 * PATIENT)
    page.close()
    assert [url for url in asked if _is_elsewhere(url, address)] == []

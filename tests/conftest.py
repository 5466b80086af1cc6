"""Options, settings and the browser that all tests share."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

LEFT_OUT = pytest.StashKey[list[str]]()
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"  # nobody else is ever asked

with contextlib.suppress(ImportError):  # the tests of a bare environment are run without it
    from hypothesis import settings

    # Every run draws the same examples, so that only a change can break it; `searching` draws others.
    settings.register_profile("searching", print_blob=True)
    settings.register_profile("repeatable", derandomize=True, print_blob=True)
    settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", type=int, default=1, help="how many times over the chains of a million are built")
    parser.addoption("--points", type=int, default=0, help="points a row against mpmath; 0 for a quick choice")


def chromium() -> str | None:
    """Its program, if there is one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of each group of tests that is left out, one line says how many they are, and why."""
    config.stash[LEFT_OUT] = left_out = []
    peers = sum(item.get_closest_marker("peers") is not None for item in items)
    if peers and config.option.markexpr == "not peers":
        left_out.append(f'[{peers}] tests that compare with peers: pip install ".[peers]" and -m peers run them')
    if chromium() is None:
        missing = "there is no Chromium or Chrome on the PATH"
    elif importlib.util.find_spec("playwright") is None:
        missing = "Playwright is not installed"
    else:
        return
    needy = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    if needy:
        items[:] = [item for item in items if item not in needy]
        config.hook.pytest_deselected(items=needy)
        left_out.append(
            f"[{len(needy)}] tests that open pages in a browser: {missing}; "
            'pip install ".[browser]" and a Chromium mend it'
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(LEFT_OUT, []):
        terminalreporter.write_line(f"SKIPPED {line}")


def absent(*arguments: Any, **options: Any) -> NoReturn:
    for coroutine in filter(asyncio.iscoroutine, arguments):
        coroutine.close()  # else it complains that nobody awaited it
    pytest.skip("WebAssembly has no processes, no threads, and an event loop that runs already")


if sys.platform == "emscripten":
    subprocess.Popen.__init__ = threading.Thread.start = asyncio.run = absent


@pytest.fixture
def llvm() -> None:
    """A test that uses it is skipped where llvmlite is not installed."""
    import extras

    extras.llvmlite.parse_assembly  # noqa: B018  (skips)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", OFFLINE])
        yield running
        running.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page with the network off; in the end no script may have complained."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def visit(file: Path, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(file.as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()
    # A page of nbconvert asks for things of its own, which are not there without a network.
    assert [text for text in complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []

"""Players in a real JupyterLab: in a notebook that it trusts, and in one that it does not."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from autograd_lite import Value, steps, tanh

CELL = ".jp-OutputArea-output"


def neuron() -> Value:
    x, w = Value(2.0, label="x"), Value(-0.5, label="w")
    return tanh(w * x)


@pytest.fixture(scope="module")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with two notebooks, one of them trusted."""
    if importlib.util.find_spec("jupyterlab") is None:
        pytest.skip('players were not tried in JupyterLab, which is not installed: pip install ".[browser]"')
    import nbformat

    folder = tmp_path_factory.mktemp("lab")
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **own, "HOME": str(folder), "JUPYTER_PREFER_ENV_PATH": "1"}
    for name in ("trusted", "untrusted"):
        shown = [steps(neuron()), steps(neuron(), quiz=True)]
        outputs = [nbformat.v4.new_output("display_data", data=one._repr_mimebundle_()) for one in shown]
        cells = [nbformat.v4.new_code_cell("steps(y)", outputs=[output]) for output in outputs]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    trust = [sys.executable, "-m", "nbformat.sign", str(folder / "trusted.ipynb")]
    subprocess.run(trust, check=True, env=environment, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = f"--no-browser --allow-root --port={port} --ServerApp.ip=127.0.0.1 --ServerApp.root_dir={folder}".split()
    secrets = ["--IdentityProvider.token=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    log = (folder / "log.txt").open("wb")
    with (
        log,
        subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words, *secrets], env=environment, stdout=log, stderr=log
        ) as server,
    ):
        address = f"http://127.0.0.1:{port}/lab"
        try:
            _wait_for(address, server)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()  # on a busy machine it may wait for kernels for ever


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, "JupyterLab has stopped"
            time.sleep(0.25)
    pytest.fail("JupyterLab did not start within a minute")


def opened(browser: Any, lab: str, name: str) -> Any:
    page = browser.new_context(viewport={"width": 1300, "height": 1300}).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{lab}/tree/{name}.ipynb?reset")
    page.locator(CELL).first.wait_for()
    page.wait_for_timeout(1000)
    while page.locator("dialog.jp-Dialog").count():  # it asks for a kernel, which no player needs
        page.keyboard.press("Escape")
        page.wait_for_timeout(200)
    return page


def test_a_trusted_notebook_has_players(browser: Any, lab: str) -> None:
    page = opened(browser, lab, "trusted")
    one, two = page.locator("section.player").nth(0), page.locator("section.player").nth(1)
    for _ in range(3):
        one.get_by_role("button", name="Next").click()
    one.press("ArrowRight")
    assert one.locator("h3").inner_text() == "Chain rule: from v2 back to v1"
    assert one.locator(".counter").inner_text() == "step 4 of 9"
    assert page.locator(".jp-Cell").count() == 2
    two.get_by_role("button", name="Backward").click()
    two.get_by_label("your answer").click()
    page.keyboard.type("1e0")  # letters are no shortcuts of the notebook
    page.keyboard.press("Enter")
    assert two.locator(".verdict").inner_text() == "Right."
    assert page.locator(".jp-Cell").count() == 2


def test_a_notebook_that_is_not_trusted_keeps_picture_and_table(browser: Any, lab: str) -> None:
    page = opened(browser, lab, "untrusted")
    assert page.locator("section.player").count() == 0
    image = page.locator(f"{CELL} img").first
    assert image.evaluate("e => e.complete && e.naturalWidth") > 100
    assert "tanh" in image.get_attribute("alt")
    page.locator(f"{CELL} summary").first.click()
    cells = page.locator(f"{CELL} td").all_inner_texts()
    assert all(said.rule in cells for said in steps(neuron())._said)

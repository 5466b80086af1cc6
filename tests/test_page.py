"""The shell of pages that move: safe, whole, and met by nothing else on the page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from autograd_lite.show.page import document, embedded, fragment, image
from autograd_lite.texts import in_json

HOSTILE = "</script><script>alert(1)</script> <!-- & \" ' \n 😀 \u2028"


class Scripts(HTMLParser):
    """What a browser would take for scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: object) -> None:
        if tag == "script":
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.found[-1] += data


def test_data_cannot_leave_its_script() -> None:
    page = document(HOSTILE, fragment("", script="function start() {}", style=HOSTILE, data=[HOSTILE]))
    parser = Scripts()
    parser.feed(page)
    assert len(parser.found) == 2
    assert json.loads(parser.found[0]) == [HOSTILE]
    assert "alert" not in re.sub(r"<script.*?</script>", "", page[page.index("<body") :], flags=re.S)


def test_numbers_that_json_has_no_words_for_come_back() -> None:
    text = embedded({"xs": (float("nan"), float("inf"), -float("inf"), 0.1)})
    nan, *rest = map(float, json.loads(text)["xs"])
    assert nan != nan
    assert rest == [float("inf"), -float("inf"), 0.1]
    assert in_json(True) is True


def test_a_page_says_what_it_is_and_loads_nothing() -> None:
    page = document("a < b", image("<svg xmlns='http://www.w3.org/2000/svg'/>", 'say "a"'))
    assert page.startswith('<!doctype html>\n<html lang="en">\n<meta charset="utf-8">')
    assert "<title>a &lt; b</title>" in page
    assert 'alt="say &quot;a&quot;"' in page
    assert "width=device-width" in page
    assert not re.search(r'(src|href)="(?!data:)', page)

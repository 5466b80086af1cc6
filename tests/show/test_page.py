"""The shell of pages that move: safe, whole, and met by nothing else on the page."""

from __future__ import annotations

import json
import random
import re
from html.parser import HTMLParser

import pytest

from autograd_lite.show.page import document, embedded, fragment, image, lean
from autograd_lite.transcript.texts import in_json

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


def reached(path: str) -> list[tuple[float, float]]:
    """Where the pen is after each step of a path of M, C, L or c, l."""
    places = [(0.0, 0.0)]
    for command, text in re.findall(r"([MCLcl])([^MCLclz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        each = 6 if command in "Cc" else 2
        for k in range(0, len(numbers), each):
            x, y = numbers[k + each - 2 : k + each]
            (from_x, from_y) = places[-1] if command in "cl" else (0.0, 0.0)
            places.append((from_x + x, from_y + y))
    return places


def test_a_path_in_fewer_bytes_goes_where_it_went() -> None:
    rng = random.Random(0)
    points = [f"{rng.uniform(-900, 900):.2f},{rng.uniform(-900, 900):.2f}" for _ in range(304)]
    straight = " ".join([f"{k / 3 - 500:.3f},{k / 7 - 100:.3f}" for k in range(3, 300)])
    path = f"M{points[0]}C{' '.join(points[1:301])}L{points[301]}M-500,-100C{straight}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><path d="{path}"/></svg>'
    found = re.findall(r"d='([^']*)'", lean(svg, ""))[0]
    assert len(found) < 0.8 * len(path)
    for before, after in zip(reached(path), reached(found), strict=True):
        assert after == pytest.approx(before, abs=0.051)
    assert found.count("c") == 100
    assert "c" not in found[found.rindex("M") :]  # what is straight is drawn so

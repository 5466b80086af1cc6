"""The slider: what is shown for a value is what was drawn for it, on a page, on paper, and where no script runs."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image

from autograd_lite import Value, draw, plots
from autograd_lite.show import page

mpl.use("Agg")

Visit = Callable[..., Any]
COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "black": (0, 0, 0), "white": (255, 255, 255)}


def painted(colour: str) -> Any:
    """A picture that is known again by one look at its middle."""
    ax = Figure(figsize=(2, 1)).subplots()
    ax.set(facecolor=colour, xlabel="x", ylabel="f(x)")
    return ax


def colour(source: str) -> str:
    """What stands in the middle of the image with this address."""
    with Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))) as image:
        middle = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    return next(name for name, seen in COLOURS.items() if seen == middle)


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attributes))


def still(html: str) -> list[dict[str, str | None]]:
    """The images of a page where no script runs."""
    parser = _Images()
    parser.feed(re.sub(r"<script.*?</script>", "", html, flags=re.S))
    return parser.found


def test_each_picture_is_the_one_that_was_drawn_for_its_value() -> None:
    shown = plots.slider(painted, COLOURS, "paper")
    assert [colour(page.address(shot.picture)) for shot in shown.shots] == list(COLOURS)
    assert [shot.title for shot in shown.shots] == [f"paper = {name}" for name in COLOURS]
    assert str(shown) == "slider: paper = red, lime, blue, black, white (5 pictures)"


def test_three_pictures_remain_without_a_script_and_say_what_they_show() -> None:
    found = still(plots.slider(painted, COLOURS, "paper").html())
    assert [colour(image["src"] or "") for image in found] == ["red", "blue", "white"]
    assert [image["alt"] for image in found] == [
        f"paper = {name}: A plot of f(x) over x." for name in ("red", "blue", "white")
    ]
    assert len(still(plots.slider(painted, ["red"], "paper").html())) == 1


def test_figures_of_pyplot_are_closed_so_that_notebooks_show_them_once() -> None:
    before = pyplot.get_fignums()
    plots.slider(lambda x: plots.tangent(lambda x: x**2, x), [1.0, 2.0], "x")
    plots.slider(lambda n: plots.activations(["relu", "tanh"][:n]), [1, 2], "count")
    assert pyplot.get_fignums() == before


def test_graphs_slide_too() -> None:
    shown = plots.slider(lambda x: draw(Value(x, label="x") * 2.0), [1.0, 2.25], "x")
    assert ["4.5" in str(shot.picture) for shot in shown.shots] == [False, True]
    assert [shot.alt for shot in shown.shots] == [draw(Value(x, label="x") * 2.0).alt for x in (1.0, 2.25)]


@pytest.mark.parametrize(
    ("make", "values", "kind", "complaint"),
    [
        (3, [1.0], TypeError, "slider: needs a function, got 3"),
        (painted, [], ValueError, "slider: needs from 1 to 200 values, .*, got 0"),
        (painted, range(201), ValueError, "got 201"),
        (
            lambda x: None,
            [0.5],
            TypeError,
            r"must return the Axes or the picture that it draws, got None for h = 0\.5: end",
        ),
        (lambda x: 7.0, [0.5], TypeError, "got 7.0"),
    ],
)
def test_what_makes_no_picture_is_refused(make: Any, values: Any, kind: type[Exception], complaint: str) -> None:
    with pytest.raises(kind, match=complaint):
        plots.slider(make, values, "h")


def test_an_error_of_the_users_says_for_which_value() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        plots.slider(lambda h: painted("red") if 1 / h else None, [1.0, 0.0], "h")
    assert caught.value.__notes__ == ["slider: this was raised by make for h = 0"]


def test_it_is_saved_as_a_page_alone(tmp_path: Path) -> None:
    shown = plots.slider(painted, ["red"], "paper")
    assert shown.save(tmp_path / "a" / "b.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(ValueError, match=r"the name of a slider must end in one of \.html"):
        shown.save(tmp_path / "a.png")


# --- In a browser ---


def seen(at: Any) -> str:
    """The colour of the only picture that is visible, by its address."""
    visible = at.locator("figure img:visible")
    assert visible.count() == 1
    return colour(visible.get_attribute("src"))


def test_keys_and_mouse_choose_a_picture(visit: Visit, tmp_path: Path) -> None:
    at = visit(plots.slider(painted, COLOURS, "paper").save(tmp_path / "slider.html"))
    names = list(COLOURS)
    assert seen(at) == "red"
    for key, wanted in [
        ("ArrowRight", 1),
        ("ArrowUp", 2),
        ("ArrowLeft", 1),
        ("End", 4),
        ("ArrowRight", 4),
        ("Home", 0),
    ]:
        at.keyboard.press(key)
        assert seen(at) == names[wanted]
    at.get_by_role("slider", name="paper").fill("3")
    assert seen(at) == "black"
    at.keyboard.press("ArrowDown")
    assert seen(at) == "blue"
    assert at.get_by_role("slider").get_attribute("aria-valuetext") == "paper = blue"
    assert at.locator("output:visible").inner_text() == "paper = blue"


def test_two_on_a_page_do_not_meet(visit: Visit, tmp_path: Path) -> None:
    html = [plots.slider(painted, names, "paper").html() for names in (["red", "blue"], ["lime", "black"])]
    file = tmp_path / "two.html"
    file.write_text(page.document("two", *html), encoding="utf-8")
    at = visit(file)
    at.get_by_role("slider").nth(1).press("ArrowRight")
    assert [colour(image.get_attribute("src")) for image in at.locator("figure img:visible").all()] == ["red", "black"]


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_and_nothing_jumps(visit: Visit, tmp_path: Path, width: int) -> None:
    def make(k: int) -> Any:
        return Figure(figsize=(9 + k, 2 + k)).subplots()

    at = visit(
        plots.slider(make, [0, 2, 1], "size").save(tmp_path / "s.html"), viewport={"width": width, "height": 900}
    )
    heights = []
    for _ in range(3):
        heights.append(at.evaluate("document.documentElement.scrollHeight"))
        at.keyboard.press("ArrowRight")
    assert len(set(heights)) == 1
    assert at.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_three_pictures_stand_side_by_side(visit: Visit, tmp_path: Path) -> None:
    at = visit(plots.slider(painted, COLOURS, "paper").save(tmp_path / "slider.html"))
    at.emulate_media(media="print")
    shown = at.locator("figure:visible")
    assert shown.locator("figcaption").all_inner_texts() == ["paper = red", "paper = blue", "paper = white"]
    assert len({round(box.bounding_box()["y"]) for box in shown.all()}) == 1
    assert not at.get_by_role("slider").is_visible()

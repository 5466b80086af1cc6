"""The player: its table, its page in a real browser, its pictures; what it shows is what the engine computes."""

from __future__ import annotations

import html
import json
import math
import random
import re
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from played import diamond, network, neuron

import autograd_lite as ag
from autograd_lite import Value, explain, nn, sqrt, steps, tanh, trace, where
from autograd_lite.engine.passes import topological_order
from autograd_lite.show import Steps, page, render
from autograd_lite.show.words import Words

HOSTILE = ["</script><script>alert(1)</script>", "a & b", "\"'", "two\nlines", "😀", "x" * 200, "<!--", "{x}", "\\n"]
Visit = Callable[..., Any]


def tangle(size: int) -> Value:
    rng = random.Random(1)
    nodes = [Value(rng.uniform(-1, 1)) for _ in range(size // 4)]
    while len(nodes) < size - 1:
        a, b = rng.choice(nodes[-6:]), rng.choice(nodes)
        nodes.append(rng.choice([a * b, a + b, a - b, tanh(a)]))
    reached = {id(node) for node in topological_order(nodes[-1])}
    return ag.sum([nodes[-1], *[node for node in nodes if id(node) not in reached]])


def engine(y: Value) -> list[float]:
    order = topological_order(y)
    for node in order:
        node.grad = 0.0
    y.backward()
    return [node.grad for node in order]


def same(xs: Any, ys: Any) -> bool:
    return [float(x).hex() for x in xs] == [float(y).hex() for y in ys]


# --- The table ---


def test_nothing_of_the_graph_changes() -> None:
    y = neuron()
    shown = steps(y)
    shown.html(), str(shown)
    assert not any(node.has_grad for node in topological_order(y))
    before = shown.html()
    y.backward()
    y.backward()
    assert steps(y).html() == before  # gradients are those of one pass, whatever was run before


def test_what_flows_nowhere_is_said() -> None:
    x, z = Value(1.0, label="x"), Value(0.0, label="z")
    table = str(steps(where(x > 0, x, z)))
    assert re.search(r"→ z +∂v\d/∂z = 0: nothing flows +–$", table, re.M)


@pytest.mark.parametrize("what", [3.0, None, nn.MLP(1, [1])])
def test_what_is_no_value_is_refused(what: Any) -> None:
    with pytest.raises(TypeError, match="steps: needs a Value, got"):
        steps(what)


def test_of_several_results_one_must_be_chosen() -> None:
    with pytest.raises(TypeError, match=r"got list: .*a pass starts at one: take one of them, or their sum"):
        steps([neuron(), diamond()])  # type: ignore[arg-type]  # the mistake


# --- Files ---


def test_save_by_the_ending(tmp_path: Path) -> None:
    shown = steps(neuron())
    assert shown.save(tmp_path / "new" / "a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert shown.save(tmp_path / "a.txt").read_text(encoding="utf-8") == f"{shown}\n"
    assert json.loads(shown.save(str(tmp_path / "a.JSON")).read_text(encoding="utf-8"))["nodes"][0]["name"] == "w"
    with pytest.raises(ValueError, match=r"a\.pdf: the name of a file of steps must end in one of \.html \.gif"):
        shown.save(tmp_path / "a.pdf")


@pytest.mark.parametrize("renderer", render.RENDERERS, ids=lambda renderer: renderer.name)
@pytest.mark.parametrize("quiz", [False, True])
def test_the_size_of_players(quiz: bool, renderer: render.Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    if renderer.missing():
        pytest.skip(f"{renderer.name} {renderer.missing()}")
    monkeypatch.setattr(render, "RENDERERS", (renderer,))
    for y in (network(), tangle(60)):
        assert 57 <= len(trace(y).nodes) <= 60
        assert len(steps(y, quiz=quiz).html().encode()) < 150_000
    assert len(trace(tangle(300)).nodes) == 300
    assert len(steps(tangle(300), quiz=quiz).html().encode()) < 1_000_000
    assert len(steps(network(4, hidden=12), quiz=quiz, fold=False).html().encode()) < 1_000_000


def test_it_holds_no_script_but_ours_and_loads_nothing() -> None:
    text = steps(neuron()).html()
    assert text.count("<script") == 2
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert "iframe" not in text
    assert " id=" not in re.sub(r'src="[^"]*"', "", text)


def test_the_same_graph_gives_the_same_page() -> None:
    assert steps(network()).html() == steps(network()).html()


def test_without_a_renderer_the_table_and_a_text_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "RENDERERS", ())
    bundle = steps(neuron())._repr_mimebundle_()
    assert "<pre>y = tanh(s) | 0.7071" in bundle["text/html"]
    assert "<details>" in bundle["text/html"]
    assert "tanh(0.8814)" in bundle["text/plain"]


# --- In a browser ---


class Player:
    """What a reader does with one player of a page."""

    def __init__(self, opened: Any, which: int = 0) -> None:
        self.page = opened
        self.root = opened.locator("section.player").nth(which)

    def press(self, name: str) -> None:
        self.root.get_by_role("button", name=name, exact=False).first.click()

    def next(self) -> None:
        self.press("Next")

    @property
    def position(self) -> int:
        return int(self.root.get_by_label("step", exact=True).input_value())

    @property
    def title(self) -> str:
        return str(self.root.locator("h3").inner_text())

    @property
    def result(self) -> str:
        return str(self.root.locator(".result").inner_text())

    @property
    def words(self) -> str:
        return str(self.root.locator(".words").inner_text())

    def column(self, k: int) -> list[str | None]:
        return [cell.get_attribute("title") for cell in self.root.locator(f"tbody tr td:nth-child({k})").all()]

    def lit(self) -> list[str]:
        return [str(text) for text in self.root.locator("svg .node.now text:first-of-type").all_text_contents()]

    def answer(self, text: str) -> str:
        self.root.get_by_label("your answer").fill(text)
        self.root.get_by_label("your answer").press("Enter")
        return str(self.root.locator(".verdict").inner_text())


def saved(tmp_path: Path, *shown: Steps) -> Path:
    file = tmp_path / "page.html"
    file.write_text(page.document("steps", *[one.html() for one in shown]), encoding="utf-8")
    return file


@pytest.mark.parametrize("make", [neuron, diamond, network, lambda: Value(3.0), lambda: sqrt(Value(0.0)) * 0.0])
def test_next_through_the_last_step_shows_the_numbers_of_the_engine(
    make: Callable[[], Value], visit: Visit, tmp_path: Path
) -> None:
    y = make()
    shown = steps(y)
    player = Player(visit(shown.save(tmp_path / "page.html")))
    assert player.position == 0
    for k, step in enumerate(shown.trace.steps, 1):
        player.next()
        if k % 7 == 1 or len(shown.trace.steps) < 20:
            said = shown._words.say(step)
            assert player.title == said.title
            if said.result is not None:
                title = player.root.locator(".result").get_attribute("title").replace("Infinity", "inf")
                assert same([title], [said.result])
    assert player.position == len(shown.trace.steps)
    assert player.root.get_by_role("button", name="Next").is_disabled()
    values, gradients = player.column(1 + 1), player.column(2 + 1)
    assert same(values, [node.data for node in topological_order(y)])
    assert same([g or "0" for g in gradients], engine(y))
    if len(values) < 20:  # and the picture says the same
        found = " ".join(player.root.locator("svg text").all_text_contents())
        for node, gradient in zip(shown.trace.nodes, engine(y), strict=True):
            assert f"/∂{node.name} = {'nan' if math.isnan(gradient) else format(gradient, '.4g')}" in found


def test_the_forward_pass_fills_in_values(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(neuron()))))
    assert player.column(2) == ["-0.5", "2", None, "1.8813735870195432", None, None]
    player.next()
    assert player.column(2)[2] == "-1"
    assert player.lit() == ["v1 = w * x"]
    assert "v1 = -0.5 * 2 = -1" in player.words
    assert player.column(3) == [None] * 6


CHANGES = """(host) => {
  const root = host.shadowRoot ?? host.getRootNode();
  const seen = new MutationObserver(() => {});
  seen.observe(root, { subtree: true, attributes: true, childList: true, characterData: true });
  const [next] = [...root.querySelectorAll("button")].filter((button) => button.textContent.startsWith("Next"));
  return [...Array(60)].map(() => (next.click(), seen.takeRecords().length));
}"""


def test_a_step_changes_what_it_is_about_and_nothing_else(visit: Visit, tmp_path: Path) -> None:
    x = y = Value(0.5, label="x")
    for _ in range(100):
        y = tanh(x * y)
    player = Player(visit(steps(y, fold=False).save(tmp_path / "page.html")))
    assert max(player.root.evaluate(CHANGES)) < 60  # of some 400 elements with numbers
    player.press("Backward")
    assert max(player.root.evaluate(CHANGES)) < 60


def test_going_back_undoes_what_going_on_has_done(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(diamond()))))
    slider = player.root.get_by_label("step", exact=True)
    seen = {}
    for k in [*range(12), *range(11, -1, -1), 9, 2, 11, 5]:
        slider.fill(str(k))
        visible = player.root.locator("svg text").evaluate_all("all => all.map((text) => text.style.visibility)")
        shown = [player.column(2), player.column(3), player.lit(), visible]
        assert shown == seen.setdefault(k, shown)


def test_where_a_value_is_named_once_more_that_place_is_lit(visit: Visit, tmp_path: Path) -> None:
    x = y = Value(0.5, label="x")
    for _ in range(20):
        y = tanh(x * y)
    player = Player(visit(saved(tmp_path, steps(y))))
    player.press("Backward")
    for _ in range(3):
        player.next()
    assert sorted(player.lit()) == ["v39 = x * v38", "x = 0.5"]
    player.next()
    assert player.lit() == ["x"]


def test_the_backward_pass_says_rule_and_numbers(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(neuron()))))
    player.press("Backward")
    assert player.title == "The backward pass starts at y"
    player.next()
    assert "∂y/∂s = 1 - y² = 1 - 0.7071² = 0.5" in player.words
    assert "1 · 0.5 = 0.5" in player.words
    assert sorted(player.lit()) == ["s = v1 + b", "y = tanh(s)"]
    assert player.column(3) == [None] * 5 + ["1"]
    player.next()
    assert "s.grad = 0 + 0.5 = 0.5" in player.words
    assert player.lit() == ["s = v1 + b"]
    assert player.column(3)[4] == "0.49999999999999994"
    player.press("Back")
    player.press("Forward")
    assert player.position == 0


def test_accumulation_is_seen_growing(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(diamond()))))
    seen = []
    for _ in range(11):
        player.next()
        seen.append(player.column(3)[1])
    assert seen == [None] * 4 + ["4", "4", "8", "8", "8", "8", "8"]
    player.root.get_by_label("step", exact=True).fill("5")
    assert "still to come" in player.words
    assert "∂c/∂b = 4" in player.root.locator("svg").text_content()


def test_two_players_on_one_page_do_not_meet(visit: Visit, tmp_path: Path) -> None:
    opened = visit(saved(tmp_path, steps(neuron()), steps(neuron()), steps(diamond(), quiz=True)))
    one, two, three = (Player(opened, k) for k in range(3))
    for _ in range(5):
        one.next()
    assert [p.position for p in (one, two, three)] == [5, 0, 0]
    assert two.lit() == []
    assert two.column(3) == [None] * 6
    three.press("Backward")
    assert "its value" in three.answer("16")
    two.next()
    assert [p.position for p in (one, two, three)] == [5, 1, 3]
    assert opened.evaluate("document.querySelectorAll('[id]').length") == 0
    assert opened.evaluate("typeof start") == "undefined"


def test_the_keyboard_is_enough(visit: Visit, tmp_path: Path) -> None:
    opened = visit(saved(tmp_path, steps(neuron())))
    player = Player(opened)  # alone in its page: it listens to the keys at once
    for key, position in [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 14), ("Home", 0)]:
        opened.keyboard.press(key)
        assert player.position == position, key
    opened.keyboard.press("ArrowRight")
    names = []
    for _ in range(25):
        opened.keyboard.press("Tab")
        names.append(
            opened.evaluate(
                "(() => { const e = document.activeElement.shadowRoot?.activeElement;"
                " return e ? e.getAttribute('aria-label') || e.textContent : '' })()"
            )
        )
    order = ["Forward", "Backward", "step", "← Back", "▶ Play", "Next →", "w", "y"]
    places = [names.index(name) for name in order]
    assert places == sorted(places)
    player.root.get_by_role("button", name="Next").focus()
    opened.keyboard.press("Enter")
    assert player.position == 2


def test_a_screen_reader_is_told(visit: Visit, tmp_path: Path) -> None:
    opened = visit(saved(tmp_path, steps(neuron(), quiz=True)))
    player = Player(opened)
    player.next()
    live = player.root.locator("[aria-live=polite]")
    assert "v1 is computed" in live.inner_text()
    assert player.root.get_by_role("button").count() >= 5
    for control in player.root.locator("button, input, select").all():
        name = control.get_attribute("aria-label") or control.inner_text()
        assert name, control.evaluate("e => e.outerHTML")
    assert "Computation graph of y = tanh(s)" in player.root.locator(".graph").get_attribute("aria-label")
    assert player.root.get_by_label("step", exact=True).get_attribute("aria-valuetext") == "step 1 of 14"
    assert player.root.locator("[aria-pressed=true]").inner_text() == "Forward"
    player.press("Backward")
    player.answer("7")
    assert "Try again" in player.root.locator("[role=status]").inner_text()


def test_a_click_on_a_node_goes_there(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(neuron()))))
    player.root.locator("svg .node", has_text="s = v1 + b").click()
    assert (player.position, player.title) == (2, "s is computed")
    player.press("Backward")
    player.root.locator("svg .node", has_text="v1 = w * x").click()
    assert player.title == "Add it to v1.grad"
    player.root.get_by_role("button", name="w", exact=True).click()
    assert player.title == "Add it to w.grad"


def test_the_renderer_of_our_own_serves_too(visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "RENDERERS", render.RENDERERS[-1:])
    shown = steps(diamond())
    assert len(shown.frames()) == 11
    player = Player(visit(saved(tmp_path, shown)))
    for _ in range(11):
        player.next()
    assert player.lit() == ["a"]
    found = player.root.locator("svg text").all_text_contents()
    assert {"∂c/∂a = 16", "∂c/∂b = 8", "∂c/∂c = 1"} <= {text.strip() for text in found}
    assert player.root.locator("svg .node").count() == 3


def test_without_any_picture_the_player_plays(visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "RENDERERS", ())
    player = Player(visit(saved(tmp_path, steps(diamond()))))
    for _ in range(11):
        player.next()
    assert player.column(3) == ["16", "8", "1"]
    assert "c = b * b" in player.root.locator("pre").inner_text()


def test_it_plays_and_stops(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(diamond()))))
    player.root.locator("select").select_option("4")
    player.press("Play")
    player.root.get_by_text("step 3 of 11").wait_for()
    player.press("Pause")
    assert player.position < 11
    player.press("Play")
    player.root.get_by_text("step 11 of 11").wait_for()
    player.root.get_by_role("button", name="Play").wait_for()


def test_less_motion_where_it_is_wished(visit: Visit, tmp_path: Path) -> None:
    file = saved(tmp_path, steps(neuron()))
    for wish, duration in (("reduce", "0s"), ("no-preference", "0.25s")):
        shape = visit(file, reduced_motion=wish).locator("svg .node > :first-child").first
        assert shape.evaluate("e => getComputedStyle(e).transitionDuration") == duration


@pytest.mark.parametrize("make", [neuron, network])
@pytest.mark.parametrize("quiz", [False, True])
def test_a_phone_is_wide_enough(make: Callable[[], Value], quiz: bool, visit: Visit, tmp_path: Path) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}  # else it is measured in motion
    opened = visit(saved(tmp_path, steps(make(), quiz=quiz)), **phone)
    player = Player(opened)
    for _ in range(6):
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360
        player.next()
    sizes = [button.bounding_box() for button in player.root.locator(".tools button, .passes button").all()]
    assert all(size["height"] >= 44 and size["x"] >= 0 and size["x"] + size["width"] <= 360 for size in sizes)
    box = player.root.locator("svg .node.now").first.bounding_box()
    assert 0 <= box["x"] + box["width"] / 2 <= 360  # what is lit is in sight
    assert player.root.locator("svg .node.now text").first.bounding_box()["height"] > 11  # and can be read


def test_a_network_opens_folded_so_that_it_fits(visit: Visit, tmp_path: Path) -> None:
    wide = network()
    assert len(steps(wide)._scene.boxes) < 25 < len(steps(wide, fold=False)._scene.boxes)
    opened = visit(saved(tmp_path, steps(wide)), viewport={"width": 1280, "height": 900})
    graph = opened.locator(".graph")
    assert graph.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
    plain = sum([Value(k * 0.1) * 2.0 for k in range(12)], Value(0.0))  # no network: there is nothing to fold
    assert len(steps(plain)._scene.boxes) == len(steps(plain, fold=False)._scene.boxes)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_picture_is_seen_whole_or_larger(visit: Visit, tmp_path: Path, width: int) -> None:
    player = Player(visit(saved(tmp_path, steps(network(), fold=False)), viewport={"width": width, "height": 900}))
    graph, picture = player.root.locator(".graph"), player.root.locator(".graph svg")
    fits = "e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight"
    assert not graph.evaluate(fits)
    player.press("Fit")
    assert graph.evaluate(fits)
    before = picture.bounding_box()["width"]
    player.press("larger")
    assert picture.bounding_box()["width"] == pytest.approx(1.25 * before, rel=0.02)
    player.press("smaller")
    player.press("smaller")
    assert picture.bounding_box()["width"] == pytest.approx(0.8 * before, rel=0.02)


def test_the_first_row_of_the_table_is_not_hidden_by_its_head(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(network()))))
    player.press("Backward")
    for _ in range(12):
        player.next()
        head = player.root.locator("thead").bounding_box()
        rows = [row.bounding_box() for row in player.root.locator("tbody tr").all()]
        edge = head["y"] + head["height"]
        assert not [row for row in rows if row["y"] + 2 < edge < row["y"] + row["height"] - 2]


@pytest.mark.parametrize("quiz", [False, True])
def test_printed_it_is_the_table_of_its_steps(visit: Visit, tmp_path: Path, quiz: bool) -> None:
    shown = steps(neuron(), quiz=quiz)
    opened = visit(saved(tmp_path, shown))
    opened.emulate_media(media="print")
    assert not opened.locator("section.player").is_visible()
    assert opened.locator("div > img").is_visible()
    rows = [row.locator("td").all_inner_texts() for row in opened.locator("div > details tbody tr:visible").all()]
    assert [[cell.strip() for cell in row] for row in rows] == [list(row) for row in shown._shown_rows()]
    opened.emulate_media(media="screen")
    assert opened.locator("section.player").is_visible()
    assert not opened.locator("div > img").is_visible()


def test_the_background_is_white_on_a_dark_page(visit: Visit, tmp_path: Path) -> None:
    opened = visit(saved(tmp_path, steps(neuron())), color_scheme="dark")
    for element in (opened.locator("[data-autograd-lite]"), Player(opened).root):
        assert element.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


# --- The quiz ---


def asking(player: Player) -> str:
    """The line with the question mark."""
    return next(line for line in player.root.locator("dd").all_inner_texts() if line.endswith("?"))


def score(player: Player) -> str:
    return str(player.root.locator(".bar").first.inner_text())


def go(player: Player, title: str, which: int = 0, back: int = 0) -> None:
    """To the step with this title, by the slider."""
    for position in range(back, 100):
        player.root.get_by_label("step", exact=True).fill(str(position))
        if player.title == title:
            if not which:
                return
            which -= 1
    raise AssertionError(title)


def squares() -> Value:
    x = Value(1.0, label="x")
    g = 5.0 * x - 1.0
    g.label = "g"
    y = g**2 * 3.0
    y.label = "y"
    return y


def test_the_quiz_asks_on_the_way_back_only(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(squares(), quiz=True))))
    assert "First tries are counted" in player.words
    for _ in range(4):
        player.next()
        assert not player.root.get_by_label("your answer").is_visible()
        assert player.result != "?"
    player.next()
    assert (player.title, asking(player)) == ("The backward pass starts at y", "∂y/∂y = ?")
    assert player.answer("1.00") == "Right."
    assert "1 of 1 right at the first try" in score(player)


def test_the_quiz_asks_for_the_local_derivative_then_the_product_then_the_sum(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(squares(), quiz=True))))
    go(player, "Chain rule: from v2 back to g")
    assert "v2 = g**2" in player.words
    assert "∂y/∂v2 = 3" in player.words
    assert asking(player) == "∂v2/∂g = ?"
    assert not any(word in player.words for word in ("8", "2·g", "24"))
    assert player.answer("8") == "Right."
    assert "∂v2/∂g = 2·g = 2·4 = 8" in player.words
    assert asking(player) == "∂y/∂v2 · ∂v2/∂g = ?"
    assert "24" not in player.words
    assert player.root.get_by_label("your answer").evaluate("e => e.getRootNode().activeElement === e")
    assert "Try again" in player.answer("8")
    assert player.answer("24") == "Right."
    assert player.result == "24"
    assert "1 of 2 right at the first try" in score(player)
    player.next()
    assert not player.root.get_by_label("your answer").is_visible()  # 0 + 24 is no question
    player = Player(visit(saved(tmp_path, steps(diamond(), quiz=True))))
    go(player, "Add it to b.grad", 1)
    assert asking(player) == "b.grad = ?"
    assert "gradient so far\n4" in player.words.replace("\n\n", "\n")
    assert "overwrites" in player.answer("4")
    assert player.answer("8") == "Right."


def test_products_with_one_are_not_asked_for(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(squares(), quiz=True))))
    go(player, "Chain rule: from y back to v2")  # what comes in is 1
    assert player.answer("3") == "Right."
    assert player.result == "3"
    assert not player.root.get_by_label("your answer").is_visible()


def test_what_is_asked_for_is_hidden_in_the_picture(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(squares(), quiz=True))))
    player.press("Backward")

    def visible() -> list[str]:
        texts = player.root.locator("svg text").all()
        return [
            t.text_content().strip() for t in texts if t.evaluate("e => getComputedStyle(e).visibility") == "visible"
        ]

    assert not any("∂y" in text for text in visible())
    player.answer("1")
    assert any("∂y/∂y" in text for text in visible())
    player.next()
    before = visible()
    player.answer("3")
    assert visible().count("3") == before.count("3") + 1  # beside the edge
    player.press("Next")
    assert any("∂y/∂v2 = 3" in text for text in visible())


@pytest.mark.parametrize(
    ("title", "answer", "said"),
    [
        ("Chain rule: from v2 back to g", "-8", "sign"),
        ("Chain rule: from v2 back to g", "24", "the product already"),
        ("Chain rule: from v2 back to g", "4", "brings the exponent down"),
        ("Chain rule: from v2 back to g", "32", "The exponent goes down by one"),
        ("Chain rule: from v2 back to g", "16", "the node's value"),
        ("Chain rule: from v2 back to g", "0", "constant"),
        ("Chain rule: from v2 back to g", "77", "hold the others still"),
        ("The backward pass starts at y", "48", "its value"),
        ("The backward pass starts at y", "0", "nothing depends on anything"),
    ],
)
def test_the_quiz_says_what_kind_of_mistake_it_is(
    title: str, answer: str, said: str, visit: Visit, tmp_path: Path
) -> None:
    player = Player(visit(saved(tmp_path, steps(squares(), quiz=True))))
    go(player, title)
    assert said in player.answer(answer)
    assert "write a number" in player.answer("one")


def test_the_quiz_knows_mistakes_in_products_and_activations() -> None:
    w, x = Value(3.0, label="w"), Value(5.0, label="x")
    known: dict[tuple[str, float], str] = {}
    for y in (tanh(w * 0.1), (w * 0.1).sigmoid(), (w * x) * 2.0):
        words = Words(trace(y))
        for chains in words.chains.values():
            for question in [q for step in chains for q in words.questions(step)]:
                known = {(question.what, wrong): reason for wrong, reason in question.mistakes} | known
                assert question.right not in [wrong for wrong, _ in question.mistakes]
    assert "another input" in known["local", 5.0]  # ∂(w·x)/∂x = w = 3
    assert "forgotten" in known["product", 5.0]
    assert "still to be multiplied" in known["product", 2.0]
    assert "adds" in known["product", 7.0]
    assert "square is missing" in known["local", 1.0 - math.tanh(3.0 * 0.1)]
    assert "input was put in" in known["local", 1.0 - (3.0 * 0.1) ** 2]
    s = 1.0 / (1.0 + math.exp(-3.0 * 0.1))
    assert any(
        what == "local" and abs(wrong - (1.0 - s)) < 1e-12 and "s·(1 - s)" in said
        for (what, wrong), said in known.items()
    )


def test_who_goes_on_or_asks_to_be_shown_has_not_answered(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(squares(), quiz=True))))
    player.press("Backward")
    player.press("Show it")
    assert player.result == "1"
    go(player, "Chain rule: from v2 back to g")
    player.next()
    assert player.title == "Add it to g.grad"
    assert "0 of 3 right at the first try" in score(player)


def test_at_the_end_the_first_tries_are_counted(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(Value(3.0, label="x") * 2.0, quiz=True))))
    player.press("Backward")
    player.answer("1")
    player.next()
    player.answer("3")
    player.answer("2")
    player.next()
    assert "The pass is complete: 1 of 2 right at the first try." in player.words


def test_answers_that_are_no_ordinary_numbers(visit: Visit, tmp_path: Path) -> None:
    player = Player(visit(saved(tmp_path, steps(sqrt(Value(0.0, label="x")) * 0.0, quiz=True))))
    go(player, "Chain rule: from v1 back to x")
    assert player.answer("∞") == "Right."
    assert player.answer("nan") == "Right."


def test_a_quiz_gives_no_answers_away_where_no_script_runs(visit: Visit, tmp_path: Path) -> None:
    shown = steps(squares(), quiz=True)
    at = visit(saved(tmp_path, shown), java_script_enabled=False)
    at.locator("summary").click()
    rows = [row.locator("td").all_inner_texts() for row in at.locator("tbody tr").all()]
    assert [row[4] for row in rows] == ["5", "4", "16", "48", *["?"] * (len(rows) - 4)]
    assert rows[7][1:4] == ["v2 → g", "∂v2/∂g", ""]
    picture = urllib.parse.unquote(at.locator("img").get_attribute("src"))
    assert "v2 = g**2" in picture
    assert "∂" not in picture
    assert ">8<" not in picture.replace(" ", "")
    assert "?" in str(shown)
    assert "24" not in str(shown)


# --- Hostile and odd things ---


def test_hostile_labels_survive(visit: Visit, tmp_path: Path) -> None:
    y = sum([Value(k + 1.0, label=label) * 2.0 for k, label in enumerate(HOSTILE)], Value(0.0))
    y.label = "</script>"
    shown = steps(y, quiz=True)
    player = Player(visit(shown.save(tmp_path / "page.html")))
    player.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for _ in range(12):
        player.next()
    names = player.root.locator("button.name").all_inner_texts()
    for label in (
        "</script><script>al…",
        "a & b",
        "\"'",
        "two lines",
        "😀",
        "xxxxxxxxxxxxxxxxxxx…",
        "<!--",
        "{x}",
        "\\n",
    ):
        assert label in names
        assert label in player.root.locator("svg text").all_text_contents()
    assert player.page.evaluate("document.scripts.length") == 2
    player.root.get_by_label("step", exact=True).fill(str(len(shown.trace.steps)))
    assert same([g or "0" for g in player.column(3)], engine(y))


def test_a_folded_box_lights_for_what_is_in_it(visit: Visit, tmp_path: Path) -> None:
    y = network(4, hidden=12)
    shown = steps(y)
    assert len(shown._scene.boxes) < len(shown.trace.nodes) / 2
    player = Player(visit(saved(tmp_path, shown)))
    for position in range(1, len(shown.trace.steps) + 1, 37):
        player.root.get_by_label("step", exact=True).fill(str(position))
        assert player.root.locator("svg .node.now").count() >= 1
    player.press("Backward")
    player.root.locator("svg .node", has_text="neuron 1:").first.click()
    one = player.position
    player.root.locator("svg .node", has_text="neuron 1:").first.click()
    assert player.position > one


# --- Where no script runs, or others have a hand in the page ---


def check_what_stands_still(opened: Any, y: Value) -> None:
    image = opened.locator("img")
    assert image.evaluate("e => e.complete && e.naturalWidth") > 100
    assert "tanh(s)" in image.get_attribute("alt")
    opened.locator("summary").click()
    cells = opened.locator("td").all_inner_texts()
    for step in steps(y)._said:
        assert step.rule in cells
    assert opened.locator("section.player").count() == 0


def test_without_scripts_picture_and_table_remain(visit: Visit, tmp_path: Path) -> None:
    check_what_stands_still(visit(saved(tmp_path, steps(neuron())), java_script_enabled=False), neuron())


def test_with_scripts_and_styles_stripped_picture_and_table_remain(visit: Visit, tmp_path: Path) -> None:
    """What a notebook that is not trusted leaves of it."""
    text = re.sub(r"<(script|style)\b.*?</\1>", "", steps(neuron()).html(), flags=re.S)
    text = re.sub(r' (style|data-[\w-]+)="[^"]*"', "", text)
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{text}", encoding="utf-8")
    check_what_stands_still(visit(file), neuron())


def notebook(*shown: Steps) -> Any:
    nbformat = pytest.importorskip("nbformat")
    outputs = [nbformat.v4.new_output("display_data", data=one._repr_mimebundle_()) for one in shown]
    cells = [nbformat.v4.new_code_cell("steps(y)", outputs=[output]) for output in outputs]
    return nbformat.v4.new_notebook(cells=cells)


def test_an_export_by_nbconvert_works_the_same(visit: Visit, tmp_path: Path) -> None:
    nbconvert = pytest.importorskip("nbconvert")
    exported, _ = nbconvert.HTMLExporter().from_notebook_node(notebook(steps(neuron()), steps(diamond())))
    file = tmp_path / "export.html"
    file.write_text(exported, encoding="utf-8")
    opened = visit(file)
    one, two = Player(opened, 0), Player(opened, 1)
    for _ in range(14):
        one.next()
    assert same(one.column(3), engine(neuron()))
    assert two.position == 0
    for _ in range(11):
        two.next()
    assert same(two.column(3), engine(diamond()))


def test_the_table_of_a_page_is_that_of_the_terminal() -> None:
    shown = steps(neuron())
    cells = [html.unescape(cell) for cell in re.findall(r"<td>([^<]*)", shown.html())]
    assert [cell.strip() for cell in cells] == [cell for row in shown._rows() for cell in row]


# --- What is too much ---


def long_chain(length: int) -> Value:
    y = Value(0.5, label="x")
    for _ in range(length):
        y = y + 1.0
    return y


@pytest.mark.parametrize("make", [lambda: long_chain(100_000), lambda: ag.sum([Value(1.0)] * 100_000)])
def test_what_nobody_can_step_through_is_refused_at_once(
    make: Callable[[], Value], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd_lite.show.player.trace", lambda y: pytest.fail("it was recorded"))
    with pytest.raises(ValueError, match=r"steps: the graph of .* has up to [23]00,00[12] steps, .*draw\(y\) folds"):
        steps(make())


def test_too_many_pictures_are_refused(tmp_path: Path) -> None:
    long = steps(long_chain(200))
    with pytest.raises(ValueError, match=r"each of 601 steps .* at most 500 .*save\(\"steps.html\"\)"):
        long.frames()
    with pytest.raises(ValueError, match="601 steps"):
        long.save(tmp_path / "long.gif")
    assert not list(tmp_path.iterdir())
    assert len(steps(long_chain(100)).frames()) == 301


@pytest.mark.parametrize("options", [{"quiz": "no"}, {"quiz": None}, {"fold": "all"}, {"fold": 1}])
def test_options_that_there_are_not_are_refused(options: dict[str, Any]) -> None:
    [(name, given)] = options.items()
    with pytest.raises(ValueError, match=rf"^steps: {name} must be .*, got {given!r}$"):
        steps(neuron(), **options)


def test_a_long_player_does_not_write_what_stands_there_already(visit: Visit, tmp_path: Path) -> None:
    opened = visit(steps(long_chain(120)).save(tmp_path / "long.html"))
    opened.get_by_role("button", name="Next →").click()
    opened.keyboard.press("End")
    opened.evaluate(
        """() => {
          const root = document.querySelector("[data-autograd-lite]").shadowRoot;
          window.written = 0;
          new MutationObserver((all) => (window.written += all.filter((one) => one.type === "childList").length))
            .observe(root, { childList: true, subtree: true });
        }"""
    )
    opened.keyboard.press("ArrowLeft")
    assert 0 < opened.evaluate("window.written") < 30


def test_the_keys_still_serve_after_the_last_step(visit: Visit, tmp_path: Path) -> None:
    opened = visit(steps(diamond()).save(tmp_path / "ends.html"))
    player = Player(opened)
    player.root.get_by_role("button", name="Next").focus()
    for _ in range(len(trace(diamond()).steps)):
        opened.keyboard.press("Enter")
    assert player.position == len(trace(diamond()).steps)
    opened.keyboard.press("ArrowLeft")
    assert player.position == len(trace(diamond()).steps) - 1
    player.root.get_by_role("button", name="← Back").focus()
    for _ in range(player.position):
        opened.keyboard.press("Enter")
    opened.keyboard.press("ArrowRight")
    assert player.position == 1


def test_names_may_be_given_for_the_occasion() -> None:
    w, x = Value(-0.5), Value(2.0, label="input")
    y = w * x
    found = steps(y, labels=locals())
    assert [node.name for node in found.trace.nodes] == ["w", "x", "y"]
    assert [box.lines[0] for box in found._scene.boxes] == ["w", "x", "y = w * x"]
    assert x.label == "input"
    for bad in (steps, trace, lambda y, labels: explain(y, w, labels=labels)):
        with pytest.raises(TypeError, match=r"labels must be a dictionary of names and Values, .*, got \['w'\]"):
            bad(y, labels=["w"])  # type: ignore[operator]  # the mistake under test

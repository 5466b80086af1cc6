"""The training film: the training is that of `fit`, and what the page shows is what the engine computes."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite import Value, data, losses, nn, optim, watch
from autograd_lite.engine.passes import topological_order
from autograd_lite.show import Film, charts, film, page, render
from autograd_lite.transcript.texts import short

HOSTILE = ["</script><script>alert(1)</script>", "a & b <i>'\"😀"]
Visit = Callable[..., Any]
XS, YS = data.moons(24, rng=random.Random(1))
SIDE = charts.SIDE
LOGISTIC = "binary_cross_entropy_with_logits"


@pytest.fixture(scope="module", autouse=True)
def few_places() -> Iterator[None]:
    """A coarse plane is enough here, and quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "SIDE", 12)
        yield


def small_model(*sizes: int) -> nn.MLP:
    return nn.MLP(2, list(sizes) or [2, 1], activation="tanh", rng=random.Random(2))


def filmed(model: Any = None, xs: Any = XS, ys: Any = YS, *, lr: float = 0.5, **settings: Any) -> Film:
    model = small_model() if model is None else model
    defaults: dict[str, Any] = {"loss": LOGISTIC, "optimizer": optim.SGD(model.parameters(), lr=lr), "epochs": 5}
    return watch(model, xs, ys, **{**defaults, **settings})


def trained(epochs: int, model: nn.MLP, lr: float = 0.5, loss: str = LOGISTIC) -> nn.MLP:
    nn.fit(model, XS, YS, loss=loss, optimizer=optim.SGD(model.parameters(), lr=lr), epochs=epochs)
    return model


def numbers(model: nn.MLP) -> list[str]:
    return [x.hex() for p in model.parameters() for x in (p.data, p.grad)]


# --- The training ---


@pytest.mark.parametrize("batch_size", [None, 5])
def test_the_training_is_that_of_fit_bit_for_bit(batch_size: int | None) -> None:
    results = []
    for train in (nn.fit, watch):
        model = small_model(3, 1)
        run = train(
            model,
            XS,
            YS,
            loss=LOGISTIC,
            optimizer=optim.Adam(model.parameters(), lr=0.1),
            epochs=70,
            batch_size=batch_size,
            rng=random.Random(5),
        )
        history = run.history if isinstance(run, Film) else run
        results.append((numbers(model), history.losses))
    assert results[0] == results[1]


def test_a_callback_is_told_each_epoch() -> None:
    told: list[tuple[int, float]] = []
    shown = filmed(epochs=3, callback=lambda epoch, loss: told.append((epoch, loss)))
    assert told == list(enumerate(shown.history.losses, 1))


@given(st.integers(0, 100_000))
def test_key_frames_are_few_and_closest_at_the_start(epochs: int) -> None:
    found = film.key_frames(epochs)
    assert found[0] == 0
    assert found[-1] == epochs
    assert len(found) == min(epochs + 1, 60)
    gaps = [b - a for a, b in itertools.pairwise(found)]
    assert all(gap > 0 for gap in gaps)
    assert all(b >= a - 1 for a, b in itertools.pairwise(gaps))  # up to a rounding


def test_each_frame_is_the_model_after_so_many_epochs() -> None:
    shown = filmed(epochs=70)
    assert [frame.epoch for frame in shown.frames] == film.key_frames(70)
    for frame in shown.frames[::7]:
        model = trained(frame.epoch, small_model())
        scores = [model(x).data for x in XS]
        assert frame.loss == losses.binary_cross_entropy_with_logits(scores, YS)
        assert frame.right == sum((score > 0) == (y == 1) for score, y in zip(scores, YS, strict=True))


def test_print_gives_a_short_table() -> None:
    lines = str(filmed(epochs=70)).splitlines()
    assert lines[0].split() == ["epoch", "loss", "right"]
    assert 8 <= len(lines) <= 13
    assert lines[-1].split()[0] == "70"
    assert len({len(line) for line in lines}) == 1


# --- Where a training ends early ---


def test_a_training_that_diverges_is_shown_to_its_end() -> None:
    model, other = small_model(), small_model()
    shown = filmed(model, lr=1e200, loss="mse", epochs=50)
    with pytest.raises(nn.DivergenceError) as caught:
        trained(50, other, lr=1e200, loss="mse")
    assert numbers(model) == numbers(other)
    assert shown.history.losses == caught.value.history.losses
    assert shown.frames[-1].note.startswith("diverged: ")
    assert shown.frames[-1].epoch == len(shown.history)
    assert "diverged" in str(shown).splitlines()[-1]


def test_data_that_are_not_finite_give_a_film_of_one_frame() -> None:
    shown = filmed(xs=[[math.nan, 0.0], [1.0, 2.0], [2.0, 0.0]], ys=[0, 1, 1], sample=1)
    assert [(f.epoch, math.isnan(f.loss)) for f in shown.frames] == [(0, True)]
    assert shown.frames[0].note.startswith("diverged")
    assert "the loss" in shown.html()


def test_an_interrupted_training_is_filmed_so_far() -> None:
    def callback(epoch: int, _: float) -> None:
        if epoch == 3:
            raise KeyboardInterrupt

    model = small_model()
    shown = filmed(model, epochs=1000, callback=callback, jit=False)
    assert shown.history.interrupted
    assert [frame.epoch for frame in shown.frames] == [0, 1, 2, 3]
    assert shown.frames[-1].note.startswith("interrupted")
    assert numbers(model) == numbers(trained(3, small_model()))


def test_no_epochs_give_the_first_frame() -> None:
    shown = filmed(epochs=0)
    assert [frame.epoch for frame in shown.frames] == [0]
    assert shown.html().count("<img") == 3


# --- What is refused ---


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sample": 24}, "sample must be at least 0 and below 24, got 24"),
        ({"sample": -1}, "sample must be at least 0"),
        ({"graph": "weights"}, 'graph must be "loss" or "output"'),
        ({"features": (0, 2)}, "features must be two different numbers below 2"),
        ({"feature_names": ["a"]}, "needs 2 feature_names"),
        ({"names": ["a"]}, "needs 2 names"),
        ({"ys": YS[1:]}, "as many ys as xs"),
        ({"xs": [1.0] * 24}, "sequence of numbers"),
        ({"loss": "nothing"}, "loss must be"),
        ({"epochs": -1}, "epochs must be"),
        ({"batch_size": 0}, "batch_size must be"),
    ],
)
def test_what_cannot_be_filmed_is_refused_before_anything_moves(settings: dict[str, Any], message: str) -> None:
    model = small_model()
    with pytest.raises(ValueError, match=re.escape(message)):
        filmed(model, **settings)
    assert numbers(model) == numbers(small_model())


def test_a_callback_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="fit: callback must be a function of an epoch and its loss, got 3"):
        nn.fit(
            (model := small_model()),
            XS,
            YS,
            loss="mse",
            optimizer=optim.SGD(model.parameters(), lr=1.0),
            epochs=1,
            callback=3,  # type: ignore[arg-type]  # the mistake under test
        )


def test_a_logit_is_right_beyond_0_whatever_else_would_tell_more() -> None:
    """At ½ this model would tell all four right, and plots choose by that; the loss says what its output means."""
    model = nn.MLP(2, [1], rng=random.Random(0))
    model.load_state_dict({"w0[0,0]": 1.0, "w0[0,1]": 0.0, "b0[0]": 0.0})
    shown = filmed(model, [[0.2, 0.0], [0.3, 1.0], [0.7, 0.0], [0.8, 1.0]], [0, 0, 1, 1], epochs=0)
    assert shown.frames[0].right == 2


@pytest.mark.parametrize("loss", [losses.mse, losses.mae, losses.huber])
@pytest.mark.parametrize(("low", "right"), [(0.0, 1), (-1.0, 2)])
def test_an_output_is_right_nearer_to_its_label_than_to_the_other(loss: Any, low: float, right: int) -> None:
    model = nn.Neuron(2, activation="linear")
    for p, x in zip(model.parameters(), (0.6, 0.0, -0.2), strict=True):
        p.data = x
    film = filmed(model, [[0.0, 0.0], [1.0, 0.0]], [low, 1.0], loss=loss, lr=0.0, epochs=1)  # outputs -0.2 and 0.4
    assert film.frames[-1].right == right


def test_save_by_the_ending(tmp_path: Path) -> None:
    shown = filmed()
    assert shown.save(tmp_path / "new" / "film.txt").read_text(encoding="utf-8") == f"{shown}\n"
    assert shown.save(tmp_path / "film.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(ValueError, match=r"must end in one of \.html \.txt"):
        shown.save(tmp_path / "film.gif")


# --- The plane ---


def places(low: float, high: float) -> list[tuple[int, int, float, float]]:
    """Column and row from above of each pixel, and its place."""
    side = charts.SIDE
    at = [low + (high - low) * k / (side - 1) for k in range(side)]
    return [(i, side - 1 - j, at[i], at[j]) for j in range(side) for i in range(side)]


def test_numbers_that_are_no_labels_are_shown_themselves() -> None:
    shown = filmed(ys=[x[0] * x[1] for x in XS], loss="mse", lr=0.1, graph="output")
    assert [frame.right for frame in shown.frames] == [None] * 6
    assert "target" in shown.html()
    assert "class=" not in str(shown)


# --- A curve that is fitted ---


def fitted(epochs: int = 30, ys: Callable[[float], float] = math.sin, **options: Any) -> tuple[nn.MLP, Film]:
    xs = [[k / 4] for k in range(-8, 9)]
    model = nn.MLP(1, [4, 1], activation="tanh", rng=random.Random(2))
    adam = optim.Adam(model.parameters(), lr=0.05)
    return model, watch(model, xs, [ys(x) for (x,) in xs], optimizer=adam, epochs=epochs, **{"loss": "mse", **options})


def test_the_curve_of_a_model_with_one_input_goes_through_its_outputs() -> None:
    model, film = fitted()
    view, last = film._sight.view, film._sight.fields[-1]
    (left, right), (low, high) = view.limits
    assert left < -2.0 < 2.0 < right
    assert low < -1.0 < 1.0 < high
    places = [tuple(map(float, point.split())) for point in re.split("[ML]", last.border)[1:]]
    assert len(places) == 201
    side = 10 * (charts.SIDE - 1)  # of the chart, in tenths of a pixel, from half a pixel on
    for across, up in places[::20]:
        x, y = left + (right - left) * (across - 5) / side, high - (high - low) * (up - 5) / side
        assert y == pytest.approx(model([x]).data, abs=(high - low) / side)


def test_the_data_stand_at_their_targets() -> None:
    _, film = fitted()
    [points] = film._sight.view.points()
    assert [(x, y) for x, y, _ in points.samples] == [(k / 4, math.sin(k / 4)) for k in range(-8, 9)]
    assert film.frames[-1].right is None


def test_a_threshold_is_fitted_too() -> None:
    _, film = fitted(ys=lambda x: float(x > 0), loss="binary_cross_entropy_with_logits", epochs=60)
    assert film.frames[-1].right == 17


def test_one_input_and_several_outputs_are_refused() -> None:
    model = nn.MLP(1, [3])
    with pytest.raises(ValueError, match="one input must have one output, whose curve is shown, got 3"):
        watch(
            model,
            [[0.0], [1.0]],
            [0, 2],
            loss="cross_entropy",
            optimizer=optim.SGD(model.parameters(), lr=0.1),
            epochs=1,
        )


def test_a_curve_moves(visit: Visit, tmp_path: Path) -> None:
    _, film = fitted()
    screen = Screen(visit(film.save(tmp_path / "film.html")))
    for k in (0, 7, len(film.frames) - 1):
        screen.slider.fill(str(k))
        assert screen.root.locator("#border").get_attribute("d") == film._sight.fields[k].border
    assert screen.root.locator("#field").count() == 0


# --- The page ---


def test_the_size_of_films(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "SIDE", SIDE)
    model = small_model(8, 8, 1)
    xs, ys = data.moons(100, rng=random.Random(1))
    shown = filmed(model, xs, ys, optimizer=optim.Adam(model.parameters(), lr=0.05), epochs=60)
    assert 50_000 < len(page.document("film", shown.html()).encode()) < 400_000


def test_it_loads_nothing() -> None:
    text = filmed().html()
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("http%3A//www.w3.org/2000/svg", "")


class Screen:
    """What a reader does with one film of a page."""

    def __init__(self, opened: Any, which: int = 0) -> None:
        self.page = opened
        self.root = opened.locator("section.film").nth(which)
        self.slider = self.root.get_by_label("moment of the training")

    def press(self, name: str) -> None:
        self.root.get_by_role("button", name=name).click()

    def go(self, k: int) -> None:
        self.slider.fill(str(k))

    @property
    def position(self) -> int:
        return int(self.slider.input_value())

    def read(self, name: str) -> str:
        return str(self.root.locator(f"output.{name}").inner_text())

    def texts(self) -> list[str]:
        return [str(text) for text in self.root.locator(".graph svg:visible text").all_text_contents()]


def saved(tmp_path: Path, *shown: Film) -> Path:
    file = tmp_path / "page.html"
    file.write_text(page.document("film", *[one.html() for one in shown]), encoding="utf-8")
    return file


def test_every_frame_shows_the_numbers_of_the_engine(visit: Visit, tmp_path: Path) -> None:
    shown = filmed(epochs=6, sample=3, fold=False)
    screen = Screen(visit(shown.save(tmp_path / "film.html")))
    for k in range(7):
        assert screen.position == k
        model = trained(k, small_model())
        loss = losses.binary_cross_entropy_with_logits([model(x) for x in XS], YS)
        assert screen.read("epoch") == f"{k} of 6"
        assert screen.read("loss") == short(loss.data)
        assert float(screen.root.locator("output.loss").get_attribute("title")) == loss.data
        root = losses.binary_cross_entropy_with_logits([model(XS[3])], [YS[3]])
        for node in topological_order(root):
            node.grad = 0.0
        root.backward()
        texts = screen.texts()
        assert "mean" not in " ".join(texts)  # of one number
        for p in model.parameters():
            at = texts.index(p.label)
            assert texts[at + 1 : at + 3] == [short(p.data), f"∂loss/∂{p.label} = {short(p.grad)}"]
        if k < 6:
            screen.press("Next")
    assert screen.root.get_by_role("button", name="Next").is_disabled()


def test_the_plane_and_the_curve_move(visit: Visit, tmp_path: Path) -> None:
    shown = filmed(epochs=6)
    screen = Screen(visit(saved(tmp_path, shown)))
    seen = set()
    for k in range(7):
        screen.go(k)
        field, border = shown._sight.fields[k].png, shown._sight.fields[k].border
        assert screen.root.locator("#field").get_attribute("href") == field
        assert screen.root.locator("#border").get_attribute("d") == border
        box = screen.root.locator("#marker circle").bounding_box()
        seen.add((round(box["x"]), field))
    assert len(seen) == 7


def test_two_films_on_one_page_do_not_meet(visit: Visit, tmp_path: Path) -> None:
    opened = visit(saved(tmp_path, filmed(epochs=4), filmed(epochs=9)))
    one, two = Screen(opened, 0), Screen(opened, 1)
    before = two.texts()
    one.go(3)
    assert (one.position, two.position, two.texts()) == (3, 0, before)
    two.go(9)
    assert (one.read("epoch"), two.read("epoch")) == ("3 of 4", "9 of 9")


def test_the_keyboard_is_enough(visit: Visit, tmp_path: Path) -> None:
    opened = visit(saved(tmp_path, filmed(epochs=4)))
    screen = Screen(opened)
    screen.root.focus()
    for key, position in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 4), ("Home", 0)):
        opened.keyboard.press(key)
        assert screen.position == position
    screen.slider.focus()
    opened.keyboard.press("ArrowRight")
    assert screen.position == 1
    screen.root.focus()
    opened.keyboard.press(" ")
    screen.root.get_by_text("4 of 4").wait_for()


def test_it_plays_and_stops(visit: Visit, tmp_path: Path) -> None:
    screen = Screen(visit(saved(tmp_path, filmed(epochs=30))))
    screen.press("Play")
    screen.page.wait_for_timeout(700)
    screen.press("Pause")
    position = screen.position
    assert 0 < position < 30
    screen.page.wait_for_timeout(400)
    assert screen.position == position
    screen.root.get_by_label("Speed").select_option("4")
    screen.press("Play")
    screen.root.get_by_text("30 of 30").wait_for()
    screen.root.get_by_role("button", name="Play").wait_for()


def test_a_click_on_the_curve_goes_there(visit: Visit, tmp_path: Path) -> None:
    screen = Screen(visit(saved(tmp_path, filmed(epochs=10))))
    chart = screen.root.locator(".curve svg")
    box = chart.bounding_box()
    middle = (charts.LEFT + charts.RIGHT) / 2 / charts.WIDTH
    chart.click(position={"x": box["width"] * middle, "y": box["height"] / 2})
    assert screen.position == 5


def test_a_screen_reader_is_told(visit: Visit, tmp_path: Path) -> None:
    shown = filmed(epochs=4)
    screen = Screen(visit(saved(tmp_path, shown)))
    screen.go(2)
    frame = shown.frames[2]
    told = f"after 2 of 4 epochs: loss {short(frame.loss)}, {frame.right} of 24 right"
    assert screen.slider.get_attribute("aria-valuetext") == told
    names = [svg.get_attribute("aria-label") for svg in screen.root.locator(".chart svg[role=img]").all()]
    assert len(names) == 2
    assert all(names)
    assert screen.root.locator("[aria-live=polite]").count() == 1


def test_a_phone_is_wide_enough(visit: Visit, tmp_path: Path) -> None:
    opened = visit(saved(tmp_path, filmed(epochs=4)), viewport={"width": 360, "height": 740})
    screen = Screen(opened)
    for k in range(5):
        screen.go(k)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = [one.bounding_box() for one in screen.root.locator(".controls button, .controls select").all()]
    assert all(size["height"] >= 44 and size["x"] >= 0 and size["x"] + size["width"] <= 360 for size in sizes)
    assert all(size["y"] > 0 and size["y"] + size["height"] <= 740 for size in sizes)  # in sight beside the plane
    assert len({round(size["y"]) for size in sizes}) == 1


def test_less_motion_where_it_is_wished(visit: Visit, tmp_path: Path) -> None:
    opened = visit(saved(tmp_path, filmed(epochs=2)), reduced_motion="reduce")
    moving = "e => [...e.querySelectorAll('*')].filter(x => getComputedStyle(x).transitionDuration !== '0s').length"
    assert Screen(opened).root.evaluate(moving) == 0


def test_the_end_of_a_training_that_diverged_is_said(visit: Visit, tmp_path: Path) -> None:
    shown = filmed(lr=1e200, loss="mse", epochs=50)
    screen = Screen(visit(saved(tmp_path, shown)))
    for k, frame in enumerate(shown.frames):
        screen.go(k)
        assert screen.read("loss") == short(frame.loss)
    assert "diverged" in screen.root.locator(".ending").inner_text()
    screen.go(0)
    assert not screen.root.locator(".ending").is_visible()


class Branching:
    """A model whose graph has another shape once its weight is above a limit."""

    def __init__(self) -> None:
        self.w = Value(0.1, label="w")

    def parameters(self) -> list[Value]:
        return [self.w]

    def __call__(self, x: Any) -> Value:
        out: Value = self.w * x[0] + x[1]
        return out.relu() if self.w.data > 0.5 else out


def test_a_graph_that_changes_its_shape(visit: Visit, tmp_path: Path) -> None:
    shown = filmed(Branching(), [[1.0, 0.0], [2.0, 1.0]], [1.0, 3.0], loss="mse", lr=0.05, epochs=10)
    screen = Screen(visit(saved(tmp_path, shown)))
    with_relu = []
    for k in range(11):
        screen.go(k)
        with_relu.append("relu" in " ".join(screen.texts()))
    assert with_relu == sorted(with_relu)
    assert len(set(with_relu)) == 2


def test_hostile_names_survive(visit: Visit, tmp_path: Path) -> None:
    shown = filmed(names=HOSTILE, feature_names=[*HOSTILE], epochs=2)
    screen = Screen(visit(saved(tmp_path, shown)))
    assert HOSTILE[1] in screen.root.inner_text()
    assert screen.page.evaluate("document.querySelectorAll('i').length") == 0


def test_other_inputs_are_held_at_their_means(visit: Visit, tmp_path: Path) -> None:
    xs, ys = data.iris()
    model = nn.MLP(4, [3], rng=random.Random(0))
    shown = filmed(
        model,
        xs[::5],
        ys[::5],
        loss="cross_entropy",
        epochs=2,
        features=(2, 3),
        feature_names=data.IRIS_FEATURES,
        names=data.IRIS_CLASSES,
    )
    screen = Screen(visit(saved(tmp_path, shown)))
    assert "sepal length and sepal width at their means" in screen.root.inner_text()
    assert "virginica" in " ".join(screen.root.locator(".plane text").all_text_contents())


# --- Where no script runs, or no picture can be made ---


def check_what_stands_still(opened: Any, shown: Film) -> None:
    images = opened.locator("img")
    assert images.count() == 3
    assert all(image.evaluate("e => e.complete && e.naturalWidth") > 100 for image in images.all())
    assert all(image.get_attribute("alt") for image in images.all())
    opened.locator("summary").click()
    rows = [row.all_inner_texts() for row in [tr.locator("td") for tr in opened.locator("tbody tr").all()]]
    assert [row[:2] for row in rows] == [[str(f.epoch), short(f.loss)] for f in shown.frames]
    assert opened.locator("section.film").count() == 0


def test_without_scripts_pictures_and_table_remain(visit: Visit, tmp_path: Path) -> None:
    shown = filmed()
    check_what_stands_still(visit(saved(tmp_path, shown), java_script_enabled=False), shown)


def test_with_scripts_and_styles_stripped_pictures_and_table_remain(visit: Visit, tmp_path: Path) -> None:
    shown = filmed()
    text = re.sub(r"<(script|style)\b.*?</\1>", "", shown.html(), flags=re.S)
    file = tmp_path / "page.html"
    text = re.sub(r' (style|data-[\w-]+)="[^"]*"', "", text)
    file.write_text(f"<!doctype html><meta charset=utf-8>{text}", encoding="utf-8")
    check_what_stands_still(visit(file), shown)


def test_without_a_renderer_the_rest_moves(monkeypatch: pytest.MonkeyPatch, visit: Visit, tmp_path: Path) -> None:
    shown = filmed(epochs=3)
    monkeypatch.setattr(render, "RENDERERS", ())
    screen = Screen(visit(saved(tmp_path, shown)))
    screen.go(3)
    assert screen.read("epoch") == "3 of 3"
    assert "loss = " in screen.root.locator("pre").inner_text()


def test_the_renderer_of_our_own_serves_too(monkeypatch: pytest.MonkeyPatch, visit: Visit, tmp_path: Path) -> None:
    monkeypatch.setattr(render, "RENDERERS", render.RENDERERS[-1:])
    screen = Screen(visit(saved(tmp_path, filmed(epochs=3, fold=False))))
    for k in range(4):
        screen.go(k)
        texts = [text.strip() for text in screen.texts()]
        assert all(short(p.data) in texts for p in trained(k, small_model()).parameters())


def test_an_export_by_nbconvert_works_the_same(visit: Visit, tmp_path: Path) -> None:
    nbconvert, nbformat = pytest.importorskip("nbconvert"), pytest.importorskip("nbformat")
    output = nbformat.v4.new_output("display_data", data=filmed()._repr_mimebundle_())
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("watch(…)", outputs=[output])])
    file = tmp_path / "export.html"
    file.write_text(nbconvert.HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    screen = Screen(visit(file))
    screen.press("Next")
    assert screen.read("epoch") == "1 of 5"

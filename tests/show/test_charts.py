"""Charts: regions, borders, ticks and curves, as numbers have them."""

from __future__ import annotations

import base64
import io
import math
import re
from typing import Any

import pytest

from autograd_lite.show import charts


def pixels(field: charts.Field) -> Any:
    image = pytest.importorskip("PIL.Image")
    return image.open(io.BytesIO(base64.b64decode(field.png.partition(",")[2]))).convert("RGBA")


def places(low: float, high: float) -> list[tuple[int, int, float, float]]:
    """Column and row from above of each pixel, and its place."""
    side = charts.SIDE
    at = [low + (high - low) * k / (side - 1) for k in range(side)]
    return [(i, side - 1 - j, at[i], at[j]) for j in range(side) for i in range(side)]


def test_regions_have_the_colour_of_the_best_class() -> None:
    found = places(-1.0, 1.0)
    scores = [[x, y, -x - y if x < 0.9 else math.nan] for _, _, x, y in found]
    image = pixels(charts.regions(scores, 1.0))
    for (i, j, *_), row in zip(found, scores, strict=True):
        red, green, blue, alpha = image.getpixel((i, j))
        if any(map(math.isnan, row)):
            assert alpha == 0
            continue
        strongest = row.index(max(row))  # blue, orange or green
        assert alpha == 255
        told = 0 if blue == max(red, green, blue) else 1 if red == max(red, green, blue) else 2
        lead = sorted(row)[-1] - sorted(row)[-2]
        assert told == strongest or lead < 1e-9
        assert 255 - min(red, green, blue) > 20


def test_a_border_is_where_two_classes_are_equally_good() -> None:
    """Linear scores are interpolated exactly: x + 2y = 0.25."""
    found = places(-1.0, 1.0)
    border = charts.regions([[0.25, x + 2 * y] for _, _, x, y in found], 1.0).border
    ends = [(int(a), int(b)) for a, b in re.findall(r"[ML](-?\d+) (-?\d+)", border)]
    assert len(ends) > 12
    size = 2.0 / (charts.SIDE - 1)
    for a, b in ends:
        x, y = -1.0 + (a / 10 - 0.5) * size, 1.0 - (b / 10 - 0.5) * size
        assert abs(x + 2 * y - 0.25) < 0.2 * size


def test_regions_next_to_infinity() -> None:
    scores = [[math.inf, -math.inf] if x < 0 else [-math.inf, math.inf] for _, _, x, _ in places(-1.0, 1.0)]
    image = pixels(charts.regions(scores, 1.0))
    assert image.getpixel((0, 0)) != image.getpixel((charts.SIDE - 1, 0))


@pytest.mark.parametrize(
    ("low", "high", "log"), [(0.0, 1.0, False), (-3.0, 1e7, False), (1e-300, 1e300, True), (0.3, 0.7, True)]
)
def test_ticks_are_few_round_and_inside(low: float, high: float, log: bool) -> None:
    ticks = charts.Axis(low, high, 0.0, 100.0, log).ticks()
    assert 1 <= len(ticks) <= 9
    assert all(low * 0.999 - 1e-9 <= tick <= high * 1.001 for tick in ticks)
    assert all(len(f"{tick:.2g}") <= 7 and math.isclose(float(f"{tick:.2g}"), tick) for tick in ticks)


def test_a_long_curve_keeps_its_peaks() -> None:
    line = [(float(k), 1.0) for k in range(50_000)]
    line[33_333] = (33_333.0, 9.0)
    kept = charts._thinned(line)
    assert len(kept) <= 2 * charts.MOST_VERTICES
    assert (33_333.0, 9.0) in kept
    assert kept == sorted(kept)

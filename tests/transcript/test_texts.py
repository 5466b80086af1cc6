"""How numbers and names are written for people, and numbers for JSON."""

from __future__ import annotations

import json
import math

import pytest
from comparing import same

from autograd_lite.transcript.texts import abbreviated, clean, in_json, interval, listed, numeral, plural, short

inf, nan = math.inf, math.nan


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-0.5, "-0.5"),
        (1 / 3, "0.3333"),
        (12345.678, "12346"),
        (999999.0, "999999"),
        (1e6, "1e6"),
        (1234567.0, "1.235e6"),
        (9999.9, "10000"),
        (1e-5, "1e-5"),
        (-1.23456e-10, "-1.235e-10"),
        (1.7976931348623157e308, "1.798e308"),
        (5e-324, "4.941e-324"),
        (inf, "inf"),
        (-inf, "-inf"),
        (nan, "nan"),
    ],
)
def test_numbers_have_four_digits(number: float, text: str) -> None:
    assert short(number) == text


@pytest.mark.parametrize("x", [0.1, -0.0, 2.0, 1e300, 5e-324, 1 / 3, -inf, nan, 123456789.0])
def test_a_number_in_full_is_read_back_to_the_last_bit(x: float) -> None:
    assert same(float(numeral(x)), x)
    assert not numeral(x).endswith(".0")


def test_intervals_pass_over_nan_and_say_so() -> None:
    assert interval([1.0, nan, -2.0]) == "-2 … 1, nan"
    assert interval([1.0, 1.00001]) == "1"
    assert interval([nan]) == "nan"
    assert interval([-inf, inf]) == "-inf … inf"


def test_what_cannot_be_shown_is_a_space() -> None:
    assert clean(" a\x00\t\u2028b\u200d ") == "a b\u200d"
    assert abbreviated("abcd", 4) == "abcd"
    assert [plural(n, "path") for n in (0, 1, 1000)] == ["0 paths", "1 path", "1,000 paths"]
    assert listed(["a", "b", "c", "d"]) == "a, b, c and d"


def test_json_has_words_for_every_float() -> None:
    data = {"a": [1.0, (inf, -inf, nan)], "b": {"c": -0.0, "d": True, "e": None, "f": "inf"}}
    text = json.dumps(in_json(data), allow_nan=False)
    back = json.loads(text)
    assert back["b"] == data["b"]
    assert [float(x) for x in back["a"][1][:2]] == [inf, -inf]
    assert math.isnan(float(back["a"][1][2]))

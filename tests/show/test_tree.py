"""A scene as a tree of text, of bounded length."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from drawn import chain, neuron, trained

from autograd_lite import Value, draw, nn


def test_the_text_tree_shows_a_shared_node_once() -> None:
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b * b
    c.label = "c"
    c.backward()
    assert str(draw(c)).splitlines() == [
        "c = b * b | 36 | ∂c/∂c = 1",
        "├─ ×6 b = a + a | 6 | ∂c/∂b = 12",
        "│  ├─ ×1 a | 3 | ∂c/∂a = 24",
        "│  └─ ×1 a, as above",
        "└─ ×6 b, as above",
        "(number on an edge: local derivative)",
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: draw(chain(100_000)),
        lambda: draw(chain(400), fold=False),
        lambda: draw(trained([4, 8, 8, 3])),
        lambda: draw(trained([4, 8, 8, 3]), fold=False),
        lambda: draw(nn.MLP(784, [32, 10], rng=random.Random(0))),
    ],
)
def test_the_text_is_of_bounded_length(make: Callable[[], Any]) -> None:
    text = str(make())
    assert len(text.splitlines()) < 210
    assert len(text) < 30_000


def test_the_text_says_what_it_leaves_out() -> None:
    assert re.search(r"… \d+ boxes not written", str(draw(chain(400), fold=False)))


def test_alt_text_says_what_is_seen() -> None:
    y = neuron()[3]
    y.backward()
    assert draw(y).alt == (
        "Computation graph of y = tanh(v2): 6 nodes, value 0.7071; ∂y/∂w = 1; ∂y/∂x = -0.25; ∂y/∂b = 0.5."
    )

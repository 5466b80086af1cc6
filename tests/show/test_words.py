"""What is said of each step, and the mistakes that a wrong answer shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from played import diamond, network, neuron

from autograd_lite import Value, sqrt, steps, trace
from autograd_lite.show.words import Words


def same(xs: Any, ys: Any) -> bool:
    return [float(x).hex() for x in xs] == [float(y).hex() for y in ys]


def test_the_table_is_aligned_and_says_each_step() -> None:
    lines = str(steps(neuron())).splitlines()
    assert lines[0].split() == ["step", "node", "rule", "numbers", "result"]
    assert len({len(line) for line in lines}) == 1
    assert [line.split()[0] for line in lines[1:]] == [str(k) for k in range(1, 15)]
    assert re.search(r"^ +5  y → s +∂y/∂s = 1 - y² = 1 - 0\.7071² = 0\.5  1 · 0\.5 +0\.5$", lines[5])
    assert re.search(r"^ +11  v1 → w +∂v1/∂w = x = 2 +0\.5 · 2 +1$", lines[11])
    assert re.search(r"^ +14  x +x\.grad = old \+ contribution +x\.grad = 0 \+ \(-0\.25\) +-0\.25$", lines[14])


def test_the_kinds_of_mistakes() -> None:
    y = diamond()
    found = trace(y)
    words = Words(found)
    second = next(step for step in found.backward if getattr(step, "old", 0.0) == 4.0)
    known = dict(words.mistakes(second))
    assert "overwrites" in known[4.0]  # 4 + 4 = 8
    w, x = Value(3.0, label="w"), Value(5.0, label="x")
    found = trace((w * x) * 2.0)
    words = Words(found)
    chain = next(s for s in found.backward if s.node.name == "v1" and getattr(s, "use", None) == 0)
    known = dict(words.mistakes(chain))  # 2 · x = 10
    assert "comes in is forgotten" in known[5.0]
    assert "still to be multiplied" in known[2.0]
    assert "wrong input" in known[6.0]
    assert "sign" in known[-10.0]
    assert 10.0 not in known


@pytest.mark.parametrize("make", [neuron, diamond, network, lambda: sqrt(Value(0.0)) * 0.0])
def test_the_right_answer_is_no_mistake(make: Callable[[], Value]) -> None:
    found = trace(make())
    words = Words(found)
    for step in found.steps:
        known = [wrong for wrong, _ in words.mistakes(step)]
        assert not same([words.say(step).result or 0.0], known[:1])
        assert len(known) == len(set(map(str, known))) <= 8

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


@pytest.mark.parametrize("make", [neuron, diamond, network, lambda: sqrt(Value(0.0)) * 0.0])
def test_the_right_answer_is_no_mistake(make: Callable[[], Value]) -> None:
    found = trace(make())
    words = Words(found)
    for question in [question for step in found.steps for question in words.questions(step)]:
        known = [wrong for wrong, _ in question.mistakes]
        assert not any(same([question.right], [wrong]) for wrong in known)
        assert len(known) == len(set(map(str, known))) <= 8

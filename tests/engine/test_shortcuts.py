"""The rows that are written out once more for speed, held to the rows' own words."""

from __future__ import annotations

import math
from typing import Any

import pytest

from autograd_lite.engine import shortcuts
from autograd_lite.engine import table as ops
from autograd_lite.engine import value as engine
from autograd_lite.engine.forward import push_forward
from autograd_lite.engine.operation import Operation
from autograd_lite.engine.passes import topological_order
from autograd_lite.engine.value import Value

INLINE = [ops.add, ops.subtract, ops.multiply, ops.negative, ops.relu, ops.sum, ops.affine, ops.dot]


@pytest.mark.parametrize("row", INLINE, ids=lambda row: row.name)
@pytest.mark.parametrize("x", [-2.5, -0.0, 0.0, 3.25, math.inf, math.nan])
def test_what_the_pass_writes_out_is_what_the_row_says(row: Operation, x: float) -> None:
    others = [1.5, -0.75, 4.0]
    places = [(i, j) for i, group in enumerate(row.groups) for j in (range(2) if group else [0])]
    for chosen in [places, *[[place] for place in places]]:  # all operands Values, then each alone
        nodes = {place: Value(x if place == chosen[0] else others[k % 3]) for k, place in enumerate(places)}
        operands: list[Any] = []
        for i, group in enumerate(row.groups):
            items = [nodes[i, j] if (i, j) in chosen else nodes[i, j].data for j in (range(2) if group else [0])]
            operands.append(tuple(items) if group else items[0])
        root = row(*operands)
        plain = [
            tuple(nodes[i, j].data for j in range(2)) if group else nodes[i, 0].data
            for i, group in enumerate(row.groups)
        ]
        said = row.derivatives(*plain, root.data)
        (root * 2.0).backward()
        order = topological_order(root, stops=[nodes[place] for place in chosen])
        for i, j in chosen:
            derivative = said[i][j] if row.groups[i] else said[i]
            expected = 0.0 if derivative is None else 2.0 * derivative
            assert nodes[i, j].grad == pytest.approx(expected, rel=1e-15, nan_ok=True)
            [tangent] = push_forward(order, [(nodes[i, j], 2.0)], [root], recorded=False)
            assert tangent == pytest.approx(expected, rel=1e-15, nan_ok=True)


def test_every_row_written_out_is_tested() -> None:
    names = {
        name
        for function in (shortcuts.cut_short, shortcuts.push_short)
        for name in (() if engine.COMPILED else function.__code__.co_names)
    }
    written_out = {name for name in names if name.isupper() and name != "CUSTOM"}
    assert engine.COMPILED or written_out == {row.name.upper() for row in INLINE}

"""Recorded graphs as lists."""

from __future__ import annotations

import math
from typing import Any

import pytest
from functions import call_of

from autograd_lite import Value, affine, clip, dot, grad, jacrev, softmax, where
from autograd_lite import sum as total
from autograd_lite.engine import table as ops
from autograd_lite.programs.listing import Listing, Record, listed
from autograd_lite.programs.recording import UnrecordableError


def test_operands_are_numbers_of_nodes() -> None:
    x, y = Value(2.0), Value(3.0)
    found = listed([x, y], [where(x, x * y, y), affine([x, 1.0], [y, x], 0.5), softmax([x, y])[1]], [])
    rows = dict(zip(found.rows, found.args, strict=True))
    assert rows[ops.multiply] == (0, 1)
    assert rows[ops.where][0] == 0
    assert rows[ops.affine][0][0] == 0
    assert found.literals[rows[ops.affine][2]] == 0.5
    assert found.literals[rows[ops.softmax_entry][1]] == 1.0
    assert list(found.inputs) == [0, 1]
    assert len(found.outputs) == 3


def test_plain_numbers_are_listed_once_for_their_bits() -> None:
    found = listed([], [0.0, -0.0, math.nan, math.nan, 1.0, 1.0], [])
    a, b, c, d, e, f = found.outputs
    assert len({a, b, c, e}) == 4
    assert (c, e) == (d, f)


def test_what_follows_from_no_input_is_a_number() -> None:
    x, c = Value(2.0), Value(3.0)
    found = listed([x], [x * (c * c)], [])
    assert 9.0 in found.literals.values()
    assert found.rows.count(ops.multiply) == 1


def test_variables_are_no_constants() -> None:
    found, _ = call_of(lambda x: grad(lambda y: x * y * y)(2.0), (3.0,))
    assert found.rows.count(ops.positive) == 1


def test_derivatives_of_one_graph_share_its_order() -> None:
    found, _ = call_of(jacrev(lambda x: [x * x, x * 3.0, x / 2.0]), (3.0,))
    records = {id(row): row for row in found.rows if type(row) is Record}.values()
    assert len(records) == 3
    assert len({id(record.order) for record in records}) == 1
    [order] = {tuple(record.order) for record in records}
    assert {ops.multiply, ops.divide} <= {found.rows[ref] for ref in order}


def test_equal_guards_are_one() -> None:
    x = Value(2.0)
    truth = x * 1.0
    assert len(listed([x], [x], [(truth, True), (truth, True)]).guards) == 1


def test_operations_given_on_the_spot_are_no_program() -> None:
    x = Value(2.0)
    with pytest.raises(UnrecordableError, match="local derivatives"):
        listed([x], [Value(4.0, (x,), (4.0,)) * 2.0], [])


def numbers_of(listing: Listing, *inputs: float) -> list[Any]:
    """Every node of a listing without derivatives, computed from its rows."""
    found: list[Any] = list(inputs)

    def read(x: Any) -> Any:
        return tuple(map(read, x)) if type(x) is tuple else found[x]

    for ref in range(len(inputs), len(listing.rows)):
        row = listing.rows[ref]
        found.append(listing.literals[ref] if row is None else row.value(*map(read, listing.args[ref])))
    return found


@pytest.mark.parametrize(
    ("f", "want"),
    [
        (lambda x, y: x * y - 2.0 / x, 3.0 * 5.0 - 2.0 / 3.0),
        (lambda x, y: total([x, y, 1.0, x]), 12.0),
        (lambda x, y: dot([x, 2.0], [y, y]), 25.0),
        (lambda x, y: affine([x, y], [2.0, x], y), 3.0 * 2.0 + 5.0 * 3.0 + 5.0),
        (lambda x, y: where(x < y, clip(x, 0.0, 2.0), y) ** 2, 4.0),
        (lambda x, y: x**y + y**-1, 3.0**5.0 + 1 / 5.0),
    ],
)
def test_rows_of_every_kind_compute_what_was_recorded(f: Any, want: float) -> None:
    listing = call_of(f, (3.0, 5.0))[0]
    assert numbers_of(listing, 3.0, 5.0)[listing.outputs[0]] == pytest.approx(want, rel=1e-15)
    for ref, args in enumerate(listing.args):
        operands = [x for x in args for x in (x if type(x) is tuple else (x,))]
        assert all(x < ref for x in operands)


def test_nothing_before_the_inputs_counts() -> None:
    before = Value(2.0)
    middle = before * before
    listing = listed([middle], [middle + before], [])
    assert listing.rows == [None, None, ops.add]
    assert listing.literals == {1: 2.0}


def test_truths_come_first() -> None:
    listing = call_of(lambda x: x * 2.0 if x > 0.0 else x, (1.0,))[0]
    assert all(outcome for _, outcome in listing.guards)
    assert max(ref for ref, _ in listing.guards) < listing.outputs[0]

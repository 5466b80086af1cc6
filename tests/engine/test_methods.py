"""Methods of a Value: one for each row, and no class derived from it."""

from __future__ import annotations

import contextlib
import math

import pytest
from comparing import same

from autograd_lite.engine.operation import TABLE, Operation, Unary
from autograd_lite.engine.value import Value


def test_no_class_is_derived_from_value() -> None:
    with pytest.raises(TypeError, match=r"Weight: no class can be derived from Value.*keep a Value in an attribute"):

        class Weight(Value):  # type: ignore[misc]  # the mistake under test
            pass


@pytest.mark.parametrize("name", ["data", "grad", "backward", "record"])
def test_a_row_may_not_hide_what_a_value_has(name: str) -> None:
    had = getattr(Value, name)
    with pytest.raises(ValueError, match=f"^{name}: a Value has an attribute of this name already"):
        Unary(name, "x", math.exp, lambda x, out: (out,), about="Hides.", example=(f"{name}(0.0)", "1.0"))
    assert name not in TABLE
    assert getattr(Value, name) is had or getattr(Value, name) == had


@pytest.mark.parametrize("row", [row for row in TABLE.values() if not any(row.groups)], ids=lambda row: row.name)
def test_a_row_and_its_method_make_the_same_node(row: Operation) -> None:
    rest = [2.0] * (len(row.operands) - 1)
    for x in (0.75, 1.5):  # one of them is in the domain of each
        with contextlib.suppress(ValueError):
            value = Value(x)
            by_row, by_method = row(value, *rest), getattr(value, row.name)(*rest)
            assert (by_row.operation, by_row.inputs) == (by_method.operation, by_method.inputs) == (row, (x, *rest))
            assert same(by_row.data, by_method.data)
            return
    pytest.fail("both points are outside of its domain")


def test_rows_of_groups_are_no_methods() -> None:
    assert [row.name for row in TABLE.values() if any(row.groups) and hasattr(Value, row.name)] == []

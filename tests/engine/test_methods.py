"""What a Value has besides: a method for each row, the names that micrograd's programs read, and no subclass."""

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


# --- What micrograd's programs read ---


def test_micrograds_constructor_is_refused_with_the_remedy() -> None:
    a = Value(1.0)
    remedy = r"local derivatives, Value\(data, \(x, y\), \(dx, dy\)\)"
    for wrong in ({"_children": (a, a), "_op": "+"}, {"_op": "+"}, {"_children": (a,)}):
        with pytest.raises(TypeError, match=remedy):
            Value(2.0, **wrong)
    assert Value(2.0, _children=(), _op="").parents == ()
    with pytest.raises(TypeError, match=r"got the text 'x'; write label=\.\.\. for a name"):
        Value(3, (), "x")
    with pytest.raises(AttributeError, match=r"no _backward to call: y\.local_derivatives\(\).*steps\(y\)"):
        (a * a)._backward()


def test_setting_backward_is_refused_with_the_remedy() -> None:
    with pytest.raises(AttributeError, match="give the constructor the local derivatives"):
        Value(1.0)._backward = lambda: None


def test_what_micrograds_programs_read_means_the_same() -> None:
    a, b = Value(2.0), Value(3.0)
    assert (a * b)._prev == {a, b}
    assert (a * a)._prev == {a}
    assert (a._prev, a._op, (a + b)._op, (-a)._op) == (set(), "", "+", "neg")

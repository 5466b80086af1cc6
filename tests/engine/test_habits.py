"""The habits of micrograd's programs: read where they mean the same, refused with the remedy where not."""

from __future__ import annotations

import pytest

from autograd_lite.engine.value import Value


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

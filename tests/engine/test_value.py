"""What a node knows, and its operators."""

from __future__ import annotations

import copy
import math
import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from comparing import same
from extras import numpy

from autograd_lite.engine import table as ops
from autograd_lite.engine import value as engine
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine
from autograd_lite.engine.value import Value

BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.mod,
    operator.floordiv,
    operator.pow,
]


# --- What a node knows ---


def test_the_example_of_the_design() -> None:
    x, w, b = Value(2.0, label="x"), Value(-0.5, label="w"), Value(1.8813735870195432, label="b")
    y = ops.tanh(w * x + b)
    y.backward()
    assert y.data == pytest.approx(math.sqrt(0.5), rel=1e-15)
    assert y.local_derivatives() == pytest.approx((0.5,), rel=1e-14)
    assert w.grad == pytest.approx(1.0, rel=1e-14)
    assert x.grad == pytest.approx(-0.25, rel=1e-14)
    assert y.op == y._op == "tanh"
    assert [p.op for p in y.parents] == ["+"]
    assert (x.label, y.label) == ("x", "")


def test_parents_are_ordered_and_repeated() -> None:
    x, y = Value(2.0), Value(3.0)
    assert [p is x for p in (x * x).parents] == [True, True]
    first, second = (x - y).parents
    assert first is x
    assert second is y
    assert (x * x)._prev == {x}


def test_plain_numbers_stay_plain() -> None:
    x = Value(2.0)
    assert (x * 3).inputs == (x, 3.0)
    assert type((x * 3).inputs[1]) is float
    assert (3 * x).inputs[0] == 3.0
    assert [p is x for p in (3 * x).parents] == [True]
    assert (x**2).inputs[1] == 2.0
    assert len((x**2).parents) == len((2**x).parents) == 1
    node = affine(Group([x, 1.5], bias=x), Group([4.0, x]))
    assert [type(i) for i in node.inputs] == [Value, float, float, Value, Value]
    assert len(node.parents) == 3
    assert node.local_derivatives() == (4.0, 1.5, 1.0)


def test_data_is_always_a_float() -> None:
    x = Value(3)
    assert type(x.data) is float
    for node in (x * numpy.float64(2), numpy.float64(2) * x, x + numpy.int64(1), numpy.float32(0.5) - x):
        assert type(node) is Value
        assert type(node.data) is float
    x.data = numpy.float64(4)
    x.grad = numpy.float64(5)
    assert type(x.data) is float
    assert type(x.grad) is float
    assert x.data == 4.0


def test_a_typo_is_refused() -> None:
    with pytest.raises(AttributeError, match="gard"):
        Value(1.0).gard = 1.0  # type: ignore[attr-defined]  # the typo under test


def test_value_is_final() -> None:
    assert getattr(Value, "__final__", engine.COMPILED)


@pytest.mark.parametrize(
    "data", ["2", None, [1, 2], 1 + 2j, Value(3), b"1", object(), (1.0,), {}], ids=lambda d: type(d).__name__
)
def test_bad_data_is_refused_by_name(data: Any) -> None:
    with pytest.raises(TypeError, match=r"Value: needs a real number, got .* of type " + type(data).__name__):
        Value(data)
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"Value.data: needs a real number"):
        x.data = data
    assert x.data == 1.0


def test_arrays_are_no_numbers_unless_0_dimensional() -> None:
    with pytest.raises(TypeError, match="ndarray"):
        Value(numpy.array([1.0]))
    with pytest.raises(TypeError, match="complex128"):
        Value(numpy.complex128(1))
    assert Value(numpy.array(2.5)).data == 2.5


def test_nan_and_inf_are_floats() -> None:
    assert math.isnan(Value(math.nan).data)
    assert Value(-math.inf).data == -math.inf


def test_a_label_may_be_a_text_of_another_kind() -> None:
    x = Value(1.0, label=numpy.str_("x"))
    assert x.label == "x"
    x.label = numpy.str_("y")
    assert repr(x) == f"Value(data=1.0, grad=0.0, label={x.label!r})"


def test_a_label_is_a_text() -> None:
    with pytest.raises(TypeError, match="label must be a text, got 3"):
        Value(1.0, label=3)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(TypeError, match="label must be a text, got None"):
        Value(1.0).label = None  # type: ignore[assignment]  # the mistake under test


# --- A float with a memory ---

REALS = [3, True, 0.5, Fraction(1, 4), Decimal("0.375")]


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize("number", REALS, ids=repr)
def test_operators_take_any_real_number_on_either_side(function: Callable[[Any, Any], Any], number: Any) -> None:
    x = Value(1.75)
    for node, expected in (
        (function(x, number), function(1.75, float(number))),
        (function(number, x), function(float(number), 1.75)),
        (function(x, Value(number)), function(1.75, float(number))),
    ):
        assert type(node) is Value
        assert same(node.data, expected)


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
def test_operators_refuse_what_is_no_number_as_floats_do(function: Callable[[Any, Any], Any]) -> None:
    for other in ("1", None, [1.0], 1j, {}):
        for a, b in ((Value(1.0), other), (other, Value(1.0))):
            if function is operator.mod and isinstance(a, str):
                continue  # text formatting is the text's own affair
            with pytest.raises(TypeError):
                function(a, b)


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize("number", [10**400, -(10**5000)], ids=["400", "5000"])
def test_what_no_float_can_hold_is_refused_as_floats_do(function: Callable[[Any, Any], Any], number: Any) -> None:
    for a, b in ((1.5, number), (number, 1.5)):
        with pytest.raises(OverflowError):
            function(a, b)
        with pytest.raises(OverflowError, match=r"^\w+: got a number of type int beyond 1\.8e308"):
            function(*[Value(x) if x == 1.5 else x for x in (a, b)])


def test_rounding_functions() -> None:
    for x in (2.5, -1.5, 0.0, -0.0, 1e300, 7.0):
        node = Value(x)
        assert round(node).data == round(x)
        assert math.floor(node).data == math.floor(x)
        assert math.ceil(node).data == math.ceil(x)
        assert math.trunc(node).data == math.trunc(x)
        assert same(abs(node).data, abs(x))
        assert same((-node).data, -x)
        assert +node is node
        assert [part.data for part in divmod(node, 2)] == list(divmod(x, 2))
        assert [part.data for part in divmod(5, node + 1)] == list(divmod(5, x + 1))
    assert round(Value(1.26), 1).data == 1.3


def test_floor_and_ceil_keep_infinities_as_numpy_does() -> None:
    for x in (math.inf, -math.inf, math.nan):
        for function in (math.floor, math.ceil, math.trunc, round):
            assert same(function(Value(x)).data, x)  # type: ignore[operator]  # one of several signatures


def test_comparisons_compare_data() -> None:
    for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
        for a in (1.0, 2.0, math.nan, math.inf):
            for b in (1.0, 2.0, math.nan):
                assert compare(Value(a), Value(b)) is compare(a, b)
                assert compare(Value(a), b) is compare(a, b)
                assert compare(a, Value(b)) is compare(a, b)
    assert Value(1.0) != "1"
    with pytest.raises(TypeError):
        Value(1.0) < "1"  # noqa: B015  (the comparison is what is tested)


def test_the_hash_is_by_identity() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == b
    assert len({a, b, a}) == 2
    assert {a: "a"}[a] == "a"


def test_truth_and_text() -> None:
    assert not Value(0.0)
    assert Value(math.nan)
    x = Value(0.125)
    assert f"{x:.2f}" == f"{0.125:.2f}"
    assert f"{x}" == str(x) == repr(x) == "Value(data=0.125, grad=0.0)"
    assert repr(Value(1, label="w")) == "Value(data=1.0, grad=0.0, label='w')"


def test_domain_errors_name_the_operation_and_the_label() -> None:
    w = Value(-1.0, label="w")
    with pytest.raises(ValueError, match=r"^log\(-1\.0\): needs x > 0 \(x is 'w'\)$"):
        ops.log(w)
    with pytest.raises(ValueError, match=r"^log\(-1\.0\): needs x > 0$"):
        ops.log(Value(-1.0))
    with pytest.raises(ZeroDivisionError, match=r"^-1\.0 / 0\.0: needs y != 0 \(x is 'w'\)$"):
        w / 0
    with pytest.raises(ZeroDivisionError, match=r"^1\.0 / 0\.0: needs y != 0 \(x is 1\.0, y is 'x'\)$"):
        1.0 / Value(0.0, label="x")
    with pytest.raises(OverflowError, match=r"^exp\(1000\.0\): the result is too large for a float$"):
        ops.exp(Value(1000))
    with pytest.raises(ValueError, match=r"^\(-8\.0\)\*\*0\.3"):
        Value(-8) ** (1 / 3)
    with pytest.raises(ValueError, match=r"mean\(\[\]\): needs len\(xs\) > 0"):
        ops.mean([])


def test_numpy_arrays_of_values() -> None:
    data = numpy.array([[0.3, -1.2], [2.5, 0.7]])
    a = numpy.array([[Value(x) for x in row] for row in data])
    w = numpy.array([Value(2.0), Value(-3.0)])

    def plain(array: Any) -> Any:
        return numpy.vectorize(lambda x: x.data, otypes=[float])(array)

    unary = ["exp", "expm1", "exp2", "cbrt", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "arcsinh"]
    for name in [*unary, "floor", "ceil", "trunc", "rint"]:
        assert plain(getattr(numpy, name)(a)) == pytest.approx(getattr(numpy, name)(data), rel=1e-15), name
    assert plain(w @ a) == pytest.approx(numpy.array([2.0, -3.0]) @ data, rel=1e-15)
    assert a.sum().data == pytest.approx(data.sum(), rel=1e-15)
    assert a.std().data == pytest.approx(data.std(), rel=1e-15)
    assert numpy.linalg.norm(a.ravel()).data == pytest.approx(numpy.linalg.norm(data), rel=1e-15)
    assert plain(numpy.round(a)) == pytest.approx(numpy.round(data))
    assert plain(numpy.abs(a)) == pytest.approx(numpy.abs(data))
    assert plain(numpy.hypot(a, a)) == pytest.approx(numpy.hypot(data, data), rel=1e-15)
    assert plain(a * Value(2.0)) == pytest.approx(data * 2)
    assert plain(Value(2.0) / a) == pytest.approx(2 / data, rel=1e-15)
    a.sum().backward()
    assert all(x.grad == 1.0 for x in a.ravel())


def test_a_node_keeps_a_copy_of_a_list() -> None:
    xs = [Value(1.0), Value(2.0)]
    total, own = ops.sum(xs), Value(3.0, xs, [1.0, 1.0])
    xs[0] = Value(10.0)
    xs.append(Value(5.0))
    assert [p.data for p in total.parents] == [p.data for p in own.parents] == [1.0, 2.0]


# --- Gradients, cuts and copies ---


def test_a_gradient_is_known_only_after_a_pass() -> None:
    x = Value(3.0)
    y = x * x
    assert not x.has_grad
    assert not y.has_grad
    y.backward()
    assert x.has_grad
    assert y.has_grad


def test_a_gradient_of_zero_is_a_gradient_whoever_gave_it() -> None:
    new, told, minus, flowed = Value(1.0), Value(1.0), Value(1.0), Value(1.0)
    told.grad, minus.grad = 0.0, -0.0
    (flowed * -0.0).backward()
    values = (new, told, minus, flowed)
    assert [x.has_grad for x in values] == [False, True, True, True]
    assert [math.copysign(1.0, x.grad) for x in values] == [1.0] * 4
    assert [copy.copy(x).has_grad for x in values] == [False, True, True, True]


def test_softmax_entries_count_from_0() -> None:
    a = [Value(1.0), Value(2.0), Value(0.5)]
    for index in (-1, 3, 0.5, math.nan):
        with pytest.raises(ValueError, match=r"needs len\(xs\) > 0 and index in range\(len\(xs\)\)"):
            ops.softmax_entry(a, index)


def test_arrays_are_compared_elementwise_on_either_side() -> None:
    array = numpy.array([1.0, 2.0])
    for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
        assert compare(Value(1.0), array).tolist() == compare(1.0, array).tolist()
        assert compare(array, Value(1.0)).tolist() == compare(array, 1.0).tolist()


def test_detach_and_stop_gradient_cut_the_graph() -> None:
    x = Value(3.0)
    for cut in (x.detach(), ops.stop_gradient(x), ops.stop_gradient(x * x) / 3.0):
        (x * cut).backward()
        assert x.grad == 3.0
        x.grad = 0.0
    assert ops.stop_gradient(x).parents == ()


def test_leaves_can_be_copied_and_pickled_and_nodes_cannot() -> None:
    x = Value(2.0, label="x")
    (x * x).backward()
    for twin in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert (twin.data, twin.grad, twin.label, twin.has_grad) == (2.0, 4.0, "x", True)
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"cannot be copied or pickled; copy x\.detach\(\)"):
            duplicate(x * x)

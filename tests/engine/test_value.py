"""The engine: what a node knows, the operators, and the backward pass."""

from __future__ import annotations

import contextlib
import copy
import gc
import math
import operator
import pickle
import random
import sys
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from extras import numpy
from hypothesis import given
from hypothesis import strategies as st
from interrupts import Interrupt

from autograd_lite import optim
from autograd_lite.engine import shortcuts
from autograd_lite.engine import table as ops
from autograd_lite.engine import value as engine
from autograd_lite.engine.bulk import set_data
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine
from autograd_lite.engine.operation import Operation
from autograd_lite.engine.passes import adjoints, stored_order, topological_order
from autograd_lite.engine.recorded import gradients
from autograd_lite.engine.value import COMPILED, Value

BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.mod,
    operator.floordiv,
    operator.pow,
]


def same_bits(a: float, b: float) -> bool:
    return math.copysign(1.0, a) == math.copysign(1.0, b) and (a == b or (a != a and b != b))


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
        assert same_bits(node.data, expected)


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
def test_operators_refuse_what_is_no_number_as_floats_do(function: Callable[[Any, Any], Any]) -> None:
    for other in ("1", None, [1.0], 1j, {}):
        for a, b in ((Value(1.0), other), (other, Value(1.0))):
            if function is operator.mod and isinstance(a, str):
                continue  # text formatting is the text's own affair
            with pytest.raises(TypeError):
                function(a, b)


def test_rounding_functions() -> None:
    for x in (2.5, -1.5, 0.0, -0.0, 1e300, 7.0):
        node = Value(x)
        assert round(node).data == round(x)
        assert math.floor(node).data == math.floor(x)
        assert math.ceil(node).data == math.ceil(x)
        assert math.trunc(node).data == math.trunc(x)
        assert same_bits(abs(node).data, abs(x))
        assert same_bits((-node).data, -x)
        assert +node is node
        assert [part.data for part in divmod(node, 2)] == list(divmod(x, 2))
        assert [part.data for part in divmod(5, node + 1)] == list(divmod(5, x + 1))
    assert round(Value(1.26), 1).data == 1.3


def test_floor_and_ceil_keep_infinities_as_numpy_does() -> None:
    for x in (math.inf, -math.inf, math.nan):
        for function in (math.floor, math.ceil, math.trunc, round):
            assert same_bits(function(Value(x)).data, x)  # type: ignore[operator]  # one of several signatures


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


# --- Operations of one's own ---


def test_an_operation_given_by_numbers() -> None:
    c = Value(5.0)
    y = Value(math.log(5.0), (c,), (1 / 5.0,), label="log c")
    (y * 3.0).backward()
    assert c.grad == pytest.approx(0.6)
    assert y.local_derivatives() == (0.2,)
    assert y.op == "custom"


def test_an_operation_given_by_a_function() -> None:
    a, b = Value(2.0), Value(3.0)
    y = Value(8.0, (a, b), lambda a, b, out: (b * a ** (b - 1), out * math.log(a)))
    y.backward()
    assert (a.grad, b.grad) == (12.0, 8.0 * math.log(2.0))
    assert y.inputs == (a, b)


def test_an_own_operation_may_pass_nothing() -> None:
    x = Value(0.0)
    y = Value(1.0, (ops.sqrt(x),), lambda root, out: (None,))
    y.backward()
    assert x.grad == 0.0


@pytest.mark.parametrize(
    ("parents", "derivatives", "error", "message"),
    [
        ((Value(1.0),), "tanh", TypeError, "got the text 'tanh'; write label="),
        ((Value(1.0),), (), ValueError, "got 0 for 1 parents"),
        ((Value(1.0),), (1.0, 2.0), ValueError, "got 2 for 1 parents"),
        ((), (1.0,), ValueError, "got 1 for 0 parents"),
        ((1.0,), (1.0,), TypeError, "every parent must be a Value, got 1.0"),
        (Value(1.0), (1.0,), TypeError, r"write \(x,\) for one"),
        ((Value(1.0),), ("x",), TypeError, "local_derivatives: needs a real number, got 'x'"),
    ],
)
def test_a_wrong_operation_is_refused(parents: Any, derivatives: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Value(1.0, parents, derivatives)


def test_a_function_that_returns_too_few_is_refused() -> None:
    x = Value(1.0)
    with pytest.raises(ValueError, match=r"needs a tuple with one number for each of its 2 parents, got \(1\.0,\)"):
        Value(1.0, (x, x), lambda a, b, out: (1.0,)).backward()
    assert x.grad == 0.0


def test_no_class_is_derived_from_value() -> None:
    with pytest.raises(TypeError, match=r"Weight: no class can be derived from Value.*keep a Value in an attribute"):

        class Weight(Value):  # type: ignore[misc]  # the mistake under test
            pass


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


def test_a_node_keeps_a_copy_of_a_list() -> None:
    xs = [Value(1.0), Value(2.0)]
    total, own = ops.sum(xs), Value(3.0, xs, [1.0, 1.0])
    xs[0] = Value(10.0)
    xs.append(Value(5.0))
    assert [p.data for p in total.parents] == [p.data for p in own.parents] == [1.0, 2.0]


# --- The pass ---


def test_backward_twice_adds_exactly_twice() -> None:
    x = Value(3.0)
    y = x * x
    z = y + y * x
    z.backward()
    first = [node.grad for node in (x, y, z)]
    assert first == [6.0 + 27.0, 4.0, 1.0]
    z.backward()
    assert [node.grad for node in (x, y, z)] == [2 * g for g in first]
    y.backward()
    assert [node.grad for node in (x, y, z)] == [66.0 + 6.0, 8.0 + 1.0, 2.0]


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


def test_the_diamond_needs_topological_order() -> None:
    a = Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad) == (4.0, 2.0)


def test_topological_order_has_parents_first_and_does_not_depend_on_history() -> None:
    x, y = Value(1.0), Value(2.0)
    z = ops.tanh(x * y + x) + affine(Group([x, y], bias=x * y), Group([y, 2.0]))
    order = topological_order(z)
    place = {id(node): i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert order[-1] is z
    assert all(place[id(parent)] < place[id(node)] for node in order for parent in node.parents)
    z.backward()
    assert [id(node) for node in topological_order(z)] == list(place)


@pytest.mark.parametrize("seed", range(100))
def test_where_groups_are_shared_parents_still_come_first(seed: int) -> None:
    rng = random.Random(seed)
    nodes, groups = [Value(1.0)], [Group([Value(2.0), 3.0], bias=4.0)]
    for _ in range(40):
        recent = nodes[-5:]
        wide = affine(rng.choice(groups), rng.choice(groups)) if rng.random() < 0.5 else None
        nodes.append(rng.choice(recent) * rng.choice(nodes) if wide is None else wide)
        groups.append(Group(rng.choices(recent, k=2), bias=rng.choice(recent)))
    order = topological_order(nodes[-1], nodes[-3])
    place = {id(node): i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert {id(nodes[-1]), id(nodes[-3])} <= set(place)
    assert all(place[id(parent)] < place[id(node)] for node in order for parent in node.parents)


def test_a_group_of_interior_nodes_waits_for_all_its_children() -> None:
    # The weights are themselves computed, and one layer's outputs feed another with the same weights.
    a, b = Value(0.3), Value(-0.7)
    weights = Group([a * b, a + b], bias=a * 0.5)
    first = Group([affine(weights, Group([1.0, 2.0])), a])
    second = Group([affine(weights, first), b])
    out = affine(weights, second)
    out.backward()

    def plain(a: float, b: float) -> float:
        w, v, c = a * b, a + b, a * 0.5
        one = c + w * 1.0 + v * 2.0
        two = c + w * one + v * a
        return c + w * two + v * b

    assert out.data == plain(0.3, -0.7)
    h = 1e-6
    assert a.grad == pytest.approx((plain(0.3 + h, -0.7) - plain(0.3 - h, -0.7)) / (2 * h), rel=1e-8)
    assert b.grad == pytest.approx((plain(0.3, -0.7 + h) - plain(0.3, -0.7 - h)) / (2 * h), rel=1e-8)


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
        for i, j in chosen:
            derivative = said[i][j] if row.groups[i] else said[i]
            expected = 0.0 if derivative is None else 2.0 * derivative
            assert nodes[i, j].grad == pytest.approx(expected, rel=1e-15, nan_ok=True)


@given(
    st.lists(st.tuples(st.floats(-50.0, 50.0), st.floats(-50.0, 50.0)), min_size=1, max_size=6), st.floats(-9.0, 9.0)
)
def test_values_that_are_computed_without_the_row_are_those_of_the_row(pairs: list[Any], bias: float) -> None:
    xs, ys = zip(*pairs, strict=True)
    nodes, others = [Value(x) for x in xs], [Value(y) for y in ys]
    wholes = [
        (range(len(xs)), ops.softmax, ops.softmax_entry),
        (range(len(xs)), ops.log_softmax, ops.log_softmax_entry),
    ]
    for indices, function, row in wholes:
        assert [node.data for node in function(nodes)] == [row.value(xs, i) for i in indices]
    assert ops.dot(nodes, others).data == ops.dot.value(xs, ys)
    assert affine(Group(nodes, bias=Value(bias)), Group(others)).data == ops.affine.value(xs, ys, bias)
    x, y = nodes[0], others[0]
    for node, row in ((x + y, ops.add), (x - y, ops.subtract), (x * y, ops.multiply)):
        assert node.data == row.value(xs[0], ys[0])


def test_every_row_written_out_is_tested() -> None:
    names = shortcuts.cut_short.__code__.co_names if not engine.COMPILED else ()
    written_out = {name for name in names if name.isupper() and name != "CUSTOM"}
    assert engine.COMPILED or written_out == {row.name.upper() for row in INLINE}


def test_nothing_flows_to_the_side_not_taken() -> None:
    for function in (
        lambda r: ops.relu(-r),
        lambda r: ops.maximum(r, 1.0),
        lambda r: ops.minimum(r, -1.0),
        lambda r: ops.clip(r, 0.5, 1.0),
        lambda r: ops.where(False, r, 2.0),
        lambda r: ops.floor(r),
        lambda r: ops.stop_gradient(r),
    ):
        x = Value(0.0)
        function(ops.sqrt(x)).backward()  # the derivative of the root is infinite at 0
        assert x.grad == 0.0


def test_a_zero_that_comes_out_of_arithmetic_stays_a_zero() -> None:
    for zero in (0.0, -0.0):
        x = Value(0.0)
        (ops.sqrt(x) * zero).backward()
        assert math.isnan(x.grad)  # 0 times infinity, as for floats


# --- Stale graphs ---


def stale() -> Any:
    """Within it a stale graph is refused; made anew each time, since it keeps what was raised."""
    return pytest.raises(RuntimeError, match=r"stale graph: Value\(data=.* was given new data after \w+ had made")


def moves(x: Value, data: float) -> Iterator[Callable[[], None]]:
    """Every way to give a Value new data."""
    yield lambda: setattr(x, "data", data)
    yield lambda: setattr(x, "data", x.data)  # back where it was, as far as one can see
    yield lambda: set_data([x], [data])
    x.grad = 1.0
    yield optim.SGD([x], lr=1.0).step
    yield optim.Adam([x], lr=1.0).step


def test_a_graph_whose_leaf_moved_is_refused_however_it_moved() -> None:
    for i in range(5):
        x = Value(1.0, label="x")
        y = (x * x) * x
        list(moves(x, 2.0))[i]()
        for _ in range(2):
            with pytest.raises(RuntimeError) as refused:
                y.backward()
            assert str(refused.value) == (
                f"stale graph: {x!r} was given new data after multiply had made 1.0 of the old; "
                "compute the result anew, then differentiate it or step through it"
            )
            with stale():
                gradients(y, [x])
        assert [node.grad for node in topological_order(x)] == [x.grad]
        x.grad, x.data = 0.0, 2.0
        ((x * x) * x).backward()
        assert x.grad == 12.0


@pytest.mark.parametrize("make", [lambda x: ops.exp(x), lambda x: ops.dot([x, 2.0], [3.0, 4.0]), lambda x: -x * 2.0,
                                  lambda x: ops.affine([2.0], [3.0], x), lambda x: ops.affine([x], [3.0], 1.0),
                                  lambda x: ops.clip(1.0, x, 7.0), lambda x: ops.sum([3.0, x]), lambda x: x - 1.0,
                                  lambda x: Value(8.0, (x,), (12.0,)), lambda x: ops.softmax([x, 1.0])[1]])  # fmt: skip
def test_every_kind_of_operand_is_asked(make: Callable[[Value], Value]) -> None:
    x = Value(2.0)
    fresh, y = make(x), make(x) * 1.0
    fresh.backward()
    x.data = 3.0
    with stale():
        y.backward()
    with stale():
        fresh.backward()  # a second time, after a pass that was right
    make(x).backward()


def test_what_was_refused_stays_refused_after_any_other_walk() -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    left, right = a * b, b + 1.0
    y = left * right
    a.data = 5.0
    right.backward()  # does not rest on what moved
    for walk in (lambda: stored_order(y), lambda: stored_order(left), right.backward):
        walk()
        for root in (y, left):
            with stale():
                root.backward()
    assert stored_order(y)[1] == stored_order(y)[1] == [a]
    assert stored_order(right)[1] == []
    assert (right * (a * b)).parents[0] is right


def test_nothing_that_was_built_on_a_stale_node_is_fresh() -> None:
    x = Value(1.0)
    y = x * 2.0
    x.data = 3.0
    with stale():
        (y * x).backward()
    assert x.grad == 0.0


def test_a_graph_that_no_leaf_of_which_moved_may_be_kept() -> None:
    x, w = Value(2.0), Value(3.0)
    kept = x * x
    for data in (1.0, 2.0, 3.0):
        w.data = data
        x.grad = 0.0
        (kept * w).backward()
        assert x.grad == 4.0 * data


def test_a_node_that_is_given_data_is_a_leaf_and_what_came_of_it_is_stale() -> None:
    x = Value(2.0)
    y = x * x
    z = y * 3.0
    y.data = 5.0
    assert (y.parents, y.op, y.local_derivatives()) == ((), "", ())
    with stale():
        z.backward()
    (y * 3.0).backward()
    assert (x.grad, y.grad) == (0.0, 3.0)


@pytest.mark.skipif(COMPILED, reason="compiled code cannot be interrupted between its lines")
def test_an_interrupt_makes_nothing_fresh_that_was_stale() -> None:
    x = Value(1.0)
    y = x
    for _ in range(20):
        y = ops.sin(y) + x
    x.data = 2.0

    line, came = 0, True
    while came:
        line += 1
        with Interrupt(line) as interrupt, contextlib.suppress(RuntimeError):
            y.backward()
        came = interrupt.came
        with stale():
            y.backward()
    assert line > 20  # each of which was interrupted


def test_two_threads_may_move_and_differentiate() -> None:
    def train() -> None:
        w = Value(0.0)
        for _ in range(300):
            w.grad = 0.0
            ((w - 3.0) ** 2).backward()
            w.data -= 0.1 * w.grad
        found.append(w.data)

    found: list[float] = []
    threads = [threading.Thread(target=train) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [pytest.approx(3.0)] * 4


def test_a_node_made_while_leaves_move_is_stale() -> None:
    a, b = Value(1.0), Value(2.0)
    made: list[Value] = []

    def data() -> Iterator[float]:
        yield 5.0
        made.append(a * b)  # as another thread may, of which a has moved, and b not yet
        yield 6.0

    set_data([a, b], data())  # type: ignore[arg-type]  # any iterable will do
    with stale():
        made[0].backward()
    (a * b).backward()
    assert (a.grad, b.grad) == (6.0, 5.0)


def test_a_leaf_moved_by_the_users_own_derivative_is_noticed() -> None:
    a = Value(2.0)

    def moving(p: Any, out: Any) -> tuple[float]:
        a.data = 10.0
        return (1.0,)

    y = a * a + Value(5.0, (a,), moving)
    for differentiate in (y.backward, lambda: adjoints([a, *y.parents, y], [(y, 1.0)], [a])):
        with stale():
            differentiate()
    assert a.grad == 0.0


def test_no_memory_is_spent_on_knowing_what_is_stale() -> None:
    w = Value(1.0)
    w.data = 2.0
    assert (w * w)._mark is (w * w)._mark or COMPILED  # one number, which all new nodes share


def test_softmax_entries_count_from_0() -> None:
    a = [Value(1.0), Value(2.0), Value(0.5)]
    for index in (-1, 3, 0.5, math.nan):
        with pytest.raises(ValueError, match=r"needs len\(xs\) > 0 and index in range\(len\(xs\)\)"):
            ops.softmax_entry(a, index)


def test_an_own_operation_on_the_side_not_taken_cannot_fail_the_pass() -> None:
    x = Value(2.0)
    other = Value(8.0, (x,), lambda data, out: (1 / 0,))
    ops.where(1 < 2, x, other).backward()
    assert x.grad == 1.0
    with pytest.raises(ZeroDivisionError):
        other.backward()


def test_arrays_are_compared_elementwise_on_either_side() -> None:
    array = numpy.array([1.0, 2.0])
    for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
        assert compare(Value(1.0), array).tolist() == compare(1.0, array).tolist()
        assert compare(array, Value(1.0)).tolist() == compare(array, 1.0).tolist()


@pytest.mark.skipif(engine.COMPILED, reason="compiled code is not traced line by line")
def test_a_graph_read_while_it_is_walked_is_walked_again() -> None:
    x = y = Value(1.0)
    for _ in range(50):
        y = y * 0.5 + y * 0.5
    lines = 0

    def trace(frame: Any, event: str, arg: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_name == "_walk":
            lines += event == "line"
            if lines == 300:  # as a signal handler might
                lines += 1
                topological_order(y)
        return trace

    sys.settrace(trace)
    try:
        order = topological_order(y)
    finally:
        sys.settrace(None)
    assert lines > 300
    assert len({id(node) for node in order}) == len(order) == 151
    y.backward()
    assert x.grad == 1.0


def test_detach_and_stop_gradient_cut_the_graph() -> None:
    x = Value(3.0)
    for cut in (x.detach(), ops.stop_gradient(x), ops.stop_gradient(x * x) / 3.0):
        (x * cut).backward()
        assert x.grad == 3.0
        x.grad = 0.0
    assert ops.stop_gradient(x).parents == ()


def chain(kind: str, length: int) -> tuple[Value, Value]:
    x = y = Value(1.0)
    for i in range(length):
        if kind == "unary" or (kind == "mixed" and i % 3 == 0):
            y = -y
        elif kind == "binary" or (kind == "mixed" and i % 3 == 1):
            y = y + x
        else:
            y = ops.sum([y, x, 1.0])
    return x, y


@pytest.mark.parametrize("kind", ["unary", "binary", "mixed"])
def test_a_chain_of_a_million_operations(kind: str, request: pytest.FixtureRequest) -> None:
    limit = sys.getrecursionlimit()
    for _ in range(request.config.getoption("--deep")):
        x, y = chain(kind, 1_000_000)
        y.backward()
        if kind == "unary":
            assert (y.data, x.grad) == (1.0, 1.0)
        elif kind == "binary":
            assert (y.data, x.grad) == (1_000_001.0, 1_000_001.0)
        del x, y
    assert sys.getrecursionlimit() == limit


def test_a_dropped_graph_is_gone_without_the_collector() -> None:
    def graph() -> None:
        x, y = Value(0.5), Value(2.0)
        z = ops.tanh(x * y + x) + ops.softmax([x, y])[0] + Value(1.0, (x,), lambda x, out: (1.0,))
        (z + affine(Group([x], bias=y), Group([y]))).backward()
        with contextlib.suppress(ValueError):
            ops.log(-y)

    graph()
    gc.collect()
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        for _ in range(1000):
            graph()
        assert sys.getallocatedblocks() - before < 1000
    finally:
        gc.enable()


def test_a_long_chain_is_freed_when_no_memory_is_left() -> None:
    memory = pytest.importorskip("_testcapi", reason="CPython's own test module makes memory run out")
    _, y = chain("mixed", 100_000)
    memory.set_nomemory(0)
    del y
    memory.remove_mem_hooks()


@pytest.mark.parametrize("inside", ["a bias", "a group", "a function", "lists", "dictionaries"])
def test_however_nodes_lie_inside_one_another_they_are_freed(inside: str) -> None:
    x = Value(1.0)
    before = sys.getallocatedblocks()
    y = x * 1.0
    for _ in range(100_000):
        if inside == "a bias":
            y = affine(Group([x], bias=y), Group([2.0]))
        elif inside == "a group":
            y = ops.sum([y, x])
        elif inside == "a function":
            y = Value(1.0, (x,), lambda x, out, y=y: (1.0,))
        else:
            y = y * 1.0
    kept: Any = y
    if inside in ("lists", "dictionaries"):  # deeper than Python frees containers by recursion
        for _ in range(1000):
            kept = [kept] if inside == "lists" else {"inside": kept}
    y.backward()
    del y, kept
    assert sys.getallocatedblocks() - before < 10_000  # of some hundred thousand: Python keeps a few tuples for later


@pytest.mark.skipif(engine.COMPILED, reason="compiled code cannot be interrupted between its lines")
def test_an_interrupted_pass_leaves_all_or_nothing() -> None:
    def build() -> tuple[list[Value], Value]:
        a, b = Value(2.0), Value(-3.0)
        c = ops.relu(a * b + ops.exp(a))
        return [a, b, c], affine(Group([a, b], bias=b), Group([c, 1.5])) + ops.sum([a, c])

    leaves, root = build()
    root.backward()
    once = [node.grad for node in leaves]
    line, outcomes = 1, set()
    while True:
        leaves, root = build()
        with Interrupt(line) as interrupt:
            root.backward()
        grads = [node.grad for node in leaves]
        assert grads in ([0.0] * 3, once), f"interrupted at line {line}"
        outcomes.add(grads == once)
        for node in topological_order(root):
            node.grad = 0.0
        root.backward()
        assert [node.grad for node in leaves] == once, f"after an interrupt at line {line}"
        if not interrupt.came:
            break
        line += 1
    assert line > 100
    assert outcomes == {True, False}


def test_an_exception_in_a_pass_leaves_nothing_behind() -> None:
    x = Value(2.0)
    fails = [True]

    def derivative(x: float, out: float) -> tuple[float]:
        if fails[0]:
            raise RuntimeError("not now")
        return (1.0,)

    y = Value(2.0, (x * 3.0,), derivative) * x
    with pytest.raises(RuntimeError, match="not now"):
        y.backward()
    assert x.grad == 0.0
    fails[0] = False
    y.backward()
    assert x.grad == 2.0 + 2.0 * 3.0


def test_a_users_derivative_may_run_a_pass_of_its_own() -> None:
    x = Value(3.0)

    def derivative(data: float, out: float) -> tuple[float]:
        (x * x * x).backward()  # shares x with the graph whose pass asks
        inner = Value(data)
        (inner * inner).backward()
        return (inner.grad,)

    y = Value(9.0, (x,), derivative) * 2.0
    y.backward()
    assert x.grad == 27.0 + 12.0


def test_threads_may_share_parameters() -> None:
    w = Value(0.5)
    shared = w * 2.0
    passes, threads = 200, 4
    failures: list[BaseException] = []

    def work(sign: float) -> None:
        try:
            for _ in range(passes):
                root = Value(0.0)
                for i in range(10):
                    root = root + shared * (sign * i)
                root.backward()
        except BaseException as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        workers = [threading.Thread(target=work, args=(float(k + 1),)) for k in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        sys.setswitchinterval(interval)
    assert not failures
    assert w.grad == passes * 2.0 * sum(45.0 * (k + 1) for k in range(threads))


def test_a_copied_group_has_been_in_no_pass() -> None:
    group = Group([Value(2.0), 1.0], bias=0.0)
    affine(group, Group([3.0, 1.0])).backward()
    for twin in (copy.deepcopy(group), pickle.loads(pickle.dumps(group))):
        assert (twin._mark, twin.items[0].data, twin.items[1]) == (0, 2.0, 1.0)
        affine(twin, Group([3.0, 1.0])).backward()
        assert twin.nodes[0].grad == 3.0 + 3.0


def test_leaves_can_be_copied_and_pickled_and_nodes_cannot() -> None:
    x = Value(2.0, label="x")
    (x * x).backward()
    for twin in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert (twin.data, twin.grad, twin.label, twin.has_grad) == (2.0, 4.0, "x", True)
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"cannot be copied or pickled; copy x\.detach\(\)"):
            duplicate(x * x)

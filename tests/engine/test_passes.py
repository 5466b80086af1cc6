"""The topological order, and the pass that goes through it: exact, all or nothing, never on a stale graph."""

from __future__ import annotations

import contextlib
import gc
import math
import random
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from interrupts import Interrupt

from autograd_lite import optim
from autograd_lite.engine import table as ops
from autograd_lite.engine import value as engine
from autograd_lite.engine.bulk import set_data
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine
from autograd_lite.engine.passes import adjoints, stored_order, topological_order
from autograd_lite.engine.recorded import gradients
from autograd_lite.engine.value import COMPILED, Value


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


def test_the_diamond_needs_topological_order() -> None:
    a = Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad) == (4.0, 2.0)


# --- The order ---


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


# --- What flows ---


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


# --- Long, interrupted, shared ---


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

"""The record of a forward and a backward pass: its arithmetic is the engine's, and it changes nothing."""

from __future__ import annotations

import dataclasses
import json
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite import Value, draw, losses, nn, relu, sigmoid, steps, stop_gradient, tanh, trace, where
from autograd_lite.engine.passes import topological_order
from autograd_lite.transcript.tracing import Accumulate, Chain, Forward, Start, Trace


def neuron() -> tuple[Value, ...]:
    x, w, b = Value(2.0, label="x"), Value(-0.5, label="w"), Value(1.8813735870195432, label="b")
    s = w * x + b
    y = tanh(s)
    s.label, y.label = "s", "y"
    return x, w, b, s, y


def chain(found: Trace, node: str, parent: str) -> Chain:
    [step] = [s for s in found.backward if isinstance(s, Chain) and (s.node.name, s.parent.name) == (node, parent)]
    return step


def same(xs: Any, ys: Any) -> bool:
    """Equal to the last bit, the sign of 0 among it; nan equals nan."""
    return [float(x).hex() for x in xs] == [float(y).hex() for y in ys]


def engine(y: Value) -> list[float]:
    order = topological_order(y)
    for node in order:
        node.grad = 0.0
    y.backward()
    return [node.grad for node in order]


def test_the_neuron_step_by_step() -> None:
    found = trace(neuron()[-1])
    assert [node.name for node in found.nodes] == ["w", "x", "v1", "b", "s", "y"]
    assert [(step.node.name, step.formula, step.numbers) for step in found.forward] == [
        ("v1", "w * x", "-0.5 * 2"),
        ("s", "v1 + b", "-1 + 1.881"),
        ("y", "tanh(s)", "tanh(0.8814)"),
    ]
    assert [(type(step).__name__, step.node.name) for step in found.backward] == [
        ("Start", "y"),
        ("Chain", "y"),
        ("Accumulate", "s"),
        ("Chain", "s"),
        ("Accumulate", "v1"),
        ("Chain", "s"),
        ("Accumulate", "b"),
        ("Chain", "v1"),
        ("Accumulate", "w"),
        ("Chain", "v1"),
        ("Accumulate", "x"),
    ]
    # 1 - tanh² at this s is 1/2; the product of w and x passes the other factor back.
    back = chain(found, "y", "s")
    assert (back.formula, back.numbers) == ("1 - y²", "1 - 0.7071²")
    assert back.derivative == pytest.approx(0.5, rel=1e-15)
    assert (chain(found, "v1", "w").formula, chain(found, "v1", "w").numbers) == ("x", "2")
    assert (chain(found, "v1", "x").formula, chain(found, "v1", "x").numbers) == ("w", "-0.5")
    assert found.gradients == pytest.approx([1.0, -0.25, 0.5, 0.5, 0.5, 1.0], rel=1e-15)


def test_the_two_weights_of_the_course() -> None:
    x, w1, w2 = Value(2.0, label="x"), Value(0.5, label="w1"), Value(0.8, label="w2")
    loss = (w2 * sigmoid(w1 * x) - 1.0) ** 2
    found = trace(loss)
    gradient = dict(zip([node.name for node in found.nodes], found.gradients, strict=True))
    assert gradient["w2"] == pytest.approx(-0.6070025246383729, rel=1e-14)
    assert gradient["w1"] == pytest.approx(-0.2611969948022712, rel=1e-14)
    [power] = [s for s in found.backward if isinstance(s, Chain) and s.node.operation.startswith("**")]
    assert (power.formula, power.numbers) == ("2·v4", "2·(-0.4152)")


def test_contributions_add_up_one_by_one() -> None:
    a = Value(2.0, label="a")
    b = a + a
    c = b * b
    b.label, c.label = "b", "c"
    grown = [s for s in trace(c).backward if isinstance(s, Accumulate)]
    assert [(s.node.name, s.old, s.contribution, s.new) for s in grown] == [
        ("b", 0.0, 4.0, 4.0),
        ("b", 4.0, 4.0, 8.0),
        ("a", 0.0, 8.0, 8.0),
        ("a", 8.0, 8.0, 16.0),
    ]
    assert [s.use for s in trace(c).backward if isinstance(s, Chain)] == [0, 1, 0, 1]


def test_nothing_changes_and_nothing_need_be_known() -> None:
    x, w, _, _, y = neuron()
    trace(y)
    assert not any(node.has_grad for node in topological_order(y))
    y.backward()
    y.backward()
    w.grad = 7.0
    before = [node.grad for node in topological_order(y)]
    found = trace(y)
    assert [node.grad for node in topological_order(y)] == before
    assert found.gradients[-1] == 1.0
    assert found.gradients[0] == pytest.approx(1.0, rel=1e-15)
    assert x.has_grad


# --- The engine's arithmetic ---


OPERATIONS: list[Any] = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / (1.0 + y * y),
    lambda x, y: x * 2.5,
    lambda x, y: 1.0 - x,
    lambda x, y: -x,
    lambda x, y: x**3,
    lambda x, y: tanh(x),
    lambda x, y: relu(x),
    lambda x, y: abs(x),
    lambda x, y: ag.maximum(x, y),
    lambda x, y: where(x > y, x, y),
    lambda x, y: ag.clip(x, -1.0, 1.0),
    lambda x, y: ag.logsumexp([x, y, x]),
    lambda x, y: ag.sum([x, 2.0, y, x]),
    lambda x, y: ag.dot([x, y, 3.0], [y, x, x]),
    lambda x, y: ag.hypot(x, y),
    lambda x, y: stop_gradient(x) * y,
    lambda x, y: Value(x.data * 3.0, (x, y), (3.0, 0.5)),
]


@given(
    st.lists(st.floats(-3, 3), min_size=2, max_size=4),
    st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0), st.integers(0)), max_size=25),
)
def test_gradients_are_those_of_backward_to_the_last_bit(leaves: list[float], program: Any) -> None:
    nodes = [Value(x) for x in leaves]
    for operation, i, j in program:
        nodes.append(operation(nodes[-1 - i % len(nodes)], nodes[-1 - j % len(nodes)]))
    y = nodes[-1]
    found = trace(y)
    assert same(found.gradients, engine(y))
    order = topological_order(y)
    assert [node.place for node in found.nodes] == list(range(len(order)))
    assert same([node.value for node in found.nodes], [node.data for node in order])
    totals: dict[int, float] = {}
    for before, step in zip(found.backward, found.backward[1:], strict=False):
        if isinstance(step, Chain):
            assert step.parent.place == step.node.parents[step.use]
            assert same([step.incoming], [found.gradients[step.node.place]])
            assert step.derivative is None or same([step.product], [step.incoming * step.derivative])
        elif isinstance(step, Accumulate):  # what it adds is what the chain rule has just given
            assert isinstance(before, Chain)
            assert (before.parent, before.product) == (step.node, step.contribution)
            assert same([step.old, step.new], [totals.get(step.node.place, 0.0), step.old + step.contribution])
            totals[step.node.place] = step.new


def test_a_network_to_the_last_bit() -> None:
    model = nn.MLP(2, [4, 3, 1], activation="tanh", rng=random.Random(0))
    loss = losses.mse([model(x) for x in ([0.5, -1.0], [2.0, 0.25])], [1.0, -1.0])
    found = trace(loss)
    assert same(found.gradients, engine(loss))
    sums = [s for s in found.backward if isinstance(s, Chain) and s.node.name == "z0[0]"]
    assert len(sums) == 3  # two weights and the bias; the inputs are plain numbers
    assert [(s.parent.name, s.formula) for s in sums] == [("w0[0,0]", "0.5"), ("w0[0,1]", "-1"), ("b0[0]", "1")]


def test_nan_and_infinity_take_their_course() -> None:
    x = Value(0.0, label="x")
    y = ag.sqrt(x) * 0.0
    found = trace(y)
    assert math.isnan(found.gradients[0])
    assert same(found.gradients, engine(y))
    steps = json.loads(found.to_json())["steps"]
    assert [step["derivative"] for step in steps if step["event"] == "chain"] == [0.0, "Infinity"]
    assert steps[-1] == {"event": "accumulate", "node": 0, "old": 0.0, "contribution": "NaN", "new": "NaN"}


def test_nothing_flows_to_the_side_not_taken() -> None:
    x, z = Value(1.0, label="x"), Value(0.0, label="z")
    y = where(x > 0, x, ag.sqrt(z))
    found = trace(y)
    sides = {s.parent.name: (s.derivative, s.product) for s in found.backward if isinstance(s, Chain)}
    assert sides["x"] == (1.0, 1.0)
    assert [d for name, d in sides.items() if name != "x"] == [(None, None)] * (len(sides) - 1)
    assert {s.node.name for s in found.backward if isinstance(s, Accumulate)} == {"x"}
    assert "z" not in sides  # its derivative there would be infinite
    assert same(found.gradients, engine(y))


def test_a_stale_graph_is_refused() -> None:
    x = Value(3.0)
    y = ag.sum([x * x, x, 1.0])
    x.data = 5.0
    for _ in range(2):
        for show in (trace, steps):
            with pytest.raises(RuntimeError, match="stale graph"):
                show(y)
        draw(y, unfold=True)


def test_a_function_of_the_users_own() -> None:
    x = Value(2.0, label="x")
    found = trace(Value(8.0, (x,), lambda x, out: (3 * x**2,), label="y"))
    [step] = [s for s in found.backward if isinstance(s, Chain)]
    assert (step.formula, step.numbers, step.derivative) == ("", "", 12.0)


# --- Its form ---


def test_it_is_plain_data_that_cannot_be_changed() -> None:
    found = trace(neuron()[-1])
    assert found.steps == found.forward + found.backward
    for item in (found, *found.nodes, *found.steps):
        assert dataclasses.is_dataclass(item)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(item, dataclasses.fields(item)[0].name, None)
    assert found == trace(neuron()[-1])


def test_json_says_all_of_it() -> None:
    found = trace(neuron()[-1])
    read = json.loads(found.to_json())
    assert [node["name"] for node in read["nodes"]] == [node.name for node in found.nodes]
    kinds = {"forward": Forward, "start": Start, "chain": Chain, "accumulate": Accumulate}
    for step, told in zip(found.steps, read["steps"], strict=True):
        kind = kinds[told.pop("event")]
        nodes = {key: found.nodes[told[key]] for key in ("node", "parent") if key in told}
        assert kind(**{**told, **nodes}) == step


def test_a_leaf_is_where_the_pass_starts_and_ends() -> None:
    found = trace(Value(3.0))
    assert found.forward == ()
    assert [type(step) for step in found.backward] == [Start]
    assert found.gradients == (1.0,)


@pytest.mark.parametrize("what", [3.0, "y", None, [Value(1.0)]])
def test_what_is_no_value_is_refused(what: Any) -> None:
    with pytest.raises(TypeError, match="trace: needs a Value, got"):
        trace(what)


def test_deep_graphs_and_long_names() -> None:
    y = x = Value(1.0, label="x" * 200 + "\n<b>")
    for _ in range(5000):
        y = y + x
    found = trace(y)
    assert found.gradients[0] == 5001.0
    assert found.nodes[0].name == "x" * 200 + " <b>"
    assert max(len(step.formula) for step in found.forward) < 60


def test_a_group_is_written_out_with_its_names_and_its_numbers() -> None:
    x = Value(2.0, label="x")
    [_, second] = ag.softmax([x, 1.0])
    [found] = [step for step in trace(second).backward if isinstance(step, Chain)]
    assert found.formula == "v1·((0 == 1) - softmax([x, 1])[0])"
    assert found.numbers == "0.2689·((0 == 1) - softmax([2, 1])[0])"
    many = [Value(float(k), label=f"x{k}") for k in range(20)]
    found = next(step for step in trace(ag.logsumexp(many)).backward if isinstance(step, Chain))
    assert found.formula == "softmax([x0, x1, x2, x3, …, x19])[0]"

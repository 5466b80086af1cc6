"""Folding: what large graphs become, what is asked to fold, and what folds together."""

from __future__ import annotations

import random
import re

from drawn import Parsed, chain, trained

from autograd_lite import Value, draw, nn
from autograd_lite.engine import table as ops
from autograd_lite.engine.passes import topological_order
from autograd_lite.transcript.texts import short


def test_up_to_150_boxes_nothing_is_folded() -> None:
    x = Value(1.0, label="x")
    terms = [ops.exp(x) for _ in range(148)]
    assert len(Parsed(draw(ops.sum(terms))).graph.nodes()) == 150
    folded = Parsed(draw(ops.sum([*terms, ops.exp(x)])))
    assert folded.lines("149 × exp") == ["149 × exp", "2.718"]
    assert len(folded.graph.nodes()) == 3
    assert "151 nodes folded into 3 boxes" in folded.graph.graph_attr["label"]
    assert len(Parsed(draw(ops.sum([*terms, ops.exp(x)]), fold=False)).graph.nodes()) == 151


def test_neurons_fold_first() -> None:
    picture = Parsed(draw(trained([4, 8, 8, 3], activation="tanh")))
    assert {f"neuron {m}: tanh(Σwx + b)" for m in range(8)} <= set(picture.boxes)
    assert "neuron 2: Σwx + b" in picture.boxes
    assert set(picture.frames()) == {"layer 0", "layer 1", "layer 2"}
    colours = {edge.attr["color"] for edge in picture.edges}
    assert len(colours) > 20  # so many edges bear colours in place of numbers
    labelled = {edge[1].attr["label"].split(" =")[0] for edge in picture.edges if edge.attr["label"]}
    assert not [head for head in labelled if head.startswith("neuron")]
    assert "L" in labelled
    assert len(draw(trained([4, 8, 8, 3])).source) < 50_000


def test_a_folded_neuron_shows_its_output() -> None:
    loss = trained([1, 2, 1], activation="tanh")
    picture = Parsed(draw(loss, fold=True))
    output = next(node for node in topological_order(loss) if node.operation is ops.tanh)
    lines = picture.lines("neuron 0: tanh(Σwx + b)")
    assert lines[1:] == [f"a0[0] = {short(output.data)}", f"∂L/∂a0[0] = {short(output.grad)}"]


def test_layers_fold_where_neurons_are_too_many() -> None:
    picture = Parsed(draw(trained([2, 16, 16, 1], batch=100)))
    assert picture.lines("layer 0")[1:4] == ["16 × ReLU(Σwx + b)", "48 parameters", "used 100 times"]
    assert picture.lines("layer 1")[1:4] == ["16 × ReLU(Σwx + b)", "272 parameters", "used 100 times"]
    assert picture.lines("layer 2")[1:4] == ["Σwx + b", "17 parameters", "used 100 times"]
    assert picture.lines("layer 0")[4].startswith("∂L/∂parameters: ")
    assert {"200 numbers", "100 × -", "100 × ·**2", "L = mean"} <= set(picture.boxes)


def test_alike_leaves_fold_with_their_range() -> None:
    leaves = [Value(float(i), label=f"x{i}") for i in range(200)]
    picture = Parsed(draw(ops.sum(leaves)))
    assert picture.lines("200 Values") == ["200 Values", "0 … 199"]


def test_what_cannot_be_folded_is_cut_and_says_so() -> None:
    picture = Parsed(draw(chain(100_000)))
    said = re.search(r"the (\d+) of 100,001 nodes nearest to v100000", picture.graph.graph_attr["label"])
    assert said is not None
    rest = f"{100_001 - int(said[1]):,} nodes"
    assert picture.lines(rest) == [rest, "not drawn"]
    assert len(picture.graph.nodes()) == 41
    assert len([head for head in picture.boxes if head.startswith("v")]) == int(said[1])
    assert "v100000 = v99999 + 1" in picture.boxes


def test_not_to_fold_has_its_limit_too() -> None:
    picture = Parsed(draw(chain(10_000), fold=False))
    assert len(picture.graph.nodes()) == 501
    assert "of 10,001 nodes nearest to" in picture.graph.graph_attr["label"]


def test_a_weighted_sum_of_very_many_inputs_is_drawn() -> None:
    picture = Parsed(draw(nn.Neuron(10_000, rng=random.Random(0))([0.5] * 10_000)))
    assert len(picture.graph.nodes()) <= 150


def test_a_layer_that_is_fed_its_own_output_is_drawn_folded_and_not() -> None:
    layer = nn.Layer(2, 2, rng=random.Random(0))
    out = ops.sum(layer(layer([1.0, 2.0])))
    for fold in (None, True, False):
        picture = Parsed(draw(out, fold=fold))
        # What lays layers out side by side would contradict the edges here.
        assert len(picture.edges) == len(picture.graph.edges()) > 0


def test_neurons_and_layers_fold_on_request() -> None:
    loss = trained([2, 3, 1], activation="tanh")
    for fold in (True, "neurons"):
        assert "neuron 2: tanh(Σwx + b)" in Parsed(draw(loss, fold=fold)).boxes
    layers = Parsed(draw(loss, fold="layers"))
    assert layers.lines("layer 0")[1:3] == ["3 × tanh(Σwx + b)", "9 parameters"]
    assert "layer 1" in layers.boxes
    assert not any(head.startswith("neuron") for head in layers.boxes)


def test_nodes_with_other_parameters_are_not_alike() -> None:
    x = Value(1.5, label="x")
    powers = [x ** (2.0 + k % 2) for k in range(200)]
    heads = set(Parsed(draw(ops.sum(powers))).boxes)
    assert {"100 × ·**2", "100 × ·**3"} <= heads

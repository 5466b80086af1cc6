"""Functions on their way out, with NumPy as the engine: structures of arguments and results, and what is refused."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import extras
import pytest
from functions import close
from numpy_arrays import NumPy

from autograd_lite import Value, grad, jit, log, nn, tanh, where
from autograd_lite import array as value_array
from autograd_lite import sum as total
from autograd_lite.programs.program import LITERALS
from autograd_lite.programs.targets import exported as exported_module
from autograd_lite.programs.targets.array_plan import pieces
from autograd_lite.programs.targets.exported import Exported

np = extras.numpy


def out(f: Any, *example: Any) -> Any:
    """The function, as NumPy runs it."""
    made = Exported(f, example, "to_numpy")
    plan = made.planned(NumPy())

    def run(*args: Any) -> Any:
        units = [np.concatenate([np.ravel(x) for x in pieces(unit)]) for unit in made.units(args)]
        return made.write(plan([unit if unit.size != 1 else unit[0] for unit in units]))

    return run


@dataclass
class Line:
    slope: Any
    offset: Any


def test_structures_are_taken_and_given_back() -> None:
    def f(p: Any, line: Line, xs: Any, count: int, name: str) -> Any:
        y = line.slope * xs[0][0] + line.offset
        return {"name": name, "y": (y, [p["a"] * y, p["b"][1] * count]), "line": Line(y, 3.0), "rows": xs * 2.0}

    def args(k: float, kind: Any) -> Any:
        return {"a": k, "b": (1.0, 2.0 * k)}, Line(k, -k), kind([[k, 2.0], [3.0, k]]), 4, "it"

    made = out(f, *args(1.0, lambda rows: value_array([[Value(x) for x in row] for row in rows])))
    found, expected = made(*args(0.3, np.array)), f(*args(0.3, np.array))
    assert type(found["line"]) is Line
    assert type(found["y"]) is tuple
    assert found["rows"].shape == (2, 2)
    assert close([found[key] for key in ("name", "y", "rows")], [expected[key] for key in ("name", "y", "rows")])
    assert close([found["line"].slope, found["line"].offset], [expected["line"].slope, 3.0])


def test_an_array_stands_for_a_list_of_its_rows() -> None:
    def f(w: Any, rows: Any) -> Any:
        return [tanh(w[0] * x + w[1] * y) for x, y in rows]

    made = out(f, [0.5, 0.25], [[1.0, 2.0], [3.0, 4.0]])
    w, rows = [0.1, -0.3], [[0.5, 1.5], [2.5, 3.5]]
    assert close(made(w, rows), f(w, rows))
    assert close(made(np.array(w), np.array(rows)), f(w, rows))
    assert close(made(np.array(w), [np.array(row) for row in rows]), f(w, rows))


def test_what_is_no_input_is_a_constant() -> None:
    bias = Value(0.5)
    made = Exported(lambda x, n: x**n + bias, (2.0, 3), "to_numpy")
    assert made.program.inputs[0].lanes == 1
    assert len(made.program.inputs) == 1
    assert [x.table for x in made.program.instructions if x.operation is LITERALS] == [(0.5,)]
    assert out(lambda x: (3.0, "text"), 2.0)(1.0) == (3.0, "text")
    model = nn.MLP(2, [3, 1], rng=random.Random(1))
    assert close(out(lambda x: model(x), [0.1, 0.2])([0.5, -0.5]), model([0.5, -0.5]).data)


def test_comparisons_are_results_and_choose() -> None:
    made = out(lambda x, ys: (x > 0, [y < x for y in ys], where(x > 0, x, -1.0)), 1.0, [1.0, 2.0])
    truth, truths, chosen = made(-3.0, [-4.0, 5.0])
    assert [bool(x) for x in (truth, *truths)] == [False, True, False]
    assert chosen == -1.0
    many = out(lambda xs: xs > 0.5, value_array([Value(1.0), Value(2.0)]))
    assert many(np.array([0.0, 3.0])).tolist() == [False, True]


@pytest.mark.parametrize("wrap", [jit, lambda f: f])
def test_what_differentiates_and_what_is_jitted_goes_out_too(wrap: Any) -> None:
    slope = grad(wrap(lambda xs: total([x * x * x for x in xs])))
    assert close(out(wrap(slope), [1.0, 2.0, 3.0, 4.0])([0.5, 1.5, 2.5, 3.5]), slope([0.5, 1.5, 2.5, 3.5]))


def test_a_branch_is_refused_with_its_line() -> None:
    def price(x: Any) -> Any:
        if x > 1:
            return log(x)
        return x

    with pytest.raises(
        TypeError, match=r"^to_numpy: .*price takes a branch in .*test_exported.py, line \d+: if x > 1:"
    ):
        out(price, 2.0)
    assert out(lambda x: log(x) if Value(2.0) > 1 else x, 2.0)(1.0) == 0.0  # which is the same for all numbers


def test_what_jit_cannot_record_is_refused_by_the_same_words() -> None:
    with pytest.raises(TypeError, match="two calls with the same arguments do not compute the same"):
        out(lambda x: x * random.random(), 2.0)
    with pytest.raises(TypeError, match=r"to_numpy: needs a function, got 3\.0"):
        out(3.0, 2.0)


@pytest.mark.parametrize("example", [(), (3,), ([1, 2], "text")])
def test_an_example_without_a_float_is_refused(example: Any) -> None:
    with pytest.raises(TypeError, match=r"has no float in it; whole numbers count by their value, so write 3\.0"):
        out(lambda *args: 1.0, *example)


def test_a_program_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def steps(x: Any) -> Any:
        for i in range(60):
            x = tanh(x * (i + 0.5))
        return x

    monkeypatch.setattr(exported_module, "MOST", 121)
    assert out(steps, 2.0)
    monkeypatch.setattr(exported_module, "MOST", 100)
    with pytest.raises(ValueError, match=r"^to_numpy: .*steps has 121 instructions .* more than the 100 that"):
        out(steps, 2.0)


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        ((1.0,), "the example has 4 arguments, got 1"),
        (([1.0], [1.0, 2.0], 3, np.ones(3)), "x is one number in the example, got a list of 1"),
        ((None, [1.0, 2.0], 3, np.ones(3)), "x is one number in the example, got None"),
        ((1.0, [1.0, "a"], 3, np.ones(3)), r"xs\[1\] is one number in the example, got 'a'"),
        ((np.ones(2), [1.0, 2.0], 3, np.ones(3)), r"x is one number in the example, got one of shape \(2,\)"),
        ((1.0, [1.0], 3, np.ones(3)), "xs is a list of 2 in the example, got a list of 1"),
        ((1.0, (1.0, 2.0), 3, np.ones(3)), "xs is a list of 2 in the example, got a tuple of 2"),
        ((1.0, np.ones(3), 3, np.ones(3)), r"xs is a list of 2 in the example, got one of shape \(3,\)"),
        (
            (1.0, [1.0, 2.0], 4, np.ones(3)),
            "n is 3 in the example, a constant, got 4; write 3.0 in the example if it is",
        ),
        ((1.0, [1.0, 2.0], 3, np.ones(4)), r"a is an array of shape \(3,\) in the example, got one of shape \(4,\)"),
        ((1.0, [1.0, [2.0]], 3, np.ones(3)), r"xs\[1\] is one number in the example, got a list of 1"),
    ],
)
def test_other_structures_are_refused_by_name(args: Any, complaint: str) -> None:
    made = out(lambda x, xs, n, a: x * xs[0] * n + a[0], 1.0, [1.0, 2.0], 3, np.ones(3))
    with pytest.raises((TypeError, ValueError), match=f"^to_numpy: {complaint}"):
        made(*args)


def test_dicts_are_read_by_their_keys() -> None:
    made = out(lambda p: p["a"] - p["b"], {"a": 2.0, "b": 1.0})
    assert made({"b": 10.0, "a": 3.0}) == -7.0
    with pytest.raises(ValueError, match="p is a dict of 2 in the example, got a dict of 2"):
        made({"a": 1.0, "c": 2.0})


def test_it_is_called_as_the_function_was() -> None:
    def energy(x: Any) -> Any:
        """½x²."""
        return 0.5 * x * x

    made = Exported(energy, (1.0,), "to_numpy").wrapped(lambda x: None)
    assert (made.__name__, made.__doc__, made.__module__) == ("energy", "½x².", __name__)

"""What is seen to change in objects, what is not looked at, and what draws nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from extras import numpy as np

from autograd_lite import Value, nn, tanh
from autograd_lite.programs.observed import Observed

SCALE = 2.0


def scaled(x: Any) -> Any:
    return SCALE * x


class Holder:
    """Holds a bit of everything."""

    def __init__(self) -> None:
        self.number, self.text, self.nothing = 1.0, "a", None
        self.numbers, self.names = [1, 2], {"a": [1.0], "b": (2.0, {3})}
        self.model = nn.MLP(2, [2, 1], activation="tanh")
        self.function: Callable[[Any], Any] = scaled
        self.method = self.called
        self.value = Value(1.0)
        self.rng = random.Random(1)
        self.itself = self

    def called(self, x: Any) -> Any:
        return x

    def __call__(self, x: Any) -> Any:
        return scaled(x)


def exchange(name: str, x: Any) -> Callable[[Any], None]:
    return lambda holder: setattr(holder, name, x)


CHANGES: dict[str, Callable[[Any], Any]] = {
    "a number": exchange("number", 2.0),
    "its kind": exchange("number", 1),
    "a text": exchange("text", "b"),
    "something": exchange("nothing", False),
    "an entry": lambda holder: holder.numbers.__setitem__(0, 5),
    "one more": lambda holder: holder.numbers.append(3),
    "deep inside": lambda holder: holder.names["b"][1].add(4),
    "a name": lambda holder: holder.names.update(c=1.0),
    "a new attribute": exchange("other", 1),
    "an activation": lambda holder: setattr(holder.model.layers[0].neurons[1], "activation", "relu"),
    "a layer": lambda holder: holder.model.layers.pop(),
    "a weight": lambda holder: setattr(holder.model.layers[0].neurons[0], "w", [1.0, 2.0]),
    "a function": exchange("function", tanh),
    "another Value": exchange("value", Value(1.0)),
    "a draw": lambda holder: holder.rng.random(),
    "a global": lambda holder: globals().update(SCALE=3.0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_seen_once(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "SCALE", 2.0)
    holder = Holder()
    observed = Observed(lambda: [holder])
    assert not observed.has_changed()
    CHANGES[change](holder)
    assert observed.has_changed()
    assert not observed.has_changed()


def test_data_and_gradients_of_values_are_not_looked_at() -> None:
    holder = Holder()
    observed = Observed(lambda: [holder, [holder.number]])  # a new list each time
    for p in holder.model.parameters():
        p.data, p.grad = 5.0, 1.0
    holder.value.data = 7.0
    assert not observed.has_changed()


def test_arrays_are_looked_into() -> None:
    held = {"table": np.array([1.0, 2.0])}
    observed = Observed(lambda: [held])
    assert not observed.has_changed()
    held["table"][1] = 3.0
    assert observed.has_changed()


class Table:
    rate = 2.0


class Box:
    def __init__(self) -> None:
        self.rate = 2.0


TABLE = {"rate": [2.0]}


def by_table(x: Any) -> Any:
    return TABLE["rate"][0] * x * Table.rate


def test_what_functions_read_is_looked_into() -> None:
    held, box, array, name = [2.0], Box(), np.array([2.0]), SimpleNamespace(rate=2.0)

    def function(x: Any) -> Any:
        return by_table(x) * held[0] * box.rate * array[0] * name.rate

    def hold() -> None:
        nonlocal held
        held = [5.0]

    changes: list[Callable[[], Any]] = [
        lambda: held.append(3.0),
        hold,
        lambda: setattr(box, "rate", 3.0),
        lambda: array.__setitem__(0, 3.0),
        lambda: setattr(name, "rate", 3.0),
        lambda: TABLE["rate"].append(3.0),
        lambda: setattr(Table, "rate", 3.0),
    ]
    observed = Observed(lambda: [function])
    for change in changes:
        assert not observed.has_changed()
        change()
        assert observed.has_changed()


def test_functions_of_no_module_are_looked_into() -> None:
    names: dict[str, Any] = {"held": [2.0]}
    exec("def function(x): return x * held[0]", names)
    names["function"].__module__ = None
    observed = Observed(lambda: [names["function"]])
    names["held"][0] = 3.0
    assert observed.has_changed()


def test_generators_go_on_as_if_nobody_had_drawn() -> None:
    own = random.Random(2)
    holder = Holder()

    def drawing(x: Any) -> Any:
        return x + own.random()

    np.random.seed(1)
    random.seed(1)
    draws = [holder.rng.random, own.random, random.random, np.random.random]
    observed = Observed(lambda: [holder, drawing])
    with observed.without_draws():
        first = [draw() for draw in draws]
    assert [draw() for draw in draws] == first
    assert [draw() for draw in draws] != first

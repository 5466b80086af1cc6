"""The reference: every public name with its signature and its docstring, a page for each room."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from pdoc import docstrings
from pdoc.render_helpers import to_html

import autograd_lite
from autograd_lite import Value, calculus, course, data, losses, nn, optim, plots, programs, show
from autograd_lite.engine.operation import TABLE, Operation

from .front import HELPERS

TITLES = {
    "value": "Value",
    "operations": "Operations",
    "derivatives": "Derivatives of functions",
    "jit": "Fast loops",
    "networks": "Networks",
    "losses": "Losses",
    "optimisers": "Optimisers",
    "data": "Data sets",
    "pictures": "Pictures",
    "plots": "Plots",
    "course": "The course",
}
MODULES = {"networks": "nn", "losses": "losses", "optimisers": "optim", "data": "data", "plots": "plots"}
OF_SEVERAL_ROWS = "softmax log_softmax polygamma"
OF_GRAPHS = ["gradients", "no_grad", "detect_anomaly", "AnomalyError", "trace"]


@dataclass(frozen=True)
class Entry:
    """A public name.

    Attributes:
        name: As it is called.
        signature: What it is given.
        about: Its first line.
        html: Its docstring.
        members: Of a class, its methods.
    """

    name: str
    signature: str
    about: str
    html: str
    members: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Room:
    """A page of the reference."""

    key: str
    title: str
    about: str
    entries: list[Entry]

    @property
    def module(self) -> str:
        """What its names are called with, as in ``nn.fit``; empty if they need nothing."""
        return MODULES.get(self.key, "")


def rooms() -> list[Room]:
    """All of the reference."""
    found = {
        "value": ("The number with a memory, and what can be done with its graph.", _value()),
        "operations": (
            "Each takes numbers and gives a float, or Values and gives a Value. Most are methods too, and are what "
            "NumPy's functions call.",
            [
                *[
                    _entry(name, row)
                    for name, row in TABLE.items()
                    if hasattr(autograd_lite, name) and name not in HELPERS
                ],
                *_named(autograd_lite, OF_SEVERAL_ROWS),
            ],
        ),
        "derivatives": ("Functions of functions, named as in JAX.", _public(calculus)),
        "jit": ("Plain loops at the speed of the machine, and on other machines.", _public(programs)),
        "networks": (_first(nn), _named(nn, "Module Neuron Layer MLP fit History DivergenceError to_torch from_torch")),
        "losses": (
            _first(losses),
            _named(losses, "mse mae huber hinge binary_cross_entropy_with_logits cross_entropy"),
        ),
        "optimisers": (
            _first(optim),
            _named(optim, "SGD Adam AdamW RMSprop StepLR CosineAnnealingLR clip_grad_norm Optimizer Schedule"),
        ),
        "data": (_first(data), _named(data, "xor moons circles spirals blobs iris split standardize")),
        "pictures": (_first(show), _named(show, "draw steps explain watch Picture Steps Explanation Film")),
        "plots": (_first(plots), _public(plots)),
        "course": (_first(course), _named(course, "check exercises")),
    }
    return [Room(key, TITLES[key], about, entries) for key, (about, entries) in found.items()]


def _first(module: ModuleType) -> str:
    return _brief(inspect.getdoc(module) or "")


def _brief(doc: str) -> str:
    return " ".join(doc.split("\n\n")[0].split())


def _public(module: Any) -> list[Entry]:
    return _named(module, " ".join(sorted(module.__all__)))


def _named(module: ModuleType, names: str) -> list[Entry]:
    return [_entry(name, getattr(module, name)) for name in names.split()]


def _value() -> list[Entry]:
    methods = [name for name in vars(Value) if not name.startswith("_") and name not in TABLE]
    known = [name for name in methods if inspect.getdoc(getattr(Value, name)) and name not in RECORDING]
    entry = _entry("Value", Value)
    members = [_entry(name, getattr(Value, name)) for name in known]
    return [
        Entry(entry.name, entry.signature, entry.about, entry.html, members),
        *[_entry(name, getattr(autograd_lite, name)) for name in OF_GRAPHS],
    ]


#: Methods that operations are recorded with, and that nobody calls.
RECORDING = {"record_unary", "record", "record_entries"}


def _entry(name: str, thing: Any) -> Entry:
    doc = inspect.getdoc(thing) or ""
    members = list(_members(thing)) if inspect.isclass(thing) and thing is not Value else []
    html = str(to_html(docstrings.convert(doc, "google", None))).replace("<pre>", '<pre tabindex="0">')  # it scrolls
    return Entry(name, _signature(thing), _brief(doc), html, members)


def _members(kind: type) -> Iterator[Entry]:
    for name, thing in inspect.getmembers(kind):
        of_ours = getattr(thing, "__module__", None) or getattr(getattr(thing, "fget", None), "__module__", "")
        if not name.startswith("_") and inspect.getdoc(thing) and str(of_ours).startswith("autograd_lite"):
            yield _entry(name, thing)


def _signature(thing: Any) -> str:
    if isinstance(thing, Operation):
        given = inspect.signature(thing).parameters.values()
        names = [f"[{x}]" if is_group else str(x) for x, is_group in zip(given, thing.groups, strict=True)]
        return f"({', '.join(names)})"
    if isinstance(thing, property) or not callable(thing) or (inspect.isclass(thing) and issubclass(thing, Exception)):
        return ""
    try:
        text = str(inspect.signature(thing))
    except (TypeError, ValueError):
        return ""
    return re.sub(r"\bself, |\(self\)", lambda found: "()" if found[0] == "(self)" else "", text).replace("'", "")

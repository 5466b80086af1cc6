"""`Module`: what neurons, layers, networks and modules of one's own have in common."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .. import optim
from ..engine.bulk import set_grads
from ..engine.numbers import number
from ..engine.value import Value
from . import saving

#: How the names that modules give to parameters begin.
NAME = re.compile(r"([wb]\d+|neurons|layers)\[")


class Module:
    """Something with parameters. One of your own defines ``parameters()`` and ``__call__``.

    It may stand among the ``neurons`` of a `Layer` or the ``layers`` of an `MLP`, as may any function: it is called
    with a sequence of numbers and Values, or, as the first of the layers, with what the network is called with.
    """

    def __call__(self, x: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes; define __call__(self, x)")

    def parameters(self) -> list[Value]:
        """The leaves that training moves."""
        return []

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their names: p0, p1, … where a subclass knows no better."""
        known = {id(p): name for name, p in reversed(self._names())}  # of a shared one, the first
        return [(known.get(id(p), f"p{i}"), p) for i, p in enumerate(self.parameters())]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, before the next backward pass."""
        parameters = self.parameters()
        set_grads(parameters, [0.0] * len(parameters))

    def state_dict(self) -> dict[str, float]:
        """The data of every parameter under its name.

        >>> from autograd_lite.nn import MLP
        >>> model = MLP(1, [1])
        >>> model.load_state_dict({"w0[0,0]": 2.0, "b0[0]": 0.5})
        >>> model.state_dict()
        {'w0[0,0]': 2.0, 'b0[0]': 0.5}
        """
        return {name: p.data for name, p in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter to the number under its name. All or nothing.

        Raises:
            ValueError: A name is missing, or names no parameter.
            TypeError: There is something else than a number.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"load_state_dict: needs names and numbers, as state_dict() gives them, got {state!r:.80}")
        named = self.named_parameters()
        names = [name for name, _ in named]
        missing = [name for name in names if name not in state]
        unknown = [name for name in state if name not in set(names)]
        if missing or unknown:
            raise ValueError(
                f"{self._architecture()} has {len(names)} parameters, got {len(state)} "
                f"(missing: {_some(missing)}; unknown: {_some(unknown)})"
            )
        numbers = [number(state[name], name) for name in names]
        optim.assign([p for _, p in named], numbers)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write architecture and parameters into a file of readable JSON, which `load` reads to the last digit.

        A file that is there is replaced in one move once the new one is whole, or is left as it was; it keeps its
        permissions, and a link to it stays a link.

        Args:
            path: The file; its folder exists.

        Raises:
            OSError: The file cannot be written.
        """
        saving.write(path, self._architecture(), self.state_dict())

    def load(self, path: str | os.PathLike[str]) -> None:
        """Set every parameter to what `save` has written. All or nothing.

        Args:
            path: A file written by `save`, of a model of the same architecture.

        Raises:
            OSError: The file cannot be read.
            ValueError: It was not written by `save`, or holds a model of another architecture.
        """
        architecture, state = saving.read(path)
        if architecture != self._architecture():
            raise ValueError(f"{path} holds {architecture}, which cannot be loaded into {self._architecture()}")
        self.load_state_dict(state)

    def _names(self) -> list[tuple[str, Value]]:
        """Names for parameters, as far as they are known."""
        return []

    def _nin(self) -> int | None:
        """How many inputs it is called with; None if it does not say."""
        return None

    def _architecture(self) -> str:
        """What must agree for parameters to be exchanged, in words."""
        return f"{type(self).__name__} with {len(self.parameters())} parameters"

    def _kind(self) -> str:
        """The same in the words of the module that holds it."""
        return f"({self._architecture()})"

    def __repr__(self) -> str:
        return self._architecture()

    def _label(self) -> None:
        """Let pictures and messages call the parameters by their names, unless they were given others."""
        for name, p in self._names():
            if not p.label or NAME.match(p.label):
                p.label = name

    def __setattr__(self, name: str, x: Any) -> None:
        super().__setattr__(name, x)
        if name in ("neurons", "layers"):
            self._label()


def _some(names: Sequence[str]) -> str:
    return ", ".join([*map(str, names[:3]), *(["…"] if len(names) > 3 else [])]) or "none"

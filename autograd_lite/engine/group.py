"""Groups: operands that belong together and are shared, such as a neuron's weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, final

from .aliases import Label, Mark
from .floats import Floats
from .numbers import number
from .operation import Operand


@final
class Group:
    """Operands that belong together, such as a neuron's weights; one group may serve many nodes.

    Args:
        items: Values and plain numbers, in any mixture.
        owner: Whose operands they are, for the message.
        bias: What a neuron adds to its weighted inputs; a Value or a float.

    Raises:
        TypeError: An item is neither.

    >>> len(Group([1.0, 2.0]).items)
    2
    """

    __slots__ = ("_floats", "_mark", "_read", "bias", "items", "nodes")

    def __init__(self, items: Iterable[Any], owner: Label = "Group", bias: Any = None) -> None:
        self.bias = bias
        self.items: tuple[Any, ...] = tuple(items)
        self.nodes: tuple[Any, ...] = self.items
        for item in self.items:
            if not isinstance(item, Operand):
                kept = [x if isinstance(x, Operand) or type(x) is float else number(x, owner) for x in self.items]
                self.items = tuple(kept)
                self.nodes = tuple([x for x in self.items if isinstance(x, Operand)])
                break
        self._mark = 0
        self._read = 0
        self._floats: Floats = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return Group, (self.items, "Group", self.bias)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, place: Any) -> Any:
        return self.items[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def floats(self) -> Floats:
        """The data of the items, as they are now."""
        if len(self.nodes) == len(self.items):
            return tuple([node._data for node in self.nodes])
        return tuple([plain(item) for item in self.items]) if self.nodes else self.items

    def floats_in(self, this_pass: Mark) -> Floats:
        """The same, read once in a pass."""
        if self._read != this_pass:
            self._read = this_pass
            self._floats = self.floats()
        return self._floats


def plain(x: Any) -> Any:
    """An operand with floats in the place of Values.

    >>> plain(Group([1, 2])), plain(3.0)
    ((1.0, 2.0), 3.0)
    """
    if isinstance(x, Operand):
        return x._data
    return x.floats() if type(x) is Group else x


def paired(xs: Group, ys: Group) -> bool:
    """Whether two groups are of nodes alone, as many in the one as in the other."""
    return len(xs.nodes) == len(xs.items) == len(ys.items) == len(ys.nodes)


def flat(operands: Iterable[Any]) -> list[Any]:
    """Operands with the groups opened.

    >>> flat([1.0, Group([2.0, 3.0])])
    [1.0, 2.0, 3.0]
    """
    return [x for operand in operands for x in (operand if isinstance(operand, tuple | Group) else (operand,))]

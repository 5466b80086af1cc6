"""A recorded graph as lists: nodes are numbers, each with its row and the numbers of its operands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from ..engine import table as ops
from ..engine.bulk import content_of
from ..engine.custom import CUSTOM
from ..engine.group import Group
from ..engine.operation import Operation, Unary
from ..engine.passes import topological_order
from ..engine.value import Value
from .recording import Derivatives, UnrecordableError

#: Rows of numbers, which most nodes have.
_PLAIN = (Operation, Unary)
#: The number of a node.
Ref: TypeAlias = int


class Record:
    """Derivatives that were asked for, with the numbers of nodes; several of one graph share its order."""

    def __init__(
        self, order: Sequence[Ref], seeds: Sequence[tuple[Ref, Ref]], wanted: Sequence[Ref], forward: bool
    ) -> None:
        self.order, self.seeds, self.wanted, self.forward = order, seeds, wanted, forward


class Listing:
    """Parallel lists of all nodes that a recorded call needs.

    Attributes:
        rows: The operation of each; None for inputs and plain numbers; a `Record` for derivatives.
        args: Its operands: numbers of nodes, tuples of them for groups; of derivatives which of the wanted it is.
        literals: The plain numbers among the nodes.
        inputs: The inputs among the nodes, in order.
        outputs: What is computed.
        guards: Truths, and how they came out.
    """

    def __init__(self, inputs: Sequence[Value]) -> None:
        self.rows: list[Any] = [None] * len(inputs)
        self.args: list[tuple[Any, ...]] = [()] * len(inputs)
        self.literals: dict[Ref, float] = {}
        self.inputs = range(len(inputs))
        self.outputs: list[Ref] = []
        self.guards: list[tuple[Ref, bool]] = []
        self._numbers = {id(node): i for i, node in enumerate(inputs)}
        self._known: dict[Any, Ref] = {}
        self._variables: set[int] = set()
        self._records: dict[int, Record] = {}
        self._orders: dict[int, tuple[list[Ref], Sequence[Value]]] = {}

    def literal(self, x: float) -> Ref:
        """The number of a plain number, the same for the same bits."""
        key = x if x == x and x else repr(x)
        ref = self._known.get(key)
        if ref is None:
            ref = self._known[key] = self.add(None, ())
            self.literals[ref] = x
        return ref

    def add(self, row: Any, args: tuple[Any, ...]) -> Ref:
        self.rows.append(row)
        self.args.append(args)
        return len(self.rows) - 1

    def enter_all(self, nodes: Sequence[Value]) -> None:
        """List nodes, each after its operands."""
        numbers, literals, rows, args = self._numbers, self.literals, self.rows, self.args
        content = content_of(nodes)
        self._find_variables(content[0])
        for node, row, first, second in zip(nodes, *content, strict=True):
            if type(first) is not Value or type(row) not in _PLAIN:
                self._enter(node)
                continue
            one = numbers[id(first)]  # the common rows, written out: 65,000 nodes in half the time
            if second is None:
                given: tuple[Ref, ...] = (one,)
            else:
                other = numbers[id(second)] if type(second) is Value else self.literal(second)
                given = (one, other) if other not in literals or one not in literals else ()
            if given and (second is not None or one not in literals):
                numbers[id(node)] = len(rows)
                rows.append(row)
                args.append(given)
            else:
                self._enter(node)
        for order, graph in self._orders.values():  # only now: one graph may have ends that are listed later
            order += [numbers[id(node)] for node in graph if id(node) in numbers]

    def _find_variables(self, rows: Sequence[Any]) -> None:
        """Those by which is differentiated are no constants, be they made from plain numbers."""
        for record in {id(row): row for row in rows if type(row) is Derivatives}.values():
            nodes = [node for node, _ in record.seeds] if record.forward else record.wanted
            self._variables.update(map(id, nodes))

    def _enter(self, node: Value) -> None:
        """List a node whose operands are listed."""
        operation: Any = node._operation
        if id(node) in self._variables and type(node._first) is not Value:
            self._numbers[id(node)] = self.add(ops.positive, (self.literal(node._data),))
            return
        if operation is None:
            self._numbers[id(node)] = self.literal(node._data)
            return
        first, second = node._first, node._second
        args: tuple[Any, ...]
        if type(operation) is Derivatives:
            record = self._records.get(id(operation)) or self._record(operation)
            self._numbers[id(node)] = self.add(record, (int(second),))
            return
        if operation is CUSTOM:
            raise UnrecordableError("a Value is given parents and local derivatives, which are no program")
        if operation is ops.affine:
            args = (self._ref(first), self._ref(second), self._ref(first.bias))
        elif operation.arity > 2:
            args = tuple(map(self._ref, first.items))
        elif second is None:
            args = (self._ref(first),)
        else:
            args = (self._ref(first), self._ref(second))
        if self._is_constant(args):
            self._numbers[id(node)] = self.literal(node._data)
        else:
            self._numbers[id(node)] = self.add(operation, args)

    def _is_constant(self, args: tuple[Any, ...]) -> bool:
        return all(self._is_constant(x) if type(x) is tuple else x in self.literals for x in args)

    def _ref(self, x: Any) -> Any:
        if type(x) is Value:
            return self._numbers[id(x)]
        if type(x) is Group:
            return tuple([self._ref(item) for item in x.items])
        return self.literal(x)

    def ref(self, x: Any) -> Ref:
        """The number of a node or of a plain number."""
        found: Ref = self._ref(x)
        return found

    def _record(self, record: Derivatives) -> Record:
        numbers = self._numbers
        for node in record.wanted:
            if id(node) not in numbers:  # by which nothing was computed
                numbers[id(node)] = self.literal(node._data)
        order, _ = self._orders.setdefault(id(record.order), ([], record.order))
        seeds = [(self.ref(node), self.ref(seed)) for node, seed in record.seeds]
        found = Record(order, seeds, [self.ref(node) for node in record.wanted], record.forward)
        self._records[id(record)] = found
        return found

    def refs(self) -> dict[int, Ref]:
        """The numbers of nodes, by their id, while these are alive."""
        return self._numbers


def nodes_of(inputs: Sequence[Value], outputs: Sequence[Any], guards: Iterable[tuple[Value, bool]]) -> list[Value]:
    """The nodes that a recorded call needs besides its inputs, each after its operands.

    >>> x = Value(3.0)
    >>> [node.data for node in nodes_of([x], [x * x + 1.0], [])]
    [9.0, 10.0]
    """
    # Truths first, as in the function: what is computed where they come out as they did may raise elsewhere.
    roots = [x for x in [*[truth for truth, _ in guards], *outputs] if type(x) is Value]
    return topological_order(*roots, stops=inputs)[len(inputs) :]


def listed(
    inputs: Sequence[Value],
    outputs: Sequence[Any],
    guards: Iterable[tuple[Value, bool]],
    nodes: Sequence[Value] | None = None,
) -> Listing:
    """The listing of a recorded call.

    Args:
        inputs: The nodes that stand for what will be given at each call; nothing before them counts.
        outputs: Values and floats.
        guards: Truths, and how they came out.
        nodes: What `nodes_of` gives for these, if it is known.

    >>> x = Value(3.0)
    >>> found = listed([x], [x * x + 1.0], [])
    >>> found.rows[1:], found.literals
    ([<operation multiply(x, y)>, None, <operation add(x, y)>], {2: 1.0})
    """
    found = Listing(inputs)
    guards = list(guards)
    found.enter_all(nodes_of(inputs, outputs, guards) if nodes is None else nodes)
    found.outputs = [found.ref(x) for x in outputs]
    found.guards = list(dict.fromkeys([(found.ref(truth), outcome) for truth, outcome in guards]))
    return found

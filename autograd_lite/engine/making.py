"""How a row and its operands become a node: one operation, one node."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from . import floats
from . import table as ops
from .floats import Floats
from .group import Group, paired, plain
from .operation import Operation
from .value import Value, explained, new_leaf, new_node, packed

AFFINE: Final = ops.affine
DOT: Final = ops.dot


def record(self: Value, operation: Operation, operands: Sequence[Any]) -> Value:
    """The result of an operation, with a memory of its operands."""
    kept = [_operand(x, operation) for x in operands]
    try:
        if operation is DOT and paired(kept[0], kept[1]):
            data = _products(kept[0], kept[1], -0.0)
        else:
            data = operation.value(*[plain(x) for x in kept])
    except (ValueError, ArithmeticError) as error:
        raise explained(operation, kept, error) from None
    first, second = packed(operation, kept)
    return new_node(operation, data, first, second)


def record_entries(
    self: Value, operation: Operation, group: tuple[Any, ...], values: Callable[[Floats], list[float]]
) -> list[Any]:
    """The results of an operation on one group and each index, which share the group."""
    shared = Group(group, operation.called)
    return [new_node(operation, data, shared, float(i)) for i, data in enumerate(values(shared.floats()))]


def affine(weights: Group, inputs: Group) -> Value:
    """b + w₀x₀ + w₁x₁ + … as one node, from groups that other nodes may share.

    Args:
        weights: w₀, w₁, … with their bias b.
        inputs: x₀, x₁, …, as many.

    Raises:
        ValueError: There are more of the one than of the other.

    >>> affine(Group([Value(2.0)], bias=Value(1.0)), Group([3.0])).data
    7.0
    """
    bias = plain(weights.bias)
    if paired(weights, inputs):
        data = _products(weights, inputs, bias)
    else:
        data = floats.affine(weights.floats(), inputs.floats(), bias)
    return new_node(AFFINE, data, weights, inputs)


def twin(node: Value, made_like: Value, parents: Mapping[int, Value]) -> Value:
    """A node with the data, gradient and label of one and the operation of another; no mode is asked.

    Args:
        node: Whose data, gradient and label it has.
        made_like: Whose operation and operands it has.
        parents: What takes the place of an operand, under that one's id.

    >>> x, y = Value(2.0), Value(3.0)
    >>> z = x * x
    >>> twin(z, z, {id(x): y}).parents == (y, y)
    True
    """

    def other(operand: Any) -> Any:
        if type(operand) is Group:
            items = [parents.get(id(item), item) for item in operand.items]
            return Group(items, bias=parents.get(id(operand.bias), operand.bias))
        return parents.get(id(operand), operand)

    copy: Value = new_leaf(node._data, node._grad, node.label)
    copy._operation = made_like._operation
    copy._first, copy._second = other(made_like._first), other(made_like._second)
    return copy


def _operand(x: Any, operation: Operation) -> Any:
    """What a node keeps of an operand: a Value, a float, or a Group for a tuple."""
    if type(x) is Value or type(x) is float:
        return x
    return Group(x, operation.called) if type(x) is tuple else operation.number(x)


def _products(xs: Group, ys: Group, total: float) -> float:
    """total + x₀y₀ + x₁y₁ + …, added in that order, of groups that are paired: without the floats between."""
    for i, x in enumerate(xs.nodes):
        y: Value = ys.nodes[i]
        total += x._data * y._data
    return total


Value.record = record  # type: ignore[method-assign, assignment]  # given from outside
Value.record_entries = record_entries  # type: ignore[method-assign, assignment]  # given from outside

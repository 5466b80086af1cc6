"""What a `Value` has besides: a method for each operation, what micrograd's programs read, and no subclass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import table as ops
from .custom import GIVE_DERIVATIVES
from .numbers import number
from .operation import FOLLOWERS, TABLE, Operation, Unary
from .value import Value


def _unary_method(operation: Operation) -> Callable[..., Any]:
    def method(self: Value) -> Value:
        return self.record_unary(operation)

    return method


def _method(operation: Operation) -> Callable[..., Any]:
    def method(self: Value, *operands: Any, **named: Any) -> Any:
        return operation(self, *operands, **named)

    return method


def _round(self: Value, digits: int | None = None) -> Value:
    return self.record_unary(ops.rint) if digits is None else self.record(ops.round_to, (self, number(digits, "round")))


#: What Python's own functions ask for.
for _name, _function in {
    "__floor__": _unary_method(ops.floor),
    "__ceil__": _unary_method(ops.ceil),
    "__trunc__": _unary_method(ops.trunc),
    "__round__": _round,
}.items():
    setattr(Value, _name, _function)


def _refuse_to_derive(cls: type[Any], /, **named: Any) -> None:
    raise TypeError(
        f"{cls.__name__}: no class can be derived from Value, since the engine makes all nodes itself; "
        "keep a Value in an attribute instead"
    )


setattr(Value, "__init_subclass__", classmethod(_refuse_to_derive))  # noqa: B010  (compiled, it cannot stand inside)


_from_rows: set[str] = set()  # the names of methods that rows have given


def _make_method(row: Operation) -> None:
    """Every operation is a method too, which is what NumPy calls on arrays of Values: np.exp(a) asks for a[i].exp()."""
    if hasattr(Value, row.name) and row.name not in _from_rows:
        raise ValueError(f"{row.name}: a Value has an attribute of this name already; give the operation another")
    if not any(row.groups):
        _from_rows.add(row.name)
        setattr(Value, row.name, (_unary_method if isinstance(row, Unary) else _method)(row))


for _row in TABLE.values():
    _make_method(_row)
FOLLOWERS.append(_make_method)


# --- What micrograd's programs read ---


def _no_backward(self: Value) -> None:
    raise AttributeError(
        "a Value has no _backward to call: y.local_derivatives() are the factors of its step, y.backward() takes all "
        "steps, and steps(y) shows them one by one"
    )


def _set_backward(self: Value, function: Any) -> None:
    raise AttributeError(f"a Value has no _backward to set: {GIVE_DERIVATIVES}")


for _name, _property in {
    "_prev": property(lambda self: set(self.parents)),
    "_op": property(lambda self: self.op),
    "_backward": property(_no_backward, _set_backward),
}.items():
    setattr(Value, _name, _property)

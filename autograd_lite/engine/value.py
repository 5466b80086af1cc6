"""`Value`, a float with a memory: what a node knows, and its operators; `passes` gives it `backward`.

How operands lie on a node, `packed` and `unpacked` say. Which derivative belongs to which parent is asked in
`edges`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from math import copysign
from typing import TYPE_CHECKING, Any, Final, cast, final

from . import modes
from . import table as ops
from .aliases import Label, Mark, Result
from .custom import ANY, CUSTOM, GIVE_DERIVATIVES, checked
from .floats import Floats
from .group import Group, flat, plain
from .modes import RECORDERS, is_recording, refuse_to_record, sites, users_line
from .numbers import as_float, is_number, number
from .operation import Operand, Operation

#: Whether these files run compiled.
COMPILED: Final = not __file__.endswith(".py")
OPEN: Final = modes.OPEN
ADD: Final = ops.add
SUBTRACT: Final = ops.subtract
MULTIPLY: Final = ops.multiply
DIVIDE: Final = ops.divide
NEGATIVE: Final = ops.negative
AFFINE: Final = ops.affine
STOP_GRADIENT: Final = ops.stop_gradient

_NONE: Final = ()
NO_GRAD: Final = -0.0  # of a new node; nothing leaves it later, since sums begin with 0.0, and 0.0 + -0.0 is 0.0
REFUSED: Final = cast("Value", NotImplemented)  # then Python asks the other operand
_new: Final = cast("Callable[[type[Value]], Value]", object.__new__)

# A clock that each pass and each move of data puts forward. A node is stale if a leaf among its parents has moved not
# before the node's mark, and only nodes not younger than the last move of all need to be asked. The clock goes on after
# a move, too: what another thread has made meanwhile, of leaves of which some had moved, is stale.
_now = 0
_last_move = -1  # before the first node


def tick() -> Mark:
    """A mark that no node bears yet, nor the one above it."""
    global _now
    _now += 2
    return _now


def begin_move() -> Mark:
    """When the data of leaves that move now were given."""
    global _last_move
    _last_move = tick()
    return _last_move


def last_move() -> Mark:
    """When a Value was last given new data."""
    return _last_move


if TYPE_CHECKING:

    class Methods(Operand):
        """Every operation of the table as a method, and what later files give to a Value."""

        def __getattr__(self, name: str) -> Callable[..., Value]: ...
        def backward(self) -> None: ...
        def record(self, operation: Operation, operands: Sequence[Any]) -> Value: ...
        def local_derivatives(self) -> Floats: ...
else:
    Methods = Operand


@final
class Value(Methods):
    """A number that remembers how it was computed.

    Written where a float would stand, it gives the same number, and knows its derivatives. Comparisons, ``==``
    among them, compare the numbers: ``x in values`` asks for an equal number, and ``any(v is x for v in values)`` for
    the node. The class is final; keep a Value in an attribute of a class of your own.

    Args:
        data: A real number of any kind: Python's, NumPy's, a Fraction, a Decimal.
        parents: For an operation of your own, the Values that it was computed from.
        local_derivatives: For an operation of your own, ∂self/∂parent for each parent: numbers, or a
            function called with the parents' data and the result that returns them. It need not refer to
            the result from outside, nor be a method of what does, and should not: compiled, these would then
            keep one another for ever.
        label: Its name in pictures and messages.

    Raises:
        TypeError: ``data`` is no real number, or a parent is no Value.
        ValueError: There is not one derivative for each parent.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> y.backward()
    >>> y.data, x.grad
    (9.0, 6.0)
    """

    # `_first` and `_second` hold its operands, as `packed` lays them, and a leaf's `_first` the time of its last move;
    # `_mark` is the last time at which it was known to follow from its parents, as the clock above has it; `_adjoint`
    # is what the pass that runs has summed so far, and `_grad` what all passes have.
    __slots__ = ("_adjoint", "_first", "_grad", "_label", "_mark", "_operation", "_second")

    def __init__(
        self,
        data: Any,
        parents: Iterable[Value] = (),
        local_derivatives: Any = (),
        label: Label = "",
        *,
        _children: Any = (),
        _op: Any = "",
    ) -> None:
        if _children or _op:
            raise TypeError(f"Value: micrograd's _children and _op say nothing of derivatives; {GIVE_DERIVATIVES}")
        if not isinstance(label, str):
            raise TypeError(f"Value: label must be a text, got {label!r}")
        self._data: float = data if type(data) is float else number(data, "Value")
        self._grad: float = NO_GRAD
        self._mark: int = _now
        self._adjoint: float = 0.0
        self._label: str = label
        self._operation: Operation | None = None
        self._first: Any = None
        self._second: Any = None
        if parents is not _NONE or local_derivatives is not _NONE:
            known, given = checked(parents, local_derivatives)
            if known:
                self._first, self._second = Group(known), given
                self._operation = CUSTOM
                ANY[:] = [None]
                if OPEN:
                    _observe(self)

    # --- What a node knows ---

    @property
    def data(self) -> float:
        """Its number. Assigning a new one makes it a leaf there, and what was computed from it before stale."""
        if RECORDERS:
            refuse_to_record("data is read", "use the Value itself")
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        global _now, _last_move
        x: float = data if type(data) is float else number(data, "Value.data")
        if RECORDERS:
            refuse_to_record("data is assigned", "return the new number and assign it outside of the function")
        _now += 2  # `begin_move`, written out: between two lines without a call threads do not take turns
        _last_move = _now
        self._operation = self._second = None
        self._first = _now
        self._data = x
        _now += 2

    @property
    def grad(self) -> float:
        """The sum of ∂root/∂self over all backward passes since it was last set to 0."""
        if RECORDERS:
            refuse_to_record("grad is read", "write grad(f) or value_and_grad(f) inside, which return it")
        return self._grad + 0.0

    @grad.setter
    def grad(self, grad: Any) -> None:
        if RECORDERS:
            refuse_to_record("grad is assigned", "do so outside of the function")
        self._grad = number(grad, "Value.grad") + 0.0

    @property
    def has_grad(self) -> bool:
        """Whether a backward pass has reached it, or it was given a `grad`, so that this says something."""
        return self._grad != 0.0 or copysign(1.0, self._grad) > 0.0

    @property
    def label(self) -> str:
        """Its name in pictures and messages."""
        try:
            return self._label or ""
        except AttributeError:  # a slot that a new node leaves empty
            return ""

    @label.setter
    def label(self, label: Label) -> None:
        if not isinstance(label, str):
            raise TypeError(f"Value: label must be a text, got {label!r}")
        self._label = label

    @property
    def operation(self) -> Operation | None:
        """The row of the table that made it; None for a leaf."""
        return self._operation

    @property
    def op(self) -> str:
        """The symbol of its operation; empty for a leaf."""
        return "" if self._operation is None else self._operation.symbol

    @property
    def operands(self) -> tuple[Any, ...]:
        """What its operation was given, in the order of the row: Values and floats, tuples for groups."""
        return tuple([operand.items if type(operand) is Group else operand for operand in unpacked(self)])

    @property
    def inputs(self) -> tuple[Any, ...]:
        """All that it was computed from, Values and plain numbers, in order."""
        return tuple(flat(self.operands))

    @property
    def parents(self) -> tuple[Value, ...]:
        """The Values that it was computed from, in order, with repetitions."""
        return tuple([x for x in flat(self.operands) if type(x) is Value])

    def detach(self) -> Value:
        """A leaf with the same data, through which nothing flows back."""
        return self.record_unary(STOP_GRADIENT) if modes.recorder() else Value(self._data, label=self.label)

    # --- Operators ---

    def record_unary(self, operation: Operation) -> Value:
        """The result of an operation on self alone."""
        kept = self._data if operation is STOP_GRADIENT and not RECORDERS else self
        try:
            return new_node(operation, operation.value(self._data), kept)
        except (ValueError, ArithmeticError) as error:
            raise explained(operation, (self,), error) from None

    def __add__(self, other: Any) -> Result:
        if type(other) is Value:
            y: Value = other
            node: Value = _new(Value)  # `new_node`, written out: 4% of a chain
            node._data = self._data + y._data
            node._grad = NO_GRAD
            node._mark = _now
            node._operation = ADD
            node._first = self
            node._second = y
            if OPEN:
                _observe(node)
            return node
        if type(other) is float:
            c: float = other
            return new_node(ADD, self._data + c, self, other)
        return _binary(ADD, self, other)

    def __radd__(self, other: Any) -> Result:
        if type(other) is float:
            c: float = other
            return new_node(ADD, c + self._data, other, self)
        return _binary(ADD, other, self)

    def __sub__(self, other: Any) -> Result:
        if type(other) is Value:
            y: Value = other
            return new_node(SUBTRACT, self._data - y._data, self, y)
        if type(other) is float:
            c: float = other
            return new_node(SUBTRACT, self._data - c, self, other)
        return _binary(SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Result:
        if type(other) is float:
            c: float = other
            return new_node(SUBTRACT, c - self._data, other, self)
        return _binary(SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Result:
        if type(other) is Value:
            y: Value = other
            node: Value = _new(Value)  # `new_node`, written out: 4% of a chain
            node._data = self._data * y._data
            node._grad = NO_GRAD
            node._mark = _now
            node._operation = MULTIPLY
            node._first = self
            node._second = y
            if OPEN:
                _observe(node)
            return node
        if type(other) is float:
            c: float = other
            return new_node(MULTIPLY, self._data * c, self, other)
        return _binary(MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Result:
        if type(other) is float:
            c: float = other
            return new_node(MULTIPLY, c * self._data, other, self)
        return _binary(MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> Result:
        if type(other) is Value:
            y: Value = other
            if y._data != 0.0:
                return new_node(DIVIDE, self._data / y._data, self, y)
        return _binary(DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Result:
        return _binary(DIVIDE, other, self)

    def __mod__(self, other: Any) -> Result:
        return _binary(ops.mod, self, other)

    def __rmod__(self, other: Any) -> Result:
        return _binary(ops.mod, other, self)

    def __floordiv__(self, other: Any) -> Result:
        return _binary(ops.floor_divide, self, other)

    def __rfloordiv__(self, other: Any) -> Result:
        return _binary(ops.floor_divide, other, self)

    def __divmod__(self, other: Any) -> tuple[Value, Value]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Value, Value]:
        return other // self, other % self

    def __pow__(self, other: Any) -> Result:
        return _binary(ops.power if type(other) is Value else ops.fixed_power, self, other)

    def __rpow__(self, other: Any) -> Result:
        return _binary(ops.fixed_base, self, other)

    def __neg__(self) -> Value:
        return new_node(NEGATIVE, -self._data, self)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return self.record_unary(ops.abs)

    def __repr__(self) -> str:
        if RECORDERS:
            refuse_to_record("a number is written out", "print it outside of the function")
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    def __reduce__(self) -> tuple[Any, ...]:
        if RECORDERS:
            refuse_to_record("a number is copied", "use the Value itself")
        if self.parents:
            raise TypeError(
                f"{self!r} was computed from other Values and cannot be copied or pickled; "
                "copy x.detach(), or its leaves"
            )
        return new_leaf, (self._data, self._grad, self.label)


# --- What operators need ---


def new_node(operation: Operation, data: float, first: Any, second: Any = None) -> Value:
    """A new node, without the questions that the constructor asks."""
    node = _new(Value)
    node._data = data
    node._grad = NO_GRAD
    node._mark = _now
    node._operation = operation
    node._first = first
    node._second = second
    if OPEN:
        _observe(node)
    return node


def _observe(node: Value) -> None:
    """What the modes that are open have to say to a new node."""
    made = sites()
    if made is not None:
        made[id(node)] = users_line()
        for watch in modes.WATCHERS if type(made) is dict else ():
            watch(node)
    if not is_recording():
        if RECORDERS:
            refuse_to_record("no_grad is entered", "write stop_gradient(x) inside, and no_grad outside of the function")
        node._operation = node._first = node._second = None


def new_leaf(data: float, grad: float, label: str) -> Value:
    node = Value(data, label=label)
    node._grad = grad
    return node


def _binary(operation: Operation, x: Any, y: Any) -> Result:
    """A node with two operands, of which one may be a plain number."""
    try:
        if type(x) is not Value:
            if type(x) is not int and not is_number(x):
                return REFUSED
            x = float(x)
        if type(y) is not Value:
            if type(y) is not int and not is_number(y):
                return REFUSED
            y = float(y)
        return new_node(operation, operation.value(plain(x), plain(y)), x, y)
    except (ValueError, ArithmeticError) as error:
        raise explained(operation, (x, y), error) from None


def explained(operation: Operation, operands: Sequence[Any], error: Exception) -> Exception:
    """The error of an operation, with the labels of its operands."""
    modes.raised()
    given = [as_float(x, operation.called) if is_number(x) else plain(x) for x in operands]
    labels = [x.label if type(x) is Value else "" for x in operands]
    # Where labels are like the row's own names, "y != 0" could be about either: the other operands have their numbers.
    is_doubtful = not set(labels).isdisjoint(operation.operands)
    named = zip(operation.operands, labels, given, strict=True)
    said = [f"{name} is {label or x!r}" for name, label, x in named if label or (is_doubtful and type(x) is float)]
    return operation.explain(error, given, f" ({', '.join(said)})" if said else "")


# --- How operands lie on a node ---


def packed(operation: Operation, kept: list[Any]) -> tuple[Any, Any]:
    """One or two as they are, more as one group, and a bias with its weights: bytes a node were measured."""
    if operation is AFFINE:
        weights: Group = kept[0]
        weights.bias = kept.pop()
    if len(kept) < 3:
        return kept[0], kept[1] if len(kept) == 2 else None
    sizes = tuple([len(x.items) if type(x) is Group else None for x in kept]) if operation.arity < 0 else None
    return Group(flat(kept) if sizes else kept), sizes


def unpacked(node: Value) -> list[Any]:
    """What `packed` was given: Values, floats and Groups, in the order of the row."""
    operation = node._operation
    if operation is None:
        return []
    if operation is AFFINE:
        return [node._first, node._second, node._first.bias]
    if len(operation.operands) < 3:
        return [node._first, node._second][: len(operation.operands)]
    if operation.arity > 2:
        return list(node._first.items)
    items = iter(node._first.items)
    return [next(items) if size is None else Group(islice(items, size)) for size in node._second]

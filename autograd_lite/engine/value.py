"""`Value`, a float with a memory: what a node knows, and how it is made.

A node keeps its operation and its operands; how the operands lie on it, `_packed` and `unpacked` alone know. Which
derivative belongs to which parent is asked in `edges`, and `passes` goes back through a graph: it gives a Value its
`backward`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import copysign, isfinite
from typing import TYPE_CHECKING, Any, Final, cast, final

from . import casts, floats, modes
from . import table as ops
from .custom import CUSTOM, GIVE_DERIVATIVES, checked
from .floats import Floats
from .kinds import Label, Mark, Result
from .modes import AnomalyError, is_recording, sites, users_line
from .numbers import is_number, number
from .operation import FOLLOWERS, TABLE, Operand, Operation, Unary

#: Whether these files run compiled.
COMPILED: Final = not __file__.endswith(".py")
OPEN: Final = modes.OPEN
ADD: Final = ops.add
SUBTRACT: Final = ops.subtract
MULTIPLY: Final = ops.multiply
DIVIDE: Final = ops.divide
NEGATIVE: Final = ops.negative
AFFINE: Final = ops.affine
DOT: Final = ops.dot
STOP_GRADIENT: Final = ops.stop_gradient

_NONE: Final = ()
NO_GRAD: Final = -0.0  # of a new node; nothing leaves it later, since sums begin with 0.0, and 0.0 + -0.0 is 0.0
REFUSED: Final = cast("Value", NotImplemented)  # then Python asks the other operand
_new: Final = cast("Callable[[type[Value]], Value]", object.__new__)

# A clock that each pass and each move of data puts forward. The mark of a node is the last time at which it was known
# to follow from its parents; a leaf that was moved keeps in `_first` when that was. So a node is stale if a leaf among
# its parents bears a later time, and only nodes older than the last move of all need to be asked.
_now = 0
_last_move = 0
_any_custom = False  # whether there is an operation given on the spot anywhere, so that passes need to look for them


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


def has_custom() -> bool:
    """Whether anybody has given an operation on the spot."""
    return _any_custom


if TYPE_CHECKING:

    class Methods(Operand):
        """Every operation of the table as a method, and what later files give to a Value."""

        def __getattr__(self, name: str) -> Callable[..., Value]: ...
        def backward(self) -> None: ...
        def local_derivatives(self) -> Floats: ...
else:
    Methods = Operand


@final
class Group:
    """Operands that belong together, such as a neuron's weights; one group may serve many nodes.

    Args:
        items: Values and plain numbers, in any mixture.
        owner: Whose operands they are, for the message.
        bias: What a neuron adds to its weighted inputs; a Value or a float.

    Raises:
        TypeError: An item is neither.

    >>> len(Group([Value(1.0), 2.0]).nodes)
    1
    """

    __slots__ = ("_floats", "_mark", "_read", "bias", "items", "nodes")

    def __init__(self, items: Iterable[Any], owner: Label = "Group", bias: Any = None) -> None:
        self.bias = bias
        self.items: tuple[Any, ...] = tuple(items)
        self.nodes: tuple[Value, ...] = self.items
        for item in self.items:
            if type(item) is not Value:
                kept = [x if type(x) is Value or type(x) is float else number(x, owner) for x in self.items]  # sooner
                self.items = tuple(kept)
                self.nodes = tuple([x for x in self.items if type(x) is Value])
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

    __slots__ = ("_adjoint", "_data", "_first", "_grad", "_label", "_mark", "_operation", "_second")

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
        global _any_custom
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
            known, self._second = checked(parents, local_derivatives)
            self._first = Group(known)
            self._operation = CUSTOM
            _any_custom = True
            if OPEN:
                _observe(self)

    # --- What a node knows ---

    @property
    def data(self) -> float:
        """Its number. Assigning a new one makes it a leaf there, and what was computed from it before stale."""
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        global _now, _last_move
        x: float = data if type(data) is float else number(data, "Value.data")
        _now += 2  # `_tick`, written out: between two lines without a call threads do not take turns
        _last_move = _now
        self._operation = self._second = None
        self._first = _now
        self._data = x

    @property
    def grad(self) -> float:
        """The sum of ∂root/∂self over all backward passes since it was last set to 0."""
        return self._grad + 0.0

    @grad.setter
    def grad(self, grad: Any) -> None:
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
        return tuple(_flat(self.operands))

    @property
    def parents(self) -> tuple[Value, ...]:
        """The Values that it was computed from, in order, with repetitions."""
        return tuple([x for x in _flat(self.operands) if type(x) is Value])

    def detach(self) -> Value:
        """A leaf with the same data, through which nothing flows back."""
        return Value(self._data, label=self.label)

    # --- What makes a node ---

    def record_unary(self, operation: Operation) -> Value:
        """The result of an operation on self alone."""
        try:
            return _node(operation, operation.value(self._data), self if operation is not STOP_GRADIENT else self._data)
        except (ValueError, ArithmeticError) as error:
            raise _explain(operation, (self,), error) from None

    def record(self, operation: Operation, operands: Sequence[Any]) -> Value:
        """The result of an operation, with a memory of its operands."""
        kept = [_operand(x, operation) for x in operands]
        try:
            if operation is DOT and paired(kept[0], kept[1]):
                data = _products(kept[0], kept[1], -0.0)
            else:
                data = operation.value(*[plain(x) for x in kept])
        except (ValueError, ArithmeticError) as error:
            raise _explain(operation, kept, error) from None
        first, second = _packed(operation, kept)
        return _node(operation, data, first, second)

    def record_entries(
        self, operation: Operation, group: tuple[Any, ...], values: Callable[[Floats], list[float]]
    ) -> list[Any]:
        """The results of an operation on one group and each index, which share the group."""
        shared = Group(group, operation.called)
        return [_node(operation, data, shared, float(i)) for i, data in enumerate(values(shared.floats()))]

    def __add__(self, other: Any) -> Result:
        if type(other) is Value:
            y: Value = other
            node: Value = _new(Value)  # `_node`, written out
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
            return _node(ADD, self._data + c, self, other)
        return _binary(ADD, self, other)

    def __radd__(self, other: Any) -> Result:
        if type(other) is float:
            c: float = other
            return _node(ADD, c + self._data, other, self)
        return _binary(ADD, other, self)

    def __sub__(self, other: Any) -> Result:
        if type(other) is Value:
            y: Value = other
            return _node(SUBTRACT, self._data - y._data, self, y)
        if type(other) is float:
            c: float = other
            return _node(SUBTRACT, self._data - c, self, other)
        return _binary(SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Result:
        if type(other) is float:
            c: float = other
            return _node(SUBTRACT, c - self._data, other, self)
        return _binary(SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Result:
        if type(other) is Value:
            y: Value = other
            node: Value = _new(Value)  # `_node`, written out
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
            return _node(MULTIPLY, self._data * c, self, other)
        return _binary(MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Result:
        if type(other) is float:
            c: float = other
            return _node(MULTIPLY, c * self._data, other, self)
        return _binary(MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> Result:
        if type(other) is Value:
            y: Value = other
            if y._data != 0.0:
                return _node(DIVIDE, self._data / y._data, self, y)
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
        return _node(NEGATIVE, -self._data, self)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return self.record_unary(ops.abs)

    def __round__(self, digits: int | None = None) -> Value:
        if digits is None:
            return self.record_unary(ops.rint)
        return self.record(ops.round_to, (self, number(digits, "round")))

    def __floor__(self) -> Value:
        return self.record_unary(ops.floor)

    def __ceil__(self) -> Value:
        return self.record_unary(ops.ceil)

    def __trunc__(self) -> Value:
        return self.record_unary(ops.trunc)

    def conjugate(self) -> Value:
        """Itself, being real; NumPy asks for it."""
        return self

    # --- What a float would answer ---

    def __eq__(self, other: Any) -> bool:
        if not is_scalar(other):
            return NotImplemented
        return bool(self._data == (other._data if type(other) is Value else other))

    def __ne__(self, other: Any) -> bool:
        if not is_scalar(other):
            return NotImplemented
        return bool(self._data != (other._data if type(other) is Value else other))

    def __lt__(self, other: Any) -> bool:
        if not is_scalar(other):
            return NotImplemented
        return bool(self._data < (other._data if type(other) is Value else other))

    def __le__(self, other: Any) -> bool:
        if not is_scalar(other):
            return NotImplemented
        return bool(self._data <= (other._data if type(other) is Value else other))

    def __gt__(self, other: Any) -> bool:
        if not is_scalar(other):
            return NotImplemented
        return bool(self._data > (other._data if type(other) is Value else other))

    def __ge__(self, other: Any) -> bool:
        if not is_scalar(other):
            return NotImplemented
        return bool(self._data >= (other._data if type(other) is Value else other))

    def __hash__(self) -> int:
        return id(self) >> 4

    def __bool__(self) -> bool:
        return self._data != 0.0

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else str(self)

    def __float__(self) -> float:
        raise casts.no_float(self)

    def __int__(self) -> int:
        raise casts.no_int(self)

    def __index__(self) -> int:
        raise casts.no_index(self)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.parents:
            raise TypeError(
                f"{self!r} was computed from other Values and cannot be copied or pickled; "
                "copy x.detach(), or its leaves"
            )
        return _leaf, (self._data, self._grad, self.label)

    # --- The names that micrograd's programs read ---

    @property
    def _prev(self) -> set[Value]:
        return set(self.parents)

    @property
    def _op(self) -> str:
        return self.op

    @property
    def _backward(self) -> Callable[[], None]:
        raise AttributeError(
            "a Value has no _backward to call: y.local_derivatives() are the factors of its step, y.backward() takes "
            "all steps, and steps(y) shows them one by one"
        )

    @_backward.setter
    def _backward(self, function: Any) -> None:
        raise AttributeError(f"a Value has no _backward to set: {GIVE_DERIVATIVES}")


# --- How a node is made ---


def _node(operation: Operation, data: float, first: Any, second: Any = None) -> Value:
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
        check_value(node)
    if not is_recording():
        node._operation = node._first = node._second = None


def _leaf(data: float, grad: float, label: str) -> Value:
    node = Value(data, label=label)
    node._grad = grad
    return node


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

    copy: Value = _leaf(node._data, node._grad, node.label)
    copy._operation = made_like._operation
    copy._first, copy._second = other(made_like._first), other(made_like._second)
    return copy


def is_scalar(x: Any) -> bool:
    """Whether it is a Value or a number of any kind.

    >>> is_scalar(Value(1.0)), is_scalar(1), is_scalar([1])
    (True, True, False)
    """
    return type(x) is Value or is_number(x)


def scalar(x: Any, where: Label) -> Any:
    """A Value as it is, a number as a float.

    >>> scalar(1, "here")
    1.0
    """
    return x if type(x) is Value else number(x, where)


def _operand(x: Any, operation: Operation) -> Any:
    """What a node keeps of an operand: a Value, a float, or a Group for a tuple."""
    if type(x) is Value:
        return x
    return Group(x, operation.called) if type(x) is tuple else operation.number(x)


def _binary(operation: Operation, x: Any, y: Any) -> Result:
    """A node with two operands, of which one may be a plain number."""
    if type(x) is not Value:
        if type(x) is not int and not is_number(x):
            return REFUSED
        x = float(x)
    if type(y) is not Value:
        if type(y) is not int and not is_number(y):
            return REFUSED
        y = float(y)
    try:
        return _node(operation, operation.value(plain(x), plain(y)), x, y)
    except (ValueError, ArithmeticError) as error:
        raise _explain(operation, (x, y), error) from None


def _explain(operation: Operation, operands: Sequence[Any], error: Exception) -> Exception:
    """The error of an operation, with the labels of its operands."""
    names = zip(operation.operands, operands, strict=True)
    labels = [f"{name} is {x.label!r}" for name, x in names if type(x) is Value and x.label]
    return operation.explain(error, [plain(x) for x in operands], f" ({', '.join(labels)})" if labels else "")


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
    return _node(AFFINE, data, weights, inputs)


def paired(xs: Group, ys: Group) -> bool:
    """Whether two groups are of nodes alone, as many in the one as in the other."""
    return len(xs.nodes) == len(xs.items) == len(ys.items) == len(ys.nodes)


def _products(xs: Group, ys: Group, total: float) -> float:
    """total + x₀y₀ + x₁y₁ + …, added in that order, of groups that are paired: without the floats between."""
    for i, x in enumerate(xs.nodes):
        y: Value = ys.nodes[i]
        total += x._data * y._data
    return total


# --- How operands lie on a node ---


def _packed(operation: Operation, kept: list[Any]) -> tuple[Any, Any]:
    """One or two as they are, three as a group, and a bias with its weights: bytes a node were measured."""
    if operation is AFFINE:
        weights: Group = kept[0]
        weights.bias = kept.pop()
    if len(kept) == 3:
        return Group(kept), None
    return kept[0], kept[1] if len(kept) == 2 else None


def unpacked(node: Value) -> list[Any]:
    """What `_packed` was given: Values, floats and Groups, in the order of the row."""
    operation = node._operation
    if operation is None:
        return []
    if operation is AFFINE:
        return [node._first, node._second, node._first.bias]
    if operation.arity == 3:
        return list(node._first.items)
    return [node._first, node._second][: len(operation.operands)]


def _flat(operands: Iterable[Any]) -> list[Any]:
    """Operands with the groups opened."""
    flat: list[Any] = []
    for operand in operands:
        if isinstance(operand, tuple | list):
            flat.extend(operand)
        else:
            flat.append(operand)
    return flat


def plain(x: Any) -> Any:
    """An operand with floats in the place of Values."""
    if type(x) is Value:
        node: Value = x
        return node._data
    return x.floats() if type(x) is Group else x


def made_in(node: Value) -> str:
    return f"made in {(sites() or {}).get(id(node), 'a line before detect_anomaly began')}"


def check_value(node: Value) -> None:
    if not isfinite(node._data):
        raise AnomalyError(f"{written(node)} is {node._data!r}; {made_in(node)}")


def written(node: Value) -> str:
    """A node's operation at the present data of its operands."""
    operation = node._operation
    assert operation is not None
    given = [plain(x) for x in unpacked(node)]
    return operation.asked(given[:1] if operation is CUSTOM else given)


def _unary_method(operation: Operation) -> Callable[..., Any]:
    def method(self: Value) -> Value:
        return self.record_unary(operation)

    return method


def _method(operation: Operation) -> Callable[..., Any]:
    def method(self: Value, *operands: Any, **named: Any) -> Any:
        return operation(self, *operands, **named)

    return method


def _refuse_to_derive(cls: type[Any], /, **named: Any) -> None:
    raise TypeError(
        f"{cls.__name__}: no class can be derived from Value, since the engine makes all nodes itself; "
        "keep a Value in an attribute instead"
    )


setattr(Value, "__init_subclass__", classmethod(_refuse_to_derive))  # noqa: B010  (compiled, it cannot stand inside)


_OWN = frozenset(dir(Value))


def _make_method(row: Operation) -> None:
    """Every operation is a method too, which is what NumPy calls on arrays of Values: np.exp(a) asks for a[i].exp()."""
    if row.name in _OWN:
        raise ValueError(f"{row.name}: a Value has an attribute of this name already; give the operation another")
    if not any(row.groups):
        setattr(Value, row.name, (_unary_method if isinstance(row, Unary) else _method)(row))


for _row in TABLE.values():
    _make_method(_row)
FOLLOWERS.append(_make_method)

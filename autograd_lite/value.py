"""`Value`, a float with a memory, and the backward pass that reads the memory.

A node records its parents and, through its operation, a closure for its local derivatives. The pass
visits the nodes in reversed topological order and applies the chain rule: the adjoint of a parent
grows by the adjoint of the node times the local derivative between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import copysign, isfinite
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast, final

from . import casts, floats, modes
from . import operations as ops
from .floats import Floats
from .modes import AnomalyError, is_recording, sites, users_line
from .operations import Operand, Operation, Unary, is_number, number

OPEN: Final = modes.OPEN
ADD: Final = ops.add
SUBTRACT: Final = ops.subtract
MULTIPLY: Final = ops.multiply
DIVIDE: Final = ops.divide
NEGATIVE: Final = ops.negative
RELU: Final = ops.relu
SUM: Final = ops.sum
AFFINE: Final = ops.affine
DOT: Final = ops.dot
STOP_GRADIENT: Final = ops.stop_gradient
CUSTOM: Final = ops.custom

_NONE: Final = ()
NO_GRAD: Final = -0.0  # of a new node; nothing leaves it later, since sums begin with 0.0, and 0.0 + -0.0 is 0.0
REFUSED: Final = cast("Value", NotImplemented)  # then Python asks the other operand

# Compiled, an annotated local is of that type in C, and an argument is held to its annotation. The names below say
# nothing to Cython: they leave it to us, and to value.pxd.
Given: TypeAlias = "dict[int, Any]"  # what a user's functions answered, by the ids of their nodes
Label: TypeAlias = str
Mark: TypeAlias = int  # the number of a pass, and what it leaves on the nodes that it has met
Result: TypeAlias = "Value"  # of an operator, which may be `REFUSED`, or of a computation, if the user gave one

if TYPE_CHECKING:

    class Methods(Operand):
        """Every operation of the table, as a method."""

        def __getattr__(self, name: str) -> Callable[..., Value]: ...
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
                self.items = tuple([x if type(x) is Value else number(x, owner) for x in self.items])
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
        return tuple([_plain(item) for item in self.items]) if self.nodes else self.items

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
            raise TypeError(f"Value: micrograd's _children and _op say nothing of derivatives; {_GIVE_DERIVATIVES}")
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
            self._first, self._second = _checked(parents, local_derivatives)
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
        _now += 2

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
        return tuple([operand.items if type(operand) is Group else operand for operand in _operands(self)])

    @property
    def inputs(self) -> tuple[Any, ...]:
        """All that it was computed from, Values and plain numbers, in order."""
        return tuple(_flat(self.operands))

    @property
    def parents(self) -> tuple[Value, ...]:
        """The Values that it was computed from, in order, with repetitions."""
        return tuple([x for x in _flat(self.operands) if type(x) is Value])

    def local_derivatives(self) -> Floats:
        """∂self/∂parent for each parent, at the present data.

        >>> x, y = Value(2.0), Value(5.0)
        >>> (x * y).local_derivatives()
        (5.0, 2.0)
        """
        return tuple([0.0 if d is None else d for d in flows(self)])

    def backward(self) -> None:
        """Add ∂self/∂node to the `grad` of every node that self was computed from, and of self.

        All or nothing: interrupted, it leaves every ``grad`` as it was.

        >>> a = Value(2.0)
        >>> b = a + a
        >>> (b * b).backward()
        >>> a.grad
        16.0
        """
        backward(self)

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
            if operation is DOT and _paired(kept[0], kept[1]):
                data = _products(kept[0], kept[1], -0.0)
            else:
                data = operation.value(*[_plain(x) for x in kept])
        except (ValueError, ArithmeticError) as error:
            raise _explain(operation, kept, error) from None
        if operation is AFFINE:
            weights: Group = kept[0]
            weights.bias = kept.pop()
        if len(kept) == 3:
            return _node(operation, data, Group(kept))
        return _node(operation, data, kept[0], kept[1] if len(kept) == 2 else None)

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
        if not _is_operand(other):
            return NotImplemented
        return bool(self._data == (other._data if type(other) is Value else other))

    def __ne__(self, other: Any) -> bool:
        if not _is_operand(other):
            return NotImplemented
        return bool(self._data != (other._data if type(other) is Value else other))

    def __lt__(self, other: Any) -> bool:
        if not _is_operand(other):
            return NotImplemented
        return bool(self._data < (other._data if type(other) is Value else other))

    def __le__(self, other: Any) -> bool:
        if not _is_operand(other):
            return NotImplemented
        return bool(self._data <= (other._data if type(other) is Value else other))

    def __gt__(self, other: Any) -> bool:
        if not _is_operand(other):
            return NotImplemented
        return bool(self._data > (other._data if type(other) is Value else other))

    def __ge__(self, other: Any) -> bool:
        if not _is_operand(other):
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

    def __dealloc__(self) -> None:
        """Called by Cython alone, which frees a node's operands by recursion: a long chain is freed piece by piece."""
        global _depth
        if _depth == LONGEST_PIECE:
            _waiting.append(self._first)
            _waiting.append(self._second)
            return
        _depth += 1
        self._first = self._second = None
        if _depth == 1:
            while len(_waiting) > ROOM:
                _waiting.pop()
        _depth -= 1

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
        raise AttributeError(f"a Value has no _backward to set: {_GIVE_DERIVATIVES}")


_GIVE_DERIVATIVES = (
    "give the constructor the local derivatives, "
    "Value(data, (x, y), (dx, dy)) or Value(data, (x, y), lambda x, y, out: (dx, dy))"
)


#: Whether these files run compiled.
COMPILED: Final = not __file__.endswith(".py")
_new: Final[Callable[[type[Value]], Value]] = object.__new__


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
        _check_value(node)
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


def _is_operand(x: Any) -> bool:
    """Whether an operator can do something with it; else Python asks the other operand."""
    return type(x) is Value or is_number(x)


def _operand(x: Any, operation: Operation) -> Any:
    """What a node keeps of an operand: a Value, a float, or a Group for a tuple."""
    if type(x) is Value:
        return x
    return Group(x, operation.called) if type(x) is tuple else number(x, operation.called)


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
        return _node(operation, operation.value(_plain(x), _plain(y)), x, y)
    except (ValueError, ArithmeticError) as error:
        raise _explain(operation, (x, y), error) from None


def _paired(xs: Group, ys: Group) -> bool:
    """Whether two groups are of nodes alone, as many in the one as in the other."""
    return len(xs.nodes) == len(xs.items) == len(ys.items) == len(ys.nodes)


def _products(xs: Group, ys: Group, total: float) -> float:
    """total + x₀y₀ + x₁y₁ + …, added in that order, of groups that are paired: without the floats between."""
    for i, x in enumerate(xs.nodes):
        y: Value = ys.nodes[i]
        total += x._data * y._data
    return total


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
    bias = _plain(weights.bias)
    if _paired(weights, inputs):
        data = _products(weights, inputs, bias)
    else:
        data = floats.affine(weights.floats(), inputs.floats(), bias)
    return _node(AFFINE, data, weights, inputs)


# --- Many nodes at once ---


def data_of(nodes: Sequence[Value]) -> list[float]:
    """The data of each.

    >>> data_of([Value(2.0), Value(3.0)])
    [2.0, 3.0]
    """
    return [node._data for node in nodes]


def grads_of(nodes: Sequence[Value]) -> list[float]:
    """The gradient of each.

    >>> grads_of([Value(2.0)])
    [0.0]
    """
    return [node._grad + 0.0 for node in nodes]


def set_data(nodes: Sequence[Value], data: Sequence[float]) -> None:
    """Move each to its new data: a leaf whose number follows from nothing, and nodes made before from no leaf there.

    >>> x = Value(2.0)
    >>> set_data([x], [3.0])
    >>> x.data
    3.0
    """
    global _last_move
    _last_move = _tick()
    stamp: Any = _last_move  # one object for all
    for node, x in zip(nodes, data, strict=True):
        node._operation = node._second = None
        node._first = stamp
        node._data = x
    _tick()


def set_grads(nodes: Sequence[Value], grads: Sequence[float]) -> None:
    """Give each its new gradient.

    >>> x = Value(2.0)
    >>> set_grads([x], [3.0])
    >>> x.grad
    3.0
    """
    for node, grad in zip(nodes, grads, strict=True):
        node._grad = grad + 0.0


# --- What nodes are made of ---


def _checked(parents: Any, derivatives: Any) -> tuple[Group, Any]:
    """Parents and local derivatives as the constructor was given them, made sure of."""
    if not isinstance(parents, Sequence) and getattr(parents, "ndim", 0) != 1:
        raise TypeError(f"Value: parents must be a tuple of Values, got {parents!r}; write (x,) for one")
    for parent in parents:
        if type(parent) is not Value:
            raise TypeError(f"Value: every parent must be a Value, got {parent!r}")
    group = Group(parents)
    if isinstance(derivatives, str):
        raise TypeError(
            f"Value: local_derivatives must be numbers or a function, got the text {derivatives!r}; "
            "write label=... for a name"
        )
    if callable(derivatives):
        return group, derivatives
    if not isinstance(derivatives, Sequence) and getattr(derivatives, "ndim", 0) != 1:
        raise TypeError(f"Value: local_derivatives must be a tuple of numbers or a function, got {derivatives!r}")
    given = tuple([number(d, "Value: local_derivatives") for d in derivatives])
    if len(given) != len(group.items):
        raise ValueError(
            f"Value: needs one local derivative for each parent, got {len(given)} for {len(group.items)} parents"
        )
    return group, given


def _explain(operation: Operation, operands: Sequence[Any], error: Exception) -> Exception:
    """The error of an operation, with the labels of its operands."""
    names = zip(operation.operands, operands, strict=True)
    labels = [f"{name} is {x.label!r}" for name, x in names if type(x) is Value and x.label]
    return operation.explain(error, [_plain(x) for x in operands], f" ({', '.join(labels)})" if labels else "")


def _plain(x: Any) -> Any:
    """An operand with floats in the place of Values."""
    if type(x) is Value:
        node: Value = x
        return node._data
    return x.floats() if type(x) is Group else x


def _operands(node: Value) -> list[Any]:
    """As many as its operation has: up to two lie on the node, three in a group, and a bias with its weights."""
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


def _edges(node: Value, derivatives: Sequence[Any]) -> list[tuple[Value, Any]]:
    """Each parent with the derivative that belongs to it."""
    edges: list[tuple[Value, Any]] = []
    for operand, derivative in zip(_operands(node), derivatives, strict=True):
        if type(operand) is Value:
            edges.append((operand, derivative))
        elif type(operand) is Group and derivative is not None:
            edges.extend([(x, d) for x, d in zip(operand.items, derivative, strict=True) if type(x) is Value])
    return edges


def flows(node: Value) -> list[float | None]:
    """∂node/∂parent for each parent, at the present data; None where it is zero by structure: nothing flows back.

    >>> x = Value(-2.0)
    >>> flows(ops.relu(x)), flows(x * 0.0)
    ([None], [0.0])
    """
    return [d for _, d in _edges(node, _local_derivatives(node))]


def _local_derivatives(node: Value) -> tuple[Any, ...]:
    """What its row says: one derivative an operand, a sequence for a group, None where nothing flows."""
    operation = node._operation
    if operation is None:
        return ()
    operands: list[Any] = [_plain(x) for x in _operands(node)]
    if operation is CUSTOM:
        return (_custom_derivatives(node, operands[0]),)
    # The inputs may have moved since, and then the result has not: it is computed anew.
    return operation.derivatives(*operands, operation.evaluate(operands))


def _recorded_derivatives(node: Value) -> tuple[Any, ...]:
    """The same from the same row, but as Values that remember how they were computed."""
    operation = node._operation
    if operation is None:
        return ()
    operands = [x.items if type(x) is Group else x for x in _operands(node)]
    if operation is CUSTOM:
        return (_custom_derivatives(node, operands[0]),)
    return operation.derivatives(*operands, node)


def _custom_derivatives(node: Value, parents: Sequence[Any]) -> tuple[Any, ...]:
    """What the user gave or the user's function answers, on floats or, to be recorded, on Values."""
    given, recorded = node._second, bool(parents) and type(parents[0]) is Value
    if callable(given):
        given = given(*parents, node if recorded else node._data)
    elif recorded:
        given = [Value(d, parents, _no_second_derivative) for d in given]
    if not isinstance(given, tuple | list) or len(given) != len(parents):
        raise ValueError(
            f"local_derivatives of {node!r}: needs a tuple with one number for each of its {len(parents)} parents, "
            f"got {given!r}"
        )
    return tuple([d if d is None or (recorded and type(d) is Value) else number(d, "local_derivatives") for d in given])


def _no_second_derivative(*parents_and_result: Any) -> Any:
    raise TypeError(
        "Value: local derivatives given as numbers serve the first derivative only; for the second give a function, "
        "Value(data, (x, y), lambda x, y, out: (dx, dy))"
    )


# --- The pass ---

# Marks and adjoints lie on the nodes, which threads may share: one pass at a time. Each pass has marks of its
# own, so whatever an interrupted one has left behind means nothing to the next.
_lock = RLock()
# A clock that each pass and each move of data puts forward. The mark of a node is the last time at which it was known
# to follow from its parents; a leaf that was moved keeps in `_first` when that was. So a node is stale if a leaf among
# its parents bears no earlier time, and only nodes not younger than the last move of all need to be asked. The clock
# goes on after a move, too: what another thread has made meanwhile, of leaves of which some had moved, is stale.
_now = 0
_last_pass = 0
_last_move = 0
_any_custom = False  # whether anybody has made a node with an operation of his own, so that they are to be looked for

# Of compiled nodes that are being freed: how many one inside another, and, behind entries that keep some room for
# when no memory is left, what waits for its turn.
LONGEST_PIECE: Final = 50
ROOM: Final = 100
_depth = 0
_waiting: list[Any] = [None] * (2 * ROOM)
del _waiting[ROOM:]


def _tick() -> Mark:
    """A mark that no node bears yet, nor the one above it."""
    global _now
    _now += 2
    return _now


def _begin_pass() -> Mark:
    global _last_pass
    _last_pass = _tick()
    return _last_pass


def topological_order(*roots: Value, stops: Sequence[Value] = ()) -> list[Value]:
    """Every node that ``roots`` were computed from, each after all of its parents.

    Without recursion, so that no graph is too deep. The order depends on the graph alone.

    Args:
        roots: Where the graph ends; of a single root, it comes last.
        stops: Nodes to take for leaves; they come first.

    Raises:
        RuntimeError: A leaf was given new data after a node was computed from it.

    >>> x = Value(2.0)
    >>> [node.data for node in topological_order(x * x + 1.0)]
    [2.0, 4.0, 5.0]
    """
    while True:
        with _lock:
            mark = _begin_pass()
            order = _walk(roots, stops, mark)
            if _last_pass == mark:  # else a signal handler or a finaliser has walked here meanwhile
                return order


def _walk(roots: Sequence[Value], stops: Sequence[Value], done: Mark) -> list[Value]:
    """Depth first, with a stack of its own, on which an opened node waits until its parents are done."""
    opened, moved = done + 1, _last_move
    order: list[Value] = list(stops)
    for node in order:
        if node._mark <= moved:
            _check_fresh(node)
        node._mark = done
    stack: list[Value] = list(reversed(roots))
    while stack:
        node = stack[-1]
        mark = node._mark
        if mark >= done:
            stack.pop()
            if mark == opened:
                node._mark = done
                order.append(node)
            continue
        if mark <= moved and node._operation is not None:
            _check_fresh(node)  # before it is marked: what is refused stays to be refused
        node._mark = opened
        first, second = node._first, node._second
        if type(second) is Value:
            parent: Value = second
            if parent._mark != done:
                stack.append(parent)
        elif type(second) is Group:
            if node._operation is AFFINE and type(first.bias) is Value:
                stack.append(first.bias)
            _open(second, done, stack)
        if type(first) is Value:
            parent = first
            if parent._mark != done:
                stack.append(parent)
        elif type(first) is Group:
            _open(first, done, stack)
    return order


def _open(group: Group, done: Mark, stack: list[Value]) -> None:
    """Have the nodes of a group visited; a group whose nodes are all done is not looked through again."""
    if group._mark != done:
        waiting = [node for node in reversed(group.nodes) if node._mark != done]
        if waiting:
            stack += waiting
        else:
            group._mark = done


def stored_order(root: Value) -> tuple[list[Value], list[Value]]:
    """The same order also of a stale graph, and the leaves that have moved since; it leaves no marks.

    >>> x = Value(2.0)
    >>> y = x * x
    >>> x.data = 3.0
    >>> order, moved = stored_order(y)
    >>> [node.data for node in order], moved == [x]
    ([3.0, 4.0], True)
    """
    order: dict[int, Value] = {}
    moved: dict[int, Value] = {}
    opened: set[int] = set()
    stack = [root]
    while stack:
        node = stack[-1]
        if id(node) in opened:
            order.setdefault(id(node), stack.pop())
            continue
        opened.add(id(node))
        moved.update({id(leaf): leaf for leaf in _moved_leaves(node)})
        stack += [parent for parent in reversed(node.parents) if id(parent) not in opened]
    return list(order.values()), list(moved.values())


def _moved_leaves(node: Value) -> list[Value]:
    """The parents that were given new data after the node was computed from them."""
    leaves = [parent for parent in node.parents if parent._operation is None and parent._first is not None]
    return [leaf for leaf in leaves if leaf._first >= node._mark]


def _check_fresh(node: Value) -> None:
    for leaf in _moved_leaves(node):
        assert node._operation is not None
        raise RuntimeError(
            f"stale graph: {leaf!r} was given new data after {node._operation.name} had made {node._data!r} "
            "of the old; compute the result anew, then differentiate it or step through it"
        )


def _check_all_fresh(order: list[Value]) -> None:
    for node in order:
        if node._mark <= _last_move and node._operation is not None:
            _check_fresh(node)


def backward(root: Value) -> None:
    """Add ∂root/∂node to the ``grad`` of every node of the graph; the body of `Value.backward`.

    >>> x = Value(3.0)
    >>> backward(x**2)
    >>> x.grad
    6.0
    """
    node: Value
    order = topological_order(root)
    given = _all_given(order)
    if given:
        _check_all_fresh(order)  # a user's function may have moved a leaf
    with _lock:
        _sweep(order, [(root, 1.0)], given)
        for node in order:
            node._adjoint += node._grad
        try:
            _commit(order)
        except BaseException:  # an interrupt: finish what was begun, so that it is all or nothing
            _commit(order)
            raise


def adjoints(order: list[Value], seeds: Iterable[tuple[Value, float]], wanted: Iterable[Value]) -> list[float]:
    """The derivative of Σ seed · root by each of the wanted nodes, on floats; no ``grad`` changes.

    Args:
        order: A topological order that holds roots and wanted nodes.
        seeds: The roots, each with its factor.
        wanted: Nodes.

    >>> x, y = Value(2.0), Value(5.0)
    >>> z = x * y
    >>> adjoints(topological_order(z), [(z, 10.0)], [x, y])
    [50.0, 20.0]
    """
    given = _all_given(order)
    _check_all_fresh(order)  # after the users' functions, which may have moved a leaf
    with _lock:
        _sweep(order, seeds, given)
        return [node._adjoint for node in wanted]


def _sweep(order: list[Value], seeds: Iterable[tuple[Value, float]], given: Given) -> None:
    """Leave on each node its adjoint."""
    mark = _begin_pass()
    for node in order:
        node._adjoint = 0.0
    for node, seed in seeds:
        node._adjoint += seed
        node._mark = mark
    _propagate(order, mark, given)
    if _last_pass != mark:
        raise RuntimeError("a backward pass was started inside another one, by a signal handler or a finaliser")
    if sites() is not None:
        _inspect(order, mark)


def _all_given(order: list[Value]) -> Given:
    """The user's functions run here, outside the pass: they may run passes of their own."""
    if not _any_custom:
        return {}
    return {id(node): _given_derivatives(node) for node in order if node._operation is CUSTOM}


def _given_derivatives(node: Value) -> Any:
    """What the user's function answers; its exception is raised only if something flows back to the node."""
    try:
        return _local_derivatives(node)[0]
    except Exception as error:
        return error


def _commit(order: list[Value]) -> None:
    for node in order:
        node._grad = node._adjoint


def _propagate(order: list[Value], reached: Mark, given: Given) -> None:
    """The chain rule. Nodes bear the mark ``reached`` once something has flowed back to them.

    The commonest rows are written out; what they say is held against the table by a test.
    """
    for node in reversed(order):
        operation = node._operation
        if operation is None or node._mark != reached:
            continue
        adjoint = node._adjoint
        first, second = node._first, node._second
        if operation is MULTIPLY:
            if type(first) is Value and type(second) is Value:
                x: Value = first
                y: Value = second
                x._adjoint += adjoint * y._data
                y._adjoint += adjoint * x._data
                x._mark = y._mark = reached
            else:
                x = first if type(first) is Value else second
                c: float = second if type(first) is Value else first
                x._adjoint += adjoint * c
                x._mark = reached
        elif operation is ADD:
            if type(first) is Value:
                x = first
                x._adjoint += adjoint
                x._mark = reached
            if type(second) is Value:
                y = second
                y._adjoint += adjoint
                y._mark = reached
        elif operation is SUBTRACT:
            if type(first) is Value:
                x = first
                x._adjoint += adjoint
                x._mark = reached
            if type(second) is Value:
                y = second
                y._adjoint -= adjoint
                y._mark = reached
        elif operation is NEGATIVE:
            x = first
            x._adjoint -= adjoint
            x._mark = reached
        elif operation is RELU:
            x = first
            if not x._data <= 0:
                x._adjoint += adjoint if x._data > 0 else floats.nan
                x._mark = reached
        elif operation is AFFINE or operation is DOT:
            weights: Group = first
            inputs: Group = second
            _cross(weights, adjoint, inputs, reached)
            _cross(inputs, adjoint, weights, reached)
            if operation is AFFINE and type(weights.bias) is Value:
                x = weights.bias
                x._adjoint += adjoint
                x._mark = reached
        elif operation is SUM:
            terms: Group = first
            for x in terms.nodes:
                x._adjoint += adjoint
                x._mark = reached
        elif operation is CUSTOM:
            derivatives = given[id(node)]
            if isinstance(derivatives, Exception):
                raise derivatives
            for x, derivative in zip(first.nodes, derivatives, strict=True):
                if derivative is not None:
                    x._adjoint += adjoint * derivative
                    x._mark = reached
        elif operation.arity == 1:
            if type(first) is Value:
                x = first
                derivative = operation.derivatives(x._data, node._data)[0]
                if derivative is not None:
                    x._adjoint += adjoint * derivative
                    x._mark = reached
        elif operation.arity == 2:
            plain, other = _plain(first), _plain(second)
            derivative, by_second = operation.derivatives(plain, other, node._data)
            if derivative is not None and type(first) is Value:
                x = first
                x._adjoint += adjoint * derivative
                x._mark = reached
            if by_second is not None and type(second) is Value:
                y = second
                y._adjoint += adjoint * by_second
                y._mark = reached
        else:
            _flow_back(node, operation, adjoint, reached)


def _flow_back(node: Value, operation: Operation, adjoint: float, reached: Mark) -> None:
    """Any row: what it answers for each operand, ``None`` where nothing flows."""
    operands = _operands(node)
    plain: list[Any] = [x.floats_in(reached) if type(x) is Group else _plain(x) for x in operands]
    for operand, derivative in zip(operands, operation.derivatives(*plain, node._data), strict=True):
        if derivative is None:
            continue
        if type(operand) is Value:
            operand._adjoint += adjoint * derivative
            operand._mark = reached
        elif type(operand) is Group:
            if None in derivative:
                _choose(operand, adjoint, derivative, reached)
            else:
                _spread(operand, adjoint, tuple(derivative), reached)


def _spread(group: Group, adjoint: float, derivatives: Floats, reached: Mark) -> None:
    """Let an adjoint flow back through each item of a group."""
    for i, item in enumerate(group.items):
        if type(item) is Value:
            node: Value = item
            derivative: float = derivatives[i]
            node._adjoint += adjoint * derivative
    _meet(group, reached)


def _choose(group: Group, adjoint: float, derivatives: Sequence[Any], reached: Mark) -> None:
    """The same where nothing flows to some of the items."""
    for item, derivative in zip(group.items, derivatives, strict=True):
        if type(item) is Value and derivative is not None:
            node: Value = item
            node._adjoint += adjoint * derivative
            node._mark = reached


def _cross(group: Group, adjoint: float, factors: Group, reached: Mark) -> None:
    """The same for the derivatives of a sum of products, where each item's derivative is its factor."""
    if not _paired(group, factors):
        _spread(group, adjoint, factors.floats_in(reached), reached)
        return
    for i, node in enumerate(group.nodes):
        factor: Value = factors.nodes[i]
        node._adjoint += adjoint * factor._data
    _meet(group, reached)


def _meet(group: Group, reached: Mark) -> None:
    """Once in a pass: mark the nodes of a group as reached."""
    if group._mark != reached:
        group._mark = reached
        for node in group.nodes:
            node._mark = reached


# --- The pass, recorded ---


def variable(x: Any) -> Value:
    """A node of its own for a number or a Value, so that derivatives by it are not confused with others by x.

    >>> x = Value(3.0)
    >>> variable(x).parents == (x,), variable(3.0).parents
    (True, ())
    """
    if type(x) is not Value:
        return Value(x)
    node = x.record_unary(ops.positive)
    node._label = x.label
    return node


def seal(node: Value) -> None:
    """Turn a variable that was made from a number into a constant: nobody differentiates by it any more.

    >>> x = variable(3.0)
    >>> seal(x)
    >>> x.op, x.inputs
    ('pos', (3.0,))
    """
    if node._operation is None and node._first is None:  # else the function has moved it, and its result is stale
        node._operation, node._first = ops.positive, node._data


def constant(x: float) -> Value:
    """A Value of no consequence: nobody will differentiate by it, so it is no leaf.

    >>> constant(3.0).inputs
    (3.0,)
    """
    node = Value(x)
    seal(node)
    return node


def gradients(root: Result, xs: Iterable[Value]) -> list[Value]:
    """∂root/∂x for each x, as Values that can be differentiated again; no ``grad`` changes.

    Args:
        root: What is differentiated.
        xs: Leaves or nodes on the way; 0 for one that ``root`` was not computed from.

    Raises:
        TypeError: One of them is no Value, or a derivative of a user's operation cannot be differentiated again.

    >>> x = Value(2.0)
    >>> [slope] = gradients(x**3, [x])
    >>> [curvature] = gradients(slope, [x])
    >>> slope.data, curvature.data
    (12.0, 12.0)
    """
    wanted: list[Any] = [None] if isinstance(xs, Value) else list(xs)
    if not all(type(node) is Value for node in (root, *wanted)):
        raise TypeError(f"gradients: needs a Value and a list of Values, got {root!r} and {xs!r}")
    found = pull_back(topological_order(root), [(root, 1.0)], wanted)
    return [d if type(d) is Value else Value(d) for d in found]


def pull_back(order: list[Value], seeds: Iterable[tuple[Value, Any]], wanted: Iterable[Value]) -> list[Any]:
    """As `adjoints`, recorded: Values that remember how they were computed, floats where there is nothing to it.

    >>> x, y = Value(2.0), Value(5.0)
    >>> z = x * y
    >>> pull_back(topological_order(z), [(z, 1.0)], [x])[0] is y
    True
    """
    _check_all_fresh(order)
    if sites() is not None:
        _check_values(order)
    wanted = list(wanted)
    depends = dependents(order, wanted)
    flows: dict[int, list[tuple[Any, Any]]] = {}
    for root, seed in seeds:
        flows.setdefault(id(root), []).append((seed, 1.0))
    adjoint_of: dict[int, Any] = {}
    for node in reversed(order):
        if id(node) not in flows or id(node) not in depends:
            continue
        adjoint_of[id(node)] = adjoint = _total(flows.pop(id(node)))
        for parent, derivative in _edges(node, _recorded_derivatives(node)):
            if derivative is not None and id(parent) in depends:
                flows.setdefault(id(parent), []).append((adjoint, derivative))
    return [adjoint_of.get(id(node), 0.0) for node in wanted]


def push_forward(
    order: list[Value], seeds: Iterable[tuple[Value, Any]], wanted: Iterable[Value], recorded: bool
) -> list[Any]:
    """The derivative of each wanted node in the direction that gives each seeded node its seed.

    >>> x, y = Value(2.0), Value(5.0)
    >>> z = x * y
    >>> push_forward(topological_order(z), [(x, 1.0), (y, 10.0)], [z], recorded=False)
    [25.0]
    """
    _check_all_fresh(order)
    watched = sites() is not None
    if watched:
        _check_values(order)
    derivatives = _recorded_derivatives if recorded else _local_derivatives
    tangent_of = {id(node): seed for node, seed in seeds}
    for node in order:
        if id(node) in tangent_of or not any(id(parent) in tangent_of for parent in node.parents):
            continue
        edges = _edges(node, derivatives(node))
        terms = [(tangent_of[id(x)], d) for x, d in edges if d is not None and id(x) in tangent_of]
        if terms:
            tangent_of[id(node)] = _total(terms)
            if watched:
                _check_flow(node, terms, tangent_of[id(node)])
    return [tangent_of.get(id(node), 0.0) for node in wanted]


def dependents(order: list[Value], sources: Iterable[Value]) -> set[int]:
    """The nodes, by their id, that were computed from ``sources``, and these themselves."""
    found = {id(node) for node in sources}
    for node in order:
        if node._operation is not None and not found.isdisjoint(map(id, node.parents)):
            found.add(id(node))
    return found


def _total(terms: list[tuple[Any, Any]]) -> Any:
    """Σ a·b as one node; a product with 1 makes none."""
    if len(terms) > 1 and not all(_is_one(a) or _is_one(b) for a, b in terms):
        return ops.dot(*zip(*terms, strict=True))
    products = [b if _is_one(a) else a if _is_one(b) else a * b for a, b in terms]
    return products[0] if len(products) == 1 else ops.sum(products)


def _is_one(x: Any) -> bool:
    return type(x) is float and x == 1.0


# --- On the watch ---


def _where(node: Value) -> str:
    return f"made in {(sites() or {}).get(id(node), 'a line before detect_anomaly began')}"


def _check_value(node: Value) -> None:
    if not isfinite(node._data):
        raise AnomalyError(f"{_written(node)} is {node._data!r}; {_where(node)}")


def _written(node: Value) -> str:
    """A node's operation at the present data of its operands."""
    operation = node._operation
    assert operation is not None
    operands = [_plain(x) for x in _operands(node)]
    return operation.asked(operands[:1] if operation is CUSTOM else operands)


def _check_values(order: list[Value]) -> None:
    """Raise for the first node whose value is not finite."""
    for node in order:
        if node._operation is not None:
            _check_value(node)


def _inspect(order: list[Value], reached: Mark) -> None:
    """After a pass: raise for the first value, then for the first derivative, that is not finite."""
    _check_values(order)
    for node in reversed(order):
        if node._operation is not None and node._mark == reached:
            for parent, derivative in _edges(node, _local_derivatives(node)):
                if derivative is not None:
                    _check_flow(node, [(parent, derivative)], parent._adjoint)


def _check_flow(node: Value, terms: list[tuple[Any, Any]], total: Any) -> None:
    """Raise if a derivative that was used at a node, or what flowed through it, is not finite."""
    for source, derivative in terms:
        if not isfinite(_plain(derivative)):
            raise AnomalyError(f"{_written(node)}: the derivative by {source!r} is {derivative!r}; {_where(node)}")
    if not isfinite(_plain(total)):
        raise AnomalyError(f"{_written(node)}: the gradient that flows through it is {total!r}; {_where(node)}")


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

# Every operation is a method too, which is what NumPy calls on arrays of Values: np.exp(a) asks for a[i].exp().
for _name, _operation in ops.TABLE.items():
    if not any(_operation.groups):
        setattr(Value, _name, (_unary_method if isinstance(_operation, Unary) else _method)(_operation))

"""What an operation is: a row, which says all there is to say about it, and is called like a function.

`table` holds the rows; a row made by anybody else with the same words is at once in the table, a method of `Value`,
parsed, drawn and checked.
"""

from __future__ import annotations

import sys
from collections import ChainMap
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from typing import Any, NamedTuple, Self

from . import casts
from .floats import Floats
from .modes import inside_call_of
from .numbers import is_number, items, number

# How tightly a text binds, as in Python's grammar.
SUM, PRODUCT, SIGN, POWER, ATOM = 1, 2, 3, 4, 5


class Bounds(NamedTuple):
    """How many units in the last place a row and its derivatives are off at most, and why if it is more than usual."""

    value: float = 4.0
    first: float = 4.0
    second: float = 16.0
    why: str = ""


EXACT = Bounds()


class Operand:
    """What an operation can be recorded on, besides numbers; `Value` is one.

    In comparisons and formats it answers as its number does, and it refuses to become a float, which would forget the
    graph.
    """

    __slots__ = ("_data",)
    _data: float

    def record(self, operation: Operation, operands: Sequence[Any]) -> Any:
        """The result of ``operation``, with a memory of its operands: its own kind and numbers of any, in tuples."""
        raise NotImplementedError

    def record_unary(self, operation: Operation) -> Any:
        """The result of ``operation`` on self alone."""
        raise NotImplementedError

    def record_entries(
        self, operation: Operation, group: tuple[Any, ...], values: Callable[[Floats], list[float]]
    ) -> list[Any]:
        """The results of ``operation`` on the group and 0, on the group and 1, …, which ``values`` gives at floats."""
        raise NotImplementedError

    def __eq__(self, other: Any) -> bool:
        y = _compared(other)
        return NotImplemented if y is NotImplemented else bool(self._data == y)

    def __ne__(self, other: Any) -> bool:
        y = _compared(other)
        return NotImplemented if y is NotImplemented else bool(self._data != y)

    def __lt__(self, other: Any) -> bool:
        y = _compared(other)
        return NotImplemented if y is NotImplemented else bool(self._data < y)

    def __le__(self, other: Any) -> bool:
        y = _compared(other)
        return NotImplemented if y is NotImplemented else bool(self._data <= y)

    def __gt__(self, other: Any) -> bool:
        y = _compared(other)
        return NotImplemented if y is NotImplemented else bool(self._data > y)

    def __ge__(self, other: Any) -> bool:
        y = _compared(other)
        return NotImplemented if y is NotImplemented else bool(self._data >= y)

    def __hash__(self) -> int:
        return id(self) >> 4

    def __bool__(self) -> bool:
        return self._data != 0.0

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else str(self)

    def __float__(self) -> float:
        raise casts.no_float(self, TABLE)

    def __int__(self) -> int:
        raise casts.no_int(self)

    def __index__(self) -> int:
        raise casts.no_index(self)

    def conjugate(self) -> Self:
        """Itself, being real; NumPy asks for it."""
        return self


def _compared(other: Any) -> Any:
    """A number to compare with; else Python asks the other operand."""
    if isinstance(other, Operand):
        return other._data
    return other if is_number(other) else NotImplemented


class Operation:
    """One row of the table; called like a function.

    Args:
        name: Its name, and that of the method on `Value`.
        signature: Names of the operands, ``"x y"``; a star marks a group, ``"*xs"``; ``slope=0.01``
            gives a default; a name after a bar, ``"x | n"``, is a parameter: a number, never a node.
        value: Floats (tuples of floats for groups) to a float.
        derivatives: Operands and result to a tuple with one derivative an operand (a tuple for a
            group), ``None`` where it is zero by structure, or for a parameter.
        about: What it is, one sentence.
        formula: The derivative as a learner sees it, one text an operand; ``{out}`` is the result,
            ``[i]`` the i-th of a group; empty where there is none.
        domain: A condition on the operands, in Python; empty where every float will do.
        reference: The value in mpmath's terms, for the tests.
        text: How an application is written, with the operands in braces.
        symbol: What stands in a node of a picture.
        binding: How tightly ``text`` binds, then how tightly each operand must.
        example: A call and what it gives.
        unfold: For groups: the same result from binary operations, in the order of the value.
        bounds: How exact it is, where it is less exact than `EXACT`.
    """

    name: str
    symbol: str
    operands: tuple[str, ...]
    groups: tuple[bool, ...]
    parameters: int
    arity: int  # -1 for an operation on groups
    defaults: dict[str, float]
    __doc__: str

    def __init__(
        self,
        name: str,
        signature: str,
        value: Callable[..., float],
        derivatives: Callable[..., tuple[Any, ...]],
        *,
        about: str,
        formula: Sequence[str] = (),
        domain: str = "",
        reference: str = "",
        text: str = "",
        symbol: str = "",
        binding: Sequence[int] = (),
        example: tuple[str, str],
        unfold: Callable[..., Any] | None = None,
        bounds: Bounds = EXACT,
    ) -> None:
        inputs, _, parameters = signature.partition("|")
        words = inputs.split() + parameters.split()
        names = [word.lstrip("*").partition("=")[0] for word in words]
        self.name = name
        self.symbol = symbol or name
        self.operands = tuple(names)
        self.groups = tuple(word.startswith("*") for word in words)
        self.parameters = len(parameters.split())
        self.arity = -1 if any(self.groups) else len(names)
        self.defaults = {n: float(w.partition("=")[2]) for n, w in zip(names, words, strict=True) if "=" in w}
        self.value = value
        self.derivatives = derivatives
        self.formula = tuple(formula)
        self.domain = domain
        self.reference = reference
        self.text = text or f"{name}({', '.join('{' + n + '}' for n in names)})"
        caller = self.text.partition("(")[0]
        self.called = caller if caller.isidentifier() else name
        self.binding = tuple(binding) or (ATOM,)
        self.unfold = unfold
        self.bounds = bounds
        self.example = example
        self.__doc__ = _document(self, about)
        self.enlist()

    def enlist(self) -> None:
        """Enter it into the table."""
        for follow in FOLLOWERS:
            follow(self)
        TABLE[self.name] = self

    def __repr__(self) -> str:
        return f"<operation {self.name}({', '.join(self.operands)})>"

    def __call__(self, *operands: Any, **named: Any) -> Any:
        if len(operands) == self.arity == list(map(type, operands)).count(float) and not named:
            return self.evaluate(operands)
        return self._apply(operands, named)

    def _bind(self, operands: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Operands in the order of the signature, defaults filled in."""
        rest = self.operands[len(operands) :]
        given = {**{n: d for n, d in self.defaults.items() if n in rest}, **named}
        if len(operands) > len(self.operands) or set(given) != set(rest):
            count = len(operands) + len(named)
            names = [f"[{n}]" if is_group else n for n, is_group in zip(self.operands, self.groups, strict=True)]
            raise TypeError(f"{self.called}({', '.join(names)}): got {count} operands, {named or 'none'} by name")
        return operands + tuple(given[n] for n in rest)

    def _apply(self, operands: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """A float if all operands are numbers, else whatever the first other operand records."""
        if named or len(operands) != len(self.operands):
            operands = self._bind(operands, named)
        opened: list[Any] = []
        recorder: Operand | None = None
        for i, is_group in enumerate(self.groups):
            operand = self.group(operands[i]) if is_group else operands[i]
            if type(operand) is tuple and not is_group:
                self.number(operand)  # which says what to write instead
            opened.append(operand)
            if recorder is None:
                recorder = recorder_among(operand if is_group else (operand,))
        if recorder is None:
            return self.evaluate([self.floats(operand) for operand in opened])
        for i in range(self.parameters):
            if isinstance(opened[~i], Operand):
                raise TypeError(f"{self.called}: its parameter must be a plain number, got {opened[~i]!r}; give x.data")
        return recorder.record(self, opened)

    def floats(self, operand: Any) -> Any:
        """A number as a float, a tuple of them as a tuple of floats."""
        if type(operand) is not tuple:
            return self.number(operand)
        return tuple([x if type(x) is float else self.number(x) for x in operand])

    def number(self, operand: Any) -> float:
        """An operand as a float; where it is many numbers, the message says what to write for each."""
        try:
            return number(operand, self.called)
        except TypeError as error:
            raise TypeError(f"{error}{self._for_each(operand)}") from None

    def _for_each(self, operand: Any) -> str:
        if not isinstance(operand, Iterable) or isinstance(operand, (str, bytes, bytearray)):
            return ""
        if getattr(operand, "shape", ()) != () and hasattr(sys.modules.get("numpy"), self.called):
            return f"; for an array write np.{self.called}"
        if any(self.groups):
            return ""
        name = self.operands[0]
        return f"; for each number write [{self.write(*self.operands)} for {name} in {name}s]"

    def group(self, operand: Any) -> tuple[Any, ...]:
        return tuple(operand) if type(operand) is list or type(operand) is tuple else items(operand, self.called)

    def evaluate(self, operands: Sequence[Any]) -> float:
        """The value at floats; raises as `math` does, saying where the operation is defined."""
        try:
            return self.value(*operands)
        except (ValueError, ArithmeticError) as error:
            raise self.explain(error, operands) from None

    def explain(self, error: Exception, operands: Sequence[Any], labels: str = "") -> Exception:
        """An exception of the same kind that says what was asked and what is possible."""
        if isinstance(error, OverflowError):
            reason = "the result is too large for a float"
        else:
            reason = f"needs {self.domain}" if self.domain else str(error)
        kind = next(k for k in (ZeroDivisionError, OverflowError, ValueError, ArithmeticError) if isinstance(error, k))
        hint = " (where computes both branches: write a if c else b)" if inside_call_of("where") else ""
        return kind(f"{self.asked(operands)}: {reason}{labels}{hint}")

    def asked(self, operands: Sequence[Any]) -> str:
        """The application to floats, as text."""
        return self.write(*[_literal(operand) for operand in operands])

    def write(self, *operands: Any) -> str:
        """The application as text. An operand is a text, a pair of text and binding, or a list of them."""
        return self.write_bound(*operands)[0]

    def write_bound(self, *operands: Any) -> tuple[str, int]:
        """As `write`, with how tightly the text binds."""
        needs = self.binding[1:] or (SUM,) * len(operands)
        if self.parameters:  # numbers, and Python wants a whole one for an index
            operands = (*operands[:-1], _whole(operands[-1]))
        texts = [_enclose(operand, need) for operand, need in zip(operands, needs, strict=True)]
        return self.text.format(**dict(zip(self.operands, texts, strict=True))), self.binding[0]


class Unary(Operation):
    """A row with one operand: the common case, called with less ado."""

    def __call__(self, *operands: Any, **named: Any) -> Any:
        if len(operands) == 1 and not named:
            x = operands[0]
            if type(x) is float:
                return self.evaluate(operands)
            if isinstance(x, Operand):
                return x.record_unary(self)
        return self._apply(operands, named)


# Compiled, the docstring of the class would hide those of its rows.
type.__setattr__(Unary, "__doc__", vars(Operation)["__doc__"])

#: Every row, by its name.
TABLE: dict[str, Operation] = {}
#: What is called by a name: the rows, and functions that stand in front of a row of another name.
FUNCTIONS: MutableMapping[str, Callable[..., Any]] = ChainMap({}, TABLE)  # type: ignore[arg-type]
#: Who else is told of each new row, before it is entered.
FOLLOWERS: list[Callable[[Operation], None]] = []


def recorder_among(items: tuple[Any, ...]) -> Operand | None:
    """The first of them that an operation can be recorded on."""
    for item in items:
        if type(item) is not float and isinstance(item, Operand):
            return item
    return None


def _document(row: Operation, about: str) -> str:
    lines = [about, "", "Numbers give a float; with a `Value` among the operands the result is a `Value`.", ""]
    if row.formula:
        parts = zip(row.operands, row.formula, strict=False)
        lines += ["Derivative: " + ", ".join(f"∂/∂{n} = {f.format_map(_Names())}" for n, f in parts) + ".", ""]
    if row.domain:
        lines += [f"Raises ValueError, ZeroDivisionError or OverflowError, as `math` does, unless {row.domain}.", ""]
    return "\n".join([*lines, f">>> {row.example[0]}", row.example[1]])


class _Names(dict[str, str]):
    """Every placeholder stands for itself."""

    def __missing__(self, key: str) -> str:
        return key


def _literal(operand: Any) -> Any:
    """A float, or a tuple of them, as text that knows how tightly it binds."""
    if isinstance(operand, (tuple, list)):
        return [_literal(item) for item in operand]
    text = repr(operand)
    return text, SIGN if text.startswith("-") else ATOM


def _whole(operand: Any) -> tuple[str, int]:
    """The text of a number without a fraction of zero."""
    text, binding = (operand, ATOM) if isinstance(operand, str) else operand
    return text.removesuffix(".0"), binding


def _enclose(operand: Any, need: int) -> str:
    """The text of an operand, in parentheses if it binds less tightly than needed."""
    if isinstance(operand, list):
        return ", ".join([_enclose(item, SUM) for item in operand])
    text, binding = (operand, ATOM) if isinstance(operand, str) else operand
    return text if binding >= need else f"({text})"

"""What an operation is: a row, which says all there is to say about it, and is called like a function.

`table` holds the rows; a row made by anybody else with the same words is at once in the table, a method of `Value`,
parsed, drawn and checked.
"""

from __future__ import annotations

import operator
import sys
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Final, NamedTuple, Self

from . import casts, modes
from .aliases import Given
from .floats import Floats
from .modes import RECORDERS, inside_call_of, refuse_to_record
from .numbers import is_number, items, number


class Bounds(NamedTuple):
    """How many units in the last place a row and its derivatives are off at most, and why if it is more than usual."""

    value: float = 4.0
    first: float = 4.0
    second: float = 16.0
    why: str = ""


class Signature:
    """That of a row, for `inspect.signature`, made when it is asked for; a class of rows has that of its own."""

    def __get__(self, row: Operation | None, owner: Any = None) -> Any:
        if row is None:
            raise AttributeError("__signature__")
        from inspect import Parameter
        from inspect import Signature as Made

        kind, empty = Parameter.POSITIONAL_OR_KEYWORD, Parameter.empty
        return Made([Parameter(name, kind, default=row.defaults.get(name, empty)) for name in row.operands])


EXACT = Bounds()
#: Stands for an operand that was not given.
ABSENT: Final = object()


class Kink(NamedTuple):
    """What is decided about derivatives where there is none, or more than one: texts, in Python.

    Attributes:
        where: A condition on the operands.
        slopes: One for each operand.
        second: ``0`` where the slopes are numbers for all operands, ``nan`` where they grow without bounds around,
            ``side`` where they are those of one side, and change as that side does.
    """

    where: str
    slopes: str
    second: str = "0"


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

    def apart(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        """What ``function`` gives; who explores all of its ways joins them before its caller goes on."""
        return function(*operands)

    def __eq__(self, other: Any) -> Any:
        return _compared(operator.eq, self, other)

    def __ne__(self, other: Any) -> Any:
        return _compared(operator.ne, self, other)

    def __lt__(self, other: Any) -> Any:
        return _compared(operator.lt, self, other)

    def __le__(self, other: Any) -> Any:
        return _compared(operator.le, self, other)

    def __gt__(self, other: Any) -> Any:
        return _compared(operator.gt, self, other)

    def __ge__(self, other: Any) -> Any:
        return _compared(operator.ge, self, other)

    def __hash__(self) -> int:
        return id(self) >> 4

    def __bool__(self) -> bool:
        truth = self._data != 0.0
        recorder = modes.recorder() if RECORDERS else None
        return truth if recorder is None else recorder.asked(self, truth)

    def __format__(self, spec: str) -> str:
        if RECORDERS:
            refuse_to_record("a number is written out", "print it outside of the function")
        return format(self._data, spec) if spec else str(self)

    def __float__(self) -> float:
        truth = _asked(self)
        if truth is not None:
            return float(truth)
        raise _lost(lambda: casts.no_float(self, TABLE))

    def __int__(self) -> int:
        truth = _asked(self)
        if truth is not None:
            return truth
        raise _lost(lambda: casts.no_int(self))

    def __index__(self) -> int:
        truth = _asked(self)
        if truth is not None:
            return truth
        raise _lost(lambda: casts.no_index(self))

    def conjugate(self) -> Self:
        """Itself, being real; NumPy asks for it."""
        return self


def _asked(x: Any) -> int | None:
    """1 or 0 for what a comparison answered while a program is recorded; None for all else."""
    recorder = modes.recorder() if RECORDERS else None
    return None if recorder is None or not recorder.is_truth(x) else int(recorder.asked(x, x._data != 0.0))


def _lost(describe: Callable[[], TypeError]) -> TypeError:
    """The error, unless a program is recorded, to whose recorder it is told."""
    if not RECORDERS:
        return describe()
    with modes.recorded_by(None):  # the number is written out
        error = describe()
    refuse_to_record(*str(error).split("; ", 1))
    return error


def _compared(compare: Callable[[Any, Any], Any], x: Operand, other: Any) -> Any:
    """A bool, or what the recorder of a program makes of it; where the other is no number Python asks that."""
    if isinstance(other, Operand):
        outcome = bool(compare(x._data, other._data))
    elif is_number(other):
        outcome = bool(compare(x._data, other))
    else:
        return NotImplemented
    recorder = modes.recorder() if RECORDERS else None
    return outcome if recorder is None else recorder.compared(compare, x, other, outcome)


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
        formula: The derivative as a learner sees it, in Python, one text an operand; ``out`` is the
            result, ``[i]`` the i-th of a group; empty where there is none.
        domain: A condition on the operands, in Python; empty where every float will do.
        text: How an application is written, in Python; by default as a call.
        symbol: What stands in a node of a picture.
        unfold: For groups: the same result from binary operations, in the order of the value.
        reference: The value in mpmath's terms, for the tests, as is what follows.
        terms: The largest term of the value, of its first and of its second derivatives, where they are sums that
            may cancel; ``by`` says by what is differentiated.
        kinks: What is decided about derivatives where there is none, or more than one.
        structural: Operands to which nothing flows back where their derivative is 0.
        exponent: The operand that stands in an exponent, where almost every float would overflow.
        choices: For a parameter the numbers that say which function of a family is meant.
        bounds: How exact it is, where it is less exact than `EXACT`.
        example: A call and what it gives.
    """

    __signature__ = Signature()

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
        text: str = "",
        symbol: str = "",
        unfold: Callable[..., Any] | None = None,
        reference: str = "",
        terms: Sequence[str] = (),
        kinks: Sequence[Kink] = (),
        structural: str = "",
        exponent: str = "",
        choices: Mapping[str, Sequence[float]] | None = None,
        bounds: Bounds = EXACT,
        example: tuple[str, str],
    ) -> None:
        inputs, _, parameters = signature.partition("|")
        words = inputs.split() + parameters.split()
        names = [word.lstrip("*").partition("=")[0] for word in words]
        self.name = name
        self.symbol = symbol or name
        self.operands = tuple(names)
        self.groups = tuple(word.startswith("*") for word in words)
        self.parameters = len(parameters.split())
        self.arity = -1 if any(self.groups) else len(names)  # -1 for an operation on groups
        self.defaults = {n: float(w.partition("=")[2]) for n, w in zip(names, words, strict=True) if "=" in w}
        self.value = value
        self.derivatives = derivatives
        self.formula = tuple(formula)
        self.domain = domain
        self.text = text or f"{name}({', '.join(names)})"
        caller = self.text.partition("(")[0]
        self.called = caller if caller.isidentifier() else name
        self.unfold = unfold
        self.reference = reference
        self.terms = tuple(terms)
        self.kinks = tuple(kinks)
        self.structural = tuple(structural.split())
        self.exponent = exponent
        self.choices = choices or {}
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
        given = None if named else all_floats(operands, self.groups)
        if given is None:
            return self._apply(operands, named)
        try:
            return self.value(*given)
        except (ValueError, ArithmeticError):
            return self.evaluate(given)  # which says what was asked

    def _bind(self, operands: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Operands in the order of the signature, defaults filled in."""
        rest = self.operands[len(operands) :]
        given = {**{n: d for n, d in self.defaults.items() if n in rest}, **named}
        if len(operands) > len(self.operands) or set(given) != set(rest):
            count = len(operands) + len(named)
            names = [f"[{n}]" if is_group else n for n, is_group in zip(self.operands, self.groups, strict=True)]
            hint = f"; write {self.called}([x, y])" if self.groups == (True,) and len(operands) > 1 else ""
            raise TypeError(f"{self.called}({', '.join(names)}): got {count} operands, {named or 'none'} by name{hint}")
        return operands + tuple(given[n] for n in rest)

    def _apply(self, operands: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """A float if all operands are numbers, else whatever the first other operand records."""
        if named or len(operands) != len(self.operands):
            operands = self._bind(operands, named)
        opened = list(operands)
        recorder: Operand | None = None
        for i, operand in enumerate(operands):
            if self.groups[i]:
                opened[i] = group = self.group(operand)
                if recorder is None:
                    recorder = recorder_among(group)
            elif isinstance(operand, Operand):
                if recorder is None:
                    recorder = operand
            elif type(operand) is tuple:
                self.number(operand)  # which says what to write instead
        if recorder is None:
            return self.evaluate([self.floats(operand) for operand in opened])
        for parameter in opened[len(opened) - self.parameters :] if self.parameters else ():
            if isinstance(parameter, Operand):
                raise TypeError(f"{self.called}: its parameter must be a plain number, got {parameter!r}; give x.data")
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
        texts = [list(map(repr, x)) if isinstance(x, (tuple, list)) else repr(x) for x in operands]
        for i in range(len(texts) - self.parameters, len(texts)):
            texts[i] = str(texts[i]).removesuffix(".0")  # Python wants a whole number for an index
        return self.write(*texts)

    def write(self, *operands: str | list[str]) -> str:
        """The application as text. An operand is a text, or a list of them for a group."""
        from .written import form

        texts = dict(zip(self.operands, map(listed, operands), strict=True))
        return form(self.text).filled(lambda name: texts.get(name, name))


class Unary(Operation):
    """A row with one operand: the common case, called with less ado."""

    # Its operand stands apart from the others: exp of a float takes 0.82 of the time.
    def __call__(self, x: Any = ABSENT, /, *others: Any, **named: Any) -> Any:
        if not others and not named:
            if type(x) is float:
                try:
                    return self.value(x)
                except (ValueError, ArithmeticError):
                    return self.evaluate((x,))  # which says what was asked
            if isinstance(x, Operand):
                return x.record_unary(self)
        return self._apply(others if x is ABSENT else (x, *others), named)


#: Every row, by its name.
TABLE: dict[str, Operation] = {}
#: What is called by a name: the rows, and functions that stand in front of a row of another name.
FUNCTIONS: MutableMapping[str, Callable[..., Any]] = ChainMap({}, TABLE)  # type: ignore[arg-type]  # rows are callable
#: Who else is told of each new row, before it is entered.
FOLLOWERS: list[Callable[[Operation], None]] = []


def all_floats(operands: Sequence[Any], groups: Sequence[bool]) -> Given:
    """The operands of a row, with groups as tuples, if they are floats alone and as many as it has; else None.

    >>> all_floats(([1.0, 2.0], 3.0), (True, False)), all_floats((1.0,), (True,))
    ([(1.0, 2.0), 3.0], None)
    """
    if len(operands) != len(groups):
        return None
    given: list[Any] = []
    for i, operand in enumerate(operands):
        if not groups[i]:
            if type(operand) is not float:
                return None
            given.append(operand)
        elif type(operand) is list or type(operand) is tuple:
            for x in operand:
                if type(x) is not float:
                    return None
            given.append(tuple(operand))
        else:
            return None
    return given


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
        lines += ["Derivative: " + ", ".join(f"∂/∂{n} = {f}" for n, f in parts) + ".", ""]
    if row.domain:
        lines += [f"Raises ValueError, ZeroDivisionError or OverflowError, as `math` does, unless {row.domain}.", ""]
    return "\n".join([*lines, f">>> {row.example[0]}", row.example[1]])


def listed(operand: str | Sequence[str]) -> str:
    """The text of an operand, which for a group is a list."""
    return operand if isinstance(operand, str) else f"[{', '.join(operand)}]"

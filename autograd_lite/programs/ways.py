"""All ways through a function: run on symbols, it goes each way once, and what it gave becomes one expression.

Where Python asks a symbol for a truth, the function is run once for each answer that earlier answers leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from ..engine import table as ops
from ..engine.floats import Floats
from ..engine.operation import Operand, Operation
from .primitives import AND, OR, POW, RAISING
from .program import EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NOT_EQUAL
from .terms import Argument, Choice, Number, Term

#: Of how many ways through a function it is explored; one with more is called as it is.
MOST_WAYS = 400
#: How many functions deep; a function that calls itself goes on for ever.
MOST_CALLS = 10


class Unexplorable(Exception):  # noqa: N818  (it is no error: the function is then called as it is)
    """A function does what symbols cannot follow, or goes too many ways."""


class _Parted(Unexplorable):
    """What a function gives is no numbers and cannot be joined; its caller has to go all of its ways."""


#: What a way has in the place of a result if it ends with an error.
RAISED: Final = object()


class Symbol(Operand):
    """An operand that stands for any number; operations on it are recorded as terms, and its truth goes both ways."""

    __slots__ = ("number", "ways")

    def __init__(self, number: Number, ways: Ways) -> None:
        self.number, self.ways = number, ways

    def record(self, operation: Operation, operands: Sequence[Any]) -> Symbol:
        return self.ways.apply(operation, *operands)

    def record_unary(self, operation: Operation) -> Symbol:
        return self.ways.apply(operation, self)

    def record_entries(
        self, operation: Operation, group: tuple[Any, ...], values: Callable[[Floats], list[float]]
    ) -> list[Any]:
        return [self.ways.apply(operation, group, float(i)) for i in range(len(group))]

    def apart(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        return self.ways.apart(function, operands)

    def __repr__(self) -> str:
        return repr(self.number)

    def __bool__(self) -> bool:
        return self.ways.decide(self.number)

    __hash__ = Operand.__hash__

    def __eq__(self, other: Any) -> Any:
        return self.ways.apply(EQUAL, self, other)

    def __ne__(self, other: Any) -> Any:
        return self.ways.apply(NOT_EQUAL, self, other)

    def __lt__(self, other: Any) -> Any:
        return self.ways.apply(LESS, self, other)

    def __le__(self, other: Any) -> Any:
        return self.ways.apply(LESS_EQUAL, self, other)

    def __gt__(self, other: Any) -> Any:
        return self.ways.apply(GREATER, self, other)

    def __ge__(self, other: Any) -> Any:
        return self.ways.apply(GREATER_EQUAL, self, other)

    def __add__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.add, self, other)

    def __radd__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.add, other, self)

    def __sub__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.subtract, self, other)

    def __rsub__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.subtract, other, self)

    def __mul__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.multiply, self, other)

    def __rmul__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.multiply, other, self)

    def __truediv__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.divide, self, other)

    def __rtruediv__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.divide, other, self)

    def __mod__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.mod, self, other)

    def __rmod__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.mod, other, self)

    def __floordiv__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.floor_divide, self, other)

    def __rfloordiv__(self, other: Any) -> Symbol:
        return self.ways.apply(ops.floor_divide, other, self)

    def __divmod__(self, other: Any) -> tuple[Symbol, Symbol]:
        return self // other, self % other

    def __pow__(self, other: Any) -> Any:
        return self.ways.power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return self.ways.power(other, self)

    def __neg__(self) -> Symbol:
        return self.ways.apply(ops.negative, self)

    def __pos__(self) -> Symbol:
        return self

    def __abs__(self) -> Symbol:
        return self.ways.apply(ops.abs, self)

    def __round__(self, digits: int | None = None) -> Symbol:
        return self.ways.apply(ops.rint, self) if digits is None else self.ways.apply(ops.round_to, self, digits)

    def __float__(self) -> float:
        raise Unexplorable(f"a float of {self!r}")

    def __int__(self) -> int:
        raise Unexplorable(f"an int of {self!r}")

    def __index__(self) -> int:
        raise Unexplorable(f"an index from {self!r}")


#: How two numbers may stand to one another: the first is less, equal, greater, or one of them is nan.
_LESS, _EQUAL, _GREATER, _UNORDERED = 1, 2, 4, 8
_FLIPPED = [(m & ~5) | (m & 1) << 2 | (m & 4) >> 2 for m in range(16)]
_HOLDS = {LESS: 1, LESS_EQUAL: 3, EQUAL: 2, NOT_EQUAL: 13, GREATER_EQUAL: 6, GREATER: 4}


class Known:
    """What decisions have told of numbers."""

    def __init__(self, outcomes: dict[Number, bool], relations: dict[tuple[Number, Number], int]) -> None:
        self._outcomes, self._relations = outcomes, relations

    def copy(self) -> Known:
        return Known(self._outcomes.copy(), self._relations.copy())

    def outcome(self, condition: Number) -> bool | None:
        """Of a condition; None if it may be either."""
        x, y, holds = _compared(condition)
        left = self._relation(x, y)
        return True if not left & ~holds else False if not left & holds else self._outcomes.get(condition)

    def learn(self, condition: Number, outcome: bool) -> None:
        self._outcomes[condition] = outcome
        x, y, holds = _compared(condition)
        left = self._relation(x, y) & (holds if outcome else ~holds)
        self._relations[x, y], self._relations[y, x] = left, _FLIPPED[left]
        if not left & _UNORDERED:
            self._relations[x, x] = self._relations[y, y] = _EQUAL

    def _relation(self, x: Number, y: Number) -> int:
        """All relations that are left, together."""
        if type(x) is float:
            return _FLIPPED[self._relation(y, x)]
        left = self._relations.get((x, y), _EQUAL | _UNORDERED if x is y else 15)
        if not (self._may_be_nan(x) or self._may_be_nan(y)):
            left &= ~_UNORDERED
        if type(y) is float:
            for (other, limit), relation in self._relations.items():
                if other is x and type(limit) is float:
                    if limit < y and not relation & _GREATER:
                        left &= ~(_EQUAL | _GREATER)
                    if limit > y and not relation & _LESS:
                        left &= ~(_EQUAL | _LESS)
        return left

    def _may_be_nan(self, x: Number) -> bool:
        return x != x if type(x) is float else self._relations.get((x, x)) != _EQUAL


def _compared(condition: Number) -> tuple[Number, Number, int]:
    """Which numbers a condition compares, and the relations that it holds for; any other number is compared with 0."""
    if type(condition) is Term and condition.operation in _HOLDS:
        return *condition.operands, _HOLDS[condition.operation]
    return condition, 0.0, _HOLDS[NOT_EQUAL]


#: Numbers that leave the other operand as it is, to the last bit.
_NEUTRAL = {ops.add: "-0.0", ops.multiply: "1.0"}


class Ways:
    """All ways through a function of symbols, whose operations become terms in rows.

    >>> ways = Ways()
    >>> x = Symbol(Argument(0), ways)
    >>> ways.explore(lambda: 2.0 * x if x > 0 else None, ways.choice)
    ((2.0 * x0 if x0 > 0.0 else None), 0.0)
    """

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}
        self._begun = 0  # ways of the function that is explored
        self._depth = 0
        self._known = Known({}, {})  # on the present way, as is what follows
        self._trail: list[tuple[Any, bool]] = []  # its decisions
        self._script: Sequence[bool] = ()  # how the first of them have to come out
        self._error: Any = 0.0  # where functions that were explored apart have raised

    # --- What is recorded ---

    def apply(self, operation: Operation, *operands: Any) -> Symbol:
        """The result of an operation on symbols and numbers."""
        numbers = tuple(map(_opened, operands))
        if operation in _NEUTRAL:
            for x, y in (numbers, numbers[::-1]):
                if type(x) is float and repr(x) == _NEUTRAL[operation]:
                    return Symbol(y, self)
        return Symbol(self.term(operation, *numbers), self)

    def power(self, x: Any, y: Any) -> Any:
        """x to the power of y, at least one of them a symbol."""
        if type(x) is not Symbol:
            return self.apply(ops.fixed_base, y, x)
        return self.apply(ops.power if type(y) is Symbol else ops.fixed_power, x, y)

    def term(self, operation: Operation, *operands: Any) -> Term:
        made: Term = self._once((operation, *operands), lambda: Term(operation, operands))
        return made

    def choice(self, condition: Any, yes: Any, no: Any) -> Choice:
        """A decision between trees."""
        if not all(x is None or isinstance(x, Term | Argument | Choice | float) for x in (yes, no)):
            raise _Parted(f"a choice between {yes!r} and {no!r}")
        made: Choice = self._once((condition, yes, no), lambda: Choice(condition, yes, no))
        return made

    def joined(self, condition: Any, yes: Any, no: Any) -> Term | Choice:
        """A decision between numbers as a number, else as a choice."""
        if isinstance(yes, Term | Argument | float) and isinstance(no, Term | Argument | float):
            return self.term(ops.where, condition, yes, no)
        return self.choice(condition, yes, no)

    def _once(self, parts: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        key = key_of(parts)
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    # --- Which ways are gone ---

    def explore(self, run: Callable[[], Any], join: Callable[..., Any], script: Sequence[bool] = ()) -> tuple[Any, Any]:
        """What a function gives and where it raises.

        Args:
            run: The function, closed over its symbols.
            join: Makes one of a condition and two results.
            script: How the first decisions come out, of those to which both answers are possible.

        Returns:
            The result, `RAISED` if there is none on any way, and what is not 0 where the function raises.

        Raises:
            Unexplorable: It cannot be told.
        """
        trail, result, error = self._follow(run, script)
        for place in range(len(trail) - 1, len(script) - 1, -1):
            condition, _ = trail[place]
            other, other_error = self.explore(run, join, [*[outcome for _, outcome in trail[:place]], False])
            result = _merged(join, condition, result, other)
            error = self._merged_errors(condition, error, other_error)
        return result, error

    def decide(self, condition: Number) -> bool:
        """What the present way has for an answer; yes, if this is the first to ask."""
        outcome = self._known.outcome(condition)
        if outcome is None:
            place = len(self._trail)
            outcome = place >= len(self._script) or self._script[place]
            self._trail.append((condition, outcome))
            self._known.learn(condition, outcome)
        return outcome

    def apart(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        """What a function gives, joined before its caller goes on, so that its ways do not multiply the caller's."""
        if self._depth == MOST_CALLS:
            raise Unexplorable("too many calls within one another")
        begun, self._depth = self._begun, self._depth + 1
        try:
            result, error = self.explore(lambda: function(*operands), self.joined)
        except _Parted:
            return function(*operands)
        finally:
            self._depth -= 1
        self._begun = begun
        if result is RAISED:
            raise ValueError(f"{function.__name__} raises on all ways")
        if not isinstance(error, float):
            self._error = self._merged_errors(error, 1.0, self._error)
        return self._symbolic(result)

    def _follow(self, run: Callable[[], Any], script: Sequence[bool]) -> tuple[list[tuple[Any, bool]], Any, Any]:
        """One way: its decisions, its result, and where it raises."""
        self._begun += 1
        if self._begun > MOST_WAYS:
            raise Unexplorable("too many ways")
        outer = self._known, self._trail, self._script, self._error
        self._known, self._trail, self._script, self._error = self._known.copy(), [], script, 0.0
        try:
            return self._trail, _found(run()), self._error
        except (ValueError, ArithmeticError):
            return self._trail, RAISED, 1.0
        finally:
            self._known, self._trail, self._script, self._error = outer

    def _merged_errors(self, condition: Any, yes: Any, no: Any) -> Any:
        if key_of(yes) == key_of(no):
            return yes
        if no == 0.0:
            return condition if yes == 1.0 else self.term(AND, condition, yes)
        return self.term(OR, condition, no) if yes == 1.0 else self.term(ops.where, condition, yes, no)

    def _symbolic(self, result: Any) -> Any:
        if type(result) is tuple:
            return tuple(map(self._symbolic, result))
        return Symbol(result, self) if isinstance(result, Term | Argument) else result


class FloatWays(Ways):
    """All ways through a function of floats, whose operations become terms in primitives."""

    def __init__(self) -> None:
        super().__init__()
        self.raises = False  # whether one of the operations raises in Python where IEEE 754 has an infinity or nan

    def apply(self, operation: Operation, *operands: Any) -> Symbol:
        """The result of a primitive on symbols and numbers."""
        divides_by_number = operation is ops.divide and type(operands[1]) is not Symbol and operands[1] != 0
        self.raises |= operation in RAISING and not divides_by_number
        return self.quiet(operation, *operands)

    def quiet(self, operation: Operation, *operands: Any) -> Symbol:
        """The same where Python does not raise either."""
        return super().apply(operation, *operands)

    def power(self, x: Any, y: Any) -> Any:
        """x to the power of y as `math.pow` has it."""
        if type(y) is not Symbol and y in (0, 1):
            return x if y == 1 else 1.0
        self.raises = True
        return self.apply(POW, x, y)


def _opened(x: Any) -> Any:
    """An operand as terms have it: what a symbol stands for, a number as a float, a group as a tuple."""
    if type(x) is Symbol:
        return x.number
    return tuple(map(_opened, x)) if isinstance(x, tuple | list) else float(x)


def _found(x: Any) -> Any:
    """What a function gave, with what symbols stand for in their place."""
    if type(x) is Symbol:
        return x.number
    return tuple(map(_found, x)) if isinstance(x, tuple | list) else x


def key_of(x: Any) -> Any:
    """What tells floats apart by their bits, and else objects."""
    return repr(x) if type(x) is float else tuple(map(key_of, x)) if type(x) is tuple else x


def _merged(join: Callable[..., Any], condition: Any, yes: Any, no: Any) -> Any:
    if yes is RAISED or no is RAISED or key_of(yes) == key_of(no):
        return no if yes is RAISED else yes
    if type(yes) is tuple and type(no) is tuple and len(yes) == len(no):
        return tuple([_merged(join, condition, a, b) for a, b in zip(yes, no, strict=True)])
    return join(condition, yes, no)

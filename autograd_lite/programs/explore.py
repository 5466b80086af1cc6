"""Rows explored: their derivatives and values as expressions, with every decision taken both ways.

A row's functions are run on symbols. Where Python asks a symbol for a truth, the function is run once for each answer,
and what it gave each way becomes the two sides of a decision.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, wraps
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any, NamedTuple, TypeAlias

from ..engine import operation as rows
from ..engine import table as ops
from ..engine.floats import Floats, nan
from ..engine.operation import Operand, Operation
from .primitives import (
    AND,
    CBRT,
    FREXP_EXPONENT,
    FREXP_FRACTION,
    FSUM,
    LDEXP,
    OR,
    POW,
    PRIMITIVES,
    RAISING,
    REMAINDER,
)
from .program import EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NOT_EQUAL

#: Of how many ways through a function it is explored; one with more is called as it is.
MOST_WAYS = 400
#: How many functions deep; a function that calls itself goes on for ever.
MOST_CALLS = 10


class Argument:
    """An operand of the application: the i-th, or of a group that is the i-th the item j."""

    __slots__ = ("item", "operand")

    def __init__(self, operand: int, item: int | None = None) -> None:
        self.operand, self.item = operand, item

    def __repr__(self) -> str:
        if self is RESULT:
            return "out"
        return f"x{self.operand}" if self.item is None else f"x{self.operand}[{self.item}]"


#: The result of the application, in derivatives.
RESULT = Argument(-1)


class Term:
    """An operation on leaves, that is floats and arguments, and on other terms; tuples of these for groups.

    Within one exploration equal terms are one object.
    """

    __slots__ = ("operands", "operation")

    def __init__(self, operation: Operation, operands: tuple[Any, ...]) -> None:
        self.operation, self.operands = operation, operands

    def __repr__(self) -> str:
        return self.operation.write(*[[*map(repr, x)] if type(x) is tuple else repr(x) for x in self.operands])


#: What stands for a number.
Leaf: TypeAlias = "Term | Argument | float"


class Choice:
    """``yes`` where the condition is not 0, else ``no``."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, condition: Term | Argument, yes: Tree, no: Tree) -> None:
        self.condition, self.yes, self.no = condition, yes, no

    def __repr__(self) -> str:
        return f"({self.yes!r} if {self.condition!r} else {self.no!r})"


#: A derivative; None where it is zero by structure.
Tree: TypeAlias = "Leaf | Choice | None"


class Lowered(NamedTuple):
    """A row's value in terms of primitives.

    Attributes:
        value: As IEEE 754 has it.
        error: What is not 0 where the row raises though this value may be finite; None where there is no such place.
        raises: Whether there is anything in it that raises in Python where IEEE 754 has an infinity or nan.
    """

    value: Leaf
    error: Leaf | None
    raises: bool


def derivative_recipe(row: Operation, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The derivatives of a row, in terms of rows and comparisons, so that they can be differentiated again.

    Args:
        row: Any row.
        given: For each operand None if it is a symbol, a float if it is a known number, as every parameter is, a tuple
            of these for a group.

    Returns:
        A tree for each operand, a tuple of trees for a group.

    >>> from autograd_lite.engine.table import relu
    >>> derivative_recipe(relu, (None,))
    ((1.0 if x0 > 0.0 else (None if x0 <= 0.0 else nan)),)
    """
    return _derivatives(row, _Given(given))


def value_recipe(row: Operation, given: tuple[Any, ...]) -> Lowered | None:
    """The value of a row, in terms of primitives.

    Args:
        row: Any row.
        given: As for `derivative_recipe`.

    Returns:
        Its value, or None if it cannot be explored: if it counts up to a symbol, say.

    >>> from autograd_lite.engine.table import maximum
    >>> value_recipe(maximum, (None, 0.0)).value
    where((x0 >= 0.0), x0, (where((x0 != x0), x0, 0.0)))
    """
    return _value(row, _Given(given))


def evaluate(tree: Tree, arguments: Sequence[Any], result: float = nan) -> float | None:
    """A tree on floats, of which primitives never raise.

    Args:
        tree: Of a recipe.
        arguments: A float for each operand, a tuple of floats for a group.
        result: What the row gives at these.

    Returns:
        A float; None if this is what the tree has there.

    >>> from autograd_lite.engine.table import relu
    >>> evaluate(derivative_recipe(relu, (None,))[0], (3.0,))
    1.0
    """
    known: dict[Any, float] = {}

    def floats(leaf: Leaf) -> float:
        if type(leaf) is Term:
            return known[leaf]
        if type(leaf) is not Argument:
            return leaf
        operand = result if leaf is RESULT else arguments[leaf.operand]
        return operand if leaf.item is None else operand[leaf.item]

    def number(leaf: Leaf) -> float:
        for term in in_order(leaf):
            if term not in known:
                value = PRIMITIVES.get(term.operation, term.operation.value)
                known[term] = value(*[tuple(map(floats, x)) if type(x) is tuple else floats(x) for x in term.operands])
        return floats(leaf)

    while type(tree) is Choice:
        tree = tree.yes if number(tree.condition) != 0 else tree.no
    return None if tree is None else number(tree)


def in_order(leaf: Leaf) -> list[Term]:
    """The terms that a leaf is made of, each once and after all of its operands.

    >>> from autograd_lite.engine.table import sigmoid
    >>> in_order(derivative_recipe(sigmoid, (None,))[0])
    [0.5 * x0, sech2((0.5 * x0)), 0.25 * (sech2((0.5 * x0)))]
    """
    found: dict[Term, None] = {}
    open_terms: list[tuple[Term, Iterator[Any]]] = [(leaf, _terms_in(leaf))] if type(leaf) is Term else []
    while open_terms:
        term, rest = open_terms[-1]
        for operand in rest:
            if operand not in found:
                open_terms.append((operand, _terms_in(operand)))
                break
        else:
            open_terms.pop()
            found[term] = None
    return list(found)


def _terms_in(term: Term) -> Iterator[Term]:
    for operand in term.operands:
        for x in operand if type(operand) is tuple else (operand,):
            if type(x) is Term:
                yield x


class _Given:
    """What is known of operands, as a key: -0.0 is another number than 0.0, and nan the same as itself."""

    __slots__ = ("operands", "text")

    def __init__(self, operands: tuple[Any, ...]) -> None:
        self.operands, self.text = operands, repr(operands)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Given) and self.text == other.text

    def symbols(self, ways: Ways) -> list[Any]:
        """The operands, with symbols for what is not known."""

        def opened(given: Any, *place: int) -> Any:
            if type(given) is tuple:
                return tuple([opened(item, *place, j) for j, item in enumerate(given)])
            return Symbol(Argument(*place), ways) if given is None else given

        return [opened(operand, i) for i, operand in enumerate(self.operands)]


@lru_cache(4096)
def _derivatives(row: Operation, given: _Given) -> tuple[Any, ...]:
    ways = Ways()
    operands = given.symbols(ways)

    def run() -> tuple[Any, ...]:
        found = row.derivatives(*operands, Symbol(RESULT, ways))
        return tuple(
            [
                tuple([None] * len(x) if d is None else d) if type(x) is tuple else d
                for d, x in zip(found, operands, strict=True)
            ]
        )

    found, _ = ways.explore(run, ways.choice)
    return tuple([nan] * len(operands)) if found is _RAISED else found


@lru_cache(4096)
def _value(row: Operation, given: _Given) -> Lowered | None:
    ways = FloatWays()
    operands = given.symbols(ways)
    if row in PRIMITIVES:
        return Lowered(ways.apply(row, *operands).term, None, ways.raises)
    function = _symbolic_values().get(row)
    if function is None:
        return None
    try:
        value, error = ways.explore(lambda: function(*operands), ways.joined)
    except Unexplorable:
        return None
    if value is _RAISED:
        return None
    return Lowered(value, error if error != 0.0 else None, ways.raises)


class Unexplorable(Exception):  # noqa: N818  (it is no error: the function is then called as it is)
    """A function does what symbols cannot follow, or goes too many ways."""


class _Parted(Unexplorable):
    """What a function gives cannot be joined, being no numbers; its caller has to go all its ways."""


class _Raised:
    """What a way has in the place of a result if it ends with an error."""


_RAISED = _Raised()


class Symbol(Operand):
    """An operand that stands for any number; operations on it are recorded as terms, and its truth goes both ways."""

    __slots__ = ("term", "ways")

    def __init__(self, term: Leaf, ways: Ways) -> None:
        self.term, self.ways = term, ways

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
        return repr(self.term)

    def __bool__(self) -> bool:
        return self.ways.decide(self.term)

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


def _is_symbolic(x: Any) -> bool:
    return type(x) is Symbol or (isinstance(x, tuple | list) and any(map(_is_symbolic, x)))


#: How two numbers may stand to one another: the first is less, equal, greater, or one of them is nan.
_LESS, _EQUAL, _GREATER, _UNORDERED = 1, 2, 4, 8
_FLIPPED = [(m & ~5) | (m & 1) << 2 | (m & 4) >> 2 for m in range(16)]
_HOLDS = {LESS: 1, LESS_EQUAL: 3, EQUAL: 2, NOT_EQUAL: 13, GREATER_EQUAL: 6, GREATER: 4}


class Known:
    """What decisions have told of numbers."""

    def __init__(self, outcomes: dict[Leaf, bool], relations: dict[tuple[Leaf, Leaf], int]) -> None:
        self._outcomes, self._relations = outcomes, relations

    def copy(self) -> Known:
        return Known(self._outcomes.copy(), self._relations.copy())

    def outcome(self, condition: Leaf) -> bool | None:
        """Of a condition; None if it may be either."""
        x, y, holds = _compared(condition)
        left = self._relation(x, y)
        return True if not left & ~holds else False if not left & holds else self._outcomes.get(condition)

    def learn(self, condition: Leaf, outcome: bool) -> None:
        self._outcomes[condition] = outcome
        x, y, holds = _compared(condition)
        left = self._relation(x, y) & (holds if outcome else ~holds)
        self._relations[x, y], self._relations[y, x] = left, _FLIPPED[left]
        if not left & _UNORDERED:
            self._relations[x, x] = self._relations[y, y] = _EQUAL

    def _relation(self, x: Leaf, y: Leaf) -> int:
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

    def _may_be_nan(self, x: Leaf) -> bool:
        return x != x if type(x) is float else self._relations.get((x, x)) != _EQUAL


def _compared(condition: Leaf) -> tuple[Leaf, Leaf, int]:
    """Which numbers a condition compares, and the relations that it holds for; any other number is compared with 0."""
    if type(condition) is Term and condition.operation in _HOLDS:
        return *condition.operands, _HOLDS[condition.operation]
    return condition, 0.0, _HOLDS[NOT_EQUAL]


class Ways:
    """All ways through a function of symbols, whose operations become terms in rows."""

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}
        self._count = 0
        self._known = Known({}, {})  # on the present way
        self._trail: list[tuple[Any, bool]] = []  # the decisions of the present way
        self._script: Sequence[bool] = ()  # how the first of them have to come out
        self._depth = 0
        self._error: Leaf = 0.0  # where the present way has raised inside of what was explored apart

    def apply(self, operation: Operation, *operands: Any) -> Symbol:
        return Symbol(self.term(operation, *map(_operand, operands)), self)

    def power(self, x: Any, y: Any) -> Symbol:
        if type(x) is not Symbol:
            return self.apply(ops.fixed_base, y, x)
        return self.apply(ops.power if type(y) is Symbol else ops.fixed_power, x, y)

    def term(self, operation: Operation, *operands: Any) -> Leaf:
        key = operation, *map(_key, operands)
        if key not in self._made:
            self._made[key] = Term(operation, operands)
        return self._made[key]

    def choice(self, condition: Any, yes: Tree, no: Tree) -> Tree:
        """A decision between trees."""
        if not all(x is None or isinstance(x, Term | Argument | Choice | float) for x in (yes, no)):
            raise _Parted(f"a choice between {yes!r} and {no!r}")
        key = condition, _key(yes), _key(no)
        if key not in self._made:
            self._made[key] = Choice(condition, yes, no)
        return self._made[key]

    def joined(self, condition: Any, yes: Any, no: Any) -> Tree:
        """A decision between numbers, which is a number, or between trees."""
        if isinstance(yes, Term | Argument | float) and isinstance(no, Term | Argument | float):
            return self.term(ops.where, condition, yes, no)
        return self.choice(condition, yes, no)

    def decide(self, condition: Leaf) -> bool:
        """A truth; at first all are, until `explore` says otherwise."""
        outcome = self._known.outcome(condition)
        if outcome is None:
            place = len(self._trail)
            outcome = self._script[place] if place < len(self._script) else True
            self._trail.append((condition, outcome))
            self._known.learn(condition, outcome)
        return outcome

    def apart(self, function: Callable[..., Any], operands: Sequence[Any]) -> Any:
        """What a function gives, joined before its caller goes on, so that its ways do not multiply the caller's."""
        if self._depth == MOST_CALLS:
            raise Unexplorable("too many calls within one another")
        count = self._count
        self._depth += 1
        try:
            result, error = self.explore(lambda: function(*operands), self.joined)
        except _Parted:
            return function(*operands)
        finally:
            self._depth -= 1
        self._count = count
        if result is _RAISED:
            raise ValueError(f"{function.__name__} raises on all ways")
        self._error = self._error_of(error, 1.0, self._error) if type(error) is Term else self._error
        return self._symbolic(result)

    def _symbolic(self, result: Any) -> Any:
        if isinstance(result, tuple | list):
            return type(result)(map(self._symbolic, result))
        return Symbol(result, self) if isinstance(result, Term | Argument) else result

    def explore(self, run: Callable[[], Any], join: Callable[..., Any], script: Sequence[bool] = ()) -> tuple[Any, Any]:
        """What ``run`` gives on all ways that begin as scripted, joined, and where it raises."""
        trail, (result, error) = self._follow(run, script)
        for place in range(len(trail) - 1, len(script) - 1, -1):
            outcomes = [outcome for _, outcome in trail[:place]]
            other, other_error = self.explore(run, join, (*outcomes, False))
            condition = trail[place][0]
            result = _joined(condition, result, other, join)
            error = self._error_of(condition, error, other_error)
        return result, error

    def _follow(self, run: Callable[[], Any], script: Sequence[bool]) -> tuple[list[tuple[Any, bool]], tuple[Any, Any]]:
        self._count += 1
        if self._count > MOST_WAYS:
            raise Unexplorable("too many ways")
        outer = self._known, self._trail, self._script, self._error
        self._known, self._trail, self._script, self._error = self._known.copy(), [], script, 0.0
        try:
            return self._trail, (_plain(run()), self._error)
        except (ValueError, ArithmeticError):
            return self._trail, (_RAISED, 1.0)
        finally:
            self._known, self._trail, self._script, self._error = outer

    def _error_of(self, condition: Any, yes: Any, no: Any) -> Any:
        if _key(yes) == _key(no):
            return yes
        if no == 0.0:
            return condition if yes == 1.0 else self.term(AND, condition, yes)
        return self.term(OR, condition, no) if yes == 1.0 else self.term(ops.where, condition, yes, no)


class FloatWays(Ways):
    """All ways through a function of floats, whose operations become terms in primitives."""

    def __init__(self) -> None:
        super().__init__()
        self.raises = False

    def apply(self, operation: Operation, *operands: Any) -> Symbol:
        if operation in RAISING and not (operation is ops.divide and type(operands[1]) is float and operands[1] != 0):
            self.raises = True
        return super().apply(operation, *operands)

    def power(self, x: Any, y: Any) -> Any:
        if type(y) is not Symbol and y in (0, 1):
            return x if y == 1 else 1.0
        self.raises = True
        return self.apply(POW, x, y)


def _operand(x: Any) -> Any:
    """An operand as terms have it: what a symbol stands for, a number as a float, a group as a tuple."""
    if type(x) is Symbol:
        return x.term
    return tuple(map(_operand, x)) if isinstance(x, tuple | list) else float(x)


def _plain(x: Any) -> Any:
    """What a function gave, with what symbols stand for in their place."""
    if type(x) is Symbol:
        return x.term
    return tuple(map(_plain, x)) if isinstance(x, tuple | list) else x


def _key(x: Any) -> Any:
    """What tells numbers apart by their bits, and else objects."""
    return repr(x) if type(x) is float else tuple(map(_key, x)) if type(x) is tuple else x


def _joined(condition: Any, yes: Any, no: Any, join: Callable[..., Any]) -> Any:
    if yes is _RAISED or no is _RAISED or _key(yes) == _key(no):
        return no if yes is _RAISED else yes
    if type(yes) is tuple and type(no) is tuple and len(yes) == len(no):
        return tuple([_joined(condition, a, b, join) for a, b in zip(yes, no, strict=True)])
    return join(condition, yes, no)


# --- The files of the engine once more, with symbols in the place of floats ---


@lru_cache(1)
def _symbolic_values() -> dict[Operation, Callable[..., Any]]:
    """The value function of each row of the table, for symbols."""
    symbolic_math = SimpleNamespace(**{**vars(math), **_mathematics()})
    floats_again = _loaded("floats", {"math": symbolic_math})
    floats_again.update({name: _apart(f) for name, f in floats_again.items() if type(f) is FunctionType})
    floats_again.update(_in_one_piece(floats_again.__getitem__))
    known = SimpleNamespace(**floats_again)
    stub = SimpleNamespace(**{**vars(rows), "Operation": _Row, "Unary": _Row, "FUNCTIONS": {}})
    table = _loaded(
        "table", {"math": symbolic_math, "": SimpleNamespace(floats=known), "floats": known, "operation": stub}
    )
    return {vars(ops)[name]: row.value for name, row in table.items() if type(row) is _Row}


class _Row:
    """Of a row the functions."""

    def __init__(self, name: str, signature: str, value: Any, derivatives: Any, **texts: Any) -> None:
        self.value, self.derivatives = value, derivatives


def _loaded(name: str, modules: dict[str, Any]) -> dict[str, Any]:
    """What a file of the engine defines if its imports give it ``modules``, and its built-ins take symbols."""
    package = ops.__name__.rpartition(".")[0]
    loader = SourceFileLoader(f"{package}.{name}", str(Path(ops.__file__).with_name(f"{name}.py")))

    def imported(name: str, *scope: Any) -> Any:
        return modules[name] if name in modules else __import__(name, *scope)

    built_in = {**vars(builtins), "__import__": imported, "float": _float, "max": _max}
    namespace: dict[str, Any] = {"__builtins__": built_in, "__name__": f"{package}.{name}"}
    exec(loader.get_code(loader.name), namespace)  # type: ignore[arg-type]  # the file is there
    return namespace


def _apart(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def explored(*operands: Any) -> Any:
        symbol = _symbol_among(operands)
        return function(*operands) if symbol is None else symbol.ways.apart(function, operands)

    return explored


def _symbol_among(operands: Any) -> Any:
    for x in operands:
        if type(x) is Symbol:
            return x
        if isinstance(x, tuple | list) and (found := _symbol_among(x)) is not None:
            return found
    return None


def _recording(operation: Operation, function: Callable[..., Any], is_quiet: bool = False) -> Callable[..., Any]:
    """A function that is recorded as a primitive if it is given a symbol."""

    def recorded(*operands: Any) -> Any:
        symbol = _symbol_among(operands)
        if symbol is None:
            return function(*operands)
        if is_quiet:
            return Symbol(symbol.ways.term(operation, *map(_operand, operands)), symbol.ways)
        return symbol.ways.apply(operation, *operands)

    return recorded


#: What `math` calls otherwise than the table.
_NAMES = {"fabs": "abs", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2"}
_NAMES |= {"asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh"}


def _mathematics() -> dict[str, Callable[..., Any]]:
    """The functions of `math` that take symbols."""
    found = {}
    for name, function in vars(math).items():
        row = vars(ops).get(_NAMES.get(name, name))
        if isinstance(row, Operation) and row in PRIMITIVES:
            found[name] = _recording(row, function)
    for name, primitive in {"cbrt": CBRT, "ldexp": LDEXP, "fsum": FSUM, "remainder": REMAINDER}.items():
        found[name] = _recording(primitive, vars(math)[name])
    return {**found, "pow": _pow, "frexp": _frexp, "hypot": _hypot, "isfinite": _isfinite, "isinf": _isinf}


def _pow(x: Any, y: Any) -> Any:
    symbol = _symbol_among((x, y))
    return math.pow(x, y) if symbol is None else symbol.ways.power(x, y)


def _frexp(x: Any) -> Any:
    if type(x) is not Symbol:
        return math.frexp(x)
    return x.ways.apply(FREXP_FRACTION, x), x.ways.apply(FREXP_EXPONENT, x)


def _hypot(*xs: Any) -> Any:
    symbol = _symbol_among(xs)
    if symbol is None:
        return math.hypot(*xs)
    return symbol.ways.apply(ops.hypot, *xs) if len(xs) == 2 else symbol.ways.apply(ops.norm, xs)


def _isfinite(x: Any) -> Any:
    return abs(x) < math.inf


def _isinf(x: Any) -> Any:
    return abs(x) == math.inf


def _in_one_piece(function: Callable[[str], Any]) -> dict[str, Callable[..., Any]]:
    """What goes ways that IEEE 754 has no need of, or as many as there are numbers."""
    quiet: dict[str, Operation] = {"ieee_divide": ops.divide, "ieee_power": POW}
    quiet |= {name: vars(ops)[name] for name in ("floor", "ceil", "trunc", "rint")}
    found = {name: _recording(primitive, function(name), is_quiet=True) for name, primitive in quiet.items()}
    chains = {"largest": _largest, "item": _item, "others": _others}
    return {**found, **{name: chain(function(name)) for name, chain in chains.items()}}


def _largest(function: Callable[..., Any]) -> Callable[..., Any]:
    """The place of the largest entry, or of the first nan, and the entry: two chains of selections."""

    def largest(xs: Sequence[Any], where: str) -> tuple[Any, Any]:
        symbol = _symbol_among(xs)
        if symbol is None:
            return function(xs, where)
        record = symbol.ways.apply
        place, best = 0, xs[0]
        for i, x in enumerate(xs[1:], 1):
            is_better = record(AND, best == best, record(OR, x > best, x != x))
            place, best = record(ops.where, is_better, float(i), place), record(ops.where, is_better, x, best)
        return place, best

    return largest


def _item(function: Callable[..., Any]) -> Callable[..., Any]:
    """The entry at an index that may be a symbol: a chain of selections."""

    def item(xs: Sequence[Any], index: Any) -> Any:
        if type(index) is not Symbol:
            return function(xs, index)
        record = index.ways.apply
        is_any, found = index == 0, xs[0]
        for i, x in enumerate(xs[1:], 1):
            is_any, found = record(OR, is_any, index == i), record(ops.where, index == i, x, found)
        if not is_any:
            raise ValueError("there is no such entry")
        return found

    return item


def _others(function: Callable[..., Any]) -> Callable[..., Any]:
    """The sum of all but one, which is known by a symbol: 0 takes its place."""

    def others(shares: Sequence[Any], i: Any) -> Any:
        if type(i) is not Symbol:
            return function(shares, i)
        record = i.ways.apply
        return record(FSUM, [record(ops.where, i == j, 0.0, share) for j, share in enumerate(shares)])

    return others


def _float(x: Any = 0.0) -> Any:
    return x if type(x) is Symbol else float(x)


def _max(*xs: Any) -> Any:
    """The first of the largest, as the built-in function has it, in one piece."""
    symbol = _symbol_among(xs)
    if symbol is None:
        return max(*xs)
    best = xs[0]
    for x in xs[1:]:
        best = symbol.ways.apply(ops.where, x > best, x, best)
    return best

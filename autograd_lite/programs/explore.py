"""Recipes: the derivatives of a row in terms of rows, and its value in terms of primitives, for any numbers.

They come from the row's own functions, run on symbols. Those of values are loaded a second time for that, with a
`math` and built-in functions that take symbols.
"""

from __future__ import annotations

import builtins
import math
import os
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from importlib.machinery import SourceFileLoader
from types import FunctionType, SimpleNamespace
from typing import Any, NamedTuple

from ..engine import operation as rows
from ..engine import table as ops
from ..engine.floats import nan
from ..engine.operation import Operation
from .exclusive import called_once
from .primitives import CBRT, FREXP_EXPONENT, FREXP_FRACTION, FSUM, LDEXP, OR, POW, PRIMITIVES, REMAINDER
from .terms import RESULT as RESULT
from .terms import Argument as Argument
from .terms import Choice as Choice
from .terms import Number as Number
from .terms import Term as Term
from .terms import Tree as Tree
from .terms import evaluate as evaluate
from .terms import in_order as in_order
from .ways import RAISED, FloatWays, Symbol, Unexplorable, Ways


class Lowered(NamedTuple):
    """A row's value in terms of primitives.

    Attributes:
        value: By the rules of IEEE 754.
        error: What is not 0 where the row raises though this value may be finite; None where it does so nowhere.
        raises: Whether there is anything in it that raises in Python where IEEE 754 has an infinity or nan.
    """

    value: Number
    error: Number | None
    raises: bool


def derivative_recipe(row: Operation, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The derivatives of a row in terms of rows and comparisons, so that they can be differentiated again.

    Args:
        row: Any row, of the table or not.
        given: What is known of each operand: None if it may be any number, a float if it is this one, as every
            parameter is, a tuple of these for a group.

    Returns:
        A tree for each operand, a tuple of trees for a group.

    Raises:
        Unexplorable: A derivative turns a symbol into a number, or there are too many ways through it.

    >>> from autograd_lite.engine.table import leaky_relu
    >>> derivative_recipe(leaky_relu, (None, 0.5))[0]
    (1.0 if x0 > 0.0 else (0.5 if x0 <= 0.0 else nan))
    """
    return _derivatives(row, _Given(given))


def value_recipe(row: Operation, given: tuple[Any, ...]) -> Lowered | None:
    """The value of a row in terms of primitives.

    Args:
        row: Any row, of the table or not.
        given: As for `derivative_recipe`.

    Returns:
        Its value, or None if it cannot be told: the row is not of the table, it raises whatever the numbers are, it
        counts up to a symbol, or there are too many ways through it.

    >>> from autograd_lite.engine.table import clip
    >>> lowered = value_recipe(clip, (None, 0.0, None))
    >>> lowered.value
    where(x0 != x0, nan, where(x2 != x2, nan, where(x0 < 0.0, 0.0, where(x0 > x2, x2, x0))))
    >>> lowered.error, lowered.raises
    (x2 < 0.0, False)
    """
    return _value(row, _Given(given))


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

    def run() -> list[Any]:
        found = row.derivatives(*operands, Symbol(RESULT, ways))
        return [(None,) * len(x) if d is None and type(x) is tuple else d for d, x in zip(found, operands, strict=True)]

    found, _ = ways.explore(run, ways.choice)
    return found if found is not RAISED else tuple([(nan,) * len(x) if type(x) is tuple else nan for x in operands])


@lru_cache(4096)
def _value(row: Operation, given: _Given) -> Lowered | None:
    ways = FloatWays()
    operands = given.symbols(ways)
    if row in PRIMITIVES:
        return Lowered(ways.apply(row, *operands).number, None, ways.raises)
    function = _values_again().get(row)
    if function is None:
        return None
    try:
        value, error = ways.explore(lambda: function(*operands), ways.joined)
    except Unexplorable:
        return None
    if value is RAISED:
        return None
    value, error = called_once((value, error))
    return Lowered(value, None if error == 0.0 else error, ways.raises)


# --- The files of the engine once more, with symbols in the place of floats ---


@lru_cache(1)
def _values_again() -> dict[Operation, Callable[..., Any]]:
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
    loader = SourceFileLoader(f"{package}.{name}", os.path.join(os.path.dirname(ops.__file__), f"{name}.py"))

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
    """A function that is recorded as a primitive if it is given a symbol; quietly if it does not raise itself."""

    def recorded(*operands: Any) -> Any:
        symbol = _symbol_among(operands)
        if symbol is None:
            return function(*operands)
        return (symbol.ways.quiet if is_quiet else symbol.ways.apply)(operation, *operands)

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
    """The place of the largest entry, or of a nan, and the entry: two chains of selections."""

    def largest(xs: Sequence[Any], where: str) -> Any:
        symbol = _symbol_among(xs)
        if symbol is None:
            return function(xs, where)
        record = symbol.ways.apply
        place, best = 0, xs[0]
        for i, x in enumerate(xs[1:], 1):
            is_better = record(OR, x > best, x != x)
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

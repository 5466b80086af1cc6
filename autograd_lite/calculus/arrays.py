"""`Array`, NumPy's array with Values and numbers in it, on which NumPy's functions work.

NumPy asks each entry of an array of objects for a method, and numbers have none. Here each entry is given to its
row of the table instead, and a sum, a product or an inner product is one node. It needs NumPy, so it is imported
when there is an array to be made.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from ..engine import table as ops
from ..engine.bulk import data_of
from ..engine.group import plain
from ..engine.modes import recorder
from ..engine.numbers import scalar
from ..engine.operation import TABLE, Operand, Unary
from ..engine.value import Value
from .foreign import refuse_other_kinds


class Array(ndarray[Any, Any]):
    """An array of Values and numbers in any mixture.

    Comparisons, and questions such as `np.isnan`, give what they give for floats.

    >>> np.log(np.maximum(filled([Value(2.0), 0.5], (2,)), 1.0))
    Array([Value(data=0.6931471805599453, grad=0.0), 0.0], dtype=object)
    """

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if not ORDINARY.issuperset(map(type, inputs)):
            refuse_other_kinds(map(type, inputs), _name_of(ufunc))
        if method == "__call__" and not options:  # nearly always
            call = CALLS.get(ufunc) or _call(ufunc)
            return wrapped(call(*[x.view(ndarray) if type(x) is Array else x for x in inputs]))
        name, out = ufunc.__name__, options.pop("out", ())
        if name in QUESTIONS:
            return getattr(ufunc, method)(*map(data, inputs), out=out or None, **options)
        given = [_plain(x) for x in inputs]
        if options.get("dtype", self) is None:
            del options["dtype"]
        own = OWN.get((name, method))
        if own is not None and options.keys() <= OF_LANES:
            result = own(*given, **options)
            for place in out:
                _for_values(name, place)[...] = result
        else:
            if out:
                options["out"] = tuple([_for_values(name, place) for place in out])
            result = getattr(_entrywise(ufunc), method)(*given, **options)
        return wrapped(result) if not out else out[0] if len(out) == 1 else out

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = f"{func.__module__.replace('numpy', 'np')}.{func.__name__}"
        refuse_other_kinds(types, name)
        ours = OURS.get(func)
        result = NotImplemented if ours is None else ours(*args, **kwargs)
        if result is not NotImplemented:
            return wrapped(result)
        try:
            return wrapped(super().__array_function__(func, types, args, kwargs))
        except (AttributeError, TypeError) as error:
            if not _is_numpys(error):
                raise
            raise TypeError(_refusal(name, error)) from None

    # --- What NumPy's functions ask of an array ---

    def astype(self, *args: Any, **options: Any) -> Any:
        return wrapped(super().astype(*args, **options))

    def clip(self, min: Any = None, max: Any = None, out: Any = None, **options: Any) -> Any:  # noqa: A002  (NumPy's names)
        return super().clip(-math.inf if min is None else min, math.inf if max is None else max, out, **options)

    def dot(self, other: Any, out: Any = None) -> Any:
        return np.dot(self, other, out) if out is not None else np.dot(self, other)

    def partition(self, kth: Any, axis: Any = -1, **options: Any) -> None:  # type: ignore[override]  # NumPy's has overloads
        if np.isnan(self).any():
            raise ValueError("np.partition: there is a nan among the numbers, which have no median or percentile then")
        self.sort(axis)

    def round(self, decimals: int = 0, out: Any = None) -> Any:  # type: ignore[override]  # NumPy's has overloads
        if decimals == 0:
            return np.rint(self, out=out)
        scale = 10.0 ** abs(decimals)
        up, down = (np.multiply, np.divide) if decimals > 0 else (np.divide, np.multiply)
        return down(np.rint(up(self, scale)), scale, out=out)

    def sort(self, axis: Any = -1, kind: Any = None, order: Any = None, **options: Any) -> None:
        places = np.argsort(data(self), axis, kind, order, **options)
        self[...] = np.take_along_axis(_plain(self), places, axis)


#: What NumPy's functions are nearly always given.
ORDINARY = frozenset({Array, Value, float, int, ndarray})


def filled(entries: Iterable[Any], shape: tuple[int, ...]) -> Array:
    """An array of some entries, Values and numbers.

    >>> filled([1.0, 2.0], (1, 2))
    Array([[1.0, 2.0]], dtype=object)
    """
    return np.fromiter(entries, object, math.prod(shape)).reshape(shape).view(Array)


def data(x: Any) -> Any:
    """The same with floats in the place of Values: an array, a Value, or a list or tuple of them.

    >>> data([Value(2.0), 1])
    [2.0, 1]
    """
    if type(x) is Value:
        return x.data
    if type(x) is list or type(x) is tuple:
        return type(x)([data(part) for part in x])
    if isinstance(x, ndarray) and x.dtype == object:
        entries = x.ravel().tolist()
        if set(map(type, entries)) <= {Value}:
            return np.array(data_of(entries), float).reshape(x.shape)
        floats = [plain(scalar(e, "an entry of an array")) for e in entries]
        return np.array(floats, float).reshape(x.shape)
    return x


def wrapped(result: Any) -> Any:
    """What NumPy returned, with arrays of objects as `Array`, others as NumPy's own kind.

    >>> type(wrapped(np.array([Value(1.0)]))).__name__
    'Array'
    """
    if isinstance(result, ndarray):
        return result.view(Array) if result.dtype.hasobject else _plain(result)
    if type(result) is list or type(result) is tuple:
        return type(result)([wrapped(part) for part in result])
    return result


def _plain(x: Any) -> Any:
    return x.view(ndarray) if isinstance(x, Array) else x


def _for_values(name: str, place: Any) -> Any:
    """Where results are to be written, made sure that it can hold them."""
    if place.dtype != object:
        raise TypeError(
            f"np.{name}: an array of {place.dtype} holds no Values; make it by np.zeros_like(v) or by "
            "np.zeros(n, dtype=object)"
        )
    return _plain(place)


def _name_of(ufunc: Any) -> str:
    """As a program calls it; bare, where it is another library's."""
    name: str = ufunc.__name__
    return f"np.{name}" if getattr(np, name, None) is ufunc else name


def _refusal(name: str, error: Exception | None = None) -> str:
    has = "NumPy has it" if name.startswith("np.") else "it is"
    return (
        f"{name}: {has} for arrays of floats only, not for Values; write it out in operators and functions of each "
        f"entry{f' (NumPy says: {error})' if error else ''}"
    )


def _is_numpys(error: Exception) -> bool:
    """Whether it comes from within NumPy, not from a function that NumPy was given to call."""
    rooms = []
    step = error.__traceback__
    while step is not None:
        rooms.append(step.tb_frame.f_globals["__name__"])
        step = step.tb_next
    while rooms[-1] == Operand.__module__:  # which NumPy has asked for a float
        rooms.pop()
    return len(rooms) == 1 or rooms[-1].partition(".")[0] == "numpy"


# --- Of each entry ---

# fmt: off
#: Functions that ask about numbers and have nothing to differentiate.
QUESTIONS = {
    "equal", "greater", "greater_equal", "isfinite", "isinf", "isnan", "less", "less_equal", "logical_and",
    "logical_not", "logical_or", "logical_xor", "not_equal", "signbit",
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "equal": operator.eq,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "less": operator.lt,
    "less_equal": operator.le,
    "not_equal": operator.ne,
}
#: Functions that NumPy computes by the operators of the entries.
OPERATORS = {
    "absolute", "add", "conjugate", "divide", "floor_divide", "matmul", "matvec", "multiply", "negative", "positive",
    "reciprocal", "remainder", "square", "subtract", "true_divide", "vecdot", "vecmat",
}
# fmt: on


def _power(x: Any, y: Any) -> Any:
    return x**y if type(x) is Value or type(y) is Value else ops.power(x, y)  # which, unlike Python, stays real


#: What is computed of entries by something else than an operator or the row of the same name.
ENTRIES: dict[str, Callable[..., Any]] = {
    "deg2rad": lambda x: x * (math.pi / 180.0),
    "divmod": divmod,
    "degrees": lambda x: x * (180.0 / math.pi),
    "fabs": ops.abs,
    "float_power": _power,
    "fmax": lambda x, y: y if x != x else x if y != y else ops.maximum(x, y),
    "fmin": lambda x, y: y if x != x else x if y != y else ops.minimum(x, y),
    "power": _power,
    "rad2deg": lambda x: x * (180.0 / math.pi),
    "radians": lambda x: x * (math.pi / 180.0),
    # SciPy's
    "betaln": ops.betaln,
    "erf": ops.erf,
    "erfc": ops.erfc,
    "expit": ops.sigmoid,
    "gammaln": ops.lgamma,
    "log_expit": ops.log_sigmoid,
    "ndtr": ops.normal_cdf,
    "psi": ops.digamma,
}


def _entrywise(ufunc: Any) -> Any:
    """What computes a function of NumPy's for arrays of Values and numbers."""
    name = ufunc.__name__
    if name in OPERATORS or all(set(kinds) <= set("O->") for kinds in ufunc.types):  # such as np.vectorize makes
        return ufunc
    if name not in ENTRIES and not (name in TABLE and _name_of(ufunc) != name):
        raise TypeError(_refusal(_name_of(ufunc)))
    return _of_entries(name, ufunc.nin, ufunc.nout)


CALLS: dict[Any, Callable[..., Any]] = {}


def _call(ufunc: Any) -> Any:
    """The same for a call without settings, and perhaps faster; kept, if it is one of NumPy's own."""
    name = ufunc.__name__
    call = _questions(ufunc) if name in QUESTIONS else OWN.get((name, "__call__"))
    if call is None:
        call = _entrywise(ufunc)
    if name in OPERATORS or name in QUESTIONS or name in TABLE:
        CALLS[ufunc] = call
    return call


def _questions(ufunc: Any) -> Callable[..., Any]:
    """The answers for the numbers; while a program is recorded what each comparison answers, which is no bool yet."""
    compare = COMPARISONS.get(ufunc.__name__)
    each = compare and np.frompyfunc(compare, 2, 1)
    return lambda *inputs: each(*inputs) if each and recorder() else ufunc(*map(data, inputs))


def _where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """While a program is recorded, `ops.where` of the entries, which has both sides."""
    return np.frompyfunc(ops.where, 3, 1)(condition, x, y) if recorder() and y is not None else NotImplemented


@functools.cache
def _of_entries(name: str, count: int, results: int) -> Any:
    row = ENTRIES.get(name) or TABLE[name]
    return np.frompyfunc(_recorded(row) if isinstance(row, Unary) else row, count, results)


def _recorded(row: Unary) -> Callable[[Any], Any]:
    return lambda x: x.record_unary(row) if type(x) is Value else row(x)


def _powers(x: Any, y: Any, **options: Any) -> Any:
    found = np.power(x, y, **options)
    if complex in map(type, np.ravel(found).tolist()):  # from two floats
        return _of_entries("power", 2, 1)(x, y)
    return found


def _picked(name: str, pick: Callable[..., tuple[Any, Any]]) -> Callable[..., Any]:
    """A choice between entries: those picked themselves, as NumPy has it; the row decides at kinks and about nan."""

    def picked(*operands: Any, **options: Any) -> Any:
        row = _of_entries(name, len(operands), 1)
        if options:
            return row(*operands, **options)
        found, is_plain = pick(*operands, *map(np.asarray, map(data, operands)))
        if not is_plain.all():
            rest = np.broadcast_to(~is_plain, found.shape)
            with np.errstate(invalid="ignore"):  # a comparison with nan
                found[rest] = row(*[np.broadcast_to(x, found.shape)[rest] for x in operands])
        return found[()]

    return picked


def _larger(x: Any, y: Any, p: Any, q: Any) -> tuple[Any, Any]:
    return np.where(p > q, x, y), (p > q) | (p < q)


def _smaller(x: Any, y: Any, p: Any, q: Any) -> tuple[Any, Any]:
    return np.where(p < q, x, y), (p > q) | (p < q)


def _clipped(x: Any, low: Any, high: Any, p: Any, least: Any, most: Any) -> tuple[Any, Any]:
    inside = (least < p) & (p < most)
    return np.where(inside, x, np.where(p < least, low, high)), inside | ((least < most) & ((p < least) | (most < p)))


# --- Of many entries ---


def _reduced(
    function: Callable[..., Any],
    a: Any,
    axis: Any = 0,
    keepdims: bool = False,
    where: Any = True,
    initial: Any = None,
    **settings: Any,
) -> Any:
    """A function of a list, along one axis of an array, along several, or, with None, of all entries."""
    if a.ndim == 1 and axis in (None, 0) and not keepdims and where is True and initial is None:
        return function(a.tolist(), **settings)
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    split = a.ndim - len(axes)

    def lanes(entries: Any) -> Any:
        moved = np.moveaxis(entries, axes, range(split, a.ndim))
        return moved.reshape(*moved.shape[:split], math.prod(moved.shape[split:]))

    chosen = lanes(a)
    shape = chosen.shape[:-1]
    rows = chosen.reshape(math.prod(shape), chosen.shape[-1]).tolist()
    if where is not True:
        wanted = lanes(np.broadcast_to(where, a.shape)).reshape(math.prod(shape), chosen.shape[-1])
        rows = [list(itertools.compress(row, asked)) for row, asked in zip(rows, wanted, strict=True)]
    if initial is not None:
        rows = [[initial, *row] for row in rows]
    found = filled([function(row, **settings) for row in rows], shape)
    return (np.expand_dims(found, axes) if keepdims else found)[()]


def _rest_and_freedom(xs: list[Any], ddof: Any) -> tuple[list[Any], Any]:
    """Each less the mean, and by what the sum of their squares is divided."""
    if len(xs) <= ddof:
        raise ValueError(f"a variance with ddof={ddof!r} needs more than {ddof!r} numbers, got {len(xs)}")
    numbers = data(xs)
    if len(set(numbers)) == 1:  # then the mean, rounded, might be none of them
        xs = [x - numbers[0] for x in xs]
    mean = ops.mean(xs)
    return [x - mean for x in xs], len(xs) - ddof


def _var(xs: list[Any], ddof: Any = 0) -> Any:
    rest, freedom = _rest_and_freedom(xs, ddof)
    return ops.dot(rest, rest) / freedom


def _std(xs: list[Any], ddof: Any = 0) -> Any:
    rest, freedom = _rest_and_freedom(xs, ddof)
    return ops.norm(rest) / math.sqrt(freedom)


def _extreme(best: Callable[[list[float]], float], row: Callable[[list[Any]], Any], xs: list[Any]) -> Any:
    """The one entry itself, as NumPy has it; a row shares between several."""
    numbers = data(xs)
    if any(x != x for x in numbers) or not xs:
        return row(xs)
    found = best(numbers)
    ties = [x for x, number_ in zip(xs, numbers, strict=True) if number_ == found]
    return ties[0] if len(ties) == 1 else row(ties)


_largest, _smallest = functools.partial(_extreme, max, ops.max), functools.partial(_extreme, min, ops.min)


def _matmul(a: Any, b: Any, **options: Any) -> Any:
    """Products of matrices, each entry one inner product."""
    a, b = np.asarray(a), np.asarray(b)
    if options or 0 in (a.ndim, b.ndim) or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        return np.matmul(a, b, **options)  # which says what is wrong
    left, right = a if a.ndim > 1 else a[np.newaxis], (b if b.ndim > 1 else b[:, np.newaxis]).swapaxes(-1, -2)
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    rows, columns = (
        np.broadcast_to(x, batch + x.shape[-2:]).reshape(math.prod(batch), *x.shape[-2:]).tolist()
        for x in (left, right)
    )
    found = [ops.dot(row, column) for m, n in zip(rows, columns, strict=True) for row in m for column in n]
    shape = batch + (left.shape[-2],) * (a.ndim > 1) + (right.shape[-2],) * (b.ndim > 1)
    return filled(found, shape)[()]


def _dot(a: Any, b: Any, out: Any = None) -> Any:
    if out is not None or np.ndim(a) not in (1, 2) or np.ndim(b) not in (1, 2):
        return NotImplemented
    return _matmul(_plain(a), _plain(b))


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002  (NumPy's name)
    """The Euclidean one, whose gradient at the origin is 0, those of vectors, and largest or smallest sums."""
    x = np.asarray(x)
    along = x.ndim if axis is None else len(axis) if isinstance(axis, Sequence) else 1
    if ord is None or (ord == 2 and along == 1) or (ord in ("f", "fro") and along == 2):
        return _reduced(ops.norm, x, axis, keepdims)
    if isinstance(ord, str):
        return NotImplemented
    best = _largest if ord > 0 else _smallest
    if along == 2 and ord in (1, -1, math.inf, -math.inf):
        row, column = (0, 1) if axis is None else axis
        sums = _reduced(ops.sum, np.absolute(x), row if abs(ord) == 1 else column, keepdims=True)
        return _reduced(best, _plain(sums), (row, column), keepdims)
    if along == 1 and ord in (math.inf, -math.inf):
        return _reduced(best, np.absolute(x), axis, keepdims)
    if along == 1 and ord not in (0, 1):
        return _reduced(lambda xs: ops.sum([abs(e) ** ord for e in xs]) ** (1.0 / ord), x, axis, keepdims)
    return NotImplemented


def _sinc(x: Any) -> Any:
    return _of_entries("sinc", 1, 1)(_plain(x))  # NumPy divides by a small number at 0


def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    numbers = data(x)
    found = np.array(x, copy=True) if copy else _plain(x)
    most = sys.float_info.max
    np.copyto(found, nan, where=np.isnan(numbers))
    np.copyto(found, most if posinf is None else posinf, where=np.isposinf(numbers))
    np.copyto(found, -most if neginf is None else neginf, where=np.isneginf(numbers))
    return found if found.ndim else found[()]


#: What `_reduced` and what it is given know of NumPy's settings.
OF_LANES = {"axis", "ddof", "initial", "keepdims", "where"}

#: By the name of NumPy's function and what is asked of it.
OWN: dict[tuple[str, str], Callable[..., Any]] = {
    ("clip", "__call__"): _picked("clip", _clipped),
    ("maximum", "__call__"): _picked("maximum", _larger),
    ("minimum", "__call__"): _picked("minimum", _smaller),
    ("add", "reduce"): functools.partial(_reduced, ops.sum),
    ("logaddexp", "reduce"): functools.partial(_reduced, ops.logsumexp),
    ("matmul", "__call__"): _matmul,
    ("maximum", "reduce"): functools.partial(_reduced, _largest),
    ("minimum", "reduce"): functools.partial(_reduced, _smallest),
    ("power", "__call__"): _powers,
    ("multiply", "reduce"): functools.partial(_reduced, ops.prod),
}

#: Functions, with what computes them, or `NotImplemented` to leave it to NumPy.
OURS: dict[Any, Callable[..., Any]] = {
    np.dot: _dot,
    np.linalg.norm: _norm,
    np.nan_to_num: _nan_to_num,
    np.sinc: _sinc,
    np.where: _where,
}


# --- Methods, and functions of the same name ---


def _of_lanes(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def method(a: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
        if not isinstance(a, Array):
            return NotImplemented
        given = {setting: x for setting, x in options.items() if x is not None and x is not np._NoValue}
        if "correction" in given:  # another name for ddof
            if given.get("ddof"):
                raise ValueError(f"np.{name}: correction is another name for ddof; give one of them")
            given["ddof"] = given.pop("correction")
        if not args and given.keys() <= OF_LANES:
            return wrapped(_reduced(function, _plain(a), axis, **given))
        return getattr(super(Array, a), name)(axis, *args, **options)

    return method


def _of_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(*args: Any, **options: Any) -> Any:
        return function(*data(args), **{name: data(x) for name, x in options.items()})

    return method


_LANES: dict[str, Callable[..., Any]] = {
    "max": _largest,
    "mean": ops.mean,
    "min": _smallest,
    "prod": ops.prod,
    "std": _std,
    "sum": ops.sum,
    "var": _var,
}
for _name, _function in _LANES.items():
    OURS[getattr(np, _name)] = _method = _of_lanes(_name, _function)
    setattr(Array, _name, _method)

for _name in ("argmax", "argmin", "argpartition", "argsort", "nonzero", "searchsorted"):
    OURS[getattr(np, _name)] = _method = _of_numbers(getattr(np, _name))
    setattr(Array, _name, _method)

_OF_NUMBERS = "allclose argwhere array_equal array_equiv count_nonzero digitize flatnonzero isclose isneginf isposinf "
_OF_NUMBERS += "lexsort nanargmax nanargmin"
for _name in _OF_NUMBERS.split():
    OURS[getattr(np, _name)] = _of_numbers(getattr(np, _name))

"""Out to JAX: a recorded program as a function of its arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from ...engine import table as ops
from ...engine.operation import Operation
from ..primitives import AND, CBRT, FREXP_EXPONENT, FREXP_FRACTION, FSUM, LDEXP, OR, POW, REMAINDER
from ..program import EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NOT_EQUAL
from .array_plan import Arrays, Row, pieces
from .exported import handed_on

#: So few numbers are put together by choice: what leads to a concatenation XLA computes anew for each use on a CPU.
#: The gradient of a loop of 24 steps takes 0.002 s, where with concatenations it takes 0.12 s, and 0.04 s for 20.
FEW = 32


def to_jax(f: Callable[..., Any], *example: Any) -> Callable[..., Any]:
    """A function of plain scalar loops as a function of JAX's arrays, for its `jit`, `grad`, `vmap` and devices.

    What `jit` records is handed on: loops whose rounds are alike are operations on whole arrays, all else is written
    out. Derivatives are JAX's, by the rules that our rows have: those at kinks are ours, and nothing flows to the side
    of `where` that is not taken, nor to what `maximum`, `relu` and `clip` do not take. Nothing raises: outside of a
    domain there is nan, as IEEE 754 has it.

    Differentiate what comes back, not f: in ``to_jax(grad(f), …)`` an infinity on such a side may come out as nan.

    Args:
        f: A function of numbers, lists, tuples, dicts, dataclasses and NumPy arrays. Floats and arrays of the example
            are inputs, whole numbers and all else are constants, as Values that f reads besides are.
        example: Arguments of f, of the shapes that it will be called with.

    Returns:
        A function of arguments like those. Where the example has a list, an array of as many rows will do. It computes
        in the precision of what it is given, and as JAX does in single precision unless ``jax_enable_x64`` is set.

    Raises:
        ImportError: JAX is not installed.
        TypeError: f takes a branch on its numbers, cannot be recorded, or has a row that JAX cannot take, which is
            ``round_to``, the rounding to decimals, alone; or the example has no float in it.
        ValueError: The program is too large; when called: an argument is of another structure than the example.

    >>> def area(x, y):
    ...     return x * y
    >>> to_jax(area, 2.0, 3.0)(4.0, 5.0)  # doctest: +SKIP
    Array(20., dtype=float32)
    """
    try:
        import jax  # noqa: F401  (only whether it can be)
    except ImportError:
        raise ImportError("to_jax: JAX is not installed: pip install jax") from None
    return handed_on(f, example, "to_jax", Jax)


class Jax(Arrays):
    """JAX's functions."""

    name = "JAX"

    def __init__(self) -> None:
        import jax

        self.jax: Any = jax
        self.np: Any = jax.numpy
        self.functions = _functions(jax)

    def units(self, inputs: Sequence[Any]) -> list[Any]:
        """The inputs of a program as arrays of at most one axis, all of one precision."""
        kind = self.np.result_type(float, *[x for unit in inputs for x in pieces(unit)])

        def flat(unit: Any) -> Any:
            parts = [self.np.asarray(x, kind).reshape(-1) for x in pieces(unit)]
            joined = parts[0] if len(parts) == 1 else self.np.concatenate(parts)
            return joined[0] if joined.size == 1 else joined

        return [*map(flat, inputs)]

    def constant(self, x: float, like: Any) -> Any:
        return x

    def literals(self, numbers: Sequence[float], like: Any) -> Any:
        return self.np.asarray(numbers, self.np.result_type(like))

    def number(self, truth: Any, like: Any) -> Any:
        return self.np.where(truth, 1.0, 0.0)

    def joined(self, arrays: Sequence[Any]) -> Any:
        if len(arrays) <= FEW and not any(x.ndim for x in arrays):
            return self._chosen(arrays)
        return self.np.concatenate([self.np.atleast_1d(x) for x in arrays])

    def repeated(self, x: Any, lanes: int) -> Any:
        return self.np.broadcast_to(x, (lanes,))

    def picked(self, x: Any, places: Sequence[int]) -> Any:
        return x[self.np.asarray(places, int)]

    def lanes(self, x: Any, count: int) -> Sequence[Any]:
        def parts(x: Any) -> list[Any]:
            return [part.reshape(()) for part in self.jax.lax.split(x, [1] * count)]

        if count > FEW:
            return parts(x)
        opened: Any = self.jax.custom_jvp(parts)
        opened.defjvp(lambda xs, tangents: (parts(*xs), self._totals(*tangents)))
        found: Sequence[Any] = opened(x)
        return found

    def _totals(self, x: Any) -> list[Any]:
        """Its lanes, each as a sum, which adjoints take back as `_chosen` puts numbers together."""
        places = self.np.arange(x.size)
        return [self.np.where(places == i, x, 0.0).sum() for i in range(x.size)]

    def _chosen(self, numbers: Sequence[Any]) -> Any:
        """Numbers as an array without a concatenation."""
        places, [first, *rest] = self.np.arange(len(numbers)), numbers
        array = self.np.broadcast_to(first, places.shape)
        for i, x in enumerate(rest, 1):
            array = self.np.where(places == i, x, array)
        return array

    def scattered(self, x: Any, targets: Sequence[int], lanes: int) -> Any:
        return self.np.zeros(lanes, x.dtype).at[self.np.asarray(targets, int)].add(x)

    def differentiable(self, row: Row) -> Callable[..., Any]:
        np, zero = self.np, self.jax.custom_derivatives.SymbolicZero

        function: Any = self.jax.custom_jvp(lambda *operands: row.value(operands)[0])

        def push(operands: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
            result = function(*operands)
            slopes = row.slopes()(operands)
            terms = [t * slope for t, slope in zip(tangents, slopes, strict=True) if type(t) is not zero]
            return result, np.broadcast_to(reduce(np.add, terms), result.shape).astype(result.dtype)

        function.defjvp(push, symbolic_zeros=True)
        found: Callable[..., Any] = function
        return found


def _functions(jax: Any) -> dict[Operation, Callable[..., Any]]:
    """The table: what JAX has for each primitive, and for rows that it has as a whole."""
    np, special = jax.numpy, jax.scipy.special
    named = "add subtract multiply divide negative abs copysign floor ceil trunc rint floor_divide mod"
    named += " maximum minimum exp expm1 exp2 log log1p log2 log10 sqrt cbrt hypot sin cos tan arcsin arccos arctan"
    named += " arctan2 sinh cosh tanh arcsinh arccosh arctanh where positive"
    return {
        **{getattr(ops, name): getattr(np, name) for name in named.split()},
        ops.stop_gradient: jax.lax.stop_gradient,
        ops.relu: jax.nn.relu,
        ops.sigmoid: jax.nn.sigmoid,
        ops.erf: special.erf,
        ops.erfc: special.erfc,
        ops.lgamma: special.gammaln,
        ops.digamma: special.digamma,
        ops.digamma_slope: lambda x, n: special.polygamma(int(n), x),
        ops.polygamma_rise: lambda x, y, n: special.polygamma(int(n), x + y) - special.polygamma(int(n), x),
        ops.betaln: special.betaln,
        ops.norm: lambda xs: reduce(np.hypot, xs, 0.0),
        ops.sum: lambda xs: reduce(np.add, xs),
        ops.mean: lambda xs: reduce(np.add, xs) / len(xs),
        ops.dot: lambda xs, ys: reduce(np.add, map(np.multiply, xs, ys)),
        ops.affine: lambda xs, ys, z: reduce(np.add, map(np.multiply, xs, ys), z),
        CBRT: np.cbrt,
        POW: np.power,
        FREXP_FRACTION: lambda x: np.frexp(x)[0],
        FREXP_EXPONENT: lambda x: np.frexp(x)[1].astype(np.result_type(x)),
        LDEXP: lambda x, n: np.ldexp(x, n.astype(int)),
        FSUM: lambda xs: reduce(np.add, xs, 0.0),
        REMAINDER: lambda x, y: x - y * np.rint(x / y),
        AND: np.logical_and,
        OR: np.logical_or,
        LESS: np.less,
        LESS_EQUAL: np.less_equal,
        GREATER: np.greater,
        GREATER_EQUAL: np.greater_equal,
        EQUAL: np.equal,
        NOT_EQUAL: np.not_equal,
    }

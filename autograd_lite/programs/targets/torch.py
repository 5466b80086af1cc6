"""Out to PyTorch: a recorded program as a function of its tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import factorial
from typing import Any

from ...engine import table as ops
from ...engine.operation import Operation
from ..primitives import AND, CBRT, FREXP_EXPONENT, FREXP_FRACTION, FSUM, LDEXP, OR, POW, REMAINDER
from ..program import EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NOT_EQUAL
from .array_plan import Arrays, Row, pieces
from .exported import handed_on


def to_torch(f: Callable[..., Any], *example: Any) -> Callable[..., Any]:
    """A function of plain scalar loops as a function of PyTorch's tensors, for its autograd, `vmap`, `compile`.

    What is handed on, and the derivatives, are as `to_jax` says. A `torch.nn.Module` of yours that calls the result
    with its parameters is trained like any other. A network of `nn` has a way of its own: `nn.to_torch`.

    Args:
        f: A function of numbers, lists, tuples, dicts, dataclasses and NumPy arrays. Floats and arrays of the example
            are inputs, whole numbers and all else are constants, as Values that f reads besides are.
        example: Arguments of f, of the shapes that it will be called with.

    Returns:
        A function of arguments like those. Where the example has a list, a tensor of as many rows will do. It computes
        in the precision and on the device of the tensors that it is given; plain floats alone make tensors of
        `torch.get_default_dtype()`.

    Raises:
        ImportError: PyTorch is not installed.
        TypeError: f takes a branch on its numbers, cannot be recorded, or has a row that PyTorch cannot take, which is
            ``round_to``, the rounding to decimals, alone; or the example has no float in it.
        ValueError: The program is too large; when called: an argument is of another structure than the example.

    >>> def area(x, y):
    ...     return x * y
    >>> to_torch(area, 2.0, 3.0)(4.0, 5.0)  # doctest: +SKIP
    tensor(20.)
    """
    try:
        import torch  # noqa: F401  (only whether it can be)
    except ImportError:
        raise ImportError("to_torch: PyTorch is not installed: pip install torch") from None
    return handed_on(f, example, "to_torch", Torch)


class Torch(Arrays):
    """PyTorch's functions."""

    name = "PyTorch"

    def __init__(self) -> None:
        import torch

        self.torch: Any = torch
        self.functions = _functions(torch)

    def units(self, inputs: Sequence[Any]) -> list[Any]:
        """The inputs of a program as tensors of at most one axis, all of one precision on one device."""
        torch = self.torch
        given = [torch.as_tensor(x) for unit in inputs for x in pieces(unit) if hasattr(x, "dtype")]
        kinds = [x.dtype for x in given if x.dtype.is_floating_point]
        kind = reduce(torch.promote_types, kinds) if kinds else torch.get_default_dtype()
        device = next((x.device for x in sorted(given, key=torch.Tensor.dim, reverse=True)), None)

        def flat(unit: Any) -> Any:
            parts = [torch.as_tensor(x, dtype=kind, device=device).reshape(-1) for x in pieces(unit)]
            joined = parts[0] if len(parts) == 1 else torch.cat(parts)
            return joined[0] if joined.shape[0] == 1 else joined

        return [*map(flat, inputs)]

    def constant(self, x: float, like: Any) -> Any:
        return self.torch.full((), x, dtype=like.dtype, device=like.device)

    def literals(self, numbers: Sequence[float], like: Any) -> Any:
        return self.torch.tensor(numbers, dtype=like.dtype, device=like.device)

    def number(self, truth: Any, like: Any) -> Any:
        return truth.to(like.dtype)

    def joined(self, arrays: Sequence[Any]) -> Any:
        return self.torch.cat([x.reshape(-1) for x in arrays])

    def repeated(self, x: Any, lanes: int) -> Any:
        return x.expand(lanes)

    def picked(self, x: Any, places: Sequence[int]) -> Any:
        return x.index_select(0, self._places(places, x))

    def lanes(self, x: Any, count: int) -> Sequence[Any]:
        found: Sequence[Any] = x.unbind(0)
        return found

    def scattered(self, x: Any, targets: Sequence[int], lanes: int) -> Any:
        return x.new_zeros(lanes).index_add(0, self._places(targets, x), x)

    def _places(self, places: Sequence[int], x: Any) -> Any:
        return self.torch.tensor(places, dtype=self.torch.long, device=x.device)

    def differentiable(self, row: Row) -> Callable[..., Any]:
        torch = self.torch

        def value(*operands: Any) -> Any:
            found = row.value(operands)[0]
            return found.clone() if any(found is x for x in operands) else found

        def keep(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.set_materialize_grads(False)  # 0 times a derivative that is nan would be nan
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        def pull(ctx: Any, adjoint: Any) -> Any:
            if adjoint is None:
                return (None,) * row.count
            slopes = row.slopes()(ctx.saved_tensors)
            pairs = zip(slopes, ctx.needs_input_grad, strict=True)
            return tuple([adjoint * slope if is_needed else None for slope, is_needed in pairs])

        def push(ctx: Any, *tangents: Any) -> Any:
            slopes = row.slopes()(ctx.saved_tensors)
            return sum([t * slope for t, slope in zip(tangents, slopes, strict=True) if t is not None])

        parts = {"forward": value, "setup_context": keep, "backward": pull, "jvp": push}
        methods = {name: staticmethod(part) for name, part in parts.items()}
        own: Any = type(row.name, (torch.autograd.Function,), {**methods, "generate_vmap_rule": True})
        # As one call in a compiler's graph: it would not read a function that has a forward mode.
        found: Callable[..., Any] = torch.compiler.allow_in_graph(
            lambda *operands: own.apply(*torch.broadcast_tensors(*operands))
        )
        return found


def _functions(torch: Any) -> dict[Operation, Callable[..., Any]]:
    """The table: what PyTorch has for each primitive, and for rows that it has as a whole."""

    def polygamma(x: Any, n: float) -> Any:
        # Hurwitz's zeta has all digits; torch.polygamma has nine for n = 1.
        return (-1) ** (n + 1) * factorial(int(n)) * torch.special.zeta(n + 1, x) if n else torch.digamma(x)

    named = "add subtract multiply divide negative abs copysign floor ceil trunc floor_divide maximum minimum exp expm1"
    named += " exp2 log log1p log2 log10 sqrt hypot sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh"
    named += " arccosh arctanh where positive relu sigmoid erf erfc lgamma digamma"
    return {
        **{getattr(ops, name): getattr(torch, name) for name in named.split()},
        ops.stop_gradient: torch.Tensor.detach,
        ops.rint: torch.round,
        ops.mod: torch.remainder,
        ops.digamma_slope: polygamma,
        ops.polygamma_rise: lambda x, y, n: polygamma(x + y, n) - polygamma(x, n),
        ops.betaln: lambda x, y: torch.lgamma(x) + torch.lgamma(y) - torch.lgamma(x + y),
        ops.norm: lambda xs: reduce(torch.hypot, xs[1:], xs[0].abs()),
        ops.sum: lambda xs: reduce(torch.add, xs),
        ops.mean: lambda xs: reduce(torch.add, xs) / len(xs),
        ops.dot: lambda xs, ys: reduce(torch.add, map(torch.multiply, xs, ys)),
        ops.affine: lambda xs, ys, z: reduce(torch.add, map(torch.multiply, xs, ys), z),
        CBRT: lambda x: torch.copysign(x.abs() ** (1 / 3), x),
        POW: torch.pow,
        FREXP_FRACTION: lambda x: torch.frexp(x)[0],
        FREXP_EXPONENT: lambda x: torch.frexp(x)[1].to(x.dtype),
        LDEXP: lambda x, n: torch.ldexp(torch.ldexp(x, torch.floor(n / 2)), n - torch.floor(n / 2)),
        FSUM: lambda xs: reduce(torch.add, xs),
        REMAINDER: lambda x, y: x - y * torch.round(x / y),
        AND: torch.logical_and,
        OR: torch.logical_or,
        LESS: torch.less,
        LESS_EQUAL: torch.less_equal,
        GREATER: torch.greater,
        GREATER_EQUAL: torch.greater_equal,
        EQUAL: torch.eq,
        NOT_EQUAL: torch.not_equal,
    }

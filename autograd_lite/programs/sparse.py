"""`sparse_jacobian` and `sparse_hessian`: their pattern is read off the program, their numbers are its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import wraps
from typing import Any

from ..calculus.functional import grad
from ..calculus.trees import is_array, shaped
from ..engine.modes import recording, refuse_to_record
from ..engine.numbers import is_scalar, number
from ..engine.passes import adjoints, topological_order
from ..engine.recorded import seal_all, variables
from ..engine.value import Value
from .compiled import Way, units_of
from .entries import Pattern
from .jacobians import jacobian_program
from .jitting import Jitted
from .lanes import laned_program
from .listing import listed
from .recordings import Recording
from .runnable import Runnable, has_native

__all__ = ["sparse_hessian", "sparse_jacobian"]


def sparse_jacobian(f: Callable[..., Any]) -> Any:
    """The Jacobian of a function as a sparse array of SciPy: ∂yᵢ/∂xⱼ where yᵢ depends on xⱼ.

    f is recorded as `jit` does, with what is said there; the pattern is read off its program, and at each call a
    program gives the derivatives in it, of each result by what it depends on. What repeats in f is lanes. Without
    llvmlite (``pip install "autograd_lite[native]"``), and where `jit` would run f as it is, each result is
    differentiated by a pass of its own.

    Of as many equations as unknowns, `scipy.sparse.linalg.spsolve` takes Newton's step. `scipy.optimize.least_squares`
    solves for its step by LSMR, whose limit of min(m, n) rounds is too low for long chains, where it then creeps: give
    it ``tr_options={"maxiter": 10 * n}``.

    Args:
        f: A function of a list, a tuple or a NumPy array of n numbers, and of anything besides, that returns m numbers
            in a list, a tuple or an array of one axis.

    Returns:
        A function of f's arguments. It returns the derivatives by the first one: a `scipy.sparse.csr_array` of shape
        (m, n), of its own at each call. There is an entry, be it 0.0, where a derivative is not zero by structure.

    Raises:
        TypeError: f is no function; when called: the first argument or the result is not such, or f uses Values.
        ImportError: SciPy is not installed.

    >>> chain = sparse_jacobian(lambda x: [x[0] * x[1], x[1] * x[2]])
    >>> chain([2.0, 3.0, 5.0]).toarray().tolist()
    [[3.0, 2.0, 0.0], [0.0, 5.0, 3.0]]
    """
    return Sparse("sparse_jacobian", f, f)


def sparse_hessian(f: Callable[..., Any]) -> Any:
    """The Hessian of a function as a sparse array of SciPy: ∂²y/∂xᵢ∂xⱼ where it is not zero by structure.

    It is the sparse Jacobian of the gradient, with what is said of `sparse_jacobian`.

    Args:
        f: A function of a list, a tuple or a NumPy array of n numbers, and of anything besides, that returns a number.

    Returns:
        A function of f's arguments. It returns a `scipy.sparse.csr_array` of shape (n, n), of its own at each call.

    Raises:
        TypeError: f is no function; when called: the first argument or the result is not such, or f uses Values.
        ImportError: SciPy is not installed.

    >>> sparse_hessian(lambda x: x[0] ** 2 * x[1] + x[2])([3.0, 5.0, 7.0]).toarray().tolist()
    [[10.0, 6.0, 0.0], [6.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """

    def one_number(*args: Any, **named: Any) -> Any:
        y = f(*args, **named)
        if not is_scalar(y):
            raise TypeError(f"sparse_hessian: the function must return one number, got {y!r}")
        return y

    return Sparse("sparse_hessian", f, grad(one_number))


class Sparse(Jitted):
    """A sparse Jacobian that runs as a program.

    Args:
        name: What it is called in messages.
        f: The user's function.
        function: What is differentiated.
    """

    def __init__(self, name: str, f: Callable[..., Any], function: Callable[..., Any]) -> None:
        if not callable(f):
            raise TypeError(f"{name}: needs a function, got {f!r}")
        self.made_by = name
        self._csr_array = _csr_array(name)

        def numbers(x: Any, *args: Any, **named: Any) -> list[Any]:
            return _numbers(name, function(_as_given(x), *args, **named))

        @wraps(f, updated=())
        def values(*args: Any, **named: Any) -> list[Value]:
            return [x if type(x) is Value else Value(x) for x in numbers(*args, **named)]

        super().__init__(values, (), False, 16, None)
        self._numbers = numbers
        self._is_off = self._is_off or not has_native()

    def __call__(self, *args: Any, **named: Any) -> Any:
        if not args:
            raise TypeError(f"{self.made_by}: needs the numbers to differentiate by as its first argument, got none")
        _csr_array(self.made_by)
        return super().__call__(_vector(self.made_by, args[0]), *args[1:], **named)

    def _as_it_is(self, args: Sequence[Any], named: dict[str, Any]) -> Any:
        """The same by the engine, with a pass for each result through what that depends on."""
        inputs, outputs = self._evaluated(args, named)
        places = {id(x): i for i, x in enumerate(inputs)}
        rows, columns, data = [], [], []
        others: dict[int, Value] = {}
        for row, y in enumerate(outputs):
            order = topological_order(y) if type(y) is Value else []
            wanted = [x for x in order if id(x) in places]
            others.update({id(x): x for x in order if x.operation is None and id(x) not in places})
            rows += [row] * len(wanted)
            columns += [places[id(x)] for x in wanted]
            data += adjoints(order, [(y, 1.0)], wanted) if wanted else []
        if others:  # those that f makes itself are others in another call
            order = topological_order(*[y for y in self._evaluated(args, named)[1] if type(y) is Value])
            _refuse_values(self.made_by, [x for x in order if id(x) in others])
        shape = len(outputs), len(inputs)
        return self._csr_array((data, (rows, columns)), shape=shape, dtype=float)

    def _evaluated(self, args: Sequence[Any], named: dict[str, Any]) -> tuple[list[Value], list[Any]]:
        """Variables in the place of the numbers to differentiate by, and what comes of them."""
        x, *rest = args
        with recording():
            inputs = variables((x if is_array(x) else x[0]).tolist())
            try:
                units = shaped(inputs, (len(inputs),))
                return inputs, self._numbers(units if is_array(x) else type(x)([units]), *rest, **named)
            finally:
                seal_all(inputs)

    def _way(self, first: Recording, second: Recording) -> Way:
        captured, inner = self._compared(first, second)
        _refuse_values(self.made_by, [*captured, *second.call.leaves])
        scalars, arrays = units_of(second)
        units = [scalars] * bool(scalars) + arrays
        listing = listed([x for unit in units for x in unit], second.outputs, second.trace.guards, inner)
        by = int(bool(scalars))
        program, pattern = jacobian_program(laned_program(listing, [*map(len, units)]), by)
        runnable = Runnable.of(program, "llvm", False)
        self._compile_time += runnable.compile_time
        rebuild = _filling(self._csr_array, pattern, (len(second.outputs), len(units[by])))
        return Way(runnable, [], rebuild, tuple([outcome for _, outcome in second.trace.guards]), ())


def _filling(csr_array: Any, pattern: Pattern, shape: tuple[int, int]) -> Callable[[Any], Any]:
    """What makes an array of its numbers; a copy of one that was checked, which takes a tenth of the time."""
    import numpy

    starts = pattern.rows.searchsorted(numpy.arange(shape[0] + 1)).astype(numpy.int32)
    columns = pattern.columns.astype(numpy.int32)
    empty = csr_array((numpy.zeros(len(pattern)), columns, starts), shape=shape)
    empty.has_canonical_format = True

    def filled(numbers: Any) -> Any:
        found = copy(empty)
        found.data, found.indices, found.indptr = numbers, columns.copy(), starts.copy()
        return found

    return filled


def _csr_array(name: str) -> Any:
    try:
        from scipy.sparse import csr_array
    except ImportError:
        raise ImportError(f'{name}: sparse arrays need SciPy: pip install "autograd_lite[sparse]"') from None
    return csr_array


# --- Arguments and results ---


def _vector(name: str, x: Any) -> Any:
    """The numbers to differentiate by as an array of floats, within a list or a tuple if they came in one."""
    import numpy

    is_vector = is_array(x) and x.ndim == 1 and x.dtype.kind in "fiu"
    if is_array(x) and x.dtype == object:
        _refuse_values(name, x.ravel().tolist())
    if not is_vector and type(x) not in (list, tuple):
        raise TypeError(f"{name}: needs a list or an array of numbers to differentiate by, got {x!r}")
    if not len(x):
        raise TypeError(f"{name}: there is no number to differentiate by in {x!r}")
    if is_vector:
        return x
    _refuse_values(name, x)
    return type(x)([numpy.array([number(item, f"{name}: item {i}") for i, item in enumerate(x)])])


def _as_given(x: Any) -> Any:
    """What `_vector` was given."""
    return x if is_array(x) else type(x)(x[0].tolist())


def _numbers(name: str, result: Any) -> list[Any]:
    """The numbers of a result."""
    wanted = f"{name}: the function must return a list or an array of numbers"
    if not isinstance(result, list | tuple) and not (is_array(result) and result.ndim == 1):
        raise TypeError(f"{wanted}, got {result!r}" + ("; write [y]" if is_scalar(result) else ""))
    for x in result:
        if not is_scalar(x):
            raise TypeError(f"{wanted}, got one that holds {x!r}")
    return [x if type(x) is Value else float(x) for x in result]


def _refuse_values(name: str, given: Sequence[Any]) -> None:
    for x in given:
        if type(x) is Value:
            refuse_to_record(
                f"{name} makes an array of plain numbers", "call it outside of jit, being a program itself"
            )
            raise TypeError(f"{name}: gives floats, which would not remember {x!r}; give it x.data as an argument")

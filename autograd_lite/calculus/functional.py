"""Functions of functions: gradients, Jacobians, Hessians, directional derivatives; named and shaped as in JAX.

Arguments and results may be numbers, Values, lists, tuples, dicts, dataclasses and NumPy arrays, nested
in any way; what comes back has the same structure. Numbers give floats. An answer is made of Values, which
can be differentiated again, if the arguments were Values or if the function uses Values of yours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from ..engine import table as ops
from ..engine.group import plain
from ..engine.modes import recording
from ..engine.numbers import is_scalar, whole
from ..engine.passes import topological_order
from ..engine.recorded import pull_back
from ..engine.value import Value
from .runs import Argnums, Run, call, call_at, like
from .trees import is_array, map_units, replaced, shape, shaped

__all__ = [
    "directional_derivative",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "taylor",
    "value_and_grad",
    "value_and_jacobian",
    "vjp",
]


def _is_scalar(result: Any) -> bool:
    return is_scalar(result) or (is_array(result) and result.shape == ())


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that returns f's value together with its gradient.

    Args and Raises are those of `grad`. Returns a function of f's arguments that returns ``(value, gradient)``, or with
    ``has_aux`` ``((value, aux), gradient)``.

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
    (10.0, (5.0, 2.0))
    """
    return _derived("value_and_grad", f, argnums, has_aux, _gradient, with_value=True)


def _derived(
    name: str,
    f: Callable[..., Any],
    argnums: Argnums,
    has_aux: bool,
    of: Callable[[Run], Any],
    with_value: bool = False,
) -> Callable[..., Any]:
    """The function of f's arguments that returns what is read ``of`` a recorded call, and what belongs beside it."""

    if not callable(f):
        raise TypeError(f"{name}: needs a function, got {f!r:.80}; gradients(y, xs) differentiates a graph")

    def derived(*args: Any, **named: Any) -> Any:
        run = call(name, f, args, argnums, named, has_aux)
        found = of(run)
        if with_value:
            return run.answer(found)
        return (found, run.handed_on()) if has_aux else found

    return derived


def _gradient(run: Run) -> Any:
    if not _is_scalar(run.result):
        raise TypeError(f"{run.name}: the function must return one number, got {run.result!r}; see jacobian for more")
    return replaced(run.inputs, run.pull([(run.outputs[0], 1.0)]))


def grad(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The gradient of a function: ∂f/∂x for every number x of an argument.

    Whole numbers are differentiated by, too, and are Values in f: pass what f counts or indexes with, as in
    ``range(n)``, in another argument than ``argnums`` names, or by `functools.partial`.

    Args:
        f: A function with one number as its result, or with a pair of a number and anything else.
        argnums: Which argument to differentiate by, or a sequence of them.
        has_aux: f returns a pair ``(number, aux)``; then ``(gradient, aux)`` is returned.

    Returns:
        A function of f's arguments. The gradient has the structure of the argument, or is a tuple of such if
        ``argnums`` is a sequence.

    Raises:
        TypeError: f is no function; when called: f's result is no number, or there is no number in the argument.
        ValueError: When called: there is no such argument.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    >>> grad(lambda p: p["w"] * p["x"][0])({"w": 2.0, "x": [3.0, 4.0]})
    {'w': 3.0, 'x': [2.0, 0.0]}
    """
    return _derived("grad", f, argnums, has_aux, _gradient)


def jacobian(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The Jacobian of a function: ∂yᵢ/∂xⱼ for every number yᵢ of its result and xⱼ of an argument.

    The function is recorded once. Each number of the result then costs one backward pass, or, if there are more of
    them than in the argument, each number of the argument one forward pass; `jacrev` and `jacfwd` let one say which.

    Args:
        f: A function with a structure of numbers as its result, or with a pair of that and anything else.
        argnums: Which argument to differentiate by, or a sequence of them.
        has_aux: f returns a pair ``(result, aux)``; then ``(jacobian, aux)`` is returned.

    Returns:
        A function of f's arguments. Its answer is the structure of the result with, in the place of each
        number, the structure of the argument: m × n for m numbers of n. Two arrays give an array of the shape
        of the one followed by that of the other.

    Raises:
        TypeError: When called: there is no number in the argument, or something else in the result.
        ValueError: When called: there is no such argument.

    >>> jacobian(lambda x: [x[0] ** 2 + x[1], 2 * x[0] + 3 * x[1]])([1.0, 2.0])
    [[2.0, 1.0], [2.0, 3.0]]
    """
    return _derived("jacobian", f, argnums, has_aux, _jacobian)


def jacrev(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The Jacobian by reverse mode, one backward pass a number of the result: for arguments of many numbers.

    Args, Returns and Raises are those of `jacobian`.

    >>> jacrev(lambda x: [x[0] * x[1]])([2.0, 5.0])
    [[5.0, 2.0]]
    """
    return _derived("jacrev", f, argnums, has_aux, _by_rows)


def jacfwd(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The Jacobian by forward mode, one forward pass a number of the argument: for results of many numbers.

    Args, Returns and Raises are those of `jacobian`.

    >>> jacfwd(lambda x: [x, x**2, x**3])(2.0)
    [1.0, 4.0, 12.0]
    """
    return _derived("jacfwd", f, argnums, has_aux, _by_columns)


def value_and_jacobian(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that returns f's value together with its Jacobian.

    Args and Raises are those of `jacobian`. Returns a function of f's arguments that returns ``(value, jacobian)``, or
    with ``has_aux`` ``((value, aux), jacobian)``.

    >>> value_and_jacobian(lambda x: [x[0] * x[1], x[0]])([2.0, 5.0])
    ([10.0, 2.0], [[5.0, 2.0], [1.0, 0.0]])
    """
    return _derived("value_and_jacobian", f, argnums, has_aux, _jacobian, with_value=True)


def _jacobian(run: Run) -> Any:
    """By the mode that needs fewer passes."""
    return _by_columns(run) if len(run.outputs) > len(run.variables) else _by_rows(run)


def _by_rows(run: Run) -> Any:
    return _blocks(run, run.rows())


def _by_columns(run: Run) -> Any:
    return _blocks(run, map(list, zip(*run.columns(), strict=True)))


def _blocks(run: Run, rows: Iterator[list[Any]]) -> Any:
    """The derivatives of each number of the result by all variables, in the structure of a Jacobian."""
    return map_units(lambda unit: _block(run, unit, rows), run.result)


def _block(run: Run, unit: Any, rows: Iterator[list[Any]]) -> Any:
    """The derivatives of one unit of the result by all units of the argument."""
    if not is_array(unit):
        return replaced(run.inputs, next(rows))
    own, start = list(islice(rows, unit.size)), 0

    def joint(by: Any) -> Any:
        nonlocal start
        start, first = start + (by.size if is_array(by) else 1), start
        return shaped([x for row in own for x in row[first:start]], unit.shape + (shape(by) or ()))

    return map_units(joint, run.inputs)


def hessian(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The Hessian of a function: ∂²f/∂xᵢ∂xⱼ for all numbers of an argument, the Jacobian of its gradient.

    Args and Raises are those of `grad`.

    Returns:
        A function of f's arguments. Its answer is the structure of the argument with, in the place of each
        number, the structure of the argument; for an array of shape s an array of shape s + s.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 5.0])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    gradient = _derived("hessian", f, argnums, has_aux, _gradient)
    return _derived("hessian", gradient, argnums, has_aux, _by_rows)


def linearize(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """A function's value at a point, and its best linear map there: the change of its result for small changes.

    Args:
        f: A function.
        primals: Its arguments.

    Returns:
        The value, and a function of tangents, one for each argument and of its structure, that returns the
        derivative of the result in their direction. It does not call f again, so Values that f uses besides
        its arguments must not be moved in between: then it is refused.

    Raises:
        TypeError: There is no number in the arguments, or something else in the result.
        ValueError: When called: a tangent has not the structure of its argument.

    >>> y, change = linearize(lambda x: x**2, 3.0)
    >>> y, change(0.01)
    (9.0, 0.06)
    """
    run = call("linearize", f, primals, range(len(primals)))
    return run.value(), lambda *tangents: run.change(tangents)


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """A function's value and its derivative in one direction: Jacobian times vector.

    Args:
        f: A function, or, with ``has_aux``, one that returns a pair of its result and anything else.
        primals: The tuple of its arguments.
        tangents: As many, of the same structure: the direction.
        has_aux: Also hand on what f returns besides.

    Returns:
        ``(value, derivative)``, both of the structure of f's result, and with ``has_aux`` also aux.

    Raises:
        TypeError: Primals or tangents are no tuple, or hold no numbers.
        ValueError: They differ in structure.

    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 10.0))
    (10.0, 25.0)
    """
    _check_tuples("jvp", primals=primals, tangents=tangents)
    run = call_at("jvp", f, f, primals, has_aux)
    return run.triple(run.change(tuple(tangents)))


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """A function's value, and what pulls back a weight for each number of the result: vector times Jacobian.

    Args:
        f: A function, or, with ``has_aux``, one that returns a pair of its result and anything else.
        primals: Its arguments.
        has_aux: Also hand on what f returns besides.

    Returns:
        ``(value, pull)``, and with ``has_aux`` also aux. ``pull`` takes one cotangent, of the structure of the
        result, and returns a tuple with one entry for each argument, of its structure. Values that f uses besides
        its arguments must not be moved before it is called: then it is refused.

    Raises:
        TypeError: There is no number in the arguments, or something else in the result.
        ValueError: When called: the cotangent has not the structure of the result.

    >>> y, pull = vjp(lambda x, y: x * y, 2.0, 5.0)
    >>> y, pull(10.0)
    (10.0, (50.0, 20.0))
    """
    run = call("vjp", f, primals, range(len(primals)), has_aux=has_aux)

    def pull(cotangent: Any) -> Any:
        seeds = like("vjp", "cotangent", cotangent, run.result)
        return replaced(run.inputs, run.pull(list(zip(run.outputs, seeds, strict=True))))

    return run.triple(pull)


def _check_tuples(name: str, **arguments: Any) -> None:
    for what, given in arguments.items():
        if not isinstance(given, tuple | list):
            raise TypeError(
                f"{name}: {what} must be a tuple with one entry for each argument, got {given!r}; write (x,)"
            )


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Hessian times vector, the derivative of the gradient in one direction; the Hessian is never formed.

    Args and Raises are those of `jvp`; f has one number as its result.

    Returns:
        A vector of the structure of the argument, or a tuple of such if there are several arguments.

    >>> hvp(lambda x: x[0] ** 2 * x[1], ([3.0, 5.0],), ([1.0, 0.0],))
    [10.0, 6.0]
    """
    _check_tuples("hvp", primals=primals, tangents=tangents)
    argnums: Argnums = 0 if len(primals) == 1 else range(len(primals))
    return call_at("hvp", f, _derived("hvp", f, argnums, False, _gradient), primals).change(tuple(tangents))


def directional_derivative(f: Callable[..., Any], x: Any, direction: Any) -> Any:
    """How fast a function grows per unit of length when its argument moves in a direction: ∇f · v / ‖v‖.

    Args:
        f: A function of one argument.
        x: The point.
        direction: A vector v of the structure of x; only its direction counts, not its length.

    Returns:
        The derivative, of the structure of f's result.

    Raises:
        TypeError: There is no number in x.
        ValueError: The direction has no length, or not the structure of x.

    >>> directional_derivative(lambda x: x[0] ** 2 + 3 * x[0] * x[1] + x[1] ** 2, [1.0, 1.0], [1.0, 1.0])
    7.071067811865475
    """
    parts = like("directional_derivative", "direction", direction, x)
    largest = max([abs(plain(part)) for part in parts], default=0.0)
    if not 0.0 < largest < math.inf:
        raise ValueError(f"directional_derivative: the direction must have a length, got {direction!r}")
    parts = [part / largest for part in parts]  # whose squares neither overflow nor vanish
    length = ops.sqrt(ops.dot(parts, parts))
    return call("directional_derivative", f, (x,), (0,)).change((replaced(x, [part / length for part in parts]),))


def taylor(f: Callable[[Any], Any], x: Any, order: int) -> list[Any]:
    """The coefficients f⁽ᵏ⁾(x) / k! of a function's Taylor polynomial at a point.

    Args:
        f: A function of one number, with one number as its result.
        x: The point.
        order: The degree of the polynomial, 0 or above.

    Returns:
        ``order + 1`` coefficients c, so that f(x + h) ≈ c[0] + c[1]·h + c[2]·h² + …

    Raises:
        TypeError: x or the result is no number, or the order no whole one.
        ValueError: The order is negative.

    >>> taylor(lambda x: x**3 + 2 * x, 2.0, 3)
    [12.0, 14.0, 6.0, 1.0]
    """
    degree = whole(order, "taylor: the order", least=0)
    run = call("taylor", f, (x,), 0)
    if not (_is_scalar(x) and _is_scalar(run.result)):
        raise TypeError(f"taylor: needs a function of one number, with one number as its result, got {run.result!r}")
    derivative = run.outputs[0]
    coefficients = [run.finished(derivative)]
    with recording():
        for k in range(1, degree + 1):
            roots = [derivative] if type(derivative) is Value else []
            graph = topological_order(*roots, stops=run.variables)
            [derivative] = pull_back(graph, [(root, 1.0) for root in roots], run.variables)
            coefficients.append(run.finished(derivative) / math.factorial(k))
    return coefficients

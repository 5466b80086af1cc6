"""A recorded call of a function, from which all its derivatives are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from ..engine.forward import push_forward
from ..engine.group import plain
from ..engine.modes import is_recording, recording
from ..engine.passes import adjoints, topological_order
from ..engine.places import located
from ..engine.recorded import constant, pull_back, seal_all, variables
from ..engine.value import Value
from .trees import is_array, kept, map_units, replaced, scalars, scalars_like, shaped

Argnums = int | Sequence[int]


def call(
    name: str,
    f: Callable[..., Any],
    args: Sequence[Any],
    argnums: Argnums,
    named: dict[str, Any] | None = None,
    has_aux: bool = False,
) -> Run:
    """Call f with a variable of its own in the place of each number of the arguments that count.

    Why of its own, and why they are constants afterwards, is told in `engine.recorded`; ``name`` is for messages.

    >>> call("here", lambda x: x**2, (3.0,), 0).value()
    9.0
    """
    inputs = kept(_chosen(name, args, argnums), name)  # f may change its argument
    given = scalars(inputs, name)
    if not given:
        raise TypeError(f"{name}: there is no number to differentiate with respect to in {inputs!r}")
    wants_values = Value in map(type, given)
    # Without a memory outside, the answers will have none, so what was given need have none.
    starts = given if is_recording() else map(plain, given)
    with recording():
        nodes = variables(starts)
        try:
            result = f(*_placed(args, argnums, replaced(inputs, nodes)), **(named or {}))
        finally:
            seal_all(nodes)  # from now on constants for everybody else
    if has_aux and not (isinstance(result, tuple) and len(result) == 2):
        raise TypeError(f"{name}: with has_aux the function must return a pair, got {result!r}")
    result, aux = result if has_aux else (result, ())
    found = Run(name, inputs, nodes, kept(result, name), wants_values)
    found.has_aux, found.aux = has_aux, aux
    return found


def call_at(name: str, f: Callable[..., Any], derived: Callable[..., Any], primals: Any, has_aux: bool = False) -> Run:
    """A call of what was derived from f, at the tuple of f's arguments."""
    try:
        return call(name, derived, primals, range(len(primals)), has_aux=has_aux)
    except TypeError:
        if _takes(f, len(primals)):
            raise
        raise TypeError(
            f"{name}: the function does not take {len(primals)} arguments, and primals={primals!r} must have one entry "
            "for each; for one argument x write (x,), and (v,) for its tangent"
        ) from None


def _takes(f: Callable[..., Any], count: int) -> bool:
    """Whether it can be called with so many arguments, as far as Python knows."""
    import inspect

    try:
        inspect.signature(f).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # a built-in without a signature
        pass
    return True


class Run:
    """A function's result where it was called, and the graph from the variables that stood there to it."""

    has_aux: bool
    aux: Any

    def __init__(self, name: str, inputs: Any, variables: list[Value], result: Any, wants_values: bool) -> None:
        self.name, self.inputs, self.variables = name, inputs, variables
        self.result, self.wants_values = result, wants_values
        self.outputs = scalars(result, name)
        if not self.outputs:
            raise TypeError(f"{name}: the function returned no number, but {result!r}")
        self.order = topological_order(*[y for y in self.outputs if type(y) is Value], stops=variables)
        uses_others = None in map(attrgetter("operation"), self.order[len(variables) :])  # a leaf of somebody else's
        #: Whether the answers must themselves be differentiable.
        self.recorded = is_recording() and (self.wants_values or uses_others)

    def pull(self, seeds: Sequence[tuple[Any, Any]]) -> list[Any]:
        """The derivative of Σ seed · output by each variable; nothing flows from an output that has no seed."""
        return self._pull_through(self.order, seeds)

    def rows(self) -> Iterator[list[Any]]:
        """The derivatives of each output by all variables: on floats a pass through what stands before it, if any."""
        n = len(self.variables)
        _, places, begins, _ = located(self.order, self.variables, [y for y in self.outputs if type(y) is Value])
        rest = iter(places)
        for y in self.outputs:
            place = next(rest) if type(y) is Value else -1
            if place < 0 or begins[place] < 0:
                yield self.all_finished([0.0] * n, False)
            else:
                before = self.order if self.recorded else self.order[: max(place + 1, n)]
                yield self._pull_through(before, [(y, 1.0)])

    def columns(self) -> Iterator[list[Any]]:
        """The derivatives of all outputs by each variable."""
        for x in self.variables:
            yield self.push([(x, 1.0)])

    def _pull_through(self, order: list[Value], seeds: Sequence[tuple[Any, Any]]) -> list[Any]:
        by_values = Value in [type(seed) for _, seed in seeds]
        roots = [(y, seed) for y, seed in seeds if type(y) is Value]
        if self.recorded or (by_values and is_recording()):
            found = pull_back(order, roots, self.variables)
        else:
            found = adjoints(order, [(y, plain(seed)) for y, seed in roots], self.variables)
        return self.all_finished(found, by_values)

    def push(self, seeds: Sequence[tuple[Value, Any]]) -> list[Any]:
        """The derivative of each output in the direction that gives variables their seeds."""
        by_values = Value in [type(seed) for _, seed in seeds]
        recorded = self.recorded or (by_values and is_recording())
        tangents = [(x, seed if recorded else plain(seed)) for x, seed in seeds]
        roots = [y for y in self.outputs if type(y) is Value]
        found = iter(push_forward(self.order, tangents, roots, recorded))
        return self.all_finished([next(found) if type(y) is Value else 0.0 for y in self.outputs], by_values)

    def change(self, tangents: tuple[Any, ...]) -> Any:
        """The change of the result for small changes of the arguments."""
        seeds = like(self.name, "tangents", tangents, self.inputs)
        return replaced(self.result, self.push(list(zip(self.variables, seeds, strict=True))))

    def finished(self, x: Any, by_values: bool = False) -> Any:
        """A number as the caller wants it: all of an answer are floats, or all Values, and then of the arguments,
        of the direction or of the function."""
        by_values = by_values or self.wants_values
        if type(x) is Value and not (self.recorded or (by_values and is_recording())):
            x = x.data
        return constant(x) if (by_values or self.recorded) and type(x) is not Value else x

    def all_finished(self, found: list[Any], by_values: bool) -> list[Any]:
        """The numbers of a pass as the caller wants them; most want the floats that they are."""
        if self.recorded or self.wants_values or by_values:
            return [self.finished(x, by_values) for x in found]
        return found

    def value(self) -> Any:
        """What the function returned."""
        return replaced(self.result, [self.finished(y) for y in self.outputs])

    def handed_on(self) -> Any:
        """What the function returned besides."""

        def finish(unit: Any) -> Any:
            if is_array(unit) and unit.dtype == object:
                return shaped([self.finished(x) if type(x) is Value else x for x in unit.ravel()], unit.shape)
            return self.finished(unit) if type(unit) is Value else unit

        return map_units(finish, self.aux, strict=False)

    def answer(self, found: Any) -> Any:
        """What is returned by the functions that put a value before what they have found."""
        return ((self.value(), self.handed_on()) if self.has_aux else self.value()), found

    def triple(self, found: Any) -> Any:
        """What is returned by `jvp` and `vjp`, which put aux last."""
        return (self.value(), found, self.handed_on()) if self.has_aux else (self.value(), found)


def like(name: str, what: str, given: Any, pattern: Any) -> list[Any]:
    """The numbers of a structure that must be that of another, in the order of the other."""
    try:
        return scalars_like(given, pattern, name)
    except ValueError:
        wanted = f"{name}: the {what} must have the structure of {_data(pattern)!r}, got {given!r}"
        raise ValueError(wanted) from None


def _data(tree: Any) -> Any:
    """A structure with floats in the place of Values."""
    return replaced(tree, map(plain, scalars(tree)))


def _chosen(name: str, args: Sequence[Any], argnums: Argnums) -> Any:
    """The argument that is differentiated, or the tuple of them."""
    if type(argnums) is int and 0 <= argnums < len(args):  # nearly always
        return args[argnums]
    chosen = list(argnums) if isinstance(argnums, Sequence) else [argnums]
    for i in chosen:
        if not isinstance(i, int) or not -len(args) <= i < len(args):
            raise ValueError(f"{name}: argnums={argnums!r}, but the function was given {len(args)} arguments")
    if len({i % len(args) for i in chosen}) < len(chosen):
        raise ValueError(f"{name}: argnums={argnums!r} names an argument twice")
    return args[argnums] if isinstance(argnums, int) else tuple([args[i] for i in argnums])


def _placed(args: Sequence[Any], argnums: Argnums, inputs: Any) -> list[Any]:
    """The arguments with ``inputs`` in the place of those that were chosen."""
    placed = list(args)
    for i, x in ((argnums, inputs),) if isinstance(argnums, int) else zip(argnums, inputs, strict=True):
        placed[i] = x
    return placed

"""`jit`: a function of plain scalar loops, recorded once for each way that it takes, and run as a program."""

from __future__ import annotations

import inspect
import os
import sys
from array import array
from collections.abc import Callable, Sequence
from functools import update_wrapper
from threading import RLock
from typing import Any, NamedTuple

from ..calculus.mapping import of_vmap
from ..calculus.trees import is_array
from ..engine.bulk import content_of, data_of
from ..engine.modes import OPEN, RECORDERS, is_recording, recorder, recording, sites
from ..engine.numbers import whole
from ..engine.passes import adjoints, topological_order
from ..engine.recorded import constant, pull_back, variable
from ..engine.value import Value
from .arguments import closed, holes, opened
from .explaining import counted, explained
from .frozen import Frozen
from .listing import listed, nodes_of
from .mapped import Mapped, Recorded
from .program import OTHERWISE, RAISES
from .recording import Derivatives, NumbersNeededError, Trace, UnrecordableError, recorded, say
from .runnable import Runnable, Shown, TooLargeError

__all__ = ["jit"]

#: Set to 0, it makes all functions run as they are.
VARIABLE = "AUTOGRAD_LITE_JIT"
#: For so many structures of arguments programs are kept; then the oldest go.
MOST_CASES = 256
#: More whole numbers than this in one list are worth a word.
MANY = 1000


def jit(
    f: Callable[..., Any] | None = None,
    /,
    *,
    static_argnames: str | Sequence[str] = (),
    exact: bool = False,
    max_ways: int = 16,
    backend: str | None = None,
) -> Any:
    """The function, recorded when it is first called, and run as a program from then on.

    A program computes what f did when it was recorded. Numbers that f reads from elsewhere than its arguments and
    Values are constants of it, as in JAX: they are seen to change if they are numbers, texts or tuples of these among
    f's own free variables and globals, or those of functions that it calls by such names, and nowhere else. So f must
    compute, and do nothing besides; it may be called up to three times before its program runs. What it computes and
    throws away is in no program, and raises nothing there.

    Floats and NumPy arrays of numbers are inputs of the program; whole numbers, texts, True, False and None count by
    their value, as arguments named by ``static_argnames`` do, other objects by their identity: each of these has a
    program of its own. Values, given or read from outside, are read at each call, and the result is a Value whose
    parents they are.

    Comparisons are right, not frozen: a program holds for exactly the outcomes with which it was recorded, and a call
    that comes out otherwise runs as f does, and has a program the next time. `where` holds both sides in one program.
    Of `vmap(f)` one sample is recorded, and its program runs for all samples that take the same way.

    Args:
        f: A function of numbers, Values, lists, tuples, dicts, dataclasses and NumPy arrays, and of anything that is
            only read; without it, a decorator is returned.
        static_argnames: Arguments that are taken by their value or identity, whatever they are.
        exact: Give the bits of the engine, but for second derivatives, whose sums may go in another order. Else all
            sums may, and functions such as tanh differ in the last digits; near a tie that can turn a comparison.
        max_ways: How many programs there are for one structure of arguments.
        backend: ``"python"`` or ``"llvm"`` (``pip install "autograd_lite[native]"``); None takes what is best.

    Returns:
        A function of f's arguments. ``ways`` says how many programs it has, ``fallbacks`` how many calls ran as f does,
        ``compile_time`` how many seconds went into programs, ``program(*args)`` gives the one of a call.

    Raises:
        TypeError: f is no function.
        ValueError: There is no such backend, or ``max_ways`` is below 1.
        ImportError: When called: what the backend needs is not installed.

    >>> @jit
    ... def length(x, y):
    ...     return sqrt(x * x + y * y)
    >>> from autograd_lite import sqrt
    >>> length(3.0, 4.0)
    5.0
    >>> from autograd_lite import grad
    >>> jit(grad(lambda x: x**3))(2.0)
    12.0
    """
    if backend not in (None, "python", "llvm"):
        raise ValueError(f'jit: backend must be "python" or "llvm", got {backend!r}')
    whole(max_ways, "jit: max_ways")
    names = (static_argnames,) if isinstance(static_argnames, str) else tuple(static_argnames)
    if f is None:
        return lambda function: Jitted(function, names, exact, max_ways, backend)
    return Jitted(f, names, exact, max_ways, backend)


class _Way(NamedTuple):
    """One program of a function."""

    runnable: Runnable
    captured: list[Value]
    rebuild: Callable[[Any], Any]
    outcomes: tuple[bool, ...]
    of_values: tuple[int, ...]  # the results that follow from Values of the user's


class _Case:
    """The programs for one structure of arguments."""

    def __init__(self, kept: list[Any]) -> None:
        self.kept = kept  # objects that count by their identity
        self.ways: list[_Way] = []
        self.met: set[tuple[bool, ...]] = set()
        self.refused = ""


class _Call(NamedTuple):
    """The arguments of one call, opened."""

    args: tuple[Any, ...]
    named: dict[str, Any]
    key: Any
    leaves: list[Any]
    kept: list[Any]


class Jitted:
    """A function that runs as a program."""

    def __init__(
        self, f: Callable[..., Any], static: tuple[str, ...], exact: bool, max_ways: int, backend: str | None
    ) -> None:
        if not callable(f):
            raise TypeError(f"jit: needs a function, got {f!r}")
        update_wrapper(self, f, updated=())
        self._is_off = os.environ.get(VARIABLE) == "0"
        self._fallbacks = 0
        self._compile_time = 0.0
        self._f, self._static, self._exact, self._max_ways, self._backend = f, static, exact, max_ways, backend
        self._cases: dict[Any, _Case] = {}
        self._quick: dict[Any, _Way] = {}
        self._array: Any = float  # the class of arrays, once one was met
        self._lock = RLock()
        self._frozen: Frozen | None = None
        self._has_warned_of_many = False
        self._asks_derivatives = False  # whether it takes branches on them
        self._signature: inspect.Signature | None = None
        self._mapped: Mapped | None = None
        many = of_vmap(f)
        if many is not None and not static:
            self._mapped = Jitted(many[0], (), exact, max_ways, backend).vmapped(many[1])

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else _Bound(self, instance)

    @property
    def ways(self) -> int:
        """How many programs there are."""
        return sum([len(case.ways) for case in self._cases.values()]) + (self._mapped.ways if self._mapped else 0)

    @property
    def fallbacks(self) -> int:
        """How many calls ran as the function does, or some samples of them."""
        return self._fallbacks + (self._mapped.fallbacks if self._mapped else 0)

    @property
    def compile_time(self) -> float:
        """How many seconds went into programs."""
        return self._compile_time + (self._mapped.compile_time if self._mapped else 0.0)

    @property
    def backend(self) -> str:
        """What runs the latest program; empty before there is one."""
        if self._mapped is not None and self._mapped.ways:
            return self._mapped.backend
        return next((way.runnable.backend for case in reversed(self._cases.values()) for way in case.ways), "")

    def program(self, *args: Any, **named: Any) -> Shown:
        """The program of a call, which is made if there is none yet: print it, or read its ``instructions``, ``lanes``,
        ``python_source`` or ``llvm_ir``.

        Raises:
            TypeError: The function cannot be recorded.
        """
        if self._mapped is not None:
            shown = self._mapped.program(args, named)
            if shown is not None:
                return shown
        call = self._opened(args, named)
        case = self._case(call)
        with self._lock:
            reason = "" if case.ways else case.refused or self._first(case, call)
        if reason:
            raise TypeError(f"jit: {self._name()} has no program: {reason}")
        return case.ways[0].runnable

    def explain_lanes(self, *args: Any, **named: Any) -> str:
        """What of a call runs in lanes, and why the rest does not: a sentence for each loop, with its line.

        The function is recorded once more.

        Raises:
            TypeError: The function cannot be recorded.

        >>> print(jit(lambda xs: xs[0] * xs[1] + xs[2]).explain_lanes([1.0, 2.0, 3.0]))
        2 operations, none of them in lanes.
        """
        shown = self._mapped.program(args, named) if self._mapped is not None else None
        if shown is not None:
            return counted(shown.program)
        call = self._opened(args, named)
        with self._lock:
            try:
                found = self._record(call, with_lines=True)
            except UnrecordableError as error:
                raise TypeError(f"jit: {self._name()} has no program: {error}") from None
        return explained(found.inputs, found.outputs, found.trace)

    def __call__(self, *args: Any, **named: Any) -> Any:
        if self._quick and not (named or RECORDERS or OPEN):
            found = self._quickly(args)
            if found is not None:
                return found[0]
        return self._call(args, named)

    def _quickly(self, args: tuple[Any, ...]) -> tuple[Any] | None:
        """The result for floats and arrays alone, if a program is known for just these."""
        key: list[Any] = [self._frozen.now()] if self._frozen is not None else []
        scalars, units = [], []
        for x in args:
            kind = type(x)
            if kind is float:
                scalars.append(x)
                key.append(kind)
            elif kind is self._array:
                units.append(x)
                key += x.shape, x.dtype.kind
            else:
                return None
        way = self._quick.get(tuple(key))
        if way is None:
            return None
        if scalars:
            units.insert(0, scalars)
        found = way.runnable.run(units)
        return None if type(found) is str else (way.rebuild(found),)

    def _remember(self, way: _Way, call: _Call) -> None:
        """Have the next call of this kind find its program quickly."""
        kinds = [type(x) for x in call.args]
        self._array = next((kind for x, kind in zip(call.args, kinds, strict=True) if is_array(x)), self._array)
        if call.named or way.captured or way.of_values or not {*kinds} <= {float, self._array}:
            return
        key = [call.key[-1]]
        for x in call.args:
            key += [float] if type(x) is float else [x.shape, x.dtype.kind]
        if all(kind is float or x.dtype.kind in "fiu" for x, kind in zip(call.args, kinds, strict=True)):
            self._quick[tuple(key)] = way

    def _call(self, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if self._is_off or recorder() is not None or sites() is not None:
            return self._f(*args, **named)  # within another program its nodes are those of that one
        if self._mapped is not None:
            found = self._mapped(args, named)
            if found is not NotImplemented:
                return found
        call = self._opened(args, named)
        case = self._case(call)
        if case.refused:
            return self._eagerly(call)
        if not case.ways:
            with self._lock:
                reason = "" if case.ways else self._first(case, call)
            if reason:
                found = self._eagerly(call)  # which may raise: then nothing is known of the function
                self._refuse(case, reason)
                return found
        for place, way in enumerate(case.ways):
            found = self._run(way, call)
            if found is RAISES:
                return self._eagerly(call)
            if found is not OTHERWISE:
                if place:
                    with self._lock:
                        case.ways = [way, *[other for other in case.ways if other is not way]]
                self._remember(way, call)
                return found
        return self._elsewhere(case, call)

    def _case(self, call: _Call) -> _Case:
        case = self._cases.get(call.key)
        if case is None:
            with self._lock:
                if len(self._cases) >= MOST_CASES:
                    del self._cases[next(iter(self._cases))]
                    self._quick.clear()
                case = self._cases.setdefault(call.key, _Case(call.kept))
        return case

    # --- One sample of many ---

    def vmapped(self, in_axes: Any) -> Mapped | None:
        """What runs it for many samples, as `vmap` of it asks; None where arguments are static."""
        if self._static or self._is_off:
            return None
        return Mapped(self._f, in_axes, self, exact=self._exact, max_ways=self._max_ways, backend=self._backend)

    def frozen(self) -> tuple[Any, ...]:
        """What the function reads besides its arguments, at present."""
        if self._frozen is None:
            self._frozen = Frozen(self._f)
        return self._frozen.now()

    def recording(self, args: Sequence[Any], named: dict[str, Any]) -> Recorded:
        """A call of a function that reads no Values, recorded twice.

        Raises:
            UnrecordableError: The function cannot be recorded, or reads Values.
        """
        call = self._opened(tuple(args), named)
        self._check(call)
        first, second = self._record(call), self._record(call)
        if self._compared(first, second)[0]:
            raise UnrecordableError("it reads Values besides its arguments")
        return Recorded(second.inputs, second.outputs, second.rebuild, second.trace.guards)

    # --- Arguments ---

    def _opened(self, args: tuple[Any, ...], named: dict[str, Any]) -> _Call:
        """Arguments in one order, and the key of their structure."""
        frozen = self.frozen()
        if named or self._static:
            args, named = self._bound(args, named)
        leaves: list[Any] = []
        kept: list[Any] = []
        key = [opened(x, leaves, kept) for x in args if type(x) is not _Static]
        key += [(name, opened(x, leaves, kept)) for name, x in named.items() if type(x) is not _Static]
        for x in (*args, *named.values()):
            if type(x) is _Static:
                kept.append(x.value)
                key.append(x.key())
        return _Call(args, named, (*key, frozen), leaves, kept)

    def _bound(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self._signature is None:
            self._signature = inspect.signature(self._f)
        bound = self._signature.bind(*args, **named)
        for name in self._static:
            if name in bound.arguments:
                bound.arguments[name] = _Static(bound.arguments[name])
        return bound.args, bound.kwargs

    def _eagerly(self, call: _Call) -> Any:
        self._fallbacks += 1
        return self._f(*[_given(x) for x in call.args], **{name: _given(x) for name, x in call.named.items()})

    # --- Recording ---

    def _first(self, case: _Case, call: _Call) -> str:
        """Record a call twice and make the first program; why there can be none, or nothing."""
        try:
            self._check(call)
            try:
                first, second = self._record(call), self._record(call)
            except Exception as error:
                return f"recorded, it raised {type(error).__name__}: {error}"
            way = self._way(first, second)
            inputs = first.inputs
            del first, second
            if _is_kept(inputs):
                return "a number of one call is kept somewhere when the call is over; return it instead"
        except (UnrecordableError, TooLargeError) as error:
            return str(error)
        case.ways.append(way)
        return ""

    def _check(self, call: _Call) -> None:
        """Refuse what can be gone through only once, and say what had better be an array."""
        iterators = list(self._frozen.iterators) if self._frozen is not None else []
        iterators += [repr(x) for x in call.kept if hasattr(type(x), "__next__")]
        if iterators:
            raise UnrecordableError(f"{iterators[0]} is an iterator, which can be gone through once; make it a list")
        longest = max(map(_whole_numbers, [*call.args, *call.named.values()]), default=0)
        if longest > MANY and not self._has_warned_of_many:
            self._has_warned_of_many = True
            say(
                f"jit: {self._name()} is given a list of {longest} whole numbers, which count by their values: others "
                "make another program; give numpy.array(...), and pick by it with take",
            )

    def _refuse(self, case: _Case, reason: str) -> None:
        case.refused = reason
        say(f"jit: {self._name()} runs as it is: {reason}")

    def _name(self) -> str:
        return getattr(self._f, "__qualname__", repr(self._f)).removeprefix("<locals>.")

    def _record(self, call: _Call, with_lines: bool = False) -> _Recording:
        """A recorded call; the numbers of derivatives are left out until the function has asked for one."""
        if not self._asks_derivatives:
            try:
                return self._record_once(call, with_lines, with_numbers=False)
            except NumbersNeededError:
                self._asks_derivatives = True
        return self._record_once(call, with_lines, with_numbers=True)

    def _record_once(self, call: _Call, with_lines: bool, with_numbers: bool) -> _Recording:
        nodes = [[Value(x) for x in _numbers(leaf)] for leaf in call.leaves]
        inputs = [node for leaf in nodes for node in leaf]
        rest = iter(inputs)
        args = [x.value if type(x) is _Static else closed(x, rest) for x in call.args]
        named = {name: x.value if type(x) is _Static else closed(x, rest) for name, x in call.named.items()}
        before = _identities([*args, *named.values()])
        result, trace = recorded(self._f, args, named, with_lines, with_numbers)
        if _identities([*args, *named.values()]) != before:
            raise UnrecordableError("it changes one of its arguments")
        outputs: list[Any] = []
        rebuild = holes(result, outputs)
        return _Recording(inputs, outputs, rebuild, trace, call)

    def _way(self, first: _Recording, second: _Recording) -> _Way:
        return self._compiled(second, *self._compared(first, second))

    def _compared(self, first: _Recording, second: _Recording) -> tuple[list[Value], list[Value]]:
        """The Values from outside that two recordings of one call use, and what the second computes as the first does.

        Raises:
            UnrecordableError: They differ.
        """
        order, again = first.order(), second.order()
        shared = set(map(id, order)).intersection(map(id, again))
        inner = [node for node in again if id(node) not in shared] if shared else again
        place = _first_difference([node for node in order if id(node) not in shared] if shared else order, inner)
        if place is not None:
            raise UnrecordableError(self._told_difference(second.call, shared, place))
        if not shared:
            return [], again
        captured = [node for node in again if id(node) in shared]
        used = {id(parent) for node in inner for parent in node.parents} | set(map(id, second.outputs))
        return [node for node in captured if id(node) in used], inner

    def _told_difference(self, call: _Call, shared: set[int], place: int) -> str:
        """What differs between two recordings, and in which line: the function is recorded once more to know."""
        third = self._record(call, with_lines=True)
        inner = [node for node in third.order() if id(node) not in shared]
        line = third.trace.lines.get(id(inner[place]), "") if place < len(inner) else ""
        return (
            f"two calls with the same arguments do not compute the same{f', in {line}' if line else ''}; draw random "
            "numbers, read clocks and count outside of it, and give it what comes of that as an argument"
        )

    def _compiled(self, found: _Recording, captured: list[Value], inner: list[Value]) -> _Way:
        leaves, units, inputs = found.call.leaves, [], []
        scalars = [i for i, leaf in enumerate(leaves) if not is_array(leaf)]
        arrays = [i for i, leaf in enumerate(leaves) if is_array(leaf)]
        starts, nodes = [], iter(found.inputs)
        for leaf in leaves:
            starts.append([next(nodes) for _ in range(leaf.size if is_array(leaf) else 1)])
        if scalars:
            units.append(len(scalars))
            inputs += [starts[i][0] for i in scalars]
        for i in arrays:
            units.append(len(starts[i]))
            inputs += starts[i]
        if captured:
            units.append(len(captured))
            inputs += captured
        listing = listed(inputs, found.outputs, found.trace.guards, inner)
        runnable = Runnable(listing, units, self._backend, self._exact)
        self._compile_time += runnable.compile_time
        values = {id(x) for i, x in zip(scalars, inputs, strict=False) if type(leaves[i]) is Value}
        of_values = _following(listing.rows, listing.args, inputs, values | set(map(id, captured)), listing.outputs)
        outcomes = tuple([outcome for _, outcome in found.trace.guards])
        return _Way(runnable, captured, found.rebuild, outcomes, of_values)

    def _elsewhere(self, case: _Case, call: _Call) -> Any:
        """A call whose comparisons come out otherwise than in every program that there is."""
        if len(case.ways) >= self._max_ways:
            if not case.met or case.met != {()}:
                case.met = {()}
                say(
                    f"jit: {self._name()} has {len(case.ways)} ways, as many as max_ways allows, and runs as it is on "
                    "others; write where for what depends on data",
                )
            return self._eagerly(call)
        with self._lock:
            try:
                first = self._record(call)
                outcomes = tuple([outcome for _, outcome in first.trace.guards])
                if outcomes in case.met and all(way.outcomes != outcomes for way in case.ways):
                    way = self._way(first, self._record(call))
                    case.ways.insert(0, way)
                case.met.add(outcomes)
            except (UnrecordableError, TooLargeError) as error:
                self._refuse(case, str(error))
            except Exception:
                pass
        return self._eagerly(call)

    # --- Running ---

    def _run(self, way: _Way, call: _Call) -> Any:
        """The result of a program, or what `Runnable.run` says in its place."""
        scalars, units = [], []
        for leaf in call.leaves:
            if is_array(leaf):
                units.append(leaf)
            else:
                scalars.append(leaf)
        values = [x for x in scalars if type(x) is Value]
        if values:
            scalars = [x.data if type(x) is Value else x for x in scalars]
        if scalars:
            units.insert(0, scalars)
        if way.captured:
            units.append(data_of(way.captured))
        found = way.runnable.run(units)
        if found is OTHERWISE or found is RAISES:
            return found
        if way.of_values:
            return way.rebuild(self._remembering(way, call, units, found))
        return way.rebuild(found)

    def _remembering(self, way: _Way, call: _Call, units: list[Any], found: Any) -> list[Any]:
        """Results as Values, which know what they follow from."""
        results: list[Any] = list(found)
        if not is_recording():
            for i in way.of_values:
                results[i] = Value(float(results[i]))
            return results
        places: list[tuple[int, int]] = []
        parents: list[Value] = []
        scalars = [x for x in call.leaves if not is_array(x)]
        for lane, x in enumerate(scalars):
            if type(x) is Value:
                places.append((0, lane))
                parents.append(x)
        places += [(len(units) - 1, lane) for lane in range(len(way.captured))]
        parents += way.captured
        units = [unit.copy() if is_array(unit) else unit for unit in units]
        for i in way.of_values:
            slopes = _Slopes(self, way.runnable, (i,), places, units, call, way.captured)
            results[i] = Value(float(results[i]), tuple(parents), slopes)
        return results


class _Slopes:
    """The local derivatives of a result by the Values that it follows from.

    ``path`` says of which: of a result of the function, or of its derivative by one of these, and so on.
    """

    def __init__(
        self,
        owner: Jitted,
        runnable: Runnable,
        path: tuple[int, ...],
        places: list[tuple[int, int]],
        units: list[Any],
        call: _Call,
        captured: list[Value],
    ) -> None:
        self.owner, self.runnable, self.path = owner, runnable, path
        self.places, self.units, self.call, self.captured = places, units, call, captured

    def __call__(self, *parents_and_result: Any) -> tuple[Any, ...]:
        parents = parents_and_result[:-1]
        gradient = self.runnable.gradient(self.path[-1], self.places)
        units = [list(unit) if type(unit) is list else unit for unit in self.units]
        for (unit, lane), x in zip(self.places, parents, strict=True):
            units[unit][lane] = x._data if type(x) is Value else x
        found = gradient.run(units)
        if found is OTHERWISE or found is RAISES:
            return self._eagerly(parents)
        if type(parents[0]) is not Value:
            return tuple(map(float, found))
        return tuple(
            [
                Value(
                    float(slope),
                    parents,
                    _Slopes(self.owner, gradient, (*self.path, i), self.places, units, self.call, self.captured),
                )
                for i, slope in enumerate(found)
            ]
        )

    def _eagerly(self, parents: Sequence[Any]) -> tuple[Any, ...]:
        """The same from the function as it is, where the program has no finite answer."""
        rest = iter(parents)
        inputs, wanted = [], []
        for leaf in self.call.leaves:
            if type(leaf) is Value:
                x = next(rest)
                wanted.append(variable(x))
                inputs.append(wanted[-1])
            else:
                inputs += map(constant, _numbers(leaf))
        wanted += rest if type(parents[0]) is Value else self.captured
        numbers = iter(inputs)
        args = [_given(closed(x, numbers)) for x in self.call.args]
        named = {name: _given(closed(x, numbers)) for name, x in self.call.named.items()}
        outputs: list[Any] = []
        with recording():
            holes(self.owner._f(*args, **named), outputs)
            y = outputs[self.path[0]]
            for i in self.path[1:]:
                y = pull_back(topological_order(y, *wanted), [(y, 1.0)], wanted)[i] if type(y) is Value else 0.0
            if type(y) is not Value:
                return (0.0,) * len(parents)
            order = topological_order(y, *wanted)
        if type(parents[0]) is Value:
            return tuple(pull_back(order, [(y, 1.0)], wanted))
        return tuple(adjoints(order, [(y, 1.0)], wanted))


class _Recording(NamedTuple):
    """One recorded call."""

    inputs: list[Value]
    outputs: list[Any]
    rebuild: Callable[[Any], Any]
    trace: Trace
    call: _Call

    def order(self) -> list[Value]:
        return nodes_of(self.inputs, self.outputs, self.trace.guards)


class _Static(NamedTuple):
    """An argument that is taken by its value or identity."""

    value: Any

    def key(self) -> Any:
        try:
            hash(self.value)
        except TypeError:
            return type(self.value), id(self.value)
        return type(self.value), self.value


class _Bound:
    """A jitted method of an object."""

    def __init__(self, jitted: Jitted, instance: Any) -> None:
        self._jitted, self._instance = jitted, instance

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self._jitted(self._instance, *args, **named)

    def vmapped(self, in_axes: Any) -> None:
        """Methods are called for one sample after the other."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._jitted, name)


def _given(x: Any) -> Any:
    return x.value if type(x) is _Static else x


def _numbers(leaf: Any) -> list[float]:
    if is_array(leaf):
        return [float(x) for x in leaf.ravel().tolist()]
    return [leaf._data if type(leaf) is Value else leaf]


def _identities(tree: Any) -> list[Any]:
    """The numbers of a structure by identity, to see whether a function has changed it."""
    found: list[Any] = []
    _collect(tree, found)
    return found


def _collect(x: Any, found: list[Any]) -> None:
    if type(x) in (list, tuple):
        found.append(len(x))
        for part in x:
            _collect(part, found)
    elif isinstance(x, dict):
        found.append(tuple(x))
        for part in x.values():
            _collect(part, found)
    elif is_array(x) and x.dtype == object:
        found += map(id, x.ravel().tolist())
    else:
        found.append(id(x))


def _first_difference(first: list[Value], second: list[Value]) -> int | None:
    """Where two recordings of one call differ first; None where they do not."""
    one, other = (array("d", data_of(nodes)) for nodes in (first, second))
    kinds, others = _kinds(first), _kinds(second)
    if one.tobytes() == other.tobytes() and kinds == others:  # by their bits, as nan is no number's equal
        return None
    for place, (x, y, kind, known) in enumerate(zip(one, other, kinds, others, strict=False)):
        if kind is not known or (x != y and x == x):
            return place
    return None if len(first) == len(second) else min(len(first), len(second))


def _is_kept(nodes: list[Value]) -> bool:
    """Whether anybody else holds one of them."""
    alone = [Value(0.0)]
    [usual] = map(sys.getrefcount, alone)
    return any(count > usual for count in map(sys.getrefcount, nodes))


def _whole_numbers(x: Any) -> int:
    """The length of the longest list of whole numbers in a structure."""
    if type(x) is list or type(x) is tuple:
        return len(x) if x and set(map(type, x)) == {int} else max(map(_whole_numbers, x), default=0)
    return max(map(_whole_numbers, x.values()), default=0) if isinstance(x, dict) else 0


def _kinds(nodes: list[Value]) -> list[Any]:
    """What made them; two rows of derivatives are the same kind."""
    return [Derivatives if type(row) is Derivatives else row for row in content_of(nodes)[0]]


def _following(
    rows: list[Any], args: list[tuple[Any, ...]], inputs: list[Value], values: set[int], outputs: list[int]
) -> tuple[int, ...]:
    """Which of the outputs follow from Values of the user's."""
    if not values:
        return ()
    follows = [id(x) in values for x in inputs]
    for row, given in zip(rows[len(inputs) :], args[len(inputs) :], strict=True):
        if hasattr(row, "order"):
            follows.append(
                any(follows[ref] for ref in row.order if ref < len(follows))
                or any(follows[node] for node, _ in row.seeds)
            )
        else:
            follows.append(any(any(follows[x] for x in (ref if type(ref) is tuple else (ref,))) for ref in given))
    return tuple([i for i, ref in enumerate(outputs) if follows[ref]])

"""`jit`: a function of plain scalar loops, recorded once for each way that it takes, and run as a program."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from functools import update_wrapper
from importlib.util import find_spec
from threading import RLock
from typing import Any

from ..calculus.mapping import of_vmap
from ..calculus.trees import is_array
from ..engine.modes import OPEN, RECORDERS, recorder, sites, users_line
from ..engine.numbers import whole
from ..engine.value import Value
from .calls import Call, Static, opened_call
from .compiled import Way, way_of
from .explaining import counted, explained
from .frozen import Frozen
from .mapped import Mapped, Recorded
from .program import OTHERWISE, RAISES
from .recording import NumbersNeededError, UnrecordableError, say
from .recordings import Recording, collector_paused, compared, is_kept, record
from .runnable import Shown, TooLargeError

__all__ = ["jit"]

#: Set to 0, it makes all functions run as they are.
VARIABLE = "AUTOGRAD_LITE_JIT"
#: For so many structures of arguments programs are kept; then the oldest go.
MOST_CASES = 256
#: Why there is no program where a number outlives its call: in a list of the user's, or in what is returned.
KEPT = (
    "a number of one call is kept somewhere when the call is over, or lies in something that is returned and is no "
    "list, tuple, dict, dataclass or array; return it in one of these"
)
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
    compute, and do nothing besides: at the first call it runs two or three times, then its program does; up to five
    times where it turns out to have none. What it computes and throws away is in no program, and raises nothing there.

    Floats and NumPy arrays of numbers are inputs of the program; whole numbers, texts, True, False and None count by
    their value, as arguments named by ``static_argnames`` do, other objects by their identity: each of these has a
    program of its own. Values, given or read from outside, are read at each call, and the result is a Value whose
    parents they are. Arrays of whole numbers are floats inside: 2**60 + 1 loses digits, uint8 does not wrap; so are
    sums of truths.

    The first call records f twice and compiles, of the order of half a millisecond for each operation that does not
    repeat: seconds where 1,000 steps of ten operations each go on from the last one.

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
        ValueError: There is no such backend, ``max_ways`` is below 1, or f has no argument of a static name.
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


class _Case:
    """The programs for one structure of arguments."""

    def __init__(self, kept: list[Any]) -> None:
        self.kept = kept  # objects that count by their identity
        self.ways: list[Way] = []
        self.met: set[tuple[bool, ...]] = set()
        self.refused = ""


class Jitted:
    """A function that runs as a program."""

    #: What made it, for messages.
    made_by = "jit"

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
        self._quick: dict[Any, Way] = {}
        self._array: Any = float  # the class of arrays, once one was met
        self._lock = RLock()
        self._frozen: Frozen | None = None
        self._has_warned_of_many = False
        self._asks_derivatives = False  # whether it takes branches on them
        self._signature = _signature(f, static) if static else None
        self._mapped: Mapped | None = None
        many = of_vmap(f) if find_spec("numpy") else None  # which cuts the samples; without it vmap itself is recorded
        if many is not None and not static:
            self._mapped = Jitted(many[0], (), exact, max_ways, backend).vmapped(many[1])

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else _Bound(self, instance)

    def __reduce__(self) -> str:
        """As functions are: pickled by its name, and its own copy."""
        return str(getattr(self, "__qualname__", self._name()))

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
            raise TypeError(f"{self.made_by}: {self._name()} has no program: {reason}")
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
        call, asking = self._opened(args, named), users_line()
        with self._lock:
            try:
                found = self._record(call, with_lines=True)
            except UnrecordableError as error:
                raise TypeError(f"{self.made_by}: {self._name()} has no program: {error}") from None
        found.trace.lines = {key: line for key, line in found.trace.lines.items() if line != asking}
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

    def _remember(self, way: Way, call: Call) -> None:
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
            return self._as_it_is(args, named)  # within another program its nodes are those of that one
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
            found = way.run(self._f, call)
            if found is RAISES:
                return self._eagerly(call)
            if found is not OTHERWISE:
                if place:
                    with self._lock:
                        case.ways = [way, *[other for other in case.ways if other is not way]]
                self._remember(way, call)
                return found
        return self._elsewhere(case, call)

    def _case(self, call: Call) -> _Case:
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

    def _opened(self, args: tuple[Any, ...], named: dict[str, Any]) -> Call:
        """Arguments in one order, opened."""
        frozen = self.frozen()
        if named or self._static:
            args, named = self._bound(args, named)
        return opened_call(args, named, frozen)

    def _bound(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self._signature is None:
            self._signature = inspect.signature(self._f)
        bound = self._signature.bind(*args, **named)
        for name in self._static:
            if name in bound.arguments:
                bound.arguments[name] = Static(bound.arguments[name])
        return bound.args, bound.kwargs

    def _eagerly(self, call: Call) -> Any:
        self._fallbacks += 1
        return call.passed_to(lambda *args, **named: self._as_it_is(args, named))

    def _as_it_is(self, args: Sequence[Any], named: dict[str, Any]) -> Any:
        """What the function gives without a program."""
        return self._f(*args, **named)

    # --- Recording ---

    def _first(self, case: _Case, call: Call) -> str:
        """Record a call twice and make the first program; why there can be none, or nothing."""
        try:
            self._check(call)
            with collector_paused():
                try:
                    first, second = self._record(call), self._record(call)
                except Exception as error:
                    return f"recorded, it raised {type(error).__name__}: {error}"
                way = self._way(first, second)
            inputs = [*first.inputs, *second.inputs]
            del first, second
            if is_kept(inputs):
                return KEPT
        except (UnrecordableError, TooLargeError) as error:
            return str(error)
        case.ways.append(way)
        return ""

    def _check(self, call: Call) -> None:
        """Refuse what can be gone through only once, and say what had better be an array."""
        iterators = list(self._frozen.iterators) if self._frozen is not None else []
        iterators += [repr(x) for x in call.kept if hasattr(type(x), "__next__")]
        if iterators:
            raise UnrecordableError(f"{iterators[0]} is an iterator, which can be gone through once; make it a list")
        longest = max(map(_whole_numbers, [*call.args, *call.named.values()]), default=0)
        if longest > MANY and not self._has_warned_of_many:
            self._has_warned_of_many = True
            say(
                f"{self.made_by}: {self._name()} is given a list of {longest} whole numbers, which count by their "
                "values: others make another program; give numpy.array(...), and pick by it with take",
            )

    def _refuse(self, case: _Case, reason: str) -> None:
        case.refused = reason
        say(f"{self.made_by}: {self._name()} runs as it is: {reason}")

    def _name(self) -> str:
        return getattr(self._f, "__qualname__", repr(self._f)).removeprefix("<locals>.")

    def _record(self, call: Call, with_lines: bool = False) -> Recording:
        """A recorded call; numbers of derivatives, a tenth of a first call, are left out until f asks for one."""
        if not self._asks_derivatives:
            try:
                return record(self._f, call, with_lines, with_numbers=False)
            except NumbersNeededError:
                self._asks_derivatives = True
        return record(self._f, call, with_lines)

    def _way(self, first: Recording, second: Recording) -> Way:
        """The program of two recordings of one call."""
        way = way_of(second, *self._compared(first, second), self._backend, self._exact)
        self._compile_time += way.runnable.compile_time
        return way

    def _compared(self, first: Recording, second: Recording) -> tuple[list[Value], list[Value]]:
        return compared(first, second, lambda: self._record(second.call, with_lines=True))

    def _elsewhere(self, case: _Case, call: Call) -> Any:
        """A call whose comparisons come out otherwise than in every program that there is."""
        if len(case.ways) >= self._max_ways:
            if not case.met or case.met != {()}:
                case.met = {()}
                say(
                    f"{self.made_by}: {self._name()} has {len(case.ways)} ways, as many as max_ways allows, and runs "
                    "as it is on others; write where for what depends on data",
                )
            return self._eagerly(call)
        with self._lock:
            try:
                first = self._record(call)
                outcomes = tuple([outcome for _, outcome in first.trace.guards])
                if outcomes in case.met and all(way.outcomes != outcomes for way in case.ways):
                    second = self._record(call)
                    way = self._way(first, second)
                    inputs = [*first.inputs, *second.inputs]
                    del first, second
                    if is_kept(inputs):
                        raise UnrecordableError(KEPT)
                    case.ways.insert(0, way)
                case.met.add(outcomes)
            except (UnrecordableError, TooLargeError) as error:
                self._refuse(case, str(error))
            except Exception:
                pass
        return self._eagerly(call)


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


def _signature(f: Callable[..., Any], static: Sequence[str]) -> inspect.Signature:
    """That of a function, if it has all static arguments."""
    found = inspect.signature(f)
    kinds = {x.kind for x in found.parameters.values()}
    unknown = [name for name in static if name not in found.parameters]
    if unknown and inspect.Parameter.VAR_KEYWORD not in kinds:
        raise ValueError(
            f"jit: static_argnames names {unknown[0]!r}, but the arguments are {', '.join(found.parameters)}"
        )
    return found


def _whole_numbers(x: Any) -> int:
    """The length of the longest list of whole numbers in a structure."""
    if type(x) is list or type(x) is tuple:
        return len(x) if x and set(map(type, x)) == {int} else max(map(_whole_numbers, x), default=0)
    return max(map(_whole_numbers, x.values()), default=0) if isinstance(x, dict) else 0

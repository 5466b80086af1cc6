"""A function on its way out: recorded once, with what reads its arguments and puts its results together elsewhere."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any, TypeAlias

from ...calculus.trees import is_array, is_structure, parts, rebuilt
from ...engine.bulk import data_of
from ...engine.value import Value
from ..calls import Call, opened_call
from ..lanes import laned_program
from ..listing import listed
from ..lowering import lowered
from ..program import LITERALS, Comparison, Program
from ..recording import NumbersNeededError, UnrecordableError
from ..recordings import Recording, collector_paused, compared, record
from ..shelter import sheltered
from .array_plan import Arrays, Plan, pieces

#: Programs of more instructions are refused: JAX takes minutes to compile them.
MOST = 5_000
#: What puts the numbers of an argument to those before: each an input, a number, a list of numbers or an array.
Reader: TypeAlias = Callable[[Any, list[Any]], None]
#: What makes a result of an array of all its numbers.
Writer: TypeAlias = Callable[[Any], Any]


class Exported:
    """A recorded function.

    Args:
        f: The function.
        args: An example of its arguments.
        who: Who exports it, for messages.

    Attributes:
        program: With an input for each number, list of numbers and array among the arguments.
        names: What its arguments are called.

    Raises:
        TypeError: It cannot be recorded, takes a branch, or the example has no float in it.
        ValueError: It is too large.
    """

    def __init__(self, f: Callable[..., Any], args: Sequence[Any], who: str) -> None:
        self.who, self.f = who, f
        if not callable(f):
            raise TypeError(f"{who}: needs a function, got {f!r}")
        call = opened_call(args, {}, ())
        if not call.leaves:
            raise TypeError(
                f"{who}: the example {tuple(args)!r:.80} has no float in it; whole numbers count by their value, so "
                "write 3.0 for what is an input"
            )
        self.names = _names(f, len(args))
        recording, captured, inner = self._recorded(call)
        self.read = [_reader(x, name, who) for x, name in zip(args, self.names, strict=True)]
        sizes = [x.size if is_array(x) else len(pieces(x)) for x in self.units(args)]
        inputs = [*recording.inputs, *captured]
        listing = listed(inputs, recording.outputs, recording.trace.guards, inner)
        program = laned_program(listing, [*sizes, *[len(captured)] * bool(captured)])
        if captured:
            program = _with_last_input_fixed(program, data_of(captured))
        self.program: Program = sheltered(program)
        if self.program.guards:
            raise TypeError(f"{who}: {self._branch(call)}")
        if len(self.program) > MOST:
            raise ValueError(
                f"{who}: the program of {name_of(f)} has {len(self.program)} instructions without repetition, more "
                f"than the {MOST} that are handed on; give it fewer numbers, or loops whose rounds are alike"
            )
        self.write = _writer(
            recording.result, {id(x): i for i, x in enumerate(recording.outputs)}, len(recording.outputs)
        )

    def units(self, args: Sequence[Any]) -> list[Any]:
        """The inputs of the program among some arguments: numbers, lists of numbers, and arrays.

        Raises:
            TypeError: There are more arguments than in the example, or fewer.
            ValueError: One is of another structure, or what is no input differs from the example's.
        """
        if len(args) != len(self.read):
            raise TypeError(f"{self.who}: the example has {len(self.read)} arguments, got {len(args)}")
        found: list[Any] = []
        for read, x in zip(self.read, args, strict=True):
            read(x, found)
        return found

    def wrapped(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """A function with the name and the words of the one that was recorded."""
        return update_wrapper(run, self.f, ("__module__", "__name__", "__qualname__", "__doc__"), ())

    def planned(self, arrays: Arrays, has_slopes: bool = True) -> Callable[[Sequence[Any]], Any]:
        """The program as an engine runs it: from units to an array of all results.

        Raises:
            TypeError: The engine cannot take a row of it.
        """
        try:
            program = self.program if has_slopes else lowered(self.program, arrays.has)
            plan = Plan(program, arrays, has_slopes)
            for row in plan.rows:
                row.slopes()
        except TypeError as error:
            raise TypeError(f"{self.who}: {error}, which {name_of(self.f)} computes") from None
        return lambda units: next(iter(plan(units)), None)  # none where the results are all constants

    def _recorded(self, call: Call) -> tuple[Recording, list[Value], list[Value]]:
        """A recording, the Values that it reads besides its arguments, and what it computes."""
        try:
            with collector_paused():
                try:
                    found = self._record(call, False)
                    again = self._record(call, False)
                except NumbersNeededError:
                    found, again = self._record(call, True), self._record(call, True)
                return again, *compared(found, again, lambda: self._record(call, True, with_lines=True))
        except UnrecordableError as error:
            raise TypeError(f"{self.who}: {name_of(self.f)} has no program: {error}") from None

    def _record(self, call: Call, with_numbers: bool, with_lines: bool = False) -> Recording:
        return record(self.f, call, with_lines, with_numbers)

    def _branch(self, call: Call) -> str:
        """Where the function asks how numbers of it compare."""
        trace = self._record(call, True, with_lines=True).trace
        lines = [trace.lines[id(truth)] for truth, _ in trace.guards if id(truth) in trace.lines]
        line = f" in {lines[0]}" if lines else ""
        return (
            f"{name_of(self.f)} takes a branch{line}, and only the way of the example could be handed on; write "
            "where(condition, x, y), which holds both"
        )


def handed_on(f: Callable[..., Any], example: Sequence[Any], who: str, engine: type[Arrays]) -> Callable[..., Any]:
    """The function of an engine's arrays that computes what f does.

    Raises:
        TypeError, ValueError: As `Exported` and its `planned` say.
    """
    exported, arrays = Exported(f, example, who), engine()
    plan = exported.planned(arrays)
    return exported.wrapped(lambda *args: exported.write(plan(arrays.units(exported.units(args)))))


def name_of(f: Callable[..., Any]) -> str:
    """What a function is called in messages.

    >>> name_of(print)
    'print'
    """
    return getattr(f, "__qualname__", repr(f)).removeprefix("<locals>.")


def _names(f: Callable[..., Any], count: int) -> list[str]:
    """What the arguments of a function are called."""
    try:
        names = [
            x.name
            for x in inspect.signature(f).parameters.values()
            if x.kind in (x.POSITIONAL_ONLY, x.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        names = []
    return [*names, *[f"argument_{i}" for i in range(len(names), count)]][:count]


def _with_last_input_fixed(program: Program, numbers: Sequence[float]) -> Program:
    """The program with constants in the place of its last input."""
    *inputs, last = program.inputs
    last.operation, last.table = LITERALS, tuple(numbers)
    return Program(inputs, program.instructions, program.outputs, program.guards)


# --- Arguments and results ---


def is_input(x: Any) -> bool:
    """Whether part of an example is a number, or an array of numbers, that the program is given.

    >>> is_input(2.0), is_input(2)
    (True, False)
    """
    kind = getattr(getattr(x, "dtype", None), "kind", "")
    return type(x) in (float, Value) or kind == "f" or (is_array(x) and kind in ("i", "u"))


def _reader(example: Any, path: str, who: str) -> Reader:
    """What reads an argument that is like an example; an array may stand for a list of its rows."""
    if is_input(example):
        return _array_reader(tuple(example.shape), path, who) if is_array(example) else _number_reader(path, who)
    if is_array(example) and example.dtype == object:
        example = example.tolist()
    if not is_structure(example):
        return _constant_reader(example, path, who)
    steps = [f"{path}[{key!r}]" for key in example] if isinstance(example, dict) else None
    steps = steps or [f"{path}[{i}]" for i in range(len(parts(example)))]
    readers = [_reader(part, step, who) for part, step in zip(parts(example), steps, strict=True)]
    are_numbers = isinstance(example, list | tuple) and len(example) > 0 and set(map(type, example)) <= {float, Value}
    return _structure_reader(example, readers, are_numbers, path, who)


def _shape(x: Any) -> tuple[int, ...]:
    return tuple(getattr(x, "shape", ()))


def _number_reader(path: str, who: str) -> Reader:
    def read(x: Any, found: list[Any]) -> None:
        if _shape(x) or is_structure(x) or x is None or isinstance(x, str):
            raise ValueError(f"{who}: {path} is one number in the example, got {_described(x)}")
        found.append(x)

    return read


def _array_reader(shape: tuple[int, ...], path: str, who: str) -> Reader:
    def read(x: Any, found: list[Any]) -> None:
        if _shape(x) != shape:
            raise ValueError(
                f"{who}: {path} is an array of shape {shape} in the example, got {_described(x)}; export the function "
                "once more, with such an example"
            )
        found.append(x)

    return read


def _constant_reader(example: Any, path: str, who: str) -> Reader:
    def read(x: Any, found: list[Any]) -> None:
        if x is not example and (type(x) is not type(example) or is_array(x) or x != example):
            remedy = f"; write {float(example)!r} in the example if it is an input" if type(example) is int else ""
            raise ValueError(
                f"{who}: {path} is {example!r:.80} in the example, a constant, got {_described(x)}{remedy}"
            )

    return read


def _structure_reader(example: Any, readers: Sequence[Reader], are_numbers: bool, path: str, who: str) -> Reader:
    kind, count = type(example), len(readers)
    keys = tuple(example) if isinstance(example, dict) else None

    def parts_of(x: Any) -> Sequence[Any]:
        rows = _shape(x)
        if rows and rows[0] == count and keys is None:
            return [x[i] for i in range(count)]
        if type(x) is kind and keys is None:
            return x if kind in (list, tuple) else parts(x)
        return [x[key] for key in keys] if keys is not None and type(x) is kind and x.keys() == example.keys() else ()

    def read(x: Any, found: list[Any]) -> None:
        if are_numbers and _shape(x) == (count,):
            found.append(x)
            return
        given = parts_of(x)
        if len(given) != count:
            raise ValueError(
                f"{who}: {path} is a {kind.__name__} of {count} in the example, got {_described(x)}; export the "
                "function once more, with such an example"
            )
        numbers: list[Any] = []
        for reader, part in zip(readers, given, strict=True):
            reader(part, numbers if are_numbers else found)
        if are_numbers:
            found.append(numbers)

    return read


def _described(x: Any) -> str:
    if _shape(x):
        return f"one of shape {_shape(x)}"
    return f"a {type(x).__name__} of {len(x)}" if isinstance(x, list | tuple | dict) else repr(x)


def _writer(result: Any, places: dict[int, int], count: int) -> Writer:
    """What makes a result like another one of an array of all numbers of it."""
    if type(result) is Value:
        place, is_truth = places[id(result)], isinstance(result.operation, Comparison)
        if count == 1:
            return lambda numbers: numbers != 0 if is_truth else numbers
        return lambda numbers: numbers[place] != 0 if is_truth else numbers[place]
    if is_array(result) and result.dtype == object:
        items = result.ravel().tolist()
        start, shape = (places[id(items[0])] if items else 0), tuple(result.shape)
        are_truths = bool(items) and all(type(x) is Value and isinstance(x.operation, Comparison) for x in items)

        def array(numbers: Any) -> Any:
            found = numbers.reshape((-1,))[start : start + len(items)].reshape(shape)
            return found != 0 if are_truths else found

        return array
    if not is_structure(result):
        return lambda numbers: result
    writers = [_writer(part, places, count) for part in parts(result)]
    if type(result) in (list, tuple):
        kind = type(result)
        return lambda numbers: kind([write(numbers) for write in writers])

    def structure(numbers: Any) -> Any:
        rest = iter(writers)
        return rebuilt(result, lambda part: next(rest)(numbers))

    return structure

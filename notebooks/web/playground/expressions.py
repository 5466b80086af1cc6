"""An expression or a short function of named inputs: its graph, its gradients, its steps, its paths."""

from __future__ import annotations

import contextlib
import inspect
import io
import linecache
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autograd_lite import Value, explain, steps
from autograd_lite.cli.expression import Expression, ExpressionError
from autograd_lite.engine.passes import topological_order
from autograd_lite.show.graph import Options, graph_scene
from autograd_lite.show.picture import Picture

from .complaints import FILE, ComplaintError, of_program
from .redrawing import Redrawing

LONGEST = 3000  # characters of an expression: a browser's stack is too small for Python to read a longer sum
START = 1.0  # of an input of which nothing is said


@dataclass(frozen=True)
class Source:
    """What was typed, read.

    Attributes:
        names: Of the inputs.
        usual: Values that it gives to some of them itself.
        call: Computes the result from Values.
        result: What the result is called.
        is_program: Whether it is Python, and not an expression, which can do nothing but compute.
    """

    names: tuple[str, ...]
    usual: dict[str, float]
    call: Callable[[Mapping[str, Value]], Any]
    result: str
    is_program: bool


def is_program(text: str) -> bool:
    """Whether a text is Python to be run, or an expression to be read.

    >>> is_program("x + 1"), is_program("def f(x): return x"), is_program("import math")
    (False, True, True)
    """
    return re.search(r"^\s*(def|import|from|@|#|\w+\s*=[^=])", text, re.M) is not None


def read(text: str) -> Source:
    """An expression, or Python whose last function is taken.

    Raises:
        ComplaintError: It is neither.
    """
    if is_program(text):
        return _function(text)
    if len(text) > LONGEST:
        raise ComplaintError(
            f"the expression has {len(text):,} characters, and this page reads up to {LONGEST:,}; "
            "write a loop: def f(x): and what it returns"
        )
    try:
        line = Expression(text)
    except ExpressionError as error:
        raise ComplaintError(str(error), 1) from None
    return Source(line.names, {}, line, "result", False)


def _refuse_equation(text: str) -> None:
    """Say what to write for ``y = x * 2``, which as a program would know no x."""
    found = re.fullmatch(r"\s*(\w+)\s*=([^=].*?)\s*", text)
    with contextlib.suppress(ExpressionError):
        if found and Expression(found[2]).names:
            wanted = found[2].strip()
            raise ComplaintError(f"write {wanted} without {found[1]} =: what comes out has a name by itself", 1)


def _of_function(error: Exception) -> ComplaintError:
    found = of_program(error)
    if isinstance(error, NameError) and error.name in ("math", "np", "numpy"):
        return ComplaintError(f"{found}; sin(x), exp(x) and the like are there without it", found.line)
    return found


def _function(text: str) -> Source:
    _refuse_equation(text)
    names: dict[str, Any] = {}
    exec("from autograd_lite import *", names)
    given = set(names)
    # Where the library finds what a program was calling.
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    try:
        exec(compile(text, FILE, "exec"), names)
    except Exception as error:  # whatever a reader's program raises is theirs to be told
        raise _of_function(error) from None
    found = [value for name, value in names.items() if name not in given and inspect.isfunction(value)]
    if not found:
        raise ComplaintError("there is no function; write def f(x, y): and what it returns")
    function = found[-1]
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
        raise ComplaintError(f"{function.__name__}: each input has a name of its own; * and ** are not read")
    usual = {p.name: float(p.default) for p in parameters if isinstance(p.default, int | float)}

    def call(values: Mapping[str, Value]) -> Any:
        try:
            return function(*[values[p.name] for p in parameters])
        except Exception as error:
            raise _of_function(error) from None

    return Source(tuple([p.name for p in parameters]), usual, call, function.__name__, True)


def computed(
    text: str, values: Mapping[str, float], is_new: bool, held: list[Value]
) -> tuple[Source, dict[str, Value], Value]:
    """The inputs and the result, after a backward pass.

    Args:
        text: What was typed.
        values: Of the inputs.
        is_new: Whether what the program says of its inputs comes before these values.
        held: Takes the nodes of the graph, operands before what is made of them.

    Raises:
        ComplaintError: It has no value, or a derivative that cannot be computed.
    """
    source = read(text)
    known = {**values, **source.usual} if is_new else {**source.usual, **values}
    inputs = {name: Value(known.get(name, START), label=name) for name in source.names}
    try:
        result = source.call(inputs)
    except ExpressionError as error:
        raise ComplaintError(str(error), 1) from None
    if isinstance(result, int | float):
        result = Value(result)  # of no input
    if not isinstance(result, Value):
        raise ComplaintError(f"{source.result}: must return one Value, got {type(result).__name__}: {result!r:.80}")
    held += topological_order(result)
    if not result.label:
        result.label = "y" if "y" not in inputs else source.result
    try:
        result.backward()
    except (ArithmeticError, ValueError) as error:
        raise ComplaintError(str(error)) from None
    return source, inputs, result


def picture(
    text: str,
    values: Mapping[str, float],
    view: str = "graph",
    wrt: str = "",
    theme: str = "light",
    may_run: bool = True,
    is_new: bool = False,
    redrawing: Redrawing | None = None,
) -> dict[str, Any]:
    """All that is to be seen of an expression at some inputs.

    Args:
        text: What was typed.
        values: Of the inputs; those that are missing have what the program says, or 1.
        view: ``"graph"``, ``"steps"`` for the player, ``"paths"`` for `explain`.
        wrt: By which input the paths lead down; the first if there is none of this name.
        theme: Of the graph, ``"light"`` or ``"dark"``.
        may_run: Whether the reader wants a program to run, if it is one; an expression can do no harm.
        is_new: Whether the program has just been written: then the values that it gives to its inputs are taken.
        redrawing: The last graph, whose boxes stay where they are if only numbers have changed.

    Raises:
        ComplaintError: It cannot be computed.

    >>> found = picture("w*x + 1", {"w": 2.0, "x": 3.0})
    >>> found["result"], found["inputs"]
    (7.0, [['w', 2.0, 3.0], ['x', 3.0, 2.0]])
    """
    if not may_run and is_program(text):
        raise ComplaintError("This link brings a Python program: read it, then run it.", waits=True)
    held: list[Value] = []
    return _picture(text, values, view, wrt, theme, is_new, redrawing or Redrawing(), held)


def _picture(
    text: str,
    values: Mapping[str, float],
    view: str,
    wrt: str,
    theme: str,
    is_new: bool,
    redrawing: Redrawing,
    held: list[Value],
) -> dict[str, Any]:
    """What `picture` gives; ``held`` outlives the graph, whose nodes it then frees one by one, the result first.

    Python would free a long chain by a recursion, for which a browser has too small a stack.
    """
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        source, inputs, result = computed(text, values, is_new, held)
    return {
        "inputs": [[name, leaf.data, leaf.grad] for name, leaf in inputs.items()],
        "result": result.data,
        "name": result.label,
        "printed": printed.getvalue(),
        "python": python(text, source, {name: leaf.data for name, leaf in inputs.items()}),
        **_seen(view, inputs, result, wrt, theme, redrawing),
    }


def _seen(
    view: str, inputs: Mapping[str, Value], result: Value, wrt: str, theme: str, redrawing: Redrawing
) -> dict[str, Any]:
    if view == "steps":
        try:
            return {"html": steps(result).html()}
        except ValueError as error:
            raise ComplaintError(str(error)) from None
    if view == "paths":
        if not inputs:
            raise ComplaintError("there is no input, and so no path to one; use a name, such as x")
        chosen = wrt if wrt in inputs else next(iter(inputs))
        found = explain(result, wrt=inputs[chosen])
        return {"svg": found.picture.svg(), "alt": found.picture.alt, "text": str(found), "wrt": chosen}
    scene = graph_scene(result, options=Options(theme=theme))
    return {"svg": redrawing.svg(scene), "alt": scene.alt, "text": str(Picture(scene))}


def python(text: str, source: Source, values: Mapping[str, float]) -> str:
    """A program for the library that computes and shows the same."""
    lines = ["from autograd_lite import *", ""]
    lines += [text.rstrip(), "", ""] if source.is_program else []
    lines += [f"{name} = Value({value!r}, label={name!r})" for name, value in values.items()]
    call = f"{source.result}({', '.join(values)})" if source.is_program else " ".join(text.split())
    shown = "result" if "result" not in values else "out"
    lines += [f"{shown} = {call}", f"{shown}.backward()", f"print({shown})"]
    lines += [f'print("derivative by {name}:", {name}.grad)' for name in values]
    lines += [f'draw({shown}).save("graph.svg")']
    lines += [f'steps({shown}).save("steps.html")']
    return "\n".join(lines) + "\n"

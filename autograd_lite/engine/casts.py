"""Messages for what would turn a Value into a plain number: they name the call that asked, and what to write."""

from __future__ import annotations

import os
from collections.abc import Container
from types import FrameType
from typing import TYPE_CHECKING

from .modes import users_frame

if TYPE_CHECKING:
    import ast

#: What `math` calls otherwise than NumPy, whose names the table has.
_IN_MATH = {"acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan"}
_IN_MATH |= {"atan2": "arctan2", "atanh": "arctanh", "fabs": "abs", "fsum": "sum", "pow": "power", "sumprod": "dot"}
#: Calls that say nothing about who wants a number.
_CARRIERS = {"list", "map", "next", "set", "sorted", "tuple"}
_FORMAT, _ARRAY = "%", "an array of floats"


def no_float(x: object, known: Container[str] = ()) -> TypeError:
    """What is wrong with a float made of ``x``; ``known`` are the operations that the table has.

    >>> no_float(2)
    TypeError('... would forget the graph of 2; ...')
    """
    asked = _asked()
    name = asked.rpartition(".")[2]
    row = _IN_MATH.get(name, name)
    if asked == _ARRAY or name in ("array", "asarray", "full"):
        remedy = (
            "make it with np.zeros(n, dtype=object), np.zeros_like(v) of an array v of Values, or autograd_lite.array"
        )
    elif row in known:
        remedy = f"write autograd_lite.{row}, or give it x.data for the number alone"
    elif name == "float":
        remedy = "write x.data for the number"
    elif asked == _FORMAT:
        remedy = 'write f"{x:.4f}", which formats the number, or x.data'
    elif asked:
        remedy = "give it x.data for the number alone"
    else:
        remedy = "write x.data for the number, or autograd_lite.exp(x) where math.exp(x) stands, and so for others"
    return _lost(asked or "a float", x, remedy)


def no_int(x: object) -> TypeError:
    """What is wrong with an int made of ``x``.

    >>> no_int(2.5)
    TypeError('an int would forget the graph of 2.5; write int(x.data)')
    """
    return _lost("an int", x, "write int(x.data)")


def no_index(x: object) -> TypeError:
    """What is wrong with counting up to ``x``, or with an index ``x``.

    >>> no_index(2.0)
    TypeError('... needs a whole number, and 2.0 is to be differentiated, ...')
    """
    asked = _asked()
    who = "an index" if asked in (_ARRAY, "") else asked
    return TypeError(
        f"{who} needs a whole number, and {x!r} is to be differentiated, as all numbers among the arguments of grad "
        "and its kin are, whole ones too: pass it beside them (argnums=, functools.partial), or write int(x.data)"
    )


def _lost(what: str, x: object, remedy: str) -> TypeError:
    return TypeError(f"{what} would forget the graph of {x!r}; {remedy}")


def _asked() -> str:
    """The name of the function that the user's program was calling, or what else it was at; empty if nobody knows."""
    import ast

    try:
        node = ast.parse(_expression(_asking_frame()), mode="eval").body
    except SyntaxError:
        return ""
    if isinstance(node, ast.Call) and _is_name(node.func):
        name = ast.unparse(node.func)
        return "" if name in _CARRIERS else name
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _FORMAT
    return _ARRAY if isinstance(node, ast.Subscript) else ""


def _is_name(node: ast.expr) -> bool:
    import ast

    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_name(node.value))


def _asking_frame() -> FrameType:
    """The innermost frame that is neither ours nor of a library; the innermost that is not ours if there is none."""
    import sysconfig

    frame = users_frame()
    libraries = tuple([os.path.join(folder, "") for folder in set(sysconfig.get_paths().values())])
    outer: FrameType | None = frame
    while outer is not None:
        name = outer.f_code.co_filename
        if not name.startswith(("<frozen", *libraries)):
            return outer
        outer = outer.f_back
    return frame


def _expression(frame: FrameType) -> str:
    """The text of what a frame was computing, as far as Python knows where it stands; empty if it does not."""
    import linecache

    positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    line, last, start, end = positions
    if line is None or last is None or start is None or end is None:
        return ""
    lines = [linecache.getline(frame.f_code.co_filename, i).encode() for i in range(line, last + 1)]
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return b"".join(lines).decode(errors="replace")

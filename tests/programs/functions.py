"""Random functions as Python's text: loops, lanes, guards and selections in any mixture, for hypothesis to draw."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from autograd_lite import Value, grad
from autograd_lite.engine import table as ops
from autograd_lite.programs.arguments import closed
from autograd_lite.programs.listing import Listing, listed
from autograd_lite.programs.recording import recorded

_ROWS = "where maximum minimum tanh sin exp log sqrt sigmoid softplus relu mean hypot dot softmax"
#: What texts may name, beside their arguments.
NAMES: dict[str, Any] = {name: getattr(ops, name) for name in _ROWS.split()}
NAMES |= {"total": ops.sum, "magnitude": ops.abs, "slope": grad}

_OPERATORS = ["+", "-", "*", "/"]
_FUNCTIONS = ["tanh", "sin", "sigmoid", "softplus", "relu", "magnitude", "exp", "sqrt", "log"]
_PAIRS = ["maximum", "minimum", "hypot", "min", "max"]
_COMPARISONS = ["<", "<=", ">", ">=", "==", "!="]
_PLAIN = ["2.0", "0.5", "-1.5", "0.0", "-0.0", "1.0"]
_ITEMS = ["xs[i]", "ys[i]", "xs[(i + 1) % n]", "xs[2 * i % n]", "ys[-1 - i]", "xs[i // 3]", "xs[i * i % n]", "p[i % 2]"]


@st.composite
def expressions(draw: Any, leaves: list[str], depth: int = 3, guards: bool = True, raising: bool = True) -> str:
    kind = draw(st.integers(0, 9)) if depth else 0
    if kind <= 2:
        return draw(st.sampled_from([*leaves, *_PLAIN]))
    part = expressions(leaves, depth - 1, guards, raising)
    a, b = draw(part), draw(part)
    if kind <= 5:
        return f"({a} {draw(st.sampled_from(_OPERATORS if raising else _OPERATORS[:-1]))} {b})"
    if kind <= 7:
        return f"{draw(st.sampled_from(_FUNCTIONS if raising else _FUNCTIONS[:-3]))}({a})"
    comparison = draw(st.sampled_from(_COMPARISONS))
    if kind == 8:
        return f"where({draw(st.sampled_from(leaves))} {comparison} {b}, {a}, {draw(part)})"
    if not guards:
        return f"{draw(st.sampled_from(_PAIRS[:3]))}({a}, {b})"
    pair = draw(st.sampled_from([*_PAIRS, "if", "and"]))
    if pair == "if":
        return f"({a} if {draw(st.sampled_from(leaves))} {comparison} {b} else {draw(part)})"
    if pair == "and":
        return f"(({a}) and ({b}) or {draw(part)})"
    return f"{pair}({a}, {b})"


@st.composite
def statements(draw: Any, guards: bool, raising: bool, slopes: bool = False) -> list[str]:
    inner = expressions(["s", "q", *_ITEMS], 3, guards, raising)
    flat = expressions(["s", "q", "xs[i]", "ys[i]"], 2, guards, raising)
    kinds = ["sum", "list", "scan", "product", "mean", "pairs", "plain", "softmax", "update", "dot"]
    kinds += ["sorted", "while"] * guards + ["slopes", "descent"] * slopes
    kind = draw(st.sampled_from(kinds))
    e = draw(inner)
    return {
        "sum": ["for i in range(n):", f"    s = s + {e.replace('s + ', '')}"],
        "list": [f"zs = [{e} for i in range(n)]", "out.append(zs)"],
        "scan": ["for i in range(n):", f"    s = tanh(s * 0.5 + {draw(flat)})"],
        "product": ["for i in range(n):", f"    s = s * {draw(flat)}"],
        "mean": ["if n:", f"    s = s + mean([{e} for i in range(n)])"],
        "pairs": [
            "for i in range(n):",
            "    for j in range(i):",
            f"        s = s + {draw(expressions(['xs[i]', 'xs[j]', 'q', 'ys[j]'], 2, guards, raising))}",
        ],
        "plain": [f"s = s + {draw(expressions(['s', 'q', 'p[0]', 'p[1]'], 3, guards, raising))}"],
        "softmax": ["if n:", f"    out.append(softmax([{e} for i in range(n)]))"],
        "update": [f"xs = [x - 0.1 * {draw(expressions(['x', 'q', 's'], 2, guards, raising))} for x in xs]"],
        "dot": [f"s = s + dot(xs, ys) + {draw(expressions(['s', 'q'], 2, guards, raising))}"],
        "slopes": [
            f"zs = [slope(lambda t: {draw(expressions(['t', 'xs[i]', 'q', 's'], 3, guards, raising))})(xs[i])"
            " for i in range(n)]",
            "out.append(zs)",
        ],
        "descent": [
            "for i in range(2):",
            f"    xs = [x - 0.1 * slope(lambda t: {draw(expressions(['t', 'x', 'q'], 2, guards, raising))})(x)"
            " for x in xs]",
        ],
        "sorted": ["for i, x in enumerate(sorted(xs)):", "    s = s + x * (i + 1.0)"],
        "while": [
            "for _ in range(5):",
            f"    if s > {draw(st.sampled_from(['q', '1.0']))}:",
            "        s = s * 0.25 - 1.0",
        ],
    }[kind]


@st.composite
def functions(draw: Any, guards: bool = True, raising: bool = True, slopes: bool = False) -> str:
    """The text of a function of (xs, ys, p, q): two lists of equal length, a pair, and a number.

    It throws nothing away: what nothing follows from is in no program, and so raises nothing.
    """
    lines = ["def f(xs, ys, p, q):", "    n, s, out = len(xs), q * 1.0, []"]
    for _ in range(draw(st.integers(1, 3))):
        lines += ["    " + line for line in draw(statements(guards, raising, slopes))]
    return "\n".join([*lines, "    return s, out, xs"])


def made(text: str) -> Any:
    """The function of a text."""
    names = dict(NAMES)
    exec(text, names)
    return names["f"]


special = st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, float("inf"), -float("inf"), float("nan"), 5e-324, -1e-310, 1e308, 709.9]
)
ordinary = st.floats(-3.0, 3.0, width=32)
anything = ordinary | special | st.floats()


def arguments(numbers: Any, most: int = 40, least: int = 0) -> Any:
    """Arguments for such functions."""
    return st.integers(least, most).flatmap(
        lambda n: st.tuples(
            st.lists(numbers, min_size=n, max_size=n),
            st.lists(numbers, min_size=n, max_size=n),
            st.tuples(numbers, numbers),
            numbers,
        )
    )


# --- What the tests have in common ---


def flat(x: Any) -> list[Any]:
    """All that a structure holds, arrays and dicts opened."""
    if hasattr(x, "tolist") and not isinstance(x, Value):
        return flat(x.tolist())
    if isinstance(x, list | tuple):
        return [item for part in x for item in flat(part)]
    if isinstance(x, dict):
        return [*x, *flat(list(x.values()))]
    return [x]


def scalar_of(f: Any) -> Any:
    """The sum of all that a function returns."""
    return lambda *args: ops.sum(flat(f(*args)))


def same(x: Any, y: Any) -> bool:
    """Bit for bit, every nan alike."""
    return list(map(repr, flat(x))) == list(map(repr, flat(y)))


def close(x: Any, y: Any, rel: float = 1e-10) -> bool:
    """Numbers alike, all else equal."""
    pairs = list(zip(flat(x), flat(y), strict=False))
    return len(flat(x)) == len(flat(y)) and all(
        math.isclose(a, b, rel_tol=rel, abs_tol=rel) or repr(a) == repr(b) if type(a) is type(b) is float else a == b
        for a, b in pairs
    )


def units_of(args: Any) -> list[list[float]]:
    """The one input of a program of `call_of`."""
    return [flat(list(args))]


def call_of(f: Any, args: Any) -> tuple[Listing, list[int]]:
    """A call recorded, all of its numbers as one input."""
    inputs = [Value(x) for x in flat(list(args))]
    result, trace = recorded(f, closed(list(args), iter(inputs)), {})
    return listed(inputs, flat(result), trace.guards), [len(inputs)]

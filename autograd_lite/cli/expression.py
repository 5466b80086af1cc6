"""Expressions typed by a user, read without running them as Python: numbers, names, operators, operations."""

from __future__ import annotations

import ast
import difflib
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..engine import table as ops
from ..engine.operation import FUNCTIONS, Operand

LONGEST = 5000  # characters; what is longer is no expression that a person typed, nor a picture that one reads
DEEPEST = 200  # operands within operands, as many as Python reads brackets within brackets; a chain counts once


#: Names that stand for a number, unless they are given another.
CONSTANTS = {"pi": math.pi, "e": math.e}

#: How to write what is called otherwise elsewhere.
ELSEWHERE = {
    "log(x)": "ln",
    "log10(x)": "lg",
    "log2(x)": "lb ld",
    "tan(x)": "tg",
    "1 / tan(x)": "cot ctg",
    "1 / cos(x)": "sec",
    "1 / sin(x)": "csc cosec",
    "arcsin(x)": "asin",
    "arccos(x)": "acos",
    "arctan(x)": "atan arctg",
    "arctan2(y, x)": "atan2",
    "sinh(x)": "sh",
    "cosh(x)": "ch",
    "tanh(x)": "th",
    "arcsinh(x)": "asinh arsinh",
    "arccosh(x)": "acosh arcosh",
    "arctanh(x)": "atanh artanh",
    "sign(x)": "sgn",
    "abs(x)": "fabs",
    "mean([x, y])": "avg average",
    "prod([x, y])": "product",
    "sigmoid(x)": "logistic expit",
    "silu(x)": "swish",
    "x ** y": "pow",
    "x ** 2": "sqr square",
}
#: A number before a name, with no sign between them.
PRODUCT = re.compile(r"(?<![\w.])(\d[\d.]*(?:[eE]\d+)?) ?([^\W\d]\w*)")
HINTS = {name: ours for ours, names in ELSEWHERE.items() for name in names.split()}


def _power(x: Any, y: Any) -> Any:
    """The row that fits: a constant exponent or base is a parameter, no node."""
    return x**y if isinstance(x, Operand) or isinstance(y, Operand) else ops.power(x, y)


BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: ops.add,
    ast.Sub: ops.subtract,
    ast.Mult: ops.multiply,
    ast.Div: ops.divide,
    ast.FloorDiv: ops.floor_divide,
    ast.Mod: ops.mod,
    ast.Pow: _power,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: ops.negative,
    ast.UAdd: operator.pos,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class ExpressionError(ValueError):
    """An expression that cannot be read or has no value; the message is one line that shows the place."""


class Expression:
    """An expression that has been read and found harmless; called with values for its names.

    It has numbers (always floats), names, among them ``pi`` and ``e``, ``+ - * / // % **``, the operations of the table
    with operands by position or name, lists for their groups, and comparisons as the condition of ``where``.

    Args:
        text: The expression, at most 5000 characters.

    Raises:
        ExpressionError: It is something else.

    >>> line = Expression("w*x + 1")
    >>> line.names
    ('w', 'x')
    >>> line({"w": 2.0, "x": 3.0})
    7.0
    """

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self._conditions: set[int] = set()
        self._nodes: list[ast.expr] = [self._parse()]
        try:
            self._read()
        finally:
            self._nodes.reverse()  # a list is freed from its end: parents first, or a long chain would recurse
        found = [node for node in self._nodes if isinstance(node, ast.Name)]
        found.sort(key=lambda name: name.col_offset)
        self._named = dict.fromkeys([name.id for name in found])
        self.names = tuple([name for name in self._named if name not in CONSTANTS])

    def _read(self) -> None:
        depths = [0]
        for node, depth in zip(self._nodes, depths, strict=True):  # grow while they are read: parents before children
            if depth > DEEPEST:
                raise self._too_deep()
            children = self._children(node)
            self._nodes.extend(children)
            depths.extend([depth + (child is not getattr(node, "left", None)) for child in children])

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """The value of the expression, a float or, if there are Values among ``values``, a Value.

        Args:
            values: A number or Value for each name, and for no others; ``pi`` and ``e`` need none, but may have one.

        Raises:
            ExpressionError: A name has no value, a value no name, or an operation is not defined there.
        """
        self._check_names(values)
        known = {**CONSTANTS, **values}
        results: dict[int, Any] = {}
        for node in self._nodes:
            try:
                results[id(node)] = _evaluate(node, known, results)
            except (ValueError, ArithmeticError, TypeError, LookupError) as error:
                raise self._error(node, str(error)) from None
        root = self._nodes[-1]
        if isinstance(results[id(root)], list):
            raise self._error(root, f"gives {len(results[id(root)])} numbers where one is needed; try sum(...) of them")
        return results[id(root)]

    def _parse(self) -> ast.expr:
        if not self.text:
            raise ExpressionError("the expression is empty; write one such as 'tanh(w*x + b)'")
        if len(self.text) > LONGEST:
            raise ExpressionError(f"the expression has {len(self.text)} characters; at most {LONGEST} are read")
        if "#" in self.text:
            raise ExpressionError(f"column {self.text.index('#') + 1}, '#': an expression has no comments")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            column = error.offset or len(self.text) + 1  # Python says 0 when something is missing at the end
            place = repr(shortened(self.text[column - 1 :], 20)) if column <= len(self.text) else "the end"
            raise ExpressionError(
                f"column {column}, {place}: {_instead(self.text, column) or shortened(error.msg)}"
            ) from None
        except (MemoryError, RecursionError):
            raise self._too_deep() from None
        except ValueError as error:  # null bytes, or bytes that are no text
            raise ExpressionError(f"{shortened(self.text, 20)!r}: {error}") from None

    def _children(self, node: ast.expr) -> Sequence[ast.expr]:
        """The operands of a node, which is refused unless it is of a known kind."""
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                return ()
            case ast.Name(id=name):
                if name in FUNCTIONS:
                    raise self._error(node, f"is an operation; write {name}(...), or choose another name")
                return ()
            case ast.UnaryOp(op=op, operand=operand) if type(op) in UNARY:
                return (operand,)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
                return left, right
            case ast.BinOp(op=ast.BitXor()):
                raise self._error(node, "write ** for a power")
            case ast.List(elts=items):
                return items
            case ast.Compare(left=left, ops=signs, comparators=others) if all(type(s) in COMPARISONS for s in signs):
                if id(node) not in self._conditions:
                    raise self._error(node, "a comparison stands only as the condition of where(condition, x, y)")
                return left, *others
            case ast.Call(func=ast.Name(id=name)):
                return self._operands(node, name)
            case _:
                raise self._error(node, "only numbers, names, + - * / // % ** and operations such as tanh(x) are read")

    def _operands(self, call: ast.Call, name: str) -> list[ast.expr]:
        if name not in FUNCTIONS:
            raise self._error(call, f"{name!r} is no operation{_did_you_mean(name)}")
        named = [keyword.arg for keyword in call.keywords]
        if None in named or len(set(named)) < len(named):
            raise self._error(call, "each operand is given once, by position or as name=value")
        if name == "where":
            conditions = [*call.args[:1], *[k.value for k in call.keywords if k.arg == "condition"]]
            self._conditions.update(id(condition) for condition in conditions)
        return [*call.args, *[keyword.value for keyword in call.keywords]]

    def _check_names(self, values: Mapping[str, Any]) -> None:
        missing = [name for name in self.names if name not in values]
        unused = [name for name in values if name not in self._named]
        needs = f"it needs {', '.join(self.names)}" if self.names else "it needs no values"
        if missing:
            extra = f" (given but not in it: {', '.join(unused)})" if unused else ""
            raise ExpressionError(f"no value for {', '.join(missing)} in {shortened(self.text)!r}; {needs}{extra}")
        if unused:
            raise ExpressionError(f"{', '.join(unused)} given but not in {shortened(self.text)!r}; {needs}")

    def _too_deep(self) -> ExpressionError:
        return ExpressionError(f"{shortened(self.text, 20)!r} is nested too deeply")

    def _error(self, node: ast.expr, reason: str) -> ExpressionError:
        column = len(self.text.encode()[: node.col_offset].decode()) + 1
        place = shortened(ast.get_source_segment(self.text, node) or "")
        return ExpressionError(f"column {column}, {place!r}: {shortened(reason, 200)}")


def _evaluate(node: ast.expr, values: Mapping[str, Any], results: Mapping[int, Any]) -> Any:
    """The value of one node whose operands have theirs."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=op, operand=operand):
            return UNARY[type(op)](results[id(operand)])
        case ast.BinOp(left=left, op=op, right=right):
            return BINARY[type(op)](results[id(left)], results[id(right)])
        case ast.List(elts=items):
            return [results[id(item)] for item in items]
        case ast.Compare(left=left, ops=signs, comparators=others):
            sides = [results[id(side)] for side in (left, *others)]
            if any(isinstance(side, list) for side in sides):
                raise TypeError("only numbers are compared, no lists")
            return all(COMPARISONS[type(s)](x, y) for s, x, y in zip(signs, sides[:-1], sides[1:], strict=True))
        case ast.Call(func=ast.Name(id=name), args=operands, keywords=keywords):
            named = {str(keyword.arg): results[id(keyword.value)] for keyword in keywords}
            return FUNCTIONS[name](*[results[id(operand)] for operand in operands], **named)
    raise AssertionError(f"{node!r} was not refused")


def _instead(text: str, column: int) -> str:
    """What to write for what is usual on paper, and is no syntax; empty if that is not known.

    >>> _instead("1 + 2x", 5), _instead("y = x", 3), _instead("x + )", 5)
    ('write 2*x', 'write only what stands right of the =', '')
    """
    for found in PRODUCT.finditer(text):
        if found.start() < column <= found.end():
            return f"write {found[1]}*{found[2]}"
    equation = re.match(r"\w+ ?=(?!=)", text)
    return "write only what stands right of the =" if equation and equation.end() == column else ""


def _did_you_mean(name: str) -> str:
    if name in HINTS:
        return f"; write {HINTS[name]}"
    longer = [known for known in FUNCTIONS if known.startswith(name)]
    close = list(dict.fromkeys([*longer, *difflib.get_close_matches(name, FUNCTIONS)]))[:3]
    return f"; did you mean {' or '.join(close)}?" if close else ""


def shortened(text: str, longest: int = 60) -> str:
    """A text cut to fit into a message."""
    return text if len(text) <= longest else text[: longest - 3] + "..."

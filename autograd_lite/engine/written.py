"""Texts of rows, which are Python: `ast` reads each once, finds its names, and writes it with others put in."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

#: What needs parentheses nowhere: a name such as w0[0,1], a number, an operand left open.
ATOM = re.compile(r"[\w.,#\[\]]+(e[-+]\d+)?|[·…]")
COMPUTED: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


class Form(NamedTuple):
    """A text with numbered places; for each the name or float that stood there, and what needs no parentheses there.

    That is ``""`` for everything, ``"-"`` for negative numbers and atoms, ``"."`` for atoms.
    """

    text: str
    places: tuple[tuple[Any, str], ...]

    def filled(self, write: Callable[[Any], str]) -> str:
        """The text with what ``write`` gives for each name and float; ``xs[i]`` and ``len(xs)`` are names."""
        return self.text.format(*[_enclosed(write(name), fits) for name, fits in self.places])


@lru_cache(2000)
def form(text: str, for_people: bool = False, /, **known: float) -> Form:
    """A text ready to be filled.

    Args:
        text: An expression.
        for_people: Whether products and squares are typeset, and negative numbers stand in parentheses.
        known: Names and their numbers, with which is computed as far as it goes.

    >>> form("n * x**(n - 1)", True, n=2.0)
    Form(text='{0}·{1}', places=((2.0, ''), ('x', '.')))
    """
    tree = _Known(known).visit(ast.parse(text, mode="eval"))
    places: list[tuple[Any, str]] = []
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            place = _Place(f"{{{len(places)}}}")
            if isinstance(child, ast.Name) and child is not getattr(parent, "value", None):
                is_alone = isinstance(parent, ast.Expression | ast.Call | ast.Subscript)
                is_base = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow) and child is parent.left
                needs_an_atom = for_people or is_base or isinstance(parent, ast.UnaryOp)
                places.append((child.id, "" if is_alone else "." if needs_an_atom else "-"))
                child.id = place
            elif isinstance(child, ast.Constant) and type(child.value) is float:
                places.append((child.value, ""))
                child.value = place
    python = ast.unparse(tree).replace(" ** ", "**")
    return Form(typeset(python) if for_people else python, tuple(places))


def typeset(python: str) -> str:
    """
    >>> typeset("2 * x**2")
    '2·x²'
    """
    return re.sub(r"\*\*2(?![\d.])", "²", python.replace(" * ", "·"))


def _enclosed(text: str, fits: str) -> str:
    alone = not fits or ATOM.fullmatch(text[1:] if fits == "-" and text[:1] == "-" else text)
    return text if alone else f"({text})"


class _Place(str):
    """A text that `ast` takes for a number."""

    __slots__ = ()
    __repr__ = str.__str__


class _Known(ast.NodeTransformer):
    """Puts in numbers and computes with them; makes a name of what is taken from a group."""

    def __init__(self, known: dict[str, float]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self.known[node.id]) if node.id in self.known else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        is_item = isinstance(node.value, ast.Name) and not isinstance(node.slice, ast.Slice)
        return ast.Name(ast.unparse(node)) if is_item else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        text = ast.unparse(node)
        return ast.Name(text) if text.startswith("len(") else self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        match node:
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as x)):
                return ast.Constant(-x)
            case ast.BinOp(ast.Constant(x), op, ast.Constant(y)) if type(op) in COMPUTED:
                return ast.Constant(COMPUTED[type(op)](x, y))
            case ast.BinOp(x, ast.Pow(), ast.Constant(1)) | ast.BinOp(ast.Constant(1), ast.Mult(), x):
                return x
            case ast.BinOp(ast.Constant(-1), ast.Mult(), x):
                return ast.UnaryOp(ast.USub(), x)
            case ast.BinOp(x, ast.Pow() as op, ast.Constant(2)):
                return ast.BinOp(x, op, ast.Constant(2))  # no float: a square is written as one
            case ast.BinOp(_, ast.Pow(), ast.Constant(0)):
                return ast.Constant(1)
            case ast.BinOp(ast.Constant(0), ast.Mult(), _):
                return ast.Constant(0)
        return node

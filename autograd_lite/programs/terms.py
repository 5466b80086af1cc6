"""Terms: expressions in arguments and floats, as recipes of `explore` have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ..engine.floats import nan
from ..engine.operation import Operation
from .primitives import PRIMITIVES

#: How many terms are written out.
MOST_WRITTEN = 100


class Argument:
    """An operand of a row: the i-th, or of a group that is the i-th the item j."""

    __slots__ = ("item", "operand")

    def __init__(self, operand: int, item: int | None = None) -> None:
        self.operand, self.item = operand, item

    def __repr__(self) -> str:
        if self is RESULT:
            return "out"
        return f"x{self.operand}" if self.item is None else f"x{self.operand}[{self.item}]"


#: The result of the row, in its derivatives.
RESULT = Argument(-1)


class Term:
    """An operation on leaves and other terms, on tuples of these for groups; in one recipe equal terms are one object.

    >>> from autograd_lite.engine.table import multiply
    >>> Term(multiply, (Argument(0), 2.0))
    x0 * 2.0
    """

    __slots__ = ("operands", "operation")

    def __init__(self, operation: Operation, operands: tuple[Any, ...]) -> None:
        self.operation, self.operands = operation, operands

    def __repr__(self) -> str:
        terms = in_order(self)
        written: dict[Term, int] = {}  # how many terms its text has, which names each as often as it is an operand
        for term in terms:
            written[term] = 1 + sum([written[x] for x in term.terms()])
        if written[self] > MOST_WRITTEN:
            return f"<{self.operation.name} of {len(terms)} terms>"
        return self.operation.write(*[[*map(repr, x)] if type(x) is tuple else repr(x) for x in self.operands])

    def terms(self) -> Iterator[Term]:
        """The terms among its operands, groups opened, in order and with repetitions."""
        for operand in self.operands:
            for x in operand if type(operand) is tuple else (operand,):
                if type(x) is Term:
                    yield x


class Choice:
    """A decision between trees: ``yes`` where the condition is not 0, else ``no``."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, condition: Number, yes: Tree, no: Tree) -> None:
        self.condition, self.yes, self.no = condition, yes, no

    def __repr__(self) -> str:
        return f"({self.yes!r} if {self.condition!r} else {self.no!r})"


#: What stands for a number.
Number: TypeAlias = "Term | Argument | float"
#: A derivative; None where it is zero by structure.
Tree: TypeAlias = "Number | Choice | None"


def in_order(number: Number) -> list[Term]:
    """The terms that a number is made of, each once and after all of its operands.

    Args:
        number: Of a recipe.

    Returns:
        The number itself is the last of them, unless it is an argument or a float.

    >>> from autograd_lite.engine.table import add, exp
    >>> power = Term(exp, (Argument(0),))
    >>> in_order(Term(add, (power, power)))
    [exp(x0), (exp(x0)) + (exp(x0))]
    """
    found: dict[Term, None] = {}
    begun = [(number, number.terms())] if type(number) is Term else []
    while begun:
        term, operands = begun[-1]
        operand = next((x for x in operands if x not in found), None)
        if operand is None:
            found[term] = None
            begun.pop()
        else:
            begun.append((operand, operand.terms()))
    return list(found)


def evaluate(tree: Tree, arguments: Sequence[Any], result: float = nan) -> float | None:
    """A tree on floats. Primitives follow IEEE 754; other rows raise as they do.

    Args:
        tree: Of a recipe.
        arguments: A float for each operand of the row, a tuple of floats for a group.
        result: What the row gives at these, for its derivatives.

    Returns:
        A float; None if this is what the tree has there.

    Raises:
        ValueError, ArithmeticError: A row that is no primitive is not defined where it is asked.

    >>> from autograd_lite.engine.table import exp
    >>> evaluate(Choice(Argument(0), Term(exp, (RESULT,)), None), (2.0,), 0.0)
    1.0
    """
    known: dict[Term, float] = {}

    def read(x: Any) -> Any:
        if type(x) is tuple:
            return tuple(map(read, x))
        if type(x) is not Argument:
            return known[x] if type(x) is Term else x
        operand: Any = result if x is RESULT else arguments[x.operand]
        return operand if x.item is None else operand[x.item]

    def number(x: Number) -> float:
        for term in in_order(x):
            if term not in known:
                known[term] = PRIMITIVES.get(term.operation, term.operation.value)(*map(read, term.operands))
        return float(read(x))

    while isinstance(tree, Choice):
        tree = tree.yes if number(tree.condition) != 0 else tree.no
    return None if tree is None else number(tree)

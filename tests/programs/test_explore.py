"""Recipes of rows, bit for bit against the rows' own functions on floats."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE, Operation, Unary
from autograd_lite.programs.explore import (
    Choice,
    Term,
    derivative_recipe,
    evaluate,
    in_order,
    value_recipe,
)
from autograd_lite.programs.primitives import PRIMITIVES
from autograd_lite.programs.program import COMPARISONS

inf, nan = math.inf, math.nan
ROWS = list(TABLE.values())
#: Rows whose values count up to their numbers.
LOOPS = {"digamma", "digamma_slope", "polygamma_rise", "betaln"}
#: Where rows decide: kinks, ends of domains, thresholds beyond which digits are saved in other ways.
SPECIALS = [0.0, 0.5, 1.0, 2.0, 3.0, inf, 5e-324, 1e-310, 1e-300, 1e300, 1.7976931348623157e308, 30.0, 37.0, 40.0]
SPECIALS += [345.0, 345.5, 700.0, 709.9, 745.2, 800.0, 1e9, 1e15]

number = st.floats() | st.sampled_from([*SPECIALS, *[-x for x in SPECIALS]])
every_row = pytest.mark.parametrize("row", ROWS, ids=list(TABLE))
grouped = pytest.mark.parametrize("row", [row for row in ROWS if any(row.groups)], ids=lambda row: row.name)


def same(a: float | None, b: float | None) -> bool:
    """Bit for bit, where every nan is the same and None is nothing else."""
    if a is None or b is None:
        return a is b
    return (a != a and b != b) or (a == b and math.copysign(1.0, a) == math.copysign(1.0, b))


def points(row: Operation) -> st.SearchStrategy[tuple[list[Any], tuple[Any, ...]]]:
    """Operands of a row, often equal ones, and what is known of them: parameters always, others now and then."""
    first = len(row.operands) - row.parameters

    def operand(place: int, length: int) -> st.SearchStrategy[Any]:
        name = row.operands[place]
        if row.groups[place]:
            return st.tuples(*[number] * length)
        whole = {"index": range(length), "digits": range(-3, 7), **row.choices}.get(name)
        return number if whole is None else st.sampled_from([float(x) for x in whole])

    def told(drawn: tuple[Any, ...]) -> tuple[list[Any], tuple[Any, ...]]:
        point, (is_equal, hides) = list(drawn[:-1]), drawn[-1]
        if is_equal and row.groups[0]:
            point[0] = (point[0][-1], *point[0][1:])
        elif is_equal and first > 1:
            point[0] = point[first - 1]
        return point, tuple([x if i >= first else _hidden(x, hides) for i, x in enumerate(point)])

    every = [st.tuples(*[operand(i, n) for i in range(len(row.operands))], drawn_ways) for n in range(1, 5)]
    return st.one_of(every if any(row.groups) else every[-1:]).map(told)


#: Whether operands are made equal, and what is told of them: nothing, that of the last of each group, all.
drawn_ways = st.tuples(st.booleans(), st.sampled_from(["all", "all", "most", "none"]))


def _hidden(x: Any, hides: str) -> Any:
    if type(x) is tuple:
        return tuple([None if hides == "all" or (hides == "most" and item is not x[-1]) else item for item in x])
    return None if hides == "all" else x


def symbols(row: Operation, length: int = 3) -> tuple[Any, ...]:
    """Nothing is known but parameters."""
    parameters = [float(row.choices[name][0]) if name in row.choices else 1.0 for name in row.operands]
    first = len(parameters) - row.parameters
    return tuple([p if i >= first else (None,) * length if row.groups[i] else None for i, p in enumerate(parameters)])


def numbers_in(tree: Any) -> list[Any]:
    """Every number in a recipe, conditions too."""
    if isinstance(tree, Choice):
        return [tree.condition, *numbers_in(tree.yes), *numbers_in(tree.no)]
    return [x for item in tree for x in numbers_in(item)] if type(tree) is tuple else [tree]


def terms_in(recipe: Any) -> set[Term]:
    return {term for x in numbers_in(recipe) for term in in_order(x)}


# --- All rows, on floats ---


@every_row
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_recipes_are_the_row(row: Operation, data: st.DataObject) -> None:
    point, known = data.draw(points(row))
    out = outcome(row, point)
    lowered = value_recipe(row, known)
    if lowered is None:  # on every way there is an error, or nobody can tell
        assert out is None or row.name in LOOPS
    else:
        got = evaluate(lowered.value, point)
        has_error = lowered.error is not None and evaluate(lowered.error, point) != 0
        if out is None:
            assert has_error or (lowered.raises and not math.isfinite(got or 0.0))
        else:
            assert same(got, out)
            assert not has_error
    if out is not None:
        wanted = [opened(d, x) for d, x in zip(row.derivatives(*point, out), point, strict=True)]
        found = [opened(d, x) for d, x in zip(derivative_recipe(row, known), point, strict=True)]
        for tree, want in zip(itertools.chain(*found), itertools.chain(*wanted), strict=True):
            assert same(evaluate(tree, point, out), want)


def outcome(row: Operation, point: list[Any]) -> float | None:
    """Its value; None where it raises."""
    try:
        return row.value(*point)
    except (ValueError, ArithmeticError):
        return None


def opened(derivative: Any, operand: Any) -> list[Any]:
    """One derivative for each number of an operand."""
    count = len(operand) if type(operand) is tuple else 1
    return list(derivative) if isinstance(derivative, tuple | list) else [derivative] * count


@every_row
def test_recipes_are_made_of_what_they_promise(row: Operation) -> None:
    made_of_rows = {term.operation for term in terms_in(derivative_recipe(row, symbols(row)))}
    assert made_of_rows <= {*ROWS, *COMPARISONS}
    lowered = value_recipe(row, symbols(row))
    assert (lowered is None) == (row.name in LOOPS)
    if lowered:
        assert {term.operation for term in terms_in((lowered.value, lowered.error))} <= set(PRIMITIVES)


@every_row
def test_equal_terms_are_one(row: Operation) -> None:
    lowered = value_recipe(row, symbols(row))
    for recipe in (derivative_recipe(row, symbols(row)), (lowered.value, lowered.error) if lowered else None):
        terms = terms_in(recipe)
        # An operand of a term is known by its bits, or by which object it is.
        told = {
            (term.operation, repr([[*map(id_of, x)] if type(x) is tuple else id_of(x) for x in term.operands]))
            for term in terms
        }
        assert len(told) == len(terms)


def id_of(x: Any) -> str:
    return repr(x) if type(x) is float else str(id(x))


@grouped
def test_recipes_of_groups_grow_linearly(row: Operation) -> None:
    def sizes(length: int) -> list[int]:
        lowered = value_recipe(row, symbols(row, length))
        assert lowered is not None
        return [len(terms_in(recipe)) for recipe in (derivative_recipe(row, symbols(row, length)), lowered[:2])]

    four, eight, sixteen = sizes(4), sizes(8), sizes(16)
    assert [c - b for b, c in zip(eight, sixteen, strict=True)] == [
        2 * (b - a) for a, b in zip(four, eight, strict=True)
    ]


@every_row
def test_a_decision_has_two_sides(row: Operation) -> None:
    def choices(tree: Any) -> list[Choice]:
        if type(tree) is tuple:
            return [choice for item in tree for choice in choices(item)]
        return [tree, *choices(tree.yes), *choices(tree.no)] if isinstance(tree, Choice) else []

    for choice in choices(derivative_recipe(row, symbols(row))):
        assert choice.yes is not choice.no
        assert not (isinstance(choice.yes, float) and isinstance(choice.no, float) and same(choice.yes, choice.no))


# --- What recipes look like ---


def test_derivatives_are_as_the_rows_write_them() -> None:
    x = (None,)
    assert derivative_recipe(ops.add, (None, None)) == (1.0, 1.0)
    assert repr(derivative_recipe(ops.tanh, x)) == "(sech2(x0),)"
    assert repr(derivative_recipe(ops.exp, x)) == "(out,)"
    assert repr(derivative_recipe(ops.multiply, (None, 3.0))) == "(3.0, x0)"
    assert (
        repr(derivative_recipe(ops.affine, ((None,) * 2, (None, 5.0), None))) == "((x1[0], 5.0), (x0[0], x0[1]), 1.0)"
    )
    assert repr(derivative_recipe(ops.logsumexp, ((None, None),))) == (
        "((softmax([x0[0], x0[1]])[0.0], softmax([x0[0], x0[1]])[1.0]),)"
    )
    assert repr(derivative_recipe(ops.take, ((None, None), None))) == (
        "(((1.0 if x1 == 0.0 else None), (1.0 if x1 == 1.0 else None)), None)"
    )


def test_values_are_as_the_rows_write_them() -> None:
    assert repr(value_recipe(ops.exp, (None,))) == "Lowered(value=exp(x0), error=None, raises=True)"
    assert repr(value_recipe(ops.relu, (None,))) == "Lowered(value=where(x0 < 0.0, 0.0, x0), error=None, raises=False)"
    lowered = value_recipe(ops.fixed_power, (None, 0.5))
    assert lowered is not None
    assert repr(lowered.value) == "pow(x0, 0.5)"
    assert lowered.raises


def test_what_changes_no_bit_is_left_out() -> None:
    for row, want in ((ops.sum, "x0[0] + x0[1]"), (ops.prod, "x0[0] * x0[1]")):
        lowered = value_recipe(row, ((None, None),))
        assert lowered is not None
        assert repr(lowered.value) == want


def test_a_number_that_is_known_decides() -> None:
    """The derivatives of clip ask whether the limits coincide, which numbers say themselves."""
    conditions = {repr(x) for x in numbers_in(derivative_recipe(ops.clip, (None, 0.0, 1.0))) if type(x) is Term}
    assert conditions == {"x0 != x0", "x0 <= 1.0", "x0 >= 0.0"}
    assert value_recipe(ops.clip, (None, 1.0, 0.0)) is None


def test_what_raises_is_said() -> None:
    clip = value_recipe(ops.clip, (None, None, None))
    assert clip is not None
    assert evaluate(clip.error, (0.5, 1.0, 0.0)) == 1.0
    assert evaluate(clip.error, (0.5, 0.0, 1.0)) == 0.0
    assert not clip.raises
    divide, add = value_recipe(ops.divide, (None, None)), value_recipe(ops.add, (None, None))
    assert divide is not None
    assert add is not None
    assert (divide.raises, add.raises) == (True, False)
    halves = value_recipe(ops.divide, (None, 2.0))
    assert halves is not None
    assert not halves.raises


def test_recipes_are_kept_and_tell_zeros_apart() -> None:
    given_twice = [derivative_recipe(ops.multiply, (None, -0.0)) for _ in range(2)]
    assert given_twice[0] is given_twice[1]
    assert math.copysign(1.0, given_twice[0][0]) == -1.0
    assert math.copysign(1.0, derivative_recipe(ops.multiply, (None, 0.0))[0]) == 1.0
    assert value_recipe(ops.add, (None, nan)) is value_recipe(ops.add, (None, nan))


def test_a_row_of_ones_own_has_derivatives_but_no_value() -> None:
    class Own(Unary):
        def enlist(self) -> None:
            pass

    row = Own("cube", "x", lambda x: x**3, lambda x, out: (3.0 * x**2,), about="x³.", example=("cube(1.0)", "1.0"))
    assert repr(derivative_recipe(row, (None,))) == "(3.0 * (x0**2.0),)"
    assert value_recipe(row, (None,)) is None


def test_long_groups_need_no_deep_stack() -> None:
    n = 5000
    lowered = value_recipe(ops.sum, ((None,) * n,))
    assert lowered is not None
    assert evaluate(lowered.value, (tuple(map(float, range(n))),)) == n * (n - 1) / 2


def test_the_table_is_loaded_once_more_only_for_a_value_that_needs_it() -> None:
    code = """
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE
from autograd_lite.programs import explore
rows = dict(TABLE)
explore.derivative_recipe(ops.sigmoid, (None,)), explore.value_recipe(ops.exp, (None,))
print(explore._values_again.cache_info().currsize)
explore.value_recipe(ops.sigmoid, (None,))
print(explore._values_again.cache_info().currsize, rows == TABLE)
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["0", "1", "True"]

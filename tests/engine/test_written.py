"""Texts of rows, which are Python: names put in, computed with as far as it goes, in the parentheses they need."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from typing import Any

import pytest
from comparing import same

from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import FUNCTIONS, TABLE, Operation
from autograd_lite.engine.written import form

ROWS = list(TABLE.values())


NAMES: dict[str, Any] = {**FUNCTIONS, "pi": math.pi}


def leaf(rng: random.Random, variables: dict[str, float]) -> tuple[str, float]:
    """A name, or a number written out, and what it is worth."""
    if rng.random() < 0.7:
        name = rng.choice(list(variables))
        return name, variables[name]
    x = rng.choice((2.0, -2.0, 0.5, -0.0, 3.0, -1.5, 1e-5))
    return repr(x), x


def expression(row: Operation, rng: random.Random, variables: dict[str, float], depth: int) -> tuple[str, float]:
    """A random expression with a row at its root."""
    texts: list[Any] = []
    worth: list[Any] = []
    for name, is_group in zip(row.operands, row.groups, strict=True):
        made = [leaf(rng, variables) for _ in range(2)]
        if name in ("index", "digits", "n", "base", "by_x", "by_y"):
            number = rng.randrange(2)
            made = [(str(number), float(number))]
        elif depth and name not in row.operands[len(row.operands) - row.parameters :]:
            made = [expression(rng.choice(ROWS), rng, variables, rng.randrange(depth)) for _ in range(2)]
        texts.append([text for text, _ in made] if is_group else made[0][0])
        worth.append(tuple([x for _, x in made]) if is_group else made[0][1])
    return row.write(*texts), row.evaluate(worth)


@pytest.mark.parametrize("row", ROWS, ids=list(TABLE))
def test_text_is_python_for_the_same_number(row: Operation) -> None:
    rng = random.Random(row.name)
    written = 0
    for _ in range(2000):
        variables = {name: rng.uniform(-2.0, 2.0) for name in "abc"}
        try:
            text, value = expression(row, rng, variables, 2)
        except (ValueError, ArithmeticError):
            continue
        assert same(float(eval(text, {**NAMES, **variables})), value), text
        written += 1
        if written == 15:
            break
    assert written == 15


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (ops.multiply.write("a + b", "c"), "(a + b) * c"),
        (ops.multiply.write("a", "-3"), "a * -3"),
        (ops.subtract.write("a", "b - c"), "a - (b - c)"),
        (ops.power.write("-a", "b"), "(-a)**b"),
        (ops.power.write("a", "-1e-07"), "a**-1e-07"),
        (ops.power.write("-a + b", "-a + b"), "(-a + b)**(-a + b)"),
        (ops.negative.write("-a"), "-(-a)"),
        (ops.negative.write("a[0,1]"), "-a[0,1]"),
        (ops.fixed_power.write("a", "2"), "a**2"),
        (ops.fixed_base.write("a", "-2.0"), "(-2.0)**a"),
        (ops.exp.write("a + b"), "exp(a + b)"),
        (ops.affine.write(["u", "v + v"], ["x", "y"], "-b"), "affine([u, v + v], [x, y], -b)"),
        (ops.softmax_entry.write(["x", "y"], "1"), "softmax([x, y])[1]"),
    ],
)
def test_parentheses_stand_where_they_must_and_nowhere_else(text: str, want: str) -> None:
    assert text == want


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.parameters], ids=lambda row: row.name)
def test_what_is_computed_beforehand_changes_no_value(row: Operation) -> None:
    """The formula with its parameters put in, read as Python, beside the formula as it stands."""
    rng = random.Random(row.name)
    first = len(row.operands) - row.parameters
    names = {**TABLE, "softmax": ops.softmax, "polygamma": ops.polygamma, "pi": math.pi, "i": 0}
    for parameter in (0.0, 1.0, 2.0, 3.0)[row is ops.fixed_base :]:  # 0 has no logarithm
        point = {n: rng.uniform(0.1, 0.9) for n in row.operands}
        point |= {n: (0.2, 0.4, 0.3, 0.7) for n, is_group in zip(row.operands, row.groups, strict=True) if is_group}
        point |= dict.fromkeys(row.operands[first:], parameter)
        point["out"] = rng.uniform(0.1, 0.9)
        for formula in row.formula:
            read = form(formula, **dict.fromkeys(row.operands[first:], parameter))
            assert not {name for name, _ in read.places} & set(row.operands[first:])
            text = read.filled(str)
            assert eval(text, {**names, **point}) == pytest.approx(eval(formula, {**names, **point}), rel=1e-14)


def test_typeset_squares_only_where_the_exponent_is_two() -> None:
    read = form("x**2 * x**n * x**20 * x**m", True, n=3.0, m=2.0)
    assert read.filled(str) == "x²·x**3.0·x**20·x²"


def test_nothing_is_read_before_something_is_written() -> None:
    code = "import sys, autograd_lite as a; print('ast' in sys.modules); x = a.Value(2.0); (x * x).backward(); "
    code += "print('ast' in sys.modules); print(a.log.asked([-1.0]))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out == ["False", "False", "log(-1.0)"]

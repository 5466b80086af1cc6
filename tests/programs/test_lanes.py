"""What repeats becomes lanes: of every count, shared, shifted, strided and gathered, and nothing is wrong by it."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from evaluator import evaluate
from functions import arguments, call_of, close, flat, functions, made, ordinary, scalar_of, units_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd_lite import affine, dot, grad, hvp, jacfwd, jacobian, jvp, mean, softmax, tanh, value_and_grad
from autograd_lite import sum as total
from autograd_lite.programs.lanes import FEWEST, laned_program
from autograd_lite.programs.program import OTHERWISE, RAISES

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def check(f: Any, args: Any) -> Any:
    """The program of a function, which agrees with it."""
    program = laned_program(*call_of(f, args))
    found = evaluate(program, units_of(args))
    assert close(found, flat(f(*args)), 1e-12), (found, f(*args))
    return program


@SLOW
@given(functions(), arguments(ordinary, 14), st.booleans())
def test_random_functions_and_gradients_agree_with_the_engine(text: str, args: Any, with_gradient: bool) -> None:
    f = made(text)
    if with_gradient:
        f = value_and_grad(scalar_of(f), argnums=(0, 3))
    try:
        plain = flat(f(*args))
    except (ValueError, ArithmeticError):
        return
    found = evaluate(laned_program(*call_of(f, args)), units_of(args))
    assert found in (OTHERWISE, RAISES) or close(found, plain, 1e-9)  # a sum in another order may turn a guard


LOOPS: dict[str, Any] = {
    "a sum": lambda w, xs: total([tanh(w * x) for x in xs]),
    "a loop": lambda w, xs: looped(w, xs),
    "a mean": lambda w, xs: mean([tanh(w * x) for x in [*xs, w]]),
    "a list": lambda w, xs: [tanh(w * x) + 1.0 for x in xs],
    "an update": lambda w, xs: [x - 0.1 * x * w for x in xs],
    "shifted": lambda w, xs: [x * y for x, y in itertools.pairwise(xs)],
    "strided": lambda w, xs: [x * w for x in xs[::3]],
    "reversed": lambda w, xs: [x * w for x in reversed(xs)],
    "repeated": lambda w, xs: [xs[i // 2] * w for i in range(len(xs))],
    "gathered": lambda w, xs: [xs[i * i % len(xs)] * w for i in range(len(xs))],
    "two loops": lambda w, xs: normed(w, xs),
    "pairs": lambda w, xs: total([x * y for x in xs for y in xs]),
    "a recurrence": lambda w, xs: recurrent(w, xs),
    "literals": lambda w, xs: [x * float(i) for i, x in enumerate(xs)],
    "powers": lambda w, xs: [x**i for i, x in enumerate(xs)],
    "entries of groups": lambda w, xs: [softmax([x, w, x * w, 1.0])[2] for x in xs],
    "sums of products": lambda w, xs: [dot([x, w], [w, x]) + affine([x], [w], x) for x in xs],
    "a softmax": lambda w, xs: softmax([x * w for x in xs]) if xs else w,
    "the same thrice": lambda w, xs: [w, w * 2.0, w] * len(xs),
}


def looped(w: Any, xs: Any) -> Any:
    s = 0.0
    for x in xs:
        s = s + tanh(w * x)
    return s


def normed(w: Any, xs: Any) -> Any:
    centre = total(xs) * 0.1
    return [(x - centre) * w for x in xs]


def recurrent(w: Any, xs: Any) -> Any:
    h = 0.0
    for x in xs:
        h = tanh(w * h + x)
    return h


@pytest.mark.parametrize("name", LOOPS)
def test_every_kind_of_operand_and_every_count_of_lanes(name: str) -> None:
    f, rng = LOOPS[name], random.Random(name)
    counts = range(41) if name not in ("pairs", "entries of groups", "a softmax") else (*range(10), 17)
    for count in counts:
        args = rng.gauss(0, 1), [rng.gauss(0, 1) for _ in range(count)]
        check(f, args)
        check(value_and_grad(scalar_of(f), argnums=(0, 1) if count else 0), args)


@pytest.mark.parametrize("name", ["a sum", "shifted", "two loops", "a recurrence", "gathered", "the same thrice"])
def test_other_derivatives(name: str) -> None:
    f, rng = LOOPS[name], random.Random(name)
    for count in (2, 4, 5, 7):
        args = rng.gauss(0, 1), [rng.gauss(0, 1) for _ in range(count)]
        check(jacobian(f, argnums=(0, 1)), args)
        check(jacfwd(f, argnums=(0, 1)), args)
        check(lambda w, xs: jvp(f, (w, xs), (1.0, xs)), args)
        check(lambda w, xs: hvp(scalar_of(f), (w, xs), (1.0, xs)), args)
        check(grad(lambda w, xs: total(flat(grad(scalar_of(f), argnums=1)(w, xs)))), args)


@pytest.mark.parametrize("name", ["a sum", "a loop", "a list", "an update", "shifted", "strided", "gathered", "pairs"])
def test_the_program_does_not_grow_with_the_lanes(name: str) -> None:
    f, sizes = LOOPS[name], []
    for count in (12, 30):
        args = 0.5, [random.Random(i).gauss(0, 1) for i in range(count)]
        sizes.append(len(check(value_and_grad(scalar_of(f), argnums=(0, 1)), args)))
    assert sizes[0] == sizes[1] < 40


def test_a_loop_and_a_comprehension_end_in_the_same_program() -> None:
    args = 0.5, [0.1 * i for i in range(20)]
    one, other = check(LOOPS["a sum"], args), check(LOOPS["a loop"], args)
    assert [x.operation for x in one.instructions] == [x.operation for x in other.instructions][: len(one)]
    assert len(other) <= len(one) + 1  # 0.0 + …


def test_what_does_not_repeat_stays_scalar() -> None:
    program = check(lambda a, b: [tanh(a) * b, a + b * b, a / 3.0], (0.3, 0.4))
    assert all(x.lanes == 1 for x in program.instructions if x.operation.name not in ("input", "gather"))


def test_few_are_computed_one_by_one() -> None:
    program = check(lambda xs, y: total([tanh(x) * y for x in xs]), ([0.1] * (FEWEST - 1), 2.0))
    assert "sum_of_lanes" not in str(program)


def test_guards_of_lanes_hold_for_each() -> None:
    program = laned_program(*call_of(lambda xs: [x * x if x > 0.0 else -x for x in xs], ([1.0, -2.0, 3.0, -4.0] * 3,)))
    assert [len(guard.outcomes) for guard in program.guards] == [12]
    assert evaluate(program, [[2.0, -1.0, 5.0, -1.0] * 3]) == [4.0, 1.0, 25.0, 1.0] * 3
    assert evaluate(program, [[2.0, -1.0, 5.0, 1.0] * 3]) == OTHERWISE


def test_no_graph_is_too_deep() -> None:
    def f(x: Any) -> Any:
        for _ in range(5_000):
            x = tanh(x) * 0.99
        return x

    program = laned_program(*call_of(grad(f), (0.5,)))
    assert close(evaluate(program, [[0.5]]), [grad(f)(0.5)], 1e-12)

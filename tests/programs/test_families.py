"""Derivatives asked for apart: which ones one sweep gives, and that they are what each asked for."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest
from functions import close, flat

from autograd_lite import Value, exp, grad, hessian, hvp, jacobian, jit, jvp, sin, value_and_grad, vjp
from autograd_lite import sum as total
from autograd_lite.programs.families import families
from autograd_lite.programs.listing import listed
from autograd_lite.programs.recording import recorded


def f(x: Any) -> Any:
    return sin(x) * x * x + exp(-x * x)


def h(x: Any, y: Any) -> Any:
    return sin(x * y) * x + exp(-y) * y


def descent(xs: Any) -> Any:
    """Each on its own, one step after the other."""
    return [x - 0.1 * grad(f)(x) - 0.1 * grad(f)(x - 0.1 * grad(f)(x)) for x in xs]


def chain(xs: Any) -> Any:
    """Each derivative where the one before has led."""
    x, found = xs[0], []
    for y in xs:
        x = x - 0.1 * grad(h)(x, y)
        found.append(x)
    return found


def chain_of_values(xs: Any) -> Any:
    x, found = xs[0], []
    for y in xs:
        x, slope = value_and_grad(h)(x, y)
        found.append(slope)
    return found


def leaking(xs: Any) -> Any:
    """Each function keeps what the next one uses, variables and all."""
    kept, found = 0.0, []
    for x in xs:

        def keep(t: Any) -> Any:
            nonlocal kept
            kept = kept + t * t
            return kept * t

        found.append(grad(keep)(x))
    return found


def sizes(function: Any, count: int = 5) -> list[int]:
    """How many there are in the family of each record."""
    xs = [Value(0.1 + i) for i in range(count)]
    result, trace = recorded(function, (xs,), {})
    return sorted(map(len, families(listed(xs, flat(result), trace.guards)).values()))


def test_what_is_independent_is_a_family() -> None:
    assert sizes(lambda xs: [grad(f)(x) for x in xs]) == [5] * 5
    assert sizes(descent) == [5] * 5 + [10] * 10  # at x twice, and where the first of these has led
    assert sizes(lambda xs: [jacobian(lambda v: [v[0] * v[1], v[0]])([x, 2.0]) for x in xs]) == [5] * 10
    assert sizes(lambda xs: [grad(h)(x, y) for x, y in pairwise(xs)]) == [4] * 4


def test_what_waits_for_one_another_is_none() -> None:
    assert sizes(chain) == [1] * 5
    assert sizes(chain_of_values) == [1] * 5
    assert set(sizes(leaking)) == {1}
    assert sizes(lambda xs: [jvp(f, (x,), (1.0,))[1] for x in xs]) == [1] * 5  # which a sweep forward gives


WORK: dict[str, Any] = {
    "slopes": lambda xs: [grad(f)(x) for x in xs],
    "second": lambda xs: [grad(grad(f))(x) for x in xs],
    "orders in turn": lambda xs: [(grad(f) if i % 2 else grad(grad(f)))(x) for i, x in enumerate(xs)],
    "descent": descent,
    "slope of descent": lambda xs: grad(lambda xs: total(descent(xs)))(xs),
    "chain": chain,
    "chain of values": chain_of_values,
    "leaking": leaking,
    "one parameter": lambda xs: [grad(h)(xs[0], x) for x in xs],
    "several parameters": lambda xs: [grad(lambda ws, x=x: total([h(w, x) for w in ws]))(xs[:2]) for x in xs],
    "slope of slopes": lambda xs: grad(lambda w: total([grad(h)(w, x) ** 2 for x in xs]))(xs[0]),
    "jacobians": lambda xs: [jacobian(lambda v: [h(v[0], v[1]), v[0] * v[1]])([x, 0.5]) for x in xs],
    "hessians": lambda xs: [hessian(lambda v: h(v[0], v[1]) * v[0])([x, 0.5]) for x in xs],
    "products": lambda xs: [hvp(lambda v: h(v[0], v[1]), ([x, 0.5],), ([1.0, x],)) for x in xs],
    "pulled twice": lambda xs: [vjp(h, x, 0.5)[1](1.0)[0] + vjp(h, x, 0.5)[1](x)[1] for x in xs],
    "by slopes": lambda xs: [grad(lambda t, g=g: t * g * f(t))(x) for x, g in zip(xs, map(grad(f), xs), strict=True)],
    "within": lambda xs: [grad(lambda x: x * total([grad(h)(x, y) for y in xs]))(x) for x in xs],
    "no variable used": lambda xs: [grad(lambda v, x=x: x * 2.0 + 0.0 * v[0])([x, 1.0]) for x in xs],
    "at a number": lambda xs: [grad(f)(1.0) * x for x in xs],
    "branches": lambda xs: [grad(lambda x: x * x if x > 0 else -3.0 * x)(x) for x in xs],
}


@pytest.mark.parametrize("name", WORK)
@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_derivatives_of_a_family_are_those_of_each(name: str, count: int, backend: str) -> None:
    rng = random.Random(count)
    xs = [rng.gauss(0.0, 1.0) for _ in range(count)]
    fast = jit(WORK[name], backend=backend)
    for _ in range(2):
        assert close(WORK[name](xs), fast(xs), 1e-11)
    assert fast.fallbacks == 0


@pytest.mark.usefixtures("llvm")
def test_slopes_of_samples_are_lanes() -> None:
    programs = [jit(WORK["slopes"], backend="llvm").program([0.1 * i for i in range(n)]) for n in (10, 500)]
    assert len(programs[0].instructions) == len(programs[1].instructions)
    assert [max(program.lanes) for program in programs] == [10, 500]

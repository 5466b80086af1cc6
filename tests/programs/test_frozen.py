"""What is watched among the things that a function reads."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from autograd_lite import Value, copysign, jit, nn
from autograd_lite.programs.frozen import DEEPEST, Frozen

RATE = 0.5
TABLE = (1.0, (2, "a"))


def by_globals(x: Any) -> Any:
    return x * RATE * TABLE[0]


def caller(x: Any) -> Any:
    return by_globals(x)


def recursive(x: Any, n: int = 3) -> Any:
    return recursive(x, n - 1) * RATE if n else x


def test_globals_are_seen_to_change_also_in_functions_that_are_called(monkeypatch: Any) -> None:
    for f in (by_globals, caller, recursive, lambda x: [by_globals(x) for _ in range(2)]):
        frozen = Frozen(f)
        before = frozen.now()
        assert frozen.now() == before
        with monkeypatch.context() as patch:
            patch.setitem(globals(), "RATE", 0.25)
            assert frozen.now() != before
        assert frozen.now() == before


def test_free_variables_are_seen_to_change() -> None:
    a, b, c, d = 1.0, 2, "text", (1.0, None)
    frozen = Frozen(lambda x: (x, a, b, c, d))
    seen = [frozen.now()]
    a = 2.0
    seen.append(frozen.now())
    b = True
    seen.append(frozen.now())
    c = ""
    seen.append(frozen.now())
    d = ()
    seen.append(frozen.now())
    assert len(set(seen)) == 5
    assert (a, b, c, d) == (2.0, True, "", ())


def test_one_and_true_and_one_point_zero_are_not_alike() -> None:
    a: Any = 1
    frozen = Frozen(lambda x: x * a)
    seen = {frozen.now()}
    for a in (1.0, True):  # noqa: B007  (read by the function above)
        seen.add(frozen.now())
    assert len(seen) == 3


def test_modules_count_by_their_parameters() -> None:
    model = nn.MLP(2, [2, 1], rng=random.Random(0))
    frozen = Frozen(lambda x: model(x))
    before = frozen.now()
    model.parameters()[0].data = 7.0  # which is read at each call
    assert frozen.now() == before
    model = nn.MLP(2, [2, 1], rng=random.Random(0))
    assert frozen.now() != before


def test_iterators_are_found() -> None:
    rows = iter([1.0])
    assert Frozen(lambda x: x * next(rows)).iterators == ["rows"]
    assert Frozen(by_globals).iterators == []


def test_what_has_no_code_has_nothing_to_watch() -> None:
    for f in (len, partial(by_globals), print, "a text".upper):
        assert isinstance(Frozen(f).now(), tuple)


def scaled(x: Any) -> Any:
    return x * RATE


@functools.wraps(scaled)
def wrapped(*args: Any) -> Any:
    return scaled(*args)


class Scaler:
    def call(self, x: Any) -> Any:
        return x * RATE


def chain(depth: int) -> Callable[[Any], Any]:
    """A function that calls so many others, one by the other."""
    function: Callable[[Any], Any] = scaled
    for _ in range(depth):
        function = functools.wraps(lambda x: x)(_calling(function))
        del function.__wrapped__  # type: ignore[attr-defined]  # wraps gives it
    return function


def _calling(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: inner(x)


@pytest.mark.parametrize("function", [wrapped, Scaler().call, chain(DEEPEST)])
def test_methods_and_what_is_wrapped_are_looked_through(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = Frozen(function)
    before = frozen.now()
    assert before == frozen.now() != ()
    monkeypatch.setitem(globals(), "RATE", 3.0)
    assert frozen.now() != before


def test_no_deeper_than_that() -> None:
    assert Frozen(chain(DEEPEST + 1)).now() == ()


def test_the_sign_of_a_zero_counts() -> None:
    sign = 0.0
    fast = jit(lambda x: copysign(x, sign))
    assert [fast(2.0), fast(2.0)] == [2.0, 2.0]
    sign = -0.0
    assert fast(2.0) == -2.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Fraction(1, 2), Fraction(1, 4)),
        (Decimal("0.5"), Decimal("0.25")),
        (2j, 3j),
        (b"a", b"ab"),
        ((1.0, Fraction(1, 2)), (1.0, Fraction(1, 4))),
        (Value(2.0), Value(3.0)),
        (Value(2.0), 3.0),
    ],
)
def test_a_name_may_come_to_stand_for_another_number_of_any_kind(one: Any, other: Any) -> None:
    held = one

    def f(x: Any) -> Any:
        factor = held[-1] if isinstance(held, tuple) else len(held) if isinstance(held, bytes) else held
        return x * (factor.imag if isinstance(factor, complex) else float(factor) if is_exact(factor) else factor)

    fast = jit(f)
    assert fast(8.0) == fast(8.0) == f(8.0)
    held = other
    assert fast(8.0) == f(8.0)


def is_exact(x: Any) -> bool:
    return isinstance(x, Fraction | Decimal)


def test_numbers_of_numpy_are_seen_to_change() -> None:
    np = pytest.importorskip("numpy")
    held = np.float64(2.0)
    fast = jit(lambda x: x * held)
    assert fast(3.0) == 6.0
    held = np.float64(5.0)
    assert fast(3.0) == 15.0


def test_a_name_that_is_gone_is_missed_as_by_python(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = 2.0

    def by_kept(x: Any) -> Any:
        return x * kept

    fast, inner = jit(lambda x: scaled(x)), jit(by_kept)
    assert [fast(1.0), inner(1.0)] == [0.5, 2.0]
    monkeypatch.delitem(globals(), "RATE")
    with pytest.raises(NameError, match="RATE"):
        fast(1.0)
    [cell] = by_kept.__closure__ or ()
    del cell.cell_contents
    with pytest.raises(NameError, match="kept"):
        inner(1.0)


def test_what_is_not_yet_there_and_what_calls_itself() -> None:
    def early(x: Any) -> Any:
        return early(later(x)) if x else x

    assert Frozen(early).now() == ()

    def later(x: Any) -> Any:
        return x

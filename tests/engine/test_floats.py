"""Functions of floats, against exact fractions and against NumPy, which follows IEEE 754 where Python raises."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import pytest
from comparing import same
from extras import numpy as np
from mpmath import mp

from autograd_lite.engine import floats

inf, nan = math.inf, math.nan
SPECIALS = (0.0, -0.0, 1.0, -1.0, 1.5, -1.5, 2.0, -2.0, 3.0, -3.0, 5e-324, 1.7976931348623157e308, inf, -inf, nan)


@pytest.mark.parametrize("name", ["divide", "power"])
def test_what_python_refuses_has_the_value_of_ieee_754(name: str) -> None:
    ours, numpys = getattr(floats, f"ieee_{name}"), getattr(np, name)
    for x, y in itertools.product(SPECIALS, repeat=2):
        with np.errstate(all="ignore"):
            got, want = ours(x, y), float(numpys(x, y))
        # The last digit of NumPy's powers is not the same on every machine.
        assert same(got, want) or (want and math.isclose(got, want, rel_tol=2.0**-52)), (x, y)


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "rint", "sign"])
def test_steps_are_numpys(name: str) -> None:
    rng = random.Random(name)
    for x in (*SPECIALS, *[rng.uniform(-4.0, 4.0) for _ in range(100)], *[k / 2 for k in range(-9, 10)], 2.0**52 + 0.5):
        assert same(getattr(floats, name)(x), float(getattr(np, name)(x))), x


def test_a_product_and_its_error_are_exact() -> None:
    rng = random.Random(1)
    for _ in range(300):
        x, y = (rng.uniform(-1.0, 1.0) * 2.0 ** rng.randint(-60, 60) for _ in range(2))
        product, error = floats.two_product(x, y)
        assert Fraction(product) + Fraction(error) == Fraction(x) * Fraction(y)


def test_the_cube_root_of_a_cube_is_exact() -> None:
    for k in (*range(-50, 50), 2.0**-300, 3.0 * 2.0**-350, 2.0**341):
        assert floats.cbrt(float(k) ** 3) == k


def test_over_power_is_right_where_the_power_has_no_float() -> None:
    rng = random.Random(2)
    for _ in range(300):
        x, y = (rng.choice((-1, 1)) * rng.uniform(1.0, 2.0) * 2.0 ** rng.randint(-1000, 1000) for _ in range(2))
        n = rng.randint(1, 3)
        exact = Fraction(x) / Fraction(y) ** n
        if abs(exact) >= Fraction(2) ** 1024:
            assert floats.over_power(x, y, float(n)) == (inf if exact > 0 else -inf)
        else:
            got = floats.over_power(x, y, float(n))
            assert abs(Fraction(got) - exact) <= 2 * Fraction(math.ulp(got))


@pytest.mark.parametrize(
    ("x", "y", "want"),
    [
        (2.0, 3.0, 12.0),
        (-2.0, 3.0, 12.0),
        (-2.0, 4.0, -32.0),
        (0.0, 1.0, 1.0),
        (0.0, 0.0, 0.0),
        (inf, 0.0, 0.0),
        (0.0, 0.5, inf),
        (0.0, -0.5, -inf),
        (-0.0, 0.5, inf),
        (inf, 0.5, 0.0),
        (inf, 2.0, inf),
        (5e-324, 5e-324, 1.0),
    ],
)
def test_the_slope_of_a_power(x: float, y: float, want: float) -> None:
    assert floats.power_slope(x, y, 1.0, 0.0) == want


def test_the_slope_of_a_power_that_is_not_real_is_not_a_number() -> None:
    assert math.isnan(floats.power_slope(-2.0, 0.5, 1.0, 0.0))
    assert math.isnan(floats.power_slope(-2.0, 1e-300, 1.0, 0.0))
    assert math.isnan(floats.power_slope(nan, 2.0, 1.0, 0.0))
    assert math.isnan(floats.power_slope(2.0, nan, 1.0, 0.0))


@pytest.mark.parametrize(
    ("x", "y", "by_x", "by_y", "want"),
    [
        (2.0, 5.0, 3.0, 0.0, 240.0),
        (0.0, 3.0, 3.0, 0.0, 6.0),
        (0.0, 3.0, 4.0, 0.0, 0.0),
        (-2.0, 5.0, 2.0, 0.0, -160.0),
        (1.0, 7.0, 1.0, 1.0, 1.0),
        (0.0, 2.0, 0.0, 1.0, 0.0),
        (0.0, 0.0, 1.0, 1.0, inf),
        (0.0, 1.0, 1.0, 1.0, -inf),
        (inf, -1.0, 0.0, 3.0, 0.0),
        (0.5, inf, 2.0, 0.0, 0.0),
        (3e241, -3e241, 2.0, 0.0, 0.0),
        (1e-160, 1e-320, 2.0, 0.0, -1.0),
        (1e-150, 1e-320, 2.0, 0.0, -1e-20),
    ],
)
def test_every_derivative_of_a_power(x: float, y: float, by_x: float, by_y: float, want: float) -> None:
    assert floats.power_slope(x, y, by_x, by_y) == pytest.approx(want, rel=1e-3 if y == 1e-320 else 1e-15)


def test_the_factors_of_a_derivative_of_a_power_are_those_of_the_falling_factorial() -> None:
    """y (y - 1) (y - 2), its derivative and half its second, times the binomials of 2."""
    assert floats.falling(5.0, 3, 2) == [60.0, 2 * 47.0, 24.0]


def test_the_direction_of_a_point_is_right_to_the_last_digit_wherever_it_lies() -> None:
    rng = random.Random(3)
    for _ in range(300):
        x, y = (rng.choice((-1, 1)) * rng.uniform(1.0, 2.0) * 2.0 ** rng.randint(-1070, 1000) for _ in range(2))
        with mp.workprec(2500):
            exact = mp.mpf(x) / mp.hypot(x, y)
            got = floats.unit((x, y), 0.0)
            assert abs(got - exact) <= 0.75 * math.ulp(got)


@pytest.mark.parametrize(
    ("x", "y", "n", "want"),
    [
        (3.0, 4.0, 1.0, (3 / 25, 4 / 25)),
        (3.0, 4.0, 2.0, (-7 / 625, 24 / 625)),
        (0.0, 0.0, 1.0, (0.0, 0.0)),
        (inf, 1.0, 1.0, (0.0, 0.0)),
        (-inf, inf, 2.0, (0.0, 0.0)),
        (1e-200, 0.0, 1.0, (1e200, 0.0)),
        (1e-200, 0.0, 2.0, (inf, 0.0)),
        (0.0, -5e-324, 1.0, (0.0, -inf)),
        (1.5e308, 0.0, 1.0, (1 / 1.5e308, 0.0)),
    ],
)
def test_waves(x: float, y: float, n: float, want: tuple[float, float]) -> None:
    assert floats.wave(x, y, n) == pytest.approx(want, rel=1e-15, abs=0.0)


def test_a_point_that_is_not_a_number_has_no_direction() -> None:
    for x, y in ((nan, 0.0), (0.0, nan), (nan, 5e-324), (nan, inf), (inf, nan)):
        assert math.isnan(floats.unit((x, y), 0.0))
        assert all(map(math.isnan, floats.wave(x, y, 2.0)))


def test_digamma_keeps_its_digits_near_its_zero() -> None:
    zero = 1.4616321449683622
    for x in (zero, math.nextafter(zero, 2.0), math.nextafter(zero, 0.0), 1.46, 1.5, 1.4616321):
        with mp.workprec(200):
            exact = mp.digamma(x)
            assert abs(floats.digamma(x) - exact) <= 3.0 * math.ulp(float(exact)), x


@pytest.mark.parametrize("n", range(12))
def test_polygamma_of_every_order_has_its_digits(n: int) -> None:
    for x in (1e-10, 0.3, 1.0, 2.5, 7.0, 30.0, 1e3, 1e8):
        with mp.workprec(400):
            exact = mp.psi(n, x)
            assert abs(floats.polygamma(x, float(n)) - exact) <= 4.0 * math.ulp(float(exact)), x


def test_poles_and_ends_of_polygamma() -> None:
    for x in (0.0, -0.0, -1.0, -7.0, -1e300):
        with pytest.raises(ValueError, match="pole"):
            floats.polygamma(x, 1.0)
    assert floats.digamma(inf) == inf
    assert floats.polygamma(inf, 3.0) == 0.0
    assert floats.polygamma(1e-200, 1.0) == inf
    assert floats.digamma(5e-324) == -inf
    assert math.isnan(floats.digamma(-inf))
    assert math.isnan(floats.digamma(nan))
    with pytest.raises(ValueError, match="order"):
        floats.polygamma(1.0, 0.5)


@pytest.mark.parametrize("n", range(8))
def test_the_derivatives_of_sinc_at_0_are_those_of_its_series(n: int) -> None:
    want = (-1) ** (n // 2) * math.pi**n / (n + 1) if n % 2 == 0 else 0.0
    assert floats.sinc_slope(0.0, float(n)) == pytest.approx(want, rel=1e-15)


def test_sines_of_multiples_of_half_pi_are_exact() -> None:
    for k in (0, 1, 2, 3, 10, 2**60):
        assert floats.sin_pi(float(k)) == 0.0
        assert floats.sinc(float(k)) == (1.0 if k == 0 else 0.0)
    assert [floats.sin_pi(k + 0.5) for k in range(4)] == [1.0, -1.0, 1.0, -1.0]
    assert [floats.cos_pi(float(k)) for k in range(4)] == [1.0, -1.0, 1.0, -1.0]


def test_betaln_of_numbers_of_all_sizes() -> None:
    assert floats.betaln(1e10, 1.0) == pytest.approx(-math.log(1e10), rel=1e-15)
    assert floats.betaln(1e-300, 1e300) == pytest.approx(300 * math.log(10.0), rel=1e-15)
    assert floats.betaln(inf, 2.0) == -inf
    with pytest.raises(OverflowError):
        floats.betaln(1.7e308, 1.7e308)


def test_the_circle_ends_at_1() -> None:
    assert floats.circle_power(1.0, -0.5) == floats.circle_power(-1.0, -0.5) == inf
    assert math.isnan(floats.circle_power(nan, 2.0))
    with pytest.raises(ValueError, match="ends at 1"):
        floats.circle_power(math.nextafter(1.0, 2.0), 1.0)


def test_a_polygamma_at_infinity_is_zero_without_a_sign() -> None:
    for n in (1.0, 2.0, 3.0):
        assert str(floats.polygamma(math.inf, n)) == "0.0"

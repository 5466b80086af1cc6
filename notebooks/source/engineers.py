# %% [markdown]
r"""
# Three programs for engineers

A model has numbers in it that nobody knows, and there are measurements. Write down the model in plain loops, as you
would for floats, let `jit` make a program of it and of its derivatives, and give both to SciPy: prices of options, the
orbit of a satellite, the noise of a river. Each time we know the truth, or what others have found, and compare.

*The cells need SciPy besides, `pip install scipy`. With `pip install llvmlite` the programs are machine code; without
it they are Python, or where that would be too long run as they are, with a warning, and find the same numbers.*
"""

# %%
import math
import random

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import brentq, least_squares, minimize

from autograd_lite import (
    erfc,
    exp,
    grad,
    hessian,
    hypot,
    implicit,
    jacobian,
    jit,
    log,
    sqrt,
    value_and_grad,
)

# %% [markdown]
r"""
## Calibrate a model to option prices

Who has a call may buy a stock later, after so many years, at a price that is fixed today, the strike. Black and Scholes
say what that is worth if the stock moves steadily, with a certain volatility.
"""


# %%
SPOT, RATE = 100.0, 0.02


def normal(x):
    return erfc(-x / math.sqrt(2.0)) / 2


def call_price(volatility, strike, years, rate=RATE):
    spread = volatility * sqrt(years)
    d = (log(SPOT / strike) + rate * years) / spread + spread / 2
    return SPOT * normal(d) - strike * exp(-rate * years) * normal(d - spread)


# %% [markdown]
r"""
Stocks also jump. In [Merton's model](https://doi.org/10.1016/0304-405X(76)90022-2) of 1976 the price is a sum over the
number of jumps, each term one by Black and Scholes. It has four numbers: the volatility between jumps, how many jumps
there are in a year, their mean, and their width.
"""


# %%
def price_with_jumps(model, strike, years):
    volatility, jumps, mean, width = model
    growth = mean + width**2 / 2
    expected = jumps * exp(growth) * years
    probability, total = exp(-expected), 0.0
    for k in range(16):
        rate = RATE - jumps * (exp(growth) - 1) + k * growth / years
        total += probability * call_price(sqrt(volatility**2 + k * width**2 / years), strike, years, rate)
        probability *= expected / (k + 1)
    return total


# %% tags=["test"]
assert abs(price_with_jumps((0.2, 0.0, -0.1, 0.1), 90.0, 0.5) - call_price(0.2, 90.0, 0.5)) < 1e-12
assert abs(price_with_jumps((0.2, 0.8, -0.1, 0.1), 1e-9, 0.5) - SPOT) < 1e-8  # who need not pay has the stock
draw = np.random.default_rng(1)
counts = draw.poisson(0.8 * 0.5, 400_000)
logs = (RATE - 0.02 - 0.8 * (math.exp(-0.1 + 0.005) - 1)) * 0.5 + 0.2 * math.sqrt(0.5) * draw.normal(size=400_000)
ends = SPOT * np.exp(logs - 0.1 * counts + 0.1 * np.sqrt(counts) * draw.normal(size=400_000))
paid = math.exp(-RATE * 0.5) * np.maximum(ends - 90.0, 0.0)
assert abs(price_with_jumps((0.2, 0.8, -0.1, 0.1), 90.0, 0.5) - paid.mean()) < 4 * paid.std() / math.sqrt(400_000)

# %% [markdown]
r"""
The market of this page is made by a model that we forget at once. It quotes 33 options, rounded to cents, so even the
right model does not meet every price.
"""

# %%
TRUE_MODEL = [0.15, 0.8, -0.12, 0.1]
OPTIONS = [(strike, years) for years in (0.25, 0.5, 1.0) for strike in range(75, 130, 5)]
quotes = np.array([round(price_with_jumps(TRUE_MODEL, *option), 2) for option in OPTIONS])


def mispricing(model, quotes):
    return [price_with_jumps(model, *option) - quote for option, quote in zip(OPTIONS, quotes, strict=True)]


# %% [markdown]
r"""
What least squares needs is this function and its Jacobian, 33 rows of four. The Jacobian also says how well the numbers
are known: with $J$ at the solution and errors of size $s$, their covariance is about $s^2 (J^T J)^{-1}$.
"""

# %%
fast, slopes = jit(mispricing), jit(jacobian(mispricing))
start, least, most = [0.25, 0.3, -0.05, 0.2], [0.01, 0.0, -1.0, 0.01], [1.0, 5.0, 1.0, 1.0]
calibrated = least_squares(fast, start, slopes, bounds=(least, most), x_scale="jac", xtol=1e-12, args=(quotes,))


def uncertainty(found):
    """The standard errors of what least squares has found."""
    rows, columns = found.jac.shape
    return np.sqrt(2 * found.cost / (rows - columns) * np.diag(np.linalg.inv(found.jac.T @ found.jac)))


def compare(names, truth, found, errors):
    for name, true, x, error in zip(names, truth, found, errors, strict=True):
        print(f"{name:24} true {true:6.3f}   found {x:6.3f} ± {error:.3f}")


errors = uncertainty(calibrated)
compare(["volatility", "jumps a year", "their mean", "their width"], TRUE_MODEL, calibrated.x, errors)
print("each within two standard errors:", bool(np.all(np.abs(calibrated.x - TRUE_MODEL) < 2 * errors)))

# %% tags=["test"]
assert calibrated.success
assert np.all(np.abs(calibrated.x - TRUE_MODEL) < 2 * errors)
assert fast.fallbacks == slopes.fallbacks == 0

# %% [markdown]
r"""
Never trust a derivative that you have not seen beside a difference:
"""


# %%
def is_that_of_differences(derivatives, f, x, h=1e-5):
    """Whether derivatives are those of central differences, to a millionth of the largest of them."""
    columns = [(np.array(f(x + step)) - np.array(f(x - step))) / (2 * h) for step in h * np.eye(len(x))]
    return bool(np.abs(derivatives - np.transpose(columns)).max() < 1e-6 * np.abs(derivatives).max())


print(is_that_of_differences(slopes(np.array(start), quotes), lambda model: mispricing(model, quotes), start))

# %% tags=["test"]
right = np.array(slopes(np.array(start), quotes))
assert is_that_of_differences(right, lambda model: mispricing(model, quotes), start)
assert not is_that_of_differences(right * (1 + 1e-5), lambda model: mispricing(model, quotes), start)

# %% [markdown]
r"""
Traders look at the volatility at which Black and Scholes would give the price. A root finder finds it; `implicit`
differentiates it all the same, by the equation that it solves. So we also see how much of it a cent is worth, which is
how far the quotes can be trusted.
"""


# %%
def off(volatility, price, strike, years):
    return call_price(volatility, strike, years) - price


implied = implicit(lambda *quote: brentq(off, 0.001, 2.0, quote), off)

_, ax = plt.subplots(figsize=(6, 4), layout="constrained")
strikes = np.arange(75.0, 125.5, 1.0)
for years, colour, marker in ((0.25, "#0072B2", "o"), (0.5, "#D55E00", "s"), (1.0, "#009E73", "^")):
    line = [implied(price_with_jumps(calibrated.x, strike, years), strike, years) for strike in strikes]
    ax.plot(strikes, line, color=colour, label=f"the model, {years:.2f} years")
    quoted = [(quote, *option) for quote, option in zip(quotes, OPTIONS, strict=True) if option[1] == years]
    heights = [implied(*quote) for quote in quoted]
    cents = [0.005 * grad(implied)(*quote) for quote in quoted]  # half a cent, as prices are rounded
    ax.errorbar([strike for _, strike, _ in quoted], heights, cents, fmt=marker, color=colour, capsize=3)
ax.set(xlabel="strike", ylabel="implied volatility")
ax.legend()
plt.show()

# %% [markdown]
r"""
## Fit an orbit

A satellite circles the Earth. Two stations measure how far away it is, 20 times each, and nothing else: neither the
direction nor the speed. Where was it at first, and how fast? The unit of length is the radius of the Earth, that of
time such that gravity pulls with $1 / r^2$; the loop is the leapfrog method, half a kick, a drift, half a kick.
"""

# %%
STATIONS = [(1.0, 0.0), (0.0, 1.0)]


def orbit(start, steps=100, dt=0.09):
    x, y, u, v = start
    for _ in range(steps):
        pull = (x * x + y * y) ** -1.5 * dt / 2
        u, v = u - pull * x, v - pull * y
        x, y = x + dt * u, y + dt * v
        pull = (x * x + y * y) ** -1.5 * dt / 2
        u, v = u - pull * x, v - pull * y
        yield x, y


def distances(start):
    places = list(orbit(start))[4::5]
    return [hypot(x - a, y - b) for x, y in places for a, b in STATIONS]


# %% tags=["test"]
x, y = list(orbit([1.0, 0.0, 0.0, 1.0], 150, 2 * math.pi / 150))[-1]
assert math.hypot(x - 1.0, y) < 0.01  # once around

# %%
TRUE_START = [1.5, 0.3, -0.2, 0.85]
rng = random.Random(1)
measured = np.array([distance + rng.gauss(0.0, 0.003) for distance in distances(TRUE_START)])  # some 20 km of noise


def residuals(start, measured):
    return [distance - seen for distance, seen in zip(distances(start), measured, strict=True)]


guess = [1.4, 0.4, -0.1, 0.8]
fast, slopes = jit(residuals), jit(jacobian(residuals))
fitted = least_squares(fast, guess, slopes, args=(measured,))

errors = uncertainty(fitted)
compare(["x at first", "y at first", "speed along x", "speed along y"], TRUE_START, fitted.x, errors)
print("each within two standard errors:", bool(np.all(np.abs(fitted.x - TRUE_START) < 2 * errors)))


jacobian_there = slopes(np.array(guess), measured)
print(is_that_of_differences(jacobian_there, lambda start: residuals(start, measured), guess))

# %% tags=["test"]
assert fitted.success
assert np.all(np.abs(fitted.x - TRUE_START) < 2 * errors)
assert is_that_of_differences(jacobian_there, lambda start: residuals(start, measured), guess)
assert fast.fallbacks == slopes.fallbacks == 0

# %%
_, ax = plt.subplots(figsize=(5, 4.6), layout="constrained")
ax.plot(*zip(*orbit(guess), strict=True), "--", color="#999999", label="the first guess")
ax.plot(*zip(*orbit(fitted.x), strict=True), color="#0072B2", label="fitted to distances alone")
ax.plot(*zip(*list(orbit(TRUE_START))[4::5], strict=True), "o", color="black", markersize=4, label="where it truly was")
ax.plot(*zip(*STATIONS, strict=True), "^", color="#D55E00", markersize=9, label="stations")
ax.add_patch(plt.Circle((0, 0), 1.0, color="#56B4E9", alpha=0.3))
ax.set(xlabel="x", ylabel="y", aspect="equal")
ax.figure.legend(loc="outside lower center", ncols=2)
plt.show()

# %% [markdown]
r"""
A program is made once, and pays for itself when it is called often. So we measure a hundred times more, each time with
other noise, and fit each time: are the standard errors right, is the truth within two of them in some 95 of 100?
"""

# %%
counts = np.zeros(4, int)
for _ in range(100):
    again = np.array([distance + rng.gauss(0.0, 0.003) for distance in distances(TRUE_START)])
    fitted_again = least_squares(fast, guess, slopes, args=(again,))
    counts += np.abs(fitted_again.x - TRUE_START) < 2 * uncertainty(fitted_again)
print("within two standard errors, of 100:", *counts, "  programs:", fast.ways + slopes.ways)

# %% tags=["test"]
assert all(86 < count < 100 for count in counts)  # four standard deviations about 95
assert fast.ways == slopes.ways == 1

# %% [markdown]
r"""
## Estimate a Kalman filter's noise

The Nile at Aswan, how much water came down in each year from 1871 to 1970. A Kalman filter follows the level of the
river; to do so it must know two numbers, how much a single year strays from the level, and how much the level itself
changes from year to year. The right ones are those under which the filter is least surprised by what it sees next: the
negative logarithm of the probability of all years is smallest.
"""

# %%
NILE = """1120 1160  963 1210 1160 1160  813 1230 1370 1140  995  935 1110  994 1020  960 1180  799  958 1140
          1100 1210 1150 1250 1260 1220 1030 1100  774  840  874  694  940  833  701  916  692 1020 1050  969
           831  726  456  824  702 1120 1100  832  764  821  768  845  864  862  698  845  744  796 1040  759
           781  865  845  944  984  897  822 1010  771  676  649  846  812  742  801 1040  860  874  848  890
           744  749  838 1050  918  986  797  923  975  815 1020  906  901 1170  912  746  919  718  714  740"""
flows = np.array(NILE.split(), float)


def follow(logs, flows):
    """The level after each year with its variance, and the surprise in all; we know nothing before the first year."""
    noise, drift = exp(logs[0]), exp(logs[1])  # variances, which must not be negative
    level, variance, surprise, levels = flows[0], noise, 0.0, [(flows[0], noise)]
    for flow in flows[1:]:
        variance = variance + drift
        expected = variance + noise
        surprise += (log(2 * math.pi * expected) + (flow - level) ** 2 / expected) / 2
        gain = variance / expected
        level, variance = level + gain * (flow - level), variance * (1 - gain)
        levels.append((level, variance))
    return levels, surprise


def surprise(logs, flows):
    return follow(logs, flows)[1]


# %% [markdown]
r"""
The gradient is that of a recursion through a hundred years. The Hessian is needed once, so it needs no program; its
inverse says how well the two are known, here as factors, as the filter is given logarithms.
"""

# %%
fast = jit(value_and_grad(surprise))
start = [8.0, 8.0]
best = minimize(fast, start, args=(flows,), jac=True, method="BFGS", options={"gtol": 1e-7})

factors = np.exp(np.sqrt(np.diag(np.linalg.inv(hessian(surprise)(best.x, flows)))))
for name, variance, factor, known in zip(
    ["of a single year", "of the level"], np.exp(best.x), factors, [15099, 1469.1], strict=True
):
    print(
        f"variance {name:16}  found {variance:7.0f}, known up to a factor of {factor:.1f};  in the books {known:7.0f}"
    )
print(is_that_of_differences(fast(np.array(start), flows)[1], lambda logs: surprise(logs, flows), start))

# %% tags=["test"]
assert np.allclose(np.exp(best.x), [15099, 1469.1], rtol=2e-4)
assert abs(best.fun - 632.5456) < 1e-3
assert is_that_of_differences(fast(np.array(start), flows)[1], lambda logs: surprise(logs, flows), start)
assert fast.fallbacks == 0

# %% [markdown]
r"""
The books: J. Durbin and S. J. Koopman, *Time Series Analysis by State Space Methods*, and the many programs that are
tried on this river. The filter sees it fall around 1900, when the dam was built.
"""

# %%
_, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
years = np.arange(1871, 1971)
level, variance = np.array(follow(best.x, flows)[0]).T
ax.plot(years, flows, ".", color="black", label="the flow of a year")
ax.plot(years, level, color="#0072B2", label="the level, as known by then")
ax.fill_between(years, level - 2 * np.sqrt(variance), level + 2 * np.sqrt(variance), color="#0072B2", alpha=0.2)
ax.set(xlabel="year", ylabel="the Nile, in units of 0.1 cubic kilometres")
ax.legend()
plt.show()

# %% [markdown]
r"""
Three models, three loops, and no derivative by hand. What changes from one problem to the next is the function; what
`jit` cannot record it runs as it is, with a warning that names the line. `help(jit)` and `help(implicit)` tell more.
"""

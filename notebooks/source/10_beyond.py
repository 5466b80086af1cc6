# %% [markdown]
r"""
# 10. Beyond

**The question.** What else can be done with an engine that differentiates any program?

**Afterwards you can**

- take derivatives of derivatives, and see the graph of a derivative;
- hand exact gradients and Hessians to `scipy.optimize`, for a problem that has nothing to do with networks;
- train a small language model whose every number you can look at;
- say what the large libraries do differently, and what just the same.

**Time.** About 110 minutes. **Before this.** [8. A network that learns](08_a_network_that_learns.ipynb).

*The parts do not need one another: derivatives of derivatives, physics, finance, language, libraries. Take those that
you like; finance is the one most easily left out. The Hessian is that of*
[4. Jacobians and Hessians](04_jacobians_and_hessians.ipynb).
"""

# %%
import math

from autograd_lite import Value, draw, exp, grad, gradients, hessian, plots, sin, steps
from autograd_lite.course import check

# %% [markdown]
r"""
## Derivatives of derivatives

On its way back the engine multiplies and adds. These are operations like any other, so they can be recorded, too. Then
the gradient is not a float but a Value with a graph of its own. `gradients` gives it. Here is $\frac{dy}{dx}$ of
$y = e^{x^2}$, as a graph:
"""

# %%
x = Value(1.5)
y = exp(x**2)
slope = gradients(y, [x])[0]
draw(slope, labels=locals())

# %% tags=["test"]
assert math.isclose(slope.data, math.exp(1.5**2) * 2 * 1.5)
assert y in slope.parents

# %% [markdown]
r"""
You can read the rule off it: $e^{x^2} \cdot 2x$. The $e^{x^2}$ of the forward pass is used once more, not computed
again.

**Predict.** And the derivative of this graph, at $x = 1.5$? It is a product, so by the product rule of lesson 1 it is
$e^{x^2} \cdot 2x \cdot 2x + e^{x^2} \cdot 2$. How many times $e^{x^2}$ is that?
"""

# %% [markdown] tags=["reveal"]
r"""
11 times: $2x$ is 3 here, so the first term has the factor 9, and the second one 2. The two terms are the two paths from
$x$ to the product.
"""

# %% tags=["reveal"]
second = grad(grad(lambda x: exp(x**2)))(1.5)
print(round(second / exp(1.5**2), 12))

# %% tags=["test"]
assert math.isclose(second, 11 * exp(1.5**2))

# %% [markdown]
r"""
The player goes backward through a derivative as through anything else. At the end `x` has the *second* derivative.
"""

# %%
steps(slope, labels=locals())

# %% [markdown]
r"""
### Exercise 10.1

Write `nth(f, n)`: the n-th derivative of `f`, as a function. With n = 0 it is `f` itself.
"""

# %% [markdown] tags=["hint"]
r"""
`grad(f)` is a function again. Let it take the place of `f`, n times.
"""


# %% tags=["exercise"]
def nth(f, n):
    # solution:
    for _ in range(n):
        f = grad(f)
    return f
    # end


check("10.1", nth)

# %% [markdown] tags=["solution"]
r"""
The fifth derivative of $x^5$ is $5 \cdot 4 \cdot 3 \cdot 2 \cdot 1 = 120$ everywhere; the fourth of the sine is the
sine again: sin, cos, −sin, −cos, sin.
"""

# %% tags=["solution", "test"]
assert math.isclose(nth(lambda x: x**5, 5)(1.3), 120)
assert math.isclose(nth(sin, 4)(1.3), sin(1.3))

# %% [markdown]
r"""
From its derivatives at one point, a well-behaved function can be rebuilt around it (lesson 1 went up to the second).
The sine is one. Try it.
"""

# %%
ax = plots.taylor(sin, 0.0, orders=(1, 3, 5, 7), lo=-6.0, hi=6.0)  # change me: exp, another point

# %% [markdown]
r"""
Derivatives can also be nested, one inside the other, with the outer variable in the inner function:

$$\frac{d}{dx} \left[ \, x \cdot \frac{d}{dy} (x \cdot y) \right]$$

**Predict.** How much is it at $x = 3$? The inner derivative is taken with respect to $y$, at $y = 1$, say.
"""

# %% [markdown] tags=["reveal"]
r"""
The inner one is $x$. So it is the derivative of $x \cdot x$, which is $2x = 6$. An engine that confuses the inner *with
respect to y* with the outer *with respect to x* gets something else here.
"""

# %% tags=["reveal"]
nested = grad(lambda x: x * grad(lambda y: x * y)(1.0))(3.0)
print(nested)

# %% tags=["test"]
assert nested == 6.0

# %% [markdown]
r"""
## Physics in ten lines

Five masses hang on six springs between two nails. Where do they come to rest? Where the **energy** is lowest: springs
want to have their length, weights want to be low. We write the energy and nothing else. `scipy.optimize` does the
search; `grad` and `hessian` tell it, exactly, where it goes down and how the ground is curved. (The method is Newton's
of lesson 4, kept on a lead: it never steps further than it can trust the curvature.)

The nails are at $(0, 0)$ and $(1, 0)$, and `points` is $x_1, y_1, x_2, y_2, \ldots$ A spring that is longer or shorter
than its length by $d$ has the energy $\frac12 k d^2$, where $k$ says how stiff it is. A mass $m$ at the height $y$ has
$m g y$, where $g$, about 9.81, says how strongly the earth pulls.
"""


# %%
from scipy.optimize import minimize, newton

from autograd_lite import hypot


def hang(masses, stiffness=50.0, length=0.2, g=9.81):
    n = len(masses)

    def energy(points):
        xs, ys = [0.0, *points[0::2], 1.0], [0.0, *points[1::2], 0.0]
        total = 0.0
        for i in range(n + 1):
            stretched = hypot(xs[i + 1] - xs[i], ys[i + 1] - ys[i])
            total += stiffness / 2 * (stretched - length) ** 2
        for i in range(n):
            total += masses[i] * g * ys[i + 1]
        return total

    start = []
    for i in range(n):
        start += [(i + 1) / (n + 1), -0.1]
    return minimize(energy, start, jac=grad(energy), hess=hessian(energy), method="trust-exact", options={"gtol": 1e-9})


rest = hang([0.1] * 5)
print("found:", rest.success)
for i in range(5):
    print(f"({rest.x[2 * i]:.4f}, {rest.x[2 * i + 1]:.4f})")

# %% [markdown]
r"""
Is it right? Nature has a check: since the chain is symmetric, each nail must carry half of the weight. The upper end
of the first spring pulls at its nail with $k \cdot d$, and the vertical part of this pull is its fraction y/length.
"""

# %%
x, y = rest.x[0], rest.x[1]
stretched = math.hypot(x, y)
pull = 50.0 * (stretched - 0.2) * -y / stretched
print(f"the nail carries {pull:.6f}, half of the weight is {5 * 0.1 * 9.81 / 2:.6f}")

# %% tags=["test"]
assert rest.success
assert math.isclose(pull, 5 * 0.1 * 9.81 / 2, rel_tol=1e-6)

# %%
import matplotlib.pyplot as plt

masses = [0.1, 0.1, 0.1, 0.1, 0.1]  # change me: make one of them heavy, or take more of them

rest = hang(masses)
_, ax = plt.subplots(figsize=(6, 3.6))
ax.plot([0, *rest.x[0::2], 1], [0, *rest.x[1::2], 0], color="#0072b2", zorder=1)
ax.scatter(rest.x[0::2], rest.x[1::2], s=[1000 * m for m in masses], color="#d55e00", zorder=2)
ax.scatter([0, 1], [0, 0], marker="s", color="black", zorder=2)
ax.set(xlabel="x", ylabel="y", aspect="equal")
plt.show()

# %% [markdown]
r"""
### Exercise 10.2

Wind blows from the left and pushes every mass to the right, with the force `wind`. A mass that moves some distance
along a force loses energy: force times distance. Write the energy with the wind, for any `energy` without it. ($x_1$,
$x_2$, … are `points[0::2]`: every second number, from the first on.)
"""

# %% [markdown] tags=["hint"]
r"""
Take from `energy(points)` the wind times the sum of all x.
"""


# %% tags=["exercise"]
def in_wind(energy, points, wind):
    return energy(points) - wind * sum(points[0::2])  # solution


check("10.2", in_wind)

# %% [markdown]
r"""
## Finance in ten lines (may be skipped)

A *call* is the right to buy a share in a year for a price that is fixed today, the strike. What is it worth? Fischer
Black and Myron Scholes gave a formula (1973), from the share's price $s$, its *volatility* $v$, which says how much the
price trembles, and the interest rate. Traders live by the derivatives of this formula, and gave them Greek names. (One
of them, *vega*, only sounds Greek.)
"""


# %%
from autograd_lite import log, normal_cdf, sqrt


def call(s, v, strike=100.0, rate=0.05, years=1.0):
    d = (log(s / strike) + (rate + v**2 / 2) * years) / (v * sqrt(years))
    return s * normal_cdf(d) - strike * exp(-rate * years) * normal_cdf(d - v * sqrt(years))


delta = grad(call)(100.0, 0.2)
print(f"price {call(100.0, 0.2):.4f}   delta {delta:.4f}")

# %% tags=["test"]
assert math.isclose(delta, normal_cdf((0.05 + 0.2**2 / 2) / 0.2))

# %% [markdown]
r"""
*Delta* says by how much the call gains when the share gains 1. By hand it takes half a page to find that it is simply
`normal_cdf(d)`, the area under the bell curve up to `d`. The other way round: at which volatility does the formula
give a price seen on the market? That is one equation in one unknown, and Newton's method, as in exercise 4.6, wants
the slope.
"""

# %%
market = 12.0
vega = grad(call, argnums=1)
implied = newton(lambda v: call(100.0, v) - market, 0.3, fprime=lambda v: vega(100.0, v))
print(f"implied volatility: {implied:.6f}   its price: {call(100.0, implied):.6f}")

# %% tags=["test"]
assert math.isclose(call(100.0, implied), market)

# %% [markdown]
r"""
### Exercise 10.3

Write three Greeks of any `price(s, v)`, as a list:

- *delta*, how fast the price moves with s;
- *gamma*, how fast delta moves with s;
- *vega*, how fast the price moves with v.
"""

# %% [markdown] tags=["hint"]
r"""
`grad(price)` is the derivative with respect to the first argument, and takes both. `grad(price, argnums=1)` is the one
with respect to the second.
"""


# %% tags=["exercise"]
def greeks(price, s, v):
    # solution:
    delta = grad(price)
    gamma = grad(delta)
    vega = grad(price, argnums=1)
    return [delta(s, v), gamma(s, v), vega(s, v)]
    # end


check("10.3", greeks)

# %% [markdown]
r"""
## A language model from scalars

Nearly all models that write texts do one thing: from what stands there, they say how likely each next letter (or
piece of a word) is. Ours writes names, of a people that we invent. Their language has a rule: the vowels of a name are
either all dark (a, o, u) or all bright (e, i), never both. The model is not told.
"""

# %%
import random

from autograd_lite import log_softmax, logsumexp, nn, optim, softmax

rng = random.Random(7)


def one_of(choices):
    return choices[int(rng.random() * len(choices))]


def invented_name():
    vowels = one_of(["aou", "ei"])
    syllables = [one_of("klmnrst") + one_of(vowels) for _ in range(one_of([2, 2, 3]))]
    return "".join(syllables) + one_of(["", "", "n", "s"])


names = sorted({invented_name() for _ in range(100)})
letters = "." + "".join(sorted(set("".join(names))))
print(len(names), "names:", ", ".join(names[::12]), "…")
print(len(letters), "letters:", letters)

# %% tags=["test"]
assert len(letters) == 13

# %% [markdown]
r"""
The dot stands for *here it begins* and *here it ends*. For every letter the model has a score, a **logit** $z$;
`softmax` makes probabilities of them, as in lesson 8. The loss is how **surprised** the model is by the letter that
really came: $-\ln$ of the probability that it gave to it, the cross-entropy. (`log` is the natural logarithm, $\ln$.)

**Predict.** A model that knows nothing gives all 13 letters the same probability. What is its loss?
"""

# %% [markdown] tags=["reveal"]
r"""
$-\ln \frac{1}{13} = \ln 13$, about 2.565. Whatever we train must get below that.
"""

# %% tags=["reveal"]
print(f"{-log(softmax([0.0] * 13)[0]):.3f}")

# %% tags=["test"]
assert math.isclose(-log(softmax([0.0] * 13)[0]), math.log(13))
assert round(math.log(13), 3) == 2.565
z = [2.0, -1.0, 0.5]
assert math.isclose(softmax(z)[0], math.exp(z[0]) / sum(map(math.exp, z)))
assert math.isclose(logsumexp(z), math.log(sum(map(math.exp, z))))

# %% [markdown]
r"""
### Exercise 10.4

Write this loss for one letter: given the logits (a list) and the place of the letter that came.
"""

# %% [markdown] tags=["hint"]
r"""
`softmax(logits)` is a list of probabilities. Take the right one, its logarithm, and turn the sign round. (Safer with
large logits, and the same: `log_softmax` has the logarithms at once.)
"""


# %% tags=["exercise"]
def surprise(logits, right):
    return -log_softmax(logits)[right]  # solution


check("10.4", surprise)

# %% [markdown]
r"""
### One letter back

The simplest model looks at the last letter only: a row of logits for each letter. As the same pair of letters occurs
often, we count the pairs and weight the loss by their number. `logsumexp(z)` is $\ln \sum_j e^{z_j}$, so
`logsumexp(z) - z[i]` is the surprise.
"""


# %%
def counted(back):
    """How often each letter follows each group of `back` letters."""
    found = {}
    for name in names:
        text = "." * back + name + "."
        for i in range(back, len(text)):
            follower = found.setdefault(text[i - back : i], {})
            follower[text[i]] = follower.get(text[i], 0) + 1
    return found


def mean_surprise(logits_after, counts):
    terms, seen = [], 0
    for context, follower in counts.items():
        z = logits_after(context)
        for letter, n in follower.items():
            terms.append(n * (logsumexp(z) - z[letters.index(letter)]))
            seen += n
    return sum(terms) / seen


pairs = counted(1)
table = {letter: [Value(0.0) for _ in letters] for letter in letters}
parameters = [z for row in table.values() for z in row]
optimizer = optim.SGD(parameters, lr=20.0)
for epoch in range(101):
    loss = mean_surprise(table.get, pairs)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 50 == 0:
        print(f"epoch {epoch:3}   loss {loss.data:.3f}")

# %% [markdown]
r"""
No such model can do better than the fractions that one can simply *count*. It comes close to them, without ever having
been told to count:
"""


# %%
def log_counts(letter):
    return [log(pairs[letter].get(follower, 1e-12)) for follower in letters]


counting = mean_surprise(log_counts, pairs)
print(f"by counting {counting:.3f}")
learnt, after_k = softmax([z.data for z in table["k"]]), pairs["k"]
for vowel in "aei":
    fraction = after_k[vowel] / sum(after_k.values())
    print(f"{vowel} after k: learnt {learnt[letters.index(vowel)]:.3f}, counted {fraction:.3f}")

# %% tags=["test"]
assert counting < loss.data < counting + 0.05

# %% [markdown]
r"""
### Writing names

To write, start with the dot, let the model say how likely each letter is, draw one, and go on from there until a dot is
drawn. To draw, think of a line from 0 to 1, cut into pieces as long as the probabilities. A random $u$ between 0 and 1
falls into one of them.

### Exercise 10.5

Write `pick(probabilities, u)`: in which piece, 0, 1, 2, …, does u lie?
"""

# %% [markdown] tags=["hint"]
r"""
Go along the pieces and take the length of each off u. Where u falls below 0, you are there.
"""


# %% tags=["exercise"]
def pick(probabilities, u):
    # solution:
    for i, p in enumerate(probabilities):
        u -= p
        if u < 0:
            return i
    return len(probabilities) - 1
    # end


check("10.5", pick)

# %% [markdown]
r"""
Python has this, too: `random.choices`. So let the model write 200 names.
"""


# %%
def written(logits_after, back, count=200):
    rng, found = random.Random(7), []
    while len(found) < count:
        text = "." * back
        while len(text) == back or text[-1] != ".":
            weights = softmax([float(z.data) for z in logits_after(text[-back:])])
            text += rng.choices(letters, weights)[0]
        found.append(text.strip("."))
    return found


def breaks_the_rule(name):
    return bool(set(name) & set("aou")) and bool(set(name) & set("ei"))


first_try = written(table.get, back=1)
print(", ".join(first_try[:12]))
print(sum(map(breaks_the_rule, first_try)), "of 200 have dark and bright vowels")

# %% tags=["test"]
assert not any(map(breaks_the_rule, names))

# %% [markdown]
r"""
They sound right from letter to letter, and many break the rule.

**Predict.** Why can this model not learn the rule, however long it trains? How far back must a model look?
"""

# %% [markdown] tags=["reveal"]
r"""
Between two vowels stands a consonant, and after a consonant this model has forgotten the vowel before it. Two letters
back are enough.
"""

# %% [markdown]
r"""
### Two letters back, and a network

A table for two letters would have 13 · 13 rows. Instead, each letter gets a **place in a plane**, two numbers that are
learnt like weights, and a network with one hidden layer makes logits from the places of the last two letters. Letters
that behave alike may then use together what is learnt, by lying close together. The field calls such a place an
**embedding**.
"""

# %%
rng = random.Random(7)
place = {letter: [Value(rng.uniform(-1, 1)), Value(rng.uniform(-1, 1))] for letter in letters}
network = nn.MLP(4, [8, len(letters)], activation="tanh", rng=rng)
parameters = [*network.parameters(), *[c for point in place.values() for c in point]]
optimizer = optim.Adam(parameters, lr=0.05)
triples = counted(2)


def after_two(context):
    return network(place[context[0]] + place[context[1]])


for epoch in range(101):
    loss = mean_surprise(after_two, triples)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 50 == 0:
        print(f"epoch {epoch:3}   loss {loss.data:.3f}")

second_try = written(after_two, back=2)
print(len(parameters), "parameters:", ", ".join(second_try[:12]))
print(sum(map(breaks_the_rule, second_try)), "of 200 have dark and bright vowels")

# %% tags=["test"]
assert len(parameters) == 183
assert sum(map(breaks_the_rule, second_try)) < sum(map(breaks_the_rule, first_try)) / 5

# %% [markdown]
r"""
It has found the rule, and seldom slips. And the plane shows what it has understood:
"""

# %%
_, ax = plt.subplots(figsize=(6, 4.2))
for letter, (u, v) in place.items():
    colour = "#d55e00" if letter in "aou" else "#0072b2" if letter in "ei" else "black"
    ax.text(u.data, v.data, letter, color=colour, fontsize=16, ha="center", va="center")
us, vs = [u.data for u, v in place.values()], [v.data for u, v in place.values()]
ax.set(xlabel="first number", ylabel="second number")
ax.axis([min(us) - 0.4, max(us) + 0.4, min(vs) - 0.4, max(vs) + 0.4])


def apart(one, other):
    return math.dist([c.data for c in place[one]], [c.data for c in place[other]])


print(f"from e to i {apart('e', 'i'):.1f}, to a {apart('e', 'a'):.1f}, to k {apart('e', 'k'):.1f}")

# %% tags=["test"]
assert apart("e", "i") < min(apart("e", other) for other in letters if other not in "ei") / 2

# %% [markdown]
r"""
Nobody told it what a vowel is. Large language models are built on this: the same loss, the same gradients, but they
look much further back, and have billions of parameters instead of 183.

## PyTorch and JAX, with the same numbers

What you know now is what the large libraries do. The network of lesson 2, with PyTorch:

```python
w1 = torch.tensor(0.5, requires_grad=True)
w2 = torch.tensor(0.8, requires_grad=True)
L = (w2 * torch.sigmoid(w1 * 2.0) - 1.0) ** 2
L.backward()
w1.grad, w2.grad
```
"""

# %% [markdown]
r"""
The same with JAX:

```python
def loss(w1, w2):
    return (w2 * jax.nn.sigmoid(w1 * 2.0) - 1.0) ** 2

jax.grad(loss, argnums=(0, 1))(0.5, 0.8)
```
"""

# %% [markdown]
r"""
You could have written both. Put `Value(0.5)` in the place of a tensor, our `sigmoid` and our `grad` in the place of
theirs, and they are programs for our engine. What differs:

| | here | PyTorch | JAX |
|---|---|---|---|
| one node of the graph is | one operation on numbers | one operation on arrays | one operation on arrays |
| gradients | are added to `.grad` | are added to `.grad` | are returned |
| parameters | are changed in place | are changed in place | never change: a step returns new ones |
| a number has, unless asked for more | 64 bits | 32 bits | 32 bits |

**Arrays.** A layer of 100 neurons with 100 inputs is one matrix product for them, one node, and the matrix formulas
of lesson 7 are its way back. The chain rule between the nodes is the one you know. That, and chips
made for it, is why they are fast with large networks.

**32 bits.** Half the memory, and some seven digits instead of sixteen. NumPy can show what that does, by rounding after
every operation. (Both libraries, when we tried them, gave exactly the numbers on the right.)
"""


# %%
import numpy as np

from autograd_lite import sigmoid


def by_hand(number):
    x, w1, w2, y, one = number(2.0), number(0.5), number(0.8), number(1.0), number(1.0)
    a = one / (one + np.exp(-(w1 * x)))
    e = w2 * a - y
    return e * e, (e + e) * w2 * a * (one - a) * x, (e + e) * a


x, w1, w2 = Value(2.0), Value(0.5), Value(0.8)
L = (w2 * sigmoid(w1 * x) - 1.0) ** 2
L.backward()
ours, narrow = (L.data, w1.grad, w2.grad), by_hand(np.float32)
for i, name in enumerate(("L", "∂L/∂w1", "∂L/∂w2")):
    print(f"{name:7} 64 bits {ours[i]:.16f}   32 bits {narrow[i]:.16f}")

# %% tags=["test"]
assert grad(lambda w1, w2: (w2 * sigmoid(w1 * 2.0) - 1.0) ** 2, argnums=(0, 1))(0.5, 0.8) == (w1.grad, w2.grad)
for mine, wide, short in zip(ours, by_hand(np.float64), narrow, strict=True):
    assert math.isclose(mine, wide, rel_tol=1e-14)
    assert 1e-9 < abs(wide - short) < 1e-6

# %% [markdown]
r"""
For training that is plenty. For *nudging* it is not. The slope of $x^2$ at 3, by the central difference with
$h = 10^{-5}$ as in lesson 1:
"""


# %%
def nudged(number):
    x, h = number(3.0), number(1e-5)
    return float(((x + h) ** 2 - (x - h) ** 2) / (h + h))


print(f"nudged: 64 bits {nudged(np.float64):.6f}, 32 bits {nudged(np.float32):.6f}")
print("by backward():", grad(lambda x: x**2)(3.0))

# %% tags=["test"]
assert abs(nudged(np.float64) - 6) < 1e-9
assert abs(nudged(np.float32) - 6) > 1e-3

# %% [markdown]
r"""
**The side not taken.** $\sqrt{x}$ has no slope at 0; it is infinite there. So one writes: $\sqrt{x}$ where $x > 0$,
else 0.

**Predict.** What should an engine say is its slope at $x = 0$, where the 0 is taken?
"""

# %% [markdown] tags=["reveal"]
r"""
0, the slope of the side that is taken, a constant. (Strictly there is no slope at the kink, as for ReLU: an engine has
to choose.) PyTorch and JAX answer *nan*. They compute both sides for the whole array, and on the
way back multiply the slope of the side not taken by 0, which gives $0 \cdot \infty$. Here nothing is passed to it at
all. (The remedy over there: keep the 0 away from the root as well, by a second `where` inside it.)
"""

# %% tags=["reveal"]
from autograd_lite import where

root_slope = grad(lambda x: where(x > 0, sqrt(x), 0.0))(0.0)
print("here:", root_slope, "  0 · ∞:", 0.0 * grad(sqrt)(0.0))

# %% tags=["test"]
assert root_slope == 0.0
assert math.isnan(0.0 * math.inf)

# %% [markdown]
r"""
**New ones instead of changed ones.** JAX asks for functions without side effects, and gets much for it: it can compile
them, and run one for many samples at once. Our `grad` works the same way.

### Exercise 10.6

Write one step of gradient descent in that style: `f` takes a list of numbers, the new list is *returned*, and the old
one stays as it is.
"""

# %% [markdown] tags=["hint"]
r"""
`grad(f)(params)` is a list as long as `params`. Go through both with `zip`.
"""


# %% tags=["exercise"]
def step(f, params, rate):
    return [p - rate * g for p, g in zip(params, grad(f)(params), strict=True)]  # solution


check("10.6", step)

# %% [markdown]
r"""
## What to remember

- A gradient can itself be recorded and differentiated, as often as you like.
- Whatever you can write as a program of numbers, an energy, a price, a surprise, can be differentiated and optimised.
- A language model is a network, a softmax, and the surprise at the next letter.
- The large libraries have arrays, fewer bits, and compilers. The chain rule is the same.

From here you can read the engine itself: in the folder `autograd_lite/engine`, the file `table.py` has one row for
every operation, and in `passes.py` you will find the backward pass of lesson 9 again. Where all this comes from, and
where to go on, is on the [last page](history.ipynb).
"""

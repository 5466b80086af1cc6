# %% [markdown]
r"""
# 1. Derivatives

**The question.** How fast does a result change when we turn one number a little, and how can a computer know that
exactly?

**Afterwards you can**

- measure a slope by nudging, and say why neither a large nor a tiny nudge gives it exactly;
- derive the rules for constants, sums, factors, products, powers and reciprocals, and use them by hand;
- get the exact derivative from a Value, and trust it;
- predict a function near a point by its tangent, and better with its second derivative.

**Time.** About 85 minutes. **Before this.** [0. Start here](00_start_here.ipynb).
"""

# %%
from autograd_lite import Value, arctan, draw, exp, grad, log, numerical_derivative, plots, relu, sigmoid, steps, tanh
from autograd_lite.course import check

# %% [markdown]
r"""
## The slope, by nudging

Take $f(x) = x^2$ and stand at $x = 3$. The value there is 9. Walk a distance $h$ to the right and see how far the
function has climbed. *Rise over run* is the slope of the straight line from where you were to where you are:

$$\text{slope} \approx \frac{f(3 + h) - f(3)}{h}$$
"""


# %%
def f(x):
    return x**2


for h in (1.0, 0.5, 0.1, 0.01, 0.001):
    print(f"h = {h:<6}  slope = {(f(3 + h) - f(3)) / h:.6g}")

# %% [markdown]
r"""
**Predict.** Which number do these slopes approach as $h$ shrinks? And how far are they from it?
"""

# %% [markdown] tags=["reveal"]
r"""
They approach 6, and each is too large by exactly $h$. School algebra says why: $(3 + h)^2 - 3^2 = 6h + h^2$, and
divided by $h$ that is $6 + h$.
"""

# %% tags=["reveal"]
for h in (1.0, 0.5, 0.125):
    print(f"h = {h:<6}  slope - 6 = {(f(3 + h) - f(3)) / h - 6}")

# %% tags=["test"]
for h in (1.0, 0.5, 0.125):
    assert (f(3 + h) - f(3)) / h - 6 == h

# %% [markdown]
r"""
Do the same at any $x$: $(x + h)^2 - x^2 = 2xh + h^2$, and divided by $h$ it is $2x + h$. As $h$ shrinks to nothing,
$2x$ is left. That is the **derivative** of $x^2$, written $f'(x) = 2x$, or $\frac{df}{dx} = 2x$: the number that the
slopes approach. We say that it is their *limit* as $h$ goes to 0.

Drag the slider: the dashed line goes through the points at 3 and at $3 + h$. As $h$ shrinks, it turns into the line
that only touches the curve.
"""


# %%
def touching(h):
    ax = plots.tangent(f, at=3.0, lo=0.0, hi=5.5)
    slope = (f(3 + h) - f(3)) / h
    ax.plot([0, 5.5], [9 - 3 * slope, 9 + 2.5 * slope], "k--", label=f"from 3 to 3 + h: slope {slope:.4g}")
    ax.legend(loc="upper left")
    return ax


plots.slider(touching, [2.0, 1.5, 1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.01], "h")

# %% [markdown]
r"""
And as a picture of the square itself. A square with the side $x$ grows by $h$ on two sides. Two strips of the area
$x \cdot h$ are added, and a tiny square $h \cdot h$ in the corner, which is soon too small to matter.
"""

# %%
import matplotlib.pyplot as plt


def growing_rectangle(width, height, right, up):
    """A rectangle, and what is added when its sides grow."""
    _, ax = plt.subplots(figsize=(4.4, 3.4), layout="constrained")
    parts = [(0, 0, width, height, "#dddddd", f"{width:g} · {height:g}")]
    parts += [(width, 0, right, height, "#56b4e9", f"{right:g} · {height:g}")]
    parts += [(0, height, width, up, "#e69f00", f"{width:g} · {up:g}"), (width, height, right, up, "white", "")]
    for x, y, w, h, colour, text in parts:
        ax.add_patch(plt.Rectangle((x, y), w, h, facecolor=colour, edgecolor="black"))
        ax.text(x + w / 2, y + h / 2, text, ha="center", va="center")
    ax.set(xlim=(-0.1, width + right + 0.1), ylim=(-0.1, height + up + 0.1), aspect="equal")


growing_rectangle(3, 3, 1, 1)  # change me: make the step smaller, and watch the small corner

# %% [markdown]
r"""
### Exercise 1.1

What is the slope of $x^2$ at $x = 4$?
"""

# %% [markdown] tags=["hint"]
r"""
The derivative is $2x$. Put the point in.
"""

# %% tags=["exercise"]
slope_at_4 = 2 * 4  # solution
check("1.1", slope_at_4)

# %% [markdown]
r"""
### Exercise 1.2

Write the slope by nudging as a function that works for every `f`, at every `x`, with every `h`.
"""

# %% [markdown] tags=["hint"]
r"""
Rise over run: the value at `x + h` minus the value at `x`, all of it divided by `h`.
"""


# %% tags=["exercise"]
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h  # solution


check("1.2", forward_difference)

# %% [markdown]
r"""
## Why not simply take a tiny h?

If a smaller $h$ is better, let us take the smallest there is. Here is the slope of the exponential function $e^x$ at 0,
where it is known to be exactly 1. ($e = 2.718\ldots$ is the number for which that is so. `1e-8` is Python's way to
write $10^{-8}$.)
"""

# %%
errors = {}
for k in range(1, 17):
    h = 10.0**-k
    errors[k] = abs((exp(0 + h) - exp(0)) / h - 1)
    print(f"h = 1e-{k:<2}  error = {errors[k]:.1e}")

# %% [markdown]
r"""
**Predict.** Down to about $h = 10^{-8}$ the error shrinks with $h$. Then it *grows* again, and at the end it is 1, as
wrong as can be. What happens there?
"""

# %% [markdown] tags=["reveal"]
r"""
A float has some 16 digits. When $h$ is $10^{-12}$, $e^h$ and $e^0$ agree in twelve of them; the subtraction throws
these away, and only four are left. At $10^{-16}$ nothing is left: $1 + h$ *is* 1 for the computer, the rise is 0, and
so is the slope. Two errors pull in opposite directions: since the curve is not straight, we want a small $h$; since
numbers are rounded, a large one.
"""

# %% tags=["reveal"]
print("1 + 1e-16 == 1:", 1.0 + 1e-16 == 1.0)

# %% tags=["test"]
assert errors[8] < 1e-7 < errors[4]
assert errors[8] < errors[12]
assert errors[16] == 1.0
assert 1.0 + 1e-16 == 1.0

# %% [markdown]
r"""
There is a better way to nudge: one step to each side, and the rise between the two divided by $2h$. What the curve does
beyond its slope then nearly cancels, and the error shrinks with $h^2$, not with $h$. It is called the **central
difference**.

### Exercise 1.3

Write it.
"""

# %% [markdown] tags=["hint"]
r"""
From `x - h` to `x + h` the run is `2 * h`. Mind the brackets.
"""


# %% tags=["exercise"]
def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)  # solution


check("1.3", central_difference)

# %% [markdown]
r"""
The picture shows both errors, for every size of $h$. Each curve falls and rises: on the right the step is too large, on
the left rounding wins. The best that nudging can do is at the bottom, and it is, as a rule, *not* all 16 digits.

Change the function or the point, and see whether the bottom moves.
"""

# %%
ax = plots.difference_error(exp, 0.0)  # change me: try x**2 (lambda x: x**2) at 3

# %% tags=["test"]
whole, tenth = (numerical_derivative(exp, 0.0, h=h) - 1 for h in (0.1, 0.01))
assert 99 < whole / tenth < 101  # the error shrinks with h²

# %% [markdown]
r"""
**Predict.** For $x^2$ the central difference has no error on the right at all, however large $h$ is. Why?
"""

# %% [markdown] tags=["reveal"]
r"""
$(x + h)^2 - (x - h)^2 = 4xh$: the two $h^2$ cancel. Divided by $2h$ it is $2x$, whatever $h$ is.
"""

# %% tags=["reveal"]
print([(f(3 + h) - f(3 - h)) / (2 * h) for h in (2.0, 1.0, 0.5)])

# %% tags=["test"]
assert [(f(3 + h) - f(3 - h)) / (2 * h) for h in (2.0, 1.0, 0.5)] == [6.0, 6.0, 6.0]

# %% [markdown]
r"""
## Rules, each by a nudge

Nobody nudges for long. A handful of rules gives the derivative of every formula, and each comes from one look at what a
nudge does. A small $d$ stands for *the change of*: when $x$ changes by $dx$, then $u$ changes by $du$.

**A constant** does not change: $c' = 0$.

**A sum** changes by what both parts change by: $(u + v)' = u' + v'$.

**A constant factor** stretches every change: $(c \cdot u)' = c \cdot u'$.

**A product** is the area of a rectangle with the sides $u$ and $v$. When both grow, a strip $du \cdot v$ is added at
the right and a strip $u \cdot dv$ on top; the small corner $du \cdot dv$ is soon too small to matter:

$$(u \cdot v)' = u' \cdot v + u \cdot v'$$
"""

# %%
growing_rectangle(4, 3, 1, 0.5)

# %% [markdown]
r"""
**Predict.** Let $u = x^2$ and $v = x$, so that $u \cdot v = x^3$. What does the product rule say that the derivative of
$x^3$ is? And that of $x^4 = x^3 \cdot x$?
"""

# %% [markdown] tags=["reveal"]
r"""
$(x^2 \cdot x)' = 2x \cdot x + x^2 \cdot 1 = 3x^2$, and $(x^3 \cdot x)' = 3x^2 \cdot x + x^3 \cdot 1 = 4x^3$. Each
further factor $x$ adds one more $x^{n-1}$, so it goes on like this for ever.
"""

# %% tags=["reveal"]
for n in (2, 3, 4, 5):
    nudged = numerical_derivative(lambda x, n=n: x**n, 2.0)
    print(f"x^{n} at 2: by a nudge {nudged:.6f}   by the rule {n} · 2^{n - 1} = {n * 2 ** (n - 1)}")

# %% tags=["test"]
for n in (2, 3, 4, 5):
    assert abs(numerical_derivative(lambda x, n=n: x**n, 2.0) - n * 2.0 ** (n - 1)) < 1e-6

# %% [markdown]
r"""
That is the **power rule**:

$$(x^n)' = n \cdot x^{n-1}$$

**A reciprocal.** It even holds for $n = -1$. Since $x \cdot \frac1x = 1$ never changes, the product rule says
$1 \cdot \frac1x + x \cdot (\frac1x)' = 0$, and so

$$\left(\frac1x\right)' = -\frac{1}{x^2}$$

**The exponential.** A nudge multiplies it: $e^{x+h} = e^x \cdot e^h$. So its slope at $x$ is $e^x$ times its slope at
0, and that is 1, as we have seen: $(e^x)' = e^x$.

With these rules, the derivative of $x^3 + 2x$ is $3x^2 + 2$: the power rule, the factor rule, and the sum rule.

**Predict.** By these rules, what is the derivative of $3x^4 - 5x + 2$? And its value at $x = 1$?
"""

# %% [markdown] tags=["reveal"]
r"""
$3 \cdot 4x^3 - 5 + 0 = 12x^3 - 5$, which is 7 at 1. The factor 3 stays, $x$ itself has the slope 1, and the 2 does not
move.
"""

# %% tags=["reveal"]
print("by a nudge:", round(numerical_derivative(lambda x: 3 * x**4 - 5 * x + 2, 1.0), 6))

# %% [markdown]
r"""
## The exact derivative

A Value does not nudge. It knows the rule of every operation, such as *the derivative of* $x^2$ *is* $2x$, and puts the
number in. No $h$, nothing rounded away. Compare, for $x^2$ at 3, and for two functions with which nudging has a harder
time:
"""

# %% tags=["row:A1"]
for name, function, at in (("x²", f, 3.0), ("eˣ", exp, 1.0), ("x³", lambda x: x**3, 2.0)):
    x = Value(at)
    function(x).backward()
    nudged = numerical_derivative(function, at, h=1e-5)
    print(f"{name} at {at}   by a nudge {nudged:.14g}   by backward() {x.grad:.14g}")

# %% tags=["test"]
import math

assert grad(f)(3.0) == 6.0
assert abs(numerical_derivative(f, 3.0, h=1e-5) - 6.0) < 1e-9
assert grad(exp)(1.0) == math.e
assert 1e-12 < abs(numerical_derivative(exp, 1.0, h=1e-5) - math.e) < 1e-9
assert 1e-12 < abs(numerical_derivative(lambda x: x**3, 2.0, h=1e-5) - 12.0) < 1e-9

# %% [markdown]
r"""
The nudges are right in some ten digits, which is fine for a check. `backward()` has all of them.

`grad` wraps the three steps (make a leaf, go backward, read the gradient) into one: it takes a function and returns
its derivative, which is a function again. You wrote it yourself in lesson 0; there it was called `slope`.
"""

# %%
derivative = grad(f)
print([derivative(x) for x in (-1.0, 0.0, 3.0, 5.0)])

# %% tags=["test"]
assert all(derivative(x) == 2 * x for x in (-1.0, 0.0, 3.0, 5.0))

# %% [markdown]
r"""
So the nudge is no longer needed to *compute* a derivative. It stays useful to *check* one: whoever invents a rule of
their own should nudge it once.

## Tangents: predicting from here

The derivative at a point is the slope of the line that touches the curve there, the **tangent**. Near the point, curve
and tangent can hardly be told apart, so the tangent can be used to predict:

$$f(a + h) \approx f(a) + f'(a) \cdot h$$

New value = old value + slope times step. All of training rests on this one line. Drag the point along the curve, and
watch the slope in the legend: it is always twice the point.
"""

# %%
plots.slider(lambda x: plots.tangent(f, at=x, lo=-4.0, hi=4.0), [k / 2 for k in range(-6, 7)], "x")

# %% [markdown]
r"""
The same for other functions:
"""

# %%
ax = plots.tangent(f, at=3.0, lo=0.0, hi=5.0)  # change me: move the point, or take another function

# %% [markdown]
r"""
How good is it? From $x = 3$ a step of 0.01:
"""

# %% tags=["row:A2"]
a, h = 3.0, 0.01
predicted = f(a) + grad(f)(a) * h
truth = f(a + h)
print(f"predicted {predicted:.6g}   truth {truth:.6g}   error {truth - predicted:.6g}")

# %% tags=["test"]
assert abs(predicted - 9.06) < 1e-12
assert abs(truth - 9.0601) < 1e-12
assert abs((truth - predicted) - h**2) < 1e-12

# %% [markdown]
r"""
The error is $h^2$, a hundredth of a hundredth: the small corner of the square. **Halve the step and a quarter of the
error is left**; that is why small steps are safe.

Here is the same with a cubic, $p(x) = x^3 + 2x$ at 2. By the rules, its derivative is $p'(x) = 3x^2 + 2$.
"""


# %% tags=["row:A3"]
def p(x):
    return x**3 + 2 * x


a, h = 2.0, 0.01
predicted, truth = p(a) + grad(p)(a) * h, p(a + h)
print(f"p(2) = {p(a):g}   p'(2) = {grad(p)(a):g}")
print(f"predicted {predicted:.8g}   truth {truth:.8g}   error {truth - predicted:.6f}")

# %% tags=["test"]
assert (p(a), grad(p)(a)) == (12.0, 14.0)
assert grad(p)(a) == 3 * a**2 + 2
assert abs(predicted - 12.14) < 1e-12
assert abs(truth - 12.140601) < 1e-12
assert abs((truth - predicted) - 0.000601) < 1e-12

# %% [markdown]
r"""
### Exercise 1.4

Still at $a = 2$, now with a step of 0.1: which value does the *tangent* predict for $p(2.1)$?
"""

# %% [markdown] tags=["hint"]
r"""
$p(2) = 12$ and $p'(2) = 14$. Old value + slope times step.
"""

# %% tags=["exercise"]
prediction = 12 + 14 * 0.1  # solution
check("1.4", prediction)

# %% [markdown] tags=["solution"]
r"""
The truth is 13.461. Ten times the step, about a hundred times the error.
"""

# %% tags=["solution"]
near, far = p(2.01) - (12 + 14 * 0.01), p(2.1) - (12 + 14 * 0.1)
print(f"error with h = 0.01: {near:.6f}   with h = 0.1: {far:.6f}, {far / near:.0f} times as much")

# %% tags=["test"]
assert abs(p(2.1) - 13.461) < 1e-12
assert 98 < far / near < 102

# %% [markdown]
r"""
## Taylor: predicting with the second derivative

What is left of the error comes from the curve not being straight, and that has a number, too: the derivative *of the
derivative*, the **second derivative** $f''$. It says how fast the slope changes, and in this course it is also called
the **curvature**. Since `grad` returns a function, it can be applied twice. With it the prediction becomes

$$f(a + h) \approx f(a) + f'(a) \cdot h + \tfrac12 f''(a) \cdot h^2$$

Where the $\tfrac12$ comes from: the slope changes *gradually*. At the end of the step it has changed by
$f''(a) \cdot h$, but on average over the step only by half of that.
"""

# %% tags=["row:A4"]
a, h = 2.0, 0.01
second = grad(grad(p))(a)
predicted = p(a) + grad(p)(a) * h + second * h**2 / 2
error = p(a + h) - predicted
print(f"p''(2) = {second:g}   predicted {predicted:.10g}   error {error:.6f}")

# %% tags=["test"]
assert second == 6 * a
assert abs(predicted - 12.1406) < 1e-12
assert abs(error - h**3) < 1e-12
assert abs(error - grad(grad(grad(p)))(a) * h**3 / 6) < 1e-12

# %% [markdown]
r"""
The error is now $h^3$, a millionth. One could go on, with the third derivative and $h^3/6$ and so forth; the sums are
named after Brook Taylor. For $p$ the third order is already exact, since its third derivative is a constant.

### Exercise 1.5

Write the second-order prediction for any function `f`, from `a`, with the step `h`.
"""

# %% [markdown] tags=["hint"]
r"""
Three terms: the value, the slope times `h`, and half of the second derivative times `h**2`. The second derivative is
`grad(grad(f))(a)`.
"""


# %% tags=["exercise"]
def second_order(f, a, h):
    # solution:
    slope = grad(f)
    second = grad(slope)
    return f(a) + slope(a) * h + second(a) * h**2 / 2
    # end


check("1.5", second_order)

# %%
ax = plots.taylor(p, 1.0, orders=(1, 2))  # change me: another point, or orders=(1, 2, 3, 4) for exp

# %% [markdown]
r"""
## Derivatives where networks need them

A neuron multiplies an input $x$ by a weight $w$. In training, the input is given and the *weight* is what we turn. So
look at the neuron as a function of $w$.

**Predict.** The output is $w \cdot x$ with $x = 1.5$. What is its slope, seen as a function of $w$? And what does its
tangent look like?
"""

# %% [markdown] tags=["reveal"]
r"""
The slope is $x$, the *other* factor, at every $w$: the factor rule. The function is a straight line already, so its
tangent, thin and dashed here, lies upon it. A large input makes the neuron sensitive to its weight; an input of 0 makes
the weight irrelevant.
"""

# %% tags=["row:A6"]
x = 1.5


def output(w):
    return w * x


print("slopes at three weights:", [grad(output)(w) for w in (-1.0, 0.0, 2.0)])
ax = plots.tangent(output, at=0.5, lo=-2.0, hi=2.0)
ax.lines[0].set_linewidth(5)
ax.lines[1].set_linestyle("--")
ax.lines[1].set_linewidth(1)

# %% tags=["test"]
assert [grad(output)(w) for w in (-1.0, 0.0, 2.0)] == [x, x, x]

# %% [markdown]
r"""
### Activations

After the multiplication, a neuron sends its result through a function that is not a straight line, its **activation**.
(*Nonlinear* is the field's word for that.) The usual ones, each with its derivative, on the interval from −5 to 5:
"""

# %% tags=["row:A7"]
ax = plots.activations(("sigmoid", "tanh", "relu"), lo=-5.0, hi=5.0)

steepest = max(grad(sigmoid)(i / 10) for i in range(-50, 51))
print(f"the slope of the sigmoid at its steepest: {steepest}   at 5: {grad(sigmoid)(5.0):.5f}")

# %% tags=["test"]
for i in range(-50, 51):
    x, s, t = i / 10, sigmoid(i / 10), tanh(i / 10)
    assert abs(grad(sigmoid)(x) - s * (1 - s)) < 1e-15
    assert abs(grad(tanh)(x) - (1 - t**2)) < 1e-15
    assert grad(relu)(x) == (1.0 if x > 0 else 0.0)
assert steepest == grad(sigmoid)(0.0) == 1 / 4
assert grad(sigmoid)(5.0) < 0.01

# %% [markdown]
r"""
- The **sigmoid** $\sigma(x) = \frac{1}{1 + e^{-x}}$ squeezes every number into $(0, 1)$. Its slope is never above
  $\frac14$, and far from 0 nearly nothing is left of it: at 5 it is below 0.01.
- **tanh** does the same with $(-1, 1)$; its slope reaches 1.
- **ReLU** keeps what is above 0 and replaces the rest by 0. Its slope is 1 or 0. At 0 itself there is a kink and
  no tangent; by convention we take 0.

A slope near 0 means that turning the input achieves nothing: the neuron is *saturated*. Where many such factors meet,
the gradient **vanishes**. Lesson 2 shows how they come to be multiplied, and there you derive the formulas of these
slopes; lesson 7 shows what they do to a deep network.

Many other functions will do as an activation. The arctangent is one of them. Its slope is $\frac{1}{1 + x^2}$; the cell
holds that against a nudge, and we leave it at that.
"""

# %% tags=["row:A8"]
ax = plots.activations((arctan,), lo=-5.0, hi=5.0)
print("slope at 2, by a nudge:", round(numerical_derivative(arctan, 2.0), 6), "  by the formula:", 1 / (1 + 2**2))

# %% tags=["test"]
assert all(abs(grad(arctan)(i / 10) - 1 / (1 + (i / 10) ** 2)) < 1e-15 for i in range(-50, 51))

# %% [markdown]
r"""
## A table to keep

These derivatives, with sums, products and chains of them (lesson 2), are enough for most networks. The cell shows every
entry at $x = 0.7$, by its formula and by a nudge, and says where it is derived.
"""

# %% tags=["row:A9"]
table = [
    ("x²", lambda x: x**2, "2x", lambda x: 2 * x, "above"),
    ("1/x", lambda x: 1 / x, "-1/x²", lambda x: -1 / x**2, "above"),
    ("eˣ", exp, "eˣ", exp, "above"),
    ("ln x", log, "1/x", lambda x: 1 / x, "in lesson 2"),
    ("σ(x)", sigmoid, "(by backward())", grad(sigmoid), "in lesson 2, by you"),
    ("ReLU(x)", relu, "1 if x > 0, else 0", lambda x: 1.0 if x > 0 else 0.0, "from its picture"),
]
print(f"{'function':10}{'derivative':20}{'formula at 0.7':>15}{'nudged':>12}   derived")
for name, function, rule, formula, where in table:
    print(f"{name:10}{rule:20}{formula(0.7):15.6f}{numerical_derivative(function, 0.7):12.6f}   {where}")

# %% tags=["test"]
for _, function, _, formula, _ in table:
    for x in (0.1, 0.7, 1.0, 2.5):
        assert abs(grad(function)(x) - formula(x)) < 1e-12
        assert abs(grad(sigmoid)(x) - sigmoid(x) * (1 - sigmoid(x))) < 1e-12

# %% [markdown]
r"""
### Exercise 1.6

By the rules, all of them: write the derivative of $q(x) = 3x^4 - 5x^2 + \frac{1}{x} + 2$ as a function of `x`.
"""

# %% [markdown] tags=["hint"]
r"""
Term by term. $3x^4$: the factor 3 stays, and $x^4$ becomes $4x^3$. The reciprocal has a rule of its own, and so has the
constant at the end.
"""


# %% tags=["exercise"]
def q_slope(x):
    return 12 * x**3 - 10 * x - 1 / x**2  # solution


check("1.6", q_slope)

# %% [markdown]
r"""
## In the player

A product and the exponential of it, step by step. On the way back, look for the slope of the exponential, which is its
own result, and for that of the product, which is the other factor.
"""

# %%
w, x = Value(0.5), Value(1.5)
z = w * x
y = exp(z)
steps(y, labels=locals())

# %%
y.backward()
draw(y, labels=locals())

# %% tags=["test"]
assert abs(w.grad - y.data * 1.5) < 1e-15

# %% [markdown]
r"""
## What to remember

- A derivative is the limit of slopes. Nudging comes near it; the rules give it exactly.
- $(u + v)' = u' + v'$, $\;(c\,u)' = c\,u'$, $\;(u\,v)' = u'v + u\,v'$, $\;(x^n)' = n\,x^{n-1}$,
  $\;(\frac1x)' = -\frac{1}{x^2}$, $\;(e^x)' = e^x$.
- $f(a + h) \approx f(a) + f'(a) \cdot h$, with an error of the order of $h^2$.
- The slope of $w \cdot x$ with respect to $w$ is $x$.
- The slope of the sigmoid is never above $\frac14$: sigmoids weaken every gradient that passes through them.

*To see it move:* [Essence of calculus](https://www.3blue1brown.com/topics/calculus) by 3Blue1Brown finds the rules in
moving pictures. *To read on:* [calculus in d2l.ai](https://d2l.ai/chapter_preliminaries/calculus.html).
"""

# %% [markdown]
"""
# 1. Derivatives

**The question.** How fast does a result change when we turn one number a little, and how can a computer know that
exactly?

**Afterwards you can**

- measure a slope by nudging, and say why neither a large nor a tiny nudge gives it exactly;
- get the exact derivative from a Value, and trust it;
- predict a function near a point by its tangent, and better with its second derivative;
- explain why the derivative of the sigmoid is never above ¼, and why that matters.

**Time.** 40 minutes. **Before this.** [0. Start here](00_start_here.ipynb).
"""

# %%
from autograd_lite import Value, arctan, draw, exp, grad, log, numerical_derivative, plots, relu, sigmoid, steps, tanh
from autograd_lite.course import check

# %% [markdown]
"""
## The slope, by nudging

Take `f(x) = x²` and stand at `x = 3`. The value there is 9. Walk a distance `h` to the right and see how far the
function has climbed. *Rise over run* is the slope of the straight line from where you were to where you are:

slope ≈ (f(3 + h) − f(3)) / h
"""


# %%
def f(x):
    return x**2


for h in (1.0, 0.5, 0.1, 0.01, 0.001):
    print(f"h = {h:<6}  slope = {(f(3 + h) - f(3)) / h:.6g}")

# %% [markdown]
"""
**Predict.** Which number do these slopes approach as `h` shrinks? And how far are they from it?
"""

# %% [markdown] tags=["reveal"]
"""
They approach 6, and each is too large by exactly `h`. School algebra says why: (3 + h)² − 3² = 6h + h², and divided by
`h` that is 6 + h.
"""

# %% tags=["reveal"]
for h in (1.0, 0.5, 0.125):
    excess = (f(3 + h) - f(3)) / h - 6
    print(f"h = {h:<6}  slope - 6 = {excess}")
    assert excess == h

# %% [markdown]
"""
Do the same at any `x`: (x + h)² − x² = 2xh + h², and divided by `h` it is 2x + h. As `h` shrinks to nothing, 2x is
left. That is the **derivative** of x², written f'(x) = 2x, or df/dx = 2x: the number that the slopes approach. We say
that it is their *limit* as h goes to 0.

### Exercise 1.1

What is the slope of x² at `x = 4`?
"""

# %% [markdown] tags=["hint"]
"""
The derivative is 2x. Put the point in.
"""

# %% tags=["exercise"]
slope_at_4 = 2 * 4  # solution
check("1.1", slope_at_4)

# %% [markdown]
"""
### Exercise 1.2

Write the slope by nudging as a function that works for every `f`, at every `x`, with every `h`.
"""

# %% [markdown] tags=["hint"]
"""
Rise over run: the value at `x + h` minus the value at `x`, all of it divided by `h`.
"""


# %% tags=["exercise"]
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h  # solution


check("1.2", forward_difference)

# %% [markdown]
"""
## Why not simply take a tiny h?

If a smaller `h` is better, let us take the smallest there is. Here is the slope of the exponential function at 0, where
it is known to be exactly 1.
"""

# %%
errors = {}
for k in range(1, 17):
    h = 10.0**-k
    errors[k] = abs((exp(0 + h) - exp(0)) / h - 1)
    print(f"h = 1e-{k:<2}  error = {errors[k]:.1e}")

# %% [markdown]
"""
**Predict.** Down to about h = 10⁻⁸ the error shrinks with `h`. Then it *grows* again, and at the end it is 1, as wrong
as can be. What happens there?
"""

# %% [markdown] tags=["reveal"]
"""
A float has some 16 digits. When `h` is 10⁻¹², eʰ and e⁰ agree in twelve of them; the subtraction throws these
away, and only four are left. At 10⁻¹⁶ nothing is left: 1 + h *is* 1 for the computer, the rise is 0, and so is the
slope. Two errors pull in opposite directions: the bend of the curve asks for a small h, rounding for a large one.
"""

# %% tags=["reveal"]
print("1 + 1e-16 == 1:", 1.0 + 1e-16 == 1.0)
assert errors[8] < 1e-7 < errors[4]
assert errors[8] < errors[12]
assert errors[16] == 1.0
assert 1.0 + 1e-16 == 1.0

# %% [markdown]
"""
There is a better way to nudge: one step to each side, and the rise between the two divided by `2h`. The bend to the
left and the bend to the right then cancel, and the error shrinks with h², not with h. It is called the **central
difference**.

### Exercise 1.3

Write it.
"""

# %% [markdown] tags=["hint"]
"""
From `x - h` to `x + h` the run is `2 * h`. Mind the brackets.
"""


# %% tags=["exercise"]
def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)  # solution


check("1.3", central_difference)

# %% [markdown]
"""
The picture shows both errors, for every size of `h`. Each curve has two slopes: on the right the bend, on the left
the rounding. The best that nudging can do is at the bottom, and it is, as a rule, *not* all 16 digits.

Change the function or the point, and see whether the bottom moves. For x² the central difference has no error on the
right at all: why?
"""

# %%
ax = plots.difference_error(exp, 0.0)  # change me: try x**2 (lambda x: x**2) at 3, or log at 1

whole, tenth = (numerical_derivative(exp, 0.0, h=h) - 1 for h in (0.1, 0.01))
print(f"central difference of exp at 0: a tenth of the step makes the error {whole / tenth:.0f} times smaller")
assert 99 < whole / tenth < 101

# %% [markdown]
"""
## The exact derivative

A Value does not nudge. It knows the rule of every operation, such as *the derivative of x² is 2x*, and puts the number
in. No `h`, no bend, nothing thrown away. Compare, for x² at 3:
"""

# %% tags=["row:A1"]
x = Value(3.0, label="x")
y = x**2
y.label = "y"
y.backward()

nudged = numerical_derivative(lambda x: x**2, 3.0, h=1e-5)
print("by the central difference:", nudged)
print("by backward():            ", x.grad)
assert x.grad == 6.0
assert abs(nudged - x.grad) < 1e-9

# %% [markdown]
"""
`grad` wraps these three steps (make a leaf, go backward, read the gradient) into one: it takes a function and returns
its derivative, which is a function again. You wrote it yourself in lesson 0; there it was called `slope`.
"""

# %%
derivative = grad(f)
print([derivative(x) for x in (-1.0, 0.0, 3.0, 4.0)])
assert all(derivative(x) == 2 * x for x in (-1.0, 0.0, 3.0, 4.0))

# %% [markdown]
"""
So the nudge is no longer needed to *compute* a derivative. It stays useful to *check* one: whoever invents a rule of
their own should nudge it once.

## Tangents: predicting from here

The derivative at a point is the slope of the line that touches the curve there, the **tangent**. Near the point, curve
and tangent can hardly be told apart, so the tangent can be used to predict:

f(a + h) ≈ f(a) + f'(a) · h

New value = old value + slope × step. All of training rests on this one line.
"""

# %%
ax = plots.tangent(f, at=3.0, lo=0.0, hi=5.0)  # change me: move the point, or take another function

# %% [markdown]
"""
How good is it? From x = 3 a step of 0.01:
"""

# %% tags=["row:A2"]
a, h = 3.0, 0.01
predicted = f(a) + grad(f)(a) * h
truth = f(a + h)
print(f"predicted {predicted:.6g}   truth {truth:.6g}   error {truth - predicted:.6g}")
assert abs(predicted - 9.06) < 1e-12
assert abs(truth - 9.0601) < 1e-12
assert abs((truth - predicted) - h**2) < 1e-12

# %% [markdown]
"""
The error is h², a hundredth of a hundredth. **Halve the step and a quarter of the error is left**; that is why small
steps are safe.

Here is the same with a cubic, p(x) = x³ + 2x at 2. Its derivative is p'(x) = 3x² + 2.
"""


# %% tags=["row:A3"]
def p(x):
    return x**3 + 2 * x


a, h = 2.0, 0.01
predicted, truth = p(a) + grad(p)(a) * h, p(a + h)
print(f"p(2) = {p(a):g}   p'(2) = {grad(p)(a):g}")
print(f"predicted {predicted:.8g}   truth {truth:.8g}   error {truth - predicted:.6f}")
assert (p(a), grad(p)(a)) == (12.0, 14.0)
assert grad(p)(a) == 3 * a**2 + 2
assert abs(predicted - 12.14) < 1e-12
assert abs(truth - 12.140601) < 1e-12
assert abs((truth - predicted) - 0.000601) < 1e-12

# %% [markdown]
"""
### Exercise 1.4

Still at a = 2, now with a step of 0.1: which value does the *tangent* predict for p(2.1)?
"""

# %% [markdown] tags=["hint"]
"""
p(2) = 12 and p'(2) = 14. Old value + slope × step.
"""

# %% tags=["exercise"]
prediction = 12 + 14 * 0.1  # solution
check("1.4", prediction)

# %% [markdown] tags=["solution"]
"""
The truth is 13.461. Ten times the step, about a hundred times the error.
"""

# %% tags=["solution"]
near, far = p(2.01) - (12 + 14 * 0.01), p(2.1) - (12 + 14 * 0.1)
print(f"error with h = 0.01: {near:.6f}   with h = 0.1: {far:.6f}, {far / near:.0f} times as much")
assert abs(p(2.1) - 13.461) < 1e-12
assert 98 < far / near < 102

# %% [markdown]
"""
## Taylor: predicting with the bend

What is left of the error is the bend of the curve, and the bend has a number too: the derivative *of the derivative*,
f''. Since `grad` returns a function, it can be applied twice. With it the prediction becomes

f(a + h) ≈ f(a) + f'(a) · h + ½ f''(a) · h²
"""

# %% tags=["row:A4"]
a, h = 2.0, 0.01
bend = grad(grad(p))(a)
predicted = p(a) + grad(p)(a) * h + bend * h**2 / 2
error = p(a + h) - predicted
print(f"p''(2) = {bend:g}   predicted {predicted:.10g}   error {error:.6f}")
assert bend == 6 * a
assert abs(predicted - 12.1406) < 1e-12
assert abs(error - h**3) < 1e-12
assert abs(error - grad(grad(grad(p)))(a) * h**3 / 6) < 1e-12

# %% [markdown]
"""
The error is now h³, a millionth. One could go on, with f''' and h³/6 and so forth; the sums are named after Brook
Taylor. For p the third order is already exact, since a cubic has no further bends.

### Exercise 1.5

Write the second-order prediction for any function `f`, from `a`, with the step `h`.
"""

# %% [markdown] tags=["hint"]
"""
Three terms: the value, the slope times `h`, and half of the bend times `h**2`. The bend is `grad(grad(f))(a)`.
"""


# %% tags=["exercise"]
def second_order(f, a, h):
    # solution:
    slope = grad(f)
    bend = grad(slope)
    return f(a) + slope(a) * h + bend(a) * h**2 / 2
    # end


check("1.5", second_order)

# %%
ax = plots.taylor(p, 1.0, orders=(1, 2))  # change me: another point, or orders=(1, 2, 3, 4) for exp

# %% [markdown]
"""
## Derivatives where networks need them

A neuron multiplies an input `x` by a weight `w`. In training, the input is given and the *weight* is what we turn. So
look at the neuron as a function of `w`.

**Predict.** The output is w · x with x = 1.5. What is its slope, seen as a function of `w`? And what does its tangent
look like?
"""

# %% [markdown] tags=["reveal"]
"""
The slope is x, the *other* factor, at every `w`. The function is a straight line already, so its tangent lies upon it.
A large input makes the neuron sensitive to its weight; an input of 0 makes the weight irrelevant.
"""

# %% tags=["row:A6"]
x = 1.5


def output(w):
    return w * x


slopes = [grad(output)(w) for w in (-1.0, 0.0, 2.0)]
print("slopes at three weights:", slopes)
assert slopes == [x, x, x]
ax = plots.tangent(output, at=0.5, lo=-2.0, hi=2.0)

# %% [markdown]
"""
### Activations

After the multiplication, a neuron bends its result by an **activation**. The usual ones, each with its derivative, on
the interval from −5 to 5:
"""

# %% tags=["row:A7"]
ax = plots.activations(("sigmoid", "tanh", "relu"), lo=-5.0, hi=5.0)

grid = [i / 10 for i in range(-50, 51)]
for x in grid:
    s, t = sigmoid(x), tanh(x)
    assert abs(grad(sigmoid)(x) - s * (1 - s)) < 1e-15
    assert abs(grad(tanh)(x) - (1 - t**2)) < 1e-15
    assert grad(relu)(x) == (1.0 if x > 0 else 0.0)
steepest = max(grad(sigmoid)(x) for x in grid)
print(f"σ' at its steepest: {steepest}   at 5: {grad(sigmoid)(5.0):.5f}")
assert steepest == grad(sigmoid)(0.0) == 1 / 4
assert grad(sigmoid)(5.0) < 0.01

# %% [markdown]
"""
- The **sigmoid** σ(x) = 1/(1 + e⁻ˣ) squeezes every number into (0, 1). Its derivative is σ · (1 − σ): it can be had
  from the *result* alone. It is never above ¼, and far from 0 nearly nothing is left of it: at 5 it is below 0.01.
- **tanh** does the same with (−1, 1); its derivative, 1 − tanh², reaches 1.
- **ReLU** keeps what is above 0 and replaces the rest by 0. Its derivative is 1 or 0. At 0 itself there is a kink and
  no tangent; by custom we take 0.

A derivative near 0 means that turning the input achieves nothing: the neuron is *saturated*. Where many such factors
meet, the gradient **vanishes**. Lesson 2 shows how they come to be multiplied, lesson 7 what it does to a deep network.
"""

# %% [markdown]
"""
### Exercise 1.6

You know the *value* `s = σ(x)`, but not `x`. Write the derivative of σ there, from `s` alone.
"""

# %% [markdown] tags=["hint"]
"""
It was said of the sigmoid, below the picture: σ · (1 − σ), and σ is `s`.
"""


# %% tags=["exercise"]
def sigmoid_slope(s):
    return s * (1 - s)  # solution


check("1.6", sigmoid_slope)

# %% [markdown]
"""
Many other bends will do as an activation. The arctangent is one of them; its derivative is 1/(1 + x²).
"""

# %% tags=["row:A8"]
ax = plots.activations((arctan,), lo=-5.0, hi=5.0)
assert all(abs(grad(arctan)(x) - 1 / (1 + x**2)) < 1e-15 for x in grid)

# %% [markdown]
"""
## A table to keep

These five derivatives, with sums, products and chains of them (lesson 2), are enough for most networks. The cell shows
every entry at `x = 0.7`, and checks every formula against the engine at four points.
"""

# %% tags=["row:A9"]
table = [
    ("x²", lambda x: x**2, "2x", lambda x: 2 * x),
    ("eˣ", exp, "eˣ", exp),
    ("ln x", log, "1/x", lambda x: 1 / x),
    ("σ(x)", sigmoid, "σ(1 - σ)", lambda x: sigmoid(x) * (1 - sigmoid(x))),
    ("ReLU(x)", relu, "1 if x > 0, else 0", lambda x: 1.0 if x > 0 else 0.0),
]
print(f"{'function':10}{'at 0.7':>10}   {'derivative':20}{'at 0.7':>10}")
for name, function, rule, by_hand in table:
    print(f"{name:10}{function(0.7):10.5f}   {rule:20}{grad(function)(0.7):10.5f}")
    for x in (0.1, 0.7, 1.0, 2.5):
        assert abs(grad(function)(x) - by_hand(x)) < 1e-12

# %% [markdown]
"""
## In the player

One neuron with a sigmoid, step by step. On the way back, look for the rule σ · (1 − σ) with its numbers put in, and
for the slope of the product, which is the other factor.
"""

# %%
w, x = Value(0.5, label="w"), Value(1.5, label="x")
z = w * x
z.label = "z"
y = sigmoid(z)
y.label = "y"
steps(y)

# %%
y.backward()
assert abs(w.grad - y.data * (1 - y.data) * 1.5) < 1e-15
draw(y)

# %% [markdown]
"""
## What to take along

- A derivative is the limit of slopes. Nudging comes near it; the rules give it exactly.
- f(a + h) ≈ f(a) + f'(a) · h, with an error of the order of h².
- The slope of w · x with respect to w is x.
- σ' = σ · (1 − σ) ≤ ¼: sigmoids weaken every gradient that passes through them.
"""

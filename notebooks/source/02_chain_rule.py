# %% [markdown]
r"""
# 2. The chain rule

**The question.** If $y$ depends on $g$, and $g$ depends on $x$, how fast does $y$ change with $x$?

**Afterwards you can**

- differentiate a function of a function by hand, link by link;
- read the same answer off a graph, and watch the player compute it;
- say when to multiply, and when to add;
- compute by hand both gradients of a network with two weights, to the last digit;
- derive the slopes of the sigmoid and of tanh.

**Time.** About 80 minutes. **Before this.** [1. Derivatives](01_derivatives.ipynb).
"""

# %%
from autograd_lite import Value, draw, exp, explain, grad, log, numerical_derivative, sigmoid, steps, tanh
from autograd_lite.course import check

# %% [markdown]
r"""
## Rates multiply

One turn of the pedals turns the wheel of a bicycle three times. One turn of the wheel carries you two metres. How far
does one turn of the pedals carry you? Six metres: three times two. You have just used the **chain rule**.

Functions do the same. Let $g = 3x + 2$ and $y = g^2$, and stand at $x = 2$.

- When $x$ is nudged, $g$ moves three times as far: $\frac{dg}{dx} = 3$.
- When $g$ is nudged, $y$ moves $2g$ times as far, and $g$ is 8 here: $\frac{dy}{dg} = 16$.
- So when $x$ is nudged, $y$ moves $16 \cdot 3 = 48$ times as far.

$$\frac{dy}{dx} = \frac{dy}{dg} \cdot \frac{dg}{dx}$$

The engine says the same, link by link:
"""

# %% tags=["row:A5"]
x = Value(2.0)
g = 3 * x + 2
y = g**2
y.backward()

inner = grad(lambda x: 3 * x + 2)(2.0)
outer = y.local_derivatives()[0]
print(f"g = {g.data:g}   y = {y.data:g}")
print(f"dy/dg = {outer:g}   dg/dx = {inner:g}   dy/dx = {x.grad:g}")

# %% tags=["test"]
assert (g.data, y.data) == (8.0, 64.0)
assert (outer, inner) == (16.0, 3.0)
assert x.grad == outer * inner == 48.0

# %% [markdown]
r"""
Two ways to be sure. Multiply the square out: $(3x + 2)^2 = 9x^2 + 12x + 4$, with the derivative $18x + 12$, which is 48
at 2. And nudge it.
"""

# %%
nudged = numerical_derivative(lambda x: (3 * x + 2) ** 2, 2.0)
print(f"multiplied out: {18 * 2 + 12}   nudged: {nudged:.6f}")

# %% tags=["test"]
assert 18 * 2 + 12 == 48
assert abs(nudged - 48) < 1e-6

# %% [markdown]
r"""
### Exercise 2.1

By hand: what is $\frac{dy}{dx}$ of $y = (5x - 1)^2$ at $x = 1$?
"""

# %% [markdown] tags=["hint"]
r"""
The inside is $g = 5x - 1$. What is it at 1? How fast does $g$ move with $x$, and how fast does $g^2$ move with $g$?
"""

# %% tags=["exercise"]
slope_at_1 = 2 * (5 * 1 - 1) * 5  # solution
check("2.1", slope_at_1)

# %% [markdown] tags=["solution"]
r"""
$g = 4$, so the outer link is $2g = 8$; the inner one is 5.
"""

# %% [markdown]
r"""
## By graph

In a picture the chain rule is a walk. Start at `y` with 1, follow the edges back to `x`, and multiply by the number on
every edge that you cross.
"""

# %%
draw(y, labels=locals())

# %% [markdown]
r"""
From right to left: $1 \cdot 16 \cdot 1 \cdot 3 = 48$. The second 1 belongs to the `+ 2`: adding a constant changes
where a function is, not how fast it moves.

**Predict.** What happens to $\frac{dy}{dx}$ if the `+ 2` becomes `+ 10`? It does not change the link of the sum, that
stays 1. So does $\frac{dy}{dx}$ stay 48?
"""

# %% [markdown] tags=["reveal"]
r"""
No: it becomes 96. The link of the sum stays 1, but $g$ is now 16, and the *outer* link $2g$ is taken at $g$. Every link
is taken at the numbers that the forward pass left there. That is why the forward pass comes first, and why the graph
keeps its numbers.
"""

# %% tags=["reveal"]
slope = grad(lambda x: (3 * x + 10) ** 2)(2.0)
print(slope)

# %% tags=["test"]
assert grad(lambda x: (3 * x + 10) ** 2)(2.0) == 2 * 16 * 3 == 96.0

# %% [markdown]
r"""
## By the player

Here is the same computation in the player, as a quiz: before each step of the way back it asks. You know all of the
answers by now.
"""

# %%
steps(y, quiz=True, labels=locals())

# %% [markdown]
r"""
A chain may have any number of links. For three functions one inside the other, $y = f(g(h(x)))$, it is

$$\frac{dy}{dx} = f'(g(h(x))) \cdot g'(h(x)) \cdot h'(x)$$

and each derivative is taken where its own function is.

### Exercise 2.2

The bell curve is $y = e^{-x^2/2}$. Write its derivative, by hand, as a function of `x`. (`exp` is imported. Its
derivative is itself.)
"""

# %% [markdown] tags=["hint"]
r"""
Outside: exp of something, whose derivative is exp of the *same* something. Inside: $-x^2/2$, that is $-\frac12$ times
$x^2$. What is the derivative of that, by the rules of lesson 1?
"""


# %% tags=["exercise"]
def bell_slope(x):
    return exp(-(x**2) / 2) * -x  # solution


check("2.2", bell_slope)

# %% [markdown] tags=["solution"]
r"""
The outer link is the bell curve itself, the inner one is $-x$.
"""

# %% [markdown]
r"""
The chain rule also gives derivatives that we do not have yet.

**Predict.** The natural logarithm takes the exponential back: $e^{\ln x} = x$ for every $x > 0$. What does the chain
rule say about the left side? And what is the derivative of the right side? So what is $(\ln x)'$?
"""

# %% [markdown] tags=["reveal"]
r"""
The left side has the derivative $e^{\ln x} \cdot (\ln x)'$, which is $x \cdot (\ln x)'$. The right side has 1. So
$(\ln x)' = \frac1x$.
"""

# %% tags=["reveal"]
print("ln at 4: by a nudge", round(numerical_derivative(log, 4.0), 6), "  1/x:", 1 / 4)

# %% [markdown]
r"""
## Where two paths meet, add

So far there was one way from $x$ to $y$. Often there are several, because $x$ is used more than once:

$$y = (x + 1) \cdot x^2$$

If $x$ moves, *both* factors move, and each of them moves $y$.

**Predict.** At $x = 2$ the first factor is 3 and the second 4. What does $y$ gain, for each unit of $x$, through the
first factor alone? Through the second alone? And in all?
"""

# %% [markdown] tags=["reveal"]
r"""
Through the first: the sum moves as fast as $x$, and $y$ moves 4 times as fast as it: $1 \cdot 4 = 4$. Through the
second: $x^2$ moves $2x = 4$ times as fast as $x$, and $y$ 3 times as fast as that: $4 \cdot 3 = 12$. In all
$4 + 12 = 16$. It is the product rule of lesson 1, $u'v + uv'$: a strip of the rectangle for each factor.

**Multiply along a path, add over the paths.** That is the whole chain rule.
"""

# %%
x = Value(2.0)
more = x + 1
square = x**2
y = more * square
y.backward()
explain(y, wrt=x, labels=locals())

# %% tags=["test"]
assert x.grad == 1 * 4 + 4 * 3 == 3 * 2**2 + 2 * 2 == 16.0

# %% [markdown]
r"""
`explain` lists every path from the result down to `x`, with the product along it, and the sum.

This is what `backward()` computes, too, but it is cleverer: it does not walk path by path, since there may be millions
of them. It visits every box *once*, from right to left, and collects there what arrives, before it goes on. Lesson 7
shows why that gives the same sum. The field calls it **reverse mode**, since it starts at the result; **forward mode**
starts at one leaf and carries its derivative along with the numbers.

### Exercise 2.3

Now $y = (2x + 1) \cdot x^2$ at $x = 1$. Give the products along the two paths, as a list, in any order.
"""

# %% [markdown] tags=["hint"]
r"""
At $x = 1$ the first factor is 3 and the second 1. How fast does each factor move with $x$, and how fast does $y$ move
with each?
"""

# %% tags=["exercise"]
products = [2 * 1, 2 * 1 * 3]  # solution
check("2.3", products)

# %% [markdown] tags=["solution"]
r"""
Through $2x + 1$ the path is $2 \cdot 1 = 2$; through $x^2$ it is $2 \cdot 3 = 6$. The gradient is their sum, 8.
"""

# %% tags=["solution"]
print(grad(lambda x: (2 * x + 1) * x**2)(1.0))

# %% tags=["test"]
assert grad(lambda x: (2 * x + 1) * x**2)(1.0) == 2 + 6 == 8.0

# %% [markdown]
r"""
## A network with two weights

This is the smallest network that deserves the name. One input, a neuron with a sigmoid, and a neuron without one that
gives the answer. It is to answer $y = 1$ for the input $x = 2$, and its weights are $w_1 = 0.5$ and $w_2 = 0.8$.

- $z_1 = w_1 \cdot x$
- $a_1 = \sigma(z_1)$
- $z_2 = w_2 \cdot a_1$, which is the network's prediction, $\hat y$
- $L = (z_2 - y)^2$, the **loss**: how wrong it is

(Here $y$ is the target, what the answer should be, and $\hat y$, read *y hat*, is what the network says. The whole
course keeps to this.)

To learn, the network must know $\frac{\partial L}{\partial w_1}$ and $\frac{\partial L}{\partial w_2}$. (The round
$\partial$ instead of $d$ says that there are other variables, which are held still.) By hand, with plain numbers, from
the right to the left. For the slope of the sigmoid we ask `grad`, for now; at the end of the lesson you will know it
yourself.
"""

# %%
x, w1, w2, target = 2.0, 0.5, 0.8, 1.0

# forward
z1 = w1 * x
a1 = sigmoid(z1)
z2 = w2 * a1
L = (z2 - target) ** 2

# backward: each line multiplies what is known already by one more link
dL_dz2 = 2 * (z2 - target)
dL_dw2 = dL_dz2 * a1  # in w2 * a1 the slope is the other factor
dL_da1 = dL_dz2 * w2  # and the other way round
dL_dz1 = dL_da1 * grad(sigmoid)(z1)
dL_dw1 = dL_dz1 * x

print("∂L/∂w2 =", dL_dw2)
print("∂L/∂w1 =", dL_dw1)

# %% [markdown]
r"""
And with Values, where only the forward part has to be written:
"""

# %% tags=["row:F1"]
x, w1, w2 = Value(2.0), Value(0.5), Value(0.8)
z1 = w1 * x
a1 = sigmoid(z1)
z2 = w2 * a1
L = (z2 - target) ** 2
L.backward()

print("z1     =", z1.data)
print("a1     =", a1.data)
print("z2     =", z2.data)
print("L      =", L.data)
print("∂L/∂w2 =", w2.grad)
print("∂L/∂w1 =", w1.grad)

# %% tags=["test"]
assert abs(w2.grad - dL_dw2) < 1e-15
assert abs(w1.grad - dL_dw1) < 1e-15
assert abs(a1.data - 0.7310585786300049) < 1e-15
assert abs(z2.data - 0.5848468629040039) < 1e-15
assert abs(L.data - 0.17235212724064694) < 1e-15
assert abs(w2.grad - -0.6070025246383729) < 1e-15
assert abs(w1.grad - -0.2611969948022712) < 1e-15

# %% [markdown]
r"""
**Predict.** Both gradients are below 0. Should the weights be made larger or smaller, if the loss is to fall?
"""

# %% [markdown] tags=["reveal"]
r"""
Larger. A gradient below 0 says: if this weight grows, the loss falls. So go *against* the sign of the gradient. It
makes sense: the prediction 0.58 is below the target 1, and larger weights make it larger.
"""


# %% tags=["reveal"]
def loss(w1, w2):
    return (w2 * sigmoid(w1 * 2.0) - 1.0) ** 2


print(f"before {loss(0.5, 0.8):.4f}   w1 + 0.1: {loss(0.6, 0.8):.4f}   w2 + 0.1: {loss(0.5, 0.9):.4f}")

# %% tags=["test"]
assert loss(0.6, 0.8) < loss(0.5, 0.8)
assert loss(0.5, 0.9) < loss(0.5, 0.8)
assert round(z2.data, 2) == 0.58

# %% [markdown]
r"""
### Exercise 2.4

Write both gradients for *any* numbers, with floats and by hand: return $\frac{\partial L}{\partial w_1}$ and
$\frac{\partial L}{\partial w_2}$, in this order. `sigmoid` and `grad(sigmoid)` may be used.
"""

# %% [markdown] tags=["hint"]
r"""
The lines "forward" and "backward" above are nearly the whole answer. Which links lie between $L$ and $w_1$? The square,
the product with $w_2$, the sigmoid, the product with $x$.
"""


# %% tags=["exercise"]
def gradients(x, w1, w2, target):
    # solution:
    z1 = w1 * x
    a1 = sigmoid(z1)
    error = w2 * a1 - target
    along_w1 = 2 * error * w2 * grad(sigmoid)(z1) * x
    along_w2 = 2 * error * a1
    return along_w1, along_w2
    # end


check("2.4", gradients)

# %% [markdown]
r"""
## Long chains of sigmoids

On its way to $w_1$ the gradient went through one sigmoid and was multiplied by its slope, less than 0.2. Now picture a
network with many such layers in a row. Every one of them multiplies by its own $\sigma'$, and none of these is above
$\frac14$, as the picture in lesson 1 shows.

### Exercise 2.5

Ten sigmoids in a row, each at its very steepest. By which factor does the way through them multiply a gradient? (Only
the ten slopes of the sigmoids; leave the weights aside.)
"""

# %% [markdown] tags=["hint"]
r"""
The steepest slope of the sigmoid is $\frac14$. Multiply along the chain: ten links.
"""

# %% tags=["exercise"]
factor = 0.25**10  # solution
check("2.5", factor)

# %% [markdown] tags=["solution"]
r"""
Less than a millionth is left. This is the **vanishing gradient**: the first layers of such a network hardly learn.
"""

# %% tags=["solution"]
print(f"{0.25**10:.1e}")

# %% tags=["test"]
assert 0.25**10 < 1e-6
assert grad(sigmoid)(z1.data) < 0.2

# %% [markdown]
r"""
## The slope of the sigmoid

You have all that is needed to find it. Write $s = \sigma(x) = \frac1g$ with $g = 1 + e^{-x}$: a chain of three links.

**Predict.** What is the slope of $\frac1g$ with respect to $g$? Of $1 + u$ with respect to $u$? Of $u = e^{-x}$ with
respect to $x$?
"""

# %% [markdown] tags=["reveal"]
r"""
$-\frac{1}{g^2}$, the reciprocal of lesson 1; $1$; and $-e^{-x}$, since the inside $-x$ has the slope −1. The product of
all three is

$$\sigma'(x) = \frac{e^{-x}}{g^2}$$
"""

# %% [markdown]
r"""
### Exercise 2.6

The forward pass has left us the *value* $s = \sigma(x)$. Write the slope from `s` alone, without $x$ and without `exp`.
"""

# %% [markdown] tags=["hint"]
r"""
$\frac1g$ is $s$. And $e^{-x}$ is $g - 1$, with $g = \frac1s$. Put both in and simplify.
"""


# %% tags=["exercise"]
def sigmoid_slope(s):
    return s * (1 - s)  # solution


check("2.6", sigmoid_slope)

# %% [markdown] tags=["solution"]
r"""
$s^2 \cdot (\frac1s - 1) = s - s^2 = s \, (1 - s)$. It is largest where $s = \frac12$, and there it is $\frac14$.
"""

# %% [markdown] tags=["answer"]
r"""
In the network above, $a_1 (1 - a_1)$ is the link that we took from `grad`. To have the slope from the *result* alone is
handy: the backward pass finds the result in the graph. So does the player; here is the whole network in it.
"""

# %% tags=["answer"]
print("by grad:  ", grad(sigmoid)(z1.data))
print("from a1:  ", a1.data * (1 - a1.data))
steps(L, labels=locals())

# %% [markdown]
r"""
### Exercise 2.7

$\tanh(x) = 2 \, \sigma(2x) - 1$: a sigmoid, stretched. Write its slope from its value `t` alone.
"""

# %% [markdown] tags=["hint"]
r"""
By the chain rule the slope is $2 \cdot \sigma'(2x) \cdot 2$. For $\sigma'$ take exercise 2.6, with $s = \sigma(2x)$;
and then put in $s = \frac{1 + t}{2}$.
"""


# %% tags=["exercise"]
def tanh_slope(t):
    return 1 - t**2  # solution


check("2.7", tanh_slope)

# %% [markdown] tags=["solution"]
r"""
$4 \cdot \frac{1 + t}{2} \cdot \frac{1 - t}{2} = (1 + t)(1 - t) = 1 - t^2$.
"""

# %% tags=["test"]
for x in (-2.0, 0.0, 0.7):
    assert abs(tanh(x) - (2 * sigmoid(2 * x) - 1)) < 1e-15
    assert abs(grad(tanh)(x) - (1 - tanh(x) ** 2)) < 1e-15

# %% [markdown]
r"""
## Your turn to change something

Change the weights, the input or the target, and watch the colours. Ideas:

- choose $w_1$ so large that the sigmoid is saturated. Which gradient dies, and which survives?
- make the prediction hit the target. What are the gradients then, and why?
- make the target 0: which boxes turn from orange to blue?
"""

# %%
x, w1, w2, target = Value(2.0), Value(0.5), Value(0.8), 1.0  # change me

z1 = w1 * x
a1 = sigmoid(z1)
z2 = w2 * a1
L = (z2 - target) ** 2
L.backward()
draw(L, labels=locals(), direction="TB")

# %% [markdown]
r"""
## What to remember

- Along a chain, rates multiply; each link is taken at the numbers of the forward pass.
- Where several paths lead from a number to the result, their products are added.
- The backward pass does both, box by box, from the result to the leaves.
- $\sigma' = \sigma \, (1 - \sigma)$ and $\tanh' = 1 - \tanh^2$. <!-- answer -->
- To lower a loss, move each weight against the sign of its gradient.

*To read on:* [Calculus on computational graphs](https://colah.github.io/posts/2015-08-Backprop/) by Christopher Olah.
"""

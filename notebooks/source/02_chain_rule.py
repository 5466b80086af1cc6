# %% [markdown]
"""
# 2. The chain rule

**The question.** If y depends on g, and g depends on x, how fast does y change with x?

**Afterwards you can**

- differentiate a function of a function by hand, link by link;
- read the same answer off a graph, and watch the player compute it;
- say when to multiply, and when to add;
- compute by hand both gradients of a network with two weights, to the last digit.

**Time.** 35 minutes. **Before this.** [1. Derivatives](01_derivatives.ipynb).
"""

# %%
from autograd_lite import Value, draw, exp, explain, grad, numerical_derivative, sigmoid, steps
from autograd_lite.course import check

# %% [markdown]
"""
## Rates multiply

One turn of the pedals turns the wheel of a bicycle three times. One turn of the wheel carries you two metres. How far
does one turn of the pedals carry you? Six metres: three times two. You have just used the **chain rule**.

Functions do the same. Let `g = 3x + 2` and `y = g²`, and stand at `x = 2`.

- When x moves, g moves three times as fast: dg/dx = 3.
- When g moves, y moves 2g times as fast, and g is 8 here: dy/dg = 16.
- So when x moves, y moves 16 · 3 = 48 times as fast.

dy/dx = dy/dg · dg/dx

The engine says the same, link by link:
"""

# %% tags=["row:A5"]
x = Value(2.0, label="x")
g = 3 * x + 2
g.label = "g"
y = g**2
y.label = "y"
y.backward()

inner = grad(lambda x: 3 * x + 2)(2.0)
(outer,) = y.local_derivatives()
print(f"g = {g.data:g}   y = {y.data:g}")
print(f"dy/dg = {outer:g}   dg/dx = {inner:g}   dy/dx = {x.grad:g}")
assert (g.data, y.data) == (8.0, 64.0)
assert (outer, inner) == (16.0, 3.0)
assert x.grad == outer * inner == 48.0

# %% [markdown]
"""
Two ways to be sure. Multiply the square out: (3x + 2)² = 9x² + 12x + 4, with the derivative 18x + 12, which is 48 at 2.
And nudge it.
"""

# %%
nudged = numerical_derivative(lambda x: (3 * x + 2) ** 2, 2.0)
print(f"multiplied out: {18 * 2 + 12}   nudged: {nudged:.6f}")
assert 18 * 2 + 12 == 48
assert abs(nudged - 48) < 1e-6

# %% [markdown]
"""
### Exercise 2.1

By hand: what is dy/dx of `y = (5x − 1)²` at `x = 1`?
"""

# %% [markdown] tags=["hint"]
"""
The inside is g = 5x − 1. What is it at 1? How fast does g move with x, and how fast does g² move with g?
"""

# %% tags=["exercise"]
slope_at_1 = 2 * (5 * 1 - 1) * 5  # solution
check("2.1", slope_at_1)

# %% [markdown] tags=["solution"]
"""
g = 4, so the outer link is 2g = 8; the inner one is 5.
"""

# %% [markdown]
"""
## By graph

In a picture the chain rule is a walk. Start at `y` with 1, follow the edges back to `x`, and multiply by the number on
every edge that you cross.
"""

# %%
draw(y)

# %% [markdown]
"""
From right to left: 1 · 16 · 1 · 3 = 48. The 1 on the way belongs to the `+ 2`: adding a constant changes where a
function is, not how fast it moves.

**Predict.** What happens to dy/dx if the `+ 2` becomes `+ 10`? It does not change the link of the sum, that stays 1.
So does dy/dx stay 48?
"""

# %% [markdown] tags=["reveal"]
"""
No: it becomes 96. The link of the sum stays 1, but g is now 16, and the *outer* link 2g is taken at g. Every link is
taken at the numbers that the forward pass left there. That is why the forward pass comes first, and why the graph keeps
its numbers.
"""

# %% tags=["reveal"]
slope = grad(lambda x: (3 * x + 10) ** 2)(2.0)
print(slope)
assert slope == 2 * 16 * 3 == 96.0

# %% [markdown]
"""
## By the player

Here is the same computation in the player, as a quiz: before each step of the way back it asks for the number. You know
all of them by now.
"""

# %%
x = Value(2.0, label="x")
triple = 3 * x
triple.label = "triple"
g = triple + 2
g.label = "g"
y = g**2
y.label = "y"
steps(y, quiz=True)

# %% [markdown]
"""
A chain may have any number of links. For three functions one inside the other, y = f(g(h(x))), it is

dy/dx = f'(g(h(x))) · g'(h(x)) · h'(x)

and each derivative is taken where its own function is.

### Exercise 2.2

The bell curve is y = exp(−x²/2). Write its derivative, by hand, as a function of `x`. (`exp` is imported. Its
derivative is itself.)
"""

# %% [markdown] tags=["hint"]
"""
Outside: exp of something, whose derivative is exp of the *same* something. Inside: −x²/2. What is the derivative of
that?
"""


# %% tags=["exercise"]
def bell_slope(x):
    return exp(-(x**2) / 2) * -x  # solution


check("2.2", bell_slope)

# %% [markdown] tags=["solution"]
"""
The outer link is the bell curve itself, the inner one is −x.
"""

# %% [markdown]
"""
## Where two paths meet, add

So far there was one way from x to y. Often there are several, because x is used more than once:

y = (x + 1) · x²

If x moves, *both* factors move, and each of them moves y.

**Predict.** At x = 2 the first factor is 3 and the second 4. What does y gain, for each unit of x, through the first
factor alone? Through the second alone? And in all?
"""

# %% [markdown] tags=["reveal"]
"""
Through the first: the sum moves as fast as x, and y moves 4 times as fast as it: 1 · 4 = 4. Through the second: x²
moves 2x = 4 times as fast as x, and y 3 times as fast as that: 4 · 3 = 12. In all 4 + 12 = 16. Multiplied out, y =
x³ + x², and 3x² + 2x is 16 at 2, too.

**Multiply along a path, add over the paths.** That is the whole chain rule.
"""

# %%
x = Value(2.0, label="x")
more = x + 1
more.label = "more"
square = x**2
square.label = "square"
y = more * square
y.label = "y"
y.backward()
assert x.grad == 1 * 4 + 4 * 3 == 3 * 2**2 + 2 * 2 == 16.0
explain(y, wrt=x)

# %% [markdown]
"""
`explain` lists every path from the result down to `x`, with the product along it, and the sum.

This is what `backward()` computes, too, but it is cleverer: it does not walk path by path, since there may be millions
of them. It visits every box *once*, from right to left, and collects there what arrives, before it goes on. Lesson 7
shows why that gives the same sum.

### Exercise 2.3

Now y = (2x + 1) · x² at x = 1. Give the products along the two paths, as a list, in any order.
"""

# %% [markdown] tags=["hint"]
"""
At x = 1 the first factor is 3 and the second 1. How fast does each factor move with x, and how fast does y move with
each?
"""

# %% tags=["exercise"]
products = [2 * 1, 2 * 1 * 3]  # solution
check("2.3", products)

# %% [markdown] tags=["solution"]
"""
Through 2x + 1 the path is 2 · 1 = 2; through x² it is 2 · 3 = 6. The gradient is their sum, 8.
"""

# %% tags=["solution"]
slope = grad(lambda x: (2 * x + 1) * x**2)(1.0)
print(slope)
assert slope == 2 + 6 == 8.0

# %% [markdown]
"""
## A network with two weights

This is the smallest network that deserves the name. One input, one hidden neuron with a sigmoid, one output neuron
without. It is to answer y = 1 for the input x = 2, and its weights are w₁ = 0.5 and w₂ = 0.8.

- z₁ = w₁ · x
- a₁ = σ(z₁)
- z₂ = w₂ · a₁, which is the network's prediction, ŷ
- L = (z₂ − y)², the loss: how wrong it is

(Here y is the target, what the answer should be, and ŷ, read *y hat*, is what the network says. The whole course
keeps to this.)

To learn, the network must know ∂L/∂w₁ and ∂L/∂w₂. (The round ∂ instead of d says that there are other variables, which
are held still.) By hand, with plain numbers, from the right to the left:
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
dL_dw2 = dL_dz2 * a1  # z₂ = w₂ · a₁: the other factor
dL_da1 = dL_dz2 * w2  # and the other way round
dL_dz1 = dL_da1 * a1 * (1 - a1)  # σ' from its own value, as in lesson 1
dL_dw1 = dL_dz1 * x

print("∂L/∂w₂ =", dL_dw2)
print("∂L/∂w₁ =", dL_dw1)

# %% [markdown]
"""
And with Values, where only the forward part has to be written:
"""

# %% tags=["row:F1"]
x, w1, w2 = Value(2.0, label="x"), Value(0.5, label="w1"), Value(0.8, label="w2")
z1 = w1 * x
z1.label = "z1"
a1 = sigmoid(z1)
a1.label = "a1"
z2 = w2 * a1
z2.label = "z2"
L = (z2 - target) ** 2
L.label = "L"
L.backward()

for name, number in (("z₁", z1.data), ("a₁", a1.data), ("z₂", z2.data), ("L", L.data)):
    print(f"{name:7} = {number}")
print("∂L/∂w₂  =", w2.grad)
print("∂L/∂w₁  =", w1.grad)

assert abs(w2.grad - dL_dw2) < 1e-15
assert abs(w1.grad - dL_dw1) < 1e-15
assert abs(a1.data - 0.7310585786300049) < 1e-15
assert abs(z2.data - 0.5848468629040039) < 1e-15
assert abs(L.data - 0.17235212724064694) < 1e-15
assert abs(w2.grad - -0.6070025246383729) < 1e-15
assert abs(w1.grad - -0.2611969948022712) < 1e-15

# %%
steps(L)

# %% [markdown]
"""
**Predict.** Both gradients are below 0. Should the weights be made larger or smaller, if the loss is to fall?
"""

# %% [markdown] tags=["reveal"]
"""
Larger. A gradient below 0 says: if this weight grows, the loss falls. So go *against* the sign of the gradient. It
makes sense: the prediction 0.58 is below the target 1, and larger weights make it larger.
"""


# %% tags=["reveal"]
def loss(w1, w2):
    return (w2 * sigmoid(w1 * 2.0) - 1.0) ** 2


print(f"before {loss(0.5, 0.8):.4f}   w₁ + 0.1: {loss(0.6, 0.8):.4f}   w₂ + 0.1: {loss(0.5, 0.9):.4f}")
assert loss(0.6, 0.8) < loss(0.5, 0.8)
assert loss(0.5, 0.9) < loss(0.5, 0.8)
assert round(z2.data, 2) == 0.58
assert a1.data * (1 - a1.data) < 0.2

# %% [markdown]
"""
### Exercise 2.4

Write both gradients for *any* numbers, with floats and by hand: return ∂L/∂w₁ and ∂L/∂w₂, in this order. `sigmoid` is
imported.
"""

# %% [markdown] tags=["hint"]
"""
The lines "forward" and "backward" above are nearly the whole answer. Which links lie between L and w₁? The square, the
product with w₂, the sigmoid, the product with x.
"""


# %% tags=["exercise"]
def gradients(x, w1, w2, target):
    # solution:
    a1 = sigmoid(w1 * x)
    error = w2 * a1 - target
    along_w1 = 2 * error * w2 * a1 * (1 - a1) * x
    along_w2 = 2 * error * a1
    return along_w1, along_w2
    # end


check("2.4", gradients)

# %% [markdown]
"""
## Long chains of sigmoids

On its way to w₁ the gradient went through one sigmoid and was multiplied by a₁(1 − a₁), less than 0.2. Now picture a
network with many such layers in a row. Every one of them multiplies by its own σ', and none of these is above ¼.

### Exercise 2.5

Ten sigmoids in a row, each at its very steepest. By which factor does the way through them multiply a gradient? (Only
the ten links σ'; leave the weights aside.)
"""

# %% [markdown] tags=["hint"]
"""
The steepest slope of the sigmoid is ¼. Multiply along the chain: ten links.
"""

# %% tags=["exercise"]
factor = 0.25**10  # solution
check("2.5", factor)

# %% [markdown] tags=["solution"]
"""
Less than a millionth is left. This is the vanishing gradient: the first layers of such a network hardly learn.
"""

# %% tags=["solution"]
print(f"{factor:.1e}")
assert factor < 1e-6

# %% [markdown]
"""
## Your turn to change something

Change the weights, the input or the target, and watch the colours. Ideas:

- choose w₁ so large that the sigmoid is saturated. Which gradient dies, and which survives?
- make the prediction hit the target. What are the gradients then, and why?
- make the target 0: which boxes turn from orange to blue?
"""

# %%
x, w1, w2, target = Value(2.0, label="x"), Value(0.5, label="w1"), Value(0.8, label="w2"), 1.0  # change me

z1 = w1 * x
z1.label = "z1"
a1 = sigmoid(z1)
a1.label = "a1"
z2 = w2 * a1
z2.label = "z2"
L = (z2 - target) ** 2
L.label = "L"
L.backward()
draw(L)

# %% [markdown]
"""
## What to take along

- Along a chain, rates multiply; each link is taken at the numbers of the forward pass.
- Where several paths lead from a number to the result, their products are added.
- The backward pass does both, box by box, from the result to the leaves.
- To lower a loss, move each weight against the sign of its gradient.
"""

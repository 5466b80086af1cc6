# %% [markdown]
r"""
# 0. Start here

**The question.** What does a number need to remember, so that it can say afterwards how it came about?

**Afterwards you can**

- say what a `Value` is, and what it remembers;
- read the picture of a computation: boxes, edges, and the numbers on them;
- ask for a gradient, and check with a calculator that it is right;
- use the player to walk through a computation step by step.

**Time.** About 55 minutes. **Before this.** School algebra, and [the Python that the course uses](python.ipynb).
"""

# %% [markdown]
r"""
## A number with a memory

A neural network is, in the end, a long calculation with ordinary numbers. To improve it, we need to know how the
result would change if we turned one of the numbers in it a little. That is all that *training* asks for, over and over.

A `float` cannot help: the result of `2.0 * 3.0` is `6.0`, and nothing in that 6 tells you where it came from.
A `Value` can. It is a float that remembers.
"""

# %%
from autograd_lite import Value, draw, exp, steps
from autograd_lite.course import check

x = Value(3.0)
y = x * x + 2 * x
y

# %% [markdown]
r"""
You write the formula as you always would. The number is in `y.data`. `y` also knows which operation made it (`y.op`)
and from what (`y.parents`). A Value that you made yourself, such as `x`, has no parents; it is called a **leaf**.
"""

# %%
print("the number     ", y.data)
print("made by        ", y.op)
print("from           ", [parent.data for parent in y.parents])
print("x is a leaf    ", x.parents == ())

# %% tags=["test"]
assert y.data == 3.0 * 3.0 + 2 * 3.0 == 15.0

# %% [markdown]
r"""
**Predict.** How many parents does the product `x * x` have? One, since there is only one `x`, or two?
"""

# %% [markdown] tags=["reveal"]
r"""
Two, and both are `x`. A Value counts *uses*: `x * x` has a left and a right operand, and it just happens that the same
number stands on both sides. This will matter as soon as we ask how the product changes when `x` does.
"""

# %% tags=["reveal"]
square = x * x
len(square.parents)

# %% tags=["test"]
assert square.parents == (x, x)

# %% [markdown]
r"""
## Reading a graph

Values that point to what they were made from form a **graph**. `draw` shows it, and it is read from left to right, in
the order in which Python computed it. A Value does not know the name of your variable; `labels=locals()` hands all
names over to the picture.
"""

# %%
draw(y, labels=locals())

# %% [markdown]
r"""
Notice four things.

- **A box** is a Value: its name, the operation that made it, and its number. A Value that has no name is called
  `v1`, `v2`, and so on. (`square` is not here: `y` was not made from it.)
- **A thick border** marks a leaf. Plain numbers, like the 2 in `2 * x`, are written small and have no box: they do not
  change.
- **An edge** says "is used by". Two edges run from `x` to `x * x`, since it is used there twice.
- **The number on an edge** is the *local derivative*: how fast the right end changes if the left end does, all else
  held still. From `x` to `2 * x` it is 2, because a product with 2 moves twice as fast as its other factor.
"""

# %%
product, double = y.parents
print("x * x, along its two edges:", product.local_derivatives())
print("2 * x, along its one edge: ", double.local_derivatives())

# %% tags=["test"]
assert product.local_derivatives() == (3.0, 3.0)
assert double.local_derivatives() == (2.0,)

# %% [markdown]
r"""
**Predict.** Why is there a 3 on both edges into `x * x`?
"""

# %% [markdown] tags=["reveal"]
r"""
Hold the right factor still at 3 and move only the left one: the product moves three times as fast. The same the other
way round. In a product, the local derivative along one edge is the number at the start of the *other* edge.
"""

# %% [markdown]
r"""
### Exercise 0.1

Without running it: how many boxes are in the picture of `(a + b) * (a - c)`, leaves included?
"""

# %% [markdown] tags=["hint"]
r"""
Count the names, then count the operation signs. A name that occurs twice is still one Value.
"""

# %% tags=["exercise"]
boxes = 6  # solution
check("0.1", boxes)

# %% [markdown] tags=["solution"]
r"""
Three leaves (`a`, `b`, `c`) and three operations (`+`, `-`, `*`). Two edges leave `a`.
"""

# %% [markdown]
r"""
### Exercise 0.2

The other way round: here is the picture of a computation. Write it as a function that is given `a` and `b` and returns
the number in the last box, by the same operations in the same order. (It computes; it draws nothing.)
"""

# %%
a, b = Value(2.0), Value(3.0)
total = a + b
result = total * b
draw(result, labels=locals())

# %% [markdown] tags=["hint"]
r"""
Start at the right: the last box says which operation came last, and its two edges say what it was given.
"""


# %% tags=["exercise"]
def pictured(a, b):
    return (a + b) * b  # solution


check("0.2", pictured)

# %% [markdown]
r"""
## Asking for the gradient

Back to $y = x \cdot x + 2x$. How fast does $y$ change when $x$ does? Call `backward()` on the result, and every Value
that took part will know its answer, in `.grad`.
"""

# %%
y.backward()
print("∂y/∂x =", x.grad)
draw(y, labels=locals())

# %% [markdown]
r"""
Each box now shows one more number, its **gradient**: how fast the *final result* changes when this box does. It is
written $\frac{\partial y}{\partial x}$, or `∂y/∂x` in code; the round $\partial$ is read *del*. Blue boxes
push `y` up when they grow, orange ones would push it down; the stronger the colour, the harder they push.

You need not believe it. Move `x` a tiny bit, compute again, and see how far `y` has moved for each unit of `x`:
"""

# %%
h = 0.0001


def formula(x):
    return x * x + 2 * x


measured = (formula(3.0 + h) - formula(3.0)) / h
print(f"measured by a nudge: {measured:.4f}    said by backward(): {x.grad}")

# %% tags=["test"]
assert x.grad == 8.0
assert abs(measured - x.grad) < 0.001

# %% [markdown]
r"""
Eight, up to the crumb that the nudge leaves. Lesson 1 says where the crumb comes from.

Note that `formula` was called with floats here. The same function works with floats and with Values: a float when you
want only the number, a Value when you also want the memory.
"""

# %% [markdown]
r"""
### Exercise 0.3

At $x = 3$ the gradient of $y$ is 8. You are going to move $x$ from 3 to 3.01. By how much will $y$ change, if you trust
the gradient? Give the change, not the new value.
"""

# %% [markdown] tags=["hint"]
r"""
The gradient is the change of `y` *for each unit* of `x`. You move by a hundredth of a unit.
"""

# %% tags=["exercise"]
change = 8 * 0.01  # solution
check("0.3", change)

# %% [markdown] tags=["solution"]
r"""
Gradient times step. The truth is 0.0801: the gradient predicts almost, not quite, all of it, and the smaller the step,
the better it does.
"""

# %% tags=["solution"]
print(f"predicted {8 * 0.01}   truth {formula(3.01) - formula(3.0):.4f}")

# %% tags=["test"]
assert abs((formula(3.01) - formula(3.0)) - 0.0801) < 1e-12

# %% [markdown]
r"""
**Predict.** What is `x.grad` if you call `y.backward()` once more, without changing anything?
"""

# %% [markdown] tags=["reveal"]
r"""
Sixteen. `backward()` *adds* to what is already in `.grad`; it never overwrites. That is deliberate: when a number is
used in several places, or in several results, their contributions must add up. The price is that you set the gradient
back to 0 before you start afresh.
"""

# %% tags=["reveal"]
y.backward()
print("after a second backward():", x.grad)

# %% tags=["test"]
assert x.grad == 16.0

# %%
x.grad = 0.0
y.backward()
print("set to 0 before:", x.grad)

# %% tags=["test"]
assert x.grad == 8.0

# %% [markdown]
r"""
### Exercise 0.4

Write `slope(f, x)`. It is given a function and a float, and returns how fast the function changes there: make a Value,
call the function with it, go backward, and return the right number.
"""

# %% [markdown] tags=["hint"]
r"""
Four short lines. `Value(x)` makes the leaf; keep it in a variable, since its `.grad` is what you want in the end. A
function without a `return` gives nothing back.
"""


# %% tags=["exercise"]
def slope(f, x):
    # solution:
    leaf = Value(x)
    result = f(leaf)
    result.backward()
    return leaf.grad
    # end


check("0.4", slope)

# %% [markdown] tags=["solution"]
r"""
The leaf is made inside the function, so its gradient starts at 0 each time. `f` is called with the leaf, not with the
float `x`: a float remembers nothing. And `backward()` itself returns nothing; it leaves the gradients in `.grad`.
"""

# %% [markdown]
r"""
## The player

What does `backward()` do, in which order, with which numbers? The player shows it. It walks through a computation
twice: **forward**, box by box, until the result is known, and then **backward**, edge by edge, until every gradient is.

- *Next* and *Back*, or the arrow keys, take one step; *Play* takes them all.
- The box and the edge that are being worked on are lit. Beside the picture stands the rule, then the same rule with the
  numbers put in.
- The table keeps the gradients so far. What arrives at a box along an edge is called a **contribution**. When a second
  one arrives, you see old + contribution.
- Click a box to jump to the step where it is worked on.

Go on until the result is known, then slowly through the way back, and watch how `x` collects its gradient.
"""

# %%
steps(y, labels=locals())

# %% [markdown]
r"""
### Exercise 0.5

On the way back, `x` receives its gradient in several contributions that are added up. Which are they? Give them as a
list, in any order. (If your page does not run scripts, open the table of all steps below the picture.)
"""

# %% [markdown] tags=["hint"]
r"""
One contribution arrives along each edge that leaves `x`. It is the gradient at the right end of the edge times the
number on the edge.
"""

# %% tags=["exercise"]
contributions = [3, 3, 2]  # solution
check("0.5", contributions)

# %% [markdown] tags=["solution"]
r"""
Twice 3 from `x * x`, once for each of its factors, and 2 from `2 * x`. Their sum is the 8 that we know already.
"""

# %% [markdown]
r"""
## Your turn to change something

Change the formula in the next cell, or the numbers, and run it again. A few ideas:

- take `b` down to `-20.0`: `exp`, the power of the number $e$ that lesson 1 is about, hardly notices `a` any more.
  What becomes of the gradient of `a`?
- use `a` three times;
- divide by `b` instead of multiplying, and find the orange box.

The same picture can always be had as text: `print(draw(y, labels=locals()))`.
"""

# %%
a, b = Value(0.5), Value(-1.0)

y = exp(a * b) + a  # change me

y.backward()
draw(y, labels=locals())

# %% [markdown]
r"""
## What to remember

| word | what it means |
|---|---|
| Value | a float that remembers which operation made it, and from what |
| leaf | a Value that you made yourself; it has no parents |
| graph | all Values that a result was computed from, with an edge for every use |
| local derivative | how fast one operation's result changes with one of its inputs; the number on an edge |
| gradient | how fast the *final* result changes with a Value; in `.grad` after `backward()` |
| forward, backward | computing the numbers, left to right; then the gradients, right to left |

The field calls all this **automatic differentiation**, and going from the result back to the leaves its **reverse
mode**. All words of the course are in the [glossary](glossary.ipynb).

Where the numbers on the edges come from is the next lesson. Why multiplying along the edges and adding up the
contributions gives the gradient is the one after.
"""

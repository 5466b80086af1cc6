# %% [markdown]
r"""
# 4. Jacobians and Hessians

**The question.** What is the derivative of a function with several results? And what is the derivative of a gradient?

**Afterwards you can**

- write down a Jacobian row by row, and compute it with one backward pass a row;
- use it to predict all results at once, and say in what sense it is the best linear map;
- chain functions by multiplying their Jacobians;
- read a Hessian: bowl or saddle, and how strongly curved;
- take a Newton step, and say why networks are seldom trained by it.

**Time.** About 105 minutes; you may skip it. **Before this.** [3. Gradients](03_gradients.ipynb).

*This is the most mathematical lesson. Nothing in lessons 5 to 9 depends on it: where they need a matrix, they say what
it means. If you want to see a network learn first, go on with [5. Gradient descent](05_gradient_descent.ipynb) and
come back.*
"""

# %%
from math import log, sqrt

import matplotlib.pyplot as plt

from autograd_lite import Value, cos, dot, exp, explain, grad, hessian, hvp, jacobian, plots, sin, steps
from autograd_lite.course import check

# %% [markdown]
r"""
## Several results, row by row

A layer of a network takes several numbers and returns several. Here is a small function of this kind:

$$f(x, y) = (x^2 + y, \; 2x + 3y)$$

Each result has a gradient of its own. Write them one below the other, one *row* for each result, one *column* for each
input:

$$J = \begin{pmatrix} 2x & 1 \\ 2 & 3 \end{pmatrix}$$

Such a table of numbers is a **matrix**, its numbers are the **entries**, and this one is the **Jacobian** of $f$. For
$n$ inputs and $m$ results it has $m$ rows and $n$ columns; one says that it is $m \times n$.
"""


# %% tags=["row:C1"]
def f(point):
    x, y = point
    return [x**2 + y, 2 * x + 3 * y]


a = [1.0, 2.0]
J = jacobian(f)(a)
print("f  =", f(a))
for i, row in enumerate(J):
    print(f"row {i + 1} =", row)
elsewhere = jacobian(f)([-3.5, 2.0])
print("J at (-3.5, 2) =", elsewhere)

# %% tags=["test"]
assert J == [[2.0, 1.0], [2.0, 3.0]]
assert elsewhere == [[2 * -3.5, 1.0], [2.0, 3.0]]
assert J[0] == grad(lambda point: f(point)[0])(a)  # each row is the gradient of its result
assert J[1] == grad(lambda point: f(point)[1])(a)

# %% [markdown]
r"""
`jacobian` returns a list of rows. Like a gradient, a Jacobian belongs to a point; only its first entry, $2x$, moves
here, as all else in $f$ is straight.

**Predict.** A function takes three numbers and returns two. How many rows and columns does its Jacobian have?
"""

# %% [markdown] tags=["reveal"]
r"""
Two rows, one for each result, and three columns: it is $2 \times 3$. A function with a *single* result has a Jacobian
of one row, and that row is its gradient.
"""

# %% tags=["reveal"]
wide = jacobian(lambda p: [p[0] * p[1], p[1] + p[2]])([1.0, 2.0, 3.0])
print(wide)

# %% tags=["test"]
assert (len(wide), len(wide[0])) == (2, 3)

# %% [markdown]
r"""
### Exercise 4.1

By hand: the Jacobian of $f(x, y) = (x \cdot y, \; x + y^2, \; 3x)$ at the point $(2, 5)$, as a list of rows.
"""

# %% [markdown] tags=["hint"]
r"""
Three results, so three rows; two inputs, so two numbers in each. A result that does not depend on $y$ has the
derivative 0 with respect to $y$.
"""

# %% tags=["exercise"]
by_hand = [[5, 2], [1, 10], [3, 0]]  # solution
check("4.1", by_hand)

# %% [markdown] tags=["solution"]
r"""
The rows are $(y, x)$, $(1, 2y)$ and $(3, 0)$:

$$J = \begin{pmatrix} 5 & 2 \\ 1 & 10 \\ 3 & 0 \end{pmatrix}$$
"""

# %% [markdown]
r"""
### Exercise 4.2

Write `jacobian_of(f, point)` with backward passes. `point` is a list of floats; `f` takes a list and returns a list.
"""

# %% [markdown] tags=["hint"]
r"""
Make the leaves and call `f` once. Then, for each result: go backward from it and note the `.grad` of all leaves. What
must happen to `.grad` before the next result gets its turn?
"""


# %% tags=["exercise"]
def jacobian_of(f, point):
    # solution:
    leaves = [Value(number) for number in point]
    rows = []
    for result in f(leaves):
        for leaf in leaves:
            leaf.grad = 0.0
        result.backward()
        rows.append([leaf.grad for leaf in leaves])
    return rows
    # end


check("4.2", jacobian_of)

# %% [markdown] tags=["solution"]
r"""
Forward once, backward once for each row. A loss has one result: that is why one backward pass is enough for training.
"""

# %% [markdown]
r"""
## The best linear map

In lesson 3 the change of one result was, nearly, $\nabla f \cdot$ step. Now every result has its own row, so

$$f(a + h) \approx f(a) + J \, h$$

where $J \, h$ means: take the dot product of each row with the step $h$. (A **vector** is a list of numbers, such as a
point, a step or a gradient; the rule is called *matrix times vector*.) A function of this kind, in which every result
is a sum of the inputs, each times a fixed number, is a **linear map**: twice the step, twice the change.
"""


# %% tags=["row:C3"]
def times(matrix, vector):
    return [dot(row, vector) for row in matrix]


def plus(u, v):
    return [u[i] + v[i] for i in range(len(u))]


h = [0.01, 0.02]
change = times(J, h)
predicted = plus(f(a), change)
truth = f(plus(a, h))
print("predicted", [round(number, 8) for number in predicted])
print("truth    ", [round(number, 8) for number in truth])

# %% tags=["test"]
assert abs(predicted[0] - 3.04) < 1e-12
assert abs(truth[0] - 3.0401) < 1e-12
assert abs((truth[0] - predicted[0]) - h[0] ** 2) < 1e-12
assert abs(truth[1] - 8.08) < 1e-12
assert abs(truth[1] - predicted[1]) < 1e-12

# %% [markdown]
r"""
The first result is off by the square of the step of $x$. The second one is straight, and is predicted exactly.

In which sense is $J$ the *best* map? Put 2.5 in place of the 2 in its first row, and shrink the step. The error *for
each unit of the step* tells them apart:
"""

# %%
print("step     error/step with J   with another map")
for size in (0.1, 0.01, 0.001):
    rise = f([1.0 + size, 2.0])[0] - f(a)[0]
    print(f"{size:<6}{abs(rise - 2 * size) / size:14.4f}{abs(rise - 2.5 * size) / size:20.4f}")

# %% [markdown]
r"""
With $J$ it goes to 0; with any other matrix something is left. Only one map can do that, and **the Jacobian is the
linear map that a smooth function looks like from very near**. (*Smooth* means that there are derivatives and that they
do not jump, as that of ReLU does at its kink.)

The picture shows it. The function turns a distance $r$ and an angle $\theta$ into a point of the plane,
$(r \cos\theta, r \sin\theta)$. Solid and blue: what it makes of a square net. Dashed and orange: what the best linear
map, taken at the corner of the net, makes of it.

- Shrink the net to 0.5 and 0.1 (look at the axes, too). When can you no longer tell the two apart?
- Move the corner: what does the square become near $r = 0$?
"""


# %%
def polar(point):
    r, angle = point
    return [r * cos(angle), r * sin(angle)]


def draw_line(ax, points, **style):
    ax.plot([p[0] for p in points], [p[1] for p in points], **style)


corner, size = [1.0, 0.3], 1.0  # change me

ts = [k / 20 for k in range(21)]
net = [[(t, c) for t in ts] for c in ts[::5]] + [[(c, t) for t in ts] for c in ts[::5]]
J = jacobian(polar)(corner)
_, ax = plt.subplots(figsize=(5, 4))
for line in net:
    walk = [[size * p, size * q] for p, q in line]
    draw_line(ax, [polar(plus(corner, h)) for h in walk], color="#0072b2")
    draw_line(ax, [plus(polar(corner), times(J, h)) for h in walk], color="#e69f00", linestyle="--")
ax.set(xlabel="r cos θ", ylabel="r sin θ", aspect="equal")
plt.show()

# %% tags=["test"]
r, angle = corner
by_formula = [[cos(angle), -r * sin(angle)], [sin(angle), r * cos(angle)]]
assert all(abs(J[i][j] - by_formula[i][j]) < 1e-12 for i in (0, 1) for j in (0, 1))

# %% [markdown]
r"""
### Exercise 4.3

Write `predict(f, a, h)`: what the best linear map at `a` says that `f(a + h)` is, as a list. `jacobian`, `times` and
`plus` are there to be used.
"""

# %% [markdown] tags=["hint"]
r"""
Old values + $J \, h$. `f` itself is called at `a` only.
"""


# %% tags=["exercise"]
def predict(f, a, h):
    return plus(f(a), times(jacobian(f)(a), h))  # solution


check("4.3", predict)

# %% [markdown]
r"""
## The chain rule, with matrices

Let a second function take over where $f$ ends. It takes $u$ and $v$, the two results of $f$, and makes three of them:

$$g(u, v) = (u \cdot v, \; u - v, \; v^2)$$

A small step $h$ of $(x, y)$ changes $(u, v)$ by nearly $J_f \, h$. That in turn is a small step for $g$, and changes
its results by nearly $J_g \, (J_f \, h)$. One matrix after the other: written as one, it is their **product**. The
entry in row $i$ and column $j$ of a product is the dot product of row $i$ of the left matrix and column $j$ of the
right one. So

$$J_{g \circ f} = J_g \, J_f$$

where $g \circ f$ means: first $f$, then $g$. The chain rule of lesson 2,
$\frac{dy}{dx} = \frac{dy}{dg} \cdot \frac{dg}{dx}$, is the case of $1 \times 1$.

**Predict.** $f$ is taken at $a = (1, 2)$. At which point must $J_g$ be taken?
"""

# %% [markdown] tags=["reveal"]
r"""
At $f(a) = (3, 8)$, since that is where $g$ stands. It is the same as in lesson 2: every link is taken at the numbers
that the forward pass left there.
"""


# %% tags=["row:C2"]
def g(point):
    u, v = point
    return [u * v, u - v, v**2]


def both(point):
    return g(f(point))


def product(left, right):
    columns = [[row[j] for row in right] for j in range(len(right[0]))]
    return [[dot(row, column) for column in columns] for row in left]


inner, outer = jacobian(f)(a), jacobian(g)(f(a))
chained = product(outer, inner)
print("J of f          =", inner)
print("J of g          =", outer)
print("their product   =", chained)
print("J of g after f  =", jacobian(both)(a))

h = 0.00001  # a nudge of one input moves all results, and so measures a column
right, left = both([1.0 + h, 2.0]), both([1.0 - h, 2.0])
column = [(right[i] - left[i]) / (2 * h) for i in range(3)]
print("column 1, by a nudge:", [round(number, 4) for number in column])

# %% tags=["test"]
assert f(a) == [3.0, 8.0]
assert outer == [[8.0, 3.0], [1.0, -1.0], [0.0, 16.0]]
assert chained == jacobian(both)(a) == [[22.0, 17.0], [0.0, -2.0], [32.0, 48.0]]
assert all(abs(column[i] - chained[i][0]) < 1e-6 for i in range(3))

# %% [markdown]
r"""
In full:

$$\begin{pmatrix} 8 & 3 \\ 1 & -1 \\ 0 & 16 \end{pmatrix} \begin{pmatrix} 2 & 1 \\ 2 & 3 \end{pmatrix}
= \begin{pmatrix} 22 & 17 \\ 0 & -2 \\ 32 & 48 \end{pmatrix}$$

Look at one entry: the 22 says how fast $u \cdot v$ moves with $x$. It is the dot product of row 1 on the left,
$(8, 3)$, and column 1 on the right, $(2, 2)$: $8 \cdot 2 + 3 \cdot 2$. One product for the way through $u$, one for the
way through $v$, and the sum of both. **Multiply along a path, add over the paths**: the product of matrices *is* that
rule, for all pairs of ends at once.
"""

# %%
x, y = Value(1.0), Value(2.0)
u, v = f([x, y])
result = u * v
result.backward()
explain(result, wrt=x, labels=locals())

# %% tags=["test"]
assert x.grad == 8 * 2 + 3 * 2 == chained[0][0]
assert y.grad == 8 * 1 + 3 * 3 == chained[0][1]

# %% [markdown]
r"""
In the player, watch how the backward pass arrives at `u` and `v` with the 8 and the 3, a row of $J_g$, and goes on to
`x` and `y` with that row times $J_f$. It carries one row from right to left, and never writes down a whole matrix. The
field calls this a *vector-Jacobian product*.
"""

# %%
steps(result, labels=locals())

# %% [markdown]
r"""
### Exercise 4.4

Multiply these two by hand, and give $A B$ as a list of rows:

$$A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \qquad B = \begin{pmatrix} 0 & 1 \\ 5 & 1 \end{pmatrix}$$
"""

# %% [markdown] tags=["hint"]
r"""
The first entry: row 1 of $A$ is $(1, 2)$, column 1 of $B$ is $(0, 5)$. Their dot product is $1 \cdot 0 + 2 \cdot 5$.
"""

# %% tags=["exercise"]
A_times_B = [[10, 3], [20, 7]]  # solution
check("4.4", A_times_B)

# %% [markdown] tags=["solution"]
r"""
$B A$ would be another matrix. The order counts: the function that comes first stands on the right.
"""

# %% tags=["solution"]
A, B = [[1, 2], [3, 4]], [[0, 1], [5, 1]]
print("A B =", product(A, B), "  B A =", product(B, A))

# %% tags=["test"]
assert product(A, B) == [[10, 3], [20, 7]]
assert product(B, A) == [[3, 4], [8, 14]]

# %% [markdown]
r"""
## The derivative of a gradient

A gradient takes a point and returns as many numbers: it is itself a function with several results. So it has a
Jacobian, and that is called the **Hessian**, $H$. Its entries are second derivatives, and they say how the slopes
change, that is, how the landscape is *curved*.

Take $x^2 + 3xy + y^2$ from lesson 3. Its gradient is $(2x + 3y, \; 3x + 2y)$, so its Hessian is

$$H = \begin{pmatrix} 2 & 3 \\ 3 & 2 \end{pmatrix}$$

It is **symmetric**: its rows are its columns. Every Hessian of a smooth function is, since to differentiate with
respect to $x$ and then to $y$ is the same as first to $y$ and then to $x$.
"""


# %%
def saddle(point):
    x, y = point
    return x**2 + 3 * x * y + y**2


H = hessian(saddle)([1.0, 1.0])
print(H)

# %% tags=["test"]
assert H == [[2.0, 3.0], [3.0, 2.0]] == jacobian(grad(saddle))([1.0, 1.0])

# %% [markdown]
r"""
**Predict.** At $(0, 0)$ the gradient is $(0, 0)$. Both squares have a + in front. So is $(0, 0)$ the minimum?
"""

# %% [markdown] tags=["reveal"]
r"""
No. Walk along $(t, -t)$: the height is $t^2 - 3t^2 + t^2 = -t^2$, and it falls to both sides. Along $(t, t)$ it is
$5t^2$ and rises. Level at the middle, up one way, down the other: that is a **saddle**.
"""

# %%
ax = plots.surface(lambda x, y: saddle([x, y]), (0.0, 0.0), limits=((-3.0, 3.0), (-3.0, 3.0)))

# %% tags=["test"]
assert grad(saddle)([0.0, 0.0]) == [0.0, 0.0]
for t in (-2.0, 0.5, 1.0):
    assert saddle([t, -t]) == -(t**2)
    assert saddle([t, t]) == 5 * t**2

# %% [markdown]
r"""
How strongly is a landscape curved in a direction $v$, one unit long? Walk along $v$ and take the second derivative. It
can be had from the Hessian: it is $v \cdot (H \, v)$, the **curvature** in this direction. (The slope along the walk is
$\nabla f \cdot v$. On one unit of the way the gradient changes by $H \, v$, so that slope changes by
$(H \, v) \cdot v$.) Above 0 the ground curves up, like a bowl, below 0 down, like a hill.
"""


# %%
def curvature(matrix, v):
    return dot(v, times(matrix, v))


def by_walking(v):
    return grad(grad(lambda t: saddle([t * v[0], t * v[1]])))(0.0)


north_east, south_east = [1 / sqrt(2), 1 / sqrt(2)], [1 / sqrt(2), -1 / sqrt(2)]
for name, v in (("north-east", north_east), ("south-east", south_east)):
    print(f"to the {name}: {curvature(H, v):5.2f}   by walking: {by_walking(v):5.2f}")

# %% tags=["test"]
for v in (north_east, south_east):
    assert abs(curvature(H, v) - by_walking(v)) < 1e-12
assert abs(curvature(H, north_east) - 5) < 1e-12
assert abs(curvature(H, south_east) + 1) < 1e-12

# %% [markdown]
r"""
### Exercise 4.5

By hand: the Hessian of $f(x, y) = x^2 y + y^3$ at the point $(3, 2)$, as a list of rows.
"""

# %% [markdown] tags=["hint"]
r"""
First the gradient: $\frac{\partial f}{\partial x} = 2xy$ and $\frac{\partial f}{\partial y} = x^2 + 3y^2$. Then its
Jacobian, row by row. Only at the end put in $x = 3$ and $y = 2$.
"""

# %% tags=["exercise"]
second_derivatives = [[2 * 2, 2 * 3], [2 * 3, 6 * 2]]  # solution
check("4.5", second_derivatives)

# %% [markdown] tags=["solution"]
r"""
The rows are $(2y, 2x)$ and $(2x, 6y)$. It is symmetric, as it must be.
"""

# %% [markdown]
r"""
## Newton's method

How do you find a minimum? At it, the slope is 0. First with one number to turn. Near $x$, the slope is

$$f'(x + s) \approx f'(x) + f''(x) \cdot s$$

Which step $s$ makes it 0? $s = -f'(x) / f''(x)$. In other words: replace the curve by the parabola that has the same
slope and the same curvature, go to the parabola's lowest point, and repeat. That is **Newton's method**.

Take $e^x - 2x$. Its slope is $e^x - 2$, so its minimum is at $\ln 2 = 0.693\ldots$ Try other starting points in the
picture, such as 1, 0 and −0.5: where does the parabola send you?
"""


# %%
def curve(x):
    return exp(x) - 2 * x


start = 2.0  # change me
ax = plots.taylor(curve, start, orders=(2,), lo=-1.5, hi=3.0)

# %%
x = 2.0
for k in range(4):
    print(f"step {k}: x = {x:.10f}   error = {abs(x - log(2)):.1e}")
    x = x - grad(curve)(x) / grad(grad(curve))(x)

# %% [markdown]
r"""
**Predict.** How large, about, is the error after one more step? (Compare each error with the square of the one before.)
"""

# %% [markdown] tags=["reveal"]
r"""
About $4 \cdot 10^{-5}$, and $9 \cdot 10^{-10}$ after another one: each error is nearly half the square of the one
before. So the number of right digits *doubles* with every step.
"""

# %% tags=["reveal"]
x, errors = 2.0, []
for _ in range(6):
    errors.append(abs(x - log(2)))
    x = x - grad(curve)(x) / grad(grad(curve))(x)
print([f"{error:.0e}" for error in errors])

# %% tags=["test"]
assert abs(grad(curve)(log(2))) < 1e-12
assert all(0.4 < errors[k + 1] / errors[k] ** 2 < 0.6 for k in (2, 3))

# %% [markdown]
r"""
### Exercise 4.6

The same thought finds where a function *itself* is 0, such as $x^2 - 2$ at $\sqrt2$. Replace the curve by its tangent
this time, and go where the tangent is 0. Write `step_to_zero(f, x)`: the new x after one such step.
"""

# %% [markdown] tags=["hint"]
r"""
The tangent says $f(x + s) \approx f(x) + f'(x) \cdot s$ (lesson 1). Which step $s$ makes the right side 0? The new x is
$x + s$.
"""


# %% tags=["exercise"]
def step_to_zero(f, x):
    return x - f(x) / grad(f)(x)  # solution


check("4.6", step_to_zero)

# %% [markdown] tags=["solution"]
r"""
$s = -f(x) / f'(x)$. With the slope in the place of $f$ it is the step to a minimum. From 1.5, three steps give $\sqrt2$
in twelve digits.
"""

# %% tags=["solution"]
x = 1.5
for _ in range(3):
    x = x - (x**2 - 2) / (2 * x)
print(f"{x:.14f}   √2 = {sqrt(2):.14f}")

# %% tags=["test"]
assert 1e-13 < abs(x - sqrt(2)) < 5e-12

# %% [markdown]
r"""
### With several numbers

Back to minima. The best linear map of the *gradient* is the Hessian, so near a point

$$\nabla f(a + s) \approx \nabla f(a) + H \, s$$

and the step that makes it zero solves $H \, s = -\nabla f(a)$: two equations for two unknowns, or $n$ for $n$.

Remember the oval bowl $x^2 + 4y^2$ of lesson 3. At $(1, 1)$ the steepest way down, $(-2, -8)$, missed the minimum,
because the bowl is curved four times as much in $y$ as in $x$. The Hessian knows that.
"""


# %% tags=["row:C4"]
def bowl(point):
    return point[0] ** 2 + 4 * point[1] ** 2


def solve(matrix, b):
    """The step with matrix · step = b, for two equations."""
    (p, q), (r, s) = matrix
    return [(s * b[0] - q * b[1]) / (p * s - q * r), (p * b[1] - r * b[0]) / (p * s - q * r)]


here = [1.0, 1.0]
slopes, H = grad(bowl)(here), hessian(bowl)(here)
step = solve(H, [-slope for slope in slopes])
print("Hessian              ", H)
print("curvature, east      ", curvature(H, [1.0, 0.0]))
print("curvature, north     ", curvature(H, [0.0, 1.0]))
print("curvature, north-east", round(curvature(H, north_east), 6))
print("steepest way down    ", [-slope for slope in slopes])
print("Newton's step        ", step, "leads to", plus(here, step))

# %% tags=["test"]
assert H == [[2.0, 0.0], [0.0, 8.0]]
assert times(H, step) == [-2.0, -8.0]
assert plus(here, step) == [0.0, 0.0]
assert abs(curvature(H, north_east) - 5) < 1e-12

# %% [markdown]
r"""
One step, straight to the bottom. For anything **quadratic**, in which numbers are multiplied in pairs at most, it is
always one step, since then the slopes are straight and their prediction is exact.

**Predict.** You stand on the saddle $x^2 + 3xy + y^2$ at $(1, -1)$, where its height is −1. Where does Newton's step
lead, and is it lower there?
"""

# %% [markdown] tags=["reveal"]
r"""
To $(0, 0)$, at the height 0: it goes *up*. In the middle of a saddle the slope is 0, and that is all that Newton's
method looks for.
"""

# %% tags=["reveal"]
slopes = grad(saddle)([1.0, -1.0])
step = solve([[2.0, 3.0], [3.0, 2.0]], [-slope for slope in slopes])
print("Newton's step leads to", plus([1.0, -1.0], step))

# %% tags=["test"]
assert saddle([1.0, -1.0]) == -1.0
assert plus([1.0, -1.0], step) == [0.0, 0.0]

# %% [markdown]
r"""
Newton's method looks for any place where the slope is 0: bottoms, but also saddles and hilltops. It helps only where
the ground curves up in every direction. That is one reason why networks are seldom trained by it. The other is the
price. With 10,000 weights the Hessian has $10{,}000 \cdot 10{,}000 = 100$ million entries, and the equations are still
to be solved.

What one can afford is the Hessian times *one* vector, which tells the curvature in one direction: `hvp` computes it
without ever forming $H$.
"""

# %%
product_with_v = hvp(saddle, ([1.0, 1.0],), (south_east,))
print("H v       =", [round(number, 6) for number in product_with_v])
print("v · (H v) =", round(dot(south_east, product_with_v), 6))

# %% tags=["test"]
by_hand = times([[2.0, 3.0], [3.0, 2.0]], south_east)
assert all(abs(p - q) < 1e-12 for p, q in zip(product_with_v, by_hand, strict=True))
assert 10_000 * 10_000 == 100_000_000

# %% [markdown]
r"""
## What to remember

- A Jacobian has a row for each result and a column for each input. A row costs one backward pass.
- $f(a + h) \approx f(a) + J \, h$, and no other linear map does as well near $a$.
- $J_{g \circ f} = J_g \, J_f$, with $J_g$ taken at $f(a)$: multiply along the paths, add over them.
- The Hessian is the Jacobian of the gradient. $v \cdot (H \, v)$ is the curvature in the direction $v$. Where the
  gradient is 0, curvatures above 0 in every direction mean a bowl, both signs mean a saddle.
- Newton's step solves $H \, s = -\nabla f$. It is superb near a minimum, blind to what kind of point it finds, and too
  expensive for many weights. What is left is to go down by small steps: the next lesson.

*To see it move:* [Essence of linear algebra](https://www.3blue1brown.com/topics/linear-algebra) by 3Blue1Brown.
"""

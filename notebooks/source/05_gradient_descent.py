# %% [markdown]
r"""
# 5. Gradient descent

**The question.** The gradient says which way is down. How far should we walk before we ask again, and will we arrive?

**Afterwards you can**

- take steps of gradient descent by hand, and write the loop that takes the rest;
- read a path on contour lines, and a loss on a logarithmic axis;
- say from the curvature whether a learning rate creeps, lands, swings or blows up;
- explain what momentum remembers, and what it is good for.

**Time.** About 80 minutes. **Before this.** [3. Gradients](03_gradients.ipynb).

*Of lesson 4 nothing is needed but a word:* **curvature** *is the second derivative of lesson 1, along the direction in
which one walks.*
"""

# %%
import matplotlib.pyplot as plt

from autograd_lite import Value, grad, optim, plots, sigmoid, steps
from autograd_lite.course import check

# %% [markdown]
r"""
## One step

The gradient points up the steepest way. So we go the other way, and we go far where it is steep:

$$\theta \leftarrow \theta - \eta \, \nabla f$$

$\theta$ (*theta*) stands for all the numbers that we may turn, and the arrow for *becomes*. $\eta$ (*eta*) is the
**learning rate**: how far we go for each unit of slope. This one line, refined here and there, trains nearly every
network. Here it is on a small landscape:

$$f(x, y) = (x - 3)^2 + 2(y + 1)^2 \qquad \frac{\partial f}{\partial x} = 2(x - 3) \qquad
\frac{\partial f}{\partial y} = 4(y + 1)$$

Its minimum can be seen without any calculus: $(3, -1)$, where both squares are 0. We start at $(0, 0)$ and pretend not
to know.

**Predict.** In the first step, which of $x$ and $y$ grows, which shrinks, and which moves farther?
"""

# %% [markdown] tags=["reveal"]
r"""
At $(0, 0)$ the gradient is $(-6, 4)$. We go against it: $x$ grows and $y$ shrinks, which is the way to $(3, -1)$. $x$
moves farther, since its slope is larger in size.
"""


# %%
def f(x, y):
    return (x - 3) ** 2 + 2 * (y + 1) ** 2


x, y = Value(0.0), Value(0.0)
height = f(x, y)
steps(height, labels=locals())

# %% [markdown]
r"""
Two steps with $\eta = 0.1$, and at each point the height and the gradient there:
"""

# %% tags=["row:D1"]
x, y, rate = 0.0, 0.0, 0.1
for step in range(3):
    along_x, along_y = grad(f, argnums=(0, 1))(x, y)
    print(f"step {step}: ({x:.2f}, {y:.2f})   f = {f(x, y):.5g}   ∇f = ({along_x:.4g}, {along_y:.4g})")
    x, y = x - rate * along_x, y - rate * along_y

# %% tags=["test"]
at = (0.0, 0.0)
for height, place in ((11, (0, 0)), (6.48, (0.6, -0.4)), (3.9456, (1.08, -0.64))):
    slopes = grad(f, argnums=(0, 1))(*at)
    assert slopes == (2 * (at[0] - 3), 4 * (at[1] + 1))
    assert (round(at[0], 12), round(at[1], 12)) == place
    assert round(f(*at), 12) == height
    at = (at[0] - 0.1 * slopes[0], at[1] - 0.1 * slopes[1])

# %% [markdown]
r"""
$f$ falls from 11 to 6.48 to 3.9456. The slope gets smaller as we come nearer, and so do the steps, although $\eta$
stays the same.

### Exercise 5.1

Take the third step by hand, from $(1.08, -0.64)$. Where does it lead? Give `[x, y]`.
"""

# %% [markdown] tags=["hint"]
r"""
The gradient there stands in the last line above. A tenth of it is *subtracted*.
"""

# %% tags=["exercise"]
third = [1.08 - 0.1 * -3.84, -0.64 - 0.1 * 1.44]  # solution
check("5.1", third)

# %% [markdown]
r"""
### Exercise 5.2

Let the computer walk. Write `descend(f, start, rate, count)`, which takes `count` steps from `start`, a pair of floats,
and returns the list of all points on the way, `start` included. `grad(f, argnums=(0, 1))(x, y)` is the pair of slopes.
"""

# %% [markdown] tags=["hint"]
r"""
Keep `x` and `y`, and a list with the start in it. In each round: ask for both slopes, *then* move both numbers, then
append the new pair.
"""


# %% tags=["exercise"]
def descend(f, start, rate, count):
    # solution:
    x, y = start
    path = [(x, y)]
    for _ in range(count):
        along_x, along_y = grad(f, argnums=(0, 1))(x, y)
        x, y = x - rate * along_x, y - rate * along_y
        path.append((x, y))
    return path
    # end


check("5.2", descend)

# %% [markdown]
r"""
## The loop that trains everything

With the engine the loop has four lines, and you will see them again in the lessons to come: forget the old
gradients, compute the loss, go backward, step. `optim.SGD` holds the numbers to be moved; its `step()` subtracts `lr`
times `.grad` from each. (The name is *stochastic gradient descent*: in large trainings each step looks at a few
examples only, drawn at random. Here there is nothing random in it. Lesson 8 has more.)

The landscape is the round bowl of lesson 3, $L(w_1, w_2) = (w_1 - 1)^2 + (w_2 + \frac12)^2$.
"""


# %% tags=["row:D2"]
def bowl(w1, w2):
    return (w1 - 1) ** 2 + (w2 + 0.5) ** 2


def walk(f, start, rate, count, momentum=0.0):
    point = [Value(x) for x in start]
    optimizer = optim.SGD(point, lr=rate, momentum=momentum)
    path = [start]
    for _ in range(count):
        optimizer.zero_grad()
        loss = f(*point)
        loss.backward()
        optimizer.step()
        path.append(tuple(p.data for p in point))
    return path


start = (-1.5, 1.5)
path = walk(bowl, start, rate=0.1, count=30)
for step in (0, 1, 2, 5, 10, 20, 30):
    w1, w2 = path[step]
    print(f"step {step:2}:  ({w1:.9g}, {w2:.9g})   L = {bowl(w1, w2):.5g}")

# %% tags=["test"]
assert [round(w, 12) for w in (*path[1], *path[5])] == [-1.0, 1.1, 0.1808, 0.15536]
assert [round(w, 8) for w in path[30]] == [0.99690515, -0.49752412]
assert abs(bowl(*path[30]) - 1.5708e-5) < 1e-9

# %% [markdown]
r"""
**Predict.** Look at the distance from $w_1$ to its goal, 1: at first it is 2.5, then 2, then 1.6. What is it after the
next step, and by what is it multiplied every time?
"""

# %% [markdown] tags=["reveal"]
r"""
1.28, and 0.8. The slope of $(w_1 - 1)^2$ is $2 \cdot (w_1 - 1)$, twice the distance. A step takes away
$\eta \cdot 2 = 0.2$ of the distance, and 0.8 of it is left. The same holds for $w_2$; so the path is a straight line.
The loss is the *square* of a distance, and is multiplied by $0.8^2 = 0.64$.
"""

# %% tags=["reveal"]
distances = [1 - w1 for w1, w2 in path]
print([round(distance, 5) for distance in distances[:6]])

# %% tags=["test"]
for k in range(30):
    assert abs((1 - path[k + 1][0]) - 0.8 * (1 - path[k][0])) < 1e-12
    assert abs(bowl(*path[k + 1]) - 0.64 * bowl(*path[k])) < 1e-12

# %% [markdown]
r"""
Left, the path on contour lines. Right, the loss at each step on a **logarithmic** axis: each tick is ten times the
one below. What is multiplied by the same number every time becomes a straight line there; on an ordinary axis you
would only see it fall and then lie flat.
"""

# %% tags=["row:D3"]
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
ax = plots.descent(bowl, start, 0.1, 30, left)
ax = plots.descent_losses(bowl, start, 0.1, 30, right)

# %% tags=["test"]
assert abs(left.lines[0].get_xydata() - path).max() < 1e-12
assert right.get_yscale() == "log"

# %% [markdown]
r"""
### Exercise 5.3

Each step leaves 0.64 of the loss. After how many steps is it, for the first time, below a thousandth of what it was at
the start?
"""

# %% [markdown] tags=["hint"]
r"""
After $n$ steps $0.64^n$ of it is left. Try some $n$ in Python, or read it off the right picture: from about 10 down to
about 0.01.
"""

# %% tags=["exercise"]
needed = min(n for n in range(100) if 0.64**n < 0.001)  # solution
check("5.3", needed)

# %% [markdown]
r"""
## How large may the learning rate be?

Three rates side by side, ten steps each.
"""

# %% tags=["row:D4"]
figure, panels = plt.subplots(1, 3, figsize=(11, 4), layout="constrained")
for i, rate in enumerate((0.01, 0.1, 0.5)):
    ax = plots.descent(bowl, start, rate, 10, panels[i], limits=((-2.0, 2.0), (-1.2, 2.0)))

after_ten = [bowl(*walk(bowl, start, rate, 10)[-1]) for rate in (0.01, 0.1, 0.5)]
print("L after ten steps:", ", ".join(f"{loss:.4g}" for loss in after_ten))

# %% tags=["test"]
assert after_ten[0] > 1 > after_ten[1] > 0.01
assert after_ten[2] == 0.0

# %% [markdown]
r"""
With 0.01 it creeps. With 0.5 it arrives in *one* step, exactly, and stays. One step takes away $2\eta$ of the distance,
so $1 - 2\eta$ of it is left:

$$\text{new distance} = (1 - 2\eta) \cdot \text{distance}$$

With $\eta = 0.5$ nothing is left.

**Predict.** Which number is $1 - 2\eta$ for $\eta = 0.9$? What does its sign mean for the path? And which of the two is
nearer to the goal after ten steps, $\eta = 0.1$ or $\eta = 0.9$?
"""

# %% [markdown] tags=["reveal"]
r"""
−0.8. A number below 0 means: to the other side of the goal. So the path swings, but 0.8 of the distance is left each
time, just as with $\eta = 0.1$, and the two have *the same loss* at every step.
"""

# %% tags=["reveal"]
slow, fast = walk(bowl, start, 0.1, 10), walk(bowl, start, 0.9, 10)
print(f"after ten steps: w1 = {slow[-1][0]:.5f} with η = 0.1, w1 = {fast[-1][0]:.5f} with η = 0.9")

# %% tags=["test"]
for one, other in zip(walk(bowl, start, 0.1, 10), walk(bowl, start, 0.9, 10), strict=True):
    assert abs(bowl(*one) - bowl(*other)) < 1e-12

# %% [markdown]
r"""
Here is the whole story: $w_1$ at each step, for six rates. The dashed line is the goal.
"""

# %% tags=["row:D5"]
figure, panels = plt.subplots(2, 3, figsize=(10, 5), sharex=True, sharey=True, layout="constrained")
for i, rate in enumerate((0.01, 0.1, 0.5, 0.9, 1.0, 1.1)):
    panel, path = panels.flat[i], walk(bowl, start, rate, 12)
    panel.axhline(1.0, color="grey", linestyle="--")
    panel.plot([w1 for w1, w2 in path], marker="o", markersize=4)
    panel.set(title=f"η = {rate}: factor {1 - 2 * rate:.3g}", ylim=(-9, 11))
    print(f"η = {rate:<4}  L = {', '.join(f'{bowl(*path[k]):.4g}' for k in (0, 1, 2))}, … {bowl(*path[12]):.4g}")
figure.supxlabel("step")
figure.supylabel("w₁")
plt.show()

# %% tags=["test"]
fates = {rate: [bowl(*point) for point in walk(bowl, start, rate, 12)] for rate in (0.01, 0.1, 0.5, 0.9, 1.0, 1.1)}
for rate, losses in fates.items():
    for k in range(12):
        assert abs(losses[k + 1] - (1 - 2 * rate) ** 2 * losses[k]) < 1e-9 * max(losses)
assert grad(grad(lambda w1: bowl(w1, 0.0)))(-1.5) == 2.0
assert fates[0.5][1] == 0.0
assert fates[0.9][12] < fates[0.9][0]
assert fates[1.0][12] == fates[1.0][0]
assert fates[1.1][12] > 50 * fates[1.1][0]

# %% [markdown]
r"""
| $\eta$ on this bowl | $1 - 2\eta$ | what happens |
|---|---|---|
| below 0.5 | between 0 and 1 | comes nearer from one side; small rates creep |
| 0.5 | 0 | lands in one step |
| between 0.5 and 1 | between −1 and 0 | swings, and still arrives |
| 1 | −1 | swings for ever |
| above 1 | below −1 | blows up |

On the map of the bowl, twelve steps for each rate:
"""

# %%
rates = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 1.02]
plots.slider(lambda rate: plots.descent(bowl, start, rate, 12, limits=((-2.0, 4.0), (-3.0, 2.0))), rates, "η")

# %% [markdown]
r"""
The 2 in $1 - 2\eta$ is the **curvature**, the second derivative of the bowl in every direction. On any parabola of
curvature $c$ the slope is $c$ times the distance, and the factor is $1 - c \, \eta$. No rate is large or small in
itself: what counts is $c \, \eta$.

### Exercise 5.4

Write the two rates that matter as functions of the curvature: return the rate that lands in one step, and the rate that
must not be reached, in this order. (The bowl's are 0.5 and 1.)
"""

# %% [markdown] tags=["hint"]
r"""
For which $\eta$ is $1 - c \, \eta$ equal to 0? For which is it −1?
"""


# %% tags=["exercise"]
def special_rates(c):
    return 1 / c, 2 / c  # solution


check("5.4", special_rates)

# %% [markdown] tags=["solution"]
r"""
A step with the rate $\frac1c$ is the slope divided by the curvature, which is *Newton's step* (lesson 4). Gradient
descent does the same with the curvature guessed, once and for all places and directions.
"""

# %% [markdown]
r"""
## The narrow valley

A bowl that is equally curved in all directions is a rare gift. Here is a valley, $v(x, y) = x^2 + 25y^2$. Along $x$ its
curvature is 2, across it is 50, and there is only *one* learning rate for both.
"""


# %%
def valley(x, y):
    return x**2 + 25 * y**2


along = grad(grad(lambda x: valley(x, 0.0)))(-4.0)
across = grad(grad(lambda y: valley(0.0, y)))(1.0)
print("curvature along:", along, "  across:", across)

# %% tags=["test"]
assert (along, across) == (2.0, 50.0)

# %% [markdown]
r"""
**Predict.** Is $\eta = 0.05$ a good rate here? And how much of the distance along $x$ is left after a step, at the
least, if $y$ must not blow up?
"""

# %% [markdown] tags=["reveal"]
r"""
It is too large: across the valley the limit is $\frac{2}{50} = 0.04$, and $1 - 50 \cdot 0.05 = -1.5$ blows up. Even at
the limit itself, $x$ keeps $1 - 2 \cdot 0.04 = 0.92$ of its distance in each step. **The most strongly curved direction
sets the limit, and the flattest pays for it.**
"""

# %% tags=["reveal"]
before, after = walk(valley, (-4.0, 1.0), 0.05, 1)
print("y in one step with η = 0.05: from", before[1], "to", after[1])

# %% tags=["test"]
assert walk(valley, (-4.0, 1.0), 0.05, 1)[1][1] == -1.5
assert abs((1 - 2 * 2 / 50) - 0.92) < 1e-12

# %% [markdown]
r"""
Near its limit the path zigzags from side to side, while it comes on slowly. And note that the first step, the steepest
way down, does not lead towards the goal: it leads across the valley.

Change the rates. Which one is best? What happens from 0.04 on?
"""

# %%
ax = plots.descent(valley, (-4.0, 1.0), (0.01, 0.036), 30, limits=((-5.0, 1.5), (-1.6, 1.6)))  # change me

# %% [markdown]
r"""
## Momentum

A ball that rolls down a valley does not zigzag for long. It has speed along the valley, which it keeps, and the
pushes from left and right cancel. **Momentum** gives our point the same memory: $b$ collects the gradients, and forgets
a part of them in every step.

$$b \leftarrow \mu \, b + \nabla f \qquad \theta \leftarrow \theta - \eta \, b$$

$\mu$ (*mu*) says how much of $b$ is kept, 0.9 for instance. With $\mu = 0$ this is plain gradient descent. In the first
step $b$ is just the gradient.

**Predict.** Let $\mu$ be 0.9, and the slope 1 in every step, for ever. What does $b$ grow to? And what if the slope is
1, −1, 1, −1, …?
"""

# %% [markdown] tags=["reveal"]
r"""
To 10. There $b$ stands still: $0.9 \cdot 10 + 1 = 10$. On a slope that lasts, we go ten times as fast. Slopes that
change sign cancel: $b$ then swings between some $c$ and $-c$. From $-c$ one step leads to $0.9 \cdot (-c) + 1$, and
that is $c$ again if $1.9 \, c = 1$. So $c = \frac{1}{1.9} \approx 0.53$, about half of what it would be without memory.
"""

# %% tags=["reveal"]
lasting = swinging = 0.0
for step in range(200):
    lasting = 0.9 * lasting + 1
    swinging = 0.9 * swinging + (-1) ** step
print(f"lasting: {lasting:.4f}   swinging: ±{abs(swinging):.4f}")

# %% tags=["test"]
assert abs(lasting - 10) < 1e-6
assert abs(abs(swinging) - 1 / 1.9) < 1e-6

# %% [markdown]
r"""
### Exercise 5.5

Write one step of momentum for a single number. Given x, the memory b, the slope at x, the rate and mu, return the new x
and the new b, in this order.
"""

# %% [markdown] tags=["hint"]
r"""
Two lines, first the new b, then x. The step is taken with the *new* b.
"""


# %% tags=["exercise"]
def momentum_step(x, b, slope, rate, mu):
    # solution:
    b = mu * b + slope
    return x - rate * b, b
    # end


check("5.5", momentum_step)

# %% [markdown]
r"""
In the valley, with the same rate as before: left the first 24 steps, right the loss, in the same colours. `optim.SGD`
takes $\mu$ as `momentum`. Try other values; what does 0.95 do?
"""

# %%
momenta = (0.0, 0.6, 0.9)  # change me

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
ax = plots.contours(valley, ax=left, limits=((-5.0, 3.5), (-2.0, 2.0)))
for mu in momenta:
    path = walk(valley, (-4.0, 1.0), 0.036, 60, momentum=mu)
    ax = plots.loss_curve([valley(*point) for point in path], right, label=f"μ = {mu}")
    line = {"color": right.lines[-1].get_color(), "linestyle": right.lines[-1].get_linestyle()}
    left.plot([x for x, y in path[:25]], [y for x, y in path[:25]], marker=".", **line)
right.set(xlabel="step", ylabel="v(x, y)")
plt.show()

# %% [markdown]
r"""
Or drag $\mu$: forty steps for each value.
"""


# %%
def rolling(mu):
    ax = plots.contours(valley, limits=((-5.0, 3.5), (-2.0, 2.0)))
    path = walk(valley, (-4.0, 1.0), 0.036, 40, momentum=mu)
    ax.plot([x for x, y in path], [y for x, y in path], "k.-")
    return ax


plots.slider(rolling, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95], "μ")

# %% [markdown]
r"""
How many steps until the loss is below a millionth, and stays there?
"""

# %%
counts = {}
for mu in (0.0, 0.3, 0.6, 0.9, 0.95):
    losses = [valley(*point) for point in walk(valley, (-4.0, 1.0), 0.036, 600, momentum=mu)]
    counts[mu] = max(n for n in range(601) if losses[n] >= 1e-6) + 1
    print(f"μ = {mu:<4}  {counts[mu]:3} steps")

# %% tags=["test"]
assert counts[0.6] < counts[0.3] < counts[0.0]
assert counts[0.6] < counts[0.9] < counts[0.95]

# %% [markdown]
r"""
A little memory helps a lot. Too much of it, and the ball runs past the goal and rolls back, again and again.

**Predict.** Leave the line `optimizer.zero_grad()` out of the loop, and gradients pile up in `.grad` (lesson 0). Which
momentum is that, and what will the point do in a bowl?
"""

# %% [markdown] tags=["reveal"]
r"""
$\mu = 1$: nothing is ever forgotten. The point swings through the bowl like a ball without friction, and never comes to
rest. It is one of the commonest mistakes in training loops. Nothing crashes; it just never gets there.
"""

# %% tags=["reveal"]
w = Value(-1.5)
forgetful, path = optim.SGD([w], lr=0.1), [-1.5]
for _ in range(60):
    ((w - 1) ** 2).backward()
    forgetful.step()
    path.append(w.data)
print("the last ten:", [round(x, 1) for x in path[-10:]])

# %% tags=["test"]
frictionless = [w1 for w1, _ in walk(bowl, start, 0.1, 60, momentum=1.0)]
assert all(abs(a - b) < 1e-9 for a, b in zip(path, frictionless, strict=True))
assert max(abs(x - 1) for x in path[-15:]) > 2

# %% [markdown]
r"""
## Which valley?

Gradient descent goes down from where it stands. Where there are several valleys, the start decides in which it ends,
and it need not be the deepest: it finds a **local minimum**, not always the global one. Below, the left valley is
deeper, and yet from $x = 0.1$ the path goes right. Move the start a little to the left, or add a second rate.
"""


# %%
def two_valleys(x, y):
    return (x**2 - 1) ** 2 + 0.3 * x + y**2


ax = plots.descent(two_valleys, (0.1, 1.0), 0.05, 60, limits=((-1.8, 1.8), (-1.2, 1.4)))  # change me

right_end = walk(two_valleys, (0.1, 1.0), 0.05, 200)[-1]
left_end = walk(two_valleys, (0.0, 1.0), 0.05, 200)[-1]
print(f"from x = 0.1 to f = {two_valleys(*right_end):.3f}   from x = 0 to f = {two_valleys(*left_end):.3f}")

# %% tags=["test"]
assert right_end[0] > 0 > left_end[0]
assert two_valleys(*left_end) < two_valleys(*right_end)

# %% [markdown]
r"""
## A network learns

In lesson 2 you computed both gradients of a network with two weights, and it was clear which way to turn them. Now turn
them. The answer to $x = 2$ is to be 1.
"""


# %%
def loss(w1, w2):
    return (w2 * sigmoid(w1 * 2.0) - 1.0) ** 2


start, rate = (0.5, 0.8), 0.1  # change me

w1, w2 = walk(loss, start, rate, 40)[-1]
print(f"w1 = {w1:.4f}   w2 = {w2:.4f}   answer {w2 * sigmoid(w1 * 2.0):.6f}   loss {loss(w1, w2):.1e}")

ax = plots.descent(loss, start, rate, 40, limits=((-0.5, 2.0), (0.4, 1.8)))
w1s = [w / 100 for w in range(-50, 201)]
line = ax.plot(w1s, [1 / sigmoid(2 * w1) for w1 in w1s], "k:")

# %% tags=["test"]
found = walk(loss, (0.5, 0.8), 0.1, 40)[-1]
assert loss(*found) < 1e-6 < 0.1 < loss(0.5, 0.8)
assert all(loss(w1, 1 / sigmoid(2 * w1)) < 1e-30 for w1 in w1s)

# %% [markdown]
r"""
There is no single lowest point here: all weights on the dotted curve give the right answer, and the path ends where it
meets the curve. Networks with thousands of weights are the same, only that nobody can draw them. The loop does not
change by a letter.

## What to remember

- $\theta \leftarrow \theta - \eta \, \nabla f$, and all numbers move at once.
- What counts is the rate times the curvature.
- Where that is 1, it lands; at 2 it swings for ever, and above 2 it blows up. <!-- answer -->
- In a narrow valley the most strongly curved direction limits the rate, and the flattest takes the time.
- Momentum adds up the slopes that last and cancels those that swing.
- `zero_grad`, loss, `backward`, `step`: four lines, in every training.

*To see it move:* [Why momentum really works](https://distill.pub/2017/momentum/) by Gabriel Goh, with sliders.
*To read on:* [optimization in d2l.ai](https://d2l.ai/chapter_optimization/index.html).
"""

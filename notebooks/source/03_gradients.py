# %% [markdown]
r"""
# 3. Gradients

**The question.** A result depends on many numbers at once. Which way should we move them all, so that it changes
fastest?

**Afterwards you can**

- take a partial derivative by hand, and collect all of them in a gradient;
- predict what a small step in any direction does;
- say how steep it is in a direction, and why no direction is steeper than the gradient's;
- read a map of level sets: which way is up, which way is level, which way is down.

**Time.** About 80 minutes. **Before this.** [2. The chain rule](02_chain_rule.ipynb).
"""

# %%
from math import atan2, degrees, hypot, radians, sqrt

import matplotlib.pyplot as plt

from autograd_lite import Value, cos, directional_derivative, draw, grad, numerical_grad, plots, sigmoid, sin, steps
from autograd_lite.course import check

# %% [markdown]
r"""
## Two knobs

So far there was mostly one number to turn. Here are two:

$$f(x, y) = x^2 + 4y^2$$

(In this lesson $x$ and $y$ are the two coordinates of a point; nobody has a target yet.)

Turn one knob and leave the other alone. If $y$ is held still, $4y^2$ is a constant, and only $x^2$ moves:
$\frac{\partial f}{\partial x} = 2x$. If $x$ is held still, $x^2$ is the constant: $\frac{\partial f}{\partial y} = 8y$.
These are the **partial derivatives**. Each is an ordinary derivative; one only has to look away from the other knob.

The list of all partial derivatives is the **gradient**, $\nabla f$ (read *nabla f*):

$$\nabla f = \left(\frac{\partial f}{\partial x}, \frac{\partial f}{\partial y}\right) = (2x, 8y)$$

**Predict.** At the point $(1, 1)$ both coordinates are the same. Do both knobs matter equally there?
"""

# %% [markdown] tags=["reveal"]
r"""
No. $\frac{\partial f}{\partial x} = 2$ and $\frac{\partial f}{\partial y} = 8$: at this point a turn of $y$ does four
times as much as the same turn of $x$. A gradient belongs to a point; elsewhere it is another one.
"""


# %%
def f(x, y):
    return x**2 + 4 * y**2


x, y = Value(1.0), Value(1.0)
height = f(x, y)
height.backward()
draw(height, labels=locals())

# %% [markdown]
r"""
**One** backward pass has filled in both partial derivatives. It would fill in a million just as well: that is what the
backward pass is for.

`grad` does the same for a function of several arguments; `argnums` says which of them to turn. And a gradient, being an
arrow, has a length, by Pythagoras:

$$\lVert \nabla f \rVert
= \sqrt{\left(\frac{\partial f}{\partial x}\right)^2 + \left(\frac{\partial f}{\partial y}\right)^2}$$

`hypot` computes it. `numerical_grad` is the check of lesson 1 for several numbers: it nudges each of them in turn.
"""

# %% tags=["row:B1"]
gradient = grad(f, argnums=(0, 1))(1.0, 1.0)
nudged = numerical_grad(lambda point: f(point[0], point[1]), [1.0, 1.0])
print("∇f at (1, 1)  =", gradient)
print("by nudges     =", [round(slope, 6) for slope in nudged])
print("its length    =", hypot(gradient[0], gradient[1]))

# %% tags=["test"]
assert gradient == (x.grad, y.grad) == (2.0, 8.0)
assert abs(nudged[0] - gradient[0]) < 1e-8
assert abs(nudged[1] - gradient[1]) < 1e-8
assert abs(hypot(*gradient) - sqrt(68)) < 1e-14

# %% [markdown]
r"""
The length is $\sqrt{68}$. Keep it in mind: it will turn out to be the steepest slope there is at this point.

### Exercise 3.1

By hand: the gradient of $f(x, y) = x^2 y + 3y$ at the point $(2, 5)$, as a list `[∂f/∂x, ∂f/∂y]`.
"""

# %% [markdown] tags=["hint"]
r"""
For $\frac{\partial f}{\partial x}$ write 5 in place of $y$ and differentiate what is left. For
$\frac{\partial f}{\partial y}$ write 2 in place of $x$.
"""

# %% tags=["exercise"]
by_hand = [2 * 2 * 5, 2**2 + 3]  # solution
check("3.1", by_hand)

# %% [markdown] tags=["solution"]
r"""
$\frac{\partial f}{\partial x} = 2xy$, since $y$ is a factor that stands still.
$\frac{\partial f}{\partial y} = x^2 + 3$.
"""

# %% [markdown]
r"""
### Exercise 3.2

Write `gradient_of(f, point)` for any number of knobs. `point` is a list of floats. Return the list of all partial
derivatives, from a single backward pass. (With a star, `f(*leaves)` calls `f` with all the leaves of a list.)
"""

# %% [markdown] tags=["hint"]
r"""
In lesson 0 you did it for one number. Now make a *list* of leaves, one for each number of the point, and keep it: their
`.grad` are what you want.
"""


# %% tags=["exercise"]
def gradient_of(f, point):
    # solution:
    leaves = [Value(number) for number in point]
    f(*leaves).backward()
    return [leaf.grad for leaf in leaves]
    # end


check("3.2", gradient_of)

# %% [markdown]
r"""
## In the player

Now a function in which the knobs meet: $x^2 + 3xy + y^2$, again at $(1, 1)$.

**Predict.** Along how many edges does the gradient of $x$ arrive, and what does it add up to?
"""

# %% [markdown] tags=["reveal"]
r"""
Two. Through $x^2$ comes $2x = 2$, through $3xy$ comes $3y = 3$. So $\frac{\partial f}{\partial x} = 2x + 3y = 5$,
and, by the same reasoning, $\frac{\partial f}{\partial y} = 3x + 2y = 5$.
"""


# %%
def mixed(x, y):
    return x**2 + 3 * x * y + y**2


x, y = Value(1.0), Value(1.0)
height = mixed(x, y)
steps(height, labels=locals())

# %% [markdown]
r"""
## Predicting a step

In lesson 1: the change is nearly slope times step. With two knobs each does its part, and the parts add up:

$$f(x + h, y + k) - f(x, y) \approx \frac{\partial f}{\partial x} \cdot h + \frac{\partial f}{\partial y} \cdot k$$

Multiply in pairs and add: that is the **dot product** of the gradient and the step, written $\nabla f \cdot (h, k)$.
Back to $x^2 + 4y^2$ at $(1, 1)$, moved by $(0.01, 0.005)$:
"""

# %% tags=["row:B2"]
h, k = 0.01, 0.005
along_x, along_y = grad(f, argnums=(0, 1))(1.0, 1.0)
predicted = along_x * h + along_y * k
truth = f(1.0 + h, 1.0 + k) - f(1.0, 1.0)
print(f"predicted change {predicted:.6g}   true change {truth:.6g}   error {truth - predicted:.2g}")

# %% tags=["test"]
assert abs(predicted - 0.06) < 1e-12
assert abs(truth - 0.0602) < 1e-12
assert abs((truth - predicted) - (h**2 + 4 * k**2)) < 1e-12

# %% [markdown]
r"""
The error is $h^2 + 4k^2$, of second order as in lesson 1. A network with a million weights is no different: the change
of its loss is, nearly, the sum of a million products $\frac{\partial L}{\partial w} \cdot (\text{change of } w)$.

### Exercise 3.3

Same function, same point. By how much does $f$ change, *as the gradient predicts*, for the step $(-0.01, 0.02)$?
"""

# %% [markdown] tags=["hint"]
r"""
$\nabla f = (2, 8)$. Multiply in pairs, keep the signs, add.
"""

# %% tags=["exercise"]
predicted_change = 2 * -0.01 + 8 * 0.02  # solution
check("3.3", predicted_change)

# %% [markdown] tags=["solution"]
r"""
$x$ pulls down by 0.02, $y$ lifts by 0.16. The true change is 0.1417.
"""

# %% tags=["solution"]
print(f"predicted {2 * -0.01 + 8 * 0.02:.4f}   truth {f(0.99, 1.02) - f(1.0, 1.0):.4f}")

# %% tags=["test"]
assert abs((f(0.99, 1.02) - f(1.0, 1.0)) - 0.1417) < 1e-12

# %% [markdown]
r"""
## How steep is it in this direction?

Think of $f$ as the height of a landscape. The partial derivatives say how steep it is to the east and to the north. And
to the north-east?

Take a step of length 1 in that direction. To the north-east that is $v = (1, 1)/\sqrt2$, since $(1, 1)$ itself is
$\sqrt2$ long. The slope is the change per unit of length, so it is $\nabla f \cdot v$. This is the **directional
derivative**. For the landscape in the player:
"""

# %% tags=["row:B3"]
gradient = grad(mixed, argnums=(0, 1))(1.0, 1.0)
v = (1 / sqrt(2), 1 / sqrt(2))
slope = gradient[0] * v[0] + gradient[1] * v[1]
nudged = numerical_grad(lambda t: mixed(1.0 + t * v[0], 1.0 + t * v[1]), 0.0)
ready_made = directional_derivative(lambda point: mixed(point[0], point[1]), [1.0, 1.0], [1.0, 1.0])

print("∇f                      =", gradient)
print(f"slope to the north-east = {slope:.10f}")
print(f"by a nudge              = {nudged:.10f}")
print(f"ready-made              = {ready_made:.10f}")

# %% tags=["test"]
assert gradient == (5.0, 5.0)
assert abs(slope - 10 / sqrt(2)) < 1e-14
assert abs(slope - nudged) < 1e-8
assert abs(slope - ready_made) < 1e-14

# %% [markdown]
r"""
The slope is more than 5: to the north-east *both* knobs lift. `directional_derivative` wants the point and the
direction as lists, and makes the direction one unit long by itself.

### Exercise 3.4

Same landscape, $x^2 + 3xy + y^2$. How steep is it at the point $(2, 1)$ in the direction of $(3, 4)$?
"""

# %% [markdown] tags=["hint"]
r"""
The gradient is $(2x + 3y, 3x + 2y)$. How long is $(3, 4)$? Divide by that first, so that the step is one unit long.
"""

# %% tags=["exercise"]
slope_there = (7 * 3 + 8 * 4) / 5  # solution
check("3.4", slope_there)

# %% [markdown] tags=["solution"]
r"""
$\nabla f = (7, 8)$, and the direction, one unit long, is $(0.6, 0.8)$.
"""

# %% [markdown]
r"""
## Cosine and sine

To turn round on the spot we need directions as angles. Start at the east and turn by an angle $\alpha$, towards the
north. A step of length 1 then leads to the point $(\cos\alpha, \sin\alpha)$: how far east, and how far north. That is
all that **cosine** and **sine** are: the two coordinates of a point on a circle of radius 1.

| $\alpha$ | where it points | $\cos\alpha$ | $\sin\alpha$ |
|---|---|---|---|
| 0° | east | 1 | 0 |
| 90° | north | 0 | 1 |
| 180° | west | −1 | 0 |
| 270° | south | 0 | −1 |
"""

# %%
_, ax = plt.subplots(figsize=(3.6, 3.6), layout="constrained")
turn = [radians(angle) for angle in range(361)]
ax.plot([cos(alpha) for alpha in turn], [sin(alpha) for alpha in turn], color="grey", linewidth=1)

alpha = radians(40)  # change me
ax.plot([0, cos(alpha)], [0, 0], color="#0072b2", linewidth=4, label=f"cos α = {cos(alpha):.3f}")
ax.plot([cos(alpha)] * 2, [0, sin(alpha)], color="#d55e00", linewidth=4, label=f"sin α = {sin(alpha):.3f}")
ax.plot([0, cos(alpha)], [0, sin(alpha)], "k-", marker="o")
ax.set(aspect="equal", xlabel="east", ylabel="north", title=f"α = {degrees(alpha):.0f}°")
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
r"""
**Their derivatives** come from a nudge of the angle. Angles are measured in *radians* for this: by how far one walks
along the circle, so that a full turn is $2\pi$; `radians` and `degrees` make one of the other. Nudge the angle by
$d\alpha$, and the point walks $d\alpha$ along the circle, at a right angle to its own direction. Turned left by 90°,
$(\cos\alpha, \sin\alpha)$ is $(-\sin\alpha, \cos\alpha)$. So

$$(\cos\alpha)' = -\sin\alpha \qquad (\sin\alpha)' = \cos\alpha$$
"""

# %%
alpha, h = radians(40), 0.0001
print(f"cos' at 40°: by a nudge {(cos(alpha + h) - cos(alpha)) / h:.4f}   -sin {-sin(alpha):.4f}")
print(f"sin' at 40°: by a nudge {(sin(alpha + h) - sin(alpha)) / h:.4f}    cos {cos(alpha):.4f}")

# %% tags=["test"]
assert abs(grad(cos)(alpha) + sin(alpha)) < 1e-15
assert abs(grad(sin)(alpha) - cos(alpha)) < 1e-15

# %% [markdown]
r"""
## The steepest way

Let us turn round once on the spot, at $(1, 1)$ in the landscape $x^2 + 4y^2$, where the gradient is $(2, 8)$, and note
the slope in every direction.
"""


# %%
def slope_towards(angle):
    return 2 * cos(radians(angle)) + 8 * sin(radians(angle))


for angle in range(0, 360, 45):
    print(f"{angle:3}°  slope {slope_towards(angle):7.3f}")

angles = range(0, 361, 5)
_, ax = plt.subplots(figsize=(6, 3))
ax.plot(angles, [slope_towards(angle) for angle in angles])
ax.axhline(0, color="grey", linewidth=1)
ax.set(xlabel="direction, in degrees from the east", ylabel="slope in this direction", xticks=range(0, 361, 45))
plt.show()

# %% tags=["test"]
north_east = directional_derivative(lambda p: f(*p), [1.0, 1.0], [1.0, 1.0])
assert abs(slope_towards(45) - north_east) < 1e-12
assert abs(slope_towards(225) + slope_towards(45)) < 1e-12

# %% [markdown]
r"""
**Predict.** At 45° the curve still rises, at 90° it falls already. In which direction is it steepest? And how steep is
it there?
"""

# %% [markdown] tags=["reveal"]
r"""
In the direction of the gradient itself, $(2, 8)$, which is at 76°. (`atan2(8, 2)` is the angle of the arrow that goes 8
north and 2 east, in radians.) The slope there is the gradient's length,
$\sqrt{68} \approx 8.246$.
"""

# %% tags=["reveal"]
best = degrees(atan2(8, 2))
print(f"the gradient points to {best:.2f}°, where the slope is {slope_towards(best):.6f}")

# %% tags=["test"]
assert round(best) == 76
assert abs(slope_towards(best) - sqrt(68)) < 1e-12
assert all(slope_towards(angle) < sqrt(68) for angle in range(360))

# %% [markdown]
r"""
It is steepest in the direction of the gradient itself. Why? Take the direction of the gradient, one unit long:
$e = \nabla f / \lVert \nabla f \rVert = (e_1, e_2)$. Turned left by 90° it is $n = (-e_2, e_1)$. A step of one unit, at
an angle $\alpha$ from the gradient, goes $\cos\alpha$ along $e$ and $\sin\alpha$ along $n$. Its slope is the sum of
what both parts bring:

- along $e$ the slope is $\nabla f \cdot e = \lVert \nabla f \rVert \, (e_1 e_1 + e_2 e_2) = \lVert \nabla f \rVert$,
  since $e$ is one unit long;
- along $n$ it is $\nabla f \cdot n = \lVert \nabla f \rVert \, (-e_1 e_2 + e_2 e_1) = 0$.

So $\nabla f \cdot v = \lVert \nabla f \rVert \cdot \cos\alpha$, and the cosine says everything:

| $\alpha$ | $\cos\alpha$ | slope | where you go |
|---|---|---|---|
| 0° | 1 | $\lVert\nabla f\rVert$ | **up, the steepest way** |
| 90° | 0 | 0 | neither up nor down |
| 180° | −1 | $-\lVert\nabla f\rVert$ | **down, the steepest way** |

The steepest way up is $\nabla f / \lVert \nabla f \rVert$, one unit long; the slope in it is
$\lVert \nabla f \rVert$. The steepest way down is the exact opposite.
"""

# %%
for name, alpha in (("up", 0), ("across", 90), ("down", 180)):
    slope = round(slope_towards(degrees(atan2(8, 2)) + alpha), 3) + 0.0  # makes 0 of -0
    print(f"{name:6}  {alpha:3}° from the gradient   slope {slope:6.3f}")

# %% tags=["test"]
for alpha in range(0, 360, 5):
    assert abs(slope_towards(degrees(atan2(8, 2)) + alpha) - sqrt(68) * cos(radians(alpha))) < 1e-12

# %% [markdown]
r"""
## Level sets

One more landscape: $x^2 + 2xy + y^2$, at the point $(1, 2)$.
"""


# %% tags=["row:B4"]
def ramp(x, y):
    return x**2 + 2 * x * y + y**2


gradient = grad(ramp, argnums=(0, 1))(1.0, 2.0)
length = hypot(gradient[0], gradient[1])
print("f  =", ramp(1.0, 2.0))
print("∇f =", gradient)
print("its length =", length)
print("the steepest way up:", [round(g / length, 6) for g in gradient])

# %% tags=["test"]
assert ramp(1.0, 2.0) == 9.0
assert gradient == (6.0, 6.0)
assert abs(length - 6 * sqrt(2)) < 1e-14

# %% [markdown]
r"""
**Predict.** The steepest way up is to the north-east. In which directions can you walk from $(1, 2)$ and stay at the
height 9?
"""

# %% [markdown] tags=["reveal"]
r"""
At a right angle to it: to the south-east, $(1, -1)$, or to the north-west, $(-1, 1)$. Indeed $f$ is $(x + y)^2$, so
whoever gives to $x$ what they take from $y$ stays where they are. All points with $x + y = 3$ are at the height 9.
"""

# %% tags=["reveal"]
walk = [ramp(1.0 + t, 2.0 - t) for t in (0.0, 0.5, 1.0, 10.0)]
print("heights on the way:", walk, "  slope:", 6 * 1 + 6 * -1)

# %% tags=["test"]
assert walk == [9.0, 9.0, 9.0, 9.0]

# %% [markdown]
r"""
All points of the same height form a **level set**. Maps draw them as contour lines. Along such a line nothing changes,
so the slope along it is 0; and by the table above, a slope of 0 means a right angle. Therefore

**the gradient is at right angles to the level set, and points to where f is larger** (wherever it is not 0).

Here are some gradients of $x^2 + 4y^2$. Three of the points lie on the same level set.
"""

# %% tags=["row:B5"]
points = [(-1.0, 1.0), (2.0, 0.5), (-1.0, -1.0), (0.6, -0.4)]
ax = plots.level_sets(f, points)

# %% tags=["test"]
assert [f(x, y) for x, y in points[:3]] == [5.0, 5.0, 5.0]
for t in (0.0, 0.3, 1.1, 2.0, 4.0):  # on the way around the level set f = 5, an ellipse
    x, y = sqrt(5) * cos(t), sqrt(5) / 2 * sin(t)
    walking_x, walking_y = -sqrt(5) * sin(t), sqrt(5) / 2 * cos(t)
    along_x, along_y = grad(f, argnums=(0, 1))(x, y)
    assert abs(f(x, y) - 5) < 1e-12
    assert abs(along_x * walking_x + along_y * walking_y) < 1e-12
for x, y in points:  # no direction is steeper than the gradient's
    slopes = [directional_derivative(lambda p: f(*p), [x, y], [cos(angle), sin(angle)]) for angle in range(63)]
    assert max(slopes) <= hypot(*grad(f, argnums=(0, 1))(x, y))

# %% [markdown]
r"""
Where the lines are close together it is steep, and the arrows are long.

### Exercise 3.5

At $(1, 1)$, the gradient of $x^2 + 4y^2$ is $(2, 8)$. Give a direction in which $f$ neither rises nor falls, as a list
of two numbers. Its length does not matter.
"""

# %% [markdown] tags=["hint"]
r"""
You need $h$ and $k$, not both 0, with $2 \cdot h + 8 \cdot k = 0$.
"""

# %% tags=["exercise"]
level_direction = [8, -2]  # solution
check("3.5", level_direction)

# %% [markdown] tags=["solution"]
r"""
Swap the two numbers and turn one sign round. `[-8, 2]`, `[4, -1]` and many others are right, too.
"""

# %% [markdown]
r"""
## Down into the bowl

To learn, a network wants its loss *low*. So turn the arrows round. Here is the simplest loss of two weights, a round
bowl:

$$L(w_1, w_2) = (w_1 - 1)^2 + \left(w_2 + \tfrac12\right)^2$$

**Predict.** Where is its lowest point, its **minimum**? What is the gradient there? And where do the arrows of
$-\nabla L$ point to?
"""

# %% [markdown] tags=["reveal"]
r"""
The minimum is at $(1, -\frac12)$, where both squares are 0. The gradient there is $(0, 0)$: whichever way you go, at
first it is level. As $-\nabla L = (-2(w_1 - 1), -2(w_2 + \frac12))$, each arrow points straight at the minimum, and
the farther away it starts, the longer it is.
"""


# %% tags=["row:B6"]
def bowl(w1, w2):
    return (w1 - 1) ** 2 + (w2 + 0.5) ** 2


starts = [(-1.0, 1.0), (0.0, 0.0), (2.0, -1.0), (3.0, 1.0)]
limits = ((-2.0, 4.0), (-2.5, 2.0))
ax = plots.surface(bowl, starts, limits=limits)
ax = plots.contours(bowl, starts, limits=limits)

for w1, w2 in starts:
    d1, d2 = grad(bowl, argnums=(0, 1))(w1, w2)
    print(f"at ({w1:4.1f}, {w2:4.1f})   L = {bowl(w1, w2):.2f}   -∇L = ({-d1:4.1f}, {-d2:4.1f})")

# %% tags=["test"]
for w1, w2 in starts:
    d1, d2 = grad(bowl, argnums=(0, 1))(w1, w2)
    assert (w1 - d1 / 2, w2 - d2 / 2) == (1.0, -0.5)  # half of each arrow leads to the lowest point
assert grad(bowl, argnums=(0, 1))(1.0, -0.5) == (0.0, 0.0)

# %% [markdown]
r"""
It is tempting to conclude that the steepest way down leads to the lowest point. In a round bowl it does.

**Predict.** In the oval bowl $x^2 + 4y^2$ you stand at $(1, 1)$. The minimum is at $(0, 0)$. Does $-\nabla f$ point to
it?
"""

# %% [markdown] tags=["reveal"]
r"""
No. $-\nabla f = (-2, -8)$ points mostly south; the way to $(0, 0)$ would be $(-1, -1)$, to the south-west. The gradient
knows only the slope under your feet. Hence one takes a small step, asks again, and takes the next: that is gradient
descent, lesson 5.
"""

# %%
ax = plots.contours(f, [(1.0, 1.0), (-2.0, 0.5)], limits=((-3.0, 3.0), (-1.5, 1.5)))

# %% tags=["test"]
assert grad(f, argnums=(0, 1))(1.0, 1.0) == (2.0, 8.0)
assert grad(f, argnums=(0, 1))(0.0, 0.0) == (0.0, 0.0)

# %% [markdown]
r"""
### Exercise 3.6

Write `step_down(f, x, y, length)`: from the point (x, y), walk `length` units in the direction in which f falls
fastest. Return the point where you arrive.
"""

# %% [markdown] tags=["hint"]
r"""
`grad(f, argnums=(0, 1))(x, y)` is the gradient. Divided by its length (`hypot` of the two numbers) it is one unit long.
Then mind the direction: down.
"""


# %% tags=["exercise"]
def step_down(f, x, y, length):
    # solution:
    along_x, along_y = grad(f, argnums=(0, 1))(x, y)
    steepness = hypot(along_x, along_y)
    return x - length * along_x / steepness, y - length * along_y / steepness
    # end


check("3.6", step_down)

# %% [markdown]
r"""
## Your turn to change something

This is the loss of the network with two weights from lesson 2, as a landscape. Its lowest points are not one place but
a whole valley, the dashed line: all pairs of weights that make the prediction right. The arrow at $(0.5, 0.8)$ is the
gradient that you computed by hand there, turned round.

- Put an arrow at $(-2, 2)$. Why do the weights hardly matter there? (Think of $\sigma$ and of $\sigma'$.)
- Put one where $w_2$ is below 0. Which way does $w_1$ go at first, and is the valley nearer there?
- Make the target 0.5 or 2. Where does the valley go?
"""

# %%
places, target = [(0.5, 0.8), (0.5, 2.3), (-1.0, 1.5)], 1.0  # change me


def loss(w1, w2):
    return (w2 * sigmoid(w1 * 2.0) - target) ** 2


ax = plots.contours(loss, places, limits=((-2.5, 3.0), (-1.0, 3.5)))
w1s = [i / 20 for i in range(-50, 61)]
line = ax.plot(w1s, [target / sigmoid(2 * w1) for w1 in w1s], "k--")

print("-∇L at (0.5, 0.8):", [round(-slope, 4) for slope in grad(loss, argnums=(0, 1))(0.5, 0.8)])

# %% tags=["test"]
assert all(loss(w1, target / sigmoid(2 * w1)) < 1e-20 for w1 in w1s)

# %% [markdown]
r"""
## What to remember

- A partial derivative turns one number and holds the others still; the gradient is the list of them all. One backward
  pass computes it.
- Change $\approx \nabla f \cdot$ step. In a direction $v$ of length 1 the slope is
  $\nabla f \cdot v = \lVert \nabla f \rVert \cos\alpha$.
- $\nabla f / \lVert \nabla f \rVert$ is the steepest way up, with the slope $\lVert \nabla f \rVert$; its opposite is
  the steepest way down.
- The gradient is at right angles to the level set.
- It sees only what is nearby: the steepest way down need not lead straight to the minimum.

The next lesson, [4](04_jacobians_and_hessians.ipynb), is about functions with several results and about second
derivatives. You may skip it and go on with [5. Gradient descent](05_gradient_descent.ipynb), where the walk down
begins.
"""

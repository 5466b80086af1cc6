# %% [markdown]
r"""
# 7. Backpropagation

**The question.** A network may have a million weights. How can a single walk backward give the gradients of all of
them, and why must it visit the boxes in a certain order?

**Afterwards you can**

- say why a gradient must be complete before it is handed on, and find an order in which it always is;
- follow the backward pass through a network, contribution by contribution;
- derive the matrix formulas of a layer, and compare them with the scalar engine;
- count what one backward pass costs, and what one pass per weight would cost;
- see gradients vanish in a deep network, and say what helps.

**Time.** About 105 minutes. **Before this.** [6. Neurons, layers, networks](06_neurons_layers_networks.ipynb).
"""

# %%
import random
from itertools import permutations

import numpy as np

from autograd_lite import Value, arctan, data, draw, grad, losses, nn, plots, relu, sigmoid, steps
from autograd_lite.course import check

# %% [markdown]
r"""
## The diamond

Double a number, and double the result:
"""

# %%
a = Value(3.0)
b = a + a
c = b + b
draw(c, labels=locals())

# %% [markdown]
r"""
Each double edge is a fork: from $c$ there are $2 \cdot 2 = 4$ paths to $a$. Every edge carries a 1, so
$\frac{\partial c}{\partial a} = 4$, one for each path.

**Predict.** Go on doubling, sixty times in all. How many paths lead from the result to $a$? How many boxes are there?
"""

# %% [markdown] tags=["reveal"]
r"""
$2^{60}$ paths, more than $10^{18}$; walking along a million of them each second would take over thirty thousand years.
But there are only 61 boxes and 120 edges. `backward()` visits every *box* once, so it is done at once.
"""

# %% tags=["reveal"]
start = end = Value(3.0)
for _ in range(60):
    end = end + end
end.backward()
print("∂end/∂start =", start.grad)

# %% tags=["test"]
assert start.grad == 2.0**60 > 1e18
assert 2**60 / 1e6 / (365 * 24 * 3600) > 30_000

# %% [markdown]
r"""
## In which order?

A visit is this: take the gradient of the box as it is now, multiply it by the number on each edge into the box, and
add the products to what the boxes at the other ends have. Here it is as a function, which is told the order.
"""


# %%
def walk_back(order, result):
    gradients = dict.fromkeys(order, 0.0)  # for each box, what has arrived there so far
    gradients[result] = 1.0
    for node in order:
        for parent, derivative in zip(node.parents, node.local_derivatives(), strict=True):
            gradients[parent] += gradients[node] * derivative
    return gradients


# %% [markdown]
r"""
**Predict.** Three boxes can be visited in six orders. Which of them give $\frac{\partial c}{\partial a} = 4$, and what
do the others give?
"""

# %% [markdown] tags=["reveal"]
r"""
Those with $c$ before $b$ give 4. The others give 0: $b$ is visited while its gradient is still 0, and hands on nothing;
what $c$ brings it later stays there. Where $a$ stands makes no difference, since a leaf hands nothing on. And nobody
may be visited twice: $b$ would hand on the same gradient again.
"""

# %% tags=["row:F6"]
names = {a: "a", b: "b", c: "c"}
for order in permutations([c, b, a]):
    print(*[names[node] for node in order], "  ∂c/∂a =", walk_back(order, c)[a])
twice = [c, b, b, a]
print(*[names[node] for node in twice], "∂c/∂a =", walk_back(twice, c)[a])

# %% tags=["test"]
c.backward()
assert walk_back([c, b, a], c)[a] == a.grad == 4.0
for order in permutations([c, b, a]):
    assert (walk_back(order, c)[a] == a.grad) == (order.index(c) < order.index(b))
assert walk_back([b, c, a], c)[a] == 0.0
assert walk_back(twice, c)[a] == 8.0

# %% [markdown]
r"""
So the rule is: **a box is visited after all boxes that use it.** Only then is its gradient complete.

To find such an order, list the boxes so that each stands *after* its parents, which is called a **topological order**,
and read the list from its end. The list is made by walking from the result towards the leaves. A box is written down
when all its parents have been.
"""


# %%
def topological_order(node, done=None):
    done = {} if done is None else done  # a dictionary keeps the order in which its keys came
    if node not in done:
        for parent in node.parents:
            topological_order(parent, done)
        done[node] = True
    return list(done)


print(*[names[node] for node in topological_order(c)])

# %% tags=["test"]
assert topological_order(c) == [a, b, c]
assert walk_back(topological_order(c)[::-1], c)[a] == 4.0

# %% [markdown]
r"""
The engine does the same with a list of its own in place of the function that calls itself, so that a chain of a million
boxes is no trouble.

### Exercise 7.1

Here `p` is used by `q`, and once more by `y`. In which order does the backward pass visit the four boxes? Give
their names as a list of texts, `["…", "…", "…", "…"]`.
"""

# %%
x = Value(2.0)
p = x + 1
q = p * p
y = p * q
draw(y, labels={"x": x, "p": p, "q": q, "y": y})

# %% [markdown] tags=["hint"]
r"""
Begin with `y`. Of the boxes that are left, which has received *all* of its contributions?
"""

# %% tags=["exercise"]
order = ["y", "q", "p", "x"]  # solution
check("7.1", order)

# %% [markdown] tags=["solution"]
r"""
After `y` has been visited, `p` has one of its three contributions. The other two come from `q`, so `q` goes first. In
the wrong order `x` would end with 9. The right answer is 27, the derivative of $(x + 1)^3$ at 2.
"""

# %% tags=["solution"]
print("q first:", walk_back([y, q, p, x], y)[x], "  p first:", walk_back([y, p, q, x], y)[x])

# %% tags=["test"]
assert walk_back([y, q, p, x], y)[x] == grad(lambda x: (x + 1) ** 3)(2.0) == 27.0
assert walk_back([y, p, q, x], y)[x] == 9.0

# %% [markdown]
r"""
## Through a network

Two inputs, two hidden neurons with a sigmoid, one output, and the squared error. The player folds each neuron into one
box.

**Predict.** How many contributions does the gradient of `x0` receive on the way back? And that of the weight `w0[1,0]`,
which leads from input 0 to the hidden neuron 1?
"""

# %% [markdown] tags=["reveal"]
r"""
`x0` is used by both hidden neurons: two contributions, which are added. A weight is used once, by its own neuron: one.
"""

# %%
model = nn.MLP(2, [2, 1], activation="sigmoid", rng=random.Random(7))
x0, x1 = Value(1.0), Value(-0.5)
L = (model((x0, x1)) - 1.0) ** 2
steps(L, fold="neurons", labels={"x0": x0, "x1": x1, "L": L})


# %% tags=["test"]
def uses(wanted):
    return sum(parent is wanted for node in topological_order(L) for parent in node.parents)


assert (uses(x0), uses(model.layers[0].neurons[1].w[0])) == (2, 1)

# %% [markdown]
r"""
Watch for three things on the way back: the weights of a neuron receive its gradient times their *input*; the inputs
receive it times their *weight*; and each sigmoid multiplies it by $a(1 - a)$.

## Where it starts: the loss

With $N$ outputs, the loss is their mean squared error, $L = \frac1N \sum_i (\hat y_i - y_i)^2$. Only one term of the
sum contains $\hat y_i$. Its derivative is $2(\hat y_i - y_i)$, and the $\frac1N$ stays in front:

$$\frac{\partial L}{\partial \hat y_i} = \frac2N \, (\hat y_i - y_i)$$

The $\frac1N$ is often dropped. Then it is another loss, $N$ times as large, and every step is $N$ times as long.
"""

# %% tags=["row:E5"]
predictions, targets = [Value(1.0), Value(2.0), Value(4.0)], [0.0, 2.0, 1.0]
losses.mse(predictions, targets).backward()
by_hand = [2 / 3 * (predictions[i].data - targets[i]) for i in range(3)]
print("by the engine: ", [round(prediction.grad, 10) for prediction in predictions])
print("by the formula:", [round(x, 10) for x in by_hand])

# %% tags=["test"]
assert max(abs(p.grad - x) for p, x in zip(predictions, by_hand, strict=True)) < 1e-15

# %% [markdown]
r"""
### Exercise 7.2

Write this gradient for lists of any length.
"""

# %% [markdown] tags=["hint"]
r"""
One number for each pair: prediction minus target, times 2, divided by how many there are.
"""


# %% tags=["exercise"]
def loss_gradient(predictions, targets):
    # solution:
    count = len(targets)
    return [2 / count * (predictions[i] - targets[i]) for i in range(count)]
    # end


check("7.2", loss_gradient)

# %% [markdown]
r"""
## A layer in matrices

A layer without activation is called *affine*. With inputs $x_0, x_1, \ldots$ it computes for every neuron $m$

$$y_m = \sum_n w_{mn} \, x_n + b_m$$

or, all at once, $Y = WX + B$, with one row of $W$ for each neuron. In Python that is `W @ X + B`. Suppose we know
$\frac{\partial L}{\partial Y}$ already, the list of the numbers $\frac{\partial L}{\partial y_m}$, one for each neuron.
In code there are no fractions, so it is written dY for short, and likewise dW for $\frac{\partial L}{\partial W}$, dB
and dX; an entry of dY is written $dy_m$. (It is a slope, not a small change of $Y$, as $dx$ was in lesson 1.) The rest
is three questions: *where does it occur, and with which slope?*

- **A bias** $b_m$ occurs in $y_m$ alone, with slope 1. So
  $\frac{\partial L}{\partial b_m} = \frac{\partial L}{\partial y_m}$.
- **A weight** $w_{mn}$ occurs in $y_m$ alone, with slope $x_n$. So
  $\frac{\partial L}{\partial w_{mn}} = \frac{\partial L}{\partial y_m} \cdot x_n$.
- **An input** $x_n$ occurs in *every* $y_m$, with slope $w_{mn}$. So
  $\frac{\partial L}{\partial x_n} = \sum_m w_{mn} \cdot \frac{\partial L}{\partial y_m}$: contributions that are
  added.

Written as matrices, where $W^\mathsf{T}$ is $W$ with its rows turned into columns:

| for | formula | in Python |
|---|---|---|
| biases | $\dfrac{\partial L}{\partial B} = \dfrac{\partial L}{\partial Y}$ | `dB = dY` |
| weights | $\dfrac{\partial L}{\partial W} = \dfrac{\partial L}{\partial Y} X^\mathsf{T}$ | `dW = np.outer(dY, X)` |
| inputs | $\dfrac{\partial L}{\partial X} = W^\mathsf{T} \dfrac{\partial L}{\partial Y}$ | `dX = W.T @ dY` |

`np.outer(dY, X)` is the table of all products, one row for each entry of `dY`, one column for each entry of `X`. For
two neurons and three inputs it looks like this:

$$\begin{pmatrix} dy_0 \\ dy_1 \end{pmatrix} \begin{pmatrix} x_0 & x_1 & x_2 \end{pmatrix}
= \begin{pmatrix} dy_0 x_0 & dy_0 x_1 & dy_0 x_2 \\ dy_1 x_0 & dy_1 x_1 & dy_1 x_2 \end{pmatrix}$$

Is it what the scalar engine says? An array may hold Values, and `W @ X + B` is the same line for them. As the loss we
take the simplest that has the slopes dY, which is $L = \sum_m dy_m \cdot y_m$: the layer neither knows nor cares what
comes after it.
"""


# %%
def values(numbers):
    """The same array, of Values."""
    made = np.empty(np.shape(numbers), dtype=object)
    for place, number in np.ndenumerate(numbers):
        made[place] = Value(number)
    return made


def gradients(array):
    """What a backward pass has left in an array of Values."""
    return np.array([value.grad for value in array.flat]).reshape(array.shape)


# %% tags=["row:F2"]
W = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]])
B = np.array([0.1, -0.2])
X = np.array([2.0, -1.0, 0.5])
dY = np.array([0.7, -1.3])

# by matrices
dW, dB, dX = np.outer(dY, X), dY, W.T @ dY

# by scalars
W_values, B_values, X_values = values(W), values(B), values(X)
Y_values = W_values @ X_values + B_values
(dY @ Y_values).backward()

for name, by_matrices, array in (("W", dW, W_values), ("B", dB, B_values), ("X", dX, X_values)):
    print(f"∂L/∂{name} =", by_matrices.round(10).tolist())
    print("  engine ", gradients(array).round(10).tolist())

# %% tags=["test"]
for by_matrices, by_scalars in ((dW, gradients(W_values)), (dB, gradients(B_values)), (dX, gradients(X_values))):
    assert by_matrices.shape == by_scalars.shape
    assert np.abs(by_matrices - by_scalars).max() < 1e-15

# %% [markdown]
r"""
A good way to remember it: dW must have the shape of W, and dX that of X. Unless there are as many neurons as inputs,
only one product has.

### Exercise 7.3

Another layer, whose formulas you find yourself. It has as many neurons as inputs. Each input also goes straight to the
output of its own place (deep networks have such *skips*), and all neurons share one single bias $b$:

$$y_m = x_m + \sum_n w_{mn} \, x_n + b$$

Write its backward pass: return dW, db, which is one number, and dX, in this order. (`W`, `X` and `dY` are arrays.)
"""

# %% [markdown] tags=["hint"]
r"""
The same three questions. The bias occurs in *every* output now, so contributions meet (`dY.sum()` adds up an array). An
input $x_n$ occurs in every $y_m$ with the slope $w_{mn}$, and once more in $y_n$. With which slope?
"""


# %% tags=["exercise"]
def skip_backward(W, X, dY):
    return np.outer(dY, X), dY.sum(), dY + W.T @ dY  # solution


check("7.3", skip_backward)

# %% [markdown] tags=["solution"]
r"""
dW is as before: the skip has no weights. To dX comes dY itself, along the straight way with slope 1. So even where the
weights let nothing back, the gradient gets through: that is what skips are for.
"""

# %% [markdown]
r"""
### Activation layers

An activation layer works on each number alone: $y_n = f(x_n)$. So each gradient is multiplied by its own slope:

$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} \odot f'(X)$$

where $\odot$ multiplies entry by entry; in Python that is `*`.
"""

# %% tags=["row:F3"]
X = np.array([0.5, -1.0, 2.0])
dY = np.array([0.7, -1.3, 0.2])
S = 1 / (1 + np.exp(-X))
slopes = {sigmoid: S * (1 - S), relu: (X > 0) * 1.0, arctan: 1 / (1 + X**2)}
for f, slope in slopes.items():
    X_values = values(X)
    (dY @ [f(x) for x in X_values]).backward()
    print(
        f"{f.name:8} ∂L/∂X =", (dY * slope + 0.0).round(6).tolist(), "  engine", gradients(X_values).round(6).tolist()
    )

# %% tags=["test"]
for f, slope in slopes.items():
    X_values = values(X)
    (dY @ [f(x) for x in X_values]).backward()
    assert np.abs(dY * slope - gradients(X_values)).max() < 1e-15

# %% [markdown]
r"""
### Exercise 7.4

For $\sigma$ the slope can be had from the *output* $Y = \sigma(X)$, which the forward pass has left: no need to compute
$\sigma$ again. Write the backward pass of a $\sigma$ layer from `Y` and `dY`.
"""

# %% [markdown] tags=["hint"]
r"""
You derived it in exercise 2.6: from the value $s$, the slope is $s \, (1 - s)$. Entry by entry.
"""


# %% tags=["exercise"]
def sigmoid_backward(Y, dY):
    return dY * Y * (1 - Y)  # solution


check("7.4", sigmoid_backward)

# %% [markdown]
r"""
## A whole network in matrices

Three layers: affine, $\sigma$, affine; then the mean squared error. Here the activation counts as a layer of its own,
so the layers are 0, 1 and 2, and the weights belong to the layers 0 and 2. (`nn` counts an activation as part of the
layer before it, and says w0 and w1.) The output of a layer is the input of the next: $Y^{(0)} = X^{(1)}$,
$Y^{(1)} = X^{(2)}$.

Read the backward part from top to bottom, and compare it with the forward part from bottom to top.
"""


# %%
def forward(W0, B0, W2, B2, X0):
    Y0 = W0 @ X0 + B0
    Y1 = np.array([sigmoid(x) for x in Y0])
    Y2 = W2 @ Y1 + B2
    return Y0, Y1, Y2


def mean_square(predictions, targets):
    return ((predictions - targets) ** 2).sum() / len(targets)


rng = random.Random(7)
W0, B0 = np.array([[rng.uniform(-1, 1) for _ in range(3)] for _ in range(4)]), np.zeros(4)
W2, B2 = np.array([[rng.uniform(-1, 1) for _ in range(4)] for _ in range(2)]), np.zeros(2)
X0, target = np.array([0.5, -1.0, 2.0]), np.array([0.3, -0.6])

# %% tags=["row:F4"]
Y0, Y1, Y2 = forward(W0, B0, W2, B2, X0)

dY2 = 2 / len(target) * (Y2 - target)  # the loss
dW2, dB2, dX2 = np.outer(dY2, Y1), dY2, W2.T @ dY2  # layer 2, affine
dX1 = dX2 * [grad(sigmoid)(y) for y in Y0]  # layer 1, σ: its dY is the dX of layer 2
dW0, dB0, dX0 = np.outer(dX1, X0), dX1, W0.T @ dX1  # layer 0, affine: its dY is the dX of layer 1

# The same by scalars: forward with Values, then one call.
scalars = {"W0": values(W0), "B0": values(B0), "W2": values(W2), "B2": values(B2), "X0": values(X0)}
Y0_values, Y1_values, Y2_values = forward(*scalars.values())
scalars["X1"], scalars["X2"], scalars["Y2"] = Y0_values, Y1_values, Y2_values
mean_square(Y2_values, target).backward()

by_matrices = {"W0": dW0, "B0": dB0, "W2": dW2, "B2": dB2, "X0": dX0, "X1": dX1, "X2": dX2, "Y2": dY2}
for name, array in by_matrices.items():
    print(f"∂L/∂{name} =", array.round(3).tolist())
apart = max(np.abs(array - gradients(scalars[name])).max() for name, array in by_matrices.items())
print("The engine's are the same to 15 digits:", apart < 1e-15)
print("In all", sum(array.size for array in by_matrices.values()), "numbers.")

# %% tags=["test"]
for name, array in by_matrices.items():
    assert array.shape == scalars[name].shape
    assert np.abs(array - gradients(scalars[name])).max() < 1e-15

# %% [markdown]
r"""
That is all there is to "backprop". It is the chain rule on a graph, with the boxes of a layer handled
together: one matrix product in place of many visits.

Then every parameter takes a step against *its own* gradient:

$$W \leftarrow W - \eta \, \frac{\partial L}{\partial W} \qquad B \leftarrow B - \eta \, \frac{\partial L}{\partial B}$$
"""

# %% tags=["row:E6"]
eta = 0.05
before = mean_square(Y2, target)
new_W0, new_B0 = W0 - eta * dW0, B0 - eta * dB0
new_W2, new_B2 = W2 - eta * dW2, B2 - eta * dB2
after = mean_square(forward(new_W0, new_B0, new_W2, new_B2, X0)[2], target)
print(f"loss before {before:.6f}   after {after:.6f}")

# as lesson 1 predicts: slope times step, here -η times the squared length of the gradient
predicted = -eta * sum((d**2).sum() for d in (dW0, dB0, dW2, dB2))
print(f"change predicted {predicted:.4f}   in truth {after - before:.4f}")

# %% tags=["test"]
assert after < before
assert abs(predicted - (after - before)) < 0.2 * abs(predicted)
assert all(b.shape == db.shape and b.shape != w.shape for w, b, db in ((W0, B0, dB0), (W2, B2, dB2)))

# %% [markdown]
r"""
## What does it cost?

The other way to all gradients is nudging: move one weight, compute the loss again, move it back, take the next. That is
one pass *for each weight*, and one more to compare with.

**Predict.** A network has 1250 weights and biases. How many forward passes does nudging take? And going backward, how
much work is it, compared with one forward pass: about the same, twice, or 1250 times?
"""

# %% [markdown] tags=["reveal"]
r"""
Nudging takes 1251 passes. Going backward takes about twice as many steps as going forward: an operation such as + or ·
has at most two operands, so at most two edges lead into its box, and each edge is one step, a multiplication whose
product is added. (Whoever counts the multiplication and the addition apart gets up to four times, not 1250.) The number
on the edge is cheap, often there already: the other factor of a product, or $a(1 - a)$. How many of the boxes are
weights makes no difference.
"""


# %%
def network(sizes):
    """Its loss as a graph of plain sums and products, and its parameters."""
    rng, parameters = random.Random(7), []
    X = np.array([0.5, -1.0, 2.0])
    for i in range(len(sizes) - 1):
        W = values([[rng.uniform(-1, 1) for _ in range(sizes[i])] for _ in range(sizes[i + 1])])
        B = values([0.0] * sizes[i + 1])
        X = W @ (X if i == 0 else [sigmoid(x) for x in X]) + B
        parameters += [*W.flat, *B]
    return mean_square(X, np.array([0.3, -0.6])), parameters


# %% tags=["row:F5"]
print(f"{'weights':>8}{'forward':>9}{'backward':>10}{'times as much':>15}{'nudging':>11}")
for width in (2, 8, 32):
    L, parameters = network([3, width, width, 2])
    order = topological_order(L)
    operations = sum(len(node.parents) > 0 for node in order)  # each computed once, forward
    edges = sum(len(node.parents) for node in order)  # each multiplied and added once, backward
    nudging = operations * (len(parameters) + 1)
    print(f"{len(parameters):8}{operations:9}{edges:10}{edges / operations:15.2f}{nudging:11}")

# %% tags=["test"]
assert operations < edges <= 2 * operations
assert len(parameters) == 1250

# %% [markdown]
r"""
The forward pass has a price, too: all its numbers are kept until the way back has used them. Backward *reuses* what
forward has *saved*: every $x$, every $w$, every $a$ in the formulas above is read, not computed again.

(The backward pass gives the gradients of *one* result with respect to all weights. If there are few inputs and many
results, forward mode, which walks forward with the derivatives, is the cheaper way.)

### Exercise 7.5

A network has ten million weights, and one forward pass takes one second. How many **days** would nudging take for a
single gradient?
"""

# %% [markdown] tags=["hint"]
r"""
One pass for each weight and one more, a second each. A day has 24 · 60 · 60 seconds.
"""

# %% tags=["exercise"]
days = (10_000_000 + 1) / (24 * 60 * 60)  # solution
check("7.5", days)

# %% [markdown] tags=["solution"]
r"""
115.7 days, nearly four months, for one step of gradient descent. Going backward takes a few seconds.
"""

# %% tags=["test"]
assert 115.7 < (10_000_000 + 1) / (24 * 60 * 60) < 115.8

# %% [markdown]
r"""
## Gradients that vanish

Each $\sigma$ layer multiplies what flows back by its slopes, and none of them is above $\frac14$. Lesson 2 counted ten
in a row. Here are eight layers of eight neurons, and an output. It is shown forty examples, points of the kind that
lesson 8 learns from. On the left is what flows forward. On the right, on a logarithmic axis, is how large the gradients
are by the time they arrive at each layer, with the *median* beside: half of them are larger. The output is at the top;
the way back leads down.
"""

# %%
xs, ys = data.moons(40, rng=random.Random(7))
deep = nn.MLP(2, [8] * 8 + [1], activation="sigmoid", init="xavier", rng=random.Random(7))
panels = plots.histograms(deep, xs, ys, loss="mse")

# %% [markdown]
r"""
On the right, each row lies to the left of the one above: the gradient shrinks by a similar *factor* from layer to
layer. On the left, only thin needles remain towards the top: every example gives nearly the same there, so the output
hardly knows which one it was shown. The first layers learn next to nothing. How much less than the last?
"""


# %%
def first_and_last(activation, init):
    """The largest gradient among the weights of the first and of the last layer."""
    model = nn.MLP(2, [8] * 8 + [1], activation=activation, init=init, rng=random.Random(7))
    losses.mse([model(x) for x in xs], ys).backward()
    return [max(abs(w.grad) for w in model.layers[place].parameters()) for place in (0, -1)]


for activation, init in (("sigmoid", "xavier"), ("tanh", "xavier"), ("relu", "he")):
    first, last = first_and_last(activation, init)
    print(f"{activation:8} first layer {first:.1e}   last layer {last:.1e}   ratio {first / last:.1e}")

# %% tags=["test"]
answers = [nn.MLP(2, [8] * 8 + [1], activation="sigmoid", init="xavier", rng=random.Random(7))(x).data for x in xs]
assert max(answers) - min(answers) < 0.001
shrunk = {}
for activation, init in (("sigmoid", "xavier"), ("tanh", "xavier"), ("relu", "he")):
    first, last = first_and_last(activation, init)
    shrunk[activation] = first / last
assert shrunk["sigmoid"] < 1e-4
assert min(shrunk["tanh"], shrunk["relu"]) > 0.01

# %% [markdown]
r"""
What helps: activations whose slope reaches 1, as that of tanh or ReLU; starting weights whose size suits the activation
("xavier" for tanh, "he" for ReLU); fewer layers. The opposite exists as well: where the factors are above 1, gradients
*explode*.

### Exercise 7.6

A chain of single neurons, $a_{k+1} = \sigma(w \cdot a_k + b)$. On the way back each link multiplies the gradient by
$w \cdot \sigma'$. If every sigmoid is at its steepest, which $w$ keeps the gradient as it is?
"""

# %% [markdown] tags=["hint"]
r"""
At its steepest $\sigma'$ is $\frac14$. The product of $w$ and $\frac14$ must be 1.
"""

# %% tags=["exercise"]
w = 1 / 0.25  # solution
check("7.6", w)

# %% [markdown] tags=["solution"]
r"""
And then the neurons must also stay at the steepest place, where $w \cdot a + b$ is 0. A little beside it, the gradient
vanishes again; with a larger $w$ it explodes. Long chains of sigmoids stand on a knife's edge.
"""

# %% tags=["solution"]
for weight in (1.0, 4.0, 8.0):
    node = first = Value(0.5)
    for _ in range(10):
        node = sigmoid(weight * node - weight / 2)  # b = -w/2 keeps every sum at 0
    node.backward()
    print(f"w = {weight}   gradient after ten links {first.grad:.6g}")

# %% tags=["test"]
node = first = Value(0.5)
for _ in range(10):
    node = sigmoid(8.0 * node - 4.0)
node.backward()
assert abs(first.grad / 2.0**10 - 1) < 1e-12

# %% [markdown]
r"""
## Your turn to change something

Change the activation ("tanh", "relu", "arctan"), the start ("xavier", "he", "uniform") or the number of layers, and
look at the right half. Ideas:

- "tanh" with "xavier": do the rows still move to the left?
- "relu" with "xavier", then with "he". What does the better start change? And why are some gradients 0?
- "sigmoid" with "uniform", whose weights are larger.
"""

# %%
deep = nn.MLP(2, [8] * 8 + [1], activation="tanh", init="xavier", rng=random.Random(7))  # change me
panels = plots.histograms(deep, xs, ys, loss="mse")

# %% [markdown]
r"""
## What to remember

- A gradient may be handed on when it is complete: visit a box after all that use it, in reverse topological order.
- Affine layer: $\frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y} X^\mathsf{T}$,
  $\;\frac{\partial L}{\partial B} = \frac{\partial L}{\partial Y}$,
  $\;\frac{\partial L}{\partial X} = W^\mathsf{T} \frac{\partial L}{\partial Y}$. Activation layer:
  $\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} \odot f'(X)$.
- These formulas and the scalar engine give the same numbers, since both are the chain rule.
- One backward pass costs a small constant times one forward pass, for any number of weights.
- Factors below 1, layer after layer, make gradients vanish; ReLU, tanh and a fitting start keep them alive.

*To see it move:* [Backpropagation](https://www.3blue1brown.com/topics/neural-networks) by 3Blue1Brown. *To read on:*
[the chapter in d2l.ai](https://d2l.ai/chapter_multilayer-perceptrons/backprop.html), and the paper that made it known,
[Rumelhart, Hinton and Williams 1986](https://doi.org/10.1038/323533a0).
"""

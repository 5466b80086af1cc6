# %% [markdown]
r"""
# 6. Neurons, layers, networks

**The question.** How do sums and products become a network, and why must there be an activation between its layers?

**Afterwards you can**

- compute a neuron, a layer and a network by hand, from nothing but numbers;
- name every weight: which layer, from which input, to which output;
- read $Y = WX + B$ as what it is, a shorthand for sums;
- show that layers without activations are no more than one layer, and what one activation makes possible.

**Time.** About 80 minutes. **Before this.** [5. Gradient descent](05_gradient_descent.ipynb).
"""

# %%
import random

import matplotlib.pyplot as plt
import numpy as np

from autograd_lite import Value, arctan, draw, losses, nn, plots, relu, sigmoid, steps
from autograd_lite.course import check

# %% [markdown]
r"""
## A neuron

A neuron multiplies each input by a **weight** of its own, adds everything up, adds one more number, its **bias**, and
sends the result through an activation $f$:

$$z = w_0 \, x_0 + w_1 \, x_1 + \ldots + b \qquad a = f(z)$$

From now on everything is counted from 0. Weights and bias are the **parameters**: what training turns. Here is a neuron
with two inputs and a sigmoid; its weighted sum is one box.
"""

# %%
neuron = nn.Neuron(2, activation="sigmoid")
neuron.w, neuron.b = (2.0, -1.0), 0.5

x0, x1 = Value(1.0), Value(3.0)
a = neuron((x0, x1))
steps(a, labels=locals())

# %% tags=["test"]
assert a.data == sigmoid(2.0 * 1.0 + -1.0 * 3.0 + 0.5)

# %% [markdown]
r"""
**Predict.** Let both inputs be 0. What is $z$ then? And what are the gradients of the weights?
"""

# %% [markdown] tags=["reveal"]
r"""
$z$ is the bias. That is what a bias is for: without it a neuron could say nothing but $f(0)$ here. The gradients of the
weights are 0, since the slope of $w \cdot x$ with respect to $w$ is $x$. An input of 0 teaches its weight nothing.
"""

# %% tags=["reveal"]
neuron.zero_grad()
silent = neuron((0.0, 0.0))
silent.backward()
print(f"a = {silent.data:.4f}")
print("gradients of the weights:", [w.grad for w in neuron.w], f"  of the bias: {neuron.b.grad:.4f}")

# %% tags=["test"]
assert silent.data == sigmoid(0.5)
assert [w.grad for w in neuron.w] == [0.0, 0.0]

# %% [markdown]
r"""
### Exercise 6.1

Write the weighted sum $z$ for any number of inputs. `w` and `x` are lists of the same length, `b` is a number.
"""

# %% [markdown] tags=["hint"]
r"""
Start at `b`, and for every n add `w[n] * x[n]`.
"""


# %% tags=["exercise"]
def weighted_sum(w, x, b):
    # solution:
    z = b
    for n in range(len(w)):
        z = z + w[n] * x[n]
    return z
    # end


check("6.1", weighted_sum)

# %% [markdown]
r"""
## A layer

A **layer** is several neurons that look at the same inputs. Now a weight needs two numbers to be told apart, and one
more for its layer:

$$w^{(\ell)}_{mn} \text{ is in layer } \ell \text{ and goes from input } n \text{ to output } m$$

The output comes first. It looks the wrong way round, and it will pay off in a moment. The engine writes `w0[m,n]` and
`b0[m]` for layer 0. Here it is, with three inputs and two neurons, without activation:
"""

# %%
layer = nn.Layer(3, 2, activation="linear")
W = [[1.0, 0.0, -1.0], [0.5, 2.0, 1.0]]
B = [0.5, -1.0]
for m in range(2):
    layer.neurons[m].w, layer.neurons[m].b = W[m], B[m]
    print("   ".join(f"{p.label} = {p.data:4}" for p in layer.neurons[m].parameters()))
draw(layer)

# %% [markdown]
r"""
The weights stand in a table, the matrix $W$, with **one row for each neuron** and one column for each input; the biases
stand in a list $B$:

$$W = \begin{pmatrix} 1 & 0 & -1 \\ 0.5 & 2 & 1 \end{pmatrix} \qquad B = \begin{pmatrix} 0.5 \\ -1 \end{pmatrix}$$

**Predict.** How many rows and columns does $W$ have, and how many entries does $B$ have? In which row and column is the
weight from input 0 to output 1?
"""

# %% [markdown] tags=["reveal"]
r"""
Two rows, three columns: outputs × inputs. $B$ has two entries, one for each neuron. The weight from input 0 to output 1
is in row 1, column 0; it is called `w0[1,0]`, and it is 0.5.
"""

# %% tags=["reveal"]
print(len(W), "rows,", len(W[0]), "columns,", len(B), "biases, and W[1][0] is", W[1][0])

# %% tags=["test"]
assert (len(W), len(W[0]), len(B)) == (2, 3, 2)
assert layer.state_dict()["w0[1,0]"] == W[1][0] == 0.5

# %% [markdown]
r"""
Each output is a weighted sum: row $m$ of $W$ times the inputs, term by term, all added up, and the bias added, too.

$$y_m = w_{m0} \, x_0 + w_{m1} \, x_1 + w_{m2} \, x_2 + b_m$$

So the weight $w_{mn}$ stands in row $m$ and column $n$, which is why the output comes first. And that is all there is
behind the famous $Y = WX + B$:

$$\begin{pmatrix} y_0 \\ y_1 \end{pmatrix} = \begin{pmatrix} 1 & 0 & -1 \\ 0.5 & 2 & 1 \end{pmatrix}
\begin{pmatrix} x_0 \\ x_1 \\ x_2 \end{pmatrix} + \begin{pmatrix} 0.5 \\ -1 \end{pmatrix}$$

A single number is called a **scalar**, as against a vector or a matrix. NumPy, imported as `np`, computes with whole
arrays of them at once: `@` multiplies each row by the column, as we just did.
"""

# %% tags=["row:E1"]
X = [1.0, 2.0, 3.0]

y0 = W[0][0] * X[0] + W[0][1] * X[1] + W[0][2] * X[2] + B[0]
y1 = W[1][0] * X[0] + W[1][1] * X[1] + W[1][2] * X[2] + B[1]
Y = [y0, y1]

print("from scalars: ", Y)
print("by the engine:", [y.data for y in layer(X)])
print("W @ X + B:    ", (np.array(W) @ X + B).tolist())

# %% tags=["test"]
assert Y == [y.data for y in layer(X)] == (np.array(W) @ X + B).tolist()
assert Y == [1 * 1 + 0 * 2 - 1 * 3 + 0.5, 0.5 * 1 + 2 * 2 + 1 * 3 - 1] == [-1.5, 6.5]
for m in range(2):
    for n in range(3):
        assert layer.state_dict()[f"w0[{m},{n}]"] == W[m][n]

# %% [markdown]
r"""
### Exercise 6.2

A network has several layers, counted from 0. What does the engine call the weight in its *second* layer that goes from
input 2 to output 0? Give the name as a text.
"""

# %% [markdown] tags=["hint"]
r"""
The first layer is layer 0. In the brackets the output stands first.
"""

# %% tags=["exercise"]
name = "w1[0,2]"  # solution
check("6.2", name)

# %% [markdown]
r"""
### Exercise 6.3

Write a whole layer without activation: from the rows `W`, the inputs `X` and the biases `B`, make the list of outputs.
"""

# %% [markdown] tags=["hint"]
r"""
One output for each row: the weighted sum of exercise 6.1, with that row and its bias, `W[m]` and `B[m]`.
"""


# %% tags=["exercise"]
def affine_layer(W, X, B):
    # solution:
    Y = []
    for m in range(len(W)):
        y = B[m]
        for n in range(len(X)):
            y = y + W[m][n] * X[n]
        Y.append(y)
    return Y
    # end


check("6.3", affine_layer)

# %% [markdown]
r"""
## Activation layers

It is convenient to look at the activation as a layer of its own. It has as many outputs as inputs, and *no parameters*:
it applies $f$ to each number alone. Nothing in it can be trained; it is only passed through.
"""

# %% tags=["row:E2"]
Z = [-1.5, 0.0, 6.5]
for f in (relu, sigmoid, arctan):
    print(f"{f.name:8}", [round(f(z), 4) for z in Z])

# %% tags=["test"]
for name, f in (("relu", relu), ("sigmoid", sigmoid), ("arctan", arctan)):
    # a layer of the engine does both: here weights 1 from each input to its own output, no bias, then f
    both = nn.Layer(3, 3, activation=name)
    for m, neuron in enumerate(both.neurons):
        neuron.w = [1.0 if n == m else 0.0 for n in range(3)]
    assert [a.data for a in both(Z)] == [f(z) for z in Z]

# %% [markdown]
r"""
## A network

Layers in a row are a **network**: what comes out of one layer is what goes into the next, $Y^{(\ell)} = X^{(\ell+1)}$.

`nn.MLP(2, [3, 1])` has two inputs, a layer of three neurons (called **hidden**, because its numbers are seen neither at
the entrance nor at the exit), and a layer of one. MLP stands for *multilayer perceptron*, an old name that stayed. Its
weights start at random numbers, which `random.Random(7)` makes from the **seed** 7: the same seed gives the same
weights.
"""

# %%
model = nn.MLP(2, [3, 1], activation="sigmoid", rng=random.Random(7))
draw(model)

# %% [markdown]
r"""
Lines are weights: blue above 0, orange below, thick if large. By hand, layer by layer, with plain numbers:
"""

# %%
X = [0.5, -1.0]
for number, layer in enumerate(model.layers):
    W = [[w.data for w in neuron.w] for neuron in layer.neurons]
    B = [neuron.b.data for neuron in layer.neurons]
    Y = (np.array(W) @ X + B).tolist()
    if number == 0:
        Y = [sigmoid(y) for y in Y]
    print(f"layer {number}: W is {len(W)} × {len(W[0])},", [round(x, 4) for x in X], "→", [round(y, 4) for y in Y])
    X = Y

# %% tags=["test"]
assert abs(Y[0] - model([0.5, -1.0]).data) < 1e-12

# %% [markdown]
r"""
### Exercise 6.4

How many parameters does a network have? Write it for any list of sizes: `[2, 3, 1]` means two inputs, three hidden
neurons, one output.
"""

# %% [markdown] tags=["hint"]
r"""
A layer with $n$ inputs and $m$ neurons has $m \cdot n$ weights and $m$ biases. Layer `i` goes from `sizes[i]` to
`sizes[i + 1]`.
"""


# %% tags=["exercise"]
def parameter_count(sizes):
    # solution:
    count = 0
    for i in range(len(sizes) - 1):
        n, m = sizes[i], sizes[i + 1]
        count += m * n + m
    return count
    # end


check("6.4", parameter_count)

# %% [markdown] tags=["solution"]
r"""
For `[2, 3, 1]` it is 9 + 4 = 13; for `[784, 16, 16, 10]`, a small network that reads digits, already 13,002.
"""

# %% tags=["solution"]
print(len(model.parameters()))

# %% tags=["test"]
assert len(model.parameters()) == (3 * 2 + 3) + (1 * 3 + 1) == 9 + 4 == 13
assert 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10 == 13002

# %% [markdown]
r"""
## How wrong is it?

A network is judged by one number, its **loss**, also called its *cost*. The usual one for numbers is the **mean squared
error**. With the targets $y_i$, what the answers should be, and the predictions $\hat y_i$, what the network says, and
$N$ of each:

$$L = \frac1N \sum_i (\hat y_i - y_i)^2$$

($\sum_i$ says: add up for all $i$.)

**Predict.** Three predictions are off by 0.1, by 0.2 and by 0.6. Is about two thirds of the loss due to the last one?
And what happens to the loss if all errors double?
"""

# %% [markdown] tags=["reveal"]
r"""
Much more, 0.36 of 0.41, since errors are squared: one large error outweighs many small ones. If all errors double, the
loss is four times as large.
"""

# %% tags=["row:E4"]
predictions, targets = [0.9, 0.2, 0.4], [1.0, 0.0, 1.0]
squares = [(predictions[i] - targets[i]) ** 2 for i in range(3)]
mean = sum(squares) / 3
print("squares:", [round(square, 4) for square in squares])
print(f"loss: {mean:.6f}   by the engine: {losses.mse(predictions, targets):.6f}")

# %% tags=["test"]
assert abs(mean - losses.mse(predictions, targets)) < 1e-15
assert abs(squares[2] / sum(squares) - 0.36 / 0.41) < 1e-12
doubled = [t + 2 * (p - t) for p, t in zip(predictions, targets, strict=True)]
assert abs(losses.mse(doubled, targets) - 4 * mean) < 1e-12

# %% [markdown]
r"""
## Why an activation?

Leave the activations out, and put two layers one behind the other: $Y = W_1 (W_0 X + B_0) + B_1$.

**Predict.** Take three inputs, a hundred hidden neurons and two outputs, without any activation. What can this network
do that one layer from three inputs to two outputs cannot?
"""

# %% [markdown] tags=["reveal"]
r"""
Nothing. A matrix is multiplied out like a number, only that the order must be kept:
$Y = W_1 W_0 X + (W_1 B_0 + B_1)$. That is *one* layer, with $W = W_1 W_0$ and $B = W_1 B_0 + B_1$. However many layers
there are, they **collapse** into one. (The product $W_1 W_0$ of two matrices is again a matrix; `@` computes it.)
"""

# %% tags=["row:E3"]
chance = np.random.default_rng(7)
W0, B0 = chance.normal(size=(100, 3)), chance.normal(size=100)
W1, B1 = chance.normal(size=(2, 100)), chance.normal(size=2)
W, B = W1 @ W0, W1 @ B0 + B1
print("W0:", W0.shape, "  W1:", W1.shape, "  W1 @ W0:", W.shape)

for X in chance.normal(size=(4, 3)):
    deep, flat = W1 @ (W0 @ X + B0) + B1, W @ X + B
    nonlinear = W1 @ np.maximum(W0 @ X + B0, 0.0) + B1
    print("two:", deep.round(2), "  one:", flat.round(2), "  two with ReLU between:", nonlinear.round(2))

# %% tags=["test"]
for X in np.random.default_rng(3).normal(size=(4, 3)):
    assert np.allclose(W1 @ (W0 @ X + B0) + B1, W @ X + B, rtol=1e-12, atol=1e-12)
    assert not np.allclose(W1 @ np.maximum(W0 @ X + B0, 0.0) + B1, W @ X + B)

# %% [markdown]
r"""
### Exercise 6.5

The smallest case: one neuron says `w0 * x + b0`, the next `w1 * (…) + b1`. Which weight and which bias has the single
neuron that does the same? Return both, the weight first.
"""

# %% [markdown] tags=["hint"]
r"""
Multiply $w_1 \cdot (w_0 \, x + b_0) + b_1$ out. What stands before $x$, and what stands alone?
"""


# %% tags=["exercise"]
def collapsed(w0, b0, w1, b1):
    return w1 * w0, w1 * b0 + b1  # solution


check("6.5", collapsed)

# %% [markdown]
r"""
And with an activation? Here is what networks of one input, eight hidden neurons and one output look like, before any
training. Only the activation differs. Change the list (`"tanh"`, `"elu"`, which is a ReLU with a round corner, …), the
number of layers, or the seed.
"""

# %%
names, sizes, seed = ("linear", "relu", "sigmoid"), [8, 1], 27  # change me

figure, panels = plt.subplots(1, len(names), figsize=(10, 3), layout="constrained", squeeze=False)
xs = [i / 20 for i in range(-80, 81)]
for i, name in enumerate(names):
    model = nn.MLP(1, sizes, activation=name, rng=random.Random(seed))
    for k, neuron in enumerate(model.layers[0].neurons):
        neuron.w, neuron.b = [2.0], 2.0 * (k - 3.5)  # each is active from another place on: 3.5, 2.5, … -3.5
    panels[0][i].plot(xs, [model([x]).data for x in xs])
    panels[0][i].set_title(name)
plt.show()

# %% tags=["test"]
linear = nn.MLP(1, [8, 1], activation="linear", rng=random.Random(27))
ys = [linear([x]).data for x in xs]
assert all(abs(a - 2 * b + c) < 1e-9 for a, b, c in zip(ys, ys[1:], ys[2:], strict=False))

# %% [markdown]
r"""
*Linear* is a straight line, always. ReLU gives straight pieces, with one hidden layer at most one kink for each of its
neurons; sigmoid gives a smooth curve. With enough neurons, either can follow any unbroken curve over a finite stretch
as closely as you like: this is the *universal approximation theorem*.

## What one activation can do

The classical example is *exclusive or*, XOR: the answer is 1 if exactly one of two inputs is 1.

| $x_0$ | $x_1$ | XOR |
|---|---|---|
| 0 | 0 | 0 |
| 0 | 1 | 1 |
| 1 | 0 | 1 |
| 1 | 1 | 0 |

**Predict.** Can a single layer without activation, $y = w_0 x_0 + w_1 x_1 + b$, do it? Compare the sum of its answers
at $(0, 0)$ and $(1, 1)$ with the sum at $(0, 1)$ and $(1, 0)$.
"""

# %% [markdown] tags=["reveal"]
r"""
No. At $(0, 0)$ and $(1, 1)$ the answers add up to $b + (w_0 + w_1 + b)$; at $(0, 1)$ and $(1, 0)$ they add up to
$(w_1 + b) + (w_0 + b)$. Both are $w_0 + w_1 + 2b$, for all weights. XOR wants 0 and 2.
"""

# %% tags=["reveal"]
for seed in range(3):
    line = nn.Layer(2, 1, activation="linear", rng=random.Random(seed))
    print(f"{(line((0, 0)) + line((1, 1))).data:.6f} and {(line((0, 1)) + line((1, 0))).data:.6f}")

# %% tags=["test"]
for seed in range(5):
    line = nn.Layer(2, 1, activation="linear", rng=random.Random(seed))
    line.neurons[0].b = 0.3 * seed
    same, different = line((0, 0)) + line((1, 1)), line((0, 1)) + line((1, 0))
    assert abs(same.data - different.data) < 1e-12

# %% [markdown]
r"""
Two hidden neurons with ReLU are enough. Both add the inputs; the second counts only what is above 1:

$$h_0 = \text{relu}(x_0 + x_1) \qquad h_1 = \text{relu}(x_0 + x_1 - 1) \qquad y = v_0 \, h_0 + v_1 \, h_1$$

For the four corners $x_0 + x_1$ is 0, 1, 1, 2. So $h_0$ is 0, 1, 1, 2, and $h_1$ is 0, 0, 0, 1. Below, the output
weights $v$ are still wrong. Try others, and watch the border.
"""

# %%
v = [1.0, -1.0]  # change me

model = nn.MLP(2, [2, 1], activation="relu")
hidden, output = model.layers
hidden.neurons[0].w, hidden.neurons[0].b = (1.0, 1.0), 0.0
hidden.neurons[1].w, hidden.neurons[1].b = (1.0, 1.0), -1.0
output.neurons[0].w = v

corners, xor = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]
for corner, target in zip(corners, xor, strict=True):
    print(corner, "target", target, " network", model(corner).data)
ax = plots.decision_boundary(model, corners, xor, threshold=0.5, limits=((-0.5, 1.5), (-0.5, 1.5)))

# %% tags=["test"]
assert [[h.data for h in hidden(corner)] for corner in corners] == [[0, 0], [1, 0], [1, 0], [2, 1]]

# %% [markdown]
r"""
### Exercise 6.6

For which output weights `[v0, v1]` is the answer exactly XOR at all four corners?
"""

# %% [markdown] tags=["hint"]
r"""
At $(0, 1)$ only $h_0$ speaks, with 1, and the answer must be 1. At $(1, 1)$ they say 2 and 1, and the answer must be 0.
"""

# %% tags=["exercise"]
v_right = [1, -2]  # solution
check("6.6", v_right)

# %% [markdown] tags=["solution"]
r"""
The first neuron counts the ones; the second takes back two as soon as there are two. Without ReLU the two layers
would collapse into one again. In lesson 8 a network finds such weights by itself.
"""

# %% [markdown]
r"""
Now step through the network at $(1, 0)$, with your weights. Each neuron is folded into one box, so that it fits.
"""

# %%
x0, x1 = Value(1.0), Value(0.0)
y = model((x0, x1))
steps(y, fold="neurons", labels={"x0": x0, "x1": x1, "y": y})

# %% [markdown]
r"""
**Predict.** The network has nine parameters. For five of them the gradient is 0 at $(1, 0)$. Which ones, and why?
"""

# %% [markdown] tags=["reveal"]
r"""
Hidden neuron 1 is silent there, with $z = 0$. That is exactly the kink of ReLU, where by convention the slope is 0: it
lets nothing back, so its weights `w0[1,0]`, `w0[1,1]` and its bias `b0[1]` learn nothing. It says 0, so its weight in
the output, `w1[0,1]`, learns nothing either. And the weight `w0[0,1]` of the other neuron has the input $x_1 = 0$.
"""

# %% tags=["reveal"]
model.zero_grad()
y.backward()
print([name for name, p in model.named_parameters() if p.grad == 0])

# %% tags=["test"]
unmoved = [name for name, p in model.named_parameters() if p.grad == 0]
assert unmoved == ["w0[0,1]", "w0[1,0]", "w0[1,1]", "b0[1]", "w1[0,1]"]

# %% [markdown]
r"""
## What to remember

- A neuron: products, a sum, a bias, an activation.
- $w^{(\ell)}_{mn}$ goes from input $n$ to output $m$. Row $m$ of $W$ belongs to neuron $m$; $Y = WX + B$ says all rows
  at once.
- Activations have no parameters, but without them any number of layers is one layer.
- The loss is one number, for instance the mean of the squared errors. From it, the way back starts.

*To see it move:* [But what is a neural network?](https://www.3blue1brown.com/lessons/neural-networks) by 3Blue1Brown;
[TensorFlow Playground](https://playground.tensorflow.org).
"""

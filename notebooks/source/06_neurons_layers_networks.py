# %% [markdown]
"""
# 6. Neurons, layers, networks

**The question.** How do sums and products become a network, and why must something bend between its layers?

**Afterwards you can**

- compute a neuron, a layer and a network by hand, from nothing but numbers;
- name every weight: which layer, from which input, to which output;
- read Y = WX + B as what it is, a shorthand for sums;
- show that layers without activations are no more than one layer, and what one bend makes possible.

**Time.** 40 minutes. **Before this.** [5. Gradient descent](05_gradient_descent.ipynb).
"""

# %%
import random
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from autograd_lite import Value, arctan, draw, losses, nn, plots, relu, sigmoid, steps
from autograd_lite.course import check

# %% [markdown]
"""
## A neuron

A neuron multiplies each input by a **weight** of its own, adds everything up, adds one more number, its **bias**, and
bends the result by an activation f:

z = w₀ · x₀ + w₁ · x₁ + … + b, then a = f(z)

From now on everything is counted from 0. Weights and bias are the **parameters**: what training turns. Here is a neuron
with two inputs and a sigmoid; its weighted sum is one box.
"""

# %%
neuron = nn.Neuron(2, activation="sigmoid")
neuron.w, neuron.b = (2.0, -1.0), 0.5

x0, x1 = Value(1.0, label="x0"), Value(3.0, label="x1")
a = neuron((x0, x1))
assert a.data == sigmoid(2.0 * 1.0 + -1.0 * 3.0 + 0.5)
steps(a)

# %% [markdown]
"""
**Predict.** Let both inputs be 0. What is z then? And what are the gradients of the weights?
"""

# %% [markdown] tags=["reveal"]
"""
z is the bias. That is what a bias is for: without it a neuron could say nothing but f(0) here. The gradients of the
weights are 0, since the slope of w · x with respect to w is x. An input of 0 teaches its weight nothing.
"""

# %% tags=["reveal"]
neuron.zero_grad()
silent = neuron((0.0, 0.0))
silent.backward()
print(f"a = {silent.data:.4f}")
print("gradients of the weights:", [w.grad for w in neuron.w], f"  of the bias: {neuron.b.grad:.4f}")
assert silent.data == sigmoid(0.5)
assert [w.grad for w in neuron.w] == [0.0, 0.0]

# %% [markdown]
"""
### Exercise 6.1

Write the weighted sum z for any number of inputs. `w` and `x` are lists of the same length, `b` is a number.
"""

# %% [markdown] tags=["hint"]
"""
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
"""
## A layer

A **layer** is several neurons that look at the same inputs. Now a weight needs two numbers to be told apart, and one
more for its layer:

w<sup>(L)</sup><sub>mn</sub> is in layer L and goes **from input n to output m**

The output comes first. It looks the wrong way round, and it will pay off in a moment. The engine writes `w0[m,n]` and
`b0[m]`. Here is layer 0, with three inputs and two neurons, without activation:
"""

# %%
layer = nn.Layer(3, 2, activation="linear")
W = [[1.0, 0.0, -1.0], [0.5, 2.0, 1.0]]
B = [0.5, -1.0]
for neuron, weights, bias in zip(layer.neurons, W, B, strict=True):
    neuron.w, neuron.b = weights, bias
    print("   ".join(f"{p.label} = {p.data:4}" for p in neuron.parameters()))
draw(layer)

# %% [markdown]
"""
The weights stand in a table, W, with **one row for each neuron** and one column for each input; the biases stand in a
list B.

**Predict.** How many rows and columns does W have, and how many entries does B have? In which row and column is the
weight from input 0 to output 1?
"""

# %% [markdown] tags=["reveal"]
"""
Two rows, three columns: outputs × inputs. B has two entries, one for each neuron. The weight from input 0 to output 1
is in row 1, column 0; it is called `w0[1,0]`, and it is 0.5.
"""

# %% tags=["reveal"]
print(len(W), "rows,", len(W[0]), "columns,", len(B), "biases, and W[1][0] is", W[1][0])
assert (len(W), len(W[0]), len(B)) == (2, 3, 2)
assert layer.state_dict()["w0[1,0]"] == W[1][0] == 0.5

# %% [markdown]
"""
Each output is a weighted sum: row m of W times the inputs, term by term, all added up, and the bias added, too.

y<sub>m</sub> = w<sub>m0</sub> · x₀ + w<sub>m1</sub> · x₁ + w<sub>m2</sub> · x₂ + b<sub>m</sub>

So the weight w<sub>mn</sub> stands in row m and column n, which is why the output comes first. And that is all there is
behind the famous **Y = WX + B**. In NumPy `@` multiplies row by column, as we just did.
"""

# %% tags=["row:E1"]
X = [1.0, 2.0, 3.0]

Y = []
for m in range(2):
    y = B[m]
    for n in range(3):
        y = y + W[m][n] * X[n]
    Y.append(y)

print("from scalars: ", Y)
print("by the engine:", [y.data for y in layer(X)])
print("W @ X + B:    ", (np.array(W) @ X + B).tolist())
assert Y == [y.data for y in layer(X)] == (np.array(W) @ X + B).tolist()
assert Y == [1 * 1 + 0 * 2 - 1 * 3 + 0.5, 0.5 * 1 + 2 * 2 + 1 * 3 - 1] == [-1.5, 6.5]
for m in range(2):
    for n in range(3):
        assert layer.state_dict()[f"w0[{m},{n}]"] == W[m][n]

# %% [markdown]
"""
### Exercise 6.2

A network has several layers, counted from 0. What does the engine call the weight in its *second* layer that goes from
input 2 to output 0? Give the name as a text.
"""

# %% [markdown] tags=["hint"]
"""
The first layer is layer 0. In the brackets the output stands first.
"""

# %% tags=["exercise"]
name = "w1[0,2]"  # solution
check("6.2", name)

# %% [markdown]
"""
### Exercise 6.3

Write a whole layer without activation: from the rows `W`, the inputs `X` and the biases `B`, make the list of outputs.
"""

# %% [markdown] tags=["hint"]
"""
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
"""
## Activation layers

It is convenient to look at the bend as a layer of its own. It has as many outputs as inputs, and *no parameters*: it
applies f to each number alone. Nothing in it can be trained; it is only passed through.
"""

# %% tags=["row:E2"]
Z = [-1.5, 0.0, 6.5]
for name, f in (("relu", relu), ("sigmoid", sigmoid), ("arctan", arctan)):
    A = [f(z) for z in Z]
    print(f"{name:8}", [round(a, 4) for a in A])

    # a layer of the engine does both: here weights 1 from each input to its own output, no bias, then f
    both = nn.Layer(3, 3, activation=name)
    for m, neuron in enumerate(both.neurons):
        neuron.w = [1.0 if n == m else 0.0 for n in range(3)]
    assert [a.data for a in both(Z)] == A
    assert len(A) == len(Z)

# %% [markdown]
"""
## A network

Layers in a row are a **network**: what comes out of one layer is what goes into the next.

Y<sup>(L)</sup> = X<sup>(L+1)</sup>

`nn.MLP(2, [3, 1])` has two inputs, a layer of three neurons (called *hidden*, because its numbers are seen neither at
the entrance nor at the exit), and a layer of one. MLP stands for *multilayer perceptron*, an old name that stayed.
"""

# %%
model = nn.MLP(2, [3, 1], activation="sigmoid", rng=random.Random(7))
draw(model)

# %% [markdown]
"""
Lines are weights: blue above 0, orange below, thick if large. By hand, layer by layer, with plain numbers:
"""

# %%
X = [0.5, -1.0]
for L, layer in enumerate(model.layers):
    W = [[w.data for w in neuron.w] for neuron in layer.neurons]
    B = [neuron.b.data for neuron in layer.neurons]
    Y = (np.array(W) @ X + B).tolist()
    if L == 0:
        Y = [sigmoid(y) for y in Y]
    print(f"layer {L}: W is {len(W)} × {len(W[0])},", [round(x, 4) for x in X], "→", [round(y, 4) for y in Y])
    X = Y
assert abs(Y[0] - model([0.5, -1.0]).data) < 1e-12

# %% [markdown]
"""
### Exercise 6.4

How many parameters does a network have? Write it for any list of sizes: `[2, 3, 1]` means two inputs, three hidden
neurons, one output.
"""

# %% [markdown] tags=["hint"]
"""
A layer with n inputs and m neurons has m · n weights and m biases. `pairwise(sizes)` goes through
the pairs (n, m).
"""


# %% tags=["exercise"]
def parameter_count(sizes):
    # solution:
    count = 0
    for n, m in pairwise(sizes):
        count += m * n + m
    return count
    # end


check("6.4", parameter_count)

# %% [markdown] tags=["solution"]
"""
For `[2, 3, 1]` it is 9 + 4 = 13; for `[784, 16, 16, 10]`, a small network that reads digits, already 13,002.
"""

# %% tags=["solution"]
assert len(model.parameters()) == (3 * 2 + 3) + (1 * 3 + 1) == 9 + 4 == 13
assert 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10 == 13002
len(model.parameters())

# %% [markdown]
"""
## How wrong is it?

A network is judged by one number, its **cost** or loss. The usual one for numbers is the mean squared error. With the
targets yᵢ, what the answers should be, and the predictions ŷᵢ, what the network says:

MSE = (1/n) · Σ (ŷᵢ − yᵢ)²

**Predict.** Three predictions are off by 0.1, by 0.2 and by 0.6. Is the share of the last one in the cost about two
thirds? And what happens to the cost if all errors double?
"""

# %% [markdown] tags=["reveal"]
"""
Much more, 0.36 of 0.41, since errors are squared: one large error outweighs many small ones. If all errors double, the
cost is four times as large.
"""

# %% tags=["row:E4"]
predictions, targets = [0.9, 0.2, 0.4], [1.0, 0.0, 1.0]
squares = [(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)]
cost = sum(squares) / len(squares)
print("squares:", [round(square, 4) for square in squares])
print(f"cost: {cost:.6f}   by the engine: {losses.mse(predictions, targets):.6f}")
assert abs(cost - losses.mse(predictions, targets)) < 1e-15
assert abs(squares[2] / sum(squares) - 0.36 / 0.41) < 1e-12
doubled = [t + 2 * (p - t) for p, t in zip(predictions, targets, strict=True)]
assert abs(losses.mse(doubled, targets) - 4 * cost) < 1e-12

# %% [markdown]
"""
## Why must something bend?

Leave the activations out, and put two layers one behind the other: Y = W₁ (W₀ X + B₀) + B₁.

**Predict.** Take three inputs, a hundred hidden neurons and two outputs, without any activation. What can this network
do that one layer from three inputs to two outputs cannot?
"""

# %% [markdown] tags=["reveal"]
"""
Nothing. Multiply out: W₁ W₀ X + (W₁ B₀ + B₁). That is *one* layer, with W = W₁ W₀ and B = W₁ B₀ + B₁. However many
layers there are, they **collapse** into one.
"""

# %% tags=["row:E3"]
chance = np.random.default_rng(7)
W0, B0 = chance.normal(size=(100, 3)), chance.normal(size=100)
W1, B1 = chance.normal(size=(2, 100)), chance.normal(size=2)
W, B = W1 @ W0, W1 @ B0 + B1
print("W0:", W0.shape, "  W1:", W1.shape, "  W1 @ W0:", W.shape)

for X in chance.normal(size=(4, 3)):
    deep, flat = W1 @ (W0 @ X + B0) + B1, W @ X + B
    bent = W1 @ np.maximum(W0 @ X + B0, 0.0) + B1
    print("two:", deep.round(2), "  one:", flat.round(2), "  two with ReLU between:", bent.round(2))
    assert np.allclose(deep, flat, rtol=1e-12, atol=1e-12)
    assert not np.allclose(bent, flat)

# %% [markdown]
"""
### Exercise 6.5

The smallest case: one neuron says `w0 * x + b0`, the next `w1 * (…) + b1`. Which weight and which bias has the single
neuron that does the same? Return both, the weight first.
"""

# %% [markdown] tags=["hint"]
"""
Multiply w1 · (w0 · x + b0) + b1 out. What stands before x, and what stands alone?
"""


# %% tags=["exercise"]
def collapsed(w0, b0, w1, b1):
    return w1 * w0, w1 * b0 + b1  # solution


check("6.5", collapsed)

# %% [markdown]
"""
And with a bend? Here is what networks of one input, eight hidden neurons and one output look like, before any training.
Only the activation differs. Change the list (`"tanh"`, `"elu"`, …), the number of layers, or the seed.
"""

# %%
names, sizes, seed = ("linear", "relu", "sigmoid"), [8, 1], 27  # change me

figure, panels = plt.subplots(1, len(names), figsize=(10, 3), layout="constrained", squeeze=False)
xs = [i / 20 for i in range(-80, 81)]
for name, panel in zip(names, panels.flat, strict=True):
    model = nn.MLP(1, sizes, activation=name, rng=random.Random(seed))
    for k, neuron in enumerate(model.layers[0].neurons):
        neuron.w, neuron.b = [2.0], 2.0 * (k - 3.5)  # each bends at another place: 3.5, 2.5, … -3.5
    ys = [model([x]).data for x in xs]
    panel.plot(xs, ys)
    panel.set_title(name)
    if name == "linear":
        assert all(abs(a - 2 * b + c) < 1e-9 for a, b, c in zip(ys, ys[1:], ys[2:], strict=False))

# %% [markdown]
"""
*Linear* is a straight line, always. ReLU gives straight pieces, with one hidden layer at most one kink for each of its
neurons; sigmoid bends smoothly. With enough neurons, either can follow any unbroken curve over a finite stretch
as closely as you like.

## What one bend can do

The classical example is *exclusive or*, XOR: the answer is 1 if exactly one of two inputs is 1.

| x₀ | x₁ | XOR |
|---|---|---|
| 0 | 0 | 0 |
| 0 | 1 | 1 |
| 1 | 0 | 1 |
| 1 | 1 | 0 |

**Predict.** Can a single layer without activation, y = w₀ · x₀ + w₁ · x₁ + b, do it? Compare the sum of its answers at
(0, 0) and (1, 1) with the sum at (0, 1) and (1, 0).
"""

# %% [markdown] tags=["reveal"]
"""
No. At (0, 0) and (1, 1) the answers add up to b + (w₀ + w₁ + b); at (0, 1) and (1, 0) they add up to (w₁ + b) + (w₀ +
b). Both are w₀ + w₁ + 2b, for all weights. XOR wants 0 and 2.
"""

# %% tags=["reveal"]
chance = random.Random(7)
for _ in range(5):
    line = nn.Layer(2, 1, activation="linear", rng=chance)
    line.neurons[0].b = chance.uniform(-1, 1)
    same, different = line((0, 0)) + line((1, 1)), line((0, 1)) + line((1, 0))
    assert abs(same.data - different.data) < 1e-12
print("the two sums agree, whatever the weights")

# %% [markdown]
"""
Two hidden neurons with ReLU are enough. Both add the inputs; the second counts only what is above 1:

h₀ = relu(x₀ + x₁) and h₁ = relu(x₀ + x₁ − 1), then y = v₀ · h₀ + v₁ · h₁

For the four corners x₀ + x₁ is 0, 1, 1, 2. So h₀ is 0, 1, 1, 2, and h₁ is 0, 0, 0, 1. Below, the output weights v are
still wrong. Try others, and watch the border.
"""

# %%
v = [1.0, -1.0]  # change me

model = nn.MLP(2, [2, 1], activation="relu")
hidden, output = model.layers
for neuron, bias in zip(hidden.neurons, (0.0, -1.0), strict=True):
    neuron.w, neuron.b = (1.0, 1.0), bias
output.neurons[0].w = v

corners, xor = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]
for corner, target in zip(corners, xor, strict=True):
    print(corner, "target", target, " network", model(corner).data)
assert [[h.data for h in hidden(corner)] for corner in corners] == [[0, 0], [1, 0], [1, 0], [2, 1]]
ax = plots.decision_boundary(model, corners, xor, threshold=0.5, limits=((-0.5, 1.5), (-0.5, 1.5)))

# %% [markdown]
"""
### Exercise 6.6

For which output weights `[v0, v1]` is the answer exactly XOR at all four corners?
"""

# %% [markdown] tags=["hint"]
"""
At (0, 1) only h₀ speaks, with 1, and the answer must be 1. At (1, 1) they say 2 and 1, and the answer must be 0.
"""

# %% tags=["exercise"]
v_right = [1, -2]  # solution
check("6.6", v_right)

# %% [markdown] tags=["solution"]
"""
The first neuron counts the ones; the second takes back two as soon as there are two. Without ReLU the two layers
would collapse into one again. In lesson 8 a network finds such weights by itself.
"""

# %% [markdown]
"""
Now step through the network at (1, 0), with your weights.
"""

# %%
x0, x1 = Value(1.0, label="x0"), Value(0.0, label="x1")
y = model((x0, x1))
steps(y)

# %% [markdown]
"""
**Predict.** The network has nine parameters. For five of them the gradient is 0 at (1, 0). Which ones, and why?
"""

# %% [markdown] tags=["reveal"]
"""
Hidden neuron 1 is silent there, with z = 0: ReLU lets nothing back, so its weights `w0[1,0]`, `w0[1,1]` and its bias
`b0[1]` learn nothing. It says 0, so its weight in the output, `w1[0,1]`, learns nothing either. And the weight
`w0[0,1]` of the other neuron has the input x₁ = 0.
"""

# %% tags=["reveal"]
model.zero_grad()
y.backward()
unmoved = [name for name, p in model.named_parameters() if p.grad == 0]
print(unmoved)
assert v[0] == 0 or unmoved == ["w0[0,1]", "w0[1,0]", "w0[1,1]", "b0[1]", "w1[0,1]"]

# %% [markdown]
"""
## What to take along

- A neuron: products, a sum, a bias, a bend.
- w<sup>(L)</sup><sub>mn</sub> goes from input n to output m. Row m of W belongs to neuron m; Y = WX + B says all rows
  at once.
- Activations have no parameters, but without them any number of layers is one layer.
- The cost is one number, for instance the mean of the squared errors. From it, the way back starts.
"""

# %% [markdown]
"""
# 7. Backpropagation

**The question.** A network may have a million weights. How can a single walk backward give the gradients of all of
them, and why must it visit the boxes in a certain order?

**Afterwards you can**

- say why a gradient must be complete before it is handed on, and find an order in which it always is;
- follow the backward pass through a network, share by share;
- derive the matrix formulas of a layer, and compare them with the scalar engine;
- count what one backward pass costs, and what one pass per weight would cost;
- see gradients vanish in a deep network, and say what helps.

**Time.** 40 minutes. **Before this.** [6. Neurons, layers, networks](06_neurons_layers_networks.ipynb).
"""

# %%
import random
from itertools import pairwise, permutations

import numpy as np

from autograd_lite import Value, arctan, data, draw, grad, losses, nn, plots, relu, sigmoid, steps
from autograd_lite.course import check

# %% [markdown]
"""
## The diamond

Double a number, and double the result:
"""

# %%
a = Value(3.0, label="a")
b = a + a
b.label = "b"
c = b + b
c.label = "c"
draw(c)

# %% [markdown]
"""
Each double edge is a fork: from c there are 2 · 2 = 4 paths to a. Every edge carries a 1, so ∂c/∂a = 4, one for each
path.

**Predict.** Go on doubling, sixty times in all. How many paths lead from the result to a? How many boxes are there?
"""

# %% [markdown] tags=["reveal"]
"""
2⁶⁰ paths, more than 10¹⁸; walking along a million of them each second would take over thirty thousand years. But there
are only 61 boxes and 120 edges. `backward()` visits every *box* once, so it is done at once.
"""

# %% tags=["reveal"]
start = end = Value(3.0)
boxes, edges = 1, 0
for _ in range(60):
    end = end + end
    boxes, edges = boxes + 1, edges + len(end.parents)
end.backward()
print(boxes, "boxes,", edges, "edges, ∂end/∂start =", start.grad)
assert (boxes, edges) == (61, 120)
assert start.grad == 2.0**60 > 1e18
assert 2**60 / 1e6 / (365 * 24 * 3600) > 30_000

# %% [markdown]
"""
## In which order?

A visit is this: take the gradient of the box as it is now, multiply it by the number on each edge into the box, and
add the products to what the boxes at the other ends have. Here it is as a function, which is told the order.
"""


# %%
def walk_back(order, result):
    gradients = dict.fromkeys(order, 0.0)
    gradients[result] = 1.0
    for node in order:
        for parent, derivative in zip(node.parents, node.local_derivatives(), strict=True):
            gradients[parent] += gradients[node] * derivative
    return gradients


# %% [markdown]
"""
**Predict.** Three boxes can be visited in six orders. Which of them give ∂c/∂a = 4, and what do the others give?
"""

# %% [markdown] tags=["reveal"]
"""
Those with c before b give 4. The others give 0: b is visited while its gradient is still 0, and hands on nothing; what
c brings it later stays there. Where a stands makes no difference, since a leaf hands nothing on. And nobody may be
visited twice: b would hand on the same gradient again.
"""

# %% tags=["row:F6"]
for order in permutations([c, b, a]):
    print(*[node.label for node in order], "  ∂c/∂a =", walk_back(order, c)[a])
twice = [c, b, b, a]
print(*[node.label for node in twice], "∂c/∂a =", walk_back(twice, c)[a])

c.backward()
assert walk_back([c, b, a], c)[a] == a.grad == 4.0
for order in permutations([c, b, a]):
    assert (walk_back(order, c)[a] == a.grad) == (order.index(c) < order.index(b))
assert walk_back([b, c, a], c)[a] == 0.0
assert walk_back(twice, c)[a] == 8.0

# %% [markdown]
"""
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


print(*[node.label for node in topological_order(c)])
assert topological_order(c) == [a, b, c]
assert walk_back(topological_order(c)[::-1], c)[a] == 4.0

# %% [markdown]
"""
The engine does the same with a list of its own in place of the function that calls itself, so that a chain of a million
boxes is no trouble.

### Exercise 7.1

Here p is used by q, and once more by y. In which order does the backward pass visit the four boxes? Give their names.
"""

# %%
x = Value(2.0, label="x")
p = x + 1
p.label = "p"
q = p * p
q.label = "q"
y = p * q
y.label = "y"
draw(y)

# %% [markdown] tags=["hint"]
"""
Begin with y. Of the boxes that are left, which has received *all* of its shares?
"""

# %% tags=["exercise"]
order = ["y", "q", "p", "x"]  # solution
check("7.1", order)

# %% [markdown] tags=["solution"]
"""
After y has been visited, p has one of its three shares. The other two come from q, so q goes first. In the wrong order
x would end with 9. The right answer is 27, the derivative of (x + 1)³ at 2.
"""

# %% tags=["solution"]
print("q first:", walk_back([y, q, p, x], y)[x], "  p first:", walk_back([y, p, q, x], y)[x])
assert walk_back([y, q, p, x], y)[x] == grad(lambda x: (x + 1) ** 3)(2.0) == 27.0
assert walk_back([y, p, q, x], y)[x] == 9.0

# %% [markdown]
"""
## Through a network

Two inputs, two hidden neurons with a sigmoid, one output, and the squared error. Each neuron's weighted sum Σwx + b is
one box, with an edge for every weight, every input and the bias.

**Predict.** How many shares does the gradient of x0 receive on the way back? And that of the weight w0[1,0], which
leads from input 0 to the hidden neuron 1?
"""

# %% [markdown] tags=["reveal"]
"""
x0 is used by both hidden neurons: two shares, which are added. A weight is used once, by its own neuron: one share.
"""

# %%
model = nn.MLP(2, [2, 1], activation="sigmoid", rng=random.Random(7))
inputs = [Value(1.0, label="x0"), Value(-0.5, label="x1")]
cost = (model(inputs) - 1.0) ** 2
cost.label = "C"


def uses(wanted):
    return sum(parent is wanted for node in topological_order(cost) for parent in node.parents)


assert (uses(inputs[0]), uses(model.layers[0].neurons[1].w[0])) == (2, 1)
steps(cost)

# %% [markdown]
"""
Watch for three things on the way back: the weights of a neuron receive its gradient times their *input*; the inputs
receive it times their *weight*; and each sigmoid multiplies it by a(1 − a).

## Where it starts: the cost

With n outputs, the cost is their mean squared error, C = (1/n) Σ (ŷᵢ − yᵢ)². Only one term of the sum contains ŷᵢ. Its
derivative is 2(ŷᵢ − yᵢ), and the 1/n stays in front:

∂C/∂ŷᵢ = (2/n) (ŷᵢ − yᵢ)

The 1/n is often dropped. Then it is another cost, n times as large, and every step is n times as long.
"""

# %% tags=["row:E5"]
predictions, targets = [Value(1.0), Value(2.0), Value(4.0)], [0.0, 2.0, 1.0]
losses.mse(predictions, targets).backward()
n = len(targets)
by_hand = [2 / n * (prediction.data - target) for prediction, target in zip(predictions, targets, strict=True)]
print("by the engine: ", [round(prediction.grad, 10) for prediction in predictions])
print("by the formula:", [round(x, 10) for x in by_hand])
assert max(abs(p.grad - x) for p, x in zip(predictions, by_hand, strict=True)) < 1e-15

# %% [markdown]
"""
### Exercise 7.2

Write this gradient for lists of any length.
"""

# %% [markdown] tags=["hint"]
"""
One number for each pair: prediction minus target, times 2, divided by how many there are.
"""


# %% tags=["exercise"]
def cost_gradient(predictions, targets):
    # solution:
    n = len(targets)
    return [2 / n * (p - t) for p, t in zip(predictions, targets, strict=True)]
    # end


check("7.2", cost_gradient)

# %% [markdown]
"""
## A layer in matrices

A layer without activation is called *affine*. With inputs x₀, x₁, … it computes for every neuron m

y<sub>m</sub> = Σ<sub>n</sub> w<sub>mn</sub> x<sub>n</sub> + b<sub>m</sub>

or, all at once, Y = WX + B, with one row of W for each neuron. In Python that is `W @ X + B`. Suppose we know ∂C/∂Y
already, one number for each neuron. The rest is three questions: *where does it occur, and with which slope?*

- **A bias** b<sub>m</sub> occurs in y<sub>m</sub> alone, with slope 1. So ∂C/∂b<sub>m</sub> = ∂C/∂y<sub>m</sub>.
- **A weight** w<sub>mn</sub> occurs in y<sub>m</sub> alone, with slope x<sub>n</sub>. So ∂C/∂w<sub>mn</sub> =
  ∂C/∂y<sub>m</sub> · x<sub>n</sub>.
- **An input** x<sub>n</sub> occurs in *every* y<sub>m</sub>, with slope w<sub>mn</sub>. So ∂C/∂x<sub>n</sub> =
  Σ<sub>m</sub> w<sub>mn</sub> · ∂C/∂y<sub>m</sub>: shares that are added.

Written as matrices, where ᵀ turns rows into columns:

| for | formula | in Python |
|---|---|---|
| the biases | ∂C/∂B = ∂C/∂Y | `dB = dY` |
| the weights | ∂C/∂W = (∂C/∂Y) Xᵀ | `dW = np.outer(dY, X)` |
| the inputs | ∂C/∂X = Wᵀ ∂C/∂Y | `dX = W.T @ dY` |

`np.outer(dY, X)` is the table of all products, one row for each entry of `dY`, one column for each entry of `X`.

Is it what the scalar engine says? An array may hold Values, and `W @ X + B` is the same line for them. As the cost we
take the simplest that has the slopes dY: the layer neither knows nor cares what comes after it.
"""


# %%
def values(numbers, name):
    """The same array, of Values."""
    numbers = np.asarray(numbers)
    made = np.empty(numbers.shape, dtype=object)
    for place, number in np.ndenumerate(numbers):
        made[place] = Value(number, label=f"{name}[{','.join(map(str, place))}]")
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
Ws, Bs, Xs = values(W, "w"), values(B, "b"), values(X, "x")
Ys = Ws @ Xs + Bs
(dY @ Ys).backward()

print("∂C/∂W =", dW.round(10).tolist())
print("∂C/∂B =", dB.round(10).tolist())
print("∂C/∂X =", dX.round(10).tolist())
for by_matrices, by_scalars in ((dW, gradients(Ws)), (dB, gradients(Bs)), (dX, gradients(Xs))):
    assert by_matrices.shape == by_scalars.shape
    assert np.abs(by_matrices - by_scalars).max() < 1e-15
print("The engine says the same.")

# %% [markdown]
"""
### Exercise 7.3

Write the backward pass of an affine layer. Return dW, dB and dX, in this order. (`np` is NumPy.)
"""

# %% [markdown] tags=["hint"]
"""
The right column of the table. Of `np.outer`, the first argument makes the rows: which of the two belongs to the
neurons?
"""


# %% tags=["exercise"]
def affine_backward(W, X, dY):
    return np.outer(dY, X), dY, W.T @ dY  # solution


check("7.3", affine_backward)

# %% [markdown] tags=["solution"]
"""
A good way to remember it: dW must have the shape of W, and dX that of X. Unless there are as many neurons as inputs,
only one product has.
"""

# %% [markdown]
"""
### Activation layers

An activation layer works on each number alone: y<sub>n</sub> = f(x<sub>n</sub>). So each gradient is multiplied by
its own slope:

∂C/∂X = ∂C/∂Y ⊙ f'(X)

where ⊙ multiplies entry by entry; in Python that is `*`.
"""

# %% tags=["row:F3"]
X = np.array([0.5, -1.0, 2.0])
dY = np.array([0.7, -1.3, 0.2])
slopes = {
    sigmoid: 1 / (1 + np.exp(-X)) * (1 - 1 / (1 + np.exp(-X))),
    relu: (X > 0) * 1.0,
    arctan: 1 / (1 + X**2),
}
for f, slope in slopes.items():
    dX = dY * slope
    Xs = values(X, "x")
    (dY @ [f(x) for x in Xs]).backward()
    print(f"{f.name:8} ∂C/∂X =", (dX.round(6) + 0.0).tolist())
    assert np.abs(dX - gradients(Xs)).max() < 1e-15

# %% [markdown]
"""
### Exercise 7.4

For σ the slope can be had from the *output* Y = σ(X), which the forward pass has left: no need to compute σ again.
Write the backward pass of a σ layer from `Y` and `dY`.
"""

# %% [markdown] tags=["hint"]
"""
Lesson 1: σ' = σ · (1 − σ). Entry by entry.
"""


# %% tags=["exercise"]
def sigmoid_backward(Y, dY):
    return dY * Y * (1 - Y)  # solution


check("7.4", sigmoid_backward)

# %% [markdown]
"""
## A whole network in matrices

Three layers: affine, σ, affine; then the mean squared error. Here the activation counts as a layer of its own, so the
layers are 0, 1 and 2, and the weights belong to the layers 0 and 2. (`nn` counts an activation as part of the layer
before it, and says w0 and w1.) The output of a layer is the input of the next: Y<sup>(0)</sup> = X<sup>(1)</sup>,
Y<sup>(1)</sup> = X<sup>(2)</sup>.

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

dY2 = 2 / len(target) * (Y2 - target)  # the cost
dW2, dB2, dX2 = np.outer(dY2, Y1), dY2, W2.T @ dY2  # layer 2, affine
dX1 = dX2 * Y1 * (1 - Y1)  # layer 1, σ: its dY is the dX of layer 2
dW0, dB0, dX0 = np.outer(dX1, X0), dX1, W0.T @ dX1  # layer 0, affine: its dY is the dX of layer 1

# The same by scalars: forward with Values, then one call.
names = ["W0", "B0", "W2", "B2", "X0"]
scalars = [values(numbers, name) for numbers, name in zip([W0, B0, W2, B2, X0], names, strict=True)]
nodes = forward(*scalars)
mean_square(nodes[2], target).backward()

by_matrices = {"W0": dW0, "B0": dB0, "W2": dW2, "B2": dB2, "X0": dX0, "X1": dX1, "X2": dX2, "Y2": dY2}
by_scalars = dict(zip([*names, "X1", "X2", "Y2"], map(gradients, [*scalars, *nodes]), strict=True))
for name, array in by_matrices.items():
    print(f"∂C/∂{name} =", array.round(3).tolist())
    assert array.shape == by_scalars[name].shape
    assert np.abs(array - by_scalars[name]).max() < 1e-15
print("All", sum(array.size for array in by_matrices.values()), "numbers are those of the engine.")

# %% [markdown]
"""
That is all there is to "backprop". It is the chain rule on a graph, with the boxes of a layer handled
together: one matrix product in place of many visits.

Then every parameter takes a step against *its own* gradient:

- W := W − η ∂C/∂W
- B := B − η ∂C/∂B

(Mind the B in the second line. A slip such as B := W − … is seen in print; the shapes would not even fit.)
"""

# %% tags=["row:E6"]
eta = 0.05
before = mean_square(Y2, target)
new_W0, new_B0 = W0 - eta * dW0, B0 - eta * dB0
new_W2, new_B2 = W2 - eta * dW2, B2 - eta * dB2
after = mean_square(forward(new_W0, new_B0, new_W2, new_B2, X0)[2], target)
print(f"cost before {before:.6f}   after {after:.6f}")

# as lesson 1 predicts: slope times step, here -η times the squared length of the gradient
predicted = -eta * sum((d**2).sum() for d in (dW0, dB0, dW2, dB2))
print(f"change predicted {predicted:.4f}   in truth {after - before:.4f}")
assert after < before
assert abs(predicted - (after - before)) < 0.2 * abs(predicted)
assert all(b.shape == db.shape and b.shape != w.shape for w, b, db in ((W0, B0, dB0), (W2, B2, dB2)))

# %% [markdown]
"""
## What does it cost?

The other way to all gradients is nudging: move one weight, compute the cost again, move it back, take the next. That is
one pass *for each weight*, and one more to compare with.

**Predict.** A network has 1250 weights and biases. How many forward passes does nudging take? And going backward, how
much work is it, compared with one forward pass: about the same, twice, or 1250 times?
"""

# %% [markdown] tags=["reveal"]
"""
Nudging takes 1251 passes. Going backward takes about twice as many steps as going forward: an operation such as + or ·
has at most two operands, so at most two edges lead into its box, and each edge is one step, a multiplication whose
product is added. (Whoever counts the multiplication and the addition apart gets up to four times, not 1250.) The number
on the edge is cheap, often there already: the other factor of a product, or a(1 − a). How many of the boxes are weights
makes no difference.
"""


# %%
def network(sizes):
    """Its cost as a graph of plain sums and products, its input, and its parameters."""
    rng = random.Random(7)
    parameters = []
    X = np.array([0.5, -1.0, 2.0])
    for layer, (nin, nout) in enumerate(pairwise(sizes)):
        W = values([[rng.uniform(-1, 1) for _ in range(nin)] for _ in range(nout)], f"w{layer}")
        B = values([0.0] * nout, f"b{layer}")
        X = W @ (X if layer == 0 else [sigmoid(x) for x in X]) + B
        parameters += [*W.flat, *B]
    return mean_square(X, np.array([0.3, -0.6])), parameters


# %% tags=["row:F5"]
print(f"{'weights':>8}{'forward':>9}{'backward':>10}{'times as much':>15}{'nudging':>11}")
for width in (2, 8, 32):
    cost, parameters = network([3, width, width, 2])
    order = topological_order(cost)
    operations = sum(len(node.parents) > 0 for node in order)  # each computed once, forward
    edges = sum(len(node.parents) for node in order)  # each multiplied and added once, backward
    nudging = operations * (len(parameters) + 1)
    print(f"{len(parameters):8}{operations:9}{edges:10}{edges / operations:15.2f}{nudging:11}")
    assert operations < edges <= 2 * operations
assert len(parameters) == 1250

# %% [markdown]
"""
The forward pass has a price, too: all its numbers are kept until the way back has used them. Backward *reuses* what
forward has *saved*: every x, every w, every a in the formulas above is read, not computed again.

(The backward pass gives the gradients of *one* result by all weights. If there are few inputs and many results, walking
forward with the derivatives is the cheaper way.)

### Exercise 7.5

A network has ten million weights, and one forward pass takes one second. How many **days** would nudging take for a
single gradient?
"""

# %% [markdown] tags=["hint"]
"""
One pass for each weight and one more, a second each. A day has 24 · 60 · 60 seconds.
"""

# %% tags=["exercise"]
days = (10_000_000 + 1) / (24 * 60 * 60)  # solution
check("7.5", days)

# %% [markdown] tags=["solution"]
"""
Nearly four months, for one step of gradient descent. Going backward takes a few seconds.
"""

# %% tags=["solution"]
print(f"{days:.1f} days")
assert 115 < days < 116

# %% [markdown]
"""
## Gradients that vanish

Each σ layer multiplies what flows back by its slopes, and none of them is above ¼. Lesson 2 counted ten in a row. Here
are eight layers of eight neurons, and an output. On the left is what flows forward. On the right, on a logarithmic
axis, is how large the gradients are by the time they arrive at each layer. The output is at the top; the way back leads
down.
"""

# %%
xs, ys = data.moons(40, rng=random.Random(7))
deep = nn.MLP(2, [8] * 8 + [1], activation="sigmoid", init="xavier", rng=random.Random(7))
panels = plots.histograms(deep, xs, ys, loss="mse")

# %% [markdown]
"""
On the right, each row lies to the left of the one above: the gradient shrinks by a similar *factor* from layer to
layer. On the left, only thin needles remain towards the top: every sample gives nearly the same there, so the output
hardly knows which one it was shown. The first layers learn next to nothing. How much less than the last?
"""


# %%
def first_and_last(activation, init):
    """The largest gradient among the weights of the first and of the last layer."""
    model = nn.MLP(2, [8] * 8 + [1], activation=activation, init=init, rng=random.Random(7))
    losses.mse([model(x) for x in xs], ys).backward()
    return [max(abs(w.grad) for w in model.layers[place].parameters()) for place in (0, -1)]


shrunk = {}
for activation, init in (("sigmoid", "xavier"), ("tanh", "xavier"), ("relu", "he")):
    first, last = first_and_last(activation, init)
    shrunk[activation] = first / last
    print(f"{activation:8} first layer {first:.1e}   last layer {last:.1e}   ratio {first / last:.1e}")
answers = [nn.MLP(2, [8] * 8 + [1], activation="sigmoid", init="xavier", rng=random.Random(7))(x).data for x in xs]
assert max(answers) - min(answers) < 0.001
assert shrunk["sigmoid"] < 1e-4
assert min(shrunk["tanh"], shrunk["relu"]) > 0.01

# %% [markdown]
"""
What helps: activations whose slope reaches 1, as that of tanh or ReLU; starting weights whose size suits the activation
("xavier" for tanh, "he" for ReLU); fewer layers. The opposite exists as well: where the factors are above 1, gradients
*explode*.

### Exercise 7.6

A chain of single neurons, aₖ₊₁ = σ(w · aₖ + b). On the way back each link multiplies the gradient by w · σ'. If every
sigmoid is at its steepest, which w keeps the gradient as it is?
"""

# %% [markdown] tags=["hint"]
"""
At its steepest σ' is ¼. The product of w and ¼ must be 1.
"""

# %% tags=["exercise"]
w = 1 / 0.25  # solution
check("7.6", w)

# %% [markdown] tags=["solution"]
"""
And then the neurons must also stay at the steepest place, where w · a + b is 0. A little beside it, the gradient
vanishes again; with a larger w it explodes. Long chains of sigmoids stand on a knife's edge.
"""

# %% tags=["solution"]
for weight in (1.0, 4.0, 8.0):
    node = first = Value(0.5)
    for _ in range(10):
        node = sigmoid(weight * node - weight / 2)  # b = -w/2 keeps every sum at 0
    node.backward()
    print(f"w = {weight}   gradient after ten links {first.grad:.6g}")
    assert abs(first.grad / (weight / 4) ** 10 - 1) < 1e-12

# %% [markdown]
"""
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
"""
## What to take along

- A gradient may be handed on when it is complete: visit a box after all that use it, in reverse topological order.
- Affine layer: ∂C/∂W = (∂C/∂Y) Xᵀ, ∂C/∂B = ∂C/∂Y, ∂C/∂X = Wᵀ ∂C/∂Y. Activation layer: ∂C/∂X = ∂C/∂Y ⊙ f'(X).
- These formulas and the scalar engine give the same numbers, since both are the chain rule.
- One backward pass costs a small constant times one forward pass, for any number of weights.
- Factors below 1, layer after layer, make gradients vanish; ReLU, tanh and a fitting start keep them alive.
"""

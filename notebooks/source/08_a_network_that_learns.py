# %% [markdown]
r"""
# 8. A network that learns

**The question.** Can a network find out by itself, from examples alone, what nobody has told it? And how do we notice
whether it has understood them or only learnt them by heart?

**Afterwards you can**

- write the training loop, and say what each of its five lines is for;
- read a loss curve: the plateau, the fall, the long tail;
- train networks on XOR, on two moons and on flowers, and see what they decide where;
- tell underfitting from overfitting, and do something about each.

**Time.** About 100 minutes. **Before this.** [7. Backpropagation](07_backpropagation.ipynb).
"""

# %%
import math
import random

import matplotlib.pyplot as plt
import numpy as np

from autograd_lite import data, losses, nn, no_grad, optim, plots, sigmoid, steps, watch
from autograd_lite.course import check

# %% [markdown]
r"""
## Four points that no line can part

*Exclusive or*, XOR, is 1 if exactly one of its two inputs is 1. As a task for a network it is tiny and famous: a single
neuron cannot do it.
"""

# %%
xs, ys = data.xor()
for x, y in zip(xs, ys, strict=True):
    print(x, "->", y)

single = nn.MLP(2, [1], output_activation="sigmoid", rng=random.Random(7))
optimizer = optim.SGD(single.parameters(), lr=1.0)
# the training loop, which you will write yourself in a moment
history = nn.fit(single, xs, ys, loss=losses.mse, optimizer=optimizer, epochs=1000, progress=False)

# %% [markdown]
r"""
**Predict.** A single neuron decides by a straight line: on one side it says more than $\frac12$, on the other less. It
has been trained for 1000 epochs (an **epoch** is one look at all the examples). What does it answer to the four points?
"""

# %% [markdown] tags=["reveal"]
r"""
$\frac12$ to each of them. The points with a 1 lie across from each other, and so do those with a 0: whichever way the
line is turned, what one pair gains the other loses. Gradient descent settles for the answer that is equally wrong
everywhere.
"""

# %% tags=["reveal"]
print([round(single(x).data, 3) for x in xs])

# %% tags=["test"]
assert all(abs(single(x).data - 0.5) < 0.01 for x in xs)

# %% [markdown]
r"""
### Exercise 8.1

What is the mean squared error of a network that answers $\frac12$ to all four points?
"""

# %% [markdown] tags=["hint"]
r"""
Each answer is $\frac12$ away from its target. Square that, and take the mean over the four.
"""

# %% tags=["exercise"]
undecided = 4 * 0.5**2 / 4  # solution
check("8.1", undecided)

# %% [markdown]
r"""
## The training loop

So we take a layer more: 2 inputs, 4 hidden neurons, 1 output, all with a sigmoid. To learn is to repeat five lines:

1. **Predict**: the forward pass, for all examples.
2. **Compare**: the loss says in one number how wrong that was.
3. **Forget** the gradients of the last round; `backward()` adds to them.
4. **Go back**: `backward()` gives the slope of the loss for every weight.
5. **Step**: each weight moves against its slope, $w \leftarrow w - \eta \, \frac{\partial L}{\partial w}$.

The starting weights are random numbers. Here they are written out, so that you get the same curve as everybody.
"""

# %%
W0 = [
    [0.24835707650561634, -0.11707668736166799],
    [-0.06913215058559233, -0.11706847847459027],
    [0.32384426905034625, 0.7896064077536957],
    [0.7615149282040127, 0.3837173645764544],
]
W1 = [[-0.23473719296747605, 0.27128002179298233, -0.23170884640623113, -0.23286487678512843]]


def fresh_network():
    model = nn.MLP(2, [4, 1], activation="sigmoid", output_activation="sigmoid")
    for layer, rows in zip(model.layers, (W0, W1), strict=True):
        for neuron, row in zip(layer.neurons, rows, strict=True):
            neuron.w, neuron.b = row, 0.0
    return model


model = fresh_network()
optimizer = optim.SGD(model.parameters(), lr=1.0)

curve, answers = [], []
for _ in range(5000):
    predictions = [model(x) for x in xs]  # 1
    loss = losses.mse(predictions, ys)  # 2
    optimizer.zero_grad()  # 3
    loss.backward()  # 4
    optimizer.step()  # 5
    curve.append(loss.data)
    answers.append([p.data for p in predictions])

# %% [markdown]
r"""
Here is one of the first of its 20,000 looks: the untrained network is shown $(1, 0)$ and should say 1. Walk through it
once, forward and back. Each hidden neuron gets the gradient of the output's sum, times its own weight to the output.
"""

# %%
L = losses.mse([fresh_network()(xs[2])], [ys[2]])
steps(L, fold="neurons", labels={"L": L})

# %% tags=["test"]
assert len(curve) * len(xs) == 20_000

# %% [markdown]
r"""
### Exercise 8.2

Write the loop's body for plain gradient descent without an optimiser. `train_once` does one epoch on `model`, with the
learning rate `lr`, and returns the loss as a float, as it was *before* the step.
"""

# %% [markdown] tags=["hint"]
r"""
The five lines. For 3 and 5 go through `model.parameters()`: set each `.grad` to 0, and later take `lr` times `.grad`
off each `.data`.
"""


# %% tags=["exercise"]
def train_once(model, xs, ys, lr):
    # solution:
    loss = losses.mse([model(x) for x in xs], ys)
    for p in model.parameters():
        p.grad = 0.0
    loss.backward()
    for p in model.parameters():
        p.data -= lr * p.grad
    return loss.data
    # end


check("8.2", train_once)

# %% [markdown]
r"""
## The curve

**Predict.** After 750 of the 5000 epochs the loss has fallen from 0.256 to 0.247 only. What does the network answer all
that time?
"""

# %% [markdown] tags=["reveal"]
r"""
About $\frac12$ to everything, as the single neuron did. On this **plateau** the hidden neurons are still nearly
straight, so together they can do little more than a single one, and the gradient is tiny. But it is not 0: one neuron's
weights grow, it begins to curve, and then it goes quickly.
"""

# %% tags=["reveal"]
for epoch in (0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000):
    print(f"epoch {epoch:4}   loss {curve[epoch]:.4f}   answers", [round(a, 2) for a in answers[epoch]])

# %% tags=["test"]
assert all(abs(a - 0.5) < 0.03 for epoch in (250, 500, 750) for a in answers[epoch])
assert [round(a) for a in answers[1250]] == ys
assert round(curve[0], 3) == 0.256
assert round(curve[750], 3) == 0.247
assert 0 < curve[500] - curve[501] < 1e-5

# %% [markdown]
r"""
To be sure, we train the same network once more by the matrix formulas of lesson 7, and compare all 5000 losses. One
thing is new: all four examples go through at once. They stand side by side, one *column* for each, so that `X` is
$2 \times 4$, and `W @ X` does for each column what it did for one. On the way back each column brings its own gradients
of the weights, and these are added: `dZ @ X.T` is the sum, over the columns, of the outer products of lesson 7, and
`dZ.sum(axis=1)` adds the columns up for the biases.
"""


# %%
def by_matrices(epochs):
    X, y = np.array(xs).T, np.array([ys])  # one column for each example
    V0, V1, B0, B1 = np.array(W0), np.array(W1), np.zeros((4, 1)), np.zeros((1, 1))
    found = []
    for _ in range(epochs):
        A = 1 / (1 + np.exp(-(V0 @ X + B0)))
        P = 1 / (1 + np.exp(-(V1 @ A + B1)))
        found.append(((P - y) ** 2).mean())
        dZ1 = 2 / 4 * (P - y) * P * (1 - P)
        dZ0 = V1.T @ dZ1 * A * (1 - A)
        V1, B1 = V1 - dZ1 @ A.T, B1 - dZ1.sum(axis=1, keepdims=True)
        V0, B0 = V0 - dZ0 @ X.T, B0 - dZ0.sum(axis=1, keepdims=True)
    return np.array(found)


# %% tags=["row:G1"]
for epoch in (0, 1, 1000, 2000, 3000, 4000, 4999):
    print(f"epoch {epoch:4}   loss {curve[epoch]:.13f}")

apart = np.abs(np.array(curve) / by_matrices(5000) - 1).max()
print("scalars and matrices agree to nine digits, in every epoch:", bool(apart < 1e-9))

# %% tags=["test"]
assert apart < 1e-9
assert all(
    abs(curve[epoch] / loss - 1) < 1e-9
    for epoch, loss in {
        0: 0.2556753002334093,
        1: 0.2531241612054685,
        1000: 0.20331348878688343,
        2000: 0.005209564355944156,
        3000: 0.0017426084221499889,
        4000: 0.001004813612379014,
        4999: 0.0006966775054893259,
    }.items()
)

# %% tags=["row:G2"]
for x, y, answer in zip(xs, ys, answers[4999], strict=True):
    print(x, f"target {y}   answer {answer:.4f}")

# %% tags=["test"]
assert all(abs(a - b) < 5e-5 for a, b in zip(answers[4999], [0.0298, 0.9748, 0.9747, 0.0250], strict=True))

# %% [markdown]
r"""
The loss against the epoch, on a logarithmic axis, and what the network would answer *between* the points it was shown:
"""

# %% tags=["row:G3"]
ax = plots.loss_curve(curve)
ax = plots.decision_boundary(model, xs, ys, limits=((-0.5, 1.5), (-0.5, 1.5)))

# %% tags=["test"]
assert len(curve) == 5000
assert [round(model(x).data) for x in xs] == ys

# %% [markdown]
r"""
A band instead of a line: that is what the hidden layer has made possible. Each hidden neuron draws a line of its own,
and the output neuron combines them.

### Exercise 8.3

Suppose that all weights start at the *same* number, say 0.5, and all biases at 0. The four hidden neurons are trained
for as long as you like. How many *different* hidden neurons are there in the end?
"""

# %% [markdown] tags=["hint"]
r"""
They see the same inputs, have the same weights, and feed the output with the same weight. Do their gradients differ?
"""

# %% tags=["exercise"]
different = 1  # solution
check("8.3", different)

# %% [markdown] tags=["solution"]
r"""
Equal neurons get equal gradients and stay equal; four of them are as good as one. That is why weights start at
*random* numbers.
"""

# %% tags=["solution"]
twins = nn.MLP(2, [4, 1], activation="sigmoid", output_activation="sigmoid")
for layer in twins.layers:
    for neuron in layer.neurons:
        neuron.w, neuron.b = [0.5] * len(neuron.w), 0.0
twins_optimizer = optim.SGD(twins.parameters(), lr=1.0)
nn.fit(twins, xs, ys, loss=losses.mse, optimizer=twins_optimizer, epochs=200, progress=False)
for neuron in twins.layers[0].neurons:
    print([round(p.data, 9) for p in neuron.parameters()])

# %% tags=["test"]
neurons = [[round(p.data, 9) for p in neuron.parameters()] for neuron in twins.layers[0].neurons]
assert all(neuron == neurons[0] for neuron in neurons)

# %% [markdown]
r"""
### Your turn to change something

`watch` trains as `nn.fit` does, which is the loop above, and films it. Drag the slider, and see the boundary form while
the loss falls. This network has only 2 hidden neurons, and with this random start it gets stuck. Change their number,
the start (the 7) or the learning rate, and run the cell again. Ideas:

- with 1 hidden neuron, can it ever?
- with 2, find a start that does not get stuck;
- with 8, and lr=3.0.
"""

# %%
small = nn.MLP(2, [2, 1], activation="tanh", output_activation="sigmoid", rng=random.Random(7))  # change me
small_optimizer = optim.SGD(small.parameters(), lr=1.0)
watch(small, xs, ys, loss=losses.mse, optimizer=small_optimizer, epochs=800, progress=False)

# %% [markdown]
r"""
## Two moons

Now data that are not so neat: 120 points on two half circles, with a little **noise**: each is moved by chance. Three
things are new, and common.

- **`nn.fit`** is the loop that you have written, in one call. It takes all examples for each step. With `batch_size=20`
  it would take 20 at a time, a **minibatch**, drawn at random: cheaper steps, a little noisy, and the reason for the S,
  *stochastic*, in SGD.
- **Adam** is an optimiser with two memories for each weight. One is the momentum of lesson 5. The other is how large
  the weight's gradients usually are, and the step is divided by that. So weights with small gradients move about as
  fast as those with large ones, as if each had a learning rate of its own: a remedy for the narrow valley.
- **The output is a logit**: any number, above 0 for class 1, below 0 for class 0. $\sigma(\text{logit})$ is the
  probability that the network gives to class 1, and 1 minus that the one it gives to class 0. The loss that goes with
  it, *binary cross-entropy*, is $-\ln p$, where $p$ is the probability given to the right class.
"""

# %%
bce = losses.binary_cross_entropy_with_logits
for logit in (-4.0, 0.0, 4.0):
    if_one, if_zero = bce(logit, 1), bce(logit, 0)
    print(f"logit {logit:4}   σ = {sigmoid(logit):.3f}   loss if it is 1: {if_one:.3f}   if 0: {if_zero:.3f}")

# %% tags=["test"]
for logit in (-4.0, 0.0, 4.0):
    assert abs(bce(logit, 1) + math.log(sigmoid(logit))) < 1e-12
    assert abs(bce(logit, 0) + math.log(1 - sigmoid(logit))) < 1e-12
assert bce(0.0, 1) == math.log(2)

# %% [markdown]
r"""
Whoever says $\frac12$ pays $\ln 2 \approx 0.69$. Whoever is sure and right pays next to nothing; whoever is sure and
wrong pays dearly.

A third of the points are **held out**: the network is tested on them, but never trained. Only they tell what it is
worth.
"""


# %% tags=["row:G4"]
def accuracy(model, xs, ys):
    """The fraction of points on the right side of 0."""
    return sum((model(x).data > 0) == (y == 1) for x, y in zip(xs, ys, strict=True)) / len(xs)


points, labels = data.moons(120, noise=0.15, rng=random.Random(7))
train, test = data.split(points, labels, rng=random.Random(7))

moons = nn.MLP(2, [8, 8, 1], activation="tanh", rng=random.Random(7))
adam = optim.Adam(moons.parameters(), lr=0.05)
history = nn.fit(moons, *train, loss=bce, optimizer=adam, epochs=60, progress=False)

print(history)
print(f"right: {accuracy(moons, *train):.0%} of the {len(train[0])} trained on", end=", ")
print(f"{accuracy(moons, *test):.0%} of the {len(test[0])} held out")
ax = plots.loss_curve(history)
ax = plots.decision_boundary(moons, *test)

# %% tags=["test"]
assert accuracy(moons, *test) > 0.9

# %% [markdown]
r"""
The points in the picture are those held out.

## Too little, too much

Make it harder: only 40 points to learn from, with so much noise that the moons overlap. Three networks try:

- **a line**: a single neuron, 3 parameters;
- **a small one**: 4 hidden neurons, 17 parameters;
- **a large one**: two layers of 8, 105 parameters for 40 points.

`train_both` is the loop once more. In every epoch it writes down the loss on the points it learns from, and the loss on
60 others, which it does *not* learn from. (`no_grad` says that for these no way back is needed.)
"""

# %%
rng = random.Random(2)
forty = data.moons(40, noise=0.3, rng=rng)
sixty = data.moons(60, noise=0.3, rng=rng)


def train_both(sizes, weight_decay=0.0):
    model = nn.MLP(2, sizes, activation="tanh", rng=random.Random(7))
    optimizer = optim.Adam(model.parameters(), lr=0.05, weight_decay=weight_decay)
    seen, unseen = [], []
    for _ in range(120):
        loss = bce([model(x) for x in forty[0]], forty[1])
        with no_grad():
            other_loss = bce([model(x) for x in sixty[0]], sixty[1])
        seen.append(loss.data)
        unseen.append(other_loss.data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model, seen, unseen


networks = {"line": train_both([1]), "small": train_both([4, 1]), "large": train_both([8, 8, 1])}

# %% tags=["test"]
assert [len(model.parameters()) for model, _, _ in networks.values()] == [3, 17, 105]

# %% [markdown]
r"""
**Predict.** Which of the three has the lowest loss on the points it has learnt from? And which on the others?
"""

# %% [markdown] tags=["reveal"]
r"""
The large one is best on what it has seen, and worst on what it has not. It has bent its boundary around single points
that noise has put on the wrong side: it has learnt them by heart. That is **overfitting**. The line is equally mediocre
on both: **underfitting**. The small one is the best of the three where it counts.
"""

# %%
figure, axes = plt.subplots(1, 3, figsize=(11.0, 3.4), layout="constrained")
for ax, (name, (model, seen, unseen)) in zip(axes, networks.items(), strict=True):
    plots.decision_boundary(model, *forty, ax=ax, limits=((-2.0, 3.0), (-1.5, 2.0))).set_title(name)
    print(f"{name:6} loss: learnt {seen[-1]:.2f}, others {unseen[-1]:.2f}", end="   ")
    print(f"right: learnt {accuracy(model, *forty):.0%}, others {accuracy(model, *sixty):.0%}")

# %% tags=["test"]
line, small, large = [(seen[-1], unseen[-1]) for _, seen, unseen in networks.values()]
assert large[0] < small[0] < line[0]
assert small[1] < line[1] < large[1]

# %% [markdown]
r"""
How does one notice? By the two curves. While both fall, the network learns what is common to all points. Where the
lower one goes on falling and the upper one turns, it begins to learn by heart.
"""

# %%
ax = plots.loss_curve(networks["large"][1], label="learnt")
ax = plots.loss_curve(networks["large"][2], ax, label="others")

# %% tags=["test"]
others = networks["large"][2]
turn = others.index(min(others))
assert others[turn] < networks["small"][2][-1] + 0.1
assert others[-1] > 2 * others[turn]

# %% [markdown]
r"""
### Exercise 8.4

*Early stopping* keeps the network of the epoch where it was best. Write `best_epoch`, which is given both curves and
returns that epoch.
"""

# %% [markdown] tags=["hint"]
r"""
Only one of the two curves says what the network is worth. Where in that list is its smallest number? `list.index`
helps.
"""


# %% tags=["exercise"]
def best_epoch(learnt, others):
    return others.index(min(others))  # solution


check("8.4", best_epoch)

# %% [markdown] tags=["solution"]
r"""
Once they have chosen the epoch, these points are no longer unseen. For an honest figure in the end one keeps a third
set, the *test* set, and looks at it once; the second is then called the *validation* set.
"""

# %% [markdown]
r"""
Against underfitting: more neurons, more epochs. Against overfitting: more data, fewer neurons, early stopping, or
**weight decay**, which pulls every weight towards 0 a little in each step, so that only what pays for itself stays
large. What holds a network back from learning by heart is called **regularisation**.

Change the decay (0, 0.0005, 0.1, 1) or the sizes. Which decay is too strong, and what is that like?
"""

# %%
model, seen, unseen = train_both([8, 8, 1], weight_decay=0.004)  # change me
print(f"loss: learnt {seen[-1]:.2f}, others {unseen[-1]:.2f}")
ax = plots.decision_boundary(model, *forty, limits=((-2.0, 3.0), (-1.5, 2.0)))

# %% [markdown]
r"""
## Flowers

In 1936 Ronald Fisher published measurements of 150 irises of three species: length and width of the sepals and of the
petals, in centimetres. Can a network name the species?

There are three classes now, so three outputs, one logit $z_k$ for each. **Softmax** turns them into probabilities,
which add up to 1:

$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$

The loss is again $-\ln$ of the probability that the right class gets. It is called *cross-entropy*.

### Exercise 8.5

A network that has learnt nothing gives the same probability to each of the three species. What is its cross-entropy?
(`math` is imported.)
"""

# %% [markdown] tags=["hint"]
r"""
Each probability is $\frac13$. The loss is $-\ln$ of it, and `math.log` is $\ln$.
"""

# %% tags=["exercise"]
clueless = -math.log(1 / 3)  # solution
check("8.5", clueless)

# %% [markdown] tags=["solution"]
r"""
$\ln 3 \approx 1.1$. A loss far above that at the start means that the network is sure of nonsense; a loss that stays
there, that it learns nothing.
"""

# %% tags=["solution"]
print(losses.cross_entropy([0.0, 0.0, 0.0], 1))

# %% tags=["test"]
assert abs(losses.cross_entropy([0.0, 0.0, 0.0], 1) - math.log(3)) < 1e-15
z = [2.0, -1.0, 0.5]
assert abs(losses.cross_entropy(z, 0) + math.log(math.exp(z[0]) / sum(map(math.exp, z)))) < 1e-12

# %% [markdown]
r"""
### Exercise 8.6

Write the accuracy for many classes. `rows` has a list of logits for each flower, `species` the right class of each:
0, 1 or 2. The class with the largest logit is the answer.
"""

# %% [markdown] tags=["hint"]
r"""
The answer for one row is `row.index(max(row))`. How many answers are right, of how many?
"""


# %% tags=["exercise"]
def fraction_right(rows, species):
    # solution:
    right = 0
    for row, answer in zip(rows, species, strict=True):
        if row.index(max(row)) == answer:
            right += 1
    return right / len(rows)
    # end


check("8.6", fraction_right)

# %% [markdown]
r"""
One thing comes before training. The four measurements have different sizes, and sigmoids and tanh like numbers around
0. So each column is **standardised**: minus its mean, divided by its **standard deviation**, which says how far its
numbers usually are from the mean (the root of the mean of the squared distances).

**Predict.** The flowers held out are standardised with the means of the flowers *trained on*, not with their own. Why?
"""

# %% [markdown] tags=["reveal"]
r"""
The network must be able to name a single flower that somebody brings tomorrow; one flower has no mean of its own. And
whatever is computed from the held-out flowers, even a mean, would let the network know something about them.
"""

# %% tags=["row:G5"]
flowers, species = data.iris()
(train_xs, train_ys), (test_xs, test_ys) = data.split(flowers, species, rng=random.Random(1))


def prepared(rows):
    return data.standardize(rows, like=train_xs)


iris = nn.MLP(4, [8, 3], activation="tanh", init="xavier", rng=random.Random(8))
adam = optim.Adam(iris.parameters(), lr=0.05)
history = nn.fit(
    iris, prepared(train_xs), train_ys, loss=losses.cross_entropy, optimizer=adam, epochs=50, progress=False
)
print(history)

table = [[0, 0, 0] for _ in range(3)]
for x, y in zip(prepared(test_xs), test_ys, strict=True):
    logits = [z.data for z in iris(x)]
    table[y][logits.index(max(logits))] += 1
print(f"{'of the 50 held out':20}", *[f"{name:>12}" for name in data.IRIS_CLASSES])
for name, row in zip(data.IRIS_CLASSES, table, strict=True):
    print(f"{name:20}", *[f"{count:12}" for count in row])
print(f"right: {table[0][0] + table[1][1] + table[2][2]} of {len(test_ys)}")

ax = plots.decision_boundary(
    iris,
    test_xs,
    test_ys,
    features=(2, 3),
    transform=prepared,
    names=data.IRIS_CLASSES,
    feature_names=data.IRIS_FEATURES,
)

# %% tags=["test"]
assert len(test_ys) == sum(map(sum, table)) == 50
assert sum(table[k][k] for k in range(3)) >= 45
assert table[0] == [test_ys.count(0), 0, 0]

# %% [markdown]
r"""
Each row of the table is a species, each column an answer. Setosa stands apart, and all of them are recognised;
versicolor and virginica touch, and where they touch, a few flowers are taken for the other species. The picture is a
cut through a space of four dimensions: it shows the petals, while the sepals are held at their means.

The code was the same for four points, two moons and 150 flowers. Only the data and the loss have changed.

## What to remember

- Learning is five lines: predict, compare, forget, go back, step.
- A plateau need not be the end; equal weights at the start are.
- A loss on the training data says how well they are learnt; only held-out data say what the network is worth.
- Underfitting: both losses are high. Overfitting: the training loss falls, the other one rises.

*To read on:* [generalization in d2l.ai](https://d2l.ai/chapter_linear-regression/generalization.html), and the paper
on [Adam](https://arxiv.org/abs/1412.6980).
"""

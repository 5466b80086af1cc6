# %% [markdown]
r"""
# 9. Build your own

**The question.** How much code does an engine need, before a network learns with it?

**Afterwards you can**

- write a `Value` from nothing but Python's floats, in fewer than sixty lines;
- say what each line is there for, and what goes wrong without it;
- put an engine to the test, and trust it;
- train XOR with an engine and a loop of your own.

**Time.** About 105 minutes. **Before this.** [8. A network that learns](08_a_network_that_learns.ipynb).

*If you have never written a class in Python, read [the page on Python](python.ipynb) first.*
"""

# %%
import math
from itertools import count

from autograd_lite import Value as Ours
from autograd_lite import grad, numerical_grad, optim, plots, steps
from autograd_lite.course import check

# %% [markdown]
r"""
## The plan

From here on `Value` is *yours*, and the one you know is called `Ours`. You write five pieces, each with a checker:

| stage | what it does |
|---|---|
| 1. Remember | `+` and `*` keep their parents and local derivatives |
| 2. Calculate | `-`, `/`, `**`, and plain numbers on either side |
| 3. Activate | exp and the sigmoid |
| 4. Order | a list in which parents come before what was made from them |
| 5. Backward | the chain rule, along that list |

Then a loop that trains, and the examination. If you are stuck at one stage, have somebody show you theirs and go on:
the next one builds on it.

## Stage 1: remember

A Value has its number, its gradient, the Values it was made from, and one local derivative for each of these. That is
the whole memory. It also gets a number when it is **born**: 0, 1, 2, … You will see in stage 4 what that is good for.

`as_value` turns a plain number into a Value, and leaves a Value as it is. (`count()` is Python's counter:
`next(births)` gives 0, then 1, then 2, and so on.)
"""

# %%
births = count()


def as_value(x):
    return Value(x) if isinstance(x, int | float) else x


# %% [markdown]
r"""
**Predict.** A product has the parents (left, right). What are its local derivatives, in this order?
"""

# %% [markdown] tags=["reveal"]
r"""
(the number on the right, the number on the left). Hold the right factor still, and the product moves that many times
as fast as the left one.
"""

# %% tags=["reveal"]
product = Ours(3.0) * Ours(-4.0)
print(product.local_derivatives())

# %% tags=["test"]
assert product.local_derivatives() == (-4.0, 3.0)

# %% [markdown]
r"""
### Exercise 9.1

Return the sum and the product as new Values that know their number, their parents (a tuple), and their local
derivatives (a tuple, in the same order).
"""

# %% [markdown] tags=["hint"]
r"""
`Value(number, (self, other), (…, …))`. In a sum, how fast does the result move with each of its operands?
"""


# %% tags=["exercise"]
class Value:
    def __init__(self, data, parents=(), local_derivatives=()):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.local_derivatives = local_derivatives
        self.born = next(births)

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))  # solution

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))  # solution


check("9.1", Value)

# %% [markdown]
r"""
## Stage 2: calculate

For `x + 2` Python calls `x.__add__(2)`. For `2 + x` it asks the 2 first; the 2 knows nothing of Values, so Python calls
`x.__radd__(2)`, the *reflected* sum. In `__rsub__` and `__rtruediv__`, too, **self stands on the right**.

New operations need no new rules if they can be made from old ones: a negative is a product with −1, a difference is a
sum with a negative, and a quotient is a product with the power −1. Only the power needs a derivative of its own. It has
a single parent, and a tuple with a single item is written with a comma: `(self,)`.

**Predict.** What is the local derivative of $x^n$, for a fixed $n$? (It is the power rule of lesson 1.) And for
$n = -1$, so for $\frac1x$, at $x = 2$?
"""

# %% [markdown] tags=["reveal"]
r"""
$n \cdot x^{n-1}$. For $\frac1x$ that is $-\frac{1}{x^2}$, so −0.25 at 2: the larger $x$, the smaller its reciprocal.
"""

# %% tags=["reveal"]
power = Ours(2.0) ** -1
print(power.local_derivatives())

# %% tags=["test"]
assert power.local_derivatives() == (-1 * 2.0 ** (-1 - 1),) == (-0.25,)

# %% [markdown]
r"""
### Exercise 9.2

Fill in five lines. (`class Value(Value)` means: all that there is already, and this besides.)
"""

# %% [markdown] tags=["hint"]
r"""
`x - y` is `x + -y`, and `x / y` is `x * y ** -1`; make a Value of the other operand first, then the minus and the power
are yours. A reflected operation can swap its operands and use the ordinary one: make a Value of the other one and let
it begin.
"""


# %% tags=["exercise"]
class Value(Value):
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -as_value(other)  # solution

    def __rsub__(self, other):  # other - self
        return as_value(other) - self  # solution

    def __pow__(self, n):  # n is a plain number
        return Value(self.data**n, (self,), (n * self.data ** (n - 1),))  # solution

    def __truediv__(self, other):
        return self * as_value(other) ** -1  # solution

    def __rtruediv__(self, other):  # other / self
        return as_value(other) / self  # solution


check("9.2", Value)

# %% [markdown]
r"""
## Stage 3: activate

With whole powers, every formula so far is a fraction of polynomials. The activation of our network is none of these: it
is the sigmoid, $\sigma(x) = \frac{1}{1 + e^{-x}}$, with the slope $\sigma \, (1 - \sigma)$ that you derived in exercise
2.6. exp and $\sigma$ each get a rule of their own.

### Exercise 9.3

Write both as methods: `x.exp()` and `x.sigmoid()`. Each has a single parent.
"""

# %% [markdown] tags=["hint"]
r"""
Compute the *float* first, with `math.exp`. Each local derivative can be had from that result alone.
"""


# %% tags=["exercise"]
class Value(Value):
    def exp(self):
        # solution:
        y = math.exp(self.data)
        return Value(y, (self,), (y,))
        # end

    def sigmoid(self):
        # solution:
        s = 1 / (1 + math.exp(-self.data))
        return Value(s, (self,), (s * (1 - s),))
        # end


check("9.3", Value)

# %% [markdown] tags=["solution"]
r"""
`1 / (1 + (-self).exp())` is right as well: then the engine does five operations where one will do, and the chain rule
finds $s \, (1 - s)$ by itself.
"""

# %% [markdown]
r"""
## Stage 4: order

Here is why order matters: the diamond of lesson 7, in *our* player. `a` is used twice, and so is `b`. Go back from
`c` and watch: when does `b` pass on what it has received? After its first contribution or after its second?
"""

# %%
a = Ours(3.0)
b = a + a
c = b + b
steps(c, labels={"a": a, "b": b, "c": c})

# %% [markdown]
r"""
After the second: a node must have received *all* its contributions before it passes them on. So on the way back every
node comes after everything that was made from it; turned round, **parents before children**. Such a list is called a
*topological order*.

**Predict.** A Value is made from its parents. Which has the smaller number `born`, the Value or its parents? So
how could one put a pile of nodes in order?
"""

# %% [markdown] tags=["reveal"]
r"""
The parents: they must exist before anything can be made from them. Sort by `born`, and parents come before children.
"""

# %% [markdown]
r"""
What is left is to find the nodes: the result, its parents, their parents, and so on, **each once**, and none that the
result does not depend on.

### Exercise 9.4

Write `in_order(root)`: the list of `root` and all that it was computed from, parents first. It must not call itself:
Python gives up at about a thousand calls within one another, and a long training sum is longer than that.
"""

# %% [markdown] tags=["hint"]
r"""
Keep two collections: the set of nodes that were `found`, and a list of those that are `waiting` to be asked for their
parents. While one is waiting, take it out with `waiting.pop()`, and put those of its parents that were not found yet
into both (`found.add(…)`, `waiting.append(…)`). In the end: `sorted(found, key=lambda node: node.born)`.
"""


# %% tags=["exercise"]
def in_order(root):
    # solution:
    found, waiting = {root}, [root]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=lambda node: node.born)
    # end


check("9.4", in_order)

# %% [markdown] tags=["solution"]
r"""
Ours keeps no births. It walks the graph *depth first*, and lists a node when all its parents are listed. The list is
another one, but an order just as good.
"""

# %% [markdown]
r"""
## Stage 5: backward

Now the chain rule, which is all that is left. Keep a dictionary `arriving` that says for each node what has arrived
there: at first 0, but 1 at the result. Then, from the result to the leaves, do two things at every node:

- add what has arrived to the node's `grad`;
- send to each parent: what has arrived × the local derivative.

**Predict.** Why a dictionary? One could collect the contributions in `.grad` itself and save it. When does that go
wrong?
"""

# %% [markdown] tags=["reveal"]
r"""
At the second `backward()`. The nodes on the way still have in `.grad` what the first pass left there, and pass it on
once more: for $y = 2x^2$ at 3, with the gradient 12, `x.grad` would then be 36 where 24 is right.
"""


# %% tags=["reveal"]
x = Ours(3.0)
y = (x * x) * 2
y.backward()
y.backward()
print("ours, after two passes:", x.grad)

# %% tags=["test"]
assert x.grad == 24.0

# %% [markdown]
r"""
### Exercise 9.5

Write it. The line below the function makes a method of it, so that you can call `y.backward()`.
"""

# %% [markdown] tags=["hint"]
r"""
`order = in_order(root)`, `arriving = dict.fromkeys(order, 0.0)`, then `arriving[root] = 1.0`. Go through
`reversed(order)`. Parents and local derivatives go hand in hand: `zip(node.parents, node.local_derivatives)`. Where
contributions meet: `+=`.
"""


# %% tags=["exercise"]
def backward(root):
    # solution:
    order = in_order(root)
    arriving = dict.fromkeys(order, 0.0)
    arriving[root] = 1.0
    for node in reversed(order):
        node.grad += arriving[node]
        for parent, derivative in zip(node.parents, node.local_derivatives, strict=True):
            arriving[parent] += arriving[node] * derivative
    # end


Value.backward = backward
check("9.5", backward)

# %% [markdown]
r"""
That was it: an engine. What follows only uses it.

## A loop that trains

One epoch of gradient descent: compute the loss, set the gradients to 0, go backward, and move every parameter against
its gradient.

### Exercise 9.6

Write `train`. `loss_of` is a function without arguments that computes the loss with the parameters as they are *now*;
each call makes a new graph. Return the list of the losses, as floats, each taken before the parameters move.
"""

# %% [markdown] tags=["hint"]
r"""
In every epoch: `loss = loss_of()`, a loop that sets `p.grad = 0.0`, `loss.backward()`, a loop that changes `p.data`,
and `losses.append(loss.data)`.
"""


# %% tags=["exercise"]
def train(loss_of, parameters, rate, epochs):
    # solution:
    losses = []
    for _ in range(epochs):
        loss = loss_of()
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= rate * p.grad
        losses.append(loss.data)
    return losses
    # end


check("9.6", train)

# %% [markdown]
r"""
## The examination

What must an engine do? Its gradients must be those of a nudge. Here are three formulas, and how `Ours` does.
"""

# %%
formulas = {
    "xy + y/x - 2/y": lambda x, y: x * y + y / x - 2 / y,
    "(1 - x)³ σ(2x + y)": lambda x, y: (1 - x) ** 3 * (x + y + x).sigmoid(),
    "2x (exp x² - y)/(y + 3)": lambda x, y: ((x * x).exp() - y) * (2 * x) / (y + 3),
}


def examine(engine):
    for name, formula in formulas.items():
        x, y = engine(0.7), engine(-1.3)
        formula(x, y).backward()
        nudged = numerical_grad(lambda at, f=formula: f(Ours(at[0]), Ours(at[1])).data, [0.7, -1.3])
        found = f"{x.grad:9.6f} {y.grad:9.6f}"
        print(f"{name:23} backward {found}   nudged {nudged[0]:9.6f} {nudged[1]:9.6f}")


examine(Ours)

# %% tags=["test"]
for formula in formulas.values():
    x, y = Ours(0.7), Ours(-1.3)
    formula(x, y).backward()
    nudged = numerical_grad(lambda at, f=formula: f(Ours(at[0]), Ours(at[1])).data, [0.7, -1.3])
    assert math.isclose(x.grad, nudged[0], rel_tol=1e-7)
    assert math.isclose(y.grad, nudged[1], rel_tol=1e-7)

# %% [markdown]
r"""
### Exercise 9.7

Hand in your engine. The checker computes these gradients with yours and with ours, goes backward a second time, and
adds 3,000 numbers in a row.
"""

# %% [markdown] tags=["hint"]
r"""
The name of your class, without brackets. If a method is missing, run the cells of all stages once more, from the first.
"""

# %% tags=["exercise"]
engine = Value  # solution
check("9.7", engine)

# %%
if engine is ...:
    print("Your engine is examined here as soon as you have handed it in, at exercise 9.7.")
else:
    examine(engine)

# %% [markdown]
r"""
## It learns

The network is that of lesson 8, with the same starting weights: two inputs, four hidden neurons and one output, all
with a sigmoid. It is to answer 1 when exactly one of its inputs is 1: *exclusive or*. A row of `hidden` has the two
weights of a neuron and its bias. Nothing in the code says which engine it is for.
"""

# %%
HIDDEN = [
    [0.24835707650561634, -0.11707668736166799, 0.0],
    [-0.06913215058559233, -0.11706847847459027, 0.0],
    [0.32384426905034625, 0.7896064077536957, 0.0],
    [0.7615149282040127, 0.3837173645764544, 0.0],
]
OUTPUT = [-0.23473719296747605, 0.27128002179298233, -0.23170884640623113, -0.23286487678512843, 0.0]
SAMPLES = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]


class Network:
    def __init__(self, engine):
        self.hidden = [[engine(w) for w in row] for row in HIDDEN]
        self.output = [engine(w) for w in OUTPUT]
        self.parameters = [*self.output, *[w for row in self.hidden for w in row]]

    def __call__(self, x):
        z = self.output[4]
        for w, row in zip(self.output[:4], self.hidden, strict=True):
            z = z + w * (row[0] * x[0] + row[1] * x[1] + row[2]).sigmoid()
        return z.sigmoid()

    def loss(self):
        total = 0.0
        for x, target in SAMPLES:
            total = total + (self(x) - target) ** 2
        return total / len(SAMPLES)


# %% [markdown]
r"""
First with our engine and our optimiser:
"""

# %%
network, our_losses = Network(Ours), []
optimizer = optim.SGD(network.parameters, lr=1.0)
for _ in range(2001):
    optimizer.zero_grad()
    loss = network.loss()
    loss.backward()
    optimizer.step()
    our_losses.append(loss.data)

print("losses:     ", ", ".join(f"{our_losses[epoch]:.6f}" for epoch in (0, 1, 1000, 2000)))
print("predictions:", ", ".join(f"{x} → {network(x).data:.3f}" for x, _ in SAMPLES))

# %% tags=["test"]
assert math.isclose(our_losses[0], 0.2556753002334093, rel_tol=1e-12)
assert math.isclose(our_losses[2000], 0.005209564355944156, rel_tol=1e-9)

# %% [markdown]
r"""
**Predict.** Now with your engine and your loop, from the same weights. After 2001 epochs, how many digits will the two
losses have in common?
"""

# %% [markdown] tags=["reveal"]
r"""
Nearly all sixteen. The two do the same arithmetic; only where they add in another order may the last digit differ, and
training carries such a difference along, but does not blow it up here.
"""

# %% [markdown]
r"""
This is the moment: your engine, your loop, and a network that learns. Then try a rate of 3, or of 0.1, or other
starting weights.
"""

# %%
rate = 1.0  # change me

if engine is ...:
    print("Your engine learns here as soon as you have handed it in, at exercise 9.7.")
else:
    mine = Network(engine)
    my_losses = train(mine.loss, mine.parameters, rate, 2001)
    print(f"mine {my_losses[-1]:.15f}   ours {our_losses[-1]:.15f}")
    print("predictions:", ", ".join(f"{x} → {mine(x).data:.3f}" for x, _ in SAMPLES))
ax = plots.loss_curve(our_losses if engine is ... else my_losses)

# %% tags=["solution", "test"]
assert all(math.isclose(p, q, rel_tol=1e-12) for p, q in zip(my_losses, our_losses, strict=True))
assert all(round(mine(x).data) == target for x, target in SAMPLES)
examined = Value(2.0)
y = examined * examined + 1
assert all(parent.born < node.born for node in (y, *y.parents) for parent in node.parents)

# %% [markdown]
r"""
**Predict.** What if every weight and bias, of `HIDDEN` and of `OUTPUT`, starts at 0.5?
"""

# %% [markdown] tags=["reveal"]
r"""
Then it never learns (exercise 8.3). All four hidden neurons see the same, receive the same gradient, and stay the
same for ever: four copies of one neuron, and one is not enough for XOR. That is why weights start at random.
"""

# %% tags=["reveal"]
alike = Network(Ours)
optimizer = optim.SGD(alike.parameters, lr=1.0)
for p in alike.parameters:
    p.data = 0.5
for _ in range(500):
    optimizer.zero_grad()
    loss = alike.loss()
    loss.backward()
    optimizer.step()
print("first weights of the hidden neurons:", [round(w[0].data, 6) for w in alike.hidden])
print(f"loss: {loss.data:.4f}")

# %% tags=["test"]
assert len({w[0].data for w in alike.hidden}) == 1
assert loss.data > 0.2

# %% [markdown]
r"""
## What ours has besides

Yours is the whole idea. What the package adds is comfort, care and speed:

| | yours | ours |
|---|---|---|
| operations | seven | dozens, each one row of a table |
| order | births | a walk, without recursion either |
| a neuron's weighted sum | many nodes | one node |
| large inputs | `math.exp` overflows | every function keeps its digits |
| derivatives of derivatives | none: a local derivative is a float | the way back is recorded too |

The last two can be seen at once:
"""

# %%
print("σ(-800) with ours:", Ours(-800.0).sigmoid().data)
try:
    1 / (1 + math.exp(800.0))
except OverflowError as error:
    print("σ(-800) by the textbook:", error)
print("second derivative of x³ at 2:", grad(grad(lambda x: x**3))(2.0))

# %% tags=["test"]
assert Ours(-800.0).sigmoid().data == 0.0
assert grad(grad(lambda x: x**3))(2.0) == 6 * 2.0

# %% [markdown]
r"""
## What to remember

- A Value is a number, its parents, and one local derivative for each. The rest is bookkeeping.
- Parents before children, so that a node has all its contributions before it passes them on.
- `+=` where paths meet; a dictionary, so that passes do not disturb one another.
- The training loop knows nothing of derivatives. It only asks.

*Another engine of this size, built in a film:*
[micrograd](https://github.com/karpathy/micrograd) and its
[lecture](https://karpathy.ai/zero-to-hero.html), by Andrej Karpathy.
"""

# %% [markdown]
r"""
# The Python that the course uses

For those who have written little Python, or none for a while. All that the lessons use of the language is on this page,
with the smallest example; a part says which lesson needs it first, where that is not the first. Read what you do not
know; run the cells, and change them. If nothing here is new, go on with [0. Start here](00_start_here.ipynb).

## Numbers, names, text

`**` is *to the power of*. A name is given by `=`, and `x += 1` gives it a new value, made from the old one. The value
of the last line of a cell is shown; `print` shows more. What stands after a `#` is for readers.
"""

# %%
x = 3.0
y = 2 * x**2 + 1
y += 0.5  # the same as y = y + 0.5
print("y is", y, " twice:", 2 * y)
y / 4

# %% [markdown]
r"""
A decimal point is a point: `0,5` would be two numbers, 0 and 5. `1e-8` is $10^{-8}$, and `10_000` is 10000. `7 % 3` is
the rest of a division.

A text stands in quotation marks. With an `f` before it, it puts numbers in; after a colon stands how they are written:
`.4f` with four digits after the point, `.3g` with three in all, `.1e` with a power of ten, `.0%` as percent; a number
before that, as in `10.4f`, says how wide, and `<` or `>` to which side.
"""

# %%
third = 1 / 3
print(f"{third}   {third:.4f}   {third:.3g}   {1e-8:.1e}   {third:.0%}   [{third:10.4f}] [{7:<5}] [{7:>5}]")
print(7 % 3, round(third, 2), abs(-2.5), max(3, 8), min(3, 8), float("0.5"), int(3.9))
print(", ".join(["a", "b", "c"]), ".word.".strip("."))

# %% [markdown]
r"""
## True or false

Two numbers are compared by `<`, `<=`, `==` (are they equal?) and `!=`; `and`, `or` and `not` put answers together.
`if` runs the lines below it, moved to the right, only if its question is answered by `True`. In one line: this `if` a
question, `else` that. `is` asks whether two names stand for one and the same thing.
"""

# %%
x = 0.3
if x < 0:
    print("below 0")
elif x == 0 or x >= 1:
    print("0, or large")
else:
    print("between 0 and 1", 0 < x < 1, x != 0.5 and not x > 2, x is None)
size = "small" if x < 0.5 else "large"
print(size)

# %% [markdown]
r"""
## Lists, tuples, dictionaries, sets

A **list** has its items in square brackets, a **tuple** in round ones; they are counted from 0, and −1 is the last.
`[1:3]` takes those from 1 up to, but not with, 3, and `[0::2]` every second one. A tuple with a single item has a
comma, `(5,)`. Lists and tuples do not compute: `[1, 2] + [3]` puts one behind the other. A **dictionary** finds things
by a key; `get` and `setdefault` say what is found if it is not there, and `setdefault` puts it in. A **set** has each
thing once.
"""

# %%
numbers = [5, 7, 11, 13]
print(numbers[0], numbers[-1], numbers[1:3], numbers[0::2])
print(len(numbers), numbers.index(11), numbers[:2] + numbers[3:], (5,))
numbers.append(17)
last = numbers.pop()  # takes the last one out
point = (2.0, 5.0)
x, y = point  # two names at once
first, *others = numbers  # a star takes what is left
print(last, y, first, others, [0, *others, 1], sorted([3, 1, 2]), 7 in numbers, 8 not in numbers)

slopes = {"x": 4.0, "y": 1.0}
slopes["z"] = 0.5
print(slopes["x"], slopes.get("w", 0.0), list(slopes), list(slopes.values()), slopes.setdefault("w", 9.0), slopes)
print(dict.fromkeys(["a", "b"], 0.0), tuple(range(3)), bool([]), next(iter([4, 5])))
for name, slope in slopes.items():
    print(name, slope)

found = {1, 2}
found.add(2)
found |= {3}  # puts in all of another set
print(found, found - {1}, found & {1, 9}, set("hello") == {"h", "e", "l", "o"})

# %% [markdown]
r"""
## Again and again

`for` goes through a list; `range(3)` is 0, 1, 2. `zip` goes through two lists hand in hand, and `strict=True` complains
if one is longer; `enumerate` counts along; `reversed` begins at the end. `while` goes on as long as its question is
answered by `True`.
"""

# %%
total = 0
for i in range(3):
    total += numbers[i]
for number, square in zip([1, 2], [1, 4], strict=True):
    print(number, "squared is", square)
for place, letter in enumerate("abc"):
    print(place, letter, end="   ")  # end: what is printed after it, in the place of a new line
waiting = [1, 2, 3]
while waiting:  # a list is True while there is something in it
    waiting.pop()
print(total, waiting, list(reversed(numbers)))

# %% [markdown]
r"""
A list can be made in one line from another one, with a condition if need be; so can a dictionary or a set. `sum`,
`max`, `any` (is one of them true?) and `all` take such a line without its brackets.
"""

# %%
squares = [number**2 for number in numbers if number > 5]
by_name = {letter: place for place, letter in enumerate("abc")}
print(squares, sum(squares), by_name, {n % 2 for n in numbers}, sum(n > 6 for n in numbers))
print(any(n > 12 for n in numbers), all(n > 12 for n in numbers), list(map(abs, [-1, -2])))
table = [[0.0 for _ in range(3)] for _ in range(2)]  # rows; _ is a name for what is not needed
print(table, table[1][2])

# %% [markdown]
r"""
## Functions

What stands after `return` comes back; a function without `return` gives `None`, which means *nothing*. `h=0.1` is what
`h` is if nothing is said. Between three quotation marks stands what a function is for.

A function can be handed to another one: then its name stands without brackets. `lambda` is a function without a name,
in one line. A star before a list hands its items over one by one. `key=` says by what `sorted` sorts.
"""


# %%
def rise(f, x, h=0.1):
    """How much f grows from x to x + h."""
    return f(x + h) - f(x)


def square(x):
    return x**2


print(rise(square, 3.0), rise(lambda x: x**3, 2.0, h=0.5), sorted(["bb", "a"], key=len))
arguments = [square, 3.0]
print(rise(*arguments), square is rise)


# %%
def nothing(x):
    x + 1  # is computed and forgotten


print(nothing(1))

# %% [markdown]
r"""
## Words of the lessons, by `import`

`import math` brings a collection of functions, used as `math.log`; `from math import log` brings one of them, used as
`log`; `as` gives another name. `random.Random(7)` makes random numbers from the *seed* 7: with the same seed they are
the same for everybody. `locals()` is a dictionary of all names that there are, which pictures take for labels.
"""

# %%
import math
import random
from math import hypot, sqrt

rng = random.Random(7)
print(math.log(math.e), sqrt(16), hypot(3, 4), math.pi)
print([round(rng.random(), 2) for _ in range(3)], round(rng.uniform(-1, 1), 2), rng.choices("ab", [1, 3]))
print(type(locals()), "rng" in locals())

# %% [markdown]
r"""
If something goes wrong, Python stops with an error, whose last line says what. `try` and `except` go on nevertheless
(lesson 9). `with` does something around its lines: opened before them, closed after them (lesson 8).
"""

# %%
try:
    math.exp(1000)
except OverflowError as error:
    print("too large:", error)

# %%
from autograd_lite import Value, no_grad

with no_grad():  # in these lines, Values remember nothing
    print((Value(2.0) * 3).parents)

# %% [markdown]
r"""
## Classes (lesson 9)

A **class** is a plan for things that have something and can do something; a function in it is a **method**. `self` is
the thing itself. `__init__` says what a new one has. Python calls `__add__` when it sees a `+`, and `__call__` when
the thing is called like a function. In `class Coins(Purse)` the new class has all that `Purse` has, and more.
"""


# %%
class Purse:
    def __init__(self, amount):
        self.amount = amount

    def __add__(self, other):
        return Purse(self.amount + other.amount)

    def __call__(self, price):
        return self.amount >= price


class Coins(Purse):
    def count(self, coin=1):
        return self.amount / coin


purse = Purse(2) + Purse(3)
print(purse.amount, isinstance(purse, Purse), purse(4), Coins(10).count(2), Coins(10)(11))

# %% [markdown]
r"""
## NumPy (lessons 6 to 8)

NumPy computes with whole lists at once; it calls them arrays. `@` multiplies each row by a column; `*` multiplies place
by place; `.T` turns rows into columns; `.shape` says how many there are of each. `.sum(axis=1)` adds up each row;
`keepdims=True` leaves the sums standing in a column. `dtype=object` lets an array hold Values.
"""

# %%
import numpy as np

W = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 1.0]])
X = np.array([1.0, 2.0, 3.0])
print(2 * X, X**2, X * X, W @ X, W.T.shape, np.outer([1, 2], X).tolist())
print(W.sum(), W.mean(), W.max(), W.sum(axis=1), W.sum(axis=1, keepdims=True).tolist(), np.maximum(X, 2.0))
print(np.zeros(2), np.exp(X).round(2), np.abs(-X), X.reshape(3, 1).tolist(), [float(w) for w in W.flat][:2])
values = np.empty(2, dtype=object)
for place, number in np.ndenumerate(X[:2]):
    values[place] = Value(number)
print(values)

# %% [markdown]
r"""
## Pictures

Pictures of the lessons are made by `plots`, and here and there by Matplotlib itself: `plt.subplots` gives a figure and
its axes, on which one draws. What is written in such cells need not be understood to go on.
"""

# %%
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(4, 2))
ax.plot([0, 1, 2], [0, 1, 4], marker="o")
ax.set(xlabel="x", ylabel="x²")
plt.show()

# %% [markdown]
r"""
## Of mathematics

Brackets, powers and equations with one unknown, as at school. What goes beyond is explained where it is first used:
$e^x$ in lesson 1, $\ln x$ in lesson 2, cosine and sine in lesson 3, matrices in lessons 4 and 6. $\sum_i x_i$ is short
for $x_1 + x_2 + \ldots$, and $x_i$ is read *x i*: the number $i$ of the $x$. An unknown word is in the
[glossary](glossary.ipynb).
"""

# %% [markdown]
r"""
# The Python that the course uses

For those who have written little Python, or none for a while. What the lessons use most is on this page, with the
smallest example. Read what you do not know; run the cells, and change them. If nothing here is new, go on with
[0. Start here](00_start_here.ipynb).

## Numbers, names, text

`**` is *to the power of*. A name is given by `=`. The value of the last line of a cell is shown; `print` shows more.
"""

# %%
x = 3.0
y = 2 * x**2 + 1
print("y is", y)
y / 4

# %% [markdown]
r"""
`1e-8` is $10^{-8}$. A text with an `f` before it puts numbers in; after a colon stands how they are written.
"""

# %%
third = 1 / 3
print(f"{third}   four digits: {third:.4f}   short: {third:.3g}   in 10 places: {third:10.4f}   tiny: {1e-8:.1e}")

# %% [markdown]
r"""
## Lists, tuples, dictionaries

A **list** has its items in square brackets, a **tuple** in round ones; they are counted from 0, and −1 is the last.
`[0::2]` takes every second one. A **dictionary** finds things by a key.
"""

# %%
numbers = [5, 7, 11, 13]
print(numbers[0], numbers[-1], numbers[1:3], numbers[0::2], len(numbers))
numbers.append(17)
point = (2.0, 5.0)
x, y = point  # two names at once
slopes = {"x": 4.0, "y": 1.0}
print(numbers, y, slopes["x"])

# %% [markdown]
r"""
## Again and again

`for` goes through a list; `range(3)` is 0, 1, 2. `zip` goes through two lists hand in hand, and `strict=True` complains
if one is longer. A list can be made in one line from another one.
"""

# %%
for i in range(3):
    print(i, numbers[i])
for number, square in zip([1, 2], [1, 4], strict=True):
    print(number, "squared is", square)
squares = [number**2 for number in numbers if number > 5]
print(squares, sum(squares), min(squares), squares.index(121))

# %% [markdown]
r"""
## Functions

What stands after `return` comes back; a function without `return` gives `None`, which means *nothing*. A function can
be handed to another one. `lambda` is a function without a name, in one line. A star before a list hands its items over
one by one.
"""


# %%
def rise(f, x, h=0.1):
    """How much f grows from x to x + h."""
    return f(x + h) - f(x)


def square(x):
    return x**2


print(rise(square, 3.0), rise(lambda x: x**3, 2.0, h=0.5))
arguments = [square, 3.0]
print(rise(*arguments))

# %% [markdown]
r"""
## Classes (lesson 9)

A **class** is a plan for things that have something and can do something. `__init__` says what a new one has. Python
calls `__add__` when it sees a `+`.
"""


# %%
class Money:
    def __init__(self, amount):
        self.amount = amount

    def __add__(self, other):
        return Money(self.amount + other.amount)


purse = Money(2) + Money(3)
print(purse.amount, isinstance(purse, Money))

# %% [markdown]
r"""
## NumPy (lessons 6 to 8)

NumPy computes with whole lists at once; it calls them arrays. `@` multiplies a row by a column; `.T` turns rows into
columns; `.shape` says how many there are of each.
"""

# %%
import numpy as np

W = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 1.0]])
X = np.array([1.0, 2.0, 3.0])
print(2 * X, X**2, W @ X, W.T.shape)

# %% [markdown]
r"""
## Of mathematics

Brackets, powers and equations with one unknown, as at school. What goes beyond is explained where it is first used:
$e^x$ in lesson 1, $\ln x$ in lesson 2, cosine and sine in lesson 3, matrices in lessons 4 and 6. $\sum_i x_i$ is short
for $x_1 + x_2 + \ldots$, and $x_i$ is read *x i*: the number $i$ of the $x$. An unknown word is in the
[glossary](glossary.ipynb).
"""

"""The tutor: every exercise is given wrong answers of the kinds that occur, as cells of a notebook."""

from __future__ import annotations

import itertools
import linecache
import math
import re
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd_lite
from autograd_lite.course import RIGHT, At, Exercise, exercises, in_any_order, judge

CELLS = itertools.count()
NOTEBOOK = {
    **{name: getattr(autograd_lite, name) for name in autograd_lite.__all__},
    "np": np,
    "math": math,
    "pairwise": pairwise,
    "births": itertools.count(),
}


def cell(code: str) -> Any:
    """What the last name that a cell defines stands for, its lines known as Jupyter makes them known."""
    code = textwrap.dedent(code).strip() + "\n"
    file = f"<cell {next(CELLS)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    names: dict[str, Any] = dict(NOTEBOOK)
    exec(compile(code, file, "exec"), names)
    return names[re.findall(r"^(?:def |class )?(\w+)", code, re.M)[-1]]


class Wrong(NamedTuple):
    """A wrong answer, and a pattern that is found in what is said of it."""

    answer: Any
    said: str


# --- Right answers, as learners write them; the wrong ones are made of them, one slip each ---

FUNCTIONS = {
    "0.2": "def pictured(a, b):\n    return (a + b) * b",
    "0.4": "def slope(f, x):\n    leaf = Value(x)\n    y = f(leaf)\n    y.backward()\n    return leaf.grad",
    "1.2": "def forward(f, x, h):\n    return (f(x + h) - f(x)) / h",
    "1.3": "def central(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)",
    "1.5": "def second_order(f, a, h):\n    c = grad(grad(f))\n    return f(a) + grad(f)(a) * h + c(a) * h**2 / 2",
    "1.6": "def slope_of_q(x):\n    return 12 * x**3 - 10 * x - 1 / x**2",
    "2.6": "def sigmoid_slope(s):\n    return s * (1 - s)",
    "2.7": "def tanh_slope(t):\n    return 1 - t * t",
    "2.2": "def bell_slope(x):\n    return -x * exp(-(x**2) / 2)",
    "2.4": """
        def gradients(x, w1, w2, target):
            a1 = sigmoid(w1 * x)
            back = 2 * (w2 * a1 - target)
            return back * w2 * a1 * (1 - a1) * x, back * a1
        """,
    "3.2": """
        def gradient_of(f, point):
            leaves = [Value(number) for number in point]
            f(*leaves).backward()
            return [leaf.grad for leaf in leaves]
        """,
    "3.6": """
        def step_down(f, x, y, length):
            a, b = grad(f, argnums=(0, 1))(x, y)
            size = (a * a + b * b) ** 0.5
            return x - length * a / size, y - length * b / size
        """,
    "4.2": """
        def jacobian_of(f, point):
            rows = [grad(lambda p, k=k: f(p)[k])(point) for k in range(len(f(point)))]
            return rows
        """,
    "4.3": """
        def predict(f, a, h):
            rows = jacobian(f)(a)
            return [y + r[0] * h[0] + r[1] * h[1] for y, r in zip(f(a), rows)]
        """,
    "4.6": "def step_to_zero(f, x):\n    return x - f(x) / grad(f)(x)",
    "5.2": """
        def descend(f, start, rate, count):
            x, y = start
            path = [(x, y)]
            for _ in range(count):
                a, b = grad(f, argnums=(0, 1))(x, y)
                x, y = x - rate * a, y - rate * b
                path.append((x, y))
            return path
        """,
    "5.4": "def special_rates(c):\n    return 1 / c, 2 / c",
    "5.5": "def momentum_step(x, b, slope, rate, mu):\n    b = mu * b + slope\n    return x - rate * b, b",
    "6.1": "def weighted_sum(w, x, b):\n    return b + math.fsum(p * q for p, q in zip(w, x))",
    "6.3": "def layer(W, X, B):\n    return [b + math.fsum(p * q for p, q in zip(row, X)) for row, b in zip(W, B)]",
    "6.4": "def parameter_count(sizes):\n    return math.fsum(m * n + m for n, m in pairwise(sizes))",
    "6.5": "def collapsed(w0, b0, w1, b1):\n    return w1 * w0, w1 * b0 + b1",
    "7.2": "def cost_gradient(p, t):\n    return [2 / len(t) * (a - b) for a, b in zip(p, t)]",
    "7.3": "def back(W, X, dY):\n    return np.outer(dY, X), dY.sum(), dY + W.T @ dY",
    "7.4": "def sigmoid_backward(Y, dY):\n    return dY * Y * (1 - Y)",
    "8.2": """
        def train_once(model, xs, ys, lr):
            loss = losses.mse([model(x) for x in xs], ys)
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= lr * p.grad
            return loss.data
        """,
    "8.4": "def best_epoch(learnt, others):\n    return others.index(min(others))",
    "8.6": """
        def share_right(rows, species):
            right = [row.index(max(row)) == y for row, y in zip(rows, species)]
            return right.count(True) / len(right)
        """,
    "9.4": """
        def in_order(root):
            found, waiting = {root}, [root]
            while waiting:
                new = set(waiting.pop().parents) - found
                found |= new
                waiting += new
            return sorted(found, key=lambda node: node.born)
        """,
    "9.6": """
        def train(loss_of, parameters, rate, epochs):
            seen = []
            for _ in range(epochs):
                loss = loss_of()
                for p in parameters:
                    p.grad = 0.0
                loss.backward()
                for p in parameters:
                    p.data -= rate * p.grad
                seen.append(loss.data)
            return seen
        """,
    "10.1": "def nth(f, n):\n    for _ in range(n):\n        f = grad(f)\n    return f",
    "10.2": "def in_wind(energy, points, wind):\n    return energy(points) - wind * math.fsum(points[0::2])",
    "10.3": """
        def greeks(price, s, v):
            delta = grad(price)
            return [delta(s, v), grad(delta)(s, v), grad(price, argnums=1)(s, v)]
        """,
    "10.4": "def surprise(logits, right):\n    return -log_softmax(logits)[right]",
    "10.5": """
        def pick(probabilities, u):
            k = 0
            while u >= probabilities[k]:
                u -= probabilities[k]
                k += 1
            return k
        """,
    "10.6": "def step(f, params, rate):\n    return [p - rate * g for p, g in zip(params, grad(f)(params))]",
}

NUMBERS = {
    "0.1": 6,
    "0.3": 0.08,
    "1.1": 8,
    "1.4": 13.4,
    "2.1": 40,
    "2.5": 0.25**10,
    "3.3": 0.14,
    "3.4": 10.6,
    "5.3": 16,
    "7.5": 10_000_001 / 86_400,
    "7.6": 4,
    "8.1": 0.25,
    "8.3": 1,
    "8.5": math.log(3),
}

LISTS: dict[str, list[Any]] = {
    "0.5": [3, 3, 2],
    "2.3": [2, 6],
    "3.1": [20, 7],
    "4.1": [[5, 2], [1, 10], [3, 0]],
    "4.4": [[10, 3], [20, 7]],
    "4.5": [[4, 6], [6, 12]],
    "5.1": [1.464, -0.784],
}


def slips(code: str) -> Iterator[Wrong]:
    """What goes wrong with functions of any kind."""
    code = textwrap.dedent(code).strip()
    name, arguments = re.match(r"def (\w+)\((.*)\):", code).groups()  # type: ignore[union-attr]  # it matches
    begin, _, answer = code.rpartition("return ")
    called = rf"{name}\(.*\).*"
    yield Wrong(cell(f"{begin}{answer}"), f"{called} returns nothing: the answer needs a return")
    yield Wrong(cell(f"{begin}print({answer})"), f"{called} prints its answer, but returns nothing: write return")
    yield Wrong(cell(f"{begin}return ..."), "not done yet")
    yield Wrong(cell(f"def {name}({arguments}):\n    ...  # your code"), "not done yet")
    yield Wrong(cell(f"{begin}return str(({answer}))"), "the text '|'str' object|is a text")
    slip = code.replace(":\n", ":\n    nosuch\n", 1)
    yield Wrong(cell(slip), r"stops at your line `nosuch` with NameError: name 'nosuch' is not defined\.")
    empty = code.replace(":\n", ":\n    [].append(1).grad\n", 1)
    yield Wrong(cell(empty), r"`\[\]\.append\(1\)\.grad` with AttributeError: 'NoneType'.* without return give None\.")
    yield Wrong(3.0, "the question asks for a function, this is a number: give its name alone")
    yield Wrong(None, "the question asks for a function, this is None")


def slips_with_calls(code: str) -> Iterator[Wrong]:
    """What goes wrong where a function is judged by what its calls give."""
    code = textwrap.dedent(code).strip()
    begin, _, answer = code.rpartition("return ")
    extra = re.sub(r"\((.*)\):", r"(\1, one_more):", code, count=1)
    yield Wrong(cell(extra), r"it is called as .*: missing a required argument: 'one_more'\.")
    yield Wrong(cell(f"{begin}return [({answer})]"), r"gives .*: the numbers are right, their brackets are not\.")
    yield Wrong(cell(f"{begin}return max"), r"gives a function, it should be")


def number_slips(right: float) -> Iterator[Wrong]:
    """What goes wrong with a single number."""
    other = 3.1 * right + 17
    yield Wrong(str(right), f"the number is right, but '{right}' is a text: leave out the quotation marks")
    yield Wrong(str(right).replace(".", ","), "the number is right, but .* is a text")
    yield Wrong(str(other), "leave out the quotation marks. And the number in it is not it yet")
    yield Wrong("two thirds", "'two thirds' is a text; the question asks for a number")
    yield Wrong([right], "asks for a number, this is a list of 1 number: the numbers are right, their brackets are not")
    yield Wrong([right, other], "the question asks for a number, this is a list of 2 numbers")
    yield Wrong(lambda: right, "the question asks for a number, this is a function: call it")
    yield Wrong(None, r"this is None, which print\(…\) and functions without return give")
    yield Wrong(other, r"not yet: .* is not it\. The hint may help\.")
    yield Wrong(object(), "this is an object of object")


def list_slips(right: list[Any], ordered: bool) -> Iterator[Wrong]:
    """What goes wrong with a list of numbers, or with rows of them."""
    rows = isinstance(right[0], list)
    flat = [x for row in right for x in row] if rows else right
    odd = [1000.5 + 7.0 * k for k in range(len(flat))]
    width = len(right[0]) if rows else 0
    shaped = [odd[k : k + width] for k in range(0, len(odd), width)] if rows else odd
    texts = [[str(x) for x in row] for row in right] if rows else [str(x) for x in right]
    yield Wrong(texts, "the number is right, but .* is a text: leave out the quotation marks")
    yield Wrong(shaped, r"not yet: .* is (not it|none of them)\.")
    what = f"{len(right)} rows of" if rows else "a list of"
    yield Wrong(odd[0], f"the question asks for {what} .*, this is a number")
    yield Wrong([*right, right[0]], f"the question asks for .*, this is .*{len(right) + 1}")
    yield Wrong(None, "this is None")
    yield Wrong(lambda: right, "this is a function: call it")
    if ordered and flat != [-x for x in flat]:
        negative = [[-x for x in row] for row in right] if rows else [-x for x in right]
        yield Wrong(negative, r"The size is right, the sign is not\.")


# --- Slips of their own, and exercises that are of another kind ---

ENGINE = """
    class Node:
        def __init__(self, data, parents=(), local_derivatives=()):
            self.data, self.grad, self.parents, self.local_derivatives = data, 0.0, parents, local_derivatives
            self.born = next(births)

        def __add__(self, other):
            other = other if isinstance(other, Node) else Node(other)
            return Node(self.data + other.data, (self, other), (1.0, 1.0))

        def __mul__(self, other):
            other = other if isinstance(other, Node) else Node(other)
            return Node(self.data * other.data, (self, other), (other.data, self.data))

        __radd__, __rmul__ = __add__, __mul__

        def __sub__(self, other):
            return self + other * -1.0

        def __rsub__(self, other):
            return self * -1.0 + other

        def __pow__(self, n):
            return Node(self.data**n, (self,), (n * self.data ** (n - 1),))

        def __truediv__(self, other):
            return self * (other if isinstance(other, Node) else Node(other)) ** -1

        def __rtruediv__(self, other):
            return self**-1 * other

        def exp(self):
            y = math.exp(self.data)
            return Node(y, (self,), (y,))

        def sigmoid(self):
            s = 1 / (1 + math.exp(-self.data))
            return Node(s, (self,), (s * (1 - s),))

        def backward(self):
            found, waiting = {self}, [self]
            while waiting:
                new = set(waiting.pop().parents) - found
                found |= new
                waiting += new
            arriving = dict.fromkeys(found, 0.0)
            arriving[self] = 1.0
            for node in sorted(found, key=lambda node: -node.born):
                node.grad += arriving[node]
                for parent, d in zip(node.parents, node.local_derivatives):
                    arriving[parent] += arriving[node] * d
    """


def engine(old: str = "", new: str = "") -> Any:
    """An engine with a slip."""
    assert old in ENGINE
    return cell(ENGINE.replace(old, new, 1) + "\nNode")


SUM = "return Node(self.data + other.data, (self, other), (1.0, 1.0))"
PRODUCT = "return Node(self.data * other.data, (self, other), (other.data, self.data))"
POWER = "return Node(self.data**n, (self,), (n * self.data ** (n - 1),))"
EXP, SIGMOID = "return Node(y, (self,), (y,))", "return Node(s, (self,), (s * (1 - s),))"
NO_CLASS = [
    Wrong(lambda: engine()(2.0), "the question asks for the class itself, this is an object of Node"),
    Wrong(lambda: 3.0, "the question asks for the class itself, this is a number"),
]


def of_classes(*slips: tuple[str, str, str]) -> list[Wrong]:
    return [
        *[Wrong(engine(old, new), said) for old, new, said in slips],
        *[Wrong(w.answer(), w.said) for w in NO_CLASS],
    ]


OWN: dict[str, list[Wrong]] = {
    "0.1": [Wrong(7, "a is used twice"), Wrong("6 boxes", "is a text; the question asks for a number")],
    "0.2": [Wrong(cell("def pictured(a, b):\n    return a + b * b"), "Python multiplies before it adds")],
    "0.3": [
        Wrong(0.8, r"The digits are right, the decimal point is not where it belongs\."),
        Wrong(0.0800001, r"0\.0800001 is not it\. It comes near: is something nudged, rounded or cut off"),
        Wrong(15.0801, "that is where y truly lands"),
    ],
    "3.4": [Wrong(7.57, "the length of .3, 4. is not 3 . 4"), Wrong(10.63, "the steepest slope")],
    "5.3": [Wrong(15.48, "Steps are whole")],
    "8.5": [Wrong(0.33, "that is the probability"), Wrong(-1.1, "mind the sign"), Wrong(1.09, "It comes near")],
    "0.4": [
        Wrong(
            cell("def slope(f, x):\n    return (f(x + 1e-4) - f(x)) / 1e-4"),
            r"slope\(f, 3\.0\) with f\(x\) = x\*x \+ 2\*x gives 8\.0+\d+, it should be 8\. That is nearly.*nudged",
        ),
        Wrong(
            cell("def slope(f, x):\n    x = Value(x)\n    y = f(x).backward()\n    return y.grad"),
            r"stops at your line `return y\.grad` with AttributeError: 'NoneType' .*backward\(\), append",
        ),
        Wrong(cell("def slope(f, x):\n    y = f(Value(x))\n    return y.data"), r"x\.grad"),
        Wrong(
            cell("def slope(f, x):\n    return 8.0"),
            r"slope\(f, 2\.0\) with f\(x\) = 1 / x gives 8, it should be -0\.25",
        ),
        Wrong(cell("def slope(f, x):\n    return -grad(f)(x)"), r"The size is right, the sign is not\."),
        Wrong(cell("def slope(f, x):\n    return 2 * grad(f)(x)"), r"It is twice too much\."),
    ],
    "0.5": [
        Wrong([6, 2], "each use brings a contribution of its own"),
        Wrong([3, 3, 6], r"6 is none of them\."),
        Wrong([3, 2, 2], r"2 is there too often\."),
        Wrong(9, "a list of 3 numbers, this is a number"),
    ],
    "1.2": [Wrong(cell("def forward(f, x, h):\n    return f(x + h) - f(x) / h"), "brackets")],
    "1.3": [Wrong(cell("def central(f, x, h):\n    return (f(x + h) - f(x - h)) / 2 * h"), "brackets")],
    "2.2": [Wrong(cell("def slope(x):\n    return -2 * x * exp(-(x**2) / 2)"), "the ½ is forgotten")],
    "2.4": [
        Wrong(
            cell("def gradients(x, w1, w2, target):\n    return 2 * (w2 * sigmoid(w1 * x) - target) * sigmoid(w1 * x)"),
            r"gradients\(2\.0, 0\.5, 0\.8, 1\.0\) gives a number, it should be a list of 2 numbers\.",
        ),
        Wrong(
            cell(FUNCTIONS["2.4"].replace("(1 - a1) * x", "(1 - a1)")),
            "the last link is missing, from z₁ to w₁: it is x",
        ),
        Wrong(
            cell(FUNCTIONS["2.4"].replace("back * a1\n", "back\n")),
            r"gradients\(2\.0, .*\): ∂L/∂w₂ is -0\.8303, it should be -0\.607\.",
        ),
    ],
    "5.2": [
        Wrong(
            cell(FUNCTIONS["5.2"].replace("    return path", "        return path")), "return stands inside of the loop"
        ),
        Wrong(
            cell(
                """
                def descend(f, start, rate, count):
                    point = list(start)
                    path = [point]
                    for _ in range(count):
                        a, b = grad(f, argnums=(0, 1))(*point)
                        point[0] -= rate * a
                        point[1] -= rate * b
                        path.append(point)
                    return path
                """
            ),
            "the path holds one list many times",
        ),
    ],
    "5.5": [
        Wrong(
            cell("def step(x, b, slope, rate, mu):\n    b = mu * b - rate * slope\n    return x + b, b"),
            "the other common form, b = μ·b - η·slope",
        )
    ],
    "6.1": [
        Wrong(
            cell("def weighted_sum(w, x, b):\n    return math.fsum(p * q for p, q in zip(w, x))"), "the bias is missing"
        )
    ],
    "6.2": [
        Wrong("w1[2,0]", "the other way round"),
        Wrong("W1[2, 0]", "the other way round"),
        Wrong("w2[0,2]", "layers are counted from 0"),
        Wrong("w1[0,3]", r"not yet: 'w1\[0,3\]' is not it"),
        Wrong("b1[0]", "that is a bias"),
        Wrong(None, "this is None"),
        Wrong(0.5, "the question asks for a text, this is a number"),
    ],
    "6.6": [
        Wrong([2, -1], r"with these weights the output at \(0, 1\) is 2, it should be 1"),
        Wrong([1, -1], 'that is the ordinary "or"'),
        Wrong([1, 0], "that counts the ones"),
        Wrong([-2, 1], "wrong order"),
        Wrong([0, 1], 'that is "and"'),
        Wrong([1], "the question asks for a list of 2 numbers, this is a list of 1 number"),
        Wrong(3, "the question asks for a list of 2 numbers, this is a number"),
        Wrong(["1", "-2"], "'1' is a text; the question asks for a list of 2 numbers: leave out"),
    ],
    "7.1": [
        Wrong(["y", "p", "q", "x"], "before q has brought the rest"),
        Wrong(["x", "p", "q", "y"], "that is the way forward"),
        Wrong(["y", "q", "p"], "x is missing"),
        Wrong(["y", "x", "q", "p"], "number 2 of 4, 'x', is not it"),
        Wrong("yqpx", "asks for a list of 4 texts, this is the text 'yqpx'"),
        Wrong({"y", "q"}, "this is a set, which keeps no order"),
        Wrong([1, 2, 3, 4], "it should be a text|asks for a text"),
        Wrong(None, "this is None"),
    ],
    "7.2": [
        Wrong(
            cell("def cost_gradient(p, t):\n    return [2 * (a - b) / 2 for a, b in zip(p, t)]"), "this divides by 2"
        ),
        Wrong(
            cell("def cost_gradient(p, t):\n    return 2 / len(t) * (p - t)"),
            r"stops at your line `return 2 / len\(t\) \* \(p - t\)`",
        ),
    ],
    "7.3": [
        Wrong(
            cell("def back(W, X, dY):\n    return dY * X, dY.sum(), dY + W.T @ dY"),
            r"back\(.*\): dW is a list of 2 numbers, it should be 2 rows of 2 numbers\.",
        ),
        Wrong(
            cell("def back(W, X, dY):\n    return np.outer(dY, X), dY + W.T @ dY, dY.sum()"), "db and dX are swapped"
        ),
        Wrong(
            cell("def back(W, X, dY):\n    return np.outer(dY, X), dY.sum(), dY + 2 * W.T @ dY"),
            r": dX, number 1 of 2, is -3\.8, it",
        ),
        Wrong(
            cell("def back(W, X, dY):\n    return np.outer(dY, X), dY.sum()"),
            "gives a list of 2 parts, it should be a list of 3",
        ),
    ],
    "7.4": [Wrong(cell("def back(Y, dY):\n    return dY * Y * 1 - Y"), r"brackets: 1 - Y is one factor")],
    "8.2": [
        Wrong(
            cell(FUNCTIONS["8.2"].replace("p.data -= lr * p.grad", "p.data -= 2 * lr * p.grad")),
            r"not yet: the loss of epoch 1 is .*, it should be",
        ),
        Wrong(cell(FUNCTIONS["8.2"].replace("model.zero_grad()\n", "pass\n")), "set it to 0"),
    ],
    "9.1": of_classes(
        (SUM, SUM.removeprefix("return "), r"^x \+ y is None: is a return missing\?"),
        (PRODUCT, PRODUCT.removeprefix("return "), r"^x \* y is None: is a return missing\?"),
        (SUM, "return ...", "not done yet"),
        (SUM, "return self.data + other.data", "it stops with|it should be"),
        (PRODUCT, PRODUCT.replace("(other.data, self.data)", "(self.data, other.data)"), "are swapped"),
        (
            SUM,
            SUM.replace("(1.0, 1.0)", "(1.0,)"),
            r"^x \+ y: what it has as local derivatives is a list of 1 number, it should be a list of 2",
        ),
        (SUM, SUM.replace("Node(", "Nod("), r"stops at your line `return Nod\(.*` with NameError"),
    ),
    "9.2": of_classes(
        (
            "return self + other * -1.0",
            "self + other * -1.0",
            "^x - y with x = 2, y = 3 is None: is a return missing",
        ),
        ("return self * -1.0 + other", "return self - other", "1 - x comes out as x - 1"),
        (POWER, POWER.replace("n * ", ""), "lacks the factor n"),
        (POWER, POWER.replace("(n - 1)", "n"), "the exponent goes down by one"),
        (POWER, "return ...", "not done yet"),
        ("return self**-1 * other", "return self / other", r"1 / x comes out as x / 1"),
    ),
    "9.3": of_classes(
        (EXP, EXP.removeprefix("return "), r"^x\.exp\(\) with x = 2 is None: is a return missing"),
        (EXP, EXP.replace("(y,)", "(self.data,)"), "not its input"),
        (SIGMOID, SIGMOID.replace("s * (1 - s)", "1 - s"), "one is missing"),
        (
            SIGMOID,
            SIGMOID.replace("s * (1 - s)", "2 * s * (1 - s)"),
            r"not yet: x\.sigmoid\(\) with x = 2: ∂/∂x is 0\.21, it should be",
        ),
        (SIGMOID, "return ...", "not done yet"),
        (
            "math.exp(-self.data)",
            "nosuch(self)",
            r"stops at your line `s = 1 / \(1 \+ nosuch\(self\)\)` with NameError",
        ),
    ),
    "9.4": [
        Wrong(cell(FUNCTIONS["9.4"].replace("node.born)", "-node.born)")), "turned round"),
        Wrong(
            cell("def in_order(root):\n    return [*root.parents, root]"), "only the result and its parents|listed more"
        ),
        Wrong(
            cell("def in_order(root):\n    return [root]"), r"the number of nodes that are missing is 4, it should be 0"
        ),
    ],
    "9.5": [
        Wrong(cell("def backward(root):\n    pass"), "no gradient has changed"),
        Wrong(cell("def backward(root):\n    ...  # your code"), "not done yet"),
        Wrong(
            cell("def backward(root):\n    root.grad += nosuch"),
            r"stops at your line `root\.grad \+= nosuch` with NameError",
        ),
        Wrong(cell("def backward(root):\n    root.grad += 1.0"), "go from the result to the leaves"),
        Wrong(3.0, "asks for a function, this is a number"),
        Wrong(
            cell(
                """
                def backward(root):
                    root.grad = 1.0
                    for parent, d in zip(root.parents, root.local_derivatives):
                        parent.grad += root.grad * d
                        if parent.parents:
                            parent.backward()
                """
            ),
            r"stops at your line `parent\.backward\(\)` with AttributeError",
        ),
    ],
    "9.7": of_classes(
        ("arriving[parent] += arriving", "arriving[parent] = arriving", "contributions that meet are not added up"),
        ("node.grad += arriving[node]", "node.grad = arriving[node]", "must add to them"),
        (
            "arriving[self] = 1.0",
            "arriving[self] = 2.0",
            r"not yet: x \* y \+ y / x - 2 / y with x = 0\.7, y = -1\.3: the gradients after one pass, number 1",
        ),
        (SIGMOID, SIGMOID.removeprefix("return "), "NoneType"),
        ("arriving[self] = 1.0", "arriving[self] = nosuch", "stops at your line `arriving.self. = nosuch`"),
    ),
    "10.1": [Wrong(cell("def nth(f, n):\n    return grad(f)"), "apply grad n times")],
    "10.6": [
        Wrong(
            cell("def step(f, params, rate):\n    return params"),
            r"the new list for f\(p\) = .* with the rate 0\.1, number 1 of 2, is 1, it should be 1\.4",
        )
    ],
}
OWN["3.5"] = [
    Wrong([2, 8], "steepest way up"),
    Wrong([8, 2], "swapping alone is not enough"),
    Wrong([0, 0], "leads nowhere"),
    Wrong([1, 0], "not yet: the slope in this direction is 2, it should be 0"),
    Wrong(["8", "-2"], "'8' is a text; the question asks for a list of 2 numbers: leave out"),
    Wrong(8, "the question asks for a list of 2 numbers, this is a number"),
    Wrong([8], "the question asks for a list of 2 numbers, this is a list of 1 number"),
    Wrong(None, "the question asks for a list of 2 numbers, this is None"),
]


#: Slips that lead to what looks like another slip, or like a right answer.
LIKELY = [
    ("0.2", "return a * b + b", "the sum is the first box"),
    (
        "0.4",
        "y = f(x)\ny.backward()\nreturn x.grad",
        r"'float' object has no attribute 'backward'\. A float remembers noth",
    ),
    (
        "0.4",
        "x = Value(x)\nreturn f(x).backward()",
        r"returns what backward\(\) does, which is None: the gradients are in \.gr",
    ),
    ("0.4", "x = Value(x)\ny = f(x)\ny.backward\nreturn x.grad", "with its brackets"),
    ("0.4", "return f(Value(x)).backward", "are its brackets missing"),
    (
        "0.4",
        "x = Value(x)\nf(x)\nx.backward()\nreturn x.grad",
        "that is 1, which is ∂y/∂y: go backward from the result",
    ),
    ("1.6", "return 12 * x^3", r"A power is written with two stars"),
    ("2.2", "return -x * exp(x**2 / 2)", "the minus is lost"),
    (
        "2.4",
        "a = sigmoid(w1 * x)\ne = 2 * (w2 * a - target)\nreturn e * w2 * grad(sigmoid)(a) * x, e * a",
        "not at its val",
    ),
    ("2.7", "return 1 - tanh(t) ** 2", r"t is already tanh\(x\)"),
    ("2.7", "return 1 - tanh**2", "without its brackets"),
    ("3.2", "leaves = [Value(x) for x in point]\nf(leaves).backward()\nreturn leaves", r"a star hands them over"),
    ("3.2", "leaves = [Value(x) for x in point]\nreturn f(*leaves).backward()", r"returns what backward\(\) does"),
    ("4.3", "return f(a) + jacobian(f)(a) * h", "Lists and tuples do not compute as a whole"),
    ("5.2", "return start - rate * grad(f, argnums=(0, 1))(*start)", "or take them apart, x, y = point"),
    ("6.1", "z = b\nfor p, q in zip(w, x):\n    z += p * q\n    return z", "A return stands in a loop"),
    (
        "6.3",
        "return [W[m][0] * X[0] + W[m][1] * X[1] + B[m] for m in (0, 1)]",
        r"not yet: .* is 1\.5, it should be -1\.5",
    ),
    (
        "6.3",
        "return [b + sum(W[m][k] * X[k] for k in range(len(W))) for m, b in enumerate(B)]",
        r"not yet: .* is 1\.5, it should be -1\.5",
    ),
    ("7.2", "return [3 * x for x in exact(p, t)]", r"All numbers are off by the same factor: 3 times\."),
    ("7.3", "return np.outer(dY, X), dY, W.T @ dY", "those are the formulas of the table"),
    ("7.3", "return np.outer(dY, X), dY.sum(), W.T @ dY", "dX is not complete"),
    ("7.3", "return np.outer(X, dY), dY.sum(), dY + W.T @ dY", "dW is transposed"),
    ("7.3", "return np.outer(dY, X), dY.sum(), dY + W @ dY", "the weights are used the other way round"),
    ("7.3", "return np.outer(dY, X), dY.sum(), 1 + W.T @ dY", "the 1 of the straight way is only a slope"),
    ("7.3", "return np.outer(dY, X), dY.mean(), dY + W.T @ dY", "db is a mean"),
    ("7.3", "return np.outer(dY, X), len(dY), dY + W.T @ dY", "db is wrong: every slope of 1"),
    ("7.3", "return dY @ X, dY.sum(), dY + W.T @ dY", "dW is a number, it should be 2 rows of 2"),
    ("0.4", "x = Value(x)\nf.backward()\nreturn x.grad", "without its brackets"),
    ("0.4", "x = value(x)\nreturn x.grad", "Is it spelt as it was"),
    ("1.2", "return (f(x) + h - f(x)) / h", r"f\(x\) \+ h is not f\(x \+ h\)"),
    ("1.2", "return grad(f)(x)", "here it is to be measured"),
    ("1.3", "return (f(x + h / 2) - f(x - h / 2)) / h", "right with half the nudge"),
    ("1.3", "return (f(x + h) - f(x - h)) / 2", "the run is 2h, not 2"),
    ("1.5", "return f(a + h)", "that is the truth"),
    ("0.4", "return numerical_derivative(f, x)", "is a slope nudged that should be exact"),
    ("1.6", "return numerical_derivative(lambda x: 3 * x**4 - 5 * x**2 + 1 / x, x)", "is a slope nudged"),
    ("2.2", "return numerical_derivative(lambda x: exp(-(x**2) / 2), x)", "is a slope nudged"),
    ("3.2", "return numerical_grad(lambda p: f(*p), point)", "is a slope nudged"),
    ("2.6", "return s * 1 - s", "brackets"),
    (
        "3.2",
        "leaves, out = [Value(x) for x in point], []\nfor leaf in leaves:\n    f(*leaves).backward()\n"
        "    out.append(leaf.grad)\nreturn out",
        "one call fills all of them in",
    ),
    ("3.6", "a, b = grad(f)(x, y)\nreturn a, b", r"several with argnums=\(0, 1\)"),
    ("3.6", "return math.hypot(grad(f, argnums=(0, 1))(x, y))", "a star hands them over"),
    (
        "3.6",
        "a, b = grad(f, argnums=(0, 1))(x, y)\nn = a + b\nreturn x - length * a / n, y - length * b / n",
        "use hypot",
    ),
    ("4.2", "return f(*[Value(x) for x in point])", "leave the star out"),
    ("4.2", "return f([Value(x) for x in point]).backward()", "There are several results in it"),
    ("4.2", "return [[0.0 for _ in point] for _ in f(point)]", "note them after backward"),
    ("4.3", "return [y + r[0] * h[0] + r[1] * h[1] for y, r in zip(f(a), jacobian(f)(h))]", "taken at the step h"),
    ("4.3", "return list(jacobian(f))", "without its brackets"),
    ("4.6", "return x - grad(f)(x) / grad(grad(f))(x)", "the question asks where f itself is 0"),
    ("4.6", "return x + f(x) / grad(f)(x)", "turned round"),
    ("4.6", "return -f(x) / grad(f)(x)", "that is the step"),
    ("4.6", "return x - grad(f)(x) / f(x)", "swapped in the quotient"),
    ("5.2", "for _ in count:\n    pass", r"range\(…\) makes one of a number"),
    ("5.2", "return [start] + exact(f, start, rate, count)[:-1]", "the start is there twice"),
    ("5.5", "return x - rate * (mu * b + slope), b", "return the new b"),
    ("5.5", "b = mu * b - slope\nreturn x - rate * b, b", "the slope is added to the memory"),
    ("6.1", "z = b\nfor n in w:\n    z += w[n] * x[n]\nreturn z", r"range\(len\(w\)\) gives their places"),
    ("6.1", "for n in range(len(w)):\n    z += w[n] * x[n]\nreturn z + b", "It has no value yet at that line"),
    ("7.4", "return dY * Y(1 - Y)", "is a . missing there"),
    ("8.2", "for p in model.parameters:\n    pass", "without its brackets"),
    (
        "9.6",
        "loss = loss_of()\nfor p in parameters:\n    loss.backward()\n    p.data -= rate * p.grad\nreturn [loss.data]",
        "a loss of old parameters goes backward again",
    ),
    ("9.4", "return sorted({root, *root.parents})", "told by what it sorts"),
    ("10.1", "for _ in range(1, n):\n    f = grad(f)\nreturn f", "once too seldom"),
    ("10.1", "g = f\nfor _ in range(n):\n    g = grad(f)\nreturn g", "put the result of grad in the place of f"),
    ("10.3", "return [grad(price)(s), 0, 0]", "as many arguments as the function"),
    ("10.4", "return -softmax(logits)[right]", "that is minus the probability"),
    ("10.6", "return [x - rate * grad(f)(x) for x in params]", "in the place of a list"),
    ("7.4", "return dY * sigmoid(Y)", "no σ is needed"),
    ("7.4", "return dY * (1 - Y**2)", "the slope of tanh"),
    ("7.4", "return 2 * dY * Y * (1 - Y)", "It is twice too much"),
    ("8.2", "return model.parameters()[0]", "it should be"),
    ("8.4", "return learnt.index(min(others))", "index.. looks in the wrong list"),
    ("8.4", "return min(range(len(others)), key=lambda k: learnt[k] + others[k])", "both curves are added up"),
    ("8.4", "return others.index(min(others)), min(others)", "a list of 2 numbers, it should be a number"),
    ("8.6", "return sum(row.index(max(row)) for row in rows) / len(rows)", "the classes are added up"),
    ("8.6", "return sum(max(row) == y for row, y in zip(rows, species)) / len(rows)", "its place, row.index"),
    (
        "8.6",
        "right = 0\nfor r, y in zip(rows, species):\n    right += r.index(max(r)) == y\n    return right / len(rows)",
        "in a loo",
    ),
    ("8.6", "return 100 * exact(rows, species)", "off by the same factor: 100 times"),
    ("9.4", "return exact(root)[:1]", r"the number of nodes that are missing is 4"),
    ("10.1", "for _ in range(n):\n    f = grad(f)\n    return f", "A return stands in a loop"),
    ("10.2", "return energy(points) - wind * (points[0] + points[2])", "not yet"),
    ("10.2", "return energy(points) - wind * (points[0] + points[-2])", "not yet"),
    ("10.2", "return energy - wind * sum(points[0::2])", "without its brackets"),
    ("10.5", "for i, p in enumerate(probabilities):\n    if u < p:\n        return i", "some u find no piece"),
    (
        "10.5",
        "if u < 0.5:\n    return 0",
        "comes to its end without a return, and so gives None: which case is left out",
    ),
    ("10.5", "return 0", "It gives the same for every call"),
    ("10.6", "return [p - 0.1 * g for p, g in zip(params, grad(f)(params))]", r"the rate is always 0\.1"),
    ("10.6", "return exact(f, params, rate)[:2]", "is a list of 2 numbers, it should be a list of 3"),
    ("10.6", "return [Value(x) for x in exact(f, params, rate)]", r"there is a Value among them, .* take its \.data"),
    ("8.2", "return Value(exact(model, xs, ys, lr))", r"there is a Value among them, .* take its \.data"),
    ("9.6", "return [Value(x) for x in exact(loss_of, parameters, rate, epochs)]", "there is a Value among them"),
]
COMMAS = [
    ("0.3", (0, 8), r"^0,8 is two numbers: Python writes a decimal point, 0\.8\."),
    ("5.1", [1, 464, 0, 784], "these are 4 numbers: Python writes a decimal point"),
    ("2.3", [1, 2, 2, 3], "a list of 2 numbers, this is a list of 4"),
    ("4.1", [[50, 20], [10, 100], [30, 0]], r"All numbers are off by the same factor\."),
]


@pytest.mark.parametrize(("name", "body", "said"), LIKELY)
def test_what_looks_like_something_else_is_told_for_what_it_is(name: str, body: str, said: str) -> None:
    head, _, right = textwrap.dedent(FUNCTIONS[name]).strip().partition("\n")
    call = head.replace(head.split("(")[0], "def exact")
    indented = textwrap.indent(body, "    ")
    code = f"{call}\n{right}\n\n{head}\n{indented}\n" if "exact" in body else f"{head}\n{indented}\n"
    test_a_wrong_answer_is_told_what_is_wrong_with_it(EXERCISES[name], cell(code), said)


@pytest.mark.parametrize(("name", "answer", "said"), COMMAS)
def test_a_decimal_comma_is_told_and_lists_are_not_taken_for_it(name: str, answer: Any, said: str) -> None:
    test_a_wrong_answer_is_told_what_is_wrong_with_it(EXERCISES[name], answer, said)


def wrong_answers(name: str, exercise: Exercise) -> list[Wrong]:
    found = list(OWN.get(name, []))
    if name in FUNCTIONS:
        found += slips(FUNCTIONS[name])
        found += slips_with_calls(FUNCTIONS[name]) if isinstance(exercise.read, At) else ()
    elif name in NUMBERS:
        found += number_slips(NUMBERS[name])
    elif name in LISTS:
        found += list_slips(LISTS[name], ordered=exercise.read is not in_any_order)
    return found


EXERCISES = {name: row for lesson in range(11) for name, row in exercises(str(lesson)).items()}
ANSWERS = [
    pytest.param(row, answer, said, id=f"{name}-{k}")
    for name, row in EXERCISES.items()
    for k, (answer, said) in enumerate(wrong_answers(name, row))
]


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_is_given_six_wrong_answers_at_least(name: str) -> None:
    assert len(wrong_answers(name, EXERCISES[name])) >= 6


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_the_slips_are_made_in_is_right(name: str) -> None:
    assert judge(EXERCISES[name], cell(FUNCTIONS[name])) == RIGHT


@pytest.mark.parametrize("name", NUMBERS | LISTS)
def test_numbers_that_the_slips_are_made_in_are_right(name: str) -> None:
    assert judge(EXERCISES[name], (NUMBERS | LISTS)[name]) == RIGHT


@pytest.mark.parametrize(("exercise", "answer", "said"), ANSWERS)
def test_a_wrong_answer_is_told_what_is_wrong_with_it(exercise: Exercise, answer: Any, said: str) -> None:
    verdict = judge(exercise, answer)
    assert verdict.kind != "right"
    assert re.search(said, verdict.message), verdict.message
    assert verdict.message.endswith((".", "?"))

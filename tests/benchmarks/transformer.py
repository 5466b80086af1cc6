"""Training steps of a character-level transformer written in scalars: a graph of some 60,000 nodes for each name."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from harness import Engine, Gradients, Step, Work

SIZE, HEADS, BLOCK = 16, 4, 16
WIDTH = SIZE // HEADS
CONSONANTS, VOWELS = "bdfghklmnprstvz", "aeiou"
LETTERS = sorted(CONSONANTS + VOWELS)
END = len(LETTERS)  # begins and ends a name


def names() -> list[list[int]]:
    """Invented names of two to four syllables, as tokens."""
    rng = random.Random(7)
    words = ["".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(rng.randint(2, 4))) for _ in range(50)]
    return [[END, *map(LETTERS.index, word), END] for word in words]


@dataclass(frozen=True)
class Parts:
    """The parts of the program that an engine may have an operation for."""

    dot: Callable[[Sequence[Any], Sequence[Any]], Any]
    softmax: Callable[[Sequence[Any]], list[Any]]
    loss: Callable[[list[list[Any]], list[int]], Any]


def written_out() -> Parts:
    """Each part in additions, multiplications, exponentials and logarithms."""

    def dot(xs: Sequence[Any], ys: Sequence[Any]) -> Any:
        return sum(x * y for x, y in zip(xs, ys, strict=True))

    def softmax(xs: Sequence[Any]) -> list[Any]:
        largest = max(x.data for x in xs)
        powers = [(x - largest).exp() for x in xs]
        total = sum(powers)
        return [power / total for power in powers]

    def loss(logits: list[list[Any]], targets: list[int]) -> Any:
        terms = [-softmax(row)[target].log() for row, target in zip(logits, targets, strict=True)]
        return sum(terms) * (1 / len(terms))

    return Parts(dot, softmax, loss)


Matrix = list[list[Any]]


def matrices(value: Callable[[float], Any]) -> dict[str, Matrix]:
    """The weights of the model."""
    rng = random.Random(7)
    shapes = {"tokens": (END + 1, SIZE), "places": (BLOCK, SIZE), "head": (END + 1, SIZE)}
    shapes |= dict.fromkeys(("queries", "keys", "values", "mix"), (SIZE, SIZE))
    shapes |= {"up": (4 * SIZE, SIZE), "down": (SIZE, 4 * SIZE)}
    return {name: [[value(rng.gauss(0, 0.2)) for _ in range(n)] for _ in range(m)] for name, (m, n) in shapes.items()}


def predictions(model: dict[str, Matrix], tokens: list[int], parts: Parts) -> list[list[Any]]:
    """For each token the logits of the next."""
    keys: list[list[Any]] = []
    values: list[list[Any]] = []

    def linear(name: str, x: list[Any]) -> list[Any]:
        return [parts.dot(row, x) for row in model[name]]

    def add(x: list[Any], y: list[Any]) -> list[Any]:
        return [a + b for a, b in zip(x, y, strict=True)]

    def normalised(x: list[Any]) -> list[Any]:
        scale = (parts.dot(x, x) * (1 / SIZE) + 1e-5) ** -0.5
        return [a * scale for a in x]

    def attention(x: list[Any]) -> list[Any]:
        query, out = linear("queries", x), []
        keys.append(linear("keys", x))
        values.append(linear("values", x))
        for head in (slice(i, i + WIDTH) for i in range(0, SIZE, WIDTH)):
            shares = parts.softmax([parts.dot(query[head], key[head]) * WIDTH**-0.5 for key in keys])
            out += [parts.dot(shares, column) for column in zip(*(value[head] for value in values), strict=True)]
        return linear("mix", out)

    def next_logits(place: int, token: int) -> list[Any]:
        x = normalised(add(model["tokens"][token], model["places"][place]))
        x = add(x, attention(normalised(x)))
        x = add(x, linear("down", [a.relu() for a in linear("up", normalised(x))]))
        return linear("head", x)

    return [next_logits(place, token) for place, token in enumerate(tokens)]


class Adam:
    """The optimiser, for Values of any engine."""

    def __init__(self, parameters: list[Any], lr: float) -> None:
        self.parameters, self.lr, self.steps = parameters, lr, 0
        self.means, self.squares = [0.0] * len(parameters), [0.0] * len(parameters)

    def zero_grad(self) -> None:
        for p in self.parameters:
            p.grad = 0.0

    def step(self) -> None:
        self.steps += 1
        first, second = 1 - 0.9**self.steps, 1 - 0.999**self.steps
        for i, p in enumerate(self.parameters):
            self.means[i] = 0.9 * self.means[i] + (1 - 0.9) * p.grad
            self.squares[i] = 0.999 * self.squares[i] + (1 - 0.999) * p.grad**2
            p.data -= self.lr * (self.means[i] / first) / ((self.squares[i] / second) ** 0.5 + 1e-8)


def training(value: Callable[[float], Any], parts: Parts, adam: Callable[..., Any] = Adam) -> tuple[Step, Gradients]:
    """A step for each name, one after another, so that equal losses mean that the steps before were equal too."""
    model, texts = matrices(value), names()
    parameters = [p for matrix in model.values() for row in matrix for p in row]
    optimizer = adam(parameters, lr=0.01)

    def step() -> float:
        text = texts.pop(0)
        texts.append(text)
        loss = parts.loss(predictions(model, text[:-1][:BLOCK], parts), text[1:][:BLOCK])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return step, lambda: [p.grad for p in parameters]


def ours_by_hand() -> tuple[Step, Gradients]:
    from autograd_lite import Value

    return training(Value, written_out())


def ours_with_operations() -> tuple[Step, Gradients]:
    from autograd_lite import Value, dot, losses, optim, softmax

    return training(Value, Parts(dot, softmax, losses.cross_entropy), optim.Adam)


def minimal() -> tuple[Step, Gradients]:
    from minimal import Value

    return training(Value, written_out())


WORK = Work(
    "a training step of a character-level transformer (embedding 16, 4 heads, 1 layer, block 16, Adam; one invented "
    "name of 4 to 8 letters a step), every scalar a node; or with dot, softmax, cross_entropy and optim.Adam.",
    {
        "ours, by hand": Engine(ours_by_hand, ours=True),
        "ours, with dot, softmax, cross_entropy": Engine(ours_with_operations, ours=True),
        "minimal, by hand": Engine(minimal),
    },
    ("ours, by hand", "ours, with dot, softmax, cross_entropy"),
    checked=2,  # the second loss tells whether the first step was right
    note="micrograd has neither exp nor log, so it cannot take part.",
)

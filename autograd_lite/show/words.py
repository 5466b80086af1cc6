"""What is said of each step of a pass, and what a wrong answer to it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..transcript.texts import abbreviated, short
from ..transcript.tracing import Accumulate, Chain, Forward, Node, Start, Step, Trace

LONGEST_NAME = 20
MOST_MISTAKES = 8  # that are known of one step

#: What happens in each kind of step.
TITLES = {
    "forward": "{node} is computed",
    "start": "The backward pass starts at {node}",
    "chain": "Chain rule: from {node} back to {parent}",
    "nothing": "Chain rule: from {node} back to {parent}",
    "accumulate": "Add it to {node}.grad",
}
#: What the lines of each kind of step are.
LINES = {
    "forward": ("rule", "with numbers"),
    "start": ("start",),
    "chain": ("gradient that comes in", "local derivative", "their product"),
    "nothing": ("local derivative",),
    "accumulate": ("rule", "with numbers"),
}
SUM_OF = "old + contribution"
ITSELF = "It changes exactly as fast as itself."
NO_INFLUENCE = "A small change of the input changes nothing here, so nothing flows back to it."
COMPLETE = "Nothing else flows back to it: its gradient is complete."
MORE_TO_COME = "It is used more than once: what its other uses send back is still to come."

SIGN = "The size is right, the sign is not."
NO_START = "That would say that nothing depends on anything: the pass starts with 1."
ITS_VALUE = "That is its value; the question is how fast it changes when it changes itself."
OVERWRITTEN = "That overwrites what is there already: contributions of several uses add up."
NOT_ADDED = "That is what was there before; the contribution is not added yet."
MULTIPLIED = "That multiplies; contributions of several uses are added."
SUBTRACTED = "That subtracts; a contribution is added with its own sign."
INCOMING_FORGOTTEN = "That is the local derivative alone: the gradient that comes in is forgotten."
LOCAL_FORGOTTEN = "That is the gradient that comes in; it is still to be multiplied by the local derivative."
OTHER_INPUT = "That is the wrong input: the derivative with respect to another input was used."
VALUE_OF_INPUT = "That is the wrong input: its own value was used instead of the local derivative."
VALUE_OF_OUTPUT = "That uses the node's value; what flows back is its gradient."
ADDED = "That adds; along a path derivatives are multiplied."
ITS_RESULT = "That is the node's value; the question is how fast it changes."
OWN_VALUE = "That is the value of this input; the question is how fast the node changes with it."
ANOTHER_INPUT = "That is the derivative with respect to another input."
ALREADY_MULTIPLIED = "That is the product already; first the local derivative alone."
CONSTANT = "Nothing changes only where a number is constant; this input does move the node."
NO_FACTOR = "The power rule brings the exponent down as a factor; it is missing."
SAME_EXPONENT = "The exponent goes down by one; here it has stayed."
NO_SQUARE = "The derivative of tanh is 1 - y²; the square is missing."
OF_THE_INPUT = "The formula takes the node's own value; here the input was put in."
HALF_OF_IT = "One factor is missing: it is s·(1 - s)."

#: What to go by where a wrong answer is no known mistake, for each thing that is asked for.
AGAIN = {
    "start": "Not quite: how fast does a number change with itself?",
    "local": "Not quite: change this input a little, hold the others still, and see how fast the node changes.",
    "product": "Not quite: multiply the gradient that comes in by the local derivative.",
    "sum": "Not quite: what flows back along several edges is added.",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a quiz asks for at a step.

    Attributes:
        what: A key of `AGAIN`.
        right: The answer.
        mistakes: Wrong answers, each with what went wrong.
    """

    what: str
    right: float
    mistakes: list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """A step in words.

    Attributes:
        kind: A key of `TITLES` and `LINES`.
        at: The node that it is about, or the two.
        title: What happens.
        lines: As many as `LINES` names; the last one ends in the result.
        result: The number that the step gives, if it gives one.
        note: What else there is to know.
    """

    kind: str
    at: str
    title: str
    lines: tuple[str, ...]
    result: float | None
    note: str = ""

    @property
    def rule(self) -> str:
        """The step with names."""
        return self.lines[-2] if len(self.lines) > 1 else self.lines[0]

    @property
    def numbers(self) -> str:
        """The step with numbers."""
        return self.lines[-1] if len(self.lines) > 1 else ""


def name(node: Node) -> str:
    """A node's name, cut short as in pictures."""
    return abbreviated(node.name, LONGEST_NAME)


class Words:
    """Says the steps of one trace, and knows the mistakes that can be made in them."""

    def __init__(self, trace: Trace) -> None:
        self.nodes = trace.nodes
        self.root = name(trace.nodes[-1])
        sums = [step for step in trace.backward if isinstance(step, Accumulate)]
        self.last = {step.node.place: step for step in sums}
        self.first = {step.node.place: step for step in reversed(sums)}
        self.chains: dict[int, list[Chain]] = {}
        for step in trace.backward:
            if isinstance(step, Chain):
                self.chains.setdefault(step.node.place, []).append(step)

    def say(self, step: Step) -> Said:
        """The step in words.

        >>> from autograd_lite import Value, trace
        >>> found = trace(Value(2.0, label="y"))
        >>> Words(found).say(found.backward[0]).title
        'The backward pass starts at y'
        """
        here = name(step.node)
        if isinstance(step, Forward):
            lines = f"{here} = {step.formula}", f"{here} = {step.numbers}"
            return Said("forward", here, TITLES["forward"].format(node=here), lines, step.value)
        if isinstance(step, Start):
            title = TITLES["start"].format(node=here)
            return Said("start", here, title, (f"∂{here}/∂{here}",), step.gradient, ITSELF)
        if isinstance(step, Chain):
            return self._chain(step)
        lines = f"{here}.grad = {SUM_OF}", f"{here}.grad = {short(step.old)} + {_enclosed(step.contribution)}"
        note = COMPLETE if step is self.last[step.node.place] else MORE_TO_COME
        return Said("accumulate", here, TITLES["accumulate"].format(node=here), lines, step.new, note)

    def _chain(self, step: Chain) -> Said:
        here, parent = name(step.node), name(step.parent)
        at, local = f"{here} → {parent}", f"∂{here}/∂{parent}"
        title = TITLES["chain"].format(node=here, parent=parent)
        if step.derivative is None:
            return Said("nothing", at, title, (f"{local} = 0: nothing flows",), None, NO_INFLUENCE)
        worked = dict.fromkeys([text for text in (step.formula, step.numbers, short(step.derivative)) if text])
        lines = (
            f"∂{self.root}/∂{here} = {short(step.incoming)}",
            " = ".join([local, *worked]),
            f"{short(step.incoming)} · {_enclosed(step.derivative)}",
        )
        return Said("chain", at, title, lines, step.product)

    def questions(self, step: Step) -> list[Question]:
        """What a quiz asks for at a step: what is calculus; not what is a product with 1 or a sum with nothing.

        >>> from autograd_lite import Value, trace
        >>> x = Value(3.0, label="x")
        >>> found = trace(x * x * 2.0)
        >>> [[question.what for question in Words(found).questions(step)] for step in found.backward[-4:]]
        [['local', 'product'], [], ['local', 'product'], ['sum']]
        """
        if isinstance(step, Start):
            return [self._question("start", step, step.gradient)]
        if isinstance(step, Accumulate):
            return [] if step is self.first[step.node.place] else [self._question("sum", step, step.new)]
        if isinstance(step, Forward):
            return []
        asked = [self._question("local", step, step.derivative or 0.0)]
        if step.product is not None and 1.0 not in (step.incoming, step.derivative):
            asked.append(self._question("product", step, step.product))
        return asked

    def _question(self, what: str, step: Step, right: float) -> Question:
        found: dict[str, tuple[float, str]] = {}  # under the number as it is written: nan is unequal to itself
        for wrong, reason in (
            self._slopes(step) if what == "local" and isinstance(step, Chain) else self._mistakes(step)
        ):
            found.setdefault(short(wrong), (wrong, reason))
        found.pop(short(right), None)
        return Question(what, right, list(found.values())[:MOST_MISTAKES])

    def _slopes(self, step: Chain) -> Iterator[tuple[float, str]]:
        """Wrong answers to what a local derivative is."""
        right, x, y = step.derivative or 0.0, step.parent.value, step.node.value
        if right:
            yield -right, SIGN
            yield 0.0, CONSTANT
        if step.product is not None:
            yield step.product, ALREADY_MULTIPLIED
        if step.node.operation == "**" and len(step.node.parents) == 1:
            n = right * x / y if y else 0.0  # the derivative of xⁿ is n · xⁿ / x
            yield (right / n if n else x), NO_FACTOR
            yield n * y, SAME_EXPONENT
        elif step.node.operation == "tanh":
            yield 1.0 - y, NO_SQUARE
            yield 1.0 - x * x, OF_THE_INPUT
        elif step.node.operation == "σ":
            yield x * (1.0 - x), OF_THE_INPUT
            yield 1.0 - y, HALF_OF_IT
        for other in self.chains[step.node.place]:
            if other.use != step.use and other.derivative is not None:
                yield other.derivative, ANOTHER_INPUT
        yield x, OWN_VALUE
        yield y, ITS_RESULT

    def _mistakes(self, step: Step) -> Iterator[tuple[float, str]]:
        if isinstance(step, Start):
            yield 0.0, NO_START
            yield step.node.value, ITS_VALUE
        elif isinstance(step, Accumulate):
            yield step.contribution, OVERWRITTEN
            yield step.old, NOT_ADDED
            yield -step.new, SIGN
            yield step.old - step.contribution, SUBTRACTED
            yield step.old * step.contribution, MULTIPLIED
        elif isinstance(step, Chain) and step.derivative is not None and step.product is not None:
            yield step.derivative, INCOMING_FORGOTTEN
            yield step.incoming, LOCAL_FORGOTTEN
            yield -step.product, SIGN
            yield step.incoming * step.parent.value, VALUE_OF_INPUT
            yield step.node.value * step.derivative, VALUE_OF_OUTPUT
            yield step.incoming + step.derivative, ADDED
            for other in self.chains[step.node.place]:
                if other.product is not None:
                    yield other.product, OTHER_INPUT


def _enclosed(x: float) -> str:
    text = short(x)
    return f"({text})" if text.startswith("-") else text

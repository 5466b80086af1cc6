"""How long training would take, and programs for it would take to be made: by counts, so that it is always the same."""

from __future__ import annotations

from typing import Any

from ..engine.passes import topological_order
from ..engine.value import COMPILED, Value

#: Seconds that eager training takes for each operand in the graphs of its losses, readable and compiled; a node takes
#: as long as so many operands.
EAGER, EAGER_COMPILED, NODE = 1e-7, 2.5e-8, 20
#: Seconds that a program takes to be made: at least, for each operand in a batch, and for each in one of its samples,
#: since these become instructions.
LEAST, EACH_IN_A_BATCH, EACH_IN_A_SAMPLE = 0.2, 5e-7, 1.5e-4


def size_of(result: Any) -> int:
    """How large the graph of a Value is, or of several: its operands, and `NODE` for each node that has some.

    >>> x = Value(2.0)
    >>> size_of([x * x, x + 1.0]) == 3 + 2 * NODE
    True
    """
    roots = [x for x in (result if isinstance(result, list | tuple) else [result]) if type(x) is Value]
    counts = [len(node.parents) for node in topological_order(*roots)]
    return sum(counts) + NODE * sum(map(bool, counts))


def pays(sample: int, samples: int, size: int, epochs: int) -> bool:
    """Whether training takes longer than making its programs does.

    Args:
        sample: How large the graph of one sample is.
        samples: How many samples there are.
        size: How many are in a batch.
        epochs: How often each is seen.

    >>> pays(300, 4, 4, 100), pays(2000, 100, 100, 1000)  # the exclusive or, two moons
    (False, True)
    """
    sizes = {min(size, samples), samples % size} - {0}
    making = sum([LEAST + (EACH_IN_A_BATCH * batch + EACH_IN_A_SAMPLE) * sample for batch in sizes])
    eager = EAGER_COMPILED if COMPILED else EAGER
    return eager * sample * samples * epochs > making

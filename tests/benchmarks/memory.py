"""What a node costs: bytes, allocations, and the time to free it; of a graph of 100,999 binary nodes."""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from harness import Engine, Gradients, Step, Work
from scalars import micrograd, minimal, ours

CHAINS, LINKS = 1000, 50
NODES = CHAINS * LINKS * 2 + CHAINS - 1


def graph(x: Any, a: Any, b: Any) -> Any:
    """Chains of products and sums, joined as a tree, so that an engine that recurses can follow."""
    ends = []
    for _ in range(CHAINS):
        end = x
        for _ in range(LINKS):
            end = end * a + b
        ends.append(end)
    while len(ends) > 1:
        pairs = [left + right for left, right in zip(ends[::2], ends[1::2], strict=False)]
        ends = [*pairs, ends[-1]] if len(ends) % 2 else pairs
    return ends[0]


def nodes(value: Callable[[float], Any]) -> tuple[Step, Gradients]:
    def leaves() -> list[Any]:
        return [value(number) for number in (1.0, 0.99, 0.01)]

    def step() -> dict[str, float]:
        """Bytes in one graph; in another, since it is slow to trace them, allocations and time."""
        given = leaves()
        gc.collect()
        tracemalloc.start()
        out = graph(*given)
        out.backward()
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del out
        given = leaves()
        gc.collect()
        before = sys.getallocatedblocks()
        out = graph(*given)
        made = sys.getallocatedblocks() - before
        out.backward()
        start = time.perf_counter()
        del out
        if sys.getallocatedblocks() - before > made / 2:  # cycles, which only the collector frees
            gc.collect()
        seconds = time.perf_counter() - start
        return {
            "bytes a node after backward": kept / NODES,
            "bytes a node at the peak": peak / NODES,
            "allocations a node": made / NODES,
            "ns a node to free": 1e9 * seconds / NODES,
        }

    return step, list


WORK = Work(
    "of a graph of 100,999 binary nodes the bytes for each node, kept and at the peak of the backward pass, its "
    "allocations, and the time to free it.",
    {
        "ours": Engine(lambda: nodes(ours()), ours=True),
        "minimal": Engine(lambda: nodes(minimal())),
        "micrograd": Engine(lambda: nodes(micrograd()), "micrograd"),
    },
    ("ours",),
    note="micrograd's nodes form cycles, which only the garbage collector frees: its time is included.",
)

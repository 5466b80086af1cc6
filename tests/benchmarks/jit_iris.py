"""Training the demonstration's network on Fisher's iris measurements: an epoch, when all is warm."""

from __future__ import annotations

import random
from typing import Any

from harness import Engine, Work
from jit_training import fitted, in_torch, torch_network


def iris() -> Any:
    from autograd_lite import nn
    from autograd_lite.cli.demo import TASKS, _split

    task, rng = TASKS["iris"], random.Random(0)
    (xs, ys), _ = _split(task, *task.load(rng), rng)
    sizes = len(task.features), [task.hidden, len(task.classes)]
    return nn.MLP(*sizes, activation="tanh", init="xavier", rng=rng), xs, ys, "cross_entropy"


def torch_iris() -> Any:
    import torch

    model, xs, ys, _ = iris()
    parts = [[([w.data for w in n.w], n.b.data) for n in layer.neurons] for layer in model.layers]
    network = torch_network(parts, torch.nn.Tanh)
    return network, torch.tensor(xs, dtype=torch.float64), torch.tensor(ys), torch.nn.functional.cross_entropy


WORK = Work(
    "an epoch of the demonstration on 100 flowers: MLP(4, [8, 3]) by Adam, cross entropy, all in one batch.",
    {
        "fit, eager": Engine(fitted(iris, False).made(3), ours=True),
        "fit": Engine(fitted(iris, True).made(2000), "llvmlite"),
        "PyTorch": Engine(in_torch(torch_iris).made(100), "torch"),
    },
    ("fit", "PyTorch"),
)

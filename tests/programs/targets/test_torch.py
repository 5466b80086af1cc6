"""Out to PyTorch: its transformations, compiler, precision, and processes, and what is said where it cannot be."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import extras
import pytest
from functions import close
from losses_of_loops import MIXED, XS, loss, mixed, samples

from autograd_lite import exp, grad, hessian, log, to_torch, where

np = extras.numpy
#: PyTorch's own, the first time that it pushes forward.
QUIET = pytest.mark.filterwarnings("ignore:`torch.jit.script:DeprecationWarning")


@pytest.fixture
def torch() -> Any:
    import torch

    torch.set_default_dtype(torch.float64)
    yield torch
    torch.set_default_dtype(torch.float32)


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"^to_torch: PyTorch is not installed: pip install torch$"):
        to_torch(loss, [1.0])


@pytest.mark.peers
@QUIET
def test_its_transformations_agree_with_ours(torch: Any) -> None:
    f = to_torch(mixed, {"b": 1.0, "w": [1.0, 1.0]}, [1.0] * len(XS))
    p, xs = {"b": torch.tensor(0.2), "w": torch.tensor(MIXED["w"])}, torch.tensor(XS)
    assert close(f(p, xs), mixed(MIXED, XS), 1e-12)
    for transformed in (torch.func.grad(f), torch.func.jacfwd(f), torch.func.jacrev(f)):
        assert close(list(transformed(p, xs).values()), list(grad(mixed)(MIXED, XS).values()), 1e-12)
    curvature = hessian(lambda w: mixed({"b": 0.2, "w": w}, XS))(MIXED["w"])
    for transformed in (torch.func.hessian(f), torch.func.jacrev(torch.func.jacrev(f))):
        assert close(transformed(p, xs)["w"]["w"], curvature, 1e-12)
    many = torch.func.vmap(torch.func.grad(f, argnums=1), in_dims=(None, 0))(p, torch.stack([xs, xs.flip(0)]))
    assert close(many, [grad(mixed, 1)(MIXED, rows) for rows in (XS, XS[::-1])], 1e-12)


@pytest.mark.peers
def test_backward_fills_the_gradients_of_leaves(torch: Any) -> None:
    w = torch.tensor([0.3, 1.2, -0.7], requires_grad=True)
    points, targets = map(torch.tensor, samples(20))
    to_torch(loss, np.ones(3), *map(np.array, samples(20)))(w, points, targets).backward()
    assert close(w.grad, grad(loss)([0.3, 1.2, -0.7], *samples(20)), 1e-12)
    assert torch.autograd.gradcheck(to_torch(mixed, MIXED, XS), (MIXED, torch.tensor(XS, requires_grad=True)))


@pytest.mark.peers
@QUIET
def test_nothing_comes_from_the_side_that_is_not_taken(torch: Any) -> None:
    f = to_torch(lambda x: where(x > 0, log(x), 0.0), 2.0)
    for number, value, first, second in [(-1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (2.0, np.log(2.0), 0.5, -0.25)]:
        x = torch.tensor(number)
        found = [f(x), torch.func.grad(f)(x), torch.func.jacfwd(f)(x), torch.func.hessian(f)(x)]
        assert [y.item() for y in found] == pytest.approx([value, first, first, second])
    steep = to_torch(lambda x: where(x < 1, exp(x), 1.0), 0.5)
    assert torch.func.hessian(steep)(torch.tensor(1e4)).item() == 0.0


@pytest.mark.peers
@QUIET
def test_a_derivative_that_nobody_asks_for_spoils_no_other(torch: Any) -> None:
    power = to_torch(lambda x, y: x**y, 2.0, 3.0)  # whose derivative by y is nan for x below 0
    x, y = torch.tensor(-3.0), torch.tensor(2.0)
    assert [f(power)(x, y).item() for f in (torch.func.grad, torch.func.jacfwd)] == [-6.0, -6.0]


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_it_is_compiled_in_one_piece(torch: Any, backend: str) -> None:
    f = torch.compile(to_torch(mixed, MIXED, XS), backend=backend, fullgraph=True)
    w, xs = torch.tensor(MIXED["w"], requires_grad=True), torch.tensor(XS)
    value = f({"b": 0.2, "w": w}, xs)
    value.backward()
    assert close(value, mixed(MIXED, XS), 1e-12)
    assert close(w.grad, grad(mixed)(MIXED, XS)["w"], 1e-12)


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_it_is_exported_by_pytorch(torch: Any) -> None:
    class Loss(torch.nn.Module):
        def forward(self, w: Any, points: Any, targets: Any) -> Any:
            return f(w, points, targets)

    f = to_torch(loss, np.ones(3), *map(np.array, samples(20)))
    args = [torch.tensor([0.3, 1.2, -0.7]), *map(torch.tensor, samples(20))]
    assert close(torch.export.export(Loss(), tuple(args)).module()(*args), f(*args), 1e-15)


@pytest.mark.peers
def test_it_computes_in_the_precision_that_it_is_given() -> None:
    import torch

    f = to_torch(lambda x, ys: [x * y / 3.0 for y in ys], 1.0, np.ones(4))
    single, double = torch.ones(4, dtype=torch.float32), torch.ones(4, dtype=torch.float64)
    given = [(2.0, single), (2.0, double), (torch.tensor(2.0), double), (2.0, np.ones(4)), (2, torch.ones(4).long())]
    kinds = [str(f(*args)[0].dtype).removeprefix("torch.float") for args in given]
    assert kinds == ["32", "64", "64", "64", "32"]


PARALLEL = """
import json, sys
import numpy as np, torch
from torch.nn.parallel import DistributedDataParallel
from autograd_lite import to_torch
from losses_of_loops import loss, samples

class Loss(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([0.3, 1.2, -0.7], dtype=torch.float64))
    def forward(self, points, targets):
        return own_share(self.w, points, targets)

rank, port = map(int, sys.argv[1:])
torch.distributed.init_process_group("gloo", f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
points, targets = [np.array(x)[rank * 50 : rank * 50 + 50] for x in samples(100)]
own_share = to_torch(loss, np.ones(3), points, targets)
model = DistributedDataParallel(Loss())
model(torch.tensor(points), torch.tensor(targets)).backward()
print(json.dumps(model.module.w.grad.tolist()))
torch.distributed.destroy_process_group()
"""


@pytest.mark.peers
def test_two_processes_give_our_gradient_of_all_samples() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    paths = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    commands = [[sys.executable, "-c", PARALLEL, str(rank), port] for rank in range(2)]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for command in commands]
    gradients = [json.loads(process.communicate(timeout=300)[0]) for process in running]
    expected = grad(loss)([0.3, 1.2, -0.7], *samples(100))
    assert close(gradients, [expected, expected], 1e-10)

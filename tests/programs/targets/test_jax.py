"""Out to JAX: its transformations, precision and devices, and what is said where it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import extras
import pytest
from functions import close
from losses_of_loops import MIXED, XS, loss, mixed, samples

from autograd_lite import exp, grad, hessian, log, sin, to_jax, where

np = extras.numpy


@pytest.fixture
def jax() -> Any:
    import jax

    with jax.enable_x64(True):
        yield jax


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match=r"^to_jax: JAX is not installed: pip install jax$"):
        to_jax(loss, [1.0])


@pytest.mark.peers
def test_its_transformations_agree_with_ours(jax: Any) -> None:
    f = to_jax(mixed, {"b": 1.0, "w": [1.0, 1.0]}, [1.0] * len(XS))
    assert close(f(MIXED, XS), mixed(MIXED, XS), 1e-12)
    for transformed in (jax.grad(f), jax.jacfwd(f)):
        assert close(jax.jit(transformed)(MIXED, XS), grad(mixed)(MIXED, XS), 1e-12)
    p = {"b": 0.2, "w": np.array(MIXED["w"])}
    curvature = hessian(lambda w: mixed({"b": 0.2, "w": w}, XS))(MIXED["w"])
    for transformed in (jax.hessian(f), jax.jacrev(jax.jacrev(f))):
        assert close(jax.jit(transformed)(p, XS)["w"]["w"], curvature, 1e-12)
    many = jax.vmap(f, in_axes=(None, 0))(MIXED, np.array([XS, XS[::-1]]))
    assert close(many, [mixed(MIXED, XS), mixed(MIXED, XS[::-1])], 1e-12)


@pytest.mark.peers
def test_nothing_comes_from_the_side_that_is_not_taken(jax: Any) -> None:
    f = to_jax(lambda x: where(x > 0, log(x), 0.0), 2.0)
    for x, value, first, second in [(-1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (2.0, np.log(2.0), 0.5, -0.25)]:
        found = [float(f(x)), float(jax.grad(f)(x)), float(jax.jacfwd(f)(x)), float(jax.hessian(f)(x))]
        assert found == pytest.approx([value, first, first, second])
    steep = to_jax(lambda x: where(x < 1, exp(x), 1.0), 0.5)
    assert float(jax.grad(jax.grad(steep))(1e4)) == 0.0


@pytest.mark.peers
def test_a_derivative_that_nobody_asks_for_spoils_no_other(jax: Any) -> None:
    power = to_jax(lambda x, y: x**y, 2.0, 3.0)  # whose derivative by y is nan for x below 0
    assert [float(transformed(power)(-3.0, 2.0)) for transformed in (jax.grad, jax.jacfwd)] == [-6.0, -6.0]


@pytest.mark.peers
def test_the_lanes_are_operations_on_arrays(jax: Any) -> None:
    counts = []
    for n in (10, 1000):
        points, targets = map(np.array, samples(n))
        w = np.ones(3)
        counts.append(len(jax.make_jaxpr(to_jax(loss, w, points, targets))(w, points, targets).eqns))
    assert counts[0] == counts[1] < 30


def swing(rounds: int) -> Any:
    """A pendulum of so many steps, from its list of numbers to the last state and a total."""

    def f(p: Any) -> Any:
        a, v, tot = p[0], 0.0, 0.0
        for _ in range(rounds):
            v = v - 0.05 * (p[1] * sin(a) + p[2] * v)
            a = a + 0.05 * v
            tot = tot + (a - 0.5) ** 2
        return [a, v, tot]

    return f


@pytest.mark.peers
def test_a_long_loop_on_a_list_compiles_to_work_in_proportion_to_its_rounds(jax: Any) -> None:
    def text(f: Any) -> str:
        found: str = jax.jit(f).lower(p).compile().as_text()
        return found

    p, slopes = np.array([0.9, 9.0, 0.2]), {}
    for rounds in (10, 20):
        f = to_jax(swing(rounds), p.tolist())  # one input, which is taken apart
        slopes[rounds] = text(jax.value_and_grad(lambda p, f=f: f(p)[2]))
        for found in (slopes[rounds], text(f)):
            assert "concatenate(" not in found  # XLA's CPU computes anew, at each use, all that leads to one
    short, long = [slopes[n].count(" sine(") + slopes[n].count(" multiply(") for n in (10, 20)]
    assert short < long < 2.2 * short
    assert close(jax.jit(jax.grad(lambda p: f(p)[2]))(p), grad(lambda p: swing(20)(p)[2])([*p]), 1e-10)


@pytest.mark.peers
@pytest.mark.parametrize("x64", [False, True])
def test_it_computes_in_the_precision_that_it_is_given(x64: bool) -> None:
    import jax

    with jax.enable_x64(x64):
        f = to_jax(lambda x, ys: [x * y / 3.0 for y in ys], 1.0, np.ones(4))
        given = [(2.0, np.ones(4)), (np.float32(2.0), np.ones(4, "float32")), (2, np.ones(4, int))]
        kinds = [f(*args)[0].dtype.name for args in given]
    assert kinds == ["float64", "float32", "float64"] if x64 else ["float32"] * 3


SHARDED = """
import json, sys
import jax, numpy as np
from jax.sharding import NamedSharding, PartitionSpec
from autograd_lite import to_jax
from losses_of_loops import loss, samples
jax.config.update("jax_enable_x64", True)
w, points, targets = map(np.array, ([0.3, 1.2, -0.7], *samples(200)))
step = jax.jit(jax.value_and_grad(to_jax(loss, w, points, targets)))
split = NamedSharding(jax.make_mesh((4,), ("machines",)), PartitionSpec("machines"))
points, targets = jax.device_put((points, targets), split)
text = step.lower(w, points, targets).compile().as_text()
value, slope = jax.device_get(step(w, points, targets))
print(json.dumps([value.item(), slope.tolist(), len(points.devices()), "all-reduce" in text, "all-gather" in text]))
"""


@pytest.mark.peers
def test_four_devices_give_our_gradient_and_exchange_sums_alone() -> None:
    import json

    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "XLA_FLAGS": "--xla_force_host_platform_device_count=4",
        "PYTHONPATH": os.pathsep.join(paths),
    }
    ran = subprocess.run([sys.executable, "-c", SHARDED], env=environment, capture_output=True, text=True, check=True)
    value, slope, devices, reduces, gathers = json.loads(ran.stdout)
    w = [0.3, 1.2, -0.7]
    assert (devices, reduces, gathers) == (4, True, False)
    assert close([value, slope], [loss(w, *samples(200)), grad(loss)(w, *samples(200))], 1e-10)

"""Random expression graphs: the same program on floats, on Values and on PyTorch's tensors."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from autograd_lite.engine.operation import TABLE
from autograd_lite.engine.passes import topological_order
from autograd_lite.engine.value import Value

OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "neg": operator.neg,
    "abs": operator.abs,
}
LIBRARY: dict[str, Callable[..., Any]] = {**OPERATORS, **TABLE}
PARAMETERS = {
    "fixed_power": [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 0.5],
    "over_power": [1.0, 2.0, 3.0],
    "fixed_base": [0.5, 2.0, 3.0],
    "round_to": [0.0, 1.0, 2.0],
    "softmax_entry": [0.0, 1.0],
    "softmax_rest": [0.0, 1.0],
    "log_softmax_entry": [0.0, 1.0],
    "power_slope": [0.0, 1.0],
    "circle_power": [0.5, -0.5, -1.0],
    "cos_over": [1.0, 2.0],
    "sin_over": [1.0, 2.0],
    "huber": [0.5, 1.0, 3.0],
    "unit": [0.0, 1.0],
    "sinc_slope": [0.0, 1.0],
    "digamma_slope": [0.0, 1.0, 2.0],
    "polygamma_rise": [0.0, 1.0],
}


def inside(domain: str, name: str) -> str:
    """How a number between -2 and 2 is brought into a domain: what a program does before it calls a row."""
    if name == "tan" or domain.startswith("-1 "):
        return "narrow"
    if "x > 0" in domain or "x >= " in domain or "x > -1" in domain or "base" in domain:
        return "positive"
    if name in ("ieee_power", "power_slope"):
        return "positive"
    if domain.startswith("index "):
        return "picks"
    if "!=" in domain or name == "over_power":
        return "nonzero"
    return "sorted" if "low" in domain else ""


def prepare(how: str, xs: list[Any], f: dict[str, Callable[..., Any]]) -> list[Any]:
    """The operands of a row, squashed between -2 and 2 and brought into its domain."""
    xs = [f["tanh"](x * 0.5) * 2.0 for x in xs]
    if how == "narrow":
        return [x * 0.45 for x in xs]
    if how == "positive":
        return [f["softplus"](x) + 1.5 for x in xs]
    if how == "nonzero":
        return [xs[0], xs[1] * xs[1] + 0.5]
    if how == "picks":
        return [*xs[:-1], f["floor"](xs[-1] * 0.5 + 1.0)]
    return [xs[0], xs[1], xs[1] + 1.0] if how == "sorted" else xs


# A step is a name, the places of its operands among all that came before (negative: the constants), its parameter.
Step = tuple[str, list[int], float]
Program = tuple[list[float], list[float], list[Step]]


def arity(name: str) -> int:
    if name in OPERATORS:
        return 1 if name in ("neg", "abs") else 2
    row = TABLE[name]
    count = len(row.operands) - row.parameters
    return (
        {("xs",): 3, ("xs", "index"): 4, ("x", "y"): 4, ("w", "x", "b"): 5}.get(row.operands[:count], count)
        if any(row.groups)
        else count
    )


SMOOTH = st.integers(-3072, 3071).map(lambda k: (2 * k + 1) / 2048)  # never 0, where most kinks are
ANY = st.floats(-3.0, 3.0)


@st.composite
def programs(draw: st.DrawFn, first: str, without: str = "", number: st.SearchStrategy[float] = SMOOTH) -> Program:
    """A program whose first step is ``first``; later ones may use anything that came before, also twice."""
    leaves = draw(st.lists(number, min_size=2, max_size=3))
    constants = draw(st.lists(number, min_size=2, max_size=2))
    names = [first, *draw(st.lists(st.sampled_from(sorted({*LIBRARY} - {without})), max_size=5))]
    steps: list[Step] = []
    for name in names:
        places = st.integers(-2, len(leaves) + len(steps) - 1)
        operands = draw(st.lists(places, min_size=arity(name), max_size=arity(name)))
        steps.append((name, operands, draw(st.sampled_from(PARAMETERS.get(name, [0.0])))))
    return leaves, constants, steps


def call(name: str, xs: list[Any], parameter: float, f: dict[str, Callable[..., Any]]) -> Any:
    if name in OPERATORS:
        return OPERATORS[name](*xs)
    row = TABLE[name]
    arguments: list[Any] = list(xs)
    if any(row.groups):
        arguments = [xs[:3], *xs[3:]] if row.operands[0] == "xs" else [xs[:2], xs[2:4], *xs[4:]]
    return f[name](*arguments, *[parameter] * row.parameters)


def all_results(program: Program, leaves: list[Any], f: dict[str, Callable[..., Any]]) -> list[Any]:
    """The leaves, then what each step makes."""
    _, constants, steps = program
    made = list(leaves)
    for name, places, parameter in steps:
        xs = [made[i] if i >= 0 else constants[i] for i in places]
        if name not in OPERATORS:
            xs = prepare(inside(TABLE[name].domain, name), xs, f)
        made.append(call(name, xs, parameter, f))
    return made


def run(program: Program, leaves: list[Any], f: dict[str, Callable[..., Any]]) -> Any:
    """A weighted sum of all that is made, so that each of it counts."""
    *made, last = all_results(program, leaves, f)
    total = last * 1.0
    for x in made:
        total = total + x * 0.5
    return total


def gradient(program: Program) -> tuple[Value, list[Value]]:
    leaves = [Value(x) for x in program[0]]
    root = run(program, leaves, LIBRARY)
    if type(root) is Value:
        root.backward()
    return root, leaves


def sizes(root: Value) -> dict[int, float]:
    """For each node the sum over all paths of the absolute products: what rounding errors are measured against."""
    size = {id(root): 1.0}
    for node in reversed(topological_order(root)):
        for parent, derivative in zip(node.parents, node.local_derivatives(), strict=True):
            size[id(parent)] = size.get(id(parent), 0.0) + size.get(id(node), 0.0) * abs(derivative)
    return size


# Where a derivative is a matter of convention neither differences nor PyTorch prove anything.
KINKS: dict[str, Callable[..., bool]] = {
    "relu": lambda x: x == 0,
    "abs": lambda x: x == 0,
    "cbrt": lambda x: x == 0,  # PyTorch does not have it, and what stands for it is nan at 0
    "leaky_relu": lambda x, slope: x == 0,
    "elu": lambda x, alpha: x == 0,
    "where": lambda condition, x, y: condition == 0,
    "copysign": lambda x, y: 0 in (x, y),
    "hypot": lambda x, y: x == y == 0,
    "norm": lambda xs: not any(xs),
    "unit": lambda xs, index: not any(xs),
    "max": lambda xs: xs.count(max(xs)) > 1,
    "min": lambda xs: xs.count(min(xs)) > 1,
    "arctan2": lambda y, x: x == y == 0,
    "maximum": lambda x, y: x == y,
    "minimum": lambda x, y: x == y,
    "clip": lambda x, low, high: x in (low, high),
}


def at_a_kink(root: Value) -> bool:
    for node in topological_order(root):
        kink = KINKS.get(node.operation.name) if node.operation is not None else None
        if kink is not None and kink(*[x.data if isinstance(x, Value) else x for x in node.operands]):
            return True
    return False


EVERY_ROW = pytest.mark.parametrize("name", sorted(LIBRARY))
FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@EVERY_ROW
@FEW
@given(data=st.data())
def test_values_are_those_of_floats_bit_for_bit(name: str, data: st.DataObject) -> None:
    program = data.draw(programs(name, number=ANY))
    expected = all_results(program, program[0], LIBRARY)
    results = all_results(program, [Value(x) for x in program[0]], LIBRARY)
    for result, want in zip(results, expected, strict=True):
        got = result.data if type(result) is Value else result
        assert type(want) is float
        assert got == want or (got != got and want != want)
        assert math.copysign(1.0, got) == math.copysign(1.0, want)


# Differences see through stop_gradient, whose gradient is 0 by decree.
@pytest.mark.parametrize("name", sorted({*LIBRARY} - {"stop_gradient"}))
@FEW
@given(data=st.data())
def test_gradients_are_central_differences(name: str, data: st.DataObject) -> None:
    program = data.draw(programs(name, without="stop_gradient"))
    root, leaves = gradient(program)
    assume(type(root) is Value and abs(root.data) < 1e4 and all(abs(leaf.grad) < 1e6 for leaf in leaves))
    assume(not at_a_kink(root))
    size = sizes(root)
    for i, leaf in enumerate(leaves):

        def at(h: float, i: int = i) -> float:
            return float(run(program, [x + h if j == i else x for j, x in enumerate(program[0])], LIBRARY))

        h, here = 2.0**-13, at(0.0)  # exact in binary, as the leaves are
        wide, narrow = (at(h) - at(-h)) / (2 * h), (at(h / 2) - at(-h / 2)) / h
        bend = (at(h) - 2 * here + at(-h)) / h
        half_bend = 2 * (at(h / 2) - 2 * here + at(-h / 2)) / h
        room = 1e-5 * (1.0 + abs(root.data) + size.get(id(leaf), 0.0))
        # At a kink or a jump a bend stays as it is when the step is halved; differences prove nothing there.
        assume(abs(bend - 2 * half_bend) < room and abs(wide - narrow) < room)
        assert abs((4 * narrow - wide) / 3 - leaf.grad) < room, (program, i)


def torch_library() -> dict[str, Callable[..., Any]]:
    """The rows of the table in PyTorch's words."""
    import torch

    def tensor(x: Any) -> Any:
        return x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64)

    def lifted(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *xs: function(*[[tensor(i) for i in x] if isinstance(x, list) else tensor(x) for x in xs])

    def wave(part: Callable[[Any], Any]) -> Callable[[Any, Any, Any], Any]:
        """Of cos(nθ) / rⁿ and sin(nθ) / rⁿ, which are 0 at the origin."""

        def over(x: Any, y: Any, n: Any) -> Any:
            at_origin = (x == 0) & (y == 0)
            inside = torch.where(at_origin, torch.ones_like(x), x)
            found = part(n * torch.arctan2(y, inside)) / torch.hypot(inside, y) ** n
            return torch.where(at_origin, torch.zeros_like(found), found)

        return over

    stack = torch.stack
    functional = torch.nn.functional
    own = {
        "mod": torch.remainder,
        "floor_divide": lambda x, y: torch.floor(x / y).detach(),
        "power": torch.pow,
        "fixed_power": lambda x, n: torch.pow(x, n.item()),
        "ieee_power": torch.pow,
        "fixed_base": lambda x, base: torch.pow(base.item(), x),
        "power_slope": lambda x, y, by_x, by_y: x ** (y - by_x) * (1 + y * torch.log(x) if by_x == by_y == 1 else 1),
        "over_power": lambda x, y, n: x / torch.pow(y, n.item()),
        "arctan2": lambda y, x: torch.where((x == 0) & (y == 0), torch.zeros_like(x * y), torch.arctan2(y, x)),
        "hypot": torch.hypot,
        "norm": lambda xs: torch.linalg.norm(stack(xs)),
        "unit": lambda xs, index: xs[int(index)] / torch.linalg.norm(stack(xs)),
        "max": lambda xs: stack(xs).amax(),
        "min": lambda xs: stack(xs).amin(),
        "take": lambda xs, index: stack(xs)[int(index)],
        "digamma_slope": lambda x, n: torch.polygamma(int(n), x),
        "polygamma_rise": lambda x, d, n: torch.polygamma(int(n), x + d) - torch.polygamma(int(n), x),
        "betaln": lambda x, y: torch.lgamma(x) + torch.lgamma(y) - torch.lgamma(x + y),
        "sinc_slope": lambda x, n: (torch.cos(math.pi * x) - torch.sinc(x)) / x if n else torch.sinc(x),
        "circle_power": lambda x, n: torch.pow(1 - x * x, n.item()),
        "cos_over": wave(torch.cos),
        "sin_over": wave(torch.sin),
        "rint": torch.round,
        "round_to": lambda x, digits: torch.round(x, decimals=int(digits)),
        "where": lambda c, x, y: torch.where(c != 0, x, y),
        "clip": torch.clamp,
        "huber": lambda x, delta: functional.huber_loss(x, torch.zeros_like(x), delta=delta.item()),
        "stop_gradient": lambda x: x.detach(),
        "cbrt": lambda x: torch.sign(x) * torch.pow(torch.abs(x), 1 / 3),
        "sech2": lambda x: torch.cosh(x) ** -2,
        "gaussian": lambda x: torch.exp(-x * x),
        "normal_density": lambda x: torch.exp(-x * x / 2) / math.sqrt(2 * math.pi),
        "normal_cdf": torch.special.ndtr,
        "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
        "log_sigmoid": functional.logsigmoid,
        "leaky_relu": lambda x, slope: torch.where(x > 0, x, slope * x),
        "elu": lambda x, alpha: torch.where(x > 0, x, alpha * torch.expm1(x)),
        "gelu": functional.gelu,
        "silu": functional.silu,
        "sum": lambda xs: stack(xs).sum(),
        "prod": lambda xs: xs[0] * xs[1] * xs[2],
        "mean": lambda xs: stack(xs).mean(),
        "dot": lambda x, y: stack(x) @ stack(y),
        "affine": lambda w, x, b: b + stack(w) @ stack(x),
        "logsumexp": lambda xs: torch.logsumexp(stack(xs), 0),
        "softmax_entry": lambda xs, index: torch.softmax(stack(xs), 0)[int(index)],
        "softmax_rest": lambda xs, index: 1 - torch.softmax(stack(xs), 0)[int(index)],
        "log_softmax_entry": lambda xs, index: torch.log_softmax(stack(xs), 0)[int(index)],
    }
    return {name: lifted(own.get(name) or getattr(torch, name)) for name in TABLE}


#: Of these PyTorch has some seven digits of the derivatives; ours are held against mpmath, and against SciPy.
ROUGH_IN_PYTORCH = {"digamma", "digamma_slope", "polygamma_rise", "lgamma", "betaln"}


@pytest.mark.peers
@EVERY_ROW
@settings(FEW, max_examples=20)
@given(data=st.data())
def test_gradients_are_pytorchs(name: str, data: st.DataObject) -> None:
    import torch

    program = data.draw(programs(name))
    root, leaves = gradient(program)
    assume(type(root) is Value and not at_a_kink(root))
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in program[0]]
    theirs = run(program, tensors, torch_library())
    exact = 1e-6 if {step[0] for step in program[-1]} & ROUGH_IN_PYTORCH else 1e-12
    assert theirs.item() == pytest.approx(root.data, rel=exact, abs=exact)
    if theirs.requires_grad:
        theirs.backward()
    size = sizes(root)
    for leaf, tensor in zip(leaves, tensors, strict=True):
        expected = 0.0 if tensor.grad is None else tensor.grad.item()
        assert abs(leaf.grad - expected) <= exact * max(size.get(id(leaf), 0.0), abs(expected)), program

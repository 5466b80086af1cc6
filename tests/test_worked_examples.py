"""The numbers that the course teaches, computed by the engine: derivatives, gradients, descent, networks, XOR."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from extras import numpy as np

from autograd_lite import (
    data,
    directional_derivative,
    grad,
    hessian,
    jacobian,
    linearize,
    losses,
    nn,
    numerical_derivative,
    optim,
    taylor,
    value_and_grad,
)
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import Operation
from autograd_lite.engine.passes import topological_order
from autograd_lite.engine.value import Value


def slope(f: Callable[[Any], Any], x: float) -> tuple[float, float]:
    """f(x) and f'(x), by the public function; a backward pass must say the same."""
    found: tuple[float, float] = value_and_grad(f)(x)
    leaf = Value(x)
    f(leaf).backward()
    assert leaf.grad == found[1]
    return found


def slopes(f: Callable[..., Any], *xs: float) -> tuple[float, list[float]]:
    """f and its gradient, by the public function; a backward pass must say the same."""
    value, gradient = value_and_grad(f, argnums=range(len(xs)))(*xs)
    leaves = [Value(x) for x in xs]
    f(*leaves).backward()
    assert [leaf.grad for leaf in leaves] == list(gradient)
    return value, list(gradient)


def close(x: Any) -> Any:
    return pytest.approx(x, rel=1e-13, abs=1e-15)


GRID = [i / 10 for i in range(-50, 51)]

# --- A. Derivatives of one variable ---


def test_a_central_difference_beside_the_exact_derivative() -> None:
    h = 1e-5
    assert slope(lambda x: x**2, 3.0) == (9.0, 6.0)
    assert numerical_derivative(lambda x: x**2, 3.0, h=h) == pytest.approx(6.0, rel=1e-9)
    assert numerical_derivative(lambda x: x**2, 3.0) == pytest.approx(6.0, rel=1e-9)


def test_linear_prediction_of_a_square() -> None:
    y, dy = slope(lambda x: x**2, 3.0)
    assert y + dy * 0.01 == close(9.06)
    assert slope(lambda x: x**2, 3.01)[0] == close(9.0601)
    assert 3.01**2 - (y + dy * 0.01) == pytest.approx(0.01**2, rel=1e-9)


def p(x: Any) -> Any:
    return x**3 + 2 * x


def test_linear_and_quadratic_prediction_of_a_cubic() -> None:
    h, (y, dy), truth = 0.01, slope(p, 2.0), p(2.01)
    assert (y, dy) == (12.0, 14.0)
    assert truth == close(12.140601)
    assert y + dy * h == close(12.14)
    assert truth - (y + dy * h) == pytest.approx(0.000601, rel=1e-9)
    second = grad(grad(p))(2.0)
    assert second == 12.0  # p'' = 6x
    assert y + dy * h + second * h**2 / 2 == close(12.1406)
    assert truth - (y + dy * h + second * h**2 / 2) == pytest.approx(h**3, rel=1e-6)
    assert taylor(p, 2.0, 3) == [12.0, 14.0, 6.0, 1.0]
    assert linearize(p, 2.0)[1](h) == close(0.14)


def test_the_chain_rule_link_by_link() -> None:
    x = Value(2.0)
    g = 3 * x + 2
    y = g**2
    y.backward()
    assert (g.data, y.data) == (8.0, 64.0)
    assert y.local_derivatives() == (16.0,) == (g.grad,)
    assert x.grad == 16.0 * 3.0 == 48.0
    assert slope(lambda x: 3 * x + 2, 2.0)[1] == 3.0


@pytest.mark.parametrize("x", [-2.0, 0.5, 3.0])
def test_a_neurons_output_as_a_function_of_its_weight_has_the_slope_x(x: float) -> None:
    neuron = nn.Neuron(1, nonlin=False)
    for w in (-1.0, 0.0, 2.0):
        neuron.w = [w]
        out = neuron([x])
        out.backward()
        assert out.data == w * x
        assert neuron.w[0].grad == x


def test_activations_and_their_derivatives_on_the_plots_interval() -> None:
    for x in GRID:
        s, ds = slope(ops.sigmoid, x)
        assert s == close(1 / (1 + math.exp(-x)))
        assert ds == close(s * (1 - s))
        assert ds <= 0.25
        t, dt = slope(ops.tanh, x)
        assert (t, dt) == (close(math.tanh(x)), close(1 - math.tanh(x) ** 2))
        assert slope(ops.relu, x) == (max(x, 0.0), float(x > 0))
        assert slope(ops.arctan, x) == (close(math.atan(x)), close(1 / (1 + x**2)))
    assert slope(ops.sigmoid, 0.0) == (0.5, 0.25)
    assert slope(ops.sigmoid, 5.0)[1] == pytest.approx(0.0066480567, rel=1e-8)  # e⁻⁵ / (1 + e⁻⁵)²: it vanishes


@pytest.mark.parametrize("x", [0.25, 1.0, 2.0])
def test_the_table_of_derivatives(x: float) -> None:
    assert slope(lambda x: x**2, x) == (x * x, 2 * x)
    assert slope(ops.exp, x) == (close(math.exp(x)), close(math.exp(x)))
    assert slope(ops.log, x) == (close(math.log(x)), close(1 / x))
    sigma = 1 / (1 + math.exp(-x))
    assert slope(ops.sigmoid, x) == (close(sigma), close(sigma * (1 - sigma)))
    assert [slope(ops.relu, v) for v in (x, -x)] == [(x, 1.0), (0.0, 0.0)]


# --- B. Gradients ---


@pytest.mark.parametrize(
    ("f", "point", "value", "gradient", "length"),
    [
        (lambda x, y: x**2 + 4 * y**2, (1.0, 1.0), 5.0, [2.0, 8.0], 8.246211251235321),
        (lambda x, y: x**2 + 3 * x * y + y**2, (1.0, 1.0), 5.0, [5.0, 5.0], 7.0710678118654755),
        (lambda x, y: x**2 + 2 * x * y + y**2, (1.0, 2.0), 9.0, [6.0, 6.0], 8.48528137423857),
    ],
)
def test_gradients_and_their_lengths(f: Any, point: Any, value: float, gradient: list[float], length: float) -> None:
    assert slopes(f, *point) == (value, gradient)
    assert math.hypot(*gradient) == close(length)


def test_a_small_move_is_predicted_by_the_gradient() -> None:
    def f(x: Any, y: Any) -> Any:
        return x**2 + 4 * y**2

    value, (dx, dy) = slopes(f, 1.0, 1.0)
    assert dx * 0.01 + dy * 0.005 == close(0.06)
    assert f(1.01, 1.005) - value == pytest.approx(0.0602, rel=1e-12)
    assert math.sqrt(68) == close(math.hypot(dx, dy))


def test_the_derivative_in_a_direction() -> None:
    def f(v: Any) -> Any:
        return v[0] ** 2 + 3 * v[0] * v[1] + v[1] ** 2

    half = 1 / math.sqrt(2)
    for direction in ([half, half], [1.0, 1.0]):
        assert directional_derivative(f, [1.0, 1.0], direction) == close(7.0710678118654755)
    assert slope(lambda t: f([1 + t * half, 1 + t * half]), 0.0)[1] == close(10 / math.sqrt(2))


@pytest.mark.parametrize("point", [(1.0, 1.0), (-2.0, 0.5), (0.3, -1.7)])
def test_the_gradient_is_the_steepest_way_and_stands_upright_on_level_lines(point: tuple[float, float]) -> None:
    x, y = point
    _, gradient = slopes(lambda x, y: x**2 + 4 * y**2, x, y)
    length = math.hypot(*gradient)
    ascents = [gradient[0] * math.cos(t) + gradient[1] * math.sin(t) for t in np.linspace(0, 2 * math.pi, 720)]
    assert length * 0.9999 < max(ascents) <= length * (1 + 1e-15)
    # The level line x = r cos t, y = r sin t / 2 has the direction (-2y, x/2).
    assert gradient[0] * -2 * y + gradient[1] * x / 2 == pytest.approx(0.0, abs=1e-14)


def bowl(w1: Any, w2: Any) -> Any:
    return (w1 - 1) ** 2 + (w2 + 0.5) ** 2


@pytest.mark.parametrize(
    ("point", "value", "arrow"),
    [
        ((-1.0, 1.0), 6.25, [4.0, -3.0]),
        ((0.0, 0.0), 1.25, [2.0, -1.0]),
        ((2.0, -1.0), 1.25, [-2.0, 1.0]),
        ((3.0, 1.0), 6.25, [-4.0, -3.0]),
    ],
)
def test_arrows_on_the_bowl_point_to_its_bottom(point: Any, value: float, arrow: list[float]) -> None:
    out, gradient = slopes(bowl, *point)
    assert out == value
    assert [-g for g in gradient] == arrow
    assert arrow == [2 * (1 - point[0]), 2 * (-0.5 - point[1])]


# --- C. Jacobians and higher derivatives ---


def f_of_c(v: Any) -> list[Any]:
    return [v[0] ** 2 + v[1], 2 * v[0] + 3 * v[1]]


def g_of_c(v: Any) -> list[Any]:
    return [v[0] * v[1], ops.sin(v[0]), v[1] ** 3]


POINTS = [[1.0, 2.0], [-0.5, 3.0], [0.0, 0.0]]


@pytest.mark.parametrize("point", POINTS)
def test_the_jacobian_row_by_row(point: list[float]) -> None:
    assert jacobian(f_of_c)(point) == [[2 * point[0], 1.0], [2.0, 3.0]]
    assert np.shape(jacobian(g_of_c)(point)) == (3, 2)  # R² → R³


@pytest.mark.parametrize("point", POINTS)
def test_the_chain_rule_of_jacobians(point: list[float]) -> None:
    whole = jacobian(lambda v: g_of_c(f_of_c(v)))(point)
    product = np.array(jacobian(g_of_c)(f_of_c(point))) @ np.array(jacobian(f_of_c)(point))
    assert np.array(whole) == close(product)
    (x, y), (u, v) = point, f_of_c(point)
    by_hand = [[2 * x * v + 2 * u, v + 3 * u], [2 * x * math.cos(u), math.cos(u)], [6 * v**2, 9 * v**2]]
    assert np.array(whole) == close(np.array(by_hand))
    assert u == x * x + y


def test_the_jacobian_is_the_best_linear_map() -> None:
    value, change = linearize(f_of_c, [1.0, 2.0])
    assert value == [3.0, 8.0]
    for h in (1e-1, 1e-2, 1e-3):
        step = [h, -2 * h]
        truth = np.array(f_of_c([1.0 + step[0], 2.0 + step[1]])) - np.array(value)
        assert change(step) == close([2 * h - 2 * h, 2 * h - 6 * h])
        assert truth - np.array(change(step)) == pytest.approx(np.array([h * h, 0.0]), rel=1e-6, abs=1e-14)


def test_the_hessian_curvature_and_newtons_method() -> None:
    def f(v: Any) -> Any:
        return v[0] ** 2 + 3 * v[0] * v[1] + 5 * v[1] ** 2 - v[0]

    matrix = np.array(hessian(f)([0.3, -0.7]))
    assert matrix.tolist() == [[2.0, 3.0], [3.0, 10.0]]
    start = np.array([0.3, -0.7])
    minimum = start - np.linalg.solve(matrix, grad(f)(list(start)))  # one step, f being quadratic
    assert grad(f)(list(minimum)) == pytest.approx([0.0, 0.0], abs=1e-14)
    direction = np.array([0.6, 0.8])
    curvature = grad(grad(lambda t: f([0.3 + 0.6 * t, -0.7 + 0.8 * t])))(0.0)
    assert curvature == close(direction @ matrix @ direction)
    assert np.array(hessian(lambda v: bowl(*v))([-1.5, 1.5])).tolist() == [[2.0, 0.0], [0.0, 2.0]]
    x = 1.0
    for _ in range(6):  # Newton's method for x² = 2
        value, slope_here = value_and_grad(lambda x: x * x - 2)(x)
        x -= value / slope_here
    assert x == close(math.sqrt(2))


# --- D. Gradient descent ---


def descend(f: Callable[..., Any], start: Sequence[float], lr: float, steps: int) -> list[tuple[float, list[float]]]:
    """f and the point, before the first step and after each."""
    leaves = [Value(x) for x in start]
    optimizer = optim.SGD(leaves, lr=lr)
    path = []
    for _ in range(steps + 1):
        out = f(*leaves)
        path.append((out.data, [leaf.data for leaf in leaves]))
        optimizer.zero_grad()
        out.backward()
        optimizer.step()
    return path


def test_two_steps_by_hand() -> None:
    def f(x: Any, y: Any) -> Any:
        return (x - 3) ** 2 + 2 * (y + 1) ** 2

    assert slopes(f, 0.0, 0.0) == (11.0, [-6.0, 4.0])
    expected = [(11.0, [0.0, 0.0]), (6.48, [0.6, -0.4]), (3.9456, [1.08, -0.64])]
    assert descend(f, (0.0, 0.0), 0.1, 2) == [(close(value), close(point)) for value, point in expected]


def test_thirty_steps_down_the_bowl() -> None:
    path = descend(bowl, (-1.5, 1.5), 0.1, 30)
    assert path[1][1] == close([-1.0, 1.1])
    assert path[5][1] == close([0.1808, 0.15536])
    assert path[30][1] == pytest.approx([0.99690515, -0.49752412], abs=5e-9)
    assert path[30][0] == pytest.approx(1.5708e-5, abs=5e-10)
    for step, (loss, point) in enumerate(path):  # each step keeps 1 - 2η = 0.8 of the distance
        assert point == close([1 - 2.5 * 0.8**step, -0.5 + 2 * 0.8**step])
        assert loss == pytest.approx(10.25 * 0.64**step, rel=1e-11)


@pytest.mark.parametrize(
    ("lr", "kept"), [(0.01, 0.98), (0.1, 0.8), (0.5, 0.0), (0.75, -0.5), (1.0, -1.0), (1.25, -1.5)]
)
def test_learning_rates_keep_a_fixed_share_of_the_distance(lr: float, kept: float) -> None:
    path = descend(bowl, (-1.5, 1.5), lr, 10)
    for step, (_, (w1, _)) in enumerate(path):
        assert w1 - 1 == pytest.approx(-2.5 * kept**step, rel=1e-12, abs=1e-14)
    if lr == 0.5:
        assert path[1] == (0.0, [1.0, -0.5])  # the minimum in one step
    elif lr == 1.0:
        assert path[0] == path[2] == path[10]  # for ever to and fro
    else:
        assert (path[10][0] > path[0][0]) == (lr > 1.0)


# --- E. Neurons, layers, the forward pass ---


def random_network(sizes: Sequence[int], **activations: Any) -> tuple[nn.MLP, list[np.ndarray], list[np.ndarray]]:
    """A network and its matrices W (outputs × inputs) and vectors B, set through the names of its parameters."""
    rng = np.random.default_rng(7)
    model = nn.MLP(sizes[0], list(sizes[1:]), **activations)
    ws = [rng.normal(size=(m, n)) for n, m in pairwise(sizes)]
    bs = [rng.normal(size=m) for m in sizes[1:]]
    weights = {f"w{i}[{m},{n}]": w[m, n] for i, w in enumerate(ws) for m, n in np.ndindex(w.shape)}
    model.load_state_dict({**weights, **{f"b{i}[{m}]": b[m] for i, b in enumerate(bs) for m in range(len(b))}})
    return model, ws, bs


def test_a_layer_is_y_equals_wx_plus_b() -> None:
    model, (w0, w1), (b0, b1) = random_network([3, 4, 2], activation="linear")
    x = np.array([0.5, -1.0, 2.0])
    y0 = model.layers[0](x)
    assert [v.data for v in y0] == close(list(w0 @ x + b0))
    y1 = [v.data for v in model.layers[1](y0)]  # the outputs of layer 0 are the inputs of layer 1
    assert y1 == close(list(w1 @ (w0 @ x + b0) + b1))
    assert [v.data for v in model(x)] == y1
    assert w0.shape == (4, 3)
    assert b0.shape == (4,)


def test_activations_have_no_parameters() -> None:
    for activation in ("relu", "sigmoid", "arctan"):
        assert len(nn.MLP(3, [4, 2], activation=activation).parameters()) == 4 * 3 + 4 + 2 * 4 + 2


def test_without_activations_layers_collapse_into_one() -> None:
    model, (w0, w1), (b0, b1) = random_network([3, 4, 2], activation="linear")
    single = nn.Layer(3, 2, nonlin=False)
    w, b = w1 @ w0, w1 @ b0 + b1
    for m, neuron in enumerate(single.neurons):
        neuron.w, neuron.b = w[m], b[m]
    for x in ([0.5, -1.0, 2.0], [3.0, 0.0, -1.0]):
        assert [v.data for v in model(x)] == pytest.approx([v.data for v in single(x)], rel=1e-12)


def test_the_cost_is_the_mean_square_and_its_gradient_keeps_the_n() -> None:
    predictions = [Value(1.0), Value(2.0), Value(4.0)]
    cost = losses.mse(predictions, [0.0, 2.0, 1.0])
    cost.backward()
    assert cost.data == close(10 / 3)
    assert [v.grad for v in predictions] == close([2 / 3 * 1, 0.0, 2 / 3 * 3])  # (2/n)(ŷ - y)


# --- F. Backpropagation ---


def test_two_weights_by_hand() -> None:
    x, w1, w2 = 2.0, Value(0.5), Value(0.8)
    z1 = w1 * x
    a1 = ops.sigmoid(z1)
    z2 = w2 * a1
    loss = (z2 - 1) ** 2
    loss.backward()
    assert z1.data == 1.0
    assert a1.data == close(0.7310585786300049)
    assert z2.data == close(0.5848468629040039)
    assert loss.data == close(0.17235212724064694)
    assert w2.grad == close(-0.6070025246383729)
    assert w1.grad == close(-0.2611969948022712)
    assert w2.grad == close(2 * (z2.data - 1) * a1.data)
    assert w1.grad == close(2 * (z2.data - 1) * w2.data * a1.data * (1 - a1.data) * x)


def test_the_affine_layer_in_matrices() -> None:
    model, (w,), (b,) = random_network([3, 2])
    x = [Value(0.5), Value(-1.0), Value(2.0)]
    (layer,) = model.layers
    y = layer(x)
    dy = np.array([0.7, -1.3])
    (dy[0] * y[0] + dy[1] * y[1]).backward()
    assert [v.data for v in y] == close(list(w @ [0.5, -1.0, 2.0] + b))
    assert np.array([[v.grad for v in neuron.w] for neuron in layer.neurons]) == close(np.outer(dy, [0.5, -1.0, 2.0]))
    assert [neuron.b.grad for neuron in layer.neurons] == close(list(dy))
    assert [v.grad for v in x] == close(list(w.T @ dy))


@pytest.mark.parametrize("name", ["sigmoid", "relu", "arctan"])
def test_the_activation_layer_in_matrices(name: str) -> None:
    x, dy = [Value(v) for v in (0.5, -1.0, 2.0)], [0.7, -1.3, 0.2]
    y = [getattr(v, name)() for v in x]
    sum(d * v for d, v in zip(dy, y, strict=True)).backward()
    derivative: dict[str, Callable[[float], float]] = {
        "sigmoid": lambda v: math.exp(-v) / (1 + math.exp(-v)) ** 2,
        "relu": lambda v: float(v > 0),
        "arctan": lambda v: 1 / (1 + v * v),
    }
    assert [v.grad for v in x] == close([d * derivative[name](v.data) for d, v in zip(dy, x, strict=True)])


def test_the_three_layer_network_in_matrices() -> None:
    model, (w0, w2), (b0, b2) = random_network([3, 4, 2], activation="sigmoid")
    x, target = np.array([0.5, -1.0, 2.0]), np.array([0.3, -0.6])
    inputs = [Value(v) for v in x]
    first, last = model.layers
    hidden = first(inputs)
    outputs = last(hidden)
    cost = losses.mse(outputs, list(target))
    cost.backward()

    y0 = w0 @ x + b0  # layer 0: affine
    x2 = 1 / (1 + np.exp(-y0))  # layer 1: σ
    y2 = w2 @ x2 + b2  # layer 2: affine
    dy2 = 2 / 2 * (y2 - target)
    dx2 = w2.T @ dy2
    dy0 = dx2 * x2 * (1 - x2)

    assert cost.data == close(float(np.mean((y2 - target) ** 2)))
    assert [v.grad for v in outputs] == close(list(dy2))
    assert np.array([[w.grad for w in neuron.w] for neuron in last.neurons]) == close(np.outer(dy2, x2))
    assert [neuron.b.grad for neuron in last.neurons] == close(list(dy2))
    assert [v.grad for v in hidden] == close(list(dx2))
    sums = [parent for out in hidden for parent in out.parents]
    assert [v.grad for v in sums] == close(list(dy0))
    assert np.array([[w.grad for w in neuron.w] for neuron in first.neurons]) == close(np.outer(dy0, x))
    assert [neuron.b.grad for neuron in first.neurons] == close(list(dy0))
    assert [v.grad for v in inputs] == close(list(w0.T @ dy0))


class Counter:
    """Counts how often the functions of an operation are called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, row: Operation) -> None:
        self.values = self.derivatives = 0
        value, derivatives = row.value, row.derivatives

        def counted_value(*operands: Any) -> Any:
            self.values += 1
            return value(*operands)

        def counted_derivatives(*operands: Any) -> Any:
            self.derivatives += 1
            return derivatives(*operands)

        monkeypatch.setattr(row, "value", counted_value)
        monkeypatch.setattr(row, "derivatives", counted_derivatives)


@pytest.mark.parametrize("width", [1, 10, 100])
def test_one_backward_pass_costs_a_constant_times_a_forward_pass(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    remainders, activations = Counter(monkeypatch, ops.mod), Counter(monkeypatch, ops.arctan)
    weights = [Value(0.01 * (i + 1)) for i in range(width)]

    def network() -> Any:
        """Arctangents of remainders: operations without a short cut in the pass, so that all are counted."""
        return ops.sum([ops.arctan(ops.mod(w, 7.0)) for w in weights])

    loss = network()
    forward = remainders.values + activations.values
    assert forward == 2 * width
    loss.backward()
    # One look at each node, for all weights together: its derivatives. No value is computed again.
    assert remainders.derivatives + activations.derivatives == forward
    assert remainders.values + activations.values == forward
    assert all(w.grad > 0 for w in weights)
    for w in weights:  # the other way: one more forward pass for each weight
        w.data += 1e-6
        network()
        w.data -= 1e-6
    assert remainders.values + activations.values - forward == width * forward


def test_a_network_has_two_edges_for_each_of_its_products() -> None:
    model = nn.MLP(3, [20, 20, 2], activation="sigmoid")
    loss = losses.mse(model([0.1, 0.2, 0.3]), [0.0, 1.0])
    edges = sum(len(node.parents) for node in topological_order(loss))
    products = 3 * 20 + 20 * 20 + 20 * 2  # of the forward pass
    # Per product an edge to the weight, and one to the input where that is a node; the rest per neuron and output.
    assert edges == 2 * products - 3 * 20 + 42 + 40 + 3 * 2


def test_the_diamond_needs_the_topological_order() -> None:
    a = Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad, c.grad) == (4.0, 2.0, 1.0)
    assert [node is expected for node, expected in zip(topological_order(c), (a, b, c), strict=True)] == [True] * 3

    def gradients_in(order: Sequence[Value]) -> float:
        adjoint = {id(node): 0.0 for node in order} | {id(c): 1.0}
        for node in order:
            for parent, derivative in zip(node.parents, node.local_derivatives(), strict=True):
                adjoint[id(parent)] += adjoint[id(node)] * derivative
        return adjoint[id(a)]

    assert gradients_in([c, b, a]) == 4.0
    assert gradients_in([b, c, a]) == gradients_in([a, b, c]) == 0.0  # b passed on before it had received
    assert gradients_in([c, b, b, a]) == 8.0  # b passed on twice


# --- G. A network that learns ---

W1 = [
    [0.24835707650561634, -0.06913215058559233, 0.32384426905034625, 0.7615149282040127],
    [-0.11707668736166799, -0.11706847847459027, 0.7896064077536957, 0.3837173645764544],
]
W2 = [-0.23473719296747605, 0.27128002179298233, -0.23170884640623113, -0.23286487678512843]


def xor_by_matrices(epochs: int) -> list[float]:
    """The losses of the same training in NumPy, with the backward pass by hand."""
    xs, ys = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float), np.array([[0], [1], [1], [0]], dtype=float)
    w1, w2, b1, b2 = np.array(W1), np.array(W2)[:, None], np.zeros(4), np.zeros(1)
    course = []
    for _ in range(epochs):
        hidden = 1 / (1 + np.exp(-(xs @ w1 + b1)))
        out = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
        course.append(float(np.mean((out - ys) ** 2)))
        d2 = 2 / 4 * (out - ys) * out * (1 - out)
        d1 = d2 @ w2.T * hidden * (1 - hidden)
        w2, b2 = w2 - hidden.T @ d2, b2 - d2.sum(axis=0)
        w1, b1 = w1 - xs.T @ d1, b1 - d1.sum(axis=0)
    return course


def test_xor_is_learnt_along_the_published_curve() -> None:
    model = nn.MLP(2, [4, 1], activation="sigmoid", output_activation="sigmoid")
    state = dict.fromkeys(model.state_dict(), 0.0)
    state |= {f"w0[{m},{n}]": W1[n][m] for m in range(4) for n in range(2)}  # W1 is inputs × hidden
    state |= {f"w1[0,{n}]": w for n, w in enumerate(W2)}
    model.load_state_dict(state)
    xs, ys = data.xor()
    history = nn.fit(model, xs, ys, loss=losses.mse, optimizer=optim.SGD(model.parameters(), lr=1.0), epochs=4999)

    outputs = [model(x) for x in xs]
    course = [*history.losses, losses.mse(outputs, ys).data]
    published = {
        0: 0.2556753002334093,
        1: 0.2531241612054685,
        1000: 0.20331348878688343,
        2000: 0.005209564355944156,
        3000: 0.0017426084221499889,
        4000: 0.001004813612379014,
        4999: 0.0006966775054893259,
    }
    assert {epoch: course[epoch] for epoch in published} == pytest.approx(published, rel=1e-9, abs=0.0)
    assert [round(out.data, 4) for out in outputs] == [0.0298, 0.9748, 0.9747, 0.0250]
    assert course == pytest.approx(xor_by_matrices(5000), rel=1e-9, abs=0.0)

"""Functions of two numbers: level sets, gradients, descents, surfaces."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from plotted import bowl, curve, legend

from autograd_lite import log, plots, sqrt


def arrows(ax: Axes) -> tuple[Any, list[list[float]], list[list[float]]]:
    """The quiver, where its arrows begin, and what they are."""
    from matplotlib.quiver import Quiver

    [quiver] = [c for c in ax.collections if isinstance(c, Quiver)]
    return quiver, quiver.XY.tolist(), np.column_stack([quiver.U, quiver.V]).tolist()


def test_negative_gradients_on_contours(ax: Axes) -> None:
    points = [(-1, 1), (0, 0), (2, -1), (3, 1)]
    assert plots.contours(bowl, points, ax) is ax
    quiver, starts, vectors = arrows(ax)
    assert starts == [[-1, 1], [0, 0], [2, -1], [3, 1]]
    assert vectors == [[4, -3], [2, -1], [-2, 1], [-4, -3]]  # -2(w₁ - 1), -2(w₂ + ½)
    assert quiver.scale == 5.0  # drawn at a fifth of their length: the longest is 1 of a picture of 6
    assert (quiver.angles, quiver.scale_units) == ("xy", "xy")
    assert legend(ax) == ["-∇f × 0.2"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_aspect()) == ("w1", "w2", 1.0)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-3.0, 5.0), (-3.0, 3.0))


def test_contour_lines_are_where_the_function_has_their_values(ax: Axes) -> None:
    plots.contours(bowl, ax=ax)
    [drawn] = [c for c in ax.collections if not c.filled]
    assert len(drawn.levels) >= 5
    for level, path in zip(drawn.levels, drawn.get_paths(), strict=True):
        x, y = path.vertices.T
        assert bowl(x, y) == pytest.approx(np.full(len(x), level), abs=0.02)
    assert ax.get_xlim() == (-3.0, 3.0)
    assert ax.get_legend() is None


def test_the_gradient_is_orthogonal_to_the_level_set_through_its_point(ax: Axes) -> None:
    assert plots.level_sets(lambda x, y: x**2 + 4 * y**2, [(1.0, 1.0), (2.0, 0.0)], ax) is ax
    _, starts, vectors = arrows(ax)
    assert starts == [[1.0, 1.0], [2.0, 0.0]]
    assert vectors == [[2.0, 8.0], [4.0, 0.0]]
    assert legend(ax) == ["f = 4", "f = 5", "∇f × 0.05"]
    assert ax.get_aspect() == 1.0
    through = [c for c in ax.collections if len(getattr(c, "levels", ())) == 1]
    assert [c.levels.tolist() for c in through] == [[4.0], [5.0]]
    ellipse = np.unique(through[1].get_paths()[0].vertices, axis=0)
    assert ellipse[:, 0] ** 2 + 4 * ellipse[:, 1] ** 2 == pytest.approx(np.full(len(ellipse), 5.0), abs=0.01)
    near = ellipse[np.argsort(np.hypot(*(ellipse - (1.0, 1.0)).T))[:2]]
    assert (near[1] - near[0]) @ (2.0, 8.0) / np.hypot(*(near[1] - near[0])) / math.sqrt(68) == pytest.approx(
        0, abs=0.02
    )


def test_a_single_point_needs_no_list(ax: Axes) -> None:
    plots.level_sets(lambda x, y: x**2 + 3 * x * y + y**2, (1.0, 1.0), ax)
    assert arrows(ax)[1:] == ([[1.0, 1.0]], [[5.0, 5.0]])
    assert ax.get_xlim() == (-1.0, 3.0)


def test_a_surface_has_the_heights_of_the_function() -> None:
    ax = Figure().add_subplot(projection="3d")
    with mock.patch.object(ax, "plot_surface", wraps=ax.plot_surface) as plot_surface:
        assert plots.surface(bowl, [(0, 0), (2, -1)], ax, limits=((-2, 4), (-3, 2))) is ax
    _, points = ax.collections
    x, y, z = (np.asarray(c) for c in points._offsets3d)
    assert (x.tolist(), y.tolist(), z.tolist()) == ([0, 2], [0, -1], [1.25, 1.25])
    x, y, z = map(np.asarray, plot_surface.call_args.args)
    assert z == pytest.approx(bowl(x, y))
    assert (x.min(), x.max(), y.min(), y.max()) == (-2.0, 4.0, -3.0, 2.0)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_zlabel()) == ("w1", "w2", "f(w1, w2)")


def test_a_surface_has_a_hole_where_the_function_ends() -> None:
    ax = plots.surface(lambda x, y: log(x) + y, ax=Figure().add_subplot(projection="3d"), limits=((-1, 1), (0, 1)))
    ax.figure.canvas.draw()
    flat = Figure().subplots()
    plots.contours(lambda x, y: log(x) + y, ax=flat, limits=((-1, 1), (0, 1)))
    [drawn] = [c for c in flat.collections if not c.filled]
    assert min(path.vertices[:, 0].min() for path in drawn.get_paths() if len(path.vertices)) > 0


def test_a_flat_function_has_no_contours(ax: Axes) -> None:
    plots.contours(lambda x, y: 3.0, [(0, 0)], ax)
    assert [c for c in ax.collections if hasattr(c, "levels")] == []
    assert arrows(ax)[2] == [[0.0, 0.0]]
    plots.contours(lambda x, y: 1e-310 * x, [(0, 0)], Figure().subplots())
    ax.figure.canvas.draw()


def test_the_path_of_the_worked_example(ax: Axes) -> None:
    assert plots.descent(bowl, (-1.5, 1.5), 0.1, 30, ax) is ax
    path = curve(ax, "η = 0.1")
    k = np.arange(31)  # w - w* shrinks by 1 - 2η = 0.8 in each step
    assert path[:, 0] == pytest.approx(1 - 2.5 * 0.8**k)
    assert path[:, 1] == pytest.approx(-0.5 + 2.0 * 0.8**k)
    assert path[30] == pytest.approx([0.99690515, -0.49752412], abs=1e-8)
    assert curve(ax, "start").tolist() == [[-1.5, 1.5]]


def test_paths_say_what_becomes_of_them(ax: Axes) -> None:
    plots.descent(bowl, (-1.5, 1.5), [0.1, 0.5, 0.9, 1.0, 1.1], 30, ax)
    assert legend(ax) == ["η = 0.1", "η = 0.5", "η = 0.9", "η = 1", "η = 1.1: diverges, leaves at step 3", "start"]
    assert curve(ax, "η = 0.5")[1:].tolist() == [[1.0, -0.5]] * 30  # there in one step
    diverging = curve(ax, "η = 1.1: diverges, leaves at step 3")
    assert diverging[:, 0] == pytest.approx(1 - 2.5 * (-1.2) ** np.arange(31))
    left, right = ax.get_xlim()
    assert [left <= x <= right for x in diverging[:5, 0]] == [True, True, True, False, False]
    assert right < 10  # the limits are those of the paths that stay
    assert len({line.get_marker() for line in ax.lines}) == 6


def test_paths_may_overflow_or_end(ax: Axes) -> None:
    plots.descent(bowl, (-1.5, 1.5), 1e20, 30, ax)
    assert legend(ax)[0].startswith("η = 1e20: diverges, leaves at step 2")
    ax.figure.canvas.draw()
    other = Figure().subplots()
    plots.descent(lambda x, y: log(x) + y**2, (1.0, 0.0), 0.75, 5, other)  # 1, 0.25, then -2.75
    assert legend(other) == ["η = 0.75: no finite gradient after step 1", "start"]
    assert curve(other, legend(other)[0]).tolist() == [[1.0, 0.0], [0.25, 0.0]]


@pytest.mark.usefixtures("opens_figure")
def test_in_a_figure_of_its_own_the_legend_hides_no_path() -> None:
    ax = plots.descent(bowl, (-1.5, 1.5), [0.1, 0.5, 0.9, 1.0, 1.1])
    ax.figure.canvas.draw()
    [below] = ax.figure.legends
    assert len(below.get_texts()) == 6
    assert below.get_window_extent().y1 <= ax.get_tightbbox().y0
    assert below.get_window_extent().y0 >= 0


def test_limits_that_are_given_are_kept(ax: Axes) -> None:
    plots.descent(bowl, (-1.5, 1.5), 0.1, 3, ax, limits=((-1, 1), (-1, 2)))
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 1), (-1, 2))
    assert legend(ax)[0] == "η = 0.1: leaves at step 0"


def test_the_losses_of_descents(ax: Axes) -> None:
    assert plots.descent_losses(bowl, (-1.5, 1.5), [0.1, 0.5, 1.1], 30, ax) is ax
    assert curve(ax, "η = 0.1")[:, 1] == pytest.approx(10.25 * 0.64 ** np.arange(31))
    assert curve(ax, "η = 0.1")[30, 1] == pytest.approx(1.5708e-5, rel=1e-4)
    assert curve(ax, "η = 0.5")[:, 1].tolist() == [10.25] + [0.0] * 30
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("step", "f(w1, w2)", "log")
    assert legend(ax)[2] == "η = 1.1: diverges"
    assert ax.get_ylim()[1] == pytest.approx(102.5)
    other = plots.descent_losses(lambda x, y: x * x - y * y, (1.0, 1.0), 0.1, 5, Figure().subplots())
    assert other.get_yscale() == "linear"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: plots.contours(bowl, [(1, 2, 3)], ax), r"a point must be two numbers, got \[1.0, 2.0, 3.0\]"),
        (lambda ax: plots.contours(bowl, [(1, math.inf)], ax), "contours: a point: needs one finite number"),
        (lambda ax: plots.contours(bowl, ax=ax, limits=((1, 0), (0, 1))), "lo must be below hi"),
        (
            lambda ax: plots.contours(lambda x, y: log(x - 9), ax=ax),
            r"no finite value from \(-3, -3\) to \(3, 3\): log",
        ),
        (lambda ax: plots.contours(lambda x, y: log(x), (-1, 0), ax), r"no gradient at \(-1, 0\): .*needs x > 0"),
        (
            lambda ax: plots.contours(lambda x, y: sqrt(x), (0, 0), ax),
            r"the gradient at .* has no finite length: \(inf, 0\.0\)",
        ),
        (lambda ax: plots.level_sets(bowl, [], ax), "needs one point at least"),
        (lambda ax: plots.surface(bowl, ax=ax), 'needs Axes made with projection="3d"'),
        (lambda ax: plots.descent(bowl, (0, 0), 0.0, ax=ax), "a learning rate must be above 0, got 0.0"),
        (lambda ax: plots.descent(bowl, (0, 0), [], ax=ax), "learning_rates: needs one finite number"),
        (lambda ax: plots.descent(bowl, (0, 0), 0.1, 0, ax), "steps must be at least 1, got 0"),
        (lambda ax: plots.descent(bowl, (0, 0, 0), 0.1, ax=ax), "start must be two numbers"),
        (lambda ax: plots.descent(lambda x, y: log(x), (-1, 0), ax=ax), r"no gradient at \(-1, 0\)"),
        (lambda ax: plots.descent_losses(bowl, (0, 0), -1, ax=ax), "descent_losses: a learning rate must be above 0"),
    ],
)
def test_bad_input_of_planes_is_one_sentence(call: Callable[[Axes], Any], message: str, ax: Axes) -> None:
    with pytest.raises(ValueError, match=message) as found:
        call(ax)
    assert "\n" not in str(found.value)
    assert not ax.lines
    assert not ax.collections

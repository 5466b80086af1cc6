"""Scalar reverse-mode automatic differentiation: floats that know their derivatives.

For those who carry on: a value's way through the house, from ``x * y`` to a picture.

>>> from autograd_lite import Value, trace
>>> x, y = Value(2.0, label="x"), Value(5.0, label="y")
>>> z = x * y                                       # engine/value: a node, which keeps its operation and its operands
>>> z.operation                                     # engine/operation: what a row is; engine/table: this one
<operation multiply(x, y)>
>>> z.operation.derivatives(2.0, 5.0, z.data)       # a row says all about itself, its local derivatives among it
(5.0, 2.0)
>>> z.backward()                                    # engine/passes: the order, and back; engine/edges: whose is which
>>> x.grad, y.grad
(5.0, 2.0)
>>> step = trace(z).backward[1]                     # transcript/: both passes as plain data, with names and formulas
>>> step.derivative, step.formula
(5.0, 'y')
>>> from autograd_lite.show.graph import graph_scene
>>> scene = graph_scene(z)                          # show/graph: boxes, edges and frames, in the colours of show/scene
>>> scene.edges[0].label
'5'
>>> from autograd_lite.show.render import rendered
>>> svg = rendered(scene, "svg")                    # show/render: through Graphviz by dot_text, or ours by svg_text

A new operation is a row in ``engine/table.py``: function, method, picture, parser and tests read it there; the name of
an activation is a line in ``nn/activations.py``. A new view is a file in ``show/`` that reads the transcript or a
scene, and computes no number itself; a new renderer is a class in ``show/render.py``. An optimiser or schedule is a
class in ``optim.py``, a loss a function in ``losses.py``, a layer a `nn.Module`, an exercise a row in ``course/``.

Compiled, the engine is the same files: those that ``engine/builds.py`` names go through Cython, with the C types of a
``.pxd`` beside most, as ``.ci/compile.py`` says. What is fast in one build may be slow in the other: try both.

Habits: One operation, one row. One record, many views: who draws or tells asks the graph, and has no arithmetic of its
own. Nothing is silently wrong: what cannot be right is refused in one sentence that names the value and the remedy.
Break it on purpose: a test is done when it has caught the mistake that it is for. Measure in one run: a comparison is a
ratio of times of the same run, by ``python tests/benchmarks``; a test may count, but never time.
"""

import builtins as _builtins
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from . import engine as _engine
from .engine import *  # noqa: F403  (one operation, one row: a new row is public at once)

if _TYPE_CHECKING:
    from . import course as course
    from . import data as data
    from . import losses as losses
    from . import nn as nn
    from . import optim as optim
    from .calculus import *  # noqa: F403  (each folder names what it offers)
    from .programs import *  # noqa: F403  (as above)
    from .show import draw as draw
    from .show import explain as explain
    from .show import plots as plots
    from .show import steps as steps
    from .show import watch as watch
    from .transcript import trace as trace

__version__ = "0.1.0"

#: Folders that are entered when something in them is asked for, so that an import of the engine stays short.
_FOLDERS = {
    "calculus": "array check_grads check_operation directional_derivative grad hessian hvp implicit jacfwd jacobian "
    "jacrev jvp linearize matmul numerical_derivative numerical_grad ravel taylor value_and_grad value_and_jacobian "
    "vjp vmap",
    "course": "course",
    "data": "data",
    "losses": "losses",
    "nn": "nn",
    "optim": "optim",
    "programs": "jit sparse_hessian sparse_jacobian to_jax to_onnx to_torch",
    "show": "draw explain plots steps watch",
    "transcript": "trace",
}
_FOLDER_OF = {name: folder for folder, names in _FOLDERS.items() for name in names.split()}

# `abs`, `max`, `min` and `sum` are there to be named, but never to take the place of the built-in ones.
__all__ = sorted({name for name in _engine.__all__ if not hasattr(_builtins, name)} | set(_FOLDER_OF))


if not _TYPE_CHECKING:  # else no misspelt name would be seen

    def __getattr__(name: str) -> _Any:
        if name not in _FOLDER_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        folder = import_module(f"{__name__}.{_FOLDER_OF[name]}")
        globals()[name] = found = folder if name == _FOLDER_OF[name] else getattr(folder, name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Operand reverse-mode automatic differentiation: floats that know their derivatives."""

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
    from .show import draw as draw
    from .show import explain as explain
    from .show import plots as plots
    from .show import steps as steps
    from .show import watch as watch
    from .transcript import trace as trace

__version__ = "0.1.0"

#: Folders that are entered when something in them is asked for, so that an import of the engine stays short.
_FOLDERS = {
    "calculus": "array check_grads check_operation directional_derivative grad hessian hvp jacfwd jacobian jacrev jvp "
    "linearize matmul numerical_derivative numerical_grad ravel taylor value_and_grad value_and_jacobian vjp vmap",
    "course": "course",
    "data": "data",
    "losses": "losses",
    "nn": "nn",
    "optim": "optim",
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

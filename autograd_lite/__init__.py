"""Scalar reverse-mode automatic differentiation: floats that know their derivatives."""

import builtins as _builtins
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from . import builds as _builds  # noqa: F401  (first: it chooses which build of the engine is imported)
from . import operations as _operations
from .modes import AnomalyError as AnomalyError
from .modes import detect_anomaly as detect_anomaly
from .modes import no_grad as no_grad
from .operations import *  # noqa: F403  (one operation, one row: a new row is public at once)
from .value import COMPILED as COMPILED
from .value import Value as Value
from .value import gradients as gradients

if _TYPE_CHECKING:
    from . import course as course
    from . import data as data
    from . import losses as losses
    from . import nn as nn
    from . import optim as optim
    from .checks import *  # noqa: F403  (each room names what it offers)
    from .functional import *  # noqa: F403  (each room names what it offers)
    from .mapping import *  # noqa: F403  (each room names what it offers)
    from .matrices import *  # noqa: F403  (each room names what it offers)
    from .record import trace as trace
    from .show import draw as draw
    from .show import explain as explain
    from .show import plots as plots
    from .show import steps as steps
    from .show import watch as watch
    from .trees import *  # noqa: F403  (each room names what it offers)

__version__ = "0.1.0"

#: Rooms that are entered when something in them is asked for, so that an import of the engine stays short.
_ROOMS = {
    "checks": "check_grads check_operation numerical_derivative numerical_grad",
    "course": "course",
    "data": "data",
    "functional": "directional_derivative grad hessian hvp jacfwd jacobian jacrev jvp linearize taylor value_and_grad "
    "value_and_jacobian vjp",
    "losses": "losses",
    "mapping": "vmap",
    "matrices": "matmul",
    "nn": "nn",
    "optim": "optim",
    "record": "trace",
    "show": "draw explain plots steps watch",
    "trees": "array ravel",
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names.split()}

# `abs`, `max`, `min` and `sum` are there to be named, but never to take the place of the built-in ones.
__all__ = sorted(
    {name for name in _operations.FUNCTIONS if not hasattr(_builtins, name)}
    | {"AnomalyError", "Value", "detect_anomaly", "gradients", "no_grad", *_ROOM_OF}
)


if not _TYPE_CHECKING:  # else no misspelt name would be seen

    def __getattr__(name: str) -> _Any:
        if name not in _ROOM_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        room = import_module(f"{__name__}.{_ROOM_OF[name]}")
        globals()[name] = found = room if name == _ROOM_OF[name] else getattr(room, name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

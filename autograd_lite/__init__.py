"""Scalar reverse-mode automatic differentiation: floats that know their derivatives."""

import builtins as _builtins

from . import checks as _checks
from . import data as data
from . import functional as _functional
from . import losses as losses
from . import nn as nn
from . import operations as _operations
from . import optim as optim
from .checks import *  # noqa: F403
from .functional import *  # noqa: F403
from .modes import AnomalyError as AnomalyError
from .modes import detect_anomaly as detect_anomaly
from .modes import no_grad as no_grad
from .operations import *  # noqa: F403  (one operation, one row: a new row is public at once)
from .show import draw as draw
from .show import plots as plots
from .value import COMPILED as COMPILED
from .value import Value as Value
from .value import gradients as gradients

__version__ = "0.1.0"

# `abs` and `sum` are there to be named, but never to take the place of the built-in ones.
__all__ = sorted(
    {name for name in _operations.TABLE if not hasattr(_builtins, name)}
    | {"log_softmax", "softmax", *_checks.__all__, *_functional.__all__}
    | {
        "AnomalyError",
        "Value",
        "data",
        "detect_anomaly",
        "draw",
        "gradients",
        "losses",
        "nn",
        "no_grad",
        "optim",
        "plots",
    }
)

"""Calculus: functions of functions over structures of numbers, and derivatives held against differences."""

from . import checks as _checks
from . import functional as _functional
from . import mapping as _mapping
from . import matrices as _matrices
from . import trees as _trees
from .checks import *  # noqa: F403  (each file names what it offers)
from .functional import *  # noqa: F403
from .mapping import *  # noqa: F403
from .matrices import *  # noqa: F403
from .trees import *  # noqa: F403

__all__ = sorted(
    [*_checks.__all__, *_functional.__all__, *_mapping.__all__, *_matrices.__all__, *_trees.__all__],
)

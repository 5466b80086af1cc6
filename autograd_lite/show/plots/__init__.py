"""Plots by matplotlib, of functions and their derivatives, of descents, and of what a training does.

Each takes the matplotlib Axes to draw on (a new figure if there are none) and returns them. None changes a setting
of matplotlib's, and all are told apart in grey. Functions may be written for floats, `Value`s or both. `slider` makes
one of them, or any picture of yours, for each of several values, and shows the one that is chosen.
"""

from .curves import activations as activations
from .curves import derivatives as derivatives
from .curves import difference_error as difference_error
from .curves import tangent as tangent
from .curves import taylor as taylor
from .learning import decision_boundary as decision_boundary
from .learning import histograms as histograms
from .learning import loss_curve as loss_curve
from .planes import contours as contours
from .planes import descent as descent
from .planes import descent_losses as descent_losses
from .planes import level_sets as level_sets
from .planes import surface as surface
from .sliding import Slider as Slider
from .sliding import slider as slider

__all__ = [
    "activations",
    "contours",
    "decision_boundary",
    "derivatives",
    "descent",
    "descent_losses",
    "difference_error",
    "histograms",
    "level_sets",
    "loss_curve",
    "slider",
    "surface",
    "tangent",
    "taylor",
]

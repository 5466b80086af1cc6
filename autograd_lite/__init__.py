"""autograd_lite: scalars that know their derivatives."""

from .operations import *  # noqa: F403  (one operation, one row: a new row is public at once)
from .value import Value as Value

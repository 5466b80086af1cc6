"""Programs: a recorded graph as straight-line code, its repetitions as lanes, run as Python or natively."""

from .jitting import *  # noqa: F403  (it names what it offers)
from .jitting import __all__ as __all__

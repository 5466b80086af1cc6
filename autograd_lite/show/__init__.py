"""Pictures: `draw` shows a computation or a network, `plots` a function, a descent or a training."""

from . import plots as plots
from .picture import Picture as Picture
from .picture import draw as draw
from .render import RenderError as RenderError
from .render import describe as describe

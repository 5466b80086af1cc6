"""Pictures: `draw` shows a computation or a network, `plots` what a training has done."""

from . import plots as plots
from .picture import Picture as Picture
from .picture import draw as draw
from .render import RenderError as RenderError
from .render import describe as describe

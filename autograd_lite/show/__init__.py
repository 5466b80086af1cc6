"""Pictures: `draw` shows a computation or a network, `explain` why a gradient is what it is, `plots` the rest."""

from . import plots as plots
from .paths import Explanation as Explanation
from .paths import explain as explain
from .picture import Picture as Picture
from .picture import draw as draw
from .render import RenderError as RenderError
from .render import describe as describe

"""Pictures: `draw` a computation, `steps` through it, `explain` a gradient, `watch` a training, and `plots`."""

from . import plots as plots
from .film import Film as Film
from .film import watch as watch
from .paths import Explanation as Explanation
from .paths import explain as explain
from .picture import Picture as Picture
from .picture import draw as draw
from .player import Steps as Steps
from .player import steps as steps
from .render import RenderError as RenderError
from .render import describe as describe

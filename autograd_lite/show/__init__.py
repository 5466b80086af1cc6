"""Pictures: `draw` a computation, `steps` through it, `explain` a gradient, `watch` a training, and `plots`.

Results in a list or dict are drawn as one picture, ``draw([y, z])``, and a derivative from `gradients` is drawn like
any other Value. A result whose leaf was given new data since is stale: its picture marks the leaf, and ``backward``,
`steps` and `explain` say to compute it anew.

``steps(y, quiz=True)`` asks for derivatives, and says what went wrong in a wrong answer. `explain` multiplies
along every path, and adds up; paths too many to be shown, 2^200 say, are counted, and the heaviest are found:

>>> from autograd_lite import Value, tanh
>>> x = Value(2.0, label="x")
>>> print(explain(tanh(x) * x, wrt=x))
∂v2/∂x: 2 paths from v2 down to x
<BLANKLINE>
path 1: v2 → x
  v2 = v1 * x   ∂v2/∂x  = v1      = 0.964
                          product = 0.964
path 2: v2 → v1 → x
  v2 = v1 * x   ∂v2/∂v1 = x       = 2
  v1 = tanh(x)  ∂v1/∂x  = 1 - v1² = 0.07065
                          product = 0.1413
<BLANKLINE>
∂v2/∂x = 0.964 + 0.1413 = 1.105

What the steps of a loop read again and again is named beside each, so that 60 steps of a recurrent net show in a
second or two. Pictures are rendered by the first that is there: the program ``dot``, Graphviz as a wheel, and at last
our own drawing, which serves as SVG also where long edges would keep Graphviz busy (1,500 layers that all edges
together pass); then Graphviz is asked for a ``.png`` or ``.pdf`` alone. ``python -m autograd_lite doctor`` says which.

Plots are one line each, on an ``Axes`` of yours (``ax=``) or a new figure, and stay readable when printed in grey:
of functions of one number `tangent`, `derivatives`, `activations`, `taylor` and `difference_error`; of two `surface`,
`contours`, `level_sets`, `descent` and `descent_losses`; of networks `loss_curve`, `decision_boundary`, `histograms`.
``plots.slider(make, values, name)`` draws one of them, or any picture, for each value, and shows the one chosen.

>>> from matplotlib.figure import Figure
>>> ax = plots.tangent(lambda x: x**3 + 2 * x, 2.0, ax=Figure().subplots())
>>> ax.get_legend().get_texts()[1].get_text()
'slope 14 at (2, 12)'
"""

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

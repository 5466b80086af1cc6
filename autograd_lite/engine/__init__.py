"""The engine: what an operation is, the table of all, `Value`, and the passes that differentiate its graphs.

`operation` and `table` come first, then `value`, `edges` and `passes`; `shortcuts` says once more, for speed, what
these say; `recorded` is the pass whose result can be differentiated again, `forward` pushes tangents.

**Operations** are functions, and methods of `Value` unless they take a list. At a kink the derivative is agreed on,
and said in the docstring. The second derivative there is that of the side, or 0 where both sides are straight; where
the slope turns ever faster around the point, as around the origin of `hypot`, `norm` and `arctan2`, it is nan. An
operation on the spot is a `Value` that is given its parents and its local derivatives:

>>> import math
>>> c = Value(5.0)
>>> y = Value(math.log(c.data), (c,), (1 / c.data,))
>>> y.backward()
>>> c.grad
0.2

**Two builds** are made of the same files. Those that ``builds.ENGINE`` names also compile ahead of time, with Cython,
a C compiler and the C types of a ``.pxd`` beside most, where ``HATCH_BUILD_HOOK_ENABLE_CUSTOM=1`` is set while the
wheel is made; without it nothing is compiled and no compiler is needed. `COMPILED` says which build runs, and
``AUTOGRAD_LITE_READABLE=1`` in the environment runs the readable files of a compiled wheel. One thing differs: the
garbage collector does not look into compiled nodes, which refer to older ones only, so a function given as
``local_derivatives`` should not refer to its own result.
"""

from . import builds as _builds  # noqa: F401  (first: it chooses which build is imported)
from . import making as _making  # noqa: F401  (gives a Value what makes nodes)
from . import methods as _methods  # noqa: F401  (gives a Value a method for each row, and micrograd's names)
from . import table as _table
from .modes import AnomalyError as AnomalyError
from .modes import detect_anomaly as detect_anomaly
from .modes import no_grad as no_grad
from .operation import Operation as Operation
from .operation import Unary as Unary
from .recorded import gradients as gradients
from .table import *  # noqa: F403  (one operation, one row: a new row is public at once)
from .value import COMPILED as COMPILED
from .value import Value as Value

__all__ = sorted({*_table.__all__, "COMPILED", "AnomalyError", "Value", "detect_anomaly", "gradients", "no_grad"})

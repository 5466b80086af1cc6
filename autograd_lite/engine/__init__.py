"""The engine: what an operation is, the table of all, `Value`, and the passes that differentiate its graphs."""

from . import builds as _builds  # noqa: F401  (first: it chooses which build is imported)
from . import habits as _habits  # noqa: F401  (gives a Value the names that micrograd's programs read)
from . import making as _making  # noqa: F401  (gives a Value what makes nodes)
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

"""Programs: a recorded graph as straight-line code, its repetitions as lanes, run as Python or natively."""

from .jitting import jit
from .sparse import sparse_hessian, sparse_jacobian

__all__ = ["jit", "sparse_hessian", "sparse_jacobian"]

"""Programs: a recorded graph as straight-line code, its repetitions as lanes, run as Python, natively, or elsewhere."""

from .jitting import jit as jit
from .sparse import sparse_hessian as sparse_hessian
from .sparse import sparse_jacobian as sparse_jacobian
from .targets.jax import to_jax as to_jax
from .targets.onnx import to_onnx as to_onnx
from .targets.torch import to_torch as to_torch

__all__ = ["jit", "sparse_hessian", "sparse_jacobian", "to_jax", "to_onnx", "to_torch"]

"""Calculus: functions of functions over structures of numbers, and derivatives held against differences.

Named and shaped as in JAX. Arguments and results may be numbers, lists, tuples, dicts, dataclasses and NumPy arrays,
nested in any way; what comes back has the same structure. There are

- `grad`, `value_and_grad`, `jacobian` (`jacrev` and `jacfwd`), `value_and_jacobian` and `hessian`;
- `jvp`, `vjp`, `hvp`, `linearize`, `directional_derivative` and `taylor`;
- `vmap`, and `matmul` of matrices given as lists;
- `implicit`, which differentiates what solves equations;
- `array` and `ravel`, for NumPy and for optimisers of vectors;
- `check_grads`, `check_operation`, `numerical_grad` and `numerical_derivative`, which hold derivatives against
  differences.

Nested in one another they are right:

>>> grad(lambda x: x * grad(lambda y: x * y)(x))(3.0)
6.0

Whole numbers in an argument are differentiated by, too: what a function counts with, as in ``range(n)``, belongs in
another argument. SciPy takes derivatives as they are, and for an optimiser of vectors `ravel` lays the numbers of a
structure side by side, and gives the way back:

>>> from scipy.optimize import minimize
>>> flat, unravel = ravel({"slope": 0.0, "offset": 0.0})
>>> def misfit(z):
...     line = unravel(z)
...     return (line["slope"] + line["offset"] - 5.0) ** 2 + (line["offset"] - 2.0) ** 2
>>> found = minimize(value_and_grad(misfit), flat, jac=True)
>>> unravel(found.x.round(3))
{'slope': 3.0, 'offset': 2.0}

NumPy's functions work on the arrays that `grad` and its kin give to a function and on what NumPy makes of them, also
where Values and numbers mix: after ``np.where``, ``clip``, ``pad``, ``concatenate``, ``zeros_like``. An array of your
own is made by `array`, since ``np.array([x, 3.0])`` is of NumPy's own kind, whose functions fail at the number ("no
callable tanh method"):

>>> import numpy as np
>>> from autograd_lite import Value
>>> grad(lambda v: np.sum(np.log(np.where(v > 0, v, 1.0))))(np.array([0.5, 2.0, -1.0]))
array([2. , 0.5, 0. ])
>>> x = Value(0.5)
>>> np.sum(np.log(array([x, 3.0]))).backward()
>>> x.grad
2.0

``np.max``, ``np.min`` and ``np.linalg.norm(v, np.inf)`` share the derivative among equals, and at 0, where they have
a kink, ``np.linalg.norm(v)`` and ``np.std(v)`` have gradient 0. ``np.sqrt(v @ v)`` has nan there, and so have the two
on arrays of NumPy's own kind, where they are a square root, whose slope at 0 is infinite: `norm` is what to write for
the length of a vector. What NumPy computes for floats only, such as ``np.linalg.solve``, ``inv`` and ``det``,
``np.fft`` or ``np.interp``, is refused with a TypeError.
"""

from . import checks as _checks
from . import functional as _functional
from . import mapping as _mapping
from . import matrices as _matrices
from . import solves as _solves
from . import trees as _trees
from .checks import *  # noqa: F403  (each file names what it offers)
from .functional import *  # noqa: F403  (as above)
from .mapping import *  # noqa: F403  (as above)
from .matrices import *  # noqa: F403  (as above)
from .solves import *  # noqa: F403  (as above)
from .trees import *  # noqa: F403  (as above)

__all__ = sorted(
    [
        *_checks.__all__,
        *_functional.__all__,
        *_mapping.__all__,
        *_matrices.__all__,
        *_solves.__all__,
        *_trees.__all__,
    ],
)

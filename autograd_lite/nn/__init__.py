"""Neurons, layers and networks composed from scalars, their files, and how they are trained.

Whatever stands in ``model.layers``, or among the ``neurons`` of a layer, is called: a class derived from `Neuron`,
`Layer` or `Module`, or any function. Its parameters are trained and saved with the others, and a weight that two
neurons share is one parameter. `fit` takes a schedule of `optim` as ``schedule=`` and a largest norm of the gradient
as ``clip=``; with ``pip install "autograd_lite[native]"`` long trainings run as machine code.
"""

from .activations import ACTIVATIONS as ACTIVATIONS
from .activations import activation_name as activation_name
from .base import Module as Module
from .exchange import from_torch as from_torch
from .exchange import to_torch as to_torch
from .modules import INITS as INITS
from .modules import MLP as MLP
from .modules import Layer as Layer
from .modules import Neuron as Neuron
from .modules import kind as kind
from .training import DivergenceError as DivergenceError
from .training import History as History
from .training import fit as fit

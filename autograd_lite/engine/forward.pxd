# The C types of forward.py, for the compiled build.
from autograd_lite.engine.value cimport Value

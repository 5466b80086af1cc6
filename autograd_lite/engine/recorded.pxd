# The C types of recorded.py, for the compiled build.
from autograd_lite.engine.value cimport Value

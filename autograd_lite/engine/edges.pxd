# The C types of edges.py, for the compiled build.
from autograd_lite.engine.value cimport Group, Value

# The C types of edges.py, for the compiled build.
from autograd_lite.engine.group cimport Group, plain
from autograd_lite.engine.value cimport Value, unpacked

"""What is read off a graph, as plain data: the passes step by step, routes, names, formulas, texts."""

from .tracing import trace as trace

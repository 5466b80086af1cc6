"""Names of types that say nothing to Cython, which takes an annotation in C types for a promise."""

from __future__ import annotations

from typing import Any, TypeAlias

#: What the users' functions answered, by the ids of their nodes.
Answers: TypeAlias = "dict[int, Any]"
#: Operands that are there, or None.
Given: TypeAlias = "list[Any] | None"
#: A name, in any subclass of str.
Label: TypeAlias = str
#: When a pass was, or a move: the time on a clock, which passes leave on the nodes that they meet.
Mark: TypeAlias = int
#: Of an operator a Value, or `NotImplemented`; of a computation a Value, or what else a user's function gave.
Result: TypeAlias = Any
#: A place in a list.
Place: TypeAlias = int
#: Places in a list.
Places: TypeAlias = "list[int]"
#: Factors, two for each product.
Terms: TypeAlias = "list[Any]"
#: Two lists of places.
Pair: TypeAlias = "tuple[list[int], list[int]]"

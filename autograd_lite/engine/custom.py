"""Operations given on the spot: a result with its parents and local derivatives, made sure of."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any

from .numbers import number
from .operation import Operand, Operation

#: Not empty once there is such an operation anywhere, so that passes need to look for them.
ANY: list[None] = []
GIVE_DERIVATIVES = (
    "give the constructor the local derivatives, "
    "Value(data, (x, y), (dx, dy)) or Value(data, (x, y), lambda x, y, out: (dx, dy))"
)


class OnTheSpot(Operation):
    """The row of such nodes, which is not in the table."""

    def enlist(self) -> None:
        pass


CUSTOM = OnTheSpot(
    "custom",
    "*parents",
    lambda parents: nan,
    lambda parents, out: (None,),
    about="An operation given by its result and its local derivatives.",
    example=("custom()", ""),
)


def checked(parents: Any, derivatives: Any) -> tuple[tuple[Any, ...], Any]:
    """Parents and local derivatives as the constructor was given them, made sure of."""
    if not isinstance(parents, Sequence) and getattr(parents, "ndim", 0) != 1:
        raise TypeError(f"Value: parents must be a tuple of Values, got {parents!r}; write (x,) for one")
    for parent in parents:
        if not isinstance(parent, Operand):
            raise TypeError(f"Value: every parent must be a Value, got {parent!r}")
    parents = tuple(parents)
    if isinstance(derivatives, str):
        raise TypeError(
            f"Value: local_derivatives must be numbers or a function, got the text {derivatives!r}; "
            "write label=... for a name"
        )
    if callable(derivatives):
        return parents, derivatives
    if not isinstance(derivatives, Sequence) and getattr(derivatives, "ndim", 0) != 1:
        raise TypeError(f"Value: local_derivatives must be a tuple of numbers or a function, got {derivatives!r}")
    given = tuple([number(d, "Value: local_derivatives") for d in derivatives])
    if len(given) != len(parents):
        raise ValueError(
            f"Value: needs one local derivative for each parent, got {len(given)} for {len(parents)} parents"
        )
    return parents, given


def answered(node: Any, parents: Sequence[Any]) -> tuple[Any, ...]:
    """What the user gave or the user's function answers, on floats or, to be recorded, on Values."""
    given, recorded = node._second, bool(parents) and isinstance(parents[0], Operand)
    if callable(given):
        given = given(*parents, node if recorded else node.data)
    elif recorded:
        given = [type(node)(d, parents, _no_second_derivative) for d in given]
    if not isinstance(given, tuple | list) or len(given) != len(parents):
        raise ValueError(
            f"local_derivatives of {node!r}: needs a tuple with one number for each of its {len(parents)} parents, "
            f"got {given!r}"
        )
    kept = type(node) if recorded else type(None)
    return tuple([d if d is None or type(d) is kept else number(d, "local_derivatives") for d in given])


def _no_second_derivative(*parents_and_result: Any) -> Any:
    raise TypeError(
        "Value: local derivatives given as numbers serve the first derivative only; for the second give a function, "
        "Value(data, (x, y), lambda x, y, out: (dx, dy))"
    )

"""The names that micrograd's programs read."""

from __future__ import annotations

from typing import Any

from .custom import GIVE_DERIVATIVES
from .value import Value


def _no_backward(self: Value) -> None:
    raise AttributeError(
        "a Value has no _backward to call: y.local_derivatives() are the factors of its step, y.backward() takes all "
        "steps, and steps(y) shows them one by one"
    )


def _set_backward(self: Value, function: Any) -> None:
    raise AttributeError(f"a Value has no _backward to set: {GIVE_DERIVATIVES}")


for _name, _property in {
    "_prev": property(lambda self: set(self.parents)),
    "_op": property(lambda self: self.op),
    "_backward": property(_no_backward, _set_backward),
}.items():
    setattr(Value, _name, _property)

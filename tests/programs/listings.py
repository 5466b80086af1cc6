"""Recorded functions as listings, for tests of what is made of them."""

from __future__ import annotations

from typing import Any

from autograd_lite import Value
from autograd_lite.programs.listing import Listing, listed
from autograd_lite.programs.recording import recorded


def listing_of(f: Any, *numbers: float) -> Listing:
    """That of a call at these numbers; a list of results is all of them."""
    inputs = [Value(x) for x in numbers]
    result, trace = recorded(f, inputs, {})
    return listed(inputs, result if isinstance(result, list) else [result], trace.guards)

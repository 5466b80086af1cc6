"""Two builds of the engine: its files as they are read, and those of `ENGINE`, with or without a .pxd, compiled."""

from __future__ import annotations

import os
import sys

#: Set to anything, it makes the readable files run although compiled ones are there.
VARIABLE = "AUTOGRAD_LITE_READABLE"
#: What is compiled, in the order of import.
ENGINE = (
    "floats numbers operation table custom group value making bulk edges shortcuts passes places recorded forward "
    "methods"
)


def load_readable() -> None:
    """Import the readable files of the engine, before compiled ones are found in their place."""
    import importlib.util

    for name in ENGINE.split():
        spec = importlib.util.spec_from_file_location(
            f"{__package__}.{name}", os.path.join(os.path.dirname(__file__), f"{name}.py")
        )
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        setattr(sys.modules[__package__], name, module)


if os.environ.get(VARIABLE):
    load_readable()

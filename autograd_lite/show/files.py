"""Files: what is shown is saved under a name whose ending says in which form."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from .render import RenderError


def saved(path: str | os.PathLike[str], what: str, endings: Sequence[str], form: Callable[[str], bytes]) -> Path:
    """Write a file; missing folders are made.

    Args:
        path: Its name.
        what: What it is, in a message.
        endings: Those that there are.
        form: Gives the contents for an ending.

    Returns:
        The path.

    Raises:
        ValueError: The ending is another.
        RenderError: No renderer could make such a file; says what to install.
        OSError: The file cannot be written.
    """
    file = Path(path)
    ending = file.suffix.lower()
    if ending not in endings:
        raise ValueError(f"{file}: the name of {what} must end in one of {' '.join(endings)}")
    try:
        data = form(ending)
    except RenderError as error:
        raise RenderError(f"{file}: {error}") from None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file

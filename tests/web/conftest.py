"""What the tests of the web site share: its Python is in notebooks/web, and in the browser in an archive."""

from __future__ import annotations

import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
sys.path[:0] = [str(NOTEBOOKS), str(NOTEBOOKS / "web")]

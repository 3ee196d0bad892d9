"""When the collector of Python's garbage looks for cycles in a process that serves."""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 10_000
"""New objects between two looks at the youngest. A call makes some hundred that all go by counting alone; with Python's own 700 the
collector took a quarter of the processor time of a busy kernel."""


def collect_seldom() -> None:
    """Leaves alone what is there now, which stays as long as the process, and looks at new objects seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)

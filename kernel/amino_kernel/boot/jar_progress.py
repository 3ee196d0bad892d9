"""Tells the operator how far the fetching of jars is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

REDRAW_SECONDS = 0.1
LINE_SECONDS = 2.0


class JarProgress:
    """One line that is drawn anew on a terminal; elsewhere a line every two seconds and one per file.

    Args:
        out: Where to write.
        clock: Seconds of a monotonic clock.
    """

    def __init__(self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out or sys.stderr
        self._clock = clock
        self._terminal = self._out.isatty()
        self._last = float("-inf")

    def __call__(self, name: str, done: int, size: int) -> None:
        """See `amino_graal.Progress`."""
        now = self._clock()
        finished = done >= size
        if not finished and now - self._last < (REDRAW_SECONDS if self._terminal else LINE_SECONDS):
            return
        self._last = now
        text = f"fetching {name}: {done / 1e6:.1f} of {size / 1e6:.1f} MB" if size > 1 else f"making {name}, once"
        self._out.write(f"\r\x1b[K{text}" if self._terminal else f"{text}\n")
        if self._terminal and finished:
            self._out.write("\r\x1b[K")
        self._out.flush()

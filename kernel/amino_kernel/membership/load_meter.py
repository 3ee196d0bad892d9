"""How busy this process is, as the OMS is told with each sign of life."""

from __future__ import annotations

import os
import time


class LoadMeter:
    """Measures between one reading and the next."""

    def __init__(self) -> None:
        self._then = (time.monotonic(), time.process_time())

    def read(self, objects: int) -> float:
        """The load: the number of objects, and the share of the host's processors (0 to 1) used since the last reading."""
        now, spent = time.monotonic(), time.process_time()
        then, spent_then = self._then
        self._then = (now, spent)
        return objects + (spent - spent_then) / max(1e-3, now - then) / (os.cpu_count() or 1)

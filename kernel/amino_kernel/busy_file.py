"""A small file that says which guests are running, for the supervisor to read when the kernel process has died."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAME = "busy.json"


class BusyFile:
    """Written by the kernel process whenever the set of long-running calls changes; read by its supervisor after its death."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._last: list[str] = []

    def write(self, calls: Sequence[str]) -> None:
        """Keeps the calls, each as `object.method (artifact)`."""
        now = list(calls)
        if now == self._last:
            return
        self._last = now
        fresh = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps(now), encoding="utf-8")
            fresh.replace(self._path)

    def read(self) -> list[str]:
        """Answers the calls that were running when it was last written."""
        try:
            content: list[Any] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [str(each) for each in content]

    def clear(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink()

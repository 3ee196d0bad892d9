"""One process at a time makes something in a folder of the cache."""

from __future__ import annotations

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusively(folder: Path) -> Generator[None]:
    """Holds the folder's lock, after the process that has it; makes the folder where it is not there. A process that dies frees it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

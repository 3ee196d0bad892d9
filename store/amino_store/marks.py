"""Where a mark of a store is kept, outside the store."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from amino_store.mark import Mark

FILE = "store-mark"
"""The file that says how far the store has come."""


class Marks(Protocol):
    """Keeps the newest mark of a store, so that an older copy of the store is noticed."""

    async def mark(self) -> Mark | None:
        """What `set_mark` has kept last; None where there is nothing, or nothing that can be read."""
        ...

    async def set_mark(self, mark: Mark) -> None:
        """Keeps how far the store has come. Raises OSError where the disk does not take it."""
        ...


class FolderMarks:
    """See `Marks`: one file in a folder, which is made where missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def mark(self) -> Mark | None:
        """See Marks."""
        try:
            lineage, revision = (self._folder / FILE).read_text(encoding="utf-8").split()
            return Mark(lineage, int(revision))
        except (OSError, ValueError):
            return None

    async def set_mark(self, mark: Mark) -> None:
        """See Marks."""
        await asyncio.to_thread(self._write, mark)

    def _write(self, mark: Mark) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._folder / f"{FILE}.new"
        fresh.write_text(f"{mark.lineage} {mark.revision}\n", encoding="utf-8")
        fresh.replace(self._folder / FILE)


class MemoryMarks:
    """See `Marks`: in memory. The object outlives the service that uses it."""

    def __init__(self) -> None:
        self._mark: Mark | None = None

    async def mark(self) -> Mark | None:
        """See Marks."""
        return self._mark

    async def set_mark(self, mark: Mark) -> None:
        """See Marks."""
        self._mark = mark

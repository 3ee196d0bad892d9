"""Folders in the temporary directory that go with their process; those of processes that were killed are removed by the next one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LOCK = "owner"
"""The file that the owner holds locked while it lives: a lock ends with its process, however that ends."""
_FRESH = ".owner-new"


@dataclass(frozen=True, slots=True)
class OwnedFolder:
    """A folder with mode 0700. `lock` is kept open as long as the process lives."""

    path: Path
    lock: IO[str]

    @classmethod
    def make(cls, prefix: str, base: Path) -> OwnedFolder:
        """Makes a folder, and removes those with the same prefix whose owners are dead.

        Args:
            prefix: How its name begins.
            base: Where it is made.
        """
        remove_ownerless(prefix, base)
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
        lock = (path / _FRESH).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # From here on others look whether it is locked; it must be by then.
        (path / _FRESH).rename(path / LOCK)
        return cls(path, lock)

    def remove(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.lock.close()


def remove_ownerless(prefix: str, base: Path) -> int:
    """Removes this user's folders whose owners are dead, and answers how many. Folders that say nothing of an owner stay."""
    removed = 0
    with contextlib.suppress(OSError):
        for folder in base.glob(f"{prefix}*"):
            removed += _remove_if_ownerless(folder)
    return removed


def _remove_if_ownerless(folder: Path) -> bool:
    try:
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid != os.getuid():
            return False
        with (folder / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return False  # it has an owner, or never had one, or somebody else removes it
    return True

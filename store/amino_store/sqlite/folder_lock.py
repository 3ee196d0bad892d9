"""The lock of a data folder: one process at a time, and how the one before it ended."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from amino_wire.errors import ConfigInvalid

from amino_store.errors import StoreInUse


@dataclass(frozen=True, slots=True)
class FolderLock:
    """The lock of a folder, held until `release` or the end of the process.

    Its file holds the number of the process that has it, or had it and did not release it in order: `ended_well` says that
    the file was empty.
    """

    ended_well: bool
    _descriptor: int

    @staticmethod
    def take(folder: Path) -> FolderLock:
        """Locks a folder, which is made where missing.

        Raises:
            StoreInUse: another process has it.
            ConfigInvalid: it cannot be made or written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            message = f"the data folder {folder} cannot be used: {error.strerror}; name another one with --data-dir"
            raise ConfigInvalid(message) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(descriptor, 32).decode(errors="replace").strip()
            os.close(descriptor)
            message = f"the data folder {folder} is in use by process {owner or 'unknown'}; stop it, or give another folder"
            raise StoreInUse(message) from None
        ended_well = not os.read(descriptor, 1)
        number = str(os.getpid()).encode()
        # On a full disk the number of the process before stays.
        with suppress(OSError):
            os.pwrite(descriptor, number, 0)
            os.ftruncate(descriptor, len(number))
        return FolderLock(ended_well, descriptor)

    def release(self, *, in_order: bool) -> None:
        """Lets another process have the folder. `in_order`: everything in it was closed, and nothing needs to be checked."""
        if in_order:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)

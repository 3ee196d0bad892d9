"""States that lie in a kernel's data folder between its stop and its next start."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Protocol

import structlog
from amino_wire.values import decode, encode

log = structlog.get_logger(__name__)

HEAD = struct.Struct(">QI")
"""Before each state: its length in bytes and its checksum."""


@dataclass(frozen=True, slots=True)
class KeptState:
    """The last state of an instance. It is the object's state as long as the OMS has the object in this epoch, in this life of the kernel.

    Args:
        life: The incarnation of the kernel that it was in.
        state, manager_state: Encoded, as they travel with a move.
    """

    object_id: str
    path: str
    life: int
    epoch: int
    state: bytes
    manager_state: bytes


class KeptStates(Protocol):
    """Keeps states from one process of a kernel to the next."""

    async def keep(self, states: AsyncIterator[KeptState]) -> int:
        """Replaces what is kept, all at once and for good, and answers how many states those are."""
        ...

    def read(self) -> Iterator[KeptState]:
        """The states, one after the other."""
        ...

    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        ...

    def remove(self) -> None:
        """Nothing is kept any more."""
        ...


class KeptFile:
    """Keeps states in a file. A stop that is cut off leaves the file as it was before."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def keep(self, states: AsyncIterator[KeptState]) -> int:
        """See KeptStates. Raises OSError where the file cannot be written."""
        fresh, count = self._file.with_suffix(".new"), 0
        with fresh.open("wb") as file:
            async for state in states:
                packed = encode(list(astuple(state)))
                file.write(HEAD.pack(len(packed), zlib.crc32(packed)) + packed)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        if not count:
            fresh.unlink()
            self.remove()
            return 0
        fresh.replace(self._file)
        _sync_folder(self._file.parent)
        return count

    def read(self) -> Iterator[KeptState]:
        """See KeptStates. What follows a damaged place is passed over, with an error in the log."""
        try:
            file = self._file.open("rb")
        except FileNotFoundError:
            return
        with file:
            while head := file.read(HEAD.size):
                size, checksum = HEAD.unpack(head) if len(head) == HEAD.size else (0, None)
                packed = file.read(size)
                if zlib.crc32(packed) != checksum:
                    log.error("kept states are damaged: those that follow the damaged place are lost", file=str(self._file))
                    return
                yield KeptState(*decode(packed))

    def is_empty(self) -> bool:
        """See KeptStates."""
        return not self._file.exists()

    def remove(self) -> None:
        """See KeptStates."""
        self._file.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

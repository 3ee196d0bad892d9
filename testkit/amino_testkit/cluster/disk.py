"""The disk of a simulated machine: what was not synced when the process ends may be lost, in whole or in part."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from random import Random
from typing import TypeVar

T = TypeVar("T")
_SECTOR = 512
"""So many bytes get to the disk together."""


class PlayedFile:
    """See `amino_kernel.replication.log_folder.LogWriter`."""

    def __init__(self, disk: PlayedFolder) -> None:
        self._disk = disk
        self.synced, self.added = b"", b""

    @property
    def data(self) -> bytes:
        """What a reader sees while the machine is on."""
        return self.synced + self.added

    def write(self, data: bytes) -> None:
        """See `LogWriter`."""
        self._disk.step()
        room = self._disk.take(len(data))
        self.added += data[:room]
        if room < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")

    def sync(self) -> None:
        """See `LogWriter`."""
        self._disk.step()
        self.synced, self.added = self.data, b""

    def close(self) -> None:
        """See `LogWriter`."""

    def crash(self, random: Random) -> None:
        """The machine ends: of what was added since the last sync each sector is there or not, and the file may be shorter."""
        data = self.data[: len(self.synced) + random.randrange(len(self.added) + 1)]
        kept = bytearray(self.synced)
        while len(kept) < len(data):
            sector = data[len(kept) : len(kept) + _SECTOR - len(kept) % _SECTOR]
            kept += sector if random.random() < 0.5 else bytes(len(sector))
        self.synced, self.added = bytes(kept), b""


class PlayedFolder:
    """See `amino_kernel.replication.log_folder.LogFolder`.

    Attributes:
        room: how many bytes it takes yet.
        ends_at: the machine ends at this operation, counted from now on; 0: it does not.
    """

    def __init__(self) -> None:
        self._files: dict[str, PlayedFile] = {}
        self._known: dict[str, PlayedFile] = {}
        self.room = 1 << 40
        self.ends_at = 0
        self.steps = 0

    def step(self) -> None:
        """One more operation. Raises MachineEnded."""
        self.steps += 1
        if self.ends_at and self.steps >= self.ends_at:
            raise MachineEnded

    def take(self, size: int) -> int:
        """How much of so many bytes the disk takes."""
        taken = min(size, self.room)
        self.room -= taken
        return taken

    def crash(self, random: Random) -> None:
        """The machine ends, and begins anew: files whose folder was not synced may be gone, or still there."""
        for name in sorted({*self._files} - {*self._known}):
            if random.random() < 0.5:
                self._known[name] = self._files[name]
        for name in sorted({*self._known} - {*self._files}):
            if random.random() < 0.5:
                del self._known[name]
        self._files = dict(self._known)
        for file in self._files.values():
            file.crash(random)
        self.ends_at = self.steps = 0

    def names(self) -> list[str]:
        """See `LogFolder`."""
        return list(self._files)

    def read(self, name: str) -> bytes:
        """See `LogFolder`."""
        return self._files[name].data

    def create(self, name: str) -> PlayedFile:
        """See `LogFolder`."""
        self.step()
        if name in self._files:
            raise FileExistsError(name)
        self._files[name] = made = PlayedFile(self)
        return made

    def put(self, name: str, data: bytes) -> None:
        """See `LogFolder`."""
        self.step()
        made = PlayedFile(self)
        made.write(data)
        made.sync()
        self._files[name] = made
        self.sync()

    def remove(self, name: str) -> None:
        """See `LogFolder`."""
        self.step()
        gone = self._files.pop(name, None)
        self.room += 0 if gone is None else len(gone.data)

    def sync(self) -> None:
        """See `LogFolder`."""
        self.step()
        self._known = dict(self._files)

    def spoil(self, name: str, place: int, bits: int = 1) -> None:
        """Turns bits of one byte of a file."""
        data = bytearray(self.read(name))
        data[place] ^= bits
        self._files[name].synced, self._files[name].added = bytes(data), b""

    def cut(self, name: str, length: int) -> None:
        """Makes a file shorter."""
        self._files[name].synced, self._files[name].added = self.read(name)[:length], b""


class MachineEnded(Exception):
    """Everything ends here."""


class PlayedDisk:
    """See `amino_kernel.replication.kernel_log.Disk`: everything takes a little time.

    Arguments:
        random: how long, and what is lost.
    """

    def __init__(self, random: Random) -> None:
        self.folder = PlayedFolder()
        self._random = random

    async def run(self, work: Callable[[], T]) -> T:
        """See `Disk`."""
        await asyncio.sleep(self._random.uniform(0.0002, 0.004))
        return work()

    async def run_beside(self, work: Callable[[], T]) -> T:
        """See `Disk`."""
        return await self.run(work)

    def close(self) -> None:
        """See `Disk`."""

    def crash(self) -> None:
        """The machine ends."""
        self.folder.crash(self._random)

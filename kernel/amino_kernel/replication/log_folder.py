"""The folder of a kernel's replication log on its disk. All of it blocks: it runs on threads of its own."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import IO, Protocol

from amino_wire.errors import ConfigInvalid

_LOCK = "lock"
_FRESH = ".new"


class LogWriter(Protocol):
    """A file that grows at its end. Every method raises OSError."""

    def write(self, data: bytes) -> None:
        """Adds bytes; the disk may have them, or a part of them, or nothing."""
        ...

    def sync(self) -> None:
        """Returns when the disk has all that was added."""
        ...

    def close(self) -> None:
        """Nothing is added any more."""
        ...


class LogFolder(Protocol):
    """The files of a log, by name. Every method raises OSError."""

    def names(self) -> list[str]:
        """Of all files that are whole."""
        ...

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        ...

    def create(self, name: str) -> LogWriter:
        """A new, empty file. It is there for good once `sync` has returned."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Makes a file that is whole and on the disk when this returns, or not there at all."""
        ...

    def remove(self, name: str) -> None:
        """A file is not there any more; after the end of the machine it may be there again."""
        ...

    def sync(self) -> None:
        """Returns when the disk knows which files there are."""
        ...


class FileWriter:
    """See `LogWriter`."""

    def __init__(self, path: Path) -> None:
        # Where each write returns when the disk has it, a thread waits once for the disk, and so once for its turn among Python's threads.
        self._written_through = getattr(os, "O_DSYNC", 0)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | self._written_through, 0o600)

    def write(self, data: bytes) -> None:
        """See `LogWriter`."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]

    def sync(self) -> None:
        """See `LogWriter`."""
        if not self._written_through:
            os.fsync(self._file)

    def close(self) -> None:
        """See `LogWriter`."""
        os.close(self._file)


class DiskFolder:
    """See `LogFolder`. It is made when it is needed first, and one process has it.

    Arguments:
        path: of the folder, in the kernel's data folder.

    Raises:
        ConfigInvalid: another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: IO[str] | None = None
        if path.is_dir():
            try:
                self._take()
            except BlockingIOError:
                raise ConfigInvalid(
                    f"another process uses the replication log in {path}: each kernel needs a data folder of its own, named with --data-dir"
                ) from None

    def names(self) -> list[str]:
        """See `LogFolder`."""
        if not self._path.is_dir():
            return []
        return [each.name for each in self._path.iterdir() if each.name != _LOCK and not each.name.endswith(_FRESH)]

    def read(self, name: str) -> bytes:
        """See `LogFolder`."""
        return (self._path / name).read_bytes()

    def create(self, name: str) -> LogWriter:
        """See `LogFolder`."""
        self._take()
        return FileWriter(self._path / name)

    def put(self, name: str, data: bytes) -> None:
        """See `LogFolder`."""
        self._take()
        fresh = self._path / (name + _FRESH)
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        try:
            writer = FileWriter(fresh)
            try:
                writer.write(data)
                writer.sync()
            finally:
                writer.close()
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise
        fresh.replace(self._path / name)
        self.sync()

    def remove(self, name: str) -> None:
        """See `LogFolder`."""
        (self._path / name).unlink(missing_ok=True)

    def sync(self) -> None:
        """See `LogFolder`."""
        folder = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        """Another process may take it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take(self) -> None:
        if self._lock is not None:
            return
        if not self._path.is_dir():
            self._path.mkdir(mode=0o700, parents=True)
            above = os.open(self._path.parent, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(above)
            finally:
                os.close(above)
        lock = (self._path / _LOCK).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise
        self._lock = lock

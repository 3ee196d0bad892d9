"""Which calls ran when a process ended: its JVM half shows them in memory that outlives it (`record` in `docs/bridge.md`)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
RECORD_BYTES = 256
FIELDS = 5
_LENGTH = struct.Struct("<i")


@dataclass(frozen=True, slots=True)
class RunningCall:
    """A call as its thread showed it; an unknown part is empty. Without an instance, an artifact was being evaluated."""

    instance_id: str
    language: str
    artifact: str
    method: str
    name: str

    def __str__(self) -> str:
        whose = self.name or self.instance_id
        called = f"{whose}.{self.method}" if whose else self.method
        what = [self.language, f"artifact {self.artifact[:12]}", f"object {self.instance_id}" if self.name else ""]
        return f"{called} ({', '.join(part for part in what if part)})"


def read_calls(content: bytes) -> list[RunningCall]:
    """Answers the calls in a file of records. Pure.

    Args:
        content: Records of 256 bytes: the length of a text as a little-endian 32-bit number, 0 when nothing runs, and the text, five fields
            with tabs between them.
    """
    found: list[RunningCall] = []
    for at in range(0, len(content) - RECORD_BYTES + 1, RECORD_BYTES):
        (length,) = _LENGTH.unpack_from(content, at)
        if 0 < length <= RECORD_BYTES - _LENGTH.size:
            text = content[at + _LENGTH.size : at + _LENGTH.size + length].decode(errors="replace")
            fields = text.split("\t", FIELDS - 1)
            found.append(RunningCall(*fields, *[""] * (FIELDS - len(fields))))
    return found


class RunningCallsFolder:
    """One file for each JVM half of a kernel, in memory rather than on a disk, whose writing back would hold up calls.

    The kernel and its supervisor find it by the kernel's data folder. It is the folder `running` there where there is no shared memory.
    """

    def __init__(self, data_folder: Path) -> None:
        own = data_folder.resolve()
        digest = hashlib.sha256(os.fsencode(own)).hexdigest()[:16]
        self._places = (SHARED_MEMORY / f"amino-{os.getuid()}-{digest}", own / "running")

    @classmethod
    def make(cls, data_folder: Path) -> RunningCallsFolder:
        """Makes it anew, for this user alone; where it cannot be made, nothing will be shown."""
        made = cls(data_folder)
        made.remove()
        first, second = made._places
        try:
            first.mkdir(mode=0o700)
        except OSError:
            with contextlib.suppress(OSError):
                second.mkdir(mode=0o700, parents=True)
        return made

    def path(self, number: int) -> Path:
        """Answers the file of the JVM half of that number."""
        return self._folder() / str(number)

    def read(self, number: int) -> list[RunningCall]:
        """Answers what ran there when it was last alive; nothing when it showed nothing."""
        try:
            return read_calls(self.path(number).read_bytes())
        except OSError:
            return []

    def forget(self, number: int) -> None:
        """Removes the file of a JVM half that has ended."""
        with contextlib.suppress(OSError):
            self.path(number).unlink()

    def remove(self) -> None:
        """Removes the folder."""
        for place in self._places:
            if _is_own(place):
                shutil.rmtree(place, ignore_errors=True)

    def _folder(self) -> Path:
        first, second = self._places
        return first if _is_own(first) else second


def _is_own(folder: Path) -> bool:
    # Everybody may write to the shared memory: another's folder of that name is not ours to trust.
    try:
        found = folder.lstat()
    except OSError:
        return False
    return folder.is_dir() and not folder.is_symlink() and found.st_uid == os.getuid()

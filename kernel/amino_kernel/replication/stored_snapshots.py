"""The snapshots of a kernel's members on its disk, each a file of its own. All of it blocks."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog
from amino_kernel.replication.log_folder import LogFolder
from amino_kernel.replication.log_frames import encode_frame, read_frames
from amino_wire import frames
from amino_wire.errors import FrameInvalid, ValueInvalid
from amino_wire.values import reader

log = structlog.get_logger(__name__)

VERSION = 1
_PREFIX = "snapshot-"


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A state.

    Arguments:
        index, epoch: of the last entry that it has.
        data: the state.
    """

    index: int
    epoch: int
    data: bytes


class StoredSnapshots:
    """Of each member the newest one stays.

    Arguments:
        folder: where the files are.
    """

    def __init__(self, folder: LogFolder) -> None:
        self._folder = folder

    def keep(self, group: str, incarnation: int, snapshot: StoredSnapshot) -> None:
        """Returns when the disk has it; earlier ones of the group go then. Raises OSError."""
        name = f"{_prefix(group)}{incarnation:020d}-{snapshot.index:016d}"
        payload = frames.pack([VERSION, group, incarnation, snapshot.index, snapshot.epoch, snapshot.data])
        self._folder.put(name, encode_frame(snapshot.index, payload))
        self._remove(group, name)

    def newest(self, group: str, incarnation: int) -> StoredSnapshot | None:
        """The newest one of a member; None: there is none that can be read. Raises OSError."""
        prefix = f"{_prefix(group)}{incarnation:020d}-"
        for name in sorted((each for each in self._folder.names() if each.startswith(prefix)), reverse=True):
            try:
                return _read(self._folder.read(name), name, group, incarnation)
            except (FrameInvalid, ValueInvalid, ValueError) as error:
                log.error("a snapshot of a replicated object cannot be used", object=group, file=name, error=str(error))
        return None

    def remove(self, group: str, incarnation: int) -> None:
        """None of a member, and of those before, is needed any more."""
        self._remove(group, f"{_prefix(group)}{incarnation + 1:020d}-")

    def _remove(self, group: str, before: str) -> None:
        prefix = _prefix(group)
        with contextlib.suppress(OSError):
            for name in self._folder.names():
                if name.startswith(prefix) and name < before:
                    self._folder.remove(name)


def _prefix(group: str) -> str:
    # A group's name has no hyphen then, so that no prefix is that of another group.
    return f"{_PREFIX}{quote(group, safe='').replace('-', '%2D')}-"


def _read(data: bytes, name: str, group: str, incarnation: int) -> StoredSnapshot:
    found = read_frames(data, name, last=False)
    if len(found) != 1:
        raise ValueError("it is no single frame")
    plain: Any = reader.unpack(found[0].payload)
    if plain[:3] != [VERSION, group, incarnation]:
        raise ValueError("it is of another version, group or member")
    return StoredSnapshot(*plain[3:])

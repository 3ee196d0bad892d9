"""What a member of a group whose kernels keep the log has to do, and what it needs of its manager."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from amino_replication.effects import Apply, Checksum, Install, SendSnapshot, TakeSnapshot
from amino_wire.errors import AminoError

from amino_dms.replication.ahead_entries import Ahead
from amino_dms.replication.captures import Captures
from amino_dms.replication.entries import Entry, LoggedCall
from amino_dms.replication.waiting import Turn

CALL_BYTES = 1 << 20
"""What one call may have: it goes to the other kernels whole."""


class Machine(Protocol):
    """The state that the log is applied to."""

    async def apply(self, position: int, entry: Entry | None) -> None:
        """Applies an entry, and sets the member's position. None: nothing but a position."""
        ...

    async def checksum(self) -> bytes:
        """Of the state as it is."""
        ...

    async def snapshot(self) -> tuple[int, bytes]:
        """A position, and the state there."""
        ...

    async def install(self, position: int, data: bytes) -> None:
        """Takes over such a state."""
        ...


Work = Apply | Install | Checksum | SendSnapshot | TakeSnapshot | Turn


@dataclass(frozen=True, slots=True)
class Around:
    """What a member needs of its manager.

    Arguments:
        entry: makes an entry of calls.
        not_leading: the error for calls that come to a replica that does not lead.
        doubtful: the error for calls whose leader has lost its epoch.
        ask: a method of the coordinator with its arguments, which answers a configuration; None: there is none.
        ahead: told of entries that calls may wait for, before it is their turn.
        differs: told of a member whose state differs at a position, and of the last position at which it was equal.
        spawn: runs something beside.
        refused: the error for calls that come while the disk takes nothing, with the reason.
        title: of the object, for people.
        captures: takes states of the machine that others need, or the disk.
        pause: a while until something that failed is tried again.
        keep: puts a state behind an index, with the epoch of its entry, on the disk; None: the group is not durable.
        quorum: whether a majority confirms each read.
        first_request: requests are counted from there on: those of an earlier chain, with the same seat, have other numbers.
    """

    entry: Callable[[tuple[LoggedCall, ...]], Entry]
    not_leading: Callable[[], AminoError]
    doubtful: Callable[[], AminoError]
    ask: Callable[..., Awaitable[bytes | None]]
    ahead: Callable[[Ahead], None]
    differs: Callable[[str, int, int], None]
    spawn: Callable[[Coroutine[Any, Any, None]], None]
    refused: Callable[[str], AminoError]
    title: Callable[[], str]
    captures: Captures
    pause: Callable[[], Awaitable[None]]
    keep: Callable[[int, int, bytes], Awaitable[None]] | None = None
    quorum: bool = False
    first_request: int = 0

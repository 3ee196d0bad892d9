"""The replicated log of an object: entries in one order that all its replicas see alike (Sapphire section 6; Schneider, 1990)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LogPage:
    """A piece of a log.

    Arguments:
        entries: those behind the position that was asked for, in order.
        end: the last position there was when this was read.
        floor: positions up to this one have been trimmed. Where it is beyond the position that was asked for, there are no entries:
            the reader needs a snapshot.
    """

    entries: tuple[bytes, ...] = ()
    end: int = 0
    floor: int = 0


class ReplicatedLog(Protocol):
    """Positions from 1 on. Each is written once, and all readers read the same there for ever."""

    async def append(self, entry: bytes, after: int) -> bool:
        """Writes an entry at the position behind `after`. When it returns True, the entry outlives as many failures as the log promises.

        Returns:
            False: somebody else has written that position; nothing was done.

        Raises:
            ArgumentInvalid: the entry is too large.
            OmsUnavailable: no answer; the entry may have been written.
        """
        ...

    async def read(self, after: int, wait: float = 0.0) -> LogPage:
        """The entries behind a position. Everything that was appended before the request is there, up to the page's end.

        Arguments:
            after: the position.
            wait: seconds to wait for an entry, where there is none.

        Raises:
            OmsUnavailable: no answer.
        """
        ...

    async def trim(self, through: int) -> None:
        """Removes the entries up to a position; raises as `read`."""
        ...

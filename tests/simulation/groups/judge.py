"""What must hold of a group whatever goes wrong, checked while a schedule runs."""

from __future__ import annotations

from zlib import crc32

from amino_replication.effects import Apply, Diverged
from amino_replication.identity import MemberId
from amino_replication.log import Entry


class Wrong(Exception):
    """A promise of the protocol was broken."""


def digest(before: int, entry: Entry) -> int:
    """The state of the state machine, as a number that depends on every entry."""
    return before if entry.data is None else crc32(entry.data, before)


class Judge:
    """The one order of entries, and what clients were told of it.

    A write and a read take effect at an index. The log is the order; so histories are linearizable when each operation's index is not below
    that of any operation that had ended before it began, and a write's own is above it.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = [Entry(0, None)]
        self.states: list[int] = [0]
        self.floor = 0
        self.acknowledged = 0
        self.read = 0
        self.leaders: dict[int, MemberId] = {}
        self.refused: set[bytes] = set()
        self.seen: set[bytes] = set()

    def applied(self, member: MemberId, effect: Apply) -> None:
        """A state machine takes entries."""
        for index, entry in enumerate(effect.entries, effect.first):
            if index < len(self.entries):
                if self.entries[index] != entry:
                    raise Wrong(f"{member} applies {entry} as entry {index}, another member {self.entries[index]}")
                continue
            if index > len(self.entries):
                raise Wrong(f"{member} applies entry {index}, nobody has applied {len(self.entries)}")
            if entry.data is not None:
                if entry.data in self.seen:
                    raise Wrong(f"entry {index} is there twice: {entry}")
                if entry.data in self.refused:
                    raise Wrong(f"entry {index} was refused as not run: {entry}")
                self.seen.add(entry.data)
            self.entries.append(entry)
            self.states.append(digest(self.states[-1], entry))

    def wrote(self, member: MemberId, epoch: int, index: int, floor: int) -> None:
        """A write is acknowledged that began when `floor` was known to clients."""
        self.acknowledges(member, epoch)
        if index <= floor:
            raise Wrong(f"{member} acknowledges entry {index} to a caller that began after {floor} was known")
        self.floor = max(self.floor, index)
        self.acknowledged += 1

    def has_read(self, member: MemberId, epoch: int, index: int, floor: int) -> None:
        """A read is answered with the state behind an index."""
        if index < floor:
            raise Wrong(f"{member} answers a read in epoch {epoch} with the state behind {index}, though {floor} was known before")
        self.floor = max(self.floor, index)
        self.read += 1

    def acknowledges(self, member: MemberId, epoch: int) -> None:
        """At most one leader acknowledges in an epoch."""
        if self.leaders.setdefault(epoch, member) != member:
            raise Wrong(f"{member} and {self.leaders[epoch]} both acknowledge in epoch {epoch}")

    def not_run(self, data: bytes) -> None:
        """A proposal was refused as one which will never run."""
        if data in self.seen:
            raise Wrong(f"{data!r} was refused though it is in the log")
        self.refused.add(data)

    def diverged(self, effect: Diverged, spoilt: dict[MemberId, int]) -> None:
        """A member is said to differ. A spoilt member may have given its state to another by a snapshot, so that the right ones are few."""
        if effect.member not in spoilt and len(spoilt) < 2:
            raise Wrong(f"{effect.member} is said to differ, but its state is right")
        if effect.since >= spoilt.get(effect.member, effect.since + 1):
            raise Wrong(f"{effect.member} is said to be equal at {effect.since}, but it was spoilt at {spoilt[effect.member]}")

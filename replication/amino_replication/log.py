"""The entries that a member has, in memory, behind the index up to which only its snapshot tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from amino_wire.errors import InternalError


class Entry(NamedTuple):
    """An entry of a log.

    Arguments:
        epoch: of the leader that wrote it.
        data: opaque bytes; None: the leader's mark at the beginning of its epoch, which changes no state.
    """

    epoch: int
    data: bytes | None


class Log:
    """Entries with indexes from 1 on, without gaps. Those up to `base` are in the snapshot and no longer here.

    Attributes:
        base: index of the last entry that only the snapshot has.
        base_epoch: its epoch.
    """

    __slots__ = ("_entries", "base", "base_epoch")

    def __init__(self, base: int = 0, base_epoch: int = 0, entries: Sequence[Entry] = ()) -> None:
        self.base = base
        self.base_epoch = base_epoch
        self._entries = list(entries)

    @property
    def last(self) -> int:
        """The index of the last entry."""
        return self.base + len(self._entries)

    @property
    def last_epoch(self) -> int:
        """The epoch of the last entry."""
        return self._entries[-1].epoch if self._entries else self.base_epoch

    @property
    def end(self) -> tuple[int, int]:
        """By which logs are compared: the last epoch, then the last index (Raft 5.4.1)."""
        return (self.last_epoch, self.last)

    def epoch_at(self, index: int) -> int | None:
        """The epoch of an entry; None where the log does not have it (any more)."""
        if index == self.base:
            return self.base_epoch
        place = index - self.base - 1
        return self._entries[place].epoch if 0 <= place < len(self._entries) else None

    def matches(self, index: int, epoch: int) -> bool:
        """Whether an entry is here with that epoch, so that all before it are those of its writer (Raft 5.3)."""
        # Entries behind the snapshot are committed: every leader has them.
        return index < self.base or self.epoch_at(index) == epoch

    def append(self, entry: Entry) -> int:
        """Adds an entry; answers its index."""
        self._entries.append(entry)
        return self.last

    def between(self, after: int, to: int) -> tuple[Entry, ...]:
        """The entries with indexes from after + 1 up to `to`."""
        return tuple(self._entries[after - self.base : to - self.base])

    def size(self, after: int, to: int) -> int:
        """How many bytes the data of the entries have with indexes from after + 1 up to `to`."""
        return sum(len(entry.data or b"") for entry in self._entries[max(0, after - self.base) : max(0, to - self.base)])

    def batch(self, after: int, bytes_limit: int, count_limit: int) -> tuple[Entry, ...]:
        """The entries behind an index, as many as fit, at least one if there is one."""
        found: list[Entry] = []
        size = 0
        start = after - self.base
        for entry in self._entries[start : start + count_limit]:
            size += len(entry.data or b"") + 16
            if found and size > bytes_limit:
                break
            found.append(entry)
        return tuple(found)

    def splice(self, after: int, entries: Sequence[Entry], committed: int) -> int | None:
        """Takes a leader's entries behind an index that matches. Entries that are here already stay, so does what follows them;
        from the first that differs on, the leader's replace those that are here (Raft 5.3).

        Arguments:
            after: index before the first of the entries.
            entries: the leader's.
            committed: no entry up to here can differ.

        Returns: the index from which on the log has changed; None: it has not.

        Raises:
            InternalError: a committed entry would be replaced.
        """
        for number, entry in enumerate(entries):
            index = after + number + 1
            if index <= self.base:
                continue
            if index <= self.last and self.epoch_at(index) == entry.epoch:
                continue
            if index <= committed:
                raise InternalError(
                    f"entry {index} is committed with epoch {self.epoch_at(index)}, but a leader sent another of epoch {entry.epoch}: "
                    "stop this replica, so that the group gets another, and report it"
                )
            self._entries[index - self.base - 1 :] = entries[number:]
            return index
        return None

    def discard(self, index: int) -> None:
        """Forgets the entries up to an index, which a snapshot has (Raft 7)."""
        epoch = self.epoch_at(index)
        if index > self.base and epoch is not None:
            del self._entries[: index - self.base]
            self.base, self.base_epoch = index, epoch

    def restart(self, index: int, epoch: int) -> None:
        """Begins behind a snapshot. Entries that follow the snapshot's last one stay, all others go (Raft 7)."""
        if self.epoch_at(index) == epoch:
            self.discard(index)
        else:
            self._entries.clear()
            self.base, self.base_epoch = index, epoch

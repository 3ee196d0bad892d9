"""All that a member knows in whatever role: its log, its epoch, how far it has applied, and its promise to a leader."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from amino_replication.configuration import Configuration
from amino_replication.effects import Apply, Checksum, Effect, Install, Send, TakeSnapshot, Tell, Write
from amino_replication.identity import MemberId
from amino_replication.log import Entry, Log
from amino_replication.messages import Message
from amino_replication.reports import Report
from amino_replication.settings import Settings


@dataclass(frozen=True, slots=True)
class Stored:
    """A member's log as its disk had it.

    Arguments:
        epoch: messages of older ones are refused.
        base, base_epoch: of the snapshot, which the state machine has taken already.
        entries: those behind it.
    """

    epoch: int = 0
    base: int = 0
    base_epoch: int = 0
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Founding:
    """The member begins with the group: it has the object's first state."""


@dataclass(frozen=True, slots=True)
class Blank:
    """The member has no state: it joins a group that is there, and counts for nothing before it has a snapshot."""


Start = Founding | Blank | Stored


class Promise(NamedTuple):
    """A follower helps no other leader before a time of its own clock, so that this leader may answer reads.

    Arguments:
        leader: None: unknown, since the follower was started anew.
        epoch: the leader's.
        until: the time, in seconds.
    """

    leader: MemberId | None
    epoch: int
    until: float


class State:
    """See the file's docstring. Roles read and write its attributes.

    Attributes:
        epoch: the highest that the member knows; messages of older ones are refused.
        led: the highest epoch in which this life of the member may not begin to lead any more.
        committed: up to here entries are committed.
        applied: up to here they have gone to the state machine.
        blank: the member has no state at all.
        installing: index and epoch of the snapshot that the state machine is taking.
        lent_until: until then somebody answers reads by the lease of this member, in seconds.
    """

    def __init__(self, me: MemberId, settings: Settings, start: Start, now: float) -> None:
        stored = start if isinstance(start, Stored) else Stored()
        self.me = me
        self.settings = settings
        self.log = Log(stored.base, stored.base_epoch, stored.entries)
        self.blank = isinstance(start, Blank)
        self.installing: tuple[int, int] | None = None
        self.epoch = self.led = stored.epoch
        self.committed = self.applied = stored.base
        self.configuration: Configuration | None = None
        self.promise: Promise | None = None
        if isinstance(start, Stored):
            # The promise of the life before is forgotten, and it may have been made just before the end.
            self.promise = Promise(None, stored.epoch, now + settings.lease)
        self.lent_until = float("-inf")
        self.effects: list[Effect] = []
        self._snapshot_asked = stored.base
        self._on_disk = self.log.last
        self._epoch_on_disk = stored.epoch
        self._unwritten: int | None = None
        self._base_unwritten = False
        self._number = 0
        self._writes: deque[list[int]] = deque()

    def send(self, to: MemberId, message: Message) -> None:
        """Sends a message."""
        self.effects.append(Send(to, message))

    def tell(self, report: Report) -> None:
        """Reports to the master."""
        self.effects.append(Tell(report))

    @property
    def ready(self) -> bool:
        """Whether the state machine has a state to which entries can be applied."""
        return not self.blank and self.installing is None

    # the disk

    @property
    def held(self) -> int:
        """The index up to which this member's own copy of the log counts."""
        return self._on_disk if self.settings.durable else self.log.last

    @property
    def epoch_kept(self) -> bool:
        """Whether a member that is started anew would still refuse the epochs before this one."""
        return not self.settings.durable or self._epoch_on_disk >= self.epoch

    @property
    def writing(self) -> bool:
        """Whether the disk is at work for this member: `written` will be called."""
        return bool(self._writes)

    def changed(self, first: int) -> None:
        """The log has other entries from an index on than before."""
        self._unwritten = first if self._unwritten is None else min(first, self._unwritten)
        self._on_disk = min(self._on_disk, first - 1)
        for write in self._writes:
            write[1] = min(write[1], first - 1)

    def write(self) -> None:
        """Asks for a write of all that has changed since the last one. A turn has one at most."""
        if not self.settings.durable:
            return
        epoch_kept = self.epoch == max(self._epoch_on_disk, self._writes[-1][2] if self._writes else 0)
        if epoch_kept and self._unwritten is None and not self._base_unwritten:
            return
        last = self.log.last
        first = max(last + 1 if self._unwritten is None else self._unwritten, self.log.base + 1)
        self._number += 1
        self._writes.append([self._number, last, self.epoch])
        entries = self.log.between(first - 1, last)
        self.effects.append(Write(self._number, self.epoch, self.log.base, self.log.base_epoch, first, entries))
        self._unwritten, self._base_unwritten = None, False

    def written(self, number: int) -> None:
        """Writes up to a number are on the disk."""
        while self._writes and self._writes[0][0] <= number:
            _, last, self._epoch_on_disk = self._writes.popleft()
            self._on_disk = max(self._on_disk, last)

    # the state machine

    def commit(self, index: int, requests: dict[int, int] | None = None) -> None:
        """Entries up to an index are committed: they go to the state machine, which is asked for checksums between them.

        Arguments:
            index: of the last of them.
            requests: a leader's, by index; those that are answered are taken out.
        """
        if index <= self.committed or not self.ready:
            return
        self.committed = index
        every = self.settings.checksum_every
        while self.applied < index:
            end = min(index, self.applied - self.applied % every + every) if every else index
            entries = self.log.between(self.applied, end)
            first = self.applied + 1
            owners = () if requests is None else tuple(requests.pop(each, None) for each in range(first, end + 1))
            self.effects.append(Apply(first, entries, owners))
            self.applied = end
            if every and end % every == 0:
                self.effects.append(Checksum(end))
        if self.settings.snapshot_every and self.applied - self._snapshot_asked >= self.settings.snapshot_every:
            self._snapshot_asked = self.applied
            self.effects.append(TakeSnapshot(self.applied, self.log.epoch_at(self.applied) or 0))

    def snapshot_taken(self, index: int, needed: int | None = None) -> None:
        """Entries that a snapshot has go, but for some that followers may lack.

        Arguments:
            index: up to which the snapshot tells.
            needed: a leader's: behind this index followers need all, as far as `keep_bytes` reach.
        """
        base = self.log.base
        through = min(index, self.applied) - self.settings.keep
        if needed is not None and needed < through and self.log.size(needed, through) <= self.settings.keep_bytes:
            through = needed
        self.log.discard(through)
        self._base_unwritten = self._base_unwritten or self.log.base > base

    def install(self, index: int, epoch: int, data: bytes) -> None:
        """A snapshot has come; nothing is applied before the state machine has taken it."""
        self.installing = (index, epoch)
        self.effects.append(Install(index, epoch, data))

    def installed(self, index: int) -> bool:
        """The state machine has taken a snapshot. False: it is not that for which this member waits."""
        if self.installing is None or self.installing[0] != index:
            return False
        _, epoch = self.installing
        self.blank, self.installing = False, None
        # Entries that follow the snapshot's last one stay, and what was said of them stays true.
        if self.log.epoch_at(index) != epoch:
            self.changed(self.log.base + 1)
        self.log.restart(index, epoch)
        self.applied = self._snapshot_asked = index
        self.committed = max(self.committed, index)
        self._base_unwritten = True
        return True

    # leases that others have

    def promise_to(self, leader: MemberId, now: float) -> None:
        """No newer leader gets this member's help before the lease is over."""
        self.promise = Promise(leader, self.epoch, now + self.settings.lease)

    def release(self, leader: MemberId, epoch: int) -> None:
        """A leader says that it leads no epoch before that one."""
        if self.promise is not None and self.promise.leader == leader and self.promise.epoch < epoch:
            self.promise = None

    def bound_until(self, leader: MemberId, ended: tuple[MemberId, ...]) -> float:
        """The time before which this member must not help a leader, since another one may have a lease by it."""
        promise = self.promise
        if promise is None or promise.leader == leader or promise.leader in ended:
            return 0.0
        return promise.until

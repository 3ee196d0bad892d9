"""All groups of one kernel, a turn at a time: one frame for each other kernel and one write to the log file, whatever their number."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field

from amino_wire.errors import ArgumentInvalid, InternalError

from amino_replication.effects import Effect, Send, Write
from amino_replication.encoding import Envelope, decode, encode
from amino_replication.events import Event, Received, Unreachable, Written
from amino_replication.identity import MemberId
from amino_replication.member import Member
from amino_replication.messages import Append, Fetched
from amino_replication.records import encode_record

_FRAME_BYTES = 8 << 20
"""About how large a frame may become before a second one begins; far below the wire's limit of a frame."""


@dataclass(slots=True)
class Done:
    """The effects of a turn. A shell begins the write and the sending at once; neither waits for the other.

    Arguments:
        frames: by kernel; more than one only where they would be too large.
        write: number and bytes of the record for the log file; None: nothing is to be written.
        effects: everything else, with the group, in order.
        failed: groups whose member must not go on here, with the reason. They have been removed; the others are not concerned.
    """

    frames: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    write: tuple[int, bytes] | None = None
    effects: list[tuple[str, Effect]] = field(default_factory=list[tuple[str, Effect]])
    failed: list[tuple[str, InternalError]] = field(default_factory=list[tuple[str, InternalError]])


class Turns:
    """The members of a kernel, by group."""

    def __init__(self) -> None:
        self._members: dict[str, tuple[MemberId, Member]] = {}
        self._touched: dict[str, None] = {}
        # When which group is due. An entry that is not the group's present time is skipped: most groups change theirs each turn.
        self._due: dict[str, float] = {}
        self._times: list[tuple[float, str]] = []
        self._failed: list[tuple[str, InternalError]] = []
        self._number = 0
        self._writes: deque[tuple[int, list[tuple[str, Member, int]]]] = deque()

    def add(self, group: str, me: MemberId, member: Member) -> None:
        """A member of a group begins to live on this kernel.

        Raises:
            ArgumentInvalid: the kernel has a member of the group already.
        """
        if group in self._members:
            raise ArgumentInvalid(f"this kernel has a member of the group {group} already: remove that first")
        self._members[group] = (me, member)
        self._wait(group, member.due)

    def remove(self, group: str) -> None:
        """The member of a group does not live here any more."""
        self._members.pop(group, None)
        self._touched.pop(group, None)
        self._due.pop(group, None)

    def member(self, group: str) -> Member | None:
        """The member of a group; None: this kernel has none."""
        found = self._members.get(group)
        return None if found is None else found[1]

    @property
    def due(self) -> float:
        """When `finish` must be called though nothing happens, in seconds."""
        while self._times and self._due.get(self._times[0][1]) != self._times[0][0]:
            heapq.heappop(self._times)
        return self._times[0][0] if self._times else float("inf")

    def _wait(self, group: str, due: float) -> None:
        if self._due.get(group) != due:
            self._due[group] = due
            if due != float("inf"):
                heapq.heappush(self._times, (due, group))

    def handle(self, group: str, event: Event, now: float) -> None:
        """Something has happened to a group; groups that this kernel does not have are ignored."""
        found = self._members.get(group)
        if found is not None:
            self._touched[group] = None
            try:
                found[1].handle(event, now)
            except InternalError as error:
                self.remove(group)
                self._failed.append((group, error))

    def received(self, data: bytes | memoryview, now: float) -> None:
        """A frame of another kernel. Messages for other lives of our members are dropped: those forgot their logs.

        Raises:
            FrameInvalid: it cannot be read.
        """
        for group, sender, to, message in decode(data):
            found = self._members.get(group)
            if found is not None and found[0] == to:
                self.handle(group, Received(sender, message), now)

    def written(self, number: int, now: float) -> None:
        """The records up to a number are on the disk."""
        while self._writes and self._writes[0][0] <= number:
            for group, member, of_group in self._writes.popleft()[1]:
                # Another member of the group counts its writes anew.
                if self.member(group) is member:
                    self.handle(group, Written(of_group), now)

    def unreachable(self, kernel: str, ended: bool, now: float) -> None:
        """No connection to a kernel; see `events.Unreachable`."""
        for group in tuple(self._members):
            self.handle(group, Unreachable(kernel, ended), now)

    def finish(self, now: float) -> Done:
        """The end of a turn: the effects of all groups to which something happened, or whose time has come."""
        done = Done(failed=self._failed)
        self._failed = []
        outgoing: dict[str, list[Envelope]] = {}
        writes: list[tuple[str, Write]] = []
        members: list[tuple[str, Member, int]] = []
        while self.due <= now:
            _, group = heapq.heappop(self._times)
            self._touched[group] = None
            # Its time is set anew below.
            del self._due[group]
        touched, self._touched = self._touched, {}
        for group in touched:
            me, member = self._members[group]
            for effect in member.flush(now):
                if isinstance(effect, Send):
                    outgoing.setdefault(effect.to.kernel, []).append(Envelope(group, me, effect.to, effect.message))
                elif isinstance(effect, Write):
                    writes.append((group, effect))
                    members.append((group, member, effect.number))
                else:
                    done.effects.append((group, effect))
            self._wait(group, member.due)
        done.frames = {kernel: [encode(part) for part in _parts(envelopes)] for kernel, envelopes in outgoing.items()}
        if writes:
            self._number += 1
            self._writes.append((self._number, members))
            done.write = (self._number, encode_record(writes))
        return done


def _parts(envelopes: list[Envelope]) -> list[list[Envelope]]:
    """Messages in as few frames as the limit allows."""
    parts: list[list[Envelope]] = [[]]
    size = 0
    for envelope in envelopes:
        size += _size(envelope)
        if size > _FRAME_BYTES and parts[-1]:
            parts.append([])
            size = _size(envelope)
        parts[-1].append(envelope)
    return parts


def _size(envelope: Envelope) -> int:
    """About how many bytes a message has."""
    message = envelope.message
    if isinstance(message, (Append, Fetched)):
        size = 64
        for entry in message.entries:
            size += 16 + len(entry.data or b"")
        return size
    return 64 + len(getattr(message, "data", b""))

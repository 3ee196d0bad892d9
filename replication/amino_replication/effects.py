"""All that a member wants done. A shell does the effects of one turn in their order."""

from __future__ import annotations

from dataclasses import dataclass

from amino_replication.identity import MemberId
from amino_replication.log import Entry
from amino_replication.messages import Message
from amino_replication.reports import Report


@dataclass(frozen=True, slots=True)
class Send:
    """A message for another member. It may be lost, doubled, late."""

    to: MemberId
    message: Message


@dataclass(frozen=True, slots=True)
class Write:
    """To the disk; answered by Written. Writes reach it in the order of their numbers.

    Arguments:
        number: of the write.
        epoch: messages of older epochs are refused.
        base, base_epoch: up to here the snapshot on the disk tells.
        first: index of the first entry; what the disk has from there on is replaced.
        entries: from there on.
    """

    number: int
    epoch: int
    base: int
    base_epoch: int
    first: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """Committed entries for the state machine, in order, each once in a life.

    Arguments:
        first: the index of the first.
        entries: those whose data is None change nothing.
        requests: at the leader, for each entry the request that proposed it or None; elsewhere empty.
    """

    first: int
    entries: tuple[Entry, ...]
    requests: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class NotRun:
    """The request (a proposal or a read) was not taken and will not run. `leader`: who may take it, if that is known."""

    request: int
    leader: MemberId | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The proposal's leader lost its epoch: a later leader may commit it or not. The state machine knows request ids."""

    request: int


@dataclass(frozen=True, slots=True)
class ReadReady:
    """The read may look at the state as soon as all up to an index is applied (it is, after the effects before this one)."""

    request: int
    index: int


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    """The state machine should save its state behind an index; answered by SnapshotTaken. The snapshot keeps the entry's epoch too."""

    index: int
    epoch: int


@dataclass(frozen=True, slots=True)
class SendSnapshot:
    """A member lacks a snapshot; answered by Snapshot."""

    to: MemberId


@dataclass(frozen=True, slots=True)
class Install:
    """The state machine should take this state, which is that behind an index; answered by Installed. In a durable group the snapshot,
    with the entry's epoch, is on the disk before that."""

    index: int
    epoch: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Checksum:
    """The shell should compute the checksum of the state behind an index, before later entries; answered by Checksummed."""

    index: int


@dataclass(frozen=True, slots=True)
class Diverged:
    """The state of a member differs; the entries behind `since`, up to which it was equal, hold the cause."""

    member: MemberId
    since: int
    index: int


@dataclass(frozen=True, slots=True)
class Tell:
    """A report for the master, which compares its epoch with the stored one. It may be lost: the member reports again."""

    report: Report


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody knows a newer epoch: the shell should read the configuration from the master."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Removed:
    """The member has no place in the group any more."""

    epoch: int


Effect = (
    Send
    | Write
    | Apply
    | NotRun
    | Unknown
    | ReadReady
    | TakeSnapshot
    | SendSnapshot
    | Install
    | Checksum
    | Diverged
    | Tell
    | Outdated
    | Removed
)

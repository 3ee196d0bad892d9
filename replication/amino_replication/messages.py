"""The messages between members of a group; `encoding.py` has their bytes. Each has the epoch of its sender."""

from __future__ import annotations

from dataclasses import dataclass

from amino_replication.identity import MemberId
from amino_replication.log import Entry


@dataclass(frozen=True, slots=True)
class Append:
    """A leader's entries for a follower; without entries a heartbeat.

    Arguments:
        epoch: the leader's.
        round: counts the turns in which the leader sent, so that answers say what they answer.
        previous, previous_epoch: index and epoch of the entry before the first one.
        entries: those that follow.
        committed: up to where the leader has committed.
        quiet: the leader will send nothing until there is work.
    """

    epoch: int
    round: int
    previous: int
    previous_epoch: int
    entries: tuple[Entry, ...]
    committed: int
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A follower's answer to all that came from its leader in one turn.

    Arguments:
        epoch: the leader's.
        round: the highest that came.
        holds: up to this index the follower has the leader's entries, on its disk if the group is durable.
        lacks: the leader goes on behind this index, since its entries did not fit; -1: the follower has no state at all; None: they fit.
    """

    epoch: int
    round: int
    holds: int
    lacks: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """The leader of a new epoch asks for the end of a log, and that older epochs be refused from now on.

    Arguments:
        epoch: the new one.
        ended: leaders whose leases are over, since their processes have ended.
    """

    epoch: int
    ended: tuple[MemberId, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The answer to Ask, given once no lease of an older leader depends on the member.

    Arguments:
        epoch: the asking leader's.
        last_epoch, last: of the last entry.
        base: up to here only a snapshot tells.
    """

    epoch: int
    last_epoch: int
    last: int
    base: int


@dataclass(frozen=True, slots=True)
class Fetch:
    """A new leader asks for the entries behind an index."""

    epoch: int
    after: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to Fetch: entries behind the index, as many as fit."""

    epoch: int
    after: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The epoch of a message was older than this one."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Release:
    """The sender leads no epoch before this one any more, so that its leases there are over."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a snapshot.

    Arguments:
        epoch: the leader's.
        index, index_epoch: the last entry that the snapshot has.
        size: of the whole snapshot, in bytes.
        offset: of this part.
        data: the part.
    """

    epoch: int
    index: int
    index_epoch: int
    size: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class PieceTaken:
    """How many bytes of the snapshot up to an index a follower has."""

    epoch: int
    index: int
    offset: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A follower's checksum of its state behind an index."""

    epoch: int
    index: int
    digest: bytes


Message = Append | Answer | Ask | End | Fetch | Fetched | Refused | Release | Piece | PieceTaken | Checked
KINDS: tuple[type[Message], ...] = (Append, Answer, Ask, End, Fetch, Fetched, Refused, Release, Piece, PieceTaken, Checked)
"""By their numbers on the wire."""
FROM_LEADERS = frozenset({Append, Ask, Fetch, Piece})
"""Only the leader of their epoch sends these."""

"""All that can happen to a member. Times are arguments of `Member.handle`."""

from __future__ import annotations

from dataclasses import dataclass

from amino_replication.configuration import Configuration
from amino_replication.identity import MemberId
from amino_replication.messages import Message


@dataclass(frozen=True, slots=True)
class Configured:
    """The master's decision, as the store has it; may come late, twice, and in any order."""

    configuration: Configuration


@dataclass(frozen=True, slots=True)
class Received:
    """A message of another member."""

    sender: MemberId
    message: Message


@dataclass(frozen=True, slots=True)
class Propose:
    """The state machine is to run `data`. `request` is any number of the shell's by which effects speak of it."""

    request: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """Something only reads. With `quorum` a majority confirms the leader; without, the leader's lease suffices where it has one."""

    request: int
    quorum: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The writes up to this number are on the disk."""

    number: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state behind an index (of an entry that was applied), for a member that lacks it: the answer to SendSnapshot."""

    to: MemberId
    index: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """The shell keeps a snapshot behind an index (in a durable group on its disk): the answer to TakeSnapshot."""

    index: int


@dataclass(frozen=True, slots=True)
class Installed:
    """The state machine has the state of the snapshot behind an index: the answer to Install."""

    index: int


@dataclass(frozen=True, slots=True)
class Checksummed:
    """The checksum of the state behind an index: the answer to Checksum."""

    index: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No connection to a kernel. `ended`: its process is known to have ended, so that its leases are over."""

    kernel: str
    ended: bool = False


Event = Configured | Received | Propose | Read | Written | Snapshot | SnapshotTaken | Installed | Checksummed | Unreachable

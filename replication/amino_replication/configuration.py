"""The stored decision of the master: epoch, leader and members of a group (Vertical Paxos: a configuration)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amino_wire import frames
from amino_wire.errors import FrameInvalid, ValueInvalid
from amino_wire.guards import is_list
from amino_wire.values import reader

from amino_replication.identity import MemberId

VERSION = 1
_FIELDS = 9


def majority(count: int) -> int:
    """The number of members of which any two sets have a member in common."""
    return count // 2 + 1


@dataclass(frozen=True, slots=True)
class Configuration:
    """The members of a group in an epoch, and their leader.

    Arguments:
        epoch: from 1 on; each change of anything but `former` has a new one.
        leader: one of the members.
        members: their copies count.
        former: the members of the last epoch that is known to be complete. A leader asks a majority of them before it leads, and
            commits nothing before they are the members themselves (Vertical Paxos II: an epoch is active once the master knows it).
        joining: they get the log but do not count yet.
        leaving: members whose places joining members will take.
        ended: former leaders whose process is known to have ended: their leases are over.
        size: how many members the group is to have.
    """

    epoch: int
    leader: MemberId
    members: tuple[MemberId, ...]
    former: tuple[MemberId, ...]
    joining: tuple[MemberId, ...] = ()
    leaving: tuple[MemberId, ...] = ()
    ended: tuple[MemberId, ...] = ()
    size: int = 3

    @staticmethod
    def first(members: Sequence[MemberId], leader: MemberId | None = None) -> Configuration:
        """The configuration with which a group begins: each member has the object's first state and an empty log."""
        everybody = tuple(members)
        return Configuration(1, everybody[0] if leader is None else leader, everybody, everybody, size=len(everybody))

    @property
    def complete(self) -> bool:
        """Whether the master knows that a majority of the members has the log of the epochs before."""
        return self.former == self.members

    def holds(self, member: MemberId) -> bool:
        """Whether a member has a place in it, counting or not."""
        return member in self.members or member in self.joining

    def encode(self) -> bytes:
        """Its bytes for the store."""
        lists = [_flat(each) for each in (self.members, self.former, self.joining, self.leaving, self.ended)]
        return frames.pack([VERSION, self.epoch, [*self.leader], *lists, self.size])

    @staticmethod
    def decode(data: bytes) -> Configuration:
        """The configuration in bytes that `encode` made.

        Raises:
            FrameInvalid: the bytes are none, or of a version that this kernel does not know.
        """
        try:
            plain: Any = reader.unpack(data)
            if not is_list(plain) or len(plain) != _FIELDS or plain[0] != VERSION or type(plain[1]) is not int:
                raise ValueError("no list of a configuration's fields in a known version")
            members, former, joining, leaving, ended = (_members(each) for each in plain[3:8])
            return Configuration(plain[1], _members(plain[2])[0], members, former, joining, leaving, ended, int(plain[8]))
        except (ValueInvalid, ValueError, TypeError, IndexError) as error:
            raise FrameInvalid(
                f"the stored configuration of a group cannot be read ({error}): look whether a newer version of Amino has written it"
            ) from None


def _flat(members: tuple[MemberId, ...]) -> list[Any]:
    return [part for member in members for part in member]


def _members(flat: Any) -> tuple[MemberId, ...]:
    if not is_list(flat) or {*map(type, flat[::2])} - {str} or {*map(type, flat[1::2])} - {int}:
        raise ValueError("members are pairs of a kernel and an incarnation")
    return tuple(MemberId(*pair) for pair in zip(flat[::2], flat[1::2], strict=True))

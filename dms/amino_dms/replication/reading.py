"""The replica that answers the reads of a group, and what a caller knows of its own reads. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any, Final

from amino_wire.errors import AminoError, from_payload, to_payload

from amino_dms.api import Node, Replica

HEADER: Final = "ConsensusRSM-read"
"""The header of a local read: from which position on the state will do."""
AT_LEADER: Final = -1
"""As that position: the read is to see all that was answered before."""
CLIENTS: Final = 10_000
"""Clients of which a proxy knows what they have seen."""


class Reading(StrEnum):
    """The replica that answers reads."""

    LEADER = "leader"
    """The leader, under its lease where the kernels keep the log."""
    QUORUM = "quorum"
    """The leader, once a majority has said that it leads: no clock is trusted."""
    LOCAL = "local"
    """The nearest replica, with a state that is at most `age` old and has all that the same caller has written or seen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a local read ended, and a position in the log: it has seen nothing that is behind that.

    Arguments:
        position: that one; AT_LEADER: nobody knows.
        value: the result.
        error: what the object raised; None: it has a result.
    """

    position: int
    value: Any = None
    error: AminoError | None = None

    def to_value(self) -> dict[str, Any]:
        """As a value that travels."""
        return {HEADER: [self.position, self.value, None if self.error is None else to_payload(self.error)]}

    @classmethod
    def from_value(cls, value: Any) -> Answer:
        """The answer of such a value. Any other value is the result of an object that has another chain by now."""
        match value:
            case {"ConsensusRSM-read": [int(position), result, error]} if len(value) == 1:
                return cls(position, result, None if error is None else from_payload(error))
            case _:
                return cls(AT_LEADER, value)


@dataclass(slots=True)
class _Seen:
    position: int
    writes: int = 0
    unseen: bool = False
    """Whether a write has been answered whose position nobody has asked for."""


class SeenPositions:
    """From which position of the log on the state of a replica will do for a client: it has seen the states before, or has written.

    A client that has been forgotten is taken to have seen all that forgotten ones have.
    """

    def __init__(self) -> None:
        self._clients: OrderedDict[str, _Seen] = OrderedDict()
        self._others = _Seen(0, unseen=True)

    def wrote(self, client: str) -> None:
        """A write of the client has come back, whatever became of it."""
        seen = self._of(client)
        seen.writes += 1
        seen.unseen = True

    def before(self, client: str) -> tuple[int, int]:
        """Of a client before a read: how many writes it has made, and the position that it has seen."""
        seen = self._of(client)
        return seen.writes, seen.position

    def least(self, client: str) -> int:
        """The position for its next read; AT_LEADER: nobody knows, and the leader does."""
        seen = self._of(client)
        return AT_LEADER if seen.unseen else seen.position

    def has_read(self, client: str, position: int) -> None:
        """A read at a replica has seen nothing behind a position."""
        seen = self._of(client)
        seen.position = max(seen.position, position)
        seen.unseen = seen.unseen or position == AT_LEADER

    def has_read_at_leader(self, client: str, position: int, before: tuple[int, int]) -> None:
        """A read has seen all that was answered before it. A position less than that `before`: the group has begun a new log."""
        seen = self._of(client)
        if position == AT_LEADER:
            return
        writes, known = before
        seen.position = position if position < known else max(seen.position, position)
        seen.unseen = seen.unseen and seen.writes != writes
        if self._others.unseen:
            self._others = _Seen(max(self._others.position, position))

    def _of(self, client: str) -> _Seen:
        seen = self._clients.get(client)
        if seen is None:
            seen = self._clients[client] = _Seen(self._others.position, unseen=self._others.unseen)
            if len(self._clients) > CLIENTS:
                _, gone = self._clients.popitem(last=False)
                position = max(self._others.position, gone.position)
                self._others = _Seen(position, unseen=self._others.unseen or gone.unseen)
        self._clients.move_to_end(client)
        return seen


def nearest(
    home: Node, replicas: Sequence[Replica], regions: Mapping[str, str], avoided: Collection[int], random: Random
) -> Replica | None:
    """The replica for a caller's reads: on its node, else in its region, else any; of equal ones, one by chance.

    Arguments:
        home: where the caller is.
        replicas: that there are.
        regions: of the nodes, as far as they are known.
        avoided: the numbers of replicas that have not answered lately.
    """
    able = [replica for replica in replicas if replica.number not in avoided]
    region = home.region or regions.get(home.id, "")

    def distance(replica: Replica) -> tuple[bool, bool]:
        return replica.node != home.id, not region or regions.get(replica.node) != region

    least = min(map(distance, able), default=None)
    near = [replica for replica in able if distance(replica) == least]
    return random.choice(near) if near else None

"""The leader compares checksums of its members' states at the same index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from amino_replication.effects import Diverged
from amino_replication.identity import MemberId

_KEPT = 4


class Checksums:
    """Checksums of the last indexes.

    Arguments:
        leader: whose state callers have seen.
        members: those that are compared.
    """

    def __init__(self, leader: MemberId, members: Collection[MemberId]) -> None:
        self._leader = leader
        self._members = members
        self._seen: dict[int, dict[MemberId, bytes]] = {}
        self._equal: dict[MemberId, int] = {}
        self._told: set[tuple[MemberId, int]] = set()

    def add(self, member: MemberId, index: int, digest: bytes) -> list[Diverged]:
        """A member's checksum. Answers the members that differ, as far as the index shows it now."""
        if member not in self._members or (self._seen and index < min(self._seen) and len(self._seen) >= _KEPT):
            return []
        seen = self._seen.setdefault(index, {})
        seen[member] = digest
        while len(self._seen) > _KEPT:
            del self._seen[min(self._seen)]
        right = self._right(seen)
        if right is None:
            return []
        differing: list[Diverged] = []
        for each, found in seen.items():
            if found == right:
                self._equal[each] = max(index, self._equal.get(each, 0))
            elif index > self._equal.get(each, 0) and (each, index) not in self._told:
                self._told.add((each, index))
                differing.append(Diverged(each, self._equal.get(each, 0), index))
        return differing

    def _right(self, seen: dict[MemberId, bytes]) -> bytes | None:
        """The checksum that most members have; of several the leader's, once all have answered."""
        ((digest, count),) = Counter(seen.values()).most_common(1)
        if count > len(self._members) // 2:
            return digest
        return seen.get(self._leader) if len(seen) == len(self._members) else None

"""What a shard knows of the object's map of shards, and the parcels of keys that are on their way. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from amino_wire.errors import ChainInvalid, Outcome

from amino_dms.sharding.hashing import shard_of
from amino_dms.sharding.shard_map import Stamp, refusal

KEYS_IN_PIECE: Final = 64
"""Keys whose state travels in one message, which is one entry of a log where the shard is a group."""
CALLS_IN_PIECE: Final = 256
_CALLS: Final = "calls"
_KEYS: Final = "keys"
Piece = list[Any]
"""What it is of, and the outcomes or the state."""


def calls_piece(rows: list[Any]) -> Piece:
    """A piece of outcomes."""
    return [_CALLS, rows]


def keys_piece(state: Any) -> Piece:
    """A piece of the object's state, as `amino_split` gave it."""
    return [_KEYS, state]


def is_of_keys(piece: Piece) -> bool:
    """Whether `amino_merge` wants it."""
    return bool(piece[0] == _KEYS)


def leaving(keys: list[Any], number: int, count: int) -> dict[int, list[list[Any]]]:
    """The keys that another shard is to have, in pieces, by the number of that shard.

    Arguments:
        keys: those that the shard has.
        number: its own.
        count: how many shards there are to be.

    Raises:
        ArgumentInvalid: one is no key.
    """
    found: dict[int, list[list[Any]]] = {}
    for key in keys:
        place = shard_of(key, count)
        if place == number:
            continue
        pieces = found.setdefault(place, [])
        if not pieces or len(pieces[-1]) == KEYS_IN_PIECE:
            pieces.append([])
        pieces[-1].append(key)
    return found


@dataclass(slots=True)
class ShardState:
    """One shard.

    Arguments:
        version: of the map by which it answers.
        closed: it answers nothing: its keys are not here, or not all of them.
        parcels: by the number of another shard, pieces that this one gave away, until all shards have what is theirs.
        taken_version: of the map for which pieces were taken.
        taken: by the number of another shard, how many of its pieces are merged here.
        returning: states that go back into the object they came from.
    """

    version: int = 0
    closed: bool = False
    parcels: dict[int, list[Piece]] = field(default_factory=dict[int, list[Piece]])
    taken_version: int = 0
    taken: dict[int, int] = field(default_factory=dict[int, int])
    returning: list[Any] = field(default_factory=list[Any])

    def check(self, stamp: Stamp, title: str) -> None:
        """Raises the refusal of a call that this shard must not run: by a map that is older than the shard's, while it has not got its
        keys, and on all shards while these have not all come to one map. A later map than the shard's is right for one key: such a map is
        in force only where no key moves to an open shard, or all have arrived."""
        if self.closed:
            raise refusal(f"{title} does not have its keys yet; call the object itself, and again", closed=True)
        if stamp.version < self.version or (stamp.everywhere and stamp.version != self.version):
            text = (
                f"{title} is a shard by map {self.version} of its object, and the call came by map {stamp.version}; call the object itself"
            )
            raise refusal(text, closed=False)

    def expect(self, version: int) -> None:
        """A new shard: closed until it has its keys."""
        if self.version < version:
            self.version, self.closed = version, True
            self._take_for(version)

    def may_split(self, version: int) -> bool:
        """Whether keys are to leave now; False: they have left. Raises ChainInvalid for an order that is over."""
        if self.version >= version:
            self._stands_at(version)
            return False
        return True

    def take_back(self, parcels: dict[int, list[Piece]]) -> None:
        """The states in parcels are to go back into the object."""
        self.returning += [state for pieces in parcels.values() for kind, state in pieces if kind == _KEYS]
        self.parcels = {}

    def split(self, version: int, parcels: dict[int, list[Piece]], *, ends: bool) -> None:
        """Keys have left. `ends`: this shard is to have none."""
        self.version, self.parcels, self.closed = version, parcels, ends

    def piece(self, version: int, dest: int, index: int) -> list[Any]:
        """A piece for another shard, None behind the last one, and how many there are: none where the shard was made anew since it split.
        Raises ChainInvalid for an order that is over."""
        if self.version < version:
            return [None, 0]
        self._stands_at(version)
        pieces = self.parcels.get(dest, [])
        return [pieces[index] if index < len(pieces) else None, len(pieces)]

    def wants(self, version: int, source: int, index: int) -> bool:
        """Whether that piece is to be merged now. Raises ChainInvalid for an order that is over."""
        if self.version > version or (self.version == version and not self.closed):
            return False
        if self.taken_version != version:
            self._take_for(version)
        done = self.taken.get(source, 0)
        if index > done:
            raise ChainInvalid(f"piece {index} comes before piece {done}", outcome=Outcome.NOT_RUN)
        return index == done

    def took(self, source: int) -> None:
        """One more piece is merged."""
        self.taken[source] = self.taken.get(source, 0) + 1

    def open(self, version: int, pieces: dict[int, int]) -> bool:
        """Answers by a map from now on. False: pieces are missing, by the number of the shard that gave them."""
        if self.version > version or (self.version == version and not self.closed):
            return True
        of = self.taken if self.taken_version == version else {}
        if any(of.get(source, 0) != count for source, count in pieces.items()):
            return False
        self.version, self.closed = version, False
        return True

    def may_restore(self, version: int) -> bool:
        """Whether pieces that were given away are to be merged again; raises ChainInvalid for an order that is over."""
        if self.version >= version:
            self._stands_at(version)
            return False
        return True

    def restored(self, version: int) -> None:
        """All is as before, by a later map."""
        self.version, self.closed = version, False

    def drop(self, version: int) -> None:
        """All shards have what is theirs."""
        if self.version == version:
            self.parcels = {}

    def to_value(self) -> list[Any]:
        """As a value that can be stored."""
        return [self.version, self.closed, self.parcels, self.taken_version, self.taken, self.returning]

    @classmethod
    def from_value(cls, value: list[Any]) -> ShardState:
        """The state of such a value."""
        version, closed, parcels, taken_version, taken, returning = value
        return cls(version, closed, dict(parcels), taken_version, dict(taken), list(returning))

    def _take_for(self, version: int) -> None:
        self.taken_version, self.taken = version, {}

    def _stands_at(self, version: int) -> None:
        if self.version != version:
            raise _over(version, self.version)


def _over(version: int, own: int) -> ChainInvalid:
    return ChainInvalid(f"an order for map {version} came to a shard that is at map {own}; it changes nothing", outcome=Outcome.NOT_RUN)

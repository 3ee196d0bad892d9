"""The orders by which keys go from one shard to another: calls that pass the managers of a shard as every other write does. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from amino_wire.errors import ChainInvalid, Outcome
from amino_wire.frames import Invocation

from amino_dms.api import SAVED_HEADER
from amino_dms.api.narrow import is_list
from amino_dms.sharding.shard_map import HOOKS, ORDER


class Kind(StrEnum):
    """What a shard is to do."""

    EXPECT = "expect"
    """Answer nothing until `OPEN`."""
    SPLIT = "split"
    """Put the keys of others into parcels: [own number, shards before, shards from now on]."""
    PIECE = "piece"
    """Show a piece of a parcel: [for which shard, its place]."""
    MERGE = "merge"
    """Take over a piece: [from which shard, its place, the piece]."""
    OPEN = "open"
    """Answer by the map: {shard that gave pieces: how many}."""
    RESTORE = "restore"
    """Take back what is in the parcels, and answer by the map."""
    DROP = "drop"
    """The parcels are not needed any more."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order.

    Arguments:
        kind: what is to be done.
        version: of the map for which.
        args: see `Kind`.
    """

    kind: Kind
    version: int
    args: tuple[Any, ...] = ()

    @classmethod
    def of(cls, call: Invocation) -> Order | None:
        """The order that a call is; None: it is a call of the object's. Raises ChainInvalid for an order that nobody gives."""
        if ORDER not in call.headers:
            return None
        value = call.headers[ORDER]
        if is_list(value) and len(value) == 2 and value[0] in set(Kind) and isinstance(value[1], int):
            return cls(Kind(value[0]), value[1], tuple(call.args))
        raise ChainInvalid("a header of this call is none that DHT gives; send none", outcome=Outcome.NOT_RUN)

    def call(self, shard: str, request_id: str, deadline: float) -> Invocation:
        """The call that carries it. It is a read where the class has declared `amino_keys` to be one, and changes nothing."""
        method = HOOKS[0] if self.kind is Kind.PIECE else HOOKS[1]
        headers: Mapping[str, Any] = {ORDER: [self.kind.value, self.version], SAVED_HEADER: True}
        return Invocation(shard, method, self.args, request_id=request_id, deadline=deadline, headers=headers)

"""Which requests have been seen: a request sent again does not run again (idempotence by request id)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from amino_store.store import Store
from amino_store.transaction import Compare, Put

from amino_oms.clock import Clock
from amino_oms.registry.keys import REQUESTS

RETENTION = 3600.0
"""Seconds for which a request is remembered at least."""

_TURN = 60.0
_END = "\0"
"""Behind the object's id, and between the paths of state that a move has left behind."""


class RequestLedger:
    """The requests of the last hour, kept in the store under leases that end by themselves (one lease a minute)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._lease = 0
        self._lease_until = float("-inf")
        self._granting = asyncio.Lock()

    async def find(self, request_id: str) -> str | None:
        """The object that a request has been about; None for one never seen (or forgotten), and for an empty id."""
        entry = await self._store.get(REQUESTS + request_id) if request_id else None
        return None if entry is None else entry.value.decode().split(_END)[0]

    async def lost(self, request_id: str) -> list[str]:
        """The paths of state that a move has left behind, by its request; none for a request that was no such move."""
        entry = await self._store.get(REQUESTS + request_id) if request_id else None
        return [] if entry is None else entry.value.decode().split(_END)[1:]

    async def entry(self, request_id: str, object_id: str, lost: Sequence[str] = ()) -> tuple[tuple[Compare, ...], tuple[Put, ...]]:
        """The compares and puts by which a transaction counts as the request's; nothing for an empty id."""
        if not request_id:
            return (), ()
        key = REQUESTS + request_id
        return (Compare.absent(key),), (Put(key, _END.join((object_id, *lost)).encode(), await self._current_lease()),)

    async def _current_lease(self) -> int:
        async with self._granting:
            if self._clock.monotonic() >= self._lease_until:
                self._lease = await self._store.grant(RETENTION + 2 * _TURN)
                self._lease_until = self._clock.monotonic() + _TURN
            return self._lease

"""Where objects are, as far as this kernel knows. Pure but for the function that asks the OMS."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from amino_wire.pb import common_pb2

CAPACITY = 100_000

Lookup = Callable[[str], Awaitable[common_pb2.ObjectRecord]]


class RecordCache:
    """Records by object id, the newest epoch winning; callers that miss the same record ask the OMS once."""

    def __init__(self, lookup: Lookup, capacity: int = CAPACITY) -> None:
        self._lookup = lookup
        self._capacity = capacity
        self._records: OrderedDict[str, common_pb2.ObjectRecord] = OrderedDict()
        self._asking: dict[str, asyncio.Future[common_pb2.ObjectRecord]] = {}

    def peek(self, object_id: str) -> common_pb2.ObjectRecord | None:
        return self._records.get(object_id)

    async def get(self, object_id: str) -> common_pb2.ObjectRecord:
        """Answers the record, from the cache or from the OMS.

        Raises:
            ObjectNotFound, NameNotFound, OmsUnavailable
        """
        known = self._records.get(object_id)
        return known if known is not None else await self.refresh(object_id)

    async def refresh(self, object_id: str) -> common_pb2.ObjectRecord:
        """Asks the OMS, whatever the cache says."""
        asking = self._asking.get(object_id)
        if asking is None:
            asking = asyncio.ensure_future(self._lookup(object_id))
            self._asking[object_id] = asking
            asking.add_done_callback(lambda done: self._asked(object_id, done))
        record = await asyncio.shield(asking)
        return self.learn(record)

    def learn(self, record: common_pb2.ObjectRecord) -> common_pb2.ObjectRecord:
        """Keeps a record unless a newer one is known; answers the one that is kept."""
        known = self._records.get(record.id)
        if known is not None and known.status.epoch > record.status.epoch:
            return known
        self._records[record.id] = record
        self._records.move_to_end(record.id)
        while len(self._records) > self._capacity:
            self._records.popitem(last=False)
        return record

    def forget(self, object_id: str) -> None:
        self._records.pop(object_id, None)

    def clear(self) -> None:
        """Forgets all, for when the OMS was away and may have changed anything."""
        self._records.clear()

    def _asked(self, object_id: str, done: asyncio.Future[common_pb2.ObjectRecord]) -> None:
        self._asking.pop(object_id, None)
        if not done.cancelled():
            done.exception()  # the waiting callers get it; there may be none any more

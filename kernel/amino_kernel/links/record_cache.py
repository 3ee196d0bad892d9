"""Where objects are, as far as this kernel knows. Pure but for the function that asks the OMS."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from amino_wire.pb import common_pb2

CAPACITY = 100_000
LOST = common_pb2.OBJECT_STATE_LOST
ASLEEP = common_pb2.OBJECT_STATE_ASLEEP
LOST_SECONDS = 1.0
"""For how long nobody asks again about an object that is lost."""

Lookup = Callable[[str], Awaitable[common_pb2.ObjectRecord]]


class RecordCache:
    """Records by object id, the newest epoch winning; callers that miss the same record ask the OMS once.

    Args:
        lookup: Asks the OMS.
        now: Seconds of the kernel's clock.
        wake: Has the OMS bring an object back that is asleep.
        capacity: How many records are kept.
    """

    def __init__(self, lookup: Lookup, now: Callable[[], float], wake: Lookup, capacity: int = CAPACITY) -> None:
        self._lookup = lookup
        self._now = now
        self._wake = wake
        self._waking: dict[str, asyncio.Future[common_pb2.ObjectRecord]] = {}
        self._capacity = capacity
        self._losses: dict[str, float] = {}
        """When the OMS was asked last about objects of which it said that they are lost."""
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

    async def fresh(self, object_id: str) -> common_pb2.ObjectRecord:
        """Asks the OMS, unless it has said within the last second that the object is lost.

        Nobody is told when a lost object is back: that it is lost is known for a moment only. Raises as `get`.
        """
        known, now = self._records.get(object_id), self._now()
        if known is not None and known.status.state == LOST and now - self._losses.get(object_id, -LOST_SECONDS) < LOST_SECONDS:
            return known
        record = await self.refresh(object_id)
        if record.status.state == LOST:
            if len(self._losses) >= self._capacity:
                self._losses.clear()
            self._losses[object_id] = now
        else:
            self._losses.pop(object_id, None)
        return record

    async def awake(self, asked: Awaitable[common_pb2.ObjectRecord]) -> common_pb2.ObjectRecord:
        """The record that is asked for. An object that is asleep is woken first, by one question for all callers here."""
        record = await asked
        if record.status.state != ASLEEP:
            return record
        waking = self._waking.get(record.id)
        if waking is None:
            waking = self._waking[record.id] = asyncio.ensure_future(self._wake(record.id))
            waking.add_done_callback(lambda done: self._woken(record.id, done))
        return self.learn(await asyncio.shield(waking))

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

    def _woken(self, object_id: str, done: asyncio.Future[common_pb2.ObjectRecord]) -> None:
        self._waking.pop(object_id, None)
        if not done.cancelled():
            done.exception()  # as in `_asked`

    def _asked(self, object_id: str, done: asyncio.Future[common_pb2.ObjectRecord]) -> None:
        self._asking.pop(object_id, None)
        if not done.cancelled():
            done.exception()  # the waiting callers get it; there may be none any more

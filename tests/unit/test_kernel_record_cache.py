"""Records that a kernel remembers."""

from __future__ import annotations

import asyncio

import pytest
from amino_kernel.links.record_cache import LOST_SECONDS, RecordCache
from amino_wire.errors import ObjectNotFound
from amino_wire.pb import common_pb2


class Oms:
    """Answers what it is told to, once it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.epoch = 1
        self.state = common_pb2.OBJECT_STATE_ACTIVE
        self.open = asyncio.Event()
        self.open.set()

    async def get(self, object_id: str) -> common_pb2.ObjectRecord:
        self.asked += 1
        await self.open.wait()
        if object_id == "nobody":
            raise ObjectNotFound("there is no nobody")
        return common_pb2.ObjectRecord(id=object_id, status=common_pb2.ObjectStatus(epoch=self.epoch, state=self.state))


async def test_the_oms_is_asked_once_however_many_miss_at_once() -> None:
    oms = Oms()
    oms.open.clear()
    cache = RecordCache(oms.get, lambda: 0.0, oms.get)
    waiting = [asyncio.ensure_future(cache.get("o1")) for _ in range(20)]
    await asyncio.sleep(0)
    oms.open.set()
    assert {record.id for record in await asyncio.gather(*waiting)} == {"o1"} and oms.asked == 1
    await cache.get("o1")
    assert oms.asked == 1


async def test_an_older_record_never_replaces_a_newer_one() -> None:
    oms = Oms()
    cache = RecordCache(oms.get, lambda: 0.0, oms.get)
    cache.learn(common_pb2.ObjectRecord(id="o1", status=common_pb2.ObjectStatus(epoch=7)))
    assert (await cache.refresh("o1")).status.epoch == 7
    assert cache.learn(common_pb2.ObjectRecord(id="o1", status=common_pb2.ObjectStatus(epoch=7), name="renamed")).name == "renamed"


async def test_an_error_is_not_remembered() -> None:
    oms = Oms()
    cache = RecordCache(oms.get, lambda: 0.0, oms.get)
    for _ in range(2):
        with pytest.raises(ObjectNotFound):
            await cache.get("nobody")
    assert oms.asked == 2


async def test_one_who_gives_up_does_not_spoil_it_for_the_others() -> None:
    oms = Oms()
    oms.open.clear()
    cache = RecordCache(oms.get, lambda: 0.0, oms.get)
    impatient = asyncio.ensure_future(cache.get("o1"))
    patient = asyncio.ensure_future(cache.get("o1"))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    oms.open.set()
    assert (await patient).id == "o1"


async def test_the_cache_has_bounds() -> None:
    oms = Oms()
    cache = RecordCache(oms.get, lambda: 0.0, oms.get, capacity=3)
    for number in range(5):
        await cache.get(f"o{number}")
    assert [cache.peek(f"o{number}") is not None for number in range(5)] == [False, False, True, True, True]


async def test_that_an_object_is_lost_is_known_for_a_second() -> None:
    oms, now = Oms(), [100.0]
    oms.state = common_pb2.OBJECT_STATE_LOST
    cache = RecordCache(oms.get, lambda: now[0], oms.get)
    await cache.get("o1")
    for _ in range(5):
        assert (await cache.fresh("o1")).status.state == common_pb2.OBJECT_STATE_LOST
    assert oms.asked == 2, "once for the record, and once since nobody had asked whether it is still lost"
    now[0] += LOST_SECONDS
    oms.state = common_pb2.OBJECT_STATE_ACTIVE
    for _ in range(3):
        assert (await cache.fresh("o1")).status.state == common_pb2.OBJECT_STATE_ACTIVE
    assert oms.asked == 5, "an object that is not lost may have moved: the OMS is asked each time"

"""A move whose source dies before it is committed leaves a copy at its target: a restart makes that the object, not a new one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_wire.pb import client_pb2, common_pb2

from tests.unit.oms_world import World, world
from tests.unit.played_kernel import Held, PlayedKernel

ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def lost_with_a_copy(here: World, *, epoch: int = 2) -> tuple[common_pb2.ObjectRecord, PlayedKernel, PlayedKernel]:
    """An object whose kernel has died, and two others, of which the second has a copy of it in an epoch."""
    source = await here.kernel("k1")
    record = await here.register("counter")
    other, target = await here.kernel("k2"), await here.kernel("k3")
    target.passive[record.id] = Held(epoch, "0", created=0, record=record)
    await here.die(source)
    assert (await here.get("counter")).status.state == LOST
    return record, other, target


async def restarted(here: World, request_id: str = "") -> common_pb2.ObjectRecord:
    return (await here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter", request_id=request_id))).object


async def test_the_last_copy_of_an_object_becomes_the_object(here: World) -> None:
    record, other, target = await lost_with_a_copy(here)
    after = await restarted(here, "mine")
    assert (after.id, after.status.state, after.status.epoch) == (record.id, ACTIVE, 2)
    assert [replica.kernel_id for replica in after.status.replicas] == ["k3"]
    assert target.objects[record.id].created == 0 and not target.passive and not other.objects
    again = await restarted(here, "mine")
    assert again.status == after.status, "the request, sent again, is answered with what it has done"


async def test_a_copy_of_another_epoch_is_not_taken(here: World) -> None:
    """It is what an earlier move has left."""
    record, _, target = await lost_with_a_copy(here, epoch=1)
    after = await restarted(here)
    assert after.status.epoch == 2
    made = after.status.replicas[0].kernel_id
    assert here.kernels[made].objects[record.id].created == 1
    assert target.passive[record.id].epoch == 1

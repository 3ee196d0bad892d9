"""The service while its disk is full, and after a commit in doubt: requests fail in order, and nothing stays behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_store.transaction import Transaction
from amino_wire.errors import OmsUnavailable
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from tests.unit.full_disk import doubtful_disk, everything, full_disk
from tests.unit.held_commits import Wanted, stores
from tests.unit.oms_world import DEADLINE, World, error_of, world

ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def pause_over(here: World) -> None:
    """Returns when what was begun anew after a pause has been done."""
    here.clock.now += 1.0
    await here.settled()


MOMENTS = [pytest.param(everything, id="at the reservation"), pytest.param(stores(ACTIVE), id="at the last commit")]


@pytest.mark.parametrize("wanted", MOMENTS)
@pytest.mark.parametrize("managers", [[], ["KeepInPlace"]], ids=["plain", "managed"])
async def test_an_object_that_could_not_be_stored_is_made_by_the_next_attempt(here: World, wanted: Wanted, managers: list[str]) -> None:
    kernel = await here.kernel("k1")
    chain = [common_pb2.DeploymentManagerSpec(name=name) for name in managers]
    request = client_pb2.RegisterRequest(name="counter", artifact=await here.artifact(), request_id="r1", deployment_managers=chain)
    with full_disk(here.oms, wanted):
        error = await error_of(here.stub.Register(request))
        assert isinstance(error, OmsUnavailable) and "the disk is full" in error.message
        again = await error_of(here.stub.Register(request, timeout=DEADLINE))
        assert isinstance(again, OmsUnavailable), again
    made = (await here.stub.Register(request, timeout=DEADLINE)).object
    assert made.status.state == ACTIVE
    await pause_over(here)
    assert list(kernel.objects) == [made.id]
    assert [record.id for record in (await here.stub.List(client_pb2.ListRequest())).objects] == [made.id]


async def test_a_name_is_free_again_when_there_is_room(here: World) -> None:
    kernel = await here.kernel("k1")
    artifact = await here.artifact()
    with full_disk(here.oms, stores(ACTIVE)):
        assert isinstance(await error_of(here.stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact))), OmsUnavailable)
    await pause_over(here)
    assert kernel.objects == {}
    assert (await here.register("counter", artifact=artifact)).status.state == ACTIVE


async def test_instances_that_could_not_be_stored_are_made_by_the_next_attempt(here: World) -> None:
    kernel = await here.kernel("k1")
    model = await here.register("counter")
    request = client_pb2.CreateManyRequest(class_name="counter", instances=[client_pb2.Instance()] * 5, request_id="many")
    with full_disk(here.oms):
        assert isinstance(await error_of(here.stub.CreateMany(request)), OmsUnavailable)
        await here.settled()
        assert list(kernel.objects) == [model.id]
    made = (await here.stub.CreateMany(request)).objects
    assert set(kernel.objects) == {model.id, *(record.id for record in made)}


async def test_an_object_that_could_not_be_deleted_stays_and_goes_later(here: World) -> None:
    kernel = await here.kernel("k1")
    model = await here.register("counter")
    with full_disk(here.oms):
        assert isinstance(await error_of(here.stub.Delete(client_pb2.DeleteRequest(name_or_id="counter"))), OmsUnavailable)
        assert list(kernel.objects) == [model.id] and (await here.get("counter")).status.state == ACTIVE
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id="counter"))
    assert kernel.objects == {}


async def test_a_durable_value_that_could_not_be_stored_is_the_one_before(here: World) -> None:
    put = oms_pb2.DurablePutRequest(key="a", value=b"1", expected_version=0)
    await here.stub.DurablePut(put)
    with full_disk(here.oms):
        assert isinstance(
            await error_of(here.stub.DurablePut(oms_pb2.DurablePutRequest(key="a", value=b"2", expected_version=1))), OmsUnavailable
        )
    stored = await here.stub.DurableGet(oms_pb2.DurableGetRequest(key="a"))
    assert (stored.value, stored.version) == (b"1", 1)


async def test_objects_of_a_kernel_that_dies_while_the_disk_is_full_are_lost_when_there_is_room(here: World) -> None:
    kernel = await here.kernel("k1")
    model = await here.register("counter")
    with full_disk(here.oms):
        here.clock.now += here.settings.lease + here.settings.margin + 1
        here.oms.tick()
        await asyncio.sleep(0)
        assert (await here.get(model.id)).status.state == ACTIVE
    await here.until(lambda: is_lost(here, model.id))
    await kernel.register(new_life=True)
    restarted = (await here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter"))).object
    assert (restarted.status.state, restarted.status.epoch) == (ACTIVE, model.status.epoch + 1)


async def is_lost(here: World, object_id: str) -> bool:
    here.clock.now += 0.1  # pauses between attempts are measured by it
    return (await here.get(object_id)).status.state == LOST


def stores_many(transaction: Transaction) -> bool:
    return len(transaction.then) > 5


async def test_instances_whose_commit_is_in_doubt_are_kept(here: World) -> None:
    """A retry after the next start of the service finds their records, and they must be where these say."""
    kernel = await here.kernel("k1")
    await here.register("counter")
    request = client_pb2.CreateManyRequest(class_name="counter", instances=[client_pb2.Instance()] * 5, request_id="many")
    with doubtful_disk(here.oms, stores_many):
        assert isinstance(await error_of(here.stub.CreateMany(request)), OmsUnavailable)
        await here.settled()
    await here.restart()
    await kernel.register()
    made = (await here.stub.CreateMany(request)).objects
    assert {record.id for record in made} <= set(kernel.objects) and len(made) == 5


async def test_an_object_whose_commit_is_in_doubt_is_kept(here: World) -> None:
    kernel = await here.kernel("k1")
    request = client_pb2.RegisterRequest(name="counter", artifact=await here.artifact(), request_id="r1")
    with doubtful_disk(here.oms, stores(ACTIVE)):
        assert isinstance(await error_of(here.stub.Register(request)), OmsUnavailable)
        await here.settled()
    await here.restart()
    await kernel.register()
    made = (await here.stub.Register(request)).object
    await here.settled()
    assert list(kernel.objects) == [made.id]


async def test_a_restart_whose_commit_is_in_doubt_is_kept(here: World) -> None:
    kernel = await here.kernel("k1")
    model = await here.register("counter")
    await kernel.register(new_life=True)
    await here.until(lambda: is_lost(here, model.id))
    with doubtful_disk(here.oms, stores(ACTIVE)):
        assert isinstance(await error_of(here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter"))), OmsUnavailable)
        await asyncio.sleep(0.1)
    await here.restart()
    await kernel.register()
    await here.settled()
    assert (await here.get("counter")).status.state == ACTIVE and kernel.objects[model.id].epoch == model.status.epoch + 1

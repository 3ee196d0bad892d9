"""Coordinators at the service: made, called, stored, brought back after a restart; replicas made and recovered by their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from amino_dms.chain import Registry
from amino_oms.registry.keys import DURABLE, MANAGED
from amino_wire.errors import ArgumentInvalid, ChainInvalid, MemberNotFound, NoKernelMatches, ObjectNotFound
from amino_wire.instances import object_of
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.values import DEFAULT, decode, encode

from tests.unit.counting_managers import Counting, Homebound, Plural
from tests.unit.oms_world import World, error_of, world

ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms", managers=Registry([Counting, Homebound, Plural])) as made:
        yield made


def chain(*names: str) -> list[common_pb2.DeploymentManagerSpec]:
    """The specs of managers without settings."""
    return [common_pb2.DeploymentManagerSpec(name=name) for name in names]


async def call(here: World, object_id: str, method: str, *args: Any, budget_ms: int = 0, index: int = 0) -> Any:
    """A call to a coordinator."""
    request = oms_pb2.CallPartRequest(
        object_id=object_id,
        chain_index=index,
        part="coordinator",
        method=method,
        args=DEFAULT.encode_array(args),
        budget_ms=budget_ms,
    )
    return decode((await here.stub.CallCoordinator(request)).value)


async def test_a_coordinator_keeps_its_state_through_a_restart_of_the_service(here: World) -> None:
    await here.kernel("k1")
    record = await here.register("counter", deployment_managers=chain("Counting"))
    assert await call(here, record.id, "add", 5) == 5
    await here.restart()
    assert await call(here, record.id, "add", 2) == 7
    assert await call(here, record.id, "read") == [7, ["create created"]]


async def test_what_a_coordinator_does_not_offer_is_refused(here: World) -> None:
    await here.kernel("k1")
    record = await here.register("counter", deployment_managers=chain("Counting", "Homebound"))
    plain = await here.register("plain")
    assert isinstance(await error_of(call(here, record.id, "hidden")), MemberNotFound)
    assert isinstance(await error_of(call(here, record.id, "add", 1, 2)), ArgumentInvalid)
    assert isinstance(await error_of(call(here, record.id, "add", 1, index=1)), MemberNotFound)
    assert isinstance(await error_of(call(here, plain.id, "add", 1)), MemberNotFound)
    assert isinstance(await error_of(call(here, "0" * 20, "add", 1)), ObjectNotFound)
    assert "did not answer" in str(await error_of(call(here, record.id, "nap", budget_ms=20)))


async def test_chains_that_cannot_be_are_refused_at_registration(here: World) -> None:
    await here.kernel("k1")
    artifact = await here.artifact()
    for names in (("Nonsense",), ("Counting", "Counting")):
        request = client_pb2.RegisterRequest(name="a", artifact=artifact, deployment_managers=chain(*names))
        assert isinstance(await error_of(here.stub.Register(request)), ChainInvalid)
    assert (await here.stub.List(client_pb2.ListRequest())).total == 0


async def test_an_object_comes_back_from_what_its_coordinator_has_saved(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    record = await here.register("counter", deployment_managers=chain("Counting"))
    source, target = (first, second) if record.status.replicas[0].kernel_id == "k1" else (second, first)
    await call(here, record.id, "add", 9)
    await here.die(source)
    back = await here.get("counter")
    assert (back.status.state, back.status.epoch, back.status.replicas[0].kernel_id) == (ACTIVE, 2, target.kernel_id)
    assert decode(target.received[record.id].state) == {"format": "values", "data": 9}
    assert decode(target.received[record.id].manager_state) == {"Counting": "saved", "@arrival": "recovered"}
    assert list(target.objects) == [record.id]
    log = (await call(here, record.id, "read"))[1]
    assert log == ["create created", f"failure 0 on {source.kernel_id}", f"added 0 on {target.kernel_id}"]
    response = await source.register()
    assert list(response.fenced) == [record.id]


async def test_an_object_whose_context_ended_comes_back_on_its_own_kernel(here: World) -> None:
    kernel = await here.kernel("k1")
    record = await here.register("counter", deployment_managers=chain("Counting"))
    await call(here, record.id, "add", 7)
    del kernel.objects[record.id]
    assert await kernel.keep_alive(lost=(common_pb2.InstanceState(instance=record.id, epoch=1),))
    await here.settled()
    back = await here.get("counter")
    assert (back.status.state, back.status.epoch, back.status.replicas[0].kernel_id) == (ACTIVE, 2, "k1")
    assert decode(kernel.received[record.id].state)["data"] == 7
    assert kernel.objects[record.id].epoch == 2


async def test_an_object_waits_for_a_kernel_to_come_back_on(here: World) -> None:
    first = await here.kernel("k1")
    record = await here.register("counter", deployment_managers=chain("Counting"))
    await call(here, record.id, "add", 4)
    here.clock.now += 10
    here.oms.tick()
    await here.until(lambda: has_status(here, LOST))
    await here.restart()
    assert (await here.get("counter")).status.state == LOST
    second = await here.kernel("k2")
    for _ in range(20):
        here.clock.now += 0.5
        await second.keep_alive()
        await asyncio.sleep(0.01)
    await here.until(lambda: has_status(here, ACTIVE))
    assert decode(second.received[record.id].state) == {"format": "values", "data": 4}
    assert list((await first.register()).fenced) == [record.id]


async def has_status(here: World, status: common_pb2.ObjectStatus) -> bool:
    """Whether the counter has a status."""
    return (await here.get("counter")).status.state == status


async def test_replicas_are_made_and_ended_by_order_of_a_coordinator(here: World) -> None:
    kernels = {name: await here.kernel(name) for name in ("k1", "k2")}
    record = await here.register("counter", deployment_managers=chain("Counting"))
    assert await call(here, record.id, "replicate") == 1
    two = await here.get("counter")
    assert [(replica.path, replica.role) for replica in two.status.replicas] == [("0", ""), ("1", "follower")]
    assert {replica.kernel_id for replica in two.status.replicas} == set(kernels)
    assert all([object_of(each) for each in kernel.objects] == [record.id] for kernel in kernels.values())
    # Without a third kernel the next replica lives beside another one.
    assert await call(here, record.id, "replicate") == 2
    assert sorted(len(kernel.objects) for kernel in kernels.values()) == [1, 2]
    await asyncio.gather(*(call(here, record.id, "shrink", number) for number in (0, 1)))
    one = await here.get("counter")
    assert [replica.path for replica in one.status.replicas] == ["2"]
    assert sorted(key for kernel in kernels.values() for key in kernel.objects) == [f"{record.id}/2"]
    assert isinstance(await error_of(call(here, record.id, "shrink", 2)), ArgumentInvalid)


async def test_a_coordinator_that_cannot_be_made_takes_its_object_along(here: World) -> None:
    kernel = await here.kernel("k1")
    artifact = await here.artifact()
    request = client_pb2.RegisterRequest(name="a", artifact=artifact, deployment_managers=chain("Plural"))
    assert isinstance(await error_of(here.stub.Register(request)), NoKernelMatches)
    assert (await here.stub.List(client_pb2.ListRequest())).total == 0
    assert kernel.objects == {}
    await here.kernel("k2")
    made = (await here.stub.Register(request)).object
    assert (len(made.status.replicas), made.status.epoch, made.status.state) == (2, 2, ACTIVE)


async def test_a_replica_moves_to_a_region(here: World) -> None:
    await here.kernel("k1", region="eu")
    await here.kernel("k2", region="us")
    record = await here.register("counter", deployment_managers=chain("Counting"))
    for region, expected in (("us", "k2"), ("eu", "k1"), ("eu", "k1")):
        await call(here, record.id, "go", region)
        assert (await here.get("counter")).status.replicas[0].kernel_id == expected
    assert isinstance(await error_of(call(here, record.id, "go", "moon")), NoKernelMatches)


async def test_the_chain_says_where_an_object_may_live(here: World) -> None:
    await here.kernel("k1")
    await here.kernel("k2")
    record = await here.register("counter", deployment_managers=chain("Homebound"))
    home = record.status.replicas[0].kernel_id
    away = "k1" if home == "k2" else "k2"
    error = await error_of(here.stub.Move(client_pb2.MoveRequest(name_or_id="counter", kernel_id=away)))
    assert isinstance(error, ChainInvalid)
    assert f"it stays on {home}" in str(error)
    assert isinstance(await error_of(here.stub.Move(client_pb2.MoveRequest(name_or_id="counter"))), NoKernelMatches)
    await here.stub.Attach(client_pb2.AttachRequest(name_or_id="counter"))
    assert (await here.stub.Move(client_pb2.MoveRequest(name_or_id="counter", kernel_id=away))).object.status.replicas[0].kernel_id == away


async def test_another_chain_begins_with_nothing(here: World) -> None:
    await here.kernel("k1")
    record = await here.register("counter", deployment_managers=chain("Counting"))
    await call(here, record.id, "add", 5)
    store = here.oms.services.registry.store
    assert await store.count(DURABLE) == 1
    await here.stub.Attach(client_pb2.AttachRequest(name_or_id="counter", deployment_managers=chain("Homebound")))
    await here.settled()
    assert (await store.count(DURABLE), await store.count(MANAGED)) == (0, 1)
    assert isinstance(await error_of(call(here, record.id, "read")), MemberNotFound)
    await here.stub.Attach(client_pb2.AttachRequest(name_or_id="counter", deployment_managers=chain("Counting")))
    assert (await call(here, record.id, "read"))[0] == 0
    for names in (("Nonsense",), ("Counting", "Counting")):
        request = client_pb2.AttachRequest(name_or_id="counter", deployment_managers=chain(*names))
        assert isinstance(await error_of(here.stub.Attach(request)), ChainInvalid)
    assert (await call(here, record.id, "add", 1)) == 1
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id="counter"))
    assert (await store.count(DURABLE), await store.count(MANAGED)) == (0, 0)


async def test_settings_travel_as_values(here: World) -> None:
    await here.kernel("k1")
    specs = [common_pb2.DeploymentManagerSpec(name="Counting", config=encode({"nonsense": 1}))]
    request = client_pb2.RegisterRequest(name="a", artifact=await here.artifact(), deployment_managers=specs)
    error = cast(Exception, await error_of(here.stub.Register(request)))
    assert isinstance(error, ChainInvalid)
    assert "nonsense" in str(error)


async def test_a_replacement_whose_coordinators_refuse_it_leaves_the_old_object(here: World) -> None:
    kernel = await here.kernel("k1")
    old = await here.register("counter")
    assert isinstance(await error_of(here.register("counter", replace=True, deployment_managers=chain("Plural"))), NoKernelMatches)
    await here.settled()
    assert (await here.get("counter")).id == old.id
    assert list(kernel.objects) == [old.id]


async def test_a_replacement_takes_the_name_when_its_coordinators_have_it(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    old = await here.register("counter")
    new = await here.register("counter", replace=True, deployment_managers=chain("Plural"), request_id="r1")
    await here.settled()
    assert (await here.get("counter")).id == new.id != old.id
    assert len((await here.get("counter")).status.replicas) == 2
    assert [object_of(each) for kernel in (first, second) for each in kernel.objects] == [new.id, new.id]
    assert (await here.register("counter", replace=True, deployment_managers=chain("Plural"), request_id="r1")).id == new.id

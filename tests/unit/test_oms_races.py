"""What happens at one moment to one object and its kernel: records and kernels agree afterwards, whatever came first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from amino_oms.membership.kernel_calls import KernelSilent
from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable
from amino_wire.instances import instance_id
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.protocol import VERSION

from tests.unit.held_commits import held_commits, removes, stores
from tests.unit.oms_world import World, error_of, world
from tests.unit.played_kernel import Held, PlayedKernel

ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def agree(here: World) -> None:
    """Asserts that each kernel has what the records place on it in its present life, and nothing else."""
    await here.settled()
    records = (await here.stub.List(client_pb2.ListRequest())).objects
    for kernel in here.kernels.values():
        placed = {
            instance_id(record.id, each.path): (each.kernel_incarnation, record.status.epoch)
            for record in records
            for each in record.status.replicas
            if record.status.state == ACTIVE and each.kernel_id == kernel.kernel_id
        }
        assert placed == {key: (kernel.incarnation, held.epoch) for key, held in kernel.objects.items()}
        assert kernel.passive == {}


async def half_made(here: World, kernel: PlayedKernel) -> common_pb2.ObjectRecord:
    """A CREATING record of an earlier process of the service, whose kernel has the instance."""
    artifact = await here.artifact()
    creating = asyncio.Event()

    async def never(request: oms_pb2.CreateObjectRequest) -> None:
        creating.set()
        await asyncio.Event().wait()

    kernel.before_create = never
    call = asyncio.ensure_future(error_of(here.stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact))))
    await asyncio.wait_for(creating.wait(), 10)
    record = await here.get("counter")
    await here.restart()
    await call
    kernel.objects[record.id] = Held(record.status.epoch, "0", record=record)
    return record


async def test_a_half_made_object_is_not_finished_for_a_life_that_has_ended(here: World) -> None:
    first = await here.kernel("k1")
    record = await half_made(here, first)
    asked, answer = asyncio.Event(), asyncio.Event()

    async def hold(request: oms_pb2.CreateObjectRequest) -> None:
        asked.set()
        await answer.wait()

    first.before_create = hold
    async with held_commits(here.oms, removes) as door:

        async def settled() -> bool:
            return door.waiting == 2 or (await here.get(record.id)).status.state == ACTIVE

        await first.register()
        await asyncio.wait_for(asked.wait(), 10)
        old = first.incarnation
        registering = asyncio.ensure_future(first.register(new_life=True))
        await asyncio.wait_for(door.arrived.wait(), 10)
        # The record has been read as CREATING, to be removed; now the answer of the former life is committed.
        await registering
        new, first.incarnation = first.incarnation, old
        answer.set()
        await here.until(settled)
        first.incarnation = new
    first.objects.clear()
    await agree(here)
    listed = (await here.stub.List(client_pb2.ListRequest())).objects
    assert [each.id for each in listed if each.id == record.id and each.status.state == ACTIVE] == []


async def test_a_kernel_that_comes_back_while_its_objects_are_being_lost_keeps_them(here: World) -> None:
    first = await here.kernel("k1")
    await here.register("counter")
    async with held_commits(here.oms, stores(LOST)) as door:
        here.clock.now += here.settings.lease + here.settings.margin
        here.oms.tick()
        await asyncio.wait_for(door.arrived.wait(), 10)
        await first.register()
    await here.settled()
    assert (await here.get("counter")).status.state == ACTIVE
    await agree(here)


async def test_an_object_is_not_brought_back_by_a_life_that_has_ended(here: World) -> None:
    first = await here.kernel("k1")
    await here.register("counter")
    await here.die(first)
    async with held_commits(here.oms, stores(ACTIVE)) as door:
        coming_back = asyncio.ensure_future(first.register())
        await asyncio.wait_for(door.arrived.wait(), 10)
        second = oms_pb2.RegisterKernelRequest(kernel_id="k1", endpoints=common_pb2.Endpoints(grpc=first.address), wire_version=VERSION)
        life = (await here.stub.RegisterKernel(second)).incarnation
        door.opened.set()
        await coming_back
    first.objects.clear()
    first.incarnation = life
    await here.settled()
    assert (await here.get("counter")).status.state == LOST
    await agree(here)


async def test_an_object_that_is_missing_is_noticed_although_its_record_has_just_changed(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await here.kernel("k1")
    await here.register("counter")
    await here.restart()
    first.objects.clear()  # its context was closed while the service was away
    directory = here.oms.services.directory
    join = directory.join

    async def joined(record: common_pb2.KernelRecord, *, listing: bool) -> common_pb2.KernelRecord:
        kernel = await join(record, listing=listing)
        specs = [common_pb2.DeploymentManagerSpec(name="KeepInPlace")]
        await here.stub.Attach(client_pb2.AttachRequest(name_or_id="counter", deployment_managers=specs))
        return kernel

    monkeypatch.setattr(directory, "join", joined)
    await first.register()
    await here.settled()
    assert (await here.get("counter")).status.state == LOST
    await agree(here)


async def test_what_was_made_after_the_list_was_written_is_not_missing(here: World) -> None:
    first = await here.kernel("k1")
    await here.restart()
    await first.register()
    record = await here.register("counter")
    late = oms_pb2.RegisterKernelRequest(
        wire_version=VERSION,
        kernel_id="k1",
        endpoints=common_pb2.Endpoints(grpc=first.address),
        languages=first.languages,
        incarnation=first.incarnation,
    )
    assert list((await here.stub.RegisterKernel(late)).fenced) == []
    await here.settled()
    assert (await here.get(record.id)).status.state == ACTIVE
    await agree(here)


async def test_a_registration_that_is_late_does_not_bring_back_an_earlier_life(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await here.kernel("k1")
    before = first.incarnation
    forgetting, forget = asyncio.Event(), asyncio.Event()

    async def slow(kernel_id: str) -> None:
        forgetting.set()
        await forget.wait()

    monkeypatch.setattr(here.oms.services.kernels, "forget", slow)
    moved = common_pb2.Endpoints(grpc="127.0.0.1:1")
    late = oms_pb2.RegisterKernelRequest(kernel_id="k1", endpoints=moved, incarnation=before, wire_version=VERSION)
    call = asyncio.ensure_future(here.stub.RegisterKernel(late))
    await asyncio.wait_for(forgetting.wait(), 10)
    newer = asyncio.ensure_future(first.register(new_life=True))
    await here.until(lambda: _began(here, before))
    forget.set()
    await asyncio.gather(call, newer, return_exceptions=True)
    known = here.oms.services.directory.get("k1")
    assert (known.incarnation, known.endpoints.grpc) == (first.incarnation, first.address)
    assert await first.keep_alive()


async def _began(here: World, life: int) -> bool:
    return here.oms.services.directory.get("k1").incarnation > life


async def test_a_kernel_whose_answer_got_lost_drops_what_is_made_elsewhere(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    kernels = here.oms.services.kernels
    create = kernels.create_object

    async def silent(kernel: common_pb2.KernelRecord, request: oms_pb2.CreateObjectRequest, timeout: float) -> Any:
        answer = await create(kernel, request, timeout)
        if kernel.id == "k1":
            raise KernelSilent("the connection was lost")
        return answer

    monkeypatch.setattr(kernels, "create_object", silent)
    record = await here.register("counter")
    assert (record.status.epoch, record.status.replicas[0].kernel_id) == (2, "k2")
    await agree(here)
    assert (list(first.objects), list(second.objects)) == ([], [record.id])


async def test_an_order_for_an_earlier_life_makes_nothing_in_the_next(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")

    async def begin_anew(request: oms_pb2.CreateObjectRequest) -> None:
        first.before_create = None
        await first.register(new_life=True)

    first.before_create = begin_anew
    record = await here.register("counter")
    assert record.status.replicas[0].kernel_id == "k2"
    await agree(here)
    assert list(second.objects) == [record.id]


async def test_a_restart_does_not_replace_what_comes_back_at_that_moment(here: World) -> None:
    first = await here.kernel("k1")
    record = await here.register("counter")
    await here.die(first)
    asked, answer = asyncio.Event(), asyncio.Event()

    async def hold(request: oms_pb2.CreateObjectRequest) -> None:
        asked.set()
        await answer.wait()

    first.before_create = hold
    async with held_commits(here.oms, stores(ACTIVE)) as door:
        coming_back = asyncio.ensure_future(first.register())
        await asyncio.wait_for(door.arrived.wait(), 10)
        restarting = asyncio.ensure_future(here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter")))
        ordered = asyncio.ensure_future(asked.wait())
        await asyncio.wait({restarting, ordered}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        door.opened.set()
        await coming_back
        answer.set()
        assert (await restarting).object.status.epoch == 1
        ordered.cancel()
    await agree(here)
    back = await here.get("counter")
    assert (back.status.state, back.status.epoch, first.objects[record.id].epoch) == (ACTIVE, 1, 1)


async def test_a_restart_that_a_crash_interrupted_leaves_nothing_behind(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    record = await here.register("counter")
    source, target = (first, second) if record.status.replicas[0].kernel_id == "k1" else (second, first)
    await here.die(source)
    async with held_commits(here.oms, stores(ACTIVE)) as door:
        restarting = asyncio.ensure_future(error_of(here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter"))))
        await asyncio.wait_for(door.arrived.wait(), 10)
        # The kernel loses its lease for a moment: what is being made is not to be dropped.
        assert list((await target.register()).fenced) == []
        made = dict(target.objects)
        await here.restart()
        await restarting
    target.objects.update(made)  # a service that is killed tells nobody to drop anything
    assert list((await target.register()).fenced) == [record.id]
    await source.register()
    await agree(here)
    assert (await here.get("counter")).status.state == ACTIVE


async def test_two_replicas_are_not_made_in_one_place(here: World) -> None:
    await here.kernel("k1")
    record = await here.register("counter")
    second = await here.kernel("k2")
    arrived, answer = asyncio.Queue[None](), asyncio.Event()

    async def hold(request: oms_pb2.CreateObjectRequest) -> None:
        arrived.put_nowait(None)
        await answer.wait()

    second.before_create = hold
    making = [asyncio.ensure_future(here.oms.replicas.add(record.id, "", b"", b"")) for _ in range(2)]
    await arrived.get()
    another = asyncio.ensure_future(arrived.get())
    await asyncio.wait({*making, another}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    another.cancel()
    answer.set()
    results = await asyncio.gather(*making, return_exceptions=True)
    assert [each for each in results if isinstance(each, AminoError)] == []
    await agree(here)
    now = await here.get("counter")
    assert [replica.path for replica in now.status.replicas] == ["0", "1", "2"]
    assert {replica.kernel_id for replica in now.status.replicas} == {"k1", "k2"}


async def test_a_moved_object_is_in_the_life_that_received_it(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    record = await here.register("counter")
    source, target = (first, second) if record.status.replicas[0].kernel_id == "k1" else (second, first)
    life = target.incarnation
    await target.register(new_life=True)
    replica = common_pb2.Replica(path="0", kernel_id=target.kernel_id, kernel_incarnation=life)
    commit = oms_pb2.CommitLocationRequest(object_id=record.id, expected_epoch=1, replicas=[replica])
    assert isinstance(await error_of(here.stub.CommitLocation(commit)), KernelUnavailable)
    replica.ClearField("kernel_incarnation")
    commit = oms_pb2.CommitLocationRequest(object_id=record.id, expected_epoch=1, replicas=[replica])
    assert isinstance(await error_of(here.stub.CommitLocation(commit)), ArgumentInvalid)
    assert list(source.objects) == [record.id]
    await agree(here)

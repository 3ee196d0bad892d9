"""Kernels come, go and come back: leases, incarnations, fencing, lost and revived objects, moves, restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from amino_wire.errors import (
    ArgumentInvalid,
    EpochStale,
    FrameInvalid,
    KernelNotFound,
    KernelUnavailable,
    LanguageUnknown,
    NoKernelMatches,
    ObjectAwaitsKernel,
    ObjectNotFound,
)
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.protocol import VERSION

from tests.unit.oms_world import World, error_of, world
from tests.unit.played_kernel import Held, PlayedKernel

ACTIVE, LOST = common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "oms") as made:
        yield made


async def kernels(here: World, *, include_dead: bool = False) -> dict[str, common_pb2.KernelRecord]:
    """The kernels that the service lists."""
    response = await here.stub.Kernels(client_pb2.KernelsRequest(include_dead=include_dead))
    return {kernel.id: kernel for kernel in response.kernels}


async def test_a_kernel_that_keeps_silent_is_dead_and_its_objects_are_lost(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    objects = [await here.register(f"n{number}") for number in range(6)]
    here.clock.now += here.settings.lease + here.settings.margin - 0.1
    here.oms.tick()
    assert set(await kernels(here)) == {"k1", "k2"}
    await second.keep_alive()
    here.clock.now += 0.2
    here.oms.tick()
    await here.settled()
    assert set(await kernels(here)) == {"k2"}
    assert not (await kernels(here, include_dead=True))["k1"].alive
    for record in objects:
        now = await here.get(record.id)
        there = record.status.replicas[0].kernel_id == "k2"
        assert now.status.state == (ACTIVE if there else LOST)
        assert bool(now.status.replicas[0].endpoints.grpc) is there
    assert not await first.keep_alive()
    assert await second.keep_alive()


async def test_a_kernel_that_was_only_cut_off_brings_its_objects_back(here: World) -> None:
    first = await here.kernel("k1")
    record = await here.register("counter")
    await here.die(first)
    assert (await here.get("counter")).status.state == LOST
    response = await first.register()
    assert (response.incarnation, list(response.fenced)) == (record.status.replicas[0].kernel_incarnation, [])
    back = await here.get("counter")
    assert (back.status.state, back.status.epoch, back.status.replicas[0].endpoints.grpc) == (ACTIVE, 1, first.address)


async def test_a_kernel_that_comes_back_drops_what_lives_elsewhere_now(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    names = [f"n{number}" for number in range(4)]
    for name in names:
        await here.register(name)
    mine = [name for name in names if (await here.get(name)).status.replicas[0].kernel_id == "k1"]
    assert len(mine) == 2
    await here.die(first)
    restarted = (await here.stub.Restart(client_pb2.RestartRequest(name_or_id=mine[0]))).object
    assert (restarted.status.state, restarted.status.epoch, restarted.status.replicas[0].kernel_id) == (ACTIVE, 2, "k2")
    await here.stub.Delete(client_pb2.DeleteRequest(name_or_id=mine[1]))
    held = set(first.objects)
    response = await first.register()
    assert set(response.fenced) == held
    assert first.objects == {}
    assert restarted.id in second.objects
    assert (await here.get(mine[0])) == restarted


async def test_a_new_life_has_none_of_the_old_objects(here: World) -> None:
    first = await here.kernel("k1")
    record = await here.register("counter")
    before = first.incarnation
    await first.register(new_life=True)
    assert first.incarnation > before
    await here.settled()
    assert (await here.get("counter")).status.state == LOST
    restarted = (await here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter"))).object
    assert (restarted.id, restarted.status.epoch, restarted.status.replicas[0].kernel_incarnation) == (record.id, 2, first.incarnation)
    request = oms_pb2.RegisterKernelRequest(
        kernel_id="k1", endpoints=common_pb2.Endpoints(grpc=first.address), incarnation=before, wire_version=VERSION
    )
    error = await error_of(here.stub.RegisterKernel(request))
    assert isinstance(error, EpochStale)
    assert "another process" in str(error)


async def test_only_lost_objects_are_restarted(here: World) -> None:
    first = await here.kernel("k1")
    await here.register("counter")
    assert isinstance(await error_of(here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter"))), ArgumentInvalid)
    await here.die(first)
    error = await error_of(here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter")))
    assert isinstance(error, NoKernelMatches)
    assert (await here.get("counter")).status.state == LOST


async def test_who_says_goodbye_is_not_waited_for(here: World) -> None:
    first = await here.kernel("k1")
    await here.register("counter")
    await here.stub.Leave(oms_pb2.LeaveRequest(kernel_id="k1", incarnation=first.incarnation))
    await here.settled()
    assert await kernels(here) == {}
    assert (await here.get("counter")).status.state == LOST


async def test_what_ended_in_a_living_kernel_is_lost(here: World) -> None:
    first = await here.kernel("k1")
    record, other = await here.register("counter"), await here.register("other")
    ended = [common_pb2.InstanceState(instance=record.id, epoch=1), common_pb2.InstanceState(instance=other.id, epoch=7)]
    assert await first.keep_alive(lost=tuple(ended))
    await here.settled()
    assert (await here.get("counter")).status.state == LOST
    assert (await here.get("other")).status.state == ACTIVE
    restarted = (await here.stub.Restart(client_pb2.RestartRequest(name_or_id="counter"))).object
    assert (restarted.status.state, restarted.status.replicas[0].kernel_id) == (ACTIVE, "k1")


async def test_after_a_restart_of_the_service_kernels_are_asked_to_register_again(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    kept, missing = [await here.register(f"n{number}") for number in range(2)]
    if kept.status.replicas[0].kernel_id == "k2":
        kept, missing = missing, kept
    await here.restart()
    assert not await first.keep_alive()
    assert await kernels(here) == {}
    await first.register()
    second.objects.clear()  # as if its context had been closed while the service was away
    await second.register()
    await here.settled()
    assert (await here.get(kept.id)).status.state == ACTIVE
    assert (await here.get(missing.id)).status.state == LOST
    assert (await here.get(kept.id)).status.replicas[0].endpoints.grpc == first.address


async def test_after_a_restart_kernels_that_do_not_come_back_are_dead_one_lease_later(here: World) -> None:
    await here.kernel("k1")
    record = await here.register("counter")
    await here.restart()
    assert (await here.get("counter")).status.replicas[0].endpoints.grpc
    here.clock.now += here.settings.lease + here.settings.margin
    here.oms.tick()
    await here.settled()
    assert (await here.get(record.id)).status.state == LOST


async def test_right_after_a_restart_a_registration_waits_for_the_kernels_to_come_back(here: World) -> None:
    first = await here.kernel("k1")
    artifact = await here.artifact()
    await here.restart()
    waiting = asyncio.ensure_future(here.stub.Register(client_pb2.RegisterRequest(name="counter", artifact=artifact)))
    hopeless = asyncio.ensure_future(
        error_of(here.stub.Register(client_pb2.RegisterRequest(name="b", artifact=await here.artifact(b"", "ruby"))))
    )
    assert (await here.stub.List(client_pb2.ListRequest())).total == 0
    await first.register()
    assert (await asyncio.wait_for(waiting, 10)).object.status.state == ACTIVE
    assert isinstance(await asyncio.wait_for(hopeless, 10), NoKernelMatches)


async def test_deaths_that_a_crash_interrupted_are_seen_to(here: World) -> None:
    first = await here.kernel("k1")
    await here.register("counter")
    directory = here.oms.services.directory
    here.clock.now += 10
    (death,) = directory.detector.tick(here.clock.now)
    await directory.mark_dead(death)
    await here.restart()
    await here.settled()
    assert (await here.get("counter")).status.state == LOST
    assert not await first.keep_alive()


async def test_an_object_moves_to_the_kernel_that_is_named(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2", region="us")
    await here.kernel("k3", languages=("ruby",))
    record = await here.register("counter")
    source, target = (first, second) if record.status.replicas[0].kernel_id == "k1" else (second, first)
    move = client_pb2.MoveRequest(name_or_id="counter", kernel_id=target.kernel_id)
    moved = (await here.stub.Move(move)).object
    assert (moved.status.epoch, moved.status.replicas[0].kernel_id, moved.status.replicas[0].kernel_incarnation) == (
        2,
        target.kernel_id,
        target.incarnation,
    )
    assert (list(source.objects), list(target.objects)) == ([], [record.id])
    assert (await here.stub.Move(move)).object == moved
    back = (await here.stub.Move(client_pb2.MoveRequest(name_or_id=record.id))).object
    assert (back.status.epoch, back.status.replicas[0].kernel_id) == (3, source.kernel_id)
    for kernel_id, expected in {"k3": LanguageUnknown, "k9": KernelNotFound}.items():
        request = client_pb2.MoveRequest(name_or_id="counter", kernel_id=kernel_id)
        assert isinstance(await error_of(here.stub.Move(request)), expected)
    request = client_pb2.MoveRequest(name_or_id="counter", kernel_id=target.kernel_id, path="4")
    assert isinstance(await error_of(here.stub.Move(request)), ArgumentInvalid)


async def test_a_lost_object_and_a_dead_target_cannot_be_part_of_a_move(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    record = await here.register("counter")
    source, target = (first, second) if record.status.replicas[0].kernel_id == "k1" else (second, first)
    await here.die(target)
    request = client_pb2.MoveRequest(name_or_id="counter", kernel_id=target.kernel_id)
    assert isinstance(await error_of(here.stub.Move(request)), KernelUnavailable)
    await target.register()
    await here.die(source)
    assert isinstance(await error_of(here.stub.Move(request)), ObjectAwaitsKernel)


async def test_a_location_is_committed_once_and_only_from_the_expected_epoch(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    record = await here.register("counter")

    def commit(epoch: int, kernel: PlayedKernel, request_id: str = "", incarnation: int = 0) -> oms_pb2.CommitLocationRequest:
        replica = common_pb2.Replica(path="0", kernel_id=kernel.kernel_id, kernel_incarnation=incarnation or kernel.incarnation)
        return oms_pb2.CommitLocationRequest(object_id=record.id, expected_epoch=epoch, replicas=[replica], request_id=request_id)

    one = await here.stub.CommitLocation(commit(1, second, "move-1"))
    assert one.object.status.epoch == 2
    first.objects.clear()
    second.objects[record.id] = Held(2, "0")
    assert (await here.stub.CommitLocation(commit(1, second, "move-1"))).object == one.object
    await here.restart()
    await asyncio.gather(first.register(), second.register())
    assert (await here.stub.CommitLocation(commit(1, second, "move-1"))).object == one.object
    error = await error_of(here.stub.CommitLocation(commit(1, first, "move-2")))
    assert isinstance(error, EpochStale)
    assert error.details == {"epoch": 2, "kernels": ["k2"]}
    assert isinstance(await error_of(here.stub.CommitLocation(commit(2, first, incarnation=first.incarnation + 5))), KernelUnavailable)
    racing = [here.stub.CommitLocation(commit(2, kernel, f"race-{number}")) for number, kernel in enumerate([first, second] * 5)]
    results = await asyncio.gather(*racing, return_exceptions=True)
    assert len([result for result in results if not isinstance(result, BaseException)]) == 1
    assert (await here.get(record.id)).status.epoch == 3
    empty = oms_pb2.CommitLocationRequest(object_id=record.id, expected_epoch=3)
    assert isinstance(await error_of(here.stub.CommitLocation(empty)), ArgumentInvalid)
    assert isinstance(
        await error_of(
            here.stub.CommitLocation(oms_pb2.CommitLocationRequest(object_id="0" * 20, replicas=[common_pb2.Replica(path="0")]))
        ),
        ObjectNotFound,
    )


async def test_a_replica_that_dies_leaves_the_others(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    record = await here.register("counter")
    replicas = [
        common_pb2.Replica(path=str(number), kernel_id=kernel.kernel_id, kernel_incarnation=kernel.incarnation, role="follower")
        for number, kernel in enumerate((first, second))
    ]
    await here.stub.CommitLocation(oms_pb2.CommitLocationRequest(object_id=record.id, expected_epoch=1, replicas=replicas))
    await here.die(first)
    left = await here.get("counter")
    assert (left.status.state, left.status.epoch) == (ACTIVE, 3)
    assert [(replica.path, replica.kernel_id, replica.role) for replica in left.status.replicas] == [("1", "k2", "follower")]
    assert second.changed[-1].object.status.epoch == 3


async def test_attaching_tells_every_kernel(here: World) -> None:
    first, second = await here.kernel("k1"), await here.kernel("k2")
    await here.register("counter")
    specs = [common_pb2.DeploymentManagerSpec(name="KeepInPlace")]
    attached = (await here.stub.Attach(client_pb2.AttachRequest(name_or_id="counter", deployment_managers=specs))).object
    assert [spec.name for spec in attached.spec.deployment_managers] == ["KeepInPlace"]
    assert attached.status.epoch == 1
    for kernel in (first, second):
        assert kernel.changed[-1].object == attached


async def test_kernels_that_cannot_be_are_refused(here: World) -> None:
    for request in (
        oms_pb2.RegisterKernelRequest(kernel_id="a/b", endpoints=common_pb2.Endpoints(grpc="127.0.0.1:1"), wire_version=VERSION),
        oms_pb2.RegisterKernelRequest(kernel_id="k1", wire_version=VERSION),
    ):
        assert isinstance(await error_of(here.stub.RegisterKernel(request)), ArgumentInvalid)


@pytest.mark.parametrize(("version", "upgraded"), [(0, "kernel k9"), (1, "kernel k9"), (99, "this OMS")])
async def test_a_kernel_of_another_version_is_refused_with_the_side_to_upgrade(here: World, version: int, upgraded: str) -> None:
    endpoints = common_pb2.Endpoints(grpc="127.0.0.1:1")
    request = oms_pb2.RegisterKernelRequest(kernel_id="k9", endpoints=endpoints, wire_version=version)
    error = await error_of(here.stub.RegisterKernel(request))
    assert isinstance(error, FrameInvalid)
    assert str(error).endswith(f"upgrade {upgraded}")
    assert await kernels(here) == {}

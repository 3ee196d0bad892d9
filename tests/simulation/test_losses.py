"""The error of a call to a lost object says what becomes of the object; each answer has its own code, and the call has not run."""

from __future__ import annotations

import asyncio

import pytest
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.objects import KeyValue
from amino_wire.errors import AminoError, ObjectAwaitsKernel, ObjectLost, ObjectRecovering, Outcome, StateNotCapturable
from amino_wire.pb import common_pb2

from tests.support.simulated import error_of, run, until

DURABLE = "DurableSerializableRPC"


async def told(cluster: SimulatedCluster, caller: str, node: str) -> list[AminoError]:
    """What callers of all kinds are told, near a kernel."""
    asking = [
        cluster.client(caller, node).stub("map"),
        cluster.sdk_client(f"{caller}-sdk", node).stub("map"),
        cluster.sdk_client(f"{caller}-plain", node, "kernel").stub("map"),
    ]
    errors = [await error_of(stub.call("get", "x")) for stub in asking]
    assert all(isinstance(error, AminoError) and error.outcome is Outcome.NOT_RUN for error in errors), errors
    return [error for error in errors if error is not None]


class Uncapturable(KeyValue):
    """Its state cannot be captured."""

    def amino_save(self) -> object:
        raise StateNotCapturable("the field `file` cannot be captured")


async def lost(cluster: SimulatedCluster) -> None:
    await until(lambda: cluster.record("map").status.state == common_pb2.OBJECT_STATE_LOST, every=0.1)


def test_an_object_whose_kernel_was_cut_off_waits_for_it() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "", {"x": 1})
        cluster.cut_off("a", ("oms", "b", "far", "far-sdk", "far-plain"), seconds=3 * DETECTION, silent=False)
        await lost(cluster)
        for error in await told(cluster, "far", "b"):
            assert isinstance(error, ObjectAwaitsKernel)
            assert "kernel a" in error.message and "amino restart" in error.message
        await asyncio.sleep(4 * DETECTION)
        assert await cluster.client("far", "b").stub("map").call("get", "x") == 1

    run(scenario, 801)


def test_an_object_whose_kernel_was_stopped_waits_for_its_next_start() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "KeepInPlace", {"x": 1})
        await cluster.kernels["a"].stop()
        await lost(cluster)
        for error in [*await told(cluster, "near", "b"), *await told(cluster, "far", "c")]:
            assert isinstance(error, ObjectAwaitsKernel), error
            assert "a was stopped and keeps its state until it is started again" in error.message
        cluster.kernels["a"].start()
        await cluster.kernels["a"].returned()
        await asyncio.sleep(2.0)  # for so long a kernel believes that an object is lost
        assert await cluster.client("far", "b").stub("map").call("get", "x") == 1

    run(scenario, 804)


@pytest.mark.parametrize("how", ["stopped", "new life", "context"])
def test_an_object_that_nothing_brings_back_is_lost(how: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "KeepInPlace", {"x": 1}, kind=Uncapturable if how == "stopped" else KeyValue)
        if how == "stopped":
            await cluster.kernels["a"].stop()
        elif how == "new life":
            cluster.crash("a", back_after=0.5)
        else:
            cluster.lose_context("map")
        await lost(cluster)
        near = "b" if how == "stopped" else "a"
        for error in [*await told(cluster, "near", near), *await told(cluster, "far", "c")]:
            assert isinstance(error, ObjectLost), error
            assert "amino restart map" in error.message
            assert how != "stopped" or "could not be kept when its kernel stopped" in error.message

    run(scenario, 802)


def test_an_object_whose_managers_find_no_kernel_says_which_one_it_waits_for() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", f"KeepInRegion,{DURABLE}", {"x": 1}, kernel="c")
        await stub.call("put", "x", 5)
        cluster.crash("c")
        await lost(cluster)
        await asyncio.sleep(2.0)
        for error in await told(cluster, "far", "b"):
            assert isinstance(error, ObjectAwaitsKernel)
            assert "west" in error.message, "it says what kernel it needs"
            assert "without its state" not in error.message and "as a new object" not in error.message
        cluster.kernels["c"].start()
        await asyncio.sleep(3 * DETECTION)
        assert await cluster.client("far", "b").stub("map").call("get", "x") == 5

    run(scenario, 803)


@pytest.mark.parametrize("restarted", [False, True])
def test_an_object_comes_back_as_soon_as_a_kernel_comes(restarted: bool) -> None:
    """It does not wait for the end of a pause, which grows to ten seconds while nothing but failures come."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", DURABLE, {"x": 1}, kernel="b")
        for kernel in cluster.kernels:
            cluster.crash(kernel)
        await asyncio.sleep(3 * DETECTION + 31.0)
        if restarted:
            cluster.oms.kill()
            cluster.oms.start()
            await asyncio.sleep(31.0)
        cluster.kernels["a"].start()
        await until(lambda: any(each.alive for each in cluster.oms.service.services.directory.all(include_dead=True)), every=0.01)
        await asyncio.sleep(1.0)
        assert cluster.record("map").status.state == common_pb2.OBJECT_STATE_ACTIVE
        assert await stub.call("get", "x") == 1

    run(scenario, 806)


def test_an_object_that_is_being_brought_back_says_so_and_answers_when_it_is() -> None:
    """The OMS has just begun to bring it back once more, since its process is a new one and a kernel has come for it."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", f"KeepInRegion,{DURABLE}", {"x": 1}, kernel="c")
        await stub.call("put", "x", 5)
        cluster.crash("c")
        await lost(cluster)
        cluster.oms.kill()
        cluster.oms.start()
        await until(lambda: cluster.oms.service.services.losses.tries(cluster.id_of("map")))
        for error in await told(cluster, "far", "b"):
            assert isinstance(error, ObjectRecovering), error
        cluster.kernels["c"].start()
        await asyncio.sleep(4 * DETECTION)
        assert await cluster.client("far", "b").stub("map").call("get", "x") == 5

    run(scenario, 804)


def test_a_caller_that_saw_a_loss_sees_the_object_again_within_moments() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "", {"x": 1})
        cluster.lose_context("map")
        await lost(cluster)
        for node in ("a", "b"):
            assert all(isinstance(error, ObjectLost) for error in await told(cluster, f"by-{node}", node))
        await cluster.restart("map")
        await asyncio.sleep(1.1)
        for node in ("a", "b"):
            for caller in (
                cluster.client(f"by-{node}", node),
                cluster.sdk_client(f"by-{node}-sdk", node),
                cluster.sdk_client(f"by-{node}-plain", node, "kernel"),
            ):
                assert await caller.stub("map").call("get", "x") == 1

    run(scenario, 805)

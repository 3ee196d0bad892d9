"""A copy that may not save is never the object for long: whatever took the right to save from it, somebody finds and ends that state."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from amino_dms.api import CHECKPOINT
from amino_dms.checkpointing.checkpoints import COORDINATOR, STORED_UNDER
from amino_dms.runtime import durable_prefix
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.schedules.agreement import agreed
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.values import decode, encode

from tests.support.simulated import error_of, run, until

SAVERS = ("DurableSerializableRPC", "DurableTransactions", "PeriodicCheckpoint(every=1)", "AtMostOnceRPC,DurableSerializableRPC")


async def take_right(cluster: SimulatedCluster, name: str, writer: str) -> None:
    """Somebody else becomes the one that may save an object."""

    async def take() -> None:
        service, key = cluster.oms.service, f"{durable_prefix(cluster.id_of(name))}{STORED_UNDER}/{CHECKPOINT}"
        found = await service.durable_get(oms_pb2.DurableGetRequest(key=key))
        assert found.version, "it has no checkpoint"
        value = encode({**decode(found.value), "writer": writer})
        assert (await service.durable_put(oms_pb2.DurablePutRequest(key=key, value=value, expected_version=found.version))).stored

    await cluster.oms.process.ask(take)


@pytest.mark.parametrize("writer", [COORDINATOR, "0123456789abcdef"])
@pytest.mark.parametrize("chain", SAVERS)
def test_an_object_whose_right_to_save_was_taken_answers_again(chain: str, writer: str) -> None:
    """Its record is ACTIVE and places it where it is; no kernel has ended, and nobody is bringing it back."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", chain, {"x": 1})
        await stub.call("put", "x", 5)
        await take_right(cluster, "map", writer)
        await error_of(stub.call("add", "x", 1))
        await asyncio.sleep(2 * DETECTION)
        before = await stub.call("get", "x")
        assert before in (5, 6)
        assert await stub.call("add", "x", 1) == before + 1
        await agreed(cluster, ("map",), 60.0)

    run(scenario, 601)


@pytest.mark.parametrize("seed", range(8))
def test_an_object_answers_after_both_kernels_died_and_came_back_while_the_oms_ended(seed: int) -> None:
    """The OMS ends at any moment of the recovery, so that two of its processes bring back one object after one death."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.ready()
        chance = Random(seed)
        for name in ("c", "phone"):
            await cluster.kernels[name].stop()
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 1})
        await stub.call("put", "x", 5)
        cluster.crash("a", back_after=chance.uniform(0.1, 2 * DETECTION))
        cluster.crash("b", back_after=chance.uniform(0.1, 2 * DETECTION))
        cluster.oms.commit_seconds = (0.01, 0.3)
        await until(lambda: cluster.record("map").status.epoch > 1 or cluster.record("map").status.state != common_pb2.OBJECT_STATE_ACTIVE)
        await asyncio.sleep(chance.uniform(0.0, 0.6))
        cluster.oms.kill()
        cluster.scheduler.after(0.5, cluster.oms.start)
        await asyncio.sleep(6 * DETECTION)
        assert await stub.call("get", "x") == 5
        assert await stub.call("add", "x", 1) == 6
        await agreed(cluster, ("map",), 60.0)

    run(scenario, seed)

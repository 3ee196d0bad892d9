"""The traps that the ancestor fell into: calls that come back, placement, undeclared reads, an OMS that ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from amino_dms.api import Node
from amino_testkit import Caller, SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_wire.errors import (
    AminoError,
)

from tests.support.simulated import error_of, run

# Chains of calls that come back


@pytest.mark.parametrize(
    "chain",
    [
        "",
        "SerializableRPC",
        "LockingTransactions",
        "OptimisticTransactions",
        "DurableSerializableRPC",
        "DurableTransactions",
        "PeriodicCheckpoint(every=1)",
        "ExplicitCheckpoint",
        "LeaseCaching(lease=1s)",
        "ConsistentCaching(lease=1s)",
        "WriteThroughCaching",
        "SerializableRPC,LockingTransactions",
        "AtMostOnceRPC,DurableSerializableRPC,LockingTransactions",
    ],
)
def test_a_call_chain_may_enter_its_object_again(chain: str) -> None:
    """first → second → first: the locks of the managers know their own chain."""

    async def scenario(cluster: SimulatedCluster) -> None:
        first = await cluster.create("first", chain, kind=Caller)
        await cluster.create("second", chain, kind=Caller, kernel="b")
        assert await first.call("through", "second", "through", "first", "note", "nested") == 2
        assert await first.call("lines") == ["in", "nested", "out"]

    run(scenario, 18)


# Placement


def test_keep_in_place_and_region_refuse_other_nodes() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("placed", "KeepInPlace")
        await cluster.create("regional", "KeepInRegion")
        stub = await cluster.create("wanderer", "ExplicitMigration,KeepInRegion(region=east)")
        for name, target in (("placed", "b"), ("regional", "c")):
            error = await error_of(cluster.move(name, target))
            assert error is not None and target in error.message
        await cluster.move("regional", "b")
        assert await stub.command("migrate_to", "b") == "b"
        assert "region" in str(await error_of(stub.command("migrate_to", "c")))
        assert "there are" in str(await error_of(stub.command("migrate_to", "nowhere")))
        assert await stub.command("where") == "b"

    run(scenario, 19)


def test_keep_on_device_moves_to_the_first_device_and_stays() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "KeepOnDevice", {"x": 1})
        assert await stub.call("get", "x") == 1
        assert cluster.node_of("map") == "a"
        phone = cluster.client("app", "phone").stub("map")
        assert await phone.call("get", "x") == 1
        assert cluster.node_of("map") == "phone"
        assert await error_of(cluster.move("map", "b")) is not None

    run(scenario, 20)


def test_a_front_end_spreads_calls_and_replaces_dead_replicas() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "Retry(timeout=1m),LoadBalancedFrontEnd(replicas=3)", {"x": 1})
        assert {replica.kernel_id for replica in cluster.record("map").status.replicas} == {"a", "b", "c"}
        for _ in range(30):
            assert await stub.call("get", "x") == 1
        ran = {name: len(found.executed) for name, kernel in cluster.kernels.items() for found in kernel.half.objects.values()}
        assert ran == {"a": 10, "b": 10, "c": 10}
        cluster.crash("b")
        for _ in range(10):
            assert await stub.call("get", "x") == 1
        await asyncio.sleep(DETECTION + 3.0)
        assert len(cluster.record("map").status.replicas) == 3
        assert "b" not in {replica.kernel_id for replica in cluster.record("map").status.replicas}

    run(scenario, 21)


# Reading members that nobody declared


@pytest.mark.parametrize("caching", ["LeaseCaching", "ConsistentCaching", "WriteThroughCaching", "ExplicitCaching", "Immutable"])
def test_members_are_found_to_read_by_comparing_states(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", caching, {"x": 1})
        for _ in range(12):
            assert await stub.call("peek", "x") == 1
            await asyncio.sleep(0.5)
        executed = len(cluster.executions("map"))
        for _ in range(10):
            assert await stub.call("peek", "x") == 1
        assert len(cluster.executions("map")) == executed

    run(scenario, 22)


class Moody:
    """An object with a member that seems to read, until it writes."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}

    def look(self, key: str) -> int:
        """Counts calls with the key `write`, and only those."""
        if key == "write":
            self.calls[key] = self.calls.get(key, 0) + 1
        return self.calls.get("write", 0)


@pytest.mark.parametrize("caching", ["LeaseCaching(lease=2s)", "ConsistentCaching(lease=2s)"])
def test_a_member_that_only_seemed_to_read_is_found_out(caching: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("moody", caching, kind=Moody, client="reader")
        for _ in range(12):
            assert await reader.call("look", "read") == 0
            await asyncio.sleep(0.5)
        other = cluster.client("other", "b").stub("moody")
        for _ in range(3):
            assert await other.call("look", "read") == 0
            await asyncio.sleep(1.5)
        assert await other.call("look", "write") == 1
        assert await reader.call("look", "read") == 1, "results from before the write must not be answered after it"
        assert await other.call("look", "read") == 1

    run(scenario, 23)


class Describing:
    """An object that tells like arguments apart."""

    read_only = ("describe",)

    def describe(self, key: Any) -> str:
        """Its type and value."""
        return f"{type(key).__name__} {key}"


def test_like_arguments_are_not_the_same() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("object", "LeaseCaching", kind=Describing)
        for _ in range(2):
            for key in (1, True, 1.0, "1", b"1", None, 0, False, [1], [True]):
                assert await stub.call("describe", key) == f"{type(key).__name__} {key}"
        assert stub.client.answered_here == 10

    run(scenario, 25)


def test_explicit_caching_keeps_until_pull_and_defers_until_push() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "ExplicitCaching(defer=[put])", {"x": 1}, client="reader")
        writer = cluster.client("writer", "b").stub("map")
        assert await reader.call("get", "x") == 1
        assert await writer.call("put", "x", 2) is None
        assert await writer.call("put", "x", 3) is None
        assert [method for method, _ in cluster.executions("map")] == ["get"]
        assert await writer.command("push") == [1, 2]
        assert await reader.call("get", "x") == 1, "kept until pull"
        await reader.command("pull")
        assert await reader.call("get", "x") == 3

    run(scenario, 26)


def test_write_through_reads_are_never_older_than_allowed() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        reader = await cluster.create("map", "WriteThroughCaching(stale=2s)", {"x": 1}, client="reader")
        assert await reader.call("get", "x") == 1
        await cluster.client("writer", "b").stub("map").call("put", "x", 2)
        assert await reader.call("get", "x") == 1
        await asyncio.sleep(2.1)
        assert await reader.call("get", "x") == 2

    run(scenario, 27)


# The OMS ends


def test_coordinators_survive_the_oms() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "DurableSerializableRPC", {"x": 0})
        await stub.call("put", "x", 1)
        cluster.oms.kill()
        cluster.crash("a")
        await asyncio.sleep(5.0)
        assert isinstance(await error_of(stub.call("get", "x")), AminoError)
        cluster.oms.start()
        await asyncio.sleep(DETECTION + 1.0)
        assert await cluster.client("other", "b").stub("map").call("get", "x") == 1

    run(scenario, 28)


def test_nodes_have_regions() -> None:
    assert Node("n", {"region": "r"}).region == "r"
    assert Node("n", {"device": "false"}).is_device is False

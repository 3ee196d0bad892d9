"""A client that says its proxies have run (flag 2), although they have not, breaks no manager's promise to others."""

from __future__ import annotations

import asyncio

import pytest
from amino_dms.chain import Registry
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_wire.errors import AminoError, KernelUnavailable, PermissionDenied
from amino_wire.frames import FLAG_MANAGERS_DONE, FLAG_PROXIES_DONE, CallOptions

from tests.support.simulated import error_of, run

BUDGET = 30.0
SETTINGS = {
    "KeepInRegion": "KeepInRegion(region=east)",
    "LoadBalancedFrontEnd": "LoadBalancedFrontEnd(replicas=1)",
    "DHT": "DHT(all=[keys:list,size:sum])",
}
MANAGERS = tuple(sorted(Registry.installed().names))
READS_MAY_BE_OLD = {"WriteThroughCaching", "ExplicitCaching", "LoadBalancedMasterSlave"}
"""Their promise is about a caller's own writes."""
REFUSES = {"Immutable", "DHT"}
"""A write; and a call that does not come from the proxy that knows its shard."""
RUNS_ONCE = {"AtMostOnceRPC"}
SAVES_EACH_CALL = {"DurableSerializableRPC", "DurableTransactions"}


def forged(request_id: str, flags: int = FLAG_PROXIES_DONE) -> CallOptions:
    return CallOptions(request_id=request_id, client_id="forger", flags=flags)


async def answered(stub: Stub[SimulatedClient]) -> object:
    """The value, once the object is back."""
    while True:
        try:
            return await stub.call("get", "k")
        except KernelUnavailable:
            await asyncio.sleep(0.5)


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_forged_write_is_seen_by_all_and_saved(manager: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        honest = await cluster.create("kv", SETTINGS.get(manager, manager), {"k": 1}, kernel="a")
        assert await honest.call("get", "k") == 1
        forger = cluster.client("forger")
        writing = forger.call("kv", "put", ("k", 2), forged("one"), BUDGET)
        if manager in REFUSES:
            assert isinstance(await error_of(writing), AminoError)
            assert await honest.call("get", "k") == 1
            return
        await writing
        if manager not in READS_MAY_BE_OLD:
            assert await honest.call("get", "k") == 2
        assert await honest.call("add", "k", 5) == 7
        assert await forger.call("kv", "get", ("k",), forged("two"), BUDGET) == 7
        if manager in SAVES_EACH_CALL:
            await forger.call("kv", "put", ("k", 9), forged("three"), BUDGET)
            cluster.crash("a")
            assert await answered(honest) == 9

    run(scenario, 300 + MANAGERS.index(manager))


@pytest.mark.parametrize("manager", sorted(RUNS_ONCE))
def test_a_forged_call_that_comes_again_runs_once(manager: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        honest = await cluster.create("kv", manager, {"k": 1}, kernel="a")
        forger = cluster.client("forger")
        answers = [await forger.call("kv", "add", ("k", 5), forged("one"), BUDGET) for _ in range(3)]
        assert answers == [6, 6, 6]
        assert await honest.call("get", "k") == 6

    run(scenario, 350)


@pytest.mark.parametrize("manager", ["LockingTransactions", "OptimisticTransactions", "DurableTransactions"])
def test_a_forged_write_does_not_get_into_an_open_transaction(manager: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        honest = await cluster.create("kv", manager, {"k": 1}, kernel="a")
        transaction = await honest.command("start_transaction")
        within = honest.within(transaction)
        assert await within.call("get", "k") == 1
        forger = cluster.client("forger")
        # It waits for its turn, or goes first, and then the transaction is the one that fails.
        wrote = await error_of(forger.call("kv", "put", ("k", 50), forged("one"), 2.0)) is None
        await error_of(within.call("add", "k", 1))
        committed = await error_of(honest.command("commit", transaction)) is None
        assert wrote or committed
        # The transaction has read 1, so it comes before the write or fails: what it added to 1 is never added to 50.
        found = await honest.call("get", "k")
        assert found == (50 if wrote else 2), (wrote, committed, found)

    run(scenario, 360)


@pytest.mark.parametrize("flags", [FLAG_MANAGERS_DONE, FLAG_MANAGERS_DONE | FLAG_PROXIES_DONE])
def test_that_the_instance_managers_have_run_is_no_client_s_to_say(flags: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        honest = await cluster.create("kv", "DurableSerializableRPC", {"k": 1}, kernel="a")
        forger = cluster.client("forger")
        error = await error_of(forger.call("kv", "put", ("k", 2), forged("one", flags), 5.0))
        assert isinstance(error, PermissionDenied)
        assert await honest.call("get", "k") == 1

    run(scenario, 370)
